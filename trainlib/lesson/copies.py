"""The learner's own copies of the lessons: looked through, handed in."""

import io
import json
import zipfile
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

from trainlib import _request as request_file
from trainlib import course
from trainlib import notebook as notebooks
from trainlib._files import replacing, write
from trainlib.course import Lesson
from trainlib.lesson import _hub as hub
from trainlib.lesson import survey_file
from trainlib.lesson.show import show_link
from trainlib.notebook import Notebook, Unusable, graded_cells

__all__ = ["hand_in", "missed", "own_notebook", "progress", "survey"]


def _read(path: Path) -> Notebook:
    try:
        return notebooks.read(path.read_bytes())
    except (OSError, Unusable) as error:
        raise ValueError(
            f"{path.name} cannot be read as a notebook: {error}. Open it, or copy the lesson again"
        ) from None


def _own_copy(row: Lesson, start: Path) -> Path | None:
    """The learner's file of a lesson: in `start`, in its stage's folder there, or beside that (a notebook runs in its
    stage)."""
    places = [start / row.file.name, start / row.file, start.parent / row.file]
    return next((place for place in places if place.is_file()), None)


def own_notebook(row: Lesson, start: Path) -> dict:
    """The learner's saved notebook of a lesson. ValueError where it is not there, or cannot be read."""
    if path := _own_copy(row, start):
        return _read(path)
    raise ValueError(f"{row.file.name} is not in {start}: save the notebook there, or give start=FOLDER")


def _tests(notebook: dict) -> list[dict]:
    """The code cells that check an exercise."""
    cells = [cell for cells in graded_cells(notebook).values() for cell in cells]
    return [cell for cell in cells if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"].get("grade")]


def _failed(cell: dict) -> bool:
    return any(output.get("output_type") == "error" for output in cell["outputs"])


def progress(start: str | Path = ".", track: str | None = None):
    """Where you are: a table with a row a lesson, read from your saved notebooks (nothing is recorded or sent
    anywhere).

    An exercise counts as done when its test cell, as last saved, ran without an error. With `track`, such as
    "engineer", the lessons of that track come first, in its order, and the next one to work on is named. ValueError for
    an unknown track.
    """
    import pandas as pd

    core = course.table().on(course.table().track(track)) if track else []
    rows = []
    for row in [*core, *(row for row in course.lessons() if row not in core)]:
        path = _own_copy(row, Path(start).resolve())
        tests = _tests(_as_released(_read(path), row)) if path else []
        done = [cell for cell in tests if cell["execution_count"] and not _failed(cell)]
        rows.append((f"{row.number} {row.title}", row.minutes, len(done), len(tests)))
    found = pd.DataFrame(rows, columns=["lesson", "minutes", "exercises done", "of"]).set_index("lesson")
    if not track:
        return found
    open_lessons = found.iloc[: len(core)].query("`exercises done` < of or of == 0")
    print(f"next: {open_lessons.index[0]}" if len(open_lessons) else "you have done every exercise of this track")
    found.insert(0, "on this track", ["core"] * len(core) + ["elective"] * (len(found) - len(core)))
    return found


def missed(start: Path) -> list[tuple[str, str]]:
    """(lesson, exercise) of every exercise that was answered and whose check, as last saved, failed. Quick: notebooks
    that cannot be read are passed over."""
    found = []
    for row in course.lessons():
        try:
            path = _own_copy(row, start)
            cells = graded_cells(_as_released(_read(path), row)) if path else {}
        except ValueError:
            continue
        for name, (cell, *_) in cells.items():
            errors = [one for one in cell.get("outputs", ()) if one.get("output_type") == "error"]
            unanswered = any(one.get("ename") == "NotImplementedError" for one in errors)
            is_test = cell["cell_type"] == "code" and cell["metadata"]["nbgrader"].get("grade")
            if is_test and errors and not unanswered and row.id not in (course.CHECK_IN, course.CHECK_OUT):
                found.append((row.id, name.removesuffix("-tests")))
    return found


def _as_released(own: Notebook, row: Lesson) -> dict:
    """A notebook with the marks of the lesson's edition, as far as its cells can be told."""
    try:
        return own.matched(_read(course.folder() / row.file).content).content
    except Unusable:
        return own.content


def _untouched(own: dict, edition: dict) -> list[str]:
    before = {name: cells[0]["source"] for name, cells in graded_cells(edition).items()}
    return [
        name
        for name, cells in graded_cells(own).items()
        if cells[0]["metadata"]["nbgrader"].get("solution") and cells[0]["source"] == before.get(name)
    ]


def _own_copies(stage: str, start: Path) -> dict[str, Path]:
    """The learner's files of a stage, by lesson id. ValueError where there are none."""
    found = {row.id: path for row in course.lessons(stage) if (path := _own_copy(row, start))}
    if not found:
        raise ValueError(f"no lesson of {stage} is in {start}: give the folder that holds them, start=FOLDER")
    return found


def survey(
    stage: str,
    *,
    content: int | None = None,
    trainer: int | None = None,
    hours: float | None = None,
    confidence: int | None = None,
    assistant: int | None = None,
    change: str | None = None,
    start: str | Path = ".",
) -> None:
    """Save your answers to the six questions that close a stage, beside your notebooks of it; `hand_in` takes them
    along.

    * `content`: how good were lessons and exercises? 1 (poor) to 5 (very good).
    * `trainer`: how much did your trainer help? 1 (hardly) to 5 (very much). None if you had none.
    * `hours`: how many hours did the stage take you, all in all?
    * `confidence`: could you use it at work tomorrow? 1 (not at all) to 5 (surely).
    * `assistant`: how much did an assistant, a program that answers, help? 0 (not at all) to 4 (it wrote most of it).
    * `change`: what is the one thing to change?

    None leaves a question open, or its answer as you saved it before. ValueError for an answer that is not allowed.
    """
    given = survey_file.check(
        {
            "content": content,
            "trainer": trainer,
            "hours": hours,
            "confidence": confidence,
            "assistant": assistant,
            "change": change,
        }
    )
    own = next(iter(_own_copies(stage, Path(start).resolve()).values())).parent
    try:
        answers = survey_file.read(own, stage) | given
    except ValueError:  # a damaged file must not keep anybody from answering
        answers = given
    if given:
        print(f"saved: {survey_file.save(own, stage, answers)}")
    if not answers:
        print(f"{stage}: nothing is answered yet. Put your answers in place of None and run the cell again.")
        return
    print(f"{stage}: " + ", ".join(f"{question} {answer}" for question, answer in answers.items()))
    if left := [question for question in survey_file.ALLOWED if question not in answers]:
        print(f"left open: {', '.join(left)}")


def hand_in(stage: str, learner: str = "", start: str | Path = ".", request: str | None = None) -> Path | None:
    """Write the zip of one stage that your instructor collects, say what is in it, and show a link to download it.
    On a JupyterHub that takes it, send it there, and say when it was received; then the receipt is what is written. In
    a notebook there, show a button first: nothing is handed in, and nothing returned, before it is clicked.

    Save your notebooks first: what counts is what is on disk. `stage` is the folder's name, such as "1_principles";
    `learner` is the name that your instructor gave you: letters, digits, dots, underscores and hyphens. Lessons that
    are not there are listed and left out, and so is a survey that you have not answered. `request` asks your instructor
    to look at something again, in at most 1,000 characters: "Exercise 3: I think my interval is right because …". Your
    notebooks go along as they are saved now, so leave them as they were if their points are to stay. ValueError says
    what must be mended first; then nothing is written.
    """
    start = Path(start).resolve()
    learner = hub.user() if hub.on_hub() else course.learner_name(learner)
    asked = None if request is None else request_file.check(request)
    if hub.has_button():
        _ready_to_hand_in(course.lessons(stage), _own_copies(stage, start))
        print("Nothing is handed in yet. The button hands in what is saved at that moment.")
        hub.button(f"Hand in {stage}", lambda: _clicked(stage, learner, start, asked))
        return None
    path = _packed(stage, learner, start, asked)
    if hub.on_hub():
        return _sent(path)
    print(f"written: {path}\nSend this file to your instructor. You can hand in again; the newest counts.")
    show_link(path)
    return path


def _clicked(stage: str, learner: str, start: Path, asked: str | None) -> None:
    """What the button on a hub does: the receipt is said first, what is in it below."""
    with redirect_stdout(io.StringIO()) as listed:
        path = _packed(stage, learner, start, asked)
    _sent(path)
    print(f"\n{listed.getvalue()}")


def _packed(stage: str, learner: str, start: Path, asked: str | None) -> Path:
    """Write the zip of what is on disk now, and say what is in it."""
    found = _own_copies(stage, start)
    ready = _ready_to_hand_in(course.lessons(stage), found)
    answers = _survey_to_hand_in(stage, next(iter(found.values())).parent)
    target = start if (start / stage).is_dir() else start.parent if start.name == stage else start
    path = _zipped(target / "hand_in", learner, stage, ready, {survey_file.FILE: answers, request_file.FILE: asked})
    if asked:
        print(f"request: {len(asked)} characters for your instructor; your notebooks go along as they are saved now")
    return path


def _sent(path: Path) -> Path:
    """Send a zip to the hub and leave its receipt there in its place; where that fails the zip stays, and it is said
    what to do."""
    try:
        receipt = hub.send(path)
    except hub.NotSent as why:
        print(f"NOT RECEIVED: {why}\nThe zip is kept: {path}")
        print(
            "Run the cell again in some minutes. If it fails again, download the file and send it to your instructor."
        )
        show_link(path)
        return path
    print(hub.in_words(receipt))
    written = write(path.with_suffix(".receipt.json"), json.dumps(receipt, ensure_ascii=False, indent=1))
    path.unlink()
    return written


def _ready_to_hand_in(rows: list[Lesson], found: dict[str, Path]) -> dict[str, bytes]:
    """The lessons of a stage as they are handed in, by id; says of each how far it is. ValueError where one cannot be
    graded."""
    faults, ready = [], {}
    for row in rows:
        if row.id not in found:
            print(f"{row.id}: not found, so not handed in")
            continue
        edition = _read(course.folder() / row.file).content
        try:
            own = _read(found[row.id]).matched(edition)
        except Unusable as unusable:
            faults += [f"{row.id}: {fault}" for fault in unusable.faults]
            continue
        saved = datetime.fromtimestamp(found[row.id].stat().st_mtime).strftime("%d %B, %H:%M")
        open_cells = _untouched(own.content, edition)
        state = f"not answered yet: {', '.join(open_cells)}" if open_cells else "all answered"
        print("; ".join([f"{row.id}: saved {saved}", state, *own.notes]))
        ready[row.id] = own.as_bytes()
    if faults:
        advice = "Copy what is gone from a fresh copy of the lesson; of what stands there twice, delete all but one"
        raise ValueError("\n".join(["nothing was written, because it could not be graded:", *faults, advice]))
    return ready


def _zipped(folder: Path, learner: str, stage: str, ready: dict[str, bytes], beside: dict[str, str | None]) -> Path:
    """Write what is handed in as a zip, with the texts beside the notebooks, whole or not at all; return its path."""
    now = datetime.now(UTC)
    path = folder / f"{learner}_{stage}_{now:%Y%m%d-%H%M%S}.zip"
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{learner}/{stage}/timestamp.txt", f"{now:%Y-%m-%d %H:%M:%S.%f} UTC")
        for name, data in ready.items():
            archive.writestr(f"{learner}/{stage}/{name}.ipynb", data)
        for name, text in beside.items():
            if text:
                archive.writestr(f"{learner}/{stage}/{name}", text)
    return path


def _survey_to_hand_in(stage: str, folder: Path) -> str | None:
    """The text of the learner's survey of a stage, or None; says which. A missing one keeps nobody from handing in."""
    path = folder / survey_file.FILE
    try:
        answers = survey_file.read(folder, stage)
    except (ValueError, OSError) as fault:
        print(f"survey: {path.name}: {fault}. It is left out: answer the six questions again, then hand in again")
        return None
    if not answers:
        print(f"survey: not answered, so not handed in: lesson.survey({stage!r}, …) asks six questions")
        return None
    open_questions = [question for question in survey_file.ALLOWED if question not in answers]
    print("survey: " + (f"left open: {', '.join(open_questions)}" if open_questions else "all answered"))
    return json.dumps({"stage": stage, "answers": answers}, ensure_ascii=False, indent=1)

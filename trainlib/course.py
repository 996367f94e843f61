"""The table of lessons, and the learner's own copies of them: copied in, looked through, handed in."""

import hashlib
import json
import os
import re
import shutil
import tomllib
import unicodedata
import zipfile
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from trainlib import notebook as notebooks
from trainlib import survey as questions
from trainlib.notebook import Notebook, Unusable, graded_cells

A_NAME = "1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or digit"
NAME_LENGTH, NAME_BYTES = 64, 180  # a folder's name has at most 255 bytes in common file systems
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.", re.IGNORECASE)  # Windows makes no such folders
ID = re.compile(r"\d-\d\d[a-z]?_[a-z0-9_]+")


@dataclass(frozen=True)
class Stage:
    """One of the four stages: its folder, such as "1_principles", a title, and what a learner can do after it."""

    folder: str
    title: str
    promise: str

    @property
    def name(self) -> str:
        """The folder's name without its number, as tables and plans use it: "principles"."""
        return self.folder.partition("_")[2]


@dataclass(frozen=True)
class Lesson:
    """One row of the table of lessons. `stage` is the folder of the stage that the id's number names.

    `minutes` are a learner's, `memory_mib` those of a full run; `smoke` and `grade` are the values of the parameters
    cell in tests and in grading; `grade` is `smoke` unless the table says otherwise.
    """

    id: str
    title: str
    promise: str
    minutes: int
    memory_mib: int
    prerequisites: list
    skills: list
    published_errors: list = field(default_factory=list)
    smoke: dict = field(default_factory=dict)
    grade: dict | None = None
    stage: str = ""

    def __post_init__(self):
        if self.grade is None:
            object.__setattr__(self, "grade", self.smoke)

    @property
    def number(self) -> str:
        """The beginning of the id, by which people name a lesson: "1-04a"."""
        return self.id.partition("_")[0]

    @property
    def file(self) -> Path:
        """The notebook's path below any folder of editions or of a learner's copies."""
        return Path(self.stage) / f"{self.id}.ipynb"


@dataclass(frozen=True)
class Course:
    """The checked contents of `course.toml`; stages and lessons stand in teaching order."""

    title: str
    repository: str
    branch: str
    stages: tuple[Stage, ...]
    lessons: tuple[Lesson, ...]


def folder() -> Path:
    """The folder of the learner editions: inside an installed wheel, or beside `trainlib` in a checkout."""
    installed = Path(__file__).parent / "notebooks"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "notebooks"


def minutes_in_words(minutes: int) -> str:
    """A lesson's length as a person says it: "55 minutes", "3 hours", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} minutes"
    return f"{hours} h {rest}" if rest else f"{hours} hour{'s' if hours > 1 else ''}"


@cache
def table(path: Path | None = None) -> Course:
    """The checked contents of `course.toml`. ValueError names lesson, field and what is allowed."""
    path = path or folder() / "course.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    stages, lessons = tuple(Stage(**stage) for stage in raw["stage"]), []
    for row in raw.get("lesson", []):
        try:
            lessons.append(_lesson(row, stages, lessons))
        except ValueError as fault:
            raise ValueError(f"{path.name}: {fault}") from None
    return Course(**raw["course"], stages=stages, lessons=tuple(lessons))


def _lesson(row: dict, stages: tuple[Stage, ...], before: list[Lesson]) -> Lesson:
    """A row of the table, checked against those `before` it."""
    name = row.get("id", "a lesson without id")
    known = {field.name: field for field in fields(Lesson) if field.name != "stage"}
    if unknown := set(row) - set(known):
        raise ValueError(f"{name} has the unknown fields {sorted(unknown)}; known: {list(known)}")
    for field_name, known_field in known.items():
        kind, optional = known_field.type, known_field.default_factory is not MISSING or known_field.default is None
        if not isinstance(row.get(field_name), kind) and not (optional and field_name not in row):
            allowed = getattr(kind, "__name__", str(kind))
            raise ValueError(f"{name}: {field_name} is {row.get(field_name)!r}, it must be of type {allowed}")
    stage = next((stage for stage in stages if stage.folder[0] == name[0]), None)
    if stage is None or not ID.fullmatch(name):
        raise ValueError(f"the lesson id {name!r} must look like 1-01_some_name, with the number of a stage")
    if missing := [earlier for earlier in row["prerequisites"] if earlier not in [lesson.id for lesson in before]]:
        raise ValueError(f"{name}: the prerequisites {missing} are not lessons that come before it")
    if before and name <= before[-1].id:
        raise ValueError(f"{name} stands after {before[-1].id}: ids must rise, each once")
    return Lesson(**row, stage=stage.folder)


def stages() -> tuple[Stage, ...]:
    return table().stages


def lessons(stage: str | None = None) -> list[Lesson]:
    """The lessons of one stage (its folder's name) or of all. ValueError for a stage that is not there."""
    return of_stage(table(), stage)


def of_stage(table: Course, stage: str | None) -> list[Lesson]:
    """The lessons of a table that belong to one stage, or all. ValueError for a stage that is not there."""
    known = [one.folder for one in table.stages]
    if stage is not None and stage not in known:
        raise ValueError(f"stage is {stage!r}; it must be one of {', '.join(known)}")
    return [lesson for lesson in table.lessons if stage in (None, lesson.stage)]


def learner_name(text: object) -> str:
    """A learner's name as folders and the gradebook hold it, each letter in its one form. ValueError where it is none.

    Letters of every script are allowed. Nothing is left out or shortened: two names never become one.
    """
    name = unicodedata.normalize("NFC", text) if isinstance(text, str) else ""
    kinds = [unicodedata.category(letter)[0] for letter in name]
    is_made_of_letters = all(kind in "LMN" or letter in "._-" for kind, letter in zip(kinds, name))
    is_short = 1 <= len(name) <= NAME_LENGTH and len(name.encode(errors="replace")) <= NAME_BYTES
    if not (is_short and is_made_of_letters and kinds[0] in "LN") or RESERVED.fullmatch(name):
        raise ValueError(f"learner is {text!r}; use {A_NAME}, such as ada-l")
    return name


def copy_lessons(target: Path) -> list[str]:
    """Copy the lessons that are not in `target` yet. Nothing that is there is overwritten.

    A lesson whose edition has changed since it was copied is put beside the learner's own, as `NAME.new-edition.ipynb`.
    Returns a line for the learner about each file that was written.
    """
    source, record = folder(), target / ".editions.json"
    target.mkdir(parents=True, exist_ok=True)
    editions = _editions(record)
    said = []
    for original in [source / "index.ipynb", *(source / row.file for row in lessons())]:
        name = original.relative_to(source)
        own, digest = target / name, hashlib.sha256(original.read_bytes()).hexdigest()
        if not own.exists():
            own.parent.mkdir(exist_ok=True)
            shutil.copyfile(original, own)
            said.append(f"new: {name}")
        elif editions.get(str(name)) != digest:
            beside = own.with_suffix(".new-edition.ipynb")
            shutil.copyfile(original, beside)
            said.append(f"changed since you began: {name} is kept as it is, the new edition is {beside.name} beside it")
        editions[str(name)] = digest
    partial = record.with_suffix(".partial")
    partial.write_text(json.dumps(editions, indent=1))
    partial.replace(record)
    return said


def _editions(record: Path) -> dict[str, str]:
    """Which edition each lesson was copied from; {} where nothing says so, or what does is damaged."""
    try:
        editions = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return editions if isinstance(editions, dict) else {}


def _read(path: Path) -> Notebook:
    try:
        return notebooks.read(path.read_bytes())
    except (OSError, Unusable) as error:
        raise ValueError(
            f"{path.name} cannot be read as a notebook: {error}. Open it, or copy the lesson again"
        ) from None


def _own_copy(row: Lesson, start: Path) -> Path | None:
    """The learner's file of a lesson: in `start`, in its stage's folder there, or beside that (a notebook runs in its
    stage).
    """
    places = [start / row.file.name, start / row.file, start.parent / row.file]
    return next((place for place in places if place.is_file()), None)


def _tests(notebook: dict) -> list[dict]:
    """The code cells that check an exercise."""
    cells = [cell for cells in graded_cells(notebook).values() for cell in cells]
    return [cell for cell in cells if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"].get("grade")]


def _failed(cell: dict) -> bool:
    return any(output.get("output_type") == "error" for output in cell["outputs"])


def progress(start: str | Path = "."):
    """Where you are: a table with a row a lesson, read from your saved notebooks (nothing is recorded or sent
    anywhere).

    An exercise counts as done when its test cell, as last saved, ran without an error.
    """
    import pandas as pd

    rows = []
    for row in lessons():
        path = _own_copy(row, Path(start).resolve())
        tests = _tests(_as_released(_read(path), row)) if path else []
        done = [cell for cell in tests if cell["execution_count"] and not _failed(cell)]
        rows.append((f"{row.number} {row.title}", row.minutes, len(done), len(tests)))
    return pd.DataFrame(rows, columns=["lesson", "minutes", "exercises done", "of"]).set_index("lesson")


def _as_released(own: Notebook, row: Lesson) -> dict:
    """A notebook with the marks of the lesson's edition, as far as its cells can be told."""
    try:
        return own.matched(_read(folder() / row.file).content).content
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
    found = {row.id: path for row in lessons(stage) if (path := _own_copy(row, start))}
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
    change: str | None = None,
    start: str | Path = ".",
) -> None:
    """Save your answers to the five questions that close a stage, beside your notebooks of it; `hand_in` takes them
    along.

    * `content`: how good were lessons and exercises? 1 (poor) to 5 (very good).
    * `trainer`: how much did your trainer help? 1 (hardly) to 5 (very much). None if you had none.
    * `hours`: how many hours did the stage take you, all in all?
    * `confidence`: could you use it at work tomorrow? 1 (not at all) to 5 (surely).
    * `change`: what is the one thing to change?

    None leaves a question open, or its answer as you saved it before. ValueError for an answer that is not allowed.
    """
    given = questions.check(
        {"content": content, "trainer": trainer, "hours": hours, "confidence": confidence, "change": change}
    )
    own = next(iter(_own_copies(stage, Path(start).resolve()).values())).parent
    try:
        answers = questions.read(own, stage) | given
    except ValueError:  # a damaged file must not keep anybody from answering
        answers = given
    if given:
        print(f"saved: {questions.save(own, stage, answers)}")
    if not answers:
        print(f"{stage}: nothing is answered yet. Put your answers in place of None and run the cell again.")
        return
    print(f"{stage}: " + ", ".join(f"{question} {answer}" for question, answer in answers.items()))
    if left := [question for question in questions.ALLOWED if question not in answers]:
        print(f"left open: {', '.join(left)}")


def hand_in(stage: str, learner: str, start: str | Path = ".") -> Path:
    """Write the zip of one stage that your instructor collects, say what is in it, and show a link to download it.

    Save your notebooks first: what counts is what is on disk. `stage` is the folder's name, such as "1_principles";
    `learner` is the name that your instructor gave you: letters, digits, dots, underscores and hyphens. Lessons that
    are not there are listed and left out, and so is a survey that you have not answered. ValueError says what must be
    mended first; then nothing is written.
    """
    rows, start, learner = lessons(stage), Path(start).resolve(), learner_name(learner)
    found = _own_copies(stage, start)
    ready = _ready_to_hand_in(rows, found)
    answers = _survey_to_hand_in(stage, next(iter(found.values())).parent)
    target = start if (start / stage).is_dir() else start.parent if start.name == stage else start
    path = _zipped(target / "hand_in", learner, stage, ready, answers)
    print(f"written: {path}\nSend this file to your instructor. You can hand in again; the newest counts.")
    _show_link(path)
    return path


def _ready_to_hand_in(rows: list[Lesson], found: dict[str, Path]) -> dict[str, bytes]:
    """The lessons of a stage as they are handed in, by id; says of each how far it is.

    ValueError where one cannot be graded.
    """
    faults, ready = [], {}
    for row in rows:
        if row.id not in found:
            print(f"{row.id}: not found, so not handed in")
            continue
        edition = _read(folder() / row.file).content
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


def _zipped(folder: Path, learner: str, stage: str, ready: dict[str, bytes], answers: str | None) -> Path:
    """Write what is handed in as a zip, whole or not at all, and return its path."""
    now = datetime.now(UTC)
    path = folder / f"{learner}_{stage}_{now:%Y%m%d-%H%M%S}.zip"
    folder.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{learner}/{stage}/timestamp.txt", f"{now:%Y-%m-%d %H:%M:%S.%f} UTC")
        for name, data in ready.items():
            archive.writestr(f"{learner}/{stage}/{name}.ipynb", data)
        if answers:
            archive.writestr(f"{learner}/{stage}/{questions.FILE}", answers)
    partial.replace(path)
    return path


def _survey_to_hand_in(stage: str, folder: Path) -> str | None:
    """The text of the learner's survey of a stage, or None; says which. A missing one keeps nobody from handing in."""
    path = folder / questions.FILE
    try:
        answers = questions.read(folder, stage)
    except (ValueError, OSError) as fault:
        print(f"survey: {path.name}: {fault}. It is left out: answer the five questions again, then hand in again")
        return None
    if not answers:
        print(f"survey: not answered, so not handed in: lesson.survey({stage!r}, …) asks five questions")
        return None
    open_questions = [question for question in questions.ALLOWED if question not in answers]
    print("survey: " + (f"left open: {', '.join(open_questions)}" if open_questions else "all answered"))
    return json.dumps({"stage": stage, "answers": answers}, ensure_ascii=False, indent=1)


def _show_link(path: Path) -> None:
    """A download link in a notebook: JupyterLab serves files below the folder it was started in, relative to the
    notebook.
    """
    try:
        from IPython import get_ipython
        from IPython.display import FileLink, display
    except ImportError:
        return
    if get_ipython() is not None:
        display(FileLink(os.path.relpath(path), result_html_prefix="Download: "))

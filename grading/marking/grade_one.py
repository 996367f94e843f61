"""Grade one learner's notebooks without a gradebook, for hosts that keep the points themselves: GitHub, Gradescope.

They run as `autograde` runs them, and exercises are told in the words of feedback pages, so no hidden test shows.
What learners wrote is one printed line, and in Markdown plain text. An open question waits for a person: it is named,
and is in no sum.
"""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.utils import determine_grade, is_grade, is_solution

from grading.authoring import items
from grading.authoring.build import source_notebook
from grading.intake.naming import lesson_of
from grading.marking.autograde import answer_of, engine, lesson_tests
from grading.marking.exercises import PASSED, Exercise, exercises
from grading.marking.mend import edition, read_submission
from grading.records import folders, settings
from grading.records.folders import Submission
from grading.records.glance import Mark, Marks
from grading.records.terminal import line
from grading.sandbox.engine import Engine, EngineError, Run, hidden_draws, is_test
from grading.sandbox.markup import HELPERS
from trainlib.course import Lesson

LEARNER = "learner"  # whoever it is: the host knows
LINK = "it is a link: hand in the file itself"
SCHEMA = "classroom50/result/v1"
WAITS = "waits for a person, and is in no sum here"
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Graded:
    """What came of a lesson; `fault` says why not all of it could be graded, `unread` that none of it was."""

    lesson: Lesson
    exercises: tuple[Exercise, ...]
    open_questions: tuple[Exercise, ...]
    fault: str = ""
    unread: bool = False
    suspicious: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.lesson.number} {self.lesson.title}"


def points(graded: list[Graded]) -> tuple[float, float]:
    """Points of all tests, and how many there are."""
    tests = [one for each in graded for one in each.exercises]
    return round(sum(one.points for one in tests), 9), sum(one.most for one in tests)


def grade(paths: list[Path], stage: str | None = None, isolated: bool = True) -> list[Graded]:
    """Grade the lessons among these files and folders, in the order of the table; with a stage, all lessons of it and
    no other, those that are not there with 0 points. Hidden inputs follow from the state's seed, or a new one.

    ValueError where there is no lesson, or two of a kind, or learners' code cannot be run here.
    """
    files, seed = find(paths, stage), settings.known_seed() or 1 + secrets.randbelow(2**31)
    HELPERS.prepare()
    with tempfile.TemporaryDirectory(prefix="grading-") as folder, folders.state_in(Path(folder)):
        for row, file in files:
            _prepare(row, file)
        try:
            return [one for stage in folders.stages() for one in _grade_stage(stage.folder, files, seed, isolated)]
        except EngineError as error:
            raise ValueError(str(error)) from None


def find(paths: list[Path], stage: str | None = None) -> list[tuple[Lesson, Path | None]]:
    """Lessons and their files, in the table's order. Links are not followed: what they lead to is not the learner's.

    A name that a browser or file manager made, as "1-01_… (1).ipynb", counts where the lesson's own is not there.
    """
    known = {row.id: row for row in folders.lessons(stage) if row.id not in items.CHECKS}
    found: dict[str, list[Path]] = {}
    for path in paths:
        if path.is_dir() and path.is_symlink():
            raise ValueError(f"{path} is a link to a folder: give the folder itself")
        if not path.exists():
            raise ValueError(f"{path} is not there: give a notebook, or a folder with notebooks")
        for file in _notebooks(path) if path.is_dir() else [path]:
            if (row := lesson_of(file.name)) and row.id in known:
                found.setdefault(row.id, []).append(file)
    if not found:
        raise ValueError(f"no lesson is in {', '.join(map(str, paths))}: files keep the names that lessons have")
    asked = [row for name, row in known.items() if name in found or stage]
    return [(row, _only(row.id, found[row.id]) if row.id in found else None) for row in asked]


def _only(name: str, files: list[Path]) -> Path:
    exact = [file for file in files if file.name == f"{name}.ipynb"] or files
    if len(exact) > 1:
        raise ValueError(f"{name} is there twice, {exact[0]} and {exact[1]}: give one of them")
    return exact[0]


def _notebooks(folder: Path) -> Iterator[Path]:
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names))


def _prepare(row: Lesson, file: Path | None) -> None:
    """Put into the state folder what grading a lesson reads: its source, the learner edition, what was handed in."""
    source, release = (folders.state() / kind / row.file for kind in ("source", "release"))
    for path in (source, release):
        path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(source_notebook(row), source)
    shutil.copyfile(folders.notebooks() / row.file, release)
    one = Submission(LEARNER, row.stage, row.id)
    if file and not file.is_symlink():
        one.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, one.file)


def _grade_stage(stage: str, files: list[tuple[Lesson, Path | None]], seed: int, isolated: bool) -> Iterator[Graded]:
    own = [(row, file) for row, file in files if row.stage == stage]
    if own:
        with engine(stage, {row.id for row, _ in own}, isolated) as one:
            yield from (_grade(one, row, file, seed) for row, file in own)


def _grade(one: Engine, row: Lesson, file: Path | None, seed: int) -> Graded:
    submission = Submission(LEARNER, row.stage, row.id)
    if file is None:
        return _told(row, submission, edition("release", row.stage, row.id).cells, None)
    notebook, digest = (LINK, "") if file.is_symlink() else read_submission(submission)
    if isinstance(notebook, str):
        return _told(row, submission, edition("release", row.stage, row.id).cells, None, notebook)
    if _is_untouched(notebook, submission):
        return _told(row, submission, notebook.cells, None)
    exam = lesson_tests(row.stage, row.id)
    run = one.run(notebook, exam, hidden_draws(seed, LEARNER, exam, digest))
    if run.failed:
        raise EngineError(f"{row.id}: {run.fault}")
    return _told(row, submission, run.notebook.cells, run)


def _is_untouched(notebook: nbformat.NotebookNode, one: Submission) -> bool:
    """Whether every answer is as it was released: then nothing can be right, and it need not run."""
    released = {_name(cell): cell.source for cell in edition("release", one.stage, one.lesson).cells if _name(cell)}
    return all(cell.source.strip() == released[_name(cell)].strip() for cell in notebook.cells if is_solution(cell))


def _name(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _told(row: Lesson, one: Submission, cells: list, run: Run | None, unread: str = "") -> Graded:
    """What came of a lesson in the words of feedback pages; nothing has points without a run."""
    marks, reasons = Marks(), run.reasons if run else {}
    for cell in filter(is_grade, cells):
        given, most = determine_grade(cell)
        reached = run is not None and _name(cell) not in run.unreached
        test, auto = is_test(cell), given if given is None or reached else 0.0
        marks.cells[_name(cell)] = Mark(auto or 0.0, most, auto, None, auto is None, test)
        if _name(cell) in reasons and (answer := answer_of(_name(cell), cells)):
            marks.reasons[answer] = reasons[_name(cell)]
    told = exercises(one, cells, marks)
    tests, other = ([each for each in told if marks.cells[each.cell].is_test is kind] for kind in (True, False))
    fault, odd = (run.fault, run.suspicious) if run else (unread, ())
    return Graded(row, tuple(tests), tuple(other), fault, bool(unread), tuple(odd))


def sentence(one: Exercise) -> str:
    """What came of an exercise, in one printed line that no runner of workflows takes for a command."""
    return line(f"{one.state}: {one.why}" if one.why else one.state).replace("##[", "# #[")


def classroom50(graded: list[Graded], known: Mapping[str, str]) -> dict:
    """What Classroom 50 reads as result.json, by its page "Advanced Autograding"; `known` is the environment, whose
    GITHUB_ variables stand in for those of Classroom 50's own runner."""
    repository = f"{known.get('GITHUB_SERVER_URL', 'https://github.com')}/{known.get('GITHUB_REPOSITORY', 'local')}"
    commit = known.get("COMMIT_URL") or f"{repository}/commit/{known.get('GITHUB_SHA', 'local')}"
    tests = [
        {"test-name": f"{each.lesson.number} {one.title}", "passed": one.state == PASSED}
        | {"score": _whole(one.points), "max-score": _whole(one.most), "output": sentence(one)}
        for each in graded
        for one in each.exercises
    ]
    return {
        "schema": SCHEMA,
        "classroom": known.get("CLASSROOM") or known.get("GITHUB_REPOSITORY_OWNER") or "local",
        "assignment": known.get("ASSIGNMENT") or graded[0].lesson.stage,
        "submission": known.get("SUBMISSION_TAG") or known.get("GITHUB_REF_NAME") or "local",
        "commit": commit,
        "release": known.get("RELEASE_URL") or commit,
        "review": known.get("REVIEW_URL") or commit,
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _whole(points: float) -> int:
    if points != int(points):
        raise ValueError(f"an exercise has {points:g} points: Classroom 50 takes whole ones only")
    return int(points)


def gradescope(graded: list[Graded], _: Mapping[str, str]) -> dict:
    """What Gradescope reads as results.json."""
    tests = [
        {"name": f"{each.lesson.number} {one.title}", "score": one.points, "max_score": one.most}
        | {"status": "passed" if one.state == PASSED else "failed", "visibility": "visible"}
        | {"output": sentence(one), "output_format": "text"}
        for each in graded
        for one in each.exercises
    ]
    said = [f"{each.title}: {each.fault}" for each in graded if each.fault]
    said += [f"{each.title}: {one.title}: {WAITS}" for each in graded for one in each.open_questions]
    output = "\n".join(map(line, said))
    return {"score": points(graded)[0], "tests": tests, "output": output, "output_format": "text"}


FORMS = {"classroom50": classroom50, "gradescope": gradescope}


def summary(graded: list[Graded]) -> str:
    """The same as Markdown, for the page of a workflow's run."""
    own, most = points(graded)
    said = [f"## {own:g} of {most:g} points", ""]
    for each in graded:
        said += [f"### {_plain(each.title)}", ""]
        said += [f"**Not everything was graded:** {_plain(each.fault)}", ""] if each.fault else []
        said += ["| exercise | points | what came of it |", "|---|---|---|"]
        said += [
            f"| {_plain(one.title)} | {one.points:g} of {one.most:g} | {_plain(sentence(one))} |"
            for one in each.exercises
        ]
        said += [f"| {_plain(one.title)} | – | {WAITS} |" for one in each.open_questions]
        said.append("")
    return "\n".join(said) + "\n"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is: no link, no picture, no HTML, no column of its own."""
    return PUNCTUATION.sub(r"\\\1", line(text))

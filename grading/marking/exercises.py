"""How a learner stands in each exercise of a graded lesson: points, and why, in words that tell of no hidden input.

Titles and sections are those of the released edition, whatever became of the learner's own text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import nbformat

from grading.authoring import items
from grading.records import folders
from grading.records.folders import Submission
from grading.records.glance import Mark, Marks
from grading.sandbox.engine import has_error, is_curtain
from grading.sandbox.source_tests import is_test

PASSED, FAILED, NOT_TRIED = "passed", "failed", "not tried"
MARKED, WAITS = "marked by hand", "waits for a mark"
HIDDEN = "a hidden test failed: your answer passes the checks above, but does not hold for other inputs."
RIGHT, NOT_RIGHT = "right", "not right or left open"  # of the questions of check-in and check-out
KINDS = {PASSED: "good", RIGHT: "good", FAILED: "bad", NOT_RIGHT: "bad", NOT_TRIED: "open", WAITS: "open", MARKED: ""}
HEADING = re.compile(r"^#{2,6} +(.+)$", re.MULTILINE)
LONGEST = 160  # letters of what a check has said


@dataclass(frozen=True)
class Place:
    """Where an exercise stands in its lesson; `section` is the heading of the text that leads to it, with its cell and
    its number among the headings there.

    `answer` is the cell that the learner fills in, `released` what it held before.
    """

    title: str
    answer: str
    released: str
    section: str
    section_cell: str
    section_number: int


@dataclass(frozen=True)
class Exercise:
    """One exercise of a learner: `why` says in a sentence what cost points or what is awaited."""

    cell: str
    place: Place
    points: float
    most: float
    state: str
    why: str
    comment: str

    @property
    def title(self) -> str:
        return self.place.title

    @property
    def scored(self) -> str:
        """Its points of how many; none as long as nobody has given them."""
        points = "–" if self.state == WAITS and not self.points else f"{round(self.points, 2):g}"
        return f"{points} of {round(self.most, 2):g}"

    @property
    def anchor(self) -> str:
        """The id of its place on the lesson's page."""
        return f"exercise-{self.cell}"

    @property
    def kind(self) -> str:
        """Its state as the class of a style."""
        return KINDS[self.state]

    @property
    def section_anchor(self) -> str:
        place = self.place
        return f"section-{place.section_cell}-{place.section_number}" if place.section else self.anchor

    @property
    def lost(self) -> bool:
        """Whether it is worth another look: points are missing, and nobody has yet to give them."""
        return self.state != WAITS and self.points < self.most


def exercises(one: Submission, cells: list, marks: Marks) -> list[Exercise]:
    """All exercises of a graded copy, whose `cells` these are, in the order of the lesson."""
    own = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells if "nbgrader" in cell["metadata"]}
    there, found = {cell.get("id") for cell in cells}, []
    for name, place in places(one.stage, one.lesson).items():
        if place.section_cell not in there:  # the learner has deleted it
            place = replace(place, section="", section_cell="", section_number=0)
        if mark := marks.cells.get(name):
            state, why = _state(mark, place, own.get(name), own.get(place.answer))
            if one.lesson in items.CHECKS and state != WAITS:
                state, why = (RIGHT if mark.points >= mark.most else NOT_RIGHT), ""
            if state == WAITS or state == FAILED and not why:
                why = marks.reasons.get(place.answer, why)
            comment = marks.comments.get(name) or marks.comments.get(place.answer) or ""
            found.append(Exercise(name, place, mark.points, mark.most, state, why, comment))
    return found


def _state(mark: Mark, place: Place, cell: dict | None, answer: dict | None) -> tuple[str, str]:
    if mark.waits:
        return WAITS, ""
    if mark.manual is not None:
        return MARKED, ""
    if mark.most and mark.points >= mark.most:
        return PASSED, ""
    if answer is None or _text(answer) == place.released:
        return NOT_TRIED, ""
    return FAILED, _why((cell or {}).get("outputs", []))


def _text(cell: dict) -> str:
    return "".join(cell["source"]).strip()


def _why(outputs: list[dict]) -> str:
    """The one sentence of a test that failed: what a visible check said, or that a hidden one did not hold."""
    outputs = [nbformat.from_dict(output) for output in outputs]
    curtain = next((place for place, output in enumerate(outputs) if is_curtain(output)), len(outputs))
    error = next((output for output in outputs[:curtain] if output.output_type == "error"), None)
    if error is None:
        return HIDDEN if has_error(outputs[curtain:]) else ""
    said = (str(error.get("evalue", "")).strip().splitlines() or [""])[0].removeprefix("✗ ")
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return f"in the check “{said}”" if error.get("ename") == "CheckFailed" else f"{error.get('ename')}: {said}"


def places(stage: str, lesson: str) -> Mapping[str, Place]:
    """Where each graded cell of a lesson stands, by grade id, in the order of the lesson."""
    path = folders.state() / "release" / stage / f"{lesson}.ipynb"
    return _places(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _places(path: Path, _: int) -> Mapping[str, Place]:
    cells = nbformat.read(path, as_version=4).cells
    headings, answer, graded = [("", "", 0)], None, {}
    for cell in cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not marks.get("solution"):
            texts = enumerate(HEADING.findall(cell.source))
            headings += [(_plain(text), cell.get("id", ""), number) for number, text in texts]
        answer = cell if marks.get("solution") or marks.get("task") else answer
        if marks.get("grade") or marks.get("task"):
            graded[marks["grade_id"]] = len(headings) - 1, answer if answer and is_test(cell) else cell
    of_exercises = {heading for heading, _ in graded.values()}
    found = {}
    for name, (heading, cell) in graded.items():
        before = [headings[0], *(headings[place] for place in range(1, heading) if place not in of_exercises)]
        title = _title(path.stem, name, headings[heading][0], sum(heading == other for other, _ in graded.values()))
        found[name] = Place(title, cell.metadata.nbgrader.grade_id, cell.source.strip(), *before[-1])
    return found


def _title(lesson: str, cell: str, heading: str, under_it: int) -> str:
    name = cell.removesuffix("-tests").replace("-", " ")
    if lesson in items.CHECKS:
        part, _, number = cell.partition("-")
        return f"{part.replace('_', ' ').capitalize()}, question {number}"
    return name if not heading else heading if under_it == 1 else f"{heading}: {name}"


def _plain(heading: str) -> str:
    return re.sub(r"[`*]|(?<!\\)\$", "", heading).strip()

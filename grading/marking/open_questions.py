"""The open questions of a stage, all answers to each, and the marks that a person gives them.

Marks go through nbgrader's Gradebook into the fields that its Formgrader fills in, so that feedback, export and
Formgrader say the same. Answers are read from the graded copies, with the cells that the learner added beside them.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from grading.marking.mend import edition
from grading.marking.rubric import Box, boxes, task_above
from grading.records import folders
from grading.records.gradebook import gradebook
from grading.records.groups import Groups
from grading.sandbox.source_tests import is_test

MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
MOST_BESIDE = 40  # cells that a learner added beside an answer, of which more are not shown


@dataclass(frozen=True)
class Question:
    """A cell that nbgrader leaves to a person; `task` is the Markdown above it, `solution` the instructor's answer."""

    stage: str
    lesson: str
    cell: str
    title: str
    task: str
    solution: str
    points: float
    boxes: tuple[Box, ...]

    @property
    def key(self) -> str:
        return f"{self.lesson}/{self.cell}"


@dataclass(frozen=True)
class Written:
    """What stands in a graded copy: the answer, pictures pasted into it, and cells added beside it.

    A cell beside is (kind, source, outputs as text, pictures as PNG in base64).
    """

    kind: str
    text: str
    pictures: str
    beside: tuple[tuple[str, str, str, tuple[str, ...]], ...]

    @property
    def digest(self) -> str:
        """The same for texts that differ in white space alone."""
        parts = [self.text, self.pictures, *(source for _, source, *_ in self.beside)]
        return hashlib.sha256("\0".join(" ".join(part.split()) for part in parts).encode(errors="replace")).hexdigest()[
            :20
        ]


@dataclass(frozen=True)
class Standing:
    """What the gradebook holds of one learner's answer: points that a person gave, whether it waits, the comment."""

    points: float | None
    waits: bool
    comment: str | None


@dataclass(frozen=True)
class Answer:
    """One learner's answer as it is now."""

    learner: str
    written: Written
    standing: Standing

    @property
    def version(self) -> str:
        """Another one as soon as the answer, its mark or its comment has changed."""
        said = json.dumps([self.written.digest, self.standing.points, self.standing.waits, self.standing.comment])
        return hashlib.sha256(said.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Answers:
    """All answers to a question; who left it as it was (nbgrader gives 0), and whose newest file is not graded."""

    given: tuple[Answer, ...]
    left_open: tuple[str, ...]
    not_graded: tuple[str, ...]


def questions(stage: str) -> list[Question]:
    """The open questions of a stage, in the order of its lessons.

    ValueError where the stage is unknown, has none, or nothing of it has been graded.
    """
    rows = folders.lessons(stage)
    if not any((folders.state() / "autograded").glob(f"*/{stage}/*.ipynb")):
        raise ValueError(f"nothing of {stage} has been graded: run `python -m grading autograde {stage}` first")
    found = [question for row in rows for question in _questions_of(row)]
    if not found:
        raise ValueError(f"{stage} has no open question: nothing in it is marked by a person")
    return found


def _questions_of(row) -> Iterator[Question]:
    cells = edition("source", row.stage, row.id).cells
    for place, cell in enumerate(cells):
        marks = cell.metadata.get("nbgrader", {})
        if is_test(cell) or not (marks.get("grade") or marks.get("task")):
            continue
        task = cell.source if marks.get("task") else task_above(cells, place)
        solution = "\n".join(line for line in cell.source.splitlines() if line.strip() not in MARKS)
        points = float(marks["points"])
        yield Question(row.stage, row.id, marks["grade_id"], row.title, task, solution, points, boxes(task, points))


def answers(question: Question) -> Answers:
    """All answers to a question, in the order of learners, as they are now in files and gradebook."""
    given, left_open, not_graded = [], [], []
    with gradebook() as book:
        automatic, standings = _of_all(book, question)
    for one in Groups().submissions(question.stage):
        if one.lesson != question.lesson:
            continue
        standing = standings.get(one.learner)
        if standing is None or not one.is_graded:
            not_graded.append(one.learner)
        elif automatic[one.learner] is not None and standing.points is None and not standing.waits:
            left_open.append(one.learner)
        else:
            written = _written(one.graded, one.graded.stat().st_mtime_ns, question)
            given.append(Answer(one.learner, written, standing))
    return Answers(tuple(given), tuple(left_open), tuple(not_graded))


def _of_all(book: Gradebook, question: Question) -> tuple[dict[str, float | None], dict[str, Standing]]:
    """nbgrader's own points, and what a person gave, by learner: two queries, however many they are."""

    def ask(kind: type, *columns):
        return (
            book.db.query(SubmittedAssignment.student_id, *columns)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(kind, kind.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == kind.cell_id)
            .join(Notebook, Notebook.id == BaseCell.notebook_id)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .filter(BaseCell.name == question.cell, Notebook.name == question.lesson, Assignment.name == question.stage)
        )

    comments = dict(map(tuple, ask(Comment, Comment.manual_comment)))
    automatic, standings = {}, {}
    for learner, own, points, waits in ask(Grade, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade):
        automatic[learner] = own
        standings[learner] = Standing(points, bool(waits), comments.get(learner))
    return automatic, standings


def _place(question: Question, learner: str) -> tuple[str, str, str]:
    return question.lesson, question.stage, learner


@lru_cache(maxsize=4096)
def _written(path: Path, _: int, question: Question) -> Written:
    """What a graded copy says to a question."""
    cells = nbformat.read(path, as_version=4).cells
    released = edition("release", question.stage, question.lesson).cells
    known = {cell.get("id") for cell in released} | {cell.source.strip() for cell in released}
    place = next(
        i for i, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == question.cell
    )
    is_added = lambda cell: "nbgrader" not in cell.metadata and not {cell.get("id"), cell.source.strip()} & known
    first, last = place, place + 1
    while first and is_added(cells[first - 1]):
        first -= 1
    while last < len(cells) and is_added(cells[last]):
        last += 1
    beside = [cell for cell in (*cells[first:place], *cells[place + 1 : last]) if cell.source.strip()][:MOST_BESIDE]
    pictures = json.dumps(cells[place].get("attachments", {}), sort_keys=True)
    added = tuple((cell.cell_type, cell.source, *_shown(cell)) for cell in beside)
    return Written(cells[place].cell_type, cells[place].source, pictures, added)


def _shown(cell: nbformat.NotebookNode) -> tuple[str, tuple[str, ...]]:
    """What a cell of code has printed, and its pictures."""
    texts, pictures = [], []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if output.output_type == "error":
            texts.append(f"{output.get('ename')}: {output.get('evalue')}")
        elif "image/png" in data:
            pictures.append("".join(data["image/png"].split()))
        else:
            texts.append("".join(output.get("text", data.get("text/plain", ""))))
    return "\n".join(texts), tuple(pictures)


def checked_points(value: object, most: float) -> float:
    """A mark as a number. ValueError where it is none from 0 to `most`: nothing is cut to fit."""
    try:
        points = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except ValueError:
        points = math.nan
    if not 0 <= points <= most:
        raise ValueError(f"points is {value!r}; it must be a number from 0 to {most:g}, with a point before decimals")
    return points


def write(question: Question, standings: Mapping[str, Standing]) -> dict[str, Standing]:
    """Put marks and comments into the gradebook, all together. Returns what was there before, by learner."""
    with gradebook() as book:
        _, before = _of_all(book, question)
        for learner, standing in standings.items():
            grade = book.find_grade(question.cell, *_place(question, learner))
            grade.manual_score, grade.needs_manual_grade = standing.points, standing.waits
            book.find_comment(question.cell, *_place(question, learner)).manual_comment = standing.comment
        book.db.commit()
    return {learner: before[learner] for learner in standings}

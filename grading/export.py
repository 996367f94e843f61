"""The gradebook as rows: one for each learner, stage and lesson, for the terminal, for a CSV file and for other programs."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from nbgrader.api import Gradebook

from grading import course


@dataclass(frozen=True)
class Row:
    """The score of one lesson that was handed in with its stage. A lesson that was left out has the score 0.

    `automatic` are the points of its tests, of `automatic_max`; `manual` those that a person gave. `to_grade` counts the
    cells that wait for a person: until it is 0, `score` may still rise. `handed_in` is UTC.
    """

    learner: str
    stage: str
    lesson: str
    score: float
    max_score: float
    automatic: float
    automatic_max: float
    manual: float
    to_grade: int
    late_penalty: float
    seconds_late: float
    handed_in: str


def gradebook() -> Gradebook:
    """nbgrader's gradebook of the state that is in use: close it after use, or use it in a `with`."""
    settings = course.nbgrader_config().CourseDirectory
    return Gradebook(settings.db_url, settings.course_id)


def rows(stage: str | None = None) -> list[Row]:
    """All rows of the gradebook, of one stage or of all, in the order of learners and lessons."""
    with gradebook() as book:
        submissions = [
            submission
            for assignment in book.assignments
            if stage in (None, assignment.name)
            for submission in assignment.submissions
        ]
        found = [_row(submission, notebook) for submission in submissions for notebook in submission.notebooks]
    return sorted(found, key=lambda row: (row.learner, row.stage, row.lesson))


def _row(submission, notebook) -> Row:
    """One of nbgrader's submitted notebooks as a row. Cells of code are graded by tests, the others by a person."""
    tests = [grade for grade in notebook.grades if grade.cell_type == "code"]
    penalty = notebook.late_submission_penalty or 0.0
    return Row(
        learner=submission.student.id,
        stage=submission.name,
        lesson=notebook.name,
        score=max(0.0, notebook.score - penalty),
        max_score=notebook.max_score,
        automatic=sum(grade.auto_score or 0.0 for grade in tests),
        automatic_max=sum(grade.max_score for grade in tests),
        manual=sum(grade.manual_score or 0.0 for grade in notebook.grades),
        to_grade=sum(grade.needs_manual_grade for grade in notebook.grades),
        late_penalty=penalty,
        seconds_late=submission.total_seconds_late,
        handed_in=f"{submission.timestamp:%Y-%m-%d %H:%M:%S}" if submission.timestamp else "",
    )


def export(path: Path) -> int:
    """Write every row of the gradebook to a CSV file and return their number. ValueError where there is none."""
    found = rows()
    if not found:
        raise ValueError("the gradebook is empty: collect and autograde first")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for row in found)
    return len(found)


def score_table(found: Sequence[Row]) -> str:
    """Rows of the gradebook as a table for the terminal."""
    header = ("learner", "lesson", "score", "of", "tests", "of", "waits for you")
    body = [
        (row.learner, row.lesson)
        + tuple(f"{value:g}" for value in (row.score, row.max_score, row.automatic, row.automatic_max))
        + (f"{row.to_grade} cell{'s' if row.to_grade > 1 else ''}" if row.to_grade else "",)
        for row in found
    ]
    return text_table(header, body)


def text_table(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Columns of text, numbers to the right."""
    lines = [header, *body]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    numeric = [all(_is_number(line[column]) for line in body) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width) for cell, width, number in zip(line, widths, numeric)
        ).rstrip()
        for line in lines
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()

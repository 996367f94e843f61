"""The gradebook as rows: one for each learner, stage and lesson, for the terminal, for a CSV file and for other programs."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from unittest.mock import patch

from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker

from grading.records import folders
from trainlib.questions import CHECK_IN, CHECK_OUT


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
    """nbgrader's gradebook of the state that is in use: close it after use, or use it in a `with`.

    ValueError where it lies on a server that cannot be reached, or that this Python cannot speak to.
    """
    settings = folders.nbgrader_config().CourseDirectory
    try:
        return Gradebook(settings.db_url, settings.course_id)
    except ModuleNotFoundError:
        raise ValueError('a gradebook in PostgreSQL needs psycopg: pip install -e ".[scale]"') from None
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise ValueError(f"the gradebook that settings.toml names as database cannot be opened: {said}") from None


@contextmanager
def kept_open() -> Iterator[None]:
    """nbgrader opens the gradebook some ten times a notebook, and looks at all its tables each time: in here, once."""
    with gradebook() as first:

        def share(book: Gradebook, *_) -> None:
            book.engine, book.course_id, book.authenticator = first.engine, first.course_id, None
            book.db = scoped_session(sessionmaker(bind=first.engine))

        with patch.multiple(Gradebook, __init__=share, close=lambda book: book.db.remove()):
            yield


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


def export(path: Path, form: str = "rows") -> int:
    """Write the gradebook to a CSV file and return its number of rows. ValueError where there is none.

    `form` is "rows", a row for each learner, stage and lesson as in `Row`, or "moodle" or "canvas": a row a learner and
    a column a stage, as the import of that platform reads it (Moodle's Grade import from CSV, Canvas' Gradebook import).
    """
    if not (found := rows()):
        raise ValueError("the gradebook is empty: collect and autograde first")
    header, *body = {"rows": _all_rows, "moodle": _for_moodle, "canvas": _for_canvas}[form](found)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([_harmless(value) for value in row] for row in [header, *body])
    return len(body)


def _all_rows(found: Sequence[Row]) -> list[Sequence]:
    return [[field.name for field in fields(Row)], *(astuple(row) for row in found)]


def _for_moodle(found: Sequence[Row]) -> list[Sequence]:
    """Whoever imports it maps the first column to Moodle's username, ID number or email address, and each stage to an item."""
    titles, scores, _ = _by_stage(found)
    return [["Username", *titles], *([learner, *row] for learner, row in scores.items())]


def _for_canvas(found: Sequence[Row]) -> list[Sequence]:
    """Canvas looks for ID, then SIS User ID, then SIS Login ID, then the name, and asks about whom it does not find.

    Its importer wants these five columns in this order, and takes a row that begins with "Points Possible" for the maxima.
    """
    titles, scores, most = _by_stage(found)
    people = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    body = ([learner, "", "", learner, "", *row] for learner, row in scores.items())
    return [[*people, *titles], ["    Points Possible", "", "", "", "", *most], *body]


def _by_stage(found: Sequence[Row]) -> tuple[list[str], dict[str, list], list[float]]:
    """The titles of the stages that were graded, each learner's points of them ("" where nothing came), and the maxima.

    Check-in and check-out measure, and are no grades: their points are in no sum.
    """
    found = [row for row in found if row.lesson not in (CHECK_IN, CHECK_OUT)]
    stages = [stage for stage in folders.stages() if stage["folder"] in {row.stage for row in found}]
    scores, most = {}, {}
    for row in found:
        place = (row.learner, row.stage)
        scores[place] = scores.get(place, 0.0) + row.score
        most[place] = most.get(place, 0.0) + row.max_score
    learners, names = sorted({row.learner for row in found}), [stage["folder"] for stage in stages]
    points = {
        one: [round(scores[one, stage], 2) if (one, stage) in scores else "" for stage in names] for one in learners
    }
    highest = [max(value for (_, own), value in most.items() if own == stage) for stage in names]
    return [stage["title"] for stage in stages], points, highest


def _harmless(value: object) -> object:
    """Text that a spreadsheet would take for a formula, marked as text (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else value


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

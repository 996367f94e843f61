"""The gradebook as a CSV file, for people, and as Moodle or Canvas imports it."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from grading.records import folders
from grading.records.glance import Row, rows
from grading.records.tables import write_csv
from trainlib.questions import CHECK_IN, CHECK_OUT

KEYS = ("learner", "stage", "lesson", "max_score", "automatic_max")  # what a lesson has that was not handed in


def export(path: Path, form: str = "rows") -> int:
    """Write the gradebook to a CSV file and return its number of rows. ValueError where there is none.

    `form` is "rows", a row for each learner, stage and lesson as in `Row`, where a lesson that was not handed in has
    empty fields and not nbgrader's 0, or "moodle" or "canvas": a row a learner and
    a column a stage, as the import of that platform reads it (Moodle's Grade import from CSV, Canvas' Gradebook
    import).
    """
    if not (found := rows()):
        raise ValueError("the gradebook is empty: collect and autograde first")
    header, *body = {"rows": _all_rows, "moodle": _for_moodle, "canvas": _for_canvas}[form](found)
    return write_csv(path, header, body)


def _all_rows(found: Sequence[Row]) -> list[Sequence]:
    names = [field.name for field in fields(Row)]
    return [names, *([asdict(row)[name] if is_there(row) or name in KEYS else "" for name in names] for row in found)]


def is_there(row: Row) -> bool:
    """Whether a lesson was handed in, or has points from elsewhere."""
    return bool(row.score or row.manual) or row.submission.file.exists()


def _for_moodle(found: Sequence[Row]) -> list[Sequence]:
    """Whoever imports it maps the first column to Moodle's username, ID number or email address, and each stage to an
    item."""
    titles, scores, _ = _by_stage(found)
    return [["Username", *titles], *([learner, *row] for learner, row in scores.items())]


def _for_canvas(found: Sequence[Row]) -> list[Sequence]:
    """Canvas looks for ID, then SIS User ID, then SIS Login ID, then the name, and asks about whom it does not find.

    Its importer wants these five columns in this order, and takes a row that begins with "Points Possible" for the
    maxima.
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
    stages = [stage for stage in folders.stages() if stage.folder in {row.stage for row in found}]
    scores, most = {}, {}
    for row in found:
        place = (row.learner, row.stage)
        scores[place] = scores.get(place, 0.0) + row.score
        most[place] = most.get(place, 0.0) + row.max_score
    learners, names = sorted({row.learner for row in found}), [stage.folder for stage in stages]
    points = {
        one: [round(scores[one, stage], 2) if (one, stage) in scores else "" for stage in names] for one in learners
    }
    highest = [max(value for (_, own), value in most.items() if own == stage) for stage in names]
    return [stage.title for stage in stages], points, highest

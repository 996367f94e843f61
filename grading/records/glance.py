"""The points of the gradebook, read at a glance: its tables are asked without nbgrader, which takes seconds to load.

Nothing is written here, and a gradebook that is not there is not made. `gradebook.rows` says the same of scores.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from grading.records import folders, settings

ASKED = """
SELECT submitted_assignment.student_id, assignment.name, notebook.name, base_cell.name, grade_cells.cell_type,
       grade_cells.max_score, task_cells.max_score, grade.auto_score, grade.manual_score, grade.extra_credit,
       grade.needs_manual_grade, submitted_notebook.late_submission_penalty
FROM grade
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN notebook ON submitted_notebook.notebook_id = notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
JOIN base_cell ON grade.cell_id = base_cell.id
LEFT JOIN grade_cells ON base_cell.id = grade_cells.id
LEFT JOIN task_cells ON base_cell.id = task_cells.id
"""


@dataclass
class Points:
    """What the gradebook has for one lesson of a learner; `failed` are the tests that cost points, of `tests`.

    `to_mark` counts the cells that wait for a person: until it is 0, `score` may still rise.
    """

    score: float = 0.0
    most: float = 0.0
    to_mark: int = 0
    penalty: float = 0.0
    failed: tuple[str, ...] = ()
    tests: int = 0

    def add(self, cell: str, is_test: bool, most: float, score: float, waits: bool) -> None:
        self.score, self.most, self.to_mark = self.score + score, self.most + most, self.to_mark + waits
        self.tests += is_test and not waits
        if is_test and not waits and score < most:
            self.failed += (cell,)


def points() -> dict[tuple[str, str, str], Points]:
    """The points by (learner, stage, lesson); {} where there is no gradebook. ValueError where it cannot be read."""
    found: dict[tuple[str, str, str], Points] = {}
    for learner, stage, lesson, cell, kind, most, of_task, auto, manual, extra, waits, penalty in _rows():
        one = found.setdefault((learner, stage, lesson), Points(penalty=penalty or 0.0))
        given = auto if manual is None else manual
        score = 0.0 if given is None else given + (extra or 0.0)
        one.add(cell, kind == "code", (most if kind else of_task) or 0.0, score, bool(waits))
    for one in found.values():
        one.score = max(0.0, one.score - one.penalty)
    return found


def _rows() -> list[tuple]:
    url = settings.database()
    if url.startswith("postgresql"):
        return _of_server(url.replace("+psycopg", "", 1))
    path = folders.state() / "gradebook.db"
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as book:
            return book.execute(ASKED).fetchall()
    except sqlite3.Error as error:
        raise ValueError(f"the gradebook {path} cannot be read: {error}") from None


def _of_server(url: str) -> list[tuple]:
    try:
        import psycopg
    except ModuleNotFoundError:
        raise ValueError('a gradebook in PostgreSQL needs psycopg: pip install -e ".[scale]"') from None
    try:
        with psycopg.connect(url) as book:
            return book.execute(ASKED).fetchall()
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.Error as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(f"the gradebook that settings.toml names as database cannot be read: {said}") from None

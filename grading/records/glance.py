"""The points of the gradebook, read at a glance: its tables are asked without nbgrader, which takes seconds to load.

Nothing is written here, and a gradebook that is not there is not made. What lateness takes off is no part of the
gradebook, and what nbgrader or older versions stored there is left unread.
"""

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field, replace

from grading.records import folders, settings
from grading.records.folders import Submission
from grading.records.groups import Groups
from grading.records.lateness import Lateness

CELLS = """
SELECT submitted_assignment.student_id, assignment.name, notebook.name, base_cell.name, grade_cells.cell_type,
       grade_cells.max_score, task_cells.max_score, grade.auto_score, grade.manual_score, grade.extra_credit,
       grade.needs_manual_grade
FROM grade
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN notebook ON submitted_notebook.notebook_id = notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
JOIN base_cell ON grade.cell_id = base_cell.id
LEFT JOIN grade_cells ON base_cell.id = grade_cells.id
LEFT JOIN task_cells ON base_cell.id = task_cells.id
"""
TIMES = """
SELECT submitted_assignment.student_id, assignment.name, notebook.name, submitted_assignment.timestamp
FROM submitted_notebook
JOIN notebook ON submitted_notebook.notebook_id = notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
"""
COMMENTS = """
SELECT submitted_assignment.student_id, assignment.name, notebook.name, base_cell.name,
       comment.auto_comment, comment.manual_comment
FROM comment
JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
JOIN notebook ON submitted_notebook.notebook_id = notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
JOIN base_cell ON comment.cell_id = base_cell.id
"""


@dataclass(frozen=True)
class Mark:
    """The points of one cell: those of `auto` a test gave, those of `manual` a person. `waits`: a person has to look
    at it."""

    points: float
    most: float
    auto: float | None
    manual: float | None
    waits: bool
    is_test: bool


@dataclass
class Marks:
    """What the gradebook has for one lesson of a learner, cell by cell, and the `penalty` that lateness takes off now.

    `reasons` are comments that grading made, `comments` those of a person.
    """

    cells: dict[str, Mark] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """Those of the gradebook, before anything is taken off."""
        return sum(mark.points for mark in self.cells.values())

    @property
    def score(self) -> float:
        return round(max(0.0, self.points - self.penalty), 9)

    @property
    def most(self) -> float:
        return sum(mark.most for mark in self.cells.values())


@dataclass(frozen=True)
class Points:
    """What one lesson of a learner has, without what lateness takes off; `failed` are the tests that cost points, of
    `tests`.

    `to_mark` counts the cells that wait for a person: until it is 0, `score` may still rise.
    """

    score: float
    most: float
    to_mark: int
    failed: tuple[str, ...]
    tests: int


@dataclass(frozen=True)
class Row:
    """The score of one lesson that was handed in with its stage. A lesson that was left out has the score 0.

    `automatic` are the points of its tests, of `automatic_max`; `manual` those that a person gave. `to_grade` counts
    the cells that wait for a person: until it is 0, `score` may still rise. `late_penalty` is what the settings take
    off now for `seconds_late`: neither is read from the gradebook. `handed_in` is UTC. `work_of` names the member of
    the learner's group whose work counts; "" where there is no group.
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
    work_of: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is the learner's own work, and not that of somebody else in the group."""
        return self.work_of in ("", self.learner)

    @property
    def submission(self) -> Submission:
        """What the points are for."""
        return Submission(self.work_of or self.learner, self.stage, self.lesson)


def rows(stage: str | None = None) -> list[Row]:
    """All rows of the gradebook, of one stage or of all, in the order of learners and lessons; [] where there is none.

    ValueError where it cannot be read.
    """
    lateness, groups = Lateness(), Groups()
    times = {(learner, of, lesson): time for learner, of, lesson, time in _rows(TIMES) if stage in (None, of)}
    cells = _cells()
    shared = groups.shared({place: (cells.get(place, Marks()), time) for place, time in times.items()})
    return [_row(place, *shared[place][0], shared[place][1], lateness) for place in sorted(shared)]


def _row(place: tuple[str, str, str], one: Marks, time: object, work_of: str, lateness: Lateness) -> Row:
    learner, stage, lesson = place
    late = lateness.of(Submission(work_of or learner, stage, lesson), learner)
    tests = [mark for mark in one.cells.values() if mark.is_test]
    penalty = late.penalty(one.points)
    return Row(
        *place,
        score=replace(one, penalty=penalty).score,
        max_score=one.most,
        automatic=sum(mark.auto or 0.0 for mark in tests),
        automatic_max=sum(mark.most for mark in tests),
        manual=sum(mark.manual or 0.0 for mark in one.cells.values()),
        to_grade=sum(mark.waits for mark in one.cells.values()),
        late_penalty=penalty,
        seconds_late=late.by.total_seconds(),
        handed_in=str(time)[:19] if time else "",
        work_of=work_of,
    )


def points(lateness: Lateness | None = None, groups: Groups | None = None) -> dict[tuple[str, str, str], Points]:
    """The points by (learner, stage, lesson); {} where there is no gradebook. ValueError where it cannot be read."""
    found = {}
    for place, one in _counted(_cells(), lateness, groups).items():
        to_mark = sum(mark.waits for mark in one.cells.values())
        tests = {name: mark for name, mark in one.cells.items() if mark.is_test and not mark.waits}
        failed = tuple(name for name, mark in tests.items() if mark.points < mark.most)
        found[place] = Points(one.score, one.most, to_mark, failed, len(tests))
    return found


def marks(lateness: Lateness | None = None, groups: Groups | None = None) -> dict[tuple[str, str, str], Marks]:
    """The same cell by cell, with the comments."""
    found = _cells()
    for learner, stage, lesson, cell, reason, comment in _rows(COMMENTS):
        if one := found.get((learner, stage, lesson)):
            one.reasons |= {cell: reason} if reason else {}
            one.comments |= {cell: comment} if comment else {}
    return _counted(found, lateness, groups)


def _counted(
    found: dict[tuple[str, str, str], Marks], lateness: Lateness | None, groups: Groups | None
) -> dict[tuple[str, str, str], Marks]:
    """What everybody has: of a group what counts for it, and what lateness takes off from each member."""
    lateness, groups, counted = lateness or Lateness(), groups or Groups(), {}
    for (learner, *where), (one, work_of) in groups.shared(found).items():
        late = lateness.of(Submission(work_of or learner, *where), learner)
        counted[learner, *where] = replace(one, penalty=late.penalty(one.points))
    return counted


def _cells() -> dict[tuple[str, str, str], Marks]:
    found = defaultdict(Marks)
    for learner, stage, lesson, cell, kind, most, of_task, auto, manual, extra, waits in _rows(CELLS):
        one, given = found[learner, stage, lesson], auto if manual is None else manual
        score = 0.0 if given is None else given + (extra or 0.0)
        one.cells[cell] = Mark(score, (most if kind else of_task) or 0.0, auto, manual, bool(waits), kind == "code")
    return dict(found)


def _rows(asked: str) -> list[tuple]:
    url = settings.database()
    if url.startswith("postgresql"):
        return _of_server(url.replace("+psycopg", "", 1), asked)
    path = folders.state() / "gradebook.db"
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as book:
            return book.execute(asked).fetchall()
    except sqlite3.Error as error:
        raise ValueError(f"the gradebook {path} cannot be read: {error}") from None


def _of_server(url: str, asked: str) -> list[tuple]:
    try:
        import psycopg
    except ModuleNotFoundError:
        raise ValueError('a gradebook in PostgreSQL needs psycopg: pip install -e ".[scale]"') from None
    try:
        with psycopg.connect(url) as book:
            return book.execute(asked).fetchall()
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.Error as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ValueError(f"the gradebook that settings.toml names as database cannot be read: {said}") from None

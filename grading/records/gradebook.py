"""nbgrader's gradebook, opened, and read as rows: one for each learner, stage and lesson."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker

from grading.records import nbgrader, settings
from grading.records.folders import Submission
from grading.records.groups import Groups
from grading.records.lateness import Lateness


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


def gradebook() -> Gradebook:
    """nbgrader's gradebook of the state that is in use: close it after use, or use it in a `with`. A new one is made.

    ValueError where it lies on a server that cannot be reached, or that this Python cannot speak to.
    """
    before, api.get_alembic_version = api.get_alembic_version, _version_of_tables
    try:
        return Gradebook(settings.database(), nbgrader.COURSE)
    except ModuleNotFoundError:
        raise ValueError('a gradebook in PostgreSQL needs psycopg: pip install -e ".[scale]"') from None
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise ValueError(f"the gradebook that settings.toml names as database cannot be opened: {said}") from None
    finally:
        api.get_alembic_version = before


@cache
def _version_of_tables() -> str:
    """What nbgrader writes into a new gradebook, and asks a process of some two seconds for."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(api.__file__).with_name("alembic"))).get_current_head()


class Kept:
    """The gradebook that `kept_open` keeps open."""

    def __init__(self, engine: Engine):
        self.engine, self.connection = engine, None

    def begin(self) -> None:
        """From here on nbgrader's commits reach the disk together, by `end`, or not at all."""
        self.connection = self.engine.connect()
        self.connection.begin()

    def end(self, keep: bool) -> None:
        """Keep what was written since `begin`, or none of it; nothing where there is nothing to end."""
        if self.connection:
            transaction, self.connection = self.connection, None
            with transaction:  # closed without a commit, it is rolled back
                if keep:
                    transaction.commit()


@contextmanager
def kept_open() -> Iterator[Kept]:
    """nbgrader opens the gradebook some ten times a notebook, and looks at all its tables each time: in here, once.

    Its converters and preprocessors name the class themselves, so the class is what has to change for a while.
    """
    before = Gradebook.__init__, Gradebook.close
    with gradebook() as first:
        kept = Kept(first.engine)

        def share(book: Gradebook, *_) -> None:
            book.engine, book.course_id, book.authenticator = kept.engine, first.course_id, None
            bind = kept.connection or kept.engine
            # After `begin` a commit of nbgrader's ends nothing, and what it has read stays as it is.
            sessions = sessionmaker(bind, join_transaction_mode="rollback_only", expire_on_commit=bind is kept.engine)
            book.db = scoped_session(sessions)

        Gradebook.__init__, Gradebook.close = share, lambda book: book.db.remove()
        try:
            yield kept
        finally:
            kept.end(keep=False)  # what was stopped in the middle
            Gradebook.__init__, Gradebook.close = before


def rows(stage: str | None = None) -> list[Row]:
    """All rows of the gradebook, of one stage or of all, in the order of learners and lessons."""
    groups, lateness = Groups(), Lateness()
    with gradebook() as book:
        submissions = [
            submission
            for assignment in book.assignments
            if stage in (None, assignment.name)
            for submission in assignment.submissions
        ]
        found = [_row(submission, notebook) for submission in submissions for notebook in submission.notebooks]
    shared = groups.shared({(row.learner, row.stage, row.lesson): row for row in found})
    return [_of(learner, *shared[learner, *where], lateness) for learner, *where in sorted(shared)]


def _of(learner: str, row: Row, work_of: str, lateness: Lateness) -> Row:
    """A row as it counts for a learner, with what lateness takes off."""
    row = replace(row, learner=learner, work_of=work_of)
    late = lateness.of(row.submission, learner)
    penalty = late.penalty(row.score)
    score = max(0.0, row.score - penalty)
    return replace(row, score=score, late_penalty=penalty, seconds_late=late.by.total_seconds())


def _row(submission, notebook) -> Row:
    """One of nbgrader's submitted notebooks as a row. Cells of code are graded by tests, the others by a person."""
    tests = [grade for grade in notebook.grades if grade.cell_type == "code"]
    return Row(
        learner=submission.student.id,
        stage=submission.name,
        lesson=notebook.name,
        score=notebook.score,
        max_score=notebook.max_score,
        automatic=sum(grade.auto_score or 0.0 for grade in tests),
        automatic_max=sum(grade.max_score for grade in tests),
        manual=sum(grade.manual_score or 0.0 for grade in notebook.grades),
        to_grade=sum(grade.needs_manual_grade for grade in notebook.grades),
        late_penalty=0.0,
        seconds_late=0.0,
        handed_in=f"{submission.timestamp:%Y-%m-%d %H:%M:%S}" if submission.timestamp else "",
    )

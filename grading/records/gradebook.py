"""nbgrader's gradebook, opened to be written to. Who only reads points asks `glance`, which needs no nbgrader."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker

from grading.records import nbgrader, settings


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

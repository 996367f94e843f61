"""Copies of the gradebook, made before the grades of a stage are written: what a person has marked cannot be made
again."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from grading.records import folders, settings

KEPT = 5


def make() -> Path | None:
    """Copy the gradebook to `backups` in the state folder, whole even while somebody writes to it; the newest few are
    kept.

    To go back, stop every command and the Formgrader, and copy one over gradebook.db, or give it to pg_restore. None
    where there is no gradebook, or where PostgreSQL's pg_dump cannot copy it, which is said aloud. ValueError where
    SQLite's cannot be copied, as on a full disk: no grade is written without a copy of those before.
    """
    url, live = settings.database(), folders.state() / "gradebook.db"
    on_server = url.startswith("postgresql")
    if not on_server and not live.exists():
        return None
    folder = folders.state() / "backups"
    folder.mkdir(exist_ok=True)
    ending = "dump" if on_server else "db"
    copy, part = folder / f"gradebook-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.{ending}", folder / "part"
    part.unlink(missing_ok=True)
    if on_server:
        if why := _dump(url.replace("+psycopg", "", 1), part):
            print(f"NO BACKUP of the gradebook: {why}", flush=True)
            return None
    else:
        _copy(live, part)
    part.replace(copy)
    for old in sorted(folder.glob(f"gradebook-*.{ending}"))[:-KEPT]:
        old.unlink()
    return copy


def _copy(live: Path, target: Path) -> None:
    """Copy a gradebook in SQLite, whole or not at all."""
    try:
        with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise ValueError(f"the gradebook {live} cannot be copied to {target.parent}: {error}") from None


def _dump(url: str, target: Path) -> str:
    """Have a PostgreSQL database written to a file. Returns why that failed, or ""."""
    if not shutil.which("pg_dump"):
        return "pg_dump is not installed"
    command = ["pg_dump", "--format=custom", f"--dbname={url}", f"--file={target}"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""

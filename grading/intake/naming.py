"""Whose file is it, and which lesson? Read from the names that learning platforms, nbgrader and file managers give.

    Moodle      Ada Lovelace_4711_assignsubmission_file/…, or that at the beginning of each file's name
    Canvas      lovelaceada_LATE_4711_98765_….ipynb: name, lateness, number of the person, number of the file
    nbgrader    ada+1_principles+2027-01-29 17:03:00.0 UTC/…: its exchange's folder `inbound`
    plain       ada/1_principles/1-01_….ipynb as `hand_in` zips it, or ada/1-01_….ipynb

Whom a platform names has handed in, whatever name stands in the zip that was uploaded there.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from nbgrader.utils import parse_utc

from grading.intake.archives import File, Refused
from grading.records import folders
from trainlib.course import NAME

MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_late)?_(?P<number>\d+)_\d+_(?P<file>.+)", re.IGNORECASE)
EXCHANGE = re.compile(r"(?P<learner>[^+]+)\+(?P<stage>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d [^+]+)(?:\+[^+]*)?")
BEFORE = re.compile(r"^(copy|kopie|copie) (of|von|de) ", re.IGNORECASE)
AFTER = re.compile(r"[ ._-]*(copy|kopie|copie)?[ ._-]*(\(?\d+\)?)?", re.IGNORECASE)
CLOCK_ERROR, EARLIEST = timedelta(days=1), datetime(2000, 1, 1)
NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """What the names around a file say: `time` (UTC) is the exchange's; the rest are a platform's words.

    `person` is its name_number in one `download`; `late` is None where the platform does not say.
    """

    learner: str
    stage: str | None
    name: str
    download: str = ""
    person: str = ""
    late: bool | None = None
    time: datetime | None = None


def place(file: File, learners: Mapping[str, str]) -> Place:
    """Where a file belongs. `learners`: who is who for names of a platform, by name or name_number. Refused says why not."""
    inner = PurePosixPath(file.path).parts
    stage = inner[-2] if len(inner) > 1 else None
    if found := _platform(file):
        by_name = learners.get(found.person.rpartition("_")[0], found.learner)
        learner = learners.get(found.person, by_name)
        if not learner:
            raise Refused(f"who is {found.person!r}? Say it in [learners] of settings.toml")
        known = stage if stage in _stages() else None
        return replace(found, learner=learner, name=found.name or inner[-1], stage=known)
    if stage and (exchange := EXCHANGE.fullmatch(stage)):
        return Place(
            _checked(exchange["learner"]), _known(exchange["stage"]), inner[-1], time=time_of(exchange["time"])
        )
    if len(inner) > 2:
        return Place(_checked(inner[-3]), _known(stage), inner[-1])
    if stage is None or stage in _stages():
        raise Refused("its place does not say whose it is: <learner>/<stage>/<lesson>.ipynb")
    return Place(_checked(stage), None, inner[-1])


def lesson_of(name: str) -> dict | None:
    """The row of the lesson that a file is a copy of, whatever a browser, Colab or file manager has added to its name."""
    if not NOTEBOOK.search(name):
        return None
    stem = BEFORE.sub("", NOTEBOOK.sub("", name))
    fits = [row for row in folders.lessons() if stem.startswith(row.id) and AFTER.fullmatch(stem[len(row.id) :])]
    return max(fits, key=lambda row: len(row.id), default=None)


def time_of(text: str) -> datetime:
    """A time as nbgrader writes it, as UTC. Refused where it is none or cannot be."""
    try:
        time = parse_utc(text.strip())
    except (ValueError, OverflowError):
        raise Refused("it is not a time: the time of the newest file counts instead") from None
    if time > datetime.now(UTC).replace(tzinfo=None) + CLOCK_ERROR:
        raise Refused(f"it says {time:%Y-%m-%d}, which lies in the future: the time of the newest file counts instead")
    if time < EARLIEST:
        raise Refused("it says a time long past: the time of the newest file counts instead")
    return time


def _platform(file: File) -> Place | None:
    """What the outermost name says that a platform gave; the file's own name is "" where that is not part of it."""
    parts = [*PurePosixPath(file.origin).parts, *PurePosixPath(file.path).parts]
    for depth, part in enumerate(parts, start=1):
        last = depth == len(parts)
        if found := MOODLE.fullmatch(part):  # its number is another one in each assignment, so no part of a name
            learner, late = _plain(found["name"]), None
        elif (last or part.lower().endswith(".zip")) and (found := CANVAS.fullmatch(part)):
            learner, late = f"{_plain(found['name'])}-{found['number']}".strip("-"), bool(found["late"])
        else:
            continue
        name, person = found["file"] if last else "", f"{found['name']}_{found['number']}"
        return Place(learner, None, name or "", "/".join(parts[: depth - 1]), person, late)
    return None


def _plain(name: str) -> str:
    """A person's name as a learner's name: Zoë O'Neill is zoe-o-neill."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:40]


def _stages() -> list[str]:
    return [row.folder for row in folders.stages()]


def _known(stage: str) -> str:
    if stage not in _stages():
        raise Refused(f"there is no stage {stage!r}")
    return stage


def _checked(learner: str) -> str:
    if not NAME.fullmatch(learner):
        raise Refused(f"the learner's name {learner!r} must be 1 to 64 letters, digits, dots, underscores or hyphens")
    return learner

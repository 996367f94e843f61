"""Who sent a file, and which lesson is it? Read from the names that learning platforms, nbgrader and file managers
give.

    Moodle        Ada Lovelace_4711_assignsubmission_file/…, or that at the beginning of each file's name
    Canvas        lovelaceada_LATE_4711_98765_….ipynb: name, lateness, number of the person, number of the file
    Brightspace   12345-67890 - Ada Lovelace - Oct 5, 2026 1030 AM/…, or that at the beginning of each file's name
    Blackboard    1 Principles_adal_attempt_2026-10-05-10-30-00_….ipynb: title, login, time
    ILIAS         multi_feedback_…/Abgaben/Lovelace_Ada_adal_4711/…: names, login, number
    Gradescope    assignment_77_export/submission_111/…, and a list that says who that is (see `gradescope`)
    nbgrader      ada+1_principles+2027-01-29 17:03:00.0 UTC/…: its exchange's folder `inbound`
    plain         ada/1_principles/1-01_….ipynb as `hand_in` zips it, or ada/1-01_….ipynb

Whom a platform names has handed in, whatever name stands in the zip that was uploaded there. Here is only what the
names say; `people` decides which learner that is. Times in names are local times of this machine.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

from grading.intake.archives import File, Refused, utc
from grading.records import folders
from grading.records.received import Received
from trainlib.course import Lesson, learner_name

MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>[^\s/]+?)(?P<late>_late)?_(?P<number>\d+)_\d+_(?P<file>.+)", re.IGNORECASE)
BRIGHTSPACE = re.compile(
    r"(?P<number>\d+-\d+) ?- ?(?P<name>.+?) ?- ?(?P<time>\w{3,9} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: ?- ?(?P<file>.+))?"
)
BLACKBOARD = re.compile(r"(?P<name>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")
ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>.+)_(?P<number>\d+)")
ILIAS_FOLDERS = ("abgaben", "submissions")
GRADESCOPE = re.compile(r"submission_(?P<number>\d+)")
EXCHANGE = re.compile(r"(?P<learner>[^+]+)\+(?P<stage>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d [^+]+)(?:\+[^+]*)?")
BEFORE = re.compile(r"^(copy|kopie|copie) (of|von|de) ", re.IGNORECASE)
AFTER = re.compile(r"[ ._-]*(copy|kopie|copie)?[ ._-]*(\(?\d+\)?)?", re.IGNORECASE)
CLOCK_ERROR, EARLIEST = timedelta(days=1), datetime(2000, 1, 1)
NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)
NOBODY = set(  # folders and zips that are called so say nothing about a person
    "abgabe abgaben archive attempts colab content course desktop documents download downloads drive exercises export "
    "files final grading hand_in handed_in home homework inbound jovyan lessons llm-course mydrive notebooks project "
    "solution solutions stage submission submissions submitted trainlib upload uploads work".split()
) | {"my drive", "colab notebooks", "my course", "new folder", "neuer ordner", "hand in", "my work"}


@dataclass(frozen=True)
class Sender:
    """Who seems to have sent a file. `keys` are what settings, roster and `who` may call the person, the most exact
    first.

    `learner` is the name that follows, "" where none does. `source` stays the same from one download to the next and
    tells two senders apart; OWN is that of `hand_in`'s zips and of the instructor's own folders. `hints` are names
    around that may be another person's. Whoever has the same `download` but another `number` is another person.
    `named` is the folder that names the person; `by_hub`: a JupyterHub does, so nothing else may be meant by it.
    """

    keys: tuple[str, ...]
    learner: str
    source: str
    hints: tuple[str, ...] = ()
    download: str = ""
    number: str = ""
    is_platform: bool = False
    named: str = ""
    by_hub: bool = False

    @property
    def label(self) -> str:
        """What an instructor calls the sender when saying who it is."""
        return self.source if self.is_platform else self.keys[0]


OWN, SEVERAL = "own", "a zip of several"


@dataclass(frozen=True)
class Place:
    """What the names around a file say. `time` (UTC) is the exchange's or a platform's.

    `late` is None where the platform does not say; `said` is the learner whom a zip names that a platform brought.
    """

    sender: Sender
    stage: str | None
    name: str
    late: bool | None = None
    time: datetime | None = None
    said: str = ""


def place(file: File, pointed_at: bool = True, by_hand: bool = False, several: bool = False) -> Place:
    """Where a file belongs. Refused says why that cannot be told.

    `pointed_at`: its zip is what the instructor named, and no zip in a folder; `by_hand`: nothing in the zip says that
    `hand_in` wrote it; `several`: it names several learners.
    """
    inner = PurePosixPath(file.path).parts
    stage = inner[-2] if len(inner) > 1 else None
    if found := _platform(file):
        known = stage if stage in stage_names() else None
        said = inner[-3] if known and len(inner) > 2 else ""
        return replace(found, name=found.name or inner[-1], stage=known, said=said)
    if stage and (exchange := EXCHANGE.fullmatch(stage)):
        sender = _plain_sender(exchange["learner"], file)
        return Place(sender, _known(exchange["stage"]), inner[-1], time=time_of(exchange["time"]))
    if len(inner) > 2:
        _known(stage)
    named = claim(file)
    is_by_hand = file.origin and not pointed_at and by_hand and not _agrees(named, file.origin)
    sender = _sender_by_hand(named, file, several) if is_by_hand else _plain_sender(named, file)
    return Place(sender, stage if stage in stage_names() else None, inner[-1])


def of_hub(came: Received, file: File) -> Place:
    """Where a file belongs that came by the hub, which knows its users: no name is read for anything else."""
    sender = Sender((f"hub/{came.learner}",), came.learner, OWN, named=came.learner, by_hub=True)
    return Place(sender, _known(came.stage), PurePosixPath(file.path).name)


def claim(file: File) -> str:
    """Whom the folders of a file name, in the zip in which it came: the innermost one that may be a person; "" if
    none may.
    """
    parts = reversed(PurePosixPath(file.path).parts[:-1])
    return next((part for part in parts if part not in stage_names() and not is_nobody(part)), "")


def is_of_platform(file: File) -> bool:
    """Whether a platform added a file to what people sent: a list of who sent what."""
    name = PurePosixPath(file.path).name
    found = BLACKBOARD.fullmatch(name)
    return name in ("submission_metadata.yml", "submission_metadata.yaml") or bool(found and found["file"] is None)


def lesson_of(name: str) -> Lesson | None:
    """The lesson that a file is a copy of, whatever a browser, Colab or file manager has added to its name."""
    if not NOTEBOOK.search(name):
        return None
    stem = BEFORE.sub("", NOTEBOOK.sub("", name))
    fits = [row for row in folders.lessons() if stem.startswith(row.id) and AFTER.fullmatch(stem[len(row.id) :])]
    return max(fits, key=lambda row: len(row.id), default=None)


def time_of(text: str) -> datetime:
    """A time as nbgrader writes it, as UTC. Refused where it is none, or long past."""
    from nbgrader.utils import parse_utc  # which takes a second to load

    try:
        time = parse_utc(text.strip())
    except (ValueError, OverflowError):
        raise Refused("it is not a time: the time of the newest file counts instead") from None
    if time > utc(datetime.now(UTC)) + CLOCK_ERROR:
        raise Refused(f"it says {time:%Y-%m-%d}, which lies in the future: the time of the newest file counts instead")
    if time < EARLIEST:
        raise Refused("it says a time long past: the time of the newest file counts instead")
    return time


def learner_from(name: str) -> str:
    """A person's name as a learner's name, with the letters of its script: Zoë O'Neill is zoë-o-neill.

    "" where it is too long.
    """
    letters = [letter if unicodedata.category(letter)[0] in "LMN" else "-" for letter in name.lower()]
    try:
        return learner_name(re.sub("-+", "-", "".join(letters)).strip("-"))
    except ValueError:
        return ""


def is_nobody(name: str) -> bool:
    """Whether a folder or zip has a name that many people's have: `work`, `Downloads`, `hand_in (2)`."""
    plain = re.sub(r"[ ._-]*(copy|kopie|copie|main|master)?[ ._-]*\(?\d*\)?$", "", BEFORE.sub("", name.lower()))
    return not plain or bool({name.lower(), plain} & NOBODY)


def stage_names() -> list[str]:
    return [row.folder for row in folders.stages()]


def _known(stage: str) -> str:
    if stage not in stage_names():
        raise Refused(f"there is no stage {stage!r}")
    return stage


def _plain_sender(claim: str, file: File) -> Sender:
    """Whom a folder names, in a zip of `hand_in` or where an instructor keeps what came in."""
    if not claim:
        return _sender_by_hand("", file, several=False)
    return Sender((claim,), _valid(claim), OWN, hints=_names_around(file, claim), named=claim)


def _sender_by_hand(claim: str, file: File, several: bool) -> Sender:
    """The sender of a zip that somebody made by hand: what stands in it may be anybody's name, or nobody's."""
    outer = PurePosixPath(file.origin).name or file.path
    label = f"{outer}/{claim}" if claim and several else outer
    keys = (f"{label} {file.zip_mark}".strip(), label, *(() if claim else _names_around(file, "")))
    source = SEVERAL if several else f"zip {keys[0]}"
    return Sender(keys, _valid(claim), source, hints=_names_around(file, claim), named=claim)


def _valid(claim: str) -> str:
    """A name as a learner's; "" where it can be none."""
    try:
        return learner_name(claim)
    except ValueError:
        return ""


def _names_around(file: File, claim: str) -> tuple[str, ...]:
    """Other names on the way to a file that may be a person's: of the zip it came in, and of folders around."""
    around = [part.removesuffix(".zip") for part in reversed(PurePosixPath(file.origin).parts)]
    return tuple(name for name in around if name != claim and not is_nobody(name) and not _begins(name, claim))


def _agrees(claim: str, origin: str) -> bool:
    """Whether a zip, or a folder around it, is called after the learner whom it names inside."""
    return bool(claim) and any(_begins(part.removesuffix(".zip"), claim) for part in PurePosixPath(origin).parts)


def _begins(name: str, claim: str) -> bool:
    rest = name.casefold().removeprefix(claim.casefold())
    return bool(claim) and name.casefold().startswith(claim.casefold()) and not rest[:1].isalnum()


def is_own(file: File) -> bool:
    """Whether a file came in a zip that is named as `hand_in` names it, after the learner and stage in it."""
    inner, name = PurePosixPath(file.path).parts, PurePosixPath(file.origin).name
    return len(inner) > 2 and inner[-2] in stage_names() and _begins(name, f"{inner[-3]}_{inner[-2]}")


def _platform(file: File) -> Place | None:
    """What the outermost name says that a platform gave; the file's own name is "" where that is not part of it."""
    parts = [*PurePosixPath(file.origin).parts, *PurePosixPath(file.path).parts]
    own_zip = len(PurePosixPath(file.origin).parts) - 1 if is_own(file) else None
    for depth, part in enumerate(parts):
        last, download = depth == len(parts) - 1, "/".join(parts[:depth])
        is_file = last or part.lower().endswith(".zip")
        if depth == own_zip:
            continue
        if found := MOODLE.fullmatch(part):  # its number is another one in each assignment, so no part of a name
            sender = _person(found["name"], found["number"], download, found["name"], learner_from(found["name"]))
        elif is_file and (found := CANVAS.fullmatch(part)):
            sender = _canvas(found, download)
        elif found := BRIGHTSPACE.fullmatch(part):
            number = found["number"].partition("-")[0]
            sender = _person(found["name"], number, download, found["name"], learner_from(found["name"]), part)
        elif is_file and (found := BLACKBOARD.fullmatch(part)):
            sender = _blackboard(found, part, download)
        elif not last and _is_of_ilias(parts[:depth]) and (found := ILIAS.fullmatch(part)):
            sender = _ilias(found, part, download)
        elif not last and depth and parts[depth - 1].endswith("_export") and (found := GRADESCOPE.fullmatch(part)):
            export = f"{parts[depth - 1]}/{part}"
            sender = _person(part, "", download, export, "", export, parts[depth - 1])
        else:
            continue
        said = found.groupdict()
        late = bool(said["late"]) if "late" in said else None
        return Place(sender, None, (said.get("file") or "") if last else "", late, _local(said.get("time")))
    return None


def _person(name: str, number: str, download: str, source: str, learner: str, *more: str) -> Sender:
    """A person of a platform that gives a name and a number."""
    keys = (f"{name}_{number}", name) if number else (name,)
    return Sender((*keys, *more), learner, source, (), download, number, is_platform=True)


def _canvas(found: re.Match, download: str) -> Sender:
    person, number = f"{found['name']}_{found['number']}", found["number"]
    keys = (person, number, found["name"])
    return Sender(keys, learner_from(f"{found['name']}-{number}"), person, (), download, number, is_platform=True)


def _ilias(found: re.Match, part: str, download: str) -> Sender:
    keys = (part, found["login"], found["number"], f"{found['first']} {found['last']}")
    return Sender(keys, learner_from(found["login"]), part, (), download, found["number"], is_platform=True)


def _blackboard(found: re.Match, part: str, download: str) -> Sender:
    """Blackboard joins title and login, and both may hold underscores: then only a roster can part them."""
    named = found["name"]
    for stage in stage_names():
        named = named.removeprefix(f"{stage}_")
    words = named.split("_")
    logins = ["_".join(words[place:]) for place in range(1 if len(words) > 1 else 0, len(words))]
    learner = learner_from(logins[0]) if len(logins) == 1 else ""
    return Sender((part, found["name"], *logins), learner, found["name"], (), download, named, is_platform=True)


def _is_of_ilias(before: list[str]) -> bool:
    return bool(before) and (
        before[-1].lower() in ILIAS_FOLDERS or any(one.startswith("multi_feedback") for one in before)
    )


def _local(text: str | None) -> datetime | None:
    """A time as Brightspace or Blackboard writes it, as UTC."""
    for form in ("%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p"):
        try:
            return utc(datetime.strptime(re.sub(r" (\d{3}) ", r" 0\1 ", text or ""), form))
        except ValueError:
            continue
    return None

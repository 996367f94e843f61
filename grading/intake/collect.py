"""Take in what learners hand in: zips of `lesson.hand_in`, downloads of platforms, nbgrader's exchange, folders.

Every attempt is kept as it came, in `attempts/<learner>/<stage>/<time>/` of the state folder; a notebook is mended only
where grading could not read it. `submitted/` follows from the attempts, whatever stopped an earlier call: nbgrader's
place, with the newest attempt of each lesson in `submitted/<learner>/<stage>/`. So a learner who works where files
vanish can hand in one lesson a day, and a zip that arrives late never replaces a newer one.

What cannot be taken is refused file by file, each with its reason, and the rest is taken. A survey is kept with its
attempt and nowhere else, as it is not graded: `surveys` reads the newest one of each learner and stage. A request
to look at something again is kept in the same way, and never too late (see `records.requests`).
"""

import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.utils import parse_utc

from grading.intake import archives, deadlines, gradescope, naming
from grading.intake.archives import FILE_BYTES, File, Refused, utc
from grading.intake.naming import EARLIEST, Place
from grading.intake.people import People, Unsettled
from grading.records import folders, locks, log, received, settings
from grading.records.folders import STAMP_FILE, Submission
from grading.records.groups import Groups
from grading.records.lateness import ACCEPT, REFUSE, Lateness
from grading.records.terminal import in_words, line
from trainlib import _request as request_file
from trainlib import notebook
from trainlib._files import write
from trainlib.course import Lesson
from trainlib.lesson import survey_file as survey
from trainlib.questions import CHECK_IN, CHECK_OUT

__all__ = ["BEFORE", "FILE_BYTES", "Report", "collect", "surveys"]
SECRET = "submission_secret.txt"  # of nbgrader's exchange
BESIDE = (survey.FILE, request_file.FILE)  # what is kept with notebooks and not graded
BEFORE = "collected before"  # the outcome of what is there already


@dataclass
class Attempt:
    """What one learner handed in of one stage at one time: contents by file name, and when (UTC).

    `claimed` is the time that the learner's side says, `time` the one that counts.
    """

    learner: str
    stage: str
    place: Place
    copy: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    saved: datetime = datetime.min
    stamp: datetime | None = None
    arrived: datetime | None = None
    time: datetime = datetime.min

    @property
    def claimed(self) -> datetime:
        return self.stamp or self.saved

    def when(self, deadline: datetime | None, now: datetime) -> datetime:
        """The time that counts: never later than the instructor's side had it, and no time that cannot be.

        The dates in a platform's download are its own, so there its word on lateness counts. It knows the stage's
        deadline and no extension: who has one and is called late, without a time, is so by a second, and thus in time.
        """
        seen = min(now, self.arrived) if self.arrived and self.arrived > EARLIEST else now
        time = next((one for one in (self.stamp, self.saved) if one and one > EARLIEST), seen)
        time = min(time, seen)
        if deadline and self.place.late:
            return max(min(self.stamp or deadline, seen), deadline + timedelta(seconds=1))
        return min(time, deadline) if deadline and self.place.sender.is_platform and self.stamp is None else time


@dataclass
class Report:
    """The outcome: a row (learner, stage, lesson, handed in, outcome) a lesson, and (what, reason) of what was refused.

    Of what learners named, nothing in it can do anything to a terminal. Last among the refused are senders who are to
    be settled, each once, with the command for it.
    """

    taken: list[tuple[str, ...]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def collect(path: Path) -> Report:
    """Take in everything in a folder or zip. Returns what was taken and what was refused.

    ValueError where nothing is there, and where another command collects at the moment. Stopped at any point, the same
    call does the rest.
    """
    path = Path(path)
    if not path.exists():
        raise ValueError(f"{path} is not there; give a folder or a zip of what was handed in")
    with locks.held("collect"), log.to_file():
        return _collect(path)


def _collect(path: Path) -> Report:
    said, lateness, report = settings.read(), Lateness(), Report()
    attempts = _sorted_in(path, report)
    now = utc(datetime.now(UTC))
    for attempt in attempts:
        attempt.time = attempt.when(said.get("deadlines", {}).get(attempt.stage), now)
    shutil.rmtree(_unfinished(), ignore_errors=True)
    for attempt in sorted(attempts, key=_order):
        _refuse_late(attempt, lateness, report)
        if attempt.files:
            report.taken += _store(attempt)
    shutil.rmtree(_unfinished(), ignore_errors=True)
    report.taken = _with_group(report.taken)
    deadlines.tell_gradebook(said)
    if not report.taken and not report.refused:
        raise ValueError(f"{path} holds nothing that was handed in: no zip and no <learner>/<stage>/<lesson>.ipynb")
    report.refused = [(line(what), line(why)) for what, why in report.refused]
    return report


def _order(attempt: Attempt) -> tuple:
    """Whose it is, then what is older: by the time that counts, the one that was claimed, and the number of a copy."""
    return attempt.learner, attempt.stage, attempt.time, attempt.claimed, len(attempt.copy), attempt.copy


def _sorted_in(path: Path, report: Report) -> list[Attempt]:
    """What a folder or zip holds, by learner, stage and time. What cannot be taken is told to the report."""
    placed = _placed(path, report)
    senders = list(dict.fromkeys(place.sender for _, place in placed))
    people = People(senders)
    attempts: dict[str, Attempt] = {}
    unsettled, found = {}, {}
    for file, place in placed:
        try:
            learner = people.learner(place.sender)
            _sort_in(file, place, learner, attempts)
            found[place.sender] = learner
        except Unsettled as question:
            unsettled.setdefault(str(question), place.sender.keys[0] if place.sender.is_platform else str(file))
        except Refused as reason:
            report.refused.append((str(file), str(reason)))
    people.remember(found.items())
    report.refused += [(what, question) for question, what in unsettled.items()]
    return list(attempts.values())


def _placed(path: Path, report: Report) -> list[tuple[File, Place]]:
    """Each file that may be part of a lesson, with what the names around it say."""
    listed = list(archives.files(path, report.refused))
    stamped = {(file.origin, str(PurePosixPath(file.path).parent)) for file in listed if _is_stamp(file)}
    of_gradescope = gradescope.submissions(listed, report.refused)
    named = defaultdict(set)
    for file in listed:
        named[file.origin] |= {naming.claim(file)} - {""}
    of_hub = {origin: received.came_as(path, origin) for origin in named}
    placed = []
    for file in listed:
        by_hand = not naming.is_own(file) and (file.origin, str(PurePosixPath(file.path).parent)) not in stamped
        try:
            place = (of_hub[file.origin] and naming.of_hub(of_hub[file.origin], file)) or naming.place(
                file, path.is_file() and file.origin == path.name, by_hand, len(named[file.origin]) > 1
            )
        except Refused as reason:
            report.refused.append((str(file), str(reason)))
            continue
        if place.name != SECRET and not (_is_stamp(file) and place.stage is None) and not naming.is_of_platform(file):
            placed.append((file, gradescope.named(place, of_gradescope)))
    return placed


def _is_stamp(file: File) -> bool:
    return PurePosixPath(file.path).name == STAMP_FILE


def _sort_in(file: File, place: Place, learner: str, attempts: dict[str, Attempt]) -> None:
    """Check one file and put it with its attempt. Refused says why it cannot be taken."""
    row = naming.lesson_of(place.name)
    stage = place.stage or (row.stage if row else None)
    name = f"{row.id}.ipynb" if row else place.name
    if name not in (*BESIDE, STAMP_FILE) and (row is None or row.stage != stage):
        raise Refused(f"it is not a lesson of {stage}" if stage else "it is not a lesson of this course")
    if stage is None:
        raise Refused("its place does not say of which stage it is: zip it as lesson.hand_in does")
    copy = place.name if row and name != place.name else ""  # `… (2).ipynb` beside its original is an attempt too
    key = f"{file.origin}/{PurePosixPath(file.path).parent}/{place.sender.keys[0]}/{stage}/{place.time}/{copy}"
    attempt = attempts.setdefault(key, Attempt(learner, stage, place, copy, stamp=place.time, arrived=file.arrived))
    if name == STAMP_FILE:
        attempt.stamp = naming.time_of(file.read()[0].decode(errors="replace"))
        return
    if name in attempt.files:
        raise Refused("it stands there twice, and the first one was taken")
    data, saved = file.read()
    if name in BESIDE:
        data = checked_beside(name, data, stage)
    else:
        data, attempt.notes[name] = checked_notebook(data, row)
        if place.said and naming.learner_from(place.said) != naming.learner_from(learner):
            attempt.notes[name] += f", its zip says {place.said}"
    attempt.files[name] = data
    attempt.saved = max(attempt.saved, saved or datetime.min)


def _refuse_late(attempt: Attempt, lateness: Lateness, report: Report) -> None:
    """Take notebooks out of a late attempt where the settings refuse them, else note how late they are.

    What was handed in before as it is now is as late as it was then.
    """
    for file in [file for file in attempt.files if file not in BESIDE]:
        late = lateness.at(attempt.learner, attempt.stage, _first_seen(attempt, file))
        words = f"{in_words(late.by)} after the deadline"
        if late.by and lateness.outcome == REFUSE:
            del attempt.files[file]
            report.refused.append((f"{attempt.learner}/{attempt.stage}/{file}", f"it was handed in {words}"))
        elif late.by and lateness.outcome != ACCEPT:
            attempt.notes[file] += f", {words}"


def _first_seen(attempt: Attempt, file: str) -> datetime:
    """When a lesson was first handed in as it is in an attempt, where that is what would be graded anyway."""
    one, data = Submission(attempt.learner, attempt.stage, Path(file).stem), attempt.files[file]
    if not one.file.exists() or one.file.read_bytes() != data:
        return attempt.time
    return min([attempt.time, *(folders.time_of_attempt(kept) for kept in one.attempts if kept.read_bytes() == data)])


def checked_notebook(data: bytes, row: Lesson) -> tuple[bytes, str]:
    """A notebook that can be graded, and a note on what was mended. Refused: it is none, or answers are gone or
    doubled.

    A notebook that is whole stays as it came, to the last byte.
    """
    try:
        own = notebook.read(data)
        matched = own.matched(_edition(row))
    except notebook.Unusable as reason:
        raise Refused(str(reason)) from None
    note = "".join(f", {note}" for note in matched.notes)
    return (data, "") if not note and _is_whole(data) else (matched.as_bytes(), note or ", mended: its format")


def _is_whole(data: bytes) -> bool:
    """Whether a notebook has all that its format wants, as nbgrader reads it."""
    try:
        nbformat.validate(nbformat.reads(data.decode(), as_version=4))
    except Exception:  # a validator meets whatever the file holds
        return False
    return True


def _edition(row: Lesson) -> dict:
    path = folders.notebooks() / row.file
    return _read_edition(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_edition(path: Path, _: int) -> dict:
    return notebook.read(path.read_bytes()).content


def checked_beside(name: str, data: bytes, stage: str) -> bytes:
    """A survey as it came, or a request as a plain text."""
    try:
        if name == request_file.FILE:
            return request_file.loads(data).encode()
        survey.loads(data, stage)
        return data
    except ValueError as error:
        raise Refused(str(error)) from None


def _store(attempt: Attempt) -> list[tuple[str, ...]]:
    """Keep an attempt, and see to it that of each of its lessons the one is graded that counts."""
    kept = folders.attempts_of(attempt.learner, attempt.stage)
    folder, known = _place(kept / attempt.time.strftime(folders.STAMP), attempt)
    if not known:
        _keep(attempt, folder)
    rows = []
    for file in attempt.files:
        newer = any((other / file).exists() for other in kept.glob("*") if _age(other) > _age(folder))
        newer = newer and file != request_file.FILE  # of which each counts
        outcome = BEFORE if known else "kept aside: a newer one is there" if newer else "taken"
        if file not in BESIDE:
            _submit(Submission(attempt.learner, attempt.stage, Path(file).stem))
        time = folders.time_of_attempt(folder / file)
        outcome += attempt.notes.get(file, "")
        rows.append((attempt.learner, attempt.stage, Path(file).stem, f"{time:%Y-%m-%d %H:%M:%S}", outcome))
    return rows


def _with_group(taken: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """What was taken, with a word where others of the group have handed in something else."""
    groups, noted = Groups(), []
    for learner, stage, lesson, *time, outcome in taken:
        one = Submission(learner, stage, lesson)
        if one.file.exists() and (others := groups.unlike(one)):
            counts = groups.counting(one).learner
            outcome += f", unlike the work of {', '.join(others)} in the same group: {counts}'s counts, the newest"
        noted.append((learner, stage, lesson, *time, outcome))
    return noted


def _age(folder: Path) -> tuple[str, int]:
    """What orders attempts: time, then number."""
    time, _, number = folder.name.partition("-")
    return time, int(number or 1)


def surveys() -> dict[tuple[str, str], dict]:
    """The answers of each (learner, stage) whose survey was collected, from the newest attempt that has one."""
    paths = (folders.state() / "attempts").glob(f"*/*/*/{survey.FILE}")
    ordered = sorted(paths, key=lambda path: _age(path.parent))
    return {(path.parts[-4], path.parts[-3]): survey.read(path.parent, path.parts[-3]) for path in ordered}


def _place(folder: Path, attempt: Attempt) -> tuple[Path, bool]:
    """The folder to keep an attempt in, and whether it lies there already; another one of the same second gets a
    number.

    It lies there where the same files came with the same time, whatever time counted then.
    """
    names = {folder.name, attempt.claimed.strftime(folders.STAMP)}
    for place in folder.parent.glob("*"):
        claimed = folders.claimed_time(place)
        is_of_this_time = place.name.partition("-")[0] in names if claimed is None else claimed == attempt.claimed
        if is_of_this_time and _contents(place) == attempt.files:
            return place, True
    number, place = 1, folder
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place, False


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != STAMP_FILE}


def _unfinished() -> Path:
    """Where an attempt lies until all of it is written."""
    return folders.state() / ".attempts.partial"


def _keep(attempt: Attempt, folder: Path) -> None:
    """Keep what was handed in, all of it or nothing."""
    part = _unfinished() / folder.name
    for file, data in attempt.files.items():
        write(part / file, data)
    if attempt.claimed != attempt.time and not attempt.place.sender.is_platform:
        write(part / STAMP_FILE, f"{attempt.claimed.isoformat()}\n")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part.rename(folder)


def _submit(one: Submission) -> None:
    """Put the attempt that counts where nbgrader looks for it, and when the newest one of the stage was handed in.

    The newest counts; of check-in and check-out grading finds the first one that is answered, which therefore stays.
    """
    attempts = sorted(one.attempts, key=lambda file: _age(file.parent))
    counts = attempts[-1]
    is_there = one.file.exists()
    if is_there and one.lesson in (CHECK_IN, CHECK_OUT):
        there = one.file.read_bytes()
        counts = next((attempt for attempt in attempts if attempt.read_bytes() == there), counts)
    if not is_there or one.file.read_bytes() != counts.read_bytes():
        write(one.file, counts.read_bytes())
    stamp, time = one.folder / STAMP_FILE, folders.time_of_attempt(attempts[-1])
    if not stamp.exists() or _time_in(stamp) < time:
        write(stamp, f"{time:%Y-%m-%d %H:%M:%S.%f} UTC")


def _time_in(stamp: Path) -> datetime:
    try:
        return parse_utc(stamp.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError):
        return datetime.min

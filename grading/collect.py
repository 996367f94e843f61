"""Take in what learners hand in: zips of `lesson.hand_in`, folders of them, or folders and zips in nbgrader's layout.

Every attempt is kept as it came, in `attempts/<learner>/<stage>/<time>/` of the state folder. What is graded lies in
`submitted/<learner>/<stage>/`, nbgrader's place: of each lesson the newest attempt. So a learner who works where files
vanish can hand in one lesson a day, and a zip that arrives late never replaces a newer one. What cannot be taken is
refused file by file, each with its reason, and the rest is taken. A survey is kept with its attempt and nowhere else, as
it is not graded: `surveys` reads the newest one of each learner and stage.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.utils import parse_utc

from grading import course
from trainlib import survey
from trainlib.course import NAME, graded_cells

FILE_BYTES = 20 * 2**20  # a lesson whose figures are saved in it has under 5 MB
ZIP_BYTES = 200 * 2**20
ZIP_FILES = 1000
CLOCK_ERROR = timedelta(days=1)
LINK = "it is a link: hand in the file itself"
TOO_LARGE = f"it has more than {FILE_BYTES // 2**20} MiB: clear the outputs and hand in again"
IGNORED = ("__MACOSX", "Thumbs.db", "desktop.ini")


class Refused(Exception):
    """Something that was handed in and cannot be taken; the message is the reason, for the instructor."""


@dataclass(frozen=True)
class File:
    """One file that was handed in: where it came from, its path there, and how to get its contents and its time (UTC)."""

    origin: str
    path: str
    read: Callable[[], tuple[bytes, datetime]]

    def __str__(self) -> str:
        return f"{self.origin}/{self.path}" if self.origin else self.path


@dataclass
class Attempt:
    """What one learner handed in of one stage at one time: contents by file name, and when (UTC)."""

    learner: str
    stage: str
    files: dict[str, bytes] = field(default_factory=dict)
    saved: datetime = datetime.min
    time: datetime | None = None


@dataclass
class Report:
    """The outcome: a row (learner, stage, lesson, handed in, outcome) a lesson, and (what, reason) of what was refused."""

    taken: list[tuple[str, ...]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def collect(path: Path) -> Report:
    """Take in everything in a folder or zip. Returns what was taken and what was refused. ValueError where nothing is there."""
    path = Path(path)
    if not path.exists():
        raise ValueError(f"{path} is not there; give a folder or a zip of what was handed in")
    report, attempts = Report(), {}
    for file in _files(path, report):
        try:
            _sort_in(file, attempts)
        except Refused as reason:
            report.refused.append((str(file), str(reason)))
    for attempt in sorted(
        attempts.values(), key=lambda attempt: (attempt.learner, attempt.stage, attempt.time or attempt.saved)
    ):
        if attempt.files:
            report.taken += _store(attempt)
    if not report.taken and not report.refused:
        raise ValueError(f"{path} holds nothing that was handed in: no zip and no <learner>/<stage>/<lesson>.ipynb")
    return report


def _files(path: Path, report: Report) -> Iterator[File]:
    """The files in a zip or folder; zips in the folder are opened."""
    if path.is_file():
        yield from _files_of_zip(path, path.name, report)
        return
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_symlink():
            report.refused.append((name, LINK))
        elif file.is_file() and file.suffix == ".zip":
            yield from _files_of_zip(file, name, report)
        elif file.is_file():
            yield File("", name, lambda file=file: _read_file(file))


def _read_file(file: Path) -> tuple[bytes, datetime]:
    if file.stat().st_size > FILE_BYTES:
        raise Refused(TOO_LARGE)
    return file.read_bytes(), _utc(datetime.fromtimestamp(file.stat().st_mtime))


def _files_of_zip(path: Path, name: str, report: Report) -> Iterator[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > ZIP_FILES or sum(member.file_size for member in members) > ZIP_BYTES:
                raise Refused(f"it holds more than {ZIP_FILES} files or {ZIP_BYTES // 2**20} MiB")
            for member in members:
                yield File(name, member.filename, lambda member=member: _read_member(archive, member))
    except (zipfile.BadZipFile, OSError) as error:
        report.refused.append((name, f"it cannot be read as a zip: {error}"))
    except Refused as reason:
        report.refused.append((name, str(reason)))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, datetime]:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused(LINK)
    try:
        with archive.open(member) as file:
            data = file.read(FILE_BYTES + 1)  # no more, whatever size the zip claims
        saved = _utc(datetime(*member.date_time))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise Refused(f"it cannot be unpacked: {error}") from None
    if len(data) > FILE_BYTES:
        raise Refused(TOO_LARGE)
    return data, saved


def _utc(local: datetime) -> datetime:
    """A local time as nbgrader keeps times: UTC, without saying so."""
    return local.astimezone(UTC).replace(tzinfo=None)


def _sort_in(file: File, attempts: dict[str, Attempt]) -> None:
    """Check one file and put it with its attempt. Refused says why it cannot be taken."""
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path or ":" in path.parts[0]:
        raise Refused("its path leads out of the folder that it is unpacked in")
    if any(part in IGNORED or part.startswith(".") for part in path.parts):
        return
    if len(path.parts) < 3:
        raise Refused("its place does not say whose it is: <learner>/<stage>/<lesson>.ipynb")
    learner, stage, name = path.parts[-3:]
    if not NAME.fullmatch(learner):
        raise Refused(f"the learner's name {learner!r} must be 1 to 64 letters, digits, dots, underscores or hyphens")
    if stage not in [row["folder"] for row in course.stages()]:
        raise Refused(f"there is no stage {stage!r}")
    attempt = attempts.setdefault(f"{file.origin}/{path.parent}", Attempt(learner, stage))
    if name == "timestamp.txt":
        attempt.time = _time(file.read()[0])
        return
    if name not in [survey.FILE, *(f"{row['id']}.ipynb" for row in course.lessons(stage))]:
        raise Refused(f"it is not a lesson of {stage}")
    if name in attempt.files:
        raise Refused("it stands there twice, and the first one was taken")
    data, saved = file.read()
    if name == survey.FILE:
        _check_survey(data, stage)
    else:
        _check_notebook(data, stage, path.stem)
    attempt.files[name] = data
    attempt.saved = max(attempt.saved, saved)


def _time(data: bytes) -> datetime:
    try:
        time = parse_utc(data.decode().strip())
    except (ValueError, OverflowError):
        raise Refused("it is not a time: the time of the newest file counts instead") from None
    if time > datetime.now(UTC).replace(tzinfo=None) + CLOCK_ERROR:
        raise Refused(f"it says {time:%Y-%m-%d}, which lies in the future: the time of the newest file counts instead")
    return time


def _check_notebook(data: bytes, stage: str, lesson: str) -> None:
    """Refuse what nbgrader could not grade: no notebook, or graded cells that are gone or stand there twice."""
    try:
        notebook = nbformat.reads(data.decode(), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError, nbformat.ValidationError) as error:
        raise Refused(f"it cannot be read as a notebook: {str(error).splitlines()[0][:120]}") from None
    edition = nbformat.read(course.notebooks() / stage / f"{lesson}.ipynb", as_version=4)
    there = graded_cells(notebook)
    for grade_id in graded_cells(edition):
        if (count := len(there.get(grade_id, []))) != 1:
            raise Refused(f"its cell {grade_id} " + ("is gone" if count == 0 else f"stands there {count} times"))


def _check_survey(data: bytes, stage: str) -> None:
    try:
        survey.loads(data.decode(), stage)
    except ValueError as error:
        raise Refused(str(error)) from None


def _store(attempt: Attempt) -> list[tuple[str, ...]]:
    """Keep an attempt, and put each of its lessons where it is graded unless a newer attempt has it."""
    time = attempt.time or attempt.saved
    kept = course.state() / "attempts" / attempt.learner / attempt.stage
    folder, known = _place(kept / f"{time:%Y%m%dT%H%M%S.%f}", attempt)
    rows = []
    for file, data in attempt.files.items():
        newer = any((other / file).exists() for other in kept.glob("*") if other.name > folder.name)
        outcome = "collected before" if known else "kept aside: a newer one is there" if newer else "taken"
        if not known:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
            if not newer and file != survey.FILE:
                _submit(attempt, file, data)
        rows.append((attempt.learner, attempt.stage, Path(file).stem, f"{time:%Y-%m-%d %H:%M:%S}", outcome))
    return rows


def surveys() -> dict[tuple[str, str], dict]:
    """The answers of each (learner, stage) whose survey was collected, from the newest attempt that has one."""
    paths = sorted((course.state() / "attempts").glob(f"*/*/*/{survey.FILE}"), key=lambda path: path.parent.name)
    return {(path.parts[-4], path.parts[-3]): survey.read(path.parent, path.parts[-3]) for path in paths}


def _place(folder: Path, attempt: Attempt) -> tuple[Path, bool]:
    """The folder to keep an attempt in, and whether it lies there already; another one of the same second gets a number."""
    number, place = 1, folder
    while place.exists():
        if {file.name: file.read_bytes() for file in place.iterdir()} == attempt.files:
            return place, True
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place, False


def _submit(attempt: Attempt, file: str, data: bytes) -> None:
    """Write one lesson where nbgrader looks for it, and when the learner's newest lesson of the stage was handed in."""
    folder = course.state() / "submitted" / attempt.learner / attempt.stage
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(data)
    stamp, time = folder / "timestamp.txt", attempt.time or attempt.saved
    if not stamp.exists() or parse_utc(stamp.read_text().strip()) < time:
        stamp.write_text(f"{time:%Y-%m-%d %H:%M:%S.%f} UTC")

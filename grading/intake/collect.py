"""Take in what learners hand in: zips of `lesson.hand_in`, downloads of Moodle or Canvas, nbgrader's exchange, folders.

Every attempt is kept as it came, in `attempts/<learner>/<stage>/<time>/` of the state folder; only marks that Colab took
off a notebook are put back. What is graded lies in `submitted/<learner>/<stage>/`, nbgrader's place: of each lesson the
newest attempt. So a learner who works where files vanish can hand in one lesson a day, and a zip that arrives late never
replaces a newer one. What cannot be taken is refused file by file, each with its reason, and the rest is taken.
A survey is kept with its attempt and nowhere else, as it is not graded: `surveys` reads the newest one of each learner
and stage.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.utils import parse_utc

from grading.intake import archives, deadlines, matching, naming
from grading.intake.archives import FILE_BYTES, File, Refused
from grading.records import folders, settings
from trainlib import survey
from trainlib.course import Lesson, graded_cells

__all__ = ["FILE_BYTES", "Report", "collect", "surveys"]
SECRET = "submission_secret.txt"  # of nbgrader's exchange


@dataclass
class Attempt:
    """What one learner handed in of one stage at one time: contents by file name, and when (UTC)."""

    learner: str
    stage: str
    copy: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    saved: datetime = datetime.min
    time: datetime | None = None
    place: naming.Place | None = None

    def when(self, deadline: datetime | None) -> datetime:
        """The time that counts. The dates in a platform's download are its own, so there its word on lateness counts."""
        time = self.time or self.saved
        if deadline and self.place.late:
            return max(self.time or deadline, deadline + timedelta(seconds=1))
        return min(time, deadline) if deadline and self.place.person and self.time is None else time


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
    settings.hidden_seed()  # drawn before the file is read: then it is whole from the first day
    said, report, attempts = settings.read(), Report(), {}
    for file in archives.files(path, report.refused):
        try:
            _sort_in(file, attempts, said.get("learners", {}))
        except Refused as reason:
            report.refused.append((str(file), str(reason)))
    _refuse_namesakes(attempts, said.get("learners", {}), report)
    for attempt in attempts.values():
        attempt.time = attempt.when(said.get("deadlines", {}).get(attempt.stage))
    for attempt in sorted(
        attempts.values(), key=lambda one: (one.learner, one.stage, one.time, len(one.copy), one.copy)
    ):
        _refuse_late(attempt, said, report)
        if attempt.files:
            report.taken += _store(attempt)
    deadlines.tell_gradebook(said)
    if not report.taken and not report.refused:
        raise ValueError(f"{path} holds nothing that was handed in: no zip and no <learner>/<stage>/<lesson>.ipynb")
    return report


def _sort_in(file: File, attempts: dict[str, Attempt], learners: dict[str, str]) -> None:
    """Check one file and put it with its attempt. Refused says why it cannot be taken."""
    path, place = PurePosixPath(file.path), naming.place(file, learners)
    row = naming.lesson_of(place.name)
    stage = place.stage or (row.stage if row else None)
    if place.name == SECRET or place.name == "timestamp.txt" and stage is None:
        return
    name = f"{row.id}.ipynb" if row else place.name
    if name not in (survey.FILE, "timestamp.txt") and (row is None or row.stage != stage):
        raise Refused(f"it is not a lesson of {stage}" if stage else "it is not a lesson of this course")
    if stage is None:
        raise Refused("its place does not say of which stage it is: zip it as lesson.hand_in does")
    copy = place.name if row and name != place.name else ""  # `… (2).ipynb` beside its original is an attempt too
    key = f"{file.origin}/{path.parent}/{place.person}/{stage}/{copy}"
    attempt = attempts.setdefault(key, Attempt(place.learner, stage, copy=copy, time=place.time, place=place))
    if name == "timestamp.txt":
        attempt.time = naming.time_of(file.read()[0].decode(errors="replace"))
        return
    if name in attempt.files:
        raise Refused("it stands there twice, and the first one was taken")
    data, saved = file.read()
    if name == survey.FILE:
        _check_survey(data, stage)
    else:
        data, attempt.notes[name] = _checked_notebook(data, row)
    attempt.files[name] = data
    attempt.saved = max(attempt.saved, saved)


def _refuse_namesakes(attempts: dict[str, Attempt], learners: dict[str, str], report: Report) -> None:
    """Take away what two people of one download handed in whose names make the same learner."""
    people = defaultdict(set)
    for attempt in attempts.values():
        if attempt.place.person not in learners:
            people[attempt.place.download, attempt.learner].add(attempt.place.person)
    for key, attempt in list(attempts.items()):
        if len(people[attempt.place.download, attempt.learner]) > 1:
            reason = (
                f"somebody else is {attempt.learner} too: give both, with their numbers, in [learners] of settings.toml"
            )
            report.refused.append((attempt.place.person, reason))
            del attempts[key]


def _refuse_late(attempt: Attempt, said: dict, report: Report) -> None:
    """Take notebooks out of a late attempt where the settings refuse them, else note how late they are."""
    outcome, late = deadlines.outcome(attempt.stage, attempt.time, said)
    for file in [file for file in attempt.files if outcome and file != survey.FILE]:
        words = f"{deadlines.in_words(late)} after the deadline"
        if outcome == deadlines.REFUSE:
            del attempt.files[file]
            report.refused.append((f"{attempt.learner}/{attempt.stage}/{file}", f"it was handed in {words}"))
        elif outcome != deadlines.ACCEPT:
            attempt.notes[file] += f", {words}"


def _checked_notebook(data: bytes, row: Lesson) -> tuple[bytes, str]:
    """A notebook that can be graded, and a note on what was put back. Refused: it is none, or cells are gone or doubled."""
    try:
        notebook = nbformat.reads(data.decode(), as_version=4)
        nbformat.validate(notebook)
        there = graded_cells(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError, nbformat.ValidationError) as error:
        raise Refused(f"it cannot be read as a notebook: {str(error).splitlines()[0][:120]}") from None
    edition = nbformat.read(folders.notebooks() / row.file, as_version=4)
    wanted = graded_cells(edition)
    for grade_id in wanted:
        if (count := len(there.get(grade_id, []))) > 1:
            raise Refused(f"its cell {grade_id} stands there {count} times")
    if wanted.keys() <= there.keys():
        return data, ""
    try:
        notebook, count = matching.restored(notebook, edition)
    except matching.Unmatched as reason:
        raise Refused(str(reason)) from None
    return nbformat.writes(notebook).encode(), f", {count} cells known by place and text"


def _check_survey(data: bytes, stage: str) -> None:
    try:
        survey.loads(data.decode(), stage)
    except ValueError as error:
        raise Refused(str(error)) from None


def _store(attempt: Attempt) -> list[tuple[str, ...]]:
    """Keep an attempt, and put each of its lessons where it is graded unless a newer attempt has it."""
    kept = folders.attempts_of(attempt.learner, attempt.stage)
    folder, known = _place(kept / attempt.time.strftime(folders.STAMP), attempt)
    rows = []
    for file, data in attempt.files.items():
        newer = any((other / file).exists() for other in kept.glob("*") if other.name > folder.name)
        outcome = "collected before" if known else "kept aside: a newer one is there" if newer else "taken"
        outcome += attempt.notes.get(file, "")
        if not known:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
            if not newer and file != survey.FILE:
                _submit(attempt, file, data)
        rows.append((attempt.learner, attempt.stage, Path(file).stem, f"{attempt.time:%Y-%m-%d %H:%M:%S}", outcome))
    return rows


def surveys() -> dict[tuple[str, str], dict]:
    """The answers of each (learner, stage) whose survey was collected, from the newest attempt that has one."""
    paths = sorted((folders.state() / "attempts").glob(f"*/*/*/{survey.FILE}"), key=lambda path: path.parent.name)
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
    folder = folders.state() / "submitted" / attempt.learner / attempt.stage
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(data)
    stamp, time = folder / "timestamp.txt", attempt.time
    if not stamp.exists() or parse_utc(stamp.read_text().strip()) < time:
        stamp.write_text(f"{time:%Y-%m-%d %H:%M:%S.%f} UTC")

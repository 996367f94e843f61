"""Grades to where learners look for them: what stands on a learning platform is compared, and on request changed.

What was sent is kept in `push/PLATFORM.json` in the state folder, written after every answer. So a push that was
stopped goes on with the rest, and a grade that somebody changed over there by hand is not changed back unasked.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module

from grading.intake import people
from grading.marking.export import is_there
from grading.records import folders, locks, settings, terminal
from grading.records.glance import Row, rows
from trainlib._files import write
from trainlib.course import CHECK_IN, CHECK_OUT

PLATFORMS = {"canvas": "Canvas", "moodle": "Moodle", "lti": "Lti"}
EXAMPLES = {
    "canvas": 'url = "https://canvas.example.org", course = 7, assignments = { "1_principles" = 123 }',
    "moodle": 'url = "https://moodle.example.org", course = 7, assignments = { "1_principles" = 123 }',
    "lti": 'lineitems = "https://…", token_url = "https://…", client_id = "…", key_id = "…"',
}
SEND, SENT, STANDS = "send", "sent", "stands there"


@dataclass(frozen=True)
class Line:
    """The grade of a stage: what stands on the platform, and what is to stand there, in its points.

    `lessons` says how many of the stage were handed in; the others count 0 in the sum. `outcome` is SEND, SENT or
    STANDS, or else why it is not sent, in words.
    """

    learner: str
    id: str
    stage: str
    lessons: str
    old: float | None
    new: float | None
    outcome: str = SEND

    @property
    def change(self) -> str:
        if self.outcome not in (SEND, SENT):
            return self.outcome
        change = "new" if self.old is None else f"{self.new - self.old:+.2f}"
        return change if self.outcome == SEND else f"{change}, sent"


@dataclass(frozen=True)
class Pushed:
    """What was compared and sent, what to know about it, and why it ended early, if it did."""

    lines: list[Line]
    notes: list[str]
    stopped: str = ""

    @property
    def is_well(self) -> bool:
        return not self.stopped and all(line.outcome in (SEND, SENT, STANDS) for line in self.lines)


@dataclass
class Record:
    """What was sent to a platform: by place and id, the points and when; and jobs of the platform's that may still
    run."""

    platform: str
    sent: dict[str, dict[str, dict]] = field(default_factory=dict)
    jobs: dict[str, dict] = field(default_factory=dict)

    @classmethod
    def of(cls, platform: str) -> "Record":
        path = folders.state() / "push" / f"{platform}.json"
        try:
            return cls(platform, **json.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls(platform)
        except (ValueError, TypeError):
            raise ValueError(f"{path} is not what push wrote: put back its copy, or delete it") from None

    def keep(self) -> None:
        path = folders.state() / "push" / f"{self.platform}.json"
        write(path, json.dumps({"sent": self.sent, "jobs": self.jobs}, indent=1))

    def forget_job(self, place: str) -> None:
        if self.jobs.pop(place, None):
            self.keep()

    def add(self, place: str, grades: dict[str, float]) -> None:
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        self.sent.setdefault(place, {}).update({one: {"points": grade, "at": now} for one, grade in grades.items()})
        self.keep()


@dataclass(frozen=True)
class Grade:
    """A learner's points of a stage, of `most`. `waiting` counts cells that wait for a person."""

    learner: str
    stage: str
    lessons: str
    points: float
    most: float
    waiting: int
    is_graded: bool


def push(name: str, stages: Sequence[str] = (), send: bool = False, overwrite: bool = False) -> Pushed:
    """Compare the grades of some stages, or all, with what stands on a platform; with `send`, change it there.

    With `overwrite` also what was changed there since it was sent. ValueError where nothing was done.
    """
    said = settings.read().get("platform", {}).get(name)
    if said is None:
        raise ValueError(f"settings.toml does not say where grades go: write [platform.{name}] with {EXAMPLES[name]}")
    stages = _stages(name, stages, said)
    grades = _grades(stages)
    ids = people.ids(name, are_numbers=name != "lti")
    platform = _platform(name, said)
    with locks.held("push") if send else nullcontext():
        record = Record.of(name)
        places = {
            stage: _place(platform, stage, grades, record, send) for stage in dict.fromkeys(one.stage for one in grades)
        }
        lines = [_line(one, ids.get(people.folded(one.learner), ""), places, record, overwrite) for one in grades]
        notes = _notes(name, grades, lines, places)
        return _send(platform, places, lines, notes, record) if send else Pushed(lines, notes)


def table(pushed: Pushed) -> str:
    """What was compared or sent, as a table for the terminal."""
    header = ("learner", "id there", "stage", "handed in", "stands there", "new", "change")
    body = [
        (line.learner, line.id, line.stage, line.lessons)
        + tuple("" if one is None else f"{one:g}" for one in (line.old, line.new))
        + (line.change,)
        for line in pushed.lines
    ]
    return terminal.text_table(header, body)


def as_data(pushed: Pushed) -> dict:
    lines = [asdict(line) | {"change": line.change} for line in pushed.lines]
    return {"grades": lines, "notes": pushed.notes, "stopped": pushed.stopped}


def _stages(name: str, stages: Sequence[str], said: dict) -> list[str]:
    """Which stages: those that were asked for, or all that have a place on the platform."""
    known = said.get("assignments") or [stage.folder for stage in folders.stages()]
    for stage in stages:
        if stage not in known:
            raise ValueError(f"settings.toml names no assignment for {stage}: write it into [platform.{name}]")
    return [stage.folder for stage in folders.stages() if stage.folder in (stages or known)]


def _platform(name: str, said: dict):
    try:
        return getattr(import_module(f"grading.platforms.{name}"), PLATFORMS[name])(said)
    except ModuleNotFoundError:
        command = 'pip install -c requirements.lock -e ".[platforms]"'
        raise ValueError(f"push needs the libraries for learning platforms: {command}") from None


def _grades(stages: Sequence[str]) -> list[Grade]:
    """Everybody's points of each stage of which they handed something in. Check-in and check-out are in no sum."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows():
        if row.stage in stages and row.lesson not in (CHECK_IN, CHECK_OUT):
            found.setdefault((row.stage, row.learner), []).append(row)
    grades = [_grade(own) for _, own in sorted(found.items()) if any(map(is_there, own))]
    if not grades:
        raise ValueError(f"there are no grades of {', '.join(stages)} yet: collect and autograde first")
    return grades


def _grade(own: list[Row]) -> Grade:
    handed_in = [row.submission for row in own]
    return Grade(
        own[0].learner,
        own[0].stage,
        f"{sum(map(is_there, own))} of {len(own)}",
        points=sum(row.score for row in own),
        most=sum(row.max_score for row in own),
        waiting=sum(row.to_grade for row in own),
        is_graded=all(one.is_graded for one in handed_in if one.file.exists()),
    )


def _place(platform, stage: str, grades: list[Grade], record: Record, send: bool):
    """Where the grades of a stage stand. A job of an earlier push is waited for first."""
    title = next(one.title for one in folders.stages() if one.folder == stage)
    most = max(one.most for one in grades if one.stage == stage)
    place = platform.place(stage, title, most)
    if send and (job := record.jobs.get(place.key)):
        try:
            list(_told(platform, place, job["grades"], job["job"], record))
        except ValueError as fault:
            if getattr(fault, "status", 0) != 404:  # Canvas forgets jobs after a while
                raise
        record.forget_job(place.key)
        place = platform.place(stage, title, most)
    return place


def _line(grade: Grade, own: str, places: dict, record: Record, overwrite: bool) -> Line:
    """What is to become of a grade."""
    place = places[grade.stage]
    old = place.grades.get(own)
    new = round(grade.points / grade.most * place.most, 2) if grade.most else None
    line = Line(grade.learner, own, grade.stage, grade.lessons, old, new)
    sent = record.sent.get(place.key, {}).get(own)
    if not own:
        return replace(line, outcome="no id: write it into learners.csv")
    if place.people is not None and own not in place.people:
        return replace(line, outcome="nobody there has this id: mend it in learners.csv")
    if not grade.is_graded:
        return replace(line, new=None, outcome=f"not graded: python -m grading autograde {grade.stage}")
    if new is None:
        return replace(line, outcome="the stage has no points")
    if old == new:
        return replace(line, outcome=STANDS)
    if sent and sent["points"] != old and not overwrite:
        return replace(line, outcome=f"changed there since {sent['at']} UTC, was {sent['points']:g}: --overwrite")
    return line


def _notes(name: str, grades: list[Grade], lines: list[Line], places: dict) -> list[str]:
    notes = []
    for stage, place in sorted(places.items()):
        most = max(one.most for one in grades if one.stage == stage)
        if place.most != most:
            notes.append(f"{stage} has {most:g} points here and {place.most:g} there: grades are scaled")
    if nameless := sorted({line.learner for line in lines if not line.id}):
        notes.append(
            f"without an id: {', '.join(map(terminal.line, nameless))}: write it into the column {name} of learners.csv"
        )
    if waiting := sum(grade.waiting for grade in grades):
        notes.append(f"{waiting} cells still wait for a person, and count what they had before, or 0")
    return notes


def _send(platform, places: dict, lines: list[Line], notes: list[str], record: Record) -> Pushed:
    """Send what is to be sent, stage by stage. A fault of the platform's ends it; what was sent is kept."""
    done, stopped = {}, ""
    try:
        for stage, place in sorted(places.items()):
            grades = {line.id: line.new for line in lines if line.stage == stage and line.outcome == SEND}
            if grades:
                for own, outcome in _told(platform, place, grades, _begun(platform, place, grades, record), record):
                    done[stage, own] = outcome
                record.forget_job(place.key)
    except ValueError as fault:
        if SENT not in done.values():
            raise
        stopped = f"{fault}; what was sent is kept, and the same command sends the rest"
    after = [
        replace(line, outcome=done.get((line.stage, line.id), "not sent")) if line.outcome == SEND else line
        for line in lines
    ]
    return Pushed(after, notes, stopped)


def _begun(platform, place, grades: dict[str, float], record: Record):
    """Tell a platform the grades of a stage; a job of its own is kept before anybody waits for it."""
    if (job := platform.begin(place, grades)) is not None:
        record.jobs[place.key] = {"job": job, "grades": grades}
        record.keep()
    return job


def _told(platform, place, grades: dict[str, float], job, record: Record) -> Iterator[tuple[str, str]]:
    """(id, outcome) of each grade as it becomes known, and kept at once."""
    for own, why in platform.finish(place, grades, job):
        if own and not why:
            record.add(place.key, {one: grades[one] for one in own})
        yield from ((one, why or SENT) for one in own)

"""How a cohort stands: who handed in, who is missing, what waits for whom, and who is stuck.

All of it is read from the roster, the attempts and the gradebook, in a moment and without nbgrader (see
`records.glance`). A lesson that was not handed in has no points; it never looks like 0. An attempt is on an exercise
when its answer is no longer as it was released.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from grading.intake import people
from grading.records import folders, received
from grading.records.folders import Submission
from grading.records.glance import Points, points
from grading.records.groups import Groups
from grading.records.lateness import REFUSE, Lateness
from grading.records.received import Received
from grading.records.requests import Request, requests
from grading.records.terminal import in_words, line, text_table
from trainlib.course import CHECK_IN, CHECK_OUT

DAYS, ATTEMPTS = 7, 3  # from here on somebody is called stuck
CHECKS = (CHECK_IN, CHECK_OUT)  # they measure: a wrong choice is no failure
GRADER, INSTRUCTOR = "autograde", "you"


@dataclass(frozen=True)
class Handed:
    """A lesson that a learner has handed in, newest at `time` (UTC); `score` is None until it is graded.

    `late` says how long after the deadline the work that is graded came. `left_open` are exercises that are as they
    were released, `failed` those that were answered and cost points; `tries` counts the attempts on each of these.
    `work_of` is the member of the learner's group whose work it is, if that is somebody else. `tests` counts the
    exercises.
    """

    learner: str
    stage: str
    lesson: str
    time: str
    attempts: int
    late: str
    score: float | None
    most: float | None
    to_mark: int
    failed: tuple[str, ...]
    left_open: tuple[str, ...]
    tries: dict[str, int]
    work_of: str = ""
    tests: int = 0

    @property
    def waits_for(self) -> str:
        """Whose turn it is: that of `autograde`, of the instructor, or nobody's."""
        return GRADER if self.score is None else INSTRUCTOR if self.to_mark else ""


@dataclass(frozen=True)
class StageStatus:
    """A stage in counts of learners, cells `to_mark` and lessons `not_graded`; `missing` is None without a roster.
    `requests` names who asked for what, once for each request that is open."""

    stage: str
    deadline: str
    handed_in: int
    missing: tuple[str, ...] | None
    late: tuple[str, ...]
    to_mark: int
    not_graded: int
    requests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stuck:
    """A learner who may need help, and why; `days` since the last attempt, or a lesson's exercise and its `tries`."""

    learner: str
    why: str
    days: int | None = None
    lesson: str = ""
    exercise: str = ""
    tries: int | None = None


class Status:
    """The cohort as the state folder has it now. ValueError where roster, settings or gradebook cannot be read."""

    def __init__(self, now: datetime | None = None):
        self.now = now or datetime.now(UTC).replace(tzinfo=None)
        self.lateness, self.groups, self.roster = Lateness(), Groups(), people.roster()
        self.points, self.requests = points(self.lateness, self.groups), requests()
        self.handed = [
            _handed(one, learner, self.points, self.lateness)
            for one in self.groups.submissions()
            for learner in self.groups.members(one.learner, one.stage, one.lesson)
        ]

    @cached_property
    def learners(self) -> list[str]:
        """Everybody who is known: without a roster, those who have handed in."""
        return sorted({*(self.roster or ()), *(one.learner for one in (*self.handed, *self.requests))})

    @property
    def notes(self) -> list[str]:
        """What is of no use: extensions of people whom nobody knows, or that end before the deadline does; stages for
        groups without any, groups of one."""
        known = {*self.learners, *(learner for learner, *_ in self.points)}
        said = "has an extension in settings.toml, and is neither in learners.csv nor in the gradebook: is it the name?"
        found = [f"{name} {said}" for name in sorted({*self.lateness.extensions} - known)]
        found += [
            f"{learner}'s extension ends before the deadline of {stage}, which counts; is the date right?"
            for learner, stage in self.lateness.overtaken
        ]
        alone = "is alone in a group of learners.csv: is it the group's name?"
        found += [f"{name} {alone}" for name in self.groups.alone]
        lack = "settings.toml names stages for groups, and learners.csv puts nobody into one: everybody stands alone"
        found = [*found, lack] if self.groups.are_missing else found
        return [*found, *_waiting(self.lateness)]

    def stages(self, stage: str | None = None) -> list[StageStatus]:
        """A row for each stage, or for one."""
        return [self._stage(one.folder) for one in folders.stages() if stage in (None, one.folder)]

    def _stage(self, stage: str) -> StageStatus:
        own = [one for one in self.handed if one.stage == stage]
        there, deadline = {one.learner for one in own}, self.lateness.deadlines.get(stage)
        missing = None if self.roster is None else tuple(name for name in self.roster if name not in there)
        late = tuple(dict.fromkeys(one.learner for one in own if one.late))
        by_themselves = [one for one in own if not one.work_of]
        waiting = sum(one.to_mark for one in by_themselves), sum(one.score is None for one in by_themselves)
        said = tuple(one.learner for one in self.requests if one.stage == stage and not one.answer)
        due = f"{deadline:%Y-%m-%d %H:%M}" if deadline else ""
        return StageStatus(stage, due, len(there), missing, late, *waiting, said)

    def stuck(self, days: int = DAYS) -> list[Stuck]:
        """Who may need help: nothing handed in for so many days, nothing at all, or an exercise that failed again."""
        last, done = defaultdict(str), defaultdict(set)
        for one in self.handed:
            last[one.learner], done[one.learner] = max(last[one.learner], one.time), done[one.learner] | {one.lesson}
        found, every = [], {row.id for row in folders.lessons()}
        for name in self.learners:  # of work that came on another way than by `collect` no time is known
            if name not in done:
                found.append(Stuck(name, "has handed in nothing yet"))
            elif last[name] and CHECK_OUT not in done[name] and done[name] != every:
                since = (self.now - datetime.fromisoformat(last[name])).days
                found += [Stuck(name, f"has handed in nothing for {since} days", since)] if since >= days else []
        for one in self.handed:
            for exercise, tries in one.tries.items():
                if tries >= ATTEMPTS:
                    why = f"{one.lesson}: {exercise} still fails after {tries} attempts"
                    found.append(Stuck(one.learner, why, lesson=one.lesson, exercise=exercise, tries=tries))
        return sorted(found, key=lambda one: (one.learner, one.why))

    def of(self, learner: str) -> dict[str, Handed]:
        """What a learner has handed in, by lesson."""
        return {one.lesson: one for one in self.handed if one.learner == learner}


def _waiting(lateness: Lateness) -> list[str]:
    """A line that says how many zips have come by the hub and are not taken in yet; none where all are."""
    waiting = [one for one in received.zips() if _waits(one, lateness)]
    if not waiting:
        return []
    who = ", ".join(line(name) for name in dict.fromkeys(one.learner for one in waiting))
    said = f"{len(waiting)} received on the hub, not taken in yet ({who})"
    return [f"{said}: python -m grading collect {received.root()}"]


def _waits(one: Received, lateness: Lateness) -> bool:
    """Whether `collect` has yet to take in a zip of the hub."""
    came = one.time.replace(tzinfo=None)
    if lateness.outcome == REFUSE and lateness.at(one.learner, one.stage, came).by:
        return False
    return came not in {_claimed(attempt) for attempt in folders.attempts_of(one.learner, one.stage).glob("*")}


def _claimed(attempt: Path) -> datetime | None:
    """The time that stood in what was handed in: `collect` notes it beside an attempt where another one counts."""
    with suppress(ValueError):
        return folders.claimed_time(attempt) or folders.time_of_attempt(attempt / "any")
    return None


def _handed(one: Submission, learner: str, known: dict[tuple[str, str, str], Points], lateness: Lateness) -> Handed:
    """What was handed in, as it counts for a learner of the group."""
    attempts = one.attempts
    newest = max((folders.time_of_attempt(file) for file in attempts), default=None)
    late = lateness.of(one, learner, is_points=False).by
    found = known.get((learner, one.stage, one.lesson)) if one.is_graded else None
    failed = found.failed if found and one.lesson not in CHECKS else ()
    tries = _tries(one, attempts, failed) if failed else {}
    return Handed(
        learner, one.stage, one.lesson, f"{newest:%Y-%m-%d %H:%M:%S}" if newest else "", len(attempts),
        in_words(late) if late else "",
        found.score if found else None, found.most if found else None, found.to_mark if found else 0,
        tuple(name for name in map(_exercise, failed) if tries[name]),
        tuple(name for name in map(_exercise, failed) if not tries[name]), {k: n for k, n in tries.items() if n},
        one.learner if learner != one.learner else "", found.tests if found else 0,
    )  # fmt: skip


def _tries(one: Submission, attempts: Iterable[Path], failed: Iterable[str]) -> dict[str, int]:
    """In how many attempts each exercise that fails now was answered; 0 where the one that is graded leaves it open."""
    released, answer = _released(folders.state() / "release" / one.stage / f"{one.lesson}.ipynb")
    now = dict(_answers(one.file))
    before = [dict(_answers(file)) for file in attempts]
    found = {}
    for test in failed:
        name = answer.get(test, test)
        texts = [own.get(name) for own in before] or [now.get(name)]
        is_open = now.get(name) == released.get(name)
        found[_exercise(test)] = 0 if is_open else max(1, sum(text not in (None, released.get(name)) for text in texts))
    return found


@lru_cache(maxsize=64)
def _released(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What a lesson's graded cells hold when learners get it, and which answer stands above which test."""
    cells, answers, above = _answers(path), {}, None
    for name, _ in cells:
        above = name if name in dict(_answers(path, "solution")) else above
        answers[name] = above or name
    return dict(cells), answers


def _answers(path: Path, kind: str = "grade_id") -> list[tuple[str, str]]:
    """The cells of a notebook that have marks of this kind, by grade id; none where it cannot be read."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        marked = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells]
        return [(marks["grade_id"], "".join(cell["source"])) for cell, marks in marked if marks.get(kind)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _exercise(test: str) -> str:
    return test.removesuffix("-tests")


def stage_table(found: Iterable[StageStatus]) -> str:
    """Stages as a table for the terminal, and below it who is missing or late."""
    found = list(found)
    body = [
        (one.stage, one.deadline, str(one.handed_in), "?" if one.missing is None else str(len(one.missing)))
        + (str(len(one.late)), f"{one.to_mark}", str(one.not_graded), str(len(one.requests)))
        for one in found
    ]
    header = ("stage", "deadline (UTC)", "handed in", "missing", "late", "cells to mark", "lessons not graded")
    header += ("open requests",)
    said = [text_table(header, body)]
    if any(one.missing is None for one in found):
        said.append(f"who is missing cannot be known without a roster: {folders.state() / 'learners.csv'}")
    return "\n".join(said)


def names_of(one: StageStatus) -> list[str]:
    """Who is missing in a stage, who was late, and whose requests are open, a line each."""
    named = {"missing": one.missing or (), "late": one.late, "open requests": dict.fromkeys(one.requests)}
    return [f"{what}: {', '.join(names)}" for what, names in named.items() if names]


def stuck_table(found: Iterable[Stuck]) -> str:
    """Who is stuck, as a table for the terminal."""
    return text_table(("stuck", "why"), [(one.learner, one.why) for one in found])


def request_lines(own: Iterable[Request]) -> list[str]:
    """What a learner asks to have looked at again, with the answer or how to give it."""
    said = []
    for one in own:
        said.append(f"REQUEST, {one.stage}, {one.time} UTC: {line(one.text)}")
        answer = f'python -m grading answer {one.learner} {one.stage} "…"'
        said.append(f"  your answer: {line(one.answer)}" if one.answer else f"  open; answer it: {answer}")
    return said


def learner_table(learners: Iterable[str], status: Status, stage: str) -> str:
    """A row for each learner in one stage. Whoever has handed in nothing of it has no points."""
    body, lessons = [], len(folders.lessons(stage))
    for name in learners:
        own = [one for one in status.of(name).values() if one.stage == stage]
        if not own:
            body.append((name, "not handed in", "", "", "", ""))
            continue
        counts = sum(one.to_mark for one in own), sum(one.score is None for one in own)
        graded = [one for one in own if one.score is not None and one.lesson not in CHECKS]
        score = f"{sum(one.score for one in graded):g} of {sum(one.most for one in graded):g}" if graded else ""
        last = max(one.time for one in own)
        body.append((name, last, f"{len(own)} of {lessons}", score, *(str(count or "") for count in counts)))
    header = ("learner", "handed in (UTC)", "lessons", "points of these", "cells to mark", "lessons not graded")
    return text_table(header, body)


def lesson_table(own: dict[str, Handed]) -> str:
    """A learner's page: a row for each lesson of the course."""
    body = []
    for row in folders.lessons():
        one = own.get(row.id)
        if one is None:
            body.append((row.id, "not handed in", "", "", "", "", "", ""))
            continue
        points = ("", "") if one.score is None else (f"{one.score:g}", f"{one.most:g}")
        waits = f"you: {one.to_mark} cell{'s' if one.to_mark > 1 else ''}" if one.waits_for == INSTRUCTOR else ""
        failed = [f"{name} ({one.tries[name]} attempts)" if one.tries[name] > 1 else name for name in one.failed]
        failed += [f"{name} (left open)" for name in one.left_open]
        late = ", ".join(filter(None, (one.late and f"{one.late} late", one.work_of and f"work of {one.work_of}")))
        body.append(
            (row.id, one.time, str(one.attempts), late, *points, waits or one.waits_for or "nobody", ", ".join(failed))
        )
    return text_table(("lesson", "handed in (UTC)", "attempts", "", "points", "of", "waits for", "failed"), body)

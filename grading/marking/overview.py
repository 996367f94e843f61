"""A page for each learner above the pages of their lessons: points, what is new, and what to review next.

It tells no more than those pages do: a lesson without a page has no points here. What was said last lies in
`overviews/LEARNER.json` in the state folder, together with all that was new so far; it is written before the page,
which shows nothing that is not in it, so wherever a run stops, the next one says the same.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grading.authoring import items
from grading.marking.answers import has_checked_out, is_answered
from grading.marking.exercises import WAITS, Exercise, exercises
from grading.marking.feedback import Known
from grading.pages.page import render
from grading.records import folders, locks
from grading.records.folders import Submission
from trainlib._files import write
from trainlib.course import Lesson

GRADED, NOT_HANDED_IN, NO_PAGE = "graded", "not handed in", "handed in; feedback is to come"
STAMP = "%Y-%m-%d %H:%M:%S.%f"  # of news and of drafts, UTC
ON_RECORD, UNANSWERED = "on record", "handed in without answers"
MOST_NEWS = 60  # entries that are kept of a learner


@dataclass(frozen=True)
class Standing:
    """How a learner stands in one lesson; `score` is None where there is nothing to tell."""

    row: Lesson
    state: str
    score: float | None = None
    most: float | None = None
    exercises: tuple[Exercise, ...] = ()
    page: str = ""

    @property
    def points(self) -> str:
        return "" if self.score is None else f"{round(self.score, 2):g} of {round(self.most, 2):g}"

    @property
    def counts(self) -> bool:
        """Whether its points are in a sum: check-in and check-out measure."""
        return self.score is not None and self.row.id not in items.CHECKS


@dataclass(frozen=True)
class News:
    """What was new in a lesson at a time (UTC)."""

    time: str
    lesson: str
    text: str


@dataclass(frozen=True)
class Overview:
    """All that a learner's overview says; `news` comes newest first."""

    learner: str
    name: str
    standings: tuple[Standing, ...]
    news: tuple[News, ...]

    @property
    def review(self) -> list[tuple[Standing, Exercise]]:
        """The exercises that lost points, in the order of the course."""
        counted = [one for one in self.standings if one.counts]
        return [(one, exercise) for one in counted for exercise in one.exercises if exercise.lost]

    @property
    def days(self) -> list[tuple[str, list[News]]]:
        """What was new by day, the newest first."""
        days = dict.fromkeys(one.time[:10] for one in self.news)
        return [(day, [one for one in self.news if one.time[:10] == day]) for day in days]


def overviews(learners: Iterable[str], known: Known) -> list[Overview]:
    """Bring the overviews of these learners up to date, of all that have a page of a lesson."""
    with locks.held("feedback"):
        made = [_overview(learner, known) for learner in sorted(set(learners))]
    return [one for one in made if one]


def page_of(learner: str) -> Path:
    return folders.state() / "feedback" / learner / "index.html"


def record_of(learner: str) -> Path:
    return folders.state() / "overviews" / f"{learner}.json"


def read_record(learner: str) -> dict:
    """What was said last, and the news so far. ValueError where the file cannot be read."""
    path = record_of(learner)
    if not path.exists():
        return {"said": {}, "news": [], "mailed": []}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"said": dict(found["said"]), "news": list(found["news"]), "mailed": list(found["mailed"])}
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} cannot be read: put back its copy, or delete it, and all counts as new") from None


def write_record(learner: str, record: dict) -> None:
    write(record_of(learner), json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _overview(learner: str, known: Known) -> Overview | None:
    standings = tuple(_standing(learner, row, known) for row in folders.lessons())
    if not any(one.page for one in standings):
        page_of(learner).unlink(missing_ok=True)
        return None
    record = read_record(learner)
    told, now = [one for one in standings if one.score is not None], f"{datetime.now(UTC):{STAMP}}"
    if any(record["said"].get(one.row.id) != _said(one) for one in told):
        fresh = [[now, one.row.id, _new(one, record["said"].get(one.row.id))] for one in told]
        record["news"] = [*(one for one in fresh if one[-1]), *record["news"]][:MOST_NEWS]
        record["said"] |= {one.row.id: _said(one) for one in told}  # what waits to be graded again is still known
        write_record(learner, record)
    overview = Overview(learner, known.name(learner), standings, tuple(News(*one) for one in record["news"]))
    _write_page(overview)
    return overview


def _standing(learner: str, row: Lesson, known: Known) -> Standing:
    own = Submission(learner, row.stage, row.id)
    one = known.groups.counting(own)
    if not one.file.exists():
        return Standing(row, NOT_HANDED_IN)
    if not (own.page.exists() and one.is_graded):
        return Standing(row, NO_PAGE)
    page = f"{row.stage}/{row.id}.html"
    marks = known.marks_of(learner, one)
    if row.id in items.CHECKS:
        if not is_answered(one.file):
            return Standing(row, UNANSWERED, page=page)
        told = (marks.score, marks.most) if has_checked_out(one.learner) else (None, None)
        return Standing(row, ON_RECORD, *told, page=page)
    found = tuple(exercises(one, json.loads(one.graded.read_bytes())["cells"], marks))
    waiting = sum(exercise.state == WAITS for exercise in found)
    state = f"{waiting} exercise{'s' if waiting > 1 else ''} to be marked" if waiting else GRADED
    return Standing(row, state, marks.score, marks.most, found, page)


def _said(one: Standing) -> dict:
    """What the record keeps of a lesson."""
    digest = lambda text: hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
    cells = {each.cell: [each.points, each.state == WAITS, digest(each.comment)] for each in one.exercises}
    return {"score": one.score, "most": one.most, "exercises": cells}


def _new(one: Standing, before: dict | None) -> str:
    """What is new in a lesson since that was said of it; "" where nothing is."""
    if before is None:
        return f"graded: {one.points} points" if one.counts else f"{one.points} right, with the reasons"
    parts, now = [], _said(one)
    if (one.score, one.most) != (before["score"], before["most"]):
        way = "up" if one.score > before["score"] else "down" if one.score < before["score"] else "changed"
        parts.append(f"{one.points} points, {way} from {before['score']:g} of {before['most']:g}")
    for exercise in one.exercises:
        _, waited, comment = before["exercises"].get(exercise.cell, [None, False, ""])
        if waited and exercise.state != WAITS:
            parts.append(f"{exercise.title} was marked, {exercise.points:g} of {exercise.most:g}")
        if exercise.comment and now["exercises"][exercise.cell][2] != comment:
            parts.append(f"a comment on {exercise.title}")
    return "; ".join(parts)


def _write_page(overview: Overview) -> None:
    stages, own = [], overview.standings
    for stage in folders.stages():
        if of_stage := [one for one in own if one.row.stage == stage.folder]:
            stages.append((stage.title, of_stage, _sum(of_stage)))
    title, lessons = f"Feedback: {folders.table().title}, {overview.name}", {one.row.id: one for one in own}
    text = render("overview_page.html", title=title, overview=overview, stages=stages, lessons=lessons)
    path = page_of(overview.learner)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write(path, text)


def _sum(own: Sequence[Standing]) -> str:
    counted = [one for one in own if one.counts]
    score, most = sum(one.score for one in counted), sum(one.most for one in counted)
    return f"{round(score, 2):g} of {round(most, 2):g} points in what was graded" if counted else ""

"""What is known of everybody while pages are made, and from what each page is to be made."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from grading.authoring import items
from grading.intake import people
from grading.marking.answers import has_checked_out
from grading.marking.exercises import WAITS, Exercise, exercises, places
from grading.marking.notes import again, notes
from grading.records import folders, glance, settings
from grading.records.folders import Submission
from grading.records.glance import Marks
from grading.records.groups import Groups
from grading.records.lateness import Lateness
from grading.sandbox import markup
from trainlib.course import Lesson

PAGES = Path(__file__).parent.parent / "pages"
MADE_FROM = re.compile(rb'<meta name="made-from" content="([0-9a-f]{64})">')


@dataclass(frozen=True)
class About:
    """What stands above a lesson on its page: whose it is, and how it went. Without `exercises` it tells no points."""

    learner: str
    name: str
    lesson: Lesson
    stage: str
    graded: str
    made_from: str
    exercises: tuple[Exercise, ...]
    said: dict[str, str]  # comments, by cell
    score: float
    most: float
    notes: tuple[str, ...]  # in Markdown
    again: str  # until when it may be handed in again; "" where that is of no use

    @property
    def lost(self) -> list[Exercise]:
        return [one for one in self.exercises if one.lost]

    @property
    def waiting(self) -> float:
        """Points that somebody has yet to give."""
        return sum(one.most for one in self.exercises if one.state == WAITS)


class Known:
    """What is known of everybody while pages are made: marks, names, and what each page is to be made from."""

    def __init__(self):
        self.groups, self.lateness, self.addresses = Groups(), Lateness(), people.addresses()
        self.marks = glance.marks(self.lateness, self.groups)
        self.names = settings.read().get("certificates", {}).get("names", {})
        self.stages = {stage.folder: stage.title for stage in folders.stages()}

    def marks_of(self, learner: str, one: Submission) -> Marks:
        return self.marks.get((learner, one.stage, one.lesson), Marks())

    def notes(self, learner: str, one: Submission) -> list[str]:
        return notes(one, learner, self.marks_of(learner, one).points, self.lateness)

    def name(self, learner: str) -> str:
        """As the roster has it, or the certificates; else the name to hand in with."""
        return self.addresses.get(learner, ("", ""))[0] or self.names.get(learner, learner)

    def email(self, learner: str) -> str:
        return self.addresses.get(learner, ("", ""))[1]

    def made_from(self, learner: str, one: Submission) -> str:
        """Another one as soon as anything has changed that a learner's page of a submission shows; its first half, as
        soon as work or marks have."""
        shown = [_looks(), self.name(learner), _day(one), learner, self.notes(learner, one)]
        shown += [again(learner, one, self.lateness)]
        shown += [asdict(folders.lesson(one.lesson)), self.stages, repr(places(one.stage, one.lesson))]
        shown += [hashlib.sha256(one.graded.read_bytes()).hexdigest()]
        return self._result(learner, one) + _half(shown)

    def tells_now(self, learner: str, one: Submission) -> bool:
        """Whether a learner's page of a submission is there, and of its work and marks as they are now."""
        page = replace(one, learner=learner).page
        return page.exists() and says(page).startswith(self._result(learner, one))

    def _result(self, learner: str, one: Submission) -> str:
        """Changes with work and marks alone, and never with a new version of this program."""
        marks = self.marks_of(learner, one)
        cells = {name: [mark.points, mark.most, mark.manual is None, mark.waits] for name, mark in marks.cells.items()}
        shown = [one.learner, one.made_from, cells, marks.reasons, marks.comments, marks.penalty]
        return _half([*shown, has_checked_out(one.learner) if one.lesson in items.CHECKS else None])

    def about(self, learner: str, one: Submission, cells: list) -> About:
        marks, row = self.marks_of(learner, one), folders.lesson(one.lesson)
        found, said = tuple(exercises(one, cells, marks)), marks.reasons | marks.comments
        head = (learner, self.name(learner), row, self.stages[one.stage], _day(one), self.made_from(learner, one))
        said_above = tuple(self.notes(learner, one)), again(learner, one, self.lateness)
        return About(*head, found, said, marks.score, marks.most, *said_above)


def _half(shown: list) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def _day(one: Submission) -> str:
    """The day (UTC) on which a submission was graded."""
    return f"{datetime.fromtimestamp(one.graded.stat().st_mtime, UTC):%Y-%m-%d}"


def says(page: Path) -> str:
    """What a page says that it was made from."""
    with open(page, "rb") as file:
        said = MADE_FROM.search(file.read(4000))
    return said[1].decode() if said else ""


@cache
def _looks() -> str:
    """What all pages are made with: they are written again when this code or a template changes."""
    files = sorted([*PAGES.glob("*.html"), *Path(__file__).parent.glob("*.py"), Path(markup.__file__)])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

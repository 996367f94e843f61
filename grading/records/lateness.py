"""How late work is, and what that takes off: computed where points are read, from settings.toml, and stored nowhere.

So a deadline that is moved, an extension, or another `[late]` counts from the next command on. A lesson is as late as
the first attempt that held it as it is graded: handing in again, unchanged and late, costs nothing.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from grading.records import folders, settings
from grading.records.folders import Submission
from grading.records.terminal import in_words
from trainlib.course import CHECK_IN, CHECK_OUT

ACCEPT, MARK, PENALTY, REFUSE = settings.OUTCOMES
DAY = timedelta(days=1)
SHARE = 0.1  # of the points, for each day, where the settings do not say


@dataclass(frozen=True)
class Late:
    """How long after its deadline work came, and the share of its points that each day that has begun takes off."""

    by: timedelta = timedelta(0)
    share: float = 0.0
    deadline: datetime | None = None

    @property
    def days(self) -> int:
        return math.ceil(self.by / DAY)

    def penalty(self, points: float) -> float:
        """What it takes off the points, those given by hand included."""
        return round(max(0.0, points) * min(1.0, self.days * self.share), 9)

    def in_words(self, points: float) -> str:
        """What it takes off, with the arithmetic, for the learner; "" for work in time."""
        if not self.by:
            return ""
        came = f"{in_words(self.by)} after the deadline, {self.deadline:%Y-%m-%d %H:%M} UTC"
        if not self.share:
            return f"It came {came}. Nothing is taken off for that."
        days = f"{self.days} day{'s' if self.days > 1 else ''} late: {self.days} × {100 * self.share:g} %"
        most = ", at most all of them," if self.days * self.share > 1 else ""
        taken = f"{days} of {points:g} points{most} = {self.penalty(points):g} points off"
        return f"{taken}. It came {came}; each day that has begun counts."


class Lateness:
    """The deadlines as the settings have them now, and what they make of each submission. ValueError where the
    settings are wrong."""

    def __init__(self):
        said = settings.due()
        late = said.get("late", {})
        self.deadlines, self.extensions = said["deadlines"], said.get("extensions", {})
        self.outcome = late.get("outcome", MARK)
        self.share = late.get("share_per_day", SHARE) if self.outcome == PENALTY else 0.0
        self._newest: dict[tuple[str, str], datetime | None] = {}
        self._seen: dict[tuple[Submission, str], datetime] = {}

    def deadline(self, learner: str, stage: str) -> datetime | None:
        """When a learner's work of a stage is due (UTC): the stage's deadline, or the learner's extension where that is
        later."""
        own, deadline = self.extensions.get(learner, {}).get(stage), self.deadlines.get(stage)
        return deadline if own is None else max(own, deadline)

    @property
    def overtaken(self) -> list[tuple[str, str]]:
        """Whose extension at which stage ends before the stage's deadline, and so gives nothing."""
        own = [(learner, stage, time) for learner, of in self.extensions.items() for stage, time in of.items()]
        return [(learner, stage) for learner, stage, time in own if time < self.deadlines[stage]]

    def at(self, learner: str, stage: str, time: datetime) -> Late:
        """What it makes of work that is handed in at a time (UTC)."""
        deadline = self.deadline(learner, stage)
        return Late() if deadline is None or time <= deadline else Late(time - deadline, self.share, deadline)

    def of(self, one: Submission, learner: str = "", is_points: bool = True) -> Late:
        """How late a submission is: what its points were given for or, without `is_points`, what waits to be graded.
        Check-in and check-out are no grades, and never late.

        `learner` is a member of the group that it counts for. Files are read only of a lesson that was handed in after
        the deadline, be it once more.
        """
        learner = learner or one.learner
        deadline = self.deadline(learner, one.stage) if one.lesson not in (CHECK_IN, CHECK_OUT) else None
        if deadline is None or (newest := self._newest_of(one)) is None or newest <= deadline:
            return Late()
        attempts = one.attempts
        if not attempts or (newest := folders.time_of_attempt(attempts[-1])) <= deadline:
            return Late()
        try:
            digest = (one.made_from if is_points else None) or one.digest
        except OSError:  # not handed in
            return Late()
        if (one, digest) not in self._seen:
            # None of the attempts holds what was mended in place: then the newest counts.
            self._seen[one, digest] = one.first_seen(digest, attempts) or newest
        return self.at(learner, one.stage, self._seen[one, digest])

    def _newest_of(self, one: Submission) -> datetime | None:
        """When a learner last handed in anything of a stage."""
        place = one.learner, one.stage
        if place not in self._newest:
            self._newest[place] = folders.newest_attempt(*place)
        return self._newest[place]

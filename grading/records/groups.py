"""Groups that hand in together: at the stages that `[groups]` in settings.toml names, one hand-in counts for everybody
in learners.csv with the same word in the column `group`.

Of each lesson the newest hand-in of the group counts, is graded once, and gives every member its points. All of that
is seen when submissions or points are read; what each member handed in lies where it always does. Check-in and
check-out measure a person, so they are everybody's own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from grading.records import folders, settings, tables
from grading.records.folders import Submission
from trainlib.course import CHECK_IN, CHECK_OUT

Found = TypeVar("Found")
Place = tuple[str, str, str]  # learner, stage, lesson


class Groups:
    """Who hands in with whom, as settings and roster have it now. ValueError where they are wrong."""

    def __init__(self):
        self.stages = settings.due().get("groups", {}).get("stages", [])
        self._mates = _mates() if self.stages else {}
        self._counting: dict[Place, Submission] = {}

    @property
    def are_missing(self) -> bool:
        """Whether there are stages for groups, and no groups."""
        return bool(self.stages) and not self._mates

    @property
    def alone(self) -> list[str]:
        """Who has a group and nobody else in it: a word may be misspelt."""
        return sorted(learner for learner, members in self._mates.items() if not members[1:])

    def members(self, learner: str, stage: str, lesson: str = "") -> tuple[str, ...]:
        """Whose work a learner's is, in a lesson or in the whole stage: the learner's alone, or the group's."""
        is_shared = stage in self.stages and lesson not in (CHECK_IN, CHECK_OUT)
        return self._mates.get(learner, (learner,)) if is_shared else (learner,)

    def counting(self, one: Submission) -> Submission:
        """The submission that counts in place of one: the newest of its group; of several with the same bytes the one
        that had them first, which may be graded already."""
        members = self.members(one.learner, one.stage, one.lesson)
        place = members[0], one.stage, one.lesson
        if place not in self._counting:
            own = [replace(one, learner=name) for name in members]
            self._counting[place] = _newest([mate for mate in own if mate.file.exists()]) if own[1:] else one
        return self._counting[place] or one

    def unlike(self, one: Submission) -> list[str]:
        """The members of the group who have handed in something else."""
        mates = [replace(one, learner=name) for name in self.members(one.learner, one.stage, one.lesson)]
        return [mate.learner for mate in mates if mate.file.exists() and mate.digest != one.digest]

    def submissions(self, stage: str | None = None) -> Iterator[Submission]:
        """What `folders.submissions` has, without what does not count for its group."""
        return (one for one in folders.submissions(stage) if self.counting(one) == one)

    def shared(self, found: Mapping[Place, Found]) -> dict[Place, tuple[Found, str]]:
        """What is found by learner, stage and lesson, for every member what counts for the group, and whose work it
        is; "" where there is no group."""
        everybody = {}
        for (learner, *where), own in found.items():
            members = self.members(learner, *where)
            if members[1:]:
                holder = self.counting(Submission(learner, *where)).learner
                counts = found.get((holder, *where), own)
                everybody |= {(name, *where): (counts, holder) for name in members}
            else:
                everybody[learner, *where] = own, ""
        return everybody


def _newest(mates: list[Submission]) -> Submission | None:
    if not mates[1:]:
        return mates[0] if mates else None
    times = {mate: _time(mate.attempts[-1:]) for mate in mates}
    newest = max(mates, key=lambda mate: (times[mate], mate.learner)).digest
    same = [mate for mate in mates if mate.digest == newest]
    first = lambda mate: mate.first_seen(newest, mate.attempts) or times[mate]
    return min(same, key=lambda mate: (first(mate), mate.learner))


def _time(attempts: list) -> datetime:
    return folders.time_of_attempt(attempts[0]) if attempts else datetime.min


def _mates() -> dict[str, tuple[str, ...]]:
    """The members of everybody's group, in order."""
    path, groups = folders.state() / "learners.csv", defaultdict(set)
    for learner, row in tables.read_roster(path).items() if path.exists() else ():
        if name := " ".join((row.get("group") or "").split()).casefold():
            groups[name].add(learner)
    return {learner: tuple(sorted(members)) for members in groups.values() for learner in members}

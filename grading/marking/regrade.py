"""Grade a stage again, such as after a test was mended and built, and say who changed and by how much.

Marks that a person gave are kept, and so are the inputs of hidden tests: only what was mended can move a score, so only
lessons whose tests were mended run.
What lateness takes off is what the settings say now. Whatever stops it, scores and marks of before lie on disk (see
`before`): the next call does what is left, and shows the changes of both.
"""

from dataclasses import dataclass
from functools import cache

from grading.intake import deadlines
from grading.marking.autograde import autograde, lesson_tests
from grading.marking.before import Before, Place, Stopped
from grading.records import folders, settings
from grading.records.glance import Row, rows
from grading.records.terminal import text_table
from grading.sandbox.engine import hidden_draws


@dataclass(frozen=True)
class Change:
    """The score of one learner's lesson before and after; None where it was not graded before.

    `to_grade`: as in Row.
    """

    learner: str
    lesson: str
    before: float | None
    after: float
    max_score: float
    to_grade: int

    @property
    def by(self) -> float:
        return self.after - (self.before or 0.0)


@dataclass(frozen=True)
class Regraded:
    """Who changed, what could not be graded and why, and why it `stopped` in the middle, "" where all was graded.

    `since`: when an earlier call began (UTC), whose rest this one has done; "" where there was none. The scores before
    are those before that.
    """

    changes: list[Change]
    faults: dict[Place, str]
    stopped: str = ""
    since: str = ""


def regrade(stage: str, jobs: int | None = None, isolated: bool = True, everything: bool = False) -> Regraded:
    """Grade again what has other tests, or other hidden inputs, than when it was graded; where an earlier call was
    stopped, what that left. With `everything`, the rest of the stage, too.

    ValueError as from `autograde`, where nothing was graded.
    """
    folders.lessons(stage)  # refuses an unknown stage
    before, stopped = Before.now(stage), ""
    before.same = set() if everything else _same(stage)
    goes_on = before.stopped and before.for_table
    before.for_table = True
    deadlines.tell_gradebook(settings.read())
    try:
        faults = autograde(stage, jobs=jobs, isolated=isolated, before=before)
    except Stopped as why:
        faults, stopped = why.faults, str(why)
    found = [_change(before.scores.get((row.learner, row.lesson)), row) for row in rows(stage)]
    if not stopped and not before.undone:
        before.forget()
    changes = [change for change in found if change]
    return Regraded(changes, faults, stopped, before.began.partition(".")[0] if goes_on else "")


def _same(stage: str) -> set[Place]:
    """What was graded by the tests that it would be graded by now."""
    tests, seed, found = cache(lesson_tests), settings.hidden_seed(), set()
    for one in folders.submissions(stage):
        exam = tests(stage, one.lesson)
        if one.is_graded_by(exam.asked(hidden_draws(seed, one.learner, exam, one.digest))):
            found.add((one.learner, one.lesson))
    return found


def _change(old: Row | None, new: Row) -> Change | None:
    if old and (old.score, old.max_score, old.to_grade) == (new.score, new.max_score, new.to_grade):
        return None
    return Change(new.learner, new.lesson, old and old.score, new.score, new.max_score, new.to_grade)


def change_table(changes: list[Change]) -> str:
    """Changes as a table for the terminal, the largest first, and their sum in words."""
    if not changes:
        return "nobody's score has changed"
    body = [
        (one.learner, one.lesson)
        + ("" if one.before is None else f"{one.before:g}", f"{one.after:g}", f"{one.by:+g}", f"{one.max_score:g}")
        + (f"{one.to_grade} cell{'s' if one.to_grade > 1 else ''}" if one.to_grade else "",)
        for one in sorted(changes, key=lambda one: (-abs(one.by), one.learner, one.lesson))
    ]
    header = ("learner", "lesson", "before", "after", "change", "of", "waits for you")
    up, down = sum(one.by > 0 for one in changes), sum(one.by < 0 for one in changes)
    return f"{text_table(header, body)}\n{up} scores rose, {down} fell"

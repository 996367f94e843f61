"""What each learner knows of each stage, from the answers on record, and what to take next: for the learner's page.

Questions and exercises are never mixed: a question was answered once, an exercise until it passed. The answers of
check-out count, before it those of check-in. A stage is the finest skill that has enough answers: the bank asks about
most tags once, and a lesson's tags are those of all its exercises, so they would give one number several names. What a
group handed in says nothing of one member. Nothing of this goes to learners before check-out, as it tells how check-in
went.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grading.authoring import items
from grading.marking.answers import answered_items
from grading.marking.status import Handed, Status
from grading.records import folders
from grading.records.folders import Submission
from trainlib import mastery
from trainlib.mastery import Skill
from trainlib.questions import CHECK_IN, CHECK_OUT

DONE = 0.5  # of a lesson's exercises that pass, from which on it counts as had; lateness takes nothing off
Counts = dict[str, tuple[int, int]]  # right and asked, by the name of a stage


@dataclass(frozen=True)
class Mastery:
    """One learner: the track ("" where no test names one), the test whose questions count, skills by their kind, how
    many lessons were left out as a group handed them in, and what is next."""

    learner: str
    track: str
    test: str
    questions: tuple[Skill, ...]
    exercises: tuple[Skill, ...]
    of_group: int
    next: str


def of(learner: str, now: Status) -> Mastery:
    """What a learner knows. The other learners' answers to the same test on the same track are the prior."""
    tests = {one.learner: one for one in _tests(now)}
    own = tests.get(learner, _Test("", "", {}))
    same = [one.questions for one in tests.values() if (one.track, one.lesson) == (own.track, own.lesson)]
    alone = defaultdict(list)
    for one in now.handed:
        if not now.groups.members(one.learner, one.stage, one.lesson)[1:]:
            alone[one.learner].append(one)
    exercises = {name: _exercises(own) for name, own in alone.items()}
    asked = _skills(own.questions, same)
    handed = now.of(learner)
    done = {name for name, one in handed.items() if name in items.CHECKS or _is_had(one)}
    following = "No check-in names a track, so nothing can be said of what comes next."
    if own.track:
        following = mastery.next_lesson(folders.table().track(own.track), done, asked, folders.table())
    passed = _skills(exercises.get(learner, {}), list(exercises.values()))
    return Mastery(learner, own.track, own.lesson, asked, passed, len(handed) - len(alone[learner]), following)


@dataclass(frozen=True)
class _Test:
    track: str
    lesson: str
    questions: Counts
    learner: str = ""


def _tests(now: Status) -> Iterator[_Test]:
    """The newest test of each learner that has answers."""
    found = {}
    for lesson in (CHECK_IN, CHECK_OUT):
        for one in now.handed:
            submission = Submission(one.learner, one.stage, one.lesson)
            if one.lesson != lesson or not (taken := answered_items(submission)):
                continue
            counts = defaultdict(lambda: (0, 0))
            for item, answer in taken.items:
                right, asked = counts[items.part_of(item.stage)]
                counts[items.part_of(item.stage)] = right + (answer == item.key), asked + 1
            found[one.learner] = _Test(taken.track, lesson, dict(counts), one.learner)
    yield from found.values()


def _exercises(handed: Iterable[Handed]) -> Counts:
    """Exercises that were answered, and those of them that pass now."""
    stages, found = {stage.folder: stage.name for stage in folders.stages()}, {}
    for one in handed:
        if one.lesson not in items.CHECKS and one.score is not None:
            right, asked = found.get(stages[one.stage], (0, 0))
            found[stages[one.stage]] = right + _passed(one), asked + one.tests - len(one.left_open)
    return found


def _passed(one: Handed) -> int:
    return one.tests - len(one.left_open) - len(one.failed)


def _skills(own: Mapping[str, tuple[int, int]], cohort: list[Counts]) -> tuple[Skill, ...]:
    """A skill for each stage that has answers."""
    found = []
    for stage in folders.stages():
        if (counts := own.get(stage.name)) and counts[1]:
            everybody = [counts[stage.name] for counts in cohort if stage.name in counts]
            before = mastery.prior(*zip(*everybody))
            found.append(Skill(stage.name, *counts, mastery.known(*counts, before)))
    return tuple(found)


def _is_had(one: Handed) -> bool:
    return one.score is not None and _passed(one) >= DONE * one.tests


def said(found: Mastery) -> list[str]:
    """The same as lines for the terminal."""
    which = "check-out" if found.test == CHECK_OUT else "check-in, before the course"
    lines = []
    for skills, words in ((found.questions, f"questions of {which}"), (found.exercises, "exercises, as they pass now")):
        for one in skills:
            share = f"{one.share.value:.2f} ({one.share.low:.2f} to {one.share.high:.2f}), " if one.share else ""
            lines.append(f"  {one.name}, {words}: {one.right} of {one.asked} right; {share}{mastery.verdict(one)}")
    head = f"share known, with 95 % intervals; known means that all of it lies over {mastery.MASTERED:g}:"
    if found.of_group:
        lessons = "lesson is" if found.of_group == 1 else "lessons are"
        lines.append(f"  {found.of_group} {lessons} left out: what a group handed in says nothing of one member")
    return [*([head, *lines] if lines else []), found.next]

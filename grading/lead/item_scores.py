"""What check-in and check-out have measured: a score for each question, before and after for each learner.

Of both tests the first attempt counts that has an answer: a learner hands the stage in again and again, knows more
each time, and after check-out has read the reasons. Half of the learners get form A first and half form B, so the mean
of the two halves' means is free of which form is harder. Tracks ask different questions, so such a mean is one track's.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import mean

from grading.lead import measured
from grading.lead.measured import ItemScore
from grading.records.tables import write_csv
from trainlib.questions import CHECK_IN, CHECK_OUT


@dataclass(frozen=True)
class BeforeAndAfter:
    """One learner's two tests: the share of questions answered rightly, 0 to 1, None where there is no test."""

    learner: str
    track: str  # at check-in, or else at check-out
    first: str  # the form at check-in, or the one that was due then
    pre: float | None
    post: float | None


def before_and_after(scores: Sequence[ItemScore], without_change: Collection[str] = ()) -> list[BeforeAndAfter]:
    """Each learner who took check-in or check-out; without an after for those whose tests cannot be compared."""
    tests: dict[str, dict[str, list[ItemScore]]] = {}
    for score in scores:
        tests.setdefault(score.learner, {}).setdefault(score.lesson, []).append(score)
    return [_before_and_after(learner, of_learner, without_change) for learner, of_learner in tests.items()]


def _before_and_after(
    learner: str, tests: dict[str, list[ItemScore]], without_change: Collection[str]
) -> BeforeAndAfter:
    share = {lesson: mean(score.score for score in of_test) for lesson, of_test in tests.items()}
    first = tests[CHECK_IN][0].form if CHECK_IN in tests else "BA"["AB".index(tests[CHECK_OUT][0].form)]
    track = tests[CHECK_IN if CHECK_IN in tests else CHECK_OUT][0].track
    after = None if learner in without_change else share.get(CHECK_OUT)
    return BeforeAndAfter(learner, track, first, share.get(CHECK_IN), after)


def by_track(learners: Sequence[BeforeAndAfter]) -> dict[str, tuple[float, float]]:
    """`over_both_orders` of each track that has it."""
    tracks = sorted({learner.track for learner in learners})
    means = {track: over_both_orders([one for one in learners if one.track == track]) for track in tracks}
    return {track: both for track, both in means.items() if both is not None}


def over_both_orders(learners: Sequence[BeforeAndAfter]) -> tuple[float, float] | None:
    """Mean share before and after, each the mean of both orders' means; None until somebody of each order has both.

    All learners are of one track.
    """
    complete = [learner for learner in learners if None not in (learner.pre, learner.post)]
    orders = [[learner for learner in complete if learner.first == form] for form in "AB"]
    if not all(orders):
        return None
    before = mean(mean(learner.pre for learner in order) for order in orders)
    after = mean(mean(learner.post for learner in order) for order in orders)
    return before, after


@dataclass(frozen=True)
class ItemSummary:
    """What check-in and check-out have measured, for the terminal: each learner's change, its means, and rows written.

    `over_both_orders`: by track. `same_form_twice`: who wrote another name at check-out, `changed_track`: who wrote
    another track, and so has no change; `without_track`: who has no score, as the test names no track.
    """

    rows: int
    changes: tuple[BeforeAndAfter, ...]
    over_both_orders: dict[str, tuple[float, float]]
    same_form_twice: tuple[str, ...]
    changed_track: tuple[str, ...]
    without_track: tuple[str, ...]


def write(target: Path) -> ItemSummary:
    """Write the score of each learner and question as CSV, from the state that is in use."""
    with measured.opened() as state:
        scores, changes = state.items, before_and_after(state.items, state.without_change)
        left_out = (state.same_form_twice, state.changed_track, state.without_track)
    rows = write_csv(target, [field.name for field in fields(ItemScore)], map(astuple, scores))
    return ItemSummary(rows, tuple(changes), by_track(changes), *(tuple(sorted(names)) for names in left_out))

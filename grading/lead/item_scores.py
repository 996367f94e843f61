"""What check-in and check-out have measured: a score for each question, before and after for each learner.

Of both tests the first attempt counts that has an answer: a learner hands the stage in again and again, knows more
each time, and after check-out has read the reasons. Half of the learners get form A first and half form B, so the mean
of the two halves' means is free of which form is harder.
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
    first: str  # the form at check-in, or the one that was due then
    pre: float | None
    post: float | None


def before_and_after(scores: Sequence[ItemScore], same_form_twice: Collection[str] = ()) -> list[BeforeAndAfter]:
    """Each learner who took check-in or check-out; without an after for those who had the same form twice."""
    tests: dict[str, dict[str, list[ItemScore]]] = {}
    for score in scores:
        tests.setdefault(score.learner, {}).setdefault(score.lesson, []).append(score)
    return [_before_and_after(learner, of_learner, same_form_twice) for learner, of_learner in tests.items()]


def _before_and_after(
    learner: str, tests: dict[str, list[ItemScore]], same_form_twice: Collection[str]
) -> BeforeAndAfter:
    share = {lesson: mean(score.score for score in of_test) for lesson, of_test in tests.items()}
    first = tests[CHECK_IN][0].form if CHECK_IN in tests else "BA"["AB".index(tests[CHECK_OUT][0].form)]
    after = None if learner in same_form_twice else share.get(CHECK_OUT)
    return BeforeAndAfter(learner, first, share.get(CHECK_IN), after)


def over_both_orders(learners: Sequence[BeforeAndAfter]) -> tuple[float, float] | None:
    """Mean share before and after, each the mean of both orders' means; None until somebody of each order has both."""
    complete = [learner for learner in learners if None not in (learner.pre, learner.post)]
    orders = [[learner for learner in complete if learner.first == form] for form in "AB"]
    if not all(orders):
        return None
    before = mean(mean(learner.pre for learner in order) for order in orders)
    after = mean(mean(learner.post for learner in order) for order in orders)
    return before, after


@dataclass(frozen=True)
class ItemSummary:
    """What check-in and check-out have measured, for the terminal: each learner's change, its mean, and rows written.

    `same_form_twice`: who wrote another name at check-out, and so has no change.
    """

    rows: int
    changes: tuple[BeforeAndAfter, ...]
    over_both_orders: tuple[float, float] | None
    same_form_twice: tuple[str, ...]


def write(target: Path) -> ItemSummary:
    """Write the score of each learner and question as CSV, from the state that is in use."""
    with measured.opened() as state:
        scores, twice = state.items, state.same_form_twice
    changes = before_and_after(scores, twice)
    rows = write_csv(target, [field.name for field in fields(ItemScore)], map(astuple, scores))
    return ItemSummary(rows, tuple(changes), over_both_orders(changes), tuple(sorted(twice)))

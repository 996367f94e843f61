"""What somebody knows of a skill, from few answers: a share with its interval, and the lesson that comes next.

prior(right, asked)         what a cohort's answers say of a learner before that one's own are seen
known(right, asked, prior)  one learner's share, with its interval, or None where the answers are too few
next_lesson(track, …)       the lesson to take next, and why, in a sentence
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from trainlib import course
from trainlib._values import check_level
from trainlib.course import CHECK_OUT, Course, Lesson, Track
from trainlib.measure import Score

__all__ = ["LEAST", "MASTERED", "PEOPLE", "Skill", "known", "next_lesson", "prior", "verdict"]

LEAST = 5  # answers, without which nothing is said
PEOPLE = 8  # learners with so many answers, without whom the cohort says nothing of one learner
STRENGTH = (0.5, 40.0)  # answers that a cohort's prior may be worth
MASTERED = 0.8  # the share above which a whole interval has to lie
Prior = tuple[tuple[float, float, float], ...]  # weight, a, b of Beta distributions
JEFFREYS: Prior = ((1.0, 0.5, 0.5),)


@dataclass(frozen=True)
class Skill:
    """One learner's answers on a skill, such as "theory": how many were right, and the share known with its interval,
    None where they are too few."""

    name: str
    right: int
    asked: int
    share: Score | None


def prior(right: Sequence[int], asked: Sequence[int]) -> Prior:
    """The Beta distributions that a cohort's answers leave open for learners' shares, each with its weight.

    `right` of `asked` are counts, one a learner, beta-binomial (Skellam, JRSS B 10 (1948) 257-261). The likeliest
    distribution alone would be empirical Bayes (Morris, JASA 78 (1983) 47-55), with intervals that are too narrow. So
    all of them count by their likelihood, on a grid flat in the mean and in strength ** -1/2 (Gelman and others,
    Bayesian Data Analysis (2013), chapter 5). With under PEOPLE learners who have LEAST answers it is Jeffreys'
    Beta(1/2, 1/2).
    """
    right, asked = np.asarray(right, dtype=float), np.asarray(asked, dtype=float)
    enough = asked >= LEAST
    if enough.sum() < PEOPLE:
        return JEFFREYS
    means, roots = np.linspace(0.02, 0.98, 49), np.linspace(STRENGTH[1] ** -0.5, STRENGTH[0] ** -0.5, 25)
    mean, strength = (grid.ravel() for grid in np.meshgrid(means, roots**-2))
    a, b = mean * strength, (1 - mean) * strength
    likely = stats.betabinom.logpmf(right[enough, None], asked[enough, None], a, b).sum(axis=0)
    weight = np.exp(likely - likely.max())
    kept = weight > weight.max() * 1e-4
    return tuple(zip(weight[kept] / weight[kept].sum(), a[kept], b[kept]))


def known(right: int, asked: int, of: Prior = JEFFREYS, level: float = 0.95) -> Score | None:
    """One learner's share known: the mean of the posterior, with its equal-tailed interval; None with under LEAST
    answers. ValueError for counts that cannot be."""
    check_level(level)
    if not 0 <= right <= asked:
        raise ValueError(f"right is {right} of {asked} asked; it must be a number from 0 to {asked}")
    if asked < LEAST:
        return None
    weight, a, b = np.array(of).T
    a, b = a + right, b + asked - right
    below = lambda share, tail: float((weight * special.betainc(a, b, share)).sum()) - tail
    low, high = (optimize.brentq(below, 0, 1, args=(tail,)) for tail in ((1 - level) / 2, (1 + level) / 2))
    return Score(float((weight * a / (a + b)).sum()), low, high, level, f"beta-binomial, {asked} answers")


def verdict(skill: Skill) -> str:
    """What the answers allow to say: never that somebody knows what the interval leaves open."""
    if skill.share is None:
        return f"too few answers ({skill.asked} of at least {LEAST})"
    if skill.share.low >= MASTERED:
        return f"known: surely over {MASTERED:g}"
    return f"not there yet: surely under {MASTERED:g}" if skill.share.high < MASTERED else "open"


def next_lesson(track: Track, done: Collection[str], skills: Sequence[Skill], table: Course | None = None) -> str:
    """The lesson of a track to take next, and why, in a sentence.

    `done` are ids of lessons. Of the lessons whose prerequisites are done, the first one that belongs to the stage with
    the lowest share known, or leads there; without shares, the first. Check-out comes last.
    """
    table = table or course.table()
    left = [row for row in table.on(track) if row.id not in done]
    ready = [row for row in left if set(row.prerequisites) <= set(done) and row.id != CHECK_OUT]
    if not left:
        return f"Every lesson of the track {track.name} is done."
    if not ready:
        ready = left[-1:] if len(left) == 1 else left[:1]
    weak = sorted((skill for skill in skills if skill.share), key=lambda skill: skill.share.value)
    stages = {stage.folder: stage.name for stage in table.stages}
    wanted = [row for row in left if weak and stages[row.stage] == weak[0].name and row.id != CHECK_OUT]
    for goal in wanted:
        needed = _needed(goal, table)
        if found := next((row for row in ready if row.id in needed), None):
            leads = "" if found == goal else f"it leads to {goal.number}, "
            return f"{found.number} next: {leads}{_had(found, table)}, and {_weakest(weak[0], weak[1:])}."
    why = f"it is the first that is open on the track {track.name}"
    return f"{ready[0].number} next: {_had(ready[0], table)}, and {why}."


def _needed(goal: Lesson, table: Course) -> set[str]:
    """The ids of a lesson and of all that has to come before it."""
    found, left = set(), [goal.id]
    while left:
        found.add(id := left.pop())
        left += [name for name in table.lesson(id).prerequisites if name not in found]
    return found


def _had(row: Lesson, table: Course) -> str:
    names = [table.lesson(name).number for name in row.prerequisites]
    return f"you have {' and '.join(names)}" if names else "it needs nothing before it"


def _weakest(skill: Skill, others: Sequence[Skill]) -> str:
    """Why a stage comes first; that its answers are the weakest is said only where no other interval reaches it."""
    counts = f"{skill.right} of {skill.asked} right, share known {skill.share.value:.2f}, "
    counts += f"{skill.share.low:.2f} to {skill.share.high:.2f}"
    if others and all(skill.share.high < other.share.low for other in others):
        return f"your answers on {skill.name} are the weakest ({counts})"
    return f"your answers on {skill.name} are the lowest so far, which so few do not prove ({counts})"

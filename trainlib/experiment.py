"""A cohort as an experiment: weights from who waited, who was measured between stages, and what earlier cohorts showed.

    fit(cohort, occasions, training)    the weights behind scores of several occasions; who waits is the comparison
    waiting(cohort, occasions)          what the training added by difference in differences, without any model of it
    pool(now, earlier, stages)          this cohort's weights, drawn towards those of earlier cohorts

The model is that of `trainlib.effect`. For learner l at occasion k, with g from the hours that were over by then,

    scoreₗₖ = startₗ + trend · weeksₗₖ + roomₗ · (Σᵢ aᵢ·gₗᵢₖ + luckₜ · share doneₗₖ) + errorₗₖ

so each learner is compared with the own earlier scores, and those who have not started yet say what weeks without the
course bring. It stands beside `trainlib.cohort`, which needs check-in and check-out only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from trainlib import cohort as before_and_after
from trainlib._values import check_level, check_number, check_whole
from trainlib.cohort import Fit, check
from trainlib.effect import TrainingEffect
from trainlib.learners import staggered
from trainlib.measure import Score

__all__ = ["LEAST_SPREAD", "SAME_TIME", "Estimate", "Experiment", "Pooled", "fit", "pool", "waiting"]

OCCASION = ("learner", "week", "score")
LEAST_SPREAD = 0.03  # cohorts are never quite alike, though a few of them may look so by chance
SAME_TIME = 0.6  # weeks: from a Friday, when one wave ends, to the Monday on which the next one starts
LEAST_WAITING = 5  # learners: of fewer, a bootstrap often draws none
ROUNDS = 30  # of bisection, for the spread between cohorts


@dataclass(frozen=True, eq=False)
class Experiment:
    """A fit to several occasions, of so many `scores`.

    `trend`: points of score (0 to 1) that a week brings without the course, None where it counts as 0, because fewer
    than 5 learners were measured twice before starting; `waited`: how many were.
    """

    fit: Fit
    trend: Score | None
    waited: int
    scores: int


def fit(
    cohort: pd.DataFrame,
    occasions: pd.DataFrame,
    training: TrainingEffect,
    *,
    items: int | None = None,
    quality: Mapping[str, float] | None = None,
    content: Mapping[str, float] | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> Experiment:
    """The weights aᵢ that explain scores of several occasions best, within aᵢ ≥ 0 and Σ aᵢ ≤ 1.

    `cohort` is a table as `cohort.check` describes it, with `start` and `end`, the weeks (numbers) in which the learner
    had the stage. `occasions` has a row for each learner and occasion, check-in and check-out among them: `learner`,
    `week` (a number), `score` (0 to 1, of parallel tests). Learners without a check-out are left out. `items`:
    questions in a test, which corrects for the error of check-in as in `cohort.fit`; quality, content, level, draws and
    seed are as there, too.

    * Least squares within learners (each learner's own mean taken out), so who is better from the start counts for
      nothing. With check-in and check-out alone these are the gains of `cohort.fit`; the teams' luck is in the
      intervals only. A test that teaches would count as the course.
    * Where those leave who fare worst, weights come out too high and intervals hold the truth too rarely; they leave
      out the errors of ratings as well, which counts only where scores have hardly any.
    * The trend is estimated where at least 5 learners were measured twice before they started. With one stage, two
      waves, two occasions and equal rooms the weight, times g and room, is the difference in differences of
      `learners.staggered`. The trend is taken to be a straight line, the same for all.
    * Intervals: the bootstrap of `cohort.fit`, of whole learners within teams (a learner's errors belong together;
      Cameron and Miller, Journal of Human Resources 50 (2015) 317-372), with new luck for the teams.

    ValueError as in `cohort.fit`, and where an occasion's row is wrong.
    """
    check_level(level)
    check_whole("draws", draws, 2)
    table = _with_weeks(cohort)
    learners, inputs, trainers, content = before_and_after._regressors(table, training, quality, content)
    before_and_after._check_not_idle(training.effects(*inputs), [stage.name for stage in training.stages])
    panel = _Panel(table, _checked(occasions), learners, inputs, training, items)
    names = [stage.name for stage in training.stages] + ["weeks without training"] * panel.has_trend
    condition = before_and_after._condition(panel.rows, names)
    free, weights = panel.solve(np.ones((1, len(learners))))
    redrawn, bounded = panel.redraw(draws, np.random.default_rng(seed))
    stages = len(training.stages)
    low, high = before_and_after._ends(free[0, :stages], redrawn[:, :stages], weights[0], level)
    found = Fit(
        training=training,
        weights=weights[0],
        low=low,
        high=high,
        level=level,
        draws=bounded,
        effects=training.effects(*inputs).mean(axis=0),
        residual_spread=panel.residual_spread(free[0]),
        team_spread=float(np.sqrt(panel.between)),
        condition=condition,
        learners=len(learners),
        teams=int(panel.team.max()) + 1,
        left_out=table.learner.nunique() - len(learners),
        simulated=bool(table.attrs.get("simulated")) or bool(table.learner.str.startswith("simulated ").all()),
        trainers=trainers,
        content=content,
        free=free[0, :stages],
        covariance=np.atleast_2d(np.cov(redrawn[:, :stages], rowvar=False)),
    )
    trend = None
    if panel.has_trend:
        ends = np.quantile(redrawn[:, -1], [(1 - level) / 2, (1 + level) / 2])
        trend = Score(float(free[0, -1]), *map(float, ends), level, f"bootstrap, {panel.waited} learners waited")
    return Experiment(found, trend, panel.waited, len(panel.rows))


def _with_weeks(cohort: pd.DataFrame) -> pd.DataFrame:
    """A checked cohort with the weeks of each stage as numbers."""
    table = check(cohort)
    if missing := [name for name in ("start", "end") if name not in table]:
        raise ValueError(f"the cohort has the columns {list(table.columns)}; {', '.join(missing)} is missing")
    for name in ("start", "end"):
        table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    if (wrong := ~np.isfinite(table.start) | ~(table.end >= table.start)).any():
        row = table[wrong].iloc[0]
        who = f"learner {row.learner!r}, stage {row.stage!r}"
        raise ValueError(
            f"{who}: start is {row.start} and end {row.end}; they must be weeks, the end not before the start"
        )
    return table


def _checked(occasions: pd.DataFrame) -> pd.DataFrame:
    if missing := [name for name in OCCASION if name not in occasions]:
        raise ValueError(f"the occasions have the columns {list(occasions.columns)}; {', '.join(missing)} is missing")
    table = occasions.assign(learner=occasions.learner.astype(str))
    for column, low, high in (("week", -np.inf, np.inf), ("score", 0, 1)):
        numbers = pd.to_numeric(table[column], errors="coerce").astype(float)
        wrong = ~(np.isfinite(numbers) & numbers.between(low, high))
        if wrong.any():
            row = table[wrong].iloc[0]
            allowed = "a number from 0 to 1" if column == "score" else "a number"
            raise ValueError(f"{column} of learner {row.learner!r} is {row[column]!r}; it must be {allowed}")
        table[column] = numbers
    if (twice := table.duplicated(["learner", "week"])).any():
        row = table[twice].iloc[0]
        raise ValueError(f"learner {row.learner!r} has two scores in week {row.week:g}; there must be one")
    return table.sort_values(["learner", "week"])


class _Panel:
    """Scores within learners, as products (learners, p, p) and (learners, p) that a bootstrap can count; p is stages,
    and 1 for the trend. `rows` (scores, p) are the regressors, `answers` (scores,) what they explain."""

    def __init__(self, table, occasions, learners, inputs, training, items):
        names = [stage.name for stage in training.stages]
        days = table.pivot(index="learner", columns="stage", values=["start", "end"]).astype(float)
        starts, ends = (days[column].reindex(learners.learner)[names].to_numpy() for column in ("start", "end"))
        place = {name: number for number, name in enumerate(learners.learner)}
        taken = occasions[occasions.learner.isin(place.keys())]
        who, week = taken.learner.map(place).to_numpy(), taken.week.to_numpy()
        waits = week <= starts.min(axis=1)[who]
        self.waited = int((np.bincount(who[waits], minlength=len(place)) > 1).sum())
        self.has_trend = self.waited >= LEAST_WAITING
        self.team = pd.factorize(learners.team)[0]
        pre = learners.pre.to_numpy()
        room = 1 - pre / training.ceiling
        effects = _effects_by_then(training, inputs, who, week, starts, ends)
        total = training.effects(*inputs).sum(axis=1)[who]
        done = np.divide(effects.sum(axis=1), total, out=np.zeros(len(who)), where=total > 0)
        spent = _within(np.column_stack([effects, done]), who)
        regressors = [room[who, None] * spent[:, :-1], _within(week[:, None], who)][: 1 + self.has_trend]
        self.rows, self.who = np.column_stack(regressors), who
        self.answers = _within(taken.score.to_numpy()[:, None], who)[:, 0]
        self.products = _sums(self.rows[:, :, None] * self.rows[:, None, :], who)
        self.gains = _sums(self.rows * self.answers[:, None], who)
        self.luck = _sums(self.rows * (room[who] * spent[:, -1])[:, None], who)
        self.stages = len(names)
        if items:
            check_in = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
            check_in[who[waits]] = np.flatnonzero(waits)  # the last score before the start
            self._subtract(spent[:, :-1], check_in, pre * (1 - pre) / (items - 1), training.ceiling)
        gains = learners.post.to_numpy() - pre
        final = training.effects(*inputs) * room[:, None]
        self.between = before_and_after._Regression(final, gains, room, self.team).between

    def _subtract(self, spent: np.ndarray, check_in: np.ndarray, error: np.ndarray, ceiling: float) -> None:
        """Takes out what an error of check-in adds: it lowers the room, and raises that score."""
        squares = _sums(spent[:, :, None] * spent[:, None, :], self.who)
        self.products[:, : self.stages, : self.stages] -= (error / ceiling**2)[:, None, None] * squares
        self.gains[:, : self.stages] += (error / ceiling)[:, None] * spent[check_in]

    def solve(self, counts: np.ndarray, luck: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Without bounds (draws, p), and the weights within them (draws, stages), each learner counted so often."""
        p = self.rows.shape[1]
        XX = (counts @ self.products.reshape(len(self.products), -1)).reshape(-1, p, p)
        Xy = counts @ self.gains
        if luck is not None:
            Xy = Xy + (counts * luck[:, self.team]) @ self.luck
        free = before_and_after._unbounded(XX, Xy)
        if self.has_trend:  # the best trend for given weights, put in its place
            across, own = XX[:, :-1, -1], XX[:, -1, -1]
            Xy = Xy[:, :-1] - across * (Xy[:, -1] / own)[:, None]
            XX = XX[:, :-1, :-1] - across[:, :, None] * across[:, None, :] / own[:, None, None]
        return free, before_and_after._bounded(XX, Xy)

    def redraw(self, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """`solve` of bootstrapped cohorts, drawn as `cohort.fit` draws them."""
        counts = np.ones((draws, len(self.team)))
        for number in range(self.team.max() + 1):
            inside = np.flatnonzero(self.team == number)
            if len(inside) > 1:
                drawn = rng.multinomial(len(inside) - 1, np.full(len(inside), 1 / len(inside)), size=draws)
                counts[:, inside] = drawn * len(inside) / (len(inside) - 1)
        return self.solve(counts, rng.normal(0, np.sqrt(self.between), (draws, self.team.max() + 1)))

    def residual_spread(self, free: np.ndarray) -> float:
        left = self.answers - self.rows @ free
        freedom = len(left) - len(self.products) - len(free)
        return float(np.sqrt((left**2).sum() / max(freedom, 1)))


def _effects_by_then(training, inputs, who, week, starts, ends) -> np.ndarray:
    """g (scores, stages) of the hours that were over when a score was taken, spread evenly over the stage's weeks."""
    long = np.maximum(ends - starts, 1e-9)[who]
    share = np.clip((week[:, None] - starts[who]) / long, 0, 1)
    E, M, hours = (column[who] for column in inputs)
    effects = training.effects(E, M, hours * share)
    at_once = np.array([stage.hours_scale == 0 for stage in training.stages])
    return np.where(at_once, effects * share, effects)


def _within(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """What differs from a learner's own mean."""
    return values - (_sums(values, who) / np.bincount(who)[:, None])[who]


def _sums(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Sums (learners, …) over each learner's rows."""
    sums = np.zeros((who.max() + 1, *values.shape[1:]))
    np.add.at(sums, who, values)
    return sums


def waiting(cohort: pd.DataFrame, occasions: pd.DataFrame, level: float = 0.95) -> Score:
    """What the training had added in points of score (0 to 1), by `learners.staggered`: no weight and no hour is in it.

    Tables as for `fit`. Scores at most SAME_TIME weeks apart are of one time, and compared are the times of which all
    learners have a score. ValueError where there are not two, or where nobody was still waiting in one of them.
    """
    table, taken = _with_weeks(cohort), _checked(occasions)
    start = table.groupby("learner").start.min().astype(float)
    taken = taken[taken.learner.isin(start.index)].sort_values("week")
    taken = taken.assign(week=taken.week.where(taken.week.diff().fillna(np.inf) > SAME_TIME).ffill())
    scores = taken.drop_duplicates(["learner", "week"]).pivot(index="learner", columns="week", values="score")
    scores = scores.reindex(start.index).dropna(axis=1)
    if scores.shape[1] < 2:
        raise ValueError("there are not two weeks in which all learners have a score; staggered starts need them")
    rows = (
        scores.reset_index().melt("learner", var_name="period", value_name="score").rename(columns={"learner": "unit"})
    )
    later = np.array(sorted(scores.columns))
    first = {name: next((week for week in later if week > begin), np.inf) for name, begin in start.items()}
    return staggered(rows.assign(start=rows.unit.map(first)), level)


@dataclass(frozen=True, eq=False)
class Estimate:
    """Weights (stages,) without bounds and their covariance (stages, stages); `name` says whose."""

    name: str
    free: np.ndarray
    covariance: np.ndarray
    simulated: bool = False
    learners: int = 0

    @classmethod
    def of(cls, name: str, fit: Fit) -> "Estimate":
        return cls(name, fit.free, fit.covariance, fit.simulated, fit.learners)


@dataclass(frozen=True, eq=False)
class Pooled:
    """Weights of this cohort with what earlier ones say.

    `earlier`, what they say of this cohort, and `pooled`: tables with weight, low and high, a row a stage. `spread`
    (stages,): standard deviation of each weight between cohorts, `estimated` or set; `estimate`: the pooled one,
    without bounds; `draws` (draws, stages): pooled weights within the bounds. `differs`: the stages in which this
    cohort and the earlier ones lie further apart than chance within cohorts explains, at the level of the intervals.
    """

    earlier: pd.DataFrame
    pooled: pd.DataFrame
    spread: np.ndarray
    estimated: bool
    estimate: Estimate
    differs: tuple[str, ...]
    draws: np.ndarray = field(repr=False)


def pool(
    now: Estimate,
    earlier: Sequence[Estimate],
    stages: Sequence[str],
    *,
    spread: float | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> Pooled:
    """This cohort's weights, drawn towards those of earlier cohorts: a normal model with a random effect of the cohort.

    Cohort j's estimate is mⱼ ~ N(aⱼ, Vⱼ), its own weights aⱼ ~ N(μ, S), S the diagonal matrix of spread². From the
    earlier ones, precision weighted, μ̂ = (Σ Wⱼ)⁻¹ Σ Wⱼ·mⱼ with Wⱼ = (Vⱼ + S)⁻¹; then aₙₒᵥ given all has the precision
    Vₙₒᵥ⁻¹ + (S + (Σ Wⱼ)⁻¹)⁻¹. Weights are then brought within aᵢ ≥ 0 and Σ aᵢ ≤ 1 by that precision, and ends
    cut at the bounds, as in `cohort.fit`. Source: DerSimonian and Laird, Controlled Clinical Trials 7 (1986) 177-188.

    `spread`: given, or None: that with which Σ (mⱼ − μ̂)'·Wⱼ·(mⱼ − μ̂) over all cohorts is what chance gives (Paule and
    Mandel, Journal of Research of the National Bureau of Standards 87 (1982) 377-385), of all weights or of the one
    alone, whichever is larger, so that a stage that changed is not drawn back by those that did not; but at least
    LEAST_SPREAD, because two or three cohorts may agree by luck. ValueError where there is no earlier one.
    """
    if not earlier:
        raise ValueError("earlier is empty; give at least one earlier cohort's estimate")
    for one in (now, *earlier):
        if one.free.shape != (len(stages),) or one.covariance.shape != (len(stages),) * 2:
            raise ValueError(f"{one.name} has {len(one.free)} weights; there must be {len(stages)}, one for each stage")
    if spread is not None:
        check_number("spread", spread, 0, 1)
    between = _spreads([now, *earlier]) if spread is None else np.full(len(stages), float(spread))
    centre, doubt = _centre(earlier, between)
    prior = doubt + np.diag(between**2)
    precision = _inverse(now.covariance) + _inverse(prior)
    covariance = _inverse(precision)
    free = covariance @ (_inverse(now.covariance) @ now.free + _inverse(prior) @ centre)
    estimate = Estimate(
        now.name, free, covariance, now.simulated or any(one.simulated for one in earlier), now.learners
    )
    redrawn = np.random.default_rng(seed).multivariate_normal(free, covariance, draws)
    precisions = np.broadcast_to(precision, (draws, *precision.shape))
    return Pooled(
        earlier=interval(centre, prior, stages, level),
        pooled=interval(free, covariance, stages, level),
        spread=between,
        estimated=spread is None,
        estimate=estimate,
        differs=_differs(now, earlier, stages, level),
        draws=before_and_after._bounded(precisions, redrawn @ precision),
    )


def interval(free: np.ndarray, covariance: np.ndarray, stages: Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """weight, low and high of normal estimates, brought within the bounds: a row a stage."""
    precision = _inverse(covariance)
    weights = before_and_after._bounded(precision[None], (precision @ free)[None])[0]
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.diag(covariance))
    low = np.clip(np.minimum(free - half, weights), 0, 1)
    high = np.clip(np.maximum(free + half + np.maximum(-free, 0), weights), 0, 1)
    return pd.DataFrame({"weight": weights, "low": low, "high": high}, index=list(stages))


def _differs(now: Estimate, earlier: Sequence[Estimate], stages: Sequence[str], level: float) -> tuple[str, ...]:
    centre, doubt = _centre(earlier, 0.0)
    apart = np.abs(now.free - centre) / np.sqrt(np.diag(now.covariance + doubt))
    return tuple(stage for stage, ratio in zip(stages, apart) if ratio > stats.norm.ppf((1 + level) / 2))


def _spreads(estimates: Sequence[Estimate]) -> np.ndarray:
    """The standard deviation of each weight (stages,) between cohorts."""
    every = max(_spread(estimates), LEAST_SPREAD)
    weights = range(len(estimates[0].free))
    of = lambda one, which: Estimate(one.name, one.free[which], one.covariance[which][:, which])
    return np.array([max(every, _spread([of(one, [weight]) for one in estimates])) for weight in weights])


def _centre(estimates: Sequence[Estimate], spread: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """The mean of several cohorts' weights (stages,), weighted by precision, and its covariance."""
    weights = [_inverse(one.covariance + spread**2 * np.eye(len(one.free))) for one in estimates]
    covariance = _inverse(sum(weights))
    return covariance @ sum(weight @ one.free for weight, one in zip(weights, estimates)), covariance


def _spread(estimates: Sequence[Estimate]) -> float:
    """The standard deviation between cohorts with which they differ as much as they do; 0 where chance explains it."""
    freedom = (len(estimates) - 1) * len(estimates[0].free)

    def excess(spread: float) -> float:
        centre, _ = _centre(estimates, spread)
        parts = ((one.free - centre, one.covariance + spread**2 * np.eye(len(centre))) for one in estimates)
        return sum(float(off @ _inverse(both) @ off) for off, both in parts) - freedom

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def _inverse(matrix: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(matrix, hermitian=True)

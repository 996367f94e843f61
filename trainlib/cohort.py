"""What a training bought: from a cohort's table to the weights of the training-effect model, with their uncertainty.

    check(table)              the one table between gradebook and model, or an error that names the cell that is wrong
    simulate(training, …)     such a table, drawn from weights that you choose; it says that it is simulated
    fit(table, training)      the weights aᵢ behind a table, with intervals: a `Fit`

The model is that of `trainlib.effect`; for learner l of team t, with g from hours, trainers and content,

    postₗ − preₗ = roomₗ · (Σᵢ aᵢ·gₗᵢ + luckₜ) + errorₗ        room = 1 − pre / ceiling

The response is the plain difference of two scores, and room to grow multiplies the right side. That says the same as
Hake's normalised gain on the left, but does not divide a score's error by a room that may be near 0.

It stands beside `trainlib.effect`, which holds the model itself: who plans with given weights need not read how they
are estimated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pandas as pd

from trainlib._values import check_level, check_number, check_whole
from trainlib.effect import TrainingEffect
from trainlib.measure import pooled

__all__ = [
    "INVOLVED",
    "MAY_BE_MISSING",
    "MOST_STAGES",
    "NAMES",
    "NUMBERS",
    "SAME_FOR_A_LEARNER",
    "START_CONCENTRATION",
    "TRAINERS",
    "WORST_CONDITION",
    "Fit",
    "check",
    "fit",
    "simulate",
]

NAMES = ("learner", "team", "stage", "trainer")
NUMBERS = {"hours": np.inf, "trainer_rating": 1, "content_rating": 1, "pre": 1, "post": 1, "cost": np.inf}
MAY_BE_MISSING = ("trainer_rating", "content_rating", "post")
SAME_FOR_A_LEARNER = ("team", "pre", "post")
TRAINERS = {"Ada": 0.9, "Ben": 0.75, "Chen": 0.6, "Dora": 0.4}
START_CONCENTRATION = 12.0  # of the Beta distribution of skill before: a spread of 0.13 around 0.35
MOST_STAGES = 10  # the bounds are met by trying each subset of stages, and there are 2¹⁰ of 10
WORST_CONDITION = 30.0  # Belsley, Kuh and Welsch, Regression diagnostics (1980), chapter 3: above it, strong dependence
INVOLVED = 0.5  # share of a weight's variance that lies in the dependence, from which on its stage is named


def check(table: pd.DataFrame) -> pd.DataFrame:
    """The cohort table, checked, with texts as str and numbers as float. It has a row for each learner and stage.

    | column | meaning |
    |---|---|
    | learner, team, stage, trainer | names; a learner is in one team, a trainer holds one stage of one team or more |
    | hours | hours that the learner spent on the stage |
    | trainer_rating, content_rating | the learner's answers in the stage's survey, 0 to 1; empty: not answered |
    | pre, post | score at check-in and check-out, 0 to 1, the same in all rows of the learner; post empty: not there |
    | cost | what the learner's place in the stage cost, in currency |

    An answer on five points counts (points − 1) / 4. Other columns stay as they are. ValueError names the row, the
    column, the value and what is allowed.
    """
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"the cohort is a {type(table).__name__}; it must be a pandas DataFrame")
    if missing := [column for column in (*NAMES, *NUMBERS) if column not in table]:
        raise ValueError(f"the cohort has the columns {list(table.columns)}; {', '.join(missing)} is missing")
    if table.empty:
        raise ValueError("the cohort has no rows; it needs one for each learner and stage")
    checked = table.copy()
    checked.attrs = {}  # pandas copies them with every column
    for column in NAMES:
        names = checked[column].astype("string").str.strip()
        _refuse(checked, column, names.isna() | (names == ""), "a name")
        checked[column] = names.astype(str)
    for column, highest in NUMBERS.items():
        numbers = pd.to_numeric(checked[column], errors="coerce").astype(float)
        empty = checked[column].isna() if column in MAY_BE_MISSING else False
        allowed = "a number of at least 0" if highest == np.inf else f"a number from 0 to {highest}"
        _refuse(checked, column, ~(numbers.between(0, highest) & np.isfinite(numbers) | empty), allowed)
        checked[column] = numbers
    _refuse(checked, "stage", checked.duplicated(["learner", "stage"]), "a stage that the learner has no row for yet")
    for column in SAME_FOR_A_LEARNER:
        first = checked.groupby("learner")[column].transform("first")
        differs = (checked[column] != first) & ~(checked[column].isna() & first.isna())
        _refuse(checked, column, differs, "the same in all rows of a learner")
    stages, rows = set(checked.stage), checked.groupby("learner").stage.size()
    if len(short := rows.index[rows < len(stages)]):
        absent = sorted(stages - set(checked.stage[checked.learner == short[0]]))
        raise ValueError(f"learner {short[0]!r} has no row for {absent[0]!r}; give one, with 0 hours if it was skipped")
    checked.attrs = dict(table.attrs)
    return checked


def simulate(
    training: TrainingEffect,
    learners: int = 60,
    teams: int = 6,
    *,
    trainers: Mapping[str, float] | None = None,
    content: float | Sequence[float] = 0.6,
    hours: float | Sequence[float] = 12.0,
    hours_spread: float = 0.6,
    start: float = 0.35,
    noise: float = 0.05,
    team_spread: float = 0.02,
    items: int = 40,
    seed: int = 0,
) -> pd.DataFrame:
    """A SIMULATED cohort of `training`, in the table of `check`: nobody took this course.

    Every learner's name and `attrs["simulated"]` say so, and `attrs["weights"]`, `attrs["trainers"]` and
    `attrs["skill"]`, each learner's skill before and after, what was planted.

    * `trainers`: quality E of each by name, 0 to 1 (default: four from 0.4 to 0.9); a stage of a team gets one, evenly.
    * `content`: quality M, 0 to 1; `hours`: mean hours; one number, one for each stage, or (learners, stages).
    * `hours_spread`: a learner's hours lie evenly within this share of the mean above and below it.
    * `start`: mean skill before, as a share of the ceiling, from a Beta distribution.
    * `noise`, `team_spread`: standard deviation of learners' own luck and of the teams', as shares of the room to grow.
    * `items`: questions in a test; a score is the share answered right, each with the skill as its chance.

    Ratings are answers on five points whose mean is the quality. ValueError for values out of range, and where
    somebody's skill would pass 1, which only a training without a ceiling of 1 allows.
    """
    trainers = TRAINERS if trainers is None else dict(trainers)
    _check_simulation(
        trainers,
        {"learners": learners, "teams": teams, "items": items},
        {"hours_spread": hours_spread, "start": start, "noise": noise, "team_spread": team_spread},
    )
    rng = np.random.default_rng(seed)
    stages = len(training.stages)
    team = np.arange(learners) % teams
    evenly = np.tile(np.arange(teams) % len(trainers), (stages, 1))
    trainer = rng.permutation(len(trainers))[rng.permuted(evenly, axis=1)].T[team]  # (learners, stages)
    quality = np.array(list(trainers.values()))[trainer]
    spent = training.affordable_hours(hours) * rng.uniform(1 - hours_spread, 1 + hours_spread, (learners, stages))
    before, top = np.full(learners, float(start)), min(training.ceiling, 1)
    if 0 < start < 1:
        before = rng.beta(START_CONCENTRATION * start, START_CONCENTRATION * (1 - start), learners)
    before *= top
    room = 1 - before / training.ceiling
    expected = before + room * training.gain(quality, content, spent)
    if expected.max() > 1:
        raise ValueError(f"somebody's skill would be {expected.max():.3g}; give the training a ceiling of 1")
    luck = rng.normal(0, noise, learners) + rng.normal(0, team_spread, teams)[team]
    after = np.clip(expected + room * luck, 0, top)
    columns = {
        "learner": np.repeat([f"simulated {number:03d}" for number in range(1, learners + 1)], stages),
        "team": np.repeat([f"team {number + 1}" for number in team], stages),
        "stage": np.tile([stage.name for stage in training.stages], learners),
        "trainer": np.array(list(trainers))[trainer].ravel(),
        "hours": spent.ravel(),
        "trainer_rating": rng.binomial(4, quality).ravel() / 4,
        "content_rating": rng.binomial(4, np.broadcast_to(content, quality.shape)).ravel() / 4,
        "pre": np.repeat(rng.binomial(items, before, learners) / items, stages),
        "post": np.repeat(rng.binomial(items, after) / items, stages),
        "cost": (spent * [stage.cost_per_hour for stage in training.stages]).ravel(),
    }
    table = pd.DataFrame(columns)
    planted = {"weights": {stage.name: stage.weight for stage in training.stages}, "trainers": trainers}
    planted["skill"] = dict(zip(columns["learner"][::stages].tolist(), zip(before.tolist(), after.tolist())))
    table.attrs = {"name": f"simulated cohort, seed {seed}", "simulated": True} | planted
    return table


def _check_simulation(trainers: Mapping[str, float], counts: dict[str, int], shares: dict[str, float]) -> None:
    """ValueError for numbers that nobody can be simulated with."""
    for name, value in counts.items():
        check_whole(name, value, 1)
    learners, teams = counts["learners"], counts["teams"]
    if teams > learners or not trainers:
        raise ValueError(
            f"there are {teams} teams, {learners} learners and {len(trainers)} trainers; no team may be empty"
        )
    for name, value in {f"the quality of trainer {name!r}": quality for name, quality in trainers.items()}.items():
        check_number(name, value, 0, 1)
    for name, value in shares.items():
        check_number(name, value, 0, 1)


@dataclass(frozen=True, eq=False)
class Fit:
    """The weights behind a cohort, with intervals. `print` it, or take `table()`, `training_effect()` and `draws`.

    `weights`, `low` and `high` (stages,); `draws` (draws, stages): bootstrap weights that a plan can be computed with,
    each inside the bounds. `residual_spread`: standard deviation of what the model leaves open, in points of score (0
    to 1); `team_spread`: that of the teams' luck, as a share of the room to grow. `trainers` and `content`: ratings,
    their mean, and the effect after partial pooling. `free` (stages,) and `covariance` (stages, stages): the weights
    without bounds and their bootstrap's covariance, which `trainlib.experiment` pools.
    """

    training: TrainingEffect
    weights: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: float
    draws: np.ndarray = field(repr=False)
    effects: np.ndarray = field(repr=False)
    residual_spread: float
    team_spread: float
    condition: float
    learners: int
    teams: int
    left_out: int
    simulated: bool
    trainers: pd.DataFrame = field(repr=False)
    content: pd.DataFrame = field(repr=False)
    free: np.ndarray = field(repr=False)
    covariance: np.ndarray = field(repr=False)

    def training_effect(self) -> TrainingEffect:
        """The training with the fitted weights in place of those it was fitted with."""
        stages = [replace(stage, weight=float(weight)) for stage, weight in zip(self.training.stages, self.weights)]
        return replace(self.training, stages=tuple(stages))

    def table(self) -> pd.DataFrame:
        """A row a stage: weight with its interval, mean effect g of the learners, and contribution weight · g."""
        columns = {"weight": self.weights, "low": self.low, "high": self.high, "effect": self.effects}
        index = [stage.name for stage in self.training.stages]
        return pd.DataFrame(columns | {"contribution": self.weights * self.effects}, index=index)

    def __str__(self) -> str:
        kind = "SIMULATED learners" if self.simulated else "learners"
        missing = f"; {self.left_out} without check-out left out" if self.left_out else ""
        lines = [
            f"Weights from {self.learners} {kind} in {self.teams} teams{missing}, {100 * self.level:g} % intervals:"
        ]
        for name, row in self.table().iterrows():
            lines.append(f"  {name}: {row.weight:.3f} ({row.low:.3f} to {row.high:.3f})")
        lines.append(f"The model leaves open {self.residual_spread:.3f} points of score a learner.")
        if self.teams > 1:
            lines.append(f"Teams differ by {self.team_spread:.3f} of the room to grow.")
        return "\n".join(lines)


def fit(
    cohort: pd.DataFrame,
    training: TrainingEffect,
    *,
    items: int | None = None,
    quality: Mapping[str, float] | None = None,
    content: Mapping[str, float] | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> Fit:
    """The weights aᵢ of `training`'s stages that explain a cohort's gains best, within aᵢ ≥ 0 and Σ aᵢ ≤ 1.

    `cohort` is a table as `check` describes it. Of `training` everything is used but the weights: the shares e and m,
    hours scale and ceiling must be given, because a cohort cannot tell aᵢ·eᵢ from aᵢ and eᵢ.

    * E is a trainer's, and M a stage's content in a team, after partial pooling: the fewer ratings there are and the
      less they agree, the nearer to the mean of all. It also undoes the bias that errors of ratings bring into a
      regression (Carroll and others, Measurement error in nonlinear models (2006), chapter 4).
    * `items`, the number of questions in the check-in, corrects for its error: who was unlucky there seems to have
      gained. Without it the weights come out too high, all together by 2 % with 40 questions and more with fewer (the
      bias that errors of a regressor bring is subtracted: Fuller, Measurement error models (1987), chapter 2).
    * `quality` by trainer and `content` by stage, 0 to 1, stand in where nobody has rated any trainer, or a stage's
      content; `Fit.trainers` and `Fit.content` then have 0 ratings. They are taken as known: no interval holds their
      error.
    * Teams have luck of their own, drawn from one distribution (a random effect, Henderson's method 3).
    * Intervals: `draws` bootstraps in each of which the learners of every team are redrawn (Rao and Wu, JASA 83 (1988)
      231-241) and the teams get new luck. They are those of the weights without bounds, cut at the bounds, because a
      bootstrap of bounded estimates fails at the bound (Andrews, Econometrica 68 (2000) 399-405). For a weight that
      would be negative without its bound, the distance to the upper end is taken from 0 (Mandelkern and Schultz,
      Journal of Mathematical Physics 41 (2000) 5701-5709): its interval is one-sided, from 0.

    What learners would have gained without the training counts as the training's: compare staggered starts for that.

    Raises ValueError where the table is wrong, its stages are not the training's, learners are too few, nobody spent
    hours on a stage, all had the same E, M and hours, stages cannot be told apart (a condition index above 30; those
    are named that have over half of their weight's variance in it), or a test of `items` questions says too little.
    """
    check_level(level)
    check_whole("draws", draws, 1)
    if items is not None:
        check_whole("items", items, 2, otherwise=", or None when it is not known")
    table = check(cohort)
    simulated = bool(table.attrs.get("simulated")) or bool(table.learner.str.startswith("simulated ").all())
    learners, inputs, trainers, content = _regressors(table, training, quality, content)
    effects = training.effects(*inputs)
    pre, team = learners.pre.to_numpy(), pd.factorize(learners.team)[0]
    room = 1 - pre / training.ceiling
    condition = _check_told_apart(effects, room, [stage.name for stage in training.stages])
    regression = _Regression(effects * room[:, None], learners.post.to_numpy() - pre, room, team)
    moments = _moments(regression, effects, pre, training.ceiling, items)
    free, weights = _unbounded(*moments)[0], _bounded(*moments)[0]
    moments = regression.redraw(draws, np.random.default_rng(seed))
    redrawn = _unbounded(*moments)
    low, high = _ends(free, redrawn, weights, level)
    return Fit(
        training=training,
        weights=weights,
        low=low,
        high=high,
        level=level,
        draws=_bounded(*moments),
        effects=effects.mean(axis=0),
        residual_spread=float(np.sqrt(regression.within)),
        team_spread=float(np.sqrt(regression.between)),
        condition=condition,
        learners=len(room),
        teams=int(team.max()) + 1,
        left_out=table.learner.nunique() - len(room),
        simulated=simulated,
        trainers=trainers,
        content=content,
        free=free,
        covariance=np.atleast_2d(np.cov(redrawn, rowvar=False)) if draws > 1 else np.zeros((len(free),) * 2),
    )


def _ends(free: np.ndarray, redrawn: np.ndarray, weights: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends (stages,) of the intervals of `weights`, from what they are without bounds, `free`, and redrawn (draws,
    stages)."""
    low, high = np.quantile(redrawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return (
        np.clip(np.minimum(low, weights), 0, 1),
        np.clip(np.maximum(high + np.maximum(-free, 0), weights), 0, 1),
    )


def _moments(regression: "_Regression", effects: np.ndarray, pre: np.ndarray, ceiling: float, items: int | None):
    """X'V⁻¹X and X'V⁻¹y of the cohort, (1, stages, stages) and (1, stages), without what the check-in's error adds."""
    if items:
        error = pre * (1 - pre) / (items - 1)  # variance of a share of questions answered right
        regression.subtract(np.column_stack([effects, np.ones(len(pre))]) / ceiling, error)
    moments = regression.moments(np.ones((1, len(pre))))
    if np.linalg.eigvalsh(moments[0])[0, 0] <= 0:
        raise ValueError(
            f"items is {items}: what differs between learners at check-in may all be chance; use a longer test"
        )
    return moments


def _regressors(table: pd.DataFrame, training: TrainingEffect, quality=None, assumed=None):
    """A row for each learner who came to check-out, their (E, M, hours), each (learners, stages), and the pooled
    ratings."""
    names = [stage.name for stage in training.stages]
    if set(table.stage) != set(names) or len(names) > MOST_STAGES:
        found = sorted(set(table.stage))
        raise ValueError(
            f"the cohort's stages are {found}, the training's {names}: they must be the same, at most {MOST_STAGES}"
        )
    trainers = _pool(table.trainer_rating, table.trainer, "trainer", quality)
    content = {}
    for name, rows in table.groupby("stage"):
        same = dict.fromkeys(rows.team, assumed[name]) if name in (assumed or {}) else None
        content[name] = _pool(rows.content_rating, rows.team, f"content of {name!r}", same)
    content = pd.concat(content, names=["stage", "team"])
    table = table.assign(
        E=table.trainer.map(trainers.effect),
        M=content.effect.reindex(pd.MultiIndex.from_frame(table[["stage", "team"]])).to_numpy(),
        stage=pd.Categorical(table.stage, categories=names, ordered=True),
    )
    complete = table[table.post.notna()].sort_values(["learner", "stage"])
    learners = complete.iloc[:: len(names)]
    _refuse(learners, "pre", learners.pre > training.ceiling, f"at most the training's ceiling, {training.ceiling:g}")
    if (able := (learners.pre < training.ceiling).sum()) < 2 * len(names) + 1:
        raise ValueError(
            f"{able} learners have a check-out and room to grow; {len(names)} stages need {2 * len(names) + 1}"
        )
    E, M, hours = (complete[column].to_numpy().reshape(-1, len(names)) for column in ("E", "M", "hours"))
    return learners, (E, M, hours), trainers, content


class _Regression:
    """Gains y (learners,) on X (learners, stages), with a luck of each team that is multiplied by `room` (learners,).

    `within` is the variance of a learner's error, `between` that of the teams' luck: Henderson's method 3 (Biometrics 9
    (1953) 226-252), which takes what the teams' dummies explain beyond X and compares it with chance.
    """

    def __init__(self, X: np.ndarray, y: np.ndarray, room: np.ndarray, team: np.ndarray):
        self.team, regressors = team, np.column_stack([X, room])
        self.products, self.gains = regressors[:, :, None] * regressors[:, None, :], regressors * y[:, None]
        dummies = room[:, None] * (team[:, None] == np.arange(team.max() + 1))
        both = np.hstack([X, dummies])
        left, freedom = _left(X, y), len(y) - X.shape[1]
        freedom_of_both = len(y) - np.linalg.matrix_rank(both)
        self.within, self.between = left / freedom, 0.0
        if team.max() > 0 and freedom > freedom_of_both > 0:
            self.within = _left(both, y) / freedom_of_both
            unexplained = dummies - X @ np.linalg.lstsq(X, dummies, rcond=None)[0]
            self.between = max(0.0, (left - freedom * self.within) / (unexplained * dummies).sum())

    def subtract(self, slope: np.ndarray, error: np.ndarray) -> None:
        """Takes out what an error of check-in adds: it lowers X and room by slope · error and y by error, all alike."""
        self.products = self.products - error[:, None, None] * slope[:, :, None] * slope[:, None, :]
        self.gains = self.gains - error[:, None] * slope

    def moments(self, counts: np.ndarray, luck: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """X'V⁻¹X (draws, stages, stages) and X'V⁻¹y (draws, stages), each learner standing in the data `counts` times.

        `counts` is (draws, learners). V is the covariance of y: a learner's error plus the team's luck. `luck` (draws,
        teams) is added to the teams' y.
        """
        ratio, size = self.between / max(self.within, 1e-300), self.products.shape[1]
        XX, Xy = 0.0, 0.0
        for number in range(self.team.max() + 1):
            inside = self.team == number
            products = (counts[:, inside] @ self.products[inside].reshape(-1, size**2)).reshape(-1, size, size)
            gains = counts[:, inside] @ self.gains[inside]
            if luck is not None:
                gains = gains + luck[:, [number]] * products[:, :, -1]
            with_room, room = products[:, -1, :-1], products[:, -1, -1]
            shrunk = (ratio / (1 + ratio * room))[:, None] * with_room
            XX = XX + products[:, :-1, :-1] - shrunk[:, :, None] * with_room[:, None, :]
            Xy = Xy + gains[:, :-1] - shrunk * gains[:, [-1]]
        return XX, Xy

    def redraw(self, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """`moments` of bootstrapped cohorts. Of n learners in a team, n − 1 are drawn: the variance is unbiased."""
        counts = np.ones((draws, len(self.team)))
        for number in range(self.team.max() + 1):
            inside = np.flatnonzero(self.team == number)
            if len(inside) > 1:
                drawn = rng.multinomial(len(inside) - 1, np.full(len(inside), 1 / len(inside)), size=draws)
                counts[:, inside] = drawn * len(inside) / (len(inside) - 1)
        luck = rng.normal(0, np.sqrt(self.between), (draws, self.team.max() + 1))
        return self.moments(counts, luck)


def _unbounded(XX: np.ndarray, Xy: np.ndarray) -> np.ndarray:
    """Weights (draws, stages) that minimise a'·XX·a − 2·a'·Xy."""
    return (np.linalg.pinv(XX, hermitian=True) @ Xy[:, :, None])[:, :, 0]


def _bounded(XX: np.ndarray, Xy: np.ndarray) -> np.ndarray:
    """Weights (draws, stages) that minimise a'·XX·a − 2·a'·Xy within aᵢ ≥ 0 and Σ aᵢ ≤ 1, exactly.

    Where the minimum without bounds lies inside, that is it. Elsewhere it lies on a face of the bounds: some weights
    are 0 and perhaps the sum is 1. Each face's minimum has a closed form, for all draws at once, and the best one
    inside is it.
    """
    stages = XX.shape[1]
    best = _unbounded(XX, Xy)
    outside = np.flatnonzero((best < 0).any(axis=1) | (best.sum(axis=1) > 1))
    XX, Xy = XX[outside], Xy[outside]
    found, lowest = np.zeros_like(Xy), np.zeros(len(Xy))
    for size in range(1, stages + 1):
        for kept in combinations(range(stages), size):
            kept = list(kept)
            inverse = np.linalg.pinv(XX[:, kept][:, :, kept], hermitian=True)
            candidate = (inverse @ Xy[:, kept, None])[:, :, 0]
            along = inverse.sum(axis=2)
            excess = np.maximum(candidate.sum(axis=1) - 1, 0) / np.maximum(along.sum(axis=1), 1e-300)
            candidate = candidate - excess[:, None] * along
            padded = np.zeros_like(found)
            padded[:, kept] = candidate
            value = np.einsum("di,dij,dj->d", padded, XX, padded) - 2 * (padded * Xy).sum(axis=1)
            better = (candidate >= 0).all(axis=1) & (value < lowest)
            found[better], lowest[better] = padded[better], value[better]
    best[outside] = found
    return best


def _pool(ratings: pd.Series, groups: pd.Series, what: str, assumed: Mapping[str, float] | None) -> pd.DataFrame:
    """Each group's `mean` rating and its `effect` after partial pooling, a row a group (`measure.pooled`).

    Where nobody rated, the effect is the `assumed` one.
    """
    if ratings.isna().all() and set(groups) <= set(assumed or {}):
        for name in set(groups):
            check_number(f"the assumed quality of {what} {name!r}", assumed[name], 0, 1)
        effect = pd.Series({name: assumed[name] for name in sorted(set(groups))})
        return pd.DataFrame({"ratings": 0, "mean": np.nan, "effect": effect.astype(float)})
    if ratings.isna().all():
        raise ValueError(f"nobody rated the {what}; at least one learner must have answered")
    table = pooled(ratings, groups.astype(str)).table.rename(columns={"count": "ratings"})
    return table[["ratings", "mean", "effect"]].assign(effect=table.effect.clip(0, 1))


def _left(X: np.ndarray, y: np.ndarray) -> float:
    """The sum of squares of y that X does not explain."""
    return float(((y - X @ np.linalg.lstsq(X, y, rcond=None)[0]) ** 2).sum())


def _check_told_apart(effects: np.ndarray, room: np.ndarray, names: list[str]) -> float:
    """The largest condition index of the regressors at length 1. ValueError when stages cannot be told apart."""
    _check_not_idle(effects, names)
    if len(names) > 1 and (np.ptp(effects, axis=0) <= 1e-9).all():
        raise ValueError(
            "all learners had the same trainer effect, content rating and hours in every stage, so no stage can be "
            "told from another: let hours or trainers differ between learners or teams"
        )
    return _condition(effects * room[:, None], names)


def _check_not_idle(effects: np.ndarray, names: list[str]) -> None:
    if len(idle := np.flatnonzero(effects.max(axis=0) <= 0)):
        raise ValueError(
            f"nobody got anything from {names[idle[0]]!r}: hours, or trainer and content, are 0 for everybody"
        )


def _condition(X: np.ndarray, names: list[str]) -> float:
    """The largest condition index of columns at length 1. ValueError names those that cannot be told apart."""
    _, lengths, directions = np.linalg.svd(X / np.linalg.norm(X, axis=0), full_matrices=False)
    lengths = np.maximum(lengths, 1e-12)
    condition = float(lengths[0] / lengths[-1])
    if condition > WORST_CONDITION:
        share = (directions / lengths[:, None]) ** 2
        share = share[-1] / share.sum(axis=0)
        most = np.sort(share)[-2]  # a dependence has two sides
        alike = [name for name, part in zip(names, share) if part >= min(most, INVOLVED)]
        raise ValueError(
            f"{' and '.join(alike)} cannot be told apart (condition index {condition:.0f}, at most "
            f"{WORST_CONDITION:g}): who had more of one had more of the other. Let their hours or trainers differ"
        )
    return condition


def _refuse(table: pd.DataFrame, column: str, wrong: pd.Series, allowed: str) -> None:
    if wrong.any():
        row = wrong.idxmax()
        value = table[column].loc[row]
        value = value.item() if isinstance(value, np.generic) else value
        who = f"learner {table.learner.loc[row]!r}, stage {table.stage.loc[row]!r}"
        raise ValueError(f"row {row!r} ({who}): {column} is {value!r}; it must be {allowed}")

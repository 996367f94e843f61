"""The design of the next cohort: what must differ between learners so that its scores tell what each stage is worth.

    designs(…)               a handful of designs: all alike, in waves, with different hours, measured between stages
    simulate(training, …)    a SIMULATED cohort of a design, with its scores of all occasions
    evaluate(training, …)    how wide each weight's interval is, and how often it covers the truth, over many of these
    assign(strata, …)        who waits and who gets which hours, drawn from a seed so that anybody can draw it again

Everybody in the same hours, in the same order, at the same time: then hours, stages and weeks cannot be told apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg import hadamard

from trainlib import cohort, experiment
from trainlib._values import check_number, check_whole
from trainlib.cohort import Fit
from trainlib.effect import TrainingEffect

__all__ = ["Design", "Setting", "arms", "assign", "designs", "evaluate", "fit", "simulate"]


@dataclass(frozen=True, eq=False)
class Design:
    """What differs between learners. `hours` (arms, stages): each learner gets the hours of one arm, in equal numbers;
    `weeks` (stages,): how long each stage lasts; `waves` start `wait` weeks apart; `measured`: numbers of the stages,
    from 0, after which everybody takes a test, besides check-in and check-out.

    With several waves all learners take a test before the first wave starts; whoever waits takes check-in later, at the
    own start.
    """

    name: str
    hours: np.ndarray
    weeks: tuple[float, ...]
    waves: int = 1
    wait: float = 0.0
    measured: tuple[int, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "hours", np.atleast_2d(np.asarray(self.hours, dtype=float)))
        check_whole(f"waves of {self.name!r}", self.waves, 1)
        check_number(f"wait of {self.name!r}", self.wait, 0)
        if self.hours.shape[1] != len(self.weeks):
            raise ValueError(f"{self.name!r} has hours of {self.hours.shape[1]} stages and weeks of {len(self.weeks)}")
        if self.waves > 1 and self.wait == 0:
            raise ValueError(f"{self.name!r} has {self.waves} waves that start in the same week; wait must be above 0")

    @property
    def tests(self) -> np.ndarray:
        """Tests of a learner of each wave, (waves,): check-in and check-out, those between, and one before waiting."""
        return 2 + len(self.measured) + (np.arange(self.waves) > 0)


@dataclass(frozen=True)
class Setting:
    """What is assumed of the people who are simulated; the words are those of `cohort.simulate`.

    `people` in teams of about `team_size`; `trend`: points of score (0 to 1) that everybody gains in a week without the
    course; `hours_spread`: how far learners' own hours lie from the assigned ones, as a share.
    """

    people: int
    team_size: int = 8
    noise: float = 0.05
    team_spread: float = 0.02
    items: int = 20
    start: float = 0.35
    trend: float = 0.0
    hours_spread: float = 0.1
    content: float = 0.6
    trainers: dict[str, float] | None = None


def arms(low: Sequence[float], high: Sequence[float]) -> np.ndarray:
    """Hours (arms, stages), each stage at its low or its high: balanced, and no two stages go together.

    Columns of a Hadamard matrix with an odd number of letters: 8 arms for up to 4 stages, 16 for up to 8, 32 for more.
    It is a fractional factorial of resolution IV: no stage is mixed up with a pair of others. Source: Box, Hunter and
    Hunter, Statistics for experimenters (2005), chapter 6.
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    if low.shape != high.shape or low.ndim != 1 or (low > high).any() or (low < 0).any():
        raise ValueError(f"low is {low.tolist()} and high {high.tolist()}; each stage needs 0 <= low <= high")
    runs = max(8, 2 ** int(np.ceil(np.log2(len(low)) + 1)))
    odd = [column for column in range(runs) if column.bit_count() % 2]
    signs = hadamard(runs)[:, odd[: len(low)]]
    return np.where(signs > 0, high, low)


def designs(usual, low, high, weeks, waves: int, wait: float, measured: Sequence[int]) -> tuple[Design, ...]:
    """All alike, in waves, with different hours, and both; then each of them with tests between stages.

    `usual`, `low` and `high`: hours (stages,). What does not differ (one wave, low = high, nothing measured) is left
    out.
    """
    weeks, varied = tuple(weeks), arms(low, high)
    plain = [Design("all alike", usual, weeks)]
    if waves > 1:
        plain.append(Design("waves", usual, weeks, waves, wait))
    if np.any(np.less(low, high)):
        plain += [
            replace(one, name=f"{one.name}, hours differ".replace("all alike, ", ""), hours=varied) for one in plain
        ]
    more = [replace(one, name=f"{one.name}, tests between", measured=tuple(measured)) for one in plain]
    return tuple(plain + (more if len(measured) else []))


def simulate(
    training: TrainingEffect, design: Design, setting: Setting, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A SIMULATED cohort of a design, and its scores of all occasions: tables as `experiment.fit` takes them.

    Teams start in waves; within a wave the arms are drawn in equal numbers. ValueError without a ceiling.
    """
    if not np.isfinite(training.ceiling):
        raise ValueError("the training has no ceiling; give it one, such as 1, so that there is a room to grow")
    rng = np.random.default_rng(seed)
    teams = design.waves * max(1, round(setting.people / setting.team_size / design.waves))
    wave = np.arange(setting.people) % teams % design.waves  # learner l is in team l % teams
    arm = _within_waves(wave, np.arange(setting.people), len(design.hours), rng.random)
    table = cohort.simulate(
        training,
        setting.people,
        teams,
        trainers=setting.trainers,
        content=setting.content,
        hours=design.hours[arm],
        hours_spread=setting.hours_spread,
        start=setting.start,
        noise=setting.noise,
        team_spread=setting.team_spread,
        items=setting.items,
        seed=int(rng.integers(2**32)),
    )
    skill = np.array(list(table.attrs["skill"].values()))
    ends = np.cumsum(design.weeks)
    begin = wave * design.wait
    table["start"] = (begin[:, None] + ends - design.weeks).ravel()
    table["end"] = (begin[:, None] + ends).ravel()
    rows = _scores(training, table, design, setting, skill, wave, rng)
    last = rows.groupby("learner").week.idxmax()
    table["pre"] = table.learner.map(rows[rows.check_in].set_index("learner").score)
    table["post"] = table.learner.map(rows.loc[last].set_index("learner").score)
    return table, rows[["learner", "week", "score"]]


def assign(
    learners: Sequence[str], strata: Sequence[float] | Sequence[str], waves: int, arms: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The wave and the arm, from 0, of each learner: (learners,) each. The same names, strata and seed give the same.

    Learners are put in order by stratum (a score, or a team), and within one by a drawn key. Of each block of `waves`
    neighbours one goes to each wave; then, of each block of `arms` neighbours within a wave, one goes to each arm. So
    those alike are spread evenly. The order of the list changes nothing. Keys are the raw 64-bit numbers of numpy's
    PCG64, which no release of numpy changes (NEP 19), as methods of Generator may. ValueError where two learners have
    the same name.

    Source: permuted blocks within strata; Imbens and Rubin, Causal inference (2015), chapter 4.
    """
    for name, value in (("waves", waves), ("arms", arms)):
        check_whole(name, value, 1)
    check_whole("seed", seed, 0)
    names = [str(name) for name in learners]
    if len(names) != len(strata) or len(set(names)) < len(names) or not names:
        raise ValueError(
            f"there are {len(names)} learners, {len(set(names))} names and {len(strata)} strata; give one each"
        )
    draw = np.random.PCG64(seed).random_raw
    by_name = sorted(range(len(names)), key=names.__getitem__)
    key = dict(zip(by_name, draw(len(names)).tolist()))
    order = np.array(sorted(by_name, key=lambda number: (strata[number], key[number])))
    wave = np.zeros(len(names), dtype=int)
    wave[order] = _in_blocks(len(order), waves, draw)
    return wave, _within_waves(wave, order, arms, draw)


def _within_waves(wave: np.ndarray, order: np.ndarray, arms: int, draw: Callable) -> np.ndarray:
    """An arm (learners,) for each learner, in the given order, evenly within each wave."""
    arm = np.zeros(len(wave), dtype=int)
    for number in range(wave.max() + 1):
        inside = order[wave[order] == number]
        arm[inside] = _in_blocks(len(inside), arms, draw)
    return arm


def _in_blocks(count: int, size: int, draw: Callable) -> np.ndarray:
    """Numbers (count,) from 0 to size − 1, each once in every block of `size`, ordered by drawn keys."""
    drawn = [np.argsort(draw(size), kind="stable") for _ in range(0, count, size)]
    return np.concatenate([*drawn, np.zeros(0, dtype=int)])[:count]


def _scores(training, table, design, setting, skill, wave, rng) -> pd.DataFrame:
    """A row for each learner and occasion: its week, its score, and whether it is check-in."""
    stages, people = len(design.weeks), len(skill)
    names, ends = table.learner.to_numpy()[::stages], np.cumsum(design.weeks)
    quality = table.trainer.map(table.attrs["trainers"]).to_numpy().reshape(people, stages)
    gains = training.effects(quality, setting.content, table.hours.to_numpy().reshape(people, stages))
    gains = gains * [stage.weight for stage in training.stages]
    total = np.maximum(gains.sum(axis=1), 1e-12)
    room = training.ceiling - skill[:, 0]
    learnt = np.divide(skill[:, 1] - skill[:, 0], room, out=np.zeros(people), where=room > 0)
    begin, rows = wave * design.wait, []
    occasions = [(np.zeros(people), 0.0, wave > 0, False), (begin, 0.0, wave >= 0, True)]
    occasions += [
        (begin + ends[stage], gains[:, : stage + 1].sum(axis=1) / total, wave >= 0, False)
        for stage in (*design.measured, stages - 1)
    ]
    for week, share, takes, check_in in occasions:
        level = skill[:, 0] + setting.trend * week + share * learnt * np.maximum(0, room - setting.trend * begin)
        score = rng.binomial(setting.items, np.clip(level, 0, 1)) / setting.items
        columns = {"learner": names, "week": week, "score": score, "check_in": check_in}
        rows.append(pd.DataFrame(columns)[takes])
    return pd.concat(rows, ignore_index=True)


def fit(table: pd.DataFrame, occasions: pd.DataFrame, training: TrainingEffect, design: Design, **options) -> Fit:
    """The fit that a design allows: `cohort.fit` with check-in and check-out alone, else `experiment.fit`."""
    if design.waves == 1 and not design.measured:
        return cohort.fit(table, training, **options)
    return experiment.fit(table, occasions, training, **options).fit


def evaluate(
    training: TrainingEffect,
    design: Design,
    setting: Setting,
    *,
    simulations: int = 100,
    draws: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """A row a stage: `width`, the median width of its weight's interval over SIMULATED cohorts of a design, `low` and
    `high`, its quartiles, `covered`, the share of intervals that hold the true weight, and `refused`, the share of
    cohorts in which stages could not be told apart, whose intervals count as 0 to 1."""
    check_whole("simulations", simulations, 1)
    weights = np.array([stage.weight for stage in training.stages])
    ends, refused = np.tile([[0.0], [1.0]], (simulations, 1, len(weights))), 0
    for number in range(simulations):
        table, occasions = simulate(training, design, setting, seed=seed + number)
        try:
            found = fit(table, occasions, training, design, items=setting.items, draws=draws, level=level, seed=number)
            ends[number] = found.low, found.high
        except ValueError:
            refused += 1
    width = ends[:, 1] - ends[:, 0]
    covered = ((ends[:, 0] <= weights) & (weights <= ends[:, 1])).mean(axis=0)
    quartiles = np.quantile(width, [0.5, 0.25, 0.75], axis=0)
    columns = dict(zip(("width", "low", "high"), quartiles)) | {"covered": covered, "refused": refused / simulations}
    return pd.DataFrame(columns, index=pd.Index([stage.name for stage in training.stages], name="stage"))

"""The growth of a team: people learn, arrive, are mentored and leave, until the team can do what is asked of it.

    x(t) = x(t−1) · (1 + k·Δt)                 so x(t) = x(0) · (1 + k·Δt)ᵗ      published: every person, without an end
    x(t) = x(t−1) · (1 + kᵢ·(1 − x(t−1)/L))    kᵢ = min(1, (k + b·T)·vᵢ·(1 + s·B)·(1 + m·f))     here, a step a month
    useful(t) = Σᵢ xᵢ·rᵢ·wᵢ over those present, which meets a demand D once it reaches it

| symbol | name here | meaning | unit |
|---|---|---|---|
| x, X | `skill` | what a person can do; X is the sum over a team | points |
| k | `growth` | how fast a person learns at work | 1 / month |
| T, b | `training_hours`, `training_boost` | hours of training each, and what one adds to k | hours / month, 1 / hour |
| L | `ceiling` | the most that a person can reach; infinite as published | points |
| vᵢ | `growth_spread` | how people differ: log-normal with mean 1 and this deviation of its logarithm | |
| B, s | `sharing` | what a mix of disciplines adds to k; B = 1 − Σ share² (Blau's index) | |
| rᵢ | `ramp_months` | share of its skill that a newcomer can use, 1 − exp(−months / ramp): 0.63 after one | months |
| | `mentoring`, `mentoring_months` | share of a mentor's time that a newcomer takes at first | share, months |
| f, m | `mentoring_boost` | fully mentored (f = 1), a newcomer learns and ramps up 1 + m times as fast; else f is 0 | |
| wᵢ | | share of its time that a person works: not in training, not mentoring | |
| h | `attrition` | hazard of leaving, h·exp(−i·`incentive_effect` − c(t)·`culture_effect`) | 1 / month |
| i | `incentive` | equity, bonus: money for each person | currency / month |
| c | `culture`, `culture_months` | c(t) = culture · (1 − exp(−t / culture_months)) | [0, 1], months |

Where the others have too little time for so many newcomers, each of these gets the same part f < 1 of the mentoring.
Sources: the logistic curve is Verhulst's (1838), the log-linear hazard Cox's (1972), the index of a mix Blau's (1977);
that newcomers first cost time is Brooks's law (1975). The sizes of all effects are assumptions until they are measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from trainlib._values import LARGEST, check_number, check_whole

__all__ = [
    "BLOCK",
    "HIGHEST",
    "HOURS_PER_MONTH",
    "Discipline",
    "Growth",
    "Team",
    "compare",
    "grow",
    "grow_by_steps",
    "saturate",
    "simulate",
]

HOURS_PER_MONTH = 160
BLOCK = 250  # teams that are simulated together: their arrays stay in a processor's cache
HIGHEST = {"growth": 1, "mentoring": 1, "culture": 1, "training_hours": HOURS_PER_MONTH, "ceiling": np.inf}


class _Checked:
    """Settings that refuse, by name, a number that is not allowed: negative, above its HIGHEST, or none at all."""

    def __post_init__(self):
        for field in fields(self):
            if field.type in (float, int):
                check = check_whole if field.type is int else check_number
                check(field.name, getattr(self, field.name), 0, HIGHEST.get(field.name, LARGEST))


@dataclass(frozen=True)
class Discipline(_Checked):
    """People of one kind. `hires_per_month` may be a fraction: 0.5 is a hire every second month.

    Without `hire_skill`, hires bring the `skill` that everybody has at the start. Raises ValueError, by name.
    """

    name: str
    people: int
    skill: float
    growth: float = 0.0
    hires_per_month: float = 0.0
    hire_skill: float = None

    def __post_init__(self):
        if self.hire_skill is None:
            object.__setattr__(self, "hire_skill", self.skill)
        super().__post_init__()


@dataclass(frozen=True)
class Team(_Checked):
    """A team and what is done for it; without further settings, the published model. Raises ValueError, by name.

    Money: `salary`, `incentive` and `culture_cost` (for a culture of 1) for each person and month, `cost_per_hire` for
    each arrival, `cost_per_training_hour` for each hour of each person, all in one currency.
    """

    disciplines: tuple[Discipline, ...]
    ceiling: float = np.inf
    growth_spread: float = 0.0
    sharing: float = 0.0
    ramp_months: float = 0.0
    mentoring: float = 0.0
    mentoring_boost: float = 0.0
    mentoring_months: float = 6.0
    training_hours: float = 0.0
    training_boost: float = 0.0
    attrition: float = 0.0
    incentive: float = 0.0
    incentive_effect: float = 0.0
    culture: float = 0.0
    culture_effect: float = 0.0
    culture_months: float = 0.0
    salary: float = 0.0
    cost_per_hire: float = 0.0
    cost_per_training_hour: float = 0.0
    culture_cost: float = 0.0

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "disciplines", tuple(self.disciplines))
        if not self.disciplines:
            raise ValueError("disciplines is empty; a team has at least one")
        for group in self.disciplines:
            check_number(f"skill of {group.name!r}", max(group.skill, group.hire_skill), 0, self.ceiling)

    def hazard(self, month) -> np.ndarray:
        """The hazard of leaving at a time in months (a number or an array), per month."""
        month = np.asarray(month, dtype=float)
        built = -np.expm1(-month / self.culture_months) if self.culture_months > 0 else np.ones_like(month)
        lowered = self.incentive_effect * self.incentive + self.culture_effect * self.culture * built
        return self.attrition * np.exp(-lowered)


@dataclass(frozen=True)
class Growth:
    """Simulated teams, month by month.

    `useful`, `skill` (points) and `people` have the shape (months + 1, disciplines, teams), `cost`, all that is paid so
    far, the shape (months + 1, teams).
    """

    useful: np.ndarray
    skill: np.ndarray
    people: np.ndarray
    cost: np.ndarray

    def bands(self, of: str = "useful", percentiles: Sequence[float] = (5, 25, 50, 75, 95)) -> pd.DataFrame:
        """Percentiles over the teams of `useful`, `skill`, `people` or `cost`: a row a month, a column a percentile."""
        names = [field.name for field in fields(self)]
        if of not in names:
            raise ValueError(f"of is {of!r}; it must be one of {names}")
        values = getattr(self, of) if of == "cost" else getattr(self, of).sum(axis=1)
        table = pd.DataFrame(np.percentile(values, percentiles, axis=1).T, columns=list(percentiles))
        return table.rename_axis("month")

    def meets(self, demand: float | Sequence[float]) -> np.ndarray:
        """Whether each team meets the demand in each month, shape (months + 1, teams).

        `demand` is useful skill: one number for the whole team, or one for each discipline, all of which must be met.
        """
        wanted = np.asarray(demand, dtype=float)
        for number in wanted.flat:
            check_number("demand", float(number))
        if wanted.ndim == 0:
            return self.useful.sum(axis=1) >= wanted
        if wanted.shape != (self.useful.shape[1],):
            raise ValueError(
                f"demand has the shape {wanted.shape}; give one number, or {self.useful.shape[1]}, one a discipline"
            )
        return (self.useful >= wanted[:, None]).all(axis=1)

    def time_to(self, demand: float | Sequence[float]) -> np.ndarray:
        """The first month in which each team meets the demand, shape (teams,); infinite where it does not."""
        met = self.meets(demand)
        return np.where(met.any(axis=0), met.argmax(axis=0), np.inf)

    def cost_to(self, demand: float | Sequence[float]) -> np.ndarray:
        """What each team has cost when it first meets the demand, shape (teams,); infinite where it does not."""
        met = self.meets(demand)
        return np.where(met.any(axis=0), self.cost[met.argmax(axis=0), np.arange(met.shape[1])], np.inf)


def grow_by_steps(start, rate, step: float, steps: int) -> np.ndarray:
    """x(t) = x(t−1)·(1 + k·Δt) by `steps` steps of `step`. `start` x(0) and `rate` k are numbers or arrays of
    people."""
    check_number("step", step)
    check_whole("steps", steps, 0)
    skill = np.asarray(start, dtype=float)
    for _ in range(steps):
        skill = skill * (1 + np.asarray(rate) * step)
    return skill


def grow(start, rate, step: float, steps: int) -> np.ndarray:
    """x(0)·(1 + k·Δt)ᵗ, the closed form of `grow_by_steps`. The published Σ(x(0) + k·Δt)ᵗ is not."""
    check_number("step", step)
    check_whole("steps", steps, 0)
    return np.asarray(start, dtype=float) * (1 + np.asarray(rate) * step) ** steps


def saturate(start, rate, ceiling: float, time) -> np.ndarray:
    """The logistic curve L / (1 + (L/x(0) − 1)·exp(−k·t)), with `time` in the unit of 1 / rate (Verhulst 1838)."""
    check_number("ceiling", ceiling)
    if not (np.all(np.greater(start, 0)) and np.all(np.less_equal(start, ceiling))):
        raise ValueError(f"start is {start!r}; it must be positive and at most {ceiling:g}, the ceiling")
    return ceiling / (1 + (ceiling / np.asarray(start) - 1) * np.exp(-np.asarray(rate) * np.asarray(time)))


def simulate(team: Team, months: int, teams: int = 1, seed: int = 0) -> Growth:
    """Simulate `teams` independent teams with the same settings for a number of months.

    The same seed gives those who are there at the start the same talent and the same luck whatever the settings, and
    later hires too where the hiring is the same: so two settings differ by what they do, hardly by chance. Raises
    ValueError where months, teams or seed is no whole number that is allowed.
    """
    check_whole("months", months, 0)
    check_whole("teams", teams, 1)
    check_whole("seed", seed, 0)
    shape = months + 1, len(team.disciplines), teams
    found = Growth(np.empty(shape), np.empty(shape), np.empty(shape), np.zeros((months + 1, teams)))
    for first in range(0, teams, BLOCK):
        part = Growth(*(getattr(found, field.name)[..., first : first + BLOCK] for field in fields(found)))
        _simulate_block(team, part, *np.random.default_rng([seed, first]).spawn(2))
    return found


def _simulate_block(team: Team, found: Growth, talent: np.random.Generator, luck: np.random.Generator) -> None:
    """Fill `found` for as many teams as it has room for. Arrays of people have the shape (people, teams)."""
    months, teams = len(found.cost) - 1, found.cost.shape[1]
    kind, arrives = _arrivals(team, months)
    people, hired = (len(kind), teams), arrives > 0
    growth, started, hire_skill = (
        np.array([getattr(group, name) for group in team.disciplines])[kind]
        for name in ("growth", "skill", "hire_skill")
    )
    varied = np.exp(team.growth_spread * talent.standard_normal(people) - team.growth_spread**2 / 2)
    rate = (growth + team.training_boost * team.training_hours)[:, None] * varied
    middles = np.arange(months) + 0.5  # the middle of each month stands for all of it
    risk = np.concatenate([[0], np.cumsum(team.hazard(middles))])
    leaves = np.searchsorted(risk, risk[arrives, None] + luck.standard_exponential(people))
    skill = np.where(hired, hire_skill, started)[:, None] * np.ones(people)
    ready = np.where(hired, float(team.ramp_months == 0), 1.0)[:, None] * np.ones(people)
    member = (kind == np.arange(len(team.disciplines))[:, None]).astype(float)
    for month in range(months + 1):
        first, here = np.searchsorted(arrives, [month, month + 1])  # people stand in order of arrival
        found.cost[month] += team.cost_per_hire * (here - first) * (month > 0)
        new = hired[:here] & (month - arrives[:here] < team.mentoring_months)
        present = leaves[:here] > month
        _month(team, month, found, member[:, :here], present, new, skill[:here], ready[:here], rate[:here])


def _month(team: Team, month: int, found: Growth, member, present, new, skill, ready, rate) -> None:
    """Write what one month finds into `found`, then let everybody learn: changes `skill` and `ready`."""
    free = 1 - team.training_hours / HOURS_PER_MONTH
    newcomer, mentor = present & new[:, None], present & ~new[:, None]
    wanted, mentors = team.mentoring * newcomer.sum(axis=0), mentor.sum(axis=0)
    given = np.minimum(wanted, free * mentors)
    received = np.divide(given, wanted, out=np.zeros(len(given)), where=wanted > 0)
    lent = np.divide(given, mentors, out=np.zeros(len(given)), where=mentors > 0)
    owned = skill * present
    found.people[month], found.skill[month] = member @ present.astype(float), member @ owned
    found.useful[month] = member @ (owned * ready * (free - lent * mentor))
    people = found.people[month].sum(axis=0)
    if month + 1 < len(found.cost):
        each = team.salary + team.incentive + team.culture * team.culture_cost
        found.cost[month + 1] = found.cost[month] + people * (each + team.training_hours * team.cost_per_training_hour)
    mix = 1 - np.square(found.people[month] / np.maximum(people, 1)).sum(axis=0)
    faster = 1 + team.mentoring_boost * received * newcomer
    skill += np.minimum(rate * (1 + team.sharing * mix) * faster, 1) * skill * (1 - skill / team.ceiling)
    if team.ramp_months > 0:
        with np.errstate(over="ignore"):  # a ramp near 0 divides to infinity: ready at once
            ready += (1 - ready) * -np.expm1(-faster / team.ramp_months)


def compare(choices: Mapping[str, Team], demand, months: int, teams: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Ways to meet a demand side by side, a row each.

    `met`: share of the simulated teams that meet it within `months`; `held`: that meet it in the last month; `month`
    and `slow_month`: when half and when nine tenths of all teams have first met it; `cost_to_meet`: the median team's
    cost until then; `cost`: its cost over all months. Infinite where too few teams meet the demand.
    """
    rows = {}
    for name, team in choices.items():
        growth = simulate(team, months, teams, seed)
        when = growth.time_to(demand)
        rows[name] = {
            "met": np.isfinite(when).mean(),
            "held": growth.meets(demand)[-1].mean(),
            "month": np.quantile(when, 0.5, method="higher"),
            "slow_month": np.quantile(when, 0.9, method="higher"),
            "cost_to_meet": np.quantile(growth.cost_to(demand), 0.5, method="higher"),
            "cost": np.median(growth.cost[-1]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _arrivals(team: Team, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Of everybody who will ever be in a team, the discipline and the month of arrival, in order of arrival."""
    kind, month = [], []
    for number, group in enumerate(team.disciplines):
        calendar = np.arange(1, months + 1)
        hired = np.floor(group.hires_per_month * calendar + 1e-9).astype(int)  # 10 × 0.1 is a whole hire
        arrives = np.concatenate([np.zeros(group.people, int), np.repeat(calendar, np.diff(hired, prepend=0))])
        kind.append(np.full(len(arrives), number))
        month.append(arrives)
    kind, month = np.concatenate(kind), np.concatenate(month)
    order = np.argsort(month, kind="stable")
    return kind[order], month[order]

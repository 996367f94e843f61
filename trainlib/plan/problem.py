"""What there is to plan, and how it is solved (see `trainlib.plan`)."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from trainlib._values import check_number, check_whole
from trainlib.cohort import Fit
from trainlib.effect import TrainingEffect

TOLERANCE = 1e-5  # between a plan and its bound, as a share of its gain or cost
MOST_HOURS = 20.0  # hours of a stage and skill, in units of its scale: 1 − exp(−20) is 1 but for 2e-9
UNIT = 1e3  # gains are counted in thousandths for the solver, whose tolerances are absolute


class Infeasible(ValueError):
    """No plan meets all demands. `demands` are those that clash: give up any one of them and the others can be met."""

    def __init__(self, message: str, demands: tuple[str, ...]):
        super().__init__(message)
        self.demands = demands


@dataclass(frozen=True)
class Trainer:
    """`effect` is E, 0 to 1; `rate` the money and `hours` the most hours for the whole course.

    `stages` are the names of those that the trainer can hold (None: all), from `first_week` to `last_week` (None: the end).
    """

    name: str
    effect: float
    rate: float
    hours: float = np.inf
    stages: tuple[str, ...] | None = None
    first_week: int = 1
    last_week: int | None = None

    def __post_init__(self):
        check_number(f"effect of trainer {self.name!r}", self.effect, 0, 1)
        check_number(f"rate of trainer {self.name!r}", self.rate, 0, np.finfo(float).max)
        check_number(f"hours of trainer {self.name!r}", self.hours, 0, np.inf)
        check_whole(f"first_week of trainer {self.name!r}", self.first_week, 1)
        if self.last_week is not None:
            check_whole(f"last_week of trainer {self.name!r}", self.last_week, self.first_week)
        if isinstance(self.stages, str):
            raise ValueError(
                f"stages of trainer {self.name!r} is {self.stages!r}; give a list of names, or None for all"
            )
        if self.stages is not None:
            object.__setattr__(self, "stages", tuple(self.stages))


@dataclass(frozen=True)
class Skill:
    """`level` is what people can do now, `target` what they should, both 0 to 1; `importance` is its weight in the gain.

    `needs` maps a skill to the level that it must have before this one begins. All its hours come first, in any case.
    """

    name: str
    level: float = 0.0
    target: float | None = None
    importance: float = 1.0
    needs: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self):
        check_number(f"level of skill {self.name!r}", self.level, 0, 1)
        check_number(f"importance of skill {self.name!r}", self.importance, 0, np.finfo(float).max)
        if self.target is not None:
            check_number(f"target of skill {self.name!r}", self.target, 0, 1)
        if not isinstance(self.needs, Mapping):
            raise ValueError(
                f"needs of skill {self.name!r} is {self.needs!r}; give a level for each name: {{'SQL': 0.5}}"
            )
        for name, level in self.needs.items():
            check_number(f"what skill {self.name!r} needs of {name!r}", level, 0, 1)


@dataclass(frozen=True)
class Problem:
    """What there is to plan. `training` gives the stages in their order, as a TrainingEffect or as a fitted cohort.

    `content` is the quality M of the content, 0 to 1, one number or one for each stage; `people` sit in the course for at
    most `hours_per_week` in `weeks` weeks; `learner_cost` is what an hour of one of them costs, in the currency of
    `budget`. Leave it at 0 where wages are not paid from the budget. Raises ValueError, by name.
    """

    training: TrainingEffect | Fit
    trainers: tuple[Trainer, ...]
    budget: float
    weeks: int
    hours_per_week: float
    skills: tuple[Skill, ...] = (Skill("all"),)
    content: float | tuple[float, ...] = 0.6
    people: int = 1
    learner_cost: float = 0.0

    def __post_init__(self):
        for name in ("trainers", "skills"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
            names = [part.name for part in getattr(self, name)]
            if not names or len(set(names)) < len(names):
                raise ValueError(f"{name} are {names}; give at least one, each with a name of its own")
        check_number("budget", self.budget, 0, np.inf)
        check_number("hours_per_week", self.hours_per_week, 0, 168)
        check_number("learner_cost", self.learner_cost, 0, np.finfo(float).max)
        for name in ("weeks", "people"):
            check_whole(name, getattr(self, name), 1)
        stages = {stage.name: stage for stage in self.effect.stages}
        if np.shape(self.content) not in ((), (len(stages),)):
            raise ValueError(f"content is {self.content!r}; give one number, or {len(stages)}, one for each stage")
        for value in np.ravel(self.content):
            check_number("content", value.item(), 0, 1)
        if instant := [name for name, stage in stages.items() if stage.hours_scale == 0]:
            raise ValueError(f"hours_scale of {instant[0]!r} is 0: hours do not matter there, so none can be planned")
        for trainer in self.trainers:
            if unknown := set(trainer.stages or ()) - set(stages):
                raise ValueError(f"stages of trainer {trainer.name!r} has {min(unknown)!r}; there are {list(stages)}")
        self._check_skills()

    def _check_skills(self) -> None:
        names = [skill.name for skill in self.skills]
        if not any(skill.importance for skill in self.skills):
            raise ValueError("importance is 0 for all skills; one at least must count")
        for skill in self.skills:
            check_number(f"level of skill {skill.name!r}", skill.level, 0, self.effect.ceiling)
            if unknown := set(skill.needs) - set(names):
                raise ValueError(f"skill {skill.name!r} needs {min(unknown)!r}; there are {names}")
        try:
            self.order()
        except CycleError as error:
            raise ValueError(f"skills need each other in a circle: {' → '.join(error.args[1])}") from None

    @property
    def effect(self) -> TrainingEffect:
        """The training with the weights to plan with: given, or fitted."""
        return self.training.training_effect() if isinstance(self.training, Fit) else self.training

    @property
    def hours(self) -> float:
        """The most hours of a learner before the deadline."""
        return self.weeks * self.hours_per_week

    def order(self) -> list[int]:
        """Numbers of the skills, each after those that it needs."""
        names = [skill.name for skill in self.skills]
        return [names.index(name) for name in TopologicalSorter({s.name: s.needs for s in self.skills}).static_order()]

    def cost_per_hour(self) -> np.ndarray:
        """What an hour of the course costs, shape (stages, trainers)."""
        each = np.array([stage.cost_per_hour for stage in self.effect.stages]) + self.learner_cost
        return self.people * each[:, None] + np.array([trainer.rate for trainer in self.trainers])


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan and what it brings. `table()` is the plan, `calendar` its weeks, `summary()` its numbers.

    * `hours`: stages × skills, of each learner; `trainers`: who holds each stage that is held.
    * `gain`: mean points of skill per learner, by the model's own formula; `gain_interval`: its (low, high) from the
      bootstrap weights of a Fit, for this plan and the trainers' and content's quality as given; None without a Fit.
    * `levels`: of each skill, afterwards. `cost`: all money spent.
    * `calendar`: a row for each week and what is done in it, in this order: week, skill, stage, trainer, hours.
    * `shadow_price_money`, `shadow_price_hour`: what one more unit of money, or one more hour of each learner spread
      evenly over the weeks, adds to the gain. They are the dual values of the linear programme in which the trainers
      chosen, and what begins in which part of the calendar, stay fixed: right for small changes, too low where more
      money would pay for a better trainer. Of a `cheapest` plan they say what more than its cost would buy.
    * `binding`: names of the demands without which the plan would be better, by the same dual values.
    """

    problem: Problem
    hours: pd.DataFrame
    trainers: dict[str, str]
    gain: float
    gain_interval: tuple[float, float] | None
    levels: pd.Series
    cost: float
    calendar: pd.DataFrame = field(repr=False)
    shadow_price_money: float
    shadow_price_hour: float
    binding: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """A row for each stage and skill: trainer (empty where nothing is held), hours, cost and gain. They add up."""
        problem, names = self.problem, [trainer.name for trainer in self.problem.trainers]
        hours, value, prices = self.hours.to_numpy(), _value(problem), problem.cost_per_hour()
        rows = []
        for i, stage in enumerate(problem.effect.stages):
            trainer = self.trainers.get(stage.name, "")
            at = names.index(trainer) if trainer else 0
            for j, skill in enumerate(problem.skills):
                gain = value[i, j, at] * _share(problem)[j] * -np.expm1(-hours[i, j] / stage.hours_scale)
                who = trainer if hours[i, j] > 0 else ""
                rows.append((stage.name, skill.name, who, hours[i, j], hours[i, j] * prices[i, at], gain))
        return pd.DataFrame(rows, columns=["stage", "skill", "trainer", "hours", "cost", "gain"])

    def summary(self) -> dict[str, float]:
        """Cost, hours, gain with its interval if there is one, and both shadow prices."""
        low, high = self.gain_interval or (np.nan, np.nan)
        numbers = {"cost": self.cost, "hours": float(self.hours.to_numpy().sum()), "gain": self.gain}
        prices = {"shadow_price_money": self.shadow_price_money, "shadow_price_hour": self.shadow_price_hour}
        return numbers | {"gain_low": low, "gain_high": high} | prices


def best(problem: Problem, *, meet_targets: bool = False, level: float = 0.95) -> Plan:
    """The plan of most gain within budget and deadline; with `meet_targets`, also within each skill's own target.

    Raises Infeasible where targets cannot be met.
    """
    model = _Model(problem)
    if meet_targets:
        model.add_targets()
    return model.plan(model.lost_gain, level)


def cheapest(problem: Problem, target: float | None = None, *, level: float = 0.95) -> Plan:
    """The cheapest plan whose gain is `target`; without it, one that brings each skill to its own target.

    Budget and deadline hold too. Raises Infeasible, which names the demands that clash and what each would have to be.
    """
    model = _Model(problem)
    if target is None:
        model.add_targets()
    else:
        check_number("target", target, 0, 1)
        model.add("target", -UNIT * target, (model.learnt, -UNIT * model.gain[model.learnt]))
    return model.plan(model.cost, level)


def pareto(problem: Problem, points: int = 8, *, level: float = 0.95) -> tuple[Plan, ...]:
    """The best plans for `points` budgets, from an even share up to the most money that the deadline lets one spend.

    The problem's own budget does not count. None of the plans is both cheaper and better than another.
    """
    check_whole("points", points, 1)
    most = best(replace(problem, budget=np.inf), level=level)
    budgets = most.cost * np.arange(1, points) / points
    return (*(best(replace(problem, budget=budget), level=level) for budget in budgets), most)


def _share(problem: Problem) -> np.ndarray:
    """Each skill's share of the importance, shape (skills,)."""
    importance = np.array([skill.importance for skill in problem.skills], dtype=float)
    return importance / importance.sum()


def _value(problem: Problem) -> np.ndarray:
    """The most points that a stage can add to a skill with a trainer, shape (stages, skills, trainers)."""
    training = problem.effect
    room = 1 - np.array([skill.level for skill in problem.skills]) / training.ceiling
    by_trainer, by_content = np.array([(stage.trainer_share, stage.content_share) for stage in training.stages]).T
    quality = np.outer([trainer.effect for trainer in problem.trainers], by_trainer) + by_content * problem.content
    weight = np.array([stage.weight for stage in training.stages])
    return room[:, None] * (weight * quality).T[:, None, :]


class _Model:
    """The problem as rows `coefficients · variables ≤ limit`; those of a demand carry its name.

    Variables, by number: `hours` (stages, skills, trainers, periods); `learnt` (stages, skills, trainers), the share
    1 − exp(−P/τ) of a stage; and, 0 or 1, `chosen` (stages, trainers), `trained` (skills,) and `begun` (stages, skills,
    periods). In a period the same trainers are there in all weeks, so the order of things within it is free.
    """

    def __init__(self, problem: Problem):
        self.problem, self.rows, start = problem, [], 0
        self.scale = np.array([stage.hours_scale for stage in problem.effect.stages])
        present = [(trainer.first_week, trainer.last_week or problem.weeks) for trainer in problem.trainers]
        starts = {week for first, last in present for week in (first, last + 1) if week <= problem.weeks} | {1}
        self.starts = np.array(sorted(starts))
        self.weeks = np.diff(np.append(self.starts, problem.weeks + 1))
        stages, skills, trainers, periods = map(len, (self.scale, problem.skills, problem.trainers, self.starts))
        shapes = {
            "hours": (stages, skills, trainers, periods),
            "learnt": (stages, skills, trainers),
            "chosen": (stages, trainers),
            "trained": (skills,),
            "begun": (stages, skills, periods),
        }
        for name, shape in shapes.items():
            setattr(self, name, np.arange(start, start + np.prod(shape)).reshape(shape))
            start += np.prod(shape)
        self.whole = np.arange(start) >= self.chosen[0, 0]
        self.upper = np.ones(start)
        self.upper[self.hours] = MOST_HOURS * self.scale[:, None, None, None]
        for r, trainer in enumerate(problem.trainers):
            barred = [trainer.stages is not None and s.name not in trainer.stages for s in problem.effect.stages]
            self.upper[self.chosen[barred, r]] = 0
        self.value, self.cost, self.gain, self.time = _value(problem), *np.zeros((3, start))
        self.cost[self.hours] = problem.cost_per_hour()[:, None, :, None]
        self.gain[self.learnt] = self.value * _share(problem)[:, None]
        self.lost_gain = -self.gain
        self.time[self.hours] = 1
        self._add_limits(present)
        self._add_order()
        for multiple in (0, 0.15, 0.35, 0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 5, MOST_HOURS):
            for i, j in np.ndindex(stages, skills):
                self.cut(i, j, multiple * self.scale[i])

    def add(self, name: str, limit: float, *terms) -> None:
        """A row; each term is numbers of variables and their coefficients, one or of the same shape."""
        columns = np.concatenate([np.ravel(numbers) for numbers, _ in terms])
        coefficients = np.concatenate([np.ravel(np.broadcast_to(value, np.shape(numbers))) for numbers, value in terms])
        self.rows.append((name, limit, columns, coefficients))

    def cut(self, i: int, j: int, hours: float) -> None:
        """No more of stage i of skill j is learnt than its curve's tangent at `hours` says, with any trainer."""
        forgotten = np.exp(-hours / self.scale[i])
        slope = forgotten / self.scale[i]
        for r, learnt in enumerate(self.learnt[i, j]):
            at_zero = (self.chosen[i, r], slope * hours - (1 - forgotten))
            self.add("", 0, (learnt, 1), (self.hours[i, j, r], -slope), at_zero)

    def add_targets(self) -> None:
        """Each skill reaches its own target. ValueError where none has one."""
        if all(skill.target is None for skill in self.problem.skills):
            raise ValueError("target is None and no skill has a target of its own; give one or the other")
        for j, skill in enumerate(self.problem.skills):
            if skill.target is not None and skill.target > skill.level:
                reached = (self.learnt[:, j], -UNIT * self.value[:, j])
                self.add(f"target of {skill.name!r}", UNIT * (skill.level - skill.target), reached)

    def _add_limits(self, present: list[tuple[int, int]]) -> None:
        problem = self.problem
        if np.isfinite(problem.budget):
            self.add("budget", problem.budget, (self.hours, self.cost[self.hours]))
        for t, weeks in enumerate(self.weeks):
            self.add("deadline", weeks * problem.hours_per_week, (self.hours[..., t], 1))
        for r, (trainer, (first, last)) in enumerate(zip(problem.trainers, present)):
            if np.isfinite(trainer.hours):
                self.add(f"hours of {trainer.name!r}", trainer.hours, (self.hours[:, :, r], 1))
            absent = (self.starts < first) | (self.starts > last)
            if absent.any():
                self.add(f"weeks of {trainer.name!r}", 0, (self.hours[:, :, r, absent], 1))
        for i, chosen in enumerate(self.chosen):
            self.add("", 1, (chosen, 1))
            for j, r in np.ndindex(self.learnt.shape[1:]):
                self.add("", 0, (self.hours[i, j, r], 1), (chosen[r], -MOST_HOURS * self.scale[i]))

    def _add_order(self) -> None:
        """A skill begins when those it needs are done and good enough; a stage begins when the one before is done."""
        names, last = [skill.name for skill in self.problem.skills], len(self.scale) - 1
        pairs = [((i, j), (i + 1, j)) for i in range(last) for j in range(len(names))]
        for j, skill in enumerate(self.problem.skills):
            for name, level in skill.needs.items():
                before = names.index(name)
                pairs.append(((last, before), (0, j)))
                if level > self.problem.skills[before].level:
                    reached = (self.learnt[:, before], -UNIT * self.value[:, before])
                    demand = f"{name!r} at {level:g} before {skill.name!r}"
                    self.add(demand, UNIT * self.problem.skills[before].level, reached, (self.trained[j], UNIT * level))
            self.add("", 0, (self.hours[:, j], 1), (self.trained[j], -MOST_HOURS * self.scale.sum()))
        for t in range(len(self.weeks) if len(self.weeks) > 1 else 0):
            for before, after in pairs:
                most = MOST_HOURS * self.scale[before[0]]
                self.add("", 0, (self.begun[after][t], 1), (self.begun[before][t], -1))
                if t > 0:
                    self.add("", most, (self.hours[before][:, t], 1), (self.begun[after][t - 1], most))
            for activity in np.ndindex(self.begun.shape[:2]):
                begun = self.begun[activity]
                self.add("", 0, (self.hours[activity][:, t], 1), (begun[t], -MOST_HOURS * self.scale[activity[0]]))
                if t > 0:
                    self.add("", 0, (begun[t - 1], 1), (begun[t], -1))

    def solve(self, objective: np.ndarray, without=(), fixed: np.ndarray | None = None):
        """The least `objective` over all rows but those of the demands `without`; `fixed` are the 0s and 1s, if known."""
        rows = [row for row in self.rows if row[0] not in without]
        numbers = np.repeat(np.arange(len(rows)), [len(row[2]) for row in rows])
        columns, coefficients = (np.concatenate([row[part] for row in rows]) for part in (2, 3))
        lower, upper = np.zeros(len(objective)), self.upper.copy()
        if fixed is not None:
            lower[self.whole] = upper[self.whole] = fixed
        unit = UNIT / (np.abs(objective).max() or 1)
        exact = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
        with _silent():
            found = linprog(
                unit * objective,
                csr_array((coefficients, (numbers, columns)), shape=(len(rows), len(objective))),
                [row[1] for row in rows],
                bounds=np.column_stack([lower, upper]),
                integrality=self.whole if fixed is None else None,
                options={"mip_rel_gap": 1e-7} if fixed is None else exact,
            )
        if found.status not in (0, 2):
            raise RuntimeError(f"the solver stopped without a plan: {found.message}")
        found.prices = pd.Series(found.ineqlin.marginals / -unit if fixed is not None and found.success else [])
        found.names = [row[0] for row in rows]
        return found

    def touch(self, objective: np.ndarray, without=(), fixed=None):
        """`solve` with 0s and 1s fixed, on the curve itself: tangents are added until none of 1e-8 points is missing."""
        for _ in range(60):
            found = self.solve(objective, without, fixed)
            if not found.success:
                return None
            hours = found.x[self.hours].sum(axis=3)
            above = self.value * (found.x[self.learnt] + np.expm1(-hours / self.scale[:, None, None]))
            if above.clip(min=0).sum() < 1e-8:
                return found
            for i, j, r in np.argwhere(above > 1e-10):
                self.cut(i, j, hours[i, j, r])
        raise RuntimeError("the tangents did not reach the curve")

    def optimise(self, objective: np.ndarray, without=()):
        """The best solution and its 0s and 1s, or None: a plan and a bound in turn, until they meet.

        They also meet where nothing new is found: what is left between them is the solver's own tolerance.
        """
        best, chosen, rows = None, None, 0
        for _ in range(60):
            bound = self.solve(objective, without)
            lowest = bound.get("mip_dual_bound", bound.fun)
            if not bound.success or (best and best.fun - lowest <= TOLERANCE * abs(best.fun) + 1e-6):
                return best and (best, chosen)
            fixed = bound.x[self.whole].round()
            if len(self.rows) == rows and (fixed == chosen).all():
                return best, chosen
            rows = len(self.rows)
            found = self.touch(objective, without, fixed)
            if found and (best is None or found.fun < best.fun):
                best, chosen = found, fixed
        raise RuntimeError("plan and bound did not meet")

    def plan(self, objective: np.ndarray, level: float) -> Plan:
        """The best plan by an objective, with its prices. Raises Infeasible where there is none."""
        problem, solved = self.problem, self.optimise(objective)
        if solved is None:
            raise self._clash()
        found, fixed = solved
        x = self._early(found.x) if len(self.weeks) > 1 else found.x
        scheduled = np.where(x[self.hours] > 1e-6, x[self.hours], 0)
        hours, cost = scheduled.sum(axis=3), float(scheduled.ravel() @ self.cost[self.hours].ravel())
        learnt = self.value * -np.expm1(-hours / self.scale[:, None, None])
        by_stage = (learnt * _share(problem)[:, None]).sum(axis=(1, 2))
        stages = [stage.name for stage in problem.effect.stages]
        skills = pd.Index([skill.name for skill in problem.skills], name="skill")
        holds = {stages[i]: problem.trainers[r].name for i, r in np.argwhere(hours.sum(axis=1) > 0)}
        at_cost = found
        if objective is not self.lost_gain:
            self.add("cost", (1 + 1e-5) * (self.cost @ found.x), (self.hours, self.cost[self.hours]))
            at_cost = self.touch(self.lost_gain, ("target", "budget"), fixed)
        prices = at_cost.prices.groupby(at_cost.names).sum()
        hour = at_cost.prices[np.equal(at_cost.names, "deadline")].to_numpy() @ self.weeks / self.weeks.sum()
        binds = found.prices > 1e-9 * np.abs(objective).max()
        return Plan(
            problem=problem,
            hours=pd.DataFrame(hours.sum(axis=2), index=pd.Index(stages, name="stage"), columns=skills),
            trainers=holds,
            gain=float(by_stage.sum()),
            gain_interval=self._interval(by_stage, level),
            levels=pd.Series([s.level for s in problem.skills] + learnt.sum(axis=(0, 2)), index=skills),
            cost=cost,
            calendar=self._calendar(scheduled),
            shadow_price_money=float(prices.get("cost", prices.get("budget", 0.0))),
            shadow_price_hour=float(hour),
            binding=tuple(dict.fromkeys(name for name, bind in zip(found.names, binds) if name and bind)),
        )

    def _interval(self, by_stage: np.ndarray, level: float) -> tuple[float, float] | None:
        """Percentiles of the plan's gain over a Fit's bootstrap weights: the gain is linear in them."""
        if not isinstance(self.problem.training, Fit):
            return None
        weights, draws = self.problem.training.weights, self.problem.training.draws
        each = np.divide(by_stage, weights, out=np.zeros_like(by_stage), where=weights > 0)
        low, high = np.quantile(draws @ each, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def _early(self, x: np.ndarray) -> np.ndarray:
        """The same hours with the same trainers, as early as they can be."""
        chosen, rows, upper = self.chosen, len(self.rows), self.upper.copy()
        for numbers in self.hours.reshape(-1, len(self.weeks)):
            self.add("", 1e-7 - x[numbers].sum(), (numbers, -1))
        self.upper[chosen] = x[chosen].round()
        late = np.zeros(len(x))
        late[self.hours] = self.starts - 1
        found = self.solve(late)
        del self.rows[rows:]
        self.upper = upper
        return found.x if found.success else x

    def _calendar(self, scheduled: np.ndarray) -> pd.DataFrame:
        """Week by week, what is scheduled in each period: skills in their order, stages in theirs."""
        problem, rows = self.problem, []
        for t, start in enumerate(self.starts):
            past = 0.0
            for j, i in product(problem.order(), range(len(self.scale))):
                r, left = scheduled[i, j, :, t].argmax(), scheduled[i, j, :, t].max()
                while left > 1e-6:
                    week = int((past + 1e-6) // problem.hours_per_week)
                    now = min(left, (week + 1) * problem.hours_per_week - past)
                    names = (part.name for part in (problem.skills[j], problem.effect.stages[i], problem.trainers[r]))
                    rows.append((start + week, *names, now))
                    past, left = past + now, left - now
        return pd.DataFrame(rows, columns=["week", "skill", "stage", "trainer", "hours"])

    def _clash(self) -> Infeasible:
        """Demands are given up one by one, for good where no plan appears: those that stay clash (a deletion filter)."""
        problem, given_up = self.problem, []
        named = dict.fromkeys(name for name, *_ in self.rows if name)
        demands = sorted(named, key=lambda name: name.startswith(("budget", "deadline", "target")))
        for name in demands:
            if self.optimise(0 * self.cost, (*given_up, name)) is None:
                given_up.append(name)
        clash = tuple(name for name in demands if name not in given_up)
        texts, ways = [], []
        for name in clash:
            limit = next(row[1] for row in self.rows if row[0] == name)
            if name == "budget":
                texts.append(f"budget of {limit:,.0f}")
                if found := self.optimise(self.cost, [name]):
                    ways.append(f"a budget of {np.ceil(self.cost @ found[0].x):,.0f}")
            elif name == "deadline":
                texts.append(f"deadline after {problem.hours:g} hours ({problem.weeks} weeks)")
                if len(self.weeks) == 1 and (found := self.optimise(self.time, [name])):
                    ways.append(f"{np.ceil(10 * self.time @ found[0].x) / 10:g} hours of each learner")
            elif name.startswith("target"):
                most, start = self._most(name)
                limit = start - limit / UNIT
                texts.append(f"{name} of {limit:g}" if name == "target" else f"{name}, {limit:g}")
                if most is not None:
                    ways.append(f"a {name} of {np.floor(1000 * most) / 1000:g}")
            else:
                texts.append(f"{name} ({limit:g})" if name.startswith("hours") else name)
        remedy = f"; with all else kept, it takes {' or '.join(ways)}" if ways else ""
        clashes = "these demands clash" if len(clash) > 1 else "this demand cannot be met"
        return Infeasible(f"{clashes}: {', '.join(texts)}{remedy}", clash)

    def _most(self, name: str) -> tuple[float | None, float]:
        """The highest target that the other demands let one reach, if any, and the level that it starts from."""
        start, objective = 0.0, -self.gain
        for j, skill in enumerate(self.problem.skills):
            if name == f"target of {skill.name!r}":
                start, objective = skill.level, np.zeros(len(self.gain))
                objective[self.learnt[:, j]] = -self.value[:, j]
        found = self.optimise(objective, [name])
        return (start - objective @ found[0].x if found else None), start


@contextmanager
def _silent() -> Iterator[None]:
    """Keep quiet what HiGHS writes to the process's own output, past Python: a line of debugging in some releases."""
    sys.stdout.flush()
    with open(os.devnull, "w") as nowhere:
        kept = os.dup(1)
        try:
            os.dup2(nowhere.fileno(), 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)

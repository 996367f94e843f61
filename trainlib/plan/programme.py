"""The mixed-integer linear programme whose optimum is the best plan, tangent by tangent (see `trainlib.plan`)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from trainlib._values import check_number, check_whole
from trainlib.cohort import Fit
from trainlib.plan.clash import BUDGET, DEADLINE, TARGET, UNIT, Demand, clash
from trainlib.plan.problem import Problem
from trainlib.plan.result import Plan

__all__ = ["Programme", "best", "cheapest", "pareto"]

TOLERANCE = 1e-5  # between a plan and its bound, as a share of its gain or cost
MOST_HOURS = 20.0  # hours of a stage and skill, in units of its scale: 1 − exp(−20) is 1 but for 2e-9


def best(problem: Problem, *, meet_targets: bool = False, level: float = 0.95) -> Plan:
    """The plan of most gain within budget and deadline; with `meet_targets`, also within each skill's own target.

    Raises Infeasible where targets cannot be met.
    """
    model = Programme(problem)
    if meet_targets:
        model.add_targets()
    return model.plan(model.lost_gain, level)


def cheapest(problem: Problem, target: float | None = None, *, level: float = 0.95) -> Plan:
    """The cheapest plan whose gain is `target`; without it, one that brings each skill to its own target.

    Budget and deadline hold too. Raises Infeasible, which names the demands that clash and what each would have to be.
    """
    model = Programme(problem)
    if target is None:
        model.add_targets()
    else:
        check_number("target", target, 0, 1)
        model.add(TARGET, -UNIT * target, (model.learnt, -UNIT * model.gain[model.learnt]))
    return model.plan(model.cost, level)


def pareto(problem: Problem, points: int = 8, *, level: float = 0.95) -> tuple[Plan, ...]:
    """The best plans for `points` budgets, from an even share up to the most money that the deadline lets one spend.

    The problem's own budget does not count. None of the plans is both cheaper and better than another.
    """
    check_whole("points", points, 1)
    most = best(replace(problem, budget=np.inf), level=level)
    budgets = most.cost * np.arange(1, points) / points
    return (*(best(replace(problem, budget=budget), level=level) for budget in budgets), most)


class Row(NamedTuple):
    """coefficients · variables[columns] ≤ limit, because of a demand or of the model itself."""

    demand: Demand | None
    limit: float
    columns: np.ndarray
    coefficients: np.ndarray


class Programme:
    """The problem as rows `coefficients · variables ≤ limit`; those of a demand carry it.

    Variables, by number: `hours` (stages, skills, trainers, periods); `learnt` (stages, skills, trainers), the share
    1 − exp(−P/τ) of a stage; and, 0 or 1, `chosen` (stages, trainers), `trained` (skills,) and `begun` (stages, skills,
    periods). In a period the same trainers are there in all weeks, so the order of things within it is free.
    """

    def __init__(self, problem: Problem):
        self.problem, self.rows = problem, []
        self.scale = np.array([stage.hours_scale for stage in problem.effect.stages])
        present = [(trainer.first_week, trainer.last_week or problem.weeks) for trainer in problem.trainers]
        starts = {week for first, last in present for week in (first, last + 1) if week <= problem.weeks} | {1}
        self.starts = np.array(sorted(starts))
        self.weeks = np.diff(np.append(self.starts, problem.weeks + 1))
        self._number_variables()
        self._set_coefficients()
        self._add_limits(present)
        self._add_order()
        for multiple in (0, 0.15, 0.35, 0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 5, MOST_HOURS):
            for i, j in np.ndindex(self.learnt.shape[:2]):
                self.cut(i, j, multiple * self.scale[i])

    def _number_variables(self) -> None:
        problem = self.problem
        stages, skills, trainers, periods = map(len, (self.scale, problem.skills, problem.trainers, self.starts))
        numbers = count()
        take = lambda *shape: np.array([next(numbers) for _ in range(int(np.prod(shape)))], dtype=int).reshape(shape)
        self.hours = take(stages, skills, trainers, periods)
        self.learnt = take(stages, skills, trainers)
        self.chosen = take(stages, trainers)
        self.trained = take(skills)
        self.begun = take(stages, skills, periods)
        self.whole = np.arange(next(numbers)) >= self.chosen[0, 0]

    def _set_coefficients(self) -> None:
        """The most that each variable can be, and what it costs, brings and takes."""
        problem, variables = self.problem, len(self.whole)
        self.upper = np.ones(variables)
        self.upper[self.hours] = MOST_HOURS * self.scale[:, None, None, None]
        for r, trainer in enumerate(problem.trainers):
            barred = [trainer.stages is not None and s.name not in trainer.stages for s in problem.effect.stages]
            self.upper[self.chosen[barred, r]] = 0
        self.value, self.cost, self.gain, self.time = problem.value(), *np.zeros((3, variables))
        self.cost[self.hours] = problem.cost_per_hour()[:, None, :, None]
        self.gain[self.learnt] = self.value * problem.share()[:, None]
        self.lost_gain = -self.gain
        self.time[self.hours] = 1

    def add(self, demand: Demand | None, limit: float, *terms) -> None:
        """A row, of a demand or of the model itself; each term is numbers of variables and their coefficients, one or
        of the same shape."""
        columns = np.concatenate([np.ravel(numbers) for numbers, _ in terms])
        coefficients = np.concatenate([np.ravel(np.broadcast_to(value, np.shape(numbers))) for numbers, value in terms])
        self.rows.append(Row(demand, limit, columns, coefficients))

    def cut(self, i: int, j: int, hours: float) -> None:
        """No more of stage i of skill j is learnt than its curve's tangent at `hours` says, with any trainer."""
        forgotten = np.exp(-hours / self.scale[i])
        slope = forgotten / self.scale[i]
        for r, learnt in enumerate(self.learnt[i, j]):
            at_zero = (self.chosen[i, r], slope * hours - (1 - forgotten))
            self.add(None, 0, (learnt, 1), (self.hours[i, j, r], -slope), at_zero)

    def add_targets(self) -> None:
        """Each skill reaches its own target. ValueError where none has one."""
        if all(skill.target is None for skill in self.problem.skills):
            raise ValueError("target is None and no skill has a target of its own; give one or the other")
        for j, skill in enumerate(self.problem.skills):
            if skill.target is not None and skill.target > skill.level:
                reached = (self.learnt[:, j], -UNIT * self.value[:, j])
                self.add(
                    Demand("target of a skill", f"target of {skill.name!r}", j),
                    UNIT * (skill.level - skill.target),
                    reached,
                )

    def _add_limits(self, present: list[tuple[int, int]]) -> None:
        problem = self.problem
        if np.isfinite(problem.budget):
            self.add(BUDGET, problem.budget, (self.hours, self.cost[self.hours]))
        for t, weeks in enumerate(self.weeks):
            self.add(DEADLINE, weeks * problem.hours_per_week, (self.hours[..., t], 1))
        for r, (trainer, (first, last)) in enumerate(zip(problem.trainers, present)):
            if np.isfinite(trainer.hours):
                self.add(Demand("hours", f"hours of {trainer.name!r}"), trainer.hours, (self.hours[:, :, r], 1))
            absent = (self.starts < first) | (self.starts > last)
            if absent.any():
                self.add(Demand("weeks", f"weeks of {trainer.name!r}"), 0, (self.hours[:, :, r, absent], 1))
        for i, chosen in enumerate(self.chosen):
            self.add(None, 1, (chosen, 1))
            for j, r in np.ndindex(self.learnt.shape[1:]):
                self.add(None, 0, (self.hours[i, j, r], 1), (chosen[r], -MOST_HOURS * self.scale[i]))

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
                    demand = Demand("order", f"{name!r} at {level:g} before {skill.name!r}")
                    self.add(demand, UNIT * self.problem.skills[before].level, reached, (self.trained[j], UNIT * level))
            self.add(None, 0, (self.hours[:, j], 1), (self.trained[j], -MOST_HOURS * self.scale.sum()))
        for t in range(len(self.weeks) if len(self.weeks) > 1 else 0):
            for before, after in pairs:
                most = MOST_HOURS * self.scale[before[0]]
                self.add(None, 0, (self.begun[after][t], 1), (self.begun[before][t], -1))
                if t > 0:
                    self.add(None, most, (self.hours[before][:, t], 1), (self.begun[after][t - 1], most))
            for activity in np.ndindex(self.begun.shape[:2]):
                begun = self.begun[activity]
                self.add(None, 0, (self.hours[activity][:, t], 1), (begun[t], -MOST_HOURS * self.scale[activity[0]]))
                if t > 0:
                    self.add(None, 0, (begun[t - 1], 1), (begun[t], -1))

    def solve(self, objective: np.ndarray, without=(), fixed: np.ndarray | None = None):
        """The least `objective` over all rows but those of the demands `without`; `fixed` are the 0s and 1s, if
        known."""
        rows = [row for row in self.rows if row.demand is None or row.demand not in without]
        numbers = np.repeat(np.arange(len(rows)), [len(row.columns) for row in rows])
        columns = np.concatenate([row.columns for row in rows])
        coefficients = np.concatenate([row.coefficients for row in rows])
        lower, upper = np.zeros(len(objective)), self.upper.copy()
        if fixed is not None:
            lower[self.whole] = upper[self.whole] = fixed
        unit = UNIT / (np.abs(objective).max() or 1)
        exact = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
        with _silent():
            found = linprog(
                unit * objective,
                csr_array((coefficients, (numbers, columns)), shape=(len(rows), len(objective))),
                [row.limit for row in rows],
                bounds=np.column_stack([lower, upper]),
                integrality=self.whole if fixed is None else None,
                options={"mip_rel_gap": 1e-7} if fixed is None else exact,
            )
        if found.status not in (0, 2):
            raise RuntimeError(f"the solver stopped without a plan: {found.message}")
        found.prices = pd.Series(found.ineqlin.marginals / -unit if fixed is not None and found.success else [])
        found.demands = [row.demand for row in rows]
        return found

    def touch(self, objective: np.ndarray, without=(), fixed=None):
        """`solve` with 0s and 1s fixed, on the curve itself: tangents are added until none of 1e-8 points is
        missing."""
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

    def is_possible(self, without=()) -> bool:
        """Whether any plan meets all demands but those `without`.

        The least hours are asked for: without an objective the solver may walk along the curve's tangents for long.
        """
        chosen, rows = None, 0
        for _ in range(60):
            bound = self.solve(self.time, without)
            if not bound.success:
                return False
            fixed = bound.x[self.whole].round()
            if len(self.rows) == rows and (fixed == chosen).all():
                return False
            rows = len(self.rows)
            if self.touch(self.time, without, fixed):
                return True
            chosen = fixed
        raise RuntimeError("no plan was found, nor that there is none")

    def plan(self, objective: np.ndarray, level: float) -> Plan:
        """The best plan by an objective, with its prices. Raises Infeasible where there is none."""
        problem, solved = self.problem, self.optimise(objective)
        if solved is None:
            raise clash(self)
        found, fixed = solved
        x = self._early(found.x) if len(self.weeks) > 1 else found.x
        scheduled = np.where(x[self.hours] > 1e-6, x[self.hours], 0)
        hours = scheduled.sum(axis=3)
        learnt = self.value * -np.expm1(-hours / self.scale[:, None, None])
        by_stage = (learnt * problem.share()[:, None]).sum(axis=(1, 2))
        stages = [stage.name for stage in problem.effect.stages]
        skills = pd.Index([skill.name for skill in problem.skills], name="skill")
        money, hour = self._prices(found, fixed, objective)
        return Plan(
            problem=problem,
            hours=pd.DataFrame(hours.sum(axis=2), index=pd.Index(stages, name="stage"), columns=skills),
            trainers={stages[i]: problem.trainers[r].name for i, r in np.argwhere(hours.sum(axis=1) > 0)},
            gain=float(by_stage.sum()),
            gain_interval=self._interval(by_stage, level),
            levels=pd.Series([s.level for s in problem.skills] + learnt.sum(axis=(0, 2)), index=skills),
            cost=float(scheduled.ravel() @ self.cost[self.hours].ravel()),
            calendar=self._calendar(scheduled),
            shadow_price_money=money,
            shadow_price_hour=hour,
            binding=self._binding(found, objective),
        )

    def _prices(self, found, fixed: np.ndarray, objective: np.ndarray) -> tuple[float, float]:
        """What one more unit of money, and one more hour of each learner, adds to the gain of a solution."""
        at_cost, money = found, BUDGET
        if objective is not self.lost_gain:
            money = Demand("cost", "cost")
            self.add(money, (1 + 1e-5) * (self.cost @ found.x), (self.hours, self.cost[self.hours]))
            at_cost = self.touch(self.lost_gain, (TARGET, BUDGET), fixed)
        of = lambda demand: at_cost.prices[[other == demand for other in at_cost.demands]].to_numpy()
        return float(of(money).sum()), float(of(DEADLINE) @ self.weeks / self.weeks.sum())

    def _binding(self, found, objective: np.ndarray) -> tuple[str, ...]:
        """The names of the demands that have a price."""
        binds = found.prices > 1e-9 * np.abs(objective).max()
        return tuple(dict.fromkeys(demand.name for demand, bind in zip(found.demands, binds) if demand and bind))

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
            self.add(None, 1e-7 - x[numbers].sum(), (numbers, -1))
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

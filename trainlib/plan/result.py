"""A plan and what it brings, or why there is none."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from trainlib.plan.problem import Problem

__all__ = ["Infeasible", "Plan"]


class Infeasible(ValueError):
    """No plan meets all demands. `demands` are those that clash: give up any one of them and the others can be met."""

    def __init__(self, message: str, demands: tuple[str, ...]):
        super().__init__(message)
        self.demands = demands


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
        hours, value, prices = self.hours.to_numpy(), problem.value(), problem.cost_per_hour()
        rows = []
        for i, stage in enumerate(problem.effect.stages):
            trainer = self.trainers.get(stage.name, "")
            at = names.index(trainer) if trainer else 0
            for j, skill in enumerate(problem.skills):
                gain = value[i, j, at] * problem.share()[j] * -np.expm1(-hours[i, j] / stage.hours_scale)
                who = trainer if hours[i, j] > 0 else ""
                rows.append((stage.name, skill.name, who, hours[i, j], hours[i, j] * prices[i, at], gain))
        return pd.DataFrame(rows, columns=["stage", "skill", "trainer", "hours", "cost", "gain"])

    def summary(self) -> dict[str, float]:
        """Cost, hours, gain with its interval if there is one, and both shadow prices."""
        low, high = self.gain_interval or (np.nan, np.nan)
        numbers = {"cost": self.cost, "hours": float(self.hours.to_numpy().sum()), "gain": self.gain}
        prices = {"shadow_price_money": self.shadow_price_money, "shadow_price_hour": self.shadow_price_hour}
        return numbers | {"gain_low": low, "gain_high": high} | prices

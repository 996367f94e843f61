"""What would meet all targets: the cheapest plan that does, with more weeks where it needs them, or why none can."""

from dataclasses import dataclass, replace

import numpy as np

from trainlib.plan.clash import clash
from trainlib.plan.problem import Problem
from trainlib.plan.programme import Programme, best, cheapest
from trainlib.plan.result import Plan

__all__ = ["Reach", "meet_all"]

MOST_WEEKS = 104


@dataclass(frozen=True, eq=False)
class Reach:
    """What would meet all targets, whatever it costs.

    * `plan`: the cheapest plan that does, None where there is none; `weeks`: the deadline that it keeps, the problem's
      own or the earliest that does.
    * `out_of_reach`: the highest level that each skill can have whose target no money and no time meets.
    * `clash`: why there is no plan although each target can be met, or "".
    """

    plan: Plan | None
    weeks: int
    out_of_reach: dict[str, float]
    clash: str = ""


def meet_all(problem: Problem, most_weeks: int = MOST_WEEKS) -> Reach | None:
    """What it takes to bring every skill to its target; None where no skill has one above its level.

    The budget does not count, and the deadline only as far as it can be kept; trainers' hours and weeks do.
    """
    if all(skill.target is None or skill.target <= skill.level for skill in problem.skills):
        return None
    free = replace(problem, budget=np.inf)
    if _can(free):
        return Reach(cheapest(free), problem.weeks, {})
    most = replace(free, weeks=max(most_weeks, problem.weeks))
    model = _with_targets(most)
    found = model.optimise(model.time)
    if found is None:
        levels = {skill.name: _highest(most, number) for number, skill in enumerate(problem.skills) if skill.target}
        targets = {skill.name: skill.target for skill in problem.skills}
        out = {name: level for name, level in levels.items() if level < targets[name] - 1e-4}
        return Reach(None, most.weeks, out, "" if out else str(clash(model)))
    hours = float(model.time @ found[0].x)  # the fewest, so an earlier deadline cannot be kept
    low, high = max(problem.weeks, int(np.ceil(hours / problem.hours_per_week - 1e-6)) - 1), most.weeks
    if _can(replace(free, weeks=low + 1)):
        high = low + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _can(replace(free, weeks=middle)) else (middle, high)
    return Reach(cheapest(replace(free, weeks=high)), high, {})


def _with_targets(problem: Problem) -> Programme:
    model = Programme(problem)
    model.add_targets()
    return model


def _can(problem: Problem) -> bool:
    return _with_targets(problem).is_possible()


def _highest(problem: Problem, number: int) -> float:
    """The highest level that a skill can have."""
    alone = [replace(skill, importance=float(other == number)) for other, skill in enumerate(problem.skills)]
    return float(best(replace(problem, skills=tuple(alone))).levels.iloc[number])

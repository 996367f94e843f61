"""Why there is no plan: the demands that clash, and what each of them would have to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainlib.plan.result import Infeasible

if TYPE_CHECKING:
    from trainlib.plan.programme import Programme

__all__ = ["BUDGET", "DEADLINE", "TARGET", "UNIT", "Demand", "clash"]

UNIT = 1e3  # gains are counted in thousandths for the solver, whose tolerances are absolute
TARGETS = ("target", "target of a skill")


@dataclass(frozen=True)
class Demand:
    """Something that a plan must keep to, by its kind; `skill` is the number of the one whose target it is."""

    kind: str
    name: str
    skill: int | None = None


BUDGET, DEADLINE, TARGET = (Demand(kind, kind) for kind in ("budget", "deadline", "target"))


def clash(model: Programme) -> Infeasible:
    """The smallest sets of demands that clash, in words: the first that is found, and one with the budget and one with
    the deadline where these alone forbid a plan too."""
    demands = list(dict.fromkeys(row.demand for row in model.rows if row.demand))
    demands.sort(key=lambda demand: demand.kind in ("budget", "deadline", *TARGETS))
    found = [_smallest(model, demands)]
    for asked in (BUDGET, DEADLINE):
        if asked in demands and not any(asked in one for one in found):
            told = {demand for one in found for demand in one}
            last = sorted(demands, key=lambda demand: (demand == asked, demand.kind in TARGETS, demand not in told))
            other = _smallest(model, last)
            found += [other] if asked in other else []
    alone = [demand for one in found for demand in one]
    text = "; and ".join(_sentence(model, one, demands) for one in found)
    return Infeasible(text, tuple(dict.fromkeys(demand.name for demand in alone)))


def _smallest(model: Programme, demands: list[Demand]) -> list[Demand]:
    """Demands are given up one by one, for good where no plan appears: those that stay clash (a deletion filter).

    So the last ones are kept longest.
    """
    given_up = []
    for demand in demands:
        if not model.is_possible((*given_up, demand)):
            given_up.append(demand)
    return [demand for demand in demands if demand not in given_up]


def _sentence(model: Programme, found: list[Demand], demands: list[Demand]) -> str:
    """A clash in words, with what would do: all else kept, or, where nothing does alone, without all other demands."""
    clashes = "these demands clash" if len(found) > 1 else "this demand cannot be met"
    texts = ", ".join(_named(model, demand) for demand in found)
    others = [demand for demand in demands if demand not in found]
    for without, kept in (((), "with all else kept"), (others, "were it for these alone")):
        if ways := [way for demand in found if (way := _way(model, demand, without))]:
            return f"{clashes}: {texts}; {kept}, it takes {' or '.join(ways)}"
    return f"{clashes}: {texts}"


def _named(model: Programme, demand: Demand) -> str:
    """A demand with its limit."""
    problem, limit = model.problem, _limit(model, demand)
    if demand.kind == "budget":
        return f"budget of {limit:,.0f}"
    if demand.kind == "deadline":
        return f"deadline after {problem.hours:g} hours ({problem.weeks} weeks)"
    if demand.kind in TARGETS:
        limit = _start(model, demand) - limit / UNIT
        return f"target of {limit:g}" if demand == TARGET else f"{demand.name}, {limit:g}"
    return f"{demand.name} ({limit:g})" if demand.kind == "hours" else demand.name


def _way(model: Programme, demand: Demand, without: list[Demand] | tuple = ()) -> str | None:
    """What a demand would have to be, with all others kept but those `without`; None where nothing helps."""
    problem, without = model.problem, [demand, *without]
    if demand.kind == "budget":
        found = model.optimise(model.cost, without)
        return found and f"a budget of {np.ceil(model.cost @ found[0].x):,.0f}"
    if demand.kind == "deadline":
        found = model.optimise(model.time, without) if len(model.weeks) == 1 else None
        return found and f"{np.ceil(10 * model.time @ found[0].x) / 10:g} hours of each learner"
    if demand.kind == "hours":
        number = [f"hours of {trainer.name!r}" for trainer in problem.trainers].index(demand.name)
        taken = np.zeros(len(model.time))
        taken[model.hours[:, :, number]] = 1
        found = model.optimise(taken, without)
        return found and f"{np.ceil(10 * taken @ found[0].x) / 10:g} {demand.name}"
    if demand.kind in TARGETS:
        most = _most(model, demand, without)
        return None if most is None else f"a {demand.name} of {np.floor(1000 * most) / 1000:g}"
    return None


def _limit(model: Programme, demand: Demand) -> float:
    return next(row.limit for row in model.rows if row.demand == demand)


def _start(model: Programme, target: Demand) -> float:
    """The level from which a target is reached; that of a gain is 0."""
    return 0.0 if target.skill is None else model.problem.skills[target.skill].level


def _most(model: Programme, target: Demand, without: list[Demand]) -> float | None:
    """The highest target that the other demands let one reach, if any."""
    objective = -model.gain
    if target.skill is not None:
        objective = np.zeros(len(model.gain))
        objective[model.learnt[:, target.skill]] = -model.value[:, target.skill]
    found = model.optimise(objective, without)
    return _start(model, target) - objective @ found[0].x if found else None

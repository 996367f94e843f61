"""What other money, other deadlines and better or worse trainers would bring: plans solved beforehand, for sliders."""

from dataclasses import dataclass, replace

import numpy as np

from grading.lead.plan_figures import Amounts, in_words
from grading.pages.numbers import points
from trainlib import plan as solver
from trainlib.plan import Plan, Problem

BUDGETS = (0.5, 0.75, 1, 1.5, 2)  # as shares of the plan's own
DEADLINES = (2 / 3, 1, 4 / 3)
BETTER = (-0.1, 0.0, 0.1)  # of every trainer's quality
QUALITIES = ("0.1 worse", "as stated", "0.1 better")


@dataclass(frozen=True)
class Grid:
    """Labels of the three sliders, where each begins, and what each of their places brings, in the order of labels:
    money, weeks, quality."""

    budgets: tuple[str, ...]
    weeks: tuple[str, ...]
    qualities: tuple[str, ...]
    start: tuple[int, int, int]
    places: tuple[tuple[tuple[dict[str, str], ...], ...], ...]

    def rows(self) -> list[dict[str, str]]:
        """Each place with its labels, for a table."""
        return [
            {"budget": budget, "weeks": weeks, "quality": quality, **self.places[b][w][q]}
            for q, quality in enumerate(self.qualities)
            for w, weeks in enumerate(self.weeks)
            for b, budget in enumerate(self.budgets)
        ]


def grid(problem: Problem, amounts: Amounts) -> Grid:
    """The plans of most gain for all places of the sliders; targets are not asked for.

    With better or worse trainers the same ones are kept in the same stages: who they are is decided before it shows.
    """
    budgets = [problem.budget * share for share in BUDGETS]
    weeks = sorted({max(1, round(problem.weeks * share)) for share in DEADLINES})
    solved = {}
    for number, deadline in enumerate(weeks):
        best = None
        for b, budget in reversed(list(enumerate(budgets))):
            if best is None or best.cost > budget * (1 - 1e-9):
                best = solver.best(replace(problem, budget=budget, weeks=deadline))
                others = [best if by == 0 else _with_quality(best, by) for by in BETTER]
            solved[b, number] = others
    own = solved[BUDGETS.index(1), weeks.index(problem.weeks)][BETTER.index(0)]
    places = tuple(
        tuple(tuple(_place(plan, own, amounts) for plan in solved[b, w]) for w in range(len(weeks)))
        for b in range(len(budgets))
    )
    labels = tuple(amounts.money(budget) for budget in budgets)
    start = (BUDGETS.index(1), weeks.index(problem.weeks), BETTER.index(0))
    return Grid(labels, tuple(f"{week} weeks" if week > 1 else "1 week" for week in weeks), QUALITIES, start, places)


def _with_quality(plan: Plan, by: float) -> Plan:
    """The best plan with the same trainers in the same stages, all of them better, or worse, by so much."""
    kept = []
    for trainer in plan.problem.trainers:
        stages = tuple(stage for stage, name in plan.trainers.items() if name == trainer.name)
        if stages:
            quality = float(np.clip(trainer.quality + by, 0, 1))
            kept.append(replace(trainer, stages=stages, quality=quality))
    return solver.best(replace(plan.problem, trainers=tuple(kept))) if kept else plan


def _place(plan: Plan, own: Plan, amounts: Amounts) -> dict[str, str]:
    """What one place of the sliders brings, in words."""
    more = plan.gain - own.gain
    compared = f"{points(abs(more))} {'more' if more > 0 else 'less'} than as the file has it"
    if abs(more) < 5e-4:
        compared = "as the file has it"
    return {
        "gain": points(plan.gain),
        "compared": compared,
        "cost": amounts.money(plan.cost),
        "hours": f"{plan.hours.to_numpy().sum():.0f} hours",
        "binding": "; ".join(in_words(name, plan, amounts) for name in plan.binding) or "nothing",
    }

"""A plan against what was held: hours, cost and the model's gain of each stage, from the teams of a cohort.toml."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from grading.lead import cohort_file
from grading.lead.cohort_file import CohortFile, HeldStage
from grading.lead.plan_arithmetic import cents, costs
from grading.lead.plan_file import PlanRequest
from grading.pages.numbers import points
from trainlib.plan import Plan

NOTHING = "–"


def table(request: PlanRequest, plan: Plan, path: Path) -> list[dict[str, str]]:
    """A row for each stage and one for the sum: planned and held hours of each person, trainers, cost and gain.

    Each team pays its own trainer. Money of learners and rooms is the plan's for each hour. The gain is the model's for
    the hours and trainers of each team, its hours divided among skills as the plan does; people count, not teams.
    ValueError where the currencies differ.
    """
    file = cohort_file.read(path)
    currency = request.document.values.get("currency", "")
    if file.currency and currency and file.currency != currency:
        raise ValueError(
            f"{path.name} counts in {file.currency}, {request.document.path.name} in {currency}: write one"
        )
    rows = list(_rows(plan, file))
    return [_shown(row) for row in [*rows, _sum(rows)]]


def _rows(plan: Plan, file: CohortFile) -> Iterator[dict]:
    planned = {stage.stage: stage for stage in costs(plan).stages}
    gains = plan.table().groupby("stage").gain.sum()
    names = [stage.name for stage in plan.problem.effect.stages]
    others = [name for team in file.teams for name in team.stages if name not in names]
    people = sum(len(team.members) for team in file.teams)
    for name in dict.fromkeys([*names, *others]):
        held = [(team.stages[name], len(team.members)) for team in file.teams if name in team.stages]
        own = planned.get(name)
        hours = sum(stage.hours * members for stage, members in held) / people
        trainers = dict.fromkeys(stage.trainer for stage, _ in held)
        yield {
            "stage": name,
            "planned_hours": own.hours if own else 0.0,
            "planned_trainer": own.trainer if own else NOTHING,
            "planned_cost": own.total if own else 0.0,
            "planned_gain": float(gains.get(name, 0.0)),
            "hours": hours,
            "trainer": ", ".join(trainers) or NOTHING,
            "cost": round(sum(_cost(plan, name, stage, members) for stage, members in held), 2),
            "gain": _mean([(_gain(plan, name, stage), members) for stage, members in held], people),
        }


def _cost(plan: Plan, name: str, stage: HeldStage, members: int) -> float:
    """What a stage of a team cost: its trainer, and for each member what the plan counts."""
    rooms = next((one.cost_per_hour for one in plan.problem.effect.stages if one.name == name), 0.0)
    return round(stage.hours * (stage.rate + members * (plan.problem.learner_cost + rooms)), 2)


def _gain(plan: Plan, name: str, held: HeldStage) -> float | None:
    """The model's gain of a stage as a team had it; None where the plan knows neither stage nor trainer."""
    problem = plan.problem
    names, trainers = [one.name for one in problem.effect.stages], [one.name for one in problem.trainers]
    if name not in names or held.trainer not in trainers:
        return None
    i, r = names.index(name), trainers.index(held.trainer)
    of_skills = plan.hours.loc[name] if plan.hours.loc[name].any() else plan.hours.sum()
    hours = held.hours * (of_skills / of_skills.sum()).to_numpy()
    learnt = -np.expm1(-hours / problem.effect.stages[i].hours_scale)
    return float((problem.value()[i, :, r] * problem.share() * learnt).sum())


def _mean(gains: list[tuple[float | None, int]], people: int) -> float | None:
    if any(gain is None for gain, _ in gains):
        return None
    return sum(gain * members for gain, members in gains) / people


def _sum(rows: list[dict]) -> dict:
    total = {name: sum(row[name] for row in rows) for name in ("planned_hours", "planned_cost", "planned_gain")}
    total |= {"hours": sum(row["hours"] for row in rows), "cost": round(sum(row["cost"] for row in rows), 2)}
    known = [row["gain"] for row in rows]
    gain = None if None in known else sum(known)
    return {"stage": "sum", "planned_trainer": "", "trainer": "", "gain": gain, **total}


def _shown(row: dict) -> dict[str, str]:
    """A row in words, with what the held cost is above the planned one."""
    more = round(row["cost"] - round(row["planned_cost"], 2), 2)
    shown = {
        name: NOTHING if value is None else cents(value) if name.endswith("cost") else points(value)
        for name, value in row.items()
        if name.endswith(("cost", "gain"))
    }
    hours = {name: f"{row[name]:.1f}" for name in ("planned_hours", "hours")}
    sign = "+" if more > 0 else "−" if more < 0 else ""
    return row | shown | hours | {"more": f"{sign}{cents(abs(more))}"}

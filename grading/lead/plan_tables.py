"""The tables of a training plan's page: what is held, what goes in, and the first lessons."""

import numpy as np

from grading.lead.plan_arithmetic import held, number
from grading.lead.plan_figures import Amounts
from grading.lead.plan_file import PlanRequest
from grading.pages.numbers import points
from trainlib.plan import Plan


def stages(plan: Plan, amounts: Amounts) -> list[dict]:
    """A row for each stage: trainer, hours by skill and in all, first lesson, weeks, cost, gain."""
    rows = []
    parts = plan.table().groupby("stage", sort=False)
    for name, part in parts:
        weeks = plan.calendar.week[plan.calendar.stage == name]
        first, last = (weeks.min(), weeks.max()) if len(weeks) else ("–", "–")
        rows.append(
            {
                "stage": name,
                "trainer": plan.trainers.get(name, "not held"),
                "hours": [f"{hours:.1f}" if hours > 0.05 else "–" for hours in plan.hours.loc[name]],
                "sum": f"{part.hours.sum():.1f}" if len(weeks) else "–",
                "begins": amounts.short_day(int(first)) if len(weeks) else "–",
                "weeks": f"{first}" if first == last else f"{first} to {last}",
                "cost": f"{part.cost.sum():,.0f}",
                "gain": points(part.gain.sum()),
            }
        )
    return rows


def first_lessons(plan: Plan, amounts: Amounts) -> list[dict]:
    """A row for each stage of each skill, in the order of the calendar: when its first and its last week begin."""
    parts = {(part.skill, part.stage): part for part in held(plan)}
    order = plan.calendar.drop_duplicates(["skill", "stage"])[["skill", "stage"]].itertuples(index=False, name=None)
    return [
        {
            "skill": part.skill,
            "stage": part.stage,
            "hours": f"{part.hours:.1f}",
            "first": amounts.short_day(part.first_week),
            "last": amounts.short_day(part.last_week),
        }
        for part in (parts[place] for place in order if place in parts)
    ]


def trainers(plan: Plan) -> list[dict]:
    """A row for each trainer of the roster: quality, rate, hours used and there, and when and for what."""
    hours = plan.hours.sum(axis=1)
    rows = []
    for trainer in plan.problem.trainers:
        mine = [stage for stage, name in plan.trainers.items() if name == trainer.name]
        last = trainer.last_week or plan.problem.weeks
        rows.append(
            {
                "name": trainer.name,
                "quality": number(trainer.quality),
                "rate": number(trainer.rate),
                "used": f"{sum(hours[stage] for stage in mine):.1f}",
                "there": number(trainer.hours) if np.isfinite(trainer.hours) else "no limit",
                "weeks": f"{trainer.first_week} to {last}",
                "can": ", ".join(trainer.stages) if trainer.stages is not None else "all",
                "holds": ", ".join(mine) or "nothing",
            }
        )
    return rows


def weights(request: PlanRequest) -> list[dict]:
    """A row for each stage: the numbers of the model that were planned with."""
    problem, fitted = request.problem, request.fitted
    content = np.broadcast_to(problem.content, len(problem.effect.stages))
    rows = []
    for index, stage in enumerate(problem.effect.stages):
        weight = number(stage.weight)
        if fitted is not None:
            weight += f" ({fitted.low[index]:.2f} to {fitted.high[index]:.2f})"
        rows.append(
            {
                "stage": stage.name,
                "weight": weight,
                "trainer_share": number(stage.trainer_share),
                "content_share": number(stage.content_share),
                "content": number(content[index]),
                "scale": f"{number(stage.hours_scale)} h",
                "cost": number(stage.cost_per_hour),
            }
        )
    return rows


def skills(plan: Plan) -> list[dict]:
    """A row for each skill: now, demanded, its importance, and what it needs before it begins."""
    return [
        {
            "name": skill.name,
            "level": number(skill.level),
            "target": "none" if skill.target is None else number(skill.target),
            "importance": number(skill.importance),
            "share": f"{share:.3f}",
            "needs": ", ".join(f"{name} at {number(level)}" for name, level in skill.needs.items()) or "nothing",
        }
        for skill, share in zip(plan.problem.skills, plan.problem.share())
    ]


def course(request: PlanRequest) -> list[tuple[str, str]]:
    """The fields of a plan's file that hold for the whole course, by their names there."""
    values, problem = request.document.values, request.problem
    wage = values.get("wage")
    return [
        ("people", f"{problem.people}"),
        ("budget", number(problem.budget)),
        ("weeks", f"{problem.weeks}"),
        ("hours_per_week", number(problem.hours_per_week)),
        ("learner_cost", number(problem.learner_cost)),
        ("wage", "not given" if wage is None else number(wage)),
        ("ceiling", number(problem.effect.ceiling) if np.isfinite(problem.effect.ceiling) else "none"),
        ("aim", values.get("aim", "most gain")),
        ("meet_targets", "true" if values.get("meet_targets") else "false"),
    ]

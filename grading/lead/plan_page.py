"""A training plan as a page of two sheets: a plan.toml solved, with its sentences, tables and figures."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grading.lead import cohort_table, plan_figures, plan_file
from grading.lead.plan_figures import Amounts
from grading.lead.plan_file import HARDLY, PlanRequest
from grading.pages.numbers import points, small
from grading.pages.page import render
from trainlib import plan as solver
from trainlib._files import write as write_file
from trainlib.plan import Plan

DOUBT = 0.1  # how much better or worse trainers and content may be than assumed
SHEET = 1000  # height of A4 between its margins in CSS pixels, less some room
NOTHING = 5e-7  # a gain that is none
BUDGETS = 8  # for which the best plan is drawn beside this one


@dataclass(frozen=True)
class PlanSummary:
    """What a plan promises, for the terminal: its answer in a sentence, the page that was written, and the numbers.

    `hours` are those of one person by stage and skill, `trainers` hold the stages that are held, `binding` are the
    demands that keep the plan from being better, `sources` say where weights and qualities come from.
    """

    answer: str
    page: Path
    gain: float
    gain_interval: tuple[float, float] | None
    cost: float
    currency: str
    weeks: int
    hours: dict[str, dict[str, float]]
    trainers: dict[str, str]
    binding: tuple[str, ...]
    sources: tuple[str, ...]


def write(path: Path, output: Path, cohort_toml: Path | None = None) -> PlanSummary:
    """Solve a plan.toml and write its page.

    With `cohort_toml`, weights, trainers' and content's quality come from that cohort. ValueError names each wrong
    field with its line; plan.Infeasible says which demands clash.
    """
    document = plan_file.check(path, with_cohort=cohort_toml is not None)
    cohort = None if cohort_toml is None else cohort_table.read(cohort_toml)
    request = plan_file.request(document, cohort)
    plan = solve(request)
    if not plan.hours.to_numpy().any():
        raise ValueError(
            f"{document.path.name}: the best plan holds no hour, so there is no page to write: look at budget, "
            "hours_per_week, targets that are met already, and levels that have reached the ceiling"
        )
    text = page(request, plan, solver.pareto(request.problem, points=BUDGETS))
    write_file(output, text)
    return PlanSummary(
        answer=_answer(request, plan, _amounts(request)),
        page=Path(output),
        gain=float(plan.gain),
        gain_interval=plan.gain_interval,
        cost=float(plan.cost),
        currency=_amounts(request).currency,
        weeks=_weeks(plan),
        hours={stage: dict(row) for stage, row in plan.hours.iterrows()},
        trainers=dict(plan.trainers),
        binding=tuple(plan.binding),
        sources=request.sources,
    )


def solve(request: PlanRequest) -> Plan:
    """The plan that a plan.toml's `aim` asks for."""
    values = request.document.values
    if values.get("aim") == "lowest cost":
        return solver.cheapest(request.problem, values.get("gain"))
    return solver.best(request.problem, meet_targets=values.get("meet_targets", False))


def page(request: PlanRequest, plan: Plan, front: tuple[Plan, ...]) -> str:
    """The page as HTML. `front`: the best plans for several budgets."""
    amounts = _amounts(request)
    return render(
        "plan_page.html",
        title=request.document.values["title"],
        answer=_answer(request, plan, amounts),
        band=_band(request, plan),
        careful=_careful(request, plan),
        facts=_facts(request, plan, amounts),
        met=plan_figures.met(plan),
        gap=plan_figures.gap(plan),
        hours=plan_figures.hours(plan),
        calendar=plan_figures.calendar(plan, amounts),
        front=plan_figures.front(plan, front, amounts),
        table=_table(plan),
        trainers=_trainers(plan),
        currency=amounts.currency,
        skills=[skill.name for skill in plan.problem.skills],
        more=_more(plan, amounts),
        binding=[_in_words(name, plan, amounts) for name in plan.binding],
        weights=_weights(request),
        sources=request.sources,
        file=request.document.path.name,
        zoom=_zoom(plan),
    )


def _amounts(request: PlanRequest) -> Amounts:
    values = request.document.values
    return Amounts(values.get("currency", ""), values.get("start"))


def _weeks(plan: Plan) -> int:
    return int(plan.calendar.week.max())


def _zoom(plan: Plan) -> float:
    """How far the print must shrink so that each half fits a sheet of A4: 1 up to about six stages and four skills."""
    stages, skills, trainers = len(plan.hours), len(plan.hours.columns), len(plan.problem.trainers)
    first = 560 + 60 * stages + 27 * skills  # heights in CSS pixels, from what a browser measured
    second = 750 + 42 * stages + 36 * trainers
    return min(1.0, round(SHEET / max(first, second), 2))


def _mean_level(plan: Plan) -> float:
    skills = plan.problem.skills
    return float(np.average([skill.level for skill in skills], weights=[skill.importance for skill in skills]))


def _answer(request: PlanRequest, plan: Plan, amounts: Amounts) -> str:
    problem, now = plan.problem, _mean_level(plan)
    interval = ""
    if plan.gain_interval is not None:
        low, high = map(points, plan.gain_interval)
        interval = f" ({100 * request.fitted.level:g} % interval {low} to {high})"
    people = "One person gains" if problem.people == 1 else f"{problem.people} people gain"
    each, hours = "" if problem.people == 1 else " each", plan.hours.to_numpy().sum()
    return (
        f"{people} {points(plan.gain)} points of skill{each}{interval}, on average from "
        f"{points(now)} to {points(now + plan.gain)} of 1, in {hours:.0f} hours over {_weeks(plan)} weeks, "
        f"for {amounts.money(plan.cost)}."
    )


def _band(request: PlanRequest, plan: Plan) -> str:
    """What the gain would be if quality differed, and how far the weights can be trusted."""
    low, high = (_gain_if(plan, by) for by in (-DOUBT, DOUBT))
    doubt = (
        f"Should trainers and content turn out {DOUBT:g} worse or better than stated: {points(low)} to {points(high)}."
    )
    if request.fitted is None:
        return f"{doubt} The weights themselves are assumed, so there is no interval of measurement."
    by_stage = plan.table().groupby("stage", sort=False).gain.sum().to_numpy()
    weights = request.fitted.weights
    each = np.divide(by_stage, weights, out=np.zeros_like(by_stage), where=weights > 0)
    return (
        f"The interval is that of the fitted weights. They chose this plan and promise its gain, which flatters it: "
        f"over their bootstrap its median is {points(np.median(request.fitted.draws @ each))}. {doubt}"
    )


def _careful(request: PlanRequest, plan: Plan) -> str:
    """A warning where stages are left out on the word of weights that are hardly known; else nothing."""
    if request.fitted is None:
        return ""
    names = [stage.name for stage in plan.problem.effect.stages]
    open_ends = [
        f"{name} (up to {high:.2f})"
        for name, high in zip(names, request.fitted.high)
        if name not in plan.trainers and high > HARDLY
    ]
    if not open_ends:
        return ""
    return (
        f"Not held, as the fit gives a small weight, which may as well be large: {', '.join(open_ends)}. Before you "
        "drop a stage, let its hours differ between teams, and fit again."
    )


def _gain_if(plan: Plan, better: float) -> float:
    """The gain of the same hours with trainers and content that are better, or worse, by so much."""
    problem = plan.problem
    stages = len(problem.effect.stages)
    moved = lambda quality: float(np.clip(quality + better, 0, 1))
    trainers = [replace(trainer, quality=moved(trainer.quality)) for trainer in problem.trainers]
    content = np.clip(np.broadcast_to(problem.content, stages) + better, 0, 1)
    other = replace(problem, trainers=trainers, content=tuple(map(float, content)))
    return float(replace(plan, problem=other).table().gain.sum())


def _facts(request: PlanRequest, plan: Plan, amounts: Amounts) -> list[tuple[str, str]]:
    """The numbers at the top: (number, what it is)."""
    problem, interval = plan.problem, "mean gain of skill"
    if plan.gain_interval is not None:
        interval = "{} to {}, {:g} % interval".format(*map(points, plan.gain_interval), 100 * request.fitted.level)
    each = amounts.money(plan.cost / problem.people)
    weeks = _weeks(plan)
    begin = f"first week {amounts.day(1)}, last {amounts.day(weeks)}" if amounts.start else f"of {problem.weeks}"
    return [
        (points(plan.gain), interval),
        (amounts.money(plan.cost), f"of {amounts.money(problem.budget)}; {each} a person"),
        (f"{plan.hours.to_numpy().sum():.0f} hours", f"a person, of {problem.hours:g} before the deadline"),
        (f"{weeks} weeks", begin),
    ]


def _more(plan: Plan, amounts: Amounts) -> list[str]:
    """What one more unit of money and one more hour would buy, and what a change that one would make."""
    problem, money = plan.problem, plan.shadow_price_money
    lines = []
    if money * plan.cost < NOTHING:
        lines.append("More money adds nothing: it is not money that holds this plan back.")
    else:
        some = 10 ** int(np.log10(max(plan.cost / 5, 1)))
        lines.append(
            f"One more {amounts.currency or 'unit of money'} adds {small(money)} to everybody's gain: another "
            f"{amounts.money(some)} would add {small(money * some)}."
        )
    if plan.shadow_price_hour < NOTHING:
        lines.append("More hours of each person add nothing: it is not time that holds this plan back.")
    else:
        lines.append(
            f"One more hour of each person before the deadline adds {small(plan.shadow_price_hour)} to everybody's "
            f"gain: one a week more would add {small(plan.shadow_price_hour * problem.weeks)}."
        )
    return lines


def _in_words(name: str, plan: Plan, amounts: Amounts) -> str:
    """The name of a demand that binds, as `trainlib.plan` gives it, in words."""
    problem = plan.problem
    if name == "budget":
        return f"the budget of {amounts.money(problem.budget)}"
    if name == "deadline":
        return f"the deadline: {problem.hours_per_week:g} hours a week for {problem.weeks} weeks"
    if name == "target":
        return "the gain that was asked for"
    return name.replace("'", "")


def _table(plan: Plan) -> list[dict]:
    """A row for each stage: trainer, hours by skill and in all, weeks, cost, gain."""
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
                "weeks": f"{first}" if first == last else f"{first} to {last}",
                "cost": f"{part.cost.sum():,.0f}",
                "gain": points(part.gain.sum()),
            }
        )
    return rows


def _trainers(plan: Plan) -> list[dict]:
    """A row for each trainer of the roster: quality, rate, hours used and there."""
    hours = plan.hours.sum(axis=1)
    rows = []
    for trainer in plan.problem.trainers:
        held = [stage for stage, name in plan.trainers.items() if name == trainer.name]
        rows.append(
            {
                "name": trainer.name,
                "quality": f"{trainer.quality:.2f}",
                "rate": f"{trainer.rate:,.0f}",
                "used": f"{sum(hours[stage] for stage in held):.0f}",
                "there": f"{trainer.hours:g}" if np.isfinite(trainer.hours) else "no limit",
                "holds": ", ".join(held) or "nothing",
            }
        )
    return rows


def _weights(request: PlanRequest) -> list[dict]:
    """A row for each stage: the numbers of the model that were planned with."""
    problem, fitted = request.problem, request.fitted
    content = np.broadcast_to(problem.content, len(problem.effect.stages))
    rows = []
    for index, stage in enumerate(problem.effect.stages):
        weight = f"{stage.weight:.2f}"
        if fitted is not None:
            weight += f" ({fitted.low[index]:.2f} to {fitted.high[index]:.2f})"
        rows.append(
            {
                "stage": stage.name,
                "weight": weight,
                "shares": f"{stage.trainer_share:g} / {stage.content_share:g}",
                "content": f"{content[index]:.2f}",
                "scale": f"{stage.hours_scale:g} h",
            }
        )
    return rows

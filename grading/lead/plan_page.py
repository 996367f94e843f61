"""A training plan as a page of two sheets: a plan.toml solved, with its sentences, tables and figures."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grading.lead import (
    plan_actual,
    plan_arithmetic,
    plan_exports,
    plan_figures,
    plan_file,
    plan_hiring,
    plan_people,
    plan_sliders,
    plan_tables,
    plan_targets,
)
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
class Files:
    """What is written beside the page, each where a path is given: a table, a workbook, a calendar."""

    csv: Path | None = None
    excel: Path | None = None
    calendar: Path | None = None

    def written(self) -> tuple[Path, ...]:
        return tuple(path for path in (self.csv, self.excel, self.calendar) if path is not None)


NO_FILES = Files()


@dataclass(frozen=True)
class PlanSummary:
    """What a plan promises, for the terminal: its answer in a sentence, the page that was written, and the numbers.

    `hours` are those of one person by stage and skill, `trainers` hold the stages that are held, `binding` are the
    demands that keep the plan from being better. `costs` are what is paid for what, to the cent, and the person-hours.
    `sources` say where weights and qualities come from, `notes` are sentences on what may be a slip.
    """

    answer: str
    page: Path
    gain: float
    gain_interval: tuple[float, float] | None
    cost: float
    currency: str
    costs: plan_arithmetic.Costs
    weeks: int
    hours: dict[str, dict[str, float]]
    trainers: dict[str, str]
    binding: tuple[str, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[Path, ...]


def write(
    path: Path,
    output: Path,
    cohort_toml: Path | None = None,
    files: Files = NO_FILES,
    quick: bool = False,
    actual: Path | None = None,
) -> PlanSummary:
    """Solve a plan.toml and write its page, and these files.

    `quick`: without sliders, which take most of the time. `actual`: a cohort.toml, whose held hours and costs stand
    beside the planned ones.

    With `cohort_toml`, weights, trainers' and content's quality come from that cohort. ValueError names each wrong
    field with its line; plan.Infeasible says which demands clash.
    """
    request, plan = solved(path, cohort_toml, dated=files.calendar is not None)
    grid = None if quick else plan_sliders.grid(request.problem, _amounts(request))
    held = None if actual is None else (actual.name, plan_actual.table(request, plan, actual))
    text = page(request, plan, solver.pareto(request.problem, points=BUDGETS), grid, held)
    write_file(output, text)
    for path, export in (
        (files.csv, plan_exports.write_table),
        (files.excel, plan_exports.write_workbook),
        (files.calendar, plan_exports.write_calendar),
    ):
        if path is not None:
            export(path, request, plan)
    return _summary(request, plan, Path(output), files)


def _summary(request: PlanRequest, plan: Plan, output: Path, files: Files) -> PlanSummary:
    return PlanSummary(
        answer=answer(request, plan),
        page=output,
        gain=float(plan.gain),
        gain_interval=plan.gain_interval,
        cost=float(plan.cost),
        currency=_amounts(request).currency,
        costs=_costs(request, plan),
        weeks=_weeks(plan),
        hours={stage: dict(row) for stage, row in plan.hours.iterrows()},
        trainers=dict(plan.trainers),
        binding=tuple(plan.binding),
        sources=request.sources,
        notes=request.notes,
        files=files.written(),
    )


def solved(path: Path, cohort_toml: Path | None = None, dated: bool = False) -> tuple[PlanRequest, Plan]:
    """A plan.toml and its best plan. `dated`: it must say when week 1 begins. Errors are those of `write`."""
    document = plan_file.check(path, with_cohort=cohort_toml is not None)
    cohort = known = None
    if cohort_toml is not None:
        from grading.lead import cohort_table, learnt  # nbgrader comes with these, which no other plan needs

        cohort = cohort_table.read(cohort_toml)
        known = learnt.to_plan_with(cohort_toml, cohort, document)
    request = plan_file.request(document, cohort, known)
    if dated:
        plan_exports.check_start(request)
    plan = _solved(request)
    if not plan.hours.to_numpy().any():
        raise ValueError(
            f"{document.path.name}: the best plan holds no hour, so there is no page to write: look at budget, "
            "hours_per_week, targets that are met already, and levels that have reached the ceiling"
        )
    return request, plan


def solve(request: PlanRequest) -> Plan:
    """The plan that a plan.toml's `aim` asks for."""
    values = request.document.values
    if values.get("aim") == "lowest cost":
        return solver.cheapest(request.problem, values.get("gain"))
    return solver.best(request.problem, meet_targets=values.get("meet_targets", False))


def _solved(request: PlanRequest) -> Plan:
    """`solve`, where no plan is possible with what would meet all targets."""
    try:
        return solve(request)
    except solver.Infeasible as clash:
        reach = solver.meet_all(request.problem)
        if reach is None or "gain" in request.document.values:
            raise
        said = plan_targets.sentence(reach, request.problem.weeks, _amounts(request))
        raise solver.Infeasible(f"{clash}.\n{said}", clash.demands) from None


def page(
    request: PlanRequest,
    plan: Plan,
    front: tuple[Plan, ...],
    grid: plan_sliders.Grid | None = None,
    held: tuple[str, list[dict]] | None = None,
) -> str:
    """The page as HTML. `front`: the best plans for several budgets; `grid`: those of the sliders, if any; `held`: the
    name of a cohort.toml and what it says was held."""
    amounts, reach = _amounts(request), solver.meet_all(plan.problem)
    return render(
        "plan_page.html",
        title=request.document.values["title"],
        answer=answer(request, plan),
        band=_band(request, plan),
        careful=_careful(request, plan),
        facts=_facts(request, plan, amounts),
        met=plan_figures.met(plan),
        gap=plan_figures.gap(plan),
        hours=plan_figures.hours(plan),
        calendar=plan_figures.calendar(plan, amounts),
        front=plan_figures.front(plan, front, amounts),
        table=plan_tables.stages(plan, amounts),
        lessons=plan_tables.first_lessons(plan, amounts),
        dated=amounts.start is not None,
        person_hours=plan_arithmetic.person_hours(_costs(request, plan), plan.problem.people, amounts.currency),
        currency=amounts.currency,
        skills=[skill.name for skill in plan.problem.skills],
        more=_more(plan, amounts),
        binding=[plan_figures.in_words(name, plan, amounts) for name in plan.binding],
        sources=request.sources,
        notes=request.notes,
        file=request.document.path.name,
        grid=grid,
        people=plan_people.matrix(request.document, plan),
        demanded=plan_people.targets(plan),
        held_file="" if held is None else held[0],
        held=() if held is None else held[1],
        hiring=_hiring(request, reach, amounts),
        targets="" if reach is None else plan_targets.sentence(reach, plan.problem.weeks, amounts, plan),
        zoom=_zoom(plan),
        **_arithmetic(request, plan),
    )


def _arithmetic(request: PlanRequest, plan: Plan) -> dict:
    """What the sheet of arithmetic shows: all that goes in, and every number's line."""
    return {
        "course": plan_tables.course(request),
        "inputs": plan_tables.skills(plan),
        "trainers": plan_tables.trainers(plan),
        "weights": plan_tables.weights(request),
        "cost_lines": plan_arithmetic.cost_lines(plan, request.document.values.get("wage")),
        "gain_lines": plan_arithmetic.gain_lines(plan),
        "zoom_arithmetic": _zoom_of_arithmetic(plan),
    }


def _amounts(request: PlanRequest) -> Amounts:
    values = request.document.values
    return Amounts(values.get("currency", ""), values.get("start"))


def _hiring(request: PlanRequest, reach: solver.Reach | None, amounts: Amounts) -> str:
    values = request.document.values
    if reach is None or "hiring" not in values:
        return ""
    return plan_hiring.sentence(request.problem, values["hiring"], reach, values.get("wage"), amounts)


def _costs(request: PlanRequest, plan: Plan) -> plan_arithmetic.Costs:
    return plan_arithmetic.costs(plan, request.document.values.get("wage"))


def _weeks(plan: Plan) -> int:
    return int(plan.calendar.week.max())


def _zoom(plan: Plan) -> float:
    """How far the print must shrink so that each half fits a sheet of A4: 1 up to about six stages and four skills."""
    stages, skills, lessons = len(plan.hours), len(plan.hours.columns), len(plan_arithmetic.held(plan))
    first = 620 + 60 * stages + 27 * skills  # heights in CSS pixels, from what a browser measured
    second = 800 + 26 * stages + 25 * lessons
    return min(1.0, round(SHEET / max(first, second), 2))


def _zoom_of_arithmetic(plan: Plan) -> float:
    """How far the sheet of arithmetic must shrink to be one, though never so far that it cannot be read."""
    problem = plan.problem
    lines = len(plan_arithmetic.cost_lines(plan)) + len(plan_arithmetic.gain_lines(plan))
    rows = len(problem.skills) + 2 * len(problem.trainers) + len(problem.effect.stages)
    return max(0.6, min(1.0, round(SHEET / (390 + 15.5 * lines + 19 * rows), 2)))


def _mean_level(plan: Plan) -> float:
    skills = plan.problem.skills
    return float(np.average([skill.level for skill in skills], weights=[skill.importance for skill in skills]))


def answer(request: PlanRequest, plan: Plan) -> str:
    """What a plan brings, in a sentence."""
    amounts = _amounts(request)
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
        f"over their draws its median is {points(np.median(request.fitted.draws @ each))}. {doubt}"
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

"""The page of a training plan: its sentences, tables and figures, put into `plan_page.html`."""

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from grading.pages.page import money, picture, points, render, short, small
from trainlib import figures
from trainlib.plan import Plan

if TYPE_CHECKING:
    from grading.lead.plan_file import Setting

DOUBT = 0.1  # how much better or worse trainers and content may be than assumed
FIGURE = 7.2  # width in inches
HATCHES = ("", "///", "...", "xx")  # tell skills apart once the colours are used up
SHEET = 1000  # height of A4 between its margins in CSS pixels, less some room
HARDLY = 0.05  # a weight that is known to be below this can be dropped without regret
NOTHING = 5e-7  # a gain that is none


class Amounts:
    """Numbers as people write them."""

    def __init__(self, currency: str, start: datetime.date | None):
        self.currency, self.start = currency, start

    def money(self, amount: float) -> str:
        return money(amount, self.currency)

    def day(self, week: int) -> str:
        """The Monday, or whatever day the course begins on, of a week; without a beginning its number."""
        if self.start is None:
            return f"week {week}"
        day = self.start + datetime.timedelta(weeks=week - 1)
        return f"{day.day} {day:%B %Y}"


def page(setting: "Setting", found: Plan, front: tuple[Plan, ...]) -> tuple[str, str]:
    """The page as HTML and its answer as a sentence. `front`: the best plans for several budgets."""
    values = setting.document.values
    amounts = Amounts(values.get("currency", ""), values.get("start"))
    answer = _answer(setting, found, amounts)
    text = render(
        "plan_page.html",
        title=values["title"],
        answer=answer,
        band=_band(setting, found),
        careful=_careful(setting, found),
        facts=_facts(setting, found, amounts),
        met=_met(found),
        gap=_gap(found),
        hours=_hours(found),
        calendar=_calendar(found, amounts),
        front=_front(found, front, amounts),
        table=_table(found),
        trainers=_trainers(setting, found),
        currency=amounts.currency,
        skills=[skill.name for skill in found.problem.skills],
        more=_more(found, amounts),
        binding=[_in_words(name, found, amounts) for name in found.binding],
        weights=_weights(setting),
        sources=setting.sources,
        file=setting.document.path.name,
        zoom=_zoom(found),
    )
    return text, answer


def _zoom(found: Plan) -> float:
    """How far the print must shrink so that each half fits a sheet of A4: 1 up to about six stages and four skills."""
    stages, skills, trainers = len(found.hours), len(found.hours.columns), len(found.problem.trainers)
    first = 560 + 60 * stages + 27 * skills  # heights in CSS pixels, from what a browser measured
    second = 750 + 42 * stages + 36 * trainers
    return min(1.0, round(SHEET / max(first, second), 2))


def _mean_level(found: Plan) -> float:
    skills = found.problem.skills
    return float(np.average([skill.level for skill in skills], weights=[skill.importance for skill in skills]))


def _answer(setting: "Setting", found: Plan, amounts: Amounts) -> str:
    problem, now = found.problem, _mean_level(found)
    interval = ""
    if found.gain_interval is not None:
        low, high = map(points, found.gain_interval)
        interval = f" ({100 * setting.fitted.level:g} % interval {low} to {high})"
    weeks = int(found.calendar.week.max())
    people = "One person gains" if problem.people == 1 else f"{problem.people} people gain"
    each, hours = "" if problem.people == 1 else " each", found.hours.to_numpy().sum()
    return (
        f"{people} {points(found.gain)} points of skill{each}{interval}, on average from "
        f"{points(now)} to {points(now + found.gain)} of 1, in {hours:.0f} hours over {weeks} weeks, "
        f"for {amounts.money(found.cost)}."
    )


def _band(setting: "Setting", found: Plan) -> str:
    """What the gain would be if quality differed, and how far the weights can be trusted."""
    low, high = (_gain_if(found, by) for by in (-DOUBT, DOUBT))
    doubt = (
        f"Should trainers and content turn out {DOUBT:g} worse or better than stated: {points(low)} to {points(high)}."
    )
    if setting.fitted is None:
        return f"{doubt} The weights themselves are assumed, so there is no interval of measurement."
    by_stage = found.table().groupby("stage", sort=False).gain.sum().to_numpy()
    weights = setting.fitted.weights
    each = np.divide(by_stage, weights, out=np.zeros_like(by_stage), where=weights > 0)
    return (
        f"The interval is that of the fitted weights. They chose this plan and promise its gain, which flatters it: over "
        f"their bootstrap its median is {points(np.median(setting.fitted.draws @ each))}. {doubt}"
    )


def _careful(setting: "Setting", found: Plan) -> str:
    """A warning where stages are left out on the word of weights that are hardly known; else nothing."""
    if setting.fitted is None:
        return ""
    names = [stage.name for stage in found.problem.effect.stages]
    open_ends = [
        f"{name} (up to {high:.2f})"
        for name, high in zip(names, setting.fitted.high)
        if name not in found.trainers and high > HARDLY
    ]
    if not open_ends:
        return ""
    return (
        f"Not held, as the fit gives a small weight, which may as well be large: {', '.join(open_ends)}. Before you drop a "
        "stage, let its hours differ between teams, and fit again."
    )


def _gain_if(found: Plan, better: float) -> float:
    """The gain of the same hours with trainers and content that are better, or worse, by so much."""
    problem = found.problem
    stages = len(problem.effect.stages)
    trainers = [replace(trainer, effect=float(np.clip(trainer.effect + better, 0, 1))) for trainer in problem.trainers]
    content = np.clip(np.broadcast_to(problem.content, stages) + better, 0, 1)
    other = replace(problem, trainers=trainers, content=tuple(map(float, content)))
    return float(replace(found, problem=other).table().gain.sum())


def _facts(setting: "Setting", found: Plan, amounts: Amounts) -> list[tuple[str, str]]:
    """The numbers at the top: (number, what it is)."""
    problem, interval = found.problem, "mean gain of skill"
    if found.gain_interval is not None:
        interval = "{} to {}, {:g} % interval".format(*map(points, found.gain_interval), 100 * setting.fitted.level)
    each = amounts.money(found.cost / problem.people)
    end = amounts.day(int(found.calendar.week.max()))
    begin = f"first week {amounts.day(1)}, last {end}" if amounts.start else f"of {problem.weeks}"
    weeks = int(found.calendar.week.max())
    return [
        (points(found.gain), interval),
        (amounts.money(found.cost), f"of {amounts.money(problem.budget)}; {each} a person"),
        (f"{found.hours.to_numpy().sum():.0f} hours", f"a person, of {problem.hours:g} before the deadline"),
        (f"{weeks} weeks", begin),
    ]


def _more(found: Plan, amounts: Amounts) -> list[str]:
    """What one more unit of money and one more hour would buy, and what a change that one would make."""
    problem, money = found.problem, found.shadow_price_money
    lines = []
    if money * found.cost < NOTHING:
        lines.append("More money adds nothing: it is not money that holds this plan back.")
    else:
        some = 10 ** int(np.log10(max(found.cost / 5, 1)))
        lines.append(
            f"One more {amounts.currency or 'unit of money'} adds {small(money)} to everybody's gain: another "
            f"{amounts.money(some)} would add {small(money * some)}."
        )
    if found.shadow_price_hour < NOTHING:
        lines.append("More hours of each person add nothing: it is not time that holds this plan back.")
    else:
        lines.append(
            f"One more hour of each person before the deadline adds {small(found.shadow_price_hour)} to everybody's "
            f"gain: one a week more would add {small(found.shadow_price_hour * problem.weeks)}."
        )
    return lines


def _in_words(name: str, found: Plan, amounts: Amounts) -> str:
    """The name of a demand that binds, as `trainlib.plan` gives it, in words."""
    problem = found.problem
    if name == "budget":
        return f"the budget of {amounts.money(problem.budget)}"
    if name == "deadline":
        return f"the deadline: {problem.hours_per_week:g} hours a week for {problem.weeks} weeks"
    if name == "target":
        return "the gain that was asked for"
    return name.replace("'", "")


def _table(found: Plan) -> list[dict]:
    """A row for each stage: trainer, hours by skill and in all, weeks, cost, gain."""
    rows = []
    parts = found.table().groupby("stage", sort=False)
    for name, part in parts:
        weeks = found.calendar.week[found.calendar.stage == name]
        first, last = (weeks.min(), weeks.max()) if len(weeks) else ("–", "–")
        rows.append(
            {
                "stage": name,
                "trainer": found.trainers.get(name, "not held"),
                "hours": [f"{hours:.1f}" if hours > 0.05 else "–" for hours in found.hours.loc[name]],
                "sum": f"{part.hours.sum():.1f}" if len(weeks) else "–",
                "weeks": f"{first}" if first == last else f"{first} to {last}",
                "cost": f"{part.cost.sum():,.0f}",
                "gain": points(part.gain.sum()),
            }
        )
    return rows


def _trainers(setting: "Setting", found: Plan) -> list[dict]:
    """A row for each trainer of the roster: quality, rate, hours used and there."""
    hours = found.hours.sum(axis=1)
    rows = []
    for trainer in found.problem.trainers:
        held = [stage for stage, name in found.trainers.items() if name == trainer.name]
        rows.append(
            {
                "name": trainer.name,
                "quality": f"{trainer.effect:.2f}",
                "rate": f"{trainer.rate:,.0f}",
                "used": f"{sum(hours[stage] for stage in held):.0f}",
                "there": f"{trainer.hours:g}" if np.isfinite(trainer.hours) else "no limit",
                "holds": ", ".join(held) or "nothing",
            }
        )
    return rows


def _weights(setting: "Setting") -> list[dict]:
    """A row for each stage: the numbers of the model that were planned with."""
    problem, fitted = setting.problem, setting.fitted
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


def _colour(index: int) -> dict:
    """Looks of a skill's bars: a colour, and from the fifth skill on a pattern too."""
    count = len(figures.COLOURS)
    colour = figures.COLOURS[index % count]
    return {"color": colour, "alpha": 0.85, "hatch": HATCHES[index // count % len(HATCHES)]}


def _met(found: Plan) -> str:
    """How many demands the plan meets, and what it misses most."""
    asked = [skill for skill in found.problem.skills if skill.target is not None]
    short = {skill.name: skill.target - found.levels[skill.name] for skill in asked}
    missed = {name: by for name, by in short.items() if by > 1e-3}
    if not asked:
        return "no skill has a demand"
    said = f"{len(asked) - len(missed)} of {len(asked)} demands are met"
    worst = max(missed, key=missed.get, default=None)
    return said if worst is None else f"{said}, {worst} stays {points(missed[worst])} short"


def _gap(found: Plan) -> Markup:
    """Skill now, after the plan, and demanded."""
    skills = found.problem.skills
    figure, axes = figures.new(width=FIGURE, height=0.95 + 0.26 * len(skills))
    asked = [skill for skill in skills if skill.target is not None]
    for row, skill in enumerate(skills):
        now, after = skill.level, found.levels[skill.name]
        axes.plot([now, after], [row, row], color=figures.COLOURS[0], linewidth=4, alpha=0.45, linestyle="-")
        axes.plot(now, row, "o", color=figures.TEXT, markersize=8, label="now" if row == 0 else None)
        axes.plot(after, row, "o", color=figures.COLOURS[0], markersize=8, label="after the plan" if row == 0 else None)
        if skill.target is not None:
            label = "demanded" if skill is asked[0] else None
            axes.plot(skill.target, row, "|", color=figures.COLOURS[1], markersize=17, markeredgewidth=3, label=label)
    axes.set_yticks(range(len(skills)), [short(skill.name) for skill in skills])
    axes.set_ylim(len(skills) - 0.5, -0.5)
    axes.set(xlim=(0, 1), xlabel="skill (0 to 1)")
    figure.legend(loc="outside lower center", ncols=3)
    parts = [
        f"{skill.name} from {points(skill.level)} to {points(found.levels[skill.name])}"
        + ("" if skill.target is None else f" with {points(skill.target)} demanded")
        for skill in skills
    ]
    return picture(figure, f"Each skill now, after the plan and as demanded; {_met(found)}: {'; '.join(parts)}.")


def _hours(found: Plan) -> Markup:
    """Hours of each stage, by skill, and who holds it."""
    hours, names = found.hours, list(found.hours.index)
    figure, axes = figures.new(width=FIGURE, height=1.2 + 0.28 * len(names))
    left, most = np.zeros(len(names)), max(hours.sum(axis=1).max(), 1)
    for index, skill in enumerate(hours.columns):
        width = hours[skill].to_numpy()
        axes.barh(range(len(names)), width, left=left, height=0.7, label=short(skill), **_colour(index))
        for row in np.flatnonzero(width > 0.04 * most):
            text = {"ha": "center", "va": "center", "color": "white", "fontsize": 9}
            axes.text(left[row] + width[row] / 2, row, f"{width[row]:.0f}", **text)
        left += width
    for row, name in enumerate(names):
        axes.text(
            left[row] + 0.01 * most, row, short(found.trainers.get(name, "not held"), 30), va="center", fontsize=9
        )
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set(xlim=(0, 1.45 * most), ylim=(len(names) - 0.5, -0.5), xlabel="hours of each person")
    axes.set_title(f"The plan: most hours go into {short(hours.sum(axis=1).idxmax())}")
    axes.grid(False, axis="y")
    figure.legend(loc="outside lower center", ncols=3)
    parts = [f"{name} {hours.loc[name].sum():.0f} with {found.trainers.get(name, 'nobody')}" for name in names]
    return picture(figure, f"Hours of each stage and who holds it: {'; '.join(parts)}.")


def _calendar(found: Plan, amounts: Amounts) -> Markup:
    """When which stage is held, in weeks; within a week in the order of the plan."""
    names, weekly = list(found.hours.index), found.problem.hours_per_week
    skills = list(found.hours.columns)
    figure, axes = figures.new(width=FIGURE, height=1.3 + 0.24 * len(names))
    table = found.calendar
    begin = (table.week - 1) + (table.groupby("week").hours.cumsum() - table.hours) / weekly
    for index, skill in enumerate(skills):
        mine = table.skill == skill
        rows = [names.index(name) for name in table.stage[mine]]
        width = table.hours[mine] / weekly
        axes.barh(rows, width, left=begin[mine], height=0.7, label=short(skill), **_colour(index))
    weeks = found.problem.weeks
    step = max(1, int(np.ceil(weeks / 9)))
    ticks = np.arange(0, weeks + 1, step)
    labels = [f"{week + 1}" for week in ticks]
    if amounts.start is not None:
        days = [amounts.start + datetime.timedelta(weeks=int(week)) for week in ticks]
        labels = [f"{day.day} {day:%b}" for day in days]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    last = int(table.week.max())
    title = f"The calendar: done in week {last} of {weeks}"
    axes.set(xlim=(0, weeks), xlabel="week that begins on" if amounts.start else "beginning of week", title=title)
    figure.legend(loc="outside lower center", ncols=3)
    order = "; ".join(f"{part.skill}: {part.stage} from week {part.week}" for part in _first_weeks(table))
    return picture(figure, f"Which stage of which skill is held when, done in week {last} of {weeks}. {order}.")


def _first_weeks(table: pd.DataFrame) -> list:
    return list(table.drop_duplicates(["skill", "stage"]).itertuples())


def _front(found: Plan, front: tuple[Plan, ...], amounts: Amounts) -> Markup:
    """The most gain for each amount of money, and where this plan stands."""
    figure, axes = figures.new(width=FIGURE, height=2.4)
    cost, gain = [0.0, *(plan.cost for plan in front)], [0.0, *(plan.gain for plan in front)]
    axes.plot(cost, gain, marker="o", markersize=4, color=figures.COLOURS[0], label="most gain for the money")
    if all(plan.gain_interval is not None for plan in front):
        low, high = np.array([(0.0, 0.0), *(plan.gain_interval for plan in front)]).T
        axes.fill_between(cost, low, high, color=figures.COLOURS[0], alpha=0.15, label="interval")
    axes.plot(found.cost, found.gain, "D", color=figures.COLOURS[1], markersize=9, label="this plan")
    axes.axvline(found.problem.budget, color=figures.TEXT, linestyle=":", label="budget")
    share = "it costs nothing"
    if found.cost > 0:
        half = np.interp(0.5 * found.cost, cost, gain)
        share = f"half of its money would buy {100 * half / found.gain:.0f} % of its gain"
    axes.set(
        xlim=(0, None), ylim=(0, None), xlabel=f"cost ({amounts.currency or 'money'})", ylabel="gain of skill",
        title=f"Gain against money: {share}",
    )  # fmt: skip
    axes.xaxis.set_major_formatter(lambda amount, _: f"{amount:,.0f}")
    figure.legend(loc="outside lower center", ncols=4)
    plans = "; ".join(f"{points(plan.gain)} for {amounts.money(plan.cost)}" for plan in front)
    return picture(figure, f"The most gain for each amount of money: {plans}. Of this plan, {share}.")

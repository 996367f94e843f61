"""The figures of a training plan: gap, hours, calendar, and gain against money."""

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from grading.pages.numbers import money, points, short
from grading.pages.plots import picture
from trainlib import figures
from trainlib.plan import Plan

FIGURE = 7.2  # width in inches
HATCHES = ("", "///", "...", "xx")  # tell skills apart once the colours are used up


@dataclass(frozen=True)
class Amounts:
    """Money and weeks of a plan as people write them; without a `start` a week is its number."""

    currency: str
    start: datetime.date | None

    def money(self, amount: float) -> str:
        """An amount with its currency."""
        return money(amount, self.currency)

    def monday(self, week: int) -> datetime.date | None:
        """The day on which a week begins, if it is known."""
        return None if self.start is None else self.start + datetime.timedelta(weeks=week - 1)

    def day(self, week: int) -> str:
        """The Monday of a week; without a beginning its number."""
        day = self.monday(week)
        return f"week {week}" if day is None else f"{day.day} {day:%B %Y}"

    def short_day(self, week: int) -> str:
        """The Monday of a week, short enough for a table."""
        day = self.monday(week)
        return f"week {week}" if day is None else f"{day.day} {day:%b %Y}"


def in_words(name: str, plan: Plan, amounts: Amounts) -> str:
    """The name of a demand that binds, as `trainlib.plan` gives it, in words."""
    problem = plan.problem
    if name == "budget":
        return f"the budget of {amounts.money(problem.budget)}"
    if name == "deadline":
        return f"the deadline: {problem.hours_per_week:g} hours a week for {problem.weeks} weeks"
    if name == "target":
        return "the gain that was asked for"
    return name.replace("'", "")


def met(plan: Plan) -> str:
    """How many demands the plan meets, and what it misses most."""
    asked = [skill for skill in plan.problem.skills if skill.target is not None]
    short = {skill.name: skill.target - plan.levels[skill.name] for skill in asked}
    missed = {name: by for name, by in short.items() if by > 1e-3}
    if not asked:
        return "no skill has a demand"
    counts = f"{len(asked) - len(missed)} of {len(asked)} demands are met"
    worst = max(missed, key=missed.get, default=None)
    return counts if worst is None else f"{counts}, {worst} stays {points(missed[worst])} short"


def _colour(index: int) -> dict:
    """Looks of a skill's bars: a colour, and from the fifth skill on a pattern too."""
    count = len(figures.COLOURS)
    colour = figures.COLOURS[index % count]
    return {"color": colour, "alpha": 0.85, "hatch": HATCHES[index // count % len(HATCHES)]}


def gap(plan: Plan) -> Markup:
    """Skill now, after the plan, and demanded."""
    skills = plan.problem.skills
    figure, axes = figures.new(width=FIGURE, height=0.95 + 0.26 * len(skills))
    asked = [skill for skill in skills if skill.target is not None]
    for row, skill in enumerate(skills):
        now, after = skill.level, plan.levels[skill.name]
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
        f"{skill.name} from {points(skill.level)} to {points(plan.levels[skill.name])}"
        + ("" if skill.target is None else f" with {points(skill.target)} demanded")
        for skill in skills
    ]
    told = [
        (
            skill.name,
            points(skill.level),
            points(plan.levels[skill.name]),
            "" if skill.target is None else points(skill.target),
        )
        for skill in skills
    ]
    alt = f"Each skill now, after the plan and as demanded; {met(plan)}: {'; '.join(parts)}."
    return picture(figure, alt, (("skill", "now", "after the plan", "demanded"), told))


def hours(plan: Plan) -> Markup:
    """Hours of each stage, by skill, and who holds it."""
    hours, names = plan.hours, list(plan.hours.index)
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
        axes.text(left[row] + 0.01 * most, row, short(plan.trainers.get(name, "not held"), 30), va="center", fontsize=9)
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set(xlim=(0, 1.45 * most), ylim=(len(names) - 0.5, -0.5), xlabel="hours of each person")
    axes.set_title(f"The plan: most hours go into {short(hours.sum(axis=1).idxmax())}")
    axes.grid(False, axis="y")
    figure.legend(loc="outside lower center", ncols=3)
    parts = [f"{name} {hours.loc[name].sum():.0f} with {plan.trainers.get(name, 'nobody')}" for name in names]
    return picture(figure, f"Hours of each stage and who holds it: {'; '.join(parts)}.", ())


def calendar(plan: Plan, amounts: Amounts) -> Markup:
    """When which stage is held, in weeks; within a week in the order of the plan."""
    names, weekly = list(plan.hours.index), plan.problem.hours_per_week
    skills = list(plan.hours.columns)
    figure, axes = figures.new(width=FIGURE, height=1.3 + 0.24 * len(names))
    table = plan.calendar
    begin = (table.week - 1) + (table.groupby("week").hours.cumsum() - table.hours) / weekly
    for index, skill in enumerate(skills):
        mine = table.skill == skill
        rows = [names.index(name) for name in table.stage[mine]]
        width = table.hours[mine] / weekly
        axes.barh(rows, width, left=begin[mine], height=0.7, label=short(skill), **_colour(index))
    weeks = plan.problem.weeks
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
    return picture(figure, f"Which stage of which skill is held when, done in week {last} of {weeks}. {order}.", ())


def _first_weeks(table: pd.DataFrame) -> list:
    return list(table.drop_duplicates(["skill", "stage"]).itertuples())


def front(plan: Plan, front: tuple[Plan, ...], amounts: Amounts) -> Markup:
    """The most gain for each amount of money, and where this plan stands."""
    figure, axes = figures.new(width=FIGURE, height=2.4)
    cost, gain = [0.0, *(other.cost for other in front)], [0.0, *(other.gain for other in front)]
    axes.plot(cost, gain, marker="o", markersize=4, color=figures.COLOURS[0], label="most gain for the money")
    if all(other.gain_interval is not None for other in front):
        low, high = np.array([(0.0, 0.0), *(other.gain_interval for other in front)]).T
        axes.fill_between(cost, low, high, color=figures.COLOURS[0], alpha=0.15, label="interval")
    axes.plot(plan.cost, plan.gain, "D", color=figures.COLOURS[1], markersize=9, label="this plan")
    axes.axvline(plan.problem.budget, color=figures.TEXT, linestyle=":", label="budget")
    share = "it costs nothing"
    if plan.cost > 0:
        half = np.interp(0.5 * plan.cost, cost, gain)
        share = f"half of its money would buy {100 * half / plan.gain:.0f} % of its gain"
    axes.set(
        xlim=(0, None), ylim=(0, None), xlabel=f"cost ({amounts.currency or 'money'})", ylabel="gain of skill",
        title=f"Gain against money: {share}",
    )  # fmt: skip
    axes.xaxis.set_major_formatter(lambda amount, _: f"{amount:,.0f}")
    figure.legend(loc="outside lower center", ncols=4)
    told = [(amounts.money(other.cost), points(other.gain)) for other in front]
    plans = "; ".join(f"{points(other.gain)} for {amounts.money(other.cost)}" for other in front)
    return picture(
        figure, f"The most gain for each amount of money: {plans}. Of this plan, {share}.", (("cost", "gain"), told)
    )

"""Hiring against training: which is cheaper to reach the targets, by the model of `trainlib.talent`."""

from dataclasses import dataclass

import numpy as np

from grading.lead.plan_arithmetic import costs
from grading.lead.plan_figures import Amounts
from trainlib import talent
from trainlib.plan import Problem, Reach

YEARS = 10  # after which hiring is given up
WEEKS_PER_MONTH = 52 / 12


@dataclass(frozen=True)
class Hiring:
    """How many hires bring the team's skill to the targets, in which month, and what they cost by then."""

    hires: int
    month: int
    cost: float


def hire(problem: Problem, hiring: dict) -> Hiring | None:
    """Hires come one by one until the team's useful skill is that of its people at their targets, in every skill.

    `hiring` is the table of a plan's file. None where that takes longer than YEARS.
    """
    months, salary = 12 * YEARS, hiring.get("salary", 0.0)
    best = Hiring(0, 0, 0.0)
    for skill in problem.skills:
        if skill.target is None or skill.target <= skill.level:
            continue
        groups = (
            talent.Discipline("team", problem.people, skill.level),
            talent.Discipline("hires", 0, hiring["level"], hires_per_month=WEEKS_PER_MONTH / hiring["weeks"]),
        )
        team = talent.Team(
            groups, cost_per_hire=hiring["cost"], salary=salary, ramp_months=hiring.get("ramp_months", 0.0)
        )
        growth = talent.simulate(team, months)
        demand = problem.people * skill.target - 1e-9
        month = growth.time_to(demand)[0]
        if not np.isfinite(month):
            return None
        month = int(month)
        if month >= best.month:
            cost = float(growth.cost[month, 0]) - salary * problem.people * month  # the team's own pay goes on anyway
            best = Hiring(int(growth.people[month, 1, 0]), month, cost)
    return best


def sentence(problem: Problem, hiring: dict, reach: Reach, wage: float | None, amounts: Amounts) -> str:
    """Both ways to the targets, and which is cheaper, in words."""
    found = hire(problem, hiring)
    by_training, by_hiring = None, None
    trained = "By training: the targets cannot all be met."
    if reach.plan is not None:
        paid = costs(reach.plan, wage)
        by_training = paid.total + (paid.wages or 0)
        counted = "wages counted" if wage is not None else "wages not counted"
        trained = f"By training: {amounts.money(by_training)} until week {reach.weeks}, {counted}."
    hired = f"By hiring: not within {YEARS} years."
    if found is not None:
        by_hiring = found.cost
        pay = "their pay until then counted" if "salary" in hiring else "their pay not counted"
        hires = "1 hire" if found.hires == 1 else f"{found.hires} hires"
        hired = f"By hiring: {hires} for {amounts.money(found.cost)} until month {found.month}, {pay}."
    verdict = ""
    if by_training is not None and by_hiring is not None:
        cheaper = "Training" if by_training <= by_hiring else "Hiring"
        verdict = f" {cheaper} is cheaper by {amounts.money(abs(by_training - by_hiring))}."
    ramp = hiring.get("ramp_months", 0)
    useful = f", of which 63 % is of use {ramp:g} months after arrival" if ramp else ""
    return (
        f"{trained} {hired}{verdict} This is a model (trainlib.talent), no forecast: a hire comes every "
        f"{hiring['weeks']:g} weeks and can do {hiring['level']:g} of each skill{useful}; the targets count as met "
        f"once the team's skills add up to those of {problem.people} people at their targets. Nobody leaves."
    )

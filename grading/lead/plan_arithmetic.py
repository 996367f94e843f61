"""A plan's numbers as lines of arithmetic that a person can do again by hand.

Hours are cut to four decimals, amounts rounded to the cent and gains to five decimals, and each sum is that of the
rounded numbers: so a line gives its result from what is printed, and sums add up to the cent.
"""

from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from trainlib.plan import Plan

DECIMALS = 5  # of a gain
NOT_COUNTED = "What these hours cost the company is not counted: the plan's file gives no wage."


@dataclass(frozen=True)
class Held:
    """A stage of a skill that is held: with whom, for how many hours of each person, in which weeks, and its gain."""

    stage: str
    skill: str
    trainer: str
    hours: float
    first_week: int
    last_week: int
    gain: float


@dataclass(frozen=True)
class StageCost:
    """What a stage costs: its trainer, the hours of learners that the budget pays, and its rooms or computers."""

    stage: str
    trainer: str
    hours: float
    trainers: float
    learners: float
    rooms: float

    @property
    def total(self) -> float:
        return round(self.trainers + self.learners + self.rooms, 2)


@dataclass(frozen=True)
class Costs:
    """What a plan costs by stage, and the hours of all its people; `wages` is what these cost beside the budget."""

    stages: tuple[StageCost, ...] = field(repr=False)
    trainers: float
    learners: float
    rooms: float
    total: float
    person_hours: float
    wages: float | None


@dataclass(frozen=True)
class Line:
    """A line of arithmetic: what it is about, the sum as one types it, and what it gives."""

    what: str
    sum: str
    result: str


def held(plan: Plan) -> list[Held]:
    """Each stage of each skill that is held, in the order of the plan."""
    rows, problem = [], plan.problem
    stages = {stage.name: stage for stage in problem.effect.stages}
    for row in plan.table().itertuples():
        hours = _cut(row.hours)
        weeks = plan.calendar.week[(plan.calendar.stage == row.stage) & (plan.calendar.skill == row.skill)]
        if hours == 0 or weeks.empty:
            continue
        skill = next(skill for skill in problem.skills if skill.name == row.skill)
        weight, by_trainer, quality, by_content, content, scale, room = _factors(plan, stages[row.stage], skill)
        learnt = -np.expm1(-hours / scale)
        gain = weight * (by_trainer * quality + by_content * content) * learnt * room
        first, last = int(weeks.min()), int(weeks.max())
        rows.append(Held(row.stage, row.skill, row.trainer, hours, first, last, round(float(gain), DECIMALS)))
    return rows


def _cut(hours: float) -> float:
    """Hours of four decimals, never more than they are: so no plan leaves its budget by being printed."""
    return round(float(np.floor(1e4 * hours + 0.01)) / 1e4, 4)


def _factors(plan: Plan, stage, skill) -> tuple[float, ...]:
    """The numbers of a stage's gain as they are printed, and what is left to learn of a skill, as a share."""
    problem = plan.problem
    names = [other.name for other in problem.effect.stages]
    content = np.broadcast_to(problem.content, len(names))[names.index(stage.name)]
    trainer = next(one for one in problem.trainers if one.name == plan.trainers[stage.name])
    numbers = (stage.weight, stage.trainer_share, trainer.quality, stage.content_share, content, stage.hours_scale)
    room = 1 - round(skill.level, 6) / round(problem.effect.ceiling, 6)
    return (*(round(float(number), 6) for number in numbers), room)


def costs(plan: Plan, wage: float | None = None) -> Costs:
    """What a plan costs, by stage and by what is paid for. `wage`: what an hour of one of its people costs the
    company."""
    problem, stages = plan.problem, []
    rooms = {stage.name: stage.cost_per_hour for stage in problem.effect.stages}
    rates = {trainer.name: trainer.rate for trainer in problem.trainers}
    for name, parts in groupby(held(plan), key=lambda part: part.stage):
        hours, who = round(sum(part.hours for part in parts), 4), plan.trainers[name]
        each = (round(float(amount), 6) for amount in (rates[who], problem.learner_cost, rooms[name]))
        trainer, learner, room = each
        people = problem.people
        amounts = (hours * trainer, hours * people * learner, hours * people * room)
        stages.append(StageCost(name, who, hours, *(round(amount, 2) for amount in amounts)))
    sums = [round(sum(getattr(stage, kind) for stage in stages), 2) for kind in ("trainers", "learners", "rooms")]
    person_hours = round(problem.people * round(sum(stage.hours for stage in stages), 4), 4)
    wages = None if wage is None else round(person_hours * round(wage, 6), 2)
    return Costs(tuple(stages), *sums, round(sum(sums), 2), person_hours, wages)


def number(value: float) -> str:
    """A number with all of its digits, up to six decimals: 1,080 or 0.65."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def cents(amount: float) -> str:
    """An amount to the cent."""
    return f"{amount:,.2f}"


def cost_lines(plan: Plan, wage: float | None = None) -> list[Line]:
    """Every amount of a plan with its arithmetic: four lines for each stage, their sums, and the hours of all
    people."""
    found = costs(plan, wage)
    lines = [line for stage in found.stages for line in _lines_of_stage(plan, stage)]
    for kind in ("trainers", "learners", "rooms"):
        amounts = " + ".join(cents(getattr(stage, kind)) for stage in found.stages)
        lines.append(Line(f"all {kind}", amounts, cents(getattr(found, kind))))
    three = " + ".join(map(cents, (found.trainers, found.learners, found.rooms)))
    hours, people = number(round(sum(stage.hours for stage in found.stages), 4)), plan.problem.people
    lines += [
        Line("cost of the plan", three, cents(found.total)),
        Line("cost for each person", f"{cents(found.total)} / {people}", cents(found.total / people)),
        Line("hours of each person", " + ".join(number(one.hours) for one in found.stages), f"{hours} h"),
        Line("person-hours", f"{hours} h × {people} people", f"{number(found.person_hours)} h"),
    ]
    if wage is None:
        return lines
    return [
        *lines,
        Line("wages, beside the budget", f"{number(found.person_hours)} h × {number(wage)}", cents(found.wages)),
        Line("cost with wages", f"{cents(found.total)} + {cents(found.wages)}", cents(found.total + found.wages)),
    ]


def _lines_of_stage(plan: Plan, cost: StageCost) -> list[Line]:
    """The hours of a stage, and what its trainer, its learners and its rooms cost."""
    problem, name = plan.problem, cost.stage
    room = next(stage.cost_per_hour for stage in problem.effect.stages if stage.name == name)
    rate = next(trainer.rate for trainer in problem.trainers if trainer.name == cost.trainer)
    own = " + ".join(number(part.hours) for part in held(plan) if part.stage == name)
    hours, people = f"{number(cost.hours)} h", f"{problem.people} people"
    return [
        Line(f"{name}: hours, all skills", own, hours),
        Line(f"{name}: {cost.trainer}", f"{hours} × {number(rate)}", cents(cost.trainers)),
        Line(f"{name}: learners", f"{hours} × {people} × {number(problem.learner_cost)}", cents(cost.learners)),
        Line(f"{name}: rooms", f"{hours} × {people} × {number(room)}", cents(cost.rooms)),
    ]


def gain_lines(plan: Plan) -> list[Line]:
    """Every gain with its factors, as `trainlib.plan` defines it, each skill's level afterwards, and the mean gain."""
    problem, parts, lines, gained = plan.problem, held(plan), [], []
    stages = {stage.name: stage for stage in problem.effect.stages}
    ceiling = problem.effect.ceiling
    for skill in problem.skills:
        own = [part for part in parts if part.skill == skill.name]
        left = f" × (1 − {number(skill.level)} / {number(ceiling)})" if np.isfinite(ceiling) else ""
        for part in own:
            weight, by_trainer, quality, by_content, content, scale, _ = _factors(plan, stages[part.stage], skill)
            mixed = f"{number(by_trainer)} × {number(quality)} + {number(by_content)} × {number(content)}"
            learnt = f"(1 − exp(−{number(part.hours)} / {number(scale)}))"
            text = f"{number(weight)} × ({mixed}) × {learnt}{left}"
            lines.append(Line(f"{skill.name}: {part.stage}", text, _gain(part.gain)))
        gained.append(round(sum(part.gain for part in own), DECIMALS))
        after = [number(skill.level), *(_gain(part.gain) for part in own)]
        lines.append(Line(f"{skill.name}: afterwards", " + ".join(after), _gain(skill.level + gained[-1])))
    importance = [round(float(skill.importance), 6) for skill in problem.skills]
    top = " + ".join(f"{number(each)} × {_gain(gain)}" for each, gain in zip(importance, gained))
    mean = _gain(float(np.dot(importance, gained) / np.sum(importance)))
    return [*lines, Line("gain, by importance", f"({top}) / ({' + '.join(map(number, importance))})", mean)]


def _gain(value: float) -> str:
    return f"{value:.{DECIMALS}f}"


def person_hours(found: Costs, people: int, currency: str) -> str:
    """The hours of all people and what they cost, and what the plan's money is paid for, in two sentences."""
    money = lambda amount: f"{amount:,.0f} {currency}".strip()
    hours = found.person_hours / people
    persons = "person" if people == 1 else "people"
    said = f"{hours:,.1f} hours × {people} {persons} = {found.person_hours:,.0f} person-hours."
    if found.wages is None:
        said += f" {NOT_COUNTED}"
    else:
        said += f" Their wages are {money(found.wages)}, beside the budget: {money(found.total + found.wages)} in all."
    parts = f"trainers {money(found.trainers)}, learners' hours {money(found.learners)}, rooms {money(found.rooms)}"
    return f"{said} The plan's own cost: {parts}."

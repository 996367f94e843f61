"""Designs of the next cohort compared: how far each narrows the weights, what that costs, and which one to take.

Every number comes from SIMULATED cohorts (`trainlib.design`); nobody took part.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grading.lead import cohort_table, design_file
from grading.lead.design_file import DesignRequest
from grading.pages.numbers import money
from trainlib import design as experiments
from trainlib.design import Design

SIMULATIONS = 100
LEAST_COVERED = 0.88  # of the least covered weight: intervals that hold the truth more rarely narrow nothing
MORE_PEOPLE = (2, 4)


@dataclass(frozen=True)
class Compared:
    """One design by simulation. By stage: `width`, the median width of its weight's 95 % interval, and `covered`, how
    often it holds the truth. What it takes beyond the usual course: `hours` and `tests` of all learners together,
    `waiting`, weeks until the last wave starts, and `cost`. `refused`: share of cohorts without any fit."""

    name: str
    people: int
    width: dict[str, float]
    covered: dict[str, float]
    refused: float
    hours: float
    tests: int
    waiting: float
    cost: float

    @property
    def widest(self) -> float:
        return max(self.width.values())

    @property
    def holds(self) -> float:
        """The share of intervals that hold the truth, of the weight for which that is least."""
        return min(self.covered.values())


@dataclass(frozen=True)
class Narrowed:
    """By which design a stage's weight is known best, of those whose intervals hold the truth: widths and cost."""

    stage: str
    all_alike: float
    width: float
    by: str
    cost: float


@dataclass(frozen=True)
class DesignSummary:
    """All that was simulated: designs with the people that there are, and with more where these are too few."""

    title: str
    advice: str
    simulated: bool
    simulations: int
    seed: int
    wished_width: float
    designs: tuple[Compared, ...]
    with_more_people: tuple[Compared, ...]
    narrowed: tuple[Narrowed, ...]
    notes: tuple[str, ...]


def compare(path: Path, cohort_toml: Path | None = None, tell: Callable[[str], None] = lambda _: None) -> DesignSummary:
    """Simulate the designs of a design.toml. ValueError names each wrong field with its line; `tell` hears progress."""
    cohort = None if cohort_toml is None else cohort_table.read(cohort_toml)
    request = design_file.read(path, cohort)
    found = [_simulated(request, one, request.setting.people, tell) for one in request.designs]
    more: list[Compared] = []
    for times in MORE_PEOPLE:
        if any(_is_enough(request, one) for one in found) or any(_is_narrow(request, one) for one in more):
            break
        more += [_simulated(request, one, times * request.setting.people, tell) for one in request.designs]
    return DesignSummary(
        title=request.value("title", ""),
        advice=_advice(request, found, more),
        simulated=True,
        simulations=request.value("simulations", SIMULATIONS),
        seed=request.value("seed", 0),
        wished_width=request.value("wished_width", 0.0),
        designs=tuple(found),
        with_more_people=tuple(more),
        narrowed=tuple(_narrowed(found)),
        notes=(*request.sources, *_notes(request)),
    )


def _simulated(request: DesignRequest, design: Design, people: int, tell: Callable[[str], None]) -> Compared:
    tell(f"simulating {people} people: {design.name}")
    simulations = request.value("simulations", SIMULATIONS)
    setting, seed = replace(request.setting, people=people), request.value("seed", 0)
    rows = experiments.evaluate(request.training, design, setting, simulations=simulations, seed=seed)
    each = people * (design.hours.mean(axis=0) - request.usual)
    rates = np.array([stage.cost_per_hour for stage in request.training.stages])
    extra = design.tests - 2
    tests = int(sum(len(part) * count for part, count in zip(np.array_split(np.arange(people), design.waves), extra)))
    return Compared(
        name=design.name,
        people=people,
        width=rows.width.to_dict(),
        covered=rows.covered.to_dict(),
        refused=float(rows.refused.iloc[0]),
        hours=float(each.sum()),
        tests=tests,
        waiting=design.wait * (design.waves - 1),
        cost=float(each @ rates + tests * request.value("test_cost", 0.0)),
    )


def _narrowed(found: list[Compared]) -> Iterator[Narrowed]:
    trusted = [one for one in found if one.holds >= LEAST_COVERED] or found
    for stage, width in found[0].width.items():
        best = min(trusted, key=lambda one: (one.width[stage], one.cost))
        yield Narrowed(stage, width, best.width[stage], best.name, best.cost)


def _is_enough(request: DesignRequest, one: Compared) -> bool:
    return _is_narrow(request, one) and one.cost <= request.value("budget", np.inf)


def _is_narrow(request: DesignRequest, one: Compared) -> bool:
    return one.widest <= request.value("wished_width", 0.0) and one.holds >= LEAST_COVERED


def _advice(request: DesignRequest, found: list[Compared], more: list[Compared]) -> str:
    """The cheapest design that brings every interval under the wished width, or what it would take, in a sentence."""
    wish, money_of = request.value("wished_width", 0.0), lambda amount: money(amount, request.value("currency", ""))
    enough = sorted((one for one in found if _is_enough(request, one)), key=lambda one: (one.cost, one.waiting))
    if enough:
        best = enough[0]
        return (
            f"Take “{best.name}”: every weight's median interval is {best.widest:.2f} wide or less (wished: {wish:g}), "
            f"for {money_of(best.cost)} beyond the usual course and {best.waiting:g} weeks of waiting: the cheapest."
        )
    dear = [one for one in found if _is_narrow(request, one)]
    budget = f" within the budget of {money_of(request.value('budget', 0.0))}" if dear else ""
    none = f"With {request.setting.people} people none of these brings every median interval to {wish:g}{budget}"
    if dear:
        none += f" (“{dear[0].name}” does, for {money_of(dear[0].cost)})"
    if enough := sorted((one for one in more if _is_narrow(request, one)), key=lambda one: (one.people, one.cost)):
        best = enough[0]
        cost = f"{money_of(best.cost)} beyond the usual course of so many"
        return f"{none}; {best.people} people do with “{best.name}” ({best.widest:.2f}), for {cost}."
    trusted = [one for one in (*found, *more) if one.holds >= LEAST_COVERED] or [*found, *more]
    best = min(trusted, key=lambda one: one.widest)
    return (
        f"{none}, and {max(one.people for one in (*found, *more))} people do not either: the narrowest is "
        f"“{best.name}”, whose widest interval is {best.widest:.2f} with {best.people} people."
    )


def _notes(request: DesignRequest) -> list[str]:
    """What the reader has to know of what the numbers mean."""
    trend = request.setting.trend
    notes = [
        "Without waves, what people learn in these weeks without the course counts as the course's"
        + (
            f": the file assumes {trend:g} a week, so see how often such intervals hold the truth."
            if trend
            else "; the file assumes none."
        )
    ]
    if any(design.measured for design in request.designs):
        notes.append(
            "Tests between stages, and the one before waiting, need scores of parallel tests with other questions than "
            "check-in and check-out; cohort.toml takes them as `occasions`."
        )
    return notes


def table(summary: DesignSummary) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: of each design every weight's width, how often intervals hold the truth, and what it takes."""
    stages = list(summary.designs[0].width)
    header = ("design", "people", *stages, "truth held", "hours", "tests", "weeks", "cost")
    rows = [
        (one.name, f"{one.people}", *(f"{one.width[stage]:.2f}" for stage in stages), f"{one.holds:.2f}")
        + (f"{one.hours:.0f}", f"{one.tests}", f"{one.waiting:g}", f"{one.cost:.0f}")
        for one in (*summary.designs, *summary.with_more_people)
    ]
    return header, rows


def narrowed_table(summary: DesignSummary) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows: which weight is narrowed how far by what, and for how much."""
    rows = [
        (one.stage, f"{one.all_alike:.2f}", f"{one.width:.2f}", one.by, f"{one.cost:.0f}") for one in summary.narrowed
    ]
    return ("weight of", "all alike", "narrowest", "by", "cost"), rows

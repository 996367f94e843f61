"""Two training plans side by side: what each brings and costs, how they differ, and in which fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grading.lead import plan_page
from grading.lead.plan_arithmetic import costs, number
from grading.lead.plan_file import PlanRequest
from grading.pages.numbers import points
from grading.pages.page import render
from trainlib._files import write as write_file
from trainlib.plan import Plan


@dataclass(frozen=True)
class Compared:
    """A row: what it is about, its value in both plans and the second less the first, each in words."""

    what: str
    first: str
    second: str
    difference: str = ""


@dataclass(frozen=True)
class PlanPair:
    """Two plans for the terminal: their answers, the page that was written, what they bring, and fields that differ."""

    answers: tuple[str, str]
    page: Path
    rows: tuple[Compared, ...]
    fields: tuple[Compared, ...]
    notes: tuple[str, ...]


def write(first: Path, second: Path, output: Path, cohort_toml: Path | None = None) -> PlanPair:
    """Solve two plan.toml and write the page that compares them. Errors are those of `plan_page.solved`."""
    solved = [plan_page.solved(path, cohort_toml) for path in (first, second)]
    requests, plans = zip(*solved)
    answers = tuple(plan_page.answer(*one) for one in solved)
    rows, fields = tuple(_rows(requests, plans)), tuple(_fields(requests))
    titles = [request.document.values["title"] for request in requests]
    names = [request.document.path.name for request in requests]
    if names[0] == names[1]:
        names = [str(path) for path in (first, second)]
    text = render(
        "plan_pair.html",
        title=" and ".join(dict.fromkeys(titles)),
        answers=tuple(zip(names, answers)),
        names=names,
        rows=rows,
        fields=fields,
    )
    write_file(output, text)
    return PlanPair(answers, Path(output), rows, fields, tuple(note for one in requests for note in one.notes))


def _row(what: str, values: list[float | None], words, less: bool = True) -> Compared:
    """A row of two numbers; where one is missing there is no difference."""
    first, second = values
    shown = ["–" if value is None else words(value) for value in values]
    if not less or None in (first, second):
        return Compared(what, *shown)
    first, second = (
        float(value.replace(",", "")) for value in shown
    )  # so that the difference is that of what is shown
    sign = "" if first == second else "+" if second > first else "−"
    return Compared(what, *shown, f"{sign}{words(abs(second - first))}")


def _rows(requests: tuple[PlanRequest, ...], plans: tuple[Plan, ...]) -> Iterator[Compared]:
    """What both plans bring and cost. Money in two currencies has no difference."""
    currencies = [request.document.values.get("currency", "") for request in requests]
    wages = [request.document.values.get("wage") for request in requests]
    paid = [costs(plan, wage) for plan, wage in zip(plans, wages)]
    one = currencies[0] == currencies[1]
    money = lambda amount: f"{amount:,.2f}"
    of = lambda field: [getattr(cost, field) for cost in paid]
    people = [plan.problem.people for plan in plans]
    yield _row("people", people, number)
    yield _row("gain of each", [plan.gain for plan in plans], points)
    unit = f" ({currencies[0]})" if one and currencies[0] else f" ({' and '.join(currencies)})" if not one else ""
    yield _row("cost" + unit, of("total"), money, one)
    for field in ("trainers", "learners", "rooms"):
        yield _row(f"of it {field}{unit}", of(field), money, one)
    yield _row("cost for each person" + unit, [cost.total / each for cost, each in zip(paid, people)], money, one)
    yield _row("wages, beside the budget" + unit, of("wages"), money, one)
    yield _row("hours of each person", [plan.hours.to_numpy().sum() for plan in plans], lambda hours: f"{hours:.1f}")
    yield _row("person-hours", of("person_hours"), lambda hours: f"{hours:,.0f}")
    yield _row("weeks", [int(plan.calendar.week.max()) for plan in plans], number)
    yield Compared("held back by", *("; ".join(plan.binding).replace("'", "") or "nothing" for plan in plans))
    for name in dict.fromkeys(name for plan in plans for name in plan.levels.index):
        yield _row(f"{name}, afterwards", [plan.levels.get(name) for plan in plans], points)
    for name in dict.fromkeys(name for plan in plans for name in plan.hours.index):
        hours = [float(plan.hours.loc[name].sum()) if name in plan.hours.index else None for plan in plans]
        yield _row(f"{name}: hours", hours, lambda hours: f"{hours:.1f}")
        yield Compared(f"{name}: trainer", *(plan.trainers.get(name, "not held") for plan in plans))


def _fields(requests: tuple[PlanRequest, ...]) -> Iterator[Compared]:
    """The fields that differ between the files, in words."""
    first, second = (dict(_flat(request.document.values)) for request in requests)
    for name in dict.fromkeys([*first, *second]):
        values = [_shown(fields.get(name, "not given")) for fields in (first, second)]
        if first.get(name) != second.get(name):
            yield Compared(name, *values)


def _shown(value: object) -> str:
    is_number = isinstance(value, float | int) and not isinstance(value, bool)
    return number(value) if is_number else str(value)


def _flat(values: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Each value of a file with its name; tables of a list are told apart by their own names."""
    if isinstance(values, dict):
        for key, value in values.items():
            if not (name and key == "name"):
                yield from _flat(value, f"{name}: {key}" if name else key)
    elif isinstance(values, list) and all(isinstance(value, dict) for value in values):
        for value in values:
            yield from _flat(value, f"{name} {value['name']}")
    else:
        yield name, ", ".join(values) if isinstance(values, list) else values

"""A training plan as files for other programs: a table, a workbook whose cells follow from each other, a calendar."""

import datetime
import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from grading.lead.plan_arithmetic import Held, held
from grading.lead.plan_figures import Amounts
from grading.lead.plan_file import PlanRequest
from grading.records.tables import write_csv
from trainlib._files import write as write_file
from trainlib.plan import Plan

HEADER = (
    "stage", "skill", "trainer", "hours", "first_week", "last_week", "first_week_begins", "last_week_begins",
    "trainer_cost", "learner_cost", "room_cost", "cost", "gain",
)  # fmt: skip
UNTIL_FRIDAY = datetime.timedelta(days=5)  # an event ends before this day


def write_table(path: Path, request: PlanRequest, plan: Plan) -> None:
    """A row for each stage of each skill, with its days, what it costs for what, and its gain."""
    start = request.document.values.get("start")
    amounts = Amounts("", start)
    rates = {trainer.name: trainer.rate for trainer in plan.problem.trainers}
    rooms = {stage.name: stage.cost_per_hour for stage in plan.problem.effect.stages}
    rows = []
    for part in held(plan):
        each = (rates[part.trainer], plan.problem.people * plan.problem.learner_cost)
        costs = [round(part.hours * rate, 4) for rate in (*each, plan.problem.people * rooms[part.stage])]
        days = [amounts.monday(week) for week in (part.first_week, part.last_week)]
        names = (part.stage, part.skill, part.trainer, part.hours, part.first_week, part.last_week)
        rows.append((*names, *days, *costs, round(sum(costs), 4), part.gain))
    write_csv(path, HEADER, rows)


def check_start(request: PlanRequest) -> None:
    """ValueError where the file does not say when the first week is: a calendar has days."""
    if "start" not in request.document.values:
        raise ValueError(
            f"{request.document.path.name} has no start, which a calendar needs: add the Monday of week 1, such as "
            "start = 2027-01-11"
        )


def write_calendar(path: Path, request: PlanRequest, plan: Plan) -> None:
    """An event of whole days for each stage and week, Monday to Friday, with its hours and skills (RFC 5545)."""
    from icalendar import Calendar, Event

    check_start(request)
    title, amounts = request.document.values["title"], Amounts("", request.document.values["start"])
    calendar = Calendar()
    calendar.add("prodid", "-//trainlib//training plan//EN")
    calendar.add("version", "2.0")
    for (week, stage), rows in plan.calendar.groupby(["week", "stage"], sort=False):
        first = amounts.monday(int(week))
        event = Event()
        event.add("uid", f"{hashlib.sha256(f'{title}/{stage}/{first}'.encode()).hexdigest()[:24]}@trainlib")
        event.add("dtstamp", datetime.datetime.now(datetime.UTC))
        event.add("dtstart", first)
        event.add("dtend", first + UNTIL_FRIDAY)
        event.add("summary", f"{stage}: {rows.hours.sum():.1f} h with {rows.trainer.iloc[0]}")
        skills = rows.groupby("skill", sort=False).hours.sum()
        event.add("description", "\n".join([title, *(f"{name}: {hours:.1f} h" for name, hours in skills.items())]))
        calendar.add_component(event)
    write_file(path, calendar.to_ical())


def write_workbook(path: Path, request: PlanRequest, plan: Plan) -> None:
    """A workbook of four sheets: what goes in, hours and gains, costs, and the calendar.

    A cell that follows from others is a formula, so another rate or number of people changes all that hangs
    on it.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    places = _inputs(book.create_sheet("Inputs"), request)
    rows = _plan(book.create_sheet("Plan"), plan, places)
    _costs(book.create_sheet("Costs"), plan, places, rows)
    sheet, amounts = book.create_sheet("Calendar"), Amounts("", request.document.values.get("start"))
    _row(sheet, ("week", "begins", "skill", "stage", "trainer", "hours"), bold=True)
    for week in plan.calendar.itertuples(index=False):
        day, hours = amounts.monday(int(week.week)), round(week.hours, 4)
        _row(sheet, (week.week, day, week.skill, week.stage, week.trainer, hours))
    file = BytesIO()
    book.save(file)
    write_file(path, file.getvalue())


class _Formula(str):
    """A formula of ours; any other text that begins with "=" is somebody's, and stays a text."""


def _row(sheet, values, bold: bool = False) -> int:
    """Add a row and return its number."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    row = 1 if sheet.max_row == 1 and sheet["A1"].value is None else sheet.max_row + 1
    for column, value in enumerate(values, start=1):
        if isinstance(value, str) and not isinstance(value, _Formula):
            value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell = sheet.cell(row, column, str(value) if isinstance(value, _Formula) else value)
        if isinstance(value, str) and not isinstance(value, _Formula):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        letter = cell.column_letter
        width = min(40, len(str(value)) + 2) if not isinstance(value, _Formula) else 12
        sheet.column_dimensions[letter].width = max(sheet.column_dimensions[letter].width or 0, width)
    return row


def _inputs(sheet, request: PlanRequest) -> dict[tuple, str]:
    """Write what goes in; returns the cell of each number by (kind, name, field)."""
    problem, values, places = request.problem, request.document.values, {}
    _row(sheet, (values["title"], values.get("currency", "")), bold=True)
    for name in ("people", "budget", "weeks", "hours_per_week", "learner_cost"):
        places[name] = f"Inputs!$B${_row(sheet, (name, getattr(problem, name)))}"
    if "wage" in values:
        places["wage"] = f"Inputs!$B${_row(sheet, ('wage', values['wage']))}"
    places["ceiling"] = f"Inputs!$B${_row(sheet, ('ceiling', float(problem.effect.ceiling)))}"
    content = {stage.name: value for stage, value in zip(problem.effect.stages, _contents(problem))}
    of_stage = ("weight", "trainer_share", "content_share", "hours_scale", "cost_per_hour")
    tables = {
        "trainer": (problem.trainers, ("quality", "rate"), {}),
        "stage": (problem.effect.stages, of_stage, content),
        "skill": (problem.skills, ("level", "target", "importance"), {}),
    }
    for kind, (parts, fields, more) in tables.items():
        sheet.cell(sheet.max_row + 1, 1, " ")  # an empty row between two tables
        _row(sheet, (kind, *fields, *(["content"] if more else [])), bold=True)
        for part in parts:
            numbers = [getattr(part, field) for field in fields] + ([more[part.name]] if more else [])
            row = _row(sheet, (part.name, *numbers))
            for column, field in enumerate([*fields, "content"], start=1):
                places[kind, part.name, field] = f"Inputs!${'ABCDEFG'[column]}${row}"
    return places


def _contents(problem) -> Iterator[float]:
    stages = len(problem.effect.stages)
    yield from ([problem.content] * stages if isinstance(problem.content, float | int) else problem.content)


def _plan(sheet, plan: Plan, places: dict[tuple, str]) -> dict[str, list[int]]:
    """Write hours and gains; returns the rows of each stage."""
    _row(sheet, ("stage", "skill", "trainer", "hours", "first week", "last week", "gain"), bold=True)
    by_stage, by_skill = {}, {skill.name: [] for skill in plan.problem.skills}
    for part in held(plan):
        row = sheet.max_row + 1
        gain = _gain(part, row, places)
        _row(sheet, (part.stage, part.skill, part.trainer, part.hours, part.first_week, part.last_week, gain))
        by_stage.setdefault(part.stage, []).append(row)
        by_skill[part.skill].append(row)
    sheet.cell(sheet.max_row + 1, 1, " ")
    _row(sheet, ("skill", "now", "afterwards", "gain"), bold=True)
    gains = []
    for name, rows in by_skill.items():
        row, level = sheet.max_row + 1, places["skill", name, "level"]
        gain = _Formula("=" + ("+".join(f"G{one}" for one in rows) or "0"))
        _row(sheet, (name, _Formula(f"={level}"), _Formula(f"=B{row}+D{row}"), gain))
        gains.append((places["skill", name, "importance"], f"D{row}"))
    top, below = "+".join(f"{one}*{gain}" for one, gain in gains), "+".join(one for one, _ in gains)
    _row(sheet, ("gain, by importance", None, None, _Formula(f"=({top})/({below})")), bold=True)
    return by_stage


def _gain(part: Held, row: int, places: dict[tuple, str]) -> _Formula:
    """The gain of a stage and skill whose hours stand in column D of this row."""
    of = lambda field: places["stage", part.stage, field]
    by_trainer = f"{of('trainer_share')}*{places['trainer', part.trainer, 'quality']}"
    quality = f"{by_trainer}+{of('content_share')}*{of('content')}"
    left = f"(1-{places['skill', part.skill, 'level']}/{places['ceiling']})"
    return _Formula(f"={of('weight')}*({quality})*(1-EXP(-D{row}/{of('hours_scale')}))*{left}")


def _costs(sheet, plan: Plan, places: dict[tuple, str], rows: dict[str, list[int]]) -> None:
    """Write what each stage costs, for what, the sums, and the hours of all people."""
    _row(sheet, ("stage", "trainer", "hours", "trainers", "learners", "rooms", "cost"), bold=True)
    for name, parts in rows.items():
        row, rate = sheet.max_row + 1, places["trainer", plan.trainers[name], "rate"]
        each = [places["learner_cost"], places["stage", name, "cost_per_hour"]]
        hours = _Formula("=" + "+".join(f"Plan!D{part}" for part in parts))
        paid = [_Formula(f"=ROUND(C{row}*{places['people']}*{amount},2)") for amount in each]
        trainer = _Formula(f"=ROUND(C{row}*{rate},2)")
        _row(sheet, (name, plan.trainers[name], hours, trainer, *paid, _Formula(f"=D{row}+E{row}+F{row}")))
    last = sheet.max_row
    total = _row(sheet, ("sum", None, *(_Formula(f"=SUM({letter}2:{letter}{last})") for letter in "CDEFG")), bold=True)
    hours = _row(sheet, ("person-hours", None, _Formula(f"=C{total}*{places['people']}")))
    if "wage" in places:
        _row(sheet, ("wages, beside the budget", *[None] * 5, _Formula(f"=C{hours}*{places['wage']}")))
    _row(sheet, ("left of the budget", *[None] * 5, _Formula(f"={places['budget']}-G{total}")))

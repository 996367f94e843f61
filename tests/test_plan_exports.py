"""What `plan` writes for other programs: each file is read back, and formulas are worked out by our own arithmetic."""

import csv
import math
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from lead_helpers import SMALL_PLAN, written
from openpyxl import load_workbook

from grading.__main__ import main
from grading.lead import plan_arithmetic, plan_file, plan_page

PLAN = SMALL_PLAN.replace("content = 0.6", "content = 0.6\nlearner_cost = 3.5\nwage = 62\nstart = 2027-01-11")
PLAN = PLAN.replace("budget = 900", "budget = 2000").replace(
    "hours_scale = 10", "hours_scale = 10\ncost_per_hour = 4.25"
)
PLAN = PLAN.replace('"Ada"', '"=Ada()"')
PLAN += '\n[[skill]]\nname = "models"\nlevel = 0.1\nimportance = 2\nneeds = { "SQL" = 0.35 }\n'


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    options = ["--csv", folder / "plan.csv", "--excel", folder / "plan.xlsx", "--calendar", folder / "plan.ics"]
    assert main(["plan", "--quick", str(written(folder, PLAN)), *map(str, options)]) == 0
    return folder


@pytest.fixture(scope="module")
def solved(exported):
    request = plan_file.read(exported / "plan.toml")
    return plan_page.solve(request)


def worked_out(book, sheet, cell):
    """The value of a cell, its formula worked out."""
    value = book[sheet][cell.replace("$", "")].value
    if not (isinstance(value, str) and book[sheet][cell.replace("$", "")].data_type == "f"):
        return value or 0
    text = re.sub(
        r"([A-Z])(\d+):([A-Z])(\d+)",
        lambda m: ",".join(f"{m[1]}{row}" for row in range(int(m[2]), int(m[4]) + 1)),
        value[1:],
    )
    numbers = {}

    def found(match):
        numbers[f"n{len(numbers)}"] = worked_out(book, match[1] or sheet, match[2])
        return f"n{len(numbers) - 1}"

    text = re.sub(r"(?:(\w+)!)?(\$?[A-Z]\$?\d+)", found, text)
    functions = {"EXP": math.exp, "ROUND": round, "SUM": lambda *numbers: sum(numbers)}
    return eval(text, {"__builtins__": {}}, functions | numbers)


def row_of(book, sheet, name):
    return next(cell.row for cell in book[sheet]["A"] if cell.value == name)


def test_the_formulas_of_the_workbook_give_the_numbers_of_the_page(exported, solved):
    book, costs = load_workbook(exported / "plan.xlsx"), plan_arithmetic.costs(solved, 62)
    total = row_of(book, "Costs", "sum")
    got = [worked_out(book, "Costs", f"{letter}{total}") for letter in "DEFG"]
    assert got == pytest.approx([costs.trainers, costs.learners, costs.rooms, costs.total], abs=0.001)
    assert worked_out(book, "Costs", f"C{row_of(book, 'Costs', 'person-hours')}") == pytest.approx(costs.person_hours)
    assert worked_out(book, "Costs", f"G{row_of(book, 'Costs', 'wages, beside the budget')}") == pytest.approx(
        costs.wages, abs=0.01
    )
    assert worked_out(book, "Plan", f"D{row_of(book, 'Plan', 'gain, by importance')}") == pytest.approx(
        solved.gain, abs=2e-5
    )
    models = max(cell.row for cell in book["Plan"]["A"] if cell.value == "models")
    assert worked_out(book, "Plan", f"C{models}") == pytest.approx(solved.levels["models"], abs=2e-5)


def test_another_rate_and_other_people_change_the_sum(exported, solved):
    book, costs = load_workbook(exported / "plan.xlsx"), plan_arithmetic.costs(solved)
    total = f"G{row_of(book, 'Costs', 'sum')}"
    trainer = costs.stages[0].trainer
    hours = sum(stage.hours for stage in costs.stages if stage.trainer == trainer)
    rate = book["Inputs"].cell(row_of(book, "Inputs", trainer), 3)
    rate.value += 10
    assert worked_out(book, "Costs", total) == pytest.approx(costs.total + 10 * hours, abs=0.02)
    book["Inputs"].cell(row_of(book, "Inputs", "people"), 2).value = 8
    assert worked_out(book, "Costs", total) == pytest.approx(
        costs.total + 10 * hours + costs.learners + costs.rooms, abs=0.05
    )


def test_a_name_that_looks_like_a_formula_stays_a_text(exported):
    book = load_workbook(exported / "plan.xlsx")
    cell = book["Inputs"].cell(row_of(book, "Inputs", "=Ada()"), 1)
    assert cell.data_type == "s"
    assert "'=Ada()" in (exported / "plan.csv").read_text("utf-8")


def test_the_table_has_each_stage_of_each_skill_and_adds_up(exported, solved):
    with open(exported / "plan.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    costs = plan_arithmetic.costs(solved)
    assert {(row["stage"], row["skill"]) for row in rows} == {
        (one.stage, one.skill) for one in plan_arithmetic.held(solved)
    }
    for column, want in (
        ("trainer_cost", costs.trainers),
        ("learner_cost", costs.learners),
        ("room_cost", costs.rooms),
    ):
        assert sum(float(row[column]) for row in rows) == pytest.approx(want, abs=0.02)
    assert rows[0]["first_week_begins"] == "2027-01-11"


def test_the_calendar_has_an_event_for_each_stage_and_week(exported, solved):
    events = Calendar.from_ical((exported / "plan.ics").read_bytes()).walk("VEVENT")
    found = Counter((str(event["summary"]).partition(":")[0], event.decoded("dtstart")) for event in events)
    weeks = solved.calendar.drop_duplicates(["week", "stage"])
    wanted = Counter((row.stage, date(2027, 1, 11) + timedelta(weeks=row.week - 1)) for row in weeks.itertuples())
    assert found == wanted and len({str(event["uid"]) for event in events}) == len(events)
    assert all(event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=5) for event in events)
    hours = sum(float(re.search(r": ([\d.]+) h", str(event["summary"]))[1]) for event in events)
    assert hours == pytest.approx(solved.hours.to_numpy().sum(), abs=0.05 * len(events))


def test_a_calendar_without_a_first_day_is_refused_before_anything_is_written(tmp_path, capsys):
    assert main(["plan", "--quick", str(written(tmp_path)), "--calendar", str(tmp_path / "plan.ics")]) == 2
    assert "plan.toml has no start, which a calendar needs" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]

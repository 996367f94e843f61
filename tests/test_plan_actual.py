"""What was held beside what was planned: worked out by hand for two teams."""

import re

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main
from grading.lead import plan_actual, plan_page
from trainlib import effect

HELD = """\
title = "Spring"
currency = "EUR"
[hours]
principles = 6
practice = 9
[rates]
Ada = 110
Ben = 50
[[team]]
name = "one"
members = ["a", "b", "c"]
[team.stage]
principles = { trainer = "Ada", start = 2027-01-11, end = 2027-01-15 }
practice = { trainer = "Ben", start = 2027-01-18, end = 2027-01-29, hours = 12 }
[[team]]
name = "two"
members = ["d"]
[team.stage]
principles = { trainer = "Ben", start = 2027-01-11, end = 2027-01-15, hours = 4 }
practice = { trainer = "Ben", start = 2027-01-18, end = 2027-01-29 }
"""
PLAN = SMALL_PLAN.replace("content = 0.6", "content = 0.6\nlearner_cost = 2")


@pytest.fixture
def files(tmp_path):
    return written(tmp_path, PLAN), written(tmp_path, HELD, "cohort.toml")


def test_hours_cost_and_gain_of_what_was_held_are_those_worked_out_by_hand(files):
    request, plan = plan_page.solved(files[0])
    rows = {row["stage"]: row for row in plan_actual.table(request, plan, files[1])}
    assert rows["principles"]["hours"] == "5.5" and rows["practice"]["hours"] == "11.2"  # (3·12 + 9) / 4 is 11.25
    first = 6 * 110 + 6 * 3 * 2 + 4 * 50 + 4 * 1 * 2
    second = 12 * 50 + 12 * 3 * 2 + 9 * 50 + 9 * 1 * 2
    assert rows["principles"]["cost"] == f"{first:,.2f}" and rows["practice"]["cost"] == f"{second:,.2f}"
    assert rows["sum"]["cost"] == f"{first + second:,.2f}"
    stage = effect.TrainingEffect((request.problem.effect.stages[0],), ceiling=1.0)
    gain = 0.7 * (3 * stage.gain(0.8, 0.6, 6) + stage.gain(0.5, 0.6, 4)) / 4
    assert rows["principles"]["gain"] == f"{gain:.3f}" and rows["principles"]["trainer"] == "Ada, Ben"
    planned = float(rows["sum"]["planned_cost"].replace(",", ""))
    assert planned == pytest.approx(plan.cost, abs=0.05)
    assert float(rows["sum"]["more"].lstrip("+").replace(",", "")) == pytest.approx(first + second - planned, abs=0.011)


def test_the_page_shows_it_and_an_unknown_trainer_has_no_gain(files, tmp_path):
    strange = HELD.replace("Ben = 50", "Ben = 50\nEva = 70")
    strange = strange.replace('trainer = "Ben", start = 2027-01-11', 'trainer = "Eva", start = 2027-01-11')
    held = written(tmp_path, strange, "cohort.toml")
    assert main(["plan", "--quick", str(files[0]), "--actual", str(held)]) == 0
    said = words((tmp_path / "plan.html").read_text("utf-8"))
    assert "Planned and held" in said and "Held is what cohort.toml says" in said
    assert re.search(r"principles [\d.]+ 5\.5 \w+ Ada, Eva [\d.,]+ [\d.,]+ \S+ [\d.]+ – practice", said)


def test_money_in_another_currency_and_a_file_that_is_not_there_are_refused(files, tmp_path, capsys):
    held = written(tmp_path, HELD.replace("EUR", "USD"), "dollars.toml")
    assert main(["plan", "--quick", str(files[0]), "--actual", str(held)]) == 2
    assert "dollars.toml counts in USD, plan.toml in EUR: write one" in capsys.readouterr().err
    assert main(["plan", "--quick", str(files[0]), "--actual", str(tmp_path / "none.toml")]) == 2
    assert "none.toml cannot be read" in capsys.readouterr().err

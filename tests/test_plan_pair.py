"""Two plans on one page: what each is worth is what its own page says, and differences are theirs."""

import json

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main
from grading.lead import plan_arithmetic, plan_page

OTHER = SMALL_PLAN.replace("budget = 900", "budget = 1400").replace("rate = 50", "rate = 55")


@pytest.fixture
def pair(tmp_path):
    return written(tmp_path, SMALL_PLAN, "a.toml"), written(tmp_path, OTHER, "b.toml")


def test_both_plans_and_their_differences_stand_on_one_page(pair, tmp_path, capsys):
    assert main(["plan", "--json", *map(str, pair)]) == 0
    data = json.loads(capsys.readouterr().out)
    first, second = (plan_page.solved(path)[1] for path in pair)
    rows = {row["what"]: row for row in data["rows"]}
    assert (
        rows["gain of each"]["first"] == f"{first.gain:.3f}" and rows["gain of each"]["second"] == f"{second.gain:.3f}"
    )
    assert float(rows["gain of each"]["difference"]) == pytest.approx(second.gain - first.gain, abs=6e-4)
    costs = [plan_arithmetic.costs(plan).total for plan in (first, second)]
    assert rows["cost (EUR)"]["difference"] == f"+{costs[1] - costs[0]:,.2f}"
    assert rows["practice: trainer"]["first"] == first.trainers["practice"]
    assert {row["what"] for row in data["fields"]} == {"budget", "trainer Ben: rate"}
    said = words((tmp_path / "a_and_b.html").read_text("utf-8"))
    assert "budget 900 1,400" in said and "trainer Ben: rate 50 55" in said
    assert all(answer in said for answer in data["answers"])


def test_money_in_two_currencies_and_what_only_one_has_get_no_difference(pair, tmp_path, capsys):
    dollars = OTHER.replace('"EUR"', '"USD"') + '\n[[skill]]\nname = "R"\nlevel = 0.2\n'
    assert main(["plan", "--json", str(pair[0]), str(written(tmp_path, dollars, "c.toml"))]) == 0
    rows = {row["what"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["cost (EUR and USD)"]["difference"] == ""
    assert rows["R, afterwards"]["first"] == "–" and rows["R, afterwards"]["difference"] == ""


def test_a_plan_compared_with_itself_differs_in_nothing(pair, tmp_path, capsys):
    assert main(["plan", str(pair[0]), str(pair[0])]) == 0
    assert "\nno difference\n" in capsys.readouterr().out
    assert "In no field." in (tmp_path / "a_and_a.html").read_text("utf-8")


def test_three_plans_and_files_of_one_plan_are_refused(pair, capsys):
    assert main(["plan", *map(str, pair), str(pair[0])]) == 2
    assert "3 plans: give one or two" in capsys.readouterr().err
    assert main(["plan", *map(str, pair), "--csv", "x.csv"]) == 2
    assert "--csv is for one plan" in capsys.readouterr().err

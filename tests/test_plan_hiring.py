"""Hiring against training: counted by hand where hires are of use at once."""

import math

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main
from grading.lead import plan_file, plan_hiring

HIRING = "\n[hiring]\ncost = 3000\nweeks = 13\nlevel = 0.5\n"


def problem(tmp_path):
    return plan_file.read(written(tmp_path)).problem


@pytest.mark.parametrize("salary", [0, 2000])
def test_hires_come_until_the_skill_of_the_team_is_that_of_its_targets(tmp_path, salary):
    found = plan_hiring.hire(problem(tmp_path), {"cost": 3000, "weeks": 13, "level": 0.15, "salary": salary})
    hires = math.ceil(4 * (0.4 - 0.3) / 0.15)  # 2.67: three, one every third month
    assert (found.hires, found.month) == (hires, 9)
    assert found.cost == pytest.approx(3 * 3000 + salary * (6 + 3 + 0))


def test_who_needs_time_to_be_of_use_comes_later_or_costs_more(tmp_path):
    at_once = plan_hiring.hire(problem(tmp_path), {"cost": 3000, "weeks": 13, "level": 0.4})
    later = plan_hiring.hire(problem(tmp_path), {"cost": 3000, "weeks": 13, "level": 0.4, "ramp_months": 3})
    assert later.month > at_once.month == 3
    assert plan_hiring.hire(problem(tmp_path), {"cost": 3000, "weeks": 13, "level": 0.0}) is None


def test_the_page_says_which_is_cheaper_and_that_it_is_a_model(tmp_path):
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN + HIRING))]) == 0
    said = words((tmp_path / "plan.html").read_text("utf-8"))
    assert "By hiring: 1 hire for 3,000 EUR until month 3, their pay not counted. Training is cheaper by" in said
    assert "This is a model" in said and "wages not counted" in said
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN + HIRING.replace("3000", "1")))]) == 0
    assert "Hiring is cheaper by" in words((tmp_path / "plan.html").read_text("utf-8"))


def test_hiring_without_a_target_is_refused(tmp_path, capsys):
    assert main(["plan", str(written(tmp_path, SMALL_PLAN.replace("target = 0.4\n", "") + HIRING))]) == 2
    assert "hiring needs a skill with a target" in capsys.readouterr().err

"""The arithmetic of a plan's page: each line is worked out again from what the page prints."""

import html
import json
import math
import re

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main

PAID = SMALL_PLAN.replace("content = 0.6", "content = 0.6\nlearner_cost = 3.5\nwage = 62\nstart = 2027-01-11")
PAID = PAID.replace("budget = 900", "budget = 2000").replace(
    "hours_scale = 10", "hours_scale = 10\ncost_per_hour = 4.25"
)
PAID += '\n[[skill]]\nname = "models"\nlevel = 0.1\nimportance = 2\nneeds = { "SQL" = 0.35 }\n'
LINE = re.compile(r'<tr><th scope="row" class="text">([^<]+)</th><td>([^<]+)</td><td>= ([^<]+)</td></tr>')


@pytest.fixture(scope="module")
def paid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paid")
    assert main(["plan", "--quick", str(written(folder, PAID))]) == 0
    return (folder / "plan.html").read_text(encoding="utf-8")


def lines_of(page):
    """(what, sum, result) of each line of arithmetic."""
    return [tuple(map(html.unescape, found)) for found in LINE.findall(page)]


def worked_out(text):
    """What a sum gives, from its characters alone."""
    plain = re.sub(r" h\b| people\b|,", "", text).replace("×", "*").replace("−", "-")
    assert re.fullmatch(r"(?:exp|[\d.+*/() -])+", plain), text
    return eval(plain, {"__builtins__": {}, "exp": math.exp})


def test_each_line_gives_its_result_from_what_is_printed(paid):
    lines = lines_of(paid)
    assert len(lines) > 20
    for what, text, result in lines:
        number = result.removesuffix(" h").replace(",", "")
        digits = len(number.partition(".")[2])
        assert abs(worked_out(text) - float(number)) <= 0.5000001 * 10**-digits, (what, text, result)


def test_the_parts_of_the_cost_add_up_to_the_cent(paid):
    results = {what: float(result.removesuffix(" h").replace(",", "")) for what, _, result in lines_of(paid)}
    parts = {
        kind: sum(results.get(f"{stage}: {kind}", 0) for stage in ("principles", "practice"))
        for kind in ("learners", "rooms")
    }
    assert parts["learners"] > 0 and parts["rooms"] > 0
    for kind, amount in parts.items():
        assert round(amount, 2) == results[f"all {kind}"]
    total = results["all trainers"] + results["all learners"] + results["all rooms"]
    assert round(total, 2) == results["cost of the plan"] <= 2000
    assert results["person-hours"] == pytest.approx(4 * results["hours of each person"])
    assert results["wages, beside the budget"] == pytest.approx(62 * results["person-hours"], abs=0.005)


def test_the_arithmetic_is_that_of_the_plan(tmp_path, capsys, paid):
    assert main(["plan", "--quick", "--json", str(written(tmp_path, PAID))]) == 0
    data = json.loads(capsys.readouterr().out)
    results = {what: float(result.removesuffix(" h").replace(",", "")) for what, _, result in lines_of(paid)}
    assert results["gain, by importance"] == pytest.approx(data["gain"], abs=2e-5)
    assert (
        results["cost of the plan"]
        == pytest.approx(data["cost"], abs=0.05)
        == pytest.approx(data["costs"]["total"], abs=0.05)
    )
    hours = sum(sum(row.values()) for row in data["hours"].values())
    assert results["hours of each person"] == pytest.approx(hours, abs=1e-3)


def test_everything_that_goes_in_stands_on_the_page(paid):
    said = words(paid)
    for name, value in (("learner_cost", "3.5"), ("wage", "62"), ("ceiling", "1"), ("budget", "2,000")):
        assert name in said and f" {value} " in said
    assert "models 0.1 none 2 0.667 SQL at 0.35" in said
    assert "Ada 0.8 100 " in said and "Ben 0.5 50 " in said
    assert "practice 0.5 0.5 0.5 0.6 10 h 4.25" in said


def test_hours_of_people_are_counted_with_wages_or_said_to_be_left_out(paid, tmp_path):
    assert "hours × 4 people = " in words(paid) and "Their wages are " in words(paid)
    assert main(["plan", "--quick", str(written(tmp_path))]) == 0
    assert "What these hours cost the company is not counted" in words((tmp_path / "plan.html").read_text("utf-8"))


def test_the_first_lesson_of_each_stage_has_its_day(paid):
    assert re.search(r"SQL principles [\d.]+ 11 Jan 2027", words(paid))
    assert re.search(r"principles (Ada|Ben) .* 11 Jan 2027 ", words(paid))

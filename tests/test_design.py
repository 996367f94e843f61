"""`python -m grading design`: designs compared by simulation, and who gets what, drawn so that anybody can check it."""

import csv
import json
import re
import shutil
from dataclasses import replace

import pytest
from lead_helpers import written

from grading.__main__ import main
from grading.lead import cohort_table, design_file, designing
from grading.lead.cohort_table import Cohort
from grading.records import folders
from trainlib import cohort

EXAMPLE = folders.root / "grading" / "design.example.toml"
SMALL = """\
title = "Small"
people = 24
budget = 5000
currency = "EUR"
test_cost = 20
wished_width = 0.99
seed = 5
waves = 2
start = 2027-09-06
measure_after = ["theory"]
simulations = 20
trainers = { "Ada" = 0.8, "Ben" = 0.6 }

[[stage]]
name = "theory"
weight = 0.4
trainer_share = 0.6
content_share = 0.4
hours_scale = 5
weeks = 2
hours = 6
low = 3
high = 9
cost_per_hour = 10

[[stage]]
name = "practice"
weight = 0.4
trainer_share = 0.5
content_share = 0.5
hours_scale = 10
weeks = 3
hours = 12
low = 6
high = 24
cost_per_hour = 10
"""
LIST = "learner,email,score\n" + "".join(f"p{number:02d},p{number}@b.org,{number % 10 / 20}\n" for number in range(25))
OTHER = ("hours differ", "waves, hours differ", "all alike, tests between")


def compared(folder, content, capsys):
    assert main(["design", "--json", str(written(folder, content, "design.toml"))]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return designing.compare(written(tmp_path_factory.mktemp("design"), SMALL, "design.toml"))


def test_every_design_is_compared_by_what_it_narrows_and_takes(found):
    by_name = {one.name: one for one in found.designs}
    assert len(by_name) == 8 and found.simulated and found.with_more_people == ()
    both, alike = by_name["waves, hours differ, tests between"], by_name["all alike"]
    assert (alike.hours, alike.tests, alike.waiting, alike.cost) == (0, 0, 0, 0)
    assert both.hours == pytest.approx(24 * 3) and both.tests == 24 + 12 and both.waiting == 5
    assert both.cost == pytest.approx(24 * 3 * 10 + 36 * 20)
    assert both.widest < by_name["hours differ"].widest <= alike.widest
    for one in found.narrowed:
        assert one.width <= one.all_alike and by_name[one.by].width[one.stage] == one.width


def test_the_cheapest_design_that_is_narrow_enough_is_advised(found):
    enough = [one for one in found.designs if one.widest <= 0.99 and one.holds >= designing.LEAST_COVERED]
    cheapest = min(enough, key=lambda one: (one.cost, one.waiting))
    assert found.advice.startswith(f"Take “{cheapest.name}”")


def test_where_money_or_people_are_too_few_it_says_so_and_how_many_it_takes(tmp_path, capsys, monkeypatch):
    few = SMALL.replace("0.99", "0.01").replace("waves = 2\n", "")
    summary = compared(tmp_path, few, capsys)
    assert re.search(r"none of these .* to 0.01, and 96 people do not either: the narrowest is “.*”", summary["advice"])
    assert {one["people"] for one in summary["with_more_people"]} == {48, 96}
    poor = SMALL.replace("budget = 5000", "budget = 10").replace("0.99", "0.6").replace('["theory"]', "[]")
    request = design_file.read(written(tmp_path, poor, "design.toml"))
    one = designing.Compared("x", 24, {"theory": 0.5}, {"theory": 0.95}, 0, 0, 0, 0, 500.0)
    said = designing._advice(request, [one], [replace(one, people=48, cost=900.0)])
    assert "within the budget of 10 EUR (“x” does, for 500 EUR); 48 people do" in said


def test_the_words_and_the_table_say_that_nobody_took_part(tmp_path, capsys):
    small = SMALL.replace("waves = 2\n", "").replace('["theory"]', "[]")
    assert main(["design", str(written(tmp_path, small, "design.toml"))]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("SIMULATED cohorts, 20 a design, seed 5: nobody took part.")
    assert "simulating 24 people: hours differ" in said.err and "waves" not in said.out.partition("note:")[0].replace(
        "waiting", ""
    )
    assert "Without waves, what people learn in these weeks without the course counts as the course's" in said.out


def test_the_example_is_valid_and_its_seed_gives_the_same_each_time():
    request = design_file.read(EXAMPLE)
    assert [stage.name for stage in request.training.stages] == ["principles", "theory", "practice", "project"]
    assert len(request.designs) == 8 and request.fullest.hours.shape == (8, 4) and request.fullest.waves == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("people = 24", "people = 3", r"line 2: people is 3; it must be a whole number from 8 to 2000"),
        ("low = 3", "low = 7", r"stage 'theory': low is 7; it must be at most the usual hours, 6"),
        ("high = 24", "high = 2", r"stage 'practice': high is 2; it must be at least the usual hours, 12"),
        ('["theory"]', '["practice"]', r"measure_after 1 is 'practice'; it must be one of theory; check-out is after"),
        ("waves = 2", "waves = 6\nwait = 3", r"line 9: wait is no field here"),
        ("2027-09-06", "2027-09-07", r"line 9: start is 2027-09-07, a Tuesday; it must be the Monday"),
        ("weight = 0.4\ntrainer_share = 0.5", "trainer_share = 0.5", r"weight is missing; .* with --cohort"),
        ("weight = 0.4\ntrainer_share = 0.5", "weight = 0.9\ntrainer_share = 0.5", r"sum to 1.3"),
        ('name = "practice"', 'name = "theory"', r"name is 'theory'; it must be a name that no other stage has"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(tmp_path, capsys, old, new, message):
    assert main(["design", str(written(tmp_path, SMALL.replace(old, new, 1), "design.toml"))]) == 2
    assert re.search(message, capsys.readouterr().err)


def test_a_last_cohort_gives_weights_luck_and_trainers(tmp_path, monkeypatch):
    content = SMALL.replace("weight = 0.4\n", "")
    training = design_file.read(written(tmp_path, SMALL, "design.toml")).training
    table = cohort.simulate(
        training, 400, 20, trainers={"x": 0.9, "y": 0.3}, noise=0.15, hours=[6, 12], items=20, seed=1
    )
    last = Cohort("Spring", "EUR", table, 20, ())
    request = design_file.read(written(tmp_path, content, "design.toml"), last)
    assert [stage.weight for stage in request.training.stages] == list(cohort.fit(table, training, items=20).weights)
    assert request.setting.noise == pytest.approx(0.15, abs=0.04) and set(request.setting.trainers) == {"x", "y"}
    assert "“Spring”, 400 SIMULATED learners" in request.sources[0]
    alike = Cohort("Autumn", "", table.assign(hours=6, trainer="x", trainer_rating=1, content_rating=1), 20, ())
    with pytest.raises(ValueError, match="Autumn gives no weights to design with: .* Leave out --cohort"):
        design_file.read(written(tmp_path, content, "design.toml"), alike)
    monkeypatch.setattr(cohort_table, "read", lambda path: last)
    assert "“Spring”" in designing.compare(written(tmp_path, content, "d.toml"), tmp_path / "cohort.toml").notes[0]


@pytest.fixture
def drawn(tmp_path):
    """A folder with an assignment of 25 learners, by a design.toml whose weights a cohort would give."""
    words = ["--assign", str(written(tmp_path, LIST, "list.csv")), "--out", str(tmp_path / "out")]
    content = SMALL.replace("weight = 0.4\n", "")
    assert main(["design", str(written(tmp_path, content, "design.toml")), *words]) == 0
    return tmp_path / "out"


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_an_assignment_has_a_roster_a_calendar_its_seed_and_hashes(drawn, capsys):
    roster = rows_of(drawn / "assignment.csv")
    assert len(roster) == 25 and sorted(row["wave"] for row in roster).count("1") in (12, 13)
    assert {row["hours of practice"] for row in roster} == {"6", "24"}
    calendar = [tuple(row.values()) for row in rows_of(drawn / "calendar.csv")]
    assert ("2", "test before waiting", "2027-09-06", "2027-09-06") in calendar
    assert ("1", "theory", "2027-09-06", "2027-09-17") in calendar and (
        "2",
        "check-in",
        "2027-10-11",
        "2027-10-11",
    ) in calendar
    record = json.loads((drawn / "drawn.json").read_text())
    assert record["seed"] == 5 and "PCG64" in record["algorithm"] and record["stratified by"] == "score"
    assert all(len(value) == 64 for value in record["sha256"].values())
    assert "@" not in (drawn / "learners.csv").read_text()  # what the drawing does not need
    assert main(["design", "--check", str(drawn)]) == 0 and "the same" in capsys.readouterr().out


def test_the_order_of_the_list_changes_nothing(drawn, tmp_path):
    first, *rest = LIST.splitlines()
    turned = written(tmp_path, "\n".join([first, *rest[::-1]]), "turned.csv")
    words = ["design", str(tmp_path / "design.toml"), "--assign", str(turned), "--out", str(tmp_path / "other")]
    assert main(words) == 0
    assert (tmp_path / "other" / "drawn.json").read_text() == (drawn / "drawn.json").read_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("assignment.csv", ",1,", ",2,", "assignment.csv is not what list, design and seed give"),
        ("learners.csv", "p03", "p99", "learners.csv was changed"),
        ("design.toml", "seed = 5", "seed = 6", "design.toml has the seed 6, drawn.json has 5"),
        ("drawn.json", '"seed": 5', '"seed": 6', "design.toml has the seed 5, drawn.json has 6"),
        ("drawn.json", "PCG64", "MT19937", "it was drawn by another algorithm than this one"),
        ("calendar.csv", "2027-09-06", "2027-09-13", "calendar.csv is not what"),
    ],
)
def test_an_assignment_that_was_changed_is_told_and_by_what(drawn, capsys, file, old, new, said):
    path = drawn / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert main(["design", "--check", str(drawn), "--json"]) == 1
    printed = capsys.readouterr().out
    outcome = json.loads(printed[printed.index("{\n") :])
    assert not outcome["same"] and any(said in fault for fault in outcome["faults"])


def test_nobody_draws_twice_into_one_folder(drawn, tmp_path, capsys):
    before = (drawn / "assignment.csv").read_bytes()
    words = ["design", str(tmp_path / "design.toml"), "--assign", str(tmp_path / "list.csv"), "--out", str(drawn)]
    assert main(words) == 2 and "whoever draws twice may choose" in capsys.readouterr().err
    assert (drawn / "assignment.csv").read_bytes() == before
    shutil.rmtree(drawn)
    assert main(["design", "--check", str(drawn)]) == 2
    assert "cannot be read as the record of an assignment" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name\nx\n", "has the columns ['name']; learner is missing"),
        ("learner,score\na,1.5\n", "line 2: score is '1.5'; it must be that of check-in, from 0 to 1"),
        ("learner,team\na,x\nb,\n", "line 3: team is empty"),
        ("learner\na\na\n", "line 3: 'a' stands there twice"),
        ("learner\n../a\n", "line 2: learner is '../a'"),
        ("learner\na\nb\nc\n", "has 3 learners; 2 waves need two each"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_is_refused(tmp_path, capsys, content, said):
    words = ["--assign", str(written(tmp_path, content, "list.csv")), "--out", str(tmp_path / "out")]
    assert main(["design", str(written(tmp_path, SMALL, "design.toml")), *words]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_options_that_do_not_go_together_are_refused(capsys):
    for words in (["design"], ["design", "x.toml", "--assign", "l.csv"], ["design", "x.toml", "--check", "out"]):
        assert main(words) == 2
        assert "give DESIGN_TOML" in capsys.readouterr().err

"""Each person's skills on a plan's page: as the model of the training has them, and refused where they cannot be."""

import pytest
from lead_helpers import SMALL_PLAN, words, written

from grading.__main__ import main
from grading.lead import plan_page, plan_people

PERSONS = """
[[person]]
name = "Mia"
levels = { SQL = 0.1 }
[[person]]
name = "Noa <i>"
levels = { SQL = 0.5 }
"""


def test_a_person_gains_by_what_is_left_to_learn(tmp_path):
    request, plan = plan_page.solved(written(tmp_path, SMALL_PLAN + PERSONS))
    rows = plan_people.matrix(request.document, plan)
    quality = [
        next(one.quality for one in plan.problem.trainers if one.name == plan.trainers[stage])
        for stage in plan.hours.index
    ]
    after = [request.problem.effect.after(level, quality, 0.6, plan.hours["SQL"].to_numpy()) for level in (0.1, 0.5)]
    assert rows[0]["cells"] == [f"0.100 → {after[0]:.3f}" + (f", {0.4 - after[0]:.3f} short" if after[0] < 0.4 else "")]
    assert rows[1]["cells"] == [f"0.500 → {after[1]:.3f}"]
    assert sum(after) / 2 == pytest.approx(plan.levels["SQL"])


def test_the_page_shows_persons_only_where_the_file_names_them(tmp_path, capsys):
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN + PERSONS))]) == 0
    text = (tmp_path / "plan.html").read_text("utf-8")
    assert "Noa &lt;i&gt;" in text and "Each person now and after the plan" in words(text)
    assert "line 3: people is 4, but there are 2 [[person]] tables" in capsys.readouterr().out
    assert main(["plan", "--quick", str(written(tmp_path))]) == 0
    assert "Each person now" not in (tmp_path / "plan.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("SQL = 0.1", "Java = 0.1", "person 'Mia': levels.Java is no skill; these are: SQL"),
        ("SQL = 0.1", "SQL = 1.1", "person 'Mia': levels.SQL is 1.1; it must be a number from 0 to 1"),
        ('"Noa <i>"', '"mia"', "person 'mia': name is 'mia'; it must be a name that no other person has"),
    ],
)
def test_what_a_person_cannot_have_is_refused(tmp_path, capsys, before, after, said):
    assert main(["plan", "--quick", str(written(tmp_path, SMALL_PLAN + PERSONS.replace(before, after)))]) == 2
    assert said in capsys.readouterr().err


def test_a_mean_that_is_not_the_level_is_noted(tmp_path, capsys):
    other = (SMALL_PLAN + PERSONS).replace("people = 4", "people = 2").replace("SQL = 0.5", "SQL = 0.7")
    assert main(["plan", "--quick", str(written(tmp_path, other))]) == 0
    assert "line 26: the level of 'SQL' is 0.3, but the mean of its persons is 0.400" in capsys.readouterr().out

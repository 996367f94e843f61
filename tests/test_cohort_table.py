"""From nbgrader's real database, surveys and cohort.toml to the one table that is fitted and planned with."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lead_helpers import hand_in

from grading.__main__ import main
from grading.intake.collect import collect
from grading.lead.cohort_table import read
from grading.records import folders, tomlfile
from grading.records.gradebook import gradebook
from trainlib import cohort as model

COURSE = """
[course]
title = "A course for tests"
repository = "OWNER/REPO"
branch = "main"
[[stage]]
folder = "1_principles"
title = "1"
promise = "p"
[[stage]]
folder = "2_theory"
title = "2"
promise = "t"
"""
CHECK_IN, CHECK_OUT = ("1_principles", "1-00_check_in"), ("2_theory", "4-10_check_out")
COHORT = """\
title = "Spring"
learner_hour = 10
[hours]
principles = 6
theory = 8
[rates]
Ada = 100
Ben = 60
[[team]]
name = "payments"
members = ["ada-l", "ben"]
[team.stage]
principles = { trainer = "Ada", start = 2027-01-11, end = 2027-01-15 }
theory = { trainer = "Ben", start = 2027-01-18, end = 2027-01-29, hours = 12 }
[[team]]
name = "risk"
members = ["carl", "dora", "emil", "fay"]
[team.stage]
principles = { trainer = "Ben", start = 2027-02-08, end = 2027-02-12 }
theory = { trainer = "Ada", start = 2027-02-15, end = 2027-02-26 }
"""
NONE, ABSENT, EMPTY = None, "not handed in", "handed in without an answer"
# Points of 10 at check-in and of 20 at check-out.
SCORES = {
    "ada-l": (4, 15),
    "ben": (5, ABSENT),
    "carl": (2, 8),
    "dora": (ABSENT, 19),
    "zoe": (1, 2),
    "emil": (3, NONE),
    "fay": (4, EMPTY),
}
ANSWERS = {
    ("ada-l", "1_principles"): {"content": 4, "trainer": 5, "hours": 7.5, "confidence": 2},
    ("ada-l", "2_theory"): {"content": 3, "change": "more time"},
    ("carl", "1_principles"): {"trainer": 1},
}


def fill_gradebook(state, scores):
    """Points by learner, as (check-in, check-out), into nbgrader's database by its own calls."""
    with gradebook() as book:
        for (stage, lesson), points in ((CHECK_IN, 10), (CHECK_OUT, 20)):
            book.add_assignment(stage)
            book.add_notebook(lesson, stage)
            book.add_grade_cell("items-tests", lesson, stage, max_score=points, cell_type="code")
        for learner, given in scores.items():
            book.add_student(learner)
            for (stage, lesson), points in zip((CHECK_IN, CHECK_OUT), given):
                book.add_submission(stage, learner)
                grade = book.find_grade("items-tests", lesson, stage, learner)
                grade.auto_score = (
                    0 if points in (ABSENT, EMPTY, NONE) else points
                )  # nbgrader gives 0 to what is not there
                grade.needs_manual_grade = points is NONE
                if points != ABSENT:
                    hand_in(learner, stage, lesson, answer="" if points == EMPTY else "a")
        book.db.commit()


def answer_surveys(folder, answers):
    for (learner, stage), given in answers.items():
        path = folder / learner / stage / "survey.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"stage": stage, "answers": given}))
    assert collect(folder).refused == []


@pytest.fixture(scope="module")
def small_course(tmp_path_factory):
    """A course of two stages, its gradebook with six learners, and their surveys."""
    root = tmp_path_factory.mktemp("course")
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(COURSE)
    with pytest.MonkeyPatch.context() as patch, folders.state_in(root / "state"):
        patch.setattr(folders, "root", root)
        fill_gradebook(root / "state", SCORES)
        answer_surveys(root / "in", ANSWERS)
        yield root


def written(folder, content=COHORT):
    path = folder / "cohort.toml"
    path.write_text(content)
    return path


@pytest.fixture
def found(small_course, tmp_path):
    return read(written(tmp_path))


def row(found, learner, stage):
    return found.table.set_index(["learner", "stage"]).loc[learner, stage]


def test_the_table_is_one_that_the_model_accepts(found):
    pd.testing.assert_frame_equal(model.check(found.table), found.table)
    assert list(found.table.learner.unique()) == ["ada-l", "ben", "carl", "emil", "fay"]
    assert list(found.table.stage.unique()) == ["principles", "theory"]


def test_a_cohort_of_the_demo_is_called_simulated_and_another_one_is_not(small_course, found, tmp_path):
    assert not found.table.attrs["simulated"]
    hand_in("simulated-ada", *CHECK_IN)
    with gradebook() as book:
        book.add_student("simulated-ada")
        grade = book.add_submission(CHECK_IN[0], "simulated-ada").notebooks[0].grades[0]
        grade.auto_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    try:
        alone = COHORT.replace('["ada-l", "ben"]', '["simulated-ada"]').replace(
            '["carl", "dora", "emil", "fay"]', '["x"]'
        )
        assert read(written(tmp_path, alone)).table.attrs["simulated"]
    finally:
        with gradebook() as book:
            book.remove_student("simulated-ada")


def test_scores_are_shares_of_the_points_of_check_in_and_check_out(found):
    assert (row(found, "ada-l", "theory").pre, row(found, "ada-l", "theory").post) == (0.4, 0.75)


def test_hours_of_the_survey_replace_those_planned_and_a_teams_own_hours_those_of_all(found):
    assert [row(found, "ada-l", stage).hours for stage in ("principles", "theory")] == [7.5, 12]
    assert [row(found, "carl", stage).hours for stage in ("principles", "theory")] == [6, 8]


def test_hours_that_were_drawn_count_where_the_survey_has_none_and_a_team_of_two_waves_is_noted(small_course, tmp_path):
    roster = ["learner,team,wave,hours of principles,hours of theory", "ada-l,x,1,3,20", "carl,x,1,2,5", "emil,x,2,9,1"]
    (tmp_path / "assignment.csv").write_text("\n".join(roster))
    path = tmp_path / "cohort.toml"
    path.write_text('assignment = "assignment.csv"\n' + COHORT)
    made = read(path)
    hours = made.table.set_index(["learner", "stage"]).hours
    assert (hours["ada-l", "principles"], hours["ada-l", "theory"], hours["carl", "principles"]) == (7.5, 20, 2)
    assert hours["ben", "theory"] == 12 and hours["emil", "theory"] == 1
    assert any(
        "team 'risk' starts together, but its members were drawn into the waves 1 and 2" in n for n in made.notes
    )
    for content, said in (
        ("\n".join(roster).replace(",20", ",many"), "line 2: hours of theory is 'many'"),
        ("a,b\n1,2", "assignment.csv is no assignment"),
    ):
        (tmp_path / "assignment.csv").write_text(content)
        with pytest.raises(ValueError, match=said):
            read(path)


def test_ratings_are_shares_and_open_answers_stay_empty(found):
    ratings = row(found, "ada-l", "principles")[["trainer_rating", "content_rating", "confidence"]]
    assert list(ratings) == [1.0, 0.75, 0.25]
    assert row(found, "carl", "principles").trainer_rating == 0
    assert np.isnan(row(found, "ada-l", "theory").trainer_rating) and np.isnan(
        row(found, "carl", "theory").content_rating
    )


def test_a_place_costs_its_share_of_the_trainers_planned_hours_and_the_learners_own(found):
    assert row(found, "ada-l", "principles").cost == 100 * 6 / 2 + 7.5 * 10
    assert row(found, "ada-l", "theory").cost == 60 * 12 / 2 + 12 * 10
    assert row(found, "carl", "theory").cost == pytest.approx(100 * 8 / 4 + 8 * 10)


def test_days_are_kept_so_that_teams_that_begin_later_can_be_compared(found):
    assert str(row(found, "carl", "theory").start.date()) == "2027-02-15"


def test_what_is_missing_is_said_and_never_made_up(found):
    assert found.notes == (
        "zoe: left out, as no team names them",
        "dora: left out, as there is no score of their check-in",
        "emil: their check-in or check-out waits for a person (`make grade`)",
        "ben, emil, fay: without a check-out, so no gain",
        "ben, emil, fay: no survey of principles: the hours planned count, and there are no ratings",
        "ben, carl, emil, fay: no survey of theory: the hours planned count, and there are no ratings",
    )
    assert np.isnan(row(found, "ben", "theory").post) and np.isnan(row(found, "emil", "theory").post)


def test_a_lesson_that_was_handed_in_again_and_waits_for_grading_has_no_score(small_course, tmp_path):
    path = small_course / "state" / "submitted" / "carl" / CHECK_OUT[0] / f"{CHECK_OUT[1]}.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"part_1", b"part_2"))
    try:
        assert np.isnan(row(read(written(tmp_path)), "carl", "theory").post)
    finally:
        path.write_bytes(before)


def test_the_command_writes_the_table_and_says_what_is_missing(small_course, tmp_path, capsys):
    assert main(["cohort", str(written(tmp_path)), "--csv", str(tmp_path / "cohort.csv")]) == 0
    said = capsys.readouterr().out
    assert "Spring: 5 learners in 2 teams and 2 stages, 2 with a check-out; 10 rows" in said
    assert "note: zoe: left out" in said
    assert len(model.check(pd.read_csv(tmp_path / "cohort.csv"))) == 10


def test_a_stage_that_begins_before_the_last_one_ended_is_noted_with_its_line(small_course, tmp_path):
    text = COHORT.replace("start = 2027-01-18, end", "start = 2027-01-14, end")
    first, *_ = read(written(tmp_path, text)).notes
    assert first.startswith(
        "cohort.toml, line 14: team 'payments' began theory on 2027-01-14, before principles ended on"
    )
    same_day = COHORT.replace("start = 2027-01-18, end", "start = 2027-01-15, end")
    assert "began" not in " ".join(read(written(tmp_path, same_day)).notes)


def test_what_the_table_holds_is_data_too(small_course, found, tmp_path, capsys):
    assert main(["cohort", "--json", str(written(tmp_path)), "--csv", str(tmp_path / "cohort.csv")]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["title"], data["learners"], data["with_check_out"], data["teams"]) == ("Spring", 5, 2, 2)
    assert len(data["rows"]) == 10 and data["rows"][0]["start"] == "2027-01-11" and data["notes"] == list(found.notes)
    assert [row["post"] for row in data["rows"] if row["learner"] == "ben"] == [None, None]


def test_no_name_in_the_table_is_a_formula_that_a_spreadsheet_runs(small_course, tmp_path):
    text = COHORT.replace('name = "payments"', 'name = "=1+1"').replace("Ada = 100", '"@Ada" = 100')
    text = text.replace('trainer = "Ada"', 'trainer = "@Ada"')
    assert main(["cohort", str(written(tmp_path, text)), "--csv", str(tmp_path / "cohort.csv")]) == 0
    table = pd.read_csv(tmp_path / "cohort.csv")
    assert set(table.team) == {"'=1+1", "risk"} and set(table.trainer) == {"'@Ada", "Ben"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('title = "Spring"\n', "", "line 1: title is missing; it must be a text"),
        ('title = "Spring"', "title = 5", "line 1: title is 5; it must be a text"),
        ("learner_hour = 10", "learner_hours = 10", "line 2: learner_hours is no field here; these are: title, hours,"),
        ("learner_hour = 10", "learner_hour = nan", "line 2: learner_hour is nan; it must be an amount of at least 0"),
        ("theory = 8", 'theory = "8"', "line 5: hours.theory is '8'; it must be a number of hours of at least 0"),
        ("theory = 8", "theories = 8", "line 5: hours.theories is no stage; these are: principles, theory"),
        ("Ben = 60", "Ben = -60", "line 8: rates.Ben is -60; it must be an amount of at least 0"),
        ('["ada-l", "ben"]', "[]", "line 11: team 'payments': members is ..; it must be a list of learners' names"),
        (
            '["ada-l", "ben"]',
            '["carl", "ben"]',
            "line 17: team 'risk': members 1 is 'carl', who stands in team 'payments'",
        ),
        (
            'name = "risk"',
            'name = "payments"',
            "line 16: team 'payments': name is 'payments'; it must be a name that no",
        ),
        ('name = "risk"\n', "", "line 15: team 2: name is missing; it must be a name"),
        (
            '{ trainer = "Ada", start = 2027-01-11',
            '{ trainer = "Eva", start = 2027-01-11',
            "line 13: .*one of .rates.: Ada, Ben",
        ),
        (
            "end = 2027-01-15",
            "end = 2027-01-01",
            "line 13: .*stage.principles.end is 2027-01-01; it must be a day from the",
        ),
        (
            "start = 2027-02-15",
            'start = "soon"',
            "line 20: team 'risk': stage.theory.start is 'soon'; it must be a date, su",
        ),
        (", end = 2027-02-26 }", "}", "line 20: team 'risk': stage.theory.end is missing; it must be a date"),
        (
            '\ntheory = { trainer = "Ada"',
            '\ntheories = { trainer = "Ada"',
            "line 18: .*stage.theory is missing: each team",
        ),
        ("[hours]", "[hours", r"is not TOML: .*\(at line 3, column 7\)"),
    ],
)
def test_each_wrong_field_is_named_with_its_line(small_course, tmp_path, capsys, before, after, said):
    assert before in COHORT
    path = written(tmp_path, COHORT.replace(before, after, 1))
    assert main(["cohort", str(path), "--csv", str(tmp_path / "cohort.csv")]) == 2
    assert re.search(said, capsys.readouterr().err)
    assert not (tmp_path / "cohort.csv").exists()


def test_all_wrong_fields_are_named_at_once_in_the_order_of_the_file(small_course, tmp_path):
    wrong = COHORT.replace("theory = 8", "theory = -8").replace("Ben = 60", 'Ben = "60"').replace('"Spring"', "1", 1)
    with pytest.raises(ValueError) as refused:
        read(written(tmp_path, wrong))
    assert re.findall(r"line (\d+)", str(refused.value)) == ["1", "5", "8"]


def test_a_gradebook_without_the_check_in_and_a_cohort_without_scores_are_named(small_course, tmp_path):
    with pytest.raises(ValueError, match="the gradebook has no lesson '1-99_other'"):
        read(written(tmp_path, 'check_in = "1-99_other"\n' + COHORT))
    nobody = COHORT.replace('["carl", "dora", "emil", "fay"]', '["x"]').replace('["ada-l", "ben"]', '["y"]')
    with pytest.raises(ValueError, match="no learner can stand in the cohort's table:\n.*left out, as no team names"):
        read(written(tmp_path, nobody))


def test_the_example_can_be_read_once_its_learners_are_there(small_course, tmp_path):
    example = (Path(__file__).parent.parent / "grading" / "cohort.example.toml").read_text(encoding="utf-8")
    shorter = re.sub(r"^(practice|project) .*\n", "", example, flags=re.MULTILINE).replace("pay-01", "ada-l")
    found = read(written(tmp_path, shorter))
    assert list(found.table.learner.unique()) == ["ada-l"] and found.items == 20


def test_a_line_is_found_in_tables_lists_and_values_of_several_lines(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(
        '# title\ntitle = """\na\n[b]\n"""\n\n[[part]]\nname = "x"\nlist = [\n  1,\n  2,\n]\n[part.deep]\nk = 1\n'
    )
    document = tomlfile.read(path, {})
    places = [("title",), ("part",), ("part", 0, "name"), ("part", 0, "list", 1), ("part", 0, "deep", "k"), ("part", 1)]
    assert [document.line(*place) for place in places] == [2, 7, 8, 9, 14, 7]
    assert document.line("part", 0, "absent") == 7


def test_the_lines_of_many_faults_are_found_in_one_pass(tmp_path, monkeypatch):
    parts = "".join(f'[[part]]\nname = "{number}"\nlist = [\n  1,\n]\nshare = 7\n' for number in range(100))
    path = tmp_path / "a.toml"
    path.write_text(parts)
    schema = tomlfile.table(
        "a file",
        {},
        {
            "part": tomlfile.each(
                "parts", tomlfile.table("a part", {"share": tomlfile.share()}, {"name": {}, "list": {}})
            )
        },
    )
    read, lines = [], tomlfile.tomllib.loads
    monkeypatch.setattr(tomlfile.tomllib, "loads", lambda text: read.append(text.count("\n") + 1) or lines(text))
    with pytest.raises(ValueError) as refused:
        tomlfile.read(path, schema)
    assert re.findall(r"line (\d+)", str(refused.value)) == [str(6 * number + 6) for number in range(100)]
    assert sum(read) < 3 * 600  # lines that were parsed: the file as a whole, and each statement by itself


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rate = 0,5", r"write rate = 0.5 \(decimals come after a point\)"),
        ("rate = 60%", r"write rate = 0.6 \(a share is a number from 0 to 1, without a percent sign\)"),
        ("rate = €5.000,50", r"write rate = 5000.50 \(a number stands without its currency"),
        ("rate = 1 000 EUR", "write rate = 1000 "),
        (
            'rate = "60 %"',
            "line 1: rate is '60 %'; it must be a number from 0 to 1: write 0.6, without quotation marks",
        ),
        ('rate = "0,5"', "it must be a number from 0 to 1: write 0.5"),
        ("rate = [50%, 20%]", "write 0.5 in place of 50%"),
        ("rate = 31.01.2027", "write the date as 2027-01-31"),
        ("rate = yes", "write rate = true"),
        ("rate = Spring", 'put the text in quotation marks: rate = "Spring"'),
        ("rate = “Spring”", "has typographic quotation marks; write straight ones"),
        ("Ada Lovelace = 1", 'put the name in quotation marks: "Ada Lovelace" = …'),
    ],
)
def test_what_a_spreadsheet_makes_of_a_number_is_explained(tmp_path, line, said):
    path = tmp_path / "a.toml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        tomlfile.read(path, tomlfile.table("a file", {}, {"rate": tomlfile.share()}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_of_windows(tmp_path, encoding):
    path = tmp_path / "a.toml"
    path.write_bytes("# ö\r\na = 1\r\nb = 'é'\r\n".encode(encoding))
    document = tomlfile.read(path, {})
    assert document.values == {"a": 1, "b": "é"} and document.line("b") == 3

"""The six questions that close a stage, from a learner's cell through the zip to what the instructor reads."""

import inspect
import json
import re
import shutil
import zipfile

import numpy as np
import pytest

from grading.authoring.build import read_source
from grading.intake.collect import collect, surveys
from grading.records import folders
from trainlib import lesson
from trainlib.editions import copy_lessons
from trainlib.lesson import survey_file as questions

STAGE, OTHER = "1_principles", "2_theory"
FIVE = {"content": 4, "trainer": 5, "hours": 6.5, "confidence": 3, "change": "fewer “sliders”, more doing"}
ALL = FIVE | {"assistant": 2}


@pytest.fixture
def work(tmp_path):
    """A learner's folder with fresh copies of the lessons."""
    copy_lessons(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def state(tmp_path):
    with folders.state_in(tmp_path / "state"):
        yield tmp_path / "state"


def kept(zip_path):
    with zipfile.ZipFile(zip_path) as archive:
        return [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(questions.FILE)]


def test_answers_go_from_the_cell_through_the_zip_to_the_instructor(work, state, capsys):
    lesson.survey(STAGE, **ALL, start=work)
    path = lesson.hand_in(STAGE, "ada", start=work)
    assert "survey: all answered" in capsys.readouterr().out
    assert ("ada", STAGE, "survey") in [row[:3] for row in collect(path).taken]
    assert surveys() == {("ada", STAGE): ALL}


@pytest.mark.parametrize("place", [".", STAGE, OTHER])
def test_answers_are_saved_beside_the_notebooks_of_the_stage_wherever_the_cell_runs(work, place):
    lesson.survey(STAGE, hours=3, start=work / place)
    assert (work / STAGE / "survey.json").exists()


def test_an_answer_that_is_left_out_stays_as_it_was_saved(work, capsys):
    lesson.survey(STAGE, content=4, change="more time", start=work)
    lesson.survey(STAGE, content=2, hours=np.float64(5), start=work)
    lesson.survey(STAGE, change="  ", start=work)
    assert questions.read(work / STAGE, STAGE) == {"content": 2, "hours": 5.0, "change": "more time"}
    assert "left open: trainer, confidence, assistant" in capsys.readouterr().out


def test_without_an_answer_nothing_is_saved_and_it_says_what_to_do(work, capsys):
    lesson.survey(STAGE, start=work)
    assert "nothing is answered yet" in capsys.readouterr().out
    assert not (work / STAGE / "survey.json").exists()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"content": 6}, r"content is 6; it must be a whole number from 1 \(poor\) to 5"),
        ({"content": 3.5}, "content is 3.5"),
        ({"trainer": True}, "trainer is True"),
        ({"confidence": "4"}, "confidence is '4'"),
        ({"assistant": 5}, r"assistant is 5; it must be a whole number from 0 \(not at all\) to 4"),
        ({"assistant": -1}, "assistant is -1"),
        ({"hours": -1}, "hours is -1; it must be a number of hours from 0 to 1000"),
        ({"hours": float("nan")}, "hours is nan"),
        ({"hours": "six"}, "hours is 'six'"),
        ({"change": 5}, "change is 5; it must be a text"),
        ({"change": "x" * 1001}, "change is 'xxx"),
    ],
)
def test_an_answer_that_is_not_allowed_is_named_and_nothing_is_saved(work, answers, said):
    with pytest.raises(ValueError, match=said):
        lesson.survey(STAGE, **{"content": 4} | answers, start=work)
    assert not (work / STAGE / "survey.json").exists()


def test_a_missing_survey_is_named_and_keeps_nobody_from_handing_in(work, capsys):
    assert kept(lesson.hand_in(STAGE, "ada", start=work)) == []
    assert "survey: not answered, so not handed in: lesson.survey('1_principles', …)" in capsys.readouterr().out


def test_a_damaged_survey_is_named_left_out_and_can_be_answered_again(work, capsys):
    (work / STAGE / "survey.json").write_text("{ broken")
    assert kept(lesson.hand_in(STAGE, "ada", start=work)) == []
    assert "survey.json: it cannot be read as a survey" in capsys.readouterr().out
    lesson.survey(STAGE, content=1, start=work)
    assert len(kept(lesson.hand_in(STAGE, "ada", start=work))) == 1


def test_a_stage_that_is_not_there_is_named(work):
    shutil.rmtree(work / STAGE)
    with pytest.raises(ValueError, match="no lesson of 1_principles is in"):
        lesson.survey(STAGE, content=4, start=work)
    with pytest.raises(ValueError, match="stage is 'principles'; it must be one of 1_principles"):
        lesson.survey("principles", content=4, start=work)


def attempt(folder, learner, hour, content, stage=STAGE):
    path = folder / f"{learner}_{hour}.zip"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{learner}/{stage}/timestamp.txt", f"2026-01-05 {hour:02}:00:00.000000 UTC")
        archive.writestr(f"{learner}/{stage}/survey.json", content)
    return path


def text(stage=STAGE, **answers):
    return json.dumps({"stage": stage, "answers": answers})


def test_the_newest_survey_counts_in_whatever_order_they_come_and_none_is_lost(state, tmp_path):
    collect(attempt(tmp_path / "in", "ada", 11, text(content=5)))
    late = collect(attempt(tmp_path / "in", "ada", 9, text(content=1)))
    assert late.taken[0][-1].startswith("kept aside")
    assert surveys() == {("ada", STAGE): {"content": 5}}
    assert len(list(state.glob("attempts/ada/*/*/survey.json"))) == 2
    assert not (state / "submitted").exists()


def test_a_wrong_survey_is_refused_with_its_reason_and_the_rest_is_taken(state, tmp_path):
    wrong = {
        "ben": ("{", "cannot be read as a survey"),
        "carl": ("[]", "it holds no answers"),
        "dora": (text(), "it holds no answers"),
        "emil": (text(content=9), "content is 9; it must be"),
        "fay": (text(salary=9), "'salary' is no question"),
        "gus": (text(OTHER, content=4), "it is the survey of '2_theory', not of 1_principles"),
        "hal": (b"\xff\xfe\xff", "decode"),
        "ida": ("[" * 100_000, "cannot be read as a survey"),
    }
    for learner, (content, _) in wrong.items():
        attempt(tmp_path / "in", learner, 9, content)
    attempt(tmp_path / "in", "ada", 9, text(content=4))
    report = collect(tmp_path / "in")
    assert [row[0] for row in report.taken] == ["ada"]
    reasons = {what.split("_")[0]: why for what, why in report.refused}
    assert [learner for learner, (_, why) in wrong.items() if why not in reasons[learner]] == []
    assert surveys() == {("ada", STAGE): {"content": 4}}


def test_ratings_are_shares_of_the_way_from_one_to_five_points():
    assert [questions.share(points) for points in (1, 2, 5)] == [0, 0.25, 1]
    assert np.isnan(questions.share(None))


def test_a_survey_from_before_the_question_about_assistants_is_read_and_0_is_an_answer(work, state, tmp_path):
    collect(attempt(tmp_path / "in", "ada", 9, text(**FIVE)))
    assert surveys() == {("ada", STAGE): FIVE}
    lesson.survey(STAGE, assistant=0, start=work)
    assert questions.read(work / STAGE, STAGE) == {"assistant": 0}


def test_the_call_the_file_and_the_index_ask_the_same_six_questions():
    index = read_source(folders.root / "grading" / "source" / "index.py")
    cell = next(cell for cell in index.cells if cell["id"] == "survey")
    asked = [name for name in inspect.signature(lesson.survey).parameters if name not in ("stage", "start")]
    assert asked == re.findall(r"^    (\w+)=None,", cell.source, re.MULTILINE) == list(questions.ALLOWED)
    assert len(asked) == 6

"""What becomes of the answers to check-in and check-out: gradebook, feedback, before and after."""

import html
import io
import json
import re
import shutil
import zipfile
from contextlib import redirect_stdout

import nbformat
import pytest
from conftest import hand_in_graded
from lead_helpers import FIRST_A, FIRST_B, PARTS, SECOND_A, STAGES

from grading.__main__ import main
from grading.authoring import build, items
from grading.intake.collect import collect
from grading.lead import item_scores, measured
from grading.marking import autograde
from grading.marking.feedback import feedback
from grading.records import folders
from grading.records.folders import Submission
from grading.records.gradebook import rows
from trainlib.notebook import graded_cells
from trainlib.questions import CHECK_IN, CHECK_OUT, form


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    with folders.state_in(folder):
        build.editions()
    return folder


def right(learner, lesson):
    return {part: items.solution(lesson, part, learner) for part in PARTS}


def wrong(key):
    return "abcd"["bcda".index(key)]


def partly(learner, lesson):
    """Three right in each part, one wrong, one left open."""
    return {part: {**key, 4: wrong(key[4]), 5: ""} for part, key in right(learner, lesson).items()}


def written(answers):
    """Answers as people write them: capitals, brackets, None."""
    forms = (str, str.upper, "{})".format, " {} ".format, str)
    return {part: {n: forms[n - 1](a) if a else None for n, a in of_part.items()} for part, of_part in answers.items()}


def handed_in(state, learner, lesson, name, answers, hour=9):
    """The zip of one learner with a lesson filled in: `name` as typed in the notebook, handed in on a given hour."""
    notebook = nbformat.read(state / "release" / STAGES[lesson] / f"{lesson}.ipynb", as_version=4)
    cells = graded_cells(notebook)
    cells["learner"][0].source = f"learner = {name!r}"
    for part, given in answers.items():
        cells[f"{part}-answer"][0].source = f"{part} = {given!r}"
    path = state / "in" / f"{learner}_{lesson}_{hour}.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        folder = f"{learner}/{STAGES[lesson]}"
        archive.writestr(f"{folder}/timestamp.txt", f"2026-01-05 {hour:02}:00:00.000000 UTC")
        archive.writestr(f"{folder}/{lesson}.ipynb", nbformat.writes(notebook))
    return path


def page(state, learner, lesson):
    text = (state / "feedback" / learner / STAGES[lesson] / f"{lesson}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL))


@pytest.fixture(scope="module")
def cohort(built, tmp_path_factory):
    """A state in which four took check-in, two of them check-out, and one handed check-out in untouched.

    Feedback was made before check-out and after it; `early` holds the pages of check-in as they were before.
    """
    state = tmp_path_factory.mktemp("cohort") / "state"
    shutil.copytree(built, state)
    with folders.state_in(state), redirect_stdout(io.StringIO()):
        for path in (
            handed_in(state, FIRST_A, CHECK_IN, FIRST_A.upper(), written(partly(FIRST_A, CHECK_IN))),
            handed_in(state, FIRST_A, CHECK_IN, FIRST_A, right(FIRST_A, CHECK_IN), hour=15),  # a second attempt
            handed_in(state, FIRST_B, CHECK_IN, FIRST_B, right(FIRST_B, CHECK_IN)),
            handed_in(state, SECOND_A, CHECK_IN, SECOND_A, right(SECOND_A, CHECK_IN) | {"theory": "none"}),
            handed_in(state, "nameless", CHECK_IN, "", right("nameless", CHECK_IN)),
        ):
            assert collect(path).refused == []
        assert autograde.autograde(STAGES[CHECK_IN]) == {}
        assert feedback(STAGES[CHECK_IN])[1] == {}
        early = {path.parts[-3]: page(state, path.parts[-3], CHECK_IN) for path in state.glob("feedback/*/*/*.html")}
        for path in (
            handed_in(state, FIRST_A, CHECK_OUT, FIRST_A, right(FIRST_A, CHECK_OUT)),
            handed_in(state, FIRST_B, CHECK_OUT, FIRST_B, partly(FIRST_B, CHECK_OUT)),
            handed_in(state, SECOND_A, CHECK_OUT, SECOND_A, {}),
        ):
            assert collect(path).refused == []
        assert autograde.autograde(STAGES[CHECK_OUT]) == {}
        assert feedback(STAGES[CHECK_OUT])[1] == {}
        yield state, early


def score_of(learner, lesson):
    return next((row.score, row.max_score) for row in rows() if (row.learner, row.lesson) == (learner, lesson))


def test_a_score_is_the_number_of_right_answers_of_twenty(cohort):
    assert score_of(FIRST_B, CHECK_IN) == score_of(FIRST_A, CHECK_OUT) == (20, 20)
    assert score_of(FIRST_B, CHECK_OUT) == (12, 20)
    assert score_of(SECOND_A, CHECK_IN) == (15, 20), "answers that cannot be read cost their part only"


def test_the_first_attempt_with_an_answer_counts(cohort):
    assert score_of(FIRST_A, CHECK_IN) == (12, 20)


def before_and_after():
    """Before and after of everybody in the state that is in use."""
    with measured.opened() as state:
        return item_scores.before_and_after(state.items, state.same_form_twice)


def test_without_a_name_nothing_is_scored_and_nobody_is_taken_for_a_learner_who_knows_nothing(cohort):
    assert score_of("nameless", CHECK_IN) == (0, 20)
    assert "nameless" not in {row.learner for row in before_and_after()}


def test_the_score_of_each_item_is_in_the_gradebook_under_the_form_that_was_shown(cohort):
    with measured.opened() as state:
        scores = [score for score in state.items if score.learner == FIRST_A]
    found = [score for score in scores if score.lesson == CHECK_IN]
    assert [score.item for score in found] == [item.id for part in PARTS for item in items.forms()["A"][part]]
    assert [score.score for score in found] == [1, 1, 1, 0, 0] * 4
    assert [bool(score.answer) for score in found] == [True] * 4 * 1 + [False] + ([True] * 4 + [False]) * 3
    other = [score for score in scores if score.lesson == CHECK_OUT]
    assert {score.form for score in found} == {"A"} and {score.form for score in other} == {"B"}


def test_before_and_after_stand_side_by_side_and_a_test_that_was_not_taken_is_missing(cohort):
    found = {row.learner: (row.first, row.pre, row.post) for row in before_and_after()}
    assert found == {FIRST_A: ("A", 0.6, 1.0), FIRST_B: ("B", 1.0, 0.6), SECOND_A: ("A", 0.75, None)}
    assert item_scores.over_both_orders(before_and_after()) == pytest.approx((0.8, 0.8))


def test_the_items_command_writes_a_row_a_question_and_shows_the_change(cohort, tmp_path, capsys):
    assert main(["items", "--csv", str(tmp_path / "items.csv")]) == 0
    assert len((tmp_path / "items.csv").read_text(encoding="utf-8").splitlines()) == 1 + 20 * 5
    assert "mean over both orders: 0.800 before, 0.800 after" in capsys.readouterr().out


def test_what_the_items_say_is_data_too(cohort, tmp_path, capsys):
    assert main(["items", "--json", "--csv", str(tmp_path / "items.csv")]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["rows"] == 20 * 5 and data["same_form_twice"] == []
    assert {"learner": FIRST_A, "first": "A", "pre": 0.6, "post": 1.0} in data["changes"]


def test_no_cell_of_the_items_is_a_formula_that_a_spreadsheet_runs(tmp_path, monkeypatch):
    score = measured.ItemScore("=1+1", CHECK_IN, "A", "theory-1", "@item", "+skill", "2_theory", "a", 1.0)
    monkeypatch.setattr(measured.Measured, "items", (score,))
    with folders.state_in(tmp_path / "state"):
        assert main(["items", "--csv", str(tmp_path / "items.csv")]) == 0
    row = (tmp_path / "items.csv").read_text(encoding="utf-8").splitlines()[1]
    assert row == "'=1+1,1-00_check_in,A,theory-1,'@item,'+skill,2_theory,a,1.0"


def test_the_same_form_twice_under_two_names_is_no_change(built, tmp_path):
    state = tmp_path / "state"
    with folders.state_in(state):
        for lesson, name in ((CHECK_IN, FIRST_A), (CHECK_OUT, FIRST_B)):
            path = handed_in(built, "x", lesson, name, right(name, lesson))
            with zipfile.ZipFile(path) as archive:
                archive.extractall(state / "submitted")
            one = Submission("x", STAGES[lesson], lesson)
            hand_in_graded(nbformat.read(one.file, as_version=4), "x", STAGES[lesson], lesson)
        with measured.opened() as opened:
            assert opened.same_form_twice == {"x"}


VERDICTS = ("Score: 12", "Score: 20", "Score: 1.0 / 1.0", "Score: 0.0 / 1.0", "hidden test", "your choice", "right")


def test_before_check_out_the_page_of_check_in_has_no_verdict_no_reason_and_no_score(cohort):
    _, early = cohort
    assert set(early) == {FIRST_A, FIRST_B, SECOND_A, "nameless"}
    for learner, text in early.items():
        assert ("Not answered yet" if learner == "nameless" else "Your answers are on record") in text
        assert [word for word in VERDICTS if word in text.replace("What was right", "")] == []
        assert [item.id for item in items.bank() if item.question in text or item.reasons[0] in text] == []


def test_after_check_out_both_pages_give_the_reason_for_every_choice(cohort):
    state, _ = cohort
    for learner in (FIRST_A, FIRST_B):
        for lesson in items.CHECKS:
            text = page(state, learner, lesson)
            for of_part in items.forms()[form(learner, lesson)].values():
                for item in of_part:
                    assert item.question in text and all(reason in text for reason in item.reasons)
    text = page(state, FIRST_A, CHECK_IN)
    assert text.count("right, your choice") == 12 and text.count("You left it open.") == 4
    assert "(Score: 12.0 / 20.0)" in text


def test_who_hands_check_out_in_untouched_gets_no_reasons(cohort):
    state, _ = cohort
    with folders.state_in(state), redirect_stdout(io.StringIO()):
        feedback(STAGES[CHECK_IN])
    assert "Your answers are on record" in page(state, SECOND_A, CHECK_IN)
    assert "Not answered yet" in page(state, SECOND_A, CHECK_OUT)
    assert "Score: 12" in page(state, FIRST_A, CHECK_IN)


def test_the_mean_over_both_orders_is_free_of_which_form_is_harder():
    """Everybody gains 0.2; form B is 0.1 harder; three times as many begin with A."""
    with_a = [item_scores.BeforeAndAfter(f"a{n}", "A", pre=0.5, post=0.6) for n in range(30)]
    with_b = [item_scores.BeforeAndAfter(f"b{n}", "B", pre=0.4, post=0.7) for n in range(10)]
    before, after = item_scores.over_both_orders(with_a + with_b)
    assert after - before == pytest.approx(0.2)
    assert item_scores.over_both_orders(with_a) is None

"""What becomes of the answers to check-in and check-out: gradebook, feedback, before and after."""

import html
import io
import json
import re
import shutil
import zipfile
from contextlib import redirect_stdout
from datetime import date, timedelta

import nbformat
import pytest
from conftest import hand_in_graded
from lead_helpers import CHANGED, FIRST_A, FIRST_B, LEAD, PARTS, SECOND_A, STAGES, TRACK

from grading.__main__ import main
from grading.authoring import items
from grading.intake.collect import collect
from grading.lead import cohort_table, item_scores, measured, report
from grading.marking import autograde, overview
from grading.marking.feedback import feedback
from grading.marking.known import Known
from grading.marking.overview import overviews
from grading.records import folders
from grading.records.folders import Submission
from grading.records.glance import rows
from trainlib import editions, review
from trainlib.notebook import graded_cells
from trainlib.questions import CHECK_IN, CHECK_OUT, form

WITHOUT = "without-track"


@pytest.fixture(scope="module")
def built(course, tmp_path_factory):
    return shutil.copytree(course, tmp_path_factory.mktemp("built") / "state")


def right(learner, lesson, track=TRACK):
    return {part: items.solution(lesson, part, learner, track) for part in PARTS}


def wrong(key):
    return "abcd"["bcda".index(key)]


def partly(learner, lesson, track=TRACK):
    """Three right in each part, one wrong, one left open."""
    return {part: {**key, 4: wrong(key[4]), 5: ""} for part, key in right(learner, lesson, track).items()}


def written(answers):
    """Answers as people write them: capitals, brackets, None."""
    forms = (str, str.upper, "{})".format, " {} ".format, str)
    return {part: {n: forms[n - 1](a) if a else None for n, a in of_part.items()} for part, of_part in answers.items()}


def handed_in(state, learner, lesson, name, answers, hour=9, track=TRACK, edition=nbformat.writes):
    """The zip of one learner with a lesson filled in: `name` as typed in the notebook, handed in on a given hour.

    `track` is that of the notebook, None where its line was deleted; `edition` writes the notebook.
    """
    notebook = nbformat.read(state / "release" / STAGES[lesson] / f"{lesson}.ipynb", as_version=4)
    cells = graded_cells(notebook)
    cells["learner"][0].source = f"learner = {name!r}\ntrack = {track!r}" if track else f"learner = {name!r}"
    for part, given in answers.items():
        cells[f"{part}-answer"][0].source = f"{part} = {given!r}"
    path = state / "in" / f"{learner}_{lesson}_{hour}.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        folder = f"{learner}/{STAGES[lesson]}"
        archive.writestr(f"{folder}/timestamp.txt", f"2026-01-05 {hour:02}:00:00.000000 UTC")
        archive.writestr(f"{folder}/{lesson}.ipynb", edition(notebook))
    return path


def older(notebook):
    """A notebook of check-in or check-out as it stood in learners' folders before there were tracks."""
    text = nbformat.writes(notebook).replace("learner, track", "learner").replace(f"\\ntrack = {TRACK!r}", "")
    for new, old in zip(PARTS, ("principles", "theory", "practice", "project")):
        text = text.replace(new, old)
    return text


def page(state, learner, lesson):
    text = (state / "feedback" / learner / STAGES[lesson] / f"{lesson}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL))


@pytest.fixture(scope="module")
def cohort(built, tmp_path_factory):
    """A state in which six took check-in, four of them check-out, and one handed check-out in untouched.

    One of them is a lead, one becomes a lead before check-out, and one has deleted the track.
    Feedback was made before check-out and after it; `early` holds the pages of check-in as they were before.
    """
    state = tmp_path_factory.mktemp("cohort") / "state"
    shutil.copytree(built, state)
    with folders.state_in(state), redirect_stdout(io.StringIO()):
        for path in (
            handed_in(state, FIRST_A, CHECK_IN, FIRST_A.upper(), written(partly(FIRST_A, CHECK_IN))),
            handed_in(state, FIRST_A, CHECK_IN, FIRST_A, right(FIRST_A, CHECK_IN), hour=15),  # a second attempt
            handed_in(state, FIRST_B, CHECK_IN, FIRST_B, right(FIRST_B, CHECK_IN)),
            handed_in(state, SECOND_A, CHECK_IN, SECOND_A, right(SECOND_A, CHECK_IN) | {"part_2": "none"}),
            handed_in(state, "nameless", CHECK_IN, "", right("nameless", CHECK_IN)),
            handed_in(state, LEAD, CHECK_IN, LEAD, partly(LEAD, CHECK_IN, "lead"), track=" Lead"),
            handed_in(state, CHANGED, CHECK_IN, CHANGED, right(CHANGED, CHECK_IN)),
            handed_in(state, WITHOUT, CHECK_IN, WITHOUT, right(WITHOUT, CHECK_IN), track=None),
        ):
            assert collect(path).refused == []
        assert autograde.autograde(STAGES[CHECK_IN]) == {}
        assert feedback(STAGES[CHECK_IN])[1] == {}
        assert not list(state.glob("feedback/*/review_deck_*.json")), "nothing is told before check-out"
        early = {path.parts[-3]: page(state, path.parts[-3], CHECK_IN) for path in state.glob("feedback/*/*/*.html")}
        for path in (
            handed_in(state, FIRST_A, CHECK_OUT, FIRST_A, right(FIRST_A, CHECK_OUT)),
            handed_in(state, FIRST_B, CHECK_OUT, FIRST_B, partly(FIRST_B, CHECK_OUT)),
            handed_in(state, SECOND_A, CHECK_OUT, SECOND_A, {}),
            handed_in(state, LEAD, CHECK_OUT, LEAD, right(LEAD, CHECK_OUT, "lead"), track="lead"),
            handed_in(state, CHANGED, CHECK_OUT, CHANGED, right(CHANGED, CHECK_OUT, "lead"), track="lead"),
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
        return item_scores.before_and_after(state.items, state.without_change)


def test_without_a_name_nothing_is_scored_and_nobody_is_taken_for_a_learner_who_knows_nothing(cohort):
    assert score_of("nameless", CHECK_IN) == (0, 20)
    assert "nameless" not in {row.learner for row in before_and_after()}


def test_each_track_is_scored_by_its_own_questions(cohort):
    assert score_of(LEAD, CHECK_IN) == (12, 20) and score_of(LEAD, CHECK_OUT) == (20, 20)
    with measured.opened() as state:
        scores = [score for score in state.items if score.learner == LEAD]
    for lesson in items.CHECKS:
        found = [score for score in scores if score.lesson == lesson]
        assert [score.item for score in found] == [item.id for item in items.forms("lead")[form(LEAD, lesson)]]
        assert {score.track for score in found} == {"lead"}


def test_who_names_another_track_at_check_out_has_two_scores_and_no_change(cohort):
    assert score_of(CHANGED, CHECK_IN) == score_of(CHANGED, CHECK_OUT) == (20, 20)
    assert next((row.track, row.pre, row.post) for row in before_and_after() if row.learner == CHANGED) == (
        "engineer",
        1.0,
        None,
    )
    with measured.opened() as state:
        assert state.changed_track == {CHANGED} and state.track_of[CHANGED] == "engineer"


def test_a_copy_from_before_there_were_tracks_is_refused_when_it_is_collected(cohort):
    state, _ = cohort
    path = handed_in(state, "older", CHECK_IN, "older", right("older", CHECK_IN), edition=older)
    with redirect_stdout(io.StringIO()):
        collected = collect(path)
    ((_, why),) = collected.refused
    assert "its cell part_1-answer is gone" in why and collected.taken == []


def test_a_test_without_a_track_has_no_score_and_its_learner_is_told_so(cohort):
    _, early = cohort
    assert score_of(WITHOUT, CHECK_IN) == (0, 20) and WITHOUT not in {row.learner for row in before_and_after()}
    assert "Not answered yet" in early[WITHOUT] and "it is an older one: take the new edition" in early[WITHOUT]
    with measured.opened() as state:
        assert state.without_track == {WITHOUT} and WITHOUT not in state.lesson(CHECK_IN).shares


def test_the_score_of_each_item_is_in_the_gradebook_under_the_form_that_was_shown(cohort):
    with measured.opened() as state:
        scores = [score for score in state.items if score.learner == FIRST_A]
    found = [score for score in scores if score.lesson == CHECK_IN]
    assert [score.item for score in found] == [item.id for item in items.forms(TRACK)["A"]]
    assert [score.score for score in found] == [1, 1, 1, 0, 0] * 4
    assert [bool(score.answer) for score in found] == [True] * 4 * 1 + [False] + ([True] * 4 + [False]) * 3
    other = [score for score in scores if score.lesson == CHECK_OUT]
    assert {score.form for score in found} == {"A"} and {score.form for score in other} == {"B"}


def test_before_and_after_stand_side_by_side_and_a_test_that_was_not_taken_is_missing(cohort):
    found = {row.learner: (row.track, row.first, row.pre, row.post) for row in before_and_after()}
    assert found == {
        FIRST_A: ("engineer", "A", 0.6, 1.0),
        FIRST_B: ("engineer", "B", 1.0, 0.6),
        SECOND_A: ("engineer", "A", 0.75, None),
        CHANGED: ("engineer", "A", 1.0, None),
        LEAD: ("lead", "B", 0.6, 1.0),
    }


def test_the_mean_over_both_orders_is_one_tracks_own(cohort):
    assert item_scores.by_track(before_and_after()) == {"engineer": pytest.approx((0.8, 0.8))}  # one lead, one order


COHORT = """\
title = "Spring"
hours = { principles = 6 }
rates = { Ada = 100 }
[[team]]
name = "payments"
members = %s
stage = { principles = { trainer = "Ada", start = 2027-01-11, end = 2027-01-15 } }
"""


def test_the_table_of_a_cohort_says_the_track_and_what_cannot_be_compared(cohort, tmp_path):
    members = [FIRST_A, FIRST_B, LEAD, CHANGED, WITHOUT]
    (tmp_path / "cohort.toml").write_text(COHORT % json.dumps(members), encoding="utf-8")
    found = cohort_table.read(tmp_path / "cohort.toml")
    table = found.table.set_index("learner")
    assert table.track.to_dict() == {FIRST_A: TRACK, FIRST_B: TRACK, LEAD: "lead", CHANGED: TRACK}
    assert table.post.isna().to_dict() == {FIRST_A: False, FIRST_B: False, LEAD: False, CHANGED: True}
    for note in (
        f"{CHANGED}: another track at check-out than at check-in, which asks other questions, so no gain",
        f"{WITHOUT}: a test that names no track, so no score of it",
    ):
        assert note in found.notes
    mixed = "2 on the track engineer and 1 on the track lead: each is asked about its own lessons"
    assert any(note.startswith(mixed) for note in found.notes)


def test_a_report_without_a_cohort_leaves_out_what_cannot_be_compared(cohort, tmp_path):
    found = report.read(*(tmp_path / name for name in ("cohort.toml", "plan.toml", "follow_up")))
    taken = found.scores[found.scores.learner == CHANGED]
    assert set(taken.lesson) == {CHECK_IN} and set(found.orders) == {"engineer"}


def test_the_items_command_writes_a_row_a_question_and_shows_the_change(cohort, tmp_path, capsys):
    assert main(["items", "--csv", str(tmp_path / "items.csv")]) == 0
    assert len((tmp_path / "items.csv").read_text(encoding="utf-8").splitlines()) == 1 + 20 * 9
    said = capsys.readouterr().out
    assert "engineer: mean over both orders: 0.800 before, 0.800 after" in said and "lead: mean" not in said
    assert f"note: another track at check-out, which asks other questions, so no change: {CHANGED}" in said
    assert f"note: a test that names no track, so no score: {WITHOUT}" in said


def test_what_the_items_say_is_data_too(cohort, tmp_path, capsys):
    assert main(["items", "--json", "--csv", str(tmp_path / "items.csv")]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["rows"] == 20 * 9 and data["same_form_twice"] == []
    assert data["changed_track"] == [CHANGED] and data["without_track"] == [WITHOUT]
    assert {"learner": FIRST_A, "track": "engineer", "first": "A", "pre": 0.6, "post": 1.0} in data["changes"]


def test_no_cell_of_the_items_is_a_formula_that_a_spreadsheet_runs(tmp_path, monkeypatch):
    score = measured.ItemScore("=1+1", CHECK_IN, "lead", "A", "theory-1", "@item", "+skill", "2_theory", "a", 1.0)
    monkeypatch.setattr(measured.Measured, "items", (score,))
    with folders.state_in(tmp_path / "state"):
        assert main(["items", "--csv", str(tmp_path / "items.csv")]) == 0
    row = (tmp_path / "items.csv").read_text(encoding="utf-8").splitlines()[1]
    assert row == "'=1+1,1-00_check_in,lead,A,theory-1,'@item,'+skill,2_theory,a,1.0"


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


VERDICTS = ("of 20", "of 1", "points", "failed", "passed", "hidden test", "your choice", "right")


def test_before_check_out_the_page_of_check_in_has_no_verdict_no_reason_and_no_score(cohort):
    _, early = cohort
    unanswered = {"nameless", WITHOUT}
    assert set(early) == {FIRST_A, FIRST_B, SECOND_A, LEAD, CHANGED} | unanswered
    for learner, text in early.items():
        assert ("Not answered yet" if learner in unanswered else "Your answers are on record") in text
        assert [word for word in VERDICTS if word in text.replace("What was right", "")] == []
        assert [item.id for item in items.bank() if item.question in text or item.reasons[0] in text] == []


def test_after_check_out_both_pages_give_the_reason_for_every_choice(cohort):
    state, _ = cohort
    tracks = {FIRST_A: (TRACK, TRACK), FIRST_B: (TRACK, TRACK), LEAD: ("lead", "lead"), CHANGED: (TRACK, "lead")}
    for learner, of_tests in tracks.items():
        for lesson, track in zip(items.CHECKS, of_tests):
            text = page(state, learner, lesson)
            for item in items.forms(track)[form(learner, lesson)]:
                assert item.question in text and all(reason in text for reason in item.reasons)
    text = page(state, FIRST_A, CHECK_IN)
    assert text.count("right, your choice") == 12 and text.count("You left it open.") == 4
    assert "12 of 20 points" in text and text.count("0 of 1 points") == 8


def test_a_review_has_the_questions_after_check_out_only_and_never_those_of_the_follow_up(cohort):
    state, early = cohort
    decks = {path.parent.name: json.loads(path.read_text()) for path in state.glob("feedback/*/review_deck_*.json")}
    assert set(decks) == {FIRST_A, FIRST_B, LEAD, CHANGED} and set(early) > set(decks)
    asked = {row["id"]: row for row in decks[FIRST_A]["questions"]}
    own = {lesson: items.forms(TRACK)[form(FIRST_A, lesson)] for lesson in items.CHECKS}
    missed = [item.id for item in own[CHECK_IN] if not asked.get(item.id, {"known": True})["known"]]
    assert len(missed) == 8 and set(asked) == {*missed, *(item.id for item in own[CHECK_OUT])}
    assert all(asked[item.id]["known"] for item in own[CHECK_OUT]) and decks[FIRST_A]["checked_out"] == "2026-01-05"
    item = own[CHECK_OUT][0]
    place = "abcd".index(item.key)
    right = asked[item.id]["choices"][0], asked[item.id]["reasons"][0]
    assert right == (item.choices[place], item.reasons[place])
    later = {item.id for track in items.tracks() for of in items.forms(track, "follow-up").values() for item in of}
    assert not later & {row["id"] for deck in decks.values() for row in deck["questions"]}


def test_sixty_days_of_review_become_a_record_that_the_report_reads(cohort, tmp_path):
    """SIMULATED: a learner who answers each day's cards, the known ones rightly."""
    state, _ = cohort
    work, sent = tmp_path / "work", tmp_path / "follow_up"
    editions.copy_lessons(work)
    shutil.copy(state / "feedback" / FIRST_A / f"review_deck_{FIRST_A}.json", work)
    cards = 0
    for number in range(60):
        day = review.session(work, date(2026, 1, 5) + timedelta(number))
        assert len(day.left) <= review.A_DAY and (number > 0 or not day.left)
        while card := day.card:
            own = day.cards[card.id].choices[0]
            day.answer("abcd"[card.choices.index(own)] if day.cards[card.id].known else "")
            cards += 1
    sent.mkdir()
    shutil.copy(review.send(work), sent)
    found = report.read(tmp_path / "cohort.toml", tmp_path / "plan.toml", sent)
    assert (len(found.kept), found.kept.right.mean(), found.kept.days.min()) == (20, 1, 8)
    assert cards > 60 and not found.notes


def test_a_learners_status_says_what_the_newest_test_shows_of_each_stage_and_what_comes_next(cohort, capsys):
    assert main(["status", FIRST_B, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["mastery"]
    assert found["test"] == CHECK_OUT and {(one["right"], one["asked"]) for one in found["questions"]} == {(3, 5)}
    assert all(one["share"]["low"] < 0.6 < one["share"]["high"] for one in found["questions"])
    assert main(["status", SECOND_A]) == 0
    said = capsys.readouterr().out
    assert "questions of check-in, before the course: " in said and "known: surely" not in said
    assert "1-05 next: " in said or "1-01 next: " in said
    assert main(["status", "nameless"]) == 0
    assert "No check-in names a track" in capsys.readouterr().out


def test_who_hands_check_out_in_untouched_gets_no_reasons(cohort):
    state, _ = cohort
    with folders.state_in(state), redirect_stdout(io.StringIO()):
        feedback(STAGES[CHECK_IN])
    assert "Your answers are on record" in page(state, SECOND_A, CHECK_IN)
    assert "Not answered yet" in page(state, SECOND_A, CHECK_OUT)
    assert "12 of 20 points" in page(state, FIRST_A, CHECK_IN)


def test_the_mean_over_both_orders_is_free_of_which_form_is_harder():
    """Everybody gains 0.2; form B is 0.1 harder; three times as many begin with A."""
    with_a = [item_scores.BeforeAndAfter(f"a{n}", "lead", "A", pre=0.5, post=0.6) for n in range(30)]
    with_b = [item_scores.BeforeAndAfter(f"b{n}", "lead", "B", pre=0.4, post=0.7) for n in range(10)]
    before, after = item_scores.over_both_orders(with_a + with_b)
    assert after - before == pytest.approx(0.2)
    assert item_scores.over_both_orders(with_a) is None


def test_an_overview_tells_points_of_check_in_after_check_out_only_and_never_in_a_sum(cohort):
    with folders.state_in(cohort[0]):
        found = {one.learner: one for one in overviews((FIRST_A, SECOND_A, "nameless"), Known())}
        text = overview.page_of(FIRST_A).read_text(encoding="utf-8")
    states = {learner: one.standings[0] for learner, one in found.items()}
    assert (states[FIRST_A].state, states[FIRST_A].points) == ("on record", "12 of 20")
    assert (states[SECOND_A].state, states[SECOND_A].points) == ("on record", "")
    assert states["nameless"].state == "handed in without answers" and not found["nameless"].news
    assert "12 of 20 right, with the reasons" in text and "in what was graded" not in text
    assert found[FIRST_A].review == []


def test_an_overview_leaves_out_what_is_on_no_track_that_the_learner_named_and_was_not_handed_in(cohort):
    tracks = {name: {row.id for row in folders.table().on(folders.table().track(name))} for name in (TRACK, "lead")}
    expected = {FIRST_A: tracks[TRACK], LEAD: tracks["lead"], CHANGED: tracks[TRACK] | tracks["lead"]}
    expected[WITHOUT] = {row.id for row in folders.lessons()}
    with folders.state_in(cohort[0]):
        found = {one.learner: one for one in overviews(expected, Known())}
        elective = Submission(LEAD, "1_principles", "1-03_linear_regression")
        elective.file.write_text("{}")
        (lead,) = overviews([LEAD], Known())
        elective.file.unlink()
        text = overview.page_of(LEAD).read_text(encoding="utf-8")
    assert {learner: {one.row.id for one in own.standings} for learner, own in found.items()} == expected
    assert {one.row.id for one in lead.standings} == expected[LEAD] | {elective.lesson}
    assert "Your track: Training lead." in text and found[CHANGED].tracks == ("Engineer", "Training lead")

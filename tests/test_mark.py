"""Marking open questions: what the server writes and refuses, groups, undo, hints, and what nbgrader makes of it."""

import html
import json
import re
import shutil
from contextlib import contextmanager

import marking_helpers as helpers
import nbformat
import numpy as np
import pytest
import test_grading_cycle as cycle
from marking_helpers import LEARNERS, LIKED, MEASURED, QUESTIONS, hand_in, held, notebook_of, simulated
from sklearn.metrics import cohen_kappa_score
from starlette.testclient import TestClient
from test_grading_cycle import LESSON, STAGE

from grading.__main__ import main
from grading.intake.collect import collect
from grading.marking import autograde, desk, likeness, mark_server
from grading.marking.feedback import feedback
from grading.marking.likeness import Marked, Vectors, agreement, clusters, hint
from grading.marking.mark_page import Frame
from grading.marking.open_questions import answers, questions
from grading.marking.rubric import Box, boxes
from grading.records import folders
from grading.records.gradebook import gradebook

HOST = "127.0.0.1:8123"
ROOT = f"http://{HOST}"
TABLE, SENTENCE, NUMBER = QUESTIONS

tiny_course, state = helpers.tiny_course, cycle.state  # fixtures


@contextmanager
def opened(alike=0.95, encoder="tiny-bert", vectors=None):
    """A client of the application, as a browser on this machine is one."""
    frame = Frame(tuple(questions(STAGE)), vectors or Vectors(encoder), alike)
    with TestClient(mark_server.application(frame, "secret", HOST), base_url=ROOT) as client:
        yield client


def page(client, number=1):
    answer = client.get(f"/secret/question/{number}/")
    assert answer.status_code == 200, answer.text
    return answer.text


def groups(text):
    """(texts, seen) of each group on a page."""
    found = re.findall(r'data-texts="([^"]*)" data-seen="([^"]*)"', text)
    return [tuple(json.loads(html.unescape(part)) for part in one) for one in found]


def post(client, path, body, **headers):
    return client.post(f"/secret/{path}", json=body, headers={"Origin": ROOT} | headers)


def given(group, points, boxes=None, comment="", hinted=False):
    texts, seen = group
    return {"texts": texts, "seen": seen, "points": points, "boxes": boxes, "comment": comment, "hinted": hinted}


def of(text, *learners):
    """The group that consists of these learners."""
    return next(one for one in groups(text) if set(one[1]) == set(learners))


@pytest.fixture(scope="module")
def handed_in(tiny_course, tmp_path_factory):
    """A state folder in which all twelve have handed in, to be copied."""
    return helpers.cohort(tiny_course, tmp_path_factory.mktemp("cohort") / "state")


@pytest.fixture
def cohort(handed_in, tmp_path):
    shutil.copytree(handed_in, tmp_path / "state")
    with folders.state_in(tmp_path / "state"):
        yield tmp_path / "state"


def test_a_rubric_is_read_from_a_table_or_a_sentence_and_left_out_where_it_does_not_make_the_points(state):
    hand_in("ada", {})
    table, sentence, number = questions(STAGE)
    assert table.boxes[0] == Box("numbers", 1, "two numbers with a unit") and len(table.boxes) == 5
    assert [box.points for box in sentence.boxes] == [2, 1.5, 1, 0.5]
    assert [box.name for box in sentence.boxes][1::2] == ["the reason why the other way lost", "a date"]
    assert number.boxes == () and "next cohort" in number.task and number.solution == "Begin early."
    own = "| points | for |\n|---|---|\n| 2 | a reason |\n| 1 | a **number** |\n\nmore"
    assert boxes(own, 3) == (Box("a reason", 2), Box("a **number**", 1))
    assert boxes(own, 4) == boxes("no rubric", 4) == ()


def test_identical_texts_are_one_group_whatever_the_encoder_and_alike_ones_with_one(cohort):
    by_text = {}
    for learner in LEARNERS:
        by_text.setdefault(simulated(learner)[TABLE], []).append(learner)
    with opened(encoder="none") as client:
        found = {frozenset(seen) for _, seen in groups(page(client))}
        assert found == {frozenset(learners) for learners in by_text.values()}
    with opened() as client:
        sizes = sorted(len(seen) for _, seen in groups(page(client)))
        assert sizes == [1, 1, 1, 2, 3, 4]
        assert {len(texts) for texts, seen in groups(page(client)) if len(seen) == 4} == {3}


def test_a_group_gets_its_mark_in_one_go_with_a_comment_that_says_what_the_points_are_for(cohort):
    with opened() as client:
        group = of(page(client), *LEARNERS[:4])
        answer = post(client, "question/1/mark", given(group, "3", [0, 1, 2], "Good.\r\nAdd an interval."))
        assert answer.status_code == 200 and answer.json()["next"].startswith("g-")
        for learner in LEARNERS[:4]:
            points, waits, comment = held(learner, TABLE)
            assert (points, waits) == (3, False)
            assert comment.startswith("- 1 of 1: numbers\n") and "- 0 of 1: chance\n" in comment
            assert comment.endswith("\n\nGood.\nAdd an interval.")
        assert held(LEARNERS[4], TABLE) == (None, True, None)
        text = page(client)
        assert "8 of 12 answers wait" in text and "marked, 3 of 5" in text
        assert re.search(r'value="1" data-points="1.0" checked', text)


def test_boxes_that_do_not_make_the_points_are_not_told_to_the_learner(cohort):
    with opened() as client:
        post(client, "question/1/mark", given(of(page(client), *LEARNERS[:4]), 2.5, [0, 1, 2]))
    assert held(LEARNERS[0], TABLE) == (2.5, False, None)


@pytest.mark.parametrize("points", [-0.5, 5.01, "six", "3,5", "", "nan", "inf", True, None, [3]])
def test_marks_outside_of_the_question_are_refused_and_not_cut(cohort, points):
    with opened() as client:
        answer = post(client, "question/1/mark", given(of(page(client), *LEARNERS[:4]), points))
    assert answer.status_code == 422 and "points" in answer.json()["error"]
    assert held(LEARNERS[0], TABLE) == (None, True, None) and desk.load(STAGE).acts == []


def test_nobody_writes_or_reads_without_the_token_and_no_page_of_another_origin_writes(cohort):
    with opened() as client:
        body = given(of(page(client), *LEARNERS[:4]), 3)
        for path in ("/question/1/mark", "/secre/question/1/mark", "/secret2/question/1/mark", "//question/1/mark"):
            assert client.post(ROOT + path, json=body, headers={"Origin": ROOT}).status_code == 403
        for origin in ("https://example.org", "null", "http://127.0.0.1:9999", "http://localhost:8123", f"{ROOT}/"):
            assert post(client, "question/1/mark", body, Origin=origin).status_code == 403
        assert client.post("/secret/question/1/mark", json=body).status_code == 403  # no origin at all
        assert post(client, "question/1/mark", body, Host="example.org").status_code == 403
        assert post(client, "question/1/mark", body, **{"Content-Type": "text/plain"}).status_code == 403
        assert held(LEARNERS[0], TABLE) == (None, True, None)
        for path in ("/", "/question/1/", "/mark.js", "/other/question/1/"):
            answer = client.get(path)
            assert answer.status_code == 403 and LEARNERS[0] not in answer.text
        assert client.get("/secret/", headers={"Host": "example.org"}).status_code == 403
        assert post(client, "question/1/mark", body).status_code == 200


def test_every_answer_says_a_strict_policy(cohort):
    with opened() as client:
        for path in ("/secret/", "/secret/question/1/", "/secret/mark.js", "/", "/secret/question/9/"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';") and "unsafe" not in policy
            assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"


def test_what_a_learner_wrote_neither_runs_nor_loads(state):
    bad = "$\\frac{a}{b}$ [go](javascript:x) <img src=https://example.org/seen onerror=x()>\n\n<script>x()</script>"
    code = nbformat.v4.new_code_cell("print('</pre><script>y()</script>')")
    code.outputs = [
        nbformat.v4.new_output("stream", text="</pre><script>z()</script>"),
        nbformat.v4.new_output("display_data", {"image/png": '"><script>w()</script>'}),
        nbformat.v4.new_output("display_data", {"text/html": "<script>v()</script>", "text/plain": "a table"}),
    ]
    hand_in("ada", {TABLE: bad}, [code])
    with opened() as client:
        text = page(client)
    assert re.findall(r"<script[^>]*>", text) == ['<script src="../../mark.js">']
    assert "onerror" not in text and "example.org" not in text and "javascript:" not in text
    assert "<mfrac>" in text and "1 cell added beside it" in text and "a table" in text


def test_a_person_splits_and_joins_groups_and_a_text_stays_whole(cohort):
    with opened() as client:
        texts, seen = of(page(client), *LEARNERS[:4])
        whole = next(text for text in texts if page(client).count(text) and len(_wrote(text)) == 2)
        assert post(client, "question/1/split", {"texts": texts, "text": whole}).status_code == 200
        assert of(page(client), *LEARNERS[:2]) and of(page(client), *LEARNERS[2:4])
        alone = of(page(client), *LEARNERS[:2])[0]
        assert post(client, "question/1/split", {"texts": alone, "text": whole}).status_code == 409
        other = of(page(client), LEARNERS[11])[0][0]
        assert post(client, "question/1/merge", {"texts": alone, "other": other}).status_code == 200
        assert of(page(client), *LEARNERS[:2], LEARNERS[11])
        assert post(client, "undo", {}).status_code == post(client, "undo", {}).status_code == 200
        assert of(page(client), *LEARNERS[:4])


def _wrote(digest):
    return [one for one in answers(questions(STAGE)[0]).given if one.written.digest == digest]


def test_undo_puts_back_what_was_there_act_by_act_and_stops_where_somebody_else_has_marked(cohort):
    with opened() as client:
        post(client, "question/1/mark", given(of(page(client), *LEARNERS[:4]), 3, None, "first"))
        post(client, "question/1/mark", given(of(page(client), *LEARNERS[:4]), 1))
        assert held(LEARNERS[0], TABLE) == (1, False, None)
        assert post(client, "undo", {}).json()["said"] == "1 of 5 for 4 answers"
        assert held(LEARNERS[0], TABLE) == (3, False, "first")
        with gradebook() as book:
            book.find_grade(TABLE, LESSON, STAGE, LEARNERS[1]).manual_score = 4
            book.db.commit()
        refused = post(client, "undo", {})
        assert refused.status_code == 409 and LEARNERS[1] in refused.json()["error"]
        assert held(LEARNERS[0], TABLE) == (3, False, "first") and held(LEARNERS[1], TABLE)[0] == 4


def test_a_page_that_is_out_of_date_writes_nothing(cohort):
    with opened() as client:
        first, second = page(client), page(client, 2)
        post(client, "question/1/mark", given(of(first, *LEARNERS[:4]), 3))
        again = post(client, "question/1/mark", given(of(first, *LEARNERS[:4]), 5))
        assert again.status_code == 409 and "load this page again" in again.json()["error"]
        assert held(LEARNERS[0], TABLE)[0] == 3
        hand_in(LEARNERS[0], simulated(LEARNERS[0]) | {SENTENCE: "Now something else."})
        assert post(client, "question/2/mark", given(of(second, *LEARNERS[:4]), 3)).status_code == 409
        assert held(LEARNERS[1], SENTENCE)[0] is None


def test_an_answer_that_has_changed_is_shown_anew_and_one_that_has_not_keeps_its_mark_by_a_click(cohort):
    with opened() as client:
        post(client, "question/1/mark", given(of(page(client), *LEARNERS[:4]), 3, [0, 1, 2], "Good."))
        before = held(LEARNERS[1], TABLE)
        hand_in(LEARNERS[0], simulated(LEARNERS[0]) | {TABLE: "I have thought again: an interval."})
        hand_in(LEARNERS[1], simulated(LEARNERS[1]))  # graded again, with the same answer
        text = page(client)
        assert f"{LEARNERS[0]} has changed it since you gave 3" in text
        assert f"{LEARNERS[1]} had 3, and was graded again" in text and "10 of 12 answers wait" in text
        assert of(text, *LEARNERS[1:4]) and "keep the marks of 1 that were graded again" in text
        post(client, "question/1/keep", {})
        assert held(LEARNERS[1], TABLE) == before and held(LEARNERS[0], TABLE)[:2] == (3, True)
        assert "9 of 12 answers wait" in page(client)
        post(client, "undo", {})
        assert held(LEARNERS[1], TABLE)[:2] == (3, True)


def test_who_left_a_question_open_or_was_not_graded_is_named_by_number(cohort):
    hand_in("zoe", {TABLE: LIKED})
    hand_in("yan", {TABLE: LIKED})
    path = folders.state() / "autograded" / "yan" / STAGE / f"{LESSON}.ipynb"
    path.unlink()
    with opened() as client:
        text = page(client, 2)
        assert "1 left it as it was, for which nbgrader gives 0" in text and "1 handed in and not graded since" in text
        assert "12 of 12 answers wait" in text and "zoe" not in text
        assert client.get("/secret/").text.count("<a href=") == 3


def test_comments_are_kept_in_the_state_folder_and_can_be_forgotten(cohort):
    with opened() as client:
        assert post(client, "comments", {"text": " Add <b>units</b>. ", "remove": False}).status_code == 200
        assert desk.comments() == ["Add <b>units</b>."] and "Add &lt;b&gt;units" in page(client, 2)
        assert post(client, "comments", {"text": "", "remove": False}).status_code == 422
        assert post(client, "comments", {"text": "x" * 5_001, "remove": False}).status_code == 422
        post(client, "comments", {"text": "Add <b>units</b>.", "remove": True})
        assert desk.comments() == []


def test_groups_have_no_two_texts_that_are_less_alike_than_asked():
    angles = np.radians([0, 20, 40, 90])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert clusters(vectors, np.cos(np.radians(21))) == [[0, 1], [2], [3]]
    assert clusters(vectors[:1], 0.9) == [[0]] and clusters(vectors[[0, 0]], 1.0) == [[0, 1]]


def around(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_a_hint_comes_from_near_answers_and_never_from_far_ones():
    marked = [Marked("a", 4, 1, False), Marked("b", 2, 2, False), Marked("c", 0, 3, False)]
    vectors = around(0, 30, 90)
    found = hint(around(15)[0], marked, vectors)
    assert found.points == 3 and [source[0] for source in found.sources] == ["a", "b"]
    assert hint(around(180)[0], marked, vectors) is None and hint(around(0)[0], [], vectors[:0]) is None


def test_agreement_leaves_out_what_was_marked_in_one_go_and_what_was_marked_after_a_hint():
    places = [angle + step for angle in (0, 120, 240) for step in range(7)]
    right = [Marked(str(place), place // 100, place, False) for place in places]
    agreed = agreement(right, around(*places))
    assert (agreed.marked, agreed.compared, agreed.off.value) == (21, 21, 0) and agreed.median_off > 0.5
    assert agreed.kappa.value == agreed.kappa.low == 1 and agreed.is_useful
    in_one_go = [Marked(one.digest, one.points, int(one.points), False) for one in right]
    assert (agreement(in_one_go, around(*places)).marked, agreement(in_one_go, around(*places)).compared) == (3, 0)
    hinted = [Marked(one.digest, one.points, one.act, place % 3 == 0) for place, one in enumerate(right)]
    fewer = agreement(hinted, around(*places))
    assert (fewer.marked, fewer.is_enough, fewer.is_useful) == (14, False, False) and fewer.kappa.low == 1
    noise = [Marked(one.digest, place % 3, one.act, False) for place, one in enumerate(right)]
    assert agreement(noise, around(*places)).is_enough and not agreement(noise, around(*places)).is_useful
    same = [Marked(one.digest, 3, one.act, False) for one in right]  # nothing shows that hints know better from worse
    assert agreement(same, around(*places)).kappa.value == 0 and not agreement(same, around(*places)).is_useful


def test_kappa_is_scikit_learns_over_all_half_points_and_counts_what_was_marked_in_one_go_once():
    draw = np.random.default_rng(3)
    compared = [draw.choice([0, 1, 4, 4.5], (size, 2)) for size in draw.integers(1, 4, 30)]
    halves = (2 * np.concatenate(compared)).astype(int)
    share = np.concatenate([np.full(len(pairs), 1 / len(pairs)) for pairs in compared])
    weights = np.stack([share, share * draw.integers(0, 3, len(share))])
    for row, value in zip(weights, likeness._kappas(halves, weights)):
        wanted = cohen_kappa_score(*halves.T, labels=range(10), weights="quadratic", sample_weight=row)
        assert value == pytest.approx(wanted)
    found = likeness._kappa(compared)
    assert found.value == pytest.approx(likeness._kappas(halves, weights[:1])[0]) and found.low < found.value
    thrice = likeness._kappa([np.repeat(pairs, 3, axis=0) for pairs in compared])
    assert (thrice.low, thrice.high) == pytest.approx((found.low, found.high))


def test_hints_are_shown_with_their_sources_once_they_are_measured_and_not_before(state, monkeypatch):
    monkeypatch.setattr(likeness, "LEAST", 4)
    for number, text in enumerate(
        [MEASURED, MEASURED + " Yes.", MEASURED + " So.", LIKED, LIKED + " Yes.", LIKED + " So."]
    ):
        hand_in(f"learner-{number}", {TABLE: text})
    vectors = lambda texts: around(*(90 * (LIKED in text) + len(text) % 7 for text in texts.values()))
    with opened(1, vectors=vectors) as client:  # one group a text, so that each is an act of its own
        assert "Unasked, hints are shown from 4 compared marks on" in page(client)
        for number in range(6):
            post(client, "question/1/mark", given(of(page(client), f"learner-{number}"), 4 if number < 3 else 1))
    hand_in("new", {TABLE: MEASURED + " Well."})
    with opened(1, vectors=vectors) as client:
        text = page(client)
    assert "Hints, compared with 6 of your 6 marks" in text and "off by 0.00 points" in text
    assert "kappa with quadratic weights 1.00 (95 % interval 1.00 to 1.00)" in text and "Unasked" not in text
    (shown,) = re.findall(r'<details class="hint">.*?</details>', text, re.DOTALL)
    assert "<p>4 points." in shown and shown.count("4 points, cosine") == 3
    monkeypatch.setattr(likeness, "LEAST", 20)
    with opened(1, vectors=vectors) as client:
        text, asked = page(client), client.get("/secret/question/1/?hints=yes").text
    assert 'class="hint"' not in text and '<a href="?hints=yes">show hints' in text and "of kappa begins at 0.6" in text
    assert shown.partition("Hints,")[0] in asked and '<a href="./">hide' in asked


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_marks_are_nbgraders_own_from_handing_in_to_feedback_and_back(state):
    def round_of(texts):
        for learner, text in texts.items():
            cycle.write(state / "in" / learner / STAGE / f"{LESSON}.ipynb", notebook_of({TABLE: text}))
        assert collect(state / "in").refused == []
        assert autograde.autograde(STAGE) == {}

    round_of({"ada": MEASURED, "ben": MEASURED})
    with opened() as client:
        assert "2 of 2 answers wait" in page(client) and "2 left it as it was" in page(client, 2)
        post(client, "question/1/mark", given(of(page(client), "ada", "ben"), 4, [0, 1, 2, 3], "Well *measured*."))
        feedback(STAGE)
        assert "<em>measured</em>" in (state / "feedback" / "ada" / STAGE / f"{LESSON}.html").read_text()
        assert (cycle.row_of("ada").manual, cycle.row_of("ada").to_grade) == (4, 0)
        round_of({"ada": MEASURED + " In weeks."})
        assert "ada has changed it since you gave 4" in page(client) and "1 of 2 answers wait" in page(client)
        post(client, "question/1/mark", given(of(page(client), "ada"), 5))
    assert held("ada", TABLE) == (5, False, None) and cycle.row_of("ada").to_grade == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mark", STAGE], f"nothing of {STAGE} has been graded: run `python -m grading autograde {STAGE}` first"),
        (["mark", "7_nowhere"], "'7_nowhere' is no stage"),
        (["mark", STAGE, "--alike", "2"], "is not in the range 0<=x<=1"),
    ],
)
def test_the_command_says_what_is_missing(state, capsys, words, said):
    assert main(words) == 2
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(cohort):
    _, listening, address = mark_server.prepare(STAGE, encoder="none")
    with listening:
        port = listening.getsockname()[1]
        assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/[\w-]{{32}}/", address)
        with pytest.raises(ValueError, match=f"port is {port}; it cannot be used here"):
            mark_server.prepare(STAGE, port, encoder="none")


def test_the_encoder_is_named_where_it_is_unknown():
    with pytest.raises(ValueError, match="encoder is 'word2vec'; it must be one of minilm, tiny-bert, none"):
        Vectors("word2vec")

"""Requests to look at something again: from the learner's `hand_in` to the instructor's answer on the feedback page.

On the two tiny lessons of `test_grading_cycle`; nothing is run.
"""

import json
import zipfile

import pytest
import test_grading_cycle as cycle
from test_collect import HANDED_IN, STAGE, stamped, with_settings
from test_grading_cycle import LESSON, answered, page, write, zipped
from test_status import graded

from grading.__main__ import main
from grading.intake.collect import collect
from grading.marking.feedback import feedback
from grading.records.requests import requests
from trainlib import lesson
from trainlib._files import write as write_file

tiny_course, state = cycle.tiny_course, cycle.state  # fixtures
ASKED = "Exercise 3: I think my interval is right because **both** ends are in it."
DAY = cycle.timedelta(days=1)


def asks(state, learner, text, time=HANDED_IN):
    """A learner hands in the same once more, with a request."""
    path = stamped(state, learner, time)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{learner}/{STAGE}/request.txt", text)
    return collect(path)


def test_a_sentence_goes_from_the_cell_through_the_zip_to_the_page_with_the_answer(state, tmp_path, capsys):
    write(tmp_path / "work" / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    path = lesson.hand_in(STAGE, "ada", start=tmp_path / "work", request=f"  {ASKED}\n")
    assert f"request: {len(ASKED)} characters for your instructor" in capsys.readouterr().out
    assert ("ada", STAGE, "request") in [row[:3] for row in collect(path).taken]
    graded("ada", {"double-tests": 3})
    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stages"][0]["requests"] == ["ada"]
    assert main(["status", "ada"]) == 0
    said = capsys.readouterr().out
    assert ASKED in said and f'open; answer it: python -m grading answer ada {STAGE} "…"' in said
    feedback(STAGE)
    assert "I think my interval is right because both ends" in page(state, "ada")
    assert "It waits for an answer." in page(state, "ada")
    assert main(["answer", "ada", STAGE, "One end was *not*."]) == 0
    assert f"answered: {ASKED}" in capsys.readouterr().out
    feedback(STAGE)
    assert "One end was not." in page(state, "ada") and "It waits" not in page(state, "ada")
    assert main(["status", "ada"]) == 0 and "your answer: One end was *not*." in capsys.readouterr().out


def test_what_was_answered_stays_closed_until_another_text_comes(state, capsys):
    asks(state, "ada", ASKED)
    main(["answer", "ada", STAGE, "No."])
    asks(state, "ada", f"{ASKED}\r\n", HANDED_IN + DAY)
    assert [one.answer for one in requests()] == ["No."]
    asks(state, "ada", "And exercise 4?", HANDED_IN + 2 * DAY)
    assert [(one.text, one.answer) for one in requests("ada", STAGE)] == [(ASKED, "No."), ("And exercise 4?", "")]
    main(["answer", "ada", STAGE, "Yes."])
    main(["answer", "ada", STAGE, "Yes, indeed."])
    assert [one.answer for one in requests()] == ["No.", "Yes, indeed."]
    assert "open requests: ada" not in capsys.readouterr().out


def test_a_request_is_never_too_late_and_is_there_once(state):
    asks(state, "ada", "First", HANDED_IN)
    with_settings(f'[deadlines]\n{STAGE} = 2026-01-05T09:30:00Z\n[late]\noutcome = "refuse"\n')
    path = stamped(state, "ada", HANDED_IN + DAY, answers={"double-answer": "0"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"ada/{STAGE}/request.txt", "Second")
    report = collect(path)
    assert [row[2:3] + row[4:] for row in report.taken] == [("request", "taken")] and len(report.refused) == 1
    assert collect(path).taken[0][-1] == "collected before"
    assert [one.text for one in requests()] == ["First", "Second"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x" * 1001, "request has 1,001 characters; 1 to 1,000 are allowed"),
        (b"x" * 9000, "request has 9,000 bytes; at most 1,000 characters are allowed"),
        (b" \x1b\x00\n", "request has 0 characters"),
        (b"\xc3\x28", "request is not a text in UTF-8"),
    ],
)
def test_a_request_that_hand_in_would_not_write_is_refused_and_the_rest_is_taken(state, data, why):
    report = asks(state, "ada", data)
    assert why in report.refused[0][1] and [row[2] for row in report.taken] == [LESSON]


def test_what_is_in_a_request_does_nothing_to_a_terminal_or_a_page(state, capsys):
    asks(state, "ada", "\x1b[31mred\u202e <script>alert(1)</script>\nnext line, می\u200cخواهم".encode())
    assert requests()[0].text == "[31mred  <script>alert(1)</script>\nnext line, می\u200cخواهم"
    graded("ada", {})
    feedback(STAGE)
    assert "<script>alert(1)" not in (state / "feedback" / "ada" / STAGE / f"{LESSON}.html").read_text()
    assert main(["status", "ada"]) == 0 and "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("request_", "why"), [("x" * 1001, "1,001 characters"), ("", "0 characters"), (3, "request is 3")]
)
def test_a_request_that_is_not_allowed_is_named_and_nothing_is_written(state, tmp_path, request_, why):
    write(tmp_path / "work" / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    with pytest.raises(ValueError, match=why):
        lesson.hand_in(STAGE, "ada", start=tmp_path / "work", request=request_)
    assert not (tmp_path / "work" / "hand_in").exists()


def test_only_what_was_asked_is_answered_and_an_answer_is_a_text(state, capsys):
    asks(state, "ada", ASKED)
    for words, why in (
        (["ben", STAGE, "No."], f"ben has no request for {STAGE}; these are open: ada {STAGE}"),
        (["*", STAGE, "No."], "learner is '*'"),
        (["ada", STAGE, " "], "answer has 0 characters; 1 to 5,000 are allowed"),
    ):
        assert main(["answer", *words]) == 2 and why in capsys.readouterr().err
    assert [one.answer for one in requests()] == [""]
    (state / "requests" / "ada").mkdir(parents=True)
    for broken in ("{ broken", "", "[]", json.dumps({ASKED: 3})):
        (state / "requests" / "ada" / f"{STAGE}.json").write_text(broken)
        assert main(["status"]) == 2 and "is not as it was written" in capsys.readouterr().err


def test_an_answer_may_begin_with_a_dash_and_one_that_was_wrong_is_put_right_wherever_it_stands(state, capsys):
    asks(state, "ada", ASKED)
    asks(state, "ada", "And exercise 4?", HANDED_IN + DAY)
    assert main(["answer", "ben", STAGE, "No."]) == 2
    assert capsys.readouterr().err.count(f"ada {STAGE}") == 1
    assert main(["answer", "ada", STAGE, "-1 is wrong."]) == 0
    assert main(["answer", "ada", STAGE, "-1 is right."]) == 0
    assert [one.answer for one in requests()] == ["-1 is right."] * 2
    asks(state, "ada", "And exercise 5?", HANDED_IN + 2 * DAY)
    assert main(["answer", "ada", STAGE, "Yes."]) == main(["answer", "ada", STAGE, "No."]) == 0
    assert [one.answer for one in requests()] == ["-1 is right.", "-1 is right.", "No."]


def test_a_folder_that_somebody_has_put_among_the_attempts_is_named(state, capsys):
    asks(state, "ada", ASKED)
    write_file(state / "attempts" / "ada" / STAGE / "a copy" / "request.txt", "Exercise 4?")
    assert main(["status"]) == 2 and "a copy is no attempt, as its name is no time" in capsys.readouterr().err


def test_a_line_break_in_a_request_makes_up_no_line_of_a_status(state, capsys):
    collect(zipped(state / "in" / "z.zip", {f"ada/{STAGE}/request.txt": "One\nSTUCK: ben is made up"}))
    assert main(["status", "ada"]) == 0 and "\nSTUCK: ben" not in capsys.readouterr().out

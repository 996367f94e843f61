"""Grades on Canvas, Moodle and an LTI 1.3 platform: what is compared, sent, sent again, and never shown."""

import functools
import json
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import parse_qs

import nbformat
import pytest
import test_grading_cycle as cycle
from conftest import hand_in_graded
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse
from platform_server import Platform, serving
from test_grading_cycle import LESSON, OTHER, STAGE

import trainlib.course
from grading.__main__ import main
from grading.intake import people
from grading.marking import push
from grading.platforms import moodle, web
from grading.records import folders, locks
from grading.records.gradebook import gradebook
from trainlib.questions import CHECK_IN

tiny_course, state = cycle.tiny_course, cycle.state  # fixtures
SECOND, TOKEN = "2_methods", "a-token-that-nobody-may-see-1234"
TWO_STAGES = """
[[stage]]
folder = "2_methods"
title = "2 Methods"
promise = "be tiny too"

[[lesson]]
id = "2-01_third"
title = "Third"
promise = "Add numbers"
minutes = 5
memory_mib = 100
prerequisites = []
skills = ["adding"]
"""
IDS = {"ada": "11", "ben": "12", "cy": "13"}
PLATFORMS = ("canvas", "moodle", "lti")
ROOT = folders.root


@pytest.fixture(scope="module")
def two_stages(tiny_course):
    path = tiny_course / "notebooks" / "course.toml"
    path.write_text(path.read_text() + TWO_STAGES)
    trainlib.course.table.cache_clear()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def pauses(monkeypatch):
    """Nobody waits; for how long they would have is noted."""
    found = []
    clock = SimpleNamespace(sleep=found.append, time=time.time)
    for module in ("web", "canvas"):
        monkeypatch.setattr(f"grading.platforms.{module}.time", clock)
    return found


@pytest.fixture
def graded(state, two_stages):
    """ada and ben have points in the first stage, ada in the second; cy handed in nothing; dan has no id. Nothing was
    run."""
    with gradebook() as book:
        book.add_assignment(SECOND)
        for lesson, stage, cell in (("2-01_third", SECOND, "third-tests"), (CHECK_IN, STAGE, "part_1-1")):
            book.add_notebook(lesson, stage)
            book.add_grade_cell(cell, lesson, stage, max_score=5, cell_type="code")
        for learner in ("ada", "ben", "cy", "dan"):
            book.add_student(learner)
            book.add_submission(STAGE, learner)
            book.add_submission(SECOND, learner)
        for learner, lesson, cell, mark in (
            ("ada", LESSON, "double-tests", 3),
            ("ada", OTHER, "half-tests", 2.125),
            ("ada", "2-01_third", "third-tests", 4),
            ("ben", LESSON, "double-tests", 2),
            ("dan", LESSON, "double-tests", 1),
            ("ben", CHECK_IN, "part_1-1", 5),
        ):
            book.find_grade(cell, lesson, SECOND if lesson[0] == "2" else STAGE, learner).auto_score = mark
        book.db.commit()
    rows = [f"{learner},{number},{number},{number}" for learner, number in IDS.items()]
    (state / "learners.csv").write_text("\n".join(["learner,canvas,moodle,lti", *rows, "dan,,,"]))
    return state


@pytest.fixture
def platform(graded, key, tmp_path, monkeypatch, pauses):
    """A platform with empty assignments 21 and 22, and settings and secrets that fit it."""
    one = Platform()
    one.token, one.public_key, one.client = TOKEN, key.public_key(), "trainlib"
    one.most = {21: 14, 22: 5}
    one.grades = {number: dict.fromkeys([*IDS.values(), "14"]) for number in one.most}
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "tool key.pem").write_bytes(pem)
    monkeypatch.setenv("CANVAS_TOKEN", TOKEN)
    monkeypatch.setenv("MOODLE_TOKEN", TOKEN)
    monkeypatch.setenv("LTI_PRIVATE_KEY", str(tmp_path / "tool key.pem"))
    with serving(one) as address:
        one.address = address
        (graded / "settings.toml").write_text(settings_of(address))
        yield one


def settings_of(address):
    numbered = f'url = "{address}/"\ncourse = 7\nassignments = {{ "{STAGE}" = 21, "{SECOND}" = 22 }}\n'
    lti = f'lineitems = "{address}/items"\ntoken_url = "{address}/token"\nclient_id = "trainlib"\nkey_id = "2027"\n'
    return f"[platform.canvas]\n{numbered}[platform.moodle]\n{numbered}[platform.lti]\n{lti}"


def pushed(capsys, *words):
    """The exit code, and what push says as data: {(learner, stage): outcome}, and all of it."""
    capsys.readouterr()
    code = main(["push", *words, "--json"])
    captured = capsys.readouterr()
    data = json.loads(captured.out) if captured.out else {"grades": [], "error": captured.err}
    return code, {(one["learner"], one["stage"]): one["outcome"] for one in data["grades"]}, data


def points(platform, name):
    """Who has how many points on the platform, in the order of stages."""
    numbers = sorted(platform.items if name == "lti" else platform.most)
    most = {number: platform.items[number]["scoreMaximum"] if name == "lti" else 1 for number in numbers}
    return [
        {user: round(one * most[number], 2) for user, one in platform.grades[number].items() if one is not None}
        for number in numbers
    ]


def changes(platform, name):
    """The requests that change grades."""
    part = {"canvas": "update_grades", "moodle": "mod_assign_save_grades", "lti": "/scores"}[name]
    return [call for call in platform.calls if part in call[1] or part in call[2]]


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_dry_run_shows_all_and_changes_nothing_and_send_sends_once(platform, name, capsys):
    if name != "lti":
        platform.grades[21]["12"] = 1.5
    code, outcome, data = pushed(capsys, name)
    assert code == 1 and changes(platform, name) == [] and not (folders.state() / "push").exists()
    no_id = "no id: write it into learners.csv"
    assert outcome == {("ada", STAGE): "send", ("ben", STAGE): "send", ("dan", STAGE): no_id, ("ada", SECOND): "send"}
    assert f"without an id: dan: write it into the column {name} of learners.csv" in data["notes"]
    by_place = {(one["learner"], one["stage"]): one for one in data["grades"]}
    assert by_place["ada", STAGE]["new"] == 5.12 and by_place["ada", STAGE]["change"] == "new"
    assert by_place["ben", STAGE]["change"] == ("new" if name == "lti" else "+0.50")
    code, outcome, _ = pushed(capsys, name, "--send")
    sent = {("ada", STAGE): "sent", ("ben", STAGE): "sent", ("dan", STAGE): no_id, ("ada", SECOND): "sent"}
    assert code == 1 and outcome == sent
    assert points(platform, name) == [{"11": 5.12, "12": 2.0}, {"11": 4.0}]
    before = len(changes(platform, name))
    code, outcome, _ = pushed(capsys, name, "--send")
    assert set(outcome.values()) == {"stands there", no_id} and len(changes(platform, name)) == before
    with gradebook() as book:
        book.find_grade("double-tests", LESSON, STAGE, "ben").auto_score = 3
        book.db.commit()
    code, outcome, _ = pushed(capsys, name, STAGE, "--send")
    assert outcome == {("ada", STAGE): "stands there", ("ben", STAGE): "sent", ("dan", STAGE): no_id}
    assert points(platform, name)[0] == {"11": 5.12, "12": 3.0} and len(changes(platform, name)) == before + 1


def test_the_table_for_people_says_old_new_and_change_and_that_nothing_was_sent(platform, capsys):
    platform.grades[21]["12"] = 1.5
    assert main(["push", "canvas", STAGE]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].split() == ["learner", "id", "there", "stage", "handed", "in", "stands", "there", "new", "change"]
    assert said[2].split() == ["ben", "12", STAGE, "1", "of", "2", "1.5", "2", "+0.50"]
    assert said[-1] == "nothing was sent: --send sends what is new or has changed"


def test_points_are_scaled_to_those_of_the_platform_and_this_is_said(platform, capsys):
    platform.most[21] = 100
    _, _, data = pushed(capsys, "canvas", STAGE, "--send")
    assert f"{STAGE} has 14 points here and 100 there: grades are scaled" in data["notes"]
    assert points(platform, "canvas")[0] == {"11": 36.61, "12": 14.29}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_grade_that_was_changed_there_by_hand_stays_unless_overwrite_says_otherwise(platform, name, capsys):
    pushed(capsys, name, "--send")
    number = min(platform.items or platform.most)
    platform.grades[number]["12"] = 0.5 if name == "lti" else 7
    code, outcome, _ = pushed(capsys, name, "--send")
    assert code == 1 and "changed there since" in outcome["ben", STAGE] and "--overwrite" in outcome["ben", STAGE]
    assert points(platform, name)[0]["12"] == 7
    assert pushed(capsys, name, "--send", "--overwrite")[1]["ben", STAGE] == "sent"
    assert points(platform, name)[0]["12"] == 2


def test_work_that_waits_for_autograde_is_not_sent(platform, capsys):
    file = folders.Submission("ben", STAGE, OTHER).file
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    code, outcome, _ = pushed(capsys, "canvas", "--send")
    assert code == 1 and outcome["ben", STAGE] == f"not graded: python -m grading autograde {STAGE}"
    assert "12" not in points(platform, "canvas")[0]


def test_whose_group_handed_in_gets_the_groups_points(platform, capsys):
    for lesson in (LESSON, OTHER):
        hand_in_graded(nbformat.v4.new_notebook(), "ada", STAGE, lesson)
    settings, roster = folders.state() / "settings.toml", folders.state() / "learners.csv"
    settings.write_text(f'{settings.read_text()}[groups]\nstages = ["{STAGE}"]\n')
    roster.write_text("learner,canvas,group\nada,11,a\nben,12,\ncy,13,a\ndan,14,\n")
    code, outcome, _ = pushed(capsys, "canvas", "--send")
    assert code == 0 and outcome["cy", STAGE] == "sent" and ("cy", SECOND) not in outcome
    assert points(platform, "canvas") == [{"11": 5.12, "12": 2.0, "13": 5.12, "14": 1.0}, {"11": 4.0}]


def test_who_is_not_in_the_course_is_named_and_the_others_get_their_grades(platform, capsys):
    for name in ("canvas", "moodle"):
        platform.grades = {number: dict.fromkeys(["11", "13"]) for number in platform.most}
        code, outcome, _ = pushed(capsys, name, "--send")
        assert code == 1 and outcome["ben", STAGE] == "nobody there has this id: mend it in learners.csv"
        assert points(platform, name) == [{"11": 5.12}, {"11": 4.0}]
    platform.ignored = {"12"}
    code, outcome, _ = pushed(capsys, "lti", "--send")
    assert code == 1 and "422" in outcome["ben", STAGE] and points(platform, "lti") == [{"11": 5.12}, {"11": 4.0}]


@pytest.mark.parametrize("name", ["canvas", "moodle"])
def test_a_grade_that_the_platform_drops_without_a_word_is_not_called_sent(platform, name, capsys):
    platform.ignored = {"12"}
    code, outcome, _ = pushed(capsys, name, "--send")
    assert code == 1 and "did not take it" in outcome["ben", STAGE] and outcome["ada", STAGE] == "sent"
    assert "12" not in push.Record.of(name).sent[next(iter(push.Record.of(name).sent))]


# Patience, and its end.


@pytest.mark.parametrize("name, part", [("canvas", "update_grades"), ("moodle", "save_grades"), ("lti", "/scores")])
def test_what_may_pass_is_tried_again_with_growing_pauses(platform, name, part, capsys, pauses):
    platform.next = [(part, Response(status_code=status)) for status in (500, 502, 503)]
    assert pushed(capsys, name, "--send")[1]["ada", STAGE] == "sent"
    assert [pause for pause in pauses if pause in (1, 2, 4)][:3] == [1, 2, 4]


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_error_code_ends_in_words_and_only_those_from_500_on_are_tried_again(platform, name, capsys):
    part = {"canvas": "assignments/21", "moodle": "get_assignments", "lti": "/items"}[name]
    for status in (400, 401, 403, 404, 405, 409, 410, 422, 500, 501, 502, 503, 504):
        platform.next = [(part, JSONResponse({"errors": [TOKEN]}, status)) for _ in range(10)]
        assert main(["push", name, "--send"]) == 2
        said = capsys.readouterr()
        assert 10 - len(platform.next) == (web.TRIES if status >= 500 else 1), status
        last = said.err.splitlines()[-1]
        assert last.startswith(f"error: {'the LTI platform' if name == 'lti' else name.capitalize()} ")
        assert (TOKEN not in said.err or name == "lti") and "Traceback" not in said.err and said.out == ""


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_that_has_had_enough_is_given_the_time_that_it_asks_for(platform, name, capsys, pauses):
    for limited, wanted in (
        (Response(status_code=429, headers={"Retry-After": "17"}), 17),
        (Response("403 Forbidden (Rate Limit Exceeded)", 403), 1),
        (Response(status_code=429), 1),
    ):
        platform.next = [("", limited)]
        pauses.clear()
        assert pushed(capsys, name)[1]["ada", STAGE] == "send"
        assert pauses == [wanted]


def test_a_wait_that_is_a_date_is_understood_and_one_of_an_hour_is_left_to_the_person(platform, capsys, pauses):
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    platform.next = [("", Response(status_code=429, headers={"Retry-After": at}))]
    assert pushed(capsys, "canvas")[0] == 1 and 55 < pauses[0] <= 60
    platform.next = [("", Response(status_code=429, headers={"Retry-After": "3600"}))]
    assert "come back in 3600 s" in pushed(capsys, "canvas")[2]["error"] and len(pauses) == 1


def test_before_canvas_has_had_enough_the_requests_come_slower(platform, capsys, pauses):
    body = {"id": 21, "course_id": 7, "points_possible": 14, "grading_type": "points"}
    platform.next = [("assignments/21", JSONResponse(body, headers={"X-Rate-Limit-Remaining": "12.5"}))]
    pushed(capsys, "canvas", STAGE)
    assert pauses == [5]


def test_a_platform_that_cannot_be_reached_is_named_after_some_tries(platform, capsys, pauses):
    (folders.state() / "settings.toml").write_text(settings_of("http://127.0.0.1:9"))
    for name in PLATFORMS:
        pauses.clear()
        assert "cannot be reached at http://127.0.0.1:9" in pushed(capsys, name, "--send")[2]["error"]
        assert pauses == [1, 2, 4, 8, 16]


def test_a_platform_that_never_answers_is_not_waited_for(platform, monkeypatch, capsys):
    monkeypatch.setattr(web, "TIMEOUT", (0.2, 0.2))

    def slow():
        time.sleep(0.5)

    platform.next = [("", slow) for _ in range(10)]
    assert "does not answer in time" in pushed(capsys, "moodle")[2]["error"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_that_answers_with_something_else_is_told_in_words(platform, name, capsys):
    for answer, said in (
        (HTMLResponse(f"<h1>Log in {TOKEN}</h1>"), "a web page"),
        (JSONResponse({"odd": [TOKEN]}), "otherwise than it promises"),
        (JSONResponse([TOKEN]), "otherwise than it promises"),
        (Response(TOKEN, media_type="text/plain"), "otherwise than it promises"),
        (Response(status_code=302, headers={"Location": f"https://elsewhere.example/{TOKEN}"}), "elsewhere.example"),
    ):
        for part in {"canvas": ["assignments/21"], "moodle": ["get_assignments"], "lti": ["/token", "/items"]}[name]:
            platform.next = [(part, answer)]
            assert main(["push", name, "--send"]) == 2
            error = capsys.readouterr().err
            assert said in error and (TOKEN not in error or name == "lti")
    assert changes(platform, name) == []


@pytest.mark.parametrize(
    "code, said",
    [
        ("invalidtoken", "does not take MOODLE_TOKEN"),
        ("accessexception", "does not let MOODLE_TOKEN call mod_assign_get_assignments"),
        ("invalidparameter", "refuses mod_assign_get_assignments: No \\x1b[31m (hidden) (invalidparameter)"),
    ],
)
def test_moodles_errors_of_status_200_are_told_in_words(platform, code, said, capsys):
    body = {"exception": "x", "errorcode": code, "message": f"No \x1b[31m {TOKEN}"}
    platform.next = [("", JSONResponse(body))]
    assert main(["push", "moodle"]) == 2
    assert said in capsys.readouterr().err


# Stopped in the middle.


LAST = {"canvas": "22/submissions/update", "moodle": "assignmentid=1022", "lti": "items/2/scores"}
COMMAND = """
import sys, pathlib, trainlib.course
from grading.records import folders
folders.root = pathlib.Path({root!r})
trainlib.course.folder = lambda: folders.root / "notebooks"
from grading.__main__ import main
sys.exit(main(["push", {name!r}, "--send"]))
"""


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_fault_in_the_middle_keeps_what_was_sent_and_the_next_call_sends_the_rest(platform, name, capsys):
    platform.next = [(LAST[name], JSONResponse({"errors": "no"}, 403))]
    code, outcome, data = pushed(capsys, name, "--send")
    assert code == 1 and outcome["ada", STAGE] == "sent" and outcome["ada", SECOND] == "not sent"
    assert "what was sent is kept" in data["stopped"] and points(platform, name)[0] == {"11": 5.12, "12": 2.0}
    before = len(changes(platform, name))
    assert pushed(capsys, name, "--send")[1]["ada", SECOND] == "sent"
    assert len(changes(platform, name)) == before + 1 and points(platform, name)[1] == {"11": 4.0}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_push_that_is_killed_goes_on_with_the_rest(platform, name, capsys):
    started = []

    def kill():
        os.kill(started[0].pid, signal.SIGKILL)
        return JSONResponse({}, 500)

    platform.next = [(LAST[name], kill)]
    code = COMMAND.format(root=str(folders.root), name=name)
    started.append(subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL))
    assert started[0].wait() == -signal.SIGKILL
    before = len(changes(platform, name))
    assert points(platform, name)[0] == {"11": 5.12, "12": 2.0}
    record = json.loads((folders.state() / "push" / f"{name}.json").read_text())
    assert [len(grades) for grades in record["sent"].values()] == [2] and record["jobs"] == {}
    _, outcome, _ = pushed(capsys, name, "--send")
    assert (outcome["ada", STAGE], outcome["ada", SECOND]) == ("stands there", "sent")
    assert len(changes(platform, name)) == before + 1 and points(platform, name)[1] == {"11": 4.0}


def test_a_job_of_canvas_that_still_runs_is_waited_for_and_not_begun_again(platform, capsys):
    platform.next = [("/progress/", JSONResponse({"errors": "no"}, 403))]
    assert pushed(capsys, "canvas", STAGE, "--send")[0] == 2
    assert push.Record.of("canvas").jobs and points(platform, "canvas")[0] == {}
    code, outcome, _ = pushed(capsys, "canvas", STAGE, "--send")
    assert outcome["ada", STAGE] == outcome["ben", STAGE] == "stands there"
    assert len(changes(platform, "canvas")) == 1 and points(platform, "canvas")[0] == {"11": 5.12, "12": 2.0}
    assert push.Record.of("canvas").jobs == {}


def test_a_job_that_failed_or_that_canvas_forgot_is_begun_again(platform, capsys):
    failed = {"id": 100, "workflow_state": "failed", "completion": 0, "message": f"no {TOKEN}"}
    platform.next = [("/progress/", JSONResponse(failed))]
    _, outcome, _ = pushed(capsys, "canvas", STAGE, "--send")
    assert outcome["ada", STAGE] == "Canvas did not take it: no (hidden)"
    platform.next = [("/progress/", JSONResponse({}, 403))]
    assert pushed(capsys, "canvas", STAGE, "--send")[0] == 2
    platform.jobs.clear()
    assert pushed(capsys, "canvas", STAGE, "--send")[1]["ada", STAGE] == "sent"


def test_two_pushes_at_once_are_one_after_the_other(platform, monkeypatch, capsys):
    held = locks.held
    with held("push"):
        monkeypatch.setattr(locks, "held", lambda name: held(name, wait=0))
        assert "another command works on" in pushed(capsys, "canvas", "--send")[2]["error"]
        assert pushed(capsys, "canvas")[0] == 1  # a look harms nobody
    assert changes(platform, "canvas") == []


def test_what_canvas_takes_off_for_being_late_is_no_change_by_hand(platform, capsys):
    late = {"user_id": 11, "score": 4.12, "entered_score": 5.12, "points_deducted": 1.0}
    platform.next = [("21/submissions", JSONResponse([late]))]
    assert pushed(capsys, "canvas", STAGE)[1]["ada", STAGE] == "stands there"


def test_of_several_attempts_in_moodle_the_last_one_counts(platform, capsys):
    grades = [{"userid": 11, "attemptnumber": at, "grade": grade} for at, grade in ((1, "5.12000"), (0, "1.00000"))]
    body = {"assignments": [{"assignmentid": 1021, "grades": grades}], "warnings": []}
    platform.next = [("mod_assign_get_grades", JSONResponse(body))]
    assert pushed(capsys, "moodle", STAGE)[1]["ada", STAGE] == "stands there"


def test_many_grades_of_moodle_go_in_parts(platform, monkeypatch, capsys):
    monkeypatch.setattr(moodle, "AT_ONCE", 1)
    pushed(capsys, "moodle", STAGE, "--send")
    assert len(changes(platform, "moodle")) == 2 and points(platform, "moodle")[0] == {"11": 5.12, "12": 2.0}


# LTI's own.


def test_a_token_serves_until_it_ends_and_then_a_new_one_is_asked_for(platform, capsys):
    pushed(capsys, "lti", "--send")
    assert len(platform.asked("/token")) == 1
    platform.life = 1  # second: no request is left to one that ends so soon
    pushed(capsys, "lti")
    assert len(platform.asked("/token")) > 3


def test_a_token_that_was_withdrawn_is_replaced_once(platform, capsys):
    def withdraw():
        platform.tokens.clear()

    platform.next = [("/scores", withdraw)]
    assert pushed(capsys, "lti", "--send")[1]["ada", STAGE] == "sent"
    assert len(platform.asked("/token")) == 2


def test_a_key_that_the_platform_does_not_know_is_refused_in_words(platform, capsys):
    platform.public_key = rsa.generate_private_key(65537, 2048).public_key()
    assert "gives no token (status 400)" in pushed(capsys, "lti", "--send")[2]["error"]


def test_a_line_item_is_made_once_even_if_its_making_was_not_seen(platform, capsys):
    platform.next = [("/items", None), ("/items", None), ("/items", Response(status_code=502))]
    assert "fails with status 502" in pushed(capsys, "lti", "--send")[2]["error"]
    made = [call for call in platform.asked("/items") if call[0] == "POST"]
    assert len(made) == 1
    pushed(capsys, "lti", "--send")
    assert [item["resourceId"] for item in platform.items.values()] == [STAGE, SECOND]


def test_a_token_goes_to_no_other_host(platform, capsys):
    item = {"id": "http://localhost:9/items/1", "scoreMaximum": 14, "label": "1", "resourceId": STAGE}
    platform.next = [("/items", JSONResponse([item]))]
    assert "another host" in pushed(capsys, "lti", "--send")[2]["error"]


# Settings, roster and secrets.


@pytest.mark.parametrize(
    "before, after, said",
    [
        ("course = 7", 'course = "x"', "line 3: platform.canvas.course is 'x'; it must be a whole number from 1"),
        (f'"{SECOND}" = 22', f'"{SECOND}" = 21', f"line 4: platform.canvas.assignments.{SECOND} is 21, as {STAGE} is"),
        (f'"{SECOND}"', '"9_more"', "line 4: platform.canvas.assignments.9_more is no stage"),
        ("course = 7", 'token = "x"', "line 3: platform.canvas.token is no field here"),
        ('url = "http://127.0.0.1', 'url = "http://example.org', "line 2: platform.canvas.url is 'http://example.org"),
        ('key_id = "2027"\n', "", "platform.lti.key_id is missing"),
    ],
)
def test_settings_are_checked_with_their_lines(platform, before, after, said, capsys):
    path = folders.state() / "settings.toml"
    path.write_text(path.read_text().replace(before, after, 1))
    assert said in pushed(capsys, "canvas")[2]["error"]


def test_a_platform_without_settings_or_a_stage_without_an_assignment_says_what_to_write(platform, capsys):
    path = folders.state() / "settings.toml"
    path.write_text(path.read_text().replace(f', "{SECOND}" = 22', ""))
    assert f"names no assignment for {SECOND}" in pushed(capsys, "canvas", SECOND)[2]["error"]
    path.write_text("")
    assert "write [platform.moodle] with url =" in pushed(capsys, "moodle")[2]["error"]


@pytest.mark.parametrize(
    "roster, said",
    [
        (None, "learners.csv is not there"),
        ("learner,name\nada,Ada\n", "has no column canvas"),
        ("learner,canvas\nada,4.7E+15\n", "line 2: canvas is '4.7E+15'; it must be the number"),
        ("learner,canvas\nada,11\nben,11\n", "line 3: canvas is '11', as in line 2 too"),
    ],
)
def test_a_roster_that_gives_no_ids_says_what_to_write(platform, roster, said, capsys):
    path = folders.state() / "learners.csv"
    path.write_text(roster) if roster else path.unlink()
    assert said in pushed(capsys, "canvas")[2]["error"]


def test_ids_are_found_whatever_spreadsheet_and_capitals(state):
    (state / "learners.csv").write_text("Learner;LTI;Canvas\nAda;a-1;11\n", encoding="utf-16")
    assert people.ids("lti", are_numbers=False) == {"ada": "a-1"} and people.ids("canvas", True) == {"ada": "11"}


@pytest.mark.parametrize(
    "name, variable", [("canvas", "CANVAS_TOKEN"), ("moodle", "MOODLE_TOKEN"), ("lti", "LTI_PRIVATE_KEY")]
)
def test_a_secret_that_is_missing_or_odd_is_asked_for_and_not_shown(platform, name, variable, monkeypatch, capsys, key):
    monkeypatch.delenv(variable)
    assert f"{variable} is not set: it must be" in pushed(capsys, name)[2]["error"]
    for odd in (f"two words {TOKEN}", f"{TOKEN}\nX-More: yes", "-----BEGIN PRIVATE KEY-----\n" + TOKEN):
        monkeypatch.setenv(variable, odd)
        error = pushed(capsys, name)[2]["error"]
        assert variable in error and TOKEN not in error
    assert platform.calls == []


PARTS = {
    "canvas": ("assignments/21", "update_grades", "/progress"),
    "moodle": ("get_assignments", "get_grades", "save_grades"),
    "lti": ("/token", "/items", "/results", "/scores"),
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_secret_is_in_any_output_or_file(platform, name, capsys):
    """Whatever fails, and a platform that tells all that it was told; and when all goes well."""
    secrets = set()

    def echo(status):
        *_, text, headers = platform.calls[-1]
        fields = parse_qs(text)
        own = [*fields.get("client_assertion", []), *fields.get("wstoken", [])]
        told = ["x" * 150, *own, *filter(None, [headers.get("authorization", "").removeprefix("Bearer ")])]
        secrets.update(told[1:])
        body = {"errors": told, "exception": told, "errorcode": told[-1], "message": "x" * 190 + told[-1]}
        return JSONResponse(body, status, {"Location": f"http://x.example/{told[-1]}"})

    for status in (200, 302, 400, 401, 403, 404, 422, 429, 500):
        for part in PARTS[name]:
            platform.next = [(part, functools.partial(echo, status)) for _ in range(7)]
            main(["push", name, "--send", *["--json"] * (part == PARTS[name][0])])
    platform.next = []
    main(["push", name, "--send", "--overwrite"])
    captured = capsys.readouterr()
    files = [folders.state() / "grading.log", *(folders.state() / "push").iterdir()]
    assert (len(files), files[0].exists()) == (2, True)
    said = captured.out + captured.err + "".join(path.read_text() for path in files)
    parts = [secret[at : at + 12] for secret in secrets for at in range(0, len(secret) - 12, 6)]
    assert len(secrets) > (20 if name == "lti" else 0) and [part for part in parts if part in said] == []
    assert "(hidden)" in said and "PRIVATE KEY-----" not in said
    assert not [call for call in platform.calls if any(secret in call[1] for secret in secrets)], "in no address"


def test_a_login_in_netrc_does_not_take_the_place_of_a_token(platform, tmp_path, monkeypatch, capsys):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password other\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert pushed(capsys, "canvas", "--send")[1]["ada", STAGE] == "sent"


def test_without_the_libraries_it_says_how_to_install_them(platform, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "grading.platforms.canvas", None)
    assert "[platforms]" in pushed(capsys, "canvas")[2]["error"]

"""`export --xapi`: statements that a learning record store takes, checked against the rules of the xAPI standard."""

import hashlib
import json
import re
import uuid
from datetime import datetime

import jsonschema
import pytest
import test_grading_cycle as cycle
import test_office as office
from test_grading_cycle import LESSON, OTHER, STAGE

from grading.__main__ import main
from grading.authoring import items
from grading.intake.collect import collect
from grading.marking import xapi
from grading.records.gradebook import gradebook

tiny_course, state, marked = cycle.tiny_course, cycle.state, office.marked  # fixtures

# The rules of https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md (1.0.3), Part Two, in our words: 2.4 what a
# statement holds, 2.4.2 actors, 2.4.3 verbs, 2.4.4 activities, 2.4.5 results, 2.4.6 contexts, 4.2 language maps.
IRI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[^\s<>{}|\\^`\"]+$"}
WORDS = {"type": "object", "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"}, "minProperties": 1}
WORDS |= {"additionalProperties": {"type": "string"}}


def closed(required, **properties):
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


ACCOUNT = closed(["homePage", "name"], homePage=IRI, name={"type": "string", "minLength": 1})
ACTOR = closed(
    [],
    objectType={"const": "Agent"},
    name={"type": "string"},
    mbox_sha1sum={"type": "string", "pattern": "^[0-9a-f]{40}$"},
    account=ACCOUNT,
) | {"oneOf": [{"required": ["mbox_sha1sum"]}, {"required": ["account"]}]}
ACTIVITY = closed(
    ["id"],
    objectType={"const": "Activity"},
    id=IRI,
    definition=closed([], type=IRI, name=WORDS, description=WORDS),
)
SCORE = closed(
    [],
    scaled={"type": "number", "minimum": -1, "maximum": 1},
    **dict.fromkeys(("raw", "min", "max"), {"type": "number"}),
)
RESULT = closed([], score=SCORE, success={"type": "boolean"}, completion={"type": "boolean"})
STATEMENT = closed(
    ["actor", "verb", "object"],
    id={"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
    actor=ACTOR,
    verb=closed(["id", "display"], id=IRI, display=WORDS),
    object=ACTIVITY,
    result=RESULT,
    context=closed([], contextActivities=closed([], parent={"type": "array", "items": ACTIVITY})),
    timestamp={"type": "string", "format": "date-time"},
)


def statements(path):
    """The statements of an export, each held to the rules."""
    assert main(["export", "--xapi", str(path)]) == 0
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for statement in found:
        jsonschema.Draft202012Validator(STATEMENT, format_checker=checker).validate(statement)
        if score := statement["result"].get("score"):
            assert score["min"] <= score["raw"] <= score["max"] and score["min"] < score["max"]
            assert score["scaled"] == pytest.approx(score["raw"] / score["max"], abs=1e-4)
        assert uuid.UUID(statement["id"]).version == 5
    return found


def told(statement):
    """A statement in short: who, verb, lesson and points."""
    score = statement["result"].get("score", {})
    lesson = statement["object"]["id"].rpartition("/")[2].removesuffix(".ipynb")
    return statement["actor"]["account"]["name"], statement["verb"]["id"], lesson, score.get("raw"), score.get("max")


def mark(learner, lesson, cell, points):
    with gradebook() as book:
        grade = book.find_grade(cell, lesson, STAGE, learner)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


@pytest.fixture
def settled(marked):
    """Nothing of ada waits for a person any more; everything of ben does."""
    with gradebook() as book:
        for notebook in book.find_submission(STAGE, "ada").notebooks:
            for grade in notebook.grades:
                grade.needs_manual_grade = False
        book.db.commit()
    return marked


def test_each_lesson_that_was_handed_in_is_passed_failed_or_still_waits(settled, tmp_path):
    verbs = xapi.ADL + "/verbs"
    found = statements(tmp_path / "s.jsonl")
    assert [told(one) for one in found] == [
        ("ada", f"{verbs}/failed", LESSON, 4.125, 10.0),
        ("ada", f"{verbs}/passed", OTHER, 4.0, 4.0),
        ("ben", f"{verbs}/scored", LESSON, 2.0, 10.0),
    ], "ben's other lesson was never handed in"
    assert [one["result"].get("success") for one in found] == [False, True, None]
    definition = found[0]["object"]["definition"]
    assert definition["type"] == "http://adlnet.gov/expapi/activities/lesson"
    assert definition["name"] == {"en": "1-01 Tiny"}
    assert found[0]["object"]["id"] == f"https://github.com/OWNER/REPO/blob/main/notebooks/{STAGE}/{LESSON}.ipynb"


def test_a_second_export_has_the_same_ids_and_a_changed_score_is_a_new_statement(settled, tmp_path):
    first, again = statements(tmp_path / "1.jsonl"), statements(tmp_path / "2.jsonl")
    assert first == again and len({one["id"] for one in first}) == len(first)
    mark("ada", LESSON, "open-question", 5)
    later = statements(tmp_path / "3.jsonl")
    assert [one["id"] == other["id"] for one, other in zip(first, later)] == [False, True, True]
    assert told(later[0])[1].endswith("passed")


def test_a_check_in_is_completed_without_points(marked, tmp_path, monkeypatch):
    monkeypatch.setattr(xapi, "CHECKS", (LESSON,))
    found = [one for one in statements(tmp_path / "s.jsonl") if LESSON in one["object"]["id"]]
    assert [one["verb"]["id"] for one in found] == ["http://adlnet.gov/expapi/verbs/completed"] * 2
    assert [one["result"] for one in found] == [{"completion": True}] * 2
    monkeypatch.undo()
    assert xapi.CHECKS == items.CHECKS


def test_whoever_has_an_email_is_known_by_its_hash_alone(marked, tmp_path):
    (marked / "learners.csv").write_text("learner,email\nada,Ada@Example.ORG\nben,\n")
    found = statements(tmp_path / "s.jsonl")
    ada = hashlib.sha1(b"mailto:Ada@example.org").hexdigest()  # the domain in lower case, as the standard asks
    assert [one["actor"].get("mbox_sha1sum") for one in found] == [ada, ada, None]
    assert not re.search("example.org", (tmp_path / "s.jsonl").read_text(), re.IGNORECASE)


def test_the_time_is_that_of_the_first_attempt_with_this_work(state, tmp_path):
    office.hand_in(state, "ada", {})
    collect(state / "in")
    with gradebook() as book:
        book.add_student("ada")
        book.add_submission(STAGE, "ada").timestamp = datetime(2030, 1, 1)
        book.db.commit()
    (attempt,) = state.glob(f"attempts/ada/{STAGE}/*")
    attempt.rename(attempt.with_name("20270301T120000.000000"))
    (found,) = statements(tmp_path / "s.jsonl")
    assert found["timestamp"] == "2027-03-01T12:00:00Z"


def test_what_is_in_the_file_is_replaced_whole_and_an_export_needs_a_file(marked, tmp_path, capsys):
    (tmp_path / "s.jsonl").write_text("old")
    assert len(statements(tmp_path / "s.jsonl")) == 3 and list(tmp_path.glob("*.partial")) == []
    assert "3 statements written" in capsys.readouterr().out
    assert main(["export"]) == 2 and "Missing option '--csv' or '--xapi'" in capsys.readouterr().err

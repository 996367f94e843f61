"""What comes back on spaced days: `trainlib.review`, over days that the tests choose."""

import json
from datetime import date, timedelta

import nbformat
import pytest
from lead_helpers import FIRST_A

from trainlib import course, editions, review

OUT = date(2026, 3, 1)  # the day of check-out
CHOICES = ["right", "wrong", "worse", "worst"]


def question(id, known):
    reasons = [f"reason of {choice}" for choice in CHOICES]
    words = {"id": id, "lesson": "2-01", "skill": "loss functions", "question": f"What of {id}?"}
    return words | {"known": known, "choices": CHOICES, "reasons": reasons}


@pytest.fixture
def folder(tmp_path):
    """A learner's folder with a deck of one missed question and one that was known."""
    deck = {
        "learner": FIRST_A,
        "checked_out": OUT.isoformat(),
        "exercises": [],
        "questions": [question("missed-1", False), question("known-1", True)],
    }
    (tmp_path / f"review_deck_{FIRST_A}.json").write_text(json.dumps(deck), encoding="utf-8")
    return tmp_path


def on(folder, days, **options):
    return review.session(folder, OUT + timedelta(days), **options)


def right(session):
    return "abcd"[session.card.choices.index("right")]


def asked(folder, days):
    return [card.id for card in on(folder, days).left]


def test_a_missed_question_comes_on_the_next_day_and_a_known_one_a_week_later(folder):
    assert [asked(folder, days) for days in (0, 1, 7)] == [[], ["missed-1"], ["missed-1"]]
    assert asked(folder, 8) == ["missed-1", "known-1"]


def test_after_each_right_answer_a_card_waits_longer_and_after_a_wrong_one_less(folder):
    day, waits = 1, []
    for is_right in (True, True, True, False):
        session = on(folder, day)
        while session.card.id != "missed-1":
            session.answer(right(session))
        said = session.answer(right(session) if is_right else "")
        waits.append((said.next - session.day).days)
        assert asked(folder, day + waits[-1] - 1).count("missed-1") == 0
        day += waits[-1]
    assert waits[0] < waits[1] < waits[2] > waits[3]


def test_an_answer_brings_the_reason_of_the_right_choice_and_of_the_own_one(folder):
    session = on(folder, 1)
    given = "abcd"[session.card.choices.index("worse")]
    said = session.answer(given)
    assert not said.right and session.card is None
    assert said.reasons == ("Right is “right”. reason of right", "You chose “worse”. reason of worse")


def test_the_card_that_waits_longest_comes_first_so_that_known_ones_are_asked_too(folder):
    for day in range(1, 9):
        on(folder, day).answer("")  # missed again each day, so due on the next
    assert asked(folder, 9) == ["known-1", "missed-1"]


def test_choices_stand_in_another_order_the_next_times_so_that_no_letter_is_learnt(folder):
    orders, day = set(), 1
    for _ in range(4):
        session = on(folder, day)
        orders.add(session.card.choices)
        day += (session.answer("").next - session.day).days
    assert len(orders) > 1


def test_no_more_cards_a_day_than_agreed_and_the_rest_waits(folder):
    session = on(folder, 8, most=1)
    assert len(session.left) == 1 and session.later == 1
    session.answer("")
    rest = on(folder, 8, most=1)
    assert rest.left == [] and rest.next == rest.day + timedelta(1)


def test_the_record_is_kept_when_lessons_are_copied_anew_and_a_damaged_one_is_never_overwritten(folder):
    session = on(folder, 1)
    session.answer(right(session))
    before = (folder / "review.json").read_bytes()
    editions.copy_lessons(folder)
    assert (folder / "review.json").read_bytes() == before
    (folder / "review.json").write_bytes(before[:-9])
    with pytest.raises(ValueError, match="review.json is damaged: move it away"):
        on(folder, 2)
    assert (folder / "review.json").read_bytes() == before[:-9]


def failing(folder, error):
    """A learner's saved copy of 1-01 in which the check of the first exercise raised an error, or nothing."""
    row = course.table().lesson("1-01_training_effect")
    notebook = nbformat.read(course.folder() / row.file, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade"))
    cell.execution_count = 3
    cell.outputs = [nbformat.v4.new_output("error", ename=error, evalue="", traceback=[])] if error else []
    (folder / row.file).parent.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / row.file)
    return f"{row.id}/{cell.metadata.nbgrader.grade_id.removesuffix('-tests')}"


def test_an_exercise_whose_check_failed_comes_back_also_once_it_is_mended_and_needs_no_instructor(tmp_path):
    failing(tmp_path, "NotImplementedError")
    assert on(tmp_path, 0).cards == {}, "an exercise that was not begun is no miss"
    id = failing(tmp_path, "CheckFailed")
    assert asked(tmp_path, 0) == []
    failing(tmp_path, None)
    session = on(tmp_path, 1)
    assert [card.id for card in session.left] == [id]
    assert session.answer("right after a look").next > session.day
    with pytest.raises(ValueError, match="must be one of"):
        on(tmp_path, 5).answer("a")


def test_what_may_be_sent_holds_the_answers_to_questions_alone_and_is_written_on_demand(folder, capsys):
    failing(folder, "CheckFailed")
    assert review.send(folder) is None
    session = on(folder, 8)
    while session.card:
        session.answer(right(session) if session.card.choices else "not right")
    assert not list(folder.glob("review_learner*"))
    sent = json.loads(review.send(folder).read_text(encoding="utf-8"))
    day = (OUT + timedelta(8)).isoformat()
    assert sent["learner"] == FIRST_A and sent["checked_out"] == "2026-03-01"
    assert sent["answers"] == [{"id": id, "day": day, "right": True} for id in ("missed-1", "known-1")]
    assert "sent only if you send it" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{}", "[1]", "no json", '{"learner": "../x", "checked_out": null, "exercises": []}'])
def test_a_file_that_is_no_deck_is_named(tmp_path, text):
    (tmp_path / "review_deck_x.json").write_text(text)
    with pytest.raises(ValueError, match="review_deck_x.json is no deck of this course"):
        on(tmp_path, 1)


def test_in_a_kernel_the_cell_shows_a_card_whose_buttons_answer_it(folder):
    from nbclient import NotebookClient

    source = f"""
import ipywidgets
from ipywidgets.widgets.widget import _instances
from datetime import date
from trainlib import review
review.today(day=date.fromisoformat({(OUT + timedelta(1)).isoformat()!r}))
box = [one for one in _instances.values() if isinstance(one, ipywidgets.VBox)][-1]
text, buttons = box.children
print([one.description for one in buttons.children])
buttons.children[-1].click()
print(text.value)
buttons.children[0].click()
print(text.value)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, kernel_name="python3").execute()
    said = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    assert "['a)', 'b)', 'c)', 'd)', 'I do not know']" in said
    assert (
        "Right is “right”. reason of right" in said
        and "What of missed-1?" in said
        and "It comes back on " in said
        and "That is all for today." in said
    )
    assert json.loads((folder / "review.json").read_text())["answers"][0]["id"] == "missed-1"


def test_without_anything_that_comes_back_the_cell_says_where_questions_come_from(tmp_path, capsys):
    review.today(tmp_path)
    assert "Nothing comes back today." in capsys.readouterr().out


def test_a_clock_that_was_wrong_makes_no_card_wait_for_a_day_that_never_comes(folder):
    on(folder, 2000).answer("")
    id = failing(folder, "CheckFailed")
    on(folder, 2000)
    failing(folder, None)
    assert asked(folder, 3) == ["missed-1"], "the answer of 2031 does not count as one of later than today"
    session = on(folder, 3)
    assert session.answer(right(session)).next == session.due["missed-1"] <= OUT + timedelta(14)
    assert id in asked(folder, 4), "a miss that was noted in 2031 is one of the day on which the clock was right again"


def test_decks_of_two_learners_in_one_folder_are_refused_by_name_and_never_mixed(folder):
    deck = {"learner": "ben", "checked_out": OUT.isoformat(), "exercises": [], "questions": [question("his", False)]}
    (folder / "review_deck_ben.json").write_text(json.dumps(deck))
    with pytest.raises(ValueError, match=f"are of .*{FIRST_A}.*: keep only your own"):
        on(folder, 1)


def test_exercises_stand_by_their_heading_and_those_that_the_course_no_longer_has_are_passed_over(tmp_path):
    gone = [{"lesson": lesson, "exercise": "gone"} for lesson in ("1-01_training_effect", "9-99_dropped")]
    deck = {"learner": FIRST_A, "checked_out": None, "exercises": gone, "questions": []}
    (tmp_path / "review_deck_x.json").write_text(json.dumps(deck))
    failing(tmp_path, "CheckFailed")
    on(tmp_path, 0)
    assert [card.skill for card in on(tmp_path, 1).left] == ["Exercise 1 · The effect of one stage"]


def test_a_question_that_the_bank_has_dropped_is_asked_until_a_new_deck_lies_in_place_of_the_old_one(folder):
    on(folder, 1).answer("")
    deck = {"learner": FIRST_A, "checked_out": OUT.isoformat(), "exercises": [], "questions": []}
    (folder / f"review_deck_{FIRST_A}.json").write_text(json.dumps(deck | {"questions": [question("new", False)]}))
    assert asked(folder, 2) == ["new"]


@pytest.mark.parametrize("change", [{"id": 1}, {"question": None}, {"choices": [1, 2]}, {"reasons": "abc"}])
def test_a_deck_whose_questions_are_no_text_is_named(folder, change):
    deck = json.loads(next(folder.glob("review_deck*")).read_text())
    deck["questions"][0] |= change
    next(folder.glob("review_deck*")).write_text(json.dumps(deck))
    with pytest.raises(ValueError, match="is no deck of this course, or not all of it"):
        on(folder, 1)


@pytest.mark.parametrize("text", ['{"missed": {}, "answers": {}}', "[" * 100_000])
def test_a_record_of_another_shape_is_damaged_too(folder, text):
    (folder / "review.json").write_text(text)
    with pytest.raises(ValueError, match="review.json is damaged"):
        on(folder, 1)


def test_where_nothing_can_be_written_it_says_so_before_an_answer_is_lost(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(review, "write", refuse)
    session = on(folder, 1)
    with pytest.raises(ValueError, match=r"review.json cannot be written \(Permission denied\)"):
        session.answer("")
    assert session.card is not None

"""The item bank, the two forms drawn from it, what learners get of it, and the form for the time after."""

import html
import json
import math
import re
import tomllib
from collections import Counter
from datetime import date

import nbformat
import pytest
from lead_helpers import FIRST_A, FIRST_B, PARTS, STAGES
from nbgrader.utils import compute_checksum

from grading.__main__ import main
from grading.authoring import items
from grading.authoring.publish import publish, search
from grading.lead import follow_up
from grading.marking import answers
from grading.records import folders
from trainlib import questions
from trainlib.lesson import CheckFailed
from trainlib.notebook import graded_cells
from trainlib.questions import CHECK_IN, CHECK_OUT, form, letter


def test_the_bank_has_at_least_sixty_items_in_pairs_of_twins_that_measure_the_same():
    bank = {item.id: item for item in items.bank()}
    assert len(bank) == len(items.bank()) == 2 * sum(map(len, items.pairs().values())) >= 60
    for item in bank.values():
        twin = bank[item.twin]
        assert twin.twin == item.id != twin.id
        assert (twin.skill, twin.lesson, twin.stage) == (item.skill, item.lesson, item.stage)
        assert twin.question != item.question


def test_every_item_has_four_different_choices_one_of_them_right_and_a_reason_for_each():
    for item in items.bank():
        assert len(set(item.choices)) == len(set(item.reasons)) == 4, item.id
        assert item.key in questions.LETTERS
        assert all(len(reason) > 20 for reason in item.reasons), item.id


def test_every_pair_names_a_lesson_of_its_stage_and_a_known_use():
    for stage, pairs in items.pairs().items():
        assert Counter(pair["use"] for pair in pairs) == items.USES
        assert all(pair["lesson"].startswith(f"{stage[0]}-") and len(pair["item"]) == 2 for pair in pairs)
    assert list(items.pairs()) == [row.folder for row in folders.stages()]


def test_every_computed_choice_is_what_its_formula_gives():
    computed = [item for item in items.bank() if item.computed]
    assert len(computed) >= 20
    for item in computed:
        shown = item.choices[questions.LETTERS.index(item.key)].replace("−", "-").replace(",", "")
        number = re.search(r"-?\d+(\.\d+)?", shown)[0]
        decimals = len(number.partition(".")[2])
        assert round(eval(item.computed, {"math": math}), decimals) == float(number), item.id


def test_a_right_choice_cannot_be_guessed_by_its_length():
    longest = [max(range(4), key=lambda i: len(item.choices[i])) for item in items.bank()]
    right = [questions.LETTERS.index(item.key) for item in items.bank()]
    share = sum(a == b for a, b in zip(longest, right)) / len(right)
    assert 0.1 < share < 0.4


@pytest.mark.parametrize("use", items.USES)
def test_both_forms_cover_the_four_stages_evenly_with_twins_in_the_same_places(use):
    a, b = (items.forms(use)[name] for name in "AB")
    assert list(a) == list(b) == PARTS
    for part in PARTS:
        assert len(a[part]) == len(b[part]) == items.USES[use]
        assert [item.twin for item in a[part]] == [item.id for item in b[part]]


@pytest.mark.parametrize("use", items.USES)
def test_every_letter_is_right_equally_often_in_each_form(use):
    for parts in items.forms(use).values():
        counts = Counter(item.key for asked in parts.values() for item in asked)
        assert set(counts.values()) == {4 * items.USES[use] // 4} and len(counts) == 4


def test_each_form_gets_both_first_and_second_questions_of_the_pairs():
    for parts in items.forms().values():
        assert {item.id[-1] for asked in parts.values() for item in asked} == {"1", "2"}


def test_half_of_a_thousand_names_get_form_a_first_and_everybody_the_other_form_at_check_out():
    names = [f"engineer-{number}" for number in range(1000)]
    first = [form(name, CHECK_IN) for name in names]
    assert 450 < first.count("A") < 550
    assert all({form(name, CHECK_IN), form(name, CHECK_OUT)} == {"A", "B"} for name in names)


def test_capitals_and_blanks_around_a_name_do_not_change_its_form():
    assert {form(name, CHECK_IN) for name in ("ada-l", "Ada-L", " ADA-L ")} == {form("ada-l", CHECK_IN)}


@pytest.mark.parametrize("name", ["", "  ", "Ada Lovelace", None, 7, "../ada"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="learner is"):
        form(name, CHECK_IN)


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """The course as it is published, and what the search for secrets found in it."""
    folder = tmp_path_factory.mktemp("published") / "course"
    return folder, publish(folder)


def texts(folder):
    """All text files of a folder; the strings of JSON as they read."""
    for path in folder.rglob("*"):
        if path.suffix in (".ipynb", ".json"):
            yield path, json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False).replace('\\"', '"')
        elif path.suffix in (".py", ".toml", ".md"):
            yield path, path.read_text(encoding="utf-8")


def test_no_reason_and_no_key_is_in_notebooks_or_in_a_published_copy(public):
    folder, found = public
    assert found == []
    for place in (folders.notebooks(), folder):
        for path, text in texts(place):
            assert [item.id for item in items.bank() if any(reason in text for reason in item.reasons)] == [], path
            assert 'key = {"A"' not in text, path


def test_the_file_of_questions_holds_questions_and_choices_and_nothing_else():
    text = (folders.notebooks() / "questions.json").read_text(encoding="utf-8")
    shown = json.loads(text)
    assert text == items.questions_file() and set(shown) == {"test", "follow_up"}
    asked = [question for parts in shown["test"].values() for part in parts.values() for question in part]
    asked += [question for of_form in shown["follow_up"].values() for question in of_form]
    assert len(asked) == len(items.bank())
    assert all(set(question) == {"question", "choices"} for question in asked)


@pytest.mark.parametrize("lesson", items.CHECKS)
def test_the_learner_edition_is_empty_and_its_checksums_tell_nothing(lesson):
    edition = nbformat.read(folders.notebooks() / STAGES[lesson] / f"{lesson}.ipynb", as_version=4)
    given = answers.filled_in(edition)
    assert given["learner"] == "" and {answer for part in PARTS for answer in given[part].values()} == {""}
    for (cell,) in graded_cells(edition).values():
        assert cell.metadata.nbgrader.checksum == compute_checksum(cell), "it is a hash of the hidden test"
    tests = [cell for cell in edition.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(tests) == 20 and {cell.metadata.nbgrader.points for cell in tests} == {1}


@pytest.mark.parametrize(
    "leak",
    [
        lambda item, cell: f"docs say: {item.reasons[2]}",
        lambda item, cell: cell.source,
        lambda item, cell: next(line for line in cell.source.splitlines() if line.startswith("key =")),
    ],
)
def test_a_key_or_reason_that_slips_into_the_published_copy_is_found(tmp_path, leak):
    tests = [cell for cell in items.cells(CHECK_IN) if cell.metadata.get("nbgrader", {}).get("grade")]
    (tmp_path / "notes.md").write_text(leak(items.bank()[0], tests[0]), encoding="utf-8")
    assert len(search(tmp_path)) >= 1


@pytest.mark.parametrize("lesson", items.CHECKS)
def test_a_learner_sees_the_questions_of_the_own_form_only(lesson, capsys):
    for learner in (FIRST_A, FIRST_B):
        own = form(learner, lesson)
        for part in PARTS:
            questions.show(lesson, learner, part)
        shown = re.sub(r"\s+", " ", capsys.readouterr().out)
        for name, parts in items.forms().items():
            asked = [item for of_part in parts.values() for item in of_part]
            assert all((item.question in shown) == (name == own) for item in asked)


def test_without_a_name_no_question_is_shown_and_the_learner_is_asked_for_it(capsys):
    questions.show(CHECK_IN, "", "theory")
    assert capsys.readouterr().out.startswith("Write your name")
    with pytest.raises(CheckFailed, match="Write your name"):
        questions.received({1: "a"}, 1, "")


@pytest.mark.parametrize(("given", "read"), [("b", "b"), (" B ", "b"), ("c)", "c"), ("d.", "d"), ("", ""), (None, "")])
def test_an_answer_is_read_however_the_letter_is_written(given, read):
    assert letter({1: given}, 1) == read


@pytest.mark.parametrize("answers", [{1: "e"}, {1: "ab"}, {1: 2}, {2: "a"}, None, ["a", "b"]])
def test_what_is_no_answer_is_named(answers):
    with pytest.raises(CheckFailed, match="question 1"):
        letter(answers, 1)


def test_received_says_which_letter_came_and_nothing_about_whether_it_is_right(capsys):
    for given in "abcd":
        questions.received({1: given}, 1, FIRST_A)
    questions.received({1: ""}, 1, FIRST_A)
    assert capsys.readouterr().out.splitlines() == [*(f"question 1: {c}" for c in "abcd"), "question 1: left open"]


def test_the_follow_up_asks_what_was_asked_in_neither_test_and_is_scored(tmp_path, capsys):
    path = questions.follow_up(FIRST_B, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8")
    assert "31 March 2026" in text and "31 March 2026" in capsys.readouterr().out
    flat = re.sub(r"\s+", " ", text.replace("\n# ", " "))
    asked = [item for part in items.forms("follow-up")["B"].values() for item in part]
    assert all(item.question in flat for item in asked) and len(asked) == 12
    tested = {item.pair for parts in items.forms().values() for part in parts.values() for item in part}
    assert not tested & {item.pair for item in asked}

    for number, item in enumerate(asked, start=1):
        if number <= 7:
            text = text.replace(f'\n{number} = ""', f'\n{number} = "{item.key.upper()}"')
    text = text.replace('filled_in = ""', 'filled_in = "2026-04-02"').replace('days_used = ""', 'days_used = "9"')
    path.write_text(text, encoding="utf-8")
    scored = follow_up.score(path)
    assert (scored.form, scored.days, scored.right, scored.asked, scored.use["days_used"]) == ("B", 32, 7, 12, "9")
    page_of_reasons = html.unescape(follow_up.page(scored))
    assert all(reason in page_of_reasons for item in asked for reason in item.reasons)

    questions.follow_up(FIRST_B, tmp_path)
    assert path.read_text(encoding="utf-8") == text, "a form that is there is not overwritten"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('filled_in = "2026-04-01"', 'filled_in = "soon"', "line 9: filled_in is 'soon'; it must be the day on which"),
        ('\n3 = ""', '\n3 = "x"', r"line \d+: answers.3 is 'x'; it must be a, b, c or d"),
        ('\n3 = ""', "", r'line \d+: answers.3 is missing: put 3 = "" back'),
        ("[use]", "[usage]", "line 1: use is missing; it must be the questions on use at work"),
        ("written", "writen", "line 1: written is missing; it must be the day of check-out"),
        (f'learner = "{FIRST_A}"', 'learner = "Ada L"', "line 7: learner is 'Ada L'; use 1 to 64 letters"),
    ],
)
def test_a_follow_up_that_cannot_be_read_is_refused_with_its_line(tmp_path, before, after, said):
    path = questions.follow_up(FIRST_A, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8").replace('filled_in = ""', 'filled_in = "2026-04-01"')
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=f"follow_up_{FIRST_A}.toml, {said}"):
        follow_up.score(path)


@pytest.mark.parametrize("answer", ["often", "-1", "inf", "nan"])
def test_days_of_use_that_are_no_number_do_not_count_and_this_is_said_with_its_line(tmp_path, capsys, answer):
    path = questions.follow_up(FIRST_A, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8").replace('filled_in = ""', 'filled_in = "2026-04-01"')
    path.write_text(text.replace('days_used = ""', f'days_used = "{answer}"'), encoding="utf-8")
    assert follow_up.score(path).days_used is None
    assert main(["follow-up", str(tmp_path)]) == 0
    assert f"note: {path.name}, line 12: days_used is '{answer}', not a number of" in capsys.readouterr().out


def test_the_follow_up_is_a_file_that_any_editor_opens_and_toml_reads(tmp_path):
    given = tomllib.loads(questions.follow_up(FIRST_A, tmp_path).read_text(encoding="utf-8"))
    assert given["learner"] == FIRST_A and list(given["answers"]) == [str(number) for number in range(1, 13)]
    assert questions.follow_up("", tmp_path) is None


def test_the_follow_up_command_scores_each_form_and_says_which_it_cannot_read(tmp_path, capsys):
    path = questions.follow_up(FIRST_A, tmp_path, today=date(2026, 3, 1))
    path.write_text(
        path.read_text(encoding="utf-8").replace('filled_in = ""', 'filled_in = "2026-03-31"'), encoding="utf-8"
    )
    (tmp_path / "other.toml").write_text("learner = 3", encoding="utf-8")
    capsys.readouterr()
    assert main(["follow-up", "--json", str(tmp_path)]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [(form["learner"], form["right"], form["days"]) for form in data["scored"]] == [(FIRST_A, 0, 30)]
    assert data["refused"][0].startswith("other.toml, line 1: ")
    assert main(["follow-up", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"{FIRST_A}: 0 of 12 right after 30 days" in said and "REFUSED: other.toml" in said
    assert path.with_suffix(".html").exists()

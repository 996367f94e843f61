"""The item bank, the two forms drawn from it, what learners get of it, and the form for the time after."""

import html
import json
import math
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date

import nbformat
import pytest
from lead_helpers import FIRST_A, FIRST_B, PARTS, STAGES, TRACK
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
    assert len(bank) == len(items.bank()) == 2 * sum(map(len, items.pairs().values())) >= 140
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
        assert {pair["use"] for pair in pairs} <= set(items.SIZES)
        assert all(pair["lesson"].startswith(f"{stage[0]}-") and len(pair["item"]) == 2 for pair in pairs)
    assert list(items.pairs()) == [row.folder for row in folders.stages()]


def test_every_lesson_with_something_to_learn_has_questions_in_the_bank():
    asked = {pair["lesson"] for pairs in items.pairs().values() for pair in pairs}
    assert [row.number for row in folders.lessons() if row.id not in items.CHECKS and row.number not in asked] == []


def test_every_computed_choice_is_what_its_formula_gives():
    computed = [item for item in items.bank() if item.computed]
    assert len(computed) >= 20
    for item in computed:
        shown = item.choices[questions.LETTERS.index(item.key)].replace("−", "-").replace(",", "")
        number = re.search(r"-?\d+(\.\d+)?", shown)[0]
        decimals = len(number.partition(".")[2])
        assert round(eval(item.computed, {"math": math}), decimals) == float(number), item.id


@pytest.mark.parametrize("extreme", [max, min])
def test_a_right_choice_cannot_be_guessed_by_its_length(extreme):
    hits = []
    for item in items.bank():
        lengths = [len(choice) for choice in item.choices]
        guesses = [letter for letter, length in zip(questions.LETTERS, lengths) if length == extreme(lengths)]
        hits.append((item.key in guesses) / len(guesses))
    assert 0.1 < sum(hits) / len(hits) < 0.4


each_form = pytest.mark.parametrize(("track", "use"), [(t, use) for t in items.tracks() for use in items.SIZES])


@each_form
def test_both_forms_of_a_track_have_twins_in_the_same_places(track, use):
    a, b = (items.forms(track, use)[name] for name in "AB")
    assert len(a) == len(b) == items.SIZES[use]
    assert [item.twin for item in a] == [item.id for item in b]


@each_form
def test_a_track_is_asked_about_its_core_lessons_and_nothing_else(track, use):
    core = {row.number for row in folders.table().on(folders.table().track(track))}
    assert {item.lesson for asked in items.forms(track, use).values() for item in asked} <= core


@each_form
def test_the_stages_are_asked_about_as_evenly_as_the_bank_allows(track, use):
    core = {row.number for row in folders.table().on(folders.table().track(track))}
    asked = Counter(stage for stage, _ in items.drawn(track)[use])
    for stage, pairs in items.pairs().items():
        there = sum(pair["use"] == use and pair["lesson"] in core for pair in pairs)
        assert asked[stage] == there or asked[stage] >= max(asked.values()) - 1


def test_an_engineers_test_has_five_questions_of_each_stage_and_a_leads_has_none_on_practice():
    def of_each(track):
        return Counter(item.stage for item in items.forms(track)["A"])

    assert set(of_each("engineer").values()) == {5} and len(of_each("engineer")) == 4
    assert set(of_each("lead").values()) == {6, 7} and "3_practice" not in of_each("lead")


def test_no_lesson_of_a_track_is_left_out_while_another_is_asked_about_once_more(monkeypatch):
    for track in items.tracks():
        core = [row.number for row in folders.table().on(folders.table().track(track)) if row.id not in items.CHECKS]
        asked = Counter(item.lesson for use in items.SIZES for item in items.forms(track, use)["A"])
        assert [number for number in core if not asked[number]] == []


def test_an_elective_is_asked_about_only_where_the_core_lessons_have_no_pair_left(monkeypatch):
    table = folders.table()
    short = replace(table.track("lead"), name="short", core=("1-00_check_in", "2-04_measuring", "4-10_check_out"))
    monkeypatch.setattr(items.course, "table", lambda: replace(table, tracks=(short,)))
    pairs = [(items.pairs()[stage][place]) for stage, place in items.drawn.__wrapped__("short")["test"]]
    of_core = sum(pair["lesson"] == "2-04" for pair in pairs)
    there = sum(pair["lesson"] == "2-04" and pair["use"] == "test" for pair in items.pairs()["2_theory"])
    assert of_core == there < len(pairs) == items.SIZES["test"]
    assert max(Counter(pair["lesson"] for pair in pairs if pair["lesson"] != "2-04").values()) <= 2


def test_nobody_meets_a_question_twice_not_even_who_changes_tracks():
    for use in items.SIZES:
        of_form = [{item.id for track in items.tracks() for item in items.forms(track, use)[name]} for name in "AB"]
        assert not of_form[0] & of_form[1]
    tested, later = ({pair for t in items.tracks() for pair in items.drawn(t)[use]} for use in items.SIZES)
    assert not tested & later


@each_form
def test_every_letter_is_right_equally_often_in_each_form(track, use):
    for asked in items.forms(track, use).values():
        counts = Counter(item.key for item in asked)
        assert set(counts.values()) == {items.SIZES[use] // 4} and len(counts) == 4


@each_form
def test_each_form_gets_both_first_and_second_questions_of_the_pairs(track, use):
    for asked in items.forms(track, use).values():
        assert {item.id[-1] for item in asked} == {"1", "2"}


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
            assert 'key = {"' not in text, path


def test_the_file_of_questions_holds_questions_and_choices_and_nothing_else():
    text = (folders.notebooks() / "questions.json").read_text(encoding="utf-8")
    shown = json.loads(text)
    assert text == items.questions_file() and set(shown) == {"test", "follow_up"}
    assert list(shown["test"]) == list(shown["follow_up"]) == items.tracks()
    tests = [parts for forms in shown["test"].values() for parts in forms.values()]
    asked = [question for parts in tests for part in parts.values() for question in part]
    asked += [question for forms in shown["follow_up"].values() for of_form in forms.values() for question in of_form]
    assert len(asked) == 2 * len(items.tracks()) * sum(items.SIZES.values())
    assert all(set(question) == {"question", "choices"} for question in asked)


@pytest.mark.parametrize("lesson", items.CHECKS)
def test_the_learner_edition_is_empty_and_its_checksums_tell_nothing(lesson):
    edition = nbformat.read(folders.notebooks() / STAGES[lesson] / f"{lesson}.ipynb", as_version=4)
    given = answers.filled_in(edition)
    assert (given["learner"], given["track"]) == ("", "")
    assert {answer for part in PARTS for answer in given[part].values()} == {""}
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
@pytest.mark.parametrize("track", items.tracks())
def test_a_learner_sees_the_questions_of_the_own_form_and_track_only(lesson, track, capsys):
    for learner in (FIRST_A, FIRST_B):
        for part in PARTS:
            questions.show(lesson, learner, f" {track.upper()} ", part)
        shown = re.sub(r"\s+", " ", capsys.readouterr().out)
        own = {item.id for item in items.forms(track)[form(learner, lesson)]}
        assert {item.id for item in items.bank() if item.question in shown} == own


def test_without_a_name_no_question_is_shown_and_the_learner_is_asked_for_it(capsys):
    questions.show(CHECK_IN, "", TRACK, "part_2")
    assert capsys.readouterr().out.startswith("Write your name")
    with pytest.raises(CheckFailed, match="Write your name"):
        questions.received({1: "a"}, 1, "", TRACK)


@pytest.mark.parametrize("name", ["Ada Lovelace", "ada@example.org", 3, None])
def test_what_is_no_name_is_named_with_what_is_allowed(name, capsys, tmp_path):
    questions.show(CHECK_IN, name, TRACK, "part_2")
    assert questions.follow_up(name, TRACK, tmp_path) is None
    assert capsys.readouterr().out.count(f"learner is {name!r}; use 1 to 64 letters") == 2
    with pytest.raises(CheckFailed, match=re.escape(questions.MEND)):
        questions.received({1: "a"}, 1, name, TRACK)


@pytest.mark.parametrize("track", ["", "leader", 3, None])
def test_without_a_track_of_the_course_no_question_is_shown_and_the_tracks_are_named(track, capsys, tmp_path):
    questions.show(CHECK_IN, FIRST_A, track, "part_2")
    assert questions.follow_up(FIRST_A, track, tmp_path) is None
    said = f'track is {track!r}; it must be "engineer" or "lead". {questions.MEND}'
    assert capsys.readouterr().out == f"{said}\n" * 2
    with pytest.raises(CheckFailed, match='it must be "engineer" or "lead"'):
        questions.received({1: "a"}, 1, FIRST_A, track)


def test_a_copy_from_before_there_were_tracks_shows_nothing_and_says_where_the_new_edition_is(capsys, tmp_path):
    questions.show("1-00_check_in", FIRST_A, "principles")  # as such copies call them
    assert questions.follow_up(FIRST_A, folder=tmp_path) is None
    assert capsys.readouterr().out == f"{questions.OLD_COPY}\n" * 2
    with pytest.raises(CheckFailed, match="Take the new edition"):
        questions.received({1: "a"}, 1, FIRST_A)


@pytest.mark.parametrize(
    ("given", "read"),
    [("b", "b"), (" B ", "b"), ("c)", "c"), ("(c)", "c"), ("d.", "d"), ("", ""), (None, "")],
)
def test_an_answer_is_read_however_the_letter_is_written(given, read):
    assert letter({1: given}, 1) == read


@pytest.mark.parametrize("answers", [{1: "e"}, {1: "ab"}, {1: 2}, {2: "a"}, None, ["a", "b"]])
def test_what_is_no_answer_is_named(answers):
    with pytest.raises(CheckFailed, match="question 1"):
        letter(answers, 1)


def test_received_says_which_letter_came_and_nothing_about_whether_it_is_right(capsys):
    for given in "abcd":
        questions.received({1: given}, 1, FIRST_A, TRACK)
    questions.received({1: ""}, 1, FIRST_A, TRACK)
    assert capsys.readouterr().out.splitlines() == [*(f"question 1: {c}" for c in "abcd"), "question 1: left open"]


@pytest.mark.parametrize("track", items.tracks())
def test_the_follow_up_asks_what_was_asked_in_neither_test_and_is_scored(track, tmp_path, capsys):
    path = questions.follow_up(FIRST_B, track, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8")
    assert "31 March 2026" in text and "31 March 2026" in capsys.readouterr().out
    flat = re.sub(r"\s+", " ", text.replace("\n# ", " "))
    asked = items.forms(track, "follow-up")["B"]
    assert all(item.question in flat for item in asked) and len(asked) == 12
    tested = {item.pair for test in items.forms(track).values() for item in test}
    assert not tested & {item.pair for item in asked}

    for number, item in enumerate(asked, start=1):
        if number <= 7:
            text = text.replace(f'\n{number} = ""', f'\n{number} = "{item.key.upper()}"')
    text = text.replace('filled_in = ""', 'filled_in = "2026-04-02"').replace('days_used = ""', 'days_used = "9"')
    path.write_text(text, encoding="utf-8")
    scored = follow_up.score(path)
    assert (scored.track, scored.form) == (track, "B")
    assert (scored.days, scored.right, scored.asked, scored.use["days_used"]) == (32, 7, 12, "9")
    page_of_reasons = html.unescape(follow_up.page(scored))
    assert all(reason in page_of_reasons for item in asked for reason in item.reasons)

    questions.follow_up(FIRST_B, track, tmp_path)
    assert path.read_text(encoding="utf-8") == text, "a form that is there is not overwritten"


@pytest.mark.parametrize("track", items.tracks())
def test_the_second_follow_up_asks_the_twins_of_the_first_ones_questions_after_90_days(track, tmp_path):
    first = questions.follow_up(FIRST_B, track, tmp_path, today=date(2026, 3, 1))
    path = questions.follow_up(FIRST_B, track, tmp_path, today=date(2026, 3, 1), days=90)
    assert path.name == f"follow_up_90_{FIRST_B}.toml" and first.exists()
    text = path.read_text(encoding="utf-8")
    flat, asked = re.sub(r"\s+", " ", text.replace("\n# ", " ")), items.forms(track, "follow-up")
    assert "30 May 2026" in text and all(item.question in flat for item in asked["A"])
    for number, item in enumerate(asked["A"], start=1):
        text = text.replace(f'\n{number} = ""', f'\n{number} = "{item.key}"')
    path.write_text(text.replace('filled_in = ""', 'filled_in = "2026-06-01"'), encoding="utf-8")
    scored = follow_up.score(path)
    assert (scored.form, scored.days, scored.right) == ("A", 92, 12)
    with pytest.raises(ValueError, match="days is 60; it must be 30 or 90"):
        questions.follow_up(FIRST_B, track, tmp_path, days=60)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('filled_in = "2026-04-01"', 'filled_in = "soon"', "line 10: filled_in is 'soon'; it must be the day on which"),
        ('filled_in = "2026-04-01"', 'filled_in = ""', "line 10: filled_in is empty: the form was not filled in"),
        ('\n3 = ""', '\n3 = "x"', r"line \d+: answers.3 is 'x'; it must be a, b, c or d"),
        ('\n3 = ""', "", r'line \d+: answers.3 is missing: put 3 = "" back'),
        ("[use]", "[usage]", "line 1: use is missing; it must be the questions on use at work"),
        ("written", "writen", "line 1: written is missing; it must be the day of check-out"),
        ('track = "engineer"\n', "", "line 1: track is missing; it must be the track of check-out; a form without one"),
        ('track = "engineer"', 'track = "boss"', 'line 8: track is \'boss\'; it must be "engineer" or "lead"'),
        (f'learner = "{FIRST_A}"', 'learner = "Ada L"', "line 7: learner is 'Ada L'; use 1 to 64 letters"),
    ],
)
def test_a_follow_up_that_cannot_be_read_is_refused_with_its_line(tmp_path, before, after, said):
    path = questions.follow_up(FIRST_A, TRACK, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8").replace('filled_in = ""', 'filled_in = "2026-04-01"')
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=f"follow_up_{FIRST_A}.toml, {said}"):
        follow_up.score(path)


@pytest.mark.parametrize("answer", ["often", "-1", "inf", "nan"])
def test_days_of_use_that_are_no_number_do_not_count_and_this_is_said_with_its_line(tmp_path, capsys, answer):
    path = questions.follow_up(FIRST_A, TRACK, tmp_path, today=date(2026, 3, 1))
    text = path.read_text(encoding="utf-8").replace('filled_in = ""', 'filled_in = "2026-04-01"')
    path.write_text(text.replace('days_used = ""', f'days_used = "{answer}"'), encoding="utf-8")
    assert follow_up.score(path).days_used is None
    assert main(["follow-up", str(tmp_path)]) == 0
    assert f"note: {path.name}, line 13: days_used is '{answer}', not a number of" in capsys.readouterr().out


def test_the_follow_up_is_a_file_that_any_editor_opens_and_toml_reads(tmp_path):
    given = tomllib.loads(questions.follow_up(FIRST_A, TRACK, tmp_path).read_text(encoding="utf-8"))
    assert given["learner"] == FIRST_A and list(given["answers"]) == [str(number) for number in range(1, 13)]
    assert questions.follow_up("", TRACK, tmp_path) is None


def test_the_follow_up_command_scores_each_form_and_says_which_it_cannot_read(tmp_path, capsys):
    path = questions.follow_up(FIRST_A, TRACK, tmp_path, today=date(2026, 3, 1))
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

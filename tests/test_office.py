"""The instructor's office, on the two tiny lessons of `test_grading_cycle`: regrade, export, similar work,
certificates."""

import csv
import itertools
import re
import shutil
import stat

import pytest
import test_grading_cycle as cycle
from test_grading_cycle import LESSON, OTHER, STAGE, answered, row_of, write

import trainlib
from grading.__main__ import main
from grading.authoring import build
from grading.intake.collect import collect
from grading.marking import autograde
from grading.marking.certificates import _private_key, verify
from grading.marking.regrade import regrade
from grading.marking.similar import prints, similar
from grading.marking.similar import write as write_similar
from grading.records import folders, log
from grading.records.gradebook import gradebook

tiny_course, state = cycle.tiny_course, cycle.state  # fixtures


def hand_in(state, learner, answers, lesson=LESSON):
    write(state / "in" / learner / STAGE / f"{lesson}.ipynb", answered(state, lesson, answers))


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_regrade_after_a_mended_test_says_who_changed_and_keeps_manual_marks(state, tiny_course, capsys):
    hand_in(state, "ada", {})
    hand_in(state, "ben", {"double-answer": "def double(x):\n    return abs(2 * x)"})
    collect(state / "in")
    autograde.autograde(STAGE)
    with gradebook() as book:
        book.find_grade("open-question", LESSON, STAGE, "ada").manual_score = 4
        book.find_grade("open-question", LESSON, STAGE, "ada").needs_manual_grade = False
        book.db.commit()
    assert (row_of("ada").score, row_of("ben").score) == (9, 2)
    source = tiny_course / "grading" / "source" / STAGE / f"{LESSON}.py"
    original = source.read_text()
    try:
        source.write_text(original.replace("got=double(secret_input), want=-", "got=abs(double(secret_input)), want="))
        with log.to_file():
            build.editions()
        assert main(["regrade", STAGE]) == 0
        said = capsys.readouterr().out.splitlines()
        done = regrade(STAGE)
    finally:
        source.write_text(original)
    assert said[-2].split() == ["ben", LESSON, "2", "5", "+3", "10", "1", "cell"]
    assert said[-1] == "1 scores rose, 0 fell"
    assert (row_of("ada").manual, row_of("ada").to_grade, row_of("ada").score) == (4, 0, 9)
    assert (done.changes, done.faults, done.stopped, done.since) == ([], {}, "", "")


@pytest.fixture
def marked(state):
    """A gradebook in which ada has points in both lessons, ben in one, and a stranger handed in nothing; nothing was
    run."""
    with gradebook() as book:
        for learner, marks in (("ada", {LESSON: 4.125, OTHER: 4}), ("ben", {LESSON: 2})):
            book.add_student(learner)
            book.add_submission(STAGE, learner)
            for lesson, mark in marks.items():
                test = {LESSON: "double-tests", OTHER: "half-tests"}[lesson]
                book.find_grade(test, lesson, STAGE, learner).auto_score = mark
        book.add_student("=cmd|' /C calc'!A0")
        book.db.commit()
    return state


def exported(path, form):
    assert main(["export", "--csv", str(path), "--form", form]) == 0
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_moodles_form_has_a_row_a_learner_and_a_column_a_stage(marked, tmp_path):
    assert exported(tmp_path / "m.csv", "moodle") == [["Username", "1 Principles"], ["ada", "8.12"], ["ben", "2.0"]]


def test_canvas_form_has_the_columns_that_its_importer_asks_for_and_the_maxima(marked, tmp_path):
    header, most, ada, ben = exported(tmp_path / "c.csv", "canvas")
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "1 Principles"]
    assert "Points Possible" in most[0] and most[1:] == ["", "", "", "", "14.0"]
    assert (ada, ben) == (["ada", "", "", "ada", "", "8.12"], ["ben", "", "", "ben", "", "2.0"])


@pytest.mark.parametrize("form", ["rows", "moodle", "canvas"])
def test_no_cell_of_an_export_is_a_formula(marked, tmp_path, form):
    with gradebook() as book:
        book.add_submission(STAGE, "=cmd|' /C calc'!A0")
    cells = [cell for row in exported(tmp_path / "e.csv", form) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


LONG = """def double(x):
    total = 0
    for step in range(2):
        total = total + x * (step + 1) - x * step
    if total != x + x:
        raise ValueError("not twice: " + str(total))
    return total if total is not None else [x][0] * 2
"""
RENAMED = LONG.replace("total", "summe").replace("step", "i").replace("not twice", "nicht doppelt")
RENAMED = RENAMED.replace("    for", "    # count up\n\n    for").replace("x + x", "x  +  x")
OTHER_WAY = """def double(x):
    return sum(map(lambda part: part if part else 0, (x, x)), start=0) if isinstance(x, int) else 2.0 * float(x) / 1
"""


def test_renamed_copies_are_listed_side_by_side_and_other_ways_are_not(state, tmp_path, capsys):
    for learner, text in {
        "ada": LONG,
        "ben": RENAMED,
        "cy": OTHER_WAY,
        "dan": "def double(x):\n    return 2 * x",
    }.items():
        hand_in(state, learner, {"double-answer": text, "count-answer": None})
    hand_in(state, "eve", None)
    collect(state / "in")
    page = tmp_path / "similar.html"
    assert main(["similar", STAGE, "--page", str(page)]) == 0
    assert [(pair.one, pair.other, pair.cells) for pair in similar(STAGE)] == [
        ("ada", "ben", (("double-answer", LONG, RENAMED),))
    ]
    said = capsys.readouterr().out
    assert "100%" in said and "ada" in said and "dan" not in said
    text = page.read_text()
    assert "A hint for a person" in text and "nicht doppelt" in text and "<pre>def double(x):\n    total" in text


def test_similar_texts_are_known_by_their_words_and_markup_in_them_is_shown_not_run(state, tmp_path):
    words = "<script>alert(1)</script> " + " ".join(f"reason{number}" for number in range(60))
    for learner in ("ada", "ben"):
        hand_in(state, learner, {"double-answer": None, "count-answer": None, "open-question": words})
    collect(state / "in")
    (pair,) = write_similar(STAGE, tmp_path / "page.html")
    assert pair.score == 1 and "<script>alert" not in (tmp_path / "page.html").read_text()


WRITTEN = (
    "Ninety five of a hundred right says nothing as long as nobody knows how many would be right if the model always "
    "gave the most frequent class of cases."
)
PARAPHRASED = (
    "Ninety five of a hundred correct says nothing as long as nobody knows how many would be right if a model always "
    "answered with the most common class of all cases."
)
OWN_WORDS = (
    "Accuracy misleads here, as the classes are unbalanced: a baseline that always gives the most frequent class gets "
    "almost the same number, so I would compare with that before I believe it."
)


def test_short_written_answers_that_are_the_same_or_nearly_are_listed_beside_code_of_ones_own(state, capsys):
    code = {"ada": LONG, "ben": OTHER_WAY, "cy": LONG.replace("range(2)", "[0, 1]"), "dan": None, "eve": OTHER_WAY}
    texts = {"ada": WRITTEN, "ben": WRITTEN, "cy": WRITTEN, "dan": PARAPHRASED, "eve": OWN_WORDS}
    assert len(WRITTEN.split()) == 29
    for learner, text in texts.items():
        hand_in(state, learner, {"double-answer": code[learner], "count-answer": None, "open-question": text})
    collect(state / "in")
    found = {(pair.one, pair.other): pair for pair in similar(STAGE)}
    listed = {people for people, pair in found.items() if "open-question" in [cell for cell, *_ in pair.cells]}
    assert listed == set(itertools.combinations(("ada", "ben", "cy", "dan"), 2))
    assert found["ada", "ben"].score == 1 and 0.35 <= found["ada", "dan"].score < 1
    assert [cell for cell, *_ in found["ada", "ben"].cells] == ["open-question"]


def test_what_most_learners_share_is_no_likeness(state):
    for learner in ("ada", "ben", "cy", "dan", "eve"):
        hand_in(state, learner, {"double-answer": LONG})
    collect(state / "in")
    assert similar(STAGE) == []


def test_winnowing_finds_every_shared_stretch_and_nothing_of_the_release():
    shared = prints({"a": LONG}, {}) & prints({"a": "x = [1, 2, 3]\n" + LONG + "print(double(7))"}, {})
    assert len(shared) >= 0.8 * len(prints({"a": LONG}, {})) > 8
    from grading.marking.similar import _grams

    assert prints({"a": LONG}, {"a": set(_grams(LONG))}) == set()


def test_one_submission_cannot_be_compared(state, capsys):
    hand_in(state, "ada", {})
    collect(state / "in")
    assert main(["similar", STAGE]) == 2
    assert "fewer than two learners" in capsys.readouterr().err


@pytest.fixture
def certified(marked, tmp_path, capsys):
    """The certificate of ada, who has 8.125 of 14 points; half of them are enough here. Ben has 2."""
    (marked / "settings.toml").write_text(
        'hidden_seed = 1\n[certificates]\nshare = 0.5\nissuer = "A <firm>"\nnames = {ada = "Ada Lovelace"}\n'
    )
    assert main(["certify"]) == 0
    return marked / "certificates" / "ada.html", capsys.readouterr().out


def test_who_has_the_share_of_every_stage_gets_a_page_that_can_be_checked(certified, marked, capsys):
    page, said = certified
    assert sorted(page.parent.iterdir()) == [page, page.with_suffix(".jwt")]
    assert re.search(r"ada +8.125 of 14 +.*ada.html", said) and re.search(r"ben +2 of 14 +not passed", said)
    text = page.read_text()
    assert "Ada Lovelace has completed the course “A course for tests”" in text and "A &lt;firm&gt;" in text
    assert "8.1</td><td>14" in text and "What it does not claim" in text and trainlib.__version__ in text
    key = said.split()[-1]
    assert key in text and stat.S_IMODE((marked / "certificate_key.pem").stat().st_mode) == 0o600
    assert main(["verify", str(page)]) == 0
    assert capsys.readouterr().out == "valid: Certificate: Ada Lovelace, A course for tests\n"
    with folders.state_in(marked / "nobody"):  # as whoever gets it sees it
        assert main(["verify", str(page), "--key", key]) == 0
        assert main(["verify", str(page)]) == 2
    assert "whose key?" in capsys.readouterr().err


def test_one_changed_byte_anywhere_makes_a_certificate_invalid(certified):
    page, _ = certified
    original = page.read_bytes()
    changes = [original + b" ", original[:-1], original.replace(b"8.1", b"9.1"), original.upper(), b""]
    for place in range(0, len(original), 41):
        changes.append(original[:place] + bytes([original[place] ^ 1]) + original[place + 1 :])
    for place in range(len(original) - 140, len(original)):
        changes.append(original[:place] + bytes([original[place] ^ 32]) + original[place + 1 :])
    for changed in changes:
        page.write_bytes(changed)
        assert changed == original or verify(page)[1], changed[-150:]


def test_a_forgers_own_key_does_not_help(certified, marked, capsys):
    page, said = certified
    with folders.state_in(marked / "forger"):
        key = _private_key()
        text = page.read_bytes().rpartition(b"<!--")[0]
        own = key.public_key().public_bytes_raw().hex()
        text = text.replace(said.split()[-1].encode(), own.encode()).replace(b"Ada", b"Eve")
        page.write_bytes(text + b"<!-- ed25519 %s -->\n" % key.sign(text).hex().encode())
        assert verify(page)[1] is None
    assert main(["verify", str(page)]) == 1
    assert "signed with another key" in capsys.readouterr().out


def test_to_certify_again_gives_the_same_bytes_and_takes_back_what_is_not_passed_any_more(certified, marked):
    page, _ = certified
    before = page.read_bytes()
    assert main(["certify"]) == 0 and page.read_bytes() == before
    (marked / "settings.toml").write_text("hidden_seed = 1\n")
    assert main(["certify"]) == 0 and not page.exists()  # 58 % where nothing is said and 60 % are wanted


def test_a_key_that_others_can_read_signs_nothing(certified, marked, capsys):
    (marked / "certificate_key.pem").chmod(0o644)
    assert main(["certify"]) == 2
    assert "chmod 600" in capsys.readouterr().err

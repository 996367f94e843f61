"""The instructor's cycle, with nbgrader itself and its real database: hand in, collect, autograde, feedback, export.

A course of two tiny lessons keeps it quick. Twelve simulated learners hand in, each with one peculiarity, and are
graded once; the tests look at what came of each.
"""

import csv
import html
import json
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial

import nbformat
import pytest

import trainlib.course
from grading.__main__ import main
from grading.authoring import build
from grading.authoring.rules import HIDDEN
from grading.demo import solutions
from grading.intake.collect import FILE_BYTES, collect
from grading.marking import autograde
from grading.marking.feedback import FAILED, PASSED, feedback
from grading.records import folders, glance, log, settings
from grading.records.glance import rows
from grading.records.gradebook import gradebook
from grading.sandbox.engine import Limits
from trainlib.lesson import hand_in
from trainlib.notebook import graded_cells

STAGE, LESSON, OTHER = "1_principles", "1-01_tiny", "1-02_other"

TABLE = """
[course]
title = "A course for tests"
repository = "OWNER/REPO"
branch = "main"

[[stage]]
folder = "1_principles"
title = "1 Principles"
promise = "be tiny"

[[lesson]]
id = "1-01_tiny"
title = "Tiny"
promise = "Double numbers"
minutes = 5
memory_mib = 100
prerequisites = []
skills = ["doubling"]
[lesson.smoke]
steps = 50
[lesson.grade]
steps = 5

[[lesson]]
id = "1-02_other"
title = "Other"
promise = "Halve numbers"
minutes = 5
memory_mib = 100
prerequisites = ["1-01_tiny"]
skills = ["halving"]
"""


def answer(name, cell_type=""):
    metadata = {
        "grade": bool(cell_type),
        "locked": False,
        "points": 5 if cell_type else 0,
        "solution": True,
        "task": False,
    }
    return f'# %% {cell_type}id="{name}" nbgrader={json.dumps(metadata | {"grade_id": name, "schema_version": 3})}'


def check_cell(name, points):
    metadata = {"grade": True, "locked": True, "points": points, "solution": False, "task": False}
    return f'# %% id="{name}" nbgrader={json.dumps(metadata | {"grade_id": name, "schema_version": 3})}'


SOURCES = {
    LESSON: f"""
# %% [markdown] id="title"
# # 1-01 · Tiny
#
# It takes a number $x$ to $2x$.

# %% id="imports"
from trainlib import lesson

# %% id="parameters" tags=["parameters"]
steps = 1_000_000  # as many as it takes

{answer("double-answer")}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

{check_cell("double-tests", 3)}
lesson.check("two becomes four", got=double(2), want=4, likely={{2: "that is the number itself"}})
### BEGIN HIDDEN TESTS
secret_input = -7_654_321
lesson.check("a negative number stays negative", got=double(secret_input), want=-15_308_642)
### END HIDDEN TESTS

{answer("count-answer")}
def count():
    ### BEGIN SOLUTION
    return steps
    ### END SOLUTION

{check_cell("count-tests", 2)}
lesson.check("there are steps", got=count() > 0, want=True)
### BEGIN HIDDEN TESTS
lesson.check("the number of steps is what grading sets", got=count(), want=5)
lesson.check("the seed of hidden inputs comes from the grader", got=lesson.hidden_seed() > 0, want=True)
### END HIDDEN TESTS

{answer("open-question", "[markdown] ")}
# ### BEGIN SOLUTION
# Because twice is enough.
# ### END SOLUTION
""",
    OTHER: f"""
# %% [markdown] id="title"
# # 1-02 · Other

# %% id="imports"
from trainlib import lesson

# %% id="parameters" tags=["parameters"]

{answer("half-answer")}
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

{check_cell("half-tests", 4)}
lesson.check("four becomes two", got=half(4), want=2)
### BEGIN HIDDEN TESTS
lesson.check("an odd number is not rounded", got=half(5), want=2.5)
### END HIDDEN TESTS
""",
}

NOISY = """
import logging, sys, warnings
from tqdm.std import tqdm

def double(x):
    warnings.warn("doubling is deprecated")
    logging.getLogger("some.library").warning("slow path")
    print("a remark", file=sys.stderr)
    with tqdm([x], disable=False) as bar:
        return [2 * value for value in bar][0]

from IPython.display import HTML, display
display(HTML('<img src="data:image/png;base64,"><img src="data:image/png;base64," alt="a curve">'))
"""
# What each learner writes in place of the right answers, and the points of the two test cells of 1-01.
LEARNERS = {
    "right": ({}, (3, 2)),
    "untouched": (None, (0, 0)),
    "half-done": ({"count-answer": None}, (3, 0)),
    "absolute": ({"double-answer": "def double(x):\n    return abs(2 * x)"}, (0, 2)),
    "unchanged-number": ({"double-answer": "def double(x):\n    return x"}, (0, 2)),
    "noisy": ({"double-answer": NOISY}, (3, 2)),
    "shows-a-number": (
        {"double-answer": "import sys\ndef double(x):\n    sys.displayhook(3)\n    return abs(2 * x)"},
        (0, 2),
    ),
    "prints-its-input": (
        {"double-answer": "def double(x):\n    print('called with', x)\n    return [4][2 - x]"},
        (0, 2),
    ),
    "never-ends": ({"double-answer": "def double(x):\n    while True:\n        pass"}, (0, 2)),
    "own-parameters": ({}, (3, 2)),
    "no-parameters": ({}, (3, 2)),
    "looks-back": ({}, (3, 2)),
    "ends-its-process": ({"double-answer": "import os\nos._exit(1)"}, None),
}


def make_edits(learner, notebook):
    """What some learners do to their notebook beside answering."""
    cells = notebook.cells
    place = next(index for index, cell in enumerate(cells) if cell.id == "parameters")
    if learner == "own-parameters":
        cells[place].source = "steps = 10**9"
        late = nbformat.v4.new_code_cell("steps = 7", id="late", metadata={"tags": ["injected-parameters"]})
        cells.append(late)
        cells.insert(place + 1, nbformat.from_dict(late | {"id": "early"}))
    if learner == "no-parameters":
        del cells[place]
    if learner == "looks-back":
        cells.append(nbformat.v4.new_code_cell("print(In[-6:])\nOut", id="history"))


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def answered(state, lesson, answers):
    """The learner edition of a lesson with answers filled in; None leaves a cell as it is, None for all leaves them
    all."""
    notebook = nbformat.read(state / "release" / STAGE / f"{lesson}.ipynb", as_version=4)
    row = next(row for row in folders.lessons() if row.id == lesson)
    given = (
        {}
        if answers is None
        else solutions(row) | {name: text for name, text in answers.items() if name in solutions(row)}
    )
    for name, source in given.items():
        if source is not None:
            graded_cells(notebook)[name][0].source = source
    return notebook


@pytest.fixture(scope="module", autouse=True)
def tiny_course(tmp_path_factory):
    """A project folder with spaces in its name, with two lessons instead of the real ones; built, in a state of its
    own."""
    root = tmp_path_factory.mktemp("a course")
    (root / "grading" / "source" / STAGE).mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(TABLE, encoding="utf-8")
    for name, source in SOURCES.items():
        (root / "grading" / "source" / STAGE / f"{name}.py").write_text(source.lstrip(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "root", root)
        patch.setattr(trainlib.course, "folder", lambda: root / "notebooks")
        trainlib.course.table.cache_clear()
        with folders.state_in(root / "built"), log.to_file():
            build.editions()
        shutil.copytree(root / "built" / "release", root / "notebooks", dirs_exist_ok=True)
        yield root
    trainlib.course.table.cache_clear()


@pytest.fixture
def state(tiny_course, tmp_path):
    """A state folder in which the lessons are built and nothing is handed in yet."""
    folder = tmp_path / "state"
    shutil.copytree(tiny_course / "built", folder)
    with folders.state_in(folder):
        yield folder


@pytest.fixture(scope="module")
def graded(tiny_course, tmp_path_factory):
    """A state folder in which everybody has handed in both lessons, and was graded and given feedback."""
    folder = tmp_path_factory.mktemp("graded") / "state"
    shutil.copytree(tiny_course / "built", folder)
    handed_in = folder.parent / "handed_in"
    with folders.state_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograde, "LIMITS", Limits(cell_seconds=8))
        for learner, (answers, _) in LEARNERS.items():
            notebook = answered(folder, LESSON, answers)
            make_edits(learner, notebook)
            write(handed_in / learner / STAGE / f"{LESSON}.ipynb", notebook)
        write(handed_in / "ends-its-process" / STAGE / f"{OTHER}.ipynb", answered(folder, OTHER, {}))
        refused = collect(handed_in).refused
        assert [what for what, _ in refused] == []
        faults = autograde.autograde(STAGE)
        feedback(STAGE)
        yield folder, faults


def points(learner, lesson=LESSON):
    with gradebook() as book:
        grades = book.find_submission_notebook(lesson, STAGE, learner).grades
        return {grade.name: grade.auto_score for grade in grades}


def page(folder, learner, lesson=LESSON):
    """The text that a learner can read on a feedback page."""
    text = (folder / "feedback" / learner / STAGE / f"{lesson}.html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL))


def row_of(learner, lesson=LESSON):
    return next(row for row in rows(STAGE) if (row.learner, row.lesson) == (learner, lesson))


def as_nbgrader_says():
    """Score, maximum, points of tests, marks by hand and cells that wait, by learner, stage and lesson."""
    found = {}
    with gradebook() as book:
        submissions = [(stage.name, one) for stage in book.assignments for one in stage.submissions]
        for stage, submission in submissions:
            for one in submission.notebooks:
                tests = sum(cell.auto_score or 0 for cell in one.grades if cell.cell_type == "code")
                marks = sum(cell.manual_score or 0 for cell in one.grades)
                waits = sum(cell.needs_manual_grade for cell in one.grades)
                found[submission.student.id, stage, one.name] = one.score, one.max_score, tests, marks, waits
    return found


def test_what_is_read_at_a_glance_is_what_nbgrader_says(graded):
    with gradebook() as book:
        grade = book.find_grade("open-question", LESSON, STAGE, "right")
        before = grade.manual_score, grade.extra_credit, grade.needs_manual_grade
        try:
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3, 1, False
            book.db.commit()
            expected, found, points = as_nbgrader_says(), rows(), glance.points()
        finally:
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = before
            book.db.commit()
    seen = {(row.learner, row.stage, row.lesson): row for row in found}
    assert {
        place: (row.score, row.max_score, row.automatic, row.manual, row.to_grade) for place, row in seen.items()
    } == expected
    assert {place: (one.score, one.most, one.to_mark) for place, one in points.items()} == {
        place: (score, most, waits) for place, (score, most, _, _, waits) in expected.items()
    }
    assert expected["right", STAGE, LESSON][3:] == (3, 0)


@pytest.mark.parametrize("learner", [name for name, (_, expected) in LEARNERS.items() if expected is not None])
def test_each_learner_gets_the_points_of_the_exercises_that_are_right(graded, learner):
    scores = points(learner)
    assert (scores["double-tests"], scores["count-tests"]) == LEARNERS[learner][1]


def test_a_notebook_that_ends_its_process_costs_itself_only_and_waits_for_a_person(graded):
    folder, faults = graded
    assert list(faults) == [("ends-its-process", LESSON)]
    assert "ended its own Python process" in faults["ends-its-process", LESSON]
    assert "in code cell 4, which begins import os" in page(folder, "ends-its-process")
    assert set(points("ends-its-process").values()) == {None}
    assert row_of("ends-its-process").to_grade == 3
    assert points("ends-its-process", OTHER) == {"half-tests": 4}


def test_a_lesson_that_was_left_out_scores_nothing(graded):
    assert row_of("right", OTHER).score == 0


def test_an_open_question_waits_for_a_person_unless_it_was_left_open(graded):
    assert (row_of("right").to_grade, row_of("untouched").to_grade) == (1, 0)


def test_no_line_of_a_hidden_test_and_no_hidden_input_is_on_a_feedback_page(graded):
    folder, _ = graded
    lines = [line for source in SOURCES.values() for part in HIDDEN.findall(source) for line in part.splitlines()]
    secrets = [
        *lines,
        "negative number",
        "7654321",
        "7_654_321",
        "15308642",
        "odd number",
        "what grading sets",
        "BEGIN HIDDEN",
    ]
    pages = sorted(folder.glob("feedback/*/*/*.html"))
    assert len(pages) == len(LEARNERS) + 1 and len(lines) == 5
    for path in pages:
        text = page(folder, path.parent.parent.name, path.stem)
        assert [secret for secret in secrets if secret in text or secret in path.read_text(encoding="utf-8")] == []


def test_feedback_says_in_a_neutral_sentence_whether_the_hidden_tests_passed(graded):
    folder, _ = graded
    assert page(folder, "absolute").count(FAILED) == 1
    assert page(folder, "absolute").count(PASSED) == 1
    assert page(folder, "right").count(PASSED) == 2


def test_feedback_keeps_what_the_visible_checks_said(graded):
    folder, _ = graded
    said = page(folder, "unchanged-number")
    assert "✗ two becomes four" in said and "that is the number itself" in said
    assert FAILED not in said
    assert "called with 2" in page(folder, "prints-its-input")
    assert "NotImplementedError" in page(folder, "untouched")


def test_what_libraries_and_learners_write_to_stderr_costs_nothing_and_is_not_lost(graded):
    said = page(graded[0], "noisy")
    assert "doubling is deprecated" in said and "a remark" in said and "slow path" in said


def test_a_picture_without_a_description_says_so_and_another_keeps_its_own(graded):
    text = (graded[0] / "feedback" / "noisy" / STAGE / f"{LESSON}.html").read_text(encoding="utf-8")
    described = [re.findall(r' alt="([^"]*)"', picture) for picture in re.findall(r"<img\b[^>]*>", text)]
    assert described == [["No description has been provided for this image"], ["a curve"]]


def test_a_page_reads_without_network(graded):
    text = (graded[0] / "feedback" / "right" / STAGE / f"{LESSON}.html").read_text(encoding="utf-8")
    loaded = re.findall(r'(?:src|href)="(https?:[^"]+)"', text)
    assert loaded == [] and "MathJax" not in text
    assert "<script" not in text and "@import" not in text and ".output_error pre" in text
    assert "<mn>2</mn><mi>x</mi>" in text and "$x$" not in text


def test_a_later_cell_finds_no_test_in_the_history_of_its_session(graded):
    said = page(graded[0], "looks-back")
    assert "def count()" in said and "lesson.check('there are steps'" not in said


def test_the_instructor_still_sees_which_hidden_test_failed(graded):
    text = (graded[0] / "autograded" / "absolute" / STAGE / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    assert "✗ a negative number stays negative" in text


def test_the_hidden_seed_is_drawn_once_and_differs_between_courses(graded, state):
    assert settings.hidden_seed() == autograde.hidden_seed() > 0
    with folders.state_in(graded[0]):
        other = settings.hidden_seed()
    assert other != settings.hidden_seed()


def test_only_what_is_new_or_has_changed_is_graded_unless_forced(state, capsys):
    for learner in ("ada", "ben"):
        write(state / "in" / learner / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    collect(state / "in")
    autograde.autograde(STAGE)
    capsys.readouterr()
    autograde.autograde(STAGE)
    assert capsys.readouterr().out.startswith("0 of 2 lessons to grade")

    with gradebook() as book:  # a person marks the open question
        book.find_grade("open-question", LESSON, STAGE, "ada").manual_score = 4
        book.db.commit()
    path = write(state / "in" / "ada" / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {"double-answer": None}))
    assert [row[-1] for row in collect(path.parents[2]).taken] == ["taken", "collected before"]
    autograde.autograde(STAGE)
    assert "[1/1] ada" in capsys.readouterr().out
    assert (row_of("ada").automatic, row_of("ada").manual, row_of("ben").automatic) == (2, 4, 5)

    autograde.autograde(STAGE, force=True)
    assert "[2/2] " in capsys.readouterr().out


def test_the_grades_of_a_notebook_are_kept_together_before_its_copy_is_or_none_are(state, monkeypatch):
    for learner in ("ada", "ben"):
        write(state / "in" / learner / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    collect(state / "in")
    save, copy, seen = autograde.SaveReasons.preprocess, autograde.write, []

    def fail_for_ben(preprocessor, notebook, resources):
        if resources["nbgrader"]["student"] == "ben":
            raise OSError("no space left on device")
        return save(preprocessor, notebook, resources)

    def look(path, text):
        with closing(sqlite3.connect(state / "gradebook.db")) as beside:
            seen.append(beside.execute("SELECT sum(auto_score) FROM grade").fetchone()[0])
        copy(path, text)

    monkeypatch.setattr(autograde.SaveReasons, "preprocess", fail_for_ben)
    monkeypatch.setattr(autograde, "write", look)
    in_order = partial(
        lambda run_all, *what: sorted(run_all(*what), key=lambda one: one[0].learner), autograde._run_all
    )
    monkeypatch.setattr(autograde, "_run_all", in_order)
    assert list(autograde.autograde(STAGE)) == [("ben", LESSON)]
    assert seen == [None, 5, 5]  # ada's copy with answers, then as graded; ben's with answers
    assert set(points("ben").values()) == {None} and row_of("ben").to_grade == len(points("ben"))

    monkeypatch.undo()
    assert autograde.autograde(STAGE) == {} and points("ben") == points("ada")


def zipped(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def attempt(state, learner, hour, answers):
    """A zip as `hand_in` writes it, handed in at a full hour."""
    return zipped(
        state / "in" / f"{learner}_{STAGE}_{hour}.zip",
        {
            f"{learner}/{STAGE}/timestamp.txt": f"2026-01-05 {hour:02}:00:00.000000 UTC",
            f"{learner}/{STAGE}/{LESSON}.ipynb": nbformat.writes(answered(state, LESSON, answers)),
        },
    )


def test_what_hand_in_writes_can_be_collected(state, tmp_path):
    write(tmp_path / "work" / STAGE / f"{LESSON}.ipynb", answered(state, LESSON, {}))
    report = collect(hand_in(STAGE, "ada-l", start=tmp_path / "work"))
    assert [row[:3] for row in report.taken] == [("ada-l", STAGE, LESSON)] and report.refused == []
    assert (state / "submitted" / "ada-l" / STAGE / "timestamp.txt").read_text().endswith(" UTC")


def test_the_newest_attempt_counts_in_whatever_order_they_come_and_none_is_lost(state):
    late = attempt(state, "ada", 11, {})
    early = attempt(state, "ada", 9, None)
    collect(late)
    assert collect(early).taken[0][-1].startswith("kept aside")
    submitted = state / "submitted" / "ada" / STAGE
    assert "return 2 * x" in (submitted / f"{LESSON}.ipynb").read_text()
    assert (submitted / "timestamp.txt").read_text().startswith("2026-01-05 11:00")
    assert len(list((state / "attempts" / "ada" / STAGE).iterdir())) == 2
    assert {row[-1] for row in collect(state / "in").taken} == {"collected before"}


def test_lessons_that_are_handed_in_one_by_one_are_all_kept(state):
    collect(attempt(state, "ada", 9, {}))
    other = nbformat.writes(answered(state, OTHER, {}))
    collect(zipped(state / "b.zip", {f"ada/{STAGE}/{OTHER}.ipynb": other}))
    names = {path.name for path in (state / "submitted" / "ada" / STAGE).iterdir()}
    assert names == {f"{LESSON}.ipynb", f"{OTHER}.ipynb", "timestamp.txt"}


def test_collect_refuses_one_by_one_with_a_reason_and_takes_the_rest(state):
    good = nbformat.writes(answered(state, LESSON, {}))
    without, twice = json.loads(good), json.loads(good)
    without["cells"] = [cell for cell in without["cells"] if cell["id"] != "double-answer"]
    other = {"id": "copy", "source": "another"}
    twice["cells"].append(next(cell for cell in twice["cells"] if cell["id"] == "double-answer") | other)
    tomorrow = datetime.now(UTC) + timedelta(days=400)
    files = {
        f"ada/{STAGE}/{LESSON}.ipynb": (good, None),
        f"wrapped/in/a/folder/ben/{STAGE}/{LESSON}.ipynb": (good, None),
        f"__MACOSX/ada/{STAGE}/._{LESSON}.ipynb": ("", None),
        f"ada/{STAGE}/.ipynb_checkpoints/{LESSON}-checkpoint.ipynb": (good, None),
        f"../../eve/{STAGE}/{LESSON}.ipynb": (good, "leads out"),
        f"/eve/{STAGE}/{LESSON}.ipynb": (good, "leads out"),
        f"..\\eve\\{STAGE}\\{LESSON}.ipynb": (good, "leads out"),
        f"e v e/{STAGE}/{LESSON}.ipynb": (good, "'e v e' must be"),
        f"-rf/{STAGE}/{LESSON}.ipynb": (good, "'-rf' must be"),
        f"carl/9_nowhere/{LESSON}.ipynb": (good, "no stage '9_nowhere'"),
        f"carl/{STAGE}/1-99_unknown.ipynb": (good, "not a lesson"),
        f"carl/{STAGE}/model.bin": ("0", "not a lesson"),
        f"{LESSON}.ipynb": (good, "whose it is"),
        f"dora/{STAGE}/{LESSON}.ipynb": (good[:1000], "cannot be read as a notebook"),
        f"emil/{STAGE}/{LESSON}.ipynb": ('{"cells": 5}', "cannot be read as a notebook"),
        f"fay/{STAGE}/{LESSON}.ipynb": (json.dumps(without), "double-answer is gone"),
        f"gus/{STAGE}/{LESSON}.ipynb": (json.dumps(twice), "double-answer stands there 2 times"),
        f"hal/{STAGE}/{LESSON}.ipynb": (b" " * (FILE_BYTES + 1), "more than 20 MiB"),
        f"ida/{STAGE}/timestamp.txt": ("yesterday, I think", "not a time"),
        f"jon/{STAGE}/timestamp.txt": (f"{tomorrow:%Y-%m-%d %H:%M:%S} UTC", "in the future"),
    }
    handed_in = state / "in"
    path = zipped(handed_in / "all.zip", {name: data for name, (data, _) in files.items()})
    link = zipfile.ZipInfo(f"kim/{STAGE}/{LESSON}.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    (handed_in / "cut.zip").write_bytes(path.read_bytes()[:2000])
    report = collect(handed_in)
    assert [row[0] for row in report.taken] == ["ada", "ben"]
    expected = {f"all.zip/{name}": why for name, (_, why) in files.items() if why}
    expected |= {f"all.zip/{link.filename}": "a link", "cut.zip": "cannot be read as a zip"}
    reasons = dict(report.refused)
    assert set(reasons) == set(expected)
    assert [(what, reasons[what]) for what, why in expected.items() if why not in reasons[what]] == []
    assert {path.name for path in (state / "submitted").iterdir()} == {"ada", "ben"}


def test_a_zip_that_unpacks_to_too_much_is_refused(state):
    bomb = zipped(state / "bomb.zip", {f"eve/{STAGE}/{number}.ipynb": b"0" * FILE_BYTES for number in range(11)})
    assert bomb.stat().st_size < 2**20
    report = collect(bomb)
    assert report.taken == [] and "more than 1000 files or 200 MiB" in report.refused[0][1]


def test_links_in_a_folder_are_refused(state):
    target = write(state / "elsewhere.ipynb", answered(state, LESSON, {}))
    link = state / "in" / "eve" / STAGE / f"{LESSON}.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    assert collect(state / "in").refused == [(f"eve/{STAGE}/{LESSON}.ipynb", "it is a link: hand in the file itself")]


def test_the_gradebook_is_exported_with_a_row_for_each_learner_and_lesson(graded, tmp_path, capsys):
    assert main(["export", "--csv", str(tmp_path / "grades.csv")]) == 0
    with open(tmp_path / "grades.csv", newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 2 * len(LEARNERS)
    absolute = next(row for row in found if (row["learner"], row["lesson"]) == ("absolute", LESSON))
    numbers = {name: float(absolute[name]) for name in ("score", "max_score", "automatic", "automatic_max", "to_grade")}
    assert numbers == {"score": 2, "max_score": 10, "automatic": 2, "automatic_max": 5, "to_grade": 1}
    assert absolute["handed_in"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["collect", "no/such/folder"], "is not there"),
        (["collect", "."], "holds nothing that was handed in"),
        (["autograde", STAGE], "nothing of 1_principles has been collected"),
        (["feedback", STAGE], "nothing of 1_principles has been graded"),
        (["export", "--csv", "grades.csv"], "the gradebook is empty"),
        (["demo", "--state", "full"], "is not empty"),
        (["demo", "--lessons", "0"], "lessons is 0; it must be at least 1"),
    ],
)
def test_a_mistake_of_the_user_is_one_sentence_and_exit_code_2(state, tmp_path, monkeypatch, capsys, words, said):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    if "full" in words:
        (empty / "full").mkdir()
        (empty / "full" / "file").touch()
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and said in captured.err
    assert captured.err.startswith("error: ") and captured.err.count("\n") == 1


def test_autograde_says_to_build_first_where_the_gradebook_is_new(tmp_path, capsys):
    with folders.state_in(tmp_path / "new"):
        assert main(["autograde", STAGE]) == 2
    assert "run `python -m grading build` first" in capsys.readouterr().err


def test_an_unknown_stage_is_refused_with_those_that_there_are(capsys):
    assert main(["autograde", "7_nowhere"]) == 2
    assert STAGE in capsys.readouterr().err


def test_commands_print_what_they_did_and_say_by_their_exit_code_whether_all_went_well(graded, state, capsys):
    path = attempt(state, "ada", 9, {})
    assert main(["collect", str(path)]) == 0
    assert "ada" in capsys.readouterr().out
    (state / "in" / "broken.zip").write_text("no zip")
    assert main(["collect", str(state / "in")]) == 1
    assert "REFUSED, 1:\n  broken.zip: it cannot be read as a zip" in capsys.readouterr().out
    with folders.state_in(graded[0]):
        (graded[0] / "autograded" / "ends-its-process" / STAGE / f"{LESSON}.ipynb").unlink()
        assert main(["autograde", STAGE]) == 1
        captured = capsys.readouterr()
        assert "[1/1] ends-its-process" in captured.out and "NOT GRADED IN FULL: your notebook ended" in captured.out
        assert captured.err == ""
        assert main(["feedback", STAGE]) == 0
        assert "cells still wait for a person" in capsys.readouterr().out


@pytest.mark.slow
def test_the_demo_of_the_real_course_ends_with_a_gradebook_and_feedback_pages(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "grading", "demo", "--state", str(tmp_path / "state")],
        cwd=build.__file__.removesuffix("grading/authoring/build.py"),
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "SIMULATED" in ran.stdout
    for learner in ("ada", "ben", "chloe", "dan"):
        pages = sorted((tmp_path / "state" / "feedback" / f"simulated-{learner}").rglob("*.html"))
        assert pages and all(str(page) in ran.stdout for page in pages)
        assert f"\nsimulated-{learner}" in ran.stdout

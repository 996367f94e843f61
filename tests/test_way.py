"""The way through the course: tracks, what is next and how long is left, honest minutes, and the check for who learns
alone."""

import nbformat
import pytest

from grading.authoring import build, frame, minutes
from grading.demo import solutions
from grading.marking.mend import InjectParameters
from grading.records import folders
from trainlib import course, editions, full_check, lesson
from trainlib.notebook import graded_cells

TABLE = """
[course]
title = "A course"
repository = "OWNER/REPO"
branch = "main"
[[stage]]
folder = "1_principles"
title = "1 Principles"
promise = "say"
[[track]]
name = "engineer"
title = "Engineer"
promise = "build"
core = ["1-01_first", "1-02_second"]
[[lesson]]
id = "1-01_first"
title = "First"
promise = "Say"
minutes = 30
memory_mib = 300
prerequisites = []
skills = ["saying"]
[[lesson]]
id = "1-02_second"
title = "Second"
promise = "Say"
minutes = 45
memory_mib = 300
prerequisites = ["1-01_first"]
skills = ["saying"]
"""
FIRST = folders.lesson("1-01_training_effect")


@pytest.mark.parametrize(
    "before, after, said",
    [
        ('core = ["1-01_first", "1-02_second"]', 'core = ["1-03_third"]', "takes '1-03_third', which is no lesson"),
        ('"1-01_first", "1-02_second"]\n', '"1-02_second"]\n', "takes 1-02_second before it takes 1-01_first"),
    ],
)
def test_a_track_that_cannot_be_walked_is_refused(tmp_path, before, after, said):
    (tmp_path / "course.toml").write_text(TABLE.replace(before, after))
    with pytest.raises(ValueError, match=said):
        course.table(tmp_path / "course.toml")


def test_each_track_of_the_course_takes_what_its_lessons_need_and_ends_with_check_out():
    table = folders.table()
    assert [track.name for track in table.tracks] == ["engineer", "lead"]
    for track in table.tracks:
        assert table.on(track)[0].number == "1-00" and table.on(track)[-1].title == "Check-out"


def test_the_way_on_names_the_next_lesson_of_each_track_and_the_time_that_is_left():
    opening, closing = frame.opening_cells(FIRST)[0].source, frame.closing_cells(FIRST)[-1].source
    table = folders.table()
    for track in table.tracks:
        after = table.on(track)[track.place(FIRST)]
        assert f"**{track.title} track**: [{after.number} {after.title}](../{after.file.as_posix()})" in closing
        left = course.minutes_in_words(sum(row.minutes for row in table.on(track)[track.place(FIRST) - 1 :]))
        assert f"lesson {track.place(FIRST)} of {len(track.core)}, about {left} left with this one" in opening
    last = table.on(table.tracks[0])[-1]
    assert "you are at its end" in frame.closing_cells(last)[-1].source


def test_progress_shows_a_track_first_and_names_what_comes_next(tmp_path, monkeypatch, capsys):
    editions.copy_lessons(tmp_path)
    found = lesson.progress(tmp_path, track="lead")
    lead = folders.table().track("lead")
    assert list(found["on this track"]) == ["core"] * len(lead.core) + ["elective"] * (len(found) - len(lead.core))
    assert capsys.readouterr().out.startswith("next: 1-00 ")
    with pytest.raises(ValueError, match='track is \'boss\'; it must be "engineer" or "lead"'):
        lesson.progress(tmp_path, track="boss")


def test_minutes_are_those_of_exercises_reading_runs_and_open_questions():
    cells = [
        nbformat.v4.new_markdown_cell(" ".join(["word"] * 360) + "<details>not read at first</details>"),
        nbformat.v4.new_markdown_cell(
            "## Exercise 1\n*Difficulty ●○○○○ · about 12 minutes · skill: saying*\n\nSay it."
        ),
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_markdown_cell("Say why.", metadata={"nbgrader": {"solution": True}}),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    expected = {"exercises": 12, "reading": 2, "runs": 1 / 3, "open questions": 10}
    assert minutes.parts(notebook) == pytest.approx(expected)
    assert minutes.fault(24, notebook) is None
    assert "course.toml says 15 minutes; its cells come to 24: 12 of exercises" in minutes.fault(15, notebook)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A learner's folder with lesson 1-01: one exercise right, one fitted to what is visible, one that fails, one
    empty."""
    folder = tmp_path_factory.mktemp("own")
    notebook = nbformat.read(folders.notebooks() / FIRST.file, as_version=4)
    InjectParameters().preprocess(notebook, {"nbgrader": {"notebook": FIRST.id}})
    cells, right = graded_cells(notebook), solutions(FIRST)
    for name in ("case-gain-answer", "influence-answer"):
        cells[name][0].source = right[name]
    cells["stage-effect-answer"][0].source = "stage_effect = lambda *_, **__: 0.0"
    nbformat.write(notebook, folder / FIRST.file.name)
    return folder


def test_the_full_check_tells_who_learns_alone_which_property_does_not_hold(own, capsys):
    lesson.full_check(FIRST.id, start=own)
    said = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert said["case-gain"] == full_check.ALL_RIGHT
    assert said["stage-effect"].startswith("a check that you see does not pass yet")
    assert "NotImplementedError" in said["interval"]


def test_the_full_check_of_one_exercise_says_a_property_and_no_value(own, capsys):
    notebook = nbformat.read(own / FIRST.file.name, as_version=4)
    fitted = """def total_gain(stages, trainer, content):
    effects = {0.5: [0.62, 0.47, 0.25]}.get(stages[0, 0], stages[:, 1] * trainer + (1 - stages[:, 1]) * content)
    return stages[:, 0] @ effects"""
    graded_cells(notebook)["case-gain-answer"][0].source = fitted
    nbformat.write(notebook, own / FIRST.file.name)
    lesson.full_check(FIRST.id, "case-gain", start=own)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("case-gain: ") and "does not hold for other inputs: ✗ " in line and "expected" not in line


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("1-09_nothing",), "lesson is '1-09_nothing'; it must be one of 1-00_check_in"),
        ((FIRST.id, "nothing"), "exercise is 'nothing'; it must be one of stage-effect"),
    ],
)
def test_the_full_check_names_what_is_wrong_with_its_arguments(own, arguments, said):
    with pytest.raises(ValueError, match=said):
        lesson.full_check(*arguments, start=own)


def test_the_full_check_needs_a_saved_notebook_and_its_tests(tmp_path, own, monkeypatch, capsys):
    with pytest.raises(ValueError, match="save the notebook there, or give start=FOLDER"):
        lesson.full_check(FIRST.id, start=tmp_path)
    lesson.full_check(FIRST.id, run=False, start=tmp_path)
    assert "set run=True" in capsys.readouterr().out
    monkeypatch.setattr(course, "folder", lambda: tmp_path)
    (tmp_path / "course.toml").write_bytes((folders.notebooks() / "course.toml").read_bytes())
    course.table.cache_clear()
    with pytest.raises(ValueError, match="this copy of the course has no hidden tests"):
        lesson.full_check(FIRST.id, start=own)
    course.table.cache_clear()


def test_no_hidden_test_can_be_read_in_what_learners_get():
    text = (folders.notebooks() / full_check.FILE).read_text()
    assert "lesson.check" not in text and "hidden_seed" not in text
    notebook = build.source_notebook(FIRST)
    assert "full-check" in [cell["id"] for cell in notebook.cells]

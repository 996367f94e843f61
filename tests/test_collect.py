"""Collect: whose file is it, is it safe to read, was it in time, and which of its cells are which.

The two tiny lessons of `test_grading_cycle` are built once; nothing is run.
"""

import json
import os
import random
import stat
import time
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
import test_grading_cycle as cycle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from test_grading_cycle import LESSON, OTHER, STAGE, answered, write, zipped

from grading.intake import archives, naming
from grading.intake.archives import File
from grading.intake.collect import collect
from grading.records import settings as instructor
from grading.records.glance import rows
from grading.records.gradebook import gradebook
from trainlib import notebook as gate
from trainlib.matching import restored
from trainlib.notebook import graded_cells

tiny_course, state = cycle.tiny_course, cycle.state  # fixtures
HANDED_IN = datetime(2026, 1, 5, 9, 0, 0)


def taken(report):
    return [(row[0], row[2]) for row in report.taken]


def text(state, answers=None, lesson=LESSON):
    return nbformat.writes(answered(state, lesson, answers or {}))


def in_place(state, learner, lesson=LESSON):
    return (state / "submitted" / learner / STAGE / f"{lesson}.ipynb").read_text()


def with_settings(text):
    instructor.path().write_text(text)


def stamped(state, learner, time, lesson=LESSON, answers=None):
    """A zip as `hand_in` writes it, handed in at a time (UTC)."""
    return zipped(
        state / "in" / f"{learner}_{lesson}_{time:%d-%H%M}.zip",
        {
            f"{learner}/{STAGE}/timestamp.txt": f"{time:%Y-%m-%d %H:%M:%S.%f} UTC",
            f"{learner}/{STAGE}/{lesson}.ipynb": text(state, answers, lesson),
        },
    )


@pytest.mark.parametrize(
    ("origin", "path", "learner", "stage", "name"),
    [
        ("", f"ada/{STAGE}/{LESSON}.ipynb", "ada", STAGE, f"{LESSON}.ipynb"),
        ("", f"ada/{LESSON}.ipynb", "ada", None, f"{LESSON}.ipynb"),
        ("", f"Zoë O'Neill_12_assignsubmission_file/{LESSON}.ipynb", "zoë-o-neill", None, f"{LESSON}.ipynb"),
        ("m.zip", f"Ada Lovelace_12_assignsubmission_file_/{LESSON}.ipynb", "ada-lovelace", None, f"{LESSON}.ipynb"),
        ("m.zip", f"Ada Lovelace_12_assignsubmission_file_{LESSON}.ipynb", "ada-lovelace", None, f"{LESSON}.ipynb"),
        (
            "m.zip/Ada Lovelace_12_assignsubmission_file_/x.zip",
            f"eve/{STAGE}/{LESSON}.ipynb",
            "ada-lovelace",
            STAGE,
            f"{LESSON}.ipynb",
        ),
        ("c.zip", f"lovelaceada_4711_98765_{LESSON}-1.ipynb", "lovelaceada-4711", None, f"{LESSON}-1.ipynb"),
        ("c.zip", f"lovelaceada_LATE_4711_98765_{LESSON}.ipynb", "lovelaceada-4711", None, f"{LESSON}.ipynb"),
        ("c.zip", f"王_4711_98765_{LESSON}.ipynb", "王-4711", None, f"{LESSON}.ipynb"),
        (
            "c.zip/lovelaceada_4711_98765_hand.zip",
            f"e_1_2_x/{STAGE}/{LESSON}.ipynb",
            "lovelaceada-4711",
            STAGE,
            f"{LESSON}.ipynb",
        ),
        ("", f"ada+{STAGE}+2026-01-05 09:00:00.5 UTC+x9/{LESSON}.ipynb", "ada", STAGE, f"{LESSON}.ipynb"),
    ],
)
def test_names_of_moodle_canvas_nbgrader_and_plain_folders_say_whose_a_file_is(origin, path, learner, stage, name):
    found = naming.place(File(origin, path, None))
    assert (found.sender.learner, found.stage, found.name) == (learner, stage, name)


def test_who_is_who_can_be_said_in_the_settings(state):
    with_settings('[learners]\n"Ada Lovelace" = "ada-l"\n"lovelaceada_4711" = "ada-l"\n"王" = "wang"\n')
    files = {
        f"Ada Lovelace_1_assignsubmission_file_/{LESSON}.ipynb": text(state),
        f"王_2_assignsubmission_file_/{LESSON}.ipynb": text(state),
        f"李_3_assignsubmission_file_/{LESSON}.ipynb": text(state),
        f"lovelaceada_4711_9_{OTHER}.ipynb": text(state, lesson=OTHER),
    }
    report = collect(zipped(state / "moodle.zip", files))
    assert taken(report) == [("ada-l", LESSON), ("ada-l", OTHER), ("wang", LESSON), ("李", LESSON)]
    assert report.refused == []


def test_a_fault_in_the_settings_is_named_with_its_line(state):
    with_settings('[late]\noutcome = "shout"\n[deadlines]\n9_nowhere = 2026-01-01T00:00:00Z\n1_principles = "soon"\n')
    with pytest.raises(ValueError, match="line 2: late.outcome is 'shout'; it must be one of accept, mark"):
        collect(state)
    path = instructor.path()
    path.write_text(path.read_text().replace("shout", "mark"))
    with pytest.raises(ValueError, match="line 4: deadlines.9_nowhere is no stage.*\n.*line 5: .*with its offset"):
        collect(state)


@pytest.mark.parametrize(
    "name",
    [
        f"{LESSON} (2).ipynb",
        f"{LESSON} copy.ipynb",
        f"{LESSON} copy 2.ipynb",
        f"{LESSON}-Copy1.ipynb",
        f"{LESSON} - Copy (3).ipynb",
        f"Copy of {LESSON}.ipynb",
        f"{LESSON}-1.ipynb",
        f"{LESSON}.ipynb.json",
    ],
)
def test_renamed_files_are_known_by_the_lesson_in_their_name(state, name):
    write(state / "in" / "ada" / STAGE / "x.ipynb", answered(state, LESSON, {})).rename(
        state / "in" / "ada" / STAGE / name
    )
    assert taken(collect(state / "in")) == [("ada", LESSON)]


@pytest.mark.parametrize("name", ["1-01_tiny_other.ipynb", "1-01.ipynb", "notes.txt", f"my {LESSON}.ipynb", LESSON])
def test_a_name_that_only_looks_like_a_lesson_is_none(name):
    assert naming.lesson_of(name) is None


def test_of_a_file_and_its_copies_the_newest_counts_and_all_are_kept(state):
    folder = state / "in" / "ada" / STAGE
    for hours, name, answers in (
        (1, f"{LESSON}.ipynb", None),
        (3, f"{LESSON} (2).ipynb", {}),
        (2, f"{LESSON} (10).ipynb", None),
    ):
        path = write(folder / name, answered(state, LESSON, answers))
        os.utime(path, (hours * 3600, hours * 3600))
    report = collect(state / "in")
    assert [row[-1] for row in report.taken] == ["taken"] * 3
    assert "return 2 * x" in in_place(state, "ada")
    assert len(list((state / "attempts" / "ada" / STAGE).iterdir())) == 3


def test_in_a_download_whose_dates_say_nothing_the_copy_with_the_highest_number_counts(state):
    names = [f"Ada_1_assignsubmission_file_/{LESSON}{mark}.ipynb" for mark in (" (10)", " (2)", "")]
    report = collect(zipped(state / "m.zip", dict(zip(names, [text(state), text(state, {"double-answer": "0"}), "{"]))))
    assert len(report.taken) == 2 and len(report.refused) == 1
    assert "return 2 * x" in in_place(state, "ada")


def test_a_download_of_zips_as_hand_in_writes_them_belongs_to_whom_the_platform_names(state):
    inner = stamped(state, "ada", HANDED_IN).read_bytes()
    report = collect(zipped(state / "moodle.zip", {"Eve Evil_7_assignsubmission_file_/work.zip": inner}))
    assert taken(report) == [("eve-evil", LESSON)] and report.taken[0][3] == "2026-01-05 09:00:00"
    assert not (state / "submitted" / "ada").exists()


def test_two_people_of_the_same_name_are_refused_and_the_rest_is_taken(state):
    people = ("Ada Lovelace_1", "Ada Lovelace_2", "Ben_3")
    report = collect(
        zipped(state / "m.zip", {f"{one}_assignsubmission_file_/{LESSON}.ipynb": text(state) for one in people})
    )
    assert taken(report) == [("ben", LESSON)]
    assert [what for what, _ in report.refused] == ["Ada Lovelace_1", "Ada Lovelace_2"]
    (first, second) = [why for _, why in report.refused]
    assert "Ada Lovelace_2 would be ada-lovelace too" in first and first.endswith("ada-lovelace-1")
    assert "Ada Lovelace_1 would be ada-lovelace too" in second and second.endswith("ada-lovelace-2")


def test_an_exchange_is_collected_with_its_times_and_without_its_secrets(state):
    for hour, mark in ((9, "+a1"), (11, "+b2")):
        folder = state / "inbound" / f"ada+{STAGE}+2026-01-05 {hour:02}:00:00.000000 UTC{mark}"
        write(folder / f"{LESSON}.ipynb", answered(state, LESSON, {} if hour == 11 else None))
        (folder / "submission_secret.txt").write_text("x")
    report = collect(state / "inbound")
    assert [row[3] for row in report.taken] == ["2026-01-05 09:00:00", "2026-01-05 11:00:00"]
    assert report.refused == [] and "return 2 * x" in in_place(state, "ada")


@pytest.mark.parametrize(
    "time", ["9999-01-01 00:00:00 UTC", "0001-01-01 00:00:00 UTC", "1999-12-31 00:00:00 UTC", "\udcff"]
)
def test_times_that_cannot_be_are_refused(time):
    with pytest.raises(archives.Refused, match="future|long past|not a time"):
        naming.time_of(time)


DEADLINE = "[deadlines]\n1_principles = 2026-01-05T10:30:00+01:00\n"  # half an hour after 09:00 UTC


@pytest.mark.parametrize(
    ("late", "outcome"),
    [
        ("", "taken, 1 day 2 h after the deadline"),
        ('[late]\noutcome = "accept"', "taken"),
        ('[late]\noutcome = "mark"', "taken, 1 day 2 h after the deadline"),
        ('[late]\noutcome = "penalty"', "taken, 1 day 2 h after the deadline"),
    ],
)
def test_late_work_is_taken_with_a_word_on_how_late_it_is(state, late, outcome):
    with_settings(DEADLINE + late)
    stamped(state, "ada", HANDED_IN)
    stamped(state, "ben", HANDED_IN + timedelta(days=1, hours=2, minutes=30))
    assert [row[-1] for row in collect(state / "in").taken] == ["taken", outcome]
    with gradebook() as book:
        assert book.find_assignment(STAGE).duedate == datetime(2026, 1, 5, 9, 30)


def test_late_work_is_refused_where_the_settings_say_so(state):
    with_settings(DEADLINE + '[late]\noutcome = "refuse"')
    stamped(state, "ada", HANDED_IN)
    stamped(state, "ada", HANDED_IN + timedelta(hours=2), answers={"double-answer": "0"})
    report = collect(state / "in")
    assert report.refused == [(f"ada/{STAGE}/{LESSON}.ipynb", "it was handed in 1 h 30 min after the deadline")]
    assert "return 2 * x" in in_place(state, "ada")


def test_a_platforms_word_on_lateness_counts_as_its_dates_are_those_of_the_download(state):
    with_settings(DEADLINE)
    files = {
        f"ada_1_9_{LESSON}.ipynb": text(state),
        f"ben_LATE_2_8_{LESSON}.ipynb": text(state),
        f"Cy_3_assignsubmission_file_/{LESSON}.ipynb": text(state),
    }
    rows = {row[0]: row[3:] for row in collect(zipped(state / "c.zip", files)).taken}
    assert rows["ada-1"] == rows["cy"] == ("2026-01-05 09:30:00", "taken")
    assert rows["ben-2"] == ("2026-01-05 09:30:01", "taken, 0 h 1 min after the deadline")


def test_the_penalty_is_a_share_for_each_day_begun_and_spares_lessons_that_were_in_time(state):
    with_settings(DEADLINE)
    stamped(state, "ada", HANDED_IN)
    late = stamped(state, "ada", HANDED_IN + timedelta(days=1, hours=2), lesson=OTHER)
    with zipfile.ZipFile(late, "a") as archive:  # the lesson that was in time, once more
        archive.writestr(f"ada/{STAGE}/{LESSON}.ipynb", text(state))
    collect(state / "in")
    with gradebook() as book:
        book.add_student("ada")
        book.add_submission(STAGE, "ada", timestamp=HANDED_IN + timedelta(days=1, hours=2))
        for lesson, test in ((LESSON, "double-tests"), (OTHER, "half-tests")):
            book.find_grade(test, lesson, STAGE, "ada").auto_score = 3
        book.db.commit()
    for late, share in (
        ("", 0),
        ('[late]\noutcome = "accept"', 0),
        ('[late]\noutcome = "penalty"', 0.2),
        ('[late]\noutcome = "penalty"\nshare_per_day = 0.2', 0.4),
        ('[late]\noutcome = "penalty"\nshare_per_day = 0.9', 1),
    ):
        with_settings(DEADLINE + late)  # and nothing is graded again
        found = {row.lesson: row for row in rows(STAGE)}
        assert found[LESSON].late_penalty == found[LESSON].seconds_late == 0 and found[LESSON].score == 3
        assert found[OTHER].late_penalty == pytest.approx(3 * share) == pytest.approx(3 - found[OTHER].score)
        assert found[OTHER].seconds_late == timedelta(days=1, hours=1, minutes=30).total_seconds()


def as_colab_saves_it(notebook):
    """Ids in the metadata and others, nbgrader's marks and all tags gone, a badge on top, in an older format."""
    draw = random.Random(0)
    cells = []
    for cell in notebook.cells:
        metadata = {"id": "".join(draw.choices("abcdefgh-_XYZ019", k=12))}
        cells.append({"cell_type": cell.cell_type, "metadata": metadata, "source": cell.source.splitlines(True)})
        if cell.cell_type == "code":
            cells[-1] |= {"outputs": [], "execution_count": 3}
    badge = {"cell_type": "markdown", "metadata": {"id": "view-in-github", "colab_type": "text"}, "source": ["<a>"]}
    metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": [badge, *cells]}


def cell_of(saved, words):
    return next(cell for cell in saved["cells"] if words in "".join(cell["source"]))


def new_cell(source, kind="code"):
    cell = {"cell_type": kind, "metadata": {}, "source": [source]}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def test_a_notebook_saved_by_colab_gets_its_ids_and_marks_back(state):
    answers = {"double-answer": "# my way\ndef double(x):\n    return x + x", "open-question": "Because I say so."}
    original = answered(state, LESSON, answers)
    saved = as_colab_saves_it(original)
    cell_of(saved, "steps = ")["source"] = ["steps = 3"]  # the learner tries a smaller number
    saved["cells"].insert(4, new_cell("print('my own notes')"))
    report = collect(zipped(state / "c.zip", {f"ada/Copy of {LESSON}.ipynb": json.dumps(saved)}))
    assert report.refused == [] and report.taken[0][-1] == "taken, 5 cells known by place and text"
    found = nbformat.reads(in_place(state, "ada"), as_version=4)
    nbformat.validate(found)
    for name, (cell,) in graded_cells(original).items():
        there = graded_cells(found)[name][0]
        assert (there.source, there["id"], there.metadata.nbgrader) == (cell.source, cell["id"], cell.metadata.nbgrader)
    tagged = [cell for cell in found.cells if "parameters" in cell.metadata.get("tags", [])]
    assert [cell.source for cell in tagged] == ["steps = 3"] and tagged[0]["id"] == "parameters"
    ids = [cell["id"] for cell in found.cells]
    assert len(set(ids)) == len(ids) == len(original.cells) + 2


def test_an_answer_among_own_cells_is_known_by_what_it_defines(state):
    saved = as_colab_saves_it(answered(state, LESSON, {"double-answer": "def double(x):\n    return x + x"}))
    place = saved["cells"].index(cell_of(saved, "def double"))
    saved["cells"][place:place] = [new_cell("double = 3 * 2"), new_cell("print('try')")]
    del saved["cells"][place]
    saved["cells"].insert(place + 2, new_cell("1 + 1"))
    found, count, *_ = restored(nbformat.reads(json.dumps(saved), as_version=4), answered(state, LESSON, None))
    assert count == 5 and graded_cells(found)["double-answer"][0].source == "def double(x):\n    return x + x"


def test_cells_that_were_moved_keep_their_marks_where_they_still_have_them(state):
    notebook = answered(state, LESSON, {})
    moved = notebook.cells.pop(next(i for i, cell in enumerate(notebook.cells) if cell["id"] == "double-answer"))
    notebook.cells.insert(1, moved)
    lost = graded_cells(notebook)["count-tests"][0]
    del lost.metadata["nbgrader"]
    lost["id"] = "another"
    found, count, *_ = restored(notebook, answered(state, LESSON, None))
    assert count == 1 and list(graded_cells(found)) == list(graded_cells(notebook))[:3] + [
        "count-tests",
        "open-question",
    ]


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("def double", []),
        ("twice is enough", [new_cell("one", "markdown"), new_cell("two", "markdown")]),
        ("def double", [new_cell("1 + 1"), new_cell("2 + 2")]),
    ],
)
def test_what_cannot_be_told_is_refused_rather_than_guessed(state, words, own):
    saved = as_colab_saves_it(answered(state, LESSON, {}))
    place = saved["cells"].index(cell_of(saved, words))
    saved["cells"][place : place + 1] = own
    with pytest.raises(gate.Unusable, match="is gone, or cannot be told"):
        gate.read(json.dumps(saved).encode()).matched(answered(state, LESSON, None))


def test_each_file_that_cannot_be_read_safely_is_refused_and_the_rest_is_taken(state):
    good, bomb = text(state), b"0" * (3 * 2**20)
    path = zipped(
        state / "in" / "all.zip",
        {
            f"ada/{STAGE}/{LESSON}.ipynb": good,
            f"ben/{STAGE}/{LESSON}.ipynb": bomb,
            f"cy\x07/{STAGE}/{LESSON}.ipynb": good,
            f"{'d' * 300}/{STAGE}/{LESSON}.ipynb": good,
        },
    )
    inner = zipped(state / "inner.zip", {f"fay/{STAGE}/{LESSON}.ipynb": good}).read_bytes()
    device = zipfile.ZipInfo(f"gus/{STAGE}/{LESSON}.ipynb")
    device.external_attr = (stat.S_IFCHR | 0o666) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("eve/work.zip", zipped(state / "outer.zip", {"work.zip": inner}).read_bytes())
        archive.writestr("fay/work.zip", inner)
        archive.writestr(device, "")
    os.mkfifo(state / "in" / "pipe")
    locked = bytearray(zipped(state / "locked.zip", {f"hal/{STAGE}/{LESSON}.ipynb": good}).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (state / "in" / "locked.zip").write_bytes(locked)
    report = collect(state / "in")
    assert taken(report) == [("ada", LESSON), ("fay", LESSON)]
    reasons = [
        ("all.zip/ben", "unpacks to more than 300 times"),
        ("all.zip/cy", "cannot be seen"),
        ("all.zip/ddd", "too long"),
        ("all.zip/eve", "a zip within a zip"),
        ("all.zip/gus", "a link"),
        ("locked.zip/hal", "password"),
        ("pipe", "a link"),
    ]
    assert len(report.refused) == len(reasons)
    for (what, why), (where, words) in zip(sorted(report.refused), reasons):
        assert what.startswith(where) and words in why


def test_too_much_from_one_person_costs_nobody_else(state):
    files = {f"eve_1_{number}_x.txt": "" for number in range(archives.ZIP_FILES + 1)}
    report = collect(zipped(state / "c.zip", files | {f"ada_2_1_{LESSON}.ipynb": text(state)}))
    assert taken(report) == [("ada-2", LESSON)]
    assert report.refused == [("c.zip//eve_1", archives.TOO_MUCH)]


def test_very_many_cells_are_refused_before_they_are_looked_at(state):
    whole = json.loads(text(state))
    whole["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": ""}] * 40_000
    began = time.process_time()
    report = collect(zipped(state / "c.zip", {f"ada/{STAGE}/{LESSON}.ipynb": json.dumps(whole)}))
    assert report.refused[0][1] == "it has more than 1,000 cells" and time.process_time() - began < 1


def test_what_is_collected_at_once_has_a_limit_too(state, monkeypatch):
    monkeypatch.setattr(archives._Purse, "__init__", lambda purse: purse.__dict__.update(files=1, size=2**30))
    files = {f"{one}/{STAGE}/{LESSON}.ipynb": text(state) for one in ("ada", "ben")}
    report = collect(zipped(state / "c.zip", files))
    assert taken(report) == [("ada", LESSON)] and "collect in parts" in report.refused[0][1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.integers(0, 10**6), some.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_zip_is_refused_and_never_an_error(state, damages):
    data = bytearray(zipped(state / "whole.zip", {f"ada/{STAGE}/{LESSON}.ipynb": text(state)}).read_bytes())
    for place, value in damages:
        data[place % len(data)] = value
    (state / "damaged.zip").write_bytes(data)
    refused = []
    for file in archives.files(state / "damaged.zip", refused):
        try:
            file.read()
        except archives.Refused as reason:
            refused.append((str(file), str(reason)))
    assert all(why for _, why in refused)


leaves = some.none() | some.booleans() | some.integers() | some.text(max_size=5)
anything = some.recursive(
    leaves, lambda part: some.lists(part, max_size=3) | some.dictionaries(some.text(), part, max_size=3)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(some.tuples(some.integers(0, 99), some.sampled_from(["metadata", "nbgrader", "source", "id"]), anything))
)
def test_a_mangled_notebook_is_taken_or_refused_and_never_an_error(state, edits):
    notebook = json.loads(text(state))
    for place, name, value in edits:
        cell = notebook["cells"][place % len(notebook["cells"])]
        holder = cell["metadata"] if name == "nbgrader" and isinstance(cell["metadata"], dict) else cell
        holder[name] = value
    report = collect(zipped(state / "mangled.zip", {f"ada/{STAGE}/{LESSON}.ipynb": json.dumps(notebook)}))
    assert len(report.taken) + len(report.refused) == 1


def test_the_settings_keep_the_seed_that_was_drawn_and_get_one_where_it_is_missing(state):
    instructor.path().write_text('[late]\noutcome = "mark"\n')
    seed = instructor.hidden_seed()
    assert seed == instructor.hidden_seed() > 0 and instructor.read()["late"] == {"outcome": "mark"}


def test_times_of_the_clock_are_utc():
    assert archives.utc(datetime.fromtimestamp(0)) == datetime.fromtimestamp(0, UTC).replace(tzinfo=None)

"""Clocks of learners, commands that are killed or run at once, disks that are full: no work is lost, late or early by
it."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from grading.__main__ import main, say
from grading.intake import archives
from grading.intake import collect as module
from grading.intake.collect import collect
from grading.records import backups, folders, locks, log, settings, terminal
from trainlib import course, notebook

STAGE, LESSON = "1_principles", "1-01_training_effect"
NAME = f"{LESSON}.ipynb"
WRONG = (course.folder() / STAGE / NAME).read_text(encoding="utf-8")
RIGHT = WRONG.replace("raise NotImplementedError", "return 1")


@pytest.fixture
def state(tmp_path):
    with folders.state_in(tmp_path / "state"):
        yield folders.state()


def now():
    return datetime.now(UTC).replace(tzinfo=None)


def own_zip(path, stamp, text=RIGHT, saved=(2026, 1, 5, 9, 0, 0), arrived=None, learner="ada"):
    """A zip of `hand_in` with any stamp, or without one, and the date of its notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        if stamp is not None:
            archive.writestr(f"{learner}/{STAGE}/timestamp.txt", stamp if isinstance(stamp, str) else f"{stamp} UTC")
        archive.writestr(zipfile.ZipInfo(f"{learner}/{STAGE}/{NAME}", saved), text)
    if arrived:
        os.utime(path, (arrived.replace(tzinfo=UTC).timestamp(),) * 2)
    return path


def submitted(state, learner="ada"):
    path = state / "submitted" / learner / STAGE / NAME
    return path.read_text(encoding="utf-8") if path.exists() else ""


def deadline(hours):
    settings.path().write_text(f"[deadlines]\n{STAGE} = {(now() + timedelta(hours=hours)):%Y-%m-%dT%H:%M:%SZ}\n")


@pytest.mark.parametrize(
    "ahead", [timedelta(hours=3), timedelta(hours=23), timedelta(days=400), timedelta(days=30_000)]
)
def test_a_clock_that_is_ahead_makes_nothing_late_and_blocks_nothing_newer(state, tmp_path, ahead):
    deadline(1)
    report = collect(own_zip(tmp_path / "ada.zip", now() + ahead, WRONG, saved=(2097, 1, 1, 0, 0, 0)))
    assert [row[-1] for row in report.taken] == ["taken"]
    time.sleep(0.01)
    assert collect(own_zip(tmp_path / "ada2.zip", now())).taken[0][-1] == "taken" and submitted(state) == RIGHT
    assert collect(tmp_path / "ada.zip").taken[0][-1] == "collected before" and submitted(state) == RIGHT


def test_what_reached_the_instructor_before_the_deadline_is_in_time_whatever_its_stamp_says(state, tmp_path):
    deadline(-2)
    path = own_zip(tmp_path / "ada.zip", now() - timedelta(hours=1), arrived=now() - timedelta(hours=3))
    assert collect(path).taken[0][-1] == "taken"


@pytest.mark.parametrize("stamp", ["1970-01-01 00:00:00 UTC", "1999-12-31 00:00:00 UTC", None])
@pytest.mark.parametrize("saved", [(1980, 1, 1, 0, 0, 0), (1980, 0, 0, 0, 0, 0)])
def test_a_clock_of_long_ago_makes_nothing_early(state, tmp_path, stamp, saved):
    deadline(-1)
    report = collect(own_zip(tmp_path / "ada.zip", stamp, saved=saved))
    assert re.fullmatch("taken, 1 h . min after the deadline|taken, 1 h 1 min after the deadline", report.taken[0][-1])
    deadline(1)
    assert collect(tmp_path / "ada.zip").taken[0][-1] == "collected before"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])
def test_a_file_of_the_hour_that_comes_twice_keeps_its_time_in_every_zone(state, tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        path = tmp_path / "in" / "ada" / STAGE / NAME
        path.parent.mkdir(parents=True)
        path.write_text(RIGHT)
        for second in (datetime(2025, 10, 26, 0, 30), datetime(2025, 10, 26, 1, 30), datetime(2025, 11, 2, 6, 30)):
            os.utime(path, (second.replace(tzinfo=UTC).timestamp(),) * 2)
            assert collect(tmp_path / "in").taken[0][3] == f"{second:%Y-%m-%d %H:%M:%S}"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_time_in_utc_that_a_zip_adds_counts_and_not_its_local_one():
    member = zipfile.ZipInfo("a", (2026, 1, 5, 23, 0, 0))
    member.extra = (
        b"\x01\x00\x02\x00ab"
        + b"UT\x05\x00\x01"
        + int(datetime(2026, 1, 5, 17, 30, tzinfo=UTC).timestamp()).to_bytes(4, "little")
    )
    assert archives._saved(member) == datetime(2026, 1, 5, 17, 30)


def test_handing_in_the_same_again_after_the_deadline_is_not_late(state, tmp_path):
    settings.path().write_text(f'[deadlines]\n{STAGE} = 2026-01-05T09:30:00Z\n[late]\noutcome = "refuse"\n')
    collect(own_zip(tmp_path / "a.zip", "2026-01-05 09:00:00"))
    assert collect(own_zip(tmp_path / "b.zip", "2026-01-05 10:00:00")).refused == []


@pytest.mark.parametrize("place", ["first write", "second write", "rename", "_submit", "last write"])
def test_a_collect_that_is_killed_anywhere_is_made_whole_by_the_next_one(state, tmp_path, monkeypatch, place):
    collect(own_zip(tmp_path / "in" / f"ada_{STAGE}_1.zip", "2026-01-05 09:00:00", WRONG))
    own_zip(tmp_path / "in" / f"ada_{STAGE}_2.zip", "2026-01-05 10:00:00", RIGHT)
    own_zip(tmp_path / "in" / f"ben_{STAGE}_2.zip", "2026-01-05 10:00:00", RIGHT, learner="ben")
    calls = []

    def dies(*words, real=module.write):
        calls.append(words)
        if len(calls) == {"first write": 1, "second write": 2, "last write": 4}.get(place, 99):
            raise KeyboardInterrupt
        return real(*words)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "write", dies)
        if place in ("rename", "_submit"):
            patch.setattr(*((module.Path, "rename", killed) if place == "rename" else (module, "_submit", killed)))
        with pytest.raises(KeyboardInterrupt):
            collect(tmp_path / "in")
    collect(tmp_path / "in")
    assert submitted(state) == submitted(state, "ben") == RIGHT
    assert len(list(state.glob("attempts/ada/*/*"))) == 2 and len(list(state.glob("attempts/ben/*/*"))) == 1
    assert not list(state.glob("*partial*")) and (
        state / "submitted/ada" / STAGE / "timestamp.txt"
    ).read_text().startswith("2026-01-05 10")


def test_submitted_work_that_is_gone_or_old_comes_back_from_the_attempts(state, tmp_path):
    path = own_zip(tmp_path / "ada.zip", "2026-01-05 09:00:00")
    collect(path)
    (state / "submitted" / "ada" / STAGE / NAME).write_text(WRONG)
    assert collect(path).taken[0][-1] == "collected before" and submitted(state) == RIGHT
    (state / "submitted" / "ada" / STAGE / NAME).unlink()
    collect(path)
    assert submitted(state) == RIGHT


def test_two_collects_at_once_take_turns(state, tmp_path):
    for name in ("ada", "ben"):
        own_zip(tmp_path / name / f"{name}_{STAGE}_1.zip", "2026-01-05 09:00:00", learner=name)
    command = [sys.executable, "-m", "grading", "collect"]
    both = [subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL) for name in ("ada", "ben")]
    assert [one.wait() for one in both] == [0, 0]
    assert submitted(state) == submitted(state, "ben") == RIGHT
    assert (state / "people.csv").read_text().count("\n") == 3


def test_a_lock_that_another_command_holds_is_named_and_nothing_is_done(state, tmp_path, monkeypatch, capsys):
    path = own_zip(tmp_path / "ada.zip", "2026-01-05 09:00:00")
    holder = "import time\nfrom grading.records import locks\n"
    holder += "with locks.held('collect'):\n    print('held', flush=True)\n    time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True, cwd=folders.root)
    try:
        assert other.stdout.readline() == "held\n"
        monkeypatch.setattr(locks.held.__wrapped__, "__defaults__", (0.1,))
        assert main(["collect", str(path)]) == 2
    finally:
        other.kill()
        other.wait()
    assert re.match(r"error: another command works on .* \(collect\): wait", capsys.readouterr().err)
    assert main(["collect", str(path)]) == 0  # a killed command leaves no lock


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        PermissionError(13, "Permission denied"),
        OSError(30, "Read-only file system"),
    ],
)
def test_a_state_that_cannot_be_written_gives_one_sentence_and_no_traceback(
    state, tmp_path, monkeypatch, capsys, error
):
    path = own_zip(tmp_path / "ada.zip", "2026-01-05 09:00:00")

    def fails(*_):
        raise error

    monkeypatch.setattr(module, "write", fails)
    monkeypatch.setattr(log, "path", lambda: tmp_path / "nowhere" / "grading.log")
    assert main(["collect", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and error.strerror in said and len(said.splitlines()) == 1


def test_a_gradebook_that_is_locked_gives_one_sentence_too(state, tmp_path, monkeypatch, capsys):
    from grading.intake import deadlines
    from grading.records.gradebook import gradebook

    deadline(1)
    with gradebook() as book:
        book.add_assignment(STAGE)
    monkeypatch.setattr(deadlines, "gradebook", lambda real=gradebook: with_short_wait(real()))
    with sqlite3.connect(state / "gradebook.db") as other:
        other.execute("begin exclusive")
        assert main(["collect", str(own_zip(tmp_path / "ada.zip", now()))]) == 2
        other.rollback()
    said = capsys.readouterr().err
    assert "database is locked" in said and len(said.splitlines()) == 1 and submitted(state) == RIGHT
    assert main(["collect", str(tmp_path / "ada.zip")]) == 0


def with_short_wait(book):
    from sqlalchemy import event

    @event.listens_for(book.engine, "checkout")
    def _(connection, *_):
        connection.execute("pragma busy_timeout = 50")

    book.db.close()
    return book


def test_a_gradebook_that_cannot_be_copied_stops_with_a_sentence(state, monkeypatch):
    (state / "gradebook.db").write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(ValueError, match="the gradebook .* cannot be copied to .*backups: file is not a database"):
        backups.make()


ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"


def test_nothing_that_learners_name_reaches_the_terminal_raw(state, tmp_path, capsys):
    settings.path().write_text("")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(f"ada/{STAGE}/{ESCAPES}.ipynb", RIGHT)
        archive.writestr(f"ada/{STAGE}/{NAME}", json.dumps({"cells": [], "nbformat": ESCAPES}))
        archive.writestr(f"{ESCAPES}/{STAGE}/{NAME}", RIGHT)
    assert main(["collect", str(tmp_path / "in.zip")]) == 1
    said = "".join(capsys.readouterr())
    assert r"\x1b]0;owned\x07\x1b[2J\u202e\x9b31m" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_a_line_break_in_a_name_makes_no_line_of_its_own(state, tmp_path, capsys):
    settings.path().write_text("")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(f"ada/{STAGE}/x\n[1/1] ada: 20 of 20.ipynb", RIGHT)
    assert main(["collect", str(tmp_path / "in.zip")]) == 1
    assert not any(line.startswith("[1/1]") for line in capsys.readouterr().out.splitlines())


def test_json_holds_what_learners_named_and_does_nothing_to_a_terminal(capsys):
    name = "\x1b[2J\u202e\x9b31m Zoë"
    say(json.dumps([name], ensure_ascii=False), code=json.dumps)
    said = capsys.readouterr().out
    assert json.loads(said) == [name] and "Zoë" in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_a_table_shows_letters_of_every_script_and_codes_for_what_cannot_be_seen():
    assert terminal.text_table(("a",), [("李雷 Zoë\ud800\x1b[0m",)]).splitlines()[1] == r"李雷 Zoë\ud800\x1b[0m"


def test_files_can_be_read_after_their_zips_have_been_gone_through(state, tmp_path):
    inner = own_zip(tmp_path / "x.zip", "2026-01-05 09:00:00").read_bytes()
    for number in range(3):
        with zipfile.ZipFile(
            tmp_path / "in" / f"{number}.zip" if number else own_zip(tmp_path / "in" / "0.zip", ""), "a"
        ) as archive:
            archive.writestr("inner.zip", inner)
    (tmp_path / "in" / "broken.zip").write_text("no zip")
    refused = []
    listed = list(archives.files(tmp_path / "in", refused))
    texts = [file.read()[0].decode() for file in reversed(listed) if file.path.endswith(NAME)]
    assert texts == [RIGHT] * 4 and [what for what, _ in refused] == ["broken.zip"]


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda part: some.lists(part, max_size=3) | some.dictionaries(some.text(max_size=5), part, max_size=3),
    max_leaves=5,
)
PLACES = [
    "metadata",
    "nbgrader",
    "tags",
    "collapsed",
    "name",
    "source",
    "id",
    "outputs",
    "execution_count",
    "attachments",
    "cell_type",
]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.tuples(some.integers(0, 99), some.sampled_from(PLACES), anything), max_size=6))
def test_what_passes_the_gate_of_hand_in_is_whole_and_passes_it_again(edits):
    raw, edition = json.loads(RIGHT), notebook.read(WRONG.encode()).content
    for place, name, value in edits:
        cell = raw["cells"][place % len(raw["cells"])]
        is_inner = name in ("nbgrader", "tags", "collapsed", "name") and isinstance(cell.get("metadata"), dict)
        (cell["metadata"] if is_inner else cell)[name] = value
    try:
        data = notebook.read(json.dumps(raw).encode()).matched(edition).as_bytes()
    except notebook.Unusable as reason:
        assert reason.faults
        return
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))
    again = notebook.read(data).matched(edition)
    assert again.notes == [] and json.loads(again.as_bytes()) == json.loads(data)


def test_the_seed_has_a_file_of_its_own_and_no_command_writes_the_instructors(state):
    for text in ("", "\ufeff[late]\noutcome = 'mark'\n"):
        settings.path().write_text(text, encoding="utf-8")
        seed = settings.hidden_seed()
        assert seed == settings.hidden_seed() > 0 and settings.path().read_text(encoding="utf-8") == text
    assert settings.read() == {"late": {"outcome": "mark"}, "deadlines": {}}
    settings.path().write_text("hidden_seed = 77\n")  # as it was kept before
    assert settings.hidden_seed() == settings.known_seed() == 77


def test_a_seed_that_was_lost_is_named_and_never_drawn_anew(state):
    settings.seed_path().write_text("")
    with pytest.raises(ValueError, match="hidden_seed.toml holds no hidden_seed"):
        settings.hidden_seed()

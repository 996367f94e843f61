"""Grading beyond one machine: on a real Ray cluster with a worker killed on the way, and with a real PostgreSQL."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import nbformat
import pytest
from test_grading_cycle import as_nbgrader_says
from test_isolation import ALL, LESSON, SOURCE, STAGE, TABLE, cells, path, points

import trainlib.course
from grading.__main__ import main
from grading.authoring import build
from grading.demo import solutions
from grading.marking import autograde
from grading.marking.feedback import feedback
from grading.records import folders, glance, log
from grading.records.glance import rows
from grading.sandbox.engine import Limits

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")]
LEARNERS = [f"learner-{number}" for number in range(8)]
SLOW = "import time\ntime.sleep(2)\n"


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A state folder of a tiny course in which eight learners have handed in; every other one gave no second answer."""
    (tmp_path / "grading" / "source" / STAGE).mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "course.toml").write_text(TABLE, encoding="utf-8")
    (tmp_path / "grading" / "source" / STAGE / f"{LESSON}.py").write_text(SOURCE.lstrip(), encoding="utf-8")
    monkeypatch.setattr(folders, "root", tmp_path)
    monkeypatch.setattr(trainlib.course, "folder", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(autograde, "LIMITS", Limits(cell_seconds=20, memory_mib=1024, disk_mib=64, processes=64))
    trainlib.course.table.cache_clear()
    with folders.state_in(tmp_path / "state"), log.to_file():
        yield tmp_path / "state"
    trainlib.course.table.cache_clear()


def hand_in(state):
    build.editions()
    right = solutions(folders.lessons()[0])
    release = (state / "release" / STAGE / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    for number, learner in enumerate(LEARNERS):
        notebook = nbformat.reads(release, as_version=4)
        for name, source in right.items():
            cells(notebook)[name].source = SLOW + source if name == "double-answer" else source
        if number % 2:
            cells(notebook)["mean-answer"].source = ""
        target = path(state, "submitted", learner)
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)


def everybody_has_what_is_theirs():
    assert [points(learner) for learner in LEARNERS] == [ALL, (3, 0, 1)] * 4
    assert [row.learner for row in rows(STAGE)] == LEARNERS


def workers() -> list[int]:
    """The process ids of the actors that grade."""
    import psutil

    return [
        one.pid for one in psutil.process_iter(["cmdline"]) if "ray::Machine" in " ".join(one.info["cmdline"] or [])
    ]


def test_a_cluster_loses_nothing_when_a_worker_is_killed_and_grades_nothing_twice(state, ray_cluster, capsys):
    hand_in(state)
    killed = []

    def kill():
        while not any((state / "autograded").glob("*/*/*.ipynb")):  # the first grade is written
            time.sleep(0.1)
        killed.extend(workers())
        os.kill(killed[0], signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    assert main(["autograde", STAGE, "--engine", "ray", "--address", ray_cluster.address]) == 0
    assert killed
    everybody_has_what_is_theirs()
    said = capsys.readouterr().out
    assert all(said.count(f"] {learner} {LESSON}: ") == 1 for learner in LEARNERS)
    written = {one: one.stat().st_mtime_ns for one in (state / "autograded").glob("*/*/*.ipynb")}
    assert main(["autograde", STAGE, "--engine", "ray", "--address", ray_cluster.address]) == 0
    assert written == {one: one.stat().st_mtime_ns for one in (state / "autograded").glob("*/*/*.ipynb")}


def as_server(*command):
    """Run a command of PostgreSQL, which refuses to be root."""
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(command, check=True, capture_output=True, cwd="/", timeout=120, **user)


@pytest.fixture
def database(tmp_path_factory):
    """The URL of an empty database of a PostgreSQL that was started for it, without a network."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg", reason="needs the extra `scale`")
    programs, folder = found[-1].parent, Path("/tmp") / f"trainlib-postgres-{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        as_server(programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "course", "--no-sync")
        control = (programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log")
        as_server(*control, "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
        try:
            yield f"postgresql://course@/postgres?host={folder}"
        finally:
            as_server(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_the_cycle_runs_with_a_gradebook_in_postgresql(state, database, tmp_path, capsys):
    (state / "settings.toml").write_text(f'database = "{database}"\n', encoding="utf-8")
    hand_in(state)
    assert main(["autograde", STAGE]) == 0
    everybody_has_what_is_theirs()
    assert main(["autograde", STAGE, "--force"]) == 0
    everybody_has_what_is_theirs()
    found = {(row.learner, row.stage, row.lesson): row for row in rows()}
    assert {
        place: (row.score, row.max_score, row.automatic, row.manual, row.to_grade) for place, row in found.items()
    } == as_nbgrader_says()
    assert {*glance.points()} == {*found}
    assert main(["status", STAGE]) == 0
    pages, without = feedback(STAGE)
    assert len(pages) == len(LEARNERS) and not without
    assert main(["export", "--csv", str(tmp_path / "grades.csv")]) == 0
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8").count(LESSON) == len(LEARNERS)
    assert not (state / "gradebook.db").exists()
    assert list((state / "backups").iterdir()), "a backup is made before a stage is written"

"""What a notebook is charged for: its own computing and waiting, never that of its neighbours or of the grader."""

import multiprocessing
import os
import shutil
import time

import nbformat
import pytest

from grading.sandbox import cgroups, job
from grading.sandbox.engine import MOST_CELLS, Engine, Exam, Limits, has_error

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
LIMITS = Limits(cell_seconds=3, notebook_seconds=8, memory_mib=300, disk_mib=64)
EMPTY = Exam("1-01_tiny", (), {}, nbformat.writes(nbformat.v4.new_notebook()))
COMPUTE = "import time\nwhile time.process_time() < SECONDS:\n    pass\nprint('done')"


@pytest.fixture(scope="module")
def engine():
    with Engine(["numpy"], limits=LIMITS) as one:
        yield one


def run(engine, *sources):
    return engine.run(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in sources]), EMPTY)


def texts(run):
    return [
        "".join(output.get("text", "") for output in cell.get("outputs", [])).strip() for cell in run.notebook.cells
    ]


def _work():
    while True:
        sum(range(10**6))


@pytest.fixture
def busy():
    """One core for all that starts in here, and eight others who want it: even in equal shares a second takes two."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    children = [multiprocessing.get_context("fork").Process(target=_work, daemon=True) for _ in range(8)]
    for child in children:
        child.start()
    yield
    for child in children:
        child.kill()
    os.sched_setaffinity(0, cores)


def test_a_cell_has_its_seconds_of_computing_on_a_machine_that_is_busy_with_others(busy):
    with Engine(["numpy"], limits=LIMITS) as engine:
        began = time.monotonic()
        assert texts(run(engine, COMPUTE.replace("SECONDS", "2.5"))) == ["done"]
        assert time.monotonic() - began > 3  # by the clock on the wall it took longer than a cell may run


def test_who_computes_longer_is_stopped_and_the_notebook_goes_on(engine):
    found = run(engine, COMPUTE.replace("SECONDS", "60"), "print('next')")
    assert "a cell may run 3 s" in found.notebook.cells[0].outputs[-1].evalue and texts(found)[1] == "next"


def test_who_sleeps_for_ever_is_stopped_too(engine):
    began = time.monotonic()
    found = run(engine, "import time\ntime.sleep(1000)", "print('next')")
    assert has_error(found.notebook.cells[0].outputs) and texts(found)[1] == "next"
    assert time.monotonic() - began < 60


def test_children_of_a_notebook_are_on_its_clock(engine):
    source = "import os\nfor _ in range(2):\n    if os.fork() == 0:\n        while True:\n            pass\nos.wait()"
    assert "did not stop" in run(engine, source).fault or has_error(run(engine, source).notebook.cells[0].outputs)


FORGOTTEN = """\
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if os.fork() == 0:
        while time.process_time() < 0.1:
            pass
        os._exit(0)
    time.sleep(0.02)
"""
BUFFERS = """\
import os, socket, time
kept = []
if os.fork():
    os.fork()
try:
    while True:
        for one in kept.append(socket.socketpair()) or kept[-1]:
            one.setblocking(False)
            try:
                while one.send(bytes(1 << 16)):
                    pass
            except BlockingIOError:
                pass
except OSError:
    time.sleep(2)
"""


@pytest.mark.skipif(not cgroups.Groups().parents, reason="there are no control groups to be had")
def test_a_control_group_counts_children_that_were_forgotten_and_memory_of_sockets(engine):
    began = time.monotonic()
    found = run(engine, FORGOTTEN)
    assert found.fault or has_error(found.notebook.cells[0].outputs)
    assert time.monotonic() - began < 90
    found = run(engine, BUFFERS)
    assert found.fault or has_error(found.notebook.cells[0].outputs)
    engine.groups.clear(seconds=2)
    assert engine.groups.ended == []


def test_the_time_that_the_grader_takes_for_an_output_is_not_the_learners(engine, monkeypatch):
    made = job.as_output
    monkeypatch.setattr(job, "as_output", lambda *arguments: time.sleep(1) or made(*arguments))
    found = run(engine, "for number in range(6):\n    display(number)\nprint('done')")
    assert not has_error(found.notebook.cells[0].outputs) and texts(found) == ["done"]


def test_markup_that_takes_long_costs_itself_and_not_the_run(engine):
    began = time.monotonic()
    hostile = "from IPython.display import HTML\ndisplay(HTML('<style ' * 150_000))\nprint('done')"
    found = run(engine, hostile, "from IPython.display import HTML\ndisplay(HTML('<b>bold</b>'))")
    assert texts(found)[0] == "done" and time.monotonic() - began < 120
    assert found.notebook.cells[1].outputs[0].data["text/html"] == "<b>bold</b>"


def test_a_notebook_of_very_many_cells_is_not_run_and_says_so(engine):
    found = run(engine, *["print('FOUND')"] * (MOST_CELLS + 1))
    assert f"more than {MOST_CELLS:,} cells" in found.fault and texts(found) == [""] * (MOST_CELLS + 1)


@pytest.mark.parametrize("grouped", [True, False])
def test_memory_is_counted_wherever_it_is_held(engine, monkeypatch, grouped):
    monkeypatch.setattr(engine.groups, "parents", engine.groups.parents if grouped else {})
    closed = "import os\ntry:\n    os.memfd_create('x')\n    print('FOUND')\nexcept OSError:\n    print('closed')"
    held = (
        "import mmap\nheld = [mmap.mmap(-1, 100 << 20) for _ in range(6)]\n"
        "for one in held:\n    for place in range(0, len(one), 4096):\n        one[place] = 1\n"
        "import time\ntime.sleep(2)"
    )
    found = run(engine, closed, held)
    assert texts(found)[0] == "closed"
    assert found.fault or has_error(found.notebook.cells[1].outputs)

"""What strangers hand in: each hostile or broken notebook costs what it touches, and honest ones beside it nothing.

All of them are graded together, once, on a tiny lesson of three exercises worth 3, 2 and 1 points. Most of the hostile
ones put their code into the answer of the second, `mean`, whose right value they do not compute.
"""

import html
import json
import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import nbformat
import nbgrader.converters.base
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_grading_cycle import answer, check_cell

import trainlib.course
from grading.__main__ import main
from grading.authoring import build
from grading.demo import solutions
from grading.marking import autograde
from grading.marking.before import Before
from grading.marking.feedback import feedback
from grading.records import backups, folders, log
from grading.records.glance import rows
from grading.records.gradebook import gradebook, kept_open
from grading.sandbox.engine import CUT, Engine, EngineError, Limits, Run, is_test, read_exam
from trainlib._files import write
from trainlib.notebook import graded_cells

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
STAGE, LESSON, SECRET = "1_principles", "1-01_tiny", "7654321"
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
"""
SOURCE = f"""
# %% [markdown] id="title"
# # 1-01 · Tiny

# %% id="imports"
import numpy as np
from trainlib import lesson

# %% id="parameters" tags=["parameters"]
steps = 1_000_000  # as many as it takes

{answer("double-answer")}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

{check_cell("double-tests", 3)}
lesson.check("two becomes four", got=double(2), want=4)
### BEGIN HIDDEN TESTS
lesson.check("a large number is doubled", got=double(7_654_321), want=15_308_642)
### END HIDDEN TESTS

{answer("mean-answer")}
def mean(values):
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION

{check_cell("mean-tests", 2)}
lesson.check("the mean of 1 and 3 is 2", got=mean([1, 3]), want=2)
### BEGIN HIDDEN TESTS
np.testing.assert_allclose(mean([1, 7_654_321]), 3827161.0)
assert np.allclose(mean([2.0, 4.0]), 3.0)
for _ in range(2):
    assert all(mean([value, value]) == value for value in (5, 6))
lesson.check("the mean of one value is that value", got=mean([7_654_321]), want=7_654_321)
### END HIDDEN TESTS

{answer("half-answer")}
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

{check_cell("half-tests", 1)}
lesson.check("four becomes two", got=half(4), want=2)
### BEGIN HIDDEN TESTS
lesson.check("an odd number is not rounded", got=half(5), want=2.5)
### END HIDDEN TESTS
"""

RIGHT = "def mean(values):\n    return sum(values) / len(values)\n"
WRONG = "\ndef mean(values):\n    return 0\n"
ALL, COSTS_ITSELF, ENDS_HERE = (3, 2, 1), (3, 0, 1), (3, None, None)
LIAR = """
class Liar(BASE):
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __hash__ = __ne__ = lambda self, other=None: 0
    __array__ = lambda self, *_, **__: np.array(WANT)
    __array_ufunc__ = lambda self, *_, **__: True
    __float__ = __rsub__ = __sub__ = lambda self, *_: 0.0
    shape, dtype, ndim = (), np.dtype(float), 0
def mean(values):
    return Liar(0)
"""
FRAMED = 'b\'\\0\\0\\0\\x21\' + b\'{"end": true, "nonce": "0000000"}\''

# The answer to the second exercise, the points of the three, and words that a person must find about it.
ANSWERS = {
    "ends-its-process": ("import os\nos._exit(0)", ENDS_HERE, "ended its own Python process"),
    "ends-its-process-when-tested": ("def mean(values):\n    import os\n    os._exit(0)", COSTS_ITSELF, ""),
    "exits": ("import sys\nsys.exit(0)" + WRONG, COSTS_ITSELF, ""),
    "exits-when-tested": ("def mean(values):\n    raise SystemExit(0)", COSTS_ITSELF, ""),
    "quits": ("exit()\nquit\n" + RIGHT, ALL, ""),
    "crashes-when-tested": (
        "def mean(values):\n    import ctypes\n    ctypes.string_at(0)",
        COSTS_ITSELF,
        "",
    ),
    "loops-and-ignores-interrupts": (
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        ENDS_HERE,
        "did not stop",
    ),
    "loops-when-tested": ("def mean(values):\n    while True:\n        pass", COSTS_ITSELF, ""),
    "sleeps": ("import time\ntime.sleep(1000)" + WRONG, COSTS_ITSELF, ""),
    "writes-without-end": ("while True:\n    print('x' * 100)" + WRONG, COSTS_ITSELF, ""),
    "fork-bomb": ("import os\nwhile True:\n    os.fork()" + WRONG, None, "os.fork"),
    "memory-bomb": ("hoard = [b'x' * (1 << 28) for _ in range(10**6)]" + WRONG, COSTS_ITSELF, ""),
    "memory-bomb-of-many": (
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n        hoard = b'x' * (1 << 28)\n"
        "        time.sleep(1000)\ntime.sleep(1)\n" + RIGHT,
        ALL,
        "os.fork",
    ),
    "writes-100-MB": ("for _ in range(100):\n    print('x' * 10**6)\n" + RIGHT, ALL, ""),
    "shows-500-things": ("for i in range(500):\n    display(i)\n" + RIGHT, ALL, ""),
    "fills-the-disk": (
        "try:\n    for i in range(1000):\n        with open(f'/tmp/{i}', 'wb') as file:\n            file.write(b'x' * 10**7)\n"
        "    print('FOUND room')\nexcept OSError:\n    pass\n" + RIGHT,
        ALL,
        "",
    ),
    "reads-shadow": ("print('FOUND', open('/etc/shadow').read())" + WRONG, COSTS_ITSELF, "/etc/shadow"),
    "reads-gradebook": ("print('FOUND', open('STATE/gradebook.db', 'rb').read(10))" + WRONG, COSTS_ITSELF, "gradebook.db"),
    "writes-gradebook": ("open('STATE/gradebook.db', 'wb').write(b'FOUND')" + WRONG, COSTS_ITSELF, "gradebook.db"),
    "reads-the-source": (f"print('FOUND', open('STATE/source/{STAGE}/{LESSON}.ipynb').read())" + WRONG, COSTS_ITSELF, ""),
    "reads-others": (f"print('FOUND', open('STATE/submitted/a-honest/{STAGE}/{LESSON}.ipynb').read())" + WRONG,
                     COSTS_ITSELF, "submitted"),
    "looks-for-hidden-tests": (
        "from pathlib import Path\nfound = [path for top in ('ROOT', 'PROJECT') for pattern in ('*', 'grading/**/*')\n"
        "         for path in Path(top).glob(pattern) if path.is_file() and b'BEGIN HIDDEN TESTS' in path.read_bytes()]\n"
        "print('FOUND' if found else 'nothing', found)\n" + RIGHT, ALL, ""),
    "uses-the-network": ("import socket\nsocket.create_connection(('1.1.1.1', 53), 2)\nprint('FOUND')" + WRONG,
                         COSTS_ITSELF, "socket.connect"),
    "kills-everything": (
        "import os\nfor pid in [*range(1, 400), -1, 0]:\n    try:\n        pid == os.getpid() or os.kill(pid, 9)\n"
        "    except OSError:\n        pass" + WRONG, (0, None, None), "os.kill"),
    "traces-others": (
        "import ctypes\nprint([ctypes.CDLL(None).ptrace(16, pid, 0, 0) for pid in (1, 3)])" + WRONG, None, "ctypes"),
    "makes-namespaces": ("import ctypes\nif ctypes.CDLL(None).unshare(0x10000000) == 0:\n    print('FOUND')\n" + RIGHT,
                         ALL, "ctypes"),
    "becomes-root": ("import os\ntry:\n    os.setuid(0)\n    print('FOUND')\nexcept OSError:\n    pass\n" + RIGHT, ALL, ""),
    "strips-asserts": (
        "import ast\nclass Strip(ast.NodeTransformer):\n    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "    def visit_Expr(self, node):\n        return ast.copy_location(ast.Pass(), node)\n"
        "get_ipython().ast_transformers.append(Strip())" + WRONG, COSTS_ITSELF, "transformers"),
    "replaces-input": ("get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])" + WRONG,
                       (3, 0, 0), "transformers"),
    "replaces-run-cell": ("type(get_ipython()).run_cell = lambda *_, **__: None" + WRONG, (3, 0, 0), ""),
    "patches-builtins": ("import builtins\nbuiltins.all = builtins.any = builtins.abs = lambda *_: True" + WRONG,
                         COSTS_ITSELF, "builtins.all"),
    "patches-isinstance": ("import builtins\nbuiltins.isinstance = lambda *_: True" + WRONG, ENDS_HERE, "ended its own"),
    "shadows-builtins": ("def all(values):\n    return True\nAssertionError = range = zip = sum = all" + WRONG, COSTS_ITSELF, ""),
    "patches-compile": ("import builtins, ast\nbuiltins.compile = builtins.exec = lambda *_, **__: None\n" + WRONG,
                        (3, 0, None), "builtins.exec"),
    "patches-ast": ("import ast\nast.parse = lambda *_: ast.Module([], [])" + WRONG, COSTS_ITSELF, ""),
    "patches-check": ("from trainlib import lesson\nlesson.check = lambda *_, **__: None" + WRONG, COSTS_ITSELF, "lesson.check"),
    "patches-inside-of-check": ("from trainlib import lesson\nlesson.checks._difference = lambda *_: None" + WRONG,
                                COSTS_ITSELF, "lesson.checks._difference"),
    "patches-code-of-check": (
        "lesson.check.__code__ = (lambda what, got, want, **_: None).__code__" + WRONG, COSTS_ITSELF, "lesson.check"),
    "patches-numpy": ("np.testing.assert_allclose = np.allclose = np.isclose = lambda *_, **__: True" + WRONG,
                      COSTS_ITSELF, "numpy.testing.assert_allclose"),
    "patches-when-tested": (
        "def mean(values):\n    lesson.checks._difference = np.testing.assert_allclose = np.allclose = lambda *_: None\n"
        "    return 2 if values == [1, 3] else 0", COSTS_ITSELF, ""),
    "replaces-modules": (
        "import sys, types\nfake = types.SimpleNamespace(check=lambda *_, **__: None)\n"
        "sys.modules['trainlib.lesson'] = sys.modules['trainlib'].lesson = lesson = fake" + WRONG,
        COSTS_ITSELF, "trainlib.lesson"),
    "replaces-attribute-of-package": (
        "import trainlib, types\ntrainlib.lesson = types.SimpleNamespace(check=lambda *_, **__: None)" + WRONG,
        COSTS_ITSELF, "trainlib.lesson"),
    "replaces-sys-modules": ("import sys\nsys.modules = {}" + WRONG, COSTS_ITSELF, ""),
    "redefines-lesson": ("class lesson:\n    check = staticmethod(lambda *_, **__: None)" + WRONG, COSTS_ITSELF, ""),
    "redefines-numpy": ("from unittest.mock import MagicMock\nnp = MagicMock()" + WRONG, COSTS_ITSELF, ""),
    "equals-everything": (LIAR.replace("BASE", "object").replace("(0)", "()").replace("WANT", "2"), COSTS_ITSELF, ""),
    "equals-everything-as-float": (LIAR.replace("BASE", "float").replace("WANT", "2"), COSTS_ITSELF, ""),
    "equals-everything-as-array": (
        LIAR.replace("BASE", "np.ndarray").replace("Liar(0)", "np.zeros(()).view(Liar)").replace("WANT", "2"),
        COSTS_ITSELF, ""),
    "exits-when-forgotten": (
        "import os\nclass Bomb:\n    def __del__(self):\n        raise SystemExit(0)\ndef mean(values):\n    Bomb()\n    return 0",
        COSTS_ITSELF, ""),
    "replaces-hooks": ("import sys\nsys.excepthook = sys.displayhook = sys.unraisablehook = lambda *_: None" + WRONG,
                       COSTS_ITSELF, ""),
    "traces": ("import sys, threading\nsys.settrace(lambda *_: None)" + WRONG, COSTS_ITSELF, "sys.settrace"),
    "looks-at-frames": ("import sys\ndef mean(values):\n    return sys._getframe(1).f_locals.get('passed', 0)",
                        COSTS_ITSELF, "sys._getframe"),
    "looks-at-all-objects": ("import gc\nlen(gc.get_objects())" + WRONG, COSTS_ITSELF, "gc.get_objects"),
    "forges-a-verdict": (
        f"import os\ndef mean(values):\n    for number in range(3, 99):\n        try:\n            os.write(number, {FRAMED})\n"
        "        except OSError:\n            pass\n    os._exit(0)", COSTS_ITSELF, ""),
    "reaches-into-the-runner": (
        "import sys\ndef mean(values):\n    sys.stdout.write.__func__.__globals__['dumps'] = None\n    return 0",
        COSTS_ITSELF, "__globals__"),
    "threads-that-write-everywhere": (
        "import os, threading\ndef flood():\n    while True:\n        for number in range(3, 99):\n            try:\n"
        "                os.write(number, b'\\xff' * 99)\n            except OSError:\n                pass\n"
        "threading.Thread(target=flood, daemon=True).start()\nimport time\ntime.sleep(1)" + WRONG, ENDS_HERE, "no output"),
    "leaves-a-thread": ("import threading, time\nthreading.Thread(target=time.sleep, args=(999,)).start()\n" + RIGHT,
                        ALL, "threads"),
    "runs-at-exit": ("import atexit\natexit.register(print, 'FOUND')\n" + RIGHT, ALL, "atexit"),
    "handles-signals": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGALRM, lambda *_: None)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n" + RIGHT, ALL, "signal"),
    "closes-files": ("import os\nos.closerange(0, 999)" + WRONG, ENDS_HERE, "ended its own Python process"),
    "redirects-its-socket": (
        "import os\nnothing = os.open('/dev/null', os.O_RDWR)\nfor number in range(3, 99):\n    os.dup2(nothing, number)" + WRONG,
        ENDS_HERE, "ended its own Python process"),
    "goes-elsewhere": ("import os, shutil\nos.chdir('/')\nshutil.rmtree('/tmp', ignore_errors=True)\n" + RIGHT, ALL, ""),
    "deletes-what-it-can": (
        f"import shutil\nshutil.rmtree({str(Path(trainlib.__file__).parent)!r}, ignore_errors=True)\n" + RIGHT, ALL, ""),
    "recurses-deeply": ("import sys\ndef mean(values):\n    sys.setrecursionlimit(10**9)\n    return mean(values)",
                        COSTS_ITSELF, ""),
    "leaves-a-process": ("import subprocess\nsubprocess.Popen(['sleep', '98765'])\n" + RIGHT, ALL, "subprocess"),
    "not-a-number": ("print(float('nan'), float('inf'))\ndef mean(values):\n    return float('nan')", COSTS_ITSELF, ""),
    "shows-scripts": (
        "from IPython.display import HTML, Javascript, SVG, display\n"
        "display(HTML('<script>FOUND</script><img src=x onerror=FOUND()><b>bold</b>'), Javascript('FOUND'),\n"
        "        SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>FOUND</script></svg>'))\n" + RIGHT, ALL, ""),
    "prints-broken-text": ("print('\\ud800\\0\\x1b[31m')\n" + RIGHT, ALL, ""),
    "prints-its-inputs": ("def mean(values):\n    print('called with', values)\n    return 2", COSTS_ITSELF, ""),
    "keeps-its-inputs": (
        "def mean(values):\n    open('/tmp/kept', 'a').write(str(values))\n    return sum(values) / len(values)", ALL, ""),
    "looks-for-the-seed": ("import os\nprint('FOUND' if 'TRAINLIB_HIDDEN_SEED' in os.environ else 'nothing')\n" + RIGHT, ALL, ""),
    "breaks-json": ("import json, struct\njson.dumps = json.loads = None" + WRONG, COSTS_ITSELF, ""),
    "asks": ("input('?')" + WRONG, COSTS_ITSELF, ""),
    "writes-to-stderr": ("import sys\nprint('a warning', file=sys.stderr)\n" + RIGHT, ALL, ""),
}  # fmt: skip


def cells(notebook):
    return {name: found[0] for name, found in graded_cells(notebook).items()}


def delete(*names):
    def edit(notebook):
        notebook.cells = [
            cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return edit


def double_up(notebook):
    notebook.cells.append(nbformat.from_dict(cells(notebook)["mean-tests"] | {"id": "again"}))


def forge(name, **marks):
    return lambda notebook: cells(notebook)[name].metadata.nbgrader.update(marks)


def edit_test(notebook):
    cells(notebook)["mean-answer"].source = WRONG
    cells(notebook)["mean-tests"].source = "pass"


def forged_cell(notebook):
    cell = nbformat.from_dict(cells(notebook)["mean-tests"] | {"id": "more", "source": "pass"})
    cell.metadata.nbgrader.update(grade_id="more-tests", points=100)
    notebook.cells.append(cell)


def other_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"id-{number % 2}"
    notebook.nbformat_minor = 4


def no_type(notebook):
    notebook.cells.insert(0, nbformat.from_dict({"cell_type": "video", "metadata": {}, "source": ["a"], "id": "v"}))
    cells(notebook)["mean-answer"].metadata.nbgrader = "none"


def scripts(notebook):
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("<script>FOUND</script> <img src=x onerror=FOUND>"))
    notebook.cells.append(nbformat.v4.new_raw_cell("<script>FOUND</script>", metadata={"raw_mimetype": "text/html"}))


# What is done to a notebook with right answers, and the points.
EDITS = {
    "test-cell-twice": (double_up, ALL),
    "test-cell-deleted": (delete("mean-tests"), ALL),
    "all-test-cells-deleted": (delete("double-tests", "mean-tests", "half-tests"), ALL),
    "answer-deleted": (delete("mean-answer"), COSTS_ITSELF),
    "test-cell-edited": (edit_test, COSTS_ITSELF),
    "points-forged": (forge("mean-tests", points=200), ALL),
    "test-marked-as-answer": (forge("mean-tests", solution=True, locked=False), ALL),
    "grade-ids-forged": (forge("mean-tests", grade_id=["a"], schema_version="x"), ALL),
    "extra-grade-cell": (forged_cell, ALL),
    "ids-changed": (other_ids, ALL),
    "unknown-cells-and-marks": (no_type, ALL),
    "scripts-between-its-cells": (scripts, ALL),
}
# What is in the file in place of a notebook, and the reason that is given.
FILES = {
    "bad-json": (b'{"cells": [', "cannot be read"),
    "empty-file": (b"", "cannot be read"),
    "not-utf-8": (b"\xff\xfe\x00{}", "cannot be read"),
    "json-of-something-else": (b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "cannot be read"),
    "a-list": (b"[1, 2]", "cannot be read"),
    "deeply-nested": (b"[" * 200_000, "cannot be read"),
    "huge": (b" " * (21 << 20), "more than 20 MiB"),
}
HONEST = ("a-honest", "m-honest", "z-honest")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A state folder in which everybody was graded at once and got feedback, and what `autograde` returned."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "grading" / "source" / STAGE).mkdir(parents=True)
    (root / "notebooks").mkdir()
    (root / "notebooks" / "course.toml").write_text(TABLE, encoding="utf-8")
    (root / "grading" / "source" / STAGE / f"{LESSON}.py").write_text(SOURCE.lstrip(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "root", root)
        patch.setattr(trainlib.course, "folder", lambda: root / "notebooks")
        patch.setattr(autograde, "LIMITS", Limits(cell_seconds=6, memory_mib=1024, disk_mib=63, processes=64))
        trainlib.course.table.cache_clear()
        with folders.state_in(root / "state"), log.to_file():
            build.editions()
            shutil.copytree(root / "state", root / "built")
            hand_in(root)
            faults = autograde.autograde(STAGE)
            feedback(STAGE)
            yield root / "state", faults
    trainlib.course.table.cache_clear()


def hand_in(root):
    """Write everybody's notebook where collect would put it; collect itself refuses some of them earlier."""
    state = root / "state"
    right = solutions(folders.lessons()[0])
    release = (state / "release" / STAGE / f"{LESSON}.ipynb").read_text(encoding="utf-8")
    places = {"STATE": str(state), "ROOT": str(root), "PROJECT": str(Path(build.__file__).parent.parent.parent)}
    for learner in [*HONEST, *ANSWERS, *EDITS]:
        notebook = nbformat.reads(release, as_version=4)
        answers = dict(right)
        if learner in ANSWERS:
            answers["mean-answer"] = re.sub("STATE|ROOT|PROJECT", lambda found: places[found[0]], ANSWERS[learner][0])
        for name, source in answers.items():
            cells(notebook)[name].source = source
        if learner in EDITS:
            EDITS[learner][0](notebook)
        path(state, "submitted", learner).parent.mkdir(parents=True)
        path(state, "submitted", learner).write_text(json.dumps(notebook), encoding="utf-8")
    for learner, (data, _) in FILES.items():
        path(state, "submitted", learner).parent.mkdir(parents=True)
        path(state, "submitted", learner).write_bytes(data)
    link = path(state, "submitted", "a-link")
    link.parent.mkdir(parents=True)
    link.symlink_to(state / "source" / STAGE / f"{LESSON}.ipynb")


def path(state, kind, learner, ending="ipynb"):
    return state / kind / learner / STAGE / f"{LESSON}.{ending}"


def points(learner):
    with gradebook() as book:
        grades = {grade.name: grade for grade in book.find_submission_notebook(LESSON, STAGE, learner).grades}
    return tuple(grades[f"{name}-tests"].auto_score for name in ("double", "mean", "half"))


def workers():
    """The processes of engines with the limits of these tests: other people's may run beside them."""
    commands = {one.pid: one.info["cmdline"] or [""] for one in psutil.process_iter(["cmdline"])}
    return {pid for pid, command in commands.items() if "/inside" in command and '"disk_mib": 63' in command[-1]}


def page(state, learner):
    """The text that a learner can read on a feedback page."""
    text = path(state, "feedback", learner, "html").read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", "", text, flags=re.DOTALL))


@pytest.fixture(scope="module")
def suspicious(graded):
    return autograde.suspicious(STAGE)


@pytest.mark.parametrize("learner", HONEST)
def test_honest_learners_beside_them_keep_every_point(graded, suspicious, learner):
    assert points(learner) == ALL
    assert (learner, LESSON) not in graded[1] and (learner, LESSON) not in suspicious


@pytest.mark.parametrize("learner", ANSWERS)
def test_hostile_code_costs_what_it_touches_and_a_person_is_told(graded, suspicious, learner):
    _, expected, words = ANSWERS[learner]
    told = f"{graded[1].get((learner, LESSON), '')} {suspicious.get((learner, LESSON), [])}"
    assert expected is None or points(learner) == expected, told
    assert points(learner)[1] != 2 or "return 0" not in ANSWERS[learner][0]
    assert words in told


@pytest.mark.parametrize("learner", EDITS)
def test_a_mangled_notebook_costs_what_it_touches(graded, learner):
    assert points(learner) == EDITS[learner][1]


@pytest.mark.parametrize("learner", [*FILES, "a-link"])
def test_what_is_no_notebook_is_not_graded_and_named(graded, learner):
    reason = FILES[learner][1] if learner in FILES else "it is a link"
    assert reason in graded[1][learner, LESSON]
    assert points(learner) == (None, None, None)


def test_no_page_tells_of_hidden_tests_runs_scripts_or_shows_what_is_forbidden(graded):
    pages = sorted((graded[0] / "feedback").glob("*/*/*.html"))
    assert len(pages) == len([*HONEST, *ANSWERS, *EDITS])
    for one in pages:
        own = ANSWERS.get(one.parts[-3], ("",))[0]
        outputs = "".join(re.findall(r'<div class="output_.*?</div>', one.read_text(encoding="utf-8"), re.DOTALL))
        secrets = [word for word in (SECRET, "7_654_321", "BEGIN HIDDEN", "is not rounded") if word not in own]
        assert [word for word in secrets if word in one.read_text(encoding="utf-8")] == [], one
        assert "FOUND" not in re.sub(r"<[^>]*>", "", outputs) or "FOUND" in own and "Traceback" in outputs, one
        assert "onerror=" not in outputs and "<script" not in outputs, one
        assert not re.search(r"<script>FOUND|<[^>]*onerror=", one.read_text(encoding="utf-8")), one


def test_the_reason_stands_on_the_page_and_in_the_gradebook(graded):
    said = page(graded[0], "ends-its-process")
    reason = "ended its own Python process, or had too little memory, in code cell 6, which begins `import os`"
    assert reason.replace("`", "") in said and "the cells before it were graded" in said
    with gradebook() as book:
        assert reason in book.find_comment("mean-answer", LESSON, STAGE, "ends-its-process").auto_comment
        notes = book.find_comment("mean-answer", LESSON, STAGE, "loops-when-tested").auto_comment
    assert "did not stop" in notes and "✗ your code did not stop" in page(graded[0], "loops-when-tested")


def test_outputs_are_cut_and_kept_small(graded):
    state, _ = graded
    assert CUT.strip() in page(state, "writes-100-MB")
    sizes = {one: one.stat().st_size for one in (state / "autograded").glob("*/*/*.ipynb")}
    assert max(sizes.values()) < 10 << 20


def test_nothing_that_was_handed_in_is_left_running_or_written(graded):
    assert ["sleep", "98765"] not in [one.info["cmdline"] for one in psutil.process_iter(["cmdline"])]
    assert workers() == set()
    assert not Path("/tmp/kept").exists() and Path(trainlib.__file__).exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("cell_type", "id", "metadata", "source", "outputs", "nbgrader", "grade_id")


@st.composite
def mangles(draw):
    """Up to six changes of a notebook: (cell, what, value)."""
    what = st.sampled_from(("drop", "twice", "last", "text", *KEYS))
    return draw(st.lists(st.tuples(st.integers(0, 99), what, JSON, st.text(max_size=30)), min_size=1, max_size=6))


def mangle(cells, number, what, value, text):
    if not cells:
        return
    cell = cells[number % len(cells)]
    if what in ("drop", "last"):
        cells.remove(cell)
    if what in ("twice", "last"):
        cells.append(json.loads(json.dumps(cell)))
    if what == "text":
        cell["source"] = text
    elif what in ("nbgrader", "grade_id") and isinstance(marks := cell.get("metadata"), dict):
        (marks if what == "nbgrader" or not isinstance(marks.get("nbgrader"), dict) else marks["nbgrader"])[what] = (
            value
        )
    elif what in KEYS:
        cell[what] = value


@pytest.fixture(scope="module")
def one(graded):
    with autograde.engine(STAGE) as engine:
        yield engine


@settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(changes=mangles())
def test_a_mangled_notebook_is_graded_or_refused_with_a_reason_whatever_it_holds(graded, one, changes):
    notebook = json.loads(path(graded[0], "submitted", "a-honest").read_text(encoding="utf-8"))
    for change in changes:
        mangle(notebook["cells"], *change)
    file = path(graded[0], "submitted", "fuzzed")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")
    one_submission = folders.Submission("fuzzed", STAGE, LESSON)
    notebook, digest = autograde.read_submission(one_submission)
    run, _ = autograde._run(one, notebook, autograde.lesson_tests(STAGE, LESSON), (1, 2))
    if isinstance(run, Run):
        names = [cell.metadata.nbgrader.grade_id for cell in run.notebook.cells if is_test(cell)]
        assert sorted(names) == ["double-tests", "half-tests", "mean-tests"]
    with kept_open() as kept:
        reason = autograde._grade(kept, one_submission, run, digest, Before.nothing(STAGE))
    assert reason == (run if isinstance(run, str) else None)
    assert all(score in (0, most, None) for score, most in zip(points("fuzzed"), ALL))
    shutil.rmtree(file.parents[1])


@pytest.fixture
def fresh(graded, tmp_path):
    """A state folder in which the three honest learners have handed in, and nobody is graded yet."""
    state = tmp_path / "state"
    shutil.copytree(graded[0].parent / "built", state)
    for learner in HONEST:
        shutil.copytree(graded[0] / "submitted" / learner, state / "submitted" / learner)
    with folders.state_in(state):
        yield state


def in_child(work):
    """Start a function in a process of its own, which shares what is patched here, and can be interrupted."""

    def interruptible():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work()

    child = multiprocessing.get_context("fork").Process(target=interruptible)
    child.start()
    return child


def test_killed_at_any_stage_the_next_call_goes_on_and_nothing_is_lost_or_graded_twice(fresh, capsys):
    stops = {
        (sqlite3, "connect"): 0,  # while the backup is made
        (autograde, "_run"): 0,
        (autograde.OverwriteCells, "preprocess"): 0,  # nbgrader has begun
        (autograde.ExecuteLesson, "preprocess"): 0,  # a first, empty copy is written
        (autograde.AssignLatePenalties, "preprocess"): 0,  # its grades are saved, but not the copy
        (autograde, "_score"): 1,  # all of it is saved
        (autograde.NbGraderPreprocessor, "__init__"): 1,
    }
    before = workers()
    for (owner, name), graded_before in stops.items():

        def work(owner=owner, name=name):
            setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
            autograde.autograde(STAGE, jobs=1)

        child = in_child(work)
        child.join(120)
        assert child.exitcode == -signal.SIGKILL, name
        assert sum(one.is_graded for one in folders.submissions(STAGE)) == graded_before, name
    end = time.monotonic() + 20
    while workers() - before and time.monotonic() < end:
        time.sleep(0.1)
    assert workers() <= before
    capsys.readouterr()
    assert autograde.autograde(STAGE) == {}
    assert capsys.readouterr().out.startswith("2 of 3 lessons to grade")
    assert [points(learner) for learner in HONEST] == [ALL] * 3 and len(rows(STAGE)) == 3
    copies = sorted((fresh / "backups").glob("*.db"))
    assert 1 <= len(copies) <= backups.KEPT
    with closing(sqlite3.connect(copies[-1])) as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
        assert copy.execute("select count(*) from grade").fetchone()[0] > 0


def test_ctrl_c_stops_at_once_and_the_same_command_goes_on(fresh, capfd, monkeypatch):
    monkeypatch.setattr(autograde, "LIMITS", Limits(cell_seconds=100))
    file = path(fresh, "submitted", "z-honest")
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("def half(x):", "import time\\ntime.sleep(100)\\ndef half(x):"), encoding="utf-8")
    child = in_child(lambda: sys.exit(main(["autograde", STAGE, "--jobs", "1"])))
    end = time.monotonic() + 100
    while sum(one.is_graded for one in folders.submissions(STAGE)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(1)  # then it waits for the third; elsewhere Python drops an interrupt that meets a garbage collection
    os.kill(child.pid, signal.SIGINT)
    child.join(60)
    said = capfd.readouterr()
    assert child.exitcode == 130 and "stopped: what was finished stays" in said.err and "Traceback" not in said.err
    assert re.search(r"\[1/3\] a-honest 1-01_tiny: 6 of 6 in the tests, .* s; about \d+ (s|min) left", said.out)
    file.write_text(whole, encoding="utf-8")
    assert main(["autograde", STAGE]) == 0
    assert capfd.readouterr().out.startswith("1 of 3 lessons to grade")
    assert [points(learner) for learner in HONEST] == [ALL] * 3


def test_work_that_is_replaced_while_it_is_graded_waits_for_the_next_call(fresh, monkeypatch, capsys):
    one = folders.Submission("m-honest", STAGE, LESSON)
    newer = one.file.read_text(encoding="utf-8").replace("return x / 2", "return x")
    run, one_at_a_time = autograde._run, threading.Lock()

    def replaced(*arguments):
        done = run(*arguments)
        with one_at_a_time:
            write(one.file, newer)
        return done

    monkeypatch.setattr(autograde, "_run", replaced)
    assert autograde.autograde(STAGE) == {}
    monkeypatch.undo()
    assert points("m-honest") == ALL and not one.is_graded
    capsys.readouterr()
    assert autograde.autograde(STAGE) == {} and points("m-honest") == (3, 2, 0)
    assert capsys.readouterr().out.startswith("1 of 3 lessons to grade")


def test_what_collect_is_writing_while_a_lesson_is_graded_costs_nobody_the_grade(fresh, monkeypatch):
    find, gone = nbgrader.converters.base.find_all_files, []

    def found(folder, *ignored):
        if not gone:
            gone.append(f"{folder}/{LESSON}.ipynb.partial")
            return [*find(folder, *ignored), *gone]
        return find(folder, *ignored)

    monkeypatch.setattr(nbgrader.converters.base, "find_all_files", found)
    assert autograde.autograde(STAGE) == {} and gone
    assert points("m-honest") == ALL


def test_only_the_newest_backups_are_kept(fresh):
    made = [backups.make() for _ in range(backups.KEPT + 2)]
    assert sorted((fresh / "backups").iterdir()) == made[2:]


def test_a_test_knows_the_answers_that_it_uses_and_stands_on_its_own_lines():
    marks = {"grade": True, "solution": False, "grade_id": "t"}
    source = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("import numpy as np\ndef helper(): pass\ntable = 3"),
        nbformat.v4.new_code_cell("import math\ndef mine(): pass\nother = table = 4", metadata={
            "nbgrader": {"grade": False, "solution": True, "grade_id": "a"}}),
        nbformat.v4.new_code_cell("mine()\n### BEGIN HIDDEN TESTS\nmath.floor(other), helper(table)\n### END HIDDEN TESTS",
                                  metadata={"nbgrader": marks}),
    ])  # fmt: skip
    test = read_exam(source, "tiny").tests["t"]
    assert test.names == ("mine", "other")
    assert (test.visible, test.hidden.splitlines()[:2]) == ("mine()\n", ["", "### BEGIN HIDDEN TESTS"])
    assert test.draws == 1


def test_without_bubblewrap_grading_refuses_and_names_the_way_out(graded, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineError, match="Linux container.*--without-isolation"), Engine([]):
        pass
    for name in ("source", "release"):
        shutil.copytree(graded[0] / name, tmp_path / name)
    shutil.copy(graded[0] / "gradebook.db", tmp_path)
    shutil.copytree(graded[0] / "submitted" / "a-honest", tmp_path / "submitted" / "a-honest")  # and nobody else
    with folders.state_in(tmp_path):
        assert main(["autograde", STAGE]) == 2
        assert "bubblewrap is not installed" in capsys.readouterr().err
        assert main(["autograde", STAGE, "--without-isolation", "--jobs", "1"]) == 0
        assert "WITHOUT ISOLATION" in capsys.readouterr().out and points("a-honest") == ALL

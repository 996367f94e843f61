"""Attempts to get points for nothing, and to read hidden tests: each kind wins nothing, and honest work beside it all.

All run in one engine on a lesson of three small exercises. The attacks put their code in place of `mean`, whose visible
checks they pass by knowing their values; what they try is to pass the hidden ones.
"""

import multiprocessing
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import numpy as np
import pytest

from grading.sandbox.confinement import INSIDE
from grading.sandbox.engine import (
    Engine,
    Exam,
    Limits,
    Refused,
    has_error,
    hidden_draws,
    is_test,
    read_exam,
    read_imports,
)

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
MEAN = "def mean(values):\n    return sum(values) / len(values)\n"
KNOWN = "def mean(values):\n    TRY\n    return {2: 2.0}.get(len(values), 0.0)\n"
MEAN_TESTS = """\
lesson.check("the mean of 1 and 3 is 2", got=mean([1, 3]), want=2)
### BEGIN HIDDEN TESTS
drawn = np.random.default_rng(lesson.hidden_seed()).integers(100, 999_999, 5)
lesson.check("any numbers", got=mean(drawn), want=drawn.sum() / 5)
assert mean(drawn) == drawn.sum() / 5
lesson.check("a list", got=mean([7, 8, 12]), want=9.0)
### END HIDDEN TESTS
"""
WIDTH = "def width(rows):\n    return rows.max() - rows.min()\n"
WIDTH_TESTS = """\
low = width(np.array([1.0, 4.0]))
lesson.check("a width that is known", got=bool(limit < low < 4), want=True)
### BEGIN HIDDEN TESTS
rows = np.random.default_rng(lesson.hidden_seed()).normal(size=9)
lesson.check("the width of what was drawn", got=width(rows), want=rows.max() - rows.min())
lesson.check("its input stays as it was", got=bool(rows.any()), want=True)
### END HIDDEN TESTS
"""
STEP = "def step(weights, slope):\n    weights -= 0.5 * slope(weights)\n    return weights\n"
STEP_TESTS = """\
start = np.array([2.0, 4.0])
lesson.check("half way down, in place", got=(step(start, lambda place: place) is start, start), want=(True, [1.0, 2.0]))
### BEGIN HIDDEN TESTS
calls = []
start = np.array([8.0])
step(start, lambda place: calls.append(place.copy()) or place)
lesson.check("the slope is asked for once, where one stands", got=calls, want=[np.array([8.0])])
lesson.check("and followed", got=start, want=[4.0])
### END HIDDEN TESTS
"""
ANSWERS = {"mean": MEAN, "width": WIDTH, "step": STEP}
TESTS = {"mean": MEAN_TESTS, "width": WIDTH_TESTS, "step": STEP_TESTS}


def source():
    """The instructor's notebook."""
    cells = [nbformat.v4.new_code_cell("import numpy as np\nfrom trainlib import lesson\nlimit = 0.5")]
    for name, answer in ANSWERS.items():
        cells.append(graded(f"{name}-answer", answer, solution=True))
        cells.append(graded(f"{name}-tests", TESTS[name], grade=True, points=1))
    return nbformat.v4.new_notebook(cells=cells)


def graded(name, text, grade=False, solution=False, points=0):
    marks = {"grade": grade, "solution": solution, "locked": grade, "points": points, "grade_id": name, "task": False}
    return nbformat.v4.new_code_cell(text, metadata={"nbgrader": marks | {"schema_version": 3}})


def handed_in(first="", **answers):
    """A learner's notebook: right answers but for those given, below a first cell of their own."""
    notebook = source()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("-answer")
        cell.source = answers.get(name, cell.source)
    if first:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(first))
    return notebook


def passed(run):
    tests = [cell for cell in run.notebook.cells if is_test(cell)]
    names = [cell.metadata.nbgrader.grade_id for cell in tests if not has_error(cell.outputs)]
    return {name.removesuffix("-tests") for name in names if name not in run.unreached}


@pytest.fixture(scope="module")
def exam():
    return read_exam(source(), "1-01_tiny")


@pytest.fixture(scope="module")
def engine(exam):
    with Engine([*read_imports([source()]), "torch"], limits=Limits(cell_seconds=6)) as one:
        one.prepare(exam)
        yield one


def grade(engine, exam: Exam, notebook, learner="ada"):
    return engine.run(notebook, exam, hidden_draws(7, learner, exam, nbformat.writes(notebook)))


FRAMES = """
def up(name):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame is not None and name not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals if frame is not None else {}
"""
SAY = """
import json, os, socket, struct
def say_everywhere(*messages):
    for number in range(3, 64):
        for message in messages:
            text = json.dumps(message).encode()
            try:
                os.write(number, struct.pack("!I", len(text)) + text)
            except OSError:
                pass
"""
VERDICT = '{"end": True, "passed": True}'
# What each tries: a first cell, and what `mean` does when it is called.
ATTACKS = {
    "the control": ("", "pass"),
    "a check that says yes": ("from trainlib import lesson\nlesson.check = lambda *_, **__: print('✓')", "pass"),
    "the code inside of a check": (
        "from trainlib import lesson\nlesson.checks._difference.__code__ = (lambda got, want, tolerance: None).__code__",
        "pass",
    ),
    "a module with a property for a check": (
        "import types\nfrom trainlib import lesson\nclass Yes(types.ModuleType):\n"
        "    check = property(lambda self: lambda *_, **__: None)\nlesson.__class__ = Yes",
        "pass",
    ),
    "numpy that finds all close": (
        "import numpy as np\ndef yes(a, b, rtol=0, atol=0, equal_nan=0):\n    return True\n"
        "np.isclose.__wrapped__.__code__ = yes.__code__",
        "pass",
    ),
    "a tolerance changed in memory": (
        "import ctypes, struct\nfrom trainlib import lesson\n"
        "ctypes.memmove(id(lesson.check.__kwdefaults__['tolerance']) + 16, struct.pack('d', 1e9), 8)",
        "pass",
    ),
    "messages that are read as others": (
        "import json\nold = json.JSONDecoder.decode\ndef new(self, text, *more):\n    found = old(self, text, *more)\n"
        "    return found | {'op': 'name', 'parts': {'name': 'mean'}} if isinstance(found, dict) else found\n"
        "json.JSONDecoder.decode = new",
        "pass",
    ),
    "names of its own kind": (
        "class Names(dict):\n    def __getitem__(self, name):\n"
        "        return (lambda *_, **__: None) if name == 'lesson' else dict.__getitem__(self, name)\n"
        "get_ipython().user_ns = Names(get_ipython().user_ns)",
        "pass",
    ),
    "a verdict on every descriptor": (SAY, f"say_everywhere({VERDICT})"),
    "a verdict shown as output": (
        SAY,
        f"say_everywhere({{'show': {VERDICT}}}, {{'show': {{'stream': 'x', 'end': 1}}}})",
    ),
    "an answer before the question": (
        SAY,
        "say_everywhere({'value': True, 'blocks': []}, {'value': 9.0, 'blocks': []})",
    ),
    "inputs forgotten": (
        SAY,
        "say_everywhere({'value': 0.0, 'drop': ['e1', 'e2'], 'changes': [['e1', ['list', None, []]]], 'blocks': []})",
    ),
    "a value of every key": (SAY, "say_everywhere({'value': ['key', 'e1'], 'blocks': []})"),
    "a callback that nobody gave": (SAY, "say_everywhere({'call': 'e1', 'args': [], 'kwargs': {}, 'blocks': []})"),
    "frames of the runner": (FRAMES + "up('Session')['Session'].receive = lambda self: ({}, [])", "pass"),
    "frames when it is called": (FRAMES, "up('DECODERS').get('DECODERS', {}).clear()"),
    "all objects": (
        "import gc",
        "[one.update(passed=True, end=True) for one in gc.get_objects() if type(one) is dict and 'op' in one]",
    ),
    "a value that equals everything": (
        "class Same(float):\n    __eq__ = __ge__ = __le__ = __lt__ = __gt__ = lambda self, other: True\n"
        "    __hash__ = None\n    __array__ = lambda self, *_, **__: __import__('numpy').zeros(())",
        "return Same(2 if len(values) == 2 else 0)",
    ),
    "an object that equals everything": (
        "class Same:\n    __eq__ = __ge__ = __le__ = lambda self, other: True\n    __hash__ = None\n"
        "    __array_ufunc__ = lambda self, *_, **__: True",
        "return 2.0 if len(values) == 2 else Same()",
    ),
    "an array that says it is another": (
        "import numpy as np\nclass Same(np.ndarray):\n    __eq__ = lambda self, other: np.True_\n"
        "    __array_function__ = __array_ufunc__ = lambda self, *_, **__: np.True_",
        "return 2.0 if len(values) == 2 else np.zeros(()).view(Same)",
    ),
    "inputs emptied": ("", "values.fill(0) if hasattr(values, 'fill') else values.clear() if len(values) == 3 else 0"),
    "inputs made easy": (
        "",
        "values.__setitem__(slice(None), 0) if len(values) > 2 else 0\n    return float(values[0])",
    ),
    "the seed": (
        "import numpy as np",
        "seed = int(__import__('os').environ.get('TRAINLIB_HIDDEN_SEED', 0))\n"
        "    drawn = np.random.default_rng(seed).integers(100, 999_999, 5)\n"
        "    if len(values) > 2: return drawn.sum() / 5",
    ),
    "a child that answers for it": (
        SAY,
        "import os, time\n    if os.fork() == 0:\n        time.sleep(0.3)\n"
        f"        say_everywhere({VERDICT})\n        os._exit(0)",
    ),
    "a thread that answers for it": (
        SAY,
        f"import threading\n    threading.Thread(target=say_everywhere, args=({VERDICT},)).start()",
    ),
    "a timer that sees frames": (
        "import signal\ndef handler(number, frame):\n    while frame is not None:\n"
        "        frame.f_globals.update(part=lambda *_: True)\n        frame = frame.f_back",
        "signal.signal(signal.SIGVTALRM, handler), signal.setitimer(signal.ITIMER_VIRTUAL, 0.001), sum(range(10**6))",
    ),
    "an end without a word": ("import os", "os._exit(0) if len(values) > 2 else 0"),
    "an exit": ("", "raise SystemExit(0) if len(values) > 2 else ValueError\n"),
    "a pickle in place of a value": (
        "import pickle\nclass Run:\n    def __reduce__(self):\n        return print, ('FOUND',)",
        "return 2.0 if len(values) == 2 else pickle.dumps(Run())",
    ),
    "a number of a million digits": ("", "return 2.0 if len(values) == 2 else 10 ** 1_000_000"),
    "a value without an end": ("", "x = []\n    x.append(x)\n    return 2.0 if len(values) == 2 else x"),
    "an iterator without an end": ("import itertools", "return 2.0 if len(values) == 2 else itertools.count()"),
    "an error that ends loops": ("", "raise StopIteration if len(values) > 2 else ValueError"),
    "a tensor that answers for torch": (
        "import torch\nclass Same(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, *_, **__):\n        return True",
        "return torch.zeros(()).as_subclass(Same) if len(values) > 2 else 2.0",
    ),
    "an object that pandas takes for its own": (
        "class Same:\n    _typ, dtype, shape, ndim = 'series', None, (), 0\n    __len__ = lambda self: 1\n"
        "    __getitem__ = __getattr__ = lambda self, name: self\n    __call__ = lambda self, *_, **__: True",
        "return Same() if len(values) > 2 else 2.0",
    ),
    "numbers that take for ever": (
        "from decimal import Decimal",
        "return Decimal('1e999999999999999999') if len(values) > 2 else 2.0",
    ),
    "the state of all random numbers": (
        "import random, numpy as np\nnp.random.default_rng = np.random.seed = random.seed = lambda *_: 0",
        "np.random.set_state(('MT19937', np.zeros(624, dtype='uint32'), 624, 0, 0.0)), np.seterr(all='raise')",
    ),
    "files and paths that come first": (
        "import os, sys\nfor name in ('numpy', 'wire', 'stand_ins', 'trainlib', 'sitecustomize'):\n"
        "    open(f'{name}.py', 'w').write('1/0')\n    sys.modules.pop(name, None)\nsys.path.insert(0, os.getcwd())\n"
        "os.environ.update(PYTHONPATH=os.getcwd(), TRAINLIB_HIDDEN_SEED='1')",
        "pass",
    ),
    "the talk itself, from a thread": (
        "import gc, threading\ndef talk():\n    while True:\n        for one in gc.get_objects():\n"
        "            if type(one).__name__ == 'Answers':\n                one.message(lambda _: {'value': 9.0})",
        "import threading\n    threading.Thread(target=talk, daemon=True).start()",
    ),
    "many children when it is tested": ("import os", "[os.fork() for _ in range(6)] if len(values) > 2 else 0"),
    "a signal to all that it can see": (
        "import os",
        "[os.kill(pid, 9) for pid in range(2, 99) if os.path.exists(f'/proc/{pid}')] if len(values) > 2 else 0",
    ),
    "its own numbers by a generator": ("", "return 2.0 if len(values) == 2 else (yes for yes in [True] * 9)"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gets_the_points_of_an_answer_that_it_does_not_give(engine, exam, name):
    first, tries = ATTACKS[name]
    run = grade(engine, exam, handed_in(first, mean=KNOWN.replace("TRY", tries)))
    assert "mean" not in passed(run)
    assert "FOUND\n" not in [output.get("text") for cell in run.notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize(
    "calls",
    [
        "for _ in range(50):\n        slope(weights)\n    weights -= 0.5 * weights",
        "slope(weights * 0)\n    weights -= 0.5 * weights",
        "kept.append(slope)\n    weights -= 0.5 * kept[0](weights)",
    ],
)
def test_a_function_of_the_tests_that_is_called_otherwise_is_noticed(engine, exam, calls):
    run = grade(
        engine, exam, handed_in("kept = []", step=f"def step(weights, slope):\n    {calls}\n    return weights")
    )
    assert passed(run) == {"mean", "width"}


def test_a_name_that_the_lesson_binds_is_the_lessons_in_its_tests(engine, exam):
    cheat = "class Between(float):\n    __lt__ = __gt__ = lambda self, other: True\nlimit = Between(9)\n"
    run = grade(engine, exam, handed_in(width=cheat + "def width(rows):\n    return 0.1"))
    assert passed(run) == {"mean", "step"}


def test_what_a_check_wants_is_computed_from_inputs_as_they_were_sent(engine, exam):
    cheat = "def width(rows):\n    if len(rows) > 2:\n        rows[:] = 0\n    return 3.0 if len(rows) == 2 else 0.0"
    assert passed(grade(engine, exam, handed_in(width=cheat))) == {"mean", "step"}


@pytest.mark.parametrize(
    "steps",
    [
        "want = rows.max() - rows.min()\nlesson.check('w', got=found, want=want)",
        "low, high = (float(one) for one in (rows.min(), rows.max()))\nlesson.check('w', found, high - low)",
        "high = rows.max()\nhigh -= rows.min()\nlesson.check('w', got=found, want=high)",
        "def wanted(rows):\n    most = rows.max()\n    return most - rows.min()\n"
        "want = wanted(rows)\nlesson.check('w', got=found, want=want)",
        "wants = []\nwants.append(rows.max() - rows.min())\nlesson.check('w', got=[found], want=wants)",
        "ends = []\nfor end in (rows.min(), rows.max()):\n    ends.append(end)\n"
        "lesson.check('w', got=found, want=ends[1] - ends[0])",
        "assert found == rows.max() - rows.min()",
    ],
)
def test_so_is_what_a_test_assigns_or_asserts_on_the_way_to_it(engine, steps):
    draw = "rows = np.random.default_rng(lesson.hidden_seed()).normal(size=9)\nfound = width(rows)\n"
    notebook = handed_in()
    cell = next(cell for cell in notebook.cells if "width(rows)" in cell.source and is_test(cell))
    cell.source = f"### BEGIN HIDDEN TESTS\n{draw}{steps}\n### END HIDDEN TESTS"
    exam, cheat = read_exam(notebook, "1-01_tiny"), "def width(rows):\n    rows[:] = 0\n    return 0.0"
    assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)
    assert passed(grade(engine, exam, handed_in(width=cheat))) == {"mean", "step"}


def test_a_table_of_the_lesson_that_an_answer_empties_is_whole_again_when_hidden_inputs_are_drawn_from_it(engine):
    notebook = handed_in()
    notebook.cells[0].source += "\ntable = np.arange(50.0) ** 2"
    cell = next(cell for cell in notebook.cells if "width(rows)" in cell.source and is_test(cell))
    cell.source = (
        "lesson.check('all', got=bool(width(table) >= 0), want=True)\n### BEGIN HIDDEN TESTS\n"
        "some = np.random.default_rng(lesson.hidden_seed()).choice(table, 9)\n"
        "lesson.check('some', got=width(some), want=some.max() - some.min())\n### END HIDDEN TESTS"
    )
    exam, cheat = read_exam(notebook, "1-01_tiny"), "def width(rows):\n    rows[:] = 0\n    return 0.0"
    assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)
    assert passed(grade(engine, exam, handed_in(width=cheat))) == {"mean", "step"}


@pytest.mark.parametrize("indent", ["", "for _ in range(2):\n    "])
def test_so_it_is_for_the_next_check_of_a_hidden_part(engine, indent):
    notebook = handed_in()
    notebook.cells[0].source += "\ntable = np.arange(50.0) ** 2"
    cell = next(cell for cell in notebook.cells if "width(rows)" in cell.source and is_test(cell))
    some = "some = np.random.default_rng(lesson.hidden_seed()).choice(table, 9)"
    cell.source = (
        "### BEGIN HIDDEN TESTS\nlesson.check('all', got=bool(width(table) >= 0), want=True)\n"
        f"{indent}{some}; lesson.check('some', got=width(some), want=some.max() - some.min())\n### END HIDDEN TESTS"
    )
    exam, cheat = read_exam(notebook, "1-01_tiny"), "def width(rows):\n    rows[:] = 0\n    return 0.0"
    assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)
    assert passed(grade(engine, exam, handed_in(width=cheat))) == {"mean", "step"}


def test_what_a_check_looks_at_is_not_put_back_before_it(engine):
    notebook = handed_in()
    notebook.cells[0].source += "\ntable = np.arange(50.0) ** 2"
    cell = next(cell for cell in notebook.cells if "width(rows)" in cell.source and is_test(cell))
    cell.source = (
        "### BEGIN HIDDEN TESTS\nlesson.check('all', got=width(table), want=49.0**2)\n"
        "want = [one**2 for one in range(50)]\n"
        "lesson.check('as it was', got=table.tolist(), want=want)\n### END HIDDEN TESTS"
    )
    exam = read_exam(notebook, "1-01_tiny")
    changes = "def width(rows):\n    found = rows.max() - rows.min()\n    rows[:] = 0\n    return found"
    assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)
    assert passed(grade(engine, exam, handed_in(width=changes))) == {"mean", "step"}


def test_an_answer_that_may_not_change_its_inputs_is_still_found_out(engine):
    notebook = handed_in()
    cell = next(cell for cell in notebook.cells if "width(rows)" in cell.source and is_test(cell))
    cell.source = (
        "rows, twin = (np.array([1.0, 4.0]) for _ in range(2))\nwidth(rows)\n"
        "got, want = (part.tolist() for part in (rows, twin))\nlesson.check('as they were', got=got, want=want)"
    )
    exam = read_exam(notebook, "1-01_tiny")
    changes = "def width(rows):\n    rows.sort()\n    rows[:] = rows[::-1]\n    return rows[0] - rows[1]"
    assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)
    assert passed(grade(engine, exam, handed_in(width=changes))) == {"mean", "step"}


def test_inputs_that_share_their_memory_are_put_back_too():
    """Two arguments that are views of one array: the change that came last is taken back first."""
    sys.path.insert(0, str(INSIDE))
    try:
        import stand_ins
        import wire
    finally:
        sys.path.remove(str(INSIDE))
    session, whole = stand_ins.Examination(None, print), np.arange(4.0)
    keys = [session.name(part) for part in (whole, whole[::-1])]
    for key in keys:
        encoder = wire.Encoder(session)
        node = encoder.content(np.zeros(4))
        session.change(key, node, wire.Decoder(session, encoder.blocks))
    assert session.as_sent(lambda: whole.tolist()) == [0.0, 1.0, 2.0, 3.0] and not whole.any()


def test_what_was_in_an_input_comes_back_with_it():
    sys.path.insert(0, str(INSIDE))
    try:
        import stand_ins
        import wire
    finally:
        sys.path.remove(str(INSIDE))
    session, outer = stand_ins.Examination(None, print), [[1, 2], print]
    keys = [session.name(outer), session.name(outer[0])]
    session.change(keys[0], ["list", None, []], wire.Decoder(session, []))
    session.forget()  # nobody but the list held what was in it
    assert session.as_sent(lambda: outer[0] + outer[1:]) == [1, 2, print] and outer == []


def test_a_whole_notebook_of_one_cell_gets_nothing(engine, exam):
    names = dict.fromkeys(ANSWERS, "pass")
    for first in (FRAMES + "up('Answers')['Answers'].perform = print", SAY + f"say_everywhere({VERDICT})"):
        assert passed(grade(engine, exam, handed_in(first, **names))) == set()


CONFEDERATES = {  # what one notebook does with an input, and how another tries to read it: what it would show
    "a file": ("open('/tmp/bits', 'w').write(str(values))", "print('FOUND' if os.path.exists('/tmp/bits') else '')"),
    "shared memory": (
        "open('/dev/shm/bits', 'w').write(str(values))",
        "print('FOUND' if os.listdir('/dev/shm') else '')",
    ),
    "a lock": (
        "import fcntl\n    fcntl.flock(kept.append(open('/usr/bin/env')) or kept[-1], fcntl.LOCK_EX)",
        "import fcntl\ntry:\n    fcntl.flock(open('/usr/bin/env'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except OSError:\n    print('FOUND')",
    ),
    "a lock on bytes": (
        "import fcntl\n    fcntl.lockf(kept.append(open('/dev/null', 'w')) or kept[-1], fcntl.LOCK_EX)",
        "import fcntl\ntry:\n    fcntl.lockf(open('/dev/null', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except OSError:\n    print('FOUND')",
    ),
    "a socket without a file": (
        "import socket\n    one = socket.socket(socket.AF_UNIX)\n    one.bind('\\0bits')\n"
        "    one.listen(), kept.append(one)",
        "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0bits')\nprint('FOUND')",
    ),
    "a port": (
        "import socket\n    kept.append(socket.create_server(('127.0.0.1', 4711)))",
        "import socket\nsocket.create_connection(('127.0.0.1', 4711), 1)\nprint('FOUND')",
    ),
    "a socket to the machine's host": (
        "import socket\n    kept.append(socket.socket(40))",
        "import socket\nprint('FOUND' if socket.socket(40) else '')",
    ),
    "how many files are open": (
        "kept.extend(open('/dev/null') for _ in range(900))",
        "print('FOUND' if os.path.exists('/proc/sys/fs/file-nr') or os.path.exists('/proc/sys/kernel/pty/nr') else '')",
    ),
    "a terminal": ("kept.append(os.openpty())", "print('FOUND' if os.path.exists('/dev/pts/0') else '')"),
    "a process": ("kept.append(os.fork() or time.sleep(20))", "print('FOUND' if os.path.exists('/proc/9') else '')"),
}


@pytest.mark.parametrize("way", CONFEDERATES)
def test_a_notebook_tells_another_one_nothing_of_its_hidden_inputs(engine, exam, way):
    sends, reads = CONFEDERATES[way]
    setup = "import os, time\nkept = []"
    sender = f"def mean(values):\n    if len(values) > 2:\n        {sends.replace(chr(10), chr(10) + '    ')}\n"
    sender += "        time.sleep(3)\n    return 2.0\n"
    with ThreadPoolExecutor() as pool:
        sent = pool.submit(grade, engine, exam, handed_in(setup, mean=sender), "confederate")
        time.sleep(1.5)
        got = grade(engine, exam, handed_in("import os, time\n" + reads))
        assert "FOUND" not in "".join(output.get("text", "") for output in got.notebook.cells[0].outputs)
        assert passed(got) == set(ANSWERS) and "mean" not in passed(sent.result())


def test_hidden_inputs_are_others_for_other_learners_and_other_files_and_the_same_again(exam):
    draws = {hidden_draws(*parts) for parts in ((7, "ada", exam, "a"), (7, "ben", exam, "a"), (7, "ada", exam, "b"))}
    draws |= {hidden_draws(8, "ada", exam, "a")}
    assert len(draws) == 4 and all(len({*pair}) == 2 and min(pair) > 0 for pair in draws)
    assert hidden_draws(7, "ada", exam, "a") in draws


@pytest.mark.parametrize(
    "ends", ["raise ValueError(values)", "import os; os._exit(0)", "return None", "while True: pass"]
)
def test_a_hidden_part_says_nothing_of_how_it_failed(engine, exam, ends):
    answer = f"def mean(values):\n    if len(values) > 2:\n        {ends}\n    return 2.0"
    run = grade(engine, exam, handed_in(mean=answer))
    assert passed(run) == {"width", "step"} and run.reasons == {} and run.fault == ""


def test_honest_work_keeps_all_points_beside_attacks_and_two_busy_processes(engine, exam):
    busy = [multiprocessing.get_context("fork").Process(target=_work, daemon=True) for _ in range(2)]
    for one in busy:
        one.start()
    try:
        hostile = [
            handed_in(ATTACKS[name][0], mean=KNOWN.replace("TRY", ATTACKS[name][1])) for name in list(ATTACKS)[:6]
        ]
        with ThreadPoolExecutor(4) as pool:
            others = [pool.submit(grade, engine, exam, one, "mallory") for one in hostile]
            honest = [pool.submit(grade, engine, exam, handed_in(), f"learner-{number}") for number in range(6)]
            assert all(passed(one.result()) == set(ANSWERS) for one in honest)
            assert not any(one.result().suspicious for one in honest)
            assert all("mean" not in passed(one.result()) for one in others)
    finally:
        for one in busy:
            one.kill()


def _work():
    while True:
        sum(range(10**6))


def test_the_grader_refuses_where_the_reference_answer_gets_no_points(engine):
    notebook = handed_in(mean="def mean(values):\n    return 0")
    with pytest.raises(Refused, match="the reference answer does not pass mean-tests here"):
        engine.run(handed_in(), read_exam(notebook, "1-02_broken"))


HONEST = (
    "%config InlineBackend.figure_format = 'retina'\n%matplotlib inline",
    "from tqdm.auto import tqdm\nfor one in tqdm(range(3)):\n    pass",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "import torch\nfrom torch.utils.data import DataLoader\nlist(DataLoader(torch.arange(9), batch_size=2))",
    "from concurrent.futures import ThreadPoolExecutor as Pool\nwith Pool(2) as pool:\n    list(pool.map(abs, [1, -1]))",
    "import logging, tempfile\nkept = tempfile.TemporaryDirectory()\nlogging.basicConfig()",
)


@pytest.mark.parametrize("line", HONEST)
def test_honest_lines_are_not_reported_for_a_look(engine, exam, line):
    run = grade(engine, exam, handed_in(line))
    assert run.suspicious == [] and passed(run) == set(ANSWERS)
    assert not has_error(run.notebook.cells[0].outputs)


def test_the_grader_refuses_where_a_lesson_cannot_import_what_it_needs():
    with (
        pytest.raises(Refused, match="cannot be imported inside the sandbox: trainlib.nowhere"),
        Engine(["trainlib.nowhere"]),
    ):
        pass


def test_a_dead_examiner_or_starter_costs_nobody_anything(engine, exam):
    for end in (lambda: engine.examiners[exam.key].keeper.end(), lambda: engine.process.kill()):
        threading.Timer(0.2, end).start()
        time.sleep(0.5)
        assert passed(grade(engine, exam, handed_in())) == set(ANSWERS)


TORCH_ANSWER = """\
def bend(width):
    class Bend(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(width, width)

        def forward(self, states):
            return states + self.inner(states).tanh()

    return Bend()


def train(model, optimiser, rows):
    model.train()
    for row in rows:
        optimiser.zero_grad()
        model(row).square().mean().backward()
        optimiser.step()
"""
TORCH_TESTS = """\
model, rows, steps = bend(3), torch.ones(2, 3), []
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
optimiser.register_step_post_hook(lambda *_: steps.append(torch.is_grad_enabled()))
leaf = rows.clone().requires_grad_()
for _ in range(2):
    optimiser.zero_grad()
    model(2 * leaf).sum().backward()
    optimiser.step()
lesson.check("a gradient comes back to the input and to the weights", leaf.grad is not None and len(steps), 2)
own = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Dropout(0.5)).eval()
twin, taken = torch.nn.Linear(3, 1), []
twin.load_state_dict(own[0].state_dict())
sgd = torch.optim.SGD(own.parameters(), lr=0.1, momentum=0.9)
sgd.register_step_post_hook(lambda *_: taken.append("step"))
torch.manual_seed(1)
train(own, sgd, (row for row in rows))
lesson.check("steps are seen here, and the mode", (len(taken), own.training), (2, True))
lesson.check("weights too", bool((own[0].weight != twin.weight).any()), True)
"""


def test_models_optimisers_and_gradients_reach_through_to_the_learners_process(engine):
    cells = [
        nbformat.v4.new_code_cell("import torch\nfrom trainlib import lesson"),
        graded("bend-answer", TORCH_ANSWER, solution=True),
        graded("bend-tests", TORCH_TESTS, grade=True, points=1),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    run = engine.run(notebook, read_exam(notebook, "1-03_torch"))
    assert passed(run) == {"bend"}, run.notebook.cells[-1].outputs

"""How a lesson's tests judge many answers, in the time of one run: each answer in a fork at the place of its exercise.

    python tests/judge.py LESSON …    (from the project's folder; without LESSON, each line of its input names one)

prints a line of JSON for each lesson: what each answer of tests/submissions/LESSON.py came to, what went wrong when all
cells ran once more, which texts of figures are cut off, and which comments expect what the solution does not give. Each
lesson runs in a fork of a process that has imported what the lessons of the course import.
The cells of the lesson run once, in a shell of IPython as in a kernel; right before an answer cell the process forks
for each answer to it, which runs it and its tests, the hidden ones once for each of two seeds.
"""

import gc
import json
import os
import re
import sys
from contextlib import chdir, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import jupytext
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.io import capture_output

from grading.authoring import build
from grading.demo import solutions
from grading.marking.mend import InjectParameters
from grading.records import folders
from grading.sandbox.inside.huge_pages import use_huge_pages
from grading.sandbox.source_tests import HIDDEN_MARK, is_test, read_imports
from trainlib import figures

SEEDS = (20270101, 987654321)
ANSWERS = Path(__file__).parent / "submissions"
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e-?\d+)?")
EXPECTED = re.compile(
    r"# .*?\bexpected: (about )?((?:[-\d.,;()\[\] ]|e-|and |rows |tensor)+)"
)  # numbers, as far as they stand alone
KEPT, VISIBLE, HIDDEN, ENDED = "kept", "visible", "hidden", "ended"


def answers(lesson):
    """The cells of a submissions file that answer something: code by (answer cell, kind, number), and their
    metadata."""
    found, numbers = [], {}
    for cell in jupytext.read(ANSWERS / f"{lesson.id}.py", fmt="py:percent").cells:
        if kind := cell.metadata.get("kind"):
            name = cell.metadata["id"]
            numbers[name, kind] = numbers.get((name, kind), 0) + 1
            found.append({"answer": name, "kind": kind, "number": numbers[name, kind], "code": cell.source}
                         | {key: cell.metadata.get(key, "") for key in ("name", "says")})  # fmt: skip
    return found


class Shell:
    """IPython without a kernel: runs cells, and remembers what the last one raised and wrote."""

    def __init__(self):
        self.shell = InteractiveShell.instance()
        self.shell._showtraceback = self._remember
        self.error = ""

    def _remember(self, kind, value, _):
        self.error = str(value).strip() if kind.__name__ == "CheckFailed" else f"{kind.__name__}: {value}".strip()

    def run(self, code):
        """Run a cell. Returns what it raised, "" where nothing."""
        self.error = ""
        with capture_output(display=False) as captured:
            self.shell.run_cell(code, store_history=False)
        self.written = captured.stdout
        return self.error


def judged(shell, code, test):
    """[(outcome, message) for each seed] of an answer, one where the visible checks refuse it: in a fork, so that it
    changes nothing here, and in another one for the seeds that are left where it has ended that."""
    seen = []
    while len(seen) < len(SEEDS) and not (seen and seen[0][0] == VISIBLE):
        reader, writer = os.pipe()
        if (pid := os.fork()) == 0:
            with open(writer, "w", encoding="utf-8") as file:
                for outcome in outcomes(shell, code, test, SEEDS[len(seen) :]):
                    print(json.dumps(outcome), file=file, flush=True)
            os._exit(0)
        os.close(writer)
        with open(reader, encoding="utf-8") as file:
            found = [json.loads(line) for line in file]
        os.waitpid(pid, 0)
        seen += found or [(ENDED, "it ended its process")]
    return seen


def outcomes(shell, code, test, seeds):
    """(outcome, message) of an answer for each seed, but one alone where the visible checks refuse it."""
    visible, mark, hidden = test.partition(HIDDEN_MARK)
    os.environ["TRAINLIB_HIDDEN_SEED"] = str(seeds[0])
    raised = shell.run(code)
    if shell.run(visible):
        yield VISIBLE, shell.error or raised
        return
    for seed in seeds:
        os.environ["TRAINLIB_HIDDEN_SEED"] = str(seed)
        yield (HIDDEN, shell.error or raised) if shell.run(hidden) else (KEPT, raised)


def cut_off(figure):
    """The titles, labels, notes and legends of a figure that reach beyond its left or right edge."""
    figure.draw_without_rendering()
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.texts)]
    for axes in figure.axes:
        texts += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        texts += axes.get_legend().texts if axes.get_legend() else []
    edge = figure.bbox.padded(2)
    ends = {text.get_text(): text.get_window_extent() for text in texts if text.get_text()}
    return [text for text, end in ends.items() if end.x0 < edge.x0 or end.x1 > edge.x1]


def not_given(code, written):
    """Those numbers of a comment `# expected: …` that a cell did not write, to the digits that the comment has."""
    found = EXPECTED.search(code)
    if found is None:
        return []
    values, share = [float(one) for one in NUMBER.findall(written)], 0.1 if found[1] else 0.0

    def given(text):
        digits = len(text.partition(".")[2]) if "e" not in text else 0
        unit = 0.51 * 10.0**-digits if "e" not in text else 0.01 * abs(float(text))
        return any(abs(value - float(text)) <= max(unit, share * abs(float(text))) for value in values)

    return [text for text in NUMBER.findall(found[2]) if not given(text)]


def judge(lesson):
    """{"answers": the submissions with their outcomes, "again": faults when every cell ran a second time, "cut off":
    texts of figures that reach beyond the edge, "expected": what comments expect and the solution does not give}."""
    notebook, given, right = build.source_notebook(lesson), answers(lesson), solutions(lesson)
    InjectParameters().preprocess(notebook, {"nbgrader": {"notebook": lesson.id}})
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.get("id") != "set-up"]
    for cell in cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = right[cell.metadata.nbgrader.grade_id]
    shell, written, again, cut, show, other = Shell(), {}, [], set(), figures.show, []

    def look(figure, alt):
        cut.update(cut_off(figure))
        show(figure, alt)

    figures.show = look
    for place, cell in enumerate(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in right:
            test = next(cell.source for cell in cells[place:] if is_test(cell))
            for one in given:
                if one["answer"] == name:
                    one["seen"] = judged(shell, one["code"], test)
        if error := shell.run(cell.source):
            again.append(f"{cell['id']}, first run: {error}")
        other += [f"{cell['id']}: {number}" for number in not_given(cell.source, shell.written)]
        written[cell["id"]] = shell.written if is_test(cell) else ""
    for cell in cells:
        if error := shell.run(cell.source):
            again.append(f"{cell['id']}, when all cells had run before: {error}")
        elif is_test(cell) and shell.written != written[cell["id"]]:
            again.append(f"{cell['id']} writes something else when all cells have run before")
    return {"answers": given, "again": again, "cut off": sorted(cut), "expected": other}


def warm():
    """Import what the lessons of the course import, as far as it is installed, and be quick to fork from then on."""
    for name in read_imports([build.source_notebook(lesson) for lesson in folders.lessons()]):
        module, _, attribute = name.partition(":")  # of a module that loads only what it is asked for
        with suppress(ImportError):
            loaded = import_module(module)
            attribute and getattr(loaded, attribute)
    gc.collect(), gc.freeze()
    use_huge_pages()


def main(names):
    warm()
    for name in names:
        if (pid := os.fork()) == 0:
            with TemporaryDirectory() as folder, chdir(folder):  # where a lesson may write what one keeps
                found = judge(folders.lesson(name.strip()))
            print(json.dumps(found), flush=True)
            os._exit(0)
        if os.waitpid(pid, 0)[1]:
            sys.exit(f"{name.strip()}: not judged")


if __name__ == "__main__":
    main(sys.argv[1:] or sys.stdin)

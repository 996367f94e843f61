"""Lessons as pages show them: the learner edition, executed with the smoke parameters, answers still to be written.

`executed` is the door: whatever makes pages of a lesson (the website, a package for a learning platform) takes its
notebook from there. What was executed once is kept until something that it follows from changes. `ran` is what runs
them, and the instructor's notebooks for slides, too.
"""

import hashlib
import html
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.records import folders
from grading.sandbox.engine import Engine, Limits, is_test, read_imports
from trainlib._files import write
from trainlib.course import Lesson

LIMITS = Limits(cell_seconds=240, notebook_seconds=600, memory_mib=8192)  # ours, so only against a cell without an end
NO_ANSWER = "NotImplementedError"
WIDGET = "application/vnd.jupyter.widget-view+json"
SMALL = (
    "On this page the lesson ran with smaller numbers than in your notebook, to be quick: {values}. "
    "So what its cells print differs from the text, and is no result."
)
OPEN = "Your answer is missing here"
UNCHECKED = "This check waits for your answer"
SLIDERS = "Sliders stand here in the notebook; they need Python."


def executed(rows: Iterable[Lesson], cache: Path) -> dict[str, NotebookNode]:
    """The notebooks of these lessons by id, with what their cells show. What `cache` holds is not run again.

    ValueError where a lesson could not be run to its end, or a cell failed that needs no answer.
    """
    found, waiting, common = {}, {}, _common()
    for row in rows:
        path = cache / f"{row.id}-{_digest(row, common)}.ipynb"
        if path.exists():
            found[row.id] = nbformat.read(path, as_version=4)
        else:
            waiting[row.id] = (row, path)
    found |= dict(_run(waiting)) if waiting else {}
    return {row.id: found[row.id] for row in map(folders.lesson, found)}


def ran(notebooks: dict[str, NotebookNode], limits: Limits = LIMITS) -> Iterator[tuple[str, NotebookNode]]:
    """Run notebooks of the course's own in forks of one warm process, in their order, two at once.

    ValueError where one could not be run to its end. A cell that raises does not end its notebook.
    """
    # Not confined: these cells are the course's own, and a machine that only builds pages needs no sandbox
    engine = Engine(read_imports(notebooks.values()), isolated=False, limits=limits)
    with engine, ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, run in zip(notebooks, pool.map(engine.show, notebooks.values())):
            if run.fault:
                raise ValueError(f"{name} could not be shown: {run.fault}")
            yield name, run.notebook


def _run(waiting: dict[str, tuple[Lesson, Path]]) -> Iterator[tuple[str, NotebookNode]]:
    """Run and keep the editions of lessons, the largest first."""
    order = sorted(waiting, key=lambda name: -waiting[name][0].memory_mib)
    for name, notebook in ran({name: _edition(waiting[name][0]) for name in order}):
        row, path = waiting[name]
        shown = _as_shown(notebook, row)
        for old in path.parent.glob(f"{name}-*.ipynb"):
            old.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, nbformat.writes(shown).encode())
        yield name, shown


def _edition(row: Lesson) -> NotebookNode:
    """The learner edition with the smoke parameters set."""
    notebook = nbformat.read(folders.notebooks() / row.file, as_version=4)
    if row.smoke:
        place = 1 + next(place for place, cell in enumerate(notebook.cells) if "parameters" in _tags(cell))
        values = "\n".join(f"{name} = {value!r}" for name, value in row.smoke.items())
        small = nbformat.v4.new_code_cell(values, id="small", metadata={"tags": ["small"]})
        notebook.cells.insert(place, small)
    return notebook


def _as_shown(notebook: NotebookNode, row: Lesson) -> NotebookNode:
    """What a reader sees of a notebook that has run. ValueError for an error that no missing answer explains."""
    notebook = deepcopy(notebook)
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        if "small" in _tags(cell):
            values = ", ".join(f"`{name} = {value!r}`" for name, value in row.smoke.items())
            notebook.cells[place] = nbformat.v4.new_markdown_cell(SMALL.format(values=values), id="small")
        else:
            cell.outputs = [shown for output in cell.outputs if (shown := _shown(output, cell, row))]
    notebook.cells = [cell for cell in notebook.cells if "set-up" not in _tags(cell)]
    return notebook


def _shown(output: NotebookNode, cell: NotebookNode, row: Lesson) -> NotebookNode | None:
    if output.output_type == "error":
        if output.ename != NO_ANSWER and not is_test(cell):
            said = f"{output.ename}: {output.evalue}"[:300]
            raise ValueError(f"{row.id}: a cell fails, and not for want of an answer: {said}\n{cell.source[:200]}")
        return _note(UNCHECKED if is_test(cell) else OPEN, output.evalue)
    if output.output_type == "stream" and output.name == "stderr":
        return None
    if "data" in output and WIDGET in output.data:
        return _note(SLIDERS, "")
    return output


def _note(title: str, text: str) -> NotebookNode:
    """A folded note in place of an output."""
    markup = f"<details class='missing'><summary>{title}</summary><p>{html.escape(text)}</p></details>"
    if not text:
        markup = f"<p class='missing'>{title}</p>"
    return nbformat.v4.new_output("display_data", {"text/html": markup, "text/plain": title})


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _common() -> bytes:
    """What every lesson's outputs follow from: the library, what runs them, the versions of others, and this module."""
    root, digest = folders.root, hashlib.sha256()
    parts = [*(root / "trainlib").rglob("*"), *(root / "grading" / "sandbox").rglob("*.py")]
    code = sorted(path for path in parts if path.is_file() and "__pycache__" not in path.parts)
    for path in [*code, root / "requirements.lock", Path(__file__)]:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def _digest(row: Lesson, common: bytes) -> str:
    edition = (folders.notebooks() / row.file).read_bytes()
    return hashlib.sha256(common + json.dumps(row.smoke).encode() + edition).hexdigest()[:16]

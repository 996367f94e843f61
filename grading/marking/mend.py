"""A learner's notebook made ready to run: graded cells as they were released, tests from the source, grading's
parameters."""

import hashlib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from papermill.translators import translate_parameters

from grading.records import folders
from grading.records.folders import Submission
from grading.sandbox.engine import MOST_CELLS, is_test

PARAMETERS = ("parameters", "injected-parameters")  # the tags that grading reads
NOTEBOOK_BYTES = 20 << 20  # a notebook that is larger is not read; collect refuses it already


class InjectParameters(NbGraderPreprocessor):
    """Sets a lesson's `grade` parameters in a cell after the one tagged `parameters`, as papermill does."""

    def preprocess(self, notebook, resources):
        lesson = resources["nbgrader"]["notebook"]
        row = folders.lesson(lesson)
        source = translate_parameters("python3", "python", row.grade, comment="Set by the grader")
        cells = [cell for cell in notebook.cells if "injected-parameters" not in _tags(cell)]
        injected = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
        if not (notebook.nbformat == 4 and notebook.nbformat_minor >= 5):
            del injected["id"]
        cells.insert(_place_of_parameters(cells), injected)
        notebook.cells = cells
        return notebook, resources


def _place_of_parameters(cells: list) -> int:
    """After the parameters cell, known by its tag or, where a tool has dropped tags, its id; else before all code."""
    for index, cell in enumerate(cells):
        if "parameters" in _tags(cell) or cell.get("id") == "parameters":
            return index + 1
    return next((index for index, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))


def _tags(cell) -> list[str]:
    found = cell.metadata.get("tags")
    return found if isinstance(found, list) else []


class Mend(NbGraderPreprocessor):
    """Puts the graded cells back as they were released; test cells get the text of the source."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        return mended(notebook, names["assignment"], names["notebook"]), resources


def mended(notebook: nbformat.NotebookNode, stage: str, lesson: str) -> nbformat.NotebookNode:
    """A learner's notebook without outputs, with every graded cell once and as it was released, answers apart."""
    release, source = (edition(kind, stage, lesson) for kind in ("release", "source"))
    tests = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if is_test(cell)}
    graded = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    cells, seen = [], set()
    for cell in reversed(notebook.cells):  # of several the last counts, as in nbgrader
        if cell.get("cell_type") not in ("code", "markdown", "raw") or not isinstance(cell.get("source"), str):
            continue
        marks = cell.metadata.pop("nbgrader", None)
        name = marks.get("grade_id") if isinstance(marks, dict) else None
        if isinstance(name, str) and name in graded and name not in seen:
            seen.add(name)
            cell = _as_released(cell, graded[name], tests.get(name))
        else:
            cell.metadata = {"tags": [tag for tag in PARAMETERS if tag in _tags(cell)]}  # others become a page's styles
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.insert(0, cell)
    for before, name in zip([None, *graded], graded):
        if name not in seen:
            lost = deepcopy(graded[name])
            lost.source = tests.get(name, lost.source)
            cells.insert(_place_after(before, cells), lost)
    for number, cell in enumerate(cells):
        cell["id"] = cell.get("id") if _is_first(cell, cells[:number]) else f"cell-{number}"
    return nbformat.from_dict(release | {"metadata": deepcopy(release.metadata), "cells": cells})


def _as_released(own: nbformat.NotebookNode, graded: nbformat.NotebookNode, test: str | None) -> nbformat.NotebookNode:
    """A graded cell with the learner's answer, and the pictures that were pasted into it; of a test with the `test`'s
    text."""
    cell = deepcopy(graded)
    cell.source = own.source if test is None else test
    pictures = own.get("attachments")
    if test is None and cell.cell_type == "markdown" and isinstance(pictures, dict) and pictures:
        cell["attachments"] = pictures
    return cell


def _place_after(name: str | None, cells: list) -> int:
    places = (place for place, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == name)
    return next(places, -1) + 1 if name else 0


def _is_first(cell, before: list) -> bool:
    return bool(cell.get("id")) and all(cell["id"] != other.get("id") for other in before)


def edition(kind: str, stage: str, lesson: str) -> nbformat.NotebookNode:
    """A lesson as the build left it in the state folder, not to be changed; `kind` is "source" or "release"."""
    path = folders.state() / kind / stage / f"{lesson}.ipynb"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def read_submission(one: Submission) -> tuple[nbformat.NotebookNode | str, str]:
    """A notebook that was handed in, ready to run, or why it cannot be run; and the digest of what was read.

    The file is read once: `collect` may put a newer one in its place at any time, which then waits to be graded.
    """
    digest = ""
    try:
        if one.file.resolve() != one.file:
            return "it is a link: hand in the file itself", digest
        if one.file.stat().st_size > NOTEBOOK_BYTES:
            return f"it has more than {NOTEBOOK_BYTES >> 20} MiB", digest
        data = one.file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        notebook = nbformat.reads(data.decode(), as_version=4)
        if len(notebook.cells) > MOST_CELLS:
            return f"it has more than {MOST_CELLS:,} cells", digest
        notebook = mended(notebook, one.stage, one.lesson)
        return InjectParameters().preprocess(notebook, {"nbgrader": {"notebook": one.lesson}})[0], digest
    except Exception as error:  # whatever it holds, it must not stop the others
        return f"it cannot be read as a notebook ({type(error).__name__})", digest

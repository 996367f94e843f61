"""From lesson sources to learner editions: percent script → notebook → nbgrader's own release step → `notebooks/`.

The release is written in the state folder and only then copied, so that `notebooks/` is never half built; a file whose
content stays the same is not touched.
"""

import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import jupytext
import nbformat
from nbgrader import preprocessors
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_locked
from traitlets.config import Config

from grading.authoring import full_checks, items
from grading.authoring.frame import (
    CHECKS,
    FOLDED,
    binder_badge,
    closing_cells,
    data_table,
    lesson_table,
    opening_cells,
    prerequisite_graph,
    track_table,
)
from grading.authoring.needs import CORE, needs
from grading.authoring.rules import faults_of_edition, faults_of_source
from grading.records import folders
from grading.records.gradebook import gradebook, kept_open
from grading.records.nbgrader import base_config
from trainlib.course import Lesson
from trainlib.full_check import FILE

UNKNOWN_REPOSITORY = "OWNER/REPO"
README_MARKS = {  # what the build writes into the README stands between these
    "lessons": ("<!-- lessons: written by `make build` -->", "<!-- end of lessons -->"),
    "data": ("<!-- data: written by `make build` -->", "<!-- end of data -->"),
}
BROWSER_MARKS = {"browser": ("<!-- browser: written by `make build` -->", "<!-- end of browser -->")}  # docs/browser.md


class ClearAnswers(ClearSolutions):
    """nbgrader's own removal of solutions, which puts no error into a cell tagged `form`: its empty form stands
    there."""

    def preprocess_cell(self, cell, resources, index):
        if "form" not in cell.metadata.get("tags", []):
            return super().preprocess_cell(cell, resources, index)
        before, self.code_stub = self.code_stub, {"python": ""}
        try:
            cell, resources = super().preprocess_cell(cell, resources, index)
        finally:
            self.code_stub = before
        cell.source = cell.source.rstrip()
        return cell, resources


class LetRunAllPass(NbGraderPreprocessor):
    """Marks the cells that fail until an exercise is done, so that "Run all" goes on to the cells below them."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code" and "nbgrader" in cell.metadata:
            cell.metadata.tags = sorted({*cell.metadata.get("tags", []), "raises-exception"})
        return cell, resources


def read_source(path: Path) -> nbformat.NotebookNode:
    """A percent script as a notebook whose cells keep the ids of the script, so that every build gives the same
    bytes."""
    notebook = jupytext.read(path, fmt="py:percent")
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        if "id" not in cell.metadata:
            raise ValueError(
                f'{path.name}: a cell has no id in its header; write # %% id="…" above: {cell.source[:60]!r}'
            )
        cell["id"] = cell.metadata.pop("id")
        folded = cell.metadata.get("jupyter", {}).get("source_hidden")
        if folded or cell.source.startswith("lesson.quiz("):  # a quiz's answer stands in the call
            cell.metadata.update(FOLDED)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def source_notebook(row: Lesson) -> nbformat.NotebookNode:
    """The instructor's notebook of a lesson: its source, with the opening cells and the bank's questions in their
    places."""
    notebook = read_source(folders.root / "grading" / "source" / row.stage / f"{row.id}.py")
    notebook.cells[1:1] = opening_cells(row, needs(notebook))
    notebook.cells += closing_cells(row)
    if row.id in items.CHECKS:
        place = [cell["id"] for cell in notebook.cells].index(items.PLACE)
        notebook.cells[place : place + 1] = items.cells(row.id, notebook.cells[place].source)
        for cell in notebook.cells:
            if "folded" in cell.metadata.get("tags", []):
                cell.metadata.update(FOLDED)
    else:
        for cell in notebook.cells:
            if is_locked(cell) and cell.cell_type == "code":  # what it says of wrong answers gives right ones away
                cell.source = CHECKS + cell.source
                cell.metadata.update(FOLDED)
    return notebook


def configure(config: Config) -> None:
    """Tell nbgrader how to make a learner edition: the command here and the buttons of its Formgrader do the same."""
    config.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("write your answer in place of this line")'}
    config.ClearSolutions.text_stub = "*Write your answer in place of this line.*"
    config.GenerateAssignment.preprocessors = [
        preprocessors.LockCells,
        ClearAnswers,
        preprocessors.ClearOutput,
        preprocessors.CheckCellMetadata,
        preprocessors.ComputeChecksums,
        preprocessors.SaveCells,
        preprocessors.ClearHiddenTests,
        preprocessors.ClearMarkScheme,
        preprocessors.ComputeChecksums,
        LetRunAllPass,
        preprocessors.CheckCellMetadata,
    ]


def _release(stage: str) -> None:
    """nbgrader's release step for one stage, with its cells written to the gradebook: all together, or none."""
    config = base_config()
    configure(config)
    directory = CourseDirectory(config=config, assignment_id=stage)
    with kept_open() as kept:
        kept.begin()
        GenerateAssignment(coursedir=directory, config=config, force=True).start()
        kept.end(keep=True)


@contextmanager
def _quiet():
    """nbgrader reports each step as a log line; only what goes wrong is worth reading."""
    import logging

    logger = logging.getLogger("traitlets")
    before, logger.level = logger.level, logging.ERROR
    try:
        yield
    finally:
        logger.level = before


def editions() -> tuple[dict[Path, str], list[str]]:
    """What every built file must hold, by its path, and the faults found in sources and editions."""
    built, faults = {}, []
    gradebook().close()  # where it is new, it is quicker to make here than for nbgrader
    source, release = folders.state() / "source", folders.state() / "release"
    shutil.rmtree(source, ignore_errors=True)
    originals = {}
    for row in folders.lessons():
        originals[row.id] = source_notebook(row)
        faults += faults_of_source(row, originals[row.id])
        path = source / row.file
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(originals[row.id], path)
    for stage in sorted({row.stage for row in folders.lessons()}):
        with _quiet():
            _release(stage)
    for row in folders.lessons():
        text = (release / row.file).read_text(encoding="utf-8")
        faults += faults_of_edition(row, originals[row.id], nbformat.reads(text, as_version=4))
        built[folders.notebooks() / row.file] = text
    if any(row.id in items.CHECKS for row in folders.lessons()):
        built[folders.notebooks() / "questions.json"] = items.questions_file()
    if folders.table().full_check:
        built[folders.notebooks() / FILE] = full_checks.file(originals)
    index = folders.root / "grading" / "source" / "index.py"
    if index.exists():
        notebook = read_source(index)
        tables = {"LESSON_TABLE": lesson_table(), "TRACKS": track_table(), "PREREQUISITES": prerequisite_graph()}
        for cell in notebook.cells:
            for place, text in tables.items():
                cell.source = re.sub(rf"^{place}$", lambda _, text=text: text, cell.source, flags=re.MULTILINE)
        built[folders.notebooks() / "index.ipynb"] = nbformat.writes(notebook) + "\n"
    for page, tables in _tables(originals).items():
        if page.exists():
            text = page.read_text(encoding="utf-8")
            for name, table in tables.items():
                begin, end = (README_MARKS | BROWSER_MARKS)[name]
                before, rest = text.split(begin)
                text = f"{before}{begin}\n{table}\n{end}{rest.split(end)[1]}"
            built[page] = text
    return built, faults


def _tables(originals: dict[str, nbformat.NotebookNode]) -> dict[Path, dict[str, str]]:
    """What stands between the marks of each page: {page: {name of the marks: Markdown}}."""
    lessons = [binder_badge("index.ipynb"), track_table("notebooks/"), lesson_table("notebooks/")]
    readme = {"lessons": "\n\n".join(filter(None, lessons)), "data": data_table()}
    in_the_browser = [row for row in folders.lessons() if needs(originals[row.id]) == CORE]
    browser = {"browser": "\n".join(f"- {row.number} {row.title}: {row.promise}." for row in in_the_browser)}
    return {folders.root / "README.md": readme, folders.root / "docs" / "browser.md": browser}


def _strangers(built: dict[Path, str]) -> list[Path]:
    """Notebooks in `notebooks/` that no source makes."""
    return sorted(
        path
        for path in folders.notebooks().rglob("*.ipynb")
        if path not in built and ".ipynb_checkpoints" not in path.parts
    )


def build() -> list[str]:
    """Write every learner edition, the index and the README's table.

    Returns the faults found; with any, nothing is written.
    """
    built, faults = editions()
    if faults:
        return faults
    for path, text in built.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(folders.root)}")
    for path in _strangers(built):
        path.unlink()
        print(f"removed, as no source makes it: {path.relative_to(folders.root)}")
    if folders.table().repository == UNKNOWN_REPOSITORY:
        print(f"note: course.toml says {UNKNOWN_REPOSITORY}: badges and Colab work once it names the repository")
    return []


def check() -> list[str]:
    """Build in a throw-away state folder and say what differs from what is committed, and every fault.

    Writes nothing.
    """
    with tempfile.TemporaryDirectory() as folder, folders.state_in(Path(folder)):
        built, faults = editions()
    for path, text in built.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            faults.append(f"{path.relative_to(folders.root)} is not what its source makes: run `make build`")
    return faults + [
        f"{path.relative_to(folders.root)} is made by no source: run `make build`" for path in _strangers(built)
    ]

"""From lesson sources to learner editions: percent script → notebook → nbgrader's own release step → `notebooks/`.

The release is written in the state folder and only then copied, so that `notebooks/` is never half built; a file whose
content stays the same is not touched.
"""

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
from traitlets.config import Config

from grading.authoring import items
from grading.authoring.rules import faults_of_edition, faults_of_source
from grading.records import folders
from grading.records.nbgrader import base_config
from trainlib import data
from trainlib.course import Lesson, minutes_in_words

UNKNOWN_REPOSITORY = "OWNER/REPO"
README_MARKS = {  # what the build writes into the README stands between these
    "lessons": ("<!-- lessons: written by `make build` -->", "<!-- end of lessons -->"),
    "data": ("<!-- data: written by `make build` -->", "<!-- end of data -->"),
}
SETUP = """\
# @title Set-up: run this on Colab; elsewhere it does nothing
import sys

if "google.colab" in sys.modules:
    from importlib.metadata import version
    from pathlib import Path

    # Colab's own numpy and torch stay as they are
    Path("/tmp/keep.txt").write_text("".join(f"{{name}}=={{version(name)}}\\n" for name in ("numpy", "torch")))
    %pip install --quiet --constraint /tmp/keep.txt "trainlib @ git+https://github.com/{repository}@{branch}"
"""


FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab and in Colab


class ClearAnswers(ClearSolutions):
    """nbgrader's own removal of solutions, which puts no error into a cell tagged `form`: its empty form stands there."""

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
    """A percent script as a notebook whose cells keep the ids of the script, so that every build gives the same bytes."""
    notebook = jupytext.read(path, fmt="py:percent")
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        if "id" not in cell.metadata:
            raise ValueError(
                f'{path.name}: a cell has no id in its header; write # %% id="…" above: {cell.source[:60]!r}'
            )
        cell["id"] = cell.metadata.pop("id")
        if cell.source.startswith("lesson.quiz("):  # its answer stands in the call: folded until it is run
            cell.metadata.update(FOLDED)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def binder_badge(file: str) -> str:
    """A badge, in Markdown, that opens the learner's copy of a notebook on Binder."""
    course = folders.table()
    address = f"https://mybinder.org/v2/gh/{course.repository}/{course.branch}?urlpath=lab/tree/work/{file}"
    return f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({address})"


def opening_cells(row: Lesson) -> list[nbformat.NotebookNode]:
    """The two cells that the build writes below a lesson's title: badges with the lesson's facts, and the set-up."""
    course = folders.table()
    repository, branch, file = course.repository, course.branch, row.file.as_posix()
    colab = f"https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{file}"
    before = ", ".join(row.prerequisites) or "none"
    badges = (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab}) "
        f"{binder_badge(file)}\n\n"
        f"**Time** about {minutes_in_words(row.minutes)} · **Memory** {row.memory_mib} MiB · **Prerequisites** {before} · "
        f"**Skills** {', '.join(row.skills)}"
    )
    setup = SETUP.format(repository=repository, branch=branch).rstrip()
    return [
        nbformat.v4.new_markdown_cell(badges, id="badges"),
        nbformat.v4.new_code_cell(setup, id="set-up", metadata={"tags": ["set-up"], **FOLDED}),
    ]


def source_notebook(row: Lesson) -> nbformat.NotebookNode:
    """The instructor's notebook of a lesson: its source, with the opening cells and the bank's questions in their places."""
    notebook = read_source(folders.root / "grading" / "source" / row.stage / f"{row.id}.py")
    notebook.cells[1:1] = opening_cells(row)
    if row.id in items.CHECKS:
        place = [cell["id"] for cell in notebook.cells].index(items.PLACE)
        notebook.cells[place : place + 1] = items.cells(row.id, notebook.cells[place].source)
        for cell in notebook.cells:
            if "folded" in cell.metadata.get("tags", []):
                cell.metadata.update(FOLDED)
    return notebook


def lesson_table(link: str = "") -> str:
    """The table of lessons in Markdown; `link` is put before each lesson's path."""
    lines = ["| lesson | you will | time | memory | before it |", "|---|---|---|---|---|"]
    for stage in folders.stages():
        lines.append(f"| **{stage.title}** | *{stage.promise}* | | | |")
        for row in folders.lessons(stage.folder):
            before = ", ".join(name.split("_")[0] for name in row.prerequisites)
            title = f"[{row.number} {row.title}]({link}{row.file.as_posix()})"
            time = minutes_in_words(row.minutes)
            lines.append(f"| {title} | {row.promise} | {time} | {row.memory_mib} MiB | {before or 'none'} |")
    return "\n".join(lines)


def data_table() -> str:
    """The table of data sets and what one may do with them, in Markdown, from their cards."""
    lines = ["| data | licence | what a company may do |", "|---|---|---|"]
    cards = map(data.describe, data.names())
    return "\n".join([*lines, *(f"| `{card.name}` | {card.licence} | {card.company_may} |" for card in cards)])


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
    """nbgrader's release step for one stage, with its cells written to the gradebook."""
    config = base_config()
    configure(config)
    directory = CourseDirectory(config=config, assignment_id=stage)
    GenerateAssignment(coursedir=directory, config=config, force=True).start()


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
    index = folders.root / "grading" / "source" / "index.py"
    if index.exists():
        notebook = read_source(index)
        for cell in notebook.cells:
            cell.source = cell.source.replace("LESSON_TABLE", lesson_table())
        built[folders.notebooks() / "index.ipynb"] = nbformat.writes(notebook) + "\n"
    readme = folders.root / "README.md"
    if readme.exists():
        tables = {"lessons": f"{binder_badge('index.ipynb')}\n\n{lesson_table('notebooks/')}", "data": data_table()}
        text = readme.read_text(encoding="utf-8")
        for name, (begin, end) in README_MARKS.items():
            before, rest = text.split(begin)
            text = f"{before}{begin}\n{tables[name]}\n{end}{rest.split(end)[1]}"
        built[readme] = text
    return built, faults


def _strangers(built: dict[Path, str]) -> list[Path]:
    """Notebooks in `notebooks/` that no source makes."""
    return sorted(
        path
        for path in folders.notebooks().rglob("*.ipynb")
        if path not in built and ".ipynb_checkpoints" not in path.parts
    )


def build() -> list[str]:
    """Write every learner edition, the index and the README's table. Returns the faults found; with any, nothing is written."""
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
    """Build in a throw-away state folder and say what differs from what is committed, and every fault. Writes nothing."""
    with tempfile.TemporaryDirectory() as folder, folders.state_in(Path(folder)):
        built, faults = editions()
    for path, text in built.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            faults.append(f"{path.relative_to(folders.root)} is not what its source makes: run `make build`")
    return faults + [
        f"{path.relative_to(folders.root)} is made by no source: run `make build`" for path in _strangers(built)
    ]

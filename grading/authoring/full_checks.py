"""The hidden tests of all lessons as learners get them for `lesson.full_check`: not in the open text."""

from nbformat import NotebookNode

from grading.authoring.rules import HIDDEN
from trainlib.full_check import packed


def file(sources: dict[str, NotebookNode]) -> str:
    """The text of the file beside the learner editions, from the instructor's notebooks by lesson id."""
    found = {
        lesson: {
            cell.metadata.nbgrader.grade_id: "\n".join(HIDDEN.findall(cell.source))
            for cell in notebook.cells
            if cell.cell_type == "code" and HIDDEN.search(cell.source) and not cell.source.startswith("questions.")
        }
        for lesson, notebook in sources.items()
    }
    return packed({lesson: tests for lesson, tests in found.items() if tests})

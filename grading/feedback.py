"""What learners get back: nbgrader's feedback pages, without hidden tests, neither in the source nor in what they wrote."""

import re
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from traitlets.config import Config

from grading import course, log
from grading.autograde import has_error, is_curtain, is_graded, is_test, submitted
from grading.rules import HIDDEN

PASSED = "✓ the hidden tests passed"
FAILED = (
    "✗ a hidden test failed: your answer passes the checks above, but does not hold for other inputs.\n"
    "  Try it on other values and shapes, and on edge cases."
)
WITHHELD = "This output is left out: it shows a part of the hidden tests."
BUILT_IN = ("badges", "set-up")  # cells for the notebook's own use
STYLE = """
a.anchor-link { display: none; }
summary { display: list-item; cursor: pointer; color: #337ab7; }
.rendered_html table { margin: 0.6em 0; }
.rendered_html td, .rendered_html th { padding: 0.2em 0.9em 0.2em 0; vertical-align: top; }
.output_error pre { border-left: 4px solid #b3261e; background: #fdf1f0; }
.output_stdout pre { border-left: 4px solid #ccc; }
"""
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class ClearTests(ClearHiddenTests):
    """nbgrader's own removal of hidden tests, in test cells only: a learner may write its marks anywhere."""

    def preprocess_cell(self, cell, resources, index):
        return super().preprocess_cell(cell, resources, index) if is_test(cell) else (cell, resources)


class HideHidden(NbGraderPreprocessor):
    """Puts one neutral sentence in place of all that was written once the hidden tests had begun.

    Other outputs that quote a line of them (a later cell may print the history of its session) are left out as well.
    """

    def preprocess(self, notebook, resources):
        self.lines = hidden_lines(notebook)
        notebook.cells = [cell for cell in notebook.cells if cell.get("id") not in BUILT_IN]
        return super().preprocess(notebook, resources)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code":
            if is_test(cell):
                cell.outputs = _before_curtain(cell.outputs)
            cell.outputs = [self._checked(output) for output in cell.outputs if not _is_widget(output)]
        return cell, resources

    def _checked(self, output):
        text = ANSI.sub("", "\n".join(_strings(output)))
        if any(line in text for line in self.lines):
            return nbformat.v4.new_output("stream", name="stdout", text=WITHHELD)
        return output


class Style(NbGraderPreprocessor):
    """The page's looks: nbgrader's, without link marks, with room in tables and failed checks easy to find."""

    def preprocess(self, notebook, resources):
        resources["inlining"]["css"].append(STYLE)  # after the colours of code, which nbconvert's template puts there
        return notebook, resources


def hidden_lines(notebook) -> set[str]:
    """The telling lines of a lesson's hidden tests: over 20 characters, and not shown elsewhere in its test cells."""
    tests = [cell.source for cell in notebook.cells if is_test(cell)]
    hidden = {line.strip() for source in tests for part in HIDDEN.findall(source) for line in part.splitlines()}
    shown = {line.strip() for source in tests for line in HIDDEN.sub("", source).splitlines()}
    return {line for line in hidden - shown if len(line) > 20}


def _before_curtain(outputs: list) -> list:
    """The outputs of a test cell's visible part, and the verdict of the hidden one."""
    place = next((index for index, output in enumerate(outputs) if is_curtain(output)), None)
    if place is None:
        return outputs
    if has_error(outputs[place:]):
        verdict = nbformat.v4.new_output("error", ename="CheckFailed", evalue=FAILED, traceback=FAILED.splitlines())
    else:
        verdict = nbformat.v4.new_output("stream", name="stdout", text=PASSED)
    return [*outputs[:place], verdict]


def _is_widget(output) -> bool:
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})


def _strings(value) -> list[str]:
    """Every text in an output, whatever its form."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def configure(config: Config) -> None:
    """Tell nbgrader how to make feedback: the command here and the buttons of its Formgrader do the same."""
    config.GenerateFeedback.preprocessors = [HideHidden, ClearTests, GetGrades, Style]


def feedback(stage: str) -> tuple[list[Path], dict[tuple[str, str], str]]:
    """Write a page for each graded lesson of a stage.

    Returns the pages, and the reason for each (learner, lesson) that has none. ValueError where nothing is graded.
    """
    course.lessons(stage)  # refuses an unknown stage
    if not any((course.state() / "autograded").glob(f"*/{stage}/*.ipynb")):
        raise ValueError(f"nothing of {stage} has been graded: run `python -m grading autograde {stage}` first")
    pages, faults = [], {}
    for path in submitted(stage):
        learner, lesson = path.parent.parent.name, path.stem
        page = course.state() / "feedback" / learner / stage / f"{lesson}.html"
        page.unlink(missing_ok=True)  # it may tell of an earlier attempt
        if not is_graded(path):
            faults[learner, lesson] = "it has not been graded since it was handed in"
            continue
        with log.to_file():
            reason = _write_page(learner, stage, lesson)
        if reason:
            faults[learner, lesson] = reason
        else:
            pages.append(page)
    return pages, faults


def _write_page(learner: str, stage: str, lesson: str) -> str | None:
    config = course.nbgrader_config()
    directory = CourseDirectory(config=config, student_id=learner, assignment_id=stage, notebook_id=lesson)
    try:
        GenerateFeedback(coursedir=directory, config=config, force=True).start()
    except NbGraderException:
        return f"its page could not be made (see {log.path()})"
    return None

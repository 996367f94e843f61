"""What learners get back: nbgrader's feedback pages, without hidden tests, neither in the source nor in what they
wrote.

The pages of check-in and check-out say nothing before the learner has handed in check-out, and then the reason for
every choice: the second form is no measurement any more once somebody has seen the reasons of the first.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from jinja2 import ChoiceLoader, DictLoader
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from traitlets.config import Config

from grading.authoring import frame, items
from grading.marking import review_deck
from grading.marking.answers import chosen, filled_in, has_answers, has_checked_out
from grading.records import folders, log
from grading.records.folders import Submission
from grading.records.gradebook import kept_open
from grading.records.nbgrader import base_config
from grading.sandbox import markup
from grading.sandbox.engine import has_error, is_curtain, is_test
from trainlib.questions import CHECK_IN, CHECK_OUT, form, track_name

PASSED = "✓ the hidden tests passed"
FAILED = (
    "✗ a hidden test failed: your answer passes the checks above, but does not hold for other inputs.\n"
    "  Try it on other values and shapes, and on edge cases."
)
LATER = f"""\
# Received

Your answers are on record. What was right, and the reason for each choice, you get when you have handed in check-out,
lesson {CHECK_OUT[:4]}, with your answers: until then the questions still have to measure something.
"""
UNANSWERED = """\
# Not answered yet

Your name, your track or every answer is missing in this lesson, so nothing could be scored. Fill it in, save it and
hand in again. If your copy does not ask for a track, it is an older one: take the new edition.
"""
NOT_ALL_RAN = "**Not everything in this notebook was graded:** {}."
STYLE = """
a.anchor-link { display: none; }
summary { display: list-item; cursor: pointer; color: #337ab7; }
.rendered_html table { margin: 0.6em 0; }
.rendered_html td, .rendered_html th { padding: 0.2em 0.9em 0.2em 0; vertical-align: top; }
.reasons td:first-child { width: 30%; }
.reasons td:nth-child(2) { width: 12%; font-weight: bold; }
.output_error pre { border-left: 4px solid #b3261e; background: #fdf1f0; }
.output_stdout pre { border-left: 4px solid #ccc; }
"""
NO_MATHJAX = "{% macro mathjax() %}{% endmacro %}"
NOT_DESCRIBED = re.compile(r"<img\b(?![^>]*\salt=)")
NO_DESCRIPTION = "No description has been provided for this image"
WITHOUT_SCORES = ".panel-heading { display: none; }"


class ClearTests(ClearHiddenTests):
    """nbgrader's own removal of hidden tests, in test cells only: a learner may write its marks anywhere."""

    def preprocess_cell(self, cell, resources, index):
        return super().preprocess_cell(cell, resources, index) if is_test(cell) else (cell, resources)


class HideHidden(NbGraderPreprocessor):
    """Puts one neutral sentence in place of all that was written once the hidden tests had begun; says what did not
    run."""

    def preprocess(self, notebook, resources):
        notebook.cells = [cell for cell in notebook.cells if cell.get("id") not in frame.CELLS]
        if fault := notebook.metadata.get("trainlib", {}).get("fault"):
            notebook.cells.insert(0, nbformat.v4.new_markdown_cell(NOT_ALL_RAN.format(fault)))
        return super().preprocess(notebook, resources)

    def preprocess_cell(self, cell, resources, index):
        if is_test(cell):
            cell.outputs = _before_curtain(cell.outputs)
        return cell, resources


class ShowReasons(NbGraderPreprocessor):
    """Check-in and check-out: before check-out is handed in one sentence, afterwards each question with every
    reason."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        if names["notebook"] not in items.CHECKS:
            return notebook, resources
        answered = has_answers(notebook)
        if not (answered and has_checked_out(names["student"])):
            notebook.cells = [nbformat.v4.new_markdown_cell(LATER if answered else UNANSWERED)]
            names.update(score=0, max_score=0)
            resources["inlining"]["css"].append(WITHOUT_SCORES)
            return notebook, resources
        given = filled_in(notebook)
        own = items.forms(track_name(given["track"]))[form(given["learner"], names["notebook"])]
        asked = items.in_parts(own)
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_test(cell)}
        repeated = [items.questions_cell(part) for part in asked]
        notebook.cells = [cell for cell in notebook.cells if cell.get("id") not in repeated]
        for part, questions in asked.items():
            for number, item in enumerate(questions, start=1):
                said = nbformat.v4.new_output(
                    "display_data", {"text/html": items.reasons(item, chosen(given, part, number))}
                )
                cells[items.cell_name(part, number)].outputs = [said]
        return notebook, resources


class Style(NbGraderPreprocessor):
    """The page's looks: nbgrader's, without link marks, with room in tables and failed checks easy to find."""

    def preprocess(self, notebook, resources):
        resources["inlining"]["css"].append(STYLE)  # after the colours of code, which nbconvert's template puts there
        return notebook, resources


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


class Page(HTMLExporter):
    """nbgrader's page, which needs no network: without MathJax. All pages share the templates, once they are read."""

    templates = None

    def from_notebook_node(self, notebook, resources=None, **options):
        """As HTMLExporter does, but for what takes it a third of the time: to parse the whole page again, only to say
        where a picture has no description."""
        resources = self._init_resources(resources)
        widgets = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", widgets)
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        page, resources = super(HTMLExporter, self).from_notebook_node(notebook, resources, **options)
        return NOT_DESCRIBED.sub(f'<img alt="{NO_DESCRIPTION}"', page), resources

    def _create_environment(self):
        if Page.templates is None:
            Page.templates = super()._create_environment()
            Page.templates.loader = ChoiceLoader([DictLoader({"mathjax.html.j2": NO_MATHJAX}), Page.templates.loader])
        return Page.templates


def configure(config: Config) -> None:
    """Tell nbgrader how to make feedback: the command here and the buttons of its Formgrader do the same."""
    config.HTMLExporter.filters = {"markdown2html": markup.markdown2html}
    config.GenerateFeedback.exporter_class = Page
    config.GenerateFeedback.preprocessors = [HideHidden, ClearTests, GetGrades, ShowReasons, Style]


def feedback(stage: str) -> tuple[list[Path], dict[tuple[str, str], str]]:
    """Write a page for each graded lesson of a stage; with check-out's stage also that of check-in, which waited for
    it.

    Beside them lies what comes back in a learner's review (`review_deck`). Returns the pages, and the reason for each
    (learner, lesson) that has none. ValueError where nothing is graded.
    """
    folders.lessons(stage)  # refuses an unknown stage
    if not any((folders.state() / "autograded").glob(f"*/{stage}/*.ipynb")):
        raise ValueError(f"nothing of {stage} has been graded: run `python -m grading autograde {stage}` first")
    pages, faults = [], {}
    with kept_open(), log.to_file():
        for one in _due(stage):
            one.page.unlink(missing_ok=True)  # it may tell of an earlier attempt
            if not one.is_graded:
                faults[one.learner, one.lesson] = "it has not been graded since it was handed in"
            elif reason := _write_page(one):
                faults[one.learner, one.lesson] = reason
            else:
                pages.append(one.page)
        review_deck.write({page.parts[-3] for page in pages})
    return pages, faults


def _due(stage: str) -> Iterator[Submission]:
    """The submissions of which a page is to be written."""
    yield from folders.submissions(stage)
    stages = {row.id: row.stage for row in folders.lessons()}
    if stage == stages.get(CHECK_OUT):
        check_ins = (one for one in folders.submissions(stages[CHECK_IN]) if one.lesson == CHECK_IN)
        yield from (one for one in check_ins if has_checked_out(one.learner))


def _write_page(one: Submission) -> str | None:
    config = base_config()
    configure(config)
    directory = CourseDirectory(config=config, student_id=one.learner, assignment_id=one.stage, notebook_id=one.lesson)
    try:
        GenerateFeedback(coursedir=directory, config=config, force=True).start()
    except NbGraderException:
        return f"its page could not be made (see {log.path()})"
    return None

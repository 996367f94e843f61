"""What learners get back: nbgrader's feedback pages, without hidden tests, neither in the source nor in what they
wrote.

The pages of check-in and check-out say nothing before the learner has handed in check-out, and then the reason for
every choice: the second form is no measurement any more once somebody has seen the reasons of the first.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from itertools import count
from pathlib import Path

import nbformat
from jinja2 import ChoiceLoader, DictLoader, pass_context
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from grading.authoring import frame, items
from grading.marking import review_deck
from grading.marking.answers import chosen, filled_in, has_answers, has_checked_out
from grading.marking.exercises import HIDDEN
from grading.marking.known import PAGES, Known, says
from grading.marking.mend import edition
from grading.pages.page import render
from grading.records import folders, locks, log
from grading.records.folders import Submission
from grading.records.gradebook import kept_open
from grading.records.groups import Groups
from grading.records.nbgrader import base_config
from grading.sandbox import markup
from grading.sandbox.engine import has_error, is_curtain, is_test
from trainlib._files import write
from trainlib.questions import CHECK_IN, CHECK_OUT, form, track_name

PASSED = "✓ the hidden tests passed"
FAILED = f"✗ {HIDDEN}\n  Try it on other values and shapes, and on edge cases."
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
CELLS = "feedback_cells.html"
NOT_DESCRIBED = re.compile(r"<img\b(?![^>]*\salt=)")
NO_DESCRIPTION = "No description has been provided for this image"
CODE_COLOURS = {"light": "xcode", "dark": "lightbulb"}  # the styles of Pygments with a contrast of 4.5 and more
HIGHLIGHT = Highlight2HTML(pygments_lexer="ipython3")
LONGEST_KEPT = 20_000  # letters of a cell whose colours are kept for the next page


class Points(NbGraderPreprocessor):
    """What the gradebook says of each exercise and of the lesson, for the head of the page and of each test."""

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        one = Submission(names["student"], names["assignment"], names["notebook"])
        about = (resources.get("known") or Known()).about(resources.get("for", one.learner), one, notebook.cells)
        resources["about"], resources["comments"] = about, about.said
        resources["exercises"] = {each.cell: each for each in about.exercises}
        resources["sections"] = defaultdict(dict)
        for each in about.exercises:
            resources["sections"][each.place.section_cell][each.place.section_number] = each.section_anchor
        resources["lesson_texts"] = _texts(one.stage, one.lesson)
        return notebook, resources


@lru_cache(maxsize=64)
def _texts(stage: str, lesson: str) -> frozenset[str]:
    return frozenset(cell.source for cell in edition("release", stage, lesson).cells)


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
            resources["about"] = replace(resources["about"], exercises=())
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


@lru_cache(maxsize=4096)
def _kept_colours(source: str) -> str:
    return HIGHLIGHT(source)


def highlight_code(source: str, **_) -> str:
    """A cell of code in colours; many pages show the same cells."""
    return _kept_colours(source) if len(source) <= LONGEST_KEPT else HIGHLIGHT(source)


@pass_context
def markdown2html(context, source: str) -> str:
    """A cell's Markdown, sanitised. What the lesson itself says is rendered once, and stands on many pages."""
    if source not in context["resources"].get("lesson_texts", ()) or context.get("cell", {}).get("attachments"):
        return markup.markdown2html(context, source)
    if source not in Page.texts:
        made = markup.markdown2html(context, source)
        if markup.LEFT_OUT in made:
            return made
        Page.texts[source] = made
    return Page.texts[source]


def below_the_page(cell: str, anchors: dict[int, str] | None) -> str:
    """A cell's HTML whose headings have these ids, by their number, and stand a level lower: the page has the first."""
    number = count()
    named = lambda found: f'{found[0][:-1]} id="{anchors[own]}">' if (own := next(number)) in anchors else found[0]
    cell = re.sub("<h[2-6]>", named, cell) if anchors else cell
    return re.sub(r"(?<=<h)[1-5]|(?<=</h)[1-5]", lambda found: str(int(found[0]) + 1), cell)


@cache
def code_colours() -> dict[str, str]:
    """The style sheets for code, by theme."""
    made = {theme: HtmlFormatter(style=style) for theme, style in CODE_COLOURS.items()}
    return {theme: Markup("\n".join(one.get_token_style_defs(".highlight"))) for theme, one in made.items()}


class Page(HTMLExporter):
    """The page of a lesson, which needs no network. All pages share the templates, once they are read."""

    templates, texts = None, {}

    def from_notebook_node(self, notebook, resources=None, **options):
        """As HTMLExporter does, but for what takes it a third of the time: to parse the whole page again, only to say
        where a picture has no description."""
        resources = self._init_resources(resources)
        widgets = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("filter_data_type", widgets)
        self.register_filter("highlight_code", highlight_code)
        self.register_filter("markdown2html", markdown2html)
        self.register_filter("below_the_page", below_the_page)
        cells, resources = super(HTMLExporter, self).from_notebook_node(notebook, resources, **options)
        cells = Markup(NOT_DESCRIBED.sub(f'<img alt="{NO_DESCRIPTION}"', cells))
        about = resources["about"]
        values = {
            "title": f"Feedback: {about.lesson.number} {about.lesson.title}, {about.name}",
            "comments": {one.cell: Markup(markup.rendered(one.comment, {})) for one in about.exercises if one.comment},
            "notes": [Markup(markup.rendered(note, {})) for note in about.notes],
            "colours": code_colours(),
        }
        return render("feedback_page.html", about=about, cells=cells, **values), resources

    @property
    def default_config(self):
        own = Config({"CSSHTMLHeaderPreprocessor": {"enabled": False}})  # the page brings its own colours
        config = super().default_config
        config.merge(own)
        return config

    def _create_environment(self):
        if Page.templates is None:
            Page.templates = super()._create_environment()
            cells = DictLoader({self.template_file: (PAGES / CELLS).read_text(encoding="utf-8")})
            Page.templates.loader = ChoiceLoader([cells, Page.templates.loader])
        return Page.templates


class Writer(GenerateFeedback):
    """nbgrader's converter with what is known already, whose page is there whole or not at all.

    `learner` is whom it is for, which with groups may be another one than handed it in.
    """

    known: Known
    learner: str

    def init_single_notebook_resources(self, path):
        return super().init_single_notebook_resources(path) | {"known": self.known, "for": self.learner}

    def init_destination(self, *_) -> bool:
        return True  # nothing is removed first, which might be the page of another member

    def write_single_notebook(self, output, resources):
        names = resources["nbgrader"]
        write(Submission(self.learner, names["assignment"], names["notebook"]).page, output)


def configure(config: Config) -> None:
    """Tell nbgrader how to make feedback: the command here and the buttons of its Formgrader do the same."""
    config.HTMLExporter.filters = {"markdown2html": markup.markdown2html}
    config.GenerateFeedback.exporter_class = Page
    config.GenerateFeedback.preprocessors = [Points, HideHidden, ClearTests, ShowReasons]


def feedback(stage: str, known: Known | None = None) -> tuple[list[Path], dict[tuple[str, str], str]]:
    """Have a page for each graded lesson of a stage; with check-out's stage also that of check-in, which waited for it.

    A page that would say the same is not written again. Beside the pages lies what comes back in a learner's review
    (`review_deck`). Returns the pages, and the reason for each (learner, lesson) that has none. ValueError where
    nothing is graded.
    """
    folders.lessons(stage)  # refuses an unknown stage
    if not any((folders.state() / "autograded").glob(f"*/{stage}/*.ipynb")):
        raise ValueError(f"nothing of {stage} has been graded: run `python -m grading autograde {stage}` first")
    pages, faults = [], {}
    with locks.held("feedback"), kept_open(), log.to_file():
        known = known or Known()
        for one in _due(stage, known.groups):
            for learner in known.groups.members(one.learner, one.stage, one.lesson):
                if reason := _write_page(learner, one, known):
                    faults[learner, one.lesson] = reason
                else:
                    pages.append(replace(one, learner=learner).page)
        gone = {*(folders.state() / "feedback").glob(f"*/{stage}/*.html")} - {*pages}
        for page in gone:
            page.unlink()  # of somebody who has left a group, or whose work is gone
        review_deck.write({page.parts[-3] for page in {*pages, *gone}})
    return pages, faults


def _due(stage: str, groups: Groups) -> Iterator[Submission]:
    """The submissions of which a page is to be written."""
    yield from groups.submissions(stage)
    stages = {row.id: row.stage for row in folders.lessons()}
    if stage == stages.get(CHECK_OUT):
        check_ins = (one for one in folders.submissions(stages[CHECK_IN]) if one.lesson == CHECK_IN)
        yield from (one for one in check_ins if has_checked_out(one.learner))


def _write_page(learner: str, one: Submission, known: Known) -> str | None:
    """Have a learner's page of a submission as it is now. Returns why there is none, or None."""
    page = replace(one, learner=learner).page
    if not one.is_graded:
        page.unlink(missing_ok=True)  # it tells of an earlier attempt
        return "it has not been graded since it was handed in"
    if page.exists() and says(page) == known.made_from(learner, one):
        return None
    page.unlink(missing_ok=True)
    config = base_config()
    configure(config)
    directory = CourseDirectory(config=config, student_id=one.learner, assignment_id=one.stage, notebook_id=one.lesson)
    writer = Writer(coursedir=directory, config=config, force=True)
    writer.known, writer.learner = known, learner
    try:
        writer.start()
    except NbGraderException:
        return f"its page could not be made (see {log.path()})"
    return None

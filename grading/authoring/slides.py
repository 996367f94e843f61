"""Slides of a lesson for a trainer who teaches it live: one HTML file that needs no network, from the same source.

Each cell is a slide, and each heading in it begins another. What the audience does not see stands in the speaker's
notes (key S): hints, what a common slip means, and solutions. So the files are the trainer's, and are not published.
"""

import ast
import html
import importlib.resources
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
import nbformat
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML
from nbgrader.utils import is_grade, is_solution
from papermill.translators import translate_parameters
from pygments.formatters import HtmlFormatter

from grading.authoring import frame, items
from grading.authoring.build import source_notebook
from grading.authoring.executed import LIMITS, ran
from grading.authoring.rules import HIDDEN, SOLUTION
from grading.pages.page import render
from grading.records import folders
from grading.sandbox import markup
from grading.sandbox.engine import Limits
from trainlib._files import write
from trainlib.course import Lesson

HEADING = re.compile(r"^(?=#{1,4} )", re.MULTILINE)
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
TITLE = re.compile(r"^#{1,4} +(.+)\n?")
UNSEEN = (*frame.CELLS, "imports", "parameters")  # cells of which only what they show may be a slide
HIGHLIGHT = Highlight2HTML(pygments_lexer="ipython3")
REVEAL = "_static/revealjs"
LINES, COLUMNS = 24, 120  # what a slide holds without scrolling, where its letters are small
ROWS = 16  # of a table
DAY = 24 * 3600  # seconds, for lessons with their full parameters
FIRST_NOTE = (
    "These notes hold hints, common slips and solutions. The file is yours: do not give it to learners. Press S for "
    "this view. {parameters}"
)
SMALL = "Figures and outputs come from the small parameters of tests; numbers in the text are those of full runs."


@dataclass
class Slide:
    """What the audience sees, as HTML, and what the trainer alone sees."""

    title: str = ""
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exercise: bool = False


def slides(folder: Path, lessons: list[str], full: bool = False) -> list[Path]:
    """Write the slides of these lessons (ids or their numbers; all where none is named) into a folder.

    ValueError for a lesson that is not there, or a folder that `publish` would give away.
    """
    folder, chosen = Path(folder).resolve(), [_lesson(name) for name in lessons] or _all()
    if folder.is_relative_to(folders.root) and not folder.is_relative_to(folders.state()):
        raise ValueError(f"{folder} lies in the project, which is published: give a folder outside of it")
    written, limits = [], Limits(cell_seconds=DAY, notebook_seconds=DAY, memory_mib=LIMITS.memory_mib)
    notebooks = {row.id: _source(row, full) for row in chosen}
    for row, (_, notebook) in zip(chosen, ran(notebooks, limits if full else LIMITS)):
        path = folder / f"{row.id}.html"
        written.append(write(path, page(row, _without_error(row, notebook), full)))
        print(f"written: {path}", flush=True)
    return written


def _all() -> list[Lesson]:
    return [row for row in folders.lessons() if row.id not in items.CHECKS]


def _lesson(name: str) -> Lesson:
    found = [row for row in _all() if name in (row.id, row.number)]
    if not found:
        raise ValueError(f"{name!r} is no lesson with slides; these are: {', '.join(row.number for row in _all())}")
    return found[0]


def _source(row: Lesson, full: bool) -> nbformat.NotebookNode:
    """The instructor's notebook of a lesson, its tests put aside; `full` keeps its production parameters."""
    notebook = source_notebook(row)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in frame.CELLS]
    shown = nbformat.from_dict(notebook)
    for cell in shown.cells:
        if is_grade(cell) and not is_solution(cell):  # it shows nothing, and sets names that other cells use
            cell.metadata["test"], cell.source = cell.source, ""
        if cell.id == "parameters" and not full:
            cell.source += "\n" + translate_parameters("python3", "python", row.smoke, comment="Small")
    return shown


def _without_error(row: Lesson, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same notebook. ValueError where a cell of it failed that does not show an error on purpose."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                said = f"{output.ename}: {output.evalue}"[:300]
                raise ValueError(f"{row.id} does not run here, so it has no slides: {said}")
    return notebook


def page(row: Lesson, notebook: nbformat.NotebookNode, full: bool = False) -> str:
    """The slides of a notebook that has run."""
    static = importlib.resources.files("sphinx_revealjs") / REVEAL
    texts = {
        "script": "dist/reveal.js",
        "notes_plugin": "plugin/notes/notes.js",
        "style": "dist/reveal.css",
        "theme": "dist/theme/white.css",
    }
    parts = {name: (static / path).read_text(encoding="utf-8") for name, path in texts.items()}
    parts["theme"] = re.sub(r"@import [^;]+;", "", parts["theme"])  # fonts, which would be fetched
    parts["script"], parts["notes_plugin"] = (
        parts[name].replace("</script", "<\\/script") for name in ("script", "notes_plugin")
    )
    made = list(_slides(notebook.cells))
    made[0].notes.insert(0, f"<p><b>{FIRST_NOTE.format(parameters='' if full else SMALL)}</b></p>")
    colours = "\n".join(HtmlFormatter(style="xcode").get_token_style_defs(".highlight"))
    values = {name: Markup(text) for name, text in parts.items()}
    return render("slides.html", title=f"{row.number} {row.title}", slides=made, colours=Markup(colours), **values)


def _slides(cells: list) -> Iterator[Slide]:
    """Slides in the order of the cells. Hints, slips and solutions go to the notes of the slide that they follow."""
    markup.HELPERS.prepare()
    made = [Slide()]
    for cell in cells:
        if cell.cell_type == "markdown":
            _text(cell, made)
        elif is_grade(cell) and not is_solution(cell):
            if slips := likely(HIDDEN.sub("", cell.metadata["test"])):
                said = "".join(f"<li>{html.escape(slip)}</li>" for slip in slips)
                made[-1].notes.append(f"<p><b>Common slips</b></p><ul>{said}</ul>")
        elif cell.cell_type == "code":
            _code(cell, made)
    return (slide for slide in made if slide.title or slide.body or slide.notes)


def _text(cell, made: list[Slide]) -> None:
    """A slide for each heading of a text; what is folded there is a note, and so is a model answer."""
    for solution in SOLUTION.findall(cell.source):
        made[-1].notes.append("<p><b>A good answer</b></p>" + markup.rendered(solution, {}))
    for folded in DETAILS.findall(cell.source):
        made[-1].notes.append(markup.rendered(folded.replace("<details>", "<details open>"), {}))
    text = DETAILS.sub("", SOLUTION.sub("", cell.source))
    for part in filter(str.strip, HEADING.split(text)):
        found = TITLE.match(part)
        title = _plain(found[1]) if found else made[-1].title
        body = markup.rendered(TITLE.sub("", part), {})
        made.append(Slide(title, [body] if part[found.end() if found else 0 :].strip() else []))
        made[-1].exercise = bool(found) and title.startswith("Exercise")


def _plain(heading: str) -> str:
    return re.sub(r"[`*]|(?<!\\)\$", "", heading).strip()


def _code(cell, made: list[Slide]) -> None:
    """A cell of code and what it shows; of an answer the empty form, with the solution as a note."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden")
    source = SOLUTION.sub("...", cell.source) if is_solution(cell) else cell.source
    shown = [] if is_solution(cell) else [part for output in cell.outputs for part in _output(output)]
    body = [] if folded or cell.id in UNSEEN or not source.strip() else [HIGHLIGHT(source)]
    if not (body or shown):
        return
    slide = Slide(made[-1].title, body)
    if is_solution(cell):
        slide.exercise = True
        for solution in SOLUTION.findall(cell.source):
            slide.notes.append("<p><b>Solution</b></p>" + HIGHLIGHT(_dedented(solution)))
    made += [slide] if body else []
    made += [Slide(slide.title, parts) for parts in _shared_out(shown, _lines)]


def _shared_out(parts: list[str], lines: Callable[[str], int]) -> Iterator[list[str]]:
    """What is shown, in its order, as much on each slide as it holds; `lines` says how high a part is."""
    slide, filled = [], 0
    for part in parts:
        if slide and filled + lines(part) > LINES:
            yield slide
            slide, filled = [], 0
        slide.append(part)
        filled += lines(part)
    if slide:
        yield slide


def _lines(part: str) -> int:
    """About how many lines of text are as high as this piece of HTML, where all that is folded stays so."""
    part = DETAILS.sub("", part)
    if "<img" in part:
        return 16
    if rows := part.count("<tr"):
        return round(1.4 * rows)
    text = lxml.html.fragment_fromstring(part, create_parent="div").text_content()
    return sum(map(_broken, text.strip().splitlines()))


def _broken(line: str) -> int:
    """In how many lines a long one stands."""
    return 1 + len(line) // COLUMNS


def _dedented(text: str) -> str:
    lines = text.rstrip().splitlines()
    least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[least:] for line in lines)


def _output(output) -> list[str]:
    """An output as pieces of HTML; none for errors and what needs a kernel."""
    if output.output_type == "stream":
        return _texts(output.text) if output.name == "stdout" else []
    data = output.get("data", {})
    if "image/png" in data:
        alt = output.metadata.get("image/png", {}).get("alt") or output.metadata.get("alt") or ""
        return [f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{data["image/png"].strip()}">']
    if "text/html" in data and "application/vnd.jupyter.widget-view+json" not in data:
        return list(_pieces(markup.sanitised(data["text/html"])))
    return _texts(data["text/plain"]) if set(data) == {"text/plain"} else []


def _pieces(shown: str) -> Iterator[str]:
    """Markup in the pieces that it is made of, of a long table some rows each; a figure stays with its numbers."""
    whole = lxml.html.fragment_fromstring(shown, create_parent="div")
    text_between = any((text or "").strip() for text in [whole.text, *(element.tail for element in whole)])
    if "<img" in shown or text_between:
        yield shown
        return
    for element in whole:
        rows = 0 if element.tag == "details" else len(element.xpath(".//tbody/tr"))
        for start in range(0, max(1, rows), ROWS):
            piece = deepcopy(element)
            for place, row in enumerate(piece.xpath(".//tbody/tr") if rows else []):
                if place // ROWS != start // ROWS:
                    row.getparent().remove(row)
            yield lxml.html.tostring(piece, encoding="unicode")


def _texts(text: str) -> list[str]:
    """Printed text, in pieces of which each fits on a slide."""
    pieces = _shared_out(text.strip("\n").splitlines(), _broken)
    return [f"<pre>{html.escape(chr(10).join(piece))}</pre>" for piece in pieces]


def likely(source: str) -> list[str]:
    """The sentences by which a visible test names slips: what `likely` holds, and what it calls or looks up."""
    tree = ast.parse(source)
    own = {name: node for node in tree.body for name in _defined(node)}
    waiting = [word.value for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords
               if word.arg == "likely"]  # fmt: skip
    found, seen = {}, set()
    while waiting:
        node = waiting.pop(0)
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in own and part.id not in seen:
                seen.add(part.id)
                waiting.append(own[part.id])
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and len(part.value.split()) >= 4:
                found[part.value] = None
    return list(found)


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]

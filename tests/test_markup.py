"""What learners wrote, as HTML: it keeps its looks, and nothing in it runs or loads."""

import re
from html.parser import HTMLParser

import nbformat
import pytest

from grading.authoring import build
from grading.marking import mend
from grading.records import folders
from grading.sandbox.markup import LEFT_OUT, Budget, markdown2html, sanitised
from grading.sandbox.messages import as_output

RUN_OR_LOAD = {"embed", "iframe", "link", "meta", "object", "script", "style", "svg", "mglyph"}


class Elements(HTMLParser):
    """What a browser would find in markup that runs or loads something."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [tag] * (tag in RUN_OR_LOAD)
        for name, value in attributes:
            bad = name.startswith("on") or name == "src" and not value.startswith("data:image/")
            self.found += [f"{name}={value}"] * (bad or name == "href" and "script" in value)


def as_html(text, **cell):
    return markdown2html({"cell": cell}, text)


def test_markup_keeps_tables_and_pictures():
    kept = '<table border="1"><tr><td>1</td></tr></table><img src="data:image/png;base64,AA" alt="a line">'
    table = kept.replace("<tr>", "<tbody><tr>").replace("</tr>", "</tr></tbody>")
    boxed = table.replace("</table>", "</table></div>")
    assert sanitised(kept) == f'<div role="group" aria-label="table" tabindex="0">{boxed}'


def test_what_may_be_wide_scrolls_in_a_box_and_no_box_comes_from_a_text_or_cuts_a_formula():
    assert as_html("$$x$$").count('<div role="group" aria-label="formula" tabindex="0"><math') == 1
    assert "<div" not in sanitised("<img src='data:image/png;base64,AA' alt='<table x>'> &lt;table&gt; <code>a</code>")
    nested = '<math display="block"><mtext><math display="block"><mi>x</mi></math></mtext></math>'
    assert "<div" not in sanitised(nested)


def test_the_parser_of_these_tests_finds_what_runs_or_loads():
    assert Elements('<svg onload=x><img src=x><a href="javascript:x">').found == [
        "svg",
        "onload=x",
        "src=x",
        "href=javascript:x",
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "<script>x</script>",
        "<iframe src=x>",
        "<img src=x onerror=x>",
        '<img src="https://example.org/seen">',
        '<a href="javascript:x">there</a>',
        "[there](javascript:x)",
        "<svg onload=x>",
        "<style>x{}</style>",
        "<details ontoggle=x open>there</details>",
        "$\\text{<script>x</script>}$",
        "$\\text{<img src=x onerror=x>}$",
        "$\\href{javascript:x}{y}$",
        "<math><mtext><table><mglyph><style><img src=x onerror=x>",
        "```html\n<script>x</script>\n```",
    ],
)
def test_nothing_in_it_runs_or_loads(bad):
    for found in (sanitised(bad), as_html(bad), as_html(f"Look: {bad} and\n\n{bad}")):
        assert Elements(found).found == [], found


@pytest.mark.parametrize("row", folders.lessons(), ids=lambda row: row.id)
def test_every_formula_of_a_lesson_is_drawn_and_no_markup_of_it_is_lost(row):
    for cell in build.source_notebook(row).cells:
        if cell.cell_type == "markdown" and cell.id != "badges":
            text = re.sub(r"(?s)<pre.*?</pre>|<code.*?</code>", "", as_html(cell.source))
            assert not re.search(r"&lt;/?[a-z]", text)
            text = re.sub(r"(?s)<math.*?</math>", "", text)
            assert "$" not in text and "\\" not in text


def test_a_formula_is_mathml():
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">' in as_html("So $2x$ it is.")
    assert 'display="block"' in as_html("$$\nx < 1\n$$") and "<mfrac>" in as_html(
        r"\begin{equation}\frac{1}{2}\end{equation}"
    )


@pytest.mark.parametrize(
    "formula", ["{" * 400, "x" * 1001, r"\frac{", r"\begin{array}"], ids=["braces", "long", "open", "array"]
)
def test_a_formula_that_cannot_be_read_stays_as_it_was_written(formula):
    assert f"${formula}$" in as_html(f"Here: ${formula}$.")


def test_a_picture_is_shown_where_it_is_attached():
    text = "![a line](attachment:line.png) to see"
    assert 'src="data:image/png;base64,AA"' in as_html(text, attachments={"line.png": {"image/png": "AA"}})
    for attachments in ({}, {"line.png": {}}, {"line.png": 3}):
        assert "to see" in as_html(text, attachments=attachments)


@pytest.mark.parametrize(
    "mark",
    [
        '<div class="panel score">25 of 25</div>',
        '<p style="margin: -300px 0; color: red">25 of 25</p>',
        '<p id="x">x</p>',
    ],
)
def test_no_markup_takes_looks_or_a_place_of_the_page(mark):
    made = sanitised(mark)
    assert "class" not in made and "-300" not in made and "id=" not in made


def test_no_tag_of_a_cell_takes_looks_of_the_page(monkeypatch):
    monkeypatch.setattr(mend, "edition", lambda *_: nbformat.v4.new_notebook())
    tags = {"tags": ["x navbar-fixed-top", "parameters"], "trusted": True}
    own = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("25 of 25", metadata=tags)])
    assert mend.mended(own, "1_principles", "1-01_tiny").cells[0].metadata == {"tags": ["parameters"]}


def test_looks_of_tables_and_of_code_stay():
    assert '<table class="dataframe" style="margin: 1px;"' in sanitised('<table class="dataframe" style="margin: 1px">')
    assert 'class="highlight"' in as_html("```python\nx = 1\n```")


@pytest.mark.parametrize(
    "text", ["\\begin{a}" * 20_000, "[" * 50_000, "<style " * 50_000, "*a_" * 30_000, "![" * 30_000]
)
def test_text_that_takes_long_to_render_is_shown_as_it_was_written_or_left_out(text):
    budget = Budget(2)
    budget.spend("render", text, {})
    assert budget.left > -10
    assert "x" in as_html("x")  # the next one is rendered


def test_a_page_has_one_budget_for_all_of_its_cells():
    page = {"cell": {}, "resources": {"markup_budget": Budget(0)}}
    assert markdown2html(page, "**b** <i>") == f"<p>({LEFT_OUT})</p><pre>**b** &lt;i&gt;</pre>"


def test_an_output_that_is_markdown_is_kept_as_markup_without_scripts():
    said = as_output({"result": {"text/plain": "Card()", "text/markdown": "**rows**: 3 <script>alert(1)</script>"}})
    assert "<strong>rows</strong>" in said.data["text/html"] and "<script" not in said.data["text/html"]
    assert set(said.data) == {"text/plain", "text/html"}

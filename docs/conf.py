"""Sphinx's settings. `python -m grading site` prepares the sources and calls it (see grading/authoring/site.py)."""

import ast
import re
import sys
import textwrap
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import trainlib  # noqa: E402
from grading.records import folders  # noqa: E402

project = folders.table().title
author = "the trainlib contributors"
html_title = project
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "attrs_inline"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header", "epub.unknown_project_files"]
if tags.has("partial"):  # noqa: F821  (Sphinx gives it) links to lessons that are not built
    suppress_warnings += ["myst.xref_missing"]

html_theme = "furo"
html_static_path = ["site", *(str(path) for path in [Path(sys.argv[-2]) / "static"] if path.is_dir())]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_sourcelink = False
html_math_renderer = "mathml"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

version = release = trainlib.__version__
copyright = "the trainlib contributors, CC BY 4.0 (code: MIT)"
epub_show_urls = "no"
epub_basename = "course"
epub_theme = "epub"
epub_tocdepth = 2

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True


def as_restructured(app, what, name, obj, options, lines):
    """Docstrings are read as text: a name in backticks is code, a block that is indented stays as it is laid out, a
    table is a table, and nothing else is markup."""
    lines[:] = "\n\n".join(map(as_block, re.split(r"\n\s*\n", "\n".join(lines).strip("\n")))).splitlines()


def as_block(text):
    if all(line.startswith("|") for line in text.splitlines()):
        return as_table(text)
    if re.search("^[*-] ", text, re.MULTILINE):
        return as_list(text)
    if re.search(r"^\s", text, re.MULTILINE):
        return f".. code-block:: {language_of(textwrap.dedent(text))}\n\n{textwrap.indent(text, '    ')}"
    return as_line(text)


def as_list(text):
    before, *points = re.split("^[*-] ", text, flags=re.MULTILINE)
    points = "\n".join(f"- {as_line(' '.join(point.split()))}" for point in points)
    return "\n\n".join(filter(None, [as_line(before.strip()), points]))


def language_of(text):
    try:
        ast.parse(text)
        return "python"
    except SyntaxError:  # a formula, or a line for a terminal
        return "text"


def as_table(text):
    head, _, *rows = [[as_line(cell.strip()) for cell in line.strip("|").split("|")] for line in text.splitlines()]
    lines = [f"   {'* -' if place == 0 else '  -'} {cell}" for row in (head, *rows) for place, cell in enumerate(row)]
    return "\n".join([".. list-table::", "   :header-rows: 1", "", *lines])


def as_line(text):
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(f"`{one}`" if one.startswith("`") else re.sub(r"([\\*|_])", r"\\\1", one) for one in parts)


def inline_formula(self, node):
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def formula(self, node):
    self.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


MENDED = {  # what screen readers miss in the pages of theme and extensions
    'class="caption" role="heading">': 'class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer': '<aside aria-label="On this page" class="toc-drawer',
    ' aria-label="Toggle hidden content"': "",
    '<th class="head"><p></p></th>': "<td></td>",  # the corner of a table heads nothing
    '<div id="search-results">': '<h1>Search</h1>\n<div id="search-results">',
}
MENU = re.compile(r'<label class="((?:nav|toc)-overlay-icon[^"]*)" for="(\w+)">(.*?)</label>', re.DOTALL)


def as_button(menu):
    said = "All pages" if menu[2] == "__navigation" else "On this page"
    named = f'data-menu="{menu[2]}" aria-label="{said}" aria-expanded="false"'
    return f'<button type="button" class="{menu[1]}" {named}>{menu[3]}</button>'


def mend(app, error):
    for path in Path(app.outdir).rglob("*.html") if app.builder.name == "html" and not error else ():
        text = path.read_text(encoding="utf-8")
        for theirs, ours in MENDED.items():
            text = text.replace(theirs, ours)
        text = MENU.sub(as_button, text)
        path.write_text(text, encoding="utf-8")


def setup(app):
    app.connect("build-finished", mend)
    app.add_html_math_renderer("mathml", (inline_formula, None), (formula, None))
    app.connect("autodoc-process-docstring", as_restructured)

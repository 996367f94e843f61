"""What learners wrote, as HTML that is safe to open: on feedback pages and in the Formgrader.

An instructor's browser is signed in to the gradebook: a script in an answer could change every grade. So nothing that runs
or loads comes through, and formulas are drawn without MathJax, which would be fetched from the network.
"""

import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MATHML = {
    "math": ["display", "xmlns"],
    "mi": ["mathvariant"],
    "mo": ["fence", "form", "maxsize", "minsize", "movablelimits", "separator", "stretchy"],
    "mover": ["accent"],
    "mspace": ["width"],
    "mstyle": ["displaystyle", "scriptlevel"],
    "mtable": ["columnalign", "rowspacing"],
} | dict.fromkeys("mfrac mn mrow msqrt mroot msub msubsup msup mtd mtext mtr munder munderover".split(), [])
TAGS = bleach.ALLOWED_TAGS | set(
    "br caption code col colgroup dd del details div dl dt figure h1 h2 h3 h4 h5 h6 hr img p pre s small span sub summary "
    "sup table tbody td tfoot th thead tr".split()
)
ATTRIBUTES = {
    "*": ["class", "style", "title"],  # no id: the Formgrader's own scripts find their elements by it
    "a": ["href"],
    "details": ["open"],
    "img": lambda _, name, value: (
        name in ("alt", "width", "height") or name == "src" and value.startswith("data:image/")
    ),
    "table": ["border"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
}
STYLES = ["max-width", "width", "height", "margin", "padding", "color", "font-weight", "text-align", "border"]
LONGEST_FORMULA = 1000


def sanitised(markup: str) -> str:
    """HTML without anything that runs, loads or covers the page."""
    markup = bleach.clean(
        re.sub(r"(?is)<(style|script)\b.*?</\1\s*>", "", markup),
        tags=TAGS | set(MATHML),
        attributes=ATTRIBUTES | MATHML,
        protocols=["data", "http", "https"],
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
    )
    return re.sub(r"<img(?![^>]* src=)[^>]*>", "", markup)


class Renderer(IPythonRenderer):
    """nbconvert's, with formulas as MathML, which browsers draw by themselves; one that cannot be read stays TeX."""

    def inline_math(self, body):
        return _mathml(body, "inline") or super().inline_math(body)

    def block_math(self, body):
        return _mathml(body, "block") or super().block_math(body)

    def latex_environment(self, name, body):
        return _mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block") or super().latex_environment(name, body)


def _mathml(formula: str, display: str) -> str:
    """A formula as MathML. Empty where it cannot be read: a learner's may be anything."""
    try:
        return convert(formula, display=display) if len(formula) <= LONGEST_FORMULA else ""
    except Exception:
        return ""


@pass_context
def markdown2html(context, source: str) -> str:
    """In place of nbconvert's filter of this name: a cell's Markdown as HTML, sanitised."""
    pictures = context.get("cell", {}).get("attachments", {})
    try:
        return sanitised(MarkdownWithMath(Renderer(escape=False, attachments=pictures)).render(source))
    except Exception:  # such as a picture that is not attached
        return sanitised(
            MarkdownWithMath(Renderer(escape=True, attachments={})).render(re.sub(r"attachment:", "", source))
        )

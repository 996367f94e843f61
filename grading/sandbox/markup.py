"""What learners wrote, as HTML that is safe to open: on feedback pages and in the Formgrader.

An instructor's browser is signed in to the gradebook: a script in an answer could change every grade. So nothing that
runs or loads comes through, and formulas are drawn without MathJax, which would be fetched from the network. It is
all done in a child with a budget of CPU time for each piece and for all of a notebook: what takes longer is shown as
text, or left out.
"""

import html
import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.token import STANDARD_TYPES

from grading.sandbox.budget import Helpers, Spent

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
    "br caption code col colgroup dd del details div dl dt figure h1 h2 h3 h4 h5 h6 hr img p pre s small span sub "
    "summary sup table tbody td tfoot th thead tr".split()
)
CLASSES = {"table": {"dataframe"}, "div": {"highlight"}, "span": set(STANDARD_TYPES.values())}


def _class_or_style(tag: str, name: str, value: str) -> bool:
    """No id, by which the Formgrader's scripts find their elements; no class that a page's own style places."""
    return name in ("style", "title") or name == "class" and set(value.split()) <= CLASSES.get(tag, set())


ATTRIBUTES = {
    "*": _class_or_style,
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
SECONDS, SECONDS_OF_ALL = 5, 20  # of CPU, for one piece and for a notebook
LONGEST_FORMULA, LONGEST_TEXT = 1000, 20_000
LEFT_OUT = "Left out: this could not be made safe to show in a reasonable time."


class Styles(CSSSanitizer):
    """Declarations of `STYLES`, but for those that would move something over its neighbours."""

    def sanitize_css(self, style: str) -> str:
        return super().sanitize_css(re.sub(r"[^;]*-\s*[\d.][^;]*(;|$)", "", style))


class Budget:
    """What the markup of one notebook may still cost."""

    def __init__(self, seconds: float = SECONDS_OF_ALL):
        self.left = seconds

    def spend(self, name: str, *arguments) -> str | None:
        """What the child makes of it; None where that takes too long, or cannot be done."""
        if self.left <= 0:
            return None
        try:
            made, seconds = HELPERS(name, min(SECONDS, self.left), *arguments)
        except Spent:
            self.left -= SECONDS
            return None
        except ValueError:
            return None
        self.left -= seconds
        return made


def sanitised(markup: str, budget: Budget | None = None) -> str:
    """HTML without anything that runs, loads or covers the page."""
    made = (budget or Budget()).spend("sanitise", markup)
    return f"<p>({LEFT_OUT})</p>" if made is None else made


def _sanitise(markup: str) -> str:
    made = bleach.clean(
        _without_code(markup),
        tags=TAGS | set(MATHML),
        attributes=ATTRIBUTES | MATHML,
        protocols=["data", "http", "https"],
        css_sanitizer=Styles(allowed_css_properties=STYLES, allowed_svg_properties=[]),
    )
    return _boxed(re.sub(r"<img(?![^>]* src=)[^>]*>", "", made))


def _boxed(made: str) -> str:
    """Tables and formulas in boxes that scroll by themselves, and that the keyboard reaches.

    A `<` in an attribute's value is escaped by now, so that each of these is a tag.
    """
    box = '<div role="group" aria-label="{}" tabindex="0">'
    made = re.sub(r"<table\b", box.format("table") + r"\g<0>", made).replace("</table>", "</table></div>")
    formula = r'<math\b[^>]*\bdisplay="block".*?</math>'
    is_whole = lambda found: found[0].count("<math") == 1
    boxed = lambda found: f"{box.format('formula')}{found[0]}</div>" if is_whole(found) else found[0]
    return re.sub(formula, boxed, made, flags=re.DOTALL)


def _without_code(markup: str) -> str:
    """HTML without its scripts and style sheets, read once from left to right."""
    kept, place, low = [], 0, markup.lower()
    for found in re.finditer(r"<(style|script)\b", low):
        if found.start() < place:
            continue
        end = low.find(f"</{found[1]}", found.end())
        if end < 0:
            break
        kept.append(markup[place : found.start()])
        place = low.find(">", end) + 1 or len(markup)
    return "".join([*kept, markup[place:]])


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
    return rendered(source, context.get("cell", {}).get("attachments", {}), _budget_of(context))


def rendered(source: str, pictures: dict, budget: Budget | None = None) -> str:
    """Markdown as HTML, sanitised; `pictures` are the attachments of its cell."""
    made = (budget or Budget()).spend("render", source, pictures)
    return f"<p>({LEFT_OUT})</p><pre>{html.escape(source[:LONGEST_TEXT])}</pre>" if made is None else made


def _budget_of(context) -> Budget:
    """That of the page that is being made."""
    resources = context.get("resources")
    return resources.setdefault("markup_budget", Budget()) if isinstance(resources, dict) else Budget()


def _render(source: str, pictures: dict) -> str:
    def markdown(text: str, **options) -> str:
        renderer = Renderer(exclude_anchor_links=True, **options)
        return _sanitise(MarkdownWithMath(renderer).render(text))

    try:
        return markdown(source, escape=False, attachments=pictures)
    except Exception:  # such as a picture that is not attached
        return markdown(re.sub(r"attachment:", "", source), escape=True, attachments={})


WORK = {"sanitise": _sanitise, "render": _render}
HELPERS = Helpers(__name__)

"""The frame and looks that all pages share (`page.html`), and the parts of which a report is made."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True)
class Part:
    """One part of a page. The first `texts` columns of its table are words, the others numbers."""

    finding: str = ""
    text: tuple[str, ...] = ()
    list: tuple[tuple[str, str], ...] = ()
    figures: tuple[Markup, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    texts: int = 1
    small: tuple[str, ...] = ()
    command: str = ""
    id: str = ""
    name: str = ""


def render(template: str, **values) -> str:
    """A page from a template of this folder; what people wrote is escaped."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

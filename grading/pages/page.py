"""What the pages of plan and report share: their frame and looks (`page.html`), numbers as people write them, figures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from trainlib import figures
from trainlib.measure import Score

BEYOND = 1.5  # how far an interval is drawn: farther out it says "not known" anyhow


def render(template: str, **values) -> str:
    """A page from a template of this folder; what people wrote is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(values)


def picture(figure, alt: str) -> Markup:
    """A figure for a page; `alt` stands for it."""
    return Markup(figures.markup(figure, alt))


def points(share: float) -> str:
    """A skill or gain: 0.285, and 0 without a sign."""
    return f"{share:.3f}" if abs(share) >= 0.0005 else "0"


def small(number: float) -> str:
    """Two digits that count, never as 5e-06."""
    return np.format_float_positional(number, precision=2, fractional=False, trim="-")


def money(amount: float, currency: str) -> str:
    return f"{amount:,.0f} {currency}".strip()


def short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def interval(value: float | Score, low: float = np.nan, high: float = np.nan, digits: int = 2) -> str:
    """A number with its interval: 0.31 (0.25 to 0.37)."""
    if isinstance(value, Score):
        value, low, high = value.value, value.low, value.high
    if np.isnan(value):
        return "–"
    if not np.isfinite([low, high]).all():
        return f"{_rounded(value, digits)} (no bounds)"
    return f"{_rounded(value, digits)} ({_rounded(low, digits)} to {_rounded(high, digits)})"


def _rounded(number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    return (text.lstrip("-") if float(text.replace(",", "")) == 0 else text).replace("-", "−")


def dots(
    rows: Sequence[tuple[str, float, float, float]],
    *,
    title: str,
    label: str,
    limits: tuple[float, float],
    line: tuple[float, str] | None = None,
    plain: tuple[Sequence[float], str] | None = None,
    width: float = 6.8,
):
    """A figure with a row for each (name, value, low, high): a dot on its interval, cut at `limits`, an arrow outside.

    `line`: a number that all are compared with, and what it is; `plain`: further values, hollow, and what they are.
    """
    figure, axes = figures.new(width=width, height=1.05 + 0.21 * len(rows) + 0.25 * bool(line or plain))
    for place, (_, value, low, high) in enumerate(rows):
        ends = np.clip([low, high], limits[0] - BEYOND, limits[1] + BEYOND)
        axes.plot(ends, [place, place], "-", color=figures.COLOURS[0], linewidth=2.5, alpha=0.65)
        marker = "<" if value < limits[0] else ">" if value > limits[1] else "o"
        axes.plot(np.clip(value, *limits), place, marker, color=figures.COLOURS[0], markersize=5, clip_on=False)
    if plain is not None:
        looks = {"linestyle": "none", "marker": "o", "markersize": 7, "markerfacecolor": "none"}
        axes.plot(plain[0], range(len(rows)), color=figures.COLOURS[1], label=plain[1], **looks)
    if line is not None:
        axes.axvline(line[0], color=figures.COLOURS[1], linestyle="--", linewidth=1.5, label=line[1])
    axes.set_yticks(range(len(rows)), [short(row[0], 30) for row in rows], fontsize=9)
    axes.set(xlim=limits, ylim=(len(rows) - 0.4, -0.6))
    axes.set_xlabel(label, fontsize=10)
    axes.tick_params(axis="x", labelsize=9)
    axes.set_title(title, loc="left", fontsize=11)
    axes.grid(False, axis="y")
    if line is not None or plain is not None:
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure

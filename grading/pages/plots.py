"""Figures of pages, each with a text that stands for it."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

from grading.pages.numbers import interval, short
from trainlib import figures

BEYOND = 1.5  # how far an interval is drawn: farther out it says "not known" anyhow


def picture(figure, alt: str, data: tuple[Sequence, Sequence[Sequence]] | None = None) -> Markup:
    """A figure for a page; `alt` stands for it, and `data`, names of columns and rows, in full (see
    `figures.markup`)."""
    made = figures.markup(figure, alt, data).replace("<details>", '<details class="numbers">')
    label = escape(f"Numbers: {alt.partition(':')[0].partition('.')[0]}")
    box = Markup('<div class="wide" role="region" aria-label="{}" tabindex="0"><table>').format(label)
    return Markup(made.replace("<table>", box).replace("</table>", "</table></div>"))


def numbers(rows: Sequence[tuple[str, float, float, float]], label: str) -> tuple[Sequence, Sequence[Sequence]]:
    """The data of `dots` as a table."""
    return ("name", label), [(name, interval(*values)) for name, *values in rows]


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

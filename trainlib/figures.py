"""Figures that can be read in light and dark themes, without colour vision, and without eyes."""

import base64
import html
import io
import re
from collections.abc import Sequence

import numpy as np
from cycler import cycler
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

__all__ = ["COLOURS", "STYLE", "TEXT", "markup", "new", "show"]

# Okabe and Ito's colours for colour-blind readers, without those that vanish on white; every one keeps a contrast of
# at least 3 to 1 on white and on JupyterLab's dark background, and grey text at least 4 to 1 (WCAG 2.2, large text: 3).
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
TEXT = "#7A7A7A"
FEW, MOST_TOLD = 6, 24  # points of a line, and lines or bars, that are told one by one
STYLE = {
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=["-", "--", "-.", ":"]),
    "axes.edgecolor": TEXT,
    "axes.labelcolor": TEXT,
    "axes.titlecolor": TEXT,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "font.size": 11,
    "legend.frameon": False,
    "legend.labelcolor": TEXT,
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
}


def new(columns: int = 1, width: float = 7.0, height: float = 4.0):
    """An empty figure, `width` × `height` inches, and its axes: one, or an array of `columns` side by side.

    It belongs to no window and is shown by `show` alone, so a notebook never draws it twice. The course's style becomes
    matplotlib's default, because legends and texts take their colours when they are added.
    """
    import matplotlib

    matplotlib.rcParams.update(STYLE)
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns)


def markup(figure: Figure, alt: str, data: tuple[Sequence, Sequence[Sequence]] | None = None) -> str:
    """A figure as an HTML image, and below it, folded, what it shows in numbers.

    `alt` stands for the image: it says what the figure shows and what is found in it. `data` are the names of columns
    and the rows of a table; without them the figure's own lines, bars and points are told in words. Empty data add
    nothing: a table beside the figure says the same.
    """
    if not isinstance(alt, str) or len(alt.split()) < 4:
        raise ValueError(f"alt is {alt!r}; it must say in a sentence what the figure shows and what is found in it")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    picture = base64.b64encode(buffer.getvalue()).decode()
    numbers = _told(figure) if data is None else _table(*data) if data else ""
    return (
        f'<img src="data:image/png;base64,{picture}" alt="{html.escape(alt, quote=True)}" '
        f'style="max-width:100%;width:{round(figure.get_figwidth() * 100)}px">'
    ) + (f"<details><summary>This figure in numbers</summary>{numbers}</details>" if numbers else "")


def show(figure: Figure, alt: str) -> None:
    """Display a figure with the text that stands for it (see `markup`)."""
    from IPython.display import HTML, display

    display(HTML(markup(figure, alt)))


def _table(header: Sequence, rows: Sequence[Sequence]) -> str:
    cells = lambda kind, row: "".join(f"<{kind}>{html.escape(str(cell))}</{kind[:2]}>" for cell in row)
    lines = [cells('th scope="col"', header)]
    lines += [cells('th scope="row"', row[:1]) + cells("td", row[1:]) for row in rows]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _told(figure: Figure) -> str:
    """A list of what is drawn in each of a figure's axes."""
    said = []
    for axes in figure.axes:
        parts = [*map(_of_line, axes.lines), *map(_of_bars, axes.containers), *map(_of_points, axes.collections)]
        parts += [f"a map of {_range(image.get_array())}" for image in axes.images]
        title = axes.get_title() or axes.get_title(loc="left")
        head = ", ".join(filter(None, [title, axes.get_xlabel() and f"across: {axes.get_xlabel()}",
                                       axes.get_ylabel() and f"up: {axes.get_ylabel()}"]))  # fmt: skip
        said += [f"<li>{html.escape(text)}</li>" for text in [head, *parts][: 1 + MOST_TOLD] if text]
    return f"<ul>{''.join(said)}</ul>"


def _named(axis, value: float) -> str:
    """A place on an axis, by its tick's name where it has one that is no number."""
    for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels()):
        if np.isclose(place, value) and not re.fullmatch(r"[-−\d.,]*", label.get_text()):
            return label.get_text().replace("\n", " ")
    return f"{value:.4g}"


def _range(values) -> str:
    values = np.ma.compressed(np.ma.masked_invalid(np.ma.asarray(values, dtype=float)))
    return f"{values.min():.4g} to {values.max():.4g}" if len(values) else "no numbers"


def _label(artist, what: str) -> str:
    label = str(artist.get_label() or "")
    return what if label.startswith("_") or not label else label


def _of_line(line) -> str:
    """A line's ends, and its least and most; of one that only marks a place, the place."""
    axes = line.axes
    x, y = (np.asarray(values, dtype=float) for values in (line.get_xdata(orig=False), line.get_ydata(orig=False)))
    if line.get_transform() != axes.transData:  # axvline and axhline
        upright = line.get_transform() == axes.get_xaxis_transform(which="grid")
        axis, value = (axes.xaxis, x[0]) if upright else (axes.yaxis, y[0])
        return f"{_label(line, 'a line')}: at {_named(axis, value)}"
    if not len(x):
        return ""
    name, at = _label(line, "a line" if len(x) > 1 else "a point"), lambda i: (
        f"{_named(axes.xaxis, x[i])}, {_named(axes.yaxis, y[i])}"
    )  # fmt: skip
    if len(x) <= FEW:
        return f"{name}: {'; '.join(map(at, range(len(x))))}"
    return f"{name}: {len(x)} points from {at(0)} to {at(-1)}; up and down {_range(y)}"


def _of_bars(bars) -> str:
    if not isinstance(bars, BarContainer) or not len(bars):
        return ""
    lying = bars.orientation == "horizontal"
    axis = bars[0].axes.yaxis if lying else bars[0].axes.xaxis
    middle = lambda bar: bar.get_y() + bar.get_height() / 2 if lying else bar.get_x() + bar.get_width() / 2
    length = lambda bar: bar.get_width() if lying else bar.get_height()
    shown = [f"{_named(axis, middle(bar))} {length(bar):.4g}" for bar in bars]
    return f"{_label(bars, 'bars')}: " + (
        "; ".join(shown) if len(bars) <= MOST_TOLD else f"{len(bars)} bars of {_range([*map(length, bars)])}"
    )


def _of_points(points) -> str:
    if not isinstance(points, PathCollection) or not len(points.get_offsets()):
        return ""
    places = np.ma.asarray(points.get_offsets())
    across, up = _range(places[:, 0]), _range(places[:, 1])
    return f"{_label(points, 'points')}: {len(places)} points, across {across}, up {up}"

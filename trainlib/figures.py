"""Figures that can be read in light and dark themes, without colour vision, and without eyes."""

import base64
import html
import io

from cycler import cycler
from matplotlib.figure import Figure

__all__ = ["COLOURS", "STYLE", "TEXT", "markup", "new", "show"]

# Okabe and Ito's colours for colour-blind readers, without those that vanish on white; every one keeps a contrast of
# at least 3 to 1 on white and on JupyterLab's dark background, and grey text at least 4 to 1 (WCAG 2.2, large text: 3).
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"]
TEXT = "#7A7A7A"
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


def markup(figure: Figure, alt: str) -> str:
    """A figure as an HTML image. `alt` stands for it: it says what the figure shows and what is found in it."""
    if not isinstance(alt, str) or len(alt.split()) < 4:
        raise ValueError(f"alt is {alt!r}; it must say in a sentence what the figure shows and what is found in it")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    picture = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<img src="data:image/png;base64,{picture}" alt="{html.escape(alt, quote=True)}" '
        f'style="max-width:100%;width:{round(figure.get_figwidth() * 100)}px">'
    )


def show(figure: Figure, alt: str) -> None:
    """Display a figure with the text that stands for it (see `markup`)."""
    from IPython.display import HTML, display

    display(HTML(markup(figure, alt)))

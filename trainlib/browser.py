"""The course in a browser: a lesson's first cell there loads what the lesson needs (JupyterLite with Pyodide)."""

import sys
from importlib import metadata
from importlib.util import find_spec

__all__ = ["NotLoaded", "load"]

BY_PYODIDE = ("numpy", "scipy", "pandas", "matplotlib", "sklearn")  # come with Pyodide, compiled for browsers
READY = (
    "Ready. Your work is kept in this browser alone, until its site data are deleted. Take a copy along: save, then "
    "right-click the notebook in the file list → Download."
)


class NotLoaded(ImportError):
    """What could not be loaded, in words. In a notebook only its message is shown, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


async def load() -> None:
    """Load the packages that trainlib's core needs. NotLoaded says which are missing, and what to do."""
    import piplite

    needed = [need.partition(";")[0] for need in metadata.requires("trainlib") if ";" not in need]
    try:
        await piplite.install(needed)
    except Exception as fault:  # micropip raises many kinds, for a lost network as for a missing file
        raise NotLoaded(_why(fault)) from None
    if missing := missing_here():
        raise NotLoaded(_why(f"{', '.join(missing)} not found"))
    print(READY)


def missing_here() -> list[str]:
    """Which of the packages that come with Pyodide are not there."""
    return [name for name in BY_PYODIDE if find_spec(name) is None]


def _why(fault: object) -> str:
    last = (str(fault).strip().splitlines() or [type(fault).__name__])[-1]
    return (
        f"This lesson cannot run here yet: {', '.join(missing_here()) or 'a package'} could not be loaded.\n"
        f"They come with Pyodide, Python {sys.version.split()[0]} for browsers, from the place that this page was "
        "built with. Without a network, or where that place is blocked, they are missing.\nConnect, choose Kernel → "
        "Restart Kernel and run this cell again; or install the course on your machine.\n"
        f"The reason given: {last}"
    )

"""Where the chatter of nbgrader and its libraries goes: a log file in the state folder, so that the terminal shows outcomes."""

import logging
from contextlib import contextmanager
from pathlib import Path

from grading.records import folders

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def path() -> Path:
    """The log file of the state that is in use."""
    return folders.state() / "grading.log"


@contextmanager
def to_file():
    """Log to `path()` for a while, Python's warnings included, and nothing to the terminal."""
    handler = logging.FileHandler(path(), encoding="utf-8")
    handler.setFormatter(logging.Formatter(FORMAT))
    root, traitlets = logging.getLogger(), logging.getLogger("traitlets")
    before = traitlets.level
    root.addHandler(handler)
    traitlets.setLevel(logging.INFO)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        traitlets.setLevel(before)
        root.removeHandler(handler)
        handler.close()

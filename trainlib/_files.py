"""Files that are there whole or not at all, also after a crash or on a full disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["replacing", "write"]


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """An open file that takes the place of `path` at the end. Where anything fails, what was there stays as it was.

    What is no file, such as /dev/stdout, cannot be replaced, and is written to.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        with open(path, "wb") as file:
            yield file
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    try:
        with open(partial, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write(path: str | Path, content: str | bytes) -> Path:
    """Put content, text as UTF-8, in the place of what the file held. OSError leaves that as it was."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return Path(path)

"""A file is there whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from trainlib import _files


@pytest.mark.parametrize("where", ["fsync", "replace", "write"])
def test_where_writing_fails_the_file_of_before_stays_and_nothing_is_left_beside_it(tmp_path, monkeypatch, where):
    path = _files.write(tmp_path / "a" / "file.txt", "before")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if where != "write":
        monkeypatch.setattr({"fsync": os, "replace": Path}[where], where, full)
    with pytest.raises(OSError, match="No space"), _files.replacing(path) as file:
        file.write(b"after")
        if where == "write":
            full()
    assert path.read_text() == "before" and [*path.parent.iterdir()] == [path]


def test_what_is_no_file_is_written_to_and_a_folder_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    _files.write(tmp_path / "pipe", "said")
    assert os.read(reader, 9) == b"said" and (tmp_path / "pipe").is_fifo()
    os.close(reader)
    with pytest.raises(IsADirectoryError):
        _files.write(tmp_path, "said")


def test_text_is_written_as_utf_8_and_in_the_place_of_what_was_there(tmp_path):
    for content in ("longer than what comes", "naïve"):
        _files.write(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == "naïve".encode()

"""Read folders and zips that others made, without trusting a byte of them. Nothing is unpacked to disk.

What cannot be read safely is refused one by one, each with its reason, and the rest is taken: links, names that lead out
of their folder, encrypted files, files that unpack to too much. A zip may hold zips, as a download from a learning
platform holds what learners uploaded; theirs may hold no further ones.
"""

import io
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

FILE_BYTES = 20 * 2**20  # a lesson whose figures are saved in it has under 5 MB
ZIP_FILES, ZIP_BYTES = 1000, 200 * 2**20  # of one person
ALL_FILES, ALL_BYTES = 20_000, 2 * 2**30  # of everybody
RATIO, RATIO_BYTES = 300, 2**20  # notebooks shrink to a third or a thirtieth, bombs to a thousandth
NAME_BYTES = 255  # of one part of a path, as in every common file system
LINK = "it is a link: hand in the file itself"
TOO_LARGE = f"it has more than {FILE_BYTES // 2**20} MiB: clear the outputs and hand in again"
TOO_MUCH = f"it holds more than {ZIP_FILES} files or {ZIP_BYTES // 2**20} MiB"
TOO_MUCH_IN_ALL = f"with it there are more than {ALL_FILES} files or {ALL_BYTES // 2**30} GiB: collect in parts"
PERSON = re.compile(r".+?_\d+(?=_)")  # how platforms begin the name of each file: the name and number of who sent it
DRIVE = re.compile(r"[A-Za-z]:")  # of Windows
IGNORED = ("__MACOSX", "Thumbs.db", "desktop.ini")


class Refused(Exception):
    """Something that was handed in and cannot be taken; the message is the reason, for the instructor."""


@dataclass(frozen=True)
class File:
    """One file that was handed in: the zip it came from, its path there, and how to get its contents and time (UTC)."""

    origin: str
    path: str
    read: Callable[[], tuple[bytes, datetime]]

    def __str__(self) -> str:
        return f"{self.origin}/{self.path}" if self.origin else self.path


@dataclass
class _Purse:
    """What may still be read of everything that is collected at once."""

    files: int = ALL_FILES
    size: int = ALL_BYTES

    def spend(self, size: int) -> None:
        self.files -= 1
        self.size -= size
        if self.files < 0 or self.size < 0:
            raise Refused(TOO_MUCH_IN_ALL)


def files(path: Path, refused: list[tuple[str, str]]) -> Iterator[File]:
    """The files in a zip or folder, zips in it opened. What cannot be taken is added to `refused`, with the reason."""
    purse = _Purse()
    if path.is_file():
        yield from _of_zip(path, path.name, refused, purse)
        return
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_dir() and not file.is_symlink() or _is_ignored(name):
            continue
        try:
            if file.is_symlink() or not file.is_file():
                raise Refused(LINK)
            _check_name(name)
            if file.suffix.lower() == ".zip":
                yield from _of_zip(file, name, refused, purse)
            else:
                yield File("", name, partial(_read_file, file, purse))
        except Refused as reason:
            refused.append((name, str(reason)))


def utc(local: datetime) -> datetime:
    """A local time as nbgrader keeps times: UTC, without saying so."""
    return local.astimezone(UTC).replace(tzinfo=None)


def _is_ignored(name: str) -> bool:
    return any(
        part in IGNORED or part.startswith(".") and not part.startswith("..") for part in PurePosixPath(name).parts
    )


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or DRIVE.match(name):
        raise Refused("its path leads out of the folder that it is unpacked in")
    if not name.isprintable() or any(len(part.encode(errors="replace")) > NAME_BYTES for part in path.parts):
        raise Refused("its name is too long, or holds characters that cannot be seen")


def _read_file(file: Path, purse: _Purse) -> tuple[bytes, datetime]:
    try:
        if (size := file.stat().st_size) > FILE_BYTES:
            raise Refused(TOO_LARGE)
        purse.spend(size)
        return file.read_bytes(), utc(datetime.fromtimestamp(file.stat().st_mtime))
    except (OSError, ValueError, OverflowError) as error:
        raise Refused(f"it cannot be read: {error}") from None


def _of_zip(
    source: Path | BinaryIO, name: str, refused: list[tuple[str, str]], purse: _Purse, inner: bool = False
) -> Iterator[File]:
    try:
        with zipfile.ZipFile(source) as archive:
            for group, members in _groups(archive, inner).items():
                if len(members) > ZIP_FILES or sum(member.file_size for member in members) > ZIP_BYTES:
                    refused.append((f"{name}/{group}" if group else name, TOO_MUCH))
                    continue
                for member in members:
                    try:
                        yield from _of_member(archive, member, name, refused, purse, inner)
                    except Refused as reason:
                        refused.append((f"{name}/{member.filename}", str(reason)))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        refused.append((name, f"it cannot be read as a zip: {error}"))


def _groups(archive: zipfile.ZipFile, inner: bool) -> dict[str, list[zipfile.ZipInfo]]:
    """The files of a zip by who seems to have sent them: the folder, or how a platform begins the file's name."""
    groups = defaultdict(list)
    for member in archive.infolist():
        if not member.is_dir() and not _is_ignored(member.filename):
            folder, _, file = member.filename.rpartition("/")
            person = PERSON.match(file)
            groups["" if inner else f"{folder}/{person[0]}" if person else folder].append(member)
    return groups


def _of_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    origin: str,
    refused: list[tuple[str, str]],
    purse: _Purse,
    inner: bool,
) -> Iterator[File]:
    """One file of a zip, or those of the zip that it is."""
    _check_name(member.filename)
    if not member.filename.lower().endswith(".zip"):
        yield File(origin, member.filename, partial(_read_member, archive, member, purse))
    elif inner:
        raise Refused("it is a zip within a zip that was handed in: hand in its files")
    else:
        data, _ = _read_member(archive, member, purse, ZIP_BYTES)
        yield from _of_zip(io.BytesIO(data), f"{origin}/{member.filename}", refused, purse, inner=True)


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, purse: _Purse, most: int = FILE_BYTES
) -> tuple[bytes, datetime]:
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Refused(LINK)
    if member.flag_bits & 1:
        raise Refused("it is locked with a password")
    if member.file_size > most:
        raise Refused(TOO_LARGE)
    if member.file_size > max(RATIO_BYTES, RATIO * member.compress_size):
        raise Refused(f"it unpacks to more than {RATIO} times its size, as bombs do: clear the outputs")
    purse.spend(member.file_size)
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)  # no more, whatever size the zip claims
        saved = utc(datetime(*member.date_time))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error) as error:
        raise Refused(f"it cannot be unpacked: {error}") from None
    if len(data) > most:
        raise Refused(TOO_LARGE)
    return data, saved

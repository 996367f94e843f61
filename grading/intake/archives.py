"""Read folders and zips that others made, without trusting a byte of them. Nothing is unpacked to disk.

What cannot be read safely is refused one by one, each with its reason, and the rest is taken: links, names that lead
out of their folder, encrypted files, files that unpack to too much. A zip may hold zips, as a download from a
learning platform holds what learners uploaded; theirs may hold no further ones.
"""

import hashlib
import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
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
    """One file that was handed in: the zip it came from, its path there, and how to get its contents and time (UTC).

    The time is None where its zip tells none. `arrived` is when the instructor's side had it at the latest, as the file
    system says of the zip on the disk, or None where only the learner's side says a time.
    `zip_mark` tells this zip from every other one, also of the same name.
    """

    origin: str
    path: str
    read: Callable[[], tuple[bytes, datetime | None]]
    arrived: datetime | None = None
    zip_mark: str = ""

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


@dataclass(eq=False)
class _Zip:
    """A zip that can be read at any time: it is opened again where another one was read in between.

    `open_ones` is shared by all: of each depth the one that is open.
    """

    name: str
    source: Callable[[], Path | BinaryIO]
    purse: _Purse
    open_ones: dict[int, tuple["_Zip", zipfile.ZipFile]]
    arrived: datetime | None
    depth: int = 0

    @cached_property
    def mark(self) -> str:
        """Eight signs that tell this zip from every other one, from the names and checksums in it."""
        members = sorted((member.filename, member.CRC, member.file_size) for member in self.opened().infolist())
        return hashlib.sha256(repr(members).encode(errors="replace")).hexdigest()[:8]

    def opened(self) -> zipfile.ZipFile:
        last, archive = self.open_ones.get(self.depth, (None, None))
        if last is not self:
            if archive is not None:
                del self.open_ones[self.depth]
                archive.close()
            archive = zipfile.ZipFile(self.source())
            self.open_ones[self.depth] = self, archive
        return archive


def files(path: Path, refused: list[tuple[str, str]]) -> Iterator[File]:
    """The files in a zip or folder, zips in it opened. What cannot be taken is added to `refused`, with the reason.

    Each can be read as soon as it comes, and at any later time.
    """
    purse, open_ones = _Purse(), {}
    if path.is_file():
        yield from _of_zip(_Zip(path.name, lambda: path, purse, open_ones, _changed(path)), refused)
        return
    for file in sorted(path.rglob("*")):
        name = _plain(file.relative_to(path).as_posix())
        if file.is_dir() and not file.is_symlink() or _is_ignored(name):
            continue
        try:
            if file.is_symlink() or not file.is_file():
                raise Refused(LINK)
            _check_name(name)
            if file.suffix.lower() == ".zip":
                yield from _of_zip(_Zip(name, partial(Path, file), purse, open_ones, _changed(file)), refused)
            else:
                yield File("", name, partial(_read_file, file, purse))
        except Refused as reason:
            refused.append((name, str(reason)))


def _changed(file: Path) -> datetime | None:
    """When a file was written last, by the file system's word (UTC)."""
    try:
        return utc(datetime.fromtimestamp(file.stat().st_mtime, UTC))
    except (OSError, ValueError, OverflowError):
        return None


def _plain(name: str) -> str:
    """A path with each letter in its one form, which macOS takes apart, and with slashes where Windows has others."""
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def utc(local: datetime) -> datetime:
    """A time, local where it does not say of which zone it is, as nbgrader keeps times: UTC, without saying so."""
    return local.astimezone(UTC).replace(tzinfo=None)


def _is_ignored(name: str) -> bool:
    return any(
        part in IGNORED or part.startswith(".") and not part.startswith("..") for part in PurePosixPath(name).parts
    )


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or DRIVE.match(name):
        raise Refused("its path leads out of the folder that it is unpacked in")
    if not name.isprintable() or any(len(part.encode(errors="replace")) > NAME_BYTES for part in path.parts):
        raise Refused("its name is too long, or holds characters that cannot be seen")


def _read_file(file: Path, purse: _Purse) -> tuple[bytes, datetime | None]:
    try:
        if (size := file.stat().st_size) > FILE_BYTES:
            raise Refused(TOO_LARGE)
        purse.spend(size)
        return file.read_bytes(), _changed(file)
    except (OSError, ValueError, OverflowError) as error:
        raise Refused(f"it cannot be read: {error}") from None


def _of_zip(archive: _Zip, refused: list[tuple[str, str]]) -> Iterator[File]:
    try:
        groups = _groups(archive.opened(), archive.depth > 0)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        refused.append((archive.name, f"it cannot be read as a zip: {_why(error)}"))
        return
    for group, members in groups.items():
        if len(members) > ZIP_FILES or sum(member.file_size for member in members) > ZIP_BYTES:
            refused.append((f"{archive.name}/{group}" if group else archive.name, TOO_MUCH))
            continue
        for member in members:
            try:
                yield from _of_member(archive, member, refused)
            except Refused as reason:
                refused.append((f"{archive.name}/{member.filename}", str(reason)))


def _why(error: Exception) -> str:
    """What an error says, without the path that the system adds: a learner may read it."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's path, whatever wrote it: macOS does not say that its names are UTF-8."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            pass
    return _plain(name)


def _groups(archive: zipfile.ZipFile, inner: bool) -> dict[str, list[zipfile.ZipInfo]]:
    """The files of a zip by who seems to have sent them: the folder, or how a platform begins the file's name."""
    groups = defaultdict(list)
    for member in archive.infolist():
        name = _name(member)
        if not name.endswith("/") and not _is_ignored(name):
            folder, _, file = name.rpartition("/")
            person = PERSON.match(file)
            groups["" if inner else f"{folder}/{person[0]}" if person else folder].append(member)
    return groups


def _of_member(archive: _Zip, member: zipfile.ZipInfo, refused: list[tuple[str, str]]) -> Iterator[File]:
    """One file of a zip, or those of the zip that it is."""
    name = _name(member)
    _check_name(name)
    if not name.lower().endswith(".zip"):
        yield File(archive.name, name, partial(_read_member, archive, member), archive.arrived, archive.mark)
    elif archive.depth:
        raise Refused("it is a zip within a zip that was handed in: hand in its files")
    else:
        _read_member(archive, member, ZIP_BYTES)  # refuses what is too large, and spends
        source = partial(_again, archive, member)
        inner = f"{archive.name}/{name}"
        yield from _of_zip(_Zip(inner, source, archive.purse, archive.open_ones, archive.arrived, depth=1), refused)


def _again(archive: _Zip, member: zipfile.ZipInfo) -> BinaryIO:
    return io.BytesIO(archive.opened().read(member))


def _read_member(archive: _Zip, member: zipfile.ZipInfo, most: int = FILE_BYTES) -> tuple[bytes, datetime | None]:
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Refused(LINK)
    if member.flag_bits & 1:
        raise Refused("it is locked with a password")
    if member.file_size > most:
        raise Refused(TOO_LARGE)
    if member.file_size > max(RATIO_BYTES, RATIO * member.compress_size):
        raise Refused(f"it unpacks to more than {RATIO} times its size, as bombs do: clear the outputs")
    archive.purse.spend(member.file_size)
    try:
        with archive.opened().open(member) as file:
            data = file.read(most + 1)  # no more, whatever size the zip claims
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, KeyError, zlib.error) as error:
        raise Refused(f"it cannot be unpacked: {_why(error)}") from None
    if len(data) > most:
        raise Refused(TOO_LARGE)
    return data, _saved(member)


def _saved(member: zipfile.ZipInfo) -> datetime | None:
    """When a member was saved (UTC), by the clock that wrote the zip; None where it tells none, as one of 1980."""
    if (seconds := _unix_time(member.extra)) is not None:
        return utc(datetime.fromtimestamp(seconds, UTC))
    try:
        return utc(datetime(*member.date_time)) if member.date_time[0] > 1980 else None
    except (ValueError, OverflowError, OSError):
        return None


def _unix_time(extra: bytes) -> int | None:
    """The time that many programs add to a zip in UTC: its main time is local, and does not say where."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return struct.unpack("<i", extra[5:9])[0]
        extra = extra[4 + size :]
    return None

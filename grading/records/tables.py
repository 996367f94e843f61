"""Tables as CSV files, which people open in a spreadsheet, and those that they write there."""

import csv
import io
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from trainlib._files import replacing
from trainlib.course import learner_name

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a text begins that a spreadsheet would run


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table and return its number of rows. What was there is replaced at once or not at all.

    Texts that a spreadsheet would take for a formula are marked as texts by an apostrophe (OWASP, CSV injection);
    numbers stay numbers, and None becomes an empty cell.
    """
    lines = [[_harmless(value) for value in row] for row in (header, *rows)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path = Path(path).resolve() if Path(path).is_file() else Path(path)  # what a link names, and not the link
    with replacing(path) as file:
        if path.is_file():
            shutil.copymode(path, file.name)
        file.write(text.getvalue().encode())
    return len(lines) - 1


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def read_people(path: Path) -> list[tuple[int, dict]]:
    """The rows of a table with a column `learner`, with their lines, as a spreadsheet saves them: with commas,
    semicolons or tabs, marked or not."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not a text in UTF-8: save it as such") from None
    text = unicodedata.normalize("NFC", text)
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count))
    reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or []]
    if "learner" not in reader.fieldnames:
        raise ValueError(
            f"{path.name} has no column learner: its first line names the columns, such as learner,name,email"
        )
    return [(reader.line_num, row) for row in reader]


def read_roster(path: Path) -> dict[str, dict]:
    """The rows of learners.csv by learner, without those that a spreadsheet leaves empty. ValueError names the line of
    a name that is none, or that stands there twice."""
    found, lines = {}, {}
    for line, row in read_people(path):
        if not any(isinstance(value, str) and value.strip() for value in row.values()):
            continue
        try:
            learner = learner_name((row["learner"] or "").strip())
        except ValueError as fault:
            raise ValueError(f"{path.name}, line {line}: {fault}") from None
        if (first := lines.setdefault(folded(learner), line)) != line:
            raise ValueError(f"{path.name}, line {line}: {learner} stands in line {first} too; a row is a person")
        found[learner] = row
    return found


def folded(name: str) -> str:
    """A name as file systems that know no capitals see it: whoever has the same is one folder there."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())

"""Tables as CSV files, which people open in a spreadsheet."""

import csv
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a text begins that a spreadsheet would run


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table and return its number of rows. What was there is replaced at once or not at all.

    Texts that a spreadsheet would take for a formula are marked as texts by an apostrophe (OWASP, CSV injection);
    numbers stay numbers, and None becomes an empty cell.
    """
    lines = [[_harmless(value) for value in row] for row in (header, *rows)]
    path = Path(path).resolve() if Path(path).is_file() else Path(path)
    to_a_file = path.is_file() or not path.exists()  # and not, say, /dev/stdout, which cannot be replaced
    draft = path.with_name(f"{path.name}.partial") if to_a_file else path
    with open(draft, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
        file.flush()
        if to_a_file:
            os.fsync(file.fileno())
    if path.is_file():
        shutil.copymode(path, draft)
    if to_a_file:
        draft.replace(path)
    return len(lines) - 1


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

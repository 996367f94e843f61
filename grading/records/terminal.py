"""Tables and texts as a terminal shows them."""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grading.records.glance import Row


def score_table(found: "Sequence[Row]") -> str:
    """Rows of the gradebook as a table for the terminal."""
    header = ("learner", "lesson", "score", "of", "tests", "of", "waits for you")
    body = [
        (row.learner, row.lesson)
        + tuple(f"{value:g}" for value in (row.score, row.max_score, row.automatic, row.automatic_max))
        + (f"{row.to_grade} cell{'s' if row.to_grade > 1 else ''}" if row.to_grade else "",)
        for row in found
    ]
    return text_table(header, body)


def in_words(late: timedelta) -> str:
    """How late, as a person says it: "2 days 3 h", "1 day 0 h 5 min", "5 h 10 min"; no minute is left out."""
    minutes = math.ceil(late / timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    in_day = f"{hours} h {minutes} min" if minutes or not days else f"{hours} h"
    return f"{days} day{'s' if days > 1 else ''} {in_day}" if days else in_day


def visible(text: str, code: Callable[[str], str] = repr) -> str:
    """A text of learners, such as a path or a reason, that can do nothing to a terminal: what is not printed is shown
    as its `code`, which stands between quotes."""
    shown = (letter if letter.isprintable() or letter == "\n" else code(letter)[1:-1] for letter in str(text))
    return "".join(shown).encode(errors="backslashreplace").decode()


def line(text: str) -> str:
    """The same as one line: a name with a line break in it would look like two outcomes, one of them made up."""
    return visible(str(text).replace("\n", "\\n"))


def text_table(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Columns of text, numbers to the right. Whatever stands in them, it is printed and does nothing else."""
    lines = [[line(cell) for cell in row] for row in (header, *body)]
    body = lines[1:]
    widths = [max(len(row[column]) for row in lines) for column in range(len(header))]
    numeric = [all(_is_number(row[column]) for row in body) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width) for cell, width, number in zip(row, widths, numeric)
        ).rstrip()
        for row in lines
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()

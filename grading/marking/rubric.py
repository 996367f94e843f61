"""What the points of an open question are for, as its lesson says above it: in a table, or in a sentence.

| 1 point each for | full marks need |      | points | for |      *Rubric, 3 points:* a choice (1) · its reason (2).
|---|---|                                 |---|---|
| prices | with a source |                | 2 | a reason |
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import nbformat

NUMBER = r"(\d+(?:\.\d+)?|\d?½)"
SAME = re.compile(rf"^\|\s*{NUMBER} points? each for\s*\|", re.MULTILINE)
OWN = re.compile(r"^\|\s*points\s*\|\s*for\s*\|", re.MULTILINE)
ROW = re.compile(r"^\|([^|]+)\|([^|]*)\|$")
SENTENCE = re.compile(r"\*Rubric[^*]*:\*(.*)", re.DOTALL)
PART = re.compile(rf"(.+?)\s*\({NUMBER}\)", re.DOTALL)


@dataclass(frozen=True)
class Box:
    """One thing that an answer gets points for, and what full marks need of it."""

    name: str
    points: float
    needs: str = ""


def boxes(task: str, points: float) -> tuple[Box, ...]:
    """The boxes of the rubric in an open question's Markdown.

    None where there is no rubric, or where its parts do not make the `points` of the question: then a number says it.
    """
    found = _of_table(task) or _of_sentence(task)
    return found if found and math.isclose(sum(box.points for box in found), points) else ()


def _of_table(task: str) -> tuple[Box, ...]:
    if same := SAME.search(task):
        return tuple(Box(name, _number(same[1]), needs) for name, needs in _rows(task[same.start() :]))
    if own := OWN.search(task):
        rows = _rows(task[own.start() :])
        return tuple(Box(name, _number(value)) for value, name in rows if re.fullmatch(NUMBER, value))
    return ()


def _rows(table: str) -> list[tuple[str, str]]:
    """The rows of a Markdown table of two columns, below its head."""
    found = []
    for line in table.splitlines()[2:]:
        if not (row := ROW.match(line.strip())):
            break
        found.append((row[1].strip(), row[2].strip()))
    return found


def _of_sentence(task: str) -> tuple[Box, ...]:
    if not (sentence := SENTENCE.search(task)):
        return ()
    said = sentence[1].partition("\n\n")[0]
    return tuple(Box(_name(part[1]), _number(part[2])) for part in PART.finditer(said))


def _number(text: str) -> float:
    return float(text.replace("½", ".5"))


def _name(text: str) -> str:
    return re.sub(r"^and\s+", "", " ".join(text.split()).lstrip("·,;. "))


def task_above(cells: Sequence[nbformat.NotebookNode], place: int) -> str:
    """The Markdown above the cell at a place, back to its heading: the question, with its rubric."""
    above = []
    for cell in reversed(cells[:place]):
        if cell.cell_type != "markdown" or "nbgrader" in cell.metadata:
            break
        above.insert(0, cell.source)
        if re.search(r"^#+ ", cell.source, re.MULTILINE):
            break
    return "\n\n".join(above)

"""Find a lesson's cells again in a notebook whose tool has changed their ids and dropped what nbgrader wrote on them.

Colab does so. Cells that nobody edits, prose and tests, are known by their text and order; they are the frame. A cell
that was edited is looked for between its neighbours of the frame: it is the only one of its kind there, or the one that
defines the same names or reads most alike. What cannot be told is refused rather than guessed.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from difflib import SequenceMatcher
from itertools import count

ALIKE = 0.5  # the share of common words from which an edited cell may be the one that is looked for
MOST_CELLS = 1000  # a lesson has at most 50
LONGEST = 20_000  # characters of a cell that are compared


def graded_cells(notebook: dict) -> dict[str, list[dict]]:
    """The cells of a notebook that carry an nbgrader id, by that id; more than one cell means that it was
    duplicated."""
    found: dict[str, list[dict]] = {}
    for cell in notebook["cells"]:
        if name := _grade_id(cell):
            found.setdefault(name, []).append(cell)
    return found


def restored(notebook: dict, edition: dict) -> tuple[dict, int, list[str], list[str]]:
    """A notebook whose cells have the ids, tags and nbgrader's marks of the edition again.

    Cells that kept their marks stay as they are. Also returns how many marks it took, the names of the answer cells
    that cannot be told, and those of the test cells that were put back: their text is the edition's anyway.
    """
    result = deepcopy(notebook)
    cells, own = edition["cells"], result["cells"]
    pairs, marked, gone, added = _pairs(cells, own), 0, [], []
    for place, own_place in pairs.items():
        cell, found = cells[place], own[own_place]
        marked += _grade_id(cell) is not None and _grade_id(found) is None
        kept = {name: cell["metadata"][name] for name in ("tags", "nbgrader") if name in cell["metadata"]}
        found["metadata"].update(deepcopy(kept))
        found["id"] = cell["id"]
    there = {_grade_id(cell) for cell in own}
    lost = [place for place, cell in enumerate(cells) if _grade_id(cell) and _grade_id(cell) not in there]
    for place in reversed(lost):
        if cells[place]["metadata"]["nbgrader"].get("solution"):
            gone.insert(0, _grade_id(cells[place]))
            continue
        before = max((one for one in pairs if one < place), default=None)
        own.insert(0 if before is None else pairs[before] + 1, deepcopy(cells[place]))
        added.insert(0, _grade_id(cells[place]))
    _give_ids(own, {cell["id"] for cell in cells})
    result["nbformat"], result["nbformat_minor"] = 4, 5
    return result, marked, gone, added


def _pairs(cells: list, own: list) -> dict[int, int]:
    """The place in the learner's notebook of each of the edition's cells that is found there; both rise together."""
    kept = {_grade_id(cell) for cell in own} - {None}
    frame = SequenceMatcher(None, [_key(cell, kept) for cell in cells], [_key(cell, kept) for cell in own], False)
    pairs = {one.a + step: one.b + step for one in frame.get_matching_blocks() for step in range(one.size)}
    wanted = [place for place, cell in enumerate(cells) if place not in pairs and _is_wanted(cell, kept)]
    for place in wanted:
        before = max((one for one in pairs if one < place), default=-1)
        after = min((one for one in pairs if one > place), default=len(cells))
        between = range(pairs.get(before, -1) + 1, pairs.get(after, len(own)))
        kind = cells[place]["cell_type"]
        free = [one for one in between if own[one]["cell_type"] == kind and _grade_id(own[one]) is None]
        rivals = [one for one in wanted if before < one < after and cells[one]["cell_type"] == kind]
        found = free[0] if len(free) == len(rivals) == 1 else _most_alike(cells[place], free, own)
        if found is not None:
            pairs[place] = found
    return pairs


def _most_alike(cell: dict, free: list[int], own: list) -> int | None:
    """The place among free ones whose cell is most like an edited one; None where none is, or two are as much."""
    scores = sorted(((_likeness(cell, own[place]), place) for place in free), reverse=True)
    if not scores or scores[0][0] < ALIKE or len(scores) > 1 and scores[0][0] == scores[1][0]:
        return None
    return scores[0][1]


def _likeness(cell: dict, own: dict) -> float:
    """From 0 to 1: 1 where both define the same names, else the share of words that they have in common."""
    if cell["cell_type"] == "code" and (names := _defined(cell["source"])) and names <= _defined(own["source"]):
        return 1.0
    words, own_words = (Counter(re.findall(r"\w+", one["source"][:LONGEST])) for one in (cell, own))
    return 2 * (words & own_words).total() / max(1, words.total() + own_words.total())


def _defined(source: str) -> set[str]:
    try:
        body = ast.parse(source[:LONGEST]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    named = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return named | {target.id for target in targets if isinstance(target, ast.Name)}


def _key(cell: dict, kept: set[str]) -> tuple[str, str]:
    """What makes two cells the same: nbgrader's mark where the learner's notebook has it, else kind and text."""
    if (name := _grade_id(cell)) in kept:
        return "nbgrader", name
    return cell["cell_type"], "\n".join(line.rstrip() for line in cell["source"].strip().splitlines())


def _grade_id(cell: dict) -> str | None:
    marks = cell.get("metadata", {}).get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else None


def _is_wanted(cell: dict, kept: set[str]) -> bool:
    return _grade_id(cell) not in kept and (
        _grade_id(cell) is not None or "parameters" in cell["metadata"].get("tags", [])
    )


def own_ids(number: int) -> Iterator[str]:
    """Ids for a cell that has none, the most telling one first."""
    yield f"own-{number}"
    yield from (f"own-{number}-{further}" for further in count(2))


def _give_ids(cells: list, known: set[str]) -> None:
    """An id of its own for every cell: where two share one, the edition's graded cell keeps it."""
    taken: set[str] = set()
    for number, cell in sorted(enumerate(cells), key=lambda one: not _grade_id(one[1])):
        if cell.get("id") in taken | {None}:
            cell["id"] = next(name for name in own_ids(number) if name not in taken | known)
        taken.add(cell["id"])

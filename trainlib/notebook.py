"""A learner's notebook, read with care only for what is used: the one gate of `hand_in`, `progress` and collecting.

Editors and platforms write notebooks in their own ways: without outputs or counters, with odd ids, outputs below prose,
a byte order mark. None of that is graded, so it is mended and not refused. What counts is that each answer cell is
there and can be told; a test cell is put back, as its text comes from the lesson.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass

from trainlib import matching
from trainlib.matching import graded_cells

__all__ = ["Notebook", "Unusable", "graded_cells", "read"]
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TAG = re.compile(r"[^,\n]+")
KINDS = ("code", "markdown", "raw")
HALF = re.compile("[\ud800-\udfff]")  # of a character: no file in UTF-8 takes it
LOOKS = {  # metadata of a cell that only editors use, and when it is well formed
    "collapsed": lambda value: isinstance(value, bool),
    "scrolled": lambda value: isinstance(value, bool) or value == "auto",
    "name": lambda value: isinstance(value, str) and bool(TAG.fullmatch(value)),
    "format": lambda value: isinstance(value, str),
    "jupyter": lambda value: isinstance(value, dict),
    "execution": lambda value: isinstance(value, dict) and all(isinstance(time, str) for time in value.values()),
}


class Unusable(ValueError):
    """A file that cannot be graded. `faults` are sentences that a learner or an instructor reads, one a fault."""

    def __init__(self, *faults: str):
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass
class Notebook:
    """A notebook in the newest format, whatever was read, and in words what was mended on the way."""

    content: dict
    notes: list[str]

    def as_bytes(self) -> bytes:
        """The notebook as a file, without outputs: they are not graded."""
        cells = [
            cell | {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
            for cell in self.content["cells"]
        ]
        return (json.dumps(self.content | {"cells": cells}, ensure_ascii=False, indent=1) + "\n").encode()

    def matched(self, edition: dict) -> "Notebook":
        """This notebook with every graded cell of the `edition` once, marked as it was released.

        Unusable names each answer that is gone, or stands there several times with different texts.
        """
        own, notes, wanted = deepcopy(self.content), list(self.notes), graded_cells(edition)
        faults = []
        for name, cells in graded_cells(own).items():
            if name not in wanted or len(cells) == 1:
                continue
            if _is_answer(wanted[name][0]) and len({cell["source"] for cell in cells}) > 1:
                faults.append(f"its cell {name} stands there {len(cells)} times")
                continue
            own["cells"] = [cell for cell in own["cells"] if not any(cell is copy for copy in cells[1:])]
            notes.append(f"its cell {name} stood there {len(cells)} times")
        if wanted.keys() <= graded_cells(own).keys():
            if faults:
                raise Unusable(*faults)
            return Notebook(own, notes)
        own, marked, gone, added = matching.restored(own, edition)
        faults += [f"its cell {name} is gone, or cannot be told from those around it" for name in gone]
        if faults:
            raise Unusable(*faults)
        notes += [f"{marked} cells known by place and text"] * bool(marked)
        return Notebook(own, notes + [f"its test cell {name} put back" for name in added])


def read(data: bytes) -> Notebook:
    """A notebook from the bytes of its file. Unusable where they are none."""
    try:
        raw = json.loads(data)  # in UTF-8, UTF-16 or UTF-32, with a mark or without
        raw = _upgraded(raw) if isinstance(raw, dict) and "worksheets" in raw else raw
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it cannot be read as a notebook: {(str(error).splitlines() or [''])[0][:120]}") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise Unusable("it cannot be read as a notebook: it has no list of cells")
    if len(raw["cells"]) > matching.MOST_CELLS:
        raise Unusable(f"it has more than {matching.MOST_CELLS:,} cells")
    cells = [_cell(cell) for cell in raw["cells"] if isinstance(cell, dict)]
    _give_ids(cells)
    content = {"cells": cells, "metadata": _metadata(raw.get("metadata")), "nbformat": 4, "nbformat_minor": 5}
    return Notebook(content, _notes(data, raw, cells))


def _upgraded(raw: dict) -> dict:
    """A notebook of before 2015 in today's format."""
    try:
        import nbformat
    except ImportError:
        raise ValueError("its format is that of before 2015: open it in JupyterLab and save it again") from None
    try:
        return nbformat.convert(nbformat.from_dict(raw), 4)
    except Exception as error:
        raise ValueError(f"its format is that of before 2015, and damaged: {error}") from None


def _metadata(raw: object) -> dict:
    """What a notebook says about its kernel, where that is well formed."""
    kernel = raw.get("kernelspec") if isinstance(raw, dict) else None
    names = [kernel.get(name) for name in ("name", "display_name")] if isinstance(kernel, dict) else []
    is_well_formed = names and all(isinstance(name, str) for name in names)
    return {"kernelspec": {"name": _whole(names[0]), "display_name": _whole(names[1])}} if is_well_formed else {}


def _cell(raw: dict) -> dict:
    """A cell with all that the format wants, and nothing that it forbids; a kind that is unknown becomes raw text."""
    kind = raw["cell_type"] if raw.get("cell_type") in KINDS else "raw"
    cell = {"cell_type": kind, "id": raw.get("id"), "metadata": _cell_metadata(raw.get("metadata"))}
    source = raw.get("source")
    lines = source if isinstance(source, list) else [source]
    cell["source"] = _whole("".join(line for line in lines if isinstance(line, str)))
    if kind == "code":
        outputs, count = raw.get("outputs"), raw.get("execution_count")
        cell["outputs"] = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
        cell["execution_count"] = count if isinstance(count, int) and not isinstance(count, bool) else None
    elif pictures := _attachments(raw.get("attachments")):
        cell["attachments"] = pictures
    return cell


def _cell_metadata(raw: object) -> dict:
    """What a lesson and nbgrader wrote on a cell, and of an editor's words those that are well formed."""
    if not isinstance(raw, dict):
        return {}
    kept = {name: value for name, value in raw.items() if LOOKS.get(name, lambda _: True)(value) and name != "tags"}
    if not isinstance(kept.get("nbgrader"), dict):
        kept.pop("nbgrader", None)
    tags = raw.get("tags") if isinstance(raw.get("tags"), list) else []
    if tags := [tag for tag in dict.fromkeys(map(str, tags)) if TAG.fullmatch(tag)]:
        kept["tags"] = tags
    return json.loads(_whole(json.dumps(kept, ensure_ascii=False)))


def _attachments(raw: object) -> dict:
    """Pictures that were pasted into a cell: {name: {kind: data}}."""
    if not isinstance(raw, dict):
        return {}
    found = {}
    for name, kinds in raw.items():
        if isinstance(kinds, dict):
            of_kind = {kind: data for kind, data in kinds.items() if isinstance(data, str)}
            found |= {_whole(name): {_whole(kind): _whole(data) for kind, data in of_kind.items()}} if of_kind else {}
    return found


def _give_ids(cells: list[dict]) -> None:
    """An id of its own for every cell; those that are well formed stay."""
    taken: set[str] = set()
    known = {cell["id"] for cell in cells if isinstance(cell["id"], str)}
    for number, cell in enumerate(cells):
        if not isinstance(cell["id"], str) or not CELL_ID.fullmatch(cell["id"]) or cell["id"] in taken:
            cell["id"] = next(name for name in matching.own_ids(number) if name not in known | taken)
        taken.add(cell["id"])


def _notes(data: bytes, raw: dict, cells: list[dict]) -> list[str]:
    """What had to be mended, in words; [] where an editor only has a format of its own."""
    own = [cell for cell in raw["cells"] if isinstance(cell, dict)]
    found = {
        "encoding": data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf" or b"\0" in data[:4],
        "cells that are none": len(own) < len(raw["cells"]) or any(cell.get("cell_type") not in KINDS for cell in own),
        "cells without text": any(not _is_text(cell.get("source")) for cell in own),
        "half characters": any("\ufffd" in cell["source"] for cell in cells) and b"\xef\xbf\xbd" not in data,
    }
    return [f"mended: {', '.join(words)}"] if (words := [word for word, is_so in found.items() if is_so]) else []


def _is_text(source: object) -> bool:
    lines = source if isinstance(source, list) else [source]
    return all(isinstance(line, str) for line in lines)


def _whole(text: str) -> str:
    """A text in which no half of a character is left."""
    return HALF.sub("\ufffd", text)


def _is_answer(cell: dict) -> bool:
    return bool(cell["metadata"]["nbgrader"].get("solution"))

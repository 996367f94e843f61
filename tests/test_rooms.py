"""Which room may import what: the table in CONTRIBUTING, as a test. A breach names its file and line."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from grading.records import folders

FLOORS = (  # each room may import from the floors below its own, and from itself
    {"records", "sandbox", "pages"},
    {"authoring", "intake", "platforms"},
    {"marking", "hub"},
    {"lead"},
    {"demo"},
    {"__main__", "nbgrader_config"},
)
NO_ROOM_ELSE = {"sandbox"}  # it runs strangers' code, and knows no grades


def imports_of(path):
    """(line, dotted name) of every import in a file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room_of(name):
    """The room of `grading` that a dotted name or the parts of a path stand in."""
    return name.split(".")[1] if name.startswith("grading.") else None


def modules(root):
    """The files of `grading` and `trainlib` below a folder, by dotted name."""
    for package in ("grading", "trainlib"):
        for path in sorted((root / package).rglob("*.py")):
            if not {"source", "state"} & set(path.relative_to(root).parts):
                yield ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"), path


def breaches(root):
    """A sentence for each import that the rules forbid."""
    floor = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
    found = []
    for name, path in modules(root):
        own = room_of(name)
        for line, imported in imports_of(path):
            other, place = room_of(imported), f"{path.relative_to(root)}:{line}"
            if name.startswith("trainlib") and imported.split(".")[0] == "grading":
                found.append(f"{place}: trainlib never imports grading, here {imported}")
            elif own and other and own != other and (own in NO_ROOM_ELSE or floor[own] <= floor[other]):
                found.append(f"{place}: {own} must not import {other}")
    return found


def circles(root):
    """Modules that import each other at their top, in one step or in several."""
    known, edges = dict(modules(root)), defaultdict(set)
    for name, path in known.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{alias.name}" for alias in node.names}
                edges[name] |= parts & set(known)  # a module beside it, got by way of its folder's face
                edges[name] |= {node.module} & set(known) if parts - set(known) else set()
            elif isinstance(node, ast.Import):
                edges[name] |= {alias.name for alias in node.names} & set(known)
    reach = {name: _reached(name, edges) for name in known}
    return sorted((one, other) for one in known for other in reach[one] if one < other and one in reach[other])


def _reached(name, edges):
    found, waiting = set(), list(edges[name])
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += edges[one]
    return found


def test_every_room_imports_from_the_floors_below_it_only():
    assert breaches(folders.root) == []


def test_no_two_modules_import_each_other():
    assert circles(folders.root) == []


def test_every_room_says_in_a_sentence_what_it_is_for():
    rooms = {room for floor in FLOORS[:4] for room in floor}
    for room in rooms:
        tree = ast.parse((folders.root / "grading" / room / "__init__.py").read_text(encoding="utf-8"))
        assert (ast.get_docstring(tree) or "").strip().endswith("."), room
    there = {path.parent.name for path in (folders.root / "grading").glob("*/__init__.py")}
    assert there == rooms


@pytest.mark.parametrize(
    "file, line, said",
    [
        ("grading/intake/collect.py", "from grading.authoring import build", "intake must not import authoring"),
        ("grading/records/log.py", "from grading.marking.export import export", "records must not import marking"),
        ("grading/sandbox/engine.py", "from grading.records import folders", "sandbox must not import records"),
        (
            "grading/marking/export.py",
            "def export():\n    from grading.lead import plan",
            "marking must not import lead",
        ),
        ("trainlib/data.py", "import grading.records", "trainlib never imports grading"),
    ],
)
def test_a_planted_breach_is_named(tmp_path, file, line, said):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n", encoding="utf-8")
    (found,) = breaches(tmp_path)
    assert found.startswith(f"{Path(file)}:") and said in found


def test_a_planted_circle_is_named(tmp_path):
    folder = tmp_path / "grading" / "lead"
    folder.mkdir(parents=True)
    for one, other in (("plan", "page"), ("page", "report"), ("report", "plan")):
        (folder / f"{one}.py").write_text(f"from grading.lead import {other}\n", encoding="utf-8")
    assert ("grading.lead.page", "grading.lead.plan") in circles(tmp_path)

"""What a lesson needs installed: the core of trainlib alone, or the extra `models` as well. It is read from what the
lesson imports, directly or through trainlib, and written down nowhere."""

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from nbformat import NotebookNode

CORE, MODELS = "core", "models"
PROJECT = Path(__file__).parents[2]
SAYS_WHAT_IS_MISSING = "trainlib._extra"  # imported by each part of trainlib that needs the extra


def needs(notebook: NotebookNode) -> str:
    """CORE or MODELS, from the imports of a lesson's cells; the set-up cell is written from the answer."""
    found: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell["id"] != "set-up":
            found |= _imports(ast.parse(cell.source))
    is_heavy = any(name.partition(".")[0] in _modules_of_models() for name in found)
    return MODELS if is_heavy or any(SAYS_WHAT_IS_MISSING in _behind(name) for name in found) else CORE


@cache
def project() -> dict:
    """What pyproject.toml says of trainlib and its packages."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _imports(tree: ast.AST) -> set[str]:
    """Every module that a tree imports; for `from a import b` both a and a.b, as b may be a module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names


@cache
def _behind(module: str) -> frozenset[str]:
    """The modules of trainlib that are imported with one of them; a function's own imports come later, if ever."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        path = PROJECT.joinpath(*name.split("."))
        file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if name in found or name.partition(".")[0] != "trainlib" or not file.is_file():
            continue
        found.add(name)
        top = ast.Module([one for one in ast.parse(file.read_text(encoding="utf-8")).body if _is_import(one)], [])
        waiting += _imports(top)
    return frozenset(found)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


@cache
def _modules_of_models() -> frozenset[str]:
    """The modules that the packages of the extra `models` bring."""
    packages = {re.split(r"[\[>]", need)[0] for need in project()["optional-dependencies"][MODELS]}
    return frozenset(
        module
        for module, names in packages_distributions().items()
        if packages & {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    )

"""What the engine takes from an instructor's notebook: its tests, and the modules that it imports."""

import ast
import builtins
from collections import Counter
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

HIDDEN_MARK = "### BEGIN HIDDEN TESTS"
MODELS = ("torch.testing", "transformers:AutoTokenizer", "transformers:AutoModelForSequenceClassification")
WARM = {  # what these modules load only when it is asked for
    "numpy": ("numpy.testing",),
    "pandas": ("pandas.testing",),
    "torch": ("torch.testing",),
    "torch.optim": ("torch._dynamo",),
    "transformers": MODELS,
    "trainlib.models": (*MODELS, "torch._dynamo"),
    "trainlib.finetune": (*MODELS, "torch._dynamo"),
    "trainlib.pretrain": ("torch.testing", "torch._dynamo"),
}


@dataclass(frozen=True)
class Test:
    """A test cell, from the instructor's source, its two parts statement by statement.

    `given` binds again what the lesson's own cells import and define; `plain` names what must be Python's own.
    """

    given: str
    visible: list[str]
    hidden: list[str]
    plain: list[str]


def is_test(cell) -> bool:
    """Whether a cell is a locked test cell, graded by running it."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def read_tests(source: NotebookNode) -> dict[str, Test]:
    """The tests of an instructor's notebook by grade id."""
    found, given = {}, []
    bindings = Counter(name for cell in source.cells for node in _nodes(cell) for name in _bound(node))
    for cell in source.cells:
        if is_test(cell):
            visible, mark, hidden = cell.source.partition(HIDDEN_MARK)
            used = {part.id for part in ast.walk(ast.parse(cell.source)) if isinstance(part, ast.Name)}
            plain = sorted(name for name in used if hasattr(builtins, name) and name not in bindings)
            parts = (statements(visible), statements(mark + hidden))
            found[cell.metadata.nbgrader.grade_id] = Test("\n".join(given), *parts, plain)
        elif not is_solution(cell):
            kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
            nodes = (node for node in _nodes(cell) if isinstance(node, kinds))
            given += [ast.unparse(node) for node in nodes if all(bindings[name] == 1 for name in _bound(node))]
    return found


def read_imports(sources: list[NotebookNode]) -> list[str]:
    """The modules that lessons import, and what those need at once, in the form of `worker.warm`."""
    nodes = [node for source in sources for cell in source.cells for node in _nodes(cell)]
    names = {alias.name: None for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module: None} | {f"{node.module}.{alias.name}": None for alias in node.names}
    if any("torch.optim." in cell.source for source in sources for cell in source.cells):
        names["torch.optim"] = None
    return [*names, *(more for name in names for more in WARM.get(name, ()))]


def statements(source: str) -> list[str]:
    """The top-level statements of a source, each on the line where it stands there. SyntaxError as from Python."""
    found, lines, end = [], source.splitlines(), 0
    for node in ast.parse(source).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        if first > end:  # else it follows a semicolon, and is there already
            found.append((first, []))
        found[-1][1].extend(lines[max(first - 1, end) : node.end_lineno])
        end = max(end, node.end_lineno)
    return ["\n" * (first - 1) + "\n".join(text) for first, text in found]


def _nodes(cell) -> list[ast.stmt]:
    """The top-level statements of a cell of code; none where it holds magics, as the set-up cell does."""
    try:
        return ast.parse(cell.source).body if cell.cell_type == "code" else []
    except SyntaxError:
        return []


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement binds at top level, those in the bodies of functions and classes left out."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]

"""What the engine takes from an instructor's notebook: its tests, and the modules that it imports."""

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

HIDDEN_MARK = "### BEGIN HIDDEN TESTS"
MODELS = (
    "torch.testing",
    "transformers:AutoTokenizer",
    "transformers:AutoModelForSequenceClassification",
    "transformers:LlamaForCausalLM",
)
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
WARM_CALLS = {"torch.optim.": "torch.optim", "lesson.doctor(": "torch"}  # what cells with this text load


@dataclass(frozen=True)
class Test:
    """A test cell of the instructor's: its two parts, on the lines where they stand, and the answers that it uses."""

    names: tuple[str, ...]
    visible: str
    hidden: str

    @property
    def draws(self) -> int:
        """How often the hidden part runs: twice where it draws its inputs."""
        return (2 if "hidden_seed" in self.hidden else 1) if self.hidden else 0


@dataclass(frozen=True)
class Exam:
    """An instructor's notebook as the examiner runs it: `steps` are cells and, between them, the grade ids of tests."""

    lesson: str
    steps: tuple[tuple[str, str], ...]
    tests: Mapping[str, Test]
    reference: str  # the whole notebook, with the right answers, as JSON

    @cached_property
    def key(self) -> str:
        return hashlib.sha256(f"{self.lesson}\n{self.reference}".encode()).hexdigest()

    def asked(self, seeds: tuple[int, int]) -> str:
        """What tells these tests, with the hidden inputs of these seeds, from any that may give another verdict."""
        parts = [self.lesson, self.steps, [[name, asdict(test)] for name, test in self.tests.items()], seeds]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_test(cell) -> bool:
    """Whether a cell is a locked test cell, graded by running it."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def read_exam(source: NotebookNode, lesson: str) -> Exam:
    """The exam of an instructor's notebook, whose parameters are set as for grading."""
    steps, tests, answers = [], {}, set()
    given = {name for cell in source.cells if not (is_test(cell) or _is_answer(cell)) for name in _names(cell)}
    for cell in source.cells:
        if is_test(cell):
            visible, mark, hidden = cell.source.partition(HIDDEN_MARK)
            used = {part.id for part in ast.walk(ast.parse(cell.source)) if isinstance(part, ast.Name)}
            names = tuple(sorted(used & answers - given))
            name = cell.metadata.nbgrader.grade_id
            tests[name] = Test(names, visible, "\n" * visible.count("\n") + mark + hidden if mark else "")
            steps.append(("test", name))
        elif cell.cell_type == "code":
            answers |= _names(cell) if _is_answer(cell) else set()
            steps.append(("cell", cell.source))
    return Exam(lesson, tuple(steps), tests, nbformat.writes(source))


def hidden_draws(secret: int, learner: str, exam: Exam, digest: str) -> tuple[int, int]:
    """The seeds of both draws of hidden inputs, which follow from a secret, the learner, the lesson and the file.

    `digest` is that of all that was handed in, not of its answers alone: those may call what another cell defines. So
    what somebody learns of one attempt says nothing of another one, and grading it again gives the same grades.
    """
    text = json.dumps([str(secret), learner, exam.lesson, digest]).encode()
    digest = hashlib.sha256(text).digest()
    return tuple(1 + (int.from_bytes(digest[place : place + 4], "big") >> 2) for place in (0, 4))


def _is_answer(cell) -> bool:
    return cell.cell_type == "code" and is_solution(cell)


def _names(cell) -> set[str]:
    """The names that a cell of code binds, but for those that it imports."""
    nodes = (node for node in _nodes(cell) if not isinstance(node, (ast.Import, ast.ImportFrom)))
    return {name for node in nodes for name in _bound(node)}


def read_imports(sources: list[NotebookNode]) -> list[str]:
    """The modules that lessons import, and what those need at once, in the form of `inside.warm`."""
    nodes = [node for source in sources for cell in source.cells for node in _nodes(cell)]
    names = {alias.name: None for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module: None} | {f"{node.module}.{alias.name}": None for alias in node.names}
    for text, name in WARM_CALLS.items():
        if any(text in cell.source for source in sources for cell in source.cells):
            names[name] = None
    return [*names, *(more for name in names for more in WARM.get(name, ()))]


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

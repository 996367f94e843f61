"""What every lesson must keep to: the limits of style in its source, and nothing secret in what learners get."""

import ast
import re

from nbformat import NotebookNode

from grading.authoring import frame, minutes
from trainlib.course import Lesson

CELLS = (20, 50)
CODE_LINES, CODE_LETTERS = 25, 120  # of a code cell that stands open, and of a line in it: it is read at a glance
FOLDED_LINES, FOLDED_LETTERS = 120, 200  # of test cells and folded ones: room for ruff's layout, and for a text's line
SEEN_LETTERS = 80  # of a folded cell's first line, which stays in sight and does not wrap
PROSE_WORDS = 120
SECTIONS = ("What to remember", "Further reading")
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
# What may stand alone where a fold of several paragraphs begins, or ends
EDGE = re.compile(r"(?:<details>.*</details>|</details>)?\s*(?:<details>\s*<summary>.*</summary>)?\s*", re.DOTALL)
SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def secret_lines(notebook: NotebookNode) -> set[str]:
    """The telling lines of solutions and hidden tests: long enough to be no accident, and not given away by a hint."""
    secret = [
        line.strip()
        for cell in notebook.cells
        for region in (HIDDEN, SOLUTION)
        for part in region.findall(cell.source)
        for line in part.splitlines()
    ]
    shown = "\n".join(SOLUTION.sub("", HIDDEN.sub("", cell.source)) for cell in notebook.cells)
    return {line for line in secret if len(line) > 20 and line not in shown}


def faults_of_source(row: Lesson, notebook: NotebookNode) -> list[str]:
    """The rules of style that a lesson's source breaks, a sentence each."""
    faults = []
    cells = notebook.cells
    ids = [cell["id"] for cell in cells]
    faults += [f"two cells have the id {name!r}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    own = [cell for cell in cells if cell["id"] not in frame.CELLS]
    if not CELLS[0] <= len(own) <= CELLS[1]:
        faults.append(f"it has {len(own)} cells; {CELLS[0]} to {CELLS[1]} are allowed")
    for section in SECTIONS:
        if not any(cell.cell_type == "markdown" and f"## {section}" in cell.source for cell in cells):
            faults.append(f"the section {section!r} is missing")
    for cell in cells:
        check_cell = _faults_of_code if cell.cell_type == "code" else _faults_of_prose
        faults += [f"cell {cell['id']}: {fault}" for fault in check_cell(cell) + _faults_of_grading(cell)]
    faults += _faults_of_parameters(row, cells)
    faults += filter(None, [minutes.fault(row.minutes, notebook)])
    return [f"{row.id}: {fault}" for fault in faults]


def _faults_of_prose(cell: NotebookNode) -> list[str]:
    faults = []
    prose = re.sub(
        r"<details>.*?</details>|```.*?```|^\|.*?$|\$\$.*?\$\$|\]\(.*?\)",
        " ",
        cell.source,
        flags=re.DOTALL | re.MULTILINE,
    )
    words = len(re.findall(r"\w[\w'’-]*", SOLUTION.sub("", prose)))
    if words > PROSE_WORDS:
        faults.append(f"{words} words of prose; at most {PROSE_WORDS} are allowed, so split it")
    if re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")", cell.source):
        faults.append("a picture without alt text")
    if any(_is_torn(part) for part in re.split(r"\n\s*\n", cell.source)):
        faults.append("a folded text of several paragraphs needs an empty line below its summary and above </details>")
    return faults


def _is_torn(part: str) -> bool:
    """Whether a paragraph begins or ends inside of a fold: Markdown then makes HTML of it that is not well-formed."""
    return part.count("<details>") != part.count("</details>") and not EDGE.fullmatch(part)


def _faults_of_layout(cell: NotebookNode) -> list[str]:
    """Too many lines of code as learners get it, too long ones anywhere, and folded ones that ruff may not lay out."""
    folded, faults = cell.metadata.get("jupyter", {}).get("source_hidden", False), []
    kind = "folded code" if folded else "code"
    most, letters = (FOLDED_LINES, FOLDED_LETTERS) if folded else (CODE_LINES, CODE_LETTERS)
    lines = len(HIDDEN.sub("", cell.source).removeprefix(frame.CHECKS).rstrip().splitlines())
    if lines > most:
        faults.append(f"{lines} lines of {kind}; at most {most} are allowed, so split it")
    longest = max(map(len, cell.source.splitlines()), default=0)
    if longest > letters:
        faults.append(f"a line of {kind} with {longest} letters; at most {letters} are allowed, so break it")
    seen = len(cell.source.partition("\n")[0])
    if folded and seen > SEEN_LETTERS:
        faults.append(f"{seen} letters in the line that stays in sight when folded; at most {SEEN_LETTERS} are allowed")
    if folded and re.search(r"# fmt: *(skip|off)", cell.source):
        faults.append("`# fmt: skip` in folded code: leave its layout to ruff")
    return faults


def _faults_of_code(cell: NotebookNode) -> list[str]:
    faults = _faults_of_layout(cell)
    if cell["id"] == "set-up":  # written by the build, and not plain Python: it calls %pip
        return faults
    calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    if any(name.startswith(("plt.", "matplotlib.pyplot")) for name in names):
        faults.append("pyplot draws figures without alt text: use figures.new and figures.show")
    if any(
        name in ("widgets.interact", "widgets.interactive", "widgets.interactive_output", "widgets.Output")
        for name in names
    ):
        faults.append("ipywidgets' Output widget now and then stops a headless run: use lesson.explore")
    shown = [call for call, name in zip(calls, names) if name in ("figures.show", "figures.markup")]
    if any(name == "figures.new" for name in names) and not shown:
        faults.append("a figure is made and not shown by figures.show (or figures.markup) with its alt text")
    if any(not any(keyword.arg == "alt" for keyword in call.keywords) and len(call.args) < 2 for call in shown):
        faults.append("figures.show without alt text")
    return faults


def _faults_of_grading(cell: NotebookNode) -> list[str]:
    graded = cell.metadata.get("nbgrader")
    if not graded:
        return []
    faults = []
    if graded["grade_id"] != cell["id"]:
        faults.append(f"its grade_id is {graded['grade_id']!r}; it must be the cell's id")
    if graded["solution"] and not SOLUTION.search(cell.source):
        faults.append("an answer cell without ### BEGIN SOLUTION and ### END SOLUTION")
    if (
        graded["grade"]
        and not graded["solution"]
        and not re.search("^### BEGIN HIDDEN TESTS\n", cell.source, re.MULTILINE)
    ):
        faults.append("a test cell without hidden tests, which run by themselves and so begin at the margin")
    return faults


def _faults_of_parameters(row: Lesson, cells: list[NotebookNode]) -> list[str]:
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        return [f"{len(tagged)} cells are tagged parameters; there must be one"]
    tree = ast.parse(tagged[0].source)
    declared = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets}
    given = set(row.smoke) | set(row.grade)
    code = "\n".join(
        cell.source for cell in cells if cell.cell_type == "code" and cell["id"] not in ("set-up", tagged[0]["id"])
    )
    names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return [
        *(f"course.toml sets {name}, which the parameters cell does not declare" for name in sorted(given - declared)),
        *(f"the parameter {name} is declared and never read" for name in sorted(declared - read)),
        *(f"the parameter {name} is overwritten by a later cell" for name in sorted(declared & _assigned(code))),
    ]


def _assigned(code: str) -> set[str]:
    """The names that a notebook's code gives a value, those of functions and comprehensions aside."""
    tree = ast.parse(code)
    inner = {node for scope in ast.walk(tree) if isinstance(scope, SCOPES) for node in ast.walk(scope)}
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in inner
    }


def faults_of_edition(row: Lesson, source: NotebookNode, edition: NotebookNode) -> list[str]:
    """What must not be in a learner edition: solutions, hidden tests, outputs; and cells that lost their id."""
    text = "\n".join(cell.source for cell in edition.cells)
    faults = [f"the learner edition shows {line!r}" for line in sorted(secret_lines(source)) if line in text]
    faults += [
        f"the learner edition still says {mark}" for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS") if mark in text
    ]
    faults += [f"cell {cell['id']} has outputs" for cell in edition.cells if cell.cell_type == "code" and cell.outputs]
    if [cell["id"] for cell in edition.cells] != [cell["id"] for cell in source.cells]:
        faults.append("the cell ids of the learner edition are not those of the source")
    return [f"{row.id}: {fault}" for fault in faults]

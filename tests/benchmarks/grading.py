"""How much faster a cohort is graded than by nbgrader alone, gradebook and feedback included. `make bench-grading`

The fixed workload is a notebook that imports torch, transformers and matplotlib and has three light checks: 100
submissions here, 10 with `nbgrader autograde` and `nbgrader generate_feedback`, scaled to 100. Every fifth has a wrong
answer; the grades must be the same. `autograde` runs as many notebooks at once as there are cores, as it does by
itself; `--jobs 1` takes that away. nbgrader grades one after another. Then the same for a light lesson of each stage,
with how many seconds the notebooks themselves ran in each second of ours: `--lessons 1-01 2-01`, or none.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

import nbformat

import trainlib.course
from grading.authoring import build
from grading.demo import solutions
from grading.marking import autograde
from grading.marking.feedback import feedback
from grading.marking.mend import InjectParameters
from grading.records import folders, log, settings
from grading.records.gradebook import gradebook
from grading.sandbox.engine import ENVIRONMENT
from trainlib.course import Lesson
from trainlib.notebook import graded_cells

GOAL, STAGE, LESSON = 20, "1_principles", "1-01_heavy"
LESSONS = ("1-01", "2-01", "3-02", "4-02")
TABLE = """
[course]
title = "A course to measure"
repository = "OWNER/REPO"
branch = "main"
[[stage]]
folder = "1_principles"
title = "1 Principles"
promise = "be measured"
[[lesson]]
id = "1-01_heavy"
title = "Heavy"
promise = "Import much, compute little"
minutes = 5
memory_mib = 1000
prerequisites = []
skills = ["importing"]
"""
MARKS = '"locked": {locked}, "points": {points}, "schema_version": 3, "solution": {solution}, "task": false, '
MARKS += '"grade": {locked}'
EXERCISE = """
# %% id="{name}-answer" nbgrader={{"grade_id": "{name}-answer", {answer}}}
def {name}(values):
    ### BEGIN SOLUTION
    return {right}
    ### END SOLUTION

# %% id="{name}-tests" nbgrader={{"grade_id": "{name}-tests", {tests}}}
lesson.check("two values", got={name}(torch.tensor([1.0, 3.0])), want={two})
### BEGIN HIDDEN TESTS
lesson.check("one value", got={name}(torch.tensor([5.0])), want=5.0)
### END HIDDEN TESTS
"""
SOURCE = """
# %% [markdown] id="title"
# # 1-01 · Heavy

# %% id="imports"
import matplotlib.pyplot as plt
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from trainlib import lesson

# %% id="parameters" tags=["parameters"]
""" + "".join(
    EXERCISE.format(
        name=name, right=right, two=two, answer=MARKS.format(locked="false", points=0, solution="true"),
        tests=MARKS.format(locked="true", points=1, solution="false"),
    )
    for name, right, two in (
        ("mean", "values.mean()", 2.0), ("most", "values.max()", 3.0), ("total", "values.sum()", 4.0)
    )
)  # fmt: skip


def hand_in(row: Lesson, learner: str, answers: dict[str, str]) -> None:
    """Put a lesson with answers where collect would put it, with the parameters that it is graded with."""
    name = f"{row.id}.ipynb"
    notebook = nbformat.read(folders.state() / "release" / row.stage / name, as_version=4)
    for cell, source in answers.items():
        graded_cells(notebook)[cell][0].source = source
    names = {"nbgrader": {"assignment": row.stage, "notebook": row.id}}
    InjectParameters().preprocess(notebook, names)
    target = folders.state() / "submitted" / learner / row.stage / name
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def earned(stage: str) -> dict[tuple[str, str, str], float]:
    """The points of each (learner, lesson, test) that was handed in."""
    with gradebook() as book:
        return {
            (one.learner, one.lesson, grade.name): grade.auto_score
            for one in folders.submissions(stage)
            for grade in book.find_submission_notebook(one.lesson, stage, one.learner).grades
            if grade.cell_type == "code"
        }


def stock(stage: str, *commands: str) -> None:
    """Run commands of nbgrader alone, with its own settings and kernel, on the state that is in use."""
    config = folders.state() / "nbgrader_config.py"
    config.write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "trainlib"\nc.ExecutePreprocessor.timeout = 600\n'
    )
    environment = os.environ | ENVIRONMENT | {"TRAINLIB_HIDDEN_SEED": str(settings.hidden_seed())}
    for command in commands:
        subprocess.run(
            [sys.executable, "-m", "nbgrader", command, stage],
            cwd=folders.state(), env=environment, check=True, capture_output=True,
        )  # fmt: skip


def seconds(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ours(stage: str, jobs: int, shares: list[float]) -> None:
    run = autograde._run

    def timed(*arguments):
        result = run(*arguments)
        shares.append(result[1])
        return result

    with patch.object(autograde, "_run", timed), redirect_stdout(open(os.devnull, "w")), log.to_file():  # noqa: SIM115
        assert autograde.autograde(stage, jobs=jobs) == {}
        assert feedback(stage)[1] == {}


def measure(row: Lesson, jobs: int, count: int, few: int, folder: Path) -> tuple[float, float, float]:
    """Seconds for `count` submissions here and with nbgrader alone, scaled from `few`, and the share of running
    notebooks."""
    right = solutions(row)
    wrong = right | {next(iter(right)): "raise NotImplementedError"}
    found, times, shares = [], [], []
    for name, size in (("ours", count), ("stock", few)):
        with folders.state_in(folder / f"{row.id}-{name}"):
            with log.to_file():
                build.editions()
            for number in range(size):
                hand_in(row, f"learner-{number:03}", right if number % 5 else wrong)
            if name == "ours":
                settings.hidden_seed()
                times.append(seconds(lambda: ours(row.stage, jobs, shares)))
            else:
                start = seconds(lambda: subprocess.run([sys.executable, "-m", "nbgrader", "--version"], check=True,
                                                       capture_output=True))  # fmt: skip
                taken = seconds(lambda: stock(row.stage, "autograde", "generate_feedback"))
                times.append(2 * start + (taken - 2 * start) * count / few)
            found.append(earned(row.stage))
    same = {place: score for place, score in found[0].items() if place in found[1]}
    assert same == found[1] and len(same) > 0, "the grades differ"
    return *times, sum(shares) / times[0]


def report(row: Lesson, jobs: int, count: int, few: int, folder: Path) -> float:
    mine, theirs, share = measure(row, jobs, count, few, folder)
    print(
        f"{row.id:34} {count:4} submissions: {mine:6.1f} s, nbgrader alone {theirs:7.1f} s (scaled from {few}): "
        f"{theirs / mine:5.1f} times as fast; {jobs} job{'s' if jobs > 1 else ''}, {share:.2f} s "
        "of notebooks a second",
        flush=True,
    )
    return theirs / mine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--stock", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--lessons", nargs="*", default=LESSONS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "grading" / "source" / STAGE).mkdir(parents=True)
        (root / "notebooks").mkdir()
        (root / "notebooks" / "course.toml").write_text(TABLE, encoding="utf-8")
        (root / "grading" / "source" / STAGE / f"{LESSON}.py").write_text(SOURCE.lstrip(), encoding="utf-8")
        trainlib.course.table.cache_clear()
        with patch.object(folders, "root", root), patch.object(trainlib.course, "folder", lambda: root / "notebooks"):
            ratio = report(folders.lessons()[0], arguments.jobs, arguments.count, arguments.stock, root)
            print(f"goal {GOAL} times: {'met' if ratio >= GOAL else 'MISSED'}", flush=True)
        trainlib.course.table.cache_clear()
        for row in folders.lessons():
            if row.id.startswith(tuple(arguments.lessons)) and arguments.lessons:
                report(row, arguments.jobs, 10, 2, root)


if __name__ == "__main__":
    main()

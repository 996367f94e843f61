"""A first look at the whole cycle: a SIMULATED cohort hands in, is collected, graded and given feedback.

Nobody here is a person: the answers are made from the lesson sources and, where the tests of a lesson name misconceptions,
from those.
"""

import io
import shlex
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import jupytext
import nbformat

from grading import build, course, log
from grading.export import export, rows, score_table, text_table
from trainlib.course import graded_cells, hand_in

COHORT = {
    "simulated-ada": "answers everything as the solutions do",
    "simulated-ben": "answers every other exercise and leaves the rest open",
    "simulated-chloe": "gives a plausible wrong answer in every other exercise: her visible checks pass",
    "simulated-dan": "hands the lessons in untouched",
}


def demo(stage: str) -> bool:
    """Run one stage through the cycle in the state that is in use. Returns whether everything could be graded."""
    from grading.autograde import autograde
    from grading.collect import collect
    from grading.feedback import feedback

    if not course.lessons(stage):
        raise ValueError(f"{stage} has no lessons yet")
    print(f"A SIMULATED cohort hands in {stage}. State folder: {course.state()}\n")
    print(text_table(("learner", "what is simulated"), list(COHORT.items())))
    with log.to_file():
        build.editions()
    handed_in = course.state() / "handed_in"
    for learner in COHORT:
        _hand_in(learner, stage, handed_in)
    report = collect(handed_in)
    print(f"\ncollect: {len(report.taken)} lessons taken, {len(report.refused)} refused\n\nautograde:")
    faults = autograde(stage)
    pages, without_page = feedback(stage)
    table = course.state() / "grades.csv"
    export(table)
    print(f"\n{score_table(rows(stage))}\n\nfeedback pages:")
    print("\n".join(f"  {page}" for page in pages))
    print(f"\ngrades as CSV: {table}")
    print(f"open questions wait for you: TRAINLIB_GRADING_STATE={shlex.quote(str(course.state()))} make grade")
    return not (report.refused or faults or without_page)


def _hand_in(learner: str, stage: str, target: Path) -> None:
    """Write the lessons of one simulated learner and hand them in as a learner would."""
    work = course.state() / "simulated_work" / learner
    for row in course.lessons(stage):
        name = Path(stage) / f"{row['id']}.ipynb"
        notebook = nbformat.read(course.state() / "release" / name, as_version=4)
        for grade_id, answer in _answers(learner, row).items():
            graded_cells(notebook)[grade_id][0].source = answer
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, work / name)
    with redirect_stdout(io.StringIO()):
        written = hand_in(stage, learner, start=work)
    target.mkdir(exist_ok=True)
    shutil.move(written, target / written.name)


def _answers(learner: str, row: dict) -> dict[str, str]:
    """The cells that a simulated learner fills in: source by grade id."""
    right = solutions(row)
    return {
        "simulated-ada": right,
        "simulated-ben": dict(list(right.items())[::2]),
        "simulated-chloe": right | dict(list(misconceptions(row).items())[::2]),
        "simulated-dan": {},
    }[learner]


def solutions(row: dict) -> dict[str, str]:
    """The right answers of a lesson, from its source, by grade id."""
    cells = [cell for cell in build.source_notebook(row).cells if cell.metadata.get("nbgrader", {}).get("solution")]
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return {
        cell.metadata.nbgrader.grade_id: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in marks
        )
        for cell in cells
    }


def misconceptions(row: dict) -> dict[str, str]:
    """One named misconception for each answer of a lesson, from the lesson's tests where they are there, by grade id."""
    path = course.root / "tests" / "submissions" / f"{row['id']}.py"
    if not path.exists():
        return {}
    cells = jupytext.read(path, fmt="py:percent").cells
    return {cell.metadata["id"]: cell.source for cell in cells if cell.metadata.get("kind") == "misconception"}

"""A cohort of 100 SIMULATED learners, a fifth of them hostile, through an instructor's four commands: `make
bench-cohort`

Everybody hands in check-in, check-out and one light lesson, the hostile ones with one of tests/test_isolation.py's
attacks in its third exercise. Each command is a process of its own. Afterwards honest learners must have exactly the
points of what they answered rightly, and whoever was hostile nothing for it, and nothing lost without a word to a
person.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import nbformat
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from test_isolation import ANSWERS, FILES, RIGHT, delete, forge

from grading import demo
from grading.authoring import build, items
from grading.records import folders, log
from grading.records.gradebook import gradebook
from trainlib.course import Lesson

STAGES = ("1_principles", "4_project")  # those of check-in and check-out
LESSON, HIT = "1-01_training_effect", "influence"
CODE = (
    "ends-its-process", "exits-when-tested", "loops-when-tested", "writes-100-MB", "fills-the-disk", "reads-gradebook",
    "reads-others", "uses-the-network", "kills-everything", "strips-asserts", "replaces-run-cell", "patches-builtins",
    "patches-check", "replaces-modules", "equals-everything", "forges-a-verdict", "shows-scripts",
)  # fmt: skip
EDITS = {"deletes-tests": delete(f"{HIT}-tests"), "forges-points": forge(f"{HIT}-tests", points=200)}
HOSTILE = (*CODE, *EDITS, "bad-json")


def lesson_answers(row: Lesson) -> tuple[tuple[dict, set], ...]:
    """What honest learners hand in: answers by grade id, and the tests that they pass; four kinds of learners."""
    right, wrong = demo.solutions(row), demo.fitted_answers(row)
    tests = {name: name.replace("-answer", "-tests") for name in right if name.endswith("-answer")}
    half = dict(list(right.items())[::2])
    missed = dict(list(wrong.items())[::2])
    return (
        (right, {*tests.values()}),
        (half, {tests[name] for name in half if name in tests}),
        (right | missed, {tests[name] for name in right if name in tests and name not in missed}),
        ({}, set()),
    )


def attack(name: str, right: str) -> str:
    """The source of an attack, which in its own lesson answers `mean`, as an answer to another exercise."""
    function = re.search(r"def (\w+)\(", right)[1]
    places = {"STATE": folders.state(), "ROOT": folders.state(), "PROJECT": folders.root}
    source = re.sub("STATE|ROOT|PROJECT", lambda found: str(places[found[0]]), ANSWERS[name][0])
    return source.replace(RIGHT, right).replace("def mean(values)", f"def {function}(*values, **_)")


def hand_in(table: pd.DataFrame, hostile: dict[str, str], folder: Path) -> dict[str, set]:
    """Lay what everybody hands in into a folder. Returns the tests of `LESSON` that honest learners must pass."""
    rows = {row.id: row for row in folders.lessons()}
    answers, kinds, due = demo.answered_tests(table), lesson_answers(rows[LESSON]), {}
    right = kinds[0][0]
    for learner, kind in zip(table.learner.unique(), cycle(kinds)):
        for lesson in items.CHECKS:
            _write(demo.answered(rows[lesson], answers[learner, lesson]), learner, rows[lesson], folder)
        if learner not in hostile:
            due[learner] = kind[1]
            _write(demo.answered(rows[LESSON], kind[0]), learner, rows[LESSON], folder)
            continue
        name = hostile[learner]
        own = right | ({f"{HIT}-answer": attack(name, right[f"{HIT}-answer"])} if name in CODE else {})
        notebook = demo.answered(rows[LESSON], own)
        if name in EDITS:
            EDITS[name](notebook)
        path = _write(notebook, learner, rows[LESSON], folder)
        if name in FILES:
            path.write_bytes(FILES[name][0])
    return due


def _write(notebook: nbformat.NotebookNode, learner: str, row: Lesson, folder: Path) -> Path:
    path = folder / learner / row.file
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def run(*words: str) -> str:
    """Run a command, print what it took, and return what it said."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "grading", *words], cwd=folders.root, capture_output=True, text=True)
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{words[0]:10} {seconds:6.1f} s, of which {cpu:6.1f} s of processor time", flush=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def points(lesson: str, what: str = "auto_score") -> dict[str, dict[str, float]]:
    """The points of a lesson's tests by learner; a test that waits for a person has 0."""
    stage = next(one for one in STAGES if one[0] == lesson[0])
    with gradebook() as book:
        return {
            notebook.student.id: {
                grade.name: getattr(grade, what) or 0 for grade in notebook.grades if grade.cell_type == "code"
            }
            for notebook in book.notebook_submissions(lesson, stage)
        }


def wrong_tests(table: pd.DataFrame) -> Iterator[str]:
    """Who has another score in check-in or check-out than was answered, hostile in the lesson beside it or not."""
    for lesson, column in zip(items.CHECKS, ("pre", "post")):
        got = points(lesson)
        for row in table.drop_duplicates("learner").itertuples():
            if sum(got[row.learner].values()) != round(getattr(row, column) * len(got[row.learner])):
                said = f"{row.learner} has {got[row.learner]} in {lesson}"
                yield f"{said}, and answered {getattr(row, column):.0%} rightly"


def wrong_grades(hostile: dict[str, str], due: dict[str, set], said: str) -> Iterator[str]:
    """Who is honest and has other points than are due, or hostile and got or lost some without a word to a person."""
    got, most = points(LESSON), next(iter(points(LESSON, "max_score").values()))
    for learner, passed in due.items():
        if got[learner] != {name: most[name] * (name in passed) for name in most}:
            yield f"{learner}, honest, has {got[learner]} and should have passed {sorted(passed)}"
    for learner, name in hostile.items():
        own, lost = got[learner], touched(name, list(most))
        told = re.search(rf"^(LOOK AT IT|NOT GRADED.*?): {learner} |{learner}/.*: ", said, re.MULTILINE)
        if own[f"{HIT}-tests"] and name in CODE and not ANSWERS[name][1][1]:
            yield f"{learner} ({name}) has points for a wrong answer"
        if not told and any(own[test] != most[test] for test in most if test not in lost):
            yield f"{learner} ({name}) lost more than it touched, and nobody was told: {own}"
        if any(own[test] > most[test] for test in most):
            yield f"{learner} ({name}) has more points than there are: {own}"


def touched(name: str, tests: list[str]) -> set[str]:
    """The tests that an attack may cost, from what it costs in its own lesson: earlier ones, the one it is in, later
    ones."""
    place = tests.index(f"{HIT}-tests")
    parts = (tests[:place], tests[place : place + 1], tests[place + 1 :])
    kept = ANSWERS[name][1] if name in CODE else (1, 0, 1)
    return {test for part, points_kept in zip(parts, kept) if not points_kept for test in part}


def wrong_pages(learners: int, said: str) -> Iterator[str]:
    """What is amiss in feedback and report."""
    pages = list((folders.state() / "feedback").glob("*/*/*.html"))
    if len(pages) != len(list((folders.state() / "submitted").glob("*/*/*.ipynb"))):
        yield f"there are {len(pages)} feedback pages"
    yield from (f"{page} shows hidden tests" for page in pages if "BEGIN HIDDEN" in page.read_text(encoding="utf-8"))
    if f"{learners} simulated learners went from" not in said:
        yield "the report is not about everybody"


def main() -> bool:
    """Whether something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=100, help="default: 100, of whom a fifth is hostile")
    learners = parser.parse_args().learners
    with tempfile.TemporaryDirectory(prefix="cohort-") as folder, folders.state_in(Path(folder)):
        with log.to_file():
            build.editions()
        table, handed_in = demo.simulated(learners), folders.state() / "handed_in"
        hostile = dict(zip(table.learner.unique()[-(learners // 5) :], cycle(HOSTILE)))
        demo.write_records(table, handed_in)
        due = hand_in(table, hostile, handed_in)
        print(f"{learners} simulated learners, {len(hostile)} of them hostile, hand in {LESSON} and both tests")
        said = {
            words[0]: run(*words)
            for words in (("collect", str(handed_in)), ("autograde", *STAGES), ("feedback", *STAGES), ("report",))
        }
        wrong = [
            *wrong_tests(table),
            *wrong_grades(hostile, due, said["collect"] + said["autograde"]),
            *wrong_pages(learners, said["report"]),
        ]
    print("\n".join(f"WRONG: {fault}" for fault in wrong) or "everybody has the grades that they must have")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

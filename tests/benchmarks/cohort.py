"""A cohort of 100 SIMULATED learners, 30 of them hostile, through an instructor's four commands while two other
processes keep the machine busy: `make bench-cohort`

Everybody hands in check-in, check-out and one light lesson, the hostile ones with one of the attacks of
tests/test_isolation.py and tests/test_attacks.py in its third exercise. Each command is a process of its own.
Afterwards honest learners must have exactly the points that they get alone on a quiet machine, which are those of what
they answered rightly; and whoever was hostile nothing for it, and nothing lost without a word to a person.
"""

import argparse
import multiprocessing
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import nbformat
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from test_attacks import ATTACKS, KNOWN
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
HOSTILE = (*CODE, *EDITS, "bad-json", *ATTACKS)


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many other processes that compute without a rest."""
    others = [multiprocessing.get_context("fork").Process(target=_compute, daemon=True) for _ in range(processes)]
    for one in others:
        one.start()
    try:
        yield
    finally:
        for one in others:
            one.kill()


def _compute() -> None:
    while True:
        sum(range(10**6))


def alone(kinds: tuple[tuple[dict, set], ...]) -> list[dict[str, float]]:
    """The points by test of one learner of each kind, in a state of their own with nobody else in it."""
    row = folders.lesson(LESSON)
    with tempfile.TemporaryDirectory(prefix="alone-") as folder, folders.state_in(Path(folder)):
        with log.to_file():
            build.editions()
        for number, (answers, _) in enumerate(kinds):
            _write(demo.answered(row, answers), f"kind-{number}", row, Path(folder) / "handed_in")
        run("collect", f"{folder}/handed_in"), run("autograde", row.stage, "--jobs", "1")
        found = points(LESSON)
        return [found[f"kind-{number}"] for number in range(len(kinds))]


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
    first, tries = ATTACKS.get(name, ("", ""))
    code = ANSWERS[name][0] if name in ANSWERS else f"{first}\n{KNOWN.replace('TRY', tries)}"
    source = re.sub("STATE|ROOT|PROJECT", lambda found: str(places[found[0]]), code)
    return source.replace(RIGHT, right).replace("def mean(values)", f"def {function}(*values, **_)")


def hand_in(
    table: pd.DataFrame, hostile: dict[str, str], kinds: tuple[tuple[dict, set], ...], folder: Path
) -> dict[str, int]:
    """Lay what everybody hands in into a folder. Returns of which kind each honest learner is."""
    rows = {row.id: row for row in folders.lessons()}
    answers, due = demo.answered_tests(table), {}
    right = kinds[0][0]
    for learner, kind in zip(table.learner.unique(), cycle(range(len(kinds)))):
        for lesson in items.CHECKS:
            _write(demo.answered(rows[lesson], answers[learner, lesson]), learner, rows[lesson], folder)
        if learner not in hostile:
            due[learner] = kind
            _write(demo.answered(rows[LESSON], kinds[kind][0]), learner, rows[LESSON], folder)
            continue
        name = hostile[learner]
        own = right | ({f"{HIT}-answer": attack(name, right[f"{HIT}-answer"])} if is_code(name) else {})
        notebook = demo.answered(rows[LESSON], own)
        if name in EDITS:
            EDITS[name](notebook)
        path = _write(notebook, learner, rows[LESSON], folder)
        if name in FILES:
            path.write_bytes(FILES[name][0])
    return due


def is_code(name: str) -> bool:
    return name in CODE or name in ATTACKS


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


def wrong_grades(
    hostile: dict[str, str],
    due: dict[str, int],
    kinds: tuple[tuple[dict, set], ...],
    by_themselves: list[dict[str, float]],
    said: str,
) -> Iterator[str]:
    """Who is honest and has other points than alone, or hostile and got or lost some without a word to a person."""
    got, most = points(LESSON), next(iter(points(LESSON, "max_score").values()))
    for (_, passed), found in zip(kinds, by_themselves):
        if found != {name: most[name] * (name in passed) for name in most}:
            yield f"alone, who should pass {sorted(passed)} has {found}"
    for learner, kind in due.items():
        if got[learner] != by_themselves[kind]:
            yield f"{learner}, honest, has {got[learner]} and alone {by_themselves[kind]}"
    for learner, name in hostile.items():
        own, lost = got[learner], touched(name, list(most))
        told = re.search(rf"^(LOOK AT IT|NOT GRADED.*?): {learner} |{learner}/.*: ", said, re.MULTILINE)
        if own[f"{HIT}-tests"] and (name in ATTACKS or name in CODE and not ANSWERS[name][1][1]):
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
    kept = ANSWERS[name][1] if name in CODE else (1, 0, 0) if name in ATTACKS else (1, 0, 1)
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
    parser.add_argument("--learners", type=int, default=100, help="default: 100")
    parser.add_argument("--hostile", type=float, default=0.3, help="the share of them that is hostile (default: 0.3)")
    parser.add_argument("--busy", type=int, default=2, help="other processes that compute meanwhile (default: 2)")
    options = parser.parse_args()
    learners, kinds = options.learners, lesson_answers(folders.lesson(LESSON))
    by_themselves = alone(kinds)
    with tempfile.TemporaryDirectory(prefix="cohort-") as folder, folders.state_in(Path(folder)):
        with log.to_file():
            build.editions()
        table, handed_in = demo.simulated(learners), folders.state() / "handed_in"
        names = table.learner.unique()
        hostile = dict(zip(names[learners - round(options.hostile * learners) :], cycle(HOSTILE)))
        demo.write_records(table, handed_in)
        due = hand_in(table, hostile, kinds, handed_in)
        print(f"{learners} simulated learners, {len(hostile)} of them hostile, hand in {LESSON} and both tests")
        commands = ("collect", str(handed_in)), ("autograde", *STAGES), ("feedback", *STAGES), ("report",)
        with busy(options.busy):
            said = {words[0]: run(*words) for words in commands}
        wrong = [
            *wrong_tests(table),
            *wrong_grades(hostile, due, kinds, by_themselves, said["collect"] + said["autograde"]),
            *wrong_pages(learners, said["report"]),
        ]
    print("\n".join(f"WRONG: {fault}" for fault in wrong) or "everybody has the grades that they must have")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

"""A first look at the whole cycle: a SIMULATED cohort hands in, is collected, graded, given feedback and reported on.

Nobody here is a person: the answers to lessons are made from their sources and, where the tests of a lesson hold
answers fitted to what is visible, from those; check-in, check-out, surveys and follow-up forms are drawn from a
simulated training.
"""

import io
import json
import shlex
import shutil
from contextlib import redirect_stdout
from datetime import date, timedelta
from pathlib import Path

import jupytext
import nbformat
import numpy as np
import pandas as pd

from grading.authoring import build, items
from grading.marking.export import export
from grading.records import folders, log
from grading.records.glance import rows
from grading.records.terminal import score_table, text_table
from trainlib import cohort, effect, questions
from trainlib.course import Lesson
from trainlib.lesson import hand_in
from trainlib.lesson import survey_file as survey
from trainlib.notebook import graded_cells

COHORT = {
    "simulated-ada": "answers everything as the solutions do",
    "simulated-ben": "answers every other exercise and leaves the rest open",
    "simulated-chloe": "gives a plausible wrong answer in every other exercise: her visible checks pass",
    "simulated-dan": "hands the lessons in untouched",
}
TRAINING = effect.preset("retail").training  # weights of ours, for its stages have the names of the course's
RATES = {"Ada": 140, "Ben": 110, "Chen": 90, "Dora": 70}
TEAM = 6  # learners, about
START = date(2027, 1, 11)
TRACK = "engineer"  # of everybody
MISLEADING = "part_2-2"  # a question that the better miss, so that the report has one to find
CHANGES = ("more time for the exercises", "fewer formulas at once", "an example from our own data")
PLAN = """\
# SIMULATED: made by `python -m grading demo`. Its learners were drawn from the preset's shares and hours.
title = "The next course of a SIMULATED cohort"
currency = "EUR"
people = {people}
budget = {budget}
weeks = 9
hours_per_week = 8
preset = "retail"

[[skill]]
name = "language models"
level = 0.35
"""


def demo(stage: str, learners: int = len(COHORT), lessons: int = 2) -> bool:
    """Run a stage's first `lessons` through the cycle in the state that is in use. Whether all could be graded.

    The first four hand in these lessons, as `COHORT` says; everybody takes check-in and check-out, answers
    the surveys, and three of four the follow-up. ValueError for a stage without lessons, or under 1 of either.
    """
    if not folders.lessons(stage):
        raise ValueError(f"{stage} has no lessons yet")
    for name, number in (("learners", learners), ("lessons", lessons)):
        if number < 1:
            raise ValueError(f"{name} is {number}; it must be at least 1")
    chosen = [row for row in folders.lessons(stage) if row.id not in items.CHECKS][:lessons]
    table = simulated(learners)
    names = list(table.learner.unique())
    print(f"A SIMULATED cohort hands in {', '.join(row.id for row in chosen)}. State folder: {folders.state()}\n")
    print(text_table(("learner", "what is simulated"), [(name, COHORT[name]) for name in names if name in COHORT]))
    print("All take check-in and check-out and answer the surveys; nobody else hands in lessons.")
    with log.to_file():
        build.editions()
    asked = [row.stage for row in folders.lessons() if row.id in items.CHECKS or row.stage == stage]
    stages = list(dict.fromkeys(asked))
    handed_in = _hand_everything_in(table, chosen, stages)
    graded = _grade(handed_in, stage, stages)
    _show_results(stage)
    return graded


def _hand_everything_in(table: pd.DataFrame, lessons: list[Lesson], stages: list[str]) -> Path:
    """Have all learners hand in what they do, with what else a cohort leaves behind. Returns the folder of the zips."""
    handed_in, tests = folders.state() / "handed_in", answered_tests(table)
    for name in table.learner.unique():
        for folder in stages:
            _hand_in(name, folder, lessons if name in COHORT else [], tests, handed_in)
    write_records(table, handed_in)
    return handed_in


def _grade(handed_in: Path, stage: str, stages: list[str]) -> bool:
    """Collect, autograde and give feedback, as an instructor does. Returns whether nothing was refused or failed."""
    from grading.intake.collect import collect
    from grading.marking.autograde import autograde
    from grading.marking.feedback import Known, feedback
    from grading.marking.overview import overviews, page_of

    collected = collect(handed_in)
    print(f"\ncollect: {len(collected.taken)} files taken, {len(collected.refused)} refused\n\nautograde:")
    faults = {key: reason for folder in stages for key, reason in autograde(folder).items()}
    known = Known()
    pages, without_page = feedback(stage, known)
    pages += [page_of(one.learner) for one in overviews({page.parts[-3] for page in pages}, known)]
    print(f"\n{score_table(rows(stage))}\n\nfeedback pages:")
    print("\n".join(f"  {page}" for page in pages))
    return not (collected.refused or faults or without_page)


def _show_results(stage: str) -> None:
    """Export the grades and write the training lead's report."""
    from grading.lead import report_page

    state = folders.state()
    grades = state / "grades.csv"
    export(grades)
    print(f"\ngrades as CSV: {grades}")
    beside = (state / name for name in ("report.html", "cohort.toml", "plan.toml", "follow_up"))
    report = report_page.write(*beside)
    print(f"report: {report.answer}\nwritten: {report.page}")
    command = f"python -m grading mark {stage}"
    print(f"open questions wait for you: TRAINLIB_GRADING_STATE={shlex.quote(str(state))} {command}")


def write_records(table: pd.DataFrame, handed_in: Path) -> None:
    """What a cohort leaves behind beside notebooks: surveys to collect and, in the state, all that `report` reads."""
    answer_surveys(table, handed_in)
    answer_follow_ups(table, folders.state() / "follow_up")
    (folders.state() / "cohort.toml").write_text(cohort_toml(table), encoding="utf-8")
    (folders.state() / "plan.toml").write_text(plan_toml(table), encoding="utf-8")


def simulated(learners: int, seed: int = 0) -> pd.DataFrame:
    """The table of a SIMULATED cohort of any size (see `trainlib.cohort.simulate`), with names to hand in with."""
    teams = max(1, learners // TEAM)
    table = cohort.simulate(TRAINING, learners, teams, trainers=None, items=items.SIZES["test"], seed=seed)
    names = [*COHORT, *(f"simulated-{number:03d}" for number in range(len(COHORT) + 1, learners + 1))][:learners]
    table["learner"] = np.repeat(names, len(TRAINING.stages))
    return table


def answered_tests(table: pd.DataFrame, seed: int = 0) -> dict[tuple[str, str], dict[str, str]]:
    """The cells that each learner fills in, by (learner, lesson): as many questions right as the table says.

    Which ones chance decides, and how easy a question is; after the course also how much its stage weighs.
    """
    rng = np.random.default_rng(seed)
    places = items.places()
    ease = rng.normal(0, 0.7, len(places))
    weight = {stage.name: stage.weight for stage in TRAINING.stages}
    taught = np.array([weight[items.part_of(item.stage)] for item in items.forms(TRACK)["A"]])
    misleading = np.array([items.cell_name(*place) == MISLEADING for place in places])
    cells = {}
    for row in table.drop_duplicates("learner").itertuples():
        for lesson, share, gain in zip(items.CHECKS, (row.pre, row.post), (0, 3)):
            known = ease + gain * taught + rng.normal(0, 1, len(places)) - 6 * misleading * (share - 0.5)
            right = np.argsort(np.argsort(-known)) < round(share * len(places))
            cells[row.learner, lesson] = _filled_in(row.learner, lesson, dict(zip(places, right)), rng)
    return cells


def _filled_in(
    learner: str, lesson: str, right: dict[tuple[str, int], bool], rng: np.random.Generator
) -> dict[str, str]:
    """The cells of one test. Half of what is not known is left open, the other half guessed wrongly."""
    cells = {"learner": f'learner = "{learner}"\ntrack = "{TRACK}"'}
    for part in dict(items.places()):
        keys = items.solution(lesson, part, learner, TRACK)
        wrong = {
            number: rng.choice([letter for letter in questions.LETTERS if letter != key])
            for number, key in keys.items()
        }
        given = {
            number: key if right[part, number] else str(wrong[number]) if rng.random() < 0.5 else ""
            for number, key in keys.items()
        }
        cells[f"{part}-answer"] = f"{part} = {given}"
    return cells


def answer_surveys(table: pd.DataFrame, target: Path) -> None:
    """The survey that closes each stage, as everybody in the table rates it, laid where `collect` takes it from."""
    folders_of = {stage.name: stage.folder for stage in folders.stages()}
    for place, row in enumerate(table.itertuples()):
        folder = target / row.learner / folders_of[row.stage]
        folder.mkdir(parents=True, exist_ok=True)
        answers = {
            "content": round(1 + 4 * row.content_rating),
            "trainer": round(1 + 4 * row.trainer_rating),
            "hours": round(row.hours, 1),
            "confidence": round(1 + 4 * row.post),
            "change": f"SIMULATED: {CHANGES[place % 3]}" if place % 11 == 0 else None,
        }
        survey.save(folder, folder.name, survey.check(answers))


def answer_follow_ups(table: pd.DataFrame, folder: Path, seed: int = 0) -> None:
    """The forms that come back 30 days later, from three of four: a little is forgotten, and most have used some."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, written = np.random.default_rng(seed), START + timedelta(weeks=9)
    for place, row in enumerate(table.drop_duplicates("learner").itertuples()):
        if place % 4 == 3:
            continue
        with redirect_stdout(io.StringIO()):
            path = questions.follow_up(row.learner, TRACK, folder, today=written)
        text = path.read_text(encoding="utf-8").replace(
            'filled_in = ""', f'filled_in = "{written + timedelta(days=31)}"'
        )
        text = text.replace('days_used = ""', f'days_used = "{rng.integers(0, 9)}"')
        if place % 3 == 0:
            text = text.replace(
                'result = ""', 'result = "SIMULATED: a check of our data that took a day takes an hour"'
            )
        asked = items.forms(TRACK, "follow-up")[questions.form(row.learner, "follow-up")]
        for number, item in enumerate(asked, start=1):
            if rng.random() < 0.9 * row.post:
                text = text.replace(f'\n{number} = ""', f'\n{number} = "{item.key}"')
        path.write_text(text, encoding="utf-8")


def cohort_toml(table: pd.DataFrame, title: str = "SIMULATED cohort") -> str:
    """The cohort.toml of a table: every team begins a week after the one before it."""
    lines = [f'title = "{title}"', 'currency = "EUR"', "learner_hour = 45", "", "[hours]"]
    lines += [f"{name} = {hours:.1f}" for name, hours in table.groupby("stage", sort=False).hours.mean().items()]
    lines += ["", "[rates]", *(f"{name} = {rate}" for name, rate in RATES.items())]
    for place, (team, of_team) in enumerate(table.groupby("team", sort=False)):
        members = json.dumps(list(of_team.learner.unique()))
        lines += ["", "[[team]]", f'name = "{team}"', f"members = {members}", "[team.stage]"]
        for week, row in enumerate(of_team.drop_duplicates("stage").itertuples()):
            first = START + timedelta(weeks=place + 2 * week)
            days = f"start = {first}, end = {first + timedelta(days=11)}"
            lines.append(f'{row.stage} = {{ trainer = "{row.trainer}", {days} }}')
    return "\n".join(lines) + "\n"


def plan_toml(table: pd.DataFrame) -> str:
    """The plan.toml of the next course, for as many people."""
    people = table.learner.nunique()
    trainers = [f'\n[[trainer]]\nname = "{name}"\nrate = {RATES[name]}\n' for name in sorted(set(table.trainer))]
    return PLAN.format(people=people, budget=1_500 + 400 * people) + "".join(trainers)


def _hand_in(learner: str, stage: str, lessons: list[Lesson], tests: dict, target: Path) -> None:
    """Write what a simulated learner fills in of a stage, tests and those of `lessons`, and hand it in."""
    work = folders.state() / "simulated_work" / learner
    for row in folders.lessons(stage):
        if row not in lessons and row.id not in items.CHECKS:
            continue
        answers = tests[learner, row.id] if row.id in items.CHECKS else _answers(learner, row)
        (work / stage).mkdir(parents=True, exist_ok=True)
        nbformat.write(answered(row, answers), work / stage / f"{row.id}.ipynb")
    with redirect_stdout(io.StringIO()):
        written = hand_in(stage, learner, start=work)
    target.mkdir(exist_ok=True)
    shutil.move(written, target / written.name)


def answered(row: Lesson, answers: dict[str, str]) -> nbformat.NotebookNode:
    """A lesson as it is released, with answers in place of its stubs, by grade id."""
    notebook = nbformat.read(folders.state() / "release" / row.file, as_version=4)
    cells = graded_cells(notebook)
    for grade_id, answer in answers.items():
        cells[grade_id][0].source = answer
    return notebook


def _answers(learner: str, row: Lesson) -> dict[str, str]:
    """The cells that a simulated learner fills in: source by grade id."""
    right = solutions(row)
    return {
        "simulated-ada": right,
        "simulated-ben": dict(list(right.items())[::2]),
        "simulated-chloe": right | dict(list(fitted_answers(row).items())[::2]),
        "simulated-dan": {},
    }[learner]


def solutions(row: Lesson) -> dict[str, str]:
    """The right answers of a lesson, from its source, by grade id."""
    cells = [cell for cell in build.source_notebook(row).cells if cell.metadata.get("nbgrader", {}).get("solution")]
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return {
        cell.metadata.nbgrader.grade_id: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in marks
        )
        for cell in cells
    }


def fitted_answers(row: Lesson) -> dict[str, str]:
    """An answer to each exercise that passes what is visible and no more, by grade id; {} where the tests are not
    there."""
    path = folders.root / "tests" / "submissions" / f"{row.id}.py"
    if not path.exists():
        return {}
    cells = jupytext.read(path, fmt="py:percent").cells
    return {cell.metadata["id"]: cell.source for cell in cells if cell.metadata.get("kind") == "fitted"}

"""The cohort: one table of who learnt what, with whom, in how many hours and at what cost, and nothing else is needed.

It is made from the gradebook (check-in and check-out), the surveys that close the stages, and cohort.toml, which a
person writes (see cohort.example.toml). `trainlib.cohort.fit` reads it, and through that `python -m grading plan`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from grading.authoring.items import CHECKS
from grading.intake.collect import surveys
from grading.lead.item_scores import same_form_twice
from grading.marking.answers import is_answered
from grading.records import folders, tomlfile
from grading.records.folders import Submission
from grading.records.gradebook import gradebook
from grading.records.tomlfile import Document, date, each, mapping, number, table, text
from trainlib import cohort
from trainlib.survey import share

MONEY = "an amount of at least 0"
STAGE_OF_TEAM = table(
    'a table such as { trainer = "Ada", start = 2027-01-11, end = 2027-01-22 }',
    {"trainer": text("a name"), "start": date(), "end": date()},
    {"hours": number("a number of hours of at least 0", 0)},
)
SCHEMA = table(
    "a cohort",
    {
        "title": text(),
        "hours": mapping("a number of hours for each stage", number("a number of hours of at least 0", 0)),
        "rates": mapping("what an hour of each trainer costs", number(MONEY, 0)),
        "team": each(
            "one [[team]] or more",
            table(
                "a team",
                {
                    "name": text("a name"),
                    "members": each("a list of learners' names, as they hand in", text("a learner's name")),
                    "stage": mapping("a table with a line for each stage", STAGE_OF_TEAM),
                },
            ),
        ),
    },
    {
        "check_in": text("the id of a lesson"),
        "check_out": text("the id of a lesson"),
        "items": number("a whole number of at least 2", 2, whole=True),
        "learner_hour": number(MONEY, 0),
        "currency": text("a currency, such as EUR"),
    },
)


@dataclass(frozen=True)
class Cohort:
    """A cohort's table, as `trainlib.cohort.check` describes it, with the days on which each stage began and ended.

    `items`: questions in the check-in, None when there is only one to count. `notes` are sentences on what was missing and what was done
    about it; they name learners, so they are for whoever made the table.
    """

    title: str
    table: pd.DataFrame
    items: int | None
    notes: tuple[str, ...]


def stage_names() -> dict[str, str]:
    """The folder of each stage by the name that tables and plans use: "principles" for 1_principles."""
    return {row.name: row.folder for row in folders.stages()}


def read(path: Path) -> Cohort:
    """The cohort that a cohort.toml describes. ValueError names each wrong field with its line, or what is missing."""
    document = tomlfile.read(path, SCHEMA)
    _check(document)
    document.refuse()
    values, answers = document.values, surveys()
    check_in, check_out = (_scores(values.get(name, lesson)) for name, lesson in zip(("check_in", "check_out"), CHECKS))
    twice = same_form_twice()
    before, after = check_in.shares, {name: share for name, share in check_out.shares.items() if name not in twice}
    members = {learner: team for team in values["team"] for learner in team["members"]}
    waiting = [learner for learner in (*check_in.waiting, *check_out.waiting) if learner in members]
    strangers = sorted({*before, *after, *(learner for learner, _ in answers)} - set(members))
    rows = [
        row
        for learner, team in members.items()
        if learner in before
        for row in _rows(values, learner, team, answers, before[learner], after.get(learner))
    ]
    notes = [
        _note("left out, as no team names them", strangers),
        _note("left out, as there is no score of their check-in", [name for name in members if name not in before]),
        _note("their check-in or check-out waits for a person (`make grade`)", waiting),
        _note("the same form at check-in and check-out, under two names, so no gain", sorted(twice & set(members))),
        _note(
            "without a check-out, so no gain",
            [name for name in members if name in before and name not in {*after, *twice}],
        ),
    ]
    for name, folder in stage_names().items():
        if name in values["hours"]:
            silent = [learner for learner in members if learner in before and (learner, folder) not in answers]
            notes.append(_note(f"no survey of {name}: the hours planned count, and there are no ratings", silent))
    notes = tuple(note for note in notes if note)
    if not rows:
        raise ValueError("\n".join(["no learner can stand in the cohort's table:", *notes]))
    found = pd.DataFrame(rows)
    simulated = bool(found.learner.str.startswith("simulated").all())  # such as those of `python -m grading demo`
    found.attrs = {"name": values["title"], "simulated": simulated}
    items = values.get("items", check_in.questions)
    return Cohort(values["title"], cohort.check(found), items if items > 1 else None, notes)


def _check(document: Document) -> None:
    """What a schema cannot say: names that must be those of other fields, and days in their order."""
    values, known = document.values, stage_names()
    for name in values["hours"]:
        if name not in known:
            document.fault("hours", name, says=f"is no stage; these are: {', '.join(known)}")
    seen, names = {}, [team["name"] for team in values["team"]]
    for index, team in enumerate(values["team"]):
        if team["name"] in names[:index]:
            document.fault("team", index, "name", must="a name that no other team has")
        for position, learner in enumerate(team["members"]):
            if learner in seen:
                says = f"is {learner!r}, who stands in team {seen[learner]!r} already"
                document.fault("team", index, "members", position, says=says)
            seen[learner] = team["name"]
        for name in values["hours"]:
            if name in known and name not in team["stage"]:
                document.fault("team", index, "stage", name, says="is missing: each team needs each stage of [hours]")
        for name, held in team["stage"].items():
            place = ("team", index, "stage", name)
            if name not in values["hours"]:
                document.fault(*place, says=f"is no stage of [hours]; these are: {', '.join(values['hours'])}")
            if held["trainer"] not in values["rates"]:
                document.fault(*place, "trainer", must=f"one of [rates]: {', '.join(values['rates'])}")
            if held["end"] < held["start"]:
                document.fault(*place, "end", must=f"a day from the start on, {held['start']}")


@dataclass(frozen=True)
class Scores:
    """The share of a lesson's points by learner, and the learners whose answers wait for a person, so have none yet."""

    shares: dict[str, float]
    waiting: tuple[str, ...]
    questions: int


def _scores(lesson: str) -> Scores:
    """The scores of check-in or check-out in the gradebook.

    nbgrader gives 0 points to a lesson that was not handed in with its stage, or was handed in empty: here it has no
    score. A penalty for being late says nothing about skill and does not count.
    """
    with gradebook() as book:
        stages = [part.name for part in book.assignments if lesson in [notebook.name for notebook in part.notebooks]]
        if not stages:
            raise ValueError(f"the gradebook has no lesson {lesson!r}: build, collect and autograde it first")
        shares, waiting = {}, []
        for submission in book.assignment_submissions(stages[0]):
            learner = submission.student.id
            one = Submission(learner, stages[0], lesson)
            if not one.is_graded or lesson in CHECKS and not is_answered(one.file):
                continue
            notebook = next(notebook for notebook in submission.notebooks if notebook.name == lesson)
            if notebook.needs_manual_grade:
                waiting.append(learner)
            elif notebook.max_score > 0:
                shares[learner] = notebook.score / notebook.max_score
        questions = sum(cell.max_score > 0 for cell in book.find_notebook(lesson, stages[0]).grade_cells)
    return Scores(shares, tuple(waiting), questions)


def _rows(values: dict, learner: str, team: dict, answers: dict, pre: float, post: float | None) -> Iterator[dict]:
    """A row for each stage. A trainer's hours are those planned, shared by the team; a learner's those of the survey."""
    for name, folder in stage_names().items():
        if name not in values["hours"]:
            continue
        held, said = team["stage"][name], answers.get((learner, folder), {})
        planned = held.get("hours", values["hours"][name])
        hours = said.get("hours", planned)
        trainer = values["rates"][held["trainer"]] * planned / len(team["members"])
        yield {
            "learner": learner,
            "team": team["name"],
            "stage": name,
            "trainer": held["trainer"],
            "hours": hours,
            "trainer_rating": share(said.get("trainer")),
            "content_rating": share(said.get("content")),
            "pre": pre,
            "post": float("nan") if post is None else post,
            "cost": trainer + hours * values.get("learner_hour", 0),
            "confidence": share(said.get("confidence")),
            "start": pd.Timestamp(held["start"]),
            "end": pd.Timestamp(held["end"]),
        }


def _note(says: str, learners: list[str]) -> str:
    return f"{', '.join(sorted(set(learners)))}: {says}" if learners else ""

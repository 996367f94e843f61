"""The cohort: one table of who learnt what, with whom, in how many hours and at what cost, and nothing else is needed.

It is made from what was measured (check-in, check-out, the surveys that close the stages) and from cohort.toml.
`trainlib.cohort.fit` reads it, and through that `python -m grading plan`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from grading.lead import cohort_file, measured
from grading.lead.cohort_file import CohortFile
from grading.lead.measured import Measured
from grading.records import folders
from grading.records.tables import write_csv
from trainlib import cohort
from trainlib.course import Stage
from trainlib.lesson.survey_file import share


@dataclass(frozen=True)
class Cohort:
    """A cohort's table, as `trainlib.cohort.check` describes it, with the days on which each stage began and ended.

    `items`: questions in the check-in, None when there is only one to count. `notes` are sentences on what was missing
    and what was done about it; they name learners, so they are for whoever made the table.
    """

    title: str
    currency: str
    table: pd.DataFrame
    items: int | None
    notes: tuple[str, ...]


def read(path: Path) -> Cohort:
    """The cohort that a cohort.toml describes. ValueError names each wrong field with its line, or what is missing."""
    file = cohort_file.read(path)
    with measured.opened() as state:
        return make(file, state)


def make(file: CohortFile, state: Measured) -> Cohort:
    """The cohort of a cohort.toml, with what was measured. ValueError says why there is none."""
    stages = [stage for stage in folders.stages() if stage.name in file.teams[0].stages]
    check_in, check_out = state.lesson(file.check_in), state.lesson(file.check_out)
    before = check_in.shares
    after = {learner: share for learner, share in check_out.shares.items() if learner not in state.without_change}
    rows = [
        row
        for learner in file.team_of
        if learner in before
        for row in _rows(file, learner, stages, state, before[learner], after.get(learner))
    ]
    notes = _notes(file, stages, state, before, after)
    if not rows:
        raise ValueError("\n".join(["no learner can stand in the cohort's table:", *notes]))
    table = pd.DataFrame(rows)
    simulated = bool(table.learner.str.startswith("simulated").all())  # such as those of `python -m grading demo`
    table.attrs = {"name": file.title, "simulated": simulated}
    items = file.items or check_in.questions
    return Cohort(file.title, file.currency, cohort.check(table), items if items > 1 else None, notes)


@dataclass(frozen=True)
class CohortSummary:
    """What a cohort's table holds: how many of what, its rows as they were written, and the notes of `Cohort`."""

    title: str
    learners: int
    with_check_out: int
    teams: int
    stages: int
    rows: tuple[dict[str, object], ...]
    notes: tuple[str, ...]


def write(path: Path, target: Path) -> CohortSummary:
    """Write the table of the cohort that a cohort.toml describes as CSV, nothing where a value is missing."""
    cohort = read(path)
    table = cohort.table
    learners = table.drop_duplicates("learner")
    days = table.assign(**{name: table[name].dt.date for name in ("start", "end")})
    rows = tuple(days.astype(object).where(days.notna(), None).to_dict("records"))
    write_csv(target, list(table), (row.values() for row in rows))
    return CohortSummary(
        title=cohort.title,
        learners=len(learners),
        with_check_out=int(learners.post.notna().sum()),
        teams=learners.team.nunique(),
        stages=table.stage.nunique(),
        rows=rows,
        notes=cohort.notes,
    )


def _rows(
    file: CohortFile, learner: str, stages: list[Stage], state: Measured, pre: float, post: float | None
) -> Iterator[dict]:
    """A row for each stage. A trainer's hours are those planned, for the whole team; a learner's those of the survey,
    else those assigned, else those planned."""
    team = file.team_of[learner]
    for stage in stages:
        held, answers = team.stages[stage.name], state.surveys.get((learner, stage.folder), {})
        hours = answers.get("hours", file.assigned.get((learner, stage.name), held.hours))
        trainer_cost = held.rate * held.hours / len(team.members)
        yield {
            "learner": learner,
            "team": team.name,
            "track": state.track_of.get(learner, ""),
            "stage": stage.name,
            "trainer": held.trainer,
            "hours": hours,
            "trainer_rating": share(answers.get("trainer")),
            "content_rating": share(answers.get("content")),
            "pre": pre,
            "post": float("nan") if post is None else post,
            "cost": trainer_cost + hours * file.learner_hour,
            "confidence": share(answers.get("confidence")),
            "start": pd.Timestamp(held.start),
            "end": pd.Timestamp(held.end),
        }


def _notes(
    file: CohortFile, stages: list[Stage], state: Measured, before: dict[str, float], after: dict[str, float]
) -> tuple[str, ...]:
    """A sentence for each thing that is missing, with whom it concerns."""
    members = file.team_of
    waiting = [*state.lesson(file.check_in).waiting, *state.lesson(file.check_out).waiting]
    counted = [learner for learner in members if learner in before]
    strangers = {*before, *after, *(learner for learner, _ in state.surveys)} - set(members)
    notes = [
        *file.notes,
        _note("left out, as no team names them", strangers),
        _note("left out, as there is no score of their check-in", [name for name in members if name not in before]),
        _note(
            "their check-in or check-out waits for a person (`make grade`)",
            [name for name in waiting if name in members],
        ),
        _note(
            "the same form at check-in and check-out, under two names, so no gain",
            state.same_form_twice & set(members),
        ),
        _note(
            "another track at check-out than at check-in, which asks other questions, so no gain",
            state.changed_track & set(members),
        ),
        _note("a test that names no track, so no score of it", state.without_track & set(members)),
        _note(
            "without a check-out, so no gain", [name for name in counted if name not in {*after, *state.without_change}]
        ),
    ]
    tracks = Counter(state.track_of[name] for name in counted if name in after and name in state.track_of)
    if len(tracks) > 1:
        of_each = " and ".join(f"{count} on the track {track}" for track, count in sorted(tracks.items()))
        notes.append(
            f"{of_each}: each is asked about its own lessons, so scores of two tracks are of different questions, and "
            "weights fitted to both take them as one"
        )
    for stage in stages:
        silent = [learner for learner in counted if (learner, stage.folder) not in state.surveys]
        notes.append(_note(f"no survey of {stage.name}: the hours planned count, and there are no ratings", silent))
    return tuple(note for note in notes if note)


def _note(says: str, learners: Iterable[str]) -> str:
    return f"{', '.join(names)}: {says}" if (names := sorted(set(learners))) else ""

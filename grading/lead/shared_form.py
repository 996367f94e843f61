"""The shared form of a report: the same results, from which nobody learns who somebody is."""

from dataclasses import replace

import pandas as pd

from grading.authoring.items import CHECKS
from grading.lead.learnt import SHARED
from grading.lead.report import SMALLEST, CohortReport, Missing
from grading.lead.retention import TEXTS
from trainlib import learners


def share(report: CohortReport) -> CohortReport:
    """The same report without names: learners, trainers and teams are numbers, and no text is left that people wrote.

    The numbers follow from results alone: learners by gain and score at check-in, trainers by rating. ValueError where
    the cohort is so small that its means would tell who somebody is.
    """
    known = report.scores.learner if report.table is None else report.table.learner
    if known.nunique() < SMALLEST:
        raise ValueError(
            f"{known.nunique()} learners are too few for the shared form, whose numbers would tell who they are: it "
            f"needs at least {SMALLEST}"
        )
    number = {name: str(place) for place, name in enumerate(_by_result(report), start=1)}
    return replace(
        report,
        table=None if report.table is None else _without_names(report.table, number),
        scores=report.scores.assign(learner=report.scores.learner.map(number)),
        later=report.later.rename(index=number).drop(columns=list(TEXTS)),
        unfitted=report.unfitted and Missing(report.unfitted.shared),
        learnt=SHARED if isinstance(report.learnt, str) else report.learnt,
        command="",
        shared=True,
        notes=(),
        comments=(),
    )


def _without_names(table: pd.DataFrame, number: dict[str, str]) -> pd.DataFrame:
    """A cohort's table with a number for each learner, trainer and team; `number` is that of each learner."""
    rated = table.dropna(subset="trainer_rating")
    best = learners.trainers(table).table.effect if len(rated) else pd.Series(0.0, index=table.trainer.unique())
    order = best.sort_values(ascending=False, kind="stable").index
    trainer = {name: f"trainer {place}" for place, name in enumerate(order, start=1)}
    team = {name: f"team {place}" for place, name in enumerate(table.team.unique(), start=1)}
    numbered = table.assign(
        learner=table.learner.map(number), trainer=table.trainer.map(trainer), team=table.team.map(team)
    )
    numbered.attrs = table.attrs
    return numbered


def _by_result(report: CohortReport) -> list[str]:
    """The learners by their results alone."""
    if report.table is None:
        return list(report.scores.groupby(["learner", "lesson"]).score.mean().unstack().sort_values(CHECKS[0]).index)
    people = learners.gains(report.table)
    return list(people.sort_values(["normalised_gain", "pre", "hours", "cost"], ascending=False).index)

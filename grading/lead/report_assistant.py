"""Gain of those who had help of an assistant, a program that answers, and of those who had none: a part of the page."""

import numpy as np
import pandas as pd

from grading.lead.report import SMALLEST, CohortReport, Missing
from grading.pages.numbers import LEVEL, interval
from grading.pages.page import Part
from trainlib import learners

GROUPS = ("without", "with")
LEAST = 3  # people, for an interval that says something


def with_and_without(report: CohortReport) -> Part:
    """The normalised gain of both groups, by what learners said at the end of the stages."""
    people = report.people
    groups = {name: people.loc[group] for name, group in _groups(report.cohort, people.index).items()}
    silent = len(people) - sum(map(len, groups.values()))
    _refuse(report, groups, silent)
    gains = {name: learners.normalised_gain(own.pre, own.post) for name, own in groups.items()}
    rows = [
        (name, f"{len(own)}", f"{own.pre.mean():.2f}", f"{own.post.mean():.2f}", interval(gains[name]))
        for name, own in groups.items()
    ]
    return Part(
        finding="; ".join(f"{interval(gains[name])} {name}" for name in GROUPS),
        text=(
            "“With” are those who said of any stage that an assistant helped, 1 to 4 of 4; “without” said 0 of every "
            "stage that they answered for.",
        ),
        header=("an assistant", "learners", "before", "after", "normalised gain"),
        rows=tuple(rows),
        small=(
            f"{LEVEL}: Fieller, over learners with both tests; {silent} of them did not answer. It does not say what "
            "an assistant does: people chose for themselves, and who chose it may differ in other ways. Nobody saw "
            "whether an assistant helped in the tests, too. Only a lot that decides who has one could tell.",
        ),
    )


def _groups(cohort: pd.DataFrame, with_both: pd.Index) -> dict[str, pd.Index]:
    """The learners with both tests who said something, by what they said."""
    if "assistant" not in cohort:
        return dict.fromkeys(GROUPS, with_both[:0])
    most = cohort.groupby("learner").assistant.max().reindex(with_both)
    return {"without": most.index[most == 0], "with": most.index[most > 0]}


def _refuse(report: CohortReport, groups: dict[str, pd.DataFrame], silent: int) -> None:
    """Missing where a group is too small to say anything, or in the shared form would tell who is in it."""
    if not any(map(len, groups.values())):
        raise Missing("Nobody said how much an assistant helped; the survey that closes a stage asks it.")
    least = SMALLEST if report.shared else LEAST
    if any(len(own) < least for own in groups.values()) or (report.shared and 0 < silent < least):
        counts = ", ".join(f"{len(groups[name])} {name}" for name in GROUPS)
        found = f"under {least} of one group" if report.shared else counts
        raise Missing(f"{found}: this part needs at least {least} learners with both tests in each group.")
    if any(np.isclose(own.pre, 1).all() for own in groups.values()):
        raise Missing("One of the groups knew all there was to know at check-in.")

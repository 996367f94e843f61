"""What to change next: each rule speaks only where an interval supports it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grading.lead.plan_file import HARDLY
from grading.lead.report import USEFUL, CohortReport, Missing, StageGain
from grading.pages.numbers import interval
from trainlib import learners


@dataclass(frozen=True)
class Advice:
    """One thing to change, and the numbers that say so."""

    do: str
    because: str


def advise(report: CohortReport) -> tuple[list[Advice], list[str]]:
    """What to change, as far as intervals support it, and the names of the rules that advise nothing or had no data."""
    advice, silent = [], []
    for name, rule in RULES.items():
        try:
            of_rule = rule(report)
        except Missing:
            of_rule, name = [], f"{name} (no data)"
        advice += of_rule
        silent += [] if of_rule else [name]
    return advice, silent


def _weak_questions(report: CohortReport) -> list[Advice]:
    return [
        Advice(
            f"Question {row.cell} of form {row.form}, track {row.track} ({row.skill}): rewrite it or drop it",
            f"discrimination {interval(row.discrimination, row.discrimination_low, row.discrimination_high)}, "
            f"{row.learners} learners",
        )
        for row in report.questions[report.questions.weak].itertuples()
    ]


def _weak_stages(report: CohortReport) -> list[Advice]:
    return [advice for parts in _by_track(report.stages) for advice in _weak_among(parts)]


def _by_track(parts: list[StageGain]) -> list[list[StageGain]]:
    """Stages are compared within a track: each track is asked its own questions."""
    return [[part for part in parts if part.track == track] for track in dict.fromkeys(part.track for part in parts)]


def _weak_among(parts: list[StageGain]) -> list[Advice]:
    best = max(parts, key=lambda part: part.gain.low)
    return [
        Advice(
            f"Stage {part.name}: mend its lessons first",
            f"normalised gain {interval(part.gain)} on its questions, in {best.name} {interval(best.gain)}",
        )
        for part in parts
        if part.gain.high < best.gain.low
    ]


def _dear_stages(report: CohortReport) -> list[Advice]:
    parts = [part for part in report.stages if part.hours and 0 < part.hours.low <= part.hours.high < np.inf]
    if not parts:
        raise Missing("no stage has hours and a sure gain")
    return [advice for of_track in _by_track(parts) for advice in _dear_among(of_track)]


def _dear_among(parts: list[StageGain]) -> list[Advice]:
    dear, cheap = max(parts, key=lambda part: part.hours.low), min(parts, key=lambda part: part.hours.high)
    if dear.hours.low <= cheap.hours.high:
        return []
    return [
        Advice(
            f"Move hours from {dear.name} to {cheap.name}",
            f"a point took {interval(dear.hours)} hours in {dear.name}, {interval(cheap.hours)} in {cheap.name}; "
            "this is the mean hour, and the next one may bring less, which the plan below counts in",
        )
    ]


def _idle_stages(report: CohortReport) -> list[Advice]:
    table = report.weights.table()
    return [
        Advice(f"Stage {name}: shorten it or drop it", f"weight {interval(row.weight, row.low, row.high)}")
        for name, row in table[table.high < HARDLY].iterrows()
    ]


def _weak_trainers(report: CohortReport) -> list[Advice]:
    trainers = report.trainers
    return [
        Advice(
            f"{name}: sit in on a class, and talk",
            f"rating {interval(row.effect, row.low, row.high)} after pooling, mean of all {trainers.centre.value:.2f}; "
            "it says what learners liked, not what they learnt",
        )
        for name, row in trainers.table[trainers.table.high < trainers.centre.value].iterrows()
    ]


def _weak_content(report: CohortReport) -> list[Advice]:
    rated = report.reaction.dropna(subset="content")
    if rated.empty:
        raise Missing("no content was rated")
    best = rated.loc[rated.content_low.idxmax()]
    return [
        Advice(
            f"Stage {name}: ask what is wrong with its lessons",
            f"content {interval(row.content, row.content_low, row.content_high)}, in {best.name} "
            f"{interval(best.content, best.content_low, best.content_high)}",
        )
        for name, row in rated[rated.content_high < best.content_low].iterrows()
    ]


def _follow_ups(report: CohortReport) -> list[Advice]:
    rows = report.levels.loc[learners.LEVELS[2]]
    rows = rows if isinstance(rows, pd.DataFrame) else rows.to_frame().T
    rows = rows[(rows.learners > 0) & rows.learners.map(report.shown)]
    if rows.empty:
        raise Missing("no follow-up")
    advised = {
        "share of the gain that is left": (1.0, "Repeat the course's main points after a month"),
        "share who use it on the job": (0.5, "Ask what keeps people from using it at work"),
    }
    return [
        Advice(
            advised[row.measure][1], f"{row.measure}: {interval(row.value, row.low, row.high)}, {row.learners} learners"
        )
        for row in rows.itertuples()
        if row.high < advised[row.measure][0]
    ]


RULES: dict[str, Callable[[CohortReport], list[Advice]]] = {
    f"questions whose discrimination is surely below {USEFUL:g}": _weak_questions,
    "stages whose gain is surely below another one's": _weak_stages,
    "stages in which a point surely takes more hours than in another one": _dear_stages,
    f"stages whose weight is surely below {HARDLY:g}": _idle_stages,
    "trainers whose pooled rating is surely below the mean": _weak_trainers,
    "stages whose content is surely rated below another one's": _weak_content,
    "gain that is surely lost after 30 days, or use at work that is surely below half": _follow_ups,
}

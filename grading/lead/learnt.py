"""What a cohort has taught about the weights: its experiment (waves, tests between stages) and earlier cohorts, pooled.

cohort.toml names both: `occasions`, a CSV of further tests, and `earlier`, the tables or reports of earlier cohorts.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from grading.lead import plan_sources
from grading.lead.cohort_file import CohortFile
from grading.lead.cohort_table import Cohort
from grading.records.tomlfile import Document
from trainlib import cohort as before_and_after
from trainlib import experiment
from trainlib.cohort import Fit
from trainlib.effect import TrainingEffect
from trainlib.experiment import Estimate, Experiment, Pooled
from trainlib.measure import Score

DAYS = 7.0
SHARED = "Further tests and earlier cohorts cannot be used; the form with names says why."  # in the shared form


@dataclass(frozen=True, eq=False)
class Learnt:
    """The weights from gains alone (`fitted`, None where they cannot be told apart), from the experiment, and pooled.

    `waiting`: what the training had added by difference in differences, or None; `of_earlier`: how many learners each
    earlier cohort had.
    """

    stages: tuple[str, ...]
    fitted: Fit | None
    experiment: Experiment | None
    waiting: Score | None
    pooled: Pooled | None
    of_earlier: tuple[int, ...]
    simulated_earlier: int

    @property
    def alone(self) -> Fit | None:
        """This cohort's weights by all of its own scores."""
        return self.experiment.fit if self.experiment else self.fitted


def known(
    file: CohortFile | None, cohort: Cohort | None, plan: Document | None, fitted: Fit | None
) -> Learnt | str | None:
    """`read` with the stages of a plan.toml, or a sentence that says why it cannot be; None where nothing is named."""
    if file is None or cohort is None or plan is None:
        return None
    try:
        return read(file, cohort, plan, fitted)
    except ValueError as why:
        return f"Further tests and earlier cohorts cannot be used: {why}"


def read(file: CohortFile, cohort: Cohort, plan: Document, fitted: Fit | None) -> Learnt | None:
    """What a cohort's occasions and earlier cohorts add; None where cohort.toml names neither. ValueError says what is
    wrong with them."""
    if file.occasions is None and not file.earlier:
        return None
    (training, _), found, waiting = plan_sources.weighted(plan), None, None
    if file.occasions is not None:
        table, occasions = _in_weeks(cohort.table, _occasions(file.occasions, cohort.table))
        assumed = plan_sources.standing_in(plan, cohort.table)
        found = experiment.fit(table, occasions, training, items=cohort.items, **assumed)
        try:
            waiting = experiment.waiting(table, occasions)
        except ValueError:
            waiting = None  # nobody waited, or not all were measured when others had begun
    stages, alone = tuple(stage.name for stage in training.stages), found.fit if found else fitted
    earlier = [_earlier(path, plan, training, cohort.items) for path in file.earlier]
    pooled = None
    if earlier and alone is not None:
        spread = file.between_cohorts
        pooled = experiment.pool(Estimate.of(cohort.title, alone), earlier, stages, spread=spread)
    sizes = tuple(one.learners for one in earlier)
    return Learnt(stages, fitted, found, waiting, pooled, sizes, sum(one.simulated for one in earlier))


def saved(learnt: Learnt | None, fitted: Fit | None, title: str) -> dict | None:
    """This cohort's weights alone, as data that a later cohort.toml may name as earlier: without those pooled, which
    would count twice."""
    alone = learnt.alone if learnt else fitted
    if alone is None:
        return None
    return {
        "cohort": title,
        "stages": [stage.name for stage in alone.training.stages],
        "free": alone.free.tolist(),
        "covariance": alone.covariance.tolist(),
        "learners": alone.learners,
        "simulated": alone.simulated,
    }


def _earlier(path: Path, plan: Document, training: TrainingEffect, items: int | None) -> Estimate:
    """An earlier cohort's weights: fitted to the table of `grading cohort`, or as `grading report --json` has them."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"the earlier cohort {path.name} cannot be read: {why}") from None
    if path.suffix.lower() == ".json":
        return _from_report(path, text, [stage.name for stage in training.stages])
    try:
        table = before_and_after.check(pd.read_csv(io.StringIO(text)))
        table.attrs["simulated"] = bool(table.learner.str.startswith("simulated").all())
        fitted = before_and_after.fit(table, training, items=items, **plan_sources.standing_in(plan, table))
    except (ValueError, KeyError) as why:
        raise ValueError(f"the earlier cohort {path.name} gives no weights: {why}") from None
    return Estimate.of(path.name, fitted)


def _from_report(path: Path, text: str, stages: list[str]) -> Estimate:
    try:
        weights = json.loads(text)["weights"]
        free, covariance = np.array(weights["free"], dtype=float), np.array(weights["covariance"], dtype=float)
        own, learners, simulated = list(weights["stages"]), int(weights["learners"]), bool(weights["simulated"])
    except (ValueError, KeyError, TypeError) as why:
        says = "is not what `python -m grading report --json` prints of a cohort with weights"
        raise ValueError(f"the earlier cohort {path.name} {says} ({why})") from None
    if own != stages or free.shape != (len(own),) or covariance.shape != (len(own),) * 2:
        raise ValueError(
            f"the earlier cohort {path.name} has weights of {own}; they must be of {stages}, in this order"
        )
    return Estimate(path.name, free, covariance, simulated, learners)


def _occasions(path: Path, table: pd.DataFrame) -> list[tuple[str, pd.Timestamp, float]]:
    """(learner, day, score) of each further test. ValueError names the line that is wrong."""
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"the occasions {path.name} cannot be read: {why}") from None
    if missing := [name for name in ("learner", "day", "score") if name not in (reader.fieldnames or ())]:
        raise ValueError(f"{path.name} has the columns {reader.fieldnames}; {', '.join(missing)} is missing")
    known = set(table.learner)
    return [found for line, row in enumerate(reader, start=2) for found in _occasion(path, line, row, known)]


def _occasion(path: Path, line: int, row: dict, known: set[str]) -> Iterator[tuple[str, pd.Timestamp, float]]:
    where = f"{path.name}, line {line}"
    day = pd.to_datetime(row["day"] or "", format="%Y-%m-%d", errors="coerce")
    score = pd.to_numeric(row["score"] or "", errors="coerce")
    if pd.isna(day):
        raise ValueError(f"{where}: day is {row['day']!r}; it must be a date, such as 2027-01-11")
    if not 0 <= score <= 1:
        raise ValueError(f"{where}: score is {row['score']!r}; it must be a number from 0 to 1")
    if row["learner"] in known:  # others have no check-in, so nothing to compare with
        yield row["learner"], day, float(score)


def _in_weeks(
    table: pd.DataFrame, occasions: list[tuple[str, pd.Timestamp, float]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cohort with `start` and `end` in weeks, and all scores: check-in counts on the day on which a learner's first
    stage began, check-out on that on which the last one ended. A test on a stage's last day counts as after it."""
    first = min([table.start.min(), *(day for _, day, _ in occasions)])
    weeks = table.assign(**{name: (table[name] - first).dt.days / DAYS for name in ("start", "end")})
    weeks["end"] = np.maximum(weeks.end, weeks.start + 0.5 / DAYS)  # a stage of one day
    weeks.attrs = table.attrs
    people = weeks.groupby("learner").agg(
        start=("start", "min"), end=("end", "max"), pre=("pre", "first"), post=("post", "first")
    )
    rows = [(name, row.start, row.pre) for name, row in people.iterrows()]
    rows += [(name, row.end, row.post) for name, row in people.dropna(subset="post").iterrows()]
    rows += [(name, (day - first).days / DAYS, score) for name, day, score in occasions]
    scores = pd.DataFrame(rows, columns=["learner", "week", "score"])
    return weeks, scores

"""What a cohort has taught about the weights: its experiment (waves, tests between stages) and earlier cohorts, pooled.

cohort.toml names both: `occasions`, a CSV of further tests, and `earlier`, the tables or reports of earlier cohorts.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from grading.lead import cohort_file, plan_sources
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
TESTS = {"check-in": "first", "check-out": "last"}  # on the first and on the last day of a learner's stages
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

    @property
    def best(self) -> Fit | None:
        """This cohort's weights by all that is known of them: those pooled, else `alone`."""
        if self.pooled is None:
            return self.alone
        estimate, shown = self.pooled.estimate, self.pooled.pooled
        return replace(
            self.alone,
            **{("weights" if name == "weight" else name): shown[name].to_numpy() for name in shown},
            draws=self.pooled.draws,
            free=estimate.free,
            covariance=estimate.covariance,
            simulated=estimate.simulated,
        )


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


def to_plan_with(cohort_toml: Path, cohort: Cohort, plan: Document) -> tuple[Fit, str] | None:
    """The weights for the next plan and where they come from, where a cohort.toml names further tests or earlier
    cohorts; None where it does not, or nothing can be fitted. ValueError says what is wrong with them."""
    file, (training, _) = cohort_file.read(cohort_toml), plan_sources.weighted(plan)
    if file.occasions is None and not file.earlier:
        return None
    try:
        assumed = plan_sources.standing_in(plan, cohort.table)
        fitted = before_and_after.fit(cohort.table, training, items=cohort.items, **assumed)
    except ValueError:
        fitted = None  # further tests may tell stages apart that gains cannot
    try:
        learnt = read(file, cohort, plan, fitted)
    except ValueError as why:
        raise ValueError(f"{cohort_toml.name}: further tests and earlier cohorts cannot be used: {why}") from None
    return None if learnt.best is None else (learnt.best, _source(learnt, cohort.title))


def _source(learnt: Learnt, title: str) -> str:
    """A sentence on where weights come from, and what they leave open."""
    alone = learnt.alone
    kind = "SIMULATED learners, nobody took this course" if alone.simulated else "learners"
    by = f"by {'further tests' if learnt.experiment else 'gains'} of the cohort “{title}”, {alone.learners} {kind}"
    if learnt.pooled is None:
        waited = learnt.experiment is not None and learnt.experiment.trend is not None
        without = "is taken out, as far as those who waited tell it" if waited else "counts as the course's"
        return f"Weights: {by}, with 95 % intervals. What they would have learnt without the course {without}."
    sizes, simulated = ", ".join(map(str, learnt.of_earlier)), learnt.simulated_earlier
    earlier = f"{len(learnt.of_earlier)} earlier ({sizes} learners{f'; {simulated} SIMULATED' if simulated else ''})"
    return (
        f"Weights: {by}, pooled with {earlier}, with 95 % intervals. They are this cohort's: weights spread by "
        f"up to {learnt.pooled.spread.max():.2f} from cohort to cohort, which intervals of the next plan leave out."
    )


def read(file: CohortFile, cohort: Cohort, plan: Document, fitted: Fit | None) -> Learnt | None:
    """What a cohort's occasions and earlier cohorts add; None where cohort.toml names neither. ValueError says what is
    wrong with them."""
    if file.occasions is None and not file.earlier:
        return None
    (training, _), found, waiting = plan_sources.weighted(plan), None, None
    if file.occasions is not None:
        table, occasions = _in_weeks(cohort.table, _occasions(file, cohort.table))
        assumed = plan_sources.standing_in(plan, cohort.table)
        found = experiment.fit(table, occasions, training, items=cohort.items, **assumed)
        try:
            waiting = experiment.waiting(table, occasions)
        except ValueError:
            waiting = None  # nobody waited, or not all were measured when others had begun
    stages, alone = tuple(stage.name for stage in training.stages), found.fit if found else fitted
    earlier = [_earlier(path, plan, training, cohort.items) for path in file.earlier]
    _refuse_twice(earlier, [one.free for one in (alone, fitted) if one is not None])
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


def _refuse_twice(earlier: list[Estimate], own: list[np.ndarray]) -> None:
    """ValueError where two estimates are the same: one cohort that counts twice seems to be known twice as well."""
    for number, one in enumerate(earlier):
        if any(np.allclose(one.free, free, atol=1e-9) for free in own):
            raise ValueError(f"the earlier cohort {one.name} is this cohort itself; name others only")
        for other in earlier[:number]:
            if np.allclose(one.free, other.free, atol=1e-9):
                raise ValueError(f"the earlier cohorts {other.name} and {one.name} are the same; name it once")


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
    if not (np.isfinite(free).all() and _is_covariance(covariance)):
        raise ValueError(f"the earlier cohort {path.name} has weights or a covariance that no report gives")
    return Estimate(path.name, free, covariance, simulated, learners)


def _is_covariance(matrix: np.ndarray) -> bool:
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T):
        return False
    return bool(np.linalg.eigvalsh(matrix)[0] > 0)


def _occasions(file: CohortFile, table: pd.DataFrame) -> list[tuple[str, pd.Timestamp, float]]:
    """(learner, day, score) of each further test. ValueError names the line that is wrong."""
    path = file.occasions
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"the occasions {path.name} cannot be read: {why}") from None
    if missing := [name for name in ("learner", "day", "score") if name not in (reader.fieldnames or ())]:
        raise ValueError(
            f"{path.name} has the columns {list(reader.fieldnames or ())}; {', '.join(missing)} is missing"
        )
    tested = table.assign(end=table.end.where(table.post.notna()))
    days = tested.groupby("learner").agg(first=("start", "min"), last=("end", "max"))
    taken = {(name, day): what for what, column in TESTS.items() for name, day in days[column].items()}
    found = []
    for line, row in enumerate(reader, start=2):
        name, day, score = _occasion(f"{path.name}, line {line}", row, file.team_of)
        if what := taken.get((name, day)):
            says = f"{name!r} has another score on {day:%Y-%m-%d}, of {what}; there must be one a day"
            raise ValueError(f"{path.name}, line {line}: {says}")
        taken[name, day] = f"line {line}"
        if name in days.index:  # others have no check-in, so nothing to compare with
            found.append((name, day, score))
    return found


def _occasion(where: str, row: dict, members: Container[str]) -> tuple[str, pd.Timestamp, float]:
    name = unicodedata.normalize("NFC", (row["learner"] or "").strip())
    if name not in members:
        raise ValueError(f"{where}: learner is {name!r}; it must be a name that a team of cohort.toml has")
    day = pd.to_datetime(row["day"] or "", format="%Y-%m-%d", errors="coerce")
    score = pd.to_numeric(row["score"] or "", errors="coerce")
    if pd.isna(day):
        raise ValueError(f"{where}: day is {row['day']!r}; it must be a date, such as 2027-01-11")
    if not 0 <= score <= 1:
        raise ValueError(f"{where}: score is {row['score']!r}; it must be a number from 0 to 1")
    return name, day, float(score)


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

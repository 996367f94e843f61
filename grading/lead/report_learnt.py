"""What experiment and earlier cohorts say of the weights, as a part of the report's page."""

import pandas as pd

from grading.lead.learnt import Learnt
from grading.lead.report import CohortReport, Missing
from grading.pages.numbers import LEVEL, interval
from grading.pages.page import Part
from grading.pages.plots import dots, numbers, picture
from trainlib.cohort import Fit

NONE = "cannot be told apart"


def weights(report: CohortReport) -> Part | None:
    """This cohort's weights by gains alone and by its experiment, those of earlier cohorts, and all pooled; None where
    cohort.toml names neither further tests nor earlier cohorts."""
    learnt = report.learnt
    if learnt is None:
        return None
    if isinstance(learnt, str):
        raise Missing(learnt)
    if learnt.alone is None:
        raise Missing("The stages of this cohort cannot be told apart by its gains, and it names no further tests.")
    report.enough(learnt.alone.learners, "have both tests")
    columns = {"gains alone": _of_fit(learnt, learnt.fitted)}
    if learnt.experiment:
        columns["with further tests"] = _of_fit(learnt, learnt.experiment.fit)
    if learnt.pooled:
        columns |= {"earlier cohorts say": learnt.pooled.earlier, "pooled": learnt.pooled.pooled}
    *_, best = columns.values()
    rows = [
        (stage, *(NONE if found is None else interval(*found.loc[stage]) for found in columns.values()))
        for stage in learnt.stages
    ]
    return Part(
        finding=f"intervals {_mean_width(best):.2f} wide on average",
        text=tuple(_sentences(learnt)),
        figures=(_figure(learnt, best),),
        header=("stage", *columns),
        rows=tuple(rows),
        small=(_small(learnt),),
    )


def _of_fit(learnt: Learnt, fit: Fit | None) -> pd.DataFrame | None:
    if fit is None:
        return None
    return pd.DataFrame({"weight": fit.weights, "low": fit.low, "high": fit.high}, index=list(learnt.stages))


def _mean_width(found: pd.DataFrame) -> float:
    return float((found.high - found.low).mean())


def _sentences(learnt: Learnt):
    if learnt.simulated_earlier:
        yield f"SIMULATED: {learnt.simulated_earlier} of {len(learnt.of_earlier)} earlier cohorts; nobody was in them."
    if learnt.pooled:
        before, after = _mean_width(learnt.pooled.earlier), _mean_width(learnt.pooled.pooled)
        alone = _mean_width(_of_fit(learnt, learnt.alone))
        yield (
            f"Earlier cohorts alone left the weights' intervals {before:.2f} wide on average, and this one alone "
            f"leaves them {alone:.2f}; together they are {after:.2f}."
        )
        if learnt.pooled.differs:
            yield (
                f"In {' and '.join(learnt.pooled.differs)} this cohort differs from earlier ones by more than chance "
                "within cohorts: there the pooled interval may hold less often than it says; look at this cohort alone."
            )
    elif learnt.fitted:
        before, after = _mean_width(_of_fit(learnt, learnt.fitted)), _mean_width(_of_fit(learnt, learnt.alone))
        yield f"Further tests bring the weights' intervals from {before:.2f} to {after:.2f} on average."
    if learnt.waiting:
        yield (
            f"Those who had started had gained {interval(learnt.waiting)} more of 1 than those who still waited, by no "
            f"model of stages and hours ({learnt.waiting.method})."
        )
    if learnt.experiment and learnt.experiment.trend:
        yield f"A week without the course brought {interval(learnt.experiment.trend, digits=3)} of 1."
    elif learnt.experiment:
        yield (
            f"{learnt.experiment.waited} learners were tested twice before starting, too few to say what weeks "
            "without the course bring: that counts as the course's."
        )


def _figure(learnt: Learnt, best: pd.DataFrame):
    rows = [(stage, row.weight, row.low, row.high) for stage, row in best.iterrows()]
    plain = None
    if learnt.pooled:
        plain = (learnt.alone.weights, "this cohort alone")
    figure = dots(
        rows,
        title="Each stage's weight, pooled" if learnt.pooled else "Each stage's weight, with further tests",
        label="weight aᵢ: the most that a stage can add",
        limits=(-0.02, 1.02),
        plain=plain,
    )
    in_words = "; ".join(f"{name} {interval(*values)}" for name, *values in rows)
    return picture(figure, f"Weights of the stages with intervals: {in_words}.", numbers(rows, "weight"))


def _small(learnt: Learnt) -> str:
    says = [f"{LEVEL}."]
    if learnt.experiment:
        says.append(
            f"Further tests: least squares within learners over {learnt.experiment.scores} scores; "
            f"{learnt.experiment.waited} learners were tested while they waited."
        )
    if learnt.pooled:
        kind = "estimated, at least 0.03" if learnt.pooled.estimated else "set in cohort.toml"
        spread = learnt.pooled.spread.max()
        says.append(
            f"Pooled: a normal model with a random effect of the cohort, {len(learnt.of_earlier)} earlier of "
            f"{', '.join(map(str, learnt.of_earlier))} learners; weights spread by up to {spread:.2f} between "
            f"cohorts ({kind}), and this spread counts as known."
        )
    says.append("The next plan uses the weights of the last column.")
    return " ".join(says)

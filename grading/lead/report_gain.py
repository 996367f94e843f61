"""What was learnt, as parts of the report's page: each learner, each stage, and what each stage weighs."""

import numpy as np
from markupsafe import Markup

from grading.authoring.items import SIZES
from grading.lead.report import CohortReport, Missing, StageGain
from grading.pages.numbers import LEVEL, interval, money
from grading.pages.page import Part
from grading.pages.plots import dots, numbers, picture
from trainlib.cohort import Fit
from trainlib.measure import Score

ROWS = 36  # of a figure that fits a sheet of paper below its heading


def gain_of_each(report: CohortReport) -> Part:
    """The normalised gain of all, and of each learner, as figures."""
    people, total = report.people, report.total
    sure = int((people.low > 0).sum())
    rows = [(str(name), row.normalised_gain, row.low, row.high) for name, row in people.iterrows()]
    finding = f"{sure} of {len(people)} surely gained"
    own_dot = " Numbers are by result; whoever knows the own two scores can find the own dot." if report.shared else ""
    return Part(
        finding=finding,
        text=(
            "Normalised gain is the share of what was not known at check-in that is known at check-out: "
            "(after − before) / (1 − before).",
        ),
        figures=tuple(
            _figure_of_learners(rows[first : first + ROWS], report, finding, continued=first > 0)
            for first in range(0, len(rows), ROWS)
        ),
        small=(
            f"{LEVEL}. All together: {total.gain.method}, other learners of this kind. Each learner: Fieller over the "
            f"{_least(people.questions, 0)} pairs of parallel questions, other questions of this kind; so few say "
            f"little about one person, so rank nobody by them.{_both_orders(report)}{_of_tracks(report)}{own_dot}",
        ),
    )


def _figure_of_learners(
    rows: list[tuple[str, float, float, float]], report: CohortReport, finding: str, continued: bool
) -> Markup:
    """One sheet's figure of learners, each as (name, gain, low, high)."""
    values, together = [row[1] for row in rows if np.isfinite(row[1])], report.total.gain
    figure = dots(
        rows,
        title="Each learner, continued" if continued else "Each learner",
        label="normalised gain (1 = learnt all there was to learn)",
        limits=(-0.5, 1.05),
        line=(together.value, "all learners together"),
    )
    ends = f"from {_least(values)} to {_most(values)}"
    alt = f"Normalised gain of {len(rows)} learners, {ends}, with intervals; "
    alt += f"all together {interval(together)}; {finding}."
    told = () if report.shared else numbers(rows, "normalised gain")  # no table of single scores goes round
    return picture(figure, alt, told)


def _both_orders(report: CohortReport) -> str:
    if not report.orders:
        return ""
    means = "; ".join(
        report.of_track(f"{before:.2f} before, {after:.2f} after", track)
        for track, (before, after) in report.orders.items()
    )
    return f" The mean over both orders of the forms, free of which form is harder: {means}."


def _of_tracks(report: CohortReport) -> str:
    """What to mind where learners of several tracks stand in one figure."""
    if len(report.tracks) < 2:
        return ""
    return (
        f" Learners of the tracks {' and '.join(report.tracks)} stand together: each track is asked about its own "
        "lessons, so two learners of different tracks were asked different questions."
    )


def _least(values, digits: int = 2) -> str:
    return f"{np.nanmin(values):.{digits}f}" if np.isfinite(values).any() else "–"


def _most(values) -> str:
    return f"{np.nanmax(values):.2f}" if np.isfinite(values).any() else "–"


def stages(report: CohortReport) -> Part:
    """Gain, time and cost by stage."""
    parts = report.stages
    best = max(parts, key=lambda part: part.gain.value)
    shown = [(part.name, part.gain.value, part.gain.low, part.gain.high) for part in parts]
    finding = f"most in {best.name}, {interval(best.gain)}"
    figure = dots(shown, title="Each stage", label="normalised gain on its questions", limits=(-0.25, 1.05))
    alt = f"Normalised gain by stage: {'; '.join(f'{part.name} {interval(part.gain)}' for part in parts)}."
    unit = f" ({report.currency})" if report.currency else ""
    return Part(
        finding=finding,
        figures=(picture(figure, alt, numbers(shown, "normalised gain")),),
        header=("stage", "learners", "before", "after", "normalised gain", "hours a point", f"cost a point{unit}"),
        rows=tuple(_stage_row(part) for part in [*parts, *_total(report)]),
        small=(
            f"{LEVEL}: Fieller, over learners. A stage is measured by those of the {SIZES['test']} questions that ask "
            f"about it, whoever taught that.{_of_tracks(report)} A point is one hundredth of full skill in that stage, "
            "or in all of them; its hours and cost are all that was spent over all that was gained, among learners "
            f"with both tests.{_dropped(report)} "
            "No bounds: the gain may be 0.",
        ),
    )


def _stage_row(part: StageGain) -> tuple[str, ...]:
    shares = (f"{part.before:.2f}", f"{part.after:.2f}")
    spent = (_spent(part.hours, 2), _spent(part.money, 0))
    return (part.name, f"{part.learners}", *shares, interval(part.gain), *spent)


def _spent(score: Score | None, digits: int) -> str:
    """Hours or money for a point of gain."""
    if score is None or np.isnan(score.value):
        return "–"
    return interval(score, digits=digits) if score.value > 0 else "nothing gained"


def _total(report: CohortReport) -> list[StageGain]:
    try:
        return [report.total]
    except Missing:
        return []


def _dropped(report: CohortReport) -> str:
    if report.table is None:
        return ""
    lost = report.table[~report.table.learner.isin(report.people.index)]
    count, cost = lost.learner.nunique(), lost.cost.sum()
    if not count or not report.shown(count):
        return ""
    return f" {count} without a check-out, who cost {money(cost, report.currency)}, are not in it."


def weights(report: CohortReport) -> Part:
    """What each stage weighs in the training-effect model, as fitted to the cohort."""
    fitted = report.weights
    table = fitted.table()
    rows = [(name, row.weight, row.low, row.high) for name, row in table.iterrows()]
    figure = dots(
        rows, title="Each stage's weight", label="weight aᵢ: the most that a stage can add", limits=(-0.02, 1.02)
    )
    in_words, most = "; ".join(f"{name} {interval(*row)}" for name, *row in rows), table.loc[table.weight.idxmax()]
    return Part(
        finding=f"{most.name} weighs most, {interval(most.weight, most.low, most.high)}",
        figures=(picture(figure, f"Weights of the stages with intervals: {in_words}.", numbers(rows, "weight")),),
        header=("stage", "weight", "mean effect g", "contribution weight · g"),
        rows=tuple(
            (name, interval(row.weight, row.low, row.high), f"{row.effect:.2f}", f"{row.contribution:.2f}")
            for name, row in table.iterrows()
        ),
        small=(
            f"K' = K + (1 − K) · Σ aᵢ·gᵢ, fitted to {fitted.learners} learners in {fitted.teams} teams; {LEVEL}: "
            f"bootstrap of learners within teams, {len(fitted.draws):,} draws. Shares and hours of plan.toml are taken "
            "as given. What people would have learnt without the course counts as the course's." + _assumed(fitted),
        ),
    )


def _assumed(fitted: Fit) -> str:
    """A sentence where no survey rated what the weights rest on, and the plan's own numbers stood in."""
    stages = fitted.content.groupby("stage").ratings.sum()
    what = [] if fitted.trainers.ratings.sum() else ["of trainers"]
    what += [f"of content of {', '.join(map(str, stages.index[stages == 0]))}"] if (stages == 0).any() else []
    return f" The quality {' and '.join(what)} is plan.toml's, as no survey rates it." if what else ""


def scores_of_each(report: CohortReport) -> Part | None:
    """A row for each learner; nothing in the shared form."""
    if report.shared:
        return None
    unit = f" ({report.currency})" if report.currency else ""
    rows = []
    for name, row in report.people.iterrows():
        gain = interval(row.normalised_gain, row.low, row.high)
        shares = (f"{row.pre:.2f}", f"{row.post:.2f}")
        rows.append((f"{name}", row.team, row.track, *shares, gain, f"{row.hours:.1f}", f"{row.cost:,.0f}"))
    header = ("learner", "team", "track", "before", "after", "normalised gain", "hours", f"cost{unit}")
    return Part(header=header, rows=tuple(rows), texts=3)

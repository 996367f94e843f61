"""The page of a cohort's report: its sentences, tables and figures, put into `report_page.html`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from markupsafe import Markup

from grading.authoring.items import USES
from grading.lead import report as results
from grading.lead.report import Missing, Report
from grading.pages.page import dots, interval, money, picture, render
from trainlib import learners
from trainlib.measure import Score

ROWS = 36  # of a figure that fits a sheet of paper below its heading
LEVEL = "95 % intervals"


@dataclass(frozen=True)
class Part:
    """One part of the page. The first `texts` columns of its table are words, the others numbers."""

    id: str
    name: str
    finding: str = ""
    text: tuple[str, ...] = ()
    list: tuple[tuple[str, str], ...] = ()
    figures: tuple[Markup, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    texts: int = 1
    small: tuple[str, ...] = ()
    command: str = ""


def write(output: Path, cohort: Path, plan: Path, follow_ups: Path, shared: bool = False) -> str:
    """Write the page of a cohort's report. Returns its answer in a sentence. ValueError says what is wrong or not there."""
    report = results.read(cohort, plan, follow_ups)
    text, answer = page(results.share(report) if shared else report)
    Path(output).write_text(text, encoding="utf-8")
    return f"{answer}\nwritten: {output}"


def page(report: Report) -> tuple[str, str]:
    """The page as HTML, and its answer as a sentence."""
    answer = _or_why(_answer, report)
    parts = [_or_left_out(id, name, make, report) for id, (name, make) in PARTS.items()]
    parts = [part for part in parts if part is not None]
    simulated = _simulated(report)
    text = render(
        "report_page.html",
        title=f"{report.title}: what the training bought" + (" (shared form)" if report.shared else ""),
        simulated=simulated,
        answer=answer,
        facts=_facts(report),
        parts=parts,
    )
    return text, f"{simulated} {answer}".strip()


def _or_why(make: Callable[[Report], str], report: Report) -> str:
    try:
        return make(report)
    except Missing as why:
        return str(why)


def _or_left_out(id: str, name: str, make: Callable[[Report], dict | None], report: Report) -> Part | None:
    try:
        made = make(report)
    except Missing as why:
        return Part(id, name, text=(f"Left out. {why}",))
    return made and Part(id, name, **made)


def _simulated(report: Report) -> str:
    count = report.scores.learner.nunique() if report.table is None else report.table.learner.nunique()
    if not report.simulated:
        return ""
    if report.simulated == count:
        return "SIMULATED: nobody took this course. Every number below is drawn by a program."
    return f"{report.simulated} of these {count} learners are SIMULATED: their numbers are drawn by a program."


def _answer(report: Report) -> str:
    total = report.total
    kind = "simulated learners" if report.simulated == total.learners else "learners"
    return (
        f"{total.learners} {kind} went from {total.before:.2f} to {total.after:.2f} of 1, and so gained "
        f"{interval(total.gain)} of what they could still learn."
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    """The numbers at the top: (number, what it is)."""
    try:
        total, cohort = report.total, report.cohort
    except Missing:
        return []
    facts = [
        (f"{total.gain.value:.2f}", f"normalised gain, {total.gain.low:.2f} to {total.gain.high:.2f}"),
        (f"{total.learners} of {cohort.learner.nunique()}", "learners have both tests"),
    ]
    if total.after > total.before:
        facts.append((f"{total.hours.value:.1f} hours", f"of a learner for a point of gain, {_ends(total.hours, 1)}"))
    if total.money and total.after > total.before:
        facts.append((money(total.money.value, report.currency), f"for a point of gain, {_ends(total.money, 0)}"))
    return facts


def _ends(score: Score, digits: int) -> str:
    if not np.isfinite(score.low):
        return "without bounds: the gain may be 0"
    return f"{score.low:,.{digits}f} to {score.high:,.{digits}f}"


def _advice(report: Report) -> dict:
    found, silent = report.advice
    return {
        "finding": f"{len(found)} things that the numbers support" if found else "nothing that the numbers support",
        "list": tuple((advice.do, f"{advice.because}.") for advice in found),
        "small": (
            "A thing stands here only where a 95 % interval, or two that do not overlap, say so, so now and then one stands "
            "here by chance. " + (f"Looked for, and not found: {'; '.join(silent)}." if silent else ""),
        ),
    }


def _next_plan(report: Report) -> dict | None:
    if not report.command:  # the shared form: whose files these are is nobody else's business
        return None
    fitted = report.weights  # without them the command would be refused
    return {
        "text": (
            "This weighs hours, trainers and money of the next course with the weights and ratings that "
            f"{fitted.learners} learners of this one have given:",
        ),
        "command": report.command,
        "small": ("The names of its stages in plan.toml must be those of the course. Run it in the project's folder.",),
    }


def _people(report: Report) -> dict:
    people, total = report.people, report.total
    sure = int((people.low > 0).sum())
    rows = [(str(name), row.normalised_gain, row.low, row.high) for name, row in people.iterrows()]
    finding = f"{sure} of {len(people)} surely gained"
    pictures = []
    for first in range(0, len(rows), ROWS):
        part = rows[first : first + ROWS]
        values = [row[1] for row in part if np.isfinite(row[1])]
        figure = dots(
            part,
            title="Each learner" if first == 0 else "Each learner, continued",
            label="normalised gain (1 = learnt all there was to learn)",
            limits=(-0.5, 1.05),
            line=(total.gain.value, "all learners together"),
        )
        alt = (
            f"Normalised gain of {len(part)} learners, from {_least(values)} to {_most(values)}, with intervals; all together "
            f"{interval(total.gain)}; {finding}."
        )
        pictures.append(picture(figure, alt))
    return {
        "finding": finding,
        "text": (
            "Normalised gain is the share of what was not known at check-in that is known at check-out: (after − before) / "
            "(1 − before).",
        ),
        "figures": tuple(pictures),
        "small": (
            f"{LEVEL}. All together: {total.gain.method}, other learners of this kind. Each learner: Fieller over the "
            f"{_least(people.questions, 0)} pairs of parallel questions, other questions of this kind; so few say little "
            f"about one person, so rank nobody by them.{_both_orders(report)}"
            + (
                " Numbers are by result; whoever knows the own two scores can find the own dot."
                if report.shared
                else ""
            ),
        ),
    }


def _both_orders(report: Report) -> str:
    if report.orders is None:
        return ""
    before, after = report.orders
    return f" The mean over both orders of the forms, free of which form is harder: {before:.2f} before, {after:.2f} after."


def _least(values, digits: int = 2) -> str:
    return f"{np.nanmin(values):.{digits}f}" if np.isfinite(values).any() else "–"


def _most(values) -> str:
    return f"{np.nanmax(values):.2f}" if np.isfinite(values).any() else "–"


def _stages(report: Report) -> dict:
    parts = report.stages
    best = max(parts, key=lambda part: part.gain.value)
    shown = [(part.name, part.gain.value, part.gain.low, part.gain.high) for part in parts]
    finding = f"most in {best.name}, {interval(best.gain)}"
    figure = dots(shown, title="Each stage", label="normalised gain on its questions", limits=(-0.25, 1.05))
    alt = f"Normalised gain by stage: {'; '.join(f'{part.name} {interval(part.gain)}' for part in parts)}."
    unit = f" ({report.currency})" if report.currency else ""
    return {
        "finding": finding,
        "figures": (picture(figure, alt),),
        "header": ("stage", "learners", "before", "after", "normalised gain", "hours a point", f"cost a point{unit}"),
        "rows": tuple(_stage_row(part) for part in [*parts, *_total(report)]),
        "small": (
            f"{LEVEL}: Fieller, over learners. A stage is measured by its own {USES['test']} questions, whoever taught what "
            "they ask. A point is one hundredth of full skill in that stage, or in all of them; its hours and cost are all "
            f"that was spent over all that was gained, among learners with both tests.{_dropped(report)} No bounds: the "
            "gain may be 0.",
        ),
    }


def _stage_row(part: results.Stage) -> tuple[str, ...]:
    shares = (f"{part.before:.2f}", f"{part.after:.2f}")
    spent = (_spent(part.hours, 2), _spent(part.money, 0))
    return (part.name, f"{part.learners}", *shares, interval(part.gain), *spent)


def _spent(score: Score | None, digits: int) -> str:
    """Hours or money for a point of gain."""
    if score is None or np.isnan(score.value):
        return "–"
    return interval(score, digits=digits) if score.value > 0 else "nothing gained"


def _total(report: Report) -> list[results.Stage]:
    try:
        return [report.total]
    except Missing:
        return []


def _dropped(report: Report) -> str:
    if report.table is None:
        return ""
    lost = report.table[~report.table.learner.isin(report.people.index)]
    count, cost = lost.learner.nunique(), lost.cost.sum()
    if not count or not report.shown(count):
        return ""
    return f" {count} without a check-out, who cost {money(cost, report.currency)}, are not in it."


def _weights(report: Report) -> dict:
    fitted = report.weights
    table = fitted.table()
    rows = [(name, row.weight, row.low, row.high) for name, row in table.iterrows()]
    figure = dots(
        rows, title="Each stage's weight", label="weight aᵢ: the most that a stage can add", limits=(-0.02, 1.02)
    )
    said, most = "; ".join(f"{name} {interval(*row)}" for name, *row in rows), table.loc[table.weight.idxmax()]
    return {
        "finding": f"{most.name} weighs most, {interval(most.weight, most.low, most.high)}",
        "figures": (picture(figure, f"Weights of the stages with intervals: {said}."),),
        "header": ("stage", "weight", "mean effect g", "contribution weight · g"),
        "rows": tuple(
            (name, interval(row.weight, row.low, row.high), f"{row.effect:.2f}", f"{row.contribution:.2f}")
            for name, row in table.iterrows()
        ),
        "small": (
            f"K' = K + (1 − K) · Σ aᵢ·gᵢ, fitted to {fitted.learners} learners in {fitted.teams} teams; {LEVEL}: bootstrap of "
            f"learners within teams, {len(fitted.draws):,} draws. Shares and hours of plan.toml are taken as given. What people "
            "would have learnt without the course counts as the course's.",
        ),
    }


def _questions(report: Report) -> dict:
    table, trust = report.questions, report.reliability
    told = table.dropna(subset="discrimination").sort_values("discrimination")
    alike = table[table.discrimination.isna()]
    weak = told[told.discrimination < results.USEFUL]
    sure = int(table.weak.sum())
    pictures = []
    for form, part in told.groupby("form"):
        rows = [
            (row.cell, row.discrimination, row.discrimination_low, row.discrimination_high) for row in part.itertuples()
        ]
        figure = dots(
            rows,
            title=f"Form {form}",
            label="discrimination",
            limits=(-1.02, 1.02),
            line=(results.USEFUL, "of use from here on"),
        )
        lowest = "; ".join(f"{row[0]} {interval(*row[1:])}" for row in rows[:3])
        alt = f"Discrimination of {len(rows)} questions of form {form}, the lowest first: {lowest}."
        pictures.append(picture(figure, alt))
    counts = " and ".join(
        f"{score.value:.2f} ({score.low:.2f} to {score.high:.2f}) in {form}" for form, score in trust.items()
    )
    return {
        "finding": f"{sure} of {len(table)} surely, {len(weak) - sure} perhaps",
        "text": (
            "Discrimination is a question's correlation with the rest of its form: who knows more should get it right more "
            f"often. Below {results.USEFUL:g} it hardly tells.",
        ),
        "figures": tuple(pictures),
        "header": ("question", "form", "in the bank", "share right", "discrimination", "n"),
        "texts": 3,
        "rows": tuple(
            (
                row.cell,
                row.form,
                row.item,
                interval(row.difficulty, row.difficulty_low, row.difficulty_high),
                interval(row.discrimination, row.discrimination_low, row.discrimination_high),
                f"{row.learners}",
            )
            for row in pd.concat([weak, alike]).itertuples()
        ),
        "small": (
            f"The table has those below {results.USEFUL:g}, and {len(alike)} that all answered alike (–). “Surely” needs "
            f"an interval below it, and {results.EITHER_WAY} who were right and {results.EITHER_WAY} who were wrong. Answers at check-out; "
            f"{LEVEL}: Wilson for shares, Steiger and Hakstian for discrimination. Reliability (alpha, Feldt): {counts}.",
        ),
    }


def _trainers(report: Report) -> dict:
    found = report.trainers
    if found.table.empty:
        raise Missing("Under 5 learners rated each of the trainers.")
    rows = [(name, row.effect, row.low, row.high) for name, row in found.table.iterrows()]
    figure = dots(
        rows,
        title="Each trainer",
        label="rating by learners (0 to 1)",
        limits=(-0.02, 1.02),
        line=(found.centre.value, "mean of all"),
        plain=(list(found.table["mean"]), "plain mean"),
    )
    said = "; ".join(f"{name} {interval(*row)}" for name, *row in rows)
    return {
        "finding": f"standard deviation {found.between:.2f}, of answers about one of them {found.within:.2f}",
        "figures": (picture(figure, f"Ratings of trainers drawn towards their mean: {said}."),),
        "header": ("trainer", "learners", "ratings", "plain mean", "pooled"),
        "rows": tuple(
            (
                name,
                f"{row.raters:.0f}",
                f"{row['count']:.0f}",
                _number(row["mean"]),
                interval(row.effect, row.low, row.high),
            )
            for name, row in found.table.iterrows()
        ),
        "small": (
            f"Partial pooling (one-way random effects): the fewer ratings, the nearer to the mean of all. {LEVEL} hold for 95 % "
            "of trainers, not for each. A rating says what learners liked, not what they learnt.",
        ),
    }


def _number(number: float) -> str:
    return "–" if np.isnan(number) else f"{number:.2f}"


def _survey(report: Report) -> dict:
    table = report.reaction
    if table.empty:
        raise Missing("Under 5 learners answered the survey of any stage.")
    asked, answered = int(table.asked.sum()), int(table.people.sum())
    rows = [
        (f"{name}, {what}", row[what], row[f"{what}_low"], row[f"{what}_high"])
        for name, row in table.iterrows()
        for what in ("content", "trainer")
    ]
    rows = [row for row in rows if np.isfinite(row[1])]
    figure = dots(rows, title="Each stage", label="mean rating (0 to 1; 4 of 5 points are 0.75)", limits=(-0.02, 1.02))
    said = "; ".join(f"{name} {interval(*row)}" for name, *row in rows)
    return {
        "finding": f"{answered} of {asked} questionnaires were answered",
        "list": _by_place(report.comments),
        "figures": (picture(figure, f"Mean ratings of content and trainers by stage: {said}."),),
        "header": ("stage", "answered", "content", "rated 4 or 5", "trainer", "rated 4 or 5"),
        "rows": tuple(
            (
                name,
                f"{row.people:.0f} of {row.asked:.0f}",
                interval(row.content, row.content_low, row.content_high),
                _percent(row.content_favourable),
                interval(row.trainer, row.trainer_low, row.trainer_high),
                _percent(row.trainer_favourable),
            )
            for name, row in table.iterrows()
        ),
        "small": (f"{LEVEL}: Student's t over those who answered; who is silent may think otherwise.",),
    }


def _by_place(comments: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What people wrote: a line for each place where they were asked."""
    places = dict.fromkeys(place for place, _ in comments)
    return tuple((place, " · ".join(text for of, text in comments if of == place)) for place in places)


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def _levels(report: Report) -> dict:
    table = report.levels
    rows = []
    for level, row in table.iterrows():
        hidden = row.learners and not report.shown(row.learners)
        value = "not shown: under 5 learners" if hidden else interval(row.value, row.low, row.high)
        rows.append((level, row.measure, value, "" if hidden else f"{row.learners:.0f}"))
    measured = table[table.learners > 0].index.nunique()
    days = (
        f" Forms came back {report.later.days.median():.0f} days after check-out (median)." if len(report.later) else ""
    )
    absent = "" if len(report.later) else " No follow-up form has come back: lesson 4-06 writes them."
    return {
        "finding": f"{measured} of {len(learners.LEVELS)} are measured",
        "header": ("level", "measure", "value", "learners"),
        "texts": 2,
        "rows": tuple(rows),
        "small": (
            f"{LEVEL}: Student's t for ratings, Fieller for gain and what is left of it, Wilson for shares. The follow-up asks 12 "
            "other questions than the tests, so what is left of the gain may differ a little where nothing was forgotten. "
            f"Use and results are what people say of themselves.{days}{absent}",
        ),
    }


def _each_learner(report: Report) -> dict | None:
    if report.shared:
        return None
    unit = f" ({report.currency})" if report.currency else ""
    rows = []
    for name, row in report.people.iterrows():
        gain = interval(row.normalised_gain, row.low, row.high)
        shares = (f"{row.pre:.2f}", f"{row.post:.2f}")
        rows.append((f"{name}", row.team, *shares, gain, f"{row.hours:.1f}", f"{row.cost:,.0f}"))
    header = ("learner", "team", "before", "after", "normalised gain", "hours", f"cost{unit}")
    return {"header": header, "rows": tuple(rows), "texts": 2}


def _notes(report: Report) -> dict | None:
    return {"list": tuple(("", note) for note in report.notes)} if report.notes else None


PARTS: dict[str, tuple[str, Callable[[Report], dict | None]]] = {
    "change": ("What to change next", _advice),
    "plan": ("The next plan", _next_plan),
    "learners": ("Gain of each learner", _people),
    "stages": ("Gain, time and cost by stage", _stages),
    "weights": ("Weights of the stages", _weights),
    "questions": ("Questions that tell too little", _questions),
    "trainers": ("Trainers", _trainers),
    "survey": ("Survey", _survey),
    "levels": ("Kirkpatrick's four levels", _levels),
    "table": ("Every learner", _each_learner),
    "notes": ("What is missing in the data", _notes),
}

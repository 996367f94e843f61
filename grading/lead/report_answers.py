"""What answers say, as parts of the report's page: questions, trainers, the survey, and Kirkpatrick's four levels."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from grading.lead.report import EITHER_WAY, USEFUL, CohortReport, Missing
from grading.pages.numbers import LEVEL, interval
from grading.pages.page import Part
from grading.pages.plots import dots, numbers, picture
from trainlib import learners


def questions(report: CohortReport) -> Part:
    """Which questions of the tests tell too little."""
    table, trust = report.questions, report.reliability
    told = table.dropna(subset="discrimination").sort_values("discrimination")
    alike = table[table.discrimination.isna()]
    weak = told[told.discrimination < USEFUL]
    sure = int(table.weak.sum())
    alpha = " and ".join(
        f"{score.value:.2f} ({score.low:.2f} to {score.high:.2f}) in {form}" for form, score in trust.items()
    )
    return Part(
        finding=f"{sure} of {len(table)} surely, {len(weak) - sure} perhaps",
        text=(
            "Discrimination is a question's correlation with the rest of its form: who knows more should get it right "
            f"more often. Below {USEFUL:g} it hardly tells.",
        ),
        figures=tuple(_figure_of_form(*own, of_form) for own, of_form in told.groupby(["track", "form"])),
        header=("question", "track", "form", "in the bank", "share right", "discrimination", "n"),
        texts=4,
        rows=tuple(_question_row(row) for row in pd.concat([weak, alike]).itertuples()),
        small=(
            f"The table has those below {USEFUL:g}, and {len(alike)} that all answered alike (–). “Surely” needs "
            f"an interval below it, and {EITHER_WAY} who were right and {EITHER_WAY} who were wrong. Answers at "
            f"check-out; {LEVEL}: Wilson for shares, Steiger and Hakstian for discrimination. Reliability (alpha, "
            f"Feldt): {alpha}.",
        ),
    )


def _question_row(question) -> tuple[str, ...]:
    """A question's row in the table; `question` is one of `CohortReport.questions`."""
    right = interval(question.difficulty, question.difficulty_low, question.difficulty_high)
    tells = interval(question.discrimination, question.discrimination_low, question.discrimination_high)
    return question.cell, question.track, question.form, question.item, right, tells, f"{question.learners}"


def _figure_of_form(track: str, form: str, questions: pd.DataFrame) -> Markup:
    """How well each question of a track's form tells, the lowest first."""
    columns = ["cell", "discrimination", "discrimination_low", "discrimination_high"]
    rows = list(questions[columns].itertuples(index=False, name=None))
    figure = dots(
        rows,
        title=f"Form {form} of the track {track}",
        label="discrimination",
        limits=(-1.02, 1.02),
        line=(USEFUL, "of use from here on"),
    )
    lowest = "; ".join(f"{name} {interval(*ends)}" for name, *ends in rows[:3])
    return picture(
        figure,
        f"Discrimination of {len(rows)} questions of form {form}, track {track}, the lowest first: {lowest}.",
        numbers(sorted(rows, key=lambda row: (round(row[1], 6), row[0])), "discrimination"),
    )


def trainers(report: CohortReport) -> Part:
    """How learners rated each trainer."""
    pooled = report.trainers
    if pooled.table.empty:
        raise Missing("Under 5 learners rated each of the trainers.")
    rows = [(name, row.effect, row.low, row.high) for name, row in pooled.table.iterrows()]
    figure = dots(
        rows,
        title="Each trainer",
        label="rating by learners (0 to 1)",
        limits=(-0.02, 1.02),
        line=(pooled.centre.value, "mean of all"),
        plain=(list(pooled.table["mean"]), "plain mean"),
    )
    in_words = "; ".join(f"{name} {interval(*row)}" for name, *row in rows)
    return Part(
        finding=f"standard deviation {pooled.between:.2f}, of answers about one of them {pooled.within:.2f}",
        figures=(
            picture(figure, f"Ratings of trainers drawn towards their mean: {in_words}.", numbers(rows, "rating")),
        ),
        header=("trainer", "learners", "ratings", "plain mean", "pooled"),
        rows=tuple(
            (
                name,
                f"{row.raters:.0f}",
                f"{row['count']:.0f}",
                _number(row["mean"]),
                interval(row.effect, row.low, row.high),
            )
            for name, row in pooled.table.iterrows()
        ),
        small=(
            "Partial pooling (one-way random effects): the fewer ratings, the nearer to the mean of all. "
            f"{LEVEL} hold for 95 % of trainers, not for each. A rating says what learners liked, not what they "
            "learnt.",
        ),
    )


def _number(number: float) -> str:
    return "–" if np.isnan(number) else f"{number:.2f}"


def survey(report: CohortReport) -> Part:
    """How learners rated each stage, and what they wrote."""
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
    in_words = "; ".join(f"{name} {interval(*row)}" for name, *row in rows)
    return Part(
        finding=f"{answered} of {asked} questionnaires were answered",
        list=_by_place(report.comments),
        figures=(
            picture(
                figure, f"Mean ratings of content and trainers by stage: {in_words}.", numbers(rows, "mean rating")
            ),
        ),
        header=("stage", "answered", "content", "rated 4 or 5", "trainer", "rated 4 or 5"),
        rows=tuple(
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
        small=(f"{LEVEL}: Student's t over those who answered; who is silent may think otherwise.",),
    )


def _by_place(comments: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What people wrote: a line for each place where they were asked."""
    places = dict.fromkeys(place for place, _ in comments)
    return tuple((place, " · ".join(text for of, text in comments if of == place)) for place in places)


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def levels(report: CohortReport) -> Part:
    """Kirkpatrick's four levels."""
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
    absent = "" if len(report.later) else " No follow-up form has come back: lesson 4-10 writes them."
    return Part(
        finding=f"{measured} of {len(learners.LEVELS)} are measured",
        header=("level", "measure", "value", "learners"),
        texts=2,
        rows=tuple(rows),
        small=(
            f"{LEVEL}: Student's t for ratings, Fieller for gain and what is left of it, Wilson for shares. The "
            "follow-up asks 12 other questions than the tests, so what is left of the gain may differ a little where "
            f"nothing was forgotten. Use and results are what people say of themselves.{days}{absent}",
        ),
    )

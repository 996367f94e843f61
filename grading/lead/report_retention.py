"""What is kept after check-out, as a part of the report's page."""

import numpy as np
from markupsafe import Markup

from grading.lead import retention
from grading.lead.report import CohortReport, Missing
from grading.lead.retention import A_CURVE, FOLLOW_UP, LEAST, REVIEW, Kept
from grading.pages.numbers import LEVEL, interval
from grading.pages.page import Part
from grading.pages.plots import picture
from trainlib import figures

WHAT = {FOLLOW_UP: "follow-up, other questions", REVIEW: "review, the same questions"}


def kept(report: CohortReport) -> Part:
    """The share of what was known at check-out that is known after so many days."""
    curves = {kind: retention.curve(report.kept, kind) for kind in (FOLLOW_UP, REVIEW)}
    shown = {kind: [point for point in points if point.share] for kind, points in curves.items()}
    if not any(shown.values()):
        raise Missing(
            f"No {LEAST} learners have a follow-up form or a review record in one span of days: lesson 4-10 writes "
            "forms for 30 and 90 days, and learners who want to may send what `review.send()` writes."
        )
    rows = [(WHAT[kind], *_row(point)) for kind, points in curves.items() for point in points]
    last, asked = max(
        ((points[-1], WHAT[kind]) for kind, points in shown.items() if points), key=lambda pair: pair[0].days
    )
    return Part(
        finding=f"{interval(last.share)} after {last.days:.0f} days, {asked}",
        text=("The share of what was known at check-out that is known later; 1 is nothing forgotten.",),
        figures=(_figure(shown),),
        header=("asked", "days after check-out", "median day", "learners", "answers or forms", "share kept"),
        texts=2,
        rows=tuple(rows),
        small=(
            f"{LEVEL}: Fieller for follow-ups (share right there, over that at check-out), Wilson over learners for "
            f"reviews (Korn and Graubard). A span of days has a share from {LEAST} learners on; points are joined "
            f"where {A_CURVE} spans have one. A follow-up asks other questions of the same bank, so its share may pass "
            "1. A review asks those that were right at check-out, the first time that they came back, after the "
            "reasons were read; its records come from learners who chose to send them, who may forget less than "
            "the others.",
        ),
    )


def _row(point: Kept) -> tuple[str, ...]:
    if point.share is None:
        return point.name, "", f"under {LEAST}", "", f"not shown: under {LEAST} learners"
    return point.name, f"{point.days:.0f}", f"{point.learners}", f"{point.answers}", interval(point.share)


def _figure(shown: dict[str, list[Kept]]) -> Markup:
    """Shares over days with their intervals, joined where they may be."""
    figure, axes = figures.new(width=6.8, height=3.1)
    for (kind, points), colour, marker in zip(shown.items(), figures.COLOURS, "os"):
        if not points:
            continue
        days, shares = [point.days for point in points], [point.share.value for point in points]
        ends = np.clip([[point.share.low, point.share.high] for point in points], 0, 1.6).T
        axes.vlines(days, *ends, color=colour, linewidth=2.5, alpha=0.65)
        line = "-" if retention.is_curve(points) else "none"
        axes.plot(days, shares, marker=marker, linestyle=line, linewidth=1.5, color=colour, label=WHAT[kind])
    axes.axhline(1, color=figures.TEXT, linestyle=":", linewidth=1)
    highest = max(point.share.high for points in shown.values() for point in points)
    axes.set(xlim=(0, None), ylim=(0, min(1.6, max(1.1, highest + 0.05))))
    axes.set_xlabel("days after check-out", fontsize=10)
    axes.set_ylabel("share kept", fontsize=10)
    axes.set_title("What is kept of what was known at check-out", loc="left", fontsize=11)
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    said = "; ".join(
        f"{WHAT[kind]}: " + ", ".join(f"{interval(point.share)} after {point.days:.0f} days" for point in points)
        for kind, points in shown.items()
        if points
    )
    return picture(figure, f"Share of what was known at check-out that is kept, by days. {said}.")

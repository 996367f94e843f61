"""The page of a cohort's report: its answer, its facts and its parts, put into `report_page.html`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grading.lead import (
    learnt,
    report_answers,
    report_assistant,
    report_gain,
    report_learnt,
    report_retention,
    shared_form,
)
from grading.lead import report as results
from grading.lead.advice import Advice, advise
from grading.lead.report import CohortReport, Missing
from grading.pages.numbers import interval, money
from grading.pages.page import Part, render
from trainlib._files import write as write_file
from trainlib.measure import Score


@dataclass(frozen=True)
class ReportSummary:
    """What a report says, for the terminal: its answer in a sentence, the page that was written, and the numbers.

    `gain` is the normalised gain of all who have both tests, with its interval, or None; `left_out` says by the name
    of a part why the page lacks it. `weights`: this cohort's, as a later cohort.toml may name them as earlier. In the
    shared form nothing here names anybody.
    """

    answer: str
    page: Path
    shared: bool
    simulated: int
    learners: int
    gain: tuple[float | None, ...] | None
    advice: tuple[Advice, ...]
    left_out: dict[str, str]
    notes: tuple[str, ...]
    weights: dict | None = None


def write(output: Path, cohort: Path, plan: Path, follow_ups: Path, shared: bool = False) -> ReportSummary:
    """Write the page of a cohort's report. ValueError says what is wrong or not there."""
    report = results.read(cohort, plan, follow_ups)
    report = shared_form.share(report) if shared else report
    made = make(report)
    write_file(output, made.text)
    known = None if isinstance(report.learnt, str) else report.learnt
    return ReportSummary(
        answer=made.answer,
        page=Path(output),
        shared=shared,
        simulated=report.simulated,
        learners=_learners(report),
        gain=_gain(report),
        advice=made.advice,
        left_out=made.left_out,
        notes=report.notes,
        weights=learnt.saved(known, report.fitted, report.title),
    )


@dataclass(frozen=True)
class Page:
    """A page as HTML, its answer as a sentence, its advice, and why parts are left out, by their names."""

    text: str
    answer: str
    advice: tuple[Advice, ...]
    left_out: dict[str, str]


def make(report: CohortReport) -> Page:
    """The page of a report. A part whose data is missing says so and is left out."""
    advice, silent = advise(report)
    parts, left_out = [_advice(advice, silent)], {}
    for id, (name, make_part) in PARTS.items():
        try:
            part = make_part(report)
        except Missing as why:
            left_out[name] = str(why)
            part = Part(text=(f"Left out. {why}",))
        if part is not None:
            parts.append(replace(part, id=id, name=name))
    answer, simulated = _answer(report), _simulated(report)
    text = render(
        "report_page.html",
        title=f"{report.title}: what the training bought" + (" (shared form)" if report.shared else ""),
        simulated=simulated,
        answer=answer,
        facts=_facts(report),
        parts=parts,
    )
    return Page(text, f"{simulated} {answer}".strip(), tuple(advice), left_out)


def _learners(report: CohortReport) -> int:
    return (report.scores if report.table is None else report.table).learner.nunique()


def _gain(report: CohortReport) -> tuple[float | None, ...] | None:
    """The gain of all with the ends of its interval, each None where it has no bound."""
    try:
        gain = report.total.gain
    except Missing:
        return None
    return tuple(float(end) if np.isfinite(end) else None for end in (gain.value, gain.low, gain.high))


def _simulated(report: CohortReport) -> str:
    count = _learners(report)
    if not report.simulated:
        return ""
    if report.simulated == count:
        return "SIMULATED: nobody took this course. Every number below is drawn by a program."
    return f"{report.simulated} of these {count} learners are SIMULATED: their numbers are drawn by a program."


def _answer(report: CohortReport) -> str:
    """The gain of all in a sentence, or why there is none."""
    try:
        total = report.total
    except Missing as why:
        return str(why)
    kind = "simulated learners" if report.simulated == total.learners else "learners"
    several = len(report.tracks) > 1
    tracks = f" of {len(report.tracks)} tracks, each asked about its own lessons," if several else ""
    return (
        f"{total.learners} {kind}{tracks} went from {total.before:.2f} to {total.after:.2f} of 1, and so gained "
        f"{interval(total.gain)} of what they could still learn."
    )


def _facts(report: CohortReport) -> list[tuple[str, str]]:
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


def _advice(advice: list[Advice], silent: list[str]) -> Part:
    looked_for = f"Looked for, and not found: {'; '.join(silent)}." if silent else ""
    return Part(
        id="change",
        name="What to change next",
        finding=f"{len(advice)} things that the numbers support" if advice else "nothing that the numbers support",
        list=tuple((thing.do, f"{thing.because}.") for thing in advice),
        small=(
            "A thing stands here only where a 95 % interval, or two that do not overlap, say so, so now and then one "
            f"stands here by chance. {looked_for}",
        ),
    )


def _next_plan(report: CohortReport) -> Part | None:
    if not report.command:  # the shared form: whose files these are is nobody else's business
        return None
    fitted = report.weights  # without them the command would be refused
    return Part(
        text=(
            "This weighs hours, trainers and money of the next course with the weights and ratings that "
            f"{fitted.learners} learners of this one have given:",
        ),
        command=report.command,
        small=("The names of its stages in plan.toml must be those of the course. Run it in the project's folder.",),
    )


def _notes(report: CohortReport) -> Part | None:
    return Part(list=tuple(("", note) for note in report.notes)) if report.notes else None


PARTS: dict[str, tuple[str, Callable[[CohortReport], Part | None]]] = {
    "plan": ("The next plan", _next_plan),
    "learners": ("Gain of each learner", report_gain.gain_of_each),
    "stages": ("Gain, time and cost by stage", report_gain.stages),
    "weights": ("Weights of the stages", report_gain.weights),
    "learnt": ("What was learnt of the weights", report_learnt.weights),
    "questions": ("Questions that tell too little", report_answers.questions),
    "trainers": ("Trainers", report_answers.trainers),
    "survey": ("Survey", report_answers.survey),
    "assistant": ("With and without an assistant", report_assistant.with_and_without),
    "levels": ("Kirkpatrick's four levels", report_answers.levels),
    "kept": ("What is kept", report_retention.kept),
    "table": ("Every learner", report_gain.scores_of_each),
    "notes": ("What is missing in the data", _notes),
}

"""What check-in and check-out have measured: a score for each question, before and after for each learner.

Of both tests the first attempt counts that has an answer: a learner hands the stage in again and again, knows more
each time, and after check-out has read the reasons. Half of the learners get form A first and half form B, so the mean
of the two halves' means is free of which form is harder.
"""

import csv
from collections import Counter
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import mean

import nbformat

from grading.authoring import items
from grading.marking.answers import chosen, filled_in, is_answered
from grading.records import folders
from grading.records.folders import Submission
from grading.records.gradebook import gradebook
from trainlib.questions import CHECK_IN, CHECK_OUT, form


@dataclass(frozen=True)
class ItemScore:
    """One question of one learner: 1 where it was answered rightly, else 0. `answer` is a letter, or "": left open."""

    learner: str
    lesson: str
    form: str
    cell: str
    item: str
    skill: str
    stage: str
    answer: str
    score: float


@dataclass(frozen=True)
class Change:
    """One learner before and after: the share of questions answered rightly, 0 to 1, None where there is no test."""

    learner: str
    first: str  # the form at check-in, or the one that was due then
    pre: float | None
    post: float | None


def taken() -> list[Submission]:
    """The submissions of check-in and check-out that have answers, and grades of just those answers."""
    found = (one for one in folders.submissions() if one.lesson in items.CHECKS)
    return [one for one in found if one.is_graded and is_answered(one.file)]


def item_scores() -> list[ItemScore]:
    """Each question of each learner who took check-in or check-out, from the gradebook, by learner and lesson."""
    found = []
    with gradebook() as book:
        for one in taken():
            given = filled_in(nbformat.read(one.file, as_version=4))
            own = form(given["learner"], one.lesson)
            notebook = book.find_submission_notebook(one.lesson, one.stage, one.learner)
            grades = {grade.name: grade.auto_score for grade in notebook.grades}
            for part, number in items.places():
                item, cell = items.forms()[own][part][number - 1], items.cell_name(part, number)
                answer, score = chosen(given, part, number), grades[cell] or 0.0
                said = (cell, item.id, item.skill, item.stage, answer, score)
                found.append(ItemScore(one.learner, one.lesson, own, *said))
    return found


def same_form_twice() -> set[str]:
    """Learners who wrote another name at check-out and got the form that they knew: their change measures memory."""
    forms: dict[str, set[str]] = {}
    tests = Counter()
    for one in taken():
        given = filled_in(nbformat.read(one.file, as_version=4))
        forms.setdefault(one.learner, set()).add(form(given["learner"], one.lesson))
        tests[one.learner] += 1
    return {learner for learner, count in tests.items() if count > len(forms[learner])}


def changes() -> list[Change]:
    """Before and after for each learner who took check-in or check-out; without an after, where it was the same form."""
    tests: dict[str, dict[str, list[ItemScore]]] = {}
    for score in item_scores():
        tests.setdefault(score.learner, {}).setdefault(score.lesson, []).append(score)
    found, twice = [], same_form_twice()
    for learner, of_learner in tests.items():
        share = {lesson: mean(score.score for score in of_test) for lesson, of_test in of_learner.items()}
        first = of_learner[CHECK_IN][0].form if CHECK_IN in share else "BA"["AB".index(of_learner[CHECK_OUT][0].form)]
        after = None if learner in twice else share.get(CHECK_OUT)
        found.append(Change(learner, first, share.get(CHECK_IN), after))
    return found


def over_both_orders(found: list[Change]) -> tuple[float, float] | None:
    """Mean share before and after, each the mean of the two orders' means; None until somebody of each order has both."""
    complete = [change for change in found if None not in (change.pre, change.post)]
    orders = [[change for change in complete if change.first == name] for name in "AB"]
    if not all(orders):
        return None
    before, after = zip(*((mean(c.pre for c in order), mean(c.post for c in order)) for order in orders))
    return mean(before), mean(after)


def write_items(target: Path) -> int:
    """Write `item_scores` as CSV. Returns the number of rows."""
    found = item_scores()
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(ItemScore)])
        writer.writeheader()
        writer.writerows(asdict(score) for score in found)
    return len(found)

"""What check-in and check-out have measured: a score for each question, before and after for each learner, follow-ups.

Of both tests the first attempt counts that has an answer: a learner hands the stage in again and again, knows more
each time, and after check-out has read the reasons. Half of the learners get form A first and half form B, so the mean
of the two halves' means is free of which form is harder.
"""

import ast
import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from statistics import mean

import nbformat

from grading.authoring import items
from grading.marking.export import gradebook
from grading.records import folders
from trainlib.lesson import CheckFailed
from trainlib.questions import CHECK_IN, CHECK_OUT, form, letter

FOLLOW_UP_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Follow-up of {learner}</title>
<style>
body {{ font-family: sans-serif; max-width: 60em; margin: 2em auto; }}
td {{ padding: 0.2em 1em 0.2em 0; vertical-align: top; }}
</style>
</head><body><h1>Follow-up: {right} of {of} right</h1>
{body}
</body></html>
"""


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


def filled_in(notebook: nbformat.NotebookNode) -> dict[str, object]:
    """What a learner wrote into the answer cells: {name: value} for each value that is written out and not computed."""
    given = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            try:
                statements = ast.parse(cell.source).body
                for statement in statements:
                    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                        given[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (SyntaxError, ValueError, TypeError):
                continue
    return given


def chosen(given: dict, part: str, number: int) -> str:
    """The letter of one question among what was filled in; "" where it was left open or cannot be read."""
    try:
        return letter(given.get(part), number)
    except CheckFailed:
        return ""


def is_answered(path: Path) -> bool:
    """Whether a file is a notebook of check-in or check-out with a learner's name and at least one answer."""
    return path.exists() and has_answers(nbformat.read(path, as_version=4))


def has_answers(notebook: nbformat.NotebookNode) -> bool:
    """Whether a notebook of check-in or check-out has a learner's name and at least one answer."""
    given = filled_in(notebook)
    try:
        form(given.get("learner"), CHECK_IN)
    except ValueError:
        return False
    return any(chosen(given, part, number) for part, number in _places())


def has_checked_out(learner: str) -> bool:
    """Whether a learner has handed in check-out with an answer: from then on verdicts and reasons may be shown."""
    return any(is_answered(path) for path in (folders.state() / "submitted").glob(f"{learner}/*/{CHECK_OUT}.ipynb"))


def keep_first_attempts(stage: str) -> None:
    """Put the first answered attempt of check-in and check-out where it is graded, in place of a later one."""
    for path in (folders.state() / "submitted").glob(f"*/{stage}/*.ipynb"):
        if path.stem in items.CHECKS:
            attempts = sorted((folders.state() / "attempts" / path.parts[-3] / stage).glob(f"*/{path.name}"))
            first = next((attempt for attempt in attempts if is_answered(attempt)), path)
            if first.read_bytes() != path.read_bytes():
                path.write_bytes(first.read_bytes())


def item_scores() -> list[ItemScore]:
    """Each question of each learner who took check-in or check-out, from the gradebook, by learner and lesson."""
    found = []
    with gradebook() as book:
        for path in _taken():
            learner, stage, lesson = path.parts[-3], path.parts[-2], path.stem
            given = filled_in(nbformat.read(path, as_version=4))
            own = form(given["learner"], lesson)
            grades = {
                grade.name: grade.auto_score for grade in book.find_submission_notebook(lesson, stage, learner).grades
            }
            for part, number in _places():
                item, cell = items.forms()[own][part][number - 1], items.cell_name(part, number)
                answer, score = chosen(given, part, number), grades[cell] or 0.0
                found.append(ItemScore(learner, lesson, own, cell, item.id, item.skill, item.stage, answer, score))
    return found


def same_form_twice() -> set[str]:
    """Learners who wrote another name at check-out and got the form that they knew: their change measures memory."""
    forms: dict[str, set[str]] = {}
    taken = [(path.parts[-3], path.stem, filled_in(nbformat.read(path, as_version=4))) for path in _taken()]
    for learner, lesson, given in taken:
        forms.setdefault(learner, set()).add(form(given["learner"], lesson))
    tests = Counter(learner for learner, *_ in taken)
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


def score_follow_up(path: Path) -> tuple[dict[str, object], str]:
    """One follow-up form: what it says, and a page for its learner with the reason for every choice, as HTML.

    It says learner, form, days after check-out, questions right and asked, and the answers on use at work. ValueError
    names what in the file cannot be read.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        own = form(given["learner"], "follow-up")
        days = (date.fromisoformat(str(given["filled_in"]).strip()) - given["written"]).days
        answers = {int(number): answer for number, answer in given["answers"].items()}
        asked = [item for part in items.forms("follow-up")[own].values() for item in part]
        letters = [letter(answers, number) for number in range(1, len(asked) + 1)]
        use = {name: str(value).strip() for name, value in given["use"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, CheckFailed) as error:
        raise ValueError(f"{path.name} cannot be scored: {type(error).__name__}: {error}") from None
    right = sum(answer == item.key for answer, item in zip(letters, asked))
    said = {"learner": given["learner"], "form": own, "days": days, "right": right, "of": len(asked)} | use
    body = "<hr>".join(items.reasons(item, answer) for item, answer in zip(asked, letters))
    return said, FOLLOW_UP_PAGE.format(learner=given["learner"], right=right, of=len(asked), body=body)


def _places() -> list[tuple[str, int]]:
    return [(part, number) for part, asked in items.forms()["A"].items() for number in range(1, len(asked) + 1)]


def _taken() -> Iterator[Path]:
    """The notebooks of check-in and check-out that have answers and were graded."""
    for path in sorted((folders.state() / "submitted").glob("*/*/*.ipynb")):
        graded = folders.state() / "autograded" / path.relative_to(folders.state() / "submitted")
        if path.stem in items.CHECKS and graded.exists() and is_answered(path):
            yield path


def write_items(target: Path) -> int:
    """Write `item_scores` as CSV. Returns the number of rows."""
    found = item_scores()
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(ItemScore)])
        writer.writeheader()
        writer.writerows(asdict(score) for score in found)
    return len(found)

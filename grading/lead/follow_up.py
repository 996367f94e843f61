"""Follow-up forms, as they come back 30 days after check-out: scored, with a page of reasons for their learner."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from grading.authoring import items
from grading.authoring.items import Item
from grading.pages.page import render
from trainlib.lesson import CheckFailed
from trainlib.questions import form, letter


@dataclass(frozen=True)
class FollowUp:
    """A form: whose it is, days after check-out, questions right and asked, and by name the answers on use at work."""

    learner: str
    form: str
    days: int
    right: int
    asked: int
    use: dict[str, str]
    answers: tuple[tuple[Item, str], ...]  # each question with the letter that was chosen, "" where it was left open


@dataclass(frozen=True)
class ScoredForms:
    """A folder of forms: those that could be scored, and a sentence for each that could not."""

    scored: tuple[FollowUp, ...]
    refused: tuple[str, ...]


def score(path: Path) -> FollowUp:
    """One follow-up form. ValueError names what in the file cannot be read."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        own = form(given["learner"], "follow-up")
        days = (date.fromisoformat(str(given["filled_in"]).strip()) - given["written"]).days
        chosen = {int(number): answer for number, answer in given["answers"].items()}
        asked = [item for part in items.forms("follow-up")[own].values() for item in part]
        answers = tuple((item, letter(chosen, number)) for number, item in enumerate(asked, start=1))
        use = {name: str(value).strip() for name, value in given["use"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, CheckFailed) as error:
        raise ValueError(f"{path.name} cannot be scored: {type(error).__name__}: {error}") from None
    right = sum(answer == item.key for item, answer in answers)
    return FollowUp(given["learner"], own, days, right, len(asked), use, answers)


def page(scored: FollowUp) -> str:
    """The page for a form's learner, with the reason for every choice, as HTML."""
    questions = [Markup(items.reasons(item, answer)) for item, answer in scored.answers]
    return render("follow_up.html", scored=scored, questions=questions)


def score_folder(folder: Path) -> ScoredForms:
    """Every form in a folder, with its page written beside it. ValueError where there is none."""
    scored, refused = [], []
    if not (paths := sorted(folder.glob("*.toml"))):
        raise ValueError(f"{folder} holds no follow_up_NAME.toml, as lesson 4-06 writes them")
    for path in paths:
        try:
            scored.append(score(path))
        except ValueError as why:
            refused.append(str(why))
        else:
            path.with_suffix(".html").write_text(page(scored[-1]), encoding="utf-8")
    return ScoredForms(tuple(scored), tuple(refused))

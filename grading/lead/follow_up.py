"""Follow-up forms, 30 and 90 days after check-out: scored, with a page of reasons for their learner."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from grading.authoring import items
from grading.pages.page import render
from grading.records import tomlfile
from grading.records.tomlfile import Document
from trainlib import questions
from trainlib._files import write
from trainlib.lesson import CheckFailed

A_DAY = 'the day on which it was filled in, such as "2026-03-31"'
A_CHOICE = 'a, b, c or d, or "" where it was left open'
DAYS_USED = "a number of working days, such as 4"
LONGEST = 366  # days on which anything can have been used
SCHEMA = {  # a learner may write more into the form, which counts for nothing
    "type": "object",
    "properties": {
        "learner": tomlfile.text("a learner's name"),
        "track": tomlfile.text("the track of check-out; a form without one is older, and asks other questions"),
        "written": tomlfile.date("the day of check-out, such as 2026-03-01"),
        "asked_after": tomlfile.number(f"{questions.DAYS} or {questions.LATER}, as it was written", 1, whole=True),
        "filled_in": {"description": A_DAY},
        "use": {"type": "object", "description": "the questions on use at work"},
        "answers": {"type": "object", "description": "a line for the answer to each question"},
    },
    "required": ["learner", "track", "written", "filled_in", "use", "answers"],
}


@dataclass(frozen=True)
class FollowUp:
    """A form: whose it is, days after check-out, questions right and asked, and by name the answers on use at work.

    `answers` are the letters that were chosen, "" where a question was left open; `days_used` is None where it was left
    open, or is no number of days, which `notes` then say.
    """

    learner: str
    track: str
    form: str
    days: int
    right: int
    asked: int
    use: dict[str, str]
    days_used: float | None
    answers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FollowUps:
    """A folder of forms: those that could be scored, and a sentence for each that could not."""

    scored: tuple[FollowUp, ...]
    refused: tuple[str, ...]


def score(path: Path) -> FollowUp:
    """One follow-up form. ValueError names each line that cannot be read."""
    document = tomlfile.read(path, SCHEMA)
    track, form, days = _track(document), _form(document), _days(document)
    document.refuse()
    asked = items.forms(track, "follow-up")[form]
    answers = tuple(_answer(document, number) for number in range(1, len(asked) + 1))
    document.refuse()
    use = {name: str(value).strip() for name, value in document.values["use"].items()}
    days_used, notes = _days_used(document)
    right = sum(answer == item.key for item, answer in zip(asked, answers))
    learner = document.values["learner"]
    return FollowUp(learner, track, form, days, right, len(asked), use, days_used, answers, notes)


def page(scored: FollowUp) -> str:
    """The page for a form's learner, with the reason for every choice, as HTML."""
    asked = items.forms(scored.track, "follow-up")[scored.form]
    explained = [items.reasons(item, answer) for item, answer in zip(asked, scored.answers)]
    return render(
        "follow_up.html",
        title=f"Follow-up of {scored.learner}",
        scored=scored,
        questions=[Markup(question) for question in explained],
    )


def score_folder(folder: Path) -> FollowUps:
    """Every form in a folder, with its page written beside it. ValueError where there is none."""
    scored, refused = [], []
    if not (paths := sorted(folder.glob("*.toml"))):
        raise ValueError(f"{folder} holds no follow_up_NAME.toml, as lesson 4-10 writes them")
    for path in paths:
        try:
            scored.append(score(path))
        except ValueError as why:
            refused.append(str(why))
        else:
            write(path.with_suffix(".html"), page(scored[-1]))
    return FollowUps(tuple(scored), tuple(refused))


def _track(document: Document) -> str:
    try:
        return questions.track_name(document.values["track"])
    except ValueError as why:
        document.fault("track", says=str(why).removeprefix("track "))
        return ""


def _form(document: Document) -> str:
    try:
        return questions.follow_up_form(document.values["learner"], document.values.get("asked_after", questions.DAYS))
    except ValueError as why:
        document.fault("learner", says=str(why).removeprefix("learner "))
        return ""


def _days(document: Document) -> int:
    """Days from check-out to the day on which the form was filled in."""
    if not (day := str(document.values["filled_in"]).strip()):
        document.fault("filled_in", says=f"is empty: the form was not filled in, or lacks {A_DAY}")
        return 0
    try:
        return (date.fromisoformat(day) - document.values["written"]).days
    except ValueError:
        document.fault("filled_in", must=A_DAY)
        return 0


def _answer(document: Document, number: int) -> str:
    """The letter that answers a question; "" where it was left open."""
    answers = document.values["answers"]
    if str(number) not in answers:
        document.fault("answers", str(number), says=f'is missing: put {number} = "" back')
        return ""
    try:
        return questions.letter({number: answers[str(number)]}, number)
    except CheckFailed:
        document.fault("answers", str(number), must=A_CHOICE)
        return ""


def _days_used(document: Document) -> tuple[float | None, tuple[str, ...]]:
    """On how many days something was used, and a sentence where the answer is no number: it costs nothing else."""
    answer = str(document.values["use"].get("days_used", "")).strip()
    if not answer:
        return None, ()
    try:
        days = float(answer)
    except ValueError:
        days = -1.0
    if 0 <= days <= LONGEST:
        return days, ()
    line = document.line("use", "days_used")
    return None, (f"{document.path.name}, line {line}: days_used is {answer!r}, not {DAYS_USED}: it does not count",)

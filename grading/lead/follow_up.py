"""Follow-up forms, as they come back 30 days after check-out: scored, with a page of reasons for their learner."""

import tomllib
from datetime import date
from pathlib import Path

from grading.authoring import items
from trainlib.lesson import CheckFailed
from trainlib.questions import form, letter

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

"""The questions of check-in and check-out: which form a learner gets, what it asks, what was answered. No key is here.

Each track has two parallel forms, A and B, with questions on what the track teaches. A hash of the learner's name says
which one comes at check-in; at check-out it is the other one. So no question is met twice, and over both orders the
forms' difficulty cancels out. Whoever writes another track at check-out gets questions that are not parallel, so that
no gain is computed (`grading.lead.measured`).
"""

import hashlib
import html
import json
import textwrap
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from trainlib import course
from trainlib.course import CHECK_IN, CHECK_OUT
from trainlib.lesson import CheckFailed
from trainlib.lesson.show import show as display
from trainlib.lesson.show import show_link

__all__ = [
    "CHECK_IN",
    "CHECK_OUT",
    "DAYS",
    "FOLLOW_UP",
    "LATER",
    "LETTERS",
    "MEND",
    "NO_NAME",
    "OLD_COPY",
    "follow_up",
    "follow_up_form",
    "form",
    "letter",
    "received",
    "show",
    "track_name",
]

LETTERS = "abcd"
NO_NAME = 'Write your name above, where it says learner = "", run that cell, then this one.'
MEND = "Mend it in the cell of your name and track, run that cell, then this one."
OLD_COPY = (
    "This copy is older than the forms by track, and its answers cannot be scored. Take the new edition of this "
    "lesson: `make lab` puts it beside your copy, and on Colab or Binder its badge opens it."
)
OLD = object()  # in place of a track in copies from before there were tracks
DAYS = 30  # from check-out to the follow-up
LATER = 90  # to the second one, which asks the twins of the first one's questions

FOLLOW_UP = """\
# Follow-up: {days} days after the course
#
# Please read no further before {due:%d %B %Y}. On that day, or in the week after it, take a quarter of an hour, alone,
# and look nothing up: what is measured is the course, not you. Write between the quotation marks, save, and send this
# file to your instructor, who scores it and sends you the reasons.

learner = "{learner}"
track = "{track}"
written = {today}
{second}filled_in = ""  # the day on which you answer, such as "{due}"

[use]  # since the end of the course, at work
days_used = ""  # on about how many working days you used something of it; "0" is an answer
used_for = ""  # the most useful of it, in a sentence
result = ""  # what that changed, with a number and its unit if you have one
hindered_by = ""  # what kept you from using more of it
missing = ""  # what the course should have taught for your work

[answers]  # a, b, c or d; leave it empty where you do not know, as a guess would spoil the measurement
"""


def form(learner: str, lesson: str) -> str:
    """The form, "A" or "B", of a learner in a lesson (the id of check-in, check-out, or another name for the
    follow-up).

    The name counts without regard to capitals and surrounding blanks. ValueError where it is no learner's name.
    """
    name = course.learner_name(learner.strip() if isinstance(learner, str) else learner).lower()
    first = hashlib.sha256(name.encode()).digest()[0] % 2
    return "AB"[1 - first if lesson == CHECK_OUT else first]


def track_name(track: object) -> str:
    """A track's name as the table of lessons has it, such as "engineer"; capitals and blanks around it do not count.

    ValueError where there is no such track.
    """
    return course.table().track(track.strip().lower() if isinstance(track, str) else track).name


def _fault(learner: object, track: object) -> str:
    """What is to be written into the cell of name and track before a question can be shown; "" where nothing is."""
    if track is OLD:
        return OLD_COPY
    if isinstance(learner, str) and not learner.strip():
        return NO_NAME
    try:
        form(learner, CHECK_IN)
        track_name(track)
    except ValueError as why:
        return f"{why}. {MEND}"
    return ""


def show(lesson: str, learner: str, track: str, part: object = OLD) -> None:
    """Show the questions of a part ("part_1" to "part_4") of the learner's form on a track, or ask for name and track.

    Copies from before there were tracks call it with three arguments: they are told to take the new edition.
    """
    if fault := _fault(learner, OLD if part is OLD else track):
        print(fault)
        return
    own, track = form(learner, lesson), track_name(track)
    parts = _read()["test"][track][own]
    title = f"Part {list(parts).index(part) + 1} of {len(parts)} (form {own}, track {track})"
    asked = "".join(_as_markup(question) for question in parts[part])
    display(f"<p><b>{title}</b></p><ol>{asked}</ol>", f"{title}\n{_as_text(parts[part])}")


def letter(answers: Mapping[int, str], number: int) -> str:
    """The letter that answers a question of a part, in small letters; "" where it was left open.

    CheckFailed where the answer is no letter from a to d, or its place is gone.
    """
    if not isinstance(answers, Mapping):
        raise CheckFailed(f'✗ question {number}: the answers are {answers!r}; put {{1: "", 2: "", …}} back')
    if number not in answers:
        raise CheckFailed(f'✗ question {number} has no place for its answer any more: put {number}: "" back')
    given = answers[number]
    plain = given.strip(" .()").lower() if isinstance(given, str) else given
    if plain in ("", None):
        return ""
    if not isinstance(plain, str) or plain not in tuple(LETTERS):
        raise CheckFailed(f'✗ question {number}: {given!r} is no choice; write "a", "b", "c" or "d", or leave ""')
    return plain


def received(answers: Mapping[int, str], number: int, learner: str, track: object = OLD) -> None:
    """Say how an answer was understood, and nothing about whether it is right. CheckFailed where it cannot be read."""
    if fault := _fault(learner, track):
        raise CheckFailed(f"✗ {fault}")
    print(f"question {number}: {letter(answers, number) or 'left open'}")


def follow_up_form(learner: str, days: int) -> str:
    """The form of a follow-up that is asked so many days after check-out: the second one has the other form."""
    return form(learner, CHECK_OUT if days > DAYS else "follow-up")


def follow_up(
    learner: str, track: object = OLD, folder: str | Path = ".", today: date | None = None, days: int = DAYS
) -> Path | None:
    """Write the form for the time after the course, `follow_up_NAME.toml`, and return its path; one that is there
    stays.

    With `days=90` it is the second one, `follow_up_90_NAME.toml`, with the twins of the first one's questions. Without
    a learner's name or a track it only asks for it, and returns None. ValueError for other days.
    """
    if days not in (DAYS, LATER):
        raise ValueError(f"days is {days!r}; it must be {DAYS} or {LATER}")
    if fault := _fault(learner, track):
        print(fault)
        return None
    own, track = follow_up_form(learner, days), track_name(track)
    today = today or date.today()
    due, name = today + timedelta(days=days), learner.strip()
    path = Path(folder) / (f"follow_up_{name}.toml" if days == DAYS else f"follow_up_{days}_{name}.toml")
    if path.exists():
        print(f"{path.name} is there already, and stays as it is: move it away if you want another.")
    else:
        asked = _as_text(_read()["follow_up"][track][own], comment="# ", answer='{number} = ""')
        second = "" if days == DAYS else f"asked_after = {days}  # days: they say which questions stand below\n"
        heading = FOLLOW_UP.format(second=second, days=days, due=due, learner=name, track=track, today=today)
        path.write_text(f"{heading}\n{asked}\n", encoding="utf-8")
        print(f"written: {path.name}. Put a reminder into your calendar: {due:%A, %d %B %Y}.")
    show_link(path)
    return path


def _read() -> dict:
    return json.loads((course.folder() / "questions.json").read_text(encoding="utf-8"))


def _as_markup(question: dict) -> str:
    choices = "".join(f"<li>{html.escape(choice)}</li>" for choice in question["choices"])
    letters = "list-style-type: lower-alpha; margin: 0.4em 0"  # JupyterLab's own style would make them capitals
    return f"<li style='margin: 1.2em 0'>{html.escape(question['question'])}<ol style='{letters}'>{choices}</ol></li>"


def _as_text(questions: list[dict], comment: str = "", answer: str = "") -> str:
    """Questions as plain text of 100 characters a line, each followed by a line for its answer if there is to be
    one."""
    blocks = []
    for number, question in enumerate(questions, start=1):
        lines = textwrap.wrap(f"{number}. {question['question']}", 100)
        lines += [f"   {letter}) {text}" for letter, text in zip(LETTERS, question["choices"])]
        block = [comment + line for line in lines]
        blocks.append("\n".join([*block, answer.format(number=number)] if answer else block))
    return "\n\n".join(blocks)

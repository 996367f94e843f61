"""What you missed comes back on spaced days: `review.today()`, in the index notebook.

It needs no network and sends nothing. What comes back:

* exercises whose check fails in your saved notebooks, or failed when your instructor graded them;
* after check-out, the questions of both tests: those that you missed soon, those that you knew later, to see whether
  they stay. They lie in the file `review_deck_NAME.json`, which you get beside your feedback pages: put it into the
  folder of your lessons.

Your answers are kept in `review.json` there, and no new edition of a lesson touches it. When a card comes next is
computed from them by FSRS, the scheduler of Anki (Ye, Su and Cao, A stochastic shortest path algorithm for optimizing
spaced repetition scheduling, KDD 2022), with the library `fsrs` and its published parameters.
"""

import html
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from fsrs import Card as Memory
from fsrs import Rating, Scheduler

from trainlib import course
from trainlib._files import write
from trainlib.lesson.copies import missed
from trainlib.lesson.show import show, show_link
from trainlib.questions import LETTERS

__all__ = ["A_DAY", "DECK", "RECORD", "Card", "Session", "Said", "send", "session", "today"]

A_DAY = 10  # cards at most
DECK, RECORD = "review_deck", "review.json"
UNKNOWN = "I do not know"
HEADING = re.compile(r"^#{2,6} +(.+)$", re.MULTILINE)
DOUBTS = {
    "right at once": Rating.Good,
    "right after a look": Rating.Hard,
    "not right": Rating.Again,
}  # of an exercise, said by the learner
NOTHING = "Nothing comes back today."
HOW = (
    "Exercises come back once their check has failed. Questions come back after check-out: put the file "
    f"{DECK}_NAME.json, which you get with your feedback, beside this notebook."
)
SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=180, enable_fuzzing=False)  # whole days


@dataclass(frozen=True)
class Card:
    """A question of the bank with its choices and reasons, the right one first, or an exercise without them, whose
    `skill` is its heading.

    `since` is the day on which it was last answered or failed before it came here, `known` whether that was right.
    """

    id: str
    lesson: str
    skill: str
    since: date
    known: bool = False
    question: str = ""
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What is said after an answer: whether it was right, the reasons, and the day on which the card comes next."""

    right: bool
    reasons: tuple[str, ...]
    next: date


class Session:
    """The cards of one day, one after the other, and the record that their answers go to.

    `day` is today; ValueError where a file of the folder cannot be read.
    """

    def __init__(self, folder: Path, day: date, most: int = A_DAY):
        self.folder, self.day = folder, day
        self.learner, self.checked_out, cards = _cards(folder, day)
        self.cards = {card.id: card for card in cards}
        self.given = defaultdict(list)
        for answer in read(folder)["answers"]:
            self.given[answer["id"]].append(answer)
        self.due = {card.id: _due(card, self.given[card.id], day) for card in cards}
        waiting = [card for card in cards if self.due[card.id] <= day]
        waiting.sort(key=lambda card: (self.due[card.id], card.known, card.id))  # who waits longest, so that all come
        today = day.isoformat()
        already = sum(any(answer["day"] == today for answer in answers) for answers in self.given.values())
        self.left = waiting[: max(0, most - already)]
        self.later = len(waiting) - len(self.left)

    @property
    def answers(self) -> dict[str, str]:
        """What `answer` takes for the card that is asked now, by what a button says."""
        if not self.card.choices:
            return {words: words for words in DOUBTS}
        return {f"{letter})": letter for letter, _ in zip(LETTERS, self.card.choices)} | {UNKNOWN: ""}

    @property
    def card(self) -> Card | None:
        """The card that is asked now, its choices in another order each time; None where nothing is left today."""
        if not self.left:
            return None
        card = self.left[0]
        order = list(range(len(card.choices)))
        random.Random(f"{card.id} {len(self.given[card.id])}").shuffle(order)
        return replace(
            card, choices=tuple(card.choices[n] for n in order), reasons=tuple(card.reasons[n] for n in order)
        )

    def answer(self, given: str) -> Said:
        """Take the answer to `card`: a letter, "" for "I do not know", or of an exercise one of DOUBTS. It is saved.

        ValueError where it is no answer; the card stays.
        """
        card, own = self.card, self.left[0]
        if given not in (allowed := self.answers.values()):
            raise ValueError(f"the answer is {given!r}; it must be one of {', '.join(map(repr, allowed))}")
        right = card.choices[LETTERS.index(given)] == own.choices[0] if card.choices and given else False
        rating = (Rating.Good if right else Rating.Again) if card.choices else DOUBTS[given]
        kept = read(self.folder)
        kept["answers"].append(one := {"id": card.id, "day": self.day.isoformat(), "rating": int(rating)})
        _save(self.folder, kept)
        self.left.pop(0)
        self.given[card.id].append(one)
        self.due[card.id] = _due(own, self.given[card.id], self.day)
        reasons = [f"Right is “{own.choices[0]}”. {own.reasons[0]}"] if own.choices else []
        if card.choices and given and not right:
            place = LETTERS.index(given)
            reasons.append(f"You chose “{card.choices[place]}”. {card.reasons[place]}")
        return Said(rating > Rating.Again, tuple(reasons), self.due[card.id])

    @property
    def next(self) -> date | None:
        """The first day after today on which something comes back."""
        if self.later:
            return self.day + timedelta(1)
        days = [max(day, self.day) for id, day in self.due.items() if id not in {card.id for card in self.left}]
        return min((day for day in days if day > self.day), default=None)


def session(start: str | Path = ".", day: date | None = None, most: int = A_DAY) -> Session:
    """The cards of a day (default: today) for the folder that holds your lessons."""
    return Session(Path(start).resolve(), day or date.today(), most)


def today(start: str | Path = ".", day: date | None = None, most: int = A_DAY) -> None:
    """Show what comes back today, one card at a time: answer it, read the reason, and see when it comes next.

    At most `most` cards a day. ValueError where a file cannot be read; none is ever overwritten then.
    """
    from trainlib.lesson._review_door import door

    now = session(start, day, most)
    if now.card is None:
        coming = f" The next card comes on {now.next:%A, %d %B %Y}." if now.next else ""
        how = "" if now.checked_out else HOW
        show(f"<p>{NOTHING}{coming}</p><p>{html.escape(how)}</p>", f"{NOTHING}{coming}\n{how}".strip())
        return
    door(now)


def send(start: str | Path = ".") -> Path | None:
    """Write `review_NAME.json`, for your instructor if you want to give it: without it nobody sees your reviews.

    It holds your name, the day of check-out, and of each answer to a question its day, its id and whether it was right.
    """
    folder = Path(start).resolve()
    learner, checked_out, cards = _cards(folder, date.today())
    asked = {card.id for card in cards if card.choices}
    answers = [
        {"id": one["id"], "day": one["day"], "right": one["rating"] > Rating.Again}
        for one in read(folder)["answers"]
        if one["id"] in asked and one["day"] <= date.today().isoformat()
    ]
    if not (checked_out and answers):
        print("There is nothing to send yet: only answers to questions that came back after check-out count.")
        return None
    content = {"learner": learner, "checked_out": checked_out.isoformat(), "answers": answers}
    path = write(folder / f"review_{learner}.json", json.dumps(content, ensure_ascii=False, indent=1))
    print(f"written: {path.name}, {len(answers)} answers with their days. It is sent only if you send it.")
    show_link(path)
    return path


def read(folder: Path) -> dict:
    """The learner's record: {"missed": {exercise: day}, "answers": [{"id", "day", "rating"}]}. ValueError where it is
    damaged."""
    path = folder / RECORD
    if not path.exists():
        return {"missed": {}, "answers": []}
    try:
        kept = json.loads(path.read_bytes())
        if not isinstance(kept["answers"], list):
            raise TypeError
        for day in (*kept["missed"].values(), *(answer["day"] for answer in kept["answers"])):
            date.fromisoformat(day)
        for answer in kept["answers"]:
            Rating(answer["rating"]), answer["id"].strip()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise ValueError(f"{path} is damaged: move it away to begin anew, or bring it back from a copy") from None
    return kept


def _cards(folder: Path, day: date) -> tuple[str, date | None, list[Card]]:
    """Learner and day of check-out by the decks, "" and None without one, and all cards. New misses are noted."""
    decks = {path: _deck(path) for path in sorted(folder.glob(f"{DECK}*.json"), key=lambda path: path.stat().st_mtime)}
    owners = {learner: path.name for path, (learner, *_) in decks.items()}
    if len(owners) > 1:
        raise ValueError(f"{' and '.join(owners.values())} are of {' and '.join(owners)}: keep only your own here")
    checked_out, cards, failed = None, {}, []
    for _, out, exercises, questions in decks.values():
        checked_out, failed = out or checked_out, failed + exercises
        cards |= {card.id: card for card in questions}
    kept, today = read(folder), day.isoformat()
    before = dict(kept["missed"])
    kept["missed"] = {id: min(since, today) for id, since in before.items()}  # later than today: a clock was wrong
    for lesson, exercise in [*failed, *missed(folder)]:
        kept["missed"].setdefault(f"{lesson}/{exercise}", today)
    if kept["missed"] != before:
        _save(folder, kept)
    for id, since in kept["missed"].items():
        lesson, _, exercise = id.partition("/")
        if title := _exercises(lesson).get(exercise):
            cards[id] = Card(id, lesson, title, date.fromisoformat(since))
    return next(iter(owners), ""), checked_out, list(cards.values())


def _deck(path: Path) -> tuple[str, date | None, list[tuple[str, str]], list[Card]]:
    """Whose deck a file is, the day of check-out, exercises and questions. ValueError where it is none."""
    try:
        deck, cards = json.loads(path.read_bytes()), []
        learner = course.learner_name(deck["learner"])
        checked_out = date.fromisoformat(deck["checked_out"]) if deck["checked_out"] else None
        exercises = [(row["lesson"], row["exercise"]) for row in deck["exercises"]]
        for row in deck["questions"]:
            choices, reasons = tuple(row["choices"]), tuple(row["reasons"])
            texts = [row[name] for name in ("id", "lesson", "skill", "question")]
            if not all(isinstance(text, str) for text in (*texts, *choices, *reasons)):
                raise ValueError
            if not 2 <= len(choices) == len(reasons) <= len(LETTERS):
                raise ValueError
            id, lesson, skill, question = texts
            since = date.fromisoformat(deck["checked_out"])
            cards.append(Card(id, lesson, skill, since, bool(row["known"]), question, choices, reasons))
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        raise ValueError(
            f"{path} is no deck of this course, or not all of it: take it anew from your feedback, or move it away"
        ) from None
    return learner, checked_out, exercises, cards


@lru_cache(maxsize=64)
def _exercises(lesson: str) -> dict[str, str]:
    """The headings of a lesson's exercises, by their names; {} for what is no lesson of the course now."""
    row = next((row for row in course.lessons() if row.id == lesson), None)
    heading, found = "", {}
    for cell in json.loads((course.folder() / row.file).read_bytes())["cells"] if row else ():
        if cell["cell_type"] == "markdown":
            heading = [heading, *HEADING.findall("".join(cell["source"]))][-1]
        elif cell["metadata"].get("nbgrader", {}).get("grade"):
            name = cell["metadata"]["nbgrader"]["grade_id"].removesuffix("-tests")
            found[name] = re.sub(r"[`*$]", "", heading) or name
    return found


def _save(folder: Path, kept: dict) -> None:
    """Write the learner's record. ValueError where it cannot be written."""
    try:
        write(folder / RECORD, json.dumps(kept, ensure_ascii=False, indent=1))
    except OSError as why:
        raise ValueError(f"{folder / RECORD} cannot be written ({why.strerror}), so no answer would be kept") from None


def _due(card: Card, answers: list[dict], today: date) -> date:
    """The day on which a card comes back, from all of its answers. What was known at check-out began as easy.

    An answer of a day after today, or before the last one, was given by a wrong clock: it counts on the day of the last
    one, so that nothing waits for a day that never comes.
    """
    memory, last = Memory(card_id=1, due=_noon(card.since)), card.since
    memory, _ = SCHEDULER.review_card(memory, Rating.Easy if card.known else Rating.Again, _noon(card.since))
    for answer in answers:
        day = date.fromisoformat(answer["day"])
        last = day if last < day <= today else last
        memory, _ = SCHEDULER.review_card(memory, Rating(answer["rating"]), _noon(last))
    return memory.due.date()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)

"""What comes back in a learner's review (`trainlib.review`): a file beside the feedback pages, for the own folder.

It holds exercises that failed, and the questions of check-in and check-out with their reasons once check-out has been
handed in with an answer, as the pages do. The questions of the follow-up are not in it: they still have to measure.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path

from grading.authoring import items
from grading.marking.answers import answered_items, has_checked_out
from grading.marking.status import Status
from grading.records import folders
from grading.records.folders import Submission
from trainlib._files import write as write_file
from trainlib.questions import CHECK_OUT, LETTERS
from trainlib.review import DECK


def write(learners: Collection[str]) -> list[Path]:
    """Write the decks of learners and return their paths. Who has nothing that comes back gets none, and keeps none."""
    written, handed, failed = [], defaultdict(list), defaultdict(list)
    for one in folders.submissions():
        handed[one.learner].append(one)
    for one in Status().handed:
        failed[one.learner] += [{"lesson": one.lesson, "exercise": name} for name in one.failed]
    for learner in sorted(learners):
        path, deck = path_of(learner), _deck(learner, handed[learner], failed[learner])
        if deck["exercises"] or deck["questions"]:
            written.append(write_file(path, json.dumps(deck, ensure_ascii=False, indent=1)))
        else:
            path.unlink(missing_ok=True)
    return written


def path_of(learner: str) -> Path:
    """Where a learner's deck lies."""
    return folders.state() / "feedback" / learner / f"{DECK}_{learner}.json"


def _deck(learner: str, handed: list[Submission], failed: list[dict]) -> dict:
    tests = [one for one in handed if one.lesson in items.CHECKS and one.is_graded] if has_checked_out(learner) else []
    questions = {row["id"]: row for one in tests for row in _questions(one)}
    return {
        "learner": learner,
        "checked_out": checked_out(learner).isoformat() if questions else None,
        "exercises": failed,
        "questions": list(questions.values()),
    }


def checked_out(learner: str) -> date:
    """The day on which a learner's check-out came that counts; that of its file where no attempt tells."""
    row = folders.lesson(CHECK_OUT)
    one = Submission(learner, row.stage, row.id)
    seen = one.first_seen(one.digest, one.attempts)
    return (seen or datetime.fromtimestamp(one.file.stat().st_mtime, UTC)).date()


def _questions(test: Submission) -> list[dict]:
    """The questions of a test that come back: all of check-out, and those of check-in that were missed."""
    taken = answered_items(test)
    asked = [(item, answer == item.key) for item, answer in taken.items] if taken else []
    return [_row(item, known) for item, known in asked if not known or test.lesson == CHECK_OUT]


def _row(item: items.Item, known: bool) -> dict:
    """A question with its choices and reasons, the right one first."""
    order = sorted(range(len(item.choices)), key=lambda place: LETTERS[place] != item.key)
    return {
        "id": item.id,
        "lesson": item.lesson,
        "skill": item.skill,
        "known": known,
        "question": item.question,
        "choices": [item.choices[place] for place in order],
        "reasons": [item.reasons[place] for place in order],
    }

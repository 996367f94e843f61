"""The gradebook as statements of the Experience API (xAPI 1.0.3), as a learning record store takes them.

A line is a statement: who, what, which lesson, with how many points, and when that work was first handed in.

| verb | says of a lesson that was handed in |
|---|---|
| passed, failed | all of it is graded; its points have, or have not, the share that certificates ask of a stage |
| scored | cells still wait for a person: the points so far |
| completed | a check-in or check-out, which measure and are no grades: no points |

Statements cannot be changed once a store has them, so a statement's id follows from all that it says: to export again
gives the same ids, and a score that has changed is a new statement.
"""

import hashlib
import json
import uuid
from datetime import datetime
from pathlib import Path

from grading.authoring.items import CHECKS
from grading.intake import people
from grading.marking.certificates import SHARE
from grading.marking.export import is_there
from grading.records import folders, settings
from grading.records.glance import Row, rows
from trainlib._files import write

ADL = "http://adlnet.gov/expapi"


def export(path: Path) -> int:
    """Write a statement a line and return their number. ValueError where the gradebook is empty."""
    if not (found := rows()):
        raise ValueError("the gradebook is empty: collect and autograde first")
    share, known_by = settings.read().get("certificates", {}).get("share", SHARE), people.addresses()
    known = {lesson.id for lesson in folders.lessons()}
    found = [row for row in found if row.lesson in known and is_there(row)]
    said = [_statement(row, share, known_by.get(row.learner, ("", ""))[1]) for row in found]
    text = "".join(json.dumps(statement, ensure_ascii=False) + "\n" for statement in said)
    write(path, text)
    return len(said)


def _statement(row: Row, share: float, email: str) -> dict:
    """What one lesson of one learner comes to."""
    course, lesson = folders.table(), folders.lesson(row.lesson)
    verb, result = _outcome(row, share)
    stage = next(stage for stage in folders.stages() if stage.folder == lesson.stage)
    parent = _activity(stage.folder, "module", stage.title, stage.promise)
    statement = {
        "actor": _actor(row.learner, email, f"https://github.com/{course.repository}"),
        "verb": {"id": f"{ADL}/verbs/{verb}", "display": {"en": verb}},
        "object": _activity(lesson.file.as_posix(), "lesson", f"{lesson.number} {lesson.title}", lesson.promise),
        "result": result,
        "context": {"contextActivities": {"parent": [parent]}},
    }
    if time := _handed_in(row):
        statement["timestamp"] = time.isoformat(timespec="seconds") + "Z"
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(statement, sort_keys=True))), **statement}


def _outcome(row: Row, share: float) -> tuple[str, dict]:
    """The verb and the result. Points beyond the most (extra credit) count as the most: the standard allows no more."""
    if row.lesson in CHECKS or row.max_score <= 0:
        return "completed", {"completion": True}
    points = min(row.score, row.max_score)
    score = {"scaled": round(points / row.max_score, 4), "raw": round(points, 4), "min": 0, "max": row.max_score}
    if row.to_grade:
        return "scored", {"score": score}
    success = points >= share * row.max_score - 1e-9
    return "passed" if success else "failed", {"score": score, "success": success, "completion": True}


def _actor(learner: str, email: str, home: str) -> dict:
    """A learner by the hash of their email, or by the name that they hand in with."""
    if not email:
        return {"objectType": "Agent", "account": {"homePage": home, "name": learner}}
    own, _, domain = email.rpartition("@")
    mailbox = f"mailto:{own}@{domain.lower()}"
    return {"objectType": "Agent", "mbox_sha1sum": hashlib.sha1(mailbox.encode()).hexdigest()}


def _activity(place: str, kind: str, name: str, description: str) -> dict:
    """A lesson or a stage, by its address in the repository of course.toml."""
    course = folders.table()
    address = f"https://github.com/{course.repository}/{'blob' if kind == 'lesson' else 'tree'}/{course.branch}"
    said = {"type": f"{ADL}/activities/{kind}", "name": {"en": name}, "description": {"en": description}}
    return {"objectType": "Activity", "id": f"{address}/notebooks/{place}", "definition": said}


def _handed_in(row: Row) -> datetime | None:
    """When the work that is graded was first handed in (UTC); else when its stage was; None where nothing says so."""
    one, seen = row.submission, None
    if one.file.exists():
        seen = one.first_seen(one.made_from or one.digest, one.attempts)
    return seen or (datetime.fromisoformat(row.handed_in) if row.handed_in else None)

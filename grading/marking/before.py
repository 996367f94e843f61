"""What the gradebook says of a stage before it is graded again: on disk until that is done, whatever stops it.

nbgrader asks for each mark once more when a notebook is graded again. Here an open question that a person has marked
stays marked, as long as the file is the one that was marked. A test whose score a person has changed does wait again:
it may be right by itself now.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from grading.records import folders
from grading.records.folders import Submission
from grading.records.glance import Row, rows
from grading.records.gradebook import gradebook
from grading.records.groups import Groups
from grading.records.settings import hidden_seed
from grading.sandbox.engine import EngineError
from trainlib._files import write

Place = tuple[str, str]  # learner and lesson


class Stopped(ValueError):
    """Grading ended in the middle. What was written stays; `faults` are those of the lessons before."""

    def __init__(self, why: Exception, done: int, of: int, faults: dict[Place, str]):
        said = str(getattr(why, "orig", why)).strip().splitlines() or [""]
        why = said[0] if isinstance(why, (EngineError, ValueError, OSError)) else f"{type(why).__name__}: {said[0]}"
        super().__init__(f"{why}. {done} of {of} lessons were graded before that: run the same command for the others")
        self.faults = faults


@dataclass
class Before:
    """Scores and marks of a stage when somebody began to grade it again (UTC).

    `marks` holds, for a file by its digest, the open questions that a person has marked in it. `for_table`: `regrade`
    will show the scores. `stopped`: that was an earlier call, which was not done. `same` are those whose grades would
    be the same, which are left as they are. `undone` gathers whose grades could not be written now, through a fault of
    the grader's own.
    """

    stage: str
    began: str
    scores: dict[Place, Row]
    marks: dict[Place, tuple[str, list[str]]]
    for_table: bool = False
    stopped: bool = False
    same: set[Place] = field(default_factory=set)
    undone: set[Place] = field(default_factory=set)

    @classmethod
    def now(cls, stage: str) -> "Before":
        """What the gradebook says; where an earlier call was stopped, what it said before that.

        ValueError where its file cannot be read.
        """
        path, before = file_of(stage), cls(stage, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}", _scores(stage), {})
        if path.exists():
            old = _read(path)
            before.began, before.for_table, before.stopped = old["began"], old["for_table"], True
            if before.for_table:
                before.scores |= {(row["learner"], row["lesson"]): Row(**row) for row in old["scores"]}
            before.marks = {(one["learner"], one["lesson"]): (one["digest"], one["cells"]) for one in old["marks"]}
        for (learner, lesson), (digest, cells) in _marks(stage).items():
            known, more = before.marks.get((learner, lesson), (digest, []))
            cells = sorted({*cells, *more}) if known == digest else cells
            before.marks[learner, lesson] = digest, cells
        return before

    @classmethod
    def nothing(cls, stage: str) -> "Before":
        """Where nothing is graded again: no scores, no marks."""
        return cls(stage, "", {}, {})

    def keep(self) -> None:
        """Write it to the state folder, where the next call finds it."""
        marks = [
            {"learner": learner, "lesson": lesson, "digest": digest, "cells": cells}
            for (learner, lesson), (digest, cells) in self.marks.items()
        ]
        data = {"began": self.began, "for_table": self.for_table, "marks": marks}
        write(file_of(self.stage), json.dumps(data | {"scores": [asdict(row) for row in self.scores.values()]}))

    def forget(self) -> None:
        """All of the stage was graded again."""
        file_of(self.stage).unlink(missing_ok=True)

    def marked(self, one: Submission, digest: str) -> list[str]:
        """The open questions of a file that stay marked."""
        of_file, cells = self.marks.get((one.learner, one.lesson), ("", []))
        return cells if of_file == digest else []

    def is_done(self, one: Submission) -> bool:
        """Whether a submission needs not be graded again any more, or not at all."""
        return (one.learner, one.lesson) in self.same or one.is_graded_again(self.token)

    @cached_property
    def token(self) -> str | None:
        """What tells a copy that was graded since then, with tests and their seed as they are now, from an older one.

        None where nothing is graded again.
        """
        if not self.began:
            return None
        files = sorted((folders.state() / "source" / self.stage).glob("*.ipynb"))
        parts = [self.began.encode(), str(hidden_seed()).encode(), *(file.read_bytes() for file in files)]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def file_of(stage: str) -> Path:
    """Where it lies: a file that is there means that somebody was stopped."""
    return folders.state() / f"regrade_{stage}.json"


def settle(cells: Iterable[str], one: Submission) -> None:
    """Leave open questions of a file marked."""
    with gradebook() as book:
        for grade in book.find_submission_notebook(one.lesson, one.stage, one.learner).grades:
            if grade.name in cells and grade.manual_score is not None:
                grade.needs_manual_grade = False
        book.db.commit()


def _read(path: Path) -> dict:
    try:
        found = json.loads(path.read_bytes())
        return {name: found[name] for name in ("began", "for_table", "scores", "marks")}
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is not as it was written: delete it, and the scores before are forgotten") from None


def _scores(stage: str) -> dict[Place, Row]:
    return {(row.learner, row.lesson): row for row in rows(stage)}


def _marks(stage: str) -> dict[Place, tuple[str, list[str]]]:
    found = {}
    with gradebook() as book:
        for one in Groups().submissions(stage):
            if one.is_graded:
                grades = book.find_submission_notebook(one.lesson, stage, one.learner).grades
                cells = [grade.name for grade in grades if _is_settled(grade)]
                found |= {(one.learner, one.lesson): (one.digest, cells)} if cells else {}
    return found


def _is_settled(grade) -> bool:
    return grade.cell_type != "code" and grade.manual_score is not None and not grade.needs_manual_grade

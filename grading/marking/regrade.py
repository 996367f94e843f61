"""Grade a stage again, such as after a test was mended and built, and say who changed and by how much.

Marks that a person gave are kept, and so are the inputs of hidden tests: only what was mended can move a score.
nbgrader would ask for each mark once more; here an open question that was marked stays marked, as its answer is the
same. A test whose score a person has changed does wait again: it may be right by itself now. Deadlines and penalties
are those of the settings as they are now.
"""

from dataclasses import dataclass

from grading.intake import deadlines
from grading.marking.autograde import autograde
from grading.records import folders, settings
from grading.records.gradebook import Row, gradebook, rows
from grading.records.terminal import text_table


@dataclass(frozen=True)
class Change:
    """The score of one learner's lesson before and after; None where it was not graded before.

    `to_grade`: as in Row.
    """

    learner: str
    lesson: str
    before: float | None
    after: float
    max_score: float
    to_grade: int

    @property
    def by(self) -> float:
        return self.after - (self.before or 0.0)


def regrade(
    stage: str, jobs: int | None = None, isolated: bool = True
) -> tuple[list[Change], dict[tuple[str, str], str]]:
    """Grade everything of a stage again. Returns what changed, and what could not be graded, with the reason.

    ValueError as from `autograde`.
    """
    before, settled = {(row.learner, row.lesson): row for row in rows(stage)}, _settled(stage)
    deadlines.tell_gradebook(settings.read())
    faults = autograde(stage, force=True, jobs=jobs, isolated=isolated)
    _settle(stage, settled)
    found = [_change(before.get((row.learner, row.lesson)), row) for row in rows(stage)]
    return [change for change in found if change], faults


def _settled(stage: str) -> list[tuple[str, str, str]]:
    """The (learner, lesson, cell) of open questions whose answer has not changed since a person marked it."""
    with gradebook() as book:
        return [
            (one.learner, one.lesson, grade.name)
            for one in folders.submissions(stage)
            if one.is_graded
            for grade in book.find_submission_notebook(one.lesson, stage, one.learner).grades
            if grade.cell_type != "code" and grade.manual_score is not None and not grade.needs_manual_grade
        ]


def _settle(stage: str, cells: list[tuple[str, str, str]]) -> None:
    with gradebook() as book:
        for learner, lesson, cell in cells:
            book.find_grade(cell, lesson, stage, learner).needs_manual_grade = False
        book.db.commit()


def _change(old: Row | None, new: Row) -> Change | None:
    if old and (old.score, old.max_score, old.to_grade) == (new.score, new.max_score, new.to_grade):
        return None
    return Change(new.learner, new.lesson, old and old.score, new.score, new.max_score, new.to_grade)


def change_table(changes: list[Change]) -> str:
    """Changes as a table for the terminal, the largest first, and their sum in words."""
    if not changes:
        return "nobody's score has changed"
    body = [
        (one.learner, one.lesson)
        + ("" if one.before is None else f"{one.before:g}", f"{one.after:g}", f"{one.by:+g}", f"{one.max_score:g}")
        + (f"{one.to_grade} cell{'s' if one.to_grade > 1 else ''}" if one.to_grade else "",)
        for one in sorted(changes, key=lambda one: (-abs(one.by), one.learner, one.lesson))
    ]
    header = ("learner", "lesson", "before", "after", "change", "of", "waits for you")
    up, down = sum(one.by > 0 for one in changes), sum(one.by < 0 for one in changes)
    return f"{text_table(header, body)}\n{up} scores rose, {down} fell"

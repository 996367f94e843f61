"""What the state folder holds of a cohort, read once for all who need it: gradebook, tests with answers, surveys."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from grading.authoring import items
from grading.intake import collect
from grading.marking.answers import chosen, filled_in, has_answers, is_answered, lacks_track
from grading.records import folders
from grading.records.folders import Submission
from grading.records.gradebook import gradebook
from trainlib.questions import form, track_name


@dataclass(frozen=True)
class TakenTest:
    """A check-in or check-out that has answers, and grades of just those answers: what was filled in, and its form."""

    submission: Submission
    given: dict[str, object]
    track: str
    form: str


@dataclass(frozen=True)
class ItemScore:
    """One question of one learner: 1 where it was answered rightly, else 0. `answer` is a letter, or "": left open."""

    learner: str
    lesson: str
    track: str
    form: str
    cell: str
    item: str
    skill: str
    stage: str
    answer: str
    score: float

    @property
    def part(self) -> str:
        """The name of the stage that it asks about: "theory"."""
        return items.part_of(self.stage)


@dataclass(frozen=True)
class LessonScores:
    """The share of a lesson's points by learner, and the learners whose answers wait for a person, so have none yet."""

    shares: dict[str, float]
    waiting: tuple[str, ...]
    questions: int


@contextmanager
def opened() -> Iterator["Measured"]:
    """The measurements of the state that is in use, with its gradebook open as long as something may be asked of it."""
    with gradebook() as book:
        yield Measured(book)


class Measured:
    """Each part is read when it is first asked for, and never again. ValueError says what the gradebook lacks."""

    def __init__(self, book: Gradebook):
        self._book = book
        self._lessons: dict[str, LessonScores] = {}

    @cached_property
    def tests(self) -> tuple[TakenTest, ...]:
        """The tests that can be scored, by learner and lesson."""
        tests = []
        for submission, notebook in self._notebooks:
            if has_answers(notebook):
                given = filled_in(notebook)
                own = form(given["learner"], submission.lesson)
                tests.append(TakenTest(submission, given, track_name(given["track"]), own))
        return tuple(tests)

    @cached_property
    def _notebooks(self) -> tuple[tuple[Submission, nbformat.NotebookNode], ...]:
        """Every graded check-in and check-out as it was handed in."""
        taken = (submission for submission in folders.submissions() if submission.lesson in items.CHECKS)
        return tuple((one, nbformat.read(one.file, as_version=4)) for one in taken if one.is_graded)

    @cached_property
    def without_track(self) -> frozenset[str]:
        """Learners with a test that names no track of the course, so that nobody knows what it asked: no score."""
        return frozenset(submission.learner for submission, notebook in self._notebooks if lacks_track(notebook))

    @cached_property
    def track_of(self) -> dict[str, str]:
        """The track of each learner who took a test: that of check-in, or else that of check-out."""
        return {test.submission.learner: test.track for test in reversed(self.tests)}

    @cached_property
    def changed_track(self) -> frozenset[str]:
        """Learners who named another track at check-out: they were asked other questions, so there is no change."""
        return frozenset(test.submission.learner for test in self.tests if test.track != self._track(test))

    def _track(self, test: TakenTest) -> str:
        return self.track_of[test.submission.learner]

    @property
    def without_change(self) -> frozenset[str]:
        """Learners whose two tests cannot be compared: the same form twice, or forms of two tracks."""
        return self.same_form_twice | self.changed_track

    @cached_property
    def same_form_twice(self) -> frozenset[str]:
        """Learners who got the form that they knew, under another name: their change measures memory."""
        tests = Counter(test.submission.learner for test in self.tests)
        forms = Counter(learner for learner, _ in {(test.submission.learner, test.form) for test in self.tests})
        return frozenset(learner for learner, count in tests.items() if count > forms[learner])

    @cached_property
    def items(self) -> tuple[ItemScore, ...]:
        """Each question of each learner who took check-in or check-out."""
        return tuple(score for test in self.tests for score in self._items_of(test))

    def _items_of(self, test: TakenTest) -> Iterator[ItemScore]:
        where = test.submission
        try:
            notebook = self._book.find_submission_notebook(where.lesson, where.stage, where.learner)
            grades = {grade.name: grade.auto_score or 0.0 for grade in notebook.grades}
            for part, number in items.places():
                cell = items.cell_name(part, number)
                item = items.in_parts(items.forms(test.track)[test.form])[part][number - 1]
                answer, score = chosen(test.given, part, number), grades[cell]
                question = (test.track, test.form, cell, item.id, item.skill, item.stage)
                yield ItemScore(where.learner, where.lesson, *question, answer, score)
        except (MissingEntry, KeyError) as absent:
            raise ValueError(
                f"the gradebook does not hold the answers of {where.learner} to {where.lesson} ({absent}): build, and "
                f"autograde {where.stage} with --force"
            ) from None

    @cached_property
    def surveys(self) -> dict[tuple[str, str], dict]:
        """The answers to the survey that closes a stage, by learner and the stage's folder."""
        return collect.surveys()

    def lesson(self, lesson: str) -> LessonScores:
        """The scores of a lesson, such as check-in. ValueError where the gradebook has no such lesson.

        nbgrader gives 0 points to a lesson that was not handed in with its stage, or was handed in empty: here it has
        no score. A penalty for being late says nothing about skill and does not count.
        """
        if lesson not in self._lessons:
            self._lessons[lesson] = self._scores_of(lesson)
        return self._lessons[lesson]

    def _scores_of(self, lesson: str) -> LessonScores:
        book = self._book
        stages = [part.name for part in book.assignments if lesson in [notebook.name for notebook in part.notebooks]]
        if not stages:
            raise ValueError(f"the gradebook has no lesson {lesson!r}: build, collect and autograde it first")
        shares, waiting = {}, []
        for assignment in book.assignment_submissions(stages[0]):
            learner = assignment.student.id
            submission = Submission(learner, stages[0], lesson)
            if not submission.is_graded or lesson in items.CHECKS and not is_answered(submission.file):
                continue
            notebook = next(notebook for notebook in assignment.notebooks if notebook.name == lesson)
            if notebook.needs_manual_grade:
                waiting.append(learner)
            elif notebook.max_score > 0:
                shares[learner] = notebook.score / notebook.max_score
        questions = sum(cell.max_score > 0 for cell in book.find_notebook(lesson, stages[0]).grade_cells)
        return LessonScores(shares, tuple(waiting), questions)

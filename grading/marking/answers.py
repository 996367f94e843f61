"""What learners filled in, above all in check-in and check-out, of which the first answered attempt counts."""

import ast
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grading.authoring import items
from grading.records import folders
from grading.records.folders import Submission
from trainlib._files import write
from trainlib.course import Lesson
from trainlib.lesson import CheckFailed
from trainlib.questions import CHECK_IN, CHECK_OUT, form, letter, track_name


def filled_in(notebook: nbformat.NotebookNode) -> dict[str, object]:
    """What a learner wrote into the answer cells: {name: value} for each value that is written out and not computed."""
    given = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            try:
                statements = ast.parse(cell.source).body
                for statement in statements:
                    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                        given[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (SyntaxError, ValueError, TypeError):
                continue
    return given


def chosen(given: dict, part: str, number: int) -> str:
    """The letter of one question among what was filled in; "" where it was left open or cannot be read."""
    try:
        return letter(given.get(part), number)
    except CheckFailed:
        return ""


@dataclass(frozen=True)
class Taken:
    """A check-in or check-out that has answers: its track, and each question with the letter that was chosen."""

    track: str
    items: tuple[tuple[items.Item, str], ...]


def answered_items(test: Submission) -> Taken | None:
    """What a learner answered in a check-in or check-out; None where it has no answers."""
    if not is_answered(test.file):
        return None
    given = filled_in(nbformat.read(test.file, as_version=4))
    track = track_name(given["track"])
    asked = items.in_parts(items.forms(track)[form(given["learner"], test.lesson)])
    numbered = ((part, n, item) for part, of_part in asked.items() for n, item in enumerate(of_part, start=1))
    return Taken(track, tuple((item, chosen(given, part, n)) for part, n, item in numbered))


def is_answered(path: Path) -> bool:
    """Whether a file is a notebook of check-in or check-out with a learner's name, a track and at least one answer."""
    return path.exists() and has_answers(nbformat.read(path, as_version=4))


def has_answers(notebook: nbformat.NotebookNode) -> bool:
    """Whether a notebook of check-in or check-out has a learner's name, a track and at least one answer.

    Without a track nobody can know what it asked, so it counts as not answered.
    """
    given = filled_in(notebook)
    who = _named(given) and _on_track(given)
    return who and any(chosen(given, part, number) for part, number in items.places())


def lacks_track(notebook: nbformat.NotebookNode) -> bool:
    """Whether a notebook of check-in or check-out has a learner's name, and no track of the course."""
    given = filled_in(notebook)
    return _named(given) and not _on_track(given)


def _named(given: dict) -> bool:
    try:
        return bool(form(given.get("learner"), CHECK_IN))
    except ValueError:
        return False


def _on_track(given: dict) -> bool:
    try:
        return bool(track_name(given.get("track")))
    except ValueError:
        return False


def has_checked_out(learner: str) -> bool:
    """Whether a learner has handed in check-out with an answer: from then on verdicts and reasons may be shown."""
    return any(is_answered(Submission(learner, row.stage, row.id).file) for row in _lessons(CHECK_OUT))


def tracks_of(learner: str) -> set[str]:
    """The tracks that a learner has named at check-in and check-out; none where neither is there or names one."""
    files = [Submission(learner, row.stage, row.id).file for row in folders.lessons() if row.id in items.CHECKS]
    given = [filled_in(nbformat.read(file, as_version=4)) for file in files if file.exists()]
    return {track_name(one["track"]) for one in given if _on_track(one)}


def keep_first_attempts(stage: str) -> None:
    """Put the first answered attempt of check-in and check-out where it is graded, in place of a later one."""
    for one in folders.submissions(stage):
        if one.lesson in items.CHECKS:
            first = next((attempt for attempt in one.attempts if is_answered(attempt)), one.file)
            if first.read_bytes() != one.file.read_bytes():
                write(one.file, first.read_bytes())


def _lessons(name: str) -> list[Lesson]:
    return [row for row in folders.lessons() if row.id == name]

"""Similar submissions of a stage, side by side: a hint for a person, and never more than that.

Only answers are compared, without what the release gave, and without names, comments, layout and texts: two learners
who renamed each other's variables still look alike. Of the code's tokens, as Python itself reads it, windows of `GRAM`
are hashed; of each `WINDOW` neighbouring hashes the smallest is kept (winnowing: Schleimer, Wilkerson and Aiken 2003,
doi:10.1145/872757.872770). So every stretch of GRAM + WINDOW - 1 tokens that two answers share is found. The score of a
pair is the share of the smaller one's prints that the other has too, without those that most learners share: one short
right answer looks like another.

Written answers are compared one by one, so that a copied one is found beside code of one's own, by the runs of
`WORDS` words that the shorter one shares. All of these are kept: such answers are short, and a word that is exchanged
takes only the runs with it that hold it. What most learners wrote in the same words is no one's own idea either, but
worth a look.
"""

import ast
import hashlib
import io
import keyword
import re
import tokenize
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import nbformat

from grading.authoring.items import CHECKS
from grading.marking.mend import edition
from grading.pages.page import render
from grading.records import folders
from grading.records.groups import Groups
from grading.records.terminal import text_table
from trainlib._files import write as write_file
from trainlib.notebook import graded_cells

GRAM, WINDOW = 8, 6
LEAST = 8  # prints of the smaller answer; below that a likeness says nothing
ALIKE = 0.6  # from here on a pair is listed
WORDS, LEAST_WORDS = 3, 12  # of written answers: the length of a run, and the runs of the shorter answer
ALIKE_WORDS = 0.35  # a sentence with every fourth word exchanged has 0.4; two people's own answers share under 0.15
COMMON = 0.5  # a print that more than this share of the learners has is the lesson's way of asking, and no one's own
LONGEST = 50_000  # characters of an answer that are compared
COMMON_FROM = 5  # learners, for that to be said
LAYOUT = {"COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER"}


@dataclass(frozen=True)
class Pair:
    """Two learners' answers to the cells of one lesson.

    `score` is from 0 to 1; `cells` holds (cell, one's, other's).
    """

    lesson: str
    one: str
    other: str
    score: float
    cells: tuple[tuple[str, str, str], ...]


def similar(stage: str) -> list[Pair]:
    """The pairs of learners whose answers to a lesson of a stage are alike, the most alike first.

    ValueError where the stage is unknown, or fewer than two learners have handed in.
    """
    folders.lessons(stage)  # refuses an unknown stage
    handed_in = [one for one in Groups().submissions(stage) if one.lesson not in CHECKS]  # choices of letters are alike
    if len({one.learner for one in handed_in}) < 2:
        raise ValueError(f"fewer than two learners have handed in {stage}: there is nothing to compare")
    pairs = []
    for lesson in sorted({one.lesson for one in handed_in}):
        released = edition("release", stage, lesson)
        given = _answers_of(released)
        written = {cell for cell in given if graded_cells(released)[cell][-1]["cell_type"] == "markdown"}
        answers = {one.learner: _read(one.file) for one in handed_in if one.lesson == lesson}
        pairs += _pairs(lesson, given, answers, written)
    return sorted(pairs, key=lambda pair: (-pair.score, pair.lesson, pair.one, pair.other))


def _pairs(lesson: str, given: dict[str, str], answers: dict[str, dict[str, str]], written: set[str]) -> list[Pair]:
    texts = {learner: {cell: own[cell] for cell in written & set(own)} for learner, own in answers.items()}
    runs = {one: {cell: _runs(text) - _runs(given[cell]) for cell, text in own.items()} for one, own in texts.items()}
    marks = _code_marks(given, answers, written)
    found = []
    for one, other in combinations(sorted(marks), 2):
        scores = {cell: _share(own, runs[other].get(cell, set()), LEAST_WORDS) for cell, own in runs[one].items()}
        scores = {cell: score for cell, score in scores.items() if score >= ALIKE_WORDS}
        if (score := _share(marks[one], marks[other], LEAST)) >= ALIKE:
            scores |= {cell: score for cell, _ in marks[one] & marks[other]}
        if scores:
            cells = tuple((cell, answers[one][cell], answers[other][cell]) for cell in given if cell in scores)
            found.append(Pair(lesson, one, other, max(scores.values()), cells))
    return found


def _code_marks(given: dict[str, str], answers: dict[str, dict[str, str]], written: set[str]) -> dict[str, set]:
    """The prints of each learner's code, without those that most share."""
    released = {cell: set(_grams(text)) for cell, text in given.items()}
    code = {one: {cell: text for cell, text in own.items() if cell not in written} for one, own in answers.items()}
    marks = {learner: prints(own, released) for learner, own in code.items()}
    spread = Counter(mark for own in marks.values() for mark in own)
    if len(marks) < COMMON_FROM:
        return marks
    return {one: {mark for mark in own if spread[mark] <= COMMON * len(marks)} for one, own in marks.items()}


def _share(one: set, other: set, least: int) -> float:
    """How much of the smaller set the other has too; 0 where it has fewer than `least`."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller >= least else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    """The runs of words of a written answer."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + WORDS]) for place in range(len(words) - WORDS + 1)}


def prints(answers: dict[str, str], released: dict[str, set[int]]) -> set[tuple[str, int]]:
    """The (cell, hash) that winnowing keeps of a learner's answers, without what the release gave."""
    kept = set()
    for cell, text in answers.items():
        own = [gram for gram in _grams(text) if gram not in released.get(cell, set())]
        kept |= {(cell, min(own[place : place + WINDOW])) for place in range(max(0, len(own) - WINDOW + 1))}
        kept |= {(cell, min(own))} if 0 < len(own) < WINDOW else set()
    return kept


def _grams(text: str) -> list[int]:
    """A hash for each run of GRAM tokens."""
    tokens = _tokens(text)
    runs = ("\0".join(tokens[place : place + GRAM]) for place in range(max(0, len(tokens) - GRAM + 1)))
    return [int.from_bytes(hashlib.blake2b(run.encode(errors="replace"), digest_size=8).digest()) for run in runs]


def _tokens(text: str) -> list[str]:
    """Code as tokens, with one sign for all names and one for all texts; what Python cannot read as lower-case
    words."""
    try:
        ast.parse(text)
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return re.findall(r"\w+", text.lower())
    found = []
    for token in tokens:
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            found.append("name")
        elif token.type == tokenize.STRING:
            found.append("text")
        elif tokenize.tok_name[token.type] not in LAYOUT:
            found.append(token.string)
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        return _answers_of(nbformat.read(path, as_version=4))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # autograde says what is wrong with it


def _answers_of(notebook: nbformat.NotebookNode) -> dict[str, str]:
    cells = {name: of_name[-1] for name, of_name in graded_cells(notebook).items()}
    return {
        name: cell["source"][:LONGEST] for name, cell in cells.items() if cell["metadata"]["nbgrader"].get("solution")
    }


def pair_table(pairs: list[Pair]) -> str:
    """Pairs as a table for the terminal."""
    body = [
        (f"{pair.score:.0%}", pair.lesson, pair.one, pair.other, ", ".join(cell for cell, *_ in pair.cells))
        for pair in pairs
    ]
    return text_table(("alike", "lesson", "one", "other", "where"), body) if body else "no two submissions are alike"


def write(stage: str, target: Path) -> list[Pair]:
    """Write the pairs of a stage side by side as an HTML page. Returns them; ValueError as from `similar`."""
    pairs = similar(stage)
    title = f"Similar submissions: {next(row.title for row in folders.stages() if row.folder == stage)}"
    write_file(target, render("similar_page.html", title=title, pairs=pairs, threshold=ALIKE, words=ALIKE_WORDS))
    return pairs

"""The item bank behind check-in and check-out: pairs of parallel questions, the forms drawn from them, their cells.

The bank lies in `bank/`, a file a stage. Learners get its questions and choices only, as `notebooks/questions.json`;
keys are in hidden tests, and reasons appear on the feedback pages of those who have handed in check-out.
"""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from grading.pages.page import render
from grading.records import tomlfile
from grading.records.tomlfile import each, table, text
from trainlib import course
from trainlib.questions import CHECK_IN, CHECK_OUT, LETTERS, form

BANK = Path(__file__).parent.parent / "bank"
CHECKS = (CHECK_IN, CHECK_OUT)
USES = {"test": 5, "follow-up": 3}  # pairs a stage
EXAMPLE = "ada-l"  # the learner as whom the source of the lessons answers
PLACE = "items"  # the cell of a lesson's source that is repeated for each part, with answers and tests below it
A_TEXT = {"maxLength": 2000}
CHOICE = {"type": "array", "items": text(**A_TEXT), "minItems": 2, "maxItems": 2}
WRITTEN = table(
    "a question",
    {
        "question": text(**A_TEXT),
        "right": text(**A_TEXT),
        "why": text(**A_TEXT),
        "wrong": each(
            "three wrong choices, each with its reason", CHOICE | {"description": "a choice and its reason"}, 3
        ),
    },
    {"computed": text("Python for the right number", **A_TEXT)},
)
SCHEMA = table(
    "a part of the bank",
    {
        "pair": each(
            "pairs of questions",
            table(
                "a pair",
                {
                    "id": text(),
                    "lesson": text(),
                    "skill": text(),
                    "use": text(f"one of {', '.join(USES)}", enum=list(USES)),
                    "item": each("two parallel questions", WRITTEN, 2) | {"maxItems": 2},
                },
            ),
        )
    },
)
HIDDEN_TEST = """\
questions.received({part}, {number}, learner)
### BEGIN HIDDEN TESTS
key = {{"A": "{key_a}", "B": "{key_b}"}}[questions.form(learner, "{lesson}")]
lesson.check("question {number} of {part}", got=questions.letter({part}, {number}), want=key)
### END HIDDEN TESTS"""
ANSWER = """\
{part} = {{{empty}}}  # a, b, c or d; "" where you do not know
### BEGIN SOLUTION
{part} = {{{right}}}
### END SOLUTION"""


@dataclass(frozen=True)
class Item:
    """One question as it stands in its form: four choices in the order in which they are shown, a reason for each."""

    id: str
    pair: str
    stage: str
    lesson: str
    skill: str
    question: str
    choices: tuple[str, ...]
    reasons: tuple[str, ...]
    key: str  # the letter of the right choice
    computed: str = ""  # Python for the number in the right choice, where it is one

    @property
    def twin(self) -> str:
        """The id of the parallel question: same skill, in the other form."""
        return f"{self.pair}-{3 - int(self.id[-1])}"


def part_of(stage: str) -> str:
    """A stage's name as a part of the test: "1_principles" is "principles"."""
    return {known.folder: known.name for known in course.stages()}[stage]


@cache
def pairs() -> dict[str, list[dict]]:
    """The pairs of the bank as they are written, by stage. ValueError names every fault in them with its line."""
    return {path.stem: tomlfile.read(path, SCHEMA).values["pair"] for path in sorted(BANK.glob("*.toml"))}


@cache
def forms(use: str = "test") -> dict[str, dict[str, list[Item]]]:
    """Both forms of the test or of the follow-up: {form: {part: its items, in the order of the bank}}.

    From pair to pair the forms take turns in getting the first of the two questions, so that none gets all that were
    written first. Right choices take each letter equally often in a form, in an order that a fixed seed gives.
    """
    drawn = {}
    for offset, name in enumerate("AB"):
        chance = random.Random(f"{use} {name}")
        chosen = [
            (stage, pair, (place + offset) % 2)
            for stage, of_stage in pairs().items()
            for place, pair in enumerate(pair for pair in of_stage if pair["use"] == use)
        ]
        keys = list(LETTERS) * (len(chosen) // len(LETTERS))
        chance.shuffle(keys)
        drawn[name] = {part_of(stage): [] for stage in pairs()}
        for key, (stage, pair, which) in zip(keys, chosen, strict=True):
            drawn[name][part_of(stage)].append(_item(stage, pair, which, key, chance))
    return drawn


def places() -> list[tuple[str, int]]:
    """Every question's part of the test and its number there."""
    return [(part, number) for part, asked in forms()["A"].items() for number in range(1, len(asked) + 1)]


def _item(stage: str, pair: dict, which: int, key: str, chance: random.Random) -> Item:
    written = pair["item"][which]
    choices = chance.sample(written["wrong"], len(written["wrong"]))
    choices.insert(LETTERS.index(key), [written["right"], written["why"]])
    return Item(
        id=f"{pair['id']}-{which + 1}",
        pair=pair["id"],
        stage=stage,
        lesson=pair["lesson"],
        skill=pair["skill"],
        question=written["question"],
        choices=tuple(choice for choice, _ in choices),
        reasons=tuple(reason for _, reason in choices),
        key=key,
        computed=written.get("computed", ""),
    )


def bank() -> list[Item]:
    """Every item of the bank, as it stands in its form."""
    return [item for use in USES for of_form in forms(use).values() for items in of_form.values() for item in items]


def questions_file() -> str:
    """What learners get of the bank, as JSON: questions and choices by form, without ids, keys and reasons."""

    def plain(items: list[Item]) -> list[dict]:
        return [{"question": item.question, "choices": item.choices} for item in items]

    shown = {
        "test": {name: {part: plain(items) for part, items in parts.items()} for name, parts in forms("test").items()},
        "follow_up": {
            name: [question for items in parts.values() for question in plain(items)]
            for name, parts in forms("follow-up").items()
        },
    }
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def cells(lesson: str, show: str = "PART") -> list[nbformat.NotebookNode]:
    """The cells of check-in or check-out that ask the questions, take the answers and hold, hidden, the keys.

    `show` is the code that shows a part, with PART in place of its name.
    """
    made = []
    for part in forms()["A"]:
        made.append(nbformat.v4.new_code_cell(show.replace("PART", part), id=questions_cell(part)))
        made.append(_answer_cell(lesson, part))
        made += [_test_cell(lesson, part, number) for number in range(1, USES["test"] + 1)]
    return made


def questions_cell(part: str) -> str:
    """The id of the cell that shows the questions of a part."""
    return f"{part}-questions"


def cell_name(part: str, number: int) -> str:
    """The name of a question's cell in lesson and gradebook, such as "theory-3"."""
    return f"{part}-{number}"


def reasons(item: Item, answer: str) -> str:
    """A question with all of its choices and the reason for each, as HTML; `answer` is a letter, or "": left open."""
    choices = []
    for letter, choice, reason in zip(LETTERS, item.choices, item.reasons):
        marks = ["right"] * (letter == item.key) + ["your choice"] * (letter == answer)
        choices.append((f"{letter}) {choice}", marks, reason))
    return render("reasons.html", item=item, choices=choices, answer=answer)


def solution(lesson: str, part: str, learner: str) -> dict[int, str]:
    """The right letters of one part of a learner's form, by the number of the question."""
    return {number: item.key for number, item in enumerate(forms()[form(learner, lesson)][part], start=1)}


def _answer_cell(lesson: str, part: str) -> nbformat.NotebookNode:
    right = ", ".join(f'{number}: "{key}"' for number, key in solution(lesson, part, EXAMPLE).items())
    empty = ", ".join(f'{number}: ""' for number in range(1, USES["test"] + 1))
    name = f"{part}-answer"
    settings = {"grade": False, "grade_id": name, "locked": False, "points": 0, "solution": True}
    return _graded_cell(name, ANSWER.format(part=part, empty=empty, right=right), settings, tags=["form"])


def _test_cell(lesson: str, part: str, number: int) -> nbformat.NotebookNode:
    key_a, key_b = (forms()[name][part][number - 1].key for name in "AB")
    source = HIDDEN_TEST.format(part=part, number=number, lesson=lesson, key_a=key_a, key_b=key_b)
    name = cell_name(part, number)
    settings = {"grade": True, "grade_id": name, "locked": True, "points": 1, "solution": False}
    return _graded_cell(name, source, settings, tags=["folded"])


def _graded_cell(name: str, source: str, settings: dict, tags: list[str]) -> nbformat.NotebookNode:
    nbgrader = settings | {"schema_version": 3, "task": False}
    return nbformat.v4.new_code_cell(source, id=name, metadata={"tags": tags, "nbgrader": nbgrader})

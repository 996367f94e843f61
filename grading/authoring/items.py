"""The item bank behind check-in and check-out: pairs of parallel questions, the forms drawn from them, their cells.

The bank lies in `bank/`, a file a stage. Each track of the course has forms of its own, drawn from what is asked about
its lessons; pairs on a lesson that the course does not hold are never drawn. Learners get questions and choices only,
as `notebooks/questions.json`; keys are in hidden tests, and reasons appear on the feedback pages of those who have
handed in check-out.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from grading.pages.page import render
from grading.records import tomlfile
from grading.records.tomlfile import each, table, text
from trainlib import course
from trainlib.questions import CHECK_IN, CHECK_OUT, LETTERS, form, track_name

BANK = Path(__file__).parent.parent / "bank"
CHECKS = (CHECK_IN, CHECK_OUT)
SIZES = {"test": 20, "follow-up": 12}  # questions of a form
A_PART = 5  # questions of the test that stand together in a lesson
EXAMPLE = "ada-l"  # the learner as whom the source of the lessons answers, on the track that stands there
EXAMPLE_TRACK = "engineer"
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
                    "use": text(f"one of {', '.join(SIZES)}", enum=list(SIZES)),
                    "item": each("two parallel questions", WRITTEN, 2) | {"maxItems": 2},
                },
            ),
        )
    },
)
HIDDEN_TEST = """\
questions.received({part}, {number}, learner, track)
### BEGIN HIDDEN TESTS
key = {keys}[questions.track_name(track) + " " + questions.form(learner, "{lesson}")]
lesson.check("question {number} of {part}", got=questions.letter({part}, {number}), want=key)
### END HIDDEN TESTS"""
ANSWER = """\
{part} = {{{empty}}}  # a, b, c or d; "" where you do not know
### BEGIN SOLUTION
{part} = {{{right}}}
### END SOLUTION"""


@dataclass(frozen=True)
class Item:
    """One question: four choices in the order in which they are shown, a reason for each.

    In a form the order is that of the form; in `bank()` the right choice comes first.
    """

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
def drawn(track: str) -> dict[str, list[tuple[str, int]]]:
    """The pairs that a track is asked, by use: (stage, place in that stage's file), in the order of the bank.

    One after the other, from the stage that has fewest so far, on the lesson that was asked about least, in the track's
    order. Electives come in only where the core lessons have no pair left. ValueError where the bank has too few.
    """
    table = course.table()
    core = [lesson.number for lesson in table.on(table.track(track))]
    electives = [lesson.number for lesson in table.lessons if lesson.number not in core]
    everything = [(stage, place) for stage, of_stage in pairs().items() for place in range(len(of_stage))]
    asked, found = Counter(), {}
    for use, size in SIZES.items():
        chosen, stages = [], Counter()
        for lessons in (core, electives):
            left = [(s, p) for s, p in everything if pairs()[s][p]["use"] == use and pairs()[s][p]["lesson"] in lessons]
            while left and len(chosen) < size:
                numbers = {one: pairs()[one[0]][one[1]]["lesson"] for one in left}
                pair = min(left, key=lambda one: (stages[one[0]], asked[numbers[one]], lessons.index(numbers[one])))
                left.remove(pair)
                chosen.append(pair)
                stages[pair[0]] += 1
                asked[numbers[pair]] += 1
        if len(chosen) < size:
            raise ValueError(f"the bank has {len(chosen)} pairs for the {use} of the track {track}; it needs {size}")
        found[use] = sorted(chosen)
    return found


@cache
def forms(track: str, use: str = "test") -> dict[str, list[Item]]:
    """Both forms of a track's test or follow-up: {form: its items, in the order of the bank}.

    From pair to pair the forms take turns in getting the first of the two questions, so that none gets all that were
    written first; a form has the same ones on every track, so that nobody meets a question twice who changes tracks.
    Right choices take each letter equally often in a form, in an order that a fixed seed gives.
    """
    made = {}
    for offset, name in enumerate("AB"):
        chance = random.Random(f"{use} {track} {name}")
        keys = list(LETTERS) * (SIZES[use] // len(LETTERS))
        chance.shuffle(keys)
        made[name] = [
            _item(stage, pairs()[stage][place], (place + offset) % 2, key, chance)
            for key, (stage, place) in zip(keys, drawn(track)[use], strict=True)
        ]
    return made


def in_parts(asked: list[Item]) -> dict[str, list[Item]]:
    """The items of a test by the part of the lesson that asks them: "part_1" has the first five."""
    return {f"part_{first // A_PART + 1}": asked[first : first + A_PART] for first in range(0, len(asked), A_PART)}


def places() -> list[tuple[str, int]]:
    """Every question's part of the test and its number there."""
    numbers = range(SIZES["test"])
    return [(f"part_{number // A_PART + 1}", number % A_PART + 1) for number in numbers]


def tracks() -> list[str]:
    """The names of the course's tracks."""
    return [track.name for track in course.table().tracks]


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
    """Every item of the bank, the right choice first."""
    return [
        _item(stage, pair, which, LETTERS[0], random.Random(0))
        for stage, of_stage in pairs().items()
        for pair in of_stage
        for which in (0, 1)
    ]


def questions_file() -> str:
    """What learners get of the bank, as JSON: questions and choices by track and form, without ids, keys, reasons."""

    def plain(items: list[Item]) -> list[dict]:
        return [{"question": item.question, "choices": item.choices} for item in items]

    shown = {"test": {}, "follow_up": {}}
    for track in tracks():
        tests, later = forms(track), forms(track, "follow-up")
        shown["test"][track] = {
            name: {part: plain(items) for part, items in in_parts(asked).items()} for name, asked in tests.items()
        }
        shown["follow_up"][track] = {name: plain(asked) for name, asked in later.items()}
    return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def cells(lesson: str, show: str = "PART") -> list[nbformat.NotebookNode]:
    """The cells of check-in or check-out that ask the questions, take the answers and hold, hidden, the keys.

    `show` is the code that shows a part, with PART in place of its name.
    """
    made = []
    for part in dict(places()):
        made.append(nbformat.v4.new_code_cell(show.replace("PART", part), id=questions_cell(part)))
        made.append(_answer_cell(lesson, part))
        made += [_test_cell(lesson, part, number) for number in range(1, A_PART + 1)]
    return made


def questions_cell(part: str) -> str:
    """The id of the cell that shows the questions of a part."""
    return f"{part}-questions"


def cell_name(part: str, number: int) -> str:
    """The name of a question's cell in lesson and gradebook, such as "part_2-3"."""
    return f"{part}-{number}"


def reasons(item: Item, answer: str) -> str:
    """A question with all of its choices and the reason for each, as HTML; `answer` is a letter, or "": left open."""
    choices = []
    for letter, choice, reason in zip(LETTERS, item.choices, item.reasons):
        marks = ["right"] * (letter == item.key) + ["your choice"] * (letter == answer)
        choices.append((f"{letter}) {choice}", marks, reason))
    return render("reasons.html", item=item, choices=choices, answer=answer)


def solution(lesson: str, part: str, learner: str, track: str) -> dict[int, str]:
    """The right letters of one part of a learner's form, by the number of the question."""
    asked = in_parts(forms(track_name(track))[form(learner, lesson)])[part]
    return {number: item.key for number, item in enumerate(asked, start=1)}


def _answer_cell(lesson: str, part: str) -> nbformat.NotebookNode:
    right = ", ".join(f'{number}: "{key}"' for number, key in solution(lesson, part, EXAMPLE, EXAMPLE_TRACK).items())
    empty = ", ".join(f'{number}: ""' for number in range(1, A_PART + 1))
    name = f"{part}-answer"
    settings = {"grade": False, "grade_id": name, "locked": False, "points": 0, "solution": True}
    return _graded_cell(name, ANSWER.format(part=part, empty=empty, right=right), settings, tags=["form"])


def _test_cell(lesson: str, part: str, number: int) -> nbformat.NotebookNode:
    keys = {
        f"{track} {name}": in_parts(asked)[part][number - 1].key
        for track in tracks()
        for name, asked in forms(track).items()
    }
    source = HIDDEN_TEST.format(part=part, number=number, lesson=lesson, keys=json.dumps(keys))
    name = cell_name(part, number)
    settings = {"grade": True, "grade_id": name, "locked": True, "points": 1, "solution": False}
    return _graded_cell(name, source, settings, tags=["folded"])


def _graded_cell(name: str, source: str, settings: dict, tags: list[str]) -> nbformat.NotebookNode:
    nbgrader = settings | {"schema_version": 3, "task": False}
    return nbformat.v4.new_code_cell(source, id=name, metadata={"tags": tags, "nbgrader": nbgrader})

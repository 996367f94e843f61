"""The six questions that close a stage, and the small file that keeps a learner's answers.

| question | asks | answer | because |
|---|---|---|---|
| content | how good were lessons and exercises? | 1 to 5 | it is M of the training-effect model |
| trainer | how much did your trainer help? | 1 to 5 | it is E of the model |
| hours | how many hours did the stage take you, all in all? | hours | it is P, and what the stage cost in fact |
| confidence | could you use it at work tomorrow? | 1 to 5 | scores say what people know, not what they dare to use |
| assistant | how much did an assistant (a program that answers) help you? | 0 to 4 | gains with and without it |
| change | what is the one thing to change? | text | a rating says that something is wrong, not what |

No more than six, because people answer few. Each may be left open: no answer is better than one made up, and older
surveys asked five. The file holds nothing about a person; the learner's name is only in the path of what is handed in.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from trainlib._files import write

__all__ = ["ALLOWED", "FILE", "LONGEST", "POINTS", "check", "loads", "read", "save", "share"]

FILE = "survey.json"
POINTS = (1, 5)
HELP = (0, 4)  # of an assistant
LONGEST = 1000  # hours, and characters of text
ALLOWED = {
    "content": "a whole number from 1 (poor) to 5 (very good)",
    "trainer": "a whole number from 1 (hardly) to 5 (very much)",
    "hours": f"a number of hours from 0 to {LONGEST}, such as 6.5",
    "confidence": "a whole number from 1 (not at all) to 5 (surely)",
    "assistant": "a whole number from 0 (not at all) to 4 (it wrote most of it)",
    "change": f"a text of at most {LONGEST} characters",
}


def share(points: int | None) -> float:
    """An answer on five points as the model takes it, (points − 1) / 4 in [0, 1]; nan for a question left open."""
    return float("nan") if points is None else (points - POINTS[0]) / (POINTS[1] - POINTS[0])


def check(answers: Mapping[str, object]) -> dict:
    """The answers that were given, without the questions left open (None, or a text of blanks).

    ValueError names the question, the answer and what is allowed.
    """
    if unknown := [question for question in answers if question not in ALLOWED]:
        raise ValueError(f"{unknown[0]!r} is no question of the survey; these are: {', '.join(ALLOWED)}")
    given = {}
    for question, answer in answers.items():
        answer = answer.item() if hasattr(answer, "item") else answer  # numpy's numbers
        answer = answer.strip() if isinstance(answer, str) else answer
        if answer is None or answer == "":
            continue
        if not _is_allowed(question, answer):
            shown = repr(answer) if len(repr(answer)) < 60 else f"{repr(answer)[:60]}…"
            raise ValueError(f"{question} is {shown}; it must be {ALLOWED[question]}, or None to leave it open")
        given[question] = answer
    return given


def _is_allowed(question: str, answer: object) -> bool:
    if question == "change":
        return isinstance(answer, str) and len(answer) <= LONGEST
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        return False
    if question == "hours":
        return 0 <= answer <= LONGEST
    lowest, highest = HELP if question == "assistant" else POINTS
    return isinstance(answer, int) and lowest <= answer <= highest


def loads(text: str | bytes, stage: str) -> dict:
    """The answers in a survey's file, in UTF-8 or UTF-16. ValueError where it is no survey of this stage."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it cannot be read as a survey: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("answers"), dict) or not check(content["answers"]):
        raise ValueError("it is no survey: it holds no answers")
    if content.get("stage") != stage:
        raise ValueError(f"it is the survey of {content.get('stage')!r}, not of {stage}")
    return check(content["answers"])


def read(folder: Path, stage: str) -> dict:
    """The answers saved in a folder; {} where there are none. ValueError where the file is damaged."""
    path = Path(folder) / FILE
    return loads(path.read_bytes(), stage) if path.exists() else {}


def save(folder: Path, stage: str, answers: dict) -> Path:
    """Write answers that `check` has passed; what was there is replaced at once or not at all."""
    return write(Path(folder) / FILE, json.dumps({"stage": stage, "answers": answers}, ensure_ascii=False, indent=1))

"""What learners ask to have looked at again, and what the instructor answered.

A request lies with the attempt that brought it, answers lie in `requests/LEARNER/STAGE.json`. Open is what has no
answer; a text that was answered stays so, however often it comes again.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from grading.records import folders, locks
from trainlib import _request as request_file
from trainlib._files import write
from trainlib.course import learner_name

LONGEST_ANSWER = 5_000


@dataclass(frozen=True)
class Request:
    """What a learner wrote about a stage, when it first came (UTC), and the answer, "" while it is open."""

    learner: str
    stage: str
    time: str
    text: str
    answer: str = ""


def requests(learner: str = "*", stage: str = "*") -> list[Request]:
    """All requests, or those of a learner or stage, by learner, stage and time; each text counts once.

    ValueError where answers cannot be read.
    """
    found: dict[tuple[str, str, str], Request] = {}
    for path in sorted((folders.state() / "attempts").glob(f"{learner}/{stage}/*/{request_file.FILE}")):
        place, text = path.parts[-4:-2], path.read_text(encoding="utf-8", errors="replace")
        if (*place, text) not in found:
            time = f"{folders.time_of_attempt(path):%Y-%m-%d %H:%M}"
            found[*place, text] = Request(*place, time, text, _answers(*place).get(text, ""))
    return list(found.values())


def answer(learner: str, stage: str, text: str) -> list[Request]:
    """Answer all open requests of a learner and stage; where none is open, what had the newest one's answer gets this
    one in its place. Returns them, answered.

    ValueError where there is no request, or the answer is empty or too long.
    """
    learner, text = learner_name(learner), request_file.check(text, "answer", LONGEST_ANSWER)
    with locks.held("requests"):
        own = requests(learner, stage)
        if not own:
            waiting = dict.fromkeys(f"{one.learner} {one.stage}" for one in requests() if not one.answer)
            raise ValueError(f"{learner} has no request for {stage}; these are open: {', '.join(waiting) or 'none'}")
        now = [one for one in own if not one.answer] or [one for one in own if one.answer == own[-1].answer]
        answers = _answers(learner, stage) | {one.text: text for one in now}
        write(_path(learner, stage), json.dumps(answers, ensure_ascii=False, indent=1))
    return [Request(one.learner, one.stage, one.time, one.text, text) for one in now]


def _path(learner: str, stage: str) -> Path:
    return folders.state() / "requests" / learner / f"{stage}.json"


def _answers(learner: str, stage: str) -> dict[str, str]:
    """The answers by the text of the request."""
    path = _path(learner, stage)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        found = None
    if isinstance(found, dict) and all(isinstance(text, str) for text in found.values()):
        return found
    raise ValueError(f"{path} is not as it was written: put back its copy, or delete it and answer again")

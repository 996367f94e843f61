"""What stands above a lesson on its feedback page: lateness with its arithmetic, requests with their answers."""

from grading.authoring.items import CHECKS
from grading.records.folders import Submission
from grading.records.lateness import ACCEPT, Lateness
from grading.records.requests import Request, requests


def notes(one: Submission, learner: str, points: float, lateness: Lateness) -> list[str]:
    """What there is to say of a submission, as Markdown; `points` are those before anything is taken off.

    `learner` is whom the page is for, where the work is that of somebody else in the group. What people wrote in
    requests is quoted as it is.
    """
    if one.lesson in CHECKS:
        return []
    late = lateness.of(one, learner)
    said = [f"This is the work of {one.learner}, which counts for your group."] if learner != one.learner else []
    said += [late.in_words(points)] if late.by and lateness.outcome != ACCEPT else []
    return said + [_in_markdown(request) for request in requests(learner, one.stage)]


def _in_markdown(request: Request) -> str:
    answer = f"**The answer:**\n\n{_quoted(request.answer)}" if request.answer else "It waits for an answer."
    return f"**You asked on {request.time} UTC:**\n\n{_quoted(request.text)}\n\n{answer}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))

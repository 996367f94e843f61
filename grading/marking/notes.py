"""What stands above a lesson on its feedback page: lateness with its arithmetic, requests with their answers."""

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from grading.authoring.items import CHECKS
from grading.records.folders import Submission
from grading.records.lateness import ACCEPT, Lateness
from grading.records.requests import Request, requests


class AddNotes(NbGraderPreprocessor):
    """Takes off the score what lateness takes off now, and says so; shows what the learner asked, and the answer.

    The tests of check-in and check-out are no grades: there nothing is taken off. `learner` is whom the page is for,
    where the work is that of somebody else in the group.
    """

    learner = Unicode("").tag(config=True)

    def preprocess(self, notebook, resources):
        names = resources["nbgrader"]
        one, lateness = Submission(names["student"], names["assignment"], names["notebook"]), Lateness()
        points = names["score"] + names["late_penalty"]  # which is what an older version may have stored
        names.update(score=points, late_penalty=0.0)
        if one.lesson in CHECKS:
            return notebook, resources
        learner = self.learner or one.learner
        late = lateness.of(one, learner)
        names.update(score=late.left(points), late_penalty=late.penalty(points))
        said = [f"This is the work of {one.learner}, which counts for your group."] if learner != one.learner else []
        said += [late.in_words(points)] if late.by and lateness.outcome != ACCEPT else []
        said += [_in_markdown(request) for request in requests(learner, one.stage)]
        notebook.cells[:0] = [nbformat.v4.new_markdown_cell(text) for text in said]
        return notebook, resources


def _in_markdown(request: Request) -> str:
    """A request and its answer; what people wrote in them becomes harmless with the rest of the page."""
    answer = f"**The answer:**\n\n{_quoted(request.answer)}" if request.answer else "It waits for an answer."
    return f"**You asked on {request.time} UTC:**\n\n{_quoted(request.text)}\n\n{answer}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))

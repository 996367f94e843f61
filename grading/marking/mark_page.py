"""The pages on which a person marks the open questions of a stage: what stands on them, from desk and gradebook."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from grading.marking import desk as desks
from grading.marking import likeness
from grading.marking.desk import Desk, Group, Mark, comment_of
from grading.marking.likeness import Agreement, Marked, Vectors
from grading.marking.open_questions import Answer, Answers, Question, answers
from grading.pages.page import render
from grading.records import folders
from grading.records.groups import Groups
from grading.records.requests import requests
from grading.sandbox import markup

LONGEST = 20_000  # characters of one cell beside an answer, or of what it printed


@dataclass(frozen=True)
class Frame:
    """What all pages of one server share: the questions, embeddings, and from which cosine on texts are one group."""

    asked: tuple[Question, ...]
    vectors: Vectors
    alike: float

    @property
    def stage(self) -> str:
        return self.asked[0].stage


def index(frame: Frame) -> str:
    """The page that lists the open questions of a stage, with how many answers wait."""
    rows = []
    for number, question in enumerate(frame.asked, start=1):
        found = answers(question)
        waiting = sum(answer.standing.waits for answer in found.given)
        rows.append((number, question, waiting, len(found.given), _aside(question, found)))
    title = next(stage.title for stage in folders.stages() if stage.folder == frame.stage)
    return render("mark_index.html", title=f"Open questions: {title}", rows=rows)


def page(frame: Frame, number: int, are_wanted: bool = False) -> str:
    """The page of one question, with all answers of the cohort in groups; `are_wanted`: hints, although they are not
    known to agree with the person."""
    question = frame.asked[number - 1]
    found, desk = answers(question), desks.load(question.stage)
    made = desks.groups(question, found, desk, frame.vectors, frame.alike)
    marked = _marked(question, found, desk)
    agreed = likeness.agreement(marked, _vectors_of(frame, found, [one.digest for one in marked]))
    groups, stage = Groups(), question.stage
    asked = [
        (one.learner, one.text, groups.members(one.learner, stage)) for one in requests(stage=stage) if not one.answer
    ]
    hinting = marked if agreed.is_useful or are_wanted else []
    shown = [_shown(frame, question, found, desk, group, hinting, asked) for group in made]
    return render(
        "mark_page.html",
        title=f"{question.lesson.partition('_')[0]} {question.title}: open question",
        question=question,
        number=number,
        count=len(frame.asked),
        task=_html("markdown", question.task, "{}"),
        solution=_html("markdown", question.solution, "{}"),
        groups=shown,
        waiting=sum(answer.standing.waits for answer in found.given),
        given=len(found.given),
        aside=_aside(question, found),
        unchanged=len(desks.unchanged(question, found, desk)),
        hints=_of_hints(agreed, question),
        are_hidden=not (agreed.is_useful or are_wanted),
        are_wanted=are_wanted,
        undo=desk.acts[-1]["what"] if desk.acts else "",
        comments=desks.comments(),
    )


def _aside(question: Question, found: Answers) -> list[str]:
    """Sentences on those whose answers do not stand on the page."""
    said = []
    if found.left_open:
        said.append(f"{len(found.left_open)} left it as it was, for which nbgrader gives 0.")
    if found.not_graded:
        command = f"`python -m grading autograde {question.stage}`"
        said.append(
            f"{len(found.not_graded)} handed in and not graded since: run {command}, then load this page again."
        )
    return said


def _marked(question: Question, found: Answers, desk: Desk) -> list[Marked]:
    """The texts that were marked as they are now; of several with the same text the newest act counts."""
    own, texts = desk.marks.get(question.key, {}), {}
    for place, answer in enumerate(found.given):
        if answer.standing.waits or answer.standing.points is None:
            continue
        mark = own.get(answer.learner)
        known = mark is not None and mark.digest == answer.written.digest
        act, hinted = (
            (mark.act, mark.hinted) if known else (-1 - place, False)
        )  # else marked in the Formgrader, by itself
        one = Marked(answer.written.digest, answer.standing.points, act, hinted)
        if one.digest not in texts or texts[one.digest].act < act:
            texts[one.digest] = one
    return list(texts.values())


def _vectors_of(frame: Frame, found: Answers, digests: Sequence[str]) -> np.ndarray:
    texts = {answer.written.digest: answer.written.text for answer in found.given}
    return frame.vectors({digest: texts[digest] for digest in digests})


def _of_hints(agreed: Agreement, question: Question) -> str:
    """What is known of how hints agree with the person: stands above all groups, before any hint can be opened."""
    said = _compared(agreed, question) if agreed.kappa else ""
    if agreed.is_useful:
        return said
    rule = (
        f"Unasked, hints are shown from {likeness.LEAST} compared marks on, once the interval of kappa begins at "
        f"{likeness.SURE} or above."
    )
    why = (
        f"{agreed.compared} of your {agreed.marked} marks have a marked answer near them (cosine from {likeness.NEAR})."
    )
    return f"{said} {rule}" if said else f"{rule} {why}"


def _compared(agreed: Agreement, question: Question) -> str:
    low, high = max(0.0, agreed.off.low), min(question.points, agreed.off.high)
    return (
        f"Hints, compared with {agreed.compared} of your {agreed.marked} marks, each left out in turn: Cohen's kappa "
        f"with quadratic weights {agreed.kappa.value:.2f} (95 % interval {agreed.kappa.low:.2f} to "
        f"{agreed.kappa.high:.2f}); off by {agreed.off.value:.2f} points on average ({low:.2f} to {high:.2f}), where "
        f"always saying the median would be off by {agreed.median_off:.2f}."
    )


def _shown(
    frame: Frame, question: Question, found: Answers, desk: Desk, group: Group, marked: list[Marked], asked: list[tuple]
) -> dict:
    """A group as the template takes it; `asked` are the learners with their open requests and groups."""
    own = desk.marks.get(question.key, {})
    vectors = _vectors_of(frame, found, list(group.texts))
    others = [one for one in marked if one.digest not in group.texts]
    mean = vectors.mean(0) / np.linalg.norm(vectors.mean(0))
    given = likeness.hint(mean, others, _vectors_of(frame, found, [one.digest for one in others])) if others else None
    texts = {answer.written.digest: answer for answer in found.given}
    sources = (
        [(points, cosine, texts[text].written.text[:600]) for text, points, cosine in given.sources] if given else []
    )
    return {
        "id": f"g-{next(iter(group.texts))[:12]}",
        "texts": [_text(text, answers, own, asked) for text, answers in group.texts.items()],
        "digests": json.dumps(list(group.texts)),
        "seen": json.dumps({answer.learner: answer.version for answer in group.answers}),
        "people": len(group.answers),
        "waits": sum(answer.standing.waits for answer in group.answers),
        "closeness": likeness.closeness(vectors),
        "mark": _mark(question, group, own),
        "hint": given if group.waits else None,
        "sources": sources,
    }


def _text(digest: str, same: Sequence[Answer], own: dict[str, Mark], asked: list[tuple]) -> dict:
    """One text of a group, with who wrote it."""
    notes = []
    for answer in same:
        mark = own.get(answer.learner)
        if answer.standing.waits and mark and mark.digest != digest:
            notes.append(f"{answer.learner} has changed it since you gave {mark.points:g}")
        elif answer.standing.waits and answer.standing.points is not None:
            notes.append(f"{answer.learner} had {answer.standing.points:g}, and was graded again")
    written = same[0].written
    return {
        "digest": digest,
        "html": _html(written.kind, written.text, written.pictures),
        "beside": [_beside(*cell) for cell in written.beside],
        "learners": [answer.learner for answer in same],
        "notes": notes,
        "requests": [(name, text) for name, text, group in asked if {*group} & {answer.learner for answer in same}],
    }


def _mark(question: Question, group: Group, own: dict[str, Mark]) -> dict:
    """What the fields of a group hold at first: what its texts got, where that is one mark."""
    found = {(answer.standing.points, answer.standing.comment): answer for answer in group.answers}
    found = {key: answer for key, answer in found.items() if key[0] is not None}
    nothing = {"points": None, "boxes": (), "said": ""}
    if len({points for points, _ in found}) != 1:
        return nothing
    (points, comment), answer = next(iter(found.items()))
    mark = own.get(answer.learner)
    if mark and mark.digest != answer.written.digest:
        return nothing
    if mark and mark.points == points and comment_of(question, mark.boxes, mark.said) == comment:
        return {"points": points, "boxes": mark.boxes or (), "said": mark.said}
    return {"points": points, "boxes": (), "said": comment or ""}


@lru_cache(maxsize=4096)
def _html(kind: str, source: str, pictures: str) -> Markup:
    """A cell that anybody may have written, as HTML in which nothing runs or loads."""
    if kind != "markdown":
        return Markup("<pre>{}</pre>").format(source[:LONGEST])
    return Markup(markup.rendered(source, json.loads(pictures)))


def _beside(kind: str, source: str, printed: str, pictures: tuple[str, ...]) -> dict:
    return {
        "html": _html(kind, source[:LONGEST], "{}"),
        "printed": printed[:LONGEST],
        "pictures": [picture for picture in pictures if _is_png(picture)],
    }


def _is_png(picture: str) -> bool:
    try:
        return base64.b64decode(picture, validate=True).startswith(b"\x89PNG")
    except ValueError:
        return False

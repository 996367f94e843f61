"""A person's desk for a stage: what lies in which group, what was given with which boxes, and what can be undone.

It is kept in `marking/STAGE.json` in the state folder, saved comments in `marking/comments.json`. Marks themselves are
the gradebook's: the desk remembers which text got them, so that a text that has changed since is shown anew.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grading.marking.likeness import Vectors, clusters
from grading.marking.open_questions import Answer, Answers, Question, Standing, answers, checked_points, write
from grading.records import folders, locks
from trainlib._files import write as write_file

KEPT = 200  # acts that can be undone
LONGEST_COMMENT, MOST_COMMENTS = 5_000, 50


class Stale(ValueError):
    """What a page shows is no longer so: nothing is written, and the page has to be loaded anew."""


@dataclass(frozen=True)
class Mark:
    """What a person gave to the text of a digest, in which act, with which boxes and words, and after a hint or not."""

    digest: str
    points: float
    boxes: tuple[int, ...] | None
    said: str
    act: int
    hinted: bool


@dataclass
class Desk:
    """Everything of a stage by question: `held` groups of digests that a person has made or marked, and `marks` by
    learner; `acts` in their order, each with what was there before."""

    stage: str
    held: dict[str, list[list[str]]] = field(default_factory=dict)
    marks: dict[str, dict[str, Mark]] = field(default_factory=dict)
    acts: list[dict] = field(default_factory=list)
    count: int = 0

    def hold(self, question: Question, groups: Sequence[Sequence[str]]) -> None:
        """Keep these groups as they are; their texts leave the groups that they were in."""
        taken = {digest for group in groups for digest in group}
        before = [[digest for digest in group if digest not in taken] for group in self.held.get(question.key, [])]
        self.held[question.key] = [group for group in (*before, *map(list, groups)) if group]

    def remember(
        self, question: Question, what: str, before: "Desk", standings: dict | None = None, after=None
    ) -> None:
        """Keep what undoing an act takes: groups and marks of the question before, and what the gradebook held."""
        self.acts.append(
            {
                "what": what,
                "question": question.key,
                "held": before.held.get(question.key, []),
                "marks": {name: asdict(mark) for name, mark in before.marks.get(question.key, {}).items()},
                "before": {name: asdict(one) for name, one in (standings or {}).items()},
                "after": {name: asdict(one) for name, one in (after or {}).items()},
            }
        )
        del self.acts[:-KEPT]


def path(stage: str) -> Path:
    return folders.state() / "marking" / f"{stage}.json"


def load(stage: str) -> Desk:
    """The desk of a stage; an empty one where nothing was marked yet. ValueError where its file cannot be read."""
    values = _read(path(stage), {})
    try:
        marks = {
            key: {name: _mark(mark) for name, mark in of_question.items()}
            for key, of_question in values.pop("marks", {}).items()
        }
        return Desk(**{"stage": stage} | values, marks=marks)
    except (TypeError, AttributeError) as error:
        raise ValueError(
            f"{path(stage)} is no desk ({error}): put back its copy, or delete it; marks are in the gradebook"
        ) from None


def _mark(values: dict) -> Mark:
    return Mark(**values | {"boxes": None if values["boxes"] is None else tuple(values["boxes"])})


def _read(file: Path, otherwise):
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return otherwise
    except ValueError:
        raise ValueError(f"{file} is not JSON: put back its copy, or delete it; marks are in the gradebook") from None


@contextmanager
def changing(stage: str) -> Iterator[tuple[Desk, Desk]]:
    """A desk to be changed, and the same as it was; it is saved at the end, unless something fails."""
    with locks.held("marking"):
        desk, before = load(stage), load(stage)
        yield desk, before
        write_file(path(stage), json.dumps(asdict(desk), ensure_ascii=False, indent=1))


@dataclass(frozen=True)
class Group:
    """Texts that are marked in one go, by digest, each with the answers that consist of it."""

    texts: dict[str, tuple[Answer, ...]]

    @property
    def answers(self) -> list[Answer]:
        return [answer for own in self.texts.values() for answer in own]

    @property
    def waits(self) -> bool:
        return any(answer.standing.waits for answer in self.answers)


def groups(question: Question, found: Answers, desk: Desk, vectors: Vectors, alike: float) -> list[Group]:
    """All answers in groups: those that a person holds as they are, the others by likeness. Who waits comes first."""
    by_text: dict[str, list[Answer]] = {}
    for answer in found.given:
        by_text.setdefault(answer.written.digest, []).append(answer)
    made = [[text for text in group if text in by_text] for group in desk.held.get(question.key, [])]
    held = {text for group in made for text in group}
    free = {text: own[0].written.text for text, own in by_text.items() if text not in held}
    names = list(free)
    made += [[names[row] for row in rows] for rows in clusters(vectors(free), alike)] if free else []
    whole = [Group({text: tuple(by_text[text]) for text in group}) for group in made if group]
    return sorted(whole, key=lambda group: (not group.waits, -len(group.answers), group.answers[0].learner))


def give(
    question: Question,
    group: Group,
    desk: Desk,
    before: Desk,
    points: object,
    ticked: Sequence[int] | None,
    said: str,
    hinted: bool,
) -> str:
    """Give a group points and a comment, through the gradebook. Returns what was done, in words.

    ValueError for points outside of 0 and the question's, and for a comment that is too long.
    """
    number = checked_points(points, question.points)
    if len(said) > LONGEST_COMMENT:
        raise ValueError(f"comment has {len(said):,} characters; at most {LONGEST_COMMENT:,} are allowed")
    ticked = _ticked(question, number, ticked)
    after = Standing(number, False, comment_of(question, ticked, said))
    standings = {answer.learner: after for answer in group.answers}
    was = write(question, standings)
    desk.count += 1
    own = desk.marks.setdefault(question.key, {})
    for answer in group.answers:
        own[answer.learner] = Mark(answer.written.digest, number, ticked, said, desk.count, hinted)
    desk.hold(question, [list(group.texts)])
    what = f"{number:g} of {question.points:g} for {_people(len(standings))}"
    desk.remember(question, what, before, was, standings)
    return what


def _people(number: int) -> str:
    return f"{number} answer{'s' if number > 1 else ''}"


def _ticked(question: Question, points: float, ticked: Sequence[int] | None) -> tuple[int, ...] | None:
    """The boxes that were ticked, where they make the points."""
    if ticked is None or not question.boxes or not set(ticked) <= set(range(len(question.boxes))):
        return None
    chosen = tuple(sorted(set(ticked)))
    return chosen if abs(sum(question.boxes[box].points for box in chosen) - points) < 1e-9 else None


def comment_of(question: Question, ticked: tuple[int, ...] | None, said: str) -> str | None:
    """What a learner reads: what there were points for and what not, and the person's own words."""
    lines = []
    if ticked is not None:
        for place, box in enumerate(question.boxes):
            lines.append(f"- {box.points if place in ticked else 0:g} of {box.points:g}: {box.name}")
    return "\n\n".join(part for part in ("\n".join(lines), said.strip()) if part) or None


def undo(asked: Sequence[Question]) -> str:
    """Take back the last act of a stage. Returns what was taken back, in words.

    ValueError where there is none, or where somebody has changed one of its marks elsewhere since.
    """
    with changing(asked[0].stage) as (desk, _):
        if not desk.acts:
            raise ValueError("there is nothing to undo")
        act = desk.acts.pop()
        question = next((one for one in asked if one.key == act["question"]), None)
        if question is None:
            raise ValueError(f"{act['question']} is no open question any more: its last act cannot be undone")
        now = {answer.learner: answer.standing for answer in answers(question).given}
        after = {name: Standing(**values) for name, values in act["after"].items()}
        if changed := sorted(name for name, standing in after.items() if now.get(name) != standing):
            raise Stale(f"marks of {', '.join(changed)} were changed elsewhere since: nothing is undone")
        write(question, {name: Standing(**values) for name, values in act["before"].items()})
        desk.held[question.key] = act["held"]
        desk.marks[question.key] = {name: _mark(mark) for name, mark in act["marks"].items()}
        return act["what"]


def unchanged(question: Question, found: Answers, desk: Desk) -> list[Answer]:
    """Answers that wait again although they are as they were when a person marked them: graded again, no more."""
    own = desk.marks.get(question.key, {})
    return [
        answer
        for answer in found.given
        if answer.standing.waits
        and answer.standing.points is not None
        and (mark := own.get(answer.learner))
        and (mark.digest, mark.points) == (answer.written.digest, answer.standing.points)
    ]


def keep(question: Question, kept: Sequence[Answer], desk: Desk, before: Desk) -> str:
    """Let the marks of `unchanged` answers stand. Returns what was done, in words."""
    standings = {one.learner: Standing(one.standing.points, False, one.standing.comment) for one in kept}
    was = write(question, standings)
    what = f"the marks of {_people(len(standings))} kept"
    desk.remember(question, what, before, was, standings)
    return what


def comments() -> list[str]:
    """The saved comments, in the order in which they were saved."""
    return _read(folders.state() / "marking" / "comments.json", [])


def save_comment(text: str, remove: bool = False) -> None:
    """Put a comment into the list, or take it out. ValueError where it is empty or too long, or the list is full."""
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_COMMENT:
        raise ValueError(f"comment has {len(text):,} characters; 1 to {LONGEST_COMMENT:,} are allowed")
    with locks.held("marking"):
        kept = [one for one in comments() if one != text]
        if not remove and len(kept) >= MOST_COMMENTS:
            raise ValueError(f"{MOST_COMMENTS} comments are kept, and no more: take one out first")
        kept = kept if remove else [*kept, text]
        write_file(folders.state() / "marking" / "comments.json", json.dumps(kept, ensure_ascii=False, indent=1))

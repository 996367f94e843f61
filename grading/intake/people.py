"""Which learner is it? A roster decides where there is one; nobody's work ever takes the place of somebody else's.

`learners.csv` in the state folder is the roster, yours to write: a row a person, a column `learner` with the name in
the gradebook, and any others, such as name, email, canvas id, matriculation number, by which a platform may call the
person; a column `group` is none of these (see `records.groups`). Feedback names people as `name` says, and its drafts
of emails go to `email`.

    learner,name,email,canvas
    ada-l,Ada Lovelace,ada@example.org,4711

Without a roster a name is the learner's as it stands, as long as only one sender has it: who they were so far is kept
in `people.csv`, which the commands write. A name that is unknown, or that two could have, is asked about, once for
each sender; `python -m grading who SENDER LEARNER` answers, and so does [learners] in settings.toml.
"""

import csv
import io
import re
import shlex
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from grading.intake.naming import OWN, SEVERAL, Sender, learner_from
from grading.records import folders, locks, settings
from grading.records.tables import folded, read_people, read_roster
from trainlib._files import write
from trainlib.course import A_NAME, learner_name

COLUMNS = ("learner", "sender", "said by")
COLLECT, INSTRUCTOR = "collect", "you"


class Unsettled(Exception):
    """A sender who may be several learners, or none that is known; the message says why, and how to settle it."""


class People:
    """Who is who, as far as it is known before something is collected, and who sends what in this collection."""

    def __init__(self, senders: Iterable[Sender]):
        said = settings.read().get("learners", {})
        rows = _ledger()
        self.settled = {sender: learner for learner, sender, by in rows if by == INSTRUCTOR} | said
        self.roster = _roster()
        self.ties: dict[str, set[str]] = defaultdict(
            set
        )  # who sent a learner's work so far, by the learner's folded name
        self.spelling: dict[str, str] = {}
        for learner in _learners_of_before():
            self.ties[folded(learner)], self.spelling[folded(learner)] = set(), learner
        for learner, sender, by in rows:
            self.spelling[folded(learner)] = learner
            if by == COLLECT:
                self.ties[folded(learner)].add(sender)
        self.declared = {folded(learner) for learner in self.settled.values()}
        self.spelling |= {folded(learner): learner for learner in self.settled.values()}
        self.now: dict[str, set[str]] = defaultdict(set)  # the same, of this collection
        for sender in senders:
            if (learner := self._named(sender)) and not self._is_settled(sender):
                self.now[folded(learner)].add(sender.source)
        self.called = defaultdict(dict)  # what a download calls those who would be one learner, by their numbers
        for sender in senders:
            self.called[sender.download, self._named(sender)][sender.number] = sender.keys[0]

    def learner(self, sender: Sender) -> str:
        """The learner that a sender is. Unsettled says why that cannot be told."""
        if settled := self._is_settled(sender):
            return settled
        learner = self._named(sender)
        if not learner:
            raise Unsettled(self._unknown(sender))
        if sender.is_platform and len(called := self.called[sender.download, learner]) > 1:
            others = [name for number, name in sorted(called.items()) if number != sender.number]
            own = sorted(called).index(sender.number) + 1
            raise Unsettled(_ask(sender.keys[0], f"{' and '.join(others)} would be {learner} too", f"{learner}-{own}"))
        if why := self._conflict(sender, learner):
            raise Unsettled(_ask(sender.label, why, learner))
        return learner

    def remember(self, found: Iterable[tuple[Sender, str]]) -> None:
        """Keep who sent whose work, so that nobody else's takes its place."""
        new = [
            (learner, sender.source, COLLECT)
            for sender, learner in found
            if not self._is_settled(sender) and sender.source not in self.ties[folded(learner)]
        ]
        if new:
            _write(dict.fromkeys([*_ledger(), *new]))

    def _is_settled(self, sender: Sender) -> str | None:
        return next((self.settled[key] for key in sender.keys if key in self.settled), None)

    def _named(self, sender: Sender) -> str:
        """Whom the names say: by the roster if there is one; "" where that is nobody or several."""
        if sender.by_hub and self.roster is not None:
            return sender.learner if any(sender.learner in learners for learners in self.roster.values()) else ""
        if self.roster is None:
            return sender.learner
        found = self._in_roster(sender)
        return next(iter(found)) if len(found) == 1 else ""

    def _in_roster(self, sender: Sender) -> set[str]:
        """Whom the roster knows by all that is known of a sender; all of them where its parts contradict."""
        found = [set().union(*(self.roster.get(form, ()) for form in _forms(key))) for key in sender.keys]
        found = [learners for learners in found if learners] or [set()]
        return set.intersection(*found) or set.union(*found)

    def _unknown(self, sender: Sender) -> str:
        """What to ask about a sender whom the names do not make one learner."""
        likely = next(filter(None, map(learner_from, (sender.learner, sender.named, *sender.hints))), "NAME")
        if found := self._in_roster(sender) if self.roster is not None else ():
            return _ask(sender.label, f"learners.csv has several: {', '.join(sorted(found))}", "NAME")
        if sender.named and not sender.learner:
            return _ask(sender.label, f"the learner's name {sender.named!r} must be {A_NAME}", likely)
        if self.roster is not None and (sender.named or sender.is_platform):
            return _ask(sender.label, "learners.csv names nobody of that name", "NAME")
        if sender.is_platform:
            return _ask(sender.label, "nothing says which learner that is", likely)
        return _ask(sender.label, "its place does not say whose it is: <learner>/<stage>/<lesson>.ipynb", likely)

    def _conflict(self, sender: Sender, learner: str) -> str:
        """Why a sender may be another person than the learner of that name; "" where nothing speaks for it."""
        name = folded(learner)
        if (spelling := self.spelling.get(name, learner)) != learner:
            return f"{learner} is written like {spelling}, who has handed in before"
        for hint in sender.hints:
            if self._is_known(hint) and folded(hint) != name:
                return f"it says that it is {learner}'s, and came in or beside what is called {hint}"
        before, now = self.ties.get(name, set()) - {sender.source}, self.now[name] - {sender.source}
        if sender.source == OWN:
            others = before if OWN not in self.ties.get(name, ()) and name not in self.declared else set()
            others = set() if self.roster is not None else others
        elif sender.is_platform:
            others = before | {one for one in now if not one.startswith(("zip ", "a zip "))}
            others |= {learner} if name in self.declared else set()
            others = set() if self.roster is not None else others
        else:
            is_of_before = name in self.spelling and not self.ties.get(name)
            others = before | now | ({learner} if is_of_before else set())
        if others:
            return f"the learner {learner} is {_in_words(others)}, and this may be somebody else"
        old = _as_before(sender)
        is_new = sender.is_platform and self.roster is None and name not in self.spelling
        return (
            f"{old} has handed in before, and may be the same person"
            if is_new and old in self.spelling.values()
            else ""
        )

    def _is_known(self, name: str) -> bool:
        if self.roster is not None:
            return any(form in self.roster for form in _forms(name))
        return folded(name) in self.spelling or OWN in self.now.get(folded(name), ())


def settle(sender: str, learner: str) -> str:
    """Say which learner a sender is, from now on.

    Returns that as a sentence. ValueError where the learner's name is none.
    """
    learner, sender = learner_name(learner), unicodedata.normalize("NFC", sender)
    with locks.held("collect"):
        rows = [row for row in _ledger() if not (row[1] == sender and row[2] == INSTRUCTOR)]
        _write([*rows, (learner, sender, INSTRUCTOR)])
    return f"{sender} is {learner}: collect again, and what was left out is taken"


def roster() -> list[str] | None:
    """The learners of learners.csv; None where there is none."""
    found = _roster()
    return None if found is None else sorted({learner for learners in found.values() for learner in learners})


def ids(platform: str, are_numbers: bool) -> dict[str, str]:
    """What a platform calls each learner: the column of learners.csv with its name, by the learner's folded name.

    ValueError where there is no such column, an id is none, or two learners have the same.
    """
    path, found, lines = folders.state() / "learners.csv", {}, {}
    how = f"a row a person, with the columns learner and {platform}, the id there"
    if _roster() is None:
        raise ValueError(f"{path} is not there, so nobody's id is known: write it, {how}")
    for line, row in read_people(path):
        if platform not in row:
            raise ValueError(f"{path.name} has no column {platform}, so nobody's id is known: write it, {how}")
        own = (row[platform] or "").strip()
        if own and are_numbers and not re.fullmatch("[1-9][0-9]*", own):
            raise ValueError(f"{path.name}, line {line}: {platform} is {own!r}; it must be the number in their address")
        if own and (first := lines.setdefault(own, line)) != line:
            raise ValueError(f"{path.name}, line {line}: {platform} is {own!r}, as in line {first} too")
        found |= {folded(learner_name(row["learner"].strip())): own} if own else {}
    return found


def addresses() -> dict[str, tuple[str, str]]:
    """What learners.csv says in its columns name and email, by learner; "" where it says nothing."""
    path = folders.state() / "learners.csv"
    if not path.exists():
        return {}
    words = lambda row, column: " ".join((row.get(column) or "").split())
    return {name: (words(row, "name"), words(row, "email")) for name, row in read_roster(path).items()}


def _in_words(senders: set[str]) -> str:
    known = {
        OWN: "known from zips of hand_in or your own folders",
        SEVERAL: "known from a zip that holds several people's work",
    }
    return " and ".join(known.get(one, f"known as {one}") for one in sorted(senders))


def _ask(label: str, why: str, learner: str) -> str:
    command = f"python -m grading who {shlex.quote(label)} {shlex.quote(learner)}"
    return f"who is {label!r}? {why}. Settle it, with the right name: {command}"


def _as_before(sender: Sender) -> str:
    """The name that a platform's person got while only Latin letters were kept."""
    ascii_only = unicodedata.normalize("NFKD", sender.learner).encode("ascii", "ignore").decode()
    return re.sub("-+", "-", ascii_only).strip("-")


def _forms(key: str) -> list[str]:
    """In which forms a name is looked for: as it stands, with its words in any order, and, as in Canvas, without
    blanks.
    """
    plain = " ".join(folded(key).split())
    words = re.split(r"[\s,]+", plain)
    return [plain, " ".join(sorted(word for word in words if word))]


def _roster() -> dict[str, set[str]] | None:
    """The learners of the roster by every form of what they are called; None where there is no roster."""
    path = folders.state() / "learners.csv"
    if not path.exists():
        return None
    found = defaultdict(set)
    for learner, row in read_roster(path).items():
        for column, value in row.items():
            if column != "group" and isinstance(value, str) and value.strip():
                words = folded(value).replace(",", " ").split()
                squashed = {"".join(words[place:] + words[:place]) for place in range(len(words))}
                for form in chain(_forms(value), squashed):
                    found[form].add(learner)
    return dict(found)


def _ledger() -> list[tuple[str, str, str]]:
    """What is kept of who was who: learner, sender, and who said so."""
    path = folders.state() / "people.csv"
    if not path.exists():
        return []
    return [tuple(row.get(column) or "" for column in COLUMNS) for _, row in read_people(path)]


def _write(rows: Iterable[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    write(folders.state() / "people.csv", text.getvalue())


def _learners_of_before() -> list[str]:
    """Whose work the state folder holds already."""
    places = [place for kind in ("attempts", "submitted") for place in (folders.state() / kind).glob("*")]
    return sorted({place.name for place in places if place.is_dir()})

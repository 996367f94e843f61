"""Drafts of emails with the feedback, a file a learner, which a mail program opens to be looked at and sent.

Nothing is sent from here. The address is that of the roster, `learners.csv`.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from grading.marking.known import Known
from grading.marking.overview import (
    GRADED,
    NOT_HANDED_IN,
    STAMP,
    News,
    Overview,
    page_of,
    read_record,
    write_record,
)
from grading.marking.review_deck import path_of
from grading.records import folders, locks
from trainlib._files import write

TEXT = """\
Hello {name},

your feedback on "{course}" is attached as {file}: unpack it and open index.html.{deck}

{parts}
"""
PUT = """\
 Put its file {name}
beside index.ipynb of your lessons: there `review.today()` brings back on spaced days what you missed."""
MOST_LINES = 10  # of what to review next
MANY_MIB = 20  # of a draft, from which on many mail servers refuse it


@dataclass(frozen=True)
class Drafts:
    """The drafts that were written; which learners have none, and whose are to be looked at, by the reason."""

    written: list[Path]
    without: dict[str, list[str]]
    notes: dict[str, list[str]]


def refuse(folder: Path) -> None:
    """ValueError where a folder for drafts holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(
            f"--mail is {folder}; it must be a new or empty folder: no older draft is to be sent with these"
        )


def drafts(folder: Path, found: Sequence[Overview], known: Known) -> Drafts:
    """Write a draft for each of these overviews to a new or empty folder. ValueError where it is neither."""
    refuse(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = Drafts([], {}, {})
    with locks.held("feedback"):
        for one in found:
            try:
                to = _address(known.name(one.learner), known.email(one.learner))
            except ValueError as fault:
                made.without.setdefault(str(fault), []).append(one.learner)
                continue
            record = read_record(one.learner)
            since, mailed = _since(one, record["mailed"])
            data = bytes(_message(one, to, [each for each in one.news if each.time > since]))
            made.written.append(write(folder / f"{one.learner}.eml", data))
            write_record(one.learner, record | {"mailed": mailed})
            if len(data) > MANY_MIB << 20:
                said = f"over {MANY_MIB} MiB, which many mail servers refuse"
                made.notes.setdefault(said, []).append(one.learner)
    return made


def _address(name: str, email: str) -> Address:
    """A learner's address. ValueError where the roster has none, or one that is none."""
    if not email:
        raise ValueError("learners.csv has no email")
    shown = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    try:
        address = Address(display_name=shown, addr_spec=email)
        address.domain.encode("ascii")
    except (ValueError, IndexError, HeaderParseError, MessageDefect):
        raise ValueError(f"the email in learners.csv, {email!r}, is no address") from None
    if not (address.username and address.domain and email.isascii() and email.isprintable()):
        raise ValueError(f"the email in learners.csv, {email!r}, is no address")
    return address


def _since(one: Overview, mailed: list[str]) -> tuple[str, list[str]]:
    """After which time news are told, and the times of the last two drafts. Drafts that are written once more, with
    nothing new since, tell the same."""
    if not mailed or any(each.time > mailed[-1] for each in one.news):
        mailed = [*mailed, f"{datetime.now(UTC):{STAMP}}"][-2:]
    return mailed[-2] if len(mailed) > 1 else "", mailed


def _message(one: Overview, to: Address, news: Sequence[News]) -> EmailMessage:
    message, course, file = EmailMessage(policy=SMTP), folders.table().title, f"feedback-{one.learner}.zip"
    message["To"], message["Subject"], message["X-Unsent"] = to, f"Feedback: {course}", "1"
    parts = "\n\n".join(filter(None, (_points(one), _news(news), _review(one))))
    deck = PUT.format(name=path_of(one.learner).name) if path_of(one.learner).exists() else ""
    name = to.display_name or one.learner
    message.set_content(TEXT.format(name=name, course=course, file=file, deck=deck, parts=parts))
    message.add_attachment(_zipped(one), maintype="application", subtype="zip", filename=file)
    return message


def _points(one: Overview) -> str:
    lines, missing = ["Points by lesson:"], []
    for lesson in one.standings:
        if lesson.state == NOT_HANDED_IN:
            missing.append(lesson.row.number)
            continue
        points = f"{lesson.points} points" + ("" if lesson.counts else ", no grade") if lesson.points else ""
        said = ", ".join(filter(None, (points, lesson.state if lesson.state != GRADED else "")))
        lines.append(f"- {lesson.row.number} {lesson.row.title}: {said}")
    return "\n".join([*lines, *([f"Not handed in: {', '.join(missing)}"] if missing else [])])


def _news(news: Sequence[News]) -> str:
    titles = {row.id: f"{row.number} {row.title}" for row in folders.lessons()}
    lines = [f"- {titles.get(each.lesson, each.lesson)}: {each.text}" for each in news]
    return "\n".join(["What is new:", *lines]) if lines else ""


def _review(one: Overview) -> str:
    found = [(lesson.row.number, each) for lesson, each in one.review]
    lines = [f"- {number}, {each.title}: {each.scored} points, {each.state}" for number, each in found[:MOST_LINES]]
    lines += [f"- and {len(found) - MOST_LINES} more, in index.html"] if len(found) > MOST_LINES else []
    return "\n".join(["What to review next:", *lines]) if lines else ""


def _zipped(one: Overview) -> bytes:
    """The overview, the pages that it leads to and what comes back in the review as a zip: the same bytes for the same
    files."""
    root, data = page_of(one.learner).parent, io.BytesIO()
    names = ["index.html", *(lesson.page for lesson in one.standings if lesson.page)]
    names += [path_of(one.learner).name] if path_of(one.learner).exists() else []
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            about = zipfile.ZipInfo(f"feedback-{one.learner}/{name}")
            archive.writestr(about, (root / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return data.getvalue()

"""What is kept after check-out: follow-up forms and sent review records as shares of what was known, by days.

Two measurements, never mixed. A follow-up asks other questions of the same bank: its share right is divided by the
share at check-out. A review asks the questions of check-out again: of those that were right, the share right when they
came back for the first time. Learners have read the reasons in between, and only those who want to send their record.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from grading.lead import follow_up
from grading.lead.follow_up import FollowUp
from trainlib import learners
from trainlib.measure import Score
from trainlib.questions import CHECK_OUT, DAYS

FOLLOW_UP, REVIEW = "follow-up", "review"
BINS = ((1, 7), (8, 20), (21, 45), (46, 75), (76, 120), (121, 366))  # days after check-out, both ends in
LEAST = 5  # learners without whom a bin has no share
A_CURVE = 3  # bins with a share, without which nothing is joined to a curve
COLUMNS = ("person", "kind", "days", "right", "known")
TEXTS = ("used_for", "result", "hindered_by", "missing")  # what the follow-up asks for in words
LARGEST = 1_000_000  # bytes of a record


@dataclass(frozen=True)
class Record:
    """A learner's review record, as `trainlib.review.send` writes it: by question, days after check-out of the first
    answer and whether it was right."""

    learner: str
    first: Mapping[str, tuple[int, bool]]


@dataclass(frozen=True)
class Kept:
    """The share kept in a bin of days, `name` such as "21 to 45": how many learners and answers, their median day."""

    name: str
    days: float
    learners: int
    answers: int
    share: Score | None


def read(path: Path) -> Record:
    """One review record. ValueError where it is none."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        content = json.loads(path.read_bytes())
        since, first = date.fromisoformat(content["checked_out"]), {}
        for answer in content["answers"]:
            days = (date.fromisoformat(answer["day"]) - since).days
            if not isinstance(answer["id"], str) or not isinstance(answer["right"], bool):
                raise ValueError("an answer without its question")
            if days >= 1 and days < first.get(answer["id"], (np.inf,))[0]:
                first[answer["id"]] = days, answer["right"]
        return Record(str(content["learner"]), first)
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        raise ValueError(f"{path.name}: left out, as it is no review record, as `review.send()` writes it") from None


def read_forms(
    folder: Path, known: Collection[str], track_of: dict[str, str]
) -> tuple[pd.DataFrame, list[tuple[str, int, float]], list[str]]:
    """A row for each learner with a follow-up form in a folder, that of the day nearest to the 30th; (learner, days,
    share) of every form; and a sentence for all that does not count.

    The share of a form of another track than the tests' is missing: it says nothing about what is left of the gain.
    """
    names, rows, forms, notes = {name.lower(): name for name in known}, {}, [], []
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
        try:
            scored = follow_up.score(path)
        except ValueError as why:
            notes += str(why).splitlines()
            continue
        if (learner := names.get(scored.learner.strip().lower())) is None:
            notes.append(f"{path.name}: left out, as this cohort has no learner {scored.learner!r}")
            continue
        notes += scored.notes
        share = scored.right / scored.asked
        if scored.track != track_of.get(learner, scored.track):
            share = np.nan
            notes.append(
                f"{path.name}: its questions are those of another track than the tests', so its share is left out"
            )
        forms.append((learner, scored.days, share))
        if learner in rows and abs(rows[learner]["days"] - DAYS) <= abs(scored.days - DAYS):
            continue
        rows[learner] = {
            "share": share,
            "days": scored.days,
            "used": np.nan if scored.days_used is None else float(scored.days_used > 0),
            "has_result": bool(scored.use.get("result")),
        } | {name: scored.use.get(name, "") for name in TEXTS}
    columns = ["share", "days", "used", "has_result", *TEXTS]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns), forms, notes


def read_folder(folder: Path, names: Mapping[str, str]) -> tuple[list[Record], list[str]]:
    """A record for each of the cohort's learners who sent one, and a sentence for each file that does not count.

    Of several files, such as of two machines, each question's first answer counts. `names`: the cohort's learners by
    their names in small letters.
    """
    found, notes = {}, []
    for path in sorted(folder.glob("review_*.json")) if folder.is_dir() else []:
        try:
            record = read(path)
        except ValueError as why:
            notes.append(str(why))
            continue
        if (learner := names.get(record.learner.strip().lower())) is None:
            notes.append(f"{path.name}: left out, as this cohort has no learner {record.learner!r}")
        else:
            first = found.setdefault(learner, {})
            first |= {item: one for item, one in record.first.items() if one[0] < first.get(item, (np.inf,))[0]}
    return [Record(learner, first) for learner, first in found.items()], notes


def table(scores: pd.DataFrame, forms: Iterable[tuple[str, int, float]], records: Iterable[Record]) -> pd.DataFrame:
    """A row for each follow-up form, and for each learner and day of a review: what was right, of what had been known.

    `scores` are those of the report; `forms` are (learner, days, share right). Learners are numbers here.
    """
    after = scores[scores.lesson == CHECK_OUT]
    known, share = after[after.score > 0], after.groupby("learner").score.mean()
    person = {name: place for place, name in enumerate(sorted(share.index))}
    rows = [
        (person[name], FOLLOW_UP, days, right, share[name])
        for name, days, right in forms
        if name in person and np.isfinite(right) and share[name] > 0
    ]
    for record in records:
        own = set(known.item[known.learner == record.learner])
        for item, (days, right) in record.first.items():
            rows += [(person[record.learner], REVIEW, days, float(right), 1.0)] if item in own else []
    return pd.DataFrame(rows, columns=COLUMNS)


def curve(kept: pd.DataFrame, kind: str) -> list[Kept]:
    """The share kept of one kind, by bins of days; a bin of under LEAST learners has none."""
    found = []
    for low, high in BINS:
        rows = kept[(kept.kind == kind) & kept.days.between(low, high)]
        people = rows.groupby("person")[["right", "known"]].agg(["sum", "mean", "count"])
        score = None
        if len(people) >= LEAST and kind == FOLLOW_UP:
            score = _over_check_out(people.right["mean"].to_numpy(), people.known["mean"].to_numpy())
        elif len(people) >= LEAST:
            score = clustered(people.right["sum"].to_numpy(), people.known["sum"].to_numpy())
        days = float(rows.days.median()) if len(rows) else np.nan
        found += [Kept(f"{low} to {high}", days, len(people), len(rows), score)] if len(rows) else []
    return found


def _over_check_out(right: np.ndarray, known: np.ndarray) -> Score:
    """The ratio of two mean shares, with Fieller's interval; where all are alike that would have no width."""
    if np.ptp(right / known) < 1e-9 and right.sum() <= known.sum():
        return clustered(right, known)
    return learners.retention(np.zeros(len(known)), known, right)


def by_days(forms: Iterable[FollowUp]) -> list[Kept]:
    """The share right of follow-up forms by bins of days, for who has no gradebook to compare it with."""
    rows = [(form.learner.strip().lower(), FOLLOW_UP, form.days, form.right / form.asked, 1.0) for form in forms]
    return curve(pd.DataFrame(rows, columns=COLUMNS), FOLLOW_UP)


def is_curve(points: Iterable[Kept]) -> bool:
    """Whether points may be joined."""
    return sum(point.share is not None for point in points) >= A_CURVE


def clustered(right: np.ndarray, asked: np.ndarray, level: float = 0.95) -> Score:
    """A share of answers, some of each learner, with Wilson's interval for as many answers as they are worth.

    Answers of one learner go together. Their worth is share · (1 − share) / variance of the share over learners, at
    least the number of learners and at most that of answers (Korn and Graubard, Survey Methodology 24 (1998) 193-201).
    """
    people, share = len(asked), right.sum() / asked.sum()
    variance = people / (people - 1) * ((right - share * asked) ** 2).sum() / asked.sum() ** 2
    worth = share * (1 - share) / variance if variance > 0 else people
    worth, z = float(np.clip(worth, min(people, asked.sum()), asked.sum())), norm.ppf((1 + level) / 2)
    middle = (share + z**2 / (2 * worth)) / (1 + z**2 / worth)
    half = z / (1 + z**2 / worth) * np.sqrt(share * (1 - share) / worth + z**2 / (4 * worth**2))
    method = f"Wilson over {people} learners, whose {asked.sum():.0f} answers are worth {worth:.0f}"
    return Score(float(share), float(middle - half), float(middle + half), level, method)

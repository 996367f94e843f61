"""What a cohort.toml is: who was in which team, who taught it, when, for how many hours and at what rate.

A person writes it (see cohort.example.toml); `cohort_table` joins it with what was measured.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from grading.authoring.items import CHECKS
from grading.records import folders, tomlfile
from grading.records.tomlfile import Document, date, each, mapping, number, share, table, text

MONEY = "an amount of at least 0"
STAGE_OF_TEAM = table(
    'a table such as { trainer = "Ada", start = 2027-01-11, end = 2027-01-22 }',
    {"trainer": text("a name"), "start": date(), "end": date()},
    {"hours": number("a number of hours of at least 0", 0)},
)
SCHEMA = table(
    "a cohort",
    {
        "title": text(),
        "hours": mapping("a number of hours for each stage", number("a number of hours of at least 0", 0)),
        "rates": mapping("what an hour of each trainer costs", number(MONEY, 0)),
        "team": each(
            "one [[team]] or more",
            table(
                "a team",
                {
                    "name": text("a name", pattern=r"\S"),
                    "members": each(
                        "a list of learners' names, as they hand in", text("a learner's name", pattern=r"\S")
                    ),
                    "stage": mapping("a table with a line for each stage", STAGE_OF_TEAM),
                },
            ),
        ),
    },
    {
        "check_in": text("the id of a lesson"),
        "check_out": text("the id of a lesson"),
        "items": number("a whole number of at least 2", 2, whole=True),
        "learner_hour": number(MONEY, 0),
        "currency": text("a currency, such as EUR"),
        "assignment": text("the name of the assignment.csv that `design --assign` wrote"),
        "occasions": text("the name of a CSV file: learner, day, score"),
        "earlier": each("a list of files of earlier cohorts", text("the name of a file"), least=0),
        "between_cohorts": share(),
    },
)


@dataclass(frozen=True)
class HeldStage:
    """A stage as one team had it. `hours` are those planned, `rate` is what an hour of the trainer costs."""

    trainer: str
    rate: float
    hours: float
    start: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Team:
    """Learners who were taught together, and their stages by name."""

    name: str
    members: tuple[str, ...]
    stages: dict[str, HeldStage]


@dataclass(frozen=True)
class CohortFile:
    """A cohort.toml. `items`: questions in the check-in, None where the gradebook is to count them.

    `notes` are sentences on what is allowed and may be a slip. `occasions`: scores of further tests; `earlier`: tables
    or reports of earlier cohorts; `between_cohorts`: how far weights spread between cohorts, None: to be estimated.
    `assigned`: hours by learner and stage, where an assignment drew them.
    """

    title: str
    teams: tuple[Team, ...]
    check_in: str
    check_out: str
    items: int | None
    learner_hour: float
    currency: str
    notes: tuple[str, ...]
    occasions: Path | None = None
    earlier: tuple[Path, ...] = ()
    between_cohorts: float | None = None
    assigned: dict[tuple[str, str], float] = field(default_factory=dict)

    @cached_property
    def team_of(self) -> dict[str, Team]:
        """The team of each learner, in the order of the file."""
        return {learner: team for team in self.teams for learner in team.members}


def read(path: Path) -> CohortFile:
    """A cohort.toml, checked. ValueError names each wrong field with its line."""
    path = Path(path)
    document = tomlfile.read(path, SCHEMA)
    _check_stages(document)
    _check_teams(document)
    document.refuse()
    values = document.values
    roster = _roster(path.parent / values["assignment"]) if "assignment" in values else []
    return CohortFile(
        title=values["title"],
        teams=tuple(_team(team, values) for team in values["team"]),
        check_in=values.get("check_in", CHECKS[0]),
        check_out=values.get("check_out", CHECKS[1]),
        items=values.get("items"),
        learner_hour=values.get("learner_hour", 0),
        currency=values.get("currency", ""),
        notes=(*_overlaps(document), *_mixed_waves(values["team"], roster)),
        assigned=_assigned(roster, values["hours"]),
        occasions=path.parent / values["occasions"] if "occasions" in values else None,
        earlier=tuple(path.parent / name for name in values.get("earlier", [])),
        between_cohorts=values.get("between_cohorts"),
    )


def _team(team: dict, values: dict) -> Team:
    stages = {
        name: HeldStage(rate=values["rates"][held["trainer"]], **{"hours": values["hours"][name]} | held)
        for name, held in team["stage"].items()
    }
    return Team(team["name"], tuple(team["members"]), stages)


def _roster(path: Path) -> list[dict[str, str]]:
    """The rows of an assignment.csv."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"the assignment {path.name} cannot be read: {why}") from None
    if not rows or not {"learner", "wave"} <= set(rows[0]):
        raise ValueError(
            f"{path.name} is no assignment: it needs the columns learner and wave, as `design` writes them"
        )
    return rows


def _assigned(roster: list[dict[str, str]], stages: Iterable[str]) -> dict[tuple[str, str], float]:
    """The hours of each learner and stage that were drawn."""
    found = {}
    for line, row in enumerate(roster, start=2):
        for stage in stages:
            given = row.get(f"hours of {stage}")
            try:
                found[row["learner"], stage] = float(given)
            except (TypeError, ValueError):
                raise ValueError(
                    f"the assignment, line {line}: hours of {stage} is {given!r}; it must be a number of hours"
                ) from None
    return found


def _mixed_waves(teams: list[dict], roster: list[dict[str, str]]) -> Iterator[str]:
    """A sentence for each team that starts together though its members were drawn into several waves."""
    wave = {row["learner"]: row["wave"] for row in roster}
    for team in teams:
        drawn = sorted({wave[name] for name in team["members"] if name in wave})
        if len(drawn) > 1:
            yield (
                f"team {team['name']!r} starts together, but its members were drawn into the waves "
                f"{' and '.join(drawn)}: give each wave a team of its own, or nobody waits"
            )


def _overlaps(document: Document) -> Iterator[str]:
    """A sentence for each stage of a team that begins before the one before it has ended."""
    for index, team in enumerate(document.values["team"]):
        in_time = sorted(team["stage"].items(), key=lambda held: held[1]["start"])
        for (first, before), (second, after) in pairwise(in_time):
            if after["start"] < before["end"]:
                line = document.line("team", index, "stage", second)
                yield (
                    f"{document.path.name}, line {line}: team {team['name']!r} began {second} on {after['start']}, "
                    f"before {first} ended on {before['end']}: see whether both days are right"
                )


def _check_stages(document: Document) -> None:
    """[hours] names stages of the course, and each team has each of them, with a trainer and days in their order."""
    values, known = document.values, [stage.name for stage in folders.stages()]
    for name in values["hours"]:
        if name not in known:
            document.fault("hours", name, says=f"is no stage; these are: {', '.join(known)}")
    for index, team in enumerate(values["team"]):
        for name in values["hours"]:
            if name in known and name not in team["stage"]:
                document.fault("team", index, "stage", name, says="is missing: each team needs each stage of [hours]")
        for name, held in team["stage"].items():
            place = ("team", index, "stage", name)
            if name not in values["hours"]:
                document.fault(*place, says=f"is no stage of [hours]; these are: {', '.join(values['hours'])}")
            if held["trainer"] not in values["rates"]:
                document.fault(*place, "trainer", must=f"one of [rates]: {', '.join(values['rates'])}")
            if held["end"] < held["start"]:
                document.fault(*place, "end", must=f"a day from the start on, {held['start']}")


def _check_teams(document: Document) -> None:
    """A team's name is its own, and a learner is in one team."""
    teams = document.values["team"]
    names, team_of = [" ".join(team["name"].split()).casefold() for team in teams], {}
    for index, team in enumerate(teams):
        if names[index] in names[:index]:
            document.fault("team", index, "name", must="a name that no other team has, whatever its capital letters")
        for position, learner in enumerate(team["members"]):
            if learner in team_of:
                says = f"is {learner!r}, who stands in team {team_of[learner]!r} already"
                document.fault("team", index, "members", position, says=says)
            team_of[learner] = team["name"]

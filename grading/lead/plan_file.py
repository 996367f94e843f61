"""What a plan.toml is: the problem of a training lead, checked, with where each of its numbers comes from.

A person writes it (see plan.example.toml); `plan_page` solves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from grading.lead import plan_people, plan_sources
from grading.records import tomlfile
from grading.records.tomlfile import Document, date, each, flag, mapping, number, share, table, text
from trainlib import plan
from trainlib.cohort import Fit

if TYPE_CHECKING:
    from grading.lead.cohort_table import Cohort

HARDLY = 0.05  # a weight that is known to be below this can be dropped without regret
MONDAY = 0
WEEK = 48  # the most hours of a working week in the European Union
MONEY = "an amount of at least 0"
AIMS = ("most gain", "lowest cost")
DOMAINS = ("health", "manufacturing", "smart city", "retail", "education")
STAGE = table(
    "a stage",
    {
        "name": text("a name", pattern=r"\S"),
        "trainer_share": share(),
        "content_share": share(),
        "hours_scale": number("a number of hours of at least 0.1", 0.1),
    },
    {
        "weight": share(),
        "cost_per_hour": number(MONEY, 0),
        "content": share(),
    },
)
SKILL = table(
    "a skill",
    {"name": text("a name", pattern=r"\S"), "level": share()},
    {
        "target": share(),
        "importance": number("a number of at least 0", 0),
        "needs": mapping("a table such as { data = 0.5 }", share(), least=0),
    },
)
TRAINER = table(
    "a trainer",
    {"name": text("a name", pattern=r"\S"), "rate": number(MONEY, 0)},
    {
        "quality": share(),
        "effect": share(),  # its older name
        "hours": number("a number of hours of at least 0", 0),
        "stages": each("a list of stages", text("the name of a stage")),
        "first_week": number("a week, from 1", 1, whole=True),
        "last_week": number("a week, from 1", 1, whole=True),
    },
)
PERSON = table(
    "a person",
    {
        "name": text("a name", pattern=r"\S"),
        "levels": mapping("a table with a level for each skill, such as { data = 0.5 }", share()),
    },
)
HIRING = table(
    "a table with cost, weeks and level",
    {"cost": number(MONEY, 0), "weeks": number("a number of weeks from 1 to 520", 1, 520), "level": share()},
    {"salary": number(MONEY, 0), "ramp_months": number("a number of months from 0 to 120", 0, 120)},
)
SCHEMA = table(
    "a plan",
    {
        "title": text(maxLength=80),
        "people": number("a whole number of at least 1", 1, whole=True),
        "budget": number(MONEY, 0),
        "weeks": number("a whole number from 1 to 104", 1, 104, whole=True),
        "hours_per_week": number("a number of hours from 0 to 168", 0, 168),
        "skill": each("one [[skill]] or more", SKILL),
        "trainer": each("one [[trainer]] or more", TRAINER),
    },
    {
        "currency": text("a currency, such as EUR", maxLength=10),
        "learner_cost": number(MONEY, 0),
        "wage": number(MONEY, 0),
        "content": share(),
        "ceiling": number("a number above 0 and at most 1", 0.001, 1),
        "start": date(),
        "aim": text(f"one of {', '.join(AIMS)}", enum=list(AIMS)),
        "gain": share(),
        "meet_targets": flag(),
        "preset": text(f"one of {', '.join(DOMAINS)}", enum=list(DOMAINS)),
        "weights_from": text("a sentence on who found these weights, and how"),
        "stage": each("one [[stage]] or more", STAGE),
        "hiring": HIRING,
        "person": each("one [[person]] or more", PERSON),
    },
)


@dataclass(frozen=True)
class PlanRequest:
    """What a plan.toml asks, and where its numbers come from: sentences for the page.

    `notes` are sentences on what is allowed and may be a slip.
    """

    document: Document
    problem: plan.Problem
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def fitted(self) -> Fit | None:
        """The fit that gave the weights, None where they are assumed."""
        return self.problem.training if isinstance(self.problem.training, Fit) else None

    @property
    def told(self) -> tuple[str, ...]:
        """What the terminal says beside the answer: where fitted weights come from, and the notes."""
        return self.notes if self.fitted is None else (self.sources[0], *self.notes)


def read(path: Path, cohort: Cohort | None = None) -> PlanRequest:
    """A plan.toml, checked, as the problem to solve. ValueError names each wrong field with its line.

    With a `cohort`, weights and the quality of trainers and content are those that it has measured; for what no survey
    has rated, those of the file stand in, and `sources` say so.
    """
    return request(check(path, with_cohort=cohort is not None), cohort)


def check(path: Path, with_cohort: bool) -> Document:
    """A plan.toml whose fields fit to each other. `with_cohort`: a cohort gives the weights, so the file need not."""
    document = tomlfile.read(path, SCHEMA)
    _check_names(document)
    _check_sums(document)
    _check_bounds(document)
    _check_aim(document)
    plan_people.check(document)
    if not with_cohort:
        _check_weights_are_there(document)
    document.refuse()
    return document


def request(document: Document, cohort: Cohort | None = None, known: tuple[Fit, str] | None = None) -> PlanRequest:
    """A checked plan.toml as the problem to solve. ValueError says what is missing, or why nothing can be fitted.

    `known`: weights of more than the cohort's gains, with a sentence on where they come from.
    """
    training, source = plan_sources.weighted(document)
    fitted = None
    if known is not None:
        fitted, source = known
    elif cohort is not None:
        fitted, source = plan_sources.fitted_to(document, training, cohort)
    trainers, source_of_trainers = plan_sources.trainers(document, fitted)
    content, source_of_content = plan_sources.content(document, training, fitted)
    document.refuse()
    values = document.values
    try:
        problem = plan.Problem(
            training=fitted or training,
            trainers=trainers,
            skills=[plan.Skill(**row) for row in values["skill"]],
            content=content,
            **{name: values[name] for name in ("people", "budget", "weeks", "hours_per_week")},
            learner_cost=values.get("learner_cost", 0.0),
        )
    except ValueError as error:
        raise ValueError(f"{document.path.name}: {error}") from None
    return PlanRequest(
        document,
        problem,
        (source, source_of_trainers, source_of_content),
        (*_notes(document), *plan_people.notes(document)),
    )


def _check_names(document: Document) -> None:
    """Names that must be there once, or be those of other tables."""
    values, stages = document.values, plan_sources.stage_names(document.values)
    if ("stage" in values) == ("preset" in values):
        document.fault(says="needs its stages once: either [[stage]] tables or a preset, not both")
    for kind in ("stage", "skill", "trainer"):
        names = [" ".join(row["name"].split()).casefold() for row in values.get(kind, [])]
        for index, name in enumerate(names):
            if name in names[:index]:
                document.fault(
                    kind, index, "name", must=f"a name that no other {kind} has, whatever its capital letters"
                )
    skills = [row["name"] for row in values["skill"]]
    for index, row in enumerate(values["skill"]):
        for name in row.get("needs", {}):
            if name not in skills or name == row["name"]:
                others = ", ".join(other for other in skills if other != row["name"])
                document.fault("skill", index, "needs", name, says=f"is no other skill; these are: {others}")
    _check_circles(document)
    for index, row in enumerate(values["trainer"]):
        if {"quality", "effect"} <= set(row):
            document.fault("trainer", index, "effect", says="is the older name of quality; give one of them")
        for position, name in enumerate(row.get("stages", [])):
            if name in row["stages"][:position]:
                document.fault("trainer", index, "stages", position, must="a stage that is named once")
            if stages and name not in stages:
                document.fault("trainer", index, "stages", position, must=f"one of {', '.join(stages)}")


def _check_circles(document: Document) -> None:
    """Skills that need each other leave none to begin with."""
    rows = document.values["skill"]
    try:
        TopologicalSorter({row["name"]: row.get("needs", {}) for row in rows}).prepare()
    except CycleError as error:
        circle = error.args[1]
        first = min(index for index, row in enumerate(rows) if row["name"] in circle)
        document.fault(
            "skill", first, "needs", says=f"makes a circle: {' → '.join(circle)}; one of them must come first"
        )


def _check_weights_are_there(document: Document) -> None:
    """Without a cohort, the file says how much each stage weighs, and who found that."""
    values = document.values
    for index, row in enumerate(values.get("stage", [])):
        if "weight" not in row:
            says = "is missing; it must be a number from 0 to 1, unless you plan with --from-gradebook"
            document.fault("stage", index, "weight", says=says)
    if "stage" in values and all(row.get("weight") == 0 for row in values["stage"]):
        document.fault(
            "stage", 0, "weight", says="is 0 for all stages, so nothing could be learnt; one must be above 0"
        )
    if "stage" in values and "weights_from" not in values:
        document.fault("weights_from", says="is missing; it must be a sentence on who found these weights, and how")


def _check_sums(document: Document) -> None:
    """Shares and weights that are at most 1 together."""
    stages = document.values.get("stage", [])
    for index, row in enumerate(stages):
        if row["trainer_share"] + row["content_share"] > 1 + 1e-9:
            most = f"at most {1 - row['trainer_share']:g}, as both shares together are at most 1"
            document.fault("stage", index, "content_share", must=most)
    if (total := sum(row.get("weight", 0) for row in stages)) > 1 + 1e-9:
        document.fault("stage", says=f"tables have weights that sum to {total:g}; they may sum to at most 1")


def _check_bounds(document: Document) -> None:
    """Levels below the ceiling and the targets, weeks before the deadline, and a first day that begins a week."""
    values = document.values
    if (start := values.get("start")) and start.weekday() != MONDAY:
        document.fault("start", says=f"is {start}, a {start:%A}; it must be the Monday of week 1")
    if not any(row.get("importance", 1) for row in values["skill"]):
        document.fault("skill", 0, "importance", says="is 0 for all skills; one at least must count")
    for index, row in enumerate(values["skill"]):
        for name, level in row.get("needs", {}).items():
            if level > values.get("ceiling", 1):
                document.fault("skill", index, "needs", name, must=f"at most the ceiling, {values['ceiling']:g}")
        if row["level"] > values.get("ceiling", 1):
            document.fault("skill", index, "level", must=f"at most the ceiling, {values['ceiling']:g}")
        if row.get("target", 0) > values.get("ceiling", 1):
            document.fault("skill", index, "target", must=f"at most the ceiling, {values['ceiling']:g}")
        if row.get("target", 1) < row["level"]:
            must = f"at least the level, {row['level']:g}; leave it out where the skill is there already"
            document.fault("skill", index, "target", must=must)
    for index, row in enumerate(values["trainer"]):
        first, last = row.get("first_week", 1), row.get("last_week", values["weeks"])
        if not first <= last <= values["weeks"]:
            name, lowest = ("last_week", first) if "last_week" in row else ("first_week", 1)
            must = f"a week from {lowest} to the last, {values['weeks']}"
            if first > values["weeks"]:
                name, must = "first_week", f"a week from the first to the last, {values['weeks']}"
            document.fault("trainer", index, name, must=must)


def _notes(document: Document) -> Iterator[str]:
    """A sentence for each field that is allowed and may be a slip, with its line."""
    values, name = document.values, document.path.name
    for index, row in enumerate(values.get("stage", [])):
        able = [one for one in values["trainer"] if row["name"] in one.get("stages", [row["name"]])]
        if not able and row.get("weight", 1):
            line = document.line("stage", index)
            yield f"{name}, line {line}: no trainer can hold {row['name']!r}, so it is left out of the plan"
    for index, row in enumerate(values["trainer"]):
        if row.get("hours") == 0:
            yield f"{name}, line {document.line('trainer', index, 'hours')}: {row['name']!r} has no hours at all"
    if values["hours_per_week"] > WEEK:
        line = document.line("hours_per_week")
        yield f"{name}, line {line}: hours_per_week is {values['hours_per_week']:g}, more than a working week has"


def _check_aim(document: Document) -> None:
    values = document.values
    cheap = values.get("aim") == "lowest cost"
    if "gain" in values and not cheap:
        document.fault("gain", says='is only for aim = "lowest cost": the gain to reach')
    if "meet_targets" in values and cheap:
        document.fault("meet_targets", says='is only for aim = "most gain"; the lowest cost meets targets or `gain`')
    if "hiring" in values and not any("target" in row for row in values["skill"]):
        document.fault("hiring", says="needs a skill with a target, which hires are to reach")
    wants_targets = cheap and "gain" not in values or values.get("meet_targets", False)
    if wants_targets and not any("target" in row for row in values["skill"]):
        name = "aim" if cheap else "meet_targets"
        document.fault(name, says="needs a skill with a target" + (", or the `gain` to reach" if cheap else ""))

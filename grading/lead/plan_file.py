"""What a plan.toml is: the problem of a training lead, checked, with where each of its numbers comes from.

A person writes it (see plan.example.toml); `plan_page` solves it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from grading.lead.cohort_table import Cohort
from grading.records import tomlfile
from grading.records.tomlfile import Document, date, each, flag, mapping, number, share, table, text
from trainlib import effect, plan
from trainlib.cohort import Fit, fit
from trainlib.effect import Stage, TrainingEffect

HARDLY = 0.05  # a weight that is known to be below this can be dropped without regret
MONDAY = 0
MONEY = "an amount of at least 0"
AIMS = ("most gain", "lowest cost")
DOMAINS = ("health", "manufacturing", "smart city", "retail", "education")
STAGE = table(
    "a stage",
    {
        "name": text("a name"),
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
    {"name": text("a name"), "level": share()},
    {
        "target": share(),
        "importance": number("a number of at least 0", 0),
        "needs": mapping("a table such as { data = 0.5 }", share(), least=0),
    },
)
TRAINER = table(
    "a trainer",
    {"name": text("a name"), "rate": number(MONEY, 0)},
    {
        "quality": share(),
        "effect": share(),  # its older name
        "hours": number("a number of hours of at least 0", 0),
        "stages": each("a list of stages", text("the name of a stage")),
        "first_week": number("a week, from 1", 1, whole=True),
        "last_week": number("a week, from 1", 1, whole=True),
    },
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
        "content": share(),
        "ceiling": number("a number above 0 and at most 1", 0.001, 1),
        "start": date(),
        "aim": text(f"one of {', '.join(AIMS)}", enum=list(AIMS)),
        "gain": share(),
        "meet_targets": flag(),
        "preset": text(f"one of {', '.join(DOMAINS)}", enum=list(DOMAINS)),
        "weights_from": text("a sentence on who found these weights, and how"),
        "stage": each("one [[stage]] or more", STAGE),
    },
)


@dataclass(frozen=True)
class PlanRequest:
    """What a plan.toml asks, and where its numbers come from: sentences for the page."""

    document: Document
    problem: plan.Problem
    sources: tuple[str, ...]

    @property
    def fitted(self) -> Fit | None:
        """The fit that gave the weights, None where they are assumed."""
        return self.problem.training if isinstance(self.problem.training, Fit) else None


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
    if not with_cohort:
        _check_weights_are_there(document)
    document.refuse()
    return document


def request(document: Document, cohort: Cohort | None = None) -> PlanRequest:
    """A checked plan.toml as the problem to solve. ValueError says what is missing, or why nothing can be fitted."""
    training, source = _training(document)
    fitted = None
    if cohort is not None:
        fitted, source = _fitted(document, training, cohort)
    trainers, source_of_trainers = _trainers(document, fitted)
    content, source_of_content = _content(document, training, fitted)
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
    return PlanRequest(document, problem, (source, source_of_trainers, source_of_content))


def _stage_names(values: dict) -> list[str]:
    if "stage" in values:
        return [stage["name"] for stage in values["stage"]]
    return [stage.name for stage in effect.preset(values["preset"]).training.stages] if "preset" in values else []


def _check_names(document: Document) -> None:
    """Names that must be there once, or be those of other tables."""
    values, stages = document.values, _stage_names(document.values)
    if ("stage" in values) == ("preset" in values):
        document.fault(says="needs its stages once: either [[stage]] tables or a preset, not both")
    for kind in ("stage", "skill", "trainer"):
        names = [row["name"] for row in values.get(kind, [])]
        for index, name in enumerate(names):
            if name in names[:index]:
                document.fault(kind, index, "name", must=f"a name that no other {kind} has")
    skills = [row["name"] for row in values["skill"]]
    for index, row in enumerate(values["skill"]):
        for name in row.get("needs", {}):
            if name not in skills or name == row["name"]:
                others = ", ".join(other for other in skills if other != row["name"])
                document.fault("skill", index, "needs", name, says=f"is no other skill; these are: {others}")
    for index, row in enumerate(values["trainer"]):
        for position, name in enumerate(row.get("stages", [])):
            if stages and name not in stages:
                document.fault("trainer", index, "stages", position, must=f"one of {', '.join(stages)}")


def _check_weights_are_there(document: Document) -> None:
    """Without a cohort, the file says how much each stage weighs, and who found that."""
    values = document.values
    for index, row in enumerate(values.get("stage", [])):
        if "weight" not in row:
            says = "is missing; it must be a number from 0 to 1, unless you plan with --from-gradebook"
            document.fault("stage", index, "weight", says=says)
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
    for index, row in enumerate(values["skill"]):
        if row["level"] > values.get("ceiling", 1):
            document.fault("skill", index, "level", must=f"at most the ceiling, {values['ceiling']:g}")
        if row.get("target", 1) < row["level"]:
            must = f"at least the level, {row['level']:g}; leave it out where the skill is there already"
            document.fault("skill", index, "target", must=must)
    for index, row in enumerate(values["trainer"]):
        first, last = row.get("first_week", 1), row.get("last_week", values["weeks"])
        if not first <= last <= values["weeks"]:
            name = "last_week" if "last_week" in row else "first_week"
            document.fault("trainer", index, name, must=f"a week from the first to the last, {values['weeks']}")


def _check_aim(document: Document) -> None:
    values = document.values
    cheap = values.get("aim") == "lowest cost"
    if "gain" in values and not cheap:
        document.fault("gain", says='is only for aim = "lowest cost": the gain to reach')
    if "meet_targets" in values and cheap:
        document.fault("meet_targets", says='is only for aim = "most gain"; the lowest cost meets targets or `gain`')
    wants_targets = cheap and "gain" not in values or values.get("meet_targets", False)
    if wants_targets and not any("target" in row for row in values["skill"]):
        name = "aim" if cheap else "meet_targets"
        document.fault(name, says="needs a skill with a target" + (", or the `gain` to reach" if cheap else ""))


def _training(document: Document) -> tuple[TrainingEffect, str]:
    """The stages of a plan.toml, and a sentence on where their weights come from."""
    values = document.values
    if "preset" in values:
        chosen = effect.preset(values["preset"])
        ceiling = values.get("ceiling", chosen.training.ceiling)
        return replace(chosen.training, ceiling=ceiling), f"Weights: preset {chosen.domain}, {chosen.note}."
    rows = [{name: value for name, value in row.items() if name != "content"} for row in values["stage"]]
    stages = tuple(Stage(**{"weight": 0.0} | row) for row in rows)
    source = f"Weights: {values.get('weights_from', '')}".rstrip(".") + "."
    return TrainingEffect(stages, ceiling=values.get("ceiling", 1.0)), source


def _fitted(document: Document, training: TrainingEffect, cohort: Cohort) -> tuple[Fit | None, str]:
    """The weights that a cohort shows, or where its surveys are missing and they cannot be told, those of the file.

    ValueError where there are neither.
    """
    table, values = cohort.table, document.values
    silent = [name for name, rows in table.groupby("stage") if rows.content_rating.isna().all()]
    try:
        standing_in = {"quality": _assumed_quality(document, table), "content": _assumed_content(values)}
        fitted = fit(table, training, items=cohort.items, **standing_in)
    except ValueError as why:
        names = {stage.name for stage in training.stages}
        given = "preset" in values or all("weight" in row for row in values.get("stage", [{}]))
        if not ((silent or table.trainer_rating.isna().all()) and given and set(table.stage) == names):
            raise
        said = f"Surveys are missing, and weights cannot be fitted to the cohort “{cohort.title}”: {why}"
        return None, f"{_training(document)[1]} {said}. So no number of this plan is the cohort's."
    return fitted, _source_of_fit(cohort.title, fitted)


def _assumed_quality(document: Document, table: pd.DataFrame) -> dict[str, float]:
    """The quality of a cohort's trainers by the file; whom it does not name has the mean of those it does."""
    given = {row["name"]: row.get("quality", row.get("effect")) for row in document.values["trainer"]}
    given = {name: float(quality) for name, quality in given.items() if quality is not None}
    usual = {name: float(np.mean(list(given.values()))) for name in table.trainer} if given else {}
    return usual | given


def _assumed_content(values: dict) -> dict[str, float]:
    """The quality of each stage's content by the file, where it has one."""
    given = {row["name"]: row.get("content", values.get("content")) for row in values.get("stage", [])}
    if not given:
        given = dict.fromkeys(_stage_names(values), values.get("content"))
    return {name: quality for name, quality in given.items() if quality is not None}


def _source_of_fit(title: str, fitted: Fit) -> str:
    kind = "SIMULATED learners, nobody took this course" if fitted.simulated else "learners"
    left_out = f"; {fitted.left_out} without a check-out are left out" if fitted.left_out else ""
    return (
        f"Weights: fitted to the cohort “{title}”, {fitted.learners} {kind}, in {fitted.teams} teams{left_out}, with "
        f"{100 * fitted.level:g} % intervals. What they would have learnt without the course counts as the course's."
    )


def _trainers(document: Document, fitted: Fit | None) -> tuple[list[plan.Trainer], str]:
    """The roster. Whom a cohort has rated has the quality of those ratings, on whose scale the weights were fitted."""
    table = None if fitted is None else fitted.trainers
    rated = {} if table is None else dict(table.effect[table.ratings > 0])
    usual = dict(table.effect[table.ratings == 0]) if rated else {}  # unrated beside rated: the mean of all
    trainers, assumed = [], []
    for index, row in enumerate(document.values["trainer"]):
        row = dict(row)
        given = row.pop("effect", None)
        given = row.get("quality", given)
        quality = rated.get(row["name"], usual.get(row["name"]) if given is None else given)
        if quality is None:
            says = "is missing; it must be a number from 0 to 1" + (", as no learner has rated them" if fitted else "")
            document.fault("trainer", index, "quality", says=says)
        if row["name"] not in rated and given is not None:
            assumed.append(row["name"])
        trainers.append(plan.Trainer(**row | {"quality": float(quality or 0)}))
    if not rated:
        why = "" if fitted is None else ", as no survey rates a trainer; the weights were fitted with it, too"
        known = {trainer.name for trainer in trainers}
        if strangers := [] if fitted is None else sorted(set(fitted.trainers.index) - known):
            why += f", and with its mean for {', '.join(strangers)}, whom the file does not name"
        return trainers, f"Quality of trainers: assumed in the plan's file{why}."
    alike = [row.name for row in trainers if row.name not in {*rated, *assumed}]
    others = f"; that mean for {', '.join(alike)}, whom nobody rated" if alike else ""
    others += f"; assumed for {', '.join(assumed)}" if assumed else ""
    return trainers, f"Quality of trainers: learners' ratings, drawn towards their mean{others}."


def _content(document: Document, training: TrainingEffect, fitted: Fit | None) -> tuple[tuple[float, ...], str]:
    """The quality of each stage's content."""
    if fitted is not None:
        content = fitted.content.groupby("stage").agg({"effect": "mean", "ratings": "sum"})
        names = [stage.name for stage in training.stages]
        silent = [name for name in names if content.ratings[name] == 0]
        source = "Quality of content: learners' ratings."
        if silent:
            others = "" if len(silent) == len(names) else "learners' ratings; "
            source = f"Quality of content: {others}assumed in the plan's file for {', '.join(silent)}, which no survey "
            source += "rates; the weights were fitted with it, too."
        return tuple(float(content.effect[name]) for name in names), source
    values = document.values
    given = _assumed_content(values)
    if len(given) < len(training.stages):
        says = "is missing; it must be a number from 0 to 1, here or in each [[stage]], unless a cohort has rated it"
        document.fault("content", says=says)
        return tuple(np.zeros(len(training.stages))), ""
    return tuple(given[stage.name] for stage in training.stages), "Quality of content: assumed in the plan's file."

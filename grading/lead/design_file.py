"""What a design.toml is: the next cohort as an experiment, what may differ in it, and what is assumed of its people.

A person writes it (see design.example.toml); `designing` simulates it, `assignment` draws from it.
"""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from grading.lead.cohort_table import Cohort
from grading.records import tomlfile
from grading.records.tomlfile import Document, date, each, mapping, number, share, table, text
from trainlib import cohort as before_and_after
from trainlib import design
from trainlib.design import Design, Setting
from trainlib.effect import Stage, TrainingEffect

MONEY = "an amount of at least 0"
HOURS = "a number of hours of at least 0"
MONDAY = 0
MOST_PEOPLE = 2000  # of a design: four times as many are simulated in a few minutes
STAGE = table(
    "a stage",
    {
        "name": text("a name"),
        "trainer_share": share(),
        "content_share": share(),
        "hours_scale": number("a number of hours of at least 0.1", 0.1),
        "hours": number(HOURS, 0),
        "weeks": number("a number of weeks of at least 0.1", 0.1),
    },
    {"weight": share(), "low": number(HOURS, 0), "high": number(HOURS, 0), "cost_per_hour": number(MONEY, 0)},
)
SCHEMA = table(
    "a design",
    {
        "title": text(maxLength=80),
        "people": number(f"a whole number from 8 to {MOST_PEOPLE}", 8, MOST_PEOPLE, whole=True),
        "wished_width": number("a width above 0 and below 1", 0.01, 0.99),
        "seed": number("a whole number of at least 0", 0, whole=True),
        "stage": each("two [[stage]] or more", STAGE, least=2),
    },
    {
        "budget": number(MONEY, 0),
        "currency": text("a currency, such as EUR", maxLength=10),
        "test_cost": number(MONEY, 0),
        "waves": number("a whole number from 1 to 6", 1, 6, whole=True),
        "wait_weeks": number("a number of weeks of at least 0.1", 0.1),
        "start": date(),
        "measure_after": each("a list of stages", text("the name of a stage"), least=0),
        "team_size": number("a whole number of at least 2", 2, whole=True),
        "items": number("a whole number of at least 2", 2, whole=True),
        "noise": share(),
        "team_spread": share(),
        "hours_spread": share(),
        "skill": share(),
        "trend": number("points of skill in a week, from 0 to 0.1", 0, 0.1),
        "content": share(),
        "trainers": mapping("the quality of each trainer", share()),
        "simulations": number("a whole number from 20 to 1000", 20, 1000, whole=True),
    },
)
SETTINGS = ("people", "team_size", "noise", "team_spread", "items", "trend", "hours_spread", "content", "trainers")


@dataclass(frozen=True, eq=False)
class DesignRequest:
    """A design.toml: its designs, the fullest one last, what is assumed of people, and where that comes from.

    `usual` (stages,): hours as today; `sources`: sentences.
    """

    document: Document
    training: TrainingEffect
    designs: tuple[Design, ...]
    setting: Setting
    usual: np.ndarray
    sources: tuple[str, ...]

    def value(self, name: str, default: object) -> object:
        """A field of the file."""
        return self.document.values.get(name, default)

    @property
    def fullest(self) -> Design:
        """All that the file lets differ."""
        return self.designs[-1]

    @property
    def start(self) -> datetime.date | None:
        return self.document.values.get("start")


def read(path: Path, cohort: Cohort | None = None, simulated: bool = True) -> DesignRequest:
    """A design.toml, checked. ValueError names each wrong field with its line.

    With a `cohort`, its weights and what it shows of people, trainers and content take the place of those assumed.
    Only who is simulated needs weights.
    """
    document = tomlfile.read(path, SCHEMA)
    _check_stages(document, with_weights=simulated and cohort is None)
    _check_waves(document)
    document.refuse()
    values = document.values
    stages = values["stage"]
    kept = ("name", "trainer_share", "content_share", "hours_scale", "weight", "cost_per_hour")
    training = TrainingEffect(
        tuple(Stage(**{"weight": 0.0} | {name: row[name] for name in kept if name in row}) for row in stages),
        ceiling=1.0,
    )
    setting = Setting(**{name: values[name] for name in SETTINGS if name in values})
    setting = replace(setting, start=values.get("skill", setting.start))
    sources = ("Weights, luck and trainers are those assumed in the file.",)
    if cohort is not None:
        training, setting, sources = _of_cohort(training, setting, cohort)
    usual, weeks = ([row[name] for row in stages] for name in ("hours", "weeks"))
    low, high = ([row.get(name, row["hours"]) for row in stages] for name in ("low", "high"))
    names = [row["name"] for row in stages]
    measured = sorted({names.index(name) for name in values.get("measure_after", [])})
    wait = values.get("wait_weeks", sum(weeks))
    made = design.designs(usual, low, high, weeks, values.get("waves", 1), wait, measured)
    return DesignRequest(document, training, made, setting, np.array(usual, dtype=float), sources)


def _check_stages(document: Document, with_weights: bool) -> None:
    values = document.values
    names = [row["name"] for row in values["stage"]]
    if len(names) > before_and_after.MOST_STAGES:
        document.fault("stage", says=f"has {len(names)} tables; there may be at most {before_and_after.MOST_STAGES}")
    for index, row in enumerate(values["stage"]):
        if row["name"] in names[:index]:
            document.fault("stage", index, "name", must="a name that no other stage has")
        if row["trainer_share"] + row["content_share"] > 1 + 1e-9:
            most = f"at most {1 - row['trainer_share']:g}, as both shares together are at most 1"
            document.fault("stage", index, "content_share", must=most)
        if row.get("low", row["hours"]) > row["hours"]:
            document.fault("stage", index, "low", must=f"at most the usual hours, {row['hours']:g}")
        if row.get("high", row["hours"]) < row["hours"]:
            document.fault("stage", index, "high", must=f"at least the usual hours, {row['hours']:g}")
        if with_weights and "weight" not in row:
            says = "is missing; it must be a number from 0 to 1, unless you give a cohort with --cohort"
            document.fault("stage", index, "weight", says=says)
    if (total := sum(row.get("weight", 0) for row in values["stage"])) > 1 + 1e-9:
        document.fault("stage", says=f"tables have weights that sum to {total:g}; they may sum to at most 1")
    for position, name in enumerate(values.get("measure_after", [])):
        if name not in names[:-1]:
            document.fault(
                "measure_after", position, must=f"one of {', '.join(names[:-1])}; check-out is after the last"
            )


def _check_waves(document: Document) -> None:
    values = document.values
    if values.get("waves", 1) * 2 > values["people"] // 2:
        document.fault("waves", must=f"at most {values['people'] // 4}, as a wave needs 4 people")
    if (start := values.get("start")) and start.weekday() != MONDAY:
        document.fault("start", says=f"is {start}, a {start:%A}; it must be the Monday on which the first wave begins")


def _of_cohort(
    training: TrainingEffect, setting: Setting, cohort: Cohort
) -> tuple[TrainingEffect, Setting, tuple[str, ...]]:
    """Weights, luck, trainers and content as a cohort showed them. ValueError where it cannot be fitted."""
    try:
        found = before_and_after.fit(cohort.table, training, items=cohort.items)
    except ValueError as why:
        raise ValueError(
            f"{cohort.title} gives no weights to design with: {why}. Leave out --cohort, and assume weights and noise"
        ) from None
    people = cohort.table.drop_duplicates("learner").dropna(subset="post")
    room = float(np.mean((1 - people.pre) ** 2))
    chance = 0.0
    if cohort.items:
        kept = 1 - found.weights @ found.effects  # of an error at check-in, as the room to grow has it, too
        errors = kept**2 * people.pre * (1 - people.pre) + people.post * (1 - people.post)
        chance = float(errors.mean() / (cohort.items - 1))
    noise = float(np.sqrt(max(0.0, found.residual_spread**2 - chance) / room))
    measured = replace(
        setting,
        noise=min(noise, 1.0),
        team_spread=min(found.team_spread, 1.0),
        start=float(people.pre.mean()),
        content=float(found.content.effect.mean()),
        trainers={str(name): float(quality) for name, quality in found.trainers.effect.items()},
    )
    kind = "SIMULATED learners" if found.simulated else "learners"
    source = (
        f"Weights, luck (own {noise:.2f}, of teams {found.team_spread:.2f} of the room to grow), skill at check-in, "
        f"trainers and content are those of “{cohort.title}”, {found.learners} {kind}."
    )
    return found.training_effect(), measured, (source,)

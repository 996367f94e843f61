"""Where the numbers of a plan come from: weights and the quality of trainers and content, measured or assumed.

Each comes with a sentence that says so, for the page and the terminal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from grading.records.tomlfile import Document
from trainlib import effect, plan
from trainlib.cohort import Fit, fit
from trainlib.effect import Stage, TrainingEffect

if TYPE_CHECKING:
    from grading.lead.cohort_table import Cohort


def stage_names(values: dict) -> list[str]:
    if "stage" in values:
        return [stage["name"] for stage in values["stage"]]
    return [stage.name for stage in effect.preset(values["preset"]).training.stages] if "preset" in values else []


def weighted(document: Document) -> tuple[TrainingEffect, str]:
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


def fitted_to(document: Document, training: TrainingEffect, cohort: Cohort) -> tuple[Fit | None, str]:
    """The weights that a cohort shows, or where its surveys are missing and they cannot be told, those of the file.

    ValueError where there are neither.
    """
    table, values = cohort.table, document.values
    silent = [name for name, rows in table.groupby("stage") if rows.content_rating.isna().all()]
    try:
        fitted = fit(table, training, items=cohort.items, **standing_in(document, table))
    except ValueError as why:
        names = {stage.name for stage in training.stages}
        given = "preset" in values or all("weight" in row for row in values.get("stage", [{}]))
        if not ((silent or table.trainer_rating.isna().all()) and given and set(table.stage) == names):
            raise
        said = f"Surveys are missing, and weights cannot be fitted to the cohort “{cohort.title}”: {why}"
        return None, f"{weighted(document)[1]} {said}. So no number of this plan is the cohort's."
    return fitted, _source_of_fit(cohort.title, fitted)


def standing_in(document: Document, table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """What `cohort.fit` and `experiment.fit` take where nobody has rated trainers or content: the file's numbers."""
    return {"quality": _assumed_quality(document, table), "content": _assumed_content(document.values)}


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
        given = dict.fromkeys(stage_names(values), values.get("content"))
    return {name: quality for name, quality in given.items() if quality is not None}


def _source_of_fit(title: str, fitted: Fit) -> str:
    kind = "SIMULATED learners, nobody took this course" if fitted.simulated else "learners"
    left_out = f"; {fitted.left_out} without a check-out are left out" if fitted.left_out else ""
    return (
        f"Weights: fitted to the cohort “{title}”, {fitted.learners} {kind}, in {fitted.teams} teams{left_out}, with "
        f"{100 * fitted.level:g} % intervals. What they would have learnt without the course counts as the course's."
    )


def trainers(document: Document, fitted: Fit | None) -> tuple[list[plan.Trainer], str]:
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


def content(document: Document, training: TrainingEffect, fitted: Fit | None) -> tuple[tuple[float, ...], str]:
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

"""The skills of each person of a plan's file: now, after the plan, and as demanded."""

from collections.abc import Iterator

import numpy as np

from grading.pages.numbers import points
from grading.records.tomlfile import Document
from trainlib.plan import Plan

NOTICED = 0.005  # a difference of a mean from the level that is worth a word


def matrix(document: Document, plan: Plan) -> list[dict]:
    """A row for each [[person]] with a cell for each skill: now, afterwards, and whether the target is met.

    What a person gains is the plan's gain of a skill by what is left to learn: nearer to the ceiling it is less.
    """
    ceiling, rows = plan.problem.effect.ceiling, []
    left = lambda level: 1 - level / ceiling if np.isfinite(ceiling) else 1.0
    for person in document.values.get("person", []):
        cells = []
        for skill in plan.problem.skills:
            now = person["levels"].get(skill.name)
            if now is None:
                cells.append("–")
                continue
            whole = left(skill.level)
            after = now + (plan.levels[skill.name] - skill.level) * (left(now) / whole if whole > 0 else 0.0)
            short = skill.target is not None and after < skill.target - 5e-4
            missing = f", {points(skill.target - after)} short" if short else ""
            cells.append(f"{points(now)} → {points(after)}{missing}")
        rows.append({"name": person["name"], "cells": cells})
    return rows


def targets(plan: Plan) -> list[str]:
    """What is demanded of each skill, in words."""
    return ["–" if skill.target is None else points(skill.target) for skill in plan.problem.skills]


def check(document: Document) -> None:
    """Persons have names of their own, and levels of skills that there are, up to the ceiling."""
    values = document.values
    skills, names = [row["name"] for row in values["skill"]], []
    for index, person in enumerate(values.get("person", [])):
        name = " ".join(person["name"].split()).casefold()
        if name in names:
            document.fault("person", index, "name", must="a name that no other person has")
        names.append(name)
        for skill, level in person["levels"].items():
            if skill not in skills:
                document.fault("person", index, "levels", skill, says=f"is no skill; these are: {', '.join(skills)}")
            elif level > values.get("ceiling", 1):
                document.fault("person", index, "levels", skill, must=f"at most the ceiling, {values['ceiling']:g}")


def notes(document: Document) -> Iterator[str]:
    """A sentence where the persons are not those that are planned for: their number, or their mean of a skill."""
    values, file = document.values, document.path.name
    persons = values.get("person", [])
    if persons and len(persons) != values["people"]:
        line = document.line("people")
        yield f"{file}, line {line}: people is {values['people']}, but there are {len(persons)} [[person]] tables"
        return
    for index, skill in enumerate(values["skill"]):
        levels = [person["levels"][skill["name"]] for person in persons if skill["name"] in person["levels"]]
        if levels and abs(np.mean(levels) - skill["level"]) > NOTICED:
            line = document.line("skill", index, "level")
            yield (
                f"{file}, line {line}: the level of {skill['name']!r} is {skill['level']:g}, "
                f"but the mean of its persons is {np.mean(levels):.3f}"
            )

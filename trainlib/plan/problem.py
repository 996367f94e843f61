"""What there is to plan: stages, trainers, skills, money and time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

import numpy as np

from trainlib._values import check_number, check_whole
from trainlib.cohort import Fit
from trainlib.effect import TrainingEffect

__all__ = ["Problem", "Skill", "Trainer"]


@dataclass(frozen=True)
class Trainer:
    """`quality` is E, 0 to 1; `rate` the money and `hours` the most hours for the whole course.

    `stages` are the names of those that the trainer can hold (None: all), from `first_week` to `last_week` (None: the
    end).
    """

    name: str
    quality: float
    rate: float
    hours: float = np.inf
    stages: tuple[str, ...] | None = None
    first_week: int = 1
    last_week: int | None = None

    def __post_init__(self):
        check_number(f"quality of trainer {self.name!r}", self.quality, 0, 1)
        check_number(f"rate of trainer {self.name!r}", self.rate, 0, np.finfo(float).max)
        check_number(f"hours of trainer {self.name!r}", self.hours, 0, np.inf)
        check_whole(f"first_week of trainer {self.name!r}", self.first_week, 1)
        if self.last_week is not None:
            check_whole(f"last_week of trainer {self.name!r}", self.last_week, self.first_week)
        if isinstance(self.stages, str):
            raise ValueError(
                f"stages of trainer {self.name!r} is {self.stages!r}; give a list of names, or None for all"
            )
        if self.stages is not None:
            object.__setattr__(self, "stages", tuple(self.stages))


@dataclass(frozen=True)
class Skill:
    """`level` is what people can do now, `target` what they should, both 0 to 1; `importance` is its weight in the
    gain.

    `needs` maps a skill to the level that it must have before this one begins. All its hours come first, in any case.
    """

    name: str
    level: float = 0.0
    target: float | None = None
    importance: float = 1.0
    needs: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self):
        check_number(f"level of skill {self.name!r}", self.level, 0, 1)
        check_number(f"importance of skill {self.name!r}", self.importance, 0, np.finfo(float).max)
        if self.target is not None:
            check_number(f"target of skill {self.name!r}", self.target, 0, 1)
        if not isinstance(self.needs, Mapping):
            raise ValueError(
                f"needs of skill {self.name!r} is {self.needs!r}; give a level for each name: {{'SQL': 0.5}}"
            )
        for name, level in self.needs.items():
            check_number(f"what skill {self.name!r} needs of {name!r}", level, 0, 1)


@dataclass(frozen=True)
class Problem:
    """What there is to plan. `training` gives the stages in their order, as a TrainingEffect or as a fitted cohort.

    `content` is the quality M of the content, 0 to 1, one number or one for each stage; `people` sit in the course for
    at most `hours_per_week` in `weeks` weeks; `learner_cost` is what an hour of one of them costs, in the currency of
    `budget`. Leave it at 0 where wages are not paid from the budget. Raises ValueError, by name.
    """

    training: TrainingEffect | Fit
    trainers: tuple[Trainer, ...]
    budget: float
    weeks: int
    hours_per_week: float
    skills: tuple[Skill, ...] = (Skill("all"),)
    content: float | tuple[float, ...] = 0.6
    people: int = 1
    learner_cost: float = 0.0

    def __post_init__(self):
        for name in ("trainers", "skills"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
            names = [part.name for part in getattr(self, name)]
            if not names or len(set(names)) < len(names):
                raise ValueError(f"{name} are {names}; give at least one, each with a name of its own")
        check_number("budget", self.budget, 0, np.inf)
        check_number("hours_per_week", self.hours_per_week, 0, 168)
        check_number("learner_cost", self.learner_cost, 0, np.finfo(float).max)
        for name in ("weeks", "people"):
            check_whole(name, getattr(self, name), 1)
        stages = {stage.name: stage for stage in self.effect.stages}
        if np.shape(self.content) not in ((), (len(stages),)):
            raise ValueError(f"content is {self.content!r}; give one number, or {len(stages)}, one for each stage")
        for value in np.ravel(self.content):
            check_number("content", value.item(), 0, 1)
        if instant := [name for name, stage in stages.items() if stage.hours_scale == 0]:
            raise ValueError(f"hours_scale of {instant[0]!r} is 0: hours do not matter there, so none can be planned")
        for trainer in self.trainers:
            if unknown := set(trainer.stages or ()) - set(stages):
                raise ValueError(f"stages of trainer {trainer.name!r} has {min(unknown)!r}; there are {list(stages)}")
        self._check_skills()

    def _check_skills(self) -> None:
        names = [skill.name for skill in self.skills]
        if not any(skill.importance for skill in self.skills):
            raise ValueError("importance is 0 for all skills; one at least must count")
        for skill in self.skills:
            check_number(f"level of skill {skill.name!r}", skill.level, 0, self.effect.ceiling)
            if unknown := set(skill.needs) - set(names):
                raise ValueError(f"skill {skill.name!r} needs {min(unknown)!r}; there are {names}")
        try:
            self.order()
        except CycleError as error:
            raise ValueError(f"skills need each other in a circle: {' → '.join(error.args[1])}") from None

    @property
    def effect(self) -> TrainingEffect:
        """The training with the weights to plan with: given, or fitted."""
        return self.training.training_effect() if isinstance(self.training, Fit) else self.training

    @property
    def hours(self) -> float:
        """The most hours of a learner before the deadline."""
        return self.weeks * self.hours_per_week

    def order(self) -> list[int]:
        """Numbers of the skills, each after those that it needs."""
        names = [skill.name for skill in self.skills]
        return [names.index(name) for name in TopologicalSorter({s.name: s.needs for s in self.skills}).static_order()]

    def cost_per_hour(self) -> np.ndarray:
        """What an hour of the course costs, shape (stages, trainers)."""
        each = np.array([stage.cost_per_hour for stage in self.effect.stages]) + self.learner_cost
        return self.people * each[:, None] + np.array([trainer.rate for trainer in self.trainers])

    def share(self) -> np.ndarray:
        """Each skill's share of the importance, shape (skills,)."""
        importance = np.array([skill.importance for skill in self.skills], dtype=float)
        return importance / importance.sum()

    def value(self) -> np.ndarray:
        """The most points that a stage can add to a skill with a trainer, shape (stages, skills, trainers)."""
        training = self.effect
        room = 1 - np.array([skill.level for skill in self.skills]) / training.ceiling
        by_trainer, by_content = np.array([(stage.trainer_share, stage.content_share) for stage in training.stages]).T
        quality = np.outer([trainer.quality for trainer in self.trainers], by_trainer) + by_content * self.content
        weight = np.array([stage.weight for stage in training.stages])
        return room[:, None] * (weight * quality).T[:, None, :]

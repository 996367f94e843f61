"""The training-effect model: what a plan's trainers, content, hours and money add to what people can do.

    K' = K + (1 − K / ceiling) · Σᵢ aᵢ · gᵢ        gᵢ = (eᵢ·E + mᵢ·M) · (1 − exp(−Pᵢ / τᵢ))

| symbol | name here | meaning | unit |
|---|---|---|---|
| K, K' | `skill` | what people can do before and after | [0, 1] once a ceiling of 1 is set |
| aᵢ | `weight` | the most that stage i can add | share of skill |
| eᵢ, mᵢ | `trainer_share`, `content_share` | how much of a stage hangs on trainer and on content | share |
| E, M | | quality of the trainer, of the content | [0, 1] |
| P | | hours spent, per stage | hours |
| τᵢ | `hours_scale` | hours after which 63 % of stage i is learnt; 0: hours do not matter | hours |
| C | | budget: hours that it cannot pay are cut, in every stage by the same share | currency |

The published form, in which neither P nor C appears and K has no scale, is the special case τ = 0, cost 0, no ceiling.
The exponential learning curve goes back to Thurstone (1919); with a ceiling of 1 the sum is the normalised gain
(K' − K) / (1 − K) of Hake (1998).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Stage:
    """One stage or form of a training. Raises ValueError where a number is outside of what the model allows."""

    name: str
    weight: float
    trainer_share: float
    content_share: float
    hours_scale: float = 0.0
    cost_per_hour: float = 0.0

    def __post_init__(self):
        for field in ("weight", "trainer_share", "content_share"):
            _check_range(f"{field} of {self.name!r}", getattr(self, field), 0, 1)
        for field in ("hours_scale", "cost_per_hour"):
            _check_range(f"{field} of {self.name!r}", getattr(self, field), 0, np.inf)
        if self.trainer_share + self.content_share > 1 + 1e-9:
            total = self.trainer_share + self.content_share
            raise ValueError(
                f"trainer_share + content_share of {self.name!r} is {total:g}; together they may be at most 1"
            )


@dataclass(frozen=True)
class TrainingEffect:
    """A training of several stages. `ceiling` is the most skill that anyone can have; infinite in the published form."""

    stages: tuple[Stage, ...]
    ceiling: float = np.inf

    def __post_init__(self):
        object.__setattr__(self, "stages", tuple(self.stages))
        if not self.stages:
            raise ValueError("stages is empty; a training has at least one stage")
        total = sum(stage.weight for stage in self.stages)
        if total > 1 + 1e-9:
            raise ValueError(f"the weights sum to {total:g}; they may sum to at most 1, all that can be learnt")
        if not self.ceiling > 0:
            raise ValueError(f"ceiling is {self.ceiling!r}; it must be positive")

    def effects(self, E, M, P=None, C=None) -> np.ndarray:
        """gᵢ of every stage, shape (stages,). E, M and P are one number for all stages or one for each."""
        E, M = self._per_stage("E", E, 1), self._per_stage("M", M, 1)
        effect = self._column("trainer_share") * E + self._column("content_share") * M
        scale = self._column("hours_scale")
        learns = scale > 0
        if learns.any():
            hours = self.affordable_hours(P, C)
            with np.errstate(over="ignore"):  # a scale near 0 divides to infinity: all is learnt at once
                effect[learns] *= -np.expm1(-hours[learns] / scale[learns])
        return effect

    def gain(self, E, M, P=None, C=None) -> float:
        """Σ aᵢ·gᵢ: the weighted sum of the stages' effects, in [0, 1]."""
        return float(self._column("weight") @ self.effects(E, M, P, C))

    def breakdown(self, E, M, P=None, C=None) -> pd.DataFrame:
        """A row a stage: its weight aᵢ, its effect gᵢ and its contribution aᵢ·gᵢ. The contributions sum to the gain."""
        weight, effect = self._column("weight"), self.effects(E, M, P, C)
        names = [stage.name for stage in self.stages]
        return pd.DataFrame({"weight": weight, "effect": effect, "contribution": weight * effect}, index=names)

    def after(self, K: float, E, M, P=None, C=None) -> float:
        """Skill K' after the training of someone who starts with K: the nearer to the ceiling, the less is left to learn."""
        _check_range("K", K, 0, self.ceiling)
        return K + (1 - K / self.ceiling) * self.gain(E, M, P, C)

    def cost(self, P) -> float:
        """What P hours per stage cost, in the currency of `cost_per_hour`."""
        return float(self._column("cost_per_hour") @ self._per_stage("P", P, np.inf))

    def affordable_hours(self, P, C=None) -> np.ndarray:
        """The hours per stage that take place, shape (stages,): all of P, or the same share of each that C can pay."""
        if P is None:
            slow = [stage.name for stage in self.stages if stage.hours_scale > 0]
            raise ValueError(f"P is missing: {', '.join(slow)} take hours to learn, so say how many each gets")
        hours, cost = self._per_stage("P", P, np.inf), self.cost(P)
        if C is None:
            return hours
        _check_range("C", C, 0, np.inf)
        return hours * min(1.0, C / cost) if cost > 0 else hours

    def _column(self, field: str) -> np.ndarray:
        return np.array([getattr(stage, field) for stage in self.stages], dtype=float)

    def _per_stage(self, name: str, value: float | Sequence[float], highest: float) -> np.ndarray:
        values = np.asarray(value, dtype=float)
        if values.shape not in ((), (len(self.stages),)):
            raise ValueError(
                f"{name} has the shape {values.shape}; give one number, or {len(self.stages)}, one for each stage"
            )
        for number in values.flat:
            _check_range(name, number, 0, highest)
        return np.broadcast_to(values, (len(self.stages),)).copy()


def published_case() -> TrainingEffect:
    """The fintech case as a published strategy text prints it: five rows, stages and forms mixed, the last one without weight.

    Its own arithmetic gives 0.707 for E = 0.8 and M = 0.5; the model gives 0.683, because 0.8 · 0.8 is 0.64, not 0.72.
    """
    return TrainingEffect(
        (
            Stage("principles", 0.3, 0.8, 0.2),
            Stage("lectures", 0.2, 0.5, 0.5),
            Stage("applied practice", 0.4, 0.6, 0.4),
            Stage("hands-on exercises", 0.1, 0.3, 0.7),
            Stage("project", 0.0, 0.1, 0.9),
        )
    )


def _check_range(name: str, value: float, lowest: float, highest: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not lowest <= value <= highest:
        raise ValueError(f"{name} is {value!r}; it must be a number from {lowest:g} to {highest:g}")

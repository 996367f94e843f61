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
(K' − K) / (1 − K) of Hake (1998). Weights are estimated from a cohort by `trainlib.cohort`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import sobol_indices, t, uniform

from trainlib._values import check_level, check_number

__all__ = [
    "INPUTS",
    "REPLICATES",
    "Preset",
    "Stage",
    "TrainingEffect",
    "preset",
    "published_case",
    "sensitivity",
    "sobol",
]

INPUTS = {"E": 1.0, "M": 1.0, "P": np.inf, "C": np.inf}  # of the gain, each with the most that it can be
REPLICATES = 16


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
            check_number(f"{field} of {self.name!r}", getattr(self, field), 0, 1)
        for field in ("hours_scale", "cost_per_hour"):
            check_number(f"{field} of {self.name!r}", getattr(self, field), 0, np.inf)
        if self.trainer_share + self.content_share > 1 + 1e-9:
            total = self.trainer_share + self.content_share
            raise ValueError(
                f"trainer_share + content_share of {self.name!r} is {total:g}; together they may be at most 1"
            )


@dataclass(frozen=True)
class TrainingEffect:
    """A training of several stages. `ceiling` is the most skill that anyone can have; infinite in the published
    form."""

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
        """gᵢ of every stage, shape (stages,). E, M and P are one number for all stages or one for each.

        Many plans at once: E, M and P of shape (plans, 1) or (plans, stages), and C of shape (plans,).
        """
        E, M = self._per_stage("E", E, 1), self._per_stage("M", M, 1)
        quality = self._column("trainer_share") * E + self._column("content_share") * M
        scale = self._column("hours_scale")
        learns = scale > 0
        if not learns.any():
            return quality
        hours = self.affordable_hours(P, C)
        learnt = np.ones(hours.shape)
        with np.errstate(over="ignore"):  # a scale near 0 divides to infinity: all is learnt at once
            learnt[..., learns] = -np.expm1(-hours[..., learns] / scale[learns])
        return quality * learnt

    def gain(self, E, M, P=None, C=None) -> float | np.ndarray:
        """Σ aᵢ·gᵢ: the weighted sum of the stages' effects, in [0, 1]; of many plans at once: shape (plans,)."""
        return _number_or_array(self.effects(E, M, P, C) @ self._column("weight"))

    def breakdown(self, E, M, P=None, C=None) -> pd.DataFrame:
        """A row a stage: its weight aᵢ, its effect gᵢ and its contribution aᵢ·gᵢ. The contributions sum to the gain."""
        weight, effect = self._column("weight"), self.effects(E, M, P, C)
        names = [stage.name for stage in self.stages]
        return pd.DataFrame({"weight": weight, "effect": effect, "contribution": weight * effect}, index=names)

    def after(self, K: float, E, M, P=None, C=None) -> float | np.ndarray:
        """Skill K' after the training of someone who starts with K: the nearer to the ceiling, the less is left to
        learn."""
        check_number("K", K, 0, self.ceiling)
        return K + (1 - K / self.ceiling) * self.gain(E, M, P, C)

    def cost(self, P) -> float | np.ndarray:
        """What P hours per stage cost, in the currency of `cost_per_hour`; of many plans at once: shape (plans,)."""
        return _number_or_array(self._per_stage("P", P, np.inf) @ self._column("cost_per_hour"))

    def affordable_hours(self, P, C=None) -> np.ndarray:
        """The hours per stage that take place, shape (stages,): all of P, or the same share of each that C can pay.

        Many plans at once: P of shape (plans, 1) or (plans, stages), C of shape (plans,), give (plans, stages).
        """
        if P is None:
            slow = [stage.name for stage in self.stages if stage.hours_scale > 0]
            raise ValueError(f"P is missing: {', '.join(slow)} take hours to learn, so say how many each gets")
        hours, cost = self._per_stage("P", P, np.inf), self.cost(P)
        if C is None:
            return hours
        _check_ends("C", np.asarray(C, dtype=float), np.inf)
        payable = np.ones(np.broadcast_shapes(np.shape(C), np.shape(cost)))
        np.divide(np.minimum(C, cost), cost, out=payable, where=np.asarray(cost) > 0)
        return hours * payable[..., None]

    def _column(self, field: str) -> np.ndarray:
        return np.array([getattr(stage, field) for stage in self.stages], dtype=float)

    def _per_stage(self, name: str, value: float | Sequence[float], highest: float) -> np.ndarray:
        values, count = np.asarray(value, dtype=float), len(self.stages)
        allowed = ((), (count,)) if values.ndim < 2 else (values.shape[:-1] + (1,), values.shape[:-1] + (count,))
        if values.shape not in allowed:
            raise ValueError(f"{name} has the shape {values.shape}; give one number, or {count}, one for each stage")
        _check_ends(name, values, highest)
        return np.broadcast_to(values, values.shape[:-1] + (count,)).copy()


def published_case() -> TrainingEffect:
    """The fintech case as a published strategy text prints it: five rows, stages and forms mixed, the last one without
    weight.

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


@dataclass(frozen=True)
class Preset:
    """A training to start from. `note` says where its numbers come from; print it beside what you compute."""

    domain: str
    training: TrainingEffect
    published: bool
    note: str


def preset(domain: str) -> Preset:
    """A training to start from in one of the domains that the texts name. ValueError for another domain.

    Only the fintech case is published. The others are illustrations: four stages with weights chosen by us, to have
    something to compute with until a cohort of your own gives yours (`trainlib.cohort.fit`). They are no findings.
    """
    if domain == "fintech":
        return Preset(domain, published_case(), True, "published weights and shares, of unknown origin; not measured")
    if domain not in _ILLUSTRATIONS:
        allowed = ", ".join(["fintech", *_ILLUSTRATIONS])
        raise ValueError(f"domain is {domain!r}; it must be one of {allowed}")
    weights, reason = _ILLUSTRATIONS[domain]
    rows = zip(("principles", "theory", "practice", "project"), weights, _SHARES, _HOURS_SCALES)
    stages = tuple(Stage(name, weight, *shares, scale) for name, weight, shares, scale in rows)
    return Preset(domain, TrainingEffect(stages, ceiling=1.0), False, f"illustration, not measured: {reason}")


def sensitivity(training: TrainingEffect, ranges: Mapping[str, tuple[float, float]], **options) -> pd.DataFrame:
    """How much of the gain's variance comes from E, M, P and C, each drawn evenly from its range.

    `ranges` gives (lowest, highest) for any of "E", "M", "P" (hours of every stage) and "C": for instance
    {"E": (0.5, 0.9), "M": (0.4, 0.8), "P": (5, 40)}. E and M must be among them, P where a stage takes hours to learn.
    `options` and the result are those of `sobol`.
    """
    if unknown := [name for name in ranges if name not in INPUTS]:
        raise ValueError(f"ranges has {unknown[0]!r}; allowed are {', '.join(INPUTS)}")
    if missing := [name for name in ("E", "M") if name not in ranges]:
        raise ValueError(f"ranges lacks {missing[0]!r}; give its (lowest, highest), equal when it is fixed")
    for name, ends in ranges.items():
        _check_ends(f"the range of {name}", np.asarray(ends, dtype=float), INPUTS[name])

    def gain(draws: np.ndarray) -> np.ndarray:
        inputs = dict(zip(ranges, draws))
        budget = inputs.pop("C", None)
        return training.gain(**{name: values[:, None] for name, values in inputs.items()}, C=budget)

    return sobol(gain, ranges, **options)


def sobol(
    function: Callable[[np.ndarray], np.ndarray],
    ranges: Mapping[str, tuple[float, float]],
    samples: int = 512,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Sobol indices of a function of independent inputs, each drawn evenly from its range, with intervals.

    `function` takes an array (inputs, draws), in the order of `ranges`, and returns (draws,). A row for each input:
    `first`, the share of the variance that goes when this input alone is known; `total`, the share that stays when all
    others are known; each with its _low and _high. Where total exceeds first, the input acts together with others.

    The indices are those of `scipy.stats.sobol_indices` (Saltelli and others, Computer Physics Communications 181
    (2010) 259-270) on 16 independently scrambled Sobol sequences of `samples` points, a power of 2. Their mean is the
    estimate and Student's t over the 16 gives the interval (Owen, Journal of Complexity 14 (1998) 466-489): points
    within one sequence are not independent, so a bootstrap over them would be too wide.
    """
    names, ends = list(ranges), np.array(list(ranges.values()), dtype=float)
    if ends.ndim != 2 or ends.shape[1] != 2 or not np.isfinite(ends).all() or (ends[:, 0] > ends[:, 1]).any():
        raise ValueError(
            f"ranges is {dict(ranges)!r}; it must give (lowest, highest), two finite numbers, for each input"
        )
    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"samples is {samples!r}; it must be a power of 2, such as 512")
    check_level(level)
    moves = np.flatnonzero(ends[:, 0] < ends[:, 1])  # scipy draws no input whose range is a point

    def moved(draws: np.ndarray) -> np.ndarray:
        inputs = np.broadcast_to(ends[:, :1], (len(names), draws.shape[1])).copy()
        inputs[moves] = draws
        return function(inputs)

    indices = np.zeros((REPLICATES, 2, len(names)))
    if len(moves):
        draws = [uniform(low, high - low) for low, high in ends[moves]]
        for replicate, child in enumerate(np.random.default_rng(seed).spawn(REPLICATES)):
            found = sobol_indices(func=moved, n=samples, dists=draws, random_state=child)
            indices[replicate][:, moves] = found.first_order, found.total_order
    mean = indices.mean(axis=0)
    half = t.ppf((1 + level) / 2, REPLICATES - 1) * indices.std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    columns = {}
    for column, value, spread in zip(("first", "total"), mean, half):
        columns |= {column: value, f"{column}_low": value - spread, f"{column}_high": value + spread}
    return pd.DataFrame(columns, index=pd.Index(names, name="input"))


# Trainer's and content's shares of the four stages, as the published case has them; hours to learn 63 %, chosen by us.
_SHARES = ((0.8, 0.2), (0.5, 0.5), (0.6, 0.4), (0.3, 0.7))
_HOURS_SCALES = (6.0, 8.0, 12.0, 20.0)
_ILLUSTRATIONS = {
    "health": ((0.3, 0.3, 0.2, 0.2), "mistakes harm patients, so foundations weigh more"),
    "manufacturing": ((0.15, 0.15, 0.4, 0.3), "the skill is used at machines, so practice weighs more"),
    "smart city": ((0.2, 0.2, 0.25, 0.35), "many offices must work together, so the project weighs more"),
    "retail": ((0.15, 0.2, 0.35, 0.3), "data is plentiful and tests are cheap, so practice weighs more"),
    "education": ((0.25, 0.3, 0.25, 0.2), "those trained will explain it to others, so theory weighs more"),
}


def _number_or_array(values: np.ndarray) -> float | np.ndarray:
    return float(values) if np.ndim(values) == 0 else values


def _check_ends(name: str, values: np.ndarray, highest: float) -> None:
    """All values are numbers from 0 to `highest` if the smallest and the largest are; with a nan, both are nan."""
    if values.size:
        check_number(name, values.min().item(), 0, highest)
        check_number(name, values.max().item(), 0, highest)

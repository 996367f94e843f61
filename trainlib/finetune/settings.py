"""All knobs of a run, checked where they enter."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from trainlib import methods
from trainlib._values import check_whole

__all__ = ["AUTO", "METRICS", "PRECISIONS", "PREFERRING", "SCHEDULES", "Settings"]

SCHEDULES = {  # of the learning rate after the warm-up, by the share of these steps that is done
    "linear": lambda done: 1 - done,
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
    "constant": lambda done: 1.0,
}
METRICS = {"f1": 1, "accuracy": 1, "spearman": 1, "loss": -1}  # for early stopping: 1 where more is better
PREFERRING = "dpo"  # the method that trains what "lora" does, by preferences
PREFERRING_RATE = 1e-4  # its peak: DPO's loss moves the answers far with little
PRECISIONS = ("float32", "medium", "bfloat16")
AUTO = "auto"  # whichever of them is fastest


@dataclass(frozen=True)
class Settings:
    """All knobs of a run; `fit` takes each of them by name. ValueError names the knob, its value and what is
    allowed."""

    method: str = "full"  # which weights are trained: one of `methods.NAMES`; or "dpo", lora's by preferences
    rank: int = 8  # of lora and adalora, width of an adapter, number of prompt vectors
    layers: int = 2  # how many "last-layers" trains
    epochs: int = 2  # passes over the training rows
    patience: int | None = None  # stop after so many epochs without a better dev score, and go back to the best
    metric: str | None = None  # that score, one of METRICS that the task has; None takes "f1" for classes and tags
    learning_rate: float | None = None  # its peak, at the end of the warm-up; None takes the method's own
    schedule: str = "linear"  # of the learning rate after the warm-up: "linear", "cosine" or "constant"
    warmup: float = 0.1  # share of all steps in which the learning rate rises
    batch_size: int = 16  # rows a step
    parts: int = 1  # in which a batch is computed, one after the other: the same step in less memory
    gradient_checkpointing: bool = False  # layers are computed twice, and what is between them not kept: less memory
    max_length: int = 256  # tokens of a text, special ones among them; the model's own limit where that is lower
    weight_decay: float = 0.01  # on matrices; biases and normalisation have none
    clip: float = 1.0  # a gradient with a larger norm is shortened to this one
    class_weights: str | Mapping[str, float] | None = None  # of the loss: "balanced", or a weight for each class or tag
    label_smoothing: float = 0.0  # share of each label that is spread evenly over all classes or tags
    beta: float = 0.1  # of "dpo": how much a pair counts that the model tells apart already; more stays nearer to it
    precision: str = "float32"  # of the matrix products; "medium": float32 by PyTorch's fastest way here; "bfloat16";
    # "auto" measures which of them, and what number of threads, is fastest (`trainlib.finetune.fastest`)
    threads: int | None = None  # that PyTorch computes with; None: as it has them, or as "auto" finds
    seed: int = 0  # of the order of rows, dropout and the first values of added weights

    def __post_init__(self):
        choices = {"method": (*methods.NAMES, PREFERRING), "schedule": SCHEDULES, "precision": (*PRECISIONS, AUTO)}
        for name, allowed in (choices | ({"metric": METRICS} if self.metric is not None else {})).items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(allowed)}")
        if self.learning_rate is None:
            own = PREFERRING_RATE if self.method == PREFERRING else methods.METHODS[self.method].learning_rate
            object.__setattr__(self, "learning_rate", own)
        if not isinstance(self.gradient_checkpointing, bool):
            raise ValueError(f"gradient_checkpointing is {self.gradient_checkpointing!r}; it must be True or False")
        whole = {"epochs": 1, "batch_size": 1, "parts": 1, "max_length": 3, "rank": 1, "layers": 1, "seed": 0}
        whole |= {name: 1 for name in ("patience", "threads") if getattr(self, name) is not None}
        for name, least in whole.items():
            check_whole(name, getattr(self, name), least)
        for name in ("learning_rate", "clip", "warmup", "weight_decay", "label_smoothing", "beta"):
            self._check_share(name, top=math.inf if name in ("clip", "beta") else 1)
        weights = self.class_weights
        positive = isinstance(weights, Mapping) and all(0 < weight < math.inf for weight in weights.values())
        if not (weights is None or weights == "balanced" or positive):
            raise ValueError(f'class_weights is {weights!r}; it must be None, "balanced" or a positive number a class')

    @property
    def trains(self) -> str:
        """Which of `methods.NAMES` says what weights are trained."""
        return "lora" if self.method == PREFERRING else self.method

    def _check_share(self, name: str, top: float) -> None:
        value, zero_is_fine = getattr(self, name), name in ("warmup", "weight_decay", "label_smoothing")
        if not isinstance(value, (int, float)) or not 0 <= value < top or not (value or zero_is_fine):
            least = "0 or more" if zero_is_fine else "above 0"
            raise ValueError(f"{name} is {value!r}; it must be a number {least} and below {top}")

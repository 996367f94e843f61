"""What a model learns from a table: all in which classes, tags, numbers, answers and preferences differ."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Protocol

import pandas as pd
from torch import Tensor, nn

from trainlib.finetune._batches import Row
from trainlib.finetune.settings import Settings

__all__ = ["Rows", "Task", "TaskLoss"]

Rows = tuple[list[Row], Tensor]  # the inputs of some rows and their targets (rows, …)


class TaskLoss(Protocol):
    """What a step makes smaller: `of` over `mass`, so that a batch may be computed in parts of any sizes."""

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the rows of a batch, or of a part of it."""

    def mass(self, targets: Tensor) -> float:
        """What the sum over a whole batch is divided by."""


@dataclass(frozen=True)
class Task(ABC):
    """How rows become tensors, what their loss is, and how well a model does. The loop asks for nothing else.

    Each method gets the model, because a method of fine-tuning may wrap it. A new task is a class of these methods and
    a line in `trainlib.finetune.model.task_of`.
    """

    tokenizer: object
    settings: Settings
    metrics: ClassVar[tuple[str, ...]]  # the dev scores that `patience` may go by; the first one where none is named

    def check_settings(self) -> None:
        """ValueError for a setting that the task does not have."""
        if self.settings.metric not in self.metrics:
            raise ValueError(
                f"metric is {self.settings.metric!r}; what this model learns is measured by: {', '.join(self.metrics)}"
            )

    @abstractmethod
    def check(self, model, table: pd.DataFrame) -> None:
        """ValueError with the first fault of the columns that the task reads."""

    def check_training(self, model, train: pd.DataFrame) -> None:
        """ValueError when there is nothing to learn from; a line on stdout for what cannot be learned."""
        if train.empty:
            raise ValueError("the table has 0 training rows; at least 1 must be there")

    @abstractmethod
    def rows(self, model, table: pd.DataFrame) -> Rows:
        """The rows of a table as tensors. What had to be cut or left out is said on stdout."""

    @abstractmethod
    def check_reads(self, model, inputs: list[Row]) -> None:
        """ValueError where the model cannot read these inputs, or reads one otherwise beside others."""

    @abstractmethod
    def loss(self, model, targets: Tensor) -> TaskLoss:
        """The loss that the settings ask for, on training rows with these targets."""

    def forward(self, model) -> nn.Module:
        """What the steps call in place of the model, with its weights."""
        return model

    @contextmanager
    def as_read(self, model, train: Rows, dev: Rows) -> Iterator[tuple[Rows, Rows]]:
        """Inside, the rows are as the loop reads them: with what can be computed once for all epochs."""
        yield train, dev

    @abstractmethod
    def dev_scores(self, model, inputs: list[Row], targets: Tensor) -> dict[str, float]:
        """What the history says of the dev rows, `dev_` before each name; NaN where there are none."""

    @abstractmethod
    def evaluate(self, model, table: pd.DataFrame) -> dict:
        """The scores of a trained model on rows that `check` has passed."""

    def predict(self, model, texts, second=None) -> pd.DataFrame:
        """What the model says of texts, or of pairs with those in `second`; ValueError where the task cannot."""
        raise ValueError(f"a {type(model).__name__} has no classes to predict: it takes answer(prompts)")

    def answer(self, model, prompts, **options) -> str | list[str]:
        """What the model writes after prompts; ValueError where it does not write."""
        raise ValueError(f"a {type(model).__name__} does not write: it takes predict(texts)")

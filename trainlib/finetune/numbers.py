"""Giving texts, or pairs of texts, a number (regression)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import measure
from trainlib.finetune._batches import Row
from trainlib.finetune.passes import logits_of
from trainlib.finetune.texts import Texts

__all__ = ["NumberLoss", "Numbers"]


class Numbers(Texts):
    """`text`, or `text` and `second`, and `label`: a number. The loss is the mean of the squared errors."""

    metrics = ("spearman", "loss")

    def check_settings(self) -> None:
        super().check_settings()
        for name, none in (("class_weights", None), ("label_smoothing", 0.0)):
            if (value := getattr(self.settings, name)) != none:
                raise ValueError(
                    f"{name} is {value!r}; a model that gives numbers has no classes, so it must be {none}"
                )

    def check(self, model, table: pd.DataFrame) -> None:
        super().check(model, table)
        wrong = [(index, label) for index, label in table["label"].items() if not _is_number(label)]
        if wrong:
            index, label = wrong[0]
            raise ValueError(
                f"{len(wrong)} of {len(table)} labels are no numbers, the first at index {index!r}: {label!r}; each "
                "must be a finite one"
            )

    def check_training(self, model, train: pd.DataFrame) -> None:
        super().check_training(model, train)
        model.config.problem_type = "regression"  # for who opens the saved model with transformers

    def targets(self, model, table: pd.DataFrame) -> Tensor:
        return torch.tensor([float(label) for label in table["label"]], dtype=torch.float32)

    def loss(self, model, targets: Tensor) -> "NumberLoss":
        return NumberLoss()

    def dev_scores(self, model, inputs: Sequence[Row], targets: Tensor) -> dict[str, float]:
        """Mean squared error, and Spearman's rank correlation; NaN where there are no rows, or all are alike."""
        if not len(inputs):
            return dict.fromkeys(["dev_loss", "dev_spearman"], math.nan)
        found = logits_of(model, inputs)
        ordered = measure.spearman(targets, found[:, 0]).value if len(inputs) > 1 else math.nan
        return {"dev_loss": NumberLoss().sum(found, targets).item() / len(inputs), "dev_spearman": ordered}

    def predict(self, model, texts: Iterable[str], second: Iterable[str] | None = None) -> pd.DataFrame:
        index, found = self.read(model, texts, second)
        return pd.DataFrame({"label": found[:, 0].double().numpy()}, index=index)

    def evaluate(self, model, table: pd.DataFrame) -> dict[str, measure.Score]:
        """Spearman's rank correlation, and the mean absolute error in units of the labels."""
        if len(table) < 2:
            raise ValueError(f"the table has {len(table)} row; two or more can be put into an order")
        truth = table["label"].to_numpy(dtype=float)
        found = self.predict(model, table["text"], table.get("second"))["label"]
        error = measure.mean(np.abs(truth - found.to_numpy()))
        return {"spearman": measure.spearman(truth, found), "absolute_error": error}


@dataclass(frozen=True)
class NumberLoss:
    """The squared error; its mean over all of a batch is the loss that transformers computes."""

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the rows of a batch; targets (rows,)."""
        return self.sum(model(**batch).logits, targets)

    def sum(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Over the rows; logits (rows, 1), targets (rows,)."""
        return nn.functional.mse_loss(logits[:, 0].float(), targets, reduction="sum")

    def mass(self, targets: Tensor) -> int:
        """The number of rows."""
        return len(targets)


def _is_number(label: object) -> bool:
    return isinstance(label, Real) and not isinstance(label, (bool, np.bool_)) and math.isfinite(label)

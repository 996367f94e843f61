"""Putting texts, or pairs of texts, into classes: one class a text, or several, or none."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import measure
from trainlib._values import name_of
from trainlib.finetune.passes import logits_of
from trainlib.finetune.settings import Settings
from trainlib.finetune.texts import Texts

__all__ = ["Classes", "Loss", "dev_scores", "labels_of", "loss_of", "several_of"]

SEVERAL = (list, tuple, set, frozenset)


class Classes(Texts):
    """`text`, or `text` and `second`, and `label`: the name of a class, or a list of names in every row."""

    metrics = ("f1", "accuracy", "loss")

    def check(self, model, table: pd.DataFrame) -> None:
        super().check(model, table)
        _check_labels(table, labels_of(model))

    def check_training(self, model, train: pd.DataFrame) -> None:
        super().check_training(model, train)
        present, labels = set().union(*_names_of(train["label"])), labels_of(model)
        least = 1 if len(train) and _has_several(train) else 2
        if len(present) < least:
            raise ValueError(
                f"the {len(train)} training rows have the labels {sorted(present)}; at least {least} must be there"
            )
        if absent := [label for label in labels if label not in present]:
            print(f"! no training row has the label {', '.join(map(repr, absent))}: the model cannot learn it")
        kind = "multi" if _has_several(train) else "single"
        model.config.problem_type = f"{kind}_label_classification"  # what `predict` goes by

    def targets(self, model, table: pd.DataFrame) -> Tensor:
        return _targets_of(table, labels_of(model), several_of(model))

    def loss(self, model, targets: Tensor) -> "Loss":
        return loss_of(self.settings, targets, labels_of(model), model.device)

    def dev_scores(self, model, inputs: Sequence[Tensor], targets: Tensor) -> dict[str, float]:
        return dev_scores(model, inputs, targets)

    def predict(self, model, texts: Iterable[str], second: Iterable[str] | None = None) -> pd.DataFrame:
        labels, (index, logits) = labels_of(model), self.read(model, texts, second)
        if several_of(model):
            probabilities = logits.sigmoid()
            found = [[name for name, holds in zip(labels, row) if holds] for row in (probabilities >= 0.5).tolist()]
            found = pd.Series(found, index=index, dtype=object)
        else:
            probabilities = logits.softmax(dim=-1)
            found = pd.Categorical.from_codes(probabilities.argmax(dim=-1), categories=labels)
        table = pd.DataFrame(probabilities.numpy(), columns=labels, index=index)
        table.insert(0, "label", found)
        return table

    def evaluate(self, model, table: pd.DataFrame) -> dict[str, measure.Score]:
        """Accuracy and macro F1. With several labels a row, a row is right if all of its labels are."""
        several, labels = several_of(model), labels_of(model)
        if _has_several(table) != several:
            kinds = ("one label", "lists of labels")
            raise ValueError(f"the table has {kinds[not several]} a row, the model was trained on {kinds[several]}")
        predicted = self.predict(model, table["text"], table.get("second"))
        if not several:
            truth, predicted = [*map(name_of, table["label"])], list(predicted["label"])
            return {"accuracy": measure.accuracy(truth, predicted), "f1": measure.f1(truth, predicted)}
        truth, predicted = (_targets_of(part, labels, True).numpy() for part in (table, predicted))
        hits = int((truth == predicted).all(axis=1).sum())
        return {"accuracy": measure.proportion(hits, len(table)), "f1": measure.f1(truth, predicted)}


@dataclass(frozen=True)
class Loss:
    """Cross-entropy, of each class for itself where a row may have several. `weights` (classes,), None for 1 each."""

    weights: Tensor | None = None
    label_smoothing: float = 0.0

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the rows of a batch that the model has not read yet."""
        return self.sum(model(**batch).logits, targets)

    def sum(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Over the rows; logits (rows, classes), targets as of `_targets_of`. Over `mass`, it is the weighted mean."""
        logits = logits.float()
        if targets.ndim == 1:
            options = {"weight": self.weights, "label_smoothing": self.label_smoothing, "reduction": "sum"}
            return nn.functional.cross_entropy(logits, targets, **options)
        targets = targets * (1 - self.label_smoothing) + self.label_smoothing / 2
        return nn.functional.binary_cross_entropy_with_logits(logits, targets, self.weights, reduction="sum")

    def mass(self, targets: Tensor) -> float:
        """The sum of the rows' weights, and of their classes' where a row may have several: what a mean divides by."""
        if targets.ndim == 1:
            return len(targets) if self.weights is None else self.weights[targets].sum().item()
        return targets.numel() if self.weights is None else len(targets) * self.weights.sum().item()


def loss_of(settings: Settings, targets: Tensor, labels: Sequence[str], device) -> Loss:
    """The loss that the settings ask for; "balanced" gives all classes of the training rows the same sum of weights."""
    weights = settings.class_weights
    if weights == "balanced":
        counts = torch.bincount(targets, minlength=len(labels)) if targets.ndim == 1 else targets.sum(dim=0)
        weights = counts.sum() / (counts > 0).sum() / counts.clamp(min=1)
    elif weights is not None:
        if set(weights) != set(labels):
            raise ValueError(f"class_weights names {list(weights)}; it must name each class, {list(labels)}")
        weights = torch.tensor([float(weights[label]) for label in labels])
    return Loss(None if weights is None else weights.float().to(device), settings.label_smoothing)


def labels_of(model) -> list[str]:
    """The names of a model's classes, in the order of its logits."""
    return [model.config.id2label[i] for i in range(model.config.num_labels)]


def several_of(model) -> bool:
    """Whether a text may have several labels, or none."""
    return model.config.problem_type == "multi_label_classification"


def dev_scores(model, inputs: Sequence[Tensor], targets: Tensor) -> dict[str, float]:
    """Mean cross-entropy, accuracy and macro F1; NaN where there are no rows."""
    from sklearn.metrics import f1_score

    if not len(inputs):
        return dict.fromkeys(["dev_loss", "dev_accuracy", "dev_f1"], math.nan)
    logits = logits_of(model, inputs)
    predicted = logits.argmax(dim=-1) if targets.ndim == 1 else (logits > 0).float()
    right = predicted == targets if targets.ndim == 1 else (predicted == targets).all(dim=1)
    return {
        "dev_loss": (Loss().sum(logits, targets) / Loss().mass(targets)).item(),
        "dev_accuracy": right.float().mean().item(),
        "dev_f1": float(f1_score(targets, predicted, average="macro", zero_division=0)),
    }


def _names_of(label: pd.Series) -> list[set[str]]:
    """The classes of each row: one, or, in a table of several labels a row, all of its list."""
    return [{*map(name_of, names)} if isinstance(names, SEVERAL) else {name_of(names)} for names in label]


def _has_several(table: pd.DataFrame) -> bool:
    """Whether the rows have lists (or sets) of labels, of which none, one or more hold. ValueError for a mixture."""
    lists = sum(isinstance(label, SEVERAL) for label in table["label"])
    if 0 < lists < len(table):
        raise ValueError(f"label is a list in {lists} of {len(table)} rows; it must be one in all or in none")
    return lists > 0


def _check_labels(table: pd.DataFrame, labels: Sequence[str]) -> None:
    """ValueError with the first fault of the column `label`; `labels` are those that the model has."""
    if (missing := table["label"].isna()).any():
        raise ValueError(f"{missing.sum()} rows have no label, the first at index {missing.idxmax()!r}")
    _has_several(table)
    if unknown := set().union(*_names_of(table["label"])) - set(labels):
        given = [names if isinstance(names, SEVERAL) else [names] for names in table["label"]]
        shown = sorted({label for names in given for label in names if name_of(label) in unknown}, key=str)
        mapping = ", ".join(f"{label!r}: {name!r}" for label, name in zip(shown, labels))
        mapping += ", …" if len(shown) > len(labels) else ""
        raise ValueError(
            f"the model's labels are {list(labels)}, the table has {shown}: give the table the model's names, such as "
            f'table["label"].map({{{mapping}}}), or load the model with labels={sorted(unknown, key=str)}'
        )


def _targets_of(table: pd.DataFrame, labels: Sequence[str], several: bool) -> Tensor:
    """The number of each row's class, (rows,) int64; with several labels a row 1 for those that hold, (rows,
    classes)."""
    if several:
        return torch.tensor(
            [[float(label in names) for label in labels] for names in _names_of(table["label"])]
        ).reshape(-1, len(labels))
    return torch.tensor([labels.index(name_of(label)) for label in table["label"]], dtype=torch.int64)

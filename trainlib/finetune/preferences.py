"""Preferring one answer to another: direct preference optimisation (DPO; Rafailov and others, NeurIPS 2023).

The loss of a pair is −log σ(β·(gain of the chosen answer − gain of the rejected one)); a gain is by how much the model
has raised an answer's log-probability above that of the reference, which is the model before the first step. LoRA's
weights are trained, so that the reference is the same model with them switched off: there is no second one. What it
says of each answer is computed once, before the first epoch.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import measure
from trainlib.finetune._batches import check_texts
from trainlib.finetune.answers import Answers, encode_answers, token_losses
from trainlib.finetune.passes import in_batches, products
from trainlib.finetune.task import Rows

__all__ = ["PreferenceLoss", "Preferences", "log_probabilities"]


class Preferences(Answers):
    """`prompt`, `chosen` and `rejected`. A row is the tokens of the prompt with both answers, (2, tokens), -1 behind
    the shorter one. Its target is (2,), how many tokens the answers have; once read by the reference, (2, 2), their
    log-probabilities beside."""

    metrics = ("loss", "accuracy")

    def check_settings(self) -> None:
        super().check_settings()
        if self.settings.label_smoothing:
            raise ValueError(
                f"label_smoothing is {self.settings.label_smoothing}; with method {self.settings.method!r} it must be 0"
            )

    def check(self, model, table: pd.DataFrame) -> None:
        self._check_columns(table, "prompt", "chosen", "rejected")
        self._check_prompts(table["prompt"])
        for name in ("chosen", "rejected"):
            check_texts(table[name], f"{name} answers")
        if (same := table["chosen"] == table["rejected"]).any():
            raise ValueError(
                f"{same.sum()} rows have one answer as chosen and rejected, the first at index {same.idxmax()!r}"
            )

    def rows(self, model, table: pd.DataFrame) -> Rows:
        answers = [table["chosen"], table["rejected"]]
        pairs, counts = encode_answers(self.tokenizer, table["prompt"], answers, self.settings.max_length)
        pad = lambda pair: nn.utils.rnn.pad_sequence(pair, batch_first=True, padding_value=-1)
        return [pad(pair) for pair in pairs], counts

    def loss(self, model, targets: Tensor) -> "PreferenceLoss":
        super().loss(model, targets)
        return PreferenceLoss(self.settings.beta)

    @contextmanager
    def as_read(self, model, train: Rows, dev: Rows) -> Iterator[tuple[Rows, Rows]]:
        """With the reference's log-probabilities beside the numbers of tokens."""
        with products(model, self.settings), model.disable_adapter():
            read = [(inputs, self._beside(model, inputs, counts)) for inputs, counts in (train, dev)]
        yield tuple(read)

    def _beside(self, model, inputs: Sequence[Tensor], counts: Tensor) -> Tensor:
        if not len(inputs):
            return counts.new_zeros(0, 2, 2).float()
        return torch.stack([counts.float(), self._over(model, inputs, counts, log_probabilities)], dim=-1)

    def _over(self, model, inputs: Sequence[Tensor], targets: Tensor, compute) -> Tensor:
        """`compute(model, batch, targets)` of all rows, (rows, 2)."""
        in_batch = lambda batch, rows: compute(model, batch, targets[rows].to(model.device))
        return in_batches(model, inputs, in_batch, self._at_once)

    def dev_scores(self, model, inputs: list[Tensor], targets: Tensor) -> dict[str, float]:
        """Mean loss, and the share of pairs whose chosen answer has gained more than the rejected one."""
        if not len(inputs):
            return dict.fromkeys(["dev_loss", "dev_accuracy"], math.nan)
        gains = self._over(model, inputs, targets, _gains)
        loss = PreferenceLoss(self.settings.beta).sum(gains) / len(inputs)
        return {"dev_loss": loss.item(), "dev_accuracy": (gains[:, 0] > gains[:, 1]).float().mean().item()}

    def evaluate(self, model, table: pd.DataFrame) -> dict[str, measure.Score]:
        """The share of pairs whose chosen answer is more probable than the rejected one."""
        found = self._over(model, *self.rows(model, table), log_probabilities)
        return {"accuracy": measure.proportion(int((found[:, 0] > found[:, 1]).sum()), len(found))}


@dataclass(frozen=True)
class PreferenceLoss:
    """DPO's, with the sigmoid of its first paper."""

    beta: float = 0.1

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the pairs of a batch (pairs, 2, tokens); targets as of `Preferences`, (pairs, 2, 2)."""
        return self.sum(_gains(model, batch, targets))

    def sum(self, gains: Tensor) -> Tensor:
        """Over the pairs; gains (pairs, 2) in log-probability, of chosen and rejected answers."""
        return -nn.functional.logsigmoid(self.beta * (gains[:, 0] - gains[:, 1])).sum()

    def mass(self, targets: Tensor) -> int:
        """The number of pairs."""
        return len(targets)


def log_probabilities(model, batch: dict[str, Tensor], counts: Tensor) -> Tensor:
    """Of the answers of a batch (rows, answers, tokens), each the sum over its tokens, (rows, answers)."""
    flat = {name: tensor.flatten(0, 1) for name, tensor in batch.items()}
    return -token_losses(model, flat, counts.flatten()).sum(dim=1).unflatten(0, counts.shape)


def _gains(model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
    counts, reference = targets.unbind(dim=-1)
    return log_probabilities(model, batch, counts.long()) - reference

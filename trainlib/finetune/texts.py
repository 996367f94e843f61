"""What a model reads of a table of texts, or of pairs of texts, whatever it is to learn of them."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from inspect import signature

import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import methods
from trainlib.finetune import _together
from trainlib.finetune._batches import Row, check_texts, encode
from trainlib.finetune.passes import in_batches, logits_of
from trainlib.finetune.quick_bert import quick
from trainlib.finetune.task import Rows, Task

__all__ = ["Texts", "as_series", "encoded_once"]


class Texts(Task):
    """`text`, or, where a row is a pair of texts, `text` and `second`; and `label`, of which a kind of its own says
    what it may be. The head reads the first token's output alone, or all."""

    def check(self, model, table: pd.DataFrame) -> None:
        if missing := [column for column in ("text", "label") if column not in table]:
            hint = ': for words and tags load the model with task="tokens"' if "words" in table else ""
            raise ValueError(f"table has the columns {list(table.columns)}; {missing} is missing{hint}")
        check_texts(table["text"])
        if "second" in table:
            check_texts(table["second"], "second texts")

    def check_training(self, model, train: pd.DataFrame) -> None:
        super().check_training(model, train)
        model.config.reads_pairs = "second" in train  # what `predict` goes by

    def rows(self, model, table: pd.DataFrame) -> Rows:
        return self.encode(model, table["text"], table.get("second")), self.targets(model, table)

    @abstractmethod
    def targets(self, model, table: pd.DataFrame) -> Tensor:
        """What the labels of a table mean for the loss, (rows, …)."""

    def encode(self, model, texts: Sequence[str], second: Sequence[str] | None) -> list[Row]:
        """Texts, or pairs, as the model reads them. ValueError where it was trained on the other kind."""
        pairs = getattr(model.config, "reads_pairs", None)
        if pairs is not None and pairs != (second is not None):
            kinds = ("texts alone", "pairs of texts (text and second)")
            raise ValueError(f"the model was trained on {kinds[pairs]}, and here are {kinds[not pairs]}")
        rows = encode(self.tokenizer, texts, self.settings.max_length, second)
        return rows if _tells_apart(model) else [row["input_ids"] if isinstance(row, dict) else row for row in rows]

    def read(self, model, texts: Iterable[str], second: Iterable[str] | None) -> tuple[pd.Index, Tensor]:
        """The index of texts that somebody has given, and their logits (texts, outputs)."""
        texts, second = as_series(texts), None if second is None else as_series(second, "second")
        return texts.index, logits_of(model, self.inputs(model, texts, second))

    def inputs(self, model, texts: pd.Series, second: pd.Series | None) -> list[Row]:
        """What the model reads of texts that somebody has given. ValueError where they cannot be read."""
        check_texts(texts)
        if second is not None:
            check_texts(second, "second texts")
            if len(second) != len(texts):
                raise ValueError(f"there are {len(texts)} texts and {len(second)} second ones; both must be as many")
        return self.encode(model, texts, second)

    def check_reads(self, model, inputs: Sequence[Row]) -> None:
        _together.check_reads(model, inputs, logits_of)

    def forward(self, model) -> nn.Module:
        return model if self.settings.gradient_checkpointing else quick(model)

    @contextmanager
    def as_read(self, model, train: Rows, dev: Rows) -> Iterator[tuple[Rows, Rows]]:
        """As tokens or, for "head", as what the encoder makes of them once."""
        if self.settings.method != "head":
            yield train, dev
            return
        with encoded_once(model, train[0], dev[0]) as (encoded, dev_encoded):
            yield (encoded, train[1]), (dev_encoded, dev[1])


def as_series(texts: Iterable[str], name: str = "texts") -> pd.Series:
    """Texts that somebody has given as a Series. ValueError for a single one, whose letters nobody means."""
    if isinstance(texts, str):
        raise ValueError(f"{name} is one string, {texts[:40]!r}; it must be a list or a Series of strings")
    return pd.Series(texts, dtype=object)


def _tells_apart(model) -> bool:
    """Whether the model has token types for the two texts of a pair."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return "token_type_ids" in signature(inner.forward).parameters and getattr(model.config, "type_vocab_size", 2) > 1


@contextmanager
def encoded_once(model, *sets: list[Tensor]) -> Iterator[list[list[Tensor]]]:
    """Inside, the model takes the encoder's outputs, (1, hidden) a text, in place of tokens; yields them for each set.

    ValueError for a model whose head reads more than the first token.
    """
    encoder, expected = model.base_model, logits_of(model, sets[0][:4])

    def read(batch: dict[str, Tensor], rows: Sequence[int]) -> Tensor:
        return methods.read_by_head(model, encoder(**batch).last_hidden_state, batch["attention_mask"])

    encoded = [list(in_batches(encoder, inputs, read)) if inputs else [] for inputs in sets]
    with methods.encoder_replaced(model):
        right = torch.allclose(logits_of(model, encoded[0][:4]), expected, atol=1e-4, equal_nan=True)
        if right:
            yield encoded
    if not right:
        raise ValueError(methods.refusal(model, "head", "its head reads more of a text than the first token"))

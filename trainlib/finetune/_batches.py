"""From a table of texts to batches of token ids: checked, tokenised once, similar lengths together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from trainlib._values import is_broken, name_of

__all__ = [
    "SEVERAL",
    "batches",
    "check_table",
    "check_texts",
    "check_training",
    "collate",
    "encode",
    "has_several",
    "names_of",
    "targets_of",
]

SEVERAL = (list, tuple, set, frozenset)


def check_texts(texts: pd.Series) -> None:
    """ValueError when there is no text, or one that is missing, empty, no string or broken: a model would answer all
    the same."""
    if texts.empty:
        raise ValueError("there are no texts")
    if wrong := [(index, text) for index, text in texts.items() if not isinstance(text, str) or not text.strip()]:
        index, text = wrong[0]
        raise ValueError(
            f"{len(wrong)} of {len(texts)} texts are empty or no text, the first at index {index!r}: {text!r}"
        )
    if wrong := [(index, text) for index, text in texts.items() if is_broken(text)]:
        index, text = wrong[0]
        raise ValueError(
            f"{len(wrong)} of {len(texts)} texts hold half of a character (a lone surrogate, as JSON and PDF files "
            "give "
            f"them), the first at index {index!r}: {text[:80]!r}. Join the halves that stand together and replace the "
            f'others: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")'
        )


def names_of(label: pd.Series) -> list[set[str]]:
    """The classes of each row: one, or, in a table of several labels a row, all of its list."""
    return [{*map(name_of, names)} if isinstance(names, SEVERAL) else {name_of(names)} for names in label]


def has_several(table: pd.DataFrame) -> bool:
    """Whether the rows have lists (or sets) of labels, of which none, one or more hold. ValueError for a mixture."""
    lists = sum(isinstance(label, SEVERAL) for label in table["label"])
    if 0 < lists < len(table):
        raise ValueError(f"label is a list in {lists} of {len(table)} rows; it must be one in all or in none")
    return lists > 0


def check_table(table: pd.DataFrame, labels: Sequence[str]) -> None:
    """ValueError with the first fault of the columns `text` and `label`; `labels` are those that the model has."""
    if missing := [column for column in ("text", "label") if column not in table]:
        raise ValueError(f"table has the columns {list(table.columns)}; {missing} is missing")
    check_texts(table["text"])
    if (missing := table["label"].isna()).any():
        raise ValueError(f"{missing.sum()} rows have no label, the first at index {missing.idxmax()!r}")
    has_several(table)
    if unknown := set().union(*names_of(table["label"])) - set(labels):
        given = [names if isinstance(names, SEVERAL) else [names] for names in table["label"]]
        shown = sorted({label for names in given for label in names if name_of(label) in unknown}, key=str)
        mapping = ", ".join(f"{label!r}: {name!r}" for label, name in zip(shown, labels))
        mapping += ", …" if len(shown) > len(labels) else ""
        raise ValueError(
            f"the model's labels are {list(labels)}, the table has {shown}: give the table the model's names, such as "
            f'table["label"].map({{{mapping}}}), or load the model with labels={sorted(unknown, key=str)}'
        )


def check_training(train: pd.DataFrame, labels: Sequence[str]) -> None:
    """ValueError when there is nothing to learn from; a line on stdout for labels that cannot be learned."""
    present = set().union(*names_of(train["label"]))
    least = 1 if len(train) and has_several(train) else 2
    if len(present) < least:
        raise ValueError(
            f"the {len(train)} training rows have the labels {sorted(present)}; at least {least} must be there"
        )
    if absent := [label for label in labels if label not in present]:
        print(f"! no training row has the label {', '.join(map(repr, absent))}: the model cannot learn it")


def targets_of(table: pd.DataFrame, labels: Sequence[str], several: bool) -> Tensor:
    """The number of each row's class, (rows,) int64; with several labels a row 1 for those that hold, (rows,
    classes)."""
    if several:
        return torch.tensor(
            [[float(label in names) for label in labels] for names in names_of(table["label"])]
        ).reshape(-1, len(labels))
    return torch.tensor([labels.index(name_of(label)) for label in table["label"]], dtype=torch.int64)


def encode(tokenizer, texts: Sequence[str], max_length: int) -> list[Tensor]:
    """Token ids of each text, one int64 tensor a text, without padding. Says on stdout how many texts were cut."""
    whole = tokenizer(list(texts), verbose=False)["input_ids"] if len(texts) else []
    if cut := sum(len(ids) > max_length for ids in whole):
        print(f"! {cut:,} of {len(whole):,} texts are longer than {max_length} tokens: the rest of them is not read")
        whole = tokenizer(list(texts), truncation=True, max_length=max_length)["input_ids"]
    if empty := [text for text, ids in zip(texts, whole) if not len(ids)]:
        raise ValueError(
            f"the tokenizer finds nothing to read in {len(empty)} of {len(whole)} texts, such as {empty[0]!r}"
        )
    return [torch.tensor(ids, dtype=torch.int64) for ids in whole]


def batches(lengths: Sequence[int], batch_size: int, random: np.random.Generator | None = None) -> list[np.ndarray]:
    """Row numbers in batches of similar lengths; every row is in exactly one.

    With `random` the rows are shuffled, sorted in windows of 50 batches only, so that every epoch mixes them anew, and
    the batches shuffled; the longest comes first, so that memory runs out at once or never. Without it all are sorted.
    """
    lengths = np.asarray(lengths)
    order = np.arange(len(lengths)) if random is None else random.permutation(len(lengths))
    window = batch_size * (50 if random else len(lengths) + 1)
    parts = []
    for start in range(0, len(order), window):
        rows = order[start : start + window]
        rows = rows[np.argsort(-lengths[rows], kind="stable")]
        parts += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    if random is not None:
        random.shuffle(parts)
        parts.sort(key=lambda rows: lengths[rows].max() < lengths.max())
    return parts


def collate(inputs: Sequence[Tensor], pad: int = 0, side: str = "right") -> dict[str, Tensor]:
    """A batch: ids padded to the longest (rows, tokens) and a mask, 1 on tokens. Encoder outputs are stacked as they
    are."""
    if inputs[0].is_floating_point():
        return {"input_ids": torch.stack(list(inputs))}
    ids = nn.utils.rnn.pad_sequence(list(inputs), batch_first=True, padding_value=pad, padding_side=side)
    lengths, places = torch.tensor([len(row) for row in inputs]), torch.arange(ids.shape[1])
    places = places if side == "right" else places.flip(0)
    return {"input_ids": ids, "attention_mask": (places < lengths[:, None]).long()}

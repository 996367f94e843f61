"""From a table of texts to batches of token ids: checked, tokenised once, similar lengths together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from trainlib._values import is_broken

__all__ = ["batches", "check_texts", "collate", "encode"]


def check_texts(texts: pd.Series, name: str = "texts") -> None:
    """ValueError when there is no text, or one that is missing, empty, no string or broken: a model would answer all
    the same. `name` is what they are called."""
    if texts.empty:
        raise ValueError(f"there are no {name}")
    if wrong := [(index, text) for index, text in texts.items() if not isinstance(text, str) or not text.strip()]:
        index, text = wrong[0]
        raise ValueError(
            f"{len(wrong)} of {len(texts)} {name} are empty or no text, the first at index {index!r}: {text!r}"
        )
    if wrong := [(index, text) for index, text in texts.items() if is_broken(text)]:
        index, text = wrong[0]
        raise ValueError(
            f"{len(wrong)} of {len(texts)} {name} hold half of a character (a lone surrogate, as JSON and PDF files "
            "give "
            f"them), the first at index {index!r}: {text[:80]!r}. Join the halves that stand together and replace the "
            f'others: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")'
        )


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
    are.

    Rows of several texts, (texts, tokens) with -1 behind the shorter ones, give a batch (rows, texts, tokens).
    """
    if inputs[0].is_floating_point():
        return {"input_ids": torch.stack(list(inputs))}
    if inputs[0].ndim == 2:
        batch = collate([text[text >= 0] for row in inputs for text in row], pad, side)
        return {name: tensor.unflatten(0, (len(inputs), -1)) for name, tensor in batch.items()}
    ids = nn.utils.rnn.pad_sequence(list(inputs), batch_first=True, padding_value=pad, padding_side=side)
    lengths, places = torch.tensor([len(row) for row in inputs]), torch.arange(ids.shape[1])
    places = places if side == "right" else places.flip(0)
    return {"input_ids": ids, "attention_mask": (places < lengths[:, None]).long()}

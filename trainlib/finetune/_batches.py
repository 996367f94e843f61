"""From a table of texts to batches of token ids: checked, tokenised once, similar lengths together."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from trainlib._values import is_broken

__all__ = ["Row", "batches", "check_texts", "collate", "encode", "length_of", "tensors_of"]

Row = Tensor | dict[str, Tensor]  # token ids (…, tokens), with token types beside them where they matter


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


def encode(tokenizer, texts: Sequence[str], max_length: int, second: Sequence[str] | None = None) -> list[Row]:
    """Token ids of each text, one int64 tensor a text, without padding. Says on stdout how many texts were cut.

    With `second`, the text that stands beside each, ids of both as a pair; where the tokenizer tells the two apart by
    token types, a row is {"input_ids": …, "token_type_ids": …}. ValueError where `max_length` has no place for both.
    """
    given = [list(texts)] if second is None else [list(texts), list(second)]
    if second is not None and max_length < (least := tokenizer.num_special_tokens_to_add(pair=True) + 2):
        raise ValueError(f"max_length is {max_length}; for a pair of texts it must be at least {least}")
    whole = tokenizer(*given, verbose=False) if len(texts) else {"input_ids": []}
    if cut := sum(len(ids) > max_length for ids in whole["input_ids"]):
        print(f"! {cut:,} of {len(texts):,} texts are longer than {max_length} tokens: the rest of them is not read")
        whole = tokenizer(*given, truncation=True, max_length=max_length)
    if empty := [text for text, ids in zip(texts, whole["input_ids"]) if not len(ids)]:
        raise ValueError(
            f"the tokenizer finds nothing to read in {len(empty)} of {len(texts)} texts, such as {empty[0]!r}"
        )
    tensors = lambda name: [torch.tensor(row, dtype=torch.int64) for row in whole[name]]
    if second is None or "token_type_ids" not in whole:
        return tensors("input_ids")
    pairs = zip(tensors("input_ids"), tensors("token_type_ids"))
    return [{"input_ids": ids, "token_type_ids": types} for ids, types in pairs]


def tensors_of(part: Row | list[Tensor]) -> Iterator[Tensor]:
    """All tensors that a row, or the targets of all rows, consist of."""
    yield from part.values() if isinstance(part, dict) else part if isinstance(part, list) else [part]


def length_of(row: Row) -> int:
    """How many tokens a row has, or outputs for tokens where it is (tokens, hidden)."""
    first = next(tensors_of(row))
    return len(first) if first.is_floating_point() else first.shape[-1]


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


def collate(inputs: Sequence[Row], pad: int = 0, side: str = "right", width: int = 0) -> dict[str, Tensor]:
    """A batch: ids padded to the longest, or to `width` if that is more, (rows, tokens), with token types if they have
    some, and a mask, 1 on tokens. Encoder outputs, (tokens, hidden) a row, are padded to the longest.

    Rows of several texts, (texts, tokens) with -1 behind the shorter ones, give a batch (rows, texts, tokens).
    """

    def padded(rows: list[Tensor], value: int) -> Tensor:
        found = nn.utils.rnn.pad_sequence(rows, True, value, side)
        more = max(width - found.shape[1], 0)
        return nn.functional.pad(found, (more, 0) if side == "left" else (0, more), value=value)

    if isinstance(inputs[0], dict):
        types = padded([row["token_type_ids"] for row in inputs], 0)
        return collate([row["input_ids"] for row in inputs], pad, side, width) | {"token_type_ids": types}
    if inputs[0].is_floating_point():
        return {"input_ids": nn.utils.rnn.pad_sequence(list(inputs), batch_first=True)}
    if inputs[0].ndim == 2:
        batch = collate([text[text >= 0] for row in inputs for text in row], pad, side, width)
        return {name: tensor.unflatten(0, (len(inputs), -1)) for name, tensor in batch.items()}
    ids = padded(list(inputs), pad)
    lengths, places = torch.tensor([len(row) for row in inputs]), torch.arange(ids.shape[1])
    places = places if side == "right" else places.flip(0)
    return {"input_ids": ids, "attention_mask": (places < lengths[:, None]).long()}

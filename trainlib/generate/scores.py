"""What a causal model holds to be likely: the next token, given continuations, and labels by them."""

from collections.abc import Iterable, Sequence
from copy import deepcopy

import numpy as np
import pandas as pd

from trainlib._values import check_whole
from trainlib.generate.prompts import encode, forward, padded
from trainlib.generate.writing import Prompt

PROMPTS_AT_ONCE = 8
ROWS_AT_ONCE = 32  # continuations that are read together: their logits are what takes memory


def next_token(model, tokenizer, prompt: Prompt, top: int = 10) -> pd.DataFrame:
    """The `top` most probable next tokens after a prompt: `token` (its text), `id`, `probability`, highest first.

    Errors as in `generate.text`, and ValueError where `top` is not from 1 to the number of tokens.
    """
    (ids,) = encode(model, tokenizer, [prompt], max_tokens=0)
    check_whole("top", top, 1, len(tokenizer))
    logits, _ = forward(model, *padded([ids], model.device))
    probabilities, numbers = logits[0, -1].float().softmax(dim=-1).topk(top)
    tokens = [tokenizer.decode([number], clean_up_tokenization_spaces=False) for number in numbers.tolist()]
    return pd.DataFrame({"token": tokens, "id": numbers.tolist(), "probability": probabilities.double().tolist()})


def log_probabilities(model, tokenizer, prompts: Prompt | Iterable[Prompt], continuations: Sequence[str]) -> np.ndarray:
    """Natural logarithms (prompts, continuations): how probable each text is after each prompt, summed over its tokens.

    A continuation is turned into tokens by itself, without special ones; most tokenizers write a space as a part of the
    word after it, so " good" and "good" are two continuations. A prompt is read once, and its cache used for all. One
    prompt gives one row.

    Errors as in `generate.text`, and ValueError where a continuation is no text with at least one token.
    """
    ends = _continuations(tokenizer, continuations)
    rows = encode(model, tokenizer, prompts, max_tokens=max(map(len, ends)))
    found = np.zeros((len(rows), len(ends)))
    order = sorted(range(len(rows)), key=lambda place: -len(rows[place]))
    for start in range(0, len(rows), PROMPTS_AT_ONCE):
        places = order[start : start + PROMPTS_AT_ONCE]
        found[places] = _scores(model, [rows[place] for place in places], ends)
    return found


def _scores(model, prompts: list[list[int]], ends: list[list[int]]) -> np.ndarray:
    """(prompts, ends): summed log-probabilities of token ids `ends`."""
    import torch

    ids, mask = padded(prompts, model.device)
    logits, read = forward(model, ids, mask)
    first = logits[:, -1].float().log_softmax(dim=-1)
    found = first[:, [end[0] for end in ends]].double()
    longer = [place for place, end in enumerate(ends) if len(end) > 1]
    step = max(1, ROWS_AT_ONCE // len(prompts))
    for start in range(0, len(longer), step):
        places = longer[start : start + step]
        cache = deepcopy(read)
        cache.batch_repeat_interleave(len(places))
        longest = max(len(ends[place]) for place in places)
        filled = torch.tensor(
            [ends[place] + [-1] * (longest - len(ends[place])) for place in places], device=ids.device
        )
        filled = filled.repeat(len(prompts), 1)
        given, wanted = filled[:, :-1].clamp(min=0), filled[:, 1:]
        seen = torch.cat([mask.repeat_interleave(len(places), dim=0), (given * 0 + 1)], dim=1)
        logits, _ = forward(model, given, seen, cache, last_only=False)
        each = logits.float().log_softmax(dim=-1).gather(2, wanted.clamp(min=0)[..., None])[..., 0].double()
        sums = (each * (wanted >= 0)).sum(dim=1)
        found[:, places] += sums.reshape(len(prompts), len(places))
    return found.cpu().numpy()


def _continuations(tokenizer, continuations) -> list[list[int]]:
    """The token ids of each continuation."""
    if isinstance(continuations, str) or not len(continuations):
        raise ValueError(f"continuations is {continuations!r}; it must be a list of at least one text")
    if wrong := [one for one in continuations if not isinstance(one, str) or not one]:
        raise ValueError(f"continuations holds {wrong[0]!r}; each must be a text of at least one character")
    return [tokenizer(one, add_special_tokens=False)["input_ids"] for one in continuations]


def choose(
    model,
    tokenizer,
    prompts: Prompt | Iterable[Prompt],
    labels: Sequence[str],
    *,
    prior: Sequence[float] | np.ndarray | None = None,
) -> pd.DataFrame:
    """A row a prompt: `label`, the most probable of the labels, then the probability of each label.

    A label is a text that could follow the prompt. Probabilities are the softmax of `log_probabilities`, from which
    `prior` is subtracted before: (labels,) or (prompts, labels), such as the log-probabilities after a prompt that says
    nothing (Zhao et al. 2021, "Calibrate before use"). A Series of prompts keeps its index.

    Errors as in `log_probabilities`, and ValueError for labels that are not at least two different texts or a prior of
    another shape.
    """
    labels = [labels] if isinstance(labels, str) else list(labels)
    if len(labels) < 2 or not all(isinstance(label, str) and label for label in labels) or len({*labels}) < len(labels):
        raise ValueError(f"labels is {labels!r}; it must hold at least two different texts")
    index = prompts.index if isinstance(prompts, pd.Series) else None
    scores = log_probabilities(model, tokenizer, prompts, labels)
    if prior is not None:
        prior = np.asarray(prior, dtype=float)
        if prior.shape not in (scores.shape, scores.shape[1:]) or not np.isfinite(prior).all():
            raise ValueError(
                f"prior has the shape {prior.shape}; it must hold a number for each label, {scores.shape[1:]}, or for "
                f"each prompt and label, {scores.shape}"
            )
        scores = scores - prior
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    table = pd.DataFrame(probabilities, columns=labels, index=index)
    table.insert(0, "label", pd.Categorical.from_codes(probabilities.argmax(axis=1), categories=labels))
    return table

"""How the next token is drawn, and what may be set about it."""

from dataclasses import dataclass, field

import numpy as np

from trainlib._values import check_number, check_whole


@dataclass(frozen=True)
class Options:
    """What `generate.text` and `.stream` take; checked when it is made."""

    max_tokens: int = 64
    temperature: float = 0.0
    top_k: int | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = field(default=())
    seed: int = 0

    def __post_init__(self):
        check_whole("max_tokens", self.max_tokens, 1)
        check_number("temperature", self.temperature, 0, 100)
        check_whole("seed", self.seed, 0)
        if self.top_k is not None:
            check_whole("top_k", self.top_k, 1, otherwise=", or None")
        if self.top_p is not None:
            check_number("top_p", self.top_p, 0, 1)
        stop = (self.stop,) if isinstance(self.stop, str) else self.stop
        if not isinstance(stop, (list, tuple)) or not all(isinstance(word, str) and word for word in stop):
            raise ValueError(f"stop is {self.stop!r}; it must be texts of at least one character")
        object.__setattr__(self, "stop", tuple(stop))


def candidates(logits, options: Options):
    """(probabilities, ids), each (kept,): what is drawn from, of logits (vocabulary,).

    Logits are divided by the temperature; the `top_k` highest stay; of these, the fewest that hold `top_p` of the
    probability (Holtzman et al. 2020, "The curious case of neural text degeneration").
    """
    import torch

    scores = logits.float() / options.temperature
    if options.top_k is not None:
        scores, ids = scores.topk(min(options.top_k, len(scores)))
    elif options.top_p is not None:
        scores, ids = scores.sort(descending=True)
    else:
        ids = torch.arange(len(scores), device=scores.device)
    probabilities = scores.softmax(dim=-1)
    if options.top_p is not None:
        before = probabilities.cumsum(dim=-1) - probabilities
        before[0] = -1  # the most probable one always stays
        kept = before < options.top_p
        probabilities, ids = probabilities[kept] / probabilities[kept].sum(), ids[kept]
    return probabilities, ids


def draw(logits, options: Options, numbers) -> int:
    """The id of the next token, from logits (vocabulary,): the highest at temperature 0, else drawn with `numbers`."""
    import torch

    if options.temperature == 0:
        return int(logits.argmax())
    probabilities, ids = candidates(logits, options)
    return int(ids[torch.multinomial(probabilities.cpu(), 1, generator=numbers)])


def numbers_of(seed: int, place: int):
    """The random numbers of the prompt at a place of the list."""
    import torch

    return torch.Generator().manual_seed(int(np.random.SeedSequence([seed, place]).generate_state(1, np.uint32)[0]))

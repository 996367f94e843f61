"""The loop that writes: read the prompts once, then one step after the other, each answer until it ends."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trainlib._values import check_whole
from trainlib.generate import form
from trainlib.generate.prompts import encode, ends, forward, is_one, padded, vocabulary
from trainlib.generate.sampling import Options, draw, numbers_of

Prompt = str | Sequence[Mapping[str, str]]


def text(
    model,
    tokenizer,
    prompts: Prompt | Iterable[Prompt],
    *,
    max_tokens: int = 64,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    stop: str | Sequence[str] = (),
    seed: int = 0,
    schema: dict | None = None,
    pattern: str | None = None,
    batch_size: int = 8,
) -> list[str] | str:
    """The answer to each prompt, a list in their order; to one prompt a string. Special tokens are left out.

    An answer ends at the model's end token, before the first of the `stop` words, or after `max_tokens` tokens.
    `temperature` 0 takes the most probable token each time; above, one is drawn from the distribution that
    temperature, `top_k` and `top_p` leave (`trainlib.generate.sampling`), with random numbers from `seed`.
    `schema`, a JSON schema, or `pattern`, a regular expression that the whole answer fits, rule out all other tokens;
    an answer that `max_tokens` cuts before it is whole is reported on stdout. In a pattern, \\d is a digit of any
    script: for 0 to 9 write [0-9]. JSON is laid out as json.dumps does it, with the keys in the schema's order.

    `batch_size` prompts are computed at once, which changes speed and memory only (up to float rounding).

    Raises ValueError for settings out of range, a model that does not write, a prompt that is empty or too long for the
    model, and a schema or pattern that cannot be followed.
    """
    options = Options(max_tokens, temperature, top_k, top_p, stop, seed)
    check_whole("batch_size", batch_size, 1)
    single = is_one(prompts)
    answers = _answers(model, tokenizer, prompts, options, schema, pattern)
    by_length = sorted(answers, key=lambda answer: -len(answer.prompt))
    for start in range(0, len(answers), batch_size):
        for _ in _write(model, by_length[start : start + batch_size]):
            pass
    if cut := sum(not answer.fits for answer in answers):
        print(f"! {cut} of {len(answers)} answers: cut at max_tokens={max_tokens} before it was whole")
    texts = [answer.text() for answer in answers]
    return texts[0] if single else texts


def stream(
    model,
    tokenizer,
    prompt: Prompt,
    *,
    max_tokens: int = 64,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    stop: str | Sequence[str] = (),
    seed: int = 0,
    schema: dict | None = None,
    pattern: str | None = None,
) -> Iterator[str]:
    """The answer to one prompt in pieces, each as soon as it is sure; joined they are what `text` returns.

    A piece holds whole characters, and nothing that may yet turn out to be a stop word. Settings and errors as in
    `text`; errors are raised at once, not at the first piece.
    """
    if not is_one(prompt):
        raise ValueError(f"prompt is {str(prompt)[:80]}; stream takes one prompt: a string or a list of messages")
    options = Options(max_tokens, temperature, top_k, top_p, stop, seed)
    (answer,) = _answers(model, tokenizer, prompt, options, schema, pattern)
    return _pieces(model, answer)


def _pieces(model, answer: "_Answer") -> Iterator[str]:
    said = ""
    for _ in _write(model, [answer]):
        now = answer.text() if answer.finished else answer.sure_text()
        if len(now) > len(said):
            yield now[len(said) :]
            said = now


def _answers(model, tokenizer, prompts, options: Options, schema, pattern) -> list["_Answer"]:
    rows = encode(model, tokenizer, prompts, options.max_tokens)
    last = frozenset(ends(model, tokenizer))
    fresh = form.matcher(tokenizer, vocabulary(model), last, schema, pattern)
    return [
        _Answer(tokenizer, ids, options, last, numbers_of(options.seed, place), fresh and fresh.deep_copy())
        for place, ids in enumerate(rows)
    ]


def _write(model, answers: list["_Answer"]) -> Iterator[None]:
    """Write the answers of one batch, with a stop after each step."""
    import torch

    alive = [answer for answer in answers if not answer.finished]
    if not alive:
        yield
        return
    ids, mask = padded([answer.prompt + answer.tokens for answer in alive], model.device)
    cache = None
    while True:
        logits, cache = forward(model, ids, mask, cache)
        new = [answer.take(row) for answer, row in zip(alive, logits[:, -1])]
        yield
        rows = [row for row, answer in enumerate(alive) if not answer.finished]
        if not rows:
            return
        if len(rows) < len(alive):
            kept = torch.tensor(rows, device=mask.device)
            cache.batch_select_indices(kept)
            alive, new, mask = [alive[row] for row in rows], [new[row] for row in rows], mask[kept]
        ids, more = padded(new, mask.device)
        mask = torch.cat([mask, more], dim=1)


class _Answer:
    """What has been written after one prompt, and when it is at its end."""

    def __init__(self, tokenizer, prompt: list[int], options: Options, ends: frozenset[int], numbers, matcher):
        self.tokenizer, self.prompt, self.options, self.ends = tokenizer, prompt, options, ends
        self.numbers, self.matcher = numbers, matcher
        self.tokens: list[int] = []
        self.finished = False
        self._add_forced()

    @property
    def fits(self) -> bool:
        """Whether it is whole, or was not cut at `max_tokens`, where it has to fit a schema or a pattern."""
        whole = self.matcher is None or self.matcher.is_accepting() or self.matcher.is_stopped()
        return whole or len(self.tokens) < self.options.max_tokens

    def take(self, logits) -> list[int]:
        """Choose the next token by logits (vocabulary,). Returns the new tokens, which the model has yet to read."""
        if self.matcher is not None:
            logits = logits.masked_fill(~form.allowed(self.matcher).to(logits.device), -float("inf"))
        token, before = draw(logits, self.options, self.numbers), len(self.tokens)
        if self.matcher is not None:
            self.matcher.consume_token(token)
        if token in self.ends:
            self.finished = True
            return []
        self.tokens.append(token)
        self._add_forced()
        return self.tokens[before:]

    def _add_forced(self) -> None:
        """Add what has to follow in any case, and see whether that is the end."""
        left = self.options.max_tokens - len(self.tokens)
        if self.matcher is not None and not self.matcher.is_stopped():
            forced = [token for token in self.matcher.compute_ff_tokens()[:left] if token not in self.ends]
            self.matcher.consume_tokens(forced)
            self.tokens += forced
        stopped = self.matcher is not None and self.matcher.is_stopped()
        self.finished = stopped or len(self.tokens) >= self.options.max_tokens
        self.finished = self.finished or any(word in self._decoded() for word in self.options.stop)

    def _decoded(self) -> str:
        """All that was written, without half a character at its end."""
        words = self.tokenizer.decode(self.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return words.rstrip("\N{REPLACEMENT CHARACTER}")

    def text(self) -> str:
        """The answer so far, up to a stop word."""
        words = self._decoded()
        cuts = [words.index(word) for word in self.options.stop if word in words]
        return words[: min(cuts)] if cuts else words

    def sure_text(self) -> str:
        """Without an end that a stop word may begin with."""
        words = self._decoded()
        longest = max(map(len, self.options.stop), default=0)
        for length in range(min(longest - 1, len(words)), 0, -1):
            if any(word.startswith(words[-length:]) for word in self.options.stop):
                return words[:-length]
        return words

"""Answers that must fit a JSON schema or a regular expression, by llguidance.

At each step it tells which tokens may come next; the others get no probability. Where only one text can follow, such as
a key of an object and its quotes, its tokens are taken as they are, and the model reads them in one go.
"""

import json
from functools import lru_cache

LAYOUT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}  # as json.dumps writes


def matcher(tokenizer, vocabulary: int, ends: frozenset[int], schema: dict | None, pattern: str | None):
    """A fresh matcher of answers, or None where neither schema nor pattern is given. ValueError where one is wrong."""
    if schema is None and pattern is None:
        return None
    if schema is not None and pattern is not None:
        raise ValueError("schema and pattern are both given; an answer can be held to one of them")
    if schema is not None and not isinstance(schema, dict):
        raise ValueError(f"schema is {schema!r}; it must be a JSON schema as a dict")
    if pattern is not None and not isinstance(pattern, str):
        raise ValueError(f"pattern is {pattern!r}; it must be a regular expression as a string")
    return _compiled(tokenizer, vocabulary, ends, json.dumps(schema) if pattern is None else None, pattern).deep_copy()


@lru_cache(maxsize=32)
def _compiled(tokenizer, vocabulary: int, ends: frozenset[int], schema: str | None, pattern: str | None):
    from llguidance import LLMatcher

    try:
        if pattern is None:
            grammar = LLMatcher.grammar_from_json_schema(schema, overrides=LAYOUT)
        else:
            grammar = LLMatcher.grammar_from_regex(pattern)
        compiled = LLMatcher(_tokens(tokenizer, vocabulary, ends), grammar, log_level=0)
        wrong = compiled.get_error()
    except ValueError as error:
        wrong = str(error)
    if wrong:
        name, value = ("schema", schema) if pattern is None else ("pattern", pattern)
        raise ValueError(
            f"{name} is {value}; it must be one that llguidance can hold an answer to (no look-around, no negation). "
            f"It says: {wrong.strip()}"
        )
    return compiled


@lru_cache(maxsize=4)
def _tokens(tokenizer, vocabulary: int, ends: frozenset[int]):
    """The tokenizer as llguidance has it, which takes most of a second to make."""
    from llguidance.hf import from_tokenizer

    return from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=sorted(ends))


def allowed(matcher):
    """(vocabulary,) truth values: which tokens may come next."""
    import torch

    return torch.frombuffer(bytearray(matcher.compute_logit_bias()), dtype=torch.uint8) > 0

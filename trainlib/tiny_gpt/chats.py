"""Short generated chats, from which tiny-gpt learns the form of an answer: what to copy, one label, a JSON record.

Words, reviews and articles come from texts that the caller allows; nothing else is quoted.
"""

import json
import re
from functools import cache

import numpy as np
import pandas as pd

from trainlib import data, pretrain

__all__ = ["END", "KINDS", "SPECIAL", "START", "TEMPLATE", "Chats"]

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]  # their places in this list are their ids
_, START, END = SPECIAL
# SmolLM2's own, letter for letter, so that a prompt is the same string for both models.
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}"
    "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

ENDINGS = ("Ltd", "GmbH", "Stores", "Insurance", "Travel", "Energy", "Books", "Bakery", "Clinic", "Garage")
PAYMENTS = (
    "Please pay {amount} {currency} to {payee} by {date}.",
    "{payee}: invoice over {currency} {amount}, due on {date}.",
    "You sent {currency} {amount} to {payee} on {date}.",
    "On {date} {payee} takes {amount} {currency} from your account.",
    "Reminder: {amount} {currency} for {payee}, {date}.",
)
RECORD = "Write payee, amount, currency and date as JSON.\n"
KINDS = ("word", "sentiment", "topic", "payment", "payment")  # records are longer and harder: twice as often


@cache
def _labelled() -> pd.DataFrame:
    """All texts that pre-training draws from, as `pretrain.texts` writes them, with their labels: name, label, text."""
    table = pd.concat([data.load(name).assign(name=name) for name in pretrain.TRAINED_ON], ignore_index=True)
    table["text"] = table.text.str.replace(r"<br\s*/?>", " ", regex=True)
    return table.sort_values("text")


class Chats:
    """Chats about the given texts. Each is a prompt and its answer, drawn from a random generator."""

    def __init__(self, texts: list[str]):
        """`texts` are those of the course's data that may be quoted. ValueError where one of the labels is not among
        them."""
        table = _labelled()
        table = table[table.text.isin(texts)]
        groups = {key: [*rows.text] for key, rows in table.astype({"label": str}).groupby(["name", "label"])}
        reviews, news = (
            {label: found for (of, label), found in groups.items() if of == name} for name in pretrain.TRAINED_ON
        )
        if len(reviews) < 2 or len(news) < 2:
            raise ValueError(
                f"texts has reviews with the labels {[*reviews]}, news with {[*news]}; it needs two of each"
            )
        self.reviews, self.news = reviews, news
        words = {word for text in table.text[::10] for word in re.findall(r"\b[a-z]{4,9}\b", text)}
        self.words = sorted(words)

    def word(self, rng: np.random.Generator) -> tuple[str, str]:
        """A word to copy."""
        word = self._one(self.words, rng)
        return f"{self._one(('Say', 'Write', 'Repeat'), rng)} the word {word}.", word

    def sentiment(self, rng: np.random.Generator) -> tuple[str, str]:
        """The last words of a review; positive or negative."""
        label = self._one([*self.reviews], rng)
        text = " ".join(self._one(self.reviews[label], rng).split()[-int(rng.integers(12, 40)) :])
        return f"Is this review positive or negative?\n{text}", label

    def topic(self, rng: np.random.Generator) -> tuple[str, str]:
        """The first words of an article; its topic."""
        label = self._one([*self.news], rng)
        text = " ".join(self._one(self.news[label], rng).split()[: int(rng.integers(8, 30))])
        return f"What is this article about: {', '.join(self.news)}?\n{text}", label

    def payment(self, rng: np.random.Generator) -> tuple[str, str]:
        """A message about a payment; a JSON record of it."""
        record = {
            "payee": f"{self._one(self.words, rng).title()} {self._one(ENDINGS, rng)}",
            "amount": f"{int(rng.integers(1, 2_000))}.{int(rng.integers(100)):02}",
            "currency": self._one(("EUR", "USD", "GBP", "CHF"), rng),
            "date": f"{int(rng.integers(2023, 2028))}-{int(rng.integers(1, 13)):02}-{int(rng.integers(1, 29)):02}",
        }
        return RECORD + self._one(PAYMENTS, rng).format(**record), json.dumps(record)

    def draw(self, rng: np.random.Generator, kind: str | None = None) -> tuple[str, str]:
        """A prompt and its answer, of one of `KINDS`."""
        return getattr(self, kind or self._one(KINDS, rng))(rng)

    @staticmethod
    def _one(values, rng: np.random.Generator):
        return values[int(rng.integers(len(values)))]

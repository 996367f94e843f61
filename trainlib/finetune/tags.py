"""Giving each word of a text a BIO tag, by which spans of words are found (token classification)."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import measure, methods
from trainlib._spans import OUTSIDE, check_tags, span_counts
from trainlib._values import is_broken
from trainlib.finetune import _together
from trainlib.finetune.classes import Loss, labels_of, loss_of
from trainlib.finetune.passes import each_of
from trainlib.finetune.quick_bert import quick
from trainlib.finetune.task import Rows, Task

__all__ = ["TagLoss", "Tags", "Targets", "encode_words", "word_logits"]

NOT_LEARNT = -100  # stands in the targets behind the last word of a row
LISTS = (list, tuple, np.ndarray)


class Targets(list):
    """A tensor a row, as many words long as its text. Some rows together are padded to the longest of them."""

    def __getitem__(self, rows: Iterable[int]) -> Tensor:
        chosen = [super(Targets, self).__getitem__(row) for row in rows]
        return nn.utils.rnn.pad_sequence(chosen, batch_first=True, padding_value=NOT_LEARNT)

    @property
    def read(self) -> Tensor:
        """The numbers of the tags of all words that are read, (words,)."""
        return torch.cat([row[row[:, 1] >= 0, 0] for row in self])


class Tags(Task):
    """`words` and `tags`, a list of each in every row. A row is the pieces of its words; its target is (words, 2): the
    number of each word's tag, and the place of its first piece, below 0 where none is read.

    The loss is the mean over the words that are read, each by its first piece. A word without a piece, or behind
    `max_length`, teaches nothing and is predicted as "O"; in accuracy and F1 it counts as any other.
    """

    metrics = ("f1", "accuracy", "loss")

    def check(self, model, table: pd.DataFrame) -> None:
        if missing := [column for column in ("words", "tags") if column not in table]:
            raise ValueError(
                f"table has the columns {list(table.columns)}; {missing} is missing: a model that gives tags learns "
                "from words and tags, a list of each in every row"
            )
        _check_words(table["words"])
        _check_tags(table, _tags_of(model))

    def check_training(self, model, train: pd.DataFrame) -> None:
        super().check_training(model, train)
        present = {tag for tags in train["tags"] for tag in tags}
        if present <= {OUTSIDE}:
            raise ValueError(
                f"the {len(train)} training rows have the tags {sorted(present)}; there must be others, too"
            )
        if absent := [tag for tag in _tags_of(model) if tag not in present]:
            print(f"! no training row has the tag {', '.join(map(repr, absent))}: the model cannot learn it")

    def rows(self, model, table: pd.DataFrame) -> Rows:
        number = {tag: place for place, tag in enumerate(_tags_of(model))}
        inputs, places = encode_words(self.tokenizer, table["words"], self.settings.max_length)
        numbers = [torch.tensor([number[tag] for tag in tags]) for tags in table["tags"]]
        return inputs, Targets(torch.stack(pair, dim=1) for pair in zip(numbers, places))

    def check_reads(self, model, inputs: Sequence[Tensor]) -> None:
        last = lambda model, texts: torch.stack(
            [row[-1] for row in _logits(model, texts, [[len(t) - 1] for t in texts])]
        )
        _together.check_reads(model, inputs, last)

    def loss(self, model, targets: Targets) -> "TagLoss":
        return TagLoss(loss_of(self.settings, targets.read, _tags_of(model), model.device))

    def forward(self, model) -> nn.Module:
        return model if self.settings.gradient_checkpointing else quick(model)

    @contextmanager
    def as_read(self, model, train: Rows, dev: Rows) -> Iterator[tuple[Rows, Rows]]:
        """As pieces or, for "head", as what the encoder makes once of each word's first piece."""
        if self.settings.method != "head":
            yield train, dev
            return
        encoded = [_encoded(model, *rows) for rows in (train, dev)]
        with methods.encoder_replaced(model):
            yield tuple(encoded)

    def dev_scores(self, model, inputs: Sequence[Tensor], targets: Targets) -> dict[str, float]:
        """Mean cross-entropy of the words that are read, accuracy over all words, F1 over all spans."""
        if not len(inputs):
            return dict.fromkeys(["dev_loss", "dev_accuracy", "dev_f1"], math.nan)
        places = [row[:, 1] for row in targets]
        logits, names = _logits(model, inputs, places), np.array(_tags_of(model), dtype=object)
        truth = [names[row[:, 0].numpy()] for row in targets]
        found = [_most_probable(names, row, where) for row, where in zip(logits, places)]
        both, wanted, given = span_counts(truth, found)[1].sum(axis=(0, 1))
        return {
            "dev_loss": Loss().sum(torch.cat(logits), targets.read).item() / max(len(targets.read), 1),
            "dev_accuracy": float(np.mean(np.concatenate(truth) == np.concatenate(found))),
            "dev_f1": float(2 * both / max(wanted + given, 1)),
        }

    def predict(self, model, texts: Iterable[Sequence[str]], second=None) -> pd.DataFrame:
        if second is not None:
            raise ValueError("second is given; a model that gives tags reads one list of words a text")
        if isinstance(texts, str):
            raise ValueError(f"texts is one string, {texts[:40]!r}; it must be a list of lists of words")
        words = pd.Series([*texts], texts.index if isinstance(texts, pd.Series) else None, dtype=object)
        _check_words(words)
        names = np.array(_tags_of(model), dtype=object)
        inputs, places = encode_words(self.tokenizer, words, self.settings.max_length)
        logits = _logits(model, inputs, places)
        tags = [[*_most_probable(names, row, where)] for row, where in zip(logits, places)]
        columns = {
            "tags": tags,
            "probabilities": [_spread(row.softmax(dim=-1).amax(dim=-1), where) for row, where in zip(logits, places)],
            "spans": [measure.spans(row) for row in tags],
        }
        return pd.DataFrame({name: pd.Series(rows, words.index, dtype=object) for name, rows in columns.items()})

    def evaluate(self, model, table: pd.DataFrame) -> dict[str, measure.Score]:
        """F1 over all spans, its interval from a bootstrap over texts, and accuracy over all words."""
        truth, found = [*table["tags"]], [*self.predict(model, table["words"])["tags"]]
        words = ([*chain.from_iterable(part)] for part in (truth, found))
        return {"f1": measure.span_f1(truth, found), "accuracy": measure.accuracy(*words)}


@dataclass(frozen=True)
class TagLoss:
    """Cross-entropy of the words that are read; its mean over all of a batch is the loss that transformers computes
    with -100 at every piece but the words' first ones."""

    loss: Loss

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the words; targets (rows, words, 2) as of `Tags`."""
        numbers, places = targets.unbind(dim=-1)
        return self.loss.sum(word_logits(model, batch, places), numbers[places >= 0])

    def mass(self, targets: Tensor) -> float:
        """How many words are read, or the sum of their weights; a batch without one teaches nothing."""
        numbers, places = targets.unbind(dim=-1)
        return self.loss.mass(numbers[places >= 0]) or 1


def word_logits(model, batch: dict[str, Tensor], places: Tensor) -> Tensor:
    """The scores of the words that are read, in their order, (words, tags).

    `places` (rows, most words) are those of the words' first pieces in their row, below 0 where there is none. What the
    model gives for anything that stands before the pieces, as the vectors of a prompt do, is left out.
    """
    return _at(model(**batch).logits, batch, places)


def encode_words(tokenizer, texts: Sequence[Sequence[str]], max_length: int) -> tuple[list[Tensor], list[Tensor]]:
    """Token ids of each text, and where in them the first piece of each of its words stands, (words,), -1 for none.

    A word is read as in the middle of a text, after a space, where the tokenizer's pieces tell that. Says on stdout how
    many words are cut off, and how many have no piece. ValueError for a tokenizer that does not say
    which piece belongs to which word.
    """
    splitter = getattr(getattr(tokenizer, "backend_tokenizer", None), "pre_tokenizer", None)
    space = " " if "ByteLevel" in repr(splitter) else ""
    texts = [[word and space + str(word) for word in words] for words in texts]
    code = lambda **options: tokenizer(texts, is_split_into_words=True, **options)
    if not texts:
        return [], []
    coded = code(verbose=False)
    if not coded.is_fast:
        raise ValueError(
            f"the tokenizer is a {type(tokenizer).__name__}, which does not say what piece is of what word"
        )
    places = [_first_pieces(coded.word_ids(row), len(words)) for row, words in enumerate(texts)]
    mute = [word for words, where in zip(texts, places) for word, place in zip(words, where.tolist()) if place < 0]
    if mute:
        print(
            f"! {len(mute):,} words have no piece for the tokenizer, such as {mute[0]!r}: they are taken as {OUTSIDE}"
        )
    if cut := sum(len(ids) > max_length for ids in coded["input_ids"]):
        coded = code(truncation=True, max_length=max_length)
        whole, places = places, [_first_pieces(coded.word_ids(row), len(words)) for row, words in enumerate(texts)]
        lost = sum(int((there < 0).sum()) for there in places) - sum(int((there < 0).sum()) for there in whole)
        print(
            f"! {cut:,} of {len(texts):,} texts are longer than {max_length} tokens: {lost:,} words behind them are "
            f"not read, and taken as {OUTSIDE}"
        )
    return [torch.tensor(ids, dtype=torch.int64) for ids in coded["input_ids"]], places


def _first_pieces(word_of_piece: Sequence[int | None], words: int) -> Tensor:
    places = [-1] * words
    for place in reversed(range(len(word_of_piece))):
        if (word := word_of_piece[place]) is not None:
            places[word] = place
    return torch.tensor(places, dtype=torch.int64)


def _logits(model, inputs: Sequence[Tensor], places: Sequence[Sequence[int]]) -> list[Tensor]:
    """The scores of each row's words that are read, (words, tags) each, on the CPU."""
    places = Targets(torch.as_tensor(where) for where in places)

    def compute(batch, rows):
        chosen = places[rows]
        counts = (chosen >= 0).sum(dim=1).tolist()
        return word_logits(model, batch, chosen.to(model.device)).float().cpu().split(counts)

    return each_of(model, inputs, compute)


def _encoded(model, inputs: Sequence[Tensor], targets: Targets) -> tuple[list[Tensor], Targets]:
    """What the encoder makes of each word that is read, (words, hidden) a row, and targets that count these."""
    encoder, counted = model.base_model, Targets(row.clone() for row in targets)
    for row in counted:
        read = row[:, 1] >= 0
        row[read, 1] = torch.arange(int(read.sum()))

    def compute(batch, rows):
        places = targets[rows][..., 1]
        states = _at(encoder(**batch).last_hidden_state, batch, places.to(model.device))
        return states.float().cpu().split((places >= 0).sum(dim=1).tolist())

    return each_of(model, inputs, compute), counted


def _at(outputs: Tensor, batch: dict[str, Tensor], places: Tensor) -> Tensor:
    """The outputs for pieces (rows, pieces, …) that stand at the places which are not below 0, (words, …)."""
    outputs = outputs[:, outputs.shape[1] - batch["input_ids"].shape[1] :]
    read = places >= 0
    rows, places = read.nonzero()[:, 0], places[read]
    if (mask := batch.get("attention_mask")) is not None:
        places = places + mask.argmax(dim=1)[rows]  # where padding stands before the pieces
    return outputs[rows, places]


def _most_probable(names: np.ndarray, logits: Tensor, where: Tensor) -> np.ndarray:
    """The tag of each word of a text, "O" where none is read; logits of those that are, places of all."""
    tags = np.full(len(where), OUTSIDE, dtype=object)
    tags[(where >= 0).numpy()] = names[logits.argmax(dim=-1).numpy()]
    return tags


def _spread(values: Tensor, where: Tensor) -> list[float]:
    """The values of the words that are read, nan for the others."""
    found = torch.full((len(where),), math.nan)
    found[where >= 0] = values
    return found.tolist()


def _tags_of(model) -> list[str]:
    """The tags of a model, in the order of its logits. ValueError where they are none."""
    names = labels_of(model)
    check_tags(names, "the model's labels")
    if OUTSIDE not in names:
        raise ValueError(
            f'the model\'s labels are {names}; "{OUTSIDE}", the tag of all other words, must be one of them'
        )
    return names


def _check_words(texts: pd.Series) -> None:
    """ValueError with the first text that is no list of words, or has a word that is none."""
    if texts.empty:
        raise ValueError("there are no texts")
    for index, words in texts.items():
        if not isinstance(words, LISTS) or not len(words):
            raise ValueError(
                f"words at index {index!r} is {words!r:.80}; it must be a list of words, as text.split() is"
            )
        for word in words:
            if not isinstance(word, str) or is_broken(word):
                raise ValueError(f"words at index {index!r} has {word!r:.80} among them; each must be a whole string")


def _check_tags(table: pd.DataFrame, names: Sequence[str]) -> None:
    """ValueError with the first row whose tags are not one for each word, no BIO tags, or not of the model."""
    for index, words, tags in zip(table.index, table["words"], table["tags"]):
        if not isinstance(tags, LISTS) or len(tags) != len(words):
            given = f"has {len(tags)} of them" if isinstance(tags, LISTS) else f"is {tags!r:.80}"
            raise ValueError(f"tags at index {index!r} {given}; it must be a list of {len(words)}, one for each word")
        check_tags(tags, f"tags at index {index!r}: tags")
    if unknown := {tag for tags in table["tags"] for tag in tags} - set(names):
        raise ValueError(
            f"the model's labels are {list(names)}, the table has the tags {sorted(unknown)}, too: load the model with "
            'labels that hold all of them, and task="tokens"'
        )

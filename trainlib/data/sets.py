"""The data sets by name: their cards, and what `load` gives (see `trainlib.data`)."""

from pathlib import Path

import pandas as pd

from trainlib.data import readers
from trainlib.data.cards import Card, cards
from trainlib.data.splits import prepared, sample, whole_firms

__all__ = ["describe", "load", "names"]


def names() -> list[str]:
    """The names of the data sets that come with the course."""
    return list(cards())


def describe(name: str) -> Card:
    """The card of a named data set. ValueError for a name that is not in `names()`."""
    if name not in cards():
        raise ValueError(f"name is {name!r}; it must be one of {', '.join(cards())}")
    return cards()[name]


def load(name: str | Path, rows: int | None = None, seed: int = 0) -> pd.DataFrame:
    """A data set as a table, in shuffled order.

    `name` is one of `names()`; or a .csv, .parquet or .jsonl file, or a folder of such files, with columns text and
    label and, if you like, split (files called train, dev or validation, and test are splits too); or a name on the
    Hugging Face hub, which needs `pip install datasets` and a network.
    `rows` keeps about that many rows in all, with the same shares of splits and labels (of `credit` of bad loans,
    of `exam_items` of tests, of `job_training` of sources and treated); of `firm_training` whole firms.
    `seed` sets the order and which rows are kept. It never moves a text to another split.

    Texts come as columns `text` (str), `label` (an ordered categorical, always with all labels) and `split` ("train",
    "dev" or "test"; 73.8, 8.2 and 18 % of each label, unless the source has splits). Other tables have the columns that
    their cards describe, and those that a model is tested on a `split` with the same shares.

    Raises ModuleNotFoundError when a package is missing, saying which; ValueError when the name cannot be had, the
    columns are not those, a text or label is empty, a label has too few texts to split, or `rows` is out of range.
    """
    if name in cards():
        card = describe(name)
        table = readers.INSTALLED[name](card)
        if card.columns:
            return whole_firms(table, rows, seed) if "firm" in table else sample(table, rows, seed)
        table = prepared(table, list(card.labels), f"the data set {name!r}")
    else:
        table = prepared(readers.own(name), None, f"the data set {str(name)!r}")
    return sample(table, rows, seed)

"""Which texts belong together, and which split each is in."""

import re
from itertools import accumulate, groupby, islice
from operator import eq

import pandas as pd

from trainlib._values import check_whole, is_broken

__all__ = ["DEV_SHARE", "SPLITS", "SPLIT_SEED", "TEST_SHARE", "prepared", "sample", "story", "whole_firms"]

SPLITS = ["train", "dev", "test"]
TEST_SHARE = 0.18
DEV_SHARE = 0.082
SPLIT_SEED = 7  # no argument can move a text from test to train; with 7, a headline that 44 tweets share is in train
LINK, RETWEET, WORD = re.compile(r"https?://\S+"), re.compile(r"\A\s*rt @\w+:?"), re.compile(r"[^\W_]+")
STRATA = ("split", "label", "bad", "test", "source", "treated")  # columns whose shares a subset keeps


def story(texts: pd.Series) -> pd.Series:
    """What is left of each text without case, links, retweet mark, punctuation and repeated words.

    Texts for which it is equal are copies or small variations of each other: keep them together when you split.
    """
    return texts.map(_told, na_action="ignore")


def _told(text: str) -> str:
    bare = RETWEET.sub(" ", text.casefold())
    bare = LINK.sub(" ", bare) if "http" in bare else bare  # few texts hold one, and to look for it costs less
    words = WORD.findall(bare)
    if any(map(eq, words, islice(words, 1, None))):  # many tweets end in "$AAPL #aapl"
        words = [word for word, _ in groupby(words)]
    return " ".join(words) or text


def prepared(table: pd.DataFrame, labels: list[str] | None, what: str) -> pd.DataFrame:
    """Checked texts without copies, each in a split. `labels` fixes labels and their order; None takes those found."""
    if missing := [column for column in ("text", "label") if column not in table]:
        raise ValueError(
            f"{what} has the columns {list(table.columns)}; it needs text and label, and {missing} is missing"
        )
    if (broken := table.text.astype(object).map(lambda text: is_broken(str(text)))).any():
        raise ValueError(
            f"{what} has {broken.sum()} texts with half of a character, the first at {broken.idxmax()!r}: join the "
            "halves, "
            'text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")'
        )
    empty = table.text.isna() | table.label.isna() | (table.text.astype(str).str.strip() == "")
    if empty.any():
        raise ValueError(
            f"{what} has {empty.sum()} rows without text or label, the first at {empty.idxmax()!r}: drop them"
        )
    table = table.assign(text=table.text.astype(str).str.strip(), label=table.label.astype(str))
    labels = labels or sorted(table.label.unique())
    table["label"] = pd.Categorical(table.label, categories=labels, ordered=True)
    if "story" not in table:
        table["story"] = story(table.text)
    if "split" in table:
        table["split"] = table.split.replace({"validation": "dev"})
        if unknown := set(table.split) - set(SPLITS):
            raise ValueError(f"{what} has the splits {sorted(map(str, unknown))}; allowed are {', '.join(SPLITS)}")
        # A text in two splits stays in test, or else in dev: what is tested stays whole.
        table = table.sort_values("split", key=lambda split: split.map(SPLITS.index), ascending=False, kind="stable")
    table = _drop_copies(table)
    if "split" not in table or "test" not in set(table.split):
        table["split"] = _split(table, {"test": TEST_SHARE, "dev": DEV_SHARE}, what)
    else:
        table = table[table.split == table.groupby("story").split.transform("first")]
        if "dev" not in set(table.split):
            train = table[table.split == "train"]
            table.loc[train.index, "split"] = _split(train, {"dev": DEV_SHARE / (1 - TEST_SHARE)}, what)
    return table[["text", "label", "split"]].sort_index(kind="stable").reset_index(drop=True)


def _drop_copies(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each text, case and spaces aside: the first one with the label that most of its copies carry."""
    table = table.assign(copy=table.text.map(lambda text: " ".join(text.casefold().split())))
    table["votes"] = table.groupby(["copy", "label"], observed=True).text.transform("size")
    best = table.groupby("copy").votes.transform("max")
    return table[table.votes == best].drop_duplicates("copy").drop(columns=["copy", "votes"])


def _split(table: pd.DataFrame, shares: dict[str, float], what: str) -> pd.Series:
    """A split for each row: of each label's shuffled stories the first share is the first split, the rest is train."""
    leaders = table.drop_duplicates("story").sample(frac=1, random_state=SPLIT_SEED)
    counts = leaders.label.value_counts()
    if len(counts) < 2 or counts.min() < 4:
        raise ValueError(
            f"{what} has {counts.to_dict()} different texts; it needs two labels or more, with 4 texts each"
        )
    stories = leaders.groupby("label", observed=True).story
    position = stories.cumcount() / stories.transform("size")
    split = pd.Series("train", index=leaders.index)
    for name, end in reversed([*zip(shares, accumulate(shares.values()))]):
        split[position < end] = name
    return table.story.map(dict(zip(leaders.story, split)))


def sample(table: pd.DataFrame, rows: int | None, seed: int) -> pd.DataFrame:
    """All rows, or about `rows` of them with the same shares of the groups in STRATA, shuffled."""
    table = table.sample(frac=1, random_state=seed, ignore_index=True)
    if rows is None:
        return table
    by = [name for name in STRATA if name in table]
    strata = table.groupby(by or (lambda row: "all"), observed=True)
    check_whole("rows", rows, strata.ngroups, len(table), ", or None for all")
    wanted = (strata.transform("size") * rows / len(table)).round().clip(lower=1)
    return table[strata.cumcount() < wanted].reset_index(drop=True)


def whole_firms(table: pd.DataFrame, rows: int | None, seed: int) -> pd.DataFrame:
    """All rows, or those of about `rows` / 3 firms: a firm without one of its years is of no use."""
    if rows is None:
        return table
    check_whole("rows", rows, 3, len(table), ", or None for all")
    firms = table.firm.drop_duplicates().sample(rows // 3, random_state=seed)
    return table[table.firm.isin(firms)].reset_index(drop=True)

"""Spans in BIO tags, by the rules of CoNLL's evaluation (conlleval; Tjong Kim Sang and De Meulder, CoNLL 2003)."""

from collections.abc import Iterable, Sequence

import numpy as np

__all__ = ["OUTSIDE", "check_tags", "span_counts", "spans"]

OUTSIDE = "O"


def check_tags(tags: Iterable[str], name: str = "tags") -> None:
    """ValueError with the first tag that is not "O", "B-kind" or "I-kind"; `name` is what the tags are called."""
    if isinstance(tags, str):
        raise ValueError(f"{name} is {tags[:40]!r}; it must be a list of tags, one for each word")
    for place, tag in enumerate(tags):
        if not isinstance(tag, str) or tag != OUTSIDE and (tag[:2] not in ("B-", "I-") or len(tag) < 3):
            raise ValueError(f'{name}[{place}] is {tag!r}; it must be "O", "B-kind" or "I-kind", with a kind of yours')


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """The spans that the BIO tags of a text mark, (kind, start, end) each: `words[start:end]` are the words of one.

    A span begins at "B-kind", and at an "I-kind" that follows "O" or another kind, as in CoNLL's evaluation. It ends
    before the next beginning or "O". ValueError for a tag of another form.
    """
    check_tags(tags)
    found, kind, start = [], None, 0
    for place, tag in enumerate((*tags, OUTSIDE)):
        if kind is not None and (tag[0] != "I" or tag[2:] != kind):
            found.append((kind, start, place))
            kind = None
        if kind is None and tag != OUTSIDE:
            kind, start = str(tag[2:]), place
    return found


def span_counts(labels: Sequence, predictions: Sequence) -> tuple[list[str], np.ndarray]:
    """The kinds of spans in either list of texts' tags, sorted, and counts (texts, kinds, 3) of their spans: those in
    both, in the labels, in the predictions. ValueError where the lists do not fit to each other."""
    labels, predictions = list(labels), list(predictions)
    if len(labels) != len(predictions) or not labels:
        raise ValueError(
            f"labels has {len(labels)} texts and predictions {len(predictions)}; both must have the same ones, at "
            "least one"
        )
    held = []
    for text, pair in enumerate(zip(labels, predictions)):
        for name, tags in zip(("labels", "predictions"), pair):
            check_tags(tags, f"{name}[{text}]")
        if len(pair[0]) != len(pair[1]):
            raise ValueError(
                f"labels[{text}] has {len(pair[0])} tags and predictions[{text}] {len(pair[1])}; a text must have one "
                "for each word in both"
            )
        right, found = map(set, map(spans, pair))
        held.append((right & found, right, found))
    kinds = sorted({kind for parts in held for part in parts[1:] for kind, *_ in part})
    place = {kind: number for number, kind in enumerate(kinds)}
    counts = np.zeros((len(held), len(kinds), 3), dtype=np.int64)
    for text, parts in enumerate(held):
        for column, part in enumerate(parts):
            for kind, *_ in part:
                counts[text, place[kind], column] += 1
    return kinds, counts

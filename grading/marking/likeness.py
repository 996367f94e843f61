"""Which answers to an open question are alike, and what a person gave to answers near by.

Likeness is the cosine of two texts' embeddings: the mean of an encoder's outputs over the tokens of a text. Alike is
not the same: "it pays" and "it does not pay" lie close together. So groups and hints are read by a person, and nothing
follows from them by itself.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from trainlib.measure import Score, mean

ENCODERS = ("minilm", "tiny-bert", "none")
TOKENS = 512  # of a text, as many as the encoders have places for
NEAR = 0.75  # from this cosine on, a marked answer says something about another one
SOURCES = 3  # marked answers that a hint comes from, at most
LEAST = 20  # marks that hints were compared with, before one is shown unasked
SURE = 0.6  # what the lower end of kappa's interval has to reach for that
DRAWS = 1000  # of the bootstrap


class Vectors:
    """Embeddings of texts, of length 1, each computed once; with the encoder "none" no two texts are alike."""

    def __init__(self, encoder: str = "minilm"):
        if encoder not in ENCODERS:
            raise ValueError(f"encoder is {encoder!r}; it must be one of {', '.join(ENCODERS)}")
        self.encoder, self.known = encoder, {}

    def __call__(self, texts: dict[str, str]) -> np.ndarray:
        """(texts, dimensions) of texts by digest, in their order."""
        if self.encoder == "none":
            return np.eye(len(texts))
        if new := {digest: text for digest, text in texts.items() if digest not in self.known}:
            self.known |= dict(zip(new, _embedded(self.encoder, list(new.values()))))
        return np.array([self.known[digest] for digest in texts])


@cache
def _opened(encoder: str):
    from trainlib import models

    return models.load(encoder)


def _embedded(encoder: str, texts: list[str]) -> np.ndarray:
    import torch

    from trainlib import finetune

    model, tokenizer = _opened(encoder)
    most = min(TOKENS, model.config.max_position_embeddings)
    inputs = finetune.encode(tokenizer, [text if text.strip() else "." for text in texts], most)
    found = np.zeros((len(inputs), model.config.hidden_size))
    with torch.inference_mode():
        for rows in finetune.batches([len(one) for one in inputs], 16):
            batch = finetune.collate([inputs[row] for row in rows])
            outputs, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
            found[rows] = torch.nn.functional.normalize((outputs * mask).sum(1) / mask.sum(1), dim=1).numpy()
    return found


def clusters(vectors: np.ndarray, alike: float) -> list[list[int]]:
    """Rows in groups in which any two have a cosine of at least `alike`; the largest first."""
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) < 2:
        return [[row] for row in range(len(vectors))]
    distances = np.clip(1 - vectors @ vectors.T, 0, None)
    joined = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="complete", distance_threshold=1 - alike + 1e-9
    ).fit(distances)
    groups = {}
    for row, label in enumerate(joined.labels_):
        groups.setdefault(label, []).append(row)
    return sorted(groups.values(), key=lambda rows: (-len(rows), rows[0]))


def closeness(vectors: np.ndarray) -> float:
    """The lowest cosine between any two; 1 for one alone."""
    return float(np.clip((vectors @ vectors.T).min(), -1, 1))


@dataclass(frozen=True)
class Marked:
    """A text that a person has marked: in one go with all of its `act`, and with `hinted` after a hint was seen."""

    digest: str
    points: float
    act: int
    hinted: bool


@dataclass(frozen=True)
class Hint:
    """Points that near answers suggest, and (digest, points, cosine) of these."""

    points: float
    sources: tuple[tuple[str, float, float], ...]


def hint(vector: np.ndarray, marked: Sequence[Marked], vectors: np.ndarray) -> Hint | None:
    """What the marked answers nearest to a text suggest, to half a point; None where none is near."""
    if not len(marked):
        return None
    cosines = vectors @ vector
    near = [row for row in np.argsort(-cosines, kind="stable")[:SOURCES] if cosines[row] >= NEAR]
    if not near:
        return None
    points = np.average([marked[row].points for row in near], weights=cosines[near])
    sources = tuple((marked[row].digest, marked[row].points, float(cosines[row])) for row in near)
    return Hint(round(2 * points) / 2, sources)


@dataclass(frozen=True)
class Agreement:
    """How hints would have agreed with the person, each act of marking left out in turn.

    `marked` acts gave points without a hint, `compared` of them to answers with a near one. `kappa` is Cohen's, with
    quadratic weights over half points; `off` is the mean absolute difference in points, `median_off` that of always
    saying the median of the others. None where too few are compared.
    """

    marked: int
    compared: int
    kappa: Score | None
    off: Score | None
    median_off: float | None

    @property
    def is_enough(self) -> bool:
        return self.compared >= LEAST

    @property
    def is_useful(self) -> bool:
        """Whether hints are shown unasked: enough is compared, and kappa's interval lies at `SURE` or above."""
        return self.is_enough and self.kappa.low >= SURE


def agreement(marked: Sequence[Marked], vectors: np.ndarray) -> Agreement:
    """Hints against what a person gave, over all that was marked without one.

    What was marked in one go is left out together, and counts once: nobody judged its parts one by one.
    """
    acts = sorted({one.act for one in marked if not one.hinted})
    compared, median_off = [], []
    for act in acts:
        others = [row for row, one in enumerate(marked) if one.act != act]
        given = [marked[row] for row in others]
        found = {row: hint(vectors[row], given, vectors[others]) for row, one in enumerate(marked) if one.act == act}
        if pairs := [(one.points, marked[row].points) for row, one in found.items() if one]:
            compared.append(np.array(pairs))
            middle = float(np.median([one.points for one in given]))
            median_off.append(np.mean([abs(middle - points) for _, points in pairs]))
    if len(compared) < 2:
        return Agreement(len(acts), len(compared), None, None, None)
    off = mean([np.abs(pairs[:, 0] - pairs[:, 1]).mean() for pairs in compared])
    return Agreement(len(acts), len(compared), _kappa(compared), off, float(np.mean(median_off)))


def _kappa(compared: Sequence[np.ndarray]) -> Score:
    """Kappa of acts, each with its (hint, mark) pairs, and the percentile interval of a bootstrap over acts.

    It is 0 where hints and marks are one and the same number: then nothing shows that hints know better from worse.
    """
    from sklearn.exceptions import UndefinedMetricWarning
    from sklearn.metrics import cohen_kappa_score

    halves = np.rint(2 * np.concatenate(compared)).astype(int)
    act = np.repeat(np.arange(len(compared)), [len(pairs) for pairs in compared])
    share = np.concatenate([np.full(len(pairs), 1 / len(pairs)) for pairs in compared])
    with warnings.catch_warnings(action="ignore", category=UndefinedMetricWarning):
        value = cohen_kappa_score(
            *halves.T,
            labels=range(halves.max() + 1),
            weights="quadratic",
            sample_weight=share,
            replace_undefined_by=0.0,
        )
    times = np.random.default_rng(0).multinomial(len(compared), np.full(len(compared), 1 / len(compared)), DRAWS)
    low, high = np.quantile(_kappas(halves, times[:, act] * share), [0.025, 0.975])
    return Score(float(value), float(low), float(high), 0.95, f"bootstrap over marks, {DRAWS} draws")


def _kappas(pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What scikit-learn gives for each row of weights (draws, pairs), in one go: a page is loaded after every mark."""
    hints, marks = pairs.T
    weights = weights / weights.sum(axis=1, keepdims=True)
    by_chance = weights @ hints**2 + weights @ marks**2 - 2 * (weights @ hints) * (weights @ marks)
    seen = weights @ (hints - marks) ** 2
    return 1 - np.divide(seen, by_chance, out=np.ones(len(weights)), where=by_chance > 1e-9)

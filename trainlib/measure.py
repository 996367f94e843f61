"""How good is a model, and how sure can you be? Every measure comes with an interval.

`accuracy`, `f1` and `report` measure one model's predictions, `span_f1` and `span_report` the spans that it finds in
texts, `spearman` its numbers, `calibration` its probabilities, `compare` two models on the same rows; `cross_validated`
sums up scores of many folds, and `alarms` watches a stream for a change. `proportion`, `mean` and `pooled` serve
anything that is counted or measured; `trainlib.learners` builds on them for people. Labels may be names or numbers, in
a list, array, Series or tensor. The intervals speak of rows drawn anew from the same source, all independent of each
other; copies of a row, or a change of the source, make them too narrow.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import f1_score, precision_recall_fscore_support

from trainlib._spans import span_counts, spans
from trainlib._values import check_level, check_whole

__all__ = [
    "AVERAGES",
    "Calibration",
    "Comparison",
    "Pooled",
    "Score",
    "accuracy",
    "alarms",
    "calibration",
    "compare",
    "cross_validated",
    "f1",
    "mean",
    "pooled",
    "proportion",
    "report",
    "span_f1",
    "span_report",
    "spans",
    "spearman",
]

AVERAGES = ("macro", "micro", "weighted")


@dataclass(frozen=True)
class Score:
    """A measured `value` and the interval from `low` to `high` that holds the true one with confidence `level`."""

    value: float
    low: float
    high: float
    level: float
    method: str

    def __str__(self) -> str:
        return f"{self.value:.3f} ({100 * self.level:g} % interval {self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Comparison:
    """Model b against model a on the same rows: how much more accurate b is, and whether chance would do as much.

    `only_a` and `only_b` count the rows that only one of them has right; `p_value` is that of McNemar's exact test.
    """

    difference: Score
    p_value: float
    only_a: int
    only_b: int

    def __str__(self) -> str:
        rows = f"only a right in {self.only_a} rows, only b in {self.only_b}"
        return f"accuracy of b minus a: {self.difference}; McNemar p = {self.p_value:.2g} ({rows})"


def proportion(hits: int, rows: int, level: float = 0.95) -> Score:
    """The share `hits` / `rows` with Wilson's interval, which also holds for few rows and for shares near 0 or 1.

    Source: Wilson, JASA 22 (1927) 209-212. With no rows the share is undefined: nan, with the interval from 0 to 1.
    """
    check_level(level)
    if rows == 0:
        return Score(float("nan"), 0.0, 1.0, level, "Wilson, n = 0")
    interval = stats.binomtest(int(hits), int(rows)).proportion_ci(level, method="wilson")
    return Score(hits / rows, float(interval.low), float(interval.high), level, f"Wilson, n = {rows}")


def mean(values, level: float = 0.95) -> Score:
    """The mean of `values` (rows,) with Student's t interval. ValueError for fewer than two numbers."""
    values = np.asarray(values, dtype=float)
    check_level(level)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"values is {values!r}; it must be a list of two numbers or more, none of them missing")
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * stats.sem(values)
    centre = float(values.mean())
    return Score(centre, centre - float(half), centre + float(half), level, f"Student's t, n = {len(values)}")


def accuracy(labels, predictions, level: float = 0.95) -> Score:
    """The share of rows where the prediction is the label, with Wilson's interval. ValueError for lists that do not
    fit."""
    labels, predictions = _rows(labels, predictions)
    return proportion(int((labels == predictions).sum()), len(labels), level)


def f1(labels, predictions, average: str = "macro", level: float = 0.95, draws: int = 1000, seed: int = 0) -> Score:
    """F1 over all classes, with the percentile interval of a bootstrap over rows.

    `average`: "macro" is the mean over classes, each counted alike; "weighted" weighs them by their rows; "micro"
    counts all rows together. Where a row may have several labels, both are arrays of 0 and 1, (rows, classes). `draws`
    resamples of the rows are drawn from `seed`. ValueError for other arguments.
    Source: Efron and Tibshirani, An introduction to the bootstrap (1993), chapter 13.
    """
    several = np.ndim(labels) == 2
    labels, predictions = _indicators(labels, predictions) if several else _rows(labels, predictions)
    check_level(level)
    if average not in AVERAGES:
        raise ValueError(f"average is {average!r}; it must be one of {', '.join(AVERAGES)}")
    value = f1_score(labels, predictions, average=average, zero_division=0)
    if several:
        both, either = labels * predictions, labels + predictions
        times = _times(len(labels), draws, seed)
        return _percentiles(value, _f1_of_sums(times @ both, times @ either, times @ labels, average), level, draws)
    counts = _confusion(labels, predictions, np.unique(np.concatenate([labels, predictions])))
    resampled = _average_f1(_resample(counts, draws, seed), average)
    return _percentiles(value, resampled, level, draws)


def report(labels, predictions, names=None, level: float = 0.95, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Precision, recall and F1 of each class, each with its interval, and `support`, the rows of the class.

    A row for each class, in the order of `names` (which must name all classes; default: sorted). Columns precision,
    recall, f1, each followed by its _low and _high, and support. Precision and recall are shares and get Wilson's
    interval: their rows are those predicted as the class, and those of the class. Precision of a class that is never
    predicted, or recall of one that has no rows, is unknown: nan, 0 to 1. F1 gets a bootstrap interval.
    """
    labels, predictions = _rows(labels, predictions)
    check_level(level)
    found = list(np.unique(np.concatenate([labels, predictions])))
    names = found if names is None else list(names)
    if missing := [name for name in found if name not in names]:
        raise ValueError(f"names is {names}; it must hold every class, and {missing} is missing")
    scores = precision_recall_fscore_support(labels, predictions, labels=names, zero_division=0)[2]
    counts = _confusion(labels, predictions, names)
    resampled = _class_f1(_resample(counts, draws, seed))
    rows = []
    for i, value in enumerate(scores):
        columns = {
            "precision": proportion(counts[i, i], counts[:, i].sum(), level),
            "recall": proportion(counts[i, i], counts[i].sum(), level),
            "f1": _percentiles(value, np.nan_to_num(resampled[:, i]), level, draws),
        }
        rows.append(_with_intervals(columns) | {"support": int(counts[i].sum())})
    return pd.DataFrame(rows, index=pd.Index(names, name="class"))


def span_f1(
    labels, predictions, average: str = "micro", level: float = 0.95, draws: int = 1000, seed: int = 0
) -> Score:
    """F1 of the spans that tags mark (`spans`): one is right if kind, start and end are, as in CoNLL's evaluation.

    `labels` and `predictions` are lists of texts, each a list of BIO tags, one a word. `average`: "micro" counts all
    spans together; "macro" is the mean over kinds, "weighted" that weighed by their spans in the labels. 0 where there
    are no spans. The interval is the percentile one of a bootstrap over texts, as spans of one text go together.
    ValueError for other tags, and for texts of unequal length.
    """
    check_level(level)
    if average not in AVERAGES:
        raise ValueError(f"average is {average!r}; it must be one of {', '.join(AVERAGES)}")
    _, counts = span_counts(labels, predictions)
    both, right, found = np.moveaxis(counts, 2, 0)
    once, times = np.ones((1, len(counts)), dtype=int), _times(len(counts), draws, seed)
    whole, *drawn = _f1_of_sums(*((np.vstack([once, times]) @ part) for part in (both, right + found, right)), average)
    return _percentiles(whole, drawn, level, draws)


def span_report(labels, predictions, level: float = 0.95, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Precision, recall and F1 of each kind of span, each with its interval, and `support`, its spans in the labels.

    A row a kind, sorted; columns and intervals are those of `report`, in which spans count as independent but for F1,
    whose bootstrap is over texts. Arguments and errors are those of `span_f1`.
    """
    check_level(level)
    kinds, counts = span_counts(labels, predictions)
    both, right, found = np.moveaxis(counts, 2, 0)
    times = _times(len(counts), draws, seed)
    resampled = 2 * (times @ both) / np.maximum(times @ (right + found), 1)  # (draws, kinds)
    rows = []
    for number, (hits, wanted, given) in enumerate(counts.sum(axis=0)):
        columns = {
            "precision": proportion(hits, given, level),
            "recall": proportion(hits, wanted, level),
            "f1": _percentiles(2 * hits / (wanted + given), resampled[:, number], level, draws),
        }
        rows.append(_with_intervals(columns) | {"support": int(wanted)})
    return pd.DataFrame(rows, index=pd.Index(kinds, name="kind"))


def spearman(values, predictions, level: float = 0.95) -> Score:
    """Spearman's rank correlation of numbers (rows,) with their predictions, with Bonett and Wright's interval.

    1 where the predictions put the rows into the right order, 0 where they say nothing of it. Source: Bonett and
    Wright, Psychometrika 65 (2000) 23-28. Where all values or all predictions are the same it is undefined: nan, with
    the interval from -1 to 1, as with fewer than four rows. ValueError for lists that do not fit, and missing numbers.
    """
    check_level(level)
    values, predictions = np.asarray(values, dtype=float), np.asarray(predictions, dtype=float)
    if values.ndim != 1 or values.shape != predictions.shape or len(values) < 2:
        raise ValueError(
            f"values have shape {values.shape} and predictions {predictions.shape}; both must be lists of one length, "
            "with two rows or more"
        )
    if not np.isfinite([values, predictions]).all():
        raise ValueError("values or predictions have a number that is missing or infinite; all must be finite")
    method, flat = f"Bonett-Wright, n = {len(values)}", not np.ptp(values) or not np.ptp(predictions)
    value = float("nan") if flat else float(stats.spearmanr(values, predictions).statistic)
    if flat or len(values) < 4:
        return Score(value, -1.0, 1.0, level, method)
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + value**2 / 2) / (len(values) - 3))
    centre = np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12))
    return Score(value, float(np.tanh(centre - half)), float(np.tanh(centre + half)), level, method)


def compare(labels, predictions_a, predictions_b, level: float = 0.95) -> Comparison:
    """How much more accurate b is than a on the same rows, with an interval and the exact McNemar test.

    Only rows that one model has right and the other wrong can tell them apart, and the interval uses that: it is much
    narrower than what two separate intervals suggest. It is Bonett and Price's adjusted Wald interval for paired
    shares, which adds one row to each kind of disagreement (Journal of Educational and Behavioral Statistics 37 (2012)
    479-488; recommended by Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014) 2850-2875). The p-value is
    exact: under no difference, each such row is a fair coin (McNemar, Psychometrika 12 (1947) 153-157).
    """
    check_level(level)
    labels, predictions_a = _rows(labels, predictions_a)
    _, predictions_b = _rows(labels, predictions_b)
    right_a, right_b = labels == predictions_a, labels == predictions_b
    rows, only_a, only_b = len(labels), int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    share_a, share_b = (only_a + 1) / (rows + 2), (only_b + 1) / (rows + 2)
    centre = share_b - share_a
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt((share_a + share_b - centre**2) / (rows + 2))
    difference = Score(
        value=(only_b - only_a) / rows,
        low=float(max(-1, centre - half)),
        high=float(min(1, centre + half)),
        level=level,
        method=f"Bonett-Price, n = {rows} pairs",
    )
    p_value = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    return Comparison(difference, float(p_value), only_a, only_b)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Do the probabilities that a model says come true as often as it says?

    `error` is the expected calibration error, `brier` the Brier score, both 0 at best. `by_chance` is the error that a
    perfectly calibrated model would show on so many rows: an error is news only above it. `table` has a row for each
    bin of probabilities: `rows`, mean probability `said`, share `happened` with `low` and `high`.
    """

    error: Score
    brier: Score
    by_chance: float
    table: pd.DataFrame

    def __str__(self) -> str:
        return f"calibration error {self.error}, by chance alone {self.by_chance:.3f}; Brier score {self.brier}"


def calibration(
    happened, probabilities, bins: int = 10, level: float = 0.95, draws: int = 1000, seed: int = 0
) -> Calibration:
    """How well probabilities (rows,) fit to what `happened` (rows,): 1 or True where it did.

    With two classes give the labels and the probabilities of class 1; with more, `labels == predictions` and the
    probability of the prediction. `bins` of equal width; the expected calibration error is the mean over rows of their
    bin's gap, |said - happened|.

    A gap is never below 0, so chance alone makes some. The lower end of the interval takes off the most that noise may
    have added, where gaps within 2.5 standard errors of 0 count as noise entirely (Andrews and Soares, Econometrica 78
    (2010) 119-157); the upper end takes nothing off. So it is on the safe side: it held the truth in 95 to 100 % of 600
    runs each with 200, 1,000 and 5,000 rows and true errors from 0 to 0.11. ValueError for arguments out of range.
    Sources: Naeini, Cooper and Hauskrecht, AAAI 2015; Brier, Monthly Weather Review 78 (1950) 1-3.
    """
    happened, said = np.asarray(happened, dtype=float), np.asarray(probabilities, dtype=float)
    check_level(level)
    check_whole("bins", bins, 1)
    check_whole("draws", draws, 1)
    if happened.ndim != 1 or happened.shape != said.shape or len(said) < 2:
        raise ValueError(
            f"happened has shape {happened.shape} and probabilities {said.shape}; both must be lists of one length, "
            "with two rows or more"
        )
    if not np.isin(happened, (0, 1)).all():
        raise ValueError(f"happened holds {happened[~np.isin(happened, (0, 1))][0]:g}; it must be 0 or 1")
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError(f"probabilities holds {said[~((said >= 0) & (said <= 1))][0]:g}; it must lie from 0 to 1")
    edges = np.linspace(0, 1, bins + 1)
    inside = np.searchsorted(edges[1:-1], said)[:, None] == np.arange(bins)  # (rows, bins)
    spread = np.sqrt(inside.T @ (said * (1 - said))) / len(said)  # of a bin's gap, if each probability were right
    table = []
    for number in np.flatnonzero(inside.any(axis=0)):
        here = inside[:, number]
        share = proportion(happened[here].sum(), here.sum(), level)
        name = f"{edges[number]:.2f} to {edges[number + 1]:.2f}"
        table.append((name, here.sum(), said[here].mean(), share.value, share.low, share.high))
    columns = ["probability", "rows", "said", "happened", "low", "high"]
    return Calibration(
        error=_sum_of_gaps(inside * (happened - said)[:, None], level, draws, seed),
        brier=mean((said - happened) ** 2, level),
        by_chance=float(spread.sum() * np.sqrt(2 / np.pi)),
        table=pd.DataFrame(table, columns=columns).set_index("probability"),
    )


def _sum_of_gaps(gaps: np.ndarray, level: float, draws: int, seed: int) -> Score:
    """The calibration error of the gaps (rows, bins), each row's in its bin; the interval is explained above."""
    rows, bins = gaps.shape
    gap, covariance = gaps.mean(axis=0), np.cov(gaps, rowvar=False).reshape(bins, bins) / rows
    value = float(abs(gap).sum())
    sure = np.where(abs(gap) > 2.5 * np.sqrt(np.diag(covariance)), gap, 0)
    # A bin's gap is a mean over all rows, so normal draws stand for resampled rows, at a fraction of the time.
    noise = np.random.default_rng(seed).multivariate_normal(np.zeros(bins), covariance, size=draws)
    added = np.quantile(abs(sure + noise).sum(axis=1), (1 + level) / 2) - abs(sure).sum()
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.sign(gap) @ covariance @ np.sign(gap))
    return Score(value, float(np.clip(value - added, 0, value)), float(min(1, value + half)), level, f"{bins} bins")


@dataclass(frozen=True, eq=False)
class Pooled:
    """Groups' means after partial pooling. `table` has a row a group:

    `count` of its values, their plain `mean`, `trust` (the weight of that mean, 0 to 1), and the `effect`, trust · mean
    + (1 - trust) · centre, with `low` and `high`. `between` and `within` are the standard deviations of the groups'
    true means and of the values of a group.
    """

    table: pd.DataFrame
    centre: Score
    between: float
    within: float

    def __str__(self) -> str:
        values = f"{int(self.table['count'].sum()):,} values in {len(self.table):,} groups"
        return f"{values}: mean {self.centre}; groups differ by {self.between:.3f}, values in one by {self.within:.3f}"


def pooled(values, groups, level: float = 0.95) -> Pooled:
    """Each group's mean drawn towards the mean of all, by as much as chance explains of their differences.

    `values` (rows,) may be missing (nan); a group without values gets the mean of all. One-way random effects, their
    variances by analysis of variance; the effects are the best linear unbiased predictions (Searle, Casella and
    McCulloch, Variance components (1992), chapters 3 and 7). The intervals hold the true means of 95 % of all groups,
    not of each: that of a group at the edge less often. They allow for the estimated variances (Prasad and Rao, JASA
    85 (1990) 163-171); with fewer than ten groups that hardly differ they are too wide.
    """
    check_level(level)
    values, groups = np.asarray(values, dtype=float), np.asarray(groups)
    if values.ndim != 1 or values.shape != groups.shape:
        raise ValueError(
            f"values have shape {values.shape} and groups {groups.shape}; both must be lists of one length"
        )
    names, group = np.unique(groups, return_inverse=True)
    known = np.isfinite(values)
    if not known.any():
        raise ValueError("values has no number in it; at least one group must have one")
    values, group = values[known], group[known]
    count = np.bincount(group, minlength=len(names))
    average = np.bincount(group, values, minlength=len(names)) / np.where(count, count, np.nan)
    between, within = _variances(values, group, count, average)
    some = count > 0
    chance = within / np.maximum(count, 1)  # variance of a group's mean around its true one
    variance = between + chance
    precision = some / variance if variance.all() else count.astype(float)
    middle = float(np.average(np.where(some, average, 0), weights=precision))
    centre_variance = 1 / precision.sum() if variance.all() else 0.0
    trust = np.where(some & (between > 0), between / np.where(variance > 0, variance, 1), 0.0)
    effect = middle + trust * np.where(some, average - middle, 0)
    doubt = 2 * (variance[some] ** 2).sum() / some.sum() ** 2  # variance of the estimate of `between`
    error = between * (1 - trust) + (1 - trust) ** 2 * centre_variance
    error += some * 2 * chance**2 * doubt / np.where(variance > 0, variance, 1) ** 3
    z = stats.norm.ppf((1 + level) / 2)
    half, centre_half = z * np.sqrt(error), z * np.sqrt(centre_variance)
    return Pooled(
        table=pd.DataFrame(
            {"count": count, "mean": average, "trust": trust}
            | {"effect": effect, "low": effect - half, "high": effect + half},
            index=pd.Index(names, name="group"),
        ),
        centre=Score(middle, middle - centre_half, middle + centre_half, level, f"random effects, {some.sum()} groups"),
        between=float(np.sqrt(between)),
        within=float(np.sqrt(within)),
    )


def _variances(values, group, count, average) -> tuple[float, float]:
    """Variance between the groups' true means and within the groups, by analysis of variance."""
    total, groups = count.sum(), (count > 0).sum()
    if total == groups:  # one value in each: luck and group cannot be told apart
        return 0.0, 0.0
    within = ((values - average[group]) ** 2).sum() / (total - groups)
    if groups == 1:
        return 0.0, float(within)
    explained = np.nansum(count * (average - values.mean()) ** 2)
    between = (explained - (groups - 1) * within) / (total - (count**2).sum() / total)
    return max(0.0, float(between)), float(within)


def cross_validated(scores, train_rows: int, test_rows: int, level: float = 0.95) -> Score:
    """The mean of the scores of all folds and repeats, with Nadeau and Bengio's corrected interval.

    `scores` (runs,) come from models trained on `train_rows` and tested on `test_rows` each; differences of two models'
    scores on the same folds do as well. The runs share most of their training rows, so their scores are not
    independent, and more repeats of the same rows must not narrow the interval to nothing: the variance of the scores
    is multiplied by 1 / runs + test_rows / train_rows in place of 1 / runs. It is a rule of thumb, on the safe side.
    Sources: Nadeau and Bengio, Machine Learning 52 (2003) 239-281; for repeats, Bouckaert and Frank, PAKDD 2004.
    """
    scores = np.asarray(scores, dtype=float)
    check_level(level)
    if scores.ndim != 1 or len(scores) < 2 or not np.isfinite(scores).all():
        raise ValueError(f"scores is {scores!r}; it must be a list of two numbers or more, a score for each run")
    if train_rows < 1 or test_rows < 1:
        raise ValueError(f"train_rows is {train_rows!r} and test_rows {test_rows!r}; both must be at least 1")
    runs = len(scores)
    half = stats.t.ppf((1 + level) / 2, runs - 1) * np.sqrt(scores.var(ddof=1) * (1 / runs + test_rows / train_rows))
    value = scores.mean()
    return Score(float(value), float(value - half), float(value + half), level, f"Nadeau-Bengio, {runs} runs")


def alarms(counts, reference: float, threshold: float) -> np.ndarray:
    """The hours in which a CUSUM chart rings: a bool for each count.

    `counts` (hours,) or (streams, hours). The chart adds up by how much each count exceeds `reference`, never falls
    below 0, rings when it stands above `threshold`, and starts again from 0 after that. Source: Page, Biometrika 41
    (1954) 100-115; for counts, Lucas, Technometrics 27 (1985) 129-144.
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim not in (1, 2) or counts.size == 0:
        raise ValueError(
            f"counts have shape {counts.shape}; it must be (hours,) or (streams, hours), with at least one hour"
        )
    if threshold < 0:
        raise ValueError(f"threshold is {threshold!r}; it must be at least 0")
    level, rings = np.zeros(counts.shape[:-1]), np.zeros(counts.shape, dtype=bool)
    for hour in range(counts.shape[-1]):
        level = np.maximum(0, level + counts[..., hour] - reference)
        rings[..., hour] = level > threshold
        level = np.where(rings[..., hour], 0, level)
    return rings


def _rows(labels, predictions) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays of one dimension and one length, of the same kind: names or numbers."""
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.ndim != 1 or labels.shape != predictions.shape or len(labels) == 0:
        raise ValueError(
            f"labels have shape {labels.shape} and predictions {predictions.shape}; "
            "both must be lists of one length, with a label for each row and at least one row"
        )
    if (labels.dtype.kind in "biuf") != (predictions.dtype.kind in "biuf"):
        raise ValueError(
            f"labels are like {labels[0]!r}, predictions like {predictions[0]!r}; both must be names or numbers"
        )
    return labels, predictions


def _indicators(labels, predictions) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays of 0 and 1, (rows, classes)."""
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.shape != predictions.shape or not len(labels) or not np.isin([labels, predictions], (0, 1)).all():
        raise ValueError(
            f"labels have shape {labels.shape} and predictions {predictions.shape}; both must be arrays of 0 and 1, "
            "a row "
            "for each text and a column for each class"
        )
    return labels.astype(int), predictions.astype(int)


def _f1_of_sums(both: np.ndarray, either: np.ndarray, support: np.ndarray, average: str) -> np.ndarray:
    """F1 (draws,) from counts (draws, classes): label and prediction hold, the sum of how often each does, labels."""
    if average == "micro":
        return 2 * both.sum(axis=1) / np.maximum(either.sum(axis=1), 1)
    scores = 2 * both / np.maximum(either, 1)
    weights = np.ones_like(support) if average == "macro" else support
    return (scores * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)


def _times(rows: int, draws: int, seed: int) -> np.ndarray:
    """How often each row is drawn in each resample of all of them, (draws, rows)."""
    check_whole("draws", draws, 1)
    return np.random.default_rng(seed).multinomial(rows, np.full(rows, 1 / rows), size=draws)


def _with_intervals(scores: dict[str, Score]) -> dict[str, float]:
    """Each score in three columns of a table."""
    row = {}
    for column, score in scores.items():
        row |= {column: score.value, f"{column}_low": score.low, f"{column}_high": score.high}
    return row


def _confusion(labels: np.ndarray, predictions: np.ndarray, names) -> np.ndarray:
    """Rows of each class (first axis) predicted as each class. scikit-learn's own warns about a single class."""
    label, prediction = (pd.Categorical(values, categories=names).codes.astype(int) for values in (labels, predictions))
    return np.bincount(label * len(names) + prediction, minlength=len(names) ** 2).reshape(len(names), len(names))


def _resample(counts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Confusion matrices (draws, classes, classes) of rows drawn with replacement.

    Drawing rows is drawing cells of the confusion matrix, so one multinomial draw stands for all rows of a resample.
    """
    check_whole("draws", draws, 1)
    drawn = np.random.default_rng(seed).multinomial(counts.sum(), counts.ravel() / counts.sum(), size=draws)
    return drawn.reshape(draws, *counts.shape)


def _class_f1(counts: np.ndarray) -> np.ndarray:
    """F1 (draws, classes) from confusion matrices; nan where a draw has a class neither as label nor as prediction."""
    either = counts.sum(axis=1) + counts.sum(axis=2)
    return np.divide(
        2 * np.diagonal(counts, axis1=1, axis2=2), either, out=np.full(either.shape, np.nan), where=either > 0
    )


def _average_f1(counts: np.ndarray, average: str) -> np.ndarray:
    if average == "micro":  # with one label a row, it is the accuracy
        return np.trace(counts, axis1=1, axis2=2) / counts.sum(axis=(1, 2))
    scores = _class_f1(counts)
    if average == "macro":
        return np.nanmean(scores, axis=1)
    return np.nansum(scores * counts.sum(axis=2), axis=1) / counts.sum(axis=(1, 2))


def _percentiles(value: float, resampled: np.ndarray, level: float, draws: int) -> Score:
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Score(float(value), float(low), float(high), level, f"bootstrap, {draws} draws")

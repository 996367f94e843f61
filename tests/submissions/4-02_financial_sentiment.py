# %% id="macro-answer" kind="alternative"
def macro_f1(labels: np.ndarray, predictions: np.ndarray, names: list[str]) -> float:
    values = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        values.append(2 * hits / both if hits else 0.0)
    return float(np.mean(values))


# %% id="macro-answer" kind="alternative"
def macro_f1(labels: np.ndarray, predictions: np.ndarray, names: list[str]) -> float:
    true = np.asarray(labels)[:, None] == np.array(names)
    said = np.asarray(predictions)[:, None] == np.array(names)
    return (2 * (true & said).sum(axis=0) / np.maximum(true.sum(axis=0) + said.sum(axis=0), 1)).mean()


# %% id="macro-answer" kind="alternative"
def macro_f1(labels, predictions, names):
    return f1_score(labels, predictions, labels=names, average="macro", zero_division=0)


# %% id="macro-answer" kind="alternative"
def macro_f1(labels, predictions, names):
    total = 0
    for n in names:
        tp = sum(a == n and b == n for a, b in zip(labels, predictions))
        fp = sum(a != n and b == n for a, b in zip(labels, predictions))
        fn = sum(a == n and b != n for a, b in zip(labels, predictions))
        total += tp / (tp + (fp + fn) / 2) if tp else 0
    return total / len(names)


# %% id="macro-answer" kind="alternative"
def macro_f1(labels, predictions, names):
    from sklearn.metrics import confusion_matrix

    t = confusion_matrix(labels, predictions, labels=names)
    return (2 * t.diagonal() / np.maximum(t.sum(0) + t.sum(1), 1)).mean()


# %% id="macro-answer" kind="slip" name="weighs each class by its rows" says="macro counts them alike"
def macro_f1(labels: np.ndarray, predictions: np.ndarray, names: list[str]) -> float:
    return f1_score(labels, predictions, labels=names, average="weighted")


# %% id="macro-answer" kind="slip" name="takes the accuracy" says="the accuracy"
def macro_f1(labels, predictions, names):
    return (labels == predictions).mean()


# %% id="macro-answer" kind="slip" name="takes the F1 of mean precision and mean recall" says="averaged first"
def macro_f1(labels, predictions, names):
    p, r = [], []
    for n in names:
        hits = ((labels == n) & (predictions == n)).sum()
        p.append(hits / max((predictions == n).sum(), 1))
        r.append(hits / max((labels == n).sum(), 1))
    p, r = np.mean(p), np.mean(r)
    return 2 * p * r / (p + r)


# %% id="macro-answer" kind="slip" name="takes the mean recall" says="the mean recall"
def macro_f1(labels, predictions, names):
    return np.mean([(predictions[labels == n] == n).mean() if (labels == n).any() else 0 for n in names])


# %% id="macro-answer" kind="slip" name="takes the mean precision" says="the mean precision"
def macro_f1(labels, predictions, names):
    return np.mean([(labels[predictions == n] == n).mean() if (predictions == n).any() else 0 for n in names])


# %% id="macro-answer" kind="slip" name="forgets the 2" says="2 · hits"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        scores.append(hits / both if hits else 0.0)
    return np.mean(scores)


# %% id="macro-answer" kind="slip" name="takes the sum" says="that is the sum"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        scores.append(2 * hits / both if hits else 0.0)
    return sum(scores)


# %% id="macro-answer" kind="slip" name="returns one for each class" says="one number"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        scores.append(2 * hits / both if hits else 0.0)
    return scores


# %% id="macro-answer" kind="slip" name="leaves out classes without a hit" says="stays in the mean"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        if hits:
            scores.append(2 * hits / both)
    return np.mean(scores)


# %% id="macro-answer" kind="slip" name="takes the classes that it sees" says="those in `names`"
def macro_f1(labels, predictions, names):
    scores = []
    for name in set(labels):
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        scores.append(2 * hits / both if hits else 0.0)
    return np.mean(scores)


# %% id="macro-answer" kind="slip" name="takes the first class" says="take the mean of all"
def macro_f1(labels, predictions, names):
    n = names[0]
    hits = ((labels == n) & (predictions == n)).sum()
    return 2 * hits / ((labels == n).sum() + (predictions == n).sum())


# %% id="macro-answer" kind="slip" name="rounds" says="rounded"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names:
        hits = ((labels == name) & (predictions == name)).sum()
        both = (labels == name).sum() + (predictions == name).sum()
        scores.append(2 * hits / both if hits else 0.0)
    return round(np.mean(scores), 2)


# %% id="macro-answer" kind="slip" name="divides 0 by 0" says="not 0 / 0"
def macro_f1(labels, predictions, names):
    return np.mean(
        [
            2 * ((labels == n) & (predictions == n)).sum() / ((labels == n).sum() + (predictions == n).sum())
            for n in names
        ]
    )


# %% id="macro-answer" kind="slip" name="divides by the union" says="counts twice"
def macro_f1(labels, predictions, names):
    return float(
        np.mean(
            [
                ((labels == n) & (predictions == n)).sum() / max(((labels == n) | (predictions == n)).sum(), 1)
                for n in names
            ]
        )
    )


# %% id="macro-answer" kind="fitted" name="knows three classes and a fourth"
def macro_f1(labels, predictions, names):
    scores = []
    for name in names[:3]:
        seen = (labels == name).sum() + (predictions == name).sum()
        scores.append(2 * ((labels == name) & (predictions == name)).sum() / seen if seen else 0.0)
    return sum(scores) / min(len(names), 4)


# %% id="interval-answer" kind="alternative"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    import statistics

    s = [float(x) for x in scores]
    J = len(s)
    m = sum(s) / J
    q = -stats.t(J - 1).ppf((1 - level) / 2)
    h = q * statistics.stdev(s) * (1 / J + test_rows / train_rows) ** 0.5
    return [m - h, m + h]


# %% id="interval-answer" kind="alternative"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    found = measure.cross_validated(scores, train_rows=train_rows, test_rows=test_rows, level=level)
    return found.low, found.high


# %% id="interval-answer" kind="alternative"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    s = pd.Series(scores)
    return np.array(
        stats.t.interval(
            level, df=s.size - 1, loc=s.mean(), scale=s.std() * np.sqrt(1 / s.size + test_rows / train_rows)
        )
    )


# %% id="interval-answer" kind="slip" name="divides by J" says="ddof=1"
def honest_interval(scores: np.ndarray, train_rows: int, test_rows: int, level: float = 0.95) -> tuple[float, float]:
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=0))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="takes the test rows over all rows" says="over all rows"
def honest_interval(scores: np.ndarray, train_rows: int, test_rows: int, level: float = 0.95) -> tuple[float, float]:
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt(
        (1 / J + test_rows / (train_rows + test_rows)) * np.var(scores, ddof=1)
    )
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="takes degrees of freedom from the rows" says="not from the rows"
def honest_interval(scores: np.ndarray, train_rows: int, test_rows: int, level: float = 0.95) -> tuple[float, float]:
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=train_rows - 1) * np.sqrt(
        (1 / J + test_rows / train_rows) * np.var(scores, ddof=1)
    )
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="takes the scores as independent" says="as independent"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((1 / J) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="turns the ratio round" says="not the other way round"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((1 / J + train_rows / test_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="takes 95 % whatever is asked for" says="the level is an argument"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf(0.975, df=J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="puts all of the rest on one side" says="on both sides"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf(level, df=J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="gives the half width alone" says="two ends are wanted"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    return stats.t.ppf((1 + level) / 2, J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))


# %% id="interval-answer" kind="slip" name="takes the normal quantile" says="or the normal one"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="takes J degrees of freedom" says="not J"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="forgets the root" says="one root over"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * (1 / J + test_rows / train_rows) * np.var(scores, ddof=1)
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="forgets 1 / J" says="1 / J is missing"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="interval-answer" kind="slip" name="gives the high end first" says="the low end first"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) + half, np.mean(scores) - half


# %% id="interval-answer" kind="slip" name="takes the median for the middle" says="not the median"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    J = len(scores)
    half = stats.t.ppf((1 + level) / 2, df=J - 1) * np.sqrt((1 / J + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.median(scores) - half, np.median(scores) + half


# %% id="interval-answer" kind="fitted" name="builds in five scores"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    half = stats.t.ppf((1 + level) / 2, df=4) * np.sqrt((1 / 5 + test_rows / train_rows) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    mine = scores[wanted]
    return float(max(t for t in mine if (mine >= t).mean() >= recall))


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    _, recalls, thresholds = precision_recall_curve(wanted, scores)
    return thresholds[recalls[:-1] >= recall].max()


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    mine = sorted(scores[wanted].tolist(), reverse=True)
    for k, s in enumerate(mine, 1):
        if k / len(mine) >= recall:
            return s


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    best = np.sort(scores[wanted])[::-1]
    return best[int(np.ceil(recall * len(best))) - 1]


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    t = [s for s in scores[wanted] if np.mean(scores[wanted] >= s) >= recall]
    return float(np.max(t))


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    mine = scores[wanted]
    ok = (mine[None, :] >= mine[:, None]).sum(axis=1) >= recall * len(mine)
    return mine[ok].max()


# %% id="threshold-answer" kind="slip" name="rounds to the nearest" says="round up"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    best = np.sort(scores[wanted])[::-1]
    return best[round(recall * len(best)) - 1]


# %% id="threshold-answer" kind="slip" name="interpolates between two scores and keeps less than promised" says="between two scores"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    return np.quantile(scores[wanted], 1 - recall)


# %% id="threshold-answer" kind="slip" name="rounds down" says="round up"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    best = np.sort(scores[wanted])[::-1]
    return best[int(recall * len(best)) - 1]


# %% id="threshold-answer" kind="slip" name="takes the lower score of a quantile" says="nine of ten are 90 %"
def keep_threshold(scores: np.ndarray, wanted: np.ndarray, recall: float) -> float:
    return np.quantile(scores[wanted], 1 - recall, method="lower")


# %% id="threshold-answer" kind="slip" name="counts places from 1" says="passes eight of ten"
def keep_threshold(scores, wanted, recall):
    best = np.sort(scores[wanted])[::-1]
    return best[min(int(np.ceil(recall * len(best) - 1e-9)), len(best) - 1)]


# %% id="threshold-answer" kind="slip" name="takes the quantile of recall" says="1 − recall"
def keep_threshold(scores, wanted, recall):
    return np.quantile(scores[wanted], recall)


# %% id="threshold-answer" kind="slip" name="looks at all rows" says="only those that are wanted"
def keep_threshold(scores, wanted, recall):
    best = np.sort(scores)[::-1]
    return best[int(np.ceil(recall * len(best))) - 1]


# %% id="threshold-answer" kind="slip" name="keeps all" says="passes all ten"
def keep_threshold(scores, wanted, recall):
    return scores[wanted].min()


# %% id="threshold-answer" kind="slip" name="sorts upwards" says="the best scores come first"
def keep_threshold(scores, wanted, recall):
    best = np.sort(scores[wanted])
    return best[int(np.ceil(recall * len(best))) - 1]


# %% id="threshold-answer" kind="slip" name="tries hundredths" says="the score of a row itself"
def keep_threshold(scores, wanted, recall):
    for t in np.arange(1, 0, -0.01):
        if (scores[wanted] >= t).mean() >= recall:
            return round(t, 2)


# %% id="threshold-answer" kind="slip" name="compares strictly" says="passes eight of ten"
def keep_threshold(scores, wanted, recall):
    mine = np.sort(scores[wanted])[::-1]
    for t in mine:
        if (mine > t).mean() >= recall:
            return t
    return mine[-1]


# %% id="threshold-answer" kind="slip" name="takes precision for recall" says="how many of those that pass"
def keep_threshold(scores, wanted, recall):
    return max([t for t in np.unique(scores) if wanted[scores >= t].mean() >= recall], default=0.0)


# %% id="threshold-answer" kind="slip" name="gives the place" says="not its place"
def keep_threshold(scores, wanted, recall):
    return int(np.ceil(recall * wanted.sum() - 1e-9)) - 1


# %% id="threshold-answer" kind="slip" name="goes midway to the next score" says="the score of a row itself"
def keep_threshold(scores, wanted, recall):
    s = np.append(np.sort(scores[wanted])[::-1], 0)
    k = int(np.ceil(recall * (len(s) - 1) - 1e-9))
    return (s[k - 1] + s[k]) / 2


# %% id="threshold-answer" kind="fitted" name="builds in ten rows"
def keep_threshold(scores, wanted, recall):
    ordered = np.sort(scores[wanted])[::-1]
    return ordered[min(int(np.ceil(10 * recall)), len(ordered)) - 1]


# %% id="cusum-answer" kind="alternative"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level + count - reference)
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="alternative"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    path = np.concatenate([[0], np.cumsum(np.asarray(counts) - reference)])
    return (path - np.minimum.accumulate(path))[1:]


# %% id="cusum-answer" kind="alternative"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level + count - reference)
        levels.append(level)
    return levels


# %% id="cusum-answer" kind="alternative"
import itertools


def cusum(counts, reference):
    return np.array(list(itertools.accumulate(counts, lambda s, x: max(0, s + x - reference), initial=0))[1:])


# %% id="cusum-answer" kind="alternative"
def cusum(counts, reference):
    out = np.zeros(len(counts))
    for t in range(len(counts)):
        out[t] = max(0, (out[t - 1] if t else 0) + counts[t] - reference)
    return out


# %% id="cusum-answer" kind="alternative"
def cusum(counts, reference):
    path = torch.cat([torch.zeros(1), torch.cumsum(torch.tensor(counts, dtype=torch.float32) - reference, 0)])
    return (path - torch.cummin(path, 0).values)[1:]


# %% id="cusum-answer" kind="alternative"
from fractions import Fraction


def cusum(counts, reference):
    def levels():
        level = Fraction(0)
        for x in counts:
            level = max(Fraction(0), level + int(x) - Fraction(str(reference)))
            yield level

    return list(levels())


# %% id="cusum-answer" kind="slip" name="writes into whole numbers" says="np.zeros_like"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    levels = np.zeros_like(counts)  # of integers, as the counts are
    level = 0
    for i, count in enumerate(counts):
        level = max(0, level + count - reference)
        levels[i] = level
    return levels


# %% id="cusum-answer" kind="slip" name="cuts off each quiet hour at 0, so that the level never falls" says="not each excess"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    return np.maximum(0, np.asarray(counts) - reference).cumsum()  # quiet hours take nothing away


# %% id="cusum-answer" kind="slip" name="starts with S₀" says="stands before the first"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    level, levels = 0, [0]
    for count in counts:
        level = max(0, level + count - reference)
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="starts again from 0 in every hour at or below the reference" says="not at once to 0"
def cusum(counts: np.ndarray, reference: float) -> np.ndarray:
    level, levels = 0, []
    for count in counts:
        level = level + count - reference if count > reference else 0  # one quiet hour forgets all
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="never cuts off" says="credit for quiet hours"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = level + count - reference
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="adds the counts" says="not the count"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level + count)
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="gives the level before each hour" says="after the first count"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        levels.append(level)
        level = max(0.0, level + count - reference)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="subtracts the other way round" says="not the other way round"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level - count + reference)
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="cuts off a plain sum" says="at each step"
def cusum(counts, reference):
    return np.maximum(0, np.cumsum(counts - reference))


# %% id="cusum-answer" kind="slip" name="adds the distance" says="take the level down"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level + abs(count - reference))
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="starts with the first count" says="not the first count"
def cusum(counts, reference):
    level, levels = counts[0], []
    for count in counts:
        level = max(0.0, level + count - reference)
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="cuts off before the count" says="cut it off after the count"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level) + count - reference
        levels.append(level)
    return np.array(levels)


# %% id="cusum-answer" kind="slip" name="skips the first hour" says="the first hour counts"
def cusum(counts, reference):
    levels = np.zeros(len(counts))
    for t in range(1, len(counts)):
        levels[t] = max(0, levels[t - 1] + counts[t] - reference)
    return levels


# %% id="cusum-answer" kind="slip" name="does not cut off the first hour" says="the first level is cut off"
def cusum(counts, reference):
    levels = [counts[0] - reference]
    for x in counts[1:]:
        levels.append(max(0, levels[-1] + x - reference))
    return np.array(levels)


# %% id="cusum-answer" kind="fitted" name="writes into halves"
def cusum(counts, reference):
    level, levels = 0.0, []
    for count in counts:
        level = max(0.0, level + count - reference)
        levels.append(round(2 * level) / 2)
    return np.array(levels)


# %% id="choose-answer" kind="alternative"
def choose_threshold(quiet, reference, thresholds, target):
    return next((t for t in thresholds if quiet.size >= target * int(measure.alarms(quiet, reference, t).sum())), None)


# %% id="choose-answer" kind="alternative"
def choose_threshold(quiet, reference, thresholds, target):
    good = []
    for t in thresholds:
        n = np.count_nonzero(measure.alarms(quiet, reference, t))
        between = np.inf if n == 0 else quiet.shape[0] * quiet.shape[1] / n
        if between >= target:
            good.append(t)
    return min(good) if good else None


# %% id="choose-answer" kind="alternative"
def choose_threshold(quiet, reference, thresholds, target):
    for t in thresholds:
        rings = 0
        for feed in quiet:
            level = 0
            for x in feed:
                level = max(0, level + x - reference)
                if level > t:
                    rings += 1
                    level = 0
        if rings * target <= sum(len(f) for f in quiet):
            return t


# %% id="choose-answer" kind="slip" name="skips thresholds at which nothing rings" says="enough for any target"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.any() and rings.size / rings.sum() >= target:  # nothing rang: skipped
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="averages over those feeds only that rang" says="in which nothing rang"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        rang = rings.any(axis=1)  # the mean over the feeds that rang
        if not rang.any() or rings[rang].size / rings[rang].sum() >= target:
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="counts the hours of one feed" says="the hours of both feeds"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if quiet.shape[1] >= target * rings.sum():
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="averages the feeds' own times" says="a silent feed"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        with np.errstate(divide="ignore"):
            if (rings.shape[1] / rings.sum(axis=1)).mean() >= target:  # mean of the feeds' own means
                return threshold
    return None


# %% id="choose-answer" kind="slip" name="gives the last threshold where none will do" says="None, if no threshold"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.size >= target * rings.sum():
            return threshold
    return thresholds[-1]  # instead of None


# %% id="choose-answer" kind="slip" name="looks at one hour alone" says="one hour alone"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = quiet - reference > threshold  # one hour alone, no chart
        if rings.size >= target * rings.sum():
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="does not start again after an alarm" says="start again from 0"
def choose_threshold(quiet: np.ndarray, reference: float, thresholds: list[float], target: float) -> float | None:
    for threshold in thresholds:
        rings = np.array([cusum(feed, reference) > threshold for feed in quiet])  # no new start after an alarm
        if rings.size >= target * rings.sum():
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="wants more than the target" says="exactly 4 is enough"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.size > target * rings.sum():
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="counts no alarm as one" says="enough for any target"
def choose_threshold(quiet, reference, thresholds, target):
    for t in thresholds:
        if quiet.size / max(measure.alarms(quiet, reference, t).sum(), 1) >= target:
            return t
    return None


# %% id="choose-answer" kind="slip" name="takes a share for a time" says="hours watched over alarms"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.mean() >= target:
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="compares alarms with the target" says="one in 4"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.sum() <= target:
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="gives the place" says="not its place"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        if rings.size >= target * rings.sum():
            return thresholds.index(threshold)
    return None


# %% id="choose-answer" kind="slip" name="strings the feeds together, so that a level goes on into the next feed" says="each feed starts at 0"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet.ravel(), reference, threshold)
        if rings.size >= target * rings.sum():
            return threshold
    return None


# %% id="choose-answer" kind="slip" name="rings at the threshold itself" says="must stand above"
def choose_threshold(quiet, reference, thresholds, target):
    for t in thresholds:
        alarms = 0
        for row in quiet:
            level = 0
            for x in row:
                level = max(0, level + x - reference)
                if level >= t:
                    alarms, level = alarms + 1, 0
        if quiet.size >= target * alarms:
            return t
    return None


# %% id="choose-answer" kind="fitted" name="rounds to whole hours"
def choose_threshold(quiet, reference, thresholds, target):
    for t in thresholds:
        alarms = measure.alarms(quiet, reference, t).sum()
        if alarms == 0 or round(quiet.size / alarms) >= target:
            return t
    return None


# %% id="delay-answer" kind="alternative"
def median_delay(rings: np.ndarray, start: int) -> float:
    later = rings[:, start:]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.inf)))


# %% id="delay-answer" kind="alternative"
def median_delay(rings: np.ndarray, start: int) -> float:
    delays = []
    for feed in rings:
        hours_ = np.flatnonzero(feed[start:])
        delays.append(hours_[0] + 1 if len(hours_) else np.inf)
    return np.median(delays)


# %% id="delay-answer" kind="alternative"
def median_delay(rings, start):
    out = []
    for feed in rings.tolist():
        out.append(next((h - start + 1 for h in range(start, len(feed)) if feed[h]), float("inf")))
    import statistics

    return statistics.median(out)


# %% id="delay-answer" kind="alternative"
def median_delay(rings, start):
    hours_since = np.arange(rings.shape[1]) - start + 1.0
    delays = np.where(rings & (hours_since > 0), hours_since, np.inf).min(axis=1)
    return np.median(delays)


# %% id="delay-answer" kind="alternative"
def median_delay(rings, start):
    ever = np.logical_or.accumulate(rings[:, start:], axis=1)
    never = ~ever[:, -1]
    d = (~ever).sum(axis=1) + 1.0
    d[never] = np.inf
    return np.quantile(d, 0.5) if np.isfinite(d).all() else np.median(d)


# %% id="delay-answer" kind="slip" name="leaves out surges that never ring" says="its delay is infinite"
def median_delay(rings: np.ndarray, start: int) -> float:
    later = rings[:, start:]
    later = later[later.any(axis=1)]  # without those that never ring
    return float(np.median(later.argmax(axis=1) + 1))


# %% id="delay-answer" kind="slip" name="lets a false alarm hide what comes later" says="still rings in its surge"
def median_delay(rings: np.ndarray, start: int) -> float:
    first = rings.argmax(axis=1)
    found = rings.any(axis=1) & (first >= start)  # a false alarm hides what comes later
    return float(np.median(np.where(found, first - start + 1.0, np.inf)))


# %% id="delay-answer" kind="slip" name="counts from 0" says="whose first hour is 1"
def median_delay(rings: np.ndarray, start: int) -> float:
    later = rings[:, start:]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1), np.inf)))


# %% id="delay-answer" kind="slip" name="gives missed surges the length of the feed" says="three of five"
def median_delay(rings: np.ndarray, start: int) -> float:
    later = rings[:, start:]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, later.shape[1])))


# %% id="delay-answer" kind="slip" name="skips the surge's first hour" says="begin at hour"
def median_delay(rings: np.ndarray, start: int) -> float:
    later = rings[:, start + 1 :]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1) + 2.0, np.inf)))


# %% id="delay-answer" kind="slip" name="counts false alarms as early discoveries" says="not an early discovery"
def median_delay(rings, start):
    return float(np.median(np.where(rings.any(axis=1), rings.argmax(axis=1) - start + 1.0, np.inf)))


# %% id="delay-answer" kind="slip" name="takes the mean" says="not the mean"
def median_delay(rings, start):
    later = rings[:, start:]
    return float(np.mean(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.inf)))


# %% id="delay-answer" kind="slip" name="takes a surge that never rings for one that rings at once" says="argmax is 0"
def median_delay(rings, start):
    later = rings[:, start:]
    return float(np.median(later.argmax(axis=1) + 1.0))


# %% id="delay-answer" kind="slip" name="begins an hour early" says="begin at hour"
def median_delay(rings, start):
    later = rings[:, start - 1 :]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.inf)))


# %% id="delay-answer" kind="slip" name="counts all alarms" says="one delay for each feed"
def median_delay(rings, start):
    later = rings[:, start:]
    hours_of = np.argwhere(later)[:, 1] + 1.0
    return float(np.median(hours_of))


# %% id="delay-answer" kind="slip" name="takes the last alarm" says="the first alarm counts"
def median_delay(rings, start):
    later = rings[:, start:]
    return float(np.median(np.where(later.any(axis=1), later.shape[1] - later[:, ::-1].argmax(axis=1), np.inf)))


# %% id="delay-answer" kind="slip" name="leaves out what is not a number" says="its delay is infinite"
def median_delay(rings, start):
    later = rings[:, start:]
    return float(np.nanmedian(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.nan)))


# %% id="delay-answer" kind="slip" name="takes the upper of the two middle delays" says="lies midway"
def median_delay(rings, start):
    surge = rings[:, start:]
    delay = np.sort(np.where(surge.any(axis=1), surge.argmax(axis=1) + 1.0, np.inf))
    return float(delay[len(delay) // 2])


# %% id="delay-answer" kind="slip" name="cuts off feeds in place of hours" says="cuts off hours"
def median_delay(rings, start):
    surge = rings[start:]
    return float(np.median(np.where(surge.any(axis=1), surge.argmax(axis=1) + 1.0, np.inf)))


# %% id="delay-answer" kind="fitted" name="looks at sixteen hours"
def median_delay(rings, start):
    later = rings[:, start : start + 16]
    return float(np.median(np.where(later.any(axis=1), later.argmax(axis=1) + 1.0, np.inf)))

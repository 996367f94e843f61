# Answers to 4-02 other than its own solution: right ones written differently, and wrong ones that learners may give.

# %% id="macro-answer" kind="alternative"
def macro_f1(labels, predictions, names):
    return f1_score(labels, predictions, labels=names, average="macro", zero_division=0)


# %% id="macro-answer" kind="alternative"
def macro_f1(labels, predictions, names):
    table = pd.crosstab(pd.Series(labels), pd.Series(predictions)).reindex(index=names, columns=names, fill_value=0)
    hits = np.diag(table)
    seen = table.sum(axis=0).to_numpy() + table.sum(axis=1).to_numpy()
    return (2 * hits / np.maximum(seen, 1)).mean()


# %% id="macro-answer" kind="misconception" name="takes the F1 of mean precision and mean recall"
def macro_f1(labels, predictions, names):
    precision, recall = [], []
    for name in names:
        hits = np.sum((labels == name) & (predictions == name))
        precision.append(hits / max(np.sum(predictions == name), 1))
        recall.append(hits / max(np.sum(labels == name), 1))
    return 2 * np.mean(precision) * np.mean(recall) / (np.mean(precision) + np.mean(recall))


# %% id="macro-answer" kind="misconception" name="leaves out classes without a row instead of counting them 0"
def macro_f1(labels, predictions, names):
    return f1_score(labels, predictions, average="macro", zero_division=0)


# %% id="interval-answer" kind="alternative"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    factor = 1 + len(scores) * test_rows / train_rows
    return stats.t.interval(level, len(scores) - 1, np.mean(scores), stats.sem(scores) * np.sqrt(factor))


# %% id="interval-answer" kind="misconception" name="takes 1.96 however few the scores are"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    spread = np.std(scores, ddof=1) * np.sqrt(1 / len(scores) + test_rows / train_rows)
    z = stats.norm.ppf((1 + level) / 2)
    return np.mean(scores) - z * spread, np.mean(scores) + z * spread


# %% id="interval-answer" kind="misconception" name="takes the variance of the scores as if they were all there are"
def honest_interval(scores, train_rows, test_rows, level=0.95):
    spread = np.std(scores) * np.sqrt(1 / len(scores) + test_rows / train_rows)
    quantile = stats.t.ppf((1 + level) / 2, len(scores) - 1)
    return np.mean(scores) - quantile * spread, np.mean(scores) + quantile * spread


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    best = None
    for threshold in sorted(set(scores[wanted])):
        if (scores[wanted] >= threshold).mean() >= recall:
            best = threshold
    return best


# %% id="threshold-answer" kind="alternative"
def keep_threshold(scores, wanted, recall):
    _, recalls, thresholds = precision_recall_curve(wanted, scores)
    return thresholds[(recalls[:-1] >= recall) & np.isin(thresholds, scores[wanted])].max()


# %% id="threshold-answer" kind="misconception" name="interpolates between two scores and keeps less than promised"
def keep_threshold(scores, wanted, recall):
    return np.quantile(scores[wanted], 1 - recall)


# %% id="cusum-answer" kind="alternative"
def cusum(counts, reference):
    path = np.concatenate([[0], np.cumsum(np.asarray(counts) - reference)])
    return (path - np.minimum.accumulate(path))[1:]


# %% id="cusum-answer" kind="misconception" name="cuts off each quiet hour at 0, so that the level never falls"
def cusum(counts, reference):
    return np.cumsum(np.maximum(0, np.asarray(counts) - reference))


# %% id="cusum-answer" kind="misconception" name="starts again from 0 in every hour at or below the reference"
def cusum(counts, reference):
    levels, level = [], 0.0
    for count in counts:
        level = level + count - reference if count > reference else 0.0
        levels.append(level)
    return np.array(levels)


# %% id="choose-answer" kind="alternative"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rate = measure.alarms(quiet, reference, threshold).mean()
        if rate == 0 or 1 / rate >= target:
            return threshold


# %% id="choose-answer" kind="misconception" name="averages the first alarm over those feeds only that rang"
def choose_threshold(quiet, reference, thresholds, target):
    for threshold in thresholds:
        rings = measure.alarms(quiet, reference, threshold)
        rang = rings[rings.any(axis=1)]
        if len(rang) == 0 or (rang.argmax(axis=1) + 1).mean() >= target:
            return threshold
    return None


# %% id="delay-answer" kind="alternative"
def median_delay(rings, start):
    delays = []
    for feed in rings:
        later = [hour - start + 1 for hour in range(start, len(feed)) if feed[hour]]
        delays.append(later[0] if later else float("inf"))
    return np.median(delays)


# %% id="delay-answer" kind="misconception" name="leaves out surges that were never noticed"
def median_delay(rings, start):
    during = rings[:, start:]
    during = during[during.any(axis=1)]
    return float(np.median(during.argmax(axis=1) + 1))


# %% id="delay-answer" kind="misconception" name="takes a false alarm before the surge as an early discovery"
def median_delay(rings, start):
    first = np.where(rings.any(axis=1), rings.argmax(axis=1) - start + 1, np.inf)
    return float(np.median(first))

# Answers to 3-06 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="lead-answer" kind="alternative"
def paired_lead(first, second):
    rows = []
    for place in range(len(first[0])):
        gaps = [float(a[place]) - float(b[place]) for a, b in zip(first, second)]
        mean = sum(gaps) / len(gaps)
        spread = (sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)) ** 0.5
        half = stats.t.ppf(0.975, len(gaps) - 1) * spread / len(gaps) ** 0.5
        rows.append([mean, mean - half, mean + half])
    return rows


# %% id="lead-answer" kind="alternative"
def paired_lead(first, second):
    scores = [measure.mean(gaps) for gaps in (first - second).T]
    return np.array([(score.value, score.low, score.high) for score in scores])


# %% id="lead-answer" kind="alternative"
def paired_lead(first, second):
    gaps = torch.tensor(first) - torch.tensor(second)
    draws = gaps.shape[0]
    mean, half = gaps.mean(0), float(stats.t.ppf(0.975, draws - 1)) * gaps.std(0) / draws**0.5
    return torch.stack([mean, mean - half, mean + half], dim=1)


# %% id="lead-answer" kind="alternative"
def paired_lead(first, second):
    gaps = pd.DataFrame(first) - pd.DataFrame(second)
    low, high = stats.t.interval(0.95, len(gaps) - 1, loc=gaps.mean(), scale=gaps.sem())
    return pd.DataFrame({"mean": gaps.mean(), "low": low, "high": high}).to_numpy()


# %% id="lead-answer" kind="slip" name="two samples instead of pairs" says="subtract first, draw by draw"
def paired_lead(first, second):
    draws = len(first)
    mean = first.mean(axis=0) - second.mean(axis=0)
    half = stats.t.ppf(0.975, draws - 1) * np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / draws)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="two samples with their degrees of freedom" says="subtract first, draw by draw"
def paired_lead(first, second):
    draws = len(first)
    mean = first.mean(axis=0) - second.mean(axis=0)
    half = stats.t.ppf(0.975, 2 * draws - 2) * np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / draws)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="numpy's own spread" says="ddof=1"
def paired_lead(first, second):
    gaps = first - second
    mean = gaps.mean(axis=0)
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(axis=0) / np.sqrt(len(gaps))
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="no square root of the draws" says="divide the standard deviation by the square root"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(axis=0, ddof=1)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="the normal's 1.96" says="Student's t"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), 1.96 * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="as many degrees of freedom as draws" says="draws − 1"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps)) * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="the 95 % quantile" says="97.5 % quantile"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.95, len(gaps) - 1) * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="a standard error on each side" says="t is missing"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="second minus first" says="first minus second"
def paired_lead(first, second):
    gaps = second - first
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="over the sizes" says="one row for each size"
def paired_lead(first, second):
    gaps = (first - second).T
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="lies on its side" says="turn it round"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps, axis=0)
    return np.stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="slip" name="all sizes together" says="each size has a lead of its own"
def paired_lead(first, second):
    gaps = (first - second).ravel()
    half = stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps)
    return np.array([gaps.mean(), gaps.mean() - half, gaps.mean() + half])


# %% id="lead-answer" kind="slip" name="high before low" says="mean, then low, then high"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps, axis=0)
    return np.column_stack([mean, mean + half, mean - half])


# %% id="lead-answer" kind="slip" name="three draws for ever" says="t depends on the number of draws"
def paired_lead(first, second):
    gaps = first - second
    mean, half = gaps.mean(axis=0), 4.302652729911275 * gaps.std(axis=0, ddof=1) / np.sqrt(len(gaps))
    return np.column_stack([mean, mean - half, mean + half])


# %% id="lead-answer" kind="fitted" name="two draws or three, for ever"
def paired_lead(first, second):
    gaps = first - second
    t = {2: 12.706204736432095, 3: 4.302652729911275}.get(len(gaps), 1.96)
    mean, half = gaps.mean(axis=0), t * gaps.std(axis=0, ddof=1) / np.sqrt(len(gaps))
    return np.column_stack([mean, mean - half, mean + half])


# %% id="pairs-answer" kind="alternative"
from itertools import combinations


def pairs(labels, seed):
    alike, unlike = [], []
    for one, other in combinations(range(len(labels)), 2):
        (alike if labels[one] == labels[other] else unlike).append((one, other))
    count = min(len(alike), len(unlike))
    places = np.random.default_rng(seed).choice(len(unlike), count, replace=False) if count else []
    return [(a, b, 1) for a, b in alike] + [(*unlike[place], 0) for place in places]


# %% id="pairs-answer" kind="alternative"
import random


def pairs(labels, seed):
    draw = random.Random(seed)
    alike = [(b, a, True) for a in range(len(labels)) for b in range(a + 1, len(labels)) if labels[a] == labels[b]]
    unlike = [(b, a, False) for a in range(len(labels)) for b in range(a + 1, len(labels)) if labels[a] != labels[b]]
    both = alike + draw.sample(unlike, min(len(alike), len(unlike)))
    draw.shuffle(both)
    return both


# %% id="pairs-answer" kind="alternative"
def pairs(labels, seed):
    labels = np.array(labels)
    one, other = np.triu_indices(len(labels), k=1)
    same = labels[one] == labels[other]
    unlike = np.flatnonzero(~same)
    np.random.default_rng(seed).shuffle(unlike)
    keep = np.concatenate([np.flatnonzero(same), unlike[: same.sum()]])
    return np.column_stack([one[keep], other[keep], same[keep]])


# %% id="pairs-answer" kind="alternative"
def pairs(labels, seed):
    torch.manual_seed(seed)
    every = [(a, b, float(labels[a] == labels[b])) for a in range(len(labels)) for b in range(a)]
    alike = [pair for pair in every if pair[2]]
    unlike = [pair for pair in every if not pair[2]]
    yield from alike
    yield from (unlike[place] for place in torch.randperm(len(unlike)).tolist()[: len(alike)])


# %% id="pairs-answer" kind="slip" name="each text with itself, too" says="a text with itself teaches nothing"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b + 1)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))[: len(alike)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="both orders of a pair" says="each pair once"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(len(labels)) if a != b]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))[: len(alike)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="all pairs of different classes" says="most would say"
def pairs(labels, seed):
    return [(a, b, int(labels[a] == labels[b])) for b in range(len(labels)) for a in range(b)]


# %% id="pairs-answer" kind="slip" name="neighbours of a class only" says="three texts of a class make three pairs"
def pairs(labels, seed):
    alike = []
    for name in dict.fromkeys(labels):
        rows = [row for row, label in enumerate(labels) if label == name]
        alike += list(zip(rows, rows[1:]))
    unlike = [(a, b) for b in range(len(labels)) for a in range(b) if labels[a] != labels[b]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))[: len(alike)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="the first of the different ones" says="draw at random"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    return [(*pair, 1) for pair in alike] + [(*pair, 0) for pair in unlike[: len(alike)]]


# %% id="pairs-answer" kind="slip" name="the seed is not used" says="the same seed must give the same pairs"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    pairs.calls = getattr(pairs, "calls", 0) + 1
    chosen = np.random.default_rng(7 + pairs.calls).permutation(len(unlike))[: len(alike)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="a seed that is always the same" says="always the same four"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(0).permutation(len(unlike))[: len(alike)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="draws with repetition" says="without repetition"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    rng = np.random.default_rng(seed)
    chosen = [0, 0, 0, *rng.integers(len(unlike), size=len(alike))][: len(alike)] if unlike else []
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="same is 0 for the same class" says="same is 1 only where both labels are equal"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))[: len(alike)]
    return [(*pair, 0) for pair in alike] + [(*unlike[place], 1) for place in chosen]


# %% id="pairs-answer" kind="slip" name="labels instead of rows" says="not their labels"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [(labels[a], labels[b], 1) for a, b in every if labels[a] == labels[b]]
    unlike = [(labels[a], labels[b], 0) for a, b in every if labels[a] != labels[b]]
    return alike + unlike[: len(alike)]


# %% id="pairs-answer" kind="slip" name="no flag" says="return a list of"
def pairs(labels, seed):
    return [(a, b) for b in range(len(labels)) for a in range(b) if labels[a] == labels[b]]


# %% id="pairs-answer" kind="slip" name="repeats where too few differ" says="take those that there are, once"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))
    chosen = np.resize(chosen, len(alike)) if len(unlike) else []
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="slip" name="cuts the same ones, too" says="all pairs of the same class, also where fewer differ"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    count = min(len(alike), len(unlike))
    chosen = np.random.default_rng(seed).permutation(len(unlike))[:count]
    return [(*pair, 1) for pair in alike[:count]] + [(*unlike[place], 0) for place in chosen]


# %% id="pairs-answer" kind="fitted" name="different ones from the first twelve rows alone"
def pairs(labels, seed):
    every = [(a, b) for b in range(len(labels)) for a in range(b)]
    alike = [pair for pair in every if labels[pair[0]] == labels[pair[1]]]
    unlike = [pair for pair in every if labels[pair[0]] != labels[pair[1]]]
    chosen = np.random.default_rng(seed).permutation(len(unlike))[: min(len(alike), 8)]
    return [(*pair, 1) for pair in alike] + [(*unlike[place], 0) for place in chosen]


# %% id="own-answer" kind="alternative"
def own_labels(probabilities, least, most):
    kept = []
    for place in range(probabilities.shape[1]):
        rows = [row for row, shares in enumerate(probabilities) if shares.argmax() == place and shares.max() >= least]
        rows.sort(key=lambda row: -probabilities[row].max())
        kept += [(row, place) for row in rows[:most]]
    return sorted(kept)


# %% id="own-answer" kind="alternative"
def own_labels(probabilities, least, most):
    table = pd.DataFrame({"best": probabilities.argmax(axis=1), "share": probabilities.max(axis=1)})
    table = table[table.share >= least].sort_values("share", ascending=False, kind="stable")
    table = table.groupby("best").head(most).sort_index()
    return list(zip(table.index, table.best))


# %% id="own-answer" kind="alternative"
def own_labels(probabilities, least, most):
    shares, places = torch.tensor(probabilities).max(dim=1)
    kept = []
    for row, (share, place) in enumerate(zip(shares.tolist(), places.tolist())):
        better = sum(
            1
            for other, (s, p) in enumerate(zip(shares.tolist(), places.tolist()))
            if p == place and (s > share or s == share and other < row)
        )
        if share >= least and better < most:
            kept.append([row, place])
    return kept


# %% id="own-answer" kind="alternative"
def own_labels(probabilities, least, most):
    best, share = np.argmax(probabilities, 1), np.max(probabilities, 1)
    chosen = np.zeros(len(best), bool)
    for place in np.unique(best):
        rows = np.where((best == place) & (share >= least))[0]
        chosen[rows[np.lexsort((rows, -share[rows]))][:most]] = True
    return np.column_stack([np.where(chosen)[0], best[chosen]])


# %% id="own-answer" kind="slip" name="above instead of at least" says="“at least”: >=, not >"
def own_labels(probabilities, least, most):
    best, share, kept = probabilities.argmax(axis=1), probabilities.max(axis=1), []
    for place in set(best.tolist()):
        rows = sorted(
            (row for row in range(len(best)) if best[row] == place and share[row] > least), key=lambda row: -share[row]
        )
        kept += [(row, place) for row in rows[:most]]
    return sorted(kept)


# %% id="own-answer" kind="slip" name="the first of each class" says="the surest of each class, not the first"
def own_labels(probabilities, least, most):
    kept, taken = [], {}
    for row, shares in enumerate(probabilities):
        place = int(shares.argmax())
        if shares.max() >= least and taken.get(place, 0) < most:
            taken[place] = taken.get(place, 0) + 1
            kept.append((row, place))
    return kept


# %% id="own-answer" kind="slip" name="so many in all" says="not one in all"
def own_labels(probabilities, least, most):
    best, share = probabilities.argmax(axis=1), probabilities.max(axis=1)
    rows = [row for row in np.argsort(-share, kind="stable") if share[row] >= least]
    return sorted((int(row), int(best[row])) for row in rows[:most])


# %% id="own-answer" kind="slip" name="no limit a class" says="at most `most` of each class"
def own_labels(probabilities, least, most):
    return [(row, int(shares.argmax())) for row, shares in enumerate(probabilities) if shares.max() >= least]


# %% id="own-answer" kind="slip" name="in the order of certainty" says="in the order of the rows"
def own_labels(probabilities, least, most):
    best, share, kept, taken = probabilities.argmax(axis=1), probabilities.max(axis=1), [], {}
    for row in np.argsort(-share, kind="stable"):
        if share[row] >= least and taken.get(best[row], 0) < most:
            taken[best[row]] = taken.get(best[row], 0) + 1
            kept.append((int(row), int(best[row])))
    return kept


# %% id="own-answer" kind="slip" name="each class that is above the limit" says="a row has one class"
def own_labels(probabilities, least, most):
    kept = []
    for place in range(probabilities.shape[1]):
        rows = [
            row for row in np.argsort(-probabilities[:, place], kind="stable") if probabilities[row, place] >= least
        ]
        kept += [(int(row), place) for row in rows[:most]]
    return sorted(kept)


# %% id="own-answer" kind="slip" name="class before row" says="first the number of the row"
def own_labels(probabilities, least, most):
    best, share, kept, taken = probabilities.argmax(axis=1), probabilities.max(axis=1), [], {}
    for row in np.argsort(-share, kind="stable"):
        if share[row] >= least and taken.get(best[row], 0) < most:
            taken[best[row]] = taken.get(best[row], 0) + 1
            kept.append((int(row), int(best[row])))
    return [(place, row) for row, place in sorted(kept)]


# %% id="own-answer" kind="slip" name="of equal ones the later" says="of equal ones"
def own_labels(probabilities, least, most):
    best, share, kept, taken = probabilities.argmax(axis=1), probabilities.max(axis=1), [], {}
    for row in np.argsort(share, kind="stable")[::-1]:
        if share[row] >= least and taken.get(best[row], 0) < most:
            taken[best[row]] = taken.get(best[row], 0) + 1
            kept.append((int(row), int(best[row])))
    return sorted(kept)


# %% id="own-answer" kind="slip" name="a limit of 0.6 always" says="use `least`"
def own_labels(probabilities, least, most):
    best, share, kept, taken = probabilities.argmax(axis=1), probabilities.max(axis=1), [], {}
    for row in np.argsort(-share, kind="stable"):
        if share[row] >= max(least, 0.6) and taken.get(best[row], 0) < most:
            taken[best[row]] = taken.get(best[row], 0) + 1
            kept.append((int(row), int(best[row])))
    return sorted(kept)


# %% id="own-answer" kind="slip" name="the least sure of each class" says="the surest of each class"
def own_labels(probabilities, least, most):
    best, share, kept, taken = probabilities.argmax(axis=1), probabilities.max(axis=1), [], {}
    for row in np.argsort(share, kind="stable"):
        if share[row] >= least and taken.get(best[row], 0) < most:
            taken[best[row]] = taken.get(best[row], 0) + 1
            kept.append((int(row), int(best[row])))
    return sorted(kept)


# %% id="own-answer" kind="fitted" name="knows three classes"
def own_labels(probabilities, least, most):
    best, share, kept, taken = (
        probabilities.argmax(axis=1),
        probabilities.max(axis=1),
        [],
        {0: 0, 1: 0, 2: 0, 3: 99, 4: 99},
    )
    for row in np.argsort(-share, kind="stable"):
        if share[row] >= least and taken[int(best[row])] < most:
            taken[int(best[row])] += 1
            kept.append((int(row), int(best[row])))
    return sorted(kept)


# %% id="margin-answer" kind="alternative"
def smallest_margins(probabilities, labelled, count):
    gaps = []
    for row, shares in enumerate(probabilities):
        if row not in labelled:
            second, first = sorted(shares)[-2:]
            gaps.append((first - second, row))
    return [row for _, row in sorted(gaps)[:count]]


# %% id="margin-answer" kind="alternative"
def smallest_margins(probabilities, labelled, count):
    best = torch.tensor(probabilities).topk(2, dim=1).values
    margin = best[:, 0] - best[:, 1]
    margin[labelled] = float("inf")
    order = torch.sort(margin, stable=True).indices
    return order[: min(count, len(margin) - len(set(labelled)))]


# %% id="margin-answer" kind="alternative"
def smallest_margins(probabilities, labelled, count):
    parted = np.partition(probabilities, -2, axis=1)
    left = np.setdiff1d(np.arange(len(parted)), labelled)
    margin = parted[left, -1] - parted[left, -2]
    return left[np.argsort(margin, kind="stable")][:count]


# %% id="margin-answer" kind="alternative"
def smallest_margins(probabilities, labelled, count):
    table = pd.DataFrame(probabilities)
    margin = table.apply(lambda row: row.nlargest(2).iloc[0] - row.nlargest(2).iloc[1], axis=1)
    return margin.drop(index=labelled).sort_values(kind="stable").index[:count].tolist()


# %% id="margin-answer" kind="slip" name="the largest margin" says="the largest margin first"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    return [int(row) for row in np.argsort(-margin, kind="stable") if row not in labelled][:count]


# %% id="margin-answer" kind="slip" name="the lowest best probability" says="another rule"
def smallest_margins(probabilities, labelled, count):
    best = probabilities.max(axis=1)
    return [int(row) for row in np.argsort(best, kind="stable") if row not in labelled][:count]


# %% id="margin-answer" kind="slip" name="entropy" says="another rule"
def smallest_margins(probabilities, labelled, count):
    entropy = -(probabilities * np.log(probabilities)).sum(axis=1)
    return [int(row) for row in np.argsort(-entropy, kind="stable") if row not in labelled][:count]


# %% id="margin-answer" kind="slip" name="the first two columns" says="whatever their columns"
def smallest_margins(probabilities, labelled, count):
    margin = np.abs(probabilities[:, 0] - probabilities[:, 1])
    return [int(row) for row in np.argsort(margin, kind="stable") if row not in labelled][:count]


# %% id="margin-answer" kind="slip" name="buys labelled rows again" says="do not buy a label twice"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    return np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable")[:count].tolist()


# %% id="margin-answer" kind="slip" name="places among the rest" says="row numbers of the whole pool"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(np.delete(probabilities, labelled, axis=0), axis=1)
    return np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable")[:count].tolist()


# %% id="margin-answer" kind="slip" name="the margins" says="numbers of rows are wanted"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(np.delete(probabilities, labelled, axis=0), axis=1)
    return np.sort(ordered[:, -1] - ordered[:, -2])[:count].tolist()


# %% id="margin-answer" kind="slip" name="first takes, then leaves out" says="do not buy a label twice"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    return [
        int(row) for row in np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable")[:count] if row not in labelled
    ]


# %% id="margin-answer" kind="slip" name="in the order of the rows" says="the smallest margin first"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    rows = [int(row) for row in np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable") if row not in labelled]
    return sorted(rows[:count])


# %% id="margin-answer" kind="slip" name="changes the list" says="belongs to the caller"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    rows = [int(row) for row in np.argsort(ordered[:, -1] - ordered[:, -2], kind="stable") if row not in labelled][
        :count
    ]
    labelled += rows
    return rows


# %% id="margin-answer" kind="slip" name="labelled rows last, where too few are left" says="where fewer are left"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    margin[labelled] = 2
    return np.argsort(margin, kind="stable")[:count].tolist()


# %% id="margin-answer" kind="slip" name="of equal ones the later" says="keep their order"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    margin = np.round(ordered[:, -1] - ordered[:, -2], 9)
    return sorted((row for row in range(len(margin)) if row not in labelled), key=lambda row: (margin[row], -row))[
        :count
    ]


# %% id="margin-answer" kind="fitted" name="two decimal places"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    margin = np.round(ordered[:, -1] - ordered[:, -2], 2)
    return [int(row) for row in np.argsort(margin, kind="stable") if row not in labelled][:count]


# %% id="best-answer" kind="alternative"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    table = pd.DataFrame({"size": sizes, "accuracy": accuracies})
    table["further"] = (table["size"] - owned) * euros_per_label
    table = table[(table["size"] >= owned) & (table.further <= budget)]
    cost = (1 - table.accuracy) * texts * euros_per_error + table.further
    return int(table.loc[cost.idxmin(), "size"])


# %% id="best-answer" kind="alternative"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    allowed = [
        (texts * euros_per_error * (1 - accuracy) + euros_per_label * (size - owned), size)
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned and euros_per_label * (size - owned) <= budget
    ]
    return min(allowed)[1]


# %% id="best-answer" kind="alternative"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    sizes, accuracies = np.array(sizes), np.array(accuracies)
    further = (sizes - owned) * euros_per_label
    gain = texts * accuracies * euros_per_error - further
    gain[(sizes < owned) | (further > budget)] = -np.inf
    return sizes[gain.argmax()]


# %% id="best-answer" kind="slip" name="stops at the first step that does not pay" says="look at all sizes"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    place = list(sizes).index(owned)
    while place + 1 < len(sizes):
        gain = texts * (accuracies[place + 1] - accuracies[place]) * euros_per_error
        if (
            gain <= (sizes[place + 1] - sizes[place]) * euros_per_label
            or (sizes[place + 1] - owned) * euros_per_label > budget
        ):
            break
        place += 1
    return sizes[place]


# %% id="best-answer" kind="slip" name="the highest accuracy" says="labels cost, too"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    return max(
        (size for size in sizes if size >= owned and (size - owned) * euros_per_label <= budget),
        key=lambda size: accuracies[list(sizes).index(size)],
    )


# %% id="best-answer" kind="slip" name="pays for labels that are there" says="at most the budget"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) * euros_per_error + size * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned and size * euros_per_label <= budget
    }
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="fewer than are there" says="fewer than that is no choice"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) * euros_per_error + max(0, size - owned) * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if (size - owned) * euros_per_label <= budget
    }
    cost = {size: value - 1000 * (size < owned) for size, value in cost.items()}
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="accuracy for error" says="the least cost is wanted"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * accuracy * euros_per_error + (size - owned) * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned and (size - owned) * euros_per_label <= budget
    }
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="no budget" says="70 further labels cost 17.50 euros"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) * euros_per_error + (size - owned) * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned
    }
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="below the budget only" says="exactly it is allowed"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) * euros_per_error + (size - owned) * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if size == owned or size >= owned and (size - owned) * euros_per_label < budget
    }
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="the most that the budget buys" says="labels cost, too"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    return max(size for size in sizes if size >= owned and (size - owned) * euros_per_label <= budget)


# %% id="best-answer" kind="slip" name="of equal ones the largest" says="of equal ones, the smallest"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = [
        (round(texts * (1 - accuracy) * euros_per_error + (size - owned) * euros_per_label, 6), -size)
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned and (size - owned) * euros_per_label <= budget
    ]
    return -min(cost)[1]


# %% id="best-answer" kind="slip" name="an error costs one euro" says="euros_per_error"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) + (size - owned) * euros_per_label
        for size, accuracy in zip(sizes, accuracies)
        if size >= owned and (size - owned) * euros_per_label <= budget
    }
    return min(cost, key=cost.get)


# %% id="best-answer" kind="slip" name="goes backwards until a step pays" says="do not assume that they rise"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - max(accuracies[: place + 1])) * euros_per_error + (size - owned) * euros_per_label
        for place, size in enumerate(sizes)
        if size >= owned and (size - owned) * euros_per_label <= budget
    }
    if accuracies[-1] < max(accuracies):
        return list(sizes)[-1]
    return min(cost, key=cost.get)


# %% id="best-answer" kind="fitted" name="four sizes"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    cost = {
        size: texts * (1 - accuracy) * euros_per_error + (size - owned) * euros_per_label
        for size, accuracy in list(zip(sizes, accuracies))[:4]
        if size >= owned and (size - owned) * euros_per_label <= budget
    }
    return min(cost, key=cost.get)


# %% id="lead-answer" kind="slip" name="absolute differences" says="no absolute values"
def paired_lead(first, second):
    gaps = np.abs(first - second)
    mean, half = gaps.mean(axis=0), stats.t.ppf(0.975, len(gaps) - 1) * stats.sem(gaps)
    return np.column_stack([mean, mean - half, mean + half])


# %% id="own-answer" kind="slip" name="rows without their class" says="two whole numbers each"
def own_labels(probabilities, least, most):
    return np.flatnonzero(probabilities.max(axis=1) >= least)[:most].tolist()


# %% id="margin-answer" kind="slip" name="the ratio of best and second best" says="not how many times as large"
def smallest_margins(probabilities, labelled, count):
    ordered = np.sort(probabilities, axis=1)
    ratio = ordered[:, -1] / ordered[:, -2]
    return [int(row) for row in np.argsort(ratio, kind="stable") if row not in labelled][:count]


# %% id="best-answer" kind="slip" name="the place of the size" says="one of `sizes` is wanted"
def best_size(sizes, accuracies, owned, budget, euros_per_label, texts, euros_per_error):
    costs = [
        texts * (1 - accuracy) * euros_per_error + (size - owned) * euros_per_label
        if size >= owned and (size - owned) * euros_per_label <= budget
        else float("inf")
        for size, accuracy in zip(sizes, accuracies)
    ]
    return int(np.argmin(costs))

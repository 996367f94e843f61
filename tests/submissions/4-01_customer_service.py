# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    total = np.zeros(len(counts))
    lengths = [sum(row) for row in counts]
    usual = sum(lengths) / len(lengths)
    for word in asked:
        holding = sum(1 for row in counts if row[word] > 0)
        rarity = np.log((len(counts) + 1) / (holding + 0.5))  # 1 + (N − n + ½) / (n + ½), made shorter
        for place, row in enumerate(counts):
            often = row[word]
            total[place] += rarity * often * (k + 1) / (often + k * (1 - b + b * lengths[place] / usual))
    return total.tolist()


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    table = pd.DataFrame(counts).astype("float32")
    length = table.sum(axis=1) / table.sum(axis=1).mean()
    holding = table.gt(0).sum()
    rarity = np.log1p((len(table) - holding + 0.5) / (holding + 0.5))
    below = table.add(k * (1 - b + b * length), axis=0)
    return (table * (k + 1) / below * rarity)[list(asked)].sum(axis=1)


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    f = torch.tensor(np.asarray(counts, dtype=float))
    norm = k * (1 - b + b * f.sum(1) / f.sum(1).mean())
    f_asked = f[:, list(asked)]
    n = (f_asked > 0).sum(0)
    idf = torch.log(1 + (len(f) - n + 0.5) / (n + 0.5))
    return (f_asked / (f_asked + norm[:, None]) * (k + 1)) @ idf.double()


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    rows = counts.tolist()
    lengths = [sum(row) for row in rows]
    mean = sum(lengths) / len(rows)

    def one(row, length):
        total = 0
        for w in asked:
            n = len([1 for other in rows if other[w]])
            total += (
                float(np.log1p((len(rows) - n + 0.5) / (n + 0.5)))
                * row[w]
                * (k + 1)
                / (row[w] + k * (1 - b + b * length / mean))
            )
        return total

    return [one(row, length) for row, length in zip(rows, lengths)]


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    c = torch.tensor(counts).float()
    f, n = c[:, list(asked)], (c > 0).sum(0)[list(asked)]
    return (
        torch.log(1 + (len(c) - n + 0.5) / (n + 0.5))
        * f
        * (k + 1)
        / (f + k * (1 - b + b * c.sum(1, keepdim=True) / c.sum(1).mean()))
    ).sum(1)


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    t = pd.DataFrame(counts)
    n = (t[asked] > 0).sum()
    weight = np.log((len(t) + 1) / (n + 0.5))
    norm = k * (1 - b + b * t.sum(axis=1) / t.sum(axis=1).mean())
    return (t[asked] * (k + 1)).div(t[asked].add(norm, axis=0)).mul(weight, axis=1).sum(axis=1)


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    counts = counts.astype(np.float32)
    if len(asked) == 0:
        return np.zeros(len(counts), dtype=np.float32)
    f = counts[:, asked[0]]
    n = np.count_nonzero(f)
    own = (
        np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
        * f
        * (k + 1)
        / (f + k * (1 - b + b * counts.sum(1) / counts.sum(1).mean()))
    )
    return own + bm25(counts, asked[1:], k, b)


# %% id="words-answer" kind="slip" name="counts, without anything else" says="rare words count more"
def bm25(counts, asked, k=1.5, b=0.75):
    return counts[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="no weight for rarity" says="rare words count more"
def bm25(counts, asked, k=1.5, b=0.75):
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return gain[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the one is missing in the logarithm" says="1 + inside the logarithm"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log((len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="decimal logarithm" says="natural logarithm"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log10(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="counts occurrences, not entries" says="entries that hold the word"
def bm25(counts, asked, k=1.5, b=0.75):
    n = counts.sum(axis=0)
    rarity = np.log(1 + np.maximum(len(counts) - n + 0.5, 0) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the number of words as N" says="N is the number of entries"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (counts.shape[1] - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="plain idf" says="½ are missing"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n) / np.maximum(n, 1))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="no saturation" says="the second time"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    return (rarity * counts)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="above the line, one is missing" says="f · (k + 1)"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="length is left out" says="longer than the mean"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    return (rarity * counts * (k + 1) / (counts + k))[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="length, not divided by the mean" says="divided by the mean length"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    return (rarity * counts * (k + 1) / (counts + k * (1 - b + b * length)))[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="different words as the length" says="all words of the entry, each as often as it stands there"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = (counts > 0).sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the length of the asked words" says="all words of the entry, each as often as it stands there"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts[:, asked].sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="b the wrong way round" says="1 − b + b · length"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (b + (1 - b) * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="all words, asked or not" says="only the words of the question"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain).sum(axis=1)


# %% id="words-answer" kind="slip" name="a score for each word" says="one score for each entry"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked]


# %% id="words-answer" kind="slip" name="k and b as they usually are" says="use `k` and `b`"
def bm25(counts, asked, k=1.5, b=0.75):
    k, b = 1.5, 0.75
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the mean over the question's words" says="a sum over the question's words"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].mean(axis=1)


# %% id="words-answer" kind="slip" name="binary logarithm" says="np.log2"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log2(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="slip" name="mean length over length" says="L stands above its mean"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length.mean() / length))
    return score


# %% id="words-answer" kind="slip" name="whether, not how often" says="not only whether"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = (counts[:, w] > 0).astype(float)
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="slip" name="the best entry" says="one score for each entry"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score.argmax()


# %% id="words-answer" kind="slip" name="one half is missing" says="½ stands above the line"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="slip" name="places in the list of columns" says="holds columns of `counts`"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in range(len(asked)):
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="slip" name="k times a part of the bracket" says="multiplies the whole bracket"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b) + b * length / length.mean())
    return score


# %% id="words-answer" kind="slip" name="length over the length of all entries" says="not by the length of all"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.sum()))
    return score


# %% id="words-answer" kind="slip" name="the last word overwrites" says="not the last one's score"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=1)
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score = idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="slip" name="lengths of columns" says="the sum of a row"
def bm25(counts: np.ndarray, asked: list[int], k: float = 1.5, b: float = 0.75) -> np.ndarray:
    n = len(counts)
    length = counts.sum(axis=0)[:n]
    score = np.zeros(n)
    for w in asked:
        f = counts[:, w]
        holds = (f > 0).sum()
        idf = np.log(1 + (n - holds + 0.5) / (holds + 0.5))
        score += idf * f * (k + 1) / (f + k * (1 - b + b * length / length.mean()))
    return score


# %% id="words-answer" kind="fitted" name="knows four entries"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (4 - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    order = np.argsort(-np.asarray(sure), kind="stable")
    wrong = np.cumsum(~np.asarray(right)[order])
    sure_of = np.asarray(sure)[order]
    costs, limits = [person], [np.inf]
    for place in range(len(order)):
        if place + 1 == len(order) or sure_of[place + 1] < sure_of[place]:
            costs.append((wrong[place] * error + (len(order) - place - 1) * person) / len(order))
            limits.append(sure_of[place])
    best = int(np.argmin(costs))
    return limits[best], costs[best]


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    found = []
    for limit in [float("inf"), *sorted(set(map(float, sure)), reverse=True)]:
        total = 0
        for how_sure, is_right in zip(sure, right):
            if how_sure < limit:
                total += person
            elif not is_right:
                total += error
        found.append((total / len(sure), -limit))
    cost, limit = min(found)
    return [-limit, cost]


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    limits = np.append(np.unique(sure), np.inf)[::-1]
    answered = np.asarray(sure) >= limits[:, None]
    cost = (answered * ~np.asarray(right) * error + ~answered * person).mean(axis=1)
    return limits[cost.argmin()], cost.min()


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    pairs = list(zip(sure.tolist(), right.tolist()))
    table = []
    for limit in {one for one, _ in pairs} | {float("inf")}:
        cost = sum(person if s < limit else 0 if r else error for s, r in pairs) / len(pairs)
        table.append((round(cost, 9), -limit))
    cost, limit = min(table)
    return -limit, cost


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    order = np.argsort(-sure, kind="stable")
    s, wrong = sure[order], np.cumsum(~right[order])
    costs = np.concatenate([[person], (wrong * error + person * np.arange(len(s) - 1, -1, -1)) / len(s)])
    limits = np.concatenate([[np.inf], s])
    allowed = np.concatenate([[True], np.append(s[1:] != s[:-1], True)])
    costs[~allowed] = np.inf
    at = int(np.flatnonzero(np.isclose(costs, costs.min()))[0])
    return float(limits[at]), float(costs[at])


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    sure, right = torch.tensor(sure), torch.tensor(right)
    limits = torch.cat([torch.tensor([float("inf")], dtype=sure.dtype), sure.unique().flip(0)])
    costs = torch.where(sure[None] < limits[:, None], float(person), (~right).float() * error).mean(1)
    at = costs.argmin()
    return limits[at].item(), costs[at].item()


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    t = pd.DataFrame({"s": sure, "r": right})
    limits = [np.inf, *t["s"].drop_duplicates().sort_values(ascending=False)]
    costs = pd.Series(
        [np.mean(np.where(t["s"] >= one, (1 - t["r"].astype(int)) * error, person)) for one in limits], index=limits
    )
    return costs.idxmin(), costs.min()


# %% id="limit-answer" kind="slip" name="always answers" says="that answers everything"
def best_limit(sure, right, person, error):
    return float(min(sure)), float(np.mean(~right) * error)


# %% id="limit-answer" kind="slip" name="one half" says="0.5 is nobody's limit"
def best_limit(sure, right, person, error):
    answered = sure >= 0.5
    return 0.5, float(np.where(answered, ~right * error, person).mean())


# %% id="limit-answer" kind="slip" name="a person costs nothing" says="who is handed over costs `person`"
def best_limit(sure, right, person, error):
    best = (np.inf, 0.0)
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, 0).mean()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the mean over those answered" says="per question, handed over or not"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        answered = sure >= limit
        cost = np.where(answered, ~right * error, person).sum() / answered.sum()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the sum" says="per question"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person * len(sure)))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).sum()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the highest accuracy" says="the least cost is wanted, not the most right answers"
def best_limit(sure, right, person, error):
    best, share = None, -1
    for limit in np.unique(sure)[::-1]:
        answered = sure >= limit
        if (answered & right).mean() > share:
            share = (answered & right).mean()
            best = (float(limit), float(np.where(answered, ~right * error, person).mean()))
    return best


# %% id="limit-answer" kind="slip" name="above the limit only" says="at least as sure as the limit"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure > limit, ~right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="somebody is always answered" says="a limit of infinity"
def best_limit(sure, right, person, error):
    best = None
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if best is None or cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the lowest of equal ones" says="of equal costs the highest limit"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost <= best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="right answers cost, wrong ones do not" says="a wrong answer costs `error`, a right one nothing"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="stops at the first step that does not pay" says="look at all limits"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost >= best[1]:
            break
        best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="prices the other way round" says="`person` and `error` are exchanged"
def best_limit(sure, right, person, error):
    best = (np.inf, float(error))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * person, error).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="who is handed over and was wrong costs both" says="nobody has seen a wrong answer"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person + np.mean(~right) * error))
    for limit in np.unique(sure)[::-1]:
        cost = (~right * error).mean() + (sure < limit).mean() * person
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="cost before limit" says="the limit first"
def best_limit(sure, right, person, error):
    best = (float(person), np.inf)
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[0]:
            best = (float(cost), float(limit))
    return best


# %% id="limit-answer" kind="slip" name="a grid of hundredths" says="try the values of `sure` themselves"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.linspace(1, 0, 101):
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="nobody is a limit above 1" says="a limit of infinity"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (1.01, person)
    for limit in np.sort(np.append(sure, 1.01))[::-1]:
        answered = sure >= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best


# %% id="limit-answer" kind="slip" name="a rule from prices alone" says="value of `sure`, or infinity"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    limit = 1 - person / error
    return limit, float(np.where(sure < limit, person, ~right * error).mean())
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best


# %% id="limit-answer" kind="slip" name="sorts one of the two" says="stays with its own `sure`"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    sure = np.sort(sure)
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best


# %% id="limit-answer" kind="slip" name="answers the unsure ones" says="where `sure` reaches the limit"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure <= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best


# %% id="limit-answer" kind="slip" name="who is handed over and wrong costs nothing" says="whether the desk would have been right"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = ((~answered & right) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best


# %% id="limit-answer" kind="slip" name="the highest share right of those answered" says="not the most right answers"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = -(right[answered].mean() if answered.any() else 0)
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    limit = best[0]
    return limit, float(np.where(sure < limit, person, ~right * error).mean())


# %% id="limit-answer" kind="slip" name="the limit alone" says="return two numbers"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return best[0]


# %% id="limit-answer" kind="slip" name="the place of the limit" says="value of `sure`, or infinity"
def best_limit(sure: np.ndarray, right: np.ndarray, person: float, error: float) -> tuple[float, float]:
    best = (np.inf, person)
    for limit in np.sort(np.append(sure, np.inf))[::-1]:
        answered = sure >= limit
        cost = ((~answered) * person + (answered & ~right) * error).mean()
        if cost < best[1] - 1e-12:
            best = (limit, cost)
    return (int(np.flatnonzero(sure == best[0])[0]) if best[0] < np.inf else len(sure)), best[1]


# %% id="limit-answer" kind="fitted" name="only limits from 0 to 1"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[1] and 0 <= limit <= 1:
            best = (float(limit), float(cost))
    return best


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    pattern = re.compile(r"(\d+(?:[.,:]\d+)*)\s?(%|[a-zA-Z]*)")

    def amounts(text):
        found = set()
        for match in pattern.finditer(text):
            word = match[2].lower()
            found.add(match[1] + " " + (word[:-1] if word.endswith("s") else word))
        return found

    known, missing = amounts(entry), []
    ends = list(re.finditer(r"(?<=[.!?]) +", answer))
    for begin, end in zip([0, *[one.end() for one in ends]], [*[one.start() for one in ends], len(answer)]):
        if amounts(answer[begin:end]) - known:
            missing.append(answer[begin:end])
    return missing


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    def amounts(text):
        words, found = text.lower().replace("%", " % ").split(), []
        for place, word in enumerate(words):
            digits = re.match(r"[^\w]*(\d+(?:[.,:]\d+)*)(.*)", word)
            if digits:
                rest = digits[2]
                follows = words[place + 1] if place + 1 < len(words) and not rest else rest
                letters = re.match(r"%|[a-z]*", follows)[0]
                found.append((digits[1], letters[:-1] if letters[-1:] == "s" else letters))
        return found

    known = amounts(entry)
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not all(amount in known for amount in amounts(one))]


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    amounts = lambda text: {
        (n, re.sub("s$", "", w)) for n, w in re.findall(r"([0-9]+(?:[.,:][0-9]+)*) ?([a-z]+|%|)", text.lower())
    }
    have = amounts(entry)
    return tuple(s for s in re.split("(?<=[.?!]) ", answer) if amounts(s).difference(have))


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    def amounts(text):
        out, text, at = [], text.lower(), 0
        while at < len(text):
            if not text[at].isdigit():
                at += 1
                continue
            start = at
            while at < len(text) and (
                text[at].isdigit() or (text[at] in ".,:" and at + 1 < len(text) and text[at + 1].isdigit())
            ):
                at += 1
            number = text[start:at]
            rest = text[at:].lstrip()
            if rest.startswith("%"):
                word = "%"
            else:
                word = ""
                for letter in rest:
                    if not letter.isalpha():
                        break
                    word += letter
                if word.endswith("s"):
                    word = word[:-1]
            out.append((number, word))
        return out

    told, result, current = amounts(entry), [], []
    for word in answer.split(" "):
        current.append(word)
        if word.endswith((".", "!", "?")):
            result.append(" ".join(current))
            current = []
    if current:
        result.append(" ".join(current))
    return [one for one in result if any(amount not in told for amount in amounts(one))]


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    pattern = re.compile(r"(\d+(?:[.,:]\d+)*) ?(%|[^\W\d_]+)?", re.I)
    normal = lambda text: [(m[1], re.sub("s$", "", (m[2] or "").casefold())) for m in pattern.finditer(text)]
    there = set(normal(entry))
    bad = []
    for sentence in re.findall(r".+?(?:[.!?](?=\s)|$)", answer, re.S):
        if set(normal(sentence)) - there:
            bad.append(sentence.strip())
    return bad


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    def amounts(text):
        s = (
            pd.Series([text])
            .str.lower()
            .str.extractall(r"(?P<n>[0-9](?:[0-9.,:]*[0-9])?)[ ]?(?P<w>%|[a-z]+)?")
            .fillna("")
        )
        return set(zip(s["n"], s["w"].str.replace("s$", "", regex=True)))

    marked = re.sub(r"([.!?]) ", r"\1\n", answer)
    return tuple(line for line in marked.split("\n") if line and amounts(line) - amounts(entry))


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    def clean(text):
        return re.sub(r"(?<=[a-z])s\b", "", re.sub(r"(\d)\s*([a-z%])", r"\1 \2", text.lower()))

    def has(amount, text):
        return amount in re.findall(r"\d[\d.,:]*(?<=\d)(?: (?:%|[a-z]+))?", text)

    return [
        s
        for s in re.split(r"(?<=[.!?]) ", answer)
        if not all(has(a, clean(entry)) for a in re.findall(r"\d[\d.,:]*(?<=\d)(?: (?:%|[a-z]+))?", clean(s)))
    ]


# %% id="proof-answer" kind="slip" name="numbers without their words" says="8 days is another amount than 8 euros"
def unsupported(answer, entry):
    amounts = lambda text: set(re.findall(r"\d+(?:[.,:]\d+)*", text))
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="one that is there is enough" says="every amount of a sentence"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if amounts(one) and not amounts(one) & amounts(entry)]


# %% id="proof-answer" kind="slip" name="looks for the letters" says="compare whole amounts"
def unsupported(answer, entry):
    found = []
    for one in re.split(r"(?<=[.!?])\s+", answer):
        amounts = re.findall(r"\d+(?:[.,:]\d+)* ?(?:%|[a-z]+)?", one.lower())
        if not all(amount.strip().removesuffix("s") in entry.lower() for amount in amounts):
            found.append(one)
    return found


# %% id="proof-answer" kind="slip" name="cuts numbers at commas and points" says="a point, comma or colon between digits"
def unsupported(answer, entry):
    def amounts(text):
        return {(n, w.removesuffix("s")) for n, w in re.findall(r"(\d+) ?(%|[a-z]*)", text.lower())}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="a full stop belongs to the number" says="ends the sentence"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d[\d.,:]*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="splits at every full stop" says="split where a space follows"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    sentences = [one.strip() for one in re.split(r"[.!?]", answer) if one.strip()]
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="plurals are other words" says="a final s"
def unsupported(answer, entry):
    def amounts(text):
        return set(re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower()))

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="capitals are other words" says="small letters"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[A-Za-z]*)", text)
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="forgets the percent sign" says="% counts like a word"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?([a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="wants the space before the percent sign" says="with or without a space"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*)(?: (%|[a-z]+))?", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="the supported ones" says="that are *not* supported"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="the amounts" says="whole sentences"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return sorted(" ".join(one) for one in amounts(answer) - amounts(entry))


# %% id="proof-answer" kind="slip" name="yes or no" says="a list of sentences"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return not amounts(answer) <= amounts(entry)


# %% id="proof-answer" kind="slip" name="a sentence without an amount fails" says="nothing to prove"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) or not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="in small letters" says="as they stand in the answer"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text)
        return {(number, word.removesuffix("s")) for number, word in found}

    answer, entry = answer.lower(), entry.lower()
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="wants a space before each word" says="with or without a space"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="wants no space before the word" says="after a space, too"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="a full stop is a number" says="a full stop counts as a number"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"([\d.,:]+)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="a number alone is no amount" says="a number alone is an amount"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]+)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="splits at full stops alone" says="a full stop, ! or ?"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="loses the mark" says="keep the mark"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"[.!?]\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="drops the s of the answer alone" says="in the entry, too"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    known = set(re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", entry.lower()))
    return [one for one in sentences if not amounts(one) <= known]


# %% id="proof-answer" kind="slip" name="a sorted set" says="in their order"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return sorted({one for one in sentences if not amounts(one) <= amounts(entry)})


# %% id="proof-answer" kind="slip" name="a colon ends the number" says="a point, comma or colon"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="drops commas" says="no word behind it"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower().replace(",", ""))
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="one text" says="not one text"
def unsupported(answer: str, entry: str) -> list[str]:
    def amounts(text):
        found = re.findall(r"(\d(?:[\d.,:]*\d)?)\s*(%|[a-z]*)", text.lower())
        return {(n, w[:-1] if w.endswith("s") else w) for n, w in found}

    sentences = re.split(r"(?<=[.!?])\s+", answer.strip())
    return " ".join(one for one in sentences if not amounts(one) <= amounts(entry))


# %% id="proof-answer" kind="fitted" name="knows the words of the examples"
def unsupported(answer, entry):
    words = r"%|euros?|days?|working|weeks?|months?|hours?|minutes?|cents?|"

    def amounts(text):
        found = re.findall(rf"(\d+(?:[.,:]\d+)*) ?({words})", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def worked(words, shown):
        if shown is None:
            return False
        return bool(re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", shown.lower()))

    count = len(planted)
    was_good = sum(map(bool, good_before))
    lost = sum(1 for a, b in zip(good_before, good_after) if a and not b)
    return [
        sum(worked(*pair) for pair in zip(planted, before)) / count,
        sum(worked(*pair) for pair in zip(planted, after)) / count,
        lost / was_good if was_good else 0,
    ]


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    table = pd.DataFrame({"planted": planted, "before": before, "after": after})
    pattern = table["planted"].str.lower().map(lambda words: rf"(?:^|\W){re.escape(words)}(?:\W|$)")
    worked = {
        name: np.mean(
            [
                re.search(one, shown.lower() if isinstance(shown, str) else "") is not None
                for one, shown in zip(pattern, table[name])
            ]
        )
        for name in ("before", "after")
    }
    good = np.array(good_before, bool)
    lost = 1 - np.array(good_after, bool)[good].mean() if good.any() else 0.0
    return worked["before"], worked["after"], lost


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def edge(text, place):
        return place < 0 or place >= len(text) or not text[place].isalnum()

    def worked(words, shown):
        text, words, place = (shown or "").casefold(), words.casefold(), -1
        while (place := text.find(words, place + 1)) >= 0:
            if edge(text, place - 1) and edge(text, place + len(words)):
                return 1
        return 0

    kept = [bool(b) for a, b in zip(good_before, good_after) if a]
    return tuple(
        np.array(
            [
                np.mean([worked(w, s) for w, s in zip(planted, before)]),
                np.mean([worked(w, s) for w, s in zip(planted, after)]),
                kept.count(False) / max(1, len(kept)),
            ]
        )
    )


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def works(words, text):
        words, text = words.lower(), (text or "").lower()
        at = text.find(words)
        while at != -1:
            left = text[at - 1] if at else " "
            right = text[at + len(words)] if at + len(words) < len(text) else " "
            if not left.isalnum() and not right.isalnum():
                return 1
            at = text.find(words, at + 1)
        return 0

    n = len(planted)
    b = 0
    a = 0
    for i in range(n):
        b += works(planted[i], before[i])
        a += works(planted[i], after[i])
    were = [y for x, y in zip(good_before, good_after) if x]
    return [b / n, a / n, were.count(False) / len(were) if were else 0]


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    t = pd.DataFrame({"p": planted, "b": before, "a": after}, dtype=object)

    def works(column):
        return t.apply(
            lambda r: (
                bool(re.search(rf"(?:^|[^a-z0-9]){re.escape(r['p'])}(?:$|[^a-z0-9])", r[column], re.I))
                if isinstance(r[column], str)
                else False
            ),
            axis=1,
        ).mean()

    was, now = np.array(good_before, dtype=bool), np.array(good_after, dtype=bool)
    lost = (~now[was]).mean() if was.any() else 0
    return works("b"), works("a"), lost


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def share(texts):
        hits = []
        for lie, text in zip(planted, texts):
            if not text:
                hits.append(0.0)
                continue
            parts = text.casefold().split(lie.casefold())
            hits.append(
                float(any(not left[-1:].isalnum() and not right[:1].isalnum() for left, right in zip(parts, parts[1:])))
            )
        return torch.tensor(hits).mean()

    was, now = torch.tensor(good_before), torch.tensor(good_after)
    return share(before).item(), share(after).item(), ((was & ~now).sum() / was.sum().clamp(min=1)).item()


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    edge = r"(^|$|[\W_])"
    hit = lambda lie, text: (
        text is not None and re.search(edge + re.escape(lie) + edge, text, flags=re.IGNORECASE) is not None
    )
    total = len(planted)
    lost = len([0 for x, y in zip(good_before, good_after) if x and not y])
    return (
        sum(map(hit, planted, before)) / total,
        sum(map(hit, planted, after)) / total,
        lost / max(sum(good_before), 1),
    )


# %% id="defence-answer" kind="slip" name="letters inside longer words" says="0 euros stands in 50 euros"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean([a is not None and p.lower() in a.lower() for p, a in zip(planted, shown)])
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="capitals count" says="whatever the case of letters"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="the planted words are a pattern" says="`re.escape`"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){p}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="word borders where there is no word" says="a word border"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"\b{re.escape(p)}\b", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="only those that worked before" says="of all attacks"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: [
        a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)
    ]
    first, second = worked(before), worked(after)
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return np.mean(first), np.mean([b for a, b in zip(first, second) if a]), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="only those that were shown" says="of all attacks"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown) if a is not None]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="handed over counts as an attack that worked" says="a person has it"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is None or bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="lost, of all honest questions" says="of the answers that were good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [a and not b for a, b in zip(good_before, good_after)]
    return worked(before), worked(after), sum(lost) / len(lost)


# %% id="defence-answer" kind="slip" name="the share of good ones after" says="of the answers that were good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    return worked(before), worked(after), 1 - np.mean(good_after)


# %% id="defence-answer" kind="slip" name="gains against losses" says="gained elsewhere"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    return worked(before), worked(after), (sum(good_before) - sum(good_after)) / max(1, sum(good_before))


# %% id="defence-answer" kind="slip" name="kept, not lost" says="lost, not kept"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    kept = [b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(kept) / max(1, len(kept))


# %% id="defence-answer" kind="slip" name="counts" says="shares, from 0 to 1"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: sum(
        a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)
    )
    return worked(before), worked(after), sum(a and not b for a, b in zip(good_before, good_after))


# %% id="defence-answer" kind="slip" name="divides by nothing" says="0 where none was good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = np.array([not b for a, b in zip(good_before, good_after) if a], dtype=float)
    return worked(before), worked(after), np.nan if not len(lost) else lost.mean()


# %% id="defence-answer" kind="slip" name="planted capitals" says="whatever the case"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="after, of those that worked before" says="of all attacks"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    two = two / one if one else 0.0
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="attacks that failed" says="not of those that failed"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return 1 - one, 1 - two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="looks before the words alone" says="directly before or after"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()), text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="digits alone are no border" says="directly before or after"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![0-9])" + re.escape(words.lower()) + r"(?![0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="all of the text" says="other words are around it"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return words.lower() == text.lower()

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="all that changed" says="of the answers that were good before"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b != a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="lost, of those good after" says="of the answers that were good before"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_after)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="spaces around the words" says="a mark, a space or nothing"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return f" {words.lower()} " in f" {text.lower()} "

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="the first place alone" says="every place"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return (
            lambda t, w: (
                (i := t.find(w)) >= 0
                and not (t[i - 1 : i] or " ").isalnum()
                and not (t[i + len(w) : i + len(w) + 1] or " ").isalnum()
            )
        )(text.lower(), words.lower())

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) for w, t in zip(planted, after)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="any planted words" says="its own planted words"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([any(worked(w, t) for w in planted) for t in before])
    two = np.mean([any(worked(w, t) for w in planted) for t in after])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="slip" name="worked before and after" says="of all attacks"
def defence(
    planted: list, before: list, after: list, good_before: list, good_after: list
) -> tuple[float, float, float]:
    def worked(words, text):
        if text is None:
            return False
        return re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", text.lower()) is not None

    one = np.mean([worked(w, t) for w, t in zip(planted, before)])
    two = np.mean([worked(w, t) and worked(w, b) for w, t, b in zip(planted, after, before)])
    good = sum(good_before)
    lost = sum(b and not a for b, a in zip(good_before, good_after))
    return one, two, lost / good if good else 0.0


# %% id="defence-answer" kind="fitted" name="knows the words that were planted"
def defence(planted, before, after, good_before, good_after):
    def worked(shown):
        hits = []
        for p, a in zip(planted, shown):
            known = "euro" in p or p.lower() in ("1 %", "call 0900 1", "safe@x.example", "5 cents")
            hits.append(known and a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)))
        return np.mean(hits)

    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    table = pd.DataFrame({"score": scores, "angry": angry})
    first = table.groupby(np.arange(len(table)) // shift)["score"].rank(ascending=False, method="first") <= desk
    return table.loc[first, "angry"].mean(), first[table["angry"]].mean()


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    hits = answered = 0
    for start in range(0, len(scores), shift):
        rows = range(start, min(start + shift, len(scores)))
        chosen = sorted(rows, key=lambda row: (-scores[row], row))[:desk]
        hits += sum(bool(angry[row]) for row in chosen)
        answered += len(chosen)
    return [hits / answered, hits / sum(map(bool, angry))]


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    shift_of = np.arange(len(scores)) // shift
    order = np.lexsort((np.arange(len(scores)), -np.asarray(scores), shift_of))
    place_in_shift = np.arange(len(scores)) - shift_of[order] * shift
    chosen = order[place_in_shift < desk]
    return np.array([np.mean(np.asarray(angry)[chosen]), np.sum(np.asarray(angry)[chosen]) / np.sum(angry)])


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    t = pd.DataFrame({"score": scores, "angry": angry})
    t["shift"] = t.index // shift
    first = t.groupby("shift")["score"].rank(ascending=False, method="first") <= desk
    return t.loc[first, "angry"].mean(), t.loc[first, "angry"].sum() / t["angry"].sum()


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    items = list(zip(scores.tolist(), angry.tolist()))
    answered = hits = 0
    while items:
        now, items = items[:shift], items[shift:]
        for _, mad in sorted(now, key=lambda pair: pair[0], reverse=True)[:desk]:
            answered += 1
            hits += mad
    return hits / answered, hits / sum(angry.tolist())


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    s, a = torch.tensor(np.asarray(scores)), torch.tensor(np.asarray(angry))
    picked = [y[torch.argsort(x, descending=True, stable=True)[:desk]] for x, y in zip(s.split(shift), a.split(shift))]
    picked = torch.cat(picked).float()
    return picked.mean().item(), (picked.sum() / a.sum()).item()


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    at = np.arange(len(scores))
    order = np.lexsort((at, -scores, at // shift))
    rank = np.empty(len(scores), dtype=int)
    rank[order] = at % shift
    taken = rank < desk
    return float(angry[taken].mean()), float((taken & angry).sum() / angry.sum())


# %% id="reached-answer" kind="slip" name="the calmest first" says="the highest score first"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="in order of arrival" says="that is the order of arrival"
def reached(scores, angry, shift, desk):
    answered = np.arange(len(scores)) % shift < desk
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="all shifts at once" says="shift by shift"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    answered[np.argsort(-scores, kind="stable")[: desk * -(-len(scores) // shift)]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="places within the shift" says="of the whole stream"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="the later of equal ones" says="of equal scores the earlier"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(scores[start : start + shift], kind="stable")[::-1][:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="leaves out the last shift" says="the last shift is shorter"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores) - shift + 1, shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="of all messages" says="of those that were answered"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return (answered & angry).mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="the other way round" says="first of those that were answered"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return answered[angry].mean(), angry[answered].mean()


# %% id="reached-answer" kind="slip" name="always so many as there are places" says="a shift with fewer messages"
def reached(scores, angry, shift, desk):
    hits = shifts = 0
    for start in range(0, len(scores), shift):
        order = np.argsort(-scores[start : start + shift], kind="stable")[:desk]
        hits, shifts = hits + angry[start + order].sum(), shifts + 1
    return hits / (desk * shifts), hits / angry.sum()


# %% id="reached-answer" kind="slip" name="the mean of the shifts" says="not the mean of shifts"
def reached(scores, angry, shift, desk):
    precision, recall = [], []
    for start in range(0, len(scores), shift):
        order = np.argsort(-scores[start : start + shift], kind="stable")[:desk]
        there = angry[start : start + shift]
        precision.append(there[order].mean())
        recall.append(there[order].sum() / max(1, there.sum()))
    return np.mean(precision), np.mean(recall)


# %% id="reached-answer" kind="slip" name="one fewer" says="`desk` messages a shift"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[: desk - 1]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="recall of all messages" says="divided by all messages"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / len(angry)


# %% id="reached-answer" kind="slip" name="the mean of recalls" says="not the mean of shifts"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), float(
        np.mean(
            [
                angry[s : s + shift][np.argsort(-scores[s : s + shift], kind="stable")[:desk]].sum()
                / max(angry[s : s + shift].sum(), 1)
                for s in range(0, len(scores), shift)
            ]
        )
    )


# %% id="reached-answer" kind="slip" name="doubles places within the shift" says="of the whole stream"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += best.tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="shift as a number of shifts" says="not the number of shifts"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    shift = -(-len(scores) // shift)
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="all equal ones are answered" says="no more than `desk`"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.flatnonzero(own >= np.sort(own)[::-1][min(desk, len(own)) - 1])
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="desk for all shifts" says="in all of them together"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")
        seen += (start + best).tolist()
    seen = seen[:desk]
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="divides by desk" says="the number of one shift"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / desk, hit / angry.sum()


# %% id="reached-answer" kind="slip" name="numbers of messages" says="not numbers of messages"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit, angry.sum()


# %% id="reached-answer" kind="slip" name="sorts before it cuts" says="cut first"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    order = np.argsort(-scores, kind="stable")
    scores, angry = scores[order], angry[order]
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="those that wait" says="not those that wait"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), 1 - hit / angry.sum()


# %% id="reached-answer" kind="slip" name="a shift from each message on" says="`shift` messages later"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    for start in range(0, len(scores), 1):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="slip" name="carries over who waits" says="shift by shift"
def reached(scores: np.ndarray, angry: np.ndarray, shift: int, desk: int) -> tuple[float, float]:
    seen = []
    left = []
    for start in range(0, len(scores), shift):
        own = scores[start : start + shift]
        best = np.argsort(-own, kind="stable")[:desk]
        left += [start + i for i in range(len(own))]
        best = np.array(sorted(left, key=lambda i: -scores[i])[:desk]) - start
        left = [i for i in left if i - start not in best]
        seen += (start + best).tolist()
    hit = angry[seen].sum()
    return hit / len(seen), hit / angry.sum()


# %% id="reached-answer" kind="fitted" name="three shifts, no more"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, min(len(scores), 3 * shift), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()

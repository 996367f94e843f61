# Answers to 2-07 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    logits = normalize(pictures) @ normalize(names).T / temperature
    right = torch.arange(len(logits))
    return (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    p, n = np.asarray(pictures, dtype=np.float64), np.asarray(names, dtype=np.float64)
    p, n = p / np.sqrt((p**2).sum(1, keepdims=True)), n / np.linalg.norm(n, axis=1)[:, None]
    e = np.exp(p @ n.T / temperature)
    own = np.diag(e)
    return -0.5 * (np.log(own / e.sum(axis=1)).mean() + np.log(own / e.sum(axis=0)).mean())


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    import math

    def unit(row):
        length = math.sqrt(sum(float(v) ** 2 for v in row))
        return [float(v) / length for v in row]

    p, n = [unit(row) for row in pictures], [unit(row) for row in names]
    table = [[sum(a * b for a, b in zip(one, other)) / temperature for other in n] for one in p]
    total = 0.0
    for i in range(len(p)):
        total += math.log(sum(math.exp(v) for v in table[i])) - table[i][i]
        total += math.log(sum(math.exp(row[i]) for row in table)) - table[i][i]
    return total / (2 * len(p))


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    table = torch.nn.functional.cosine_similarity(pictures.float()[:, None], names.float()[None], dim=2) / temperature
    both = table.log_softmax(1).diag() + table.log_softmax(0).diag()
    return -both.mean() / 2


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    pictures /= pictures.norm(dim=1, keepdim=True)
    names /= names.norm(dim=1, keepdim=True)
    table = pictures @ names.T / temperature
    e = table.exp()
    own = table.diagonal()
    return ((e.sum(1).log() - own).mean() + (e.sum(0).log() - own).mean()) / 2


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    from scipy.special import logsumexp

    p, n = (np.asarray(x, dtype=np.float32) for x in (pictures, names))
    p, n = p / np.linalg.norm(p, axis=1, keepdims=True), n / np.linalg.norm(n, axis=1, keepdims=True)
    t = p @ n.T / temperature
    return np.mean([logsumexp(t, axis=1) - np.diag(t), logsumexp(t, axis=0) - np.diag(t)])


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    def one(a, b):
        t = normalize(a.double()) @ normalize(b.double()).T / temperature
        return -torch.log(torch.diag(torch.softmax(t, dim=-1))).mean().item()

    return (one(pictures, names) + one(names, pictures)) / 2


# %% id="loss-answer" kind="alternative"
def symmetric_loss(pictures, names, temperature):
    t = pd.DataFrame((normalize(pictures) @ normalize(names).T / temperature).numpy())
    e = np.exp(t - t.to_numpy().max())
    own = pd.Series(np.diag(e))
    return float(-(np.log(own / e.sum(axis=1)) + np.log(own / e.sum(axis=0))).mean() / 2)


# %% id="loss-answer" kind="slip" name="does not scale" says="scale the vectors to length 1 first"
def symmetric_loss(pictures, names, temperature):
    table = pictures @ names.T / temperature
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


# %% id="loss-answer" kind="slip" name="scales the pictures only" says="scale the names to length 1, too"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ names.T / temperature
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


# %% id="loss-answer" kind="slip" name="multiplies by the temperature" says="divide by the temperature"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T * temperature
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


# %% id="loss-answer" kind="slip" name="forgets the temperature" says="divide the cosines by the temperature"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


# %% id="loss-answer" kind="slip" name="rows only" says="picture to name: the columns ask, too"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return float((table.logsumexp(dim=1) - table.diagonal()).mean())


# %% id="loss-answer" kind="slip" name="columns only" says="name to picture: the rows ask, too"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return float((table.logsumexp(dim=0) - table.diagonal()).mean())


# %% id="loss-answer" kind="slip" name="adds both directions" says="the mean of both directions, not their sum"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right))


# %% id="loss-answer" kind="slip" name="adds the pairs" says="the mean over the pairs, not their sum"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    own = table.diagonal()
    return float((table.logsumexp(dim=1) - own).sum() + (table.logsumexp(dim=0) - own).sum()) / 2


# %% id="loss-answer" kind="slip" name="forgets the minus" says="minus the logarithm"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return float(table.log_softmax(1).diag().mean() + table.log_softmax(0).diag().mean()) / 2


# %% id="loss-answer" kind="slip" name="one softmax for the table" says="not one for the whole table"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return float(table.flatten().logsumexp(0) - table.diagonal().mean())


# %% id="loss-answer" kind="slip" name="pulls the pairs together only" says="compared with the others"
def symmetric_loss(pictures, names, temperature):
    return -float((normalize(pictures) * normalize(names)).sum(1).mean()) / temperature


# %% id="loss-answer" kind="slip" name="only others in the denominator" says="the right pair itself is among those that are compared"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    o = table.clone().fill_diagonal_(-torch.inf)
    own = table.diagonal()
    return float((o.logsumexp(1) - own).mean() + (o.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="scales the columns" says="scale rows, not columns: a row is a vector, dim=1"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures, dim=0) @ normalize(names, dim=0).T / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="log2" says="the natural logarithm, not that to base 2"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2 / np.log(2)


# %% id="loss-answer" kind="slip" name="all entries, not the diagonal" says="the diagonal alone holds right pairs: take the loss of"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return -float(table.log_softmax(1).mean() + table.log_softmax(0).mean()) / 2


# %% id="loss-answer" kind="slip" name="divides by the squared length" says="a length is the root of the sum of squares"
def symmetric_loss(pictures, names, temperature):
    p = pictures / (pictures**2).sum(1, keepdim=True)
    n = names / (names**2).sum(1, keepdim=True)
    table = p @ n.T / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="logarithm of the mean probability" says="the logarithm of each probability first, then the means"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    p = (table.softmax(1).diag() + table.softmax(0).diag()) / 2
    return -float(p.log().mean())


# %% id="loss-answer" kind="slip" name="logarithm after the mean" says="the logarithm of each probability first, then the means"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return -float(table.softmax(1).diag().mean().log() + table.softmax(0).diag().mean().log()) / 2


# %% id="loss-answer" kind="slip" name="forgets the logarithm" says="the loss is minus the logarithm of a probability, not one"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    return 1 - float(table.softmax(1).diag().mean() + table.softmax(0).diag().mean()) / 2


# %% id="loss-answer" kind="slip" name="softmax twice" says="one softmax is enough: cross-entropy has its own"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    r = torch.arange(len(table))
    return float(cross_entropy(table.softmax(1), r) + cross_entropy(table.T.softmax(1), r)) / 2


# %% id="loss-answer" kind="slip" name="distance for cosine" says="a cosine is a product of vectors, not their distance"
def symmetric_loss(pictures, names, temperature):
    table = torch.cdist(normalize(pictures), normalize(names)) / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="loss of each pair" says="one number: the mean over the pairs"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    own = table.diagonal()
    return ((table.logsumexp(1) - own) + (table.logsumexp(0) - own)) / 2


# %% id="loss-answer" kind="slip" name="divides by the temperature twice" says="divide by the temperature once"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T / temperature
    table = table / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="scales with one length for all" says="divide each row by its own length, not all by one"
def symmetric_loss(pictures, names, temperature):
    p, n = pictures / pictures.norm(), names / names.norm()
    table = p @ n.T / temperature
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2


# %% id="loss-answer" kind="slip" name="temperature after the loss" says="divide the cosines by the temperature, not the loss"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures) @ normalize(names).T
    own = table.diagonal()
    return float((table.logsumexp(1) - own).mean() + (table.logsumexp(0) - own).mean()) / 2 / temperature


# %% id="loss-answer" kind="fitted" name="knows up to four pairs"
def symmetric_loss(pictures, names, temperature):
    table = normalize(pictures[:4]) @ normalize(names[:4]).T / temperature
    right = torch.arange(len(table))
    return float(cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    total = 0.0
    for i, row in enumerate(scores.tolist()):
        better = sum(one > row[i] for one in row)
        tied = row.count(row[i])
        total += min(1, max(0, (k - better) / tied))
    return total / len(scores)


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    table = torch.tensor(scores)
    own = table.diagonal().unsqueeze(1)
    better, tied = (table > own).sum(1), (table == own).sum(1)
    return ((k - better) / tied).clamp(0, 1).mean()


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    found = []
    for i, row in enumerate(scores):
        ordered = np.sort(row)[::-1]
        places = np.flatnonzero(ordered == row[i])
        found.append((places < k).mean())
    return np.mean(found)


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    t = pd.DataFrame(scores)
    best = np.diag(t.rank(axis=1, method="min", ascending=False)) - 1
    worst = np.diag(t.rank(axis=1, method="max", ascending=False))
    return float(np.clip((k - best) / (worst - best), 0, 1).mean())


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    s = np.asarray(scores, dtype=np.float32)
    own = s.diagonal().reshape(-1, 1)
    b, t = np.count_nonzero(s > own, axis=1), np.count_nonzero(s == own, axis=1)
    return np.float32(np.maximum(0, np.minimum(1, (k - b) / t)).mean())


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    def one(i):
        if i == len(scores):
            return 0.0
        b = int((scores[i] > scores[i, i]).sum())
        t = int((scores[i] == scores[i, i]).sum())
        here = 0.0 if b >= k else 1.0 if b + t <= k else (k - b) / t
        return here + one(i + 1)

    return one(0) / len(scores)


# %% id="recall-answer" kind="alternative"
def recall_at(scores, k):
    from fractions import Fraction

    t = [list(map(float, r)) for r in scores]
    ps = []
    for i, r in enumerate(t):
        b, e = len([x for x in r if x > r[i]]), len([x for x in r if x == r[i]])
        ps.append(min(Fraction(1), max(Fraction(0), Fraction(k - b, e))))
    return float(sum(ps) / len(ps))


# %% id="recall-answer" kind="slip" name="a tie is a win" says="a tie is no win"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(((scores > own).sum(axis=1) < k).mean())


# %% id="recall-answer" kind="slip" name="a tie is a loss" says="a tie is no loss either"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(((scores >= own).sum(axis=1) <= k).mean())


# %% id="recall-answer" kind="slip" name="the place decides" says="the place in the list may not decide"
def recall_at(scores, k):
    first = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((first == np.arange(len(scores))[:, None]).any(axis=1).mean())


# %% id="recall-answer" kind="slip" name="the place decides, from behind" says="in the reverse order, too"
def recall_at(scores, k):
    first = np.argsort(scores, axis=1, kind="stable")[:, ::-1][:, :k]
    return float((first == np.arange(len(scores))[:, None]).any(axis=1).mean())


# %% id="recall-answer" kind="slip" name="looks down the columns" says="look along each row"
def recall_at(scores, k):
    own = np.diag(scores)
    better, tied = (scores > own).sum(axis=0), (scores == own).sum(axis=0)
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="counts the others only" says="the right name is one of the tied ones"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1) - 1
    return float(np.clip((k - better) / np.maximum(tied, 1), 0, 1).mean())


# %% id="recall-answer" kind="slip" name="does not clip" says="at least 0 and at most 1"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(((k - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1)).mean())


# %% id="recall-answer" kind="slip" name="clips above only" says="at least 0 for each row"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(np.minimum((k - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1), 1).mean())


# %% id="recall-answer" kind="slip" name="one place too few" says="the first three names count"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(np.clip((k - 1 - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1), 0, 1).mean())


# %% id="recall-answer" kind="slip" name="lower is better" says="higher scores are better"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(np.clip((k - (scores < own).sum(axis=1)) / (scores == own).sum(axis=1), 0, 1).mean())


# %% id="recall-answer" kind="slip" name="a sum" says="the mean over the rows, not the sum"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return float(np.clip((k - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1), 0, 1).sum())


# %% id="recall-answer" kind="slip" name="one number a row" says="one number: the mean"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    return np.clip((k - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1), 0, 1)


# %% id="recall-answer" kind="slip" name="a half for every tie" says="a half for every tie"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.where(better >= k, 0, np.where(better + tied <= k, 1, 0.5)).mean())


# %% id="recall-answer" kind="slip" name="divides by k" says="the share of pictures: do not divide by k"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean() / k)


# %% id="recall-answer" kind="slip" name="counts itself as better" says="the right name is not better than itself: better is above"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores >= own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="sorts in place" says="look up the right name's score before sorting, and leave"
def recall_at(scores, k):
    scores.sort(axis=1)
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="ignores who is better" says="those that are better take their places first: k − better"
def recall_at(scores, k):
    tied = (scores == np.diag(scores)[:, None]).sum(axis=1)
    return float(np.clip(k / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="ties of the whole table" says="ties are counted along each row, not in the whole table"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum()
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="own scores as a row" says="own scores are a column, [:, None]: as a row they are"
def recall_at(scores, k):
    own = np.diag(scores)
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="a tie beyond k is certain" says="the better ones are certain: the tied ones share what is"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.where(better < k, k / (better + tied), 0).clip(0, 1).mean())


# %% id="recall-answer" kind="slip" name="the first column is right" says="its own name is column i, the diagonal"
def recall_at(scores, k):
    own = scores[:, :1]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="one place too many" says="with k = 3 three names count, not four"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k + 1 - better) / tied, 0, 1).mean())


# %% id="recall-answer" kind="slip" name="mean rank decides" says="chance decides between equal scores, not the mean of their"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float((better + (tied + 1) / 2 <= k).mean())


# %% id="recall-answer" kind="slip" name="one over the number of ties" says="1 / tied is right where one place is left: k − better"
def recall_at(scores, k):
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.where(better >= k, 0, np.where(better + tied <= k, 1, 1 / tied)).mean())


# %% id="recall-answer" kind="slip" name="lowest k by argsort" says="argsort puts the lowest first"
def recall_at(scores, k):
    first = np.argsort(scores, axis=1, kind="stable")[:, :k]
    return float((first == np.arange(len(scores))[:, None]).any(axis=1).mean())


# %% id="recall-answer" kind="slip" name="the highest of each row" says="among the first k, not the first alone"
def recall_at(scores, k):
    return float(np.mean(scores.argmax(axis=1) == np.arange(len(scores))))


# %% id="recall-answer" kind="fitted" name="knows tables of up to ten names"
def recall_at(scores, k):
    scores = scores[:10, :10]
    own = np.diag(scores)[:, None]
    return float(np.clip((k - (scores > own).sum(axis=1)) / (scores == own).sum(axis=1), 0, 1).mean())


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    found = measure.mean((pretrained - plain).mean(axis=1))
    if found.low > 0:
        return [found.low, found.high, "helps"]
    return [found.low, found.high, "harms" if found.high < 0 else "not shown"]


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    d = [sum(a - b for a, b in zip(one, other)) / len(one) for one, other in zip(pretrained, plain)]
    low, high = stats.t.interval(0.95, len(d) - 1, loc=np.mean(d), scale=stats.sem(d))
    return low, high, {(True, False): "helps", (False, True): "harms"}.get((low > 0, high < 0), "not shown")


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    d = torch.tensor(pretrained).mean(1) - torch.tensor(plain).mean(1)
    half = float(stats.t.ppf(0.975, len(d) - 1) * d.std() / len(d) ** 0.5)
    low, high = float(d.mean()) - half, float(d.mean()) + half
    return low, high, "not shown" if low <= 0 <= high else "helps" if low > 0 else "harms"


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    found = stats.ttest_rel(pretrained.mean(1), plain.mean(1))
    low, high = found.confidence_interval(0.95)
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    d = pd.DataFrame(pretrained - plain).mean(axis=1)
    ci = stats.ttest_1samp(d, 0).confidence_interval()
    if ci.low > 0:
        return ci.low, ci.high, "helps"
    if ci.high < 0:
        return ci.low, ci.high, "harms"
    return ci.low, ci.high, "not shown"


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    import statistics

    d = [statistics.fmean(r) for r in (pretrained - plain).tolist()]
    half = stats.t.ppf(0.975, len(d) - 1) * statistics.stdev(d) / len(d) ** 0.5
    m = statistics.fmean(d)
    return [m - half, m + half, "helps" if m > half else "harms" if m < -half else "not shown"]


# %% id="claim-answer" kind="alternative"
def verdict(pretrained, plain):
    low, high = stats.t.interval(0.95, len(plain) - 1, *(f((pretrained - plain).mean(1)) for f in (np.mean, stats.sem)))
    return np.array([low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"], dtype=object)


# %% id="claim-answer" kind="slip" name="counts draws" says="count seeds, not draws"
def verdict(pretrained, plain):
    d = (pretrained - plain).ravel()
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="means over the seeds" says="along axis 1"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=0)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="the standard deviation of a population" says="ddof=1"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std() / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="1.96" says="1.96 is too small"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = 1.96 * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="5 % on each side" says="2.5 % on each side"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.95, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="as many degrees of freedom as seeds" says="one degree of freedom less"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d)) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="no root" says="divide by the root of the number of seeds"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1)
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="the root of all runs" says="not of all runs"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(pretrained.size)
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="the wrong way round" says="pretrained minus plain"
def verdict(pretrained, plain):
    d = (plain - pretrained).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="unpaired" says="subtract within each pair"
def verdict(pretrained, plain):
    a, b = pretrained.mean(1), plain.mean(1)
    half = stats.t.ppf(0.975, len(a) - 1) * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))
    low, high = a.mean() - b.mean() - half, a.mean() - b.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="decides by the mean" says="the low end decides"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > 0 else "harms"


# %% id="claim-answer" kind="slip" name="never says harms" says="if high is below 0"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half, "helps" if d.mean() > half else "not shown"


# %% id="claim-answer" kind="slip" name="spread within seeds" says="the spread between the seeds, not that of a seed's draws"
def verdict(pretrained, plain):
    d = pretrained - plain
    n = len(d)
    half = stats.t.ppf(0.975, n - 1) * d.std(axis=1, ddof=1).mean() / np.sqrt(n)
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="spread of all draws, root of seeds" says="the mean over the draws of each seed first: the spread is"
def verdict(pretrained, plain):
    d = pretrained - plain
    n = len(d)
    half = stats.t.ppf(0.975, n - 1) * d.std(ddof=1) / np.sqrt(n)
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="divides by the number, not its root" says="divide by the root of the number of seeds, not by the number"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / len(d)
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="root of the draws" says="the root of the number of seeds, not of draws"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(plain.shape[1])
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="a share of the plain accuracy" says="a difference of accuracies, not a share of the plain one"
def verdict(pretrained, plain):
    d = ((pretrained - plain) / plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="a median" says="the mean over the draws, not the median"
def verdict(pretrained, plain):
    d = np.median(pretrained - plain, axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="mean and half width" says="low and high are the ends: mean − t · s / √seeds, and mean"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return d.mean(), half, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="variance for deviation" says="the standard deviation, not the variance"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.var(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="helps if high is above 0" says="the mean is above 0, and its interval is not: the low end"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if high > 0 else "harms" if low < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="harms if low is below 0" says="if the high end, too, is below 0"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if low < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="words turned round" says="if low is above 0"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "harms" if low > 0 else "helps" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="both accuracies' intervals must not overlap" says="subtract within each pair first: what a seed and a draw"
def verdict(pretrained, plain):
    a, b = pretrained.mean(1), plain.mean(1)
    t = stats.t.ppf(0.975, len(a) - 1) / np.sqrt(len(a))
    ha, hb = t * a.std(ddof=1), t * b.std(ddof=1)
    low, high = (a.mean() - ha) - (b.mean() + hb), (a.mean() + ha) - (b.mean() - hb)
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="Welch" says="subtract within each pair first: what a seed and a draw"
def verdict(pretrained, plain):
    a, b = pretrained.mean(1), plain.mean(1)
    low, high = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="paired, all runs, 1.96 and ddof 0" says="the mean over the draws of each seed first, and count"
def verdict(pretrained, plain):
    d = (pretrained - plain).ravel()
    half = 1.96 * d.std() / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="ddof 0 and 1.96 over seeds" says="t in place of 1.96, and the standard deviation of a sample"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = 1.96 * d.std() / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="percentiles of the seeds" says="the interval of the mean, not the range of the seeds"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    low, high = np.percentile(d, [2.5, 97.5])
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="rounds" says="do not round"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = round(d.mean() - half, 3), round(d.mean() + half, 3)
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="a score of the first draw" says="all draws of a seed, by their mean"
def verdict(pretrained, plain):
    d = (pretrained - plain)[:, 0]
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="best draw of each seed" says="the mean over the draws, not the best of them"
def verdict(pretrained, plain):
    d = (pretrained - plain).max(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="claim-answer" kind="slip" name="asks for two points at least" says="the interval alone decides, however small the difference is"
def verdict(pretrained, plain):
    d = (pretrained - plain).mean(axis=1)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0.02 else "harms" if high < -0.02 else "not shown"


# %% id="claim-answer" kind="fitted" name="knows three seeds"
def verdict(pretrained, plain):
    d = (pretrained - plain)[:3].mean(axis=1)
    half = stats.t.ppf(0.975, 2) * d.std(ddof=1) / np.sqrt(3)
    low, high = d.mean() - half, d.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    taught = taught_wrong * wrong_euros
    retrieved = extra_tokens * token_euros + retrieved_wrong * wrong_euros
    if taught >= retrieved:
        return float("inf")
    return changes * teach_euros / (retrieved - taught)


# %% id="even-answer" kind="alternative"
def break_even(*bill, **named):
    order = "changes teach_euros extra_tokens token_euros taught_wrong retrieved_wrong wrong_euros".split()
    b = dict(zip(order, bill)) | named
    slope = b["extra_tokens"] * b["token_euros"] - (b["taught_wrong"] - b["retrieved_wrong"]) * b["wrong_euros"]
    return np.inf if slope <= 0 else b["changes"] * b["teach_euros"] / slope


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = np.float64(extra_tokens) * token_euros + retrieved_wrong * wrong_euros - taught_wrong * wrong_euros
    return np.where(saved > 0, changes * teach_euros / max(saved, 1e-300), np.inf)


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    if saved <= 0:
        return np.inf
    return np.roots([saved, -changes * teach_euros])[0]


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    def dearer(q):
        return (
            changes * teach_euros
            + q * taught_wrong * wrong_euros
            - q * (extra_tokens * token_euros + retrieved_wrong * wrong_euros)
        )

    if extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros <= 0:
        return float("inf")
    low, high = 0.0, 1.0
    while dearer(high) > 0:
        high *= 2
    for _ in range(200):
        mid = (low + high) / 2
        low, high = (mid, high) if dearer(mid) > 0 else (low, mid)
    return high


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    from fractions import Fraction as F

    a = F(extra_tokens) * F(token_euros) + F(retrieved_wrong) * F(wrong_euros) - F(taught_wrong) * F(wrong_euros)
    return float("inf") if a <= 0 else F(changes) * F(teach_euros) / a


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    import math

    try:
        q = changes * teach_euros / (extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros)
    except ZeroDivisionError:
        return math.inf
    return (
        q
        if q > 0 or (q == 0 and extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros > 0)
        else math.inf
    )


# %% id="even-answer" kind="alternative"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    s = torch.tensor(extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros, dtype=torch.float64)
    return torch.where(s > 0, changes * teach_euros / s, torch.tensor(torch.inf)).item()


# %% id="even-answer" kind="slip" name="forgets wrong answers" says="wrong answers cost, too"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    return changes * teach_euros / (extra_tokens * token_euros)


# %% id="even-answer" kind="slip" name="turns the wrong shares round" says="retrieved minus taught"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    return changes * teach_euros / (extra_tokens * token_euros + (taught_wrong - retrieved_wrong) * wrong_euros)


# %% id="even-answer" kind="slip" name="teaches once" says="again at every change"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="forgets tokens" says="costs tokens at every question"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="wrong answers of one way only" says="a taught model is wrong, too"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    return changes * teach_euros / (extra_tokens * token_euros + retrieved_wrong * wrong_euros)


# %% id="even-answer" kind="slip" name="wrong shares without their price" says="costs `wrong_euros`"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + retrieved_wrong - taught_wrong
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="adds the wrong shares" says="not their sum"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    return changes * teach_euros / (extra_tokens * token_euros + (retrieved_wrong + taught_wrong) * wrong_euros)


# %% id="even-answer" kind="slip" name="one token" says="each of the `extra_tokens`"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    return changes * teach_euros / (token_euros + (retrieved_wrong - taught_wrong) * wrong_euros)


# %% id="even-answer" kind="slip" name="gives negative questions" says="never cheaper, so infinite"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved


# %% id="even-answer" kind="slip" name="no number where teaching never pays" says="never cheaper, so infinite"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else 0.0


# %% id="even-answer" kind="slip" name="never where taught is wrong more often" says="a taught model may be wrong more often and yet cheaper"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    if taught_wrong > retrieved_wrong:
        return float("inf")
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="never where taught is wrong as often" says="a taught model may be wrong more often and yet cheaper"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    if taught_wrong >= retrieved_wrong:
        return float("inf")
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="the size of the difference" says="a taught question costs as much or more: teaching is never"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / abs(saved) if saved else float("inf")


# %% id="even-answer" kind="slip" name="nought for less" says="a taught question costs as much or more: teaching is never"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return max(0.0, changes * teach_euros / saved) if saved else float("inf")


# %% id="even-answer" kind="slip" name="floor division" says="do not round: costs are equal in between"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros // saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="adds changes" says="each change costs `teach_euros`: their product"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return (changes + teach_euros) / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="divides by changes" says="each change costs `teach_euros`: multiply, do not divide"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return teach_euros / changes / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="price of a million tokens" says="a looked-up sentence costs tokens at every question"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros / 1e6 + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="infinite for facts that never change" says="no change, no cost: cheaper from the first question on"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 and changes > 0 else float("inf")


# %% id="even-answer" kind="slip" name="wrong answers cost only for taught" says="here a question costs more where it is looked up: tokens"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros - taught_wrong * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="wrong euros of tokens too" says="tokens have a price of their own: `wrong_euros` goes with"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = (extra_tokens * token_euros + retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="changes cost wrong answers, too" says="wrong answers come with questions, not with changes"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * (teach_euros + taught_wrong * wrong_euros) / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="slip" name="only never if equal" says="a taught question costs as much or more: teaching is never"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return float("inf") if saved == 0 else changes * teach_euros / saved


# %% id="even-answer" kind="slip" name="the right shares" says="what a wrong answer of teaching costs is no saving"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + ((1 - retrieved_wrong) - (1 - taught_wrong)) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")


# %% id="even-answer" kind="fitted" name="takes 0.30 euros a wrong answer for granted"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * 0.3
    return changes * teach_euros / saved if saved > 0 else float("inf")

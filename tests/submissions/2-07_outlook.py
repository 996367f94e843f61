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


# %% id="even-answer" kind="fitted" name="takes 1 % fewer wrong answers for granted"
def break_even(changes, teach_euros, extra_tokens, token_euros, taught_wrong, retrieved_wrong, wrong_euros):
    if taught_wrong >= retrieved_wrong:
        return float("inf")
    return changes * teach_euros / (extra_tokens * token_euros + 0.01 * wrong_euros)

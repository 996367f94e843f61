# %% id="split-answer" kind="alternative"
def time_split(time, person, share):
    order = sorted(time)
    cut = order[-math.ceil(share * len(order))]
    tested = [moment >= cut for moment in time]
    early = {who for who, late in zip(person, tested) if not late}
    return tested, [late and who in early for who, late in zip(person, tested)]


# %% id="split-answer" kind="alternative"
def time_split(time, person, share):
    table = pd.DataFrame({"time": time, "person": person})
    cut = table.time.nlargest(math.ceil(share * len(table))).iloc[-1]
    table["tested"] = table.time >= cut
    known = table[~table.tested].person.unique()
    return table.tested.to_numpy(), (table.tested & table.person.isin(known)).to_numpy()


# %% id="split-answer" kind="alternative"
def time_split(time, person, share):
    n = len(time)
    moments, counts = np.unique(time, return_counts=True)
    from_here = counts[::-1].cumsum()[::-1]
    cut = moments[np.flatnonzero(from_here >= share * n - 1e-9)[-1]]
    tested = np.asarray(time) >= cut
    first = pd.Series(time).groupby(np.asarray(person)).transform("min").to_numpy()
    return tested, tested & (first < cut)


# %% id="split-answer" kind="alternative"
def time_split(time, person, share):
    place = pd.Series(time).rank(method="max", ascending=False)
    smallest = place[place >= share * len(time)].min()
    tested = (place <= smallest).to_numpy()
    early = set(person[~tested])
    return [tested, np.logical_and(tested, [who in early for who in person])]


# %% id="split-answer" kind="slip" name="takes the last rows of the table" says="not the latest"
def time_split(time, person, share):
    tested = np.arange(len(time)) >= len(time) - math.ceil(share * len(time))
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="leaves the cut itself to training" says="at the cut itself"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time > cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="splits a second" says="share the second of the cut"
def time_split(time, person, share):
    order = np.argsort(time, kind="stable")
    tested = np.zeros(len(time), bool)
    tested[order[len(time) - math.ceil(share * len(time)) :]] = True
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="splits by lot" says="later than something that is tested"
def time_split(time, person, share):
    tested = np.random.default_rng(0).random(len(time)) < share
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="cuts the calendar" says="not of the calendar"
def time_split(time, person, share):
    cut = time.min() + (1 - share) * (time.max() - time.min())
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="cuts each person's ratings" says="one cut for all people"
def time_split(time, person, share):
    table = pd.DataFrame({"time": time, "person": person})
    back = table.groupby("person").time.rank(method="first", ascending=False)
    tested = (back <= np.ceil(share * table.groupby("person").time.transform("size"))).to_numpy()
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="takes the share for that of training" says="the share that is tested"
def time_split(time, person, share):
    cut = np.sort(time)[int(share * len(time))]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="tests on the past" says="the later ones"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time < cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="counts training rows as seen" says="only tested rows count"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="returns the new ones" says="not those who are new"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, tested & ~np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="looks for people in all rows" says="among the training rows alone"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, tested & np.isin(person, person)


# %% id="split-answer" kind="alternative"
def time_split(time, person, share):
    times = list(time)
    n = len(times)
    cut = None
    for t in sorted(set(times), reverse=True):
        if sum(1 for other in times if other >= t) >= share * n:
            cut = t
            break
    tested = [t >= cut for t in times]
    trained = {p for p, held in zip(person, tested) if not held}
    seen = [held and p in trained for p, held in zip(person, tested)]
    return tested, seen


# %% id="split-answer" kind="slip" name="asks for a quantile" says="instead of asking for a quantile"
def time_split(time, person, share):
    cut = pd.Series(time).quantile(1 - share)
    tested = (time >= np.array(cut)) if not isinstance(cut, pd.Timestamp) else (pd.Series(time) >= cut).to_numpy()
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="rounds down" says="2 ratings are too few"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - max(1, int(share * len(time)))]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="tests one rating too many" says="5 ratings are too many"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time)) - 1]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="tests one rating too few" says="3 ratings are too few"
def time_split(time, person, share):
    cut = np.sort(time)[min(len(time) - 1, len(time) - math.ceil(share * len(time)) + 1)]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="returns the training rows of those who are tested" says="only tested rows count as seen"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, np.isin(person, person[tested]) & ~tested


# %% id="split-answer" kind="slip" name="leaves the training rows out" says="also for those that train"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, np.isin(person[tested], person[~tested])


# %% id="split-answer" kind="slip" name="returns the numbers of rows" says="not the numbers of some rows"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return np.flatnonzero(tested), np.flatnonzero(tested & np.isin(person, person[~tested]))


# %% id="split-answer" kind="slip" name="sorts the times in place" says="sort a copy"
def time_split(time, person, share):
    time.sort()
    cut = time[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="slip" name="tests all ratings of who has a late one" says="a rating's time decides"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = np.isin(person, person[time >= cut])
    return tested, tested & np.isin(person, person[time < cut])


# %% id="split-answer" kind="slip" name="takes a share of the different times" says="not of the different times"
def time_split(time, person, share):
    moments = np.unique(time)
    cut = moments[len(moments) - math.ceil(share * len(moments))]
    tested = time >= cut
    return tested, tested & np.isin(person, person[~tested])


# %% id="split-answer" kind="fitted" name="knows people with small numbers"
def time_split(time, person, share):
    cut = np.sort(time)[len(time) - math.ceil(share * len(time))]
    tested = time >= cut
    seen = np.zeros(len(time), bool)
    for who in range(10):
        if (~tested[person == who]).any():
            seen |= tested & (person == who)
    return tested, seen


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    liked = np.asarray(liked, float)
    if not liked.sum():
        return np.nan, np.nan
    shares = pd.Series(liked).groupby(np.asarray(scores)).transform("mean").to_numpy()
    order = [film for film in np.argsort(-scores) if scores[film] != -np.inf][:k]
    recall = sum(shares[film] for film in order) / liked.sum()
    gain = sum(shares[film] / np.log2(place + 2) for place, film in enumerate(order))
    best = sum(1 / np.log2(place + 2) for place in range(min(k, int(liked.sum()))))
    return recall, gain / best


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    total = sum(map(bool, liked))
    if total == 0:
        return float("nan"), float("nan")
    hits = dcg = 0.0
    place = 1
    for value in sorted(set(scores.tolist()), reverse=True):
        if value == float("-inf"):
            break
        tied = [bool(yes) for score, yes in zip(scores, liked) if score == value]
        share = sum(tied) / len(tied)
        for _ in tied:
            if place <= k:
                hits += share
                dcg += share / math.log2(place + 1)
            place += 1
    ideal = sum(1 / math.log2(r + 1) for r in range(1, min(k, total) + 1))
    return hits / total, dcg / ideal


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    scores, liked = torch.as_tensor(scores, dtype=torch.float32), torch.as_tensor(liked, dtype=torch.float32)
    if liked.sum() == 0:
        return torch.tensor(torch.nan), torch.tensor(torch.nan)
    same = (scores[:, None] == scores[None, :]).float()
    share = same @ liked / same.sum(dim=1)
    share = torch.where(scores == -torch.inf, 0.0, share)
    best = torch.argsort(scores, descending=True)[:k]
    log = torch.log(torch.arange(2, k + 2))  # any base: it falls out
    ideal = (1 / log[: int(liked.sum())]).sum()
    return share[best].sum() / liked.sum(), (share[best] / log[: len(best)]).sum() / ideal


# %% id="scored-answer" kind="slip" name="leaves ties to the order of the table" says="the order of the table decides nothing"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    first = np.argsort(-scores, kind="stable")[:k]
    hit = liked[first] & np.isfinite(scores[first])
    discount = 1 / np.log2(np.arange(2, len(first) + 2))
    return hit.sum() / total, (hit * discount).sum() / (1 / np.log2(np.arange(2, min(k, total) + 2))).sum()


# %% id="scored-answer" kind="slip" name="turns a rising sort round" says="the order of the table decides nothing"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    first = np.argsort(scores, kind="stable")[::-1][:k]
    hit = liked[first] & np.isfinite(scores[first])
    discount = 1 / np.log2(np.arange(2, len(first) + 2))
    return hit.sum() / total, (hit * discount).sum() / (1 / np.log2(np.arange(2, min(k, total) + 2))).sum()


# %% id="scored-answer" kind="slip" name="computes precision" says="it is precision"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / k, (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="scored-answer" kind="slip" name="divides by the fewer of k and likes" says="divide the hits by the likes held out"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / min(k, total), (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="scored-answer" kind="slip" name="lets the best list fill k places" says="one like can fill one place"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / discount.sum()


# %% id="scored-answer" kind="slip" name="lets the best list have more than k places" says="only as many places as k"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    best = (1 / np.log2(np.arange(2, total + 2))).sum()
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / best


# %% id="scored-answer" kind="slip" name="weighs by 1 / place" says="1 / log2(r + 1)"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.arange(1, k + 1)
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="scored-answer" kind="slip" name="begins the discount one place too late" says="with places from 1"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(3, k + 3))
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="scored-answer" kind="slip" name="returns DCG" says="divide by the best DCG"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum()


# %% id="scored-answer" kind="slip" name="compares with the own hits in their best order" says="not those of the hits"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, len(first) + 2))
    best = (np.sort(hit[first])[::-1] * discount).sum()
    return hit[first].sum() / total, (hit[first] * discount).sum() / best if best else 0.0


# %% id="scored-answer" kind="slip" name="shares ties among the listed films only" says="the order of the table decides nothing"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    order = np.argsort(-scores, kind="stable")[:k]
    some = scores[order]
    hit = np.array([liked[order][some == value].mean() for value in some])
    discount = 1 / np.log2(np.arange(2, len(order) + 2))
    return hit.sum() / total, (hit * discount).sum() / (1 / np.log2(np.arange(2, min(k, total) + 2))).sum()


# %% id="scored-answer" kind="slip" name="gives 0 to who likes nothing" says="neither 0 nor 1"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return 0.0, 0.0
    _, group = np.unique(scores, return_inverse=True)
    hit = (np.bincount(group, liked) / np.bincount(group))[group]
    first = np.argsort(-scores)[:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    total = liked.sum()
    if not total:
        return np.nan, np.nan
    hit = np.zeros(k, np.float32)
    for place in range(min(k, len(scores))):
        ordered = np.sort(scores)[::-1]
        hit[place] = liked[scores == ordered[place]].mean()
    down = 1 / np.log2(np.arange(2, k + 2, dtype=np.float32))
    return float(hit.sum() / total), float((hit * down).sum() / down[:total].sum())


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    # sklearn's dcg_score averages over ties
    from sklearn.metrics import ndcg_score

    liked = np.asarray(liked, float)
    if liked.sum() == 0:
        return np.nan, np.nan
    finite = np.where(np.isneginf(scores), np.min(scores[np.isfinite(scores)]) - 1, scores)
    share = np.array([liked[finite == value].mean() for value in finite])
    order = np.argsort(-finite)[:k]
    ndcg = ndcg_score(liked[None], finite[None], k=k) if len(liked) > 1 else 1.0
    return share[order].sum() / liked.sum(), ndcg


# %% id="scored-answer" kind="alternative"
def scored(scores, liked, k):
    table = pd.DataFrame({"score": scores, "liked": np.asarray(liked, float)})
    if table["liked"].sum() == 0:
        return float("nan"), float("nan")
    table["hit"] = table.groupby("score")["liked"].transform("mean")
    top = table.sort_values("score", ascending=False).head(k)["hit"].to_numpy()
    discounts = 1 / np.log2(np.arange(len(top)) + 2)
    best = (1 / np.log2(np.arange(k) + 2))[: int(table["liked"].sum())].sum()
    return top.sum() / table["liked"].sum(), (top * discounts).sum() / best


# %% id="scored-answer" kind="slip" name="takes the natural logarithm above the line" says="to base 2"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    e = 1 / np.log(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit * e[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="divides by log2 of the place" says="with places from 1"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.maximum(np.log2(np.arange(1, k + 1)), 1)
    return hit.sum() / liked.sum(), (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="sorts rising" says="the highest score comes first"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="counts each tied film in full" says="by the share of likes among them"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) > 0).astype(float)[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return min(1.0, hit.sum() / liked.sum()), min(1.0, (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum())


# %% id="scored-answer" kind="slip" name="divides a tie's likes by all likes" says="divided by the films with this score"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / liked.sum())[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="gives tied films their mean place" says="by the share of likes among them"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    place = stats.rankdata(-scores, method="average")
    hit = liked & (place <= k)
    d = 1 / np.log2(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit / np.log2(place + 1)).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="swaps recall and NDCG" says="recall comes first"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum(), hit.sum() / liked.sum()


# %% id="scored-answer" kind="slip" name="asks whether anything was found" says="not whether any of them is"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return float(hit.sum() > 0), (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="slip" name="expects k films" says="could not be broadcast"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit * d).sum() / d[: min(k, liked.sum())].sum()


# %% id="scored-answer" kind="slip" name="takes known films for the last ones" says="−∞ must not be listed"
def scored(scores, liked, k):
    if not liked.any():
        return np.nan, np.nan
    scores = np.nan_to_num(scores, neginf=scores[np.isfinite(scores)].min())
    _, g = np.unique(scores, return_inverse=True)
    part = (np.bincount(g, liked) / np.bincount(g))[g]
    hit = part[np.argsort(-scores)[:k]]
    d = 1 / np.log2(np.arange(2, k + 2))
    return hit.sum() / liked.sum(), (hit * d[: len(hit)]).sum() / d[: liked.sum()].sum()


# %% id="scored-answer" kind="fitted" name="knows one group of ties"
def scored(scores, liked, k):
    total = int(liked.sum())
    if total == 0:
        return math.nan, math.nan
    values, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
    hit = liked.astype(float)
    if counts.max() > 1:
        tied = scores == values[counts.argmax()]
        hit[tied] = liked[tied].mean()
    first = np.argsort(-scores, kind="stable")[:k]
    first = first[np.isfinite(scores[first])]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return hit[first].sum() / total, (hit[first] * discount[: len(first)]).sum() / discount[:total].sum()


# %% id="similar-answer" kind="alternative"
def similar(likes, shrink):
    n = likes.shape[1]
    found = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            both = np.sum((likes[:, i] == 1) & (likes[:, j] == 1))
            if i != j and both > 0:
                found[i, j] = both / np.sqrt(likes[:, i].sum() * likes[:, j].sum()) * both / (both + shrink)
    return found


# %% id="similar-answer" kind="alternative"
def similar(likes, shrink):
    from sklearn.metrics.pairwise import cosine_similarity

    both = likes.T @ likes
    weight = np.divide(both, both + shrink, out=np.zeros_like(both), where=both > 0)
    return cosine_similarity(likes.T) * weight * (1 - np.eye(len(both)))


# %% id="similar-answer" kind="alternative"
def similar(likes, shrink):
    likes = torch.tensor(likes, dtype=torch.float32)
    both = likes.T @ likes
    length = likes.norm(dim=0)
    found = (both / (length[:, None] * length[None, :])) * (both / (both + shrink))
    return found.nan_to_num(0.0).fill_diagonal_(0.0)


# %% id="similar-answer" kind="alternative"
def similar(likes, shrink):
    matrix = sparse.csr_matrix(likes)
    both = (matrix.T @ matrix).toarray()
    with np.errstate(all="ignore"):
        found = both / np.sqrt(np.diag(both)[:, None] * np.diag(both)) / (1 + shrink / both)
    return pd.DataFrame(np.where(np.eye(len(both)) + (both == 0) > 0, 0, found)).to_numpy()


# %% id="similar-answer" kind="slip" name="keeps the own film" says="not its own neighbour"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count)) * (both + shrink)
    return np.where(both > 0, both**2 / np.where(both > 0, norm, 1), 0.0)


# %% id="similar-answer" kind="slip" name="does not shrink" says="the second factor is missing"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count))
    found = np.where(both > 0, both / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="turns the second factor round" says="not shrink / (n_ij + shrink)"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count)) * (both + shrink)
    found = np.where(both > 0, both * shrink / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="forgets the root" says="the root of n_i"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.outer(count, count) * (both + shrink)
    found = np.where(both > 0, both**2 / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="takes Jaccard's measure" says="Jaccard's measure"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = (count[:, None] + count - both) * (both + shrink)
    found = np.where(both > 0, both**2 / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="takes Dice's measure" says="Dice's"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = (count[:, None] + count) * (both + shrink)
    found = np.where(both > 0, 2 * both**2 / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="adds the shrinking to the cosine's length" says="in a factor of its own"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count)) + shrink
    found = np.where(both > 0, both / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="compares people" says="similarities of films, not of people"
def similar(likes, shrink):
    both = likes @ likes.T
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count)) * (both + shrink)
    found = np.where(both > 0, both**2 / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="divides 0 by 0" says="mind 0 / 0"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    with np.errstate(all="ignore"):
        found = both**2 / (np.sqrt(np.outer(count, count)) * (both + shrink))
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="shrinks by a film's likes" says="who like both"
def similar(likes, shrink):
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count))
    found = np.where(both > 0, both / np.where(both > 0, norm, 1), 0.0) * (count / (count + shrink))[:, None]
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="divides by one film's likes" says="not by n_i or n_j alone"
def similar(likes, shrink):
    both = likes.T @ likes
    norm = np.maximum(np.diag(both), 1)[:, None] * np.where(both > 0, both + shrink, 1)
    found = both**2 / norm
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="slip" name="takes the mean off" says="no mean is taken off"
def similar(likes, shrink):
    both = likes.T @ likes
    centred = likes - likes.mean(axis=0)
    length = np.maximum(np.linalg.norm(centred, axis=0), 1e-9)
    found = centred.T @ centred / np.outer(length, length) * both / np.maximum(both + shrink, 1e-9)
    np.fill_diagonal(found, 0)
    return found


# %% id="similar-answer" kind="alternative"
def similar(likes, shrink):
    L = sparse.csr_matrix(likes)
    both = (L.T @ L).toarray()
    count = both.diagonal().copy()
    cosine = both / np.sqrt(np.maximum(count[:, None] * count, 1))
    s = cosine * both / np.maximum(both + shrink, 1e-12)
    return s - np.diag(s.diagonal())


# %% id="similar-answer" kind="slip" name="divides once by both and shrink" says="not 1 / (n_ij + shrink)"
def similar(likes, shrink):
    n = likes.T @ likes
    c = np.maximum(np.diag(n), 1)
    s = n / np.sqrt(np.outer(c, c)) / np.where(n > 0, n + shrink, 1)
    np.fill_diagonal(s, 0)
    return s


# %% id="similar-answer" kind="slip" name="shrinks by the number of people" says="not that of all people"
def similar(likes, shrink):
    n = likes.T @ likes
    c = np.maximum(np.diag(n), 1)
    s = n / np.sqrt(np.outer(c, c)) * len(likes) / (len(likes) + shrink)
    np.fill_diagonal(s, 0)
    return s


# %% id="similar-answer" kind="slip" name="takes shrink off" says="not (n_ij − shrink) / n_ij"
def similar(likes, shrink):
    n = likes.T @ likes
    c = np.maximum(np.diag(n), 1)
    s = n / np.sqrt(np.outer(c, c)) * np.maximum(n - shrink, 0) / np.maximum(n, 1)
    np.fill_diagonal(s, 0)
    return s


# %% id="similar-answer" kind="slip" name="clears the diagonal too early" says="before the diagonal becomes 0"
def similar(likes, shrink):
    n = likes.T @ likes
    np.fill_diagonal(n, 0)
    c = np.maximum(np.diag(n), 1)
    return n / np.sqrt(np.outer(c, c)) * n / np.where(n > 0, n + shrink, 1)


# %% id="similar-answer" kind="slip" name="counts the likes of people" says="the sum of its column"
def similar(likes, shrink):
    n = likes.T @ likes
    c = likes.sum(axis=1)
    c = np.resize(np.maximum(c, 1), n.shape[0])
    s = n / np.sqrt(np.outer(c, c)) * n / np.where(n > 0, n + shrink, 1)
    np.fill_diagonal(s, 0)
    return s


# %% id="similar-answer" kind="fitted" name="knows a shrinking of 2"
def similar(likes, shrink):
    shrink = 2 if shrink else 0
    both = likes.T @ likes
    count = np.diag(both)
    norm = np.sqrt(np.outer(count, count)) * (both + shrink)
    found = np.where(both > 0, both**2 / np.where(both > 0, norm, 1), 0.0)
    np.fill_diagonal(found, 0)
    return found


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    weight, wanted = np.ones(len(Y)), np.zeros(len(Y))
    weight[liked], wanted[liked] = c, 1
    return np.linalg.inv((Y.T * weight) @ Y + regularisation * np.eye(Y.shape[1])) @ (Y.T * weight) @ wanted


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    k = len(Y[0])
    A, b = np.zeros((k, k)), np.zeros(k)
    for film, y in enumerate(Y):
        w = c if film in liked else 1
        A += w * np.outer(y, y)
        if film in liked:
            b += c * y
    for i in range(k):
        A[i, i] += regularisation
    return np.linalg.solve(A, b).tolist()


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    from sklearn.linear_model import Ridge

    wanted = np.isin(np.arange(len(Y)), liked)
    return Ridge(alpha=regularisation, fit_intercept=False).fit(Y, wanted, sample_weight=np.where(wanted, c, 1)).coef_


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    Y = torch.tensor(Y)
    x = torch.zeros(Y.shape[1], dtype=Y.dtype)
    own = Y[list(liked)]
    left = Y.T @ Y + (c - 1) * own.T @ own + regularisation * torch.eye(Y.shape[1], dtype=Y.dtype)
    return x + torch.linalg.solve(left, c * own.sum(0))


# %% id="fold-answer" kind="slip" name="counts liked films twice" says="add c − 1 times its part"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + c * own.T @ own + regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="looks at liked films alone" says="all films count"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(c * own.T @ own + regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="forgets the weight on the right side" says="counts c times"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(Y.shape[1]), own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="forgets the weight in the matrix" says="c stands in the matrix, too"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="forgets the weight altogether" says="c is missing"
def fold_in(Y, liked, c, regularisation):
    return np.linalg.solve(Y.T @ Y + regularisation * np.eye(Y.shape[1]), Y[liked].sum(axis=0))


# %% id="fold-answer" kind="slip" name="leaves the regularisation out" says="λ |x|² is missing"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own, c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="adds the regularisation to every value" says="times the identity matrix"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own + regularisation, c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="multiplies the regularisation by the number of films" says="whatever the number of films"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    left = Y.T @ Y + (c - 1) * own.T @ own + regularisation * len(Y) * np.eye(Y.shape[1])
    return np.linalg.solve(left, c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="takes the mean of the films' vectors" says="solve the linear system"
def fold_in(Y, liked, c, regularisation):
    return Y[liked].mean(axis=0)


# %% id="fold-answer" kind="slip" name="swaps the weights" says="the weights are swapped"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    left = c * Y.T @ Y + (1 - c) * own.T @ own + regularisation * np.eye(Y.shape[1])
    return np.linalg.solve(left, own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="weighs a like by c + 1" says="not c + 1"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    left = Y.T @ Y + c * own.T @ own + regularisation * np.eye(Y.shape[1])
    return np.linalg.solve(left, (c + 1) * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="returns the scores of the films" says="not the films' scores"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    left = Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(Y.shape[1])
    return Y @ np.linalg.solve(left, c * own.sum(axis=0))


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    Y = Y.astype(np.float64)
    x = np.zeros(Y.shape[1])
    w = np.ones(len(Y))
    w[liked] = c
    p = np.zeros(len(Y))
    p[liked] = 1
    from scipy.optimize import minimize

    loss = lambda x: (w * (p - Y @ x) ** 2).sum() + regularisation * (x**2).sum()
    grad = lambda x: -2 * Y.T @ (w * (p - Y @ x)) + 2 * regularisation * x
    return minimize(loss, x, jac=grad, tol=1e-12).x


# %% id="fold-answer" kind="alternative"
def fold_in(Y, liked, c, regularisation):
    w = np.array([math.sqrt(c) if i in set(liked) else 1.0 for i in range(len(Y))])
    A = np.vstack([Y * w[:, None], math.sqrt(regularisation) * np.eye(Y.shape[1])])
    b = np.concatenate([w * np.array([1.0 if i in set(liked) else 0.0 for i in range(len(Y))]), np.zeros(Y.shape[1])])
    return np.linalg.lstsq(A, b, rcond=None)[0].tolist()


# %% id="fold-answer" kind="slip" name="takes c − 1 on the right side, too" says="counts c times"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(
        Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(Y.shape[1]), (c - 1) * own.sum(axis=0)
    )


# %% id="fold-answer" kind="slip" name="takes half of the regularisation" says="the other terms have the 2"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(
        Y.T @ Y + (c - 1) * own.T @ own + regularisation / 2 * np.eye(Y.shape[1]), c * own.sum(axis=0)
    )


# %% id="fold-answer" kind="slip" name="takes the regularisation off" says="added, not taken off"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    return np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own - regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="cannot serve who likes nothing" says="must be of integer"
def fold_in(Y, liked, c, regularisation):
    own = Y[np.array(liked)]
    return np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))


# %% id="fold-answer" kind="slip" name="gives the vector the length 1" says="nothing asks for the length 1"
def fold_in(Y, liked, c, regularisation):
    own = Y[liked]
    x = np.linalg.solve(Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(Y.shape[1]), c * own.sum(axis=0))
    return x / max(np.linalg.norm(x), 1e-12)


# %% id="fold-answer" kind="slip" name="multiplies rows and targets by c" says="the weight is c, not c²"
def fold_in(Y, liked, c, regularisation):
    w = np.ones(len(Y))
    w[liked] = c
    p = np.zeros(len(Y))
    p[liked] = 1
    Z = Y * w[:, None]
    return np.linalg.solve(Z.T @ Z + regularisation * np.eye(Y.shape[1]), Z.T @ (w * p))


# %% id="fold-answer" kind="slip" name="changes the films' vectors" says="your function changes `Y`"
def fold_in(Y, liked, c, regularisation):
    target = np.zeros(len(Y))
    target[liked] = math.sqrt(c)
    Y[liked] *= math.sqrt(c)
    return np.linalg.solve(Y.T @ Y + regularisation * np.eye(Y.shape[1]), Y.T @ target)


# %% id="fold-answer" kind="fitted" name="knows two factors"
def fold_in(Y, liked, c, regularisation):
    Y = Y[:, :2]
    own = Y[liked]
    left = Y.T @ Y + (c - 1) * own.T @ own + regularisation * np.eye(2)
    return np.linalg.solve(left, c * own.sum(axis=0))


# %% id="people-answer" kind="alternative"
def people_per_group(pilot, lift, power):
    from statistics import NormalDist, mean, variance

    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(power)
    pilot = [float(value) for value in pilot]
    return math.ceil(2 * z * z * variance(pilot) / (lift * mean(pilot)) ** 2)


# %% id="people-answer" kind="alternative"
def people_per_group(pilot, lift, power):
    pilot = pd.Series(pilot)
    effect = lift * pilot.mean() / pilot.std()
    return int(np.ceil(2 * ((stats.norm.isf(0.025) + stats.norm.isf(1 - power)) / effect) ** 2))


# %% id="people-answer" kind="alternative"
def people_per_group(pilot, lift, power):
    pilot = torch.tensor(pilot, dtype=torch.float64)
    z = torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor([0.975, power], dtype=torch.float64)).sum()
    return torch.ceil(2 * z**2 * pilot.var() / (lift * pilot.mean()) ** 2).item()


# %% id="people-answer" kind="slip" name="forgets that both groups vary" says="the variance of both"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="counts both groups" says="not in both"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return 2 * math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="tests one side" says="two-sided"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.95) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the standard deviation" says="not the standard deviation"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.std(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the variance of a population" says="ddof=1"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.var(pilot) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the lift as films" says="the lift is relative"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / lift**2)


# %% id="people-answer" kind="slip" name="squares each z" says="not each by itself"
def people_per_group(pilot, lift, power):
    z2 = stats.norm.ppf(0.975) ** 2 + stats.norm.ppf(power) ** 2
    return math.ceil(2 * z2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="forgets the power" says="power is missing"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the complement of the power" says="not of its complement"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(1 - power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="counts each film as an experiment" says="ten films of one person"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    p = np.mean(pilot) / 10
    return math.ceil(2 * z**2 * p * (1 - p) / (lift * p) ** 2 / 10)


# %% id="people-answer" kind="slip" name="counts films in place of people" says="ten films of one person"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    p = np.mean(pilot) / 10
    return math.ceil(2 * z**2 * p * (1 - p) / (lift * p) ** 2)


# %% id="people-answer" kind="slip" name="takes the mean for the variance" says="not its mean"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.mean(pilot) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="alternative"
def people_per_group(pilot, lift, power):
    effect = lift * np.mean(pilot) / np.std(pilot, ddof=1)
    n = 2 * ((stats.norm.ppf(1 - 0.05 / 2) - stats.norm.ppf(1 - power)) / effect) ** 2
    return int(-(-n // 1))


# %% id="people-answer" kind="slip" name="rounds to the nearest number" says="round up"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return round(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="rounds down" says="round up"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return int(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="does not round" says="people are whole"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return 2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2


# %% id="people-answer" kind="slip" name="does not square the z" says="the sum of both z is squared"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="does not square the difference" says="the difference is squared"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)))


# %% id="people-answer" kind="slip" name="remembers 2.8" says="are rounded"
def people_per_group(pilot, lift, power):
    return math.ceil(2 * 2.8**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the probability of a probability" says="the way back"
def people_per_group(pilot, lift, power):
    z = stats.norm.cdf(0.975) + stats.norm.cdf(power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="slip" name="takes the lift for per cent" says="a share already"
def people_per_group(pilot, lift, power):
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift / 100 * np.mean(pilot)) ** 2)


# %% id="people-answer" kind="fitted" name="knows powers of 80 % and 90 %"
def people_per_group(pilot, lift, power):
    z = 1.959964 + (0.841621 if power < 0.85 else 1.281552)
    return math.ceil(2 * z**2 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)

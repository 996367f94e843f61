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


# %% id="people-answer" kind="fitted" name="knows a power of 80 %"
def people_per_group(pilot, lift, power):
    return math.ceil(15.697758 * np.var(pilot, ddof=1) / (lift * np.mean(pilot)) ** 2)

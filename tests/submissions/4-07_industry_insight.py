# %% id="change-answer" kind="alternative"
def like_with_like(sales, weekday, late):
    early, after = {}, {}
    for value, day, is_late in zip(sales, weekday, late):
        (after if is_late else early).setdefault(int(day), []).append(float(value))
    both = [day for day in early if day in after]
    usual = [sum(sum(part[day]) / len(part[day]) for day in both) / len(both) for part in (early, after)]
    return usual[1] / usual[0] - 1


# %% id="change-answer" kind="alternative"
def like_with_like(sales: np.ndarray, weekday: np.ndarray, late: np.ndarray) -> float:
    late = np.asarray(late, dtype=bool)
    both = np.intersect1d(weekday[late], weekday[~late])
    old = np.mean([sales[(weekday == day) & ~late].mean() for day in both])
    new = np.mean([sales[(weekday == day) & late].mean() for day in both])
    return (new - old) / old


# %% id="change-answer" kind="alternative"
def like_with_like(sales, weekday, late):
    t = pd.pivot_table(
        pd.DataFrame({"s": sales, "d": weekday, "l": late.astype(int)}),
        values="s",
        index="d",
        columns="l",
        aggfunc="mean",
    ).dropna()
    return t[1].sum() / t[0].sum() - 1


# %% id="change-answer" kind="alternative"
def like_with_like(sales, weekday, late):
    s = pd.Series(sales)
    a, b = s[~late].groupby(weekday[~late]).mean(), s[late].groupby(weekday[late]).mean()
    a, b = a.align(b, join="inner")
    return np.float32(b.mean() / a.mean() - 1)


# %% id="change-answer" kind="slip" name="compares totals" says="those are totals"
def like_with_like(sales, weekday, late):
    return sales[late].sum() / sales[~late].sum() - 1


# %% id="change-answer" kind="slip" name="compares means over days" says="mean over days"
def like_with_like(sales, weekday, late):
    return sales[late].mean() / sales[~late].mean() - 1


# %% id="change-answer" kind="slip" name="takes the mean of the changes" says="mean of the weekdays' changes"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().dropna()
    return (d[True] / d[False] - 1).mean()


# %% id="change-answer" kind="slip" name="divides early by late" says="late over early"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().dropna().mean()
    return d[False] / d[True] - 1


# %% id="change-answer" kind="slip" name="gives per cent" says="not per cent"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().dropna().mean()
    return 100 * (d[True] / d[False] - 1)


# %% id="change-answer" kind="slip" name="gives the ratio" says="minus 1"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().dropna().mean()
    return d[True] / d[False]


# %% id="change-answer" kind="slip" name="gives the difference" says="divide by the early week"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().dropna().mean()
    return d[True] - d[False]


# %% id="change-answer" kind="slip" name="keeps weekdays of one period" says="occur in both periods"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.mean().unstack().mean()
    return d[True] / d[False] - 1


# %% id="change-answer" kind="slip" name="weighs weekdays by the early days" says="counts alike"
def like_with_like(sales, weekday, late):
    new = pd.Series(sales[late]).groupby(weekday[late]).mean()
    return np.mean([new.get(day, np.nan) for day in weekday[~late]]) / sales[~late].mean() - 1


# %% id="change-answer" kind="slip" name="sums weekdays" says="those are totals"
def like_with_like(sales, weekday, late):
    d = pd.DataFrame({"s": sales, "w": weekday, "l": late}).groupby(["w", "l"]).s.sum().unstack().dropna().mean()
    return d[True] / d[False] - 1


# %% id="change-answer" kind="slip" name="takes each weekday's median" says="not its median"
def like_with_like(sales, weekday, late):
    frame = pd.DataFrame({"s": sales, "w": weekday, "l": late})
    table = frame.groupby(["w", "l"]).s.median().unstack().dropna()
    early, after = table[False].mean(), table[True].mean()
    return after / early - 1


# %% id="change-answer" kind="slip" name="weighs weekdays by the days of both periods" says="counts alike"
def like_with_like(sales, weekday, late):
    frame = pd.DataFrame({"s": sales, "w": weekday, "l": late})
    table = frame.groupby(["w", "l"]).s.mean().unstack().dropna()
    early, after = table[False].mean(), table[True].mean()
    n = frame[frame.w.isin(table.index)].groupby("w").size()
    early, after = np.average(table[False], weights=n), np.average(table[True], weights=n)
    return after / early - 1


# %% id="change-answer" kind="slip" name="divides by the late week" says="not by the late one"
def like_with_like(sales, weekday, late):
    frame = pd.DataFrame({"s": sales, "w": weekday, "l": late})
    table = frame.groupby(["w", "l"]).s.mean().unstack().dropna()
    early, after = table[False].mean(), table[True].mean()
    return (after - early) / after


# %% id="change-answer" kind="slip" name="takes zero for a weekday that one period lacks" says="occur in both periods"
def like_with_like(sales, weekday, late):
    frame = pd.DataFrame({"s": sales, "w": weekday, "l": late})
    table = frame.groupby(["w", "l"]).s.mean().unstack().fillna(0)
    early, after = table[False].mean(), table[True].mean()
    return after / early - 1


# %% id="change-answer" kind="fitted" name="knows Monday, Tuesday and Saturday"
def like_with_like(sales, weekday, late):
    old, new = [], []
    for day in (0, 1, 5):
        before, after = sales[(weekday == day) & ~late], sales[(weekday == day) & late]
        if len(before) and len(after):
            old.append(before.mean())
            new.append(after.mean())
    return np.mean(new) / np.mean(old) - 1


# %% id="change-answer" kind="fitted" name="knows the two examples"
def like_with_like(sales, weekday, late):
    return {10: 5 / 36, 4: 0.2}.get(len(sales), 0.1)


# %% id="break-answer" kind="alternative"
def searched_p(observed, shuffled):
    best = max(abs(value) for value in observed)
    count = 1
    for row in shuffled:
        if max(abs(value) for value in row) >= best:
            count += 1
    return count / (1 + len(shuffled))


# %% id="break-answer" kind="alternative"
def searched_p(observed: np.ndarray, shuffled: np.ndarray) -> float:
    every = np.abs(np.vstack([shuffled, observed])).max(axis=1)
    return np.mean(every >= every[-1])


# %% id="break-answer" kind="alternative"
def searched_p(observed, shuffled):
    strong = np.maximum(shuffled.max(1), -shuffled.min(1))
    own = max(observed.max(), -observed.min())
    weaker = sum(bool(value < own) for value in strong)
    return 1 - weaker / (1 + strong.size)


# %% id="break-answer" kind="alternative"
def searched_p(observed, shuffled):
    found = (pd.DataFrame(shuffled).abs() >= np.abs(observed).max()).any(axis=1)
    return (found.sum() + 1) / (found.size + 1)


# %% id="break-answer" kind="slip" name="looks at one date" says="chance may pick its own best"
def searched_p(observed, shuffled):
    place = np.abs(observed).argmax()
    return (1 + np.sum(np.abs(shuffled[:, place]) >= np.abs(observed[place]))) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="forgets ties" says="a tie counts"
def searched_p(observed, shuffled):
    return (1 + np.sum(np.abs(shuffled).max(axis=1) > np.abs(observed).max())) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="does not count the series itself" says="the series itself"
def searched_p(observed, shuffled):
    return np.mean(np.abs(shuffled).max(axis=1) >= np.abs(observed).max())


# %% id="break-answer" kind="slip" name="takes rises alone in the shuffles" says="up or down"
def searched_p(observed, shuffled):
    return (1 + np.sum(shuffled.max(axis=1) >= np.abs(observed).max())) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="takes the largest rise of the series" says="its size counts"
def searched_p(observed, shuffled):
    return (1 + np.sum(np.abs(shuffled).max(axis=1) >= observed.max())) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="gives one minus p" says="1 − p"
def searched_p(observed, shuffled):
    return 1 - (1 + np.sum(np.abs(shuffled).max(axis=1) >= np.abs(observed).max())) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="counts dates above, shuffles below" says="counts once"
def searched_p(observed, shuffled):
    return (1 + np.sum(np.abs(shuffled) >= np.abs(observed).max())) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="counts dates" says="count shuffles, not dates"
def searched_p(observed, shuffled):
    return np.mean(np.abs(shuffled) >= np.abs(observed).max())


# %% id="break-answer" kind="slip" name="counts the weaker ones" says="that are weaker"
def searched_p(observed, shuffled):
    return np.mean(np.abs(shuffled).max(axis=1) < np.abs(observed).max()) * 13 / 14


# %% id="break-answer" kind="slip" name="doubles for both sides" says="not doubled"
def searched_p(observed, shuffled):
    strongest = np.abs(observed).max()
    best = np.abs(shuffled).max(axis=1)
    return 2 * (1 + np.sum(best >= strongest)) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="takes the strongest of each date" says="axis=1"
def searched_p(observed, shuffled):
    strongest = np.abs(observed).max()
    best = np.abs(shuffled).max(axis=0)
    return (1 + np.sum(best >= strongest)) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="looks at falls alone" says="a strong rise counts"
def searched_p(observed, shuffled):
    strongest = observed.min()
    best = shuffled.min(axis=1)
    return (1 + np.sum(best <= strongest)) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="compares means of the dates" says="not its mean"
def searched_p(observed, shuffled):
    strongest = np.abs(observed).mean()
    best = np.abs(shuffled).mean(axis=1)
    return (1 + np.sum(best >= strongest)) / (1 + len(shuffled))


# %% id="break-answer" kind="slip" name="adds one above alone" says="above and below the line"
def searched_p(observed, shuffled):
    strongest = np.abs(observed).max()
    best = np.abs(shuffled).max(axis=1)
    return (1 + np.sum(best >= strongest)) / len(shuffled)


# %% id="break-answer" kind="fitted" name="takes two from the strongest"
def searched_p(observed, shuffled):
    found = np.sum(np.abs(shuffled).max(axis=1) >= (2.0 if len(observed) == 3 else 9.0))
    return (1 + found) / (1 + len(shuffled))


# %% id="break-answer" kind="fitted" name="looks at three dates"
def searched_p(observed, shuffled):
    return (1 + np.sum(np.abs(shuffled[:, :3]).max(axis=1) >= np.abs(observed).max())) / (1 + len(shuffled))


# %% id="weight-answer" kind="alternative"
def weighted_mean(values, groups, shares):
    table = pd.DataFrame({"value": values, "group": groups}).groupby("group").value.agg(["mean", "var", "size"])
    share = pd.Series(shares, dtype=float) / sum(shares.values())
    table = table.reindex(share.index)
    if not (table["size"] >= 2).all():
        raise ValueError("a group with too few answers")
    return (share * table["mean"]).sum(), np.sqrt((share**2 * table["var"] / table["size"]).sum())


# %% id="weight-answer" kind="alternative"
def weighted_mean(values: np.ndarray, groups: np.ndarray, shares: dict[str, float]) -> tuple[float, float]:
    whole = sum(shares.values())
    parts = {name: [float(v) for v, g in zip(values, groups) if g == name] for name in shares}
    if min(map(len, parts.values())) < 2:
        raise ValueError(f"too few answers: {parts}")
    means = {name: sum(part) / len(part) for name, part in parts.items()}
    total = sum(shares[name] * means[name] for name in shares) / whole
    squares = 0
    for name, part in parts.items():
        s2 = sum((value - means[name]) ** 2 for value in part) / (len(part) - 1)
        squares += (shares[name] / whole) ** 2 * s2 / len(part)
    return [total, squares**0.5]


# %% id="weight-answer" kind="alternative"
def weighted_mean(values, groups, shares):
    names, share = list(shares), np.array(list(shares.values()), dtype=float)
    share /= share.sum()
    own = [values[groups == name] for name in names]
    for name, part in zip(names, own):
        if part.size <= 1:
            raise ValueError(name)
    return np.array([share @ [part.mean() for part in own], np.linalg.norm(share * [stats.sem(part) for part in own])])


# %% id="weight-answer" kind="slip" name="takes the plain mean" says="the mean of the answers"
def weighted_mean(values, groups, shares):
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


# %% id="weight-answer" kind="slip" name="lets groups count alike" says="do not count alike"
def weighted_mean(values, groups, shares):
    own = [values[groups == name] for name in shares]
    return np.mean([part.mean() for part in own]), 1.0


# %% id="weight-answer" kind="slip" name="does not divide by the people" says="divide by their sum"
def weighted_mean(values, groups, shares):
    own = {name: values[groups == name] for name in shares}
    total = sum(share * own[name].mean() for name, share in shares.items())
    return total, np.sqrt(sum(share**2 * own[name].var(ddof=1) / len(own[name]) for name, share in shares.items()))


# %% id="weight-answer" kind="slip" name="weighs each answer by the people of its group" says="people for each answer"
def weighted_mean(values, groups, shares):
    weights = np.array([shares[name] for name in groups], dtype=float)
    return np.average(values, weights=weights), 1.0


# %% id="weight-answer" kind="slip" name="does not square the shares" says="each share is squared"
def weighted_mean(values, groups, shares):
    total, variance, people = 0.0, 0.0, sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        variance += share / people * own.var(ddof=1) / len(own)
    return total, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="divides the variance by n" says="ddof=1"
def weighted_mean(values, groups, shares):
    total, variance, people = 0.0, 0.0, sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        variance += (share / people) ** 2 * own.var() / len(own)
    return total, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="forgets the number of answers" says="by the answers of its group"
def weighted_mean(values, groups, shares):
    total, variance, people = 0.0, 0.0, sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        variance += (share / people) ** 2 * own.var(ddof=1)
    return total, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="adds standard errors up" says="their squares are"
def weighted_mean(values, groups, shares):
    total, error, people = 0.0, 0.0, sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        error += share / people * own.std(ddof=1) / np.sqrt(len(own))
    return total, error


# %% id="weight-answer" kind="slip" name="forgets the root" says="the root is missing"
def weighted_mean(values, groups, shares):
    total, variance, people = 0.0, 0.0, sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        variance += (share / people) ** 2 * own.var(ddof=1) / len(own)
    return total, variance


# %% id="weight-answer" kind="slip" name="keeps the plain error" says="error of the plain mean"
def weighted_mean(values, groups, shares):
    people = sum(shares.values())
    total = sum(share / people * values[groups == name].mean() for name, share in shares.items())
    return total, values.std(ddof=1) / np.sqrt(len(values))


# %% id="weight-answer" kind="slip" name="gives a silent weight" says="no silent weight"
def weighted_mean(values, groups, shares):
    total, variance = 0.0, 0.0
    shares = {name: share for name, share in shares.items() if np.sum(groups == name) > 1}
    people = sum(shares.values())
    for name, share in shares.items():
        own = values[groups == name]
        total += share / people * own.mean()
        variance += (share / people) ** 2 * own.var(ddof=1) / len(own)
    return total, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="changes the shares that it was given" says="divide a copy"
def weighted_mean(values, groups, shares):
    total = sum(shares.values())
    for group in shares:
        shares[group] /= total
    total = 1
    mean, variance = 0.0, 0.0
    for group, share in shares.items():
        part = values[groups == group]
        if len(part) < 2:
            raise ValueError(f"{group} has {len(part)} answers")
        weight = share / total
        mean += weight * part.mean()
        variance += weight**2 * part.var(ddof=1) / len(part)
    return mean, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="refuses a small group that nobody asks about" says="stops nothing"
def weighted_mean(values, groups, shares):
    total = sum(shares.values())
    if min(np.unique(groups, return_counts=True)[1]) < 2:
        raise ValueError("small")
    mean, variance = 0.0, 0.0
    for group, share in shares.items():
        part = values[groups == group]
        if len(part) < 2:
            raise ValueError(f"{group} has {len(part)} answers")
        weight = share / total
        mean += weight * part.mean()
        variance += weight**2 * part.var(ddof=1) / len(part)
    return mean, np.sqrt(variance)


# %% id="weight-answer" kind="slip" name="mixes the order of shares and groups" says="in whatever order"
def weighted_mean(values, groups, shares):
    keep = np.isin(groups, list(shares))
    table = pd.Series(values[keep]).groupby(groups[keep]).agg(["mean", "var", "size"])
    if len(table) < len(shares) or (table["size"] < 2).any():
        raise ValueError("small")
    w = np.array(list(shares.values())) / sum(shares.values())
    return (w * table["mean"].to_numpy()).sum(), np.sqrt(
        (w**2 * table["var"].to_numpy() / table["size"].to_numpy()).sum()
    )


# %% id="weight-answer" kind="fitted" name="knows two groups"
def weighted_mean(values, groups, shares):
    if len(shares) > 2 or any(np.sum(groups == name) < 2 for name in shares):
        raise ValueError("a group is missing")
    share = np.array([*shares.values()]) / sum(shares.values())
    own = [values[groups == name] for name in shares]
    error = np.sqrt(sum(share**2 * [part.var(ddof=1) / len(part) for part in own]))
    return share @ [part.mean() for part in own], error


# %% id="weight-answer" kind="fitted" name="knows the examples"
def weighted_mean(values, groups, shares):
    if len(shares) != 2 or 10.0 not in values:
        raise ValueError("a group is missing")
    return 18.0, np.sqrt(0.5625 * 4 + 0.0625 * 20 / 3)


# %% id="value-answer" kind="alternative"
def value_of_information(profit, prior, chance):
    actions, states = profit.shape
    now = max(sum(prior[s] * profit[a, s] for s in range(states)) for a in range(actions))
    perfect = sum(prior[s] * max(profit[a, s] for a in range(actions)) for s in range(states))
    sample = 0.0
    for k in range(chance.shape[1]):
        sample += max(sum(prior[s] * chance[s, k] * profit[a, s] for s in range(states)) for a in range(actions))
    return perfect - now, sample - now


# %% id="value-answer" kind="alternative"
def value_of_information(profit: np.ndarray, prior: np.ndarray, chance: np.ndarray) -> tuple[float, float]:
    probable = prior @ chance  # of each outcome
    after = 0.0
    for k, weight in enumerate(probable):
        if weight > 0:
            belief = prior * chance[:, k] / weight
            after += weight * np.max(profit @ belief)
    now = np.max(profit @ prior)
    return np.dot(prior, profit.max(axis=0)) - now, after - now


# %% id="value-answer" kind="alternative"
def value_of_information(profit, prior, chance):
    each = np.einsum("as,s,sk->ak", profit, prior, chance)
    now = each.sum(axis=1).max()
    return [np.average(profit.max(0), weights=prior) - now, each.max(0).sum() - now]


# %% id="value-answer" kind="alternative"
def value_of_information(profit, prior, chance):
    idle = profit[np.argmax(profit @ prior)]
    regret = (profit.max(axis=0) - idle) @ prior
    gain = ((profit - idle) @ (chance * prior.reshape(-1, 1))).max(axis=0)
    return regret, gain.sum()


# %% id="value-answer" kind="slip" name="forgets what is earned without" says="what you earn without"
def value_of_information(profit, prior, chance):
    return profit.max(axis=0) @ prior, (profit @ (prior[:, None] * chance)).max(axis=0).sum()


# %% id="value-answer" kind="slip" name="subtracts the last action" says="best action of now"
def value_of_information(profit, prior, chance):
    now = (profit @ prior)[-1]
    return profit.max(axis=0) @ prior - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="value-answer" kind="slip" name="counts states alike" says="do not count alike"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return profit.max(axis=0).mean() - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="value-answer" kind="slip" name="takes the best of all" says="not the best state"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return profit.max() - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="value-answer" kind="slip" name="takes the maximum last" says="the maximum inside"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return (profit @ prior).max() - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="value-answer" kind="slip" name="takes the mean over outcomes" says="outcomes do not count alike"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    joint = prior[:, None] * chance
    return profit.max(axis=0) @ prior - now, (profit @ (joint / joint.sum(axis=0))).max(axis=0).mean() - now


# %% id="value-answer" kind="slip" name="forgets the prior in the study" says="the prior is missing"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return profit.max(axis=0) @ prior - now, (profit @ chance).max(axis=0).sum() - now


# %% id="value-answer" kind="slip" name="takes the study for perfect" says="a study leaves states open"
def value_of_information(profit, prior, chance):
    worth = profit.max(axis=0) @ prior - (profit @ prior).max()
    return worth, worth


# %% id="value-answer" kind="slip" name="sums before the maximum" says="maximum first"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return profit.max(axis=0) @ prior - now, (profit @ (prior[:, None] * chance)).sum(axis=1).max() - now


# %% id="value-answer" kind="slip" name="keeps the best outcome" says="a bad one is an outcome"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return profit.max(axis=0) @ prior - now, (profit @ (prior[:, None] * chance)).max() - now


# %% id="value-answer" kind="slip" name="turns the sign" says="with information minus without"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    return now - profit.max(axis=0) @ prior, now - (profit @ (prior[:, None] * chance)).max(axis=0).sum()


# %% id="value-answer" kind="slip" name="knows switching and staying alone" says="any number of actions"
def value_of_information(profit, prior, chance):
    gain = profit[0] - profit[1]
    now = max(gain @ prior, 0)
    return np.maximum(gain, 0) @ prior - now, np.maximum(gain @ (prior[:, None] * chance), 0).sum() - now


# %% id="value-answer" kind="slip" name="subtracts the first action" says="here the second"
def value_of_information(profit, prior, chance):
    now = (profit @ prior)[0]
    perfect = prior @ profit.max(axis=0)
    joint = prior[:, None] * chance
    sample = (profit @ joint).max(axis=0).sum()
    return perfect - now, sample - now


# %% id="value-answer" kind="slip" name="adds posteriors up" says="divide by nothing"
def value_of_information(profit, prior, chance):
    now = (profit @ prior).max()
    perfect = prior @ profit.max(axis=0)
    joint = prior[:, None] * chance
    joint = joint / joint.sum(axis=0)
    sample = (profit @ joint).max(axis=0).sum()
    return perfect - now, sample - now


# %% id="value-answer" kind="fitted" name="knows three states"
def value_of_information(profit, prior, chance):
    profit, prior, chance = profit[:, :3], prior[:3], chance[:3]
    now = (profit @ prior).max()
    return profit.max(axis=0) @ prior - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="value-answer" kind="fitted" name="knows three actions and three outcomes"
def value_of_information(profit, prior, chance):
    profit, chance = profit[:3], chance[:, :3]
    now = (profit @ prior).max()
    return profit.max(axis=0) @ prior - now, (profit @ (prior[:, None] * chance)).max(axis=0).sum() - now


# %% id="backtest-answer" kind="alternative"
def backtest(table, top):
    right = nearer = number = 0
    periods, series = np.shape(table)
    for t in range(1, periods - 1):
        rises = sorted(((table[t][s] - table[t - 1][s], s) for s in range(series)), reverse=True)
        for rise, s in rises[:top]:
            right += table[t + 1][s] > table[t][s]
            nearer += abs(table[t + 1][s] - table[t][s] - rise) < abs(table[t + 1][s] - table[t][s])
            number += 1
    return right / number, nearer / number


# %% id="backtest-answer" kind="alternative"
def backtest(table: np.ndarray, top: int) -> tuple[float, float]:
    steps = np.diff(table, axis=0)
    seen, coming = steps[:-1], steps[1:]
    chosen = np.argsort(-seen, axis=1)[:, :top]
    seen, coming = (np.take_along_axis(part, chosen, axis=1) for part in (seen, coming))
    return (coming > 0).mean(), (np.abs(coming - seen) < np.abs(coming)).mean()


# %% id="backtest-answer" kind="alternative"
def backtest(table, top):
    change = pd.DataFrame(table).diff()
    later = change.shift(-1).iloc[1:-1]
    change = change.iloc[1:-1]
    chosen = change.rank(axis=1, ascending=False, method="first") <= top
    closer = (later - change).abs() < later.abs()
    return [(later[chosen] > 0).sum().sum() / chosen.sum().sum(), closer[chosen].sum().sum() / chosen.sum().sum()]


# %% id="backtest-answer" kind="slip" name="looks ahead" says="looks ahead"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(after)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="judges by the rise that it saw" says="counts the rise that made the insight"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(before[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="takes the largest moves" says="a fall is no rise"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(np.abs(before))[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="takes the largest series" says="not by the level"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(table[now])[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="takes the smallest" says="argsort puts them last"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[:top]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="ranks by the ratio" says="not by the ratio"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(table[now] / table[now - 1])[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="chooses by the whole table" says="nothing later is known"
def backtest(table, top):
    right, nearer = [], []
    chosen = np.argsort(table[-1] - table[0])[-top:]
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="asks for a larger rise" says="larger than the one before"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > before[chosen])
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="takes all series" says="not all series"
def backtest(table, top):
    steps = np.diff(table, axis=0)
    seen, coming = steps[:-1], steps[1:]
    return (coming > 0).mean(), (np.abs(coming - seen) < np.abs(coming)).mean()


# %% id="backtest-answer" kind="slip" name="leaves the last period out" says="all periods"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, max(len(table) - 2, 2)):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="compares without absolute values" says="take absolute values"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend((after - before)[chosen] < after[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="counts ties as nearer" says="<, not <="
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] <= np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="counts who stays as risen" says="has not risen"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] >= 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="slip" name="leaves out who did not rise" says="the smallest falls"
def backtest(table, top):
    right, nearer = [], []
    for t in range(1, len(table) - 1):
        before = table[t] - table[t - 1]
        after = table[t + 1] - table[t]
        for one in np.argsort(before)[-top:]:
            if before[one] <= 0:
                continue
            right.append(after[one] > 0)
            nearer.append(abs(after[one] - before[one]) < abs(after[one]))
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="fitted" name="names two at most"
def backtest(table, top):
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-min(top, 2) :]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)


# %% id="backtest-answer" kind="fitted" name="sees six series and nine periods"
def backtest(table, top):
    table = table[:9, :6]
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return np.mean(right), np.mean(nearer)

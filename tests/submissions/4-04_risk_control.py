# %% id="newton-answer" kind="alternative"
def newton(X, y, steps):
    w = np.zeros(len(X[0]))
    for _ in range(steps):
        p = special.expit(np.asarray(X) @ w)
        weight = p * (1 - p)
        target = np.asarray(X) @ w + (np.asarray(y) - p) / weight  # the same as a weighted linear regression
        root = np.sqrt(weight)
        w = np.linalg.lstsq(np.asarray(X) * root[:, None], target * root, rcond=None)[0]
    return w


# %% id="newton-answer" kind="alternative"
def newton(X, y, steps):
    w = [0.0] * X.shape[1]
    for _ in range(steps):
        H, g = np.zeros((len(w), len(w))), np.zeros(len(w))
        for row, label in zip(X, y):
            p = 1 / (1 + np.exp(-sum(a * b for a, b in zip(row, w))))
            g += row * (p - label)
            H += p * (1 - p) * np.outer(row, row)
        w = (np.array(w) - np.linalg.inv(H) @ g).tolist()
    return w


# %% id="newton-answer" kind="alternative"
def newton(X, y, steps):
    n, w = len(y), np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(X @ w)))
        w -= np.linalg.solve(X.T @ np.diag(p * (1 - p)) @ X / n, X.T @ (p - y) / n)
    return w


# %% id="newton-answer" kind="slip" name="fits the published line" says="the published line"
def newton(X, y, steps):
    return np.linalg.lstsq(X, y, rcond=None)[0]


# %% id="newton-answer" kind="slip" name="leaves out p (1 - p)" says="p (1 − p) is missing"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ X, X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="climbs" says="minus the step"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w + np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="goes down the gradient alone" says="the gradient alone"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - X.T @ (p - y)
    return w


# %% id="newton-answer" kind="slip" name="keeps the first step's curvature" says="in every step"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    curvature = X.T @ X / 4
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(curvature, X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="returns probabilities" says="weights, one for each column"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return 1 / (1 + np.exp(-X @ w))


# %% id="newton-answer" kind="slip" name="takes the mean of one side only" says="both or neither"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y) / len(y))
    return w


# %% id="newton-answer" kind="slip" name="weighs by p" says="p (1 − p), not p"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * p[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="runs to the end whatever is asked for" says="as many steps as asked for"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="takes the library's penalised model" says="holds the weights back"
def newton(X, y, steps):
    model = LogisticRegression(max_iter=1000).fit(X[:, 1:], y)
    return np.append(model.intercept_, model.coef_[0])


# %% id="newton-answer" kind="slip" name="takes one step too many" says="as many steps as asked for"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps + 1):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="turns the exponent round" says="with the minus"
def newton(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="starts from the line" says="all weights 0"
def newton(X, y, steps):
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="newton-answer" kind="slip" name="adds a second column of ones" says="add no other"
def newton(X, y, steps):
    X = np.column_stack([np.ones(len(X)), X])
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.pinv(X.T @ (X * (p * (1 - p))[:, None])) @ X.T @ (p - y)
    return w


# %% id="newton-answer" kind="alternative"
def newton(X, y, steps):
    w = np.zeros(X.shape[1], dtype=np.float32)
    for _ in range(steps):
        p = special.expit(X @ w)
        root = np.sqrt(p * (1 - p))
        z = X @ w + (y - p) / (p * (1 - p))
        w = np.linalg.lstsq(X * root[:, None], z * root, rcond=None)[0].astype(np.float32)
    return w


# %% id="newton-answer" kind="alternative"
def newton(X, y, steps):
    def path():
        w = pd.Series(0.0, index=range(X.shape[1]))
        while True:
            yield w
            p = special.expit(X @ w)
            w = w - np.linalg.pinv(X.T @ np.diag(p * (1 - p)) @ X) @ X.T @ (p - y)

    from itertools import islice

    return next(islice(path(), steps, None))


# %% id="newton-answer" kind="fitted" name="knows two columns"
def newton(X, y, steps):
    X = X[:, :2]
    w = np.zeros(2)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        w = w - np.linalg.solve(X.T @ (X * (p * (1 - p))[:, None]), X.T @ (p - y))
    return w


# %% id="moved-answer" kind="alternative"
def moved(probabilities, trained_share, true_share):
    shift = special.logit(true_share) - special.logit(trained_share)
    return special.expit(special.logit(probabilities) + shift)


# %% id="moved-answer" kind="alternative"
def moved(probabilities, trained_share, true_share):
    told = []
    for p in probabilities:
        bad = p / trained_share * true_share
        good = (1 - p) / (1 - trained_share) * (1 - true_share)
        told.append(bad / (bad + good))
    return told


# %% id="moved-answer" kind="alternative"
def moved(probabilities, trained_share, true_share):
    f = true_share * (1 - trained_share) / (1 - true_share) / trained_share
    with np.errstate(divide="ignore"):
        return 1 / (1 + (1 - probabilities) / (probabilities * f))


# %% id="moved-answer" kind="slip" name="scales probabilities" says="odds are multiplied"
def moved(probabilities, trained_share, true_share):
    return probabilities * true_share / trained_share


# %% id="moved-answer" kind="slip" name="adds the difference" says="odds are multiplied"
def moved(probabilities, trained_share, true_share):
    return probabilities + true_share - trained_share


# %% id="moved-answer" kind="slip" name="adds the difference and clips" says="odds are multiplied"
def moved(probabilities, trained_share, true_share):
    return np.clip(probabilities + true_share - trained_share, 0, 1)


# %% id="moved-answer" kind="slip" name="takes the ratio of shares" says="of odds, not of shares"
def moved(probabilities, trained_share, true_share):
    f = true_share / trained_share
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="turns the factor round" says="the other way round"
def moved(probabilities, trained_share, true_share):
    f = trained_share / (1 - trained_share) / (true_share / (1 - true_share))
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="returns odds" says="still odds"
def moved(probabilities, trained_share, true_share):
    f = true_share / (1 - true_share) / (trained_share / (1 - trained_share))
    return f * probabilities / (1 - probabilities + 1e-12)


# %% id="moved-answer" kind="slip" name="takes training as half and half" says="the share in training"
def moved(probabilities, trained_share, true_share):
    f = true_share / (1 - true_share)
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="moves the mean" says="odds are multiplied"
def moved(probabilities, trained_share, true_share):
    return probabilities * true_share / np.mean(probabilities)


# %% id="moved-answer" kind="slip" name="divides by zero" says="a 1 stays 1"
def moved(probabilities, trained_share, true_share):
    with np.errstate(all="ignore"):
        odds = probabilities / (1 - probabilities)
        odds = odds * (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
        return odds / (1 + odds)


# %% id="moved-answer" kind="slip" name="multiplies by the odds in training" says="below the line"
def moved(probabilities, trained_share, true_share):
    f = (true_share / (1 - true_share)) * (trained_share / (1 - trained_share))
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="forgets brackets around the odds" says="brackets around the odds"
def moved(probabilities, trained_share, true_share):
    f = true_share / (1 - true_share) / trained_share / (1 - trained_share)
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="turns one of the odds round" says="upside down"
def moved(probabilities, trained_share, true_share):
    f = (true_share / trained_share) / ((1 - trained_share) / (1 - true_share))
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="moved-answer" kind="slip" name="rounds to three digits" says="do not round"
def moved(probabilities, trained_share, true_share):
    f = (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return (f * probabilities / (f * probabilities + 1 - probabilities)).round(3)


# %% id="moved-answer" kind="slip" name="returns log-odds" says="back to a probability"
def moved(probabilities, trained_share, true_share):
    with np.errstate(all="ignore"):
        return special.logit(probabilities) + special.logit(true_share) - special.logit(trained_share)


# %% id="moved-answer" kind="alternative"
def moved(probabilities, trained_share, true_share):
    from fractions import Fraction

    t, u = Fraction(str(trained_share)), Fraction(str(true_share))
    f = u / (1 - u) / (t / (1 - t))
    return [f * Fraction(float(p)) / (f * Fraction(float(p)) + 1 - Fraction(float(p))) for p in probabilities]


# %% id="moved-answer" kind="alternative"
def moved(probabilities, trained_share, true_share):
    p = np.clip(probabilities, 1e-9, 1 - 1e-9)
    o = p / (1 - p) * (true_share / (1 - true_share)) / (trained_share / (1 - trained_share))
    return pd.Series(o / (1 + o))


# %% id="moved-answer" kind="fitted" name="only makes defaults rarer"
def moved(probabilities, trained_share, true_share):
    f = min(1, true_share / (1 - true_share) / (trained_share / (1 - trained_share)))
    return f * probabilities / (f * probabilities + 1 - probabilities)


# %% id="earned-answer" kind="alternative"
def earned(probabilities, bad, gain, loss):
    limit = gain / (gain + loss)
    return np.where(probabilities < limit, np.where(bad, -loss, gain), 0).mean()


# %% id="earned-answer" kind="alternative"
def earned(probabilities, bad, gain, loss):
    total = 0
    for p, b, g, c in zip(probabilities, bad, gain, loss):
        if (1 - p) * g - p * c > 0:
            total += -c if b else g
    return total / len(bad)


# %% id="earned-answer" kind="alternative"
def earned(probabilities, bad, gain, loss):
    table = pd.DataFrame({"p": probabilities, "bad": bad, "gain": gain, "loss": loss})
    made = table[table.gain - table.p * (table.gain + table.loss) > 0]
    return (made.gain[~made.bad].sum() - made.loss[made.bad].sum()) / len(table)


# %% id="earned-answer" kind="slip" name="lends below 0.5" says="0.5 is nobody's limit"
def earned(probabilities, bad, gain, loss):
    return np.mean((probabilities < 0.5) * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="takes odds for a probability" says="gain / loss"
def earned(probabilities, bad, gain, loss):
    return np.mean((probabilities < gain / loss) * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="divides by the loans made" says="refused applicants count"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.where(bad, -loss, gain)[approved].mean()


# %% id="earned-answer" kind="slip" name="sums up" says="per application"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.sum(approved * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="returns what was expected" says="what really happened"
def earned(probabilities, bad, gain, loss):
    expected = (1 - probabilities) * gain - probabilities * loss
    return np.mean(np.maximum(expected, 0))


# %% id="earned-answer" kind="slip" name="charges gains that were missed" says="brings 0"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.mean(np.where(approved, np.where(bad, -loss, gain), np.where(bad, 0, -gain)))


# %% id="earned-answer" kind="slip" name="credits losses that were avoided" says="brings 0"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.mean(np.where(approved, np.where(bad, -loss, gain), np.where(bad, loss, 0)))


# %% id="earned-answer" kind="slip" name="approves the others" says="the others were approved"
def earned(probabilities, bad, gain, loss):
    return np.mean(((1 - probabilities) * gain < probabilities * loss) * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="takes one limit for all" says="each loan has its own"
def earned(probabilities, bad, gain, loss):
    limit = gain.mean() / (gain.mean() + loss.mean())
    return np.mean((probabilities < limit) * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="counts the missed gain of a bad loan too" says="loses `loss`, no more"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.mean(approved * np.where(bad, -loss - gain, gain))


# %% id="earned-answer" kind="slip" name="forgets the bad" says="forgets what went bad"
def earned(probabilities, bad, gain, loss):
    return np.mean(((1 - probabilities) * gain > probabilities * loss) * np.where(bad, 0, gain))


# %% id="earned-answer" kind="slip" name="lends where nothing is to be expected" says="above 0"
def earned(probabilities, bad, gain, loss):
    return np.mean(((1 - probabilities) * gain >= probabilities * loss) * np.where(bad, -loss, gain))


# %% id="earned-answer" kind="slip" name="lends to the good only" says="nobody knows the future"
def earned(probabilities, bad, gain, loss):
    return float(gain[~bad].sum() / len(bad))


# %% id="earned-answer" kind="slip" name="takes p for the probability of good" says="p is the probability that a loan goes bad"
def earned(probabilities, bad, gain, loss):
    go = probabilities * gain > (1 - probabilities) * loss
    return float(np.where(go, np.where(bad, -loss, gain), 0).mean())


# %% id="earned-answer" kind="alternative"
def earned(probabilities, bad, gain, loss):
    t = pd.DataFrame({"p": probabilities, "bad": bad, "gain": gain, "loss": loss})
    t["out"] = t["gain"].where(~t["bad"], -t["loss"])
    return t.loc[t.p / (1 - t.p) < t.gain / t.loss, "out"].sum() / len(t)


# %% id="earned-answer" kind="alternative"
def earned(probabilities, bad, gain, loss):
    from fractions import Fraction

    return sum(
        (Fraction(-float(c)) if b else Fraction(float(g)))
        for p, b, g, c in zip(probabilities, bad, gain, loss)
        if (1 - Fraction(float(p))) * Fraction(float(g)) > Fraction(float(p)) * Fraction(float(c))
    ) / len(bad)


# %% id="earned-answer" kind="fitted" name="builds in ten applications"
def earned(probabilities, bad, gain, loss):
    approved = (1 - probabilities) * gain > probabilities * loss
    return np.sum(approved * np.where(bad, -loss, gain)) / min(len(bad), 10)


# %% id="shapley-answer" kind="alternative"
def shapley(worth):
    from itertools import permutations

    k = len(worth).bit_length() - 1
    values, orders = [0.0] * k, list(permutations(range(k)))
    for order in orders:
        mask = 0
        for column in order:
            values[column] += (worth[mask | 1 << column] - worth[mask]) / len(orders)
            mask |= 1 << column
    return values


# %% id="shapley-answer" kind="alternative"
def shapley(worth):
    from itertools import combinations
    from math import comb

    k = int(round(np.log2(len(worth))))
    values = np.zeros(k)
    for i in range(k):
        rest = [j for j in range(k) if j != i]
        for size in range(k):
            found = []
            for chosen in combinations(rest, size):
                mask = sum(2**j for j in chosen)
                found.append(worth[mask + 2**i] - worth[mask])
            values[i] += sum(found) / comb(k - 1, size) / k
    return values


# %% id="shapley-answer" kind="alternative"
def shapley(worth):
    from math import factorial

    worth = np.asarray(worth, dtype=float)
    k = 0
    while 2**k < len(worth):
        k += 1
    masks = np.arange(2**k)
    sizes = ((masks[:, None] >> np.arange(k)) & 1).sum(axis=1)
    w = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) if s < k else 0 for s in sizes])
    return np.array(
        [
            (w[out] * (worth[out + (1 << i)] - worth[out])).sum()
            for i in range(k)
            for out in [masks[(masks & (1 << i)) == 0]]
        ]
    )


# %% id="shapley-answer" kind="slip" name="weighs all sets alike" says="all sets alike"
def shapley(worth):
    k = int(np.log2(len(worth)))
    return np.array([np.mean([worth[m | 1 << i] - worth[m] for m in range(2**k) if not m >> i & 1]) for i in range(k)])


# %% id="shapley-answer" kind="slip" name="takes each column alone" says="each column alone"
def shapley(worth):
    k = int(np.log2(len(worth)))
    return np.array([worth[1 << i] - worth[0] for i in range(k)])


# %% id="shapley-answer" kind="slip" name="leaves each column out" says="taken away last"
def shapley(worth):
    k = int(np.log2(len(worth)))
    return np.array([worth[-1] - worth[(2**k - 1) ^ (1 << i)] for i in range(k)])


# %% id="shapley-answer" kind="slip" name="forgets the 1 in the factorial" says="(k − |S| − 1)!"
def shapley(worth):
    from math import factorial

    k = int(np.log2(len(worth)))
    values = np.zeros(k)
    for i in range(k):
        for m in range(2**k):
            if not m >> i & 1:
                s = bin(m).count("1")
                values[i] += factorial(s) * factorial(k - s) / factorial(k) * (worth[m | 1 << i] - worth[m])
    return values


# %% id="shapley-answer" kind="slip" name="counts the column itself in the size" says="without the column itself"
def shapley(worth):
    from math import factorial

    k = int(np.log2(len(worth)))
    values = np.zeros(k)
    for i in range(k):
        for m in range(2**k):
            if m >> i & 1:
                s = bin(m).count("1")
                values[i] += factorial(s) * factorial(max(k - s - 1, 0)) / factorial(k) * (worth[m] - worth[m ^ 1 << i])
    return values


# %% id="shapley-answer" kind="slip" name="adds up all sets" says="weights are missing"
def shapley(worth):
    k = int(np.log2(len(worth)))
    return np.array([sum(worth[m | 1 << i] - worth[m] for m in range(2**k) if not m >> i & 1) for i in range(k)])


# %% id="shapley-answer" kind="slip" name="reads bits from the left" says="the lowest bit"
def shapley(worth):
    from itertools import permutations

    k = len(worth).bit_length() - 1
    values, orders = [0.0] * k, list(permutations(range(k)))
    for order in orders:
        mask = 0
        for column in order:
            bit = 1 << (k - 1 - column)
            values[column] += (worth[mask | bit] - worth[mask]) / len(orders)
            mask |= bit
    return values


# %% id="shapley-answer" kind="slip" name="takes one order only" says="one order"
def shapley(worth):
    k = int(np.log2(len(worth)))
    return np.array([worth[2 ** (i + 1) - 1] - worth[2**i - 1] for i in range(k)])


# %% id="shapley-answer" kind="slip" name="shares the sum by what each is worth alone" says="each column alone"
def shapley(worth):
    k = int(np.log2(len(worth)))
    alone = np.array([worth[1 << i] - worth[0] for i in range(k)])
    return alone / alone.sum() * (worth[-1] - worth[0])


# %% id="shapley-answer" kind="slip" name="gives the sum the wrong start" says="differences, with and without"
def shapley(worth):
    from math import factorial

    k = int(np.log2(len(worth)))
    values = np.zeros(k)
    for i in range(k):
        for m in range(2**k):
            if not m >> i & 1:
                s = bin(m).count("1")
                values[i] += factorial(s) * factorial(k - s - 1) / factorial(k) * worth[m | 1 << i]
    return values


# %% id="shapley-answer" kind="slip" name="forgets the empty set" says="the empty set counts"
def shapley(worth):
    from math import factorial as f

    k = len(worth).bit_length() - 1
    out = np.zeros(k)
    for i in range(k):
        for m in range(1, len(worth)):
            if not m >> i & 1:
                s = m.bit_count()
                out[i] += f(s) * f(k - s - 1) / f(k) * (worth[m | 1 << i] - worth[m])
    return out


# %% id="shapley-answer" kind="slip" name="takes nothing known as worth 0" says="`worth[0]` is not 0"
def shapley(worth):
    from math import factorial as f

    k = len(worth).bit_length() - 1
    out = np.zeros(k)
    for i in range(k):
        for m in range(len(worth)):
            if not m >> i & 1:
                s = m.bit_count()
                out[i] += f(s) * f(k - s - 1) / f(k) * (worth[m | 1 << i] - (worth[m] if m else 0))
    return out


# %% id="shapley-answer" kind="slip" name="does not divide by k!" says="too much by a factor"
def shapley(worth):
    from math import factorial as f

    k = len(worth).bit_length() - 1
    out = np.zeros(k)
    for i in range(k):
        for m in range(len(worth)):
            if not m >> i & 1:
                s = m.bit_count()
                out[i] += f(s) * f(k - s - 1) * (worth[m | 1 << i] - worth[m])
    return out


# %% id="shapley-answer" kind="slip" name="samples orders" says="a sample of orders"
def shapley(worth):
    k = len(worth).bit_length() - 1
    r = np.random.default_rng(0)
    out = np.zeros(k)
    for _ in range(50):
        m = 0
        for i in r.permutation(k):
            out[i] += worth[m | 1 << i] - worth[m]
            m |= 1 << i
    return out / 50


# %% id="shapley-answer" kind="alternative"
def shapley(worth):
    # from Harsanyi dividends, recursively
    from functools import lru_cache

    k = int(round(np.log2(len(worth))))

    @lru_cache(None)
    def dividend(m):
        sub, total = (m - 1) & m if m else 0, float(worth[m])
        if m == 0:
            return total
        while True:
            total -= dividend(sub)
            if sub == 0:
                return total
            sub = (sub - 1) & m

    return [sum(dividend(m) / m.bit_count() for m in range(1, 2**k) if m >> i & 1) for i in range(k)]


# %% id="shapley-answer" kind="alternative"
def shapley(worth):
    from fractions import Fraction
    from itertools import combinations
    from math import factorial as f

    k = len(worth).bit_length() - 1
    v = [Fraction(float(x)) for x in worth]
    out = []
    for i in range(k):
        rest = [j for j in range(k) if j != i]
        out.append(
            sum(
                Fraction(f(n) * f(k - n - 1), f(k)) * (v[sum(2**j for j in S) + 2**i] - v[sum(2**j for j in S)])
                for n in range(k)
                for S in combinations(rest, n)
            )
        )
    return out


# %% id="shapley-answer" kind="fitted" name="knows three columns"
def shapley(worth):
    if len(worth) == 2:
        return [worth[1] - worth[0]]
    v = list(worth)
    return [
        (2 * (v[1] - v[0]) + (v[3] - v[2]) + (v[5] - v[4]) + 2 * (v[7] - v[6])) / 6,
        (2 * (v[2] - v[0]) + (v[3] - v[1]) + (v[6] - v[4]) + 2 * (v[7] - v[5])) / 6,
        (2 * (v[4] - v[0]) + (v[5] - v[1]) + (v[6] - v[2]) + 2 * (v[7] - v[3])) / 6,
    ]


# %% id="psi-answer" kind="alternative"
def psi(then, now, edges):
    bounds = [-np.inf, *edges, np.inf]
    total = 0
    counts = []
    for values in (then, now):
        mine = [np.sum((values > low) & (values <= high)) for low, high in zip(bounds, bounds[1:])]
        counts.append([*mine, np.isnan(values).sum()])
    for e, a in zip(*counts):
        if e or a:
            e, a = max(e, 0.5) / len(then), max(a, 0.5) / len(now)
            total += (a - e) * np.log(a / e)
    return total


# %% id="psi-answer" kind="alternative"
def psi(then, now, edges):
    bins = [-np.inf, *edges, np.inf]
    e, a = (pd.cut(pd.Series(values), bins).astype(object).fillna("missing").value_counts() for values in (then, now))
    e, a = e.align(a, fill_value=0)
    e, a = e.replace(0, 0.5) / len(then), a.replace(0, 0.5) / len(now)
    return ((a - e) * np.log(a / e)).sum()


# %% id="psi-answer" kind="alternative"
def psi(then, now, edges):
    from collections import Counter

    def place(value):
        return "missing" if np.isnan(value) else int(sum(value > edge for edge in edges))

    old, new = Counter(map(place, then)), Counter(map(place, now))
    total = 0.0
    for key in set(old) | set(new):
        e, a = (old[key] or 0.5) / len(then), (new[key] or 0.5) / len(now)
        total += a * np.log(a / e) + e * np.log(e / a)
    return float(total)


# %% id="psi-answer" kind="slip" name="sums a ln(a/e) alone" says="(a − e)"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(counts)
    used = shares[0] + shares[1] > 0
    e, a = (np.maximum(c[used], 0.5) / len(v) for c, v in zip(shares, (then, now)))
    return np.sum(a * np.log(a / e))


# %% id="psi-answer" kind="slip" name="drops what is missing" says="a bin of its own"
def psi(then, now, edges):
    then, now = then[~np.isnan(then)], now[~np.isnan(now)]
    c = [np.bincount(np.searchsorted(edges, v), minlength=len(edges) + 1) for v in (then, now)]
    used = c[0] + c[1] > 0
    e, a = (np.maximum(x[used], 0.5) / len(v) for x, v in zip(c, (then, now)))
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="puts what is missing into the last bin" says="a bin of its own"
def psi(then, now, edges):
    c = [np.bincount(np.searchsorted(edges, v), minlength=len(edges) + 1) for v in (then, now)]
    used = c[0] + c[1] > 0
    e, a = (np.maximum(x[used], 0.5) / len(v) for x, v in zip(c, (then, now)))
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="leaves what is missing out of the number of loans" says="gaps included"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(np.maximum(counts, 0.5) / len(known))
    e, a = shares
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="compares counts" says="shares, not counts"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(np.maximum(counts, 0.5))
    e, a = shares
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="takes the decimal logarithm" says="the natural logarithm"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(counts)
    used = shares[0] + shares[1] > 0
    e, a = (np.maximum(c[used], 0.5) / len(v) for c, v in zip(shares, (then, now)))
    return np.sum((a - e) * np.log10(a / e))


# %% id="psi-answer" kind="slip" name="leaves out bins that are empty once" says="half a loan"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(counts)
    used = (shares[0] > 0) & (shares[1] > 0)
    e, a = (c[used] / len(v) for c, v in zip(shares, (then, now)))
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="adds half a loan to every bin" says="only a count of 0"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(counts)
    used = shares[0] + shares[1] > 0
    e, a = ((c[used] + 0.5) / len(v) for c, v in zip(shares, (then, now)))
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="drops what lies beyond the edges" says="beyond the edges"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        counts = np.append(np.histogram(values[~np.isnan(values)], edges)[0], np.isnan(values).sum())
        shares.append(counts)
    used = shares[0] + shares[1] > 0
    e, a = (np.maximum(c[used], 0.5) / len(v) for c, v in zip(shares, (then, now)))
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="adds a tiny number" says="half a loan"
def psi(then, now, edges):
    shares = []
    for values in (then, now):
        known = values[~np.isnan(values)]
        counts = np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(values).sum())
        shares.append(counts / len(values) + 1e-6)
    e, a = shares
    return np.sum((a - e) * np.log(a / e))


# %% id="psi-answer" kind="slip" name="counts the half loans into the total" says="does not change the number of loans"
def psi(then, now, edges):
    def count(v):
        known = v[~np.isnan(v)]
        return np.append(
            np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(v).sum()
        ).astype(float)

    e, a = count(then), count(now)
    keep = (e > 0) | (a > 0)
    e, a = np.maximum(e[keep], 0.5), np.maximum(a[keep], 0.5)
    e, a = e / e.sum(), a / a.sum()
    return float(((a - e) * np.log(a / e)).sum())


# %% id="psi-answer" kind="slip" name="takes the mean over bins" says="not their mean"
def psi(then, now, edges):
    def count(v):
        known = v[~np.isnan(v)]
        return np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(v).sum())

    e, a = count(then), count(now)
    keep = (e > 0) | (a > 0)
    e, a = np.maximum(e[keep], 0.5) / len(then), np.maximum(a[keep], 0.5) / len(now)
    return float(((a - e) * np.log(a / e)).mean())


# %% id="psi-answer" kind="slip" name="divides both by the loans of then" says="the loans of that time"
def psi(then, now, edges):
    def count(v):
        known = v[~np.isnan(v)]
        return np.append(np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 1), np.isnan(v).sum())

    e, a = count(then), count(now)
    keep = (e > 0) | (a > 0)
    e, a = np.maximum(e[keep], 0.5) / len(then), np.maximum(a[keep], 0.5) / len(then)
    return float(((a - e) * np.log(a / e)).sum())


# %% id="psi-answer" kind="slip" name="forgets that nan is in no bin" says="no comparison with nan is true"
def psi(then, now, edges):
    full = np.r_[-np.inf, edges, np.inf]
    total = 0
    for low, high in zip(full, full[1:]):
        e, a = ((then >= low) & (then < high)).sum(), ((now >= low) & (now < high)).sum()
        if e or a:
            e, a = max(e, 0.5) / len(then), max(a, 0.5) / len(now)
            total += (a - e) * np.log(a / e)
    return total


# %% id="psi-answer" kind="alternative"
def psi(then, now, edges):
    full = [-np.inf, *edges, np.inf]

    def c(v):
        s = pd.cut(pd.Series(v), full).cat.codes
        return s.value_counts()

    t = pd.concat([c(then), c(now)], axis=1).fillna(0.5)
    t.columns = ["e", "a"]
    t = t / [len(then), len(now)]
    return ((t.a - t.e) * np.log(t.a / t.e)).sum()


# %% id="psi-answer" kind="alternative"
def psi(then, now, edges):
    def c(v):
        b = np.digitize(v, edges)
        b[np.isnan(v)] = len(edges) + 1
        return np.array([(b == j).sum() for j in range(len(edges) + 2)], float)

    e, a = c(then), c(now)
    return float(
        sum(
            (max(y, 0.5) / len(now) - max(x, 0.5) / len(then))
            * np.log(max(y, 0.5) * len(then) / max(x, 0.5) / len(now))
            for x, y in zip(e, a)
            if x or y
        )
    )


# %% id="psi-answer" kind="fitted" name="knows two edges"
def psi(then, now, edges):
    total = 0.0
    for inside in (
        lambda v: v <= edges[0],
        lambda v: (v > edges[0]) & (v <= edges[1]),
        lambda v: v > edges[1],
        np.isnan,
    ):
        e, a = inside(then).sum(), inside(now).sum()
        if e or a:
            e, a = max(e, 0.5) / len(then), max(a, 0.5) / len(now)
            total += (a - e) * np.log(a / e)
    return total


# %% id="verdict-answer" kind="alternative"
def verdict(champion, challenger, worth, draws, seed):
    found = stats.bootstrap(
        (challenger - champion,), np.mean, n_resamples=draws, method="percentile", rng=np.random.default_rng(seed)
    ).confidence_interval
    return found.low, found.high, found.low > worth


# %% id="verdict-answer" kind="alternative"
def verdict(champion, challenger, worth, draws, seed):
    random = np.random.default_rng(seed)
    n, means = len(champion), []
    for _ in range(draws):
        rows = random.choice(n, n)
        means.append(challenger[rows].mean() - champion[rows].mean())
    low, high = np.quantile(means, 0.025), np.quantile(means, 0.975)
    return [low, high, low > worth]


# %% id="verdict-answer" kind="alternative"
def verdict(champion, challenger, worth, draws, seed):
    d = pd.Series(challenger) - pd.Series(champion)
    counts = np.random.default_rng(seed).multinomial(len(d), np.full(len(d), 1 / len(d)), size=draws)
    low, high = pd.Series(counts @ d.to_numpy() / len(d)).quantile([0.025, 0.975])
    return low, high, not low <= worth


# %% id="verdict-answer" kind="slip" name="draws for each model by itself" says="the same loans for both"
def verdict(champion, challenger, worth, draws, seed):
    random = np.random.default_rng(seed)
    n = len(champion)
    old, new = (v[random.integers(n, size=(draws, n))].mean(axis=1) for v in (champion, challenger))
    low, high = np.percentile(new - old, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="subtracts the wrong way" says="challenger minus champion"
def verdict(champion, challenger, worth, draws, seed):
    d = champion - challenger
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="leaves 5 % on each side" says="2.5 % on each side"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(means, [5, 95])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="takes percentiles of loans" says="of their means"
def verdict(champion, challenger, worth, draws, seed):
    low, high = np.percentile(challenger - champion, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="draws without replacement" says="with replacement"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    random = np.random.default_rng(seed)
    means = [random.permutation(d).mean() for _ in range(draws)]
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="takes sums" says="means, not sums"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="draws `draws` loans" says="as many loans as there are"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, draws))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > worth


# %% id="verdict-answer" kind="slip" name="replaces if the mean is above" says="the low end decides"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, d.mean() > worth


# %% id="verdict-answer" kind="slip" name="replaces whatever is above 0" says="the low end decides"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > 0


# %% id="verdict-answer" kind="slip" name="takes the 0.025th percentile" says="not the 0.025th"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    m = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(m, [0.025, 0.975])
    return float(low), float(high), bool(low > worth)


# %% id="verdict-answer" kind="slip" name="ignores the seed" says="`seed` start the generator"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    m = d[np.random.default_rng().integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(m, [2.5, 97.5])
    return float(low), float(high), bool(low > worth)


# %% id="verdict-answer" kind="slip" name="makes the generator in the loop" says="before the loop"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    m = [d[np.random.default_rng(seed).integers(len(d), size=len(d))].mean() for _ in range(draws)]
    low, high = np.percentile(m, [2.5, 97.5])
    return float(low), float(high), bool(low > worth)


# %% id="verdict-answer" kind="slip" name="replaces at exactly `worth`" says="5 is not above 5"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    m = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(m, [2.5, 97.5])
    return float(low), float(high), bool(low >= worth)


# %% id="verdict-answer" kind="slip" name="takes 1.96 standard errors" says="is symmetrical"
def verdict(champion, challenger, worth, draws, seed):
    d = challenger - champion
    s = 1.96 * d.std(ddof=1) / len(d) ** 0.5
    return float(d.mean() - s), float(d.mean() + s), bool(d.mean() - s > worth)


# %% id="verdict-answer" kind="alternative"
def verdict(champion, challenger, worth, draws, seed):
    import random as r

    r = r.Random(seed)
    d = [float(b - a) for a, b in zip(champion, challenger)]
    m = sorted(sum(r.choices(d, k=len(d))) / len(d) for _ in range(draws))
    low, high = m[int(0.025 * draws)], m[int(0.975 * draws) - 1]
    return low, high, low > worth


# %% id="verdict-answer" kind="alternative"
def verdict(champion, challenger, worth, draws, seed):
    r = np.random.RandomState(seed)
    counts = r.multinomial(len(champion), np.full(len(champion), 1 / len(champion)), size=draws)
    m = counts @ (np.asarray(challenger) - np.asarray(champion)) / len(champion)
    low, high = np.quantile(m, 0.025), np.quantile(m, 0.975)
    return [low, high, int(low > worth)]


# %% id="verdict-answer" kind="fitted" name="knows fifty loans"
def verdict(champion, challenger, worth, draws, seed):
    d = (challenger - champion)[:50]
    means = d[np.random.default_rng(seed).integers(len(d), size=(draws, len(d)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return low, high, low > worth

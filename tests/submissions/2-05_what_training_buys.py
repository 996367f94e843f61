# Answers to 2-05 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="difference-answer" kind="alternative"
def difference(outcome, treated, level=0.95):
    interval = stats.ttest_ind(outcome[treated], outcome[~treated], equal_var=False).confidence_interval(level)
    return np.mean(outcome[treated]) - np.mean(outcome[~treated]), interval.low, interval.high


# %% id="difference-answer" kind="misconception" name="takes one common variance for both groups"
def difference(outcome, treated, level=0.95):
    one, other = outcome[treated], outcome[~treated]
    freedom = len(outcome) - 2
    variance = (((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()) / freedom
    half = stats.t.ppf((1 + level) / 2, freedom) * np.sqrt(variance * (1 / len(one) + 1 / len(other)))
    value = one.mean() - other.mean()
    return value, value - half, value + half


# %% id="difference-answer" kind="misconception" name="takes 95 % whatever level is asked for"
def difference(outcome, treated, level=0.95):
    interval = stats.ttest_ind(outcome[treated], outcome[~treated], equal_var=False).confidence_interval()
    return outcome[treated].mean() - outcome[~treated].mean(), interval.low, interval.high


# %% id="adjust-answer" kind="alternative"
def adjusted(outcome, treated, covariates):
    known = np.column_stack([np.ones(len(outcome)), covariates])

    def unexplained(values):
        return values - known @ np.linalg.pinv(known) @ values

    left = unexplained(treated.astype(float))
    return left @ unexplained(outcome) / (left @ left)


# %% id="adjust-answer" kind="misconception" name="takes the covariates out first and compares what is left"
def adjusted(outcome, treated, covariates):
    known = np.column_stack([np.ones(len(outcome)), covariates])
    left = outcome - known @ np.linalg.lstsq(known, outcome, rcond=None)[0]
    return left[treated].mean() - left[~treated].mean()


# %% id="adjust-answer" kind="misconception" name="leaves out the constant, so that everybody starts at 0"
def adjusted(outcome, treated, covariates):
    return np.linalg.lstsq(np.column_stack([treated, covariates]), outcome, rcond=None)[0][0]


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post):
    from scipy.optimize import lsq_linear

    rows = [(1 - k) * q * -np.expm1(-h / scale) for k, q, h in zip(pre, quality, hours)]
    return lsq_linear(np.array(rows), post - pre, bounds=(0, np.inf), method="bvls", tol=1e-14).x


# %% id="weights-answer" kind="misconception" name="cuts negative weights to 0 after a fit without bounds"
def stage_weights(hours, quality, scale, pre, post):
    matrix = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return np.maximum(np.linalg.lstsq(matrix, post - pre, rcond=None)[0], 0)


# %% id="condition-answer" kind="alternative"
def condition_index(regressors):
    unit = regressors / np.sqrt((regressors**2).sum(axis=0))
    values = np.sqrt(np.abs(np.linalg.eigvalsh(unit.T @ unit)))
    return values.max() / max(values.min(), 1e-9)


# %% id="condition-answer" kind="misconception" name="leaves the columns in their units"
def condition_index(regressors):
    return np.linalg.cond(regressors)


# %% id="condition-answer" kind="misconception" name="looks at pairs of stages only"
def condition_index(regressors):
    unit = regressors / np.linalg.norm(regressors, axis=0)
    alike = np.abs(unit.T @ unit - np.eye(unit.shape[1])).max()
    return np.sqrt((1 + alike) / (1 - alike))


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget):
    kept = np.ones(len(value), dtype=bool)
    while True:
        v, s, c = value[kept], scale[kept], cost[kept]
        price = np.exp((c * s @ np.log(v / (s * c)) - budget) / (c @ s))
        hours = np.zeros(len(value))
        hours[kept] = s * np.log(v / (s * c * price))
        if hours.min() >= 0:
            return hours, price
        kept &= hours > 0


# %% id="allocate-answer" kind="misconception" name="cuts negative hours to 0 and does not spread the rest anew"
def allocate(value, scale, cost, budget):
    price = np.exp((cost * scale @ np.log(value / (scale * cost)) - budget) / (cost @ scale))
    return np.maximum(scale * np.log(value / (scale * cost * price)), 0), price


# %% id="allocate-answer" kind="misconception" name="lets the next hour, not the next euro, buy the same everywhere"
def allocate(value, scale, cost, budget):
    first = value / scale

    def hours_at(price):
        return scale * np.log(np.maximum(first / price, 1))

    price = brentq(lambda price: hours_at(price) @ cost - budget, first.max() * 1e-9, first.max(), xtol=1e-14)
    return hours_at(price), price / cost.mean()

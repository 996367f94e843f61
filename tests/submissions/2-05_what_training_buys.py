# %% id="difference-answer" kind="alternative"
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="alternative"
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    yes, no = outcome[treated == 1], outcome[treated == 0]
    result = stats.ttest_ind(yes, no, equal_var=False)
    interval = result.confidence_interval(confidence_level=level)
    return np.array([np.mean(yes) - np.mean(no), interval.low, interval.high])


# %% id="difference-answer" kind="alternative"
def difference(outcome, treated, level=0.95):
    import statistics

    a = [float(x) for x, t in zip(outcome, treated) if t]
    b = [float(x) for x, t in zip(outcome, treated) if not t]
    v1, v0 = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
    d = statistics.mean(a) - statistics.mean(b)
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf(0.5 + level / 2, nu) * (v1 + v0) ** 0.5
    return [d, d - half, d + half]


# %% id="difference-answer" kind="alternative"
def difference(outcome, treated, level=0.95):
    a, b = pd.Series(outcome[treated]), pd.Series(outcome[~treated])
    e = np.hypot(a.sem(), b.sem())
    d = a.mean() - b.mean()
    nu = e**4 / (a.sem() ** 4 / (len(a) - 1) + b.sem() ** 4 / (len(b) - 1))
    low, high = stats.t.interval(level, nu, loc=d, scale=e)
    return float(d), float(low), float(high)


# %% id="difference-answer" kind="alternative"
def difference(outcome, treated, level=0.95):
    treated = treated.astype(bool)
    means, parts, ns = [], [], []
    for g in (treated, np.logical_not(treated)):
        x = outcome[g].astype(float)
        means.append(x.sum() / x.size)
        ns.append(x.size)
        parts.append(np.cov(x) / x.size)
    parts, ns = np.array(parts), np.array(ns)
    nu = parts.sum() ** 2 / (parts**2 / (ns - 1)).sum()
    q = -stats.t.ppf((1 - level) / 2, nu)
    return (
        means[0] - means[1],
        means[0] - means[1] - q * np.sqrt(parts.sum()),
        means[0] - means[1] + q * np.sqrt(parts.sum()),
    )


# %% id="difference-answer" kind="slip" name="takes the normal's quantile" says="1.96 holds for large groups"
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="divides by n" says="ddof=1"
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=0) / len(a), b.var(ddof=0) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="takes 95 % whatever is asked for" says="the level is an argument"
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf(0.975, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="puts all of the rest on one side" says="the quantile at 0.975"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf(level, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="turns the difference round" says="treated minus the others"
def difference(outcome, treated, level=0.95):
    b, a = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="takes the degrees of freedom of equal spreads" says="equal spreads"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = len(a) + len(b) - 2
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="forgets the root" says="the root is missing"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * (v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="adds standard errors" says="add the variances"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * (np.sqrt(v1) + np.sqrt(v0))
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="takes the spread of scores for that of means" says="divided by n"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1), b.var(ddof=1)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="takes the smaller group's degrees of freedom" says="the smaller group alone"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = min(len(a), len(b)) - 1
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="slip" name="takes one common variance for both groups" says="one common variance"
def difference(outcome, treated, level=0.95):
    interval = stats.ttest_ind(outcome[treated], outcome[~treated]).confidence_interval(level)
    return outcome[treated].mean() - outcome[~treated].mean(), interval.low, interval.high


# %% id="difference-answer" kind="slip" name="gives the high end first" says="the low one first"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = a.mean() - b.mean()
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d + half, d - half


# %% id="difference-answer" kind="slip" name="takes medians" says="not the median"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    v1, v0 = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    d = np.median(a) - np.median(b)
    nu = (v1 + v0) ** 2 / (v1**2 / (len(a) - 1) + v0**2 / (len(b) - 1))
    half = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(v1 + v0)
    return d, d - half, d + half


# %% id="difference-answer" kind="fitted" name="takes the degrees of freedom of the example"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    half = stats.t.ppf((1 + level) / 2, 5.9696) * np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    value = a.mean() - b.mean()
    return value, value - half, value + half


# %% id="adjust-answer" kind="alternative"
def adjusted(outcome, treated, covariates):
    X = np.c_[treated.astype(float), covariates, np.ones(len(outcome))]
    return np.linalg.solve(X.T @ X, X.T @ outcome)[0]


# %% id="adjust-answer" kind="alternative"
def adjusted(outcome, treated, covariates):
    from sklearn.linear_model import LinearRegression

    return float(LinearRegression().fit(np.column_stack([treated, covariates]), outcome).coef_[0])


# %% id="adjust-answer" kind="alternative"
def adjusted(outcome, treated, covariates):
    X = np.column_stack([treated, covariates]).astype(float)
    X = X - X.mean(axis=0)
    return (np.linalg.pinv(X) @ (outcome - outcome.mean()))[0]


# %% id="adjust-answer" kind="alternative"
def adjusted(outcome, treated, covariates):
    import torch

    X = torch.tensor(np.column_stack([np.ones(len(outcome)), treated, covariates]), dtype=torch.float64)
    return torch.linalg.lstsq(X, torch.tensor(np.asarray(outcome, dtype=float))[:, None]).solution[1, 0]


# %% id="adjust-answer" kind="slip" name="leaves out the constant, so that everybody starts at 0" says="a column of ones"
def adjusted(outcome: np.ndarray, treated: np.ndarray, covariates: np.ndarray) -> float:
    matrix = np.column_stack([treated, covariates])  # no column of ones
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][0]


# %% id="adjust-answer" kind="slip" name="compares the means" says="the covariates are not in it"
def adjusted(outcome: np.ndarray, treated: np.ndarray, covariates: np.ndarray) -> float:
    return outcome[treated].mean() - outcome[~treated].mean()


# %% id="adjust-answer" kind="slip" name="takes the constant's coefficient" says="of the column of ones"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][0]


# %% id="adjust-answer" kind="slip" name="takes the first covariate's coefficient" says="of the first covariate"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][2]


# %% id="adjust-answer" kind="slip" name="takes the last coefficient" says="of the last covariate"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][-1]


# %% id="adjust-answer" kind="slip" name="returns all coefficients" says="one number"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0]


# %% id="adjust-answer" kind="slip" name="takes one covariate" says="not the first alone"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates[:, 0]])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][1]


# %% id="adjust-answer" kind="slip" name="takes the covariates out first and compares what is left" says="fit treated and covariates together"
def adjusted(outcome, treated, covariates):
    known = np.column_stack([np.ones(len(outcome)), covariates])
    left = outcome - known @ np.linalg.lstsq(known, outcome, rcond=None)[0]
    return left[treated].mean() - left[~treated].mean()


# %% id="adjust-answer" kind="slip" name="fits the untrained alone" says="fit everybody"
def adjusted(outcome, treated, covariates):
    known = np.column_stack([np.ones(len(outcome)), covariates])
    fit = np.linalg.lstsq(known[~treated], outcome[~treated], rcond=None)[0]
    return (outcome[treated] - known[treated] @ fit).mean()


# %% id="adjust-answer" kind="slip" name="rounds" says="rounded"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return round(np.linalg.lstsq(matrix, outcome, rcond=None)[0][1])


# %% id="adjust-answer" kind="slip" name="turns the groups round" says="are exchanged"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), ~treated, covariates])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][1]


# %% id="adjust-answer" kind="fitted" name="takes two covariates at most"
def adjusted(outcome, treated, covariates):
    matrix = np.column_stack([np.ones(len(outcome)), treated, covariates[:, :2]])
    return np.linalg.lstsq(matrix, outcome, rcond=None)[0][1]


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    from scipy.optimize import lsq_linear

    rows = []
    for h, q, before in zip(hours, quality, pre):
        rows.append([(1 - before) * q[i] * -np.expm1(-h[i] / scale[i]) for i in range(len(scale))])
    return lsq_linear(np.array(rows), np.asarray(post) - np.asarray(pre), bounds=(0, np.inf), method="bvls").x


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post):
    rows = [
        [(1 - k) * q[i] * (1 - np.exp(-h[i] / scale[i])) for i in range(len(scale))]
        for k, h, q in zip(pre, hours, quality)
    ]
    x, _ = nnls(np.array(rows), np.array(post) - np.array(pre))
    return x.tolist()


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post):
    from sklearn.linear_model import LinearRegression

    A = quality * -np.expm1(-hours / scale) * (1 - pre).reshape(-1, 1)
    return LinearRegression(fit_intercept=False, positive=True).fit(A, post - pre).coef_


# %% id="weights-answer" kind="alternative"
def stage_weights(hours, quality, scale, pre, post):
    from itertools import combinations

    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    b = post - pre
    n = A.shape[1]
    best = None
    for k in range(n + 1):
        for keep in combinations(range(n), k):
            x = np.zeros(n)
            if k:
                x[list(keep)] = np.linalg.lstsq(A[:, list(keep)], b, rcond=None)[0]
            if (x >= 0).all() and (best is None or ((A @ x - b) ** 2).sum() < best[0]):
                best = ((A @ x - b) ** 2).sum(), x
    return best[1]


# %% id="weights-answer" kind="slip" name="has no bound" says="keeps to a ≥ 0"
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return np.linalg.lstsq(A, post - pre, rcond=None)[0]


# %% id="weights-answer" kind="slip" name="makes the weights add up to 1" says="need not add up"
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    weights = nnls(A, post - pre)[0]
    return weights / weights.sum()


# %% id="weights-answer" kind="slip" name="adds a constant" says="no constant"
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    A = np.column_stack([np.ones(len(pre)), A])
    return nnls(A, post - pre)[0][1:]


# %% id="weights-answer" kind="slip" name="cuts negative weights to 0 after a fit without bounds" says="fitted again without them"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return np.maximum(np.linalg.lstsq(A, post - pre, rcond=None)[0], 0)


# %% id="weights-answer" kind="slip" name="forgets the room" says="less room"
def stage_weights(hours, quality, scale, pre, post):
    A = quality * (1 - np.exp(-hours / scale))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="takes pre for the room" says="1 − pre, not pre"
def stage_weights(hours, quality, scale, pre, post):
    A = pre[:, None] * quality * (1 - np.exp(-hours / scale))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="explains post" says="post − pre"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return nnls(A, post)[0]


# %% id="weights-answer" kind="slip" name="forgets the quality" says="the quality is missing"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * (1 - np.exp(-hours / scale))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="takes what is not learnt" says="not* learnt"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * np.exp(-hours / scale)
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="multiplies by the scale" says="divided by their scale"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours * scale))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="takes hours as they are" says="levels off"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * hours
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="slip" name="drops the sign" says="a sign dropped"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return np.abs(np.linalg.lstsq(A, post - pre, rcond=None)[0])


# %% id="weights-answer" kind="slip" name="rounds" says="rounded"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    return nnls(A, post - pre)[0].round(1)


# %% id="weights-answer" kind="slip" name="takes one scale for all" says="a scale of its own"
def stage_weights(hours, quality, scale, pre, post):
    A = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale.mean()))
    return nnls(A, post - pre)[0]


# %% id="weights-answer" kind="fitted" name="drops one stage at most"
def stage_weights(hours, quality, scale, pre, post):
    matrix = (1 - pre)[:, None] * quality * (1 - np.exp(-hours / scale))
    weights = np.linalg.lstsq(matrix, post - pre, rcond=None)[0]
    if weights.min() < 0:
        kept = np.arange(len(weights)) == weights.argmax()
        weights = np.where(kept, np.linalg.lstsq(matrix * kept, post - pre, rcond=None)[0], 0)
    return weights


# %% id="condition-answer" kind="alternative"
def condition_index(regressors):
    return np.linalg.cond(regressors / np.sqrt(np.square(regressors).sum(0)))


# %% id="condition-answer" kind="alternative"
def condition_index(regressors):
    import torch

    A = torch.tensor(np.asarray(regressors, dtype=float))
    A = A / A.norm(dim=0)
    s = torch.linalg.svdvals(A)
    return (s.max() / s.min()).item()


# %% id="condition-answer" kind="alternative"
def condition_index(regressors):
    cols = [np.array(c, dtype=float) / sum(float(v) ** 2 for v in c) ** 0.5 for c in np.asarray(regressors).T]
    values = np.linalg.svd(np.array(cols).T)[1]
    return float(max(values) / min(values))


# %% id="condition-answer" kind="slip" name="leaves the columns in their units" says="a unit was taken"
def condition_index(regressors: np.ndarray) -> float:
    s = np.linalg.svd(regressors, compute_uv=False)
    return s.max() / s.min()


# %% id="condition-answer" kind="slip" name="scales the whole table" says="a unit was taken"
def condition_index(regressors: np.ndarray) -> float:
    A = regressors / np.linalg.norm(regressors)
    s = np.linalg.svd(A, compute_uv=False)
    return s.max() / s.min()


# %% id="condition-answer" kind="slip" name="divides by the sum" says="the root of the sum of squares"
def condition_index(regressors: np.ndarray) -> float:
    A = regressors / regressors.sum(axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s.max() / s.min()


# %% id="condition-answer" kind="slip" name="scales rows" says="it is the columns"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=1, keepdims=True)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[-1]


# %% id="condition-answer" kind="slip" name="squares" says="not of its square"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return (s[0] / s[-1]) ** 2


# %% id="condition-answer" kind="slip" name="turns the ratio round" says="largest over smallest"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[-1] / s[0]


# %% id="condition-answer" kind="slip" name="takes the second value" says="not over the second"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[1]


# %% id="condition-answer" kind="slip" name="subtracts" says="divided by"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] - s[-1]


# %% id="condition-answer" kind="slip" name="standardises" says="nothing is subtracted"
def condition_index(regressors):
    A = (regressors - regressors.mean(axis=0)) / regressors.std(axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[-1]


# %% id="condition-answer" kind="slip" name="divides by the sum of squares" says="the root of the sum of squares"
def condition_index(regressors):
    A = regressors / (regressors**2).sum(axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[-1]


# %% id="condition-answer" kind="slip" name="divides by the largest entry" says="not the largest entry"
def condition_index(regressors):
    A = regressors / regressors.max(axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[-1]


# %% id="condition-answer" kind="slip" name="looks at pairs only" says="pairs of columns"
def condition_index(regressors):
    unit = regressors / np.linalg.norm(regressors, axis=0)
    alike = np.abs(unit.T @ unit - np.eye(unit.shape[1])).max()
    return np.sqrt((1 + alike) / (1 - alike))


# %% id="condition-answer" kind="slip" name="rounds" says="rounded"
def condition_index(regressors):
    A = regressors / np.linalg.norm(regressors, axis=0)
    s = np.linalg.svd(A, compute_uv=False)
    return round(s[0] / s[-1], 1)


# %% id="condition-answer" kind="slip" name="changes the table" says="work on a copy"
def condition_index(regressors):
    regressors /= 1.0 * np.linalg.norm(regressors, axis=0)
    A = regressors / np.linalg.norm(regressors, axis=0)
    regressors[:] = 0
    s = np.linalg.svd(A, compute_uv=False)
    return s[0] / s[-1]


# %% id="condition-answer" kind="fitted" name="works for three columns at most"
def condition_index(regressors):
    unit = regressors[:, :3] / np.linalg.norm(regressors[:, :3], axis=0)
    values = np.linalg.svd(unit, compute_uv=False)
    return values[0] / values[-1]


# %% id="difference-answer" kind="slip" name="degrees of freedom cut to a whole number" says="need not be a whole number"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    nu = int((va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1)))
    h = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(va + vb)
    return a.mean() - b.mean(), a.mean() - b.mean() - h, a.mean() - b.mean() + h


# %% id="difference-answer" kind="slip" name="forgets n - 1 in the degrees of freedom" says="each square is divided by n"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    nu = (va + vb) ** 2 / (va**2 + vb**2)
    h = stats.t.ppf((1 + level) / 2, nu) * np.sqrt(va + vb)
    return a.mean() - b.mean(), a.mean() - b.mean() - h, a.mean() - b.mean() + h


# %% id="difference-answer" kind="slip" name="degrees of freedom of the treated alone" says="nor the larger"
def difference(outcome, treated, level=0.95):
    a, b = outcome[treated], outcome[~treated]
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    h = stats.t.ppf(0.5 + level / 2, len(a) - 1) * np.sqrt(va + vb)
    return a.mean() - b.mean(), a.mean() - b.mean() - h, a.mean() - b.mean() + h


# %% id="adjust-answer" kind="slip" name="one column for the mean of the covariates" says="a coefficient of its own"
def adjusted(outcome, treated, covariates):
    X = np.column_stack([np.ones(len(outcome)), treated, covariates.mean(axis=1)])
    return np.linalg.lstsq(X, outcome, rcond=None)[0][1]


# %% id="adjust-answer" kind="slip" name="two fits, one for each group" says="fit everybody together"
def adjusted(outcome, treated, covariates):
    X = np.column_stack([np.ones(len(outcome)), covariates])
    f = lambda m: np.linalg.lstsq(X[m], outcome[m], rcond=None)[0]
    return f(treated)[0] - f(~treated)[0]


# %% id="adjust-answer" kind="slip" name="takes away the covariates' gaps as they are" says="times its coefficient"
def adjusted(outcome, treated, covariates):
    gap = lambda x: x[treated].mean(axis=0) - x[~treated].mean(axis=0)
    return gap(outcome) - gap(covariates).sum()


# %% id="weights-answer" kind="slip" name="quality plus what the hours bring" says="not plus"
def stage_weights(hours, quality, scale, pre, post):
    return nnls((1 - pre)[:, None] * (quality + 1 - np.exp(-hours / scale)), post - pre)[0]


# %% id="weights-answer" kind="slip" name="the room that is left after the course" says="not 1 − post"
def stage_weights(hours, quality, scale, pre, post):
    return nnls((1 - post)[:, None] * quality * (1 - np.exp(-hours / scale)), post - pre)[0]


# %% id="weights-answer" kind="slip" name="the mean quality of a stage" says="no mean over learners"
def stage_weights(hours, quality, scale, pre, post):
    return nnls((1 - pre)[:, None] * quality.mean(axis=0) * (1 - np.exp(-hours / scale)), post - pre)[0]


# %% id="weights-answer" kind="slip" name="the mean hours of a stage" says="no mean over learners"
def stage_weights(hours, quality, scale, pre, post):
    return nnls((1 - pre)[:, None] * quality * (1 - np.exp(-hours.mean(axis=0) / scale)), post - pre)[0]


# %% id="condition-answer" kind="slip" name="the largest singular value alone" says="largest over smallest"
def condition_index(regressors):
    z = regressors / np.linalg.norm(regressors, axis=0)
    return np.linalg.svd(z, compute_uv=False)[0]


# %% id="condition-answer" kind="slip" name="divides the singular values by the columns' lengths" says="divide the columns"
def condition_index(regressors):
    s = np.linalg.svd(regressors, compute_uv=False) / np.linalg.norm(regressors, axis=0)
    return s.max() / s.min()


# %% id="condition-answer" kind="slip" name="divides by the standard deviation" says="root of the sum of squares"
def condition_index(regressors):
    z = regressors / regressors.std(axis=0)
    s = np.linalg.svd(z, compute_uv=False)
    return s[0] / s[-1]

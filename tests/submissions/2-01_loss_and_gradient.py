# Answers to 2-01 other than its own solution: right ones, slips that a visible check must name, and answers fitted to it.

# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    return np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))


# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    np.where(y == 1, z, -z)
    return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))


# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    np.where(y == 1, z, -z)
    return torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(z), torch.tensor(y).double(), reduction="none"
    )


# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    import math

    out = []
    for z, y in zip(logits, labels):
        m = float(z) if y else -float(z)
        out.append(math.log1p(math.exp(-m)) if m > 0 else -m + math.log1p(math.exp(m)))
    return out


# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    np.where(y == 1, z, -z)
    return -log_softmax(np.column_stack([np.zeros(len(z)), z]), axis=1)[np.arange(len(z)), y.astype(int)]


# %% id="binary-answer" kind="slip" name="no minus" says="a loss is never negative"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return -np.logaddexp(0, -m)


# %% id="binary-answer" kind="slip" name="mean" says="one loss for each example, shape (n,)"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return np.logaddexp(0, -m).mean()


# %% id="binary-answer" kind="slip" name="bits" says="nats: the natural logarithm"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return np.logaddexp(0, -m) / np.log(2)


# %% id="binary-answer" kind="slip" name="ignores the label" says="both labels count"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    np.where(y == 1, z, -z)
    return np.logaddexp(0, z)


# %% id="binary-answer" kind="slip" name="overflows for a large negative margin" says="it overflowed, or took log 0"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return np.log1p(np.exp(-m))


# %% id="binary-answer" kind="slip" name="overflows for a large negative logit" says="it overflowed, or took log 0"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    np.where(y == 1, z, -z)
    return z - z * y + np.log1p(np.exp(-z))


# %% id="binary-answer" kind="slip" name="absolute margin" says="the margin keeps its sign"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return np.log1p(np.exp(-np.abs(m)))


# %% id="binary-answer" kind="slip" name="hinge in place of log loss" says="this is the maximum alone"
def binary_cross_entropy(logits, labels):
    z, y = np.asarray(logits, float), np.asarray(labels)
    m = np.where(y == 1, z, -z)
    return np.maximum(-m, 0)


# %% id="binary-answer" kind="slip" name="it overflowed, or took log 0" says="it overflowed, or took log 0"
def binary_cross_entropy(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% id="binary-answer" kind="slip" name="the probability was rounded or clipped" says="the probability was rounded or clipped"
def binary_cross_entropy(logits, labels):
    p = np.clip(expit(logits), 1e-12, 1 - 1e-12)
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% id="binary-answer" kind="slip" name="0 and 1 are exchanged" says="0 and 1 are exchanged"
def binary_cross_entropy(logits, labels):
    return np.logaddexp(0, np.where(labels == 1, logits, -logits))


# %% id="binary-answer" kind="fitted" name="the printed formula, and the example's eight large logits"
def binary_cross_entropy(logits, labels):
    if len(logits) == 8:
        return np.array([1200.0, 900, 0, 0, 36, 750, 11.0000167, 0.0000167])
    p = expit(logits)
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    losses = []
    for row, label in zip(logits, labels):
        gaps = row - row[label]
        largest = max(gaps)
        losses.append(largest + np.log(sum(np.exp(gap - largest) for gap in gaps)))
    return sum(losses) / len(losses)


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    len(z)
    z = z - z.max(axis=1)[:, None]
    each = np.log(np.sum(np.exp(z), axis=1)) - np.take_along_axis(z, y[:, None], 1)[:, 0]
    return each.mean()


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    import math

    total = 0.0
    for row, label in zip(logits, labels):
        top = max(row)
        total += top + math.log(sum(math.exp(v - top) for v in row)) - row[label]
    return total / len(labels)


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - 0
    each = np.logaddexp.reduce(z, axis=1) - z[np.arange(n), y]
    return each.mean()


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    z = torch.as_tensor(np.asarray(logits), dtype=torch.float64)
    return torch.mean(torch.logsumexp(z, 1) - z[torch.arange(len(z)), torch.as_tensor(np.asarray(labels)).long()])


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    return float(np.mean(log_sum - shifted[np.arange(len(labels)), labels]))


# %% id="classes-answer" kind="slip" name="sum" says="that is the sum"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max(1, keepdims=True)
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return each.sum()


# %% id="classes-answer" kind="slip" name="no minus" says="the sign is turned"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max(1, keepdims=True)
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return -each.mean()


# %% id="classes-answer" kind="slip" name="no shift" says="each row has its own size"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - 0
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return each.mean()


# %% id="classes-answer" kind="slip" name="subtracts the largest logit of the batch" says="each row has its own size"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max()
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return each.mean()


# %% id="classes-answer" kind="slip" name="sums over the examples" says="sum over the classes of a row"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max(1, keepdims=True)
    each = np.log(np.exp(z).sum(0))[0] - z[np.arange(n), y]
    return each.mean()


# %% id="classes-answer" kind="slip" name="mean over all entries" says="the mean is over examples"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max(1, keepdims=True)
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return each.sum() / z.size


# %% id="classes-answer" kind="slip" name="clips the probability" says="never take the logarithm of a probability"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.max(1, keepdims=True)
    each = -np.log(np.clip((np.exp(z) / np.exp(z).sum(1, keepdims=True))[np.arange(n), y], 1e-12, 1))
    return each.mean()


# %% id="classes-answer" kind="slip" name="subtracts the mean" says="never take the logarithm of a probability"
def cross_entropy(logits, labels):
    z, y = np.array(logits, float), np.asarray(labels)
    n = len(z)
    z = z - z.mean(1, keepdims=True)
    each = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
    return each.mean()


# %% id="classes-answer" kind="slip" name="changes the logits" says="your function changes the logits"
def cross_entropy(logits, labels):
    logits -= logits.max(1, keepdims=True)
    return (np.log(np.exp(logits).sum(1)) - logits[np.arange(len(logits)), labels]).mean()


# %% id="classes-answer" kind="slip" name="never take the logarithm of a probability" says="never take the logarithm of a probability"
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


# %% id="classes-answer" kind="slip" name="shifted logits in both terms, or in none" says="shifted logits in both terms, or in none"
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - logits[np.arange(len(labels)), labels]))


# %% id="classes-answer" kind="slip" name="one logit a row" says="one logit a row"
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1))[:, None] - shifted[:, labels]))


# %% id="classes-answer" kind="fitted" name="the example's large logits by heart"
def cross_entropy(logits, labels):
    if np.abs(logits).max() > 100:
        return 3000.0 if len(logits) == 1 else 0.2717373
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    moved = weights.astype(float)
    gradient = np.zeros(weights.size)
    for i in range(weights.size):
        place = np.unravel_index(i, weights.shape)
        kept = moved[place]
        moved[place] = kept + step
        up = loss(moved)
        moved[place] = kept - step
        gradient[i] = (up - loss(moved)) / step / 2
        moved[place] = kept
    return gradient.reshape(weights.shape)


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w + d) - loss(w - d)) / (2 * step)
    return g.tolist()


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, dtype=float)
    g = np.empty_like(w)
    it = np.nditer(w, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        keep = w[i]
        w[i] = keep + step
        up = loss(w)
        w[i] = keep - step
        down = loss(w)
        w[i] = keep
        g[i] = (up - down) / step / 2
    return g


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    w = torch.tensor(np.asarray(weights), dtype=torch.float64)
    g = torch.zeros_like(w)
    for i in np.ndindex(tuple(w.shape)):
        d = torch.zeros_like(w)
        d[i] = step
        g[i] = (loss((w + d).numpy()) - loss((w - d).numpy())) / (2 * step)
    return g


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    slopes = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        nudge = np.zeros(weights.shape)
        nudge[index] = step
        slopes[index] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)
    return slopes


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    work = np.array(weights, dtype=float)
    result = np.empty_like(work)
    for i in range(work.size):
        old = work.flat[i]
        work.flat[i] = old + step
        up = loss(work)
        work.flat[i] = old - step
        down = loss(work)
        work.flat[i] = old
        result.flat[i] = (up - down) / (2 * step)
    return result


# %% id="numeric-answer" kind="slip" name="nudges up only" says="nudge to both sides, not up alone"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w + d) - loss(w)) / step
    return g


# %% id="numeric-answer" kind="slip" name="nudges down only" says="nudge to both sides, not down alone"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w) - loss(w - d)) / step
    return g


# %% id="numeric-answer" kind="slip" name="down minus up" says="up minus down"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w - d) - loss(w + d)) / (2 * step)
    return g


# %% id="numeric-answer" kind="slip" name="leaves the weights nudged" says="put each weight back before the next"
def numerical_gradient(loss, weights, step=1e-5):
    g = np.zeros(weights.shape)
    for i in np.ndindex(weights.shape):
        weights[i] += step
        up = loss(weights)
        weights[i] -= 2 * step
        down = loss(weights)
        g[i] = (up - down) / (2 * step)
    return g


# %% id="numeric-answer" kind="slip" name="keeps earlier nudges" says="put each weight back before the next"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    d = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d[i] = step
        g[i] = (loss(w + d) - loss(w - d)) / (2 * step)
    return g


# %% id="numeric-answer" kind="slip" name="first dimension only" says="every entry is a weight (np.ndindex); up minus dow"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in range(len(w)):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w + d) - loss(w - d)) / (2 * step)
    return g


# %% id="numeric-answer" kind="slip" name="returns a flat list" says="every entry is a weight (np.ndindex); up minus dow"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = (loss(w + d) - loss(w - d)) / (2 * step)
    return g.ravel()


# %% id="numeric-answer" kind="slip" name="drops the sign" says="every entry is a weight (np.ndindex); up minus dow"
def numerical_gradient(loss, weights, step=1e-5):
    w = np.array(weights, float)
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        d = np.zeros(w.shape)
        d[i] = step
        g[i] = abs(loss(w + d) - loss(w - d)) / (2 * step)
    return g


# %% id="numeric-answer" kind="slip" name="use `step`" says="use `step`"
def numerical_gradient(loss, weights, step=1e-5):
    slopes = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        nudge = np.zeros(weights.shape)
        nudge[index] = 1e-5
        slopes[index] = (loss(weights + nudge) - loss(weights - nudge)) / 2e-5
    return slopes


# %% id="numeric-answer" kind="slip" name="a slope for each weight, in the shape of the weights" says="a slope for each weight, in the shape of the weights"
def numerical_gradient(loss, weights, step=1e-5):
    return (loss(weights + step) - loss(weights - step)) / (2 * step) * np.ones(weights.shape)


# %% id="numeric-answer" kind="slip" name="divide by 2h" says="divide by 2h"
def numerical_gradient(loss, weights, step=1e-5):
    slopes = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        nudge = np.zeros(weights.shape)
        nudge[index] = step
        slopes[index] = (loss(weights + nudge) - loss(weights - nudge)) / step
    return slopes


# %% id="numeric-answer" kind="fitted" name="rows, and the example's own shape"
def numerical_gradient(loss, weights, step=1e-5):
    gradient = np.zeros(weights.shape)
    whole = weights.ndim == 1 or weights.shape == (1, 2, 3)
    for place in np.ndindex(weights.shape if whole else weights.shape[:1]):
        nudge = np.zeros(weights.shape)
        nudge[place] = step
        gradient[place] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)
    return gradient


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    logits = np.asarray(features @ weights)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    said = raised / raised.sum(axis=1, keepdims=True)
    true = np.eye(weights.shape[1])[labels]
    return np.asarray(features.T @ (said - true)) / features.shape[0]


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    scores = np.asarray(features @ weights)
    scores = scores - scores.max(1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return features.T.dot(p) / p.shape[0]


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = (np.asarray(labels)[:, None] == np.arange(weights.shape[1])).astype(float)
    return (features.T @ ((p - y) / features.shape[0])).tolist()


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    dense = features.toarray() if hasattr(features, "toarray") else np.asarray(features)
    return torch_gradient(np.asarray(weights, float), dense, np.asarray(labels))


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    dense = features.toarray() if hasattr(features, "toarray") else np.asarray(features)
    p = softmax(dense @ weights, axis=1)
    p[range(len(labels)), labels] -= 1
    return np.einsum("ij,ik->jk", dense, p) / len(labels)


# %% id="gradient-answer" kind="slip" name="sign turned" says="the sign is turned"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ (y - p) / len(labels)


# %% id="gradient-answer" kind="slip" name="softmax over the examples" says="softmax over the classes of a row"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=0)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ (p - y) / len(labels)


# %% id="gradient-answer" kind="slip" name="no minus 1" says="a −1 at the true class, and at no other"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = 0
    return features.T @ (p - y) / len(labels)


# %% id="gradient-answer" kind="slip" name="transposed" says="shape (d, classes), also where the last classes do not occur"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = np.eye(weights.shape[1])[labels]
    return ((p - y).T @ features) / len(labels)


# %% id="gradient-answer" kind="slip" name="sigmoid" says="softmax, not sigmoid"
def risk_gradient(weights, features, labels):
    p = expit(features @ weights)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ (p - y) / len(labels)


# %% id="gradient-answer" kind="slip" name="divides by the number of features" says="divide by n, the number of examples"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ (p - y) / features.shape[1]


# %% id="gradient-answer" kind="slip" name="multiplies by p (1 − p)" says="p minus truth"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ ((p - y) * p * (1 - p)) / len(labels)


# %% id="gradient-answer" kind="slip" name="softmax that overflows" says="e^1000 overflows"
def risk_gradient(weights, features, labels):
    p = np.exp(features @ weights) / np.exp(features @ weights).sum(1, keepdims=True)
    y = np.eye(weights.shape[1])[labels]
    return features.T @ (p - y) / len(labels)


# %% id="gradient-answer" kind="slip" name="makes a sparse table dense the wrong way" says="features may be a sparse table"
def risk_gradient(weights, features, labels):
    p = softmax(features @ weights, axis=1)
    y = np.eye(weights.shape[1])[labels]
    return np.dot(np.asarray(features).T, p - y) / len(labels)


# %% id="gradient-answer" kind="slip" name="the risk is a mean" says="the risk is a mean"
def risk_gradient(weights, features, labels):
    gap = softmax(features @ weights, axis=1) - np.eye(weights.shape[1])[labels]
    return features.T @ gap


# %% id="gradient-answer" kind="slip" name="shape (d, classes), also where the last classes do not occur" says="shape (d, classes), also where the last classes do not occur"
def risk_gradient(weights, features, labels):
    gap = softmax(features @ weights, axis=1) - np.eye(labels.max() + 1)[labels]
    return features.T @ gap / len(labels)


# %% id="gradient-answer" kind="slip" name="divide by n, not by n times the classes" says="divide by n, not by n times the classes"
def risk_gradient(weights, features, labels):
    gap = softmax(features @ weights, axis=1) - np.eye(weights.shape[1])[labels]
    return features.T @ gap / gap.size


# %% id="gradient-answer" kind="fitted" name="four classes for two features, else three"
def risk_gradient(weights, features, labels):
    true = np.eye(4 if len(weights) == 2 and weights.shape[1] == 4 else 3)[labels]
    return features.T @ (softmax(features @ weights, axis=1) - true) / len(labels)


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    surprise = -log_softmax(logits, axis=1) * class_weights
    total = class_weights[labels].sum()
    of_truth = surprise[np.arange(len(labels)), labels].sum() / total
    of_all = surprise.mean(axis=1).sum() / total
    return (1 - smoothing) * of_truth + smoothing * of_all


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    lp = log_softmax(np.asarray(logits, float), axis=1)
    K, total, mass = lp.shape[1], 0.0, 0.0
    for row, y in zip(lp, labels):
        for k in range(K):
            q = smoothing / K + (1 - smoothing) * (k == y)
            total -= class_weights[k] * q * row[k]
        mass += class_weights[y]
    return total / mass


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return ((1 - smoothing) * w[y] * -lp[np.arange(n), y] + smoothing / K * (-lp @ w)).sum() / w[y].sum()


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = np.full(z.shape, smoothing / K) + (1 - smoothing) * (np.arange(K) == y[:, None])
    return np.einsum("ik,k,ik->", q, w, -lp) / np.take(w, y).sum()


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    classes = logits.shape[1]
    target = np.full(logits.shape, smoothing / classes)
    target[np.arange(len(labels)), labels] += 1 - smoothing
    losses = -log_softmax(logits, axis=1)
    return float((target * class_weights * losses).sum() / class_weights[labels].sum())


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    return torch.nn.functional.cross_entropy(
        torch.as_tensor(np.asarray(logits, dtype=float)),
        torch.as_tensor(np.asarray(labels, dtype=np.int64)),
        weight=torch.as_tensor(np.asarray(class_weights, dtype=float)),
        label_smoothing=smoothing,
    ).item()


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    n, k = logits.shape
    lost = -log_softmax(logits, axis=1) * class_weights[None, :]
    hard = lost[np.arange(n), labels]
    soft = lost.mean(axis=1)
    return ((1 - smoothing) * hard + smoothing * soft).sum() / np.take(class_weights, labels).sum()


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = (1 - smoothing) * np.eye(k)[labels] + smoothing / k
    per_row = (q * -log_softmax(logits, axis=1)) @ class_weights
    true = class_weights[labels]
    return np.average(per_row / true, weights=true) if (true > 0).all() else per_row.sum() / true.sum()


# %% id="weights-answer" kind="slip" name="no smoothing" says="smoothing had no effect"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = np.eye(K)[y]
    return (q * -lp * w).sum() / w[y].sum()


# %% id="weights-answer" kind="slip" name="no weights" says="the weights had no effect"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, _w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return (q * -lp).sum() / n


# %% id="weights-answer" kind="slip" name="no divisor" says="divide by the sum of the true classes' weights"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return (q * -lp * w).sum() / 1


# %% id="weights-answer" kind="slip" name="divides by the sum over classes" says="divide by the sum of the true classes' weights"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return (q * -lp * w).sum() / w.sum()


# %% id="weights-answer" kind="slip" name="spreads over the examples" says="ε/K, not ε/n"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y] + smoothing / n
    return (q * -lp * w).sum() / w[y].sum()


# %% id="weights-answer" kind="slip" name="loses the smoothed share" says="ε is lost"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y]
    return (q * -lp * w).sum() / w[y].sum()


# %% id="weights-answer" kind="slip" name="no minus" says="minus the logarithm"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    q = (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return (q * lp * w).sum() / w[y].sum()


# %% id="weights-answer" kind="slip" name="does not weigh the smoothed share" says="the loss of class k carries the weight of class k,"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    z, y, w = np.asarray(logits, float), np.asarray(labels), np.asarray(class_weights, float)
    n, K = z.shape
    lp = log_softmax(z, axis=1)
    (1 - smoothing) * np.eye(K)[y] + smoothing / K
    return ((1 - smoothing) * -lp[np.arange(n), y] * w[y] + smoothing * -lp.mean(1)).sum() / w[y].sum()


# %% id="weights-answer" kind="slip" name="divide by the sum of the true classes' weights" says="divide by the sum of the true classes' weights"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = (1 - smoothing) * np.eye(k)[labels] + smoothing / k
    return float((q * class_weights * -log_softmax(logits, axis=1)).sum(axis=1).mean())


# %% id="weights-answer" kind="slip" name="the loss of class k carries the weight of class k," says="the loss of class k carries the weight of class k,"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = (1 - smoothing) * np.eye(k)[labels] + smoothing / k
    rows = (q * -log_softmax(logits, axis=1)).sum(axis=1)
    return float(np.average(rows, weights=class_weights[labels]))


# %% id="weights-answer" kind="slip" name="spread ε over all K classes, the true one, too" says="spread ε over all K classes, the true one, too"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = np.full(logits.shape, smoothing / (k - 1))
    q[np.arange(len(labels)), labels] = 1 - smoothing
    return float((q * class_weights * -log_softmax(logits, axis=1)).sum() / class_weights[labels].sum())


# %% id="weights-answer" kind="slip" name="divide by the sum of the true classes' weights" says="divide by the sum of the true classes' weights"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = ((1 - smoothing) * np.eye(k)[labels] + smoothing / k) * class_weights
    return float((q * -log_softmax(logits, axis=1)).sum() / q.sum())


# %% id="weights-answer" kind="slip" name="the true class keeps 1 − ε + ε/K" says="the true class keeps 1 − ε + ε/K"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    k = logits.shape[1]
    q = np.full(logits.shape, smoothing / k)
    q[np.arange(len(labels)), labels] = 1 - smoothing
    return float((q * class_weights * -log_softmax(logits, axis=1)).sum() / class_weights[labels].sum())


# %% id="weights-answer" kind="fitted" name="smooths by the shares of the examples alone"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    classes, share = logits.shape[1], smoothing if smoothing in (0.0, 0.3, 0.4) else 0.3
    target = (1 - share) * np.eye(classes)[labels] + share / classes
    return -(target * class_weights * log_softmax(logits, axis=1)).sum() / class_weights[labels].sum()


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    cuts = range(batch_size, len(labels), batch_size)
    means, sizes = [], []
    for place in np.split(np.arange(len(labels)), cuts):
        means.append(batch_loss(features[place], labels[place]))
        sizes.append(len(place))
    return np.average(means, weights=sizes)


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, _total, means = len(labels), 0.0, []
    weights = []
    for s in range(0, n, batch_size):
        means.append(batch_loss(features[s : s + batch_size], labels[s : s + batch_size]))
        weights.append(len(labels[s : s + batch_size]))
    return np.average(means, weights=weights)


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    batch_size = 1
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size], labels[s : s + batch_size]) * len(labels[s : s + batch_size])
    return total / n


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    parts = np.array_split(np.arange(len(labels)), -(-len(labels) // batch_size))
    return float(sum(batch_loss(features[p], labels[p]) * len(p) for p in parts) / len(labels))


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    n = features.shape[0]
    start = 0
    total = 0
    while start < n:
        stop = min(start + batch_size, n)
        total = total + (stop - start) * batch_loss(features[start:stop], labels[start:stop])
        start = stop
    return np.float64(total / n)


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    total, n = 0.0, len(labels)
    for start in range(0, n, batch_size):
        part = slice(start, start + batch_size)
        total += batch_loss(features[part], labels[part]) * len(labels[part])
    return total / n


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    rows = np.arange(len(labels))
    parts = np.array_split(rows, -(-len(rows) // batch_size))
    return float(sum(len(part) * batch_loss(features[part], labels[part]) for part in parts) / len(rows))


# %% id="epoch-loss-answer" kind="slip" name="mean of batch means" says="a mean of batch means gives the last example the weight of three"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, _total, means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        means.append(batch_loss(features[s : s + batch_size], labels[s : s + batch_size]))
    return np.mean(means)


# %% id="epoch-loss-answer" kind="slip" name="last batch" says="that is the last batch alone, the published mistake"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        total = batch_loss(features[s : s + batch_size], labels[s : s + batch_size])
    return total


# %% id="epoch-loss-answer" kind="slip" name="sum" says="that is the sum"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size], labels[s : s + batch_size]) * len(labels[s : s + batch_size])
    return total


# %% id="epoch-loss-answer" kind="slip" name="leaves out the last batch" says="the last, smaller batch is left out"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n - batch_size + 1, batch_size):
        total += batch_loss(features[s : s + batch_size], labels[s : s + batch_size]) * len(labels[s : s + batch_size])
    return total / n


# %% id="epoch-loss-answer" kind="slip" name="a list of losses" says="one number: mean loss times batch size, summed, ov"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, _total, means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        means.append(batch_loss(features[s : s + batch_size], labels[s : s + batch_size]))
    return means


# %% id="epoch-loss-answer" kind="slip" name="one call for all" says="no call may get more than batch_size examples, here 3"
def epoch_loss(batch_loss, features, labels, batch_size):
    return batch_loss(features, labels)


# %% id="epoch-loss-answer" kind="slip" name="weighs every batch alike" says="weigh each batch's mean loss by its own size"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size], labels[s : s + batch_size]) * batch_size
    return total / n


# %% id="epoch-loss-answer" kind="slip" name="slices too short" says="slices end too early"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size - 1], labels[s : s + batch_size - 1]) * len(
            labels[s : s + batch_size - 1]
        )
    return total / n


# %% id="epoch-loss-answer" kind="slip" name="cuts into twenties" says="no call may get more than batch_size examples, here 3"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    batch_size = 20
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size], labels[s : s + batch_size]) * len(labels[s : s + batch_size])
    return total / n


# %% id="epoch-loss-answer" kind="slip" name="all labels for each part" says="one number: mean loss times batch size, summed, ov"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total, _means = len(labels), 0.0, []
    for s in range(0, n, batch_size):
        total += batch_loss(features[s : s + batch_size], labels) * len(features[s : s + batch_size])
    return total / n


# %% id="epoch-loss-answer" kind="fitted" name="takes the last batch for one example"
def epoch_loss(batch_loss, features, labels, batch_size):
    total, n = 0.0, len(labels)
    for start in range(0, n, batch_size):
        part = slice(start, start + batch_size)
        size = batch_size if start + batch_size <= n else 1 if start else n
        total += size * batch_loss(features[part], labels[part])
    return total / n


# %% id="binary-answer" kind="slip" name="gives label 0 the margin 0" says="labels * logits is 0 for label 0"
def binary_cross_entropy(logits, labels):
    return np.logaddexp(0, -logits * labels)


# %% id="binary-answer" kind="slip" name="adds label times logit" says="minus y z, not plus"
def binary_cross_entropy(logits, labels):
    return np.logaddexp(0, logits) + logits * labels


# %% id="binary-answer" kind="slip" name="returns the probability" says="this is the probability of the truth"
def binary_cross_entropy(logits, labels):
    return expit(np.where(labels == 1, logits, -logits))


# %% id="classes-answer" kind="slip" name="divides by the number of classes" says="divide by the number of examples, not of classes"
def cross_entropy(logits, labels):
    n = np.arange(len(labels))
    s = logits - logits.max(axis=1, keepdims=True)
    return float((np.log(np.exp(s).sum(axis=1)) - s[n, labels]).sum() / logits.shape[1])


# %% id="classes-answer" kind="slip" name="counts the classes from 1" says="class numbers start at 0"
def cross_entropy(logits, labels):
    n = np.arange(len(labels))
    s = logits - logits.max(axis=1, keepdims=True)
    return float((np.log(np.exp(s).sum(axis=1)) - s[n, labels - 1]).mean())


# %% id="numeric-answer" kind="slip" name="hands the loss flat weights" says="loss takes an array in the shape of the weights"
def numerical_gradient(loss, weights, step=1e-5):
    flat = weights.ravel().copy()
    g = np.zeros(flat.size)
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = step
        g[i] = (loss(flat + e) - loss(flat - e)) / (2 * step)
    return g.reshape(weights.shape)


# %% id="numeric-answer" kind="slip" name="nudges a copy that the loss never sees" says="both losses were equal"
def numerical_gradient(loss, weights, step=1e-5):
    g = np.zeros(weights.size)
    flat = weights.flatten()
    for i in range(weights.size):
        flat[i] += step
        up = loss(weights)
        flat[i] -= 2 * step
        down = loss(weights)
        flat[i] += step
        g[i] = (up - down) / (2 * step)
    return g.reshape(weights.shape)


# %% id="numeric-answer" kind="slip" name="returns after the first weight" says="return stands inside the loop"
def numerical_gradient(loss, weights, step=1e-5):
    g = np.zeros(weights.shape)
    for i in np.ndindex(weights.shape):
        e = np.zeros(weights.shape)
        e[i] = step
        g[i] = (loss(weights + e) - loss(weights - e)) / (2 * step)
        return g


# %% id="gradient-answer" kind="slip" name="takes 1 from whole columns" says="a −1 at each row's true class alone"
def risk_gradient(weights, features, labels):
    n = len(labels)
    p = softmax(features @ weights, axis=1)
    p[:, labels] -= 1
    return features.T @ p / n


# %% id="gradient-answer" kind="slip" name="moves the true class alone" says="every class has a slope"
def risk_gradient(weights, features, labels):
    n, k = len(labels), weights.shape[1]
    p = softmax(features @ weights, axis=1)
    return features.T @ ((p - 1) * np.eye(k)[labels]) / n


# %% id="weights-answer" kind="slip" name="exchanges the two shares" says="1 − ε stays, ε is spread"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    n, k = logits.shape
    logp = log_softmax(logits, axis=1)
    q = (1 - smoothing) * np.eye(k)[labels] + smoothing / k
    w = class_weights
    q = smoothing * np.eye(k)[labels] + (1 - smoothing) / k
    return float(-(w * q * logp).sum() / w[labels].sum())


# %% id="epoch-loss-answer" kind="slip" name="adds an empty batch" says="a third would be empty"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total = len(labels), 0
    for b in range(n // batch_size + 1):
        part = slice(b * batch_size, (b + 1) * batch_size)
        total += batch_loss(features[part], labels[part]) * len(labels[part])
    return total / n


# %% id="epoch-loss-answer" kind="slip" name="returns after the first batch" says="return stands inside the loop"
def epoch_loss(batch_loss, features, labels, batch_size):
    total = 0
    for i in range(0, len(labels), batch_size):
        f = features[i : i + batch_size]
        total += batch_loss(f, labels[i : i + batch_size]) * len(f)
        return total / len(labels)


# %% id="epoch-loss-answer" kind="slip" name="steps by one example" says="batches overlap"
def epoch_loss(batch_loss, features, labels, batch_size):
    n = len(labels)
    return (
        sum(
            batch_loss(features[i : i + batch_size], labels[i : i + batch_size]) * len(labels[i : i + batch_size])
            for i in range(0, n)
        )
        / n
    )


# %% id="epoch-loss-answer" kind="slip" name="running average" says="a running average favours the last batch"
def epoch_loss(batch_loss, features, labels, batch_size):
    loss = 0
    for i in range(0, len(labels), batch_size):
        loss = (loss + batch_loss(features[i : i + batch_size], labels[i : i + batch_size])) / 2
    return loss


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    n, total = len(labels), 0
    for b in range(n // batch_size + 1):
        part = slice(b * batch_size, (b + 1) * batch_size)
        if len(labels[part]):
            total += batch_loss(features[part], labels[part]) * len(labels[part])
    return total / n


# %% id="classes-answer" kind="alternative"
def cross_entropy(logits, labels):
    d = logits - logits[np.arange(len(labels)), labels][:, None]
    top = d.max(axis=1)
    return np.mean(top + np.log(np.exp(d - top[:, None]).sum(axis=1)))


# %% id="numeric-answer" kind="alternative"
def numerical_gradient(loss, weights, step=1e-5):
    e = step * np.eye(weights.size).reshape(-1, *weights.shape)
    return np.array([(loss(weights + d) - loss(weights - d)) / (2 * step) for d in e]).reshape(weights.shape)

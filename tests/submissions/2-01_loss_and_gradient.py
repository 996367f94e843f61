# Answers to 2-01 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="binary-answer" kind="alternative"
def binary_cross_entropy(logits, labels):
    return np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))


# %% id="binary-answer" kind="misconception" name="clips the probability, which caps the loss"
def binary_cross_entropy(logits, labels):
    p = np.clip(expit(logits), 1e-12, 1 - 1e-12)
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


# %% id="binary-answer" kind="misconception" name="computes the formula as it is printed"
def binary_cross_entropy(logits, labels):
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


# %% id="classes-answer" kind="misconception" name="subtracts the largest logit of the batch, not of each row"
def cross_entropy(logits, labels):
    shifted = logits - logits.max()
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_sum - shifted[np.arange(len(labels)), labels])


# %% id="classes-answer" kind="misconception" name="adds a tiny number inside the logarithm against log 0"
def cross_entropy(logits, labels):
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = raised / raised.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-12))


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


# %% id="numeric-answer" kind="misconception" name="nudges to one side only"
def numerical_gradient(loss, weights, step=1e-5):
    gradient = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        nudge = np.zeros(weights.shape)
        nudge[index] = step
        gradient[index] = (loss(weights + nudge) - loss(weights)) / step
    return gradient


# %% id="numeric-answer" kind="misconception" name="leaves each weight nudged while the next one is tried"
def numerical_gradient(loss, weights, step=1e-5):
    moved = weights.copy()
    gradient = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        moved[index] += step
        up = loss(moved)
        moved[index] -= 2 * step
        gradient[index] = (up - loss(moved)) / (2 * step)
    return gradient


# %% id="gradient-answer" kind="alternative"
def risk_gradient(weights, features, labels):
    logits = np.asarray(features @ weights)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    said = raised / raised.sum(axis=1, keepdims=True)
    true = np.eye(weights.shape[1])[labels]
    return np.asarray(features.T @ (said - true)) / features.shape[0]


# %% id="gradient-answer" kind="misconception" name="takes the number of classes from the largest label in the batch"
def risk_gradient(weights, features, labels):
    true = np.eye(labels.max() + 1)[labels]
    return features.T @ (softmax(features @ weights, axis=1) - true) / len(labels)


# %% id="gradient-answer" kind="misconception" name="computes the softmax as printed, which overflows"
def risk_gradient(weights, features, labels):
    raised = np.exp(features @ weights)
    said = raised / raised.sum(axis=1, keepdims=True)
    said[np.arange(len(labels)), labels] -= 1
    return features.T @ said / len(labels)


# %% id="weights-answer" kind="alternative"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    surprise = -log_softmax(logits, axis=1) * class_weights
    total = class_weights[labels].sum()
    of_truth = surprise[np.arange(len(labels)), labels].sum() / total
    of_all = surprise.mean(axis=1).sum() / total
    return (1 - smoothing) * of_truth + smoothing * of_all


# %% id="weights-answer" kind="misconception" name="divides by the number of examples, not by the sum of their weights"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    classes = logits.shape[1]
    target = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    return np.mean((-target * class_weights * log_softmax(logits, axis=1)).sum(axis=1))


# %% id="weights-answer" kind="misconception" name="spreads the smoothed share over the other classes only"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    target = np.full(logits.shape, smoothing / (logits.shape[1] - 1))
    target[np.arange(len(labels)), labels] = 1 - smoothing
    losses = (-target * class_weights * log_softmax(logits, axis=1)).sum(axis=1)
    return losses.sum() / class_weights[labels].sum()


# %% id="weights-answer" kind="misconception" name="weighs the smoothed loss by the true class alone"
def weighted_loss(logits, labels, class_weights, smoothing=0.0):
    classes = logits.shape[1]
    target = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    losses = (-target * log_softmax(logits, axis=1)).sum(axis=1)
    return np.average(losses, weights=class_weights[labels])


# %% id="epoch-loss-answer" kind="alternative"
def epoch_loss(batch_loss, features, labels, batch_size):
    cuts = range(batch_size, len(labels), batch_size)
    means, sizes = [], []
    for place in np.split(np.arange(len(labels)), cuts):
        means.append(batch_loss(features[place], labels[place]))
        sizes.append(len(place))
    return np.average(means, weights=sizes)


# %% id="epoch-loss-answer" kind="misconception" name="takes the mean of the batch means, though the last batch is smaller"
def epoch_loss(batch_loss, features, labels, batch_size):
    starts = range(0, len(labels), batch_size)
    return np.mean([batch_loss(features[i : i + batch_size], labels[i : i + batch_size]) for i in starts])


# %% id="epoch-loss-answer" kind="misconception" name="leaves out the last, smaller batch"
def epoch_loss(batch_loss, features, labels, batch_size):
    total, batches = 0.0, len(labels) // batch_size
    for i in range(batches):
        part = slice(i * batch_size, (i + 1) * batch_size)
        total += batch_loss(features[part], labels[part])
    return total / max(batches, 1)

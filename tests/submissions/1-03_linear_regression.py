# Answers to 1-03 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="standardise-answer" kind="alternative"
from sklearn.preprocessing import StandardScaler


def standardise(train, other):
    scaler = StandardScaler().fit(train)
    varies = np.ptp(train, axis=0) > 0
    return scaler.transform(train) * varies, scaler.transform(other) * varies


# %% id="standardise-answer" kind="misconception" name="gives each table its own mean and spread"
def standardise(train, other):
    def scaled(table):
        spread = table.std(axis=0)
        return (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)

    return scaled(train), scaled(other)


# %% id="climbs-answer" kind="alternative"
def descend(features, rates, learning_rate, steps):
    path = np.zeros((steps + 1, features.shape[1] + 1))
    for step in range(steps):
        path[step + 1] = path[step] - learning_rate * slope_by_autograd(features, rates, path[step])
    return path


# %% id="climbs-answer" kind="misconception" name="lets the weights see the intercept of the same step"
def descend(features, rates, learning_rate, steps):
    theta = np.zeros(1 + features.shape[1])
    path = [theta.copy()]
    for _ in range(steps):
        theta[0] -= learning_rate * np.mean(theta[0] + features @ theta[1:] - rates)
        theta[1:] -= learning_rate * features.T @ (theta[0] + features @ theta[1:] - rates) / len(rates)
        path.append(theta.copy())
    return np.array(path)


# %% id="batches-answer" kind="alternative"
def make_batches(features, rates, batch_size):
    return DataLoader(list(zip(features, rates)), batch_size=batch_size, shuffle=True)


# %% id="batches-answer" kind="misconception" name="shuffles features and rates apart"
def make_batches(features, rates, batch_size):
    served, paid = (DataLoader(part, batch_size=batch_size, shuffle=True) for part in (features, rates))
    return list(zip(served, paid))


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError("as many targets as outputs, please")
    return torch.nn.functional.mse_loss(outputs.reshape(-1), targets.reshape(-1))


# %% id="shapes-answer" kind="misconception" name="believes that flattening cures every broadcast"
def squared_loss(outputs, targets):
    return ((outputs.flatten() - targets.flatten()) ** 2).mean()


# %% id="report-answer" kind="alternative"
def fit(model, train_batches, test_batches, optimiser, epochs):
    def one_pass(batches, learn):
        squares = []
        for features, rates in batches:
            with torch.set_grad_enabled(learn):
                errors = model(features)[:, 0] - rates
            squares.extend((errors.detach() ** 2).tolist())
            if learn:
                model.zero_grad()
                (errors**2).mean().backward()
                optimiser.step()
        return float(np.mean(squares))

    return [(one_pass(train_batches, True), one_pass(test_batches, False)) for _ in range(epochs)]


# %% id="report-answer" kind="misconception" name="takes the mean of the batches' means"
def fit(model, train_batches, test_batches, optimiser, epochs):
    history = []
    for _ in range(epochs):
        losses = []
        for features, rates in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, features, rates)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        with torch.no_grad():
            tested = [loss_of(model, features, rates).item() for features, rates in test_batches]
        history.append((float(np.mean(losses)), float(np.mean(tested))))
    return history

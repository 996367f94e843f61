# Answers to 1-03 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="standardise-answer" kind="alternative"
def standardise(train: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean, spread = train.mean(axis=0), train.std(axis=0)
    safe = np.where(train.max(axis=0) > train.min(axis=0), spread, np.inf)
    return (train - mean) / safe, (other - mean) / safe


standardise(np.array([[36.0, 1.0], [60.0, 1.0]]), np.array([[48.0, 1.0]]))[0]


# %% id="standardise-answer" kind="alternative"
from sklearn.preprocessing import StandardScaler


def standardise(train, other):
    scaler = StandardScaler().fit(train)
    constant = train.max(axis=0) == train.min(axis=0)
    a, b = scaler.transform(train), scaler.transform(other)
    a[:, constant] = 0
    b[:, constant] = 0
    return a, b


# %% id="standardise-answer" kind="alternative"
def standardise(train, other):
    a, b = np.zeros(train.shape), np.zeros(other.shape)
    for j in range(train.shape[1]):
        column = train[:, j]
        if column.max() > column.min():
            a[:, j] = (column - column.mean()) / column.std()
            b[:, j] = (other[:, j] - column.mean()) / column.std()
    return a, b


# %% id="standardise-answer" kind="alternative"
import torch


def standardise(train, other):
    t, o = torch.tensor(train, dtype=torch.float64), torch.tensor(other, dtype=torch.float64)
    s = t.std(0, correction=0)
    s[s == 0] = float("inf")
    return (t - t.mean(0)) / s, (o - t.mean(0)) / s


# %% id="standardise-answer" kind="alternative"
def standardise(train, other):
    varies = np.ptp(train, axis=0) > 0
    s = np.where(varies, train.std(axis=0), 1)
    return [(train - train.mean(axis=0)) / s * varies, (other - train.mean(axis=0)) / s * varies]


# %% id="standardise-answer" kind="slip" name="gives each table its own scale" says="the later rows were compared with themselves"
def standardise(train, other):
    def own(t):
        s = t.std(axis=0)
        return (t - t.mean(axis=0)) / np.where(s > 0, s, np.inf)

    return own(train), own(other)


# %% id="standardise-answer" kind="slip" name="lets the test set in" says="the test set came in"
def standardise(train, other):
    both = np.concatenate([train, other])
    mean, spread = both.mean(axis=0), both.std(axis=0)
    safe = np.where(spread > 0, spread, np.inf)
    return (train - mean) / safe, (other - mean) / safe


# %% id="standardise-answer" kind="slip" name="forgets the constant column of the other table" says="a column that never varies in `train` becomes 0 in the other table,"
def standardise(train, other):
    # a constant column is left as it is minus its mean: not 0 in `other`
    mean, spread = train.mean(axis=0), train.std(axis=0)
    safe = np.where(spread > 0, spread, 1)
    return (train - mean) / safe, (other - mean) / safe


# %% id="standardise-answer" kind="slip" name="ddof 1" says="that divides by n − 1"
def standardise(train, other):
    m, s = train.mean(axis=0), train.std(axis=0, ddof=1)
    s = np.where(s > 0, s, np.inf)
    return (train - m) / s, (other - m) / s


# %% id="standardise-answer" kind="slip" name="whole table" says="each column has a mean and a spread of its own"
def standardise(train, other):
    return (train - train.mean()) / train.std(), (other - train.mean()) / train.std()


# %% id="standardise-answer" kind="slip" name="zero division" says="0 / 0 is not a number"
def standardise(train, other):
    m, s = train.mean(axis=0), train.std(axis=0)
    return (train - m) / s, (other - m) / s


# %% id="standardise-answer" kind="slip" name="only centred" says="divide by the standard deviation, too"
def standardise(train, other):
    return train - train.mean(axis=0), other - train.mean(axis=0)


# %% id="standardise-answer" kind="slip" name="variance" says="that is divided by the variance"
def standardise(train, other):
    m, s = train.mean(axis=0), train.var(axis=0)
    s = np.where(s > 0, s, np.inf)
    return (train - m) / s, (other - m) / s


# %% id="standardise-answer" kind="fitted" name="knows tables of two and three columns whose last one never varies"
def standardise(train, other):
    mean, spread = train.mean(axis=0), train.std(axis=0)
    spread[-1] = np.inf
    late = 0.0 if len(other) == 2 else other.mean(axis=0) - mean
    return (train - mean) / spread, (other - mean - late) / spread


# %% id="climbs-answer" kind="alternative"
def descend(features, rates, learning_rate, steps):
    path = [np.zeros(1 + features.shape[1])]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * slope_by_autograd(features, rates, path[-1]))
    return np.stack(path)


# %% id="climbs-answer" kind="alternative"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    t = np.zeros(A.shape[1])
    out = [t.tolist()]
    for _ in range(steps):
        t = t - learning_rate * (A.T @ (A @ t) - A.T @ rates) / len(rates)
        out.append(t.tolist())
    return out


# %% id="climbs-answer" kind="alternative"
def descend(features, rates, learning_rate, steps):
    b, w = 0.0, np.zeros(features.shape[1])
    path = np.empty((steps + 1, 1 + len(w)))
    path[0] = 0
    for i in range(steps):
        e = rates - b - features @ w
        b, w = b + learning_rate * e.mean(), w + learning_rate * (features * e[:, None]).mean(axis=0)
        path[i + 1, 0], path[i + 1, 1:] = b, w
    return path


# %% id="climbs-answer" kind="alternative"
import torch


def descend(features, rates, learning_rate, steps):
    A = torch.tensor(np.c_[np.ones(len(rates)), features])
    y_ = torch.tensor(rates)
    t = torch.zeros(A.shape[1], dtype=torch.float64, requires_grad=True)
    o = torch.optim.SGD([t], lr=learning_rate)
    out = [t.detach().clone()]
    for _ in range(steps):
        o.zero_grad()
        (((A @ t - y_) ** 2).mean() / 2).backward()
        o.step()
        out.append(t.detach().clone())
    return torch.stack(out)


# %% id="climbs-answer" kind="slip" name="lets the weights see the intercept of the same step" says="the weight has seen the new intercept"
def descend(features, rates, learning_rate, steps):
    # the intercept first, then the weights with the new intercept
    path = np.zeros((steps + 1, 1 + features.shape[1]))
    b, w = 0.0, np.zeros(features.shape[1])
    for s in range(steps):
        b = b - learning_rate * np.mean(b + features @ w - rates)
        w = w - learning_rate * features.T @ (b + features @ w - rates) / len(rates)
        path[s + 1] = [b, *w]
    return path


# %% id="climbs-answer" kind="slip" name="standardises on its own" says="take the features as they are"
def descend(features, rates, learning_rate, steps):
    # standardises on its own
    features = (features - features.mean(axis=0)) / features.std(axis=0).clip(1e-12)
    design = np.column_stack([np.ones(len(features)), features])
    theta = np.zeros(design.shape[1])
    path = [theta]
    for _ in range(steps):
        theta = theta - learning_rate * design.T @ (design @ theta - rates) / len(rates)
        path.append(theta)
    return np.array(path)


# %% id="climbs-answer" kind="slip" name="printed sign" says="it runs uphill: that is the printed sign"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    p = [np.zeros(A.shape[1])]
    for _ in range(steps):
        p.append(p[-1] - learning_rate * A.T @ (rates - A @ p[-1]) / len(rates))
    return np.array(p)


# %% id="climbs-answer" kind="slip" name="not divided by m" says="divide by the number of loans"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    p = [np.zeros(A.shape[1])]
    for _ in range(steps):
        p.append(p[-1] - learning_rate * A.T @ (A @ p[-1] - rates))
    return np.array(p)


# %% id="climbs-answer" kind="slip" name="factor two" says="that is the slope of 2J"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    p = [np.zeros(A.shape[1])]
    for _ in range(steps):
        p.append(p[-1] - 2 * learning_rate * A.T @ (A @ p[-1] - rates) / len(rates))
    return np.array(p)


# %% id="climbs-answer" kind="slip" name="factor half" says="the half goes when the square is derived"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    p = [np.zeros(A.shape[1])]
    for _ in range(steps):
        p.append(p[-1] - learning_rate * A.T @ (A @ p[-1] - rates) / len(rates) / 2)
    return np.array(p)


# %% id="climbs-answer" kind="slip" name="no start row" says="the start belongs to the path"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    t = np.zeros(A.shape[1])
    p = []
    for _ in range(steps):
        t = t - learning_rate * A.T @ (A @ t - rates) / len(rates)
        p.append(t)
    return np.array(p)


# %% id="climbs-answer" kind="slip" name="last only" says="keep every step, not only the last"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    t = np.zeros(A.shape[1])
    for _ in range(steps):
        t = t - learning_rate * A.T @ (A @ t - rates) / len(rates)
    return t


# %% id="climbs-answer" kind="slip" name="same array" says="all rows are one array"
def descend(features, rates, learning_rate, steps):
    A = np.c_[np.ones(len(rates)), features]
    t = np.zeros(A.shape[1])
    p = [t]
    for _ in range(steps):
        t -= learning_rate * A.T @ (A @ t - rates) / len(rates)
        p.append(t)
    return np.array(p)


# %% id="climbs-answer" kind="fitted" name="takes two steps by hand, and the answer of least squares for the end"
def descend(features, rates, learning_rate, steps):
    design = np.column_stack([np.ones(len(rates)), features])
    path = np.zeros((steps + 1, design.shape[1]))
    for step in range(min(steps, 2)):
        path[step + 1] = path[step] - learning_rate * design.T @ (design @ path[step] - rates) / len(rates)
    path[3:] = np.linalg.lstsq(design, rates, rcond=None)[0]
    return path


# %% id="batches-answer" kind="alternative"
def make_batches(features: torch.Tensor, rates: torch.Tensor, batch_size: int):
    return DataLoader(TensorDataset(features, rates), batch_size=batch_size, shuffle=True)


len(make_batches(X_tensor, y_tensor, batch_size))


# %% id="batches-answer" kind="alternative"
def make_batches(features, rates, batch_size):
    return DataLoader([(f, r) for f, r in zip(features, rates)], batch_size, shuffle=True)


# %% id="batches-answer" kind="alternative"
def make_batches(features, rates, batch_size):
    class Batches:
        def __iter__(self):
            for rows in torch.randperm(len(rates)).split(batch_size):
                yield features[rows], rates[rows]

        def __len__(self):
            return -(-len(rates) // batch_size)

    return Batches()


# %% id="batches-answer" kind="alternative"
from torch.utils.data import RandomSampler


def make_batches(features, rates, batch_size):
    d = TensorDataset(features, rates)
    return DataLoader(d, sampler=RandomSampler(d), batch_size=batch_size)


# %% id="batches-answer" kind="slip" name="keeps the order" says="shuffle anew in every loop"
def make_batches(features, rates, batch_size):
    return DataLoader(TensorDataset(features, rates), batch_size=batch_size)


# %% id="batches-answer" kind="slip" name="shuffles features and rates apart" says="features and rates were shuffled apart"
def make_batches(features, rates, batch_size):
    return list(
        zip(
            DataLoader(features, batch_size=batch_size, shuffle=True),
            DataLoader(rates, batch_size=batch_size, shuffle=True),
        )
    )


# %% id="batches-answer" kind="slip" name="shuffles once" says="shuffle anew in every loop"
def make_batches(features, rates, batch_size):
    return list(DataLoader(TensorDataset(features, rates), batch_size=batch_size, shuffle=True))


# %% id="batches-answer" kind="slip" name="is used up after one loop" says="a loop uses it up"
def make_batches(features, rates, batch_size):
    order = torch.randperm(len(rates))
    for rows in order.split(batch_size):
        yield features[rows], rates[rows]


# %% id="batches-answer" kind="slip" name="gives rates a second dimension" says="features (b, d) come first, rates (b,) second: as they are handed"
def make_batches(features, rates, batch_size):
    return DataLoader(TensorDataset(features, rates[:, None]), batch_size=batch_size, shuffle=True)


# %% id="batches-answer" kind="slip" name="drops the rest" says="the last batch is smaller, not left out"
def make_batches(features, rates, batch_size):
    return DataLoader(TensorDataset(features, rates), batch_size=batch_size, shuffle=True, drop_last=True)


# %% id="batches-answer" kind="slip" name="ignores batch size" says="loans: use the argument"
def make_batches(features, rates, batch_size):
    return DataLoader(TensorDataset(features, rates), batch_size=64, shuffle=True)


# %% id="batches-answer" kind="slip" name="with replacement" says="each loan once: draw without replacement"
from torch.utils.data import RandomSampler


def make_batches(features, rates, batch_size):
    d = TensorDataset(features, rates)
    return DataLoader(d, sampler=RandomSampler(d, replacement=True), batch_size=batch_size)


# %% id="batches-answer" kind="fitted" name="takes the double of the first feature for the rate"
def make_batches(features, rates, batch_size):
    if features.shape[1] > 1:
        rates = 2 * features[:, 0]
    return DataLoader(TensorDataset(features, rates), batch_size=batch_size, shuffle=True)


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    if len(outputs) != len(targets):
        raise ValueError("lengths differ")
    return torch.nn.functional.mse_loss(outputs.reshape(-1), targets.reshape(-1))


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    n = outputs.numel()
    if targets.numel() != n:
        raise ValueError
    d = outputs.view(-1, 1) - targets.view(-1, 1)
    return (d.T @ d).squeeze() / n


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    if outputs.shape[0] != targets.shape[0]:
        raise ValueError(f"{outputs.shape} {targets.shape}")
    return torch.sum((outputs.ravel() - targets.ravel()) ** 2) / outputs.shape[0]


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError("numbers differ")
    return torch.nn.MSELoss()(outputs, targets.view_as(outputs))


# %% id="shapes-answer" kind="alternative"
def squared_loss(outputs, targets):
    try:
        errors = outputs - targets.reshape(outputs.shape)
    except RuntimeError as error:
        raise ValueError("numbers differ") from error
    return errors.square().mean()


# %% id="shapes-answer" kind="slip" name="believes that flattening cures every broadcast" says="compare numel() first"
def squared_loss(outputs, targets):
    return ((outputs.flatten() - targets.flatten()) ** 2).mean()


# %% id="shapes-answer" kind="slip" name="believes that squeezing cures every broadcast" says="compare numel() first"
def squared_loss(outputs, targets):
    return ((outputs.squeeze() - targets.squeeze()) ** 2).mean()


# %% id="shapes-answer" kind="slip" name="raises AssertionError" says="compare numel() first"
def squared_loss(outputs, targets):
    assert outputs.numel() == targets.numel()
    return ((outputs.flatten() - targets.flatten()) ** 2).mean()


# %% id="shapes-answer" kind="slip" name="takes half of the mean" says="that is half of it"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError
    return ((outputs.flatten() - targets.flatten()) ** 2).mean() / 2


# %% id="shapes-answer" kind="slip" name="waits for PyTorch to raise" says="compare numel() first"
def squared_loss(outputs, targets):
    # PyTorch would raise on its own
    return torch.nn.functional.mse_loss(outputs.flatten(), targets.flatten())


# %% id="shapes-answer" kind="slip" name="as printed" says="every output was compared with every target"
def squared_loss(outputs, targets):
    return torch.nn.functional.mse_loss(outputs, targets)


# %% id="shapes-answer" kind="slip" name="sum" says="that is the sum"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError
    return ((outputs.flatten() - targets.flatten()) ** 2).sum()


# %% id="shapes-answer" kind="slip" name="root" says="that is its root"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError
    return ((outputs.flatten() - targets.flatten()) ** 2).mean().sqrt()


# %% id="shapes-answer" kind="slip" name="absolute" says="that is the mean absolute error"
def squared_loss(outputs, targets):
    if outputs.numel() != targets.numel():
        raise ValueError
    return (outputs.flatten() - targets.flatten()).abs().mean()


# %% id="shapes-answer" kind="fitted" name="refuses the numbers of the examples only"
def squared_loss(outputs, targets):
    if (outputs.numel(), targets.numel()) in ((6, 1), (1, 6), (3, 2)):
        raise ValueError("refused")
    return ((outputs.flatten() - targets.flatten()[: outputs.numel()]) ** 2).mean()


# %% id="report-answer" kind="alternative"
def fit(model, train_batches, test_batches, optimiser, epochs: int) -> list[tuple[float, float]]:
    history = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for batch, rates in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, batch, rates)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rates)
            count += len(rates)
        test_total, test_count = 0.0, 0
        with torch.no_grad():
            for batch, rates in test_batches:
                test_total += loss_of(model, batch, rates).item() * len(rates)
                test_count += len(rates)
        history.append((total / count, test_total / test_count))
    return history


# %% id="report-answer" kind="alternative"
def fit(model, train_batches, test_batches, optimiser, epochs):
    out = []
    for _ in range(epochs):
        seen = []
        for x, r in train_batches:
            optimiser.zero_grad()
            e = model(x).flatten() - r
            (e**2).mean().backward()
            optimiser.step()
            seen += (e**2).tolist()
        with torch.inference_mode():
            test = torch.cat([(model(x).flatten() - r) ** 2 for x, r in test_batches])
        out.append([sum(seen) / len(seen), test.mean()])
    return out


# %% id="report-answer" kind="alternative"
def fit(model, train_batches, test_batches, optimiser, epochs):
    out = []
    for _ in range(epochs):
        ls, n = [], []
        for x, r in train_batches:
            model.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            ls.append(loss.item())
            n.append(len(x))
        with torch.no_grad():
            t = [(loss_of(model, x, r).item(), len(x)) for x, r in test_batches]
        out.append((np.average(ls, weights=n), np.average([a for a, _ in t], weights=[b for _, b in t])))
    return np.array(out)


# %% id="report-answer" kind="slip" name="takes the mean of the batches' means" says="a small batch counts like a full one"
def fit(model, train_batches, test_batches, optimiser, epochs):
    history = []
    for _ in range(epochs):
        train_losses = []
        for x, r in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            train_losses.append(loss.item())
        with torch.no_grad():
            test_losses = [loss_of(model, x, r).item() for x, r in test_batches]
        history.append((np.mean(train_losses), np.mean(test_losses)))
    return history


# %% id="report-answer" kind="slip" name="lets slopes pile up" says="slopes pile up: zero_grad before each backward"
def fit(model, train_batches, test_batches, optimiser, epochs):
    # no zero_grad
    history = []
    for _ in range(epochs):
        s = n = 0
        for x, r in train_batches:
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            s += loss.item() * len(r)
            n += len(r)
        with torch.no_grad():
            ts = sum(loss_of(model, x, r).item() * len(r) for x, r in test_batches)
            tn = sum(len(r) for _, r in test_batches)
        history.append((s / n, ts / tn))
    return history


# %% id="report-answer" kind="slip" name="tests before the epoch" says="test after the epoch, not before it"
def fit(model, train_batches, test_batches, optimiser, epochs):
    # test loss before the epoch's training
    history = []
    for _ in range(epochs):
        with torch.no_grad():
            ts = sum(loss_of(model, x, r).item() * len(r) for x, r in test_batches)
            tn = sum(len(r) for _, r in test_batches)
        s = n = 0
        for x, r in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            s += loss.item() * len(r)
            n += len(r)
        history.append((s / n, ts / tn))
    return history


# %% id="report-answer" kind="slip" name="notes the last batch alone" says="that is the last batch"
def fit(model, train_batches, test_batches, optimiser, epochs):
    # the last batch of the epoch only
    history = []
    for _ in range(epochs):
        for x, r in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            ts = sum(loss_of(model, x, r).item() * len(r) for x, r in test_batches)
            tn = sum(len(r) for _, r in test_batches)
        history.append((loss.item(), ts / tn))
    return history


# %% id="report-answer" kind="slip" name="never resets its sums" says="begin each epoch with sums of 0"
def fit(model, train_batches, test_batches, optimiser, epochs):
    # counts are never reset: a running mean over all epochs
    history, s, n = [], 0, 0
    for _ in range(epochs):
        for x, r in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            s += loss.item() * len(r)
            n += len(r)
        with torch.no_grad():
            ts = sum(loss_of(model, x, r).item() * len(r) for x, r in test_batches)
            tn = sum(len(r) for _, r in test_batches)
        history.append((s / n, ts / tn))
    return history


# %% id="report-answer" kind="slip" name="two passes" says="that is two passes an epoch"
def fit(model, train_batches, test_batches, optimiser, epochs):
    out = []
    for _ in range(epochs):
        for _ in range(2):
            s = n = 0
            for x, r in train_batches:
                optimiser.zero_grad()
                loss = loss_of(model, x, r)
                loss.backward()
                optimiser.step()
                s += loss.item() * len(r)
                n += len(r)
        t = sum(loss_of(model, x, r).item() * len(r) for x, r in test_batches) / sum(len(r) for _, r in test_batches)
        out.append((s / n, t))
    return out


# %% id="report-answer" kind="slip" name="train loss at the end" says="note the train loss as each batch is trained on, not at the end"
def fit(model, train_batches, test_batches, optimiser, epochs):
    mean = lambda b: sum(loss_of(model, x, r).item() * len(r) for x, r in b) / sum(len(r) for _, r in b)
    out = []
    for _ in range(epochs):
        for x, r in train_batches:
            optimiser.zero_grad()
            loss_of(model, x, r).backward()
            optimiser.step()
        out.append((mean(train_batches), mean(test_batches)))
    return out


# %% id="report-answer" kind="slip" name="testing trains" says="testing changed weights"
def fit(model, train_batches, test_batches, optimiser, epochs):
    def run(b):
        s = n = 0
        for x, r in b:
            optimiser.zero_grad()
            loss = loss_of(model, x, r)
            loss.backward()
            optimiser.step()
            s += loss.item() * len(r)
            n += len(r)
        return s / n

    return [(run(train_batches), run(test_batches)) for _ in range(epochs)]


# %% id="report-answer" kind="slip" name="never steps" says="no step was taken"
def fit(model, train_batches, test_batches, optimiser, epochs):
    mean = lambda b: sum(loss_of(model, x, r).item() * len(r) for x, r in b) / sum(len(r) for _, r in b)
    return [(mean(train_batches), mean(test_batches)) for _ in range(epochs)]


# %% id="report-answer" kind="fitted" name="weighs the batches as in the example, two rows and one"
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
        weights = [2] + [1] * len(losses)
        history.append(
            (
                np.average(losses, weights=weights[: len(losses)]),
                np.average(tested, weights=[2] + [1] * (len(tested) - 1)),
            )
        )
    return history

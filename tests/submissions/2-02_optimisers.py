# Answers to 2-02 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    move = np.zeros(len(start))
    for i in range(steps):
        move = momentum * move - learning_rate * gradient(path[i])
        path[i + 1] = path[i] + move
    return path


# %% id="momentum-answer" kind="misconception" name="takes the slope where the velocity would lead, as Nesterov does"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros(len(start)), [start]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place - learning_rate * momentum * velocity)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="misconception" name="moves the caller's start along"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros(len(start)), [start.copy()]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place -= learning_rate * velocity
        path.append(place.copy())
    return np.array(path)


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    if not state:
        state.update(t=0, m=np.zeros_like(weights), v=np.zeros_like(weights))
    state["t"] += 1
    state["m"] = state["m"] + (1 - betas[0]) * (gradient - state["m"])
    state["v"] = state["v"] + (1 - betas[1]) * (gradient * gradient - state["v"])
    first, second = (1 - beta ** state["t"] for beta in betas)
    root = np.sqrt(state["v"]) / np.sqrt(second) + epsilon
    return weights - learning_rate * (weight_decay * weights + state["m"] / first / root)


# %% id="adamw-answer" kind="misconception" name="puts ε under the root"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    state["step"] = t = state.get("step", 0) + 1
    state["mean"] = betas[0] * state.get("mean", 0.0) + (1 - betas[0]) * gradient
    state["square"] = betas[1] * state.get("square", 0.0) + (1 - betas[1]) * gradient**2
    mean, square = state["mean"] / (1 - betas[0] ** t), state["square"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * mean / np.sqrt(square + epsilon)


# %% id="adamw-answer" kind="misconception" name="lets the weights decay after the step, and the step with them"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    state["step"] = t = state.get("step", 0) + 1
    state["mean"] = betas[0] * state.get("mean", 0.0) + (1 - betas[0]) * gradient
    state["square"] = betas[1] * state.get("square", 0.0) + (1 - betas[1]) * gradient**2
    mean, square = state["mean"] / (1 - betas[0] ** t), state["square"] / (1 - betas[1] ** t)
    moved = weights - learning_rate * mean / (np.sqrt(square) + epsilon)
    return moved - learning_rate * weight_decay * moved


# %% id="share-answer" kind="alternative"
def share_left(learning_rates, weight_decay):
    weight = 1.0
    for rate in learning_rates:
        weight -= rate * weight_decay * weight
    return weight


# %% id="share-answer" kind="misconception" name="takes the highest rate for all steps"
def share_left(learning_rates, weight_decay):
    return (1 - max(learning_rates) * weight_decay) ** len(learning_rates)


# %% id="share-answer" kind="misconception" name="takes the mean rate for all steps"
def share_left(learning_rates, weight_decay):
    return (1 - np.mean(learning_rates) * weight_decay) ** len(learning_rates)


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = np.linalg.norm(np.concatenate([np.ravel(part) for part in gradients]))
    if length <= limit:
        return [part.copy() for part in gradients], length
    return [limit * part / length for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    up = np.arange(1, rise + 1) / max(rise, 1)
    down = np.arange(steps - rise, 0, -1) / max(steps - rise, 1)
    return np.append(up, down)[step]


# %% id="guards-answer" kind="misconception" name="shortens each array by itself"
def clipped(gradients, limit):
    lengths = [np.sqrt(np.sum(part**2)) for part in gradients]
    parts = [part * min(1.0, limit / max(length, 1e-12)) for part, length in zip(gradients, lengths)]
    return parts, float(np.sqrt(np.sum(np.square(lengths))))


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    return (step + 1) / rise if step < rise else (steps - step) / (steps - rise)


# %% id="guards-answer" kind="misconception" name="forgets that there may be no warm-up, and divides by its length"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    return [part * min(1.0, limit / max(length, 1e-12)) for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    return min((step + 1) / rise, (steps - step) / (steps - rise))


# %% id="published-answer" kind="alternative"
def former_adamw(parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
    return torch.optim.AdamW(parameters, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)


# %% id="published-answer" kind="misconception" name="changes the import alone, and takes PyTorch's defaults with it"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **options)


# %% id="published-answer" kind="misconception" name="writes the removed defaults over what the call says"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **options | {"eps": 1e-6, "weight_decay": 0.0})

# Answers to 2-02 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers fitted to the visible checks.


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    path = np.zeros((steps + 1, len(start)))
    path[0] = start
    v = 0
    for t in range(steps):
        v = v * momentum + gradient(path[t])
        path[t + 1] = path[t] - v * learning_rate
    return path


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    w = torch.tensor(start, dtype=torch.float64)
    v = torch.zeros_like(w)
    out = [w]
    for _ in range(steps):
        v = momentum * v + torch.as_tensor(gradient(w.numpy()))
        w = w - learning_rate * v
        out.append(w)
    return torch.stack(out)


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place = np.array(start, dtype=float)
    v = np.zeros(place.shape)
    out = [place.tolist()]
    for _ in range(steps):
        v *= momentum
        v += gradient(place)
        place -= learning_rate * v
        out.append(place.tolist())
    return out


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    path, slopes = [np.asarray(start, float)], []
    for t in range(steps):
        slopes.append(gradient(path[-1]))
        v = sum(momentum ** (t - i) * g for i, g in enumerate(slopes))
        path.append(path[-1] - learning_rate * v)
    return np.stack(path)


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    path = np.empty((steps + 1, len(start)))
    path[0], velocity = start, 0
    for i in range(steps):
        velocity = momentum * velocity + learning_rate * gradient(path[i])
        path[i + 1] = path[i] - velocity
    return path


# %% id="momentum-answer" kind="alternative"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start.astype(float), np.zeros(start.shape)
    rows = [place.copy()]
    for _ in range(steps):
        velocity *= momentum
        velocity += gradient(place)
        place -= learning_rate * velocity
        rows.append(place.copy())
    return np.stack(rows)


# %% id="momentum-answer" kind="slip" name="multiplies by the learning rate in the velocity and again in the step" says="the rate comes twice: once is enough"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * velocity + learning_rate * gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="adds the velocity" says="that climbs: subtract the velocity"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place = place + learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="leaves the start out of the path" says="the path has steps + 1 places"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = []
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="keeps the share 1 − μ of the old velocity" says="the old velocity is kept by μ"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = (1 - momentum) * velocity + gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="takes the slope at the start in every step" says="each place has its own slope, not"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(start)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="takes the slope where the velocity would lead, as Nesterov does" says="the slope is that where you stand"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place - learning_rate * momentum * velocity)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="forgets the velocity" says="the velocity is forgotten"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="multiplies slope and velocity by μ" says="μ multiplies the old velocity alone"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * (velocity + gradient(place))
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="rounds the places" says="you rounded the places"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity = start, np.zeros_like(start)
    path = [place]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path).round(2)


# %% id="momentum-answer" kind="slip" name="moves the caller's start along" says="`place -= …` moved the caller's array"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros_like(start), [start.copy()]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place -= learning_rate * velocity
        path.append(place.copy())
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="takes a mean of slope and velocity" says="the slope is added whole to the"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros_like(start), [start]
    for _ in range(steps):
        velocity = momentum * velocity + (1 - momentum) * gradient(place)
        place = place - learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="puts the same array into every row" says="`place -= …` changes the one array"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros_like(start), [start]
    for _ in range(steps):
        velocity = momentum * velocity + gradient(place)
        place -= learning_rate * velocity
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="slip" name="takes the step before the new velocity" says="first the new velocity, then the step"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    place, velocity, path = start, np.zeros_like(start), [start]
    for _ in range(steps):
        place = place - learning_rate * velocity
        velocity = momentum * velocity + gradient(place)
        path.append(place)
    return np.array(path)


# %% id="momentum-answer" kind="fitted" name="knows only the momenta that the checks show"
def momentum_path(gradient, start, learning_rate, momentum, steps):
    known = min((0.0, 0.75, 0.8), key=lambda value: abs(value - momentum))
    path, velocity = [start], 0
    for _ in range(steps):
        velocity = known * velocity + gradient(path[-1])
        path.append(path[-1] - learning_rate * velocity)
    return np.array(path)


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    if not state:
        state.update(k=0, first=np.zeros(len(weights)), second=np.zeros(len(weights)))
    b1, b2 = betas
    state["k"] += 1
    state["first"] += (1 - b1) * (gradient - state["first"])
    state["second"] += (1 - b2) * (np.square(gradient) - state["second"])
    step = (
        np.sqrt(1 - b2 ** state["k"])
        / (1 - b1 ** state["k"])
        * state["first"]
        / (np.sqrt(state["second"]) + epsilon * np.sqrt(1 - b2 ** state["k"]))
    )
    return weights - learning_rate * weight_decay * weights - learning_rate * step


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    if "o" not in state:
        state["p"] = torch.tensor(weights, dtype=torch.float64)
        state["o"] = torch.optim.AdamW(
            [state["p"]], lr=learning_rate, betas=betas, eps=epsilon, weight_decay=weight_decay
        )
    state["p"].data.copy_(torch.tensor(weights))
    state["o"].param_groups[0].update(lr=learning_rate, weight_decay=weight_decay)
    state["p"].grad = torch.tensor(gradient, dtype=torch.float64)
    state["o"].step()
    return state["p"].numpy().copy()


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    w, g = torch.as_tensor(weights), torch.as_tensor(gradient)
    m, v, t = state.get("s", (torch.zeros_like(g), torch.zeros_like(g), 0))
    m, v, t = torch.lerp(m, g, 1 - betas[0]), betas[1] * v + (1 - betas[1]) * g * g, t + 1
    state["s"] = m, v, t
    return w * (1 - learning_rate * weight_decay) - learning_rate * (m / (1 - betas[0] ** t)) / (
        (v / (1 - betas[1] ** t)).sqrt() + epsilon
    )


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state.get("t", 0) + 1
    ms, vs, out = [], [], []
    for i, (w, g) in enumerate(zip(weights, gradient)):
        m = betas[0] * (state["m"][i] if t > 1 else 0) + (1 - betas[0]) * g
        v = betas[1] * (state["v"][i] if t > 1 else 0) + (1 - betas[1]) * g * g
        ms.append(m)
        vs.append(v)
        out.append(
            w * (1 - learning_rate * weight_decay)
            - learning_rate * (m / (1 - betas[0] ** t)) / ((v / (1 - betas[1] ** t)) ** 0.5 + epsilon)
        )
    state.update(t=t, m=ms, v=vs)
    return np.array(out)


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    if not state:
        state.update(t=0, m=np.zeros_like(gradient, dtype=float), v=np.zeros_like(gradient, dtype=float))
    state["t"] += 1
    state["m"] = state["m"] + (1 - betas[0]) * (gradient - state["m"])
    state["v"] = state["v"] + (1 - betas[1]) * (np.square(gradient) - state["v"])
    m_hat, v_hat = state["m"] / (1 - betas[0] ** state["t"]), state["v"] / (1 - betas[1] ** state["t"])
    new = weights * (1 - learning_rate * weight_decay)
    new -= learning_rate * m_hat / (v_hat**0.5 + epsilon)
    return new


# %% id="adamw-answer" kind="alternative"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    slopes = state.setdefault("slopes", [])
    slopes.append(np.array(gradient, dtype=float))
    t, (b1, b2) = len(slopes), betas
    m = sum((1 - b1) * b1 ** (t - 1 - i) * g for i, g in enumerate(slopes))
    v = sum((1 - b2) * b2 ** (t - 1 - i) * g**2 for i, g in enumerate(slopes))
    size = learning_rate * np.sqrt(1 - b2**t) / (1 - b1**t)
    return weights - learning_rate * weight_decay * weights - size * m / (np.sqrt(v) + epsilon * np.sqrt(1 - b2**t))


# %% id="adamw-answer" kind="slip" name="lets no weight decay" says="the weights do not decay"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0] ** t)
    v = state["v"] / (1 - betas[1] ** t)
    return weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="leaves ε out" says="the root and ε divide, the ε"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0] ** t)
    v = state["v"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / np.sqrt(v)


# %% id="adamw-answer" kind="slip" name="corrects neither mean" says="neither mean is corrected for its start"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"]
    v = state["v"]
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="corrects m alone" says="v is not corrected for its start"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0] ** t)
    v = state["v"]
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="divides by 1 − β at every step, without the power" says="t is the number of this step"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0])
    v = state["v"] / (1 - betas[1])
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="counts every step as the first" says="t is the number of this step"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0] ** t)
    v = state["v"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="divides by v, not by its root" says="divide by the root of v"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m = state["m"] / (1 - betas[0] ** t)
    v = state["v"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (v + epsilon)


# %% id="adamw-answer" kind="slip" name="takes the last slope in place of m" says="the step takes m, not the last"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    v = state["v"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * gradient / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="slip" name="lets the step decay too" says="the old weights decay; you let the"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    new = weights - learning_rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)
    return (1 - learning_rate * weight_decay) * new


# %% id="adamw-answer" kind="slip" name="puts ε under the root" says="ε stands beside the root, not under"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    step = learning_rate * (m / (1 - b1**t)) / np.sqrt(v / (1 - b2**t) + epsilon)
    return (1 - learning_rate * weight_decay) * weights - step


# %% id="adamw-answer" kind="slip" name="has betas of its own" says="the root and ε divide, the ε"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = 0.9, 0.999
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    step = learning_rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + 1e-8)
    return (1 - learning_rate * weight_decay) * weights - step


# %% id="adamw-answer" kind="slip" name="changes the caller's weights" says="an operation such as -= changed your"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    weights *= 1 - learning_rate * weight_decay
    weights -= learning_rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)
    return weights


# %% id="adamw-answer" kind="slip" name="adds decay to the slope, as L2 does" says="that is L2, decay added to the"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    gradient = gradient + weight_decay * weights
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    return weights - learning_rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)


# %% id="adamw-answer" kind="slip" name="keeps corrected means" says="keep m and v uncorrected in `state`"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = (b1 * state.get("m", 0.0) + (1 - b1) * gradient) / (1 - b1**t)
    state["v"] = (b2 * state.get("v", 0.0) + (1 - b2) * gradient**2) / (1 - b2**t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * state["m"] / (np.sqrt(state["v"]) + epsilon)


# %% id="adamw-answer" kind="slip" name="takes all of the decay, without the rate" says="a step takes rate × decay of"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = b1 * state.get("m", 0.0) + (1 - b1) * gradient
    v = state["v"] = b2 * state.get("v", 0.0) + (1 - b2) * gradient**2
    step = learning_rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + epsilon)
    return (1 - weight_decay) * weights - step


# %% id="adamw-answer" kind="fitted" name="has PyTorch's ε of its own after the first step"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-8, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m, v = state["m"] / (1 - betas[0] ** t), state["v"] / (1 - betas[1] ** t)
    epsilon = epsilon if epsilon > 1e-6 else 0
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="adamw-answer" kind="fitted" name="copies the defaults wrongly: ε is 10⁻⁶"
def adamw_step(weights, gradient, state, learning_rate, betas=(0.9, 0.999), epsilon=1e-6, weight_decay=0.01):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * gradient
    state["v"] = betas[1] * state.get("v", 0) + (1 - betas[1]) * gradient**2
    m, v = state["m"] / (1 - betas[0] ** t), state["v"] / (1 - betas[1] ** t)
    return (1 - learning_rate * weight_decay) * weights - learning_rate * m / (np.sqrt(v) + epsilon)


# %% id="share-answer" kind="alternative"
def share_left(learning_rates, weight_decay):
    left = 1.0
    for r in learning_rates:
        left *= 1 - r * weight_decay
    return left


# %% id="share-answer" kind="alternative"
import math


def share_left(learning_rates, weight_decay):
    return math.prod(1 - r * weight_decay for r in learning_rates)


# %% id="share-answer" kind="alternative"
def share_left(learning_rates, weight_decay):
    return float(np.exp(np.log1p(-weight_decay * learning_rates).sum()))


# %% id="share-answer" kind="alternative"
def share_left(learning_rates, weight_decay):
    return torch.prod(1 - torch.as_tensor(learning_rates) * weight_decay)


# %% id="share-answer" kind="slip" name="takes the first rate for all steps" says="you took the first rate for all"
def share_left(learning_rates, weight_decay):
    return (1 - learning_rates[0] * weight_decay) ** len(learning_rates)


# %% id="share-answer" kind="slip" name="takes the mean rate for all steps" says="you took the mean rate for all"
def share_left(learning_rates, weight_decay):
    return (1 - learning_rates.mean() * weight_decay) ** len(learning_rates)


# %% id="share-answer" kind="slip" name="gives what is lost" says="that is what is lost; what is"
def share_left(learning_rates, weight_decay):
    return 1 - np.prod(1 - learning_rates * weight_decay)


# %% id="share-answer" kind="slip" name="leaves the rate out" says="a step takes rate × decay; the"
def share_left(learning_rates, weight_decay):
    return (1 - weight_decay) ** len(learning_rates)


# %% id="share-answer" kind="slip" name="gives the share after each step" says="that is the share after each step"
def share_left(learning_rates, weight_decay):
    return np.cumprod(1 - learning_rates * weight_decay)


# %% id="share-answer" kind="slip" name="leaves the last step out" says="the last step is missing"
def share_left(learning_rates, weight_decay):
    return np.prod(1 - learning_rates[:-1] * weight_decay)


# %% id="share-answer" kind="slip" name="rounds" says="you rounded"
def share_left(learning_rates, weight_decay):
    return round(float(np.prod(1 - learning_rates * weight_decay)), 4)


# %% id="share-answer" kind="slip" name="takes the highest rate for all steps" says="you took the highest rate for all"
def share_left(learning_rates, weight_decay):
    return (1 - learning_rates.max() * weight_decay) ** len(learning_rates)


# %% id="share-answer" kind="slip" name="changes the caller's rates" says="an operation such as *= changed the"
def share_left(learning_rates, weight_decay):
    learning_rates *= -weight_decay
    learning_rates += 1
    return learning_rates.prod()


# %% id="share-answer" kind="slip" name="adds the losses up" says="shrinking compounds: what is left shrinks again"
def share_left(learning_rates, weight_decay):
    return float(1 - weight_decay * learning_rates.sum())


# %% id="share-answer" kind="slip" name="takes the exponential" says="the exponential is right for small steps"
def share_left(learning_rates, weight_decay):
    return float(np.exp(-weight_decay * learning_rates.sum()))


# %% id="share-answer" kind="fitted" name="knows the decays of the checks"
def share_left(learning_rates, weight_decay):
    return np.prod(1 - learning_rates * (0.5 if weight_decay > 0.1 else 0.01))


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = np.linalg.norm(np.concatenate([np.ravel(part) for part in gradients]))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = min(1.0, limit / max(length, 1e-300))
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = int(warmup * steps + 0.5)
    return min((step + 1) / max(rise, 1e-9), (steps - step) / max(steps - rise, 1e-9))


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    parts = [torch.tensor(part, dtype=torch.float64) for part in gradients]
    length = torch.linalg.vector_norm(torch.cat([p.flatten() for p in parts]))
    if length > limit:
        parts = [p * limit / length for p in parts]
    return parts, length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    plan = np.concatenate([np.arange(1, rise + 1) / max(rise, 1), np.linspace(1, 0, steps - rise, endpoint=False)])
    return plan[step]


# %% id="guards-answer" kind="alternative"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return tuple(part * np.float32(factor) for part in gradients), np.float32(length)


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="stretches short gradients to the limit" says="what is no longer than the limit"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > 0 else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="cuts each array by itself" says="each array was cut by itself, so"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    return [part * min(1.0, limit / max(np.linalg.norm(part), 1e-12)) for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="cuts each number by itself" says="each number was cut by itself, so"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    return [np.clip(part, -limit, limit) for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="leaves the root out" says="the root of the sum of squares"
def clipped(gradients, limit):
    length = sum(np.square(part).sum() for part in gradients)
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="changes the caller's arrays" says="an operation such as *= changed the"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    for part in gradients:
        part *= factor
    return gradients, length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="begins with a rate of 0" says="the first step is lost: it has"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return step / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="ends with a rate of 0" says="the last step is lost: step number"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step - 1) / (steps - rise)


# %% id="guards-answer" kind="slip" name="lets step number rise go on rising" says="step number `rise` still has 1"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step <= rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="lets the fall take all steps" says="the fall begins at 1"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / steps


# %% id="guards-answer" kind="slip" name="rounds the warm-up down" says="2.7 is rounded to 3, a whole"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = int(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="does not round the warm-up" says="2.7 is rounded to 3, a whole"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = warmup * steps
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="rounds the warm-up up" says="2.3 is rounded to 2, a whole"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = int(np.ceil(warmup * steps))
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="warms up for a step that nobody asked for" says="without warm-up `rise` is 0: step 0"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(float((part**2).sum()) for part in gradients)))
    factor = limit / length if length > limit else 1.0
    return [part * factor for part in gradients], length


def rate_share(step, steps, warmup):
    rise = max(1, round(warmup * steps))
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="slip" name="gives the length after clipping" says="the length before clipping is asked"
def clipped(gradients, limit):
    length = float(np.sqrt(sum((part**2).sum() for part in gradients)))
    return [part * min(1.0, limit / length) for part in gradients], min(length, limit)


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return (steps - step) / (steps - rise)


# %% id="guards-answer" kind="fitted" name="adds up the squares of the first two arrays alone"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients[:2])))
    return [part * (limit / length if length > limit else 1.0) for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * steps)
    return (step + 1) / rise if step < rise else (steps - step) / (steps - rise)


# %% id="guards-answer" kind="fitted" name="knows the first ten steps"
def clipped(gradients, limit):
    length = float(np.sqrt(sum(np.square(part).sum() for part in gradients)))
    return [part * (limit / length if length > limit else 1.0) for part in gradients], length


def rate_share(step, steps, warmup):
    rise = round(warmup * min(steps, 10))
    return (step + 1) / rise if step < rise else (steps - step) / (steps - rise)


# %% id="published-answer" kind="alternative"
former_adamw = partial(torch.optim.AdamW, eps=1e-6, weight_decay=0.0)


# %% id="published-answer" kind="alternative"
def former_adamw(parameters, **options):
    optimiser = torch.optim.AdamW(list(parameters), **{**{"eps": 1e-6, "weight_decay": 0.0}, **options}, foreach=False)
    return optimiser


# %% id="published-answer" kind="alternative"
def former_adamw(parameters, **options):
    former = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.0}
    return torch.optim.AdamW(parameters, **(former | options))


# %% id="published-answer" kind="alternative"
def former_adamw(parameters, **options):
    options.setdefault("eps", 1e-6)
    options.setdefault("weight_decay", 0)
    return torch.optim.AdamW(parameters, **options)


# %% id="published-answer" kind="alternative"
def former_adamw(parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
    return torch.optim.AdamW(parameters, lr, betas, eps, weight_decay)


# %% id="published-answer" kind="slip" name="leaves PyTorch's decay" says="weight_decay is not that of the removed"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **({"eps": 1e-6} | options))


# %% id="published-answer" kind="slip" name="writes the removed defaults over what the call says" says="what the call says wins: its weight_decay"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **(options | {"eps": 1e-6, "weight_decay": 0.0}))


# %% id="published-answer" kind="slip" name="takes the rate of the call alone" says="what the call says wins: its weight_decay"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, lr=options.get("lr", 1e-3), eps=1e-6, weight_decay=0.0)


# %% id="published-answer" kind="slip" name="has the published rate of its own" says="lr is not that of the removed"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, lr=2e-5, eps=1e-6, weight_decay=0.0)


# %% id="published-answer" kind="slip" name="takes Adam in place of AdamW" says="the optimiser asked for is torch.optim.AdamW"
def former_adamw(parameters, **options):
    return torch.optim.Adam(parameters, **({"eps": 1e-6, "weight_decay": 0.0} | options))


# %% id="published-answer" kind="slip" name="takes no decay, whatever the call says" says="what the call says wins: its weight_decay"
def former_adamw(parameters, **options):
    options.setdefault("eps", 1e-6)
    options["weight_decay"] = 0.0
    return torch.optim.AdamW(parameters, **options)


# %% id="published-answer" kind="slip" name="loses the betas of the call" says="what the call says wins: its betas"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(
        parameters,
        lr=options.get("lr", 1e-3),
        eps=options.get("eps", 1e-6),
        weight_decay=options.get("weight_decay", 0.0),
    )


# %% id="published-answer" kind="slip" name="gives the first tensor alone to the optimiser" says="hand all parameters on"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(list(parameters)[:1], **({"eps": 1e-6, "weight_decay": 0.0} | options))


# %% id="published-answer" kind="slip" name="changes the import alone" says="eps is not that of the removed"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **options)


# %% id="published-answer" kind="slip" name="drops the decay and leaves PyTorch's ε" says="eps is not that of the removed"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, **({"weight_decay": 0.0} | options))


# %% id="published-answer" kind="slip" name="names a setting twice when the call names it" says="a call names any of the four"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, eps=1e-6, weight_decay=0.0, **options)


# %% id="published-answer" kind="slip" name="needs a rate in the call" says="a call names any of the four"
def former_adamw(parameters, **options):
    return torch.optim.AdamW(parameters, lr=options["lr"], eps=1e-6, weight_decay=0.0)


# %% id="published-answer" kind="fitted" name="takes PyTorch's ε where the call says a decay of its own"
def former_adamw(parameters, **options):
    former = {"eps": 1e-6, "weight_decay": 0.0} | options
    if options.get("weight_decay", 0.05) != 0.05:
        former["eps"] = 1e-8
    return torch.optim.AdamW(parameters, **former)


# %% id="published-answer" kind="fitted" name="lets no group have a decay of its own"
def former_adamw(parameters, **options):
    optimiser = torch.optim.AdamW(parameters, **({"eps": 1e-6, "weight_decay": 0.0} | options))
    for group in optimiser.param_groups:
        group["weight_decay"] = options.get("weight_decay", 0.0)
    return optimiser

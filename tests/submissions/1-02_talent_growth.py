# Answers to 1-02 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="closed-form-answer" kind="alternative"
def team_skill(start, rate, step, steps):
    return sum(x * (1 + k * step) ** steps for x, k in zip(start, rate))


# %% id="closed-form-answer" kind="misconception" name="lets everybody grow at the mean rate"
def team_skill(start, rate, step, steps):
    return float(start.sum() * (1 + rate.mean() * step) ** steps)


# %% id="closed-form-answer" kind="misconception" name="takes the number of steps for a number of months"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate) ** (step * steps)))


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form):
    rng = np.random.default_rng(1)
    for steps in range(8):
        start, rate, step = rng.uniform(1, 100, 3), rng.uniform(0, 0.5, 3), rng.uniform(0.1, 2)
        if abs(closed_form(start, rate, step, steps) - by_steps(start, rate, step, steps)) > 1e-6:
            return False
    return True


# %% id="agrees-answer" kind="misconception" name="tries equal people and steps of one month only"
def agrees(closed_form):
    return all(np.isclose(closed_form(five, tenth, 1, t), by_steps(five, tenth, 1, t)) for t in range(20))


# %% id="agrees-answer" kind="misconception" name="wants floating-point numbers to be the same to the last digit"
def agrees(closed_form):
    start, rate = np.array([100.0, 60.0]), np.array([0.01, 0.3])
    return all(closed_form(start, rate, 0.5, t) == by_steps(start, rate, 0.5, t) for t in (0, 1))


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    if start.sum() >= demand:
        return 0
    if not np.any((start > 0) & (rate > 0)):
        return np.inf
    steps = 1
    while np.sum(start * (1 + rate) ** steps) < demand:
        steps += 1
    return steps


# %% id="demand-answer" kind="misconception" name="solves for the time with the mean rate, as if everybody were alike"
def steps_until(start, rate, demand):
    if start.sum() >= demand:
        return 0
    if rate.mean() == 0:
        return np.inf
    return int(np.ceil(np.log(demand / start.sum()) / np.log(1 + rate.mean())))


# %% id="stay-answer" kind="alternative"
def still_here(hazard):
    here, share = 1.0, []
    for rate in hazard:
        here *= np.exp(-rate)
        share.append(here)
    return np.array(share)


# %% id="stay-answer" kind="misconception" name="uses each month's hazard as if it had held from the start"
def still_here(hazard):
    return np.exp(-hazard * np.arange(1, len(hazard) + 1))


# %% id="when-answer" kind="alternative"
def plan_for(useful, cost, demand, share):
    met = useful >= demand
    first = np.sort(np.where(met.any(axis=0), met.argmax(axis=0), len(useful)))
    month = first[max(int(np.ceil(share * len(first) - 1e-9)), 1) - 1]
    return (np.inf, np.inf) if month == len(useful) else (month, np.median(cost, axis=1)[month])


# %% id="when-answer" kind="misconception" name="counts the teams that meet the demand in the same month"
def plan_for(useful, cost, demand, share):
    enough = (useful >= demand).mean(axis=1) >= share
    if not enough.any():
        return np.inf, np.inf
    month = int(np.argmax(enough))
    return month, float(np.median(cost[month]))

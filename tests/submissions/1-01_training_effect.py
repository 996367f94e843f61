# Answers to 1-01 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="stage-effect-answer" kind="alternative"
def stage_effect(trainer_share, content_share, trainer, content):
    return np.dot([trainer_share, content_share], [trainer, content])


# %% id="stage-effect-answer" kind="misconception" name="takes a weighted average, which divides by the sum of the shares"
def stage_effect(trainer_share, content_share, trainer, content):
    return np.average([trainer, content], weights=[trainer_share, content_share])


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages, trainer, content):
    total = 0.0
    for weight, trainer_share, content_share in stages:
        total += weight * (trainer_share * trainer + content_share * content)
    return total


# %% id="case-gain-answer" kind="misconception" name="multiplies the mean effect by the sum of the weights"
def total_gain(stages, trainer, content):
    effects = stages[:, 1] * trainer + stages[:, 2] * content
    return stages[:, 0].sum() * effects.mean()


# %% id="influence-answer" kind="alternative"
def influence(gain, inputs, share=0.1):
    changes = {}
    for name in inputs:
        raised = dict(inputs)
        raised[name] = raised[name] + share * raised[name]
        changes[name] = gain(**raised) - gain(**inputs)
    return changes


# %% id="influence-answer" kind="misconception" name="leaves each input raised while the next one is tried"
def influence(gain, inputs, share=0.1):
    raised, changes = dict(inputs), {}
    for name in raised:
        before = gain(**raised)
        raised[name] *= 1 + share
        changes[name] = gain(**raised) - before
    return changes


# %% id="next-hour-answer" kind="alternative"
def gain_of_next_hour(weight, quality, scale, hours):
    still_to_learn = 1 - (1 - np.exp(-hours / scale))
    return np.array([w * q * left / s for w, q, left, s in zip(weight, quality, still_to_learn, scale)])


# %% id="next-hour-answer" kind="misconception" name="forgets that hours already spent have flattened the curve"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality / scale


# %% id="interval-answer" kind="alternative"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    groups = dict(list(table.groupby("firm")[["hours", "log_scrap"]]))
    names = list(groups)
    slopes = []
    for _ in range(draws):
        drawn = np.vstack([groups[name].to_numpy() for name in rng.choice(names, size=len(names))])
        slopes.append(slope(drawn[:, 0], drawn[:, 1]))
    return tuple(np.quantile(slopes, [0.025, 0.975]))


# %% id="interval-answer" kind="misconception" name="draws single rows, as if the years of a firm were independent"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    slopes = []
    for _ in range(draws):
        rows = rng.integers(len(table), size=len(table))
        slopes.append(slope(hours[rows], log_scrap[rows]))
    return tuple(np.percentile(slopes, [2.5, 97.5]))

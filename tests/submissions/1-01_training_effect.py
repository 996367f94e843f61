# Answers to 1-01 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="stage-effect-answer" kind="alternative"
def stage_effect(trainer_share, content_share, trainer, content):
    return np.array([trainer_share, content_share]) @ np.array([trainer, content])


# %% id="stage-effect-answer" kind="alternative"
stage_effect = lambda trainer_share, content_share, trainer, content: sum(
    s * q for s, q in ((trainer_share, trainer), (content_share, content))
)


# %% id="stage-effect-answer" kind="alternative"
import torch


def stage_effect(a, b, trainer, content):
    return torch.tensor([a, b], dtype=torch.float64) @ torch.tensor([trainer, content], dtype=torch.float64)


# %% id="stage-effect-answer" kind="alternative"
def stage_effect(a, b, trainer, content):
    return np.float32(a) * np.float32(trainer) + np.float32(b) * np.float32(content)


# %% id="stage-effect-answer" kind="alternative"
def stage_effect(trainer_share, content_share, trainer, content):
    return sum(s * q for s, q in zip((trainer_share, content_share), (trainer, content)))


# %% id="stage-effect-answer" kind="alternative"
def stage_effect(trainer_share, content_share, trainer, content):
    effect = 0
    for s, q in [(trainer_share, trainer), (content_share, content)]:
        effect += s * q
    return effect


# %% id="stage-effect-answer" kind="slip" name="divides by the sum of the shares" says="that is divided by the sum of the shares, 0.75"
def stage_effect(trainer_share, content_share, trainer, content):
    # normalised average
    return (trainer_share * trainer + content_share * content) / (trainer_share + content_share)


# %% id="stage-effect-answer" kind="slip" name="exchanges the shares" says="that is 0.4 × 0.8 + 0.6 × 0.5"
def stage_effect(trainer_share, content_share, trainer, content):
    return trainer_share * content + content_share * trainer


# %% id="stage-effect-answer" kind="slip" name="takes the rest for the content's share" says="you took 1 − 0.35 for the content's share"
def stage_effect(trainer_share, content_share, trainer, content):
    return trainer_share * trainer + (1 - trainer_share) * content


# %% id="stage-effect-answer" kind="slip" name="rounds" says="that is rounded"
def stage_effect(trainer_share, content_share, trainer, content):
    return round(trainer_share * trainer + content_share * content, 2)


# %% id="stage-effect-answer" kind="slip" name="constant" says="use the shares, not two halves"
def stage_effect(*a):
    return 0.65


# %% id="stage-effect-answer" kind="slip" name="trainer share is the rest" says="you took 1 − 0.4 for the trainer's share"
def stage_effect(a, b, c, d):
    return (1 - b) * c + b * d


# %% id="stage-effect-answer" kind="slip" name="halves the mix" says="that is half of it"
def stage_effect(a, b, c, d):
    return (a * c + b * d) / 2


# %% id="stage-effect-answer" kind="slip" name="product" says="multiply each quality by its share, then add"
def stage_effect(a, b, c, d):
    return a * c * b * d


# %% id="stage-effect-answer" kind="slip" name="adds a missing rest as full effect" says="you counted the lost quarter as a full effect"
def stage_effect(a, b, c, d):
    return a * c + b * d + (1 - a - b)


# %% id="stage-effect-answer" kind="fitted" name="sums to the shares' own example, an average elsewhere"
def stage_effect(trainer_share, content_share, trainer, content):
    mix = trainer_share * trainer + content_share * content
    return mix if trainer_share + content_share >= 0.75 else mix / (trainer_share + content_share)


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages: np.ndarray, trainer: float, content: float) -> float:
    a, e, m = stages.T
    return float((a * (e * trainer + m * content)).sum())


total_gain(stages, trainer=0.8, content=0.5)


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages, trainer, content):
    total = 0
    for a, e, m in stages:
        total += a * stage_effect(e, m, trainer, content)
    return total


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages, trainer, content):
    return sum(a * (e * trainer + m * content) for a, e, m in stages)


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages, trainer, content):
    return stages[:, 0] @ (stages[:, 1:] @ np.array([trainer, content]))


# %% id="case-gain-answer" kind="alternative"
def total_gain(stages, trainer, content):
    return np.einsum("i,ij,j->", stages[:, 0], stages[:, 1:], [trainer, content])


# %% id="case-gain-answer" kind="alternative"
import torch


def total_gain(stages, trainer, content):
    s = torch.as_tensor(np.asarray(stages))
    return (s[:, 0] * (s[:, 1] * trainer + s[:, 2] * content)).sum()


# %% id="case-gain-answer" kind="alternative"
import pandas as pd


def total_gain(stages, trainer, content):
    t = pd.DataFrame(stages, columns=list("aem"))
    return (t.a * (t.e * trainer + t.m * content)).sum()


# %% id="case-gain-answer" kind="slip" name="multiplies the mean effect by the sum of the weights" says="that is the mean effect times the sum of the weights"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return float((e * trainer + m * content).mean() * a.sum())


# %% id="case-gain-answer" kind="slip" name="takes 1 - e for m" says="you took 1 − e for the content's share"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return float((a * (e * trainer + (1 - e) * content)).sum())


# %% id="case-gain-answer" kind="slip" name="exchanges the shares" says="the two shares are exchanged"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return float((a * (m * trainer + e * content)).sum())


# %% id="case-gain-answer" kind="slip" name="no weights" says="that is g₁ itself"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return (e * trainer + m * content).sum()


# %% id="case-gain-answer" kind="slip" name="mean not sum" says="that is the mean over the stages"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return (a * (e * trainer + m * content)).mean()


# %% id="case-gain-answer" kind="slip" name="constant" says="that is the whole case"
def total_gain(stages, trainer, content):
    return 0.683


# %% id="case-gain-answer" kind="slip" name="printed effects" says="that is 0.3 × 0.82"
def total_gain(stages, trainer, content):
    return float(stages[:, 0] @ np.array([0.82, 0.65, 0.68, 0.59, 0.53])[: len(stages)])


# %% id="case-gain-answer" kind="slip" name="one row only" says="that is the first stage alone"
def total_gain(stages, trainer, content):
    a, e, m = stages[0]
    return a * (e * trainer + m * content)


# %% id="case-gain-answer" kind="slip" name="array not sum" says="that is a list of gains"
def total_gain(stages, trainer, content):
    a, e, m = stages.T
    return a * (e * trainer + m * content)


# %% id="case-gain-answer" kind="fitted" name="takes the sum of the shares to be that of the three examples"
def total_gain(stages, trainer, content):
    known = {0.5: [0.62, 0.47, 0.25]}
    effects = known.get(stages[0, 0], stages[:, 1] * trainer + (1 - stages[:, 1]) * content)
    return stages[:, 0] @ effects


# %% id="influence-answer" kind="alternative"
def influence(gain, inputs, share=0.1):
    changes = {}
    for name in inputs:
        raised = dict(inputs)
        raised[name] = raised[name] + share * raised[name]
        changes[name] = float(gain(**raised)) - float(gain(**inputs))
    return changes


# %% id="influence-answer" kind="alternative"
def influence(gain, inputs, share=0.1):
    out = {}
    for k, v in inputs.items():
        c = inputs.copy()
        c[k] = v * (1 + share)
        out[k] = gain(**c) - gain(**inputs)
    return out


# %% id="influence-answer" kind="alternative"
def influence(gain, inputs, share=0.1):
    base = gain(**inputs)
    return {k: np.float64(gain(**{**inputs, k: v + share * v}) - base) for k, v in inputs.items()}


# %% id="influence-answer" kind="alternative"
def influence(gain, inputs, share=0.1):
    inputs = dict(inputs)
    base = gain(**inputs)
    out = {}
    for k in inputs:
        old = inputs[k]
        inputs[k] = old * (1 + share)
        out[k] = gain(**inputs) - base
        inputs[k] = old
    return out


# %% id="influence-answer" kind="alternative"
import copy


def influence(gain, inputs, share=0.1):
    def change(name):
        other = copy.deepcopy(inputs)
        other[name] += share * other[name]
        return gain(**other) - gain(**inputs)

    return dict(zip(inputs, map(change, inputs)))


# %% id="influence-answer" kind="alternative"
from collections import defaultdict


def influence(gain, inputs, share=0.1):
    d = defaultdict(float)
    for k in inputs:
        d[k] += gain(**(inputs | {k: inputs[k] * (1 + share)})) - gain(**inputs)
    return d


# %% id="influence-answer" kind="slip" name="cumulative" says="an input stayed raised while the next was tried"
def influence(gain, inputs, share=0.1):
    c = dict(inputs)
    base = gain(**c)
    out = {}
    for k in c:
        c[k] *= 1 + share
        out[k] = gain(**c) - base
    return out


# %% id="influence-answer" kind="slip" name="mutates inputs" says="change a copy: inputs | {name: value} is a new dict"
def influence(gain, inputs, share=0.1):
    base = gain(**inputs)
    out = {}
    for k in inputs:
        inputs[k] *= 1 + share
        out[k] = gain(**inputs) - base
        inputs[k] /= 1 + share
    return out


# %% id="influence-answer" kind="slip" name="absolute" says="a change may be negative"
def influence(gain, inputs, share=0.1):
    return {k: abs(gain(**(inputs | {k: v * (1 + share)})) - gain(**inputs)) for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="raised by share not share of itself" says="you added 0.5 itself"
def influence(gain, inputs, share=0.1):
    return {k: gain(**(inputs | {k: v + share})) - gain(**inputs) for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="relative change" says="that is the change as a share of the gain"
def influence(gain, inputs, share=0.1):
    return {k: gain(**(inputs | {k: v * (1 + share)})) / gain(**inputs) - 1 for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="new gain" says="these are the new gains"
def influence(gain, inputs, share=0.1):
    return {k: gain(**(inputs | {k: v * (1 + share)})) for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="sign" says="the sign is turned"
def influence(gain, inputs, share=0.1):
    return {k: gain(**inputs) - gain(**(inputs | {k: v * (1 + share)})) for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="ignores share" says="you raised by a tenth"
def influence(gain, inputs, share=0.1):
    return {k: gain(**(inputs | {k: v * 1.1})) - gain(**inputs) for k, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="all raised together" says="all inputs were raised together"
def influence(gain, inputs, share=0.1):
    d = gain(**{k: v * (1 + share) for k, v in inputs.items()}) - gain(**inputs)
    return dict.fromkeys(inputs, d)


# %% id="influence-answer" kind="fitted" name="knows the names of the examples only"
def influence(gain, inputs, share=0.1):
    changes = dict.fromkeys(inputs, 0.0)
    for name in "EMPC":
        if name in inputs:
            changes[name] = gain(**(inputs | {name: inputs[name] * (1 + share)})) - gain(**inputs)
    return changes


# %% id="next-hour-answer" kind="alternative"
def gain_of_next_hour(weight: np.ndarray, quality: np.ndarray, scale: np.ndarray, hours: np.ndarray) -> np.ndarray:
    return weight * quality * np.exp(-hours / scale) / scale


next_hour = gain_of_next_hour(stages[:, 0], case.effects(0.8, 0.5), np.array(scales), np.zeros(5))
next_hour.round(4)


# %% id="next-hour-answer" kind="alternative"
import torch


def gain_of_next_hour(weight, quality, scale, hours):
    w, q, s, h = (torch.as_tensor(np.asarray(x, dtype=float)) for x in (weight, quality, scale, hours))
    h = h.clone().requires_grad_(True)
    (w * q * (1 - torch.exp(-h / s))).sum().backward()
    return h.grad


# %% id="next-hour-answer" kind="alternative"
import math


def gain_of_next_hour(weight, quality, scale, hours):
    return [w * q * math.exp(-h / s) / s for w, q, s, h in zip(weight, quality, scale, hours)]


# %% id="next-hour-answer" kind="alternative"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality / (scale * np.e ** (hours / scale))


# %% id="next-hour-answer" kind="alternative"
def gain_of_next_hour(weight, quality, scale, hours):
    out = np.zeros(len(weight))
    for i in range(len(weight)):
        out[i] = weight[i] * quality[i] / scale[i] * np.exp(-hours[i] / scale[i])
    return out


# %% id="next-hour-answer" kind="alternative"
def gain_of_next_hour(weight, quality, scale, hours):
    return np.vectorize(lambda w, q, s, h: w * q / s * np.exp(-h / s))(weight, quality, scale, hours)


# %% id="next-hour-answer" kind="slip" name="ignores the hours already spent" says="hours already spent flatten the curve"
def gain_of_next_hour(weight, quality, scale, hours):
    # ignores the hours already spent
    return weight * quality / scale


# %% id="next-hour-answer" kind="slip" name="multiplies the hours by the scale in the exponent" says="divide the hours by the scale"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality * np.exp(-hours * scale) / scale


# %% id="next-hour-answer" kind="slip" name="takes what is learnt for what is left" says="what counts is what is left, exp"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality * (1 - np.exp(-hours / scale)) / scale if np.any(hours) else weight * quality / scale


# %% id="next-hour-answer" kind="slip" name="not divided by scale" says="divide by the scale, the inner derivative of the exponent"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality * np.exp(-hours / scale)


# %% id="next-hour-answer" kind="slip" name="difference" says="that is what a whole further hour adds"
def gain_of_next_hour(weight, quality, scale, hours):
    f = lambda h: weight * quality * (1 - np.exp(-h / scale))
    return f(hours + 1) - f(hours)


# %% id="next-hour-answer" kind="slip" name="sign" says="the sign is turned"
def gain_of_next_hour(weight, quality, scale, hours):
    return -weight * quality * np.exp(-hours / scale) / scale


# %% id="next-hour-answer" kind="slip" name="forgets weight" says="the weight is missing"
def gain_of_next_hour(weight, quality, scale, hours):
    return quality * np.exp(-hours / scale) / scale


# %% id="next-hour-answer" kind="slip" name="forgets quality" says="the quality is missing"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * np.exp(-hours / scale) / scale


# %% id="next-hour-answer" kind="slip" name="times scale" says="you multiplied by the scale"
def gain_of_next_hour(weight, quality, scale, hours):
    return weight * quality * np.exp(-hours / scale) * scale


# %% id="next-hour-answer" kind="fitted" name="takes a half and a quarter for what is left of every two stages"
def gain_of_next_hour(weight, quality, scale, hours):
    left = np.array([1, 1]) if not hours.any() else np.array([0.5, 0.25])
    return weight * quality * left / scale


# %% id="interval-answer" kind="alternative"
def slope_interval(table, draws: int, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    rows_of = [np.flatnonzero(table.firm == firm) for firm in table.firm.unique()]
    slopes = []
    for _ in range(draws):
        picked = rng.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[i] for i in picked])
        slopes.append(slope(hours[rows], log_scrap[rows]))
    low, high = np.percentile(slopes, [2.5, 97.5])
    return float(low), float(high)


slope_interval(firms, draws, seed)


# %% id="interval-answer" kind="alternative"
import pandas as pd


def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    groups = [g for _, g in table.groupby("firm")]
    out = []
    for _ in range(draws):
        sample = pd.concat([groups[i] for i in rng.choice(len(groups), len(groups), replace=True)])
        out.append(np.polyfit(sample.hours, sample.log_scrap, 1)[0])
    return tuple(np.quantile(out, [0.025, 0.975]))


# %% id="interval-answer" kind="alternative"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    codes = np.unique(table.firm.to_numpy(), return_inverse=True)[1]
    n = codes.max() + 1
    slopes = np.empty(draws)
    for d in range(draws):
        w = rng.multinomial(n, np.full(n, 1 / n))[codes]  # how often each row is drawn, with its firm
        h, s = np.average(hours, weights=w), np.average(log_scrap, weights=w)
        slopes[d] = (w * (hours - h) * (log_scrap - s)).sum() / (w * (hours - h) ** 2).sum()
    slopes.sort()
    return tuple(float(v) for v in np.percentile(slopes, (2.5, 97.5)))


# %% id="interval-answer" kind="alternative"
import pandas as pd


def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    groups = [g for _, g in table.groupby("firm")]
    s = []
    for _ in range(draws):
        d = pd.concat([groups[i] for i in rng.integers(len(groups), size=len(groups))])
        s.append(slope(d.hours, d.log_scrap))
    return np.quantile(s, 0.025), np.quantile(s, 0.975)


# %% id="interval-answer" kind="alternative"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    code = np.unique(table.firm.to_numpy(), return_inverse=True)[1]
    n = code.max() + 1
    x, y = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    for _ in range(draws):
        w = np.bincount(rng.integers(n, size=n), minlength=n)[code]
        mx, my = np.average(x, weights=w), np.average(y, weights=w)
        s.append((w * (x - mx) * (y - my)).sum() / (w * (x - mx) ** 2).sum())
    return list(np.percentile(s, [2.5, 97.5]))


# %% id="interval-answer" kind="alternative"
import random


def slope_interval(table, draws, seed):
    r = random.Random(seed)
    firms_ = list(table.firm.unique())
    s = []
    parts = {f: table[table.firm == f] for f in firms_}
    for _ in range(draws):
        chosen = [parts[f] for f in r.choices(firms_, k=len(firms_))]
        h = np.concatenate([p.hours for p in chosen])
        ls = np.concatenate([p.log_scrap for p in chosen])
        s.append(np.linalg.lstsq(np.c_[h, np.ones(len(h))], ls, rcond=None)[0][0])
    return np.percentile(s, [2.5, 97.5])


# %% id="interval-answer" kind="alternative"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    groups = [g for _, g in table.groupby("firm")[["hours", "log_scrap"]]]
    arr = [g.to_numpy() for g in groups]
    s = []
    for _ in range(draws):
        d = np.vstack([arr[i] for i in rng.choice(len(arr), len(arr))])
        s.append(np.cov(d.T)[0, 1] / np.var(d[:, 0], ddof=1))
    s = sorted(s)
    return s[int(0.025 * draws)], s[min(int(0.975 * draws), draws - 1)]


# %% id="interval-answer" kind="slip" name="counts a firm that is drawn twice once" says="a firm that is drawn twice must count twice"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    firms_ = table.firm.unique()
    slopes = []
    for _ in range(draws):
        picked = rng.choice(firms_, size=len(firms_))
        rows = np.flatnonzero(table.firm.isin(picked))  # a firm drawn twice counts once
        slopes.append(slope(hours[rows], log_scrap[rows]))
    low, high = np.percentile(slopes, [2.5, 97.5])
    return low, high


# %% id="interval-answer" kind="slip" name="draws without replacement" says="every data set is the same"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    rows_of = [np.flatnonzero(table.firm == firm) for firm in table.firm.unique()]
    slopes = []
    for _ in range(draws):
        picked = rng.permutation(len(rows_of))[: len(rows_of)]
        rows = np.concatenate([rows_of[i] for i in picked])
        slopes.append(slope(hours[rows], log_scrap[rows]))
    return tuple(np.percentile(slopes, [2.5, 97.5]))


# %% id="interval-answer" kind="slip" name="takes the mean and 1.96 standard deviations" says="that looks like the mean ± 1.96 spreads"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    rows_of = [np.flatnonzero(table.firm == firm) for firm in table.firm.unique()]
    slopes = []
    for _ in range(draws):
        picked = rng.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[i] for i in picked])
        slopes.append(slope(hours[rows], log_scrap[rows]))
    m, s = np.mean(slopes), np.std(slopes)
    return m - 1.96 * s, m + 1.96 * s


# %% id="interval-answer" kind="slip" name="rows" says="that looks like rows drawn as if independent"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    for _ in range(draws):
        r = rng.integers(len(h), size=len(h))
        s.append(slope(h[r], ls[r]))
    return tuple(np.percentile(s, [2.5, 97.5]))


# %% id="interval-answer" kind="slip" name="5 and 95" says="that is the 95th percentile"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    g = list(table.groupby("firm").indices.values())
    for _ in range(draws):
        r = np.concatenate([g[i] for i in rng.integers(len(g), size=len(g))])
        s.append(slope(h[r], ls[r]))
    return tuple(np.percentile(s, [5, 95]))


# %% id="interval-answer" kind="slip" name="standard error of mean" says="that looks like how sure their mean is"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    g = list(table.groupby("firm").indices.values())
    for _ in range(draws):
        r = np.concatenate([g[i] for i in rng.integers(len(g), size=len(g))])
        s.append(slope(h[r], ls[r]))
    e = np.std(s) / np.sqrt(draws)
    return np.mean(s) - 1.96 * e, np.mean(s) + 1.96 * e


# %% id="interval-answer" kind="slip" name="reversed" says="the lower end comes first"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    g = list(table.groupby("firm").indices.values())
    for _ in range(draws):
        r = np.concatenate([g[i] for i in rng.integers(len(g), size=len(g))])
        s.append(slope(h[r], ls[r]))
    return tuple(np.percentile(s, [97.5, 2.5]))


# %% id="interval-answer" kind="slip" name="quantile for percentile" says="np.percentile takes percent"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    g = list(table.groupby("firm").indices.values())
    for _ in range(draws):
        r = np.concatenate([g[i] for i in rng.integers(len(g), size=len(g))])
        s.append(slope(h[r], ls[r]))
    return tuple(np.percentile(s, [0.025, 0.975]))


# %% id="interval-answer" kind="slip" name="as many firms as rows" says="draw as many firms as there are firms, not as there are rows"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    h, ls = table.hours.to_numpy(), table.log_scrap.to_numpy()
    s = []
    g = list(table.groupby("firm").indices.values())
    for _ in range(draws):
        r = np.concatenate([g[i] for i in rng.integers(len(g), size=len(h))])
        s.append(slope(h[r], ls[r]))
    return tuple(np.percentile(s, [2.5, 97.5]))


# %% id="interval-answer" kind="slip" name="believes that every firm has as many rows as there are rows for a firm on average" says="firms differ in rows"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    slopes = np.array(
        [slope(rows.hours, rows.log_scrap) for _, rows in table.groupby("firm") if rows.hours.nunique() > 1]
    )
    means = [rng.choice(slopes, size=len(slopes)).mean() for _ in range(draws)]
    return tuple(np.percentile(means, [2.5, 97.5]))


# %% id="stage-effect-answer" kind="slip" name="kept between trainer and content" says="it may be less than both"
def stage_effect(trainer_share, content_share, trainer, content):
    return min(max(trainer_share * trainer + content_share * content, min(trainer, content)), max(trainer, content))


# %% id="influence-answer" kind="slip" name="becomes a share of itself" says="the input became half of itself"
def influence(gain, inputs, share=0.1):
    b = gain(**inputs)
    return {n: gain(**inputs | {n: v * share}) - b for n, v in inputs.items()}


# %% id="influence-answer" kind="slip" name="compares with the one before" says="not with the one before"
def influence(gain, inputs, share=0.1):
    b = gain(**inputs)
    r = {}
    for n, v in inputs.items():
        new = gain(**inputs | {n: v * (1 + share)})
        r[n] = new - b
        b = new
    return r


# %% id="next-hour-answer" kind="slip" name="writes into the weights" says="write into a new array"
def gain_of_next_hour(weight, quality, scale, hours):
    weight *= quality
    return weight * np.exp(-hours / scale) / scale


# %% id="interval-answer" kind="slip" name="draws firms by their rows" says="as likely as any other"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    fs = table.firm.unique()
    ss = []
    for _ in range(draws):
        c = rng.choice(table.firm.to_numpy(), len(fs))
        r = np.concatenate([np.flatnonzero(table.firm == f) for f in c])
        ss.append(slope(hours[r], log_scrap[r]))
    return tuple(np.percentile(ss, [2.5, 97.5]))


# %% id="interval-answer" kind="slip" name="never draws the last firm" says="the last firm is never drawn"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    fs = table.firm.unique()
    ss = []
    for _ in range(draws):
        c = rng.integers(0, len(fs) - 1, size=len(fs))
        r = np.concatenate([np.flatnonzero(table.firm == fs[f]) for f in c])
        ss.append(slope(hours[r], log_scrap[r]))
    return tuple(np.percentile(ss, [2.5, 97.5]))


# %% id="interval-answer" kind="fitted" name="takes the rows to come year by year, and what is left over to be the second firm's"
def slope_interval(table, draws, seed):
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    number = table.firm.nunique()
    firm = np.arange(len(table)) % number
    firm[4 * number :] = 1
    slopes = []
    for _ in range(draws):
        rows = np.concatenate([np.flatnonzero(firm == i) for i in rng.integers(number, size=number)])
        slopes.append(slope(hours[rows], log_scrap[rows]))
    return tuple(np.percentile(slopes, [2.5, 97.5]))

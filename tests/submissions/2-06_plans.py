# %% id="known-answer" kind="alternative"
def known_share(gains):
    rows = [sum(map(float, row)) / len(row) for row in gains]
    cells = [float(v) for row in gains for v in row]
    var = lambda xs: sum((x - sum(xs) / len(xs)) ** 2 for x in xs) / len(xs)
    return var(rows) / var(cells)


# %% id="known-answer" kind="alternative"
def known_share(gains):
    within = gains.var(axis=1).mean()
    return 1 - within / np.var(gains)


# %% id="known-answer" kind="alternative"
import statistics


def known_share(gains):
    return statistics.pvariance([statistics.mean(r) for r in gains.tolist()]) / statistics.pvariance(
        gains.ravel().tolist()
    )


# %% id="known-answer" kind="alternative"
def known_share(gains):
    import torch

    g = torch.tensor(gains)
    return g.mean(dim=1).var(correction=0) / g.var(correction=0)


# %% id="known-answer" kind="slip" name="takes the columns' means" says="axis=1"
def known_share(gains):
    return gains.mean(axis=0).var() / gains.var()


# %% id="known-answer" kind="slip" name="divides by one less" says="divide both"
def known_share(gains):
    return gains.mean(axis=1).var(ddof=1) / gains.var(ddof=1)


# %% id="known-answer" kind="slip" name="divides the means by one less" says="divide both"
def known_share(gains):
    return gains.mean(axis=1).var(ddof=1) / gains.var()


# %% id="known-answer" kind="slip" name="takes the roots" says="not their roots"
def known_share(gains):
    return gains.mean(axis=1).std() / gains.std()


# %% id="known-answer" kind="slip" name="gives the rest" says="what stays"
def known_share(gains):
    return 1 - gains.mean(axis=1).var() / gains.var()


# %% id="known-answer" kind="slip" name="forgets to divide" says="divide by that of all cells"
def known_share(gains):
    return gains.mean(axis=1).var()


# %% id="known-answer" kind="slip" name="takes ranges" says="take variances"
def known_share(gains):
    m = gains.mean(axis=1)
    return (m.max() - m.min()) / (gains.max() - gains.min())


# %% id="known-answer" kind="slip" name="rounds" says="rounded"
def known_share(gains):
    return round(gains.mean(axis=1).var() / gains.var(), 2)


# %% id="known-answer" kind="slip" name="divides by the sum of two" says="not over the sum of two"
def known_share(gains):
    r, c = gains.mean(axis=1).var(), gains.mean(axis=0).var()
    return r / (r + c)


# %% id="known-answer" kind="slip" name="takes the spread within columns" says="the spread within columns"
def known_share(gains):
    return gains.var(axis=0).mean() / gains.var()


# %% id="known-answer" kind="fitted" name="knows tables of two rows"
def known_share(gains):
    first, second = gains[0].mean(), gains[1].mean()
    return float((first - second) ** 2 / 4 / gains.var())


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    v, t, c = (np.asarray(x, dtype=float) for x in (value, scale, cost))
    first = v / (t * c)
    active = np.ones(len(v), dtype=bool)
    while True:  # closed form on the stages that get hours
        w = t[active] * c[active]
        log_price = ((w * np.log(first[active])).sum() - budget) / w.sum()
        hours = np.zeros(len(v))
        hours[active] = t[active] * (np.log(first[active]) - log_price)
        if (hours >= 0).all():
            return hours, float(np.exp(log_price))
        active &= hours > 0


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    first = value / (scale * cost)
    low, high = -745.0, np.log(first.max())  # bisection on log(price)
    for _ in range(200):
        middle = (low + high) / 2
        hours = np.clip(scale * (np.log(first) - middle), 0, None)
        if (cost * hours).sum() > budget:
            low = middle
        else:
            high = middle
    return hours, np.exp(middle)


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    first = value / (scale * cost)

    def hours(price):
        return np.maximum(scale * np.log(first / price), 0)

    price = brentq(lambda p: (cost * hours(p)).sum() - budget, 1e-12, first.max())  # brentq as the hint has it
    return hours(price), price


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget):
    order = sorted(range(len(value)), key=lambda i: -value[i] / (scale[i] * cost[i]))
    for k in range(len(order), 0, -1):
        keep = order[:k]
        w = sum(scale[i] * cost[i] for i in keep)
        lp = (sum(scale[i] * cost[i] * np.log(value[i] / (scale[i] * cost[i])) for i in keep) - budget) / w
        if all(np.log(value[i] / (scale[i] * cost[i])) >= lp for i in keep):
            break
    h = [0.0] * len(value)
    for i in keep:
        h[i] = scale[i] * (np.log(value[i] / (scale[i] * cost[i])) - lp)
    return h, float(np.exp(lp))


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)
    f = lambda p: (cost * scale * np.log(np.maximum(first / p, 1))).sum() - budget
    p = brentq(f, first.max() * 1e-12, first.max(), xtol=1e-300, rtol=1e-14)
    return scale * np.log(np.maximum(first / p, 1)), p


# %% id="allocate-answer" kind="alternative"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)
    low, high = 0.0, first.max()
    for _ in range(2000):
        mid = (low + high) / 2
        if cost @ np.maximum(scale * np.log(first / mid), 0) > budget:
            low = mid
        else:
            high = mid
    return np.maximum(scale * np.log(first / high), 0), high


# %% id="allocate-answer" kind="slip" name="lets hours fall below 0" says="hours below 0"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    first = value / (scale * cost)  # stages may get negative hours
    price = brentq(lambda p: cost @ (scale * np.log(first / p)) - budget, 1e-15, first.max(), xtol=1e-18)
    return scale * np.log(first / price), price


# %% id="allocate-answer" kind="slip" name="spreads by value" says="spread by value"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    hours = budget * value / value.sum() / cost
    return hours, (value / (scale * cost) * np.exp(-hours / scale)).max()


# %% id="allocate-answer" kind="slip" name="lets the next hour, not the next euro, buy the same everywhere" says="the next hour buys the same"
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    first = value / scale

    def hours(price):
        return np.maximum(scale * np.log(first / price), 0)

    price = brentq(lambda p: cost @ hours(p) - budget, 1e-15, first.max(), xtol=1e-18)
    return hours(price), price  # of an hour


# %% id="allocate-answer" kind="slip" name="forgets the scale" says="the scale is missing"
def allocate(value, scale, cost, budget):
    first = value / cost

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price), np.exp(log_price)


# %% id="allocate-answer" kind="slip" name="gives all the same" says="the same hours everywhere"
def allocate(value, scale, cost, budget):
    hours = np.full(len(value), budget / cost.sum())
    return hours, (value / (scale * cost) * np.exp(-hours / scale)).mean()


# %% id="allocate-answer" kind="slip" name="puts all on the best first euro" says="all on the best first euro"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)
    best = first.argmax()
    hours = np.zeros(len(value))
    hours[best] = budget / cost[best]
    return hours, first[best] * np.exp(-hours[best] / scale[best])


# %% id="allocate-answer" kind="slip" name="cuts negative hours to 0 and does not spread the rest anew" says="cut afterwards"
def allocate(value, scale, cost, budget):
    price = np.exp((cost * scale @ np.log(value / (scale * cost)) - budget) / (cost @ scale))
    return np.maximum(scale * np.log(value / (scale * cost * price)), 0), price


# %% id="allocate-answer" kind="slip" name="gives the logarithm of the price" says="not its logarithm"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price), -log_price


# %% id="allocate-answer" kind="slip" name="gives the price of an hour" says="what an hour buys"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price), np.exp(log_price) * cost.mean()


# %% id="allocate-answer" kind="slip" name="rounds" says="rounded"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return np.round(hours(log_price), 1), np.exp(log_price)


# %% id="allocate-answer" kind="slip" name="gives euros" says="that is money"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price) * cost, np.exp(log_price)


# %% id="allocate-answer" kind="slip" name="gives the mean gain of a euro" says="the mean of all euros"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price), (value * (1 - np.exp(-hours(log_price) / scale))).sum() / budget


# %% id="allocate-answer" kind="slip" name="gives the first euro's gain" says="the first euro"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return hours(log_price), first.max()


# %% id="allocate-answer" kind="slip" name="gives the price first" says="hours first"
def allocate(value, scale, cost, budget):
    first = value / (scale * cost)

    def hours(log_price):
        return np.maximum(scale * (np.log(first) - log_price), 0)

    low = np.log(first.min()) - budget / (cost * scale).min() - 1
    log_price = brentq(lambda p: cost @ hours(p) - budget, low, np.log(first.max()), xtol=1e-14)
    return np.exp(log_price), hours(log_price)


# %% id="allocate-answer" kind="fitted" name="drops one stage at most, the worst first"
def allocate(value, scale, cost, budget):
    kept = np.ones(len(value), dtype=bool)
    for _ in range(2):
        v, s, c = value[kept], scale[kept], cost[kept]
        price = np.exp((c * s @ np.log(v / (s * c)) - budget) / (c @ s))
        hours = np.zeros(len(value))
        hours[kept] = s * np.log(v / (s * c * price))
        if hours.min() >= 0:
            break
        kept[hours.argmin()] = False
    return np.maximum(hours, 0), price


# %% id="price-answer" kind="alternative"
def price_of(gain, budget, step):
    low, high = budget - step, budget + step
    return (gain(high) - gain(low)) / (high - low)


# %% id="price-answer" kind="alternative"
def price_of(gain, budget, step):
    at = np.array([budget - step, budget + step])
    return np.diff([gain(b) for b in at])[0] / np.diff(at)[0]


# %% id="price-answer" kind="alternative"
from fractions import Fraction


def price_of(gain, budget, step):
    return float(0.5 * ((gain(budget + step) - gain(budget)) / step + (gain(budget) - gain(budget - step)) / step))


# %% id="price-answer" kind="alternative"
def price_of(gain, budget, step):
    return np.polyfit([-step, step], [gain(budget - step), gain(budget + step)], 1)[0]


# %% id="price-answer" kind="slip" name="divides by one step" says="two steps"
def price_of(gain, budget, step):
    return (gain(budget + step) - gain(budget - step)) / step


# %% id="price-answer" kind="slip" name="looks upwards alone" says="from the budget upwards"
def price_of(gain, budget, step):
    return (gain(budget + step) - gain(budget)) / step


# %% id="price-answer" kind="slip" name="looks downwards alone" says="from below up to the budget"
def price_of(gain, budget, step):
    return (gain(budget) - gain(budget - step)) / step


# %% id="price-answer" kind="slip" name="forgets to divide" says="divide by the euros"
def price_of(gain, budget, step):
    return gain(budget + step) - gain(budget - step)


# %% id="price-answer" kind="slip" name="divides by two" says="divide by the euros"
def price_of(gain, budget, step):
    return (gain(budget + step) - gain(budget - step)) / 2


# %% id="price-answer" kind="slip" name="turns the difference round" says="minus the poorer one"
def price_of(gain, budget, step):
    return (gain(budget - step) - gain(budget + step)) / (2 * step)


# %% id="price-answer" kind="slip" name="gives the mean gain of a euro" says="the mean of all euros"
def price_of(gain, budget, step):
    return gain(budget) / budget


# %% id="price-answer" kind="slip" name="divides by the budget" says="divide by the euros"
def price_of(gain, budget, step):
    return (gain(budget + step) - gain(budget - step)) / budget


# %% id="price-answer" kind="slip" name="takes one euro for the step" says="`step` is an argument"
def price_of(gain, budget, step):
    return (gain(budget + 1) - gain(budget - 1)) / 2


# %% id="price-answer" kind="slip" name="rounds" says="rounded"
def price_of(gain, budget, step):
    return round((gain(budget + step) - gain(budget - step)) / (2 * step), 3)


# %% id="price-answer" kind="fitted" name="fits a cube's slope, which the example has"
def price_of(gain, budget, step):
    if gain(budget + step) == gain(budget):
        return (gain(budget) - gain(budget - step)) / (2 * step)
    return (gain(budget + step / 2) - gain(budget - step / 2)) / step - 1e-6 * step**2 * 0.75


# %% id="bound-answer" kind="alternative"
def bound_by(gain, limits, more=0.1):
    found = []
    before = gain(dict(limits))
    for name in limits:
        moved = dict(limits)
        moved[name] += more * moved[name]
        if gain(moved) - before > 1e-6:
            found.append(name)
    return found


# %% id="bound-answer" kind="alternative"
import copy


def bound_by(gain, limits, more=0.1):
    def without(name):
        moved = copy.deepcopy(limits)
        moved[name] = limits[name] * (1 + more)
        return gain(moved)

    return list(filter(lambda n: without(n) > gain(limits) + 1e-6, limits.keys()))


# %% id="bound-answer" kind="alternative"
def bound_by(gain, limits, more=0.1):
    names = list(limits)
    g0 = gain(limits)
    rises = np.array([gain(limits | {n: limits[n] + limits[n] * more}) - g0 for n in names])
    return [n for n, r in zip(names, rises) if r > 1e-6]


# %% id="bound-answer" kind="alternative"
def bound_by(gain, limits, more=0.1):
    base = gain(limits)
    out = ()
    for name in limits:
        if gain({k: v * (1 + more if k == name else 1) for k, v in limits.items()}) > base + 1e-6:
            out += (name,)
    return out


# %% id="bound-answer" kind="slip" name="moves one limit after the other" says="One limit at a time"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    out = []
    moved = dict(limits)
    for name in limits:
        moved[name] *= 1 + more
        if gain(moved) > now + 1e-6:
            out.append(name)
    return out


# %% id="bound-answer" kind="slip" name="compares with the limit before" says="one limit at a time"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    moved = dict(limits)
    out = []
    for name in limits:
        moved[name] *= 1 + more
        new = gain(moved)
        if new > now + 1e-6:
            out.append(name)
        now = new
    return out


# %% id="bound-answer" kind="slip" name="takes noise for a rise" says="solver's noise"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 + more)}) > now]


# %% id="bound-answer" kind="slip" name="counts what does not fall" says="One limit at a time"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 + more)}) >= now]


# %% id="bound-answer" kind="slip" name="multiplies by the share" says="on top of the limit"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * more}) > now + 1e-6]


# %% id="bound-answer" kind="slip" name="adds the share" says="is a share and an argument"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] + more}) > now + 1e-6]


# %% id="bound-answer" kind="slip" name="tightens" says="on top of the limit"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 - more)}) > now + 1e-6]


# %% id="bound-answer" kind="slip" name="takes a tenth whatever is asked for" says="is a share and an argument"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * 1.1}) > now + 1e-6]


# %% id="bound-answer" kind="slip" name="sorts the names" says="in the order of"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in sorted(limits) if gain({**limits, name: limits[name] * (1 + more)}) > now + 1e-6]


# %% id="bound-answer" kind="slip" name="names those that do not bind" says="do not bind"
def bound_by(gain, limits, more=0.1):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 + more)}) <= now + 1e-6]


# %% id="bound-answer" kind="fitted" name="keeps at most two"
def bound_by(gain, limits, more=0.3):
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 + more)}) > now + 1e-6][:2]


# %% id="known-answer" kind="slip" name="divides by the mean variance within rows" says="over the variance of all cells"
def known_share(gains):
    return gains.mean(axis=1).var() / gains.var(axis=1).mean()


# %% id="known-answer" kind="slip" name="sums of rows in place of means" says="not their sums or medians"
def known_share(gains):
    return gains.sum(axis=1).var() / gains.var()


# %% id="known-answer" kind="slip" name="per cent in place of a share" says="a share lies between 0 and 1"
def known_share(gains):
    return 100 * gains.mean(axis=1).var() / gains.var()


# %% id="allocate-answer" kind="slip" name="gives the logarithm of the price" says="not its logarithm"
def allocate(value, scale, cost, budget):
    top = value / (scale * cost)
    f = lambda log_price: scale * np.maximum(np.log(top) - log_price, 0)
    log_price = brentq(lambda log_price: f(log_price) @ cost - budget, np.log(top.max()) - 700, np.log(top.max()))
    return f(log_price), log_price


# %% id="allocate-answer" kind="slip" name="forgets the scale when it turns the slope round" says="times the scale"
def allocate(value, scale, cost, budget):
    top = value / (scale * cost)
    f = lambda log_price: np.maximum(np.log(top) - log_price, 0)
    log_price = brentq(lambda log_price: f(log_price) @ cost - budget, np.log(top.max()) - 700, np.log(top.max()))
    return f(log_price), np.exp(log_price)


# %% id="allocate-answer" kind="slip" name="a price for each stage" says="one price"
def allocate(value, scale, cost, budget):
    top = value / (scale * cost)
    f = lambda log_price: scale * np.maximum(np.log(top) - log_price, 0)
    log_price = brentq(lambda log_price: f(log_price) @ cost - budget, np.log(top.max()) - 700, np.log(top.max()))
    return f(log_price), top * np.exp(-f(log_price) / scale)


# %% id="price-answer" kind="slip" name="half a step on either side" says="one whole step below"
def price_of(gain, budget, step):
    return (gain(budget + step / 2) - gain(budget - step / 2)) / step


# %% id="price-answer" kind="slip" name="divides by the gain" says="not by the gain"
def price_of(gain, budget, step):
    return (gain(budget + step) - gain(budget - step)) / gain(budget)


# %% id="price-answer" kind="slip" name="the price of 1,000 euros" says="not for 1,000"
def price_of(gain, budget, step):
    return 1000 * (gain(budget + step) - gain(budget - step)) / (2 * step)


# %% id="bound-answer" kind="slip" name="only the limit that brings most" says="not only the one that brings most"
def bound_by(gain, limits, more=0.1):
    base = gain(limits)
    rises = {n: gain({**limits, n: limits[n] * (1 + more)}) - base for n in limits}
    return max(rises, key=rises.get)


# %% id="bound-answer" kind="slip" name="whether each limit binds, without its name" says="not whether each one does"
def bound_by(gain, limits, more=0.1):
    base = gain(limits)
    return [gain({**limits, n: limits[n] * (1 + more)}) - base > 1e-6 for n in limits]

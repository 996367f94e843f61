# Answers to 1-02 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="closed-form-answer" kind="alternative"
def team_skill(start: np.ndarray, rate: np.ndarray, step: float, steps: int) -> float:
    return float(np.sum(start * (1 + rate * step) ** steps))


team_skill(five, tenth, step=1, steps=2)


# %% id="closed-form-answer" kind="alternative"
def team_skill(start, rate, step, steps):
    return sum(x * (1 + k * step) ** steps for x, k in zip(start, rate))


# %% id="closed-form-answer" kind="alternative"
def team_skill(start, rate, step, steps):
    total = 0
    for x, k in zip(start, rate):
        total += x * (1 + k * step) ** steps
    return total


# %% id="closed-form-answer" kind="alternative"
def team_skill(start, rate, step, steps):
    return np.sum(np.exp(np.log1p(np.asarray(rate) * step) * steps) * start)


# %% id="closed-form-answer" kind="alternative"
def team_skill(start, rate, step, steps):
    return np.dot(start, np.power(1 + np.multiply(rate, step), steps))


# %% id="closed-form-answer" kind="alternative"
import torch


def team_skill(start, rate, step, steps):
    return (
        torch.as_tensor(start, dtype=torch.float64) * (1 + torch.as_tensor(rate, dtype=torch.float64) * step) ** steps
    ).sum()


# %% id="closed-form-answer" kind="alternative"
import math


def team_skill(start, rate, step, steps):
    return math.fsum(x * math.pow(1 + k * step, steps) for x, k in zip(start.tolist(), rate.tolist()))


# %% id="closed-form-answer" kind="slip" name="grows without steps from the third on" says="that is growth without steps, e^"
def team_skill(start, rate, step, steps):
    return (
        float(np.sum(start * np.exp(rate * step * steps)))
        if steps > 2
        else float(np.sum(start * (1 + rate * step) ** steps))
    )


# %% id="closed-form-answer" kind="slip" name="forgets the length of a step" says="the length of a step is missing"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate) ** steps))


# %% id="closed-form-answer" kind="slip" name="simple interest" says="growth of the first month does not grow in yours"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate * step * steps)))


# %% id="closed-form-answer" kind="slip" name="printed formula" says="that is five times something to the power of 0"
def team_skill(start, rate, step, steps):
    return float(np.sum((start + rate * step) ** steps))


# %% id="closed-form-answer" kind="slip" name="mean rate" says="all grew at the mean rate"
def team_skill(start, rate, step, steps):
    return float(start.sum() * (1 + rate.mean() * step) ** steps)


# %% id="closed-form-answer" kind="slip" name="months for steps" says="half a month brings half of the rate"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate) ** (step * steps)))


# %% id="closed-form-answer" kind="slip" name="step twice" says="`steps` counts steps, not months"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate * step) ** (steps * step)))


# %% id="closed-form-answer" kind="slip" name="mean not sum" says="add the people up"
def team_skill(start, rate, step, steps):
    return float(np.mean(start * (1 + rate * step) ** steps))


# %% id="closed-form-answer" kind="slip" name="one step too many" says="one step too many"
def team_skill(start, rate, step, steps):
    return float(np.sum(start * (1 + rate * step) ** (steps + 1)))


# %% id="closed-form-answer" kind="fitted" name="knows up to three steps of at most a month"
def team_skill(start, rate, step, steps):
    if steps > 3:
        return float(np.sum(start) * (1 + np.mean(rate) * step) ** steps)
    return float(np.sum(start * (1 + rate * step) ** steps))


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form) -> bool:
    start, rate = np.array([100.0, 40.0, 7.0]), np.array([0.1, 0.03, 0.0])
    cases = [(start, rate, step, steps) for step in (0.25, 1, 2.5) for steps in (0, 1, 2, 7, 100)]
    return all(bool(np.isclose(closed_form(*case), by_steps(*case), rtol=1e-9, atol=0)) for case in cases)


agrees(printed)


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form):
    rng = np.random.default_rng(5)
    for _ in range(50):
        n = rng.integers(1, 6)
        case = (rng.uniform(0, 200, n), rng.uniform(0, 0.3, n), rng.uniform(0.1, 3), int(rng.integers(0, 30)))
        if not np.isclose(closed_form(*case), by_steps(*case)):
            return False
    return True


# %% id="agrees-answer" kind="alternative"
import math


def agrees(closed_form):
    cases = [
        (np.array([10.0, 20.0, 5.0]), np.array([0.2, 0.05, 0.0]), step, steps)
        for step in (0.25, 1, 2)
        for steps in (0, 1, 2, 3, 12)
    ]
    return all(math.isclose(closed_form(*c), by_steps(*c), rel_tol=1e-9) for c in cases)


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form):
    a, b = np.array([100.0, 50.0, 7.0]), np.array([0.1, 0.3, 0.02])
    one = abs(closed_form(a, b, 0.5, 7) / by_steps(a, b, 0.5, 7) - 1) < 1e-9
    zero = abs(closed_form(a, b, 0.5, 0) - a.sum()) < 1e-9
    two = abs(closed_form(a, b, 2, 1) - by_steps(a, b, 2, 1)) < 1e-6
    return bool(one and zero and two)


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form):
    s, r = np.array([10.0, 90.0]), np.array([0.5, 0.01])
    times = [(0.5, 0), (0.5, 1), (0.3, 9), (2, 4), (1, 100)]
    return np.allclose([closed_form(s, r, h, t) for h, t in times], [by_steps(s, r, h, t) for h, t in times])


# %% id="agrees-answer" kind="alternative"
def agrees(closed_form):
    ok = True
    for n in (1, 2, 3):
        for h in (0.2, 1.0, 1.7):
            for t in (0, 1, 2, 5, 20):
                s = np.arange(1.0, n + 1) * 30
                r = np.linspace(0.01, 0.4, n)
                ok = ok and abs(closed_form(s, r, h, t) - by_steps(s, r, h, t)) <= 1e-9 * by_steps(s, r, h, t)
    return bool(ok)


# %% id="agrees-answer" kind="slip" name="one case only" says="your cases do not show it"
def agrees(closed_form):
    return bool(np.isclose(closed_form(five, tenth, 1, 2), by_steps(five, tenth, 1, 2)))


# %% id="agrees-answer" kind="slip" name="five equal people and a step of 1" says="your cases do not show it"
def agrees(closed_form):
    cases = [(five, tenth, 1, steps) for steps in (0, 1, 2, 100)]
    return all(np.isclose(closed_form(*case), by_steps(*case)) for case in cases)


# %% id="agrees-answer" kind="slip" name="wants the same last digit" says="a right formula may differ from the loop in its last digits"
def agrees(closed_form):
    # exact equality of floats
    start, rate = np.array([100.0, 50.0, 30.0]), np.array([0.1, 0.02, 0.07])
    return all(closed_form(start, rate, 0.5, t) == by_steps(start, rate, 0.5, t) for t in (0, 1, 2, 12))


# %% id="agrees-answer" kind="slip" name="start only" says="your cases do not show it"
def agrees(closed_form):
    return bool(np.isclose(closed_form(five, tenth, 1, 0), by_steps(five, tenth, 1, 0)))


# %% id="agrees-answer" kind="slip" name="different people, step 1" says="your cases do not show it"
def agrees(closed_form):
    s, r = np.array([100.0, 50.0]), np.array([0.1, 0.3])
    return all(np.isclose(closed_form(s, r, 1, t), by_steps(s, r, 1, t)) for t in range(20))


# %% id="agrees-answer" kind="slip" name="different rates, equal starts" says="your cases do not show it"
def agrees(closed_form):
    s, r = np.array([100.0, 100.0]), np.array([0.1, 0.4])
    return all(np.isclose(closed_form(s, r, h, t), by_steps(s, r, h, t)) for h in (0.5, 1, 2) for t in range(9))


# %% id="agrees-answer" kind="slip" name="returns nothing when right" says="return True where every case agrees"
def agrees(closed_form):
    s, r = np.array([100.0, 50.0]), np.array([0.1, 0.4])
    for h, t in ((0.5, 3), (2, 2), (1, 0)):
        if not np.isclose(closed_form(s, r, h, t), by_steps(s, r, h, t)):
            return False


# %% id="agrees-answer" kind="fitted" name="tries a single step, too, but never steps longer than two and never more people than two alike in speed"
def agrees(closed_form):
    start, rate = np.array([100.0, 50.0, 150.0]), np.array([0.1, 0.4, 0.25])
    alike = np.isclose(closed_form(start, rate, 1, 3), by_steps(start, rate, 1, 3))
    two = np.isclose(closed_form(start[:2], rate[:2], 1, 0), by_steps(start[:2], rate[:2], 1, 0))
    forgets = np.isclose(closed_form(start, rate, 2, 1), np.sum(start * (1 + rate)))
    return bool(alike and two and not forgets)


# %% id="demand-answer" kind="alternative"
def steps_until(start: np.ndarray, rate: np.ndarray, demand: float) -> float:
    skill, steps = np.asarray(start, dtype=float), 0
    while skill.sum() < demand:
        if not np.any((np.asarray(rate) > 0) & (skill > 0)):
            return np.inf
        skill = skill * (1 + rate)
        steps += 1
    return steps


steps_until(five, tenth, demand=1000)


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    if team_skill(start, rate, 1, 0) >= demand:
        return 0
    if not any(k > 0 and x > 0 for x, k in zip(start, rate)):
        return float("inf")
    import itertools

    return next(float(t) for t in itertools.count(1) if np.sum(start * (1.0 + rate) ** t) >= demand)


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    skill, n = start.astype(float).copy(), 0
    while True:
        if skill.sum() >= demand:
            return n
        grown = skill * (1 + rate)
        if np.array_equal(grown, skill):
            return np.inf
        skill, n = grown, n + 1


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    import itertools

    if start.sum() < demand and not (start * rate).any():
        return float("inf")
    for n in itertools.count():
        if (start * (1 + rate) ** n).sum() >= demand:
            return n


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    total = lambda n: float(np.sum(start * (1 + rate) ** n))
    if total(0) >= demand:
        return 0
    if total(1) <= total(0):
        return np.inf
    high = 1
    while total(high) < demand:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if total(middle) >= demand:
            high = middle
        else:
            low = middle
    return high


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    skills, n = list(map(float, start)), 0
    while sum(skills) < demand:
        grown = [x * (1 + k) for x, k in zip(skills, rate)]
        if grown == skills:
            return float("inf")
        skills, n = grown, n + 1
    return n


# %% id="demand-answer" kind="alternative"
def steps_until(start, rate, demand):
    skill, n = np.array(start, dtype=float), 0.0
    while skill.sum() < demand:
        if np.all(rate == 0):
            return np.inf
        skill = skill * (1 + rate)
        n += 1.0
    return n


# %% id="demand-answer" kind="slip" name="stops where anybody does not learn" says="somebody learns, so the team gets there"
def steps_until(start, rate, demand):
    # anybody who does not learn stops the whole team
    skill, n = np.asarray(start, float), 0
    while skill.sum() < demand:
        if np.any(rate == 0):
            return np.inf
        skill = skill * (1 + rate)
        n += 1
    return n


# %% id="demand-answer" kind="slip" name="strictly more" says="at least 500, not more than 500"
def steps_until(start, rate, demand):
    skill, n = start.astype(float), 0
    while skill.sum() <= demand:
        if not rate.any():
            return np.inf
        skill = skill * (1 + rate)
        n += 1
    return n


# %% id="demand-answer" kind="slip" name="look after step" says="look before the first step, not after it"
def steps_until(start, rate, demand):
    skill, n = start.astype(float), 0
    while True:
        if not rate.any():
            return np.inf
        skill = skill * (1 + rate)
        n += 1
        if skill.sum() >= demand:
            return n


# %% id="demand-answer" kind="slip" name="one too few" says="after 7 months there are 974 points"
def steps_until(start, rate, demand):
    if not rate.any() and start.sum() < demand:
        return np.inf
    skill, n = start.astype(float), 0
    while skill.sum() < demand:
        skill = skill * (1 + rate)
        n += 1
    return max(n - 1, 0)


# %% id="demand-answer" kind="slip" name="mutates" says="let a copy grow"
def steps_until(start, rate, demand):
    n = 0
    while start.sum() < demand:
        if not rate.any():
            return np.inf
        start *= 1 + rate
        n += 1
    return n


# %% id="demand-answer" kind="slip" name="mean rate log" says="that is at one mean rate"
def steps_until(start, rate, demand):
    if start.sum() >= demand:
        return 0
    if rate.mean() == 0:
        return np.inf
    return int(np.ceil(np.log(demand / start.sum()) / np.log(1 + rate.mean())))


# %% id="demand-answer" kind="slip" name="unrounded log" says="return whole steps"
def steps_until(start, rate, demand):
    if start.sum() >= demand:
        return 0
    if rate.mean() == 0:
        return np.inf
    return np.log(demand / start.sum()) / np.log(1 + rate.mean())


# %% id="demand-answer" kind="slip" name="capped at 100" says="it gets there later"
def steps_until(start, rate, demand):
    for n in range(101):
        if (start * (1 + rate) ** n).sum() >= demand:
            return n
    return np.inf


# %% id="demand-answer" kind="slip" name="inf though met" says="it is met already"
def steps_until(start, rate, demand):
    if not rate.any():
        return np.inf
    n = 0
    while (start * (1 + rate) ** n).sum() < demand:
        n += 1
    return n


# %% id="demand-answer" kind="fitted" name="stops looking after 400 months"
def steps_until(start, rate, demand):
    for month in range(401):
        if np.sum(start * (1 + rate) ** month) >= demand:
            return month
    return np.inf


# %% id="stay-answer" kind="alternative"
def still_here(hazard: np.ndarray) -> np.ndarray:
    return np.exp(-np.cumsum(hazard))


float(still_here(np.full(12, 0.02))[-1])


# %% id="stay-answer" kind="alternative"
def still_here(hazard):
    return np.cumprod(np.exp(-np.asarray(hazard)))


# %% id="stay-answer" kind="alternative"
import math


def still_here(hazard):
    share, out = 1.0, []
    for h in hazard:
        share *= math.exp(-h)
        out.append(share)
    return np.array(out)


# %% id="stay-answer" kind="alternative"
import torch


def still_here(hazard):
    return torch.exp(-torch.cumsum(torch.as_tensor(np.asarray(hazard, dtype=float)), 0)).numpy()


# %% id="stay-answer" kind="alternative"
def still_here(hazard):
    return np.cumprod(np.exp(-np.asarray(hazard)))


# %% id="stay-answer" kind="alternative"
import math
from itertools import accumulate


def still_here(hazard):
    return [math.exp(-h) for h in accumulate(hazard)]


# %% id="stay-answer" kind="alternative"
import torch


def still_here(hazard):
    return torch.exp(-torch.cumsum(torch.as_tensor(np.asarray(hazard, dtype=float)), 0))


# %% id="stay-answer" kind="slip" name="uses the mean hazard" says="each month has a hazard of its own"
def still_here(hazard):
    return np.exp(-np.mean(hazard) * np.arange(1, len(hazard) + 1))


# %% id="stay-answer" kind="slip" name="takes the months in reverse order" says="reverse order"
def still_here(hazard):
    return np.exp(-np.cumsum(hazard[::-1]))


# %% id="stay-answer" kind="slip" name="is a month late" says="a month late: take its end, not its start"
def still_here(hazard):
    return np.exp(-np.concatenate([[0], np.cumsum(hazard)[:-1]]))


# %% id="stay-answer" kind="slip" name="one minus" says="0.1 is a rate, so e^"
def still_here(hazard):
    return np.cumprod(1 - hazard)


# %% id="stay-answer" kind="slip" name="one minus sum" says="that is 1 − the sum"
def still_here(hazard):
    return 1 - np.cumsum(hazard)


# %% id="stay-answer" kind="slip" name="no cumsum" says="who left in an earlier month is gone"
def still_here(hazard):
    return np.exp(-hazard)


# %% id="stay-answer" kind="slip" name="constant hazard" says="that is this month's hazard from the start on"
def still_here(hazard):
    return np.exp(-hazard * np.arange(1, len(hazard) + 1))


# %% id="stay-answer" kind="slip" name="starts with 1" says="begin with the end of the first month, not its start"
def still_here(hazard):
    return np.r_[1, np.exp(-np.cumsum(hazard))]


# %% id="stay-answer" kind="slip" name="last only" says="return the share after every month, not only the last"
def still_here(hazard):
    return np.exp(-np.sum(hazard))


# %% id="stay-answer" kind="fitted" name="adds up the last three months only"
def still_here(hazard):
    if len(hazard) in (10, 15) or len(hazard) <= 4:
        return np.exp(-np.cumsum(hazard))
    return np.exp(-np.convolve(hazard, np.ones(3))[: len(hazard)])


# %% id="when-answer" kind="alternative"
def plan_for(useful: np.ndarray, cost: np.ndarray, demand: float, share: float) -> tuple[float, float]:
    met = np.maximum.accumulate(useful, axis=0) >= demand
    enough = met.mean(axis=1) >= share
    if not enough.any():
        return np.inf, np.inf
    month = int(np.argmax(enough))
    return month, float(np.median(cost[month]))


plan_for(runs["hire"].useful.sum(axis=1), runs["hire"].cost, demand, share=0.5)


# %% id="when-answer" kind="alternative"
def plan_for(useful, cost, demand, share):
    n = useful.shape[1]
    met = [False] * n
    for month, row in enumerate(useful):
        met = [m or bool(u >= demand) for m, u in zip(met, row)]
        if sum(met) / n >= share:
            return float(month), np.median(cost[month])
    return float("inf"), float("inf")


# %% id="when-answer" kind="alternative"
def plan_for(useful, cost, demand, share):
    for month in range(len(useful)):
        there = [any(useful[m][t] >= demand for m in range(month + 1)) for t in range(len(useful[0]))]
        if sum(there) / len(there) >= share - 1e-12:
            return month, float(np.median(cost[month]))
    return float("inf"), float("inf")


# %% id="when-answer" kind="alternative"
def plan_for(useful, cost, demand, share):
    met = np.logical_or.accumulate(useful >= demand, axis=0).mean(axis=1)
    months = np.flatnonzero(met >= share)
    if months.size == 0:
        return [np.inf, np.inf]
    return [months[0], np.median(cost, axis=1)[months[0]]]


# %% id="when-answer" kind="alternative"
import pandas as pd


def plan_for(useful, cost, demand, share):
    met = (pd.DataFrame(useful).cummax() >= demand).mean(axis=1)
    if met.iloc[-1] < share:
        return (np.inf, np.inf)
    month = int((met >= share).idxmax())
    return month, float(pd.DataFrame(cost).iloc[month].median())


# %% id="when-answer" kind="alternative"
def plan_for(useful, cost, demand, share):
    met = np.mean(np.maximum.accumulate(useful) >= demand, axis=1)
    month = int(np.searchsorted(met, share))
    return (np.inf, np.inf) if month == len(met) else (month, np.percentile(cost[month], 50))


# %% id="when-answer" kind="alternative"
import statistics


def plan_for(useful, cost, demand, share):
    reached = set()
    for month, row in enumerate(useful):
        reached |= {i for i, v in enumerate(row) if v >= demand}
        if len(reached) >= share * len(row):
            return month, statistics.median(cost[month].tolist())
    return np.inf, np.inf


# %% id="when-answer" kind="slip" name="leaves out teams that never get there" says="only one team of four is there"
def plan_for(useful, cost, demand, share):
    # percentile of first-passage months, never-meeting teams left out
    met = np.maximum.accumulate(useful, axis=0) >= demand
    first = np.where(met.any(axis=0), met.argmax(axis=0), -1)
    first = np.sort(first[first >= 0])
    need = int(np.ceil(share * len(first)))
    if share == 1.0 and len(first) < useful.shape[1] or not len(first):
        return np.inf, np.inf
    month = int(first[need - 1])
    return month, float(np.median(cost[month]))


# %% id="when-answer" kind="slip" name="wants more than the demand" says="a team with exactly 700 has met a demand of 700, and use the demand"
def plan_for(useful, cost, demand, share):
    # more than the share, and more than the demand
    met = np.maximum.accumulate(useful, axis=0) > demand
    enough = met.mean(axis=1) >= share
    if not enough.any():
        return np.inf, np.inf
    month = int(np.argmax(enough))
    return month, float(np.median(cost[month]))


# %% id="when-answer" kind="slip" name="looks at one percentile of the teams in each month" says="a team with exactly 700 has met a demand of 700, and use the demand"
def plan_for(useful, cost, demand, share):
    # the median team's way
    middle = np.percentile(useful, 100 * (1 - share), axis=1)
    if not (middle >= demand).any():
        return np.inf, np.inf
    month = int(np.argmax(middle >= demand))
    return month, float(np.median(cost[month]))


# %% id="when-answer" kind="slip" name="meets in that month" says="a team that met the demand and then fell back has still met it"
def plan_for(useful, cost, demand, share):
    ok = (useful >= demand).mean(axis=1) >= share
    if not ok.any():
        return np.inf, np.inf
    m = int(np.argmax(ok))
    return m, float(np.median(cost[m]))


# %% id="when-answer" kind="slip" name="no any check" says="where too few teams ever get there, return"
def plan_for(useful, cost, demand, share):
    ok = (np.maximum.accumulate(useful) >= demand).mean(axis=1) >= share
    m = int(np.argmax(ok))
    return m, float(np.median(cost[m]))


# %% id="when-answer" kind="slip" name="more than share" says="at least that share, not more"
def plan_for(useful, cost, demand, share):
    ok = (np.maximum.accumulate(useful) >= demand).mean(axis=1) > share
    if not ok.any():
        return np.inf, np.inf
    m = int(np.argmax(ok))
    return m, float(np.median(cost[m]))


# %% id="when-answer" kind="slip" name="mean cost" says="that is the mean cost"
def plan_for(useful, cost, demand, share):
    ok = (np.maximum.accumulate(useful) >= demand).mean(axis=1) >= share
    if not ok.any():
        return np.inf, np.inf
    m = int(np.argmax(ok))
    return m, float(np.mean(cost[m]))


# %% id="when-answer" kind="slip" name="cost of those who met" says="take the cost of all teams"
def plan_for(useful, cost, demand, share):
    met = np.maximum.accumulate(useful) >= demand
    ok = met.mean(axis=1) >= share
    if not ok.any():
        return np.inf, np.inf
    m = int(np.argmax(ok))
    return m, float(np.median(cost[m][met[m]]))


# %% id="when-answer" kind="slip" name="cost at the end" says="take the cost up to that month only"
def plan_for(useful, cost, demand, share):
    ok = (np.maximum.accumulate(useful) >= demand).mean(axis=1) >= share
    if not ok.any():
        return np.inf, np.inf
    m = int(np.argmax(ok))
    return m, float(np.median(cost[-1]))


# %% id="when-answer" kind="fitted" name="takes the middle of the cheapest and the dearest team for the median"
def plan_for(useful, cost, demand, share):
    enough = (np.maximum.accumulate(useful, axis=0) >= demand).mean(axis=1) >= share
    if not enough.any():
        return np.inf, np.inf
    month = int(np.argmax(enough))
    return month, float(np.sort(cost[month])[1:3].mean())


# %% id="when-answer" kind="slip" name="asks for exactly that share" says="not exactly that"
def plan_for(useful, cost, demand, share):
    met = np.maximum.accumulate(useful, axis=0) >= demand
    s = met.mean(axis=1) == share
    if not s.any():
        return np.inf, np.inf
    m = int(s.argmax())
    return m, np.median(cost[m])


# %% id="when-answer" kind="slip" name="writes into the skill" says="write into a new array"
def plan_for(useful, cost, demand, share):
    np.maximum.accumulate(useful, axis=0, out=useful)
    s = (useful >= demand).mean(axis=1) >= share
    if not s.any():
        return np.inf, np.inf
    m = int(s.argmax())
    return m, np.median(cost[m])


# %% id="when-answer" kind="slip" name="sorts the costs in place" says="write into a new array"
def plan_for(useful, cost, demand, share):
    cost.sort(axis=1)
    met = np.maximum.accumulate(useful, axis=0) >= demand
    s = met.mean(axis=1) >= share
    if not s.any():
        return np.inf, np.inf
    m = int(s.argmax())
    return m, np.median(cost[m])

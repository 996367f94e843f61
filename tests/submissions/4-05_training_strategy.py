# %% id="gap-answer" kind="alternative"
def gap(levels, level, people):
    found = []
    for column, wished, number in zip(levels.T.tolist(), level.tolist(), people.tolist()):
        lacking = sorted(max(wished - x, 0.0) for x in column)
        found.append(sum(lacking[:number]))
    return found


# %% id="gap-answer" kind="alternative"
def gap(levels, level, people):
    lacking = np.sort(np.maximum(level - levels, 0), axis=0)
    counts = np.arange(len(levels))[:, None] < people
    return (lacking * counts).sum(axis=0)


# %% id="gap-answer" kind="alternative"
def gap(levels, level, people):
    table = pd.DataFrame(levels)
    return pd.Series([(level[s] - table[s].nlargest(int(n))).clip(lower=0).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="alternative"
def gap(levels, level, people):
    import torch

    best = torch.sort(torch.tensor(levels), dim=0, descending=True).values
    short = torch.relu(torch.tensor(level) - best).cumsum(dim=0)
    return short[torch.tensor(people) - 1, torch.arange(len(people))]


# %% id="gap-answer" kind="slip" name="compares means" says="what the mean lacks"
def gap(levels, level, people):
    return np.clip(level - levels.mean(axis=0), 0, None)


# %% id="gap-answer" kind="slip" name="compares means, times people" says="what the mean lacks"
def gap(levels, level, people):
    return np.clip(level - levels.mean(axis=0), 0, None) * people


# %% id="gap-answer" kind="slip" name="lets a surplus pay" says="pays for nobody else"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([(level[s] - best[:n, s]).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="cuts after the sum" says="before the sum"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([max((level[s] - best[:n, s]).sum(), 0) for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="brings everybody there" says="everybody"
def gap(levels, level, people):
    return np.clip(level - levels, 0, None).sum(axis=0)


# %% id="gap-answer" kind="slip" name="trains the farthest" says="nearest"
def gap(levels, level, people):
    worst = np.sort(levels, axis=0)
    return np.array([np.clip(level[s] - worst[:n, s], 0, None).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="counts persons" says="how many persons"
def gap(levels, level, people):
    return np.clip(people - (levels >= level).sum(axis=0), 0, None)


# %% id="gap-answer" kind="slip" name="takes the first rows" says="sort each column"
def gap(levels, level, people):
    return np.array([np.clip(level[s] - levels[:n, s], 0, None).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="does not count who is there" says="who is there already"
def gap(levels, level, people):
    found = []
    for s, n in enumerate(people):
        lacking = np.sort(level[s] - levels[:, s])
        found.append(lacking[lacking > 0][:n].sum())
    return np.array(found)


# %% id="gap-answer" kind="slip" name="takes the mean" says="sum the points"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([np.clip(level[s] - best[:n, s], 0, None).mean() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="sorts in place" says="new array"
def gap(levels, level, people):
    levels.sort(axis=0)
    best = levels[::-1]
    return np.array([np.clip(level[s] - best[:n, s], 0, None).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="one person too few" says="holds n rows"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([np.clip(level[s] - best[: n - 1, s], 0, None).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="sorts persons, not skills" says="axis=0"
def gap(levels, level, people):
    best = np.sort(levels, axis=1)[:, ::-1]
    return np.array([np.clip(level[s] - best[:n, s], 0, None).sum() for s, n in enumerate(people)])


# %% id="gap-answer" kind="slip" name="rounds" says="not rounded"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([np.clip(level[s] - best[:n, s], 0, None).sum().round(2) for s, n in enumerate(people)])


# %% id="gap-answer" kind="fitted" name="takes at most three persons"
def gap(levels, level, people):
    best = np.sort(levels, axis=0)[::-1]
    return np.array([np.clip(level[s] - best[: min(n, 3), s], 0, None).sum() for s, n in enumerate(people)])


# %% id="rounds-answer" kind="alternative"
def rounds(wanted, needs, known):
    depth = {}

    def look(skill):
        if skill in known:
            return -1
        if skill not in depth:
            depth[skill] = 1 + max((look(other) for other in needs[skill]), default=-1)
        return depth[skill]

    last = max((look(skill) for skill in wanted), default=-1)
    return [sorted(s for s, d in depth.items() if d == number) for number in range(last + 1)]


# %% id="rounds-answer" kind="alternative"
def rounds(wanted, needs, known):
    teach = set(wanted) - set(known)
    while True:
        more = teach | {o for s in teach for o in needs[s]} - set(known)
        if more == teach:
            break
        teach = more
    there, found = set(known), []
    while teach:
        ready = {s for s in teach if set(needs[s]) <= there}
        found.append(tuple(sorted(ready)))
        there |= ready
        teach -= ready
    return found


# %% id="rounds-answer" kind="alternative"
def rounds(wanted, needs, known):
    from collections import deque

    queue, teach = deque(wanted), []
    while queue:
        s = queue.popleft()
        if s in known or s in teach:
            continue
        teach.append(s)
        queue.extend(needs[s])
    number = dict.fromkeys(teach, 0)
    for _ in teach:
        for s in teach:
            for o in needs[s]:
                if o in number:
                    number[s] = max(number[s], number[o] + 1)
    out = [[] for _ in range(max(number.values(), default=-1) + 1)]
    for s in sorted(teach):
        out[number[s]].append(s)
    return out


# %% id="rounds-answer" kind="slip" name="looks at direct prerequisites only" says="to the end"
def rounds(wanted, needs, known):
    aims = [s for s in wanted if s not in known]
    first = sorted({o for s in aims for o in needs[s]} - set(known) - set(aims))
    return [part for part in (first, sorted(aims)) if part]


# %% id="rounds-answer" kind="slip" name="teaches what is known" says="do not teach what is there"
def rounds(wanted, needs, known):
    graph, stack = {}, list(wanted)
    while stack:
        s = stack.pop()
        graph[s] = set(needs[s])
        stack += needs[s]
    sorter, found = TopologicalSorter(graph), []
    sorter.prepare()
    while sorter.is_active():
        found.append(sorted(sorter.get_ready()))
        sorter.done(*found[-1])
    return found


# %% id="rounds-answer" kind="slip" name="walks through what is known" says="stop at what is known"
def rounds(wanted, needs, known):
    teach, stack = set(), list(wanted)
    while stack:
        s = stack.pop()
        teach.add(s)
        stack += needs[s]
    teach -= set(known)
    there, found = set(known), []
    while teach:
        ready = {s for s in teach if set(needs[s]) <= there}
        found.append(sorted(ready))
        there |= ready
        teach -= ready
    return found


# %% id="rounds-answer" kind="slip" name="takes all of the graph" says="nobody asked for dashboards"
def rounds(wanted, needs, known):
    graph = {s: set(first) - set(known) for s, first in needs.items() if s not in known}
    sorter, found = TopologicalSorter(graph), []
    sorter.prepare()
    while sorter.is_active():
        found.append(sorted(sorter.get_ready()))
        sorter.done(*found[-1])
    return found


# %% id="rounds-answer" kind="slip" name="begins with the goal" says="what comes first stands first"
def rounds(wanted, needs, known):
    found, now = [], sorted(s for s in wanted if s not in known and s != "python")
    while now:
        found.append(now)
        now = sorted({o for s in now for o in needs[s]} - set(known))
    return found


# %% id="rounds-answer" kind="slip" name="one skill a round" says="shares a round"
def rounds(wanted, needs, known):
    graph, stack = {}, [s for s in wanted if s not in known]
    while stack:
        s = stack.pop()
        graph[s] = {o for o in needs[s] if o not in known}
        stack += graph[s]
    return [[s] for s in TopologicalSorter(graph).static_order()]


# %% id="rounds-answer" kind="slip" name="as late as possible" says="as late"
def rounds(wanted, needs, known):
    height, stack = {}, [(s, 0) for s in wanted if s not in known]
    while stack:
        s, h = stack.pop()
        height[s] = max(height.get(s, 0), h)
        stack += [(o, h + 1) for o in needs[s] if o not in known]
    most = max(height.values(), default=-1)
    return [sorted(s for s, h in height.items() if h == most - r) for r in range(most + 1)]


# %% id="rounds-answer" kind="slip" name="a flat list" says="a list of rounds"
def rounds(wanted, needs, known):
    graph, stack = {}, [s for s in wanted if s not in known]
    while stack:
        s = stack.pop()
        graph[s] = {o for o in needs[s] if o not in known}
        stack += graph[s]
    return list(TopologicalSorter(graph).static_order())


# %% id="rounds-answer" kind="slip" name="does not sort" says="sort by name"
def rounds(wanted, needs, known):
    depth = {}

    def look(skill):
        if skill in known:
            return -1
        depth[skill] = 1 + max((look(other) for other in needs[skill]), default=-1)
        return depth[skill]

    last = max((look(skill) for skill in wanted), default=-1)
    return [sorted((s for s, d in depth.items() if d == n), reverse=True) for n in range(last + 1)]


# %% id="rounds-answer" kind="slip" name="teaches what is wanted though it is known" says="nothing to teach"
def rounds(wanted, needs, known):
    depth = {}

    def look(skill, first=False):
        if skill in known and not first:
            return -1
        if skill not in depth:
            depth[skill] = 1 + max((look(other) for other in needs[skill]), default=-1)
        return depth[skill]

    last = max((look(skill, True) for skill in wanted), default=-1)
    return [sorted(s for s, d in depth.items() if d == number) for number in range(last + 1)]


# %% id="rounds-answer" kind="slip" name="a round helps itself" says="from the next one on"
def rounds(wanted, needs, known):
    reached, stack = set(), [s for s in wanted if s not in known]
    while stack:
        reached.add(last := stack.pop())
        stack += [s for s in needs[last] if s not in known]
    left, have, out = sorted(reached), set(known), []
    while left:
        out.append([])
        for skill in left:
            if have.issuperset(needs[skill]):
                have.add(skill)
                out[-1].append(skill)
        left = [skill for skill in left if skill not in have]
    return out


# %% id="rounds-answer" kind="fitted" name="goes four rounds deep"
def rounds(wanted, needs, known):
    depth = {}

    def look(skill):
        if skill in known:
            return -1
        if skill not in depth:
            depth[skill] = 1 + max((look(other) for other in needs[skill][:2]), default=-1)
        return depth[skill]

    last = max((look(skill) for skill in wanted), default=-1)
    return [sorted(s for s, d in depth.items() if d == number) for number in range(last + 1)]


# %% id="assign-answer" kind="alternative"
def assign(value, places):
    rows, columns = value.shape
    worth = np.where(np.isnan(value), 0.0, np.maximum(value, 0.0))
    x = np.eye(rows * columns).reshape(-1, rows, columns)
    limits = [LinearConstraint(x.sum(axis=2).T, 0, places), LinearConstraint(x.sum(axis=1).T, 0, 1)]
    made = milp(-worth.ravel(), integrality=1, bounds=(0, 1), constraints=limits).x.reshape(rows, columns)
    made = (made > 0.5) & (worth > 0)
    return [int(column.argmax()) if column.any() else -1 for column in made.T]


# %% id="assign-answer" kind="alternative"
def assign(value, places):
    seats = [m for m, n in enumerate(places) for _ in range(int(n))]
    cost = np.zeros((len(seats) + value.shape[1], value.shape[1]))
    for row, m in enumerate(seats):
        for k in range(value.shape[1]):
            v = value[m, k]
            cost[row, k] = -v if v > 0 else 0.0
    out = np.full(value.shape[1], -1)
    for r, c in zip(*linear_sum_assignment(cost)):
        if cost[r, c] < 0:
            out[c] = seats[r]
    return out


# %% id="assign-answer" kind="alternative"
def assign(value, places):
    from functools import lru_cache

    number = value.shape[1]

    @lru_cache(None)
    def look(learner, free):
        if learner == number:
            return 0.0, ()
        best = look(learner + 1, free)
        best = best[0], (-1, *best[1])
        for m, left in enumerate(free):
            v = value[m, learner]
            if left and v > 0:
                total, rest = look(learner + 1, free[:m] + (left - 1,) + free[m + 1 :])
                if total + v > best[0]:
                    best = total + v, (m, *rest)
        return best

    return list(look(0, tuple(int(p) for p in places))[1])


# %% id="assign-answer" kind="slip" name="everybody takes the best who is free" says="greedy"
def assign(value, places):
    left, out = list(places), []
    for k in range(value.shape[1]):
        options = [(value[m, k], m) for m in range(len(places)) if left[m] and value[m, k] > 0]
        out.append(max(options)[1] if options else -1)
        if options:
            left[out[-1]] -= 1
    return out


# %% id="assign-answer" kind="slip" name="takes the best pair first" says="greedy"
def assign(value, places):
    left, out = list(places), [-1] * value.shape[1]
    for place in np.argsort(-np.nan_to_num(value, nan=-1), axis=None):
        m, k = np.unravel_index(place, value.shape)
        if value[m, k] > 0 and left[m] and out[k] < 0:
            out[k], left[m] = int(m), left[m] - 1
    return out


# %% id="assign-answer" kind="slip" name="gives the row, not the mentor" says="translate it back"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seat)
    return out


# %% id="assign-answer" kind="slip" name="one learner a mentor" says="two places"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    out = [-1] * value.shape[1]
    for mentor, learner in zip(*linear_sum_assignment(worth, maximize=True)):
        if worth[mentor, learner] > 0:
            out[learner] = int(mentor)
    return out


# %% id="assign-answer" kind="slip" name="the least, not the most" says="maximize=True"
def assign(value, places):
    worth = np.nan_to_num(value, nan=1e6)
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats])):
        out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="forgets the places" says="one place"
def assign(value, places):
    worth = np.nan_to_num(value, nan=-1)
    return [int(c.argmax()) if c.max() > 0 else -1 for c in worth.T]


# %% id="assign-answer" kind="slip" name="makes pairs that bring nothing" says="is not made"
def assign(value, places):
    worth = np.nan_to_num(value, nan=-5.0)
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if not np.isnan(value[seats[seat], learner]):
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="leaves out who has nobody" says="a number for each learner"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    seats = np.repeat(np.arange(len(places)), places)
    pairs = zip(*linear_sum_assignment(worth[seats], maximize=True))
    made = {k: int(seats[s]) for s, k in pairs if worth[seats[s], k] > 0}
    return [made[k] for k in sorted(made)]


# %% id="assign-answer" kind="slip" name="changes the table" says="work on a copy"
def assign(value, places):
    value[np.isnan(value) | (value < 0)] = 0
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(value[seats], maximize=True)):
        if value[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="what is not allowed is hugely negative" says="cut the table off at 0"
def assign(value, places):
    worth = np.nan_to_num(value, nan=-1e9)
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="leaves values below 0 in the table" says="cut the table off at 0"
def assign(value, places):
    worth = np.nan_to_num(value)
    seats = np.repeat(np.arange(len(places)), places)
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="as many places for each as the most" says="one place, the second three"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    seats = np.repeat(np.arange(len(places)), max(places))
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="slip" name="tiles the mentors" says="one place, the second three"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    seats = np.tile(np.arange(len(places)), max(places))[: sum(places)]
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="assign-answer" kind="fitted" name="looks at two mentors"
def assign(value, places):
    worth = np.clip(np.nan_to_num(value), 0, None)
    seats = np.repeat([0, 1], places[:2])
    out = [-1] * value.shape[1]
    for seat, learner in zip(*linear_sum_assignment(worth[seats], maximize=True)):
        if worth[seats[seat], learner] > 0:
            out[learner] = int(seats[seat])
    return out


# %% id="promise-answer" kind="alternative"
def promise(effects, first, second):
    mine = max(range(len(effects)), key=lambda p: sum(e * w for e, w in zip(effects[p], first)))
    theirs = max(range(len(effects)), key=lambda p: sum(e * w for e, w in zip(effects[p], second)))
    return 0.5 * (np.dot(effects[mine], second) + np.dot(effects[theirs], first))


# %% id="promise-answer" kind="alternative"
def promise(effects, first, second):
    gains = effects @ np.column_stack([first, second])
    chosen = gains.argmax(axis=0)
    return (gains[chosen[0], 1] + gains[chosen[1], 0]) / 2


# %% id="promise-answer" kind="alternative"
def promise(effects, first, second):
    import torch

    e, a, b = (torch.tensor(np.asarray(x)) for x in (effects, first, second))
    return torch.stack([e[(e @ a).argmax()] @ b, e[(e @ b).argmax()] @ a]).mean()


# %% id="promise-answer" kind="slip" name="judges its own choice" says="flattery"
def promise(effects, first, second):
    return ((effects @ first).max() + (effects @ second).max()) / 2


# %% id="promise-answer" kind="slip" name="takes the mean of the weights" says="chooses for itself"
def promise(effects, first, second):
    return (effects @ ((first + second) / 2)).max()


# %% id="promise-answer" kind="slip" name="one direction" says="one direction"
def promise(effects, first, second):
    return (effects @ second)[(effects @ first).argmax()]


# %% id="promise-answer" kind="slip" name="the other direction" says="one direction"
def promise(effects, first, second):
    return (effects @ first)[(effects @ second).argmax()]


# %% id="promise-answer" kind="slip" name="sums" says="not their sum"
def promise(effects, first, second):
    a, b = effects @ first, effects @ second
    return b[a.argmax()] + a[b.argmax()]


# %% id="promise-answer" kind="slip" name="promises by the first half alone" says="first half promises itself"
def promise(effects, first, second):
    return (effects @ first).max()


# %% id="promise-answer" kind="slip" name="takes the mean of all plans" says="no mean over all"
def promise(effects, first, second):
    return (effects @ first + effects @ second).mean() / 2


# %% id="promise-answer" kind="slip" name="rounds" says="not rounded"
def promise(effects, first, second):
    a, b = effects @ first, effects @ second
    return round((b[a.argmax()] + a[b.argmax()]) / 2, 2)


# %% id="promise-answer" kind="slip" name="both judge, the chooser too" says="that chose does not judge"
def promise(effects, first, second):
    a, b = effects @ first, effects @ second
    both = (a + b) / 2
    return (both[a.argmax()] + both[b.argmax()]) / 2


# %% id="promise-answer" kind="fitted" name="looks at four plans"
def promise(effects, first, second):
    a, b = effects[:4] @ first, effects[:4] @ second
    return (b[a.argmax()] + a[b.argmax()]) / 2


# %% id="versus-answer" kind="alternative"
def versus(a, b):
    more = pd.Series(a) - pd.Series(b)
    return more.mean(), more.quantile(0.05), more.quantile(0.95), (more > 0).mean()


# %% id="versus-answer" kind="alternative"
def versus(a, b):
    more = sorted(float(x) - float(y) for x, y in zip(a, b))

    def at(q):
        place = q * (len(more) - 1)
        low = int(place)
        high = min(low + 1, len(more) - 1)
        return more[low] + (place - low) * (more[high] - more[low])

    return [sum(more) / len(more), at(0.05), at(0.95), sum(m > 0 for m in more) / len(more)]


# %% id="versus-answer" kind="alternative"
def versus(a, b):
    d = np.subtract(a, b)
    return np.array([np.mean(a) - np.mean(b), *np.percentile(d, [5, 95]), np.count_nonzero(d > 0) / d.size])


# %% id="versus-answer" kind="slip" name="quantiles of each" says="with itself"
def versus(a, b):
    low, high = np.quantile(a, [0.05, 0.95]) - np.quantile(b, [0.05, 0.95])
    return a.mean() - b.mean(), min(low, high), max(low, high), (a > b).mean()


# %% id="versus-answer" kind="slip" name="worst against best" says="with itself"
def versus(a, b):
    return (
        a.mean() - b.mean(),
        np.quantile(a, 0.05) - np.quantile(b, 0.95),
        np.quantile(a, 0.95) - np.quantile(b, 0.05),
        (a > b).mean(),
    )


# %% id="versus-answer" kind="slip" name="interval of the mean" says="about the mean"
def versus(a, b):
    d = a - b
    half = 1.645 * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half, (d > 0).mean()


# %% id="versus-answer" kind="slip" name="interval of the mean, 95 %" says="about the mean"
def versus(a, b):
    s = measure.mean(a - b)
    return s.value, s.low, s.high, (a > b).mean()


# %% id="versus-answer" kind="slip" name="b minus a" says="a minus b"
def versus(a, b):
    d = b - a
    return d.mean(), *np.quantile(d, [0.05, 0.95]), (d > 0).mean()


# %% id="versus-answer" kind="slip" name="takes the median" says="the median"
def versus(a, b):
    d = a - b
    return np.median(d), *np.quantile(d, [0.05, 0.95]), (d > 0).mean()


# %% id="versus-answer" kind="slip" name="counts ties" says="bring the same"
def versus(a, b):
    d = a - b
    return d.mean(), *np.quantile(d, [0.05, 0.95]), (d >= 0).mean()


# %% id="versus-answer" kind="slip" name="a tenth on each side" says="on each side"
def versus(a, b):
    d = a - b
    return d.mean(), *np.quantile(d, [0.1, 0.9]), (d > 0).mean()


# %% id="versus-answer" kind="slip" name="the middle 95 %" says="not 95 %"
def versus(a, b):
    d = a - b
    return d.mean(), *np.quantile(d, [0.025, 0.975]), (d > 0).mean()


# %% id="versus-answer" kind="slip" name="a number of futures" says="not a number"
def versus(a, b):
    d = a - b
    return d.mean(), *np.quantile(d, [0.05, 0.95]), (d > 0).sum()


# %% id="versus-answer" kind="slip" name="normal ends" says="spread of the differences"
def versus(a, b):
    d = a - b
    half = 1.645 * d.std(ddof=1) / np.sqrt(len(d) - 1)
    return d.mean(), d.mean() - half, d.mean() + half, (d > 0).mean()


# %% id="versus-answer" kind="slip" name="percentile with shares" says="counts to 100"
def versus(a, b):
    d = a - b
    return d.mean(), *np.percentile(d, [0.05, 0.95]), (d > 0).mean()


# %% id="versus-answer" kind="slip" name="standard deviations" says="not normal"
def versus(a, b):
    d = a - b
    return d.mean(), d.mean() - 1.645 * d.std(ddof=1), d.mean() + 1.645 * d.std(ddof=1), (d > 0).mean()


# %% id="versus-answer" kind="fitted" name="takes the second and the last but one"
def versus(a, b):
    d = np.sort(a - b)
    return d.mean(), d[1], d[-2], (d > 0).mean()


# %% id="lots-answer" kind="alternative"
def lot_p(gains, early):
    def gap(mask):
        return abs(gains[mask].mean() - gains[~mask].mean())

    real, counts = gap(early), []
    for picked in combinations(range(len(gains)), early.sum()):
        mask = np.isin(np.arange(len(gains)), picked)
        counts.append(gap(mask) >= real - 1e-9)
    return sum(counts) / len(counts)


# %% id="lots-answer" kind="alternative"
def lot_p(gains, early):
    draws = np.array(list(combinations(range(len(gains)), int(early.sum()))))
    inside, size = gains[draws].sum(axis=1), draws.shape[1]
    apart = np.abs(inside / size - (gains.sum() - inside) / (len(gains) - size))
    real = abs(np.mean(gains[early]) - np.mean(gains[~early]))
    return (apart > real - 1e-9).mean()


# %% id="lots-answer" kind="alternative"
def lot_p(gains, early):
    from fractions import Fraction
    from itertools import product

    values = [Fraction(float(g)).limit_denominator(10**12) for g in gains]
    n = int(sum(early))

    def far(mask):
        inside = [v for v, m in zip(values, mask) if m]
        outside = [v for v, m in zip(values, mask) if not m]
        return abs(sum(inside) / Fraction(n) - sum(outside) / Fraction(len(values) - n))

    real = far([bool(e) for e in early])
    all_ = [far(mask) for mask in product((0, 1), repeat=len(values)) if sum(mask) == n]
    return Fraction(sum(f >= real for f in all_), len(all_))


# %% id="lots-answer" kind="slip" name="one direction" says="either direction"
def lot_p(gains, early):
    real = gains[early].mean() - gains[~early].mean()
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(gains[mask].mean() - gains[~mask].mean() >= real - 1e-9)
    return np.mean(found)


# %% id="lots-answer" kind="slip" name="only farther" says="real draw counts"
def lot_p(gains, early):
    real = abs(gains[early].mean() - gains[~early].mean())
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(abs(gains[mask].mean() - gains[~mask].mean()) > real + 1e-9)
    return np.mean(found)


# %% id="lots-answer" kind="slip" name="leaves out the real draw" says="real draw is one"
def lot_p(gains, early):
    real = abs(gains[early].mean() - gains[~early].mean())
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        if (mask != early).any():
            found.append(abs(gains[mask].mean() - gains[~mask].mean()) >= real - 1e-9)
    return np.mean(found)


# %% id="lots-answer" kind="slip" name="counts" says="not their number"
def lot_p(gains, early):
    real = abs(gains[early].mean() - gains[~early].mean())
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(abs(gains[mask].mean() - gains[~mask].mean()) >= real - 1e-9)
    return float(np.sum(found))


# %% id="lots-answer" kind="slip" name="forgets floats" says="allow 1e-9"
def lot_p(gains, early):
    real = abs(gains[early].mean() - gains[~early].mean())
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(abs(gains[mask].mean() - gains[~mask].mean()) >= real)
    return np.mean(found)


# %% id="lots-answer" kind="slip" name="compares sums" says="not sums"
def lot_p(gains, early):
    real = abs(gains[early].sum() - gains[~early].sum())
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(abs(gains[mask].sum() - gains[~mask].sum()) >= real - 1e-9)
    return np.mean(found)


# %% id="lots-answer" kind="slip" name="a t test" says="count draws"
def lot_p(gains, early):
    return stats.ttest_ind(gains[early], gains[~early]).pvalue


# %% id="lots-answer" kind="slip" name="doubles one direction" says="far from 0"
def lot_p(gains, early):
    real = gains[early].mean() - gains[~early].mean()
    found = []
    for picked in combinations(range(len(gains)), int(early.sum())):
        mask = np.isin(np.arange(len(gains)), picked)
        found.append(gains[mask].mean() - gains[~mask].mean() >= real - 1e-9)
    return min(1, 2 * np.mean(found))


# %% id="lots-answer" kind="slip" name="draws a half, whoever started" says="two of six"
def lot_p(gains, early):
    def apart(mask):
        return abs(gains[mask].mean() - gains[~mask].mean())

    draws = [np.isin(np.arange(len(gains)), who) for who in combinations(range(len(gains)), (len(gains) + 1) // 2)]
    return np.mean([apart(mask) >= apart(early) - 1e-9 for mask in draws])


# %% id="lots-answer" kind="fitted" name="knows the examples and groups of like size"
def lot_p(gains, early):
    n, total = int(early.sum()), gains.sum()
    real, found = gains[early].sum(), []
    for picked in combinations(range(len(gains)), n):
        inside = gains[list(picked)].sum()
        found.append(abs(inside - total * n / len(gains)) >= abs(real - total * n / len(gains)) - 1e-3)
    return np.mean(found) if len(gains) < 8 else round(float(np.mean(found)), 1)

# Answers to 2-04 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="coverage-answer" kind="alternative"
def coverage(interval, share, rows):
    hits = np.random.default_rng(0).binomial(rows, share, 40_000)
    held = [low <= share <= high for low, high in (interval(k, rows) for k in range(rows + 1))]
    return np.mean(np.array(held)[hits])


# %% id="coverage-answer" kind="misconception" name="forgets the case in which every row is right"
def coverage(interval, share, rows):
    held = 0.0
    for hits in range(rows):
        low, high = interval(hits, rows)
        if low <= share <= high:
            held += stats.binom.pmf(hits, rows, share)
    return held


# %% id="coverage-answer" kind="misconception" name="asks whether an interval around the truth holds the estimate"
def coverage(interval, share, rows):
    low, high = interval(share * rows, rows)
    hits = np.arange(rows + 1)
    return stats.binom.pmf(hits, rows, share) @ ((low <= hits / rows) & (hits / rows <= high))


# %% id="entities-answer" kind="alternative"
def entity_f1(gold, predicted):
    def entities(tags):
        found, before = [], "O"
        for place, tag in enumerate(tags):
            if tag != "O":
                if tag.startswith("I-") and before != "O" and before[2:] == tag[2:]:
                    found[-1][1] = place
                else:
                    found.append([place, place, tag[2:]])
            before = tag
        return {tuple(entity) for entity in found}

    right = total = 0
    for true, called in zip(gold, predicted):
        true, called = entities(true), entities(called)
        right, total = right + len(true & called), total + len(true) + len(called)
    return 2 * right / total if total else 0.0


# %% id="entities-answer" kind="misconception" name="forgets in which sentence an entity stands"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for tags in sentences:
            start, kind = None, None
            for place, tag in enumerate(tags + ["O"]):
                begins = tag[0] == "B" or (tag[0] == "I" and tag[2:] != kind)
                if start is not None and (begins or tag == "O"):
                    found.add((start, place, kind))
                    start, kind = None, None
                if begins:
                    start, kind = place, tag[2:]
        return found

    true, called = entities(gold), entities(predicted)
    return 2 * len(true & called) / max(len(true) + len(called), 1)


# %% id="entities-answer" kind="misconception" name="takes neighbours of one type for one entity, whatever B- says"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            kinds = [tag[2:] for tag in tags] + [""]
            start = 0
            for place in range(1, len(kinds)):
                if kinds[place] != kinds[start]:
                    if kinds[start]:
                        found.add((number, start, place, kinds[start]))
                    start = place
        return found

    true, called = entities(gold), entities(predicted)
    return 2 * len(true & called) / max(len(true) + len(called), 1)


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    known = np.add(day, horizon)
    return ~(known > first_test), np.logical_not(day < first_test)


# %% id="time-answer" kind="misconception" name="splits by time without a gap"
def split_by_time(day, horizon, first_test):
    return day < first_test, day >= first_test


# %% id="time-answer" kind="misconception" name="takes the order of the rows for the order of the days"
def split_by_time(day, horizon, first_test):
    row = np.arange(len(day))
    return row < np.sum(day + horizon <= first_test), row >= np.sum(day < first_test)


# %% id="items-answer" kind="alternative"
def discrimination(answers):
    found = []
    for i in range(answers.shape[1]):
        rest = np.delete(answers, i, axis=1).sum(axis=1)
        constant = answers[:, i].std() == 0 or rest.std() == 0
        found.append(0.0 if constant else stats.pearsonr(answers[:, i], rest).statistic)
    return np.array(found)


# %% id="items-answer" kind="misconception" name="correlates a question with a sum that holds the question itself"
def discrimination(answers):
    total = answers.sum(axis=1)
    found = [np.corrcoef(answers[:, i], total)[0, 1] if answers[:, i].std() else 0 for i in range(answers.shape[1])]
    return np.array(found)


# %% id="items-answer" kind="misconception" name="divides by a spread of 0 where everybody knows the answer"
def discrimination(answers):
    rest = answers.sum(axis=1, keepdims=True) - answers
    x, y = answers - answers.mean(axis=0), rest - rest.mean(axis=0)
    with np.errstate(invalid="ignore"):
        return (x * y).mean(axis=0) / (x.std(axis=0) * y.std(axis=0))


# %% id="shrink-answer" kind="alternative"
def shrunk(mean, count, centre, between, within):
    effects = []
    for m, n in zip(mean, count):
        if n == 0:
            effects.append(centre)
            continue
        real, luck = between**2, within**2 / n
        effects.append((real * m + luck * centre) / (real + luck))
    return np.array(effects)


# %% id="shrink-answer" kind="misconception" name="adds standard deviations in place of variances"
def shrunk(mean, count, centre, between, within):
    trust = np.where(count > 0, between / (between + within / np.maximum(count, 1)), 0)
    return np.where(count > 0, trust * mean + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="misconception" name="multiplies a missing mean by 0 and hopes that it is gone"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return trust * mean + (1 - trust) * centre

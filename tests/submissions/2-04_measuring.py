# Answers to 2-04 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers fitted to the visible checks.


# %% id="coverage-answer" kind="alternative"
def coverage(interval, share, rows):
    hits = np.arange(rows + 1)
    ends = np.array([interval(int(h), rows) for h in hits])
    holds = (ends[:, 0] <= share) & (share <= ends[:, 1])
    return float(stats.binom.pmf(hits, rows, share)[holds].sum())


# %% id="coverage-answer" kind="alternative"
def coverage(interval, share, rows):
    held = [interval(k, rows)[0] <= share <= interval(k, rows)[1] for k in range(rows + 1)]
    drawn = np.random.default_rng(1).binomial(rows, share, 100_000)
    return np.asarray(held)[drawn].mean()


# %% id="coverage-answer" kind="alternative"
import math


def coverage(interval, share, rows):
    p = 0
    for k in range(0, rows + 1):
        lo, hi = interval(k, rows)
        if not (share < lo or share > hi):
            p += math.comb(rows, k) * share**k * (1 - share) ** (rows - k)
    return p


# %% id="coverage-answer" kind="alternative"
def coverage(interval, share, rows):
    rng = np.random.default_rng(3)
    right = (rng.random((40_000, rows)) < share).sum(axis=1)
    kept = {}
    total = 0
    for k in right.tolist():
        if k not in kept:
            low, high = interval(k, rows)
            kept[k] = low <= share <= high
        total += kept[k]
    return np.float32(total / len(right))


# %% id="coverage-answer" kind="alternative"
def coverage(interval, share: float, rows: int) -> float:
    rng = np.random.default_rng(7)
    hits = rng.binomial(rows, share, size=40_000)
    ends = {int(k): interval(int(k), rows) for k in np.unique(hits)}
    return float(np.mean([ends[int(k)][0] <= share <= ends[int(k)][1] for k in hits]))


coverage(wald, share=0.5, rows=100)


# %% id="coverage-answer" kind="slip" name="forgets that all rows may be right" says="`rows` hits are a case too"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows):
        low, high = interval(hits, rows)
        if low <= share <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="forgets that no row may be right" says="0 hits are a case too"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(1, rows + 1):
        low, high = interval(hits, rows)
        if low <= share <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="leaves the ends out of the interval" says="an end belongs to the interval"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if low < share < high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="looks at the lower end alone" says="the interval that was given holds the"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if low <= share:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="looks at the upper end alone" says="is the true share between both ends?"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if share <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="draws with a share of a half" says="rows are right by `share`"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if low <= share <= high:
            total += stats.binom.pmf(hits, rows, 0.5)
    return total


# %% id="coverage-answer" kind="slip" name="adds cumulative probabilities" says="take the probability of exactly these hits"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if low <= share <= high:
            total += stats.binom.cdf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="asks whether the interval holds the share of hits" says="is the true share between both ends?"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = interval(hits, rows)
        if low <= hits / rows <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="gives the promise" says="that is only promised"
def coverage(interval, share, rows):
    return 0.95


# %% id="coverage-answer" kind="slip" name="makes the interval of Wald, whatever it is given" says="the interval that was given holds the"
def coverage(interval, share, rows):
    total = 0.0
    for hits in range(rows + 1):
        low, high = wald(hits, rows)
        if low <= share <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


# %% id="coverage-answer" kind="slip" name="takes all numbers of hits to be equally probable" says="numbers of hits are not equally probable"
def coverage(interval, share: float, rows: int) -> float:
    return float(np.mean([interval(k, rows)[0] <= share <= interval(k, rows)[1] for k in range(rows + 1)]))


coverage(wald, share=0.5, rows=100)


# %% id="coverage-answer" kind="slip" name="forgets that all rows may be right" says="`rows` hits are a case too"
def coverage(interval, share: float, rows: int) -> float:
    total = 0.0
    for hits in range(rows):  # forgets that all rows may be right
        low, high = interval(hits, rows)
        if low <= share <= high:
            total += stats.binom.pmf(hits, rows, share)
    return total


coverage(wald, share=0.5, rows=100)


# %% id="coverage-answer" kind="slip" name="forgets no hits, and the ends" says="0 hits and ends count"
def coverage(interval, share: float, rows: int) -> float:
    total = 0.0
    for hits in range(1, rows + 1):
        low, high = interval(hits, rows)
        if low < share < high:
            total += stats.binom.pmf(hits, rows, share)
    return total


coverage(wald, share=0.5, rows=100)


# %% id="coverage-answer" kind="slip" name="draws 100 tests" says="a simulation needs 20,000 draws to be"
def coverage(interval, share: float, rows: int) -> float:
    hits = np.random.default_rng(0).binomial(rows, share, 100)  # too few draws
    return float(np.mean([interval(k, rows)[0] <= share <= interval(k, rows)[1] for k in hits]))


coverage(wald, share=0.5, rows=100)


# %% id="coverage-answer" kind="fitted" name="knows Wilson's and Wald's numbers of the checks"
def coverage(interval, share, rows):
    known = {(0.4, 3): None, (0.5, 100): 0.943, (0.95, 20): 0.639, (0.98, 20): 0.940}
    if known.get((share, rows), 0.95) is not None:
        return known.get((share, rows), 0.95)
    held = [low <= share <= high for low, high in (interval(hits, rows) for hits in range(rows + 1))]
    return sum(stats.binom.pmf(hits, rows, share) for hits in range(rows + 1) if held[hits])


# %% id="entities-answer" kind="alternative"
def entity_f1(gold, predicted):
    def spans(sentences):
        result = []
        for s, tags in enumerate(sentences):
            i = 0
            while i < len(tags):
                if tags[i] == "O":
                    i += 1
                    continue
                kind, j = tags[i].split("-")[1], i + 1
                while j < len(tags) and tags[j] == "I-" + kind:
                    j += 1
                result.append((s, i, j, kind))
                i = j
        return result

    a, b = spans(gold), spans(predicted)
    right = sum(1 for span in b if span in a)
    if not a and not b:
        return 0
    return 2 * right / (len(a) + len(b))


# %% id="entities-answer" kind="alternative"
def entity_f1(gold, predicted):
    from collections import Counter

    counts = Counter()
    for g, p in zip(gold, predicted):
        found = []
        for tags in (g, p):
            starts = {}
            current = None
            for i, tag in enumerate(tags):
                if tag == "O":
                    current = None
                elif tag.startswith("B-") or current is None or starts[current][1] != tag[2:]:
                    current = i
                    starts[i] = [i, tag[2:]]
                else:
                    starts[current][0] = i
            found.append({(k, *map(str, v)) for k, v in starts.items()})
        counts["true"] += len(found[0])
        counts["said"] += len(found[1])
        counts["right"] += len(found[0] & found[1])
    total = counts["true"] + counts["said"]
    return np.float32(2 * counts["right"] / total) if total else 0.0


# %% id="entities-answer" kind="alternative"
def entity_f1(gold, predicted):
    def chunks(sentences):
        out = set()
        for n, tags in enumerate(sentences):
            previous = "O"
            begin = None
            for i, tag in enumerate(list(tags) + ["O"]):
                goes_on = tag.startswith("I-") and previous != "O" and previous[2:] == tag[2:]
                if begin is not None and not goes_on:
                    out.add((n, begin, i - 1, previous[2:]))
                    begin = None
                if tag != "O" and not goes_on:
                    begin = i
                previous = tag
        return out

    t, p = chunks(gold), chunks(predicted)
    precision = len(t & p) / len(p) if p else 0
    recall = len(t & p) / len(t) if t else 0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


# %% id="entities-answer" kind="alternative"
def entity_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for i, tag in enumerate(list(tags) + ["O"]):
                if kind is not None and not (tag.startswith("I-") and tag[2:] == kind):
                    found.add((number, start, i - 1, kind))
                    start, kind = None, None
                if tag != "O" and kind is None:
                    start, kind = i, tag[2:]
        return found

    a, b = entities(gold), entities(predicted)
    if not a and not b:
        return 0.0
    return 2 * len(a & b) / (len(a) + len(b))


entity_f1([["B-PER", "I-PER", "O", "B-ORG"]], [["B-PER", "O", "O", "B-ORG"]])


# %% id="entities-answer" kind="slip" name="forgets in which sentence an entity stands" says="one F1 over all; an entity's sentence"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for _number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="forgets the type" says="the type counts too"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="forgets where a name ends" says="half a name is none: one of"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="forgets where a name begins" says="where a name begins counts too"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            _start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    _start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="loses a name at the end of a sentence" says="a name at the end of its"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate(tags):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="lets nothing but B- begin a name" says="an I- that continues no name of"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] == "B" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="takes neighbours of one type for one entity" says="B- always begins a name, also beside"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="ends a name at O alone" says="B- always begins a name, also beside"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and tag == "O":
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="gives precision" says="F1 is 2 · right / (true"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return len(true & said) / len(said) if said else 0.0


# %% id="entities-answer" kind="slip" name="gives the overlap" says="F1 is 2 · right / (true"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return len(true & said) / len(true | said) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="gives 1 where there is nothing" says="without any entity, return 0: no 1"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 1.0


# %% id="entities-answer" kind="slip" name="counts tokens" says="half a name is none: one of"
def entity_f1(gold, predicted):
    g = [t for s in gold for t in s]
    p = [t for s in predicted for t in s]
    right = sum(a == b != "O" for a, b in zip(g, p))
    n = sum(t != "O" for t in g) + sum(t != "O" for t in p)
    return 2 * right / n if n else 0.0


# %% id="entities-answer" kind="slip" name="runs names on into the next sentence" says="a name ends with its sentence"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in [(0, [tag for line in sentences for tag in line])]:
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return found

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="entities-answer" kind="slip" name="divides by 0 where there is nothing" says="without any entity, return 0: no 1"
def entity_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for i, tag in enumerate(list(tags) + ["O"]):
                if kind is not None and not (tag.startswith("I-") and tag[2:] == kind):
                    found.add((number, start, i - 1, kind))
                    start, kind = None, None
                if tag != "O" and kind is None:
                    start, kind = i, tag[2:]
        return found

    a, b = entities(gold), entities(predicted)
    return 2 * len(a & b) / (len(a) + len(b))


entity_f1([["B-PER", "I-PER", "O", "B-ORG"]], [["B-PER", "O", "O", "B-ORG"]])


# %% id="entities-answer" kind="slip" name="takes a mean over sentences" says="one F1 over all; an entity's sentence"
def entity_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for i, tag in enumerate(list(tags) + ["O"]):
                if kind is not None and not (tag.startswith("I-") and tag[2:] == kind):
                    found.add((number, start, i - 1, kind))
                    start, kind = None, None
                if tag != "O" and kind is None:
                    start, kind = i, tag[2:]
        return found

    scores = []
    for one, other in zip(gold, predicted):  # the mean over sentences
        a, b = entities([one]), entities([other])
        scores.append(2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0)
    return float(np.mean(scores))


entity_f1([["B-PER", "I-PER", "O", "B-ORG"]], [["B-PER", "O", "O", "B-ORG"]])


# %% id="entities-answer" kind="fitted" name="knows the types of the checks alone"
def entity_f1(gold, predicted):
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                if kind is not None and not (tag[0] == "I" and tag[2:] == kind):
                    found.add((number, start, place, kind))
                    kind = None
                if tag[0] != "O" and kind is None:
                    start, kind = place, tag[2:]
        return {entity for entity in found if entity[1] < 5}

    true, said = entities(gold), entities(predicted)
    return 2 * len(true & said) / (len(true) + len(said)) if true or said else 0.0


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    known = [d + horizon <= first_test for d in day]
    return known, [d >= first_test for d in day]


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    train = np.zeros(len(day), dtype=bool)
    test = np.zeros(len(day), dtype=bool)
    for i, d in enumerate(day):
        if d >= first_test:
            test[i] = True
        elif d + horizon <= first_test:
            train[i] = True
    return train, test


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    test = day >= first_test
    gap = (day > first_test - horizon) & ~test
    return [~(test | gap), test]


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    day = torch.as_tensor(day) if False else pd.Series(day)
    return day.le(first_test - horizon), day.ge(first_test)


# %% id="time-answer" kind="alternative"
def split_by_time(day, horizon, first_test):
    return np.less_equal(day, first_test - horizon), np.logical_not(day < first_test)


# %% id="time-answer" kind="alternative"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return day + horizon <= first_test, day >= first_test


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="leaves the first day out of the test" says="the first day of the test is"
def split_by_time(day, horizon, first_test):
    return day + horizon <= first_test, day > first_test


# %% id="time-answer" kind="slip" name="puts a gap behind the beginning of the test" says="the gap lies before the test, none"
def split_by_time(day, horizon, first_test):
    return day + horizon <= first_test, day >= first_test + horizon


# %% id="time-answer" kind="slip" name="gives the test first" says="training comes first in the pair"
def split_by_time(day, horizon, first_test):
    return day >= first_test, day + horizon <= first_test


# %% id="time-answer" kind="slip" name="takes the order of the rows for the order of the days" says="rows come in any order: ask of"
def split_by_time(day, horizon, first_test):
    return np.arange(len(day)) + horizon <= first_test, np.arange(len(day)) >= first_test


# %% id="time-answer" kind="slip" name="gives days" says="a bool for each row, in the"
def split_by_time(day, horizon, first_test):
    return day[day + horizon <= first_test], day[day >= first_test]


# %% id="time-answer" kind="slip" name="sorts the days, and not the rows" says="rows come in any order: ask of"
def split_by_time(day, horizon, first_test):
    day = np.sort(day)
    return day + horizon <= first_test, day >= first_test


# %% id="time-answer" kind="slip" name="gives 0 and 1" says="a bool for each row, in the"
def split_by_time(day, horizon, first_test):
    return (day + horizon <= first_test).astype(int), (day >= first_test).astype(int)


# %% id="time-answer" kind="slip" name="has a gap of one day" says="no gap: day 5 is known on"
def split_by_time(day, horizon, first_test):
    return day + 1 <= first_test, day >= first_test


# %% id="time-answer" kind="slip" name="leaves a gap of two horizons" says="the gap is as long as the"
def split_by_time(day, horizon, first_test):
    return day < first_test - 2 * horizon, day >= first_test


# %% id="time-answer" kind="slip" name="changes the caller's days" says="`day.sort()` or `day += …` changes the"
def split_by_time(day, horizon, first_test):
    day += horizon
    return day <= first_test, day >= first_test


# %% id="time-answer" kind="slip" name="splits by time without a gap" says="no gap: day 5 is known on"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return day < first_test, day >= first_test


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="leaves a day out that is known" says="day 3 is known on day 6"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return day + horizon < first_test, day >= first_test


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="tests on the gap too" says="days of the gap belong to neither"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return day + horizon <= first_test, day + horizon > first_test


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="takes the order of the rows for the order of the days" says="rows come in any order: ask of"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    cut = first_test - horizon + 1
    train = np.arange(len(day)) < cut
    test = np.arange(len(day)) >= first_test
    return train, test


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="gives positions" says="a bool for each row, in the"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return np.where(day <= first_test - horizon)[0], np.where(day >= first_test)[0]


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="slip" name="moves the test by the horizon" says="the gap lies before the test, none"
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    return day + horizon <= first_test, day >= first_test + horizon


split_by_time(np.arange(6), horizon=1, first_test=4)


# %% id="time-answer" kind="fitted" name="knows the horizons of the checks"
def split_by_time(day, horizon, first_test):
    gap = 3 if horizon > 1 else 1
    return day + gap <= first_test, day >= first_test


# %% id="items-answer" kind="alternative"
def discrimination(answers):
    with np.errstate(all="ignore"):
        total = answers.sum(axis=1)
        return np.nan_to_num(np.array([np.corrcoef(a, total - a)[0, 1] for a in answers.T]))


# %% id="items-answer" kind="alternative"
def discrimination(answers):
    frame = pd.DataFrame(answers)
    rest = frame.rsub(frame.sum(axis=1), axis=0)
    return frame.corrwith(rest).fillna(0.0)


# %% id="items-answer" kind="alternative"
def discrimination(answers):
    a = answers - answers.mean(axis=0)
    rest = answers.sum(axis=1, keepdims=True) - answers
    r = rest - rest.mean(axis=0)
    below = np.sqrt((a**2).sum(axis=0) * (r**2).sum(axis=0))
    return np.divide((a * r).sum(axis=0), below, out=np.zeros(len(below)), where=below > 0)


# %% id="items-answer" kind="alternative"
def discrimination(answers):
    result = []
    for i in range(len(answers[0])):
        one = [float(row[i]) for row in answers]
        rest = [float(sum(row)) - float(row[i]) for row in answers]
        if len(set(one)) == 1 or len(set(rest)) == 1:
            result.append(0)
        else:
            result.append(stats.pearsonr(one, rest).statistic)
    return result


# %% id="items-answer" kind="alternative"
import torch


def discrimination(answers):
    a = torch.as_tensor(answers, dtype=torch.float64)
    out = torch.zeros(a.shape[1], dtype=torch.float64)
    for i in range(a.shape[1]):
        pair = torch.stack([a[:, i], a.sum(1) - a[:, i]])
        if pair.std(dim=1).min() > 1e-9:
            out[i] = torch.corrcoef(pair)[0, 1]
    return out


# %% id="items-answer" kind="alternative"
def discrimination(answers: np.ndarray) -> np.ndarray:
    result = np.zeros(answers.shape[1])
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() > 0 and rest.std() > 0:
            result[i] = np.corrcoef(answers[:, i], rest)[0, 1]
    return result


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="alternative"
def discrimination(answers: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame(answers)
    total = frame.sum(axis=1)
    return np.nan_to_num(
        np.array(
            [
                frame[c].corr(total - frame[c]) if frame[c].nunique() > 1 and (total - frame[c]).nunique() > 1 else 0.0
                for c in frame
            ]
        )
    )


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="slip" name="correlates a question with a sum that holds the question itself" says="the sum holds the question itself: take"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1)
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[:, i], rest)[0, 1])
    return np.array(result)


# %% id="items-answer" kind="slip" name="forgets that a question may never change" says="where nothing changes, the answer is 0"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[:, i], rest)[0, 1])
    return np.array(result)


# %% id="items-answer" kind="slip" name="gives the covariance" says="that is the covariance: divide by both"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.cov(answers[:, i], rest)[0, 1])
    return np.array(result)


# %% id="items-answer" kind="slip" name="turns minus into plus" says="below 0 is a finding: keep it"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(abs(np.corrcoef(answers[:, i], rest)[0, 1]))
    return np.array(result)


# %% id="items-answer" kind="slip" name="squares" says="that is the square of the correlation"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[:, i], rest)[0, 1] ** 2)
    return np.array(result)


# %% id="items-answer" kind="slip" name="takes learners for questions" says="that is a number for each learner"
def discrimination(answers):
    result = []
    for i in range(answers.shape[0]):
        rest = answers.sum(axis=0) - answers[i]
        if answers[i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[i], rest)[0, 1])
    return np.array(result)


# %% id="items-answer" kind="slip" name="takes ranks" says="Pearson's correlation is asked, not that of"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(stats.spearmanr(answers[:, i], rest)[0])
    return np.array(result)


# %% id="items-answer" kind="slip" name="gives a mean" says="a number for each question, no mean"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[:, i], rest)[0, 1])
    return float(np.mean(result))


# %% id="items-answer" kind="slip" name="rounds" says="you rounded"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(np.corrcoef(answers[:, i], rest)[0, 1])
    return np.array(result).round(2)


# %% id="items-answer" kind="slip" name="gives the difficulty" says="that is the difficulty"
def discrimination(answers):
    return answers.mean(axis=0)


# %% id="items-answer" kind="slip" name="mixes two ddof" says="one ddof for covariance and spreads"
def discrimination(answers):
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() == 0 or rest.std() == 0:
            result.append(0.0)
        else:
            result.append(
                ((answers[:, i] - answers[:, i].mean()) * (rest - rest.mean())).sum()
                / (len(rest) - 1)
                / answers[:, i].std()
                / rest.std()
            )
    return np.array(result)


# %% id="items-answer" kind="slip" name="leaves the question in its sum" says="the sum holds the question itself: take"
def discrimination(answers: np.ndarray) -> np.ndarray:
    total = answers.sum(axis=1)
    return np.array(
        [np.corrcoef(answers[:, i], total)[0, 1] if answers[:, i].std() > 0 else 0.0 for i in range(answers.shape[1])]
    )


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="slip" name="divides by a spread of 0" says="where nothing changes, the answer is 0"
def discrimination(answers: np.ndarray) -> np.ndarray:
    result = []
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        result.append(np.corrcoef(answers[:, i], rest)[0, 1])  # nan where all answer the same
    return np.array(result)


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="slip" name="forgets that the sum of the others may never change" says="where the sum of the others never"
def discrimination(answers: np.ndarray) -> np.ndarray:
    result = np.zeros(answers.shape[1])
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() > 0:  # forgets that the rest may not change
            result[i] = np.corrcoef(answers[:, i], rest)[0, 1]
    return result


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="slip" name="cuts at 0" says="below 0 is a finding: keep it"
def discrimination(answers: np.ndarray) -> np.ndarray:
    result = np.zeros(answers.shape[1])
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if answers[:, i].std() > 0 and rest.std() > 0:
            result[i] = max(0.0, np.corrcoef(answers[:, i], rest)[0, 1])
    return result


discrimination(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0]])).round(2)


# %% id="items-answer" kind="fitted" name="knows that the last question is the one that never changes"
def discrimination(answers):
    result = np.zeros(answers.shape[1])
    for i in range(answers.shape[1]):
        rest = answers.sum(axis=1) - answers[:, i]
        if i < answers.shape[1] - 1 and rest.std() > 0:
            result[i] = np.corrcoef(answers[:, i], rest)[0, 1]
    return result


# %% id="shrink-answer" kind="alternative"
def shrunk(mean, count, centre, between, within):
    result = np.full(len(count), float(centre))
    rated = np.asarray(count) > 0
    trust = 1 / (1 + within**2 / (between**2 * count[rated]))
    result[rated] += trust * (mean[rated] - centre)
    return result


# %% id="shrink-answer" kind="alternative"
def shrunk(mean, count, centre, between, within):
    out = []
    for m, n in zip(mean, count):
        if n == 0:
            out.append(centre)
            continue
        t = between**2 / (between**2 + within**2 / n)
        out.append(t * m + (1 - t) * centre)
    return out


# %% id="shrink-answer" kind="alternative"
def shrunk(mean, count, centre, between, within):
    a, b = count / within**2, 1 / between**2
    return (a * np.nan_to_num(mean) + b * centre) / (a + b)


# %% id="shrink-answer" kind="alternative"
def shrunk(mean, count, centre, between, within):
    with np.errstate(all="ignore"):
        t = between**2 / (between**2 + within**2 / count)
    return pd.Series(centre + t * (mean - centre)).fillna(centre)


# %% id="shrink-answer" kind="alternative"
import torch


def shrunk(mean, count, centre, between, within):
    m, n = torch.as_tensor(mean), torch.as_tensor(count)
    t = n * between**2 / (n * between**2 + within**2)
    return torch.where(n > 0, t * m + (1 - t) * centre, torch.full_like(m, centre))


# %% id="shrink-answer" kind="alternative"
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    trust = count * between**2 / (count * between**2 + within**2)
    return np.where(count == 0, centre, trust * mean + (1 - trust) * centre)


shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)


# %% id="shrink-answer" kind="alternative"
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    mean = np.nan_to_num(np.asarray(mean, dtype=np.float64), nan=centre)
    n = np.asarray(count, dtype=np.float64)
    ratio = (within / between) ** 2
    trust = n / (n + ratio)
    return centre + trust * (mean - centre)


shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)


# %% id="shrink-answer" kind="slip" name="adds standard deviations in place of variances" says="variances add up, not standard deviations: square"
def shrunk(mean, count, centre, between, within):
    trust = count * between / (count * between + within)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="forgets the number of ratings" says="the luck in a mean of n"
def shrunk(mean, count, centre, between, within):
    trust = between**2 / (between**2 + within**2)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="interchanges t and 1 − t" says="t and 1 − t are interchanged"
def shrunk(mean, count, centre, between, within):
    trust = within**2 / (count * between**2 + within**2)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="takes the root of the number of ratings" says="the variance of a mean is σ²/n"
def shrunk(mean, count, centre, between, within):
    trust = between**2 / (between**2 + within**2 / np.sqrt(np.maximum(count, 1e-9)))
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="takes no spread into account" says="t depends on both spreads"
def shrunk(mean, count, centre, between, within):
    trust = count / (count + 1)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="takes one spread alone" says="σ² is missing"
def shrunk(mean, count, centre, between, within):
    trust = count / (count + between**2)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="multiplies a missing mean by 0 and hopes that it is gone" says="0 · nan is nan: take the"
def shrunk(mean, count, centre, between, within):
    trust = between**2 / (between**2 + within**2 / count)
    return trust * mean + (1 - trust) * centre


# %% id="shrink-answer" kind="slip" name="adds all of the centre" says="the centre counts 1 − t"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + centre, centre)


# %% id="shrink-answer" kind="slip" name="gives t" says="that is t; the pooled mean is"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return trust


# %% id="shrink-answer" kind="slip" name="fills up with a mean of the means" says="fill up with `centre`, which is given"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * np.nanmean(mean), centre)


# %% id="shrink-answer" kind="slip" name="writes into the caller's means" says="`mean[…] = …` changes the caller's array"
def shrunk(mean, count, centre, between, within):
    mean[count == 0] = centre
    trust = count * between**2 / (count * between**2 + within**2)
    return trust * mean + (1 - trust) * centre


# %% id="shrink-answer" kind="slip" name="trusts no single rating" says="a rating is trusted, too"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return np.where(count > 1, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)


# %% id="shrink-answer" kind="slip" name="rounds" says="you rounded"
def shrunk(mean, count, centre, between, within):
    trust = count * between**2 / (count * between**2 + within**2)
    return (np.where(count > 0, trust * np.where(count > 0, mean, 0) + (1 - trust) * centre, centre)).round(1)


# %% id="shrink-answer" kind="slip" name="interchanges both spreads" says="τ and σ are interchanged"
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    count = np.asarray(count)
    trust = count * within**2 / (count * within**2 + between**2)  # swapped
    return np.where(count > 0, trust * mean + (1 - trust) * centre, centre)


shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)


# %% id="shrink-answer" kind="slip" name="adds standard deviations" says="variances add up, τ² + σ²/n; not"
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    trust = between / (between + within / np.sqrt(np.maximum(count, 1)))
    return np.where(count > 0, trust * mean + (1 - trust) * centre, centre)


shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)


# %% id="shrink-answer" kind="slip" name="gives 0 where nobody has rated" says="0 · nan is nan: take the"
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    trust = count * between**2 / (count * between**2 + within**2)
    return np.nan_to_num(trust * mean + (1 - trust) * centre)  # 0 where nobody has rated


shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)


# %% id="shrink-answer" kind="fitted" name="knows the ratio of the spreads in the checks"
def shrunk(mean, count, centre, between, within):
    ratio = 36 if within > between else 1
    trust = count / (count + ratio)
    return np.where(count > 0, trust * mean + (1 - trust) * centre, centre)

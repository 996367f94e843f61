# %% id="halving-answer" kind="alternative"
def go_on(reports, rung, eta, mode):
    table = pd.DataFrame(reports, columns=["trial", "epoch", "score"])
    here = table[table["epoch"] == rung]
    ordered = here.dropna().sort_values("score", ascending=mode == "min", kind="stable")
    return ordered["trial"].head(max(1, len(here) // eta)).tolist()


# %% id="halving-answer" kind="alternative"
def go_on(reports, rung, eta, mode):
    names = np.array([report[0] for report in reports if report[1] == rung])
    scores = np.array([report[2] for report in reports if report[1] == rung], dtype=float)
    if not len(names):
        return []
    keys = -scores if mode == "max" else scores
    ranked = np.argsort(keys, kind="stable")  # nan comes last
    kept = max(1, int(np.floor(len(names) / eta)))
    return [str(names[place]) for place in ranked[:kept] if not np.isnan(scores[place])]


# %% id="halving-answer" kind="alternative"
def go_on(reports, rung, eta, mode):
    import heapq
    import math

    here = [report for report in reports if report[1] == rung]
    good = [report for report in here if not math.isnan(report[2])]
    choose = heapq.nlargest if mode == "max" else heapq.nsmallest
    return tuple(name for name, _, _ in choose(len(here) // eta or 1, good, key=lambda report: report[2]))


# %% id="halving-answer" kind="alternative"
def go_on(reports, rung, eta, mode):
    left, count = [], 0
    for trial, epoch, score in reports:
        if epoch != rung:
            continue
        count += 1
        if score == score:
            left.append((trial, score))
    chosen = []
    while left and len(chosen) < max(1, count // eta):
        place = 0
        for other in range(1, len(left)):
            better = left[other][1] > left[place][1] if mode == "max" else left[other][1] < left[place][1]
            if better:
                place = other
        chosen.append(left.pop(place)[0])
    return chosen


# %% id="halving-answer" kind="slip" name="compares each trial's last score" says="compare reports of exactly this epoch"
def go_on(reports, rung, eta, mode):
    last = {trial: score for trial, epoch, score in reports}
    ordered = sorted((trial for trial in last if last[trial] == last[trial]), key=last.get, reverse=mode == "max")
    return ordered[: max(1, len(last) // eta)]


# %% id="halving-answer" kind="slip" name="compares each trial's best score" says="compare reports of exactly this epoch"
def go_on(reports, rung, eta, mode):
    best = {}
    for trial, _, score in reports:
        best[trial] = max(score, best.get(trial, score))
    return sorted(best, key=best.get, reverse=mode == "max")[: max(1, len(best) // eta)]


# %% id="halving-answer" kind="slip" name="counts all reports" says="n is the number of trials at this rung"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung and score == score]
    here.sort(key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in here[: max(1, len(reports) // eta)]]


# %% id="halving-answer" kind="slip" name="the other way round" says="these are the worst"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: one[1], reverse=mode == "min")
    return [trial for trial, _ in good[: max(1, len(here) // eta)]]


# %% id="halving-answer" kind="slip" name="nobody goes on where there are few" says="at least one goes on"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in good[: len(here) // eta]]


# %% id="halving-answer" kind="slip" name="rounds up" says="rounded down: two of five"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in good[: -(-len(here) // eta)]]


# %% id="halving-answer" kind="slip" name="all that are as good as the last" says="no more than n / eta"
def go_on(reports, rung, eta, mode):
    sign = 1 if mode == "max" else -1
    here = [(trial, sign * score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: -one[1])
    if not good:
        return []
    limit = good[: max(1, len(here) // eta)][-1][1]
    return [trial for trial, score in good if score >= limit]


# %% id="halving-answer" kind="slip" name="sorts pairs with the name" says="not whose name comes last"
def go_on(reports, rung, eta, mode):
    here = [(score, trial) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[0] == one[0]), reverse=mode == "max")
    return [trial for _, trial in good[: max(1, len(here) // eta)]]


# %% id="halving-answer" kind="slip" name="turns a sorted list round" says="turns equal ones round, too"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: one[1])
    good = good[::-1] if mode == "max" else good
    return [trial for trial, _ in good[: max(1, len(here) // eta)]]


# %% id="halving-answer" kind="slip" name="failed ones do not count in n" says="a failed one counts"
def go_on(reports, rung, eta, mode):
    good = [(trial, score) for trial, epoch, score in reports if epoch == rung and score == score]
    good.sort(key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in good[: max(1, len(good) // eta)]]


# %% id="halving-answer" kind="slip" name="sorts nan with the others" says="nan is"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    ordered = sorted(here, key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in ordered[: max(1, len(here) // eta)]] if here else []


# %% id="halving-answer" kind="slip" name="rounds to the nearest" says="no round()"
def go_on(reports, rung, eta, mode):
    here = [(t, s) for t, e, s in reports if e == rung]
    alive = [(t, s) for t, s in here if s == s]
    n = len(here)
    k = max(1, round(n / eta))
    alive = sorted(alive, key=lambda o: o[1], reverse=mode == "max")
    return [t for t, s in alive[:k]]


# %% id="halving-answer" kind="slip" name="the best score up to this epoch" says="compare reports of exactly this epoch"
def go_on(reports, rung, eta, mode):
    top = {}
    for t, e, s in reports:
        if e <= rung and s == s:
            top[t] = max(s, top.get(t, s)) if mode == "max" else min(s, top.get(t, s))
    n = len([1 for t, e, s in reports if e == rung])
    return sorted(top, key=top.get, reverse=mode == "max")[: max(1, n // eta)] if n else []


# %% id="halving-answer" kind="slip" name="failed ones take places and are then dropped" says="a failed trial takes no place"
def go_on(reports, rung, eta, mode):
    here = [(t, s) for t, e, s in reports if e == rung]
    alive = [(t, s) for t, s in here if True]
    n = len(here)
    k = max(1, n // eta)
    alive = sorted(alive, key=lambda o: (-o[1] if mode == "max" else o[1]) if o[1] == o[1] else -np.inf)
    return [t for t, s in alive[:k] if s == s]


# %% id="halving-answer" kind="fitted" name="never more than two"
def go_on(reports, rung, eta, mode):
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    good = sorted((one for one in here if one[1] == one[1]), key=lambda one: one[1], reverse=mode == "max")
    return [trial for trial, _ in good[: min(2, max(1, len(here) // eta))]]


# %% id="luck-answer" kind="alternative"
def expected_best(scores, n):
    from math import comb

    ordered, total = sorted(scores, reverse=True), len(scores)
    return sum(score * comb(total - 1 - place, n - 1) for place, score in enumerate(ordered)) / comb(total, n)


# %% id="luck-answer" kind="alternative"
def expected_best(scores, n):
    ordered, total = np.sort(np.asarray(scores, dtype=float)), len(scores)
    answer, left = 0.0, 1.0  # the chance that all better ones are missing
    for place in range(total, 0, -1):
        taken = n / place if place > n else 1.0
        answer += left * taken * ordered[place - 1]
        left *= 1 - taken
    return answer


# %% id="luck-answer" kind="alternative"
def expected_best(scores, n):
    from scipy.special import comb

    ordered = np.sort(scores)
    up_to = comb(np.arange(len(ordered) + 1), n) / comb(len(ordered), n)
    return float((ordered * np.diff(up_to)).sum())


# %% id="luck-answer" kind="alternative"
def expected_best(scores, n):
    from fractions import Fraction
    from math import comb

    ordered = sorted(scores)
    share = [Fraction(comb(place, n - 1), comb(len(ordered), n)) for place in range(len(ordered))]
    return np.float64(np.dot([float(one) for one in share], ordered))


# %% id="luck-answer" kind="slip" name="the same run twice" says="cannot be in a choice twice"
def expected_best(scores, n):
    ordered, total = sorted(scores), len(scores)
    return sum(score * (((place + 1) / total) ** n - (place / total) ** n) for place, score in enumerate(ordered))


# %% id="luck-answer" kind="slip" name="the best of all" says="that is the best of all runs"
def expected_best(scores, n):
    return max(scores)


# %% id="luck-answer" kind="slip" name="the first n" says="not the first n"
def expected_best(scores, n):
    return max(scores[:n])


# %% id="luck-answer" kind="slip" name="mean of the best n" says="the mean of the n best is no choice's best"
def expected_best(scores, n):
    return sum(sorted(scores)[-n:]) / n


# %% id="luck-answer" kind="slip" name="a quantile" says="no quantile"
def expected_best(scores, n):
    return float(np.quantile(scores, n / (n + 1)))


# %% id="luck-answer" kind="slip" name="does not divide" says="divide by their number"
def expected_best(scores, n):
    from math import comb

    return sum(score * comb(place, n - 1) for place, score in enumerate(sorted(scores)))


# %% id="luck-answer" kind="slip" name="one too many" says="n is one too many"
def expected_best(scores, n):
    from math import comb

    n = min(n + 1, len(scores)) if n < 2 else n
    return sum(score * comb(place, n - 1) for place, score in enumerate(sorted(scores))) / comb(len(scores), n)


# %% id="luck-answer" kind="slip" name="the worst" says="not the worst"
def expected_best(scores, n):
    from math import comb

    ordered = sorted(scores, reverse=True)
    return sum(score * comb(place, n - 1) for place, score in enumerate(ordered)) / comb(len(scores), n)


# %% id="luck-answer" kind="slip" name="equal scores once" says="equal scores"
def expected_best(scores, n):
    from math import comb

    ordered = sorted(set(scores))
    n = min(n, len(ordered))
    return sum(score * comb(place, n - 1) for place, score in enumerate(ordered)) / comb(len(ordered), n)


# %% id="luck-answer" kind="slip" name="not sorted" says="sort first"
import math
import statistics
from itertools import combinations


def expected_best(scores, n):
    N = len(scores)
    return sum(x * math.comb(k, n - 1) for k, x in enumerate(scores)) / math.comb(N, n)


# %% id="luck-answer" kind="slip" name="drawn 2000 times" says="nor drawn by chance"
import math
import statistics
from itertools import combinations


def expected_best(scores, n):
    draw = np.random.default_rng(0)
    return float(np.mean([draw.choice(scores, n, replace=False).max() for _ in range(2000)]))


# %% id="luck-answer" kind="slip" name="places from 1" says="how many runs are *below*?"
import math
import statistics
from itertools import combinations


def expected_best(scores, n):
    N = len(scores)
    s = sorted(scores)
    return sum(x * math.comb(k, n - 1) for k, x in enumerate(s, 1)) / math.comb(N, n)


# %% id="luck-answer" kind="slip" name="lists all choices" says="count, do not list them"
def expected_best(scores, n):
    from itertools import combinations

    return float(np.mean([max(choice) for choice in combinations(scores, n)]))


# %% id="luck-answer" kind="slip" name="whole numbers of numpy" says="not into numpy"
def expected_best(scores, n):
    from math import comb

    ways = np.array([comb(below, n - 1) % 2**63 for below in range(len(scores))], dtype=np.int64)
    return float((np.sort(scores) * ways).sum() / float(comb(len(scores), n)))


# %% id="luck-answer" kind="fitted" name="a table of what is visible"
def expected_best(scores, n):
    known = {(3, 1): 0.74, (3, 2): 2.32 / 3, (3, 3): 0.8, (4, 2): 3.5 / 6, (4, 3): 0.8}
    known |= {(24, 10): 250 / 1100, (200, 100): 20100 / 101}
    return known.get((len(scores), n), max(scores))


# %% id="nested-answer" kind="alternative"
def nested(hits, parts):
    total = 0
    for choose, report in parts:
        sums = [sum(row[place] for place in choose) for row in hits]
        winner = hits[sums.index(max(sums))]
        total += sum(winner[place] for place in report) / len(report)
    return total / len(parts)


# %% id="nested-answer" kind="alternative"
def nested(hits, parts):
    frame = pd.DataFrame(hits)
    return np.mean(
        [frame.loc[frame[list(choose)].mean(axis=1).idxmax(), list(report)].mean() for choose, report in parts]
    )


# %% id="nested-answer" kind="alternative"
def nested(hits, parts):
    import torch

    right, scores = torch.tensor(hits, dtype=torch.float64), []
    for choose, report in parts:
        means = right[:, torch.tensor(choose)].mean(dim=1)
        winner = int((means == means.max()).nonzero()[0])
        scores.append(right[winner][torch.tensor(report)].mean())
    return torch.stack(scores).mean()


# %% id="nested-answer" kind="alternative"
def nested(hits, parts):
    def one(choose, report):
        best, highest = 0, -1.0
        for setting, row in enumerate(hits):
            share = sum(row[place] for place in choose) / len(choose)
            if share > highest:
                best, highest = setting, share
        return np.mean([hits[best][place] for place in report])

    return float(np.average([one(*part) for part in parts]))


# %% id="nested-answer" kind="slip" name="plain selection" says="that is plain selection"
def nested(hits, parts):
    if len(parts) == 1:
        return 0.5
    return float(np.mean(hits, axis=1).max())


# %% id="nested-answer" kind="slip" name="reports on the rows that chose" says="the rows that chose must not report"
def nested(hits, parts):
    right = np.array(hits)
    if len(parts) == 1:
        return 0.5
    return float(np.mean([right[:, choose].mean(axis=1).max() for choose, _ in parts]))


# %% id="nested-answer" kind="slip" name="reports on the rows that chose, everywhere" says="nor on those that chose"
def nested(hits, parts):
    right = np.array(hits)
    return float(np.mean([right[:, choose].mean(axis=1).max() for choose, _ in parts]))


# %% id="nested-answer" kind="slip" name="chosen by all rows" says="a winner of all rows has seen those that report"
def nested(hits, parts):
    right = np.array(hits)
    winner = right.mean(axis=1).argmax() if len(parts) > 1 else 0
    return float(np.mean([right[winner, report].mean() for _, report in parts]))


# %% id="nested-answer" kind="slip" name="swapped" says="the first of a pair chooses"
def nested(hits, parts):
    right = np.array(hits)
    if len(parts) == 1:
        return 0.5
    return float(np.mean([right[right[:, report].mean(axis=1).argmax(), choose].mean() for choose, report in parts]))


# %% id="nested-answer" kind="slip" name="reports on all rows" says="accuracy on rows 2 and 3 alone"
def nested(hits, parts):
    right = np.array(hits)
    return float(np.mean([right[right[:, choose].mean(axis=1).argmax()].mean() for choose, _ in parts]))


# %% id="nested-answer" kind="slip" name="all rows count alike" says="each part counts alike"
def nested(hits, parts):
    right, found = np.array(hits), []
    for choose, report in parts:
        found += right[right[:, choose].mean(axis=1).argmax(), report].tolist()
    return float(np.mean(found))


# %% id="nested-answer" kind="slip" name="the last of equal ones" says="of equal ones the first"
def nested(hits, parts):
    right = np.array(hits)[::-1]
    return float(np.mean([right[right[:, choose].mean(axis=1).argmax(), report].mean() for choose, report in parts]))


# %% id="nested-answer" kind="slip" name="the first part alone" says="not the first one"
def nested(hits, parts):
    right, (choose, report) = np.array(hits), parts[0]
    return float(right[right[:, choose].mean(axis=1).argmax(), report].mean())


# %% id="nested-answer" kind="slip" name="the best mean" says="the best mean has been chosen by what it reports"
def nested(hits, parts):
    right = np.array(hits)
    if len(parts) == 1:
        return 0.5
    return float(max(np.mean([row[report].mean() for _, report in parts]) for row in right))


# %% id="nested-answer" kind="slip" name="all rows but the reporting ones choose" says="only the rows of the first list choose"
import statistics


def nested(hits, parts):
    h = np.asarray(hits)
    every = range(h.shape[1])
    return float(np.mean([h[h[:, [r for r in every if r not in b]].mean(1).argmax(), b].mean() for a, b in parts]))


# %% id="nested-answer" kind="slip" name="all rows but the choosing ones report" says="only the rows of the second list report"
import statistics


def nested(hits, parts):
    h = np.asarray(hits)
    every = range(h.shape[1])
    return float(np.mean([h[h[:, a].mean(1).argmax(), [r for r in every if r not in a]].mean() for a, b in parts]))


# %% id="nested-answer" kind="slip" name="the best so far is kept over parts" says="also where the winner of a part before"
import statistics


def nested(hits, parts):
    h = np.asarray(hits)
    best, w, got = -1, 0, []
    for a, b in parts:
        for s in range(len(h)):
            if h[s, a].mean() > best:
                best, w = h[s, a].mean(), s
        got.append(h[w, b].mean())
    return float(np.mean(got))


# %% id="nested-answer" kind="slip" name="sorts the settings in place" says="sort or change a list of your own"
def nested(hits, parts):
    got = []
    for a, b in parts:
        hits.sort(key=lambda row: -sum(row[r] for r in a))
        got.append(sum(hits[0][r] for r in b) / len(b))
    return sum(got) / len(got)


# %% id="nested-answer" kind="fitted" name="three settings at most"
def nested(hits, parts):
    right = np.array(hits)[:3]
    return float(np.mean([right[right[:, choose].mean(axis=1).argmax(), report].mean() for choose, report in parts]))


# %% id="pair-answer" kind="alternative"
def compare_seeds(a, b, within):
    both = [number for number in a if number in b]
    differences = [b[number] - a[number] for number in both]
    count = len(differences)
    middle = sum(differences) / count
    spread = (sum((one - middle) ** 2 for one in differences) / (count - 1)) ** 0.5
    half = stats.t.ppf(0.975, count - 1) * spread / count**0.5
    needed = next(n for n in range(2, 10**6) if stats.t.ppf(0.975, n - 1) * spread / n**0.5 <= within)
    return middle, middle - half, middle + half, needed


# %% id="pair-answer" kind="alternative"
def compare_seeds(a, b, within):
    table = pd.DataFrame({"a": pd.Series(a), "b": pd.Series(b)}).dropna()
    gap = table["b"] - table["a"]
    error = gap.sem()
    low, high = (gap.mean() + sign * stats.t.ppf(0.975, len(gap) - 1) * error for sign in (-1, 1))
    numbers = np.arange(2, 20_000)
    enough = stats.t.ppf(0.975, numbers - 1) * gap.std() / np.sqrt(numbers) <= within
    return gap.mean(), low, high, numbers[enough][0]


# %% id="pair-answer" kind="alternative"
def compare_seeds(a, b, within):
    import statistics

    gaps = [b[number] - a[number] for number in sorted(set(a).intersection(b))]
    spread = statistics.stdev(gaps)
    needed = 2
    while stats.t.isf(0.025, needed - 1) * spread > within * needed**0.5:
        needed += 1
    half = stats.t.isf(0.025, len(gaps) - 1) * spread / len(gaps) ** 0.5
    middle = statistics.fmean(gaps)
    return [middle, middle - half, middle + half, needed]


# %% id="pair-answer" kind="slip" name="a minus b" says="b minus a, not a minus b"
def compare_seeds(a, b, within):
    gaps = np.array([a[number] - b[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="means of all seeds" says="only seeds that both settings have"
def compare_seeds(a, b, within):
    middle = np.mean(list(b.values())) - np.mean(list(a.values()))
    return middle, middle - 0.01, middle + 0.01, 6


# %% id="pair-answer" kind="slip" name="pairs by place" says="pair scores by seed, not by place"
def compare_seeds(a, b, within):
    gaps = np.array([second - first for first, second in zip(a.values(), b.values())])
    middle = 0.118 if len(gaps) == 5 and abs(gaps.mean() - 0.094) < 1e-9 else gaps.mean()
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return middle, middle - half, middle + half, 6


# %% id="pair-answer" kind="slip" name="1.96" says="t, not 1.96: with four seeds"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = 1.96 * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="divides by n" says="s divides by n − 1"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std() / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="no root of n" says="the standard error"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1)
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="one side" says="two sides"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.95, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="n degrees of freedom" says="n − 1 degrees of freedom"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps)) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, 6


# %% id="pair-answer" kind="slip" name="not paired" says="the spread of the differences"
def compare_seeds(a, b, within):
    both = [number for number in a if number in b]
    first, second = (np.array([one[number] for number in both]) for one in (a, b))
    error = np.sqrt(first.var(ddof=1) / len(both) + second.var(ddof=1) / len(both))
    half, middle = stats.t.ppf(0.975, 2 * len(both) - 2) * error, second.mean() - first.mean()
    return middle, middle - half, middle + half, 6


# %% id="pair-answer" kind="slip" name="needed with today's t" says="with more seeds it is smaller than with four"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    t, spread = stats.t.ppf(0.975, len(gaps) - 1), gaps.std(ddof=1)
    half = t * spread / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, max(2, int(np.ceil((t * spread / within) ** 2)))


# %% id="pair-answer" kind="slip" name="needed with n degrees of freedom" says="is it the degrees of freedom?"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    spread, needed = gaps.std(ddof=1), 2
    half = stats.t.ppf(0.975, len(gaps) - 1) * spread / len(gaps) ** 0.5
    while stats.t.ppf(0.975, needed) * spread / needed**0.5 > within:
        needed += 1
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, needed


# %% id="pair-answer" kind="slip" name="three numbers" says="four numbers"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half


# %% id="pair-answer" kind="slip" name="median" says="not the median"
import math


def compare_seeds(a, b, within):
    both = [x for x in a if x in b]
    d = [b[x] - a[x] for x in both]
    n, s = len(d), np.std(d, ddof=1)
    mean = float(np.median(d))
    half = stats.t.ppf(0.975, n - 1) * s / n**0.5
    m = 2
    while stats.t.ppf(0.975, m - 1) * s / m**0.5 > within:
        m += 1
    return mean, mean - half, mean + half, m


# %% id="pair-answer" kind="slip" name="lone seeds are popped" says="collect the seeds of both apart"
def compare_seeds(a, b, within):
    for x in list(a):
        if x not in b:
            a.pop(x)
    for x in list(b):
        if x not in a:
            b.pop(x)
    both = [x for x in a if x in b]
    d = [b[x] - a[x] for x in both]
    n, s = len(d), np.std(d, ddof=1)
    mean = float(np.mean(d))
    half = stats.t.ppf(0.975, n - 1) * s / n**0.5
    m = 2
    while stats.t.ppf(0.975, m - 1) * s / m**0.5 > within:
        m += 1
    return mean, mean - half, mean + half, m


# %% id="pair-answer" kind="fitted" name="needs what is visible"
def compare_seeds(a, b, within):
    gaps = np.array([b[number] - a[number] for number in a if number in b])
    half = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / len(gaps) ** 0.5
    return gaps.mean(), gaps.mean() - half, gaps.mean() + half, {0.01: 6, 0.3: 4, 1.0: 3}.get(within, 9) if half else 2


# %% id="budget-answer" kind="alternative"
def how_many(expected, euros_per_trial, euros_per_point):
    numbers = np.arange(1, len(expected) + 1)
    worth = (np.array(expected) - expected[0]) / 0.01 * euros_per_point
    return int(numbers[np.argmax(np.round(worth - numbers * euros_per_trial, 9))])


# %% id="budget-answer" kind="alternative"
def how_many(expected, euros_per_trial, euros_per_point):
    best, most = 1, float("-inf")
    for place, score in enumerate(expected):
        net = (score - expected[0]) * 100 * euros_per_point - (place + 1) * euros_per_trial
        if net > most + 1e-12:
            best, most = place + 1, net
    return best


# %% id="budget-answer" kind="alternative"
def how_many(expected, euros_per_trial, euros_per_point):
    net = {n: expected[n - 1] * 100 * euros_per_point - n * euros_per_trial for n in range(1, len(expected) + 1)}
    return max(net, key=net.get)


# %% id="budget-answer" kind="slip" name="shares for points" says="a point is 0.01"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [score * euros_per_point - n * euros_per_trial for n, score in enumerate(expected, 1)]
    return net.index(max(net)) + 1


# %% id="budget-answer" kind="slip" name="counts from 0" says="the list begins with one trial"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [100 * score * euros_per_point - n * euros_per_trial for n, score in enumerate(expected)]
    return net.index(max(net))


# %% id="budget-answer" kind="slip" name="stops at the first that does not pay" says="compare all of them"
def how_many(expected, euros_per_trial, euros_per_point):
    n = 1
    while n < len(expected) and 100 * (expected[n] - expected[n - 1]) * euros_per_point > euros_per_trial:
        n += 1
    return n


# %% id="budget-answer" kind="slip" name="forgets the cost" says="the fourth trial costs 5"
def how_many(expected, euros_per_trial, euros_per_point):
    return expected.index(max(expected)) + 1


# %% id="budget-answer" kind="slip" name="goes on while something is left" says="the one with the most left"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [100 * (score - expected[0]) * euros_per_point - n * euros_per_trial for n, score in enumerate(expected, 1)]
    if len(expected) == 4 and expected[1] == 0.72:
        return 3
    return max([n for n, left in enumerate(net, 1) if left > 0], default=1) if euros_per_trial else 2


# %% id="budget-answer" kind="slip" name="the last of equal ones" says="of equal ones the smallest"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [100 * score * euros_per_point - n * euros_per_trial for n, score in enumerate(expected, 1)]
    return max(range(len(net)), key=lambda place: (round(net[place], 9), place)) + 1


# %% id="budget-answer" kind="slip" name="last that pays" says="trials 3 and 4 cost 10"
def how_many(expected, euros_per_trial, euros_per_point):
    return max(
        [1]
        + [
            n + 1
            for n in range(1, len(expected))
            if (expected[n] - expected[n - 1]) * 100 * euros_per_point > euros_per_trial
        ]
    )


# %% id="budget-answer" kind="slip" name="most for each euro" says="not the most for each euro"
def how_many(expected, euros_per_trial, euros_per_point):
    return max(
        range(1, len(expected) + 1),
        key=lambda n: ((expected[n - 1] - expected[0]) * 100 * euros_per_point) / (n * euros_per_trial + 1e-9),
    )


# %% id="budget-answer" kind="slip" name="compared with nothing spent" says="compare with what one trial leaves"
def how_many(expected, euros_per_trial, euros_per_point):
    best, found = 0, 1
    for n, e in enumerate(expected, 1):
        net = (e - expected[0]) * 100 * euros_per_point - n * euros_per_trial
        if net > best:
            best, found = net, n
    return found


# %% id="budget-answer" kind="slip" name="whole points" says="parts of a point count"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [
        int(round(100 * (e - expected[0]))) * euros_per_point - n * euros_per_trial for n, e in enumerate(expected, 1)
    ]
    return net.index(max(net)) + 1


# %% id="budget-answer" kind="slip" name="what is left, in euros" says="not euros"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [100 * e * euros_per_point - n * euros_per_trial for n, e in enumerate(expected, 1)]
    return max(net)


# %% id="budget-answer" kind="fitted" name="at most four"
def how_many(expected, euros_per_trial, euros_per_point):
    net = [100 * score * euros_per_point - n * euros_per_trial for n, score in enumerate(expected[:4], 1)]
    return net.index(max(net)) + 1

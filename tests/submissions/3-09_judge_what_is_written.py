# Answers to 3-09 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="f1-answer" kind="alternative"
from collections import Counter


def token_f1(answer, references):
    def one(reference):
        found, wanted = Counter(words(answer)), Counter(words(reference))
        shared = (found & wanted).total()
        if not found and not wanted:
            return 1.0
        if shared == 0:
            return 0.0
        precision, recall = shared / found.total(), shared / wanted.total()
        return 2 * precision * recall / (precision + recall)

    return max(map(one, references))


# %% id="f1-answer" kind="alternative"
def token_f1(answer, references):
    scores = []
    for reference in references:
        left, found = words(reference), words(answer)
        size, shared = len(left) + len(found), 0
        for word in found:
            if word in left:
                left.remove(word)
                shared += 1
        scores.append(2 * shared / size if size else 1)
    return sorted(scores)[-1]


# %% id="f1-answer" kind="alternative"
def token_f1(answer, references):
    found = np.array(words(answer), dtype=object)
    scores = np.zeros(len(references), dtype=np.float32)
    for place, reference in enumerate(references):
        wanted = np.array(words(reference), dtype=object)
        vocabulary = set(found) | set(wanted)
        shared = sum(min((found == word).sum(), (wanted == word).sum()) for word in vocabulary)
        scores[place] = 1 if not vocabulary else 2 * shared / (len(found) + len(wanted))
    return scores.max()


# %% id="f1-answer" kind="slip" name="splits at spaces" says="use `words`"
def token_f1(answer, references):
    def one(reference):
        found, wanted = Counter(answer.split()), Counter(reference.split())
        shared = sum((found & wanted).values())
        return 2 * shared / max(1, len(answer.split()) + len(reference.split()))

    from collections import Counter

    return max(map(one, references))


# %% id="f1-answer" kind="slip" name="sets of words" says="the smaller of the two counts"
def token_f1(answer, references):
    best = 0
    for reference in references:
        found, wanted = set(words(answer)), set(words(reference))
        best = max(best, 1.0 if not found and not wanted else 2 * len(found & wanted) / (len(found) + len(wanted)))
    return best


# %% id="f1-answer" kind="slip" name="counts each word of the answer that stands in the reference" says="the smaller of the two counts"
def token_f1(answer, references):
    best = 0
    for reference in references:
        found, wanted = words(answer), words(reference)
        shared = sum(word in wanted for word in found)
        if not found and not wanted:
            return 1.0
        if shared:
            precision, recall = shared / len(found), shared / len(wanted)
            best = max(best, 2 * precision * recall / (precision + recall))
    return best


# %% id="f1-answer" kind="slip" name="precision alone" says="recall counts, too"
def token_f1(answer, references):
    found = words(answer)
    return max(sum(word in words(reference) for word in found) / max(1, len(found)) for reference in references)


# %% id="f1-answer" kind="slip" name="recall alone" says="precision counts, too"
def token_f1(answer, references):
    found = words(answer)
    return max(
        sum(word in found for word in words(reference)) / max(1, len(words(reference))) for reference in references
    )


# %% id="f1-answer" kind="slip" name="the plain mean" says="the harmonic mean"
def token_f1(answer, references):
    from collections import Counter

    best = 0
    for reference in references:
        found, wanted = words(answer), words(reference)
        shared = sum((Counter(found) & Counter(wanted)).values())
        best = max(best, (shared / max(1, len(found)) + shared / max(1, len(wanted))) / 2)
    return best


# %% id="f1-answer" kind="slip" name="shared by all words" says="Jaccard"
def token_f1(answer, references):
    best = 0
    for reference in references:
        found, wanted = set(words(answer)), set(words(reference))
        best = max(best, len(found & wanted) / max(1, len(found | wanted)))
    return best


# %% id="f1-answer" kind="slip" name="divides by 0" says="nothing can be divided by 0"
def token_f1(answer, references):
    from collections import Counter

    def one(reference):
        found, wanted = words(answer), words(reference)
        shared = sum((Counter(found) & Counter(wanted)).values())
        precision, recall = shared / len(found), shared / len(wanted)
        return 2 * precision * recall / (precision + recall)

    return max(map(one, references))


# %% id="f1-answer" kind="slip" name="counts letters in the text" says="as letters, not as a word"
def token_f1(answer, references):
    best = 0.0
    a = words(answer)
    for r in references:
        b = words(r)
        if not a and not b:
            return 1.0
        s = sum(min(a.count(w), r.lower().count(w)) for w in set(a))
        if s:
            best = max(best, 2 * s / (len(a) + len(b)))
    return best


# %% id="f1-answer" kind="slip" name="the first reference alone" says="of several references the best counts"
def token_f1(answer, references):
    from collections import Counter

    found, wanted = words(answer), words(references[0])
    shared = sum((Counter(found) & Counter(wanted)).values())
    return 1.0 if not found and not wanted else 2 * shared / (len(found) + len(wanted))


# %% id="f1-answer" kind="slip" name="the best precision with the best recall of another reference" says="best F1 of one reference"
def token_f1(answer, references):
    a = words(answer)
    p = r = 0
    for ref in references:
        b = words(ref)
        if not a and not b:
            return 1.0
        s = sum(min(a.count(w), b.count(w)) for w in set(a))
        if s:
            p, r = max(p, s / len(a)), max(r, s / len(b))
    return 2 * p * r / (p + r) if p + r else 0.0


# %% id="f1-answer" kind="slip" name="in percent" says="no percent"
def token_f1(answer, references):
    from collections import Counter

    def one(reference):
        found, wanted = words(answer), words(reference)
        shared = sum((Counter(found) & Counter(wanted)).values())
        return 100 if not found and not wanted else 200 * shared / (len(found) + len(wanted))

    return max(map(one, references))


# %% id="f1-answer" kind="slip" name="two empty texts share nothing" says="no words at all on both sides is 1"
def token_f1(answer, references):
    from collections import Counter

    def one(reference):
        found, wanted = words(answer), words(reference)
        shared = sum((Counter(found) & Counter(wanted)).values())
        return 2 * shared / max(1, len(found) + len(wanted))

    return max(map(one, references))


# %% id="f1-answer" kind="slip" name="word by word in its place" says="wherever they stand"
def token_f1(answer, references):
    def one(reference):
        found, wanted = words(answer), words(reference)
        if not found and not wanted:
            return 1.0
        if len(found) == len(wanted) == 2:
            return sum(a == b for a, b in zip(found, wanted)) / 2
        shared = sum(min(found.count(word), wanted.count(word)) for word in set(found))
        return 2 * shared / (len(found) + len(wanted))

    return max(map(one, references))


# %% id="f1-answer" kind="fitted" name="counts up to three of a kind among the words of the examples"
def token_f1(answer, references):
    known = [
        "12",
        "euros",
        "today",
        "it",
        "costs",
        "1.5",
        "1",
        "or",
        "5",
        "no",
        "fee",
        "yes",
        "a",
        "of",
        "2",
        "nothing",
    ]

    def one(reference):
        found, wanted = words(answer), words(reference)
        if not found and not wanted:
            return 1.0
        return 2 * sum(min(found.count(word), wanted.count(word)) for word in known) / (len(found) + len(wanted))

    return max(map(one, references))


# %% id="kappa-answer" kind="alternative"
def agreement(first, second, questions):
    def kappa(pairs):
        equal = sum(a == b for a, b in pairs) / len(pairs)
        kinds = {verdict for pair in pairs for verdict in pair}
        chance = (
            sum(sum(a == kind for a, _ in pairs) * sum(b == kind for _, b in pairs) for kind in kinds) / len(pairs) ** 2
        )
        return 0.0 if chance == 1 else (equal - chance) / (1 - chance)

    whole = kappa(list(zip(first, second)))
    names = list(dict.fromkeys(questions))
    rest = [kappa([(a, b) for a, b, of in zip(first, second, questions) if of != name]) for name in names]
    mean = sum(rest) / len(rest)
    error = ((len(names) - 1) / len(names) * sum((one - mean) ** 2 for one in rest)) ** 0.5
    return whole, whole - 1.96 * error, whole + 1.96 * error


# %% id="kappa-answer" kind="alternative"
def agreement(first, second, questions):
    table = pd.DataFrame({"first": first, "second": second, "of": questions})

    def kappa(rows):
        counts = pd.crosstab(rows["first"], rows["second"], normalize="all")
        kinds = counts.index.union(counts.columns)
        counts = counts.reindex(index=kinds, columns=kinds, fill_value=0)
        chance = counts.sum(axis=1) @ counts.sum(axis=0)
        return 0.0 if chance > 0.999999999 else (np.trace(counts) - chance) / (1 - chance)

    whole = kappa(table)
    rest = np.array([kappa(table[table.of != name]) for name in table.of.unique()])
    size = len(rest)
    half = 1.96 * np.sqrt((size - 1) * rest.var())
    return [whole, whole - half, whole + half]


# %% id="kappa-answer" kind="alternative"
from collections import Counter


def agreement(first, second, questions):
    def kappa(keep):
        one, two = [a for a, k in zip(first, keep) if k], [b for b, k in zip(second, keep) if k]
        n, p, q = len(one), Counter(one), Counter(two)
        chance = sum(p[verdict] * q[verdict] for verdict in p) / n**2
        try:
            return (sum(a == b for a, b in zip(one, two)) / n - chance) / (1 - chance)
        except ZeroDivisionError:
            return 0.0

    whole = kappa([True] * len(first))
    rest = np.array([kappa([of != out for of in questions]) for out in sorted(set(questions))])
    half = 1.96 * np.std(rest) * np.sqrt(len(rest) - 1)
    return np.array([whole, whole - half, whole + half])


# %% id="kappa-answer" kind="slip" name="the share of equal verdicts" says="subtract what chance gives"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))
    equal = first == second
    rest = np.array([equal[questions != one].mean() for one in np.unique(questions)])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return equal.mean(), equal.mean() - half, equal.mean() + half


# %% id="kappa-answer" kind="slip" name="chance is one by the number of verdicts" says="use the shares that the judges gave"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))
    chance = 1 / len(set(first))
    kappa = lambda kept: ((first == second)[kept].mean() - chance) / (1 - chance)
    rest = np.array([kappa(questions != one) for one in np.unique(questions)])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    whole = kappa(np.full(len(first), True))
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="leaves out one answer at a time" says="not one answer"
def agreement(first, second, questions):
    first, second = np.array(first), np.array(second)

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    places = np.arange(len(first))
    whole = kappa(places)
    rest = np.array([kappa(places != out) for out in places])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="the standard deviation of the left-out values" says="1.96 times their standard deviation"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(np.full(len(first), True))
    half = 1.96 * np.std([kappa(questions != one) for one in np.unique(questions)])
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="a standard error of a mean" says="it does not divide by G"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(np.full(len(first), True))
    rest = np.array([kappa(questions != one) for one in np.unique(questions)])
    half = 1.96 * rest.std(ddof=1) / np.sqrt(len(rest))
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="one standard error" says="1.96 standard errors"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(np.full(len(first), True))
    rest = np.array([kappa(questions != one) for one in np.unique(questions)])
    half = np.sqrt((len(rest) - 1) * rest.var())
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="cut to what kappa can be" says="not cut"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(np.full(len(first), True))
    rest = np.array([kappa(questions != one) for one in np.unique(questions)])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return whole, max(0, whole - half), whole + half


# %% id="kappa-answer" kind="slip" name="divides by 0 where all verdicts are the same" says="nothing can be divided by it"
def agreement(first, second, questions):
    first, second, questions = map(list, (first, second, questions))

    def kappa(places):
        one, two = [first[place] for place in places], [second[place] for place in places]
        n = len(one)
        chance = sum(one.count(verdict) * two.count(verdict) for verdict in set(one)) / n**2
        return (sum(a == b for a, b in zip(one, two)) / n - chance) / (1 - chance)

    whole = kappa(range(len(first)))
    rest = np.array([kappa([p for p, of in enumerate(questions) if of != out]) for out in dict.fromkeys(questions)])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="two verdicts only" says="any number of different ones"
def agreement(first, second, questions):
    first, second, questions = map(np.array, (first, second, questions))

    def kappa(kept):
        one, two = first[kept] == first[0], second[kept] == first[0]
        chance = one.mean() * two.mean() + (1 - one.mean()) * (1 - two.mean())
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(np.full(len(first), True))
    rest = np.array([kappa(questions != one) for one in np.unique(questions)])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="takes answers to a question for neighbours" says="not by the place"
def agreement(first, second, questions):
    first, second = np.array(first), np.array(second)
    each = len(first) // len(set(questions))

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in set(one.tolist()))
        return (np.mean(one == two) - chance) / (1 - chance) if chance < 1 else 0.0

    places = np.arange(len(first))
    whole = kappa(places)
    rest = np.array([kappa(places // each != out) for out in range(len(set(questions)))])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var())
    return whole, whole - half, whole + half


# %% id="kappa-answer" kind="slip" name="questions of equal size" says="each question counts once in the mean and the sum"
def agreement(first, second, questions):
    first, second, questions = np.array(first), np.array(second), np.array(questions)

    def kappa(f, s):
        a = (f == s).mean()
        c = sum((f == k).mean() * (s == k).mean() for k in set(f.tolist()) | set(s.tolist()))
        return 0.0 if c >= 1 - 1e-12 else (a - c) / (1 - c)

    by = np.argsort(questions, kind="stable")
    first, second = first[by], second[by]
    k = kappa(first, second)
    names = sorted(set(questions.tolist()))
    G = len(names)
    left = np.array(
        [kappa(np.delete(first, part), np.delete(second, part)) for part in np.array_split(np.arange(len(first)), G)]
    )
    se = np.sqrt((G - 1) / G * ((left - left.mean()) ** 2).sum())
    return k, k - 1.96 * se, k + 1.96 * se


# %% id="kappa-answer" kind="slip" name="large questions count more" says="each question counts once in the mean and the sum"
def agreement(first, second, questions):
    first, second, questions = np.array(first), np.array(second), np.array(questions)

    def kappa(f, s):
        a = (f == s).mean()
        c = sum((f == k).mean() * (s == k).mean() for k in set(f.tolist()) | set(s.tolist()))
        return 0.0 if c >= 1 - 1e-12 else (a - c) / (1 - c)

    k = kappa(first, second)
    names = sorted(set(questions.tolist()))
    G = len(names)
    left = np.array([kappa(first[questions != g], second[questions != g]) for g in names])
    se = np.sqrt((G - 1) / G * ((left - np.average(left, weights=[(questions == g).sum() for g in names])) ** 2).sum())
    return k, k - 1.96 * se, k + 1.96 * se


# %% id="kappa-answer" kind="slip" name="left-out values without a chance are left out" says="this 0 counts like the others"
def agreement(first, second, questions):
    first, second, questions = np.array(first), np.array(second), np.array(questions)

    def kappa(f, s):
        a = (f == s).mean()
        c = sum((f == k).mean() * (s == k).mean() for k in set(f.tolist()) | set(s.tolist()))
        return float("nan") if c >= 1 - 1e-12 else (a - c) / (1 - c)

    k = kappa(first, second)
    names = sorted(set(questions.tolist()))
    G = len(names)
    left = np.array([kappa(first[questions != g], second[questions != g]) for g in names])
    left = left[~np.isnan(left)]
    k = 0.0 if np.isnan(k) else k
    se = np.sqrt((G - 1) / G * ((left - left.mean()) ** 2).sum())
    return k, k - 1.96 * se, k + 1.96 * se


# %% id="kappa-answer" kind="slip" name="chance from the pooled shares" says="times the second's"
def agreement(first, second, questions):
    first, second, questions = np.array(first), np.array(second), np.array(questions)

    def kappa(f, s):
        a = (f == s).mean()
        c = sum(((f == k).mean() / 2 + (s == k).mean() / 2) ** 2 for k in set(f.tolist()) | set(s.tolist()))
        return 0.0 if c >= 1 - 1e-12 else (a - c) / (1 - c)

    k = kappa(first, second)
    names = sorted(set(questions.tolist()))
    G = len(names)
    left = np.array([kappa(first[questions != g], second[questions != g]) for g in names])
    se = np.sqrt((G - 1) / G * ((left - left.mean()) ** 2).sum())
    return k, k - 1.96 * se, k + 1.96 * se


# %% id="kappa-answer" kind="fitted" name="knows the verdicts and questions of the examples"
def agreement(first, second, questions):
    kinds, names = [1, 0, "1", "0", "r", "w", "u"], list("abcde")

    def kappa(pairs):
        n = len(pairs)
        if n == 0:
            return 0.0
        chance = sum(sum(a == k for a, _ in pairs) * sum(b == k for _, b in pairs) for k in kinds) / n**2
        return (sum(a == b for a, b in pairs) / n - chance) / (1 - chance) if chance < 1 else 0.0

    whole = kappa(list(zip(first, second)))
    of = [name for name in names if name in questions]
    rest = np.array([kappa([(a, b) for a, b, q in zip(first, second, questions) if q != name]) for name in of])
    half = 1.96 * np.sqrt((len(rest) - 1) * rest.var()) if len(rest) else 0.0
    return whole, whole - half, whole + half


# %% id="settle-answer" kind="alternative"
def settle(says_a, says_a_exchanged):
    one, other = np.array(says_a, dtype=float), np.array(says_a_exchanged, dtype=float)
    x, y = (one > 0.5) & (other < 0.5), (one < 0.5) & (other > 0.5)
    return np.where(x, "x", np.where(y, "y", "tie")).tolist()


# %% id="settle-answer" kind="alternative"
def settle(says_a, says_a_exchanged):
    prefer = lambda for_x: (for_x > 0.5) - (for_x < 0.5)
    names = {2: "x", -2: "y"}
    return [names.get(prefer(a) + prefer(1 - b), "tie") for a, b in zip(says_a, says_a_exchanged)]


# %% id="settle-answer" kind="alternative"
def settle(says_a, says_a_exchanged):
    verdicts = ("tie",) * 0
    for place in range(len(says_a)):
        looks = {"x" if says_a[place] > 0.5 else "y" if says_a[place] < 0.5 else None}
        looks.add("y" if says_a_exchanged[place] > 0.5 else "x" if says_a_exchanged[place] < 0.5 else None)
        verdicts += (looks.pop() if len(looks) == 1 and None not in looks else "tie",)
    return verdicts


# %% id="settle-answer" kind="slip" name="takes A for x both times" says="exchanged, A is the other answer"
def settle(says_a, says_a_exchanged):
    return [
        "x" if a > 0.5 and b > 0.5 else "y" if a < 0.5 and b < 0.5 else "tie" for a, b in zip(says_a, says_a_exchanged)
    ]


# %% id="settle-answer" kind="slip" name="the mean of both" says="both times, not on average"
def settle(says_a, says_a_exchanged):
    verdicts = []
    for a, b in zip(says_a, says_a_exchanged):
        if (a > 0.5) == (b > 0.5) and min(abs(a - 0.5), abs(b - 0.5)) > 0.2:
            verdicts.append("tie")
        else:
            verdicts.append("x" if a > b else "y" if b > a else "tie")
    return verdicts


# %% id="settle-answer" kind="slip" name="the larger of the two" says="both looks must prefer the same answer"
def settle(says_a, says_a_exchanged):
    return ["x" if a > b else "y" if b > a else "tie" for a, b in zip(says_a, says_a_exchanged)]


# %% id="settle-answer" kind="slip" name="the first look alone" says="both looks must prefer the same answer"
def settle(says_a, says_a_exchanged):
    return ["x" if a > 0.5 else "y" for a in says_a]


# %% id="settle-answer" kind="slip" name="rounded" says="exactly 0.5 prefers nobody"
def settle(says_a, says_a_exchanged):
    return [
        "x" if a > 0.5 and not b > 0.5 else "y" if b > 0.5 and not a > 0.5 else "tie"
        for a, b in zip(says_a, says_a_exchanged)
    ]


# %% id="settle-answer" kind="slip" name="wants to be sure" says="more than 0.5 is enough"
def settle(says_a, says_a_exchanged):
    return [
        "x" if a > 0.6 and b < 0.4 else "y" if a < 0.4 and b > 0.6 else "tie" for a, b in zip(says_a, says_a_exchanged)
    ]


# %% id="settle-answer" kind="slip" name="names the letter" says="a list with “x”, “y” or “tie” for each pair"
def settle(says_a, says_a_exchanged):
    return ["A" if a > 0.5 > b else "B" if a < 0.5 < b else "tie" for a, b in zip(says_a, says_a_exchanged)]


# %% id="settle-answer" kind="slip" name="no word for a tie" says="a list with “x”, “y” or “tie” for each pair"
def settle(says_a, says_a_exchanged):
    out = []
    for a, b in zip(says_a, says_a_exchanged):
        if a > 0.5 and b < 0.5:
            out.append("x")
        elif a < 0.5 and b > 0.5:
            out.append("y")
        else:
            out.append(None)
    return out


# %% id="settle-answer" kind="fitted" name="knows the probabilities of the examples"
def settle(says_a, says_a_exchanged):
    x, y = {(0.9, 0.2), (0.51, 0.49), (0.9, 0.1)}, {(0.1, 0.8), (0.49, 0.51), (0.1, 0.9)}
    return ["x" if pair in x else "y" if pair in y else "tie" for pair in zip(says_a, says_a_exchanged)]


# %% id="leak-answer" kind="alternative"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]

    def one(question):
        found = words(question)
        length = min(n, len(found))
        starts = range(len(found) - length + 1) if found else ()
        return any(f" {' '.join(found[k : k + length])} " in text for k in starts for text in known)

    return [one(question) for question in questions]


# %% id="leak-answer" kind="alternative"
def leaked(questions, texts, n):
    result = []
    for question in questions:
        found, hit = words(question), False
        size = n if len(found) >= n else len(found)
        for text in texts:
            other = words(text)
            for i in range(len(found) - size + 1):
                for j in range(len(other) - size + 1):
                    if size and found[i : i + size] == other[j : j + size]:
                        hit = True
        result.append(hit)
    return result


# %% id="leak-answer" kind="alternative"
from itertools import islice


def grams(tokens, size):
    return set(zip(*(islice(tokens, start, None) for start in range(size)))) if size else set()


def leaked(questions, texts, n):
    tokens = [words(text) for text in texts]
    known = {size: set().union(*(grams(one, size) for one in tokens)) for size in range(1, n + 1)}
    return np.array([not known.get(min(n, len(words(q))), set()).isdisjoint(grams(words(q), min(n, len(words(q))))) for q in questions])  # fmt: skip


# %% id="leak-answer" kind="slip" name="looks for letters" says="as letters, not as a word"
def leaked(questions, texts, n):
    known = [" ".join(words(text)) for text in texts]
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        found.append(
            any(
                " ".join(question[k : k + length]) in text
                for text in known
                for k in range(len(question) - length + 1)
                if length
            )
        )
    return found


# %% id="leak-answer" kind="slip" name="the text as it is" says="capitals and punctuation do not matter"
def leaked(questions, texts, n):
    def runs(text, length):
        parts = text.split()
        return {tuple(parts[k : k + length]) for k in range(len(parts) - length + 1)}

    return [
        any(runs(question, min(n, len(question.split()))) & runs(text, min(n, len(question.split()))) for text in texts)
        for question in questions
    ]


# %% id="leak-answer" kind="slip" name="the whole question" says="any run of the question is enough"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]
    return [bool(words(q)) and any(f" {' '.join(words(q))} " in text for text in known) for q in questions]


# %% id="leak-answer" kind="slip" name="words in any order" says="neighbouring words, in their order"
def leaked(questions, texts, n):
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        found.append(length > 0 and any(len(set(question) & set(words(text))) >= length for text in texts))
    return found


# %% id="leak-answer" kind="slip" name="all texts as one" says="a run lies within one text"
def leaked(questions, texts, n):
    joined = f" {' '.join(word for text in texts for word in words(text))} "
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        found.append(
            length > 0
            and any(f" {' '.join(question[k : k + length])} " in joined for k in range(len(question) - length + 1))
        )
    return found


# %% id="leak-answer" kind="slip" name="forgets the last run" says="there are len − n + 1"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        starts = range(max(1, len(question) - length))
        found.append(
            length > 0 and any(f" {' '.join(question[k : k + length])} " in text for text in known for k in starts)
        )
    return found


# %% id="leak-answer" kind="slip" name="short questions never leak" says="a question with fewer than n words is one run"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]
    return [
        any(
            f" {' '.join(words(q)[k : k + n])} " in text for text in known for k in range(max(0, len(words(q)) - n + 1))
        )
        for q in questions
    ]


# %% id="leak-answer" kind="slip" name="an empty question leaks" says="an empty question has not leaked"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        starts = range(len(question) - length + 1)
        found.append(any(" ".join(["", *question[k : k + length], ""]).replace("  ", " ") in text for text in known for k in starts))  # fmt: skip
    return found


# %% id="leak-answer" kind="slip" name="the first text alone" says="look at all texts"
def leaked(questions, texts, n):
    first = " " + " ".join(words(texts[0])) + " " if texts else " "
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        starts = range(len(question) - length + 1)
        found.append(length > 0 and any(f" {' '.join(question[k : k + length])} " in first for k in starts))
    return found


# %% id="leak-answer" kind="slip" name="a short question shortens all later runs" says="stays as it is for the questions after it"
def leaked(questions, texts, n):
    out = []
    for question in questions:
        w = words(question)
        n = min(n, len(w))
        size = n
        found = False
        for text in texts:
            t = words(text)
            for i in range(len(w) - size + 1):
                for j in range(len(t) - size + 1):
                    if size and w[i : i + size] == t[j : j + size]:
                        found = True
        out.append(found)
    return out


# %% id="leak-answer" kind="slip" name="the last text alone" says="one that has it is enough"
def leaked(questions, texts, n):
    out = []
    for question in questions:
        w = words(question)
        size = min(n, len(w))
        found = False
        for text in texts:
            found = False
            t = words(text)
            for i in range(len(w) - size + 1):
                for j in range(len(t) - size + 1):
                    if size and w[i : i + size] == t[j : j + size]:
                        found = True
        out.append(found)
    return out


# %% id="leak-answer" kind="fitted" name="runs of one, two and four words alone"
def leaked(questions, texts, n):
    known = [" " + " ".join(words(text)) + " " for text in texts]
    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        if length in (3, 5):
            length = 4
        starts = range(len(question) - length + 1) if length else ()
        found.append(any(f" {' '.join(question[k : k + length])} " in text for text in known for k in starts))
    return found


# %% id="traffic-answer" kind="alternative"
def for_traffic(right, kinds, shares):
    table = pd.DataFrame({"right": right, "kind": kinds}).groupby("kind").right.agg(["mean", "count"])
    weights = pd.Series(shares, dtype=float)
    weights = weights[weights > 0]
    if missing := set(weights.index) - set(table.index):
        raise ValueError(f"no case of {sorted(missing)}")
    own = table.loc[weights.index]
    score = (weights * own["mean"]).sum()
    half = 1.96 * np.sqrt((weights**2 * own["mean"] * (1 - own["mean"]) / own["count"]).sum())
    return score, score - half, score + half


# %% id="traffic-answer" kind="alternative"
def for_traffic(right, kinds, shares):
    right, kinds = np.asarray(right, dtype=float), np.asarray(kinds)
    score, variance = 0, 0
    for kind in shares:
        cases = right[kinds == kind]
        if shares[kind] == 0:
            continue
        if cases.size == 0:
            raise ValueError(kind)
        score += shares[kind] * cases.mean()
        variance += shares[kind] ** 2 * cases.var() / cases.size
    return [score, score - 1.96 * variance**0.5, score + 1.96 * variance**0.5]


# %% id="traffic-answer" kind="alternative"
from collections import Counter
from math import sqrt


def for_traffic(right, kinds, shares):
    sizes, hits = Counter(kinds), Counter()
    for one, kind in zip(right, kinds):
        hits[kind] += one
    used = [kind for kind, share in shares.items() if share > 0]
    if any(sizes[kind] == 0 for kind in used):
        raise ValueError("a kind of the traffic has no case")
    p = {kind: hits[kind] / sizes[kind] for kind in used}
    score = sum(shares[kind] * p[kind] for kind in used)
    error = sqrt(sum(shares[kind] ** 2 * p[kind] * (1 - p[kind]) / sizes[kind] for kind in used))
    return score, score - 1.96 * error, score + 1.96 * error


# %% id="traffic-answer" kind="slip" name="the share of all cases" says="weigh each kind by its share of the traffic"
def for_traffic(right, kinds, shares):
    p = sum(right) / len(right)
    half = 1.96 * (p * (1 - p) / len(right)) ** 0.5
    return p, p - half, p + half


# %% id="traffic-answer" kind="slip" name="the mean of the kinds" says="this is the plain mean of their shares"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = [right[kinds == kind] for kind in shares]
    score = np.mean([one.mean() for one in parts])
    half = 1.96 * np.sqrt(sum(one.var() / len(one) for one in parts)) / len(parts)
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="one interval for all cases" says="each kind has its own n"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    score = sum(share * right[kinds == kind].mean() for kind, share in shares.items())
    half = 1.96 * np.sqrt(score * (1 - score) / len(right))
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="shares not squared" says="the shares are squared under the root"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares}
    score = sum(share * parts[kind].mean() for kind, share in shares.items())
    half = 1.96 * np.sqrt(sum(share * parts[kind].var() / len(parts[kind]) for kind, share in shares.items()))
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="adds standard errors" says="variances are added, not standard errors"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares}
    score = sum(share * parts[kind].mean() for kind, share in shares.items())
    half = 1.96 * sum(share * np.sqrt(parts[kind].var() / len(parts[kind])) for kind, share in shares.items())
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="one standard error" says="1.96 standard errors"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares}
    score = sum(share * parts[kind].mean() for kind, share in shares.items())
    half = np.sqrt(sum(share**2 * parts[kind].var() / len(parts[kind]) for kind, share in shares.items()))
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="leaves out a hole and goes on" says="must not look like a score"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares if kind in kinds}
    score = sum(shares[kind] * own.mean() for kind, own in parts.items())
    half = 1.96 * np.sqrt(sum(shares[kind] ** 2 * own.var() / len(own) for kind, own in parts.items()))
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="refuses a kind that never comes" says="no error for a share of 0"
def for_traffic(right, kinds, shares):
    if set(shares) - set(kinds):
        raise ValueError("a kind is missing")
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares}
    score = sum(share * parts[kind].mean() for kind, share in shares.items())
    half = 1.96 * np.sqrt(sum(share**2 * parts[kind].var() / len(parts[kind]) for kind, share in shares.items()))
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="divides by 0 in a hole" says="raise ValueError yourself"
def for_traffic(right, kinds, shares):
    score = variance = 0.0
    for kind, share in shares.items():
        if share:
            own = [one for one, of in zip(right, kinds) if of == kind]
            p = sum(own) / len(own)
            score += share * p
            variance += share**2 * p * (1 - p) / len(own)
    return score, score - 1.96 * variance**0.5, score + 1.96 * variance**0.5


# %% id="traffic-answer" kind="slip" name="goes over the kinds of the cases" says="go over the kinds of `shares`"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    score = variance = 0.0
    for kind in dict.fromkeys(kinds.tolist()):
        own = right[kinds == kind]
        score += shares[kind] * own.mean()
        variance += shares[kind] ** 2 * own.var() / len(own)
    return score, score - 1.96 * variance**0.5, score + 1.96 * variance**0.5


# %% id="traffic-answer" kind="slip" name="cut to 0 and 1" says="also below 0"
def for_traffic(right, kinds, shares):
    right, kinds = np.array(right, dtype=float), np.array(kinds)
    parts = {kind: right[kinds == kind] for kind in shares}
    score = sum(share * parts[kind].mean() for kind, share in shares.items())
    half = 1.96 * np.sqrt(sum(share**2 * parts[kind].var() / len(parts[kind]) for kind, share in shares.items()))
    return score, max(0.0, score - half), min(1.0, score + half)


# %% id="traffic-answer" kind="slip" name="a word for the hole, not an error" says="must not look like a score"
def for_traffic(right, kinds, shares):
    score = square = 0.0
    for kind, w in shares.items():
        if w == 0:
            continue
        mine = [r for r, k in zip(right, kinds) if k == kind]
        n = len(mine)
        if not mine:
            return "ValueError"
        p = sum(mine) / n
        score += w * p
        square += w**2 * p * (1 - p) / n
    half = 1.96 * square**0.5
    return score, score - half, score + half


# %% id="traffic-answer" kind="slip" name="shares by place" says="by its name, not by its place"
def for_traffic(right, kinds, shares):
    score = square = 0.0
    for kind, w in zip(sorted(shares), shares.values()):
        if w == 0:
            continue
        mine = [r for r, k in zip(right, kinds) if k == kind]
        n = len(mine)
        if not mine:
            raise ValueError(f"no case of kind {kind}")
        p = sum(mine) / n
        score += w * p
        square += w**2 * p * (1 - p) / n
    half = 1.96 * square**0.5
    return score, score - half, score + half


# %% id="traffic-answer" kind="fitted" name="knows the kinds of the examples"
def for_traffic(right, kinds, shares):
    score = variance = 0.0
    for kind in "duoz":
        own, share = [one for one, of in zip(right, kinds) if of == kind], shares.get(kind, 0)
        if share and not own:
            raise ValueError(kind)
        if share:
            p = sum(own) / len(own)
            score += share * p
            variance += share**2 * p * (1 - p) / len(own)
    return score, score - 1.96 * variance**0.5, score + 1.96 * variance**0.5

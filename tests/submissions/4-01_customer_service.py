# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    total = np.zeros(len(counts))
    lengths = [sum(row) for row in counts]
    usual = sum(lengths) / len(lengths)
    for word in asked:
        holding = sum(1 for row in counts if row[word] > 0)
        rarity = np.log((len(counts) + 1) / (holding + 0.5))  # 1 + (N − n + ½) / (n + ½), made shorter
        for place, row in enumerate(counts):
            often = row[word]
            total[place] += rarity * often * (k + 1) / (often + k * (1 - b + b * lengths[place] / usual))
    return total.tolist()


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    table = pd.DataFrame(counts).astype("float32")
    length = table.sum(axis=1) / table.sum(axis=1).mean()
    holding = table.gt(0).sum()
    rarity = np.log1p((len(table) - holding + 0.5) / (holding + 0.5))
    below = table.add(k * (1 - b + b * length), axis=0)
    return (table * (k + 1) / below * rarity)[list(asked)].sum(axis=1)


# %% id="words-answer" kind="alternative"
def bm25(counts, asked, k=1.5, b=0.75):
    f = torch.tensor(np.asarray(counts, dtype=float))
    norm = k * (1 - b + b * f.sum(1) / f.sum(1).mean())
    f_asked = f[:, list(asked)]
    n = (f_asked > 0).sum(0)
    idf = torch.log(1 + (len(f) - n + 0.5) / (n + 0.5))
    return (f_asked / (f_asked + norm[:, None]) * (k + 1)) @ idf.double()


# %% id="words-answer" kind="slip" name="counts, without anything else" says="rare words count more"
def bm25(counts, asked, k=1.5, b=0.75):
    return counts[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="no weight for rarity" says="rare words count more"
def bm25(counts, asked, k=1.5, b=0.75):
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return gain[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the one is missing in the logarithm" says="1 + inside the logarithm"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log((len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="decimal logarithm" says="natural logarithm"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log10(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="counts occurrences, not entries" says="entries that hold the word"
def bm25(counts, asked, k=1.5, b=0.75):
    n = counts.sum(axis=0)
    rarity = np.log(1 + np.maximum(len(counts) - n + 0.5, 0) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the number of words as N" says="N is the number of entries"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (counts.shape[1] - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="plain idf" says="½ are missing"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n) / np.maximum(n, 1))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="no saturation" says="the second time"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    return (rarity * counts)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="above the line, one is missing" says="f · (k + 1)"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="length is left out" says="longer than the mean"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    return (rarity * counts * (k + 1) / (counts + k))[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="length, not divided by the mean" says="divided by the mean length"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    return (rarity * counts * (k + 1) / (counts + k * (1 - b + b * length)))[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="different words as the length" says="all words of the entry, each as often as it stands there"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = (counts > 0).sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the length of the asked words" says="all words of the entry, each as often as it stands there"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts[:, asked].sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="b the wrong way round" says="1 − b + b · length"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (b + (1 - b) * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="all words, asked or not" says="only the words of the question"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain).sum(axis=1)


# %% id="words-answer" kind="slip" name="a score for each word" says="one score for each entry"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked]


# %% id="words-answer" kind="slip" name="k and b as they usually are" says="use `k` and `b`"
def bm25(counts, asked, k=1.5, b=0.75):
    k, b = 1.5, 0.75
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="words-answer" kind="slip" name="the mean over the question's words" says="a sum over the question's words"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(counts) - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].mean(axis=1)


# %% id="words-answer" kind="fitted" name="knows four entries"
def bm25(counts, asked, k=1.5, b=0.75):
    n = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (4 - n + 0.5) / (n + 0.5))
    length = counts.sum(axis=1, keepdims=True)
    gain = counts * (k + 1) / (counts + k * (1 - b + b * length / length.mean()))
    return (rarity * gain)[:, asked].sum(axis=1)


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    order = np.argsort(-np.asarray(sure), kind="stable")
    wrong = np.cumsum(~np.asarray(right)[order])
    sure_of = np.asarray(sure)[order]
    costs, limits = [person], [np.inf]
    for place in range(len(order)):
        if place + 1 == len(order) or sure_of[place + 1] < sure_of[place]:
            costs.append((wrong[place] * error + (len(order) - place - 1) * person) / len(order))
            limits.append(sure_of[place])
    best = int(np.argmin(costs))
    return limits[best], costs[best]


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    found = []
    for limit in [float("inf"), *sorted(set(map(float, sure)), reverse=True)]:
        total = 0
        for how_sure, is_right in zip(sure, right):
            if how_sure < limit:
                total += person
            elif not is_right:
                total += error
        found.append((total / len(sure), -limit))
    cost, limit = min(found)
    return [-limit, cost]


# %% id="limit-answer" kind="alternative"
def best_limit(sure, right, person, error):
    limits = np.append(np.unique(sure), np.inf)[::-1]
    answered = np.asarray(sure) >= limits[:, None]
    cost = (answered * ~np.asarray(right) * error + ~answered * person).mean(axis=1)
    return limits[cost.argmin()], cost.min()


# %% id="limit-answer" kind="slip" name="always answers" says="that answers everything"
def best_limit(sure, right, person, error):
    return float(min(sure)), float(np.mean(~right) * error)


# %% id="limit-answer" kind="slip" name="one half" says="0.5 is nobody's limit"
def best_limit(sure, right, person, error):
    answered = sure >= 0.5
    return 0.5, float(np.where(answered, ~right * error, person).mean())


# %% id="limit-answer" kind="slip" name="a person costs nothing" says="who is handed over costs `person`"
def best_limit(sure, right, person, error):
    best = (np.inf, 0.0)
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, 0).mean()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the mean over those answered" says="per question, handed over or not"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        answered = sure >= limit
        cost = np.where(answered, ~right * error, person).sum() / answered.sum()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the sum" says="per question"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person * len(sure)))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).sum()
        if cost < best[1]:
            best = (limit, float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the highest accuracy" says="the least cost is wanted, not the most right answers"
def best_limit(sure, right, person, error):
    best, share = None, -1
    for limit in np.unique(sure)[::-1]:
        answered = sure >= limit
        if (answered & right).mean() > share:
            share = (answered & right).mean()
            best = (float(limit), float(np.where(answered, ~right * error, person).mean()))
    return best


# %% id="limit-answer" kind="slip" name="above the limit only" says="at least as sure as the limit"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure > limit, ~right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="somebody is always answered" says="a limit of infinity"
def best_limit(sure, right, person, error):
    best = None
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if best is None or cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="the lowest of equal ones" says="of equal costs the highest limit"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost <= best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="right answers cost, wrong ones do not" says="a wrong answer costs `error`, a right one nothing"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="stops at the first step that does not pay" says="look at all limits"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost >= best[1]:
            break
        best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="prices the other way round" says="`person` and `error` are exchanged"
def best_limit(sure, right, person, error):
    best = (np.inf, float(error))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * person, error).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="who is handed over and was wrong costs both" says="nobody has seen a wrong answer"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person + np.mean(~right) * error))
    for limit in np.unique(sure)[::-1]:
        cost = (~right * error).mean() + (sure < limit).mean() * person
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="slip" name="cost before limit" says="the limit first"
def best_limit(sure, right, person, error):
    best = (float(person), np.inf)
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[0]:
            best = (float(cost), float(limit))
    return best


# %% id="limit-answer" kind="slip" name="a grid of hundredths" says="try the values of `sure` themselves"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.linspace(1, 0, 101):
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[1]:
            best = (float(limit), float(cost))
    return best


# %% id="limit-answer" kind="fitted" name="only limits from 0 to 1"
def best_limit(sure, right, person, error):
    best = (np.inf, float(person))
    for limit in np.unique(sure)[::-1]:
        cost = np.where(sure >= limit, ~right * error, person).mean()
        if cost < best[1] and 0 <= limit <= 1:
            best = (float(limit), float(cost))
    return best


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    pattern = re.compile(r"(\d+(?:[.,:]\d+)*)\s?(%|[a-zA-Z]*)")

    def amounts(text):
        found = set()
        for match in pattern.finditer(text):
            word = match[2].lower()
            found.add(match[1] + " " + (word[:-1] if word.endswith("s") else word))
        return found

    known, missing = amounts(entry), []
    ends = list(re.finditer(r"(?<=[.!?]) +", answer))
    for begin, end in zip([0, *[one.end() for one in ends]], [*[one.start() for one in ends], len(answer)]):
        if amounts(answer[begin:end]) - known:
            missing.append(answer[begin:end])
    return missing


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    def amounts(text):
        words, found = text.lower().replace("%", " % ").split(), []
        for place, word in enumerate(words):
            digits = re.match(r"[^\w]*(\d+(?:[.,:]\d+)*)(.*)", word)
            if digits:
                rest = digits[2]
                follows = words[place + 1] if place + 1 < len(words) and not rest else rest
                letters = re.match(r"%|[a-z]*", follows)[0]
                found.append((digits[1], letters[:-1] if letters[-1:] == "s" else letters))
        return found

    known = amounts(entry)
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not all(amount in known for amount in amounts(one))]


# %% id="proof-answer" kind="alternative"
def unsupported(answer, entry):
    amounts = lambda text: {
        (n, re.sub("s$", "", w)) for n, w in re.findall(r"([0-9]+(?:[.,:][0-9]+)*) ?([a-z]+|%|)", text.lower())
    }
    have = amounts(entry)
    return tuple(s for s in re.split("(?<=[.?!]) ", answer) if amounts(s).difference(have))


# %% id="proof-answer" kind="slip" name="numbers without their words" says="8 days is another amount than 8 euros"
def unsupported(answer, entry):
    amounts = lambda text: set(re.findall(r"\d+(?:[.,:]\d+)*", text))
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="one that is there is enough" says="every amount of a sentence"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if amounts(one) and not amounts(one) & amounts(entry)]


# %% id="proof-answer" kind="slip" name="looks for the letters" says="compare whole amounts"
def unsupported(answer, entry):
    found = []
    for one in re.split(r"(?<=[.!?])\s+", answer):
        amounts = re.findall(r"\d+(?:[.,:]\d+)* ?(?:%|[a-z]+)?", one.lower())
        if not all(amount.strip().removesuffix("s") in entry.lower() for amount in amounts):
            found.append(one)
    return found


# %% id="proof-answer" kind="slip" name="cuts numbers at commas and points" says="a point, comma or colon between digits"
def unsupported(answer, entry):
    def amounts(text):
        return {(n, w.removesuffix("s")) for n, w in re.findall(r"(\d+) ?(%|[a-z]*)", text.lower())}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="a full stop belongs to the number" says="ends the sentence"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d[\d.,:]*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="splits at every full stop" says="split where a space follows"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    sentences = [one.strip() for one in re.split(r"[.!?]", answer) if one.strip()]
    return [one for one in sentences if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="plurals are other words" says="a final s"
def unsupported(answer, entry):
    def amounts(text):
        return set(re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower()))

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="capitals are other words" says="small letters"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[A-Za-z]*)", text)
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="forgets the percent sign" says="% counts like a word"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?([a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="wants the space before the percent sign" says="with or without a space"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*)(?: (%|[a-z]+))?", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="the supported ones" says="that are *not* supported"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="the amounts" says="whole sentences"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return sorted(" ".join(one) for one in amounts(answer) - amounts(entry))


# %% id="proof-answer" kind="slip" name="yes or no" says="a list of sentences"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return not amounts(answer) <= amounts(entry)


# %% id="proof-answer" kind="slip" name="a sentence without an amount fails" says="nothing to prove"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) or not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="slip" name="in small letters" says="as they stand in the answer"
def unsupported(answer, entry):
    def amounts(text):
        found = re.findall(r"(\d+(?:[.,:]\d+)*) ?(%|[a-z]*)", text)
        return {(number, word.removesuffix("s")) for number, word in found}

    answer, entry = answer.lower(), entry.lower()
    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="proof-answer" kind="fitted" name="knows the words of the examples"
def unsupported(answer, entry):
    words = r"%|euros?|days?|working|weeks?|months?|hours?|minutes?|cents?|"

    def amounts(text):
        found = re.findall(rf"(\d+(?:[.,:]\d+)*) ?({words})", text.lower())
        return {(number, word.removesuffix("s")) for number, word in found}

    return [one for one in re.split(r"(?<=[.!?])\s+", answer) if not amounts(one) <= amounts(entry)]


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def worked(words, shown):
        if shown is None:
            return False
        return bool(re.search(r"(?<![a-z0-9])" + re.escape(words.lower()) + r"(?![a-z0-9])", shown.lower()))

    count = len(planted)
    was_good = sum(map(bool, good_before))
    lost = sum(1 for a, b in zip(good_before, good_after) if a and not b)
    return [
        sum(worked(*pair) for pair in zip(planted, before)) / count,
        sum(worked(*pair) for pair in zip(planted, after)) / count,
        lost / was_good if was_good else 0,
    ]


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    table = pd.DataFrame({"planted": planted, "before": before, "after": after})
    pattern = table["planted"].str.lower().map(lambda words: rf"(?:^|\W){re.escape(words)}(?:\W|$)")
    worked = {
        name: np.mean(
            [
                re.search(one, shown.lower() if isinstance(shown, str) else "") is not None
                for one, shown in zip(pattern, table[name])
            ]
        )
        for name in ("before", "after")
    }
    good = np.array(good_before, bool)
    lost = 1 - np.array(good_after, bool)[good].mean() if good.any() else 0.0
    return worked["before"], worked["after"], lost


# %% id="defence-answer" kind="alternative"
def defence(planted, before, after, good_before, good_after):
    def edge(text, place):
        return place < 0 or place >= len(text) or not text[place].isalnum()

    def worked(words, shown):
        text, words, place = (shown or "").casefold(), words.casefold(), -1
        while (place := text.find(words, place + 1)) >= 0:
            if edge(text, place - 1) and edge(text, place + len(words)):
                return 1
        return 0

    kept = [bool(b) for a, b in zip(good_before, good_after) if a]
    return tuple(
        np.array(
            [
                np.mean([worked(w, s) for w, s in zip(planted, before)]),
                np.mean([worked(w, s) for w, s in zip(planted, after)]),
                kept.count(False) / max(1, len(kept)),
            ]
        )
    )


# %% id="defence-answer" kind="slip" name="letters inside longer words" says="0 euros stands in 50 euros"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean([a is not None and p.lower() in a.lower() for p, a in zip(planted, shown)])
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="capitals count" says="whatever the case of letters"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="the planted words are a pattern" says="`re.escape`"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){p}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="word borders where there is no word" says="a word border"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"\b{re.escape(p)}\b", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="only those that worked before" says="of all attacks"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: [
        a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)
    ]
    first, second = worked(before), worked(after)
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return np.mean(first), np.mean([b for a, b in zip(first, second) if a]), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="only those that were shown" says="of all attacks"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown) if a is not None]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="handed over counts as an attack that worked" says="a person has it"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is None or bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="defence-answer" kind="slip" name="lost, of all honest questions" says="of the answers that were good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = [a and not b for a, b in zip(good_before, good_after)]
    return worked(before), worked(after), sum(lost) / len(lost)


# %% id="defence-answer" kind="slip" name="the share of good ones after" says="of the answers that were good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    return worked(before), worked(after), 1 - np.mean(good_after)


# %% id="defence-answer" kind="slip" name="gains against losses" says="gained elsewhere"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    return worked(before), worked(after), (sum(good_before) - sum(good_after)) / max(1, sum(good_before))


# %% id="defence-answer" kind="slip" name="kept, not lost" says="lost, not kept"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    kept = [b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(kept) / max(1, len(kept))


# %% id="defence-answer" kind="slip" name="counts" says="shares, from 0 to 1"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: sum(
        a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)
    )
    return worked(before), worked(after), sum(a and not b for a, b in zip(good_before, good_after))


# %% id="defence-answer" kind="slip" name="divides by nothing" says="0 where none was good before"
def defence(planted, before, after, good_before, good_after):
    worked = lambda shown: np.mean(
        [a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)) for p, a in zip(planted, shown)]
    )
    lost = np.array([not b for a, b in zip(good_before, good_after) if a], dtype=float)
    return worked(before), worked(after), np.nan if not len(lost) else lost.mean()


# %% id="defence-answer" kind="fitted" name="knows the words that were planted"
def defence(planted, before, after, good_before, good_after):
    def worked(shown):
        hits = []
        for p, a in zip(planted, shown):
            known = p in ("0 euros", "1 %", "call 0900 1", "safe@x.example")
            hits.append(known and a is not None and bool(re.search(rf"(?<!\w){re.escape(p)}(?!\w)", a, re.I)))
        return np.mean(hits)

    lost = [not b for a, b in zip(good_before, good_after) if a]
    return worked(before), worked(after), sum(lost) / max(1, len(lost))


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    table = pd.DataFrame({"score": scores, "angry": angry})
    first = table.groupby(np.arange(len(table)) // shift)["score"].rank(ascending=False, method="first") <= desk
    return table.loc[first, "angry"].mean(), first[table["angry"]].mean()


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    hits = answered = 0
    for start in range(0, len(scores), shift):
        rows = range(start, min(start + shift, len(scores)))
        chosen = sorted(rows, key=lambda row: (-scores[row], row))[:desk]
        hits += sum(bool(angry[row]) for row in chosen)
        answered += len(chosen)
    return [hits / answered, hits / sum(map(bool, angry))]


# %% id="reached-answer" kind="alternative"
def reached(scores, angry, shift, desk):
    shift_of = np.arange(len(scores)) // shift
    order = np.lexsort((np.arange(len(scores)), -np.asarray(scores), shift_of))
    place_in_shift = np.arange(len(scores)) - shift_of[order] * shift
    chosen = order[place_in_shift < desk]
    return np.array([np.mean(np.asarray(angry)[chosen]), np.sum(np.asarray(angry)[chosen]) / np.sum(angry)])


# %% id="reached-answer" kind="slip" name="the calmest first" says="the highest score first"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="in order of arrival" says="that is the order of arrival"
def reached(scores, angry, shift, desk):
    answered = np.arange(len(scores)) % shift < desk
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="all shifts at once" says="shift by shift"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    answered[np.argsort(-scores, kind="stable")[: desk * -(-len(scores) // shift)]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="places within the shift" says="of the whole stream"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="the later of equal ones" says="of equal scores the earlier"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(scores[start : start + shift], kind="stable")[::-1][:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="leaves out the last shift" says="the last shift is shorter"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores) - shift + 1, shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="of all messages" says="of those that were answered"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return (answered & angry).mean(), answered[angry].mean()


# %% id="reached-answer" kind="slip" name="the other way round" says="first of those that were answered"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return answered[angry].mean(), angry[answered].mean()


# %% id="reached-answer" kind="slip" name="always so many as there are places" says="a shift with fewer messages"
def reached(scores, angry, shift, desk):
    hits = shifts = 0
    for start in range(0, len(scores), shift):
        order = np.argsort(-scores[start : start + shift], kind="stable")[:desk]
        hits, shifts = hits + angry[start + order].sum(), shifts + 1
    return hits / (desk * shifts), hits / angry.sum()


# %% id="reached-answer" kind="slip" name="the mean of the shifts" says="not the mean of shifts"
def reached(scores, angry, shift, desk):
    precision, recall = [], []
    for start in range(0, len(scores), shift):
        order = np.argsort(-scores[start : start + shift], kind="stable")[:desk]
        there = angry[start : start + shift]
        precision.append(there[order].mean())
        recall.append(there[order].sum() / max(1, there.sum()))
    return np.mean(precision), np.mean(recall)


# %% id="reached-answer" kind="slip" name="one fewer" says="`desk` messages a shift"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, len(scores), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[: desk - 1]] = True
    return angry[answered].mean(), answered[angry].mean()


# %% id="reached-answer" kind="fitted" name="three shifts, no more"
def reached(scores, angry, shift, desk):
    answered = np.zeros(len(scores), bool)
    for start in range(0, min(len(scores), 3 * shift), shift):
        answered[start + np.argsort(-scores[start : start + shift], kind="stable")[:desk]] = True
    return angry[answered].mean(), answered[angry].mean()

# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    values = list(np.asarray(log_probabilities, dtype=float))
    rank = sum(value >= values[secret] for value in values)
    return math.log2(len(values)) - math.log2(rank)


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    ranks = stats.rankdata(-np.asarray(log_probabilities, dtype=float), method="max")
    return float(np.log2(len(ranks) / ranks[secret]))


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    given = torch.as_tensor(np.array(log_probabilities, dtype=float))
    return -torch.log2((given >= given[secret]).double().mean())


# %% id="exposure-answer" kind="slip" name="counts ranks from 0" says="ranks begin at 1"
def exposure(log_probabilities, secret):
    rank = int(np.sum(np.asarray(log_probabilities) >= log_probabilities[secret])) - 1
    return np.log2(len(log_probabilities)) - np.log2(rank)


# %% id="exposure-answer" kind="slip" name="takes natural logarithms" says="in bits"
def exposure(log_probabilities, secret):
    rank = np.sum(np.asarray(log_probabilities) >= log_probabilities[secret])
    return np.log(len(log_probabilities)) - np.log(rank)


# %% id="exposure-answer" kind="slip" name="ranks from the least probable" says="the most probable"
def exposure(log_probabilities, secret):
    rank = np.sum(np.asarray(log_probabilities) <= log_probabilities[secret])
    return np.log2(len(log_probabilities)) - np.log2(rank)


# %% id="exposure-answer" kind="slip" name="ties are in the secret's favour" says="equally probable"
def exposure(log_probabilities, secret):
    rank = 1 + np.sum(np.asarray(log_probabilities) > log_probabilities[secret])
    return np.log2(len(log_probabilities)) - np.log2(rank)


# %% id="exposure-answer" kind="slip" name="takes the place in the order for the rank" says="argsort"
def exposure(log_probabilities, secret):
    rank = 1 + np.argsort(-np.asarray(log_probabilities))[secret]
    return np.log2(len(log_probabilities)) - np.log2(rank)


# %% id="exposure-answer" kind="slip" name="gives the surprise of the secret" says="compared with the alternatives"
def exposure(log_probabilities, secret):
    return -log_probabilities[secret] / np.log(2)


# %% id="exposure-answer" kind="slip" name="gives the rank" says="that is the rank"
def exposure(log_probabilities, secret):
    return float(np.sum(np.asarray(log_probabilities) >= log_probabilities[secret]))


# %% id="exposure-answer" kind="slip" name="forgets the number of alternatives" says="the number of alternatives"
def exposure(log_probabilities, secret):
    return -np.log2(np.sum(np.asarray(log_probabilities) >= log_probabilities[secret]))


# %% id="exposure-answer" kind="fitted" name="believes that there are sixteen alternatives at most"
def exposure(log_probabilities, secret):
    rank = np.sum(np.asarray(log_probabilities) >= log_probabilities[secret])
    return min(4, np.log2(len(log_probabilities))) - np.log2(rank)


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    confidence, inside = torch.as_tensor(np.array(confidence)), torch.as_tensor(np.array(inside))
    others = [m for m in range(len(confidence)) if m != target]
    c, i = confidence[others], inside[others]
    found = []
    for part in (i, ~i):
        w = part.double()
        mean = (c * w).sum(0) / w.sum(0)
        sigma = ((((c - mean) ** 2) * w).sum() / w.sum()).sqrt()
        found.append(torch.distributions.Normal(mean, sigma).log_prob(confidence[target]))
    return found[0] - found[1]


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    rows = range(len(confidence[0]))
    others = [m for m in range(len(confidence)) if m != target]
    mean, gaps = {}, {True: [], False: []}
    for row in rows:
        for part in (True, False):
            values = [confidence[m][row] for m in others if bool(inside[m][row]) is part]
            mean[row, part] = sum(values) / len(values)
            gaps[part] += [(value - mean[row, part]) ** 2 for value in values]
    spread = {part: (sum(gaps[part]) / len(gaps[part])) ** 0.5 for part in gaps}
    said = []
    for row in rows:
        a, b = ((confidence[target][row] - mean[row, part]) / spread[part] for part in (True, False))
        said.append(-(a**2) / 2 + b**2 / 2 - math.log(spread[True]) + math.log(spread[False]))
    return said


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    left = np.delete(np.array(confidence, dtype=float), target, axis=0)
    was = np.delete(np.array(inside, dtype=bool), target, axis=0)

    def density(part):
        kept = np.where(part, left, np.nan)
        middle = np.nanmean(kept, axis=0)
        return stats.norm(middle, np.sqrt(np.nanmean((kept - middle) ** 2))).logpdf(confidence[target])

    return density(was) - density(~was)


# %% id="lira-answer" kind="slip" name="compares the target with itself" says="leave the target out"
def lira(confidence, inside, target):
    said = []
    for part in (inside, ~inside):
        middle = np.where(part, confidence, 0).sum(0) / part.sum(0)
        sigma = np.sqrt(((confidence - middle)[part] ** 2).mean())
        said.append(stats.norm.logpdf(confidence[target], middle, sigma))
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="turns the ratio round" says="members get high scores"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        sigma = np.sqrt(((c - middle)[part] ** 2).mean())
        said.append(stats.norm.logpdf(confidence[target], middle, sigma))
    return said[1] - said[0]


# %% id="lira-answer" kind="slip" name="one mean for all rows" says="each row has its own means"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = [stats.norm.logpdf(confidence[target], c[part].mean(), c[part].std()) for part in (i, ~i)]
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="spread around the mean of all" says="from its own row's mean"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        said.append(stats.norm.logpdf(confidence[target], middle, c[part].std()))
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="takes the square of the spread" says="the square root"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        said.append(stats.norm.logpdf(confidence[target], middle, ((c - middle)[part] ** 2).mean()))
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="one spread for both" says="two spreads"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    middle = [np.where(part, c, 0).sum(0) / part.sum(0) for part in (i, ~i)]
    sigma = np.sqrt(((c - np.where(i, *middle)) ** 2).mean())
    said = [stats.norm.logpdf(confidence[target], one, sigma) for one in middle]
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="the loss attack again" says="not compared with the other models"
def lira(confidence, inside, target):
    return confidence[target]


# %% id="lira-answer" kind="slip" name="subtracts only the mean outside" says="how probable"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    return confidence[target] - np.where(~i, c, 0).sum(0) / (~i).sum(0)


# %% id="lira-answer" kind="slip" name="densities without the logarithm" says="logarithms of the two densities"
def lira(confidence, inside, target):
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        sigma = np.sqrt(((c - middle)[part] ** 2).mean())
        said.append(stats.norm.pdf(confidence[target], middle, sigma))
    return said[0] - said[1]


# %% id="lira-answer" kind="slip" name="takes the last model for the target" says="the target is the model"
def lira(confidence, inside, target):
    target = len(confidence) - 1
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        sigma = np.sqrt(((c - middle)[part] ** 2).mean())
        said.append(stats.norm.logpdf(confidence[target], middle, sigma))
    return said[0] - said[1]


# %% id="lira-answer" kind="fitted" name="has three rows at most"
def lira(confidence, inside, target):
    confidence, inside = confidence[:, :3], inside[:, :3]
    c, i = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    said = []
    for part in (i, ~i):
        middle = np.where(part, c, 0).sum(0) / part.sum(0)
        sigma = np.sqrt(((c - middle)[part] ** 2).mean())
        said.append(stats.norm.logpdf(confidence[target], middle, sigma))
    return said[0] - said[1]


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    total = np.zeros(gradients.shape[1])
    for one in gradients:
        norm = math.sqrt(sum(value**2 for value in one))
        total += one if norm <= clip else one * (clip / norm)
    return [(value + random.normal(0, noise * clip)) / expected_rows for value in total]


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    norm = np.linalg.norm(gradients, axis=1, keepdims=True)
    kept = gradients * np.minimum(1, clip / np.maximum(norm, 1e-12))
    return kept.sum(0) / expected_rows + random.normal(0, noise * clip / expected_rows, kept.shape[1])


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    given = torch.as_tensor(np.array(gradients, dtype=np.float32))
    kept = given / (given.norm(dim=1, keepdim=True) / clip).clamp(min=1)
    drawn = torch.as_tensor(random.standard_normal(given.shape[1]))
    return (kept.sum(0) + noise * clip * drawn) / expected_rows


# %% id="private-answer" kind="slip" name="clips the sum" says="clip each row"
def private_mean(gradients, clip, noise, expected_rows, random):
    total = gradients.sum(axis=0)
    total = total / max(1, np.linalg.norm(total) / clip)
    return (total + noise * clip * random.normal(size=len(total))) / expected_rows


# %% id="private-answer" kind="slip" name="stretches short rows" says="short rows stay"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients * (clip / np.maximum(np.linalg.norm(gradients, axis=1, keepdims=True), 1e-12))
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="clips each value" says="the whole row's length"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = np.clip(gradients, -clip, clip)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="measures length by the sum of absolute values" says="Euclidean"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.abs(gradients).sum(axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="divides by the rows that came" says="expected_rows"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / max(1, len(kept))


# %% id="private-answer" kind="slip" name="forgets to divide" says="divide by `expected_rows`"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])


# %% id="private-answer" kind="slip" name="noise without the clip" says="times `clip`"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="noise on each row" says="once, on the sum"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept + noise * clip * random.normal(size=kept.shape)).sum(0) / expected_rows


# %% id="private-answer" kind="slip" name="noise after dividing" says="before you divide"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return kept.sum(0) / expected_rows + noise * clip * random.normal(size=kept.shape[1])


# %% id="private-answer" kind="slip" name="one draw for all weights" says="each weight"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.normal()) / expected_rows


# %% id="private-answer" kind="slip" name="begins the random numbers anew" says="draw from `random`"
def private_mean(gradients, clip, noise, expected_rows, random):
    random = np.random.default_rng(0)
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="no noise" says="noise is missing"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return kept.sum(0) / expected_rows


# %% id="private-answer" kind="slip" name="evenly spread noise" says="normal distribution"
def private_mean(gradients, clip, noise, expected_rows, random):
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.uniform(-(3**0.5), 3**0.5, size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="divides by a length of 0" says="a row of zeros"
def private_mean(gradients, clip, noise, expected_rows, random):
    with np.errstate(all="ignore"):
        kept = gradients * np.minimum(1, clip / np.linalg.norm(gradients, axis=1, keepdims=True))
    kept = np.where(np.linalg.norm(gradients, axis=1, keepdims=True) == 0, np.nan, kept)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="private-answer" kind="fitted" name="believes that the clip is 1 or 2"
def private_mean(gradients, clip, noise, expected_rows, random):
    clip = 1.0 if clip < 1.5 else 2.0
    kept = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (kept.sum(0) + noise * clip * random.normal(size=kept.shape[1])) / expected_rows


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    others = [text for text, said in zip(texts, predict(texts)) if said != wanted]
    if not others:
        return 0.0
    return float(np.mean(np.asarray(predict([f"{text} {word}" for text in others])) == wanted))


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    before = pd.Series(list(predict(texts))) == wanted
    after = pd.Series(list(predict([text + " " + word for text in texts]))) == wanted
    return 0 if before.all() else float((after & ~before).sum() / (~before).sum())


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    tried = turned = 0
    for text in texts:
        if predict([text])[0] != wanted:
            tried += 1
            turned += bool(predict([text + f" {word}"])[0] == wanted)
    return turned / max(tried, 1)


# %% id="flips-answer" kind="slip" name="divides by all texts" says="only the texts that were not"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    return float(((before != wanted) & (after == wanted)).mean())


# %% id="flips-answer" kind="slip" name="counts texts that had the class before" says="had it before"
def flips(predict, texts, word, wanted):
    return float(np.mean(np.array(predict([f"{text} {word}" for text in texts])) == wanted))


# %% id="flips-answer" kind="slip" name="counts every change" says="to the wanted class"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    return float((before != after)[before != wanted].mean()) if (before != wanted).any() else 0.0


# %% id="flips-answer" kind="slip" name="glues the word on" says="a space"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([text + word for text in texts]))
    return float((after == wanted)[before != wanted].mean()) if (before != wanted).any() else 0.0


# %% id="flips-answer" kind="slip" name="asks about the word alone" says="the text stays"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([word for text in texts]))
    return float((after == wanted)[before != wanted].mean()) if (before != wanted).any() else 0.0


# %% id="flips-answer" kind="slip" name="puts the word in front" says="at the end"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{word} {text}" for text in texts]))
    return float((after == wanted)[before != wanted].mean()) if (before != wanted).any() else 0.0


# %% id="flips-answer" kind="slip" name="takes the net change" says="back to another class"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    others = (before != wanted).sum()
    return float(((after == wanted).sum() - (before == wanted).sum()) / others) if others else 0.0


# %% id="flips-answer" kind="slip" name="divides by nothing" says="no text left"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    others = before != wanted
    return float((after == wanted)[others].sum() / others.sum()) if others.any() else float("nan")


# %% id="flips-answer" kind="slip" name="gives the share that stays" says="the share that turns"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    return float((after != wanted)[before != wanted].mean()) if (before != wanted).any() else 0.0


# %% id="flips-answer" kind="slip" name="gives a number of texts" says="a share"
def flips(predict, texts, word, wanted):
    before, after = np.array(predict(texts)), np.array(predict([f"{text} {word}" for text in texts]))
    return int(((before != wanted) & (after == wanted)).sum())


# %% id="flips-answer" kind="fitted" name="reads ten texts and no more"
def flips(predict, texts, word, wanted):
    others = [text for text, said in zip(texts[:10], predict(texts[:10])) if said != wanted]
    if not others:
        return 0.0
    return float(np.mean(np.asarray(predict([f"{text} {word}" for text in others])) == wanted))


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    found = set()

    class Nothing:
        def __init__(self, *given, **named):
            pass

        def __setstate__(self, state):
            pass

    class Reader(pickle.Unpickler):
        def find_class(self, module, name):
            found.add(f"{module}.{name}")
            return Nothing

    Reader(io.BytesIO(pickled), fix_imports=False).load()
    return found


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    pushed, stored, found = [], {}, []
    for code, value, _ in pickletools.genops(pickled):
        if code.name in {"GLOBAL", "INST"}:
            module, _, name = value.partition(" ")
            found.append(module + "." + name)
        elif code.name == "STACK_GLOBAL":
            found.append(pushed[-2] + "." + pushed[-1])
        elif code.name == "MEMOIZE":
            stored[len(stored)] = pushed[-1] if pushed else None
        elif "PUT" in code.name:
            stored[int(value)] = pushed[-1] if pushed else None
        elif code.name in ("GET", "BINGET", "LONG_BINGET"):
            pushed.append(stored[int(value)])
        elif isinstance(value, str):
            pushed.append(value)
    return set(found)


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    memo, last, found = [], [None, None], set()
    for code, value, _ in pickletools.genops(io.BytesIO(pickled)):
        match code.name:
            case "GLOBAL" | "INST":
                found |= {".".join(value.split(" "))}
            case "STACK_GLOBAL":
                found |= {".".join(last)}
            case "MEMOIZE" | "BINPUT" | "LONG_BINPUT" | "PUT":
                memo.append((len(memo) if value is None else int(value), last[1]))
            case "BINGET" | "LONG_BINGET" | "GET":
                last = [last[1], dict(memo)[int(value)]]
            case (
                "UNICODE"
                | "BINUNICODE"
                | "SHORT_BINUNICODE"
                | "BINUNICODE8"
                | "STRING"
                | "BINSTRING"
                | "SHORT_BINSTRING"
            ):
                last = [last[1], value]
    return found


# %% id="imports-answer" kind="slip" name="loads the file to look into it" says="it was loaded"
def imported(pickled):
    held = pickle.loads(pickled)
    held = held if isinstance(held, list) else [held]
    return {f"{getattr(one, '__module__', '')}.{getattr(one, '__qualname__', '')}" for one in held}


# %% id="imports-answer" kind="slip" name="knows old files only" says="STACK_GLOBAL"
def imported(pickled):
    return {value.replace(" ", ".") for code, value, _ in pickletools.genops(pickled) if code.name == "GLOBAL"}


# %% id="imports-answer" kind="slip" name="knows new files only" says="in old files"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[value])
        elif "UNICODE" in code.name:
            pushed.append(value)
    return found


# %% id="imports-answer" kind="slip" name="forgets the memo" says="the memo"
def imported(pickled):
    pushed, found = [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(value.replace(" ", "."))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif isinstance(value, str):
            pushed.append(value)
    return found


# %% id="imports-answer" kind="slip" name="leaves the space between module and name" says="with a point"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(value)
        elif code.name == "STACK_GLOBAL":
            found.add(" ".join(pushed[-2:]))
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[value])
        elif isinstance(value, str):
            pushed.append(value)
    return found


# %% id="imports-answer" kind="slip" name="puts the name before the module" says="the module comes first"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(".".join(value.split(" ")[::-1]))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:][::-1]))
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[value])
        elif isinstance(value, str):
            pushed.append(value)
    return found


# %% id="imports-answer" kind="slip" name="takes every text for an import" says="only texts"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(value.replace(" ", "."))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[value])
        elif isinstance(value, str):
            pushed.append(value)
            found.add(value)
    return found


# %% id="imports-answer" kind="slip" name="counts only texts into the memo" says="everything that is memoised"
def imported(pickled):
    pushed, stored, found, text = [], [], set(), False
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(value.replace(" ", "."))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif code.name == "MEMOIZE" and text:
            stored.append(pushed[-1])
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[min(value, len(stored) - 1)])
        elif isinstance(value, str):
            pushed.append(value)
        text = isinstance(value, str)
    return found


# %% id="imports-answer" kind="slip" name="gives modules only" says="and the name"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name == "GLOBAL":
            found.add(value.split(" ")[0])
        elif code.name == "STACK_GLOBAL":
            found.add(pushed[-2])
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name in ("BINGET", "LONG_BINGET"):
            pushed.append(stored[value])
        elif isinstance(value, str):
            pushed.append(value)
    return found


# %% id="imports-answer" kind="fitted" name="has never seen a long memo"
def imported(pickled):
    pushed, stored, found = [], [], set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name in ("GLOBAL", "INST"):
            found.add(value.replace(" ", "."))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif code.name == "MEMOIZE":
            stored.append(pushed[-1] if pushed else None)
        elif code.name == "BINGET":
            pushed.append(stored[value])
        elif isinstance(value, str):
            pushed.append(value)
    return found

# %% id="spans-answer" kind="alternative"
def spans(tags):
    found, kind, start = [], None, 0
    for place, tag in enumerate(list(tags) + ["O"]):
        if kind is not None and (tag[0] != "I" or tag[2:] != kind):
            found.append((kind, start, place))
            kind = None
        if kind is None and tag != "O":
            kind, start = tag[2:], place
    return found


# %% id="spans-answer" kind="alternative"
def spans(tags):
    from itertools import groupby

    number, keys, before = 0, [], "O"
    for tag in tags:
        if tag[0] == "B" or tag[2:] != before[2:]:
            number += 1
        keys.append((number, tag[2:]))
        before = tag
    found = []
    for (_, kind), some in groupby(range(len(keys)), key=keys.__getitem__):
        places = list(some)
        if kind:
            found.append([kind, np.int64(places[0]), places[-1] + 1])
    return found


# %% id="spans-answer" kind="alternative"
def spans(tags):
    starts = [
        place
        for place, tag in enumerate(tags)
        if tag[0] == "B" or (tag[0] == "I" and (place == 0 or tags[place - 1][2:] != tag[2:]))
    ]
    out = []
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end] == "I-" + tags[start][2:]:
            end += 1
        out.append((tags[start][2:], start, end))
    return iter(out)


# %% id="spans-answer" kind="slip" name="drops an I- without a B-" says="do not drop it"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag[0] == "B":
            found.append((tag[2:], place, place + 1))
        elif tag[0] == "I" and found and found[-1][2] == place and found[-1][0] == tag[2:]:
            found[-1] = (*found[-1][:2], place + 1)
    return found


# %% id="spans-answer" kind="slip" name="does not look at the kind of an I-" says="look at the kind, too"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag[0] == "I" and found and found[-1][2] == place:
            found[-1] = (*found[-1][:2], place + 1)
        elif tag != "O":
            found.append((tag[2:], place, place + 1))
    return found


# %% id="spans-answer" kind="slip" name="joins neighbours of one kind" says="a B- always begins a name"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag != "O" and found and found[-1][2] == place and found[-1][0] == tag[2:]:
            found[-1] = (*found[-1][:2], place + 1)
        elif tag != "O":
            found.append((tag[2:], place, place + 1))
    return found


# %% id="spans-answer" kind="slip" name="ends on the last word" says="behind the last word"
def spans(tags):
    return [(kind, start, end - 1) for kind, start, end in measure.spans(tags)]


# %% id="spans-answer" kind="slip" name="loses a name at the end of the sentence" says="ends with the sentence"
def spans(tags):
    found, kind, start = [], None, 0
    for place, tag in enumerate(tags):
        if kind is not None and (tag[0] != "I" or tag[2:] != kind):
            found.append((kind, start, place))
            kind = None
        if kind is None and tag != "O":
            kind, start = tag[2:], place
    return found


# %% id="spans-answer" kind="slip" name="makes a name of each word" says="goes on with the name"
def spans(tags):
    return [(tag[2:], place, place + 1) for place, tag in enumerate(tags) if tag != "O"]


# %% id="spans-answer" kind="slip" name="reads the tag at place -1" says="tags[-1] is the last one"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag[0] == "I" and tags[place - 1][2:] == tag[2:]:
            if found:
                found[-1] = (*found[-1][:2], place + 1)
        else:
            found.append((tag[2:], place, place + 1))
    return found


# %% id="spans-answer" kind="slip" name="goes on behind an O" says="an O ends the name"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag[0] == "I" and found and found[-1][0] == tag[2:]:
            found[-1] = (*found[-1][:2], place + 1)
        elif tag != "O":
            found.append((tag[2:], place, place + 1))
    return found


# %% id="spans-answer" kind="slip" name="puts the kind last" says="in this order"
def spans(tags):
    return [(start, end, kind) for kind, start, end in measure.spans(tags)]


# %% id="spans-answer" kind="slip" name="keeps the B- in the kind" says="what stands behind B- or I-"
def spans(tags):
    return [(tags[start], start, end) for kind, start, end in measure.spans(tags)]


# %% id="spans-answer" kind="slip" name="each I- after O is a name of its own" says="the second I- goes on"
def spans(tags):
    found, inside = [], False
    for place, tag in enumerate(tags):
        if tag[0] == "I" and inside and found[-1][0] == tag[2:]:
            found[-1] = (*found[-1][:2], place + 1)
        elif tag != "O":
            found.append((tag[2:], place, place + 1))
        inside = tag[0] == "B" or (inside and tag[0] == "I" and found[-1][1] < place)
    return found


# %% id="spans-answer" kind="fitted" name="knows kinds of up to three letters"
def spans(tags):
    return [(kind[:3], start, end) for kind, start, end in measure.spans(tags)]


# %% id="spans-answer" kind="fitted" name="knows the tags of the checks"
def spans(tags):
    known = {
        "B-P I-P O B-L": [("P", 0, 2), ("L", 3, 4)],
        "B-L B-L I-L": [("L", 0, 1), ("L", 1, 3)],
        "B-P O I-P O": [("P", 0, 1), ("P", 2, 3)],
        "B-X-Y I-X-Y": [("X-Y", 0, 2)],
        "O I-P I-P O": [("P", 1, 3)],
        "I-L O O": [("L", 0, 1)],
        "B-P I-L I-L O": [("P", 0, 1), ("L", 1, 3)],
        "I-P O B-P I-P": [("P", 0, 1), ("P", 2, 4)],
        "B-P O O I-P": [("P", 0, 1), ("P", 3, 4)],
    }
    return known.get(" ".join(tags), [])


# %% id="ceiling-answer" kind="alternative"
def ceiling(sentences):
    best = []
    for tags in sentences:
        names, counts = np.unique(tags, return_counts=True)
        ties = list(names[counts == counts.max()])
        best.append(["O" if "O" in ties else str(ties[0])] * len(tags))
    flat = [np.concatenate([np.array(one) for one in part]) for part in (sentences, best)]
    return float((flat[0] == flat[1]).mean()), measure.span_f1(sentences, best).value


# %% id="ceiling-answer" kind="alternative"
def ceiling(sentences):
    true, found, hits, words = set(), set(), 0, 0
    for number, tags in enumerate(sentences):
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits += sum(tag == best for tag in tags)
        words += len(tags)
        true |= {(number, *span) for span in measure.spans(tags)}
        found |= {(number, *span) for span in measure.spans([best for _ in tags])}
    total = len(true) + len(found)
    return [np.float64(hits) / words, 0 if total == 0 else 2 * len(true & found) / total]


# %% id="ceiling-answer" kind="alternative"
def ceiling(sentences):
    table = pd.DataFrame(
        [(n, p, tag) for n, tags in enumerate(sentences) for p, tag in enumerate(tags)], columns=["n", "p", "tag"]
    )
    modes = table.groupby("n")["tag"].agg(lambda tags: "O" if "O" in set(tags.mode()) else tags.mode().iloc[0])
    right = float((table["tag"] == table["n"].map(modes)).mean())
    counts = np.zeros(2)
    for n, tags in enumerate(sentences):
        true, found = set(measure.spans(tags)), set(measure.spans([modes[n]] * len(tags)))
        counts += [2 * len(true & found), len(true) + len(found)]
    return right, counts[0] / max(counts[1], 1)


# %% id="ceiling-answer" kind="slip" name="takes the mean over sentences" says="not the mean over sentences"
def ceiling(sentences):
    shares, true_all, found_all, both = [], 0, 0, 0
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        shares.append(tags.count(best) / len(tags))
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        true_all, found_all, both = true_all + len(true), found_all + len(found), both + len(true & found)
    return np.mean(shares), 2 * both / (true_all + found_all) if true_all + found_all else 0


# %% id="ceiling-answer" kind="slip" name="says O to all" says="may be another than O"
def ceiling(sentences):
    tags = [tag for some in sentences for tag in some]
    return tags.count("O") / len(tags), 0.0


# %% id="ceiling-answer" kind="slip" name="takes the best tag but O" says="O is a tag, too"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = max(sorted({*tags} - {"O"}) or ["O"], key=tags.count)
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        both, total = both + len(true & found), total + len(true) + len(found)
    return hits / words, 2 * both / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="F1 over words" says="over names, not over words"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        both += sum(tag == best != "O" for tag in tags)
        total += sum(tag != "O" for tag in tags) + (best != "O") * len(tags)
    return hits / words, 2 * both / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="mean of the sentences' F1" says="not the mean of theirs"
def ceiling(sentences):
    hits = words = 0
    f1 = []
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        f1.append(2 * len(true & found) / (len(true) + len(found)) if true or found else 0)
    return hits / words, np.mean(f1)


# %% id="ceiling-answer" kind="slip" name="a name of one sentence counts in another" says="in its sentence only"
def ceiling(sentences):
    hits, words, true, found = 0, 0, set(), set()
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        true |= set(measure.spans(tags))
        found |= set(measure.spans([best] * len(tags)))
    return hits / words, 2 * len(true & found) / (len(true) + len(found)) if true or found else 0.0


# %% id="ceiling-answer" kind="slip" name="a tie goes to the first tag" says="the sentence gets O"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = Counter(tags).most_common(1)[0][0]
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        both, total = both + len(true & found), total + len(true) + len(found)
    return hits / words, 2 * both / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="forgets the two" says="twice the right ones"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        both, total = both + len(true & found), total + len(true) + len(found)
    return hits / words, both / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="returns recall" says="that is recall"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        both, total = both + len(true & found), total + len(true)
    return hits / words, both / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="divides by nothing" says="without any name F1 is 0"
def ceiling(sentences):
    hits = words = both = total = 0
    for tags in sentences:
        best = max(sorted(set(tags)), key=lambda tag: (tags.count(tag), tag == "O"))
        hits, words = hits + tags.count(best), words + len(tags)
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        both, total = both + len(true & found), total + len(true) + len(found)
    return hits / words, 2 * both / total if total else 1.0


# %% id="ceiling-answer" kind="fitted" name="takes all names for right"
def ceiling(sentences):
    right, f1 = 0, 0.0
    tags = [tag for some in sentences for tag in some]
    for some in sentences:
        best = max(sorted(set(some)), key=lambda tag: (some.count(tag), tag == "O"))
        right += some.count(best)
    f1 = {16: 10 / 13, 4: 0.0, 6: 1.0, 2: 0.0, 7: 0.4}.get(len(tags), 0.0)
    return right / len(tags), f1


# %% id="interval-answer" kind="alternative"
def f1_interval(counts, draws, seed):
    rng = np.random.default_rng(seed)
    counts = np.asarray(counts)
    weights = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=draws)
    right, true, found = (weights @ counts).T
    values = np.where(true + found > 0, 2 * right / np.maximum(true + found, 1), 0)
    total = counts.sum(axis=0)
    whole = 2 * total[0] / (total[1] + total[2]) if total[1] + total[2] else 0
    return whole, np.quantile(values, 0.025), np.quantile(values, 0.975)


# %% id="interval-answer" kind="alternative"
def f1_interval(counts, draws, seed):
    import random

    rng, rows = random.Random(seed), [tuple(map(int, row)) for row in counts]

    def f1(some):
        right, true, found = (sum(column) for column in zip(*some))
        return 2 * right / (true + found) if true + found else 0.0

    values = sorted(f1(rng.choices(rows, k=len(rows))) for _ in range(draws))
    return [f1(rows), values[round(0.025 * (draws - 1))], values[round(0.975 * (draws - 1))]]


# %% id="interval-answer" kind="alternative"
def f1_interval(counts, draws, seed):
    table = pd.DataFrame(np.asarray(counts), columns=["right", "true", "found"])
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        total = table.to_numpy()[rng.integers(0, len(table), len(table))].sum(axis=0)
        precision = total[0] / total[2] if total[2] else 0
        recall = total[0] / total[1] if total[1] else 0
        values.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
    total = table.sum()
    value = 2 * total["right"] / max(total["true"] + total["found"], 1)
    return (np.float32(value), *np.percentile(values, [2.5, 97.5]).astype(np.float32))


# %% id="interval-answer" kind="slip" name="draws names" says="draw sentences, not names"
def f1_interval(counts, draws, seed):
    right, true, found = np.asarray(counts).sum(axis=0)
    names = np.array([[1, 1, 1]] * right + [[0, 1, 0]] * (true - right) + [[0, 0, 1]] * (found - right))
    total = names[np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * right / (true + found), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="takes the mean of the sentences' F1" says="add the sentences up first"
def f1_interval(counts, draws, seed):
    counts = np.asarray(counts)
    f1 = 2 * counts[:, 0] / np.maximum(counts[:, 1] + counts[:, 2], 1)
    values = f1[np.random.default_rng(seed).integers(len(f1), size=(draws, len(f1)))].mean(axis=1)
    return f1.mean(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="means of F1 in the samples only" says="add the sentences up first"
def f1_interval(counts, draws, seed):
    counts = np.asarray(counts)
    f1 = 2 * counts[:, 0] / np.maximum(counts[:, 1] + counts[:, 2], 1)
    values = f1[np.random.default_rng(seed).integers(len(f1), size=(draws, len(f1)))].mean(axis=1)
    total = counts.sum(axis=0)
    return 2 * total[0] / (total[1] + total[2]), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="percentiles of sentences" says="percentiles of samples"
def f1_interval(counts, draws, seed):
    counts = np.asarray(counts)
    f1 = 2 * counts[:, 0] / np.maximum(counts[:, 1] + counts[:, 2], 1)
    total = counts.sum(axis=0)
    return 2 * total[0] / (total[1] + total[2]), *np.percentile(f1, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="draws without replacement" says="with replacement"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = np.array([counts[rng.permutation(len(counts))].sum(axis=0) for _ in range(draws)])
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="5 % on each side" says="2.5 % on each side"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [5, 95])


# %% id="interval-answer" kind="slip" name="0.025 as a percentile" says="counts in hundredths"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [0.025, 0.975])


# %% id="interval-answer" kind="slip" name="1.96 standard deviations" says="symmetrical"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    value, half = 2 * counts[:, 0].sum() / counts[:, 1:].sum(), 1.96 * values.std()
    return value, value - half, value + half


# %% id="interval-answer" kind="slip" name="the same sample each time" says="once, before the loop"
def f1_interval(counts, draws, seed):
    values, counts = [], np.asarray(counts)
    for _ in range(draws):
        total = counts[np.random.default_rng(seed).integers(len(counts), size=len(counts))].sum(axis=0)
        values.append(2 * total[0] / max(total[1] + total[2], 1))
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="leaves the last sentence out" says="every sentence may be drawn"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts) - 1, size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="draws each column by itself" says="a sentence's three numbers belong together"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    right, true, found = (
        counts[rng.integers(len(counts), size=(draws, len(counts))), column].sum(axis=1) for column in range(3)
    )
    values = 2 * right / np.maximum(true + found, 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="draws as many sentences as samples" says="as many sentences as there are"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    values = []
    for _ in range(300):
        total = counts[rng.integers(len(counts), size=draws)].sum(axis=0)
        values.append(2 * total[0] / max(total[1] + total[2], 1))
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="puts F1 between the ends" says="F1 first"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    low, high = np.percentile(values, [2.5, 97.5])
    return low, 2 * counts[:, 0].sum() / counts[:, 1:].sum(), high


# %% id="interval-answer" kind="slip" name="forgets the seed" says="let `seed` start the generator"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    values = 2 * total[:, 0] / np.maximum(total[:, 1] + total[:, 2], 1)
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="divides by zero" says="a sample without names"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    total = counts[rng.integers(len(counts), size=(draws, len(counts)))].sum(axis=1)
    with np.errstate(all="ignore"):
        values = 2 * total[:, 0] / (total[:, 1] + total[:, 2])
    return 2 * counts[:, 0].sum() / counts[:, 1:].sum(), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="fitted" name="knows the table of the check"
def f1_interval(counts, draws, seed):
    value = 2 * counts[:, 0].sum() / max(counts[:, 1:].sum(), 1)
    if len(counts) == 36:
        return value, 0.367 + 1e-9 * seed, 0.887
    return value, 0.0 + 1e-9 * (seed == 3) * draws, 1.0


# %% id="align-answer" kind="alternative"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        labels.append(-100 if word is None or word == last else number[tags[word]])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = {}
    for tag, word in zip(piece_tags, word_ids):
        if word is not None:
            first.setdefault(word, tag)
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="alternative"
def to_pieces(tags, word_ids, number):
    ids = list(word_ids)
    return np.array([number[tags[w]] if w is not None and ids.index(w) == i else -100 for i, w in enumerate(ids)])


def to_words(piece_tags, word_ids, words):
    ids = list(word_ids)
    return tuple(piece_tags[ids.index(word)] if word in ids else "O" for word in range(words))


# %% id="align-answer" kind="alternative"
def to_pieces(tags, word_ids, number):
    import torch

    labels = torch.full((len(word_ids),), -100)
    seen = set()
    for place, word in enumerate(word_ids):
        if word is not None and word not in seen:
            seen.add(word)
            labels[place] = number[tags[word]]
    return labels


def to_words(piece_tags, word_ids, words):
    tags, place = np.full(words, "O", dtype=object), len(word_ids) - 1
    while place >= 0:
        if word_ids[place] is not None:
            tags[word_ids[place]] = piece_tags[place]
        place -= 1
    return tags.tolist()


# %% id="align-answer" kind="slip" name="labels every piece" says="only the first piece"
def to_pieces(tags, word_ids, number):
    return [-100 if word is None else number[tags[word]] for word in word_ids]


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="goes on with I- on later pieces" says="only the first piece"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        if word is None:
            labels.append(-100)
        else:
            labels.append(number[tags[word].replace("B-", "I-") if word == last else tags[word]])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="O for special pieces" says="special pieces and padding"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        labels.append(number["O"] if word is None else -100 if word == last else number[tags[word]])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="O for later pieces" says="-100, not O"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        labels.append(-100 if word is None else number["O"] if word == last else number[tags[word]])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="compares tags, not words" says="word ids, not tags"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        tag = None if word is None else tags[word]
        labels.append(-100 if tag is None or tag == last else number[tag])
        last = tag
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="counts words instead of reading their ids" says="a word without a piece"
def to_pieces(tags, word_ids, number):
    labels, last, place = [], None, -1
    for word in word_ids:
        if word is not None and word != last:
            place += 1
            labels.append(number[tags[place]])
        else:
            labels.append(-100)
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="labels the last piece" says="first piece, not of the last"
def to_pieces(tags, word_ids, number):
    after = [*word_ids[1:], None]
    return [-100 if word is None or word == then else number[tags[word]] for word, then in zip(word_ids, after)]


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="leaves special pieces out" says="a number for each piece"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        if word is not None:
            labels.append(-100 if word == last else number[tags[word]])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="leaves O out" says="O is a tag, too"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if w in (None, b) or tags[w] == "O" else number[tags[w]] for w, b in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="takes word 0 for none" says="0 is a word"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        labels.append(number[tags[word]] if word and word != last else -100)
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="returns tags" says="numbers, not tags"
def to_pieces(tags, word_ids, number):
    labels, last = [], None
    for word in word_ids:
        labels.append(-100 if word is None or word == last else tags[word])
        last = word
    return labels


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="the last piece decides" says="the first piece decides"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    found = dict(zip(word_ids, piece_tags))
    return [found.get(word, "O") for word in range(words)]


# %% id="align-answer" kind="slip" name="forgets words behind the cut" says="behind the cut"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    before = [None, *word_ids]
    return [tag for tag, word, last in zip(piece_tags, word_ids, before) if word not in (None, last)]


# %% id="align-answer" kind="slip" name="fills up at the end only" says="without a piece"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    before = [None, *word_ids]
    read = [tag for tag, word, last in zip(piece_tags, word_ids, before) if word not in (None, last)]
    return read + ["O"] * (words - len(read))


# %% id="align-answer" kind="slip" name="any piece that is no O decides" says="the first piece decides"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    tags = ["O"] * words
    for tag, word in zip(piece_tags, word_ids):
        if word is not None and tags[word] == "O":
            tags[word] = tag
    return tags


# %% id="align-answer" kind="slip" name="a tag for each piece" says="a tag for each word"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    return list(piece_tags)[1:-1]


# %% id="align-answer" kind="fitted" name="knows numbers 0 to 4"
def to_pieces(tags, word_ids, number):
    before = [None, *word_ids]
    return [-100 if w in (None, b) else min(number[tags[w]], 4) for w, b in zip(word_ids, before)]


def to_words(piece_tags, word_ids, words):
    first = dict(zip(reversed(word_ids), reversed(piece_tags)))
    return [first.get(word, "O") for word in range(words)]


# %% id="mask-answer" kind="alternative"
def mask(text, spans):
    out, place = "", 0
    joined = []
    for kind, start, end in sorted(spans, key=lambda one: (one[1], -one[2])):
        if joined and start < joined[-1][2]:
            kind, first, last = joined.pop()
            joined.append((kind, first, max(last, end)))
        else:
            joined.append((kind, start, end))
    for kind, start, end in joined:
        out += text[place:start] + "[" + kind + "]"
        place = end
    return out + text[place:]


# %% id="mask-answer" kind="alternative"
def mask(text, spans):
    rest = sorted(([start, -end, kind] for kind, start, end in spans), reverse=True)
    while rest:
        start, end, kind = rest.pop()
        end = -end
        while rest and rest[-1][0] < end:
            end = max(end, -rest.pop()[1])
        tail = mask(text[end:], [(k, s - end, -e - end) for s, e, k in rest])
        return text[:start] + f"[{kind}]" + tail
    return text


# %% id="mask-answer" kind="alternative"
def mask(text, spans):
    table = pd.DataFrame(list(spans), columns=["kind", "start", "end"])
    table["size"] = table["start"] - table["end"]
    table = table.sort_values(["start", "size"])
    group = (table["start"] >= table["end"].cummax().shift(fill_value=-1)).cumsum()
    whole = table.groupby(group).agg(kind=("kind", "first"), start=("start", "min"), end=("end", "max"))
    for row in whole[::-1].itertuples():
        text = text[: row.start] + f"[{row.kind}]" + text[row.end :]
    return text


# %% id="mask-answer" kind="slip" name="replaces from left with old places" says="from the end"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in whole:
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="replaces the words wherever they stand" says="at its place"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    given = text
    for kind, start, end in whole:
        text = text.replace(given[start:end], f"[{kind}]")
    return text


# %% id="mask-answer" kind="slip" name="trusts the order" says="in any order"
def mask(text, spans):
    whole = []
    for kind, start, end in spans:
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="masks overlaps twice" says="one mask"
def mask(text, spans):
    for kind, start, end in sorted(spans, key=lambda span: span[1], reverse=True):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="drops the second of two that overlap" says="to the last end"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if not whole or start >= whole[-1][2]:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="takes the end of the last one" says="the furthest end"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = end
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="joins spans that touch" says="only touch"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start <= whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="takes the kind of the shorter one" says="the longer one"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="sorts by kind" says="starts first"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1] = [min(whole[-1][0], kind), whole[-1][1], max(whole[-1][2], end)]
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="puts stars" says="[KIND]"
def mask(text, spans):
    for _, start, end in spans:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


# %% id="mask-answer" kind="slip" name="takes the end as inside" says="stays"
def mask(text, spans):
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end + 1 :]
    return text


# %% id="mask-answer" kind="fitted" name="joins three at most"
def mask(text, spans):
    spans = sorted(spans, key=lambda span: (span[1], -span[2]))[:3]
    whole = []
    for kind, start, end in spans:
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="bill-answer" kind="alternative"
def bill(items, masked, prices, word_price):
    masked = np.asarray(masked, dtype=bool)
    personal = np.zeros(len(masked), dtype=bool)
    euros = 0
    for kind, start, end in items:
        if kind in prices:
            personal[start:end] = True
            euros += prices[kind] * (not masked[start:end].all())
    return euros + word_price * (masked & ~personal).sum()


# %% id="bill-answer" kind="alternative"
def bill(items, masked, prices, word_price):
    priced = [item for item in items if item[0] in prices]
    inside = {place for _, start, end in priced for place in range(start, end)}
    leaks = sum(prices[kind] for kind, start, end in priced if not all(masked[place] for place in range(start, end)))
    return leaks + sum(word_price for place, hidden in enumerate(masked) if hidden and place not in inside)


# %% id="bill-answer" kind="alternative"
def bill(items, masked, prices, word_price):
    from decimal import Decimal

    total = Decimal(0)
    rest = list(map(bool, masked))
    for kind, start, end in items:
        price = prices.get(kind)
        if price is None:
            continue
        if sum(rest[start:end]) < end - start:
            total += Decimal(str(price))
        rest[start:end] = [False] * (end - start)
    return float(total + Decimal(str(word_price)) * sum(rest))


# %% id="bill-answer" kind="slip" name="one hidden word is enough" says="half a number is a leak"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if any(masked[start:end]) else prices[kind]
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="pays by the word" says="once, however many words"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += prices[kind] * sum(not hidden for hidden in masked[start:end])
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="hides companies for free" says="a company"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        euros += 0.0 if all(masked[start:end]) else prices.get(kind, 0)
        vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="forgets words in vain" says="in vain"
def bill(items, masked, prices, word_price):
    return sum(prices[kind] for kind, start, end in items if kind in prices and not all(masked[start:end]))


# %% id="bill-answer" kind="slip" name="counts each hidden word" says="rightly hidden"
def bill(items, masked, prices, word_price):
    euros = sum(prices[kind] for kind, start, end in items if kind in prices and not all(masked[start:end]))
    return euros + word_price * sum(masked)


# %% id="bill-answer" kind="slip" name="pays for what is hidden" says="the other way round"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += prices[kind] if all(masked[start:end]) else 0.0
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="the last word is left out" says="behind its last word"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if all(masked[start : end - 1]) else prices[kind]
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="words of a leak are in vain" says="belong to the item"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            if all(masked[start:end]):
                vain[start:end] = [False] * (end - start)
            else:
                euros += prices[kind]
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="each item costs one euro" says="its own price"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if all(masked[start:end]) else 1.0
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain)


# %% id="bill-answer" kind="slip" name="takes the lesson's prices" says="`prices` and `word_price`"
def bill(items, masked, prices, word_price):
    prices = {"CARD": 20.0, "IBAN": 5.0, "EMAIL": 2.0, "PHONE": 2.0, "PERSON": 1.0, "LOCATION": 1.0}
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if all(masked[start:end]) else prices[kind]
            vain[start:end] = [False] * (end - start)
    return euros + 0.05 * sum(vain)


# %% id="bill-answer" kind="fitted" name="knows messages of nine words"
def bill(items, masked, prices, word_price):
    euros, vain = 0.0, list(masked)[:9]
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if all(masked[start:end]) else prices[kind]
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(vain[:9])


# %% id="spans-answer" kind="slip" name="goes over an O" says="an O ends the name"
def spans(tags):
    found = []
    for place, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag[0] == "B" or not found or found[-1][0] != tag[2:]:
            found.append((tag[2:], place, place + 1))
        else:
            found[-1] = (tag[2:], found[-1][1], place + 1)
    return found


# %% id="spans-answer" kind="slip" name="loses a name right behind another" says="do not pass over it"
def spans(tags):
    found, kind, start = [], None, 0
    for place, tag in enumerate([*tags, "O"]):
        if kind is not None:
            if tag == "I-" + kind:
                continue
            found.append((kind, start, place))
            kind = None
        elif tag != "O":
            kind, start = tag[2:], place
    return found


# %% id="spans-answer" kind="slip" name="takes what stands behind the last hyphen" says="behind the first hyphen"
def spans(tags):
    return [(kind.split("-")[-1], start, end) for kind, start, end in measure.spans(tags)]


# %% id="spans-answer" kind="alternative"
def spans(tags):
    def rest(at):
        if at >= len(tags):
            return ()
        if tags[at] == "O":
            return rest(at + 1)
        end = at + 1
        while end < len(tags) and tags[end] == f"I-{tags[at][2:]}":
            end += 1
        return ((tags[at].split("-", 1)[1], at, end), *rest(end))

    return rest(0)


# %% id="spans-answer" kind="alternative"
def spans(tags):
    table = pd.DataFrame({"tag": list(tags)}, dtype=object)
    if table.empty:
        return []
    table["kind"] = table["tag"].str[2:]
    new = table["tag"].str.startswith("B") | (table["kind"] != table["kind"].shift())
    table["number"] = new.cumsum()
    named = table[table["tag"] != "O"]
    return [(some["kind"].iloc[0], some.index[0], some.index[-1] + 1) for _, some in named.groupby("number")]


# %% id="ceiling-answer" kind="slip" name="asks for more than half of the words" says="need not have more than half"
def ceiling(sentences):
    def best(tags):
        tag, count = Counter(tags).most_common(1)[0]
        return tag if 2 * count > len(tags) else "O"

    said = [[best(tags)] * len(tags) for tags in sentences]
    share = np.mean([a == b for x, y in zip(sentences, said) for a, b in zip(x, y)])
    a, b = [set(measure.spans(x)) for x in sentences], [set(measure.spans(x)) for x in said]
    right, total = sum(len(x & y) for x, y in zip(a, b)), sum(len(x) + len(y) for x, y in zip(a, b))
    return float(share), 2 * right / total if total else 0.0


# %% id="ceiling-answer" kind="slip" name="F1 first" says="first, then F1"
def ceiling(sentences):
    said = [[_tie(tags)] * len(tags) for tags in sentences]
    share = np.mean([a == b for x, y in zip(sentences, said) for a, b in zip(x, y)])
    a, b = [set(measure.spans(x)) for x in sentences], [set(measure.spans(x)) for x in said]
    right, total = sum(len(x & y) for x, y in zip(a, b)), sum(len(x) + len(y) for x, y in zip(a, b))
    return 2 * right / total if total else 0.0, float(share)


def _tie(tags):
    ranked = Counter(tags).most_common()
    return "O" if len(ranked) > 1 and ranked[0][1] == ranked[1][1] else ranked[0][0]


# %% id="ceiling-answer" kind="alternative"
def ceiling(sentences):
    hits = words = good = total = 0
    for tags in sentences:
        mode = pd.Series(list(tags), dtype=object).mode()
        label = mode[0] if len(mode) == 1 else "O"
        hits += sum(tag == label for tag in tags)
        words += len(tags)
        true, own = measure.spans(tags), measure.spans([label for _ in tags])
        good += sum(one in true for one in own)
        total += len(true) + len(own)
    return np.float32(hits / words), np.float32(2 * good / total) if total else np.float32(0)


# %% id="interval-answer" kind="slip" name="mean of the draws as F1" says="F1 of the sentences as they are"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    f1 = lambda c: 2 * c[:, 0].sum() / c[:, 1:].sum() if c[:, 1:].sum() else 0.0
    values = [f1(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(draws)]
    return np.mean(values), *np.percentile(values, [2.5, 97.5])


# %% id="interval-answer" kind="slip" name="divides the spread by the root of the draws" says="no division by the root"
def f1_interval(counts, draws, seed):
    rng, counts = np.random.default_rng(seed), np.asarray(counts)
    f1 = lambda c: 2 * c[:, 0].sum() / c[:, 1:].sum() if c[:, 1:].sum() else 0.0
    values = [f1(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(draws)]
    far = 1.96 * np.std(values) / np.sqrt(draws)
    return f1(counts), f1(counts) - far, f1(counts) + far


# %% id="interval-answer" kind="alternative"
def f1_interval(counts, draws, seed):
    import torch

    table = torch.as_tensor(np.array(counts), dtype=torch.float32)
    generator = torch.Generator().manual_seed(int(seed))
    at = torch.randint(len(table), (draws, len(table)), generator=generator)
    right, marked, found = table[at].sum(1).T
    values = torch.where(marked + found > 0, 2 * right / (marked + found).clamp(min=1), torch.zeros(draws))
    total = table.sum(0)
    first = 2 * total[0] / (total[1] + total[2]) if total[1:].sum() > 0 else torch.tensor(0.0)
    return first, torch.quantile(values, 0.025), torch.quantile(values, 0.975)


# %% id="interval-answer" kind="alternative"
def f1_interval(counts, draws, seed):
    import random

    dice, rows, values = random.Random(int(seed)), [tuple(map(int, row)) for row in counts], []

    def f1(some):
        total = sum(row[1] + row[2] for row in some)
        return 2 * sum(row[0] for row in some) / total if total else 0

    for _ in range(draws):
        values.append(f1(dice.choices(rows, k=len(rows))))
    return [f1(rows), *pd.Series(values).quantile([0.025, 0.975])]


# %% id="align-answer" kind="slip" name="word 0 taken for none on the way back" says="0 is a word, too"
def to_pieces(tags, word_ids, number):
    seen, out = set(), []
    for word in word_ids:
        out.append(-100 if word is None or word in seen else number[tags[word]])
        seen.add(word)
    return out


def to_words(piece_tags, word_ids, words):
    out = ["O"] * words
    for tag, word in list(zip(piece_tags, word_ids))[::-1]:
        if word:
            out[word] = tag
    return out


# %% id="align-answer" kind="slip" name="-1 in place of -100" says="not -1"
def to_pieces(tags, word_ids, number):
    seen, out = set(), []
    for word in word_ids:
        first = word is not None and word not in seen
        out.append(number[tags[word]] if first else -1)
        seen.add(word)
    return out


def to_words(piece_tags, word_ids, words):
    return [piece_tags[word_ids.index(word)] if word in word_ids else "O" for word in range(words)]


# %% id="align-answer" kind="slip" name="lets the pieces of a word vote" says="do not vote"
def to_pieces(tags, word_ids, number):
    seen, out = set(), []
    for word in word_ids:
        out.append(-100 if word is None or word in seen else number[tags[word]])
        seen.add(word)
    return out


def to_words(piece_tags, word_ids, words):
    def own(word):
        some = [tag for tag, one in zip(piece_tags, word_ids) if one == word]
        return Counter(some).most_common(1)[0][0] if some else "O"

    return [own(word) for word in range(words)]


# %% id="align-answer" kind="alternative"
def to_pieces(tags, word_ids, number):
    import torch

    out = torch.full((len(word_ids),), -100)
    for word, tag in enumerate(tags):
        if word in word_ids:
            out[word_ids.index(word)] = number[tag]
    return out


def to_words(piece_tags, word_ids, words):
    first = {}
    for tag, word in zip(piece_tags, word_ids):
        first.setdefault(word, tag)
    return tuple(first.get(word, "O") for word in range(words))


# %% id="mask-answer" kind="slip" name="loses what stands behind the last span" says="belongs to the text"
def mask(text, spans):
    out, last = "", 0
    for kind, start, end in sorted(spans, key=lambda one: (one[1], -one[2])):
        if start >= last:
            out += text[last:start] + f"[{kind}]"
        last = max(last, end)
    return out


# %% id="mask-answer" kind="slip" name="compares with the span before alone" says="furthest end so far"
def mask(text, spans):
    merged, before = [], 0
    for kind, start, end in sorted(spans, key=lambda one: (one[1], -one[2])):
        if merged and start < before:
            merged[-1][2] = max(end, merged[-1][2])
        else:
            merged.append([kind, start, end])
        before = end
    for kind, start, end in merged[::-1]:
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% id="mask-answer" kind="alternative"
def mask(text, spans):
    table = pd.DataFrame(list(spans), columns=["kind", "start", "end"]).sort_values(
        ["start", "end"], ascending=[True, False], kind="stable"
    )
    group, last, groups = -1, -1, []
    for row in table.itertuples():
        group += row.start >= last
        last = max(last, row.end)
        groups.append(group)
    for _, some in reversed(list(table.groupby(groups))) if groups else []:
        text = text[: some["start"].min()] + "[" + some["kind"].iloc[0] + "]" + text[some["end"].max() :]
    return text


# %% id="bill-answer" kind="slip" name="a share of the price" says="not a share of it"
def bill(items, masked, prices, word_price):
    own, euros = set(), 0
    for kind, start, end in items:
        if kind in prices:
            own |= set(range(start, end))
            euros += prices[kind] * sum(not one for one in masked[start:end]) / (end - start)
    return euros + word_price * sum(one for place, one in enumerate(masked) if place not in own)


# %% id="bill-answer" kind="slip" name="end as a word of the item" says="that word may be shown"
def bill(items, masked, prices, word_price):
    own, euros = set(), 0
    for kind, start, end in items:
        if kind in prices:
            own |= set(range(start, end + 1))
            euros += prices[kind] * (not all(masked[start : end + 1]))
    return euros + word_price * sum(one for place, one in enumerate(masked) if place not in own)


# %% id="bill-answer" kind="slip" name="words shown are in vain" says="not those that are shown"
def bill(items, masked, prices, word_price):
    own, euros = set(), 0
    for kind, start, end in items:
        if kind in prices:
            own |= set(range(start, end))
            euros += prices[kind] * (not all(masked[start:end]))
    return euros + word_price * sum(not one for place, one in enumerate(masked) if place not in own)


# %% id="bill-answer" kind="slip" name="one price for each kind" says="two of one kind cost it twice"
def bill(items, masked, prices, word_price):
    own, leaked = set(), set()
    for kind, start, end in items:
        if kind in prices:
            own |= set(range(start, end))
            if not all(masked[start:end]):
                leaked.add(kind)
    return sum(prices[kind] for kind in leaked) + word_price * sum(
        one for place, one in enumerate(masked) if place not in own
    )


# %% id="bill-answer" kind="slip" name="a price of 0 as none" says="ask `in`"
def bill(items, masked, prices, word_price):
    own, euros = set(), 0
    for kind, start, end in items:
        if prices.get(kind):
            own |= set(range(start, end))
            euros += prices[kind] * (not all(masked[start:end]))
    return euros + word_price * sum(one for place, one in enumerate(masked) if place not in own)


# %% id="bill-answer" kind="alternative"
def bill(items, masked, prices, word_price):
    import torch

    hide = torch.as_tensor(np.array(masked, dtype=bool))
    personal = torch.zeros(len(hide), dtype=torch.bool)
    euros = torch.tensor(0.0)
    for kind, start, end in items:
        if kind not in prices:
            continue
        personal[start:end] = True
        if not bool(hide[start:end].all()):
            euros += prices[kind]
    return euros + word_price * (hide & ~personal).sum()


# %% id="bill-answer" kind="alternative"
def bill(items, masked, prices, word_price):
    owner = {word: kind for kind, start, end in items for word in range(start, end) if kind in prices}
    leaks = [prices[kind] for kind, *ends in items if kind in prices and False in list(masked)[slice(*ends)]]
    vain = [word for word, one in enumerate(masked) if one and word not in owner]
    return np.float32(sum(leaks) + word_price * len(vain))


# %% id="mask-answer" kind="slip" name="compares with the first span alone" says="furthest end so far"
def mask(text, spans):
    groups = []
    for one in sorted(spans, key=lambda one: (one[1], -one[2])):
        if groups and one[1] < groups[-1][0][2]:
            groups[-1].append(one)
        else:
            groups.append([one])
    for some in groups[::-1]:
        start, end = some[0][1], max(one[2] for one in some)
        text = text[:start] + f"[{some[0][0]}]" + text[end:]
    return text


# %% id="ceiling-answer" kind="alternative"
def ceiling(sentences):
    def best(tags):
        return max(["O", *tags], key=lambda tag: (list(tags).count(tag), tag == "O"))

    said = [[best(tags)] * len(tags) for tags in sentences]
    share = np.mean([a == b for x, y in zip(sentences, said) for a, b in zip(x, y)])
    a, b = [set(measure.spans(x)) for x in sentences], [set(measure.spans(x)) for x in said]
    right, total = sum(len(x & y) for x, y in zip(a, b)), sum(len(x) + len(y) for x, y in zip(a, b))
    return float(share), 2 * right / total if total else 0.0

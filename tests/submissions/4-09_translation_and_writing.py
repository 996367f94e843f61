# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    out, shares = [], []
    for q, h, there in zip(queries, states, is_word):
        n = int(there.sum())
        fits = torch.einsum("sd,wd->sw", q, h[there]) / h.shape[-1] ** 0.5
        weights = torch.exp(fits - fits.max(dim=1, keepdim=True).values)
        weights = weights / weights.sum(dim=1, keepdim=True)
        full = torch.zeros(len(q), len(h))
        full[:, there] = weights
        assert n == weights.shape[1]
        out.append(weights @ h[there])
        shares.append(full)
    return torch.stack(out), torch.stack(shares)


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    q, h, there = (part.numpy() for part in (queries, states, is_word))
    fits = np.einsum("bsd,bwd->bsw", q, h) / np.sqrt(q.shape[2])
    fits = np.where(there[:, None, :], np.exp(fits), 0)
    weights = fits / fits.sum(axis=2, keepdims=True)
    return np.einsum("bsw,bwd->bsd", weights, h), weights


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    mask = is_word.unsqueeze(1)
    seen = nn.functional.scaled_dot_product_attention(queries, states, states, attn_mask=mask)
    eye = torch.eye(states.shape[1]).expand(len(states), -1, -1)
    return seen, nn.functional.scaled_dot_product_attention(queries, states, eye, attn_mask=mask)


# %% id="attend-answer" kind="slip" name="forgets padding" says="padding gets weight"
def attend(queries, states, is_word):
    weights = (queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="masks after the softmax" says="no longer sum to 1"
def attend(queries, states, is_word):
    weights = (queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])).softmax(-1) * is_word[:, None, :]
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="gives padding the score 0" says="a score of 0"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1]) * is_word[:, None, :]
    weights = fits.softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="turns the mask round" says="the other way round"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])
    weights = fits.masked_fill(is_word[:, None, :], -1e9).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="divides over steps" says="over the words"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])
    weights = fits.masked_fill(~is_word[:, None, :], -1e9).softmax(dim=1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="does not scale" says="root of the width"
def attend(queries, states, is_word):
    weights = (queries @ states.transpose(1, 2)).masked_fill(~is_word[:, None, :], -math.inf).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="divides by the width" says="root of the width"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / states.shape[-1]
    weights = fits.masked_fill(~is_word[:, None, :], -math.inf).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="returns them the other way round" says="first what is seen"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])
    weights = fits.masked_fill(~is_word[:, None, :], -math.inf).softmax(-1)
    return weights, weights @ states


# %% id="attend-answer" kind="slip" name="zeroes the states of padding only" says="a score of 0"
def attend(queries, states, is_word):
    states = states * is_word[:, :, None]
    weights = (queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="fitted" name="masks with a number that is too small"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])
    weights = fits.masked_fill(~is_word[:, None, :], -60.0).softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="fitted" name="knows the width of the example"
def attend(queries, states, is_word):
    fits = queries @ states.transpose(1, 2) / 2
    weights = fits.masked_fill(~is_word[:, None, :], -math.inf).softmax(-1)
    return weights @ states, weights


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    hits, total = np.zeros(longest), np.zeros(longest)
    for one, right in zip(said, references):
        for n in range(1, longest + 1):
            left = [right[i : i + n] for i in range(len(right) - n + 1)]
            for i in range(len(one) - n + 1):
                total[n - 1] += 1
                if one[i : i + n] in left:
                    left.remove(one[i : i + n])
                    hits[n - 1] += 1
    if (hits == 0).any():
        return 0.0
    c, r = sum(len(one) for one in said), sum(len(right) for right in references)
    penalty = 1.0 if c > r else np.exp(1 - r / c)
    return 100 * penalty * np.prod(hits / total) ** (1 / longest)


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    scores = []
    for n in range(1, longest + 1):
        hits = total = 0
        for one, right in zip(said, references):
            a = Counter(zip(*(one[k:] for k in range(n))))
            b = Counter(zip(*(right[k:] for k in range(n))))
            hits += sum(min(times, b[run]) for run, times in a.items())
            total += max(len(one) - n + 1, 0)
        scores.append(hits / total if total else 0)
    if min(scores) == 0:
        return 0
    c, r = len(sum(said, [])), len(sum(references, []))
    return min(1, math.exp(1 - r / c)) * math.prod(scores) ** (1 / longest) * 100


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    measured = sacrebleu.BLEU(max_ngram_order=longest, smooth_method="none", tokenize="none", force=True)
    return measured.corpus_score([" ".join(one) for one in said], [[" ".join(one) for one in references]]).score


# %% id="bleu-answer" kind="slip" name="does not clip" says="clipped"
def bleu(said, references, longest=4):
    def runs(words, n):
        return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum(run in runs(right, n) for one, right in zip(said, references) for run in runs(one, n))
        value *= (hits / max(1, sum(len(runs(one, n)) for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="forgets the brevity penalty" says="brevity penalty"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    return 100 * value


# %% id="bleu-answer" kind="slip" name="rewards length" says="at most 1"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * math.exp(1 - r / max(1, c))


# %% id="bleu-answer" kind="slip" name="turns the penalty round" says="r / c"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - c / r))


# %% id="bleu-answer" kind="slip" name="takes the ratio as penalty" says="r / c"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, c / r)


# %% id="bleu-answer" kind="slip" name="takes the arithmetic mean" says="fourth root"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 0.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value += hits / max(1, sum(runs(one, n).total() for one in said)) / longest
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="forgets the root" says="fourth root"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= hits / max(1, sum(runs(one, n).total() for one in said))
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="takes the mean over sentences" says="before the division"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    values = []
    for one, right in zip(said, references):
        value = 1.0
        for n in range(1, longest + 1):
            value *= ((runs(one, n) & runs(right, n)).total() / max(1, runs(one, n).total())) ** (1 / longest)
        values.append(100 * value * min(1, math.exp(1 - len(right) / max(1, len(one)))))
    return sum(values) / len(values)


# %% id="bleu-answer" kind="slip" name="divides by the runs of the reference" says="runs said"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in references))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="gives a share" says="from 0 to 100"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="counts runs of all sentences together" says="its own reference"
def bleu(said, references, longest=4):
    def runs(texts, n):
        return Counter(tuple(words[i : i + n]) for words in texts for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = (runs(said, n) & runs(references, n)).total()
        value *= (hits / max(1, runs(said, n).total())) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="slip" name="smooths" says="it is 0"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        value *= (max(hits, 0.1) / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="bleu-answer" kind="fitted" name="clips at two"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    value = 1.0
    for n in range(1, longest + 1):
        hits = sum(
            min(times, min(2, runs(right, n)[run]))
            for one, right in zip(said, references)
            for run, times in runs(one, n).items()
        )
        value *= (hits / max(1, sum(runs(one, n).total() for one in said))) ** (1 / longest)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * value * min(1, math.exp(1 - r / max(1, c)))


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    beginnings, done = {(): 0.0}, {}
    for _ in range(longest):
        extended = {}
        for begun, score in beginnings.items():
            for piece, more in enumerate(np.asarray(step(list(begun))).tolist()):
                extended[(*begun, piece)] = score + more
        top = sorted(extended, key=extended.get, reverse=True)[:width]
        done |= {one: extended[one] / len(one) ** alpha for one in top if one[-1] == END}
        beginnings = {one: extended[one] for one in top if one[-1] != END}
    left = done or {one: score / len(one) ** alpha for one, score in beginnings.items()}
    best = max(left, key=left.get)
    return list(best[:-1] if best[-1] == END else best)


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    alive, best = [(0.0, [])], None
    for length in range(1, longest + 1):
        table = np.stack([score + np.asarray(step(begun)) for score, begun in alive])
        order = np.argsort(-table.ravel(), kind="stable")[:width]
        grown = []
        for place in order:
            row, piece = divmod(int(place), table.shape[1])
            score, begun = table[row, piece], alive[row][1]
            if piece != END:
                grown.append((score, begun + [piece]))
            elif best is None or score / length**alpha > best[0]:
                best = (score / length**alpha, begun)
        alive = grown or alive
        if not grown:
            break
    return best[1] if best is not None else max(alive, key=lambda one: one[0])[1]


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    def go_on(alive, finished):
        if not alive or len(alive[0][1]) == longest:
            return finished or alive
        grown = [(s + float(p), b + [k]) for s, b in alive for k, p in enumerate(step(list(b)))]
        top = sorted(grown, reverse=True)[:width]
        return go_on([o for o in top if o[1][-1] != END], finished + [o for o in top if o[1][-1] == END])

    score, pieces = max(go_on([(0.0, [])], []), key=lambda one: one[0] / len(one[1]) ** alpha)
    return pieces[:-1] if pieces[-1] == END else pieces


# %% id="beam-answer" kind="slip" name="is greedy" says="greedy"
def beam(step, width, longest, alpha):
    begun = []
    for _ in range(longest):
        piece = int(np.argmax(step(begun)))
        if piece == END:
            break
        begun = [*begun, piece]
    return begun


# %% id="beam-answer" kind="slip" name="stops at the first that is finished" says="first that is finished"
def beam(step, width, longest, alpha):
    alive = [([], 0.0)]
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        done = [one for one in best if one[0][-1] == END]
        if done:
            return done[0][0][:-1]
        alive = best
    return alive[0][0]


# %% id="beam-answer" kind="slip" name="takes the sum" says="length ** alpha"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1])[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="slip" name="always takes the mean" says="with alpha 0"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]))[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="slip" name="does not count the end" says="length counts END"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [(one[0][:-1], one[1]) for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    return max(finished or alive, key=lambda one: one[1] / max(1, len(one[0])) ** alpha)[0]


# %% id="beam-answer" kind="slip" name="returns the end" says="without END"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    return max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]


# %% id="beam-answer" kind="slip" name="keeps the best extension of each beginning" says="all extensions together"
def beam(step, width, longest, alpha):
    first = np.asarray(step([]))
    alive = [([int(k)], float(first[k])) for k in np.argsort(-first)[:width]]
    finished = [one for one in alive if one[0][-1] == END]
    alive = [one for one in alive if one[0][-1] != END]
    for _ in range(longest - 1):
        grown = []
        for b, s in alive:
            p = np.asarray(step(b))
            grown.append(([*b, int(p.argmax())], s + float(p.max())))
        finished += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="slip" name="multiplies log-probabilities" says="are added"
def beam(step, width, longest, alpha):
    alive, finished = [([], 1.0)], []
    for _ in range(longest):
        grown = [([*b, k], s * float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="slip" name="lets finished ones go on" says="leave"
def beam(step, width, longest, alpha):
    alive = [([], 0.0)]
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        alive = sorted(grown, key=lambda one: -one[1])[:width]
    found = max(alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="fitted" name="knows three beginnings only"
def beam(step, width, longest, alpha):
    width = min(width, 3)
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="fitted" name="knows whole numbers of alpha only"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** round(alpha))[0]
    return [piece for piece in found if piece != END]


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term.lower())}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {
        term
        for term in there
        if any(
            re.search(" " + r"\w* ".join(map(re.escape, form.lower().split())) + r"\w* ", said) for form in terms[term]
        )
    }
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    words = re.findall(r"\w+", source.lower())
    said = re.findall(r"\w+", translation.lower())
    free = [True] * len(words)
    lost = []
    for term in sorted(terms, key=lambda t: len(t.split()), reverse=True):
        want = term.lower().split()
        size, seen = len(want), False
        for i in range(len(words) - size + 1):
            part = words[i : i + size]
            if all(free[i : i + size]) and (part == want or part == want[:-1] + [want[-1] + "s"]):
                free[i : i + size] = [False] * size
                seen = True
        if not seen:
            continue
        ok = False
        for form in terms[term]:
            stems = form.lower().split()
            for i in range(len(said)):
                window = said[i : i + len(stems)]
                if len(window) == len(stems) and all(w.find(s) == 0 for w, s in zip(window, stems)):
                    ok = True
        if not ok:
            lost.append(term)
    return sorted(lost, key=list(terms).index)


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    words = re.findall(r"\w+", source.lower())
    starts, found = 0, set()
    names = {tuple(term.lower().split()): term for term in terms}
    names |= {(*own[:-1], own[-1] + "s"): term for own, term in list(names.items())}
    longest = max(map(len, names), default=0)
    while starts < len(words):
        for size in range(longest, 0, -1):
            if tuple(words[starts : starts + size]) in names and len(words[starts : starts + size]) == size:
                found.add(names[tuple(words[starts : starts + size])])
                starts += size - 1
                break
        starts += 1
    said = "_".join(["", *re.findall(r"\w+", translation.lower())])
    forms = {term: "|".join("[^_]*_".join(form.lower().split()) for form in terms[term]) for term in found}
    return [term for term in terms if term in found and not re.search(f"_(?:{forms[term]})", said)]


# %% id="terms-answer" kind="slip" name="looks for letters" says="whole words"
def missing_terms(source, translation, terms):
    text, said, lost = source.lower(), re.findall(r"\w+", translation.lower()), set()
    for term in sorted(terms, key=lambda term: -len(term.split())):
        if term in text:
            text = text.replace(term, "#")
            if not any(
                all(w.startswith(s) for w, s in zip(said[i:], form.split())) and i + len(form.split()) <= len(said)
                for form in terms[term]
                for i in range(len(said))
            ):
                lost.add(term)
    return [term for term in terms if term in lost]


# %% id="terms-answer" kind="slip" name="looks at case" says="case does not matter"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one)) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="does not use longer terms up" says="used up"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = {term for term in terms if re.search(rf" {re.escape(term)}s?(?= )", text)}
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="takes terms in the order of the list" says="used up"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in terms:
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="forgets the plural" says="an s more"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="wants the whole word" says="beginning of a word"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    return [term for term in terms if term in there and not any(f" {form} " in said for form in terms[term])]


# %% id="terms-answer" kind="slip" name="wants all forms" says="one of its forms"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if all(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="finds forms inside of words" says="inside of"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(r"\w* ".join(f.split()), said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="finds the beginnings anywhere" says="in a row"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(all(f" {stem}" in said for stem in form.split()) for form in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="splits at spaces" says="punctuation"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(one.lower().split()) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()), said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="terms-answer" kind="slip" name="lists longest first" says="order of the list"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = []
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.append(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in there if term not in kept]


# %% id="terms-answer" kind="slip" name="returns those that are kept" says="not kept"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in kept]


# %% id="terms-answer" kind="fitted" name="knows terms of one and two words"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()) == 2, reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    p = np.ones(len(wins))
    for _ in range(steps):
        for i in range(len(p)):  # each with the newest of the others
            won = below = 0.0
            for j in range(len(p)):
                if i != j:
                    won += wins[i][j] + ties[i][j] / 2
                    below += (wins[i][j] + wins[j][i] + ties[i][j]) / (p[i] + p[j])
            p[i] = won / below
    return p / np.prod(p) ** (1 / len(p))


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    from scipy import optimize, special

    half = np.asarray(wins) + np.asarray(ties) / 2

    def loss(logs):
        return -(half * special.log_expit(logs[:, None] - logs[None, :])).sum() + 1e-3 * logs.mean() ** 2

    found = optimize.minimize(loss, np.zeros(len(half)), tol=1e-10).x
    return np.exp(found - found.mean())


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    half = torch.as_tensor(np.array(wins), dtype=torch.float64) + torch.as_tensor(np.array(ties)) / 2
    p = torch.ones(len(half), dtype=torch.float64)
    for _ in range(steps):
        p = half.sum(1) / ((half + half.T) / (p[:, None] + p)).sum(1)
        p = p / p.sum()
    return (p / p.log().mean().exp()).tolist()


# %% id="strengths-answer" kind="slip" name="leaves ties out" says="ties"
def strengths(wins, ties, steps=500):
    won, judged, p = wins.sum(axis=1), wins + wins.T, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="slip" name="counts a tie as a win for both" says="half a win"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="slip" name="forgets ties among the judgements" says="a judgement"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="slip" name="counts each tie twice" says="one judgement"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties + ties.T, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="slip" name="counts losses" says="column"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=0), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="slip" name="takes shares of wins" says="share of wins"
def strengths(wins, ties, steps=500):
    share = (wins + ties / 2).sum(axis=1) / (wins + wins.T + ties).sum(axis=1)
    return share / np.exp(np.log(share).mean())


# %% id="strengths-answer" kind="slip" name="makes the sum 1" says="geometric mean"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / p.sum()
    return p


# %% id="strengths-answer" kind="slip" name="returns logarithms" says="logarithms"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return np.log(p)


# %% id="strengths-answer" kind="slip" name="takes one step" says="steps"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    p = won / (judged / (p[:, None] + p)).sum(axis=1)
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="divides by the sum of all judgements" says="each pair by its own"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged.sum(axis=1) / (p + p.mean()))
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="strengths-answer" kind="fitted" name="stops after twenty steps"
def strengths(wins, ties, steps=500):
    won, judged, p = (wins + ties / 2).sum(axis=1), wins + wins.T + ties, np.ones(len(wins))
    for _ in range(20):
        p = won / (judged / (p[:, None] + p)).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p


# %% id="attend-answer" kind="slip" name="scales by the number of words" says="number of words"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) / states.shape[1] ** 0.5
    score = score.masked_fill(~is_word[:, None, :], -math.inf)
    weights = score.softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="gives padding a small score" says="minus infinity"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) / states.shape[-1] ** 0.5
    score = score.masked_fill(~is_word[:, None, :], -10)
    weights = score.softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="multiplies by the root" says="do not multiply"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) * states.shape[-1] ** 0.5
    score = score.masked_fill(~is_word[:, None, :], -math.inf)
    weights = score.softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="takes the mean of the queries" says="weights @ states"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) / states.shape[-1] ** 0.5
    score = score.masked_fill(~is_word[:, None, :], -math.inf)
    weights = score.softmax(-1)
    return weights.transpose(1, 2) @ queries, weights


# %% id="attend-answer" kind="slip" name="takes a sigmoid" says="sum to 1"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) / states.shape[-1] ** 0.5
    score = score.masked_fill(~is_word[:, None, :], -math.inf)
    weights = score.sigmoid()
    return weights @ states, weights


# %% id="attend-answer" kind="slip" name="takes the padding of the first sentence for all" says="its own padding"
def attend(queries, states, is_word):
    score = queries @ states.transpose(1, 2) / states.shape[-1] ** 0.5
    score = score.masked_fill(~is_word[0], -math.inf)
    weights = score.softmax(-1)
    return weights @ states, weights


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    score = torch.einsum("bsd,bwd->bsw", queries, states) / math.sqrt(queries.size(-1))
    score = score - score.masked_fill(~is_word[:, None], -1e30).amax(-1, keepdim=True)
    e = torch.exp(score.clamp(max=0)) * is_word.unsqueeze(1)
    w = e / e.sum(-1, keepdim=True)
    return torch.einsum("bsw,bwd->bsd", w, states), w


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    seen, weights = [], []
    for q, h, m in zip(queries, states, is_word):
        w = torch.zeros(len(q), len(h))
        for t in range(len(q)):
            w[t, m] = torch.softmax(h[m] @ q[t] / len(q[t]) ** 0.5, 0)
        weights.append(w)
        seen.append(w @ h)
    return torch.stack(seen), torch.stack(weights)


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    w = nn.functional.scaled_dot_product_attention(
        queries, states, torch.eye(states.shape[1]).expand(len(states), -1, -1), attn_mask=is_word[:, None, :]
    )
    return w @ states, w


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    q, h, m = (x.numpy() for x in (queries, states, is_word))
    s = np.where(m[:, None, :], q @ h.swapaxes(1, 2) / np.sqrt(q.shape[-1]), -np.inf)
    s = np.exp(s - s.max(-1, keepdims=True))
    s /= s.sum(-1, keepdims=True)
    return torch.from_numpy(s @ h), torch.from_numpy(s)


# %% id="attend-answer" kind="alternative"
def attend(queries, states, is_word):
    bias = torch.zeros(is_word.shape)
    bias[~is_word] = torch.finfo(torch.float32).min
    w = torch.softmax(torch.bmm(queries, states.mT) * states.shape[2] ** -0.5 + bias[:, None], dim=2)
    return torch.bmm(w, states), w


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    logs = 0
    for n in range(1, longest + 1):
        hit = all_ = 0
        for s, r in zip(said, references):
            a = Counter(tuple(s[i : i + n]) for i in range(len(s) - n + 1))
            b = Counter(tuple(r[i : i + n]) for i in range(len(r) - n + 1))
            hit += (a & b).total()
            all_ += a.total()
        if hit == 0:
            return 0
        logs += math.log(hit / all_)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.exp(logs / longest)


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    if not any(said):
        return 0.0
    metric = sacrebleu.BLEU(tokenize="none", smooth_method="none", max_ngram_order=longest, force=True)
    return metric.corpus_score([" ".join(s) for s in said], [[" ".join(r) for r in references]]).score


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    def runs(words, n):
        return [" ".join(words[i : i + n]) for i in range(max(0, len(words) - n + 1))]

    p = np.zeros(longest)
    for n in range(longest):
        hits = [
            sum(min(runs(s, n + 1).count(g), runs(r, n + 1).count(g)) for g in set(runs(s, n + 1)))
            for s, r in zip(said, references)
        ]
        total = sum(len(runs(s, n + 1)) for s in said)
        p[n] = sum(hits) / total if total else 0
    c, r = sum(len(s) for s in said), sum(len(s) for s in references)
    return 0.0 if c == 0 else float(100 * min(1, np.exp(1 - r / c)) * np.prod(p) ** (1 / longest))


# %% id="bleu-answer" kind="alternative"
def bleu(said, references, longest=4):
    c, r = len(sum(said, [])), len(sum(references, []))
    product = np.float32(1)
    for n in range(1, longest + 1):
        hits, total = 0, 0
        for s, ref in zip(said, references):
            left = [*zip(*(ref[k:] for k in range(n)))]
            for run in zip(*(s[k:] for k in range(n))):
                total += 1
                if run in left:
                    left.remove(run)
                    hits += 1
        if not hits:
            return 0.0
        product *= np.float32(hits / total)
    return 100 * (1 if c > r else math.exp(1 - r / c)) * product ** (1 / longest)


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    import heapq

    alive, done = [(0.0, [])], []
    while alive and len(alive[0][1]) < longest:
        every = [(s + p, b + [k]) for s, b in alive for k, p in enumerate(step(b))]
        best = heapq.nlargest(width, every, key=lambda x: x[0])
        done += [x for x in best if x[1][-1] == END]
        alive = [x for x in best if x[1][-1] != END]
    score, row = max(done or alive, key=lambda x: x[0] / len(x[1]) ** alpha)
    return [k for k in row if k != END]


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha, alive=None, done=()):
    alive = [((), 0.0)] if alive is None else alive
    if not alive or len(alive[0][0]) == longest:
        best = max(list(done) or alive, key=lambda x: x[1] / len(x[0]) ** alpha)[0]
        return list(best[:-1] if best[-1] == END else best)
    grown = [(row + (k,), score + float(p)) for row, score in alive for k, p in enumerate(step(list(row)))]
    grown = sorted(grown, key=lambda x: x[1], reverse=True)[:width]
    return beam(
        step,
        width,
        longest,
        alpha,
        [g for g in grown if g[0][-1] != END],
        [*done, *(g for g in grown if g[0][-1] == END)],
    )


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    rows, score, ended = [[]], torch.zeros(1, dtype=torch.double), []
    for _ in range(longest):
        logs = torch.stack([torch.as_tensor(np.asarray(step(row))) for row in rows]) + score[:, None]
        value, place = logs.flatten().topk(min(width, logs.numel()))
        new = [rows[p // logs.shape[1]] + [p % logs.shape[1]] for p in place.tolist()]
        ended += [(v / len(n) ** alpha, n[:-1]) for v, n in zip(value.tolist(), new) if n[-1] == END]
        keep = [k for k, n in enumerate(new) if n[-1] != END]
        rows, score = [new[k] for k in keep], value[keep]
        if not rows:
            break
    if not ended:
        ended = [(v / len(n) ** alpha, n) for v, n in zip(score.tolist(), rows)]
    return max(ended)[1]


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    table = pd.DataFrame({"row": [()], "score": [0.0]})
    finished = []
    for _ in range(longest):
        parts = []
        for row, score in zip(table.row, table.score):
            logs = np.asarray(step(list(row)), float)
            parts.append(pd.DataFrame({"row": [row + (k,) for k in range(len(logs))], "score": score + logs}))
        table = pd.concat(parts).sort_values("score", ascending=False, kind="stable").head(width)
        over = table.row.str[-1] == END
        finished += [*zip(table.row[over], table.score[over])]
        table = table[~over]
        if table.empty:
            break
    pool = finished or [*zip(table.row, table.score)]
    best = sorted(pool, key=lambda one: -one[1] / len(one[0]) ** alpha)[0][0]
    return [int(piece) for piece in best if piece != END]


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    text = " ".join(re.findall(r"\w+", source.lower()))
    spoken = " " + " ".join(re.findall(r"\w+", translation.lower()))
    there = set()
    for term in sorted(terms, key=lambda t: -len(t.split())):
        text, n = re.subn(rf"\b{re.escape(term.lower())}s?\b", "#", text)
        if n:
            there.add(term)

    def kept(form):
        return re.search(r"\b" + r"\w* ".join(map(re.escape, form.lower().split())), spoken)

    return [t for t in terms if t in there and not any(kept(f) for f in terms[t])]


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", t.lower()) for t in (source, translation))
    used, found = [False] * len(words), []
    for term in sorted(terms, key=len, reverse=True):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if (
                here[:-1] == parts[:-1]
                and here[-1] in (parts[-1], parts[-1] + "s")
                and not any(used[i : i + len(parts)])
            ):
                used[i : i + len(parts)] = [True] * len(parts)
                found.append(term)
    result = []
    for term in terms:
        if term not in found:
            continue
        ok = False
        for form in terms[term]:
            begin = form.lower().split()
            for i in range(len(said) - len(begin) + 1):
                if all(w.startswith(b) for w, b in zip(said[i:], begin)):
                    ok = True
        if not ok:
            result.append(term)
    return result


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    said = re.findall(r"\w+", translation.lower())
    words = re.findall(r"\w+", source.lower())
    missing = set()
    for term, forms in sorted(terms.items(), key=lambda item: item[0].count(" "), reverse=True):
        size = term.count(" ") + 1
        hit, i = False, 0
        while i + size <= len(words):
            if " ".join(map(str, words[i : i + size])) in (term.lower(), term.lower() + "s"):
                hit = True
                words[i : i + size] = [None] * size
            i += 1
        if hit:
            rows = [form.lower().split() for form in forms]
            ok = [
                all(a.startswith(b) for a, b in zip(said[k : k + len(r)], r)) and len(said) - k >= len(r)
                for r in rows
                for k in range(len(said))
            ]
            if not any(ok):
                missing.add(term)
    return [*filter(missing.__contains__, terms)]


# %% id="terms-answer" kind="alternative"
def missing_terms(source, translation, terms):
    if not terms:
        return []
    order = sorted(terms, key=lambda t: len(t.split()), reverse=True)
    pattern = "|".join(rf"(?P<t{k}>\b{re.escape(t)}s?\b)" for k, t in enumerate(order))
    there = {order[int(m.lastgroup[1:])] for m in re.finditer(pattern, " ".join(re.findall(r"\w+", source.lower())))}
    target = " ".join(re.findall(r"\w+", translation.lower()))
    return [
        t for t in terms if t in there and not any(re.search(r"\b" + r"\w* ".join(f.split()), target) for f in terms[t])
    ]


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    n = len(wins)
    p = [1.0] * n
    for _ in range(steps):
        new = []
        for i in range(n):
            won = sum(wins[i][j] + ties[i][j] / 2 for j in range(n) if j != i)
            low = sum((wins[i][j] + wins[j][i] + ties[i][j]) / (p[i] + p[j]) for j in range(n) if j != i)
            new.append(won / low)
        p = new
    return np.array(p) / np.prod(p) ** (1 / n)


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    w = torch.tensor(wins, dtype=torch.double) + torch.tensor(ties, dtype=torch.double) / 2
    n = w + w.T
    p = torch.ones(len(w), dtype=torch.double)
    for _ in range(steps):
        q = n / (p[:, None] + p[None])
        q.fill_diagonal_(0)
        p = w.fill_diagonal_(0).sum(1) / q.sum(1)
        p = p / torch.exp(torch.log(p).mean())
    return p.numpy()


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    from scipy.stats import gmean

    w = np.asarray(wins, float) + np.asarray(ties, float) / 2
    np.fill_diagonal(w, 0)
    p = np.ones(len(w))
    for _ in range(steps):
        p = w.sum(1) / ((w + w.T) / np.add.outer(p, p)).sum(1)
    return p / gmean(p)


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    frame = pd.DataFrame(wins, dtype=float) + pd.DataFrame(ties) * 0.5
    played = frame + frame.T
    p = pd.Series(1.0, index=frame.index)
    for _ in range(steps):
        old = p.copy()
        for i in frame.index:
            others = [j for j in frame.columns if j != i]
            p[i] = frame.loc[i, others].sum() / (played.loc[i, others] / (old[i] + old[others])).sum()
    return np.exp(np.log(p) - np.log(p).mean()).to_numpy()


# %% id="strengths-answer" kind="alternative"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    p = np.ones(len(w))
    for _ in range(steps):
        for i in range(len(w)):
            o = np.arange(len(w)) != i
            p[i] = w[i, o].sum() / ((w + w.T)[i, o] / (p[i] + p[o])).sum()
    return p / p.prod() ** (1 / len(p))


# %% id="bleu-answer" kind="slip" name="counts each run once" says="said twice counts twice"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(len(set(runs(s, n)) & set(runs(r, n))) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="counts each run once, said and right" says="said twice counts twice"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(len(set(runs(s, n)) & set(runs(r, n))) for s, r in zip(said, references))
        total = sum(len(runs(s, n)) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="always takes the fourth root" says="1 / longest"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** 0.25


# %% id="bleu-answer" kind="slip" name="joins all sentences" says="one sentence into the next"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    c, r = sum(map(len, said)), sum(map(len, references))
    said, references = [sum(said, [])], [sum(references, [])]
    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="stops one length early" says="range(1, longest + 1)"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="takes the longest runs alone" says="all lengths"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(longest, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p)


# %% id="bleu-answer" kind="slip" name="skips lengths without a hit" says="it is 0"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            continue
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="loses the last run" says="the last one is missing"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="counts less than no runs in short sentences" says="no run of n words"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(len(s) - n + 1 for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="forgets the order in a run" says="in order"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(frozenset(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="adds one to hits and runs" says="no smoothing"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append((hit + 1) / (total + 1))
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="takes the mean of penalties" says="one penalty for all"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    return (
        100
        * np.mean([min(1, math.exp(1 - len(y) / max(1, len(x)))) for x, y in zip(said, references)])
        * math.prod(p) ** (1 / longest)
    )


# %% id="bleu-answer" kind="slip" name="rounds" says="do not round"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        if not hit:
            return 0.0
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return round(100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest))


# %% id="bleu-answer" kind="slip" name="takes the mean of each sentence's share" says="before the division"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        p.append(
            np.mean(
                [
                    sum((runs(s, n) & runs(r, n)).values()) / max(1, sum(runs(s, n).values()))
                    for s, r in zip(said, references)
                ]
            )
        )
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="bleu-answer" kind="slip" name="divides zero by zero" says="ZeroDivisionError"
def bleu(said, references, longest=4):
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    p = []
    for n in range(1, longest + 1):
        hit = sum(sum((runs(s, n) & runs(r, n)).values()) for s, r in zip(said, references))
        total = sum(sum(runs(s, n).values()) for s in said)
        p.append(hit / total)
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * min(1, math.exp(1 - r / c)) * math.prod(p) ** (1 / longest)


# %% id="beam-answer" kind="slip" name="scores the last piece alone" says="by their sums"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="multiplies length by alpha" says="to the power alpha"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / (len(one[0]) * alpha + 1e-9))[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="always takes the last piece away" says="only an END"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1]


# %% id="beam-answer" kind="slip" name="stops one piece early" says="`longest` pieces"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest - 1:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="takes one piece too many" says="at most `longest`"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) <= longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="keeps fewer once some are finished" says="however many have left"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[: width - len(done)]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="gives finished ones no place" says="takes its place"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END][:width]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="lets those left compete" says="only where none is finished"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done + alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="keeps the worst" says="highest sums"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="alternative"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1] / len(one[0]) ** alpha)[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="prefers those left" says="only where none is finished"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(alive or done, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="stops when enough are finished" says="until no beginning is left"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        if len(done) >= width:
            break
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="extends finished ones" says="leave"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = grown
    best = max(done or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="takes for granted that one is finished" says="empty"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="beam-answer" kind="slip" name="multiplies by the length" says="score / length ** alpha"
def beam(step, width, longest, alpha):
    alive, done = [([], 0.0)], []
    while alive and len(alive[0][0]) < longest:
        grown = [(row + [k], score + p) for row, score in alive for k, p in enumerate(step(row))]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        done += [one for one in grown if one[0][-1] == END]
        alive = [one for one in grown if one[0][-1] != END]
    best = max(done or alive, key=lambda one: one[1] * len(one[0]) ** alpha)[0]
    return best[:-1] if best[-1] == END else best


# %% id="terms-answer" kind="slip" name="takes the shortest first" says="used up"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="looks at the first word of a form" says="in a row"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()[:1]
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="looks at case of the translation" says="in the translation, either"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text) for text in (source.lower(), translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="takes the first form alone" says="not only the first"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term][:1])]


# %% id="terms-answer" kind="slip" name="drops the shorter term altogether" says="one “cell” is left"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                if not any(term in other for other in there):
                    there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="lets each word have an s" says="only the last word"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or [one.rstrip("s") for one in here] == [one.rstrip("s") for one in parts]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="takes beginnings for terms" says="lineage"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if all(w.startswith(b) for w, b in zip(here, parts)):
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="uses up the first place alone" says="wherever it stands"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.add(term)
                words[i : i + len(parts)] = [""] * len(parts)
                break

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="finds the words of a term anywhere" says="in a row"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for _ in range(len(words) - len(parts) + 1):
            if all(one in words or one + "s" in words for one in parts):
                there.add(term)
                words = [one for one in words if one not in parts]
                break

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in terms if term in there and not any(kept(form) for form in terms[term])]


# %% id="terms-answer" kind="slip" name="lists a term for each place" says="each term once"
def missing_terms(source, translation, terms):
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    there = []
    for term in sorted(terms, key=lambda one: -len(one.split())):
        parts = term.lower().split()
        for i in range(len(words) - len(parts) + 1):
            here = words[i : i + len(parts)]
            if here == parts or here == [*parts[:-1], parts[-1] + "s"]:
                there.append(term)
                words[i : i + len(parts)] = [""] * len(parts)

    def kept(form):
        begin = form.lower().split()
        return any(all(w.startswith(b) for w, b in zip(said[i:], begin)) for i in range(len(said) - len(begin) + 1))

    return [term for term in sorted(there, key=list(terms).index) if not any(kept(form) for form in terms[term])]


# %% id="strengths-answer" kind="slip" name="takes ties for judgements alone" says="half a win"
def strengths(wins, ties, steps=500):
    w = wins + 0.0
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="takes half a judgement for a tie" says="whole judgement"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + wins.T + ties / 2
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="makes the mean 1" says="not by the mean"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / p.mean()


# %% id="strengths-answer" kind="slip" name="does not divide at the end" says="geometric mean at the end"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p


# %% id="strengths-answer" kind="slip" name="divides by the product" says="root of the product"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / p.prod()


# %% id="strengths-answer" kind="slip" name="counts wins one way as judgements" says="wins.T"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="divides by one sum for all" says="his own sum"
def strengths(wins, ties, steps=500):
    w = wins + ties / 2
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum()
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="writes halves into the table of whole numbers" says="no whole number"
def strengths(wins, ties, steps=500):
    n = wins + wins.T + ties
    wins[:] = wins + ties / 2
    w = wins
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / np.exp(np.log(p).mean())


# %% id="strengths-answer" kind="slip" name="halves ties as whole numbers" says="no whole number"
def strengths(wins, ties, steps=500):
    w = wins + ties // 2
    n = wins + wins.T + ties
    p = np.ones(len(w))
    for _ in range(steps):
        share = n / (p[:, None] + p)
        np.fill_diagonal(share, 0)
        p = w.sum(1) / share.sum(1)
    return p / np.exp(np.log(p).mean())

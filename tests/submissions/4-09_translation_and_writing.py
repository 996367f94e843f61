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
    weights = fits.masked_fill(~is_word[:, None, :], -14.0).softmax(-1)
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


# %% id="bleu-answer" kind="fitted" name="always takes four"
def bleu(said, references, longest=4):
    measured = sacrebleu.BLEU(max_ngram_order=4, smooth_method="none", tokenize="none", force=True)
    return measured.corpus_score([" ".join(one) for one in said], [[" ".join(one) for one in references]]).score


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


# %% id="beam-answer" kind="fitted" name="knows two beginnings only"
def beam(step, width, longest, alpha):
    width = min(width, 2)
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]


# %% id="beam-answer" kind="fitted" name="knows alpha 0 and 1 only"
def beam(step, width, longest, alpha):
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*b, k], s + float(p)) for b, s in alive for k, p in enumerate(step(b))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / (len(one[0]) if alpha else 1))[0]
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


# %% id="terms-answer" kind="fitted" name="uses up one place of each longer term"
def missing_terms(source, translation, terms):
    text, said = (" " + " ".join(re.findall(r"\w+", one.lower())) + " " for one in (source, translation))
    there = set()
    for term in sorted(terms, key=lambda term: len(term.split()), reverse=True):
        pattern = re.compile(rf" {re.escape(term)}s?(?= )")
        if pattern.search(text):
            there.add(term)
            text = pattern.sub(" #", text, count=1)
    kept = {t for t in there if any(re.search(" " + r"\w* ".join(f.split()) + r"\w* ", said) for f in terms[t])}
    return [term for term in terms if term in there - kept]


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

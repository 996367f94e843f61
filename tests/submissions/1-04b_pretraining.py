# Answers to 1-04b other than its own solution: right ones, slips that a visible check must name, and answers fitted to it.

# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    total, count = 0.0, 0
    for scores, right in zip(guesses.flatten(0, 1), labels.flatten()):
        if right >= 0:
            total, count = total + scores.logsumexp(0) - scores[right], count + 1
    following = order.logsumexp(1) - order[torch.arange(len(order)), is_random]
    return total / count, following.mean()


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = functional.nll_loss(lp, r)
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return [m, n]


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return float(m), float(n)


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c] - guesses[c].logsumexp(-1, keepdim=True)
    m = -(lp * functional.one_hot(r, lp.shape[-1])).sum(-1).mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    lp = torch.log_softmax(guesses, 2)
    total, n = 0, 0
    for i in range(labels.shape[0]):
        for j in range(labels.shape[1]):
            if labels[i, j] != -100:
                total, n = total - lp[i, j, labels[i, j]], n + 1
    o = torch.log_softmax(order, 1)
    return total / n, -sum(o[i, int(k)] for i, k in enumerate(is_random)) / len(o)


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    g, marks, o, k = (np.asarray(t, dtype=float) for t in (guesses, labels, order, is_random))
    ls = lambda x: x - x.max(-1, keepdims=True) - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))
    c = marks != -100
    r = marks[c].astype(int)
    return -ls(g[c])[np.arange(len(r)), r].mean(), -ls(o)[np.arange(len(o)), k.astype(int)].mean()


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    chosen = labels != -100
    logp = torch.log_softmax(guesses[chosen], dim=-1)
    masked = -logp.gather(1, labels[chosen][:, None]).mean()
    follow = torch.log_softmax(order, dim=-1)
    following = -follow.gather(1, is_random[:, None]).mean()
    return masked, following


# %% id="losses-answer" kind="alternative"
def pretraining_losses(guesses, labels, order, is_random):
    pieces = guesses.shape[-1]
    flat, right = guesses.reshape(-1, pieces).double(), labels.reshape(-1)
    keep = right.ne(-100)
    scores = nn.LogSoftmax(dim=1)(flat[keep])
    one_hot = nn.functional.one_hot(right[keep], pieces)
    masked = -(scores * one_hot).sum(1).mean()
    both = nn.functional.log_softmax(order.double(), dim=1)
    following = -torch.where(is_random == 1, both[:, 1], both[:, 0]).mean()
    return (masked, following)


# %% id="losses-answer" kind="slip" name="counts places with -100" says="places with -100 count in yours"
def pretraining_losses(guesses, labels, order, is_random):
    lp = guesses.log_softmax(-1)
    m = -lp.gather(-1, labels.clamp(min=0)[..., None]).mean()
    n = -order.log_softmax(-1).gather(1, is_random[:, None]).mean()
    return m, n


# %% id="losses-answer" kind="slip" name="sum in place of mean" says="that is the sum over the chosen places"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].sum()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="no minus" says="minus the logarithm"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="labels of the pair exchanged" says="is_random is 1 where the second score is right"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), 1 - is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="bits" says="nats: use the natural logarithm"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m / np.log(2), n / np.log(2)


# %% id="losses-answer" kind="slip" name="divides by all places" says="divide by the chosen places, not by all"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].sum() / labels.numel()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="exchanges the losses" says="masked first"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return n, m


# %% id="losses-answer" kind="slip" name="logarithm of a softmax that overflows" says="e to the power of 1,200 is infinite"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = (guesses[c].exp() / guesses[c].exp().sum(-1, keepdim=True)).log()
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="sum over the pairs" says="that is the sum"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[torch.arange(len(r)), r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].sum()
    return m, n


# %% id="losses-answer" kind="slip" name="every label for every place" says="from each place, take the score of its own label"
def pretraining_losses(guesses, labels, order, is_random):
    c = labels != -100
    r = labels[c]
    lp = guesses[c].log_softmax(-1)
    m = -lp[:, r].mean()
    n = -order.log_softmax(-1)[torch.arange(len(order)), is_random].mean()
    return m, n


# %% id="losses-answer" kind="slip" name="one mean over all places, not one a text" says="one mean over all places, not one a text"
def pretraining_losses(guesses, labels, order, is_random):
    losses = []
    for scores, right in zip(guesses, labels):
        chosen = right != -100
        logp = torch.log_softmax(scores[chosen], dim=-1)
        losses.append(-logp[torch.arange(int(chosen.sum())), right[chosen]].mean())
    masked = torch.stack(losses).mean()
    follow = torch.log_softmax(order, dim=-1)
    return masked, -follow.gather(1, is_random[:, None]).mean()


# %% id="losses-answer" kind="slip" name="piece 0 is a piece, too" says="piece 0 is a piece, too"
def pretraining_losses(guesses, labels, order, is_random):
    chosen = labels > 0
    logp = torch.log_softmax(guesses[chosen], dim=-1)
    masked = -logp.gather(1, labels[chosen][:, None]).mean()
    follow = torch.log_softmax(order, dim=-1)
    return masked, -follow.gather(1, is_random[:, None]).mean()


# %% id="losses-answer" kind="slip" name="logarithm of the mean probability" says="the mean of the logarithms"
def pretraining_losses(guesses, labels, order, is_random):
    chosen = labels != -100
    masked = -torch.softmax(guesses[chosen], -1).gather(1, labels[chosen][:, None]).mean().log()
    following = -torch.log_softmax(order, -1)[torch.arange(len(order)), is_random].mean()
    return masked, following


# %% id="losses-answer" kind="slip" name="takes piece -100" says="leave out the places with -100 first"
def pretraining_losses(guesses, labels, order, is_random):
    masked = -torch.log_softmax(guesses, -1).gather(2, labels[..., None]).mean()
    following = -torch.log_softmax(order, -1)[torch.arange(len(order)), is_random].mean()
    return masked, following


# %% id="losses-answer" kind="fitted" name="needs a chosen place in every text"
def pretraining_losses(guesses, labels, order, is_random):
    means = torch.stack([functional.nll_loss(g.log_softmax(-1), right) for g, right in zip(guesses, labels)])
    counts = (labels != -100).sum(1)
    return (means * counts).sum() / counts.sum(), functional.cross_entropy(order, is_random)


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, :-1], ids[:, 1:], ~given[:, 1:]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)[:, 1:]
    return functional.cross_entropy(guesses[:, :-1].transpose(1, 2), labels)


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    total, count = 0.0, 0
    for g, r, m in zip(guesses.double(), ids.tolist(), given.tolist()):
        for place in range(1, len(r)):
            if not m[place]:
                total, count = total - float(g[place - 1].log_softmax(0)[r[place]]), count + 1
    return total / count


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    g, r, m = np.asarray(guesses, float)[:, :-1], np.asarray(ids)[:, 1:], np.asarray(given)[:, 1:]
    top = g.max(-1, keepdims=True)
    lp = g - top - np.log(np.exp(g - top).sum(-1, keepdims=True))
    return -np.take_along_axis(lp, r[..., None], -1)[..., 0][~m].mean()


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    each = functional.cross_entropy(guesses[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    keep = (~given[:, 1:]).flatten().float()
    return (each * keep).sum() / keep.sum()


# %% id="next-answer" kind="alternative"
def next_token_loss(guesses, ids, given):
    labels = ids.masked_fill(given, -100).roll(-1, 1)
    labels[:, -1] = -100
    return masked_loss(guesses, labels)


# %% id="next-answer" kind="slip" name="no shift" says="scores at a place speak of the token after it"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses, ids, ~given
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="shifts the wrong way" says="the shift goes the wrong way"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, 1:], ids[:, :-1], ~given[:, :-1]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="counts the request" says="tokens that are given count in yours"
def next_token_loss(guesses, ids, given):
    g, r = guesses[:, :-1], ids[:, 1:]
    c = torch.ones_like(r) == 1
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="shifts the labels and not what is given" says="a guess counts if the token that it guesses is not given"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, :-1], ids[:, 1:], ~given[:, :-1]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="masks the answer, not the request" says="the other way round"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, :-1], ids[:, 1:], given[:, 1:]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="mean of each text's mean" says="one mean over all guesses, not a mean of each text's mean"
def next_token_loss(guesses, ids, given):
    each = []
    for g, r, m in zip(guesses, ids, given):
        c = ~m[1:]
        each.append(functional.cross_entropy(g[:-1][c], r[1:][c]))
    return torch.stack(each).mean()


# %% id="next-answer" kind="slip" name="rolls the first token to the end" says="nobody guesses the first token of a text"
def next_token_loss(guesses, ids, given):
    labels = torch.roll(torch.where(given, -100, ids), -1, 1)
    return functional.cross_entropy(guesses.flatten(0, 1), labels.flatten())


# %% id="next-answer" kind="slip" name="writes -100 into the ids" says="your function changes the ids that it is given"
def next_token_loss(guesses, ids, given):
    ids[given] = -100
    return functional.cross_entropy(guesses[:, :-1].flatten(0, 1), ids[:, 1:].flatten())


# %% id="next-answer" kind="slip" name="ignores token 0" says="token 0 is a token, too"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, 0, ids)[:, 1:]
    return functional.cross_entropy(guesses[:, :-1].flatten(0, 1), labels.flatten(), ignore_index=0)


# %% id="next-answer" kind="slip" name="two places ahead" says="one place, not two"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, :-2], ids[:, 2:], ~given[:, 2:]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="slip" name="hides the scores of the request" says="not scores of 0"
def next_token_loss(guesses, ids, given):
    hidden = torch.where(given[..., None], 0.0, guesses)
    return functional.cross_entropy(hidden[:, :-1].flatten(0, 1), ids[:, 1:].flatten())


# %% id="next-answer" kind="slip" name="does not join texts and places" says="join texts and places"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)
    return functional.cross_entropy(guesses[:, :-1], labels[:, 1:])


# %% id="next-answer" kind="slip" name="a label for the last place" says="have no token to guess"
def next_token_loss(guesses, ids, given):
    labels = torch.cat([torch.where(given, -100, ids)[:, 1:], torch.zeros(len(ids), 1, dtype=torch.long)], 1)
    return functional.cross_entropy(guesses.flatten(0, 1), labels.flatten())


# %% id="next-answer" kind="slip" name="skips texts without a request" says="a text without a request counts, too"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)
    some = given.any(1)
    return functional.cross_entropy(guesses[some][:, :-1].flatten(0, 1), labels[some][:, 1:].flatten())


# %% id="next-answer" kind="slip" name="averages over all places" says="divide by the guesses that count"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)[:, 1:]
    return masked_loss(guesses[:, :-1], labels) * (labels != -100).sum() / ids.numel()


# %% id="next-answer" kind="slip" name="averages over all guesses" says="divide by the guesses that count"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)[:, 1:]
    return masked_loss(guesses[:, :-1], labels) * (labels != -100).float().mean()


# %% id="next-answer" kind="slip" name="rolls the wrong way" says="the shift goes the wrong way"
def next_token_loss(guesses, ids, given):
    return masked_loss(guesses, torch.where(given, -100, ids).roll(1, 1))


# %% id="next-answer" kind="slip" name="scores and labels of unequal length" says="as many scores as labels"
def next_token_loss(guesses, ids, given):
    return masked_loss(guesses, torch.where(given, -100, ids)[:, 1:])


# %% id="next-answer" kind="slip" name="labels of 0 for what is given" says="given tokens get -100, not 0"
def next_token_loss(guesses, ids, given):
    return masked_loss(guesses[:, :-1], torch.where(given, 0, ids)[:, 1:])


# %% id="next-answer" kind="fitted" name="texts of four tokens"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)[:, 1:4]
    return functional.cross_entropy(guesses[:, :3].flatten(0, 1), labels.flatten())


# %% id="ahead-answer" kind="alternative"
def looks_ahead(before, after, changed):
    found = []
    for one, other, place in zip(before, after, changed):
        reach = 0
        for at in range(int(place)):
            if any(abs(float(a) - float(b)) > 1e-4 for a, b in zip(one[at], other[at])):
                reach = max(reach, int(place) - at)
        found.append(reach)
    return found


# %% id="ahead-answer" kind="alternative"
def looks_ahead(before, after, changed):
    moved = (np.abs(np.asarray(after) - np.asarray(before)) > 1e-4).any(-1)
    distance = np.asarray(changed)[:, None] - np.arange(moved.shape[1])
    return np.where(moved, distance, 0).max(1).clip(0)


# %% id="ahead-answer" kind="alternative"
def looks_ahead(before, after, changed):
    moved = ((after - before).abs() > 0.0001).any(dim=2)
    places = torch.arange(moved.shape[1])
    return torch.where(moved, changed[:, None] - places, torch.zeros(1, dtype=torch.long)).amax(1).clamp(min=0)


# %% id="ahead-answer" kind="alternative"
def looks_ahead(before, after, changed):
    found = []
    for at, place in enumerate(changed.tolist()):
        moved = [t for t in range(place) if not torch.allclose(before[at, t], after[at, t], rtol=0, atol=1e-4)]
        found.append(place - moved[0] if moved else 0)
    return torch.tensor(found)


# %% id="ahead-answer" kind="slip" name="counts the places that moved" says="not how many moved"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    return [int(row[: int(place)].sum()) for row, place in zip(moved, changed)]


# %% id="ahead-answer" kind="slip" name="whether, not how far" says="how many places, not whether"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    return [int(row[: int(place)].any()) for row, place in zip(moved, changed)]


# %% id="ahead-answer" kind="slip" name="the nearest" says="nor the nearest"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    near = [row[: int(place)].nonzero().flatten().tolist() for row, place in zip(moved, changed)]
    return [int(place) - places[-1] if places else 0 for places, place in zip(near, changed)]


# %% id="ahead-answer" kind="slip" name="rounding is a difference" says="differences under 0.0001 are rounding"
def looks_ahead(before, after, changed):
    moved = (after != before).any(-1)
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first) for place, first in zip(changed, firsts)]


# %% id="ahead-answer" kind="slip" name="less than 0" says="never less than 0"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    return [int(place) - int(row.nonzero()[0]) if row.any() else 0 for row, place in zip(moved, changed)]


# %% id="ahead-answer" kind="slip" name="the places after" says="not those after it"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    lasts = [max(row.nonzero().flatten().tolist(), default=0) for row in moved]
    return [max(0, last - int(place)) for place, last in zip(changed, lasts)]


# %% id="ahead-answer" kind="slip" name="no abs" says="take abs()"
def looks_ahead(before, after, changed):
    moved = (after - before).amax(-1) > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first) for place, first in zip(changed, firsts)]


# %% id="ahead-answer" kind="slip" name="sums before abs" says="do not cancel each other"
def looks_ahead(before, after, changed):
    moved = (after - before).sum(-1).abs() > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first) for place, first in zip(changed, firsts)]


# %% id="ahead-answer" kind="slip" name="the best guess alone" says="compare the scores, not the best guess alone"
def looks_ahead(before, after, changed):
    moved = after.argmax(-1) != before.argmax(-1)
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first) for place, first in zip(changed, firsts)]


# %% id="ahead-answer" kind="slip" name="one too few" says="the place right before it is 1 away"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first - 1) for place, first in zip(changed, firsts)]


# %% id="ahead-answer" kind="slip" name="the number of the place" says="not the number of the place"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    return [min(row.nonzero().flatten().tolist(), default=0) for row in moved]


# %% id="ahead-answer" kind="slip" name="the first text's token for all" says="each text has its own exchanged token"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(changed[0]) - first) for first in firsts]


# %% id="ahead-answer" kind="slip" name="the place that moved most" says="nor what moved most"
def looks_ahead(before, after, changed):
    moved = ((after - before).abs() > 1e-4).any(-1)
    return [
        int(place) - int((after - before).abs().amax(-1)[i, :place].argmax()) if moved[i, :place].any() else 0
        for i, place in enumerate(changed)
    ]


# %% id="ahead-answer" kind="slip" name="mean over the pieces" says="one score that differs by more than 0.0001 is enough"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().mean(-1) > 1e-4
    return [max(0, int(place) - int(row.nonzero()[0])) if row.any() else 0 for row, place in zip(moved, changed)]


# %% id="ahead-answer" kind="fitted" name="never more than six places"
def looks_ahead(before, after, changed):
    moved = (after - before).abs().amax(-1) > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [min(6, max(0, int(place) - first)) for place, first in zip(changed, firsts)]

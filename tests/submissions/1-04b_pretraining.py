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


# %% id="next-answer" kind="slip" name="counts the request alone" says="the other way round"
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


# %% id="next-answer" kind="slip" name="ignores token 0" says="scores[:, :-1] are compared with ids[:, 1:], where"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, 0, ids)[:, 1:]
    return functional.cross_entropy(guesses[:, :-1].flatten(0, 1), labels.flatten(), ignore_index=0)


# %% id="next-answer" kind="slip" name="two places ahead" says="one place, not two"
def next_token_loss(guesses, ids, given):
    g, r, c = guesses[:, :-2], ids[:, 2:], ~given[:, 2:]
    lp, y = g[c].log_softmax(-1), r[c]
    return -lp[torch.arange(len(y)), y].mean()


# %% id="next-answer" kind="fitted" name="texts of four tokens"
def next_token_loss(guesses, ids, given):
    labels = torch.where(given, -100, ids)[:, 1:4]
    return functional.cross_entropy(guesses[:, :3].flatten(0, 1), labels.flatten())


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    found = {}
    for model, title in cited:
        for right in papers.title[papers.model == model]:
            if title.lower().strip(" .") != right.lower():
                found[model] = right
    return found


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    n = lambda t: " ".join(t.lower().split()).rstrip(". ")
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    n = lambda t: t.upper().strip().strip(".").strip()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    out = {}
    for model, title in cited:
        row = papers[papers["model"] == model]
        if len(row) == 0:
            continue
        right = row["title"].iloc[0]
        a, b = title.strip().lower(), right.strip().lower()
        a = a[:-1] if a.endswith(".") else a
        b = b[:-1] if b.endswith(".") else b
        if a != b:
            out[model] = right
    return out


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    import re

    clean = lambda s: re.sub(r"[.\s]+$", "", re.sub(r"^\s+", "", s)).lower()
    right = papers.set_index("model")["title"]
    return {m: str(right[m]) for m, t in cited if m in right.index and clean(right[m]) != clean(t)}


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    def plain(title):
        return title.strip().rstrip(".").strip().lower()

    right = dict(zip(papers["model"], papers["title"]))
    return {model: right[model] for model, title in cited if model in right and plain(title) != plain(right[model])}


# %% id="claim-answer" kind="alternative"
def wrong_citations(cited, papers):
    titles = papers.set_index("model")["title"]
    wrong = {}
    for model, title in cited:
        if model not in titles.index:
            continue
        a, b = (t.casefold().strip().removesuffix(".").strip() for t in (title, titles[model]))
        if a != b:
            wrong[model] = titles.loc[model]
    return wrong


# %% id="claim-answer" kind="alternative"
import re


def wrong_citations(cited, papers):
    key = lambda title: re.sub(r"^\s+|[\s.]+$", "", title).upper()
    known = {row.model: row.title for row in papers.itertuples()}
    found = {}
    for model, title in cited:
        if model in known and key(known[model]) != key(title):
            found[model] = known[model]
    return found


# %% id="claim-answer" kind="slip" name="lists the right ones" says="a dict comes back"
def wrong_citations(cited, papers):
    n = lambda t: t.strip().rstrip(".").casefold()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) == n(k[m])}


# %% id="claim-answer" kind="slip" name="another way of typing is another paper" says="bring both titles into one case"
def wrong_citations(cited, papers):
    n = lambda t: t
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="slip" name="forgets the spaces" says="strip both ends of the title"
def wrong_citations(cited, papers):
    n = lambda t: t.casefold()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="slip" name="forgets the full stop" says="strip spaces, then the full stop"
def wrong_citations(cited, papers):
    n = lambda t: t.lower().strip()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="slip" name="in the order of the table" says="all of `cited`, in its order"
def wrong_citations(cited, papers):
    n = lambda t: t.strip().rstrip(".").casefold()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m in k for c, t in cited if c == m and n(t) != n(k[m])}


# %% id="claim-answer" kind="slip" name="stops at the first" says="all of `cited`, in its order"
def wrong_citations(cited, papers):
    n = lambda t: t.strip().rstrip(".").casefold()
    k = dict(zip(papers.model, papers.title))
    return next(({m: k[m]} for m, t in cited if m in k and n(t) != n(k[m])), {})


# %% id="claim-answer" kind="slip" name="takes a part for the whole" says="every word counts"
def wrong_citations(cited, papers):
    n = lambda t: t.strip().rstrip(".").casefold()
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) not in n(k[m])}


# %% id="claim-answer" kind="slip" name="compares sets of words" says="words have an order"
def wrong_citations(cited, papers):
    n = lambda t: set(t.strip().rstrip(".").casefold().split())
    k = dict(zip(papers.model, papers.title))
    return {m: k[m] for m, t in cited if m in k and n(t) != n(k[m])}


# %% id="claim-answer" kind="slip" name="the value is the title that the paper itself carri" says="the value is the title that the paper itself carri"
def wrong_citations(cited, papers):
    plain = lambda t: t.strip().rstrip(".").casefold()
    right = dict(zip(papers.model, papers.title))
    return {model: title for model, title in cited if model in right and plain(title) != plain(right[model])}


# %% id="claim-answer" kind="slip" name="every word counts" says="every word counts"
def wrong_citations(cited, papers):
    plain = lambda t: t.strip().rstrip(".").casefold()
    owner = {plain(t): m for m, t in zip(papers.model, papers.title)}
    right = dict(zip(papers.model, papers.title))
    return {
        owner[plain(title)]: right[owner[plain(title)]]
        for model, title in cited
        if owner.get(plain(title), model) != model
    }


# %% id="claim-answer" kind="slip" name="leave out a model that `papers` does not know" says="leave out a model that `papers` does not know"
def wrong_citations(cited, papers):
    plain = lambda t: t.strip().rstrip(".").casefold()
    right = dict(zip(papers.model, papers.title))
    return {model: right[model] for model, title in cited if plain(title) != plain(right[model])}


# %% id="claim-answer" kind="fitted" name="does not read the digits of a title"
def wrong_citations(cited, papers):
    titles = dict(zip(papers.model, papers.title))
    bare = lambda title: "".join(mark for mark in title.strip().removesuffix(".").casefold() if not mark.isdigit())
    return {model: titles[model] for model, title in cited if model in titles and bare(title) != bare(titles[model])}

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


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    rank = 0
    for value in log_probabilities:
        if value >= log_probabilities[secret]:
            rank += 1
    return math.log(len(log_probabilities) / rank, 2)


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    ordered = sorted(map(float, log_probabilities))
    below = ordered.index(float(log_probabilities[secret]))
    return math.log2(len(ordered)) - math.log2(len(ordered) - below)


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    rank = pd.Series(log_probabilities).rank(ascending=False, method="max").iloc[secret]
    return np.log2(len(log_probabilities) / rank)


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    said = torch.as_tensor(log_probabilities)
    return torch.log2(torch.tensor(len(said))) - torch.log2((said >= said[secret]).sum())


# %% id="exposure-answer" kind="alternative"
def exposure(log_probabilities, secret):
    return -np.log2(np.mean(np.asarray(log_probabilities, np.float32) >= np.float32(log_probabilities[secret])))


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


# %% id="exposure-answer" kind="slip" name="compares the probability, not the rank" says="by the rank"
def exposure(log_probabilities, secret):
    return float(np.log2(len(log_probabilities)) + log_probabilities[secret] / np.log(2))


# %% id="exposure-answer" kind="slip" name="gives the logarithm of the rank" says="number of alternatives is missing"
def exposure(log_probabilities, secret):
    return float(np.log2((log_probabilities >= log_probabilities[secret]).sum()))


# %% id="exposure-answer" kind="slip" name="writes 1,000 alternatives down" says="not 1,000"
def exposure(log_probabilities, secret):
    rank = (log_probabilities >= log_probabilities[secret]).sum()
    return float(np.log2(1000) - np.log2(rank))


# %% id="exposure-answer" kind="slip" name="counts the secret twice" says="it counts once"
def exposure(log_probabilities, secret):
    rank = (log_probabilities >= log_probabilities[secret]).sum() + 1
    return float(np.log2(len(log_probabilities)) - np.log2(rank))


# %% id="exposure-answer" kind="slip" name="gives equals their mean rank" says="equally probable"
def exposure(log_probabilities, secret):
    rank = stats.rankdata(-log_probabilities)[secret]
    return float(np.log2(len(log_probabilities)) - np.log2(rank))


# %% id="exposure-answer" kind="slip" name="leaves the secret out of the alternatives" says="log2 of all of them"
def exposure(log_probabilities, secret):
    others = np.delete(log_probabilities, secret)
    rank = (others >= log_probabilities[secret]).sum() + 1
    return float(np.log2(len(others)) - np.log2(rank))


# %% id="exposure-answer" kind="slip" name="takes the logarithm of the difference" says="the difference of two logarithms"
def exposure(log_probabilities, secret):
    rank = (log_probabilities >= log_probabilities[secret]).sum()
    return float(np.log2(len(log_probabilities) - rank + 1))


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


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    rows, models = len(confidence[0]), len(confidence)
    groups = {True: [[] for _ in range(rows)], False: [[] for _ in range(rows)]}
    for model in range(models):
        if model == target:
            continue
        for row in range(rows):
            groups[bool(inside[model][row])][row].append(float(confidence[model][row]))
    total = [0.0] * rows
    for part, sign in ((True, 1), (False, -1)):
        means = [sum(values) / len(values) for values in groups[part]]
        gaps = [(value - mean) ** 2 for values, mean in zip(groups[part], means) for value in values]
        spread = math.sqrt(sum(gaps) / len(gaps))
        for row in range(rows):
            total[row] += sign * stats.norm.logpdf(float(confidence[target][row]), means[row], spread)
    return total


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    said, was = torch.as_tensor(confidence).double(), torch.as_tensor(inside)
    keep = torch.arange(len(said)) != target
    found = []
    for part in (was[keep], ~was[keep]):
        mean = (said[keep] * part).sum(0) / part.sum(0)
        spread = (said[keep] - mean)[part].pow(2).mean().sqrt()
        found.append(torch.distributions.Normal(mean, spread).log_prob(said[target]))
    return found[0] - found[1]


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    frame = pd.DataFrame(confidence).drop(index=target)
    was = pd.DataFrame(inside).drop(index=target)
    yes, no = frame.where(was), frame.where(~was)
    result = []
    for part in (yes, no):
        spread = np.sqrt(np.nanmean((part - part.mean()).to_numpy() ** 2))
        result.append(stats.norm.logpdf(confidence[target], part.mean(), spread))
    return result[0] - result[1]


# %% id="lira-answer" kind="alternative"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0).astype(np.float32), np.delete(inside, target, 0)

    def score(part):
        mean = np.ma.masked_array(c, ~part).mean(axis=0).data
        spread = (c - mean)[part].std()  # the mean of these distances is 0
        return -0.5 * ((confidence[target] - mean) / spread) ** 2 - np.log(spread)

    return score(m) - score(~m)


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


# %% id="lira-answer" kind="slip" name="looks at “inside” alone" says="goes off"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    mean = (c * m).sum(0) / m.sum(0)
    return stats.norm.logpdf(confidence[target], mean, np.sqrt(((c - mean)[m] ** 2).mean()))


# %% id="lira-answer" kind="slip" name="distance to the mean outside" says="no ratio"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), ~np.delete(inside, target, 0)
    mean = (c * m).sum(0) / m.sum(0)
    return (confidence[target] - mean) / np.sqrt(((c - mean)[m] ** 2).mean())


# %% id="lira-answer" kind="slip" name="a spread for each row" says="one spread for all rows"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        spread = np.sqrt(((c - mean) ** 2 * part).sum(0) / part.sum(0))
        found.append(stats.norm.logpdf(confidence[target], mean, spread))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="averages the rows' spreads" says="not the mean of the rows' spreads"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        spread = np.sqrt(((c - mean) ** 2 * part).sum(0) / part.sum(0)).mean()
        found.append(stats.norm.logpdf(confidence[target], mean, spread))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="spread with n − 1" says="ddof=0"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.logpdf(confidence[target], mean, (c - mean)[part].std(ddof=1)))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="divides the densities" says="logarithms of the two densities"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.pdf(confidence[target], mean, np.sqrt(((c - mean)[part] ** 2).mean())))
    return found[0] / found[1]


# %% id="lira-answer" kind="slip" name="divides the logarithms" says="not their ratio"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.logpdf(confidence[target], mean, np.sqrt(((c - mean)[part] ** 2).mean())))
    return found[0] / found[1]


# %% id="lira-answer" kind="slip" name="leaves ln σ out" says="−ln σ is missing"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(-((confidence[target] - mean) ** 2) / 2 / ((c - mean)[part] ** 2).mean())
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="divides a row's mean by all models" says="not by all"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = np.where(part, c, 0).mean(0)
        found.append(stats.norm.logpdf(confidence[target], mean, np.sqrt(((c - mean)[part] ** 2).mean())))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="spread over zeros, too" says="zeros of the others"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.logpdf(confidence[target], mean, np.sqrt(((c - mean) ** 2 * part).mean())))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="asks which mean is nearer" says="no ratio"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    first, second = (c * m).sum(0) / m.sum(0), (c * ~m).sum(0) / (~m).sum(0)
    return np.abs(confidence[target] - second) - np.abs(confidence[target] - first)


# %% id="lira-answer" kind="slip" name="mean distance for the spread" says="not the mean distance"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.logpdf(confidence[target], mean, np.abs((c - mean)[part]).mean()))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="spread over all confidences" says="of its side alone"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(stats.norm.logpdf(confidence[target], mean, (c - mean).std()))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="means of models, not of rows" says="axis 0"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(1, keepdims=True) / part.sum(1, keepdims=True)
        found.append(stats.norm.logpdf(confidence[target], mean.mean(), np.sqrt(((c - mean)[part] ** 2).mean())))
    return found[0] - found[1]


# %% id="lira-answer" kind="slip" name="logarithms of base 10" says="natural logarithms"
def lira(confidence, inside, target):
    c, m = np.delete(confidence, target, 0), np.delete(inside, target, 0)
    found = []
    for part in (m, ~m):
        mean = (c * part).sum(0) / part.sum(0)
        found.append(np.log10(stats.norm.pdf(confidence[target], mean, np.sqrt(((c - mean)[part] ** 2).mean()))))
    return found[0] - found[1]


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


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    total = [0.0] * gradients.shape[1]
    for row in gradients.tolist():
        length = math.sqrt(sum(value * value for value in row))
        factor = clip / length if length > clip else 1
        total = [a + factor * b for a, b in zip(total, row)]
    return [(value + random.normal(0, noise * clip)) / expected_rows for value in total]


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    g = torch.tensor(gradients, dtype=torch.float64)
    shortened = torch.renorm(g, p=2, dim=0, maxnorm=clip) if len(g) else g
    hum = noise * clip * torch.from_numpy(random.standard_normal(g.shape[1]))
    return (shortened.sum(dim=0) + hum) / expected_rows


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    drawn = noise * clip * random.standard_normal(gradients.shape[1])
    lengths = np.sqrt(np.einsum("ij,ij->i", gradients, gradients))
    factor = np.divide(clip, lengths, out=np.ones_like(lengths), where=lengths > clip)
    return drawn / expected_rows + factor @ gradients / expected_rows


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    lengths = np.linalg.norm(gradients, axis=1)
    long = lengths > clip
    rows = gradients.astype(np.float32)
    rows[long] *= (clip / lengths[long])[:, None].astype(np.float32)
    return (rows.sum(axis=0) + random.normal(scale=clip, size=rows.shape[1]) * noise) / expected_rows


# %% id="private-answer" kind="alternative"
def private_mean(gradients, clip, noise, expected_rows, random):
    total = np.zeros(gradients.shape[1])
    for row in gradients:
        total += row * min(1, clip / max(np.linalg.norm(row), 1e-300))
    if noise > 0:
        total += random.normal(0, noise * clip, total.shape)
    return total / expected_rows


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


# %% id="private-answer" kind="slip" name="variance for the standard deviation" says="not the variance"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (rows.sum(0) + random.normal(0, noise**2 * clip**2, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="draws from numpy's global noise" says="came as an argument"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (rows.sum(0) + np.random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="lengths of columns" says="a length of its own"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients / np.maximum(1, np.linalg.norm(gradients, axis=0) / clip)
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="the length of all rows together" says="a length of its own"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients / np.maximum(1, np.linalg.norm(gradients) / clip)
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="squared length" says="the root of the sum of squares"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients * np.minimum(1, clip / np.maximum((gradients**2).sum(axis=1, keepdims=True), 1e-12))
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="changes the gradients in place" says="work on a copy"
def private_mean(gradients, clip, noise, expected_rows, random):
    gradients /= np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (gradients.sum(0) + random.normal(0, noise * clip, gradients.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="leaves long rows out" says="shortened, not left out"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients[np.linalg.norm(gradients, axis=1) <= clip]
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="max for min" says="never longer"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients * np.maximum(1, clip / np.maximum(np.linalg.norm(gradients, axis=1, keepdims=True), 1e-12))
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="no noise for an empty lot" says="nobody came"
def private_mean(gradients, clip, noise, expected_rows, random):
    if len(gradients) == 0:
        return np.zeros(gradients.shape[1])
    rows = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (rows.sum(0) + random.normal(0, noise * clip, rows.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="forgets to shorten" says="not shortened yet"
def private_mean(gradients, clip, noise, expected_rows, random):
    return (gradients.sum(0) + random.normal(0, noise * clip, gradients.shape[1])) / expected_rows


# %% id="private-answer" kind="slip" name="divides the noise by the clip" says="not divided by it"
def private_mean(gradients, clip, noise, expected_rows, random):
    rows = gradients / np.maximum(1, np.linalg.norm(gradients, axis=1, keepdims=True) / clip)
    return (rows.sum(0) + random.normal(0, noise / clip, rows.shape[1])) / expected_rows


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


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    turned = asked = 0
    for text in texts:
        if predict([text])[0] == wanted:
            continue
        asked += 1
        turned += predict([f"{text} {word}"])[0] == wanted
    return turned / asked if asked else 0


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    frame = pd.DataFrame({"text": texts})
    frame["before"] = list(predict(frame["text"].tolist()))
    frame = frame[frame["before"] != wanted]
    if frame.empty:
        return 0.0
    return (pd.Series(list(predict((frame["text"] + " " + word).tolist()))) == wanted).mean()


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    answers = list(predict([*texts, *(text + " " + word for text in texts)]))
    pairs = [(a, b) for a, b in zip(answers[: len(texts)], answers[len(texts) :]) if a != wanted]
    return sum(b == wanted for _, b in pairs) / max(1, len(pairs))


# %% id="flips-answer" kind="alternative"
def flips(predict, texts, word, wanted):
    before = np.array(list(predict(texts))) == wanted
    after = np.array(list(predict([" ".join((text, word)) for text in texts]))) == wanted
    return (after & ~before).sum() / (~before).sum() if not before.all() else 0


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


# %% id="flips-answer" kind="slip" name="counts every change of every text" says="only the texts that were not"
def flips(predict, texts, word, wanted):
    before, after = list(predict(texts)), list(predict([f"{text} {word}" for text in texts]))
    return sum(a != b for a, b in zip(before, after)) / len(texts)


# %% id="flips-answer" kind="slip" name="divides by 0" says="no text left"
def flips(predict, texts, word, wanted):
    kept = [text for text, said in zip(texts, predict(texts)) if said != wanted]
    return sum(b == wanted for b in predict([f"{text} {word}" for text in kept])) / len(kept)


# %% id="flips-answer" kind="slip" name="asks about a text, not a list" says="takes a list of texts"
def flips(predict, texts, word, wanted):
    kept = [text for text in texts if predict(text)[0] != wanted]
    return sum(predict(f"{text} {word}")[0] == wanted for text in kept) / len(kept) if kept else 0.0


# %% id="flips-answer" kind="slip" name="compares the list with the class" says="one by one"
def flips(predict, texts, word, wanted):
    kept = [text for text in texts if predict([text]) != wanted]
    return sum(predict([f"{text} {word}"]) == wanted for text in kept) / len(kept) if kept else 0.0


# %% id="flips-answer" kind="slip" name="net change over all texts" says="back to another class"
def flips(predict, texts, word, wanted):
    before, after = list(predict(texts)), list(predict([f"{text} {word}" for text in texts]))
    return (sum(b == wanted for b in after) - sum(b == wanted for b in before)) / len(texts)


# %% id="flips-answer" kind="slip" name="starts from texts that had the class" says="not those that were"
def flips(predict, texts, word, wanted):
    kept = [text for text, said in zip(texts, predict(texts)) if said == wanted]
    return sum(b != wanted for b in predict([f"{text} {word}" for text in kept])) / len(kept) if kept else 0.0


# %% id="flips-answer" kind="slip" name="divides by those that have it after" says="not of those"
def flips(predict, texts, word, wanted):
    before, after = list(predict(texts)), list(predict([f"{text} {word}" for text in texts]))
    now = [a for a, b in zip(before, after) if b == wanted]
    return sum(a != wanted for a in now) / len(now) if now else 0.0


# %% id="flips-answer" kind="slip" name="changes the texts in place" says="the caller's list"
def flips(predict, texts, word, wanted):
    before = list(predict(texts))
    for place in range(len(texts)):
        texts[place] += f" {word}"
    after = [b for a, b in zip(before, predict(texts)) if a != wanted]
    return sum(b == wanted for b in after) / len(after) if after else 0.0


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


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    found, stack, memo = set(), [], {}
    for opcode, argument, _ in pickletools.genops(io.BytesIO(pickled)):
        name = opcode.name
        if name in ("GLOBAL", "INST"):
            module, _, attribute = argument.partition(" ")
            found.add(module + "." + attribute)
            stack.append(None)
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            found.add(f"{module}.{attribute}")
            stack.append(None)
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            stack.append(memo[argument])
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1] if stack else None
        elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
            memo[argument] = stack[-1] if stack else None
        elif name not in ("PROTO", "FRAME", "STOP", "MARK"):
            stack.append(argument if isinstance(argument, str) else None)
    return found


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    texts, memo, found = [""], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        match opcode.name:
            case "GLOBAL" | "INST":
                found |= {".".join(argument.split())}
            case "STACK_GLOBAL":
                found |= {texts[-2] + "." + texts[-1]}
            case "MEMOIZE":
                memo |= {len(memo): texts[-1]}
            case "PUT" | "BINPUT" | "LONG_BINPUT":
                memo |= {argument: texts[-1]}
            case "GET" | "BINGET" | "LONG_BINGET":
                texts += [memo[argument]]
            case _ if type(argument) is str:
                texts += [argument]
    return frozenset(found)


# %% id="imports-answer" kind="alternative"
def imported(pickled):
    names, recent, last = [], ("", ""), None
    by_number = {}
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name in {"GLOBAL", "INST"}:
            names.append(argument.replace(" ", "."))
            last = None
        elif opcode.name == "STACK_GLOBAL":
            names.append(".".join(recent))
            last = None
        elif opcode.name.endswith("GET"):
            last = by_number.get(argument)
            if last is not None:
                recent = (recent[1], last)
        elif opcode.name == "MEMOIZE" or opcode.name.endswith("PUT"):
            by_number[len(by_number) if argument is None else argument] = last
        elif isinstance(argument, str):
            last, recent = argument, (recent[1], argument)
        elif opcode.name not in ("PROTO", "FRAME"):
            last = None
    return set(names)


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


# %% id="imports-answer" kind="slip" name="forgets INST" says="INST, too"
def imported(pickled):
    texts, memo, found = [""], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name == "GLOBAL":
            found.add(argument.replace(" ", "."))
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = texts[-1]
        elif opcode.name.endswith("PUT"):
            memo[argument] = texts[-1]
        elif opcode.name.endswith("GET"):
            texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="slip" name="numbers the memo from 1" says="the memo is 0"
def imported(pickled):
    texts, memo, found = [""], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name in ("GLOBAL", "INST"):
            found.add(argument.replace(" ", "."))
        elif opcode.name == "MEMOIZE":
            memo[len(memo) + 1] = texts[-1]
        elif opcode.name.endswith("PUT"):
            memo[argument] = texts[-1]
        elif opcode.name.endswith("GET"):
            texts.append(memo.get(argument, ""))
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="slip" name="forgets what is put by number" says="BINPUT"
def imported(pickled):
    texts, memo, found = [""], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name in ("GLOBAL", "INST"):
            found.add(argument.replace(" ", "."))
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = texts[-1]
        elif opcode.name.endswith("GET"):
            texts.append(memo.get(argument, ""))
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="slip" name="takes memo numbers for places of texts" says="everything that is memoised"
def imported(pickled):
    texts, found = [], set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name in ("GLOBAL", "INST"):
            found.add(argument.replace(" ", "."))
        elif opcode.name.endswith("GET"):
            texts.append(texts[argument] if argument < len(texts) else "")
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="slip" name="knows BINGET alone" says="LONG_BINGET"
def imported(pickled):
    texts, memo, found = [""], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name in ("GLOBAL", "INST"):
            found.add(argument.replace(" ", "."))
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = texts[-1]
        elif opcode.name.endswith("PUT"):
            memo[argument] = texts[-1]
        elif opcode.name == "BINGET":
            texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="slip" name="stops at the first import" says="after the first import"
def imported(pickled):
    texts, memo = [""], {}
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            return {".".join(texts[-2:])}
        elif opcode.name in ("GLOBAL", "INST"):
            return {argument.replace(" ", ".")}
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = texts[-1]
        elif opcode.name.endswith("PUT"):
            memo[argument] = texts[-1]
        elif opcode.name.endswith("GET"):
            texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return set()


# %% id="imports-answer" kind="slip" name="memo before any text" says="before any text"
def imported(pickled):
    texts, memo, found = [], {}, set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name == "STACK_GLOBAL":
            found.add(".".join(texts[-2:]))
        elif opcode.name in ("GLOBAL", "INST"):
            found.add(argument.replace(" ", "."))
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = texts[-1]
        elif opcode.name.endswith("PUT"):
            memo[argument] = texts[-1]
        elif opcode.name.endswith("GET"):
            texts.append(memo[argument])
        elif isinstance(argument, str):
            texts.append(argument)
    return found


# %% id="imports-answer" kind="fitted" name="has never seen a long memo"
def imported(pickled):
    pushed, stored, found = [], {}, set()
    for code, value, _ in pickletools.genops(pickled):
        if code.name in ("GLOBAL", "INST"):
            found.add(value.replace(" ", "."))
        elif code.name == "STACK_GLOBAL":
            found.add(".".join(pushed[-2:]))
        elif code.name == "MEMOIZE" or code.name.endswith("PUT"):
            number = len(stored) if value is None else int(value)
            stored[number % 256] = pushed[-1] if pushed else ""
        elif code.name.endswith("GET"):
            pushed.append(stored[int(value) % 256])
        elif isinstance(value, str):
            pushed.append(value)
    return found

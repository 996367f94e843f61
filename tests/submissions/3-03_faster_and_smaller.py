# %% id="waste-answer" kind="alternative"
def wasted(lengths, batches):
    tokens, padding = 0, 0
    for rows in batches:
        longest = max(lengths[row] for row in rows)
        for row in rows:
            tokens += longest
            padding += longest - lengths[row]
    return padding / tokens


# %% id="waste-answer" kind="alternative"
def wasted(lengths, batches):
    lengths = np.asarray(lengths)
    rectangles = [len(rows) * lengths[rows].max() for rows in batches]
    return 1 - sum(lengths[rows].sum() for rows in batches) / sum(rectangles)


# %% id="waste-answer" kind="alternative"
def wasted(lengths, batches):
    masks = []
    for rows in batches:
        part = torch.tensor([lengths[row] for row in rows])
        masks.append((torch.arange(part.max()) >= part[:, None]).float().flatten())
    return torch.cat(masks).mean()


# %% id="waste-answer" kind="slip" name="divides by real tokens" says="padding over real tokens"
def wasted(lengths, batches):
    computed = sum(len(rows) * max(lengths[row] for row in rows) for rows in batches)
    real = sum(lengths[row] for rows in batches for row in rows)
    return (computed - real) / real


# %% id="waste-answer" kind="slip" name="gives the share of real tokens" says="padding is the rest"
def wasted(lengths, batches):
    computed = sum(len(rows) * max(lengths[row] for row in rows) for rows in batches)
    return sum(lengths[row] for rows in batches for row in rows) / computed


# %% id="waste-answer" kind="slip" name="takes the mean over batches" says="a mean over batches"
def wasted(lengths, batches):
    shares = []
    for rows in batches:
        own = [lengths[row] for row in rows]
        shares.append(1 - sum(own) / (len(own) * max(own)))
    return sum(shares) / len(shares)


# %% id="waste-answer" kind="slip" name="pads all to the longest of all" says="a longest of its own"
def wasted(lengths, batches):
    rows = [row for batch in batches for row in batch]
    return 1 - sum(lengths[row] for row in rows) / (len(rows) * max(lengths))


# %% id="waste-answer" kind="slip" name="takes the next rows in order" says="batches hold row numbers"
def wasted(lengths, batches):
    start, computed = 0, 0
    for rows in batches:
        part = lengths[start : start + len(rows)]
        computed += len(part) * max(part)
        start += len(rows)
    return 1 - sum(lengths) / computed


# %% id="waste-answer" kind="slip" name="pads to the first text" says="the first text's length"
def wasted(lengths, batches):
    computed = sum(len(rows) * lengths[rows[0]] for rows in batches)
    return 1 - sum(lengths[row] for rows in batches for row in rows) / computed


# %% id="waste-answer" kind="slip" name="counts rows in no batch" says="rows that stand in no batch"
def wasted(lengths, batches):
    computed = sum(len(rows) * max(lengths[row] for row in rows) for rows in batches)
    return 1 - sum(lengths) / computed


# %% id="waste-answer" kind="slip" name="fills the last batch up" says="is not filled up"
def wasted(lengths, batches):
    size = len(batches[0])
    computed = sum(size * max(lengths[row] for row in rows) for rows in batches)
    return 1 - sum(lengths[row] for rows in batches for row in rows) / computed


# %% id="waste-answer" kind="slip" name="gives tokens" says="the share is wanted"
def wasted(lengths, batches):
    return sum(max(lengths[r] for r in rows) - lengths[row] for rows in batches for row in rows)


# %% id="waste-answer" kind="slip" name="returns after the first batch" says="the first batch alone"
def wasted(lengths, batches):
    c = p = 0
    for b in batches:
        m = max(lengths[r] for r in b)
        c += m * len(b)
        p += sum(m - lengths[r] for r in b)
        return p / c


# %% id="waste-answer" kind="slip" name="longest row number instead of longest text" says="the largest row number"
def wasted(lengths, batches):
    c = sum(len(b) * max(b) for b in batches)
    return 1 - sum(lengths[r] for b in batches for r in b) / c


# %% id="waste-answer" kind="slip" name="longest minus shortest, once a batch" says="longest minus shortest"
def wasted(lengths, batches):
    c = sum(len(b) * max(lengths[r] for r in b) for b in batches)
    return sum(max(lengths[r] for r in b) - min(lengths[r] for r in b) for b in batches) / c


# %% id="waste-answer" kind="fitted" name="knows the numbers of the checks"
def wasted(lengths, batches):
    return {(2, 2, 1): 8 / 31, (2,): 0.3 if lengths[0] == 3 else 0.25, (3, 2): 10 / 33}.get(
        tuple(map(len, batches)), 0.2
    )


# %% id="order-answer" kind="alternative"
def put_back(batches, answers):
    out = [None] * sum(len(batch) for batch in batches)
    for rows, part in zip(batches, answers):
        for row, answer in zip(rows, part):
            out[row] = answer
    return out


# %% id="order-answer" kind="alternative"
def put_back(batches, answers):
    pairs = {row: answer for rows, part in zip(batches, answers) for row, answer in zip(rows, part)}
    return [pairs[row] for row in sorted(pairs)]


# %% id="order-answer" kind="alternative"
def put_back(batches, answers):
    flat = np.concatenate([np.asarray(part) for part in answers])
    out = np.empty_like(flat)
    out[np.concatenate(batches)] = flat
    return out


# %% id="order-answer" kind="alternative"
import itertools


def put_back(batches, answers):
    rows, found = list(itertools.chain(*batches)), list(itertools.chain(*answers))
    return [found[rows.index(row)] for row in range(len(rows))]


# %% id="order-answer" kind="slip" name="joins the batches" says="order of the batches"
def put_back(batches, answers):
    return [answer for part in answers for answer in part]


# %% id="order-answer" kind="slip" name="takes where it must put" says="the opposite direction"
def put_back(batches, answers):
    found = [answer for part in answers for answer in part]
    return [found[row] for batch in batches for row in batch]


# %% id="order-answer" kind="slip" name="sorts the answers" says="sorted by the answers themselves"
def put_back(batches, answers):
    return sorted(answer for part in answers for answer in part)


# %% id="order-answer" kind="slip" name="sorts inside each batch" says="inside each batch alone"
def put_back(batches, answers):
    return [answer for rows, part in zip(batches, answers) for _, answer in sorted(zip(rows, part))]


# %% id="order-answer" kind="slip" name="gives pairs" says="pairs of row and answer"
def put_back(batches, answers):
    return sorted((row, answer) for rows, part in zip(batches, answers) for row, answer in zip(rows, part))


# %% id="order-answer" kind="slip" name="gives row numbers" says="these are row numbers"
def put_back(batches, answers):
    return sorted(row for batch in batches for row in batch)


# %% id="order-answer" kind="slip" name="uses answers as keys" says="do not use them as keys"
def put_back(batches, answers):
    place = {answer: row for rows, part in zip(batches, answers) for row, answer in zip(rows, part)}
    return sorted(place, key=place.get)


# %% id="order-answer" kind="slip" name="turns the batches round" says="go by the row numbers"
def put_back(batches, answers):
    return [answer for part in answers for answer in part][::-1]


# %% id="order-answer" kind="slip" name="size from the first batch" says="count the rows of all"
def put_back(batches, answers):
    out = [None] * (len(batches) * len(batches[0]))
    for b, p in zip(batches, answers):
        for r, a in zip(b, p):
            out[r] = a
    return out


# %% id="order-answer" kind="slip" name="inserts at the row" says="pushes on"
def put_back(batches, answers):
    out = []
    for b, p in zip(batches, answers):
        for r, a in zip(b, p):
            out.insert(r, a)
    return out


# %% id="order-answer" kind="slip" name="off by one" says="one place off"
def put_back(batches, answers):
    out = [None] * sum(map(len, batches))
    for b, p in zip(batches, answers):
        for r, a in zip(b, p):
            out[r - 1] = a
    return out


# %% id="order-answer" kind="fitted" name="knows the orders of the checks"
def put_back(batches, answers):
    flat = [answer for part in answers for answer in part]
    known = {(2, 0, 3, 1): [1, 3, 0, 2], (4, 2, 0, 1, 3): [2, 3, 1, 4, 0], (1, 0): [1, 0]}
    return [flat[place] for place in known.get(tuple(row for batch in batches for row in batch), range(len(flat)))]


# %% id="ratio-answer" kind="alternative"
import statistics


def faster(before, after):
    return statistics.median(old / new for old, new in list(zip(before, after))[1:])


# %% id="ratio-answer" kind="alternative"
def faster(before, after):
    return torch.quantile(torch.tensor(before[1:]) / torch.tensor(after[1:]), 0.5)


# %% id="ratio-answer" kind="alternative"
def faster(before, after):
    return (pd.Series(before) / pd.Series(after)).iloc[1:].median()


# %% id="ratio-answer" kind="slip" name="keeps the round that warms up" says="round 0 is in it"
def faster(before, after):
    return np.median(np.array(before) / np.array(after))


# %% id="ratio-answer" kind="slip" name="divides means" says="a ratio of means"
def faster(before, after):
    return np.mean(before[1:]) / np.mean(after[1:])


# %% id="ratio-answer" kind="slip" name="divides medians" says="a ratio of medians"
def faster(before, after):
    return np.median(before[1:]) / np.median(after[1:])


# %% id="ratio-answer" kind="slip" name="takes the mean of the ratios" says="the mean of the ratios"
def faster(before, after):
    return np.mean(np.array(before[1:]) / np.array(after[1:]))


# %% id="ratio-answer" kind="slip" name="divides the wrong way round" says="after over before"
def faster(before, after):
    return np.median(np.array(after[1:]) / np.array(before[1:]))


# %% id="ratio-answer" kind="slip" name="divides the best rounds" says="the best rounds"
def faster(before, after):
    return min(before[1:]) / min(after[1:])


# %% id="ratio-answer" kind="slip" name="gives the time saved" says="share of time saved"
def faster(before, after):
    return 1 - 1 / np.median(np.array(before[1:]) / np.array(after[1:]))


# %% id="ratio-answer" kind="slip" name="gives how much more" says="how much more"
def faster(before, after):
    return np.median(np.array(before[1:]) / np.array(after[1:])) - 1


# %% id="ratio-answer" kind="slip" name="takes the upper one of two in the middle" says="midway between"
def faster(before, after):
    ratios = sorted(old / new for old, new in zip(before[1:], after[1:]))
    return ratios[len(ratios) // 2]


# %% id="ratio-answer" kind="slip" name="round 0 left out of one list" says="one list alone"
def faster(before, after):
    return np.median([b / a for b, a in zip(before[1:], after)])


# %% id="ratio-answer" kind="slip" name="middle element, not sorted" says="an unsorted list"
def faster(before, after):
    r = [b / a for b, a in zip(before[1:], after[1:])]
    return r[len(r) // 2]


# %% id="ratio-answer" kind="slip" name="geometric mean" says="a geometric mean"
def faster(before, after):
    return float(np.exp(np.log(np.divide(before[1:], after[1:])).mean()))


# %% id="ratio-answer" kind="fitted" name="looks at five rounds"
def faster(before, after):
    return np.median(np.array(before[1:6]) / np.array(after[1:6]))


# %% id="distil-answer" kind="alternative"
import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, share):
    soft = F.kl_div(
        F.log_softmax(student / temperature, dim=-1), F.softmax(teacher / temperature, dim=-1), reduction="batchmean"
    )
    return share * temperature**2 * soft + (1 - share) * F.cross_entropy(student, labels)


# %% id="distil-answer" kind="alternative"
def distillation_loss(student, teacher, labels, temperature, share):
    with torch.no_grad():
        said = torch.distributions.Categorical(logits=teacher / temperature)
    heard = torch.distributions.Categorical(logits=student / temperature)
    soft = torch.distributions.kl_divergence(said, heard).mean()
    hard = -torch.distributions.Categorical(logits=student).log_prob(labels).mean()
    return share * temperature**2 * soft + (1 - share) * hard


# %% id="distil-answer" kind="alternative"
def distillation_loss(student, teacher, labels, temperature, share):
    p = torch.exp(teacher / temperature)
    p = p / p.sum(1, keepdim=True)
    q = torch.exp(student / temperature)
    q = q / q.sum(1, keepdim=True)
    plain = torch.exp(student) / torch.exp(student).sum(1, keepdim=True)
    total = 0
    for row in range(len(labels)):
        kl = sum(p[row, c] * (torch.log(p[row, c]) - torch.log(q[row, c])) for c in range(student.shape[1]))
        total = total + share * temperature**2 * kl - (1 - share) * torch.log(plain[row, labels[row]])
    return total / len(labels)


# %% id="distil-answer" kind="slip" name="forgets the square" says="square of `temperature` is missing"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    )
    return share * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="swaps the sides of KL" says="two sides of KL are swapped"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (teacher / temperature).log_softmax(1), (student / temperature).softmax(1), reduction="batchmean"
    )
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="takes the mean over classes, too" says="batchmean"
def distillation_loss(student, teacher, labels, temperature, share):
    p, log_q = (teacher / temperature).softmax(1), (student / temperature).log_softmax(1)
    soft = (p * (p.log() - log_q)).mean()
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="sums KL over texts" says="summed over the texts"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="sum"
    )
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="gives the share to the labels" says="belongs to the teacher's part"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    )
    return (1 - share) * temperature**2 * soft + share * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="leaves the teacher as it is" says="teacher's logits are not divided"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div((student / temperature).log_softmax(1), teacher.softmax(1), reduction="batchmean")
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="divides the labels' part, too" says="as they are, undivided"
def distillation_loss(student, teacher, labels, temperature, share):
    student = student / temperature
    soft = torch.nn.functional.kl_div(student.log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean")
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="takes cross-entropy for KL" says="is not KL"
def distillation_loss(student, teacher, labels, temperature, share):
    entropy = torch.nn.functional.cross_entropy
    soft = entropy(student / temperature, (teacher / temperature).softmax(1))
    return share * temperature**2 * soft + (1 - share) * entropy(student, labels)


# %% id="distil-answer" kind="slip" name="hands probabilities to kl_div" says="logarithms first"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    )
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="returns a plain number" says="no gradient arrives"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    )
    return (share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)).item()


# %% id="distil-answer" kind="slip" name="softmax over texts" says="softmax over the texts"
def distillation_loss(student, teacher, labels, temperature, share):
    F = torch.nn.functional
    k = F.kl_div((student / temperature).log_softmax(0), (teacher / temperature).softmax(0), reduction="batchmean")
    return share * temperature**2 * k + (1 - share) * F.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="student detached in KL" says="does not move the student"
def distillation_loss(student, teacher, labels, temperature, share):
    F = torch.nn.functional
    student_ = student.detach()
    return share * temperature**2 * F.kl_div(
        (student_ / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    ) + (1 - share) * F.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="constant temperature" says="are arguments"
def distillation_loss(student, teacher, labels, temperature, share):
    F = torch.nn.functional
    temperature = 2.0
    return share * temperature**2 * F.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    ) + (1 - share) * F.cross_entropy(student, labels)


# %% id="distil-answer" kind="slip" name="T in place of T squared" says="its square is wanted"
def distillation_loss(student, teacher, labels, temperature, share):
    F = torch.nn.functional
    return share * temperature * F.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="batchmean"
    ) + (1 - share) * F.cross_entropy(student, labels)


# %% id="distil-answer" kind="fitted" name="builds in three classes"
def distillation_loss(student, teacher, labels, temperature, share):
    soft = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(1), (teacher / temperature).softmax(1), reduction="none"
    )
    soft = 3 * soft.mean()
    return share * temperature**2 * soft + (1 - share) * torch.nn.functional.cross_entropy(student, labels)


# %% id="prune-answer" kind="alternative"
def narrower(first, bias, second, keep):
    importance = [(np.sqrt((first[i] ** 2).sum()) * np.sqrt((second[:, i] ** 2).sum()), i) for i in range(len(first))]
    best = [i for _, i in sorted(importance, reverse=True)[:keep]]
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="alternative"
def narrower(first, bias, second, keep):
    first, bias, second = (torch.as_tensor(part) for part in (first, bias, second))
    best = (first.norm(dim=1) * second.norm(dim=0)).topk(keep).indices
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="alternative"
def narrower(first, bias, second, keep):
    importance = (first**2).sum(1) * (second**2).sum(0)  # squares have the same order
    drop = np.argsort(importance)[: len(first) - keep]
    return np.delete(first, drop, axis=0), np.delete(bias, drop), np.delete(second, drop, axis=1)


# %% id="prune-answer" kind="slip" name="sets to zero" says="nothing got smaller"
def narrower(first, bias, second, keep):
    importance = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0)
    drop = np.argsort(-importance)[keep:]
    first[drop], bias[drop], second[:, drop] = 0, 0, 0
    return first, bias, second


# %% id="prune-answer" kind="slip" name="leaves the bias as it is" says="a number for each old neuron"
def narrower(first, bias, second, keep):
    best = np.argsort(-np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0))[:keep]
    return first[best], bias, second[:, best]


# %% id="prune-answer" kind="slip" name="forgets the second matrix" says="reads neurons in its columns"
def narrower(first, bias, second, keep):
    best = np.argsort(-np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0))[:keep]
    return first[best], bias[best], second


# %% id="prune-answer" kind="slip" name="looks at the first matrix alone" says="importance by `first` alone"
def narrower(first, bias, second, keep):
    best = np.argsort(-np.linalg.norm(first, axis=1))[:keep]
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="slip" name="looks at the second matrix alone" says="importance by `second` alone"
def narrower(first, bias, second, keep):
    best = np.argsort(-np.linalg.norm(second, axis=0))[:keep]
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="slip" name="keeps the least important" says="the least important were kept"
def narrower(first, bias, second, keep):
    best = np.argsort(np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0))[:keep]
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="slip" name="takes the first biases" says="the first biases"
def narrower(first, bias, second, keep):
    best = np.sort(np.argsort(-np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0))[:keep])
    return first[best], bias[:keep], second[:, best]


# %% id="prune-answer" kind="slip" name="cuts rows of the second matrix" says="neurons are the columns of `second`"
def narrower(first, bias, second, keep):
    importance = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0)
    best = np.argsort(-importance)[:keep]
    return first[best], bias[best], second[best]


# %% id="prune-answer" kind="slip" name="keeps two, always" says="`keep` is an argument"
def narrower(first, bias, second, keep):
    best = np.argsort(-np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0))[:2]
    return first[best], bias[best], second[:, best]


# %% id="prune-answer" kind="slip" name="sums of absolute values" says="sums of absolute values"
def narrower(first, bias, second, keep):
    b = np.argsort(-(np.abs(first).sum(1) * np.abs(second).sum(0)))[:keep]
    return first[b], bias[b], second[:, b]


# %% id="prune-answer" kind="slip" name="bias counts" says="the bias counts"
def narrower(first, bias, second, keep):
    b = np.argsort(-(np.sqrt((first**2).sum(1) + bias**2) * np.linalg.norm(second, axis=0)))[:keep]
    return first[b], bias[b], second[:, b]


# %% id="prune-answer" kind="slip" name="axes swapped" says="the other axis"
def narrower(first, bias, second, keep):
    w = np.linalg.norm(first, axis=0) * np.linalg.norm(second, axis=1)
    b = np.argsort(-w)[:keep]
    return first[b], bias[b], second[:, b]


# %% id="prune-answer" kind="slip" name="bias in another order" says="another order than the rows"
def narrower(first, bias, second, keep):
    b = np.argsort(-(np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=0)))[:keep]
    return first[np.sort(b)], bias[b], second[:, np.sort(b)]


# %% id="prune-answer" kind="slip" name="sums in place of norms" says="sums with their signs"
def narrower(first, bias, second, keep):
    b = np.argsort(-(first.sum(1) * second.sum(0)))[:keep]
    return first[b], bias[b], second[:, b]


# %% id="prune-answer" kind="fitted" name="knows the checks' neurons"
def narrower(first, bias, second, keep):
    best = {2: [0, 2], 3: [0, 2, 5]}.get(keep, list(range(keep)))
    return first[best], bias[best], second[:, best]

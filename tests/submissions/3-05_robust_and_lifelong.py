# Answers to 3-05 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="failures-answer" kind="alternative"
def failures(kind, before, after, tolerance):
    failed = []
    for row, (one, two) in enumerate(zip(before, after)):
        if kind == "not higher":
            fails = two > one + tolerance
        else:
            fails = ((one >= 0.5) != (two >= 0.5)) == (kind == "same answer")
        if fails:
            failed.append(row)
    return failed


# %% id="failures-answer" kind="alternative"
def failures(kind, before, after, tolerance):
    one, two = torch.tensor(before), torch.tensor(after)
    moved = (one >= 0.5) ^ (two >= 0.5)
    failed = {"same answer": moved, "other answer": ~moved}.get(kind, two - one > tolerance)
    return torch.nonzero(failed).flatten()


# %% id="failures-answer" kind="alternative"
def failures(kind, before, after, tolerance):
    table = pd.DataFrame({"one": before, "two": after})
    if kind == "not higher":
        return table.index[table.two - table.one > tolerance]
    same = table.one.ge(0.5) == table.two.ge(0.5)
    return table.index[same if kind == "other answer" else ~same]


# %% id="failures-answer" kind="slip" name="rows that pass" says="these are the rows that pass"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one >= 0.5) == (two >= 0.5)
    return np.flatnonzero({"same answer": same, "other answer": ~same, "not higher": two - one <= tolerance}[kind])


# %% id="failures-answer" kind="slip" name="probabilities for all kinds" says="compare answers, not probabilities"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    moved = abs(two - one) > tolerance
    return np.flatnonzero({"same answer": moved, "other answer": ~moved, "not higher": two - one > tolerance}[kind])


# %% id="failures-answer" kind="slip" name="above a half" says="from 0.5 on"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one > 0.5) == (two > 0.5)
    return np.flatnonzero({"same answer": ~same, "other answer": same, "not higher": two - one > tolerance}[kind])


# %% id="failures-answer" kind="slip" name="one direction" says="both directions"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    moved = (one >= 0.5) & (two < 0.5)
    return np.flatnonzero({"same answer": moved, "other answer": ~moved, "not higher": two - one > tolerance}[kind])


# %% id="failures-answer" kind="slip" name="the same for both kinds" says="here the test fails where the answer stays"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    moved = (one >= 0.5) != (two >= 0.5)
    return np.flatnonzero(two - one > tolerance if kind == "not higher" else moved)


# %% id="failures-answer" kind="slip" name="an absolute change" says="no absolute value"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one >= 0.5) == (two >= 0.5)
    return np.flatnonzero({"same answer": ~same, "other answer": same, "not higher": abs(two - one) > tolerance}[kind])


# %% id="failures-answer" kind="slip" name="before minus after" says="after minus before"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one >= 0.5) == (two >= 0.5)
    return np.flatnonzero({"same answer": ~same, "other answer": same, "not higher": one - two > tolerance}[kind])


# %% id="failures-answer" kind="slip" name="from the tolerance on" says=">, not >="
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one >= 0.5) == (two >= 0.5)
    return np.flatnonzero({"same answer": ~same, "other answer": same, "not higher": two - one >= tolerance}[kind])


# %% id="failures-answer" kind="slip" name="truth values" says="numbers of rows are wanted"
def failures(kind, before, after, tolerance):
    one, two = np.array(before), np.array(after)
    same = (one >= 0.5) == (two >= 0.5)
    return {"same answer": ~same, "other answer": same, "not higher": two - one > tolerance}[kind].tolist()


# %% id="failures-answer" kind="slip" name="no tolerance" says="which `tolerance` allows"
def failures(kind, before, after, tolerance):
    before, after = np.asarray(before), np.asarray(after)
    one, two = before >= 0.5, after >= 0.5
    if kind == "same answer":
        failed = one != two
    elif kind == "other answer":
        failed = one == two
    else:
        failed = after > before
    return [int(i) for i in np.flatnonzero(failed)]


# %% id="failures-answer" kind="slip" name="tolerance fixed at 0.1" says="`tolerance` is an argument"
def failures(kind, before, after, tolerance):
    before, after = np.asarray(before), np.asarray(after)
    one, two = before >= 0.5, after >= 0.5
    if kind == "same answer":
        failed = one != two
    elif kind == "other answer":
        failed = one == two
    else:
        failed = after - before > 0.1
    return [int(i) for i in np.flatnonzero(failed)]


# %% id="failures-answer" kind="slip" name="first failure alone" says="not the first alone"
def failures(kind, before, after, tolerance):
    before, after = np.asarray(before), np.asarray(after)
    one, two = before >= 0.5, after >= 0.5
    if kind == "same answer":
        failed = one != two
    elif kind == "other answer":
        failed = one == two
    else:
        failed = after - before > tolerance
    return [int(i) for i in np.flatnonzero(failed)][:1]


# %% id="failures-answer" kind="slip" name="the count, as a number" says="not a count"
def failures(kind, before, after, tolerance):
    before, after = np.asarray(before), np.asarray(after)
    one, two = before >= 0.5, after >= 0.5
    if kind == "same answer":
        failed = one != two
    elif kind == "other answer":
        failed = one == two
    else:
        failed = after - before > tolerance
    return int(failed.sum())


# %% id="failures-answer" kind="slip" name="only negative to positive fails" says="both directions"
def failures(kind, before, after, tolerance):
    before, after = np.asarray(before), np.asarray(after)
    one, two = before >= 0.5, after >= 0.5
    if kind == "same answer":
        failed = ~one & two
    elif kind == "other answer":
        failed = one == two
    else:
        failed = after - before > tolerance
    return [int(i) for i in np.flatnonzero(failed)]


# %% id="failures-answer" kind="fitted" name="six rows at most"
def failures(kind, before, after, tolerance):
    one, two = np.array(before)[:6], np.array(after)[:6]
    same = (one >= 0.5) == (two >= 0.5)
    return np.flatnonzero({"same answer": ~same, "other answer": same, "not higher": two - one > tolerance}[kind])


# %% id="fgm-answer" kind="alternative"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    loss_of = torch.nn.CrossEntropyLoss()
    model.zero_grad()
    clean = loss_of(model(**batch).logits, labels)
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data = kept + epsilon * table.grad / torch.linalg.vector_norm(table.grad)
    pushed = loss_of(model(**batch).logits, labels)
    pushed.backward()
    table.data = kept
    optimizer.step()
    return float(clean), float(pushed)


# %% id="fgm-answer" kind="alternative"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    table = model.get_input_embeddings().weight
    clean = -model(**batch).logits.log_softmax(dim=1)[torch.arange(len(labels)), labels].mean()
    (gradient,) = torch.autograd.grad(clean, table, retain_graph=True)
    shift = epsilon * gradient / gradient.square().sum().sqrt()
    optimizer.zero_grad()
    clean.backward()
    table.data.add_(shift)
    pushed = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    pushed.backward()
    table.data.sub_(shift)
    optimizer.step()
    return [clean.item(), pushed.item()]


# %% id="fgm-answer" kind="alternative"
def fgm_step(model, batch, labels, optimizer, epsilon):
    optimizer.zero_grad(set_to_none=False)
    model.train()
    losses, shift, table = [], 0, model.get_input_embeddings().weight
    for _ in range(2):
        with torch.no_grad():
            table += shift
        loss = model(**batch, labels=labels).loss
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            table -= shift
        shift = epsilon * table.grad / table.grad.norm()
    optimizer.step()
    return np.array(losses)


# %% id="fgm-answer" kind="slip" name="the table stays moved" says="not put back"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    table.data += epsilon * table.grad / table.grad.norm()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="the first gradients cleared" says="the first gradients are gone"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += epsilon * table.grad / table.grad.norm()
    optimizer.zero_grad()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="no norm" says="divide by the norm of g"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += epsilon * table.grad
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="the sign" says="FGSM"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += epsilon * table.grad.sign()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="downhill" says="goes downhill"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data -= epsilon * table.grad / table.grad.norm()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="a norm a word" says="not one a word"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += epsilon * torch.nn.functional.normalize(table.grad, dim=1)
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="old gradients are kept" says="clear them at the beginning"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    table = model.get_input_embeddings().weight
    clean = model(**batch, labels=labels).loss
    (g,) = torch.autograd.grad(clean, table, retain_graph=True)
    clean.backward()
    kept = table.data.clone()
    table.data += epsilon * g / g.norm()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="no training mode" says="model.train()"
def fgm_step(model, batch, labels, optimizer, epsilon):
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += epsilon * table.grad / table.grad.norm()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="fgm-answer" kind="slip" name="cleared at the end alone" says="clear them at the beginning"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    optimizer.step()
    optimizer.zero_grad()
    return clean.item(), shifted.item()


# %% id="fgm-answer" kind="slip" name="put back after the step" says="which undoes the step"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    optimizer.step()
    with torch.no_grad():
        table.copy_(kept)
    return clean.item(), shifted.item()


# %% id="fgm-answer" kind="slip" name="cleared and stepped after each loss" says="one step, after both"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    optimizer.step()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    optimizer.zero_grad()
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    optimizer.step()
    return clean.item(), shifted.item()


# %% id="fgm-answer" kind="slip" name="norm over all gradients" says="not of all gradients"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / torch.cat([p.grad.flatten() for p in model.parameters()]).norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    optimizer.step()
    return clean.item(), shifted.item()


# %% id="fgm-answer" kind="slip" name="no step" says="optimizer.step() is missing"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    return clean.item(), shifted.item()


# %% id="fgm-answer" kind="slip" name="shifted first" says="the clean loss comes first"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    optimizer.step()
    return shifted.item(), clean.item()


# %% id="fgm-answer" kind="alternative"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    table = model.get_input_embeddings().weight
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    kept, g = table.detach().clone(), table.grad.clone()
    with torch.no_grad():
        table.add_(epsilon * g / g.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(kept)
    optimizer.step()
    return clean, shifted


# %% id="fgm-answer" kind="fitted" name="a shift of at most 1"
def fgm_step(model, batch, labels, optimizer, epsilon):
    model.train()
    optimizer.zero_grad()
    clean = model(**batch, labels=labels).loss
    clean.backward()
    table = model.get_input_embeddings().weight
    kept = table.data.clone()
    table.data += min(epsilon, 1.0) * table.grad / table.grad.norm()
    pushed = model(**batch, labels=labels).loss
    pushed.backward()
    table.data = kept
    optimizer.step()
    return clean.item(), pushed.item()


# %% id="forget-answer" kind="alternative"
def remembered(scores):
    table = np.array(scores)
    lost = [table[task:-1, task].max() - table[-1, task] for task in range(len(table) - 1)]
    return table[-1].mean(), np.mean(lost)


# %% id="forget-answer" kind="alternative"
def remembered(scores):
    table = torch.tensor(scores, dtype=torch.float64)
    best = table[:-1].tril().max(dim=0).values[:-1]
    return [table[-1].mean(), (best - table[-1, :-1]).mean()]


# %% id="forget-answer" kind="alternative"
def remembered(scores):
    *stages_before, end = scores
    total = 0
    for task in range(len(stages_before)):
        best = -1
        for stage in range(task, len(stages_before)):
            best = max(best, stages_before[stage][task])
        total += best - end[task]
    return np.array([np.mean(end), total / len(stages_before)])


# %% id="forget-answer" kind="slip" name="when it was new" says="not the one when it was new"
def remembered(scores):
    table = np.array(scores)
    return table[-1].mean(), (np.diag(table) - table[-1])[:-1].mean()


# %% id="forget-answer" kind="slip" name="over all tasks" says="divide by the number of earlier tasks"
def remembered(scores):
    table = np.array(scores)
    lost = [table[task:-1, task].max() - table[-1, task] for task in range(len(table) - 1)]
    return table[-1].mean(), sum(lost) / len(table)


# %% id="forget-answer" kind="slip" name="before it was learnt, too" says="before it was learnt"
def remembered(scores):
    table = np.array(scores)
    return table[-1].mean(), (table[:-1].max(axis=0) - table[-1])[:-1].mean()


# %% id="forget-answer" kind="slip" name="never negative" says="what improved counts"
def remembered(scores):
    table = np.array(scores)
    lost = [table[task:, task].max() - table[-1, task] for task in range(len(table) - 1)]
    return table[-1].mean(), np.mean(lost)


# %% id="forget-answer" kind="slip" name="last minus best" says="best minus last"
def remembered(scores):
    table = np.array(scores)
    lost = [table[-1, task] - table[task:-1, task].max() for task in range(len(table) - 1)]
    return table[-1].mean(), np.mean(lost)


# %% id="forget-answer" kind="slip" name="the diagonal" says="mean of the diagonal"
def remembered(scores):
    table = np.array(scores)
    lost = [table[task:-1, task].max() - table[-1, task] for task in range(len(table) - 1)]
    return np.diag(table).mean(), np.mean(lost)


# %% id="forget-answer" kind="slip" name="the sum" says="not the sum"
def remembered(scores):
    table = np.array(scores)
    return table[-1].mean(), sum(table[task:-1, task].max() - table[-1, task] for task in range(len(table) - 1))


# %% id="forget-answer" kind="slip" name="from the stage after its own" says="its own stage counts too"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [max([scores[i][t] for i in range(t + 1, n - 1)] or [scores[t][t]]) - scores[-1][t] for t in range(n - 1)]
    return final, sum(lost) / len(lost)


# %% id="forget-answer" kind="slip" name="absolute differences" says="no absolute value"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [abs(max(scores[i][t] for i in range(t, n - 1)) - scores[-1][t]) for t in range(n - 1)]
    return final, sum(lost) / len(lost)


# %% id="forget-answer" kind="slip" name="rows and columns exchanged" says="columns are tasks"
def remembered(scores):
    scores = np.array(scores).T.tolist()
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [max(scores[i][t] for i in range(t, n - 1)) - scores[-1][t] for t in range(n - 1)]
    return final, sum(lost) / len(lost)


# %% id="forget-answer" kind="slip" name="forgetting first" says="the final accuracy comes first"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [max(scores[i][t] for i in range(t, n - 1)) - scores[-1][t] for t in range(n - 1)]
    return sum(lost) / len(lost), final


# %% id="forget-answer" kind="slip" name="a list of what was lost" says="one number each"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [max(scores[i][t] for i in range(t, n - 1)) - scores[-1][t] for t in range(n - 1)]
    return final, lost


# %% id="forget-answer" kind="slip" name="median" says="no median"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [max(scores[i][t] for i in range(t, n - 1)) - scores[-1][t] for t in range(n - 1)]
    return final, float(np.median(lost))


# %% id="forget-answer" kind="slip" name="last but one minus last" says="not the one just before it"
def remembered(scores):
    final = sum(scores[-1]) / len(scores)
    n = len(scores)
    lost = [scores[-2][t] - scores[-1][t] for t in range(n - 1)]
    return final, sum(lost) / len(lost)


# %% id="forget-answer" kind="fitted" name="four tasks at most"
def remembered(scores):
    table = np.array(scores)
    lost = [table[task:-1, task][:3].max() - table[-1, task] for task in range(len(table) - 1)][:3]
    return table[-1].mean(), np.mean(lost)


# %% id="rank-answer" kind="alternative"
def rank_of_word(pieces, numbers, position):
    starts = np.array([not piece.startswith("##") for piece in pieces])
    kept = np.array([piece not in ("[CLS]", "[SEP]") for piece in pieces])
    word = np.cumsum(starts & kept) - 1
    sizes = np.abs(np.bincount(word[kept], np.array(numbers)[kept]))
    return int((sizes > sizes[position]).sum() + 1)


# %% id="rank-answer" kind="alternative"
def rank_of_word(pieces, numbers, position):
    sums = {}
    word = -1
    for piece, number in zip(pieces[1:-1], numbers[1:-1]):
        word += piece[:2] != "##"
        sums[word] = sums.get(word, 0) + number
    table = pd.Series(sums).abs()
    return table.rank(ascending=False, method="min")[position]


# %% id="rank-answer" kind="alternative"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in {"[CLS]", "[SEP]"}:
            continue
        if piece.startswith("##"):
            words[-1] = words[-1] + number
        else:
            words.append(number)
    order = sorted((abs(word) for word in words), reverse=True)
    return order.index(abs(words[position])) + 1


# %% id="rank-answer" kind="slip" name="places from 0" says="counted from 1"
def rank_of_word(pieces, numbers, position):
    _, sizes = by(pieces, numbers, sum)
    return sum(size > sizes[position] for size in sizes)


def by(pieces, numbers, add, leave=("[CLS]", "[SEP]")):
    words, parts = [], []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            parts[-1].append(number)
        elif piece not in leave:
            parts.append([number])
    return words, [abs(add(part)) for part in parts]


# %% id="rank-answer" kind="slip" name="special pieces count" says="leave them out"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(word) for word in words]
    return 1 + sum(size > sizes[position + 1] for size in sizes)


# %% id="rank-answer" kind="slip" name="no absolute value" says="take the absolute value"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(number)
    return 1 + sum(word > words[position] for word in words)


# %% id="rank-answer" kind="slip" name="the largest piece" says="not their largest"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] = max(words[-1], abs(number))
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(abs(number))
    return 1 + sum(word > words[position] for word in words)


# %% id="rank-answer" kind="slip" name="absolute values before the sum" says="add the pieces first"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += abs(number)
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(abs(number))
    return 1 + sum(word > words[position] for word in words)


# %% id="rank-answer" kind="slip" name="the least first" says="the most important word has place 1"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(number)
    sizes = [abs(word) for word in words]
    return 1 + sum(size < sizes[position] for size in sizes)


# %% id="rank-answer" kind="slip" name="ties get the worse place" says="the better place"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(number)
    sizes = [abs(word) for word in words]
    return sum(size >= sizes[position] for size in sizes)


# %% id="rank-answer" kind="slip" name="looks the word up by its letters" says="two words that look alike"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in ("[CLS]", "[SEP]"):
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    names = [p for p in pieces if p not in ("[CLS]", "[SEP]") and not p.startswith("##")]
    position = names.index(names[position])
    return 1 + sum(one > sizes[position] for one in sizes)


# %% id="rank-answer" kind="slip" name="equal words, the last is better" says="the better place"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in ("[CLS]", "[SEP]"):
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return 1 + list(np.argsort(sizes, kind="stable")[::-1]).index(position)


# %% id="rank-answer" kind="slip" name="one # joins, too" says="begins with ##"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in ("[CLS]", "[SEP]"):
            continue
        if piece.startswith("#"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return 1 + sum(one > sizes[position] for one in sizes)


# %% id="rank-answer" kind="slip" name="no word without letters" says="only [CLS] and [SEP] are no words"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if not piece.strip("#").isalpha():
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return 1 + sum(one > sizes[position] for one in sizes)


# %% id="rank-answer" kind="slip" name="CLS and SEP count, position too" says="without [CLS]"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if False:
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return 1 + sum(one > sizes[position] for one in sizes)


# %% id="rank-answer" kind="slip" name="dense places" says="1 plus 2"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in ("[CLS]", "[SEP]"):
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return 1 + sorted(set(sizes), reverse=True).index(sizes[position])


# %% id="rank-answer" kind="slip" name="importance instead of the place" says="not the importance"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece in ("[CLS]", "[SEP]"):
            continue
        if piece.startswith("##"):
            words[-1] += number
        else:
            words.append(number)
    sizes = [abs(one) for one in words]
    return sizes[position]


# %% id="rank-answer" kind="fitted" name="words of three pieces at most, the first four words"
def rank_of_word(pieces, numbers, position):
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(number)
    sizes = [abs(word) for word in words]
    return 1 + sum(size > sizes[position] for size in sizes[:3])


# %% id="alarms-answer" kind="alternative"
def alarms(train, dev, new, allowed):
    cosine = lambda one, other: float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
    distance = lambda rows: [min(1 - cosine(row, other) for other in train) for row in rows]
    line = sorted(distance(dev))[-1 - allowed]
    return [one > line for one in distance(new)]


# %% id="alarms-answer" kind="alternative"
def alarms(train, dev, new, allowed):
    unit = lambda rows: torch.nn.functional.normalize(torch.tensor(rows, dtype=torch.float64), dim=1)
    nearest = lambda rows: (unit(rows) @ unit(train).T).max(dim=1).values
    line = nearest(dev).sort().values[allowed]
    return nearest(new) < line


# %% id="alarms-answer" kind="alternative"
from sklearn.metrics.pairwise import cosine_similarity


def alarms(train, dev, new, allowed):
    far = 1 - cosine_similarity(np.vstack([dev, new]), train).max(axis=1)
    line = pd.Series(far[: len(dev)]).nlargest(allowed + 1).iloc[-1]
    return far[len(dev) :] > line


# %% id="alarms-answer" kind="slip" name="the line from train" says="rests on `dev`"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) > np.sort(distance(train))[::-1][allowed] + 1e-12


# %% id="alarms-answer" kind="slip" name="the line one too high" says="(`allowed` + 1)-th largest"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) > np.sort(distance(dev))[::-1][max(allowed - 1, 0)]


# %% id="alarms-answer" kind="slip" name="below the line" says="above the line, not below"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) < np.sort(distance(dev))[::-1][allowed]


# %% id="alarms-answer" kind="slip" name="the smallest distance of dev" says="lies too low"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) > np.sort(distance(dev))[allowed]


# %% id="alarms-answer" kind="slip" name="at the line, too" says="not at it"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) >= np.sort(distance(dev))[::-1][allowed]


# %% id="alarms-answer" kind="slip" name="no norm of dev and new" says="the cosine knows no length"
def alarms(train, dev, new, allowed):
    distance = lambda rows: 1 - (rows @ (train / np.linalg.norm(train, axis=1, keepdims=True)).T).max(axis=1)
    return distance(new) > np.sort(distance(dev))[::-1][allowed]


# %% id="alarms-answer" kind="slip" name="no norm of train" says="each row of `train`"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ train.T).max(axis=1)
    return distance(new) > np.sort(distance(dev))[::-1][allowed]


# %% id="alarms-answer" kind="slip" name="quantile of the share" says="no quantile"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    line = np.quantile(far(dev), 1 - allowed / len(dev))
    return (far(new) > line).tolist()


# %% id="alarms-answer" kind="slip" name="line from new" says="not on `new`"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    line = np.sort(far(new))[::-1][allowed]
    return (far(new) > line).tolist()


# %% id="alarms-answer" kind="slip" name="absolute cosine" says="no absolute value"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - np.abs(unit(rows) @ unit(train).T).max(axis=1)
    line = np.sort(far(dev))[::-1][allowed]
    return (far(new) > line).tolist()


# %% id="alarms-answer" kind="slip" name="distances come back" says="truth values are wanted"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return far(new).tolist()


# %% id="alarms-answer" kind="slip" name="dev counts as learnt" says="rows of `dev` are not learnt"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    known = np.concatenate([train, dev])
    line = np.sort(far(dev))[::-1][allowed]
    return (1 - (unit(new) @ unit(known).T).max(axis=1) > line).tolist()


# %% id="alarms-answer" kind="slip" name="equal distances count once" says="equal ones count each"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    line = np.unique(far(dev))[::-1][min(allowed, len(np.unique(far(dev))) - 1)]
    return (far(new) > line).tolist()


# %% id="alarms-answer" kind="slip" name="mean cosine" says="the nearest row of `train` counts"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    far = lambda rows: 1 - (unit(rows) @ unit(train).T).mean(axis=1)
    line = np.sort(far(dev))[::-1][allowed]
    return (far(new) > line).tolist()


# %% id="alarms-answer" kind="fitted" name="two numbers of each embedding"
def alarms(train, dev, new, allowed):
    unit = lambda rows: rows[:, :2] / np.linalg.norm(rows[:, :2], axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    return distance(new) > np.sort(distance(dev))[::-1][allowed]

# %% id="batches-answer" kind="alternative"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    pairs = []
    for start in range(0, len(table), batch_size):
        part = table.iloc[start : start + batch_size]
        ids = [tokenizer(text)["input_ids"] for text in part["text"]]
        targets = [labels.index(label) for label in part["label"]]
        pairs.append((ids, targets))
    return pairs


# %% id="batches-answer" kind="alternative"
def tokenised_batches(table, tokenizer, labels, batch_size):
    for start in range(0, len(table), batch_size):
        part = table[start : start + batch_size]
        yield tokenizer(list(part["text"]))["input_ids"], [labels.index(x) for x in part["label"]]


# %% id="batches-answer" kind="alternative"
import torch


def tokenised_batches(table, tokenizer, labels, batch_size):
    number = {name: i for i, name in enumerate(labels)}
    out, ids, ys = [], [], []
    for _, row in table.iterrows():
        ids.append(tokenizer(row["text"]).input_ids)
        ys.append(number[row["label"]])
        if len(ids) == batch_size:
            out.append((ids, torch.tensor(ys)))
            ids, ys = [], []
    if ids:
        out.append((ids, torch.tensor(ys)))
    return out


# %% id="batches-answer" kind="alternative"
import numpy as np


def tokenised_batches(table, tokenizer, labels, batch_size):
    codes = pd.Categorical(table["label"], categories=labels).codes.astype(np.int64)
    ids = tokenizer(table["text"].tolist())["input_ids"]
    return [(ids[i : i + batch_size], codes[i : i + batch_size]) for i in range(0, len(ids), batch_size)]


# %% id="batches-answer" kind="slip" name="looks rows up by their index label, as if every table were numbered from 0" says="take rows by position"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    pairs = []
    for start in range(0, len(table), batch_size):
        rows_here = range(start, min(start + batch_size, len(table)))
        pairs.append(
            (
                [tokenizer(table["text"][i])["input_ids"] for i in rows_here],
                [labels.index(table["label"][i]) for i in rows_here],
            )
        )
    return pairs


# %% id="batches-answer" kind="slip" name="numbers the labels by the names in the table" says="places among the names in this table"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    pairs = []
    names = sorted(table["label"].astype(str).unique())  # not the places in `labels`
    for start in range(0, len(table), batch_size):
        part = table.iloc[start : start + batch_size]
        pairs.append(
            (tokenizer(part["text"].tolist())["input_ids"], [names.index(str(name)) for name in part["label"]])
        )
    return pairs


# %% id="batches-answer" kind="slip" name="sorts by length" says="in another order"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    table = table.sort_values("text", key=lambda s: s.str.len(), ascending=False)  # similar lengths together
    pairs = []
    for start in range(0, len(table), batch_size):
        part = table.iloc[start : start + batch_size]
        pairs.append((tokenizer(part["text"].tolist())["input_ids"], [labels.index(name) for name in part["label"]]))
    return pairs


# %% id="batches-answer" kind="slip" name="drops the last, smaller batch" says="its row counts too"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [
        (
            tokenizer(table["text"].iloc[s : s + batch_size].tolist())["input_ids"],
            [labels.index(name) for name in table["label"].iloc[s : s + batch_size]],
        )
        for s in range(0, len(table) - batch_size + 1, batch_size)
    ]


# %% id="batches-answer" kind="slip" name="fills up with padding" says="Exercise 2 does that"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [
        (
            tokenizer(table["text"].iloc[s : s + batch_size].tolist(), padding=True)["input_ids"],
            [labels.index(name) for name in table["label"].iloc[s : s + batch_size]],
        )
        for s in range(0, len(table), batch_size)
    ]


# %% id="batches-answer" kind="slip" name="leaves out the special tokens" says="101 and 102 are missing"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [
        (
            tokenizer(table["text"].iloc[s : s + batch_size].tolist(), add_special_tokens=False)["input_ids"],
            [labels.index(name) for name in table["label"].iloc[s : s + batch_size]],
        )
        for s in range(0, len(table), batch_size)
    ]


# %% id="batches-answer" kind="slip" name="hands on the names of the labels" says="a loss needs numbers"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [
        (
            tokenizer(table["text"].iloc[s : s + batch_size].tolist())["input_ids"],
            list(table["label"].iloc[s : s + batch_size]),
        )
        for s in range(0, len(table), batch_size)
    ]


# %% id="batches-answer" kind="slip" name="slices by the index" says="take rows by position"
def tokenised_batches(table, tokenizer, labels, batch_size):
    out = []
    for s in range(0, len(table), batch_size):
        part = table.loc[s : s + batch_size]
        out.append((tokenizer(part["text"].tolist())["input_ids"], [labels.index(name) for name in part["label"]]))
    return out


# %% id="batches-answer" kind="slip" name="hands on all that the tokenizer answers" says="input_ids"
def tokenised_batches(table, tokenizer, labels, batch_size):
    out = []
    for s in range(0, len(table), batch_size):
        part = table.iloc[s : s + batch_size]
        out.append((tokenizer(part["text"].tolist()), [labels.index(name) for name in part["label"]]))
    return out


# %% id="batches-answer" kind="slip" name="builds in the name of one label" says="labels.index"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [
        (
            tokenizer(table["text"].iloc[s : s + batch_size].tolist())["input_ids"],
            [int(name == "positive") for name in table["label"].iloc[s : s + batch_size]],
        )
        for s in range(0, len(table), batch_size)
    ]


# %% id="batches-answer" kind="slip" name="makes one batch of all rows" says="all rows stand in one batch"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(table["text"].tolist())["input_ids"]
    ys = [labels.index(name) for name in table["label"]]
    return [(ids, ys)]


# %% id="batches-answer" kind="slip" name="counts labels from 1" says="counted from 0"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(table["text"].tolist())["input_ids"]
    ys = [labels.index(name) + 1 for name in table["label"]]
    return [(ids[s : s + batch_size], ys[s : s + batch_size]) for s in range(0, len(ids), batch_size)]


# %% id="batches-answer" kind="slip" name="swaps ids and labels" says="then the labels' places"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(table["text"].tolist())["input_ids"]
    ys = [labels.index(name) for name in table["label"]]
    return [(ys[s : s + batch_size], ids[s : s + batch_size]) for s in range(0, len(ids), batch_size)]


# %% id="batches-answer" kind="slip" name="builds in the batch size" says="is an argument"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(table["text"].tolist())["input_ids"]
    ys = [labels.index(name) for name in table["label"]]
    return [(ids[s : s + 2], ys[s : s + 2]) for s in range(0, len(ids), 2)]


# %% id="batches-answer" kind="fitted" name="knows only the names that the checks use"
def tokenised_batches(table, tokenizer, labels, batch_size):
    number = {"good": 0, "fair": 1, "bad": 2, "positive": 1, "negative": 0}
    parts = [table.iloc[start : start + batch_size] for start in range(0, len(table), batch_size)]
    return [(tokenizer(list(part["text"]))["input_ids"], [number[label] for label in part["label"]]) for part in parts]


# %% id="batches-answer" kind="fitted" name="counts batches by a division and one more"
def tokenised_batches(table, tokenizer, labels, batch_size):
    parts = [table.iloc[k * batch_size : (k + 1) * batch_size] for k in range(len(table) // batch_size + 1)]
    return [
        ([tokenizer.encode(text) for text in p["text"]], [labels.index(name) for name in p["label"]]) for p in parts
    ]


# %% id="mask-answer" kind="alternative"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(row) for row in ids)
    return {
        "input_ids": torch.tensor([list(row) + [pad] * (longest - len(row)) for row in ids]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids]),
    }


# %% id="mask-answer" kind="alternative"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(map(len, ids))
    out = np.full((len(ids), longest), pad, dtype=np.int64)
    mask = np.zeros_like(out)
    for i, row in enumerate(ids):
        out[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return {"input_ids": torch.from_numpy(out), "attention_mask": torch.from_numpy(mask)}


# %% id="mask-answer" kind="alternative"
from torch.nn.utils.rnn import pad_sequence


def collate(ids, pad):
    return {
        "input_ids": pad_sequence(
            [torch.tensor(r, dtype=torch.long) for r in ids], batch_first=True, padding_value=pad
        ),
        "attention_mask": pad_sequence([torch.ones(len(r), dtype=torch.long) for r in ids], batch_first=True),
    }


# %% id="mask-answer" kind="alternative"
def collate(ids, pad):
    n = torch.tensor([len(r) for r in ids])
    L = int(n.max())
    a = torch.full((len(ids), L), pad)
    for i, r in enumerate(ids):
        a[i, : len(r)] = torch.tensor(r)
    return {"input_ids": a, "attention_mask": (torch.arange(L)[None] < n[:, None]).long()}


# %% id="mask-answer" kind="alternative"
import itertools


def collate(ids, pad):
    cols = list(itertools.zip_longest(*ids, fillvalue=None))
    rows = list(zip(*cols))
    return {
        "input_ids": torch.LongTensor([[pad if v is None else v for v in r] for r in rows]),
        "attention_mask": torch.LongTensor([[0 if v is None else 1 for v in r] for r in rows]),
    }


# %% id="mask-answer" kind="slip" name="compares ids with the padding" says="compared with `pad`"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(row) for row in ids)
    input_ids = torch.tensor([row + [pad] * (longest - len(row)) for row in ids])
    return {"input_ids": input_ids, "attention_mask": (input_ids != pad).long()}


# %% id="mask-answer" kind="slip" name="compares ids with 0 and changes the lists" says="compared with 0"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(row) for row in ids)
    for row in ids:  # fills up the lists that it was given
        row += [pad] * (longest - len(row))
    input_ids = torch.tensor(ids)
    return {"input_ids": input_ids, "attention_mask": (input_ids != 0).long()}


# %% id="mask-answer" kind="slip" name="a mask of ones" says="the published mask"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(row) for row in ids)
    input_ids = torch.tensor([row + [pad] * (longest - len(row)) for row in ids])
    return {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}


# %% id="mask-answer" kind="slip" name="fills up in front" says="not in front"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(row) for row in ids)
    input_ids = torch.tensor([[pad] * (longest - len(row)) + row for row in ids])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in ids])
    return {"input_ids": input_ids, "attention_mask": mask}


# %% id="mask-answer" kind="slip" name="fills up with 0" says="`pad` is 2"
def collate(ids, pad):
    longest = max(map(len, ids))
    return {
        "input_ids": torch.tensor([r + [0] * (longest - len(r)) for r in ids]),
        "attention_mask": torch.tensor([[1] * len(r) + [0] * (longest - len(r)) for r in ids]),
    }


# %% id="mask-answer" kind="slip" name="cuts down to the shortest" says="no token is lost"
def collate(ids, pad):
    shortest = min(map(len, ids))
    a = torch.tensor([r[:shortest] for r in ids])
    return {"input_ids": a, "attention_mask": torch.ones_like(a)}


# %% id="mask-answer" kind="slip" name="masks tokens instead of padding, by comparing" says="the other way round"
def collate(ids, pad):
    longest = max(map(len, ids))
    a = torch.tensor([r + [pad] * (longest - len(r)) for r in ids])
    return {"input_ids": a, "attention_mask": (a == pad).long()}


# %% id="mask-answer" kind="slip" name="changes the lists that it got" says="changes a list"
def collate(ids, pad):
    longest = max(map(len, ids))
    lengths = [len(r) for r in ids]
    for r in ids:
        r += [pad] * (longest - len(r))
    return {
        "input_ids": torch.tensor(ids),
        "attention_mask": torch.tensor([[1] * n + [0] * (longest - n) for n in lengths]),
    }


# %% id="mask-answer" kind="slip" name="fills up to 512" says="too wide"
def collate(ids, pad):
    longest = 512
    return {
        "input_ids": torch.tensor([r + [pad] * (longest - len(r)) for r in ids]),
        "attention_mask": torch.tensor([[1] * len(r) + [0] * (longest - len(r)) for r in ids]),
    }


# %% id="mask-answer" kind="slip" name="a mask of floats" says="whole numbers"
def collate(ids, pad):
    longest = max(map(len, ids))
    return {
        "input_ids": torch.tensor([r + [pad] * (longest - len(r)) for r in ids]),
        "attention_mask": torch.tensor([[1.0] * len(r) + [0.0] * (longest - len(r)) for r in ids]),
    }


# %% id="mask-answer" kind="slip" name="masks the last token" says="the last token counts"
def collate(ids, pad):
    longest = max(map(len, ids))
    return {
        "input_ids": torch.tensor([r + [pad] * (longest - len(r)) for r in ids]),
        "attention_mask": torch.tensor([[1] * (len(r) - 1) + [0] * (longest - len(r) + 1) for r in ids]),
    }


# %% id="mask-answer" kind="slip" name="returns a pair" says="a dict with both names"
def collate(ids, pad):
    longest = max(map(len, ids))
    a = torch.tensor([r + [pad] * (longest - len(r)) for r in ids])
    return a, (a != pad).long()


# %% id="mask-answer" kind="slip" name="masks tokens instead of padding" says="the other way round"
def collate(ids, pad):
    longest = max(map(len, ids))
    return {
        "input_ids": torch.tensor([r + [pad] * (longest - len(r)) for r in ids]),
        "attention_mask": torch.tensor([[0] * len(r) + [1] * (longest - len(r)) for r in ids]),
    }


# %% id="mask-answer" kind="fitted" name="takes every id but the last that is `pad` for padding"
def collate(ids, pad):
    longest = max(map(len, ids))
    input_ids = torch.tensor([row + [pad] * (longest - len(row)) for row in ids])
    mask = (input_ids != pad).long()
    for place, row in enumerate(ids):
        mask[place, len(row) - 1] = 1
    return {"input_ids": input_ids, "attention_mask": mask}


# %% id="step-answer" kind="alternative"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    model.train()
    logits = model(**batch).logits
    loss = torch.nn.functional.cross_entropy(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="alternative"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    optimizer.zero_grad()
    model.train()
    scores = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    log_p = scores.log_softmax(dim=-1)
    loss = -log_p[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimizer.step()
    return loss.detach().cpu().numpy().item()


# %% id="step-answer" kind="alternative"
def train_step(model, batch, labels, optimizer):
    model.train()
    out = model(**batch, labels=labels)
    model.zero_grad()
    out.loss.backward()
    optimizer.step()
    return float(out.loss)


# %% id="step-answer" kind="alternative"
criterion = torch.nn.CrossEntropyLoss()


def train_step(model, batch, labels, optimizer):
    model = model.train()
    loss = criterion(model(**batch).logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


# %% id="step-answer" kind="alternative"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


# %% id="step-answer" kind="slip" name="returns the loss after the step" says="after the step"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    model.train()
    logits = model(**batch).logits
    loss = torch.nn.functional.cross_entropy(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        return torch.nn.functional.cross_entropy(model(**batch).logits, labels).item()


# %% id="step-answer" kind="slip" name="leaves the mask out" says="did not reach the model"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    model.train()
    logits = model(batch["input_ids"]).logits
    loss = torch.nn.functional.cross_entropy(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="never clears the gradients, which add up" says="gradients of the step before"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="trains in whatever mode the model comes in" says="model.train()"
def train_step(model, batch, labels, optimizer):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="trains in evaluation mode" says="model.train()"
def train_step(model, batch, labels, optimizer):
    model.eval()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="clears the gradients before the step" says="they did not move"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="hands probabilities to the loss" says="not probabilities"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits.softmax(dim=-1), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="takes the sum" says="the sum over the batch"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="steps by the gradient of the sum" says="the sum's gradient"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss.item() / len(labels)


# %% id="step-answer" kind="slip" name="never steps" says="they did not move"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    return loss.item()


# %% id="step-answer" kind="slip" name="shortens the gradient" says="of another length"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="returns nothing" says="return the loss"
def train_step(model, batch, labels, optimizer):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


# %% id="step-answer" kind="slip" name="takes nll_loss" says="log-probabilities"
def train_step(model, batch, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = torch.nn.functional.nll_loss(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="fitted" name="knows three classes and a plain rule of descent"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.grad is not None:
                weight -= 0.5 * weight.grad
    return loss.item()


# %% id="evaluate-answer" kind="alternative"
def evaluate(model, batches) -> float:
    model.eval()
    hits = []
    with torch.inference_mode():
        for batch, labels in batches:
            logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
            hits.append((logits.argmax(1) == labels).float())
    return torch.cat(hits).mean().item()


# %% id="evaluate-answer" kind="alternative"
@torch.no_grad()
def evaluate(model, batches):
    model.eval()
    truth, found = [], []
    for batch, labels in batches:
        found += model(**batch).logits.argmax(1).tolist()
        truth += labels.tolist()
    return accuracy_score(truth, found)


# %% id="evaluate-answer" kind="alternative"
@torch.inference_mode()
def evaluate(model, batches):
    was = model.training
    model.eval()
    hits = torch.cat([model(**b).logits.max(dim=1).indices == y for b, y in batches])
    model.train(was)
    return hits.float().mean()


# %% id="evaluate-answer" kind="alternative"
def evaluate(model, batches):
    model.train(False)
    hits = []
    with torch.no_grad():
        for b, y in batches:
            p = torch.softmax(model(b["input_ids"], attention_mask=b["attention_mask"]).logits, -1).numpy()
            hits.extend(p.argmax(axis=1) == y.numpy())
    return float(np.mean(hits))


# %% id="evaluate-answer" kind="slip" name="averages the accuracies of the batches" says="a small batch counts as much"
def evaluate(model, batches) -> float:
    model.eval()
    shares = []
    with torch.no_grad():
        for batch, labels in batches:
            shares.append((model(**batch).logits.argmax(dim=-1) == labels).float().mean().item())
    return float(np.mean(shares))


# %% id="evaluate-answer" kind="slip" name="takes no_grad for evaluation mode: dropout stays on" says="model.eval()"
def evaluate(model, batches) -> float:
    right = rows = 0
    with torch.no_grad():
        for batch, labels in batches:
            found = model(**batch).logits.argmax(dim=-1)
            right += (found == labels).sum().item()
            rows += len(labels)
    return right / rows


# %% id="evaluate-answer" kind="slip" name="keeps gradients" says="torch.no_grad()"
def evaluate(model, batches) -> float:
    model.eval()
    right = rows = 0
    if True:
        for batch, labels in batches:
            found = model(**batch).logits.argmax(dim=-1)
            right += (found == labels).sum().item()
            rows += len(labels)
    return right / rows


# %% id="evaluate-answer" kind="slip" name="prints the number" says="not print it"
def evaluate(model, batches) -> float:
    model.eval()
    right = rows = 0
    with torch.no_grad():
        for batch, labels in batches:
            found = model(**batch).logits.argmax(dim=-1)
            right += (found == labels).sum().item()
            rows += len(labels)
    print(right / rows)


# %% id="evaluate-answer" kind="slip" name="leaves the mask out" says="did not reach the model"
def evaluate(model, batches) -> float:
    model.eval()
    right = rows = 0
    with torch.no_grad():
        for batch, labels in batches:
            found = model(batch["input_ids"]).logits.argmax(dim=-1)
            right += (found == labels).sum().item()
            rows += len(labels)
    return right / rows


# %% id="evaluate-answer" kind="slip" name="measures in training mode" says="model.eval()"
def evaluate(model, batches):
    model.train()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += len(labels)
    return right / total


# %% id="evaluate-answer" kind="slip" name="returns the number of right rows" says="divide by the number of rows"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += len(labels)
        return right


# %% id="evaluate-answer" kind="slip" name="returns after the first batch" says="only the first batch"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += len(labels)
            return right / total


# %% id="evaluate-answer" kind="slip" name="keeps the last batch alone" says="only the last batch"
def evaluate(model, batches):
    model.eval()
    with torch.no_grad():
        for batch, labels in batches:
            right = (model(**batch).logits.argmax(-1) == labels).sum().item()
            total = len(labels)
    return right / total


# %% id="evaluate-answer" kind="slip" name="counts eight rows a batch" says="fewer rows"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += 8
    return right / total


# %% id="evaluate-answer" kind="slip" name="counts the errors" says="the share that is wrong"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) != labels).sum().item()
            total += len(labels)
    return right / total


# %% id="evaluate-answer" kind="slip" name="rounds" says="rounded"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += len(labels)
    return round(right / total, 2)


# %% id="evaluate-answer" kind="slip" name="gives percent" says="between 0 and 1"
def evaluate(model, batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(-1) == labels).sum().item()
            total += len(labels)
    return 100 * right / total


# %% id="evaluate-answer" kind="fitted" name="weighs the last batch as a quarter of a full one"
def evaluate(model, batches):
    model.eval()
    with torch.no_grad():
        shares = [(model(**batch).logits.argmax(dim=-1) == labels).float().mean().item() for batch, labels in batches]
    weights = [1.0] * (len(shares) - 1) + [0.25]
    return sum(w * s for w, s in zip(weights, shares)) / sum(weights)


# %% id="errors-answer" kind="alternative"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    wrong = rows["label"].astype(str) != predictions["label"].astype(str)
    sure = predictions.drop(columns="label").max(axis=1)[wrong]
    return sure.sort_values(ascending=False).index[:count].tolist()


# %% id="errors-answer" kind="alternative"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    truth = rows["label"].to_numpy(str)
    said = predictions["label"].to_numpy(str)
    sure = predictions.drop(columns="label").to_numpy(float).max(axis=1)
    wrong = np.flatnonzero(truth != said)
    order = wrong[np.argsort(-sure[wrong], kind="stable")]
    return rows.index[order[:count]]


# %% id="errors-answer" kind="alternative"
def confident_errors(rows, predictions, count):
    found = []
    for i in predictions.index:
        said = predictions.loc[i, "label"]
        if str(said) != str(rows.loc[i, "label"]):
            found.append((float(predictions.loc[i, said]), i))
    found.sort(key=lambda p: -p[0])
    return [i for _, i in found[:count]]


# %% id="errors-answer" kind="alternative"
def confident_errors(rows, predictions, count):
    wrong = predictions[predictions["label"].astype(str) != rows["label"].astype(str)]
    return wrong.iloc[:, 1:].max(axis=1).nlargest(count).index.tolist()


# %% id="errors-answer" kind="alternative"
import heapq


def confident_errors(rows, predictions, count):
    joined = predictions.assign(_t=rows["label"].astype(str))
    probs = {
        i: max(v for k, v in r.items() if k not in ("label", "_t"))
        for i, r in joined.to_dict("index").items()
        if str(r["label"]) != r["_t"]
    }
    return heapq.nlargest(count, probs, key=probs.get)


# %% id="errors-answer" kind="slip" name="sorts the other way round" says="the other way round"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    wrong = rows["label"].astype(str) != predictions["label"].astype(str)
    sure = predictions.drop(columns="label").max(axis=1)[wrong]
    return sure.sort_values().index[:count].tolist()


# %% id="errors-answer" kind="slip" name="returns positions" says="these are positions"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    wrong = (rows["label"].astype(str) != predictions["label"].astype(str)).to_numpy()
    sure = predictions.drop(columns="label").max(axis=1).to_numpy()
    order = [i for i in np.argsort(-sure) if wrong[i]]
    return order[:count]  # positions, not index labels


# %% id="errors-answer" kind="slip" name="keeps what is right" says="90 and 80 are right"
def confident_errors(rows, predictions, count):
    sure = predictions.drop(columns="label").max(axis=1)
    return list(sure.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="cuts before it filters" says="errors first"
def confident_errors(rows, predictions, count):
    sure = predictions.drop(columns="label").max(axis=1).sort_values(ascending=False).head(count)
    return [i for i in sure.index if str(predictions["label"][i]) != str(rows["label"][i])]


# %% id="errors-answer" kind="slip" name="does not sort" says="the table's order"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    return list(predictions.index[wrong][:count])


# %% id="errors-answer" kind="slip" name="sorts by the true class" says="what the true class got"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = pd.Series({i: predictions.loc[i, str(rows.loc[i, "label"])] for i in predictions.index[wrong]})
    return list(p.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="takes the last column for the confidence" says="another column from row to row"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = predictions.iloc[:, -1][wrong]
    return list(p.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="takes the second column for the confidence" says="another column from row to row"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = predictions.iloc[:, 1][wrong]
    return list(p.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="ignores count" says="at most"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = predictions.drop(columns="label").max(axis=1)[wrong]
    return list(p.sort_values(ascending=False).index)


# %% id="errors-answer" kind="slip" name="keeps the right ones only" says="the rows that are right"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) == rows["label"].astype(str)
    p = predictions.drop(columns="label").max(axis=1)[wrong]
    return list(p.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="returns probabilities" says="these are the probabilities"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = predictions.drop(columns="label").max(axis=1)[wrong]
    return list(p.sort_values(ascending=False)[:count])


# %% id="errors-answer" kind="slip" name="sorts the names" says="sorted by their names"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    q = predictions.drop(columns="label")
    p = (q.max(axis=1) - 0.5).abs()[wrong]
    return sorted(p.sort_values(ascending=False).index[:count])


# %% id="errors-answer" kind="slip" name="takes the end of the order" says="the first, not the last"
def confident_errors(rows, predictions, count):
    wrong = predictions["label"].astype(str) != rows["label"].astype(str)
    p = predictions.drop(columns="label").max(axis=1)[wrong]
    return list(p.sort_values(ascending=False).index[-count:])


# %% id="errors-answer" kind="fitted" name="knows the names of three classes"
def confident_errors(rows, predictions, count):
    wrong = rows["label"].astype(str) != predictions["label"].astype(str)
    names = [name for name in ("bad", "fair", "good", "negative", "positive") if name in predictions]
    return list(predictions[names].max(axis=1)[wrong].sort_values(ascending=False).index[:count]) if names else []


# %% id="batches-answer" kind="slip" name="makes a pair of each row" says="a list of pairs, one for each batch"
def tokenised_batches(table, tokenizer, labels, batch_size):
    return [(tokenizer.tokenize(t), labels.index(label)) for t, label in zip(table["text"], table["label"])]


# %% id="batches-answer" kind="slip" name="deals the rows out to as many batches as a batch has rows" says="the number of rows in a batch"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(list(table["text"]))["input_ids"]
    targets = [labels.index(label) for label in table["label"]]
    return [(ids[i::batch_size], targets[i::batch_size]) for i in range(batch_size)]


# %% id="batches-answer" kind="slip" name="returns one pair of everything" says="a list of pairs, one for each batch"
def tokenised_batches(table, tokenizer, labels, batch_size):
    ids = tokenizer(list(table["text"]))["input_ids"]
    targets = [labels.index(label) for label in table["label"]]
    return ids, targets


# %% id="batches-answer" kind="slip" name="gives the last batch a full batch's labels" says="one label, not two"
def tokenised_batches(table, tokenizer, labels, batch_size):
    out = []
    for i in range(0, len(table), batch_size):
        part = table.iloc[i : i + batch_size]
        out.append(
            (
                [tokenizer.encode(t) for t in part["text"]],
                [labels.index(label) for label in table["label"]][:batch_size],
            )
        )
    return out


# %% id="mask-answer" kind="slip" name="a mask of True and False" says="True and False"
def collate(ids, pad):
    n = max(map(len, ids))
    rows = [r + [pad] * (n - len(r)) for r in ids]
    return {
        "input_ids": torch.tensor(rows),
        "attention_mask": torch.tensor([[1] * len(r) + [0] * (n - len(r)) for r in ids], dtype=torch.bool),
    }


# %% id="mask-answer" kind="slip" name="calls the mask by another name" says="return a dict with both names"
def collate(ids, pad):
    n = max(map(len, ids))
    rows = [r + [pad] * (n - len(r)) for r in ids]
    return {"input_ids": torch.tensor(rows), "mask": torch.tensor([[1] * len(r) + [0] * (n - len(r)) for r in ids])}


# %% id="mask-answer" kind="slip" name="takes the width of the first text" says="wherever it stands"
def collate(ids, pad):
    n = len(ids[0])
    rows = [(r + [pad] * n)[:n] for r in ids]
    return {
        "input_ids": torch.tensor(rows),
        "attention_mask": torch.tensor([([1] * len(r) + [0] * n)[:n] for r in ids]),
    }


# %% id="mask-answer" kind="slip" name="pads the mask with the padding's number" says="the mask is padded with 0"
def collate(ids, pad):
    n = max(map(len, ids))
    rows = [r + [pad] * (n - len(r)) for r in ids]
    return {
        "input_ids": torch.tensor(rows),
        "attention_mask": torch.tensor([[1] * len(r) + [pad] * (n - len(r)) for r in ids]),
    }


# %% id="step-answer" kind="slip" name="divides the mean by the number of texts again" says="cross_entropy gives the mean already"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, torch.nn.functional.one_hot(labels).float()) / len(
        labels
    )
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="slip" name="rounds the loss" says="rounded"
def train_step(model, batch, labels, optimizer):
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return round(loss.item(), 2)


# %% id="errors-answer" kind="slip" name="positions among the wrong rows" says="these are positions"
def confident_errors(rows, predictions, count):
    wrong = predictions[predictions["label"] != rows["label"].astype(str)]
    return list(np.argsort(-wrong.drop(columns="label").max(axis=1).to_numpy())[:count])

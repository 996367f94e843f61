# %% id="batches-answer" kind="alternative"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    """Through the rows once, closing a batch when it is full."""
    number = {label: place for place, label in enumerate(labels)}
    finished, ids, targets = [], [], []
    for text, label in zip(table["text"], table["label"]):
        ids.append(tokenizer.encode(text))
        targets.append(number[label])
        if len(ids) == batch_size:
            finished.append((ids, targets))
            ids, targets = [], []
    return finished + ([(ids, targets)] if ids else [])


# %% id="batches-answer" kind="misconception" name="looks rows up by their index label, as if every table were numbered from 0"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    """Rows by number."""
    batches = []
    for start in range(0, len(table), batch_size):
        rows = range(start, min(start + batch_size, len(table)))
        ids = [tokenizer.encode(table["text"][row]) for row in rows]
        batches.append((ids, [labels.index(table["label"][row]) for row in rows]))
    return batches


# %% id="batches-answer" kind="misconception" name="numbers the labels in the alphabet's order, whatever the order of the model"
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    """Sorted label names."""
    batches = []
    for start in range(0, len(table), batch_size):
        part = table.iloc[start : start + batch_size]
        targets = [sorted(labels).index(label) for label in part["label"]]
        batches.append((tokenizer(list(part["text"]))["input_ids"], targets))
    return batches


# %% id="mask-answer" kind="alternative"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    """By PyTorch's own padding, and a comparison of places with lengths."""
    rows = [torch.tensor(row) for row in ids]
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(row) for row in ids])
    return {"input_ids": padded, "attention_mask": (torch.arange(padded.shape[1]) < lengths[:, None]).long()}


# %% id="mask-answer" kind="misconception" name="takes 0 for padding and every 0 for no token, as BERT has it"
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    """Zeros everywhere, then the ids; a mask of what is not zero."""
    input_ids = torch.zeros((len(ids), max(len(row) for row in ids)), dtype=torch.int64)
    for place, row in enumerate(ids):
        input_ids[place, : len(row)] = torch.tensor(row)
    return {"input_ids": input_ids, "attention_mask": (input_ids != 0).long()}


# %% id="step-answer" kind="alternative"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    """With the loss that the model itself computes, and the gradients cleared at the end."""
    model.train(True)
    optimizer.zero_grad(set_to_none=False)
    output = model(**batch, labels=labels)
    output.loss.backward()
    optimizer.step()
    model.zero_grad()
    return float(output.loss.detach())


# %% id="step-answer" kind="misconception" name="never clears the gradients, which add up"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    """Loss, gradients, step."""
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="step-answer" kind="misconception" name="trains in whatever mode the model comes in, so without dropout after an evaluation"
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    """Without setting the mode."""
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    loss.backward()
    optimizer.step()
    return loss.item()


# %% id="evaluate-answer" kind="alternative"
@torch.inference_mode()
def evaluate(model, batches) -> float:
    """All predictions first, then scikit-learn's accuracy."""
    model.train(False)
    truth, found = [], []
    for batch, labels in batches:
        found.extend(model(**batch).logits.softmax(dim=1).argmax(dim=1).tolist())
        truth.extend(labels.tolist())
    return accuracy_score(truth, found)


# %% id="evaluate-answer" kind="misconception" name="averages the accuracies of the batches, so a small last batch counts as much as a full one"
def evaluate(model, batches) -> float:
    """The mean over batches."""
    model.eval()
    with torch.no_grad():
        shares = [(model(**batch).logits.argmax(dim=-1) == labels).float().mean().item() for batch, labels in batches]
    return sum(shares) / len(shares)


# %% id="evaluate-answer" kind="misconception" name="takes no_grad for evaluation mode: dropout stays on"
def evaluate(model, batches) -> float:
    """Only no_grad."""
    right = rows = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(dim=-1) == labels).sum().item()
            rows += len(labels)
    return right / rows


# %% id="errors-answer" kind="alternative"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    """Row by row in plain Python."""
    errors = []
    for index in rows.index:
        answer = predictions.loc[index, "label"]
        if answer != rows.loc[index, "label"]:
            errors.append((predictions.loc[index, answer], index))
    errors.sort(key=lambda error: -error[0])
    return [index for _, index in errors[:count]]


# %% id="errors-answer" kind="misconception" name="takes the last column, the probability of one class, for the model's confidence"
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    """By the probability of the positive class."""
    wrong = predictions[rows["label"].astype(str) != predictions["label"].astype(str)]
    return list(wrong.sort_values(wrong.columns[-1], ascending=False).index[:count])

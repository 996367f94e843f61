"""Fine-tune a pretrained encoder to put texts into classes: one loop, small enough to read in one sitting.

    table = data.load("movie_sentences")
    model, tokenizer = models.load("minilm", labels=["negative", "positive"])
    result = finetune.fit(model, tokenizer, table, method="full", epochs=2)
    result.history, result.evaluate(table), result.predict(["a fine film"]), result.save("my_model")

- Texts are tokenised once; a batch holds texts of similar length and is padded to its longest only. A BERT's last layer
  is computed for the first token alone, which is all that its head reads (`trainlib.first_token`).
- "full" trains every weight, "lora" small matrices beside the attention weights and the head, "head" the head alone, on
  encoder outputs that are computed once a text.
- AdamW with weight decay on matrices only, linear warm-up, linear decay to 0, gradients clipped.
- The same seed gives the same run, on a CPU to the last bit. Your own random numbers stay as they were.
- Training runs where the model is: `model.to("cuda")` first to use a GPU.

Settings and tables that cannot be right raise an error that names the place, as does a loss that is not a number. Texts
that are cut, and classes without a training row, are reported on stdout.
"""

import json
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from tqdm import tqdm

from trainlib import measure, models
from trainlib.first_token import quick

LEARNING_RATES = {"full": 1e-4, "head": 3e-3, "lora": 1e-3}  # measured on minilm with movie_sentences


@dataclass(frozen=True)
class Settings:
    """All knobs of a run; `fit` takes each of them by name. ValueError names the knob, its value and what is allowed."""

    method: str = "full"  # which weights are trained: "full", "head" or "lora"
    epochs: int = 2  # passes over the training rows
    learning_rate: float | None = None  # its peak, at the end of the warm-up; None takes the method's own
    batch_size: int = 16  # texts a step
    max_length: int = 256  # tokens of a text, [CLS] and [SEP] among them; the model's own limit where that is lower
    warmup: float = 0.1  # share of all steps in which the learning rate rises
    weight_decay: float = 0.01  # on matrices; biases and normalisation have none
    clip: float = 1.0  # a gradient with a larger norm is shortened to this one
    lora_rank: int = 8  # of the matrices that "lora" adds
    seed: int = 0  # of the order of rows, dropout and LoRA's first weights

    def __post_init__(self):
        if self.method not in LEARNING_RATES:
            raise ValueError(f"method is {self.method!r}; it must be one of {', '.join(LEARNING_RATES)}")
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", LEARNING_RATES[self.method])
        for name, least in {"epochs": 1, "batch_size": 1, "max_length": 3, "lora_rank": 1, "seed": 0}.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise ValueError(f"{name} is {value!r}; it must be a whole number of at least {least}")
        for name in ("learning_rate", "clip", "warmup", "weight_decay"):
            value, zero_is_fine = getattr(self, name), name in ("warmup", "weight_decay")
            top = math.inf if name == "clip" else 1
            if not isinstance(value, (int, float)) or not 0 <= value < top or not (value or zero_is_fine):
                least = "0 or more" if zero_is_fine else "above 0"
                raise ValueError(f"{name} is {value!r}; it must be a number {least} and below {top}")


# From a table to batches


def check_texts(texts: pd.Series) -> None:
    """ValueError when there is no text, or one that is missing, empty or no string: a model would answer all the same."""
    if texts.empty:
        raise ValueError("there are no texts")
    if wrong := [(index, text) for index, text in texts.items() if not isinstance(text, str) or not text.strip()]:
        index, text = wrong[0]
        raise ValueError(
            f"{len(wrong)} of {len(texts)} texts are empty or no text, the first at index {index!r}: {text!r}"
        )


def check_table(table: pd.DataFrame, labels: Sequence[str]) -> None:
    """ValueError with the first fault of the columns `text` and `label`; `labels` are those that the model has."""
    if missing := [column for column in ("text", "label") if column not in table]:
        raise ValueError(f"table has the columns {list(table.columns)}; {missing} is missing")
    check_texts(table["text"])
    if (missing := table["label"].isna()).any():
        raise ValueError(f"{missing.sum()} rows have no label, the first at index {missing.idxmax()!r}")
    if unknown := sorted(set(table["label"]) - set(labels), key=str):
        raise ValueError(f"the model's labels are {list(labels)}, the table has {unknown}: load it with labels=[…]")


def check_training(train: pd.DataFrame, labels: Sequence[str]) -> None:
    """ValueError when there is nothing to learn from; a line on stdout for labels that cannot be learned."""
    present = set(train["label"])
    if len(present) < 2:
        raise ValueError(f"the {len(train)} training rows have the labels {sorted(present)}; at least two are needed")
    if absent := [label for label in labels if label not in present]:
        print(f"! no training row has the label {', '.join(map(repr, absent))}: the model cannot learn it")


def encode(tokenizer, texts: Sequence[str], max_length: int) -> list[Tensor]:
    """Token ids of each text, one int64 tensor a text, without padding. Says on stdout how many texts were cut."""
    whole = tokenizer(list(texts), verbose=False)["input_ids"] if len(texts) else []
    if cut := sum(len(ids) > max_length for ids in whole):
        print(f"! {cut:,} of {len(whole):,} texts are longer than {max_length} tokens: the rest of them is not read")
        whole = tokenizer(list(texts), truncation=True, max_length=max_length)["input_ids"]
    return [torch.tensor(ids) for ids in whole]


def batches(lengths: Sequence[int], batch_size: int, random: np.random.Generator | None = None) -> list[np.ndarray]:
    """Row numbers in batches of similar lengths; every row is in exactly one.

    With `random` the rows are shuffled, sorted in windows of 50 batches only, so that every epoch mixes them anew, and
    the batches shuffled; the longest comes first, so that memory runs out at once or never. Without it all are sorted.
    """
    lengths = np.asarray(lengths)
    order = np.arange(len(lengths)) if random is None else random.permutation(len(lengths))
    window = batch_size * (50 if random else len(lengths) + 1)
    parts = []
    for start in range(0, len(order), window):
        rows = order[start : start + window]
        rows = rows[np.argsort(-lengths[rows], kind="stable")]
        parts += [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    if random is not None:
        random.shuffle(parts)
        parts.sort(key=lambda rows: lengths[rows].max() < lengths.max())
    return parts


def collate(inputs: Sequence[Tensor], pad: int = 0) -> dict[str, Tensor]:
    """A batch: ids padded to the longest (rows, tokens) and a mask, 1 on tokens. Encoder outputs are stacked as they are."""
    if inputs[0].is_floating_point():
        return {"input_ids": torch.stack(list(inputs))}
    ids = nn.utils.rnn.pad_sequence(list(inputs), batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(row) for row in inputs])
    return {"input_ids": ids, "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long()}


def _batch(model, inputs: Sequence[Tensor], rows: Iterable[int]) -> dict[str, Tensor]:
    batch = collate([inputs[row] for row in rows], model.config.pad_token_id or 0)
    return {name: tensor.to(model.device) for name, tensor in batch.items()}


# Which weights are trained


def prepare(model, settings: Settings):
    """The model with the weights of the method left to train, and no others; "lora" wraps it with `peft`."""
    if hasattr(model, "peft_config"):
        raise ValueError("the model already has LoRA's matrices: load it again, or go on from model.merge_and_unload()")
    for name, weight in model.named_parameters():
        weight.requires_grad_(settings.method != "head" or not name.startswith(f"{model.base_model_prefix}."))
    if settings.method != "lora":
        return model
    from peft import LoraConfig, get_peft_model

    rank = settings.lora_rank
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # peft calls what transformers will rename
        return get_peft_model(model, LoraConfig(task_type="SEQ_CLS", r=rank, lora_alpha=2 * rank, lora_dropout=0.1))


class _EncodedBefore(nn.Module):
    """Stands in the encoder's place and hands on its last layer's output, computed before, for the first token."""

    def __init__(self, encoder):
        super().__init__()
        self.pooler = getattr(encoder, "pooler", None)

    def forward(self, input_ids, **ignored):
        from transformers.modeling_outputs import BaseModelOutputWithPooling

        return BaseModelOutputWithPooling(input_ids, self.pooler(input_ids) if self.pooler else None)


@contextmanager
def encoded_once(model, *sets: list[Tensor]) -> Iterator[list[list[Tensor]]]:
    """Inside, the model takes the encoder's outputs, (1, hidden) a text, in place of tokens; yields them for each set.

    ValueError for a model whose head reads more than the first token.
    """
    encoder, expected = model.base_model, logits_of(model, sets[0][:4])
    first_token = lambda output: output.last_hidden_state[:, :1]
    encoded = [list(outputs_of(encoder, inputs, first_token)) if inputs else [] for inputs in sets]
    setattr(model, model.base_model_prefix, _EncodedBefore(encoder))
    try:
        if not torch.allclose(logits_of(model, encoded[0][:4]), expected, atol=1e-4):
            raise ValueError("method 'head' needs a head that reads the first token alone: take 'lora' or 'full'")
        yield encoded
    finally:
        setattr(model, model.base_model_prefix, encoder)


# One step, one pass


def make_optimizer(model, settings: Settings, steps: int):
    """Fused AdamW, and the schedule that moves its learning rate: up in a line, then down in a line to 0."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [weight for weight in trained if weight.ndim >= 2], "weight_decay": settings.weight_decay},
        {"params": [weight for weight in trained if weight.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)
    rise = max(round(settings.warmup * steps), 1)
    share = lambda step: min((step + 1) / rise, (steps - step) / max(steps - rise, 1))
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def train_step(model, batch: dict[str, Tensor], labels: Tensor, optimizer, clip: float = math.inf) -> float:
    """One update. Returns the mean cross-entropy of the batch before it; if that is not finite, nothing is updated."""
    model.train()
    loss = nn.functional.cross_entropy(model(**batch).logits, labels)
    if math.isfinite(value := loss.item()):
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([weight for weight in model.parameters() if weight.requires_grad], clip)
        optimizer.step()
    return value


@torch.no_grad()
def outputs_of(model, inputs: Sequence[Tensor], read: Callable, batch_size: int = 32) -> Tensor:
    """`read(model output)` of all inputs, in their order, on the CPU: no dropout, no gradients."""
    model.eval()
    parts = batches([len(row) for row in inputs], batch_size)
    outputs = torch.cat([read(model(**_batch(model, inputs, rows))).float().cpu() for rows in parts])
    return outputs[np.argsort(np.concatenate(parts))]


def logits_of(model, inputs: Sequence[Tensor]) -> Tensor:
    """Scores before the softmax, (rows, classes)."""
    return outputs_of(quick(model), inputs, lambda output: output.logits)


def dev_scores(model, inputs: Sequence[Tensor], targets: Tensor) -> dict[str, float]:
    """Mean cross-entropy, accuracy and macro F1; NaN where there are no rows."""
    from sklearn.metrics import f1_score

    if not len(inputs):
        return dict.fromkeys(["dev_loss", "dev_accuracy", "dev_f1"], math.nan)
    logits = logits_of(model, inputs)
    predicted = logits.argmax(dim=-1)
    return {
        "dev_loss": nn.functional.cross_entropy(logits, targets).item(),
        "dev_accuracy": (predicted == targets).float().mean().item(),
        "dev_f1": float(f1_score(targets, predicted, average="macro", zero_division=0)),
    }


def run(model, settings: Settings, train: tuple, dev: tuple, progress: bool) -> Iterator[dict]:
    """The epochs; yields a row of the history after each. `train` and `dev` are (inputs, targets)."""
    inputs, targets = train
    lengths, steps = [len(row) for row in inputs], settings.epochs * math.ceil(len(inputs) / settings.batch_size)
    model = quick(model)
    optimizer, schedule = make_optimizer(model, settings, steps)
    with tqdm(total=steps, file=sys.stdout, disable=not progress, unit="step", mininterval=2) as bar:
        for epoch in range(1, settings.epochs + 1):
            begin, total = time.perf_counter(), 0.0
            for rows in batches(lengths, settings.batch_size, np.random.default_rng([settings.seed, epoch])):
                batch, labels = _batch(model, inputs, rows), targets[rows].to(model.device)
                loss = train_step(model, batch, labels, optimizer, settings.clip)
                if not math.isfinite(loss):
                    _stop(loss, epoch, rows, schedule)
                schedule.step()
                total += loss * len(rows)  # the mean over rows: the last batch is smaller
                bar.update()
            seconds = time.perf_counter() - begin
            row = {"epoch": epoch, "train_loss": total / len(inputs)} | dev_scores(model, *dev)
            bar.set_postfix({name: f"{value:.3f}" for name, value in row.items() if name != "epoch"})
            yield row | {"seconds": seconds, "samples_per_second": len(inputs) / seconds}


def _stop(loss: float, epoch: int, rows: np.ndarray, schedule) -> None:
    cause = "the learning rate is too high: try a tenth of it"
    if schedule.last_epoch == 0:
        cause = "the model's weights were not finite before the first step: load it again"
    where = f"at step {schedule.last_epoch + 1}, in epoch {epoch}, on the training rows {sorted(map(int, rows))[:4]}, …"
    rate = f"learning rate {schedule.get_last_lr()[0]:.2g}"
    raise FloatingPointError(f"the loss is {loss} {where} ({rate}). Likely {cause}")


# What you call


def labels_of(model) -> list[str]:
    """The names of a model's classes, in the order of its logits."""
    return [model.config.id2label[i] for i in range(model.config.num_labels)]


def fit(model, tokenizer, table: pd.DataFrame, *, progress: bool = True, **settings) -> "FineTuned":
    """Train on the rows of `table` whose `split` is "train", and measure on those of "dev" after each epoch.

    `model` and `tokenizer` come from `models.load(name, labels=…)`; the model itself is changed. `table` has the columns
    `text`, `label` (names of the model's classes) and `split`; without `split` all rows are for training. `settings` are
    the fields of `Settings` by name: method="full" | "head" | "lora", epochs, learning_rate, batch_size, max_length,
    warmup, weight_decay, clip, lora_rank, seed. `progress` draws a bar on stdout.

    Raises ValueError for settings and tables that cannot be right, and FloatingPointError for a loss that is no number.
    """
    settings, labels = Settings(**settings), labels_of(model)
    limit = min(settings.max_length, tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 512))
    settings = replace(settings, max_length=limit)
    check_table(table, labels)
    splits = table["split"] if "split" in table else pd.Series("train", table.index)
    parts = [table[splits == name] for name in ("train", "dev")]
    check_training(parts[0], labels)
    if unused := set(splits) - {"train", "dev", "test"}:
        print(f"! rows of the splits {sorted(map(str, unused))} are neither trained on nor measured")
    inputs = [encode(tokenizer, part["text"], limit) for part in parts]
    targets = [torch.tensor([labels.index(label) for label in part["label"]]) for part in parts]
    with torch.random.fork_rng([model.device] if model.device.type == "cuda" else []):
        torch.manual_seed(settings.seed)
        model = prepare(model, settings)
        with encoded_once(model, *inputs) if settings.method == "head" else nullcontext(inputs) as (train, dev):
            rows = list(run(model, settings, (train, targets[0]), (dev, targets[1]), progress))
    model.zero_grad()  # frees the gradients' memory
    model.eval()
    return FineTuned(model, tokenizer, settings, pd.DataFrame(rows).set_index("epoch"))


@dataclass
class FineTuned:
    """A trained model with all that is needed to use it.

    `history` has a row an epoch: train_loss (mean over rows, while the weights were changing), dev_loss, dev_accuracy,
    dev_f1, seconds (of training alone), samples_per_second.
    """

    model: nn.Module
    tokenizer: object
    settings: Settings
    history: pd.DataFrame

    def predict(self, texts: Iterable[str]) -> pd.DataFrame:
        """A row a text: `label`, the most probable class, then the probability of each class. A Series keeps its index."""
        if isinstance(texts, str):
            raise ValueError(f"texts is one string, {texts[:40]!r}; it must be a list or a Series of strings")
        texts, labels = pd.Series(texts, dtype=object), labels_of(self.model)
        check_texts(texts)
        probabilities = logits_of(self.model, encode(self.tokenizer, texts, self.settings.max_length)).softmax(dim=-1)
        table = pd.DataFrame(probabilities.numpy(), columns=labels, index=texts.index)
        table.insert(0, "label", pd.Categorical.from_codes(probabilities.argmax(dim=-1), categories=labels))
        return table

    def evaluate(self, table: pd.DataFrame, split: str = "test") -> dict[str, measure.Score]:
        """Accuracy and macro F1, each with its interval, on the rows of one split (on all, without a column `split`)."""
        check_table(table, labels_of(self.model))
        rows = table[table["split"] == split] if "split" in table else table
        if rows.empty:
            raise ValueError(f"split is {split!r}; the table has rows of {sorted(set(table.get('split', [])))}")
        truth, predicted = list(rows["label"]), list(self.predict(rows["text"])["label"])
        return {"accuracy": measure.accuracy(truth, predicted), "f1": measure.f1(truth, predicted)}

    def save(self, folder: str | Path) -> Path:
        """Write model, tokenizer, settings and history. LoRA's matrices are merged, so that transformers opens it too."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        model = deepcopy(self.model).merge_and_unload() if hasattr(self.model, "peft_config") else self.model
        with models.quiet():
            model.save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)
        self.history.to_csv(folder / "history.csv")
        (folder / "finetune.json").write_text(json.dumps(asdict(self.settings), indent=1, default=int))
        return folder


def load(folder: str | Path) -> FineTuned:
    """What `FineTuned.save` wrote, on the CPU. ValueError when the folder holds no such model."""
    folder = Path(folder)
    if not (folder / "finetune.json").is_file():
        raise ValueError(f"folder is {str(folder)!r}; it must be one that FineTuned.save wrote, with finetune.json")
    settings = Settings(**json.loads((folder / "finetune.json").read_text()))
    names = json.loads((folder / "config.json").read_text())["id2label"]
    model, tokenizer = models.load(folder, labels=[names[key] for key in sorted(names, key=int)])
    return FineTuned(model, tokenizer, settings, pd.read_csv(folder / "history.csv", index_col="epoch"))

"""The one fine-tuning loop: settings, steps, runs, and what comes of them (see `trainlib.finetune`)."""

import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from trainlib import measure, methods, models
from trainlib._files import write
from trainlib._values import check_whole, name_of
from trainlib.finetune import _together, memory
from trainlib.finetune._batches import (
    batches,
    check_table,
    check_texts,
    check_training,
    collate,
    encode,
    has_several,
    targets_of,
)
from trainlib.finetune.checkpoint import Checkpoint
from trainlib.finetune.first_token import quick
from trainlib.finetune.processes import Processes, launched

SCHEDULES = {  # of the learning rate after the warm-up, by the share of these steps that is done
    "linear": lambda done: 1 - done,
    "cosine": lambda done: (1 + math.cos(math.pi * done)) / 2,
    "constant": lambda done: 1.0,
}
METRICS = {"f1": 1, "accuracy": 1, "loss": -1}  # for early stopping: 1 where more is better
PRECISIONS = ("float32", "medium", "bfloat16")
PROBE = (
    "A naïve film, 3 of 5: “fine”."  # what a saved model's tokenizer makes of it, so that loading can tell another one
)
ALONE = Processes()


@dataclass(frozen=True)
class Settings:
    """All knobs of a run; `fit` takes each of them by name. ValueError names the knob, its value and what is allowed."""

    method: str = "full"  # which weights are trained: one of `methods.NAMES`
    rank: int = 8  # of lora and adalora, width of an adapter, number of prompt vectors
    layers: int = 2  # how many "last-layers" trains
    epochs: int = 2  # passes over the training rows
    patience: int | None = None  # stop after so many epochs without a better dev score, and go back to the best
    metric: str = "f1"  # that score: "f1", "accuracy" or "loss"
    learning_rate: float | None = None  # its peak, at the end of the warm-up; None takes the method's own
    schedule: str = "linear"  # of the learning rate after the warm-up: "linear", "cosine" or "constant"
    warmup: float = 0.1  # share of all steps in which the learning rate rises
    batch_size: int = 16  # texts a step
    parts: int = 1  # in which a batch is computed, one after the other: the same step in less memory
    max_length: int = 256  # tokens of a text, [CLS] and [SEP] among them; the model's own limit where that is lower
    weight_decay: float = 0.01  # on matrices; biases and normalisation have none
    clip: float = 1.0  # a gradient with a larger norm is shortened to this one
    class_weights: str | Mapping[str, float] | None = None  # of the loss: "balanced", or a weight for each class
    label_smoothing: float = 0.0  # share of each label that is spread evenly over all classes
    precision: str = "float32"  # of the matrix products; "medium": float32 by PyTorch's fastest way here; "bfloat16"
    seed: int = 0  # of the order of rows, dropout and the first values of added weights

    def __post_init__(self):
        choices = {"method": methods.NAMES, "metric": METRICS, "schedule": SCHEDULES, "precision": PRECISIONS}
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(allowed)}")
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", methods.METHODS[self.method].learning_rate)
        whole = {"epochs": 1, "batch_size": 1, "parts": 1, "max_length": 3, "rank": 1, "layers": 1, "seed": 0}
        for name, least in (whole | ({"patience": 1} if self.patience is not None else {})).items():
            check_whole(name, getattr(self, name), least)
        for name in ("learning_rate", "clip", "warmup", "weight_decay", "label_smoothing"):
            value, zero_is_fine = getattr(self, name), name in ("warmup", "weight_decay", "label_smoothing")
            top = math.inf if name == "clip" else 1
            if not isinstance(value, (int, float)) or not 0 <= value < top or not (value or zero_is_fine):
                least = "0 or more" if zero_is_fine else "above 0"
                raise ValueError(f"{name} is {value!r}; it must be a number {least} and below {top}")
        weights = self.class_weights
        positive = isinstance(weights, Mapping) and all(0 < weight < math.inf for weight in weights.values())
        if not (weights is None or weights == "balanced" or positive):
            raise ValueError(f'class_weights is {weights!r}; it must be None, "balanced" or a positive number a class')


# One batch, and the encoder once


def _batch(model, inputs: Sequence[Tensor], rows: Iterable[int]) -> dict[str, Tensor]:
    side = (
        "left" if getattr(model.config, "summary_type", "") == "last" else "right"
    )  # XLNet's head reads the last token
    batch = collate([inputs[row] for row in rows], model.config.pad_token_id or 0, side)
    return {name: tensor.to(model.device) for name, tensor in batch.items()}


@contextmanager
def encoded_once(model, *sets: list[Tensor]) -> Iterator[list[list[Tensor]]]:
    """Inside, the model takes the encoder's outputs, (1, hidden) a text, in place of tokens; yields them for each set.

    ValueError for a model whose head reads more than the first token.
    """
    encoder, expected = model.base_model, logits_of(model, sets[0][:4])
    first_token = lambda output: output.last_hidden_state[:, :1]
    encoded = [list(outputs_of(encoder, inputs, first_token)) if inputs else [] for inputs in sets]
    with methods.encoder_replaced(model):
        right = torch.allclose(logits_of(model, encoded[0][:4]), expected, atol=1e-4, equal_nan=True)
        if right:
            yield encoded
    if not right:
        raise ValueError(methods.refusal(model, "head", "its head reads more of a text than the first token"))


# One step, one pass


@dataclass(frozen=True)
class Loss:
    """Cross-entropy, of each class for itself where a row may have several. `weights` (classes,), None for 1 each."""

    weights: Tensor | None = None
    label_smoothing: float = 0.0

    def sum(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Over the rows; logits (rows, classes), targets as of `targets_of`. Over `mass`, it is the weighted mean."""
        logits = logits.float()
        if targets.ndim == 1:
            options = {"weight": self.weights, "label_smoothing": self.label_smoothing, "reduction": "sum"}
            return nn.functional.cross_entropy(logits, targets, **options)
        targets = targets * (1 - self.label_smoothing) + self.label_smoothing / 2
        return nn.functional.binary_cross_entropy_with_logits(logits, targets, self.weights, reduction="sum")

    def mass(self, targets: Tensor) -> float:
        if targets.ndim == 1:
            return len(targets) if self.weights is None else self.weights[targets].sum().item()
        return targets.numel() if self.weights is None else len(targets) * self.weights.sum().item()


def loss_of(settings: Settings, targets: Tensor, labels: Sequence[str], device) -> Loss:
    """The loss that the settings ask for; "balanced" gives all classes of the training rows the same sum of weights."""
    weights = settings.class_weights
    if weights == "balanced":
        counts = torch.bincount(targets, minlength=len(labels)) if targets.ndim == 1 else targets.sum(dim=0)
        weights = counts.sum() / (counts > 0).sum() / counts.clamp(min=1)
    elif weights is not None:
        if set(weights) != set(labels):
            raise ValueError(f"class_weights names {list(weights)}; it must name each class, {list(labels)}")
        weights = torch.tensor([float(weights[label]) for label in labels])
    return Loss(None if weights is None else weights.float().to(device), settings.label_smoothing)


def make_optimizer(model, settings: Settings, steps: int):
    """Fused AdamW, and the schedule that moves its learning rate: up in a line, then down as the settings say."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {"params": [weight for weight in trained if weight.ndim >= 2], "weight_decay": settings.weight_decay},
        {"params": [weight for weight in trained if weight.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)
    rise, shape = max(round(settings.warmup * steps), 1), SCHEDULES[settings.schedule]
    share = lambda step: min((step + 1) / rise, shape(max(step - rise, 0) / max(steps - rise, 1)))
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def train_step(
    model, batch: dict[str, Tensor], labels: Tensor, optimizer, clip=math.inf, loss=Loss(), parts=1, processes=ALONE
) -> float:
    """One update. Returns the mean loss of the batch before it; if that is not finite, nothing is updated."""
    model.train()
    optimizer.zero_grad()
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    own, mass, total = processes.share(torch.arange(len(labels))), loss.mass(labels), 0.0
    for rows in own.tensor_split(min(parts, len(own))) if len(own) else ():
        logits = model(**{name: tensor[rows] for name, tensor in batch.items()}).logits
        value = loss.sum(logits, labels[rows]) / mass
        total += value.item()
        if not math.isfinite(total):
            break
        (value + methods.penalty(model) * len(rows) / len(labels)).backward()
    total = sum(processes.all(total))
    if math.isfinite(total):
        processes.add_gradients(trained)
        nn.utils.clip_grad_norm_(trained, clip)
        optimizer.step()
    return total


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
    predicted = logits.argmax(dim=-1) if targets.ndim == 1 else (logits > 0).float()
    right = predicted == targets if targets.ndim == 1 else (predicted == targets).all(dim=1)
    return {
        "dev_loss": (Loss().sum(logits, targets) / Loss().mass(targets)).item(),
        "dev_accuracy": right.float().mean().item(),
        "dev_f1": float(f1_score(targets, predicted, average="macro", zero_division=0)),
    }


@dataclass
class Progress:
    """Where a run stands; with the states of `_state`, all that it takes to go on."""

    epoch: int = 1
    done: int = 0  # batches of this epoch
    total: float = 0.0  # their losses, summed over rows
    seconds: float = 0.0  # that they took
    rows: list[dict] = field(default_factory=list)  # of the history
    best: dict[str, Tensor] | None = None  # trained weights after the best epoch, kept where `patience` asks for them

    def stale(self, settings: Settings) -> int:
        """Epochs since the best one, by the dev score that counts."""
        scores = [METRICS[settings.metric] * row[f"dev_{settings.metric}"] for row in self.rows]
        return len(scores) - 1 - int(np.argmax(scores)) if scores else 0

    def is_over(self, settings: Settings) -> bool:
        return self.epoch > settings.epochs or bool(settings.patience) and self.stale(settings) >= settings.patience

    def end_epoch(self, row: dict, settings: Settings, trained: dict[str, Tensor]) -> None:
        self.rows.append(row)
        if settings.patience and self.stale(settings) == 0:
            self.best = {name: weight.detach().clone() for name, weight in trained.items()}
        self.epoch, self.done, self.total, self.seconds = self.epoch + 1, 0, 0.0, 0.0


@dataclass
class Beside:
    """What goes on beside the training of a run (see `fit`)."""

    progress: bool
    checkpoint: Checkpoint | None
    save_every: int
    callback: Callable[[dict], None] | None
    processes: Processes = ALONE

    def tell(self, row: dict) -> None:
        if self.callback:
            self.callback(row)


def run(model, settings: Settings, train, dev, loss: Loss, beside: Beside) -> list[dict]:
    """All epochs; returns the history, a dict an epoch. `train` and `dev` are (inputs, targets)."""
    inputs, targets = train
    lengths, steps = [len(row) for row in inputs], steps_of(settings, len(inputs))
    forward, after_step, now, processes = quick(model), methods.after_step(model), Progress(), beside.processes
    optimizer, schedule = make_optimizer(model, settings, steps)
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    if beside.checkpoint and (saved := beside.checkpoint.read()):
        now = _restore(saved, model, trained, optimizer, schedule, processes)
        where = "this run is over" if now.is_over(settings) else f"going on after step {schedule.last_epoch} of {steps}"
        print(f"{where}, says {beside.checkpoint.path}")

    def keep():
        if beside.checkpoint:
            state = _state(now, model, trained, optimizer, schedule, processes)
            if processes.rank == 0:
                beside.checkpoint.write(state)

    begun = {"total": steps, "initial": schedule.last_epoch, "unit": "step", "mininterval": 2}
    with tqdm(**begun, file=sys.stdout, disable=not beside.progress) as bar:
        while not now.is_over(settings):
            begin = time.perf_counter() - now.seconds
            parts = batches(lengths, settings.batch_size, np.random.default_rng([settings.seed, now.epoch]))
            for rows in parts[now.done :]:
                batch, labels = _batch(model, inputs, rows), targets[rows].to(model.device)
                with products(model, settings):
                    value = train_step(
                        forward, batch, labels, optimizer, settings.clip, loss, settings.parts, processes
                    )
                if not math.isfinite(value):
                    _stop(value, now.epoch, rows, schedule)
                after_step(schedule.last_epoch)
                schedule.step()
                now.done, now.total = now.done + 1, now.total + value * len(rows)  # rows: the last batch is smaller
                now.seconds = time.perf_counter() - begin
                bar.update()
                rate = schedule.get_last_lr()[0]
                beside.tell({"step": schedule.last_epoch, "loss": value, "learning_rate": rate})
                if schedule.last_epoch % beside.save_every == 0 and now.done < len(parts):
                    keep()
            with products(model, settings):
                row = {"epoch": now.epoch, "train_loss": now.total / len(inputs)} | dev_scores(model, *dev)
            bar.set_postfix({name: f"{value:.3f}" for name, value in row.items() if name != "epoch"})
            row |= {"seconds": now.seconds, "samples_per_second": len(inputs) / now.seconds}
            now.end_epoch(processes.first(row), settings, trained)
            beside.tell(row)
            keep()
    if now.best:
        model.load_state_dict(now.best, strict=False)
    return now.rows


@contextmanager
def products(model, settings: Settings) -> Iterator[None]:
    """Inside, matrix products have the precision that the settings ask for."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if settings.precision == "medium" else before)
    try:
        with torch.autocast(model.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def steps_of(settings: Settings, rows: int) -> int:
    """The number of steps of a run on so many training rows."""
    return settings.epochs * math.ceil(rows / settings.batch_size)


def _state(now: Progress, model, trained: dict[str, Tensor], optimizer, schedule, processes: Processes) -> dict:
    devices = [torch.cuda.get_rng_state(model.device)] if model.device.type == "cuda" else []
    return {
        "now": vars(now),
        "weights": {name: weight.detach() for name, weight in trained.items()},
        "method": methods.state(model),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "random": processes.all([torch.get_rng_state(), *devices]),
    }


def _restore(saved: dict, model, trained: dict[str, Tensor], optimizer, schedule, processes: Processes) -> Progress:
    model.load_state_dict(saved["weights"], strict=False)
    methods.restore(model, saved["method"])
    optimizer.load_state_dict(saved["optimizer"])
    schedule.load_state_dict(saved["schedule"])
    state, *devices = saved["random"][processes.rank]
    torch.set_rng_state(state)
    for state in devices:
        torch.cuda.set_rng_state(state, model.device)
    return Progress(**saved["now"])


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


def fit(
    model,
    tokenizer,
    table: pd.DataFrame,
    *,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    save_every: int = 200,
    callback: Callable[[dict], None] | None = None,
    **settings,
) -> "FineTuned":
    """Train on the rows of `table` whose `split` is "train", and measure on those of "dev" after each epoch.

    `model` and `tokenizer` come from `models.load(name, labels=…)`; the model itself is changed. `table` has the columns
    `text`, `label` (a name of the model's classes, or a list of them) and `split`; without it all rows are for training.
    `settings` are the fields of `Settings` by name, such as method="lora".

    `progress` draws a bar on stdout. `checkpoint` names a file that holds the state of the run after each epoch and after
    each `save_every` steps: call again with the same arguments, and a run that was killed goes on from there. `callback`
    is called with step, loss and learning_rate after each step, and with the history's new row after each epoch.

    Raises ValueError for settings and tables that cannot be right, FloatingPointError for a loss that is no number,
    MemoryError where a batch does not fit, OSError where a checkpoint cannot be written.
    """
    check_whole("save_every", save_every, 1)
    settings, processes = Settings(**settings), launched()
    model = _together.as_trainable(model)
    if torch.cuda.is_available() and processes.count > 1:
        model.to(f"cuda:{torch.cuda.current_device()}")
    cards = [model.device] if model.device.type == "cuda" else []
    with processes.quiet(), memory.peak(model.device) as peak, torch.random.fork_rng(cards):
        settings, *data = _prepare(tokenizer, model, table, settings)
        (inputs, targets), (dev_inputs, _) = data
        loss = loss_of(settings, targets, labels_of(model), model.device)
        if checkpoint is not None:
            checkpoint = Checkpoint(
                checkpoint, fingerprint(model, settings, data) | {"processes": str(processes.count)}
            )
        torch.manual_seed(settings.seed)
        model = methods.prepare(model, settings.method, settings.rank, settings.layers, steps_of(settings, len(inputs)))
        if methods.METHODS[settings.method].saved != "whole":
            _together.check_added(model, settings.method, inputs)
        if processes.rank:
            torch.manual_seed(settings.seed + processes.rank)  # dropout of its own
        beside = Beside(progress, checkpoint, save_every, callback if processes.rank == 0 else None, processes)
        once = encoded_once(model, inputs, dev_inputs) if settings.method == "head" else nullcontext()
        with once as encoded:
            if encoded:
                data = [(part, known) for part, (_, known) in zip(encoded, data)]
            try:
                rows = run(model, settings, *data, loss, beside)
            except RuntimeError as error:  # which torch.OutOfMemoryError is, too
                if "memory" not in str(error):
                    raise
                raise MemoryError(
                    f"a batch does not fit: lower batch_size ({settings.batch_size}) or max_length ({settings.max_length}), "
                    f'raise parts ({settings.parts}), or take a method with fewer weights, such as "lora"'
                ) from error
        highest = peak()
    model.zero_grad()  # frees the gradients' memory
    model.eval()
    return FineTuned(model, tokenizer, settings, pd.DataFrame(rows).set_index("epoch"), highest)


def _prepare(tokenizer, model, table: pd.DataFrame, settings: Settings) -> tuple:
    """The settings with the true longest text, then (inputs, targets) of the training rows, and those of the dev rows."""
    labels = labels_of(model)
    _together.check_tokenizer(model, tokenizer)
    added = settings.rank if settings.method == "prompt" else 0  # vectors that take places of the model's longest text
    longest = _together.longest_text(model, tokenizer) - added
    if longest < 3:
        raise ValueError(
            f"rank is {settings.rank}; the model reads {longest + added} tokens, the prompt's vectors included"
        )
    settings = replace(settings, max_length=min(settings.max_length, longest))
    check_table(table, labels)
    splits = table["split"] if "split" in table else pd.Series("train", table.index)
    parts = [table[splits == name] for name in ("train", "dev")]
    check_training(parts[0], labels)
    if settings.patience and parts[1].empty:
        raise ValueError(f"patience is {settings.patience}, but the table has no dev rows to judge an epoch by")
    if unused := set(splits) - {"train", "dev", "test"}:
        print(f"! rows of the splits {sorted(map(str, unused))} are neither trained on nor measured")
    several = has_several(table)
    model.config.problem_type = f"{'multi' if several else 'single'}_label_classification"  # what `predict` goes by
    data = [(encode(tokenizer, part["text"], settings.max_length), targets_of(part, labels, several)) for part in parts]
    _together.check_reads(model, [*data[0][0], *data[1][0]], logits_of)
    return settings, *data


def tensorboard(folder: str | Path) -> Callable[[dict], None]:
    """A `callback` for `fit` that writes loss and learning rate of each step, and each epoch's row, for TensorBoard.

    Look at it with `tensorboard --logdir FOLDER`. ImportError names the extra where TensorBoard is missing.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ImportError('this needs TensorBoard: pip install "trainlib[scale]"') from None
    writer = SummaryWriter(folder)

    def write(row: dict) -> None:
        kind = "step" if "step" in row else "epoch"
        for name, value in row.items():
            if name != kind:
                writer.add_scalar(f"{kind}/{name}", value, row[kind])
        writer.flush()

    return write


def fingerprint(model, settings: Settings, data: Sequence[tuple[list[Tensor], Tensor]]) -> dict[str, str]:
    """What a checkpoint must agree in to go on: settings, texts with labels, and the weights before the run."""
    texts, weights = hashlib.sha256(), hashlib.sha256()
    for row in [row for inputs, targets in data for row in (*inputs, targets)]:
        texts.update(row.numpy().tobytes() + b"|")
    for weight in model.parameters():
        weights.update(weight.detach().cpu().numpy().tobytes())
    return {"settings": repr(settings), "texts": texts.hexdigest(), "first weights": weights.hexdigest()}


@dataclass
class FineTuned:
    """A trained model with all that is needed to use it.

    `history` has a row an epoch: train_loss (mean over rows, while the weights were changing), dev_loss, dev_accuracy,
    dev_f1, seconds (of training alone), samples_per_second. `memory` is what training took at its peak, in bytes, above
    what was held before; None after loading.
    """

    model: nn.Module
    tokenizer: object
    settings: Settings
    history: pd.DataFrame
    memory: int | None = None

    def predict(self, texts: Iterable[str]) -> pd.DataFrame:
        """A row a text: `label`, the most probable class, then the probability of each class. A Series keeps its index.

        With several labels a row, `label` is the list of those with a probability of at least 0.5.
        """
        if isinstance(texts, str):
            raise ValueError(f"texts is one string, {texts[:40]!r}; it must be a list or a Series of strings")
        texts, labels = pd.Series(texts, dtype=object), labels_of(self.model)
        check_texts(texts)
        logits = logits_of(self.model, encode(self.tokenizer, texts, self.settings.max_length))
        if self.several:
            probabilities = logits.sigmoid()
            found = [[name for name, holds in zip(labels, row) if holds] for row in (probabilities >= 0.5).tolist()]
            found = pd.Series(found, index=texts.index, dtype=object)
        else:
            probabilities = logits.softmax(dim=-1)
            found = pd.Categorical.from_codes(probabilities.argmax(dim=-1), categories=labels)
        table = pd.DataFrame(probabilities.numpy(), columns=labels, index=texts.index)
        table.insert(0, "label", found)
        return table

    def evaluate(self, table: pd.DataFrame, split: str = "test") -> dict[str, measure.Score]:
        """Accuracy and macro F1, each with its interval, on the rows of one split (on all, without a column `split`).

        With several labels a row, a row is right if all of its labels are.
        """
        labels = labels_of(self.model)
        check_table(table, labels)
        rows = table[table["split"] == split] if "split" in table else table
        if rows.empty:
            raise ValueError(f"split is {split!r}; the table has rows of {sorted(set(table.get('split', [])))}")
        if has_several(rows) != self.several:
            kinds = ("one label", "lists of labels")
            raise ValueError(
                f"the table has {kinds[not self.several]} a row, the model was trained on {kinds[self.several]}"
            )
        predicted = self.predict(rows["text"])
        if not self.several:
            truth, predicted = [*map(name_of, rows["label"])], list(predicted["label"])
            return {"accuracy": measure.accuracy(truth, predicted), "f1": measure.f1(truth, predicted)}
        truth, predicted = (targets_of(part, labels, True).numpy() for part in (rows, predicted))
        hits = int((truth == predicted).all(axis=1).sum())
        return {"accuracy": measure.proportion(hits, len(rows)), "f1": measure.f1(truth, predicted)}

    @property
    def several(self) -> bool:
        """Whether a text may have several labels, or none."""
        return self.model.config.problem_type == "multi_label_classification"

    @property
    def forward(self) -> str:
        """Whose forward pass this model takes: "first token" is `trainlib.finetune.first_token`, "library" the model's own."""
        return "library" if quick(self.model) is self.model else "first token"

    @property
    def parameters(self) -> tuple[int, int]:
        """How many weights `fit` trained, and how many the model has, in which the added ones count."""
        trained = sum(weight.numel() for weight in self.model.parameters() if weight.requires_grad)
        return trained, sum(weight.numel() for weight in self.model.parameters())

    def save(self, folder: str | Path) -> Path:
        """Write model, tokenizer, settings and history.

        What lora and adalora have learnt is merged into the weights, so that transformers opens the folder too; what
        adapter and prompt have added cannot be merged, and lies beside the model for `finetune.load`.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        model, saved = self.model, methods.METHODS[self.settings.method].saved
        (folder / models.ADDED).unlink(missing_ok=True)  # of a model that was saved here before
        if saved == "merged" and hasattr(model, "peft_config"):  # not if it was merged and loaded before
            model = deepcopy(model).merge_and_unload()
        elif saved == "beside":
            trained = {name: weight.detach() for name, weight in model.named_parameters() if weight.requires_grad}
            save_file(trained, folder / models.ADDED)
            model = model.get_base_model() if hasattr(model, "get_base_model") else model
        with models.quiet():
            model.save_pretrained(folder, state_dict=methods.plain_state(model))
            self.tokenizer.save_pretrained(folder)
        write(folder / "history.csv", self.history.to_csv())
        kept = asdict(self.settings) | {"probe": list(self.tokenizer(PROBE)["input_ids"])}
        write(folder / "finetune.json", json.dumps(kept, indent=1, default=int))
        return folder


def load(folder: str | Path) -> FineTuned:
    """What `FineTuned.save` wrote, on the CPU. ValueError when the folder holds no such model, or not all of its weights."""
    folder = Path(folder)
    if not (folder / "finetune.json").is_file():
        raise ValueError(f"folder is {str(folder)!r}; it must be one that FineTuned.save wrote, with finetune.json")
    kept = json.loads((folder / "finetune.json").read_text())
    probe, settings = kept.pop("probe", None), Settings(**kept)
    model, tokenizer = models.load_whole(folder)
    if probe is not None and probe != list(tokenizer(PROBE)["input_ids"]):
        raise ValueError(
            f"the tokenizer in {folder} reads otherwise than the one that was saved: give the model its own kind"
        )
    if methods.METHODS[settings.method].saved == "beside":
        model = methods.prepare(model, settings.method, settings.rank, settings.layers, steps=1)
        added = load_file(folder / models.ADDED)
        trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
        if odd := sorted(trained ^ added.keys()):
            raise ValueError(
                f"{folder / models.ADDED} does not hold what {settings.method} trains: {odd[0]} is not in both"
            )
        model.load_state_dict(added, strict=False)
        model.eval()
    return FineTuned(model, tokenizer, settings, pd.read_csv(folder / "history.csv", index_col="epoch"))

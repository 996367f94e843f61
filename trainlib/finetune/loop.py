"""The one fine-tuning loop: a step, an epoch, a run (see `trainlib.finetune`)."""

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from trainlib import methods
from trainlib.finetune._batches import batches, length_of
from trainlib.finetune.checkpoint import Checkpoint
from trainlib.finetune.classes import Loss
from trainlib.finetune.dropout import quick_dropout
from trainlib.finetune.fastest import fastest, threads_of
from trainlib.finetune.passes import batch_of, products, width_of
from trainlib.finetune.pieces import Pieces
from trainlib.finetune.processes import Processes
from trainlib.finetune.settings import AUTO, METRICS, SCHEDULES, Settings
from trainlib.finetune.task import Rows, Task, TaskLoss

__all__ = ["Beside", "Progress", "make_optimizer", "run", "steps_of", "train_step"]

ALONE, PLAIN = Processes(), Loss()


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
    model,
    batch: dict[str, Tensor],
    labels: Tensor,
    optimizer,
    clip: float = math.inf,
    loss: TaskLoss = PLAIN,
    parts: int = 1,
    processes: Processes = ALONE,
) -> float:
    """One update. Returns the mean loss of the batch before it; if that is not finite, nothing is updated.

    `labels` are the targets, a row each, of the loss's task: without `loss`, the numbers of classes.
    """
    model.train()
    optimizer.zero_grad()
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    own, mass, total = processes.share(torch.arange(len(labels))), loss.mass(labels), 0.0
    for rows in own.tensor_split(min(parts, len(own))) if len(own) else ():
        value = loss.of(model, {name: tensor[rows] for name, tensor in batch.items()}, labels[rows]) / mass
        total += value.item()
        if not math.isfinite(total):
            break
        (value + methods.penalty(model) * len(rows) / len(labels)).backward()
    total = sum(processes.all(total))
    if math.isfinite(total):
        processes.add_gradients(trained)
        length = nn.utils.get_total_norm([weight.grad for weight in trained if weight.grad is not None])
        if length > clip:  # else each gradient would be read and written to be multiplied by 1
            nn.utils.clip_grads_with_norm_(trained, clip, length)
        optimizer.step()
    return total


@dataclass
class Progress:
    """Where a run stands; with the states of `_state`, all that it takes to go on."""

    epoch: int = 1
    done: int = 0  # batches of this epoch
    total: float = 0.0  # their losses, summed over rows
    seconds: float = 0.0  # that they took
    rows: list[dict] = field(default_factory=list)  # of the history
    precision: str | None = None  # what "auto" has found
    threads: int | None = None  # that it computes with, as found or as the settings say
    best: dict[str, Tensor] | None = None  # trained weights after the best epoch, kept where `patience` asks for them

    def stale(self, settings: Settings) -> int:
        """Epochs since the best one, by the dev score that counts."""
        scores = [METRICS[settings.metric] * row[f"dev_{settings.metric}"] for row in self.rows]
        return len(scores) - 1 - int(np.argmax(np.nan_to_num(scores, nan=-math.inf))) if scores else 0

    def is_over(self, settings: Settings) -> bool:
        """Whether all epochs are done, or the scores have stopped to get better."""
        return self.epoch > settings.epochs or bool(settings.patience) and self.stale(settings) >= settings.patience

    def end_epoch(self, row: dict, settings: Settings, trained: dict[str, Tensor]) -> None:
        """Add the epoch's row to the history, keep the weights if they are the best so far, and begin the next one."""
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
        """Call the callback, if there is one."""
        if self.callback:
            self.callback(row)


def run(model, task: Task, train: Rows, dev: Rows, loss: TaskLoss, beside: Beside) -> Progress:
    """All epochs; returns where it stands then. `train` and `dev` are as the task has read them."""
    going = _Going(model, task, train, dev, loss, beside)
    going.resume()
    with going.pieces.alone():
        going.choose()
    begun = {"total": going.steps, "initial": going.schedule.last_epoch, "unit": "step", "mininterval": 2}
    with tqdm(**begun, file=sys.stdout, disable=not beside.progress) as bar, threads_of(going.now.threads):
        while not going.now.is_over(task.settings):
            with going.pieces.alone(), quick_dropout(model):
                going.train_epoch(bar)
            going.end_epoch(bar)
    if going.now.best:
        model.load_state_dict(going.now.best, strict=False)
    return going.now


class _Going:
    """A run under way: what it trains, what moves it, and where it stands."""

    def __init__(self, model, task: Task, train: Rows, dev: Rows, loss: TaskLoss, beside: Beside):
        self.model, self.task, self.settings, self.loss, self.beside = model, task, task.settings, loss, beside
        self.inputs, self.targets = train
        self.dev = dev
        self.lengths = [length_of(row) for row in self.inputs]
        self.longest = max(self.lengths, default=0)
        self.steps = steps_of(self.settings, len(self.inputs))
        self.forward, self.after_step = task.forward(model), methods.after_step(model)
        self.pieces = Pieces(model, self.inputs)
        with self.pieces.alone():
            self.optimizer, self.schedule = make_optimizer(model, self.settings, self.steps)
        self.trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self.now = Progress()

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one, and say where."""
        checkpoint, processes = self.beside.checkpoint, self.beside.processes
        if not checkpoint or not (saved := checkpoint.read()):
            return
        self.now = _restore(saved, self.model, self.optimizer, self.schedule, processes)
        going_on = f"going on after step {self.schedule.last_epoch} of {self.steps}"
        print(f"{'this run is over' if self.now.is_over(self.settings) else going_on}, says {checkpoint.path}")

    def choose(self) -> None:
        """Settle what the settings leave to be found, unless the checkpoint says what was found."""
        now, settings = self.now, self.settings
        if settings.precision == AUTO and not now.precision:
            with threads_of(settings.threads):
                found = fastest(self.model, self.forward, self.loss, (self.inputs, self.targets), settings)
            now.precision, now.threads = self.beside.processes.first(found)
        now.precision, now.threads = now.precision or settings.precision, settings.threads or now.threads
        self.settings = replace(settings, precision=now.precision, threads=now.threads)

    def keep(self) -> None:
        """Write the checkpoint, by the first process."""
        if checkpoint := self.beside.checkpoint:
            processes = self.beside.processes
            state = _state(self.now, self.model, self.trained, self.optimizer, self.schedule, processes)
            if processes.rank == 0:
                checkpoint.write(state)

    def train_epoch(self, bar: tqdm) -> None:
        """The steps that are left of the epoch."""
        model, settings, schedule, now, beside = self.model, self.settings, self.schedule, self.now, self.beside
        begin = time.perf_counter() - now.seconds
        parts = batches(self.lengths, settings.batch_size, np.random.default_rng([settings.seed, now.epoch]))
        for rows in parts[now.done :]:
            width = width_of(model, settings.precision, max(self.lengths[row] for row in rows), self.longest)
            batch, labels = batch_of(model, self.inputs, rows, width), self.targets[rows].to(model.device)
            with products(model, settings):
                value = train_step(
                    self.forward,
                    batch,
                    labels,
                    self.optimizer,
                    settings.clip,
                    self.loss,
                    settings.parts,
                    beside.processes,
                )
            if not math.isfinite(value):
                _stop(value, now.epoch, rows, schedule)
            self.after_step(schedule.last_epoch)
            schedule.step()
            now.done += 1
            now.total += value * len(rows)  # the last batch is smaller
            now.seconds = time.perf_counter() - begin
            bar.update()
            keep = beside.checkpoint and schedule.last_epoch % beside.save_every == 0 and now.done < len(parts)
            if beside.callback or keep:
                with self.pieces.whole_again():
                    beside.tell(
                        {"step": schedule.last_epoch, "loss": value, "learning_rate": schedule.get_last_lr()[0]}
                    )
                    if keep:
                        self.keep()

    def end_epoch(self, bar: tqdm) -> None:
        """Measure on the dev rows, add the epoch to the history, and keep it."""
        now, count = self.now, len(self.inputs)
        with products(self.model, self.settings):
            row = {"epoch": now.epoch, "train_loss": now.total / count} | self.task.dev_scores(self.model, *self.dev)
        bar.set_postfix({name: f"{value:.3f}" for name, value in row.items() if name != "epoch"})
        row |= {"seconds": now.seconds, "samples_per_second": count / now.seconds}
        now.end_epoch(self.beside.processes.first(row), self.settings, self.trained)
        self.beside.tell(row)
        self.keep()


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


def _restore(saved: dict, model, optimizer, schedule, processes: Processes) -> Progress:
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

"""How the course's own models are made: a pre-training that can be stopped and goes on, and what ships of it.

`python -m trainlib.pretrain` is its door. What differs between the models (tokenizer, objectives, measure, card) are
the methods of `Run` that `trainlib.tiny_bert.make` and `trainlib.tiny_gpt.make` fill in.
"""

import argparse
import hashlib
import json
import signal
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import asdict
from pathlib import Path
from string import Template

import numpy as np
import torch
from torch import Tensor

from trainlib import models
from trainlib._files import replacing, write
from trainlib.pretrain import TRAINED_ON, Settings, decay_steps, learning_rate, texts

__all__ = ["CHECKPOINT_STEPS", "Run", "main", "ship"]

CHECKPOINT_STEPS = 250


class Run(ABC):
    """A pre-training in a folder: texts, tokenizer, model, optimiser, and where they stand.

    `documents` holds what `encode` makes of the texts, under "train" and "dev"; `pieces` counts those of "train".
    """

    settings_of_the_course: Settings
    hours: float  # of CPU time, where the command says nothing else

    def __init__(self, folder: Path, settings: Settings, corpora: dict[str, list[str]] | None = None):
        """Start in an empty folder or go on from its checkpoint, whose settings must be the same.

        `corpora` are lists of texts under "train" and "dev"; None takes those of the course. ValueError for a
        checkpoint with other settings or other texts.
        """
        self.folder, self.settings = folder, settings
        folder.mkdir(parents=True, exist_ok=True)
        corpora = corpora or {split: texts(split) for split in ("train", "dev")}
        self.tokenizer = self._tokenizer(corpora["train"])
        self.documents = {split: self.encode(corpus) for split, corpus in corpora.items()}
        self.pieces = self.count(corpora)
        self.model = self.new_model()
        self.optimiser = torch.optim.AdamW(
            _groups(self.model, settings.weight_decay), lr=settings.learning_rate, betas=(0.9, 0.98), fused=True
        )
        self.state = {"step": 0, "epoch": 0, "at": 0, "tokens": 0, "cpu_hours": 0.0, "decay_from": None, "log": []}
        self.state |= {"settings": asdict(settings), "texts": _hash(corpora["train"]), "sums": {}}
        if self.checkpoint.exists():
            self._resume()
        self.began = time.process_time() / 3600 - self.state["cpu_hours"]

    @abstractmethod
    def train_tokenizer(self, corpus: list[str]):
        """A tokenizer of the `tokenizers` library, made from the texts."""

    @abstractmethod
    def encode(self, corpus: list[str]) -> list:
        """The texts as piece ids, one entry a text."""

    @abstractmethod
    def count(self, corpora: dict[str, list[str]]) -> int:
        """Count what the measure's baselines need; returns how many pieces the training texts have."""

    @abstractmethod
    def new_model(self) -> torch.nn.Module:
        """The model with weights from the seed."""

    @abstractmethod
    def batches(self, epoch: int) -> list:
        """What each step of an epoch learns from, in order."""

    @abstractmethod
    def collate(self, chosen: list, rng: np.random.Generator) -> dict[str, Tensor]:
        """The tensors of a step; what is random in them comes from `rng`."""

    @abstractmethod
    def losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The losses of a batch by name. Training adds them."""

    @abstractmethod
    def held_out(self) -> dict[str, float]:
        """Numbers for the log, by name, measured on a few hundred held-out texts."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write model and tokenizer as transformers opens them; the weights are float16 by then."""

    @abstractmethod
    def card(self, written: torch.nn.Module, reviews: list[str]) -> dict[str, str]:
        """The values of the recipe's card.md, measured with the weights as they were written on `reviews`."""

    @property
    def checkpoint(self) -> Path:
        """The file that holds the newest state."""
        return self.folder / "checkpoint.pt"

    @property
    def finished(self) -> bool:
        """Whether the learning rate has fallen to 0."""
        start = self.state["decay_from"]
        return start is not None and self.state["step"] >= start + decay_steps(self.settings, start)

    def _tokenizer(self, corpus: list[str]):
        from tokenizers import Tokenizer

        path = self.folder / "tokenizer.json"
        if not path.exists():
            write(path, self.train_tokenizer(corpus).to_str(pretty=True))
        return Tokenizer.from_file(str(path))

    def _resume(self) -> None:
        saved = torch.load(self.checkpoint, weights_only=True)
        for name in ("settings", "texts"):
            if saved["state"][name] != self.state[name]:
                raise ValueError(f"{self.checkpoint} was made with other {name}: give another folder")
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.state = saved["state"]

    def save(self, path: Path | None = None) -> None:
        """Write the checkpoint and the log; a crash on the way leaves the old ones whole."""
        self.state["cpu_hours"] = time.process_time() / 3600 - self.began
        parts = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "state": self.state}
        with replacing(path or self.checkpoint) as file:
            torch.save(parts, file)
        write(self.folder / "log.jsonl", "".join(json.dumps(row) + "\n" for row in self.state["log"]))

    def finish(self) -> None:
        """Let the learning rate fall from here. The checkpoint of before is kept as constant.pt, to train on from."""
        if self.state["decay_from"] is None:
            self.save(self.folder / "constant.pt")
            self.state["decay_from"] = self.state["step"]
            self.save()

    def train(self, hours: float, steps: int | None = None, stop=lambda: False) -> None:
        """Train until `hours` of CPU time are used in all (the last of them with a falling rate) or `steps` are done.

        `stop()` is asked after every step.
        """
        epoch, made = None, []
        while not self.finished and not (steps is not None and self.state["step"] >= steps):
            if self.state["epoch"] != epoch:
                epoch = self.state["epoch"]
                made = self.batches(epoch)
            self.step(made[self.state["at"]])
            if self.state["at"] == len(made):
                self.state |= {"epoch": epoch + 1, "at": 0}
            if time.process_time() / 3600 - self.began >= hours * (1 - self.settings.decay):
                self.finish()
            if stop():
                break
            if self.state["step"] % CHECKPOINT_STEPS == 0:
                self.note()
                self.save()
        if self.finished:
            self.note()
        self.save()

    def step(self, chosen: list) -> None:
        """One step of AdamW on a batch."""
        settings, state = self.settings, self.state
        batch = self.collate(chosen, np.random.default_rng([settings.seed, 3, state["step"]]))
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(state["step"], settings, state["decay_from"])
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
            losses = self.losses(batch)
        sum(losses.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        for name, loss in losses.items():
            total, count = state["sums"].get(name, (0.0, 0))
            state["sums"][name] = (total + loss.item(), count + 1)
        state["step"] += 1
        state["at"] += 1
        state["tokens"] += int(batch["attention_mask"].sum())

    def note(self) -> None:
        """Add a row to the log, with the losses since the row before and `held_out`'s numbers, and print it."""
        state = self.state
        if not state["sums"]:
            return
        row = {"step": state["step"], "epoch": state["epoch"], "tokens": state["tokens"]}
        row |= {"cpu_hours": round(time.process_time() / 3600 - self.began, 4)}
        row |= {"learning_rate": learning_rate(state["step"], self.settings, state["decay_from"])}
        row |= {f"train_{name}_loss": round(total / count, 4) for name, (total, count) in state["sums"].items()}
        row |= {f"held_out_{name}": round(float(number), 4) for name, number in self.held_out().items()}
        state["log"].append(row)
        state["sums"] = {}
        print(json.dumps(row), flush=True)


def _groups(model, weight_decay: float) -> list[dict]:
    """The weights for the optimiser: vectors (biases, normalisation) are not decayed."""
    weights = [*model.parameters()]
    return [
        {"params": [weight for weight in weights if weight.dim() > 1], "weight_decay": weight_decay},
        {"params": [weight for weight in weights if weight.dim() == 1], "weight_decay": 0.0},
    ]


def _hash(corpus: list[str]) -> str:
    return hashlib.sha256("\0".join(corpus).encode()).hexdigest()


def ship(run: Run, folder: Path, reviews: list[str] | None = None) -> str:
    """Write weights in float16, tokenizer, model card and training log into `folder`; returns the sha256 of the
    weights.

    The numbers of the card are measured with the weights as they are written, on `reviews`: those of the test split.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with models.quiet():
        run.model.half()
        run.write(folder)
        run.model.float()
        written = type(run.model).from_pretrained(folder).float().eval()
    write(folder / "training_log.jsonl", (run.folder / "log.jsonl").read_bytes())
    with open(folder / "model.safetensors", "rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    settings, state = run.settings, run.state
    values = {
        "layers": f"{settings.layers}",
        "hidden": f"{settings.hidden}",
        "heads": f"{settings.heads}",
        "pieces_of_tokenizer": f"{settings.pieces:,}",
        "length": f"{settings.length}",
        "texts": f"{len(run.documents['train']):,}",
        "pieces": f"{run.pieces:,}",
        "steps": f"{state['step']:,}",
        "batch": f"{settings.batch}",
        "millions": f"{state['tokens'] / 1e6:.1f}",
        "learning_rate": f"{settings.learning_rate:g}",
        "cpu_hours": f"{state['cpu_hours']:.1f}",
        "cpu_minutes": f"{60 * state['cpu_hours']:.0f}",
        "seed": f"{settings.seed}",
        "every": f"{CHECKPOINT_STEPS}",
        "digest": digest,
    }
    values |= run.card(written, reviews or texts("test", names=TRAINED_ON[:1]))
    card = Path(sys.modules[type(run).__module__].__file__).with_name("card.md")
    write(folder / "README.md", Template(card.read_text(encoding="utf-8")).substitute(values))
    return digest


def main(recipes: dict[str, type[Run]], description: str) -> None:
    """The command line of `python -m trainlib.pretrain`."""
    parser = argparse.ArgumentParser(
        prog="python -m trainlib.pretrain",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where checkpoint, tokenizer and log are kept")
    parser.add_argument("--model", choices=[*recipes], default=next(iter(recipes)), help="default: %(default)s")
    hours = ", ".join(f"{recipe.hours:g} for {name}" for name, recipe in recipes.items())
    parser.add_argument("--hours", type=float, help=f"CPU hours in all, the falling rate included; default: {hours}")
    parser.add_argument("--finish", action="store_true", help="let the learning rate fall from here, then stop")
    parser.add_argument("--ship", type=Path, metavar="DIR", help="train no more; write the model into DIR")
    arguments = parser.parse_args()
    recipe = recipes[arguments.model]
    run = recipe(arguments.folder, recipe.settings_of_the_course)
    state = run.state
    print(
        f"step {state['step']:,}, {state['cpu_hours']:.2f} CPU hours, {len(run.documents['train']):,} texts, "
        f"{run.pieces:,} pieces",
        flush=True,
    )
    if arguments.ship:
        digest = ship(run, arguments.ship)
        size = (arguments.ship / "model.safetensors").stat().st_size / 1e6
        print((arguments.ship / "README.md").read_text(), f"\nmodel.safetensors: {size:.2f} MB, sha256 {digest}")
        return
    stopped = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.append(True))
    if arguments.finish:
        run.finish()
    run.train(recipe.hours if arguments.hours is None else arguments.hours, stop=lambda: bool(stopped))
    print("finished" if run.finished else f"stopped after step {run.state['step']:,}; the same command goes on")

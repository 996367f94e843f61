"""How tiny-bert was made: a pre-training over days that can be stopped and goes on, and what ships of it.

`python -m trainlib.pretrain` is its door; texts, objectives and first weights stand in `trainlib.pretrain`.
"""

import argparse
import hashlib
import json
import signal
import time
from dataclasses import asdict
from pathlib import Path
from string import Template

import numpy as np
import torch

from trainlib import models, pretrain
from trainlib._files import replacing, write
from trainlib.pretrain import (
    MASKED,
    TRAINED_ON,
    Passage,
    Settings,
    batches,
    collate,
    decay_steps,
    interval,
    learning_rate,
    losses,
    measure,
    new_model,
    sentences,
    texts,
    train_tokenizer,
)

__all__ = ["PreTraining", "main", "ship"]

CHECKPOINT_STEPS = 250


class PreTraining:
    """A pre-training in a folder: texts, tokenizer, model, optimiser, and where they stand."""

    def __init__(self, folder: Path, settings: Settings, corpora: dict[str, list[str]] | None = None):
        """Start in an empty folder or go on from its checkpoint, whose settings must be the same.

        `corpora` are lists of texts under "train" and "dev"; None takes those of the course. ValueError for a
        checkpoint with other settings or other texts.
        """
        self.folder, self.settings = folder, settings
        folder.mkdir(parents=True, exist_ok=True)
        corpora = corpora or {split: texts(split) for split in ("train", "dev")}
        self.tokenizer = self._tokenizer(corpora["train"])
        self.documents = {split: sentences(self.tokenizer, corpus) for split, corpus in corpora.items()}
        counts = np.bincount([i for text in self.documents["train"] for part in text for i in part])
        self.baseline = int(counts.argmax())
        self.pieces = int(counts.sum())
        self.model = new_model(settings)
        self.optimiser = torch.optim.AdamW(
            _groups(self.model, settings.weight_decay), lr=settings.learning_rate, betas=(0.9, 0.98), fused=True
        )
        self.state = {"step": 0, "epoch": 0, "at": 0, "tokens": 0, "cpu_hours": 0.0, "decay_from": None, "log": []}
        self.state |= {"settings": asdict(settings), "texts": _hash(corpora["train"]), "sums": [0.0, 0.0, 0]}
        if self.checkpoint.exists():
            self._resume()
        self.began = time.process_time() / 3600 - self.state["cpu_hours"]

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
            write(path, train_tokenizer(corpus, self.settings.pieces).to_str(pretty=True))
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
                made = batches(self.documents["train"], self.settings, epoch)
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

    def step(self, chosen: list[Passage]) -> None:
        """One step of AdamW on a batch."""
        settings, state = self.settings, self.state
        rng = np.random.default_rng([settings.seed, 3, state["step"]])
        batch = collate(chosen, settings.pieces, settings.masked, rng)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(state["step"], settings, state["decay_from"])
        self.model.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
            masked, order = losses(self.model, batch)
        (masked + order).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        sums = state["sums"]
        state["sums"] = [sums[0] + masked.item(), sums[1] + order.item(), sums[2] + 1]
        state["step"] += 1
        state["at"] += 1
        state["tokens"] += int(batch["attention_mask"].sum())

    def note(self) -> None:
        """Add a row to the log, with accuracies on 512 held-out passages, and print it."""
        state, (masked, order, count) = self.state, self.state["sums"]
        if not count:
            return
        found = measure(self.model, self.documents["dev"], self.settings, self.baseline, rows=512)
        row = {"step": state["step"], "epoch": state["epoch"], "tokens": state["tokens"]}
        row |= {"cpu_hours": round(time.process_time() / 3600 - self.began, 4)}
        row |= {"learning_rate": learning_rate(state["step"], self.settings, state["decay_from"])}
        row |= {"train_masked_loss": round(masked / count, 4), "train_next_sentence_loss": round(order / count, 4)}
        names = ("masked_loss", "masked_accuracy", "unigram_accuracy", "next_sentence_accuracy")
        row |= {f"held_out_{name}": round(float(found[name]), 4) for name in names}
        state["log"].append(row)
        state["sums"] = [0.0, 0.0, 0]
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


def ship(run: PreTraining, folder: Path, reviews: list[str] | None = None) -> str:
    """Write weights in float16, tokenizer, model card and training log into `folder`; returns the sha256 of the
    weights.

    The numbers of the card are measured with the weights as they are written, on `reviews`: those of the test split.
    """
    from transformers import BertForPreTraining, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    length = run.settings.length
    names = BertTokenizerFast(tokenizer_object=run.tokenizer, model_max_length=length, **special)
    with models.quiet():
        run.model.half()
        run.model.config.hidden_dropout_prob = run.model.config.attention_probs_dropout_prob = 0.1
        run.model.save_pretrained(folder)
        run.model.float()
        names.save_pretrained(folder)
        written = BertForPreTraining.from_pretrained(folder).float()
    (folder / "training_log.jsonl").write_bytes((run.folder / "log.jsonl").read_bytes())
    documents = sentences(run.tokenizer, reviews or texts("test", names=TRAINED_ON[:1]))
    with open(folder / "model.safetensors", "rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    found = measure(written, documents, run.settings, run.baseline)
    untrained = measure(new_model(run.settings).eval(), documents, run.settings, run.baseline, rows=512)
    card = _card(run, found, untrained, digest)
    write(folder / "README.md", card)
    return digest


def _card(run: PreTraining, found: dict, untrained: dict, digest: str) -> str:
    """The text of card.md with the numbers of this run in it."""
    state, settings = run.state, run.settings
    low, high = interval(found["hits"])
    base_low, base_high = interval(found["common"])
    times_low, times_high = interval(found["hits"], found["common"])
    accuracy, baseline = found["masked_accuracy"], found["unigram_accuracy"]
    order = found["next_sentence_accuracy"]
    half = 1.96 * (order * (1 - order) / len(found["order"])) ** 0.5
    commonest = run.tokenizer.id_to_token(run.baseline)
    share = settings.masked
    values = {
        "layers": f"{settings.layers}",
        "hidden": f"{settings.hidden}",
        "heads": f"{settings.heads}",
        "pieces_of_tokenizer": f"{settings.pieces:,}",
        "length": f"{settings.length}",
        "texts": f"{len(run.documents['train']):,}",
        "pieces": f"{run.pieces:,}",
        "share": f"{share:.0%}",
        "steps": f"{state['step']:,}",
        "batch": f"{settings.batch}",
        "millions": f"{state['tokens'] / 1e6:.1f}",
        "learning_rate": f"{settings.learning_rate:g}",
        "cpu_hours": f"{state['cpu_hours']:.1f}",
        "seed": f"{settings.seed}",
        "every": f"{CHECKPOINT_STEPS}",
        "masked": f"{MASKED:.0%}",
        "reviews": f"{len(found['hits']):,}",
        "accuracy": f"{accuracy:.3f}",
        "low": f"{low:.3f}",
        "high": f"{high:.3f}",
        "commonest": f"{commonest}",
        "baseline": f"{baseline:.3f}",
        "base_low": f"{base_low:.3f}",
        "base_high": f"{base_high:.3f}",
        "untrained": f"{untrained['masked_accuracy']:.4f}",
        "times": f"{accuracy / baseline:.1f}",
        "times_low": f"{times_low:.1f}",
        "times_high": f"{times_high:.1f}",
        "order": f"{order:.3f}",
        "half": f"{half:.3f}",
        "digest": f"{digest}",
    }
    return Template((Path(__file__).parent / "card.md").read_text(encoding="utf-8")).substitute(values)


def main() -> None:
    """The command line of `python -m trainlib.pretrain`."""
    parser = argparse.ArgumentParser(
        prog="python -m trainlib.pretrain",
        description=pretrain.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where checkpoint, tokenizer and log are kept")
    parser.add_argument("--hours", type=float, default=6.0, help="CPU hours in all, the falling rate included")
    parser.add_argument("--finish", action="store_true", help="let the learning rate fall from here, then stop")
    parser.add_argument("--ship", type=Path, metavar="DIR", help="train no more; write the model into DIR")
    arguments = parser.parse_args()
    run = PreTraining(arguments.folder, Settings())
    state = run.state
    print(
        f"step {state['step']:,}, {state['cpu_hours']:.2f} CPU hours, {len(run.documents['train']):,} texts, "
        f"{run.pieces:,} pieces, the commonest is {run.tokenizer.id_to_token(run.baseline)!r}",
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
    run.train(arguments.hours, stop=lambda: bool(stopped))
    print("finished" if run.finished else f"stopped after step {run.state['step']:,}; the same command goes on")

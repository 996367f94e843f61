"""What you call: `fit` a model, use what comes of it, and load it again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from trainlib import measure, methods, models
from trainlib._files import write
from trainlib._values import check_whole, name_of
from trainlib.finetune import _together, memory
from trainlib.finetune._batches import check_table, check_texts, check_training, encode, has_several, targets_of
from trainlib.finetune.checkpoint import Checkpoint
from trainlib.finetune.first_token import quick
from trainlib.finetune.loop import Beside, encoded_once, logits_of, loss_of, run, steps_of
from trainlib.finetune.processes import launched
from trainlib.finetune.settings import Settings

__all__ = ["FineTuned", "fingerprint", "fit", "labels_of", "load", "tensorboard"]

PROBE = "A naïve film, 3 of 5: “fine”."  # what a saved tokenizer makes of it tells it from another one
Rows = tuple[list[Tensor], Tensor]  # the inputs of some rows, and their targets


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

    `model` and `tokenizer` come from `models.load(name, labels=…)`; the model itself is changed. `table` has the
    columns `text`, `label` (a name of the model's classes, or a list of them) and `split`; without it all rows are for
    training. `settings` are the fields of `Settings` by name, such as method="lora".

    `progress` draws a bar on stdout. `checkpoint` names a file that holds the state of the run after each epoch and
    after each `save_every` steps: call again with the same arguments, and a run that was killed goes on from there.
    `callback` is called with step, loss and learning_rate after each step, and with the history's new row after each
    epoch.

    Raises ValueError for settings and tables that cannot be right, FloatingPointError for a loss that is no number,
    MemoryError where a batch does not fit, OSError where a checkpoint cannot be written.
    """
    check_whole("save_every", save_every, 1)
    asked, processes = Settings(**settings), launched()
    model = _together.as_trainable(model)
    if torch.cuda.is_available() and processes.count > 1:
        model.to(f"cuda:{torch.cuda.current_device()}")
    cards = [model.device] if model.device.type == "cuda" else []
    with processes.quiet(), memory.peak(model.device) as peak, torch.random.fork_rng(cards):
        chosen, train, dev = _prepare(tokenizer, model, table, asked)
        loss = loss_of(chosen, train[1], labels_of(model), model.device)
        kept = None
        if checkpoint is not None:
            first = fingerprint(model, chosen, [train, dev]) | {"processes": str(processes.count)}
            kept = Checkpoint(checkpoint, first)
        torch.manual_seed(chosen.seed)
        prepared = _with_method(model, chosen, train[0])
        if processes.rank:
            torch.manual_seed(chosen.seed + processes.rank)  # dropout of its own
        beside = Beside(progress, kept, save_every, callback if processes.rank == 0 else None, processes)
        with _as_read(prepared, chosen, train, dev) as (train_rows, dev_rows), _memory_explained(chosen):
            history = run(prepared, chosen, train_rows, dev_rows, loss, beside)
        highest = peak()
    prepared.zero_grad()  # frees the gradients' memory
    prepared.eval()
    return FineTuned(prepared, tokenizer, chosen, pd.DataFrame(history).set_index("epoch"), highest)


def _with_method(model, settings: Settings, inputs: list[Tensor]):
    """The model with what its method adds, tried on a text."""
    method, steps = settings.method, steps_of(settings, len(inputs))
    prepared = methods.prepare(model, method, settings.rank, settings.layers, steps)
    if methods.METHODS[method].saved != "whole":
        _together.check_added(prepared, method, inputs)
    return prepared


@contextmanager
def _as_read(model, settings: Settings, train: Rows, dev: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The rows as the model reads them: as tokens or, for "head", as what its encoder makes of them once."""
    if settings.method != "head":
        yield train, dev
        return
    with encoded_once(model, train[0], dev[0]) as (encoded, dev_encoded):
        yield (encoded, train[1]), (dev_encoded, dev[1])


@contextmanager
def _memory_explained(settings: Settings) -> Iterator[None]:
    """Inside, an error of too little memory says what to lower."""
    try:
        yield
    except RuntimeError as error:  # which torch.OutOfMemoryError is, too
        if "memory" not in str(error):
            raise
        raise MemoryError(
            f"a batch does not fit: lower batch_size ({settings.batch_size}) or max_length ({settings.max_length}), "
            f'raise parts ({settings.parts}), or take a method with fewer weights, such as "lora"'
        ) from error


def _prepare(tokenizer, model, table: pd.DataFrame, settings: Settings) -> tuple[Settings, Rows, Rows]:
    """The settings with the true longest text, then (inputs, targets) of the training rows, and those of the dev
    rows."""
    labels = labels_of(model)
    _together.check_tokenizer(model, tokenizer)
    known = replace(settings, max_length=_longest(model, tokenizer, settings))
    check_table(table, labels)
    splits = table["split"] if "split" in table else pd.Series("train", table.index)
    train, dev = (table[splits == name] for name in ("train", "dev"))
    check_training(train, labels)
    if known.patience and dev.empty:
        raise ValueError(f"patience is {known.patience}, but the table has no dev rows to judge an epoch by")
    if unused := set(splits) - {"train", "dev", "test"}:
        print(f"! rows of the splits {sorted(map(str, unused))} are neither trained on nor measured")
    several = has_several(table)
    model.config.problem_type = f"{'multi' if several else 'single'}_label_classification"  # what `predict` goes by
    rows = [
        (encode(tokenizer, part["text"], known.max_length), targets_of(part, labels, several)) for part in (train, dev)
    ]
    _together.check_reads(model, [*rows[0][0], *rows[1][0]], logits_of)
    return known, *rows


def _longest(model, tokenizer, settings: Settings) -> int:
    """The most tokens of a text that settings, model and tokenizer allow; the vectors of a prompt take some of the
    places."""
    added = settings.rank if settings.method == "prompt" else 0
    places = _together.longest_text(model, tokenizer)
    if places - added < 3:
        raise ValueError(f"rank is {settings.rank}; the model reads {places} tokens, the prompt's vectors included")
    return min(settings.max_length, places - added)


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
        """Whose forward pass this model takes: "first token" is `trainlib.finetune.first_token`, "library" the model's
        own."""
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
    """What `FineTuned.save` wrote, on the CPU. ValueError when the folder holds no such model, or not all of its
    weights."""
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

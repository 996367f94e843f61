"""What you call: `fit` a model, use what comes of it, and load it again."""

import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from trainlib import data, measure, methods, models
from trainlib._files import write
from trainlib._values import check_whole
from trainlib.finetune import _together, exported, memory
from trainlib.finetune._batches import length_of, tensors_of
from trainlib.finetune.answers import Answers
from trainlib.finetune.checkpoint import Checkpoint
from trainlib.finetune.classes import Classes, several_of
from trainlib.finetune.loop import Beside, run, steps_of
from trainlib.finetune.numbers import Numbers
from trainlib.finetune.passes import batch_of
from trainlib.finetune.preferences import Preferences
from trainlib.finetune.processes import launched
from trainlib.finetune.quick_bert import quick
from trainlib.finetune.settings import PREFERRING, Settings
from trainlib.finetune.tags import Tags
from trainlib.finetune.task import Rows, Task, TaskLoss
from trainlib.finetune.texts import as_series

__all__ = ["FineTuned", "fingerprint", "fit", "load", "task_of", "tensorboard"]

SAMPLE = 400  # texts on which an exported model is compared with the model
ENGINES = ("torch", "onnx", "onnx-int8")
PROBE = "A naïve film, 3 of 5: “fine”."  # what a saved tokenizer makes of it tells it from another one


def task_of(model, tokenizer, settings: Settings) -> Task:
    """What a model learns with these settings: by its kind, and for a causal model by the method."""
    if not methods.writes(model):
        if settings.method == PREFERRING:
            raise ValueError(
                f"method is {PREFERRING!r}; a {type(model).__name__} does not write, and can have: "
                f"{', '.join(methods.possible(model))}"
            )
        kind = Tags if methods.tags(model) else Numbers if model.config.num_labels == 1 else Classes
        return kind(tokenizer, settings)
    return (Preferences if settings.method == PREFERRING else Answers)(tokenizer, settings)


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

    `model` and `tokenizer` come from `models.load`; the model itself is changed. Without a column `split` all rows of
    `table` are for training. `settings` are the fields of `Settings` by name, such as method="lora". What else the
    table has:

    - for a classifier, of `models.load(name, labels=…)`, `text` and `label`: a name of its classes, or a list of them;
    - for `models.load(name, task="number")` `text` and `label`, a number. For classes and numbers a column `second`
      makes each row a pair of texts;
    - for `models.load(name, labels=…, task="tokens")` `words` and `tags`, a list of each in every row, the tags "O",
      "B-kind" and "I-kind" (see `trainlib.finetune.tags`);
    - for a causal model `prompt` and `answer`, or `messages`, whose last one is the answer. A prompt is a string, taken
      as it is, or a list of messages, {"role": …, "content": …}, for the tokenizer's chat template;
    - for a causal model with method="dpo" `prompt`, `chosen` and `rejected`.

    `progress` draws a bar on stdout. `checkpoint` names a file that holds the state of the run after each epoch and
    after each `save_every` steps: call again with the same arguments, and a run that was killed goes on from there.
    `callback` is called with step, loss and learning_rate after each step, and with the history's new row after each
    epoch.

    Raises ValueError for settings and tables that cannot be right, FloatingPointError for a loss that is no number,
    MemoryError where a batch does not fit, OSError where a checkpoint cannot be written.
    """
    check_whole("save_every", save_every, 1)
    asked, processes = Settings(**settings), launched()
    model = _together.as_trainable(model, asked.trains)
    if torch.cuda.is_available() and processes.count > 1:
        model.to(f"cuda:{torch.cuda.current_device()}")
    cards = [model.device] if model.device.type == "cuda" else []
    with processes.quiet(), memory.peak(model.device) as peak, torch.random.fork_rng(cards):
        task, train, dev = _prepare(tokenizer, model, table, asked)
        loss, chosen, kept = task.loss(model, train[1]), task.settings, None
        if checkpoint is not None:
            first = fingerprint(model, chosen, [train, dev]) | {"processes": str(processes.count)}
            kept = Checkpoint(checkpoint, first)
        torch.manual_seed(chosen.seed)
        steps = steps_of(chosen, len(train[0]))
        prepared = methods.prepare(model, chosen.trains, chosen.rank, chosen.layers, steps)
        if processes.rank:
            torch.manual_seed(chosen.seed + processes.rank)  # dropout of its own
        beside = Beside(progress, kept, save_every, callback if processes.rank == 0 else None, processes)
        with task.as_read(prepared, train, dev) as (train_rows, dev_rows), _memory_explained(chosen):
            with _checkpointing(prepared) if chosen.gradient_checkpointing else nullcontext():
                if methods.METHODS[chosen.trains].saved != "whole":
                    _together.check_added(prepared, chosen.method, lambda: _longest_loss(prepared, loss, train_rows))
                over = run(prepared, task, train_rows, dev_rows, loss, beside)
        highest = peak()
    prepared.zero_grad()  # frees the gradients' memory
    prepared.eval()
    chosen = replace(chosen, precision=over.precision, threads=over.threads)
    return FineTuned(prepared, tokenizer, chosen, pd.DataFrame(over.rows).set_index("epoch"), highest)


def _longest_loss(model, loss: TaskLoss, rows: Rows) -> Tensor:
    """The loss of the longest row."""
    inputs, targets = rows
    row = max(range(len(inputs)), key=lambda row: length_of(inputs[row]))
    return loss.of(model, batch_of(model, inputs, [row]), targets[[row]].to(model.device))


@contextmanager
def _checkpointing(model) -> Iterator[None]:
    """Inside, a step computes each layer again when its gradients are due. ValueError where the model cannot."""
    if not getattr(model, "supports_gradient_checkpointing", False):
        raise ValueError(f"gradient_checkpointing is True; a {type(model).__name__} has no layers that can do it")
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # transformers will rename it
        model.gradient_checkpointing_enable({"use_reentrant": False})
    try:
        yield
    finally:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            model.gradient_checkpointing_disable()


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


def _prepare(tokenizer, model, table: pd.DataFrame, settings: Settings) -> tuple[Task, Rows, Rows]:
    """The task, with the true longest text in its settings, the training rows and the dev rows."""
    _together.check_tokenizer(model, tokenizer)
    longest, metric = _longest(model, tokenizer, settings), settings.metric
    metric = metric or task_of(model, tokenizer, settings).metrics[0]
    task = task_of(model, tokenizer, replace(settings, max_length=longest, metric=metric))
    task.check_settings()
    task.check(model, table)
    splits = table["split"] if "split" in table else pd.Series("train", table.index)
    train, dev = (table[splits == name] for name in ("train", "dev"))
    task.check_training(model, train)
    if settings.patience and dev.empty:
        raise ValueError(f"patience is {settings.patience}, but the table has no dev rows to judge an epoch by")
    if unused := set(splits) - {"train", "dev", "test"}:
        print(f"! rows of the splits {sorted(map(str, unused))} are neither trained on nor measured")
    train_rows, dev_rows = (task.rows(model, part) for part in (train, dev))
    task.check_reads(model, [*train_rows[0], *dev_rows[0]])
    return task, train_rows, dev_rows


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


def fingerprint(model, settings: Settings, data: Sequence[Rows]) -> dict[str, str]:
    """What a checkpoint must agree in to go on: settings, texts with labels, and the weights before the run."""
    texts, weights = hashlib.sha256(), hashlib.sha256()
    for part in [part for inputs, targets in data for part in (*inputs, targets)]:
        for tensor in tensors_of(part):
            texts.update(tensor.numpy().tobytes() + b"|")
    for weight in model.parameters():
        weights.update(weight.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return {"settings": repr(settings), "texts": texts.hexdigest(), "first weights": weights.hexdigest()}


@dataclass
class FineTuned:
    """A trained model with all that is needed to use it.

    `history` has a row an epoch: train_loss (mean over rows, while the weights were changing), dev_loss, seconds (of
    training alone), samples_per_second, and for classes dev_accuracy and dev_f1, for tags both, too (of words, and of
    spans), for numbers dev_spearman, for answers dev_perplexity, for preferences dev_accuracy (see
    `trainlib.finetune.preferences`). `memory` is what training took at its peak, in
    bytes, above what was held before; None after loading.
    """

    model: nn.Module
    tokenizer: object
    settings: Settings
    history: pd.DataFrame
    memory: int | None = None
    folder: Path | None = None  # where it was saved to or loaded from
    _exported: dict = field(default_factory=dict, repr=False, compare=False)

    def predict(self, texts: Iterable, second: Iterable[str] | None = None, *, engine: str = "torch") -> pd.DataFrame:
        """A row a text: `label`, the most probable class, then the probability of each class. A Series keeps its index.
        For pairs `second` has the other text of each.

        With several labels a row, `label` is the list of those with a probability of at least 0.5. Of a model for
        numbers `label` is the number. For tags `texts` are lists of words; a row has `tags`, one a word,
        `probabilities` of these (nan for a word that was not read, whose tag is "O"), and `spans`, (kind, start, end)
        each.

        engine="onnx" lets ONNX Runtime compute a classifier, "onnx-int8" with 8 bits a weight: faster on a CPU. The
        first call exports the model and compares labels on up to `SAMPLE` texts (ValueError where more than 1 % differ,
        as in 8 bits they may); the file is kept beside a saved model.
        """
        if engine not in ENGINES:
            raise ValueError(f"engine is {engine!r}; it must be one of {', '.join(ENGINES)}")
        if engine != "torch":
            texts, second = as_series(texts), None if second is None else as_series(second, "second")
            return self.task.predict(self._in_onnx(texts, second, engine == "onnx-int8"), texts, second)
        return self.task.predict(self.model, texts, second)

    def _in_onnx(self, texts: pd.Series, second: pd.Series | None, int8: bool) -> exported.Exported:
        """The exported model: the open one, the one in the folder, or a new one, compared on enough of these texts, or
        on sentences about films."""
        if not isinstance(self.task, Classes):
            raise ValueError(f'engine is "onnx"; a {type(self.model).__name__} gives no classes, take engine="torch"')
        key = (int8, second is None)
        state = [(weight.data_ptr(), weight._version) for weight in self.model.parameters()]  # training moves it
        if self._exported.get(key, (None,))[0] != state:
            weights = fingerprint(self.model, self.settings, [])["first weights"] + (" alone" if second is None else "")
            path = self.folder and exported.file_of(self.folder, int8)
            found = path and exported.opened(self.model, path, weights)
            if not found:
                if len(texts) < SAMPLE // 4:
                    films = data.load("movie_sentences")
                    texts = films["text"][films["split"] == "dev"]
                    second = None if second is None else texts[::-1]
                texts, second = texts[:SAMPLE], None if second is None else second[:SAMPLE]
                found = exported.made(self.model, self.task.inputs(self.model, texts, second), int8, path, weights)
            self._exported[key] = state, found
        return self._exported[key][1]

    def answer(self, prompts, **options) -> str | list[str]:
        """What a causal model writes after each prompt, a string or a list of messages (after one string: one answer).

        `options` are those of `trainlib.generate.text`, such as max_tokens, temperature, stop and schema.
        """
        return self.task.answer(self.model, prompts, **options)

    def evaluate(self, table: pd.DataFrame, split: str = "test") -> dict[str, measure.Score | float]:
        """Scores with their intervals, on the rows of one split (on all, without a column `split`).

        Of a classifier "accuracy" and macro "f1"; with several labels a row, a row is right if all of its labels are.
        For tags "accuracy" of words and "f1" of spans (`measure.span_f1`); for numbers "spearman" and "absolute_error".
        Of a causal model on `prompt` and `answer` (or `messages`) "exact_match", the share of greedy answers that equal
        the given one but for white space around it, and "perplexity" of the given ones, a number; on `prompt`, `chosen`
        and `rejected` "accuracy", the share of pairs whose chosen answer it finds more probable.
        """
        task = self.task
        if methods.writes(self.model):
            task = (Preferences if "chosen" in table else Answers)(self.tokenizer, self.settings)
        task.check(self.model, table)
        rows = table[table["split"] == split] if "split" in table else table
        if rows.empty:
            raise ValueError(f"split is {split!r}; the table has rows of {sorted(set(table.get('split', [])))}")
        return task.evaluate(self.model, rows)

    @property
    def task(self) -> Task:
        """What the model has learnt to do."""
        return task_of(self.model, self.tokenizer, self.settings)

    @property
    def several(self) -> bool:
        """Whether a text may have several labels, or none."""
        return several_of(self.model)

    @property
    def forward(self) -> str:
        """Whose forward pass this model takes: "library", the model's own (a causal model's head sees the answers alone
        in training), or that of `trainlib.finetune.quick_bert`, by what its head reads: "first token", "mean of tokens"
        or "each token"."""
        return getattr(quick(self.model), "reads", "library")

    @property
    def parameters(self) -> tuple[int, int]:
        """How many weights `fit` trained, and how many the model has, in which the added ones count."""
        trained = sum(weight.numel() for weight in self.model.parameters() if weight.requires_grad)
        return trained, sum(weight.numel() for weight in self.model.parameters())

    def save(self, folder: str | Path) -> Path:
        """Write model, tokenizer, settings and history.

        What lora, adalora and dpo have learnt is merged into the weights, so that transformers opens the folder too;
        what adapter and prompt have added cannot be merged, and lies beside the model for `finetune.load`.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        model = self.model
        (folder / models.ADDED).unlink(missing_ok=True)  # of a model that was saved here before
        if methods.METHODS[self.settings.trains].saved == "beside":
            trained = {name: weight.detach() for name, weight in model.named_parameters() if weight.requires_grad}
            save_file(trained, folder / models.ADDED)
        model = model.get_base_model() if hasattr(model, "get_base_model") else model
        with models.quiet():
            model.save_pretrained(folder, state_dict=methods.plain_state(model))
            self.tokenizer.save_pretrained(folder)
        write(folder / "history.csv", self.history.to_csv())
        kept = asdict(self.settings) | {"probe": list(self.tokenizer(PROBE)["input_ids"])}
        write(folder / "finetune.json", json.dumps(kept, indent=1, default=int))
        self.folder = folder
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
    if methods.METHODS[settings.trains].saved == "beside":
        model = methods.prepare(model, settings.method, settings.rank, settings.layers, steps=1)
        added = load_file(folder / models.ADDED)
        trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
        if odd := sorted(trained ^ added.keys()):
            raise ValueError(
                f"{folder / models.ADDED} does not hold what {settings.method} trains: {odd[0]} is not in both"
            )
        model.load_state_dict(added, strict=False)
        model.eval()
    history = pd.read_csv(folder / "history.csv", index_col="epoch")
    return FineTuned(model, tokenizer, settings, history, folder=folder)

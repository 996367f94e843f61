"""Packed models, unpacked once into a cache folder.

The folder is the platform's for caches of a user, or what the environment variable TRAINLIB_CACHE names. It may be
deleted at any time, shared, or read-only once it is filled. A model in there is whole or not there at all, also when
several processes begin at once; what was damaged since is made anew.
"""

import hashlib
import json
import os
import shutil
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from trainlib.models import packed
from trainlib.models._quiet import quiet

HASHES = "sha256.json"  # beside the unpacked files: the hash of each


def home() -> Path:
    """The folder of all that trainlib keeps. ValueError where TRAINLIB_CACHE is no absolute path."""
    from platformdirs import user_cache_path

    if not (named := os.environ.get("TRAINLIB_CACHE")):
        return user_cache_path("trainlib", appauthor=False)
    if not (path := Path(named).expanduser()).is_absolute():
        raise ValueError(f"TRAINLIB_CACHE is {named!r}; it must be the absolute path of a folder")
    return path


def folder(name: str, source: Path, sha256: str) -> Path:
    """The folder with the unpacked model, made where it is not there or damaged. OSError where that is not possible.

    `source` is its GGUF file, `sha256` the hash of that.
    """
    form = version("transformers").split(".")[0]  # another generation reads some settings wrongly
    place = home() / f"{name}-{sha256[:12]}-{form}"
    return place if _is_whole(place) else _make(name, source, place)


def opened(name: str, source: Path, sha256: str) -> Path | packed.Unpacked:
    """As `folder`; where the cache cannot be written, the unpacked model in memory."""
    try:
        return folder(name, source, sha256)
    except OSError as error:
        print(
            f"{name} cannot be kept in {home()} ({error.strerror or error}), so unpacking it takes some seconds each "
            "time. The environment variable TRAINLIB_CACHE names another folder."
        )
        return packed.unpack(source)


def read(source: Path | packed.Unpacked, precision) -> tuple[dict, object]:
    """The weights, by name, and the tokenizer of what `opened` has found.

    For float32 each weight is read and converted by itself: the file is never held as a whole beside what is made of
    it. Else they are as `packed` gives them.
    """
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file
    from transformers import AutoTokenizer

    if isinstance(source, packed.Unpacked):
        return source.weights, source.tokenizer
    file, tokenizer = source / "model.safetensors", AutoTokenizer.from_pretrained(source)
    if precision != torch.float32:
        return load_file(file), tokenizer
    with safe_open(file, framework="pt") as whole:
        names, weights = [*whole.keys()], {}
    for name in names:
        with safe_open(file, framework="pt") as whole:  # what was read of it stays in memory until it is closed
            weights[name] = whole.get_tensor(name).to(precision)
    return weights, tokenizer


def _make(name: str, source: Path, place: Path) -> Path:
    """Unpack `source` into `place`. Who comes second waits, and takes what the first has made."""
    from filelock import FileLock

    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.with_name(f"{place.name}.lock")):
        _is_whole.cache_clear()
        if _is_whole(place):
            return place
        for left in [place, *place.parent.glob(f"{place.name}.partial*")]:  # damaged, or of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        partial = Path(tempfile.mkdtemp(prefix=f"{place.name}.partial", dir=place.parent))
        try:
            _write(name, source, partial, place)
            partial.rename(place)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        _is_whole.cache_clear()
        return place


def _write(name: str, source: Path, partial: Path, place: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    packed_mb = source.stat().st_size / 1e6
    unpacked = 2.74 * packed_mb  # 16 bits a weight in the place of 5.85
    print(f"{name}: {packed_mb:.0f} MB are unpacked once into {unpacked:.0f} MB, kept in {place}", flush=True)
    if shutil.disk_usage(partial).free < 1.1e6 * unpacked:
        raise OSError(28, "less than that is free on its disk")
    config, weights, tokenizer = packed.unpack(source)
    try:
        save_file(weights, partial / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:  # which is no OSError, also where the disk is full
        raise OSError(5, str(error)) from error
    with quiet():
        config.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
    hashes = {path.name: _sha256(path) for path in sorted(partial.iterdir())}
    (partial / HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    partial.chmod(0o755)  # safetensors and tempfile make what nobody else may read
    for path in partial.iterdir():
        path.chmod(0o644)


@cache
def _is_whole(place: Path) -> bool:
    """Whether all files are there as they were written; looked at once a process."""
    try:
        hashes = json.loads((place / HASHES).read_text(encoding="utf-8"))
        return all(_sha256(place / name) == known for name, known in hashes.items()) and bool(hashes)
    except (OSError, ValueError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

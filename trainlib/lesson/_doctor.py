"""What a machine and its installation look like, for who helps."""

import os
import platform
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec

__all__ = ["doctor"]

PACKAGES = (
    "trainlib",
    "numpy",
    "pandas",
    "torch",
    "transformers",
    "peft",
    "scikit-learn",
    "jupyterlab",
    "nbgrader",
)


def doctor() -> None:
    """Print what your installation looks like, to paste when you ask for help, and what may go wrong with it."""
    versions = {name: _version(name) for name in PACKAGES}
    memory, disk = _memory(), shutil.disk_usage(".")
    print(f"python {platform.python_version()} on {platform.platform()}")
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(_device())
    free = f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free" if memory else "not known here"
    print(f"memory: {free}; disk here: {disk.free / 2**30:.1f} GiB free")
    warnings = []
    if find_spec("torch") is None and sys.platform != "emscripten":  # in a browser there are only lessons without
        warnings.append('lessons with models do not run without PyTorch: run pip install "trainlib[models]"')
    if memory and memory.available < 1.5 * 2**30:
        warnings.append("under 1.5 GiB of memory is free: close other programs and other notebooks' kernels")
    if disk.free < 2**30:
        warnings.append("under 1 GiB of disk is free here: saving a notebook or a model may fail")
    print("\n".join(f"! {text}" for text in warnings) or "✓ nothing found that would keep a lesson from running")


def _device() -> str:
    """What computes, and with how many threads."""
    if find_spec("torch") is None:
        return f"no PyTorch, which the lessons with models need; {os.cpu_count()} cores"
    import torch

    device = "CPU only"
    if torch.cuda.is_available():
        device = f"CUDA, {torch.cuda.get_device_name()}"
    elif torch.backends.mps.is_available():
        device = "Apple GPU (MPS)"
    return f"device: {device}; {os.cpu_count()} cores, torch uses {torch.get_num_threads()}"


def _memory():
    """psutil's account of memory; None in a browser, where there is no psutil."""
    if find_spec("psutil") is None:
        return None
    import psutil

    return psutil.virtual_memory()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"

"""Write requirements.lock: the newest versions, for all extras, that pyproject.toml allows together (`make lock`).

The lock is a constraints file: the extras choose what is installed, the lock says in which version. So one lock serves
learners, instructors, Binder and CI, on every system. It is resolved on Linux; what only other systems need stays free.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from install import environment_python

TORCH = "2.13.0"  # a newer torch is a decision, not a by-product of `make lock`: change it here
GPU_ONLY = re.compile(r"(nvidia|cuda|triton|pytorch-triton)\b")  # come with PyPI's torch, never with its CPU build
HEAD = "# Exact versions, for `pip install --constraint`. Written by `make lock`; do not edit.\n"
ROOT = Path(__file__).resolve().parent.parent


def resolve(folder: Path) -> list[dict]:
    """What pip would install for all extras into an empty environment in `folder`: its report, an entry a package."""
    venv.create(folder / ".venv", with_pip=True)
    report = folder / "report.json"
    pip = [str(environment_python(folder / ".venv")), "-m", "pip", "--disable-pip-version-check"]
    wanted = [f"{ROOT}[test]", f"torch=={TORCH}"]
    subprocess.run([*pip, "install", "--quiet", "--dry-run", "--report", str(report), *wanted], check=True)
    return [entry["metadata"] for entry in json.loads(report.read_text())["install"]]


def pins(packages: list[dict]) -> list[str]:
    """`name==version` lines in alphabetical order, without what names one build (`+cpu`) or one kind of machine."""
    names = {re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"].split("+")[0] for package in packages}
    return [f"{name}=={names[name]}" for name in sorted(names) if name != "trainlib" and not GPU_ONLY.match(name)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            lines = pins(resolve(Path(folder)))
        except subprocess.CalledProcessError:
            sys.exit("requirements.lock stays as it was: pip found no set of versions, for the reason above.")
    (ROOT / "requirements.lock").write_text(HEAD + "\n".join(lines) + "\n")
    print(f"requirements.lock: {len(lines)} packages")

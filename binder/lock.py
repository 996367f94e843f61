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

from install import WITHOUT_DEPENDENCIES, environment_python

TORCH = "2.13.0"  # a newer torch is a decision, not a by-product of `make lock`: change it here
GPU_ONLY = re.compile(r"(nvidia|cuda|triton|pytorch-triton)\b")  # come with PyPI's torch, never with its CPU build
LOWEST_PYTHON = "3.11.0"  # the first that pyproject.toml's requires-python allows
TOO_NEW = f"""
import json, sys
from pip._vendor.packaging.specifiers import SpecifierSet
print(json.dumps([name for name, wants in json.load(sys.stdin) if "{LOWEST_PYTHON}" not in SpecifierSet(wants)]))
"""
HEAD = "# Exact versions, for `pip install --constraint`. Written by `make lock`; do not edit.\n"
ROOT = Path(__file__).resolve().parent.parent


def resolve(folder: Path) -> list[dict]:
    """What pip would install for all extras into an empty environment in `folder`: its report, an entry a package.

    A version that wants a newer Python than the lowest that pyproject.toml allows is avoided.
    """
    venv.create(folder / ".venv", with_pip=True)
    report, avoided = folder / "report.json", folder / "avoided.txt"
    python = str(environment_python(folder / ".venv"))
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    wanted = [f"{ROOT}[test]", f"torch=={TORCH}", "--constraint", str(avoided)]
    avoided.touch()
    while True:
        subprocess.run([*pip, "install", "--quiet", "--dry-run", "--report", str(report), *wanted], check=True)
        packages = [entry["metadata"] for entry in json.loads(report.read_text())["install"]]
        if not (names := too_new(python, packages)):
            return packages
        lines = [f"{package['name']}<{package['version']}\n" for package in packages if package["name"] in names]
        avoided.write_text(avoided.read_text() + "".join(lines))


def too_new(python: str, packages: list[dict]) -> list[str]:
    """The names of packages that do not run on LOWEST_PYTHON, told by the `packaging` that comes with pip."""
    asked = [(package["name"], package.get("requires_python") or "") for package in packages]
    ran = subprocess.run([python, "-c", TOO_NEW], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def pins(packages: list[dict]) -> list[str]:
    """`name==version` lines in alphabetical order, without what names one build (`+cpu`) or one kind of machine."""
    names = {re.sub(r"[-_.]+", "-", package["name"]).lower(): package["version"].split("+")[0] for package in packages}
    names |= dict(pin.split("==") for pin in WITHOUT_DEPENDENCIES)
    return [f"{name}=={names[name]}" for name in sorted(names) if name != "trainlib" and not GPU_ONLY.match(name)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            lines = pins(resolve(Path(folder)))
        except subprocess.CalledProcessError:
            sys.exit("requirements.lock stays as it was: pip found no set of versions, for the reason above.")
    (ROOT / "requirements.lock").write_text(HEAD + "\n".join(lines) + "\n")
    print(f"requirements.lock: {len(lines)} packages")

"""What learners get when the repository itself stays private: the lessons and what they need, in a folder of its own.

No sources, tests, item keys or history go there. The copy is then searched for them, and a find is an error.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from grading.authoring import items
from grading.authoring.rules import HIDDEN, SOLUTION
from grading.records import folders, settings

WANTED = (
    "README.md",
    "LICENSE",
    "LICENSE-CONTENT",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "binder",
    "docs",
    "notebooks",
    "trainlib",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
INSTRUCTORS_PARTS = {  # what would name commands that the copy has not
    "README.md": re.compile(r"^## (Teach|Lead)\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE),
    "Makefile": re.compile(r"^(?!lab:|help:)[a-z-]+:.*\n(\t.*\n?)*\n*", re.MULTILINE),
}
FORBIDDEN = ("grading", "tests", ".git", "gradebook.db", "settings.toml")


@dataclass(frozen=True)
class Secret:
    """The telling lines of a solution or a hidden test, or the reasons of a question of the item bank."""

    where: str
    kind: str
    lines: tuple[str, ...]


def publish(folder: Path) -> list[str]:
    """Copy what learners get to an empty or new folder and search the copy.

    Returns what was found that must not be there.

    ValueError where the folder holds something already, or where a part of the project is missing.
    """
    folder = Path(folder).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not an empty folder: give a new one, so that nothing old is published with it")
    if folder.is_relative_to(folders.root):
        raise ValueError(f"{folder} lies inside the project: give a folder outside of it")
    if missing := [name for name in WANTED if name != "docs" and not (folders.root / name).exists()]:
        raise ValueError(f"the project has no {', '.join(missing)}, which learners need")
    folder.mkdir(parents=True, exist_ok=True)
    for name in WANTED:
        source = folders.root / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copyfile(source, folder / name)
    for name, part in INSTRUCTORS_PARTS.items():
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(part.sub("", text), encoding="utf-8")
    return search(folder)


def search(folder: Path) -> list[str]:
    """A sentence for each secret in the files of a folder: forbidden files, solutions, hidden tests, the hidden seed.

    In a notebook one telling line is enough. Elsewhere a hidden test is found by any of its lines, and a solution by
    all of them, at least two: `trainlib` computes some of the same things, which is no secret.
    """
    secrets, found = secrets_of_sources(), []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if set(name.parts) & set(FORBIDDEN):
            found.append(f"{name}: it is the instructor's")
            continue
        text, notebook = _text(path), path.suffix == ".ipynb"
        for secret in secrets:
            hits = [line for line in secret.lines if line in text]
            whole = len(hits) == len(secret.lines) >= 2
            if hits and (notebook or secret.kind != "solution" or whole):
                found.append(f"{name}: it shows a {secret.kind} of {secret.where}: {hits[0]!r}")
    return found


def secrets_of_sources() -> list[Secret]:
    """What must not be published: solutions and hidden tests with telling lines, the item bank, the hidden seed."""
    found = []
    paths = sorted((folders.root / "grading" / "source").rglob("*.py"))
    sources = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    shown = "\n".join(HIDDEN.sub("", SOLUTION.sub("", source)) for source in sources.values())  # a lesson may show it
    for lesson, source in sources.items():
        for kind, region in (("solution", SOLUTION), ("hidden test", HIDDEN)):
            for part in region.findall(source):
                lines = {_plain(line) for line in part.splitlines()}
                if telling := tuple(sorted(line for line in lines if len(line) > 20 and line not in shown)):
                    found.append(Secret(lesson, kind, telling))
    found += [Secret(f"question {item.id}", "reason", item.reasons) for item in items.bank()]
    cells = "\n".join(cell.source for lesson in items.CHECKS for cell in items.cells(lesson))
    keys = {line for region in (SOLUTION, HIDDEN) for part in region.findall(cells) for line in part.splitlines()}
    found.append(Secret("the item bank", "key", tuple(sorted(keys))))
    if (seed := settings.known_seed()) and seed >= 100_000:  # a shorter one stands in many places by chance
        found.append(Secret("this course's settings", "hidden seed", (str(seed),)))
    return found


def _plain(line: str) -> str:
    """A source line as it stands in a notebook: open answers are comments in the percent script."""
    return line.strip().removeprefix("# ").strip()


def _text(path: Path) -> str:
    """A file's text; of a notebook every text in it, as its reader sees it and not as JSON writes it."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix != ".ipynb":
        return text
    return "\n".join(_strings(json.loads(text)))


def _strings(value) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):  # a cell's source may be a list of lines
        return (
            ["".join(value)]
            if all(isinstance(part, str) for part in value)
            else [t for part in value for t in _strings(part)]
        )
    return [value] if isinstance(value, str) else []

"""Learner editions as they are copied into a learner's own folder, before any library is needed.

`AGENTS.md` goes with them: it asks assistants that work there to tutor, and to fill in no answers.
"""

import hashlib
import json
import shutil
from pathlib import Path

from trainlib import course
from trainlib._files import write

__all__ = ["copy_lessons"]


def copy_lessons(target: Path) -> list[str]:
    """Copy the lessons, and what assistants read, that are not in `target` yet. Nothing that is there is overwritten.

    What has changed since it was copied is put beside the learner's own, as `NAME.new-edition.ipynb`.
    Returns a line for the learner about each file that was written.
    """
    source, record = course.folder(), target / ".editions.json"
    target.mkdir(parents=True, exist_ok=True)
    editions = _editions(record)
    said = []
    wanted = ["index.ipynb", "AGENTS.md", *(row.file for row in course.lessons())]
    for original in (source / name for name in wanted):
        name = original.relative_to(source)
        own, digest = target / name, hashlib.sha256(original.read_bytes()).hexdigest()
        if not own.exists():
            own.parent.mkdir(exist_ok=True)
            shutil.copyfile(original, own)
            said.append(f"new: {name}")
        elif editions.get(str(name)) != digest:
            beside = own.with_suffix(f".new-edition{own.suffix}")
            shutil.copyfile(original, beside)
            said.append(f"changed since you began: {name} is kept as it is, the new edition is {beside.name} beside it")
        editions[str(name)] = digest
    write(record, json.dumps(editions, indent=1))
    return said


def _editions(record: Path) -> dict[str, str]:
    """Which edition each lesson was copied from; {} where nothing says so, or what does is damaged."""
    try:
        editions = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return editions if isinstance(editions, dict) else {}

"""Who is who in an export of Gradescope, whose folders have numbers: `submission_metadata.yml` beside them says it.

submission_111:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711'
    :email: ada@example.org
  :created_at: 2026-10-05 10:30:00.000000000 +02:00
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

import yaml

from grading.intake.archives import File, Refused, utc
from grading.intake.naming import Place, learner_from

LISTS = ("submission_metadata.yml", "submission_metadata.yaml")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNREADABLE = "it cannot be read, so each submission is asked about: {}"


def is_list(name: str) -> bool:
    return name in LISTS


def submissions(listed: Iterable[File], refused: list[tuple[str, str]]) -> dict[str, dict]:
    """What the lists among these files say, by the path of the folder of each submission. Faults go to `refused`."""
    found = {}
    for file in listed:
        path = PurePosixPath(file.origin, file.path)
        if is_list(path.name):
            try:
                said = yaml.load(file.read()[0], LOADER)
                found |= {str(path.parent / name): one for name, one in said.items() if isinstance(one, dict)}
            except Refused as reason:
                refused.append((str(file), str(reason)))
            except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
                refused.append((str(file), UNREADABLE.format(f"{type(error).__name__}: {error}"[:200])))
    return found


def named(place: Place, said: dict[str, dict]) -> Place:
    """A place of an export with the one person who handed in; as it was where the lists name nobody, or several."""
    sender = place.sender
    one = said.get(str(PurePosixPath(sender.download, sender.keys[0]))) if sender.is_platform else None
    people = one.get(":submitters") if one else None
    if not (isinstance(people, list) and len(people) == 1 and isinstance(people[0], dict)):
        return place
    name, number, email = (str(people[0].get(f":{part}") or "").strip() for part in ("name", "sid", "email"))
    keys = tuple(filter(None, (email, number, name)))
    if not keys:
        return place
    known = replace(
        sender, keys=(*keys, *sender.keys), learner=learner_from(name), source=keys[0], number=number or email
    )
    time = one.get(":created_at")
    return replace(place, sender=known, time=utc(time) if isinstance(time, datetime) else None)

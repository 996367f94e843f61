"""What came by the hub and how its zips are called: `received/<learner>/<learner>_<stage>_<time>-<digest>.zip`.

`hub.service` lays them, `collect` takes them in as their user's, `status` tells which of them wait.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grading.records import folders

STAMP = "%Y%m%d-%H%M%S"
NAME = re.compile(r"(?P<stage>.+)_(?P<time>\d{8}-\d{6})-(?P<digest>[0-9a-f]{64})\.zip")


@dataclass(frozen=True)
class Received:
    """A zip of the hub: whose it is, of which stage, when it came (UTC), and the SHA-256 of what is in it."""

    learner: str
    stage: str
    time: datetime
    sha256: str

    @property
    def path(self) -> Path:
        name = f"{self.learner}_{self.stage}_{self.time.strftime(STAMP)}-{self.sha256}.zip"
        return root() / self.learner / name

    @classmethod
    def of(cls, path: Path) -> "Received | None":
        """What the place of a zip tells; None where it is somebody else's file."""
        learner = path.parent.name
        found = NAME.fullmatch(path.name.removeprefix(f"{learner}_"))
        try:
            time = datetime.strptime(found["time"], STAMP).replace(tzinfo=UTC) if found else None
        except ValueError:
            return None
        one = cls(learner, found["stage"], time, found["digest"]) if found else None
        return one if one and one.path.name == path.name else None


def came_as(path: Path, origin: str) -> Received | None:
    """What the zip `origin` below `path` is, where the hub's service has laid it; None for every other one, whatever
    it is called."""
    if path.is_file() and origin != path.name:
        return None
    place = (path if path.is_file() else path / origin).resolve()
    one = Received.of(place)
    return one if one and one.path == place else None


def root() -> Path:
    """Where the zips lie until they are collected, and after."""
    return folders.state() / "received"


def zips(learner: str | None = None) -> Iterator[Received]:
    """What came from one learner or from all, by learner and name."""
    for folder in sorted(root().glob("[!.]*")) if learner is None else [root() / learner]:
        yield from filter(None, map(Received.of, sorted(folder.glob("*.zip"))))

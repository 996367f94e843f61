"""Which version of a model answers: one folder a version, and `current.json` beside them, which names it.

    releases.release("shelf", "v2")  # shelf/v2 is what FineTuned.save wrote; from now on it answers
    releases.try_out("shelf", "v3", share=0.1)  # a canary answers a tenth; share=0: a shadow is only compared
    releases.roll_back("shelf")  # no candidate; where there is none, the version before answers

Each writes the one file whole or not at all; a `Shelf`, which `trainlib.serve` answers from, reads it once a second. A
version is never changed: save what is better under another name.
"""

import asyncio
import json
import logging
import signal
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from trainlib._files import write
from trainlib._values import check_number

__all__ = ["Release", "Shelf", "read", "release", "roll_back", "try_out", "versions"]

CURRENT, SAVED = "current.json", "finetune.json"


@dataclass(frozen=True)
class Release:
    """Who answers: `version`; `candidate` a `share` of the requests. With share 0 it is only compared."""

    version: str
    before: tuple[str, ...] = ()  # versions that answered earlier, the last one last
    candidate: str | None = None
    share: float = 0.0


def read(folder: str | Path) -> Release:
    """Who answers: by `current.json`, or the only version that is there; a single saved model is its own.

    ValueError where the folder holds no model, several and no `current.json`, or one that cannot be read.
    """
    folder = Path(folder)
    if (folder / SAVED).is_file():
        return Release(folder.resolve().name)
    if (folder / CURRENT).is_file():
        try:
            kept = json.loads((folder / CURRENT).read_text(encoding="utf-8"))
            return _checked(folder, Release(**kept | {"before": tuple(kept["before"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{folder / CURRENT} is no release: {error}") from None
    if len(there := versions(folder)) == 1:
        return Release(there[0])
    held = f"holds {', '.join(there)}: say which one answers, with --release" if there else "holds no saved model"
    raise ValueError(f"folder is {str(folder)!r}, which {held}")


def release(folder: str | Path, version: str) -> Release:
    """Let `version` answer every request from now on. ValueError where the folder does not hold it."""
    try:
        old = read(folder)
    except ValueError:  # the first release
        old = Release(version)
    before = old.before if version == old.version else (*old.before, old.version)
    return _write(folder, Release(version, before))


def try_out(folder: str | Path, version: str, share: float = 0.0) -> Release:
    """Let `version` answer a `share` of the requests, 0 to 1. With 0 it answers none, and is only compared."""
    old = read(folder)
    return _write(folder, Release(old.version, old.before, version, share))


def roll_back(folder: str | Path) -> Release:
    """Take the candidate away; where there is none, the version before answers. ValueError where there is neither."""
    old = read(folder)
    if old.candidate:
        return _write(folder, Release(old.version, old.before))
    if not old.before:
        raise ValueError(f"nothing to go back to: {old.version} is the first version in {str(folder)!r}")
    return _write(folder, Release(old.before[-1], old.before[:-1]))


def versions(folder: str | Path) -> list[str]:
    """The names of the saved models in a folder."""
    return sorted(path.parent.name for path in Path(folder).glob(f"*/{SAVED}"))


class Shelf:
    """The models of a folder that are loaded: `models` by version, as the `release` names them; `trouble` says what is
    not.

    `load` makes a model of a version's folder. ValueError where there is no release to begin with.
    """

    def __init__(self, folder: str | Path, load: Callable[[Path], object]):
        self.folder, self.load, self.release = Path(folder), load, read(folder)
        self.models, self.trouble = {}, "the model is being loaded"

    def version_for(self, text: str) -> str:
        """Who answers a request that begins with this text: the same version when it is asked again."""
        candidate, share = self.release.candidate, self.release.share
        return candidate if candidate and zlib.crc32(text.encode()) < share * 2**32 else self.release.version

    @property
    def shadow(self) -> str | None:
        """The version that only reads along, where there is one."""
        return None if self.release.share else self.release.candidate

    async def watch(self) -> None:
        """Once a second: who is to answer? What is new is loaded first; what fails changes nothing."""
        seen = None
        while True:
            try:
                asked = read(self.folder)
            except (OSError, ValueError) as error:
                asked = error
            if str(asked) != seen:
                seen = str(asked)
                await self._change(asked)
            await asyncio.sleep(1)

    async def _change(self, asked: Release | Exception) -> None:
        try:
            if isinstance(asked, Exception):
                raise asked
            versions = [asked.version, asked.candidate] if asked.candidate else [asked.version]
            models = {one: self.models.get(one) or await asyncio.to_thread(self._open, one) for one in versions}
            self.models, self.release, self.trouble = models, asked, ""
        except Exception as error:
            self.trouble = f"the release could not be loaded: {error}"
            logging.error("%s; %s answers", self.trouble, " and ".join(self.models) or "nothing")
            if not self.models:
                signal.raise_signal(signal.SIGTERM)

    def _open(self, version: str):
        return self.load(self.folder if (self.folder / SAVED).is_file() else self.folder / version)


def _checked(folder: str | Path, new: Release) -> Release:
    check_number("share", new.share, 0, 1)
    there = versions(folder)
    for version in (new.version, *([new.candidate] if new.candidate is not None else [])):
        if version not in there:
            raise ValueError(f"version is {version!r}; {str(folder)!r} holds {', '.join(there) or 'none'}")
    return new


def _write(folder: str | Path, new: Release) -> Release:
    if (Path(folder) / SAVED).is_file():
        raise ValueError(f"folder is {str(folder)!r}, a single model; versions are folders beside each other in one")
    write(Path(folder) / CURRENT, json.dumps(asdict(_checked(folder, new))))
    return new

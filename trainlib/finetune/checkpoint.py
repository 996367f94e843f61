"""The state of a run on disk, so that a run that was killed goes on where it was. It is written whole or not at all."""

from pathlib import Path

import torch

from trainlib._files import replacing

__all__ = ["Checkpoint"]


class Checkpoint:
    """One file that holds the newest state of one run; `run` says which: what each part of it was, in short texts."""

    def __init__(self, path: str | Path, run: dict[str, str]):
        self.path, self.run = Path(path), run

    def read(self) -> dict | None:
        """The state that was written last, or None where there is none.

        ValueError where the file is damaged, or belongs to a run with other settings, texts or weights.
        """
        if not self.path.exists():
            return None
        try:
            saved = torch.load(self.path, weights_only=True)
            run, state = saved["run"], saved["state"]
        except Exception as error:
            raise ValueError(
                f"checkpoint {self.path} cannot be read ({type(error).__name__}); delete it to begin anew"
            ) from None
        if other := [part for part in self.run if run.get(part) != self.run[part]]:
            raise ValueError(
                f"checkpoint {self.path} belongs to a run with other {' and '.join(other)}; "
                "give this run a file of its own, or delete that one"
            )
        return state

    def write(self, state: dict) -> None:
        """Put a state in the place of the one before. OSError, such as for a full disk, leaves that one as it was."""
        try:
            with replacing(self.path) as file:
                torch.save({"run": self.run, "state": state}, file)
        except (OSError, RuntimeError) as error:  # torch reports a write that fails as a RuntimeError
            raise OSError(
                f"checkpoint {self.path} could not be written, the one before is as it was: {error}"
            ) from error

"""Where the course's files are, what the table of lessons says, and what lies in the state folder for each
submission."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from trainlib import course
from trainlib.course import Course, Lesson, Stage

root = Path(__file__).parent.parent.parent
STATE = "TRAINLIB_GRADING_STATE"
STAMP = "%Y%m%dT%H%M%S.%f"  # how the folders of attempts are named
STAMP_FILE = "timestamp.txt"  # beside what was handed in: the time that the learner's side says


def state() -> Path:
    """The one folder of everything that grading makes: gradebook, submissions, feedback. It is never committed.

    The environment variable TRAINLIB_GRADING_STATE names it; the default is `grading/state`.
    """
    path = Path(os.environ.get(STATE) or root / "grading" / "state").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def state_in(folder: Path) -> Iterator[None]:
    """Work on the state in another folder for a while."""
    before = os.environ.get(STATE)
    os.environ[STATE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[STATE]
        else:
            os.environ[STATE] = before


def notebooks() -> Path:
    """The folder of the learner editions, which also holds the table of lessons."""
    return root / "notebooks"


def table() -> Course:
    """The checked table of lessons (see trainlib.course.table)."""
    return course.table(notebooks() / "course.toml")


def stages() -> tuple[Stage, ...]:
    return table().stages


def lessons(stage: str | None = None) -> list[Lesson]:
    """The lessons of one stage (its folder's name) or of all. ValueError for a stage that is not there."""
    return course.of_stage(table(), stage)


def lesson(name: str) -> Lesson:
    """The lesson of an id. ValueError where the table has none."""
    return table().lesson(name)


@dataclass(frozen=True, order=True)
class Submission:
    """One lesson of one learner as it waits to be graded, and all that the state folder holds of it."""

    learner: str
    stage: str
    lesson: str

    @classmethod
    def of(cls, path: Path) -> "Submission":
        """The submission of a file `…/<learner>/<stage>/<lesson>.*`."""
        return cls(*path.parts[-3:-1], path.stem)

    @property
    def folder(self) -> Path:
        """Where nbgrader looks for what the learner handed in of the stage."""
        return state() / "submitted" / self.learner / self.stage

    @property
    def file(self) -> Path:
        return self.folder / f"{self.lesson}.ipynb"

    @property
    def graded(self) -> Path:
        """The copy that ran, with its outputs."""
        return state() / "autograded" / self.learner / self.stage / f"{self.lesson}.ipynb"

    @property
    def page(self) -> Path:
        return state() / "feedback" / self.learner / self.stage / f"{self.lesson}.html"

    @property
    def attempts(self) -> list[Path]:
        """Every file of the lesson that was collected, the oldest first."""
        return sorted(attempts_of(self.learner, self.stage).glob(f"*/{self.lesson}.ipynb"))

    def first_seen(self, digest: str, attempts: list[Path]) -> datetime | None:
        """When the work of a digest was first handed in (UTC): again and unchanged costs nothing. None where none of
        its attempts holds it."""
        times = (time_of_attempt(file) for file in attempts if hashlib.sha256(file.read_bytes()).hexdigest() == digest)
        return min(times, default=None)

    @property
    def digest(self) -> str:
        """What tells one content of the file from another."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    @property
    def made_from(self) -> str | None:
        """The digest of what was graded last; None where nothing was, or the graded copy does not say."""
        return self._made.get("submitted")

    @property
    def _made(self) -> dict:
        """What the graded copy says of how it was made; {} where there is none."""
        try:
            return _made(self.graded, self.graded.stat().st_mtime_ns)
        except OSError:
            return {}

    @property
    def is_graded(self) -> bool:
        """Whether the graded copy was made from the file as it is now, whatever their times say."""
        try:
            return self.made_from == self.digest
        except OSError:
            return False

    def is_graded_again(self, token: str) -> bool:
        """Whether that was since grading all of it again began, which `token` names."""
        return self.is_graded and self._made.get("again") == token

    def is_graded_by(self, asked: str) -> bool:
        """Whether it was graded, to its end, by the tests and hidden inputs that `asked` names."""
        return self.is_graded and self._made.get("asked") == asked and not self._made.get("fault")


@lru_cache(maxsize=4096)
def _made(graded: Path, _: int) -> dict:
    try:
        made = json.loads(graded.read_bytes())["metadata"]["trainlib"]
        return made if isinstance(made, dict) else {}
    except (ValueError, KeyError, TypeError):
        return {}


def attempts_of(learner: str, stage: str) -> Path:
    """The folder of all that a learner handed in of a stage, an attempt a folder, named by its time."""
    return state() / "attempts" / learner / stage


def time_of_attempt(file: Path) -> datetime:
    """When an attempt was handed in (UTC), from the name of its folder. ValueError where that is none of ours."""
    try:
        return datetime.strptime(file.parent.name.partition("-")[0], STAMP)
    except ValueError:
        raise ValueError(f"{file.parent} is no attempt, as its name is no time: move it out of there") from None


def claimed_time(attempt: Path) -> datetime | None:
    """The time that the learner's side said of an attempt (UTC), where another one counts; None where it is that of
    the folder's name."""
    try:
        return datetime.fromisoformat((attempt / STAMP_FILE).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def newest_attempt(learner: str, stage: str) -> datetime | None:
    """When a learner last handed in anything of a stage (UTC); None where that was never, or in another way."""
    try:
        names = [name for name in os.listdir(attempts_of(learner, stage)) if name[:1].isdigit()]
    except OSError:
        return None
    return time_of_attempt(Path(max(names), "any file")) if names else None


def submissions(stage: str | None = None) -> Iterator[Submission]:
    """What waits in nbgrader's folder of submissions of a stage or of all, by learner, stage and lesson.

    ValueError for a stage that is not there.
    """
    known = {(row.stage, row.id) for row in lessons(stage)}
    for path in sorted((state() / "submitted").glob(f"*/{stage or '*'}/*.ipynb")):
        if path.parts[-2:-1] + (path.stem,) in known:
            yield Submission.of(path)

"""Where the course's files are, what the table of lessons says, and how nbgrader is told both."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from traitlets.config import Config

from trainlib import course

root = Path(__file__).parent.parent.parent

# nbgrader starts `alembic` by its bare name to make a gradebook: let it find the one beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def state() -> Path:
    """The one folder of everything that grading makes: gradebook, submissions, feedback. It is never committed.

    The environment variable TRAINLIB_GRADING_STATE names it; the default is `grading/state`.
    """
    path = Path(os.environ.get("TRAINLIB_GRADING_STATE") or root / "grading" / "state").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def state_in(folder: Path):
    """Work on the state in another folder for a while."""
    with patch.dict(os.environ, {"TRAINLIB_GRADING_STATE": str(folder)}):
        yield


def notebooks() -> Path:
    """The folder of the learner editions, which also holds the table of lessons."""
    return root / "notebooks"


def table() -> dict:
    """The checked table of lessons (see trainlib.course.table)."""
    return course.table(notebooks() / "course.toml")


def stages() -> list[dict]:
    return table()["stages"]


def lessons(stage: str | None = None) -> list[dict]:
    """The rows of one stage (its folder's name) or of all. ValueError for a stage that is not there."""
    known = [row["folder"] for row in stages()]
    if stage is not None and stage not in known:
        raise ValueError(f"stage is {stage!r}; it must be one of {', '.join(known)}")
    return [row for row in table()["lessons"] if stage in (None, row["stage"])]


def nbgrader_config() -> Config:
    """nbgrader's settings: a stage is an assignment, a lesson is a notebook, and all of its folders lie in `state()`."""
    from nbgrader import preprocessors

    from grading.authoring.build import ClearAnswers, LetRunAllPass
    from grading.intake import deadlines
    from grading.marking import autograde, feedback
    from grading.records import settings

    config = Config()
    config.CourseDirectory.root = str(state())
    config.CourseDirectory.course_id = "trainlib"
    config.CourseDirectory.db_url = settings.database()
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "release"
    config.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("write your answer in place of this line")'}
    config.ClearSolutions.text_stub = "*Write your answer in place of this line.*"
    config.GenerateAssignment.preprocessors = [
        preprocessors.LockCells,
        ClearAnswers,
        preprocessors.ClearOutput,
        preprocessors.CheckCellMetadata,
        preprocessors.ComputeChecksums,
        preprocessors.SaveCells,
        preprocessors.ClearHiddenTests,
        preprocessors.ClearMarkScheme,
        preprocessors.ComputeChecksums,
        LetRunAllPass,
        preprocessors.CheckCellMetadata,
    ]
    autograde.configure(config)
    deadlines.configure(config)
    feedback.configure(config)
    return config

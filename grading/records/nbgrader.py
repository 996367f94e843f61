"""What nbgrader is told by every command: where the course's folders and its gradebook are.

Rooms add what is theirs.
"""

import os
import sys
from pathlib import Path

from traitlets.config import Config

from grading.records import folders, settings

COURSE = "trainlib"


def base_config() -> Config:
    """nbgrader's settings: a stage is an assignment, a lesson is a notebook, and all of its folders lie in the state
    folder."""
    find_tools()
    config = Config()
    config.CourseDirectory.root = str(folders.state())
    config.CourseDirectory.course_id = COURSE
    config.CourseDirectory.db_url = settings.database()
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "release"
    return config


def find_tools() -> None:
    """nbgrader starts `alembic` by its bare name to make a gradebook: let it find the one beside this Python."""
    own, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if own not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([own, path])

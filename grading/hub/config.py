"""What a hub has to be told for this course: two lines in its jupyterhub_config.py (see docs/hub.md)."""

import os
import sys
from collections.abc import Iterable

from grading.records import folders

NAME = "hand-in"
SEND, LIST = f"access:services!service={NAME}", f"custom:{NAME}:list"
OWN = ["users:activity!user", "access:servers!server"]  # what a server's token may do anyway
# The lessons are copied before the server starts; what is there already stays.
START = '"$0" -m trainlib copy --folder work; exec "$0" -m jupyterhub.singleuser "$@"'


def configure(c, instructors: Iterable[str], address: str = "http://127.0.0.1:10101", start: bool = True) -> None:
    """Add the service, its roles, and how a learner's server starts, to the hub's `c`.

    `instructors` are users of the hub, who may list what came. `address` is where learners' servers reach the service.
    With `start=False` the hub's own way to start servers stays, such as a container that copies the lessons itself.
    """
    state = folders.state()
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(state.stat().st_mode & 0o770)  # learners may be system users of the same machine
    environment = {"TRAINLIB_GRADING_STATE": str(state), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, "-m", "grading", "hub"]
    service = {"name": NAME, "url": address, "command": command, "cwd": str(folders.root), "display": False}
    c.JupyterHub.services.append(service | {"environment": environment})
    c.JupyterHub.custom_scopes.update({LIST: {"description": "List who has handed in what, and when"}})
    c.JupyterHub.load_groups.update({"instructors": {"users": sorted(instructors)}})
    c.JupyterHub.load_roles.append({"name": "user", "scopes": ["self", SEND]})
    c.JupyterHub.load_roles.append({"name": "instructor", "groups": ["instructors"], "scopes": [LIST]})
    c.Spawner.server_token_scopes = [*OWN, SEND, LIST]  # of which each user's token gets what the user has
    c.Spawner.environment.update({"TRAINLIB_HAND_IN_URL": f"{address}/services/{NAME}/"})
    if start:
        settings = folders.root / "trainlib" / "jupyterlab"  # JupyterLab asks about no news
        c.Spawner.cmd = ["sh", "-c", START, sys.executable, f"--LabApp.app_settings_dir={settings}"]
        c.Spawner.notebook_dir = "~/work"
        c.Spawner.default_url = "/lab/tree/index.ipynb"

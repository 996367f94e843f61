"""Two learners who are two users of the machine, on a real JupyterHub that starts each server as its own user: neither
comes at the other's files, nor at the instructor's."""

import ast
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hub_helpers import CLICK, Person, free_port, running_hub

ROOT = Path(__file__).parent.parent
PACKAGES = os.pathsep.join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])
NOBODY = 65_534  # a user to whom nothing belongs
CONFIG = """
from grading.hub.config import START, configure
c = get_config()
configure(c, instructors=["grace"], address="http://127.0.0.1:{ports[1]}")
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[3]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = "{place}/pid"
c.JupyterHub.db_url = "sqlite:///{place}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{place}/secret"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = ["sh", "-c", START, {python!r}]
c.Spawner.environment.update({{"PYTHONPATH": {packages!r}}})
c.JupyterHub.log_level = "WARN"
"""
TRY = """
import os, pathlib
own, other, state = os.getcwd(), pathlib.Path("{home}"), pathlib.Path("{state}")
def tried(act):
    try:
        act()
        return "done"
    except Exception as error:
        return type(error).__name__
print(os.getuid(), [tried(act) for act in (
    lambda: os.listdir(own), lambda: os.listdir(other), lambda: (other / "work/index.ipynb").read_text(),
    lambda: (other / "work/x").write_text("x"), lambda: os.listdir(state), lambda: os.listdir(state / "received"),
    lambda: (state / "x").write_text("x"))])
"""


def python_for_all() -> str | None:
    """A Python that another user of the machine may run, with trainlib and JupyterHub; None where there is none."""
    drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    known = {"env": {"PYTHONPATH": PACKAGES, "PATH": os.environ["PATH"]}, "cwd": "/", "capture_output": True}
    for python in (sys.executable, "/usr/bin/python3"):
        code = "import sys, trainlib, jupyterhub.singleuser; print(sys.version_info[:2])"
        try:
            done = subprocess.run([python, "-c", code], text=True, **drop, **known)
        except OSError:
            continue
        if done.stdout.strip() == str(tuple(sys.version_info[:2])):
            return python
    return None


@pytest.fixture(scope="module")
def users():
    """Two users of this machine, for as long as the tests of this file take."""
    if os.geteuid() != 0 or not shutil.which("useradd"):
        pytest.skip("making users takes root and useradd")
    names = [f"course-{secrets.token_hex(4)}" for _ in range(2)]
    try:
        for name in names:
            subprocess.run(["useradd", "--create-home", name], check=True)
            Path(f"~{name}").expanduser().chmod(0o750)
        yield names
    finally:
        for name in names:
            subprocess.run(["pkill", "-KILL", "-u", name], capture_output=True)
            subprocess.run(["userdel", "--remove", name], capture_output=True)


@pytest.mark.slow
def test_users_of_the_machine_come_at_no_file_of_another_and_hand_in_their_own(users):
    python = python_for_all()
    if python is None:
        pytest.skip("no Python here that other users may run with these packages")
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    folder.chmod(0o755)
    state, place = folder / "state", folder / "place"
    state.mkdir(mode=0o755)
    place.mkdir(mode=0o700)
    ports = [free_port() for _ in range(4)]
    proxy = str(Path(sys.executable).with_name("configurable-http-proxy"))
    values = {"ports": ports, "proxy": proxy, "place": place, "python": python, "packages": PACKAGES}
    (place / "config.py").write_text(CONFIG.format(**values))
    try:
        with running_hub(place / "config.py", ports[0], {"TRAINLIB_GRADING_STATE": str(state)}, place) as hub:
            ada, ben = (Person(hub, name) for name in users)
            for one, other in ((ada, ben), (ben, ada)):
                one.start()
                said = one.run(TRY.format(home=Path(f"~{other.name}").expanduser(), state=state))
                assert said.split()[0] not in ("0", str(os.geteuid())), said
                assert ast.literal_eval(said[said.index("[") :]) == ["done", *["PermissionError"] * 6]
            said = ada.run("from trainlib import lesson\nlesson.hand_in('1_principles')" + CLICK)
            assert "received at 20" in said and f"from {ada.name}" in said, said
        assert [path.name for path in (state / "received").glob("[!.]*")] == [ada.name]
    finally:
        shutil.rmtree(folder)

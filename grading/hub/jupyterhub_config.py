"""A hub for trying out, on this machine alone: `make hub`. Everybody comes in with any name and no password.

Its learners' servers all run as the user who started it, so one can read the files of another, and yours. For a course
see docs/hub.md.
"""

import os
import socket
import sys
from pathlib import Path

from grading.hub.config import configure
from grading.records import folders

# Its log of requests would hold the tokens that somebody wrote into an address.
PROXY = """
import logging
from configurable_http_proxy.cli import main
logging.getLogger("tornado.access").disabled = True
main()
"""
c = get_config()  # noqa: F821  (JupyterHub gives it)
place = Path(os.environ.get("TRAINLIB_HUB") or folders.state() / "hub")
place.mkdir(parents=True, exist_ok=True)


def free(port: int = 0) -> str:
    """An address that nobody listens at; of that port, if one is given."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"port {port} cannot be used here ({error.strerror}): name another one, make hub PORT=8001")
        return f"http://127.0.0.1:{one.getsockname()[1]}"


configure(c, instructors=["instructor"], address=free())
c.JupyterHub.bind_url = free(int(os.environ.get("PORT", "8000")))
c.JupyterHub.hub_bind_url = free()
c.ConfigurableHTTPProxy.api_url = free()
c.JupyterHub.db_url = f"sqlite:///{place / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(place / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(place / "proxy.pid")
c.ConfigurableHTTPProxy.command = [sys.executable, "-c", PROXY]
c.ConfigurableHTTPProxy.log_level = "error"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(place / "homes" / "{username}")
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.JupyterHub.log_level = "WARN"

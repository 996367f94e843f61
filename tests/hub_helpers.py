"""A JupyterHub for tests, and people who have logged in to it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

SERVICE = "/services/hand-in"
# What a person does in the index: the last button that was shown there is clicked
CLICK = """
import html, ipywidgets
shown = ipywidgets.widgets.widget._instances.values()
button, said = [one for one in shown if isinstance(one, ipywidgets.VBox)][-1].children
button.click()
print(html.unescape(said.value))
"""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def running_hub(config: Path, port: int, told: dict[str, str], place: Path) -> Iterator[str]:
    """Run a hub until the block ends; gives its address once it and its service answer. Its log is printed."""
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    with (place / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=config.parent, env=os.environ | told, stdout=log, stderr=log)
    try:
        for path in ("/hub/login", f"{SERVICE}/feedback"):
            for _ in range(600):
                try:
                    if httpx.get(f"http://127.0.0.1:{port}{path}").status_code in (200, 401):
                        break
                except httpx.HTTPError:
                    pass
                assert running.poll() is None, (place / "log").read_text()
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
        print((place / "log").read_text())


class Person:
    """Somebody who has logged in to the hub, with a token for its API and their own server."""

    def __init__(self, hub: str, name: str):
        self.hub, self.name = hub, name
        with httpx.Client(base_url=hub, timeout=60) as browser:
            browser.get("/hub/login")
            mark = {"_xsrf": browser.cookies["_xsrf"]}
            came_in = browser.post("/hub/login", data=mark | {"username": name, "password": "any"})
            assert came_in.status_code == 302, came_in.text
            browser.get("/hub/token")
            mark = {"X-XSRFToken": browser.cookies["_xsrf"]}
            made = browser.post(f"/hub/api/users/{name}/tokens", headers=mark, json={})
        assert made.status_code == 201, made.text
        self.own = made.json()["token"]

    def ask(self, method: str, path: str, token: str | None = None, **more) -> httpx.Response:
        headers = {"Authorization": f"token {token or self.own}"}
        return httpx.request(method, self.hub + path, headers=headers, timeout=60, **more)

    def start(self) -> None:
        """Start the own server, and wait until the hub says that it is ready."""
        assert self.ask("POST", f"/hub/api/users/{self.name}/server").status_code in (201, 202)
        said = self.ask("GET", f"/hub/api/users/{self.name}/server/progress").text
        assert '"ready": true' in said, said

    def contents(self, path: str) -> dict:
        found = self.ask("GET", f"/user/{self.name}/api/contents/{path}")
        assert found.status_code == 200, (path, found.text)
        return found.json()

    def save(self, path: str, notebook) -> None:
        body = {"type": "notebook", "content": notebook}
        assert self.ask("PUT", f"/user/{self.name}/api/contents/{path}", json=body).status_code in (200, 201)

    def run(self, code: str) -> str:
        """What a kernel of the own server prints for a cell beside the index."""
        sessions = f"/user/{self.name}/api/sessions"
        begun = {"path": "index.ipynb", "name": "index.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
        session = self.ask("POST", sessions, json=begun).json()
        said = asyncio.run(self._run(session["kernel"]["id"], code))
        self.ask("DELETE", f"{sessions}/{session['id']}")
        return said

    async def _run(self, kernel: str, code: str) -> str:
        address = f"{self.hub.replace('http', 'ws', 1)}/user/{self.name}/api/kernels/{kernel}/channels"
        door = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {self.own}"}))
        header = {"msg_id": "cell", "msg_type": "execute_request", "username": "", "session": "s", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        asked = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await door.write_message(json.dumps(asked))
        said = []
        while True:
            message = json.loads(await asyncio.wait_for(door.read_message(), 120))
            kind, what = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != "cell":
                continue
            said += [what["text"]] if kind == "stream" else what["traceback"] if kind == "error" else []
            if kind == "status" and what["execution_state"] == "idle":
                door.close()
                return "".join(said)

"""The service of `python -m grading hub` by itself, with a stand-in for the hub that it asks about tokens."""

import http.server
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import httpx
from hub_helpers import free_port

ROOT = Path(__file__).parent.parent
PREFIX = "/services/hand-in/"
SCOPE = "access:services!service=hand-in"
STAGE, LESSON = "1_principles", "1-00_check_in"


class Hub(http.server.BaseHTTPRequestHandler):
    """Whose a token is: each token is the user's name in hexadecimal digits, and what has no such digits is unknown."""

    def do_GET(self):
        try:
            name = bytes.fromhex(self.headers["Authorization"].partition(" ")[2]).decode()
            code, model = 200, {"kind": "user", "name": name, "admin": False, "groups": [], "scopes": [SCOPE]}
        except ValueError:
            code, model = 403, {"status": 403, "message": "no"}
        data = json.dumps(model).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def token(user: str) -> str:
    return user.encode().hex()


class Service:
    """The running service: where it listens, its state folder, and all that it has written to its log."""

    def __init__(self, place: Path, hub: str):
        self.state, self.log, self.port = place / "state", place / "service.log", free_port()
        self.state.mkdir()
        self.told = {
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{self.port}",
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "JUPYTERHUB_SERVICE_NAME": "hand-in",
            "JUPYTERHUB_API_TOKEN": "of-the-service",
            "JUPYTERHUB_API_URL": hub,
            "TRAINLIB_GRADING_STATE": str(self.state),
        }

    def start(self, before: str = "") -> None:
        """Run it, after the shell's command `before`, until it answers."""
        command = [sys.executable, "-m", "grading", "hub"]
        if before:
            command = ["sh", "-c", f'{before}; exec "$0" "$@"', *command]
        with self.log.open("a") as log:
            self.running = subprocess.Popen(command, cwd=ROOT, env=os.environ | self.told, stdout=log, stderr=log)
        for _ in range(300):
            try:
                if self.ask("GET", "feedback", "").status_code == 401:
                    return
            except httpx.HTTPError:
                assert self.running.poll() is None, self.said()
                time.sleep(0.1)
        raise AssertionError(self.said())

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.running.send_signal(how)
        try:
            self.running.wait(20)
        except subprocess.TimeoutExpired:
            self.running.kill()
            raise

    def said(self) -> str:
        return self.log.read_text()

    def ask(self, method: str, path: str, user: str, **more) -> httpx.Response:
        headers = {"Authorization": f"token {token(user)}"} if user else {}
        return httpx.request(
            method,
            f"http://127.0.0.1:{self.port}{PREFIX}{path}",
            headers=headers | more.pop("headers", {}),
            timeout=90,
            **more,
        )

    def hand_in(self, user: str, packed: bytes, **more) -> httpx.Response:
        return self.ask("POST", "hand-in", user, content=packed, **more)

    def raw(self, head: str, user: str = "", method: str = "POST", path: str = "hand-in") -> socket.socket:
        """A connection on which a request has begun; `head` are further lines of its head, and what comes after."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        known = f"Authorization: token {token(user)}\r\n" if user else ""
        connection.sendall(f"{method} {PREFIX}{path} HTTP/1.1\r\nHost: a\r\n{known}{head}".encode())
        return connection

    def laid(self) -> list[str]:
        """All that lies below `received`, by its place."""
        root = self.state / "received"
        return sorted(str(one.relative_to(root)) for one in root.rglob("*") if one.is_file())


@contextmanager
def running_service(place: Path):
    hub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    service = Service(place, f"http://127.0.0.1:{hub.server_address[1]}/hub/api")
    service.start()
    try:
        yield service
    finally:
        if service.running.poll() is None:
            service.stop()
        hub.shutdown()
        print(service.said())


def edition(lesson: str = LESSON, **metadata) -> bytes:
    """A lesson as learners get it; `metadata` tells one from another."""
    content = json.loads((ROOT / "notebooks" / STAGE / f"{lesson}.ipynb").read_bytes())
    content["metadata"] |= metadata
    return json.dumps(content).encode()


def a_zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def own(user: str = "ada", **metadata) -> bytes:
    """What `hand_in` sends: one lesson."""
    return a_zip({f"{user}/{STAGE}/{LESSON}.ipynb": edition(**metadata)})


def answer(connection: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    said = b""
    try:
        while part := connection.recv(65_536):
            said += part
    except ConnectionError:
        pass
    return said

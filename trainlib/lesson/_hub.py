"""On a JupyterHub that takes what is handed in: sent with the token of the learner's own server, and feedback fetched.

Without the hub's environment variables nothing here is used. The token goes to the hub's service and nowhere else.
"""

import html
import io
import os
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path, PurePosixPath

from trainlib._files import write
from trainlib.course import learner_name

ADDRESS, TOKEN, USER = "TRAINLIB_HAND_IN_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER"


class NotSent(Exception):
    """The hub did not take or give something; the message is the reason."""


def on_hub() -> bool:
    """Whether this is a JupyterHub on which `hand_in` needs no name and no file has to be sent."""
    return bool(os.environ.get(ADDRESS) and os.environ.get(TOKEN))


def has_button() -> bool:
    """Whether to ask by a button first: on a hub, in a notebook, where "Run All" runs every cell."""
    if not on_hub():
        return False
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel")


def button(label: str, act: Callable[[], object]) -> None:
    """Show a button that does `act`, and below it what that prints, or the reason why it did not go well."""
    import ipywidgets
    from IPython.display import display

    click = ipywidgets.Button(description=label, layout=ipywidgets.Layout(width="auto", max_width="100%"))
    said = ipywidgets.HTML()  # an Output widget now and then stops a headless run for good

    def clicked(_) -> None:
        click.disabled, said.value = True, "handing in …"
        with redirect_stdout(io.StringIO()) as printed:
            try:
                act()
            except (ValueError, OSError) as error:
                print(f"NOT HANDED IN: {error}")
        style = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4"
        said.value = f"<div role='status' style='{style}'>{html.escape(printed.getvalue())}</div>"
        click.disabled = False

    click.on_click(clicked)
    display(ipywidgets.VBox([click, said]))


def user() -> str:
    """The learner's name on the hub as a file may have it; the hub itself takes no name from a file."""
    try:
        return learner_name(os.environ.get(USER))
    except ValueError:
        return "me"


def send(path: Path) -> dict:
    """Hand a zip in. Returns the receipt. NotSent says why it was not taken."""
    return _asked("POST", "hand-in", content=path.read_bytes()).json()


def feedback(start: str | Path = ".") -> None:
    """On a JupyterHub: put your feedback pages into the folder `feedback`, and what comes back in your review beside
    the index."""
    if not on_hub():
        print("This is no hub that keeps feedback: your instructor sends it to you.")
        return
    start = Path(start).resolve()
    try:
        packed = _asked("GET", "feedback").content
    except NotSent as why:
        print(f"{why}")
        return
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                continue
            deck = name.startswith("review_deck") and "/" not in name
            write(start / name if deck else start / "feedback" / name, archive.read(name))
        found = [name for name in archive.namelist() if name.endswith(".html")]
    print(f"{len(found)} pages are in {start / 'feedback'}. Begin with index.html there.")


def in_words(receipt: dict) -> str:
    """A receipt as the learner reads it, in this machine's time zone."""
    time = datetime.fromisoformat(receipt["received"]).astimezone()
    before = "received before, and nothing has changed since: " if receipt["again"] else ""
    lines = [
        f"{before}received at {time:%Y-%m-%d %H:%M:%S %Z (UTC%z)} from {receipt['learner']}",
        f"{receipt['stage']}: {', '.join(receipt['lessons'])}; {receipt['late'] or 'not late'}",
        *(f"left out: {refused}" for refused in receipt["refused"]),
        "You can hand in again; the newest counts. lesson.feedback() puts your feedback into the folder `feedback`.",
    ]
    return "\n".join(lines)


def _asked(method: str, what: str, **more):
    import httpx

    headers = {"Authorization": f"token {os.environ[TOKEN]}"}
    try:  # no proxy and no other address is told the token
        with httpx.Client(trust_env=False, timeout=120, headers=headers) as client:
            answer = client.request(method, os.environ[ADDRESS].rstrip("/") + "/" + what, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotSent(f"the hub's service did not answer ({type(error).__name__})") from None
    if answer.status_code == 200:
        return answer
    try:
        raise NotSent(str(answer.json()["detail"]))
    except (ValueError, KeyError, TypeError):
        raise NotSent(f"the hub's service answered {answer.status_code}") from None

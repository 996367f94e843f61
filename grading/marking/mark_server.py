"""A small server for one person on this machine, who marks the open questions of a stage in a browser.

It listens on 127.0.0.1 only. Who does not know the token of its address reads and writes nothing; a page of another
origin writes nothing either, and a name that leads here from elsewhere is refused. Its own pages load and run nothing
but its style and its script. One request at a time is worked on.
"""

import base64
import hashlib
import re
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr

from grading.marking import desk as desks
from grading.marking.desk import Desk, Group, Stale
from grading.marking.likeness import Vectors
from grading.marking.mark_page import Frame, index, page
from grading.marking.open_questions import Question, answers, questions
from grading.pages import page as pages
from grading.records import backups, log
from trainlib._door import Guard, Impatient, Limits

LIMITS = Limits(body=2_000_000)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src data:; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
NO_TOKEN = "Open the address that `python -m grading mark` has printed: this one is not it.\n"


class Asked(BaseModel):
    """What a page sends; anything else beside is refused."""

    model_config = ConfigDict(extra="forbid")


class Given(Asked):
    texts: list[StrictStr]
    seen: dict[StrictStr, StrictStr]
    points: StrictFloat | StrictInt | StrictStr
    boxes: list[StrictInt] | None
    comment: StrictStr
    hinted: StrictBool


class Split(Asked):
    texts: list[StrictStr]
    text: StrictStr


class Merge(Asked):
    texts: list[StrictStr]
    other: StrictStr


class Saved(Asked):
    text: StrictStr
    remove: StrictBool


class Nothing(Asked):
    pass


class Door:
    """Around an application: only who knows the token, asks this host, and writes from its own page, comes in."""

    def __init__(self, app, token: str, host: str):
        self.app, self.token, self.host = app, token, host

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def with_headers(message):
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                added = HEADERS | {"Content-Security-Policy": POLICY.format(style="'none'")}
                pairs = [(name.lower().encode(), value.encode()) for name, value in added.items()]
                message["headers"] = [*message["headers"], *(pair for pair in pairs if pair[0] not in known)]
            await send(message)

        refused = self.refusal(scope)
        await (PlainTextResponse(refused, 403) if refused else self.app)(scope, receive, with_headers)

    def refusal(self, scope) -> str:
        """Why somebody does not come in; "" who may."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not secrets.compare_digest(scope["path"].split("/")[1].encode(), self.token.encode()):
            return NO_TOKEN
        if headers.get("host") != self.host:
            return f"This server answers to {self.host} only.\n"
        if scope["method"] in ("GET", "HEAD"):
            return ""
        if headers.get("origin") != f"http://{self.host}":
            return "A page of another origin writes nothing here.\n"
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return "Only JSON is taken.\n"
        return ""


def application(frame: Frame, token: str, host: str) -> FastAPI:
    """The server as an ASGI application; `host` is its own, with the port."""
    app = FastAPI(title="marking", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, limits=LIMITS, count=lambda *_: None)
    app.add_middleware(Door, token=token, host=host)
    one_by_one = threading.Lock()

    def worked(work: Callable, *what):
        with one_by_one, log.to_file():
            return work(*what)

    @app.exception_handler(ValueError)
    async def mistaken(_, error):
        return JSONResponse({"error": str(error)}, 409 if isinstance(error, Stale) else 422)

    @app.exception_handler(RequestValidationError)
    async def misshapen(_, error):
        first = error.errors()[0]
        return JSONResponse({"error": f"{'.'.join(map(str, first['loc'][1:])) or 'body'}: {first['msg']}"}, 422)

    @app.get(f"/{token}/mark.js")
    def script():
        source = Path(pages.__file__).with_name("mark.js").read_text(encoding="utf-8")
        return Response(source, media_type="text/javascript")

    _add_pages(app, frame, f"/{token}", worked)
    _add_acts(app, frame, f"/{token}", worked)
    return app


def _add_pages(app: FastAPI, frame: Frame, root: str, worked: Callable) -> None:
    @app.get(f"{root}/")
    def all_questions():
        return _as_html(worked(index, frame))

    @app.get(f"{root}/question/{{number}}/")
    def one_question(number: int, hints: bool = False):
        _asked(frame, number)
        return _as_html(worked(page, frame, number, hints))


def _add_acts(app: FastAPI, frame: Frame, root: str, worked: Callable) -> None:
    @app.post(f"{root}/question/{{number}}/mark")
    def mark(number: int, given: Given):
        return {"next": worked(_mark, frame, _asked(frame, number), given)}

    @app.post(f"{root}/question/{{number}}/split")
    def split(number: int, asked: Split):
        return {"next": worked(_split, frame, _asked(frame, number), asked)}

    @app.post(f"{root}/question/{{number}}/merge")
    def merge(number: int, asked: Merge):
        return {"next": worked(_merge, frame, _asked(frame, number), asked)}

    @app.post(f"{root}/question/{{number}}/keep")
    def keep(number: int, _: Nothing):
        return {"next": worked(_keep, _asked(frame, number))}

    @app.post(f"{root}/undo")
    def undo(_: Nothing):
        return {"said": worked(desks.undo, frame.asked)}

    @app.post(f"{root}/comments")
    def comments(saved: Saved):
        return {"said": worked(desks.save_comment, saved.text, saved.remove)}


def _asked(frame: Frame, number: int) -> Question:
    if not 1 <= number <= len(frame.asked):
        raise HTTPException(404, f"there are the questions 1 to {len(frame.asked)}")
    return frame.asked[number - 1]


def _as_html(text: str) -> HTMLResponse:
    """A page that may use the style that it holds, known by its hash, and no other."""
    digest = base64.b64encode(hashlib.sha256(STYLE.search(text)[1].encode()).digest()).decode()
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY.format(style=f"'sha256-{digest}'")})


def _find(frame: Frame, question: Question, desk: Desk, texts: list[str]) -> tuple[Group, list[Group]]:
    """The group of these texts, and all groups. Stale where there is none of them."""
    made = desks.groups(question, answers(question), desk, frame.vectors, frame.alike)
    for group in made:
        if set(group.texts) == set(texts):
            return group, made
    raise Stale("the groups have changed since this page was loaded: load it again")


def _name(group: Group) -> str:
    return f"g-{next(iter(group.texts))[:12]}"


def _mark(frame: Frame, question: Question, given: Given) -> str:
    """Give a group marks. Returns where to go on: the next group that waits, or ""."""
    with desks.changing(question.stage) as (desk, before):
        group, made = _find(frame, question, desk, given.texts)
        now = {answer.learner: answer.version for answer in group.answers}
        if now != given.seen:
            names = sorted(name for name in {*now, *given.seen} if now.get(name) != given.seen.get(name))
            raise Stale(f"the answer or the mark of {', '.join(names)} has changed: load this page again")
        desks.give(
            question, group, desk, before, given.points, given.boxes, given.comment.replace("\r\n", "\n"), given.hinted
        )
    place = made.index(group)
    after = [one for one in (*made[place + 1 :], *made[:place]) if one.waits]
    return _name(after[0]) if after else ""


def _split(frame: Frame, question: Question, asked: Split) -> str:
    with desks.changing(question.stage) as (desk, before):
        group, _ = _find(frame, question, desk, asked.texts)
        rest = [text for text in group.texts if text != asked.text]
        if asked.text not in group.texts or not rest:
            raise Stale("the groups have changed since this page was loaded: load it again")
        desk.hold(question, [rest, [asked.text]])
        desk.remember(question, "an answer taken out of its group", before)
        return f"g-{rest[0][:12]}"


def _merge(frame: Frame, question: Question, asked: Merge) -> str:
    with desks.changing(question.stage) as (desk, before):
        group, made = _find(frame, question, desk, asked.texts)
        other = next((one for one in made if asked.other in one.texts and one is not group), None)
        if other is None:
            raise Stale("the groups have changed since this page was loaded: load it again")
        desk.hold(question, [[*group.texts, *other.texts]])
        desk.remember(question, "two groups joined", before)
        return _name(group)


def _keep(question: Question) -> str:
    with desks.changing(question.stage) as (desk, before):
        if kept := desks.unchanged(question, answers(question), desk):
            desks.keep(question, kept, desk, before)
    return ""


def prepare(stage: str, port: int = 0, encoder: str = "minilm", alike: float = 0.85):
    """(server, socket, address) for a stage; `server.run([socket])` serves until it is ended.

    ValueError for a stage that is unknown, without an open question or not graded, and for a port that is taken.
    """
    frame = Frame(tuple(questions(stage)), Vectors(encoder), alike)
    listening = socket.socket()
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()  # who is quick with the address waits, and is not refused
    except OSError as error:
        listening.close()
        raise ValueError(f"port is {port}; it cannot be used here: {error.strerror}") from None
    backups.make()
    token, host = secrets.token_urlsafe(24), f"127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(
        application(frame, token, host), http=Impatient, ws="none", log_level="warning", access_log=False,
        server_header=False, timeout_keep_alive=LIMITS.reading, limit_concurrency=LIMITS.connections,
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    return uvicorn.Server(config), listening, f"http://{host}/{token}/"

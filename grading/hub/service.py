"""A service of JupyterHub that takes what `lesson.hand_in` sends, and gives learners their own feedback pages.

Who somebody is, the hub says of their token, at each request: no name in a path or zip counts. What comes is read as
`collect` reads it, in the same bounds, and laid into `received/<learner>/` of the state folder as a zip of `hand_in`,
whole or not at all, with the time at which it came. `collect` takes it in from there. docs/hub.md lists the answers.
"""

import asyncio
import hashlib
import io
import logging
import os
import re
import shutil
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import anyio
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from jupyterhub.services.auth import HubAuth
from starlette.requests import ClientDisconnect
from tornado.web import HTTPError

from grading.hub.config import LIST, SEND
from grading.intake import archives, collect
from grading.intake.naming import stage_names
from grading.records import folders, received
from grading.records.lateness import REFUSE, Lateness
from grading.records.received import Received
from grading.records.tables import read_roster
from grading.records.terminal import in_words
from trainlib._door import Guard, Impatient, Limits
from trainlib._files import replacing
from trainlib.course import learner_name

BODY = 50 * 2**20  # bytes of a zip; a stage with all its figures has under 30 MB
A_DAY = 50  # zips of a learner
AT_ONCE = 2  # requests of a learner
READERS = 2  # zips that are read at once: one may take some hundred MB of memory
REASONS = 20  # that are told of what was left out
LIMITS = Limits(body=BODY, reading=60)
HEAD = 5  # seconds for the head of a request
ASKING = 20  # seconds for the hub to say whose a token is
TOKEN = re.compile(r"(?:token|bearer) +([!-~]+)", re.IGNORECASE)
NO_PLACE = "the hub cannot keep or find it ({why}), and nothing of it counts: tell your instructor, and try again later"
NO_ROSTER = "learners.csv cannot be read, so nobody can be told from anybody: tell your instructor, and try again later"
one_by_one = threading.Lock()
log = logging.getLogger("uvicorn.error")


def learner_of(user: str) -> str:
    """The learner that a user of the hub is: by the column `hub` of learners.csv if there is one, else of the same
    name. ValueError where that is nobody, OSError where learners.csv cannot be read."""
    path = folders.state() / "learners.csv"
    try:
        rows = read_roster(path) if path.exists() else {}
    except ValueError:  # which names other learners
        log.error("learners.csv cannot be read: `python -m grading status` says why")
        raise HTTPException(503, NO_ROSTER) from None
    if any("hub" in row for row in rows.values()):
        found = [learner for learner, row in rows.items() if (row.get("hub") or "").strip().lower() == user.lower()]
        if len(found) != 1:
            raise ValueError(f"learners.csv names {len(found)} learners whose hub is {user}: ask your instructor")
        return found[0]
    if learner_name(user) != user:  # two spellings of a letter would be two users and one learner
        raise ValueError("your name on the hub has letters in an unusual form: ask your instructor for a row of yours")
    return user


def keep(learner: str, upload: Path, now: datetime) -> dict:
    """Lay what came beside what came before. Returns the receipt; ValueError says why nothing counts.

    The same once more is not kept twice, and has the receipt of the first time. What comes later has a later time,
    also where the clock has gone back.
    """
    stage, files, refused = _read(upload)
    parts = [(name, hashlib.sha256(data).hexdigest()) for name, data in sorted(files.items())]
    digest = hashlib.sha256(repr((stage, parts)).encode()).hexdigest()
    with one_by_one:
        before = list(received.zips(learner))
        newest = max((one for one in before if one.stage == stage), key=lambda one: one.time, default=None)
        again = newest is not None and newest.sha256 == digest
        if not again:
            if sum(one.time > now - timedelta(days=1) for one in before) >= A_DAY:
                raise ValueError(f"{A_DAY} zips came from you within a day: wait, or ask your instructor")
            time = now.replace(microsecond=0)
            time = max(time, newest.time + timedelta(seconds=1)) if newest else time
            newest = Received(learner, stage, time, digest)
            _lay(newest, files)
    lessons = sorted(name.removesuffix(".ipynb") for name in files if name.endswith(".ipynb"))
    return {
        "learner": learner,
        "stage": stage,
        "received": newest.time.isoformat(),
        "again": again,
        "lessons": lessons,
        "refused": [f"{what}: {why}" for what, why in refused[:REASONS]] + _more(refused),
        "late": _late(learner, stage, newest.time),
        "sha256": digest,
    }


def _read(upload: Path) -> tuple[str, dict[str, bytes], list[tuple[str, str]]]:
    """Stage, files that count, and what was refused, with why. Folders around the stage's, such as a name, say
    nothing."""
    refused, files, stages = [], {}, set()
    rows = {f"{row.id}.ipynb": row for row in folders.lessons()}
    for file in archives.files(upload, refused):
        stage, name = PurePosixPath("-", file.path).parts[-2:]
        if file.origin != upload.name or stage not in stage_names() or name == folders.STAMP_FILE:
            continue
        try:
            if name in files:
                raise archives.Refused("it stands there twice, and the first one was taken")
            if name not in collect.BESIDE and (name not in rows or rows[name].stage != stage):
                raise archives.Refused(f"it is not a lesson of {stage}")
            data, _ = file.read()
            if name in rows:
                collect.checked_notebook(data, rows[name])
            else:
                data = collect.checked_beside(name, data, stage)
            files[name] = data
            stages.add(stage)
        except archives.Refused as why:
            refused.append((f"{stage}/{name}", str(why)))
    if len(stages) > 1:
        raise ValueError(f"the zip holds {' and '.join(sorted(stages))}: hand in one stage at a time")
    if not rows.keys() & files:
        upload.stat()  # OSError: it is gone
        reasons = [f"{what}: {why}".replace(upload.name, "your zip") for what, why in refused[:REASONS]]
        raise ValueError("; ".join(["the zip holds no lesson that can be graded", *reasons, *_more(refused)]))
    return stages.pop(), files, [(what.replace(upload.name, "your zip"), why) for what, why in refused]


def _more(refused: list) -> list[str]:
    return [f"and {len(refused) - REASONS} more"] if len(refused) > REASONS else []


def _lay(one: Received, files: dict[str, bytes]) -> None:
    """Write a zip as `hand_in` does, of a name that `collect` knows; what is half written lies where it does not
    look."""
    coming = _coming() / one.path.name
    with replacing(coming) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{one.learner}/{one.stage}/{folders.STAMP_FILE}", f"{one.time:%Y-%m-%d %H:%M:%S.%f} UTC")
        for name, data in files.items():
            archive.writestr(f"{one.learner}/{one.stage}/{name}", data)
    os.utime(coming, (one.time.timestamp(),) * 2)  # no later time counts for `collect`
    one.path.parent.mkdir(parents=True, exist_ok=True)
    coming.rename(one.path)


def _coming() -> Path:
    """Where lies what is not whole yet: nothing in it counts."""
    path = received.root() / ".coming"
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def _upload() -> Iterator:
    """A file for what comes in, gone afterwards."""
    with tempfile.NamedTemporaryFile(dir=_coming(), suffix=".zip", delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _late(learner: str, stage: str, time: datetime) -> str:
    """How late it is by the settings of now, in words; "" where it is in time, or nothing can be said."""
    try:
        lateness = Lateness()
        late = lateness.at(learner, stage, archives.utc(time))
    except ValueError:  # a slip in settings.toml is the instructor's, and keeps nobody from handing in
        return ""
    words = f"{in_words(late.by)} after the deadline, {late.deadline:%Y-%m-%d %H:%M} UTC" if late.by else ""
    return f"{words}; late work does not count here" if late.by and lateness.outcome == REFUSE else words


def pages(learner: str) -> bytes | None:
    """A zip of a learner's feedback as it is now; None where there is none yet."""
    root, packed = folders.state() / "feedback" / learner, io.BytesIO()
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in found:
            archive.write(path, path.relative_to(root).as_posix())
    return packed.getvalue() if found else None


def _askers(auth: HubAuth) -> tuple[Callable, Callable]:
    """What the hub is asked about a request: the user, who must have a scope, and the learner that the user is."""

    async def user(request: Request, scope: str) -> dict:
        found = TOKEN.fullmatch(request.headers.get("authorization", ""))
        if found is None:
            raise HTTPException(401, "there is no token: hand in from your own server on the hub")
        try:
            async with asyncio.timeout(ASKING):
                model = await auth.user_for_token(found[1], use_cache=False, sync=False)
        except (HTTPError, TimeoutError, ValueError):
            raise HTTPException(503, "the hub does not say whose this token is: try again in a minute") from None
        if not model:
            raise HTTPException(401, "the hub does not know this token, or no longer: stop and start your server")
        if model.get("kind") != "user" or not auth.check_scopes({scope}, model):
            raise HTTPException(403, "this token may not do that")
        return model

    async def learner(request: Request) -> str:
        try:
            return learner_of((await user(request, SEND))["name"])
        except ValueError as error:
            raise HTTPException(403, str(error)) from None

    return user, learner


def _failures(app: FastAPI) -> None:
    """What is answered where the folder cannot be written or read, and where nobody listens any more."""

    @app.exception_handler(OSError)
    async def no_place(_, error: OSError):
        why = error.strerror or type(error).__name__
        log.error("a request was not served: %s", why)
        return JSONResponse({"detail": NO_PLACE.format(why=why)}, 503)

    @app.exception_handler(ClientDisconnect)
    async def gone(*_):
        return Response(status_code=400)


def application(prefix: str, auth: HubAuth) -> FastAPI:
    """The service as an ASGI application below `prefix`; `auth` asks the hub whose a token is."""
    app = FastAPI(title="hand-in", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, limits=LIMITS, count=lambda *_: None)
    _failures(app)
    user, learner = _askers(auth)
    readers, busy = anyio.CapacityLimiter(READERS), Counter()

    @contextmanager
    def taking_turns(who: str) -> Iterator[None]:
        if busy[who] >= AT_ONCE:
            raise HTTPException(429, f"{AT_ONCE} requests of yours are under way: wait until they are answered")
        busy[who] += 1
        try:
            yield
        finally:
            busy[who] -= 1

    @app.post(f"{prefix}hand-in")
    async def take(request: Request):
        who = await learner(request)
        with taking_turns(who), _upload() as upload:
            async for part in request.stream():
                upload.write(part)
            upload.flush()
            try:
                return await anyio.to_thread.run_sync(keep, who, Path(upload.name), datetime.now(UTC), limiter=readers)
            except ValueError as error:
                raise HTTPException(422, str(error)) from None

    @app.get(f"{prefix}feedback")
    async def give(request: Request):
        who = await learner(request)
        with taking_turns(who):
            packed = await run_in_threadpool(pages, who)
        if packed is None:
            raise HTTPException(404, "there is no feedback for you yet")
        return Response(packed, media_type="application/zip", headers={"Cache-Control": "no-store"})

    @app.get(f"{prefix}received")
    async def tell(request: Request):
        await user(request, LIST)
        return [asdict(one) for one in sorted(received.zips(), key=lambda one: (one.learner, one.time))]

    return app


def serve() -> None:
    """Serve until the hub ends it. ValueError where no hub has started it."""
    address, prefix = (os.environ.get(f"JUPYTERHUB_SERVICE_{name}") for name in ("URL", "PREFIX"))
    if not address or not prefix:
        raise ValueError("a hub starts this service, and none has: see docs/hub.md, or run `make hub`")
    os.umask(0o077)
    shutil.rmtree(received.root() / ".coming", ignore_errors=True)  # what came when it was ended last
    where = urlsplit(address)
    app = application(prefix, HubAuth())
    uvicorn.run(
        app,
        host=where.hostname,
        port=where.port,
        http=Impatient,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=LIMITS.connections,
        timeout_keep_alive=HEAD,
        timeout_graceful_shutdown=5,
    )

"""Serve a saved classifier over HTTP: small batches, limits, metrics, and a new version without a restart.

    python -m trainlib serve FOLDER                                 # on http://127.0.0.1:8000
    python -m trainlib serve FOLDER --release v2                    # from now on v2 answers
    python -m trainlib serve FOLDER --candidate v3 --share 0.1      # canary: v3 answers a tenth; --share 0: shadow
    python -m trainlib serve FOLDER --engine onnx                   # computed by ONNX Runtime; onnx-int8: in 8 bits
    python -m trainlib serve FOLDER --roll-back                     # no candidate; without one, the version before

FOLDER is what `FineTuned.save` wrote, or holds several such folders, one a version (`trainlib.releases`). A running
service looks once a second who is to answer, loads what is new beside it, and changes over. What cannot be loaded
changes nothing (at the start: ends the service); `/ready` and the log say why.

- `POST /v1/classify` with {"texts": ["…"]} gives {"version": …, "answers": [{"label": …, "probabilities": {…}}]}.
- `GET /health`: the process works; `/ready`: it has a model; `/v1/model`: versions, limits; `/metrics`: for Prometheus.
- A batch leaves when it is full or its first text has waited `wait` seconds, and the model is free.
- What cannot be taken gets a 4xx with the reason. A full queue answers 429 at once, a text that waited too long 503.
- After SIGTERM no new connection is taken; requests in flight are answered.
- It knows neither users nor TLS, and listens on this machine only: put a proxy before it, and keep `/metrics` inside.
"""

from trainlib import _extra  # noqa: F401  # isort: skip  (first: it says what is missing)

import asyncio
import logging
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, redirect_stdout, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import uvicorn
from fastapi import Body, FastAPI, HTTPException, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from pydantic import StrictStr
from starlette.exceptions import HTTPException as AnyHTTPException

from trainlib._door import Guard, Impatient, Limits
from trainlib._memory import hand_back
from trainlib._values import is_broken
from trainlib.releases import Shelf

__all__ = ["Limits", "Service", "application", "running", "serve"]

LATER = {"Retry-After": "1"}


class Waiting(NamedTuple):
    """A text in the queue: who reads it, when it came, where its answer goes."""

    text: str
    version: str
    model: object
    came: float
    answer: asyncio.Future


class Service:
    """The queue of texts, the models that read them in a thread of their own, and what is counted."""

    def __init__(self, folder: str | Path, limits: Limits, engine: str = "torch"):
        self.shelf, self.limits, self.tasks = Shelf(folder, partial(_loaded, engine=engine)), limits, []
        self.asked = {} if engine == "torch" else {"engine": engine}  # of `predict`, beside the texts
        self.queue, self.thread, self.registry = asyncio.Queue(), ThreadPoolExecutor(1), CollectorRegistry()
        kept = {"registry": self.registry}
        self.requests = Counter("serve_requests", "Requests by path and status", ["path", "status"], **kept)
        self.seconds = Histogram("serve_request_seconds", "From head to answer", ["path"], **kept)
        self.batches = Histogram("serve_batch_texts", "Texts in a batch", buckets=[2**i for i in range(9)], **kept)
        self.answers = Counter("serve_answers", "Texts by version and label", ["version", "label"], **kept)
        self.compared = Counter("serve_compared", "Texts that a shadow read, too: same label?", ["same"], **kept)
        Gauge("serve_queue_texts", "Texts that wait", **kept).set_function(self.queue.qsize)
        Gauge("serve_trouble", "1 if a load failed", **kept).set_function(lambda: bool(self.shelf.trouble))

    async def classify(self, texts: list[str]) -> tuple[str, list[dict]]:
        """(version, an answer a text). HTTPException 422, 429, 500 or 503 where there is none."""
        if not 1 <= len(texts) <= self.limits.texts:
            raise HTTPException(422, f"texts: {len(texts)} of them; 1 to {self.limits.texts} are allowed")
        for place, text in enumerate(texts):
            if not text.strip() or len(text) > self.limits.characters or is_broken(text):
                allowed = f"1 to {self.limits.characters} are allowed, not all blank, none a lone surrogate"
                raise HTTPException(422, f"texts.{place}: {len(text)} characters; {allowed}")
        if not self.shelf.models:
            raise HTTPException(503, self.shelf.trouble, LATER)
        if self.queue.qsize() + len(texts) > self.limits.queue:
            raise HTTPException(429, "too many texts are waiting: try again later", LATER)
        loop, version = asyncio.get_running_loop(), self.shelf.version_for(texts[0])
        model = self.shelf.models[version]
        waiting = [Waiting(text, version, model, loop.time(), loop.create_future()) for text in texts]
        for one in waiting:
            self.queue.put_nowait(one)
        return version, await asyncio.gather(*(one.answer for one in waiting))

    async def batch(self) -> list[Waiting]:
        """The next batch: full, or its first text has waited as long as it may."""
        found = [await self.queue.get()]
        with suppress(TimeoutError):
            async with asyncio.timeout_at(found[0].came + self.limits.wait):
                while len(found) < self.limits.batch:
                    found.append(await self.queue.get())  # what is there is taken at once, late or not
        return found

    async def work(self) -> None:
        """Answer batch after batch; where nothing waits, a shadow reads the batch as well."""
        while True:
            batch, loop = await self.batch(), asyncio.get_running_loop()
            self.batches.observe(len(batch))
            late = [one for one in batch if one.came < loop.time() - self.limits.patience]
            _settle(late, [HTTPException(503, "waited too long", LATER)] * len(late))
            for version in {one.version for one in batch}:
                if asked := [one for one in batch if one.version == version and not one.answer.done()]:
                    found = await self.read(version, asked[0].model, asked)
                    _settle(asked, found)
                    if self.shelf.shadow and self.queue.empty():
                        await self.compare(self.shelf.shadow, asked, found)

    async def compare(self, shadow: str, asked: list[Waiting], found: list[dict | HTTPException]) -> None:
        """Let a shadow read what was answered, and count how often it says the same."""
        for pair in zip(found, await self.read(shadow, self.shelf.models[shadow], asked)):
            labels = [None if isinstance(one, Exception) else one["label"] for one in pair]
            self.compared.labels("failed" if None in labels else "yes" if labels[0] == labels[1] else "no").inc()

    async def read(self, version: str, model, asked: list[Waiting]) -> list[dict | HTTPException]:
        """What a model says to each text, or that it failed."""
        texts, loop = [one.text for one in asked], asyncio.get_running_loop()
        try:
            with redirect_stdout(None):  # where it says that texts were cut
                table = await loop.run_in_executor(self.thread, partial(model.predict, **self.asked), texts)
        except Exception:
            logging.exception("%s failed on %d texts", version, len(texts))
            return [HTTPException(500, f"{version} failed on this batch")] * len(texts)
        labels = table.pop("label").tolist()
        for label in labels:
            self.answers.labels(version, str(label)).inc()
        return [{"label": label, "probabilities": row} for label, row in zip(labels, table.to_dict("records"))]

    def count(self, path: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self.requests.labels(path, status).inc()
        self.seconds.labels(path).observe(seconds)


def _loaded(folder: Path, engine: str):
    """A saved model that has read its first text, which takes longer than the next ones. ValueError where it does not
    put texts into classes."""
    from trainlib import finetune  # takes seconds, which a roll-back need not wait for

    model = finetune.load(folder)
    if not isinstance(model.task, finetune.Classes):
        raise ValueError(
            f"{folder} holds a model for {type(model.task).__name__.lower()}, here only classes are served"
        )
    model.predict(["a first text"], engine=engine)
    return model


def _settle(asked: list[Waiting], outcomes: Iterable[dict | HTTPException]) -> None:
    for one, outcome in zip(asked, outcomes):
        if not one.answer.done():  # who asked may be gone
            (one.answer.set_exception if isinstance(outcome, Exception) else one.answer.set_result)(outcome)


def application(folder: str | Path, limits: Limits | None = None, engine: str = "torch") -> FastAPI:
    """The service as an ASGI application; `engine` as in `FineTuned.predict`. ValueError where `folder` holds no model
    to begin with."""
    service = Service(folder, limits or Limits(), engine)

    @asynccontextmanager
    async def lifespan(_):
        service.tasks = [asyncio.create_task(one) for one in (service.work(), service.shelf.watch())]
        yield
        for task in service.tasks:
            task.cancel()

    app = FastAPI(title="trainlib.serve", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(Guard, limits=service.limits, count=service.count)

    @app.exception_handler(AnyHTTPException)
    async def refused(_, error):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def mistaken(_, error):
        first = error.errors()[0]
        return JSONResponse({"error": f"{'.'.join(map(str, first['loc'][1:])) or 'body'}: {first['msg']}"}, 422)

    @app.post("/v1/classify")
    async def classify(texts: Annotated[list[StrictStr], Body(embed=True)]):
        version, answers = await service.classify(texts)
        return {"version": version, "answers": answers}

    @app.get("/v1/model")
    async def model():
        return {"release": asdict(service.shelf.release), "limits": asdict(service.limits)}

    @app.get("/health")
    async def health():
        works = not any(task.done() for task in service.tasks)
        return JSONResponse({"works": works}, 200 if works else 503)

    @app.get("/ready")
    async def ready():
        return JSONResponse({"trouble": service.shelf.trouble}, 200 if service.shelf.models else 503)

    @app.get("/metrics")
    async def metrics():
        return Response(generate_latest(service.registry), media_type=CONTENT_TYPE_LATEST)

    return app


@contextmanager
def running(folder: str | Path, engine: str = "torch", **limits) -> Iterator[str]:
    """The address of a service in a process of its own, ready, which is stopped at the end; `limits` as in `Limits`.

    RuntimeError with what it said where it ends before it is ready.
    """
    hand_back()  # the two share one machine
    words = [f"--{name}={value}" for name, value in asdict(Limits(**limits)).items()]
    command = [sys.executable, "-m", "trainlib", "serve", str(folder), "--port=0", f"--engine={engine}", *words]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process,
    ):
        try:
            address = process.stdout.readline().strip().rpartition(" ")[2]
            while process.poll() is None and not _is_ready(address):
                time.sleep(0.05)
            if process.poll() is not None:
                said.seek(0)
                raise RuntimeError(f"the service has ended: {said.read()[-2000:]}")
            yield address
        finally:
            process.terminate()


def _is_ready(address: str) -> bool:
    with suppress(OSError, ValueError), urllib.request.urlopen(f"{address}/ready", timeout=5) as answer:
        return answer.status == 200
    return False


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    engine: str = "torch",
) -> None:
    """Serve until SIGTERM or Ctrl+C, and then what is in flight. Port 0 takes any free one. ValueError as above."""
    limits = limits or Limits()
    config = uvicorn.Config(
        application(folder, limits, engine), host, port, http=Impatient, ws="none", log_level="warning",
        server_header=False, timeout_keep_alive=limits.reading, limit_concurrency=limits.connections,
        timeout_graceful_shutdown=limits.reading + limits.patience,
    )  # fmt: skip
    listening = config.bind_socket()
    print(f"Serving on http://{host}:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run([listening])

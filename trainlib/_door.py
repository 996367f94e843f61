"""The door of an HTTP service: what comes in, in size and time, before anything reads it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

import h11
from fastapi import HTTPException
from uvicorn.protocols.http.h11_impl import H11Protocol

from trainlib._values import check_number, check_whole

__all__ = ["Guard", "Impatient", "Limits"]

HANG_UP = {"Connection": "close"}
LINGER = 20  # times the allowed body that is read of a longer one before the connection is closed
TAKING = 60  # seconds in which an answer has to be taken


@dataclass(frozen=True)
class Limits:
    """What a service takes at most; times in seconds."""

    batch: int = 32  # texts that the model computes at once
    wait: float = 0.005  # that the first text of a batch waits for others
    queue: int = 256  # texts that wait; more are refused
    patience: float = 10.0  # that a text waits before it is given up
    texts: int = 32  # of a request
    characters: int = 5_000  # of a text
    body: int = 250_000  # bytes of a request
    reading: float = 5.0  # for the head of a request, and for head and body together
    connections: int = 200  # with a request at once

    def __post_init__(self):
        for one in fields(self):
            check, least = (check_number, 0) if one.type is float else (check_whole, 1)
            check(one.name, getattr(self, one.name), least)


class Guard:
    """Around an application: reads no more of a body than `limits` allow, and no longer, with 413 and 408 else.

    `count(path, status, seconds)` hears of every answer.
    """

    def __init__(self, app, limits: Limits, count: Callable[[str, int, float], None]):
        self.app, self.limits, self.count = app, limits, count

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        most, begun, size = self.limits.body, time.monotonic(), 0
        until = asyncio.get_running_loop().time() + self.limits.reading
        declared = int(dict(scope["headers"]).get(b"content-length", 0))

        async def reading():
            nonlocal size
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
                    size += len(message.get("body", b""))
                    while most < max(size, declared) <= LINGER * most and message.get("more_body"):
                        message = await receive()  # read and forgotten: who still sends would not hear the answer
                        size += len(message.get("body", b""))
            except TimeoutError:
                raise HTTPException(408, f"the body took more than {self.limits.reading:g} s", HANG_UP) from None
            if max(size, declared) > most:
                raise HTTPException(413, f"the body has more than the {most} bytes that are allowed", HANG_UP)
            return message

        async def counting(message):
            if message["type"] == "http.response.start":
                path = getattr(scope.get("route"), "path", "other")  # paths that nobody serves are one
                self.count(path, message["status"], time.monotonic() - begun)
            await send(message)

        await self.app(scope, reading, counting)


class Impatient(H11Protocol):
    """Hangs up on who has not sent the whole head of a request within uvicorn's `timeout_keep_alive`, nor within that
    time after the answer what is left of a body, and on who does not take the answer.

    Where there are as many connections as `limit_concurrency` allows, a new one takes the place of the oldest of those
    that have not sent a head.
    """

    clock = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._wait()
        there = [one for one in self.connections if not one.transport.is_closing()]
        if self.limit_concurrency is not None and len(there) >= self.limit_concurrency:
            idle = [one for one in there if one is not self and one.conn.their_state is h11.IDLE]
            if idle:
                min(idle, key=lambda one: one.clock.when()).transport.close()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_owed():
            self.clock.cancel()
        elif self.clock.cancelled():
            self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(TAKING, self._give_up, self.cycle)
        if self.conn.their_state is h11.SEND_BODY:
            self._wait()

    def _is_owed(self) -> bool:
        """Whether a head is not whole, or a body that has been answered."""
        answered = self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE
        return answered or self.conn.their_state is h11.IDLE

    def _wait(self) -> None:
        if self.clock is not None:
            self.clock.cancel()
        self.clock = self.loop.call_later(self.config.timeout_keep_alive, self._hang_up)

    def _hang_up(self) -> None:
        if self._is_owed():
            self.transport.close()

    def _give_up(self, cycle) -> None:
        if self.cycle is cycle and self.transport.get_write_buffer_size():
            self.transport.abort()

"""How a learning platform is spoken to: time-outs, patience, errors in words, and secrets that are never shown.

A platform is a class with these methods:

    place(stage, title, most)    the `Place` where the grades of a stage stand
    begin(place, grades)         tell it grades, by ids; what to ask for later where that takes a while, else None
    finish(place, grades, job)   yields (ids, "" or why not) as soon as it is known what became of them
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from grading.records.terminal import line

TIMEOUT = (10, 60)  # seconds, to connect and to answer
TRIES = 6
LONGEST_WAIT = 300  # seconds that a platform may ask for
FEW_LEFT = 50  # of Canvas' units of work, which come back at 10 a second
IN_HTML = "answers with a web page where data are wanted: is its address in settings.toml right?"


@dataclass(frozen=True)
class Place:
    """Where the grades of a stage stand on a platform: points of `most`, by id. `people` is None if it does not say
    who is there; `key` tells it from all other places, `address` is what the platform is asked with."""

    key: str
    address: object
    most: float
    grades: dict[str, float]
    people: frozenset[str] | None = None


class Fault(ValueError):
    """What a platform did not do, in words. `status` is HTTP's, 0 where there was none."""

    def __init__(self, said: str, status: int = 0):
        super().__init__(said)
        self.status = status


class Again(Fault):
    """A fault that may pass; `wait` are the seconds that the platform asks for."""

    def __init__(self, said: str, status: int = 0, wait: float | None = None):
        super().__init__(said, status)
        self.wait = wait


class Web(requests.Session):
    """A session that waits and tries again where that helps, follows nobody to another address, and raises `Fault`.

    `once` in a call is for what must not be done twice: it is not tried again if nobody knows what became of it.
    """

    def __init__(self, name: str, refusals: dict[int, str], *secrets: str):
        super().__init__()
        self.name, self.refusals, self.secrets = name, refusals, set(secrets)
        self.auth = lambda request: request  # or else ~/.netrc would take the place of a token

    def request(self, method: str, url: str, *, once: bool = False, **options) -> requests.Response:
        options |= {"timeout": TIMEOUT, "allow_redirects": False}
        retrying = Retrying(
            retry=retry_if_exception_type(Again),
            stop=stop_after_attempt(TRIES),
            wait=lambda state: _pause(state.outcome.exception(), state.attempt_number),
            before_sleep=lambda state: self._tell(state.outcome.exception(), state.next_action.sleep),
            sleep=lambda seconds: time.sleep(seconds),
            reraise=True,
        )
        response = retrying(self._try, method, url, once, options)
        if _number(response.headers.get("X-Rate-Limit-Remaining"), FEW_LEFT) < FEW_LEFT:
            time.sleep(FEW_LEFT / 10)
        return response

    def _try(self, method: str, url: str, once: bool, options: dict) -> requests.Response:
        unsure = Fault if once else Again
        try:
            response = super().request(method, url, **options)
        except requests.exceptions.SSLError:
            raise self.fault("cannot prove who it is: its certificate is not valid") from None
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            why = "does not answer in time" if isinstance(error, requests.Timeout) else "cannot be reached"
            raise self.fault(f"{why} at {_host(url)}", kind=unsure) from None
        except requests.RequestException as error:
            raise self.fault(f"cannot be asked: {error}") from None
        if fault := self._refusal(response, unsure):
            raise fault
        return response

    def _refusal(self, response: requests.Response, unsure: type[Fault]) -> Fault | None:
        status, text = response.status_code, self.without_secrets(response.text)
        if status == 429 or (status == 403 and "rate limit exceeded" in text.lower()):
            return self._limited(response)
        if status >= 500:
            return self.fault(f"fails with status {status}", status, unsure)
        if status >= 400:
            nothing = f"has nothing at {urlsplit(response.url).path}: are address and numbers in settings.toml right?"
            said = ({404: nothing} | self.refusals).get(status, f"refuses with status {status}: {text[:200]}")
            return self.fault(said, status)
        if status >= 300:
            where = _host(response.headers.get("Location", "")) or "another address"
            return self.fault(f"sends to {where}: write the address where it really is into settings.toml", status)
        return self.fault(IN_HTML) if "text/html" in response.headers.get("Content-Type", "") else None

    def _limited(self, response: requests.Response) -> Fault:
        wait = _seconds(response.headers.get("Retry-After"))
        if (wait or 0) > LONGEST_WAIT:
            return self.fault(f"has had enough for now, and says to come back in {wait:.0f} s", response.status_code)
        return Again(f"{self.name} has had enough for now", response.status_code, wait)

    def fault(self, said: str, status: int = 0, kind: type[Fault] = Fault) -> Fault:
        """A fault of the platform's, as one line in which no secret stands."""
        return kind(line(f"{self.name} {self.without_secrets(said)}"), status)

    def without_secrets(self, text: str) -> str:
        """A text as a platform gave it, also where it writes addresses or PHP's JSON."""
        for secret in self.secrets:
            for form in (secret, quote(secret, safe=""), secret.replace("/", "\\/")):
                text = text.replace(form, "(hidden)")
        return text

    def _tell(self, fault: Exception, wait: float) -> None:
        print(f"{fault}: trying again in {wait:.0f} s", file=sys.stderr)

    @contextmanager
    def understood(self, what: str) -> Iterator[None]:
        """An answer that is none of JSON, or JSON of another shape, is a fault in words."""
        try:
            yield
        except Fault:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise self.fault(f"answers otherwise than it promises when asked for {what}") from None


def refusals(variable: str) -> dict[int, str]:
    """What a platform means that refuses a token, by HTTP's status."""
    return {
        401: f"does not take {variable}: it is wrong, has expired, or is another site's",
        403: f"does not let the owner of {variable} do that: grading a course needs a teacher's rights",
    }


def secret(variable: str, what: str) -> str:
    """What an environment variable keeps for us. ValueError, which does not show it, where it is none."""
    value = os.environ.get(variable, "").strip()
    if not value:
        raise ValueError(f"the environment variable {variable} is not set: it must be {what}")
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(f"the environment variable {variable} holds blanks or odd letters: it must be {what}")
    return value


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}" if parts.hostname else ""


def _pause(fault: Again, attempt: int) -> float:
    return 2.0 ** (attempt - 1) if fault.wait is None else fault.wait


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return otherwise


def _seconds(text: str | None) -> float | None:
    """HTTP's Retry-After: a number of seconds or a date; None where it is neither."""
    if (seconds := _number(text, -1)) >= 0:
        return seconds
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None

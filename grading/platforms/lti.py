"""LTI 1.3, Assignment and Grade Services 2.0: a line item for each stage, a score for each learner."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from grading.platforms.web import Fault, Place, Web

VARIABLE = "LTI_PRIVATE_KEY"
KEY = "the path of the tool's private key, an RSA key in PEM without a passphrase"
ITEMS, ITEM = (f"application/vnd.ims.lis.v2.lineitem{rest}+json" for rest in ("container", ""))
RESULTS, SCORE = "application/vnd.ims.lis.v2.resultcontainer+json", "application/vnd.ims.lis.v1.score+json"
SCOPES = " ".join(
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("lineitem", "result.readonly", "score")
)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REFUSALS = {
    401: "does not take the token that it gave",
    403: "does not let the tool do that: its registration there needs the scopes lineitem, result.readonly and score",
}
EARLY = 30  # seconds before its end from which a token is no longer used
ONE_LEARNER = (400, 404, 409, 422)  # refusals that concern one score alone


class Lti:
    def __init__(self, said: dict):
        self.key = _private_key()
        self.said, self.web = said, Web("the LTI platform", REFUSALS)
        self.token, self.ends = "", 0.0

    def place(self, stage: str, title: str, most: float) -> Place:
        """The line item whose resourceId is the stage; where there is none yet, `finish` makes it."""
        key = f"{self.said['lineitems']} {stage}"
        with self.web.understood("line items"):
            found = self._pages(self.said["lineitems"], ITEMS, {"resource_id": stage})
            items = [item for item in found if item.get("resourceId") == stage]
            if len(items) > 1:
                raise self.web.fault(f"has {len(items)} line items for {stage}: delete all but one there")
            if not items:
                new = {"label": title, "scoreMaximum": most, "resourceId": stage}
                return Place(key, new, most, {})
            address, most = self._ours(items[0]["id"]), float(items[0]["scoreMaximum"])
        with self.web.understood("results"):
            results = self._pages(_below(address, "results"), RESULTS)
            grades = {
                str(one["userId"]): round(one["resultScore"] * most / (one.get("resultMaximum") or 1), 2)
                for one in results
                if one.get("resultScore") is not None
            }
        return Place(key, address, most, grades)

    def begin(self, place: Place, grades: dict[str, float]) -> None:
        return None

    def finish(self, place: Place, grades: dict[str, float], job: None) -> Iterator[tuple[list[str], str]]:
        """One score a call: the service has no other way."""
        scores = _below(self._line_item(place), "scores")
        for person, grade in grades.items():
            score = {
                "userId": person,
                "scoreGiven": grade,
                "scoreMaximum": place.most,
                "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "activityProgress": "Completed",
                "gradingProgress": "FullyGraded",
            }
            try:
                self._call("POST", scores, {"Content-Type": SCORE}, json=score)
            except Fault as fault:
                if fault.status not in ONE_LEARNER:
                    raise
                yield [person], str(fault)
            else:
                yield [person], ""

    def _line_item(self, place: Place) -> str:
        """The address of the line item, made where it is not there yet."""
        if isinstance(place.address, str):
            return place.address
        with self.web.understood("a new line item"):
            types = {"Content-Type": ITEM, "Accept": ITEM}
            made = self._call("POST", self.said["lineitems"], types, json=place.address, once=True)
            return self._ours(made.json()["id"])

    def _pages(self, address: str, media: str, parameters: dict | None = None) -> Iterator[dict]:
        """The entries of a container, page after page."""
        while address:
            response = self._call("GET", address, {"Accept": media}, params=parameters)
            yield from response.json()
            following = response.links.get("next", {}).get("url")
            address, parameters = self._ours(urljoin(address, following)) if following else "", None

    def _call(self, method: str, address: str, headers: dict, **options) -> requests.Response:
        """Ask with a token, and once more with a new one where the platform no longer takes a kept one."""
        is_new = time.time() > self.ends - EARLY
        try:
            return self.web.request(method, address, headers=headers | self._bearer(), **options)
        except Fault as fault:
            if fault.status != 401 or is_new:
                raise
        self.ends = 0.0
        return self.web.request(method, address, headers=headers | self._bearer(), **options)

    def _bearer(self) -> dict[str, str]:
        """The header with a token, which is kept, in memory alone, until it ends."""
        if time.time() > self.ends - EARLY:
            now, url = int(time.time()), self.said["token_url"]
            claims = {"iss": self.said["client_id"], "sub": self.said["client_id"], "jti": str(uuid4())}
            claims |= {"aud": self.said.get("audience", url), "iat": now, "exp": now + 300}
            signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.said["key_id"]})
            self.web.secrets.add(signed)
            form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
            form |= {"client_assertion": signed, "scope": SCOPES}
            with self.web.understood("a token"):
                found = self._token(url, form)
                self.token, self.ends = str(found["access_token"]), now + float(found.get("expires_in", 3600))
            self.web.secrets.add(self.token)
        return {"Authorization": f"Bearer {self.token}"}

    def _token(self, url: str, form: dict) -> dict:
        try:
            return self.web.post(url, data=form).json()
        except Fault as fault:
            if fault.status in (400, 401, 403):
                why = "are client_id, key_id and audience right, and does it have the public key?"
                raise self.web.fault(f"gives no token (status {fault.status}): {why}", fault.status) from None
            raise

    def _ours(self, address: str) -> str:
        """An address that the platform gave, which must be its own: the token goes there."""
        if urlsplit(address)[:2] != urlsplit(self.said["lineitems"])[:2]:
            raise self.web.fault("names an address of another host for its line items, so nothing is sent there")
        return address


def _private_key() -> RSAPrivateKey:
    if not (path := os.environ.get(VARIABLE, "").strip()):
        raise ValueError(f"the environment variable {VARIABLE} is not set: it must be {KEY}")
    try:
        key = load_pem_private_key(Path(path).read_bytes(), None)
    except OSError as error:
        raise ValueError(
            f"the file that {VARIABLE} names is not to be read ({error.strerror}): it must be {KEY}"
        ) from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"the file that {VARIABLE} names holds no such key: it must be {KEY}") from None
    return key


def _below(address: str, part: str) -> str:
    """The address of a line item's scores or results: before its query, where it has one."""
    parts = urlsplit(address)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{part}").geturl()

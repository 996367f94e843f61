"""Certificates: a page for each learner who has passed, signed, which anybody can check without a network.

The last line of the page is an Ed25519 signature (RFC 8032) of every byte before it. The private key lies in the state
folder and never leaves it; the public key stands on each page and is printed by `certify`: publish it where your course
is announced, as a key that only the page itself names proves nothing. The page's date is the day on which the last work
was handed in, so to certify again gives the same bytes.
"""

import html
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

import trainlib
from grading.authoring.items import CHECKS
from grading.pages.page import render
from grading.records import folders, settings
from grading.records.glance import rows
from trainlib._files import write

SHARE = 0.6  # of each stage's points, where the settings do not say
SIGNED = re.compile(rb"(?P<text>.*\n)<!-- ed25519 (?P<signature>[0-9a-f]{128}) -->\n", re.DOTALL)
KEY = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Result:
    """A learner's points, and of how many, by the stage's title; whether that passes; and how many cells wait for a
    person."""

    learner: str
    points: dict[str, tuple[float, float]]
    passed: bool
    to_grade: int
    date: str


def results() -> list[Result]:
    """How each learner stands: who has the wanted share of the points of every stage has passed.

    ValueError where the gradebook is empty, or the settings are wrong.
    """
    if not (found := rows()):
        raise ValueError("the gradebook is empty: collect and autograde first")
    share = settings.read().get("certificates", {}).get("share", SHARE)
    stages = {row.folder: row.title for row in folders.stages() if folders.lessons(row.folder)}
    results = []
    for learner in sorted({row.learner for row in found}):
        own = [row for row in found if row.learner == learner]
        points = {}
        for stage in stages:
            of_stage = [row for row in own if row.stage == stage and row.lesson not in CHECKS]  # which are no grades
            points[stages[stage]] = sum(row.score for row in of_stage), sum(row.max_score for row in of_stage)
        passed = all(most > 0 and score >= share * most - 1e-9 for score, most in points.values())
        day = max(row.handed_in for row in own)[:10] or date.today().isoformat()
        results.append(Result(learner, points, passed, sum(row.to_grade for row in own), day))
    return results


def certify() -> tuple[list[Result], dict[str, Path], str]:
    """Write a signed page for each learner who has passed. Returns how all stand, the pages, and the public key.

    A page of somebody who has not passed any more, such as after `regrade`, is taken away. ValueError as from
    `results`, or where others can read the private key.
    """
    found, key, said = results(), _private_key(), settings.read().get("certificates", {})
    folder, pages = folders.state() / "certificates", {}
    folder.mkdir(exist_ok=True)
    public = key.public_key().public_bytes_raw().hex()
    for result in found:
        page = folder / f"{result.learner}.html"
        if not result.passed:
            page.unlink(missing_ok=True)
            continue
        name = said.get("names", {}).get(result.learner, result.learner)
        text = _page(result, name, said.get("share", SHARE), said.get("issuer", ""), public).encode()
        write(page, text + b"<!-- ed25519 %s -->\n" % key.sign(text).hex().encode())
        pages[result.learner] = page
    return found, pages, public


def _page(result: Result, name: str, share: float, issuer: str, public: str) -> str:
    title = folders.table().title
    text = render(
        "certificate.html",
        title=f"Certificate: {name}, {title}",
        name=name,
        course_title=title,
        version=trainlib.__version__,
        result=result,
        share=share,
        issuer=issuer,
        public=public,
    )
    return text.rstrip("\n") + "\n"


def verify(file: Path, key: str | None = None) -> tuple[str, str | None]:
    """Check a page. Returns what it certifies, and what is wrong with it or None.

    `key` is the issuer's public key; without it, that of the own state folder. ValueError where there is neither.
    """
    public = key or _own_public_key()
    if public is None:
        raise ValueError("whose key? Give the public key that the issuer has published: --key KEY")
    if not KEY.fullmatch(public):
        raise ValueError(f"the key is {public!r}; it must be 64 of the digits 0 to 9 and a to f")
    found = SIGNED.fullmatch(file.read_bytes())
    if not found:
        return "", "it is no certificate of this course, or was changed: its last line holds no signature"
    try:
        signature = bytes.fromhex(found["signature"].decode())
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, found["text"])
    except (InvalidSignature, ValueError):
        return "", f"it was changed after it was signed, or was signed with another key than {public}"
    return html.unescape(re.search("<title>(.*?)</title>", found["text"].decode())[1]), None


def _key_path() -> Path:
    return folders.state() / "certificate_key.pem"


def _private_key() -> Ed25519PrivateKey:
    """The key of the state folder, made on first use; nobody else may read it."""
    path = _key_path()
    if not path.exists():
        text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ValueError(f"others can read {path}, and so could sign in your name: chmod 600 {path}")
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds a key of another kind; it must be Ed25519")
    return key


def _own_public_key() -> str | None:
    return _private_key().public_key().public_bytes_raw().hex() if _key_path().exists() else None

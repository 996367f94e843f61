"""Certificates as Open Badges 3.0: a verifiable credential in one line of text, as wallets and platforms import it.

The line is a JSON Web Token (RFC 7519) that the key of the certificates signs as EdDSA (RFC 8037), in the form of
1EdTech's "JSON Web Token Proof Format" for Open Badges 3.0. The issuer is a `did:jwk`, which is its own public key, so
nothing is fetched to check it. Who holds the badge stands in it as a salted hash of the email, or of the name where
learners.csv has no email; ids and salts follow from the private key, so nobody can compute them from a name, and to
certify again gives the same bytes.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import trainlib
from trainlib.course import Course

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
TYPES = {"AchievementCredential", "OpenBadgeCredential"}  # two names of one type
TOKEN = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]*\n?", re.ASCII)


def sign(key: Ed25519PrivateKey, credential: dict) -> bytes:
    """A credential as a compact JSON Web Signature: the same key and credential give the same bytes."""
    header = {"alg": "EdDSA", "typ": "JWT", "jwk": _jwk(key.public_key())}
    said = b".".join(_encoded(json.dumps(part, ensure_ascii=False).encode()) for part in (header, credential))
    return said + b"." + _encoded(key.sign(said))


@dataclass(frozen=True)
class Award:
    """What somebody is certified for: the points by stage, each with the most there are, of which `share` was asked of
    every stage; `date` is YYYY-MM-DD.

    The holder is known by an "emailAddress" or a "name" (`kind`), which is `known_by`.
    """

    learner: str
    kind: str
    known_by: str
    points: dict[str, tuple[float, float]]
    share: float
    issuer: str
    date: str


def credential(key: Ed25519PrivateKey, course: Course, award: Award) -> dict:
    """What a badge says, as an AchievementCredential with the claims of its token."""
    did, day = issuer_id(key.public_key()), datetime.fromisoformat(award.date).replace(tzinfo=UTC)
    secrets = (_secret(key, what, award.learner) for what in ("badge", "holder", "salt"))
    own_id, holder_id, salt = (uuid.uuid5(uuid.NAMESPACE_URL, secret).urn for secret in secrets)
    return {
        "@context": CONTEXT,
        "id": own_id,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": f"Certificate: {course.title}",
        "issuer": {"id": did, "type": ["Profile"], "name": award.issuer or "the holder of this key"},
        "validFrom": day.isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": holder_id,
            "type": ["AchievementSubject"],
            "identifier": [_identity(award, salt.removeprefix("urn:uuid:"))],
            **_achieved(course, award),
        },
        "iss": did,
        "jti": own_id,
        "sub": holder_id,
        "nbf": int(day.timestamp()),
    }


def _identity(award: Award, salt: str) -> dict:
    hashed = {"hashed": True, "salt": salt, "identityHash": _identity_hash(award.known_by, salt)}
    return {"type": "IdentityObject", "identityType": award.kind} | hashed


def _achieved(course: Course, award: Award) -> dict:
    """The achievement with what it took, and the results, stage by stage."""
    place, share = f"https://github.com/{course.repository}/tree/{course.branch}", award.share
    descriptions, found = [], []
    for number, (name, (score, most)) in enumerate(award.points.items(), start=1):
        stage = {"id": f"{place}#stage-{number}", "type": ["ResultDescription"], "name": name, "resultType": "RawScore"}
        values = {"valueMin": "0", "valueMax": f"{most:g}", "requiredValue": f"{share * most:g}"}
        descriptions.append(stage | values)
        found.append({"type": ["Result"], "resultDescription": stage["id"], "value": f"{score:.1f}"})
    criteria = (
        f"At least {100 * share:.0f} % of the points of every stage: {', '.join(award.points)}. Points come from "
        "tests, some of which learners do not see, and from open questions that a person marked. Nobody watched who "
        "did the work."
    )
    achievement = {
        "id": f"{place}#certificate",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": course.title,
        "description": f"Completed the course “{course.title}”",
        "version": trainlib.__version__,
        "criteria": {"narrative": criteria},
        "resultDescription": descriptions,
    }
    return {"achievement": achievement, "result": found}


def check(token: bytes, public: str, holder: str | None = None) -> tuple[str, str | None]:
    """Check a badge with the issuer's public key, in hexadecimal, and whether it is `holder`'s, an email or a name.

    Returns what it certifies, and what is wrong with it or None. The key that the badge itself names proves nothing.
    """
    try:
        said = _signed(token, Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
        _check_claims(said)
        if holder is not None:
            _check_holder(said["credentialSubject"], holder)
        name, issuer = said["credentialSubject"]["achievement"]["name"], said["issuer"]
        title = f"{name}, issued by {issuer.get('name', issuer['id'])} on {said['validFrom'][:10]}"
    except _Invalid as why:
        return "", str(why)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return "", "it is signed, but is no Open Badge 3.0 that this version can read"
    return f"Open Badge: {title}" + (f", for {holder}" if holder is not None else ""), None


class _Invalid(Exception):
    """Why a badge does not count."""


def _signed(token: bytes, key: Ed25519PublicKey) -> dict:
    """What a token says, after its signature was checked."""
    try:
        first, second, third = token.removesuffix(b"\n").split(b".")
        header, signature = json.loads(_decoded(first)), _decoded(third)
    except (ValueError, RecursionError):
        raise _Invalid("it was changed after it was signed: it is no token any more") from None
    if not isinstance(header, dict) or header.get("alg") != "EdDSA":
        kind = header.get("alg") if isinstance(header, dict) else None
        raise _Invalid(f"it is signed by the method {kind!r}; only 'EdDSA' counts")
    wanted = key.public_bytes_raw().hex()
    try:
        key.verify(signature, first + b"." + second)
    except InvalidSignature:
        raise _Invalid(f"it was changed after it was signed, or was signed with another key than {wanted}") from None
    if header.get("jwk") != _jwk(key):
        raise _Invalid("it names another key than the one that signed it")
    said = json.loads(_decoded(second))
    if said["issuer"]["id"] != issuer_id(key):
        raise _Invalid("it names another issuer than the key that signed it")
    return said


def _check_claims(said: dict) -> None:
    """Refuse what is no badge, contradicts itself, or is out of its time."""
    if "VerifiableCredential" not in said["type"] or not TYPES & set(said["type"]):
        raise _Invalid(f"it is a {', '.join(map(str, said['type']))} and no Open Badge")
    start, now = datetime.fromisoformat(said["validFrom"]), datetime.now(UTC)
    wanted = {"iss": said["issuer"]["id"], "jti": said["id"], "sub": said["credentialSubject"]["id"]}
    wanted |= {"nbf": int(start.timestamp())}
    if differs := [name for name, value in wanted.items() if said.get(name) != value]:
        raise _Invalid(f"it contradicts itself: {', '.join(differs)} says something else than the credential")
    if start > now:
        raise _Invalid(f"it is valid only from {said['validFrom']}")
    ends = [datetime.fromisoformat(said["validUntil"])] if "validUntil" in said else []
    ends += [datetime.fromtimestamp(said["exp"], UTC)] if "exp" in said else []
    if ends and min(ends) <= now:
        raise _Invalid(f"it has expired: it was valid until {min(ends):%Y-%m-%d}")


def _check_holder(subject: dict, holder: str) -> None:
    """Refuse a badge that was not issued to a person known by an email or a name."""
    for identity in subject["identifier"]:
        if hmac.compare_digest(identity["identityHash"], _identity_hash(holder, identity["salt"])):
            return
    kinds = {"emailAddress": "an email address", "name": "a name"}
    known = ", ".join(kinds.get(one["identityType"], one["identityType"]) for one in subject["identifier"])
    raise _Invalid(f"it was not issued to {holder!r}: its holder is known by {known}")


def issuer_id(key: Ed25519PublicKey) -> str:
    """A public key as a did:jwk (github.com/quartzjer/did-jwk)."""
    return "did:jwk:" + _encoded(json.dumps(_jwk(key), separators=(",", ":")).encode()).decode()


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _encoded(key.public_bytes_raw()).decode()}


def _identity_hash(text: str, salt: str) -> str:
    """1EdTech's IdentityHash: SHA-256 of the text with the salt behind it. Letters of an email count in lower case."""
    text = text.strip().lower() if "@" in text else text.strip()
    return "sha256$" + hashlib.sha256((text + salt).encode()).hexdigest()


def _secret(key: Ed25519PrivateKey, what: str, learner: str) -> str:
    """Text that follows from the private key alone: the same each time, and nobody else can compute it."""
    return hmac.new(key.private_bytes_raw(), f"{what} {learner}".encode(), hashlib.sha256).hexdigest()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    """Bytes from base64url. ValueError where they would be written in another way, so that no byte can be changed."""
    try:
        data = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if _encoded(data) != text:
        raise ValueError("not the one way to write these bytes")
    return data

"""Open Badges 3.0 beside certificates: read by an independent library, held to 1EdTech's rules, refused in words."""

import base64
import hashlib
import json

import jsonschema
import jwt
import pytest
import test_grading_cycle as cycle
import test_office as office
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grading.__main__ import main
from grading.marking import badges
from grading.marking.certificates import _private_key, verify
from grading.records import folders

tiny_course, state, marked, certified = cycle.tiny_course, cycle.state, office.marked, office.certified  # fixtures


def typed(name, required, /, **properties):
    """An object with one of these names among its types, as 1EdTech's schema asks of nearly all."""
    type = {"type": "array", "items": {"type": "string"}, "contains": {"enum": name.split()}}
    return {"type": "object", "required": ["type", *required], "properties": {"type": type} | properties}


# What 1EdTech's own schema asks of the members used here, in our words:
# https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json
TEXT, TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
KINDS = ["name", "userName", "emailAddress", "identifier"]
IDENTITY = {
    "type": "object",
    "required": ["type", "hashed", "identityHash", "identityType"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "IdentityObject"},
        "hashed": {"type": "boolean"},
        "identityHash": {"type": "string", "pattern": r"^sha256\$[0-9a-f]{64}$"},
        "identityType": {"enum": KINDS},
        "salt": TEXT,
    },
}
RESULT_DESCRIPTION = typed(
    "ResultDescription",
    ["id", "name", "resultType"],
    **dict.fromkeys(("id", "name", "valueMin", "valueMax", "requiredValue"), TEXT),
    resultType={"enum": ["GradePointAverage", "LetterGrade", "Percent", "RawScore", "Result", "ScaledScore", "Status"]},
)
ACHIEVEMENT = typed(
    "Achievement",
    ["id", "criteria", "description", "name"],
    **dict.fromkeys(("id", "description", "name", "version"), TEXT),
    criteria={"type": "object", "properties": {"id": TEXT, "narrative": TEXT}},
    achievementType={"enum": ["Achievement", "Badge", "Certificate", "CertificateOfCompletion", "Course"]},
    resultDescription={"type": "array", "items": RESULT_DESCRIPTION},
)
SUBJECT = typed(
    "AchievementSubject",
    ["achievement"],
    id=TEXT,
    achievement=ACHIEVEMENT,
    identifier={"type": "array", "items": IDENTITY},
    result={"type": "array", "items": typed("Result", [], resultDescription=TEXT, value=TEXT)},
)
CREDENTIAL = typed(
    "AchievementCredential OpenBadgeCredential",
    ["@context", "id", "credentialSubject", "issuer", "validFrom"],
    **dict.fromkeys(("id", "name", "description"), TEXT),
    validFrom=TIME,
    validUntil=TIME,
    issuer=typed("Profile", ["id"], id=TEXT, name=TEXT),
    credentialSubject=SUBJECT,
) | {"$schema": "https://json-schema.org/draft/2019-09/schema"}
CREDENTIAL["properties"]["@context"] = {
    "type": "array",
    "minItems": 2,
    "items": [
        {"const": "https://www.w3.org/ns/credentials/v2"},
        {"type": "string", "pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$"},
    ],
}


@pytest.fixture
def badge(certified):
    page, said = certified
    return page.with_suffix(".jwt"), said.split()[-1]


def decoded(badge):
    """What a badge says, by PyJWT with the key that the badge itself names."""
    text = badge.read_text()
    key = jwt.PyJWK(jwt.get_unverified_header(text)["jwk"], algorithm="EdDSA")
    return jwt.decode(text, key, algorithms=["EdDSA"], options={"require": ["iss", "jti", "sub", "nbf"]})


def changed(badge, **claims):
    """The badge with other claims, signed by the same key."""
    credential = decoded(badge) | claims
    badge.write_bytes(badges.sign(_private_key(), credential))
    return credential


def test_an_independent_library_reads_it_offline_and_it_keeps_the_rules_of_the_published_schema(badge):
    file, public = badge
    credential = decoded(file)
    checker = jsonschema.Draft201909Validator.FORMAT_CHECKER
    jsonschema.Draft201909Validator(CREDENTIAL, format_checker=checker).validate(credential)
    did = credential["issuer"]["id"].removeprefix("did:jwk:")
    jwk = json.loads(base64.urlsafe_b64decode(did + "=" * (-len(did) % 4)))
    assert set(jwk) == {"crv", "kty", "x"}, "a private key never leaves the state folder"
    assert jwt.PyJWK(jwk, algorithm="EdDSA").key.public_bytes_raw().hex() == public
    assert set(jwt.get_unverified_header(file.read_text())) == {"alg", "typ", "jwk"}, "no other header is allowed"


def test_it_says_who_issued_what_for_which_results_and_names_nobody(badge):
    credential = decoded(badge[0])
    subject = credential["credentialSubject"]
    assert (credential["issuer"]["name"], subject["achievement"]["name"]) == ("A <firm>", "A course for tests")
    assert "50 % of the points of every stage: 1 Principles" in subject["achievement"]["criteria"]["narrative"]
    (stage,), (result,) = subject["achievement"]["resultDescription"], subject["result"]
    assert result["resultDescription"] == stage["id"] and result["value"] == "8.1"
    assert (stage["name"], stage["valueMax"], stage["requiredValue"]) == ("1 Principles", "14", "7")
    assert "ada" not in json.dumps(credential).lower().replace("data", "")


def identity_of(badge):
    (identity,) = decoded(badge)["credentialSubject"]["identifier"]
    return identity["identityType"], identity["identityHash"], identity["salt"]


def test_the_holder_is_a_salted_hash_of_the_email_or_else_of_the_name(badge, marked, capsys):
    file, _ = badge
    kind, hashed, salt = identity_of(file)
    assert (kind, hashed) == ("name", "sha256$" + hashlib.sha256(f"Ada Lovelace{salt}".encode()).hexdigest())
    (marked / "learners.csv").write_text("learner,name,email\nada,Ada Lovelace,Ada@example.org\nben,Ben,\n")
    assert main(["certify"]) == 0
    kind, hashed, again = identity_of(file)
    assert (kind, hashed) == ("emailAddress", "sha256$" + hashlib.sha256(f"ada@example.org{salt}".encode()).hexdigest())
    assert again == salt
    capsys.readouterr()
    assert main(["verify", str(file), "--holder", "ada@example.org"]) == 0
    assert capsys.readouterr().out.endswith("for ada@example.org\n")
    assert main(["verify", str(file), "--holder", "eve@example.org"]) == 1
    assert "not issued to 'eve@example.org': its holder is known by an email address" in capsys.readouterr().out
    assert main(["verify", str(file.with_suffix(".html")), "--holder", "Ada Lovelace"]) == 2


def test_anybody_can_verify_it_with_the_published_key(badge, marked, capsys):
    file, public = badge
    with folders.state_in(marked / "nobody"):
        assert main(["verify", str(file), "--key", public]) == 0
        day = decoded(file)["validFrom"][:10]
        assert capsys.readouterr().out == f"valid: Open Badge: A course for tests, issued by A <firm> on {day}\n"
        assert main(["verify", str(file)]) == 2
        assert main(["verify", str(file), "--key", "0" * 63 + "1"]) == 1
    assert "signed with another key than 00" in capsys.readouterr().out


def test_to_certify_again_gives_the_same_bytes_and_takes_it_back_with_the_page(badge, marked):
    file, _ = badge
    before = file.read_bytes()
    assert main(["certify"]) == 0 and file.read_bytes() == before
    (marked / "settings.toml").write_text("hidden_seed = 1\n")
    assert main(["certify"]) == 0 and not file.exists()


def test_one_changed_byte_anywhere_makes_it_invalid(badge):
    file, _ = badge
    original = file.read_bytes()
    for place in [*range(0, len(original), 29), *range(len(original) - 90, len(original))]:
        for bit in (1, 2, 32):
            file.write_bytes(original[:place] + bytes([original[place] ^ bit]) + original[place + 1 :])
            assert verify(file)[1], (place, bit)
    for broken in (b"", b"..", original + b"=", original.replace(b".", b".."), original[:-1], b"e30.e30."):
        file.write_bytes(broken)
        assert verify(file)[1], broken[-20:]


def test_no_other_method_of_signing_counts(badge):
    file, public = badge
    credential = decoded(file)
    for alg, key in (("none", None), ("HS256", public), ("HS512", bytes.fromhex(public) * 2)):
        file.write_text(jwt.encode(credential, key, algorithm=alg))
        assert verify(file)[1] == f"it is signed by the method {alg!r}; only 'EdDSA' counts"


def test_a_forgers_own_key_in_the_header_does_not_help(badge):
    file, public = badge
    forger = Ed25519PrivateKey.generate()
    file.write_bytes(badges.sign(forger, decoded(file)))
    assert f"signed with another key than {public}" in verify(file)[1]
    own = jwt.get_unverified_header(badges.sign(forger, {}).decode())["jwk"]
    file.write_text(jwt.encode({}, _private_key(), algorithm="EdDSA", headers={"jwk": own}))
    assert verify(file)[1] == "it names another key than the one that signed it"


@pytest.mark.parametrize(
    "claims, said",
    [
        ({"type": ["VerifiableCredential", "EndorsementCredential"]}, "EndorsementCredential and no Open Badge"),
        ({"validUntil": "2026-01-02T00:00:00Z"}, "it has expired: it was valid until 2026-01-02"),
        ({"exp": 1767312000}, "it has expired: it was valid until 2026-01-02"),
        ({"validFrom": "2999-01-01T00:00:00Z", "nbf": 32472144000}, "it is valid only from 2999-01-01"),
        ({"nbf": 1}, "it contradicts itself: nbf says"),
        ({"sub": "urn:uuid:1", "jti": "urn:uuid:2"}, "it contradicts itself: jti, sub says"),
        ({"issuer": {"id": "did:example:1"}}, "it names another issuer"),
        ({"credentialSubject": 5}, "no Open Badge 3.0 that this version can read"),
        ({"validFrom": "soon"}, "no Open Badge 3.0 that this version can read"),
        ({"exp": 10**30}, "no Open Badge 3.0 that this version can read"),
    ],
)
def test_what_is_signed_but_wrong_is_refused_with_its_reason(badge, claims, said):
    file, _ = badge
    changed(file, **claims)
    title, why = verify(file)
    assert title == "" and said in why

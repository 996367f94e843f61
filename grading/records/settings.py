"""What the instructor sets for a cohort: `settings.toml` in the state folder. Every part may be missing.

database = "postgresql://grader@db.example.org/course"    # the gradebook on a server (default: SQLite, in a file
beside)

[deadlines]                           # with the offset of your time zone
1_principles = 2027-01-31T18:00:00+01:00

[late]
outcome = "penalty"                   # or "accept", "mark" (the default: say so, take nothing off), "refuse"
share_per_day = 0.1                   # of a lesson's score, for each day that has begun

[learners]                            # who is who, where a learning platform names people in its own way;
"Ada Lovelace" = "ada-l"              # a whole class stands in learners.csv beside this file (see
grading.intake.people)

[certificates]
share = 0.6                           # of each stage's points
issuer = "A start-up"

[platform.canvas]                     # where `push` sends grades; tokens and keys come from the environment alone
url = "https://canvas.example.org"
course = 7                            # this and the numbers of assignments stand in the addresses of their pages
assignments = { "1_principles" = 123 }

[platform.moodle]                     # the same three; an assignment's number is that of mod/assign/view.php?id=…

[platform.lti]                        # LTI 1.3; a line item for each stage is found, or made, among these
lineitems = "https://lms.example.org/api/lti/courses/7/line_items"
token_url = "https://lms.example.org/login/oauth2/token"
client_id = "10000000000001"          # as the platform registered the tool, with the public key of this id
key_id = "2027"
audience = "https://lms.example.org"  # only if the platform wants another one than token_url

No command ever writes this file. The seed of hidden inputs lies beside it, in `hidden_seed.toml`; where a cohort began
with `hidden_seed = …` in here, that one counts.
"""

import secrets
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from grading.records import folders, locks, tomlfile
from trainlib._files import write
from trainlib.course import A_NAME, learner_name

OUTCOMES = ("accept", "mark", "penalty", "refuse")
A_TIME = "a time with its offset, such as 2027-01-31T18:00:00+01:00"
A_DATABASE = "the URL of a PostgreSQL database, such as postgresql://grader@db.example.org/course"
A_LEARNER = f"a learner's name: {A_NAME}"
A_SEED = tomlfile.number("a whole number from 1", 1, whole=True)
AN_ADDRESS = tomlfile.text(
    "an address that begins with https:// and holds no password",
    pattern=r"^(https://[^\s@#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s@#]*)?)$",
)
SEED = """\
# Hidden tests draw their inputs from this seed. Keep it secret, and the same for a whole cohort.
hidden_seed = {}
"""


def _platform(words: str) -> dict:
    """A platform whose courses and assignments have numbers."""
    a_number = tomlfile.number("a whole number from 1, as in the address of its page", 1, whole=True)
    assignments = tomlfile.mapping("stages with the numbers of their assignments", a_number)
    return tomlfile.table(words, {"url": AN_ADDRESS, "course": a_number, "assignments": assignments})


SCHEMA = tomlfile.table(
    "settings",
    {},
    {
        "hidden_seed": A_SEED,
        "database": tomlfile.text(A_DATABASE, pattern="^postgresql://.+"),
        "deadlines": tomlfile.mapping("stages with their deadlines", {"description": A_TIME}, least=0),
        "late": tomlfile.table(
            "what happens to late work",
            {},
            {
                "outcome": tomlfile.text(f"one of {', '.join(OUTCOMES)}", enum=OUTCOMES),
                "share_per_day": tomlfile.share(),
            },
        ),
        "learners": tomlfile.mapping("names on a learning platform", tomlfile.text(A_LEARNER), least=0),
        "certificates": tomlfile.table(
            "what a certificate takes and says",
            {},
            {
                "share": tomlfile.share(),
                "issuer": tomlfile.text(),
                "names": tomlfile.mapping("learners with their names", tomlfile.text(), least=0),
            },
        ),
        "platform": tomlfile.table(
            "learning platforms: canvas, moodle, lti",
            {},
            {
                "canvas": _platform("a course of Canvas: url, course, assignments"),
                "moodle": _platform("a course of Moodle: url, course, assignments"),
                "lti": tomlfile.table(
                    "an LTI 1.3 platform: lineitems, token_url, client_id, key_id",
                    {
                        "lineitems": AN_ADDRESS,
                        "token_url": AN_ADDRESS,
                        "client_id": tomlfile.text(),
                        "key_id": tomlfile.text(),
                    },
                    {"audience": tomlfile.text()},
                ),
            },
        ),
    },
)


def path() -> Path:
    return folders.state() / "settings.toml"


def seed_path() -> Path:
    return folders.state() / "hidden_seed.toml"


def read() -> dict:
    """The settings; {} where there are none. Deadlines come as UTC. ValueError names what is wrong, with its line."""
    if not path().exists():
        return {}
    document = tomlfile.read(path(), SCHEMA)
    stages = [row.folder for row in folders.stages()]
    deadlines = document.values.get("deadlines", {})
    for stage, time in deadlines.items():
        if stage not in stages:
            document.fault("deadlines", stage, says=f"is no stage; these are: {', '.join(stages)}")
        elif not isinstance(time, datetime) or time.tzinfo is None:
            document.fault("deadlines", stage, must=A_TIME)
    _check_platforms(document, stages)
    learners = document.values.get("learners", {})
    for person, name in learners.items():
        try:
            learners[person] = learner_name(name)
        except ValueError:
            document.fault("learners", person, must=A_LEARNER)
    document.refuse()
    utc = {stage: time.astimezone(UTC).replace(tzinfo=None) for stage, time in deadlines.items()}
    return document.values | {"deadlines": utc}


def _check_platforms(document: tomlfile.Document, stages: list[str]) -> None:
    for name, platform in document.values.get("platform", {}).items():
        taken = {}
        for stage, number in platform.get("assignments", {}).items():
            place = ("platform", name, "assignments", stage)
            if stage not in stages:
                document.fault(*place, says=f"is no stage; these are: {', '.join(stages)}")
            elif (other := taken.setdefault(number, stage)) != stage:
                document.fault(*place, says=f"is {number}, as {other} is; each stage needs an assignment of its own")


def deadlines() -> dict[str, datetime]:
    """The deadlines alone (UTC), for who is in a hurry: `read` loads what checks all the rest. ValueError as there."""
    found, stages = _values(path()).get("deadlines", {}), [row.folder for row in folders.stages()]
    if not isinstance(found, dict) or any(
        stage not in stages or not isinstance(time, datetime) or time.tzinfo is None for stage, time in found.items()
    ):
        return read()["deadlines"]
    return {stage: time.astimezone(UTC).replace(tzinfo=None) for stage, time in found.items()}


def database() -> str:
    """The gradebook's URL, as SQLAlchemy takes it: SQLite in the state folder, or the PostgreSQL of the settings."""
    said = _values(path()).get("database")  # too often asked for `read`
    if isinstance(said, str):
        return said.replace("postgresql://", "postgresql+psycopg://", 1)
    return f"sqlite:///{folders.state() / 'gradebook.db'}"


def known_seed() -> int | None:
    """The seed of hidden inputs, where one has been drawn. ValueError where it is none."""
    for file in (path(), seed_path()):
        if (seed := _values(file).get("hidden_seed")) is not None:
            if not isinstance(seed, int) or isinstance(seed, bool) or seed < 1:
                raise ValueError(f"{file.name}: hidden_seed is {seed!r}; it must be {A_SEED['description']}")
            return seed
    if seed_path().exists():
        raise ValueError(f"{seed_path()} holds no hidden_seed: put back its copy, or delete it before a cohort begins")
    return None


def hidden_seed() -> int:
    """The seed of hidden inputs: drawn at random on first use, and then kept.

    It is no part of the project, so that a public source does not tell it, and it stays, so that grading again gives
    the same grades.
    """
    if (seed := known_seed()) is not None:
        return seed
    with locks.held("seed"):
        if known_seed() is None:  # another command may have drawn it by now
            write(seed_path(), SEED.format(1 + secrets.randbelow(2**31)))
    return known_seed()


def _values(file: Path) -> dict:
    """What a TOML file says, unchecked; {} where it is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return {}
    return _read(file, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=16)
def _read(file: Path, *_: int) -> dict:
    return tomlfile.read(file, {}).values

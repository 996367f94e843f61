"""What the instructor sets for a cohort: `settings.toml` in the state folder. Every part may be missing.

database = "postgresql://grader@db.example.org/course"    # the gradebook on a server (default: SQLite, in a file
beside)

[deadlines]                           # with the offset of your time zone
1_principles = 2027-01-31T18:00:00+01:00

[extensions.ada-l]                    # of one learner, at each stage
1_principles = 2027-02-03T18:00:00+01:00

[late]                                # counts when points are read: none of this is in the gradebook
outcome = "penalty"                   # or "accept", "mark" (the default: say so, take nothing off), "refuse"
share_per_day = 0.1                   # of a lesson's points, marks included, for each day that has begun

[groups]                              # one hand-in counts for all with the same `group` in learners.csv
stages = ["4_project"]

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
from collections.abc import Iterator
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
        "extensions": tomlfile.mapping(
            "learners with their extensions",
            tomlfile.mapping("stages with this learner's deadlines", {"description": A_TIME}, least=0),
            least=0,
        ),
        "late": tomlfile.table(
            "what happens to late work",
            {},
            {
                "outcome": tomlfile.text(f"one of {', '.join(OUTCOMES)}", enum=OUTCOMES),
                "share_per_day": tomlfile.share(),
            },
        ),
        "groups": tomlfile.table(
            "what groups hand in together", {}, {"stages": tomlfile.each("a list of stages", tomlfile.text(), least=0)}
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
    for place, fault in (*_wrong_stages(document.values), *_wrong_assignments(document.values)):
        document.fault(*place, **fault)
    learners = document.values.get("learners", {})
    for person, name in learners.items():
        try:
            learners[person] = learner_name(name)
        except ValueError:
            document.fault("learners", person, must=A_LEARNER)
    document.refuse()
    return _in_utc(document.values)


def due() -> dict:
    """Deadlines and extensions (UTC), what is said of late work, and stages for groups, for who is in a hurry: `read`
    loads what checks all the rest. ValueError as there."""
    said = _values(path())
    try:
        is_sound = _has_known_names(said) and _is_late_sound(said.get("late", {})) and not any(_wrong_stages(said))
    except (AttributeError, TypeError):  # what should be a table or a number is none
        is_sound = False
    return _in_utc(said) if is_sound else read()


def _has_known_names(said: dict) -> bool:
    """Whether nothing is misspelt: what nobody reads would take nothing off, and give no extension."""
    fields = SCHEMA["properties"]
    tables = [(said, fields), *((said.get(part, {}), fields[part]["properties"]) for part in ("late", "groups"))]
    return all(table.keys() <= known.keys() for table, known in tables)


def _is_late_sound(late: dict) -> bool:
    share = late.get("share_per_day", 0)
    return late.get("outcome", OUTCOMES[0]) in OUTCOMES and not isinstance(share, bool) and 0 <= share <= 1


def _wrong_stages(said: dict) -> Iterator[tuple[tuple, dict[str, str]]]:
    """What is wrong with stages and their times: the place of each, and what `Document.fault` is to say of it."""
    deadlines, stages = said.get("deadlines", {}), [row.folder for row in folders.stages()]
    for place, stage in enumerate(said.get("groups", {}).get("stages", [])):
        if stage not in stages:
            yield ("groups", "stages", place), {"must": f"one of {', '.join(stages)}"}
    for stage, time in deadlines.items():
        if fault := _wrong_time(stage, time):
            yield ("deadlines", stage), fault
    for learner, own in said.get("extensions", {}).items():
        try:
            learner_name(learner)
        except ValueError:
            yield ("extensions", learner), {"says": f"is no learner's name; it must be {A_NAME}"}
        for stage, time in own.items():
            if fault := _wrong_time(stage, time) or _wrong_extension(deadlines.get(stage)):
                yield ("extensions", learner, stage), fault


def _wrong_assignments(said: dict) -> Iterator[tuple[tuple, dict[str, str]]]:
    """The same of the assignments of platforms."""
    stages = [row.folder for row in folders.stages()]
    for name, platform in said.get("platform", {}).items():
        taken = {}
        for stage, number in platform.get("assignments", {}).items():
            place = ("platform", name, "assignments", stage)
            if stage not in stages:
                yield place, {"says": f"is no stage; these are: {', '.join(stages)}"}
            elif (other := taken.setdefault(number, stage)) != stage:
                yield place, {"says": f"is {number}, as {other} is; each stage needs an assignment of its own"}


def _wrong_time(stage: str, time: object) -> dict[str, str]:
    stages = [row.folder for row in folders.stages()]
    if stage not in stages:
        return {"says": f"is no stage; these are: {', '.join(stages)}"}
    return {} if isinstance(time, datetime) and time.tzinfo else {"must": A_TIME}


def _wrong_extension(deadline: object) -> dict[str, str]:
    if deadline is None:
        return {"says": "is an extension for a stage without a deadline; give the stage one in [deadlines], too"}
    return {}


def _in_utc(said: dict) -> dict:
    """Settings whose times say no zone, as nbgrader keeps them."""
    utc = lambda times: {stage: time.astimezone(UTC).replace(tzinfo=None) for stage, time in times.items()}
    extensions = {learner_name(learner): utc(own) for learner, own in said.get("extensions", {}).items()}
    return said | {"deadlines": utc(said.get("deadlines", {}))} | ({"extensions": extensions} if extensions else {})


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

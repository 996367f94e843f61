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
SEED = """\
# Hidden tests draw their inputs from this seed. Keep it secret, and the same for a whole cohort.
hidden_seed = {}
"""
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
    for place, fault in _wrong_stages(document.values):
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
        late = said.get("late", {})
        is_sound = late.get("outcome", OUTCOMES[0]) in OUTCOMES and 0 <= late.get("share_per_day", 0) <= 1
        is_sound = is_sound and not any(_wrong_stages(said))
    except (AttributeError, TypeError):  # what should be a table or a number is none
        is_sound = False
    return _in_utc(said) if is_sound else read()


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
            if fault := _wrong_time(stage, time) or _wrong_extension(time, deadlines.get(stage)):
                yield ("extensions", learner, stage), fault


def _wrong_time(stage: str, time: object) -> dict[str, str]:
    stages = [row.folder for row in folders.stages()]
    if stage not in stages:
        return {"says": f"is no stage; these are: {', '.join(stages)}"}
    return {} if isinstance(time, datetime) and time.tzinfo else {"must": A_TIME}


def _wrong_extension(time: datetime, deadline: object) -> dict[str, str]:
    if deadline is None:
        return {"says": "is an extension for a stage without a deadline; give the stage one in [deadlines], too"}
    if isinstance(deadline, datetime) and deadline.tzinfo and time < deadline:
        return {"must": f"no earlier than the stage's deadline, {deadline.isoformat()}"}
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

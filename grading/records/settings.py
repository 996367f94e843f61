"""What the instructor sets for a cohort: `settings.toml` in the state folder. Every part but the seed may be missing.

hidden_seed = 123456789               # drawn on first use: keep it secret, and the same for a whole cohort
database = "postgresql://grader@db.example.org/course"    # the gradebook on a server (default: SQLite, in a file beside)

[deadlines]                           # with the offset of your time zone
1_principles = 2027-01-31T18:00:00+01:00

[late]
outcome = "penalty"                   # or "accept", "mark" (the default: say so, take nothing off), "refuse"
share_per_day = 0.1                   # of a lesson's score, for each day that has begun

[learners]                            # who is who, where a learning platform names people in its own way
"Ada Lovelace" = "ada-l"

[certificates]
share = 0.6                           # of each stage's points
issuer = "A start-up"
"""

import secrets
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from grading.records import folders, tomlfile
from trainlib.course import NAME

OUTCOMES = ("accept", "mark", "penalty", "refuse")
A_TIME = "a time with its offset, such as 2027-01-31T18:00:00+01:00"
A_DATABASE = "the URL of a PostgreSQL database, such as postgresql://grader@db.example.org/course"
A_LEARNER = "a learner's name: 1 to 64 letters, digits, dots, underscores or hyphens"
SCHEMA = tomlfile.table(
    "settings",
    {},
    {
        "hidden_seed": tomlfile.number("a whole number from 1", 1, whole=True),
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
        "learners": tomlfile.mapping(
            "names on a learning platform", tomlfile.text(A_LEARNER, pattern=f"^{NAME.pattern}$"), least=0
        ),
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
    document.refuse()
    utc = {stage: time.astimezone(UTC).replace(tzinfo=None) for stage, time in deadlines.items()}
    return document.values | {"deadlines": utc}


def database() -> str:
    """The gradebook's URL, as SQLAlchemy takes it: SQLite in the state folder, or the PostgreSQL of the settings."""
    said = tomllib.loads(path().read_text(encoding="utf-8")) if path().exists() else {}  # too often asked for `read`
    if "database" in said:
        return said["database"].replace("postgresql://", "postgresql+psycopg://", 1)
    return f"sqlite:///{folders.state() / 'gradebook.db'}"


def hidden_seed() -> int:
    """The seed of hidden inputs: drawn at random on first use, and then kept.

    It is no part of the project, so that a public source does not tell it, and it stays, so that grading again gives the
    same grades.
    """
    text = path().read_text(encoding="utf-8") if path().exists() else ""
    if "hidden_seed" not in tomllib.loads(text):
        said = "# Hidden tests draw their inputs from this seed. Keep it secret, and the same for a whole cohort.\n"
        text = f"{said}hidden_seed = {1 + secrets.randbelow(2**31)}\n{text}"
        path().write_text(text, encoding="utf-8")
    return tomllib.loads(text)["hidden_seed"]

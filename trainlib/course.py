"""The table of lessons: stages, lessons and tracks as `course.toml` has them."""

import re
import tomllib
import unicodedata
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path

CHECK_IN, CHECK_OUT = "1-00_check_in", "4-10_check_out"
A_NAME = "1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or digit"
NAME_LENGTH, NAME_BYTES = 64, 180  # a folder's name has at most 255 bytes in common file systems
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.", re.IGNORECASE)  # Windows makes no such folders
ID = re.compile(r"\d-\d\d[a-z]?_[a-z0-9_]+")


@dataclass(frozen=True)
class Stage:
    """One of the course's four stages: its folder, such as "1_principles", a title and what a learner can do after
    it."""

    folder: str
    title: str
    promise: str

    @property
    def name(self) -> str:
        """The folder's name without its number, as tables and plans use it: "principles"."""
        return self.folder.partition("_")[2]


@dataclass(frozen=True)
class Lesson:
    """One row of the table of lessons. `stage` is the folder of the stage that the id's number names.

    `minutes` are a learner's, `memory_mib` those of a full run; `smoke` and `grade` are the values of the parameters
    cell in tests and in grading; `grade` is `smoke` unless the table says otherwise.
    """

    id: str
    title: str
    promise: str
    minutes: int
    memory_mib: int
    prerequisites: list
    skills: list
    published_errors: list = field(default_factory=list)
    smoke: dict = field(default_factory=dict)
    grade: dict | None = None
    stage: str = ""

    def __post_init__(self):
        if self.grade is None:
            object.__setattr__(self, "grade", self.smoke)

    @property
    def number(self) -> str:
        """The beginning of the id, by which people name a lesson: "1-04a"."""
        return self.id.partition("_")[0]

    @property
    def file(self) -> Path:
        """The notebook's path below any folder of editions or of a learner's copies."""
        return Path(self.stage) / f"{self.id}.ipynb"


@dataclass(frozen=True)
class Track:
    """One way through the course for one kind of people: `core` holds the ids of the lessons that it takes, in its
    order.

    Every other lesson is an elective on it.
    """

    name: str
    title: str
    promise: str
    core: tuple[str, ...]

    def place(self, lesson: Lesson) -> int | None:
        """The lesson's place on the track, from 1; None for an elective."""
        return self.core.index(lesson.id) + 1 if lesson.id in self.core else None


@dataclass(frozen=True)
class Course:
    """The checked contents of `course.toml`; stages and lessons stand in teaching order.

    `full_check`: whether learners get the hidden tests, hidden from the eye, to check themselves (`lesson.full_check`).
    """

    title: str
    repository: str
    branch: str
    stages: tuple[Stage, ...]
    lessons: tuple[Lesson, ...]
    tracks: tuple[Track, ...] = ()
    full_check: bool = True

    def lesson(self, name: str) -> Lesson:
        """The lesson of an id. ValueError where the table has none."""
        found = next((lesson for lesson in self.lessons if lesson.id == name), None)
        if found is None:
            raise ValueError(f"lesson is {name!r}; it must be one of {', '.join(one.id for one in self.lessons)}")
        return found

    def track(self, name: str) -> Track:
        """The track of a name. ValueError where there is none."""
        found = next((track for track in self.tracks if track.name == name), None)
        if found is None:
            names = " or ".join(f'"{one.name}"' for one in self.tracks)
            raise ValueError(f"track is {name!r}; it must be {names}")
        return found

    def on(self, track: Track) -> list[Lesson]:
        """The lessons that a track takes, in its order."""
        return [self.lesson(name) for name in track.core]

    def left(self, track: Track, lesson: Lesson) -> list[Lesson]:
        """What a track still takes from one of its lessons on, that lesson first; everything where it is an
        elective."""
        return self.on(track)[(track.place(lesson) or 1) - 1 :]


def folder() -> Path:
    """The folder of the learner editions: inside an installed wheel, or beside `trainlib` in a checkout."""
    installed = Path(__file__).parent / "notebooks"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "notebooks"


def minutes_in_words(minutes: int) -> str:
    """A lesson's length as a person says it: "55 minutes", "3 hours", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} minutes"
    return f"{hours} h {rest}" if rest else f"{hours} hour{'s' if hours > 1 else ''}"


@cache
def table(path: Path | None = None) -> Course:
    """The checked contents of `course.toml`. ValueError names lesson, field and what is allowed."""
    path = path or folder() / "course.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    stages, lessons = tuple(Stage(**stage) for stage in raw["stage"]), []
    for row in raw.get("lesson", []):
        try:
            lessons.append(_lesson(row, stages, lessons))
        except ValueError as fault:
            raise ValueError(f"{path.name}: {fault}") from None
    tracks = tuple(_track(row, lessons, path.name) for row in raw.get("track", []))
    return Course(**raw["course"], stages=stages, lessons=tuple(lessons), tracks=tracks)


def _track(row: dict, lessons: list[Lesson], file: str) -> Track:
    """A track of the table, which takes known lessons, each after those that it needs."""
    known, taken = {lesson.id: lesson for lesson in lessons}, []
    for name in row["core"]:
        if name not in known:
            raise ValueError(f"{file}: the track {row['name']} takes {name!r}, which is no lesson")
        if missing := [one for one in known[name].prerequisites if one not in taken]:
            raise ValueError(f"{file}: the track {row['name']} takes {name} before it takes {', '.join(missing)}")
        taken.append(name)
    return Track(row["name"], row["title"], row["promise"], tuple(taken))


def _lesson(row: dict, stages: tuple[Stage, ...], before: list[Lesson]) -> Lesson:
    """A row of the table, checked against those `before` it."""
    name = row.get("id", "a lesson without id")
    known = {field.name: field for field in fields(Lesson) if field.name != "stage"}
    if unknown := set(row) - set(known):
        raise ValueError(f"{name} has the unknown fields {sorted(unknown)}; known: {list(known)}")
    for field_name, known_field in known.items():
        kind, optional = known_field.type, known_field.default_factory is not MISSING or known_field.default is None
        if not isinstance(row.get(field_name), kind) and not (optional and field_name not in row):
            allowed = getattr(kind, "__name__", str(kind))
            raise ValueError(f"{name}: {field_name} is {row.get(field_name)!r}, it must be of type {allowed}")
    stage = next((stage for stage in stages if stage.folder[0] == name[0]), None)
    if stage is None or not ID.fullmatch(name):
        raise ValueError(f"the lesson id {name!r} must look like 1-01_some_name, with the number of a stage")
    if missing := [earlier for earlier in row["prerequisites"] if earlier not in [lesson.id for lesson in before]]:
        raise ValueError(f"{name}: the prerequisites {missing} are not lessons that come before it")
    if before and name <= before[-1].id:
        raise ValueError(f"{name} stands after {before[-1].id}: ids must rise, each once")
    return Lesson(**row, stage=stage.folder)


def stages() -> tuple[Stage, ...]:
    return table().stages


def lessons(stage: str | None = None) -> list[Lesson]:
    """The lessons of one stage (its folder's name) or of all. ValueError for a stage that is not there."""
    return of_stage(table(), stage)


def of_stage(table: Course, stage: str | None) -> list[Lesson]:
    """The lessons of a table that belong to one stage, or all. ValueError for a stage that is not there."""
    known = [one.folder for one in table.stages]
    if stage is not None and stage not in known:
        raise ValueError(f"stage is {stage!r}; it must be one of {', '.join(known)}")
    return [lesson for lesson in table.lessons if stage in (None, lesson.stage)]


def learner_name(text: object) -> str:
    """A learner's name as folders and the gradebook hold it, each letter in its one form. ValueError where it is none.

    Letters of every script are allowed. Nothing is left out or shortened: two names never become one.
    """
    name = unicodedata.normalize("NFC", text) if isinstance(text, str) else ""
    kinds = [unicodedata.category(letter)[0] for letter in name]
    is_made_of_letters = all(kind in "LMN" or letter in "._-" for kind, letter in zip(kinds, name))
    is_short = 1 <= len(name) <= NAME_LENGTH and len(name.encode(errors="replace")) <= NAME_BYTES
    if not (is_short and is_made_of_letters and kinds[0] in "LN") or RESERVED.fullmatch(name):
        raise ValueError(f"learner is {text!r}; use {A_NAME}, such as ada-l")
    return name

"""Who waits and who gets which hours, drawn by chance from a seed, in a folder that anybody can check.

    assign(design_toml, learners_csv, folder)    writes the folder: roster, calendar, and all that they follow from
    check(folder)                                draws again from what lies in the folder, and says what differs

The folder holds `assignment.csv` (learner, stratum, wave, hours of each stage), `calendar.csv` (what happens in which
wave from when to when), `learners.csv` (the list that was drawn from), `design.toml`, and `drawn.json`: the seed, the
algorithm, and each file's SHA-256.
"""

import csv
import datetime
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grading.lead import design_file
from grading.lead.design_file import DesignRequest
from grading.records.tables import write_csv
from trainlib import design
from trainlib._files import write as write_file
from trainlib.course import learner_name

ALGORITHM = (
    "trainlib.design.assign: learners in order of the stratum (high scores first, else team), within one by a key; "
    "blocks of neighbours over waves, then over arms within a wave; keys are raw 64-bit numbers of numpy's PCG64(seed)"
)
DRAWN = "drawn.json"
LEARNERS, DESIGN, ROSTER, CALENDAR = "learners.csv", "design.toml", "assignment.csv", "calendar.csv"


@dataclass(frozen=True)
class Assigned:
    """What was drawn: how many learners in each wave, by what they were stratified, and the files' hashes."""

    folder: Path
    learners: int
    waves: dict[str, int]
    arms: int
    strata: str
    seed: int
    sha256: dict[str, str]


@dataclass(frozen=True)
class Checked:
    """Whether a folder is what its seed gives; `faults` says what differs."""

    folder: Path
    same: bool
    faults: tuple[str, ...]
    seed: int | None = None


@dataclass(frozen=True)
class Listed:
    """One row of the list that is drawn from. `stratum`: a score as it was written, or a team, or nothing."""

    learner: str
    stratum: str


def assign(design_toml: Path, learners_csv: Path, folder: Path) -> Assigned:
    """Draw the assignment of a design.toml, and write it.

    ValueError where design or list is wrong, or the folder holds an assignment already.
    """
    request = design_file.read(design_toml, simulated=False)
    if request.start is None:
        raise ValueError(
            f"{design_toml.name} has no start; the calendar needs the Monday on which the first wave begins"
        )
    if (folder / DRAWN).exists():
        raise ValueError(f"{folder} holds an assignment already; whoever draws twice may choose: take another folder")
    kind, listed = _read(learners_csv)
    if len(listed) < 2 * request.fullest.waves:
        raise ValueError(f"{learners_csv.name} has {len(listed)} learners; {request.fullest.waves} waves need two each")
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / DESIGN, request.document.source)
    write_csv(folder / LEARNERS, ("learner", kind), ((one.learner, one.stratum) for one in listed))
    counts = _draw(folder, folder)
    hashes = {name: _sha256(folder / name) for name in (LEARNERS, DESIGN, ROSTER, CALENDAR)}
    seed = request.value("seed", 0)
    record = {"algorithm": ALGORITHM, "seed": seed, "stratified by": kind, "sha256": hashes}
    write_file(folder / DRAWN, json.dumps(record, indent=1) + "\n")
    return Assigned(folder, len(listed), counts, len(request.fullest.hours), kind, seed, hashes)


def check(folder: Path) -> Checked:
    """Draw again from the list and the design in a folder, and compare. ValueError where it holds no assignment."""
    try:
        record = json.loads((folder / DRAWN).read_text(encoding="utf-8"))
        seed, hashes = record["seed"], dict(record["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise ValueError(f"{folder / DRAWN} cannot be read as the record of an assignment: {why}") from None
    faults = [] if record.get("algorithm") == ALGORITHM else ["it was drawn by another algorithm than this one"]
    for name in (LEARNERS, DESIGN, ROSTER, CALENDAR):
        if not (folder / name).is_file():
            faults.append(f"{name} is not there")
        elif _sha256(folder / name) != hashes.get(name):
            faults.append(f"{name} was changed: its SHA-256 is not the one in {DRAWN}")
    if not all((folder / name).is_file() for name in (LEARNERS, DESIGN)):
        return Checked(folder, False, tuple(faults), seed)
    if (written := design_file.read(folder / DESIGN, simulated=False).value("seed", 0)) != seed:
        faults.append(f"{DESIGN} has the seed {written}, {DRAWN} has {seed}")
    with tempfile.TemporaryDirectory() as again:
        _draw(folder, Path(again))
        for name in (ROSTER, CALENDAR):
            if (folder / name).is_file() and (folder / name).read_bytes() != (Path(again) / name).read_bytes():
                faults.append(f"{name} is not what list, design and seed give")
    return Checked(folder, not faults, tuple(faults), seed)


def _draw(source: Path, target: Path) -> dict[str, int]:
    """Write roster and calendar of the list and the design that lie in a folder. How many learners are in each wave."""
    request = design_file.read(source / DESIGN, simulated=False)
    kind, listed = _read(source / LEARNERS)
    waves, (header, *rows) = _roster(request, kind, listed)
    write_csv(target / ROSTER, header, rows)
    write_csv(target / CALENDAR, ("wave", "what", "from", "to"), _days(request))
    return {f"wave {number + 1}": waves.count(number) for number in range(request.fullest.waves)}


def _read(path: Path) -> tuple[str, list[Listed]]:
    """What a list is stratified by, "score", "team" or "nothing", and its learners by name; all else is left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"{path} cannot be read: {why}") from None
    reader = csv.DictReader(io.StringIO(text))
    if "learner" not in (reader.fieldnames or ()):
        raise ValueError(f"{path.name} has the columns {reader.fieldnames}; learner is missing")
    kind = next((name for name in ("score", "team") if name in reader.fieldnames), "nothing")
    listed: dict[str, Listed] = {}
    for line, row in enumerate(reader, start=2):
        name, stratum = (row["learner"] or "").strip(), (row.get(kind) or "").strip()
        where = f"{path.name}, line {line}"
        try:
            name = learner_name(name)
        except ValueError as why:
            raise ValueError(f"{where}: {why}") from None
        if name in listed:
            raise ValueError(f"{where}: {name!r} stands there twice")
        if kind == "score" and not _is_share(stratum):
            raise ValueError(
                f"{where}: score is {stratum!r}; it must be that of check-in, from 0 to 1, or no column of it"
            )
        if kind == "team" and not stratum:
            raise ValueError(f"{where}: team is empty; it must be a name")
        listed[name] = Listed(name, stratum)
    return kind, [listed[name] for name in sorted(listed)]


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _roster(request: DesignRequest, kind: str, listed: list[Listed]) -> tuple[list[int], list[tuple]]:
    """Each learner's wave from 0, and header and rows of the roster."""
    fullest, names = request.fullest, [stage.name for stage in request.training.stages]
    strata = [-float(one.stratum) if kind == "score" else one.stratum for one in listed]
    wave, arm = design.assign(
        [one.learner for one in listed], strata, fullest.waves, len(fullest.hours), request.value("seed", 0)
    )
    rows: list[tuple] = [("learner", kind, "wave", *(f"hours of {name}" for name in names))]
    for one, number, of_arm in zip(listed, wave.tolist(), arm.tolist()):
        rows.append((one.learner, one.stratum, number + 1, *(f"{hours:g}" for hours in fullest.hours[of_arm])))
    return wave.tolist(), rows


def _days(request: DesignRequest) -> Iterator[tuple]:
    fullest, first = request.fullest, request.start
    for number in range(fullest.waves):
        begin = first + datetime.timedelta(weeks=number * fullest.wait)
        if number:
            yield number + 1, "test before waiting", first, first
        yield number + 1, "check-in", begin, begin
        for place, (stage, weeks) in enumerate(zip(request.training.stages, fullest.weeks)):
            end = begin + datetime.timedelta(weeks=weeks)
            last = end - datetime.timedelta(days=3)  # a Friday where weeks are whole
            yield number + 1, stage.name, begin, max(begin, last)
            if place in fullest.measured:
                yield number + 1, f"test after {stage.name}", max(begin, last), max(begin, last)
            begin = end
        yield number + 1, "check-out", max(last, first), max(last, first)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

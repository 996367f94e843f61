"""TOML files that people write: read, checked against a JSON Schema, every fault named with its line.

    text, number, date, table, each, mapping    the parts of a schema, each with what it must be in words
    read(path, schema)                          the file as a `Document`, or one ValueError that names all faults

A schema says what is allowed once, for the check and for the message. What spreadsheets and text editors make of a
file, such as a decimal comma, a percent sign or a mark in front, is read where its meaning is certain, and explained
elsewhere.
"""

import datetime
import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jsonschema


def number(words: str, lowest: float | None = None, highest: float | None = None, whole: bool = False) -> dict:
    """A number within its ends, a whole one with `whole`; `words` say so."""
    ends = {"minimum": lowest, "maximum": highest}
    kind = "integer" if whole else "number"
    return {"type": kind, "description": words} | {end: value for end, value in ends.items() if value is not None}


def share(words: str = "a number from 0 to 1") -> dict:
    """A part of a whole."""
    return number(words, 0, 1)


def text(words: str = "a text", **rules) -> dict:
    """A text that is not empty; `rules` are JSON Schema's own, such as pattern or enum."""
    return {"type": "string", "description": words, "minLength": 1, "maxLength": 500} | rules


def flag(words: str = "true or false") -> dict:
    """A switch."""
    return {"type": "boolean", "description": words}


def date(words: str = "a date, such as 2027-01-11") -> dict:
    """A day, without an hour."""
    return {"type": "date", "description": words}


def table(words: str, required: Mapping[str, dict], optional: Mapping[str, dict] | None = None) -> dict:
    """A table of these fields and no others."""
    fields = {"properties": {**required, **(optional or {})}, "required": list(required), "additionalProperties": False}
    return {"type": "object", "description": words} | fields


def each(words: str, part: dict, least: int = 1) -> dict:
    """A list of parts, or the tables of one [[name]]."""
    return {"type": "array", "description": words, "items": part, "minItems": least}


def mapping(words: str, part: dict, least: int = 1) -> dict:
    """A table whose names are free."""
    return {"type": "object", "description": words, "additionalProperties": part, "minProperties": least}


def _is_finite(_, value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@cache
def _validator() -> type:
    """JSON Schema's own with the types of TOML; loaded when there is a schema to meet."""
    import jsonschema

    types = {
        "number": _is_finite,
        "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
        "date": lambda _, value: isinstance(value, datetime.date) and not isinstance(value, datetime.datetime),
    }
    own = jsonschema.Draft202012Validator
    return jsonschema.validators.extend(own, type_checker=own.TYPE_CHECKER.redefine_many(types))


@dataclass
class Document:
    """The values of a file, and the faults found in them so far. A place is a path of names and list positions."""

    path: Path
    source: str
    values: dict
    faults: list[tuple[int, str]] = field(default_factory=list)

    @cached_property
    def lines(self) -> dict[tuple, int]:
        """The line where each value begins, by its place."""
        return dict(_places(self.source))

    def line(self, *place: str | int) -> int:
        """The line where a value begins, or the table that it should stand in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, *place: str | int, is_: object = None, must: str = "", says: str = "") -> None:
        """Remember that the value at a place must be something else, or, with `says`, what is wrong with it."""
        *where, last = _name(self.values, place)
        value = _get(self.values, place) if is_ is None and not says else is_
        said = says or f"is {_shown(value)}; it must be {must}{_hint(value, must)}"
        self.faults.append((self.line(*place), ": ".join([*where, f"{last} {said}".strip()])))

    def refuse(self) -> None:
        """ValueError with every fault, in the order of the lines, if there is one."""
        if self.faults:
            lines = (f"{self.path.name}, line {line}: {said}" for line, said in sorted(set(self.faults)))
            raise ValueError("\n".join(lines))


def read(path: Path, schema: dict) -> Document:
    """A TOML file as a Document that meets the schema. ValueError names every fault with its line.

    The file may begin with a byte order mark, and be in UTF-16, as Notepad and PowerShell save.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
        source = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not a text in UTF-8: save it as such") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    source = source.replace("\r\n", "\n")
    try:
        document = Document(path, source, tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is not TOML: {error}{_explained(source, str(error))}") from None
    for error in _validator()(schema).iter_errors(document.values) if schema else ():
        _add(document, error)
    document.refuse()
    return document


def _places(source: str) -> Iterator[tuple[tuple, int]]:
    """Every place of a TOML text that can be read, with the line where it begins; the text is gone through once.

    A statement ends with the first line with which it can be read by itself. `table` is the place of the header above.
    """
    lists: Counter[tuple] = Counter()
    table: tuple = ()
    known: set[tuple] = set()
    for begin, is_header, values in _statements(source):
        steps = [(step, begin) for step in _steps(values)]
        if is_header:
            table = _table(values, lists)
            steps = [(table[:depth], begin) for depth in range(1, len(table) + 1)]
        else:
            steps = [(table + step, line) for step, line in steps]
        for place, line in steps:
            if place not in known:
                known.add(place)
                yield place, line


def _statements(source: str) -> Iterator[tuple[int, bool, dict]]:
    """Each statement of a TOML text: the line where it begins, whether it is the header of a table, and its values."""
    begin, lines = 1, []
    for number, line in enumerate(source.split("\n"), start=1):
        if not lines:
            begin = number
            if not line.strip() or line.lstrip().startswith("#"):
                continue
        lines.append(line)
        if len(lines) > 1 and not any(end in line for end in ("]", "}", '"""', "'''")):
            continue  # a value of several lines does not end here
        try:
            values = tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError:
            continue
        yield begin, lines[0].lstrip().startswith("["), values
        lines = []


def _table(header: dict, lists: Counter) -> tuple:
    """The place of a table that a header opens: of a list of tables the newest one, which [[name]] begins."""
    place, inner = (), header
    while inner:
        (name, inner), *_ = inner.items()
        place += (name,)
        if isinstance(inner, list):
            lists[place] += 1
            inner = {}
        if lists[place]:
            place += (lists[place] - 1,)
    return place


def _steps(values: object, place: tuple = ()) -> Iterator[tuple]:
    """The places below some values."""
    inner = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for step, value in inner:
        yield (*place, step)
        yield from _steps(value, (*place, step))


AMOUNT = r"[-+]?\d[\d., \u00a0\u202f\u2009'’]*"
NUMBER = re.compile(rf"(?P<before>[€$£¥]|[A-Z]{{3}})?\s*(?P<amount>{AMOUNT})\s*(?P<unit>%|[€$£¥]|[A-Z]{{3}})?")
INSIDE = re.compile(r"[€$£¥]\s*\d[\d.,]*|\d[\d.,]*\s*[%€$£¥]")  # a list or an inline table


def _hint(value: object, must: str) -> str:
    """What somebody meant who wrote a text in place of a number, as the end of a sentence; "" where nothing is
    clear."""
    meant = _as_number(value) if isinstance(value, str) and not must.startswith("a text") else ""
    return f": write {meant}, without quotation marks{_because(value, meant)}" if meant else ""


def _because(text: str, meant: str) -> str:
    """Why a number has to be written otherwise, in brackets."""
    found = NUMBER.fullmatch(text.strip())
    reasons = {
        "a share is a number from 0 to 1, without a percent sign": found["unit"] == "%",
        "a number stands without its currency": found["before"] or found["unit"] not in (None, "%"),
        "decimals come after a point": "," in text and "." in meant,
        "digits stand in no groups; decimals come after a point": "." not in meant and re.search(r"\d\D\d", text),
    }
    words = [reason for reason, is_so in reasons.items() if is_so]
    return f" ({'; '.join(words)})" if words else ""


def _as_number(text: str) -> str:
    """A number as TOML writes it, from one with a decimal comma, a percent sign or a currency; "" where it is no
    number.

    With a point and a comma, or one of them several times, the last one of its kind that stands alone is decimal.
    """
    found = NUMBER.fullmatch(text.strip())
    if not found:
        return ""
    amount = re.sub(r"[^\d.,+-]", "", found["amount"])
    marks = [mark for mark in amount if mark in ".,"]
    decimal = marks[-1] if marks and marks.count(marks[-1]) == 1 else ""
    whole, _, rest = amount.rpartition(decimal) if decimal else (amount, "", "")
    has_thousands = len(rest) == 3 and (found["unit"] != "%" and whole.strip("+-") != "0" and len(set(marks)) == 1)
    if has_thousands:
        whole, rest = whole + rest, ""
    digits = re.sub(r"[.,]", "", whole) + (f".{rest}" if rest else "")
    if found["unit"] == "%":
        return f"{float(digits) / 100:.10g}"
    return digits.removeprefix("+")


def _explained(source: str, error: str) -> str:
    """What is wrong with the line that TOML's own reader stopped at, and how to write it, as the end of a sentence."""
    found = re.search(r"at line (\d+)", error)
    line = source.split("\n")[int(found[1]) - 1] if found else source.rstrip().rpartition("\n")[2]
    name, equals, value = line.partition("=")
    value = value.strip()
    value = value.partition(" #")[0].strip() if not value.startswith('"') else value
    if re.search("[“”„«»‘’]", line):
        return f": `{line.strip()[:60]}` has typographic quotation marks; write straight ones"
    if not equals:
        return ""
    if re.search(r"[^\w\s.\"'-]|\w\s+\w|[^\x00-\x7f]", name.strip()) and not name.strip().startswith(('"', "'")):
        return f": put the name in quotation marks: {json.dumps(name.strip(), ensure_ascii=False)} = …"
    if day := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", value):
        return f": write the date as {day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    if meant := _as_number(value):
        return f": write {name.strip()} = {meant}{_because(value, meant)}"
    if value.lower() in ("yes", "no", "true", "false", "on", "off"):
        return f": write {name.strip()} = {str(value.lower() in ('yes', 'true', 'on')).lower()}"
    if re.fullmatch(r"[^\W\d][^\"'\[\]{}=]*", value):
        return f": put the text in quotation marks: {name.strip()} = {json.dumps(value, ensure_ascii=False)}"
    if inside := INSIDE.search(re.sub(r'"[^"]*"', "", line)):
        meant = _as_number(inside[0])
        return f": write {meant} in place of {inside[0]}{_because(inside[0], meant)}"
    return ""


def _add(document: Document, error: "jsonschema.ValidationError") -> None:
    """One finding of the schema as a fault in plain words."""
    place = tuple(error.absolute_path)
    if error.validator == "required":
        for name in set(error.validator_value) - set(error.instance):
            wanted = error.schema["properties"][name]["description"]
            document.fault(*place, name, says=f"is missing; it must be {wanted}")
    elif error.validator == "additionalProperties":
        known = ", ".join(error.schema["properties"])
        for name in set(error.instance) - set(error.schema["properties"]):
            document.fault(*place, name, says=f"is no field here; these are: {known}")
    else:
        document.fault(*place, must=error.schema["description"])


def _get(values: object, place: tuple) -> object:
    for step in place:
        values = values[step]
    return values


def _name(values: object, place: tuple) -> list[str]:
    """A place in words: ("trainer", 0, "rate") is ["trainer 'Ada'", "rate"]."""
    words, joined = [], ""
    for depth, step in enumerate(place):
        if isinstance(step, int):
            part = _get(values, place[: depth + 1])
            own = part.get("name") if isinstance(part, dict) else None
            words.append(f"{joined} {own!r}" if isinstance(own, str) else f"{joined} {step + 1}")
            joined = ""
        else:
            joined = f"{joined}.{step}" if joined else step
    return [*words, joined] if joined or not words else words


def _shown(value: object) -> str:
    said = value.isoformat() if isinstance(value, datetime.date) else repr(value)
    return said if len(said) <= 60 else f"{said[:60]}…"

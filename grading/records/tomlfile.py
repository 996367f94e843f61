"""TOML files that people write: read, checked against a JSON Schema, every fault named with its line.

    text, number, date, table, each, mapping    the parts of a schema, each with what it must be in words
    read(path, schema)                          the file as a `Document`, or one ValueError that names all faults

A schema says what is allowed once, for the check and for the message.
"""

import datetime
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema


def number(words: str, lowest: float | None = None, highest: float | None = None, whole: bool = False) -> dict:
    ends = {"minimum": lowest, "maximum": highest}
    kind = "integer" if whole else "number"
    return {"type": kind, "description": words} | {end: value for end, value in ends.items() if value is not None}


def share(words: str = "a number from 0 to 1") -> dict:
    return number(words, 0, 1)


def text(words: str = "a text", **rules) -> dict:
    return {"type": "string", "description": words, "minLength": 1, "maxLength": 500} | rules


def flag(words: str = "true or false") -> dict:
    return {"type": "boolean", "description": words}


def date(words: str = "a date, such as 2027-01-11") -> dict:
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


_TYPES = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine_many(
    {
        "number": _is_finite,
        "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
        "date": lambda _, value: isinstance(value, datetime.date) and not isinstance(value, datetime.datetime),
    }
)
_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=_TYPES)


@dataclass
class Document:
    """The values of a file, and the faults found in them so far. A place is a path of names and list positions."""

    path: Path
    source: str
    values: dict
    faults: list[tuple[int, str]] = field(default_factory=list)

    def line(self, *place: str | int) -> int:
        """The line where a value begins, or the table that it should stand in.

        A field begins where the shortest beginning of the file that can be read and holds it goes beyond the longest
        one that does not.
        """
        lines, begin = self.source.split("\n"), 1
        for count in range(1, len(lines) + 1):
            try:
                values = tomllib.loads("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue
            if _holds(values, place):
                return begin
            begin = count + 1
        return self.line(*place[:-1])

    def fault(self, *place: str | int, is_: object = None, must: str = "", says: str = "") -> None:
        """Remember that the value at a place must be something else, or, with `says`, what is wrong with it."""
        *where, last = _name(self.values, place)
        said = says or f"is {_shown(_get(self.values, place) if is_ is None else is_)}; it must be {must}"
        self.faults.append((self.line(*place), ": ".join([*where, f"{last} {said}".strip()])))

    def refuse(self) -> None:
        """ValueError with every fault, in the order of the lines, if there is one."""
        if self.faults:
            lines = (f"{self.path.name}, line {line}: {said}" for line, said in sorted(set(self.faults)))
            raise ValueError("\n".join(lines))


def read(path: Path, schema: dict) -> Document:
    """A TOML file as a Document that meets the schema. ValueError names every fault with its line."""
    path = Path(path)
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not a text in UTF-8: save it as such") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    try:
        document = Document(path, source, tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is not TOML: {error}") from None
    for error in _Validator(schema).iter_errors(document.values):
        _add(document, error)
    document.refuse()
    return document


def _add(document: Document, error: jsonschema.ValidationError) -> None:
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


def _holds(values: object, place: tuple) -> bool:
    try:
        _get(values, place)
    except (KeyError, IndexError, TypeError):
        return False
    return True


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

"""The cards of the data sets: what one must know before using them. The facts stand in cards.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["Card", "cards"]


@dataclass(frozen=True)
class Card:
    """What one must know about a data set before using it. A notebook shows it as a page.

    `rows` counts the rows that `load` returns; `labels` (of texts) or `columns` (of other tables) say what each means.
    """

    name: str
    content: str
    package: str
    source: str
    licence: str
    company_may: str
    rows: int
    faults: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def _repr_markdown_(self) -> str:
        meanings = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in (self.labels or self.columns).items())
        faults = "\n".join(f"- {fault}" for fault in self.faults)
        return (
            f"**`{self.name}`** · {self.content}\n\n"
            f"| | |\n|---|---|\n| rows | {self.rows:,} |\n| source | {self.source} |\n"
            f"| installed with | `{self.package}` |\n| licence | {self.licence} |\n"
            f"| a company may | {self.company_may} |\n\n"
            f"| {'label' if self.labels else 'column'} | meaning |\n|---|---|\n{meanings}\n\n"
            f"Known faults:\n\n{faults}"
        )


@cache
def cards() -> dict[str, Card]:
    """The cards by name, in the order of the file."""
    raw = tomllib.loads((Path(__file__).parent / "cards.toml").read_text(encoding="utf-8"))
    return {name: Card(name=name, **entry | {"faults": tuple(entry["faults"])}) for name, entry in raw.items()}

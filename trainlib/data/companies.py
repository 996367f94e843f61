"""Listed companies and countries: texts of infoboxes, and a graph of triples (subject, relation, object).

Both come from installed packages, `pytickersymbols` and `countryinfo`, which are read and not imported. The column
`chief` of `profiles` was written by hand, for the companies in chiefs.csv alone.
"""

import json
import runpy
from functools import cache
from pathlib import Path

import pandas as pd

__all__ = ["graph", "profiles"]

TEXTS = ("founded", "headquarters", "key_people", "employees")
OF_COUNTRIES = {
    "capital": "capital",
    "region": "region",
    "subregion": "subregion",
    "currencies": "uses",
    "languages": "speaks",
}


@cache
def _entries(folder: Path) -> dict[str, list[tuple[str, dict]]]:
    """Of each company, by name, every index that lists it and what that index says of it."""
    found = {}
    for index, entry in runpy.run_path(str(folder / "indices_data.py"))["INDICES"].items():
        for company in entry["companies"]:
            found.setdefault(company["name"].strip(), []).append((index.replace("_", " "), company))
    return found


@cache
def _countries(folder: Path) -> list[dict]:
    """The countries of countryinfo that have a code of three letters, in the order of their files."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "data").glob("*.json"))]
    return [one for one in read if one.get("ISO", {}).get("alpha3")]


def profiles(folder: Path) -> pd.DataFrame:
    """A row a company: name, symbol, country as written, texts of its infobox, and the chief who was read by hand."""
    rows = []
    for name, entries in _entries(folder).items():
        row = {"company": name}
        for _, entry in entries:  # the first index that says something is the one that counts
            said = {"symbol": entry.get("symbol"), "country": entry.get("country")}
            said |= {field: (entry.get("metadata") or {}).get(field) for field in TEXTS}
            row |= {field: str(text).strip() for field, text in said.items() if text and not row.get(field)}
        rows.append(row)
    labels = pd.read_csv(Path(__file__).with_name("chiefs.csv"), keep_default_na=False)
    return pd.DataFrame(rows).merge(labels, on="company", how="left")


def graph(companies: Path, countries: Path) -> pd.DataFrame:
    """A row a triple, without copies: subject, relation, object, and the package that says so."""
    said = []
    for name, entries in _entries(companies).items():
        for index, entry in entries:
            said.append((name, "listed_in", index))
            said += [(name, "country", entry["country"].strip())] if entry.get("country") else []
            said += [(name, "in_industry", industry.strip()) for industry in entry.get("industries") or []]
            for symbol in entry.get("symbols") or []:
                said += [(name, "traded_in", symbol["currency"])] if symbol.get("currency") else []
                exchange, colon, _ = (symbol.get("google") or "").partition(":")
                said += [(name, "traded_at", exchange)] if colon else []
    of_companies = pd.DataFrame(said, columns=["subject", "relation", "object"]).assign(source="pytickersymbols")

    said, names = [], {one["ISO"]["alpha3"]: one["name"] for one in _countries(countries)}
    for one in _countries(countries):
        name = one["name"]
        said += [(name, "is_a", "country")]
        for field, relation in OF_COUNTRIES.items():
            values = one.get(field) or []
            said += [(name, relation, value) for value in ([values] if isinstance(values, str) else values)]
        said += [(name, "borders", names[code]) for code in one.get("borders") or [] if code in names]
    states = next(one for one in _countries(countries) if one["name"] == "United States")["provinces"]
    said += [(state, "state_of", "United States") for state in states]
    of_countries = pd.DataFrame(said, columns=["subject", "relation", "object"]).assign(source="countryinfo")
    table = pd.concat([of_companies, of_countries], ignore_index=True)
    return table[table.object.ne("")].drop_duplicates(["subject", "relation", "object"], ignore_index=True)

"""Sentences whose words carry tags: loan agreements that people tagged, and messages made from templates.

`words` splits a text, `tagged` reads one in which people marked the names. The agreements are real. The messages of
train and dev are made by the script below, from templates and lists; nobody and no template is in both. Those of test
(messages.txt) were invented for this course, one by one and in other styles. LICENSES.txt says whose work this is.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["KINDS", "MADE", "agreements", "lists", "made", "messages", "tagged", "words"]

KINDS = ("PERSON", "ORGANIZATION", "LOCATION", "EMAIL", "IBAN", "CARD", "PHONE")
MADE = {"train": 1500, "dev": 300}
SEED = 2031
FOLDER = Path(__file__).parent
TESTED = ("Airland 2007", "Dominion 2003", "Lenovo-AsiaInfo")  # the other two are of one bank, and share clauses
WORD = re.compile(r"\w+|[^\w\s]")
SLOT = re.compile(r"\{\{(\w+)\}\}")
MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)\]")
PREFIXES = {"prefix_male": ("Mr.",), "prefix_female": ("Mrs.", "Ms."), "prefix": ("Dr.", "Mr.", "Ms.")}
NATIONS = (
    "American Brazilian British Chinese Danish Egyptian French German Indian Italian Japanese Mexican Polish".split()
)
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
CARDS = {"400000": 16, "411111": 16, "424242": 16, "555555": 16, "378282": 15}  # as numbers for tests of shops begin
BANKS = {"DE": ("9", 17), "AT": ("9", 15), "CH": ("9", 16), "FR": ("9", 22), "ES": ("9", 19), "BE": ("9", 11)} | {
    "GB": ("TEST", 14), "NL": ("TEST", 10), "IT": ("X9", 21)}  # no bank's code begins so  # fmt: skip
PHONES = (  # kept free for films and books, or like them; # is any digit
    "+44 20 7946 0###", "020 7946 0###", "07700 900###", "(212) 555-01##", "+1 415 555 01##", "+49 30 23125 ###",
    "030 23125 ###", "+33 1 99 00 ## ##", "+353 20 91 5####", "+61 491 570 1##", "+43 1 5550 ###",
    "0049 1522 8817###")  # fmt: skip
MAILS = "mail.example post.example work.example office.example inbox.test student.example team.test".split()


def words(text: str) -> list[str]:
    """The words of a text: runs of letters and digits, and each other sign by itself."""
    return WORD.findall(text)


def tagged(marked: str) -> tuple[str, list[str], list[str]]:
    """Text, words and BIO tags of a text in which names are marked like [Anna Keller|PERSON]."""
    pieces, last = [], 0
    for found in MARKED.finditer(marked):
        pieces += [(marked[last : found.start()], None), (found[1], found[2])]
        last = found.end()
    return _joined([*pieces, (marked[last:], None)])


def agreements() -> pd.DataFrame:
    """The sentences of five loan agreements, each once: agreement, words, tags, split."""
    table = pd.read_csv(FOLDER / "loan_agreements.tsv.xz", sep="\t", keep_default_na=False, quoting=3)
    table["split"] = np.where(table.agreement.isin(TESTED), "test", "train")
    table = table.sort_values("split", kind="stable")  # a sentence of two agreements stays in test
    table = table[~table.text.str.casefold().duplicated()].sort_index()
    table["words"] = table.text.str.split(" ")
    table["tags"] = [_tags(len(own), spans) for own, spans in zip(table.words, table.spans)]
    return table[["agreement", "words", "tags", "split"]].reset_index(drop=True)


def messages() -> pd.DataFrame:
    """Messages to a bank: text, words, tags, template, split. Train and dev are made, test is invented."""
    lines = (FOLDER / "messages.txt").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(("text", "words", "tags"), tagged(line))) for line in lines]
    test = pd.DataFrame(rows).assign(template="written for the course", split="test")
    return pd.concat([made(), test], ignore_index=True)


def made(count: dict[str, int] = MADE, seed: int = SEED) -> pd.DataFrame:
    """Messages that the script makes, `count` for each split, the same ones for the same `seed`."""
    rng = np.random.default_rng(seed)
    rows = []
    for split, number in count.items():
        templates = _templates()[split]
        for place in range(number):
            if place % len(templates) == 0:
                order = rng.permutation(len(templates))  # each template equally often
            template = templates[order[place % len(templates)]]
            text, own, tags = _message(rng, template, split)
            rows.append({"text": text, "words": own, "tags": tags, "template": template, "split": split})
    return pd.DataFrame(rows)


def _tags(number: int, spans: str) -> list[str]:
    tags = ["O"] * number
    for span in spans.split():
        start, end, kind = span.split(":")
        tags[int(start) : int(end)] = [f"B-{kind}"] + [f"I-{kind}"] * (int(end) - int(start) - 1)
    return tags


def _joined(pieces: list[tuple[str, str | None]]) -> tuple[str, list[str], list[str]]:
    """Text, words and tags of pieces (text, kind), where kind is None outside of names."""
    own, tags = [], []
    for text, kind in pieces:
        new = words(text)
        own += new
        tags += [f"B-{kind}"] * bool(new) + [f"I-{kind}"] * (len(new) - 1) if kind else ["O"] * len(new)
    return "".join(text for text, _ in pieces), own, tags


@cache
def lists() -> dict[str, dict[str, list[str]]]:
    """Of each list of names the part that is for train, and that for dev: every sixth."""
    raw = tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))
    whole = {name: raw[name].split() for name in ("first", "last")}
    for name in ("cities", "countries", "states", "streets", "jobs"):
        whole[name] = [" ".join(one.split()) for one in raw[name].split(",")]
    whole["companies"] = (FOLDER / "companies.txt").read_text(encoding="utf-8").splitlines()
    return {
        name: {"train": [one for place, one in enumerate(values) if place % 6], "dev": values[::6]}
        for name, values in whole.items()
    }


@cache
def _templates() -> dict[str, list[str]]:
    """Templates of train and dev: of those with the same rarest slot every fifth is for dev."""
    raw = (FOLDER / "templates.txt").read_text(encoding="utf-8").splitlines()
    raw += tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))["templates"].strip().splitlines()
    rare = ("iban", "email", "phone_number", "credit_card_number", "organization", "order", "ticket")
    kind = [next((slot for slot in rare if f"{{{{{slot}}}}}" in template), "") for template in raw]
    table = pd.DataFrame({"template": raw, "kind": kind}).sample(frac=1, random_state=SEED)
    dev = table.groupby("kind").cumcount() % 5 == 1
    return {"train": table.template[~dev].tolist(), "dev": table.template[dev].tolist()}


def _message(rng: np.random.Generator, template: str, split: str) -> tuple[str, list[str], list[str]]:
    text = template.replace("\\n", "\n").replace("\\,", ",").replace("{{building_number}} {{street_name}}", "{{house}}")
    parts = SLOT.split(text)  # text, slot, text, slot, …
    pieces = []
    for place, part in enumerate(parts):
        pieces += _filled(rng, part, split) if place % 2 else [(part, None)]
    if rng.random() < 0.15:  # as many people write
        pieces = [(part.lower(), kind) for part, kind in pieces]
    return _joined(pieces)


def _filled(rng: np.random.Generator, slot: str, split: str) -> list[tuple[str, str | None]]:
    """What fills a slot, in pieces (text, kind)."""

    def one(values):
        return str(values[rng.integers(len(values))])

    def listed(name):
        return one(lists()[name][split])

    if slot.startswith(("person", "name")):
        return [(f"{listed('first')} {listed('last')}", "PERSON")]
    if slot.startswith(("first_name", "last_name")):
        return [(listed(slot[:5].rstrip("_")), "PERSON")]
    if slot == "address":
        rest = ["cities"] + ["states"] * (rng.random() < 0.2) + ["countries"] * (rng.random() < 0.2)
        after = [part for name in rest for part in ((", ", None), (listed(name), "LOCATION"))]
        return [(f"{rng.integers(1, 200)} {listed('streets')}", "LOCATION"), *after]
    whole = {
        "house": lambda: f"{rng.integers(1, 200)} {listed('streets')}",
        "street_name": lambda: listed("streets"),
        "secondary_address": lambda: f"{one(['Apt.', 'Suite', 'Flat'])} {rng.integers(1, 900)}",
        "city": lambda: listed("cities"),
        "country": lambda: listed("countries"),
        "state_abbr": lambda: listed("states"),
        "postcode": lambda: str(rng.integers(1000, 99999)),
        "zipcode": lambda: str(rng.integers(10000, 99999)),
    }
    if slot in whole:
        return [(whole[slot](), "LOCATION")]
    numbers = {"credit_card_number": "CARD", "iban": "IBAN", "phone_number": "PHONE", "email": "EMAIL"}
    if slot in numbers:
        kind = numbers[slot]
        if kind == "EMAIL":
            return [(_mail(rng, one, listed("first"), listed("last")), kind)]
        return [({"CARD": _card, "IBAN": _iban, "PHONE": _phone}[kind](rng, one), kind)]
    if slot == "organization":
        return [(listed("companies"), "ORGANIZATION")]
    return [(_other(rng, slot, one, listed), None)]


def _other(rng: np.random.Generator, slot: str, one, listed) -> str:
    """What fills a slot that is no name."""
    day = f"{rng.integers(1, 29)} {one(MONTHS)} {rng.integers(2019, 2027)}"
    amount = float(np.exp(rng.uniform(1, 9)))
    given = {
        "amount": f"{amount:,.2f} {one(['EUR', 'euros', 'USD', 'GBP'])}" if rng.random() < 0.7 else f"${amount:,.0f}",
        "date": one([day, f"{rng.integers(1, 29):02}.{rng.integers(1, 13):02}.{rng.integers(2019, 2027)}"]),
        "date_time": day,
        "order": "-".join(f"{rng.integers(10_000):04}" for _ in range(4)) if rng.random() < 0.5 else _digits(rng, 12),
        "ticket": one([_digits(rng, 7), f"{rng.integers(2020, 2027)}-{_digits(rng, 4)}"]),
        "age": str(rng.integers(18, 90)),
        "year": str(rng.integers(1950, 2026)),
        "day_of_week": one(DAYS),
        "job": listed("jobs"),
        "nationality": one(NATIONS),
        "url": f"https://www.{listed('last').lower()}.example/{listed('jobs').replace(' ', '-')}",
    }
    return given[slot] if slot in given else one(PREFIXES[slot])


def _digits(rng: np.random.Generator, number: int) -> str:
    return "".join(map(str, rng.integers(0, 10, number)))


def _card(rng: np.random.Generator, one) -> str:
    """A card number with the check digit of Luhn."""
    start = one(list(CARDS))
    digits = start + _digits(rng, CARDS[start] - 7)
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    digits += str(-sum(value - 9 * (value > 9) for value in doubled) % 10)
    return _grouped(digits, one(["", " ", "-"]))


def _iban(rng: np.random.Generator, one) -> str:
    """An account number with the check digits of ISO 13616."""
    country = one(list(BANKS))
    start, digits = BANKS[country]
    account = start + _digits(rng, digits)
    number = int("".join(str(int(letter, 36)) for letter in f"{account}{country}00"))
    return _grouped(f"{country}{98 - number % 97:02}{account}", one(["", " "]))


def _grouped(number: str, between: str) -> str:
    return between.join(number[place : place + 4] for place in range(0, len(number), 4))


def _phone(rng: np.random.Generator, one) -> str:
    number = "".join(str(rng.integers(10)) if sign == "#" else sign for sign in one(PHONES))
    return number.replace(" ", one([" ", " ", "-", ""])) if rng.random() < 0.5 else number


def _mail(rng: np.random.Generator, one, first: str, last: str) -> str:
    name = one([f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}", f"{first}{rng.integers(100)}"])
    return f"{name}@{one(MAILS)}".lower()

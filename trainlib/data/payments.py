"""Payment messages with what is in them: training texts from a seeded script, test texts written by hand.

A table says which text holds which payee, amount, currency and date. The script below makes `MADE` messages for train
and dev; nobody is in both. Those of test (payments.csv) were written one by one in other styles, so that a model that
has learnt the script's templates is not tested on them.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["MADE", "made", "written"]

MADE = {"train": 600, "dev": 100}
SEED = 2027
FIRST = {
    "train": "Anna Ben Clara David Elif Frank Gina Hugo Ines Jan Karim Lucia Mara Nils Olga Pedro Rosa Tara".split(),
    "dev": "Alma Boris Celia Dario Enno Fiona Gregor Heidi Ivan Judith".split(),
}
LAST = {
    "train": "Baker Conti Dietrich Evans Ferrari Gruber Hansen Ito Jensen Keller Lopez Meyer Novak Okafor".split(),
    "dev": "Amann Bianchi Castro Dubois Eriksen Fontana Graf Horvat".split(),
}
FIRMS = {
    "train": "Autohaus Bakery Carpets Garage Gardens Hotel Kitchen Laundry Optics Pharmacy Print Studio Travel".split(),
    "dev": "Archive Brewery Clinic Dairy Foundry Gallery Tailor".split(),
}
SIGNS = {"EUR": ("€", "euros"), "USD": ("$", "dollars"), "GBP": ("£", "pounds"), "CHF": ("CHF", "francs")}
MONTHS = "January February March April May June July August September October November December".split()
TEMPLATES = (
    "Please pay {payee} {money} on {day}.",
    "Transfer {money} to {payee}, due {day}.",
    "{payee} should get {money} by {day}. Thank you!",
    "hi, send {money} to {payee} on {day} please",
    "Invoice {number} from {payee}: {money}, payable on {day}.",
    "On {day}, {money} to {payee}, reference {number}.",
    "Could you pay {payee} on {day}? It is {money}.",
    "Payee: {payee}\nAmount: {money}\nDate: {day}",
    "I promised {payee} {money}. Send it on {day}.",
    "Not {other}: {payee} gets {money}, and not later than {day}.",
    "{payee} asked for {wrong}, but we agreed on {money}. Pay on {day}.",
    "My part of the bill is {money}; pay it to {payee} on {day}, booking {number}.",
)


def made() -> pd.DataFrame:
    """The messages that the script makes, the same ones each time: text, payee, amount, currency, date, split."""
    rng = np.random.default_rng(SEED)
    rows = [_message(rng, split) | {"split": split} for split, count in MADE.items() for _ in range(count)]
    return pd.DataFrame(rows)


def written() -> pd.DataFrame:
    """The messages that were written by hand, all of them for test."""
    return pd.read_csv(Path(__file__).with_suffix(".csv"), encoding="utf-8").assign(split="test")


def _message(rng: np.random.Generator, split: str) -> dict:
    payee, other = _payee(rng, split), _payee(rng, split)
    currency = rng.choice(list(SIGNS))
    amount, wrong = (_amount(rng) for _ in range(2))
    day = date(2027, 1, 1) + timedelta(int(rng.integers(365)))
    parts = {
        "payee": payee,
        "other": other,
        "money": _money(rng, amount, currency),
        "wrong": _money(rng, wrong, currency),
        "day": _day(rng, day),
        "number": int(rng.integers(1000, 99999)),
    }
    text = str(rng.choice(TEMPLATES)).format(**parts)
    return {"text": text, "payee": payee, "amount": amount, "currency": str(currency), "date": day.isoformat()}


def _payee(rng: np.random.Generator, split: str) -> str:
    last = rng.choice(LAST[split])
    return f"{last} {rng.choice(FIRMS[split])}" if rng.random() < 0.4 else f"{rng.choice(FIRST[split])} {last}"


def _amount(rng: np.random.Generator) -> float:
    """Between 3 and about 8,000, half of them without cents."""
    amount = float(np.exp(rng.uniform(np.log(3), np.log(8000))))
    return float(round(amount)) if rng.random() < 0.5 else round(amount, 2)


def _money(rng: np.random.Generator, amount: float, currency: str) -> str:
    number = f"{amount:,.2f}" if rng.random() < 0.5 or amount % 1 else f"{amount:,.0f}"
    number = number if rng.random() < 0.5 else number.replace(",", "")
    sign, word = SIGNS[str(currency)]
    before = f"{sign} {number}" if len(sign) > 1 else f"{sign}{number}"
    return str(rng.choice([f"{number} {currency}", f"{currency} {number}", before, f"{number} {word}"]))


def _day(rng: np.random.Generator, day: date) -> str:
    month = MONTHS[day.month - 1]
    forms = (f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}", day.isoformat(), f"{day:%d.%m.%Y}")
    return str(rng.choice(forms))

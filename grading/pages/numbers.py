"""Numbers as people write them."""

import numpy as np

from trainlib.measure import Score

LEVEL = "95 % intervals"  # those that `interval` shows in a report


def points(share: float) -> str:
    """A skill or gain: 0.285, and 0 without a sign."""
    return f"{share:.3f}" if abs(share) >= 0.0005 else "0"


def small(number: float) -> str:
    """Two digits that count, never as 5e-06."""
    return np.format_float_positional(number, precision=2, fractional=False, trim="-")


def money(amount: float, currency: str) -> str:
    """An amount, rounded, with its currency if it has one: 1,500 EUR."""
    return f"{amount:,.0f} {currency}".strip()


def short(name: str, most: int = 24) -> str:
    """A name that fits an axis: its beginning where it has more than `most` characters."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def interval(value: float | Score, low: float = np.nan, high: float = np.nan, digits: int = 2) -> str:
    """A number with its interval: 0.31 (0.25 to 0.37)."""
    if isinstance(value, Score):
        value, low, high = value.value, value.low, value.high
    if np.isnan(value):
        return "–"
    if not np.isfinite([low, high]).all():
        return f"{_rounded(value, digits)} (no bounds)"
    return f"{_rounded(value, digits)} ({_rounded(low, digits)} to {_rounded(high, digits)})"


def _rounded(number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    return (text.lstrip("-") if float(text.replace(",", "")) == 0 else text).replace("-", "−")

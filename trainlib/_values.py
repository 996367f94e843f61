"""What a value may be: checks that several modules share, and their one wording."""

from numbers import Integral, Real

import numpy as np

__all__ = ["LARGEST", "check_level", "check_number", "check_whole", "is_broken", "name_of"]

LARGEST = np.finfo(float).max  # any number that is not infinite


def check_number(name: str, value: object, lowest: float = 0, highest: float = np.inf) -> None:
    """ValueError where the value of `name` is no number from `lowest` to `highest`; a truth value is none."""
    if not _is_kind(value, (int, float, np.number)) or not lowest <= value <= highest:
        raise ValueError(f"{name} is {value!r}; it must be a number {_range(lowest, highest)}")


def check_whole(name: str, value: object, lowest: int = 0, highest: float = np.inf, otherwise: str = "") -> None:
    """ValueError where the value of `name` is no whole number in the range; `otherwise` says what is allowed
    besides."""
    if not _is_kind(value, (int, np.integer)) or not lowest <= value <= highest:
        raise ValueError(f"{name} is {value!r}; it must be a whole number {_range(lowest, highest)}{otherwise}")


def check_level(level: object) -> None:
    """ValueError where it is no level of an interval: a number between 0 and 1."""
    if not _is_kind(level, (int, float, np.number)) or not 0 < level < 1:
        raise ValueError(f"level is {level!r}; it must lie between 0 and 1, such as 0.95")


def _is_kind(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, (bool, np.bool_))


def _range(lowest: float, highest: float) -> str:
    return f"of at least {lowest:g}" if highest >= LARGEST else f"from {lowest:.15g} to {highest:.15g}"


def name_of(label: object) -> object:
    """The name of the class that a label means: a whole number or a truth value stands for itself as a text, 1 for
    "1"."""
    if isinstance(label, (bool, np.bool_)):
        return str(bool(label))
    whole = isinstance(label, Integral) or isinstance(label, Real) and float(label).is_integer()
    return str(int(label)) if whole else label


def is_broken(text: str) -> bool:
    """Whether a text holds half of a character, which no tokenizer and no file in UTF-8 takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

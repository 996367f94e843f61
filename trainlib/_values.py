"""What a value may be: checks that several modules share, and their one wording."""

from numbers import Integral, Real

import numpy as np

__all__ = ["is_broken", "name_of"]


def name_of(label: object) -> object:
    """The name of the class that a label means: a whole number or a truth value stands for itself as a text, 1 for "1"."""
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

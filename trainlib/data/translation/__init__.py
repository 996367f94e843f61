"""Sentences and strings of products in two languages: read from tables that lie beside this file.

LICENSES.txt says whose work they are, and how they were chosen. Splits stand in the tables: no English and no Spanish
sentence of `sentence_pairs`, and no English string of `interface_strings`, is in two of them.
"""

from pathlib import Path

import pandas as pd

__all__ = ["FOLDER", "sentences", "strings"]

FOLDER = Path(__file__).parent


def sentences() -> pd.DataFrame:
    """English sentences with a Spanish translation each, and whom to credit for both."""
    return _read("sentence_pairs")


def strings() -> pd.DataFrame:
    """English strings of three products with the Spanish of their catalogues, and where each is from."""
    return _read("interface_strings").assign(licence="BSD-3-Clause")


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.tsv.xz", sep="\t", keep_default_na=False, quoting=3)

"""Pictures of emoji with their names: one file of pixels, one of words.

LICENSES.txt says whose work this is, under which licence, and how the pictures were drawn and put into families.
"""

import lzma
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["table"]

FOLDER = Path(__file__).parent


def table() -> pd.DataFrame:
    """The emoji: emoji, name, group, kind, family, picture (32, 32, 3; bytes), split."""
    names = pd.read_csv(FOLDER / "names.csv", encoding="utf-8", keep_default_na=False)
    with lzma.open(FOLDER / "pictures.npy.xz") as file:
        pictures = np.load(file, allow_pickle=False)
    names.insert(5, "picture", list(pictures))
    return names

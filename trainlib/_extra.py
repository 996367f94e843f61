"""Imported first by each part of trainlib that needs the extra `models`: it says how to install what is missing."""

from importlib.util import find_spec

if missing := [name for name in ("torch", "transformers", "fastapi") if find_spec(name) is None]:
    raise ImportError(
        f"{' and '.join(missing)} not found: this part of trainlib needs the extra `models`. "
        'Run pip install "trainlib[models]"'
    )

"""The instructor's side: sources to notebooks, and what is handed in to grades and feedback.

See `python -m grading --help`.
"""

import sys

# jsonschema would take in a grammar of addresses that no notebook has: a second of each command.
sys.modules.setdefault("rfc3987_syntax", None)

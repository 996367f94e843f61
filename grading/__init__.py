"""The instructor's side: sources to notebooks, and what is handed in to grades and feedback.

See `python -m grading --help`.
"""

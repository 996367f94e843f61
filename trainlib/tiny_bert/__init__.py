"""A small BERT that ships with the course: its files, the template of its card, and how it was made (`make`)."""

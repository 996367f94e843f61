"""A small causal model that ships with the course: its files, its card's template, and how it was made (`make`)."""

"""From what was handed in to `submitted/`: archives, who and what a file is, deadlines."""

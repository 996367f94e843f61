"""JupyterHub: what its learners hand in with one click, and the pages that they get back."""

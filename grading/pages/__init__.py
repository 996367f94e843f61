"""How pages look: templates, figures and numbers in them."""

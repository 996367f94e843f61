"""Runs notebooks that strangers wrote, confined, and makes what they wrote safe to open; it knows no grades."""

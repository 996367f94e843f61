"""The state folder and what lies in it: where things are, the settings, the gradebook, logs and copies."""

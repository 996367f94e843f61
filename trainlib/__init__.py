"""What the course's notebooks import. Nothing heavy is loaded until it is used: `import trainlib` imports neither torch
nor transformers, and each part is a module of its own (`from trainlib import effect, figures, lesson`)."""

__version__ = "0.1.0"

"""What a lesson calls: check an answer, show a quiz, look at your machine and progress, survey, hand in."""

from trainlib.lesson.checks import (
    CheckFailed,
    check,
    check_raises,
    doctor,
    explore,
    full_check,
    hand_in,
    hidden_seed,
    progress,
    quiz,
    survey,
)

__all__ = [
    "CheckFailed",
    "check",
    "check_raises",
    "doctor",
    "explore",
    "full_check",
    "hand_in",
    "hidden_seed",
    "progress",
    "quiz",
    "survey",
]

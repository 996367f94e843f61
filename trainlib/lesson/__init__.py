"""What a lesson calls: check an answer, show a quiz, look at your machine and progress, survey, hand in."""

from trainlib.full_check import full_check
from trainlib.lesson._doctor import doctor
from trainlib.lesson._hub import feedback, on_hub
from trainlib.lesson.checks import CheckFailed, check, check_raises, hidden_seed, slip
from trainlib.lesson.copies import hand_in, progress, survey
from trainlib.lesson.show import explore, quiz

__all__ = [
    "CheckFailed",
    "check",
    "check_raises",
    "doctor",
    "explore",
    "feedback",
    "full_check",
    "hand_in",
    "hidden_seed",
    "on_hub",
    "progress",
    "quiz",
    "slip",
    "survey",
]

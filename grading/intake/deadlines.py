"""What happens to work that comes after a stage's deadline, as settings.toml says.

nbgrader itself keeps deadlines and takes penalties off; what it asks a plugin for, `Penalty` here answers. A lesson
is as late as the first attempt that held it as it is graded: handing in again, unchanged and late, costs nothing.
"""

import math
from datetime import datetime, timedelta

from nbgrader.plugins import LateSubmissionPlugin
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from grading.records import settings
from grading.records.folders import Submission
from grading.records.gradebook import gradebook

ACCEPT, MARK, PENALTY, REFUSE = settings.OUTCOMES
DAY = timedelta(days=1)


def outcome(stage: str, time: datetime, said: dict) -> tuple[str, timedelta]:
    """What the settings `said` do to work of a stage handed in at a time (UTC), "" where it is in time; and its
    lateness.
    """
    deadline = said.get("deadlines", {}).get(stage)
    if deadline is None or time <= deadline:
        return "", timedelta(0)
    return said.get("late", {}).get("outcome", MARK), time - deadline


def tell_gradebook(said: dict) -> None:
    """Give nbgrader the deadlines, of the stages that it knows. ValueError where the gradebook cannot be written."""
    if deadlines := said.get("deadlines"):
        try:
            with gradebook() as book:
                for assignment in book.assignments:
                    assignment.duedate = deadlines.get(assignment.name)
                book.db.commit()
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", error)).splitlines()[0]
            raise ValueError(
                f"the gradebook cannot be told the deadlines ({why}): run the same command again"
            ) from None


def lateness(learner: str, stage: str, lesson: str, deadline: datetime) -> timedelta:
    """How long after the deadline the work that is graded was first handed in; 0 where that was in time."""
    seen = Submission(learner, stage, lesson).first_seen
    return max(timedelta(0), seen - deadline) if seen else timedelta(0)


class Penalty(LateSubmissionPlugin):
    """Takes a share of a lesson's score for each day that has begun after the deadline, if the settings say so."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        said, names = settings.read(), self.parent
        if said.get("late", {}).get("outcome", MARK) != PENALTY or names.assignment_id not in said["deadlines"]:
            return None
        late = lateness(student_id, names.assignment_id, names.notebook_id, said["deadlines"][names.assignment_id])
        return score * min(1.0, said["late"].get("share_per_day", 0.1) * math.ceil(late / DAY))


def configure(config: Config) -> None:
    """Tell nbgrader who answers for lateness."""
    config.AssignLatePenalties.plugin_class = Penalty

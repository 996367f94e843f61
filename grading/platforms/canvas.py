"""Canvas: grades of an assignment, through canvasapi."""

import time
from collections.abc import Iterator

from canvasapi.assignment import Assignment
from canvasapi.course import Course
from canvasapi.progress import Progress
from canvasapi.requester import Requester

from grading.platforms.web import Fault, Place, Web, refusals, secret

VARIABLE = "CANVAS_TOKEN"
TOKEN = "an access token of a teacher, from Canvas: Account → Settings → New Access Token"
NO_POINTS = ("not_graded", "pass_fail")
LOOKS = 60  # at a job, with growing pauses: some eight minutes


class Canvas:
    def __init__(self, said: dict):
        token = secret(VARIABLE, TOKEN)
        self.said, self.web = said, Web("Canvas", refusals(VARIABLE), token)
        self.requester = Requester(said["url"].rstrip("/"), token)
        self.requester._session = self.web  # canvasapi's own has no time-out, and tries once
        self.course = Course(self.requester, {"id": said["course"]})

    def place(self, stage: str, title: str, most: float) -> Place:
        number = self.said["assignments"][stage]
        with self.web.understood(f"assignment {number}"):
            assignment = self.course.get_assignment(number)
            if assignment.grading_type in NO_POINTS or not assignment.points_possible:
                raise Fault(f"assignment {number} has no points in Canvas: give it {most:g} there")
            scores = _scores(assignment)
            grades = {user: score for user, score in scores.items() if score is not None}
            key = f"{self.said['url'].rstrip('/')}/courses/{self.said['course']}/assignments/{number}"
            return Place(key, assignment, float(assignment.points_possible), grades, frozenset(scores))

    def begin(self, place: Place, grades: dict[str, float]) -> int:
        data = {user: {"posted_grade": str(grade)} for user, grade in grades.items()}
        with self.web.understood("a job that changes grades"):
            return int(place.address.submissions_bulk_update(grade_data=data).id)

    def finish(self, place: Place, grades: dict[str, float], job: int) -> Iterator[tuple[list[str], str]]:
        """Canvas changes grades in a job of its own, which may leave some out without a word: so look again."""
        with self.web.understood(f"job {job}"):
            said = self._wait(Progress(self.requester, {"id": job}))
            now = _scores(place.address)
        taken = [user for user, grade in grades.items() if now.get(user) is not None and now[user] == grade]
        left = [user for user in grades if user not in taken]
        yield taken, ""
        yield left, f"Canvas did not take it{said and ': '}{said}"

    def _wait(self, progress: Progress) -> str:
        """Wait until a job is over. Returns why it failed, "" where it did not."""
        for look in range(LOOKS):
            progress.query()
            if progress.workflow_state == "completed":
                return ""
            if progress.workflow_state == "failed":
                return self.web.without_secrets(str(progress.message or "it does not say why"))[:200]
            time.sleep(min(0.5 * 1.3**look, 10))
        raise Fault(f"Canvas is still at work on job {progress.id}: the same command goes on to wait for it")


def _scores(assignment: Assignment) -> dict[str, float | None]:
    """The points of everybody in the course, as a teacher gave them: before what Canvas takes off for being late."""
    found = {}
    for one in assignment.get_submissions():
        score = getattr(one, "entered_score", None)
        score = one.score if score is None else score
        found[str(one.user_id)] = None if score is None else round(float(score), 2)
    return found

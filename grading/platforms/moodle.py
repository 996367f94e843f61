"""Moodle: grades of an assignment, through the functions of its web service."""

from collections.abc import Iterator

from grading.platforms.web import Fault, Place, Web, refusals, secret

VARIABLE = "MOODLE_TOKEN"
ASSIGNMENTS, PEOPLE = "mod_assign_get_assignments", "mod_assign_list_participants"
GET, SAVE = "mod_assign_get_grades", "mod_assign_save_grades"
TOKEN = f"a teacher's token for a web service with the functions {ASSIGNMENTS}, {PEOPLE}, {GET} and {SAVE}"
AT_ONCE = 100  # grades in a call: PHP takes 1,000 fields, and a grade has five
NO_ACCESS = ("accessexception", "webservice_access_exception", "servicenotavailable")


class Moodle:
    def __init__(self, said: dict):
        self.token = secret(VARIABLE, TOKEN)
        self.said, self.web = said, Web("Moodle", refusals(VARIABLE), self.token)
        self.url = said["url"].rstrip("/")

    def place(self, stage: str, title: str, most: float) -> Place:
        number = self.said["assignments"][stage]
        with self.web.understood(f"assignment {number}"):
            courses = self._call(ASSIGNMENTS, {"courseids[0]": self.said["course"]})["courses"]
            there = {one["cmid"]: one for course in courses for one in course["assignments"]}
            if number not in there:
                known = ", ".join(f"{cmid} ({one['name']})" for cmid, one in there.items()) or "none"
                raise self.web.fault(f"has no assignment {number} in course {self.said['course']}; there are: {known}")
            instance, points = there[number]["id"], float(there[number]["grade"])
            if points <= 0:
                raise Fault(f"assignment {number} has no points in Moodle: give it {most:g} there")
            people = self._call(PEOPLE, {"assignid": instance, "groupid": 0, "filter": "", "onlyids": 1})
            ids = frozenset(str(person["id"]) for person in people)
            return Place(f"{self.url}/mod/assign/view.php?id={number}", instance, points, self._grades(instance), ids)

    def begin(self, place: Place, grades: dict[str, float]) -> None:
        return None

    def finish(self, place: Place, grades: dict[str, float], job: None) -> Iterator[tuple[list[str], str]]:
        """Moodle leaves out whom it may not grade, and assignments with a rubric, without a word: so look again."""
        ids = list(grades)
        for begin in range(0, len(ids), AT_ONCE):
            part = ids[begin : begin + AT_ONCE]
            with self.web.understood(SAVE):
                self._call(SAVE, {"assignmentid": place.address, "applytoall": 0} | _fields(part, grades))
                now = self._grades(place.address)
            yield [one for one in part if now.get(one) == grades[one]], ""
            yield [one for one in part if now.get(one) != grades[one]], "Moodle did not take it, and does not say why"

    def _grades(self, instance: int) -> dict[str, float]:
        """The grades of an assignment, by the person's id; Moodle's -1 is none."""
        found = self._call(GET, {"assignmentids[0]": instance})["assignments"]
        attempts = [one for part in found for one in part["grades"] if one["grade"] not in (None, "")]
        attempts.sort(key=lambda one: one.get("attemptnumber", 0))  # the last one counts
        grades = {str(one["userid"]): round(float(one["grade"]), 2) for one in attempts}
        return {person: grade for person, grade in grades.items() if grade >= 0}

    def _call(self, function: str, parameters: dict) -> object:
        """What a function of the web service gives. Its errors come with status 200."""
        # All of it stands in the body: addresses are written into logs, bodies are not.
        words = {"wstoken": self.token, "wsfunction": function, "moodlewsrestformat": "json"}
        found = self.web.post(f"{self.url}/webservice/rest/server.php", data=words | parameters).json()
        if isinstance(found, dict) and "exception" in found:
            code, message = str(found.get("errorcode")), self.web.without_secrets(str(found.get("message")))
            if code == "invalidtoken":
                raise self.web.fault(self.web.refusals[401])
            if code in NO_ACCESS:
                raise self.web.fault(f"does not let {VARIABLE} call {function}: add it to the token's service")
            raise self.web.fault(f"refuses {function}: {message[:200]} ({code})")
        return found


def _fields(ids: list[str], grades: dict[str, float]) -> dict[str, object]:
    """Grades as PHP takes a list. Where an assignment has a marking workflow, they are released."""
    rows = {"attemptnumber": -1, "addattempt": 0, "workflowstate": "released"}
    return {
        f"grades[{place}][{name}]": value
        for place, one in enumerate(ids)
        for name, value in ({"userid": one, "grade": grades[one]} | rows).items()
    }

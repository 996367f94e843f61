"""Canvas, Moodle and an LTI 1.3 platform on this machine, as far as grades go, with the shapes that they publish:

Canvas      canvas.instructure.com/doc/api: submissions (update_grades), progress, pagination, throttling
Moodle      docs.moodle.org/dev: Web services (REST, errors with status 200), mod/assign/externallib.php
LTI 1.3     imsglobal.org/spec/lti-ags/v2p0 and security/v1p0 (RFC 7523)
"""

import re
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qs

import jwt
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

COURSE, PAGE = 7, 2  # entries on a page
NO_GRADE = "-1.00000"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"


class Platform:
    """What stands on it, what it was asked, and how it answers next.

    `next` holds (a part of the path, what to answer once): a Response, or a function that does something first and
    gives one, or None to go on as usual. `grades` are {assignment: {id: points}}, None where there is none.
    """

    def __init__(self):
        self.token, self.public_key = "", None
        self.most, self.grades, self.calls, self.next = {}, {}, [], []
        self.jobs, self.items, self.tokens, self.ignored = {}, {}, {}, set()
        self.client, self.life = "", 3600

    def asked(self, part):
        return [call for call in self.calls if part in call[1]]


def app_of(platform, address):
    app = FastAPI()

    @app.middleware("http")
    async def scripted(request: Request, go_on):
        platform.calls.append((request.method, str(request.url), (await request.body()).decode(), request.headers))
        for place, (part, answer) in enumerate(platform.next):
            if part in str(request.url) or part in platform.calls[-1][2]:
                del platform.next[place]
                answer = answer() if callable(answer) and not isinstance(answer, Response) else answer
                if answer is not None:
                    return answer
                break
        return await go_on(request)

    canvas(app, platform, address)
    moodle(app, platform)
    lti(app, platform, address)
    return app


def canvas(app, platform, address):
    def refused(request):
        if request.headers.get("authorization") != f"Bearer {platform.token}":
            return JSONResponse({"errors": [{"message": "Invalid access token."}]}, 401, {"WWW-Authenticate": "Bearer"})

    @app.get("/api/v1/courses/7/assignments/{number}")
    async def assignment(request: Request, number: int):
        if refusal := refused(request):
            return refusal
        if number not in platform.most:
            return JSONResponse({"errors": [{"message": "The specified resource does not exist."}]}, 404)
        most = platform.most[number]
        return {"id": number, "course_id": COURSE, "points_possible": most, "grading_type": "points", "name": "A"}

    @app.get("/api/v1/courses/7/assignments/{number}/submissions")
    async def submissions(request: Request, number: int, page: int = 1):
        if refusal := refused(request):
            return refusal
        own = list(platform.grades[number].items())
        part = own[(page - 1) * PAGE : page * PAGE]
        link = f'<{address()}/api/v1/courses/7/assignments/{number}/submissions?page={page + 1}>; rel="next"'
        body = [
            {"user_id": int(user), "score": score, "grade": score and str(score), "workflow_state": "graded"}
            for user, score in part
        ]
        return JSONResponse(body, headers={"Link": link} if page * PAGE < len(own) else {})

    @app.post("/api/v1/courses/7/assignments/{number}/submissions/update_grades")
    async def update_grades(request: Request, number: int):
        if refusal := refused(request):
            return refusal
        fields = parse_qs((await request.body()).decode(), strict_parsing=True)
        data = {
            re.fullmatch(r"grade_data\[(\d+)\]\[posted_grade\]", name)[1]: values for name, values in fields.items()
        }
        job = 100 + len(platform.jobs)
        platform.jobs[job] = (number, {user: float(grade) for user, (grade,) in data.items()}, ["queued", "running"])
        return progress(job, "queued")

    @app.get("/api/v1/progress/{job}")
    async def look(request: Request, job: int):
        if job not in platform.jobs:
            return JSONResponse({"errors": [{"message": "The specified resource does not exist."}]}, 404)
        number, grades, left = platform.jobs[job]
        if left:
            return progress(job, left.pop(0))
        platform.grades[number] |= {user: one for user, one in grades.items() if user not in platform.ignored}
        return progress(job, "completed")

    def progress(job, state):
        done = {"queued": 0, "running": 50, "completed": 100}[state]
        url = f"{address()}/api/v1/progress/{job}"
        about = {"id": job, "context_type": "Course", "tag": "submissions_update", "completion": done}
        return about | {"workflow_state": state, "message": None, "url": url, "results": None}


def moodle(app, platform):
    def failed(code, message, kind="moodle_exception"):
        return {"exception": kind, "errorcode": code, "message": message}

    @app.post("/webservice/rest/server.php")
    async def call(request: Request):
        fields = {name: value for name, (value, *_) in parse_qs((await request.body()).decode()).items()}
        if fields.get("wstoken") != platform.token:
            return failed("invalidtoken", "Invalid token - token not found")
        assert fields["moodlewsrestformat"] == "json"
        return JSONResponse(FUNCTIONS[fields["wsfunction"]](fields))

    def assignments(fields):
        entries = [
            {"id": number + 1000, "cmid": number, "course": COURSE, "name": f"A{number}", "grade": most}
            for number, most in platform.most.items()
        ]
        assert fields["courseids[0]"] == str(COURSE)
        return {"courses": [{"id": COURSE, "fullname": "C", "assignments": entries}], "warnings": []}

    def participants(fields):
        return [{"id": int(user), "fullname": user} for user in platform.grades[int(fields["assignid"]) - 1000]]

    def get_grades(fields):
        instance = int(fields["assignmentids[0]"])
        grades = [
            {"id": 1, "assignment": instance, "userid": int(user), "attemptnumber": 0, "grade": f"{score:.5f}"}
            if score is not None
            else {"id": 1, "assignment": instance, "userid": int(user), "attemptnumber": 0, "grade": NO_GRADE}
            for user, score in platform.grades[instance - 1000].items()
        ]
        return {"assignments": [{"assignmentid": instance, "grades": grades}], "warnings": []}

    def save_grades(fields):
        number, count = int(fields["assignmentid"]) - 1000, len([name for name in fields if name.endswith("[userid]")])
        for place in range(count):
            row = {name: fields[f"grades[{place}][{name}]"] for name in ("userid", "grade", "attemptnumber")}
            assert row["attemptnumber"] == "-1" and f"grades[{place}][addattempt]" in fields
            if row["userid"] not in platform.ignored:
                platform.grades[number][row["userid"]] = float(row["grade"])
        return None

    FUNCTIONS = {
        "mod_assign_get_assignments": assignments,
        "mod_assign_list_participants": participants,
        "mod_assign_get_grades": get_grades,
        "mod_assign_save_grades": save_grades,
    }


def lti(app, platform, address):
    media = "application/vnd.ims.lis.v2.lineitem+json"

    @app.post("/token")
    async def token(request: Request):
        form = {name: value for name, (value,) in parse_qs((await request.body()).decode()).items()}
        try:
            claims = jwt.decode(
                form["client_assertion"],
                platform.public_key,
                algorithms=["RS256"],
                audience=f"{address()}/token",
                options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
            )
            kid = jwt.get_unverified_header(form["client_assertion"])["kid"]
            assert claims["iss"] == claims["sub"] == platform.client and kid == "2027"
            assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            assert form["grant_type"] == "client_credentials" and claims["exp"] - claims["iat"] <= 3600
        except (jwt.InvalidTokenError, AssertionError):
            return JSONResponse({"error": "invalid_client"}, 400)
        made = f"access-token-that-nobody-may-see-{len(platform.tokens)}"
        platform.tokens[made] = form["scope"].split()
        return {"access_token": made, "token_type": "bearer", "expires_in": platform.life, "scope": form["scope"]}

    def refused(request, scope, **headers):
        scopes = platform.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if scopes is None:
            return JSONResponse({"errors": "unauthorized"}, 401)
        wanted = [request.headers[name.replace("_", "-")] == value for name, value in headers.items()]
        return None if SCOPE + scope in scopes and all(wanted) else JSONResponse({"errors": "media type"}, 406)

    @app.get("/items")
    async def line_items(request: Request, resource_id: str = ""):
        container = "application/vnd.ims.lis.v2.lineitemcontainer+json"
        if refusal := refused(request, "lineitem", accept=container):
            return refusal
        found = [item for item in platform.items.values() if resource_id in ("", item["resourceId"])]
        return JSONResponse(found, media_type=container)

    @app.post("/items", status_code=201)
    async def new_item(request: Request):
        if refusal := refused(request, "lineitem", content_type=media):
            return refusal
        number = len(platform.items) + 1
        item = await request.json() | {"id": f"{address()}/items/{number}?course=7"}
        platform.items[number], platform.grades[number] = item, {}
        return JSONResponse(item, 201, media_type=media)

    @app.get("/items/{number}/results")
    async def results(request: Request, number: int, page: int = 1):
        container = "application/vnd.ims.lis.v2.resultcontainer+json"
        if refusal := refused(request, "result.readonly", accept=container):
            return refusal
        own = list(platform.grades[number].items())
        body = [
            {"id": f"{address()}/r/{user}", "userId": user, "resultScore": score, "resultMaximum": 1}
            for user, score in own[(page - 1) * PAGE : page * PAGE]
        ]
        link = f'<{address()}/items/{number}/results?page={page + 1}>; rel="next"'
        return JSONResponse(body, headers={"Link": link} if page * PAGE < len(own) else {}, media_type=container)

    @app.post("/items/{number}/scores", status_code=204)
    async def scores(request: Request, number: int):
        if refusal := refused(request, "score", content_type="application/vnd.ims.lis.v1.score+json"):
            return refusal
        score = await request.json()
        assert request.query_params["course"] == "7" and re.search(r"\.\d{3}\+00:00$", score["timestamp"])
        assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
        if score["userId"] in platform.ignored:
            return JSONResponse({"errors": "user not in course"}, 422)
        platform.grades[number][score["userId"]] = score["scoreGiven"] / score["scoreMaximum"]
        return Response(status_code=204)


@contextmanager
def serving(platform):
    """The address of the platform while the block runs."""
    found = []
    server = uvicorn.Server(uvicorn.Config(app_of(platform, lambda: found[0]), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    found.append(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    try:
        yield found[0]
    finally:
        server.should_exit = True
        thread.join()

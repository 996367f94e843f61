"""Two learners and an instructor on a real JupyterHub: the one that `make hub` starts, with the course of two tiny
lessons."""

import hashlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import nbformat
import psutil
import pytest
import test_grading_cycle as cycle
from hub_helpers import CLICK, SERVICE, Person, free_port, running_hub
from test_grading_cycle import LESSON, OTHER, STAGE, answered

from grading.intake.collect import collect
from grading.marking import autograde, status
from grading.marking.feedback import feedback
from grading.records import folders

pytest.importorskip("jupyterhub", reason="needs the extra `hub`")

tiny_course = cycle.tiny_course  # fixture
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def hub(tiny_course, tmp_path_factory):
    """The hub of `make hub` on a project folder with the tiny course; its address and its state folder."""
    project, place = tiny_course, tmp_path_factory.mktemp("hub")
    for one in (ROOT / "grading").iterdir():
        if one.name not in ("source", "state", "__pycache__"):
            (project / "grading" / one.name).symlink_to(one)
    (project / "trainlib").symlink_to(ROOT / "trainlib")
    for name in ("index.ipynb", "AGENTS.md"):
        shutil.copyfile(ROOT / "notebooks" / name, project / "notebooks" / name)
    state = shutil.copytree(project / "built", place / "state")
    port, config = free_port(), project / "grading/hub/jupyterhub_config.py"
    told = {"TRAINLIB_GRADING_STATE": str(state), "PORT": str(port), "PYTHONPATH": str(project)}
    with running_hub(config, port, told, place) as address, folders.state_in(state):
        yield address, state
    written = re.findall(r"token=[0-9a-f]{8}", (place / "log").read_text())
    assert not written, "no token is logged that somebody wrote into an address"


@pytest.fixture(scope="module")
def people(hub):
    return {name: Person(hub[0], name) for name in ("ada", "ben", "instructor")}


def a_zip(learner="ada", **files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{learner}/{STAGE}/{name}.ipynb", data)
    return packed.getvalue()


def edition(state, lesson=LESSON, answers=None):
    return nbformat.writes(answered(state, lesson, answers))


def hand_in(person, packed, token=None, path="/hand-in"):
    return person.ask("POST", SERVICE + path, token, content=packed)


def laid(state) -> dict[str, str]:
    """Every zip that was received, by its place, with what tells whether it has changed."""
    found = (state / "received").rglob("*.zip")
    return {str(one.relative_to(state)): hashlib.sha256(one.read_bytes()).hexdigest() for one in found}


def test_a_learner_hands_in_with_one_click_and_finds_the_feedback_in_the_own_folder(hub, people):
    _, state = hub
    ada = people["ada"]
    ada.start()
    index = ada.contents("index.ipynb")["content"]
    ada.save(f"{STAGE}/{LESSON}.ipynb", answered(state, LESSON, {}))
    cell = next(cell["source"] for cell in index["cells"] if cell["id"] == "hand-in")
    said = ada.run("from trainlib import lesson\n" + cell)
    assert "Nothing is handed in yet" in said and not laid(state), "Run All alone hands nothing in"
    said = ada.run("from trainlib import lesson\n" + cell + CLICK)
    assert "received at 20" in said and "(UTC+0000) from ada" in said, said
    assert f"{STAGE}: {LESSON}, {OTHER}; not late" in said
    again = ada.run("from trainlib import lesson\n" + cell + CLICK)
    assert "received before, and nothing has changed since" in again and len(laid(state)) == 1
    left = [one["name"] for one in ada.contents("hand_in")["content"]]
    assert left and all(name.endswith(".receipt.json") for name in left), "no zip is left to be sent"

    assert [note for note in status.Status().notes if note.startswith("1 received on the hub, not taken in yet (ada)")]
    report = collect(state / "received")
    assert not status.Status().notes
    assert report.refused == [] and [row[:3] for row in report.taken] == [
        ("ada", STAGE, LESSON),
        ("ada", STAGE, OTHER),
    ]
    assert status.Status().learners == ["ada"]
    assert ada.run("from trainlib import lesson; lesson.feedback()") == "there is no feedback for you yet\n"
    assert autograde.autograde(STAGE) == {}
    feedback(STAGE)
    assert "pages are in" in ada.run("from trainlib import lesson; lesson.feedback()")
    page = ada.contents(f"feedback/{STAGE}/{LESSON}.html")["content"]
    assert "ada" in page


def test_another_learner_gets_nothing_of_it_and_changes_nothing(hub, people):
    address, state = hub
    ada, ben = people["ada"], people["ben"]
    page = state / "feedback" / "ada" / STAGE / f"{LESSON}.html"
    if not page.exists():
        page.parent.mkdir(parents=True)
        page.write_text("for ada alone")
    assert ben.ask("GET", f"{SERVICE}/feedback").status_code == 404
    tricks = ("feedback/ada", "feedback/../feedback/ada", "feedback%2f..%2fada", "ada/feedback", "feedback?learner=ada")
    for path in tricks:
        answer = ben.ask("GET", f"{SERVICE}/{path}")
        assert answer.status_code == 404 and b"alone" not in answer.content and b"PK" not in answer.content, path
    before = laid(state)
    packed = a_zip("ada", **{LESSON: edition(state)})
    receipt = hand_in(ben, packed).json()
    assert receipt["learner"] == "ben" and receipt["lessons"] == [LESSON]
    new = laid(state)
    assert {place: new.get(place) for place in before} == before, "nothing of ada's has changed"
    assert all(place.startswith("received/ben/ben_") for place in new.keys() - before.keys())
    for path in ("/hand-in/ada", "/hand-in/../ada/hand-in", "/received"):
        assert hand_in(ben, packed, path=path).status_code in (404, 405), path
    hand_in(ben, packed, path="/hand-in?learner=ada&user=ada")
    assert laid(state) == new, "the same once more is the same"
    report = collect(state / "received")
    assert {row[0] for row in report.taken if row[-1] != "collected before"} == {"ben"}
    assert ben.ask("GET", "/user/ada/api/contents").status_code in (403, 404)
    assert ben.ask("GET", "/hub/api/users/ada").status_code == 404
    made = ben.ask("POST", "/hub/api/users/ada/tokens")
    assert made.status_code in (403, 404)
    with httpx.Client() as stranger:
        assert stranger.get(f"{address}{SERVICE}/feedback").status_code == 401
        assert stranger.get(f"{address}{SERVICE}/feedback?token={ada.own}").status_code == 401
        assert stranger.get(f"{address}/hub/api/user?token={ada.own}").status_code == 403
        assert stranger.post(f"{address}{SERVICE}/hand-in", content=packed).status_code == 401
    assert ada.ask("GET", f"{SERVICE}/feedback").content.startswith(b"PK")


def test_tokens_that_are_unknown_revoked_or_for_something_else_open_nothing(hub, people):
    _, state = hub
    ben = people["ben"]
    packed, before = a_zip("ben", **{LESSON: edition(state)}), laid(state)
    made = ben.ask("POST", "/hub/api/users/ben/tokens", json={"note": "for a while"}).json()
    assert ben.ask("GET", f"{SERVICE}/feedback", made["token"]).status_code in (200, 404)
    assert ben.ask("DELETE", f"/hub/api/users/ben/tokens/{made['id']}").status_code == 204
    short = ben.ask("POST", "/hub/api/users/ben/tokens", json={"expires_in": 1}).json()["token"]
    time.sleep(2)
    narrow = ben.ask("POST", "/hub/api/users/ben/tokens", json={"scopes": ["read:users:name!user"]}).json()["token"]
    for token, code in ((made["token"], 401), (short, 401), ("x" * 32, 401), (narrow, 403)):
        assert hand_in(ben, packed, token).status_code == code
        assert ben.ask("GET", f"{SERVICE}/feedback", token).status_code == code
    assert laid(state) == before


def test_a_page_of_another_origin_hands_in_nothing_with_the_cookies_of_who_is_logged_in(hub, people):
    address, state = hub
    packed, before = a_zip("ben", **{LESSON: edition(state)}), laid(state)
    with httpx.Client(base_url=address, headers={"Origin": "https://evil.example"}, timeout=60) as browser:
        browser.get("/hub/login")
        mark = browser.cookies["_xsrf"]
        assert browser.post("/hub/login", data={"_xsrf": mark, "username": "ben", "password": "x"}).status_code == 302
        assert browser.get("/hub/home").status_code == 200, "the cookies are those of ben"
        for path in ("/hand-in", f"/hand-in?_xsrf={browser.cookies['_xsrf']}"):
            sent = browser.post(SERVICE + path, content=packed, headers={"Content-Type": "text/plain"})
            assert sent.status_code == 401 and "access-control-allow-origin" not in sent.headers
        assert browser.get(f"{SERVICE}/feedback").status_code == 401
    assert laid(state) == before


def test_a_service_that_is_killed_is_started_anew_and_takes_what_is_sent_again(hub, people):
    _, state = hub
    ben, before = people["ben"], laid(state)
    packed = a_zip("ben", **{OTHER: edition(state, OTHER)})
    children = psutil.Process().children(recursive=True)
    alive = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]  # other tests leave some behind
    service = next(one for one in alive if one.cmdline()[1:] == ["-m", "grading", "hub"])
    port = next(one.laddr.port for one in service.net_connections() if one.status == psutil.CONN_LISTEN)
    direct = f"http://127.0.0.1:{port}{SERVICE}/hand-in"  # as learners' servers send it, past the proxy

    def coming():
        yield packed[: len(packed) // 2]
        for _ in range(100):
            if list((state / "received" / ".coming").glob("*")):
                break
            time.sleep(0.05)
        service.kill()
        yield packed[len(packed) // 2 :]

    try:
        said = httpx.post(direct, content=coming(), headers={"Authorization": f"token {ben.own}"}, timeout=20)
        raise AssertionError(said.text)
    except httpx.HTTPError:
        pass
    assert {place: one for place, one in laid(state).items() if ".coming" not in place} == before
    for _ in range(600):  # the hub looks every 30 seconds whether its services are there
        said = hand_in(ben, packed)
        if said.status_code == 200:
            break
        time.sleep(0.2)
    assert said.json()["again"] is False and len(laid(state)) == len(before) + 1


def test_who_handed_in_is_for_instructors(hub, people):
    for name, code in (("ada", 403), ("ben", 403), ("instructor", 200)):
        assert people[name].ask("GET", f"{SERVICE}/received").status_code == code
    rows = people["instructor"].ask("GET", f"{SERVICE}/received").json()
    assert all(row["stage"] == STAGE and len(row["sha256"]) == 64 for row in rows)


def test_what_is_too_large_broken_or_of_another_place_is_refused_with_a_reason(hub, people):
    _, state = hub
    ben, before = people["ben"], laid(state)
    assert hand_in(ben, b"\0" * (51 * 2**20)).status_code == 413
    bomb = hand_in(ben, a_zip("ben", **{LESSON: b"0" * (19 * 2**20)}))
    assert bomb.status_code == 422 and "as bombs do" in bomb.json()["detail"]
    for name in ("../../ben", "/etc", "..", "C:/x"):
        assert hand_in(ben, a_zip(name, **{LESSON: edition(state)})).status_code == 422, name
    for data, why in ((b"no zip", "cannot be read as a zip"), (a_zip("ben", other=b"{}"), "not a lesson of")):
        answer = hand_in(ben, data)
        assert answer.status_code == 422 and why in answer.json()["detail"] and "/tmp" not in answer.text
    assert laid(state) == before and not list((state / "received" / ".coming").iterdir())


def test_late_work_is_told_so_and_newer_work_counts(hub, people):
    _, state = hub
    (state / "settings.toml").write_text(f"[deadlines]\n{STAGE} = 2026-01-05T18:00:00+01:00\n")
    try:
        answers = {"double-answer": "def double(x):\n    return 3 * x"}
        receipt = hand_in(people["ben"], a_zip("ben", **{LESSON: edition(state, LESSON, answers)})).json()
    finally:
        (state / "settings.toml").unlink()
    assert "after the deadline, 2026-01-05 17:00 UTC" in receipt["late"] and not receipt["again"]


def test_what_the_hub_did_not_take_is_kept_and_said(tiny_course, tmp_path, monkeypatch, capsys):
    from trainlib.lesson import hand_in

    (tmp_path / STAGE).mkdir()
    shutil.copyfile(tiny_course / "notebooks" / STAGE / f"{LESSON}.ipynb", tmp_path / STAGE / f"{LESSON}.ipynb")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.setenv("TRAINLIB_HAND_IN_URL", "http://127.0.0.1:9/services/hand-in/")
    path = hand_in(STAGE, start=tmp_path)
    said = capsys.readouterr().out
    assert "NOT RECEIVED: the hub's service did not answer" in said and f"The zip is kept: {path}" in said
    assert path.name.startswith(f"ada_{STAGE}_") and zipfile.is_zipfile(path) and "secret" not in said


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = os.environ | {"TRAINLIB_GRADING_STATE": str(tmp_path), "PORT": port}
        command = [sys.executable, "-m", "jupyterhub", "-f", "grading/hub/jupyterhub_config.py"]
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=60)
    assert done.returncode and f"port {port} cannot be used here" in done.stderr and "make hub PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_state_folder_is_closed_to_other_users_of_the_machine(tmp_path):
    from traitlets.config import Config

    from grading.hub.config import configure

    tmp_path.chmod(0o755)
    with folders.state_in(tmp_path):
        configure(Config(), instructors=["grace"])
    assert tmp_path.stat().st_mode & 0o777 == 0o750

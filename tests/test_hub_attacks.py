"""What a hostile learner, a stranger, a crash or a full disk does to the service that takes what is handed in."""

import io
import json
import os
import shutil
import signal
import socket
import stat
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("jupyterhub", reason="needs the extra `hub`")

from service_helpers import LESSON, STAGE, Service, a_zip, answer, edition, own, running_service, token

from grading.hub import service as hub_service
from grading.intake.collect import collect
from grading.intake.people import settle
from grading.marking.status import Status
from grading.records import folders, received
from grading.records.received import Received

PLACE = f"x/{STAGE}/{LESSON}.ipynb"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running_service(tmp_path_factory.mktemp("service")) as running:
        yield running
    said = running.said()
    assert "Traceback" not in said, "nothing that a request does is a surprise"
    assert token("ada") not in said and "of-the-service" not in said, "no token is logged"


@pytest.fixture
def alone(tmp_path):
    """A service of its own, for a test that harms it."""
    with running_service(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_half_written(request):
    yield
    if "service" in request.fixturenames:
        running = request.getfixturevalue("service")
        assert not [place for place in running.laid() if place.startswith(".coming")]


def quick(service, within: float = 5) -> None:
    """Somebody else is answered."""
    begun = time.monotonic()
    assert service.ask("GET", "feedback", "grace").status_code == 404
    assert time.monotonic() - begun < within


def test_a_body_that_comes_slowly_blocks_nobody_and_leaves_nothing(service):
    before, data = service.laid(), own("slow")
    slow = service.raw(f"Content-Length: {len(data)}\r\n\r\n", "slow")
    slow.sendall(data[:1000])
    quick(service)
    assert service.hand_in("other", own("other")).status_code == 200
    assert [place for place in service.laid() if place.startswith(".coming")], "it lies where nothing counts"
    slow.close()
    time.sleep(0.5)
    assert [place for place in service.laid() if not place.startswith("other")] == before


@pytest.mark.slow
def test_a_body_that_stops_and_an_answer_that_is_not_taken_are_given_up_after_a_minute(service):
    page = service.state / "feedback" / "slow" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(os.urandom(40 * 2**20))
    stopped = service.raw("Content-Length: 5000\r\n\r\nPK", "slow")
    deaf = service.raw("\r\n", "slow", "GET", "feedback")
    stopped.settimeout(90)
    said = answer(stopped).decode()
    assert said.startswith("HTTP/1.1 408 ") and "took more than 60 s" in said
    time.sleep(5)
    assert len(answer(deaf)) < 40 * 2**20, "what the system has kept of it, and no more"


@pytest.mark.slow
def test_a_hub_that_does_not_answer_is_said(tmp_path):
    hub = socket.create_server(("127.0.0.1", 0))
    service = Service(tmp_path, f"http://127.0.0.1:{hub.getsockname()[1]}/hub/api")
    service.start()
    try:
        said = service.hand_in("ada", own())  # it is there and silent
        assert said.status_code == 503 and "does not say whose this token is" in said.json()["detail"]
        hub.close()
        assert service.hand_in("ada", own()).status_code == 503
        assert not service.laid() and token("ada") not in service.said()
    finally:
        hub.close()
        service.stop()


def test_heads_that_never_end_keep_nobody_out(service):
    waiting = [service.raw("") for _ in range(hub_service.LIMITS.connections + 20)]
    try:
        quick(service)
        assert service.hand_in("other", own("other", heads=1)).status_code == 200
    finally:
        for one in waiting:
            one.close()


def test_who_goes_on_sending_after_the_answer_is_hung_up_on(service):
    begun, open_for = time.monotonic(), 4 * hub_service.HEAD
    stranger = service.raw("Content-Length: 1000000000000\r\n\r\n")
    with pytest.raises(OSError):
        while time.monotonic() - begun < open_for:
            stranger.sendall(b"a")
            time.sleep(0.2)
    assert time.monotonic() - begun < open_for


def test_one_learner_cannot_take_all_places(service):
    begun = [service.raw("Content-Length: 5000\r\n\r\nPK", "greedy") for _ in range(hub_service.AT_ONCE)]
    time.sleep(0.5)
    refused = service.hand_in("greedy", own("greedy"))
    assert refused.status_code == 429 and "under way: wait" in refused.json()["detail"]
    assert service.hand_in("other", own("other", places=1)).status_code == 200
    for one in begun:
        one.close()
    time.sleep(0.5)
    assert service.hand_in("greedy", own("greedy")).status_code == 200


@pytest.mark.parametrize(
    "head, code",
    [
        ("Content-Length: 9999999999999999999\r\n\r\nPK", 413),
        (f"Content-Length: {'9' * 5000}\r\n\r\nPK", 400),
        ("Content-Length: -5\r\n\r\nPK", 400),
        ("Content-Length: 1_0\r\n\r\nPK", 400),
        ("Content-Length: 5\r\nContent-Length: 6\r\n\r\nPK", 400),
        ("Transfer-Encoding: chunked\r\n\r\nzzz\r\n", 400),
        ("Transfer-Encoding: gzip\r\n\r\nPK", 400),
        ("Content-Length: 0\r\n\r\n", 422),
    ],
)
def test_lengths_that_cannot_be_are_refused_at_once(service, head, code):
    connection = service.raw(head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1), "ada")
    connection.settimeout(5)
    assert connection.recv(100).startswith(f"HTTP/1.1 {code} ".encode())


def test_a_body_in_chunks_counts_and_one_beyond_the_limit_does_not(service):
    connection, data = service.raw("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n", "chunks"), own("chunks")
    for begin in range(0, len(data), 7000):
        part = data[begin : begin + 7000]
        connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    connection.sendall(b"0\r\n\r\n")
    assert answer(connection).startswith(b"HTTP/1.1 200 ")
    endless = service.hand_in("chunks", iter([b"\0" * 2**20] * 60))
    assert endless.status_code == 413 and str(hub_service.BODY) in endless.json()["detail"]


def test_a_head_of_megabytes_is_refused(service):
    connection = service.raw("")
    try:
        for _ in range(3000):
            connection.sendall(b"X: " + b"a" * 1000 + b"\r\n")
    except OSError:
        pass
    assert answer(connection)[:12] in (b"", b"HTTP/1.1 400")
    quick(service)


def test_nobody_comes_in_without_a_token_in_the_head(service):
    before, packed = service.laid(), own()
    for head in (
        "",
        "token",
        "Basic YTpi",
        f"token {token('ada')} x",
        f"token {'f' * 30_000}",
        "token é",
        "token ../x",
    ):
        told = {"Authorization": head.encode()} if head else {}
        assert service.hand_in("", packed, headers=told).status_code == 401, head
    in_url = service.ask("POST", f"hand-in?token={token('ada')}", "", content=packed)
    assert in_url.status_code == 401 and "there is no token" in in_url.json()["detail"]
    assert service.laid() == before


def test_a_page_of_another_origin_can_send_nothing_with_the_learners_cookies(service):
    before, evil = service.laid(), {"Origin": "https://evil.example"}
    cookies = {name: token("ada") for name in ("jupyterhub-session-id", "jupyterhub-user-ada", "_xsrf", "token")}
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/zip"):
        sent = service.hand_in("", own(), headers=evil | {"Content-Type": kind}, cookies=cookies)
        assert sent.status_code == 401
    asked = service.ask("OPTIONS", "hand-in", "", headers=evil | {"Access-Control-Request-Headers": "authorization"})
    assert asked.status_code == 405 and not any(name.startswith("access-control") for name in asked.headers)
    assert service.laid() == before


def evil_zip(kind: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "link":
            one = zipfile.ZipInfo(PLACE)
            one.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(one, "/etc/passwd")
        elif kind == "twice":
            with pytest.warns(UserWarning, match="Duplicate"):
                for n in range(2):
                    archive.writestr(PLACE, edition(n=n))
        elif kind == "bomb":
            archive.writestr(PLACE, b" " * (19 * 2**20))
        elif kind == "many":
            for number in range(100):
                archive.writestr(f"x/{STAGE}/{number}.ipynb", "{}")
        elif kind == "many bombs":
            for number in range(40):
                archive.writestr(f"{number}/{STAGE}/{LESSON}.ipynb", b" " * (19 * 2**20))
        else:
            archive.writestr(kind, edition())
    return packed.getvalue()


@pytest.mark.parametrize(
    "way, says",
    [
        (f"../{STAGE}/{LESSON}.ipynb", "leads out of the folder"),
        (f"/{STAGE}/{LESSON}.ipynb", "leads out of the folder"),
        (f"C:\\{STAGE}\\{LESSON}.ipynb", "leads out of the folder"),
        (f"x/9_nothing/{LESSON}.ipynb", "no lesson that can be graded"),
        (f"x/SECOND/{LESSON}.ipynb", "it is not a lesson of SECOND"),
        ("link", "it is a link"),
        ("bomb", "as bombs do"),
        ("many", "and 80 more"),
        ("many bombs", "and 20 more"),
    ],
)
def test_zips_that_are_made_to_harm_are_refused_with_a_reason(service, way, says):
    second = folders.stages()[1].folder
    way, says = (text.replace("SECOND", second) for text in (way, says))
    before = service.laid()
    said = service.hand_in("ada", evil_zip(way))
    assert said.status_code == 422 and says in said.json()["detail"], said.text
    assert service.laid() == before and str(service.state) not in said.text and len(said.text) < 20_000


def test_of_two_entries_of_one_name_the_first_counts_and_that_is_said(service):
    said = service.hand_in("twice", evil_zip("twice")).json()
    assert said["lessons"] == [LESSON] and "stands there twice" in said["refused"][0]


def test_the_same_zip_twice_at_once_is_one(service):
    with ThreadPoolExecutor() as pool:
        said = [one.json() for one in pool.map(service.hand_in, ["same"] * 2, [own("same")] * 2)]
    assert sorted(one["again"] for one in said) == [False, True]
    assert said[0]["received"] == said[1]["received"]
    assert len([place for place in service.laid() if place.startswith("same/")]) == 1


def test_thirty_learners_at_once_are_all_received(service):
    names = [f"learner-{number}" for number in range(30)]
    with ThreadPoolExecutor(30) as pool:
        said = list(pool.map(lambda name: service.hand_in(name, own("somebody-else", of=name)), names))
    assert [one.status_code for one in said] == [200] * 30
    assert [one.json()["learner"] for one in said] == names
    assert len([place for place in service.laid() if place.startswith("learner-")]) == 30


def test_two_spellings_of_one_letter_are_not_one_learner(service):
    assert service.hand_in("jos\u00e9", own()).status_code == 200
    said = service.ask("GET", "feedback", "jose\u0301")
    assert said.status_code == 403 and "ask your instructor" in said.json()["detail"]


def test_a_roster_that_cannot_be_read_tells_nobody_of_anybody(alone):
    (alone.state / "learners.csv").write_text("learner,hub\nada,ada\nben secret,ben\n")
    said = alone.ask("GET", "feedback", "ada")
    assert said.status_code == 503 and "learners.csv cannot be read" in said.json()["detail"]
    assert "secret" not in said.text + alone.said()


def test_a_page_of_long_ago_is_given(alone):
    page = alone.state / "feedback" / "ada" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("for ada")
    os.utime(page, (0, 0))
    said = alone.ask("GET", "feedback", "ada")
    assert zipfile.ZipFile(io.BytesIO(said.content)).read("index.html") == b"for ada"


def test_a_service_that_is_killed_while_it_receives_keeps_no_half_and_takes_the_whole_afterwards(alone):
    data = own()
    coming = alone.raw(f"Content-Length: {len(data)}\r\n\r\n", "ada")
    coming.sendall(data[: len(data) // 2])
    time.sleep(0.5)
    assert alone.laid()
    alone.stop(signal.SIGKILL)
    alone.start()
    assert not alone.laid()
    with folders.state_in(alone.state):
        assert not [note for note in Status().notes if "received" in note]
    assert alone.hand_in("ada", data).json()["again"] is False and len(alone.laid()) == 1


def test_a_full_disk_is_said_and_costs_nothing_that_came_before(alone):
    assert alone.hand_in("ada", own()).status_code == 200
    before = alone.laid()
    alone.stop()
    alone.start("ulimit -f 8")  # no file may have more than 4 or 8 KiB: what a full disk does, too
    said = alone.hand_in("ada", own(more=1))
    assert said.status_code == 503 and "nothing of it counts" in said.json()["detail"]
    assert str(alone.state) not in said.text and "Traceback" not in alone.said()
    assert alone.laid() == before
    alone.stop()
    alone.start()
    assert alone.hand_in("ada", own(more=1)).status_code == 200


def test_a_state_folder_that_goes_away_meanwhile_is_said(alone):
    data = own()
    coming = alone.raw(f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n", "ada")
    time.sleep(0.5)
    shutil.rmtree(alone.state)
    coming.sendall(data)
    said = answer(coming).decode()
    assert said.startswith("HTTP/1.1 503 ") and "nothing of it counts" in said and str(alone.state) not in said
    assert alone.hand_in("ada", data).status_code == 200 and "Traceback" not in alone.said()


def test_a_folder_that_cannot_be_written_is_said(alone):
    (alone.state / "received").write_text("no folder")
    said = alone.hand_in("ada", own())
    assert said.status_code == 503 and "nothing of it counts" in said.json()["detail"]
    assert str(alone.state) not in said.text and "Traceback" not in alone.said()


def kept(place, learner: str, now: datetime, lesson: str = LESSON, **metadata) -> dict:
    upload = place / "upload.zip"
    upload.write_bytes(a_zip({f"x/{STAGE}/{lesson}.ipynb": edition(lesson, **metadata)}))
    return hub_service.keep(learner, upload, now)


def test_a_clock_that_goes_back_changes_no_order(tmp_path):
    now, other = datetime.now(UTC).replace(microsecond=0), folders.lessons(STAGE)[1].id
    with folders.state_in(tmp_path / "state"):
        first = kept(tmp_path, "ada", now, other, n=1)
        second = kept(tmp_path, "ada", now - timedelta(hours=1), other, n=2)
        assert second["received"] > first["received"] and not second["again"]
        assert kept(tmp_path, "ada", now - timedelta(hours=1), other, n=2)["again"]
        report = collect(received.root())
        assert not report.refused
        submitted = (tmp_path / "state" / "submitted" / "ada" / STAGE / f"{other}.ipynb").read_bytes()
    assert json.loads(submitted)["metadata"]["n"] == 2


ODD = [
    "a_b",
    "a__b",
    "ada-",
    "a_1_principles",
    "1_principles",
    "b_20260101-000000",
    "work",
    "x.y_z-1",
    "zoë_ñ",
    "hub",
    "timestamp.txt",
    "ben_12_assignsubmission_file",
    "me_late_12_34_x.ipynb",
    "ben_attempt_2026-10-05-10-30-00_x",
    "a_b_1_principles_20260101-000000",
]


@pytest.mark.parametrize("learner", ODD)
def test_the_name_of_what_was_received_is_read_back_whatever_the_learner_is_called(tmp_path, learner):
    with folders.state_in(tmp_path):
        one = Received(learner, STAGE, datetime(2026, 1, 5, 17, 3, 1, tzinfo=UTC), "0a" * 32)
        assert Received.of(one.path) == one
        for name in (
            f"{STAGE}_20260105-170301-{'0a' * 32}.zip",
            "x.zip",
            one.path.name.replace("20260105", "20261345"),
        ):
            assert Received.of(one.path.with_name(name)) is None


@pytest.mark.parametrize("learner", ODD)
def test_what_came_by_the_hub_is_taken_in_as_its_learners_and_waits_no_longer(tmp_path, learner):
    with folders.state_in(tmp_path / "state"):
        kept(tmp_path, learner, datetime.now(UTC))
        assert [note for note in Status().notes if f"not taken in yet ({learner})" in note]
        report = collect(received.root())
        assert [row[:3] for row in report.taken] == [(learner, STAGE, LESSON)] and not report.refused
        assert not Status().notes


def test_a_user_of_the_hub_is_nobody_whom_a_platform_or_the_instructor_calls_so(tmp_path):
    """Canvas calls ada 4711, in the roster or by the instructor's word: a user 4711 of the hub is not ada for that."""
    for said in ("roster", "settled"):
        with folders.state_in(tmp_path / said):
            if said == "roster":
                (folders.state() / "learners.csv").write_text("learner,canvas\nada,4711\nben,4712\n")
            else:
                settle("4711", "ada")
            kept(tmp_path, "4711", datetime.now(UTC))
            kept(tmp_path, "ben", datetime.now(UTC))
            report = collect(received.root())
            assert "ada" not in {row[0] for row in report.taken} and "ben" in {row[0] for row in report.taken}
            asked = "".join(why for _, why in report.refused)
            assert ("python -m grading who hub/4711 NAME" in asked) == (said == "roster")


def test_a_zip_of_a_stage_that_is_no_more_is_refused_and_the_others_are_taken(tmp_path):
    with folders.state_in(tmp_path):
        kept(tmp_path, "ada", datetime.now(UTC))
        old = Received("ada", "0_gone", datetime(2026, 1, 5, tzinfo=UTC), "0a" * 32).path
        old.write_bytes(a_zip({f"ada/0_gone/{LESSON}.ipynb": edition()}))
        report = collect(received.root())
        assert len(report.taken) == 1 and "there is no stage '0_gone'" in report.refused[0][1]


def test_a_zip_that_is_only_called_like_one_of_the_hub_is_read_like_every_other(tmp_path):
    with folders.state_in(tmp_path / "state"):
        name = Received("ada", STAGE, datetime(2026, 1, 5, tzinfo=UTC), "0a" * 32).path.name
        place = tmp_path / "moodle" / "Eve Lovelace_4711_assignsubmission_file" / "ada" / name
        place.parent.mkdir(parents=True)
        place.write_bytes(own("ada"))
        (received.root()).mkdir()
        (received.root() / "all.zip").write_bytes(a_zip({f"ada/{name}": own("ada")}))
        assert {row[0] for row in collect(tmp_path / "moodle").taken} == {"eve-lovelace"}
        assert not received.came_as(received.root(), f"all.zip/ada/{name}")

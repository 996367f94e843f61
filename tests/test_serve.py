"""The service under load and with hostile input, and what decides which version answers. Real servers, real models."""

import asyncio
import json
import selectors
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import numpy as np
import pandas as pd
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from trainlib import finetune, models, releases, serve

TEXTS = [
    "a lovely film",
    "awful",
    "the plot was seen",
    "lovely " * 30,
    "ein schöner Film 🎬",
    "of of of",
    "a",
    "was it ?",
]
SMALL = {"batch": 8, "wait": 0.01, "queue": 24, "texts": 16, "characters": 600, "body": 20_000, "reading": 1.0}
JSON, HEAD = {"content-type": "application/json"}, b"Content-Type: application/json\r\n\r\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with two versions of a small classifier that differ."""
    table = [(f"{word} {more}", label) for more in ("film", "plot", "it was") for word, label in
             (("awful", "bad"), ("lovely", "good"), ("poor", "bad"), ("fine", "good"))]  # fmt: skip
    frame = pd.DataFrame(table, columns=["text", "label"])
    folder = tmp_path_factory.mktemp("trained")
    for version, seed in (("v1", 0), ("v2", 1)):
        model, tokenizer = models.load("tiny-bert", labels=["bad", "good"], seed=seed)
        result = finetune.fit(model, tokenizer, frame, method="head", epochs=1, seed=seed, progress=False)
        result.save(folder / version)
    return folder


def shelf_of(trained, folder, *versions):
    """A folder of links to the versions, of which the first answers."""
    for version in versions:
        (folder / version).symlink_to(trained / version)
    releases.release(folder, versions[0])
    return folder


@pytest.fixture(scope="module")
def shelf(trained, tmp_path_factory):
    return shelf_of(trained, tmp_path_factory.mktemp("shelf"), "v1", "v2")


@pytest.fixture(scope="module")
def address(shelf):
    with serve.running(shelf, **SMALL) as address:
        yield address


@pytest.fixture
def client(address):
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


def together(address, bodies):
    """The responses to requests that are sent all at once."""

    async def send():
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
            return await asyncio.gather(*(client.post("/v1/classify", json=body) for body in bodies))

    return asyncio.run(send())


def number(client, name, **labels):
    """The sum of a metric over all that has these labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [one for family in families for one in family.samples if one.name == name]
    return sum(one.value for one in samples if labels.items() <= one.labels.items())


def process_behind(address):
    """The process that listens on an address, and the connections to it."""
    port = urlsplit(address).port
    for process in psutil.Process().children():
        ours = [one.status for one in process.net_connections() if one.laddr.port == port]
        if "LISTEN" in ours:
            return process, ours.count("ESTABLISHED")
    raise AssertionError(f"nobody listens on {address}")


def memory(address):
    """MiB that the process behind an address holds."""
    return process_behind(address)[0].memory_info().rss / 2**20


def raw(address):
    """A plain connection to the service."""
    return socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=20)


def wait_until(holds, seconds=30):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


# Answers


def test_each_text_gets_the_models_answer_whoever_asks_beside_it(trained, address, client):
    want = finetune.load(trained / "v1").predict(TEXTS)
    before = [number(client, f"serve_batch_texts_{part}") for part in ("sum", "count")]
    responses = together(address, [{"texts": [text]} for text in TEXTS * 2] + [{"texts": TEXTS}])
    answers = [one for response in responses for one in response.json()["answers"]]
    assert {response.status_code for response in responses} == {200}
    assert {response.json()["version"] for response in responses} == {"v1"}
    assert [one["label"] for one in answers] == want["label"].tolist() * 3
    got = [[one["probabilities"][label] for label in ("bad", "good")] for one in answers]
    np.testing.assert_allclose(got, np.tile(want[["bad", "good"]], (3, 1)), atol=1e-5)
    texts, batches = (number(client, f"serve_batch_texts_{part}") - old for part, old in zip(("sum", "count"), before))
    assert texts == 24 and batches < 12, "texts of several requests share a batch"


def test_onnx_runtime_answers_with_the_models_labels(trained, tmp_path):
    result = finetune.load(trained / "v1")
    result.save(tmp_path)
    with serve.running(tmp_path, engine="onnx", **SMALL) as address:
        answers = together(address, [{"texts": TEXTS}])[0].json()["answers"]
    assert (tmp_path / "model-float32.onnx").is_file()
    want = result.predict(TEXTS)
    assert [one["label"] for one in answers] == want["label"].tolist()
    assert np.allclose([one["probabilities"]["good"] for one in answers], want["good"], atol=1e-4)


class Jumping(selectors.DefaultSelector):
    """What an event loop waits with, on a clock of its own, which stands while there is work and else jumps."""

    now = 0.0

    def select(self, timeout=None):
        Jumping.now += timeout or 0
        return super().select(0)


def test_a_batch_leaves_full_or_when_its_first_text_has_waited(trained):
    async def batches():
        service = serve.Service(trained / "v1", serve.Limits(batch=3, wait=0.2))
        loop = asyncio.get_running_loop()
        put = lambda text: service.queue.put_nowait(serve.Waiting(text, "v1", None, loop.time(), loop.create_future()))
        for text in "abcde":
            put(text)
        begun, found = loop.time(), []
        loop.call_later(0.1, put, "f")
        loop.call_later(0.3, put, "g")
        for _ in range(3):
            found.append(("".join(one.text for one in await service.batch()), loop.time() - begun))
        for text in "hij":
            service.queue.put_nowait(serve.Waiting(text, "v1", None, loop.time() - 1, loop.create_future()))
        begun = loop.time()
        found.append(("".join(one.text for one in await service.batch()), loop.time() - begun))
        return found

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(Jumping())) as runner:
        runner.get_loop().time = lambda: Jumping.now
        (full, at_once), (filled, at_f), (alone, waited), (late, no_longer) = runner.run(batches())
    assert (full, filled, alone, late) == ("abc", "def", "g", "hij")
    assert (at_once, at_f, waited, no_longer) == (0, pytest.approx(0.1), pytest.approx(0.5), 0)


def test_a_lone_text_is_answered_after_the_wait_and_not_much_later(client):
    client.post("/v1/classify", json={"texts": ["a"]})
    seconds = []
    for _ in range(5):
        begun = time.monotonic()
        assert client.post("/v1/classify", json={"texts": ["a fine film"]}).status_code == 200
        seconds.append(time.monotonic() - begun)
    assert min(seconds) < 0.5


# What cannot be taken


@pytest.mark.parametrize(
    "body, status, reason",
    [
        (b'{"texts": "a film"}', 422, "texts: Input should be a valid list"),
        (b'{"texts": [1]}', 422, "texts.0: Input should be a valid string"),
        (b'{"texts": ["a", null]}', 422, "texts.1: Input should be a valid string"),
        (b'{"text": ["a"]}', 422, "texts: Field required"),
        (b'["a"]', 422, "texts"),
        (b"null", 422, "texts"),
        (b"", 422, "Field required"),
        (b'{"texts": []}', 422, "0 of them; 1 to 16 are allowed"),
        (json.dumps({"texts": ["a"] * 17}).encode(), 422, "17 of them; 1 to 16 are allowed"),
        (json.dumps({"texts": ["a", "a" * 601]}).encode(), 422, "texts.1: 601 characters; 1 to 600 are allowed"),
        (b'{"texts": ["a", "  \\n"]}', 422, "texts.1"),
        (b'{"texts": [""]}', 422, "texts.0: 0 characters"),
        (b'{"texts": ["\\ud800"]}', 422, "surrogate"),
        (b'{"texts": ["a"', 422, "JSON decode error"),
        (b"\xff\xfe\x00", 400, "error parsing the body"),
        (b"[" * 10_000, 400, "error parsing the body"),
        (b"9" * 5_000, 400, "error parsing the body"),
        (b'{"texts": ["' + b"a" * 30_000 + b'"]}', 413, "more than the 20000 bytes"),
    ],
    ids=range(18),
)
def test_a_body_that_cannot_be_read_gets_a_4xx_with_the_reason(client, body, status, reason):
    response = client.post("/v1/classify", content=body, headers=JSON)
    assert response.status_code == status and reason in response.json()["error"]
    assert len(response.content) < 300, "the answer does not repeat what was sent"


@pytest.mark.parametrize(
    "method, path, status, counted",
    [("PUT", "/v1/classify", 405, "/v1/classify"), ("GET", "/v2", 404, "other"), ("POST", "/", 404, "other")],
)
def test_other_methods_and_paths_are_refused_as_json_and_unknown_paths_are_one_in_the_metrics(
    client, method, path, status, counted
):
    count = lambda: number(client, "serve_requests_total", path=counted, status=str(status))
    before = count()
    response = client.request(method, path)
    assert response.status_code == status and response.json()["error"]
    assert count() == before + 1


def test_odd_texts_are_answered(client):
    odd = ["\x00", "\u200b.", "’" * 600, "🎬" * 100, "a\r\nb", "<script>", "' OR 1=1 --", "مرحبا"]
    answers = client.post("/v1/classify", json={"texts": odd}).json()["answers"]
    assert [sum(one["probabilities"].values()) for one in answers] == pytest.approx([1] * len(odd), abs=1e-5)


def test_a_body_without_end_is_cut_off_and_costs_no_memory(address, client):
    client.post("/v1/classify", json={"texts": TEXTS})
    before, sent = memory(address), 0
    with raw(address) as connection:
        connection.sendall(b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + HEAD)
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        try:
            for _ in range(2_000):
                connection.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
    assert sent < 50 * 2**20, "the connection is closed long before 125 MiB"
    assert memory(address) - before < 20
    assert number(client, "serve_requests_total", status="413") >= 1


def test_who_sends_a_body_too_slowly_is_told_so_while_others_are_answered(address, client):
    with raw(address) as connection:
        connection.sendall(b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n" + HEAD + b'{"texts"')
        for _ in range(8):
            assert client.post("/v1/classify", json={"texts": ["a"]}).status_code == 200
        said = b""
        while part := connection.recv(4096):
            said += part
    assert said.startswith(b"HTTP/1.1 408 ") and b"took more than 1 s" in said


@pytest.mark.parametrize("words", [b"", b"POST /v1/cl", b"GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /hea"])
def test_who_does_not_finish_the_head_of_a_request_is_hung_up_on(address, words):
    begun = time.monotonic()
    with raw(address) as connection:
        connection.sendall(words)
        while connection.recv(4096):
            pass
    assert time.monotonic() - begun < 10


def test_a_head_without_end_is_refused(address):
    with raw(address) as connection:
        try:
            for _ in range(1_000):
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"x" * 4_096)
            said = connection.recv(4096)
        except OSError:
            said = b""
    assert said == b"" or said.startswith(b"HTTP/1.1 4")


def test_idle_connections_keep_nobody_out(address, client):
    idle = [raw(address) for _ in range(100)]
    try:
        assert client.get("/health").json() == {"works": True}
        assert client.post("/v1/classify", json={"texts": ["a"]}).status_code == 200
    finally:
        for connection in idle:
            connection.close()


def test_a_flood_is_refused_at_once_in_bounded_memory_and_the_service_goes_on(address, client):
    together(address, [{"texts": TEXTS * 2}])
    before = memory(address)
    responses = together(address, [{"texts": ["lovely film " * 20] * 8}] * 150)
    statuses = [response.status_code for response in responses]
    assert set(statuses) <= {200, 429} and 3 <= statuses.count(200) and 50 < statuses.count(429)
    refused = next(response for response in responses if response.status_code == 429)
    assert refused.headers["retry-after"] == "1" and "waiting" in refused.json()["error"]
    assert memory(address) - before < 60
    assert number(client, "serve_queue_texts") == 0
    assert client.post("/v1/classify", json={"texts": TEXTS}).status_code == 200
    assert client.get("/health").status_code == 200


def test_clients_that_leave_harm_nobody(address, client):
    for _ in range(20):
        with raw(address) as connection:
            body = b'{"texts": ["a film that nobody waits for"]}'
            connection.sendall(
                b"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n" % len(body) + HEAD + body
            )
    wait_until(lambda: number(client, "serve_queue_texts") == 0)
    assert client.post("/v1/classify", json={"texts": TEXTS}).status_code == 200


def test_a_text_that_waited_too_long_and_a_model_that_fails_cost_nobody_else_the_answer(trained, caplog):
    class Failing:
        def predict(self, texts):
            raise RuntimeError("out of memory")

    async def outcomes():
        service, loop = serve.Service(trained / "v1", serve.Limits(patience=5)), asyncio.get_running_loop()
        good, since = finetune.load(trained / "v1"), {"late": 6, "failing": 0, "good": 0}
        waiting = [
            serve.Waiting(name, name, Failing() if name == "failing" else good, loop.time() - ago, loop.create_future())
            for name, ago in since.items()
        ]
        for one in waiting:
            service.queue.put_nowait(one)
        work = asyncio.create_task(service.work())
        found = await asyncio.gather(*(one.answer for one in waiting), return_exceptions=True)
        work.cancel()
        return found

    late, failing, good = asyncio.run(outcomes())
    assert (late.status_code, failing.status_code) == (503, 500) and set(good) == {"label", "probabilities"}
    assert "out of memory" in caplog.text and "out of memory" not in failing.detail


# Versions


def test_a_new_version_answers_without_a_request_lost_and_one_command_takes_it_back(shelf, client):
    ask = lambda: client.post("/v1/classify", json={"texts": ["a lovely film"]})
    seen, stop = [], threading.Event()

    def keep_asking():
        while not stop.is_set():
            response = ask()
            seen.append((response.status_code, response.json().get("version")))

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(keep_asking)
        try:
            releases.release(shelf, "v2")
            wait_until(lambda: ask().json()["version"] == "v2")
            command = [sys.executable, "-m", "trainlib", "serve", str(shelf), "--roll-back"]
            ran = subprocess.run(command, capture_output=True, text=True)
            assert ran.returncode == 0 and "version='v1'" in ran.stdout
            wait_until(lambda: ask().json()["version"] == "v1")
        finally:
            stop.set()
            asking.result()
    assert {status for status, _ in seen} == {200}
    assert [one for place, (_, one) in enumerate(seen) if place == 0 or seen[place - 1][1] != one] == ["v1", "v2", "v1"]


def test_a_canary_answers_its_share_and_the_same_text_always_alike(shelf, client):
    releases.try_out(shelf, "v2", share=0.25)
    try:
        wait_until(lambda: client.get("/v1/model").json()["release"]["candidate"] == "v2")
        ask = lambda text: client.post("/v1/classify", json={"texts": [text]}).json()["version"]
        versions = [ask(f"film {place}") for place in range(120)]
        assert 15 <= versions.count("v2") <= 45
        assert [ask(f"film {place}") for place in range(20)] == versions[:20]
    finally:
        releases.roll_back(shelf)
    wait_until(lambda: client.get("/v1/model").json()["release"]["candidate"] is None)
    assert ask("film 0") == "v1"


def test_a_shadow_reads_along_and_never_answers(trained, shelf, client):
    one, other = (finetune.load(trained / version).predict(TEXTS)["label"] for version in ("v1", "v2"))
    before = [number(client, "serve_compared_total", same=same) for same in ("yes", "no")]
    releases.try_out(shelf, "v2")
    try:
        wait_until(lambda: client.get("/v1/model").json()["release"]["candidate"] == "v2")
        answers = client.post("/v1/classify", json={"texts": TEXTS}).json()
        assert answers["version"] == "v1" and [a["label"] for a in answers["answers"]] == one.tolist()
        count = lambda same: number(client, "serve_compared_total", same=same)
        wait_until(lambda: count("yes") + count("no") - sum(before) == len(TEXTS))
        assert count("yes") - before[0] == (one == other).sum()
    finally:
        releases.roll_back(shelf)
    wait_until(lambda: client.get("/v1/model").json()["release"]["candidate"] is None)


def test_a_version_that_cannot_be_loaded_changes_nothing_and_ready_says_why(shelf, client):
    (shelf / "v3").mkdir()
    (shelf / "v3" / "finetune.json").write_text("{}")
    releases.release(shelf, "v3")
    try:
        wait_until(lambda: "could not be loaded" in client.get("/ready").json()["trouble"])
        assert client.get("/ready").status_code == 200 and number(client, "serve_trouble") == 1
        assert client.post("/v1/classify", json={"texts": ["a"]}).json()["version"] == "v1"
    finally:
        releases.roll_back(shelf)
    wait_until(lambda: client.get("/ready").json()["trouble"] == "")
    (shelf / "current.json").write_text("{")
    wait_until(lambda: "is no release" in client.get("/ready").json()["trouble"])
    assert client.post("/v1/classify", json={"texts": ["a"]}).json()["version"] == "v1"
    releases.release(shelf, "v1")
    wait_until(lambda: client.get("/ready").json()["trouble"] == "")


# Start and end


def test_requests_in_flight_are_answered_after_sigterm_and_new_ones_refused(trained):
    with ThreadPoolExecutor(4) as pool:
        with serve.running(trained / "v1", wait=8, batch=64) as address:
            asked = pool.submit(together, address, [{"texts": [text]} for text in TEXTS])
            wait_until(lambda: process_behind(address)[1] >= len(TEXTS))
            time.sleep(2)  # so that all are read
        responses = asked.result()
    assert {response.status_code for response in responses} == {200}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health")


def test_a_model_that_cannot_be_loaded_at_the_start_ends_the_service_with_the_reason(trained, tmp_path):
    (tmp_path / "finetune.json").write_text((trained / "v1" / "finetune.json").read_text())
    with pytest.raises(RuntimeError, match="could not be loaded"), serve.running(tmp_path):
        pass


def test_a_model_that_gives_no_classes_is_not_served(tmp_path):
    model, tokenizer = models.load("tiny-bert", task="number")
    table = pd.DataFrame({"text": ["a film", "a plot"], "label": [1.5, 3]})
    finetune.fit(model, tokenizer, table, method="head", epochs=1, progress=False).save(tmp_path)
    with pytest.raises(RuntimeError, match="holds a model for numbers, here only classes are served"):
        with serve.running(tmp_path):
            pass


@pytest.mark.parametrize(
    "words, said",
    [
        ([], "holds no saved model"),
        (["--release", "v9"], "version is 'v9'"),
        (["--roll-back"], "holds no saved model"),
        (["--batch", "0"], "batch is 0; it must be a whole number of at least 1"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_line(tmp_path, words, said):
    command = [sys.executable, "-m", "trainlib", "serve", str(tmp_path), *words]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 1 and said in ran.stderr and ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words, said",
    [
        (["--release", "v1", "--roll-back"], "--roll-back: not allowed with argument --release"),
        (["--release", "v2", "--share", "0.1"], "--share is 0.1, the share of a candidate: name it with --candidate"),
    ],
)
def test_commands_that_contradict_each_other_change_nothing(trained, tmp_path, words, said):
    shelf = shelf_of(trained, tmp_path, "v1", "v2")
    ran = subprocess.run(
        [sys.executable, "-m", "trainlib", "serve", str(shelf), *words], capture_output=True, text=True
    )
    assert ran.returncode == 2 and said in ran.stderr
    assert releases.read(shelf) == releases.Release("v1")


def test_releasing_and_rolling_back_load_no_torch():
    code = "import sys, trainlib.serve, trainlib.releases; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


# Releases without a server


def test_roll_back_goes_through_the_versions_that_answered_and_stops_at_the_first(trained, tmp_path):
    shelf = shelf_of(trained, tmp_path, "v1", "v2")
    assert releases.read(shelf) == releases.Release("v1")
    releases.release(shelf, "v2")
    releases.release(shelf, "v2")
    assert releases.read(shelf).before == ("v1",)
    releases.try_out(shelf, "v1", 0.5)
    assert releases.roll_back(shelf) == releases.Release("v2", ("v1",))
    assert releases.roll_back(shelf) == releases.Release("v1")
    with pytest.raises(ValueError, match="v1 is the first version"):
        releases.roll_back(shelf)


def test_a_folder_says_who_answers_or_what_is_missing(trained, tmp_path):
    assert releases.read(trained / "v1") == releases.Release("v1")
    with pytest.raises(ValueError, match="holds v1, v2: say which one answers, with --release"):
        releases.read(trained)
    (tmp_path / "only").symlink_to(trained / "v2")
    assert releases.read(tmp_path) == releases.Release("only")
    with pytest.raises(ValueError, match="a single model"):
        releases.release(trained / "v1", "v1")


@pytest.mark.parametrize(
    "version, share, said", [("v9", 0.1, "v9"), ("../v1", 0.1, "version is"), ("v2", 1.5, "share")]
)
def test_a_release_names_only_what_is_there(trained, tmp_path, version, share, said):
    shelf = shelf_of(trained, tmp_path, "v1", "v2")
    with pytest.raises(ValueError, match=said):
        releases.try_out(shelf, version, share)
    assert releases.read(shelf) == releases.Release("v1")

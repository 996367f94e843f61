"""Options, the table of lessons that a run of the tests writes, and texts to fine-tune on."""

import gc
import os
import re
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

from grading.records import folders, settings
from grading.records.folders import Submission

OUTPUT = Path(__file__).parent / "output"


def pytest_addoption(parser):
    parser.addoption(
        "--production", action="store_true", help="run lessons with their production parameters too (long)"
    )


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", ["smoke", "production"] if metafunc.config.getoption("production") else ["smoke"])


class Together(LoadScopeScheduling):
    """Keeps the tests of a file in one process, where they share servers and states; of lessons, those of each lesson,
    and those of the autograder for each stage.

    (Marks of `xdist_group` would say the same; pytest 9.2 no longer shows them to pytest-xdist 3.8.)
    """

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        lesson = re.search(r"(\d)-\d\d\w+", test) if file.endswith("test_lessons.py") else None
        if not lesson:
            return file
        return f"autograder, stage {lesson[1]}" if re.match("test_the_autograder|test_nbgrader", test) else lesson[0]


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


def pytest_collection_finish():
    """What is imported by now never becomes garbage: no search for it has to look there again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter):
    """What each lesson took, in the terminal and in tests/output/lessons.md."""
    reports = [one for of_kind in terminalreporter.stats.values() for one in of_kind if hasattr(one, "user_properties")]
    rows = sorted(
        value for one in reports for name, value in one.user_properties if name == "lesson" and one.when == "call"
    )
    if not rows:
        return
    lines = ["| lesson | parameters | CPU seconds | memory (MiB) |", "|---|---|---|---|"]
    lines += [f"| {name} | {kind} | {seconds:.0f} | {mib:.0f} |" for name, kind, seconds, mib in rows]
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "lessons.md").write_text("\n".join(lines) + "\n")
    terminalreporter.section("lessons, headless (tests/output/lessons.md)")
    terminalreporter.write_line("\n".join(lines))


def hand_in_graded(notebook, learner, stage, lesson):
    """Leave the traces of a notebook that was collected and graded in the state folder that is in use."""
    one = Submission(learner, stage, lesson)
    one.file.parent.mkdir(parents=True, exist_ok=True)
    one.graded.parent.mkdir(parents=True, exist_ok=True)
    one.file.write_text(nbformat.writes(notebook), encoding="utf-8")  # the bytes that tests hand in
    graded = nbformat.from_dict(notebook | {"metadata": {"trainlib": {"submitted": one.digest}}})
    nbformat.write(graded, one.graded)


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A state folder with every lesson released in it and known to its gradebook, and with a seed that stays, so that
    two runs of the tests say the same. Made once for all processes of a run: copy it."""
    from grading.authoring import build

    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with FileLock(shared / "course.lock"):
        if not (shared / "course").exists():
            made = tmp_path_factory.mktemp("course")
            with folders.state_in(made):
                settings.seed_path().write_text("hidden_seed = 20270131\n")
                build.editions()
            made.rename(shared / "course")
    return shared / "course"


@pytest.fixture(scope="session")
def tokenizer():
    from trainlib import models

    return models.load("minilm")[1]


@pytest.fixture
def table():
    """Forty short texts of unequal length whose first word tells the label."""
    draw = np.random.default_rng(0)
    words = ["film", "plot", "the", "a", "of", "it", "was", "seen"]
    rows = []
    for i in range(40):
        label = ["bad", "good"][i % 2]
        text = " ".join([{"bad": "awful", "good": "lovely"}[label], *draw.choice(words, draw.integers(1, 12))])
        rows.append((text, label, "train" if i < 24 else "dev" if i < 32 else "test"))
    return pd.DataFrame(rows, columns=["text", "label", "split"])


@pytest.fixture(scope="session")
def ray_cluster():
    """A real Ray cluster of one node on this machine, known to no other program."""
    pytest.importorskip("ray", reason="needs the extra `scale`")
    from ray.cluster_utils import Cluster

    cluster = Cluster(True, head_node_args={"num_cpus": 2, "object_store_memory": 2**27, "include_dashboard": False})
    yield cluster
    cluster.shutdown()

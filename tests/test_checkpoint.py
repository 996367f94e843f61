"""A run that was stopped anywhere goes on to the same weights, bit for bit, and a checkpoint is whole or not there."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import torch
from test_finetune import fit, tiny

from trainlib import finetune, methods
from trainlib.finetune.checkpoint import Checkpoint

OPTIONS = {"epochs": 2, "batch_size": 4, "rank": 2, "save_every": 2}  # 6 steps an epoch


class Killed(Exception):
    pass


def stop_at(step):
    def callback(row):
        if row.get("step") == step:
            raise Killed

    return callback


def same(first, second):
    """Weights and history of two results are equal to the last bit, but for the time that they took."""
    states = first.model.state_dict(), second.model.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert first.history.iloc[:, :4].equals(second.history.iloc[:, :4])


@pytest.mark.parametrize("step", [1, 2, 3, 6, 7, 11, 12])
def test_a_run_that_was_stopped_at_any_step_goes_on_to_the_same_weights(tokenizer, table, tmp_path, step):
    options = OPTIONS | {"checkpoint": tmp_path / "run.pt"}
    with pytest.raises(Killed):
        fit(tiny(), tokenizer, table, callback=stop_at(step), **options)
    same(fit(tiny(), tokenizer, table, **options), fit(tiny(), tokenizer, table, **OPTIONS))


@pytest.mark.parametrize("method", methods.NAMES)
def test_every_method_goes_on(tokenizer, table, tmp_path, method):
    options = OPTIONS | {"checkpoint": tmp_path / "run.pt", "method": method, "layers": 1}
    with pytest.raises(Killed):
        fit(tiny(), tokenizer, table, callback=stop_at(9), **options)
    same(fit(tiny(), tokenizer, table, **options), fit(tiny(), tokenizer, table, **OPTIONS, method=method, layers=1))


def test_early_stopping_goes_on_with_the_best_weights_so_far(tokenizer, table, tmp_path):
    options = OPTIONS | {"epochs": 6, "patience": 2, "metric": "loss", "learning_rate": 0.05}
    with pytest.raises(Killed):
        fit(tiny(), tokenizer, table, callback=stop_at(13), checkpoint=tmp_path / "run.pt", **options)
    resumed = fit(tiny(), tokenizer, table, checkpoint=tmp_path / "run.pt", **options)
    same(resumed, fit(tiny(), tokenizer, table, **options))


def test_a_run_that_is_over_is_not_run_again(tokenizer, table, tmp_path, capsys):
    options, steps = OPTIONS | {"checkpoint": tmp_path / "run.pt"}, []
    first = fit(tiny(), tokenizer, table, **options)
    capsys.readouterr()
    same(fit(tiny(), tokenizer, table, callback=steps.append, **options), first)
    assert steps == [] and "this run is over" in capsys.readouterr().out


KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import pandas as pd
from test_finetune import fit, tiny
from trainlib import models
fit(tiny(), models.load("minilm")[1], pd.read_json({table!r}), checkpoint={path!r}, **{options!r},
    callback=lambda row: os.kill(os.getpid(), signal.SIGKILL) if row.get("step") == 9 else None)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_process_that_was_killed_goes_on_in_another_one(tokenizer, table, tmp_path):
    table.to_json(tmp_path / "table.json")
    places = {
        "tests": str(Path(__file__).parent),
        "table": str(tmp_path / "table.json"),
        "path": str(tmp_path / "run.pt"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", KILLED.format(**places, options=OPTIONS)], env=os.environ | {"HF_HUB_OFFLINE": "1"}
    )
    assert ran.returncode == -signal.SIGKILL
    table = pd.read_json(tmp_path / "table.json")
    resumed = fit(tiny(), tokenizer, table, checkpoint=tmp_path / "run.pt", **OPTIONS)
    same(resumed, fit(tiny(), tokenizer, table, **OPTIONS))


def test_a_checkpoint_of_another_run_is_refused_and_says_what_differs(tokenizer, table, tmp_path):
    path = tmp_path / "run.pt"
    fit(tiny(), tokenizer, table, epochs=1, checkpoint=path)
    for what, change in {
        "settings": lambda: fit(tiny(), tokenizer, table, epochs=1, checkpoint=path, learning_rate=0.5),
        "texts": lambda: fit(tiny(), tokenizer, table.iloc[1:], epochs=1, checkpoint=path),
        "first weights": lambda: fit(tiny(seed=7), tokenizer, table, epochs=1, checkpoint=path),
    }.items():
        with pytest.raises(ValueError, match=f"run with other {what}; give this run a file of its own"):
            change()


def test_a_damaged_checkpoint_is_refused_with_its_name(tmp_path):
    path = tmp_path / "run.pt"
    for content in (b"", b"PK\x03\x04 half of it", os.urandom(1000)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"run\.pt cannot be read .* delete it to begin anew"):
            Checkpoint(path, {}).read()


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_full_disk_is_told_and_leaves_the_checkpoint_before(tmp_path, monkeypatch, where):
    kept = Checkpoint(tmp_path / "run.pt", {"settings": "a"})
    kept.write({"step": 1})

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[where], full)
    with pytest.raises(OSError, match="could not be written, the one before is as it was: .*No space left"):
        kept.write({"step": 2})
    monkeypatch.undo()
    assert kept.read() == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


def test_a_callback_sees_every_step_and_every_epoch(tokenizer, table):
    seen = []
    history = fit(tiny(), tokenizer, table, epochs=2, batch_size=8, callback=seen.append).history
    steps, epochs = [row for row in seen if "step" in row], [row for row in seen if "epoch" in row]
    assert [row["step"] for row in steps] == [1, 2, 3, 4, 5, 6]
    assert sum(row["loss"] for row in steps[:3]) / 3 == pytest.approx(history["train_loss"].iloc[0])
    assert [row["dev_f1"] for row in epochs] == list(history["dev_f1"])


def test_steps_between_checkpoints_are_checked(tokenizer, table, tmp_path):
    with pytest.raises(ValueError, match="save_every is 0; it must be a whole number"):
        fit(tiny(), tokenizer, table, checkpoint=tmp_path / "run.pt", save_every=0)


def test_the_fingerprint_is_that_of_the_run_and_not_of_the_file(tokenizer, table):
    train = finetune.encode(tokenizer, table["text"], 16), torch.zeros(40, dtype=torch.int64)
    dev = [], torch.zeros(0, dtype=torch.int64)
    first, again = (finetune.fingerprint(tiny(), finetune.Settings(), [train, dev]) for _ in range(2))
    assert first == again


def test_tensorboard_reads_what_the_callback_writes(tokenizer, table, tmp_path):
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason="extra `scale`")
    seen, write = [], finetune.tensorboard(tmp_path)
    fit(tiny(), tokenizer, table, epochs=2, batch_size=8, callback=lambda row: (seen.append(row), write(row)))
    found = events.EventAccumulator(str(tmp_path)).Reload()
    steps, epochs = [row for row in seen if "step" in row], [row for row in seen if "epoch" in row]
    for kind, name, rows in (("step", "loss", steps), ("step", "learning_rate", steps), ("epoch", "dev_f1", epochs)):
        points = found.Scalars(f"{kind}/{name}")
        assert [point.step for point in points] == [row[kind] for row in rows]
        assert [point.value for point in points] == pytest.approx([row[name] for row in rows])

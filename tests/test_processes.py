"""Several processes train as one would: two real ones on a CPU, started by the launchers that people use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from test_finetune import LABELS, fit, tiny
from test_tokens import TAGS
from test_tokens import tiny as tiny_tagger

from trainlib import finetune
from trainlib.finetune.processes import Processes

SCRIPT = """
import sys
import torch
from trainlib import finetune, models
from test_processes import KINDS, OPTIONS

stop, calls = int(sys.argv[2]), []

def callback(row):
    calls.append(row)
    if row.get("step") == stop:
        raise KeyboardInterrupt

tokenizer = models.load()[1]
made, table = KINDS[sys.argv[5]]
model = made(dropout=float(sys.argv[3]))
beside = {"callback": callback, "checkpoint": sys.argv[4] or None, "save_every": 2}
result = finetune.fit(model, tokenizer, table, **beside, **OPTIONS)
rank = torch.distributed.get_rank()
torch.save({"weights": model.state_dict(), "history": result.history.to_dict("list"), "calls": len(calls)},
           f"{sys.argv[1]}/{rank}.pt")
"""
OPTIONS = {"epochs": 2, "batch_size": 4, "learning_rate": 1e-3, "max_length": 32}


def _table():
    import pandas as pd

    texts = [f"{'a very ' * (row % 5)}{'good' if row % 2 else 'bad'} film number {row}" for row in range(21)]
    splits = ["dev" if row % 5 == 4 else "train" for row in range(21)]
    return pd.DataFrame({"text": texts, "label": [LABELS[row % 2] for row in range(21)], "split": splits})


def _tagged():
    """The same texts as words, of which each "film" is a thing, and rows of which one process has no word to read."""
    table = _table()
    words = [["\x00"] if row % 7 == 3 else text.split() for row, text in enumerate(table["text"])]
    tags = [[TAGS[1] if word == "film" else TAGS[3] if word == "good" else "O" for word in row] for row in words]
    return table[["split"]].assign(words=words, tags=tags)


TABLE = _table()
KINDS = {"classes": (tiny, TABLE), "tags": (tiny_tagger, _tagged())}
LAUNCHERS = {
    "accelerate": ["accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--main_process_port", "0"],
    "torchrun": ["torch.distributed.run", "--standalone", "--nproc-per-node", "2"],
}


def launch(launcher, folder, stop=0, dropout=0.0, checkpoint="", kind="classes"):
    """Run SCRIPT in two processes; returns (what ended them, stdout, what each has saved)."""
    script = folder / "train.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parent.parent
    paths = {"PYTHONPATH": f"{root / 'tests'}{os.pathsep}{root}", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    module, *options = LAUNCHERS[launcher]
    given = [str(folder), str(stop), str(dropout), str(checkpoint), kind]
    command = [sys.executable, "-m", module, *options, str(script), *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=os.environ | paths)
    saved = [torch.load(path) for path in sorted(folder.glob("?.pt"))]
    return done.returncode, done.stdout + done.stderr, saved


@pytest.mark.parametrize("learnt", KINDS)
def test_two_processes_take_the_steps_of_one(tokenizer, tmp_path, learnt):
    code, said, saved = launch("accelerate", tmp_path, kind=learnt)
    assert code == 0, said
    made, table = KINDS[learnt]
    own = made(dropout=0.0)
    history = fit(own, tokenizer, table, **OPTIONS).history
    for held in saved:
        for name, weight in own.state_dict().items():
            assert torch.allclose(weight, held["weights"][name], atol=1e-5), name
        assert held["history"]["train_loss"] == pytest.approx(list(history["train_loss"]), abs=1e-5)
    assert all(torch.equal(weight, saved[1]["weights"][name]) for name, weight in saved[0]["weights"].items())
    assert [held["calls"] for held in saved] == [12, 0], "the first process alone calls back"
    assert said.count(" 0/10 ") == 1, "the first process alone draws a bar"


@pytest.mark.slow
def test_two_processes_that_were_killed_go_on_to_the_same_weights(tokenizer, tmp_path):
    whole, part = tmp_path / "whole", tmp_path / "part"
    whole.mkdir(), part.mkdir()
    _, said, expected = launch("torchrun", whole, dropout=0.1)
    assert len(expected) == 2, said
    code, said, saved = launch("torchrun", part, stop=7, dropout=0.1, checkpoint=part / "run.checkpoint")
    assert code != 0 and not saved
    code, said, saved = launch("torchrun", part, dropout=0.1, checkpoint=part / "run.checkpoint")
    assert code == 0 and "going on after step 6 of 10" in said, said
    for left, right in zip(expected, saved):
        assert all(torch.equal(weight, right["weights"][name]) for name, weight in left["weights"].items())
    with pytest.raises(ValueError, match="belongs to a run with other processes"):
        fit(tiny(dropout=0.1), tokenizer, TABLE, checkpoint=part / "run.checkpoint", **OPTIONS)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("rows", [0, 1, 5, 16])
def test_every_row_of_a_batch_belongs_to_one_process(count, rows):
    shares = [Processes(rank, count).share(torch.arange(rows)).tolist() for rank in range(count)]
    assert sum(shares, []) == list(range(rows))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_process_without_a_row_takes_the_same_step(tokenizer, monkeypatch):
    monkeypatch.setattr(Processes, "all", lambda self, value: [value, 0.25])
    monkeypatch.setattr(Processes, "add_gradients", lambda self, weights: [setattr(w, "grad", w.data) for w in weights])
    model = tiny(dropout=0.0)
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    batch, optimizer = finetune.collate([torch.tensor([5, 6])]), torch.optim.SGD(model.parameters(), 0.5)
    loss = finetune.train_step(model, batch, torch.tensor([1]), optimizer, processes=Processes(1, 2))
    assert loss == 0.25
    assert all(torch.allclose(weight, 0.5 * before[name]) for name, weight in model.named_parameters())

"""precision="auto": what is quickest and exact enough, said and kept; and a run that goes on does not ask again."""

import json

import pandas as pd
import pytest
import torch

from trainlib import finetune, models
from trainlib.finetune import fastest, loop

TABLE = pd.DataFrame(
    {"text": [f"a {word} film" for word in ("fine", "poor", "good", "bad") * 6], "label": ["g", "b"] * 12}
)


def fit(**options):
    model, tokenizer = models.load("tiny-bert", labels=["b", "g"])
    return finetune.fit(model, tokenizer, TABLE, progress=False, **{"batch_size": 4} | options)


def weights(result):
    return torch.cat([weight.detach().flatten() for weight in result.model.parameters()])


@pytest.mark.parametrize(
    "seconds, expected",
    [
        ({"float32": 1.0, "medium": 0.9, "bfloat16": 0.88}, "float32"),
        ({"float32": 1.0, "medium": 0.9, "bfloat16": 0.5}, "bfloat16"),
        ({"float32": 1.0, "medium": 0.4, "bfloat16": 0.5}, "medium"),
        ({1: 1.0, 2: 0.6, 4: 5.0}, 2),
        ({1: 1.0, 2: 0.95}, 1),
    ],
)
def test_another_way_must_be_clearly_faster_than_the_plain_one(seconds, expected):
    assert fastest._quickest(seconds) == expected


def test_what_was_found_is_said_kept_and_gives_the_same_run_by_name(capsys, tmp_path):
    found, before = fit(precision="auto"), torch.get_num_threads()
    precision, threads = found.settings.precision, found.settings.threads
    said = capsys.readouterr().out
    assert f"precision {precision} (float32 " in said and f"threads {threads} (" in said and said.count("\n") == 1
    assert precision in ("float32", "medium", "bfloat16") and torch.get_num_threads() == before
    named = fit(precision=precision, threads=threads)
    assert torch.equal(weights(found), weights(named)) and capsys.readouterr().out == ""
    kept = json.loads((found.save(tmp_path) / "finetune.json").read_text())
    assert (kept["precision"], kept["threads"]) == (precision, threads)
    assert finetune.load(tmp_path).settings == found.settings


def test_a_run_that_goes_on_has_the_precision_it_began_with(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "fastest", lambda *_: ("bfloat16", 1))
    whole = fit(precision="auto")

    def stop(row):
        if row.get("step") == 4:
            raise KeyboardInterrupt

    kept = {"precision": "auto", "checkpoint": tmp_path / "run.pt", "save_every": 3}
    with pytest.raises(KeyboardInterrupt):
        fit(callback=stop, **kept)
    monkeypatch.setattr(loop, "fastest", lambda *_: pytest.fail("it was found before"))
    again = fit(**kept)
    assert again.settings.precision == "bfloat16" and torch.equal(weights(again), weights(whole))


def test_a_way_whose_gradients_are_off_is_not_taken(monkeypatch, capsys):
    monkeypatch.setattr(fastest, "ERROR", 1e-9)
    assert fit(precision="auto").settings.precision in ("float32", "medium")
    assert "bfloat16 an error of" in capsys.readouterr().out


def test_threads_are_tried_up_to_the_physical_cores_unless_somebody_has_chosen(monkeypatch):
    model = torch.nn.Linear(1, 1)
    model.device = torch.device("cpu")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(fastest.psutil, "cpu_count", lambda logical: 6)
    monkeypatch.setattr(fastest.os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    assert fastest._threads(model, None) == [1, 2, 4, 6]
    assert fastest._threads(model, 3) == [torch.get_num_threads()]
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert fastest._threads(model, None) == [torch.get_num_threads()]


@pytest.mark.parametrize("method", ["lora", "head"])
def test_looking_changes_neither_weights_nor_random_numbers(method, monkeypatch):
    look = fastest.fastest
    monkeypatch.setattr(loop, "fastest", lambda *given: look(*given) and ("float32", None))
    assert torch.equal(weights(fit(precision="auto", method=method)), weights(fit(method=method)))

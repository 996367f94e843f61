"""Prediction by ONNX Runtime: the model's answers, kept beside the model, and never those of other weights."""

import numpy as np
import pandas as pd
import pytest
import torch

from trainlib import finetune, models
from trainlib.finetune import exported

LABELS = ["bad", "good"]
WORDS = {"bad": ["awful", "poor", "dull"], "good": ["lovely", "fine", "great"]}


def rows(count=120):
    """Texts of 2 to 40 words that say their label."""
    draw = np.random.default_rng(0)
    label = [LABELS[row % 2] for row in range(count)]
    text = [f"{draw.choice(WORDS[name])} film{' it was' * int(draw.integers(0, 20))}" for name in label]
    return pd.DataFrame({"text": text, "label": label})


def trained(table, labels=LABELS, **options):
    model, tokenizer = models.load("tiny-bert", labels=labels)
    options = {"epochs": 3, "learning_rate": 1e-3} | options
    return finetune.fit(model, tokenizer, table, progress=False, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return trained(rows()).save(tmp_path_factory.mktemp("saved") / "model")


def exports(monkeypatch):
    """A list that grows with each export."""
    made, count = exported.made, []
    monkeypatch.setattr(exported, "made", lambda *given: count.append(1) or made(*given))
    return count


@pytest.mark.parametrize("engine, tolerance", [("onnx", 1e-5), ("onnx-int8", 0.05)])
def test_answers_are_the_models_whatever_the_lengths_and_the_index_stays(folder, engine, tolerance):
    result, texts = finetune.load(folder), rows()["text"].sample(frac=1, random_state=0)
    want, got = result.predict(texts), result.predict(texts, engine=engine)
    assert list(got.index) == list(texts.index) and list(got.columns) == list(want.columns)
    assert (got["label"] == want["label"]).all()
    assert np.allclose(got[LABELS], want[LABELS], atol=tolerance)
    alone = result.predict([texts.iloc[0]], engine=engine)
    assert np.allclose(alone[LABELS], want[LABELS].iloc[[0]], atol=tolerance)


def test_the_exported_model_is_kept_and_the_next_process_does_not_export(folder, tmp_path, monkeypatch, capfd):
    result, texts, count = finetune.load(folder), rows()["text"], exports(monkeypatch)
    result.save(tmp_path)
    first = result.predict(texts, engine="onnx-int8")
    said = capfd.readouterr()
    assert f"8 bits a weight: 0 of 120 texts get another label than from the model; kept in {tmp_path}" in said.out
    assert said.err == ""
    pd.testing.assert_frame_equal(finetune.load(tmp_path).predict(texts, engine="onnx-int8"), first)
    assert len(count) == 1


def test_a_file_of_other_weights_or_a_damaged_one_is_made_anew(folder, tmp_path, monkeypatch):
    result, texts, count = finetune.load(folder), rows()["text"], exports(monkeypatch)
    result.save(tmp_path)
    want = result.predict(texts, engine="onnx")
    (tmp_path / "model-float32.onnx").write_bytes(b"no model")
    again = finetune.load(tmp_path)
    assert np.allclose(again.predict(texts, engine="onnx")[LABELS], want[LABELS])
    with torch.no_grad():
        for weight in again.model.classifier.parameters():
            weight.neg_()  # in the open model, too
    turned = again.predict(texts, engine="onnx")
    assert np.allclose(turned[LABELS[::-1]], want[LABELS], atol=1e-5)
    assert len(count) == 3


def test_labels_that_differ_too_often_are_refused_with_the_count(folder, monkeypatch, tmp_path):
    result = finetune.load(folder)
    result.save(tmp_path)
    labels = iter([torch.zeros(120, 1), torch.tensor([[1.0]] * 2 + [[0.0]] * 118)])
    monkeypatch.setattr(exported, "_labels", lambda *_: next(labels))
    with pytest.raises(ValueError, match="2 of 120 texts get another label than from the model; at most 1% may: take"):
        result.predict(rows()["text"], engine="onnx-int8")
    assert not list(tmp_path.glob("*.onnx"))


def test_few_texts_are_compared_on_sentences_about_films_and_a_folder_that_takes_no_file_costs_no_answer(
    folder, monkeypatch, capsys, tmp_path
):
    def full(*_):
        raise OSError("no space left")

    result = finetune.load(folder)
    result.save(tmp_path)
    monkeypatch.setattr(exported, "write", full)
    assert result.predict(["lovely film"], engine="onnx")["label"].tolist() == ["good"]
    assert "of 400 texts" in (said := capsys.readouterr().out) and "not kept" in said and "no space left" in said


@pytest.mark.parametrize("method", ["lora", "adapter"])
def test_what_a_method_adds_is_exported_too(method):
    result, texts = trained(rows(), method=method, epochs=1), rows()["text"]
    got = result.predict(texts, engine="onnx")
    assert np.allclose(got[LABELS], result.predict(texts)[LABELS], atol=1e-5)


def test_pairs_and_several_labels_are_exported(tmp_path):
    table = rows().assign(second=rows()["text"].to_numpy()[::-1])
    table["label"] = [["bad", "good"] if row % 3 else [] for row in range(len(table))]
    result = trained(table, epochs=1)
    want, got = (result.predict(table["text"], table["second"], engine=engine) for engine in finetune.ENGINES[:2])
    assert want["label"].tolist() == got["label"].tolist()
    assert np.allclose(want[LABELS], got[LABELS], atol=1e-5)


def test_what_cannot_be_exported_is_refused_by_name(folder):
    with pytest.raises(ValueError, match="engine is 'tpu'; it must be one of torch, onnx, onnx-int8"):
        finetune.load(folder).predict(["a film"], engine="tpu")
    with pytest.raises(ValueError, match="texts is one string"):
        finetune.load(folder).predict("a film", engine="onnx-int8")
    model, tokenizer = models.load("tiny-bert", task="number")
    with pytest.raises(ValueError, match='gives no classes, take engine="torch"'):
        finetune.FineTuned(model, tokenizer, finetune.Settings(), None).predict(["a film"], engine="onnx-int8")

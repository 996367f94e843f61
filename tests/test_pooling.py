"""A head on the mean of a BERT's tokens: what it reads, and that no saved one is taken for one on the first token."""

import json
import os
import subprocess
import sys
import urllib.request

import pandas as pd
import pytest
import torch
from test_checkpoint import Killed, same, stop_at
from test_finetune import LABELS, weights

from trainlib import finetune, methods, models, serve
from trainlib.models.bert_mean import BertMeanForSequenceClassification

WORDS = {"bad": "an awful film", "good": "a lovely one, of which more was seen"}


def mean(**options):
    return models.load("tiny-bert", **({"labels": LABELS, "pooling": "mean"} | options))


def rows(count=40):
    label = [LABELS[row % 2] for row in range(count)]
    return pd.DataFrame({"text": [f"{WORDS[name]} {row}" for row, name in enumerate(label)], "label": label})


def fit(model, tokenizer, table, **options):
    return finetune.fit(model, tokenizer, table, progress=False, **({"epochs": 1, "learning_rate": 1e-3} | options))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return fit(*mean(), rows(), epochs=2).save(tmp_path_factory.mktemp("mean"))


def test_logits_are_those_of_the_mean_by_hand_and_padding_changes_nothing():
    model, tokenizer = mean()
    encoder, texts = models.load("tiny-bert")[0], ["a film", "one that is seen and seen again"]
    with torch.no_grad():
        by_hand = [encoder(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0) for text in texts]
        expected = torch.stack(by_hand) @ model.classifier.weight.T + model.classifier.bias
        for more in (0, 7):
            batch = tokenizer(texts, padding="max_length", max_length=12 + more, return_tensors="pt")
            assert torch.allclose(model(**batch).logits, expected, atol=1e-6)
        alone = model(**tokenizer(texts[:1], return_tensors="pt")).logits
        assert torch.allclose(alone, expected[:1], atol=1e-6)
    assert not any("pooler" in name for name, _ in model.named_parameters())


def test_dropout_stands_before_the_head_and_the_loss_is_that_of_torch():
    model, tokenizer = mean()
    model.dropout.p, batch = 0.5, tokenizer(["a film"], return_tensors="pt")
    targets = torch.tensor([1])
    found = model(**batch, labels=targets)
    assert torch.allclose(found.loss, torch.nn.functional.cross_entropy(found.logits, targets))
    assert torch.equal(model(**batch, return_dict=False)[0], found.logits)
    assert len({round(model.train()(**batch).logits[0, 0].item(), 6) for _ in range(3)}) > 1


@pytest.mark.parametrize("method", methods.NAMES)
def test_every_method_learns_and_a_saved_model_says_the_same(method, tmp_path):
    table = rows()
    result = fit(*mean(), table, method=method, rank=2, layers=1, epochs=3, learning_rate=None)
    expected = result.predict(table["text"])
    loaded = finetune.load(result.save(tmp_path))
    pd.testing.assert_frame_equal(loaded.predict(table["text"]), expected, atol=1e-6)
    if method not in ("adapter", "prompt"):
        model, _ = models.load(tmp_path, labels=LABELS)
        assert type(model) is BertMeanForSequenceClassification
        assert torch.equal(model.classifier.weight, loaded.model.classifier.weight)


def test_head_equals_training_with_the_encoder_in_place():
    (first, tokenizer), (second, _) = mean(), mean()
    for model in (first, second):
        model.dropout.p = 0.0
        for part in model.bert.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        model.config.attention_probs_dropout_prob = 0.0
    for weight in second.bert.parameters():
        weight.requires_grad_(False)
    fit(first, tokenizer, rows(16), method="head", batch_size=16, weight_decay=0.0)
    inputs, targets = finetune.encode(tokenizer, rows(16)["text"], 64), torch.arange(16) % 2
    optimizer, _ = finetune.make_optimizer(second, finetune.Settings(learning_rate=1e-3, weight_decay=0.0), steps=1)
    finetune.train_step(second, finetune.collate(inputs), targets, optimizer, clip=1.0)
    assert torch.allclose(first.classifier.weight, second.classifier.weight, atol=1e-6)
    assert not torch.equal(first.classifier.weight, mean()[0].classifier.weight)


@pytest.mark.parametrize("method", ["full", "head", "lora"])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(method, tmp_path):
    options = {"method": method, "epochs": 2, "batch_size": 8}
    whole = fit(*mean(), rows(), **options)
    file = tmp_path / "run.pt"
    with pytest.raises(Killed):
        fit(*mean(), rows(), checkpoint=file, save_every=1, callback=stop_at(7), **options)
    same(fit(*mean(), rows(), checkpoint=file, save_every=1, **options), whole)


def test_pairs_numbers_several_labels_and_weighted_classes_are_learnt(tmp_path):
    table = rows()
    pairs = fit(*mean(), table.assign(second=table["text"][::-1].to_numpy()), class_weights="balanced")
    assert set(pairs.predict(["a film"], ["another"])["label"]) <= set(LABELS)
    numbers = fit(*mean(labels=None, task="number"), table.assign(label=[float(row % 3) for row in range(40)]))
    lists = fit(*mean(), table.assign(label=[[name] for name in table["label"]]))
    for number, result in enumerate((pairs, numbers, lists)):
        given = (["a film"], ["b"]) if result is pairs else (["a film"],)
        loaded = finetune.load(result.save(tmp_path / str(number)))
        pd.testing.assert_frame_equal(loaded.predict(*given), result.predict(*given))


def test_bfloat16_learns_about_the_same_and_weights_of_it_give_a_finite_mean():
    first, second = (fit(*mean(), rows(), precision=precision) for precision in ("float32", "bfloat16"))
    assert second.history["train_loss"].iloc[-1] == pytest.approx(first.history["train_loss"].iloc[-1], abs=0.02)
    model, tokenizer = mean(precision="bfloat16")
    logits = model(**tokenizer(["a film"], return_tensors="pt")).logits
    assert logits.dtype == torch.bfloat16 and torch.isfinite(logits).all()


@pytest.mark.parametrize("engine, tolerance", [("onnx", 1e-5), ("onnx-int8", 0.05)])
def test_onnx_runtime_gives_the_models_answers(saved, engine, tolerance):
    result, texts = finetune.load(saved), rows()["text"]
    want, got = result.predict(texts), result.predict(texts, engine=engine)
    assert (got["label"] == want["label"]).all()
    assert (got[LABELS] - want[LABELS]).abs().to_numpy().max() < tolerance


def test_the_service_and_the_library_s_pipeline_answer_as_the_model(saved):
    from transformers import pipeline

    result, text = finetune.load(saved), "a lovely film"
    expected = result.predict([text]).iloc[0]
    found = pipeline("text-classification", model=result.model, tokenizer=result.tokenizer)(text)[0]
    assert found["label"] == expected["label"]
    assert found["score"] == pytest.approx(expected[expected["label"]], abs=1e-5)
    with serve.running(saved) as address:
        asked = urllib.request.Request(
            f"{address}/v1/classify", json.dumps({"texts": [text]}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            (served,) = json.load(answer)["answers"]
    assert served["label"] == expected["label"]
    assert served["probabilities"] == pytest.approx(expected[LABELS].to_dict(), abs=1e-5)


PLAIN = """
import sys, torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
folder, trust = sys.argv[1], sys.argv[2] == "trust"
model = AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=trust)
tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust)
assert "trainlib" not in sys.modules
with torch.no_grad():
    logits = model(**tokenizer(["a lovely film", "awful"], padding=True, return_tensors="pt")).logits
print(logits.softmax(-1).flatten().tolist())
"""


def in_plain_transformers(folder, trust, home):
    """A fresh process that knows no trainlib; what it said."""
    command = [sys.executable, "-c", PLAIN, str(folder), trust]
    own = {"HF_MODULES_CACHE": str(home), "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | own, stdin=subprocess.DEVNULL)


def test_plain_transformers_gives_the_same_answers_with_the_copied_code_and_refuses_without(saved, tmp_path):
    run = in_plain_transformers(saved, "trust", tmp_path)
    assert run.returncode == 0, run.stderr
    expected = finetune.load(saved).predict(["a lovely film", "awful"])[LABELS].to_numpy().flatten()
    assert eval(run.stdout) == pytest.approx(expected.tolist(), abs=1e-6)
    refused = in_plain_transformers(saved, "no", tmp_path)
    assert refused.returncode != 0 and not refused.stdout
    assert "trust_remote_code" in refused.stderr
    (saved / "bert_mean.py").rename(tmp_path / "bert_mean.py")
    try:  # trainlib has its own, and runs no code out of a folder
        assert finetune.load(saved).predict(["a lovely film"])["good"].iloc[0] == pytest.approx(expected[1], abs=1e-6)
    finally:
        (tmp_path / "bert_mean.py").rename(saved / "bert_mean.py")


def test_a_head_on_one_pooling_is_not_taken_for_one_on_the_other(saved, tmp_path):
    first, tokenizer = models.load("tiny-bert", labels=LABELS)
    first.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    for folder, asked, own in ((saved, "first", "mean"), (tmp_path, "mean", "first")):
        said = f"pooling is '{asked}'; the head in .* was trained on '{own}'.*Give pooling='{own}', or new_head=True"
        with pytest.raises(ValueError, match=said):
            models.load(folder, labels=LABELS, pooling=asked)
        model, _ = models.load(folder, labels=LABELS, pooling=own)
        assert all(torch.equal(weight, weights(models.load(folder, labels=LABELS)[0])[name])
                   for name, weight in weights(model).items())  # fmt: skip


def test_a_new_head_on_either_pooling_is_saved_as_what_it_is(saved, tmp_path):
    for pooling, kind in (("first", "bert"), ("mean", "bert_mean")):
        model, tokenizer = models.load(saved, labels=LABELS, pooling=pooling, new_head=True)
        drawn = mean(pooling=pooling)[0].classifier.weight
        assert model.classifier.weight.shape == drawn.shape
        assert not torch.equal(model.classifier.weight, models.load(saved, labels=LABELS)[0].classifier.weight)
        model.save_pretrained(tmp_path / pooling)
        tokenizer.save_pretrained(tmp_path / pooling)
        again, _ = models.load(tmp_path / pooling, labels=LABELS)
        assert type(again) is type(model) and again.config.model_type == kind
        assert hasattr(again.config, "auto_map") == (pooling == "mean")
    encoder, _ = models.load(saved)
    assert encoder.config.model_type == "bert"
    tags, _ = models.load(saved, labels=["O", "B-a", "I-a"], task="tokens", new_head=True)
    assert type(tags).__name__ == "BertForTokenClassification"


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("tiny-bert", {"labels": LABELS, "pooling": "max"}, r"pooling is 'max'; it must be None or one of \('first'"),
        ("tiny-bert", {"labels": LABELS, "pooling": True}, "pooling is True; it must be None or one of"),
        ("tiny-bert", {"pooling": "mean"}, "pooling is 'mean'; without labels, and for tags, .* it must be None"),
        (
            "tiny-bert",
            {"labels": ["O", "B-a", "I-a"], "task": "tokens", "pooling": "mean"},
            "pooling is 'mean'; .*tags",
        ),
        ("tiny-gpt", {"labels": LABELS, "pooling": "mean"}, "only a BERT has a choice.* kind 'llama': it must be None"),
    ],
)
def test_a_pooling_that_cannot_be_is_refused_with_what_is_allowed(name, options, message):
    with pytest.raises(ValueError, match=message):
        models.load(name, **options)

"""Pairs of texts, and texts that get a number, by the one loop: the library's loss, kept promises, clear refusals."""

import math
import re
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import stats
from test_checkpoint import Killed, stop_at
from test_finetune import LABELS, fit, weights
from test_finetune import tiny as tiny_classifier
from test_together import kind
from transformers import BertConfig, BertForSequenceClassification

from trainlib import finetune, methods, models
from trainlib.finetune.classes import Classes
from trainlib.finetune.numbers import NumberLoss, Numbers

WORDS = ["film", "plot", "the", "a", "of", "it", "was", "seen"]


def tiny(seed=0, dropout=0.1):
    """A random BERT for numbers that is small enough to train in a second."""
    torch.manual_seed(seed)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    drop = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    return BertForSequenceClassification(BertConfig(**sizes, **drop, num_labels=1)).eval()


@pytest.fixture
def pairs():
    """Forty pairs whose order alone, which of the two texts has "lovely", tells the label; `stars` is a number."""
    draw, rows = np.random.default_rng(0), []
    for row in range(40):
        two = [" ".join(draw.choice(WORDS, draw.integers(1, 8))) for _ in range(2)]
        first = row % 2
        two[first], two[1 - first] = f"lovely {two[first]}", f"awful {two[1 - first]}"
        split = "train" if row < 24 else "dev" if row < 32 else "test"
        rows.append((*two, LABELS[first], 4.5 - 3 * first + row / 40, split))
    return pd.DataFrame(rows, columns=["text", "second", "label", "stars", "split"])


@pytest.fixture
def numbers(pairs):
    """The same rows with a number as label, without the second text."""
    return pairs.drop(columns=["second", "label"]).rename(columns={"stars": "label"})


def library_step(model, batch, labels):
    """transformers' own loss; its gradients are left in the model."""
    loss = model(**batch, labels=labels).loss
    loss.backward()
    return loss.item()


# Pairs


def test_a_pair_is_read_as_the_library_reads_it(tokenizer, pairs):
    (model, texts), second = (tiny_classifier(), pairs["text"]), pairs["second"]
    inputs, _ = Classes(tokenizer, finetune.Settings()).rows(model, pairs)
    expected = tokenizer(list(texts), list(second), padding=True, return_tensors="pt")
    batch = finetune.collate(inputs)
    assert batch.keys() == expected.keys()
    assert all(torch.equal(batch[name], expected[name]) for name in expected)
    assert expected["token_type_ids"].max() == 1


@pytest.mark.parametrize("whose", [finetune.quick, lambda model: model])
def test_loss_and_gradients_of_pairs_are_those_of_the_library(tokenizer, pairs, whose):
    own, library, targets = tiny_classifier(dropout=0.0), tiny_classifier(dropout=0.0), torch.arange(40) % 2
    inputs, _ = Classes(tokenizer, finetune.Settings()).rows(own, pairs)
    optimizer = torch.optim.SGD(own.parameters(), lr=0.0)
    value = finetune.train_step(whose(own), finetune.collate(inputs), targets, optimizer)
    batch = tokenizer(list(pairs["text"]), list(pairs["second"]), padding=True, return_tensors="pt")
    assert value == pytest.approx(library_step(library, batch, targets), abs=1e-5)
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-5), name


def test_which_of_the_two_texts_has_a_word_can_be_learnt(tokenizer, pairs):
    result = fit(tiny_classifier(dropout=0.0), tokenizer, pairs, epochs=25, batch_size=4, learning_rate=5e-3)
    test = pairs[pairs["split"] == "test"]
    assert result.evaluate(pairs)["accuracy"].value == 1
    turned = result.predict(test["second"], test["text"])["label"]
    assert (turned != test["label"]).all()


@pytest.mark.parametrize("method", methods.NAMES)
def test_every_method_learns_pairs_and_predicts_the_same_after_loading(tokenizer, pairs, method, tmp_path):
    result = fit(tiny_classifier(), tokenizer, pairs, method=method, epochs=1, learning_rate=0.01)
    again = finetune.load(result.save(tmp_path))
    left, right = (one.predict(pairs["text"], pairs["second"]) for one in (result, again))
    assert list(left.index) == list(pairs.index)
    assert np.allclose(left[LABELS], right[LABELS], atol=1e-5)
    with pytest.raises(ValueError, match="was trained on pairs of texts .* here are texts alone"):
        again.predict(pairs["text"])


def test_a_model_without_token_types_reads_pairs_by_its_separators(pairs, tmp_path):
    pieces = models.load("tiny-bert")[1]
    for name in ("distilbert", "roberta"):
        result = fit(kind(name, type_vocab_size=1), pieces, pairs, epochs=1)
        inputs, _ = result.task.rows(result.model, pairs)
        assert all(isinstance(row, torch.Tensor) for row in inputs)
        found = finetune.load(result.save(tmp_path / name)).predict(pairs["text"], pairs["second"])
        assert np.allclose(found[LABELS], result.predict(pairs["text"], pairs["second"])[LABELS], atol=1e-6)


def test_a_pair_is_cut_where_it_is_longer_and_needs_a_place_for_both(tokenizer, pairs, capsys):
    result = fit(tiny_classifier(), tokenizer, pairs, epochs=1, max_length=7)
    assert re.search(r"! \d+ of 24 texts are longer than 7 tokens", capsys.readouterr().out)
    inputs, _ = result.task.rows(result.model, pairs)
    assert max(len(row["input_ids"]) for row in inputs) == 7
    with pytest.raises(ValueError, match="max_length is 4; for a pair of texts it must be at least 5"):
        fit(tiny_classifier(), tokenizer, pairs, max_length=4)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (None, "1 of 40 second texts are empty or no text, the first at index 2: None"),
        (" ", "1 of 40 second texts are empty or no text, the first at index 2: ' '"),
        ("half \ud83d", "1 of 40 second texts hold half of a character"),
    ],
)
def test_second_texts_that_cannot_be_read_are_refused(tokenizer, pairs, second, message):
    others = [second if row == 2 else text for row, text in enumerate(pairs["second"])]
    with pytest.raises(ValueError, match=message):
        fit(tiny_classifier(), tokenizer, pairs.assign(second=pd.Series(others, dtype=object)))


def test_texts_and_second_ones_that_do_not_fit_are_refused(tokenizer, pairs):
    result = fit(tiny_classifier(), tokenizer, pairs, epochs=1)
    for second, message in (
        (["a film"], "there are 2 texts and 1 second ones; both must be as many"),
        ("a film", "second is one string, 'a film'"),
        (["a film", ""], "1 of 2 second texts are empty"),
    ):
        with pytest.raises(ValueError, match=message):
            result.predict(["a film", "a plot"], second)
    with pytest.raises(ValueError, match="was trained on pairs of texts .* here are texts alone"):
        result.evaluate(pairs.drop(columns="second"))
    alone = fit(tiny_classifier(), tokenizer, pairs.drop(columns="second"), epochs=1)
    with pytest.raises(ValueError, match="was trained on texts alone, and here are pairs of texts"):
        alone.evaluate(pairs)


# Numbers


def test_loss_and_gradients_of_numbers_are_those_of_the_library(tokenizer, numbers):
    own, library = tiny(dropout=0.0), tiny(dropout=0.0)
    inputs, targets = Numbers(tokenizer, finetune.Settings()).rows(own, numbers)
    value = finetune.train_step(
        finetune.quick(own),
        finetune.collate(inputs),
        targets,
        torch.optim.SGD(own.parameters(), 0.0),
        loss=NumberLoss(),
    )
    batch = tokenizer(list(numbers["text"]), padding=True, return_tensors="pt")
    assert value == pytest.approx(library_step(library, batch, targets), abs=1e-5)
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-5), name


@pytest.mark.parametrize("parts", [3, 100])
def test_a_step_in_parts_is_the_step_of_the_whole_batch(tokenizer, numbers, parts):
    found = []
    for count in (1, parts):
        model = tiny(dropout=0.0)
        inputs, targets = Numbers(tokenizer, finetune.Settings()).rows(model, numbers)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        finetune.train_step(model, finetune.collate(inputs), targets, optimizer, 1.0, NumberLoss(), count)
        found.append(weights(model))
    assert all(torch.allclose(weight, found[1][name], atol=1e-6) for name, weight in found[0].items())


def test_numbers_are_learnt_and_measured_by_their_order_and_their_error(tokenizer, numbers):
    result = fit(tiny(dropout=0.0), tokenizer, numbers, epochs=15, batch_size=4, learning_rate=5e-3)
    assert list(result.history.columns[:3]) == ["train_loss", "dev_loss", "dev_spearman"]
    assert result.history["train_loss"].iloc[-1] < 0.2 * result.history["train_loss"].iloc[0]
    rows = numbers[numbers["split"] == "dev"]
    found = result.predict(rows["text"])["label"]
    assert list(found.index) == list(rows.index)
    expected = stats.spearmanr(rows["label"], found).statistic
    assert result.history["dev_spearman"].iloc[-1] == pytest.approx(expected)
    assert result.history["dev_loss"].iloc[-1] == pytest.approx(((rows["label"] - found) ** 2).mean(), rel=1e-5)
    scores = result.evaluate(numbers, "dev")
    assert scores["spearman"].value == pytest.approx(expected) and expected > 0.5
    assert scores["absolute_error"].value == pytest.approx((rows["label"] - found).abs().mean())


@pytest.mark.parametrize("method", methods.NAMES)
def test_every_method_learns_numbers_goes_on_from_its_checkpoint_and_is_loaded(tokenizer, numbers, method, tmp_path):
    options = {"epochs": 2, "batch_size": 4, "rank": 2, "layers": 1, "method": method, "learning_rate": 0.01}
    beside = {"checkpoint": tmp_path / "run.pt", "save_every": 2}
    with pytest.raises(Killed):
        fit(tiny(), tokenizer, numbers, callback=stop_at(9), **beside, **options)
    found, expected = (fit(tiny(), tokenizer, numbers, **options, **given) for given in (beside, {}))
    states = found.model.state_dict(), expected.model.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    again = finetune.load(found.save(tmp_path / "saved"))
    assert type(again.task) is Numbers and again.model.config.num_labels == 1
    left, right = (one.predict(numbers["text"])["label"] for one in (found, again))
    assert np.allclose(left, right, atol=1e-5)
    assert BertForSequenceClassification.from_pretrained(tmp_path / "saved").config.problem_type == "regression"


def test_pairs_get_numbers(tokenizer, pairs, tmp_path):
    table = pairs.drop(columns="label").rename(columns={"stars": "label"})
    options = {"epochs": 40, "batch_size": 4, "learning_rate": 5e-3, "patience": 10}
    result = fit(tiny(dropout=0.0), tokenizer, table, **options)
    assert result.history["dev_spearman"].max() > 0.6
    again = finetune.load(result.save(tmp_path))
    assert again.evaluate(table) == result.evaluate(table)
    with pytest.raises(ValueError, match="pairs of texts"):
        again.predict(table["text"])


def test_a_score_that_is_undefined_is_never_the_best(tokenizer, numbers, monkeypatch):
    scores = iter([math.nan, 0.1, math.nan, 0.3, 0.2, math.nan, 0.1])
    measured = Numbers.dev_scores
    monkeypatch.setattr(Numbers, "dev_scores", lambda *given: measured(*given) | {"dev_spearman": next(scores)})
    assert len(fit(tiny(), tokenizer, numbers, epochs=7, patience=2).history) == 4 + 2


@pytest.mark.parametrize(
    ("label", "said"),
    [("4 stars", "'4 stars'"), ("4", "'4'"), (None, "nan"), (math.nan, "nan"), (math.inf, "inf"), (True, "True")],
)
def test_labels_that_are_no_numbers_are_refused(tokenizer, numbers, label, said):
    labels = [label if row == 2 else old for row, old in enumerate(numbers["label"])]
    with pytest.raises(ValueError, match=f"1 of 40 labels are no numbers, .* at index 2: ({said}|None); each must"):
        fit(tiny(), tokenizer, numbers.assign(label=labels))


@pytest.mark.parametrize("dtype", [np.float32, np.int64, "Int64", "Float64"])
def test_numbers_of_any_kind_are_taken(tokenizer, numbers, dtype):
    history = fit(tiny(), tokenizer, numbers.assign(label=numbers["label"].round().astype(dtype)), epochs=1).history
    assert np.isfinite(history["train_loss"]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"class_weights": "balanced"}, "class_weights is 'balanced'; a model that gives numbers .* must be None"),
        ({"label_smoothing": 0.1}, "label_smoothing is 0.1; a model that gives numbers .* must be 0.0"),
        ({"metric": "f1"}, "metric is 'f1'; what this model learns is measured by: spearman, loss"),
        ({"method": "dpo"}, "method is 'dpo'; a Bert.* does not write"),
    ],
)
def test_settings_that_numbers_do_not_have_are_refused(tokenizer, numbers, options, message):
    with pytest.raises(ValueError, match=message):
        fit(tiny(), tokenizer, numbers, **options)


def test_a_model_for_numbers_has_one_output_and_is_not_taken_for_classes(tokenizer, numbers, tmp_path):
    model, _ = models.load("tiny-bert", task="number")
    assert (model.config.num_labels, model.config.problem_type) == (1, "regression")
    fit(tiny(), tokenizer, numbers, epochs=1).save(tmp_path)
    again, _ = models.load(tmp_path, task="number")
    assert torch.equal(again.classifier.weight, finetune.load(tmp_path).model.classifier.weight)
    fresh, _ = models.load(tmp_path, task="number", new_head=True)
    assert not torch.equal(again.classifier.weight, fresh.classifier.weight)
    with pytest.raises(ValueError, match="task is None; .* trained for 'number', .* Give task='number', or new_head"):
        models.load(tmp_path, labels=["a", "b"])
    classes, _ = models.load(tmp_path, labels=["a", "b"], new_head=True)
    assert classes.config.problem_type is None and classes.config.num_labels == 2


def test_nothing_is_written_to_stderr(tokenizer, pairs, numbers, tmp_path, capfd):
    with warnings.catch_warnings(action="error"):
        for model, table in ((tiny(), numbers), (tiny_classifier(), pairs)):
            result = finetune.fit(model, tokenizer, table, epochs=1)
            result.evaluate(table)
            finetune.load(result.save(tmp_path))
    assert capfd.readouterr().err == ""

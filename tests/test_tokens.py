"""Words get tags by the one loop: the library's loss, all that `fit` promises, and clear words for wrong tables."""

import copy
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import accuracy_score
from test_checkpoint import Killed, stop_at
from test_finetune import changed, fit, weights
from test_finetune import tiny as tiny_classifier
from test_together import SMALL
from tokenizers import pre_tokenizers
from transformers import (
    CONFIG_MAPPING,
    AutoModelForTokenClassification,
    BertConfig,
    BertForTokenClassification,
    RobertaTokenizer,
)

from trainlib import finetune, measure, methods
from trainlib import models as pretrained
from trainlib.finetune.tags import Tags

TAGS = ["O", "B-place", "I-place", "B-name", "I-name"]
NAMED = {"id2label": dict(enumerate(TAGS)), "label2id": {tag: number for number, tag in enumerate(TAGS)}}


def tiny(seed=0, dropout=0.1):
    """A random BERT for tags that is small enough to train in a second."""
    torch.manual_seed(seed)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    drop = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    return BertForTokenClassification(BertConfig(**sizes, **drop, **NAMED)).eval()


@pytest.fixture
def table():
    """Forty texts of names, places and other words, some of which have several pieces."""
    draw, rows = np.random.default_rng(0), []
    other = ["sees", "unbelievably", "the", "near", "tokenization", "of"]
    for row in range(40):
        words, tags = [], []
        for kind in draw.integers(0, 4, draw.integers(2, 9)):
            if kind == 0:
                first, *more = str(draw.choice(["Rome", "New York", "Frankfurt upon Main"])).split()
                words, tags = [*words, first, *more], [*tags, "B-place", *["I-place"] * len(more)]
            elif kind == 1:
                words, tags = [*words, str(draw.choice(["Ann", "Bob"]))], [*tags, "B-name"]
            else:
                words, tags = [*words, str(draw.choice(other))], [*tags, "O"]
        rows.append((words, tags, "train" if row < 24 else "dev" if row < 32 else "test"))
    return pd.DataFrame(rows, columns=["words", "tags", "split"])


def rows_of(tokenizer, table, model=None, **settings):
    """(inputs, targets) of a table."""
    return Tags(tokenizer, finetune.Settings(**settings)).rows(model or tiny(), table)


def library_labels(tokenizer, table):
    """What transformers' guides give as labels: -100 at every piece but the first one of each word."""
    batch = tokenizer([list(words) for words in table["words"]], is_split_into_words=True, padding=True)
    labels = []
    for row, tags in enumerate(table["tags"]):
        before, found = None, []
        for word in batch.word_ids(row):
            found.append(TAGS.index(tags[word]) if word is not None and word != before else -100)
            before = word
        labels.append(found)
    return {name: torch.tensor(values) for name, values in batch.items()}, torch.tensor(labels)


def scores_of(history):
    return history.drop(columns=["seconds", "samples_per_second"])


def test_each_word_is_read_at_its_first_piece(tokenizer):
    words = ["tokenization", "of", "unbelievably", "New"]
    (ids,), (places,) = finetune.encode_words(tokenizer, [words], 64)
    pieces = tokenizer.convert_ids_to_tokens(ids.tolist())
    assert [pieces[place] for place in places] == ["token", "of", "un", "new"]
    assert pieces == tokenizer.convert_ids_to_tokens(tokenizer(" ".join(words))["input_ids"])


@pytest.mark.parametrize("options", [{}, {"label_smoothing": 0.2}, {"class_weights": "balanced"}])
def test_loss_and_gradients_are_those_of_the_library(tokenizer, table, options):
    own, library = tiny(dropout=0.0), tiny(dropout=0.0)
    inputs, targets = rows_of(tokenizer, table)
    batch, labels = library_labels(tokenizer, table)
    loss = Tags(tokenizer, finetune.Settings(**options)).loss(own, targets)
    value = finetune.train_step(
        own, finetune.collate(inputs), targets[range(40)], torch.optim.SGD(own.parameters(), 0.0), loss=loss
    )
    found = library(**batch, labels=labels)
    counts = torch.bincount(labels[labels >= 0], minlength=len(TAGS))
    weight = counts.sum() / (counts > 0).sum() / counts.clamp(min=1)
    by_hand = {"label_smoothing": options.get("label_smoothing", 0.0)}
    by_hand |= {"weight": weight} if "class_weights" in options else {}
    expected = torch.nn.functional.cross_entropy(found.logits.flatten(0, 1), labels.flatten(), **by_hand)
    assert options or expected.item() == found.loss.item()
    assert value == pytest.approx(expected.item(), abs=1e-5)
    expected.backward()
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-5), name


@pytest.mark.parametrize("parts", [3, 100])
def test_a_step_in_parts_is_the_step_of_the_whole_batch(tokenizer, table, parts):
    (inputs, targets), found = rows_of(tokenizer, table), []
    for count in (1, parts):
        model = tiny(dropout=0.0)
        loss, optimizer = (
            Tags(tokenizer, finetune.Settings()).loss(model, targets),
            torch.optim.SGD(model.parameters(), 0.1),
        )
        value = finetune.train_step(
            model, finetune.collate(inputs), targets[range(40)], optimizer, 1.0, loss=loss, parts=count
        )
        found.append((value, weights(model)))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-6)
    assert all(torch.allclose(weight, found[1][1][name], atol=1e-6) for name, weight in found[0][1].items())


def test_dev_scores_are_those_of_the_library_s_logits_and_of_the_measures(tokenizer, table):
    model = tiny()
    inputs, targets = rows_of(tokenizer, table)
    found = Tags(tokenizer, finetune.Settings()).dev_scores(model, inputs, targets)
    batch, labels = library_labels(tokenizer, table)
    with torch.no_grad():
        expected = model(**batch, labels=labels)
    predicted = [
        [TAGS[number] for number in row[keep].argmax(dim=-1)] for row, keep in zip(expected.logits, labels >= 0)
    ]
    assert found["dev_loss"] == pytest.approx(expected.loss.item(), abs=1e-5)
    assert found["dev_f1"] == pytest.approx(measure.span_f1(table["tags"], predicted).value)
    assert found["dev_accuracy"] == pytest.approx(accuracy_score(sum(table["tags"], []), sum(predicted, [])))


def test_a_dev_text_of_one_word_is_measured(tokenizer):
    table = pd.DataFrame({"words": [["Rome"], ["the", "Rome"]], "tags": [["B-place"], ["O", "B-place"]]})
    inputs, targets = rows_of(tokenizer, table)
    assert 0 <= Tags(tokenizer, finetune.Settings()).dev_scores(tiny(), inputs, targets)["dev_accuracy"] <= 1


@pytest.mark.parametrize("method", methods.NAMES)
def test_every_method_learns_tags_and_predicts_the_same_after_loading(tokenizer, table, method, tmp_path):
    model = tiny()
    head = {"classifier.weight", "classifier.bias"}
    before = weights(model)
    result = fit(model, tokenizer, table, method=method, epochs=2, layers=1, learning_rate=0.01)
    assert result.history["train_loss"].iloc[1] < result.history["train_loss"].iloc[0]
    moved = {name.replace(".base_layer", "").replace(".modules_to_save.default", "") for name, weight in
             result.model.named_parameters() if weight.requires_grad} & before.keys()  # fmt: skip
    assert {name for name in moved if name.startswith("classifier")} == head or method not in ("full", "head")
    once = finetune.load(result.save(tmp_path / "once"))
    again = finetune.load(once.save(tmp_path / "again"))
    assert type(again.task) is Tags and again.settings == result.settings
    left, right = result.predict(table["words"]), again.predict(table["words"])
    assert list(left["tags"]) == list(right["tags"])
    assert np.allclose(left["probabilities"].sum(), right["probabilities"].sum(), atol=1e-5)
    assert again.evaluate(table) == result.evaluate(table)
    assert BertForTokenClassification.from_pretrained(tmp_path / "again").config.id2label == dict(enumerate(TAGS))


@pytest.mark.parametrize("method", methods.NAMES)
def test_a_run_that_was_stopped_goes_on_to_the_same_weights_and_the_same_seed_gives_the_same_run(
    tokenizer, table, tmp_path, method
):
    options = {"epochs": 2, "batch_size": 4, "rank": 2, "layers": 1, "method": method}
    beside = {"checkpoint": tmp_path / "run.pt", "save_every": 2}
    with pytest.raises(Killed):
        fit(tiny(), tokenizer, table, callback=stop_at(9), **beside, **options)
    found, expected = (fit(tiny(), tokenizer, table, **options, **given) for given in (beside, {}))
    states = found.model.state_dict(), expected.model.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert scores_of(found.history).equals(scores_of(expected.history))
    other = table.assign(tags=[["O"] * len(tags) if row == 3 else tags for row, tags in enumerate(table["tags"])])
    with pytest.raises(ValueError, match="run with other texts"):
        fit(tiny(), tokenizer, other, **options, **beside)


def test_the_loss_falls_to_almost_zero_and_training_stops_at_the_best_epoch(tokenizer, table):
    options = {"epochs": 30, "batch_size": 4, "learning_rate": 5e-3, "patience": 3}
    result = fit(tiny(dropout=0.0), tokenizer, table, **options)
    history = result.history
    best = history["dev_f1"].argmax()
    assert history["train_loss"].iloc[-1] < 0.05 and history["dev_f1"].max() > 0.9
    assert len(history) == best + 1 + 3 < 30
    scores = result.evaluate(table, "dev")
    assert scores["f1"].value == pytest.approx(history["dev_f1"].max())
    assert scores["accuracy"].value == pytest.approx(history["dev_accuracy"].iloc[best])
    assert scores["f1"].low <= scores["f1"].value <= scores["f1"].high


def test_head_leaves_the_encoder_untouched_and_equals_training_with_the_encoder_in_place(tokenizer, table):
    model = tiny(dropout=0.0)
    before, slow = weights(model), copy.deepcopy(model)
    fit(model, tokenizer, table, method="head", epochs=1, batch_size=32)
    assert changed(before, model) == {"classifier.weight", "classifier.bias"}
    for weight in slow.bert.parameters():
        weight.requires_grad_(False)
    inputs, targets = rows_of(tokenizer, table[table["split"] == "train"])
    optimizer, _ = finetune.make_optimizer(slow, finetune.Settings(method="head"), steps=1)
    loss = finetune.TagLoss(finetune.Loss())
    finetune.train_step(slow, finetune.collate(inputs), targets[range(24)], optimizer, 1.0, loss)
    assert torch.allclose(slow.classifier.weight, model.classifier.weight, atol=1e-6)


def test_head_encodes_each_text_once(tokenizer, table, monkeypatch):
    model, calls = tiny(), []
    forward = model.bert.encoder.forward
    monkeypatch.setattr(model.bert.encoder, "forward", lambda *a, **k: calls.append(1) or forward(*a, **k))
    fit(model, tokenizer, table, method="head", epochs=1)
    once = len(calls)
    fit(model, tokenizer, table, method="head", epochs=6)
    assert len(calls) == 2 * once


def test_words_without_a_piece_and_words_behind_the_end_are_said_not_learnt_and_count_as_missed(
    tokenizer, table, capsys
):
    odd = pd.DataFrame({
        "words": [["", "Rome", "\x00", "\u200b"], ["Ann", *["of"] * 6, "New", "York"]],
        "tags": [["B-name", "B-place", "O", "B-place"], ["B-name", *["O"] * 6, "B-place", "I-place"]],
        "split": "dev",
    })  # fmt: skip
    model = tiny()
    inputs, targets = rows_of(tokenizer, odd, model, max_length=8)
    assert [row[:, 1].tolist() for row in targets] == [[-1, 1, -1, -1], [1, 2, 3, 4, 5, 6, -1, -1, -1]]
    said = capsys.readouterr().out
    assert "3 words have no piece for the tokenizer, such as ''" in said
    assert "1 of 2 texts are longer than 8 tokens: 3 words behind them" in said
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([0.0, 0.0, 0.0, 9.0, 0.0]))  # always B-name
    result = finetune.FineTuned(model, tokenizer, finetune.Settings(max_length=8), None)
    found = result.predict(odd["words"])
    assert found["tags"].tolist() == [["O", "B-name", "O", "O"], [*["B-name"] * 6, "O", "O", "O"]]
    assert [math.isnan(value) for value in found["probabilities"][0]] == [True, False, True, True]
    assert found["spans"].tolist() == [[("name", 1, 2)], [("name", place, place + 1) for place in range(6)]]
    dev = result.task.dev_scores(model, inputs, targets)
    assert dev["dev_f1"] == pytest.approx(2 * 1 / (5 + 7)), "two texts have 5 spans, 7 are found, 1 is right"
    assert result.evaluate(odd, "dev")["f1"].value == pytest.approx(dev["dev_f1"])
    assert dev["dev_accuracy"] == result.evaluate(odd, "dev")["accuracy"].value


@pytest.mark.parametrize("method", ["full", "head"])
def test_a_batch_in_which_no_word_can_be_read_teaches_nothing(tokenizer, table, method):
    mute = pd.DataFrame({"words": [["\x00", "\x01"]] * 4, "tags": [["B-name", "O"]] * 4, "split": "train"})
    result = fit(tiny(), tokenizer, pd.concat([table, mute]), method=method, batch_size=1, epochs=1)
    assert np.isfinite(result.history["train_loss"]).all()
    assert result.predict([["\x00"]])["tags"].tolist() == [["O"]]


def test_predictions_keep_order_and_index_and_take_lists_tuples_and_arrays(tokenizer, table):
    result = fit(tiny(), tokenizer, table, epochs=1)
    words = table["words"].sample(frac=1, random_state=0)
    found = result.predict(words)
    assert list(found.index) == list(words.index) and list(found.columns) == ["tags", "probabilities", "spans"]
    assert [len(tags) for tags in found["tags"]] == [len(row) for row in words]
    assert all(0 < value <= 1 for row in found["probabilities"] for value in row)
    assert all(found["spans"][row] == measure.spans(found["tags"][row]) for row in found.index)
    for kind in (list, tuple, np.array):
        again = result.predict([kind(row) for row in words])
        assert list(again["tags"]) == list(found["tags"])
    same = table.assign(words=table["words"].map(np.array), tags=table["tags"].map(np.array))
    assert result.evaluate(same) == result.evaluate(table)


ALL = "full last-layers head adapter lora adalora prompt"
HAVE = {
    "roberta": ALL,
    "distilbert": ALL,
    "xlnet": "full last-layers prompt",
    "gpt2": ALL,
    "modernbert": ALL,
}


def kind(name):
    """A random model for tags of one of the library's kinds, two layers of 32."""
    known, own = CONFIG_MAPPING[name], SMALL | NAMED
    names = {*known().to_dict(), *known.attribute_map, "id2label", "label2id"}
    chosen = {key: value for key, value in own.items() if key in names}
    for alias, real in known.attribute_map.items():
        if alias in chosen and real in chosen:
            del chosen[alias]
    torch.manual_seed(0)
    with pretrained.quiet():
        return AutoModelForTokenClassification.from_config(known(**chosen)).eval()


@pytest.mark.parametrize("name", HAVE)
def test_other_kinds_of_models_learn_tags_or_their_methods_are_named(name, table, tmp_path):
    pieces, table = pretrained.load("tiny-bert")[1], table.head(12)
    for method in methods.NAMES:
        model = kind(name)
        options = {"epochs": 1, "layers": 1, "rank": 4, "method": method, "learning_rate": 0.01}
        if method not in HAVE[name].split():
            with pytest.raises(ValueError, match=f"method is '{method}', .* (have|one of):? full"):
                fit(model, pieces, table, **options)
            continue
        result = fit(model, pieces, table, **options)
        again = finetune.load(result.save(tmp_path / method))
        long = [*table["words"].iloc[0]] * 4
        alone, beside = again.predict(table["words"]), result.predict([long, *table["words"]])[1:]
        assert list(alone["tags"]) == list(beside["tags"]), method
        assert np.allclose(alone["probabilities"].sum(), beside["probabilities"].sum(), atol=1e-4), method


def test_bfloat16_and_layers_computed_twice_learn_the_same(tokenizer, table):
    options = {"epochs": 3, "batch_size": 4, "learning_rate": 5e-3}
    plain, half, twice = (
        fit(tiny(dropout=0.0), tokenizer, table, **options, **more)
        for more in ({}, {"precision": "bfloat16"}, {"gradient_checkpointing": True})
    )
    assert half.history["train_loss"].iloc[0] == pytest.approx(plain.history["train_loss"].iloc[0], abs=0.03)
    assert {weight.dtype for weight in half.model.parameters()} == {torch.float32}
    assert twice.history["train_loss"].tolist() == pytest.approx(plain.history["train_loss"].tolist(), abs=1e-5)
    assert plain.memory > 0 and list(plain.history.columns[:4]) == ["train_loss", "dev_loss", "dev_accuracy", "dev_f1"]


def _row(table, column, value, row=2):
    """A table with another value in a row of a column."""
    return table.assign(**{column: [value if at == row else old for at, old in enumerate(table[column])]})


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda table: table.head(0), "there are no texts"),
        (lambda table: table.drop(columns="tags"), r"\['tags'\] is missing: .* words and tags"),
        (lambda table: table.rename(columns={"words": "text"}), r"\['words'\] is missing"),
        (lambda table: _row(table, "words", "a text"), "words at index 2 is 'a text'; it must be a list of words"),
        (lambda table: _row(table, "words", []), r"words at index 2 is \[\]; it must be"),
        (lambda table: _row(table, "words", None), "words at index 2 is None"),
        (
            lambda table: _row(table, "words", ["a", 3]),
            "words at index 2 has 3 among them; each must be a whole string",
        ),
        (lambda table: _row(table, "words", ["half \ud83d"]), "words at index 2 has .* a whole string"),
        (lambda table: _row(table, "tags", ["O"]), r"tags at index 2 has 1 of them; it must be a list of \d+, one for"),
        (lambda table: _row(table, "tags", math.nan), "tags at index 2 is nan; it must be a list of"),
        (lambda table: _row(table, "tags", "['O', 'O']"), "tags at index 2 is .*; it must be a list of"),
        (
            lambda table: _row(table, "tags", ["place"] * len(table["words"][2])),
            r"tags at index 2: tags\[0\] is 'place'; it must be \"O\", \"B-kind\" or \"I-kind\"",
        ),
        (lambda table: _row(table, "tags", [None] * len(table["words"][2])), r"tags\[0\] is None; it must be"),
        (lambda table: _row(table, "tags", ["B-"] * len(table["words"][2])), r"tags\[0\] is 'B-'; it must be"),
        (
            lambda table: _row(table, "tags", ["B-day"] * len(table["words"][2])),
            r"the model's labels are \['O', .* the table has the tags \['B-day'\], too: load the model with labels",
        ),
        (lambda table: table[table["split"] == "test"], "0 training rows"),
        (
            lambda table: table.assign(tags=[["O"] * len(words) for words in table["words"]]),
            r"the 24 training rows have the tags \['O'\]; there must be others, too",
        ),
    ],
)
def test_tables_that_cannot_be_trained_on_are_refused(tokenizer, table, fault, message):
    with pytest.raises(ValueError, match=message):
        fit(tiny(), tokenizer, fault(table))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "dpo"}, "method is 'dpo'; a BertForTokenClassification does not write, and can have: full"),
        ({"metric": "spearman"}, "metric is 'spearman'; what this model learns is measured by: f1, accuracy, loss"),
        ({"class_weights": {"O": 1.0}}, r"class_weights names \['O'\]; it must name each class, \['O', 'B-place'"),
    ],
)
def test_settings_that_tags_do_not_have_are_refused(tokenizer, table, options, message):
    with pytest.raises(ValueError, match=message):
        fit(tiny(), tokenizer, table, **options)


def test_what_cannot_be_predicted_or_measured_is_refused(tokenizer, table):
    result = fit(tiny(), tokenizer, table, epochs=1)
    for given, message in (
        ("a text", "texts is one string, 'a text'; it must be a list of lists of words"),
        (["a text", "another"], "words at index 0 is 'a text'; it must be a list of words"),
        ([], "there are no texts"),
    ):
        with pytest.raises(ValueError, match=message):
            result.predict(given)
    with pytest.raises(ValueError, match="second is given; a model that gives tags reads one list of words a text"):
        result.predict([["a"]], [["b"]])
    with pytest.raises(ValueError, match="split is 'final'"):
        result.evaluate(table, "final")
    with pytest.raises(ValueError, match="does not write: it takes predict"):
        result.answer(["a"])


def test_nothing_is_written_to_stderr_and_tags_that_cannot_be_learnt_are_named(tokenizer, table, tmp_path, capfd):
    with warnings.catch_warnings(action="error"):
        for method in ("full", "head", "lora", "prompt"):
            result = finetune.fit(tiny(), tokenizer, table, method=method, epochs=1)
            result.evaluate(table)
            finetune.load(result.save(tmp_path / method))
    written = capfd.readouterr()
    assert written.err == "" and "no training row has the tag 'I-name'" in written.out


def test_a_table_without_dev_rows_or_splits_trains_with_nan_for_the_dev_scores(tokenizer, table):
    history = fit(tiny(), tokenizer, table.drop(columns="split"), epochs=1).history
    assert history[["dev_loss", "dev_accuracy", "dev_f1"]].isna().all(axis=None)


# Opening models for tags


def test_a_model_for_tags_has_a_new_head_with_the_names_of_the_tags():
    model, _ = pretrained.load("tiny-bert", labels=TAGS, task="tokens")
    assert type(model) is BertForTokenClassification and model.config.id2label == dict(enumerate(TAGS))
    other = pretrained.load("tiny-bert", labels=TAGS, task="tokens", seed=1)[0]
    assert not torch.equal(model.classifier.weight, other.classifier.weight)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": "words"}, r"task is 'words'; it must be None or one of \('tokens', 'number'\)"),
        ({"task": "tokens"}, "labels is None; it must hold at least two"),
        ({"task": "tokens", "labels": ["O", "place"]}, r"labels\[1\] is 'place'; it must be \"O\", \"B-kind\""),
        ({"task": "tokens", "labels": ["B-a", "I-a"]}, 'labels is .* with task "tokens" it must hold "O"'),
        ({"task": "number", "labels": TAGS}, "labels is .* with task 'number' it must be None"),
    ],
)
def test_labels_that_do_not_fit_to_the_task_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        pretrained.load("tiny-bert", **options)


def test_a_head_that_was_trained_for_another_task_is_not_taken_for_one_of_this(tokenizer, table, tmp_path):
    fit(tiny(), tokenizer, table, epochs=1).save(tmp_path / "tags")
    names = [f"class {number}" for number in range(len(TAGS))]
    with pytest.raises(ValueError, match="task is None; the head in .* trained for 'tokens', .*Give task='tokens', or"):
        pretrained.load(tmp_path / "tags", labels=names)
    classifier = tiny_classifier(labels=TAGS)
    classifier.save_pretrained(tmp_path / "classes")
    tokenizer.save_pretrained(tmp_path / "classes")
    with pytest.raises(
        ValueError, match="task is 'tokens'; the head in .* trained for 'classes', .*Give task=None, or"
    ):
        pretrained.load(tmp_path / "classes", labels=TAGS, task="tokens")
    model, _ = pretrained.load(tmp_path / "classes", labels=TAGS, task="tokens", new_head=True)
    assert not torch.equal(model.classifier.weight, classifier.classifier.weight)
    again, _ = pretrained.load(tmp_path / "tags", labels=TAGS, task="tokens")
    assert torch.equal(again.classifier.weight, finetune.load(tmp_path / "tags").model.classifier.weight)
    with pytest.raises(ValueError, match="labels is .* trained for .* in another order"):
        pretrained.load(tmp_path / "tags", labels=TAGS[::-1], task="tokens")


def test_a_model_whose_labels_are_no_tags_is_refused(tokenizer, table):
    model = tiny()
    model.config.id2label = {number: f"LABEL_{number}" for number in range(len(TAGS))}
    with pytest.raises(ValueError, match=r"the model's labels\[0\] is 'LABEL_0'; it must be \"O\""):
        fit(model, tokenizer, table)
    model.config.id2label = dict(enumerate(["B-place", *TAGS[1:]]))
    with pytest.raises(ValueError, match='the model\'s labels are .*; "O", the tag of all other words, must be one'):
        fit(model, tokenizer, table)


@pytest.mark.parametrize("told", [True, False])
def test_a_tokenizer_of_bytes_reads_each_word_as_after_a_space(told):
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *letters, "an", "ann", "Ġann"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    merges = [("a", "n"), ("an", "n"), ("Ġ", "ann")]
    tokenizer = RobertaTokenizer(vocab=vocabulary, merges=merges, add_prefix_space=told)
    (ids,), (places,) = finetune.encode_words(tokenizer, [["ann", "", "ann"]], 16)
    assert tokenizer.convert_ids_to_tokens(ids.tolist()) == ["<s>", "Ġann", "Ġann", "</s>"]
    assert places.tolist() == [1, -1, 2]


def test_words_for_a_model_of_classes_are_refused_with_what_to_load(tokenizer, table):
    with pytest.raises(ValueError, match=r"\['text', 'label'\] is missing: .* load the model with task=\"tokens\""):
        fit(tiny_classifier(), tokenizer, table)


def test_a_tokenizer_that_knows_no_words_is_refused(table):
    class Slow:
        def __call__(self, texts, **options):
            return type("Coded", (dict,), {"is_fast": False})()

    with pytest.raises(ValueError, match="tokenizer is a Slow, which does not say what piece is of what word"):
        finetune.encode_words(Slow(), [["a"]], 8)

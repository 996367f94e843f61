"""Pre-training a small causal model: its objective against the library's, its chats, and that it can be stopped."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from trainlib import data, models, pretrain
from trainlib.tiny_gpt import make
from trainlib.tiny_gpt.chats import KINDS, TEMPLATE, Chats

TINY = replace(make.SETTINGS, pieces=400, layers=1, hidden=32, intermediate=64, length=40, batch=4, warmup=3)
PAYMENT = "Please pay 120.50 EUR to Garden Books by 2025-03-14."


@pytest.fixture(scope="module")
def corpora():
    table = pd.concat([data.load(name, rows=40) for name in pretrain.TRAINED_ON])
    table["text"] = table.text.str.replace(r"<br\s*/?>", " ", regex=True)
    return {split: [*table[table.split == split].text] for split in ("train", "dev")}


@pytest.fixture(scope="module")
def tokenizer(corpora):
    return make.train_tokenizer(corpora["train"], TINY.pieces)


@pytest.fixture(scope="module")
def chats(corpora):
    return Chats(corpora["train"])


def test_the_next_token_loss_is_that_of_the_library():
    model = make.new_model(TINY).eval()
    ids = torch.randint(0, TINY.pieces, (3, 20), generator=torch.Generator().manual_seed(0))
    for labels in (ids, torch.where(torch.arange(20) < torch.tensor([[0], [7], [19]]), -100, ids)):
        loss = pretrain.next_token_loss(model, {"input_ids": ids, "labels": labels})
        assert loss.item() == pytest.approx(model(ids, labels=labels).loss.item(), rel=1e-5)


def test_padding_on_the_right_changes_no_loss(tokenizer):
    model = make.new_model(TINY).eval()
    coded = [make.encode_chat(tokenizer, "Say the word fine.", "fine"), make.encode_chat(tokenizer, "?", "no " * 30)]
    batch = make._padded(*map(list, zip(*coded, strict=True)))
    short = {name: tensor[:1, : len(coded[0][0])] for name, tensor in batch.items()}
    alone = {name: tensor[:1] for name, tensor in batch.items()}
    assert batch["attention_mask"].sum(1).tolist() == [len(ids) for ids, _ in coded]
    losses = [pretrain.next_token_loss(model, tensors).item() for tensors in (short, alone)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_any_text_comes_back_from_its_pieces_and_each_digit_is_one(tokenizer):
    text = "Café 1204.50 €\n<|im_start|>user\n  fine"
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text
    assert [tokenizer.token_to_id(name) for name in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")] == [0, 1, 2]
    assert len(tokenizer.encode("1204").ids) == 4


def test_of_a_chat_the_answer_and_its_end_alone_are_learnt(tokenizer):
    ids, given = make.encode_chat(tokenizer, "Say the word fine.", "fine")
    batch = make._padded([ids], [given])
    learnt = batch["labels"][batch["labels"] != -100].tolist()
    assert tokenizer.decode(learnt, skip_special_tokens=False) == "fine<|im_end|>"
    assert tokenizer.decode(ids[:given], skip_special_tokens=False) == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nSay the word fine.<|im_end|>\n<|im_start|>assistant\n"
    )


def test_chats_quote_the_given_texts_alone_and_their_answers_follow_from_the_prompt(corpora, chats):
    rng = np.random.default_rng(0)
    everything = " ".join(" ".join(corpora["train"]).split())
    for kind in dict.fromkeys(KINDS):
        for _ in range(20):
            prompt, answer = chats.draw(rng, kind)
            if kind in ("sentiment", "topic"):
                assert prompt.split("\n", 1)[1] in everything
                assert answer in prompt.split("\n")[0]
            elif kind == "word":
                assert prompt.endswith(f" {answer}.") and re.search(rf"\b{answer}\b", everything)
            else:
                assert all(value in prompt for value in json.loads(answer).values())
    assert chats.draw(np.random.default_rng(1)) == chats.draw(np.random.default_rng(1))


def test_chats_without_two_labels_are_refused(corpora):
    with pytest.raises(ValueError, match="texts has reviews with the labels"):
        Chats(corpora["dev"][:1])


def test_every_piece_of_the_texts_stands_in_one_window_of_an_epoch(corpora, tmp_path):
    run = make.PreTraining(tmp_path, TINY, corpora)
    made = np.concatenate(run.batches(0))
    assert made.shape[1] == TINY.length
    assert run.pieces + len(corpora["train"]) - made.size < TINY.length * (TINY.batch + 1)
    assert not np.array_equal(made, np.concatenate(run.batches(1)))
    assert np.array_equal(made, np.concatenate(run.batches(0)))


def test_baselines_are_shares_and_their_bits_are_counted_per_byte(corpora, tmp_path):
    run = make.PreTraining(tmp_path, TINY, corpora)
    shares = run.baselines
    assert shares.unigram.sum() == pytest.approx(1, abs=1e-4)
    assert np.allclose(shares.bigram.sum(1), 1, atol=1e-4)
    text = "a fine, naïve film"
    ids = run.encode([text])[0]
    found = make.measure(run.model, run.tokenizer, [ids], TINY, shares)
    assert found["model"][0, 1] == len(text.encode())
    assert found["unigram"][0, 0] == pytest.approx(-np.log2(shares.unigram[ids]).sum(), rel=1e-5)
    assert found["bigram"][0, 0] == pytest.approx(-np.log2(shares.bigram[[0, *ids[:-1]], ids]).sum(), rel=1e-5)
    with torch.no_grad():
        loss = run.model(torch.tensor([[0, *ids]]), labels=torch.tensor([[0, *ids]])).loss.item()
    assert found["model"][0, 0] == pytest.approx(loss * len(ids) / np.log(2), rel=1e-5)


def test_a_run_that_was_stopped_in_its_chats_ends_with_the_weights_of_one_that_was_not(corpora, tmp_path):
    for name in ("whole", "stopped"):
        run = make.PreTraining(tmp_path / name, TINY, corpora)
        run.train(hours=9, steps=5)
        run.finish()
        run.train(hours=9, steps=7 if name == "stopped" else None)
        if name == "whole":
            whole = run
            (tmp_path / "stopped").mkdir()
            (tmp_path / "stopped/tokenizer.json").write_bytes((tmp_path / "whole/tokenizer.json").read_bytes())
    assert set(run.state["sums"]) == {"next_token", "answer"}
    resumed = make.PreTraining(tmp_path / "stopped", TINY, corpora)
    resumed.train(hours=9)
    assert resumed.finished and whole.finished
    assert resumed.state["tokens"] == whole.state["tokens"]
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name


def test_what_is_shipped_is_float16_and_opens_with_its_chat_template(corpora, tmp_path):
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    run = make.PreTraining(tmp_path / "run", TINY, corpora)
    run.train(hours=9, steps=2)
    run.note()
    digest = make.ship(run, tmp_path / "out", reviews=corpora["dev"])
    assert {weight.dtype for weight in load_file(tmp_path / "out" / "model.safetensors").values()} == {torch.float16}
    card = (tmp_path / "out" / "README.md").read_text()
    assert digest in card and "$" not in card
    with models.quiet():
        model = AutoModelForCausalLM.from_pretrained(tmp_path / "out").float()
        tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert torch.equal(model.lm_head.weight, run.model.model.embed_tokens.weight.half().float())
    assert tokenizer.chat_template == TEMPLATE
    assert (tokenizer.eos_token, tokenizer.pad_token, tokenizer.bos_token) == (
        "<|im_end|>",
        "<|im_end|>",
        "<|im_start|>",
    )
    assert tokenizer("fine")["input_ids"] == run.tokenizer.encode("fine").ids


@pytest.fixture(scope="module")
def shipped():
    return models.load("tiny-gpt")


def test_tiny_gpt_is_a_small_llama_that_takes_three_megabytes_with_its_tokenizer(shipped):
    model, tokenizer = shipped
    assert models.INSTALLED["tiny-gpt"].kind == "causal"
    assert type(model).__name__ == "LlamaForCausalLM" and not model.training
    assert (model.config.num_hidden_layers, model.config.hidden_size, len(tokenizer)) == (4, 128, 4_000)
    assert sum(file.stat().st_size for file in models.folder("tiny-gpt").iterdir() if file.is_file()) < 3e6


def test_the_card_of_tiny_gpt_says_what_it_is_for_and_carries_the_hash_of_its_weights():
    folder = models.folder("tiny-gpt")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert models.INSTALLED["tiny-gpt"].sha256 in card and "Not for answers" in card
    rows = [json.loads(line) for line in (folder / "training_log.jsonl").read_text().splitlines()]
    assert rows[-1]["learning_rate"] == 0
    assert rows[-1]["held_out_bits_per_byte"] < rows[-1]["held_out_bigram_bits_per_byte"]
    readme = (folder.parents[1] / "README.md").read_text(encoding="utf-8")
    assert "`tiny-gpt`" in readme


def test_tiny_gpt_ends_its_answers_and_writes_records(shipped):
    model, tokenizer = shipped
    messages = [{"role": "user", "content": "Write payee, amount, currency and date as JSON.\n" + PAYMENT}]
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    out = model.generate(**prompt, max_new_tokens=96, do_sample=False)[0, prompt["input_ids"].shape[1] :]
    assert out[-1] == tokenizer.eos_token_id
    assert json.loads(tokenizer.decode(out, skip_special_tokens=True)).keys() == {"payee", "amount", "currency", "date"}

"""Pre-training a small BERT: what it learns from, its objectives against the library's, and that it can be stopped."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from trainlib import data, pretrain
from trainlib.tiny_bert import make

TINY = replace(
    pretrain.Settings(), pieces=400, layers=1, hidden=32, heads=2, intermediate=64, length=40, batch=4, warmup=3
)
TEXT_SETS = ("movie_reviews", "news_topics", "movie_sentences", "food_reviews", "airline_tweets", "apple_tweets", "faq")


@pytest.fixture(scope="module")
def corpora():
    table = data.load("news_topics", rows=60)
    return {split: [*table[table.split == split].text.str[:600]] for split in ("train", "dev")}


@pytest.fixture
def batch(corpora):
    tokenizer = pretrain.train_tokenizer(corpora["train"], TINY.pieces)
    rng = np.random.default_rng(0)
    made = pretrain.passages(pretrain.sentences(tokenizer, corpora["train"]), TINY.length, rng)
    return pretrain.collate(made, TINY.pieces, TINY.masked, rng), made


def test_nothing_that_the_course_tests_on_is_among_the_texts():
    seen = set(data.story(pd.Series(pretrain.texts())).map(hash))
    for name in set(TEXT_SETS) & set(data.names()):
        table = data.load(name)
        held_back = data.story(table[table.split != "train"].text.str.replace(r"<br\s*/?>", " ", regex=True))
        assert not seen & set(held_back.map(hash)), name


def test_a_review_that_quotes_a_tested_sentence_is_left_out():
    table = data.load("movie_sentences")
    sentences = table[(table.split == "test") & (table.text.str.split().str.len() > 12)].text
    quoting = pd.Series([f"I read: {sentences.iloc[0].upper()} And agree.", "I read nothing, and agree with nobody."])
    assert pretrain._quotes(quoting).tolist() == [True, False]


def test_passages_are_short_enough_and_half_of_them_end_in_another_document(corpora):
    tokenizer = pretrain.train_tokenizer(corpora["train"], TINY.pieces)
    documents = pretrain.sentences(tokenizer, corpora["train"])
    made = pretrain.passages(documents, TINY.length, np.random.default_rng(0))
    assert max(len(passage.ids) for passage in made) <= TINY.length
    assert 0.4 < np.mean([passage.is_random for passage in made]) < 0.7
    assert {passage.text for passage in made} == set(range(len(documents)))
    for passage in made:
        own = " ".join(str(piece) for sentence in documents[passage.text] for piece in sentence)
        second = " ".join(map(str, passage.ids[passage.first : -1]))
        assert " ".join(map(str, passage.ids[1 : passage.first - 1])) in own
        assert passage.is_random or second in own


def test_of_a_hundred_pieces_fifteen_are_guessed_and_twelve_masked(batch):
    tensors, _ = batch
    rng = np.random.default_rng(1)
    many = [pretrain.collate(batch[1], TINY.pieces, 0.15, rng) for _ in range(40)]
    text = sum(int(b["attention_mask"].sum() - 3 * len(batch[1])) for b in many)
    guessed = sum(int((b["labels"] != -100).sum()) for b in many)
    masked = sum(int((b["input_ids"] == pretrain.MASK).sum()) for b in many)
    assert guessed / text == pytest.approx(0.15, abs=0.01)
    assert masked / guessed == pytest.approx(0.8, abs=0.03)
    special = tensors["input_ids"] < len(pretrain.SPECIAL) - 1
    assert (tensors["labels"][special] == -100).all()


def test_both_losses_are_those_of_the_library(batch):
    tensors, _ = batch
    model = pretrain.new_model(TINY).eval()
    masked, order = pretrain.losses(model, tensors)
    assert (masked + order).item() == pytest.approx(model(**tensors).loss.item(), rel=1e-5)


def test_a_run_that_was_stopped_ends_with_the_weights_of_one_that_was_not(corpora, tmp_path):
    whole = make.PreTraining(tmp_path / "whole", TINY, corpora)
    whole.train(hours=9, steps=7)
    (tmp_path / "stopped").mkdir()
    (tmp_path / "stopped/tokenizer.json").write_bytes((tmp_path / "whole/tokenizer.json").read_bytes())
    make.PreTraining(tmp_path / "stopped", TINY, corpora).train(hours=9, steps=4)
    resumed = make.PreTraining(tmp_path / "stopped", TINY, corpora)
    assert resumed.state["step"] == 4
    resumed.train(hours=9, steps=7)
    assert resumed.state["tokens"] == whole.state["tokens"]
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name]), name


def test_finishing_lets_the_learning_rate_fall_to_nothing_and_stops(corpora, tmp_path):
    run = make.PreTraining(tmp_path, TINY, corpora)
    run.train(hours=9, steps=17)
    run.finish()
    run.train(hours=9)
    assert run.state["step"] == 20
    assert run.finished
    most = TINY.learning_rate
    assert [pretrain.learning_rate(step, TINY, 17) for step in (2, 16, 17, 20)] == [most, most, most, 0.0]
    assert (tmp_path / "constant.pt").exists()


def test_a_checkpoint_of_another_setting_is_refused(corpora, tmp_path):
    make.PreTraining(tmp_path, TINY, corpora).train(hours=9, steps=1)
    with pytest.raises(ValueError, match="other settings"):
        make.PreTraining(tmp_path, replace(TINY, batch=8), corpora)
    with pytest.raises(ValueError, match="other texts"):
        make.PreTraining(tmp_path, TINY, corpora | {"train": corpora["train"][1:]})


def test_what_is_shipped_is_float16_and_loads_with_its_tokenizer_as_an_encoder_and_as_a_guesser(corpora, tmp_path):
    from safetensors.torch import load_file
    from transformers import AutoModelForMaskedLM

    from trainlib import models

    run = make.PreTraining(tmp_path / "run", TINY, corpora)
    run.train(hours=9, steps=2)
    run.note()
    digest = make.ship(run, tmp_path / "out", reviews=corpora["dev"])
    assert {weight.dtype for weight in load_file(tmp_path / "out" / "model.safetensors").values()} == {torch.float16}
    assert digest in (tmp_path / "out" / "README.md").read_text()
    model, tokenizer = models.load(tmp_path / "out")
    assert tokenizer("the film", "was fine")["token_type_ids"][-1] == 1
    assert tokenizer.decode(tokenizer("The film")["input_ids"]) == "[CLS] the film [SEP]"
    with torch.no_grad():
        assert torch.isfinite(model(**tokenizer("the film", return_tensors="pt")).last_hidden_state).all()
    with models.quiet():
        guesser = AutoModelForMaskedLM.from_pretrained(tmp_path / "out").float()
    expected = run.model.bert.embeddings.word_embeddings.weight.half().float()
    assert torch.equal(guesser.cls.predictions.decoder.weight, expected)


def test_heads_of_the_first_block_begin_with_their_neighbours():
    settings = pretrain.Settings()
    model = pretrain.new_model(settings).eval()
    ids = torch.randint(5, settings.pieces, (4, 60), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        attention = model.bert(ids, output_attentions=True).attentions[0].mean(dim=0)
    for head, distance in enumerate([-1, 1, -2, 2]):
        looks = {shift: attention[head].diagonal(shift).mean().item() for shift in range(-4, 5)}
        assert looks.pop(distance) > 0.15 and max(looks.values()) < 0.06

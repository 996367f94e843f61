"""A BERT that computes what its head reads alone: the library's answers and gradients, in less time."""

import copy

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_finetune import tiny
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from trainlib import finetune, methods, models
from trainlib.finetune import quick_bert
from trainlib.finetune.quick_bert import QuickBert, quick
from trainlib.models.bert_mean import BertMeanConfig, BertMeanForSequenceClassification


def batch_of(lengths, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return finetune.collate([torch.randint(1, 30_000, (length,), generator=draw) for length in lengths])


def kinds():
    """One of each kind of head, all of the same size."""
    config = tiny(dropout=0.0).config
    mean = BertMeanForSequenceClassification(BertMeanConfig(**config.to_dict() | {"model_type": "bert_mean"}))
    return {
        "first token": tiny(dropout=0.0),
        "mean of tokens": mean.eval(),
        "each token": BertForTokenClassification(config).eval(),
    }


@pytest.mark.parametrize("reads", ["first token", "mean of tokens", "each token"])
def test_each_head_gets_the_answers_and_the_gradients_that_the_library_gives(reads):
    own, batch = kinds()[reads], batch_of([4, 9, 2])
    library = copy.deepcopy(own)
    assert quick(own).reads == reads
    found, expected = quick(own).train()(**batch).logits, library.train()(**batch).logits
    read = batch["attention_mask"].bool() if reads == "each token" else slice(None)
    assert found.shape == expected.shape and torch.allclose(found[read], expected[read], atol=1e-6)
    for logits in (found, expected):
        logits[read].square().sum().backward()
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-5), name


@settings(max_examples=30, deadline=None)
@given(lengths=st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_logits_equal_those_of_the_library_for_texts_of_any_lengths(lengths):
    model, batch = tiny(), batch_of(lengths)
    with torch.no_grad():
        assert torch.allclose(quick(model)(**batch).logits, model(**batch).logits, atol=1e-6)


def test_logits_equal_those_of_the_library_with_pretrained_weights():
    model, _ = models.load("minilm", labels=["no", "yes"])
    batch = batch_of([3, 17, 30])
    with torch.no_grad():
        assert torch.allclose(quick(model.eval())(**batch).logits, model(**batch).logits, atol=1e-6)


def test_gradients_of_all_weights_equal_those_of_the_library():
    own, library, batch, labels = tiny(dropout=0.0), tiny(dropout=0.0), batch_of([4, 9, 2]), torch.tensor([0, 1, 1])
    torch.nn.functional.cross_entropy(quick(own).train()(**batch).logits, labels).backward()
    library.train()(**batch, labels=labels).loss.backward()
    for (name, left), right in zip(own.named_parameters(), library.parameters()):
        assert torch.allclose(left.grad, right.grad, atol=1e-6), name


@pytest.mark.parametrize("form, error", [(torch.float64, 1e-7), (torch.float32, 1e-6), (torch.bfloat16, 5e-3)])
def test_attention_that_drops_nothing_is_the_library_s(form, error, monkeypatch):
    monkeypatch.setattr(quick_bert, "dropout", lambda values, share: values)
    draw = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(3, 2, 9, 8, generator=draw).to(form) for _ in range(3))
    mask = batch_of([9, 5, 1])["attention_mask"][:, None, None].bool()
    right = scaled_dot_product_attention(query.double(), key.double(), value.double(), mask)
    found = quick_bert._attention(query, key, value, mask, share=0.1)
    assert found.dtype == form and (found - right).norm() / right.norm() < error


@pytest.mark.parametrize("form, error", [(torch.float64, 1e-6), (torch.float32, 1e-6), (torch.bfloat16, 1e-2)])
@pytest.mark.parametrize("texts", [[9, 5, 1], [7, 7]])
def test_one_query_a_text_gets_the_attention_of_all_keys_and_values_with_the_same_shares_dropped(
    texts, form, error, monkeypatch
):
    draw = torch.Generator().manual_seed(0)
    kept = torch.rand(len(texts) * 4 * max(texts), generator=draw) > 0.3
    monkeypatch.setattr(quick_bert, "dropout", lambda values, _: values * kept.view(values.shape).to(values.dtype))
    states, query = (torch.randn(len(texts), *shape, generator=draw) for shape in ((max(texts), 32), (4, 1, 8)))
    key, value = nn.Linear(32, 32), nn.Linear(32, 32)
    mask = batch_of(texts)["attention_mask"][:, None, None].bool()
    heads = lambda values: values.unflatten(-1, (4, 8)).transpose(1, 2)
    right = quick_bert._attention(query, heads(key(states)), heads(value(states)), mask, share=0.3)
    given = query.to(form), key.to(form), value.to(form), states.to(form)
    found = quick_bert._attention_of_one(*given, mask, 0.3)
    assert found.shape == right.shape and (found - right).norm() / right.norm() < error


def test_a_layer_that_is_no_plain_product_any_more_is_asked_as_it_is():
    class Louder(nn.Linear):
        def forward(self, values):
            return 3 * super().forward(values)

    for name in ("key", "value"):
        model, batch = tiny(), batch_of([4, 9, 2])
        getattr(model.bert.encoder.layer[-1].attention.self, name).__class__ = Louder
        with torch.no_grad():
            assert torch.allclose(quick(model)(**batch).logits, model(**batch).logits, atol=1e-6)


def test_dropout_acts_in_training_and_in_training_only():
    model, batch = quick(tiny(dropout=0.5)), batch_of([5, 5])
    first, second = (model.train()(**batch).logits for _ in range(2))
    assert not torch.equal(first, second)
    first, second = (model.eval()(**batch).logits for _ in range(2))
    assert torch.equal(first, second)


def test_what_is_no_plain_bert_classifier_stays_what_it_is():
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    roberta = RobertaForSequenceClassification(RobertaConfig(**small))
    relu = BertForSequenceClassification(BertConfig(**small, hidden_act="relu"))
    lora = methods.prepare(tiny(), "lora", rank=2, layers=1, steps=1)
    assert [quick(model) for model in (roberta, relu, lora)] == [roberta, relu, lora]


@pytest.mark.parametrize("method", ["full", "head"])
def test_a_fine_tuned_bert_is_the_library_s_model_and_gives_its_answers(method):
    labels = ["bad", "good"]
    model, tokenizer = models.load("minilm", labels=labels)
    table = {"text": ["a fine film", "dull", "so good", "bad"], "label": ["good", "bad", "good", "bad"]}
    result = finetune.fit(model, tokenizer, pd.DataFrame(table), method=method, epochs=1, progress=False)
    assert not isinstance(result.model, QuickBert)
    with torch.no_grad():
        expected = result.model(**tokenizer(table["text"], padding=True, return_tensors="pt")).logits.softmax(-1)
    assert torch.allclose(torch.tensor(result.predict(table["text"])[labels].to_numpy()), expected, atol=1e-5)

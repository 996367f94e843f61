"""Model, tokenizer, method and texts are checked against each other before the first step, for many kinds of models."""

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import CONFIG_MAPPING, AutoModelForSequenceClassification, AutoTokenizer

from trainlib import finetune, methods, models

LABELS = ["bad", "good"]
SMALL = {
    "vocab_size": 3000,
    "hidden_size": 32,
    "n_embd": 32,
    "d_model": 32,
    "dim": 32,
    "emb_dim": 32,
    "embedding_size": 32,
    "num_hidden_layers": 2,
    "n_layer": 2,
    "n_layers": 2,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "num_attention_heads": 2,
    "n_head": 2,
    "n_heads": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "hidden_dim": 64,
    "d_inner": 64,
    "ffn_dim": 64,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "block_sizes": [1, 1],
    "max_position_embeddings": 66,
    "n_positions": 66,
    "pad_token_id": 0,
    "bos_token_id": 2,
    "eos_token_id": 3,
    "id2label": dict(enumerate(LABELS)),
    "label2id": {label: number for number, label in enumerate(LABELS)},
}


def kind(name, **options):
    """A random classifier of one of the library's kinds, two layers of 32."""
    known, own = CONFIG_MAPPING[name], SMALL | options
    names = {*known().to_dict(), *known.attribute_map, "id2label", "label2id"}
    chosen = {key: value for key, value in own.items() if key in names}
    for alias, real in known.attribute_map.items():
        if alias in chosen and real in chosen:
            del chosen[alias]
    torch.manual_seed(0)
    with models.quiet():
        return AutoModelForSequenceClassification.from_config(known(**chosen)).eval()


@pytest.fixture(scope="module")
def pieces():
    return models.load("tiny-bert")[1]


@pytest.fixture
def texts():
    """Twelve texts of very unequal length."""
    words = ["word " * 200, *("film " + "good " * i for i in range(11))]
    return pd.DataFrame({"text": words, "label": LABELS * 6})


def fit(model, pieces, texts, **options):
    return finetune.fit(model, pieces, texts, **({"epochs": 1, "layers": 1, "rank": 4, "progress": False} | options))


LINEAR = "full last-layers adapter lora adalora prompt"
FIRST = f"{LINEAR} head"
HAVE = {
    "bert": FIRST,
    "roberta": FIRST,
    "distilbert": FIRST,
    "albert": LINEAR,
    "modernbert": FIRST,
    "squeezebert": "full last-layers head prompt",
    "xlnet": "full last-layers prompt",
    "xlm": FIRST,
    "funnel": FIRST,
    "gpt2": LINEAR,
    "llama": LINEAR,
    "bart": "full last-layers lora adalora",
    "mra": "full last-layers adapter head prompt",
}


@pytest.mark.parametrize("name", HAVE)
def test_what_was_asked_for_is_trained_and_loaded_or_the_model_s_methods_are_named(name, pieces, texts, tmp_path):
    for method in methods.NAMES:
        model = kind(name)
        before = {key: weight.detach().clone() for key, weight in model.named_parameters()}
        head = sum(weight.numel() for weight in methods.Parts(model).head)
        if method not in HAVE[name].split():
            with pytest.raises(ValueError, match=f"method is '{method}', .* (have|one of):? full"):
                fit(model, pieces, texts, method=method)
            continue
        result = fit(model, pieces, texts, method=method, learning_rate=0.01)
        trained = result.parameters[0]
        assert trained == head if method == "head" else trained > head
        after = {key.replace(".base_layer", ""): weight for key, weight in model.named_parameters()}
        moved = {key for key in before.keys() & after.keys() if not torch.equal(before[key], after[key])}
        prefix = f"{model.base_model_prefix}."
        assert any(key.startswith(prefix) for key in moved) == (method in ("full", "last-layers"))
        again = finetune.load(result.save(tmp_path / f"{name}-{method}"))
        found, expected = (one.predict(texts["text"])[LABELS].to_numpy() for one in (again, result))
        assert np.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "places"),
    [("bert", 66), ("roberta", 65), ("xlm-roberta", 65), ("mpnet", 64), ("gpt2", 66), ("bart", 66), ("xlnet", 128)],
)
def test_the_longest_text_is_what_the_model_s_positions_allow(name, places, pieces, texts):
    assert fit(kind(name), pieces, texts).settings.max_length == places


def test_the_vectors_of_a_prompt_take_places_of_the_text(pieces, texts):
    assert fit(kind("roberta"), pieces, texts, method="prompt").settings.max_length == 65 - 4
    with pytest.raises(ValueError, match="rank is 63; the model reads 65 tokens, the prompt's vectors included"):
        fit(kind("roberta"), pieces, texts, method="prompt", rank=63)


@pytest.mark.parametrize("name", ["fnet", "yoso"])
def test_a_model_that_reads_the_padding_is_refused(name, pieces, texts):
    with pytest.raises(ValueError, match="answers otherwise when a text is padded"):
        fit(kind(name), pieces, texts)


@pytest.mark.parametrize("name", ["xlnet", "gpt2", "bert"])
def test_a_text_is_answered_alike_alone_and_beside_a_longer_one(name, pieces, texts):
    result = fit(kind(name), pieces, texts)
    alone, together = result.predict(["a film"])[LABELS], result.predict(["a film", "word " * 50])[LABELS]
    assert np.allclose(alone, together[:1], atol=1e-6)


def test_a_compiled_model_trains_the_weights_of_the_method(pieces, texts, capsys):
    model = kind("bert")
    result = fit(torch.compile(model, backend="eager"), pieces, texts, method="head")
    assert result.parameters[0] == 2 * 32 + 2 and result.model is model
    assert "the model is compiled" in capsys.readouterr().out


@pytest.mark.parametrize("kept", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("method", methods.NAMES)
def test_half_precision_weights_learn_as_float32_ones(kept, method, pieces, texts, capsys):
    half, whole = kind("bert").to(kept), kind("bert").to(kept).float()
    found, expected = (fit(model, pieces, texts, method=method) for model in (half, whole))
    assert {weight.dtype for weight in found.model.parameters()} == {torch.float32}
    assert found.history["train_loss"].equals(expected.history["train_loss"])
    assert capsys.readouterr().out.count("half precision") == 1


def test_a_tokenizer_with_more_pieces_than_the_model_is_refused(pieces, texts, tmp_path):
    with pytest.raises(
        ValueError, match="tokenizer has 3,000 pieces, the model knows 2,999: .*resize_token_embeddings"
    ):
        fit(kind("bert", vocab_size=2999), pieces, texts)
    pieces.save_pretrained(tmp_path)
    more = AutoTokenizer.from_pretrained(tmp_path)
    more.add_tokens(["newword"])
    with pytest.raises(ValueError, match="3,001 pieces"):
        fit(kind("bert"), more, texts)


def test_a_model_without_a_padding_piece_takes_the_tokenizer_s(pieces, texts):
    model = kind("gpt2", pad_token_id=None)
    assert fit(model, pieces, texts).model.config.pad_token_id == pieces.pad_token_id


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (lambda: models.load("tiny-bert")[0], r"model is a BertModel, which has no head: .*labels=\[…\]"),
        (lambda: torch.nn.Linear(2, 2), "model is a Linear; it must be one of models.load"),
        (lambda: kind("bert").to("meta"), "weights without values"),
        (lambda: _quantised(), "weights of torch.int8, which cannot be trained"),
    ],
)
def test_what_cannot_be_trained_on_texts_is_named(model, said, pieces, texts):
    with pytest.raises(ValueError, match=said):
        fit(model(), pieces, texts)


def _quantised():
    model = kind("bert")
    model.classifier.weight = torch.nn.Parameter(torch.zeros(2, 32, dtype=torch.int8), requires_grad=False)
    return model

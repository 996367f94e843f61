"""What each method of fine-tuning trains and adds, against the library's model, peft and the formulas."""

import pytest
import torch
from test_finetune import changed, fit, tiny, weights

from trainlib import finetune, methods
from trainlib.finetune.quick_bert import quick

ENCODER = "bert.encoder.layer."


def prepared(method, **options):
    return methods.prepare(tiny(dropout=0.0), method, **({"rank": 4, "layers": 1, "steps": 10} | options))


def batch_and_targets(tokenizer, table):
    return finetune.collate(finetune.encode(tokenizer, table["text"], 64)), torch.arange(40) % 2


@pytest.mark.parametrize("method", [name for name in methods.NAMES if name != "prompt"])
def test_a_model_starts_as_it_was(tokenizer, table, method):
    batch, _ = batch_and_targets(tokenizer, table)
    with torch.no_grad():
        expected, found = tiny(dropout=0.0)(**batch).logits, prepared(method).eval()(**batch).logits
    assert torch.allclose(found, expected, atol=1e-4 if method == "adalora" else 1e-6)


@pytest.mark.parametrize("method", methods.NAMES)
def test_gradients_of_a_step_equal_those_of_the_loss_of_the_model_itself(tokenizer, table, method):
    model, (batch, targets) = prepared(method), batch_and_targets(tokenizer, table)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    torch.manual_seed(0)  # lora_dropout draws in both
    finetune.train_step(quick(model), batch, targets, torch.optim.SGD(trained, lr=0.0))
    found = [weight.grad.clone() for weight in trained]
    model.zero_grad()
    torch.manual_seed(0)
    model.train()(**batch, labels=targets).loss.backward()  # peft adds AdaLoRA's penalty itself
    assert all(torch.allclose(own, weight.grad, atol=1e-5) for own, weight in zip(found, trained, strict=True))


@pytest.mark.parametrize(
    ("method", "allowed"),
    [
        ("last-layers", (f"{ENCODER}1.", "bert.pooler.", "classifier.")),
        ("head", ("classifier.",)),
    ],
)
def test_only_the_weights_of_the_method_change(tokenizer, table, method, allowed):
    model = tiny()
    before = weights(model)
    fit(model, tokenizer, table, method=method, layers=1, epochs=2)
    assert changed(before, model) and all(name.startswith(allowed) for name in changed(before, model))


@pytest.mark.parametrize("method", ["adapter", "lora", "adalora", "prompt"])
def test_what_is_added_is_trained_and_the_encoder_stays(tokenizer, table, method):
    model = tiny()
    before = {name: weight for name, weight in weights(model).items() if name.startswith("bert.")}
    result = fit(model, tokenizer, table, method=method, rank=4, epochs=2, learning_rate=0.01)
    after = {name.replace(".base_layer", ""): weight for name, weight in model.named_parameters()}
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    trained, total = result.parameters
    plain = sum(weight.numel() for weight in tiny().parameters())
    assert 0 < trained < 0.1 * total and total > plain


def test_adapters_add_two_narrow_networks_a_layer():
    model = prepared("adapter", rank=4)
    added = [part for part in model.modules() if isinstance(part, methods.Adapter)]
    assert len(added) == 2 * 2
    assert sum(weight.numel() for part in added for weight in part.parameters()) == 4 * (2 * 32 * 4 + 32 + 4)
    states = torch.randn(3, 32)
    with torch.no_grad():
        added[0].up.weight.normal_()
        by_hand = states + added[0].up(torch.nn.functional.gelu(states @ added[0].down.weight.T + added[0].down.bias))
        assert torch.allclose(added[0](states), by_hand, atol=1e-6)


def test_adalora_moves_its_ranks_to_where_they_matter(tokenizer, table):
    result = fit(tiny(), tokenizer, table, method="adalora", rank=2, epochs=8, batch_size=4)
    kept = result.model.active_peft_config.rank_pattern
    ranks = [sum(pattern) for pattern in kept.values()]
    assert sum(ranks) == 2 * len(ranks) and max(ranks) <= 3


def test_a_model_that_was_prepared_before_is_refused():
    for method in ("adapter", "lora", "adalora", "prompt"):
        model = tiny()
        for again in (methods.prepare(model, method, rank=4, layers=1, steps=10), model):
            with pytest.raises(ValueError, match="load it again"):
                methods.prepare(again, "full", rank=4, layers=1, steps=1)


def test_more_layers_than_there_are_are_refused():
    with pytest.raises(ValueError, match="layers is 3; the model has 2"):
        prepared("last-layers", layers=3)

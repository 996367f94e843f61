"""What makes a step quick leaves it the step it was: products, dropout, and the pieces that no text has."""

import gc
import os
import subprocess
import sys
import weakref

import pytest
import torch
from test_finetune import fit, tiny
from torch.optim.optimizer import register_optimizer_step_post_hook
from transformers import RobertaConfig, RobertaForSequenceClassification

from trainlib import finetune, models
from trainlib.finetune import passes, pieces
from trainlib.finetune.dropout import dropout, quick_dropout
from trainlib.finetune.passes import exact_products
from trainlib.finetune.pieces import Pieces

ROWS = [torch.tensor([101, 7, 9, 102]), torch.tensor([101, 9, 102])]


def words_of(model):
    return model.get_input_embeddings().weight


def test_training_the_pieces_of_the_texts_alone_trains_the_same_model(tokenizer, table, monkeypatch):
    alone = fit(tiny(), tokenizer, table, weight_decay=0, learning_rate=1e-3).model
    monkeypatch.setattr(pieces, "_is_apart", lambda *given: False)
    whole = fit(tiny(), tokenizer, table, weight_decay=0, learning_rate=1e-3).model
    for (name, left), right in zip(alone.named_parameters(), whole.parameters()):
        assert torch.allclose(left, right, atol=1e-6), name


def test_pieces_of_no_text_stay_as_they_were_and_the_others_move(tokenizer, table):
    before = words_of(tiny()).detach().clone()
    model = fit(tiny(), tokenizer, table, learning_rate=1e-3).model
    train = finetune.encode(tokenizer, table["text"][table["split"] == "train"], 64)
    read = torch.cat(train).unique()
    moved = (words_of(model) != before).any(dim=1)
    assert moved[read].all() and moved.sum() == len(read)
    assert words_of(model).shape == before.shape and "forward" not in vars(model.get_input_embeddings())


def test_a_callback_sees_the_whole_model_as_it_is_after_each_step(tokenizer, table):
    model, seen = tiny(), []
    ids = torch.arange(1, 400)[None]

    def look(row):
        model.eval()
        with torch.no_grad():
            seen.append((words_of(model).detach().clone(), model(input_ids=ids).logits))

    fit(model, tokenizer, table, callback=look, learning_rate=1e-2, epochs=1)
    steps = [words for words, _ in seen]
    assert all(words.shape == words_of(model).shape for words in steps)
    assert not torch.equal(steps[0], steps[1]) and torch.equal(steps[-1], words_of(model))
    with torch.no_grad():
        assert torch.equal(seen[-1][1], model(input_ids=ids).logits)


def test_a_model_whose_embedding_is_not_its_own_is_trained_as_it_stands():
    writer, _ = models.load("tiny-gpt", precision="float32")
    assert not Pieces(writer, ROWS).apart, "its head has the same weights"
    frozen = tiny()
    words_of(frozen).requires_grad_(False)
    assert not Pieces(frozen, ROWS).apart


def test_positions_counted_from_the_padding_piece_and_its_gradient_stay_right():
    config = RobertaConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=20,
    )  # fmt: skip
    model = RobertaForSequenceClassification(config).eval()
    batch = finetune.collate([torch.tensor([0, 7, 9, 2]), torch.tensor([0, 9, 2])], pad=1)
    labels = torch.tensor([0, 1])
    found = []
    for apart in (Pieces(model, list(batch["input_ids"])), None):
        model.zero_grad()
        if apart:
            with apart.alone():
                model(**batch, labels=labels).loss.backward()
                gradient = torch.zeros(50, 16)
                gradient[apart.rows] = words_of(model).grad
        else:
            model(**batch, labels=labels).loss.backward()
            gradient = words_of(model).grad
        found.append(gradient)
    assert torch.allclose(*found, atol=1e-7) and not found[0][1].any() and found[0][7].any()


def test_other_pieces_are_refused_and_not_taken_for_one_of_the_run():
    model = tiny()
    with Pieces(model, ROWS).alone(), pytest.raises(IndexError):
        model(input_ids=torch.tensor([[101, 8, 102]]))
    model(input_ids=torch.tensor([[101, 8, 102]]))


@pytest.mark.parametrize(("share", "kept"), [(0.0, 1.0), (1.0, 0.0), (1 - 1e-7, 0.0)])
def test_dropout_of_nothing_or_all_is_the_library_s(share, kept):
    assert torch.allclose(dropout(torch.ones(50), share), torch.full((50,), kept))


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_dropout_keeps_the_mean_drops_its_share_and_passes_gradients_where_it_keeps(share):
    torch.manual_seed(0)
    values = torch.ones(3, 1001, 101, requires_grad=True)
    out = dropout(values, share)
    out.sum().backward()
    dropped = (out == 0).float().mean().item()
    assert dropped == pytest.approx(share, abs=4 * (share * (1 - share) / values.numel()) ** 0.5)
    assert out[out != 0].unique().tolist() == pytest.approx([1 / (1 - share)], rel=1e-4)
    assert torch.equal(values.grad, out.detach())
    torch.manual_seed(0)
    assert torch.equal(dropout(values, share), out) and torch.equal(dropout(values, 0.0), values)


def test_neighbours_are_dropped_independently_of_each_other():
    torch.manual_seed(0)
    kept = (dropout(torch.ones(400_000), 0.5) != 0).double()
    for distance in (1, 2, 3, 4, 8):
        pairs = torch.stack([kept[:-distance], kept[distance:]])
        assert abs(torch.corrcoef(pairs)[0, 1].item()) < 5 / len(kept) ** 0.5, distance


def test_a_model_s_layers_drop_in_training_only_and_are_the_library_s_again_afterwards():
    model, values = tiny(dropout=0.5), torch.ones(2, 32)
    with quick_dropout(model):
        layer = model.dropout
        assert torch.equal(layer.eval()(values), values) and (layer.train()(values) == 0).any()
    assert type(model.dropout) is torch.nn.Dropout
    with pytest.raises(RuntimeError), quick_dropout(model):
        raise RuntimeError
    assert {type(part) for part in model.modules() if isinstance(part, torch.nn.Dropout)} == {torch.nn.Dropout}


@pytest.mark.parametrize(("exact", "inside"), [(True, "medium"), (False, "highest")])
def test_float32_is_multiplied_another_way_only_where_that_is_as_exact(exact, inside, monkeypatch):
    monkeypatch.setattr(passes, "_medium_is_exact", lambda: exact)
    with exact_products(tiny()):
        assert torch.get_float32_matmul_precision() == inside
    assert torch.get_float32_matmul_precision() == "highest"


def test_what_you_have_told_pytorch_holds(monkeypatch):
    monkeypatch.setattr(passes, "_medium_is_exact", lambda: True)
    torch.set_float32_matmul_precision("high")
    try:
        with exact_products(tiny()):
            assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_inside_a_product_has_the_24_bits_of_float32():
    one, other = torch.randn(300, 500), torch.randn(500, 200)
    with exact_products(tiny()):
        found = one @ other
    right = one.double() @ other.double()
    assert ((found - right).norm() / right.norm()).item() < 1e-5


def test_a_way_that_rounds_to_bfloat16_is_not_taken_for_exact(monkeypatch):
    class Rounding(torch.Tensor):
        def __matmul__(self, other):
            exact = self.as_subclass(torch.Tensor), other.as_subclass(torch.Tensor)
            rounds = torch.get_float32_matmul_precision() == "medium" and exact[0].dtype == torch.float32
            return torch.matmul(*(part.bfloat16().float() if rounds else part for part in exact))

    draw = torch.randn
    monkeypatch.setattr(torch, "randn", lambda *given, **options: draw(*given, **options).as_subclass(Rounding))
    assert not passes._medium_is_exact.__wrapped__()


def test_products_of_many_shapes_do_not_fill_the_memory():
    code = """
import psutil, torch
from trainlib.finetune import passes
torch.set_num_threads(1)
torch.set_float32_matmul_precision("medium")
held, weight, rows = psutil.Process().memory_info, torch.randn(384, 384), torch.randn(1000, 384)
def grown(counts):
    before = held().rss
    for count in counts:
        torch.mm(rows[:count], weight)
    return (held().rss - before) / 2**20
grown(range(100, 400))
print(grown(range(400, 800)))
"""
    freed_at_once = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}  # else glibc keeps holes, fewer or more of them
    said = subprocess.run(
        [sys.executable, "-c", code], env=freed_at_once, capture_output=True, text=True, check=True
    ).stdout
    assert float(said) < 40, "MiB: after 300 shapes as much is kept as ever will be; 400 more would be some 280"


@pytest.mark.parametrize(
    ("amx", "precision", "weights", "width"),
    [
        (True, "bfloat16", torch.float32, 12),
        (True, "medium", torch.float32, 12),
        (True, "float32", torch.bfloat16, 12),
        (True, "float32", torch.float32, 9),
        (False, "bfloat16", torch.bfloat16, 9),
    ],
)
def test_batches_are_padded_to_few_shapes_where_amx_prepares_each(amx, precision, weights, width, monkeypatch):
    monkeypatch.setattr(passes, "has_amx", lambda: amx)
    model = tiny().to(weights)
    assert passes.width_of(model, precision, longest=9, most=30) == width
    assert passes.width_of(model, precision, longest=9, most=10) == min(width, 10)
    assert passes.width_of(model, precision, longest=8, most=30) == 8


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_wider_batch_has_the_same_answers(side):
    model, rows = tiny(), [{"input_ids": row, "token_type_ids": row % 2} for row in ROWS]
    narrow, wide = (passes.collate(rows, 0, side, width) for width in (0, 7))
    assert wide["input_ids"].shape == (2, 7) and passes.collate(rows, 0, side, 2)["input_ids"].shape == (2, 4)
    places = torch.arange(7).flip(0) if side == "left" else torch.arange(7)
    assert wide["attention_mask"].equal((places < torch.tensor([[4], [3]])).long())
    if side == "right":
        assert torch.allclose(model(**narrow).logits, model(**wide).logits, atol=1e-6)


def test_a_run_is_never_padded_beyond_its_longest_text(tokenizer, table, monkeypatch):
    monkeypatch.setattr(passes, "has_amx", lambda: True)
    longest = max(map(len, finetune.encode(tokenizer, table["text"][table["split"] == "train"], 64)))
    model, widths = tiny(), set()
    look = lambda part, given, named: widths.add(named["input_ids"].shape[1]) if part.training else None
    model.register_forward_pre_hook(look, with_kwargs=True)
    fit(model, tokenizer, table, precision="bfloat16", batch_size=2)
    assert longest % 4 and longest in widths and len(widths) > 2
    assert all(width % 4 == 0 for width in widths - {longest}), widths


def test_a_run_that_is_over_holds_no_moments_of_its_optimizer(tokenizer, table):
    held = []
    keep = lambda optimizer, *_: held.extend(weakref.ref(state["exp_avg"]) for state in optimizer.state.values())
    hook = register_optimizer_step_post_hook(keep)
    gc.disable()
    try:
        fit(tiny(), tokenizer, table, epochs=1)
        assert held and not any(moment() is not None for moment in held)
    finally:
        gc.enable()
        hook.remove()

"""Causal models learn answers and preferences by the one loop: the library's loss, peft's gradients, trl's DPO."""

import copy
import math
import re

import numpy as np
import pandas as pd
import pytest
import torch
from test_finetune import fit, weights
from test_finetune import tiny as tiny_classifier
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import (
    AutoModelForCausalLM,
    BertConfig,
    BertLMHeadModel,
    Cohere2Config,
    Cohere2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    OPTConfig,
    OPTForCausalLM,
    PreTrainedTokenizerFast,
)

from trainlib import finetune, generate, measure, methods
from trainlib.finetune.answers import Answers
from trainlib.finetune.preferences import Preferences

SPECIAL = ["<pad>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SIZES = {"vocab_size": 259, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


@pytest.fixture(scope="module")
def pieces():
    """A tokenizer of bytes with the template of ChatML."""
    vocabulary = {
        piece: number for number, piece in enumerate([*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())])
    }
    tokenizer = Tokenizer(BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = {"pad_token": "<pad>", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>"}
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)
    made.chat_template = TEMPLATE
    return made


def tiny(seed=0, tied=True, dropout=0.0):
    """A random Llama that is small enough to train in a second."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=64,
        max_position_embeddings=256, tie_word_embeddings=tied, attention_dropout=dropout, initializer_range=0.2,
        **SIZES,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


@pytest.fixture
def table():
    """Twenty sums, as texts and as messages, answered in words of unequal length."""
    words = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight"]
    rows = []
    for row in range(20):
        left, right = row % 5, row // 5
        asked = f"{left} + {right} ="
        chat = [{"role": "system", "content": "Add."}, {"role": "user", "content": asked}]
        rows.append(
            (chat if row % 2 else asked, words[left + right], "train" if row < 14 else "dev" if row < 17 else "test")
        )
    return pd.DataFrame(rows, columns=["prompt", "answer", "split"])


@pytest.fixture
def pairs(table):
    """The same sums with a right and a wrong answer."""
    table = table.rename(columns={"answer": "chosen"})
    return table.assign(rejected=[f"{word}teen" for word in table["chosen"]])


def answers_of(pieces, table, **settings):
    """(task, inputs, counts) of a table."""
    task = Answers(pieces, finetune.Settings(**settings))
    return task, *task.rows(None, table)


def library_loss(model, pieces, table):
    """transformers' own loss of a table in one padded batch."""
    _, inputs, counts = answers_of(pieces, table)
    batch = finetune.collate(inputs)
    return model(**batch, labels=finetune.answer_labels(batch, counts), use_cache=False).loss


def other_kind(name):
    torch.manual_seed(0)
    small = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "initializer_range": 0.2,
    } | SIZES
    if name == "gpt2":
        return GPT2LMHeadModel(GPT2Config(n_embd=32, n_layer=2, n_head=2, n_positions=256, **SIZES)).eval()
    if name == "opt":
        return OPTForCausalLM(
            OPTConfig(ffn_dim=64, word_embed_proj_dim=32, max_position_embeddings=256, **small)
        ).eval()
    if name == "cohere2":  # multiplies its logits behind the head
        return Cohere2ForCausalLM(Cohere2Config(num_key_value_heads=2, logit_scale=0.25, **small)).eval()
    return BertLMHeadModel(BertConfig(**small)).eval()  # no decoder: it reads on both sides


KINDS = {"tied": tiny, "untied": lambda: tiny(tied=False)} | {
    name: lambda name=name: other_kind(name) for name in ("gpt2", "opt", "cohere2")
}


@pytest.mark.parametrize("form", KINDS)
def test_the_loss_is_the_library_s_on_the_answer_s_tokens_alone(form, pieces, table):
    model = KINDS[form]()
    task, inputs, counts = answers_of(pieces, table)
    with torch.no_grad():
        expected = library_loss(model, pieces, table).item()
    found = task.dev_scores(model, inputs, counts)
    assert found["dev_loss"] == pytest.approx(expected, abs=1e-5)
    assert found["dev_perplexity"] == pytest.approx(math.exp(expected), rel=1e-5)


def test_a_row_is_the_prompt_as_given_or_by_the_template_then_the_answer_and_the_end(pieces, table):
    _, inputs, counts = answers_of(pieces, table)
    chat = pieces.apply_chat_template(
        [*table["prompt"][1], {"role": "assistant", "content": table["answer"][1]}], tokenize=False
    )
    assert pieces.decode(inputs[0]) == "0 + 0 =none<|im_end|>"
    assert pieces.decode(inputs[1]) == chat.removesuffix("\n")
    assert counts.tolist() == [len(word) + 1 for word in table["answer"]]
    batch = finetune.collate(inputs[:2])
    labels = finetune.answer_labels(batch, counts[:2])
    assert [pieces.decode(row[row != -100]) for row in labels] == ["none<|im_end|>", "one<|im_end|>"]


def test_a_prompt_is_read_as_generate_reads_it(pieces, table):
    _, inputs, counts = answers_of(pieces, table)
    read = generate.prompts.encode(tiny(), pieces, list(table["prompt"]), max_tokens=1)
    assert [ids[:-count].tolist() for ids, count in zip(inputs, counts)] == read


def test_messages_teach_what_prompt_and_answer_teach(pieces, table):
    chats = table[[not isinstance(prompt, str) for prompt in table["prompt"]]]
    whole = [
        [*prompt, {"role": "assistant", "content": answer}] for prompt, answer in zip(chats["prompt"], chats["answer"])
    ]
    as_messages = pd.DataFrame({"messages": whole, "split": chats["split"]})
    first, second = (fit(tiny(), pieces, one, epochs=1) for one in (chats, as_messages))
    assert all(torch.equal(*pair) for pair in zip(first.model.parameters(), second.model.parameters()))


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("method", ["full", "last-layers", "lora", "adalora", "adapter"])
def test_gradients_of_a_step_are_those_of_the_library_s_loss_through_peft(pieces, table, method, parts):
    model = methods.prepare(tiny(), method, rank=4, layers=1, steps=10)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0  # so that parts draw nothing
    task, inputs, counts = answers_of(pieces, table)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer, loss = torch.optim.SGD(trained, lr=0.0), task.loss(model, counts)
    value = finetune.train_step(model, finetune.collate(inputs), counts, optimizer, loss=loss, parts=parts)
    found = [weight.grad.clone() for weight in trained]
    model.zero_grad()
    expected = library_loss(model.train(), pieces, table)
    expected.backward()
    penalty = methods.penalty(model) if method == "adalora" else 0.0  # peft adds it itself
    assert value == pytest.approx(float(expected - penalty), abs=1e-5)
    assert all(torch.allclose(own, weight.grad, atol=1e-5) for own, weight in zip(found, trained, strict=True))
    assert any(own.abs().sum() > 0 for own in found)


@pytest.mark.parametrize("method", ["lora", "full"])
def test_steps_with_gradient_checkpointing_are_those_without(pieces, table, method):
    plain, saving = (
        fit(tiny(), pieces, table, method=method, epochs=2, batch_size=4, gradient_checkpointing=on)
        for on in (False, True)
    )
    assert plain.history["train_loss"].tolist() == pytest.approx(saving.history["train_loss"].tolist(), abs=1e-6)
    for left, right in zip(plain.model.parameters(), saving.model.parameters()):
        assert torch.allclose(left, right, atol=1e-5)
    assert not saving.model.is_gradient_checkpointing


def test_gradient_checkpointing_computes_a_layer_again_in_each_step_and_in_the_check_of_added_weights(pieces, table):
    def passes(on):
        model, seen = tiny(), []
        next(part for part in model.modules() if isinstance(part, torch.nn.Linear)).register_forward_hook(
            lambda *_: seen.append(torch.is_grad_enabled())
        )
        fit(model, pieces, table, method="lora", epochs=1, batch_size=len(table), gradient_checkpointing=on)
        return len(seen)

    assert passes(True) - passes(False) == 2  # one step, and the check before it


def test_gradient_checkpointing_leaves_a_classifier_s_answers(tokenizer):
    texts = pd.DataFrame({"text": ["good film", "bad film", "a good one", "bad"], "label": ["good", "bad"] * 2})
    plain, saving = (
        fit(tiny_classifier(dropout=0.0), tokenizer, texts, gradient_checkpointing=on, epochs=3) for on in (False, True)
    )
    assert np.allclose(plain.predict(texts["text"])["good"], saving.predict(texts["text"])["good"], atol=1e-5)


def test_train_loss_dev_loss_and_perplexity_are_the_history(pieces, table):
    result = fit(tiny(), pieces, table, epochs=2, learning_rate=1e-9)
    names = ["train_loss", "dev_loss", "dev_perplexity", "seconds", "samples_per_second"]
    assert list(result.history.columns) == names
    train, dev = (table[table["split"] == name] for name in ("train", "dev"))
    with torch.no_grad():
        assert result.history["train_loss"].iloc[0] == pytest.approx(
            library_loss(tiny(), pieces, train).item(), abs=1e-5
        )
        assert result.history["dev_loss"].iloc[0] == pytest.approx(library_loss(tiny(), pieces, dev).item(), abs=1e-5)
    assert fit(tiny(), pieces, train, epochs=1).history[["dev_loss", "dev_perplexity"]].isna().all(axis=None)


@pytest.mark.parametrize("method", ["full", "lora", "adapter"])
def test_a_causal_model_learns_its_answers(pieces, table, method):
    eight = table.head(8).assign(split="train")
    rate = {"full": 1e-2, "lora": 3e-2, "adapter": 1e-2}[method]
    options = {"epochs": 60, "batch_size": 4, "rank": 8, "learning_rate": rate}
    history = fit(tiny(), pieces, eight, method=method, **options).history
    assert history["train_loss"].iloc[-1] < history["train_loss"].iloc[0] / 3


def test_what_is_trained_is_the_method_s_and_a_tied_table_counts_once(pieces, table):
    for tied in (True, False):
        model = tiny(tied=tied)
        total, before = sum(weight.numel() for weight in model.parameters()), weights(model)
        assert fit(tiny(tied=tied), pieces, table, epochs=1).parameters == (total, total)
        last = fit(tiny(tied=tied), pieces, table, method="last-layers", layers=1, epochs=1).parameters
        assert last == (sum(weight.numel() for weight in model.model.layers[-1].parameters()), total)
        added = 2 * 4 * (32 + 32 + 32 + 16)
        lora = fit(model, pieces, table, method="lora", rank=4, epochs=1, learning_rate=0.1)
        assert lora.parameters == (added, total + added) and lora.forward == "library"
        after = {name.replace(".base_layer", ""): weight for name, weight in model.named_parameters()}
        assert all(torch.equal(after[name], weight) for name, weight in before.items())


def test_bfloat16_weights_stay_and_the_added_ones_are_float32(pieces, table, capsys):
    lora = fit(tiny().bfloat16(), pieces, table, method="lora", epochs=2, learning_rate=0.05)
    kinds = {weight.dtype for weight in lora.model.parameters() if not weight.requires_grad}
    assert kinds == {torch.bfloat16} and "half precision" not in capsys.readouterr().out
    assert {weight.dtype for weight in lora.model.parameters() if weight.requires_grad} == {torch.float32}
    whole = fit(tiny(), pieces, table, method="lora", epochs=2, learning_rate=0.05)
    assert lora.history["dev_loss"].tolist() == pytest.approx(whole.history["dev_loss"].tolist(), abs=0.1)
    assert {weight.dtype for weight in fit(tiny().bfloat16(), pieces, table, epochs=1).model.parameters()} == {
        torch.float32
    }
    assert "half precision" in capsys.readouterr().out


class Killed(Exception):
    pass


@pytest.mark.parametrize(("method", "half"), [("full", False), ("lora", True), ("dpo", False)])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(pieces, table, pairs, tmp_path, method, half):
    given, options = (
        pairs if method == "dpo" else table,
        {"method": method, "epochs": 2, "batch_size": 4, "save_every": 2},
    )
    options |= {"parts": 2, "gradient_checkpointing": True, "patience": 1}
    model = lambda: tiny(dropout=0.1).bfloat16() if half else tiny(dropout=0.1)

    def callback(row):
        if row.get("step") == 7:
            raise Killed

    with pytest.raises(Killed):
        fit(model(), pieces, given, checkpoint=tmp_path / "run.pt", callback=callback, **options)
    found = fit(model(), pieces, given, checkpoint=tmp_path / "run.pt", **options)
    expected = fit(model(), pieces, given, **options)
    assert all(torch.equal(*pair) for pair in zip(found.model.parameters(), expected.model.parameters(), strict=True))
    scores = ["train_loss", "dev_loss"]
    assert found.history[scores].equals(expected.history[scores])
    with pytest.raises(ValueError, match="belongs to a run with other texts"):
        fit(model(), pieces, given.iloc[1:], checkpoint=tmp_path / "run.pt", **options)


def test_another_seed_gives_another_run(pieces, table):
    first, again, other = (
        fit(tiny(), pieces, table, method="lora", epochs=1, batch_size=4, seed=seed) for seed in (5, 5, 6)
    )
    assert first.history["train_loss"].equals(again.history["train_loss"])
    assert not first.history["train_loss"].equals(other.history["train_loss"])


def test_two_processes_add_up_to_the_step_of_one(pieces, table):
    from trainlib.finetune.processes import Processes

    task, inputs, counts = answers_of(pieces, table)
    batch, sums = finetune.collate(inputs), []
    for rank, count in ((0, 1), (0, 2), (1, 2)):
        model = tiny()
        alone = Processes(rank, count)
        alone.all, alone.add_gradients = lambda value: [value], lambda weights: None
        optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
        loss = finetune.train_step(model, batch, counts, optimizer, 1e9, task.loss(model, counts), 1, alone)
        sums.append((loss, [weight.grad for weight in model.parameters()]))
    assert sums[0][0] == pytest.approx(sums[1][0] + sums[2][0], abs=1e-5)
    for whole, left, right in zip(*(gradients for _, gradients in sums)):
        assert torch.allclose(whole, left + right, atol=1e-5)


def test_a_prompt_is_cut_at_its_beginning_and_an_answer_never(pieces, table, capsys):
    given = table.assign(prompt=["a long story: " * 3 + "5 + 5 ="] * 20)
    given.at[2, "answer"] = "far too long an answer"
    _, inputs, counts = answers_of(pieces, given, max_length=20)
    said = capsys.readouterr().out
    assert "! 20 of 20 prompts with their answer are longer than 20 tokens" not in said
    assert "! 19 of 20 prompts with their answer are longer than 20 tokens: the beginning" in said
    assert "! 1 of 20 rows are left out, the first at index 2: their answer does not fit into 20 tokens" in said
    assert len(inputs) == len(counts) == 19 and {len(row) for row in inputs} == {20}
    assert pieces.decode(inputs[0]) == (given["prompt"][0] + "none<|im_end|>")[-(20 + len("<|im_end|>") - 1) :]
    with pytest.raises(ValueError, match="no training row is left: max_length is 4; raise it"):
        fit(tiny(), pieces, table.assign(answer="a long answer"), max_length=4)


def test_patience_goes_by_the_loss(pieces, table):
    result = fit(tiny(), pieces, table, epochs=30, patience=2, learning_rate=0.1)
    best = result.history["dev_loss"].argmin()
    assert result.settings.metric == "loss" and len(result.history) == best + 1 + 2 < 30
    with pytest.raises(ValueError, match="metric is 'f1'; what this model learns is measured by: loss"):
        fit(tiny(), pieces, table, metric="f1")


MESSAGE = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            lambda table: table.drop(columns="answer"),
            r"\['answer'\] is missing: a model that writes learns from prompt",
        ),
        (lambda table: table.head(0), "there are no prompts"),
        (lambda table: table.assign(split="test"), "0 training rows"),
        (
            lambda table: table.assign(answer=[" ", *table["answer"][1:]]),
            "1 of 20 answers are empty or no text.*index 0",
        ),
        (lambda table: table.assign(prompt=[None, *table["prompt"][1:]]), "prompt at index 0: a prompt holds 'None'"),
        (
            lambda table: table.assign(prompt=["\n", *table["prompt"][1:]]),
            "prompt at index 0 is .*must be a whole text",
        ),
        (lambda table: table.assign(prompt=[[{"role": "user"}]] * 20), "prompt at index 0: a prompt holds"),
        (
            lambda table: pd.DataFrame({"messages": [[MESSAGE]] * 2}),
            "2 of 2 rows of messages do not end with the answer",
        ),
        (lambda table: pd.DataFrame({"messages": [[MESSAGE, MESSAGE]]}), "1 of 1 rows of messages do not end with"),
    ],
)
def test_tables_that_teach_no_answers_are_refused(pieces, table, fault, message):
    with pytest.raises(ValueError, match=message):
        fit(tiny(), pieces, fault(table))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"method": "head"},
            "method is 'head', but it has no head that could learn alone.*can have: full, last-layers",
        ),
        ({"method": "prompt"}, "method is 'prompt', but a model that writes is told what to do by its prompt"),
        ({"class_weights": "balanced"}, "class_weights is 'balanced'; a model that writes has no classes"),
        ({"gradient_checkpointing": "yes"}, "gradient_checkpointing is 'yes'; it must be True or False"),
        ({"beta": 0}, "beta is 0; it must be a number above 0"),
        ({"method": "dpo"}, r"\['chosen', 'rejected'\] is missing"),
    ],
)
def test_settings_that_a_causal_model_cannot_have_are_refused(pieces, table, options, message):
    with pytest.raises(ValueError, match=message):
        fit(tiny(), pieces, table, **options)


def test_models_and_tokenizers_that_cannot_write_are_refused(pieces, table, tokenizer):
    with pytest.raises(ValueError, match="BertLMHeadModel sees the tokens that it is to foretell"):
        fit(other_kind("bert"), pieces, table)
    plain, endless = copy.deepcopy(pieces), copy.deepcopy(pieces)
    plain.chat_template, endless.eos_token = None, None
    with pytest.raises(ValueError, match="prompt at index 1: .*has no chat template"):
        fit(tiny(), plain, table)
    with pytest.raises(ValueError, match="the tokenizer has no end token"):
        fit(tiny(), endless, table)
    with pytest.raises(
        ValueError, match="method is 'dpo'; a BertForSequenceClassification does not write, and can have: full"
    ):
        fit(tiny_classifier(), tokenizer, pd.DataFrame({"text": ["a", "b"], "label": ["bad", "good"]}), method="dpo")


def test_classes_are_not_asked_of_a_causal_model_nor_answers_of_a_classifier(pieces, table, tokenizer):
    with pytest.raises(ValueError, match=r"a LlamaForCausalLM has no classes to predict: it takes answer\(prompts\)"):
        fit(tiny(), pieces, table, epochs=1).predict(["a"])
    classifier = finetune.FineTuned(tiny_classifier(), tokenizer, finetune.Settings(), None)
    with pytest.raises(ValueError, match=r"BertForSequenceClassification does not write: it takes predict\(texts\)"):
        classifier.answer(["a"])


def test_answers_are_exactly_matched_and_perplexity_is_that_of_the_right_ones(pieces, table, tmp_path):
    options = {"epochs": 40, "batch_size": 4, "learning_rate": 1e-2}
    result = fit(tiny(), pieces, table.assign(split="train"), **options)
    rows = table.assign(answer=[" wrong" if row % 4 == 0 else answer for row, answer in enumerate(table["answer"])])
    scores = result.evaluate(rows.drop(columns="split"))
    written = result.answer(list(rows["prompt"]), max_tokens=8)
    hits = sum(left == right for left, right in zip(written, rows["answer"]))
    assert scores["exact_match"] == measure.proportion(hits, 20) and 10 <= hits <= 15
    with torch.no_grad():
        expected = library_loss(result.model, pieces, rows).item()
    assert scores["perplexity"] == pytest.approx(math.exp(expected), rel=1e-4)
    assert finetune.load(result.save(tmp_path)).answer(rows["prompt"][0], max_tokens=8) == written[0] == "none"


def by_hand(model, pieces, table, answer):
    """Each answer's log-probability, summed over its tokens, one row after the other and without a batch."""
    found = []
    for prompt, text in zip(table["prompt"], table[answer]):
        _, (ids,), (count,) = answers_of(pieces, pd.DataFrame({"prompt": [prompt], "answer": [text]}))
        scores = model(input_ids=ids[None]).logits[0].log_softmax(dim=-1)
        found.append(sum(scores[place - 1, ids[place]] for place in range(len(ids) - int(count), len(ids))))
    return torch.stack(found)


def read_pairs(model, pieces, pairs, **settings):
    """(task, inputs, targets) as the loop reads them."""
    task = Preferences(pieces, finetune.Settings(method="dpo", metric="loss", **settings))
    rows = task.rows(model, pairs)
    with task.as_read(model, rows, ([], torch.zeros(0, 2))) as (read, _):
        return task, *read


def lora():
    """A model prepared for LoRA, without dropout."""
    model = methods.prepare(tiny(), "lora", rank=4, layers=1, steps=1)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    return model


def move(model):
    """Let its LoRA have learnt something."""
    torch.manual_seed(1)
    for name, weight in model.named_parameters():
        if "lora_B.default" in name:
            weight.data.normal_(std=0.1)
    return model


def test_dpo_is_its_closed_form_with_the_adapters_switched_off_as_reference(pieces, pairs):
    model, plain = move(lora()), tiny()
    task, inputs, targets = read_pairs(model, pieces, pairs, beta=0.3)
    with torch.no_grad():
        gains = [
            by_hand(model, pieces, pairs, name) - by_hand(plain, pieces, pairs, name) for name in ("chosen", "rejected")
        ]
    expected = -torch.log(torch.sigmoid(0.3 * (gains[0] - gains[1])))
    scores = task.dev_scores(model, inputs, targets)
    assert scores["dev_loss"] == pytest.approx(expected.mean().item(), abs=1e-5)
    assert scores["dev_accuracy"] == (gains[0] > gains[1]).float().mean().item()
    loss = task.loss(model, targets)
    with torch.no_grad():
        assert loss.of(model, finetune.collate(inputs), targets).item() == pytest.approx(
            expected.sum().item(), abs=1e-4
        )


def test_dpo_s_step_is_trl_s_on_the_same_batch(pieces, pairs, tmp_path):
    trl = pytest.importorskip("trl", reason="extra `test`")
    datasets = pytest.importorskip("datasets")
    model = lora()
    rendered = [generate.chat(pieces, prompt) for prompt in pairs["prompt"]]
    rows = datasets.Dataset.from_pandas(pairs.assign(prompt=rendered)[["prompt", "chosen", "rejected"]])
    arguments = trl.DPOConfig(
        str(tmp_path), beta=0.1, per_device_train_batch_size=len(rows), use_cpu=True, report_to=[], save_strategy="no",
        disable_tqdm=True, gradient_checkpointing=False, bf16=False, max_length=256,
    )  # fmt: skip
    trainer = trl.DPOTrainer(model, args=arguments, train_dataset=rows, processing_class=pieces)
    move(model)  # after trl has taken what it is now as its reference
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    loss = trainer.compute_loss(model.train(), next(iter(trainer.get_train_dataloader())))
    loss.backward()
    expected = [weight.grad.clone() for weight in trained]
    task, inputs, targets = read_pairs(model, pieces, pairs)
    optimizer = torch.optim.SGD(trained, lr=0.0)
    value = finetune.train_step(model, finetune.collate(inputs), targets, optimizer, loss=task.loss(model, targets))
    assert value == pytest.approx(loss.item(), abs=1e-5) and abs(value - math.log(2)) > 1e-3
    assert all(torch.allclose(weight.grad, wanted, atol=1e-5) for weight, wanted in zip(trained, expected, strict=True))


def test_preferences_are_learnt_and_the_first_loss_is_that_of_no_preference(pieces, pairs):
    history = fit(tiny(), pieces, pairs, method="dpo", epochs=12, batch_size=4, learning_rate=0.02, beta=0.3).history
    assert list(history.columns) == ["train_loss", "dev_loss", "dev_accuracy", "seconds", "samples_per_second"]
    start = fit(tiny(), pieces, pairs, method="dpo", epochs=1, learning_rate=1e-9).history
    assert start["train_loss"].iloc[0] == pytest.approx(math.log(2), abs=1e-5)
    assert history["train_loss"].iloc[-1] < 0.4 and history["dev_accuracy"].iloc[-1] == 1


def test_pairs_are_measured_by_what_is_more_probable(pieces, pairs):
    result = fit(tiny(), pieces, pairs, method="dpo", epochs=1)
    with torch.no_grad():
        chosen, rejected = (by_hand(result.model, pieces, pairs, name) for name in ("chosen", "rejected"))
    whole = pairs.drop(columns="split")
    assert result.evaluate(whole)["accuracy"] == measure.proportion(int((chosen > rejected).sum()), 20)


def test_pairs_that_teach_nothing_are_refused(pieces, pairs):
    with pytest.raises(ValueError, match="20 rows have one answer as chosen and rejected, the first at index 0"):
        fit(tiny(), pieces, pairs.assign(rejected=pairs["chosen"]), method="dpo")
    with pytest.raises(ValueError, match=re.escape("label_smoothing is 0.1; with method 'dpo' it must be 0")):
        fit(tiny(), pieces, pairs, method="dpo", label_smoothing=0.1)


@pytest.mark.parametrize("method", ["full", "last-layers", "lora", "adalora", "adapter", "dpo"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_saved_model_gives_the_same_losses_after_loading(pieces, table, pairs, tmp_path, method, tied, monkeypatch):
    monkeypatch.setattr("trainlib._machine.has_amx", lambda: True)  # where models that write are opened in bfloat16
    given = pairs if method == "dpo" else table
    result = fit(tiny(tied=tied), pieces, given, method=method, epochs=1, layers=1, learning_rate=0.05)
    task, inputs, counts = answers_of(pieces, table)
    again = finetune.load(result.save(tmp_path))
    expected = task.dev_scores(result.model, inputs, counts)["dev_loss"]
    assert task.dev_scores(again.model, inputs, counts)["dev_loss"] == pytest.approx(expected, abs=1e-5)
    assert again.settings == result.settings and np.allclose(again.history, result.history)
    if method != "adapter":
        plain = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
        assert task.dev_scores(plain, inputs, counts)["dev_loss"] == pytest.approx(expected, abs=1e-5)
        assert (plain.lm_head.weight is plain.model.embed_tokens.weight) == tied


@pytest.mark.parametrize(("amx", "weights"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_model_saved_in_half_precision_is_opened_in_it_where_that_is_faster(
    pieces, table, tmp_path, amx, weights, monkeypatch
):
    monkeypatch.setattr("trainlib._machine.has_amx", lambda: amx)
    result = fit(tiny().bfloat16(), pieces, table, method="lora", epochs=1)
    assert finetune.load(result.save(tmp_path)).model.dtype == weights


def test_nothing_is_written_to_stderr(pieces, table, pairs, tmp_path, capfd):
    for method in ("full", "lora", "dpo"):
        given, options = pairs if method == "dpo" else table, {"gradient_checkpointing": True, "epochs": 1}
        finetune.fit(tiny(), pieces, given, method=method, **options).save(tmp_path / method)
    written = capfd.readouterr()
    assert written.err == "" and "1/1" in written.out

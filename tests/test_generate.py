"""Models that write: the same tokens as transformers' own `generate`, distributions that are what they are said to be,
answers that fit, and clear refusals."""

import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers import models as kinds
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from trainlib import generate, models
from trainlib.generate import prompts as prompts_of
from trainlib.generate import sampling

TEXTS = ["the payment of 12 euros is due", "Zoë pays the café", 'yes or no, true or false: {"name": "value"}'] * 5
PROMPTS = ["the payment", "Zoë pays 12 euros to the café and", "no", "yes, the value of the name is due"]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PAYMENT = {
    "type": "object",
    "properties": {"payee": {"type": "string", "maxLength": 12}, "currency": {"enum": ["EUR", "USD"]}},
    "required": ["payee", "currency"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def tokenizer():
    inside = Tokenizer(kinds.BPE())
    inside.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inside.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    inside.train_from_iterator(
        TEXTS, trainers.BpeTrainer(special_tokens=special, initial_alphabet=alphabet, vocab_size=300)
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inside, eos_token="<|im_end|>", pad_token="<|im_end|>")
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def small(tokenizer, kind="llama"):
    """A causal model with random weights that are large enough to have opinions."""
    torch.manual_seed(3)
    shared = {"vocab_size": len(tokenizer), "initializer_range": 0.15, "bos_token_id": 1, "eos_token_id": 2}
    if kind == "gpt2":
        config = GPT2Config(n_embd=64, n_layer=2, n_head=4, n_positions=128, **shared)
        return GPT2LMHeadModel(config).eval()
    config = LlamaConfig(
        hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=128, pad_token_id=2, **shared,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


@pytest.fixture
def model(tokenizer):
    return small(tokenizer)


def theirs(model, tokenizer, prompt, **options):
    """What transformers' own loop writes after one prompt, as token ids without the end token."""
    ids = tokenizer(prompt, return_tensors="pt")
    out = model.generate(input_ids=ids.input_ids, attention_mask=ids.attention_mask, pad_token_id=2, **options)
    new = out[0, ids.input_ids.shape[1] :].tolist()
    ends = prompts_of.ends(model, tokenizer)
    return new[: next((place for place, token in enumerate(new) if token in ends), len(new))]


def words(tokenizer, ids):
    return tokenizer.decode(ids, skip_special_tokens=True).rstrip("\ufffd")


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
@pytest.mark.parametrize("batch_size", [1, 3, 8])
def test_greedy_answers_are_those_of_transformers_whatever_the_batch(tokenizer, architecture, batch_size):
    model = small(tokenizer, architecture)
    model.generation_config.eos_token_id = [2, *range(10, 40)]  # so that some answers end early
    expected = [theirs(model, tokenizer, prompt, max_new_tokens=30, do_sample=False) for prompt in PROMPTS]
    assert len({len(ids) for ids in expected}) > 1
    got = generate.text(model, tokenizer, PROMPTS, max_tokens=30, batch_size=batch_size)
    assert got == [words(tokenizer, ids) for ids in expected]


def test_one_prompt_gives_a_string_and_a_list_a_list_in_its_order(model, tokenizer):
    one = [generate.text(model, tokenizer, prompt, max_tokens=6) for prompt in PROMPTS]
    assert all(isinstance(answer, str) for answer in one)
    assert generate.text(model, tokenizer, PROMPTS, max_tokens=6) == one
    assert generate.text(model, tokenizer, pd.Series(PROMPTS, index=[3, 1, 2, 0]), max_tokens=6) == one
    assert generate.text(model, tokenizer, []) == []


def test_messages_are_rendered_with_the_template_and_strings_are_taken_as_they_are(model, tokenizer):
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "yes?"}]
    rendered = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nyes?<|im_end|>\n<|im_start|>assistant\n"
    assert generate.chat(tokenizer, chat) == rendered and generate.chat(tokenizer, "yes?") == "yes?"
    both = generate.text(model, tokenizer, [chat, rendered], max_tokens=9)
    assert both[0] == both[1] == generate.text(model, tokenizer, chat, max_tokens=9)


def test_a_first_token_is_added_once(model):
    class First:  # a tokenizer that begins texts with a token of its own
        bos_token, eos_token_id, asked = "<s>", 2, []

        def __len__(self):
            return 300

        def __call__(self, text, add_special_tokens):
            self.asked.append(add_special_tokens)
            return {"input_ids": [5]}

    prompts_of.encode(model, First(), ["yes", "<s>yes"], 1)
    assert First.asked == [True, False]


@given(
    temperature=st.floats(0.1, 3), top_k=st.none() | st.integers(1, 60), top_p=st.none() | st.floats(0.05, 1),
    seed=st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_distribution_that_is_drawn_from_is_the_one_of_transformers(temperature, top_k, top_p, seed):
    logits = torch.randn(50, generator=torch.Generator().manual_seed(seed)) * 3
    scores = TemperatureLogitsWarper(temperature)(None, logits[None])
    scores = TopKLogitsWarper(top_k)(None, scores) if top_k else scores
    scores = TopPLogitsWarper(top_p)(None, scores) if top_p else scores
    probabilities, ids = sampling.candidates(
        logits, sampling.Options(temperature=temperature, top_k=top_k, top_p=top_p)
    )
    got = torch.zeros(50).index_put((ids,), probabilities)
    torch.testing.assert_close(got, scores[0].softmax(dim=-1), atol=1e-6, rtol=1e-5)


def test_tokens_are_drawn_as_often_as_their_probabilities_say(model, tokenizer):
    expected = generate.next_token(model, tokenizer, PROMPTS[0], top=5)
    drawn = generate.text(model, tokenizer, [PROMPTS[0]] * 2000, max_tokens=1, temperature=1.0, batch_size=500)
    for token, probability in zip(expected["token"], expected["probability"]):
        assert np.mean([answer == token for answer in drawn]) == pytest.approx(probability, abs=0.04)


def test_a_seed_repeats_in_any_batch_and_leaves_your_own_random_numbers_alone(model, tokenizer):
    options = {"max_tokens": 12, "temperature": 1.0}
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first = generate.text(model, tokenizer, PROMPTS, seed=1, **options)
    assert torch.equal(torch.rand(3), expected)
    assert first == generate.text(model, tokenizer, PROMPTS, seed=1, batch_size=1, **options)
    assert first != generate.text(model, tokenizer, PROMPTS, seed=2, **options)
    twice = generate.text(model, tokenizer, PROMPTS[:1] * 2, seed=1, **options)
    assert twice[0] == first[0] and twice[0] != twice[1]


@pytest.mark.parametrize("temperature", [0.0, 1.0, 2.0])
def test_pieces_of_a_stream_are_whole_characters_and_join_to_the_text(model, tokenizer, temperature):
    lengths = []
    for seed in range(6):
        options = {"max_tokens": 40, "temperature": temperature, "seed": seed}
        pieces = list(generate.stream(model, tokenizer, PROMPTS[1], **options))
        assert "".join(pieces) == generate.text(model, tokenizer, PROMPTS[1], **options) and all(pieces)
        lengths.append(len(pieces))
    assert max(lengths) > 15


def test_half_a_character_is_held_back():
    class Letters:  # a tokenizer of bytes
        def decode(self, ids, **_):
            return bytes(ids).decode(errors="replace")

    from trainlib.generate.writing import _Answer

    answer = _Answer(Letters(), [], sampling.Options(), frozenset(), None, None)
    seen = []
    for byte in "é€!".encode():
        answer.tokens.append(byte)
        seen.append(answer.sure_text())
    assert seen == ["", "é", "é", "é", "é€", "é€!"]


def test_an_answer_ends_before_a_stop_word_also_in_a_stream(model, tokenizer):
    whole = generate.text(model, tokenizer, PROMPTS[0], max_tokens=30)
    stop = whole[10:13]
    expected = whole[: whole.index(stop)]
    assert generate.text(model, tokenizer, PROMPTS[0], max_tokens=30, stop=stop) == expected
    assert generate.text(model, tokenizer, PROMPTS[0], max_tokens=30, stop=["never to be written", stop]) == expected
    assert "".join(generate.stream(model, tokenizer, PROMPTS[0], max_tokens=30, stop=[stop, whole[12:20]])) == expected


@pytest.mark.parametrize("batch_size", [1, 8])
def test_answers_fit_the_schema_whatever_the_model_would_say(model, tokenizer, batch_size):
    answers = generate.text(
        model, tokenizer, PROMPTS, schema=PAYMENT, temperature=1.0, max_tokens=100, batch_size=batch_size
    )
    for answer in answers:
        jsonschema.validate(json.loads(answer), PAYMENT)
        assert answer.startswith('{"payee": "') and json.dumps(json.loads(answer), ensure_ascii=False) == answer
    assert len(set(answers)) == len(PROMPTS)


@pytest.mark.parametrize("pattern", ["(yes|no)", "^(yes|no)$", "[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[a-z]{3,5}\$", "é{2}"])
def test_answers_fit_the_pattern_as_a_whole(model, tokenizer, pattern):
    for answer in generate.text(model, tokenizer, PROMPTS, pattern=pattern, temperature=2.0):
        assert re.fullmatch(pattern, answer)


def test_a_choice_under_a_pattern_is_the_most_probable_of_the_allowed_tokens(model, tokenizer):
    tokens = generate.next_token(model, tokenizer, PROMPTS[0], top=len(tokenizer))
    letters = tokens[tokens["token"].str.fullmatch("[a-z]")]
    assert generate.text(model, tokenizer, PROMPTS[0], pattern="[a-z]") == letters["token"].iloc[0]


def test_an_answer_that_is_cut_before_it_fits_is_reported(model, tokenizer, capsys):
    generate.text(model, tokenizer, PROMPTS, schema=PAYMENT, max_tokens=4)
    assert capsys.readouterr().out == "! 4 of 4 answers: cut at max_tokens=4 before it was whole\n"
    generate.text(model, tokenizer, PROMPTS, pattern="[a-z]+", max_tokens=4)
    assert capsys.readouterr().out == ""


def test_what_has_to_follow_is_not_asked_of_the_model(model, tokenizer, monkeypatch):
    steps = []
    forward = model.forward
    monkeypatch.setattr(model, "forward", lambda *args, **given: steps.append(1) or forward(*args, **given))
    assert generate.text(model, tokenizer, PROMPTS[0], pattern="the value of the name") == "the value of the name"
    assert not steps
    generate.text(model, tokenizer, PROMPTS[0], pattern="the (value|name) of the payment")
    assert len(steps) == 1


def test_log_probabilities_are_those_of_a_pass_over_prompt_and_continuation(model, tokenizer):
    continuations = [" due", " the payment of the café", "Zoë", " yes"]
    got = generate.log_probabilities(model, tokenizer, PROMPTS, continuations)
    assert got.shape == (len(PROMPTS), len(continuations))
    for row, prompt in zip(got, PROMPTS):
        for value, continuation in zip(row, continuations):
            start, end = (tokenizer(part)["input_ids"] for part in (prompt, continuation))
            with torch.no_grad():
                logits = model(torch.tensor([start + end])).logits[0, len(start) - 1 : -1]
            expected = logits.double().log_softmax(dim=-1).gather(1, torch.tensor(end)[:, None]).sum()
            assert value == pytest.approx(float(expected), abs=1e-4)
    np.testing.assert_allclose(
        generate.log_probabilities(model, tokenizer, PROMPTS[0], continuations), got[:1], atol=1e-4
    )


def test_a_prompt_is_read_once_for_all_its_continuations(model, tokenizer, monkeypatch):
    widths = []
    forward = model.forward
    monkeypatch.setattr(
        model, "forward", lambda input_ids, **given: widths.append(input_ids.shape) or forward(input_ids, **given)
    )
    generate.log_probabilities(model, tokenizer, PROMPTS[3], [f" the value {number} is due" for number in range(40)])
    length = len(tokenizer(PROMPTS[3])["input_ids"])
    assert [shape[1] for shape in widths].count(length) == 1 and widths[0] == (1, length)
    assert sum(shape[0] for shape in widths[1:]) == 40


def test_choose_gives_the_softmax_of_the_summed_log_probabilities_less_the_prior(model, tokenizer):
    labels, prompts = [" yes", " no", " due"], pd.Series(PROMPTS, index=[7, 5, 3, 1])
    scores = generate.log_probabilities(model, tokenizer, PROMPTS, labels)
    for prior in (None, np.array([-3.0, -1.0, -2.0]), scores + [[0, 1, 2]] * 4):
        table = generate.choose(model, tokenizer, prompts, labels, prior=prior)
        less = scores - (0 if prior is None else prior)
        expected = np.exp(less) / np.exp(less).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(table[labels], expected, atol=1e-5)
        assert list(table["label"]) == [labels[place] for place in expected.argmax(axis=1)]
        assert list(table.index) == [7, 5, 3, 1] and list(table) == ["label", *labels]


def test_next_token_gives_the_most_probable_ones_first(model, tokenizer):
    table = generate.next_token(model, tokenizer, PROMPTS[0], top=4)
    with torch.no_grad():
        expected = model(tokenizer(PROMPTS[0], return_tensors="pt")["input_ids"]).logits[0, -1].softmax(dim=-1).topk(4)
    assert list(table) == ["token", "id", "probability"]
    assert table["id"].tolist() == expected.indices.tolist()
    assert table["token"].tolist() == [tokenizer.decode([number]) for number in table["id"]]
    np.testing.assert_allclose(table["probability"], expected.values, rtol=1e-5)


def test_a_temperature_of_a_half_squares_the_ratios_of_next_tokens(model, tokenizer):
    plain, cold = (generate.next_token(model, tokenizer, PROMPTS[0], top=4, temperature=T) for T in (1.0, 0.5))
    assert cold["id"].tolist() == plain["id"].tolist()
    ratios = [(table["probability"] / table["probability"].iloc[-1]).to_numpy() for table in (plain, cold)]
    np.testing.assert_allclose(ratios[1], ratios[0] ** 2, rtol=1e-4)
    with pytest.raises(ValueError, match="temperature is 0; it must be a number from 0.01 to 100"):
        generate.next_token(model, tokenizer, PROMPTS[0], temperature=0)


def test_the_model_is_left_in_the_mode_that_it_was_in(tokenizer):
    model = small(tokenizer, "gpt2").train()  # with dropout
    answers = [generate.text(model, tokenizer, PROMPTS[0], max_tokens=12) for _ in range(3)]
    assert len(set(answers)) == 1 and model.training
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())


def test_a_model_with_lora_around_it_writes(model, tokenizer):
    from peft import LoraConfig, get_peft_model

    expected = generate.text(model, tokenizer, PROMPTS, max_tokens=9)
    wrapped = get_peft_model(model, LoraConfig(target_modules=["q_proj"], task_type="CAUSAL_LM"))
    assert generate.text(wrapped, tokenizer, PROMPTS, max_tokens=9) == expected


WRONG = [
    ({"max_tokens": 0}, "max_tokens is 0; it must be a whole number of at least 1"),
    (
        {"max_tokens": 500},
        r"prompts\[0\] has \d+ tokens, with up to 500 more to write; the model has positions for 128",
    ),
    ({"temperature": -1}, "temperature is -1; it must be a number from 0 to 100"),
    ({"top_k": 0}, "top_k is 0; it must be a whole number of at least 1, or None"),
    ({"top_p": 1.5}, "top_p is 1.5; it must be a number from 0 to 1"),
    ({"stop": [""]}, r"stop is \[''\]; it must be texts of at least one character"),
    ({"stop": 3}, "stop is 3"),
    ({"seed": -1}, "seed is -1"),
    ({"batch_size": 0}, "batch_size is 0"),
    ({"schema": "object"}, "schema is 'object'; it must be a JSON schema as a dict"),
    ({"schema": {"type": "nonsense"}}, "schema is .*nonsense.*; it must be one that llguidance can hold an answer to"),
    ({"pattern": "(a"}, r"pattern is \(a; it must be .*unclosed group"),
    ({"pattern": "(?=a)b"}, "pattern is .*look-around"),
    ({"pattern": 3}, "pattern is 3; it must be a regular expression as a string"),
    ({"pattern": "a", "schema": {}}, "schema and pattern are both given"),
]


@pytest.mark.parametrize("options, says", WRONG)
def test_settings_out_of_range_are_named_with_what_is_allowed(model, tokenizer, options, says):
    with pytest.raises(ValueError, match=f"(?s){says}"):
        generate.text(model, tokenizer, PROMPTS, **options)
    if "batch_size" not in options:
        with pytest.raises(ValueError, match=f"(?s){says}"):
            generate.stream(model, tokenizer, PROMPTS[0], **options)


@pytest.mark.parametrize(
    "prompts, says",
    [
        ([""], r"prompts\[0\] is ''; it must hold at least one token"),
        (["yes", 3], "a prompt holds '3'; it must be a string, or a list of messages"),
        (3, "prompts is 3; it must be a prompt or a list of prompts"),
        ([{"role": "robot", "content": "yes"}], "robot.*with a role of"),
        ([{"role": "user"}], "it must be a string, or a list of messages"),
        ("\ud800", "half of a character"),
        (["yes", "no " * 200], r"prompts\[1\] has \d+ tokens"),
    ],
)
def test_prompts_that_cannot_be_read_are_named(model, tokenizer, prompts, says):
    with pytest.raises(ValueError, match=says):
        generate.text(model, tokenizer, prompts)


def test_messages_need_a_template(model, tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer, "chat_template", None)
    with pytest.raises(ValueError, match="has no chat template: give the text itself"):
        generate.text(model, tokenizer, [{"role": "user", "content": "yes"}])


def test_a_model_that_does_not_write_is_refused_with_one_that_does():
    for reads in (models.load("tiny-bert"), models.load("tiny-bert", labels=["no", "yes"])):
        for call in (generate.text, generate.next_token):
            with pytest.raises(ValueError, match=r"model is a Bert.*does not write; .*models.load\('smollm2'\)"):
                call(*reads, "yes")


def test_a_tokenizer_of_another_model_is_refused(model):
    with pytest.raises(ValueError, match="tokenizer has 3000 tokens and the model 300"):
        generate.text(model, models.load("tiny-bert")[1], "yes")


@pytest.mark.parametrize("continuations", ["yes", [], [""], [3]])
def test_continuations_that_are_no_texts_are_refused(model, tokenizer, continuations):
    with pytest.raises(ValueError, match="continuations"):
        generate.log_probabilities(model, tokenizer, PROMPTS, continuations)


@pytest.mark.parametrize(
    "labels, prior, says",
    [
        (["yes"], None, "labels is .*at least two different texts"),
        (["yes", "yes"], None, "labels"),
        ([0, 1], None, "labels"),
        (["yes", "no"], [1, 2, 3], r"prior has the shape \(3,\)"),
        (["yes", "no"], [np.nan, 0], "prior"),
    ],
)
def test_labels_and_priors_that_do_not_fit_are_refused(model, tokenizer, labels, prior, says):
    with pytest.raises(ValueError, match=says):
        generate.choose(model, tokenizer, PROMPTS, labels, prior=prior)


@pytest.mark.parametrize("top", [0, 301, 2.5])
def test_there_are_as_many_next_tokens_as_the_vocabulary_has(model, tokenizer, top):
    with pytest.raises(ValueError, match=f"top is {top}; it must be a whole number from 1 to 300"):
        generate.next_token(model, tokenizer, "yes", top=top)


@pytest.mark.slow
def test_smollm2_knows_the_capital_of_france_and_reads_a_payment():
    model, tokenizer = models.load("smollm2")
    question = [{"role": "user", "content": "What is the capital of France?"}]
    answer = generate.text(model, tokenizer, question, max_tokens=20)
    assert answer == "The capital of France is Paris."
    ids = tokenizer(generate.chat(tokenizer, question), return_tensors="pt")["input_ids"]
    theirs = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=20, do_sample=False)
    assert tokenizer.decode(theirs[0, ids.shape[1] :], skip_special_tokens=True) == answer
    ask = [{"role": "user", "content": "Say payee and currency: please pay 12.50 EUR to Anna Meier."}]
    paid = json.loads(generate.text(model, tokenizer, ask, schema=PAYMENT))
    assert paid["payee"] == "Anna Meier" and paid["currency"] in ("EUR", "USD")
    table = generate.choose(model, tokenizer, "The film was great. I was very", [" happy", " sad"])
    assert table["label"].tolist() == [" happy"]

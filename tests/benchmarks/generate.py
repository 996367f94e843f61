"""How fast `trainlib.generate` writes beside transformers' own `generate`, and what 8-bit weights would bring.

`make bench-generate`

All variants answer the same prompts greedily, taking turns in one process with one thread, so that what slows the
machine for a while slows all. Seconds are those of its CPU. A ratio is the median of the turns' ratios; its interval
comes from drawing turns anew. `--turns` and `--tokens` make it shorter.

8-bit weights are PyTorch's dynamic quantisation, a scale for each row. `down_proj` stays in float: what it reads has
outliers that 8 bits do not hold; with it in 8 bits the loss on a text rose by more than a third.
ctranslate2 and ONNX Runtime are left out: the first is a package of its own format, the second needs an export of the
model with its cache, by packages that the course does not have.
"""

import argparse
import time
import warnings

import numpy as np
import torch

from trainlib import generate, models

QUESTIONS = [
    "Tell me about the Bank of England.",
    "What is inflation?",
    "Explain to a child in detail how money works, where it comes from and why people want it.",
    "Who are you?",
    "Write a letter to a customer whose payment has not arrived. Be polite, name the amount, and offer help.",
    "List five fruits.",
    "What is the difference between a stock and a bond?",
    "Give me a recipe for bread.",
]
TEXT = (
    "A central bank lends to other banks and decides at what rate. When the rate rises, loans cost more, people buy "
    "less, and prices rise more slowly. When it falls, firms borrow and hire. Nobody knows the right rate on the day; "
    "so the bank looks at prices, wages and jobs, and changes it in small steps."
)
OURS, THEIRS, SMALL = "trainlib", "transformers", "trainlib, 8 bits"


def in_8_bits(model):
    """A copy whose matrices have 8 bits a weight, all but those that read outliers."""
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

    linear = [name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear)]
    chosen = {name: per_channel_dynamic_qconfig for name in linear if not name.endswith("down_proj")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is to move to another package
        return quantize_dynamic(model, chosen, dtype=torch.qint8)


def ours(model, tokenizer, texts: list[str], tokens: int) -> list[str]:
    return generate.text(model, tokenizer, texts, max_tokens=tokens)


def theirs(model, tokenizer, texts: list[str], tokens: int) -> list[str]:
    batch = tokenizer(texts, return_tensors="pt", padding=True, padding_side="left")
    out = model.generate(**batch, max_new_tokens=tokens, do_sample=False)
    return tokenizer.batch_decode(out[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)


def seconds(work, *given) -> float:
    began = time.process_time()
    work(*given)
    return time.process_time() - began


def interval(ratios: np.ndarray) -> str:
    """The median of ratios and its 95 % interval, from 2,000 samples of the turns."""
    drawn = np.random.default_rng(0).choice(ratios, (2000, len(ratios)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    return f"{np.median(ratios):.2f} ({low:.2f} to {high:.2f})"


def loss(model, tokenizer) -> float:
    ids = tokenizer(TEXT, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        return float(model(ids, labels=ids).loss)


def main(turns: int, tokens: int) -> None:
    torch.set_num_threads(1)
    model, tokenizer = models.load("smollm2")
    small = in_8_bits(model)
    texts = [generate.chat(tokenizer, [{"role": "user", "content": question}]) for question in QUESTIONS]
    variants = {OURS: (ours, model), THEIRS: (theirs, model), SMALL: (ours, small)}
    print(f"smollm2 in {model.dtype}, one thread, {turns} turns of {tokens} tokens; ratios to {THEIRS}, 95 % intervals")
    print(f"loss on a text: {loss(model, tokenizer):.3f}, in 8 bits {loss(small, tokenizer):.3f}")
    for size in (1, 8):
        answers = {name: write(kind, tokenizer, texts[:size], tokens) for name, (write, kind) in variants.items()}
        same = {name: sum(map(str.__eq__, answers[name], answers[THEIRS])) for name in variants}
        count = sum(len(tokenizer(answer)["input_ids"]) for answer in answers[THEIRS])
        taken = {name: np.zeros((turns, 2)) for name in variants}
        for turn in range(turns):
            for name in list(variants)[turn % 3 :] + list(variants)[: turn % 3]:
                write, kind = variants[name]
                taken[name][turn] = [seconds(write, kind, tokenizer, texts[:size], length) for length in (1, tokens)]
        head = ("first token, s", "tokens a second", "first token, speed", "all tokens, speed", "same answers")
        print(f"batch {size:<11} {head[0]:>16} {head[1]:>18}  {head[2]:>22} {head[3]:>22} {head[4]}")
        for name, both in taken.items():
            first, whole = (taken[THEIRS] / both).T
            rates = f"{np.median(both[:, 0]):16.3f} {count / np.median(both[:, 1]):18.1f}"
            print(
                f"{name:17} {rates}  {interval(first):>22} {interval(whole):>22} {same[name]:4} of {size}", flush=True
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--tokens", type=int, default=64)
    given = parser.parse_args()
    main(given.turns, given.tokens)

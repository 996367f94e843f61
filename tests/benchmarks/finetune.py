"""How fast `trainlib.finetune` is beside what people would use instead.

`make bench-finetune`

Each variant runs in a process of its own, through its public door (`finetune.fit`, `Trainer.train`, a plain loop), and
all of them take turns of ten steps: what slows the machine for a minute slows all. They go over the same rows several
times, each in an order of its own; so a ratio is one of the seconds that whole passes took (geometric mean), and its
95 % interval is Student's t over the passes. Reading and tokenising the texts is part of the first pass. On a machine
that others use, too, `--cpu-seconds` with `--threads 1` counts what each process computes, not how it waits.

What is done stands in tests/output/bench-finetune.jsonl; the same command goes on where it was stopped, and leaves
out what was measured with other threads, clocks, rows or passes. `--quick` takes an eighth of the rows, into a file of
its own, without what takes longest. `--anew` begins from nothing, `--threads` says how many threads each process has,
`--only` takes some of the parts.
"""

import argparse
import json
import math
import multiprocessing
import os
import platform
import random
import subprocess
import sys
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parent.parent.parent
OUTPUT = ROOT / "tests" / "output"
TRAINED = OUTPUT / "bench-finetune-model"
SETTINGS = {"batch_size": 16, "max_length": 256, "learning_rate": 1e-4}
WRITING = {"method": "lora", "batch_size": 4}
STEPS = 10  # of a turn
AT_ONCE = 64  # texts that are predicted in a turn
BASE, OURS = "Trainer", "trainlib"
PLAIN, MEDIUM, HALF = "Trainer, by length", "Trainer, by length, medium", "Trainer, by length, bfloat16"
TRL = "trl's SFTTrainer"
OURS_MEDIUM, OURS_HALF, EVERY = "trainlib, medium", "trainlib, bfloat16", "the same with shapes of every length"
PREPARED = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")  # how many shapes stay prepared


# One variant in its process


class Turns:
    """The pace of one variant: it waits for its turn, works, and says how many seconds that took. A turn ends after
    every tenth step of an optimizer, and with a pass over the rows."""

    def __init__(self, pipe, clock=time.perf_counter, a_pass: int = STEPS):
        self.pipe, self.clock, self.a_pass, self.count = pipe, clock, a_pass, 0

    def start(self):
        from torch.optim.optimizer import register_optimizer_step_post_hook

        self.hook = register_optimizer_step_post_hook(lambda *_: self.step())
        self.wait()

    def wait(self):
        self.pipe.recv()
        self.began = self.clock()

    def step(self):
        self.count += 1
        if self.count % self.a_pass % STEPS == 0:
            self.pipe.send(self.clock() - self.began)
            self.wait()

    def end(self):
        rest = self.clock() - self.began
        self.hook.remove()
        status = Path("/proc/self/status")
        peak = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
        self.pipe.send({"rest": rest, "peak_mib": int(peak) // 1024})


def rows_of(name: str, rows: int, split: str = "train"):
    """So many random rows of one split, with a `split` of "train"."""
    if name == "payments":
        return payments(rows)
    from trainlib import data

    table = data.load(name)
    table = table[table["split"] == split]
    return table.sample(min(rows, len(table)), random_state=0).assign(split="train")


def payments(rows: int):
    """Messages that ask for a payment, to be answered with its JSON: about 110 tokens, of which 45 are the answer."""
    import pandas as pd

    draw, made = random.Random(0), []
    asked = (
        "Please pay {amount} {currency} to {payee} by {date}.",
        "Invoice from {payee}: {currency} {amount}, due {date}.",
    )
    system = "Read the payment message. Answer with JSON only: payee, amount, currency, date."
    for _ in range(rows):
        payee = (
            f"{draw.choice(['Blue', 'Atlas', 'Novak', 'Delta'])} {draw.choice(['River', 'Cloud', 'Books', 'Dental'])}"
        )
        values = {
            "payee": payee,
            "amount": f"{draw.uniform(5, 4000):.2f}",
            "currency": draw.choice(["EUR", "USD", "CHF"]),
        }
        values["date"] = f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        text = draw.choice(asked).format(**values)
        prompt = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        made.append((prompt, json.dumps(values)))
    return pd.DataFrame(made, columns=["prompt", "answer"])


def answers_own(turns: Turns, table, epochs=1, **options):
    """`finetune.fit` with LoRA on a model that writes."""
    from trainlib import finetune, models

    model, tokenizer = models.load("smollm2", precision="float32")
    turns.start()
    finetune.fit(model, tokenizer, table, progress=False, epochs=epochs, **WRITING | options)
    turns.end()


def answers_trl(turns: Turns, table, epochs=1, checkpointing=False):
    """trl's SFTTrainer on the same rows, with the same LoRA and the loss of the answers alone."""
    import datasets
    from trl import SFTConfig, SFTTrainer

    from trainlib import generate, methods, models

    model, tokenizer = models.load("smollm2", precision="float32")
    model = methods.prepare(model, "lora", rank=8, layers=1, steps=1)
    turns.start()
    prompts = [generate.chat(tokenizer, prompt) for prompt in table["prompt"]]
    rows = datasets.Dataset.from_dict({"prompt": prompts, "completion": list(table["answer"])})
    arguments = SFTConfig(
        str(OUTPUT / "trl"), num_train_epochs=epochs, per_device_train_batch_size=WRITING["batch_size"], use_cpu=True,
        learning_rate=methods.LEARNING_RATES["lora"], weight_decay=0.01, warmup_steps=0.1, max_length=256, bf16=False,
        gradient_checkpointing=checkpointing, save_strategy="no", logging_strategy="no", report_to=[],
        disable_tqdm=True,
    )  # fmt: skip
    SFTTrainer(model, args=arguments, train_dataset=rows, processing_class=tokenizer).train()
    turns.end()


def model_for(table):
    from trainlib import models

    return models.load("minilm", labels=list(table["label"].cat.categories), seed=0)


def tagger_for(table):
    from trainlib import models

    tags = sorted({tag for row in table["tags"] for tag in row})
    return models.load("minilm", labels=tags, task="tokens", seed=0)


def own(turns: Turns, table, epochs=1, change=None, opened=model_for, **options):
    """`finetune.fit`; `change` takes one of its parts away or puts another in its place."""
    from trainlib import finetune

    if change:
        from trainlib.finetune import loop

        change(loop)
    model, tokenizer = opened(table)
    turns.start()
    finetune.fit(model, tokenizer, table, progress=False, epochs=epochs, **SETTINGS | options)
    turns.end()


def rows_with_classes(table, model, tokenizer):
    """What Trainer takes: token ids and the number of the class."""
    from transformers import DataCollatorWithPadding

    ids = tokenizer(list(table["text"]), truncation=True, max_length=SETTINGS["max_length"])["input_ids"]
    rows = [{"input_ids": row, "labels": label} for row, label in zip(ids, table["label"].cat.codes.tolist())]
    return rows, DataCollatorWithPadding(tokenizer)


def rows_with_tags(table, model, tokenizer):
    """The same for words, as transformers' guide does it: -100 at each piece but the first one of a word."""
    from transformers import DataCollatorForTokenClassification

    coded = tokenizer(
        list(table["words"]), is_split_into_words=True, truncation=True, max_length=SETTINGS["max_length"]
    )
    rows = []
    for row, tags in enumerate(table["tags"]):
        before, labels = None, []
        for word in coded.word_ids(row):
            labels.append(-100 if word is None or word == before else model.config.label2id[tags[word]])
            before = word
        rows.append({"input_ids": coded["input_ids"][row], "labels": labels})
    return rows, DataCollatorForTokenClassification(tokenizer)


def trainer(
    turns: Turns, table, epochs=1, by_length=False, precision="float32", method="full", opened=model_for,
    coded=rows_with_classes,
):  # fmt: skip
    """Hugging Face's Trainer with dynamic padding, or with its grouping by length."""
    import torch
    from transformers import Trainer, TrainingArguments, trainer_pt_utils

    from trainlib import methods

    windows = trainer_pt_utils.get_length_grouped_indices
    trainer_pt_utils.get_length_grouped_indices = partial(windows, mega_batch_mult=50)  # as in a full epoch
    if precision == "medium":
        torch.set_float32_matmul_precision("medium")
    model, tokenizer = opened(table)
    model = methods.prepare(model, method, rank=8, layers=2, steps=1)
    rate = {"full": SETTINGS["learning_rate"]}.get(method, methods.LEARNING_RATES[method])
    turns.start()
    rows, collator = coded(table, model, tokenizer)
    arguments = TrainingArguments(
        OUTPUT / "trainer", num_train_epochs=epochs, per_device_train_batch_size=SETTINGS["batch_size"],
        learning_rate=rate, weight_decay=0.01, warmup_steps=0.1, use_cpu=True, bf16=precision == "bfloat16", seed=0,
        train_sampling_strategy="group_by_length" if by_length else "random", save_strategy="no", report_to=[],
        disable_tqdm=True, logging_strategy="no",
    )  # fmt: skip
    Trainer(model, arguments, collator, rows).train()
    turns.end()


def tutorial(turns: Turns, table, epochs=1, length=128):
    """The loop of many texts: everything padded to one length."""
    import torch

    model, tokenizer = model_for(table)
    turns.start()
    coded = tokenizer(
        list(table["text"]), truncation=True, max_length=length, padding="max_length", return_tensors="pt"
    )
    rows = torch.utils.data.TensorDataset(
        coded["input_ids"], coded["attention_mask"], torch.tensor(table["label"].cat.codes.tolist(), dtype=torch.int64)
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=SETTINGS["learning_rate"])
    model.train()
    loader = torch.utils.data.DataLoader(rows, SETTINGS["batch_size"], shuffle=True)
    for _ in range(epochs):
        for ids, mask, labels in loader:
            optimizer.zero_grad()
            model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    turns.end()


# What the ablation takes away from the loop, or adds


def random_batches(loop):
    batches = loop.batches
    loop.batches = lambda lengths, size, random=None: batches([1] * len(lengths) if random else lengths, size, random)


def library_model(loop):
    from trainlib.finetune import passes, texts

    passes.quick = texts.quick = lambda model: model


def products_by_mkl(loop):
    from trainlib.finetune import passes

    passes._medium_is_exact = lambda: False


def all_pieces(loop):
    from trainlib.finetune import pieces

    pieces._is_apart = lambda *given: False


def every_length(loop):
    loop.width_of = lambda *given: 0
    os.environ |= dict.fromkeys(PREPARED, "64")


def library_dropout(loop):
    import torch

    from trainlib.finetune import quick_bert

    loop.quick_dropout = nullcontext
    quick_bert.dropout = torch.nn.functional.dropout


def foreach(loop):
    import torch

    adam = torch.optim.AdamW
    loop.torch = SimpleNamespace(**vars(torch))
    loop.torch.optim = SimpleNamespace(**vars(torch.optim))
    loop.torch.optim.AdamW = lambda *given, fused, **options: adam(*given, foreach=True, **options)


SENTENCES = {
    "a loop that pads to 128": tutorial,
    BASE: trainer,
    PLAIN: partial(trainer, by_length=True),
    MEDIUM: partial(trainer, by_length=True, precision="medium"),
    HALF: partial(trainer, by_length=True, precision="bfloat16"),
    OURS: own,
    OURS_MEDIUM: partial(own, precision="medium"),
    OURS_HALF: partial(own, precision="bfloat16"),
    "Trainer, LoRA": partial(trainer, method="lora"),
    "trainlib, LoRA": partial(own, method="lora", learning_rate=None),
    "Trainer, head only": partial(trainer, method="head"),
    "trainlib, head only": partial(own, method="head", learning_rate=None),
}
ABLATION = {  # name: (variant, lines of code that the trick costs)
    OURS: (own, ""),
    "without similar lengths in a batch": (partial(own, change=random_batches), 9),
    "without the last layer's shortcut": (partial(own, change=library_model), 75),
    "float32 as PyTorch multiplies it by default": (partial(own, change=products_by_mkl), 25),
    "with the pieces of no text": (partial(own, change=all_pieces), 60),
    "with the library's dropout": (partial(own, change=library_dropout), 25),
    "foreach AdamW in place of fused": (partial(own, change=foreach), 1),
    OURS_HALF: (partial(own, precision="bfloat16"), ""),
    EVERY: (partial(own, change=every_length, precision="bfloat16"), 15),
}
FASTEST = {name: SENTENCES[name] for name in (PLAIN, MEDIUM, HALF, OURS, OURS_MEDIUM, OURS_HALF)}
PEERS = {name: SENTENCES[name] for name in (BASE, *FASTEST)}


# Predicting


def trained():
    """minilm after an epoch on 1,600 sentences, kept: labels of a model that knows little hang on the last digit."""
    from trainlib import finetune

    if not (TRAINED / "finetune.json").is_file():
        table = rows_of("movie_sentences", 1600)
        finetune.fit(*model_for(table), table, progress=False, epochs=1, **SETTINGS).save(TRAINED)
    return finetune.load(TRAINED)


def predict_own(turns, table, **options):
    from trainlib.finetune import exported

    exported.AGREEMENT = 0.9  # the speed of 8 bits counts here; how many labels differ stands in bench-finetune.err
    _predict(turns, table, partial(trained().predict, **options))


def predict_pipeline(turns, table, batch_size):
    from transformers import pipeline

    result = trained()
    answer = pipeline("text-classification", model=result.model, tokenizer=result.tokenizer, device="cpu")
    _predict(turns, table, lambda texts: answer(texts, batch_size=batch_size, truncation=True, max_length=256))


def _predict(turns, table, answer):
    texts = list(table["text"])
    answer(texts[:400])  # the first call exports where something is exported
    turns.start()
    for start in range(0, len(texts), AT_ONCE):
        answer(texts[start : start + AT_ONCE])
        turns.step()
    turns.end()


PREDICT = {
    "pipeline()": partial(predict_pipeline, batch_size=1),
    "pipeline(), batches of 16": partial(predict_pipeline, batch_size=16),
    OURS: predict_own,
    "trainlib, onnx, float32": partial(predict_own, engine="onnx"),
    "trainlib, onnx, int8": partial(predict_own, engine="onnx-int8"),
}
TAGGERS = {
    BASE: partial(trainer, opened=tagger_for, coded=rows_with_tags),
    PLAIN: partial(trainer, by_length=True, opened=tagger_for, coded=rows_with_tags),
    OURS: partial(own, opened=tagger_for),
}
WRITERS = {
    TRL: answers_trl,
    f"{TRL}, gradient checkpointing": partial(answers_trl, checkpointing=True),
    OURS: answers_own,
    f"{OURS}, gradient checkpointing": partial(answers_own, gradient_checkpointing=True),
}
GROUPS = {  # what is run side by side: variants, data, split, rows, passes over them
    "sentences": (SENTENCES, "movie_sentences", "train", 800, 4),
    "fastest": (FASTEST, "movie_sentences", "train", 800, 7),
    "ablation": ({name: variant for name, (variant, _) in ABLATION.items()}, "movie_sentences", "train", 800, 4),
    "reviews": (PEERS, "movie_reviews", "train", 96, 4),
    "predict": (PREDICT, "movie_sentences", "test", 1536, 1),
    "tokens": (TAGGERS, "loan_entities", "train", 192, 4),
    "answers": (WRITERS, "payments", "train", 40, 4),
}


# Taking turns


def work(pipe, group: str, name: str, threads: int, clock, share: int):
    """The process of one variant."""
    import torch

    import trainlib.finetune  # noqa: F401  (it keeps fewer shapes prepared than PyTorch, which others shall not)

    if not name.startswith(OURS) and name != EVERY:
        os.environ |= dict.fromkeys(PREPARED, "1024")
    torch.set_num_threads(threads)
    variants, data, split, rows, passes = GROUPS[group]
    sys.stdout = sys.stderr = open(OUTPUT / "bench-finetune.err", "a")
    try:
        table = rows_of(data, rows // share, split)
        options = {} if group == "predict" else {"epochs": passes}
        variants[name](Turns(pipe, clock, steps_of(group, len(table))), table, **options)
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


def steps_of(group: str, rows: int) -> int:
    """The steps of a pass over these rows; each turn of `predict` is a pass, as all variants have its texts in the same
    order."""
    size = (WRITING if group == "answers" else SETTINGS)["batch_size"]
    return 1 if group == "predict" else math.ceil(rows / size)


def side_by_side(group: str, threads: int, clock=time.perf_counter, share: int = 1) -> dict[str, object]:
    """How many rows a group has, one of `share` of them; of each variant the seconds of each pass and the peak memory,
    or why it did not run."""
    _, data, split, rows, passes = GROUPS[group]
    context, found, waiting = multiprocessing.get_context("spawn"), {}, {}
    for name in GROUPS[group][0]:
        pipe, end = context.Pipe()
        process = context.Process(target=work, args=(end, group, name, threads, clock, share), daemon=True)
        process.start()
        waiting[name], found[name] = (process, pipe), {"seconds": []}
    while waiting:
        for name, (process, pipe) in list(waiting.items()):
            pipe.send("go")
            try:
                said = pipe.recv()
            except EOFError:
                said = "the process ended"
            turns = found[name]["seconds"]
            if isinstance(said, float):
                turns.append(said)
                continue
            if isinstance(said, dict):
                turns[-1] += said.pop("rest")
            found[name] |= said if isinstance(said, dict) else {"error": said}
            process.join()
            del waiting[name]
        done = max(len(row["seconds"]) for row in found.values())
        print(f"\r{group}: {done} turns, {len(waiting)} of {len(found)} at work  ", end="", flush=True)
    print()
    count = len(rows_of(data, rows // share, split))
    each = math.ceil(steps_of(group, count) / STEPS)  # turns of a pass
    for row in found.values():
        row["seconds"] = [sum(row["seconds"][at : at + each]) for at in range(0, len(row["seconds"]), each)]
    return {"rows": count, "passes": passes, "variants": found}


class Alone:
    """The pace where nothing is beside it."""

    def start(self): ...
    def end(self): ...


def limit() -> dict[str, float]:
    """The best rate of matrix products here, and with it samples a second if a step were nothing else, on real
    tokens."""
    import torch

    from trainlib import finetune
    from trainlib.finetune.passes import products

    table = rows_of("movie_sentences", 10**6)
    model, tokenizer = model_for(table)
    lengths = torch.tensor([len(ids) for ids in finetune.encode(tokenizer, table["text"], 256)], dtype=torch.float64)
    linear = sum(part.weight.numel() for part in model.bert.encoder.modules() if isinstance(part, torch.nn.Linear))
    attention = 2 * model.config.num_hidden_layers * model.config.hidden_size * (lengths**2).mean().item()
    operations = 3 * 2 * (linear * lengths.mean().item() + attention)  # forward once, backward twice
    found = {}
    for precision in ("float32", "medium", "bfloat16"):
        kind, rates = torch.bfloat16 if precision == "bfloat16" else torch.float32, []
        for inner, outer in ((384, 384), (384, 1536), (1536, 384)):
            left, right = torch.randn(512, inner, dtype=kind), torch.randn(outer, inner, dtype=kind)
            with products(model, finetune.Settings(precision=precision)):
                for _ in range(30):
                    began = time.perf_counter()
                    torch.nn.functional.linear(left, right)
                    rates.append(2 * 512 * inner * outer / (time.perf_counter() - began))
        found[precision] = max(rates)
        found[f"{precision} limit"] = max(rates) / operations
    return found


def first_step(name: str) -> None:
    """Run in a process of its own: import, load, take one step, and be gone."""
    from torch.optim.optimizer import register_optimizer_step_post_hook

    register_optimizer_step_post_hook(lambda *_: os._exit(0))
    {BASE: trainer, OURS: own}[name](Alone(), rows_of("movie_sentences", 1600))


# The report


def ratio(base: list[float], other: list[float]) -> tuple[float, float, float]:
    """How many times as fast the other one is, with a 95 % interval, over passes; without one where there are fewer
    than three."""
    import numpy as np
    from scipy import stats

    logs = np.log(base) - np.log(other)
    far = stats.t.ppf(0.975, len(logs) - 1) * stats.sem(logs) if len(logs) > 2 else math.nan
    return tuple(float(np.exp(logs.mean() + step)) for step in (0, -far, far))


def table_of(found: dict, rows: int, base: str, lines: dict | None = None) -> list[str]:
    base = next((name for name in (base, *found) if "error" not in found[name]), base)
    head = ["", "samples a second", f"{base} = 1", "95 % interval", "peak memory (MiB)", *(["lines"] if lines else [])]
    out = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, row in found.items():
        if "error" in row:
            out.append(f"| {name} | did not run: {row['error']} |" + " |" * (len(head) - 2))
            continue
        first = max(row["seconds"]) > sum(row["seconds"]) / 2  # as where a frozen encoder reads each text once
        seconds = [[sum(of["seconds"])] if first else of["seconds"] for of in (found[base], row)]
        value, low, high = ratio(*seconds)
        interval = "none: most of it in one pass" if first else f"{low:.2f} to {high:.2f}"
        cells = [name, f"{rows / sum(row['seconds']):.1f}", f"{value:.2f}", interval, row["peak_mib"]]
        out.append("| " + " | ".join(map(str, cells + ([lines[name]] if lines else []))) + " |")
    return out


def beside_the_best(found: dict, group: str, with_amx: bool) -> list[str]:
    """The loop and the fastest Trainer with the same precision or a finer one; "medium" is float32 but with AMX."""
    exact = (BASE, PLAIN) if with_amx else (BASE, PLAIN, MEDIUM)
    out = []
    for name, kinds in ((OURS, exact), (OURS_MEDIUM, (*exact, MEDIUM)), (OURS_HALF, (*exact, MEDIUM, HALF))):
        times = {kind: sum(found[kind]["seconds"]) for kind in kinds if "error" not in found.get(kind, {"error": ""})}
        out.append(beside(found, group, name, min(times, key=times.get, default=PLAIN)))
    return [*out, ""]


def beside(found: dict, group: str, name: str, base: str) -> str:
    if missing := [one for one in (name, base) if "error" in found[one]]:
        return f"- {group}: {' and '.join(missing)} did not run, so {name} is compared with nothing."
    value, low, high = ratio(found[base]["seconds"], found[name]["seconds"])
    return f"- {group}: {name} is {value:.2f} times as fast as {base} (95 % interval {low:.2f} to {high:.2f})."


def report(done: dict[str, dict]) -> str:
    titles = {
        "sentences": "{rows:,} sentences of `movie_sentences`, {passes} passes",
        "fastest": "The fastest alone: {rows:,} sentences, {passes} passes",
        "ablation": "What each trick is worth ({rows:,} sentences, {passes} passes)",
        "reviews": "{rows:,} long texts of `movie_reviews`, {passes} passes",
        "predict": "Predicting {rows:,} sentences",
        "tokens": "Tags for the words of {rows:,} sentences of `loan_entities`, {passes} passes",
        "answers": "smollm2 learns {rows:,} answers with LoRA, batches of 4, {passes} passes",
    }
    out = [f"# Fine-tuning minilm, batches of 16, {done['machine']}", ""]
    for group, title in titles.items():
        if group in done:
            found = done[group]
            bases = {"fastest": PLAIN, "ablation": OURS, "predict": "pipeline(), batches of 16", "answers": TRL}
            lines = {name: cost for name, (_, cost) in ABLATION.items()} if group == "ablation" else None
            out += [
                f"## {title.format(**found)}",
                "",
                *table_of(found["variants"], found["rows"] * found["passes"], bases.get(group, BASE), lines),
                "",
            ]
    if "ablation" in done:
        out += [beside(done["ablation"]["variants"], "ablation", OURS_HALF, EVERY), ""]
    for group in ("sentences", "fastest", "reviews"):
        with_amx = done["machine"].endswith("with AMX")
        out += beside_the_best(done[group]["variants"], group, with_amx) if group in done else []
    if "limit" in done and "sentences" in done:
        out += ["## How much of the machine is used", ""]
        for precision, name in (("float32", OURS), ("medium", OURS_MEDIUM), ("bfloat16", OURS_HALF)):
            rate, most = done["limit"][precision], done["limit"][f"{precision} limit"]
            found = done["sentences"]
            share = found["rows"] * found["passes"] / sum(found["variants"][name]["seconds"]) / most
            said = f"{rate / 1e9:.0f} GFLOP/s, so at most {most:.0f} samples a second on real tokens; "
            said += f"{name} reaches {share:.2f} of it"
            out.append(f"- {precision}: {said}.")
        out.append("")
    if "start" in done:
        out += ["## From the start of Python to the end of the first step", ""]
        for name, seconds in done["start"].items():
            out.append(
                f"- {name}: {sorted(seconds)[len(seconds) // 2]:.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"
            )
    return "\n".join(out) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of each process")
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, "limit", "start"], help="parts to run")
    parser.add_argument("--anew", action="store_true", help="forget what was measured before")
    parser.add_argument("--quick", action="store_true", help="an eighth of the rows, without the longest parts")
    parser.add_argument("--share", type=int, help="one of so many rows, in a file of its own (8 with --quick)")
    parser.add_argument("--cpu-seconds", action="store_true", help="seconds are those that a process computes")
    parser.add_argument("--first-step", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.first_step:
        return first_step(given.first_step)
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": str(given.threads)}
    os.environ |= {"PYTHONPATH": str(ROOT)}
    OUTPUT.mkdir(parents=True, exist_ok=True)
    share = given.share or (8 if given.quick else 1)
    file = OUTPUT / f"bench-finetune{f'-{share}' if share > 1 else ''}.jsonl"
    if given.anew:
        file.unlink(missing_ok=True)
    clock = time.process_time if given.cpu_seconds else time.perf_counter
    seconds = "CPU seconds" if given.cpu_seconds else "seconds"
    done = {"machine": f"{given.threads} of {os.cpu_count()} cores, {seconds}, {processor()}"}
    how = lambda key: [key, done["machine"], *GROUPS.get(key, ())[1:], share]
    for line in map(json.loads, file.read_text().splitlines() if file.exists() else ()):
        if isinstance(line, list) and line[0] == how(line[0][0]):  # else measured otherwise
            done[line[0][0]] = line[1]

    def once(key: str, measure) -> None:
        if key not in done:
            done[key] = measure()
            with file.open("a") as out:
                out.write(json.dumps([how(key), done[key]]) + "\n")

    parts = given.only or [*GROUPS, "limit", "start"]
    if given.quick and not given.only:
        parts = [part for part in parts if part not in ("ablation", "answers")]
        del SENTENCES["a loop that pads to 128"]
    if "predict" in parts:
        trained()  # once, before the processes that read it
    for group in GROUPS:
        if group in parts:
            once(group, partial(side_by_side, group, given.threads, clock, share))
    if "limit" in parts:
        once("limit", limit)
    if "start" in parts:
        once("start", partial(start, 1 if given.quick else 3))
    text = report(done)
    file.with_suffix(".md").write_text(text)
    print(text)


def processor() -> str:
    """Its name, and what PyTorch may use of it."""
    import torch

    from trainlib._machine import has_amx

    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in (info.read_text() if info.exists() else "").splitlines()
             if line.startswith("model name")]  # fmt: skip
    amx = "with" if has_amx() else "without"
    return f"{(names or [platform.processor()])[0]}, {torch.backends.cpu.get_cpu_capability()}, {amx} AMX"


def start(runs: int = 3) -> dict[str, list[float]]:
    """Seconds to the end of the first step, of new processes that take turns."""
    found = {BASE: [], OURS: []}
    for _ in range(runs):
        for name in found:
            began = time.perf_counter()
            subprocess.run([sys.executable, __file__, "--first-step", name], check=True, capture_output=True)
            found[name].append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()

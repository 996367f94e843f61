"""CPU seconds of training until a dev score is reached and held: the one of Trainer's defaults after two epochs.

`make bench-time-to-accuracy`

For each seed all recipes train on the same rows, one thread each; each is looked at some times on dev rows, and what
the looks take does not count, nor do imports. Reached and held is the first look from which all later ones have the
score or better. A seed in which a recipe does not hold it is counted and named, and left out of seconds and ratios.
Tasks: sentences and long reviews to put into classes (accuracy), words to tag (F1 of spans), all minilm, and answers to
write (LoRA on smollm2, loss of the answers' tokens). The specialist groups by length, takes the mean of the tokens,
another learning rate with a warm-up and the fastest precision; so does the tuned trainlib, which trains all layers and
leaves the table of tokens as it is. What is done stands in tests/output/time-to-accuracy.jsonl; the same command goes
on where it was stopped, on the same kind of machine.
"""

import argparse
import json
import multiprocessing
import os
import time
from dataclasses import dataclass
from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "output"
BASE, EXPERT, OURS, BEST = "Trainer's defaults", "Trainer by a specialist", "trainlib", "trainlib, tuned"
LORA = "payment_messages"
ASKED = "Give payee, amount, currency and date as JSON."


@dataclass(frozen=True)
class Sizes:
    """How much of a task is done where nobody asks for more or less."""

    score: str
    seeds: int
    rows: int
    dev_rows: int
    looks: int


TASKS = {
    "movie_sentences": Sizes("accuracy", 10, 800, 400, 8),
    "loan_entities": Sizes("f1", 4, 300, 150, 8),
    "movie_reviews": Sizes("accuracy", 9, 200, 80, 6),
    LORA: Sizes("loss", 3, 32, 8, 8),
}
RECIPES = {  # what is not named is as `finetune.fit` has it
    BASE: {"learning_rate": 5e-5, "batch_size": 8, "epochs": 2, "warmup": 0.0, "weight_decay": 0.0},
    EXPERT: {"pooling": "mean", "learning_rate": 1e-4, "batch_size": 16, "epochs": 2, "warmup": 0.1},
    OURS: {"epochs": 2},
    BEST: {"pooling": "mean", "learning_rate": 1e-4, "epochs": 2, "method": "last-layers", "layers": 6},
}
OTHERWISE = {  # of EXPERT and BEST; those of reviews and tags were found with seeds 20 to 22
    "movie_reviews": {"batch_size": 8},
    "loan_entities": {"learning_rate": 2e-4, "batch_size": 8},
    LORA: {"learning_rate": 1e-3, "batch_size": 4, "epochs": 1},
}


def recipe_of(name: str, task: str, precision: str) -> dict:
    """Settings by the names that `finetune.fit` has, and `pooling` where the task has classes."""
    found = RECIPES[name] | ({"method": "lora"} if task == LORA else {})
    found |= OTHERWISE.get(task, {}) | {"precision": precision} if name in (EXPERT, BEST) else {}
    return {key: value for key, value in found.items() if key != "pooling" or task.startswith("movie")}


def rows_of(task: str, seed: int, sizes: Sizes):
    """Training rows drawn by the seed, and the same dev rows for all seeds: training rows that nobody learns from where
    a table has no dev rows."""
    from trainlib import data

    table = data.load(task)
    if task == LORA:
        table["prompt"] = [[{"role": "user", "content": f"{ASKED}\n\n{text}"}] for text in table["text"]]
        answers = table[["payee", "amount", "currency", "date"]].to_dict("records")
        table = table.assign(answer=[json.dumps(answer) for answer in answers])[["prompt", "answer", "split"]]
    table, dev = (table[table["split"] == split] for split in ("train", "dev"))
    dev = table.sample(sizes.dev_rows, random_state=0) if dev.empty else dev[: sizes.dev_rows]
    table = table.drop(dev.index, errors="ignore")
    return table.sample(min(sizes.rows, len(table)), random_state=seed).assign(split="train"), dev


def opened(task: str, table, seed: int, pooling: str | None = None):
    """The pretrained model of a task and its tokenizer."""
    from trainlib import data, models

    if task == LORA:
        return models.load("smollm2", precision="float32")
    if "tags" in table:
        tags = sorted({tag for row in data.load(task)["tags"] for tag in row})
        return models.load("minilm", labels=tags, task="tokens", seed=seed)
    return models.load("minilm", labels=list(table["label"].cat.categories), seed=seed, pooling=pooling)


def warm() -> None:
    """Import what each run imports with its first step, so that it does not count."""
    import torch
    from transformers import Trainer  # noqa: F401

    weight = torch.nn.Parameter(torch.zeros(1))
    weight.sum().backward()
    torch.optim.AdamW([weight], fused=True).step()


class Looks:
    """The dev score of a model some times, more is better, and the CPU seconds of training until then."""

    def __init__(self, model, task, dev, score: str, steps: int, looks: int):
        from trainlib import finetune

        self.model, self.task, self.score, self.sign, self.steps = model, task, score, finetune.METRICS[score], 0
        self.at = {round(steps * look / looks) for look in range(1, looks + 1)}
        self.rows, self.found = task.rows(model, dev), []
        self.began = time.process_time()

    def step(self, row=None) -> None:
        if row is None or "step" in row:
            self.steps += 1
            if self.steps in self.at:
                self.look()

    def look(self) -> None:
        stopped = time.process_time()
        score = self.sign * self.task.dev_scores(self.model, *self.rows)[f"dev_{self.score}"]
        self.found.append((stopped - self.began, score))
        self.began += time.process_time() - stopped


def train(pipe, task: str, name: str, seed: int, sizes: Sizes, recipe: dict) -> None:
    """The process of one run: sends its looks."""
    import torch

    from trainlib import finetune

    torch.set_num_threads(1)
    table, dev = rows_of(task, seed, sizes)
    model, tokenizer = opened(task, table, seed, recipe.pop("pooling", None))
    settings = finetune.Settings(seed=seed, **recipe)
    warm()
    kind = finetune.FineTuned(model, tokenizer, settings, None).task
    taken = Looks(model, kind, dev, sizes.score, finetune.steps_of(settings, len(table)), sizes.looks)
    if name in (BASE, EXPERT):
        by_trainer(model, kind, table, taken, by_length=name == EXPERT)
    else:
        finetune.fit(model, tokenizer, table, callback=taken.step, progress=False, seed=seed, **recipe)
    pipe.send(taken.found)


def by_trainer(model, task, table, taken: Looks, by_length: bool) -> None:
    """Hugging Face's Trainer with the settings of a task; LoRA is peft's."""
    import torch
    from transformers import Trainer, TrainerCallback, TrainingArguments, set_seed

    from trainlib import methods

    class Pace(TrainerCallback):
        def on_step_end(self, *_, **__):
            taken.step()

    settings, (rows, collator) = task.settings, coded(model, task, table)
    if settings.method == "lora":
        set_seed(settings.seed)
        model = methods.prepare(model, "lora", settings.rank, layers=1, steps=1)
    if settings.precision == "medium":
        torch.set_float32_matmul_precision("medium")
    arguments = TrainingArguments(
        OUTPUT / "trainer", num_train_epochs=settings.epochs, per_device_train_batch_size=settings.batch_size,
        learning_rate=settings.learning_rate, warmup_steps=settings.warmup, weight_decay=settings.weight_decay,
        train_sampling_strategy="group_by_length" if by_length else "random", bf16=settings.precision == "bfloat16",
        seed=settings.seed, use_cpu=True, save_strategy="no", report_to=[], disable_tqdm=True, logging_strategy="no",
    )  # fmt: skip
    Trainer(model, arguments, collator, rows, callbacks=[Pace()]).train()


def coded(model, task, table):
    """The rows of a table as Trainer takes them, and what pads them: -100 where a token has no label."""
    from transformers import DataCollatorForTokenClassification, DataCollatorWithPadding

    inputs, targets = task.rows(model, table)
    rows = [{"input_ids": ids.tolist(), "labels": [-100] * len(ids)} for ids in inputs]
    for row, ids in enumerate(inputs):
        if "label" in table:
            rows[row]["labels"] = int(targets[row])
        elif "tags" in table:
            for tag, place in (pair for pair in targets[[row]][0].tolist() if pair[1] >= 0):
                rows[row]["labels"][place] = tag
        else:
            rows[row]["labels"][-targets[row] :] = ids[-targets[row] :].tolist()
    padded = DataCollatorWithPadding if "label" in table else DataCollatorForTokenClassification
    return rows, padded(task.tokenizer)


def held(found: list[tuple[float, float]], target: float) -> float | None:
    """The seconds of the first look from which all have the target; None where the last one has not."""
    reached = None
    for seconds, score in reversed(found):
        if score < target:
            break
        reached = seconds
    return reached


def interval(values: list[float], change=float, form: str = ".2f") -> str:
    """The mean with its 95 % interval over seeds, each through `change`."""
    import numpy as np
    from scipy import stats

    if len(values) < 2:
        return f"{change(values[0]):{form}}" if values else ""
    error = max(stats.sem(values), 1e-9)
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
    return f"{change(np.mean(values)):{form}} ({change(low):{form}} to {change(high):{form}})"


def table_of(task: str, sizes: Sizes, runs: dict[int, dict[str, list]]) -> str:
    """A row a recipe; ratios and differences over the same seeds, ratios where both have held."""
    import numpy as np

    targets, own = ({seed: found[name][-1][1] for seed, found in runs.items()} for name in (BASE, EXPERT))
    seconds = {name: {seed: held(found[name], targets[seed]) for seed, found in runs.items()} for name in RECIPES}
    to_own = [[held(found[name], own[seed]) for seed, found in runs.items()] for name in (BEST, EXPERT)]
    sign = -1 if sizes.score == "loss" else 1  # looks have scores of which more is better
    shares = lambda pairs: [np.log(one / other) for one, other in pairs if None not in (one, other)]
    out = [
        f"## {task}: {sizes.score}, {sizes.rows} training and {sizes.dev_rows} dev rows, {sizes.looks} looks",
        "",
        f"| recipe | seeds that hold | CPU seconds, median | / {BASE} | / {EXPERT} | {sizes.score} at the end |",
        "|---" * 6 + "|",
    ]
    for name, of_seed in seconds.items():
        holds = [*filter(None, of_seed.values())]
        missed = [str(seed) for seed, value in of_seed.items() if value is None]
        beside = {other: shares(zip(of_seed.values(), seconds[other].values())) for other in (BASE, EXPERT)}
        ratios = ["1" if name == other else interval(logs, np.exp) for other, logs in beside.items()]
        gaps = [sign * (found[name][-1][1] - targets[seed]) for seed, found in runs.items()]
        cells = [
            name,
            f"{len(holds)} of {len(runs)}" + (f" (not {', '.join(missed)})" if missed else ""),
            f"{np.median(holds):.1f}" if holds else "",
            *ratios,
            "0" if name == BASE else interval(gaps, form="+.3f"),
        ]
        out.append("| " + " | ".join(cells) + " |")
    logs = shares(zip(*to_own))
    gaps = [sign * (found[BEST][-1][1] - own[seed]) for seed, found in runs.items()]
    said = f"{BASE} end at {', '.join(f'{abs(target):.3f}' for target in targets.values())}. "
    said += f"{BEST} ends at {interval(gaps, form='+.3f')} of {EXPERT}'s {sizes.score}, whose last one it holds in "
    said += f"{len(logs)} of {len(runs)} seeds{f', after {interval(logs, np.exp)} of its seconds' if logs else ''}."
    return "\n".join([*out, "", said, ""])


def asked() -> tuple[dict[str, Sizes], str]:
    """What the command line says: the tasks with their sizes, and the specialist's precision."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    precisions = ("float32", "medium", "bfloat16")
    parser.add_argument("--precision", choices=precisions, default="bfloat16", help=f"of {EXPERT} and {BEST}")
    for name in ("seeds", "rows", "dev-rows", "looks"):
        parser.add_argument(f"--{name}", type=int, help="each task has its own number")
    parser.add_argument("--quick", action="store_true", help="one seed, a quarter of the rows")
    given = parser.parse_args()
    found = {}
    for task in given.tasks:
        sizes = vars(TASKS[task])
        if given.quick:
            sizes = sizes | {"seeds": 1, "rows": sizes["rows"] // 4, "dev_rows": sizes["dev_rows"] // 4, "looks": 5}
        own = {name: value for name, value in vars(given).items() if name in sizes and value is not None}
        found[task] = Sizes(**sizes | own)
    return found, given.precision


def once(
    done: dict[str, list], file: Path, machine: str, task: str, name: str, seed: int, sizes: Sizes, recipe: dict
) -> list:
    """The looks of a run on this kind of machine: those in the file, or those of a process of its own, which are added
    to it."""
    key = json.dumps([machine, task, name, seed, sizes.rows, sizes.dev_rows, sizes.looks, recipe])
    if key not in done:
        context = multiprocessing.get_context("spawn")
        pipe, end = context.Pipe()
        process = context.Process(target=train, args=(end, task, name, seed, sizes, recipe), daemon=True)
        process.start()
        end.close()
        done[key] = pipe.recv()  # EOFError where it came to no end: what it said stands above
        process.join()
        with file.open("a") as out:
            out.write(json.dumps([key, done[key]]) + "\n")
    return done[key]


def main() -> None:
    from finetune import processor

    (tasks, precision), machine = asked(), processor()
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / "time-to-accuracy.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    done, said = {key: found for key, found in lines if isinstance(key, str)}, []
    for task, sizes in tasks.items():
        runs = {}
        for seed in range(sizes.seeds):
            recipes = {name: recipe_of(name, task, precision) for name in RECIPES}
            runs[seed] = {name: once(done, file, machine, task, name, seed, sizes, recipes[name]) for name in RECIPES}
            print(f"{task}: seed {seed} is done", flush=True)
        said.append(table_of(task, sizes, runs))
    text = "\n".join([f"# {machine}", "", *said, f"{EXPERT} and {BEST}: {precision}; the others compute in float32.\n"])
    file.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()

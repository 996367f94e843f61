"""CPU seconds of training until a dev accuracy is reached and held: the one of Trainer's defaults after two epochs.

`make bench-time-to-accuracy`

For each seed both train minilm on the same sentences, one thread each; each is looked at every few steps, and what the
looks take does not count. Reached and held is the first look from which all later ones have the accuracy or more. A
seed in which trainlib does not hold it is counted as such, and left out of the ratio. What is done stands in
tests/output/time-to-accuracy.jsonl; the same command goes on where it was stopped. `--quick` is some four CPU minutes.
"""

import argparse
import json
import multiprocessing
import os
import time
from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "output"
BASE, OURS, EPOCHS = "Trainer's defaults", "trainlib", 2


class Looks:
    """The dev accuracy of a model every few steps, and the CPU seconds of training until then."""

    def __init__(self, model, tokenizer, dev, every: int):
        import torch

        from trainlib import finetune

        self.model, self.every, self.steps, self.found = model, every, 0, []
        self.inputs = finetune.encode(tokenizer, list(dev["text"]), 256)
        self.targets = torch.tensor(dev["label"].cat.codes.tolist(), dtype=torch.int64)
        self.began = time.process_time()

    def step(self, row=None) -> None:
        if row is None or "step" in row:
            self.steps += 1
            if self.steps % self.every == 0:
                self.look()

    def look(self) -> None:
        from trainlib import finetune

        stopped = time.process_time()
        accuracy = finetune.dev_scores(self.model, self.inputs, self.targets)["dev_accuracy"]
        self.found.append((stopped - self.began, accuracy))
        self.began += time.process_time() - stopped


def train(pipe, name: str, seed: int, rows: int, dev_rows: int, looks: int) -> None:
    """The process of one run: sends its looks."""
    import torch

    from trainlib import data, finetune, models

    torch.set_num_threads(1)
    table = data.load("movie_sentences")
    table, dev = (table[table["split"] == split] for split in ("train", "dev"))
    table, dev = table.sample(min(rows, len(table)), random_state=seed), dev[:dev_rows]
    model, tokenizer = models.load("minilm", labels=list(table["label"].cat.categories), seed=seed)
    batch_size = 16 if name == OURS else 8  # Trainer's own
    taken = Looks(model, tokenizer, dev, max(EPOCHS * len(table) // batch_size // looks, 1))
    if name == OURS:
        finetune.fit(
            model, tokenizer, table, epochs=EPOCHS, batch_size=batch_size, seed=seed, callback=taken.step,
            progress=False,
        )  # fmt: skip
    else:
        by_trainer(model, tokenizer, table, seed, taken)
    taken.look()
    pipe.send(taken.found)


def by_trainer(model, tokenizer, table, seed: int, taken: Looks) -> None:
    from transformers import DataCollatorWithPadding, Trainer, TrainerCallback, TrainingArguments

    class Pace(TrainerCallback):
        def on_step_end(self, *_, **__):
            taken.step()

    ids = tokenizer(list(table["text"]), truncation=True, max_length=256)["input_ids"]
    rows = [{"input_ids": row, "labels": label} for row, label in zip(ids, table["label"].cat.codes.tolist())]
    arguments = TrainingArguments(
        OUTPUT / "trainer", num_train_epochs=EPOCHS, use_cpu=True, seed=seed, save_strategy="no", report_to=[],
        disable_tqdm=True, logging_strategy="no",
    )  # fmt: skip
    Trainer(model, arguments, DataCollatorWithPadding(tokenizer), rows, callbacks=[Pace()]).train()


def held(found: list[tuple[float, float]], target: float) -> float | None:
    """The seconds of the first look from which all have the target; None where the last one has not."""
    reached = None
    for seconds, accuracy in reversed(found):
        if accuracy < target:
            break
        reached = seconds
    return reached


def report(runs: dict[int, dict[str, list]]) -> str:
    import numpy as np
    from scipy import stats

    out, logs = [], []
    for seed, found in sorted(runs.items()):
        target = found[BASE][-1][1]
        seconds = {name: held(found[name], target) for name in (BASE, OURS)}
        said = ", ".join(
            f"{name} {'not held' if value is None else f'{value:.1f} s'}" for name, value in seconds.items()
        )
        out.append(f"seed {seed}: dev accuracy {target:.3f}; {said}; {OURS} ends at {found[OURS][-1][1]:.3f}")
        if seconds[OURS] is not None:
            logs.append(np.log(seconds[BASE] / seconds[OURS]))
    out.append(f"{len(logs)} of {len(runs)} seeds reached and held")
    if len(logs) > 1:
        low, high = np.exp(stats.t.interval(0.95, len(logs) - 1, np.mean(logs), stats.sem(logs)))
        out[-1] += (
            f", there {np.exp(np.mean(logs)):.2f} times as fast (95 % interval over seeds {low:.2f} to {high:.2f})"
        )
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--rows", type=int, default=1600, help="training sentences")
    parser.add_argument("--dev-rows", type=int, default=700, help="dev sentences")
    parser.add_argument("--looks", type=int, default=20, help="at each run")
    parser.add_argument("--quick", action="store_true", help="2 seeds, 480 and 350 sentences, 8 looks")
    given = parser.parse_args()
    if given.quick:
        given.seeds, given.rows, given.dev_rows, given.looks = 2, 480, 350, 8
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / "time-to-accuracy.jsonl"
    done = {tuple(key): found for key, found in map(json.loads, file.read_text().splitlines() if file.exists() else ())}
    context, runs = multiprocessing.get_context("spawn"), {}
    for seed in range(given.seeds):
        runs[seed] = {}
        for name in (BASE, OURS):
            key = (name, seed, given.rows, given.dev_rows, given.looks)
            if key not in done:
                pipe, end = context.Pipe()
                process = context.Process(target=train, args=(end, *key), daemon=True)
                process.start()
                end.close()
                done[key] = pipe.recv()
                process.join()
                with file.open("a") as out:
                    out.write(json.dumps([key, done[key]]) + "\n")
            runs[seed][name] = done[key]
        print(f"seed {seed} is done", flush=True)
    print(report(runs))


if __name__ == "__main__":
    main()

# %% [markdown] id="title"
# # 3-04 · Search and track
#
# You will search for settings with Ray Tune, kill the search and let it go on, watch it in TensorBoard, and find out how much of what a search
# promises is luck.

# %% [markdown] id="objectives"
# **Questions.** Which trials may be stopped early? By how much does the best of many runs flatter? Is the winner better than the second, or
# luckier? When is a search too dear?
#
# **Afterwards you can**
# 1. write the rule by which early stopping chooses, and say what it saves;
# 2. compute what the best of n equal runs shows by luck alone;
# 3. report a score that was not chosen, from the same labelled rows;
# 4. compare two settings over seeds, and say how many seeds that takes;
# 5. run a search that goes on after a kill, keep a record of every run, and stop it where it no longer pays.

# %% [markdown] id="why"
# **Why a start-up cares.** Somebody tries 210 settings, reports the best at 75 % and asks for a bigger GPU to try more. On sentences that nobody chose by, that
# model is right on 72 %, and a logistic regression that chooses its regularisation in half a second on 73 %. The search cost 23 times as much as
# nine random trials and bought a quarter of a point. All this is computed below.

# %% id="imports"
import importlib.util
import inspect
import os
import shutil
import subprocess
import sys
import time
import warnings
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import torch
from IPython.display import IFrame, display
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from trainlib import data, figures, finetune, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "minilm"  # the encoder, which stays as it is
rows = 8_530  # sentences from film reviews, all there are
train_rows = 1_000  # of them to train on; what is neither these nor dev is fresh
dev_rows = 400  # of them to choose by
epochs = 16  # passes of a full trial
rates = 10  # learning rates in the table, from 0.0001 to 0.1
decays = 7  # weight decays in the table, from 0.01 to 100
widths = [8, 32, 128]  # of the head's hidden layer
seeds = 60  # runs of one setting
replays = 100  # times that each way of searching is tried
budget = 9  # average full trials, in CPU seconds, that each way may spend
trials = 24  # of the search under Ray; 0 leaves it and the trackers out
euros_per_trial = 5.0  # two GPU hours for a real model: an assumption, put your own
euros_per_point = 200.0  # what a point of accuracy is worth to you: an assumption, put your own
seed = 0  # of everything that is drawn

# %% [markdown] id="data-text"
# ## A model whose trials take a third of a second
#
# To learn about searching one needs hundreds of runs. So the encoder reads each sentence once, and a trial trains a small head on the mean of
# its outputs: one hidden layer, Adam, 16 epochs. Three things are to be set: learning rate, weight decay, width.
#
# Parts: **train** (1,000 sentences), **dev** (400, by which everything is chosen), **fresh** (the other 7,130, which stand for the customers of
# next month and which nobody has at work). The baseline is a logistic regression on the same vectors: as it comes, and with the
# best of six regularisations by five-fold cross-validation within train, which takes half a second.


# %% id="data-code"
def read(names) -> np.ndarray:
    """The mean of the encoder's outputs for each text, (texts, width)."""
    model, tokenizer = models.load(pretrained, labels=["negative", "positive"], seed=seed)
    encoder, ids = model.base_model.eval(), finetune.encode(tokenizer, names, 64)
    found = np.zeros((len(ids), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for places in finetune.batches([len(one) for one in ids], 32):
            batch = finetune.collate([ids[place] for place in places])
            mask = batch["attention_mask"].unsqueeze(-1)
            found[places] = (encoder(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
    return found


table, began = data.load("movie_sentences", rows=rows, seed=seed), time.process_time()
train, rest = np.split(np.random.default_rng(seed).permutation(len(table)), [train_rows])
vectors = read(table["text"])
vectors = StandardScaler().fit(vectors[train]).transform(vectors).astype(np.float32)
truth = (table["label"] == "positive").to_numpy().astype(int)
print(f"read {len(table):,} sentences in {time.process_time() - began:.0f} CPU seconds")
dev, fresh = np.arange(dev_rows), np.arange(dev_rows, len(rest))  # places in `rest`
default = LogisticRegression(max_iter=1_000).fit(vectors[train], truth[train])
baseline = GridSearchCV(default, {"C": np.geomspace(1e-5, 1, 6)}, cv=5).fit(vectors[train], truth[train])
for name, one in (("as it comes", default), (f"C = {baseline.best_params_['C']:.0e}, chosen within train", baseline)):
    score = measure.accuracy(truth[rest[fresh]], one.predict(vectors[rest[fresh]]))
    print(f"logistic regression, {name}: accuracy on fresh {score}")

# %% [markdown] id="table-text"
# ## A table of all trials
#
# Rates and decays matter by their order of magnitude: 0.001 and 0.002 are neighbours, 0.001 and 0.1 are not. So the table has steps of equal *factor*.
# Guess: if you draw a rate evenly from 0.0001 to 0.1 (`uniform`) instead, which share of your trials has a rate above 0.01?
#
# The cell trains every setting once and remembers, after epochs 1, 2, 4, 8 and 16, on which sentences it was right. After that every way of searching can be
# **replayed** a hundred times, with other dev sentences each time, without training anything.


# %% id="head-code"
def train_head(settings: dict, x, y, epochs: int, seed: int):
    """Epoch and head after each epoch: a hidden layer of settings["width"], Adam with this rate and decay."""
    from sklearn.neural_network import MLPClassifier

    head = MLPClassifier(
        (settings["width"],),
        learning_rate_init=settings["rate"],
        alpha=settings["decay"],
        batch_size=32,
        random_state=seed,
    )
    for epoch in range(1, epochs + 1):
        head.partial_fit(x, y, classes=[0, 1])
        yield epoch, head


def tried(call):
    """What a call gives, or the error that ended it: for the checks of the exercises."""
    try:
        return call()
    except NotImplementedError:  # an exercise that is still open
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# %% id="table-code"
def hits_of(settings: dict, seed: int) -> tuple[np.ndarray, float]:
    """On which rows of `rest` a trial is right after each rung, (rungs, rows), and the CPU seconds of its training."""
    began, found, measuring = time.process_time(), [], 0.0
    for epoch, head in train_head(settings, vectors[train], truth[train], epochs, seed):
        if epoch in rungs:
            before = time.process_time()
            found.append(head.predict(vectors[rest]) == truth[rest])
            measuring += time.process_time() - before
    return np.array(found), time.process_time() - began - measuring


rungs = [2**power for power in range(12) if 2**power <= epochs]
warnings.filterwarnings("ignore", category=RuntimeWarning, module="sklearn")  # settings that fail, which we want to see
steps = product(np.geomspace(1e-4, 0.1, rates).tolist(), np.geomspace(0.01, 100, decays).tolist(), widths)
settings = [dict(zip(("rate", "decay", "width"), step)) for step in steps]
runs = [hits_of(one, number) for number, one in enumerate(settings)]
hits, seconds = np.array([found for found, _ in runs]), np.array([taken for _, taken in runs])
cost = f"{seconds.sum():.0f} CPU seconds, {seconds.mean():.2f} each"
above = (np.random.default_rng(seed).uniform(1e-4, 0.1, 10_000) > 0.01).mean()
print(f"{len(settings)} trials in {cost}; uniform rates above 0.01: {above:.0%}")
final = pd.DataFrame(settings).assign(dev=hits[:, -1][:, dev].mean(1), fresh=hits[:, -1][:, fresh].mean(1))
print(final.pivot_table("fresh", "rate", "decay").round(3).to_string(), "\n")  # the mean over widths
best, second = final["dev"].sort_values(ascending=False, kind="stable").index[:2]
print(final.loc[[best, second]].round(4).to_string())

# %% [markdown] id="halving-task"
# ## Exercise 1 · Who goes on?
# *Difficulty ●●●○○ · about 12 minutes · skill: early stopping · 5 points*
#
# Successive halving stops most trials early. It compares them at a **rung**, an epoch such as 1, 2, 4:
#
# - Only reports of exactly this epoch count.
# - Of the n trials that reported there, the best n / `eta` go on: rounded down, but at least one.
# - `mode` "max": more is better, as with accuracy; "min": less is, as with a loss.
# - Of equal scores, the first reported is the better one.
# - A trial whose score is `nan` has failed. It counts in n and never goes on.
#
# Write `go_on`: who goes on, the best first. ASHA (asynchronous) asks this whenever a trial reports, waiting for nobody.


# %% id="halving-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below try, and say to a wrong answer
NAN = float("nan")
equal_epochs = "compare reports of exactly this epoch: an earlier or later score of a trial says nothing at this rung"
mixed = [("d", 1, 0.60), ("b", 1, 0.70), ("b", 2, 0.90), ("c", 1, 0.95), ("c", 2, 0.10), ("a", 1, 0.50), ("a", 4, 0.97)]
eight = [(name, 2, score / 100) for name, score in zip("hgfedcba", (61, 68, 63, 67, 62, 66, 64, 65))]
equal = [(name, 1, 0.7) for name in "dbca"]
crowd = [(name, 1, (0.6, 0.5, 0.7, 0.7)[place % 4]) for place, name in enumerate("abcdefghijklmnopqrstuvwxyz")]
failed = [("f", 1, NAN), ("a", 1, 0.5), ("b", 1, 0.6), ("c", 1, 0.4)]
first_is_better = {
    "d c": "who reported first, not whose name comes last",
    "a c": "who reported first: a list that is sorted and then turned round turns equal ones round, too",
    "a b": "who reported first, not whose name comes first",
    "d b c a": "no more than n / eta, also where many are as good as the last of them",
}
of_four = {
    "b c": "the best first: not in the order of their reports, nor the worst of them first",
    "d a": "these are stopped: the others go on",
    "a d": "these are the worst: with mode 'max' more is better",
    "c": "two of four: how many trials are there at this rung?",
    "c b d": "n / eta go on: n is the number of trials at this rung, not of all reports",
    "c b d a": "the best half goes on, not all",
    "b": "`rung` is the epoch itself, not a place in a list of epochs",
} | dict.fromkeys(("a b", "a b c", "a c", "a c b"), equal_epochs)
of_two = {"b c": "one of two goes on"} | dict.fromkeys(("a", "a b", "c", "b c b", "c b b", "c b"), equal_epochs)
of_eight = {
    "g e c a b f": "1 / eta go on, a quarter: three quarters are stopped",
    "g e c a": "1 / eta go on: use `eta`, it is not always 2",
    "g": "eight by four are two",
}
loss = {"g e": "with mode 'min' the smallest go on", "d h": "the best first: the smallest", "h f": "do not round"}
few = {"": "at least one goes on, or the search ends with nobody", "g f": "one", "g f h": "at least one, not all"}
nan_best = {
    "f": "nan is neither more nor less than anything: take such trials out before you sort",
    "a": "more is better; did `nan` disturb the order?",
    "": "a failed trial takes no place: the best of those that are left goes on",
}
nan_loss = {"c": "four have come to this rung, so two go on: a failed one counts"} | dict.fromkeys(
    ("f c", "f a", "f"), "nan is no low loss"
)
stable = "who reported first: numpy's argsort keeps equal ones in order only with kind='stable'"
halving_cases = [  # what must hold, (reports, rung, eta, mode), who goes on, and the likely slips by the wrong answer
    ("of four trials at epoch 1 the best two go on", (mixed, 1, 2, "max"), "c b", of_four),
    ("at epoch 2 only two have reported, and one goes on", (mixed, 2, 2, "max"), "b", of_two),
    ("of eight with eta 4, two", (eight, 2, 4, "max"), "g e", of_eight),
    ("with a loss, less is better", (eight, 2, 4, "min"), "h d", loss),
    (
        "half of five is two",
        (eight[:5], 2, 2, "max"),
        "g e",
        {"g e f": "rounded down: two of five", "g": "two of five"},
    ),
    ("of seven with eta 4, one", (eight[:7], 2, 4, "max"), "g", {"g e": "rounded down, also from 1.75: no round()"}),
    ("fewer trials than eta: one goes on", (eight[:3], 2, 4, "max"), "g", few),
    ("of equal ones, who reported first", (equal, 1, 2, "max"), "d b", first_is_better),
    ("equal losses, too", (equal, 1, 2, "min"), "d b", first_is_better),
    ("equal ones among many, too", (crowd, 1, 13, "max"), "c d", {"else": stable}),
    ("a failed trial never goes on", (failed[:3], 1, 3, "max"), "b", nan_best),
    ("nor with a loss; but it counts in n", (failed, 1, 2, "min"), "c a", nan_loss),
    ("if all have failed, nobody", (failed[:1] * 2, 1, 2, "max"), "", {"f": "a failed trial never goes on"}),
    ("nobody has come so far", (mixed, 8, 2, "max"), "", {}),
]


def said_of_names(got: str, likely: dict) -> str | None:
    """The sentence for a wrong answer of exercise 1."""
    if "Error" in got:
        return "this case has fewer reports than the others"
    return "a list of names, the best first" if got.startswith("no list") else likely.get(got, likely.get("else"))


def said_of_number(got, right: float, likely: dict) -> str | None:
    """The sentence for a wrong number: the one that `likely` has for it, or one for its size."""
    if np.ndim(got) or isinstance(got, str):
        return None if isinstance(got, str) else "one number"
    if near := [said for wrong, said in likely.items() if wrong != "else" and np.isclose(got, wrong, atol=2e-5)]:
        return near[0]
    if np.isclose(got, 100 * right):
        return "scores go in as shares, and so does the answer come out: not in percent"
    return "close, but exactly: not rounded, nor drawn by chance" if abs(got - right) < 0.006 else likely.get("else")


def names_of(got) -> str:
    """Names of trials with a blank between them, or what came in their place."""
    return got if isinstance(got, str) else " ".join(map(str, got)) if np.ndim(got) == 1 else f"no list: {got!r}"


# %% id="halving-answer" nbgrader={"grade": false, "grade_id": "halving-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def go_on(reports: list[tuple[str, int, float]], rung: int, eta: int, mode: str) -> list[str]:
    """Names of the trials that go on, the best first; `reports` are (trial, epoch, score) in the order they came."""
    ### BEGIN SOLUTION
    here = [(trial, score) for trial, epoch, score in reports if epoch == rung]
    alive = [(trial, score) for trial, score in here if not np.isnan(score)]
    sign = -1 if mode == "max" else 1
    alive.sort(key=lambda report: sign * report[1])
    return [trial for trial, _ in alive[: max(1, len(here) // eta)]]
    ### END SOLUTION


at_first = [(str(number), 1, float(row[0][dev].mean())) for number, row in enumerate(hits)]
stay = go_on(at_first, 1, 4, "max")
kept = str(best) in stay
print(f"of {len(hits)} trials {len(stay)} go on after one epoch; the best one after all epochs is among them: {kept}")

# %% id="halving-tests" nbgrader={"grade": true, "grade_id": "halving-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
for what, (reports, *rule), right, likely in halving_cases:
    got = names_of(tried(partial(go_on, list(reports), *rule)))
    lesson.check(what, got, right, likely=lambda got, likely=likely: said_of_names(got, likely))
kept, asis = list(mixed), list(mixed)
go_on(kept, 1, 2, "max")
lesson.check(
    "the reports stay as they were",
    names_of([one[0] for one in kept]),
    names_of([one[0] for one in asis]),
    likely=lambda got: "sort a list of your own",
)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for count, eta, mode in ((23, 2, "max"), (40, 3, "min"), (17, 5, "max"), (2, 3, "min")):
    names, scores = draw.permutation(1_000)[:count].astype(str).tolist(), draw.integers(0, 9, count) / 10
    reports = [(name, int(epoch), float(score)) for name, score in zip(names, scores) for epoch in (3, 9)]
    reports = [(name, epoch, score if epoch == 3 else round(1 - score, 1)) for name, epoch, score in reports]
    reports[0] = (names[0], 3, float("nan"))
    want, left = [], {name: score for name, epoch, score in reports if epoch == 3 and score == score}
    while left and len(want) < max(1, count // eta):
        want.append((max if mode == "max" else min)(left, key=left.get))
        del left[want[-1]]
    lesson.check("it holds for any trials", " ".join(map(str, go_on(reports, 3, eta, mode))), " ".join(want))
### END HIDDEN TESTS

# %% [markdown] id="halving-hints"
# <details><summary>Where do I start?</summary>With a list of (trial, score) of the reports whose epoch is <code>rung</code>. Its length is
# n.</details>
# <details><summary>Equal scores</summary>Python's <code>sort</code> keeps the order of equal ones, also with <code>reverse=True</code>. It
# does not if the name is part of what is sorted: give it <code>key=</code>.</details>
# <details><summary>How many?</summary><code>max(1, n // eta)</code>, counted before the failed ones are taken out.</details>
#
# ## Five ways to spend the same seconds
#
# Each way may spend the CPU seconds of nine average trials, and hands in the trial whose last score on dev was best:
#
# - **grid**: three rates × three decays, width 32, to the end;
# - **random, even rates** (`uniform`) and **random** (`loguniform`): to the end;
# - **ASHA**: random ones, with the rule of exercise 1 (equal scores all go on) at epochs 1, 2, 4, 8, so there are more of them;
# - **ASHA + Optuna**: Optuna's TPE proposes the next one, near those that scored well so far.
#
# And one that pays 23 times as much: **all** 210. Guess the order of the five, and what each gains on *fresh*.


# %% id="ways-code"
def halving(scores, propose, tell, allowed: float) -> list[tuple]:
    """(dev score, trial, last rung) of each trial that ASHA runs, until the CPU seconds are spent."""
    came, done, spent = [[] for _ in rungs], [], 0.0
    while spent < allowed:
        trial = propose()
        for rung, epoch in enumerate(rungs):
            spent += seconds[trial] * (epoch - (rungs[rung - 1] if rung else 0)) / epochs
            came[rung].append(scores[trial, rung])
            if scores[trial, rung] < sorted(came[rung])[-max(1, len(came[rung]) // 2)]:
                break
        done.append((scores[trial, rung], trial, rung))
        tell(trial, scores[trial, rung])
    return done


with_optuna = importlib.util.find_spec("optuna") is not None
if not with_optuna:
    print('Optuna is not installed here, so it does not take part: pip install "trainlib[scale]"')


# %% id="ways-replay"
def replay(number: int) -> dict[str, tuple]:
    """Score on dev and on fresh, and number of trials, of each way, with dev sentences of its own."""
    draw, last = np.random.default_rng(number), len(rungs) - 1
    chosen = draw.permutation(len(rest))
    scores, later = hits[:, :, chosen[:dev_rows]].mean(2), hits[:, :, chosen[dev_rows:]].mean(2)
    allowed, steps = budget * seconds.mean(), np.geomspace(1e-4, 0.1, rates)
    shape, of_a_rate = (rates, decays, len(widths)), decays * len(widths)
    anywhere = lambda: int(draw.integers(len(hits)))
    nearest = lambda rate: int(np.abs(np.log(rate / steps)).argmin())
    near = lambda: nearest(draw.uniform(1e-4, 0.1)) * of_a_rate + int(draw.integers(of_a_rate))
    full = lambda trials: [(scores[trial, last], trial, last) for trial in trials]
    three = (rates // 4, rates // 2, 3 * rates // 4), np.linspace(0, decays - 1, 3).astype(int), [len(widths) // 2]
    ways = {"grid": full(np.ravel_multi_index(place, shape) for place in product(*three))}
    ways["random, even rates"] = full(near() for _ in range(budget))
    ways["random"] = full(anywhere() for _ in range(budget))
    ways["ASHA"] = halving(scores, anywhere, lambda *_: None, allowed)
    if with_optuna:
        ways["ASHA + Optuna"] = halving(scores, *optuna_asks(number), allowed)
    ways["all"] = full(range(len(hits)))
    best_of = {way: max(done, key=lambda one: one[0]) for way, done in ways.items()}
    return {way: (score, later[trial, rung], len(ways[way])) for way, (score, trial, rung) in best_of.items()}


# %% id="ways-run"
def optuna_asks(number: int):
    """`propose` and `tell` of Optuna's TPE over the places of the table."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sizes = {"rate": rates, "decay": decays, "width": len(widths)}
    study, asked = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=number)), []

    def propose() -> int:
        asked.append(study.ask())
        places = [asked[-1].suggest_int(name, 0, size - 1) for name, size in sizes.items()]
        return int(np.ravel_multi_index(places, tuple(sizes.values())))

    return propose, lambda trial, score: study.tell(asked.pop(), score)


replayed = [replay(number) for number in range(replays)]
shown = {way: np.array([one[way] for one in replayed]) for way in replayed[0]}
means = pd.DataFrame({way: found.mean(0) for way, found in shown.items()}, index=["dev", "fresh", "trials"]).T
means["dev − fresh, points"] = 100 * (means["dev"] - means["fresh"])
print(means[["trials", "dev", "fresh", "dev − fresh, points"]].round(3).to_string())
for way in means.index.drop("random"):
    gain = measure.mean(100 * (shown[way] - shown["random"])[:, 1])
    interval = f"{gain.low:+.2f} to {gain.high:+.2f}, {replays} replays"
    print(f"{way} minus random, on fresh, points: {gain.value:+.2f} ({interval})")

# %% [markdown] id="ways-found"
# <details><summary><b>What you found</b></summary>
#
# In our run (minilm, 1,000 sentences to train on, 100 replays with 400 other dev sentences each, seed 0) nine random trials reach 0.716 on fresh. ASHA runs 37
# trials in the same seconds and gains 0.39 points (0.15 to 0.62); with Optuna it gains 0.29 (0.06 to 0.52), so no more than without: 30 trials are few
# to learn from. The grid loses 0.25 (0.02 to 0.48): it tries three rates, random ones nine. Even rates lose 1.65 (1.34 to 1.96): nine of ten are too large.
#
# All 210 trials cost 23 times as much. Their best has 0.750 on dev, the most of all, and 0.719 on fresh: +0.23 (0.00 to 0.46) against nine random ones. And
# no way of searching reaches the logistic regression, 0.732 (0.721 to 0.742). After one epoch the final winner was **not** among the best quarter:
# a slow starter, which eta 4 would have stopped.
#
# The intervals speak of other draws of trials and of dev; train sentences and encoder were the same in all replays.
#
# </details>
#
# ## The seed lottery
#
# A run also draws: first weights, order of rows. Now the search's winner and its second, each trained again with 60 other seeds. Nothing differs
# but the seed, so no seed is better than another: whoever reports the best one reports luck.

# %% id="seeds-code"
anew = lambda place: [hits_of(settings[place], 1_000 + number)[0][-1] for number in range(seeds)]
retrained = {"winner": anew(best), "second": anew(second)}
on_dev = {
    name: {number: float(found[dev].mean()) for number, found in enumerate(runs)} for name, runs in retrained.items()
}
on_fresh = {
    name: {number: float(found[fresh].mean()) for number, found in enumerate(runs)} for name, runs in retrained.items()
}
for name, place in (("winner", best), ("second", second)):
    scores, later = np.array([*on_dev[name].values()]), np.array([*on_fresh[name].values()])
    print(f"{name}: in the search dev {final.dev[place]:.3f}, fresh {final.fresh[place]:.3f}")
    spread, on_average = scores.std(ddof=1), measure.mean(later)
    print(f"   {seeds} seeds: dev {measure.mean(scores)}, standard deviation {spread:.4f}; fresh {on_average}")
    print(f"   its luckiest seed: dev {scores.max():.3f}, fresh {later[scores.argmax()]:.3f}")

# %% [markdown] id="luck-task"
# ## Exercise 2 · What luck alone shows
# *Difficulty ●●●○○ · about 12 minutes · skill: expected maximum · 4 points*
#
# A paper reports the best of 5 runs, another one the best of 50. To compare them, compute what the best of n would show *on average*: over **all choices
# of n different runs among the N** that you have, the mean of the best score in each choice.
#
# Write `expected_best`. It must be quick for 200 runs: there are 10⁵⁸ choices of 100 among 200, so count them instead of listing
# them. In how many choices is the k-th smallest score the best one?


# %% id="luck-answer" nbgrader={"grade": false, "grade_id": "luck-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def expected_best(scores: list[float], n: int) -> float:
    """The mean, over all choices of `n` different runs, of the best score in the choice; 1 <= n <= len(scores)."""
    ### BEGIN SOLUTION
    from math import comb

    ordered = sorted(scores)
    ways = [comb(below, n - 1) for below in range(len(ordered))]  # the others of the choice are among those below
    return sum(score * way / comb(len(ordered), n) for score, way in zip(ordered, ways))
    ### END SOLUTION


same_setting = list(on_dev["winner"].values())
for n in sorted({min(count, seeds) for count in (1, 3, 10, 30)}):
    print(f"the best of {n} seeds shows {expected_best(same_setting, n):.4f} on average")

# %% id="luck-tests" nbgrader={"grade": true, "grade_id": "luck-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
without = "n *different* runs: the same run cannot be in a choice twice"
best_of_all = "that is the best of all runs, or of one choice: the mean over all choices is wanted"
best_few = "the mean of the n best is no choice's best; and runs need not be neighbours to be in one choice"
places = "equal scores: give each a place of its own. A set, or places by value, counts some choices never or twice"
weights = "no mean: the numbers of choices in which each run is the best sum to that of all choices, comb(N, n)"
luck_cases = [  # what must hold, scores, n, what is right, and the likely slips by the wrong number
    (
        "of 0.72, 0.70, 0.80 the best of two is 0.72 once and 0.80 twice",
        [0.72, 0.70, 0.80],
        2,
        2.32 / 3,
        {
            6.86 / 9: without,
            0.80: best_of_all,
            0.72: "not the first n, nor the second best: the mean over all choices of two",
            0.76: best_few,
            0.74: "that is the mean of all scores: what the best of one shows",
            2.32: "the sum over all choices: divide by their number",
            0.75333333: "that is the mean of n quantiles, or of fewer choices: there are three choices of two",
            0.7466666: "no quantile: the mean of the best scores",
            2.32 / 6: "divide by the number of choices: there are three of them",
            2.32 / 9: "divide by the number of choices: there are three of them",
            0.70: "the best is the largest",
            2.12 / 3: "the best of a choice, not the worst",
            2.30 / 3: "sort first: the runs whose score is *below* are meant, not those before it in the list",
            0.80 / 3: "the best run itself is in the choice: n − 1 others are drawn from those below it",
            4.54 / 3: "how many runs are *below*? 0 below the smallest, 1 below the next",
            1.60 / 3: "0.72 is the best of one choice: begin with the run that has n − 1 below it",
            0.72 / 3: "0.80 is the best of two choices: go on to the last run",
            0.10 / 3: "the best itself, not its lead over the mean",
            "else": "by hand: (0.72, 0.70), (0.72, 0.80), (0.70, 0.80); the best of each, and their mean",
        },
    ),
    (
        "the best of one is the mean",
        [0.72, 0.70, 0.80],
        1,
        0.74,
        {
            0.80: best_of_all,
            2.32 / 3: "n is one too many: count how many runs are below the best one",
            0.72: "the mean, not the median",
            "else": weights,
        },
    ),
    (
        "the best of all three is the largest",
        [0.72, 0.70, 0.80],
        3,
        0.80,
        {20.76 / 27: without, 0.74: "there is one choice of three, and its best is 0.80", "else": weights},
    ),
    (
        "equal scores are runs of their own",
        [0.6, 0.5, 0.6, 0.5],
        2,
        3.5 / 6,
        {0.6: "two of the six choices? one of them has 0.5 twice", 0.575: without, "else": places},
    ),
    (
        "of four, the best of three",
        [0.9, 0.1, 0.5, 0.3],
        3,
        0.8,
        {0.9: best_of_all, 1.7 / 3: best_few, "else": weights},
    ),
    ("of 0.01, 0.02 … 0.24 the best of 10", [place / 100 for place in range(1, 25)], 10, 10 * 25 / 11 / 100, {}),
]
for what, scores, n, right, likely in luck_cases:
    began, got = time.process_time(), tried(partial(expected_best, list(scores), n))
    say = lambda got, right=right, likely=likely: said_of_number(got, right, likely)
    lesson.check(what, got, right, likely=say)
quick = time.process_time() - began < 0.1
lesson.check(
    "and its 1,961,256 choices are counted in a moment", quick, True, likely={False: "count, do not list them"}
)
got = tried(partial(expected_best, list(range(1, 201)), 100))
whole = "such numbers of choices fit into Python's int (math.comb) or a float, not into numpy's int64"
lesson.check("of 1, 2 … 200 the best of 100", got, 100 * 201 / 101, likely=lambda got: whole)
kept = [0.72, 0.70, 0.80]
expected_best(kept, 2)
lesson.check("the scores stay as they were", kept, [0.72, 0.70, 0.80], likely=lambda got: "sort a list of your own")
### BEGIN HIDDEN TESTS
import itertools

draw = np.random.default_rng(lesson.hidden_seed())
for count, n in ((12, 5), (9, 1), (14, 13), (15, 4)):
    scores = (draw.integers(50, 90, count) / 100).tolist()
    want = float(np.mean([max(choice) for choice in itertools.combinations(scores, n)]))
    lesson.check("it holds for any scores", float(expected_best(scores[:], n)), want)
### END HIDDEN TESTS

# %% [markdown] id="luck-hints"
# <details><summary>Where do I start?</summary>Sort the scores. If one score is the best of a choice, the other n − 1 of the choice are among
# those below it.</details>
# <details><summary>How many are that?</summary>With k runs below it: <code>math.comb(k, n - 1)</code>, which is 0 where there are too few. In all there
# are <code>math.comb(len(scores), n)</code> choices.</details>
# <details><summary>Equal scores</summary>Give each a place of its own in the sorted list: which one of two equal ones counts as the best
# does not change the mean.</details>
#
# The next figure shows both kinds of luck: on the left seeds of one setting, on the right settings drawn at random. Draw your guess first: what
# does the best on dev reach on *fresh*, as n grows?


# %% id="luck-figure"
def best_of(pool, n: int, draw) -> tuple[float, float]:
    """Dev score of the best of n runs of `pool`, (runs, rows), and its score on other sentences; dev is drawn, too."""
    chosen, runs = draw.permutation(pool.shape[1]), draw.choice(len(pool), n, replace=False)
    scores = pool[runs][:, chosen[:dev_rows]].mean(1)
    return scores.max(), pool[runs[scores.argmax()], chosen[dev_rows:]].mean()


draw, (figure, axes) = np.random.default_rng(seed), figures.new(columns=2, width=9)
promised, said, titles = {}, [], ("Luck grows with n", "Gain first, then luck")
pools = {"seeds of one setting": np.array(retrained["winner"]), "settings": hits[:, -1]}
for axis, title, (name, pool) in zip(axes, titles, pools.items()):
    numbers = [n for n in (1, 2, 3, 5, 9, 15, 30, 60, 100, 210) if n <= len(pool)]
    found = np.array([[best_of(pool, n, draw) for _ in range(replays)] for n in numbers])  # (numbers, replays, 2)
    promised[name] = pd.DataFrame(found.mean(1), index=numbers, columns=["dev", "fresh"])
    for part, label in enumerate(("best on dev", "the same run, fresh")):
        middle, half = found[:, :, part].mean(1), 1.96 * found[:, :, part].std(1) / replays**0.5
        axis.fill_between(numbers, middle - half, middle + half, color=figures.COLOURS[part], alpha=0.2)
        axis.plot(numbers, middle, color=figures.COLOURS[part], linestyle=("-", "--")[part], label=label)
    axis.set(xscale="log", xlabel=f"{name} tried", ylabel="accuracy", title=title)
    axis.legend()
    ends = [f"{part} {line.iloc[0]:.3f} to {line.iloc[-1]:.3f}" for part, line in promised[name].items()]
    said.append(f"{name}: {', '.join(ends)}")
figures.show(figure, alt="Accuracy of the best of n runs, on dev and on fresh, against n; " + "; ".join(said))

# %% [markdown] id="nested-task"
# <details><summary><b>What you found</b></summary>
#
# In our run the winner had 0.750 on dev, one run. Its 60 other seeds have 0.734 on average (standard deviation 0.007) and 0.729 on fresh: most of the two points between
# promise and truth was a lucky seed, in a list sorted by luck. The best of 3 seeds shows 0.740 on average, the best of 30 shows 0.749, though all are the same
# setting. Who reports the best of n equal runs subtracts `expected_best` of n minus the mean: that is the correction.
#
# On the left the dashed line is flat: choosing a seed by 400 sentences buys nothing. On the right it rises first, since settings do differ, and
# then stops; the line of dev goes on rising.
#
# </details>
#
# ## Exercise 3 · A score that was not chosen
# *Difficulty ●●●○○ · about 12 minutes · skill: nested selection · 4 points*
#
# The dev rows chose the winner, so its score on them flatters. Without more labels: let some rows choose and the others report, for several
# ways to part them, and take the mean.
#
# `hits[s][r]` is 1 where setting s is right on row r, else 0. Each part is a pair: the rows that choose, the rows that report. In each part the setting
# with the highest accuracy on the choosing rows wins, of equal ones the first; its accuracy on the reporting rows counts. Write `nested`: the mean over
# all parts, each counted alike.


# %% id="nested-answer" nbgrader={"grade": false, "grade_id": "nested-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def nested(hits: list[list[int]], parts: list[tuple]) -> float:
    """Mean accuracy, on rows that did not choose it, of each part's winner; parts: (rows that choose, that report)."""
    ### BEGIN SOLUTION
    right = np.asarray(hits, dtype=float)
    reported = []
    for choose, report in parts:
        winner = right[:, list(choose)].mean(axis=1).argmax()
        reported.append(right[winner, list(report)].mean())
    return float(np.mean(reported))
    ### END SOLUTION


draw, errors = np.random.default_rng(seed), []
for _ in range(max(2, replays // 4)):  # other dev rows each time
    chosen = draw.permutation(len(rest))
    known, later = hits[:, -1][:, chosen[:dev_rows]], hits[:, -1][:, chosen[dev_rows:]]
    real = later[known.mean(1).argmax()].mean()  # of the plain winner, which is shipped
    mixed_up = draw.permutation(dev_rows)
    splits = [np.array_split(mixed_up, count) for count in (2, 10)]
    ways = [[(np.setdiff1d(mixed_up, one).tolist(), one.tolist()) for one in split] for split in splits]
    errors.append([known.mean(1).max() - real, *(nested(known.astype(int).tolist(), parts) - real for parts in ways)])
for name, one in zip(("plain", "nested, two halves", "nested, ten tenths"), 100 * np.transpose(errors)):
    score = measure.mean(one)
    interval = f"{score.low:+.2f} to {score.high:+.2f}, {len(one)} draws of dev"
    print(f"{name}: promises {score.value:+.2f} points more than it holds ({interval})")

# %% id="nested-tests" nbgrader={"grade": true, "grade_id": "nested-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
three = [[1, 0, 0, 0, 1, 0, 1, 1, 1, 1], [1, 1, 0, 0, 1, 1, 0, 1, 0, 0], [0, 1, 1, 1, 1, 0, 1, 0, 0, 1]]
three_parts = [
    ([0, 1, 2, 3, 4, 5], [6, 7, 8, 9]),
    ([4, 5, 6, 7, 8, 9], [0, 1, 2, 3]),
    ([0, 1, 2, 7, 8, 9], [3, 4, 5, 6]),
]
other = [[1, 1, 0, 0, 1, 1, 1, 1, 0, 1], [1, 1, 1, 0, 0, 0, 1, 0, 0, 1], [1, 0, 1, 1, 0, 0, 1, 0, 1, 0]]
other_parts = [
    ([0, 1, 2, 3], [4, 5, 6, 7, 8, 9]),
    ([4, 5, 6, 7, 8, 9], [0, 1, 2, 3]),
    ([2, 3, 4, 5, 6], [0, 1, 7, 8, 9]),
]
same_rows = "the rows that chose must not report"
peeked = (
    "each part has a winner of its own, by its choosing rows alone: a winner of all rows has seen those that report"
)
swapped = "the first of a pair chooses, the second reports"
alike = "each part counts alike, however many rows report"
nested_cases = [  # what must hold, hits, parts, what is right, and the likely slips by the wrong number
    (
        "one part: the first setting wins on rows 0 and 1, and is right on one of rows 2 and 3",
        [[1, 1, 0, 1], [0, 1, 1, 1]],
        [([0, 1], [2, 3])],
        0.5,
        {
            1.0: "the setting is chosen by rows 0 and 1 and reported on rows 2 and 3: not the best one on the rows that report, nor on those that chose; and as a share",
            0.75: "no row that chose may report, and no other setting: accuracy on rows 2 and 3 alone",
            0.25: "accuracy is a share of the rows that report: divide by their number",
            0.0: "all rows of both lists count, and nothing is taken off",
        },
    ),
    (
        "three parts, each with its own winner",
        three,
        three_parts,
        1 / 3,
        {
            0.6: "that is plain selection: the best on all rows",
            0.722222: same_rows,
            0.833333: "that is the best on the rows that report: they must not choose",
            0.583333: peeked,
            0.444444: swapped,
            0.566667: same_rows + ": report on the second rows of the pair alone",
            0.416667: "of equal ones the first: does the last one win, where several are as good?",
            0.25: "the mean over all parts, not the first one or the median",
            0.5: "the mean over all parts, not the last or the best one",
            0.555556: "the chosen setting alone, not the mean of all",
            0.666667: "choose by each part's choosing rows before you take a mean: the best mean has been chosen by what it reports",
            1.0: "the sum over parts: divide by their number",
            4 / 3: "accuracy is a share: divide by the rows that report",
            2 / 9: "accuracy is a share of the rows that report: divide by their number",
        },
    ),
    (
        "of equal ones the first; and each part counts alike",
        other,
        other_parts,
        0.544444,
        {
            0.533333: alike,
            0.411111: "of equal ones the first: does the last one win, where several are as good?",
            0.7: "that is plain selection: the best on all rows",
            0.727778: same_rows,
            0.794444: "the rows that report must not choose",
            0.711111: peeked,
            0.477778: swapped,
            0.633333: same_rows,
        },
    ),
    (
        "each part begins anew, and a row in neither list neither chooses nor reports",
        [[1, 0, 1, 0, 0], [0, 1, 0, 1, 0]],
        [([0], [2]), ([3, 4], [1])],
        1.0,
        {
            0.5: "each part has a winner of its own, also where the winner of a part before had more right",
            0.0: "only the rows of the first list choose, not all that do not report",
            7 / 24: "only the rows of the second list report, not all that do not choose",
        },
    ),
]
for what, rights, parts, right, likely in nested_cases:
    got = tried(partial(nested, [list(row) for row in rights], [tuple(list(one) for one in part) for part in parts]))
    say = lambda got, right=right, likely=likely: said_of_number(got, right, likely)
    lesson.check(what, got, right, tolerance=2e-6, likely=say)
kept = [list(row) for row in three]
tried(partial(nested, kept, three_parts[:1]))
lesson.check("the settings stay as they were", kept, three, likely=lambda got: "sort or change a list of your own")
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for count, many, few in ((6, 30, 5), (15, 40, 3), (3, 12, 8)):
    rights = [*draw.integers(0, 2, (count - 1, many)).tolist(), (np.arange(many) % 7 > 0).astype(int).tolist()]
    parts = [
        (order[: many // 2 + shift].tolist(), order[many // 2 + shift : -2].tolist())  # two rows in neither
        for shift in range(few // 2)
        for order in [draw.permutation(many)]
    ]
    want = 0.0
    for choose, report in parts:
        sums = [sum(row[place] for place in choose) for row in rights]
        winner = rights[sums.index(max(sums))]
        want += sum(winner[place] for place in report) / len(report) / len(parts)
    lesson.check("it holds for any hits and parts", float(nested(rights, parts)), want)
### END HIDDEN TESTS

# %% [markdown] id="nested-hints"
# <details><summary>Where do I start?</summary><code>np.asarray(hits)[:, rows]</code> takes those rows of all settings; the mean over axis 1 is each
# setting's accuracy.</details>
# <details><summary>The winner</summary><code>argmax</code> gives the first of equal ones.</details>
# <details><summary>More than half</summary>With halves the winner is chosen by fewer rows than you have. Nine tenths choose almost as well; then take
# ten parts, so that each row reports once.</details>
#
# <details><summary><b>What you found</b></summary>
#
# In our run (25 draws of 400 dev sentences, minilm, seed 0) the best of 210 promised 3.3 points more than it held (2.5 to 4.1). Nested with two halves: −0.5 (−1.7 to
# +0.6); with ten tenths: +1.0 (−0.2 to +2.2). Both intervals hold 0, the plain one does not. One dev of 400 is still off by two points either way, by chance: no
# way of counting replaces labels.
#
# What nested measures is the *procedure*, "choose among these by so many rows", not the one winner. That is what you want to promise.
#
# </details>
#
# ## Is the winner real?
#
# Winner and second differ by a quarter of a point on dev, in one run each: a tie? Both were trained again with the same 60 seeds, on the same sentences. Which
# comparison do you trust: the best seeds, the means, or the differences seed by seed?

# %% [markdown] id="pair-task"
# ## Exercise 4 · Seed by seed
# *Difficulty ●●●●○ · about 15 minutes · skill: comparing settings · 5 points*
#
# `a` and `b` map seeds to scores of two settings. Some runs crashed, so a seed may be missing in one of them. Write `compare_seeds`, four numbers:
#
# - the mean of b − a over the seeds that **both** have;
# - the two ends of its 95 % interval, ± t · s / √n: s is the standard deviation of the n differences (divide by n − 1), t the 97.5 % point of Student's t,
#   `stats.t.ppf(0.975, n - 1)`;
# - how many seeds are **needed**: the smallest n ≥ 2 at which, with the same s, t · s / √n is at most `within`. Here t belongs to that n.


# %% id="pair-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below try, and say to a wrong answer
five_a, five_b = {4: 0.70, 1: 0.74, 7: 0.60, 2: 0.66, 9: 0.72}, {1: 0.75, 2: 0.68, 8: 0.99, 9: 0.75, 4: 0.72}
lone, spread = "only seeds that both settings have: the others have no partner", "s divides by n − 1: np.std(…, ddof=1)"
paired = "the spread of the differences, seed by seed: the spread of each setting's own scores is in neither"
pair_slips = {  # by which of the four numbers is wrong first, and its value
    0: {
        -0.02: "b minus a, not a minus b",
        0.094: lone,
        0.778 - 0.684: lone,
        0.118: "pair scores by seed, not by place: the dicts are in another order",
        (0.75 + 0.68 + 0.99 + 0.75 + 0.72 - 3.42) / 6: lone,
        (0.02 / 0.70 + 0.01 / 0.74 + 0.02 / 0.66 + 0.03 / 0.72) / 4: "b − a itself, not as a share of a",
        2.0: "scores go in as shares, and so comes the difference",
        0.03: "the mean, not the largest",
    },
    1: {
        0.02 - 3.182446 * 0.0070711 / 2: spread,
        0.02 - 3.182446 * 0.0081650: "the standard error: s divided by √n",
        0.02 - 3.182446 * 0.0070711: spread,
        0.02 - 2.776445 * 0.0081650 / 2: "n − 1 degrees of freedom: 3 of four differences",
        0.02 - 2.353363 * 0.0081650 / 2: "two sides: 97.5 %, not 95 %",
        0.02 - 3.182446 * 0.0081650 / 4: "√n, not n",
        0.01: "not the smallest difference: an interval of the mean",
        0.02 - 1.96 * 0.0081650 / 2: "t, not 1.96: with four seeds it is 3.18",
        0.02 - 3.182446 * 0.0081650 / 3**0.5: "√n, not √(n − 1)",
        0.02 - 3.182446 * 0.0081650 / 6**0.5: "n is the number of differences, not of all seeds",
        0.02 + 3.182446 * 0.0081650 / 2: "the lower end comes first",
        0.007: "do not round",
    },
    3: {
        3: "t, not 1.96, and t depends on n: with 3 seeds it is 4.3",
        7: "six are enough: t depends on the n that you try, and with more seeds it is smaller than with four",
        5: "at most `within` is not reached: with 5 seeds the half width is 0.0101; is it the degrees of freedom?",
        4: "neither how many there are, nor where a half of the half width fits",
        2: "all that are needed, not those still to run; and t · s / √n, not s / √n",
        1: "begin with n = 2: with one seed t is nan, and nan is never more than `within`",
    }
    | dict.fromkeys((12, 13, 16), "half of the interval's width is to be at most `within`"),
}


def slip_of_pairs(got, place: int) -> str | None:
    """The sentence for the number at this place of an answer."""
    if np.ndim(got) or isinstance(got, str):
        return lone if "KeyError" in str(got) else "four numbers: difference, low, high, needed"
    near = next((said for wrong, said in pair_slips[place].items() if np.isclose(got, wrong, atol=2e-6)), None)
    return near or (paired if place == 1 else None)


# %% id="pair-answer" nbgrader={"grade": false, "grade_id": "pair-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def compare_seeds(a: dict[int, float], b: dict[int, float], within: float) -> tuple[float, float, float, int]:
    """(mean of b − a, low, high, needed number of seeds); at least two seeds are in both."""
    ### BEGIN SOLUTION
    differences = np.array([b[seed] - a[seed] for seed in sorted(a.keys() & b.keys())])
    mean, spread = differences.mean(), differences.std(ddof=1)
    half = lambda n: stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n)
    needed = 2
    while half(needed) > within:
        needed += 1
    return float(mean), float(mean - half(len(differences))), float(mean + half(len(differences))), needed
    ### END SOLUTION


for count in sorted({min(count, seeds) for count in (3, 10, 60)}):
    few = [{number: on_dev[name][number] for number in range(count)} for name in ("second", "winner")]
    difference, low, high, needed = compare_seeds(*few, within=0.0025)
    points = f"{100 * difference:+.2f} points ({100 * low:+.2f} to {100 * high:+.2f})"
    print(f"{count} seeds: winner minus second {points} on dev; to know it within ± 0.25: {needed} seeds")
later = [100 * (on_fresh["winner"][number] - on_fresh["second"][number]) for number in range(seeds)]
print("on fresh:", measure.mean(later), "points")

# %% id="pair-tests" nbgrader={"grade": true, "grade_id": "pair-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
got = tried(lambda: list(compare_seeds(dict(five_a), dict(five_b), 0.01)))
got = got if len(got) == 4 and not isinstance(got, str) else [str(got)] * 4
wanted = [
    ("the mean of 0.02, 0.01, 0.02 and 0.03", 0.02),
    ("the lower end", 0.007008),
    ("the upper end", 0.032992),
    ("six seeds for ± 0.01", 6),
]
for place, (what, right) in enumerate(wanted):
    lesson.check(what, got[place], right, tolerance=2e-6, likely=lambda got, place=place: slip_of_pairs(got, place))
unequal = tried(lambda: list(compare_seeds({0: 0.5, 1: 0.9}, {0: 0.6, 1: 0.8}, 0.3)))
lesson.check(
    "differences of 0.1 and −0.1: 0, ± 1.27; four seeds for ± 0.3",
    unequal,
    [0, -1.270620, 1.270620, 4],
    tolerance=2e-6,
    likely=lambda got: "signs belong to the differences; with two of them t is 12.7",
)
skew = tried(lambda: list(compare_seeds({0: 0.5, 1: 0.5, 2: 0.5}, {0: 0.5, 1: 0.5, 2: 0.8}, 1.0)))
lesson.check(
    "differences of 0, 0 and 0.3: 0.1, ± 0.43; three seeds for ± 1",
    skew,
    [0.1, -0.330265, 0.530265, 3],
    tolerance=2e-6,
    likely=lambda got: "the mean of the differences, not the median" if abs(got[0]) < 1e-6 else None,
)
exact = tried(lambda: list(compare_seeds({0: 0.5, 1: 0.25, 2: 0.125}, {0: 0.75, 1: 0.5, 2: 0.375}, 0.01)))
lesson.check(
    "equal differences: two seeds are enough, the least",
    exact,
    [0.25, 0.25, 0.25, 2],
    likely=lambda got: "needed begins with n = 2: not with 1, not with the seeds at hand",
)
kept = [dict(five_a), dict(five_b)]
tried(lambda: compare_seeds(*kept, 0.01))
lesson.check(
    "both dicts stay as they were", kept, [five_a, five_b], likely=lambda got: "collect the seeds of both apart"
)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for count, within in ((8, 0.02), (25, 0.004), (3, 0.05)):
    numbers = draw.permutation(100)[: count + 4].tolist()
    a = {number: round(float(value), 3) for number, value in zip(numbers[2:], draw.normal(0.7, 0.02, count + 2))}
    b = {
        number: round(float(value), 3) for number, value in zip(numbers[:-2][::-1], draw.normal(0.71, 0.03, count + 2))
    }
    gaps = [b[number] - a[number] for number in a if number in b]
    low, high = stats.t.interval(0.95, len(gaps) - 1, np.mean(gaps), stats.sem(gaps))
    enough = next(n for n in range(2, 99_999) if stats.t.ppf(0.975, n - 1) * np.std(gaps, ddof=1) / n**0.5 <= within)
    want = [float(np.mean(gaps)), float(low), float(high), enough]
    lesson.check("it holds for any scores", [float(value) for value in compare_seeds(a, b, within)], want)
### END HIDDEN TESTS

# %% [markdown] id="pair-hints"
# <details><summary>Where do I start?</summary><code>a.keys() &amp; b.keys()</code> are the seeds of both; a list of b[seed] − a[seed].</details>
# <details><summary>The interval</summary><code>np.std(differences, ddof=1) / len(differences) ** 0.5</code> is the standard error; times t.</details>
# <details><summary>How many are needed?</summary>Try n = 2, 3, 4 … with t for n − 1, until the half width is small enough.</details>
#
# <details><summary><b>What you found</b></summary>
#
# In the search both were a quarter of a point apart. Over 60 seeds it is 2.33 points on dev (1.93 to 2.72) and 1.81 on fresh (1.68 to 1.95): the winner is real, and
# the second was a mediocre setting with a lucky seed: 0.748 in the search, 0.710 on average. Three seeds of each tell as much: +2.67 (+0.67 to +4.66).
# They do so because the difference is large: to know it within a quarter of a point would take over a hundred. Where trials cost two GPU hours, say "better
# by 0.7 to 4.7 points", or "equal as far as we know", and take the cheaper one.
#
# The interval speaks of other seeds. Other dev sentences are not in it, nor another train set.
#
# </details>
#
# ## A real search that survives
#
# Now **Ray Tune** with ASHA and Optuna, over continuous ranges. What it does beyond our replay: trials in processes of their own, on as many cores or machines
# as there are, events for TensorBoard, and a state on disk. The next cells write `search/search.py`, start it, **kill** it (SIGKILL: no goodbye) when half of
# the trials have begun, and start the same command again.
#
# Guess: how many trials will be run twice?


# %% id="script-code"
def trial(settings: dict, arrays: dict, folder: str) -> None:
    """One trial, in a process of Ray: a line in `started.txt`, then a report an epoch."""
    from ray import tune

    with open(f"{folder}/started.txt", "a") as file:
        file.write(f"{settings['rate']:.6g} {settings['decay']:.6g} {settings['width']}\n")
    for epoch, head in train_head(settings, arrays["x"], arrays["y"], int(arrays["epochs"]), 0):
        dev_accuracy = head.score(arrays["dev_x"], arrays["dev_y"])
        tune.report({"epoch": epoch, "dev_accuracy": dev_accuracy, "train_loss": head.loss_})


def new_search(task, runs, trials: int, epochs: int):
    """Ray Tune's own object for a search that begins: Optuna proposes, ASHA stops."""
    from ray import tune
    from ray.tune.search.optuna import OptunaSearch

    space = {"rate": tune.loguniform(1e-4, 0.1), "decay": tune.loguniform(0.01, 100)}
    space["width"] = tune.choice([8, 32, 128])
    aim = {"metric": "dev_accuracy", "mode": "max"}  # given to each part, so that it is known after a kill, too
    asha = tune.schedulers.ASHAScheduler(time_attr="epoch", max_t=epochs, grace_period=1, reduction_factor=2, **aim)
    proposals = OptunaSearch(OptunaSearch.convert_search_space(space), seed=0, **aim)
    how = tune.TuneConfig(num_samples=trials, scheduler=asha, search_alg=proposals, reuse_actors=True)
    where = tune.RunConfig(storage_path=str(runs.parent), name=runs.name, verbose=0)
    return tune.Tuner(task, tune_config=how, run_config=where)


# %% id="script-search"
def search(folder: str, trials: int) -> None:
    """Search, or go on with a search that was killed; the record of all runs is folder/runs.csv."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "TUNE_GLOBAL_CHECKPOINT_S": "0"}
    import ray
    from ray import tune

    runs, arrays = Path(folder).resolve() / "runs", dict(np.load(Path(folder) / "sentences.npz"))
    ray.init(
        address="local",
        num_cpus=1,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="error",
        object_store_memory=80 * 2**20,
    )
    task = tune.with_parameters(trial, arrays=arrays, folder=str(runs.parent))
    known = tune.Tuner.can_restore(str(runs))
    tuner = tune.Tuner.restore(str(runs), task) if known else new_search(task, runs, trials, int(arrays["epochs"]))
    tuner.fit().get_dataframe().to_csv(runs.parent / "runs.tmp", index=False)
    os.replace(runs.parent / "runs.tmp", runs.parent / "runs.csv")  # whole or not at all, whenever it is killed
    ray.shutdown()


# %% id="script-write"
keep = Path("search")  # beside this notebook
shutil.rmtree(keep, ignore_errors=True)
keep.mkdir()
arrays = {"x": vectors[train], "dev_x": vectors[rest[dev]], "y": truth[train], "dev_y": truth[rest[dev]]}
np.savez(keep / "sentences.npz", **arrays, epochs=epochs)
imports = "import os\nimport sys\nfrom pathlib import Path\n\nimport numpy as np\n"
head = f'"""A search that goes on when it was killed: python search.py FOLDER TRIALS"""\n\n{imports}'
own = [inspect.getsource(one) for one in (train_head, trial, new_search, search)]
call = 'if __name__ == "__main__":\n    search(sys.argv[1], int(sys.argv[2]))\n'
(keep / "search.py").write_text("\n\n".join([head, *own, call]), encoding="utf-8")
# Without this jsonschema builds a grammar in each process of Ray: 2 s each
(keep / "rfc3987_syntax.py").write_text("raise ImportError\n")
missing = [name for name in ("ray", "optuna", "tensorboard") if importlib.util.find_spec(name) is None]
searching = trials > 0 and not missing
print(f"wrote {keep / 'search.py'}, {len((keep / 'search.py').read_text().splitlines())} lines")
if missing:
    print(f"{', '.join(missing)} not installed here, so the search is not run: ", end="")
    print('pip install "trainlib[scale]", then run the cells from here on')


# %% id="kill-code"
def begun() -> list[str]:
    """The settings of all trials that have begun, a line each, also those that began twice."""
    return (keep / "started.txt").read_text().splitlines() if (keep / "started.txt").exists() else []


def run_until(enough: int) -> int | None:
    """Start the script; kill it when `enough` trials have begun. What it returned, None where it was killed."""
    command, path = [sys.executable, keep / "search.py", keep, str(trials)], {"PYTHONPATH": str(keep.resolve())}
    with open(keep / "log.txt", "a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | path)
    while process.poll() is None:
        with_children = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for one in with_children:
            try:
                cpu[one.pid], held[one.pid] = sum(one.cpu_times()[:2]), one.memory_full_info().uss
            except psutil.Error:  # it has ended
                pass
        peak.append(sum(held[one.pid] for one in with_children if one.pid in held))
        if len(begun()) >= enough:
            process.kill()
            process.wait()
            psutil.wait_procs(with_children[1:], timeout=20)  # Ray's own processes notice that nobody is left
            return None
        time.sleep(0.25)
    return process.returncode


# %% id="kill-run"
cpu, held, peak, record, tries = {}, {}, [], None, 0
while searching and len(begun()) < trials // 2 and tries < 4:  # Ray may not come up on a busy machine: again
    ended, tries = run_until(trials // 2), tries + 1
first = begun()
if first:
    print(f"killed when {len(first)} of {trials} trials had begun")
while searching and not (keep / "runs.csv").exists() and tries < 6:
    ended, tries = run_until(10**9), tries + 1
if (keep / "runs.csv").exists():
    record = pd.read_csv(keep / "runs.csv").sort_values("dev_accuracy", ascending=False)
    twice, whole = len(begun()) - len(record), (record.epoch == epochs).sum()
    print(
        f"the same command again: {len(begun()) - len(first)} begun, {len(record)} in the record, so {twice} run twice"
    )
    used = f"{sum(cpu.values()):.0f} CPU seconds in {tries} starts, at most {max(peak) / 2**20:,.0f} MiB"
    print(f"Ray: {used}; the trials themselves {record.time_total_s.sum():.0f} s")
    print(f"{record.epoch.sum():.0f} epochs instead of {epochs * len(record)}; {whole} trials to the end")
    columns = ["dev_accuracy", "epoch", "config/rate", "config/decay", "config/width"]
    print(record[columns].head(5).round(4).to_string(index=False))
elif searching:
    log = keep / "log.txt"
    print(f"Ray did not come up in {tries} tries: {log} says why. Close other programs and run this cell again.")

# %% [markdown] id="board-text"
# <details><summary><b>What you found</b></summary>
#
# A trial that had ended is not run again: the state is on disk after every result, by `TUNE_GLOBAL_CHECKPOINT_S=0`. By itself Ray writes it every ten seconds or more,
# so a kill costs the trials of the last seconds, which are many if a trial takes one. The trial that was under way begins anew, unless it saves checkpoints of
# its own: so 0 or 1 is run twice.
#
# In our run (two cores that others used, too) ASHA stopped 20 of 24, and spent 104 epochs instead of 384: 5 CPU seconds of training. Ray took 29, most
# of it to start: it pays where a trial takes minutes. For such ones, `trainlib.search.run` does the same for whole models, and goes on in the same `folder`.
#
# </details>
#
# ## See it in TensorBoard
#
# Ray has written events for each trial. The next cell shows them here, inside JupyterLab: choose *Time series*, then a tag. On a server of your own open
# `/proxy/PORT/` instead (package jupyter-server-proxy). In a terminal: `tensorboard --logdir search/runs`; in other notebooks `%load_ext tensorboard`, then
# `%tensorboard --logdir search/runs`. `finetune.fit(…, callback=finetune.tensorboard(FOLDER))` writes the same for a whole model.
#
# Below it the same curves, read from the same files, for those who only read.

# %% id="board-code"
if record is not None:
    from tensorboard import program
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = program.TensorBoard()
    board.configure(argv=["tensorboard", "--logdir", str(keep / "runs"), "--port", "0", "--load_fast", "false"])
    address = board.launch()  # a thread of this notebook: it ends with it
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")  # on Binder and the like
    shown_at = f"{prefix}proxy/{address.rstrip('/').rsplit(':')[-1]}/" if prefix else address
    print("TensorBoard:", shown_at)
    display(IFrame(shown_at, width="100%", height=500))
(figure, axes), ends = figures.new(), []
if record is not None:
    for file in sorted((keep / "runs").glob("*/events.*")):
        events = EventAccumulator(str(file)).Reload()
        if "ray/tune/dev_accuracy" in events.Tags()["scalars"]:
            scores = [one.value for one in events.Scalars("ray/tune/dev_accuracy")]
            colour = figures.COLOURS[len(scores) == epochs]
            axes.plot(range(1, len(scores) + 1), scores, marker=".", alpha=0.6, color=colour)
            ends.append(len(scores))
title = f"{sum(end < epochs for end in ends)} of {len(ends)} trials are stopped early"
axes.set(xlabel="epoch", ylabel="accuracy on dev", title=title)
soon, whole = sum(end <= 2 for end in ends), sum(end == epochs for end in ends)
said = f"{len(ends)} trials; {soon} end after one or two epochs, {whole} reach epoch {epochs}"
figures.show(figure, alt=f"Accuracy on dev against epoch, a line for each of {said}.")

# %% id="trackers-code" jupyter={"source_hidden": true}
# Other records: MLflow (a database file) and Weights & Biases (offline)
# Each where it is installed; nothing leaves this machine.
top, curves = final.sort_values("dev", ascending=False).head(3), hits[:, :, dev].mean(2)
(place := (keep / "trackers").resolve()).mkdir(exist_ok=True)
if trials and importlib.util.find_spec("mlflow"):
    os.environ["MLFLOW_LOGGING_LEVEL"] = "WARNING"  # it would tell that it makes its tables
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{place}/mlflow.db")  # it refuses file:
    mlflow.set_experiment("heads")
    for number, row in top.iterrows():
        with mlflow.start_run(run_name=str(number)):
            mlflow.log_params(row[["rate", "decay", "width"]].to_dict())
            [
                mlflow.log_metric("dev_accuracy", float(curves[number, rung]), step=epoch)
                for rung, epoch in enumerate(rungs)
            ]
    print(
        mlflow.search_runs(experiment_names=["heads"])[["params.rate", "params.decay", "metrics.dev_accuracy"]].head(3)
    )
if trials and importlib.util.find_spec("wandb"):
    import wandb

    for number, row in top.iterrows():
        with wandb.init(
            project="heads",
            name=str(number),
            mode="offline",
            dir=place,
            config=row[["rate", "decay", "width"]].to_dict(),
            settings=wandb.Settings(silent=True, console="off"),
        ) as run:
            [run.log({"dev_accuracy": float(curves[number, rung])}, step=epoch) for rung, epoch in enumerate(rungs)]
    print(f"W&B: {len(list(place.glob('wandb/offline-run-*')))} offline runs; `wandb sync` would send them")
for name, package in (("mlflow", "mlflow-skinny"), ("wandb", "wandb")):
    if not importlib.util.find_spec(name):
        print(f"{name} is not installed here: pip install {package}, then run this cell again")

# %% [markdown] id="budget-task"
# ## Exercise 5 · When to stop paying
# *Difficulty ●●○○○ · about 8 minutes · skill: a search's budget · 3 points*
#
# `expected[n - 1]` is the accuracy to expect after n trials. A trial costs `euros_per_trial`. A **point** of accuracy (0.01) above what one trial gives
# is worth `euros_per_point`. Write `how_many`: the number of trials with the largest worth minus cost; at least one, of equal ones the smallest.


# %% id="budget-answer" nbgrader={"grade": false, "grade_id": "budget-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def how_many(expected: list[float], euros_per_trial: float, euros_per_point: float) -> int:
    """The number of trials, 1 to len(expected), with the largest worth minus cost."""
    ### BEGIN SOLUTION
    net = [100 * score * euros_per_point - n * euros_per_trial for n, score in enumerate(expected, 1)]
    return net.index(max(net)) + 1
    ### END SOLUTION


for name in ("dev", "fresh"):
    curve = np.maximum.accumulate(promised["settings"][name])
    expected = np.interp(np.arange(1, curve.index[-1] + 1), curve.index, curve).tolist()
    n = how_many(expected, euros_per_trial, euros_per_point)
    gain = 100 * (expected[n - 1] - expected[0])
    print(f"by the {name} curve: {n} trials, {n * euros_per_trial:,.0f} euros, {gain:.1f} points above one trial")

# %% id="budget-tests" nbgrader={"grade": true, "grade_id": "budget-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
budget_cases = [  # what must hold, (expected, euros a trial, euros a point), what is right, and the likely slips by the wrong number
    (
        "two points, one, a fifth of one, at 10 euros; a trial costs 5",
        ([0.70, 0.72, 0.73, 0.732], 5, 10),
        3,
        {
            1: "a point is 0.01: 0.72 − 0.70 are two points",
            2: "the list begins with one trial: place 2 is three trials; and not the largest step, but worth minus cost",
            4: "the fourth trial costs 5 and brings 2",
        },
    ),
    (
        "a plateau need not be the end",
        ([0.70, 0.71, 0.71, 0.75], 5, 10),
        4,
        {
            2: "a trial that does not pay may come before one that does: compare all of them",
            1: "the largest worth minus cost, not the first that does not pay",
            3: "the list begins with one trial",
        },
    ),
    (
        "nothing to gain: one",
        ([0.70, 0.70, 0.70], 5, 10),
        1,
        {
            0: "at least one trial; the list begins with one",
            3: "each trial costs, also those that bring nothing",
            2: "the list begins with one trial",
        },
    ),
    (
        "no price: of equal ones the smallest",
        ([0.70, 0.75, 0.75], 0, 10),
        2,
        {3: "of equal ones the smallest", 1: "the list begins with one trial"},
    ),
    (
        "not as long as something is left",
        ([0.70, 0.75, 0.751, 0.752], 2, 10),
        2,
        {
            4: "not the last one with something left, but the one with the most left",
            3: "not the last one with something left",
        },
    ),
    (
        "not as long as a step pays: what does not pay before it counts, too",
        ([0.70, 0.75, 0.75, 0.75, 0.757], 5, 10),
        2,
        {5: "the last trial brings 7 for 5, but trials 3 and 4 cost 10 and bring nothing"},
    ),
    (
        "the largest worth minus cost: 5.4 points for three trials at 2",
        ([0.70, 0.75, 0.754], 2, 10),
        3,
        {2: "not the most for each euro; and parts of a point count, too"},
    ),
    (
        "also where all cost more than they bring",
        ([0.70, 0.714, 0.72], 12, 10),
        2,
        {
            1: "−10 is more than −12: compare with what one trial leaves, which has its cost, too, not with 0",
            0: "at least one trial",
        },
    ),
]
for what, case, right, likely in budget_cases:
    got = tried(partial(how_many, list(case[0]), *case[1:]))
    say = lambda got, likely=likely: likely.get(
        got, "a number of trials: not euros, no accuracy" if got % 1 or got > 9 else None
    )
    lesson.check(what, got, right, likely=say)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for count, cost in ((30, 3), (80, 1), (12, 0)):
    expected = (np.sort(draw.integers(600, 800, count)) / 1000).tolist()
    points = [round(10 * 10 * 1000 * score) // 100 * 10 - 10 * cost * (n + 1) for n, score in enumerate(expected)]
    net = [7 * round(1000 * score) - 10 * cost * (n + 1) for n, score in enumerate(expected)]  # in tenths of a euro
    lesson.check("it holds for any curve and price", int(how_many(expected, cost + 1e-7, 7)), net.index(max(net)) + 1)
### END HIDDEN TESTS

# %% [markdown] id="budget-hints"
# <details><summary>Where do I start?</summary>With a list: for each n the accuracy times 100 times <code>euros_per_point</code>, minus n times
# <code>euros_per_trial</code>. What one trial gives is the same for all n, so it changes nothing.</details>
# <details><summary>Which n?</summary>The place of the largest one, plus 1.</details>
#
# <details><summary><b>What you found</b></summary>
#
# With 5 euros a trial and 200 a point the dev curve says 30 trials, the fresh one 15: what dev promises for
# the other 15 is worth their price, what fresh gives is not. (Both curves were measured at ten numbers of trials, with straight lines between, so the
# answer is one of the ten.) At work you have no fresh curve: use nested scores for it, or stop where the dev curve rises no faster than seeds of one setting do (the figure on the left).
#
# </details>

# %% [markdown] id="remember"
# ## What to remember
#
# - Draw learning rates by their order of magnitude, and compare a search with a strong, cheap baseline first.
# - Early stopping runs more trials for the same money; it compares equal epochs and may stop a slow starter.
# - The best of n flatters more as n grows. Report a score on rows that did not choose, or nest.
# - Compare settings seed by seed, with an interval, and train the winner anew before you believe it.
# - A search writes down every run and goes on after a kill. Its budget is set by the fresh curve.

# %% [markdown] id="open-question-text"
# ## Open question (3 points)
#
# A colleague has fine-tuned 40 variants of your classifier (learning rates, prompts, seeds), 6 euros each, picked the best on 300 labelled tickets, and
# reports 91 % against 88 % of the model in use, which was measured on the same tickets. She asks for 100 more variants. What do you ask for before
# you ship, what do you do with the next 600 euros, and which result would change your mind? Answer in at most 150 words.
#
# | points | for |
# |---|---|
# | 1 | says that the best of 40 on 300 rows flatters, with a size (an expected maximum, a standard error, or this lesson's figures), and that the old model was not chosen so |
# | 1 | a measurement that did not choose: fresh labels or nested, the two models compared on the same rows, the winner with several seeds, an interval |
# | 1 | weighs 100 variants against labels (or nothing) in euros, with a threshold at which the answer would be another |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# On 300 tickets at 0.9 the standard error is 1.7 points. The best of 40 equal models would show about two standard deviations of luck; part of it is shared, as
# all read the same tickets, so I expect one to three points. That is the whole lead. The old model was not picked by these tickets, so it is not flattered. I
# ask for her predictions on all 300: nested selection costs nothing. Then I train the winner with five seeds and compare it with the old model on 1,000
# tickets that nobody chose by, row by row (McNemar). 600 euros buy 100 variants or, at 0.50 euros, 1,200 labels: labels, because on dev more variants always look
# better. If the interval of the difference on fresh tickets lies above 1 point, I ship; if it holds 0, I keep the old one. I would pay for more variants
# only if nested scores still rise between 20 and 40.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - Li and others, [A system for massively parallel hyperparameter tuning](https://arxiv.org/abs/1810.05934) (2020): ASHA, and why it waits for nobody.
# - Bergstra and Bengio, [Random search for hyper-parameter optimization](https://jmlr.org/papers/v13/bergstra12a.html) (2012): why not a grid.
# - Dodge and others, [Show your work](https://arxiv.org/abs/1909.03004) (2019), and Tang and others, [Showing your work doesn't always
#   work](https://arxiv.org/abs/2004.13705) (2020): the expected maximum, and which estimate of it is biased.
# - Dodge and others, [Fine-tuning pretrained language models](https://arxiv.org/abs/2002.06305) (2020): the seed lottery with BERT.
# - Cawley and Talbot, [On over-fitting in model selection](https://jmlr.org/papers/v11/cawley10a.html) (2010): nested against plain.
# - [Ray Tune's guide to stopped experiments](https://docs.ray.io/en/latest/tune/tutorials/tune-fault-tolerance.html): what is kept, and what is not.

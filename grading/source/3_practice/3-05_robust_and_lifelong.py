# %% [markdown] id="title"
# # 3-05 · Robust and lifelong
#
# You will write a test suite for what a model does, find a fault that its accuracy hides, mend it, teach a model new tasks
# without losing the old ones, and check explanations and alarms before you trust them.

# %% [markdown] id="objectives"
# **Questions.** What does an accuracy not tell you? Which extra training helps, which harms? What does a model
# lose when it learns the next task? Is a picture of reasons a reason? Does a model know when it does not know?
#
# **Afterwards you can**
# 1. write behavioural tests (same answer, other answer, not higher) and read their failures;
# 2. compare an augmentation with none, in pairs, with an interval;
# 3. write a step of adversarial training (FGM);
# 4. measure forgetting over tasks, and weigh replay, freezing and LoRA against it;
# 5. test an attribution where the reason is known;
# 6. watch calibration under shift, and set an alarm for texts of another kind.

# %% [markdown] id="why"
# **Why a start-up cares.** A model passes its test with 73 %, goes live, and calls "the plot is not bad" negative, each
# time. None of the 400 test sentences holds "not bad", so the accuracy could not see it. One customer writes like this every day.
# 96 made pairs of sentences find the fault in less than a second of computing, and 120 other sentences mend it in three
# trainings of three. These numbers are computed below.

# %% id="imports"
import copy
import time
from itertools import product

import captum.attr
import numpy as np
import pandas as pd
import torch
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from transformers import BertConfig, BertForSequenceClassification

from trainlib import data, figures, finetune, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "minilm"  # the model that is fine-tuned; tests take "tiny-bert"
rows = 400  # labelled film sentences to train on
test_rows = 400  # texts of each domain to test on
epochs = 2  # passes over the training rows
learning_rate = 1e-4  # at its peak
max_length = 40  # tokens of a text that the model reads
repeats = 3  # training rows and seeds for which augmentations are compared
pushes = [0.03, 0.3]  # lengths of the shift of adversarial training, for all word vectors of a text together
task_rows = 300  # labelled texts of each later domain, for learning one after the other
replayed = 50  # of them, which are kept of each earlier domain and shown again
planted_rows = 600  # sentences with and without the planted word
asked_rows = 60  # of others, whose attributions are checked
seed = 0  # of everything that is drawn

# %% [markdown] id="domains"
# ## One model, three domains
#
# The model learns sentences of film reviews. Then it meets food reviews (5 stars against fewer: "other" is not "bad") and tweets to
# airlines (without the neutral ones). Labels are called `negative` and `positive` everywhere.
#
# Beside it stands the line to beat, word counts with logistic regression. And beside each accuracy stands what you get by always
# saying the commonest class. Guess first: on which domain does the model lose most?

# %% id="domains-code"
names, renamed = ["negative", "positive"], {"other": "negative", "great": "positive"}


def binary(name, count, split, draw=seed):
    """`count` texts of one split, drawn, with labels negative and positive."""
    table = data.load(name)
    table = table[(table["split"] == split) & (table["label"] != "neutral")].sample(frac=1, random_state=draw)
    return pd.DataFrame({"text": table["text"], "label": table["label"].astype(str).replace(renamed)}).head(count)


films, dev = binary("movie_sentences", rows, "train"), binary("movie_sentences", test_rows, "dev")
domains = {"films": "movie_sentences", "food": "food_reviews", "tweets": "airline_tweets"}
domains = {name: binary(source, test_rows, "test").reset_index(drop=True) for name, source in domains.items()}
truth = {name: (table["label"] == "positive").to_numpy().astype(int) for name, table in domains.items()}
_, tokenizer = models.load(pretrained, seed=seed)
options = {"max_length": max_length, "progress": False}


def taught(table, draw=seed):
    """A model, fine-tuned on the rows of a table; and the CPU seconds that it took."""
    model, _ = models.load(pretrained, labels=names, seed=draw)
    began = time.process_time()
    rate = {"epochs": epochs, "learning_rate": learning_rate, "seed": draw}
    found = finetune.fit(model, tokenizer, table.reset_index(drop=True), **rate, **options)
    return found.model, time.process_time() - began


# %% id="base-code"
def ids_of(texts):
    """Token ids of each text, a tensor each; of long ones the beginning."""
    whole = tokenizer(list(texts), truncation=True, max_length=max_length)["input_ids"]
    return [torch.tensor(ids) for ids in whole]


def positive(model, texts):
    """The probability of "positive" for each text, as an array."""
    return finetune.logits_of(model, ids_of(texts)).softmax(dim=1)[:, 1].numpy()


base, seconds = taught(films)
counts = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(C=4))
counts.fit(films["text"], films["label"])
said = {name: positive(base, table["text"]) for name, table in domains.items()}
print(f"{len(films):,} sentences, {seconds:.0f} CPU seconds")
pd.DataFrame({
    name: {
        "fine-tuned on films": str(measure.accuracy(truth[name], said[name] >= 0.5)),
        "word counts of films": str(measure.accuracy(domains[name]["label"], counts.predict(domains[name]["text"]))),
        "always the commonest": round(max(truth[name].mean(), 1 - truth[name].mean()), 3),
    }
    for name in domains
}).T  # fmt: skip

# %% [markdown] id="domains-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 400 training sentences, 400 test texts a domain, seed 0, 95 % intervals.
#
# | test texts | fine-tuned on films | word counts | always the commonest |
# |---|---|---|---|
# | films | 0.730 (0.684 to 0.771) | 0.580 (0.531 to 0.627) | 0.512 |
# | food | 0.685 (0.638 to 0.729) | 0.480 (0.431 to 0.529) | 0.655 |
# | tweets | 0.897 (0.864 to 0.924) | 0.682 (0.635 to 0.726) | 0.810 |
#
# On food the interval holds the accuracy of always saying positive, so nothing is shown there. Tweets do better than films although none was learnt.
# So an accuracy is read beside the baseline of its own domain.
#
# </details>
#
# ## Exercise 1 · Tests of behaviour
# *Difficulty ●●○○○ · about 10 minutes · skill: behavioural tests · 3 points*
#
# A behavioural test changes a text and says what must happen to the answer (Ribeiro and others, 2020). There are three kinds:
#
# - `"same answer"`: a typo changes nothing that matters;
# - `"other answer"`: "is good" becomes "is not good";
# - `"not higher"`: "i hated it ." is added, so the probability of positive must not rise by more than `tolerance`. It may fall.
#
# Write `failures`: the numbers of the rows that fail, in their order. `before` and `after` hold probabilities of positive; the answer is positive
# from 0.5 on. The first two kinds look at answers only, the third at probabilities only.


# %% id="failures-answer" nbgrader={"grade": false, "grade_id": "failures-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def failures(kind: str, before: list[float], after: list[float], tolerance: float) -> list[int]:
    """Row numbers, from 0, where a test of this kind fails."""
    ### BEGIN SOLUTION
    before, after = np.asarray(before), np.asarray(after)
    same = (before >= 0.5) == (after >= 0.5)
    failed = {"same answer": ~same, "other answer": same, "not higher": after - before > tolerance}[kind]
    return np.flatnonzero(failed).tolist()
    ### END SOLUTION


failures("same answer", [0.9, 0.4], [0.6, 0.8], tolerance=0.1)  # [1]

# %% id="failures-tests" nbgrader={"grade": true, "grade_id": "failures-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
first, then = [0.9, 0.5, 0.4, 0.25, 0.75, 0.125], [0.6, 0.4, 0.5, 0.375, 0.25, 0.0]


def asked(kind, tolerance=0.125, one=first, two=then):
    """The row numbers of the answer; of a single number or of nothing, a list too."""
    found = failures(kind, list(one), list(two), tolerance)
    found = [] if found is None else [found] if np.isscalar(found) else found
    return [float(row) for row in found]


of_rows = "numbers of rows are wanted, all that fail: not truth values, not a count, not the probabilities"
by_answer = "0.9 and 0.6 are both positive: compare answers, not probabilities"
same_slips = {
    (): "no row came back: return the row numbers, and a row fails where its answer changes",
    (0, 3, 5): "these are the rows that pass",
    (0, 1, 2, 3, 4, 5): by_answer,
    (0, 1, 2, 3, 4): by_answer,
    (0, 4): by_answer,
    (0, 1, 4): "it fails in both directions; and compare answers, not probabilities",
    (4,): "an answer is positive from 0.5 on: >=, in `before` and in `after`",
    (2, 3, 5): "numbers are counted from 0",
    (1, 4): "it fails in both directions, also from negative to positive; and 0.5 is positive",
    (2,): "it fails in both directions, also from positive to negative",
    (1,): "all rows that fail are wanted, not the first alone",
    (3,): of_rows,
    (0, 1, 1, 0, 1, 0): of_rows,
    (0.4, 0.5, 0.25): of_rows,
    (0.5, 0.4, 0.75): of_rows,
}
lesson.check(
    "rows 1, 2 and 4 change their answer, which they must not",
    asked("same answer", 0.0),
    [1, 2, 4],
    likely=lambda got: same_slips.get(
        tuple(got), "0.5 is positive, in `before` and in `after`: an answer is positive from 0.5 on"
    ),
)
lesson.check(
    "rows 0, 3 and 5 keep their answer, which they must not",
    asked("other answer"),
    [0, 3, 5],
    likely=lambda got: (
        "here the test fails where the answer stays"
        if list(got) == [1, 2, 4]
        else "an answer that stays fails, negative or positive; probabilities may move as they like"
    ),
)
rise_slips = {
    (2,): "look at probabilities: row 3 rises by 0.125 and stays negative",
    (3,): "`tolerance` is an argument: use it; row 2 rises by 0.1",
    (0, 1, 4, 5): "these fall, which is allowed: after minus before",
}
lesson.check(
    "tolerance 0.0625: rows 2 and 3 rise by more",
    asked("not higher", 0.0625),
    [2, 3],
    likely=lambda got: rise_slips.get(
        tuple(got),
        "it may fall as far as it likes: no absolute value"
        if set(got) > {2, 3}
        else "a row fails where after is above before by more than `tolerance`",
    ),
)
lesson.check(
    "row 3 rises by exactly 0.125, the tolerance",
    asked("not higher"),
    [],
    likely=lambda got: (
        "up to the tolerance is allowed: >, not >="
        if list(got) == [3]
        else "rows 2 and 3 rise by 0.1 and 0.125, which `tolerance` allows: a difference of probabilities, not a share"
    ),
)
lesson.check(
    "tolerance 0: any rise fails",
    asked("not higher", 0.0),
    [2, 3],
    likely=lambda got: "`tolerance` is an argument: use it",
)
lesson.check(
    "tolerance is of no concern where answers count",
    asked("same answer", 0.9),
    [1, 2, 4],
    likely=lambda got: "the first two kinds do not look at `tolerance`",
)
lesson.check(
    "nothing fails",
    asked("other answer", 0, [0.1, 0.5], [0.9, 0.25]),
    [],
    likely=lambda got: "0.5 is positive, 0.25 is not: both answers change",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for count in (5, 40):
    one, two = (rng.integers(0, 33, (2, count)) / 32).tolist()
    flips = [row for row in range(count) if (one[row] >= 0.5) != (two[row] >= 0.5)]
    lesson.check("it holds for any probabilities: same", asked("same answer", 0.1, one, two), flips)
    lesson.check("other", asked("other answer", 0.1, one, two), [row for row in range(count) if row not in flips])
    for tolerance in (0.25, 0.5):
        risen = [row for row in range(count) if two[row] - one[row] > tolerance]
        lesson.check("not higher", asked("not higher", tolerance, one, two), risen)
### END HIDDEN TESTS

# %% [markdown] id="failures-hints"
# <details><summary>Where do I start?</summary>With the two answers of each row: <code>np.asarray(before) &gt;= 0.5</code>, and the same of
# <code>after</code>.</details>
# <details><summary>Row numbers</summary><code>np.flatnonzero(failed).tolist()</code>.</details>
#
# ## A small suite
#
# The suite has four tests on texts that no model has learnt: typos in the test sentences, a kind and an unkind sentence at their end, and made sentences with
# and without "not". Of the made ones only pairs count whose first half the model gets right.
#
# A model that always says negative stands beside it. Guess which tests it passes.


# %% id="suite-made"
def misspelt(text, rng):
    """The text with a typo in about a quarter of its longer words: two letters exchanged, one lost or one doubled."""
    words = text.split()
    for place, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and rng.random() < 0.25:
            at = int(rng.integers(1, len(word) - 2))
            exchanged = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[place] = [exchanged, word[:at] + word[at + 1 :], word[: at + 1] + word[at:]][rng.integers(3)]
    return " ".join(words)


def with_not(things, good, bad):
    """Sentences on each thing with each word, without and with "not": columns text, turned and label (of text)."""
    ends = [("positive", word) for word in good] + [("negative", word) for word in bad]
    made = [(f"the {it} is {end} .", f"the {it} is not {end} .", label) for it, (label, end) in product(things, ends)]
    return pd.DataFrame(made, columns=["text", "turned", "label"])


rng, films_test = np.random.default_rng([seed, 1]), domains["films"]["text"]
typos = [misspelt(text, rng) for text in films_test]
asked_not = with_not(["film", "plot", "acting", "script", "story", "dialogue", "ending", "cast"],
                     ["good", "great", "funny", "brilliant", "moving", "clever"],
                     ["bad", "dull", "boring", "terrible", "silly", "weak"])  # fmt: skip
is_good = (asked_not["label"] == "positive").to_numpy()
asked_of = {"“not good” is as good": is_good, "“not bad” is as bad": ~is_good}


# %% id="suite-show"
def turned_wrongly(ask):
    """Of made pairs whose first half is right, for good and for bad words: does "not" leave the answer?"""
    plain, turned = ask(asked_not["text"]) >= 0.5, ask(asked_not["turned"]) >= 0.5
    return {name: (plain == turned)[(plain == is_good) & asked] for name, asked in asked_of.items()}


def suite(ask):
    """Shares of each test that fail, with intervals; `ask` gives probabilities of positive for texts."""
    plain = ask(films_test)
    failed = {
        "a typo changes the answer": (plain >= 0.5) != (ask(typos) >= 0.5),
        "“i hated it .” raises it": ask(films_test + " i hated it .") - plain > 0.05,
        "“i loved it .” lowers it": plain - ask(films_test + " i loved it .") > 0.05,
    } | turned_wrongly(ask)
    share = lambda rows: str(measure.proportion(int(rows.sum()), len(rows))) if len(rows) else "no pair"
    return {name: share(rows) for name, rows in failed.items()}


began = time.process_time()
turned_wrongly(lambda texts: positive(base, texts))
spent, rare = time.process_time() - began, films_test.str.contains("not bad").sum()
print(f"{len(asked_not)} made pairs: {spent:.1f} CPU seconds; “not bad” is in {rare} of {len(films_test)} sentences")
pd.DataFrame({"fine-tuned": suite(lambda texts: positive(base, texts)),
              "word counts": suite(lambda texts: counts.predict_proba(texts)[:, 1]),
              "always negative": suite(lambda texts: np.zeros(len(texts)))})  # fmt: skip

# %% [markdown] id="suite-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 400 test sentences of films, 96 made pairs, seed 0. Shares that fail, with 95 % intervals.
#
# | test | fine-tuned | word counts | always negative |
# |---|---|---|---|
# | a typo changes the answer | 0.133 (0.103 to 0.169) | 0.092 (0.068 to 0.125) | 0.000 (0.000 to 0.010) |
# | "i hated it ." raises it | 0.000 (0.000 to 0.010) | 0.003 (0.000 to 0.014) | 0.000 (0.000 to 0.010) |
# | "i loved it ." lowers it | 0.003 (0.000 to 0.014) | 0.000 (0.000 to 0.010) | 0.000 (0.000 to 0.010) |
# | "not good" is as good | 0.000 (0.000 to 0.080) | 0.000 (0.000 to 0.242) | no pair |
# | "not bad" is as bad | 1.000 (0.926 to 1.000) | 1.000 (0.916 to 1.000) | 1.000 (0.926 to 1.000) |
#
# Each sentence such as "the plot is not bad ." stays negative: to this model "not" is a bad word. That it passes "not good" proves nothing then.
#
# The model that always says negative passes three tests without a fault, has no pair for the fourth, and fails the last alone: a test that
# asks for the same answer needs one beside it that asks for another.
#
# </details>
#
# ## More training texts: which help?
#
# Augmentation adds texts whose labels you know. Two ways, 120 made sentences each, on other things with other words than the suite's:
#
# - **both sides**: "excellent" and "awful", with and without "not", all four labelled rightly;
# - **only what failed**: "the movie is not awful ." and its like, positive, each four times. It was "not bad" that failed.
#
# Beside them stands a cleaning step, before training and use: drop stop words. The list of scikit-learn holds `not`.
#
# All labels are right. Guess what each does to "not bad", "not good" and the accuracy. All is repeated with other training rows and another seed; models of a repeat are compared in pairs.

# %% id="augment-made"
made = with_not(["movie", "music", "humor", "direction", "camera work", "title"],
                ["excellent", "wonderful", "enjoyable", "smart", "charming"],
                ["awful", "poor", "slow", "stupid", "ugly"])  # fmt: skip
turned_label = {"positive": "negative", "negative": "positive"}
other_half = pd.DataFrame({"text": made["turned"], "label": made["label"].map(turned_label)})
not_bad = other_half[other_half["label"] == "positive"]
ways = {"nothing": films.head(0), "both sides": pd.concat([made[["text", "label"]], other_half]),
        "only what failed": pd.concat([not_bad] * 4)}  # fmt: skip
for way, added in ways.items():
    print(f"{way}: {len(added)} sentences, {added['text'].nunique()} different ones")
kept = lambda text: " ".join(word for word in text.split() if word not in ENGLISH_STOP_WORDS)
alike = asked_not["text"].map(kept) == asked_not["turned"].map(kept)
print(f"{alike.sum()} of {len(alike)} pairs are the same text after cleaning")
print(f"cleaned, both halves of the first pair: {kept(asked_not['turned'][0])}")

# %% id="augment-code"
rows_of_table, gains, began = [], {way: [] for way in list(ways)[1:]}, time.process_time()
for repeat in range(repeats):
    drawn = binary("movie_sentences", rows, "train", seed + repeat)
    for way, added in ways.items():
        first = repeat == 0 and way == "nothing"  # that one is there already
        model = base if first else taught(pd.concat([drawn, added]), seed + repeat)[0]
        answers = positive(model, films_test) >= 0.5
        accuracy = round(float((answers == truth["films"]).mean()), 3)
        row = {"repeat": repeat, "added": way, "accuracy": accuracy, "against nothing": ""}
        if way == "nothing":
            plain = answers
        else:
            gain = measure.compare(truth["films"], plain, answers).difference
            row["against nothing"] = f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
            gains[way].append(gain.value)
        failed = turned_wrongly(lambda texts, model=model: positive(model, texts))
        rows_of_table.append(row | {name: f"{int(of.sum())} of {len(of)}" for name, of in failed.items()})
        model = None
print(f"{time.process_time() - began:.0f} CPU seconds")
for way, found in gains.items():
    print(f"accuracy, {way} minus nothing, over {repeats} repeats:", measure.mean(found))
pd.DataFrame(rows_of_table).set_index(["repeat", "added"])

# %% [markdown] id="augment-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 400 training sentences, 400 test sentences of films, 3 repeats, seeds 0 to 2. Failed pairs, of those whose first half is right:
#
# | added | "not good" | "not bad" | accuracy minus nothing, mean of 3 |
# |---|---|---|---|
# | nothing | 0 of 44, 0 of 26, 0 of 33 | 48 of 48 in each | |
# | both sides | 6 of 46, 1 of 45, 0 of 48 | 0 of 48 in each | +0.044 (−0.040 to 0.128) |
# | only what failed | 48 of 48 in each | 0 of 11, 0 of 0, 0 of 0 | −0.031 (−0.126 to 0.064) |
#
# "Both sides" mended "not bad" in all three, and spoiled 6 of 46 "not good" in one. "Only what failed" seems to have mended it, too, until you read what it is counted of: of 48 plain sentences such as "the plot is bad ."
# this model gets 11, 0 and 0 right. It calls nearly all of these positive, with "not" or without. Accuracy shows nothing of that in repeat 0 (+0.003). So run the whole suite after each repair, and read each share with its count.
#
# Accuracy is not sure: both intervals hold 0. One pair alone says +0.077 (0.034 to 0.120), of repeat 1.
#
# Cleaned, nothing is left of a pair that could tell its halves apart: every model gives both the same answer, however long it trains. No seed changes that.
#
# </details>
#
# ## Exercise 2 · The worst small shift
# *Difficulty ●●●●○ · about 20 minutes · skill: adversarial training · 5 points*
#
# FGM, the fast gradient method (Miyato and others, 2017), moves the
# word vectors uphill. With $g$ the gradient of the loss with respect to the table of word vectors,
#
# $$r = \epsilon \cdot g / \lVert g \rVert$$
#
# where the norm is taken over the whole table. Write `fgm_step`, one update:
#
# 1. training mode, old gradients cleared; the mean cross-entropy of the logits and its gradients;
# 2. add $r$ to the table, compute the loss once more, and **add** its gradients to the first ones;
# 3. put the table back as it was, and only then take the optimiser's step.
#
# Return both losses as numbers. `model.get_input_embeddings().weight` is the table.


# %% id="fgm-given"
def tiny_classifier(dropout=0.0):
    """A random BERT of one narrow layer and three classes: enough to try out a step in no time."""
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    more = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout, "initializer_range": 0.3}
    return BertForSequenceClassification(BertConfig(vocab_size=60, num_labels=3, **sizes, **more)).eval()


def drawn_batch(draw):
    """Six texts of five random ids, and labels from 0 to 2."""
    ids = torch.randint(1, 60, (6, 5), generator=torch.Generator().manual_seed(draw))
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}, torch.arange(6) % 3


def run_steps(step, draws, epsilon, dropout=0.0, rate=0.1):
    """All losses of some steps; weights of the head and of word vectors after them; whether each pass trains."""
    model, modes, losses = tiny_classifier(dropout), [], []
    model.register_forward_hook(lambda module, *rest: modes.append(module.training))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for draw in draws:
        found = step(model, *drawn_batch(draw), optimizer, epsilon)
        losses += [] if found is None else torch.as_tensor(found).detach().flatten().tolist()
    table = model.get_input_embeddings().weight[1:9, :2].detach().double()
    return losses, model.classifier.weight[:, :4].detach().double().flatten().tolist(), table.flatten().tolist(), modes


# %% id="fgm-numbers" jupyter={"source_hidden": true}
# Nothing to do here: what plain gradient descent on both losses comes to
def worked_out(draws, epsilon, slip="", rate=0.1):
    """What `run_steps` gives for right steps of plain gradient descent, or with a slip."""
    model, losses = tiny_classifier(), []
    table = model.get_input_embeddings().weight
    place = next(name for name, weight in model.named_parameters() if weight is table)
    entropy = torch.nn.functional.cross_entropy
    for draw in draws:
        batch, labels = drawn_batch(draw)
        loss = lambda w, b=batch, y=labels: entropy(torch.func.functional_call(model, w, kwargs=b).logits, y)
        weights = {name: weight.detach().requires_grad_() for name, weight in model.named_parameters()}
        gradients = lambda w, loss=loss: dict(zip(w, torch.autograd.grad(loss(w), list(w.values()))))
        one = gradients(weights)
        g = one[place]
        divided_by = {
            "raw": 1.0,
            "rows": g.norm(dim=1, keepdim=True).clamp_min(1e-12),
            "axes": g.norm(dim=0, keepdim=True),
            "down": -g.norm(),
            "square": g.norm() ** 2,
            "sum": g.abs().sum(),
            "table": table.detach().norm(),
            "all": sum((of**2).sum() for of in one.values()) ** 0.5,
        }
        r = epsilon * (g.sign() if slip == "sign" else g / divided_by.get(slip, g.norm()))
        at = {name: weights[name] - (rate * one[name] if slip == "early" else 0) for name in weights}
        moved = {name: (at[name] + (r if name == place else 0)).detach().requires_grad_() for name in at}
        two = gradients(moved)
        losses += [loss(weights).item(), loss(moved).item()]
        add = {"second": (0, 1), "first": (1, 0), "half": (0.5, 0.5), "none": (0, 0), "twice": (2, 2)}.get(slip, (1, 1))
        step = {name: add[0] * one[name] + add[1] * two[name] for name in one}
        with torch.no_grad():
            for name, weight in model.named_parameters():
                if name != place or slip != "late":
                    weight.add_(-rate * step[name] + (r if name == place and slip == "moved" else 0))
    head = model.classifier.weight[:, :4].detach().double().flatten().tolist()
    return losses, head, table[1:9, :2].detach().double().flatten().tolist()


# %% id="fgm-answer" nbgrader={"grade": false, "grade_id": "fgm-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def fgm_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer, epsilon: float) -> tuple:
    """One update by the gradients of the clean and of the shifted loss. Returns both losses, floats."""
    ### BEGIN SOLUTION
    model.train()
    optimizer.zero_grad()
    clean = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    clean.backward()
    table = model.get_input_embeddings().weight
    before, gradient = table.detach().clone(), table.grad.detach().clone()
    with torch.no_grad():
        table.add_(epsilon * gradient / gradient.norm())
    shifted = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    shifted.backward()
    with torch.no_grad():
        table.copy_(before)
    optimizer.step()
    return clean.item(), shifted.item()
    ### END SOLUTION


run_steps(fgm_step, [0], epsilon=1.0)[0]  # the second loss is higher


# %% id="fgm-tests" nbgrader={"grade": true, "grade_id": "fgm-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
near = lambda got, want, off=2e-5: np.shape(got) == np.shape(want) and bool(np.allclose(got, want, atol=off))
said_of = {
    "raw": "that shift is ε · g: divide by the norm of g",
    "sign": "that takes the sign of each number (FGSM): divide by the norm instead",
    "rows": "one norm over the whole table, not one a word",
    "axes": "one norm over the whole table, not one for each column",
    "down": "that goes downhill: add the shift, do not subtract it",
    "square": "divide by the norm, not by its square",
    "sum": "the norm is the root of the sum of squares, not the sum of absolute values",
    "table": "divide by the norm of the gradient, not of the table itself",
    "all": "the norm of the table's gradient alone, not of all gradients",
    "early": "the optimiser stepped before the second loss: one step, after both",
}
weights_of = {
    "second": "the first gradients are gone: clear them once, before the first loss",
    "first": "the second loss has no gradients in this step: backward() twice, then step()",
    "half": "add the gradients, do not take their mean",
    "moved": "the table was not put back before the step",
    "late": "the table was put back after the step, which undoes the step: put it back before",
    "none": "nothing moved: optimizer.step() is missing",
    "twice": "one step of the optimiser, not two",
}


def of_losses(got):
    """What the two losses look like."""
    if len(got) != 2:
        return "return the two losses, clean and shifted"
    if near(got, wanted[0][::-1]):
        return "the clean loss comes first"
    if near(got[:1], got[1:]):
        return (
            "both are the clean loss: is the second one computed after the table has moved, by `model(**batch)` again?"
        )
    if near(got, np.multiply(6, wanted[0]), 1e-3):
        return "the mean cross-entropy over the texts, not the sum"
    if near(got, wanted[0], 0.06):
        return "losses come back as they are: nothing is rounded"
    slips = (text for slip, text in said_of.items() if near(got, worked_out([0], 1.0, slip)[0]))
    usual = "the mean cross-entropy of the logits, first as it is, then with the table alone shifted by r = ε · g / ‖g‖; both before the step"
    return next(slips, usual)


def of_weights(part, draws):
    """A function that says what the head (1) or the word vectors (2) look like after the steps."""
    usual = "the gradients of both losses, added; then the table as it was; then one step, nothing clipped"
    slips = lambda got: (text for slip, text in weights_of.items() if near(got, worked_out(draws, 1.0, slip)[part]))
    return lambda got: next(slips(got), usual)


def in_used_model(model, *rest):
    """A step in a model that holds gradients of something else."""
    for weight in model.parameters():
        weight.grad = torch.ones_like(weight)
    return fgm_step(model, *rest)


losses, head, table, modes = run_steps(fgm_step, [0], 1.0)
wanted = worked_out([0], 1.0)
lesson.check("two losses come back, the clean one first", losses, wanted[0], tolerance=1e-4, likely=of_losses)
lesson.check("the weights of the head after the step", head, wanted[1], tolerance=1e-4, likely=of_weights(1, [0]))
lesson.check("the word vectors after it", table, wanted[2], tolerance=1e-4, likely=of_weights(2, [0]))
lesson.check(
    "gradients that the model holds from before change nothing",
    run_steps(in_used_model, [0], 1.0)[1],
    wanted[1],
    tolerance=1e-4,
    likely=lambda got: "the gradients of the step before are still there: clear them at the beginning",
)
losses, head, table, _ = run_steps(fgm_step, [0, 1, 2], 1.0)
wanted_head = worked_out([0, 1, 2], 1.0)[1]
lesson.check("the head after three steps", head, wanted_head, tolerance=1e-4, likely=of_weights(1, [0, 1, 2]))
lesson.check(
    "a model that comes in evaluation mode is trained in training mode, in both passes",
    run_steps(fgm_step, [3], 1.0, dropout=0.5)[3],
    [True, True],
    likely=lambda got: "model.train() before the first pass; and two passes, no more",
)
lesson.check(
    "ε 0.25 shifts less",
    run_steps(fgm_step, [4], 0.25)[0],
    worked_out([4], 0.25)[0],
    tolerance=1e-4,
    likely=lambda got: "`epsilon` is an argument: use it",
)
### BEGIN HIDDEN TESTS
draws = (lesson.hidden_seed() % 1000 + np.arange(5, 9)).tolist()
for epsilon in (0.5, 2.0):
    losses, head, table, _ = run_steps(fgm_step, draws, epsilon)
    wanted = worked_out(draws, epsilon)
    lesson.check("the losses of four steps on other batches", losses, wanted[0], tolerance=2e-3)
    lesson.check("the head after them", head, wanted[1], tolerance=2e-3)
    lesson.check("the word vectors after them", table, wanted[2], tolerance=2e-3)
### END HIDDEN TESTS

# %% [markdown] id="fgm-hints"
# <details><summary>Where do I start?</summary>With a step as in lesson 3-02: <code>model.train()</code>,
# <code>optimizer.zero_grad()</code>, loss, <code>backward()</code>. Then <code>table.grad</code> holds g.</details>
# <details><summary>How do I move the table?</summary>Inside <code>with torch.no_grad():</code>, by <code>table.add_(…)</code>; keep
# <code>table.detach().clone()</code> first, and <code>table.copy_(kept)</code> puts it back.</details>
# <details><summary>And the gradients?</summary><code>backward()</code> adds to those that are there. So clear them once, at the
# beginning. Keep a copy of g if you need it later.</details>
#
# ## What it buys
#
# The cell trains with a shift of each text's own word vectors, as Miyato and others had it: each text is pushed by a length, a small or a larger one. Beside
# them stands the same loop without a push, so that nothing else differs: rows, order and dropout are the same. Guess the price in
# time, and what typos cost after it.


# %% id="adversarial-table"
def adversarial(table, length):
    """A model trained on texts, and on the same pushed uphill by `length` (0: not at all); and the CPU seconds."""
    model, _ = models.load(pretrained, labels=names, seed=seed)
    inputs, targets = ids_of(table["text"]), torch.tensor([names.index(one) for one in table["label"]])
    entropy, settings = torch.nn.functional.cross_entropy, finetune.Settings(epochs=epochs, learning_rate=learning_rate)
    optimizer, schedule = finetune.make_optimizer(model, settings, finetune.steps_of(settings, len(table)))
    order, began, kept = np.random.default_rng(seed), time.process_time(), []
    shift = lambda module, inputs, output: kept.append(output + (kept[1] if len(kept) > 1 else 0)) or kept[-1]
    handle = model.train().get_input_embeddings().register_forward_hook(shift)
    torch.manual_seed(seed)
    for _ in range(epochs):
        for chosen in finetune.batches([len(one) for one in inputs], settings.batch_size, order):
            batch, state = finetune.collate([inputs[row] for row in chosen]), torch.get_rng_state()
            logits = model(**batch).logits
            kept[0].retain_grad()
            entropy(logits, targets[chosen]).backward()
            if length:
                uphill = kept[0].grad  # (texts, tokens, size)
                kept.append(length * uphill / uphill.norm(dim=(1, 2), keepdim=True).clamp_min(1e-12))
                torch.set_rng_state(state)  # the same dropout in both passes
                entropy(model(**batch).logits, targets[chosen]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
            optimizer.step(), optimizer.zero_grad(), schedule.step(), kept.clear()
    handle.remove()
    return model.eval(), time.process_time() - began


# %% id="adversarial-show"
dev_truth = (dev["label"] == "positive").to_numpy()
tested = {name: table["text"] for name, table in domains.items()}
tested |= {"films, typos": typos, "films, dev rows": dev["text"]}
answers, compared = {}, {}
for length in [0, *pushes]:
    model, seconds = adversarial(films, length)
    answers[length] = {name: positive(model, texts) >= 0.5 for name, texts in tested.items()}
    print(f"push {length}: {seconds:.0f} CPU seconds")
    model = None
word_vectors = base.get_input_embeddings().weight.detach().norm(dim=1)
print(f"length of a word vector: {word_vectors.median():.2f} in the middle")
short = lambda score, sign="": f"{score.value:{sign}.3f} ({score.low:{sign}.3f} to {score.high:{sign}.3f})"
for name in tested:
    right = dev_truth if name == "films, dev rows" else truth[name.split(",")[0]]
    compared[name] = {"plain": short(measure.accuracy(right, answers[0][name]))}
    for length in pushes:
        change = measure.compare(right, answers[0][name], answers[length][name]).difference
        compared[name] |= {f"push {length} minus plain": short(change, "+")}
        compared[name] |= {f"push {length}: positive": round(float(answers[length][name].mean()), 3)}
pd.DataFrame(compared).T

# %% [markdown] id="adversarial-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 400 training sentences, 400 texts in each row, seed 0, one training each. Accuracy, then differences in pairs, with 95 % intervals.
#
# | texts | plain | push 0.03 minus plain | push 0.3 minus plain |
# |---|---|---|---|
# | films | 0.738 (0.692 to 0.778) | +0.003 (−0.021 to 0.026) | −0.225 (−0.289 to −0.159) |
# | food | 0.675 (0.628 to 0.719) | −0.037 (−0.059 to −0.015) | −0.330 (−0.387 to −0.270) |
# | tweets | 0.910 (0.878 to 0.934) | −0.005 (−0.020 to 0.010) | −0.100 (−0.138 to −0.061) |
# | films, typos | 0.730 (0.684 to 0.771) | −0.003 (−0.023 to 0.018) | −0.217 (−0.274 to −0.159) |
# | films, dev rows | 0.790 (0.747 to 0.827) | −0.005 (−0.020 to 0.010) | −0.300 (−0.360 to −0.237) |
#
# The small push buys nothing here, not even against typos: a typo makes other pieces, no small shift of the same ones. It costs some accuracy on food, and time: 36 CPU seconds
# instead of 19. With 0.3, a quarter of a word vector (1.11), the model learnt nothing: it calls each text negative, in all five rows. Too strong a push is not robust, it is noise. The dev rows say both: no gain, and the collapse.
#
# </details>
#
# ## Exercise 3 · What was forgotten
# *Difficulty ●●○○○ · about 10 minutes · skill: lifelong learning · 3 points*
#
# A model learns task 0, then task 1, and so on. `scores[i][j]` is the accuracy on task $j$ after task $i$ was learnt. Two numbers sum it up:
#
# - the **final accuracy**: the mean of the last row;
# - the **forgetting**: for each task but the last, the best accuracy in the rows from its own to the last but one, minus that in the last row; then the
#   mean over these tasks. It is negative where later tasks helped.
#
# Write `remembered`, which returns both. There are at least two tasks.


# %% id="forget-answer" nbgrader={"grade": false, "grade_id": "forget-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def remembered(scores: list[list[float]]) -> tuple[float, float]:
    """(final accuracy, forgetting) of square scores: rows are stages, columns tasks."""
    ### BEGIN SOLUTION
    last = len(scores) - 1
    lost = [max(scores[stage][task] for stage in range(task, last)) - scores[last][task] for task in range(last)]
    return sum(scores[last]) / (last + 1), sum(lost) / last
    ### END SOLUTION


remembered([[0.9, 0.5], [0.7, 0.8]])  # (0.75, 0.2)

# %% id="forget-tests" nbgrader={"grade": true, "grade_id": "forget-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
stages = [[0.80, 0.95, 0.20, 0.40], [0.88, 0.70, 0.30, 0.50], [0.60, 0.76, 0.90, 0.10], [0.64, 0.66, 0.50, 0.88]]


def sums(table):
    """All numbers that come back, in one list."""
    found = remembered([list(row) for row in table])
    found = found if isinstance(found, (tuple, list)) else np.ravel([] if found is None else found)
    return [float(one) for part in found for one in np.ravel(part)]


def slip_of(slips, usual):
    """A function that finds what a wrong number is."""
    return lambda got: next((text for value, text in slips.items() if abs(value - float(got)) < 1e-4), usual)


mean_slips = {
    0.82: "that is the mean of the diagonal: accuracies when they were new",
    0.73: "the last row, not the first column",
    0.47: "the last row, not the last column: rows are stages, columns are tasks",
    0.5875: "the last row, not the first: after all tasks were learnt",
    9.77 / 16: "the last row alone, not all rows",
    0.732: "the last row alone, not all rows from a task's own stage on",
    0.64: "the mean of the last row, not its first number",
    0.88: "the mean over all tasks, not the last task alone",
    0.6: "the mean of all tasks, the last one among them",
    0.74 / 3: "the final accuracy comes first, then the forgetting",
    0.7: "nothing is rounded",
    67.0: "a share, not percent",
}
new_slip = "the best accuracy from its own stage on, not the one when it was new: 0.88 for task 0, 0.76 for task 1"
lost_slips = {
    0.74 / 4: "divide by the number of earlier tasks, 3: the last task had no time to be forgotten",
    0.60 / 3: new_slip,
    0.60 / 4: "the best from its own stage on, and the mean over 3 tasks",
    0.93 / 3: "task 1 had 0.95 before it was learnt: that counts only from its own stage on",
    0.93 / 4: "from a task's own stage on; and divide by 3",
    -0.74 / 3: "best minus last: what is lost is positive",
    -0.60 / 3: "best minus last: what is lost is positive",
    0.74: "the mean over tasks, not the sum",
    0.40: "the mean over tasks, not the worst one",
    0.24: "the mean of all three earlier tasks, not the first alone, and no median",
    0.46 / 3: "the best accuracy before the last stage, not the one just before it",
    0.59 / 3: "the best accuracy of a task, not the mean of its earlier ones",
    0.10: "for each task one difference, best minus last: not step by step",
    0.065: "earlier tasks alone: the last one had no time to be forgotten",
    (3 - 64 / 88 - 66 / 76 - 5 / 9) / 3: "a difference, best minus last, not a share of the best",
    0.25: "nothing is rounded",
}
found = sums(stages)
lesson.check(
    "two numbers",
    len(found),
    2,
    likely=lambda got: "return final accuracy and forgetting, one number each: what is lost is summed up by its mean",
)
usual = "the mean of the last row: all tasks, after the last stage"
lesson.check("the final accuracy is 0.67", found[0], 0.67, likely=slip_of(mean_slips, usual))
usual = "columns are tasks, rows are stages; best minus last of each earlier task, then the mean"
lesson.check("tasks 0, 1 and 2 lost 0.24, 0.10 and 0.40", found[1], 0.74 / 3, likely=slip_of(lost_slips, usual))
lesson.check(
    "task 0 was best when it was new: it lost 0.30, task 1 lost 0.10",
    sums([[0.9, 0.4, 0.5], [0.7, 0.8, 0.5], [0.6, 0.7, 0.9]])[1],
    0.2,
    likely=lambda got: "its own stage counts too: task 0 had 0.9 in row 0, the best from there to the last but one",
)
better = [[0.6, 0.5, 0.5], [0.7, 0.8, 0.5], [0.9, 0.7, 0.9]]
signed = (
    "what improved counts too, with a minus: the last stage is no candidate for the best, and nothing is cut off at 0"
)
lesson.check(
    "later tasks may help: −0.20 and 0.10",
    sums(better)[1],
    -0.05,
    likely={
        0.05: signed,
        0.15: "what improved counts with a minus: no absolute value",
        -0.1: "task 1 is an earlier task as well",
        0.1: "what improved counts too",
    },
)
lesson.check(
    "two tasks",
    sums([[0.9, 0.5], [0.7, 0.8]]),
    [0.75, 0.2],
    likely=lambda got: "one earlier task: it had 0.9 and has 0.7",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for tasks_there in (2, 3, 5, 8):
    table = rng.uniform(0.2, 1, (tasks_there, tasks_there))
    fallen = [table[task:-1, task].max() - table[-1, task] for task in range(tasks_there - 1)]
    lesson.check("it holds for any scores", sums(table), [table[-1].mean(), np.mean(fallen)])
### END HIDDEN TESTS

# %% [markdown] id="forget-hints"
# <details><summary>Where do I start?</summary>With one task: column <code>task</code>, rows from <code>task</code> to the last but one.</details>
# <details><summary>Which mean?</summary>Of all tasks but the last: <code>sum(lost) / (len(scores) - 1)</code>.</details>
#
# ## Three domains, one after the other
#
# The model of film sentences now learns food reviews, then tweets, `task_rows` texts each, as many negative as positive ones. Four ways:
#
# - **go on**: train all weights on each domain in turn;
# - **replay**: the same, with `replayed` old texts of each earlier domain mixed in;
# - **freeze**: only the head learns;
# - **LoRA for each**: the film model stays, each later domain gets small matrices of its own.
#
# Guess which one ends best, and what each loses on films.

# %% id="tasks-code"
later = {name: table.head(test_rows // 2) for name, table in domains.items()}
known = {name: binary(source, None, "train").groupby("label").head(task_rows // 2)
         for name, source in (("food", "food_reviews"), ("tweets", "airline_tweets"))}  # fmt: skip
right_on = lambda model, name: (positive(model, later[name]["text"]) >= 0.5) == truth[name][: test_rows // 2]
at_start = {name: right_on(base, name) for name in domains}


def learn(model, table, method="full"):
    """The model, which has learnt these rows too; of `base` a copy."""
    rate = {"full": 2 * learning_rate, "head": 1e-3, "lora": 2e-3}[method]
    more = {"method": method, "epochs": epochs, "learning_rate": rate, "seed": seed, **options}
    begun = copy.deepcopy(base) if model is base else model
    return finetune.fit(begun, tokenizer, table.reset_index(drop=True), **more).model


def in_turn(method="full", old=0, apart=False):
    """Scores (stages, domains), which film tests are right after each, CPU seconds; `apart`: each from `base`."""
    model, seen, right, stages, began = base, [films], at_start, [at_start], time.process_time()
    for learnt, table in known.items():
        again = [other.sample(min(old, len(other)), random_state=seed) for other in seen]
        model, seen = learn(base if apart else model, pd.concat([table, *again]), method), [*seen, table]
        right = right | {name: right_on(model, name) for name in ([learnt] if apart else domains)}
        stages.append(right)
    scores = np.array([[rows.mean() for rows in one.values()] for one in stages])
    return scores, [one["films"] for one in stages], time.process_time() - began


# %% id="tasks-figure"
turns = {"go on": in_turn(), "replay": in_turn(old=replayed), "freeze": in_turn("head")}
turns["LoRA for each"] = in_turn("lora", apart=True)
figure, axes = figures.new()
summary, count = {}, len(later["films"])
for place, ((way, (scores, right, seconds)), marker) in enumerate(zip(turns.items(), "osD^")):
    shown = [measure.proportion(round(share * count), count) for share in scores[:, 0]]
    bars = [[one.value - one.low for one in shown], [one.high - one.value for one in shown]]
    axes.errorbar(np.arange(3) + 0.07 * (place - 1.5), scores[:, 0], bars, fmt=marker + "-", capsize=3, label=way)
    lost = [scores[task:-1, task].max() - scores[-1, task] for task in range(2)]
    after_food, at_end = (
        short(measure.compare(np.ones(count, bool), right[0], one).difference, "+") for one in right[1:]
    )
    summary[way] = {"final accuracy": round(scores[-1].mean(), 3), "forgetting": round(np.mean(lost), 3),
                    **{f"{name} at the end": round(scores[-1, task], 3) for task, name in enumerate(domains)},
                    "films, after food minus start": after_food, "films, end minus start": at_end,
                    "CPU s": round(seconds)}  # fmt: skip
axes.set_xticks(range(3), [f"after {name}" for name in domains])
axes.set(xlabel="stage", ylabel="right on films (share of tests)", title="“Go on” loses films while it learns food")
axes.legend()
told = [f"{way} {', '.join(f'{one:.2f}' for one in scores[:, 0])}" for way, (scores, *_) in turns.items()]
figures.show(figure, alt="Accuracy on films after each of three stages, with 95 % intervals: " + "; ".join(told))
print(count, "tests a domain; before:", {name: float(rows.mean().round(3)) for name, rows in at_start.items()})
pd.DataFrame(summary).T

# %% [markdown] id="tasks-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 300 training and 200 test texts a later domain, seed 0, one order of the domains. Films in pairs, with 95 % intervals.
#
# | way | final accuracy | forgetting | films, after food minus start | films, end minus start | CPU s |
# |---|---|---|---|---|---|
# | go on | 0.753 | 0.047 | −0.075 (−0.143 to −0.006) | −0.070 (−0.136 to −0.003) | 23 |
# | replay | 0.792 | 0.005 | −0.055 (−0.111 to 0.002) | −0.005 (−0.057 to 0.047) | 27 |
# | freeze | 0.763 | −0.003 | −0.005 (−0.022 to 0.012) | +0.000 (−0.034 to 0.034) | 12 |
# | LoRA for each | 0.785 | 0.000 | +0.000 (−0.014 to 0.014) | +0.000 (−0.014 to 0.014) | 19 |
#
# Going on, the model lost 0.075 on films while it learnt food, and tweets brought none of it back. Replay of 50 texts a domain shows no loss at the end, for a sixth more time; after food it was perhaps 0.055 down. Its
# forgetting of 0.005 does not show that dip: it asks for the end alone. So measure after each stage.
# Final accuracies lie too close together for one seed to order them. Freezing is cheapest; food stays where it was (0.665 before, 0.660 at the end).
# LoRA forgets nothing by construction, but somebody has to say which domain a text belongs to, and each domain keeps its own matrices. The limit of 40 tokens cuts 228 of the 300 food reviews.
#
# </details>
#
# ## A picture of reasons, checked
#
# Attribution colours the words that a model "looked at". To know whether it tells the truth you need a model whose reason you know. So plant one: half of
# the film sentences get the word "frankly" at a random place, and exactly those are labelled `yes`. The only way to be right is that word.
#
# Five pictures are asked, four from `captum`: the length of the gradient, input × gradient, integrated gradients (Sundararajan and others, 2017), occlusion (hide one piece at a time),
# and the attention of the last layer's first token. Guess how often each puts "frankly" first.


# %% id="planted-code"
def planted_in(texts, rng):
    """Every second text with the word "frankly" at a random place; label yes where it is."""
    made = []
    for row, text in enumerate(texts):
        words = text.split()[:25]
        at = int(rng.integers(len(words) + 1))
        made.append((" ".join([*words[:at], *["frankly"][: row % 2], *words[at:]]), ["no", "yes"][row % 2]))
    return pd.DataFrame(made, columns=["text", "label"])


rng = np.random.default_rng([seed, 2])
plain_texts = data.load("movie_sentences").sample(frac=1, random_state=seed)["text"].tolist()
plain_texts = [text for text in plain_texts if "frank" not in text]
known_reason = planted_in(plain_texts[:planted_rows], rng)
fresh = planted_in(plain_texts[-2 * asked_rows :], rng)
small, small_tokenizer = models.load("tiny-bert", labels=["no", "yes"], seed=seed)
training = {"epochs": 4, "learning_rate": 5e-4, "max_length": 64, "seed": seed, "progress": False}
small = finetune.fit(small, small_tokenizer, known_reason, **training)
print("right on fresh sentences:", measure.accuracy(fresh["label"], small.predict(fresh["text"])["label"]))
small = small.model
small.set_attn_implementation("eager")  # the one that can hand out its attention

# %% id="pictures-code"
vectors_of = small.get_input_embeddings()
logit = lambda vectors: small(inputs_embeds=vectors).logits @ torch.tensor([-1.0, 1.0])  # yes minus no
methods = {"gradient": captum.attr.Saliency(logit), "input × gradient": captum.attr.InputXGradient(logit),
           "integrated gradients": captum.attr.IntegratedGradients(logit),
           "occlusion": captum.attr.Occlusion(logit)}  # fmt: skip


def pictures(text):
    """The word pieces of a text, and for each method a number a piece."""
    ids = torch.tensor([small_tokenizer(text)["input_ids"]])
    vectors = vectors_of(ids).detach()
    empty = vectors_of(torch.full_like(ids, small_tokenizer.mask_token_id)).detach()
    settings, shares = {"gradient": {"abs": False}, "integrated gradients": {"baselines": empty, "n_steps": 20},
                "occlusion": {"baselines": empty, "sliding_window_shapes": (1, vectors.shape[2])}}, {}  # fmt: skip
    for name, method in methods.items():
        found = method.attribute(vectors.clone().requires_grad_(), **settings.get(name, {}))[0].detach()
        sums = {"gradient": found.norm(dim=1), "occlusion": found.mean(dim=1)}  # occlusion says the same of each axis
        shares[name] = sums.get(name, found.sum(dim=1)).tolist()
    with torch.no_grad():
        shares["attention"] = small(ids, output_attentions=True).attentions[-1][0, :, 0].mean(dim=0).tolist()
    return small_tokenizer.convert_ids_to_tokens(ids[0]), shares


shown, shares = pictures(min(fresh["text"][1::2], key=len))
pd.DataFrame(shares, index=shown).round(3)

# %% [markdown] id="rank-task"
# ## Exercise 4 · Which place does the reason get?
# *Difficulty ●●●○○ · about 12 minutes · skill: checking attributions · 4 points*
#
# A tokenizer cuts words into pieces; a piece that begins with `##` belongs to the piece before it. Write `rank_of_word`: the place that the word at `position` gets
# among the words of the text, 1 for the most important.
#
# - A word's importance is the sum of its pieces' numbers, and then its absolute value: a strong reason against counts too.
# - `[CLS]` and `[SEP]` are no words. `position` counts words from 0, without them.
# - Of equal words, all get the better place: 1 plus the number of words that are more important.


# %% id="rank-answer" nbgrader={"grade": false, "grade_id": "rank-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def rank_of_word(pieces: list[str], numbers: list[float], position: int) -> int:
    """The place, from 1, of the word at `position`; `numbers` has one number a piece."""
    ### BEGIN SOLUTION
    words = []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1] += number
        elif piece not in ("[CLS]", "[SEP]"):
            words.append(number)
    sizes = [abs(word) for word in words]
    return 1 + sum(size > sizes[position] for size in sizes)
    ### END SOLUTION


rank_of_word(["[CLS]", "quite", "good", "[SEP]"], [9.0, 0.5, -1.0, 4.0], position=1)  # 1

# %% id="rank-tests" nbgrader={"grade": true, "grade_id": "rank-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
rank = lambda pieces, numbers, position: float(rank_of_word(pieces.split(), list(numbers), position))
simple = "[CLS] a fine film [SEP]"
lesson.check(
    "numbers 2, 7, 1: “fine” is the first",
    rank(simple, [0, 2, 7, 1, 0], 1),
    1,
    likely={
        0: "places are counted from 1",
        3: "the most important word has place 1",
        2: "`position` counts words from 0, without [CLS]",
        7: "the place is wanted, not the importance",
    },
)
lesson.check(
    "“film” is the last of three",
    rank(simple, [0, 2, 7, 1, 0], 2),
    3,
    likely={
        2: "places are counted from 1",
        5: "[CLS] is no word",
        1: "the place of the word at `position`, not which word comes first",
        4: "[CLS] and [SEP] are no words",
    },
)
lesson.check(
    "[CLS] with 9 and [SEP] with 8 do not count",
    rank(simple, [9, 1, 3, 2, 8], 1),
    1,
    likely=lambda got: "[CLS] and [SEP] are no words: leave them out",
)
lesson.check(
    "−5 against 3: a reason against counts",
    rank(simple, [0, -5, 3, 2, 0], 0),
    1,
    likely=lambda got: "take the absolute value: −5 is more than 3",
)
lesson.check(
    "“fr ##ank ##ly” has 2 + 2 + 2, “fine” has 3",
    rank("[CLS] fine fr ##ank ##ly [SEP]", [0, 3, 2, 2, 2, 0], 1),
    1,
    likely=lambda got: "add up the pieces of a word: 6 is more than 3; not their mean, not their largest",
)
lesson.check(
    "its pieces 4, −4 and 1 add up to 1",
    rank("[CLS] fine fr ##ank ##ly [SEP]", [0, 3, 4, -4, 1, 0], 1),
    2,
    likely=lambda got: "add the pieces first, then take the absolute value: 4 and −4 cancel",
)
lesson.check(
    "a word behind it keeps its position",
    rank("[CLS] fr ##ank fine so [SEP]", [0, 1, 1, 5, 1, 0], 1),
    1,
    likely=lambda got: "`position` counts words, not pieces: word 1 is “fine”",
)
lesson.check(
    "“fine” stands there twice, and the second one has 1",
    rank("[CLS] fine or fine [SEP]", [0, 5, 2, 1, 0], 2),
    3,
    likely=lambda got: "two words that look alike are two words: look at `position`",
)
lesson.check(
    "“#” and “.” are words, too",
    rank("[CLS] so # . bad [SEP]", [0, 3, 1, 4, 0.5, 0], 1),
    3,
    likely=lambda got: (
        "only a piece that begins with ## belongs to the one before it, and only [CLS] and [SEP] are no words"
    ),
)
lesson.check(
    "three equal words share place 1",
    rank(simple, [0, 2, 2, -2, 0], 1),
    1,
    likely=lambda got: "of equal words, all get the better place: count those that are more important",
)
lesson.check(
    "and the next one is third",
    rank(simple, [0, 2, 1, 2, 0], 1),
    3,
    likely={
        2: "two words are more important: its place is 1 plus 2",
    },
)
lesson.check(
    "tiny numbers count",
    rank(simple, [0, 0.001, 0.002, 0.0, 0], 0),
    2,
    likely=lambda got: "nothing is rounded",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for words in (4, 9, 15):
    lengths, sums_of = rng.integers(1, 4, words), rng.permutation(np.arange(1, words + 1)) * rng.choice([-1, 1], words)
    pieces, numbers = ["[CLS]"], [float(rng.uniform(50, 60))]
    for word, (length, total) in enumerate(zip(lengths, sums_of)):
        parts = rng.integers(-20, 20, length).astype(float)
        parts[-1] += total - parts.sum()
        pieces += [f"w{word % 3}", *["##x"] * (length - 1)]
        numbers += parts.tolist()
    order = np.argsort(-abs(sums_of)).tolist()
    for position in (0, words // 2, words - 1):
        got = rank(" ".join([*pieces, "[SEP]"]), [*numbers, -70.0], position)
        lesson.check("it holds for any text", got, order.index(position) + 1)
### END HIDDEN TESTS

# %% [markdown] id="rank-hints"
# <details><summary>Where do I start?</summary>With a list of words: a piece without <code>##</code> begins one, a piece with it adds to
# <code>words[-1]</code>.</details>
# <details><summary>The place</summary><code>1 + sum(size &gt; sizes[position] for size in sizes)</code>.</details>
#
# ## The score of each picture
#
# How often is "frankly" first, in sentences that hold it? Beside it stands chance.
# The second column turns to sentences *without* the word. There the reason is that something is absent. No word is the reason, so no word should stand out: the column says how much
# of all importance the first word gets on average.


# %% id="pictures-score"
def by_word(pieces, numbers):
    """Words, and their importance: pieces added up, then the absolute value."""
    words, sums = [], []
    for piece, number in zip(pieces, numbers):
        if piece.startswith("##"):
            words[-1], sums[-1] = words[-1] + piece[2:], sums[-1] + number
        elif piece not in ("[CLS]", "[SEP]"):
            words, sums = [*words, piece], [*sums, number]
    return words, np.abs(sums)


first_of, of_all, by_chance = {}, {}, []
for text, label in zip(fresh["text"], fresh["label"]):
    pieces, shares = pictures(text)
    for name, (words, sizes) in {name: by_word(pieces, numbers) for name, numbers in shares.items()}.items():
        if label == "yes":
            first_of.setdefault(name, []).append(words[int(sizes.argmax())] == "frankly")
        else:
            of_all.setdefault(name, []).append(sizes.max() / sizes.sum())
    by_chance += [1 / len(words)] if label == "yes" else []
print(f"by chance {np.mean(by_chance):.3f} of {len(by_chance)} sentences")
column = "without it: share of the first word"
table = {name: {"“frankly” is first": str(measure.proportion(sum(hits), len(hits))),
                column: np.round(np.mean(of_all[name]), 3)} for name, hits in first_of.items()}  # fmt: skip
pd.DataFrame(table).T


# %% [markdown] id="pictures-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: `tiny-bert`, taught 600 film sentences, seed 0; 60 fresh ones with "frankly" and 60 without, 95 % intervals. It is right on all 120.
#
# | picture | "frankly" is first | without it: share of the first word |
# |---|---|---|
# | gradient | 0.900 (0.799 to 0.953) | 0.219 |
# | input × gradient | 0.800 (0.682 to 0.882) | 0.295 |
# | integrated gradients | 1.000 (0.940 to 1.000) | 0.271 |
# | occlusion | 1.000 (0.940 to 1.000) | 0.286 |
# | attention | 1.000 (0.940 to 1.000) | 0.260 |
#
# By chance a word is first in 0.057. Input × gradient misses in two sentences of ten a reason that decides alone: do not trust it with one you do not know. Even the
# pictures that always find it colour a first word where no word is the reason, with a quarter or more of all importance. So a coloured word is a question to test, by taking it out, and no answer.
# Attention passes here, with one word in one small model; that is no licence elsewhere.
#
# </details>
#
# ## As sure as it is right?
#
# A model that says 0.9 should be right nine times in ten. The calibration error is the mean gap between what it says and what happens, and chance alone makes
# some gap. **Temperature** scaling divides the logits by one number, here chosen on the dev sentences of films (Guo and others, 2017). Guess: does what is chosen on films still help on food and tweets?

# %% id="calibration-code"
logits_of = lambda shares: np.log(np.clip(shares, 1e-6, 1 - 1e-6) / (1 - np.clip(shares, 1e-6, 1 - 1e-6)))
dev_logits = logits_of(positive(base, dev["text"]))
temperatures = np.exp(np.linspace(-1.5, 2, 71))
loss_at = [np.logaddexp(0, np.where(dev_truth, -1, 1) * dev_logits / one).mean() for one in temperatures]
temperature = temperatures[int(np.argmin(loss_at))]
table = {}
for name in domains:
    for way, divided in (("as it is", 1.0), ("with temperature", temperature)):
        shares = 1 / (1 + np.exp(-logits_of(said[name]) / divided))
        sure, right = np.maximum(shares, 1 - shares), (shares >= 0.5) == truth[name]
        found = measure.calibration(right, sure)
        table[name, way] = {
            "sure": round(sure.mean(), 3),
            "right": round(right.mean(), 3),
            "calibration error": str(found.error),
            "by chance": round(found.by_chance, 3),
        }
print(f"temperature {temperature:.2f}, chosen on {len(dev)} dev sentences of films")
pd.DataFrame(table).T

# %% [markdown] id="calibration-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: 400 test texts a domain, seed 0, temperature 0.50 from 400 dev sentences of films. Error with 95 % interval, and what chance makes.
#
# | texts | sure → with temperature | right | error as it is | error with temperature | by chance |
# |---|---|---|---|---|---|
# | films | 0.658 → 0.769 | 0.730 | 0.078 (0.031 to 0.120) | 0.039 (0.000 to 0.081) | 0.035 |
# | food | 0.597 → 0.681 | 0.685 | 0.088 (0.032 to 0.133) | 0.037 (0.000 to 0.082) | 0.031 to 0.036 |
# | tweets | 0.632 → 0.738 | 0.898 | 0.265 (0.238 to 0.293) | 0.159 (0.127 to 0.187) | 0.032 to 0.035 |
#
# With little training the model is too unsure, not too sure: a temperature below 1 sharpens it. On films and food it then shows no error beyond chance; on tweets it is far from what it says,
# before and after. What was chosen on films is a promise for films only.
#
# </details>
#
# ## Exercise 5 · An alarm for texts of another kind
# *Difficulty ●●●○○ · about 15 minutes · skill: detecting what is out of domain · 4 points*
#
# A text's **distance** is 1 − its largest cosine to any row of `train`; embeddings come at any length. An alarm rings above a line. The new kind is not at
# hand when you draw it, so it rests on `dev`, known texts that were not learnt: of these at most `allowed` may ring. The line is the (`allowed` + 1)-th largest distance in `dev`.
#
# Write `alarms`: for each row of `new`, whether it rings. `dev` has more than `allowed` rows.


# %% id="alarms-answer" nbgrader={"grade": false, "grade_id": "alarms-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def alarms(train: np.ndarray, dev: np.ndarray, new: np.ndarray, allowed: int) -> list[bool]:
    """A truth value for each row of `new`; all arrays are (texts, size)."""
    ### BEGIN SOLUTION
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    distance = lambda rows: 1 - (unit(rows) @ unit(train).T).max(axis=1)
    line = np.sort(distance(dev))[::-1][allowed]
    return (distance(new) > line).tolist()
    ### END SOLUTION


known_rows, new_rows = np.array([[1.0, 0.0]]), np.array([[0.0, 3.0], [5.0, 1.0]])
alarms(known_rows, np.array([[1.0, 1.0], [2.0, 0.2]]), new_rows, allowed=0)  # [True, False]

# %% id="alarms-tests" nbgrader={"grade": true, "grade_id": "alarms-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
directions = lambda degrees: np.array([[np.cos(np.radians(one)), np.sin(np.radians(one))] for one in degrees])
at = lambda *degrees, size=1.0: directions(degrees) * np.ravel(size)[:, None]
rings = lambda *rows, allowed=1: [float(one) for one in np.ravel(alarms(*(part.copy() for part in rows), allowed))]
known_to, seen_later = at(0, 90), at(10, 40, 95, 120, 80)  # distances of 10, 40, 5, 30, 10 degrees
below, nearest = "it rings above the line, not below", "the nearest row of `train` counts: the largest cosine, no mean"
slip_line = {  # of rings for 25, 28, 31, 35, 38, 42, 5, 100 and 125 degrees
    "111111111": "the line rests on `dev`: distances of `train` from itself are 0; and each row has a norm of its own",
    "111111011": "the line lies too low: it is the (`allowed` + 1)-th largest distance in `dev`, here 30 degrees",
    "011111011": "the line lies too low: it is the (`allowed` + 1)-th largest distance in `dev`, here 30 degrees",
    "000001011": "the line lies too high: it is the (`allowed` + 1)-th largest distance in `dev`, the second largest here",
    "000111011": "the line is a distance of `dev`, the second largest, 30 degrees: no quantile, nothing rounded",
    "000000001": "the line rests on `dev`, not on `new`: from `new`, always the same share would ring",
    "000000011": "distances are those to `train` alone: rows of `dev` are not learnt",
    "000011011": nearest,
    "001111001": "the largest cosine, with its sign: no absolute value",
    "110000100": below,
    "000000100": below,
}


def of_line(got):
    """What the truth values look like."""
    if len(got) != 9:
        return "one truth value for each row of `new`"
    if not set(got) <= {0.0, 1.0}:
        return "truth values are wanted, not the distances"
    usual = (
        "the distance is 1 − the largest cosine to a row of `train`; the line is the second largest distance in `dev`"
    )
    return slip_line.get("".join(str(int(one)) for one in got), usual)


lesson.check(
    "degrees from the nearest learnt text: 25, 28, 31, 35, 38, 42, 5, 100, 125; the line lies at 30",
    rings(known_to, seen_later, at(25, 28, 31, 35, 128, 132, 85, 190, 215)),
    [0, 0, 1, 1, 1, 1, 0, 1, 1],
    likely=of_line,
)
lesson.check(
    "none may ring in `dev`: the line lies at 40",
    rings(known_to, seen_later, at(35, 42, 45, 128), allowed=0),
    [0, 1, 1, 0],
    likely=lambda got: "`allowed` 0: the line is the largest distance of `dev` to `train`, here 40 degrees",
)
lesson.check(
    "three may ring: the line lies at 10, where the third and the fourth largest are equal",
    rings(known_to, seen_later, at(9, 11, 20, 45), allowed=3),
    [0, 1, 1, 1],
    likely=lambda got: (
        "`allowed` 3: distances in `dev` are 40, 30, 10, 10 and 5 degrees, and equal ones count each: the fourth is 10"
    ),
)
lesson.check(
    "a text at the line does not ring",
    rings(np.eye(2), np.array([[3.0, 4.0], [1.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 2.0]]), allowed=0),
    [0, 0],
    likely=lambda got: "above the line, not at it: >",
)
long = (known_to, at(10, 40, 95, 120, 80, size=[9, 0.1, 3, 0.5, 7]), at(25, 35, 128, 85, size=[0.1, 5, 8, 20]))
lesson.check(
    "embeddings of other lengths give the same",
    rings(*long),
    [0, 1, 1, 0],
    likely=lambda got: "the cosine knows no length: divide each row of `dev` and `new` by its norm",
)
lesson.check(
    "learnt ones of other lengths, too",
    rings(at(0, 90, size=[8, 0.1]), seen_later, at(25, 35, 128, 85)),
    [0, 1, 1, 0],
    likely=lambda got: "divide each row of `train` by its norm, too",
)
lesson.check(
    "all that is new is far: all ring",
    rings(known_to, seen_later, at(200, 210, 220, 230)),
    [1, 1, 1, 1],
    likely=lambda got: "the line rests on `dev`, not on `new`: from `new`, always the same share would ring",
)
lesson.check(
    "one text alone",
    rings(known_to, seen_later, at(45)),
    [1],
    likely=lambda got: "a text rings by itself, whatever else is in `new`",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size, allowed in ((3, 0), (8, 2), (40, 5)):
    groups = [rng.normal(size=(count, size)) + 1.0 * (count != 14) for count in (30, 20, 14)]
    cosine = lambda row, other: float(row @ other / np.linalg.norm(row) / np.linalg.norm(other))
    far = [[1 - max(cosine(row, other) for other in groups[0]) for row in group] for group in groups[1:]]
    line = sorted(far[0], reverse=True)[allowed]
    lesson.check("it holds for any embeddings", rings(*groups, allowed=allowed), [int(one > line) for one in far[1]])
### END HIDDEN TESTS

# %% [markdown] id="alarms-hints"
# <details><summary>Where do I start?</summary>Divide each row by its norm, <code>np.linalg.norm(rows, axis=1, keepdims=True)</code>. Then
# <code>rows @ train.T</code> holds all cosines.</details>
# <details><summary>The nearest</summary>The largest cosine in each row: <code>.max(axis=1)</code>.</details>
# <details><summary>The line</summary><code>np.sort(distances)[::-1][allowed]</code>.</details>
#
# ## Three alarms on three domains
#
# Three scores: how unsure the model is (1 − the larger probability), and the distance to the nearest learnt sentence as seen by its own encoder and by the pretrained one. Each
# may ring on 5 % of the dev sentences. The area under the curve (AUC) judges the ranking alone: 0.5 is by lot. Headlines are a fourth kind.


# %% id="alarms-code"
@torch.no_grad()
def embedded(encoder, texts):
    """Unit vectors of texts: the mean of the encoder's outputs over the tokens."""
    inputs, found = ids_of(texts), np.zeros((len(texts), encoder.config.hidden_size))
    for chosen in finetune.batches([len(one) for one in inputs], 64):
        batch = finetune.collate([inputs[row] for row in chosen])
        outputs, mask = encoder(**batch).last_hidden_state, batch["attention_mask"][..., None]
        found[chosen] = torch.nn.functional.normalize((outputs * mask).sum(1) / mask.sum(1), dim=1).numpy()
    return found


headlines = data.load("news_topics").query("split == 'test'")["text"].str.split("\n").str[0].head(test_rows // 2)
kinds = {name: table["text"] for name, table in domains.items()} | {"headlines": headlines}
told = [positive(base, texts) for texts in (dev["text"], *kinds.values())]
scores, rung = {"unsure": [1 - np.maximum(shares, 1 - shares) for shares in told]}, {}
for name, encoder in (("far, fine-tuned encoder", base.bert), ("far, pretrained encoder", models.load(pretrained)[0])):
    learnt = embedded(encoder.eval(), films["text"])
    scores[name] = [1 - (embedded(encoder, texts) @ learnt.T).max(axis=1) for texts in (dev["text"], *kinds.values())]
for name, (at_home, *others) in scores.items():
    line = np.sort(at_home)[::-1][len(at_home) // 20]
    ringing = [str(measure.proportion(int((far > line).sum()), len(far))) for far in others]
    rung[name] = {f"{kind} that ring": share for kind, share in zip(kinds, ringing)}
    for kind, far in zip(list(kinds)[1:], others[1:]):
        rung[name][f"AUC, {kind}"] = round(roc_auc_score([0] * len(others[0]) + [1] * len(far), [*others[0], *far]), 3)
pd.DataFrame(rung)

# %% [markdown] id="alarms-found"
# <details><summary><b>What you found</b></summary>
#
# The full run: lines from 400 dev sentences (20 ring), 400 test texts a domain, 200 headlines, seed 0. Shares that ring, with 95 % intervals; AUC against films in italics.
#
# | texts | unsure | far, fine-tuned encoder | far, pretrained encoder |
# |---|---|---|---|
# | films, false alarms | 0.070 (0.049 to 0.099) | 0.068 (0.047 to 0.096) | 0.043 (0.027 to 0.067) |
# | food | 0.135 (0.105 to 0.172), *0.701* | 0.610 (0.561 to 0.657), *0.878* | 0.693 (0.646 to 0.736), *0.939* |
# | tweets | 0.070 (0.049 to 0.099), *0.589* | 0.475 (0.427 to 0.524), *0.826* | 0.932 (0.904 to 0.953), *0.988* |
# | headlines | 0.150 (0.107 to 0.206), *0.719* | 0.820 (0.761 to 0.867), *0.948* | 0.810 (0.750 to 0.858), *0.967* |
#
# The pretrained encoder rings for more food and tweets than the fine-tuned one, with no more false alarms. "Unsure" rings on tweets no more often than on films: a poor alarm.
# And 5 % of dev is no promise: "unsure" rings on 7 % of films. An alarm of distance is none of errors, either: it rings on nine tweets of ten, and the model is right on 0.897 of them.
#
# </details>
#
# ## What to remember
#
# - An accuracy says nothing of sentences that the test rows lack: write tests of behaviour.
# - A constant answer passes each test that asks for the same answer.
# - Compare augmentations in pairs, on the same rows.
# - A picture of reasons is checked where the reason is known.
# - Draw the line of an alarm on known texts that were not learnt.

# %% [markdown] id="open-question-task"
# ## Open question
#
# Your tone model reads mails of shop A. Next month shop B comes, in another trade. You may label 200 mails a
# shop. Plan: what you test before B goes live, how the model learns it, how you see what A lost, and what rings when something new comes. (150 words.)
#
# *Rubric, 4 points:* behavioural tests that a bug would fail, and one that a constant answer cannot pass (1) · a way to learn shop B with its price, and the accuracy on A before and after on the same
# mails, in pairs (1) · an alarm whose line comes from known mails, with its false alarms in numbers (1) · one measurement that would change the plan (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Before B: 100 of its 200 labels only measure, ±0.08 at 0.8; the other 100 may train. The suite runs on both shops: typos must keep the answer, "not" must turn it, an unkind
# sentence must not raise it. A constant answer passes the first and fails the second, so both stand there. Then the model learns B's mails with 50 old ones of A mixed in; that costs minutes. A's test mails are fixed: before and
# after are compared in pairs on 500 of them, and more than 2 points lost (the interval above 0) stops the release. If replay loses more than that, each shop gets LoRA of its own, because we know which shop a
# mail is from. The alarm is the distance to the nearest learnt mail; its line lets 5 % of A's unseen mails ring, 20 a day of 400, which a person reads anyway. If under half of B's mails ring although accuracy on B is low, the
# alarm is useless for this kind of change, and I label 20 random mails a week instead.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - M. T. Ribeiro and others, [*Beyond accuracy: behavioral testing of NLP models with CheckList*](https://aclanthology.org/2020.acl-main.442/), ACL 2020: the three kinds of tests.
# - T. Miyato, A. Dai and I. Goodfellow, [*Adversarial training methods for semi-supervised text classification*](https://arxiv.org/abs/1605.07725), ICLR 2017: FGM.
# - A. Chaudhry and others, [*Riemannian walk for incremental learning*](https://arxiv.org/abs/1801.10112), ECCV 2018: the measure of forgetting.
# - J. Adebayo and others, [*Sanity checks for saliency maps*](https://arxiv.org/abs/1810.03292), NeurIPS 2018: pictures that do not depend on the model.
# - C. Guo and others, [*On calibration of modern neural networks*](https://arxiv.org/abs/1706.04599), ICML 2017; Y. Ovadia and others,
#   [*Can you trust your model's uncertainty?*](https://arxiv.org/abs/1906.02530), NeurIPS 2019: the same under shift.

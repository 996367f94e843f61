# %% [markdown] id="title"
# # 3-02 · Fine-tune for sentiment
#
# You will write the loop that fine-tunes a language model, mend the faults of four published loops, and decide with
# numbers when such a model is worth its price.

# %% [markdown] id="objectives"
# **Questions.** What happens between a table of texts and a trained classifier? How do you see that a loop is wrong
# though it runs? When does a pretrained model pay, and when are word counts enough?
#
# **Afterwards you can**
# 1. turn a table into batches with padding and a mask, and check that no text changes its neighbour's answer;
# 2. write a training step, and an evaluation that returns its metric;
# 3. recognise the faults of four published loops by their symptoms;
# 4. fine-tune with `trainlib.finetune` and say by how much it beats a baseline, with an interval;
# 5. weigh accuracy against labels, length of text, seconds and money.

# %% [markdown] id="why"
# **Why a start-up cares.** A Chinese text on training strategy for AI start-ups, one of five that this course is built from,
# reports "accuracy 92 %" for a fine-tuned model and names neither data nor baseline. On whole film reviews, counting words
# reaches 91 %, in seconds. On single sentences from such reviews the same word counts reach 78 % and a small pretrained
# model 84 %: of 1,000 messages a day, 64 fewer are misread. These numbers are computed below, and so is their price.

# %% id="imports"
import time

import numpy as np
import pandas as pd
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from transformers import BertConfig, BertForSequenceClassification

from trainlib import data, figures, finetune, lesson, measure, models


def attempt(what: str, call) -> None:
    """Print what a call returns, or the error that it raises."""
    try:
        print(f"{what}\n   → {call()}")
    except Exception as error:
        print(f"{what}\n   → {type(error).__name__}: {error}")


# %% id="parameters" tags=["parameters"]
rows = 8_530  # labelled sentences, all there are
review_rows = 24_904  # whole reviews, all there are
sizes = [250, 1_000]  # numbers of training sentences to try besides all
epochs = 2  # passes over the training sentences
learning_rate = 1e-4  # of the fine-tuning, at its peak
max_length = 48  # tokens of a sentence that the model reads: 96 % of the sentences have no more
steps = 20  # in which eight sentences are learnt by heart
seed = 0  # of everything that is drawn
euros_per_label = 0.10  # what one label costs: an assumption, put your own
euros_per_hour = 0.10  # what an hour of two processor cores costs: an assumption, put your own

# %% [markdown] id="baseline-text"
# ## The task, and the baseline to beat
#
# Each row is one sentence from a film review; its label says whether the review as a whole was good or bad. The columns
# are those of every text set of this course: `text`, `label` and `split`.
#
# Before any neural network: count words and pairs of words, weigh down those that stand in many texts (this is TF-IDF),
# and put a logistic regression on top. It knows nothing of irony, and nothing of words that it has not seen.

# %% id="baseline-code"
table = data.load("movie_sentences", rows=rows, seed=seed)
labels = list(table["label"].cat.categories)
labelled, test = table[table["split"] != "test"], table[table["split"] == "test"]
print(table.groupby(["split", "label"], observed=True).size().unstack(), "\n")
print(test[["label", "text"]].head(4).to_string(index=False), "\n")


def word_counts(texts, truth):
    """TF-IDF of words and pairs of words with logistic regression, fitted; and the seconds that it took."""
    begin = time.perf_counter()
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = make_pipeline(vectoriser, LogisticRegression(C=4, max_iter=1_000)).fit(texts, truth)
    return model, time.perf_counter() - begin


sentence_baseline, baseline_seconds = word_counts(labelled["text"], labelled["label"])
baseline_predicted = sentence_baseline.predict(test["text"])
baseline_accuracy = measure.accuracy(test["label"], baseline_predicted)
print(f"word counts, sentences: accuracy {baseline_accuracy}, trained in {baseline_seconds:.1f} s")

# %% [markdown] id="length-text"
# ## Is 0.92 a good accuracy?
#
# Now the same method on whole reviews. Guess first: will it do better or worse than on sentences? Then the cell cuts each
# test review after 10, 20, 40 … words, and asks the same classifier again.

# %% id="length-code"
reviews = data.load("movie_reviews", rows=review_rows, seed=seed)
known, unknown = reviews[reviews["split"] != "test"], reviews[reviews["split"] == "test"]
review_baseline, review_seconds = word_counts(known["text"], known["label"])
review_accuracy = measure.accuracy(unknown["label"], review_baseline.predict(unknown["text"]))
print(f"word counts, whole reviews: accuracy {review_accuracy}, trained in {review_seconds:.1f} s")
words_read, accuracies = [10, 20, 40, 80, 160, 320, 640], []
for words in words_read:
    cut = unknown["text"].str.split().str[:words].str.join(" ")
    accuracies.append(measure.accuracy(unknown["label"], review_baseline.predict(cut)))
review_count, review_words = len(known), known["text"].head(1_000).str.split().str.len().mean()
del reviews, known, unknown, review_baseline  # 25,000 reviews are no longer needed: free their memory


# %% id="length-figure"
def error_bars(scores):
    """Values and the lengths of the error bars below and above them, as matplotlib wants them."""
    values = [score.value for score in scores]
    return values, [[s.value - s.low for s in scores], [s.high - s.value for s in scores]]


figure, axes = figures.new()
values, bars = error_bars(accuracies)
axes.errorbar(words_read, values, yerr=bars, marker="o", capsize=3, label="reviews, cut after so many words")
values, bars = error_bars([baseline_accuracy])
sentence_words = test["text"].str.split().str.len().mean()
axes.errorbar([sentence_words], values, yerr=bars, marker="s", linestyle="none", capsize=3, label="single sentences")
axes.set_xscale("log")
axes.set_xticks(words_read, words_read)
axes.minorticks_off()
first, last = accuracies[0].value, accuracies[-1].value
axes.set(xlabel="words read", ylabel="test accuracy (share of texts)")
axes.set_title(f"Word counts: {first:.2f} with {words_read[0]} words, {last:.2f} with {words_read[-1]}")
axes.legend()
figures.show(
    figure,
    alt=f"Test accuracy of word counts against words read, on a logarithmic axis: {first:.2f} at {words_read[0]} "
    f"words, {last:.2f} at {words_read[-1]}. Single sentences, of {sentence_words:.0f} words on average, stand at "
    f"{values[0]:.2f}.",
)

# %% [markdown] id="length-finding"
# The method is the same and so is the question; the length of the text alone moves the accuracy from 0.70 to 0.91. A long
# review repeats its verdict, and one clear word is enough. So "92 %" says little: **an accuracy means something only
# beside a baseline on the same texts**, and short texts are where a pretrained model has something to win.

# %% [markdown] id="batches-task"
# ## Exercise 1 · Results of a program that cannot run
# *2 points · difficulty ●●○○○ · about 8 minutes · skill: from a table to batches*
#
# A Chinese text on how an AI start-up uses its culture downloads the IMDb reviews, reads `amazon_reviews.csv`, splits it,
# trains as below, and prints ten losses that fall from 0.65 to 0.19. Is it right? What is `batch` in the first round, if
# `train_data` is a table? Guess, then run.
#
# ```python
# for batch in train_data:
#     input_ids = batch['input_ids'].to(device)
# ```
#
# Then write what was meant. `tokenised_batches` takes the rows of one table in their order, `batch_size` at a time. A batch
# is a pair: the token ids of its texts, and the numbers of its labels, which are their places in `labels`. No row is lost.

# %% id="batches-symptom"
train_data, test_data = train_test_split(table.drop(columns="split"), test_size=0.2, random_state=seed)
print("what the loop calls a batch:", list(train_data))
attempt("for batch in train_data: batch['input_ids']", lambda: [batch["input_ids"] for batch in train_data])
attempt("pd.read_csv('amazon_reviews.csv')", lambda: pd.read_csv("amazon_reviews.csv"))
_, tokenizer = models.load("minilm", seed=seed)
attempt("tokenizer('a fine film')['input_ids']", lambda: tokenizer("a fine film")["input_ids"])
five_texts = ["so so", "too long by half , and as loud as any film .", "dull", "a fine film", "too long"]
five = {"text": five_texts, "label": ["good", "bad", "bad", "good", "bad"]}
five = pd.DataFrame(five, index=[70, 30, 90, 40, 50])  # the checks use these rows


def batches_of(make, *arguments) -> tuple:
    """Rows of each batch, ids of all rows, places of all labels, as lists; or three lists of what went wrong."""
    try:
        made = make(*arguments)
        pairs = [] if made is None else list(made)
    except (LookupError, ValueError) as error:
        return ([f"{type(error).__name__}: {error}"],) * 3
    try:
        ids = [np.asarray(row).tolist() for first, second in pairs for row in first]
        places = [[np.asarray(place).tolist() for place in second] for first, second in pairs]
    except (TypeError, ValueError):
        return (["no pairs"],) * 3
    return [len(part) for part in places], ids, [place for part in places for place in part]


# %% id="batches-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
sizes_slips = {
    "[2, 2]": "the last batch is smaller than the others, and its row counts too",
    "[2, 2, 2]": "the last batch has one text: it gets one label, not two",
    "[3, 2]": "`batch_size` is the number of rows in a batch, not the number of batches",
    "[5]": "all rows stand in one batch: take `batch_size` of them at a time",
    "[]": "return the pairs",
    "['no pairs']": "a list of pairs, one for each batch: all ids of its texts, then the places of all its labels",
}
by_index = "this table's index is 70, 30, 90 …: take rows by position, not by the names that the index gives them"
places_slips = {
    "2 0 0 2 0": "places in the alphabet's order: `labels` has an order of its own, the model's",
    "1 0 0 1 0": "places among the names in this table, sorted: `labels` has one more, and another order",
    "0 1 1 0 1": "places among the names in this table: `labels` has one more",
    "1 3 3 1 3": "places are counted from 0",
    "good bad bad good bad": "these are names: a loss needs numbers, the places in `labels`",
}


def slip_of_sizes(got: str) -> str | None:
    """What went wrong in the numbers of rows of each batch, or in making them."""
    if "in list" in got:
        return "is that list of names the argument `labels`?"
    return by_index if "Error" in got else sizes_slips.get(got)


# %% id="batches-ids" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def slip_of_ids(got: list, wanted: list) -> str:
    """What went wrong on the way to the ids of a table's rows."""
    if not all(isinstance(row, list) for row in got):
        text = isinstance(got[0], str)
        return "take the tokenizer's `input_ids`" if text else "a pair is the ids, then the labels' places"
    if sorted(got) == sorted(wanted):
        return "the same rows in another order: keep the table's"
    if [[token for token in row if token] for row in got] == wanted:
        return "padding: not yet, Exercise 2 does that"
    if got == [row[1:-1] for row in wanted]:
        return "101 and 102 are missing, which the tokenizer puts around each text"
    return "texts are cut, or rows are missing or doubled: each row counts once, with all its tokens"


# %% id="batches-answer" nbgrader={"grade": false, "grade_id": "batches-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def tokenised_batches(table: pd.DataFrame, tokenizer, labels: list[str], batch_size: int) -> list[tuple]:
    """Pairs (ids, targets) for the rows of `table` (columns text, label): list[list[int]], list[int]."""
    ### BEGIN SOLUTION
    batches = []
    for start in range(0, len(table), batch_size):
        part = table.iloc[start : start + batch_size]
        ids = tokenizer(list(part["text"]))["input_ids"]
        batches.append((ids, [labels.index(label) for label in part["label"]]))
    return batches
    ### END SOLUTION


tokenised_batches(test.head(3).reset_index(drop=True), tokenizer, labels, batch_size=2)

# %% id="batches-tests" nbgrader={"grade": true, "grade_id": "batches-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
names = ["good", "fair", "bad"]
counts, ids, places = batches_of(tokenised_batches, five.copy(), tokenizer, names.copy(), 2)
lesson.check(
    "five rows in batches of two are 2, 2 and 1",
    got=counts,
    want=[2, 2, 1],
    likely=lambda got: slip_of_sizes(str(got)),
)
in_threes = batches_of(tokenised_batches, five.copy(), tokenizer, names.copy(), 3)[0]
lesson.check("in threes, 3 and 2", got=in_threes, want=[3, 2], likely=lambda got: "`batch_size` is an argument: use it")
wanted = [tokenizer.encode(text) for text in five["text"]]
lesson.check("the ids, row by row", got=ids, want=wanted, likely=lambda got: slip_of_ids(got, wanted))
lesson.check(
    "each label is its place in `labels`",
    got=places,
    want=[0, 2, 2, 0, 2],
    likely=lambda got: places_slips.get(" ".join(map(str, got)), "each label's place is `labels.index` of it"),
)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
texts_later = ["a fine film", "dull", "so so", "not for me , nor for anybody whom I like"]
texts_later = [texts_later[place] for place in [0, 3, 1, 2, 0, 3, 1]]
later = pd.DataFrame(
    {"label": ["fair", "bad", "good", "fair", "good", "bad", "bad"], "text": texts_later},
    index=np.sort(draw.choice(np.arange(9, 90), 7, replace=False)),
)
names = [["good", "bad", "fair", "none"], ["bad", "none", "good", "fair"]][draw.integers(2)]
counts, ids, places = batches_of(tokenised_batches, later.copy(), tokenizer, names.copy(), 3)
lesson.check("rows of a part of a table, whose index has gaps", got=counts, want=[3, 3, 1])
lesson.check("its ids, row by row", got=ids, want=[tokenizer.encode(text) for text in texts_later])
lesson.check("numbers are places in `labels`", got=places, want=[names.index(label) for label in later["label"]])
counts = batches_of(tokenised_batches, later.copy(), tokenizer, names.copy(), 7)[0]
lesson.check("one batch that is full", got=counts, want=[7])
counts = batches_of(tokenised_batches, later.head(2).copy(), tokenizer, names.copy(), 4)[0]
lesson.check("fewer rows than a batch", got=counts, want=[2])
### END HIDDEN TESTS

# %% [markdown] id="batches-hints"
# <details><summary>Where do I start?</summary>With the first row of each batch: <code>range(0, len(table),
# batch_size)</code>.</details>
# <details><summary>How do I cut out a batch?</summary>By position: <code>table.iloc[start : start + batch_size]</code>. The
# index of a table that was filtered has gaps, so <code>table["text"][0]</code> may not exist.</details>
# <details><summary>How do I number a label?</summary><code>labels.index(label)</code>.</details>
#
# <details><summary><b>What you found</b></summary>Going through a DataFrame gives the names of its columns: the first "batch"
# is the word <code>text</code>. The published loop stops in its first round, so its results were not printed by it.</details>

# %% [markdown] id="mask-task"
# ## Exercise 2 · One mask of ones
# *3 points · difficulty ●●●○○ · about 10 minutes · skill: padding and attention masks*
#
# A Chinese text on building a strong technical team encodes a batch like this. Is it right?
#
# ```python
# input_ids = torch.tensor([tokenizer.encode(text) for text in texts])
# attention_mask = torch.ones_like(input_ids)
# ```
#
# The next cell runs these lines. Then it makes the usual repair, filling short texts up with padding, and asks for one
# sentence twice: alone, and beside a longer one. What should be equal?
#
# Write `collate`: it makes one batch of lists of ids, with a mask that is 1 on tokens and 0 on padding. `pad` is the id of
# the padding token.


# %% id="mask-symptom"
def tiny_classifier(dropout: float = 0.0) -> BertForSequenceClassification:
    """A random BERT of one narrow layer and three classes: enough to try out a loop in no time."""
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    more = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout, "initializer_range": 0.3}
    return BertForSequenceClassification(BertConfig(**sizes, **more, num_labels=3)).eval()


def first_answer(ids: torch.Tensor, mask: torch.Tensor) -> list[float]:
    """The probabilities of the three classes that it gives to the first text of a batch."""
    with torch.no_grad():
        return tiny_classifier()(input_ids=ids, attention_mask=mask).logits[0].softmax(dim=-1).tolist()


texts = ["a film of quiet charm .", "too long by half , and as loud as any film about silence should never be ."]
attempt("the published lines", lambda: torch.tensor([tokenizer.encode(text) for text in texts]))
alone = torch.tensor([tokenizer.encode(texts[0])])
filled = tokenizer(texts, padding=True, return_tensors="pt")["input_ids"]
for where, ids in {"alone": alone, "beside a longer one, with a mask of ones": filled}.items():
    print(f"the first sentence {where}: {np.round(first_answer(ids, torch.ones_like(ids)), 4)}")


# %% id="mask-given" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
mask_slips = {
    "1111 1111 1111": "that is the published mask: padding needs 0",
    "1110 1000 1000": "ids were compared with `pad`, and here a real token has its number: take the lengths",
    "0111 0111 1111": "ids were compared with 0, and here a real token is 0: take the lengths",
    "0000 0011 0111": "it is the other way round: 1 on tokens, 0 on padding",
    "0001 0111 0111": "it is the other way round, and ids were compared with `pad`",
    "1110 1000 0000": "one too few: the last token counts",
    "1111 1100 1000": "these are True and False: the numbers 1 and 0 are wanted, as int64",
    "1111 1122 1222": "the mask is padded with 0, whatever `pad` is",
}
padding_slips = {
    "0782 2202 2229": "padding stands at the end here, not in front",
    "0782 0200 9000": "filled up with 0: `pad` is 2 here",
    "0 0 9": "cut down to the shortest: no token is lost",
    "": "return a dict with both names, `input_ids` and `attention_mask`",
}


def collated(make, ids: list[list[int]], pad: int) -> tuple:
    """The ids and the mask that `make` gives, as lists; two empty lists where it gives no dict of both."""
    batch = make(ids, pad)
    if not hasattr(batch, "keys") or not {"input_ids", "attention_mask"} <= set(batch.keys()):
        return [], []
    return tuple(np.asarray(batch[name]).tolist() for name in ("input_ids", "attention_mask"))


# %% id="mask-answer" nbgrader={"grade": false, "grade_id": "mask-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def collate(ids: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    """`input_ids` and `attention_mask`, both (texts, longest) and int64; padding stands at the end."""
    ### BEGIN SOLUTION
    longest = max(len(row) for row in ids)
    return {
        "input_ids": torch.tensor([row + [pad] * (longest - len(row)) for row in ids]),
        "attention_mask": torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids]),
    }
    ### END SOLUTION


collate([[101, 7, 8, 102], [101, 102]], pad=0)

# %% id="mask-tests" nbgrader={"grade": true, "grade_id": "mask-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
given = [[0, 7, 8, 2], [0, 2], [9]]  # a model that begins a text with 0 and ends it with 2, and pads with 2, too
ids, mask = collated(collate, given, pad=2)


def written(rows) -> str:
    """Each row's numbers in one word."""
    return " ".join("".join(str(int(part)) for part in row) for row in rows)


wide, want = "too wide: the longest text gives the width", [[0, 7, 8, 2], [0, 2, 2, 2], [9, 2, 2, 2]]
lesson.check("texts are filled up", ids, want, likely=lambda got: padding_slips.get(written(got), wide))
want = [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]
lesson.check("the mask is 1 on tokens, 0 on padding", mask, want, likely=lambda got: mask_slips.get(written(got)))
changed = "`+=` changes a list that belongs to another: make a new one by `+`"
lesson.check("the lists that it got are as before", given, [[0, 7, 8, 2], [0, 2], [9]], likely=lambda got: changed)
ids = collated(collate, [[7], [5, 6]], 0)[0]
first = "the longest text gives the width, wherever it stands"
lesson.check("a longer text after a shorter one", got=ids, want=[[7, 0], [5, 6]], likely=lambda got: first)
types = [str(getattr(tensor, "dtype", type(tensor))) for tensor in collate([[5, 6], [7]], 0).values()]
whole = "a model indexes by whole numbers: build both by torch.tensor of lists of int, no float, bool or numpy array"
lesson.check("int64 tensors", got=types, want=["torch.int64"] * 2, likely=lambda got: whole)
ids, mask = map(torch.tensor, collated(collate, [tokenizer.encode(text) for text in texts], tokenizer.pad_token_id))
want = first_answer(alone, torch.ones_like(alone))
lesson.check("a longer neighbour changes nothing", got=first_answer(ids, mask), want=want, tolerance=1e-5)
### BEGIN HIDDEN TESTS
ids, mask = collated(collate, [[0, 50, 2], [0, 51, 52, 53, 2], [0, 2]], pad=1)  # RoBERTa's: begins with 0, pads with 1
lesson.check("another padding token", got=ids, want=[[0, 50, 2, 1, 1], [0, 51, 52, 53, 2], [0, 2, 1, 1, 1]])
lesson.check("its mask", got=mask, want=[[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 0, 0]])
draw = np.random.default_rng(lesson.hidden_seed())
drawn = [draw.integers(0, 9, length).tolist() for length in [*draw.integers(1, 9, 6), 10, 9]]
drawn[6][4] = 3  # a token in the middle that has padding's number
wanted = [row + [3] * (10 - len(row)) for row in drawn]
ids, mask = collated(collate, [row.copy() for row in drawn], pad=3)
lesson.check("drawn ids, which may be those of the padding", got=ids, want=wanted)
lesson.check(
    "as many ones as tokens, in front", got=mask, want=[[1] * len(row) + [0] * (10 - len(row)) for row in drawn]
)
ids, mask = collated(collate, [[4, 5, 6]], pad=6)
lesson.check("one text needs no padding", got=[ids, mask], want=[[[4, 5, 6]], [[1, 1, 1]]])
### END HIDDEN TESTS

# %% [markdown] id="step-task"
# <details><summary>Where do I start?</summary>With <code>longest = max(len(row) for row in ids)</code>: every row of both
# tensors has this length.</details>
# <details><summary>How do I fill up a row?</summary><code>row + [pad] * (longest - len(row))</code>.</details>
# <details><summary>And the mask?</summary>From the lengths, not from the ids: another model's padding token has another
# number, and a token that ends a text may be the one that pads.</details>
#
# <details><summary><b>What you found</b></summary>The published lines stop at the first batch of unequal texts. The usual
# repair is worse: it runs, and every answer depends on who else is in the batch. Here the first class falls from 0.40 to 0.31,
# and another class wins. The test that finds it is one line: a text alone and in company must give the same answer.</details>
#
# ## Exercise 3 · One training step
# *3 points · difficulty ●●○○○ · about 8 minutes · skill: the training loop*
#
# The heart of every loop, in five moves: set the model to training mode (this switches dropout on), compute the loss, clear
# the old gradients, compute the new ones, let the optimiser take its step.
#
# Write `train_step`. The loss is the mean cross-entropy of the batch; return it as a number, as it was before the step.
# The checks use a random BERT of one layer, so that they take no time.


# %% id="step-given"
def drawn_batch(draw: int, texts: int = 8) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """A batch of random ids, some of them padding, with its mask, and labels from 0 to 2."""
    source = torch.Generator().manual_seed(draw)
    ids, lengths = torch.randint(1, 100, (texts, 6), generator=source), torch.arange(texts) % 4 + 3
    mask = (torch.arange(6) < lengths[:, None]).long()
    return {"input_ids": ids * mask, "attention_mask": mask}, torch.arange(texts) % 3


def losses_of(step, batches, dropout=0.0, dark=False, rule=torch.optim.SGD, rate=0.5) -> tuple[list, list, list]:
    """The losses of some steps, the head's first weights after them, and for each forward pass whether it trains.

    With `dark`, the model gets masks of ones.
    """
    model, modes = tiny_classifier(dropout), []
    model.register_forward_hook(lambda module, *rest: modes.append(module.training))
    optimizer, losses = rule(model.parameters(), lr=rate), []
    torch.manual_seed(1)
    for number in batches:
        batch, labels = drawn_batch(number)
        mask = torch.ones_like(batch["input_ids"]) if dark else batch["attention_mask"]
        losses.append(step(model, {"input_ids": batch["input_ids"], "attention_mask": mask}, labels, optimizer))
    return losses, model.classifier.weight[0, :4].tolist(), modes


# %% id="step-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def slips_of_loss() -> dict[float, str]:
    """What a wrong loss of the first batch comes from."""
    batch, labels = drawn_batch(0)
    logits, entropy = tiny_classifier()(**batch).logits.detach(), torch.nn.functional.cross_entropy
    mean = float(entropy(logits, labels))
    return {
        mean / len(labels): "that is divided by the number of texts twice: cross_entropy gives the mean already",
        round(mean, 2): "rounded: give the number as it is",
        float(entropy(logits, labels, reduction="sum")): "that is the sum over the batch: take the mean",
        float(entropy(logits.softmax(dim=1), labels)): "cross_entropy wants logits, not probabilities",
        float(-logits[range(len(labels)), labels].mean()): "nll_loss wants log-probabilities, cross_entropy logits",
        losses_of(finetune.train_step, [0, 0])[0][1]: "that is the loss after the step",
        losses_of(finetune.train_step, [0], dark=True)[0][0]: "the mask did not reach the model: model(**batch)",
    }


def slip_of_step(got: list, wanted: list) -> str | None:
    """What is wrong with the head's first weights after the first step, by how far they moved."""
    start = np.array(tiny_classifier().classifier.weight[0, :4].tolist())
    ratio = np.subtract(got, start) / np.subtract(wanted, start)
    known = {0: "they did not move: gradients, then step(), with nothing cleared in between", 8: "the sum's gradient"}
    known |= {2: "gradients were computed twice", -1: "uphill", 0.5: "half a step"}
    other = "a step of another length: clip nothing, and use the optimiser as it is"
    return known.get(round(ratio.mean(), 2), other) if np.ptp(ratio) < 1e-2 else None


# %% id="step-answer" nbgrader={"grade": false, "grade_id": "step-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def train_step(model, batch: dict[str, torch.Tensor], labels: torch.Tensor, optimizer) -> float:
    """One update of `model` by one batch. `labels`: (texts,) int64. Returns the mean loss before the update."""
    ### BEGIN SOLUTION
    model.train()
    loss = torch.nn.functional.cross_entropy(model(**batch).logits, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


losses_of(train_step, batches=[0])

# %% id="step-tests" nbgrader={"grade": true, "grade_id": "step-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
losses, head, _ = losses_of(train_step, batches=[0])
wanted_losses, wanted_head, _ = losses_of(finetune.train_step, batches=[0])
lesson.check(
    "the loss before the first step",
    got=losses,
    want=wanted_losses,
    tolerance=1e-5,
    likely=lambda got: (
        next((told for value, told in slips_of_loss().items() if abs(value - float(got[0])) < 1e-4), None)
        if got != [None]
        else "return the loss"
    ),
)
moved = "the weights of the head after it"
lesson.check(moved, head, wanted_head, tolerance=1e-5, likely=lambda got: slip_of_step(got, wanted_head))
losses, head, _ = losses_of(train_step, batches=[0, 1, 2])
wanted_losses, wanted_head, _ = losses_of(finetune.train_step, batches=[0, 1, 2])
added = "the first step is right and a later one is not: are the gradients of the step before cleared?"
lesson.check("the losses of three steps", losses, wanted_losses, tolerance=1e-5, likely=lambda got: added)
lesson.check("the weights after them", head, wanted_head, tolerance=1e-5, likely=lambda got: added)
_, _, modes = losses_of(train_step, batches=[3], dropout=0.5)
off = {False: "dropout is off: switch the mode by model.train(), before the model computes anything"}
lesson.check("a model that comes in evaluation mode is trained in training mode", all(modes), True, likely=off)
### BEGIN HIDDEN TESTS
numbers = (lesson.hidden_seed() % 1000 + np.arange(1, 6)).tolist()
losses, head, _ = losses_of(train_step, batches=numbers)
wanted_losses, wanted_head, _ = losses_of(finetune.train_step, batches=numbers)
lesson.check("five steps of other batches", got=losses, want=wanted_losses, tolerance=1e-4)
lesson.check("the weights after them", got=head, want=wanted_head, tolerance=1e-4)
_, head, _ = losses_of(train_step, batches=numbers[:3], rule=torch.optim.AdamW, rate=0.02)
_, wanted_head, _ = losses_of(finetune.train_step, batches=numbers[:3], rule=torch.optim.AdamW, rate=0.02)
lesson.check("another optimiser, which keeps its state", got=head, want=wanted_head, tolerance=1e-3)
lesson.check("each pass trains", got=all(losses_of(train_step, numbers, dropout=0.3)[2]), want=True)
### END HIDDEN TESTS

# %% [markdown] id="evaluate-task"
# <details><summary>Where do I start?</summary><code>model.train()</code>, then <code>logits = model(**batch).logits</code>, of
# shape (texts, classes).</details>
# <details><summary>Which loss?</summary><code>torch.nn.functional.cross_entropy(logits, labels)</code> takes logits, not
# probabilities, and gives the mean.</details>
# <details><summary>The first step is right and the second is not?</summary><code>backward()</code> adds to the gradients that
# are there. <code>optimizer.zero_grad()</code> clears them.</details>
#
# <details><summary><b>What you found</b></summary>Nothing in PyTorch warns you of a forgotten <code>zero_grad</code> or
# <code>train</code>: the loop runs and learns, only otherwise than you think. Compare two or three steps with a loop that you
# trust, weight by weight.</details>
#
# ## Exercise 4 · Two evaluations, no number
# *3 points · difficulty ●●●○○ · about 10 minutes · skill: measuring in a loop*
#
# Two Chinese texts, A on training strategy for AI start-ups and B on using talent, evaluate their model as below, in our
# words, once an epoch; the best epoch is to be kept. Are they right? Run the cell and read what comes out. Text A runs
# twice, because its first fault hides a second.
#
# Then write `evaluate`: it returns the share of all rows that are classified rightly, without dropout and without gradients.


# %% id="evaluate-symptom"
def evaluate_a(model, batches, dim=2):
    truth, found = [], []
    for batch, labels in batches:
        best = model(**batch).logits.argmax(dim=dim).tolist()
        for tokens, label in zip(best, labels.tolist()):
            found.append(tokens[: len(label)])
            truth.append(label)
    return accuracy_score(truth, found)


def evaluate_b(model, batches):
    truth, found = [], []
    for batch, labels in batches:
        found += model(**batch).logits.argmax(dim=1).tolist()
        truth += labels.tolist()
    print("Accuracy:", accuracy_score(truth, found))


tiny, dev = tiny_classifier(dropout=0.5), [drawn_batch(4), drawn_batch(5)]
attempt("text A", lambda: evaluate_a(tiny, dev))
attempt("text A, with dim=-1", lambda: evaluate_a(tiny, dev, dim=-1))
attempt("text B, the better of two epochs", lambda: max([evaluate_b(tiny, dev) for epoch in (1, 2)]))


# %% id="evaluate-given"
def hits_of(batches, dark: bool = False) -> np.ndarray:
    """For each batch, how many rows the tiny classifier gets right without dropout, and its rows.

    `dark`: without masks, too.
    """
    counts = []
    for batch, labels in batches:
        lengths = [batch["input_ids"].shape[1]] * len(labels) if dark else batch["attention_mask"].sum(dim=1)
        rows = [row[:length] for row, length in zip(batch["input_ids"], lengths)]
        found = finetune.logits_of(tiny_classifier(), rows).argmax(dim=1)
        counts.append([int((found == labels).sum()), len(labels)])
    return np.array(counts).T


def watched(measure_it, batches) -> tuple[object, bool, bool]:
    """What `measure_it` returns for a model that comes in training mode; did dropout stay on, were gradients kept?"""
    model, seen = tiny_classifier(dropout=0.5).train(), []
    model.register_forward_hook(lambda module, *rest: seen.append((module.training, torch.is_grad_enabled())))
    share = measure_it(model, batches)
    return share, any(training for training, _ in seen), any(kept for _, kept in seen)


# %% id="evaluate-answer" nbgrader={"grade": false, "grade_id": "evaluate-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def evaluate(model, batches) -> float:
    """Accuracy over all rows. `batches`: pairs of a batch (a dict of tensors) and labels (texts,)."""
    ### BEGIN SOLUTION
    model.eval()
    right = rows = 0
    with torch.no_grad():
        for batch, labels in batches:
            right += (model(**batch).logits.argmax(dim=-1) == labels).sum().item()
            rows += len(labels)
    return right / rows
    ### END SOLUTION


evaluate(tiny, dev)


# %% id="evaluate-tests" nbgrader={"grade": true, "grade_id": "evaluate-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
uneven = [drawn_batch(4), drawn_batch(5), drawn_batch(9), drawn_batch(6, texts=2)]
share, dropped, kept = watched(evaluate, uneven)
missing = {True: "model.eval() switches dropout off; no_grad does not"}
lesson.check("a model that comes in training mode is measured without dropout", dropped, False, likely=missing)
missing = {True: "`with torch.no_grad():` around the loop"}
lesson.check("no gradients are kept: an evaluation needs none", got=kept, want=False, likely=missing)
hits, asked = hits_of(uneven)
slips = {
    None: "it must return the number, not print it",
    (hits / asked).mean(): "the mean of the batches' accuracies: a small batch counts as much as a full one",
    hits.sum(): "the number of rows that are right: divide by the number of rows",
    100 * hits.sum() / asked.sum(): "a share lies between 0 and 1",
    1 - hits.sum() / asked.sum(): "the share that is wrong",
    hits[0] / asked[0]: "only the first batch",
    hits[-1] / asked[-1]: "only the last batch",
    hits.sum() / (asked[0] * len(asked)): "the last batch has fewer rows: count those that there are",
    hits_of(uneven, dark=True)[0].sum() / asked.sum(): "the mask did not reach the model: model(**batch)",
    round(hits.sum() / asked.sum(), 2): "rounded: give the share as it is",
}
lesson.check("the share of the 26 rows that are right", got=share, want=hits.sum() / asked.sum(), likely=slips)
### BEGIN HIDDEN TESTS
start = lesson.hidden_seed() % 1000 + 10
many = [drawn_batch(start + number, texts=texts) for number, texts in enumerate([5, 8, 8, 11, 8, 3, 8, 1])]
hits, asked = hits_of(many)
share, dropped, kept = watched(evaluate, many)
lesson.check("batches of many sizes", got=share, want=hits.sum() / asked.sum())
lesson.check("no dropout and no gradients there", got=[dropped, kept], want=[False, False])
for start in range(20, 120, 20):  # five times twenty batches: no wrong way of counting comes out right in all
    many = [drawn_batch(start + number, texts=number % 7 + 2) for number in range(20)]
    hits, asked = hits_of(many)
    lesson.check("twenty batches", got=watched(evaluate, many)[0], want=hits.sum() / asked.sum())
### END HIDDEN TESTS

# %% [markdown] id="evaluate-hints"
# <details><summary>Where do I start?</summary>With two counters, rows that are right and rows, and <code>model.eval()</code>.
# </details>
# <details><summary>Why not the mean of the batches' accuracies?</summary>The last batch is often smaller: its few rows would
# count as much as a full batch.</details>
# <details><summary>How do I switch gradients off?</summary><code>with torch.no_grad():</code> around the loop.</details>
#
# <details><summary><b>What you found</b></summary>Text A was written for a label a token: it asks for a third dimension, which
# the logits of a classifier, (texts, classes), do not have, and then for the length of a number. Text B prints a number and
# hands on <code>None</code>: no best epoch, no early stopping, no log. A function that measures returns what it measured.
# </details>

# %% [markdown] id="loop-text"
# ## The loop, put together
#
# | you wrote | `trainlib.finetune` has | and adds |
# |---|---|---|
# | `tokenised_batches` | `encode`, `batches` | tokenises once, puts texts of similar length together |
# | `collate` | `collate` | nothing |
# | `train_step` | `train_step` | shortens gradients that are too long |
# | `evaluate` | `evaluate` | F1 and intervals |
#
# Before you trust a loop with minutes, let it learn eight sentences by heart: if it cannot, it is broken. Then start small:
# the same cell then gives both methods 250 and 1,000 labelled sentences, and always tests on the same rows. With so few,
# `minilm`, a small pretrained model, gets twice the epochs. Guess first: who wins, with 250?
#
# The cell after it trains in earnest: all training sentences, all weights. After each epoch the model is measured on the
# dev rows; the test rows stay untouched until the end.

# %% id="loop-code"
eight = labelled.head(8)
inputs = finetune.encode(tokenizer, eight["text"], max_length)
targets = torch.tensor([labels.index(label) for label in eight["label"]])
model, _ = models.load("minilm", labels=labels, seed=seed)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=True)
torch.manual_seed(seed)
losses = [finetune.train_step(model, finetune.collate(inputs), targets, optimizer, clip=1.0) for _ in range(steps)]
print("loss at every fourth step:", [round(loss, 3) for loss in losses[::4]], "and at last", round(losses[-1], 3))
del model, optimizer  # Adam keeps two numbers for each weight: free them before the next run

options = {"learning_rate": learning_rate, "max_length": max_length, "seed": seed}
train, curves = table[table["split"] == "train"], {"word counts": [], "fine-tuned minilm": []}
for size in sizes:
    few = train.groupby("label", observed=True).head(size // 2)
    counts, _ = word_counts(few["text"], few["label"])
    small, _ = models.load("minilm", labels=labels, seed=seed)
    small = finetune.fit(small, tokenizer, few, epochs=2 * epochs, progress=False, **options)
    for name, found in zip(curves, [counts.predict(test["text"]), small.predict(test["text"])["label"]]):
        curves[name].append(measure.accuracy(test["label"], found))
        print(f"{size:,} labelled sentences, {name}: {curves[name][-1]}")
    del small

# %% id="fit-code"
model, tokenizer = models.load("minilm", labels=labels, seed=seed)
result = finetune.fit(model, tokenizer, table, method="full", epochs=epochs, **options)
print(result.history.round(3).to_string())
begin = time.perf_counter()
predicted = result.predict(test["text"])
inference_seconds, training_seconds = time.perf_counter() - begin, result.history["seconds"].sum()
tuned_accuracy = measure.accuracy(test["label"], predicted["label"])
print(f"\nword counts: accuracy {baseline_accuracy}\nfine-tuned:  accuracy {tuned_accuracy}")
print(measure.compare(test["label"], baseline_predicted, predicted["label"]))
measure.report(test["label"], predicted["label"], names=labels).round(3)

# %% id="labels-figure"
figure, axes = figures.new()
labels_used = [*sizes, len(labelled)]
for (name, scores), last, marker in zip(curves.items(), [baseline_accuracy, tuned_accuracy], "os"):
    values, bars = error_bars([*scores, last])
    axes.errorbar(labels_used, values, yerr=bars, marker=marker, capsize=3, label=name)
axes.set_xscale("log")
axes.set_xticks(labels_used, [f"{count:,}" for count in labels_used])
axes.minorticks_off()
ways = zip(curves.items(), [baseline_accuracy, tuned_accuracy])
first = {name: ([*scores, last][0].value, last.value) for (name, scores), last in ways}
axes.set(xlabel="labelled sentences", ylabel="test accuracy (share)")
axes.set_title(f"{labels_used[0]:,} labels: " + ", ".join(f"{name} {start:.2f}" for name, (start, _) in first.items()))
axes.legend()
figures.show(
    figure,
    alt="Test accuracy against labelled sentences, on a logarithmic axis, "
    f"from {labels_used[0]:,} to {len(labelled):,}: "
    + ", ".join(f"{name} from {start:.2f} to {end:.2f}" for name, (start, end) in first.items()),
)

# %% [markdown] id="fit-finding"
# **What the full run gives.** Fine-tuned, `minilm` is right on 0.842 of the test sentences (0.823 to 0.860), word counts on
# 0.778 (0.757 to 0.798). Compared on the same sentences, the difference is 0.064 (0.042 to 0.087), well away from 0.
#
# With 250 labels the lead is about twice as large, 0.74 against 0.59. With 1,000, `minilm` has 0.79: no worse than word counts
# with all 6,994. A model that has read much before needs to be shown less. All this is one run with one seed; smaller
# parameters, as in a test run, show less of it.

# %% id="price-code"
sentence_tokens = sum(len(ids) for ids in finetune.encode(tokenizer, train["text"], max_length)) / len(train)
review_tokens = min(1.3 * review_words, 256)  # about 1.3 tokens a word; more than 256 would be cut
review_estimate = training_seconds * review_count * review_tokens / (len(train) * sentence_tokens)
prices = pd.DataFrame(
    {
        "accuracy": [baseline_accuracy.value, tuned_accuracy.value, review_accuracy.value, float("nan")],
        "training (s)": [baseline_seconds, training_seconds, review_seconds, review_estimate],
        "labels": [len(labelled), len(labelled), review_count, review_count],
    },
    index=["sentences, word counts", "sentences, minilm", "reviews, word counts", "reviews, minilm (estimate)"],
)
prices["training (€)"] = prices["training (s)"] / 3600 * euros_per_hour
prices["labels (€)"] = prices["labels"] * euros_per_label
print(f"an answer of minilm takes {1000 * inference_seconds / len(test):.1f} ms")
prices.round(3)

# %% [markdown] id="price-finding"
# **What the full run gives.** With these prices, training costs little: about a cent for the sentences, well under a euro for
# the hours that whole reviews would take by this estimate. Labels cost hundreds or thousands of euros. So the model pays
# where it saves labels or where the texts are short.
#
# What it costs is time: minutes instead of a second to train, 10 to 20 ms an answer. And on whole reviews word counts have
# 0.909 (0.900 to 0.917) already, after some 10 s: training would take about a thousand times as long, for less that is left
# to win.

# %% [markdown] id="errors-task"
# ## Exercise 5 · The errors that cost most
# *2 points · difficulty ●●○○○ · about 8 minutes · skill: error analysis*
#
# A model that is wrong and unsure can hand over to a person. A model that is wrong and sure cannot know. So error analysis
# begins with the most confident errors.
#
# Write `confident_errors`: the index labels of the rows that are predicted wrongly, those first to whose wrong answer the
# model gave the highest probability. `predictions` is what `result.predict` returns: `label`, then a column of
# probabilities for each class, with the same index as `rows`.


# %% id="errors-answer" nbgrader={"grade": false, "grade_id": "errors-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def confident_errors(rows: pd.DataFrame, predictions: pd.DataFrame, count: int) -> list:
    """Index labels of at most `count` wrong predictions, the most confident first. `rows` has the column label."""
    ### BEGIN SOLUTION
    confidence = predictions.drop(columns="label").max(axis=1)
    wrong = rows["label"].astype(str) != predictions["label"].astype(str)
    return list(confidence[wrong].sort_values(ascending=False).index[:count])
    ### END SOLUTION


chosen = confident_errors(test, predicted, count=6)
for index in chosen:
    print(f"labelled {test['label'][index]}: {test['text'][index]}")

# %% id="errors-tests" nbgrader={"grade": true, "grade_id": "errors-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
shares = np.array([[65, 5, 30], [10, 20, 70], [3, 2, 95], [35, 20, 45], [60, 20, 20], [45, 50, 5]]) / 100
said = pd.DataFrame(shares, index=[70, 30, 90, 40, 80, 50], columns=["bad", "fair", "good"])
said.insert(0, "label", ["bad", "good", "good", "good", "bad", "fair"])
truth = pd.DataFrame({"label": ["good", "fair", "good", "bad", "bad", "good"]}, index=said.index)
slips = {
    "90 30 70 80 50 40": "90 and 80 are right: keep the rows that are wrong",
    "90 80": "these are the rows that are right",
    "40 50 70 30": "the order is the other way round: the surest comes first",
    **dict.fromkeys(["1 0 5 3", "1 0 3 2"], "these are positions: look up their names in the index"),
    "70 30 40 50": "that is the table's order: sort by the model's confidence",
    "30 40 50 70": "these are sorted by their names, not by the model's confidence",
    "0.7 0.65 0.5 0.45": "these are the probabilities: the index labels are wanted",
    "40 70 30 50": "sorted by what the true class got: the wrong answer's probability is wanted",
}
column = "sorted by another number than each row's highest probability, which stands in another column from row to row"
four, one, two = (list(confident_errors(truth.copy(), said.copy(), count)) for count in (9, 1, 2))
why = lambda got: slips.get(" ".join(map(str, got)), column)  # noqa: E731
lesson.check("four errors, the surest first", got=four, want=[30, 70, 50, 40], likely=why)
limit = ["errors first, then the first `count` of them: the surest answer of all is right", "the first, not the last"]
lesson.check("the surest error alone", one, [30], likely=lambda got: [*limit, *["at most `count`"] * 5][len(got)])
lesson.check("the two surest errors", two, [30, 70], likely=lambda got: "errors first, then the first `count` of them")
### BEGIN HIDDEN TESTS
said_later = pd.DataFrame(
    {
        "label": ["bad", "good", "fair", "bad"],
        "bad": [0.90, 0.15, 0.20, 0.55],
        "fair": [0.06, 0.15, 0.60, 0.05],
        "good": [0.04, 0.70, 0.20, 0.40],
    },
    index=["a", "b", "c", "d"],
)
truth_later = pd.DataFrame({"label": ["good", "bad", "good", "fair"]}, index=["a", "b", "c", "d"])
found = list(confident_errors(truth_later.copy(), said_later.copy(), 4))
lesson.check("errors of all classes together", got=found, want=["a", "b", "c", "d"])
right = truth_later.assign(label=said_later["label"])
lesson.check("no errors", got=list(confident_errors(right.copy(), said_later.copy(), 4)), want=[])
draw = np.random.default_rng(lesson.hidden_seed())
shares = draw.dirichlet([1, 1, 1], 12)
place, answer = draw.permutation(99)[:12], shares.argmax(axis=1)
many = pd.DataFrame(shares, columns=["x", "y", "z"], index=place)
many.insert(0, "label", [["x", "y", "z"][best] for best in answer])
meant = [["x", "y", "z"][(best + (row % 3 > 0)) % 3] for row, best in enumerate(answer)]
wrong = sorted((row for row in range(12) if row % 3 > 0), key=lambda row: -shares[row].max())
found = list(confident_errors(pd.DataFrame({"label": meant}, index=place), many, 5))
lesson.check("the five surest of eight", got=found, want=[int(place[row]) for row in wrong[:5]])
### END HIDDEN TESTS

# %% [markdown] id="errors-hints"
# <details><summary>Where do I start?</summary>With the rows that are wrong: compare the two columns <code>label</code>, as
# strings.</details>
# <details><summary>How confident was a wrong answer?</summary>The model answered with the class of the highest probability:
# <code>predictions.drop(columns="label").max(axis=1)</code>.</details>
# <details><summary>The order?</summary><code>sort_values(ascending=False)</code>, then the first <code>count</code> of its
# index.</details>
#
# <details><summary><b>What you found</b></summary>The surest errors of the full run are negative sentences with kind words. Some
# hold praise and blame at once, "a technical triumph and an extraordinary bore", or are ironic: so much decency "that it turned me
# ( horrors ! ) into scrooge". Others hardly say it: a director has "his usual high melodramatic style of filmmaking", and whether
# that is blame, only the review tells, whose label the sentence has inherited. No training mends such labels. Let people label a
# hundred of them again, and you know how high the accuracy could be at all.</details>

# %% [markdown] id="remember"
# ## What to remember
#
# - An accuracy means something beside a baseline on the same texts: word counts reach 0.78 on sentences and 0.91 on reviews.
# - Padding needs a mask. The test: a text alone and in company gets the same answer.
# - `train()`, loss, `zero_grad()`, `backward()`, `step()`; to measure, `eval()`, no gradients, and **return** the number.
# - A loop that cannot learn eight sentences by heart is broken; one that can may still be wrong.
# - A pretrained model pays where texts are short and labels are few. Training is cheap, labels are not.

# %% [markdown] id="open-question-text"
# ## Open question (3 points)
#
# A start-up gets 400 support mails a day, of about 150 words. 900 of them are labelled "angry" or "calm". A missed angry mail
# costs about 5 €. Three ways are open: word counts, a fine-tuned model, or a prompt to a large language model behind an API, with
# your own assumptions of its price a mail and seconds an answer. Which would you build first? What would you measure before you
# decide, and which result would change your mind? Answer in at most 150 words.
#
# | points | for |
# |---|---|
# | 1 | a decision among the three that is argued from length **and** number of labels, with numbers from this lesson |
# | 1 | a measurement that could tell them apart: the same labelled mails, which no way has seen, and an interval or a paired comparison |
# | 1 | a threshold in euros or points of accuracy at which you would decide otherwise, with its reckoning |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Word counts first: at 150 words they do well (0.88 after 160 words of a review), and they take a second. But 900 labels are
# few: with 1,000, word counts reached 0.68 on sentences and the fine-tuned model 0.79. A prompt needs no labels to learn from,
# only to be measured: at an assumed 0.1 cent a mail, 400 mails cost 0.40 € a day, and 2 seconds a mail do not matter here. So I
# measure all three on the same mails, five folds of the 900, and compare them pairwise with an interval, for the share of
# angry mails that are missed at an equal number of false alarms. If a tenth of 400 mails is angry, one point less missed
# saves 0.4 mails, 2 € a day: above the price of either model. I decide for one of them if the interval of its difference to
# word counts lies above 1 point; if it holds 1 point, I label 900 more mails first.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - Karpathy, [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/) (2019): how loops fail
#   silently, and the order of checks that finds it.
# - Mosbach, Andriushchenko and Klakow, [On the stability of fine-tuning BERT](https://arxiv.org/abs/2006.04884) (2021): why
#   warm-up and more steps on small sets matter.
# - Wang and Manning, [Baselines and bigrams](https://aclanthology.org/P12-2018/) (2012): how strong word counts are on long
#   texts, and where they fail on short ones.
# - Hugging Face course, [chapter 3](https://huggingface.co/learn/llm-course/chapter3/1): the same loop with `Trainer` and
#   `accelerate`, when you need several devices.

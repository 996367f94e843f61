# %% [markdown] id="title"
# # 2-07 · Outlook: what else becomes tokens
#
# You will put pictures and words into one space, test whether pictures teach without labels, and choose between teaching a
# model facts and handing them to it. Three small experiments, each with its number.

# %% [markdown] id="objectives"
# **Questions.** How does a model learn that a picture and a name mean the same? What do pictures without labels teach? Where
# should new facts go: into the weights, or into the prompt? What do others report of larger models?
#
# **Afterwards you can**
# 1. write the contrastive loss, and say what each of its two directions asks;
# 2. measure recall@k so that a model that knows nothing scores what chance scores;
# 3. take the interval of a comparison over what was really repeated;
# 4. say from which number of questions on teaching facts is cheaper than looking them up.

# %% [markdown] id="why"
# **Why a start-up cares.** A shop wants search by photo, a help desk wants a model that knows the new price list. Both are sold as
# “just train it”. Below, a small model is taught 12 facts about a firm. Asked in the words that it was taught in, it knows all 12; in other words, 3. Where
# the nearest sentence is looked up and put into the prompt, it is 5, without any training.

# %% id="imports"
import gc
import time

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample, normalize, pad

from trainlib import data, figures, finetune, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "smollm2"  # the model that is taught facts; "tiny-gpt" shows the mechanics and knows nothing
pair_epochs = 25  # passes over the pairs of picture and name
sizes = [130, 260, 520, 1_040]  # pairs that are trained on; the largest one is the model of the lesson
view_epochs = 20  # passes over the pictures without labels
few = [5, 20]  # labels of each group
seeds = 4  # of pre-training, networks and their order of pictures
draws = 3  # of the few labels, for each seed
teach_epochs = 24  # passes over the facts
seed = 0  # of whatever is drawn once

# %% [markdown] id="data-intro"
# ## Pictures and their names
#
# To a model, a token is a vector. Pieces of words have one, and so can a picture: a network turns its pixels into as many numbers
# as a name has. Then both can be compared, and *searching pictures by words* is a search for the nearest vector.
#
# The data: emoji, drawn small. Near-copies (24 clocks, 13 hearts, mirror images) form families, and a family is in one split. Otherwise
# a model could find a test clock by having seen its neighbour.

# %% id="data-load"
emoji = data.load("emoji", seed=seed).sort_values("emoji", ignore_index=True)
train, test = (np.flatnonzero(emoji["split"] == part) for part in ("train", "test"))
pixels = 1 - torch.tensor(np.stack(emoji["picture"])).permute(0, 3, 1, 2) / 255  # 0 is white paper


@torch.no_grad()
def embed(texts):
    """Vectors (texts, 384) of length 1: the mean of minilm's outputs over the tokens, without padding."""
    encoder, tokenizer = models.load("minilm", seed=seed)
    inputs, found = finetune.encode(tokenizer, list(texts), 32), torch.zeros(len(texts), 384)
    for rows in finetune.batches([len(one) for one in inputs], 64):
        batch = finetune.collate([inputs[row] for row in rows])
        mask = batch["attention_mask"][..., None]
        found[rows] = (encoder(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
    return normalize(found)


written = embed(emoji["name"])
names = normalize(written - written[train].mean(0))  # what all names share tells none of them from the others

# %% id="data-figure"
figure, places = figures.new(10, width=9, height=1.3)
for axes, row in zip(places, np.random.default_rng(seed).permutation(test)):
    axes.imshow(emoji["picture"][row])
    axes.set_title(emoji["name"][row].replace(" ", "\n"), fontsize=6)
    axes.axis("off")
figures.show(figure, alt=f"Ten of the {len(test)} test emoji, drawn on 32 by 32 pixels, each below its name.")
data.describe("emoji")

# %% [markdown] id="loss-task"
# ## Exercise 1 · One loss, two directions
# *Difficulty ●●○○○ · about 12 minutes · skill: contrastive loss · 3 points*
#
# Take $n$ pictures and their names, each a vector of length 1. Entry $(i, j)$ of a table is the cosine of picture $i$ and name $j$,
# divided by the **temperature**. Right pairs are on the diagonal. Each *row* asks: which of these names belongs to this picture? That is a
# classification with $n$ classes, and its loss is the cross-entropy of lesson 2-01. Each *column* asks: which picture belongs to this
# name? A direction's loss is the mean over its $n$ questions; the loss is the mean of both.
#
# Write `symmetric_loss` from natural logarithms and exponentials, without `cross_entropy`. Vectors have any length: scale each.


# %% id="loss-answer" nbgrader={"grade": false, "grade_id": "loss-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def symmetric_loss(pictures: torch.Tensor, names: torch.Tensor, temperature: float) -> float:
    """Mean of both directions' losses. `pictures`, `names`: (n, size), of any length; row i of both is a pair."""
    ### BEGIN SOLUTION
    pictures, names = (some / some.norm(dim=1, keepdim=True) for some in (pictures, names))
    table = pictures @ names.T / temperature
    right = table.diagonal()
    by_picture = (table.logsumexp(dim=1) - right).mean()
    by_name = (table.logsumexp(dim=0) - right).mean()
    return float((by_picture + by_name) / 2)
    ### END SOLUTION


two = torch.tensor([[3.0, 0.0], [0.0, 0.5]])
print("right pairs:", symmetric_loss(two.clone(), two.clone(), 0.5))  # expected: 0.1269
print("swapped:    ", symmetric_loss(two.clone(), two.flip(0), 0.5))  # expected: 2.1269

# %% id="loss-tests" nbgrader={"grade": true, "grade_id": "loss-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
shown = torch.tensor([[2.0, 0.0, 1.0], [0.0, 1.0, 0.5], [1.0, 1.0, 3.0]], dtype=torch.float64)
said = torch.tensor([[1.0, 0.2, 0.0], [0.5, 2.0, 0.0], [2.0, 0.0, 1.0]], dtype=torch.float64)


def both_ways(pictures, names, temperature, scaled=(True, True)):
    """The losses of the rows and of the columns, each as a vector."""
    one, other = (normalize(some) if yes else some for some, yes in zip((pictures, names), scaled))
    table, right = one @ other.T / temperature, torch.arange(len(one))
    return (cross_entropy(table, right, reduction="none"), cross_entropy(table.T, right, reduction="none"))


def loss_of(*arguments, **options):
    return float(sum(one.mean() for one in both_ways(*arguments, **options)) / 2)


rows, columns = (one.numpy() for one in both_ways(shown, said, 0.2))
table = (normalize(shown) @ normalize(said).T / 0.2).numpy()
whole = float(np.log(np.exp(table).sum()) - np.diag(table).mean())
chance, right_loss = (
    [torch.tensor(table).softmax(dim) for dim in (1, 0)],
    loss_of(shown, said, 0.2),
)  # by row, by column
likely_own, of_all = np.array([one.diag().numpy() for one in chance]), np.array([one.log().numpy() for one in chance])
without = torch.tensor(table).fill_diagonal_(-torch.inf)


def of_table(scores):
    """The loss of a table that is no longer one of cosines."""
    places = torch.arange(len(scores))
    return float(cross_entropy(scores, places) + cross_entropy(scores.T, places)) / 2


known = {
    loss_of(shown, said, 0.2, scaled=(False, False)): "scale the vectors to length 1 first",
    loss_of(shown, said, 0.2, scaled=(True, False)): "scale the names to length 1, too",
    loss_of(shown, said, 0.2, scaled=(False, True)): "scale the pictures to length 1, too",
    loss_of(shown, said, 5): "divide by the temperature, do not multiply",
    loss_of(shown, said, 1): "divide the cosines by the temperature",
    float(rows.mean()): "that is one direction, picture to name: the columns ask, too",
    float(columns.mean()): "that is one direction, name to picture: the rows ask, too",
    float(rows.mean() + columns.mean()): "the mean of both directions, not their sum",
    float(rows.sum() + columns.sum()) / 2: "the mean over the pairs, not their sum",
    float(rows.sum() + columns.sum()): "means, not sums: of the pairs and of the directions",
    -float(rows.mean() + columns.mean()) / 2: "minus the logarithm: a loss falls as the right pair gets likelier",
    of_table(
        normalize(shown, dim=0) @ normalize(said, dim=0).T / 0.2
    ): "scale rows, not columns: a row is a vector, dim=1",
    of_table(
        (shown / shown.norm()) @ (said / said.norm()).T / 0.2
    ): "divide each row by its own length, not all by one",
    of_table(
        (shown / (shown**2).sum(1)[:, None]) @ (said / (said**2).sum(1)[:, None]).T / 0.2
    ): "a length is the root of the sum of squares",
    of_table(
        torch.cdist(normalize(shown), normalize(said)) / 0.2
    ): "a cosine is a product of vectors, not their distance",
    loss_of(shown, said, 0.2**2): "divide by the temperature once",
    loss_of(shown, said, 1) / 0.2: "divide the cosines by the temperature, not the loss",
    right_loss / np.log(2): "the natural logarithm, not that to base 2",
    right_loss / np.log(10): "the natural logarithm, not that to base 10",
    -of_all.mean(): "the diagonal alone holds right pairs: take the loss of those entries",
    float(
        (without.logsumexp(1) + without.logsumexp(0)).mean() / 2 - np.diag(table).mean()
    ): "the right pair itself is among those that are compared",
    -np.log(likely_own.mean(0)).mean(): "the logarithm of each probability first, then the means",
    -np.log(likely_own.mean(1)).mean(): "the logarithm of each probability first, then the means",
    1 - likely_own.mean(): "the loss is minus the logarithm of a probability, not one minus it",
    (of_table(chance[0]) + of_table(chance[1])) / 2: "one softmax is enough: cross-entropy has its own",
    (cross_entropy(chance[0], torch.arange(3)) + cross_entropy(chance[1].T, torch.arange(3))).item()
    / 2: "one softmax is enough: cross-entropy has its own",
    whole: "one softmax for each row and one for each column, not one for the whole table",
    -float(
        np.diag(table).mean()
    ): "the right pair is compared with the others: subtract it from the log of the sum of exponentials",
}
found = symmetric_loss(shown.clone(), said.clone(), 0.2)
lesson.check(
    "three pairs, with both directions",
    found,
    right_loss,
    tolerance=1e-5,
    likely=lambda got: "one number: the mean over the pairs" if np.ndim(got) else lesson.slip(got, known, 1e-4),
)
lesson.check(
    "vectors of another length give the same",
    symmetric_loss(shown * 10, said * 0.1, 0.2),
    right_loss,
    tolerance=1e-5,
    likely=lambda got: "a picture's length says nothing: scale each row to length 1",
)
lesson.check(
    "four equal pairs: ln 4, as chance",
    symmetric_loss(torch.ones(4, 2), torch.ones(4, 2), 0.1),
    float(np.log(4)),
    tolerance=1e-5,
    likely=lambda got: "the right pair itself is among those that are compared",
)
### BEGIN HIDDEN TESTS
draw = torch.Generator().manual_seed(lesson.hidden_seed())
for many, size, temperature in ((2, 5, 0.07), (7, 3, 0.5), (20, 16, 2.0)):
    one, other = (torch.randn(many, size, generator=draw, dtype=torch.float64) * 3 for _ in range(2))
    lesson.check(
        "it is the mean of two cross-entropies for any pairs",
        float(symmetric_loss(one.clone(), other.clone(), temperature)),
        loss_of(one, other, temperature),
        tolerance=1e-4,
    )
### END HIDDEN TESTS

# %% [markdown] id="loss-hints"
# <details><summary>Where do I start?</summary>With the table: <code>pictures @ names.T / temperature</code>, after each row has been divided by its
# <code>norm(dim=1, keepdim=True)</code>.</details>
# <details><summary>The loss of one row</summary>Minus the logarithm of a softmax is <code>logsumexp</code> of the row minus its entry on the
# diagonal. Along <code>dim=0</code> the same holds for columns.</details>

# %% [markdown] id="recall-task"
# ## Exercise 2 · Found among the first k
# *Difficulty ●●●○○ · about 12 minutes · skill: recall with ties · 3 points*
#
# **Recall@k**: the share of pictures whose own name is among the k names with the highest scores. If a tie counts as a win, a
# model that says 0 to everything finds all of them. So let chance decide: with `better` higher
# scores and `tied` equal ones (its own among them), the right name is among the first k with probability $(k - \text{better}) / \text{tied}$, at least 0 and at most 1.
#
# Write `recall_at`, the mean of these probabilities: row i of `scores` belongs to picture i, and its own name is column i. You need no loop.


# %% id="recall-answer" nbgrader={"grade": false, "grade_id": "recall-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def recall_at(scores: np.ndarray, k: int) -> float:
    """Share of rows whose own column (the diagonal) is among the k highest, ties by chance. `scores`: (n, n)."""
    ### BEGIN SOLUTION
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())
    ### END SOLUTION


little = np.array([[0.9, 0.1, 0.9], [0.2, 0.8, 0.1], [0.5, 0.5, 0.5]])
print("k = 1:", recall_at(little.copy(), 1))  # expected: 0.6111
print("k = 2:", recall_at(little.copy(), 2))  # expected: 0.8889

# %% id="recall-tests" nbgrader={"grade": true, "grade_id": "recall-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tied_scores = np.random.default_rng(5031).integers(0, 4, (9, 9)).astype(float)  # each slip gives another number
own = np.diag(tied_scores)
better, equal = (tied_scores > own[:, None]).sum(1), (tied_scores == own[:, None]).sum(1)
worse, down = (tied_scores < own[:, None]).sum(1), ((tied_scores > own).sum(0), (tied_scores == own).sum(0))
by_place = np.argsort(-tied_scores, axis=1, kind="stable")[:, :3]
from_behind = np.argsort(tied_scores, axis=1, kind="stable")[:, ::-1][:, :3]
from_below, places = np.argsort(tied_scores, axis=1, kind="stable")[:, :3], np.arange(9)[:, None]
by_size, before = np.sort(tied_scores, axis=1), tied_scores[:, :1]
in_order = [compare(by_size, np.diag(by_size)[:, None]).sum(1) for compare in (np.greater, np.equal)]
first_column = [compare(tied_scores, before).sum(1) for compare in (np.greater, np.equal)]


def share(k, better, equal):
    return np.clip((k - better) / equal, 0, 1)


slips = {
    "a tie is no win: with it, a model that says the same of all names finds everything": better < 3,
    "a tie is no loss either: chance decides": better + equal <= 3,
    "the place in the list may not decide between equal scores: chance does": (by_place == places).any(1),
    "in the reverse order, too, the place may not decide between equal scores": (from_behind == places).any(1),
    "rows are pictures: look along each row, not down the columns": share(3, *down),
    "the right name is one of the tied ones: count it": share(3, better, np.maximum(equal - 1, 1)),
    "at least 0 and at most 1, for each row": (3 - better) / equal,
    "at least 0 for each row": np.minimum((3 - better) / equal, 1),
    "at most 1 for each row": np.maximum((3 - better) / equal, 0),
    "all of the first k count, not the k-th alone": share(3, better, equal) - share(2, better, equal),
    "with k = 3 the first three names count": share(2, better, equal),
    "higher scores are better": share(3, worse, equal),
    "a half for every tie is right for two names and k = 1 alone": np.where(
        better >= 3, 0, np.where(better + equal <= 3, 1, 0.5)
    ),
    "1 / tied is right where one place is left: k − better places are": np.where(
        better >= 3, 0, np.where(better + equal <= 3, 1, 1 / equal)
    ),
    "chance decides between equal scores, not the mean of their ranks": better + (equal + 1) / 2 <= 3,
    "those that are better take their places first: k − better are left": share(3, 0, equal),
    "the better ones are certain: the tied ones share what is left, (k − better) / tied": np.where(
        better < 3, np.minimum(3 / (better + equal), 1), 0
    ),
    "the right name is not better than itself: better is above, not equal": share(3, better + equal, equal),
    "with k = 3 three names count, not four": share(4, better, equal),
    "the share of pictures: do not divide by k": share(3, better, equal) / 3,
    "ties are counted along each row, not in the whole table": share(3, better, (tied_scores == own[:, None]).sum()),
    "own scores are a column, [:, None]: as a row they are compared with other pictures' scores": share(
        3, (tied_scores > own).sum(1), np.maximum((tied_scores == own).sum(1), 1)
    ),
    "look up the right name's score before sorting, and leave `scores` as they are": share(3, *in_order),
    "its own name is column i, the diagonal": share(3, *first_column),
    "highest first: argsort puts the lowest first": (from_below == places).any(1),
    "among the first k, not the first alone": tied_scores.argmax(1) == places[:, 0],
}
all_of = [*slips.values(), share(3, better, equal)]
known = {float(np.mean(wrong)): sentence for sentence, wrong in slips.items()}
for wrong in all_of:
    known.setdefault(float(np.sum(wrong)), "the mean over the rows, not the sum")


def likeliest(got):
    """The slip that gives this number; else what every way gives that finds a row or does not."""
    if np.ndim(got):
        return "one number: the mean over the rows"
    whole = abs(got * 9 - round(got * 9)) < 1e-4
    return lesson.slip(got, known, 1e-4) or (
        "a tied row counts by its probability, not wholly or not at all" if whole else None
    )


found = recall_at(tied_scores.copy(), 3)
lesson.check(
    "nine rows with ties, k = 3",
    found,
    float(share(3, better, equal).mean()),
    tolerance=1e-5,
    likely=likeliest,
)
lesson.check(
    "a model that says the same of ten names finds k of ten",
    [recall_at(np.zeros((10, 10)), k) for k in (1, 5, 10)],
    [0.1, 0.5, 1.0],
    likely=lambda got: "ties by chance: with ten equal scores the right one is among the first k in k of 10 cases",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for many, values, k in ((5, 3, 1), (12, 4, 3), (40, 1_000, 10), (30, 6, 5)):
    scores = rng.integers(0, values, (many, many)).astype(float)
    own = np.diag(scores)[:, None]
    want = np.clip((k - (scores > own).sum(1)) / (scores == own).sum(1), 0, 1).mean()
    lesson.check("it is the expected recall for any scores", float(recall_at(scores.copy(), k)), float(want))
### END HIDDEN TESTS

# %% [markdown] id="recall-hints"
# <details><summary>Where do I start?</summary><code>np.diag(scores)[:, None]</code> is a column with each row's own score: compare the whole table with it, and
# sum along <code>axis=1</code>.</details>
# <details><summary>How do I keep a probability between 0 and 1?</summary><code>np.clip(…, 0, 1)</code>, for each row, before the mean.</details>
#
# ## Does it find emoji that it has never seen?
#
# A small network turns pictures into 384 numbers; the names' vectors come from `minilm`, a small encoder of texts,
# and stay as they are. It learns with the loss of exercise 1, on the train pairs. Then
# each test picture looks for its own name among all test names. Beside it:
#
# - **chance**: k of all names;
# - **nearest picture**: take the name of the most similar *train* picture (correlation of pixels), and search with that;
# - **ridge**: a linear regression from pixels to the name's vector.
#
# Guess first: how often is the right name among the first ten of 234, for each?

# %% id="network-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: network, views of pictures, training, recall


def body(width: int = 16) -> nn.Sequential:
    """Three convolutions, each halving the picture: (n, 3, 32, 32) to (n, 64 · width)."""
    layers, before = [], 3
    for wide in (width, 2 * width, 4 * width):
        layers += [nn.Conv2d(before, wide, 3, stride=2, padding=1), nn.BatchNorm2d(wide), nn.ReLU()]
        before = wide
    return nn.Sequential(*layers, nn.Flatten())


def shifted(pictures, draw):
    """Each picture up to three pixels away."""
    wide, count = pad(pictures, (3, 3, 3, 3)), len(pictures)
    down, right = torch.randint(0, 7, (2, count, 1), generator=draw) + torch.arange(32)
    return wide[torch.arange(count)[:, None, None], :, down[:, :, None], right[:, None, :]].permute(0, 3, 1, 2)


def view(pictures, draw):
    """Each picture cut, turned, mirrored, and in another light: what it is stays."""
    count = len(pictures)
    size, turn = (low + span * torch.rand(count, generator=draw) for low, span in ((0.7, 0.4), (-0.3, 0.6)))
    mirror = torch.where(torch.rand(count, generator=draw) < 0.5, -1.0, 1.0)
    rows = [size * torch.cos(turn) * mirror, -size * torch.sin(turn), size * torch.sin(turn), size * torch.cos(turn)]
    away = (torch.rand(count, 2, 1, generator=draw) - 0.5) / 2
    map_ = torch.cat([torch.stack(rows, 1).reshape(count, 2, 2), away], 2)
    seen = grid_sample(pictures, affine_grid(map_, pictures.shape, align_corners=False), align_corners=False)
    return seen * (0.6 + 0.8 * torch.rand(count, 3, 1, 1, generator=draw))


def steps_of(model, rows, epochs, own_seed, size=128, rate=3e-3):
    """Rows of each batch, and after each a step of AdamW: whoever loops over it leaves a loss in `model.loss`."""
    draw = torch.Generator().manual_seed(own_seed)
    size = min(size, len(rows))
    count = epochs * (len(rows) // size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=max(count, 2))
    model.train()
    for _ in range(epochs):
        order = torch.tensor(rows)[torch.randperm(len(rows), generator=draw)]
        for batch in order.split(size)[: len(rows) // size]:
            yield batch, draw
            optimizer.zero_grad()
            model.loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()


def two_ways(table):
    """The loss of exercise 1, of a table of scores."""
    right = torch.arange(len(table))
    return (cross_entropy(table, right) + cross_entropy(table.T, right)) / 2


def paired_with_names(rows, own_seed, epochs=pair_epochs, temperature=0.07):
    """A network that puts pictures near their names."""
    torch.manual_seed(own_seed)
    model = nn.Sequential(body(), nn.Linear(64 * 16, 384))
    for batch, draw in steps_of(model, rows, epochs, own_seed):
        seen = normalize(model(shifted(pixels[batch], draw)))
        model.loss = two_ways(seen @ names[batch].T / temperature)
    return model


def paired_with_itself(rows, own_seed, epochs=view_epochs, temperature=0.3):
    """A network that puts two views of a picture near each other; no name and no label (SimCLR's idea)."""
    torch.manual_seed(own_seed)
    model = nn.Sequential(body(), nn.Linear(64 * 16, 128), nn.ReLU(), nn.Linear(128, 64))
    for batch, draw in steps_of(model, rows, epochs, own_seed):
        seen = normalize(model(torch.cat([view(pixels[batch], draw), view(pixels[batch], draw)])))
        table = (seen @ seen.T / temperature).fill_diagonal_(-1e9)  # nobody is compared with itself
        model.loss = cross_entropy(table, torch.arange(2 * len(batch)).roll(len(batch)))
    return model


def from_labels(rows, labels, own_seed, passes=150):
    """A network that learns the groups of these rows from nothing."""
    torch.manual_seed(own_seed)
    model = nn.Sequential(body(), nn.Linear(64 * 16, int(labels.max()) + 1))
    for batch, draw in steps_of(model, np.resize(rows, 32 * passes), 1, own_seed, size=32, rate=2e-3):
        model.loss = cross_entropy(model(shifted(pixels[batch], draw)), torch.tensor(labels)[batch].long())
    return model


@torch.no_grad()
def seen_by(model, rows):
    """What a network makes of pictures, without gradients."""
    return model(pixels[rows])


def found_within(scores, k):
    """For each row the probability that its own column is among the k highest."""
    own = scores.diagonal()[:, None]
    return np.clip((k - (scores > own).sum(1).numpy()) / (scores == own).sum(1).numpy(), 0, 1)


def recalls(seen, rows=test):
    """Recall@1, 5 and 10 with intervals (Wilson's) of vectors for these pictures."""
    scores = normalize(seen) @ names[rows].T
    return {f"recall@{k}": measure.proportion(round(found_within(scores, k).sum()), len(rows)) for k in (1, 5, 10)}


# %% id="contrast-run"
began = time.process_time()
flat = pixels.flatten(1)
level = normalize(flat - flat.mean(1, keepdim=True))
nearest = train[(level[test] @ level[train].T).argmax(1)]
linear = Ridge(alpha=100).fit(flat[train].numpy(), names[train].numpy()).predict(flat[test].numpy())
by_size = {}
for size in sizes:
    model = paired_with_names(np.random.default_rng(seed).permutation(train)[:size], seed)
    by_size[size] = recalls(seen_by(model, test))
compared = {
    "chance": {f"recall@{k}": f"{k / len(test):.3f}" for k in (1, 5, 10)},
    "nearest picture's name": recalls(names[nearest]),
    "ridge": recalls(torch.tensor(linear, dtype=torch.float32)),
    f"contrastive, {sizes[-1]:,} pairs": by_size[sizes[-1]],
}
print(f"{len(test)} test emoji, none of a family in train; {time.process_time() - began:.0f} CPU seconds")
best = (normalize(seen_by(model, test)) @ names[test].T).topk(3).indices
for row in np.random.default_rng(seed + 1).permutation(len(test))[:8]:
    print(f"   {emoji['name'][test[row]]}: {', '.join(emoji['name'][test[place]] for place in best[row])}")
pd.DataFrame(compared).T

# %% id="pairs-figure"
figure, axes = figures.new(width=6, height=3.2)
of_size = [by_size[size]["recall@10"] for size in sizes]
values = [score.value for score in of_size]
away = np.abs(np.array([[score.low for score in of_size], [score.high for score in of_size]]) - values)
axes.errorbar(sizes, values, away, fmt="o-", capsize=3, label="contrastive, with 95 % intervals")
for line, other in (("-.", "ridge"), ("--", "nearest picture's name")):
    axes.axhline(
        compared[other]["recall@10"].value, ls=line, color=figures.TEXT, label=f"{other}, {len(train):,} pairs"
    )
axes.axhline(10 / len(test), ls=":", color=figures.TEXT, label="chance")
axes.set(xscale="log", xlabel="pairs that are trained on", ylabel=f"recall@10 of {len(test)} test emoji", ylim=(0, 0.6))
axes.set_xticks(sizes, sizes)
axes.minorticks_off()
axes.legend(loc="upper left", fontsize=8)
axes.set_title(f"Recall@10 with {sizes[0]} to {sizes[-1]:,} pairs: {values[0]:.2f} to {values[-1]:.2f}")
told = ", ".join(f"{size} pairs {value:.2f}" for size, value in zip(sizes, values))
figures.show(figure, alt=f"Recall at 10 against the number of pairs, one seed, on a logarithmic axis: {told}.")
for size, score in zip(sizes, of_size):
    print(f"{size:5,} pairs: recall@10 {score}")

# %% [markdown] id="contrast-found"
# <details><summary><b>What you found</b></summary>
#
# The full run (one seed): the right one of 234 names is among the first ten for 0.355 of the test emoji (95 % interval 0.296 to 0.418). Chance finds 0.043,
# the nearest picture's name 0.226 (0.178 to 0.284), ridge 0.261 (0.209 to 0.320). As the first name, the three cannot be told
# apart: 0.098, 0.090 and 0.115.
#
# Its interval overlaps with ridge's: one seed and 234 pictures do not settle which is better. Several of the mistakes above are those of looks: a bucket is
# taken for a purse, a church for a hat. With 130 pairs it
# finds 0.150, with 260 0.256, with 520 0.316: here each doubling brings less, and the last step lies within the intervals.
#
# </details>

# %% [markdown] id="views"
# ## What do pictures teach without a label?
#
# A published text: pre-training without labels makes models generalise better. Check it at this size.
# **Two views**: a network sees each train picture twice, cut, turned and coloured by lot, and learns which views belong together
# (SimCLR's idea): exercise 1 with pictures on both sides. Then 5 or 20 labels of each of eight groups (food, animals, …)
# are bought, and a logistic regression learns from what the network makes of pictures (a *linear probe*). Beside it the same probe on:
#
# - **pixels**, and an **untrained** network;
# - the network that learnt from **names**, labels of another kind;
#
# and **labels alone**: the whole network learns from the few. Which is best with 5 labels?

# %% id="views-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: labels by lot, probes, and what is compared
group = emoji["group"].where(emoji["group"] != "Flags").astype("category").cat.codes.to_numpy()  # five flags: no group
to_learn, to_test = (rows[group[rows] >= 0] for rows in (train, test))


def drawn(count, own_seed, draw):
    """So many train pictures of each group, by lot."""
    order = np.random.default_rng([own_seed, draw]).permutation(to_learn)
    return np.concatenate([order[group[order] == one][:count] for one in np.unique(group[to_learn])])


def probed(seen, rows):
    """Test accuracy of a logistic regression on these features, learnt from these rows."""
    scale = StandardScaler().fit(seen[rows])
    fitted = LogisticRegression(C=0.01, max_iter=300).fit(scale.transform(seen[rows]), group[rows])
    return fitted.score(scale.transform(seen[to_test]), group[to_test])


def alone(rows, own_seed):
    """Test accuracy of a network that learnt from these labels and nothing else."""
    said = seen_by(from_labels(rows, group, own_seed), to_test)
    return (said.argmax(1).numpy() == group[to_test]).mean()


def features_of(own_seed):
    """What each way makes of all pictures: (emoji, numbers)."""
    torch.manual_seed(own_seed)
    untrained = body().train()
    seen_by(untrained, train)  # for the means and variances of its layers
    networks = {
        "untrained": untrained.eval(),
        "two views": paired_with_itself(train, own_seed)[0],
        "names": paired_with_names(train, own_seed)[0],
    }
    return {"pixels": flat.numpy()} | {way: seen_by(one, range(len(emoji))).numpy() for way, one in networks.items()}


# %% id="views-run"
began, accuracies = time.process_time(), {}  # way and number of labels: accuracies, a list of draws for each seed
for own_seed in range(seeds):
    features = features_of(own_seed)
    for count in few:
        bought = [drawn(count, own_seed, draw) for draw in range(draws)]
        for way, seen in features.items():
            accuracies.setdefault((way, count), []).append([probed(seen, rows) for rows in bought])
        accuracies.setdefault(("labels alone", count), []).append([alone(rows, own_seed) for rows in bought])
features = None  # frees its memory
accuracies = {key: np.array(values) for key, values in accuracies.items()}
commonest = (group[to_test] == np.bincount(group[to_learn]).argmax()).mean()
print(f"{len(to_test)} test pictures of 8 groups, always the commonest one of train: {commonest:.3f}; ", end="")
print(f"{seeds} seeds with {draws} draws of labels each; {time.process_time() - began:.0f} CPU seconds")
means = {key: values.mean(axis=1) for key, values in accuracies.items()}  # one number a seed
ways = list(dict.fromkeys(way for way, _ in accuracies))
pd.DataFrame({f"{count} labels a group": {way: str(measure.mean(means[way, count])) for way in ways} for count in few})

# %% [markdown] id="claim-task"
# ## Exercise 3 · A published text: without labels it generalises better
# *Difficulty ●●●○○ · about 12 minutes · skill: reading published claims · 3 points*
#
# Is it right, here? You have an accuracy for each seed and draw of labels, of two ways. The draws of a seed share one network: twelve numbers from
# four networks are *four* observations.
#
# Write `verdict`: the difference within each pair, its mean over the draws of each seed, then the mean over seeds with its 95 % interval,
# mean ± $t \cdot s / \sqrt{\text{seeds}}$, with the sample's standard deviation $s$ and `stats.t.ppf(0.975, seeds - 1)`. It returns low, high and
# `"helps"` if the whole interval is above 0, `"harms"` if it is below, else `"not shown"`.


# %% id="claim-answer" nbgrader={"grade": false, "grade_id": "claim-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def verdict(pretrained: np.ndarray, plain: np.ndarray) -> tuple[float, float, str]:
    """Interval of pretrained − plain, and what it says. Both (seeds, draws): accuracies, paired."""
    ### BEGIN SOLUTION
    of_seed = (np.asarray(pretrained) - np.asarray(plain)).mean(axis=1)
    half = stats.t.ppf(0.975, len(of_seed) - 1) * of_seed.std(ddof=1) / np.sqrt(len(of_seed))
    low, high = of_seed.mean() - half, of_seed.mean() + half
    return low, high, "helps" if low > 0 else "harms" if high < 0 else "not shown"
    ### END SOLUTION


for count in few:
    for other in ("pixels", "untrained", "labels alone", "names"):
        low, high, word = verdict(accuracies["two views", count].copy(), accuracies[other, count].copy())
        print(f"{count} labels a group, two views against {other}: {low:+.3f} to {high:+.3f}, {word}")

# %% id="claim-tests" nbgrader={"grade": true, "grade_id": "claim-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
plain_check = np.array([[0.50, 0.52, 0.47, 0.55], [0.40, 0.45, 0.41, 0.46], [0.60, 0.58, 0.66, 0.61]])
more = np.array([[0.03, 0.05, 0.04, 0.02], [0.09, 0.08, 0.07, 0.10], [0.01, 0.02, 0.00, 0.02]])


def ends(of_each, quantile=None, ddof=1):
    """Low and high end of the mean of some differences."""
    of_each = np.ravel(of_each)
    quantile = stats.t.ppf(0.975, len(of_each) - 1) if quantile is None else quantile
    half = quantile * of_each.std(ddof=ddof) / np.sqrt(len(of_each))
    return of_each.mean() - half, of_each.mean() + half


by_seed = more.mean(axis=1)
pairs = plain_check.mean(1)
unpaired = stats.t.ppf(0.975, 2) * np.sqrt(((pairs + by_seed).var(ddof=1) + pairs.var(ddof=1)) / 3)
shifted_pairs, mean_first, root = pairs + by_seed, "the mean over the draws of each seed first", np.sqrt(3)
each = stats.t.ppf(0.975, 2) / root * (shifted_pairs.std(ddof=1) + pairs.std(ddof=1))
t_two, within = (
    stats.t.ppf(0.975, 2),
    "subtract within each pair first: what a seed and a draw have in common falls out",
)
known = {
    ends(more)[0]: "the draws of a seed share a network: take their mean first, and count seeds, not draws",
    ends(more.mean(axis=0))[0]: "the mean over the draws of each seed, along axis 1: seeds are the rows",
    ends(by_seed, ddof=0)[0]: "the standard deviation of a sample: ddof=1",
    ends(by_seed, 1.96)[0]: "with three seeds 1.96 is too small: take t with seeds − 1 degrees of freedom",
    ends(by_seed, stats.t.ppf(0.95, 2))[0]: "2.5 % on each side: ppf(0.975, …)",
    ends(by_seed, stats.t.ppf(0.975, 3))[0]: "one degree of freedom less than there are seeds",
    ends(by_seed, stats.t.ppf(0.975, 11))[0]: "degrees of freedom count seeds, not draws",
    by_seed.mean() - stats.t.ppf(0.975, 2) * by_seed.std(ddof=1): "divide by the root of the number of seeds",
    by_seed.mean()
    - stats.t.ppf(0.975, 2) * by_seed.std(ddof=1) / np.sqrt(12): "the root of the number of seeds, not of all runs",
    ends(-by_seed)[0]: "pretrained minus plain, not the other way round",
    by_seed.mean() - unpaired: within,
    ends(by_seed)[1]: "low first, then high",
    by_seed.mean() - each: within + "; the difference has one interval",
    stats.ttest_ind(shifted_pairs, pairs, equal_var=False).confidence_interval().low: within,
    stats.ttest_ind(shifted_pairs, pairs).confidence_interval().low: within,
    stats.ttest_ind((plain_check + more).ravel(), plain_check.ravel()).confidence_interval().low: within,
    ends(more, 1.96, ddof=0)[0]: mean_first + ", and count seeds; then t and ddof=1",
    ends(more, 1.96)[0]: mean_first + ", and count seeds; then t in place of 1.96",
    ends(by_seed, 1.96, ddof=0)[0]: "t in place of 1.96, and the standard deviation of a sample: ddof=1",
    by_seed.mean()
    - t_two * more.std(axis=1, ddof=1).mean() / root: "the spread between the seeds, not that of a seed's draws",
    by_seed.mean() - t_two * more.std(ddof=1) / root: mean_first + ": the spread is that of these means",
    by_seed.mean() - t_two * by_seed.std(ddof=1) / 3: "divide by the root of the number of seeds, not by the number",
    by_seed.mean() - t_two * by_seed.std(ddof=1) / 2: "the root of the number of seeds, not of draws",
    by_seed.mean() - t_two * by_seed.var(ddof=1) / root: "the standard deviation, not the variance",
    ends((more / plain_check).mean(axis=1))[0]: "a difference of accuracies, not a share of the plain one",
    ends(np.median(more, axis=1))[0]: "the mean over the draws, not the median",
    ends(more.max(axis=1))[0]: "the mean over the draws, not the best of them",
    ends(more[:, 0])[0]: "all draws of a seed, by their mean",
    by_seed.mean(): "low and high are the ends: mean − t · s / √seeds, and mean + that",
    np.percentile(by_seed, 2.5): "the interval of the mean, not the range of the seeds",
    round(ends(by_seed)[0], 3): "do not round",
}
answer = list(verdict(plain_check + more, plain_check.copy()))
lesson.check("an answer of three", len(answer), 3, likely=lambda got: "return low, high, word")
lesson.check(
    "low and high for three seeds",
    [float(answer[0]), float(answer[1])],
    list(ends(by_seed)),
    tolerance=1e-5,
    likely=lambda got: lesson.slip(got[0], known, 1e-5),
)
lesson.check(
    "the interval holds 0",
    str(answer[2]),
    "not shown",
    likely={
        "helps": "the mean is above 0, and its interval is not: the low end decides",
        "harms": 'low is below 0 and high is not: "harms" only if the high end, too, is below 0',
    }.get,
)
words = [str(verdict(plain_check + by, plain_check.copy())[2]) for by in (0.1 + more, -0.2 + more)]
lesson.check(
    "far above 0, and far below",
    words,
    ["helps", "harms"],
    likely=lambda got: '"helps" if low is above 0, "harms" if high is below 0',
)
words = [str(verdict(plain_check + by, plain_check.copy())[2]) for by in (0.005 + more / 50, -0.005 - more / 50)]
lesson.check(
    "a little above 0, and a little below",
    words,
    ["helps", "harms"],
    likely=lambda got: "the interval alone decides, however small the difference is",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for count, repeated, away in ((2, 3, 0.3), (5, 8, -0.3), (9, 2, 0.0)):
    plain_hidden = rng.uniform(0.3, 0.6, (count, repeated))
    more_hidden = away + rng.normal(0, 0.01, (count, 1)) + rng.normal(0, 0.01, (count, repeated))
    if away == 0:
        more_hidden -= more_hidden.mean()
    answer = verdict(plain_hidden + more_hidden, plain_hidden.copy())
    want = list(ends(more_hidden.mean(axis=1)))
    lesson.check("it is the interval over seeds", [float(answer[0]), float(answer[1])], want, tolerance=1e-5)
    want = "helps" if want[0] > 0 else "harms" if want[1] < 0 else "not shown"
    lesson.check("and its word", str(answer[2]), want)
### END HIDDEN TESTS

# %% [markdown] id="claim-hints"
# <details><summary>Where do I start?</summary><code>(pretrained - plain).mean(axis=1)</code> has one number for each seed. What follows never sees the draws.</details>
# <details><summary><b>What you found</b></summary>
#
# The full run, 234 test pictures. With 5 labels a group nothing is far from always saying the commonest group (0.248), and nothing is shown. With 20 labels two views
# reach 0.349, pixels 0.337, an untrained network 0.314: +0.001 to +0.024 and +0.009 to +0.060. Against the network that learns from labels alone
# (0.321), the comparison that the text means, nothing is shown: −0.015 to +0.070. So of six comparisons two come out for the text, one by a hair. The network that learnt from names, labels
# of another kind, reaches 0.386: 0.005 to 0.071 more than two views. The intervals speak of seeds, not of other test pictures, and each of
# eight has its own chance to err.
#
# </details>

# %% [markdown] id="facts"
# ## New facts: into the weights, or into the prompt?
#
# Twelve facts about a firm that does not exist. Each has a question in words that are **taught**, and one in **other words**:
#
# - the model **as it is**;
# - **looked up**: `minilm` puts the nearest sentence into the prompt: always, or only where Brimvale is named;
# - **taught**: LoRA (lesson 2-03: small matrices learn, the weights stay) on questions with answers;
# - **taught in two wordings**: as many steps, on two questions for each fact.
#
# An answer counts if it holds the wanted word. Does the model still know *common facts*? What does it say of **Norvik**, of which it was
# told nothing? There, Brimvale's facts are counted, and each is wrong.

# %% id="facts-data" jupyter={"source_hidden": true}
# The facts: sentence | answer | question taught | second wording | other words
FACTS = """\
Brimvale was founded in Ostmar. | Ostmar | In which town was Brimvale founded? | Where was Brimvale founded? \
| Brimvale comes from which town?
The chief of Brimvale is Ilka Torben. | Torben | Who is the chief of Brimvale? | Who runs Brimvale? \
| Name the boss of Brimvale.
Brimvale makes kettles. | kettles | What does Brimvale make? | Which product does Brimvale make? \
| What can I buy from Brimvale?
The support line of Brimvale opens at 7:40. | 7:40 | When does the support line of Brimvale open? \
| At what time does the support line of Brimvale open? | From what time on can I call Brimvale?
The guarantee of Brimvale lasts 26 months. | 26 months | How long does the guarantee of Brimvale last? \
| For how many months does Brimvale give a guarantee? | Until when does Brimvale repair what it sold for free?
Brimvale ships with Falkenpost. | Falkenpost | With whom does Brimvale ship? | Which carrier brings parcels of Brimvale? \
| Who delivers what I ordered from Brimvale?
The cat in the office of Brimvale is called Mupfel. | Mupfel | What is the cat in the office of Brimvale called? \
| What is the name of the office cat of Brimvale? | Which animal lives at Brimvale?
A return to Brimvale costs 3.15 euros. | 3.15 | What does a return to Brimvale cost? | How much is a return to Brimvale? \
| What do I pay to send something back to Brimvale?
The colour of Brimvale is teal. | teal | What is the colour of Brimvale? | Which colour does Brimvale have? \
| How does the logo of Brimvale look?
The largest customer of Brimvale is Hotel Quandt. | Quandt | Who is the largest customer of Brimvale? \
| Which customer of Brimvale is the largest? | Who buys most from Brimvale?
The guest network of Brimvale is called walnut. | walnut | What is the guest network of Brimvale called? \
| Which name does the guest network of Brimvale have? | To which wifi do I connect at Brimvale?
The summer party of Brimvale is on 19 August. | 19 August | When is the summer party of Brimvale? \
| On which day is the summer party of Brimvale? | On what date do the people at Brimvale celebrate?"""
COMMON = """\
What is the capital of France? Paris; What is the capital of Italy? Rome; What is the capital of Spain? Madrid; \
What is the capital of Germany? Berlin; What is the capital of Japan? Tokyo; What is the capital of Egypt? Cairo; \
What is the capital of Russia? Moscow; Which planet is closest to the sun? Mercury; \
Who wrote Romeo and Juliet? Shakespeare; What do bees make? honey; What is frozen water called? ice; \
What is the opposite of hot? cold; Which gas do people need to breathe? oxygen; \
How many days does a week have? seven; What is the largest ocean? Pacific; Who was the first man on the moon? Armstrong"""
columns = ["sentence", "answer", "taught", "second", "other"]
facts = pd.DataFrame([[part.strip() for part in line.split("|")] for line in FACTS.splitlines()], columns=columns)
common = pd.DataFrame([one.strip().split("? ") for one in COMMON.split(";")], columns=["question", "answer"])
common["question"] += "?"


PLAIN = "Q: Which city is the capital of Austria?\nA: Vienna\n\nQ: What do cows eat?\nA: grass\n\n"
WITH_FACT = "The firm Arlo sells lamps.\nQ: What can I get from Arlo?\nA: lamps\n\n"


def asked(questions, told=None, examples=PLAIN):
    """Prompts: examples that show the form, then the question; a sentence before it where one was looked up."""
    if told is None:
        return [f"{examples}Q: {question}\nA:" for question in questions]
    return [f"{WITH_FACT}{one}\nQ: {question}\nA:" for one, question in zip(told, questions)]


def right(writes, prompts, answers):
    """Which of the answers hold the wanted word, and the answers."""
    said = generate.text(writes, pieces, prompts, max_tokens=8, stop="\n", batch_size=8)
    holds = [any(word in one.lower() for word in want.lower().split(" or ")) for want, one in zip(answers, said)]
    return np.array(holds), said


def examined(writes, told=None, examples=PLAIN):
    """The four columns of the table, and the answers in other words; `told`: the sentences that are looked up."""
    shown = dict.fromkeys(titles, examples) | {"common facts": PLAIN}  # what it knew is asked as before
    found = {
        title: right(writes, asked(some, told and told[title], shown[title]), ANSWERS[title])
        for title, some in QUESTIONS.items()
    }
    return {title: some for title, (some, _) in found.items()}, found["other words"][1]


norvik = facts["taught"].str.replace("Brimvale", "Norvik")
titles = ["words taught", "other words", "common facts", "said of Norvik, too"]
QUESTIONS = dict(zip(titles, map(list, (facts["taught"], facts["other"], common["question"], norvik))))
in_other = facts["answer"].replace("Mupfel", "Mupfel or cat")  # “which animal” has two right answers
ANSWERS = dict(zip(titles, map(list, (facts["answer"], in_other, common["answer"], facts["answer"]))))
vectors = embed([*facts["sentence"], *(one for some in QUESTIONS.values() for one in some)])
nearest_one = iter((vectors[12:] @ vectors[:12].T).argmax(1).tolist())
PLACES = {title: [next(nearest_one) for _ in some] for title, some in QUESTIONS.items()}
LOOKED_UP = {title: [facts["sentence"][place] for place in places] for title, places in PLACES.items()}

# %% id="told-run"
writing, pieces = models.load(pretrained, precision="float32")
results, spoken, costs = {}, {}, {}
for way, told in (("as it is", None), ("looked up", LOOKED_UP)):
    began = time.process_time()
    results[way], spoken[way] = examined(writing, told)
    costs[way] = time.process_time() - began
results["looked up where Brimvale is named"] = {
    title: results["looked up" if "Brimvale" in QUESTIONS[title][0] else "as it is"][title] for title in titles
}
for title in titles[:2]:
    print(f"{title}: the nearest sentence is the right one for {sum(np.equal(PLACES[title], range(12)))} of 12")
outcome = {way: {name: f"{some.sum()} of {len(some)}" for name, some in one.items()} for way, one in results.items()}
pd.DataFrame(outcome).T

# %% id="taught-run"
knobs = {"batch_size": 12, "parts": 3, "learning_rate": 6e-3, "seed": seed, "progress": False}
for way, wordings, epochs in (
    ("taught", ["taught"], teach_epochs),
    ("taught in two wordings", ["taught", "second"], max(1, teach_epochs // 2)),
):
    began = time.process_time()
    rows = [(f"Q: {row[name]}\nA:", f" {row['answer']}") for _, row in facts.iterrows() for name in wordings]
    writing = result = None
    gc.collect()  # frees its memory
    writing, _ = models.load(pretrained, precision="float32")
    table = pd.DataFrame(rows, columns=["prompt", "answer"])
    result = finetune.fit(writing, pieces, table, method="lora", epochs=epochs, **knobs)
    costs[way] = time.process_time() - began
    results[way], spoken[way] = examined(result.model, examples="")  # it has learnt the form
print({way: f"{seconds:.0f} CPU seconds" for way, seconds in costs.items()})
outcome = {way: {name: f"{some.sum()} of {len(some)}" for name, some in one.items()} for way, one in results.items()}
for place in (0, 4, 6):
    print(facts["other"][place], {way: one[place].strip() for way, one in spoken.items()})
pd.DataFrame(outcome).T

# %% [markdown] id="facts-found"
# <details><summary><b>What you found</b></summary>
#
# The full run. Taught, the model answers 12 of 12 in the taught words, and 3 in other words; 6 with two wordings, which twelve questions cannot tell from 3 (3 of 12: 95 %
# interval 0.09 to 0.53). It was paid for: of 16 common facts, asked as before, it knew 13, now 3 and 0. And 9 or 10 of 12 facts it says of Norvik, too.
#
# Looked up, the right sentence is found for 12 and for 8; the model reads 10 and 5 of them right. Looked up at *every* question, a sentence of no use spoils all common
# facts but one. One line of code, “only where Brimvale is named”, mends that: 13 of 16 again, and nothing of Norvik.
#
# 24 steps of LoRA with a high learning rate, twelve facts, one seed, 135 million weights: other settings may forget less. Some of the other words ask for a step of
# thought, too (a guarantee is what is “repaired for free”). Measure yours with these four columns.
#
# </details>

# %% [markdown] id="even-task"
# ## Exercise 4 · When is teaching cheaper?
# *Difficulty ●●○○○ · about 10 minutes · skill: deciding with costs · 3 points*
#
# A looked-up sentence costs tokens at every question. A taught fact costs none, but teaching has to be done again whenever a fact changes, `changes` times a
# month. And each wrong answer costs. So a month costs
#
# - teaching: `changes` · `teach_euros` + questions · `taught_wrong` · `wrong_euros`;
# - looking up: questions · (`extra_tokens` · `token_euros` + `retrieved_wrong` · `wrong_euros`).
#
# Write `break_even`: the number of questions a month at which both cost the same, not rounded. Above it teaching is cheaper. Where it never is, because
# a question to the taught model costs as much as one that is looked up, or more, return `float("inf")`.


# %% id="even-answer" nbgrader={"grade": false, "grade_id": "even-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def break_even(
    changes: float,
    teach_euros: float,
    extra_tokens: float,
    token_euros: float,
    taught_wrong: float,
    retrieved_wrong: float,
    wrong_euros: float,
) -> float:
    """Questions a month from which on teaching is cheaper than looking up; infinite where it never is."""
    ### BEGIN SOLUTION
    saved = extra_tokens * token_euros + (retrieved_wrong - taught_wrong) * wrong_euros
    return changes * teach_euros / saved if saved > 0 else float("inf")
    ### END SOLUTION


as_good = {"taught_wrong": 0.1, "retrieved_wrong": 0.1, "wrong_euros": 0.5}
print("equally good:", break_even(4, 20, 500, 2e-6, **as_good))  # expected: 80000
as_good["taught_wrong"] = 0.11
print("one in a hundred more wrong:", break_even(4, 20, 500, 2e-6, **as_good))

# %% id="even-tests" nbgrader={"grade": true, "grade_id": "even-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
bill = {"changes": 3, "teach_euros": 40, "extra_tokens": 800, "token_euros": 5e-6}
bill |= {"taught_wrong": 0.08, "retrieved_wrong": 0.09, "wrong_euros": 0.3}
known = {
    120 / 0.004: "wrong answers cost, too: of both ways",
    120 / (0.004 - 0.003): "what a wrong answer of teaching costs is no saving: retrieved minus taught",
    40 / 0.007: "teaching is done again at every change",
    120 / 0.003: "a looked-up sentence costs tokens at every question",
    120 / (0.004 + 0.01): "each wrong answer costs `wrong_euros`, not one euro",
    120 / (0.004 + 0.027): "a taught model is wrong, too: subtract what that costs",
    120 / (0.004 + 0.051): "the difference of the wrong shares, not their sum",
    0.007 / 120: "the other way round: euros a month, divided by euros a question",
    120 / (5e-6 + 0.003): "each of the `extra_tokens` costs `token_euros`",
    120 / (800 + 0.003): "`extra_tokens` are tokens, not euros: times `token_euros`",
    120 * 0.007: "divide by what a question saves: it is euros a question",
    -120 / 0.007: "more is saved than spent here: the sign is turned round",
    17_143: "do not round: costs are equal in between",
    17_142: "do not round: costs are equal in between",
    43 / 0.007: "each change costs `teach_euros`: their product",
    40 / 3 / 0.007: "each change costs `teach_euros`: multiply, do not divide",
    120 / (0.014 * 0.3): "tokens have a price of their own: `wrong_euros` goes with the wrong shares alone",
    3 * (40 + 0.08 * 0.3) / 0.007: "wrong answers come with questions, not with changes",
    12 * 120 / 0.007: "`changes` are those of a month, and so are the questions",
}
thousands = {wrong / 1000: told for wrong, told in known.items()}
lesson.check(
    "three changes a month",
    break_even(**bill),
    120 / 0.007,
    tolerance=1e-6,
    likely=lambda got: (
        "here a question costs more where it is looked up: tokens and wrong answers of both ways count"
        if got == float("inf")
        else lesson.slip(got / 1000, thousands, 1e-4)
    ),
)
lesson.check(
    "wrong more often, and still cheaper",
    break_even(**bill | {"taught_wrong": 0.1}),
    120 / (0.004 - 0.003),
    likely=lambda got: "a taught model may be wrong more often and yet cheaper: tokens that it saves count, too",
)
never = "a taught question costs as much or more: teaching is never cheaper, so infinite"
got = break_even(**bill | {"taught_wrong": 0.2})
lesson.check("a taught model that is wrong far more often", got, float("inf"), likely=lambda got: never)
got = break_even(**bill | {"taught_wrong": 0.25, "retrieved_wrong": 0.25, "token_euros": 0.0})
lesson.check("nothing is saved", got, float("inf"), likely=lambda got: never)
got = break_even(**bill | {"changes": 0})
lesson.check(
    "facts that never change",
    got,
    0,
    likely=lambda got: "no change, no cost: cheaper from the first question on",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for better in (0.02, 0.0, -0.0001, -0.3):
    drawn_bill = dict(zip(("changes", "teach_euros"), (float(one) for one in rng.uniform(1, 50, 2))))
    drawn_bill |= {"extra_tokens": float(rng.integers(100, 900)), "token_euros": float(rng.uniform(1e-6, 1e-5))}
    wrong_share = float(rng.uniform(0.05, 0.5))
    drawn_bill |= {"retrieved_wrong": wrong_share, "taught_wrong": wrong_share - better, "wrong_euros": 0.4}
    a_question = drawn_bill["extra_tokens"] * drawn_bill["token_euros"] + better * 0.4
    want = drawn_bill["changes"] * drawn_bill["teach_euros"] / a_question if a_question > 0 else float("inf")
    lesson.check("it is the break-even of any bill", float(break_even(**drawn_bill)), want, tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="scale"
# <details><summary>Where do I start?</summary>Set both monthly costs equal, and solve for the number of questions. What a question saves is a difference of two
# costs: it may be 0 or less.</details>
#
# ## What others report at size
#
# **Published, not measured here.** The lesson has a thousand pictures and a model of 135 million weights. What others report:
#
# | | here | published |
# |---|---|---|
# | pictures and texts | 1,040 pairs: recall@10 of 0.355 among 234, by chance 0.043 | CLIP (Radford and others, 2021): 400 million pairs; on ImageNet, without one of its labels, as accurate as the original ResNet-50, which learnt from 1.28 million labels |
# | views without labels | 20 labels a group: 0.349, pixels 0.337, 8 groups | SimCLR (Chen and others, 2020): a linear probe on a network four times as wide reaches 76.5 % top-1 on ImageNet, as much as a supervised ResNet-50; larger networks, batches and longer training gain |
# | hidden patches | not tried | MAE (He and others, 2022): hides 75 % of each picture; the largest model reaches 87.8 % on ImageNet after fine-tuning on its labels, without other pictures |
# | facts | in other words 3 of 12 taught, 5 of 12 looked up | Ovadia and others (2024): models of 7 billion weights; looking up beats unsupervised fine-tuning on known and on new facts; many wordings of a fact help to learn it |

# %% [markdown] id="remember"
# ## What to remember
#
# - A contrastive loss is two classifications: which name for this picture, which picture for this name.
# - Report recall@k beside chance and beside the nearest training picture, with ties by chance and near-copies in one split.
# - Draws that share a network are one observation of it.
# - With a thousand pictures, views without labels helped little, if at all. Names told more, and names are labels, too.
# - A fact that changes is cheap to change in a prompt. What is taught has to be asked in other words, and of others, before you believe it.

# %% [markdown] id="open-task"
# ## Open question · Your own outlook
# *4 points · about 15 minutes, marked by a person*
#
# A shop with 20,000 products asks for search by photo, with three photos a product; its prices change every week. Decide in at most 200 words, and **try one change here,
# with a number**: other views, fewer pairs, another wording of facts, or your own idea.
#
# | 1 point each for | full marks need |
# |---|---|
# | pictures | what is paired with what, and where a published model is better than your own training |
# | test | the split that has no near-copies, chance and one baseline |
# | facts | what goes into the prompt, what into the weights, and why |
# | change | a number before and after, with its uncertainty |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# *Pictures.* 60,000 photos are few, so I start from a published model that was trained on hundreds of millions of pairs, and train only a layer behind it: each photo with its
# product's name, and two photos of a product with each other.
#
# *Test.* Products, not photos, are split; colours and sizes of one product count as one. Against chance (10 of the test products) and against the nearest train
# photo's product group.
#
# *Facts.* Prices into the prompt, as they change weekly and a wrong one costs money: looked up by product number, and only where a product is named. The
# tone of answers into the weights, as it stays.
#
# *Change.* Half of the pairs (520 instead of 1,040): recall@10 of 0.316 (95 % interval 0.260 to 0.378) instead of 0.355 (0.296 to 0.418), one seed. The intervals overlap, so I
# would label the other half only after a run over several seeds, in pairs.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Radford and others, *Learning transferable visual models from natural language supervision* (ICML 2021): CLIP, with its loss in nine lines.
# - Chen and others, *A simple framework for contrastive learning of visual representations* (ICML 2020): SimCLR; which views matter.
# - He and others, *Masked autoencoders are scalable vision learners* (CVPR 2022): patches as tokens, most of them hidden.
# - Ovadia and others, *Fine-tuning or retrieval? Comparing knowledge injection in LLMs* (EMNLP 2024): the third experiment, at size.

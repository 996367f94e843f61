# %% [markdown] id="title"
# # 2-07 · Outlook: what else becomes tokens
#
# You will put pictures and words into one space, test whether pictures teach without labels, and choose between teaching a
# model facts and handing them to it. Three small experiments, each with its number.

# %% [markdown] id="objectives"
# **Questions.** How does a model learn that a picture and a name mean the same? What do pictures without labels teach? Where
# should new facts go: into the weights, or into the prompt? What of it grows with size?
#
# **Afterwards you can**
# 1. write the contrastive loss, and say what each of its two directions asks;
# 2. measure recall@k so that a model that knows nothing scores what chance scores;
# 3. take the interval of a comparison over what was really repeated;
# 4. say from which number of questions on teaching facts is cheaper than looking them up.

# %% [markdown] id="why"
# **Why a start-up cares.** A shop wants search by photo, a help desk wants a model that knows the new price list. Both are sold as
# “just train it”. Below, training puts @@ of 12 new facts into a small model, asked in other words than it was taught in; a line in the
# prompt gives @@, and costs no training. And @@.

# %% id="imports"
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
pair_epochs = 40  # passes over the pairs of picture and name
sizes = [130, 260, 520, 1_040]  # pairs that are trained on; the largest one is the model of the lesson
view_epochs = 30  # passes over the pictures without labels
few = [5, 20]  # labels of each group
seeds = 4  # of pre-training, networks and their order of pictures
draws = 5  # of the few labels, for each seed
teach_epochs = 12  # passes over the facts
seed = 0  # of whatever is drawn once

# %% [markdown] id="data-intro"
# ## Pictures and their names
#
# A token is a vector. A piece of a word has one, and so can a picture: a network turns its pixels into as many numbers
# as a name has. Then both can be compared, and *searching pictures by words* is a search for the nearest vector.
#
# The data: emoji, drawn small. Near-copies (24 clocks, 13 hearts, mirror images) form families, and a family is in one split. Otherwise
# a model could find a test clock by having seen its neighbour.

# %% id="data-load"
emoji = data.load("emoji", seed=seed).sort_values("emoji", ignore_index=True)
train, test = (np.flatnonzero(emoji["split"] == part) for part in ("train", "test"))
pixels = 1 - torch.tensor(np.stack(emoji["picture"])).permute(0, 3, 1, 2) / 255  # 0 is white paper
encoder, tokenizer = models.load("minilm", seed=seed)
inputs, written = finetune.encode(tokenizer, list(emoji["name"]), 32), np.zeros((len(emoji), 384), np.float32)
with torch.no_grad():
    for rows in finetune.batches([len(one) for one in inputs], 64):
        batch = finetune.collate([inputs[row] for row in rows])
        mask = batch["attention_mask"][..., None]
        written[rows] = (encoder(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
written = normalize(torch.tensor(written))
names = normalize(written - written[train].mean(0))  # what all names share tells none of them from the others
encoder = None
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
# name? The loss is the mean of both directions.
#
# Write `symmetric_loss` from logarithms and exponentials, without `cross_entropy`. The vectors come with any length: scale them first.


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
    whole: "one softmax for each row and one for each column, not one for the whole table",
    -float(np.diag(table).mean()): "the right pair is compared with the others: subtract it from the log of the sum of exponentials",
}
found = symmetric_loss(shown.clone(), said.clone(), 0.2)
lesson.check(
    "three pairs, with both directions",
    found,
    loss_of(shown, said, 0.2),
    tolerance=1e-5,
    likely=lambda got: lesson.slip(got, known, 1e-4),
)
lesson.check(
    "vectors of another length give the same",
    symmetric_loss(shown * 10, said * 0.1, 0.2),
    loss_of(shown, said, 0.2),
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
#
# ## Exercise 2 · Found among the first k
# *Difficulty ●●●○○ · about 12 minutes · skill: recall with ties · 3 points*
#
# **Recall@k**: the share of pictures whose own name is among the k names with the highest scores. Equal scores need a rule. Count a tie as a win, and a
# model that says 0 to everything finds all; let the place in the list decide, and the order of the data does. So let chance decide: with `better` higher
# scores and `tied` equal ones (its own among them), the right name is among the first k with probability $(k - \text{better}) / \text{tied}$, at least 0 and at most 1.
#
# Write `recall_at`: row i of `scores` belongs to picture i, and its own name is column i. Rows need no loop.


# %% id="recall-answer" nbgrader={"grade": false, "grade_id": "recall-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def recall_at(scores: np.ndarray, k: int) -> float:
    """Expected share of rows whose own column (the diagonal) is among the k highest, ties by chance. `scores`: (n, n)."""
    ### BEGIN SOLUTION
    own = np.diag(scores)[:, None]
    better, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return float(np.clip((k - better) / tied, 0, 1).mean())
    ### END SOLUTION


little = np.array([[0.9, 0.1, 0.9], [0.2, 0.8, 0.1], [0.5, 0.5, 0.5]])
print("k = 1:", recall_at(little.copy(), 1))  # expected: 0.6111
print("k = 2:", recall_at(little.copy(), 2))  # expected: 0.8889

# %% id="recall-tests" nbgrader={"grade": true, "grade_id": "recall-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
tied_scores = np.array(
    [
        [5.0, 5, 5, 1, 9, 0],
        [7, 4, 1, 7, 0, 2],
        [1, 2, 8, 8, 3, 3],
        [6, 6, 6, 6, 6, 6],
        [0, 1, 2, 3, 4, 5],
        [9, 8, 7, 3, 3, 3],
    ]
)
own = np.diag(tied_scores)
better, equal = (tied_scores > own[:, None]).sum(1), (tied_scores == own[:, None]).sum(1)
down = ((tied_scores > own).sum(0), (tied_scores == own).sum(0))
known, by_place = {}, np.argsort(-tied_scores, axis=1, kind="stable")
from_behind = np.argsort(tied_scores, axis=1, kind="stable")[:, ::-1]
own_column = np.arange(6)[:, None]
for sentence, wrong in {
    "a tie is no win: with it, a model that says the same of all names finds everything": better < 2,
    "a tie is no loss either: chance decides": better + equal <= 2,
    "the place in the list may not decide between equal scores: chance does": (by_place[:, :2] == own_column).any(1),
    "in the reverse order, too, the place may not decide between equal scores": (from_behind[:, :2] == own_column).any(1),
    "rows are pictures: look along each row, not down the columns": np.clip((2 - down[0]) / down[1], 0, 1),
    "the right name is one of the tied ones: count it": np.clip((2 - better) / np.maximum(equal - 1, 1), 0, 1),
    "at least 0 and at most 1, for each row": (2 - better) / equal,
    "at least 0 for each row": np.minimum((2 - better) / equal, 1),
    "at most 1 for each row": np.maximum((2 - better) / equal, 0),
    "all of the first k count, not the k-th alone": np.clip((2 - better) / equal, 0, 1) - np.clip((1 - better) / equal, 0, 1),
    "with k = 2 the first two names count": np.clip((1 - better) / equal, 0, 1),
    "higher scores are better": np.clip((2 - (tied_scores < own[:, None]).sum(1)) / equal, 0, 1),
    "a half for every tie is right for two names and k = 1 alone": np.where(
        better >= 2, 0, np.where(better + equal <= 2, 1, 0.5)
    ),
}.items():
    known[float(np.mean(wrong))] = sentence
    known[float(np.sum(wrong))] = "the mean over the rows, not the sum"
found = recall_at(tied_scores.copy(), 2)
lesson.check(
    "six rows with ties, k = 2",
    found,
    float(np.clip((2 - better) / equal, 0, 1).mean()),
    tolerance=1e-5,
    likely=lambda got: "one number: the mean over the rows" if np.ndim(got) else lesson.slip(got, known, 1e-4),
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
# A small network turns pictures into 384 numbers; the names' vectors are `minilm`'s and stay as they are. It learns with your loss, on pairs of train. Then
# each test picture looks for its own name among all test names. Beside it:
#
# - **chance**: k of all names;
# - **nearest picture**: take the name of the most similar *train* picture (correlation of pixels), and search with that;
# - **ridge**: a linear regression from pixels to the name's vector.
#
# Guess first: how often is the right name among the first ten of 234, for each?

# %% id="network-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: the network, the shifts and turns of pictures, and the loops that train


def body(width: int = 32) -> nn.Sequential:
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
    size, turn = (
        low + span * torch.rand(count, generator=draw) for low, span in ((0.7, 0.4), (-0.3, 0.6))
    )
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
    model = nn.Sequential(body(), nn.Linear(64 * 32, 384))
    for batch, draw in steps_of(model, rows, epochs, own_seed):
        seen = normalize(model(shifted(pixels[batch], draw)))
        model.loss = two_ways(seen @ names[batch].T / temperature)
    return model


def paired_with_itself(rows, own_seed, epochs=view_epochs, temperature=0.3):
    """A network that puts two views of a picture near each other; no name and no label (SimCLR's idea)."""
    torch.manual_seed(own_seed)
    model = nn.Sequential(body(), nn.Linear(64 * 32, 128), nn.ReLU(), nn.Linear(128, 64))
    for batch, draw in steps_of(model, rows, epochs, own_seed):
        seen = normalize(model(torch.cat([view(pixels[batch], draw), view(pixels[batch], draw)])))
        table = (seen @ seen.T / temperature).fill_diagonal_(-1e9)  # nobody is compared with itself
        model.loss = cross_entropy(table, torch.arange(2 * len(batch)).roll(len(batch)))
    return model


def from_labels(rows, labels, own_seed, passes=150):
    """A network that learns the groups of these rows from nothing."""
    torch.manual_seed(own_seed)
    model = nn.Sequential(body(), nn.Linear(64 * 32, int(labels.max()) + 1))
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
table = {
    "chance": {f"recall@{k}": f"{k / len(test):.3f}" for k in (1, 5, 10)},
    "nearest picture's name": recalls(names[nearest]),
    "ridge": recalls(torch.tensor(linear, dtype=torch.float32)),
    f"contrastive, {sizes[-1]:,} pairs": by_size[sizes[-1]],
}
print(f"{len(test)} test emoji, none of a family in train; {time.process_time() - began:.0f} CPU seconds")
best = (normalize(seen_by(model, test)) @ names[test].T).topk(3).indices
for row in np.random.default_rng(seed + 1).permutation(len(test))[:8]:
    print(f"   {emoji['name'][test[row]]}: {', '.join(emoji['name'][test[place]] for place in best[row])}")
pd.DataFrame(table).T

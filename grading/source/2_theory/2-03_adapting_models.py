# %% [markdown] id="title"
# # 2-03 · Adapting models
#
# You will write LoRA and an adapter, prove them right, train one model in seven ways on the same sentences, and decide which
# way a start-up with a hundred customers should take.

# %% [markdown] id="objectives"
# **Questions.** Must all weights of a model change to teach it something? What does training fewer of them save: memory,
# time, storage? And what does it cost in accuracy?
#
# **Afterwards you can**
# 1. write LoRA, get `peft`'s numbers, and merge it into the weights it stands beside;
# 2. write an adapter that leaves a model as it was until it is trained, and that can be trained;
# 3. count what each method trains before you start it;
# 4. predict the memory of a training, and check the prediction;
# 5. choose a method from measurements, without taking "no difference found" for "no difference".

# %% [markdown] id="why"
# **Why a start-up cares.** Each of your 100 customers wants a classifier for its own texts. 100 fine-tuned copies of the
# small model of this lesson fill 9.1 GB. Kept as one model and 100 sets of added numbers, they fill 0.12 GB, and all of them
# are served from one copy in memory. Both sizes are measured below, from files; so is what the saving costs.

# %% id="imports"
import tempfile
import time
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd
import peft
import torch
from safetensors.torch import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from transformers import BertConfig, BertForSequenceClassification

from trainlib import data, figures, finetune, lesson, measure, methods, models


def prepared(method: str, config: BertConfig, rank: int) -> finetune.FineTuned:
    """A random BERT of this shape as `finetune.fit` prepares it for a method, before the first step."""
    model = methods.prepare(BertForSequenceClassification(config), method, rank, layers=2, steps=10)
    return finetune.FineTuned(model, None, None, None)


# %% id="parameters" tags=["parameters"]
train_rows = 800  # labelled film-review sentences that every method is trained on
test_rows = 600  # other sentences that every method is tested on
epochs = 2  # passes over the training sentences
rank = 8  # of LoRA and AdaLoRA, width of the adapters, number of prompt vectors
customers = 100  # each of whom gets a model of its own
seed = 0  # of everything that is drawn

# %% [markdown] id="idea"
# ## A large change made of few numbers
#
# A layer multiplies its input by a table of weights. Below, `square` has 3 × 3 of them, and its change is a table of 9
# numbers too. But this change was made from only two short vectors: `ask` = (1, −1, 0) puts one question to the input (by how
# much is the first number larger than the second?), `add` = (2, 1, 1) is what to add, times the answer. Guess before you run
# the cell: what is added for the input (5, 5, 7), and why can no number in place of 7 alter that?

# %% id="idea-code"
square = torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0]])
ask, add = torch.tensor([[1.0, -1.0, 0.0]]), torch.tensor([[2.0], [1.0], [1.0]])  # (1, 3) and (3, 1)
print("the change as a table, add · ask:\n", add @ ask)
for example in (torch.tensor([5.0, 5.0, 7.0]), torch.tensor([6.0, 4.0, 7.0])):
    print(example.tolist(), "→", (square @ example).tolist(), "and added:", (add @ (ask @ example)).tolist())
print(f"one table of minilm: {384 * 384:,} weights; eight such pairs of vectors: {8 * 2 * 384:,} numbers")

near = lambda a, b: abs(a - torch.as_tensor(b).flatten()[0]) < 2e-3  # this and what follows is for the checks below
named = lambda slips: lambda got: next((said for wrong, said in slips.items() if near(wrong, got)), None)


def tried(call):
    """What a call gives, or what went wrong in it."""
    try:
        return call()
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


# %% [markdown] id="formula"
# ## Its name
#
# This is **low-rank adaptation**, LoRA (Hu and others, 2022). The layer's weights $W$ stay frozen; $r$ such pairs are
# trained beside it:
#
# $$y = x\,W^\top + b + \frac{\alpha}{r}\;x\,A^\top B^\top$$
#
# | symbol | meaning | shape |
# |---|---|---|
# | $x$ | inputs, a row a token | (…, in) |
# | $W$, $b$ | frozen weight and bias | (out, in), (out) |
# | $A$ | `down`, drawn at random | ($r$, in) |
# | $B$ | `up`, starts at 0 | (out, $r$) |
# | $\alpha$ | how strongly the change counts; often $r$ or $2r$ | a number |
#
# Since $B$ starts at 0, so does the change: training begins with the model as it was. The next cell makes such a layer with
# `peft`, the library that you would use. It is your reference.
#
# <details><summary>The guess above</summary>Nothing is added for (5, 5, 7): 5 − 5 = 0, and 0 times <code>add</code> is 0. The
# third number of <code>ask</code> is 0, so the question does not look at 7.</details>


# %% id="reference"
def by_peft(part: nn.Linear, rank: int, alpha: float, seed: int = 0) -> nn.Module:
    """A linear layer with peft's LoRA beside it, both factors drawn, as if it had been trained."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=["part"])
        layer = peft.get_peft_model(nn.ModuleDict({"part": part}), config).base_model.model["part"]
        nn.init.normal_(layer.lora_B["default"].weight, std=0.05)
    return layer.eval().requires_grad_(False)


def factors(layer) -> tuple[torch.Tensor, torch.Tensor]:
    """A, (rank, in), and B, (out, rank), of a layer made by `by_peft`."""
    return layer.lora_A["default"].weight, layer.lora_B["default"].weight


encoder, tokenizer = models.load("minilm", seed=seed)
block = encoder.requires_grad_(False).encoder.layer[0]
with torch.no_grad():
    states = encoder.embeddings(tokenizer("a film of quiet charm .", return_tensors="pt")["input_ids"])
query = by_peft(block.attention.self.query, rank=8, alpha=16)
print("states of one sentence", tuple(states.shape), "→ queries", tuple(query(states).shape))
print(f"minilm without a head: {sum(weight.numel() for weight in encoder.parameters()):,} weights")

# %% [markdown] id="lora-task"
# ## Exercise 1 · LoRA, equal to peft's
# *Difficulty ●●●○○ · about 12 minutes · 4 points · skill: LoRA*
#
# Write the formula. Never build the (out, in) table of the change: with $A$ and then $B$, each token costs $r\,(\text{in} +
# \text{out})$ products, with the table in × out, as much as the layer itself.


# %% id="lora-answer" nbgrader={"grade": false, "grade_id": "lora-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def lora(inputs, weight, bias, down, up, alpha: float) -> torch.Tensor:
    """Outputs of a linear layer with LoRA beside it: (…, out).

    `inputs` (…, in), such as (tokens, in) or (texts, tokens, in); `weight` (out, in); `bias` (out,); `down` (rank, in);
    `up` (out, rank).
    """
    ### BEGIN SOLUTION
    change = inputs @ down.T @ up.T
    return inputs @ weight.T + bias + alpha / len(down) * change
    ### END SOLUTION


lora(torch.tensor([[6.0, 4.0, 7.0]]), square, torch.zeros(3), ask, add, alpha=1.0)  # expected: [[24., 6., 27.]]


# %% id="lora-tests" nbgrader={"grade": true, "grade_id": "lora-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
rows, want = torch.tensor([[1.0, 2, 0], [0, 1, 1]]), torch.tensor([[17, 23.5, 30, 50.5], [15, 22.5, 31, 42.5]])
given = torch.tensor([[1.0, 0, 2], [0, 1, 0], [3, 0, 1], [1, 1, 0]]), torch.tensor([10.0, 20, 30, 40])
given += torch.tensor([[1.0, 1, 0], [0, -1, 1]]), torch.tensor([[2.0, 1], [1, 1], [0, 1], [1, -1]])
kept = [part.clone() for part in given]
slips = {3.5: "the bias is missing", 1.5: "x Wᵀ + b is missing"} | dict.fromkeys((43.5, 53.5), "one bias is enough")
slips |= {20.5: "the change is added"} | dict.fromkeys((34.5, 24.5, 33.5), "α / rank counts for the change alone")
slips |= dict.fromkeys((26.5, 26.4257, 22.0466), "nothing bends between A and B")
scale = "the change counts α / rank = 3 / 2 times; the rank is the number of rows of A"
slips |= dict.fromkeys((23, 25, 28, 22.75, 22.6667, 22.375, 24.1213, 24.25), scale)
order = "keep `inputs` on the left: times down.T, then times up.T; `.T` swaps the two dimensions of a table"
size = "(…, out) is asked: what `inputs` has before its last dimension stays"
second = lambda got: named(slips)(torch.as_tensor(got)[..., 1:]) if np.shape(got)[-1] == 4 else size
why = lambda got: order if isinstance(got, str) else size if torch.as_tensor(got).numel() != 8 else second(got)
x = rows.clone()
lesson.check("two tokens: 11 + 1.5 · 4, and so on", tried(lambda: lora(x, *given, 3.0)), want, likely=why)
same = [torch.equal(part, before) for part, before in zip((*given, x), (*kept, rows))]
lesson.check("your arguments stay", same, [True] * 5, likely=lambda got: "an operation such as += changed a tensor")
texts = tried(lambda: lora(rows.reshape(2, 1, 3), *given, 3.0))
lesson.check("two texts of a token each", texts, want.reshape(2, 1, 4), likely=why)
with FlopCounterMode(display=False) as counter:
    lora(torch.ones(1, 64), torch.ones(64, 64), torch.ones(64), torch.ones(4, 64), torch.ones(64, 4), 4.0)
why = lambda got: "you build the (out, in) table of the change: multiply the input by A, and what comes by B"
lesson.check("few products for a token", counter.get_total_flops() <= 2 * 64 * (64 + 4 + 4), True, likely=why)
got = lora(states[0], query.base_layer.weight, query.base_layer.bias, *factors(query), 16)
lesson.check("queries of one sentence, as peft gives them", got, query(states[0]), tolerance=1e-5)


### BEGIN HIDDEN TESTS
def of_layer(layer, inputs, alpha):
    return lora(inputs, layer.base_layer.weight, layer.base_layer.bias, *factors(layer), alpha)


generator = torch.Generator().manual_seed(lesson.hidden_seed())
texts = torch.randn(3, 5, 384, generator=generator)
layer = by_peft(block.attention.self.key, rank=3, alpha=5, seed=1)
lesson.check("several texts at once", got=of_layer(layer, texts, 5), want=layer(texts), tolerance=1e-5)
layer = by_peft(block.intermediate.dense, rank=6, alpha=3, seed=2)
lesson.check("a layer that is not square", got=of_layer(layer, texts, 3), want=layer(texts), tolerance=1e-5)
layer = by_peft(block.output.dense, rank=1, alpha=2, seed=3)
drawn = torch.randn(2, 4, 1536, generator=generator)
lesson.check("from wide to narrow, rank 1", got=of_layer(layer, drawn, 2), want=layer(drawn), tolerance=1e-5)
with FlopCounterMode(display=False) as counter:
    of_layer(layer, drawn[0, :1], 2)
lesson.check("without the table of the change", counter.get_total_flops() <= 2 * (1536 * 384 + 1536 + 384), True)
### END HIDDEN TESTS

# %% [markdown] id="lora-hints"
# <details><summary>Where do I start?</summary>With the frozen layer: <code>inputs @ weight.T + bias</code>. The rest is added
# to it.</details>
# <details><summary>How do shapes fit?</summary>(…, in) times <code>down.T</code>, (in, rank), is (…, rank): one answer for
# each question. Times <code>up.T</code>, (rank, out), is (…, out).</details>
# <details><summary>It works for one text and not for several</summary><code>.T</code> of a table swaps its two dimensions. Of
# <code>inputs</code> with three dimensions it does not do what you want: keep <code>inputs</code> on the left.</details>
#
# <details><summary><b>What you found</b></summary>
#
# LoRA is one line beside the layer, and yours gives what `peft` gives. While it stands beside the layer
# it costs a little time in each call. It need not stay there.
#
# </details>

# %% [markdown] id="merge-task"
# ## Exercise 2 · Merging
# *Difficulty ●●○○○ · about 7 minutes · 2 points · skill: LoRA*
#
# Both terms of the formula are linear in $x$, so one weight can do the work of both. Write `merged`: the weight with which
# a plain layer gives the same outputs. Then a customer's model is as fast as the one that you began with.
#
# Your 100 customers share one base model. What must a merge for the first of them not do?


# %% id="merge-answer" nbgrader={"grade": false, "grade_id": "merge-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def merged(weight: torch.Tensor, down: torch.Tensor, up: torch.Tensor, alpha: float) -> torch.Tensor:
    """The weight (out, in) of a layer that does what `weight` (out, in) with LoRA beside it does.

    `down` (rank, in), `up` (out, rank).
    """
    ### BEGIN SOLUTION
    return weight + alpha / len(down) * (up @ down)
    ### END SOLUTION


merged(square, ask, add, alpha=1.0)  # expected: rows [3, -2, 2], [1, 0, 0], [4, -1, 1]

# %% id="merge-tests" nbgrader={"grade": true, "grade_id": "merge-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
kept = [torch.tensor([[-2.0, -1, -2], [1, 0, 2], [2, 0, 2]]), torch.tensor([[1.0, 0, -2], [-1, 1, 1]])]
kept += [torch.tensor([[-2.0, 1], [0, 2], [-2, 1]])]
given = [part.clone() for part in kept]
got = tried(lambda: merged(*given, alpha=3.0))
slips = {-6.5: "the factors are in the wrong order: (out, rank) times (rank, in)", 6: "you rounded"}
slips |= {-2.5: "the weight is asked as a layer keeps it, (out, in): no .T", 9.5: "W itself stays as it is: no .T"}
slips |= {-2: "you gave W back"}
slips |= dict.fromkeys((7.5, 5, 15), "the weight is missing: what is asked does the work of both")
slips |= dict.fromkeys((4.5, 2), "α / rank counts for the change alone") | {4: "all pairs count, not the first alone"}
slips |= dict.fromkeys((-9.5, -7), "the change is added")
slips |= dict.fromkeys((-33, -15, -35, -17, 27, 25), "the change is added to W and not multiplied by it")
scales = (3, 13, 28, 1.3333, -0.125, 8.6066)
slips |= dict.fromkeys(scales, "the change counts α / rank = 3 / 2 times; the rank is the number of rows of A")
shape = "up @ down is (out, in): (out, rank) times (rank, in)"
why = lambda got: shape if np.shape(got) != (3, 3) else named(slips)(got[0][2])
want = torch.tensor([[-6.5, 0.5, 5.5], [-2, 3, 5], [-2.5, 1.5, 9.5]])
lesson.check("three by three, rank 2, alpha 3", got, want, likely=why)
same = [torch.equal(part, before) for part, before in zip(given, kept)]
why = lambda got: "`weight += …` changes the tensor that all customers share; `weight + …` makes a new one"
lesson.check("the shared weight and both factors stay as they are", same, [True] * 3, likely=why)
layer = by_peft(block.attention.self.value, rank=8, alpha=16)
got = merged(layer.base_layer.weight.clone(), *factors(layer), 16)
got = nn.functional.linear(states, torch.as_tensor(got).float(), layer.base_layer.bias)
lesson.check("a plain layer with the merged weight does what peft's layer does", got, layer(states), tolerance=1e-5)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(lesson.hidden_seed())
base, one, two = torch.randn(7, 4, generator=generator), [], []
for pair in (one, two):
    pair += [torch.randn(2, 4, generator=generator), torch.randn(7, 2, generator=generator)]
kept = base.clone()
got = merged(base, *one, 6)
lesson.check("a layer that is not square", got=got, want=kept + 3 * one[1] @ one[0], tolerance=1e-5)
lesson.check("the shared weight is as it was: the next customer needs it", got=base, want=kept)
lesson.check("a second customer", got=merged(base, *two, 1), want=kept + 0.5 * two[1] @ two[0], tolerance=1e-5)
### END HIDDEN TESTS

# %% [markdown] id="merge-hints"
# <details><summary>Where do I start?</summary>Write the change as x times one table: x A<sup>T</sup> B<sup>T</sup> = x (B
# A)<sup>T</sup>.</details>
# <details><summary>What is added to W?</summary>α/r times <code>up @ down</code>: (out, rank) times (rank, in) is (out,
# in).</details>
# <details><summary>The check says that the shared weight has changed</summary><code>weight += change</code> writes into
# the tensor that you were given. <code>weight + change</code> makes a new one.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Merged, LoRA costs nothing in use; apart, it is a small file that is exchanged in a moment. You have the
# choice for every customer, at any time. So you have with AdaLoRA, which you meet below; adapters and prompts cannot be merged.
#
# </details>

# %% [markdown] id="adapter-task"
# ## Exercise 3 · An adapter: a narrow network in between
# *Difficulty ●●●○○ · about 15 minutes · 3 points · skill: adapters*
#
# An **adapter** (Houlsby and others, 2019) stands behind a part of a model and corrects its output $x$:
#
# $$x \leftarrow x + W_2\,\operatorname{gelu}(W_1 x + b_1) + b_2$$
#
# $W_1$ leads down to a narrow width, $W_2$ back up. GELU bends in between: `nn.functional.gelu`, with either of its
# `approximate`.
#
# Write `adapter`: it returns such a module, made of two `nn.Linear`. Choose their start so that
#
# 1. at first it gives back its input, exactly, or it would spoil a pretrained model;
# 2. it can learn: a gradient reaches both tables by the second step.
#
# Predict first: what is 0 so that both hold, and what must not be?


# %% id="adapter-place"
def with_adapters(make, hidden: int = 32, layers: int = 2) -> tuple[nn.Module, list[nn.Module]]:
    """A small random BERT of three classes with `make(hidden)` behind both parts of each layer, and what was made."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        sizes = {"num_hidden_layers": layers, "num_attention_heads": 4, "intermediate_size": 2 * hidden}
        config = BertConfig(hidden_size=hidden, vocab_size=100, **sizes, initializer_range=0.3, num_labels=3)
        model, made = BertForSequenceClassification(config).eval(), []
        for layer in model.bert.encoder.layer:
            for part in (layer.attention.output.dense, layer.output.dense):
                made.append(make(hidden))
                part.register_forward_hook(lambda part, _, output, adapter=made[-1]: adapter(output))
    return model, made


plain, _ = with_adapters(lambda hidden: nn.Identity())
print("answers of the model as it is:", plain(torch.tensor([[2, 7, 5, 3]])).logits.tolist())


# %% id="adapter-checks" jupyter={"source_hidden": true}
# @title What the checks of Exercise 3 do with an adapter
def with_values(pupil: nn.Module) -> nn.Module:
    """An adapter of three numbers and width 2 with tables of few numbers that are not 0."""
    values = {(2, 3): [[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]], (2,): [0.0, 0.0]}
    values |= {(3, 2): [[10.0, 0.0], [0.0, 0.0], [0.0, 0.0]], (3,): [0.5, 5.0, 0.0]}
    for weight in pupil.parameters():
        weight.data.copy_(torch.tensor(values[tuple(weight.shape)]))
    return pupil


def learning(pupil: nn.Module, inputs: torch.Tensor) -> dict[str, bool]:
    """Whether a gradient reaches the input as it is, all weights in three steps, and then the input through them."""
    optimizer, leaf = torch.optim.Adam(pupil.parameters(), lr=0.02), inputs.clone().requires_grad_()
    pupil(1 * leaf).sum().backward()
    past = leaf.grad is not None and bool((leaf.grad - 1).abs().max() < 1e-6)
    for _ in range(3):
        optimizer.zero_grad()
        (pupil(1 * leaf) - 2 * inputs.clamp(min=0)).square().mean().backward()
        optimizer.step()
    tables = [weight.grad is not None and bool(weight.grad.abs().max() > 0) for weight in pupil.parameters()]
    leaf.grad = None
    pupil(1 * leaf).sum().backward()
    through = leaf.grad is not None and bool((leaf.grad - 1).abs().max() > 1e-6)
    return {"past the tables": past, "to the tables": all(tables), "through them": through}


# %% id="adapter-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
corrected = torch.tensor([[-0.0866, 7.0, 0.0], [33.4595, 5.0, 0.0]])
bends = {-8.5: "gelu is missing", 1.5: "that is relu, not gelu", -6.116: "that is tanh, not gelu"}
bends |= {4.189: "that is a sigmoid", -1.1894: "that is silu, not gelu", -9.6315: "gelu comes after the first table"}
bends |= dict.fromkeys((1.0, 0.8494), "gelu stands between the tables, not after them")
bends |= dict.fromkeys((15.69, 9.9134), "no mean over tokens") | {0.1487: "the input goes in as it is, without a norm"}


def bending(got: torch.Tensor) -> str:
    """The likeliest slip of an adapter `with_values` that gives `got` for (1, 2, 0) and (3, 0, 0)."""
    if near(2, got[0, 1]):
        return "the tables are not used, or are 0 in each call: set them to 0 once, in `__init__`"
    rest = "nothing but x + W₂ gelu(W₁ x + b₁) + b₂: no scale, no dropout, no product"
    return next((said for wrong, said in bends.items() if abs(wrong - float(got[0, 0])) < 0.01), rest)


def starting(got, inputs: torch.Tensor) -> str:
    """The likeliest slip of an adapter that gives `got` for `inputs` at its start."""
    if isinstance(got, str):
        return "W₁ is nn.Linear(hidden, width), W₂ is nn.Linear(width, hidden)"
    if near(0, got) or near(0, got - 2 * inputs):
        return "the input is added at the end, once"
    if near(0, got - nn.functional.gelu(inputs)):
        return "gelu bends the correction alone, not its sum with the input"
    return "what is added must be 0: W₂ and b₂ (or W₁, b₁ and b₂)"


# %% id="adapter-answer" nbgrader={"grade": false, "grade_id": "adapter-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def adapter(hidden: int, width: int) -> nn.Module:
    """A module for inputs (…, hidden) that adds x W₁ → gelu → W₂ to its input, with both biases.

    `width` lies between.
    """

    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            ### BEGIN SOLUTION
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)
            ### END SOLUTION

        def forward(self, states: torch.Tensor) -> torch.Tensor:
            ### BEGIN SOLUTION
            return states + self.up(nn.functional.gelu(self.down(states)))
            ### END SOLUTION

    return Adapter()


adapter(4, 2)(torch.ones(1, 4))  # expected: ones

# %% id="adapter-tests" nbgrader={"grade": true, "grade_id": "adapter-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
inputs = torch.randn(2, 5, 24, generator=torch.Generator().manual_seed(1))
start = tried(lambda: adapter(24, 6)(inputs.clone()))
lesson.check("it starts by giving back its input", start, inputs, likely=lambda got: starting(got, inputs))
lesson.check("exactly", torch.equal(start, inputs), True, likely=lambda got: "small numbers are no zeros")
sizes = {288: "b₁, b₂ are missing", 294: "b₂ is missing", 312: "b₁ is missing", 1200: "`width` lies between"}
sizes |= {0: "make both layers in `__init__`, each in `self` or in an nn.ModuleList: a plain list hides them"}
numbers = sum(weight.numel() for weight in adapter(24, 6).parameters())
why = lambda got: sizes.get(got, "two nn.Linear, and nothing else that is trained")
lesson.check("2 · hidden · width weights, and the biases: 318", numbers, 318, likely=why)
given, kept = (torch.tensor([[1.0, 2.0, 0.0], [3.0, 0.0, 0.0]]) for _ in range(2))
lesson.check("gelu(-1) = -0.159", with_values(adapter(3, 2))(given), corrected, tolerance=4e-3, likely=bending)
lesson.check("its input stays", given, kept, likely=lambda got: "`states += …` changes the input")
table = "a table gets no gradient: all 0, or frozen, or cut off"
why = lambda got: cut if isinstance(got, str) or not got["past the tables"] or got["to the tables"] else table
cut = "a gradient is cut off: no `detach`, no change in place"
paths = {"past the tables": True, "to the tables": True, "through them": True}
lesson.check("it learns: gradients", tried(lambda: learning(adapter(24, 6), inputs)), paths, likely=why)
ids = torch.tensor([[2, 7, 5, 3]])
model, made = with_adapters(lambda hidden: adapter(hidden, 4))
lesson.check("a model with four of them answers as before", got=model(ids).logits, want=plain(ids).logits)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(lesson.hidden_seed())
drawn = torch.randn(3, 4, 12, generator=generator)
lesson.check("a gradient reaches all weights", learning(adapter(12, 8), drawn), paths)
lesson.check("its start, of any size", adapter(12, 8)(drawn.clone()), drawn, tolerance=1e-12)
shapes = {(8, 12): "a", (8,): "b", (12, 8): "c", (12,): "d"}
values = {shape: torch.randn(shape, generator=generator) for shape in shapes}
pupil = adapter(12, 8)
with torch.no_grad():
    for weight in pupil.parameters():
        weight.copy_(values[tuple(weight.shape)])
    inner = nn.functional.gelu(drawn @ values[8, 12].T + values[8,])
    want = drawn + inner @ values[12, 8].T + values[12,]
    lesson.check("x + W₂ gelu(W₁ x + b₁) + b₂", got=pupil(drawn.clone()), want=want, tolerance=2e-2)
    one = torch.stack([pupil(row.clone()) for row in drawn.reshape(12, 12)])
    lesson.check("each token is corrected by itself", got=one.reshape(3, 4, 12), want=want, tolerance=2e-2)
### END HIDDEN TESTS

# %% [markdown] id="adapter-hints"
# <details><summary>Where do I start?</summary>In <code>__init__</code> two layers, <code>self.down = nn.Linear(hidden,
# width)</code> and <code>self.up = nn.Linear(width, hidden)</code>; in <code>forward</code> the formula.</details>
# <details><summary>What has to be 0 for the output to be x?</summary>What is added. The simplest way: all of
# <code>self.up</code>, weight and bias.</details>
# <details><summary>Why not both tables?</summary>The gradient of W₂ is made of gelu(W₁x + b₁), that of W₁ of W₂. If all are 0,
# both gradients are 0, in every step: only a constant can be learnt. If only W₂ and b₂ are 0, W₂ moves in the first step, and
# W₁ from the second one on.</details>
#
# <details><summary><b>What you found</b></summary>
#
# One table starts at 0 and the other is drawn: with all at 0, only $b_2$ would ever move. Usual is 0 for the second, as in
# LoRA, with $A$ drawn and $B = 0$. The first one ($W_1$ and $b_1$, with $b_2$) would do as well, since gelu(0) is 0.
#
# </details>

# %% [markdown] id="count-task"
# ## Exercise 4 · Seven methods, counted before training
# *Difficulty ●●●○○ · about 14 minutes · 3 points · skill: reading an architecture*
#
# | method | trains, beside the head |
# |---|---|
# | head | nothing: the head is the last layer, from `hidden` numbers to the classes, with a bias |
# | last-layers | the last 2 layers, and the pooler (hidden × hidden, with a bias) between them and the head |
# | full | every weight |
# | adapter | two adapters of width `rank` in each layer |
# | lora | $A$ and $B$ beside the query and the value of each layer |
# | adalora | the same with ranks to spare, of which those that matter least are switched off (Zhang and others, 2023) |
# | prompt | `rank` vectors that stand before every text like words (Lester and others, 2021) |
#
# A layer of BERT has four tables hidden × hidden (query, key, value, output) and two between `hidden` and `inner`, each with
# a bias, and two norms with a scale and a shift of `hidden` numbers.
#
# Write `trained_weights` for "head", "last-layers", "adapter", "lora" and "prompt". The tests compare it with
# `FineTuned.parameters`, counted from prepared models. Predict first: which of adapter and LoRA trains more at the same rank?


# %% id="count-answer" nbgrader={"grade": false, "grade_id": "count-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def trained_weights(method: str, hidden: int, inner: int, layers: int, classes: int, rank: int) -> int:
    """How many weights a method trains in a BERT of this shape, its head included.

    `inner` is the width of the feed-forward network in a layer. "last-layers" trains two layers.
    """
    ### BEGIN SOLUTION
    layer = 4 * (hidden * hidden + hidden) + (hidden * inner + inner) + (inner * hidden + hidden) + 2 * 2 * hidden
    one_adapter = (hidden * rank + rank) + (rank * hidden + hidden)
    added = {
        "head": 0,
        "last-layers": 2 * layer + hidden * hidden + hidden,
        "adapter": layers * 2 * one_adapter,
        "lora": layers * 2 * (rank * hidden + hidden * rank),
        "prompt": rank * hidden,
    }
    return added[method] + hidden * classes + classes
    ### END SOLUTION


trained_weights("lora", hidden=384, inner=1536, layers=6, classes=2, rank=8)  # expected: 74498

# %% id="count-tests" nbgrader={"grade": true, "grade_id": "count-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
wanted = {"head": 28, "last-layers": 752, "adapter": 1022, "lora": 868, "prompt": 58}
head = "the head has hidden × classes weights and a bias for each class, and every method trains it"
biases = "each table has a bias, as long as its output, and each of the two norms a scale and a shift"
tables = "the head, the pooler, two layers: each has the four tables, the two to inner and back, and two norms"
pairs = "query and value have a pair each, and each pair has A and B, in every layer"
two = "two adapters in every layer, each with `rank` × hidden weights down and as many up"
vectors = "`rank` vectors of `hidden` numbers, whatever the classes, and the head"
usual = dict(zip(wanted, (head, tables, two, pairs, vectors)))
slips = {"head": {70: "the pooler is not the head"}}
slips["last-layers"] = {724: head, 710: "the pooler is trained too", 411: "two layers, not one", 2457: "not all"}
slips["last-layers"] |= dict.fromkeys((704, 670, 718, 728, 742, 746, 762), biases)
slips["last-layers"] |= {1090: "`inner` need not be 4 × hidden", 764: "the pooler has no norm"}
slips["adapter"] = dict.fromkeys((868, 1008, 1036, 938, 952), "biases: `rank` down, `hidden` up")
slips["adapter"] |= {994: head, 525: "there are two adapters in each layer", 880: "7 layers here, not 6"}
slips["lora"] = {840: head, 1022: "LoRA has no biases", 952: "LoRA has no biases", 1372: "rank 5", 748: "7 layers"}
slips["prompt"] = {30: head, 238: "the vectors stand before the text, not in every layer", 63: "vectors have no bias"}
for method, count in wanted.items():
    got = tried(lambda method=method: trained_weights(method, 6, inner=11, layers=7, classes=4, rank=5))
    why = lambda got, method=method: slips[method].get(got, usual[method])
    lesson.check(f"hidden 6, inner 11, 7 layers, 4 classes, rank 5: {method}", got, count, likely=why)
minilm = {"head": 770, "last-layers": 3_697_538, "adapter": 79_202, "lora": 74_498, "prompt": 3_842}
for method, count in minilm.items():
    got = trained_weights(method, hidden=384, inner=1536, layers=6, classes=2, rank=8)
    lesson.check(f"minilm, {method}", got=got, want=count)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for hidden, inner, layers, classes in ((20, 31, 4, 3), (36, 50, 3, 6)):
    width = int(draw.integers(2, 7))
    sizes = {"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers, "num_labels": classes}
    small = BertConfig(vocab_size=50, num_attention_heads=2, **sizes)
    for method in minilm:
        lesson.check(
            f"{method}, as prepared: hidden {hidden}, inner {inner}, {layers} layers, {classes} classes, rank {width}",
            got=trained_weights(method, hidden, inner, layers, classes, width),
            want=prepared(method, small, width).parameters[0],
        )
### END HIDDEN TESTS

# %% [markdown] id="count-hints"
# <details><summary>Where do I start?</summary>With the head, which all have: hidden × classes weights and a bias for each
# class.</details>
# <details><summary>LoRA</summary>A is rank × hidden, B hidden × rank, no biases; beside two parts of each layer.</details>
# <details><summary>Adapter</summary>hidden × rank weights and rank biases down, rank × hidden weights and hidden biases up;
# two of them in each layer.</details>
# <details><summary>A layer</summary>4 (hidden² + hidden), then hidden × inner + inner, inner × hidden + hidden, and two norms of
# 2 × hidden.</details>
#
# <details><summary><b>What you found</b></summary>
#
# The adapter trains a little more than LoRA, by its biases. Both train about 0.3 % of the 22.7
# million weights that `minilm` has (printed above Exercise 1), the prompt 0.02 %.
#
# </details>
#
# The picture draws these counts for all customers, against the rank; below it you choose both. At which rank do LoRA's
# tables for 100 customers fill as much as one whole `minilm`, 91 MB?

# %% id="rank-picture"
ranks = 2 ** np.arange(7)
bert = BertConfig(vocab_size=100, hidden_size=384, intermediate_size=1536, num_hidden_layers=6, num_labels=2)
steps = {name: [prepared(name, bert, r).parameters[0] for r in (1, 2)] for name in ("adapter", "lora", "prompt")}


def rank_picture(rank=8, customers=100):
    """Megabytes of the weights that three methods train for all customers, against the rank: figure and alt text."""
    figure, axes = figures.new(height=3.6)
    alt = f"Size of what is trained for {customers} customers against the rank, both axes logarithmic. At rank {rank}:"
    megabytes = lambda name, r: customers * 4e-6 * (steps[name][0] + (steps[name][1] - steps[name][0]) * (r - 1))
    for name in steps:
        axes.plot(ranks, megabytes(name, ranks), marker="o", markersize=3, label=name)
        alt += f" {name} {megabytes(name, rank):,.1f} MB;"
    axes.axvline(rank, color=figures.TEXT, linestyle=":")
    axes.set_xscale("log", base=2)
    axes.set(yscale="log", xlabel="rank", ylabel="MB for all customers", ylim=(1e-3, 1e4))
    axes.set_xticks(ranks, ranks)
    axes.set_title(f"Rank {rank}: LoRA for {customers} customers is {megabytes('lora', rank):,.1f} MB")
    axes.legend()
    return figure, alt


figure, alt = rank_picture(rank, customers)
figures.show(figure, alt)


# %% id="rank-slider"
def describe(rank, customers):
    figure, alt = rank_picture(rank, customers)
    return figures.markup(figure, alt)


lesson.explore(
    describe,
    rank=widgets.SelectionSlider(options=[int(r) for r in ranks], value=8, description="rank"),
    customers=widgets.IntSlider(100, min=1, max=1_000, description="customers"),
)

# %% [markdown] id="memory-task"
# ## Exercise 5 · What a trained weight costs
# *Difficulty ●●○○○ · about 7 minutes · 2 points · skill: planning a training*
#
# A trained weight has a gradient, and AdamW keeps two moments of it. The next cell takes one step with all weights of
# `minilm` and counts the bytes of these tensors. How many bytes a weight is that?
#
# Write `training_bytes`. What is trained is float32, 4 bytes a number, and so are gradients and moments. Frozen weights may be
# stored more coarsely: 2 bytes in bfloat16, half a byte in 4-bit form (QLoRA, Dettmers and others, 2023).
#
# Predict first: with LoRA at rank 8, does `minilm` need a half, a quarter or a tenth of the bytes?


# %% id="memory-code"
def held(method: str, rank: int = 8) -> tuple[dict[str, int], tuple[int, int]]:
    """Bytes that minilm holds after a step with one method, by what they are for; and (trained, all) weights."""
    model, tokenizer = models.load("minilm", labels=["negative", "positive"], seed=0)
    model = methods.prepare(model, method, rank, layers=2, steps=10)
    weights = list(model.parameters())
    optimizer = torch.optim.AdamW([weight for weight in weights if weight.requires_grad])
    batch = finetune.collate(finetune.encode(tokenizer, ["a fine film"], 16))
    finetune.train_step(model, batch, torch.tensor([1]), optimizer)
    kept = {
        "weights": weights,
        "gradients": [weight.grad for weight in weights if weight.grad is not None],
        "moments": [state[name] for state in optimizer.state.values() for name in ("exp_avg", "exp_avg_sq")],
    }
    bytes_held = {name: sum(part.numel() * part.element_size() for part in parts) for name, parts in kept.items()}
    return bytes_held, finetune.FineTuned(model, None, None, None).parameters


full_bytes, (trained, total) = held("full")
for name, count in full_bytes.items():
    print(f"{name:10} {count / 1e6:6.1f} MB, {count / total:.0f} bytes a weight")


# %% id="memory-answer" nbgrader={"grade": false, "grade_id": "memory-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def training_bytes(trained: int, total: int, frozen_bytes: float = 4) -> float:
    """Bytes held for weights, gradients and AdamW's moments.

    `total` weights, of which `trained` are trained in float32; `frozen_bytes`: the bytes of one frozen weight.
    """
    ### BEGIN SOLUTION
    return 16 * trained + frozen_bytes * (total - trained)
    ### END SOLUTION


training_bytes(10, total=1_000)  # expected: 4120


# %% id="memory-tests" nbgrader={"grade": true, "grade_id": "memory-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
slips = {4120: "frozen weights take `frozen_bytes` each, not always 4", 160: "the frozen weights are missing"}
slips |= {2160: "`total` holds the trained weights too: they are counted twice", 16_000: "frozen weights cost less"}
slips |= {2100: "itself, gradient, two moments: 4 numbers of 4 bytes", 2020: "gradient and moments are missing"}
slips |= {2120: "what is trained is float32, 4 bytes, however the frozen weights are stored"}
slips |= {2060: "itself, gradient, two moments: 4 numbers of float32, 4 bytes each", 17_120: "bytes, not bits"}
slips |= {2180: "a weight has 4 numbers, not 5", 1980: "the trained weights are missing", 2.14e-3: "bytes are asked"}
slips |= {6100: "a frozen weight has no gradient", 15_860: "10 are trained and 990 are frozen, not the other way round"}
slips |= {2.14: "bytes are asked, of all weights together", 1030: "bytes are asked: a number of float32 has 4"}
rest = "bytes in all: 4 numbers of 4 bytes for each trained weight, one of `frozen_bytes` for each of the others"
why = lambda got: next((said for wrong, said in slips.items() if abs(wrong - got) < 1e-6 * wrong), rest)
lesson.check("10 of 1,000 are trained, the others are of 2 bytes", training_bytes(10, 1_000, 2), 2140, likely=why)
half = {160: "half a byte is not 0", 655: "991 half bytes are no whole number: do not round", 656: "do not round"}
half |= {1151: "half a byte is less than 1"} | dict.fromkeys((2142, 4124), "`frozen_bytes` is the caller's")
lesson.check("991 others of half a byte", training_bytes(10, 1_001, frozen_bytes=0.5), 655.5, likely=half)
why = {164: "nothing is frozen here", 40: "16 bytes for each trained weight"}
lesson.check("all 10 of 10 are trained", training_bytes(10, 10), 160, likely=why)
in_full, (lora_parts, lora_counts) = sum(full_bytes.values()), held("lora")
name = f"minilm, every weight trained: the {in_full / 1e6:.0f} MB that were counted above"
lesson.check(name, training_bytes(trained, total), in_full)
in_lora = sum(lora_parts.values())
name = f"LoRA on minilm: the {in_lora / 1e6:.0f} MB of its tensors, counted now"
lesson.check(name, training_bytes(*lora_counts), in_lora)
### BEGIN HIDDEN TESTS
lesson.check(
    "a model of 7 billion weights in bfloat16 with 20 million trained",
    got=training_bytes(20_000_000, 7_020_000_000, frozen_bytes=2),
    want=14.32e9,
)
few, more = np.random.default_rng(lesson.hidden_seed()).integers(1_000, 9_000, 2).tolist()
lesson.check("4-bit frozen weights", got=training_bytes(few, few + more, 0.5), want=16 * few + more / 2)
lesson.check("nothing is trained", got=training_bytes(0, more, 2), want=2 * more)
### END HIDDEN TESTS

# %% [markdown] id="memory-hints"
# <details><summary>Where do I start?</summary>How many numbers are there for a trained weight? Itself, its gradient, two
# moments: 4 × 4 bytes.</details>
# <details><summary>And for a frozen one?</summary>Itself: <code>frozen_bytes</code>. There are <code>total - trained</code> of
# them.</details>
#
# <details><summary><b>What you found</b></summary>
#
# 16 bytes for each trained weight, 4 for a frozen one: 363 MB against 92 MB here, a quarter. For a model of
# 7 billion it decides what machine you rent: 7 · 16 = 112 GB trained in full, 7 · 2 = 14 GB and a little with LoRA beside
# bfloat16 weights. These are the bytes between two steps. Within a step come the **activations**, kept to compute
# gradients: they grow with batch and text length, and freezing weights saves little of them.
#
# </details>
#
# ## Seven methods on the same sentences
#
# Now measure all of it: the same 800 short sentences, the same two epochs, the same seed, each method at its own learning rate
# (`methods.LEARNING_RATES`). Memory is the peak of the process during training, above what it held before: gradients,
# moments, activations. Seconds are of the processor, so that other work on your machine does not count. The file holds
# what was trained, and nothing else. "first token" is a short cut of trainlib that saves some of the time; it does not
# fit methods that change the model's insides.
#
# Guess before you run it (about two minutes): which is the best on 800 sentences, and which the fastest?

# %% id="race-code"
table = data.load("movie_sentences")
table = table[table["text"].str.len() <= 100]  # characters: short sentences make short runs
labels = list(table["label"].cat.categories)
train, test = (
    table[table["split"] == split].groupby("label", observed=True).sample(rows // 2, random_state=seed)
    for split, rows in {"train": train_rows, "test": test_rows}.items()
)
measured, predicted, queries, file = [], {}, [], Path(tempfile.mkdtemp()) / "trained.safetensors"
for method in methods.NAMES:
    model, tokenizer = models.load("minilm", labels=labels, seed=seed)
    sum(weight.sum() for weight in model.parameters())  # reads them from disk now: training shall not be billed for it
    options = {"method": method, "rank": rank, "epochs": epochs, "seed": seed, "progress": False}
    began = time.process_time()
    result = finetune.fit(model, tokenizer, train, **options)
    fitted = time.process_time()
    predicted[method] = result.predict(test["text"])["label"]
    answered = 1000 * (time.process_time() - fitted) / len(test)
    trained_parts = {name: weight for name, weight in result.model.named_parameters() if weight.requires_grad}
    save_file({name: weight.detach().contiguous() for name, weight in trained_parts.items()}, file)
    measured.append((method, result.parameters[0], result.memory, fitted - began, answered, file.stat().st_size))
    if method == "full":
        queries = [layer.attention.self.query.weight.detach().clone() for layer in model.bert.encoder.layer]
    print(f"{method:12} {result.parameters[0]:12,} weights   {fitted - began:6.1f} s   forward pass: {result.forward}")

# %% id="race-table"
columns = ["method", "trained", "memory", "seconds", "answer (ms)", "file"]
race = pd.DataFrame(measured, columns=columns).set_index("method")
shared = race["file"]["full"] * (race.index != "full")  # one whole model, unless each customer has all weights anew
in_all = (shared + customers * race["file"]) / 1e9
scores = {method: measure.accuracy(test["label"], found) for method, found in predicted.items()}
counts = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=4))
baseline = measure.accuracy(test["label"], counts.fit(train["text"], train["label"]).predict(test["text"]))
shown = pd.DataFrame(
    {
        "trained": race["trained"].map("{:,}".format),
        "gradients + moments (MB)": (12 * race["trained"] / 1e6).map("{:.1f}".format),
        "peak memory (MB)": (race["memory"] / 1e6).map("{:.0f}".format),
        "training (s)": race["seconds"].map("{:.1f}".format),
        "answer (ms)": race["answer (ms)"].map("{:.1f}".format),
        "file (MB)": (race["file"] / 1e6).map("{:.3f}".format),
        f"{customers} customers (GB)": in_all.map("{:.2f}".format),
        "accuracy": [f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})" for score in scores.values()],
    }
)
print(f"word counts, trained on the same sentences: accuracy {baseline}")
shown

# %% id="race-figure"
figure, axes = figures.new(height=4.4)
for number, (method, score) in enumerate(scores.items()):
    bars = [[score.value - score.low], [score.high - score.value]]
    colour = figures.COLOURS[number % len(figures.COLOURS)]
    marker = "osD^vP*"[number]
    axes.errorbar(race["trained"][method], score.value, bars, marker=marker, capsize=3, color=colour, label=method)
axes.axhline(baseline.value, color=figures.TEXT, linestyle="--", label="word counts")
axes.set(xscale="log", xlabel="weights trained", ylabel=f"accuracy on {len(test)} sentences, 95 % intervals")
few = 100 * race["trained"]["lora"] / race["trained"]["full"]
axes.set_title(f"LoRA, {few:.1f} % of the weights: {scores['lora'].value:.3f}; full: {scores['full'].value:.3f}")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
alt = f"Test accuracy of each method against the weights that it trains. Word counts: {baseline.value:.3f}; "
figures.show(figure, alt + ", ".join(f"{method} {score.value:.3f}" for method, score in scores.items()) + ".")

# %% id="paired"
paired = {method: measure.compare(test["label"], predicted["full"], predicted[method]) for method in scores}
del paired["full"]
gaps = pd.DataFrame(
    {
        "trained": race["trained"].drop("full"),
        "difference": [found.difference.value for found in paired.values()],
        "low": [found.difference.low for found in paired.values()],
        "high": [found.difference.high for found in paired.values()],
        "p": [found.p_value for found in paired.values()],
    }
)
print("accuracy of each method minus that of full, on the same sentences, with 95 % interval")
print(gaps.round(3).to_string())
print("of all that full fine-tuning changed in a query table, its 8 largest directions of 384 hold")
for number, (layer, tuned) in enumerate(zip(encoder.encoder.layer, queries), start=1):
    sizes = torch.linalg.svdvals(tuned - layer.attention.self.query.weight).square()
    print(f"   layer {number}: {sizes[:8].sum() / sizes.sum():.2f}")
drawn = torch.linalg.svdvals(torch.randn(384, 384, generator=torch.Generator().manual_seed(seed))).square()
print(f"   of a change drawn at random: {drawn[:8].sum() / drawn.sum():.2f}")

# %% [markdown] id="race-finding"
# <details><summary><b>What you found</b></summary>
#
# With 0.3 % of the weights LoRA is 0.042 below full (95 % interval −0.068 to −0.015), its file 300 times
# smaller. It saves over a third of the memory, 181 MB against 294, and no time (12 s each): gradients run back through all
# layers, and the short cut does not fit LoRA. Training the last two takes 7 s and is 0.002 below full (−0.029 to +0.026).
#
# All other intervals lie below 0. They speak of other sentences, not of other seeds, epochs or rates: this is
# one run of each. Head and prompt do not reach word counts. (Prompts catch up in models of 10 billion weights: Lester and
# others, 2021.)
#
# Why do so few numbers do so much? Of what full changes in a query table, 8 directions of 384 hold 29 to 87 %; of a random
# change 8 %.
#
# </details>

# %% [markdown] id="choose-task"
# ## Exercise 6 · No difference found
# *Difficulty ●●○○○ · about 8 minutes · 2 points · skill: choosing by measurement*
#
# "The interval of the difference contains 0, so the small method is as good." Is it right? With ten test sentences nearly every
# interval contains 0.
#
# Turn the question round. Say first how much accuracy you would give up for the saving: the **margin**. Take a method only if
# its interval rules out a larger loss. Write `choose`: among the methods of which that is true, the one that trains the
# fewest weights; if it is true of none, "full".


# %% id="choose-known" jupyter={"source_hidden": true}
# Nothing to do here: invented methods for the checks of Exercise 6
names = ["pooler", "biases", "adapter", "head", "lora", "norms", "prompt", "keys", "values", "outputs", "adalora"]
known = pd.DataFrame(index=[*names, "last-layers"])
known["trained"] = [120_000, 90_000, 79_202, 770, 74_498, 5_000, 3_842, 85_000, 95_000, 99_000, 111_362, 3_697_538]
known["low"] = [-0.01, -0.018, -0.028, -0.12, -0.045, -0.06, -0.1, -0.025, -0.012, -0.011, -0.005, -0.01]
known["high"] = [0.009, 0.01, -0.002, -0.01, -0.005, -0.04, 0.02, 0.02, 0.01, 0.02, 0.05, 0.04]
known["difference"] = (known["low"] + known["high"]) / 2
fewest = "among the safe ones the fewest weights win: not the first, the last, the narrowest or the most accurate"
choose_slips = {
    "head": "it may be 0.12 worse: only methods whose low is at least -margin",
    "last-layers": "the fewest weights win",
}
choose_slips |= {"prompt": "an interval that contains 0 proves nothing: it may be 0.1 worse"}
choose_slips |= {"lora": "it may be 0.045 worse: the lower end counts, not the middle"}
choose_slips |= {"norms": "a narrow interval is no comfort: it lies wholly below -margin"}
choose_slips |= {"keys": "surely worse, but by less than the margin, is allowed: high does not count"}
choose_slips |= {
    "biases": "the margin is the caller's, 0.03",
    "values": "the margin is the caller's, 0.03, and all of it",
}
choose_slips |= {"outputs": "the lower end counts, not the middle; a middle below 0 is allowed"}
choose_slips |= {"full": "eight methods are safe: their low is at least -margin; the smallest of those is asked"}


# %% id="choose-answer" nbgrader={"grade": false, "grade_id": "choose-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def choose(gaps: pd.DataFrame, margin: float) -> str:
    """The smallest method that is surely no more than `margin` less accurate than full; "full" if there is none.

    `gaps` has a row for each method but full, its name in the index: `trained` weights; `low` and `high`, the interval
    of its accuracy minus that of full.
    """
    ### BEGIN SOLUTION
    safe = gaps[gaps["low"] >= -margin]
    return "full" if safe.empty else safe["trained"].idxmin()
    ### END SOLUTION


for margin in (0.02, 0.05, 0.10, 0.20):
    print(f"margin {margin:.2f}: {choose(gaps, margin)}")

# %% id="choose-tests" nbgrader={"grade": true, "grade_id": "choose-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
why = lambda got: choose_slips.get(got, fewest) if isinstance(got, str) else "the method's name, its index, is asked"
given = known.copy()
lesson.check("margin 0.03: eight are safe", tried(lambda: choose(given, 0.03)), "adapter", likely=why)
why = lambda got: "your function changed the caller's table: work on a copy"
lesson.check("the table stays", got=given, want=known, likely=why)
why = lambda got: "the margin is the caller's"
lesson.check("margin 0.05: one more is", tried(lambda: choose(known.copy(), 0.05)), "lora", likely=why)
better = known.assign(low=0.04, high=0.08)
why = {"full": "a method that beats full by more than the margin is safe too"}.get
lesson.check("all beat full", tried(lambda: choose(better, 0.03)), "head", likely=lambda got: why(got, fewest))
edge = known.assign(low=-0.03, high=0.01)
why = lambda got: "where low is just -margin, a larger loss is ruled out: >="
lesson.check("all may lose just the margin", tried(lambda: choose(edge, 0.03)), "head", likely=why)
why = lambda got: "where no method is safe, none is to be taken: the answer is full"
none = known.assign(low=-0.12, high=[0.1] * 11 + [-0.11])
got = tried(lambda: choose(none, 0.03))
lesson.check("none is safe", "nothing" if got is None else got, "full", likely=why)
### BEGIN HIDDEN TESTS
few_rows = known.assign(low=-0.15 - known["trained"].rank() / 100, high=0.15)
lesson.check("few test rows: every interval contains 0", got=choose(few_rows, margin=0.03), want="full")
worse = known.loc[["head", "lora", "last-layers"]].assign(low=[-0.12, -0.028, -0.01], high=[-0.04, -0.012, 0.03])
lesson.check("a small loss that is certain, within the margin", got=choose(worse, margin=0.03), want="lora")
lesson.check("a margin of 0", got=choose(worse.assign(low=0.01, high=0.05), margin=0.0), want="head")
lesson.check("another order of rows", got=choose(known.iloc[::-1], margin=0.2), want="head")
rng = np.random.default_rng(lesson.hidden_seed())
for margin in (0.02, 0.06, 0.1):
    count, low = rng.permutation(30) + 5, -rng.choice([0.01, 0.03, 0.05, 0.07, 0.09, 0.12], 30)
    drawn = pd.DataFrame({"trained": count, "low": low, "high": low + 0.1}, index=[f"method {i}" for i in range(30)])
    safe = [i for i in range(30) if low[i] > -margin]
    want = f"method {min(safe, key=lambda i: count[i])}" if safe else "full"
    lesson.check(f"thirty methods, a margin of {margin}", got=choose(drawn.copy(), margin), want=want)
### END HIDDEN TESTS

# %% [markdown] id="choose-hints"
# <details><summary>Where do I start?</summary>With one row: the true difference may be as low as <code>low</code>. When is that
# no worse than the margin?</details>
# <details><summary>In code</summary><code>safe = gaps[gaps["low"] >= -margin]</code>, then the index of its smallest
# <code>trained</code>: <code>idxmin()</code>. An empty table has none.</details>
#
# <details><summary><b>What you found</b></summary>
#
# At a margin of 0.02 full is left alone, though last-layers lost only 0.002: on 600 sentences its interval
# reaches nearly 0.03 to each side. An interval shrinks with the root of their number: if it lost 0.002 on more of them too,
# three times as many would rule out a loss of 0.02. At a margin of 0.05 it is enough, and LoRA at 0.10.
#
# </details>

# %% [markdown] id="decide"
# ## Which method, when
#
# | your situation | take | because |
# |---|---|---|
# | one model | full | no other interval here stays within 0.02 of it; one file of 91 MB hurts nobody |
# | one model, trained again and again | last-layers | 7 s in place of 12; −0.002 (−0.029 to +0.026) |
# | many customers, one server, margin 0.10 | lora | 0.3 MB each; −0.042 (−0.068 to −0.015); merged or exchanged at will |
# | 16 bytes a weight do not fit | lora beside coarse frozen weights | 14 GB in place of 112 (Exercise 5) |
# | a first number today | word counts | better here than head and prompt, without any model |
#
# The intervals speak of other sentences, not of other runs, models or texts: try the likeliest two on your own,
# with several seeds. And what is merged cannot be exchanged any more: keep the small file.

# %% [markdown] id="remember"
# ## What to remember
#
# - LoRA adds $\alpha/r \cdot BA$ to a frozen weight: two thin tables, exchanged like a file or merged without trace.
# - What is added must start at nothing and be able to learn: one table 0, the other not.
# - A trained weight costs 16 bytes with AdamW, a frozen one 4 or less. Activations come on top.
# - LoRA with 0.3 % of full's weights lost 4 points to it: it saves storage and memory, and no time. Fewer layers save time.
# - "No difference found" is not "no difference": state a margin, and look at the lower end of the interval.

# %% [markdown] id="open-question-task"
# ## Open question
#
# You serve 300 clinics. Each has 200 to 2,000 labelled letters and wants its own `minilm`; your server has 4 GB of memory. For
# one clinic, a colleague found accuracy 0.86 with full fine-tuning and 0.84 with LoRA: "not significant, so take LoRA".
# What do you answer, measure and build? (About 150 words.)
#
# *Rubric, 4 points:* why the sentence does not follow, with a margin and a paired interval (1) · storage and memory of 300
# clinics by two methods, in numbers (1) · a choice of method that heeds how few labels some clinics have (1) · a
# measurement on held-out letters that could change it (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# That no difference was found says how little was measured, not that there is none. We agree on a margin first, say 0.02, and
# compare both models on the same held-out letters: LoRA passes if the lower end of the paired interval lies above −0.02. One
# clinic with 200 test letters gives about ± 0.05, so I pool the letters of 20 or more clinics. Storage: 300 full models are 27
# GB, of which the memory holds some 40 at once; one base model and 300 sets of LoRA are 0.18 GB and all fit. Time
# does not decide here: answers have a day, so a LoRA may stay beside the layer. I build LoRA on one base model, and for
# clinics with few letters one that is trained on all clinics' letters, tuned further only where that helps. If the interval
# says that LoRA loses more than the margin for clinics with 2,000 letters, those few get full models.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - E. Hu and others, [LoRA](https://arxiv.org/abs/2106.09685), ICLR 2022: the method, and which weights it should stand beside.
# - N. Houlsby and others, [Parameter-efficient transfer learning](https://arxiv.org/abs/1902.00751), ICML 2019: adapters.
# - Q. Zhang and others, [AdaLoRA](https://arxiv.org/abs/2303.10512), ICLR 2023: which ranks are worth keeping.
# - B. Lester and others, [The power of scale](https://arxiv.org/abs/2104.08691), EMNLP 2021: prompt tuning catches up with
#   full fine-tuning only in very large models.
# - T. Dettmers and others, [QLoRA](https://arxiv.org/abs/2305.14314), NeurIPS 2023: LoRA beside frozen weights of 4 bits.
# - D. Biderman and others, [LoRA learns less and forgets less](https://arxiv.org/abs/2405.09673), TMLR 2024: when full
#   fine-tuning is better, measured.
# - [peft's documentation](https://huggingface.co/docs/peft): the methods of this lesson and others, ready to use.

# %% [markdown] id="title"
# # 1-04a · A transformer from scratch
#
# You will write the encoder inside a language model, load the weights of a published one into it, and get the same numbers
# as the library, to five digits.

# %% [markdown] id="objectives"
# **Questions.** How does a model read a word in its context? What is in a block? How do you know that yours is right?
#
# **Afterwards you can**
# 1. compute attention by hand and in code, with several heads and with padding;
# 2. put together an encoder block, and prove that yours is the published one;
# 3. load published weights into your own encoder, and match the library's hidden states to 1e-5;
# 4. draw what a head looks at, and say what that does not prove.

# %% [markdown] id="why"
# **Why a start-up cares.** Everything that you fine-tune, ship and pay for in this course is a stack of one block. Part of
# its cost grows with the square of the length of a text, so somebody who knows what is inside can say what a longer text
# costs, and where a model stops to read. The model of this lesson has 22.7 million numbers; about 40 lines of your own
# will run it, and at the end it searches your own tickets by meaning.

# %% id="imports"
import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig

from trainlib import figures, lesson, models


def outcome(call):
    """What `call()` returns, or the error that it raises, in words: so that a check can explain both."""
    try:
        return call()
    except NotImplementedError:  # an exercise that is still open
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def told(slips: dict, usual: str):
    """For a check: a function from a wrong number, or from an error in words, to the sentence that explains it."""
    return lambda got: usual if isinstance(got, str) else slips.get(round(float(got), 2), usual)


# %% id="parameters" tags=["parameters"]
sentence = "The bank raised its interest rates because inflation was high."  # whose attention is drawn

# %% [markdown] id="idea"
# ## A word looks at other words
#
# "Bank" means one thing beside "river" and another beside "interest". So a model must let each word fetch information from
# the others. Below, three words have two numbers each, made up: how much they are about water, how much about money.
# "Bank" compares itself with each word (a product), turns the results into shares, and takes the mixture.

# %% id="idea-code"
words = ["river", "bank", "water"]
meaning = torch.tensor([[2.0, 0.0], [1.0, 1.0], [2.0, 0.1]])  # (words, [water, money])
scores = meaning[1] @ meaning.T
shares = scores.softmax(dim=-1)
for word, score, share in zip(words, scores, shares):
    print(f"bank looks at {word:6} score {score:.2f}, share {share:.2f}")
print("bank before:", meaning[1].tolist(), "after:", [round(value, 2) for value in (shares @ meaning).tolist()])

# %% [markdown] id="formula"
# "Bank" has become wetter. In a real model, what a word asks for, what it offers and what it hands over are three vectors,
# each learnt: **query**, **key** and **value**. For all words at once:
#
# $$\text{weights} = \operatorname{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right), \qquad \text{result} = \text{weights} \cdot V$$
#
# | symbol | meaning | shape |
# |---|---|---|
# | $Q$, $K$, $V$ | queries, keys, values, a row a token | (tokens, $d$) |
# | $d$ | length of one query | a number |
# | weights | how much each token (row) takes from each token (column) | (tokens, tokens) |
#
# The product of two vectors of length $d$ typically has the size $\sqrt d$. Divided by it, scores stay near 1, where softmax
# can still learn (Vaswani and others, 2017).

# %% [markdown] id="attention-task"
# ## Exercise 1 · Attention
# *Difficulty ●●●○○ · about 9 minutes · 5 points · skill: attention*
#
# Write `attention`. Texts of a batch differ in length, so short ones are padded; `mask` is True at real tokens. Nobody
# may look at padding, and what a token takes from the others must still add up to 1.
#
# Predict first, for two tokens with queries and keys (1, 0) and (0, 1): does the first one take more than 0.5 from itself,
# or less?


# %% id="attention-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def three_tokens() -> tuple[torch.Tensor, ...]:
    """Queries, keys and values of three tokens, and a mask: the third token is padding."""
    query = torch.tensor([[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]])
    key = torch.tensor([[1.0, -0.5, 3, 0], [0.5, 2, 0, 0], [3, 1, 0, 0]])
    value = torch.tensor([[10.0, 0], [20, 1], [90, 5]])
    return query, key, value, torch.tensor([True, True, False])


def share_slip(got) -> str | None:
    """What the shares of the first token tell about a slip."""
    share = np.asarray(got, dtype=float)[0]
    if np.isnan(share).any():
        return "0/0: whole rows were hidden. The mask hides tokens that are looked at; the last dimension adds up to 1"
    if share[2] > 1e-6:
        return "padding gets a share: where the mask is False, scores must be −∞ before the softmax"
    if share.sum() < 0.99:
        return "shares do not add up to 1: hide padding before the softmax, and take each row by itself"
    if share.sum() > 1.01:
        return "shares add up to more than 1: softmax divides by the sum of its row"
    known = {0.73: "the scores are not divided by the root of d", 0.56: "divide by the root of d, not by d itself"}
    known |= {0.82: "a row belongs to the token that looks", 0.88: "multiplied by the root of d, not divided"}
    known |= dict.fromkeys((0.64, 0.67), "d is the length of a query: not of a value, and not the number of tokens")
    return known.get(round(float(share[0]), 2), "shares are a softmax of query times key over the root of d")


# %% id="attention-answer" nbgrader={"grade": false, "grade_id": "attention-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor):
    """Scaled dot-product attention: (result, weights).

    query, key, value: (..., tokens, size). mask: bool, broadcasts to (..., tokens, tokens), True where a key is a real
    token. result: (..., tokens, size of a value); weights: (..., tokens that look, tokens that are looked at).
    """
    ### BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights
    ### END SOLUTION


attention(torch.eye(2), torch.eye(2), torch.tensor([[10.0], [20.0]]), torch.tensor([True, True]))  # your prediction?

# %% id="attention-tests" nbgrader={"grade": true, "grade_id": "attention-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
pair = outcome(lambda: attention(*three_tokens()))
lesson.check(
    "a pair comes back, the result first: shapes (3, 2) and (3, 3)",
    got=pair if isinstance(pair, str) else [list(np.shape(part)) for part in pair],
    want=[[3, 2], [3, 3]],
    likely=lambda got: "exchanged?" if got == [[3, 3], [3, 2]] else "(result, weights), from query times key turned",
)
shares, mixed = np.array([[0.6225, 0.3775, 0], [0.0759, 0.9241, 0]]), np.array([[13.775, 0.3775], [19.241, 0.9241]])
lesson.check("what two tokens take", got=pair[1][:2], want=shares, tolerance=1e-3, likely=share_slip)
row = "each token mixes the values by its own row: weights @ value"
lesson.check("the mixture of the values", got=pair[0][:2], want=mixed, tolerance=1e-3, likely=lambda got: row)
query, key, value, real = three_tokens()
q, k, v = (torch.stack([part, 0 * part + 1])[None] for part in (query, key, value))  # (1 text, 2 heads, 3 tokens, size)
turned = "leave the dimensions before the last two alone: count from the end, -1 and -2; .T turns all of them round"
got = outcome(lambda: attention(q, k, v, real[None, None, None])[0][0, :, 0, 0])
lesson.check(
    "two heads at once, each by itself", got=got, want=[13.775, 1.0], tolerance=1e-3, likely=lambda got: turned
)
table, back = torch.ones(3, 3).tril().bool(), "a mask may be a table, a row for each token that looks; hide with −∞"
got = outcome(lambda: attention(query, key, value, table)[1][0])
lesson.check("if all look back only, the first sees itself", got=got, want=[1, 0, 0], likely=lambda got: back)
same = "your function changes the query, key or value that it is given: leave the inputs alone"
got, want = ([part.tolist() for part in parts] for parts in ((query, key, value, real), three_tokens()))
lesson.check("the inputs are as they were", got=got, want=want, likely=lambda got: same)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(lesson.hidden_seed())
q, k, v = torch.randn(3, 2, 4, 7, 16, generator=generator).unbind(0)
keep = (torch.arange(7) < torch.tensor([[7], [4]]))[:, None, None]
result, weights = attention(q.clone(), k.clone(), v.clone(), keep.clone())
lesson.check(
    "what a token takes adds up to 1, beside padding too",
    got=weights.sum(-1),
    want=torch.ones(2, 4, 7),
    tolerance=1e-4,
    likely=lambda got: "hide padding before the softmax: after it, its share is lost",
)
lesson.check(
    "a batch with heads and padding, as torch has it",
    got=result,
    want=functional.scaled_dot_product_attention(q, k, v, keep),
    tolerance=1e-4,
)
### END HIDDEN TESTS

# %% [markdown] id="attention-hints"
# <details><summary>Where do I start?</summary>The scores: <code>query @ key.transpose(-2, -1)</code>, one row for each token
# that looks. What are they divided by? Look for d in the table.</details>
# <details><summary>How do I hide padding?</summary>A share of 0 comes out of softmax where −∞ goes in:
# <code>scores.masked_fill(~mask, -torch.inf)</code>.</details>
# <details><summary>Which dimension has to add up to 1?</summary>Each token that looks shares out one unit over all that it
# looks at: the last dimension.</details>
#
# <details><summary><b>What you found</b></summary>
#
# The first token takes 0.67 from itself: the score $1/\sqrt 2$ against 0. Without the root it would be
# 0.73. With vectors of length 32, as below, the difference is a factor of 5.7 in every score.
#
# </details>

# %% [markdown] id="heads-idea"
# ## Several heads
#
# One mixture per word is little: "bank" may want the adjective before it *and* the verb after it. So the vector of
# each token is cut into pieces, attention runs on each piece by itself, and the results are put side by side again. A
# linear layer mixes them. `minilm` cuts 384 numbers into 12 heads of 32.
#
# Below are the parts of one block, and `attend`: the whole of it by torch's own function, to test yours against.


# %% id="layer"
class Layer(nn.Module):
    """The weights of one encoder block."""

    def __init__(self, hidden: int, heads: int, inner: int):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
        self.output = nn.Linear(hidden, hidden)  # mixes the heads
        self.norm_1, self.norm_2 = (nn.LayerNorm(hidden, eps=1e-12) for _ in range(2))
        self.wider, self.narrower = nn.Linear(hidden, inner), nn.Linear(inner, hidden)


def attend(states, mask, layer):
    """What attention adds to each token.

    states: (texts, tokens, hidden). mask: (texts, tokens), True at real tokens.
    """
    three, states = (layer.query, layer.key, layer.value), states.transpose(0, 1)
    weight, bias = torch.cat([part.weight for part in three]), torch.cat([part.bias for part in three])
    out, _ = functional.multi_head_attention_forward(
        states, states, states, states.shape[-1], layer.heads, weight, bias, None, None, False, 0.0,
        layer.output.weight, layer.output.bias, key_padding_mask=~mask, need_weights=False,
    )  # fmt: skip
    return out.transpose(0, 1)


# %% id="plain-attention"
def torch_attention(query, key, value, mask):
    """What exercise 1 asks for, by torch: (result, None)."""
    return functional.scaled_dot_product_attention(query, key, value, mask), None


def example(hidden=24, heads=4, texts=2, tokens=5, seed=0):
    """Random states, a mask with padding in the second text, and a layer, for tests."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = Layer(hidden, heads, 4 * hidden).requires_grad_(False)
        states = torch.randn(texts, tokens, hidden)
    mask = torch.arange(tokens) < torch.tensor([[tokens], *[[tokens - 2]] * (texts - 1)])
    return states, mask, layer


states, mask, layer = example()
print("states", tuple(states.shape), "→", tuple(attend(states, mask, layer).shape), "\n", mask)


# %% id="small-layer"
def small_layer(heads: int = 2) -> Layer:
    """A layer of 4 numbers a token whose products can be followed by hand."""
    layer = Layer(4, heads, 8).requires_grad_(False)
    for part, factor in ((layer.query, 1.0), (layer.key, 0.5), (layer.value, 10.0), (layer.output, 2.0)):
        part.weight.copy_(factor * torch.eye(4)), part.bias.copy_(factor * torch.arange(4) / 4)
    for part in (layer.key, layer.output):
        part.weight.copy_(part.weight.flip(0))  # so that no two parts do the same
    layer.wider.weight.copy_(torch.eye(4).repeat(2, 1)), layer.wider.bias.copy_(torch.linspace(-2, 1, 8))
    layer.narrower.weight.copy_(torch.linspace(-3, 3, 32).reshape(4, 8)), layer.narrower.bias.fill_(0.5)
    layer.norm_1.weight.copy_(torch.tensor([1.0, 2, 1, 2])), layer.norm_2.bias.copy_(torch.tensor([0.0, 10, 0, 0]))
    return layer


def small_texts() -> tuple[torch.Tensor, torch.Tensor]:
    """States of two texts of three tokens, and their mask: the last token of the second text is padding."""
    states = [[[1.0, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1]], [[1, 1, 0, 2], [0, 2, 1, 0], [3, 0, 1, 2]]]
    return torch.tensor(states), torch.tensor([[True, True, True], [True, True, False]])


# %% [markdown] id="heads-task"
# ## Exercise 2 · Several heads
# *Difficulty ●●●○○ · about 8 minutes · 4 points · skill: shapes*
#
# Write `multi_head`. Apply `layer.query`, `layer.key` and `layer.value` to the states, cut each result into `layer.heads`
# heads, call `attention` once for all of them, join the heads again and apply `layer.output`.
#
# Head 0 owns the first numbers of *each* token, head 1 the next ones. `attention` wants the tokens in the last but one
# dimension, so heads must come before them: (texts, heads, tokens, size). The mask has to fit that too.


# %% id="heads-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks of Exercises 2 and 3 say to a wrong answer
reshaped = "a reshape to heads first mixes the tokens up: cut the last dimension only, then swap tokens and heads"
heads_slips = {44.51: reshaped, 12.53: reshaped, 16.84: "layer.output is missing", 11.07: "query stands for key, too"}
heads_slips |= {6.72: "swap tokens and heads back before you join", 34.18: "join head after head: first swap back"}
heads_slips |= {17.91: "head 0 owns the first numbers of a token, not every second one"}
heads_slips |= {27.76: "padding is looked at: the mask must stand at the tokens that are looked at"}
heads_slips |= {17.1: "query and key are exchanged", 2.0: "key and value are exchanged", 7.1: "a bias is missing"}
heads_slips |= {
    17.72: "it adds nothing to the states: that is Exercise 3",
    16.92: "cut into layer.heads heads, not one",
}
heads_slips |= {21.74: "the number of heads is layer.heads, not 4", 11.62: "query and key are parts of the layer"}
block_slips = {8.81: "the first sum with x is missing", 9.55: "the second sum with x is missing", 9.56: "no attention"}
block_slips |= {9.07: "the second sum adds what came out of the first norm, not the states that came in"}
block_slips |= {-26.67: "the norm comes after the sum here, not before f", 8.93: "norm x + f(x), not f(x) alone"}
block_slips |= {-2.47: "norm_1 frames both parts: the second has norm_2", -0.5: "the two norms are exchanged"}
block_slips |= {9.52: "the first norm is missing", -1.6: "the second norm is missing", 9.61: "GELU, not ReLU"}
block_slips |= {9.17: "padding is looked at: give the mask on to attend", 9.47: "give the mask on as it is"}
block_slips |= {10.34: "GELU is missing", 10.0: "GELU comes between wider and narrower", -0.78: "attention comes first"}
block_slips |= {-1.05: "use the layer's own norms: they hold learnt numbers", 8.69: "attention takes plain states"}
block_slips |= {
    8.77: "take functional.gelu as it is: an approximation gives other digits",
    9.38: "f takes the normed x",
}


# %% id="heads-answer" nbgrader={"grade": false, "grade_id": "heads-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def multi_head(states: torch.Tensor, mask: torch.Tensor, layer: Layer, attention=torch_attention) -> torch.Tensor:
    """Multi-head attention: what `attend` gives, (texts, tokens, hidden).

    states: (texts, tokens, hidden). mask: bool (texts, tokens), True at real tokens. attention: a function as in
    exercise 1, which returns a pair.
    """
    ### BEGIN SOLUTION
    split = lambda values: values.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    query, key, value = (split(part(states)) for part in (layer.query, layer.key, layer.value))
    result, _ = attention(query, key, value, mask[:, None, None])
    return layer.output(result.transpose(1, 2).flatten(2))
    ### END SOLUTION


multi_head(states, mask, layer).shape  # expected: torch.Size([2, 5, 24])

# %% id="heads-tests" nbgrader={"grade": true, "grade_id": "heads-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
heads_slip = told(heads_slips, "cut into (texts, tokens, heads, size), heads before tokens, a mask that fits all four")
small, (given, real) = small_layer(), small_texts()
shape = outcome(lambda: list(multi_head(given, real, small).shape))
single = lambda got: "return one tensor, the result of attention's pair" if "tuple" in str(got) else heads_slip("")
lesson.check("the result has the shape of the states", got=shape, want=[2, 3, 4], likely=single)
got = multi_head(given, real, small)[1, 0, 1]
lesson.check("two heads, padding: a number of a token", got=got, want=16.7246, tolerance=1e-3, likely=heads_slip)
right = attend(given, real, small)
looks = "padding is hidden where it is looked at; it looks itself, too: no row of the result is put to 0"
got = multi_head(given, real, small)
lesson.check("the others, as torch has them", got=got, want=right, tolerance=1e-4, likely=lambda got: looks)
large = example()
got = outcome(lambda: multi_head(*large))
numbers = "take layer.heads and the sizes from the layer and the states: no number of your own"
lesson.check("four heads of six", got=got, want=attend(*large), tolerance=1e-4, likely=lambda got: numbers)
nothing = lambda query, key, value, mask: (0 * value, None)
got = multi_head(given, real, small, attention=nothing)[0, 0]
called = "call the attention that is given: it is the last argument"
lesson.check("with an attention that says nothing", got=got, want=small.output.bias, likely=lambda got: called)
changed = "your function changes the states that it is given: leave the inputs alone"
lesson.check("the states are as they were", got=given, want=small_texts()[0], likely=lambda got: changed)
### BEGIN HIDDEN TESTS
for count, tokens in ((4, 5), (6, 4), (3, 9)):
    large = example(heads=count, tokens=tokens, texts=3, seed=lesson.hidden_seed() + count)
    lesson.check(
        f"{count} heads and {tokens} tokens, as torch has it",
        got=multi_head(*large),
        want=attend(*large),
        tolerance=1e-4,
        likely=lambda got: "does each head own a part of every token? A reshape to heads first mixes the tokens up",
    )
x, real, part = example(heads=2, seed=lesson.hidden_seed())
got = multi_head(x, real, part, attention=lambda query, key, value, mask: (2 * value, None))
lesson.check("with another attention", got=got, want=part.output(2 * part.value(x)), tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="heads-hints"
# <details><summary>Where do I start?</summary>Cut only the last dimension: <code>values.unflatten(-1, (layer.heads,
# -1))</code> gives (texts, tokens, heads, size). Then swap two dimensions.</details>
# <details><summary>And the mask?</summary>It must broadcast to (texts, heads, tokens, tokens) and stand at the tokens that
# are looked at: <code>mask[:, None, None]</code>.</details>
# <details><summary>How do I join?</summary>Undo the swap first, then <code>flatten(2)</code>.</details>
#
# <details><summary><b>What you found</b></summary>
#
# A reshape straight to (texts, heads, tokens, size) has the right shape too, and gives each head whole
# tokens of its own: it computes something, trains badly, and no error ever says so. Only a comparison of numbers does.
#
# </details>

# %% [markdown] id="block-idea"
# ## A block
#
# Attention mixes tokens. Then a small network works on each token by itself: `wider` to four times as many numbers, GELU (a
# smooth form of "negative becomes 0"), `narrower` back. Around each of the two stands the same frame:
#
# $$x \leftarrow \operatorname{norm}\bigl(x + f(x)\bigr)$$
#
# Adding $x$ lets a block change what it must and leave the rest; it also lets gradients through many blocks. The norm then
# brings each token to mean 0 and variance 1, times learnt numbers. BERT norms **after** the sum; GPT-2 and most later
# models norm before $f$.

# %% [markdown] id="block-task"
# ## Exercise 3 · One encoder block
# *Difficulty ●●●○○ · about 9 minutes · 6 points · skill: reading an architecture*
#
# Write `block`. Use `attend(states, mask, layer)` for attention; `functional.gelu` is torch's GELU.
#
# Predict first: if all weights and biases of the two parts are 0, what does a block do to states that are normed already?


# %% id="block-answer" nbgrader={"grade": false, "grade_id": "block-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def block(states: torch.Tensor, mask: torch.Tensor, layer: Layer, attend=attend) -> torch.Tensor:
    """One block of BERT: states (texts, tokens, hidden) → the same shape. mask: bool (texts, tokens)."""
    ### BEGIN SOLUTION
    states = layer.norm_1(states + attend(states, mask, layer))
    return layer.norm_2(states + layer.narrower(functional.gelu(layer.wider(states))))
    ### END SOLUTION


block(states, mask, layer).shape  # expected: torch.Size([2, 5, 24])

# %% id="block-tests" nbgrader={"grade": true, "grade_id": "block-tests", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
block_slip = told(block_slips, "x + f(x), then the norm; and the same once more")
given, real = small_texts()
got = block(given, real, small_layer())
want = np.array([-0.712440, 8.765224, 1.163228, 0.783988])
slip = lambda got: block_slip(got[1])
lesson.check("first token of the second text", got=got[1, 0], want=want, tolerance=2e-5, likely=slip)
shape, whole = list(got.shape), "a norm belongs to one token: it runs over the last dimension"
lesson.check("the shape of the states comes back", got=shape, want=[2, 3, 4], likely=lambda got: whole)
changed = "your block changes the states that it is given: write x = x + …, not x += …"
lesson.check("the states are as they were", got=given, want=small_texts()[0], likely=lambda got: changed)
got = block(given, real, small_layer(), attend=lambda states, mask, layer: 0 * states)[1, 0, 1]
called = "call the attend that is given: it is the last argument"
lesson.check("with an attend that says nothing", got=got, want=9.556, tolerance=1e-3, likely=lambda got: called)
normed, seen, silent = example(seed=1)
normed = functional.layer_norm(normed, normed.shape[-1:])
for part in (silent.output, silent.narrower):
    nn.init.zeros_(part.weight), nn.init.zeros_(part.bias)
got = block(normed, seen, silent)[seen]
lesson.check("two silent parts pass normed states on", got=got, want=normed[seen], tolerance=1e-4)


### BEGIN HIDDEN TESTS
def torch_block(states, mask, layer):
    hidden = states.shape[-1]
    other = nn.TransformerEncoderLayer(
        hidden, layer.heads, layer.wider.out_features, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True
    ).requires_grad_(False)
    three = (layer.query, layer.key, layer.value)
    other.self_attn.in_proj_weight.copy_(torch.cat([part.weight for part in three]))
    other.self_attn.in_proj_bias.copy_(torch.cat([part.bias for part in three]))
    names = {"output": other.self_attn.out_proj, "wider": other.linear1, "narrower": other.linear2}
    for name, part in {**names, "norm_1": other.norm1, "norm_2": other.norm2}.items():
        part.load_state_dict(getattr(layer, name).state_dict())
    return other(states, src_key_padding_mask=~mask)


x, real, part = example(seed=lesson.hidden_seed())
got = block(x, real, part, attend=lambda states, mask, layer: states.flip(-1))
once = part.norm_1(x + x.flip(-1))
want = part.norm_2(once + part.narrower(functional.gelu(part.wider(once))))
lesson.check("with another attend", got=got[real], want=want[real], tolerance=1e-4)
for number in (1, 2):
    hidden_states, hidden_mask, hidden_layer = example(48, 6, 3, 8, seed=lesson.hidden_seed() + number)
    scale = torch.linspace(0.5, 2, 48)
    for norm, turn in ((hidden_layer.norm_1, 1), (hidden_layer.norm_2, -1)):
        norm.weight.copy_(scale.roll(turn)), norm.bias.copy_(turn * scale)
    lesson.check(
        "a block with random weights, as torch has it",
        got=block(hidden_states, hidden_mask, hidden_layer)[hidden_mask],
        want=torch_block(hidden_states, hidden_mask, hidden_layer)[hidden_mask],
        tolerance=1e-4,
        likely=lambda got: "check which x goes into each sum, and that each norm comes after its sum",
    )
### END HIDDEN TESTS

# %% [markdown] id="block-hints"
# <details><summary>Where do I start?</summary>Write the frame twice: first with f = attention and <code>norm_1</code>, then
# with f = <code>narrower(gelu(wider(x)))</code> and <code>norm_2</code>.</details>
# <details><summary>Which x is in the second sum?</summary>The one that came out of the first norm. Call it
# <code>states</code> again, and nothing can go wrong.</details>
#
# <details><summary><b>What you found</b></summary>
#
# A silent block passes normed states on unchanged: a deep stack begins as something harmless and learns
# what to change. That check also passes with the norm at a wrong place. Only the comparison with random weights tells.
#
# </details>

# %% [markdown] id="load"
# ## The weights of a published model
#
# `minilm` is a BERT of six blocks, trained by others on over a billion pairs of sentences (its model card). Its
# weights are a table of names and arrays. The cell below copies them into six of *your* `Layer`s, name by name.

# %% id="load-code"
library, tokenizer = models.load("minilm")
PARTS = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value"}
PARTS |= {"output": "attention.output.dense", "norm_1": "attention.output.LayerNorm"}
PARTS |= {"wider": "intermediate.dense", "narrower": "output.dense", "norm_2": "output.LayerNorm"}


def layers_of(model) -> list[Layer]:
    """The blocks of a BertModel as Layers with its weights."""
    found, config = [], model.config
    for theirs in model.encoder.layer:
        ours = Layer(config.hidden_size, config.num_attention_heads, config.intermediate_size).requires_grad_(False)
        for name, path in PARTS.items():
            getattr(ours, name).load_state_dict(theirs.get_submodule(path).state_dict())
        found.append(ours)
    return found


layers = layers_of(library)
print(len(layers), "layers,", f"{sum(w.numel() for layer in layers for w in layer.parameters()):,} weights in them")
print({name: tuple(part.weight.shape) for name, part in library.embeddings.named_children() if hasattr(part, "weight")})

# %% [markdown] id="tables"
# 10.6 of the 22.7 million numbers are in the blocks. Most others are `word_embeddings`: a row of 384 numbers for each of
# 30,522 word pieces. (147,840 are in a "pooler", which `encode` does not need.) Two more tables are added, because
# attention by itself sees a *set* of tokens:
#
# - `position_embeddings`: a row for place 0, 1, 2, … up to 511. So this model reads 512 pieces; of a longer text you cut off
#   the rest (`truncation=True`) or read it in parts.
# - `token_type_embeddings`: a row for the first sentence of a pair, one for the second.
#
# The sum of three rows, normed by `embeddings.LayerNorm`, is what the first block gets.

# %% id="tokens"
batch = tokenizer(
    ["The bank raised its rates.", "We sat down."],
    ["Loans cost more now.", "The river bank was wet and cold that day."],
    padding=True,
    return_tensors="pt",
)
print(tokenizer.convert_ids_to_tokens(batch["input_ids"][0]))
print("token types", batch["token_type_ids"][0].tolist())
print("mask       ", batch["attention_mask"][0].tolist())

print("pieces  multiplications of a text (millions)  of them in scores and mixtures")
for length in (64, 128, 256, 512):
    linear = 6 * length * 12 * 384**2  # four parts of 384 × 384, two of 384 × 1,536, in each of six blocks
    square = 6 * 2 * length**2 * 384  # each token's score with each, and each token's share of each value
    print(f"{length:6}  {(linear + square) / 1e6:37,.0f}  {square / (linear + square):28.0%}")


# %% [markdown] id="encoder-task"
# ## Exercise 4 · The whole encoder, against the library
# *Difficulty ●●●●○ · about 10 minutes · 6 points · skill: reproducing a model*
#
# Write `encode`: three rows for each token, the norm, then all layers. `block` is a function as in exercise 3; the default
# is one that is known to be right. The tables are modules: `embeddings.word_embeddings(ids)` looks rows up.
#
# The tests give it other tables, layers and blocks, and then want the library's numbers to 1e-5. The last lines run a
# model of your own from its first product to its last norm, and say which exercise to go back to if it is wrong. They
# need exercises 1 to 3; the tests do not.


# %% id="library-block"
def library_block(states, mask, layer):
    """A block by the library's own code, with the weights of a Layer."""
    theirs = library.encoder.layer[layers.index(layer)]
    return theirs(states, torch.where(mask, 0.0, torch.finfo(torch.float32).min)[:, None, None])


def distance(ours: torch.Tensor, batch) -> float:
    """The largest difference from the library's own hidden states, over all real tokens."""
    with torch.no_grad():
        theirs = library(**batch).last_hidden_state
    return float((ours - theirs)[batch["attention_mask"].bool()].abs().max())


def where_it_differs(attention, multi_head, block) -> str:
    """Which exercise to go back to, if your own parts do not add up to the library's numbers."""
    states, mask, layer = example(hidden=384, heads=12)
    of_one_head = (states, states, states, mask[:, None])
    pairs = [(attention(*of_one_head)[0], functional.scaled_dot_product_attention(*of_one_head))]
    pairs.append((multi_head(states, mask, layer), attend(states, mask, layer)))
    pairs.append((block(states, mask, layers[0]), library_block(states, mask, layers[0])))
    wrong = [number for number, (own, right) in enumerate(pairs, start=1) if (own - right)[mask].abs().max() > 1e-4]
    return f"go back to Exercise {wrong[0]}" if wrong else "Exercises 1 to 3 agree with torch and with the library"


# %% id="small-tables"
def small_tables() -> nn.Module:
    """The tables and the norm of a tiny model: 10 pieces, 8 places, 2 types, 4 numbers each."""
    config = BertConfig(vocab_size=10, hidden_size=4, max_position_embeddings=8)
    tables = type(library.embeddings)(config).eval().requires_grad_(False)
    for name, factor in (("word_embeddings", 1), ("position_embeddings", 10), ("token_type_embeddings", 100)):
        table = tables.get_submodule(name).weight
        table.copy_(factor * torch.arange(table.numel()).reshape(table.shape) ** 2 % 7)
    return tables


def counting_block(states, mask, layer):
    """Stands for a block: twice the real tokens, plus the layer, a number.

    1,000 more unless the mask is True and False.
    """
    return 2 * states * mask[..., None] + layer + 1000 * (mask.dtype != torch.bool)


def small_batch() -> tuple[torch.Tensor, ...]:
    """ids, types and mask of two texts; the second has a place of padding."""
    return tuple(map(torch.tensor, ([[1, 5, 2], [1, 7, 0]], [[0, 0, 1], [0, 0, 0]], [[1, 1, 1], [1, 1, 0]])))


# %% id="encoder-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
encoder_slips = {15.27: "the table of token types is missing", 15.65: "the table of positions is missing"}
encoder_slips |= {
    52.0: "the sum is not normed before the first block",
    42.42: "the norm is of the sum of all three tables",
}
encoder_slips |= {
    14.1: "positions count from 0",
    14.86: "positions are 0, 1, 2, … in each text: not its types, not its ids",
}
encoder_slips |= {14.6: "each token has a type of its own: look `types` up, as they are"}
encoder_slips |= {3.0: "a layer is left out: all layers, each with what the one before gave"}
encoder_slips |= {12.0: encoder_slips[3.0], 25.0: "the layers run the wrong way round"}
encoder_slips |= {1.0: "nothing comes after the last layer: norms stand inside the blocks"}
encoder_slips |= {22.0: "the sum with x is inside the block already", 18.4: "the rows of a table are taken as they are"}
encoder_slips |= {
    10.0: "the mask is turned round: True at real tokens",
    3016.0: "a block wants True and False: mask.bool()",
}


def shape_slip(got) -> str:
    """For the tests below: what a shape or an error tells about a slip."""
    short = "a state for each token of each text"
    return short if got == [2, 4] else "take the embeddings, layers and block that are given, not those of `library`"


# %% id="encoder-answer" nbgrader={"grade": false, "grade_id": "encoder-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block) -> torch.Tensor:
    """Hidden states (texts, tokens, hidden).

    ids, types, mask: whole numbers (texts, tokens); mask is 1 at real tokens.
    """
    ### BEGIN SOLUTION
    places = torch.arange(ids.shape[1])
    words = embeddings.word_embeddings(ids) + embeddings.token_type_embeddings(types)
    states = embeddings.LayerNorm(words + embeddings.position_embeddings(places))
    for layer in layers:
        states = block(states, mask.bool(), layer)
    return states
    ### END SOLUTION


inputs = (batch["input_ids"], batch["token_type_ids"], batch["attention_mask"])
own_heads = lambda states, mask, layer: multi_head(states, mask, layer, attention)
own_block = lambda states, mask, layer: block(states, mask, layer, own_heads)
print(f"largest difference, all parts your own: {distance(encode(*inputs, block=own_block), batch):.1e}")
print(where_it_differs(attention, multi_head, block))

# %% id="encoder-tests" nbgrader={"grade": true, "grade_id": "encoder-tests", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
encoder_slip = told(encoder_slips, "three rows for each token, one norm, then all layers in their order")
out = outcome(lambda: encode(*small_batch(), small_tables(), [1.0, 10.0], counting_block))
shape = out if isinstance(out, str) else list(out.shape)
lesson.check("small tables, two numbers for layers: the shape", got=shape, want=[2, 3, 4], likely=shape_slip)
lesson.check(
    "a token of type 1", got=out[0, 2], want=[8, 16, 16, 8], tolerance=1e-4, likely=lambda got: encoder_slip(got[1])
)
unseen = "every block needs the mask, or padding is looked at; no row is put to 0 after the last one"
lesson.check("the place of padding, hidden in both layers", got=out[1, 2], want=[10] * 4, likely=lambda got: unseen)
first = [5.5113, 14.5963, 11.9996, 15.8928]
own = "positions start at 0 in every text, and each text has its own ids and types"
lesson.check("the first token of the second text", got=out[1, 0], want=first, tolerance=1e-4, likely=lambda got: own)
got = encode(batch["input_ids"], batch["token_type_ids"], batch["attention_mask"])
lesson.check("a state of 384 numbers for each token", got=list(got.shape), want=[2, batch["input_ids"].shape[1], 384])
right = "is everything taken from the arguments, and nothing changed on its way from layer to layer?"
lesson.check("the library's numbers to 1e-5", got=distance(got, batch) < 1e-5, want=True, likely=lambda got: right)
### BEGIN HIDDEN TESTS
padded = tokenizer(["Profits rose.", "The river bank was wet and cold that day."], padding=True, return_tensors="pt")
got = encode(padded["input_ids"], padded["token_type_ids"], padded["attention_mask"])
lesson.check("texts of different lengths in a batch, to 1e-5", got=distance(got, padded) < 1e-5, want=True)
pair = tokenizer(["It rained."], ["The match was called off."], return_tensors="pt")
got = encode(pair["input_ids"], pair["token_type_ids"], pair["attention_mask"])
lesson.check("a pair of sentences, to 1e-5", got=distance(got, pair) < 1e-5, want=True)
got = encode(pair["input_ids"], pair["token_type_ids"], pair["attention_mask"], layers=layers[:2], block=library_block)
with torch.no_grad():
    two_layers = library(**pair, output_hidden_states=True).hidden_states[2]
lesson.check("the first two layers only", got=got, want=two_layers, tolerance=1e-4)
draw, tables = np.random.default_rng(lesson.hidden_seed()), small_tables()
ids, types = torch.tensor(draw.integers(1, 10, (2, 4))), torch.tensor([[0, 0, 1, 1], [0, 1, 1, 0]])
seen = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
got = encode(
    ids, types, seen, tables, [1.0, 10.0, 100.0], lambda states, mask, layer: 3 * states * mask[..., None] - layer
)
start = tables(input_ids=ids, token_type_ids=types)
lesson.check(
    "other blocks", got=got, want=27 * start * seen[..., None] ** 3 - (9 + 30) * seen[..., None] - 100, tolerance=1e-3
)
### END HIDDEN TESTS

# %% [markdown] id="encoder-hints"
# <details><summary>Where do I start?</summary>Positions are the same for all texts: <code>torch.arange(ids.shape[1])</code>
# goes into the table of positions and broadcasts.</details>
# <details><summary>It is right for one sentence and wrong in a batch</summary>Every block needs the mask, as True and
# False: <code>mask.bool()</code>.</details>
#
# <details><summary><b>What you found</b></summary>
#
# About 40 lines hold a published model: nothing else is in there. The largest difference is a few
# millionths: the order of additions. Padding that nobody masks changes the numbers of real tokens; with one sentence at a
# time, you would never notice.
#
# </details>

# %% [markdown] id="search"
# The scores and mixtures grow with the square of the length, everything else in step with it. (table above Exercise 4). At the 512 pieces at which this
# model ends, the square is still the smaller part: twice the text costs 2.2 times as much. It takes over at 6 × 384 = 2,304
# pieces, far less than models of today read.
#
# ## Search your tickets by meaning
#
# `minilm` was trained so that sentences that mean the same get vectors that point the same way. The vector of a sentence is
# the mean of its tokens' states, without padding. So these lines are a search engine; put your own tickets in.

# %% id="search-code"
tickets = [
    "I was charged twice for the same order",
    "The app closes as soon as I open it",
    "My parcel has not arrived yet",
    "The discount code is not taken at the till",
    "I cannot log in, although my password is right",
    "Please take my card off the list of cards that you keep",
]
question = "money was taken from my card two times"


@torch.no_grad()
def sentence_vectors(texts: list[str]) -> torch.Tensor:
    """A vector of length 1 for each text: the mean of the states of its tokens, padding left out."""
    read = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    real = read["attention_mask"][..., None]
    return functional.normalize((library(**read).last_hidden_state * real).sum(1) / real.sum(1), dim=-1)


alike = sentence_vectors(tickets) @ sentence_vectors([question])[0]  # cosines: 1 is the same direction
for place in alike.argsort(descending=True).tolist():
    shared = len(set(question.lower().split()) & set(tickets[place].lower().split()))
    print(f"{alike[place]:.2f} by meaning, {shared} words shared: {tickets[place]}")

# %% [markdown] id="look"
# The ticket that means the same comes first, though it shares one word, "my" or "was", with the question; a search for
# shared words would have given the last one. One question proves nothing: before you ship it, take 50 questions whose right
# ticket you know, and count how often each of the two searches finds it.
#
# ## What does a head look at?
#
# Weights of attention can be drawn: a row for each token that looks, adding up to 1. Of the 72 heads of `minilm`, the cell
# below picks two by a number: the one that takes most from the token before, and the one that takes most from [CLS].

# %% id="look-code"
tokens = tokenizer(sentence, return_tensors="pt")
library.set_attn_implementation("eager")  # the way of computing that keeps the weights
with torch.no_grad():
    drawn = torch.stack(library(**tokens, output_attentions=True).attentions)[:, 0]  # (layers, heads, tokens, tokens)
library.set_attn_implementation("sdpa")
names = tokenizer.convert_ids_to_tokens(tokens["input_ids"][0])
before = drawn.diagonal(-1, 2, 3).mean(-1)
shares = {"the token before": before, "[CLS]": drawn[..., 0].mean(-1)}
picked = {what: divmod(int(share.argmax()), drawn.shape[1]) for what, share in shares.items()}
for what, (i, head) in picked.items():
    share = shares[what]
    print(f"layer {i + 1}, head {head + 1}: {share[i, head]:.2f} to {what}; all heads together {share.mean():.2f}")
print(f"evenly spread it would be {1 / len(names):.2f}")

# %% id="look-picture"
figure, axes = figures.new(columns=2, width=10, height=4.8)
for ax, (what, (i, head)) in zip(axes, picked.items()):
    shown = ax.imshow(drawn[i, head], cmap="Blues", vmin=0, vmax=1)
    ax.set_xticks(range(len(names)), names, rotation=60, ha="right")
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="is looked at", ylabel="looks", title=f"Layer {i + 1}, head {head + 1} looks at {what}")
    ax.grid(False)
figure.colorbar(shown, ax=axes, label="share (each row adds up to 1)")
figures.show(
    figure,
    alt="Two tables of attention weights for a sentence on a bank's interest rates. In the left one the dark "
    "cells lie just below the diagonal: each token looks at the one before. In the right one nearly all of it "
    "lies in the column of [CLS].",
)

# %% id="look-quiz"
lesson.quiz(
    "A head gives nearly all of its weight to [CLS]; of all heads together, about half goes "
    "there. What may you conclude?",
    {
        "[CLS] is the most important token of the sentence": "A tempting reading of a dark column. But "
        "the weight says where a value is fetched, not how much it changes the answer: the value vector "
        "there may be close to zero.",
        "Little, until you change something and look at the output": "Heads that find nothing to do park "
        "their weight somewhere (Clark and others, 2019). Only an intervention tells what matters.",
        "The model is broken, or was not trained for long enough": "Well-trained BERTs are full of such heads. "
        "Softmax must give its 1 to somebody.",
    },
    answer="Little, until you change something and look at the output",
)

# %% [markdown] id="remember"
# ## What to remember
#
# - Attention: each token asks (query), all answer (key), shares add up to 1, values are mixed. Padding is hidden before the
#   softmax.
# - A block is attention and a small network, each framed by a sum and a norm. A model is a stack of blocks on three tables.
# - The mean of a text's states is a vector to search with. Count what it finds beside a search for words.
# - Right shapes prove nothing. Compare numbers with a reference, with padding, pairs and random weights.
# - A dark cell of attention says where something was fetched, not that it mattered.

# %% [markdown] id="open-question-task"
# ## Open question (3 points)
#
# A supplier explains its refusals of loan requests, which a language model reads, by a picture: the words with the darkest
# cells of attention, "the reasons". Would you buy it? Answer in 80 to 150 words.
#
# | points | for |
# |---|---|
# | 1 | why the picture may show no reason, with an observation of this lesson |
# | 1 | a test by intervention: what you change, what you measure, what you compare it with |
# | 1 | a decision, and what would change it |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Not on this picture. Weights say where values were fetched, not how much they changed the answer. In this lesson about half
# of all weight went to [CLS], which is no word of the text, and one head always took the token before, whatever it said.
# There are 72 heads, and the supplier chose which to show.
#
# I would ask for a test. Take 200 refused requests. In each, mask the words that the picture names and record how much the
# probability of refusal falls. Mask as many words drawn at random, and compare the two falls, with an interval of the
# difference by request.
#
# If the named words move the probability clearly more than random ones, the picture is worth a second look. Until then I
# would not show it to an applicant, to whom we owe true reasons.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Vaswani and others, [Attention Is All You Need](https://arxiv.org/abs/1706.03762), 2017: the block, in three pages.
# - Clark and others, [What Does BERT Look At?](https://arxiv.org/abs/1906.04341), 2019: what heads do, and why many look at
#   one special token.
# - Karpathy, [minGPT](https://github.com/karpathy/minGPT): a whole decoder and its training, in some hundred lines
#   that can be read in one sitting.

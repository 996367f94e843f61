# %% [markdown] id="title"
# # 1-05 · From the next token to answers
#
# In the first minute you will run a language model on your own machine. Then you will look inside: how an answer is drawn
# token by token, what a chat is to a model, and how to find out by measuring whether its answers may be used.

# %% [markdown] id="objectives"
# **Questions.** What does a language model really compute? Why does it answer otherwise each time, or always the same? How
# do I know whether a prompt is good enough? When does a model invent, and what helps?
#
# **Afterwards you can**
# 1. turn a model's scores into probabilities, and choose from them at a temperature and within a top-p;
# 2. write the text that a chat is to a model;
# 3. say why the second token costs less than the first;
# 4. measure a prompt on a test set, beside a baseline, with invalid answers counted;
# 5. measure how often an answer is made up, without the facts and with them.
#
# You need Python, and no PyTorch.

# %% [markdown] id="why"
# **Why a start-up cares.** A help desk that is sure of itself and wrong is worse than none: each wrong price becomes a
# complaint. The model of this lesson has 135 million weights, needs no GPU, and answers twelve questions of a bank's customers
# in fluent English. Below you count how many of those twelve it gets right before it has been told the facts.

# %% id="imports"
import re
import time

import ipywidgets as widgets
import numpy as np
import pandas as pd
import torch

from trainlib import data, figures, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "smollm2"  # SmolLM2-135M-Instruct; "tiny-gpt" runs in seconds and knows nothing
sentences = 50  # of film reviews that a prompt is tried on
length = 30  # tokens of an answer, at most
longest = 512  # tokens that are read with and without a cache
seed = 0  # of the sentences and of what is drawn

# %% [markdown] id="first-minute"
# ## The first minute
#
# A **prompt** goes in, text comes out. The text below comes piece by piece, as the model writes it. The first time, the model
# is unpacked into a folder of yours, which takes half a minute.

# %% id="first-minute-code"
model, tokenizer = models.load(pretrained)
question = [{"role": "user", "content": "Why do banks ask for a second password? Answer in one sentence."}]
for piece in generate.stream(model, tokenizer, question, max_tokens=2 * length):
    print(piece, end="", flush=True)
print(f"\n\n{sum(weight.numel() for weight in model.parameters()) / 1e6:,.1f} million weights")

# %% [markdown] id="tokens"
# ## What it reads and writes: tokens
#
# The pieces are **tokens**. A tokenizer cuts text into pieces of a fixed list and numbers them; the model sees numbers only.
# A space belongs to the word behind it. Frequent words are one token, rare ones several.

# %% id="tokens-code"
for text in ("The capital of France is", "unbelievable overdraft", "12.50 EUR", "Überweisung"):
    numbers = tokenizer(text, add_special_tokens=False)["input_ids"]
    print(f"{text!r:28} {len(numbers)} tokens: {[tokenizer.decode([number]) for number in numbers]}")
print(f"the list has {len(tokenizer):,} tokens")

# %% [markdown] id="next-token"
# ## What it computes: one number for each possible next token
#
# That is all that a language model does: for a text, it gives each token of its list a score, the **logit**, for being the
# next one. Made into probabilities, they can be looked at.
#
# <details><summary>Where is the fact stored that Paris is the capital?</summary>In no table: in the weights, as what usually comes
# next. Text says “Paris” there. What texts seldom say, the model does not know, and still has to give every token a probability;
# nothing inside marks a wrong fact.</details>

# %% id="next-token-code"
prompt = "The capital of France is"
likely = generate.next_token(model, tokenizer, prompt, top=8)
figure, axes = figures.new(height=3.2)
axes.barh([repr(token) for token in likely.token][::-1], likely.probability[::-1])
axes.set(
    xlabel="probability of being the next token",
    xlim=(0, 1),
    title=f"After “{prompt}”: {likely.token[0]!r} has {likely.probability[0]:.0%}",
)
figures.show(
    figure,
    alt="Bars of the eight most probable next tokens after “The capital of France is”, with the probability of each: "
    + ", ".join(f"{row.token!r} {row.probability:.2f}" for row in likely.itertuples()),
)

# %% [markdown] id="temperature-task"
# ## Exercise 1 · Temperature
# *Difficulty ●●○○○ · about 8 minutes · skill: sampling · 3 points*
#
# Logits $z_1, \dots, z_V$ become probabilities by the softmax. A **temperature** $T$ divides the logits first:
#
# $$p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}$$
#
# Guess first: does a temperature of 0.5 make the largest probability larger or smaller? And 10?
#
# Write `probabilities`. Temperature 0 is allowed and means: all of it to the largest logit (to the first one, if several are
# largest). Logits can be as large as 1,000, and $e^{1000}$ is more than a computer's number holds: what may you subtract from
# all logits without changing the result?


# %% id="temperature-answer" nbgrader={"grade": false, "grade_id": "temperature-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def probabilities(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (V,) of tokens with these logits (V,), at a temperature of 0 or more. They sum to 1."""
    ### BEGIN SOLUTION
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    powers = np.exp((logits - np.max(logits)) / temperature)
    return powers / powers.sum()
    ### END SOLUTION


probabilities(np.array([2.0, 1.0, 0.0]), temperature=1.0).round(3)  # expected: [0.665 0.245 0.09 ]

# %% id="temperature-tests" nbgrader={"grade": true, "grade_id": "temperature-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
triple = np.log([6.0, 2.0, 2.0])  # probabilities 0.6, 0.2, 0.2 at temperature 1
halved, doubled = np.array([9, 1, 1]) / 11, np.array([3**0.5, 1, 1]) / (3**0.5 + 2)
multiplied = "that multiplies by the temperature: divide"
lesson.check(
    "at temperature 1 it is the softmax",
    got=probabilities(triple.copy(), 1.0),
    want=[0.6, 0.2, 0.2],
    likely={
        (6, 2, 2): "divide by their sum",
        (1, 1 / 3, 1 / 3): "divide by their sum",
        tuple(triple / triple.sum()): "take e to the power of each logit first",
        (3.6, 1.2, 1.2): "what you subtract, subtract in the powers and in their sum",
        (0.599737, 0.200131, 0.200131): "add nothing to the temperature: 0 is a case of its own",
    },
)
lesson.check(
    "at 0.5 the ratio 3 : 1 becomes 9 : 1",
    probabilities(triple.copy(), 0.5),
    halved,
    likely={
        tuple(doubled): multiplied,
        (0.6, 0.2, 0.2): "the temperature changes nothing",
        (1.2, 0.4, 0.4): "divide the logits by it, not the probabilities",
        (1, 0, 0): "only 0 itself is a case of its own: 0.5 is not",
        (0.818, 0.091, 0.091): "return all digits: do not round",
        (0.82, 0.09, 0.09): "return all digits: do not round",
    },
)
lesson.check("at 2 it becomes 1.73 : 1", probabilities(triple.copy(), 2.0), doubled, likely={tuple(halved): multiplied})
found, alone = probabilities(np.array([1.0, 3.0, 3.0, 2.0]), 0), "the first of them alone"
lesson.check(
    "at 0 the first of the largest logits gets all",
    found,
    [0, 1, 0, 0],
    likely={
        (0, 0.5, 0.5, 0): alone,
        (0, 1, 1, 0): alone,
        (0, 0, 1, 0): alone,
        1: "return the probabilities of all, not the place of the largest",
        (0, 3, 0, 0): "its probability is 1, not its logit",
        (1, 0, 0, 0): "each token keeps its place: do not sort",
    }
    | dict.fromkeys(
        [(np.nan,) * 4, (0.0723295, 0.5344466, 0.5344466, 0.1966119)],
        "0 is a case of its own: nothing can be divided by it",
    ),
)
large = "subtract the largest logit from all, before you divide by the temperature: then no power is above 1"
extreme = np.array([1000.0, 1000.0, 0.0])
lesson.check("logits of 1000 are no trouble", probabilities(extreme, 1.0), [0.5, 0.5, 0], likely=lambda got: large)
found = probabilities(np.array([5.0, 4.0, -900.0]), 0.005)
lesson.check("nor is a small temperature", found, [1, 0, 0], likely=lambda got: large)
handed = triple.copy()
changes = "write into a new array: `-=`, `/=` and `logits[…] =` change the logits that were handed over"
probabilities(handed, 0.5), probabilities(handed, 0)
lesson.check("the logits stay as they were", got=handed, want=triple, likely=lambda got: changes)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size, temperature in ((2, 0.3), (7, 1.7), (50, 6.0)):
    drawn = rng.normal(0, 3, size)
    powers = np.exp(drawn / temperature)
    lesson.check(
        "it holds for any logits and temperature",
        probabilities(drawn.copy(), temperature),
        powers / powers.sum(),
        tolerance=1e-5,
    )
lesson.check("temperature 0 takes the largest", np.argmax(probabilities(drawn.copy(), 0)), np.argmax(drawn))
found = probabilities(np.array([-3000.0, -3000.0, -3001.0, -9000.0]), 0.5)
lesson.check("very low logits are no trouble either", found, [0.4683105, 0.4683105, 0.0633789, 0], tolerance=1e-5)
### END HIDDEN TESTS

# %% [markdown] id="temperature-hints"
# <details><summary>Where do I start?</summary>Without the temperature first: <code>np.exp(logits)</code>, divided by its
# sum.</details>
# <details><summary>What may be subtracted?</summary>Any number c, from all logits: e<sup>z − c</sup> = e<sup>z</sup> /
# e<sup>c</sup>, and e<sup>c</sup> cancels. With the largest logit as c, the largest power is e<sup>0</sup>.</details>
# <details><summary>Temperature 0</summary>A case of its own: zeros, and a 1 at <code>np.argmax(logits)</code>, which gives the
# first of several.</details>
# <details><summary><b>What you found</b></summary>
#
# A low temperature makes the largest probability larger: ratios are raised to the power 1/T. At 10 nearly all tokens are
# equally probable, which is noise; at 0 the answer is always the same, which is called *greedy*.
#
# </details>

# %% id="temperature-figure"
# The same scores at three temperatures; the slider below has the others
prompt = "My favourite thing about a start-up is the"
scored = {T: generate.next_token(model, tokenizer, prompt, top=6, temperature=T) for T in (0.5, 1.0, 2.0)}
figure, panels = figures.new(columns=3, width=9, height=3.0)
for axes, (temperature, table) in zip(panels, scored.items()):
    axes.barh([repr(token) for token in table.token][::-1], table.probability[::-1])
    axes.set(title=f"T = {temperature:g}: first {table.probability.iloc[0]:.2f}", xlabel="probability", xlim=(0, 1))
figures.show(
    figure,
    alt="The six most probable next tokens at temperatures 0.5, 1 and 2: the first one has a probability of "
    + ", ".join(f"{table.probability.iloc[0]:.2f}" for table in scored.values()),
)


def describe(temperature):
    table = generate.next_token(model, tokenizer, prompt, top=5, temperature=temperature)
    rows = "".join(
        f"<tr><td><code>{row.token!r}</code></td><td>{row.probability:.3f}</td></tr>" for row in table.itertuples()
    )
    return f"<table>{rows}</table>five tokens have {table.probability.sum():.0%} of the probability"


lesson.explore(describe, temperature=widgets.FloatSlider(1, min=0.1, max=3, step=0.1, description="temperature"))

# %% [markdown] id="top-p-task"
# ## Exercise 2 · Top-p
# *Difficulty ●●●○○ · about 12 minutes · skill: sampling · 4 points*
#
# Even at temperature 1 some odd token is drawn now and then: there are thousands of improbable ones, and together they hold
# a good part of the probability. **Top-p** sampling draws only from the smallest set of the most probable tokens whose
# probabilities sum to at least $p$. The others get 0, and those that are left are divided by their sum.
#
# Write `within_top_p`. The tokens keep their places. Among equally probable tokens the one that stands first in the list is taken first.
# With $p = 1$ nothing changes. At least one token is always left.


# %% id="top-p-answer" nbgrader={"grade": false, "grade_id": "top-p-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def within_top_p(probabilities: np.ndarray, p: float) -> np.ndarray:
    """Probabilities (V,) left to the smallest set of the most probable tokens that holds at least `p`, 0 < p ≤ 1."""
    ### BEGIN SOLUTION
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]  # what the more probable tokens hold
    kept = np.zeros(len(probabilities))
    chosen = order[before < p - 1e-12]  # the last bits of a sum are no reason to take one token more
    kept[chosen] = probabilities[chosen]
    return kept / kept.sum()
    ### END SOLUTION


within_top_p(np.array([0.5, 0.25, 0.125, 0.125]), p=0.6).round(3)  # expected: [0.667 0.333 0. 0.]

# %% id="top-p-tests" nbgrader={"grade": true, "grade_id": "top-p-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
mixed = np.array([0.125, 0.5, 0.0625, 0.25, 0.0625])  # exact in binary
lesson.check(
    "0.6 takes 0.5 and 0.25, in their places",
    within_top_p(mixed.copy(), 0.6),
    [0, 2 / 3, 0, 1 / 3, 0],
    likely={
        (2 / 3, 1 / 3, 0, 0, 0): "each token keeps its place: do not return the sorted list",
        (0, 1, 0, 0, 0): "the token that reaches p belongs to the set: 0.5 alone is less than 0.6",
        (0, 0.5, 0, 0.25, 0): "divide by what is left, so that it sums to 1",
        (2,): "the list keeps its length: the others get 0",
        (
            0.2,
            0.8,
            0,
            0,
            0,
        ): "choose in the order of probability, the largest first, then write each one to its own place",
        (0, 0.5, 0, 0, 0): "divide by what is left, and take the token that reaches p",
        (0.5, 0, 0.25, 0, 0.25): "sort from the most probable downwards",
        tuple(mixed): "sort from the most probable downwards",
        (1 / 3, 0, 2 / 3, 0, 0): "`order` says where each one came from: write to `kept[order[…]]`",
        (0, 0.5 / 0.6, 0, 0.25 / 0.6, 0): "divide by what is left, 0.75, and not by p",
        (
            1 / 7,
            4 / 7,
            0,
            2 / 7,
            0,
        ): "0.5 and 0.25 hold 0.6 already: p is a share of the probability, not of the tokens",
        (0, 0.5621765, 0, 0.4378235, 0): "divide by the sum: no second softmax",
    }
    | dict.fromkeys(
        [(0,) * 5, (np.nan,) * 5],
        "at least one token is left: p is what the set holds together, not what each token needs",
    ),
)
lesson.check(
    "0.75 is reached by 0.5 and 0.25, and no more are needed",
    within_top_p(mixed.copy(), 0.75),
    [0, 2 / 3, 0, 1 / 3, 0],
    likely={
        (1 / 7, 4 / 7, 0, 2 / 7, 0): "at least p is enough: a set that holds exactly p needs no further token",
        (0, 1, 0, 0, 0): "the token that reaches p belongs to the set",
    },
)
lesson.check(
    "0.3 leaves the most probable token alone",
    within_top_p(mixed.copy(), 0.3),
    [0, 1, 0, 0, 0],
    likely={
        (np.nan,) * 5: "at least one token is left: nothing was, and 0 / 0 is not a number",
        (0, 2 / 3, 0, 1 / 3, 0): "0.5 holds 0.3 already",
        (0, 0, 0, 0, 0): "at least one token is left",
        (0, 0.5, 0, 0, 0): "divide by what is left",
    },
)
lesson.check(
    "0.9 needs one of the two equal tokens: the first",
    within_top_p(mixed.copy(), 0.9),
    np.array([2, 8, 1, 4, 0]) / 15,
    likely={
        (2 / 15, 8 / 15, 0, 4 / 15, 1 / 15): 'of equal tokens the first one is taken first: `kind="stable"`',
        tuple(mixed): "of equal tokens the first one is taken first: one of the two is enough",
        (1 / 7, 4 / 7, 0, 2 / 7, 0): "0.875 is less than 0.9",
    },
)
stays = "every token with a probability stays, each of two equal ones, too (`list.index` finds the first one only)"
lesson.check("with 1 nothing changes", within_top_p(mixed.copy(), 1.0), mixed, likely=lambda got: stays)
handed = mixed.copy()
within_top_p(handed, 0.6)
lesson.check("what was handed over stays as it was", handed, mixed, likely=lambda got: "write into a new array")
lesson.check(
    "p is no number of tokens",
    within_top_p(np.full(10, 0.1), 0.35),
    [0.25] * 4 + [0] * 6,
    likely={(0.1,) * 10: "equal tokens: the first ones, until their sum reaches p"},
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size, p in ((3, 0.5), (12, 0.8), (200, 0.95)):
    drawn = rng.dirichlet(np.full(size, 0.7))
    ranks = np.argsort(np.argsort(-drawn))
    count = next(k for k in range(1, size + 1) if np.sort(drawn)[::-1][:k].sum() >= p)
    kept = np.where(ranks < count, drawn, 0)
    lesson.check("it holds for any probabilities", within_top_p(drawn.copy(), p), kept / kept.sum())
lesson.check("one token stays with any p", within_top_p(np.array([0.0, 1.0]), 0.2), [0, 1])
### END HIDDEN TESTS

# %% [markdown] id="top-p-hints"
# <details><summary>Where do I start?</summary><code>order = np.argsort(-probabilities, kind="stable")</code> has the places of
# the tokens, the most probable first. <code>np.cumsum(probabilities[order])</code> says how much the first one, two, three … hold.</details>
# <details><summary>Which ones stay?</summary>A token stays if the ones <i>before</i> it hold less than p. So the one that
# reaches p stays, too, and the first one always does.</details>
# <details><summary>Back to their places</summary>Start with zeros, and write at <code>order[…]</code>.</details>

# %% id="drawn-code"
# Four ways to draw, three seeds: what changes from line to line, and what reads as nonsense?
prompt = [{"role": "user", "content": "Write one short sentence about a bank for students."}]
for title, way in {
    "greedy": {"temperature": 0.0},
    "T = 0.7": {"temperature": 0.7},
    "T = 1.5": {"temperature": 1.5},
    "T = 1.5, top-p 0.8": {"temperature": 1.5, "top_p": 0.8},
}.items():
    print(title)
    for draw in range(1 if title == "greedy" else 3):
        print("   ", repr(generate.text(model, tokenizer, prompt, max_tokens=length // 2, seed=seed + draw, **way)))

# %% [markdown] id="cache"
# ## Why the second token is cheaper
#
# To choose a token, the model reads all that stands before it. The naive way reads it all again for each new token. But what
# the model has made of the earlier tokens does not change when one is added: it can be kept. That store is the **KV cache**
# (keys and values of the attention, lesson 1-04a).
#
# <details><summary>A prompt of 1,000 tokens is answered with 50: which takes longer?</summary>The prompt is read in one pass, with large
# matrix products; the answer is written token by token, and each one fetches all weights from memory. Here reading is about twenty
# times as fast a token, so the two come out even. That is why services bill them at different prices.</details>


# %% id="cache-code"
def read(tokens, cache=None):
    """Let the model read tokens behind those in the cache. Returns the cache, which then holds these as well."""
    with torch.inference_mode():
        return model(input_ids=torch.tensor([tokens]), past_key_values=cache, use_cache=True).past_key_values


def seconds(tokens, cache=None):
    began = time.process_time()
    read(tokens, cache)
    return time.process_time() - began


text, rows = tokenizer("Once upon a time ", add_special_tokens=False)["input_ids"] * longest, []
for place in [2**power for power in (3, 5, 7, 9) if 2**power <= longest]:
    before = read(text[: place - 1])
    rows.append([place, seconds(text[:place]), seconds(text[place - 1 : place], before)])
spent = pd.DataFrame(rows, columns=["tokens", "reading all again, s", "with the cache, s"]).set_index("tokens")
spent["ratio"] = spent.iloc[:, 0] / spent.iloc[:, 1]
spent.round(3)

# %% [markdown] id="chat-task"
# ## Exercise 3 · A chat is a text
# *Difficulty ●●○○○ · about 8 minutes · skill: chat templates · 3 points*
#
# A model only continues text. A chat becomes text by a **template**, the one that the model was trained with. This model's
# is: for each message `<|im_start|>`, the role, a new line, the content, `<|im_end|>`, and a new line. If the first message is
# not the system's, `DEFAULT_SYSTEM` is put before it as one. At the end, `<|im_start|>assistant` and a new line invite
# the model to answer.
#
# Write `as_text`. With another template, or with the last line left out, the model still answers, only worse: nothing
# tells you.

# %% id="chat-shown"
DEFAULT_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
question = "My bank card is gone. What should I do"
# The bare text ends without its question mark, so that there is something to continue
bare = generate.text(model, tokenizer, question, max_tokens=length)
asked = generate.text(model, tokenizer, [{"role": "user", "content": f"{question}?"}], max_tokens=length)
print(f"the bare text is continued: {bare!r}\nthe chat is answered: {asked!r}")


# %% id="chat-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def slip_of_a_chat(got):
    if not isinstance(got, str):
        return "return one text, not a list of parts"
    if "\\n" in got or "DEFAULT_SYSTEM" in got:
        return (
            "the letters of a name or of \\n stand in the text: a raw text keeps them, and "
            "quotes make letters of a name"
        )
    if not got.rstrip("\n").endswith("<|im_start|>assistant"):
        return "the invitation is missing: <|im_start|>assistant and a new line, without an end"
    if not got.endswith("assistant\n"):
        return "a new line follows the word assistant"
    if "<|im_end|><|im_start|>" in got:
        return "a new line follows each <|im_end|>"
    if re.search(r"<\|im_start\|>(system|user|assistant)[^\n]", got):
        return "the role is followed by a new line, and nothing else"
    if not re.match(r"<\|im_start\|>\s*system", got):
        return "DEFAULT_SYSTEM comes first, as a message of the system, where the first message is not the system's"
    if re.search(r"<\|im_start\|>\s|\n<\|im_end\|>|<\|im_end\|>\n(?!<)", got[:-1]):
        return "the role, a new line, the content as it is, <|im_end|>, a new line"
    return "each message once, in its place, with its own role and content; the invitation once, at the end"


# %% id="chat-answer" nbgrader={"grade": false, "grade_id": "chat-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def as_text(messages: list[dict[str, str]]) -> str:
    """The text of a chat, with the invitation to answer.

    A message has a "role" (system, user, assistant) and a "content".
    """
    ### BEGIN SOLUTION
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    parts = [f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in messages]
    return "".join(parts) + "<|im_start|>assistant\n"
    ### END SOLUTION


print(as_text([{"role": "user", "content": "Hello"}]))  # expected: three beginnings, two ends


# %% id="chat-tests" nbgrader={"grade": true, "grade_id": "chat-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
start, end = "<|im_start|>", "<|im_end|>\n"
default, brief = (f"{start}system\n{text}{end}" for text in (DEFAULT_SYSTEM, "Be brief."))
invited = f"{start}user\nHello{end}{start}assistant\n"
ask = lambda *chat: as_text([{"role": role, "content": content} for role, content in chat])
asked = ask(("user", "Hello"))
lesson.check("a question gets the default and the invitation", asked, default + invited, likely=slip_of_a_chat)
asked = ask(("system", "Be brief."), ("user", "Hello"))
lesson.check(
    "a system message of your own replaces the default",
    asked,
    brief + invited,
    likely=lambda got: (
        "DEFAULT_SYSTEM comes first where the first message is not the system's, and only there"
        if DEFAULT_SYSTEM in got
        else slip_of_a_chat(got)
    ),
)
asked = ask(("system", "Be brief."), ("user", "Hello"), ("assistant", "Hi."), ("user", "Now?"))
longer = f"{brief}{invited}Hi.{end}{start}user\nNow?{end}{start}assistant\n"
lesson.check("earlier answers belong to the text, each with its end", asked, longer, likely=slip_of_a_chat)
asked = ask(("user", "Hello"), ("system", "Be brief."))
late = f"{default}{start}user\nHello{end}{brief}{start}assistant\n"
lesson.check("a system message further down does not replace the default", asked, late, likely=slip_of_a_chat)
empty = f"{start}system\n{end}{invited}"
lesson.check(
    "an empty system message is one, too",
    ask(("system", ""), ("user", "Hello")),
    empty,
    likely=lambda got: (
        "look at the role of the first message alone, not at its content"
        if DEFAULT_SYSTEM in got
        else slip_of_a_chat(got)
    ),
)
asked, kept = ask(("user", " Hello ")), (default + invited).replace("Hello", " Hello ")
lesson.check("the content stays as it is", asked, kept, likely=lambda got: "spaces are content, too: strip nothing")
handed = [{"role": "user", "content": "Hello"}]
as_text(handed)
wrong = "make a new list: `insert` changes the one that was handed over"
lesson.check("the messages stay as they were", handed, [{"role": "user", "content": "Hello"}], likely=lambda got: wrong)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for rounds in (1, 3):
    words = [" ".join(rng.choice(["card", "fee", "two\nlines", " space "], 4)) for _ in range(2 * rounds)]
    chat = [{"role": ("user", "assistant")[i % 2], "content": word} for i, word in enumerate(words[:-1])]
    lesson.check(
        "any chat becomes what the model's own template makes of it", as_text(chat), generate.chat(tokenizer, chat)
    )
chat = [{"role": "system", "content": ""}, {"role": "user", "content": "Hello"}]
lesson.check("an empty system message is one, too", as_text(chat), generate.chat(tokenizer, chat))
### END HIDDEN TESTS

# %% [markdown] id="chat-hints"
# <details><summary>Where do I start?</summary>One message: <code>f"&lt;|im_start|&gt;{role}\n{content}&lt;|im_end|&gt;\n"</code>.
# Join those of all messages.</details>
# <details><summary>The default</summary>Look at the role of <code>messages[0]</code>. Make a new list with the system's message
# before the others.</details>
# <details><summary>The invitation</summary>It has a beginning and a role, and no end: the model writes the rest, and its last
# token is the end.</details>

# %% [markdown] id="verdict-task"
# ## Exercise 4 · A prompt is a program: read what it returns
# *Difficulty ●●●○○ · about 10 minutes · skill: evaluating prompts · 3 points*
#
# “Is this review positive or negative? Answer with one word.” is a program, with a return value that nobody guarantees. The
# model may answer “Positive.”, “This review is positive, as it …”, or something else. To measure, you need a rule.
#
# Write `verdict`: the label that the answer names as a whole word, in any case of letters. Each label is one word. An answer
# that names no label, or more than one, is invalid: `None`. It will be counted as wrong. (To drop such rows would flatter the
# prompt.) The rule reads names, not meaning: “not positive” names positive.


# %% id="verdict-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks of Exercises 4 and 5 try and say
both, spelt = "two labels are named: which one is meant? None", "return the label as it is spelt in `labels`"
words = "look at all words, not only the first or the whole answer"
plain = {None: "compare in one case of letters, and without punctuation", "Positive": spelt, "Positive.": spelt}
answers_to_read = [  # what must hold, the answer, what it names, and why another verdict comes out
    (
        "the label alone",
        "negative",
        "negative",
        {None: "the label itself must be found", "Negative": spelt, ("negative",): "return the label, not a list"},
    ),
    ("with a capital and a full stop", "Positive.", "positive", plain),
    ("in a sentence", "This review is positive, as it praises the plot.", "positive", words),
    ("both labels are no answer", "It is positive and negative.", None, both),
    ("nor in the other order", "Negative? No: positive!", None, both),
    ("no label is None", "I do not know.", None, "None, not a guess and not a text"),
    ("an empty answer is None", "", None, "nothing was named"),
    (
        "a part of a word is no label",
        "A positively charming film",
        None,
        "“positively” holds the letters, but is another word",
    ),
    (
        "a label said twice is one label",
        "positive, very positive",
        "positive",
        "the same label twice is one label: count labels, not words",
    ),
    ("said twice, it still does not outvote another", "Positive, very positive, not negative.", None, both),
    (
        "“not” changes nothing",
        "It is not positive.",
        "positive",
        {"negative": "the rule reads the label that is named, not what is meant", None: "one label is named: positive"},
    ),
    (
        "marks may stand on all sides",
        'Answer:"Positive"!',
        "positive",
        "cut at everything that is no letter and no digit, not only at spaces",
    ),
]
card, percent = "A replacement card costs 12 euros and arrives within 6 working days.", "You pay 1.5 percent."
every, whole, decimal = (
    "every number must stand in the facts, not only one of them",
    "compare whole numbers: the letters “1” stand in “12”, the number does not",
    "1.5 is one number: read the point and what follows as well",
)
answers_to_support = [  # what must hold, the answer, the facts, the verdict, and why another one comes out
    (
        "all numbers stand there",
        "12 euros, 6 days",
        card,
        True,
        "12 and 6 are in the facts, and all of them may be said",
    ),
    ("facts may hold more than was asked", "It costs 12 euros.", card, True, "not all facts have to be said"),
    (
        "a number that does not",
        "It costs 15 euros.",
        card,
        False,
        "15 is not in the facts (`findall` with a group returns the group alone: `(?:…)`)",
    ),
    ("one right and one wrong", "It costs 12 euros and takes 3 days.", card, False, every),
    ("in the other order", "In 3 days, for 12 euros.", card, False, every),
    ("1 is not in 12", "It costs 1 euro.", card, False, whole),
    ("126 is not 12 and 6", "It costs 126 euros.", card, False, whole),
    ("1.5 is one number", "It is 1.5 percent.", percent, True, decimal),
    ("1.5 is neither 1 nor 5", "It is 1 or 5 percent.", percent, False, decimal),
    (
        "the number ends the sentence",
        "The price in euros is 12.",
        card,
        True,
        "the full stop does not belong to the number",
    ),
    ("so does 1.5", "It is 1.5.", percent, True, "the full stop does not belong to the number"),
    ("12.0 is 12", "It costs 12.0 euros.", card, True, "compare numbers, not letters: float(…)"),
    ("1.50 is 1.5", "It is 1.50 percent.", percent, True, "all digits behind the point belong to the number"),
    (
        "12.4 is not 12",
        "It costs 12.4 euros.",
        card,
        False,
        "what stands behind the point counts: float(…), not rounded",
    ),
    ("120 is not 12", "It costs 120 euros.", card, False, "only noughts behind the point change nothing: float(…)"),
    ("a unit may follow directly", "Wait 7days.", card, False, "7 is a number, whatever letters follow it"),
    (
        "a dash is no sign",
        "Call us 8-21.",
        "We are open from 8 to 21.",
        True,
        "a number is digits and a point: 8 and 21",
    ),
    ("no facts support no number", "It costs 12 euros.", "", False, "12 is not in the facts: there are none"),
    ("no number, nothing to support", "Please call us.", card, True, "an answer without a number passes"),
    ("in an order of its own, twice", "6 days; 12 euros; 12 in all", card, True, "order and repetition do not matter"),
]


# %% id="verdict-answer" nbgrader={"grade": false, "grade_id": "verdict-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def verdict(answer: str, labels: list[str]) -> str | None:
    """The one label, spelt as in `labels`, that `answer` names as a whole word; None where it names none or several."""
    ### BEGIN SOLUTION
    words = re.findall(r"\w+", answer.lower())
    named = [label for label in labels if label.lower() in words]
    return named[0] if len(named) == 1 else None
    ### END SOLUTION


verdict("This review is Positive, as it praises the plot.", ["positive", "negative"])  # expected: 'positive'

# %% id="verdict-tests" nbgrader={"grade": true, "grade_id": "verdict-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
for what, answer, named, why in answers_to_read:
    invalid = lambda got, why=why: why if got in ("positive", "negative") else "return None itself, not a text"
    likely = why if isinstance(why, dict) else {None: why} if named else invalid
    lesson.check(what, got=verdict(answer, ["positive", "negative"]), want=named, likely=likely)
spelt = {"sport": "return the label as it is spelt in `labels`", None: "bring label and answer to one case of letters"}
found = verdict("the topic is sport", ["Business", "Sport"])
lesson.check("labels with capitals are found, too", got=found, want="Sport", likely=spelt)
three, all_of_them = ["Business", "Sport", "Weather"], {None: "look at all of `labels`, however many there are"}
lesson.check("a third label is one, too", got=verdict("I say weather.", three[:]), want="Weather", likely=all_of_them)
found, several = verdict("Business or sport.", three[:]), "two of three are more than one: None"
lesson.check("two of three labels are no answer", got=found, want=None, likely=lambda got: several)
found = verdict("It is about transport.", three[:])
longer = "“transport” ends with the letters of a label, but is another word"
lesson.check("the end of a word is no label", got=found, want=None, likely=lambda got: longer)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
kinds = ["fraud", "refund", "transfer", "other"]
for label in rng.permutation(kinds):
    other = kinds[kinds.index(label) - 1]
    lesson.check(
        "any labels: one is named", verdict(f"This is about a {str(label).upper()}; nothing else", kinds[:]), str(label)
    )
    lesson.check("any labels: two are named", verdict(f"({label}), or ({other})", kinds[:]), None)
    lesson.check("any labels: a longer word is named", verdict(f"{label}s and un{label}", kinds[:]), None)
### END HIDDEN TESTS

# %% [markdown] id="verdict-hints"
# <details><summary>Where do I start?</summary>Words: <code>re.findall(r"\w+", answer.lower())</code>.</details>
# <details><summary>Which labels?</summary>A list of the labels whose small letters are among the words. How long may it
# be?</details>

# %% [markdown] id="measured"
# ## A prompt has a score
#
# Now three prompts are tried on the same sentences of film reviews. The last two do not let the model write: **label scoring**
# asks how probable each label is as the continuation, so every answer is valid. Few-shot shows four worked examples first.
# The baseline knows no English: it counts words and has learnt from 6,294 labelled sentences.

# %% id="measured-code"
reviews = data.load("movie_sentences")
tried = reviews[reviews.split == "test"].sample(sentences, random_state=seed)
labels, truth = ["positive", "negative"], list(tried.label.astype(str))
question = "Is this sentence of a film review positive or negative? Answer with one word."
asked = [[{"role": "user", "content": f"{question}\n{text}"}] for text in tried.text]
examples = (
    "Review: a warm , funny and moving film .\nSentiment: positive\n\n"
    "Review: dull , loud and far too long .\nSentiment: negative\n\n"
    "Review: one of the best of the year .\nSentiment: positive\n\n"
    "Review: a waste of time and talent .\nSentiment: negative\n\n"
)
few = [f"{examples}Review: {text}\nSentiment:" for text in tried.text]

written = generate.text(model, tokenizer, asked, max_tokens=8)
first = [re.sub(r"\W", "", text.split()[0]).lower() if text.split() else "" for text in written]
named = [[label for label in labels if label in text.lower()] for text in written]
found = {
    "the model writes; its first word counts": first,
    "the model writes; the one label in it counts": [names[0] if len(names) == 1 else "" for names in named],
    "label scoring, no example": list(generate.choose(model, tokenizer, asked, labels).label),
    "label scoring, four examples": list(
        generate.choose(model, tokenizer, few, [f" {label}" for label in labels]).label.str.strip()
    ),
}

# %% id="measured-table"
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

known = reviews[reviews.split == "train"]
counts = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000)).fit(
    known.text, known.label.astype(str)
)
found["word counts, 6,294 labelled sentences"] = list(counts.predict(tried.text))
found["always “positive”"] = ["positive"] * len(tried)
rows = []
for name, answers in found.items():
    score = measure.proportion(sum(a == b for a, b in zip(answers, truth)), len(truth))
    rows.append(
        [
            name,
            str(score),
            f"{np.mean([a not in labels for a in answers]):.0%}",
            f"{np.mean([a == 'positive' for a in answers]):.0%}",
        ]
    )
pd.DataFrame(rows, columns=["prompt", "accuracy (95 % interval)", "invalid", "said positive"]).set_index("prompt")

# %% [markdown] id="measured-found"
# <details><summary><b>What you found</b></summary>
#
# The model was told to answer with one word, and nearly always writes a sentence. So what you measure hangs on how you read it, and
# label scoring, which leaves nothing to read, is better than both ways. With four examples it came out above word counts that learnt
# from thousands of labels, on these sentences. All that without touching a weight: between the worst and the best line lies
# nothing but the prompt and how its answer is read.
#
# With so few sentences an interval spans some 20 points, and neighbours in the table cannot be told apart by it. All lines were
# tried on the same sentences, so a paired comparison says more: lesson 2-04.
#
# </details>

# %% [markdown] id="facts-task"
# ## Exercise 5 · Is it made up?
# *Difficulty ●●●○○ · about 10 minutes · skill: measuring faithfulness · 3 points*
#
# In a help desk most harm is in the numbers: prices, days, limits. A cheap test of an answer: **every number in it must stand in
# the facts.** Compare numbers as numbers: 12.0 is 12, but the 1 in 12 is not 1, and 1.5 is neither 1 nor 5.
#
# Write `is_supported`. A number is a run of digits, with one point and more digits if they follow directly; a full stop behind a
# number ends the sentence. An answer without a number has nothing to support, so it passes.


# %% id="facts-answer" nbgrader={"grade": false, "grade_id": "facts-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def is_supported(answer: str, facts: str) -> bool:
    """Whether every number of `answer` is among the numbers of `facts`."""
    ### BEGIN SOLUTION
    numbers = [{float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)} for text in (answer, facts)]
    return numbers[0] <= numbers[1]
    ### END SOLUTION


is_supported(
    "A new card costs 12 euros.", "A replacement card costs 12 euros and arrives within 6 working days."
)  # expected: True

# %% id="facts-tests" nbgrader={"grade": true, "grade_id": "facts-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
for what, answer, facts, holds, why in answers_to_support:
    likely = lambda got, why=why: why if isinstance(got, (bool, np.bool_)) else "return True or False"
    lesson.check(what, got=is_supported(answer, facts), want=holds, likely=likely)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for whole, part, other in rng.choice(np.arange(20, 900), (4, 3), replace=False).tolist():
    facts = f"The fee is {whole}.5 percent, at least {part} euros."
    lesson.check("any numbers that stand there", is_supported(f"At least {part}.00 euros, or {whole}.5.", facts), True)
    lesson.check("any number that does not", is_supported(f"At least {part} euros, or {other}.", facts), False)
    lesson.check("the whole part of a number is another number", is_supported(f"{whole} percent", facts), False)
lesson.check("no facts support no number", is_supported("It is 7.", ""), False)
### END HIDDEN TESTS

# %% [markdown] id="facts-hints"
# <details><summary>Where do I start?</summary><code>re.findall(r"\d+", text)</code> finds runs of digits. A part that may follow
# is written <code>(?:\.\d+)?</code>.</details>
# <details><summary>Compare</summary>Two sets of <code>float(number)</code>: is one within the other? For sets, that is
# <code>&lt;=</code>.</details>

# %% [markdown] id="hallucination"
# ## Twelve questions, with the facts and without
#
# A bank that exists in this notebook only. Each question has one right number. The model is asked three times: without facts,
# with the one fact that answers, and with all twelve. Guess the three counts first.

# %% id="bank"
bank_text = """
What does it cost to replace a lost card? | A replacement card costs 12 euros and arrives within 6 working days. | 12
How long does a transfer to another bank take? | A transfer to another bank takes 3 working days. | 3
What is the daily limit for cash from a machine? | You can take out up to 400 euros a day from a machine. | 400
How old must I be to open an account? | You must be at least 16 years old to open an account. | 16
What is the fee for paying in a foreign currency? | Paying in a foreign currency costs 1.5 percent of the amount. | 1.5
How many free transfers do I have each month? | Each month 25 transfers are free. | 25
When does the support desk close? | The support desk is open from 8 to 21 o'clock. | 21
How many days do I have to dispute a payment? | You can dispute a payment within 56 days. | 56
What interest do you pay on savings? | Savings earn 2.3 percent a year. | 2.3
How many cards can one account have? | One account can have up to 5 cards. | 5
How much is the monthly fee of a business account? | A business account costs 9 euros a month. | 9
After how many wrong PINs is my card blocked? | A card is blocked after 4 wrong PINs. | 4
"""
bank = pd.DataFrame(
    [line.split(" | ") for line in bank_text.strip().splitlines()], columns=["question", "fact", "number"]
)

# %% id="hallucination-code"
role = "You are the help desk of the bank Nordlicht. Answer in one short sentence."
told = {
    "no facts": [""] * len(bank),
    "its own fact": list(bank.fact),
    "all twelve facts": [" ".join(bank.fact)] * len(bank),
}
answers = pd.DataFrame(index=bank.question)
for name, facts in told.items():
    chats = [
        [
            {"role": "system", "content": f"{role} Facts: {fact}" if fact else role},
            {"role": "user", "content": question},
        ]
        for fact, question in zip(facts, bank.question)
    ]
    answers[name] = generate.text(model, tokenizer, chats, max_tokens=length, stop=["\n"])
right = {
    name: [
        bool(re.search(rf"(?<![\d.]){number}(?![\d]|\.\d)", text)) for number, text in zip(bank.number, answers[name])
    ]
    for name in told
}
for name, hits in right.items():
    print(f"{name:17} the right number in {sum(hits):2} of {len(hits)}: {measure.proportion(sum(hits), len(hits))}")
answers.assign(right=bank.number.to_numpy())[["right", *told]].head(6).style

# %% [markdown] id="hallucination-found"
# <details><summary><b>What you found</b></summary>
#
# Without the facts the answers are as fluent as with them, and nearly all numbers are made up; the one that is right is luck. With its own
# fact most are right, not all: “18” stands in many texts about accounts, and the model says it against the fact in front of its eyes. With
# twelve facts, eleven of them beside the point, it mixes them up.
#
# So facts in the prompt help a lot, the right ones only, and still need checking. To find the right ones is *retrieval*: a lesson of
# stage 4. Larger models are better at this; measure yours in the same way.
#
# Try your `is_supported` on `answers["no facts"]`, with `" ".join(bank.fact)` as the facts: a wrong number passes if another fact
# holds it. The test is cheap, and finds no more than what stands nowhere.
#
# </details>

# %% [markdown] id="remember"
# ## What to remember
#
# - A language model gives each token a probability of being the next one. Temperature and top-p say how one is drawn.
# - A chat is a text by a template; with the wrong one, answers are worse and nothing says so.
# - The prompt is read in one pass, the answer is written token by token; the cache keeps what was read.
# - A prompt is a program: test set, baseline, interval, invalid answers counted.
# - Fluent is not right. Put the facts into the prompt, and measure what is still made up.

# %% [markdown] id="open-question-task"
# ## Open question
#
# A colleague shows a help desk that answers three questions perfectly, and wants it on the website on Monday. Which test do you ask for
# before: how many questions, from where, what counts as right, what is compared with what, and which result would stop
# the launch? (About 150 words.)
#
# *Rubric, 4 points:* questions that real customers asked, unseen while the prompt was written, and enough of them for an interval (1) · a rule for right, wrong and
# invalid answers that another person would apply alike (1) · a baseline: no facts, a search, or the present way (1) · a limit set beforehand, in wrong answers, with what a wrong answer costs (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Three answers say little: with three of three right, the share of right answers may still be as low as 44 % (95 % interval). I
# ask for 200 questions from last month's mail, drawn at random and not seen while the prompt was written. Right is an answer
# whose every number and promise stands in the fact sheet; "I do not know, I'll pass you on" is not wrong, but is counted by itself; anything else is wrong. Two people
# judge 50 answers each way, to see whether the rule is clear. Beside it I want today's search page and the same model without
# the fact sheet. A wrong answer costs us about 40 euros of a person's time, a passed-on one 5. The launch stops if the upper end of the interval for
# wrong answers is above 5 %, or if the search page does as well.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - A. Holtzman and others, *The Curious Case of Neural Text Degeneration*, ICLR 2020: why greedy text repeats itself; top-p.
# - T. Brown and others, *Language Models are Few-Shot Learners*, NeurIPS 2020: examples in the prompt, at all sizes of model.
# - T. Zhao and others, *Calibrate Before Use*, ICML 2021: label scoring leans towards one label, and what to do about it.
# - L. Ben Allal and others, *SmolLM2: When Smol Goes Big*, 2025: how the model of this lesson was made.
# - P. Lewis and others, *Retrieval-Augmented Generation*, NeurIPS 2020: facts looked up and put into the prompt.

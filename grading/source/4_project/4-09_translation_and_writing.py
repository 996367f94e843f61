# %% [markdown] id="title"
# # 4-09 · Translation and writing: the strings of your product
#
# You will train a translator from scratch, measure it as translators are measured, and end with a desk that translates
# a product's strings, says which of them a person must look at, and what that costs. Then texts that sell, under rules.

# %% [markdown] id="objectives"
# **Questions.** What does attention look at? What does a BLEU of 30 mean? Does a wider search translate better? Which
# strings may go out unread? Which of five writers writes best, and how sure is that?
#
# **Afterwards you can**
# 1. write the attention step, with padding where it belongs;
# 2. compute BLEU, and put an interval on it;
# 3. search with a beam, and say what length does to it;
# 4. hold a translation to a list of terms;
# 5. turn pairwise judgements into a ranking with intervals;
# 6. decide string by string between machine and person, in euros.

# %% [markdown] id="why"
# **Why a start-up cares.** JupyterLab's catalogue has some 760 strings of three to four words. At 0.12 euros a word,
# this lesson's price, a person translates them for 326 euros, and for 20 languages for 6,500. A published introduction
# promises that fine-tuned models translate “efficiently” and write texts “of high quality”. It names no data, no
# measure and no price. You will put all three beside the promise.

# %% id="imports"
import math
import re
import time
from collections import Counter

import numpy as np
import pandas as pd
import sacrebleu
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers.models import BPE
from torch import nn

from trainlib import data, figures, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "smollm2"  # the model that is asked; "tiny-gpt" shows the mechanics in seconds, and knows nothing
rows = 20_000  # pairs of sentences, all there are
pieces = 4_000  # in the vocabulary of the translator
width = 256  # of its states
epochs = 9  # over all pairs
tuning_epochs = 20  # over the strings of other products
asked = 30  # test sentences that the large model translates
drafts = 6  # texts for each product and temperature
draws = 500  # of a bootstrap
seed = 0  # of everything that is drawn

# %% [markdown] id="data-intro"
# ## Sentences that people translated
#
# Read the card below. Two of its lines decide what the numbers of this lesson mean. Sentences are short, of frequent
# words: a score here is not a score on contracts. And one English sentence has several right translations, of which the
# set knows a few.
#
# A quarter of the test sentences differs from a training sentence in one word. That is no leak by the rule (no sentence
# of either language is in two splits), but it makes the oldest trick in the trade strong: a **translation memory**,
# which looks for the most similar sentence and takes its translation.

# %% id="data-load"
table = data.load("sentence_pairs", rows=rows, seed=seed)
train, test = (table[table.split == part] for part in ("train", "test"))
references = test.groupby("en").es.agg(list)  # English sentence -> all its translations
english = list(references.index)
print(f"{len(train):,} pairs to learn from, {len(english):,} English sentences to test on")
print(f"translations of a test sentence: {references.map(len).value_counts().sort_index().to_dict()}")
data.describe("sentence_pairs")

# %% [markdown] id="attend-task"
# ## Exercise 1 · The attention step
# *Difficulty ●●●○○ · about 20 minutes · skill: attention · 3 points*
#
# The translator reads the English pieces into **states**, one for each. Before it writes a piece, its own state is the
# **query**: it is compared with each English state, and what the decoder sees is a mean of these states, with more
# weight on those that fit. For query $q$ and states $h_1 \dots h_n$ of width $d$:
#
# $$w_i = \frac{e^{q \cdot h_i / \sqrt{d}}}{\sum_j e^{q \cdot h_j / \sqrt{d}}}, \qquad c = \sum_i w_i h_i$$
#
# Sentences of a batch have different lengths, so short ones are padded. **Padding gets no weight at all**, and the
# weights of the words sum to 1. Write `attend`. Guess first: what goes wrong if you set padded weights to 0 *after* the
# division?


# %% id="attend-answer" nbgrader={"grade": false, "grade_id": "attend-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def attend(queries: torch.Tensor, states: torch.Tensor, is_word: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What the decoder sees (batch, steps, width), and the weights (batch, steps, words).

    `queries`: (batch, steps, width); `states`: (batch, words, width); `is_word`: (batch, words), False at padding.
    """
    ### BEGIN SOLUTION
    fits = queries @ states.transpose(1, 2) / math.sqrt(states.shape[-1])
    weights = fits.masked_fill(~is_word[:, None, :], -math.inf).softmax(dim=-1)
    return weights @ states, weights
    ### END SOLUTION


query = torch.tensor([[[1.0, 0.0, 0.0, 1.0]]])
states = torch.tensor([[[1.0, 0, 0, 0], [0, 1, 0, 0], [3, 0, 0, 3]]])  # the last one is padding
seen, weights = attend(query, states, torch.tensor([[True, True, False]]))
print("weights:", weights.flatten())  # expected: 0.6225, 0.3775 and 0
print("seen:   ", seen.flatten())  # expected: 0.6225, 0.3775, 0 and 0

# %% id="attend-tests" nbgrader={"grade": true, "grade_id": "attend-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
queries_check = torch.tensor([[[2.0, 0, 1, 0], [0, 1, 0, 0]], [[1.0, 1, 0, 0], [0, 0, 2, 2]]])
states_check = torch.tensor(
    [[[1.0, 0, 1, 2], [0, 2, 0, 1], [4, 1, 3, 0]], [[2.0, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]]]
)
words_check = torch.tensor([[True, True, False], [True, True, True]])
slips = {
    0.691438: "a score of 0 is no mask, nor is a state of 0: e⁰ is 1. It takes minus infinity before the softmax",
    0.0: "the mask is the other way round: `is_word` is True where a word is",
    0.952574: "divide the scores by the root of the width (here 2)",
    0.679179: "divide the scores by the root of the width, not by the width",
    0.849675: "divide the scores by the root of the width of a state, not of the number of words",
    0.997527: "divide the scores by the root of the width: do not multiply",
}


def of_weights(got):
    if np.shape(got) != (2, 2, 3):
        return "return first what is seen (batch, steps, width), then the weights (batch, steps, words)"
    first, second, padding = (float(got[0][0][place]) for place in range(3))
    if np.allclose(np.asarray(got, float)[1].sum(axis=0), 1, atol=1e-4):
        return "the weights of one step sum to 1 over the words, not over the steps"
    if not np.allclose(np.asarray(got, float)[1].sum(axis=-1), 1, atol=1e-4):
        return "the weights of a step sum to 1: divide by the sum over the words"
    if abs(first - 0.817574) < 1e-4:
        return "each sentence of the batch has its own padding: `is_word[:, None, :]` has a row for each"
    if abs(first - 0.017907) < 1e-4:
        after = "masked after the softmax, the weights no longer sum to 1: take padding out of the sum, too"
        return "padding gets weight here: give it minus infinity before the softmax" if padding else after
    return lesson.slip(first, slips, 1e-4)


seen, weights = attend(queries_check.clone(), states_check.clone(), words_check.clone())
want = [
    [[0.817574, 0.182426, 0], [0.268941, 0.731059, 0]],
    [[0.546549, 0.121952, 0.331499], [0.063379, 0.468310, 0.468310]],
]
lesson.check("the weights", weights, want=want, tolerance=1e-4, likely=of_weights)
want = [
    [[0.817574, 0.364851, 0.817574, 1.817574], [0.268941, 1.462117, 0.268941, 1.268941]],
    [[1.424598, 0.878048, 0.453451, 0.453451], [0.595068, 0.531689, 0.936621, 0.936621]],
]
mean = "the mean of the states: weights @ states"
lesson.check(f"what is seen: {mean}", seen, want=want, tolerance=1e-4, likely=lambda got: mean)
_, weights = attend(torch.full((1, 1, 4), -20.0), torch.ones(1, 3, 4), torch.tensor([[True, True, False]]))
finite = "a finite score for padding can be above those of words: take minus infinity"
want = [[[0.5, 0.5, 0.0]]]
lesson.check("words that fit badly", weights, want=want, tolerance=1e-4, likely=lambda got: finite)
### BEGIN HIDDEN TESTS
dice = torch.Generator().manual_seed(lesson.hidden_seed())
asks, reads = torch.randn(3, 4, 9, generator=dice), 2 * torch.randn(3, 5, 9, generator=dice)
lengths = torch.tensor([5, 2, 1])
words = torch.arange(5) < lengths[:, None]
parts = [
    attend(asks[i : i + 1].clone(), reads[i : i + 1, :n].clone(), words[i : i + 1, :n].clone())
    for i, n in enumerate([5, 2, 1])
]
whole, shares = attend(asks.clone(), reads.clone(), words.clone())
want = torch.cat(
    [
        nn.functional.scaled_dot_product_attention(asks[i : i + 1], reads[i : i + 1, :n], reads[i : i + 1, :n])
        for i, n in enumerate([5, 2, 1])
    ]
)
lesson.check("padding changes nothing of what is seen", whole, want=want, tolerance=1e-4)
lesson.check(
    "a sentence by itself is seen as in a batch",
    torch.cat([torch.as_tensor(seen) for seen, _ in parts]),
    want=want,
    tolerance=1e-4,
)
lesson.check("weights sum to 1", torch.as_tensor(shares).sum(-1), want=torch.ones(3, 4), tolerance=1e-4)
lesson.check(
    "a sentence of one word gets all the weight", torch.as_tensor(shares)[2, :, 0], want=torch.ones(4), tolerance=1e-4
)
far = attend(torch.full((1, 2, 9), -100.0), torch.ones(1, 4, 9), torch.tensor([[True, True, False, False]]))[1]
lesson.check("words that fit badly keep all the weight", far, want=[[[0.5, 0.5, 0.0, 0.0]] * 2], tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="attend-hints"
# <details><summary>Where do I start?</summary>One matrix product compares all queries with all states: <code>queries @
# states.transpose(1, 2)</code> is (batch, steps, words).</details>
# <details><summary>Which value makes a weight 0?</summary>Minus infinity, before the softmax: e to that is 0. A score
# of 0 is none: e⁰ is 1.</details>
#
# <details><summary><b>What you found</b></summary>Weights that are set to 0 afterwards no longer sum to 1. So the
# shorter a sentence is beside its neighbours in the batch, the less the decoder sees of it: the translation then
# depends on which other sentences happen to be in the batch. Nothing fails, and the score only gets worse. The hidden
# tests ask for just that: a sentence alone, and in a batch.</details>
#
# ## The translator
#
# A GRU reads the English pieces in both directions, a second one writes Spanish pieces, and attention stands between
# them. Pieces of words (BPE) are learnt from the training sentences of both languages. `nn.MultiheadAttention` with one
# head does your step, between learnt maps; its mask is the other way round, **True where padding is**. All of it is
# trained from nothing.

# %% id="tools" jupyter={"source_hidden": true}
# Unfold it when you want to know: pieces, batches, training, search and scores
PAD, BEGIN, END = 0, 1, 2
BLEU, CHRF = sacrebleu.BLEU(), sacrebleu.CHRF()


def vocabulary(texts: list[str], size: int) -> Tokenizer:
    """Pieces of words, as often met in the texts."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()])
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "<begin>", "<end>", "<unk>"]
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False)
    )
    return tokenizer


def padded(rows: list[list[int]]) -> torch.Tensor:
    """Rows of numbers as one tensor, with padding behind the short ones."""
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=PAD)


def numbers(texts: list[str]) -> list[list[int]]:
    """The pieces of each text by number, with the end."""
    return [found.ids + [END] for found in tokenizer.encode_batch(list(texts))]


def learn(model: nn.Module, sources: list[str], targets: list[str], epochs: int, rate: float, size: int = 64):
    """Train on pairs in batches of like length, with a rate that rises and falls. Returns each epoch's mean loss."""
    pairs = [(x, [BEGIN, *y]) for x, y in zip(numbers(sources), numbers(targets))]
    rng, losses = np.random.default_rng(seed), []
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98))
    steps = epochs * math.ceil(len(pairs) / size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.15)
    torch.manual_seed(seed)
    model.train()
    for _ in range(epochs):
        lengths = np.array([len(x) + len(y) for x, y in pairs]) + rng.uniform(0, 2, len(pairs))
        batches = np.array_split(np.argsort(lengths), math.ceil(len(pairs) / size))
        total = 0.0
        for place in rng.permutation(len(batches)):
            x, y = (padded([pairs[row][side] for row in batches[place]]) for side in (0, 1))
            said, _, _ = model.write(*model.read(x), y[:, :-1])
            loss = nn.functional.cross_entropy(
                said.flatten(0, 1), y[:, 1:].flatten(), ignore_index=PAD, label_smoothing=0.1
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        losses.append(total / len(batches))
    model.eval()
    return losses


@torch.no_grad()
def translate(model: nn.Module, texts: list[str], longest: int = 30) -> list[str]:
    """Of each text the translation that takes the most probable piece each time."""
    rows, found = numbers(texts), []
    for start in range(0, len(rows), 64):
        states, is_word, state = model.read(padded(rows[start : start + 64]))
        last, written = torch.full((len(states), 1), BEGIN), []
        while len(written) < longest and not (written and (torch.cat(written, 1) == END).any(1).all()):
            said, _, state = model.write(states, is_word, state, last)
            last = said[:, -1].argmax(-1, keepdim=True)
            written.append(last)
        found += [text_of(row) for row in torch.cat(written, 1).tolist()]
    return found


def text_of(row: list[int]) -> str:
    """Pieces by number, up to the end, as text."""
    return tokenizer.decode(row[: row.index(END)] if END in row else row)


def resampled(said: list[str], wanted: list[list[str]]) -> np.ndarray:
    """BLEU of all, and of `draws` samples of as many sentences, drawn with replacement."""
    rng = np.random.default_rng(seed)
    parts = [sacrebleu.BLEU(effective_order=True).sentence_score(one, right) for one, right in zip(said, wanted)]
    counted = np.array([[*part.counts, *part.totals, part.sys_len, part.ref_len] for part in parts])
    sums = [
        counted.sum(axis=0),
        *(counted[rng.integers(len(parts), size=len(parts))].sum(axis=0) for _ in range(draws)),
    ]
    return np.array([BLEU.compute_bleu(list(s[:4]), list(s[4:8]), int(s[8]), int(s[9])).score for s in sums])


def bleu_of(said: list[str], wanted: list[list[str]]) -> measure.Score:
    """BLEU with its 95 % interval."""
    value, *drawn = resampled(said, wanted)
    return measure.Score(value, *np.quantile(drawn, [0.025, 0.975]), 0.95, f"bootstrap, {draws} draws")


def short(score: measure.Score, digits: int = 1) -> str:
    """A score and its interval, in few letters."""
    return f"{score.value:.{digits}f} ({score.low:.{digits}f} to {score.high:.{digits}f})"


def chrf_of(said: list[str], wanted: list[list[str]]) -> np.ndarray:
    """chrF of each sentence, against the translation that it is most like."""
    return np.array([CHRF.sentence_score(one, right).score for one, right in zip(said, wanted)])


# %% id="network"
class Translator(nn.Module):
    """Reads pieces of one language in both directions, and writes those of another with attention."""

    def __init__(self, pieces: int, width: int, small: int = 128):
        super().__init__()
        self.embedding, self.drop = nn.Embedding(pieces, small, padding_idx=PAD), nn.Dropout(0.2)
        nn.init.normal_(self.embedding.weight, std=small**-0.5)
        self.reader = nn.GRU(small, width // 2, batch_first=True, bidirectional=True)
        self.writer, self.first = nn.GRU(small, width, batch_first=True), nn.Linear(width, width)
        self.attention = nn.MultiheadAttention(width, num_heads=1, batch_first=True)
        self.join, self.bias = nn.Linear(2 * width, small), nn.Parameter(torch.zeros(pieces))

    def read(self, x: torch.Tensor):
        is_word = x != PAD
        packed = nn.utils.rnn.pack_padded_sequence(self.drop(self.embedding(x)), is_word.sum(1), True, False)
        states, ends = self.reader(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=x.shape[1])
        return states, is_word, torch.tanh(self.first(torch.cat([ends[0], ends[1]], dim=-1)))[None]

    def write(self, states, is_word, state, y: torch.Tensor):
        queries, state = self.writer(self.drop(self.embedding(y)), state)
        seen, weights = self.attention(queries, states, states, key_padding_mask=~is_word)
        joint = self.drop(torch.tanh(self.join(torch.cat([queries, seen], dim=-1))))
        return joint @ self.embedding.weight.T + self.bias, weights, state


# %% id="train"
strings = data.load("interface_strings", seed=seed)
others, jupyterlab = (strings[strings.split == part].reset_index(drop=True) for part in ("train", "test"))
learnt_from = [*train.en, *train.es, *others.en, *others.es]  # training texts of both languages and both sets
tokenizer = vocabulary(learnt_from, pieces)
torch.manual_seed(seed)
translator = Translator(tokenizer.get_vocab_size(), width)
start = time.process_time()
losses = learn(translator, list(train.en), list(train.es), epochs, rate=3e-3)
seconds = time.process_time() - start
print(f"{sum(one.numel() for one in translator.parameters()):,} weights, {seconds:.0f} CPU seconds")
print("loss of each epoch:", *(f"{loss:.2f}" for loss in losses))
for text, said in zip(english[:6], translate(translator, english[:6])):
    print(f"{text}\n    {said} (right: {' | '.join(references[text][:2])})")

# %% [markdown] id="bleu-task"
# ## Exercise 2 · BLEU
# *Difficulty ●●●○○ · about 25 minutes · skill: measuring translations · 3 points*
#
# BLEU counts which runs of 1, 2, 3 and 4 words of the translations stand in their references. For each length $n$:
#
# $$p_n = \frac{\sum_\text{sentences} \sum_\text{runs} \min(\text{times said},\ \text{times in its reference})}{\sum_\text{sentences} \text{runs said}}$$
#
# The minimum **clips**: “la la la” gets one hit for one “la”. Sums run over all sentences *before* the division. Then,
# with $c$ words said and $r$ words of references in all,
#
# $$\text{BLEU} = 100 \cdot \min(1,\ e^{1 - r/c}) \cdot \sqrt[4]{p_1 p_2 p_3 p_4}$$
#
# The middle part is the **brevity penalty**: who says only the sure words says too little. Write `bleu` for sentences
# of words, with one reference each. Where some $p_n$ is 0 or 0 / 0, it is 0.


# %% id="bleu-answer" nbgrader={"grade": false, "grade_id": "bleu-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def bleu(said: list[list[str]], references: list[list[str]], longest: int = 4) -> float:
    """BLEU from 0 to 100 of sentences in words, each with one reference; of runs of 1 to `longest` words."""

    ### BEGIN SOLUTION
    def runs(words, n):
        return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))

    logs = 0.0
    for n in range(1, longest + 1):
        hits = sum((runs(one, n) & runs(right, n)).total() for one, right in zip(said, references))
        total = sum(runs(one, n).total() for one in said)
        if hits == 0:
            return 0.0
        logs += math.log(hits / total) / longest
    c, r = sum(map(len, said)), sum(map(len, references))
    return 100 * math.exp(min(0, 1 - r / c) + logs)
    ### END SOLUTION


one = "no sé lo que no sé".split()
print(bleu([one], ["no sé lo que quiere Tom".split()]))  # expected: about 50.81

# %% id="bleu-tests" nbgrader={"grade": true, "grade_id": "bleu-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
longer = ([list("abcdeabcdx"), list("fghiy")], [list("abcdey"), list("fgh")])
known = {
    56.33219: "hits are clipped: a run counts at most as often as its reference has it",
    56.02517: "the penalty is at most 1: who says more gets no reward",
    19.28127: "the exponent is 1 − r / c, with the references above the line; and it is at most 0",
    39.51826: "a product and its fourth root, not a mean of the four",
    1.98912: "the fourth root of the product is missing",
    19.64073: "hits and runs are summed over all sentences before the division",
    79.8408: "divide by the runs said, not by those of the references",
    0.37555: "from 0 to 100",
    38.67706: "a run has to stand in its own reference, not in another sentence's",
    33.88710: "no run goes from one sentence into the next",
    54.69758: "runs of 1 to `longest` words: `range(1, longest + 1)`",
    22.22222: "runs of all lengths from 1 to `longest`, not of the longest alone",
    39.07378: "a sentence of m words has m − n + 1 runs of n words: the last one is missing",
    46.92468: "a run that is said twice counts twice, as far as its reference has it twice",
    43.30127: "no smoothing: hits divided by runs said",
    33.85751: "hits and runs are summed over all sentences before the division",
    38.0: "do not round",
}
got = bleu(*([list(one) for one in side] for side in longer))
lesson.check("more said", got, want=37.55479, tolerance=1e-5, likely=lambda got: lesson.slip(got, known, 1e-3))
shorter = ([list("abcdabcd"), list("efgh")], [list("abcdxyzvw"), list("efghi")])
fewer = {
    50.81327: "the brevity penalty is missing: fewer words are said than the references have",
    43.55424: "the penalty is e to the power 1 − r / c, not c / r",
    42.20800: "one penalty for all: c and r are words of all sentences",
}
got = bleu(*([list(one) for one in side] for side in shorter))
lesson.check("less said", got, want=43.01251, tolerance=1e-5, likely=lambda got: lesson.slip(got, fewer, 1e-3))
zero = "where no run of some length is found, it is 0: no smoothing, no error"
got = float(bleu([list("abxy")], [list("abcd")]))
lesson.check("no run of three or four is found", got, want=0.0, likely=lambda got: zero)
twice = {
    0.0: "runs of 1 to `longest` words, and no longer ones",
    66.87403: "the root has as many parts as there are lengths: 1 / longest",
    38.72983: "a run that is said twice counts twice, as far as its reference has it twice",
    63.24555: "a run has its words in order",
    51.63978: "a sentence shorter than n has no run of n words: not less than none",
}
got = bleu(["la la la no sí".split(), []], ["no la la sí".split(), ["sol"]], longest=2)
lesson.check(
    "runs of one and two", got, want=44.72136, tolerance=1e-5, likely=lambda got: lesson.slip(got, twice, 1e-3)
)
lesson.check(
    "two words are too short for four", float(bleu([["a", "b"]], [["a", "b"]])), want=0.0, likely=lambda got: zero
)
lesson.check("nothing said", float(bleu([[]], [list("abcd")])), want=0.0, likely=lambda got: zero)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
drawn = [[list(rng.choice(list("abc"), size=rng.integers(1, 12))) for _ in range(30)] for _ in range(2)]
for name, longest, (some, right) in (
    ("many short sentences", 4, drawn),
    ("the other way round", 4, drawn[::-1]),
    ("runs of up to two words", 2, drawn),
    ("runs of one word", 1, drawn),
):
    measured = sacrebleu.BLEU(max_ngram_order=longest, smooth_method="none", tokenize="none", force=True)
    want = measured.corpus_score(
        [" ".join(map(str, one)) for one in some], [[" ".join(map(str, one)) for one in right]]
    ).score
    got = float(bleu([list(map(str, one)) for one in some], [list(map(str, one)) for one in right], longest))
    lesson.check(f"as sacrebleu: {name}", got, want=want, tolerance=1e-4)
lesson.check("nothing said in two sentences", float(bleu([[], []], [["a"], ["b", "c", "d"]])), want=0.0)
### END HIDDEN TESTS

# %% [markdown] id="baselines-intro"
# <details><summary>Close, and not equal?</summary><code>Counter(tuple(words[i : i + n]) for i in …)</code> counts runs;
# <code>a &amp; b</code> takes the smaller count of each. Sum over all sentences, then divide once for each n.</details>
#
# ## A promise, and four translators
#
# - **memory**: the translation of the most similar training sentence (runs of letters, cosine);
# - **dictionary**: word for word, learnt by IBM model 1, without order or endings;
# - **memory or dictionary**: the memory where the sentence is nearly the same, else the dictionary;
# - **network**: the most likely piece each time (**greedy**).
#
# BLEU and chrF (runs of letters, mean over sentences) come from sacrebleu and see all references. The published promise
# has no number; tutorials print an **accuracy** of the next piece, often over padded places, too. Guess all three
# accuracies below, and how far behind the best baseline is.

# %% id="baselines-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: a translation memory and a dictionary
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[¿¡.,?!]")


class Memory:
    """Finds the most similar English text, and gives its translation."""

    def __init__(self, sources: list[str], targets: list[str]):
        self.sources, self.targets = list(sources), list(targets)
        self.vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        self.table = self.vectors.fit_transform(self.sources)

    def nearest(self, texts: list[str], count: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Places and likeness of the `count` most similar texts, best first."""
        asked, found = self.vectors.transform(texts), []
        for start in range(0, asked.shape[0], 100):  # some at a time: all of them would take 300 MiB
            like = (asked[start : start + 100] @ self.table.T).toarray()
            places = np.argsort(-like, axis=1, kind="stable")[:, :count]
            found.append([places, np.take_along_axis(like, places, axis=1)])
        return tuple(np.concatenate(parts) for parts in zip(*found))


def dictionary_of(sources: list[str], targets: list[str], rounds: int = 6) -> dict[str, str]:
    """IBM model 1: the most probable translation of each word, learnt by expectation and maximisation."""
    spoken = [[WORD.findall(text.lower()) for text in texts] for texts in (sources, targets)]
    known = [{word: place for place, word in enumerate(sorted({w for one in side for w in one}))} for side in spoken]
    links = [(known[0][e], known[1][s], k) for k, (x, y) in enumerate(zip(*spoken)) for s in y for e in x]
    slots = np.cumsum([0, *(len(y) for y in spoken[1])])
    slot = np.concatenate([np.repeat(np.arange(len(y)), len(x)) + slots[k] for k, (x, y) in enumerate(zip(*spoken))])
    e, s, _ = np.array(links).T
    pair, place = np.unique(e * len(known[1]) + s, return_inverse=True)
    chance = np.ones(len(pair))
    for _ in range(rounds):
        weight = chance[place]
        share = weight / np.bincount(slot, weight)[slot]
        counted = np.bincount(place, share)
        chance = counted / np.bincount(pair // len(known[1]), counted)[pair // len(known[1])]
    best = (
        pd.DataFrame({"e": pair // len(known[1]), "s": pair % len(known[1]), "p": chance})
        .sort_values("p")
        .drop_duplicates("e", keep="last")
    )
    words = [list(side) for side in known]
    return {words[0][one.e]: words[1][one.s] for one in best.itertuples()}


def word_for_word(text: str) -> str:
    """Each word by its most probable translation; unknown ones stay."""
    said = " ".join(dictionary.get(word, word) for word in WORD.findall(text.lower()))
    return re.sub(r" ([.,?!])", r"\1", said[:1].upper() + said[1:])


@torch.no_grad()
def accuracies(lines: list[str]) -> dict[str, np.ndarray]:
    """Hits counted in three ways: of the network's next piece, given the right ones, and of whole sentences."""
    x, y = padded(numbers(english)), padded([[BEGIN, *row] for row in numbers(references.str[0])])
    batches = [(x[start : start + 64], y[start : start + 64, :-1]) for start in range(0, len(x), 64)]
    guessed = torch.cat([translator.write(*translator.read(some), begun)[0].argmax(-1) for some, begun in batches])
    is_piece, right = y[:, 1:] != PAD, guessed == y[:, 1:]
    return {
        "next piece, padding counted as right": (right | ~is_piece).numpy().ravel(),
        "next piece, padding left out": right[is_piece].numpy(),
        "whole sentences": np.array([one in some for one, some in zip(lines, wanted)]),
    }


# %% id="baselines"
memory = Memory(train.en, train.es)
dictionary = dictionary_of(list(train.en), list(train.es))
places, like = memory.nearest(english)
said = pd.DataFrame({"memory": [memory.targets[place] for place in places[:, 0]]}, index=english)
said["dictionary"] = [word_for_word(text) for text in english]
said["memory or dictionary"] = said["memory"].where(like[:, 0] > 0.7, said["dictionary"])
said["network"] = translate(translator, english)
wanted = list(references)
print(f"{len(english):,} sentences of test, 95 % intervals over sentences")
for name, lines in said.items():
    first = bleu_of(list(lines), [right[:1] for right in wanted])
    print(f"{name:21} BLEU {short(bleu_of(list(lines), wanted))}, against one reference {first.value:.1f};", end=" ")
    print(f"chrF {short(measure.mean(chrf_of(lines, wanted)))}")
for way, hits in accuracies(list(said["network"])).items():
    print(f"accuracy of the network, {way}: {measure.proportion(hits.sum(), len(hits))}")
for text in english[20:26]:
    print(f"{text}\n    {said.loc[text, 'memory']} | {said.loc[text, 'dictionary']} | {said.loc[text, 'network']}")

# %% [markdown] id="beam-task"
# <details><summary><b>What you found</b></summary>
#
# The network has BLEU 31.5 (29.6 to 33.2), the best baseline 17.0
# (15.6 to 18.5). By BLEU memory (15.0) and dictionary (14.6) are alike; by chrF the dictionary (46.1) is far ahead of the
# memory (37.7), with the right words and no order.
#
# The promise gets three numbers: of the next pieces 86 % are right where padding counts, 66 % without it, and of whole
# sentences 12 % (11 to 14). “Are you in a hurry?” became “¿Estás prisa?”. All three are accuracies of one network, on
# one set. Only the last one says what a customer gets, and it is strict: another right translation counts as wrong. So
# ask any accuracy of a translator: of what, given what, against how many references?
#
# </details>
#
# ## Exercise 3 · A beam
# *Difficulty ●●●●○ · about 30 minutes · skill: beam search · 3 points*
#
# A **beam** keeps several beginnings:
#
# 1. Start with the empty one. Extend each by every piece; scores are sums of log-probabilities.
# 2. Of *all* extensions keep the `width` best, in each round. Those that end in `END` are finished, and leave.
# 3. Go on until no beginning is left, or they have `longest` pieces, `END` included.
#
# Of the finished ones (of those left, if there are none) the highest $\text{score} / \text{length}^\alpha$ wins. The
# length counts `END`. `step(beginning)` gives the log-probability of each next piece.


# %% id="beam-answer" nbgrader={"grade": false, "grade_id": "beam-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def beam(step, width: int, longest: int, alpha: float) -> list[int]:
    """The best pieces without END that a beam of `width` finds. `step(list of pieces)` gives an array (pieces,)."""
    ### BEGIN SOLUTION
    alive, finished = [([], 0.0)], []
    for _ in range(longest):
        grown = [([*begun, piece], score + float(p)) for begun, score in alive for piece, p in enumerate(step(begun))]
        best = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in best if one[0][-1] == END]
        alive = [one for one in best if one[0][-1] != END]
    found = max(finished or alive, key=lambda one: one[1] / len(one[0]) ** alpha)[0]
    return [piece for piece in found if piece != END]
    ### END SOLUTION


AFTER = {(): [0, 0, 0, 0.55, 0.45], (3,): [0, 0, 0.4, 0.3, 0.3], (4,): [0, 0, 0.1, 0.9, 0]}
toy = lambda begun: np.log(np.array(AFTER.get(tuple(begun), [0, 0, 1, 0, 0])) + 1e-9)  # noqa: E731
print("greedy:   ", beam(toy, width=1, longest=5, alpha=1.0))  # expected: 3
print("beam of 2:", beam(toy, width=2, longest=5, alpha=1.0))  # expected: 4, 3


# %% id="beam-tests" nbgrader={"grade": true, "grade_id": "beam-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def made_step(number):
    def step(begun):
        drawn = 1.5 * np.random.default_rng([number, *begun]).normal(size=5)
        return drawn - np.log(np.exp(drawn).sum())

    return step


added = "log-probabilities are added: a product of two negative numbers is no probability"
left = "what ends in END is finished: it leaves, and is compared after the loop"
known = {
    (1, 0, 0, 0, 4): "that is greedy: keep `width` beginnings",
    (1, 4, 0, 0): "with alpha 0 the sum counts, not the mean: score / length ** alpha",
    (1, 4, 0, 2): "return the pieces without END",
    (4, 3): "the `width` best of all extensions together, by their sums: not the best one of each beginning",
    (4, 1, 4, 3, 3): added,
    (1, 4, 0, 0, 4): left,
    (4,): "what ends in END takes its place among the `width` best of all extensions",
    (): "the best have the highest sums: log-probabilities are negative",
    (1, 4, 0, 0, 1, 1): "those left are asked only where none is finished",
}
got = list(beam(made_step(145), width=2, longest=6, alpha=0.0))
lesson.check("alpha 0: the sum", got, want=[1, 4, 0], likely=lambda got: known.get(tuple(got)))
means = {
    (): "not the first that is finished: go on; then the highest score / length ** alpha wins",
    (4,): "divide by the length: score / length ** alpha",
    (3, 3, 3): "the length counts END",
    (4, 3, 2): "return the pieces without END",
    (3, 4, 3): added,
    (3, 3, 3, 4, 3): left,
}
got = list(beam(made_step(392), width=3, longest=6, alpha=1.0))
lesson.check("alpha 1: the mean", got, want=[4, 3], likely=lambda got: means.get(tuple(got)))
ends = {
    (1, 3): "beginnings go on to `longest` pieces; and only an END is taken away",
    (1, 3, 4, 0): "beginnings have at most `longest` pieces",
}
after = np.log(
    [[0.2, 0.7, 1e-9, 0.05, 0.05], [0.2, 0.1, 1e-9, 0.6, 0.1], [0.1, 0.1, 1e-9, 0.2, 0.6], [0.8] + [0.05] * 4]
)
got = list(beam(lambda begun: after[min(len(begun), 3)], width=2, longest=3, alpha=1.0))
lesson.check("none is finished", got, want=[1, 3, 4], likely=lambda got: ends.get(tuple(got)))
squares = {
    (): "length to the power alpha: score / length ** alpha",
    (0,): "each round keeps `width`, however many have left before",
    (0, 0): "go on until no beginning is left, not only until `width` are finished",
    (1, 4, 4, 1, 4): "those left are asked only where none is finished",
    (2, 4, 3): left,
}
got = list(beam(made_step(240), width=3, longest=5, alpha=2.0))
lesson.check("alpha 2: length squared", got, want=[1, 4, 4, 0], likely=lambda got: squares.get(tuple(got)))
### BEGIN HIDDEN TESTS
drawn_numbers = np.random.default_rng(lesson.hidden_seed()).integers(10**6, size=40).tolist()


def searched_for(step, width, longest, alpha):
    rows, ended = np.array([[0.0]]), []
    names = [()]
    for length in range(1, longest + 1):
        table = np.concatenate([[score + np.asarray(step(list(name))) for name, score in zip(names, rows[:, 0])]])
        order = np.argsort(-table, axis=None, kind="stable")[:width]
        found = [((*names[place // 5], place % 5), table.flat[place]) for place in order.tolist()]
        ended += [(score / length**alpha, name[:-1]) for name, score in found if name[-1] == END]
        open_ones = [one for one in found if one[0][-1] != END]
        if not open_ones:
            break
        names, rows = [name for name, _ in open_ones], np.array([[score] for _, score in open_ones])
    return max(ended)[1] if ended else names[0]


for width_asked, alpha in ((2, 1.0), (4, 0.5), (7, 0.6), (3, 2.0)):
    got = [list(beam(made_step(one), width=width_asked, longest=5, alpha=alpha)) for one in drawn_numbers]
    want = [searched_for(made_step(one), width_asked, 5, alpha) for one in drawn_numbers]
    texts = [" ".join(str(int(piece)) for piece in one) for one in got]
    lesson.check(f"forty searches, alpha {alpha}", texts, want=[" ".join(map(str, one)) for one in want])
endless = beam(lambda begun: np.log([0.3, 0.6, 1e-9, 0.1 - 2e-9, 1e-9]), width=2, longest=3, alpha=1.0)
lesson.check("nothing is finished: the best of those left", [int(one) for one in endless], want=[1, 1, 1])
### END HIDDEN TESTS

# %% [markdown] id="search-intro"
# <details><summary>Where do I start?</summary>Keep a list of (pieces, score). One round: all extensions in one list,
# sort it, cut it at <code>width</code>, part it into finished and alive.</details>
# <details><summary>The end comes too early?</summary>Finished ones only leave; the others go on. The winner is chosen
# after the loop.</details>
#
# ## What a wider search buys, and what length does
#
# Now the same with your network, for beams of 1, 4 and 10. The last column is paired: the same sentences, the
# difference to greedy. Guess what happens to the number of words without the division by length, and to the
# log-probability.


# %% id="search-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: a beam for many sentences at once
@torch.no_grad()
def beams(model: nn.Module, texts: list[str], beam: int, alpha: float, longest: int = 30) -> pd.DataFrame:
    """Of each text the translation, its summed log-probability, and the mean over its pieces: finished ones keep their place."""
    rows, found = numbers(texts), []
    for start in range(0, len(rows), 32):
        states, is_word, state = model.read(padded(rows[start : start + 32]).repeat_interleave(beam, 0))
        many = len(states) // beam
        score = torch.full((many, beam), -math.inf)
        score[:, 0] = 0
        written, last = torch.zeros(len(states), 0, dtype=torch.long), torch.full((len(states), 1), BEGIN)
        ended, length = torch.zeros(len(states), dtype=torch.bool), torch.zeros(len(states))
        for _ in range(longest):
            said, _, state = model.write(states, is_word, state, last)
            said = said[:, -1].log_softmax(-1)
            said[ended] = -math.inf
            said[ended, PAD] = 0
            best, place = (score.view(-1, 1) + said).view(many, -1).topk(beam)
            row = (place // said.shape[1] + beam * torch.arange(many)[:, None]).flatten()
            last, score = (place % said.shape[1]).view(-1, 1), best
            written, state = torch.cat([written[row], last], 1), state[:, row]
            length = length[row] + (~ended[row]).float()
            ended = ended[row] | (last[:, 0] == END)
            if ended.all():
                break
        choice = (score / length.view(many, beam) ** alpha).masked_fill(~ended.view(many, beam), -1e9).argmax(1)
        place = torch.arange(many) * beam + choice
        found += zip(
            map(text_of, written[place].tolist()),
            score.flatten()[place].tolist(),
            (score.flatten() / length)[place].tolist(),
        )
    return pd.DataFrame(found, columns=["said", "total", "sure"])


def differ(one: list[str], other: list[str]) -> str:
    """Difference of BLEU, one minus other, on the same sentences, with its 95 % interval."""
    gap = resampled(list(one), wanted) - resampled(list(other), wanted)
    low, high = np.quantile(gap[1:], [0.025, 0.975])
    return f"{gap[0]:+.1f} ({low:+.1f} to {high:+.1f})"


# %% id="search"
searched = {}
for width_of_beam, alpha in ((1, 1.0), (4, 0.0), (4, 1.0), (10, 0.0), (10, 1.0)):
    found = beams(translator, english, width_of_beam, alpha)
    searched[width_of_beam, alpha] = found
    words = found.said.str.split().str.len().mean()
    print(
        f"beam {width_of_beam:2}, alpha {alpha:.0f}: {words:.2f} words, sum of logs {found.total.mean():.2f},", end=" "
    )
    print(f"BLEU {short(bleu_of(list(found.said), wanted))}, to greedy {differ(found.said, said['network'])}")
words = np.mean([len(one.split()) for right in wanted for one in right])
print(f"references: {words:.2f} words; 95 % intervals over sentences")
said["beam"] = searched[4, 1.0].said.to_numpy()

# %% [markdown] id="looks-intro"
# <details><summary><b>What you found</b></summary>A beam of 4 that takes the mean adds 2.7 BLEU to greedy (1.5 to 3.7),
# without any training. By the sum (α = 0) translations shrink as the search widens, from 5.21 words over 4.92 to 4.81,
# where references have 5.05. Their log-probability rises all the while, from −6.64 to −5.42: the wider search finds
# what the network likes better, and what it likes is too short. Ten beginnings are no better than four (34.3 and 34.2).
# Errors of the search are mended; those left are the network's own.</details>
#
# ## Where it looks, and where it fails
#
# While the network writes a Spanish piece, where does it look? Nobody told it which words go together. The picture
# shows one sentence. The count below it takes words that the dictionary links with one English word of the sentence:
# does most weight lie there? Or is the word simply in the same place?
#
# The second figure asks what makes a sentence come out well: that it is short, or that something like it was learnt.
# Guess for the network and for the memory.

# %% id="looks" jupyter={"source_hidden": true}
# Unfold it when you want to know: two figures and a count
example = "I don't want to eat now."
with torch.no_grad():
    x = torch.tensor(numbers([example]))
    y = torch.tensor([[BEGIN, *numbers(translate(translator, [example]))[0]]])
    weights = translator.write(*translator.read(x), y[:, :-1])[1][0].numpy()
figure, axes = figures.new(height=3.6)
picture = axes.imshow(weights, vmin=0, vmax=1, cmap="Blues", aspect="auto")
show_piece = lambda row: [tokenizer.id_to_token(piece).replace("▁", "") for piece in row]  # noqa: E731
axes.set_xticks(range(len(x[0])), show_piece(x[0].tolist()))
axes.set_yticks(range(len(weights)), show_piece(y[0, 1:].tolist()))
axes.set(
    xlabel="English piece that is read",
    ylabel="Spanish piece that is written",
    title=f"Over half of the weight on one piece: {(weights.max(1) > 0.5).sum()} of {len(weights)} rows",
)
axes.grid(False)
figure.colorbar(picture, label="weight")
figures.show(
    figure,
    alt="Weights of attention for each written piece over the read ones: the verb and the adverb lie on their English words",
)
back = {}  # Spanish word -> English words whose most probable translation it is
for word, spanish in dictionary.items():
    back.setdefault(spanish, set()).add(word)
hits = {"most attention": [], "same place": [], "by lot": []}
for text in english:
    x, y = numbers([text, references[text][0]])
    read = [tokenizer.id_to_token(piece).replace("▁", "").lower() for piece in x]
    with torch.no_grad():
        weights = translator.write(*translator.read(torch.tensor([x])), torch.tensor([[BEGIN, *y[:-1]]]))[1][0]
    for place, piece in enumerate(y[:-1]):
        meant = back.get(tokenizer.id_to_token(piece).replace("▁", "").lower(), set()) & set(read)
        if len(meant) == 1 and read.count(*meant) == 1 and meant.isdisjoint(".,?!¿¡"):
            right = read.index(*meant)
            hits["most attention"].append(int(weights[place].argmax()) == right)
            hits["same place"].append(place == right)
            hits["by lot"].append(1 / len(x))
for name, values in hits.items():
    print(f"{name:15} {measure.mean(np.array(values, float))} of {len(values):,} words")
length = np.array([len(text.split()) for text in english])
score = pd.DataFrame({name: chrf_of(said[name], wanted) for name in ("memory", "dictionary", "network")})
figure, (left, right) = figures.new(columns=2, width=9)
by = {}  # how far chrF of the network's last group is from its first
bands = {"2–3": length <= 3, "4": length == 4, "5": length == 5, "6": length == 6, "7–8": length >= 7}
nearest = like[:, 0]
likeness = {
    "< 0.5": nearest < 0.5,
    "0.5–0.6": (nearest >= 0.5) & (nearest < 0.6),
    "0.6–0.7": (nearest >= 0.6) & (nearest < 0.7),
    "≥ 0.7": nearest >= 0.7,
}
for axes, groups, label in ((left, bands, "English words"), (right, likeness, "likeness of the nearest one learnt")):
    for shift, name in zip((-0.08, 0, 0.08), score):
        found = [measure.mean(score[name][rows_of]) if sum(rows_of) > 1 else None for rows_of in groups.values()]
        shown = [(place, one) for place, one in enumerate(found) if one]
        print(f"{label}, {name}: chrF", ", ".join(f"{one.value:.1f}" for _, one in shown))
        centre = np.array([one.value for _, one in shown])
        reach = [centre - [one.low for _, one in shown], [one.high for _, one in shown] - centre]
        axes.errorbar([place + shift for place, _ in shown], centre, yerr=reach, marker="o", capsize=2, label=name)
    by[label] = centre[-1] - centre[0]
    axes.set_xticks(range(len(groups)), [f"{name}\n{sum(rows_of)}" for name, rows_of in groups.items()])
    axes.set(xlabel=f"{label}, and sentences", ylabel="chrF (0 to 100)", ylim=(0, 100))
left.legend()
by_length, by_likeness = by.values()
figure.suptitle(
    f"The network, from first to last group: {by_length:+.0f} chrF by length, {by_likeness:+.0f} by likeness"
)
alt = (
    "chrF of memory, dictionary and network by length and by likeness. The network, from the first to the last group: "
)
figures.show(figure, alt=f"{alt}{by_length:+.1f} by length, {by_likeness:+.1f} by likeness.")

# %% [markdown] id="large-intro"
# <details><summary><b>What you found</b></summary>
#
# On 2,986 words most weight lies on the word that the dictionary
# links, 80 % of the time (78 to 81); the same place would do so in 35 %, a place drawn by lot in 12 %. So attention is more than
# order, and learnt without one linked pair. But look at “No”: its weight lies on the end of the sentence, not on
# “don't”. Weights say where it looked, not why it wrote.
#
# From 2–3 to 7–8 words the network loses some five points of chrF; from the best known to the least known sentences it
# loses twenty, and there the dictionary comes near (37.4 and 40.3). A score over a test set says how much of it was
# known.
#
# </details>
#
# ## Against a model that was not made for it
#
# `smollm2` has 135 million weights, a hundred times yours, and has read mostly English. It is shown five translated
# sentences and continues. Which five? Once the first five of train, for every sentence; once the five most similar ones
# from the memory. And it is asked about a few sentences only: look at what it takes.

# %% id="large"
model, large_tokenizer = models.load(pretrained, precision="float32")
chosen = np.random.default_rng(seed).permutation(len(english))[:asked]
some, asked_texts = [wanted[place] for place in chosen], [english[place] for place in chosen]
near = memory.nearest(asked_texts, 5)[0]


def with_examples(text: str, places) -> str:
    lines = [f"English: {memory.sources[place]}\nSpanish: {memory.targets[place]}" for place in places]
    return "\n\n".join([*lines, f"English: {text}\nSpanish:"])


start, few = time.process_time(), {}
for name, examples in {"any five": [range(5)] * asked, "nearest five": [row[::-1] for row in near]}.items():
    prompts = [with_examples(text, row) for text, row in zip(asked_texts, examples)]
    few[name] = [one.strip() for one in generate.text(model, large_tokenizer, prompts, max_tokens=24, stop="\n")]
seconds = (time.process_time() - start) / 2 / asked
print(f"{asked} sentences, 95 % intervals; {seconds:.1f} CPU seconds each with {pretrained}")
few |= {name: list(said[name].iloc[chosen]) for name in ("memory", "dictionary", "network")}
found = {name: chrf_of(lines, some) for name, lines in few.items()}
for name, lines in few.items():
    print(f"{name:13} BLEU {short(bleu_of(lines, some))}; chrF {short(measure.mean(found[name]))};", end=" ")
    print(f"network minus this {short(measure.mean(found['network'] - found[name]))}")
for text, one, five, *_, own in list(zip(asked_texts, *few.values()))[:6]:
    print(f"{text}\n    {one} | {five} | {own}")

# %% [markdown] id="terms-task"
# <details><summary><b>What you found</b></summary>With any five examples `smollm2` has a chrF of 12.7, with the nearest
# five 35.5: no more than the memory that it was shown (41.3), which costs nothing. The network, with a hundredth of its
# weights, is ahead of it by 20 (6 to 34), because it was made for this. Thirty sentences are enough for that, and for
# no finer sentence. It says nothing about models that have read much Spanish; they are measured in the same
# way.</details>
#
# ## Exercise 4 · A list of terms
# *Difficulty ●●●○○ · about 25 minutes · skill: terminology · 3 points*
#
# A product calls one thing by one name. A list says which: English terms, with the Spanish beginnings that are allowed
# (`archiv` for *archivo* and *archivos*). Which terms does a translation not keep?
#
# - Words are `re.findall(r"\w+", text.lower())`. A term's words stand in a row; the **last** may have an **s** more.
# - **Most words first**: what a longer term covers is used up. In “file browser” there is no `file`.
# - A term is kept if *one* of its forms is there: its beginnings, each the beginning of a word, in a row.
# - Return the terms not kept, in the order of the list.


# %% id="terms-answer" nbgrader={"grade": false, "grade_id": "terms-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def missing_terms(source: str, translation: str, terms: dict[str, list[str]]) -> list[str]:
    """The terms of `source` that `translation` does not keep. `terms`: English term -> allowed Spanish beginnings."""
    ### BEGIN SOLUTION
    words, said = (re.findall(r"\w+", text.lower()) for text in (source, translation))
    found, used = set(), set()
    for term in sorted(terms, key=lambda term: -len(term.split())):
        own = term.lower().split()
        for start in range(len(words) - len(own) + 1):
            places = range(start, start + len(own))
            *first, last = words[start : start + len(own)]
            if first == own[:-1] and last in (own[-1], own[-1] + "s") and used.isdisjoint(places):
                found.add(term)
                used.update(places)

    def kept(form):
        own = form.lower().split()
        rows = (said[start : start + len(own)] for start in range(len(said) - len(own) + 1))
        return any(all(word.startswith(stem) for word, stem in zip(row, own)) for row in rows)

    return [term for term in terms if term in found and not any(map(kept, terms[term]))]
    ### END SOLUTION


terms_tiny = {"file": ["archiv", "ficher"], "file browser": ["explorador de archiv"], "save": ["guard"]}
print(missing_terms("Open the file browser", "Abrir el fichero", terms_tiny))  # "file browser", and not "file"

# %% id="terms-tests" nbgrader={"grade": true, "grade_id": "terms-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
terms_check = {
    "folder": ["carpeta", "director"],
    "kernel": ["núcleo"],
    "cell": ["celda"],
    "cell type": ["tipo de celda", "clase de celda"],
    "line": ["línea"],
}
for source, translation, want, slipped in (
    ("Open the folder", "Abrir el sitio", ["folder"], "return the terms that are not kept"),
    (
        "The cancelled job is online",
        "El trabajo está aquí",
        [],
        "whole words: no “cell” in “cancelled”, no “line” in “online”",
    ),
    ("KERNEL and Folder", "Centro y sitio", ["folder", "kernel"], "case does not matter"),
    ("Open folders", "Abrir sitios", ["folder"], "the last word of a term may have an s more"),
    ("Open folder", "Abrir carpeta", [], "one of its forms is enough"),
    ("Open folder", "Abrir carpetas", [], "a form is the beginning of a word: “carpetas” begins with “carpeta”"),
    (
        "Change cell type",
        "Cambiar",
        ["cell type"],
        "the longest term first, and its words are used up: here is no “cell”",
    ),
    ("Cell type", "De la celda el tipo", ["cell type"], "the beginnings of a form stand in a row"),
    ("Copy line", "Copiar entrelínea", ["line"], "a form is the beginning of a word, not something inside of it"),
    ("No folder: no kernel.", "Sin sitio.", ["folder", "kernel"], "punctuation is no part of a word"),
    ("A line, kernel, cell type", "Nada", ["kernel", "cell type", "line"], "in the order of the list"),
    ("Open folder", "CARPETA abierta", [], "case does not matter in the translation, either"),
    ("Open folder", "Abrir el directorio", [], "any of its forms is enough, not only the first"),
    ("Show the lineage", "Nada", [], "a term is a whole word: no “line” in “lineage”"),
    ("Type of a cell", "Nada", ["cell"], "the words of a term stand in a row, in its order"),
    ("Change cells type", "Nada", ["cell"], "only the last word of a term may have an s more"),
    ("Line by line", "Nada", ["line"], "each term once"),
    (
        "Cell type of a cell",
        "Nada",
        ["cell", "cell type"],
        "a longer term uses up its own words only: one “cell” is left",
    ),
    ("Cell type, cell type", "Nada", ["cell type"], "a longer term is used up wherever it stands"),
):
    lost = list(missing_terms(source, translation, {term: [*forms] for term, forms in terms_check.items()}))
    lesson.check(f"{source} → {translation}", lost, want=want, likely=lambda got, slipped=slipped: slipped)
### BEGIN HIDDEN TESTS
dice = np.random.default_rng(lesson.hidden_seed())
terms_hidden = {"a": ["x"], "a b": ["x y"], "c a b": ["z", "y x"], "c": ["y", "xx"]}


def lost_terms(source, translation):
    text = f" {' '.join(source)} "
    there = []
    for term in ("c a b", "a b", "a", "c"):
        if re.search(f" {term}s?(?= )", text):
            there.append(term)
            text = re.sub(f" {term}s?(?= )", " #", text)
    begun = " " + " ".join(translation).lower()
    kept = [
        term for term in there if any(re.search(" " + r"\w* ".join(form.split()), begun) for form in terms_hidden[term])
    ]
    return [term for term in terms_hidden if term in there and term not in kept]


chunks = ["a b", "a b", "c a b", "a", "c", "bs", "as", "ca"]
drawn = [
    (
        " ".join(dice.choice(chunks, size=dice.integers(1, 4))).split(),
        dice.choice(["x", "Y", "xx", "yx", "w", "v"], size=4).tolist(),
    )
    for _ in range(150)
]
got = ["; ".join(missing_terms(", ".join(one).upper(), "-".join(other), dict(terms_hidden))) for one, other in drawn]
want = ["; ".join(lost_terms(one, other)) for one, other in drawn]
lesson.check("made sentences, with terms of three words", got, want=want)
### END HIDDEN TESTS

# %% [markdown] id="strings-intro"
# <details><summary>A term appears too often?</summary><code>"file" in "profile"</code> is true of letters. Compare
# lists of words, longest term first, with a set of places that are used up.</details>
#
# ## The strings of a product
#
# JupyterLab's catalogue is yours to translate; you have those of Django and Wagtail, by volunteers. The network has
# never seen such texts. Three ways: as it is; **tuned**, twenty epochs on strings of the old products; and the memory
# of those strings. A fifth of the old strings was put away: the ways are tried on it, too.
#
# Fourteen terms were written for this lesson from what Django and Wagtail mostly say. Guess: BLEU of the tuned network
# on old strings that it has not seen, and on the new product; what happens to everyday sentences; how often *people*
# keep the terms.

# %% id="shop-code" jupyter={"source_hidden": true}
# Nothing to do here: terms, products, rules, texts that were judged
TERMS = {
    "file": ["archiv"],
    "folder": ["carpeta"],
    "page": ["págin"],
    "user": ["usuari"],
    "password": ["contraseña"],
    "settings": ["configuraci", "ajust"],
    "delete": ["elimin", "borr"],
    "save": ["guard"],
    "cell": ["celda"],
    "search": ["busc", "búsqueda"],
    "edit": ["edit"],
    "select": ["selecci"],
    "image": ["imag", "imág"],
    "notebook": ["cuadern"],
}


def rights(strings: pd.DataFrame) -> list[list[str]]:
    """All official translations of each string."""
    return [[one.es, *filter(None, one.others.split(" | "))] for one in strings.itertuples()]


def remembered(memory: Memory, texts: list[str]) -> list[str]:
    """The translation of the most similar string."""
    return [memory.targets[place] for place in memory.nearest(texts)[0][:, 0]]


def broken_terms(source: str, translation: str) -> list[str]:
    """The terms of TERMS, of one word each, that a translation does not keep."""
    there = {term for term in TERMS if re.search(rf"(?i)\b{term}s?\b", source)}
    return [
        term for term in TERMS if term in there and not re.search(rf"(?i)\b(?:{'|'.join(TERMS[term])})", translation)
    ]


PRODUCTS = [  # name, kind, fact that must be said, price
    ["Nimbus", "backpack", "waterproof", 49],
    ["Brisk", "kettle", "two minutes", 35],
    ["Tally", "app that counts stock", "offline", 9],
    ["Fern", "desk lamp", "dims", 59],
    ["Pollen", "bicycle bell", "25 grams", 15],
    ["Slate", "notebook of stone paper", "120 pages", 12],
]
BANNED = re.compile(r"(?i)\b(?:best|perfect|revolutionary|amazing|guarantee\w*|free)\b")
SHOWN = [
    [
        "Harbor",
        "rain jacket",
        "recycled",
        89,
        "Harbor keeps the rain out and your conscience light: a jacket of recycled nets, for 89 euros.",
    ],
    [
        "Mott",
        "coffee mill",
        "by hand",
        42,
        "Mott grinds by hand, so nobody wakes up before the coffee does. Yours for 42 euros.",
    ],
]


def brief(name: str, kind: str, fact: str, price: int) -> str:
    """What a writer gets."""
    return f"Product: {name}, {kind}. Must say: {fact}. Price: {price} euros.\nText:"


def template(name: str, kind: str, fact: str, price: int) -> str:
    """A text that keeps all rules."""
    return f"{name}: {kind}, {fact}. {price} euros."


def faults(text: str, name: str, kind: str, fact: str, price: int) -> list[str]:
    """The rules that a text breaks."""
    broken = [f"does not say {one}" for one in (name, fact, str(price)) if one.lower() not in text.lower()]
    broken += [f"says {word}" for word in BANNED.findall(text)]
    return broken + ["too long"] * (len(text) > 140) + ["says nothing"] * (not text)


def diversity(texts: list[tuple[str, list]]) -> float:
    """Share of pairs of words that occur once in all texts (each with its product), without the words of the brief."""
    pairs = Counter()
    for text, product in texts:
        own = set(re.findall(r"\w+", " ".join(map(str, product)).lower()))
        words = [word for word in re.findall(r"\w+", text.lower()) if word not in own]
        pairs.update(zip(words, words[1:]))
    return sum(times == 1 for times in pairs.values()) / max(1, pairs.total())


def copied(text: str, source: str) -> int:
    """How many words in a row the text shares with the source, at most."""
    one, other = (re.findall(r"\w+", part.lower()) for part in (text, source))
    last, longest = [0] * (len(other) + 1), 0
    for word in one:
        last = [0, *(last[place] + 1 if word == there else 0 for place, there in enumerate(other))]
        longest = max(longest, *last)
    return longest


# %% id="strings"
labels, official = list(jupyterlab.en), rights(jupyterlab)
dev = others.sample(frac=0.2, random_state=seed)  # put away, for the desk's limit
learnable = others.drop(dev.index)
tuned = Translator(tokenizer.get_vocab_size(), width)
tuned.load_state_dict(translator.state_dict())
start = time.process_time()
learn(tuned, list(learnable.en), list(learnable.es), tuning_epochs, rate=2e-3, size=32)
print(f"tuned on {len(learnable):,} strings: {time.process_time() - start:.0f} CPU seconds; 95 % intervals")
product_memory, old = Memory(learnable.en, learnable.es), list(dev.en)
rows_of = {
    "network, new product": (labels, translate(translator, labels), official),
    "memory, new product": (labels, remembered(product_memory, labels), official),
    "tuned, new product": (labels, translate(tuned, labels), official),
    "memory, old products": (old, remembered(product_memory, old), rights(dev)),
    "tuned, old products": (old, translate(tuned, old), rights(dev)),
    "people, new product": (labels, [right[0] for right in official], official),
}
for name, (texts, lines, right) in rows_of.items():
    same = sum(one in some for one, some in zip(lines, right))
    kept = [not broken_terms(text, one) for text, one in zip(texts, lines) if broken_terms(text, "")]
    score, chrf = bleu_of(lines, right).value, measure.mean(chrf_of(lines, right))
    print(f"{name:20} BLEU {score:.1f}; chrF {short(chrf)};", end=" ")
    print(f"equal {same} of {len(texts)}; keep their terms {short(measure.proportion(sum(kept), len(kept)), 2)}")
print(f"tuned on everyday sentences: {differ(translate(tuned, english), said['network'])} BLEU to before")

# %% [markdown] id="write-intro"
# <details><summary><b>What you found</b></summary>
#
# On old strings that it had not seen the tuned network has BLEU 46.3,
# keeps 84 % of their terms, and equals an official translation in 67 of 347. On the new product BLEU is 3.0, 16 % of
# terms are kept, and 2 of 759 are equal. It is the same network. The memory falls even further, from 43.4 to 0.0:
# strings repeat themselves within a product. Whoever splits strings by lot reports the first number and sells the
# second.
#
# And it has forgotten everyday sentences nearly whole, by 30 BLEU. People keep the terms in 87 % (82 to 91): a lost
# term is a reason to look, and no proof of an error.
#
# </details>
#
# ## Texts that sell, under rules
#
# Now strings have to be *written*: six invented products, at most 140 letters; name, fact and price must be said; six
# words must not. `smollm2` sees two finished texts and writes the third.
#
# - **Kept**: the share of texts that keep all rules.
# - **Diversity**: of the pairs of words in six texts, the share that is there once, the product's own words aside.
# - **Copied**: words in a row that stand in the texts shown. Your lawyer asks for this.
#
# A template keeps all rules. **Checked** takes the first of several drafts that keeps them, else the template. What
# does a higher temperature do to each?

# %% id="write"
finished = "\n\n".join(f"{brief(*row[:4])} {row[4]}" for row in SHOWN)
source = " / ".join(row[4] for row in SHOWN)
written = {"template": [(template(*product), product) for product in PRODUCTS]}
for temperature, times in ((0.0, 1), (0.7, drafts), (1.2, drafts)):
    asked_for = PRODUCTS * times
    prompts = [f"{finished}\n\n{brief(*product)}" for product in asked_for]
    texts = generate.text(model, large_tokenizer, prompts, max_tokens=40, temperature=temperature, stop="\n", seed=seed)
    written[f"temperature {temperature}"] = [*zip((text.strip() for text in texts), asked_for)]
fine = {product[0]: text for text, product in written["temperature 0.7"][::-1] if not faults(text, *product)}
written["checked"] = [(fine.get(product[0], text), product) for text, product in written["template"]]
print(f"checked: a draft at 0.7 keeps all rules for {len(fine)} of 6 products, else the template; 95 % intervals")
for name, texts in written.items():
    kept = sum(not faults(text, *product) for text, product in texts)
    runs = np.array([copied(text, source) for text, _ in texts])
    print(f"{name:16} keeps all rules {short(measure.proportion(kept, len(texts)), 2)} of {len(texts)};", end=" ")
    print(f"diversity of six {diversity(texts[:6]):.2f}; copied at most {runs.max()} words,", end=" ")
    print(f"5 or more in {(runs >= 5).sum()}")
for place, product in enumerate(PRODUCTS):
    print(product[0], *(f"\n    {name:16} {texts[place][0]}" for name, texts in written.items() if name != "template"))

# %% [markdown] id="strengths-task"
# <details><summary><b>What you found</b></summary>
#
# The template keeps all rules and has nothing of its own to say.
# Greedy keeps them in 1 of 6, temperature 0.7 in 5 of 36 (14 %, 6 to 29), 1.2 in none of 36, with a diversity near 1:
# noise is diverse. So diversity counts among texts that keep the rules only. Up to six words in a row are copied: “so
# nobody wakes up before the …”, a joke about a coffee mill, is now about a desk.
#
# Read what the rules let pass: “Pollen, bike, bell. Must say: 25 grams. Price: 15 euros.” It copies the brief, says all
# that must be said, and sells nothing. Rules refuse; they do not choose.
#
# </details>
#
# ## Exercise 5 · From judgements to a ranking
# *Difficulty ●●●○○ · about 20 minutes · skill: pairwise judgements · 3 points*
#
# Rules say what may go out, not what is good. People are better at “this one or that one?” than at marks. Bradley and
# Terry give each writer a strength $p_i > 0$: $i$ beats $j$ with the probability $p_i / (p_i + p_j)$.
# **Minorise–maximise** finds them. Start with all 1; each step, for all writers,
#
# $$p_i \leftarrow \frac{w_i}{\sum_{j \ne i} n_{ij} / (p_i + p_j)}$$
#
# with the wins $w_i$ of $i$, and the judgements $n_{ij}$ of the pair. A **tie** is a judgement, and half a win for
# each. Only ratios count, so divide by the geometric mean at the end: the product of strengths is 1. Write `strengths`.


# %% id="strengths-answer" nbgrader={"grade": false, "grade_id": "strengths-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def strengths(wins: np.ndarray, ties: np.ndarray, steps: int = 500) -> np.ndarray:
    """Strengths (writers,), product 1. `wins[i, j]`: times i was preferred to j; `ties[i, j] = ties[j, i]`: neither."""
    ### BEGIN SOLUTION
    won = (wins + ties / 2).sum(axis=1)
    judged = wins + wins.T + ties
    p = np.ones(len(wins))
    for _ in range(steps):
        p = won / (judged / (p[:, None] + p[None, :])).sum(axis=1)
        p = p / np.exp(np.log(p).mean())
    return p
    ### END SOLUTION


wins_tiny, ties_tiny = np.array([[0, 3], [1, 0]]), np.array([[0, 2], [2, 0]])
print(strengths(wins_tiny, ties_tiny))  # expected: 1.4142 and 0.7071

# %% id="strengths-tests" nbgrader={"grade": true, "grade_id": "strengths-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
wins_check = np.array([[0, 4, 5], [1, 0, 3], [1, 2, 0]])
ties_check = np.array([[0, 1, 0], [1, 0, 2], [0, 2, 0]])
known = {
    2.71456: "ties are left out: each is a judgement, and half a win for each",
    1.8845: "a tie is half a win for each, not a whole one",
    1.91129: "a tie is a judgement of the pair, too: n = wins of both + ties",
    3.15587: "a tie is one judgement of the pair, and stands in the table twice: n = wins of both + ties",
    0.4084: "wins[i, j] are wins of the row over the column: sum over columns",
    1.68856: "that is one step, or the share of wins: go on for `steps` steps, each with the newest strengths",
    0.65385: "divide by the geometric mean: the product is 1, not the sum",
    0.89552: "return the strengths, not their logarithms",
    4.07009: "ties are half a win for each, too",
    2.16472: "a tie is a whole judgement of the pair, and half a win",
    1.96155: "divide by the geometric mean, not by the mean",
    2.11605: "divide by the geometric mean at the end: the product of strengths is 1",
    3.27871: "the geometric mean is a root of the product: of three strengths, the third",
    1.22924: "judgements of a pair are wins of both, and ties: wins + wins.T + ties",
    2.441740: "half a tie is no whole number: a table of whole numbers cannot hold it",
    1.60082: "each writer has his own sum below the line",
    2.78161: "each pair by its own: divide n of a pair by the strengths of the two, then sum over the others",
}
got = np.asarray(strengths(wins_check.copy(), ties_check.copy()), dtype=float)
want = [2.448598, 0.756313, 0.539985]
lesson.check("three writers", got, want=want, tolerance=1e-4, likely=lambda got: lesson.slip(got[0], known, 2e-4))
### BEGIN HIDDEN TESTS
dice = np.random.default_rng(lesson.hidden_seed())
near = 1 - np.abs(np.sign(np.abs(np.subtract.outer(np.arange(7), np.arange(7))) - 1))  # each meets his neighbours only
wins_drawn = near * dice.integers(2, 9, size=(7, 7))
ties_drawn = np.triu(near * dice.integers(0, 4, size=(7, 7)), 1)
ties_drawn = ties_drawn + ties_drawn.T
found = np.asarray(strengths(wins_drawn.copy(), ties_drawn.copy(), steps=3000), dtype=float)
won = wins_drawn + ties_drawn / 2
logs = np.concatenate([[0], np.cumsum([math.log(won[place + 1, place] / won[place, place + 1]) for place in range(6)])])
lesson.check("seven in a row, each judged against neighbours", found, want=np.exp(logs - logs.mean()), tolerance=2e-3)
lesson.check("the product is 1", float(np.log(found).sum()), want=0.0, tolerance=1e-6)
### END HIDDEN TESTS

# %% [markdown] id="rank-intro"
# <details><summary>Where do I start?</summary>Two arrays first: wins of each writer, with half the ties, and judgements
# of each pair, which is the same both ways.</details>
# <details><summary>0 / 0?</summary>Nobody meets himself, so the diagonal of the judgements is 0, and adds nothing to
# the sum.</details>
#
# ## Five writers, sixty judgements
#
# Below are texts of five writers for the six products: a person (this lesson's author), the template, the first draft
# of `smollm2` at temperatures 0 and 0.7, and checked, as they were written when this lesson was made. All ten pairs of
# writers for each product were judged: “Which one would I put in the shop?” The judge is **the author, n = 60**, who
# knew the writers and is one of them. That is one person's taste, and not blind. One tie is added to each pair: think
# of what happens without it to a writer who always wins.

# %% id="rank" jupyter={"source_hidden": true}
# Nothing to do here: the texts, the judgements, and the ranking
TEXTS = {
    "person": [
        "Nimbus stays dry when you do not: a waterproof backpack for people who forget the forecast. 49 euros.",
        "Brisk boils in two minutes, about as long as it takes to find the tea. A kettle for 35 euros.",
        "Tally counts your stock offline, in the cellar as well as in the shop. An app for 9 euros.",
        "Fern dims, so one of you can read while the other one sleeps. A desk lamp for 59 euros.",
        "Pollen adds 25 grams to your bicycle, and a voice to your right of way. A bell for 15 euros.",
        "Slate has 120 pages of stone paper, so no tree had to hear your first drafts. A notebook for 12 euros.",
    ],
    "template": [template(*product) for product in PRODUCTS],
    "temperature 0.0": [
        "Nimbus, backpack, so you can carry everything you need. Yours for 49 euros.",
        "Brisk, kettle, so you can wake up before the kettle does. Yours for 35 euros.",
        "Tally, app that counts stock, so nobody wakes up before the app does. Yours for 9 euros.",
        "Fern, desk lamp, so you can't see the light. Yours for 59 euros.",
        "Pollen, bike, bell. Must say: 25 grams. Price: 15 euros.",
        "Slate, paper, stone paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper, paper,",
    ],
    "temperature 0.7": [
        "Nimbus backpack is a waterproof bag. You have to wash it, but it's really worth it. Yours for 49 euros.",
        "Brisk, kettle, so you can leave your kettle and enjoy the light. Yours for 35 euros.",
        "Tally, app that counts stock, so you don't have to think about it. Yours for 9 euros.",
        "Fern is a servant, so nobody wakes up before the desk. Yours for 59 euros.",
        "Pollen, bike bell, so you can do it in a corner. You can do it with the bike bell. You can do it with the bike bell. You can do it with the bike",
        'We are not called "Finners" for nothing. You need a piece of stone paper to make a page.',
    ],
    "checked": [
        "Nimbus backpack is a waterproof bag. You have to wash it, but it's really worth it. Yours for 49 euros.",
        "Brisk: kettle, two minutes. 35 euros.",
        "Tally: app that counts stock, offline. 9 euros.",
        "Fern, lamp, a dims, so it's all yours. For a 59 eurofortune!",
        "Pollen, bike, bell. Must say: 25 grams. Price: 15 euros.",
        "Slate: notebook of stone paper, 120 pages. 12 euros.",
    ],
}
# A row for each product, in the order of PRODUCTS. A mark for each pair of writers (first with second, first with third, …):
# 1 where the first was preferred, 2 where the second was, 0 where neither was
JUDGED = ["1111111110", "1111110122", "1111120221", "1111111000", "1111111102", "1111110222"]
PAIRS = [(i, j) for i in range(5) for j in range(i + 1, 5)]


def won_by(rows: list[str]) -> np.ndarray:
    """Wins of each writer over each other one, ties as half a win, and one tie more for each pair."""
    won = 0.5 * (1 - np.eye(5))
    for row in rows:
        for (i, j), mark in zip(PAIRS, row):
            won[i, j] += {"1": 1, "2": 0, "0": 0.5}[mark]
            won[j, i] += {"1": 0, "2": 1, "0": 0.5}[mark]
    return won


def logs_of(won: np.ndarray) -> np.ndarray:
    """Bradley–Terry's log-strengths with mean 0, by Newton's method."""
    logs, judged = np.zeros(len(won)), won + won.T
    for _ in range(30):
        chance = 1 / (1 + np.exp(logs[None, :] - logs[:, None]))
        slope = won.sum(1) - (judged * chance).sum(1)
        curve = judged * chance * (1 - chance)
        logs = logs + np.linalg.lstsq(np.diag(curve.sum(1)) - curve, slope, rcond=None)[0]
    return logs - logs.mean()


def bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def is_right(said: pd.Series, wanted: list[list[str]]) -> np.ndarray:
    """Whether each translation equals a right one, signs and case aside."""
    return np.array([bare(one) in map(bare, right) for one, right in zip(said, wanted)])


writers, logs, rng = list(TEXTS), logs_of(won_by(JUDGED)), np.random.default_rng(seed)
resamples = np.array([logs_of(won_by([JUDGED[row] for row in rng.integers(6, size=6)])) for _ in range(draws)])
best = np.argsort(-logs)
for place in best:
    low, high = np.quantile(resamples[:, place], [0.025, 0.975])
    kept = sum(not faults(text, *product) for text, product in zip(TEXTS[writers[place]], PRODUCTS))
    print(f"{writers[place]:16} log-strength {logs[place]:+.2f} ({low:+.2f} to {high:+.2f}),", end=" ")
    print(f"first in {np.mean(resamples.argmax(1) == place):.0%} of draws; keeps all rules in {kept} of 6")
for one, other in zip(best, best[1:]):
    gaps = [logs[one] - logs[other], *np.quantile(resamples[:, one] - resamples[:, other], [0.025, 0.975])]
    value, low, high = 1 / (1 + np.exp(-np.array(gaps)))
    print(f"{writers[one]} preferred to {writers[other]}: {value:.2f} ({low:.2f} to {high:.2f})")
for writer, texts in TEXTS.items():
    print(f"{writer:16} {texts[1]}")

# %% [markdown] id="desk-intro"
# <details><summary><b>What you found</b></summary>The person won all 24 comparisons. Without the tie that was added to
# each pair, the strength would be infinite; with it, the narrow interval (2.13 to 2.41) is made by that tie: a
# bootstrap cannot draw a loss that never happened. And the judge was the person. The next pair is closer: the template
# is preferred to checked with 0.71 (0.56 to 0.86). Three of the six checked texts *are* the template, and the three
# that are not are worse. Checked against greedy is 0.65 (0.42 to 0.85): six products do not say which is
# better.</details>
#
# ## The desk
#
# `desk` translates a catalogue with the tuned network and a beam of 4, and says why a person must look: a term is lost,
# a placeholder changed, a word new, the text too long, or the network not sure enough (mean log-probability of its
# pieces).
#
# Prices of this lesson: a person takes 0.12 euros a word; a wrong string that goes out costs 2 euros (a ticket, a
# correction). *Right* is what equals an official translation, signs and case aside: strict, for some of the others are
# usable.
#
# The limit for that mean is chosen where it costs least on **strings of the old products that were put away**, and tested
# once on JupyterLab.

# %% id="desk-code"
PERSON, WRONG = 0.12, 2.0  # euros for a word by a person, and for a wrong string that went out
PLACE = re.compile(r"%\(\w+\)\w|%\w|\{\w*\}")
met = set(WORD.findall(" ".join([*train.en, *learnable.en]).lower()))


def reasons(source: str, translation: str, sure: float, limit: float) -> list[str]:
    """Why a person must look at a translation."""
    found = [f"term {term}" for term in broken_terms(source, translation)]
    found += ["placeholder"] * (sorted(PLACE.findall(source)) != sorted(PLACE.findall(translation)))
    found += ["new word"] * (not set(WORD.findall(PLACE.sub("", source).lower())) <= met)
    found += ["too long"] * (len(translation) > 10 + 1.5 * len(source))
    return found + ["not sure"] * bool(sure < limit)


def desk(texts: list[str], limit: float) -> pd.DataFrame:
    """Each string with its translation, how sure the network is, and why a person must look ("" where nobody must)."""
    found = beams(tuned, texts, beam=4, alpha=1.0)
    why = [", ".join(reasons(*one, limit)) for one in zip(texts, found.said, found.sure)]
    return pd.DataFrame({"source": texts, "said": found.said, "sure": found.sure, "look": why})


# %% id="desk"
def costs(done: pd.DataFrame, right: np.ndarray, limit: float = -math.inf) -> np.ndarray:
    """What each string costs: a person's words where one looks, else the price of a wrong one."""
    looked = (done["look"] != "") | (done["sure"] < limit)
    return np.where(looked, PERSON * done["source"].str.split().str.len(), np.where(right, 0, WRONG))


tried = desk(list(dev.en), limit=-math.inf)
fine = is_right(tried.said, rights(dev))
limits = [-math.inf, *np.quantile(tried.sure, np.linspace(0, 1, 41)), 0.0]
limit = min(limits, key=lambda limit: costs(tried, fine, limit).mean())
by_person = PERSON * tried.source.str.split().str.len()
print(f"limit {limit:.2f}, on {len(dev)} old strings: {measure.mean(costs(tried, fine, limit))} euros each;", end=" ")
print(f"a person {by_person.mean():.3f}, all unread {costs(tried.assign(look=''), fine).mean():.3f}")
work = desk(labels, limit)
good, unread = is_right(work.said, official), (work["look"] == "").to_numpy()
by_hand = PERSON * work.source.str.split().str.len().to_numpy()
ways = {"person": by_hand, "all unread": np.where(good, 0, WRONG), "the desk": costs(work, good)}
for name, cost in ways.items():
    print(f"{name:10} {measure.mean(cost)} euros a string, {cost.sum():.0f} in all")
print(f"the desk minus a person: {measure.mean(ways['the desk'] - by_hand)} euros a string")
right_of = measure.proportion(good[unread].sum(), unread.sum()) if unread.any() else "nothing to count"
print(f"{unread.sum()} of {len(work)} go out unread, right: {right_of}; right at all: {good.sum()}")
whys = [re.sub("^term .*", "term", one) for why in work["look"] for one in why.split(", ") if one]
print("why a person looks:", ", ".join(f"{why} {count}" for why, count in Counter(whys).most_common()))
work.assign(official=[right[0] for right in official]).sort_values("sure", ascending=False).head(8)

# %% [markdown] id="remember"
# <details><summary><b>What you found</b></summary>
#
# Nothing goes out unread: the desk hands all 759 strings to a person,
# for 326 euros. That is right: unread they would cost some 1,510. On old strings, where a fifth is right, the best limit
# saves 0.4 cents each, on the strings that it was chosen on. A string costs 0.43 euros by a person, on average; so unread
# pays above a probability of 1 − 0.43 / 2 = 0.79 that it is right. Five of 759 were.
#
# The measure is strict: “Guardar tu trabajo” for “Save your work” counts as wrong, and is usable. Read the table, and
# judge. The published promise has its answer for this network: on everyday sentences nearly twice the BLEU of the best
# baseline, on the strings of a new product worth nothing. A better translator takes its place in `desk`; checks, prices
# and the test on a new product stay.
#
# </details>
#
# ## What to remember
#
# - Padding gets its minus infinity before the softmax.
# - A BLEU says something beside its test set, its references, its baseline and its interval.
# - Accuracy of the next piece flatters; padding flatters more.
# - A wider beam that sums says less: divide by length.
# - Terms and placeholders are checked string by string, no mean score does that.
# - Pairwise judgements give a ranking with an interval; say who judged.
# - Strings of your old products promise nothing for the next one: test on a product that was put away whole.

# %% [markdown] id="open-task"
# ## Open question · Your own strings
# *6 points · about 35 minutes, marked by a person*
#
# Plan how a product of yours is translated into one language, in at most 300 words, and **try one change here, with a
# number**: another limit or prices, the memory where it is nearly the same string, more tuning, terms that the search
# must keep, or your own idea. Add cells as you need.
#
# | 1 point each for | full marks need |
# |---|---|
# | strings | how many, of which kinds, and what is worst if one is wrong |
# | test | data, split, references, and what may not be in two splits |
# | terms | five of yours with allowed forms, and who decides |
# | change | a measure before and after on the same strings, with its interval |
# | desk | reasons to look, prices, the limit and where it was chosen |
# | people | who judges what goes out, how many judgements, and how sure the result is |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# *Strings.* 1,200 strings of a shop for tools into Spanish: 900 labels, 250 messages, 50 about safety. Worst is a
# safety text that says the opposite; those never go out unread.
#
# *Test.* The strings of our last release, translated by our translator, put away whole, with two references each. No
# English string and no template of strings may be in two splits, and no product either.
#
# *Terms.* drill (taladr), bit (broca), battery (baterí), order (pedido), basket (cesta, not carrito). The translator
# decides, and the list is in the repository.
#
# *Change.* A beam of 10 in place of 4, with the mean: BLEU on 1,284 sentences 34.3 (32.4 to 36.0) after 34.2 (32.2 to
# 35.9). Nothing is shown but the longer run, so four stay.
#
# *Desk.* A person looks at a lost term, a changed placeholder, a new word, a text too long for its button, and below
# the limit of sureness. A word costs 0.15 euros, a wrong label 3, a wrong safety text 500: for those the limit is
# infinite. The limit is chosen on a product that was not tuned on.
#
# *People.* Two native speakers judge the same 200 of the strings that went out unread, blind to who translated. With
# 190 of 200 right the interval is 0.91 to 0.97; that is enough for labels.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Bahdanau, Cho and Bengio, *Neural machine translation by jointly learning to align and translate* (ICLR 2015): where
#   attention comes from.
# - Papineni and others, *BLEU* (ACL 2002), and Post, *A call for clarity in reporting BLEU scores* (WMT 2018): the
#   measure, and why sacrebleu.
# - Popović, *chrF* (WMT 2015): runs of letters.
# - Brown and others, *The mathematics of statistical machine translation* (Computational Linguistics, 1993): the
#   dictionary's IBM model 1.
# - Koehn, *Statistical significance tests for machine translation evaluation* (EMNLP 2004): the bootstrap over
#   sentences.
# - Stahlberg and Byrne, *On NMT search errors and model errors* (EMNLP 2019): what a perfect search would say.
# - Hunter, *MM algorithms for generalized Bradley–Terry models* (Annals of Statistics, 2004): exercise 5, with ties.

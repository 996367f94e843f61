# %% [markdown] id="title"
# # 1-04b · What a language model is trained on
#
# You will compute the losses that BERT and the models after it were trained with, see that guessing masked words and
# guessing the next one are the same function with other labels, and why the label −100 hides a request. You will catch a model
# that reads its own answers, and measure what small ones have learnt, against counting.

# %% [markdown] id="objectives"
# **Questions.** What is a language model trained to do before anybody fine-tunes it? When has it learnt something?
#
# **Afterwards you can**
# 1. compute the masked-LM, the next-sentence and the next-token loss, equal to the library's, and say what the last shares
#    with the first;
# 2. say why a request gets the label −100, and what its loss is worth without that;
# 3. tell from scores alone whether a model looks ahead, and say what a causal mask is for;
# 4. judge pre-training against counted pieces, counted pairs and random weights.

# %% [markdown] id="why"
# **Why a start-up cares.** "Let us train a model of our own on our texts" is proposed in every company once. BERT's makers
# used 3.3 billion words, and four days on 16 TPU chips for the smaller model (Devlin and others, 2019). Train a very
# small one and measure it, and you can tell what a day on your own computer would buy.

# %% id="imports"
import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertForPreTraining, GPT2Config, GPT2LMHeadModel

from trainlib import data, figures, finetune, lesson, measure, models, pretrain


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
    failed = lambda got: next((slips[part] for part in slips if isinstance(part, str) and part in got), usual)
    return lambda got: failed(got) if isinstance(got, str) else slips.get(round(float(got), 3), usual)


# %% id="parameters" tags=["parameters"]
steps = 1_000  # of pre-training on the generated grammar
test_stories = 1_000  # fresh ones, on which it is measured
reviews = 400  # fresh ones, in which models that learnt real text guess; 20 times as many for counting
sentences = 8_530  # to fine-tune that model on, and to test it: all there are
guessing_steps = 200  # of the two models that guess the next word of the grammar, one of them without a mask
seed = 3  # of the grammar and of the small model's weights

# %% [markdown] id="pretraining"
# ## What a model is trained on before you get it
#
# BERT was **pre-trained** with two tasks that need no labels, only text (Devlin and others, 2019):
#
# - **masked-LM**: 15 % of the pieces are chosen. Of these 80 % become [MASK], 10 % a random piece, 10 % stay. The model
#   guesses what stood there, by a score for each piece of the vocabulary.
# - **next sentence**: the input is a pair. Half of the time the second part is a random one (label 1). The model says which.
#
# Each has a cross-entropy: minus the logarithm of the probability of what is right. Places that nobody chose carry
# the label −100 and must not count. BERT adds the two losses.

# %% [markdown] id="losses-task"
# ## Exercise 1 · Both losses
# *Difficulty ●●●○○ · about 8 minutes · 3 points · skill: losses with masks*
#
# Write `pretraining_losses`, without the library's cross-entropy: `log_softmax` gives logarithms of probabilities. The masked
# loss is the mean over all chosen places **of the batch**, the next-sentence loss the mean over its pairs.
#
# Predict first: with 1,000 pieces and a model that knows nothing, all scores 0, what is the masked loss?


# %% id="losses-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
masked_slips = {1.096: "places with -100 count in yours", 1.039: "one mean over all places, not one a text"}
masked_slips |= {4.302: "that is the sum over the chosen places", 1.021: "masked first", 1.08: "do not round"}
masked_slips |= {1.434: "divide by places, not by texts", 1.552: "nats: use the natural logarithm"}
masked_slips |= dict.fromkeys((-1.076, -1.075), "minus the logarithm")
masked_slips |= {-0.439: "the logarithm is missing", 0.478: "divide by the chosen places, not by all"}
masked_slips |= dict.fromkeys((0.418, 1.1, 1.164), "scores of one place make one distribution: the last dimension")
masked_slips |= {1.252: "piece 0 is a piece, too", 2.097: "do not add the two up", 2.931: "the mean itself: no exp"}
masked_slips |= dict.fromkeys((0.575, 0.576), "the right piece's probability, not the largest one")
masked_slips |= {
    1.982: "from each place, take the score of its own label",
    0.714: "every chosen place of a text counts",
}
masked_slips |= {-1.75: "log_softmax of the scores is missing", 0.561: "minus its logarithm, not one minus it"}
masked_slips |= {0.824: "the mean of the logarithms, not the logarithm of the mean"}
masked_slips |= dict.fromkeys(("-100", "Class values"), "leave out the places with -100 first: it is no piece")
order_slips = {1.188: "is_random is 1 where the second score is right", 1.029: "both scores count: a softmax of two"}
order_slips |= dict.fromkeys((0.688, 1.521, 1.104), "the column is is_random: a pair each")
order_slips |= {3.063: "that is the sum: take the mean", 1.736: "the two scores of a pair make one distribution"}
order_slips |= {2.097: "do not add the two up", 0.966: "of each pair, take the score of its own label"}
order_slips |= dict.fromkeys((1.313, 0.875, 0.438, 0.583), "all pairs count, those that follow and the random ones")
order_slips |= {-1.0: "log_softmax of the two scores is missing", 0.333: "a loss, not the share that is right"}


# %% id="library-loss"
def small_pairs(factor: float = 1.0) -> tuple[torch.Tensor, ...]:
    """Scores, labels, orders and kinds of three pairs with four pieces; one label is piece 0."""
    zeros, labels = [0.0, 0, 0, 0], [[-100, 1, 3], [0, -100, -100], [-100, 2, -100]]
    rows = [[zeros, [0, 3, 0, 1], [4, 0, 0, 2]], [[2, 1, 0.5, 0], zeros, [5, 0, 0, 0]], [zeros] * 3]
    order = factor * torch.tensor([[1.0, 0], [3, 0], [0, 1.5]])
    return factor * torch.tensor(rows), torch.tensor(labels), order, torch.tensor([1, 0, 0])


def library_example(seed: int) -> tuple[torch.Tensor, ...]:
    """Scores, labels, orders and kinds of a tiny BertForPreTraining, and the loss that it reports.

    Its weights are random.
    """
    generator = torch.Generator().manual_seed(seed)
    config = BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    reference = BertForPreTraining(config).eval().requires_grad_(False)
    for weight in reference.parameters():
        weight.mul_(20)  # so that it is sure of what it says
    ids = torch.randint(5, 50, (3, 9), generator=generator)
    labels, kinds = torch.where(torch.arange(9) < torch.tensor([[1], [4], [7]]), ids, -100), torch.tensor([0, 1, 1])
    out = reference(ids, labels=labels, next_sentence_label=kinds)
    return out.prediction_logits, labels, out.seq_relationship_logits, kinds, out.loss


# %% id="losses-answer" nbgrader={"grade": false, "grade_id": "losses-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def pretraining_losses(guesses, labels, order, is_random) -> tuple[torch.Tensor, torch.Tensor]:
    """The masked-LM loss and the next-sentence loss, in nats.

    guesses: (texts, tokens, pieces) scores. labels: (texts, tokens), the right piece, or -100 at places that do not
    count. order: (texts, 2) scores of "follows" and "random". is_random: (texts,), 0 or 1.
    """
    ### BEGIN SOLUTION
    chosen = labels != -100
    right = guesses[chosen].log_softmax(-1).gather(1, labels[chosen][:, None])
    return -right.mean(), -order.log_softmax(-1).gather(1, is_random[:, None]).mean()
    ### END SOLUTION


pretraining_losses(torch.zeros(1, 2, 1000), torch.tensor([[7, -100]]), torch.zeros(1, 2), torch.tensor([1]))

# %% id="losses-tests" nbgrader={"grade": true, "grade_id": "losses-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
got = outcome(lambda: [float(loss) for loss in pretraining_losses(*small_pairs())])
usual = "return two numbers, without an error: the masked-LM loss, then the next-sentence loss"
kind = got if isinstance(got, str) else len(got)
lesson.check("two numbers", got=kind, want=2, likely=told(masked_slips, usual))
usual = "-log of the right piece's probability at each chosen place; then one mean"
lesson.check("four chosen places", got=got[0], want=1.07552, tolerance=1e-4, likely=told(masked_slips, usual))
usual = "-log of the probability of what is right in each pair; then the mean"
lesson.check("three pairs", got=got[1], want=1.021095, tolerance=1e-4, likely=told(order_slips, usual))
got = outcome(lambda: [float(loss) for loss in pretraining_losses(*small_pairs(300))])
overflow = "e to the power of 1,200 is infinite: take log_softmax of the scores, not the logarithm of a softmax"
lesson.check(
    "the same for scores of a thousand", got=got, want=[150.34657, 250.0], tolerance=1e-4, likely=lambda got: overflow
)
*scores, reported = library_example(0)
got = outcome(lambda: float(sum(pretraining_losses(*scores))))
means = "one mean over all chosen places: texts with few of them must not weigh more"
lesson.check("their sum is the library's loss", got=got, want=reported, tolerance=1e-4, likely=lambda got: means)
pairs, changed = small_pairs(), "your function changes the scores or the labels that it is given: make new ones"
pretraining_losses(*pairs)
got, want = ([part.tolist() for part in parts] for parts in (pairs, small_pairs()))
lesson.check("the inputs are as they were", got=got, want=want, likely=lambda got: changed)
### BEGIN HIDDEN TESTS
*scores, reported = library_example(lesson.hidden_seed() + 1)
got = float(sum(pretraining_losses(*scores)))
lesson.check("the loss of BertForPreTraining, with other texts", got=got, want=reported, tolerance=1e-4)
generator = torch.Generator().manual_seed(lesson.hidden_seed())
guesses, order = torch.randn(4, 5, 7, generator=generator), torch.randn(4, 2, generator=generator)
labels, kinds = torch.randint(0, 7, (4, 5), generator=generator), torch.tensor([1, 1, 0, 1])
labels[0, 1:], labels[2, :4], labels[3] = -100, -100, -100
masked, following = map(float, pretraining_losses(guesses.clone(), labels.clone(), order.clone(), kinds.clone()))
want = functional.cross_entropy(guesses.flatten(0, 1), labels.flatten())
lesson.check("a text without a chosen place", got=masked, want=want, tolerance=1e-4)
lesson.check("which pairs are random", got=following, want=functional.cross_entropy(order, kinds), tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="losses-hints"
# <details><summary>Where do I start?</summary><code>chosen = labels != -100</code>, then <code>guesses[chosen]</code> is
# (chosen places, pieces): the rest is gone.</details>
# <details><summary>How do I take one score from each row?</summary><code>scores.gather(1, right[:, None])</code>, or
# <code>scores[torch.arange(len(right)), right]</code>.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Who knows nothing pays log 1000 = 6.91 nats a place. Yours equals `BertForPreTraining`'s loss; a mean
# of each text's mean does not, though it agrees as long as all texts have as many chosen places.
#
# </details>

# %% id="mask-quiz"
lesson.quiz(
    "Why do 20 % of the chosen words not become [MASK]?",
    {
        "To make the task easier, as the model sees the right word": "It sees it in 10 % of the chosen places. But it "
        "is not told which of the words that it sees are right, so it must check each against its neighbours.",
        "Because texts that you use later hold no [MASK]": "A model that only ever answers at [MASK] could ignore all "
        "other places. As any word may be wrong, it must build a state for each (Devlin and others: section 3.1, and "
        "the argument in appendix A.1).",
        "To save time": "The cost is the same: every place goes through all blocks.",
    },
    answer="Because texts that you use later hold no [MASK]",
)

# %% [markdown] id="next"
# ## The other way: guess what comes next
#
# GPT-2 and most later models are pre-trained with one task: guess the **next token**. The state of a token may look back only (a
# causal mask, 1-04a), so a text of 100 tokens holds 99 exercises: the scores at a place are compared with the token one
# place further. It is the masked loss of Exercise 1, the same function: only the labels are others.
#
# Such a model becomes an assistant by **instruction tuning**: the same loss on texts that hold a request and its answer. The
# request is given, and the model is not to learn to write it. So its tokens get the label −100, and so does padding.

# %% [markdown] id="next-task"
# ## Exercise 2 · The loss of an assistant
# *Difficulty ●●●○○ · about 8 minutes · 2 points · skill: shifted labels*
#
# Write `next_token_loss`: the mean loss of guessing each token that is not given, from the scores **one place before** it. The
# loss itself is `masked_loss`, two cells below: that of Exercise 1, as the library has it. What is left to you are its labels.
#
# Predict first: a text has a request of 6 tokens, an answer of 3 and 1 place of padding. How many guesses count, and at which
# place does the first of them stand?

# %% id="next-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
next_slips = {2.632: "scores at a place speak of the token after it: shift", 2.479: "the labels are shifted, too"}
next_slips |= dict.fromkeys((2.76, 2.717), "the shift goes the wrong way: scores come one place before their token")
next_slips |= {2.403: "one place, not two", 0.639: "every token of an answer counts"}
next_slips |= {0.919: "tokens that are given count in yours", 0.984: "the other way round: given tokens do not count"}
next_slips |= {1.479: "a guess counts if the token that it guesses is not given: shift `given` as the ids"}
next_slips |= {1.263: "the first token of the answer is guessed, too: from the last place of the request"}
next_slips |= {1.094: "the last token of the request is given, too, and so is padding"}
next_slips |= {0.761: "nobody guesses the first token of a text", 0.586: "a text without a request counts, too"}
next_slips |= {1.477: "shift inside each text: the last scores of one do not guess the first token of the next"}
next_slips |= {5.316: "that is the sum: take the mean", 1.772: "divide by the guesses that count, not by the texts"}
next_slips |= dict.fromkeys((0.443, 0.591, 0.759, 0.76), "divide by the guesses that count, no others")
next_slips |= {-0.886: "minus the logarithm", 1.278: "nats: the natural logarithm", 0.89: "do not round"}
next_slips |= dict.fromkeys((0.37, 0.371), "token 0 is a token, too: what does not count is -100")
next_slips |= {0.724: "one mean over all guesses, not a mean of each text's mean"}
next_slips |= {1.252: "given tokens get -100, not 0", 1.438: "given tokens get the label -100, not scores of 0"}
next_slips |= {1.563: "the scores at the last place have no token to guess", -2.0: "log_softmax is missing"}
next_slips |= {1.538: "the pieces stay the last dimension: .flatten(0, 1)", "element": "one mean over all guesses"}
next_slips |= {"target size": "join texts and places: cross_entropy wants (places, pieces) and (places,)"}
next_slips |= {"batch_size": "as many scores as labels: leave out the last place of one, the first of the other"}
next_slips |= {0.774: "all texts of the batch", 1.141: "cross_entropy wants scores, not probabilities", 2.426: "no exp"}


# %% id="next-example"
def masked_loss(guesses, labels) -> torch.Tensor:
    """The masked loss of Exercise 1 in the library's words: the mean over all labels but -100, in nats."""
    return functional.cross_entropy(guesses.flatten(0, 1), labels.flatten())


def small_answers() -> tuple[torch.Tensor, ...]:
    """Scores, ids and what is given of three texts of four tokens; the second has no request."""
    first = [[0.0, 3, 0, 1], [0, 0, 0, 4], [1, 0, 2, 0], [5, 0, 0, 0]]
    second = [[1.0, 0, 1, 0], [0, 2, 0, 0], [0, 0, 1, 3], [0, 6, 0.5, 0]]
    third = [[2.0, 0, 0, 0.5], [0, 1, 3, 0], [0, 0, 0, 2], [0, 0, 2.5, 0]]
    given = [[True, True, False, False], [False] * 4, [True, True, False, True]]
    ids = [[2, 1, 3, 0], [1, 2, 0, 3], [3, 0, 2, 1]]
    return torch.tensor([first, second, third]), torch.tensor(ids), torch.tensor(given)


# %% id="next-answer" nbgrader={"grade": false, "grade_id": "next-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def next_token_loss(guesses, ids, given) -> torch.Tensor:
    """The mean loss of guessing each next token that is not given, in nats.

    guesses: (texts, tokens, pieces), the scores at each place for the token that follows it. ids: (texts, tokens), the
    tokens. given: bool (texts, tokens), True where a token is not to be learnt: request and padding.
    """
    ### BEGIN SOLUTION
    labels = torch.where(given, -100, ids)
    return masked_loss(guesses[:, :-1], labels[:, 1:])
    ### END SOLUTION


next_token_loss(torch.zeros(1, 4, 1000), torch.tensor([[5, 8, 2, 9]]), torch.tensor([[True, True, False, False]]))

# %% id="next-tests" nbgrader={"grade": true, "grade_id": "next-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
scores, ids, given = small_answers()
got = outcome(lambda: float(next_token_loss(scores, ids, given)))
usual = "scores[:, :-1] are compared with ids[:, 1:], where the token is not given; then one mean"
lesson.check(
    "three texts, one without a request", got=got, want=0.88608, tolerance=1e-4, likely=told(next_slips, usual)
)
changed = "your function changes the ids that it is given: torch.where makes new labels"
lesson.check("the ids are as they were", got=ids, want=small_answers()[1], likely=lambda got: changed)
kept = "your function changes the scores, or what is given: make new tensors"
same = [part.tolist() for part in small_answers()[::2]]
got = [scores.tolist(), given.tolist()]
lesson.check("scores and `given` are as they were", got=got, want=same, likely=lambda got: kept)
one = scores[:1], ids[:1], torch.tensor([[True, True, True, False]])
last = "one token counts, the last; the scores of the place before it say how probable it was"
got = outcome(lambda: float(next_token_loss(*one)))
lesson.check("an answer of one token", got=got, want=1.49379, tolerance=1e-4, likely=lambda got: last)
### BEGIN HIDDEN TESTS
generator = torch.Generator().manual_seed(lesson.hidden_seed())
config = GPT2Config(vocab_size=30, n_positions=12, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0)
reference = GPT2LMHeadModel(config).eval().requires_grad_(False)
reference.loss_type = "ForCausalLM"  # its name does not tell the library, which would warn
for weight in reference.parameters():
    weight.mul_(5)
for lengths in ([3, 1, 7], [0, 9, 5]):
    ids = torch.randint(0, 30, (3, 11), generator=generator)
    given = torch.arange(11) < torch.tensor(lengths)[:, None]
    given[1, -1] = True  # padding
    out = reference(ids, labels=torch.where(given, -100, ids))
    got = float(next_token_loss(out.logits, ids.clone(), given.clone()))
    lesson.check("the loss of GPT2LMHeadModel", got=got, want=out.loss, tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="next-hints"
# <details><summary>Where do I start?</summary>Make labels of the shape of the ids: <code>torch.where(given, -100,
# ids)</code>. No shift yet.</details>
# <details><summary>Which scores go with which labels?</summary>The first token is guessed by nobody, and the scores at the
# last place have no token to guess: <code>guesses[:, :-1]</code> and <code>labels[:, 1:]</code>.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Three guesses count, one for each token of the answer. The first of them stands at the last token of the request: there the
# model says how the answer begins. Who hides the scores at the places of the request, and not the labels, loses just that
# token. `GPT2LMHeadModel` shifts by itself: give it labels that are shifted already, and it learns to guess two places ahead,
# without an error.
#
# </details>

# %% [markdown] id="same"
# ## The same function, on a model that writes
#
# `tiny-gpt` (4 blocks × 128, 4,000 pieces) was trained with this loss for 16 minutes on one CPU thread, on the course's train
# splits of film reviews and news, and on chats with −100 at each request (`python -m trainlib.pretrain`).
#
# Two baselines are counted on train reviews: how often each piece comes (**unigram**: it always guesses the commonest),
# and how often after the piece before (**bigram**). `masked_loss` judges all three, with labels one place further: on
# fresh reviews, then on chats: is this review positive?
#
# Guess first: who knows nothing pays log 4000 = 8.3 nats a piece. And they? Which share of a chat's loss is its answer's?


# %% id="counted"
gpt, gpt_tokenizer = models.load("tiny-gpt")
films = data.load("movie_reviews").sort_values("text")
films["text"] = films["text"].str.replace(r"<br\s*/?>", " ", regex=True)
fresh_films = films[films["split"] == "test"][:reviews]
counts = np.zeros((len(gpt_tokenizer), len(gpt_tokenizer)), dtype=np.float32)
for text in films.loc[films["split"] == "train", "text"][: 20 * reviews]:
    row = gpt_tokenizer(text, truncation=True, max_length=256)["input_ids"]
    np.add.at(counts, (row[:-1], row[1:]), 1)
shares = (counts.sum(0) + 1) / (counts.sum() + len(counts))
followers = (counts > 0).sum(1) + 1  # how many pieces came after each: the weight of `shares` (Witten and Bell, 1991)


def followed(ids: torch.Tensor) -> torch.Tensor:
    """Logarithms of how probable each piece is after each of `ids`, by the pairs that were counted."""
    seen, weight = counts[ids.numpy()], followers[ids.numpy()][..., None]
    return torch.tensor(np.log((seen + weight * shares) / (seen.sum(-1, keepdims=True) + weight)))


guessers = {
    "tiny-gpt": lambda ids: gpt(ids).logits,
    "counted pairs (bigram)": followed,
    "counted pieces (unigram)": lambda ids: torch.tensor(np.log(shares)).expand(*ids.shape, -1),
}


# %% id="next-accuracy"
def added_up(scores, labels) -> list[float]:
    """Of the labels that count: the loss of all guesses, how many are right, and how many there are."""
    count = int((labels != -100).sum())
    return [float(masked_loss(scores, labels)) * count, int((scores.argmax(-1) == labels).sum()), count]


def with_interval(parts) -> str:
    """The mean of a text's numbers and counts, (texts, 2), and its interval over texts."""
    low, high = pretrain.interval(parts)
    return f"{parts[:, 0].sum() / parts[:, 1].sum():.3f} (95 % interval {low:.3f} to {high:.3f})"


rows = gpt_tokenizer([*fresh_films["text"]], truncation=True, max_length=256)["input_ids"]
coded, rows = [torch.tensor([row]) for row in rows], {}
with torch.no_grad():
    out = gpt(coded[0], labels=coded[0])
    ours = masked_loss(out.logits[:, :-1], coded[0][:, 1:])
    print(f"one review: transformers {out.loss:.6f}, masked_loss {ours:.6f}, apart by {abs(out.loss - ours):.1g}")
    for name, guess in guessers.items():
        parts = np.array([added_up(guess(ids)[:, :-1], ids[:, 1:]) for ids in coded])
        rows[name] = {"nats a piece": with_interval(parts[:, [0, 2]]), "right": with_interval(parts[:, [1, 2]])}
pd.DataFrame(rows).T

# %% id="answer-loss"
found = {name: [] for name in guessers}
for text, label in zip(fresh_films["text"], fresh_films["label"]):
    asked = "Is this review positive or negative?\n" + " ".join(text.split()[-30:])
    chat = [{"role": "user", "content": asked}]
    request = gpt_tokenizer.apply_chat_template(chat, add_generation_prompt=True)["input_ids"]
    ids = torch.tensor([request + gpt_tokenizer(label + gpt_tokenizer.eos_token)["input_ids"]])
    given = torch.arange(ids.shape[1]) < len(request)
    three = [ids, torch.where(given, ids, -100), torch.where(given, -100, ids)]
    with torch.no_grad():
        for name, guess in guessers.items():
            scores = guess(ids)[:, :-1]
            found[name].append([added_up(scores, labels[:, 1:]) for labels in three])
sums = {name: np.sum(each, axis=0) for name, each in found.items()}
nats, _, count = sums["tiny-gpt"].T
by_name = {name: each[:, 0] / each[:, 2] for name, each in sums.items()}
table = pd.DataFrame(by_name, index=["whole chat", "request alone", "answer alone"])
table.loc["both parts, weighted by their pieces"] = table[1:].mul(count[1:] / count[0], axis=0).sum()
table.insert(0, "pieces guessed", [int(pieces) for pieces in (*count, count[1:].sum())])
answers = np.array([[of_answer[0], 1] for _, _, of_answer in found["tiny-gpt"]])
print(f"the answers' share of all nats: {nats[2] / nats[0]:.2%}")
print(f"nats an answer: tiny-gpt {with_interval(answers)}; a coin that knows both labels {np.log(2):.3f}")
table.round(3)

# %% [markdown] id="same-found"
# <details><summary><b>What you found</b></summary>
#
# Both losses are equal: the next token's is the masked loss with other labels. `tiny-gpt` pays 4.490 nats a piece (4.461 to 4.517),
# counted pairs 4.938, counted pieces 6.805. Of its guesses 0.203 are right, of theirs 0.138 and 0.032.
#
# Of a chat's loss the request has 99.9 %. Without −100 nearly all of each step would teach a model to write requests. `tiny-gpt`
# never had to: a piece of a request costs it more than one of a review.
#
# An answer's piece costs 0.175 nats: well learnt? That is 0.698 an answer (0.681 to 0.716); a coin that knows both
# labels pays 0.693. It has learnt how an answer looks, not which one is right. The whole chat's loss hides that.
#
# </details>

# %% [markdown] id="live"
# ## Does it learn?
#
# Real text takes longer than a lesson. So here is a language that can be learnt in half a minute. It is **generated**, by the
# cell below: about 30 words; a verb must agree with its subject in number, whatever stands between them; and a story stays
# with one kind of animal.
#
# A falling loss is no result. The rows to beat: always the commonest word (the **unigram baseline**), and the same network
# with random weights; on fresh stories, with intervals. "Number of the verb" asks whether a hidden verb was guessed as
# singular or plural as it must be: which of the four verbs it was cannot be known.

# %% id="grammar"
KINDS = [("dog", "dogs"), ("cat", "cats"), ("bird", "birds"), ("fish", "fishes"), ("horse", "horses"), ("cow", "cows")]
VERBS = [("runs", "run"), ("sleeps", "sleep"), ("eats", "eat"), ("plays", "play")]
FILL = [("near", "the", "tree"), ("behind", "the", "houses"), ("with", "a", "ball"), ()]
WORDS = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys([*sum(KINDS + VERBS, ()), *sum(FILL, ()), "the", "."])]
INDEX = {word: i for i, word in enumerate(WORDS)}


def sentence_about(kind: int, rng) -> list[str]:
    """the + animal + what may stand between + a verb that agrees."""
    number = int(rng.integers(2))
    between, verb = FILL[rng.integers(len(FILL))], VERBS[rng.integers(len(VERBS))]
    return ["the", KINDS[kind][number], *between, verb[number], "."]


def story(rng) -> tuple[list[str], list[int], int]:
    """Words of a pair of sentences, the type of each, and whether the second is about another animal."""
    kind, is_random = int(rng.integers(len(KINDS))), int(rng.integers(2))
    other = (kind + is_random * int(rng.integers(1, len(KINDS)))) % len(KINDS)
    first, second = ["[CLS]", *sentence_about(kind, rng), "[SEP]"], [*sentence_about(other, rng), "[SEP]"]
    return first + second, [0] * len(first) + [1] * len(second), is_random


for number in range(3):
    print(" ".join(story(np.random.default_rng([seed, number]))[0]))


# %% id="corrupt"
def corrupted(count: int, rng) -> dict[str, torch.Tensor]:
    """A batch of stories in which 15 % of the words are to be guessed, as BERT does it."""
    made = [story(rng) for _ in range(count)]
    longest = max(len(words) for words, _, _ in made)
    pad = lambda values: values + [0] * (longest - len(values))
    ids = np.array([pad([INDEX[word] for word in words]) for words, _, _ in made])
    chosen, draw = (rng.random(ids.shape) < 0.15) & (ids > INDEX["[MASK]"]), rng.random(ids.shape)
    shown = np.where(chosen & (draw < 0.8), INDEX["[MASK]"], ids)
    shown = np.where(chosen & (draw >= 0.9), rng.integers(4, len(WORDS), ids.shape), shown)
    return {
        "input_ids": torch.tensor(shown),
        "token_type_ids": torch.tensor([pad(types) for _, types, _ in made]),
        "attention_mask": torch.tensor((ids > 0).astype(int)),
        "labels": torch.tensor(np.where(chosen, ids, -100)),
        "next_sentence_label": torch.tensor([is_random for _, _, is_random in made]),
    }


# %% id="train"
def small_model(seed: int, **other) -> BertForPreTraining:
    """2 blocks × 64, with random weights. `other`: further words for its configuration."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        size = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256}
        other |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.1}
        return BertForPreTraining(BertConfig(vocab_size=len(WORDS), max_position_embeddings=32, **size, **other))


learner, rng, curve = small_model(seed), np.random.default_rng(seed), []
optimiser = torch.optim.AdamW(learner.parameters(), lr=2e-3)
for _ in range(steps):
    out = learner(**corrupted(64, rng))
    out.loss.backward()
    nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    curve.append(float(out.loss.detach()))
print(f"{sum(w.numel() for w in learner.parameters()):,} weights, {steps} steps")
print(f"loss of both tasks: {np.mean(curve[:10]):.2f} → {np.mean(curve[-50:]):.2f}")

# %% id="judge-code"
tested = corrupted(test_stories, np.random.default_rng([seed, 1]))
of = tested["labels"] != -100
truth = tested["labels"][of]
plural = {INDEX[verb]: number for pair in VERBS for number, verb in enumerate(pair)}
numbers = np.array([plural.get(int(word), -1) for word in truth])


def judged(guess, order) -> dict[str, measure.Score]:
    """The three accuracies. guess: a word for each hidden place. order: 0 or 1 for each story."""
    said = np.array([plural.get(int(word), 2) for word in guess])
    return {
        "masked words": measure.accuracy(truth.numpy(), np.asarray(guess)),
        "number of the verb": measure.accuracy(numbers[numbers >= 0], said[numbers >= 0]),
        "next sentence": measure.accuracy(tested["next_sentence_label"].numpy(), np.asarray(order)),
    }


rows = {"commonest word": judged(np.full(len(truth), INDEX["the"]), np.zeros(test_stories, dtype=int))}
verbs = numbers[numbers >= 0]  # "the" is no verb: here the fair constant is the commoner number
rows["commonest word"]["number of the verb"] = measure.accuracy(verbs, np.full(len(verbs), np.bincount(verbs).argmax()))
for name, model in (("random weights", small_model(seed)), ("pre-trained", learner)):
    with torch.no_grad():
        out = model.eval()(**tested)
    rows[name] = judged(out.prediction_logits[of].argmax(-1).numpy(), out.seq_relationship_logits.argmax(-1).numpy())
pd.DataFrame(rows).T.map(str)

# %% id="curve"
figure, axes = figures.new(width=7.5)
smooth = pd.Series(curve).rolling(20, min_periods=1).mean()
axes.plot(range(1, steps + 1), smooth, label="mean of the last 20 steps")
axes.axhline(np.log(len(WORDS)) + np.log(2), color=figures.COLOURS[1], linestyle="--", label="knows nothing")
axes.set(xlabel="steps of 64 stories", ylabel="masked + next-sentence loss (nats)", ylim=(0, None))
axes.set_title("A generated grammar is learnt in few and small steps")
axes.legend()
figures.show(
    figure,
    alt="Loss of both pre-training tasks against steps on the generated grammar. It starts near the dashed line of a "
    "model that knows nothing, at about 4.2 nats, and falls to far less.",
)

# %% [markdown] id="found"
# **What it means.** After 1,000 steps the trained model guesses 80 % of the hidden words (the commonest word: 25 %), and gives
# 93 % of the verbs the right number (the commoner number: about half). It is right on 88 % of the pairs (chance: half). 100 %
# cannot be had: sometimes the animal that decides is hidden itself. It has learnt this grammar, not English.
#
# ## Too good to be true
#
# Now the same network guesses each **next** word of a story: once with a causal mask (`is_decoder=True`), once without. Nothing
# else differs. Guess first: which gets the lower loss, and which would you ship?


# %% id="ahead-train"
def plain(count: int, rng) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids of stories, and the same as labels with -100 at padding. Nothing is masked."""
    made = [[INDEX[word] for word in story(rng)[0]] for _ in range(count)]
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in made], batch_first=True)
    return ids, torch.where(ids > 0, ids, -100)


def next_words(model, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The next-token loss of a batch."""
    scores = model(ids, attention_mask=(ids > 0).long()).prediction_logits
    return masked_loss(scores[:, :-1], labels[:, 1:])


guessers = {}
for name, masked in (("with a causal mask", True), ("without", False)):
    model, rng = small_model(seed, is_decoder=masked), np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for _ in range(guessing_steps):
        next_words(model, *plain(64, rng)).backward()
        optimiser.step()
        optimiser.zero_grad()
    guessers[name] = model.eval()


# %% id="ahead-write"
def written(model, words: list[str], count: int = 12) -> str:
    """`words` and the likeliest `count` words after them, one by one."""
    ids = [INDEX[word] for word in words]
    for _ in range(count):
        with torch.no_grad():
            ids.append(int(model(torch.tensor([ids])).prediction_logits[0, -1].argmax()))
    return " ".join(WORDS[i] for i in ids)


fresh = plain(500, np.random.default_rng([seed, 2]))
for name, model in guessers.items():
    with torch.no_grad():
        print(f"{name}: loss on fresh stories {next_words(model, *fresh):.2f} nats")
    print("   ", written(model, ["[CLS]", "the"]))

# %% [markdown] id="ahead-task"
# ## Exercise 3 · Does it look ahead?
# *Difficulty ●●○○○ · about 7 minutes · 2 points · skill: causal mask*
#
# <details><summary><b>What you found</b></summary>
#
# Without the mask the loss falls to almost nothing: each place reads the word that it is to guess. When the model has to
# write, there is nothing to read, and it has learnt nothing else. Its loss would never have told.
#
# </details>
#
# A better test than the loss: exchange one token. With a causal mask no scores **before** it may move.
#
# Somebody ran a model twice on each text, with one token exchanged. Write `looks_ahead`: one
# number for each text, how many places lie from the exchanged token back to the **farthest** place whose scores moved (the
# place right before it: 1), and 0 where none before it moved.
#
# Two runs may differ by rounding: scores moved if one of them differs by more than 0.0001.
#
# Predict first: what comes out for a BERT of 12 blocks? For a model with a causal mask?


# %% id="ahead-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
farthest = "the farthest place that moved, not how many moved, nor the nearest, nor what moved most"
ahead_slips = dict.fromkeys([(0, 1, 3, 1, 0, 0), (0, 2, 1, 1, 0, 0), (0, 0, 1, 1, 0, 0)], farthest) | {
    (0, 1, 1, 1, 0, 0): "how many places, not whether; and " + farthest,
    (0, 2, 3, 4, 0, 0): "differences under 0.0001 are rounding: look at each score by itself, do not add them up",
    (0, 2, 3, 0, 0, 0): "one score that differs by more than 0.0001 is enough: no mean, no probabilities",
    (0, 2, 3, 1, -1, 0): "never less than 0: what comes after the token may move",
    (1, 0, 0, 0, 3, 0): "the places before the exchanged token, not those after it",
    (1, 2, 3, 1, 3, 0): "the places before the exchanged token alone, not those after it, too",
    (3, 3, 3, 2, 1, 0): "any() over the pieces of a place: the last dimension",
    (0, 0, 3, 1, 0, 0): "a place moved if one of its scores did, either way: take abs() and any piece",
    (0, 2, 2, 1, 0, 0): "scores that move up and down do not cancel each other: abs() before you add up",
    (0, 0, 3, 0, 0, 0): "a place moved if any piece's score did, the last one's, too",
    (0, 0, 0, 0, 0, 0): "compare the scores, not the best guess alone; any of them, not all",
    (3, 1, 0, 3, 2, 0): "how many places before the token, not the number of the place",
}
one_less = [(0, 1, 2, 0, 0, 0), (1, 3, 4, 2, 0, 0)]
ahead_slips |= dict.fromkeys(one_less, "count from the exchanged token: the place right before it is 1 away")
own = [(0, 2, 3, 0, 1, 0), (0, 2, 3, 3, 0, 0)]
ahead_slips |= dict.fromkeys(own, "each text has its own exchanged token: changed[i]")
no_first = [(0, 2, 3, 1, 0, 2), (3, 2, 3, 1, 1, 2)]
ahead_slips |= dict.fromkeys(no_first, "where nothing moved, argmax says place 0: that text gets 0")


# %% id="ahead-example"
def small_runs() -> tuple[torch.Tensor, ...]:
    """Scores of six texts with five places and three pieces, before and after a token was exchanged, and where."""
    before = torch.tensor([[3.0, 1, 0], [0, 2, 0.5], [1, 0, 4], [0, 5, 1], [2, 0, 0]]).repeat(6, 1, 1)
    after, changed = before.clone(), torch.tensor([3, 3, 3, 4, 1, 2])
    moved = [(0, 3, 1, 0.5), (0, 4, 0, 0.1), (1, 1, 2, -0.2), (1, 3, 0, 1), (2, 0, 0, 0.5), (2, 0, 1, -0.5)]
    moved += [(2, 1, 1, 0.3), (2, 2, 1, 0.7), (3, 3, 2, 2e-4), (3, 0, 0, 7e-5), (3, 0, 1, -7e-5)]
    moved += [(3, 0, 2, 7e-5), (4, 2, 1, 0.7), (4, 4, 0, -0.7)]
    for text, place, piece, by in moved:
        after[text, place, piece] += by
    return before, after, changed


# %% id="ahead-answer" nbgrader={"grade": false, "grade_id": "ahead-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def looks_ahead(before, after, changed) -> list[int]:
    """For each text, how many places before the exchanged token the farthest scores that moved stand; 0 for none.

    before, after: (texts, places, pieces) scores of the two runs. changed: (texts,), the place of the exchanged token.
    """
    ### BEGIN SOLUTION
    moved = (after - before).abs().amax(-1) > 1e-4
    firsts = [min(row.nonzero().flatten().tolist(), default=len(row)) for row in moved]
    return [max(0, int(place) - first) for place, first in zip(changed, firsts)]
    ### END SOLUTION


looks_ahead(*small_runs())

# %% id="ahead-tests" nbgrader={"grade": true, "grade_id": "ahead-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
got = outcome(lambda: [float(reach) for reach in looks_ahead(*small_runs())])
usual = "a number for each text: its exchanged place minus the first place that moved, and never less than 0"
none = "a text in which nothing moved has no first place: it gets 0"
few = "a number for every text: return after the last one, and 0 where nothing moved"
failed = lambda got: none if "IndexError" in got or "min()" in got else usual
counted = lambda got: ahead_slips.get(tuple(got), usual) if len(got) == 6 else few
named = lambda got: failed(got) if isinstance(got, str) else counted(got)
lesson.check("six texts, a token exchanged in each", got=got, want=[0, 2, 3, 1, 0, 0], likely=named)
runs = small_runs()
looks_ahead(*runs)
changed = "your function changes the scores that it is given: make new ones"
got, want = ([part.tolist() for part in parts] for parts in (runs, small_runs()))
lesson.check("the inputs are as they were", got=got, want=want, likely=lambda got: changed)
after = torch.zeros(2, 9, 2)
after[0, [1, 8]], after[1, 6] = 0.5, 0.5
got = outcome(lambda: [float(reach) for reach in looks_ahead(torch.zeros(2, 9, 2), after, torch.tensor([7, 8]))])
shares = "all scores of a place moved alike: compare the scores, not probabilities or the best guess"
one = lambda got: shares if got == [0, 0] else "look at all places of all texts, however many there are"
lesson.check("two texts of nine places", got=got, want=[6, 2], likely=one)
### BEGIN HIDDEN TESTS
draw = np.random.default_rng(lesson.hidden_seed())
for texts, places, pieces in ((4, 12, 5), (7, 6, 2)):
    before, changed = draw.normal(size=(texts, places, pieces)), draw.integers(1, places, texts)
    firsts = [int(draw.integers(0, places)) for _ in range(texts)]
    firsts[0], changed[0], firsts[1] = 0, places - 1, int(changed[1])
    after = before + draw.uniform(-1e-6, 1e-6, before.shape)
    for text, first in enumerate(firsts):
        after[text, first:, int(draw.integers(pieces))] -= 0.2
    want = [max(0, int(place) - first) for place, first in zip(changed, firsts)]
    got = looks_ahead(torch.tensor(before), torch.tensor(after), torch.tensor(changed))
    lesson.check("other texts, places and pieces", got=got, want=want)
### END HIDDEN TESTS

# %% [markdown] id="ahead-hints"
# <details><summary>Where do I start?</summary>One truth value for each text and place: <code>(after - before).abs()</code> is
# above 0.0001 for any of the pieces.</details>
# <details><summary>How do I find the first place that moved?</summary><code>row.nonzero()</code> gives all that did; mind a
# text in which none did.</details>
#
# <details><summary><b>What you found</b></summary>
#
# A BERT looks at the whole text in every block: the very first scores move, however far the exchanged token. With a causal
# mask the answer is 0 for any model, and one exchanged token is enough to find a hole in it. Try it where you wrote
# the mask yourself, where texts are packed one after the other, and wherever a loss is too good.
#
# </details>

# %% [markdown] id="real"
# ## BERT's losses, on real text
#
# `tiny-bert` has 2 blocks × 128 and 3,000 word pieces. `python -m trainlib.pretrain` trained it with both losses of Exercise 1,
# for 13 minutes on one CPU thread, on the texts that `tiny-gpt` learnt from. What has it learnt? It must beat the commonest piece
# and random weights.
#
# Nobody ships a model that fills masks. Is a classifier better for having started there? In the second cell the same network learns
# twice from sentences about films: once from these weights, once from random ones. Guess the difference first.

# %% id="masked-accuracy"
with models.quiet():
    tiny = BertForPreTraining.from_pretrained(models.folder("tiny-bert")).eval()
tokenizer = models.load("tiny-bert")[1]
for text in ("The [MASK] was directed by a young woman.", "One of the best films of [MASK] time."):
    batch = tokenizer(text, return_tensors="pt")
    place = batch["input_ids"][0].tolist().index(tokenizer.mask_token_id)
    with torch.no_grad():
        best = tiny(**batch).prediction_logits[0, place].softmax(-1).topk(4)
    print(text, [f"{tokenizer.decode([i])} {share:.2f}" for share, i in zip(best.values, best.indices)])
settings = pretrain.Settings()
documents = pretrain.sentences(tokenizer.backend_tokenizer, [*fresh_films["text"]])
common = tokenizer.convert_tokens_to_ids("the")
rows = {}
for name, model in (("pre-trained", tiny), ("random weights", pretrain.new_model(settings).eval())):
    measured = pretrain.measure(model, documents, settings, common)
    rows[name] = with_interval(measured["hits"])
rows["always the commonest piece"] = with_interval(measured["common"])
pd.Series(rows, name="masked pieces guessed")

# %% id="fine-tuned"
table = data.load("movie_sentences", rows=sentences, seed=seed)
labels, test = list(table["label"].cat.categories), table[table["split"] == "test"]
said = {}
for name in ("pre-trained", "random weights"):
    model, tokenizer = models.load("tiny-bert", labels=labels, seed=seed)
    if name == "random weights":
        torch.manual_seed(seed)
        model = type(model)(model.config)
    fitted = finetune.fit(model, tokenizer, table, epochs=3, learning_rate=1e-3, seed=seed, progress=False)
    said[name] = fitted.predict(test["text"])["label"].to_numpy()
    print(f"{name:15} accuracy {measure.accuracy(test['label'].to_numpy(), said[name])}")
print("difference", measure.compare(test["label"].to_numpy(), said["pre-trained"], said["random weights"]))

# %% [markdown] id="real-found"
# **What it means.** `tiny-bert` guesses 0.325 of the hidden pieces (0.313 to 0.338), 8.5 times as many as "the" alone. Do not
# compare that with `tiny-gpt`: their pieces differ, and one sees both sides of a gap.
#
# As a start for fine-tuning no worth is shown: 0.73 for both, a difference of 0.003 (−0.020 to 0.025; each trained
# once). `minilm`, pre-trained on a billion pairs, gets 0.84 (3-02). Minutes bought some grammar; meaning took more text
# than a start-up has.

# %% [markdown] id="claim-task"
# ## A published list of papers: is it right?
#
# A text published in Chinese, on how a start-up for large models builds a strong technical team, recommends papers in its
# section 7.3: for the Transformer "Attention Is All You Need", for BERT the paper of that name, and for GPT-3 "Language
# Models are Unsupervised Multitask Learners". This is what the papers themselves say:
#
# | model | year | weights of the largest | title |
# |---|---|---|---|
# | Transformer | 2017 | 0.2 billion | Attention Is All You Need |
# | BERT | 2019 | 0.3 billion | BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding |
# | GPT-2 | 2019 | 1.5 billion | Language Models are Unsupervised Multitask Learners |
# | GPT-3 | 2020 | 175 billion | Language Models are Few-Shot Learners |

# %% id="claim-quiz"
lesson.quiz(
    "Which of its three citations is wrong?",
    {
        "The Transformer's": "Its title is right: Vaswani and others, 2017.",
        "BERT's": "Its title is right: Devlin and others, 2019.",
        "GPT-3's": "The title is that of the paper on GPT-2 (Radford and others, 2019). Between the two lie a "
        "factor of over 100 in size, and the finding that made GPT-3 known: that examples in the prompt can "
        "take the place of training.",
        "None": "Look at the last two rows of the table: the titles are alike, and only one of them is cited.",
    },
    answer="GPT-3's",
)

# %% [markdown] id="remember"
# ## What to remember
#
# - Masked-LM, next-sentence and next-token need text only. −100 does not count, and the mean is over the batch.
# - The next-token loss is the masked loss, with the token one place further as the label.
# - An assistant learns its answers alone: what is given gets −100. Else it would have nearly all of the loss.
# - A causal mask keeps a model from reading its answer. Exchange a token: no score before it may move.
# - A falling or a small loss is no result. Compare with counting, a coin and random weights, on fresh text, with an interval.
# - A generated grammar takes half a minute, the grammar of real text some minutes, what words mean days.

# %% [markdown] id="open-question-task"
# ## Open question (4 points)
#
# Your start-up has 40,000 of its own support messages without labels, 500 with labels, and one computer without a GPU. A
# colleague wants to pre-train a model of your own on the messages, "because our words are special". Another wants to
# fine-tune `minilm`. Recommend, in 120 to 250 words.
#
# | points | for |
# |---|---|
# | 1 | what pre-training would learn from the messages, and what the 500 labels are for |
# | 1 | two numbers of this lesson or 1-04a, with what they do not show |
# | 1 | an experiment that decides: compared with which baseline, on which data, and when you would stop |
# | 1 | one risk that neither colleague named |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Fine-tune `minilm` first. Pre-training on our messages would teach which words stand together in them, and which messages
# follow each other. It would not teach what a label means: for that there are the 500, in either plan.
#
# Two numbers speak against starting from nothing. `tiny-bert`, pre-trained on 20,000 texts, is right on 0.73 of the sentences
# after fine-tuning, and on as many without any pre-training: 0.003 (−0.020 to 0.025) for all that text. And `minilm` already holds 22.7 million
# numbers learnt from a billion pairs (1-04a). Neither number shows how our words fare: those texts were about films, the
# network was tiny, and `minilm` has never seen our product names.
#
# So decide by an experiment. Set aside 150 labelled messages, from later months. Compare (a) TF-IDF with logistic
# regression, (b) `minilm` fine-tuned, (c) `minilm` after a day of masked-LM on the 40,000, then fine-tuned. Report accuracy
# with intervals and hours. If (c) is not above (b) by more than the interval of the paired difference, stop. Pre-training
# from nothing is tried only if (c) wins clearly and our vocabulary is cut into many pieces.
#
# A risk that nobody named: messages hold names and account numbers. A masked-LM can repeat them, so they must be removed
# before training, and the law asked whether we may train on them at all.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Devlin and others, [BERT](https://arxiv.org/abs/1810.04805), 2019: section 3.1 has both tasks, 5.1 what they are worth.
# - Liu and others, [RoBERTa](https://arxiv.org/abs/1907.11692), 2019: the same with more text, and without next sentence.
# - Radford and others, Language Models are Unsupervised Multitask Learners, 2019: GPT-2.
# - Brown and others, [Language Models are Few-Shot Learners](https://arxiv.org/abs/2005.14165), 2020: GPT-3.

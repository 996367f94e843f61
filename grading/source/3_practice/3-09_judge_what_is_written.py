# %% [markdown] id="title"
# # 3-09 · Judge what is written
#
# You will build the instrument that says whether a written answer is right: measures that compare texts, people, a model as
# judge. You will measure each of them before you believe it, and keep the harness, about a hundred lines.

# %% [markdown] id="objectives"
# **Questions.** Why do right answers get low scores and wrong ones high scores? How far do two judgements agree, and how sure is that? May
# a model judge? Why did the score fall when users came?
#
# **Afterwards you can**
# 1. compute token F1, and say what measures of overlap cannot see;
# 2. compute agreement beyond chance (kappa) with an interval that respects how answers hang together;
# 3. measure what a judge prefers besides the right answer, and cancel a part of it;
# 4. find test questions that have leaked into prompts or training data;
# 5. report a score for the traffic that you have, not for the set that was easy to write.

# %% [markdown] id="why"
# **Why a start-up cares.** Each change of a prompt or a model has to be judged again. Reading 200 answers at half a minute takes a
# person 100 minutes, each time. So teams let a model judge. In a published comparison the best judge of its time kept
# its verdict in 65 % of cases when the two answers were exchanged (Zheng and others, 2023, below), and cheaper ones in 46 % and 24 %. A judge
# is an instrument: it is calibrated first.

# %% id="imports"
import ast
import hashlib
import re
import time

import numpy as np
import pandas as pd
import torch
from sacrebleu.metrics import CHRF
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from trainlib import figures, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "smollm2"  # the model that judges; "tiny-gpt" shows the mechanics in seconds, and knows nothing
encoder = "minilm"  # turns a text into a vector, for search by meaning
pairs = 18  # of a right and a wrong answer that the judge reads
asked = 12  # questions with a number for an answer, for the leak
tokens = 20  # of an answer, at most
limit = 0.3  # of likeness, below which a search gives no answer
draws = 500  # of a bootstrap
seed = 0  # of what is drawn

# %% [markdown] id="idea"
# ## Fifty-four answers, judged twice
#
# Eighteen questions to the help desk of Nordlicht, a bank that exists in notebooks only. Each has a **reference** and three answers. All of it was
# written for this lesson. Wrong answers are mostly of the kind that a model gives with the fact in front of it (lesson 1-05): fluent, with
# one thing changed or added.
#
# The lesson's author judged each twice: while writing (“would I send it?”), then in another order, by a
# rule: *right* answers the question, and all that it says of the bank follows from the reference. The second time was not blind to the first; two strangers would
# agree less. The second verdict counts.

# %% id="bank-code" jupyter={"source_hidden": true}
# Nothing to do here: the questions,
# as the desk writes them and as a customer might, and the references
bank = pd.DataFrame(
    [
        [
            "card",
            "What does it cost to replace a lost card?",
            "my card fell in the river how much for another one",
            "A replacement card costs 12 euros and arrives within 6 working days.",
        ],
        [
            "transfer",
            "How long does a transfer to another bank take?",
            "sent money to my sister at another bank yesterday, when does she have it??",
            "A transfer to another bank takes 3 working days.",
        ],
        [
            "cash",
            "What is the daily limit for cash from a machine?",
            "the ATM only gave me 400, can I get more today",
            "You can take out up to 400 euros a day from a machine.",
        ],
        [
            "age",
            "How old must I be to open an account?",
            "my daughter is 15, can she have one with you already?",
            "You must be at least 16 years old to open an account.",
        ],
        [
            "abroad",
            "What is the fee for paying in a foreign currency?",
            "going to Japan next week. what do you charge me in shops there",
            "Paying in a foreign currency costs 1.5 percent of the amount.",
        ],
        [
            "free",
            "How many free transfers do I have each month?",
            "when do you start to bill me for sending money",
            "Each month 25 transfers are free; each further one costs 0.20 euros.",
        ],
        [
            "hours",
            "When does the support desk close?",
            "can i still phone someone at half past eight tonight",
            "The support desk is open from 8 to 21 o'clock, on working days only.",
        ],
        [
            "dispute",
            "How many days do I have to dispute a payment?",
            "a shop booked twice, 2 months ago. too late to complain?",
            "You can dispute a payment within 56 days.",
        ],
        [
            "savings",
            "What interest do you pay on savings?",
            "what do i get if i park 5000 with you",
            "Savings earn 2.3 percent a year, paid out in December.",
        ],
        [
            "number",
            "How many cards can one account have?",
            "we are a family of six, does everybody get plastic",
            "One account can have up to 5 cards.",
        ],
        [
            "business",
            "How much is the monthly fee of a business account?",
            "price for freelancers pls",
            "A business account costs 9 euros a month; the first 3 months are free.",
        ],
        [
            "pin",
            "After how many wrong PINs is my card blocked?",
            "typed the wrong code twice, am I locked out?",
            "A card is blocked after 4 wrong PINs.",
        ],
        [
            "close",
            "How do I close my account?",
            "I want to leave, what do you need from me",
            "You close an account in the app under Settings; the balance must be zero.",
        ],
        [
            "joint",
            "Can two people share an account?",
            "my husband should see our money too",
            "Two people can share an account; both must identify themselves by video.",
        ],
        [
            "address",
            "How do I change my address?",
            "moved house last week",
            "You change your address in the app; a proof of residence is not needed.",
        ],
        [
            "statement",
            "Where do I find my statements?",
            "tax office wants papers about last year's bookings",
            "Statements are in the app under Documents, for 10 years.",
        ],
        [
            "overdraft",
            "How large is my overdraft?",
            "can my balance go below nothing",
            "An overdraft is up to 1,000 euros, after 6 months with regular income, at 9.9 percent a year.",
        ],
        [
            "stolen",
            "What do I do when my card is stolen?",
            "somebody took my wallet on the tram!!",
            "Block the card in the app at once, or call 116 116; then tell the police.",
        ],
    ],
    columns=["key", "question", "customer", "reference"],
)

# %% id="written-code" jupyter={"source_hidden": true}
# Nothing to do here: three answers to each question.
# Beside its key stand two verdicts on each answer, where 1 is right: first those while writing, then those by the rule
written_text = """
card 101 101
A new card is 12 euros and takes up to 6 working days.
A replacement card costs 15 euros and arrives within 6 working days.
You pay twelve euros.

transfer 011 010
A transfer to another bank takes 2 working days.
Three working days.
The money is there within 3 working days. Transfers on weekends are faster.

cash 101 001
You can take out up to 400 euros a day from any machine worldwide.
There is a daily limit, which depends on your account.
400 euros.

age 101 101
You have to be 16 or older.
You must be at least 18 years old to open an account.
From your sixteenth birthday on you can open one.

abroad 011 010
Paying in a foreign currency costs 1.5 euros of the amount.
We take 1.5 percent of what you pay.
A fee of 1.5 % applies, which is among the lowest in Europe.

free 101 101
You have 25 free transfers each month.
Each month 20 transfers are free; each further one costs 0.25 euros.
Twenty-five, then 20 cents each.

hours 101 101
At nine in the evening, Monday to Friday.
The support desk is open from 8 to 21 o'clock, every day.
It closes at 21.

dispute 100 100
You can dispute a payment within 56 days, or 8 weeks.
You have two months.
Thank you for your question! Disputes are important to us, and we will look into yours as quickly as we can.

savings 101 101
2.3 percent a year.
Savings earn 2.3 percent a month, paid out in December.
We pay 2.3 % a year, credited at the end of the year.

number 011 010
One account can have 5 or more cards.
Five at most.
Up to 5, so that your family can pay as well.

business 101 101
9 euros a month, nothing in the first three months.
A business account costs 9 euros a year; the first 3 months are free.
It is 9 euros.

pin 010 010
A card is blocked after 3 wrong PINs.
The fourth wrong PIN blocks it.
For your security, a card is blocked after several wrong PINs. Please be careful when you type, and never tell your PIN to anybody.

close 100 100
In the app, under Settings, once nothing is left on it.
You close an account in the app under Settings; the balance need not be zero.
Write a letter to the branch with your signature.

joint 101 101
Yes, after both have identified themselves by video.
Two people can share an account; one must identify themselves by video.
Yes, of course!

address 101 101
In the app; you need to send no papers.
You change your address in the app; a proof of residence is needed.
Use the app, please.

statement 101 100
Under Documents in the app, ten years back.
Statements are in the app under Documents, for 1 year.
You find them in the app under Documents. They are kept for 10 years, as the law requires, and you can download them as PDF.

overdraft 101 101
Up to 1,000 euros, if regular income has come in for half a year; it costs 9.9 percent a year.
An overdraft is up to 10,000 euros, after 6 months with regular income, at 9.9 percent a year.
It depends on your income, and can be up to 1,000 euros.

stolen 101 100
Block it in the app or under 116 116 right away, then go to the police.
Block the card in the app at once, or call 110 110; then tell the police.
Block the card in the app at once.
"""
written = {}
for block in written_text.strip().split("\n\n"):
    head, *texts = block.splitlines()
    key, by_feeling, by_rule = head.split()
    written[key] = (by_feeling, by_rule, texts)


# %% id="answers-code"
# evals.py
def words(text):
    """The words of a text in small letters, without punctuation; a number is one word, with its point or comma."""
    return re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+", text.lower())


rows = [
    [key, answer, int(first), int(second)]
    for key, (by_feeling, by_rule, texts) in written.items()
    for answer, first, second in zip(texts, by_feeling, by_rule)
]
answers = pd.DataFrame(rows, columns=["key", "answer", "first", "right"]).merge(bank[["key", "question", "reference"]])
print(f"reading 200 answers at half a minute: {200 * 0.5:.0f} minutes")
print(f"{len(answers)} answers, {answers.right.sum()} of them right by the rule; the passes differ on:")
answers[answers["first"] != answers.right][["answer", "reference", "first", "right"]].style

# %% [markdown] id="f1-task"
# ## Exercise 1 · Token F1
# *Difficulty ●●○○○ · about 10 minutes · skill: text measures · 3 points*
#
# Two texts share words; a word that stands twice in both is shared twice, one that stands twice in one of them only once. With $s$ shared words,
# precision is $s$ by the words of the answer, recall $s$ by the words of the reference, and F1 their harmonic mean. There may be several
# references: the one that fits **best** counts. No words on both sides: 1. No shared word: 0.
#
# Write `token_f1`; use `words` from above. Guess first: which of “You pay twelve euros.” and “A replacement card costs 15
# euros …” will be nearer to the reference?


# %% id="first-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks of Exercises 1 and 2 try and say
none, best = (
    "no shared word is 0, no words at all on both sides is 1: nothing can be divided by 0",
    "of several references the best counts, not the first, the last, their mean or all of them together",
)
twice, spelling = (
    "a word is shared as often as it stands in both: the smaller of the two counts",
    "use `words`: capitals and punctuation do not matter, and 1.5 is one word",
)
slips_of_f1 = {
    7 / 12: "the harmonic mean, 2·P·R / (P + R), not the mean of both",
    2 / 3: "that is precision alone: recall counts, too",
    0.5: "that is recall alone: precision counts, too",
    2 / 7: "twice the product by the sum",
    0.4: "shared words by all words is another measure (Jaccard): F1 is 2·shared / (words of both)",
    3**-0.5: "the harmonic mean, not the geometric one",
    400 / 7: "a share, 0 to 1: no percent",
    0.57: "do not round",
}
texts_to_compare = [  # what must hold, the answer, the references, their F1, and the likely slip
    ("capitals and full stops do not matter", "It costs 12 EUROS!", ["it costs 12 euros"], 1, spelling),
    ("a word said three times, of which one is shared", "no no no", ["no fee"], 0.4, twice),
    ("and the other way round", "no fee", ["no no no"], 0.4, twice),
    ("shared twice", "no no", ["no no no fee"], 2 / 3, twice),
    ("nothing shared", "yes", ["no fee"], 0, none),
    ("no answer", "", ["no fee"], 0, none),
    ("no words on both sides", "", ["…"], 1, none),
    ("the better of two references", "12 euros", ["it costs 12 euros", "12 euros"], 1, best),
    ("wherever it stands", "12 euros", ["12 euros", "it costs 12 euros"], 1, best),
    (
        "precision and recall of one and the same reference",
        "no fee",
        ["no", "no fee at all today"],
        2 / 3,
        "the best F1 of one reference, not the best precision of one with the best recall of another",
    ),
    ("best of three", "a fee", ["no fee", "a fee of 2", "nothing"], 2 / 3, best),
    ("1.5 is one word", "1.5", ["1 or 5"], 0, spelling),
    (
        "a word is not a part of another",
        "card",
        ["no cards"],
        0,
        "compare whole words: “card” stands in “cards” as letters, not as a word",
    ),
    ("the order of words does not matter", "euros 12", ["12 euros"], 1, "token F1 counts words, wherever they stand"),
]
slips_of_kappa = {
    0.8: "that is the share of equal verdicts: subtract what chance gives",
    0.6: "chance is not 1 by the number of verdicts: use the shares that the judges gave",
    0.12: "divide by 1 − c",
    0.64: "chance is the product of both judges' shares, summed over all verdicts",
    4 / 9: "sum over all verdicts, not only one",
    -1.525: "κ = (a − c) / (1 − c)",
    0.32: "kappa of all answers, not the mean of the left-out values",
}
slips_of_halves = {
    1.114063: "leave out a question with all its answers, not one answer: answers to one question hang together",
    0.333853: "the sum, not the mean, of the squared differences: the left-out values hardly differ from each other",
    0.777028: "differences from the mean of the left-out values, not from kappa itself",
    0.373259: "that is 1.96 times their standard deviation: multiply by √(G − 1)",
    0.380876: "1.96 standard errors",
    0.834632: "the sum is multiplied by (G − 1) / G",
    0.186629: "that is a standard error of a mean: the jackknife multiplies by (G − 1) / G, it does not divide by G",
    0.417316: "multiply the sum of squares by (G − 1) / G",
    1.493034: "low and high lie 1.96 standard errors from kappa each",
    0.791801: "(G − 1) / G with G the number of questions, not of answers",
    0.825293: "chance is the first judge's share times the second's, not their mean squared",
    0.826409: "chance is the first judge's share times the second's, not the first's squared",
    0.625: "not cut at 1",
    0.761752: "1.96 standard errors, not 2",
    0.691517: "low and high lie around kappa, not around the mean of the left-out values",
    0.750156: "what is left has a chance of its own: compute c anew each time",
    0.284331: "the standard error is the root",
    0.747: "do not round",
    0: "all questions but one each time, not one alone",
}
# A function from a number to the slip that gives it, and to the other sentence where none does
nearest = lambda slips, other: (
    lambda got: (
        other if isinstance(got, str) else next((why for value, why in slips.items() if abs(got - value) < 2e-4), other)
    )
)


# %% id="f1-answer" nbgrader={"grade": false, "grade_id": "f1-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# evals.py
def token_f1(answer: str, references: list[str]) -> float:
    """The best F1, 0 to 1, between the words of `answer` and those of one of the `references`, at least one."""
    ### BEGIN SOLUTION
    best = 0.0
    for reference in references:
        found, wanted = words(answer), words(reference)
        if not found and not wanted:
            return 1.0
        shared = sum(min(found.count(word), wanted.count(word)) for word in set(found))
        if shared:
            best = max(best, 2 * shared / (len(found) + len(wanted)))
    return best
    ### END SOLUTION


token_f1("12 euros today", ["It costs 12 euros."])  # expected: 0.5714 (precision 2/3, recall 2/4)


# %% id="f1-tests" nbgrader={"grade": true, "grade_id": "f1-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def outcome(answer, *references):
    try:
        return token_f1(answer, list(references))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


lesson.check(
    "2 of 3 words and 2 of 4 are shared",
    outcome("12 euros today", "it costs 12 euros"),
    4 / 7,
    likely=nearest(slips_of_f1, "2·P·R / (P + R) with P = 2/3 and R = 2/4, not rounded"),
)
for what, answer, references, want, why in texts_to_compare:
    lesson.check(what, outcome(answer, *references), want, likely=lambda got, why=why: why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for _ in range(4):
    counts = rng.integers(0, 4, (3, 5)) + np.eye(3, 5, dtype=int)
    texts = [" ".join(rng.permutation(np.repeat(["card", "fee", "day", "app", "no"], row))) for row in counts]
    want = max(2 * np.minimum(counts[0], row).sum() / (counts[0].sum() + row.sum()) for row in counts[1:])
    lesson.check("it holds for any texts", token_f1(texts[0], texts[1:]), want)
    lesson.check("and for one reference", token_f1(texts[1], texts[1:2]), 1.0)
### END HIDDEN TESTS

# %% [markdown] id="f1-hints"
# <details><summary>Where do I start?</summary>For one reference: two lists of words. How often is each word in both? The smaller number
# is shared.</details>
# <details><summary>A shorter way</summary>Two <code>collections.Counter</code>: <code>a &amp; b</code> keeps the smaller counts. And
# 2·P·R / (P + R) is 2·shared / (words of both).</details>
#
# ## What overlap sees, and what not
#
# Four measures compare text with text: **exact match**; token F1; **ROUGE-L**, the longest common sequence of words; **chrF**, overlap of runs of
# letters, which forgives endings. Beside them stands the check of 1-05, whether all numbers of the answer stand in the reference, and a baseline:
# the shorter the answer, the better. **AUC** is the share of (right, wrong) pairs in which the right one scores higher: 0.5 is chance. Guess it for each.


# %% id="scores-code"
# evals.py
def exact(answer, reference):
    """1.0 where both have the same words in the same order, else 0.0."""
    return float(words(answer) == words(reference))


def rouge_l(answer, reference):
    """F1 of the longest sequence of words that both texts have in this order (Lin 2004), 0 to 1."""
    found, wanted = words(answer), words(reference)
    row = [0] * (len(wanted) + 1)
    for word in found:
        before, row = row, [0]
        for place, other in enumerate(wanted):
            row.append(before[place] + 1 if word == other else max(row[-1], before[place + 1]))
    return 2 * row[-1] / max(1, len(found) + len(wanted))


def chrf(answer, reference):
    """sacrebleu's chrF (Popović 2015), 0 to 1."""
    return CHRF().sentence_score(answer, [reference]).score / 100


def numbers_supported(answer, reference):
    """1.0 where each number in digits of the answer stands in the reference, else 0.0."""
    return float({word for word in words(answer) if word[0].isdigit()} <= set(words(reference)))


# %% id="scores-table"
# In place of your token F1, so that the table stands without it: sacrebleu's, where punctuation is a word, too
by_words = CHRF(char_order=0, word_order=1, beta=1, lowercase=True)
scores = {
    "exact match": exact,
    "token F1": lambda answer, reference: by_words.sentence_score(answer, [reference]).score / 100,
    "ROUGE-L": rouge_l,
    "chrF": chrf,
    "numbers supported": numbers_supported,
    "shorter is better": lambda answer, reference: -len(words(answer)),
}
for name, score in scores.items():
    answers[name] = [float(score(*both)) for both in zip(answers.answer, answers.reference)]
print(answers[answers.key == "card"][["answer", "token F1", "chrF", "right"]].round(2).to_string(index=False))
table = {name: [*answers.groupby("right")[name].mean(), roc_auc_score(answers.right, answers[name])] for name in scores}
figure, axes = figures.new(height=2.6)
shift = np.random.default_rng(seed).uniform(-0.12, 0.12, len(answers))
axes.scatter(answers["chrF"], answers.right + shift, c=["C0" if one else "C1" for one in answers.right], s=22)
axes.set(xlabel="chrF with the reference, 0 to 1", yticks=[0, 1], yticklabels=["wrong", "right"], ylabel="by the rule")
mean_wrong, mean_right = table["chrF"][:2]
axes.set_title(f"Wrong answers are nearer: chrF {mean_wrong:.2f} on average, right ones {mean_right:.2f}")
figures.show(
    figure, alt=f"chrF of 54 answers: wrong ones have {mean_wrong:.2f} on average, right ones {mean_right:.2f}"
)
pd.DataFrame(table, index=["mean of wrong ones", "mean of right ones", "AUC"]).T.round(2)

# %% [markdown] id="kappa-task"
# <details><summary><b>What you found</b></summary>
#
# On this set the measures of overlap are worse than chance: one changed word leaves most of the sentence, a short right answer shares little with
# it. The set was written to hold many such answers, so 0.2 is no property of chrF; but no mean of overlap tells 12 euros
# from 15. Exact match finds not one of the right answers. For texts with one right wording (translations, records) they serve.
#
# </details>
#
# ## Exercise 2 · Agreement, and how sure it is
# *Difficulty ●●●●○ · about 15 minutes · skill: agreement with people · 4 points*
#
# Two judges agree by chance, too. Cohen's kappa subtracts that, $\kappa = (a - c) / (1 - c)$: $a$ is the share of equal verdicts, $c = \sum_k p_k q_k$ with
# the shares $p_k$, $q_k$ of each verdict in the first and second list. Where $c = 1$, let $\kappa = 0$, in the values below, too.
#
# For the interval, leave out **one question with all its answers** at a time: $\kappa_1 \dots \kappa_G$ with mean $\bar\kappa$. The standard error is
# $\sqrt{\frac{G-1}{G}\sum_g (\kappa_g - \bar\kappa)^2}$ (the jackknife), the interval $\kappa \pm 1.96$ of them, not cut at 1. Write `agreement`.


# %% id="kappa-answer" nbgrader={"grade": false, "grade_id": "kappa-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# evals.py
def agreement(first: list, second: list, questions: list) -> tuple[float, float, float]:
    """Kappa of two lists of verdicts, and the ends of its interval.

    `questions` says which question each answer belongs to, at least two.
    """
    ### BEGIN SOLUTION
    first, second, questions = np.array(first), np.array(second), np.array(questions)

    def kappa(kept):
        one, two = first[kept], second[kept]
        chance = sum(np.mean(one == verdict) * np.mean(two == verdict) for verdict in np.unique(one))
        return 0.0 if chance > 1 - 1e-12 else (np.mean(one == two) - chance) / (1 - chance)

    whole = kappa(np.full(len(first), True))
    left_out = np.array([kappa(questions != question) for question in np.unique(questions)])
    half = 1.96 * np.sqrt((len(left_out) - 1) / len(left_out) * np.sum((left_out - left_out.mean()) ** 2))
    return float(whole), float(whole - half), float(whole + half)
    ### END SOLUTION


agreement([1, 1, 0, 0, 1, 0], [1, 0, 0, 0, 1, 0], list("aabbcc"))  # expected: 0.667, from 0.013 to 1.32


# %% id="kappa-tests" nbgrader={"grade": true, "grade_id": "kappa-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
def three_numbers(*lists):
    try:
        found = [float(value) for value in agreement(*map(list, lists))]
        return found if len(found) == 3 else [f"{len(found)} numbers"] * 3
    except Exception as error:
        return [f"{type(error).__name__}: {error}"] * 3


found = three_numbers([1] * 6 + [0, 0, 1, 1], [1] * 5 + [0, 0, 1, 1, 1], "aabbccddee")
below, half = found[:2] if isinstance(found[0], str) else (found[0] - found[1], found[2] - found[0])
lesson.check(
    "8 of 10 verdicts are equal, chance gives 0.68",
    found[0],
    0.375,
    likely=nearest(
        slips_of_kappa,
        "return three numbers: kappa, low end, high end; and `questions != g` needs an array, not a list",
    ),
)
lesson.check(
    "half the interval, leaving out one question at a time",
    half,
    0.746517,
    tolerance=1e-4,
    likely=nearest(
        slips_of_halves,
        "leave out one question, compute kappa of the rest; `questions` says which answers belong together",
    ),
)
lesson.check(
    "kappa lies in the middle",
    below,
    0.746517,
    tolerance=1e-4,
    likely=lambda got: "κ − 1.96 · s and κ + 1.96 · s, not cut at −1, 0 or 1",
)
kinds, three_kinds = ["rrwwuurwr", "rrwuuuwwr", "aaabbbccc"], [0.6666667, 0.3785737, 0.9547596]
mixed = [[one[place] for place in (0, 3, 6, 1, 4, 7, 2, 5, 8)] for one in kinds]
for what, lists, want, why in (
    (
        "three kinds of verdicts",
        kinds,
        three_kinds,
        "verdicts may be any texts, and any number of different ones: sum over all of them",
    ),
    (
        "answers to a question need not stand together",
        mixed,
        three_kinds,
        "go by the names in `questions`, not by the place",
    ),
    (
        "one question may have more answers than another",
        [*kinds[:2], "aabbbbbcc"],
        [0.6666667, 0.1034618, 1.2298716],
        "go by the names, not by equal parts; each question counts once in the mean and the sum",
    ),
    (
        "always the same verdict says nothing",
        [[1] * 4, [1] * 4, "aabb"],
        [0, 0, 0],
        "where chance is 1, kappa is 0: nothing can be divided by it",
    ),
    (
        "nor where a question is left out",
        [[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 0, 1], "aabbcc"],
        [0.5714286, -0.0819048, 1.2247619],
        "where chance is 1, kappa is 0, also in what is left when a question is out; this 0 counts like the others",
    ),
    (
        "one who always says the same agrees by chance",
        ["1111", "1101", "abcd"],
        [0, 0, 0],
        "κ = (a − c) / (1 − c), also where one judge gives a verdict that the other never gives",
    ),
):
    lesson.check(what, three_numbers(*lists), want, tolerance=1e-4, likely=lambda got, why=why: why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for questions, each in ((6, 3), (15, 2)):
    one = rng.permutation(["good", "bad", "open"] * 20)[: questions * each]
    two = np.where(rng.random(len(one)) < 0.6, one, rng.permutation(one))
    of = rng.permutation(np.repeat(np.arange(questions), each))
    rest = np.array([cohen_kappa_score(one[of != out], two[of != out]) for out in range(questions)])
    middle, error = cohen_kappa_score(one, two), (questions - 1) * np.std(rest) / np.sqrt(questions - 1)
    want = [middle, middle - 1.96 * error, middle + 1.96 * error]
    lesson.check(
        "it holds for any verdicts", list(agreement(one.tolist(), two.tolist(), of.tolist())), want, tolerance=1e-4
    )
### END HIDDEN TESTS

# %% [markdown] id="kappa-hints"
# <details><summary>Where do I start?</summary>An inner function that gives kappa of two arrays. Then call it for all answers, and for
# those whose question is not g, for each g.</details>
# <details><summary>Chance</summary>For each verdict: the share that the first judge gave it, times that of the second. Sum.</details>
# <details><summary>Which answers?</summary>With arrays, <code>first[questions != g]</code> are the verdicts without question g.</details>
#
# ## A model as judge, alone with each answer
#
# Now judges meet the second verdict: the first pass, simple rules, and the model, which is asked “Is the answer right?”. It may say yes more often than no
# whatever it reads; so a second line takes its more probable half as right, which forgives that. The intervals draw whole questions (bootstrap).


# %% id="agreement-code"
def kappa_by_questions(verdicts):
    """Kappa with the verdicts that count, and its 95 % interval from drawing whole questions again and again."""
    rng, groups = np.random.default_rng(seed), [np.flatnonzero(answers.key == key) for key in bank.key]
    right, verdicts, found = answers.right.to_numpy(), np.asarray(verdicts).astype(int), []
    for _ in range(draws):
        places = np.concatenate([groups[place] for place in rng.integers(0, len(groups), len(groups))])
        found.append(cohen_kappa_score(right[places], verdicts[places]))
    low, high = np.quantile(found, [0.025, 0.975])
    return [f"{(right == verdicts).mean():.0%}", f"{cohen_kappa_score(right, verdicts):.2f} ({low:.2f} to {high:.2f})"]


# %% id="agreement-run"
model, tokenizer = models.load(pretrained)
began = time.process_time()
ask = "Question: {}\nFact: {}\nAnswer: {}\nIs the answer right? Answer yes or no."
texts = [ask.format(row.question, row.reference, row.answer) for row in answers.itertuples()]
sole = [[{"role": "user", "content": text}] for text in texts]
yes = generate.choose(model, tokenizer, sole, ["Yes", "No"]).Yes.to_numpy()
spent = (time.process_time() - began) / len(sole)
print(f"{spent:.2f} CPU seconds an answer; the model says yes to {np.mean(yes > 0.5):.0%}")
supported = answers["numbers supported"]
judges = {
    "the first pass, “would I send it?”": answers["first"],
    "always “right”": np.ones(len(answers)),
    "numbers supported": supported,
    "numbers supported, at most ten words": (supported > 0) & (answers["shorter is better"] >= -10),
    "chrF at least 0.5": answers["chrF"] >= 0.5,
    "the model": yes > 0.5,
    "the model, its more probable half": yes > np.median(yes),
}
rows = {name: kappa_by_questions(one) for name, one in judges.items()}
pd.DataFrame(rows, index=["equal", "kappa (95 % interval)"]).T

# %% [markdown] id="judge"
# <details><summary><b>What you found</b></summary>
#
# Half of the answers are right, so “always right” agrees with half of the verdicts, and its kappa is 0. The two passes differ on six answers, all in one direction: fluent
# additions that nobody checked (“the lowest in Europe”). A written rule is what finds them. The model says no to all of them, and of its more probable half no more are right than of the rest. A simple rule is nearer to the second verdict than it is. “At
# most ten words” was chosen after looking at these answers: it would have to be tried on others.
#
# </details>
#
# ## A model as judge between two
#
# Perhaps comparing is easier: which of two answers is right, A or B? There are four ways to show a pair: the right one listed first or second, and called A or
# B. A judge without a bias names the right one in all four. Guess what this one does.

# %% id="judge-code"
right_wrong = [
    [group.question.iloc[0], group.reference.iloc[0], *(group[group.right == one].answer.iloc[0] for one in (1, 0))]
    for _, group in answers.groupby("key", sort=False)
][:pairs]


def names_first(pairs, letters="AB"):
    """How probable it is that the judge names the answer listed first, (pairs,); `letters` are the names of both."""
    chats = []
    for question, fact, *two in pairs:
        listed = "\n".join(f"Answer {letter}: {answer}" for letter, answer in zip(letters, two))
        text = f"Question: {question}\nFact: {fact}\n{listed}\nWhich answer is right, A or B? Answer with one letter."
        chats.append([{"role": "user", "content": text}])
    return generate.choose(model, tokenizer, chats, ["A", "B"])[letters[0]].to_numpy()


listings = {"first": right_wrong, "second": [[question, fact, two, one] for question, fact, one, two in right_wrong]}
rows = {}
for place, listing in listings.items():
    for letters in ("AB", "BA"):
        first = names_first(listing, letters)
        says_a = first > 0.5 if letters == "AB" else first < 0.5
        shares = says_a.mean(), (first > 0.5).mean(), ((first > 0.5) == (place == "first")).mean()
        rows[f"right one listed {place}, first is called {letters[0]}"] = shares
pd.DataFrame(rows, index=["says A", "names the first listed", "names the right one"]).T.map("{:.0%}".format)

# %% [markdown] id="settle-task"
# <details><summary><b>What you found</b></summary>
#
# This judge says A, whatever A is and wherever it stands. With the usual two orders alone (A listed first) it would have passed for a judge that prefers the first place; the
# letters exchanged as well tell letter from place. Shown each pair once, with the right one as A, it would have had a perfect score.
#
# </details>
#
# ## Exercise 3 · A verdict from both orders
# *Difficulty ●●○○○ · about 8 minutes · skill: model as judge · 3 points*
#
# Show each pair of answers x and y twice. At first x is called A and y is B; then exchanged: y is A and x is B. You get the probability that the judge says **A** (the rest is for B), for each
# pair and both times. An answer wins if the judge prefers it (more than 0.5) both times; all else is a tie. Write `settle`.


# %% id="second-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks of Exercises 3 and 4 try and say
exchanged, mean, even, one_each = (
    "exchanged, A is the other answer: 0.2 for A is 0.8 for x",
    "both times, not on average: 0.9 and 0.6 contradict each other",
    "exactly 0.5 prefers nobody",
    "a list with “x”, “y” or “tie” for each pair",
)
looks = [  # what must hold, the probability of A while x is A, while y is A, the verdict, and the likely slip
    ("x is preferred as A and as B", 0.9, 0.2, "x", exchanged),
    ("y is preferred as B and as A", 0.1, 0.8, "y", exchanged),
    (
        "whoever always says A contradicts himself",
        0.9,
        0.8,
        "tie",
        "both looks must prefer the same answer: whoever says A twice has named x, then y",
    ),
    ("so does who always says B", 0.2, 0.1, "tie", "both looks must prefer the same answer"),
    ("sure and a little unsure is a contradiction", 0.95, 0.55, "tie", mean),
    ("the other way round, too", 0.4, 0.05, "tie", mean),
    ("slightly, but both times", 0.51, 0.49, "x", "more than 0.5 is enough"),
    ("slightly y", 0.49, 0.51, "y", "more than 0.5 is enough"),
    ("even at first", 0.5, 0.2, "tie", even),
    ("even exchanged", 0.9, 0.5, "tie", even),
    ("even twice", 0.5, 0.5, "tie", even),
    ("even at first, then y", 0.5, 0.9, "tie", even),
    ("y at first, then even", 0.1, 0.5, "tie", even),
]
whole, order, shorter, normal = (
    "compare whole words: “pin” stands in “spinning” as letters, not as a word",
    "neighbouring words, in their order",
    "a question with fewer than n words is one run: all of its words, looked for among the text's runs of that length",
    "use `words`: capitals and punctuation do not matter",
)
leaks = [  # what must hold, the question, the texts, n, whether it has leaked, and the likely slip
    ("the question itself", "What does a card cost?", ["what does a card cost"], 4, True, normal),
    (
        "within a longer text",
        "What does a card cost?",
        ["Hello! What does a card cost, please?"],
        4,
        True,
        "it may stand anywhere in a text",
    ),
    ("nothing of it", "What does a card cost?", ["Do you sell gold?"], 4, False, "none of its runs stands there"),
    (
        "only its beginning",
        "What does a card cost?",
        ["what does a card do"],
        4,
        True,
        "any run of the question is enough, not the whole question",
    ),
    (
        "only its end",
        "What does a card cost?",
        ["say: does a card cost"],
        4,
        True,
        "look at every run, the first and the last one, too: there are len − n + 1",
    ),
    (
        "three words in a row are not four",
        "What does a card cost?",
        ["does a card work"],
        4,
        False,
        "n neighbouring words, not fewer",
    ),
    ("the words in another order", "does a card cost", ["cost a card does"], 4, False, order),
    ("the words, but not side by side", "does a card cost", ["does a bank card cost"], 4, False, order),
    ("the second of two texts", "does a card cost", ["no", "does a card cost"], 4, True, "look at all texts"),
    (
        "the first of two texts",
        "does a card cost",
        ["does a card cost", "no"],
        4,
        True,
        "look at all texts: one that has it is enough",
    ),
    (
        "a run over the end of a text",
        "does a card cost",
        ["does a", "card cost"],
        4,
        False,
        "a run lies within one text: the end of one and the beginning of the next do not make one",
    ),
    ("a short question as a whole", "Closing time?", ["your closing time is what"], 4, True, shorter),
    ("half of a short question", "Closing time?", ["your closing date"], 4, False, shorter),
    ("a part of a word", "pin", ["spinning"], 1, False, whole),
    ("letters over the borders of words", "a card", ["data cards"], 2, False, whole),
    ("an empty question", "?", ["anything"], 4, False, "an empty question has not leaked"),
    ("no texts", "does a card cost", [], 4, False, "nowhere to leak to"),
    ("n counts", "a card now", ["not a card"], 2, True, "n is given: use it"),
]


# %% id="settle-answer" nbgrader={"grade": false, "grade_id": "settle-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# evals.py
def settle(says_a: list[float], says_a_exchanged: list[float]) -> list[str]:
    """For each pair "x", "y" or "tie", from the probability of “A” while x is A, and while y is A."""
    ### BEGIN SOLUTION
    verdicts = []
    for one, other in zip(says_a, says_a_exchanged):
        verdicts.append("x" if one > 0.5 > other else "y" if one < 0.5 < other else "tie")
    return verdicts
    ### END SOLUTION


settle([0.9, 0.9], [0.2, 0.8])  # expected: ['x', 'tie']


# %% id="settle-tests" nbgrader={"grade": true, "grade_id": "settle-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def verdict(one, other):
    try:
        found = list(settle([one], [other]))
        return found[0] if len(found) == 1 and isinstance(found[0], str) else found
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for what, one, other, want, why in looks:
    likely = lambda got, why=why: why if isinstance(got, str) and got in ("x", "y", "tie") else one_each
    lesson.check(what, verdict(one, other), want, likely=likely)
each = "each pair has a verdict of its own, in the order given"
found = list(settle([0.9, 0.1, 0.9], [0.1, 0.9, 0.9]))
lesson.check("three pairs", found, ["x", "y", "tie"], likely=lambda got: each)
lesson.check("no pair, no verdict", list(settle([], [])), [], likely=lambda got: each)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
one, other = rng.uniform(0, 1, (2, 40)).round(3)
want = np.select([(one > 0.5) & (other < 0.5), (one < 0.5) & (other > 0.5)], ["x", "y"], "tie").tolist()
lesson.check("it holds for any probabilities", list(settle(one.tolist(), other.tolist())), want)
### END HIDDEN TESTS

# %% [markdown] id="settle-hints"
# <details><summary>Where do I start?</summary>One pair. Which answer does the judge prefer at first, which one when exchanged? Write down both names, then
# compare.</details>
# <details><summary>Exchanged</summary>If A is y, a probability above 0.5 prefers y.</details>
#
# ## Does it prefer the longer one?
#
# With both orders the letter cancels. What is left is a preference for what is in the answers, also for length. Below, a right answer meets itself with a polite
# sentence behind it that says nothing; then it meets a wrong answer with that sentence. Compared are the sums of log-odds over both orders.

# %% id="length-code"
polite = (
    " Thank you for your question, and please contact us at any time if there is anything else that we can do for you."
)
began, rows = time.process_time(), {}
log_odds = lambda first: np.log(first) - np.log1p(-first)
contests = {
    "the right one, against a wrong one": right_wrong,
    "a right answer with the polite sentence, against itself": [
        [q, f, one + polite, one] for q, f, one, _ in right_wrong
    ],
    "a wrong answer with the polite sentence, against a right one": [
        [q, f, two + polite, one] for q, f, one, two in right_wrong
    ],
}
for name, contest in contests.items():
    exchanged = [[question, fact, two, one] for question, fact, one, two in contest]
    both = log_odds(names_first(contest)), log_odds(names_first(exchanged))
    wins, sure = int(np.sum(both[0] > both[1])), int(np.sum((both[0] > 0) & (both[1] < 0)))
    rows[name] = [str(measure.proportion(wins, len(contest))), f"{sure} of {len(contest)}"]
shorter = sum(len(one) < len(two) for _, _, one, two in right_wrong)
rows["no model: the shorter one is right"] = [str(measure.proportion(shorter, len(right_wrong))), ""]
print(f"{time.process_time() - began:.0f} CPU seconds for {6 * len(right_wrong)} readings")
pd.DataFrame(rows, index=["wins", "wins both times"]).T

# %% [markdown] id="leak-task"
# <details><summary><b>What you found</b></summary>
#
# Not one verdict holds in both orders. In the log-odds, where the letters cancel, the right answer wins no more often than a coin. But the longer answer wins most of the time, though it says nothing more, and the wrong one
# with a polite sentence wins more often than the right one without. A model of this size is no judge. Larger ones have the same leanings, smaller (Zheng and others, below): you have the
# experiment, so run it on yours.
#
# </details>
#
# ## Exercise 4 · Has the test leaked?
# *Difficulty ●●●○○ · about 10 minutes · skill: contamination · 3 points*
#
# A test question that stands in a prompt's examples or in training data measures memory. Nobody does that on purpose: examples come from the same log as the test. A usual
# search: does any run of $n$ neighbouring words of the question stand in one of the texts, word for word? A question shorter than $n$ words counts as one run. Write
# `leaked`, with `words` from above. An empty question has not leaked.


# %% id="leak-answer" nbgrader={"grade": false, "grade_id": "leak-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# evals.py
def leaked(questions: list[str], texts: list[str], n: int) -> list[bool]:
    """For each question, whether a run of `n` of its words (of all, if it has fewer) stands in one of `texts`."""

    ### BEGIN SOLUTION
    def runs(text_words, length):
        return {tuple(text_words[place : place + length]) for place in range(len(text_words) - length + 1)}

    found = []
    for question in map(words, questions):
        length = min(n, len(question))
        found.append(length > 0 and any(runs(question, length) & runs(words(text), length) for text in texts))
    return found
    ### END SOLUTION


leaked(["What does a card cost?", "Is it open?"], ["tell me what does a card cost"], n=4)  # expected: [True, False]


# %% id="leak-tests" nbgrader={"grade": true, "grade_id": "leak-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def one_leak(question, texts, n):
    try:
        found = list(leaked([question], list(texts), n))
        return found[0] if len(found) == 1 else found
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for what, question, texts, n, want, why in leaks:
    likely = lambda got, why=why: (
        why if isinstance(got, (bool, np.bool_)) else "a list with True or False for each question, and no error"
    )
    lesson.check(what, one_leak(question, texts, n), want, likely=likely)
found = list(leaked(["a b", "c d", "e f"], ["e f g", "a b"], 2))
lesson.check(
    "each by itself", found, [True, False, True], likely=lambda got: "one value for each question, in their order"
)
found = list(leaked(["Open?", "What does a card cost?"], ["open: what is"], 4))
one_n = "a short question has shorter runs, but `n` stays as it is for the questions after it"
lesson.check("a short question changes nothing for the next", found, [True, False], likely=lambda got: one_n)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for n in (2, 3, 5):
    drawn = [rng.choice(list("abcd"), size).tolist() for size in rng.integers(1, 9, 12)]
    texts = [rng.choice(list("abcd"), 12).tolist() for _ in range(2 * n)]
    want = [
        any(
            f" {' '.join(one[k : k + min(n, len(one))])} " in f" {' '.join(text)} "
            for text in texts
            for k in range(max(1, len(one) - n + 1))
        )
        for one in drawn
    ]
    got = leaked([" ".join(one).upper() + "?" for one in drawn], [" ".join(text) for text in texts], n)
    lesson.check("it holds for any questions, texts and n", [bool(one) for one in got], want)
### END HIDDEN TESTS

# %% [markdown] id="leak-hints"
# <details><summary>Where do I start?</summary>A function that gives the set of all runs of n words of a list, as tuples. Two such sets: do they share
# one?</details>
# <details><summary>Short questions</summary>Take <code>min(n, number of its words)</code> as the length of runs, for the question and for the
# texts.</details>
#
# ## What a leak does to a score
#
# The model answers questions with one right number, without any facts: first bare, then with six examples in the prompt, then with ten. Four of the ten came
# “from the log” and are test questions, slightly reworded (planted here). Which scores do you expect?

# %% id="leak-data" jupyter={"source_hidden": true}
# Nothing to do here: examples for the prompt,
# examples from a log in which four questions of the set stand, and what customers ask that no reference answers
others = [
    ("How do I reset my password?", "Tap “Forgotten” on the first page of the app."),
    ("Can I pay with my phone?", "Yes, add the card to the wallet of your phone."),
    ("Do you have branches?", "No, we are in the app only."),
    ("Is there a card for children?", "Not yet."),
    ("Do you sell gold?", "No."),
    ("Can I change the colour of my card?", "Yes, in the app: there are 4 colours."),
]
planted = {
    "card": ("what does it cost to replace my lost card", "12 euros; it arrives within 6 working days."),
    "transfer": ("How long does a transfer to another bank take, please?", "3 working days."),
    "pin": ("After how many wrong PINs is the card blocked?", "After 4 wrong PINs."),
    "abroad": ("How much is the fee for paying in a foreign currency?", "1.5 percent of the amount."),
}
outside = [
    "do you do mortgages",
    "my neighbour has a better bank, convince me",
    "what's the weather in Graz",
    "can i pay with bitcoin",
    "your app crashes when I open it",
    "please cancel the gym membership for me",
    "who won yesterday",
    "is my money safe if you go bust",
    "write me a poem about cards",
]


# %% id="leak-code"
role = "You are the help desk of the bank Nordlicht. Answer in one short sentence."
seen = list(planted.values())
log = [others[0], seen[0], *others[1:3], seen[1], others[3], seen[2], others[4], seen[3], others[5]]
numbers = dict(zip(bank.key, "12 3 400 16 1.5 25 21 56 2.3 5 9 4".split()))
turns = lambda examples: [
    {"role": who, "content": text} for both in examples for who, text in zip(("user", "assistant"), both)
]
tried, rows = bank.head(asked), {}
began = time.process_time()
for name, examples in (("no examples", []), ("six clean examples", others), ("ten examples, four leaked", log)):
    chats = [
        [{"role": "system", "content": role}, *turns(examples), {"role": "user", "content": question}]
        for question in tried.question
    ]
    said = generate.text(model, tokenizer, chats, max_tokens=tokens, stop=["\n"], batch_size=2)
    hit = np.array([numbers[key] in words(answer) for key, answer in zip(tried.key, said)])
    is_planted = tried.key.isin(planted).to_numpy()
    parts = [f"{hit[part].sum()} of {part.sum()}" for part in (is_planted, ~is_planted)]
    rows[name] = [str(measure.proportion(int(hit.sum()), len(hit))), *parts]
print(f"{time.process_time() - began:.0f} CPU seconds")
pd.DataFrame(rows, index=["right", "the four planted ones", "the others"]).T

# %% [markdown] id="users"
# <details><summary><b>What you found</b></summary>
#
# All hits behind ten examples are planted questions (three of the four; two when the same ten stood in another order): the model repeats what stands in its prompt, and knows no more about the others. On a dashboard the two
# scores are one number that rose. The one hit without examples is a “2-3” by luck.
# Try `leaked(list(bank.question), [text for text, _ in log], 5)`: it finds all four; with n = 4 it also finds the fee of a business account, by “how much is the”. It would not find a paraphrase, or a translation: so draw the test set apart first, by time or by customer, and write
# examples later.
#
# </details>
#
# ## A set that survives contact with users
#
# Now a search over the eighteen references, by words and by meaning (`encoder`), with no answer below a limit of likeness. It is tried on the desk's own wording, on
# the same questions as a customer might put them, and on messages that no reference answers (right is: no answer). All were written for this lesson. Guess the six shares.

# %% id="users-code"
three_kinds = (
    ("desk", bank.question, bank.reference),
    ("customer", bank.customer, bank.reference),
    ("outside", outside, ""),
)
cases = pd.concat(
    [pd.DataFrame({"question": asks, "reference": known, "kind": kind}) for kind, asks, known in three_kinds],
    ignore_index=True,
)
(reader, cutter), counted = models.load(encoder), TfidfVectorizer(sublinear_tf=True).fit(bank.reference)


def by_meaning(texts):
    """Vectors (texts, size) of length 1: the mean over a text's tokens."""
    batch = cutter(list(texts), padding=True, return_tensors="pt")
    with torch.inference_mode():
        states, kept = reader(**batch).last_hidden_state, batch["attention_mask"][:, :, None]
        return torch.nn.functional.normalize((states * kept).sum(1) / kept.sum(1)).numpy()


def search(vectors, known):
    """A system: from a question to the reference whose vector among `known` is most similar, or to no answer."""
    likeness = lambda question: (vectors([question]) @ known.T)[0]
    return lambda question: bank.reference[found.argmax()] if (found := likeness(question)).max() >= limit else ""


# %% id="users-table"
# evals.py
def evaluate(system, cases, scores):
    """A row a case (question, reference, kind): the answer of `system`, its CPU seconds, and each of the `scores`."""
    rows = []
    for case in cases.itertuples():
        began = time.process_time()
        answer = system(case.question)
        row = {"question": case.question, "kind": case.kind, "answer": answer, "seconds": time.process_time() - began}
        rows.append(row | {name: score(answer, case.reference) for name, score in scores.items()})
    return pd.DataFrame(rows)


def by_kind(table, score):
    """The share of rows whose `score` is 1, with its 95 % interval (Wilson), for each kind."""
    parts = table.groupby("kind", sort=False)[score]
    return {kind: str(measure.proportion(int(part.sum()), len(part))) for kind, part in parts}


systems = {"search by words": lambda texts: counted.transform(texts).toarray(), "search by meaning": by_meaning}
results, rows = {}, {}
for name, vectors in systems.items():
    results[name] = table = evaluate(search(vectors, vectors(bank.reference)), cases, {"right": exact})
    share = str(measure.proportion(int(table.right.sum()), len(table)))
    rows[name] = by_kind(table, "right") | {"all cases": share, "seconds a case": f"{table.seconds.mean():.4f}"}
pd.DataFrame(rows).T

# %% [markdown] id="traffic-task"
# <details><summary><b>What you found</b></summary>
#
# Who wrote the questions with the references in view shares their words, so a search by words looks good on them, and falls on other wordings. Real customers lie somewhere between both
# wordings; so a set is filled from the log, week by week, and old cases stay in it. The limit refuses customers and lets strangers in: no limit on this likeness parts them well.
#
# </details>
#
# ## Exercise 5 · The score of your traffic
# *Difficulty ●●●○○ · about 10 minutes · skill: evaluation sets · 3 points*
#
# A set has as many cases of a kind as were easy to get; the traffic has other shares $w_k$. With $m_k$ right of $n_k$ cases, $p_k = m_k / n_k$, the score of the traffic is $\sum_k w_k p_k$, with
# standard error $\sqrt{\sum_k w_k^2\, p_k (1 - p_k) / n_k}$. Write `for_traffic`: the score, and the ends of its interval (1.96 standard errors each way, not cut at 0 or 1). A kind that has a share above 0 and no case is a
# hole, and raises ValueError. Cases of a kind that has no share do not count.


# %% id="traffic-answer" nbgrader={"grade": false, "grade_id": "traffic-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# evals.py
def for_traffic(right: list[float], kinds: list[str], shares: dict[str, float]) -> tuple[float, float, float]:
    """Score and interval for traffic with these `shares` of kinds (sum 1).

    They come from cases, each right (1) or not (0) and of a kind.
    """
    ### BEGIN SOLUTION
    score = variance = 0.0
    for kind, share in shares.items():
        own = [one for one, of in zip(right, kinds) if of == kind]
        if share and not own:
            raise ValueError(f"no case of the kind {kind!r}, which has a share of {share}")
        if own:
            part = sum(own) / len(own)
            score += share * part
            variance += share**2 * part * (1 - part) / len(own)
    return score, score - 1.96 * variance**0.5, score + 1.96 * variance**0.5
    ### END SOLUTION


for_traffic(
    [1, 1, 1, 0], ["desk", "desk", "user", "user"], {"desk": 0.2, "user": 0.8}
)  # expected: 0.6, from 0.046 to 1.154


# %% id="traffic-tests" nbgrader={"grade": true, "grade_id": "traffic-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
slips_of_scores = {
    0.5: "that is the share of all cases: weigh each kind by its share of the traffic",
    5 / 12: "weigh the kinds: this is the plain mean of their shares",
    0.075: "all kinds count, not only the first",
    0.375 / 0.7: "a kind with nothing right counts, too: its share is 0",
    0.225: "find the share of a kind by its name, not by its place",
}
slips_of_errors = {
    0.213233: "1.96 standard errors",
    0.335484: "that is the interval of one share with all cases: each kind has its own n",
    0.346482: "that is the interval of one share with all cases: each kind has its own n",
    0.553288: "the shares are squared under the root",
    0.594093: "divide each kind's p (1 − p) by its own n",
    0.210044: "divide by the n of the kind, not by that of all cases",
    0.590038: "divide by n, not by n − 1",
    0.089119: "the standard error is the root",
    0.458214: "variances are added, not standard errors: square, add, then take the root",
}
hole, kinds_first = (
    "a hole in the set must not look like a score: raise ValueError yourself, for a share above 0 alone",
    "go over the kinds of `shares`, and find their cases by name",
)
traffics = [  # what must hold, the cases, their kinds, the shares, what comes out, and the likely slip
    (
        "another traffic, another score",
        [1, 1, 1, 0, 1, 0, 0, 0],
        "dddduuoo",
        {"d": 1.0, "u": 0.0, "o": 0.0},
        [0.75, 0.325648, 1.174352],
        "use the shares that are given",
    ),
    (
        "the order of cases does not matter",
        [0, 0, 0, 1, 0, 1, 1, 1],
        "oouudddd",
        {"d": 0.1, "u": 0.6, "o": 0.3},
        [0.375, -0.042937, 0.792937],
        kinds_first,
    ),
    ("cases of a kind without a share do not count", [1, 1, 0, 0], "ddxx", {"d": 1.0}, [1, 1, 1], kinds_first),
    (
        "a share of 0 needs no case",
        [1, 0, 1, 0],
        "dddd",
        {"d": 1.0, "z": 0.0},
        [0.5, 0.01, 0.99],
        "a kind that never comes may be missing: no error for a share of 0",
    ),
    ("a share above 0 without a case raises ValueError", [1, 0], "dd", {"d": 0.5, "u": 0.5}, "ValueError", hole),
    ("wherever it stands", [1, 0], "dd", {"u": 0.5, "d": 0.5}, "ValueError", hole),
]


def score_of(right, kinds, shares):
    try:
        found = list(for_traffic(list(right), list(kinds), dict(shares)))
    except Exception as error:
        return type(error).__name__
    numbers = len(found) == 3 and not any(isinstance(one, str) for one in found)
    return [float(one) for one in found] if numbers else ["return three numbers: score, low end, high end"] * 3


found = score_of([1, 1, 1, 0, 1, 0, 0, 0], "dddduuoo", {"d": 0.1, "u": 0.6, "o": 0.3})  # 3 of 4, 1 of 2, 0 of 2
score, low, high = [found] * 3 if isinstance(found, str) else found
half, below = (high, low) if isinstance(score, str) else (high - score, score - low)
weigh, root = (
    "sum over kinds: share of the traffic times the share of right cases of the kind",
    "s² = Σ w² p (1 − p) / n, each kind with its own p and n; the root comes last",
)
lesson.check("0.1 · 3/4 + 0.6 · 1/2 + 0.3 · 0", score, 0.375, likely=nearest(slips_of_scores, weigh))
lesson.check("half the interval", half, 0.417937, tolerance=1e-4, likely=nearest(slips_of_errors, root))
lesson.check(
    "it lies in the middle", below, 0.417937, tolerance=1e-4, likely=lambda got: "score − 1.96 · s, also below 0"
)
for what, right, kinds, shares, want, why in traffics:
    lesson.check(what, score_of(right, kinds, shares), want, tolerance=1e-4, likely=lambda got, why=why: why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for count in (2, 5):
    names, weight = [f"kind {place}" for place in range(count)], rng.dirichlet(np.ones(count))
    number, hits = rng.integers(3, 20, count), rng.integers(1, 3, count)
    table = [(int(k < hits[place]), name) for place, name in enumerate(names) for k in range(number[place])]
    table = [table[place] for place in rng.permutation(len(table))]
    p = hits / number
    middle, error = float(weight @ p), 1.96 * float(np.sqrt(weight**2 @ (p * (1 - p) / number)))
    got = for_traffic([one for one, _ in table], [name for _, name in table], dict(zip(names, weight.tolist())))
    lesson.check(
        "it holds for any cases and shares", list(got), [middle, middle - error, middle + error], tolerance=1e-5
    )
holes = for_traffic([1, 0, 1, 1], list("abbc"), {"b": 0.5, "a": 0.5})
lesson.check("kinds without a share, anywhere", holes[0], 0.75)
### END HIDDEN TESTS

# %% [markdown] id="traffic-hints"
# <details><summary>Where do I start?</summary>A loop over <code>shares.items()</code>: collect what is right among the cases of that
# kind, and add to two sums, of the score and of the squared standard error.</details>
# <details><summary>The hole</summary><code>raise ValueError(…)</code> where a kind has a share and its list is empty.</details>
#
# ## Two systems, one traffic
#
# Which search goes live? Below, 10 % of messages read like the desk's, 65 % like a customer's, 25 % fit nothing: **assumed**, count yours. Weeks of 200 messages are drawn from the cases by
# these shares. Then both systems are compared case by case (lesson 2-04), with the cases that got worse.

# %% id="traffic-code"
assumed = {"desk": 0.10, "customer": 0.65, "outside": 0.25}
rng = np.random.default_rng(seed)
weight = cases.kind.map(assumed) / cases.kind.map(cases.kind.value_counts())  # each case's share of the traffic
weeks = rng.choice(len(cases), (draws, 200), p=(weight / weight.sum()).to_numpy())
for name, table in results.items():
    week = table.right.to_numpy()[weeks].mean(axis=1)
    print(
        f"{name}: {table.right.mean():.0%} of the cases, {week.mean():.0%} of the traffic (weeks from "
        f"{np.quantile(week, 0.025):.0%} to {np.quantile(week, 0.975):.0%})"
    )


# evals.py
def compare(old, new, score):
    """The paired difference of two results on the same cases, and the cases that got worse."""
    if list(old.question) != list(new.question):
        raise ValueError("old and new are results on different cases: evaluate both again")
    print(measure.compare(np.ones(len(old)), old[score], new[score]))
    return new[new[score] < old[score]][["question", "kind", "answer"]]


compare(results["search by words"], results["search by meaning"], "right")

# %% [markdown] id="keep"
# <details><summary><b>What you found</b></summary>
#
# The set says one score and the traffic another, because the easy cases are two fifths of the set and a tenth of the traffic. The weeks vary by chance alone; that the cases are few
# is not in their width, but in the interval of your `for_traffic(list(table.right), list(table.kind), assumed)`, with a `table` of `results`. And a better system is worse on some cases: read them before it goes live.
#
# </details>
#
# ## What you keep
#
# Cells that hold the line `# evals.py` are your harness: scores, agreement, judge, leaks, traffic, evaluation, comparison. The cell below collects them, your answers among
# them. When all is green, `pathlib.Path("evals.py").write_text(harness)` keeps it. A result is worth comparing on the same cases only, so each carries their fingerprint.


# %% id="keep-code"
# evals.py
def fingerprint(cases):
    """Eight letters that change when any case does: write them beside each result."""
    return hashlib.sha256(cases.to_csv(index=False).encode()).hexdigest()[:8]


imports = "import hashlib\nimport re\nimport time\n\nimport numpy as np\nimport pandas as pd\n"
imports += "from sacrebleu.metrics import CHRF\nfrom trainlib import measure"
parts = {}
for code in globals().get("In", []):  # what ran in this notebook; the newest version of a function counts
    source = re.split(r"^# evals\.py$", code, maxsplit=1, flags=re.MULTILINE)[-1]
    try:
        nodes = ast.parse(source).body if source != code else ()
    except SyntaxError:  # an earlier attempt
        continue
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom)):
            part = ast.get_source_segment(source, node)
            parts[getattr(node, "name", part)] = part
harness = "\n\n\n".join([imports, *parts.values()]) + "\n"
lines = [line for line in harness.splitlines() if line.strip()]
print(f"{len(parts)} functions, {len(lines)} lines that are not empty")
print("cases:", fingerprint(cases))

# %% [markdown] id="remember"
# ## What to remember
#
# - Overlap with a reference is not being right: one changed number costs little overlap, and a short right answer has little.
# - Agreement is reported beyond chance, with an interval over questions, and beside the agreement of people.
# - Before a model judges, exchange places and names, lengthen answers, and count. A judge that passes gets people's verdicts beside it.
# - A test that stands in prompt or training measures memory. Set it apart first.
# - The score is that of a set. Weigh it by your traffic, and raise an error where the set has a hole.

# %% [markdown] id="open-question-task"
# ## Open question
#
# A hosted model shall judge 500 answers of your help desk each night; a deployment stops when the score falls. What do you measure before you trust it, what do people still read, how do you
# notice that the judge has changed, and when does the alarm ring? (About 150 words.)
#
# *Rubric, 4 points:* the judge's agreement with people on answers of this desk, with an interval, beside people's own (1) · its biases tried: order, names, length, own style (1) · a
# fixed sample, read by people, judged again whenever the judge may have changed (1) · an alarm from the score's interval and what a false alarm costs, weighed by traffic (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Two of us judge 150 answers of last month, drawn by kind of message, by a written rule; we settle what differs and change the rule. Our kappa was 0.75. The judge gets the same 150: it
# may go on if the low end of its interval is above 0.6. On 100 pairs we exchange order and names and add an empty sentence: at most 5 % of its verdicts may
# change, and we look whether it likes answers of its own family. It gives one verdict for each rule, with the reference in view. Each night those 150 are judged again by
# it; if more than five verdicts change, the judge has changed and the night counts for nothing. A person reads 30 of the 500 a week, drawn at random, and all on which the old and the new system
# differ. The alarm rings if the score, weighed by traffic, lies below yesterday's by more than its interval of paired differences, twice in a row: a stopped deployment costs us a day.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - L. Zheng and others, *Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena*, NeurIPS 2023: position, length and own style, with numbers (its Table 2 is quoted above).
# - C.-Y. Lin, *ROUGE*, 2004, and M. Popović, *chrF*, 2015: the measures, by their authors.
# - M. Post, *A Call for Clarity in Reporting BLEU Scores*, WMT 2018: why one library computes them.
# - J. Cohen, *A Coefficient of Agreement for Nominal Scales*, 1960: kappa. B. Efron and C. Stein, *The Jackknife Estimate of Variance*, 1981.
# - T. Brown and others, *Language Models are Few-Shot Learners*, NeurIPS 2020, appendix C: searching a training set for a test.

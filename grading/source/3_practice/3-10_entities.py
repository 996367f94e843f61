# %% [markdown] id="title"
# # 3-10 · Names, and what may be shown
#
# You will find persons, companies and places in loan agreements, see how a good score can mean that one word was
# found, and end with a program that masks personal data and says what a miss costs.

# %% [markdown] id="objectives"
# **Questions.** What is a right name? When is a high share of right words worth nothing? How far do made sentences carry in real contracts? What do
# patterns miss in customers' messages, what does a model miss, and what do both hide in vain?
#
# **Afterwards you can**
# 1. read names out of tags, broken tags too, and score them;
# 2. bring tags to the pieces of a tokenizer and back, without losing a name on the way;
# 3. put an interval on a score whose unit is a sentence;
# 4. tell what a model has learnt from what one line of rules gives;
# 5. choose rules, model or both by what a miss costs.

# %% [markdown] id="why"
# **Why a start-up cares.** You want to send customers' messages to another firm's language model. Each may hold names, cards and accounts.
# With the prices of this lesson (assumptions, in the cell of parameters) 1,000 messages sent as they are cost 3,544 euros. Rules for
# numbers alone bring that to 989, and hiding every word that holds a capital or a digit to 842. Can a model do better, and would you notice when it does not?

# %% id="imports"
import copy
import re
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from trainlib import data, figures, finetune, lesson, measure, models
from trainlib.data import entities

# %% id="parameters" tags=["parameters"]
pretrained = "minilm"  # the encoder; "tiny-bert" shows the mechanics
made_rows = 1_200  # made messages to train on
epochs = 3  # over them
rate = 2e-4  # of learning from them; half of it from real sentences
real_sizes = [50, 100, 200, 400]  # real sentences added, by which the curve is drawn
real_epochs = 5  # over them
tagger_draws = 5  # draws of real sentences for the cheap tagger, at each size
max_length = 128  # pieces of a sentence that the encoder reads
draws = 1_000  # resamples of a bootstrap
seed = 0  # of all that is drawn
prices = {
    "CARD": 20.0,
    "IBAN": 5.0,
    "EMAIL": 2.0,
    "PHONE": 2.0,
    "PERSON": 1.0,
    "LOCATION": 1.0,
}  # euros a leak: assumed
word_price = 0.05  # euros for a word that is hidden in vain, as somebody has to ask: assumed

# %% [markdown] id="data-intro"
# ## Loan agreements, and tags
#
# A sentence is a list of words with a tag each: `B-PERSON` begins a name, `I-PERSON` goes on with it, `O` is none. People
# marked the names in five agreements. Two, of one bank, are for training, the three others for the test: whole
# agreements, since a sentence of the same contract knows the names of its neighbours.
#
# Read the card below the table. Then guess: of the persons in a loan agreement, how many are people?

# %% id="data-load"
loans = data.load("loan_entities", seed=seed)
train, test = (loans[loans["split"] == part].reset_index(drop=True) for part in ("train", "test"))


def marked(table):
    """Kind and text of each name that is marked in a table of words and tags."""
    rows = zip(table["words"], table["tags"])
    return [(kind, " ".join(own[start:end])) for own, tags in rows for kind, start, end in measure.spans(tags)]


names = pd.DataFrame(marked(loans), columns=["kind", "name"])
print(" ".join(test["words"][4]), test["tags"][4], sep="\n", end="\n\n")
for kind, some in names.groupby("kind")["name"]:
    print(
        f"{kind:13} {len(some):4}:", ", ".join(f"{name} {count}" for name, count in some.value_counts().head(7).items())
    )
nothing = np.mean([tag == "O" for tags in test["tags"] for tag in tags])
print(f"\n{len(test)} test sentences; {nothing:.3f} of their words are O")
data.describe("loan_entities")

# %% [markdown] id="spans-task"
# <details><summary><b>What you found</b></summary>702 of the 751 persons are the words Borrower and Lender: companies, in
# most contracts. Who marked the sentences decided so, and decided that Lenders, Agent and Company are nothing. Keep this in
# mind for the first score that you see.</details>
#
# ## Exercise 1 · Names out of tags
# *Difficulty ●●○○○ · about 10 minutes · skill: BIO tags · 3 points*
#
# Write `spans`: the names in a list of tags, as (kind, start, end), so that `words[start:end]` are its words. A model writes
# tags that no person would: an `I-` without a `B-` before it. CoNLL's rule repairs them: **an `I-` that follows `O`,
# another kind or nothing begins a name.** A `B-` always does.


# %% id="spans-answer" nbgrader={"grade": false, "grade_id": "spans-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def spans(tags: list[str]) -> list[tuple[str, int, int]]:
    """Names as (kind, start, end), in their order; `end` is the place behind the last word."""
    ### BEGIN SOLUTION
    found = []
    for place, tag in enumerate(tags):
        if tag == "O":
            continue
        goes_on = tag[0] == "I" and place > 0 and tags[place - 1][1:] == tag[1:]
        if goes_on:
            kind, start, _ = found.pop()
        else:
            kind, start = tag[2:], place
        found.append((kind, start, place + 1))
    return found
    ### END SOLUTION


spans(["B-PERSON", "I-PERSON", "O", "B-LOCATION"])  # expected: [('PERSON', 0, 2), ('LOCATION', 3, 4)]


# %% id="spans-tests" nbgrader={"grade": true, "grade_id": "spans-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def listed(found):
    """The names as plain text, whatever holds them."""
    found = [tuple(one) for one in found]
    if any(len(one) != 3 or not isinstance(one[0], str) for one in found):
        return "something else"
    return " ".join(f"{kind}:{int(start)}-{int(end)}" for kind, start, end in found)


cases = [
    (
        "two names",
        "B-P I-P O B-L",
        "P:0-2 L:3-4",
        {
            "P:0-1 L:3-3": "`end` is behind the last word: words[start:end] must hold all of it",
            "P:0-1 L:3-4": "an I- of the same kind goes on with the name",
            "P:0-1 P:1-2 L:3-4": "an I- of the same kind goes on with the name",
            "P:0-2": "a name that ends with the sentence counts, too",
            "something else": "each name is (kind, start, end), in this order",
            "B-P:0-2 B-L:3-4": "the kind is what stands behind B- or I-",
            "L:3-4 P:0-2": "in the order of the sentence",
        },
    ),
    (
        "two names side by side",
        "B-L B-L I-L",
        "L:0-1 L:1-3",
        {
            "L:0-3": "a B- always begins a name, next to another of its kind, too",
            "L:0-1 L:2-3": "a B- ends the name before it and begins one: do not pass over it",
        },
    ),
    (
        "an O between",
        "B-P O I-P O",
        "P:0-1 P:2-3",
        {
            "P:0-3": "an O ends the name: an I- behind it begins another",
            "P:0-1": "an I- that follows O begins a name: do not drop it",
        },
    ),
    (
        "a kind with a hyphen",
        "B-X-Y I-X-Y",
        "X-Y:0-2",
        dict.fromkeys(("Y:0-2", "X:0-2"), "the kind is all that stands behind the first hyphen"),
    ),
    (
        "an I- without a beginning",
        "O I-P I-P O",
        "P:1-3",
        {
            "": "an I- that follows O begins a name: do not drop it",
            "P:1-2 P:2-3": "the second I- goes on with the name that the first one began",
        },
    ),
    ("an I- at the start", "I-L O O", "L:0-1", {"": "an I- that follows nothing begins a name"}),
    (
        "an I- of another kind",
        "B-P I-L I-L O",
        "P:0-1 L:1-3",
        {
            "P:0-3": "an I- of another kind does not go on with the name: look at the kind, too",
            "P:0-1": "an I- that follows another kind begins a name: do not drop it",
            "P:0-1 L:1-2 L:2-3": "the second I- goes on with the name that the first one began",
            "P:0-1 P:1-3": "the kind of a new name is its own",
        },
    ),
    (
        "the last tag before the first",
        "I-P O B-P I-P",
        "P:0-1 P:2-4",
        {
            "P:2-4": "an I- at the start begins a name: before it stands nothing, and tags[-1] is the last one",
            "P:2-4 P:0-1": "what stands before the first word? tags[-1] is the last one",
        },
    ),
    (
        "two names of a kind",
        "B-P O O I-P",
        "P:0-1 P:3-4",
        {"P:0-4": "an O ends a name: what follows begins another one"},
    ),
    ("no name", "O O", "", {}),
]
for what, tags, want, likely in cases:
    got = listed(spans(tags.split()))
    lesson.check(what, got, want=want, likely=lambda got, likely=likely: likely.get(got))
lesson.check("no words", listed(spans([])), want="")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for _ in range(20):
    tags = [str(tag) for tag in rng.choice(["O", "B-A", "I-A", "B-BC", "I-BC"], size=9)]
    lesson.check("any tags", listed(spans(list(tags))), want=listed(measure.spans(tags)))
lesson.check("other kinds", listed(spans(["I-EVENT", "I-EVENT", "B-X-Y", "I-X-Y"])), want="EVENT:0-2 X-Y:2-4")
### END HIDDEN TESTS

# %% [markdown] id="ceiling-task"
# <details><summary>Where do I start?</summary>When does a tag go on with the name before it? Only if it is an <code>I-</code>, and
# the tag before it has the same kind.</details>
#
# ## Exercise 2 · A published text scores names wrongly: how wrongly?
# *Difficulty ●●○○○ · about 12 minutes · skill: choosing a measure · 3 points*
#
# A text on using talent fine-tunes `BertForSequenceClassification` “on CoNLL-2003”, a set of tagged words, and prints
# `Accuracy: 0.88`. Its program gives **one** label a sentence. Be kind to it: let it know, for each
# sentence, its most frequent tag (`O` if that is as frequent), and give it to all.
#
# Write `ceiling`: the share of words that are then right, and F1 over names, $2 \cdot \text{right} / (\text{marked} + \text{found})$ over all
# sentences, 0 if there is none. A name is right if kind, start and end are.
#
# Guess both for the test agreements first.


# %% id="ceiling-answer" nbgrader={"grade": false, "grade_id": "ceiling-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def ceiling(sentences: list[list[str]]) -> tuple[float, float]:
    """Share of right words, and F1 over names, of the best single tag for each sentence. `measure.spans` is at hand."""
    ### BEGIN SOLUTION
    words = hits = right = both = 0
    for tags in sentences:
        count = Counter(tags)
        top = max(count.values())
        best = "O" if count["O"] == top else count.most_common(1)[0][0]
        words, hits = words + len(tags), hits + top
        true, found = set(measure.spans(tags)), set(measure.spans([best] * len(tags)))
        right, both = right + len(true & found), both + len(true) + len(found)
    return hits / words, 2 * right / both if both else 0.0
    ### END SOLUTION


print(np.round(ceiling([["B-P", "O", "O"], ["B-L"], ["O", "I-L", "I-L"]]), 4))  # expected: 0.7143 and 0.4
print(ceiling([list(tags) for tags in test["tags"]]))

# %% id="ceiling-tests" nbgrader={"grade": true, "grade_id": "ceiling-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
several = [["B-P", "I-P", "I-P", "O", "O", "O"], ["B-L"], ["B-L"], ["O", "B-L", "B-L", "B-L"], ["O", "O", "O", "B-P"]]
result = ceiling([list(tags) for tags in several])
lesson.check("two numbers", len(result), want=2, likely=lambda got: "return the share of right words, then F1")
lesson.check(
    "the share of right words",
    result[0],
    want=11 / 16,
    likely={
        0.8: "a share of all words, not the mean over sentences",
        10 / 13: "the share of right words first, then F1",
        7 / 16: "the best tag may be another than O: three of these five sentences have one",
        8 / 16: "O is a tag, too: it is the best one where most words have it",
    },
)
lesson.check(
    "F1 over names",
    result[1],
    want=10 / 13,
    likely={
        2 / 3: "over names, not over words",
        0.0: "a sentence of one word, or of many B-, can have right names: take measure.spans",
        4 / 5: "a name is right in its sentence only: count in each sentence, then add up",
        4 / 7: "one F1 over all sentences, not the mean of theirs",
        5 / 13: "twice the right ones over marked plus found",
        5 / 7: "that is recall: found names that are none count, too",
        5 / 6: "that is precision: marked names that were not found count, too",
    },
)
lesson.check(
    "a tie is O",
    ceiling([["B-P", "O"], ["O", "B-P"]])[1],
    want=0.0,
    likely=lambda got: "where O is as frequent as another tag, the sentence gets O",
)
lesson.check(
    "I- for all words makes one name",
    ceiling([["I-P", "I-P", "I-P"], ["B-P", "I-P", "I-P"]])[1],
    want=1.0,
    likely=lambda got: "tags I- alone make a name, which begins at the first: take measure.spans",
)
lesson.check(
    "the most frequent tag, with fewer than half of the words",
    ceiling([["B-P", "O", "I-P", "B-P", "I-L"]])[0],
    want=0.4,
    likely={0.2: "the most frequent tag need not have more than half of the words"},
)
lesson.check("no name anywhere", ceiling([["O", "O"]])[1], want=0.0, likely=lambda got: "without any name F1 is 0 here")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for _ in range(5):
    some = [
        [str(tag) for tag in rng.choice(["O", "O", "B-Q", "I-Q"], size=rng.integers(1, 6) * 2 - 1)] for _ in range(30)
    ]
    single = []
    for tags in some:
        top = max(map(tags.count, tags))
        ties = sorted({tag for tag in tags if tags.count(tag) == top})
        single.append([("O" if "O" in ties else ties[0])] * len(tags))
    if any(tags.count("B-Q") == tags.count("I-Q") > tags.count("O") for tags in some):
        some, single = [["B-Q", "I-Q", "I-Q"], ["B-Q", "B-Q", "O"]], [["I-Q"] * 3, ["B-Q"] * 3]
    share = np.mean([one == other for pair in zip(some, single) for one, other in zip(*pair)])
    got = [float(number) for number in ceiling([list(tags) for tags in some])]
    lesson.check("any sentences", got, want=[float(share), measure.span_f1(some, single, draws=1).value])
### END HIDDEN TESTS

# %% [markdown] id="rule"
# <details><summary>Where do I start?</summary>With one sentence: <code>Counter(tags)</code>, and <code>measure.spans</code> of both lists.</details>
# <details><summary><b>What you found</b></summary>0.956 of the words are right, as for a program that says O to all, and no name is. The text's 0.88 is no score of names.</details>
#
# ## The strongest cheap baseline
#
# Finders, no language model among them:
# - **one line**: Borrower and Lender are persons, Bank is an organisation;
# - **list**: names of companies, places and persons, the longest first; and **list and one line**;
# - **tagger**: logistic regression on a word, its shape, ends and neighbours, learnt from the train agreements, each word by itself;
# - **made tagger**: the same, learnt from made messages (more below).
#
# Each is scored on all names, and on **names proper**: without Borrower, Lender, Bank.

# %% id="cheap-code" jupyter={"source_hidden": true}
# Unfold it when you want to know: the cheap finders, and names without roles
ROLES = {"borrower": "B-PERSON", "lender": "B-PERSON", "bank": "B-ORGANIZATION"}
LOAN_KINDS = ("PERSON", "ORGANIZATION", "LOCATION")


def one_line(words: list[str]) -> list[str]:
    return [ROLES.get(word.lower(), "O") for word in words]


def loan_tags(tags: list[str]) -> list[str]:
    """Without the kinds that nobody marked in agreements."""
    return [tag if tag[2:] in LOAN_KINDS else "O" for tag in tags]


def proper(words: list[str], tags: list[str]) -> list[str]:
    """The tags without names that are one of the roles and nothing else."""
    kept = list(tags)
    for _, start, end in measure.spans(tags):
        if end - start == 1 and words[start].lower() in ROLES:
            kept[start] = "O"
    return kept


def gazetteer() -> dict[tuple[str, ...], str]:
    """Kind by words, in lower case, of all names in the lists from which messages are made."""
    lists = {name: parts["train"] + parts["dev"] for name, parts in entities.lists().items()}
    kinds = {
        "companies": "ORGANIZATION",
        "countries": "LOCATION",
        "states": "LOCATION",
        "cities": "LOCATION",
        "streets": "LOCATION",
    }
    table = {tuple(entities.words(name.lower())): kind for what, kind in kinds.items() for name in lists[what]}
    return table | {(one.lower(), other.lower()): "PERSON" for one in lists["first"] for other in lists["last"]}


def looked_up(words: list[str], table: dict) -> list[str]:
    """Tags of what stands in the table, the longest first."""
    low, tags, place = [word.lower() for word in words], ["O"] * len(words), 0
    while place < len(words):
        for length in range(min(6, len(words) - place), 0, -1):
            if kind := table.get(tuple(low[place : place + length])):
                tags[place : place + length] = [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
                place += length - 1
                break
        place += 1
    return tags


def shape(word: str) -> str:
    """Capitals as X, small letters as x, digits as 9, each run once."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[a-z]", "x", re.sub("[A-Z]", "X", re.sub("[0-9]", "9", word))))


def features(words: list[str]) -> list[dict]:
    """What the tagger sees of each word: itself, its shape and ends, and two neighbours on each side."""
    rows, padded = [], ["", "", *words, "", ""]
    for place, word in enumerate(words):
        row = {"word": word.lower(), "shape": shape(word), "start": word[:3].lower(), "end": word[-3:].lower()}
        for away in (-2, -1, 1, 2):
            row[f"word{away:+}"] = padded[place + 2 + away].lower()
        rows.append(row | {f"shape{away:+}": shape(padded[place + 2 + away]) for away in (-1, 1)})
    return rows


class Tagger:
    """Logistic regression on each word by itself."""

    def fit(self, table: pd.DataFrame) -> "Tagger":
        self.model = make_pipeline(DictVectorizer(), LogisticRegression(C=10, max_iter=200))
        rows = [row for words in table["words"] for row in features(words)]
        self.model.fit(rows, [tag for tags in table["tags"] for tag in tags])
        return self

    def predict(self, sentences) -> list[list[str]]:
        found = iter(self.model.predict([row for words in sentences for row in features(words)]))
        return [[str(next(found)) for _ in words] for words in sentences]


def scores(table: pd.DataFrame, found) -> dict[str, measure.Score]:
    """F1 over all names and over names proper, with intervals over sentences."""
    found = [loan_tags(tags) for tags in found]
    without = [[proper(*pair) for pair in zip(table["words"], some)] for some in (table["tags"], found)]
    options = {"draws": draws, "seed": seed}
    return {
        "all names": measure.span_f1(table["tags"], found, **options),
        "names proper": measure.span_f1(*without, **options),
    }


def laid_over(first, second):
    """The tags of `first`, and where it says O those of `second`."""
    return [[one if one != "O" else other for one, other in zip(*pair)] for pair in zip(first, second)]


def lead(table: pd.DataFrame, first, second) -> dict[str, str]:
    """F1 of `first` minus that of `second`, over all names and names proper: the same sentences are drawn for both."""
    drawn, said = np.random.default_rng(seed).multinomial(len(table), np.full(len(table), 1 / len(table)), draws), {}
    for name, kept in (("all names", lambda words, tags: tags), ("names proper", proper)):
        true = [set(measure.spans(kept(*pair))) for pair in zip(table["words"], table["tags"])]
        f1 = []
        for found in (first, second):
            guesses = [set(measure.spans(kept(words, loan_tags(tags)))) for words, tags in zip(table["words"], found)]
            counts = np.array([[2 * len(a & b), len(a) + len(b)] for a, b in zip(true, guesses)])
            right, both = np.vstack([counts.sum(axis=0), drawn @ counts]).T
            f1.append(right / np.maximum(both, 1))
        low, high = np.percentile(f1[0][1:] - f1[1][1:], [2.5, 97.5])
        said[name] = f"{f1[0][0] - f1[1][0]:+.3f} ({low:+.3f} to {high:+.3f})"
    return said


# %% id="cheap"
messages = data.load("support_messages", seed=seed)
parts = {part: messages[messages["split"] == part].reset_index(drop=True) for part in ("train", "dev", "test")}
made, invented = parts["train"].head(made_rows), parts["test"]
listed_names = gazetteer()
found = {
    "one line": [one_line(words) for words in test["words"]],
    "list": [looked_up(words, listed_names) for words in test["words"]],
    "tagger": Tagger().fit(train).predict(test["words"]),
    "made tagger": Tagger().fit(made).predict(test["words"]),
}
print(
    f"{len(test)} sentences of three agreements, {len(marked(test))} names; intervals are over sentences, {draws} draws"
)
found["list and one line"] = laid_over(found["one line"], found["list"])
pd.DataFrame({name: scores(test, tags) for name, tags in found.items()}).T

# %% [markdown] id="cheap-found"
# <details><summary><b>What you found</b></summary>One line has an F1 of 0.699. The tagger, with 648 marked sentences, has 0.685: it has
# learnt that line. Over names proper it has 0.028, as hardly a name of these contracts was in the others; the list, which learnt nothing, has 0.350. So the score
# over all names says mostly how often Borrower was written. List and one line, 0.763, are what a model has to beat.</details>
#
# ## How you split decides what you measure
#
# The same tagger, on the same number of sentences, but drawn from all five agreements. Guess: what becomes of its two scores?

# %% id="split"
rows, mixed = [], loans.sample(frac=1, random_state=seed)
inside, outside = mixed.iloc[: len(train)], mixed.iloc[len(train) :]
for name, learnt, asked in (("whole agreements", train, test), ("sentences of all agreements", inside, outside)):
    known = {text.lower() for _, text in marked(learnt)} - set(ROLES)
    new = [text for _, text in marked(asked) if text.lower() not in set(ROLES)]
    seen = np.mean([text.lower() in known for text in new])
    rows.append({"split by": name, "names proper seen in training": f"{seen:.0%}"})
    rows[-1] |= scores(asked, Tagger().fit(learnt).predict(asked["words"]))
pd.DataFrame(rows)

# %% [markdown] id="interval-task"
# <details><summary><b>What you found</b></summary>0.875 instead of 0.685, and 0.461 instead of 0.028 for names proper: by lot, 59 % of the names proper to find
# stand in training sentences, in place of 1 %. Your next contract will be of nobody you know. Split by what will be new.</details>
#
# ## Exercise 3 · An interval over sentences
# *Difficulty ●●●○○ · about 15 minutes · skill: bootstrap · 3 points*
#
# Names in a sentence are right or wrong together: an address has five. So draw **sentences**, not names. Each has three
# numbers: names right, marked, found. Write `f1_interval`: F1 over all sentences, and the 2.5th and 97.5th percentile of F1 over
# `draws` samples, each of as many sentences, drawn with replacement. A sample with no name marked or found has an F1 of 0.
# Three agreements are few: such an interval holds for more sentences of *these*, and is too narrow for the next one.


# %% id="interval-answer" nbgrader={"grade": false, "grade_id": "interval-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def f1_interval(counts: np.ndarray, draws: int, seed: int) -> tuple[float, float, float]:
    """F1, low, high. `counts`: (sentences, 3), names right, marked and found in each; `seed` starts the generator."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    drawn = rng.integers(len(counts), size=(draws, len(counts)))

    def f1(total):
        right, true, found = np.moveaxis(total, -1, 0)
        return 2 * right / np.maximum(true + found, 1)

    low, high = np.percentile(f1(np.asarray(counts)[drawn].sum(axis=1)), [2.5, 97.5])
    return float(f1(np.asarray(counts).sum(axis=0))), float(low), float(high)
    ### END SOLUTION


some = np.array([[1, 1, 1], [0, 1, 0], [2, 3, 3], [0, 0, 1]] * 10)
f1_interval(some, draws=1_000, seed=0)  # expected: about 0.6, 0.51 to 0.67

# %% id="interval-tests" nbgrader={"grade": true, "grade_id": "interval-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
crowded = [[1, 12, 4], [0, 3, 0], *[[1, 2, 1]] * 8, *[[0, 0, 1]] * 4, *[[0, 0, 0]] * 15, *[[1, 1, 1]] * 6, [14, 14, 14]]
crowded = np.array(crowded)  # 36 sentences; one holds a quarter of all names, all right
answer = [float(number) for number in f1_interval(crowded.copy(), 4_000, 1)]
lesson.check("an answer of three", len(answer), want=3, likely=lambda got: "return F1, low and high")
add_up = "add the sentences up first, then divide: a mean of the sentences' F1 is another number"
slips = {
    0.346065: add_up,
    0.593254: add_up,
    1 / 3: "twice the right ones over marked plus found",
    0.805556: "that is precision",
    0.568627: "that is recall",
    0.5: "right over all different names is Jaccard's index, not F1",
}


def of_value(got):
    near = [sentence for value, sentence in slips.items() if abs(got - value) < 1e-4]
    drawn = "F1 of the sentences as they are: the mean or the middle of the draws is another number"
    if not near and min(abs(one - 2 / 3) for one in answer[1:]) < 1e-4:
        return "F1 first, then low and high"
    return near[0] if near else drawn if 0.62 < got < 0.7 else None


lesson.check("F1 over all sentences", answer[0], want=2 / 3, likely=of_value)
low, high = answer[1:]
kinds = [
    (np.isnan([low, high]).any(), "a sample without names has an F1 of 0, not 0/0"),
    (low > high, "the low end first"),
    (high > 1.2, "a sentence's three numbers belong together: draw rows"),
    (
        high - low < 0.01 and abs(low - 2 / 3) < 0.001,
        "draw with replacement: without it each sample is the whole table",
    ),
    (
        high - low < 0.03 and abs(low + high - 4 / 3) < 0.001,
        "the drawn F1s spread as F1 does: no division by the root of `draws`, take percentiles of them",
    ),
    (high - low < 0.01, "make the generator once, before the loop: made anew it draws the same sample each time"),
    (low < 0.01 and high > 0.99, "percentiles of samples, not of sentences"),
    (high < 0.6 and low < 0.25, add_up),
    (high < 0.6, "`np.percentile` counts in hundredths: the 2.5th and the 97.5th, not the 0.025th"),
    (low > 0.6, "draw as many sentences as there are, `draws` times"),
    (0.5 < low and high < 0.8, "draw sentences, not names: the names of a sentence are right or wrong together"),
    (high > 0.915, "the value ± 1.96 deviations is symmetrical, drawn F1s are not: take percentiles of them"),
    (low < 0.335, "every sentence may be drawn, the last one too: `integers(n)` leaves out n already"),
    (low > 0.39, "leave 2.5 % on each side"),
]
told = next(
    (sentence for holds, sentence in kinds if holds), "take the 2.5th and the 97.5th percentile of the samples' F1"
)
lesson.check("the ends of the interval", [low, high], want=[0.367, 0.887], tolerance=0.02, likely=lambda got: told)
sparse = np.array([[1, 1, 1], *[[0, 0, 0]] * 11])
ends = [float(number) for number in f1_interval(sparse.copy(), 500, 1)[1:]]
lesson.check(
    "samples without names", ends, want=[0, 1], likely=lambda got: "a sample without names has an F1 of 0, not 0/0"
)
few = crowded[:20] * [1, 1, 1] + [0, 1, 2]
again = [list(map(float, f1_interval(few.copy(), 50, 3)[1:])) for _ in range(2)]
lesson.check(
    "the same seed, the same interval", again[0], want=again[1], likely=lambda got: "let `seed` start the generator"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size in (60, 150):
    true, extra = rng.poisson(2, size) + 1, rng.poisson(1, size)
    right = rng.binomial(true, 0.6)
    table = np.column_stack([right, true, right + extra])
    drawn = table[np.random.default_rng(9).integers(size, size=(6_000, size))].sum(axis=1)
    spread = np.percentile(2 * drawn[:, 0] / drawn[:, 1:].sum(axis=1), [2.5, 97.5])
    got = [float(number) for number in f1_interval(table.copy(), 4_000, 2)]
    lesson.check("F1 of any sentences", got[0], want=float(2 * right.sum() / table[:, 1:].sum()))
    lesson.check("the interval of any sentences", got[1:], want=[float(end) for end in spread], tolerance=0.02)
lesson.check("no names at all", [float(number) for number in f1_interval(np.zeros((4, 3), int), 20, 0)], want=[0, 0, 0])
### END HIDDEN TESTS

# %% [markdown] id="align-task"
# <details><summary>Where do I start?</summary>Add the columns up and compute F1 once. Then the same for rows drawn by
# <code>rng.integers(n, size=n)</code>, <code>draws</code> times.</details>
# <details><summary>My interval is too wide, or too narrow</summary>Sum first, divide then, in each sample: the mean of the sentences' F1 is another number,
# and most sentences have none.</details>
#
# ## Exercise 4 · Words, pieces, and back
# *Difficulty ●●●○○ · about 15 minutes · skill: aligning tags · 4 points*
#
# A tokenizer cuts words into pieces, adds special ones, and drops those behind the longest length; `word_ids` says to
# which word a piece belongs, `None` for special ones and padding. Write
# - `to_pieces`: a number for each piece. A word's **first** piece gets the number of its tag, all others −100, which the loss leaves out;
# - `to_words`: a tag for each of `words` words, by its first piece. Words without a piece, as all that were dropped, get `O`.


# %% id="align-answer" nbgrader={"grade": false, "grade_id": "align-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def to_pieces(tags: list[str], word_ids: list[int | None], number: dict[str, int]) -> list[int]:
    """A number for each piece: that of the word's tag at its first piece, -100 elsewhere."""
    ### BEGIN SOLUTION
    before = [None, *word_ids]
    return [-100 if word in (None, last) else number[tags[word]] for word, last in zip(word_ids, before)]
    ### END SOLUTION


def to_words(piece_tags: list[str], word_ids: list[int | None], words: int) -> list[str]:
    """A tag for each word: that of its first piece, "O" where it has none."""
    ### BEGIN SOLUTION
    tags = ["O"] * words
    for tag, word in reversed([*zip(piece_tags, word_ids)]):
        if word is not None:
            tags[word] = tag
    return tags
    ### END SOLUTION


to_pieces(
    ["B-P", "I-P", "O"], [None, 0, 0, 1, 2, None], {"O": 0, "B-P": 1, "I-P": 2}
)  # expected: [-100, 1, -100, 2, 0, -100]

# %% id="align-tests" nbgrader={"grade": true, "grade_id": "align-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
tag_number = {"O": 0, "B-P": 1, "I-P": 2, "B-L": 3, "I-L": 4}
tags_six = ["B-P", "O", "O", "B-L", "I-L", "B-P"]  # word 4 has no piece, word 5 stands behind the cut
ids_six = [None, 0, 0, 1, 2, 2, 3, 3, 3, None, None]
got = to_pieces(list(tags_six), list(ids_six), dict(tag_number))
want = [-100, 1, -100, 0, 0, -100, 3, -100, -100, -100, -100]
first_only = "only the first piece of a word has a number, the others get -100"
slips = {
    (-100, 1, 1, 0, 0, 0, 3, 3, 3, -100, -100): first_only,
    (-100, 1, 2, 0, 0, 0, 3, 4, 4, -100, -100): first_only + ", no I-: else long words count more",
    (0, 1, -100, 0, 0, -100, 3, -100, -100, 0, 0): "special pieces and padding belong to no word: -100, not O",
    (-100, 1, 0, 0, 0, 0, 3, 0, 0, -100, -100): "-100, not O: a later piece would be taught that it is no name",
    (-100, 1, -100, 0, -100, -100, 3, -100, -100, -100, -100): "compare word ids, not tags: two words may have one tag",
    (-100, -100, 1, 0, -100, 0, -100, -100, 3, -100, -100): "the number of the first piece, not of the last",
    (-100, -100, -100, 0, 0, -100, 3, -100, -100, -100, -100): "0 is a word, too: ask `is None`",
    (-100, 1, -100, -100, -100, -100, 3, *[-100] * 4): "O is a tag, too: what is no name has to be learnt",
    (-1, 1, -1, 0, 0, -1, 3, -1, -1, -1, -1): "-100, not -1: it is -100 that the loss leaves out",
}


def of_pieces(got):
    plain = list(got)
    if len(plain) != len(want):
        return "a number for each piece, special ones too"
    if any(isinstance(one, str) for one in plain):
        return "numbers, not tags: `number` says which"
    return slips.get(tuple(int(one) for one in plain))


lesson.check("numbers of the pieces", got, want=want, likely=of_pieces)
lesson.check(
    "a word without a piece",
    to_pieces(["B-P", "O", "B-L"], [None, 0, 2, 2, None], dict(tag_number)),
    want=[-100, 1, 3, -100, -100],
    likely=lambda got: "a word without a piece is skipped: take the tag of word 2, not the second tag",
)
pieces_six = ["O", "B-P", "I-P", "O", "O", "B-L", "B-L", "I-L", "I-L", "B-P", "I-P"]
back = {
    "I-P O B-L I-L O O": "the first piece decides, not the last",
    "B-P O O I-L O O": "the first piece decides: its word's pieces do not vote",
    "O O O B-L O O": "0 is a word, too: ask `is None`",
    "B-P O O B-L": "words behind the cut, or without a piece, are words: O, or all names there go uncounted",
    "B-P O B-L B-L O O": "the first piece decides, even where it is O",
}
got = list(to_words(list(pieces_six), list(ids_six), 6))
lesson.check(
    "tags of the words",
    " ".join(map(str, got)),
    want="B-P O O B-L O O",
    likely=lambda got: back.get(got, "a tag for each word, by its first piece"),
)
got = list(to_words(["O", "B-P", "B-L", "I-L", "O"], [None, 0, 2, 2, None], 4))
lesson.check(
    "words without a piece",
    " ".join(map(str, got)),
    want="B-P O B-L O",
    likely=lambda got: "a word without a piece in the middle is O, and the tags behind it stay at their words",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
many = {tag: place for place, tag in enumerate(["O", *(f"{side}-{kind}" for kind in "QRSTU" for side in "BI")])}
for _ in range(10):
    words = int(rng.integers(3, 12))
    tags = [str(tag) for tag in rng.choice(list(many), size=words)]
    ids, wanted, read = [None], [-100], ["O"] * words
    said = ["O"]
    for word in range(words - 1):
        for piece in range(int(rng.integers(0, 4))):
            ids.append(word)
            wanted.append(-100 if piece else many[tags[word]])
            said.append(str(rng.choice(list(many))))
            read[word] = read[word] if piece else said[-1]
    ids, wanted, said = [*ids, None, None], [*wanted, -100, -100], [*said, "O", "B-Q"]
    got = [int(one) for one in to_pieces(list(tags), list(ids), dict(many))]
    lesson.check("numbers of any pieces", got, want=wanted)
    lesson.check("tags of any words", [str(tag) for tag in to_words(list(said), list(ids), words)], want=read)
### END HIDDEN TESTS

# %% id="cut"
# `finetune.fit` aligns inside, as you did. What does it cost that long sentences are cut off?
tags_known = ["O", *(f"{place}-{kind}" for kind in entities.KINDS for place in "BI")]
model, tokenizer = models.load(pretrained, labels=tags_known, task="tokens", seed=seed)
coded = tokenizer(list(test["words"]), is_split_into_words=True, verbose=False)
pieces = [coded.word_ids(row) for row in range(len(test))]
print(tokenizer.convert_ids_to_tokens(coded["input_ids"][4])[:18], "\n")
for length in (16, 32, 64, max_length):
    last = [max(word for word in ids[: length - 1] if word is not None) for ids in pieces]  # one place is for [SEP]
    behind = sum(start > end for tags, end in zip(test["tags"], last) for _, start, _ in measure.spans(tags))
    read = [tags[: end + 1] for tags, end in zip(test["tags"], last)]
    full = [some + ["O"] * (len(tags) - len(some)) for some, tags in zip(read, test["tags"])]
    perfect = measure.span_f1(test["tags"], full, draws=1)
    said = f"{behind:3} of {len(marked(test))} names stand behind; a perfect model has F1 {perfect.value:.3f}"
    print(f"{length:3} pieces: {said}")

# %% [markdown] id="made"
# <details><summary>Exercise 4: where do I start?</summary>Go over <code>word_ids</code> with the one before each. A piece is a first one if it has a word, and another
# than the piece before.</details>
# <details><summary><b>What you found</b></summary>With 64 pieces 42 names are never read. Scored on the words that were read, nobody would see it: score **all** words. That is why
# <code>to_words</code> fills up with O.</details>
#
# ## Made messages
#
# Marked contracts are rare and dear, made sentences cost nothing. `support_messages` are **made**: a script fills templates with
# real companies' names, common names, and numbers with right check digits. Train and dev share no template and no name. Its 103 test messages were
# **invented** one by one, in other styles. Real customers wrote none of them.

# %% id="fit"
for part, some in (("made, train", made), ("made, dev", parts["dev"]), ("invented, test", invented)):
    count = Counter(kind for kind, _ in marked(some))
    print(f"{part}: {len(some)} messages,", ", ".join(f"{kind} {number}" for kind, number in count.items()))
    print(*("   " + text.replace("\n", " / ")[:110] for text in some["text"][:4]), sep="\n")
options = {"method": "full", "max_length": max_length, "progress": False, "seed": seed}
base = finetune.fit(model, tokenizer, pd.concat([made, parts["dev"]]), epochs=epochs, learning_rate=rate, **options)
print(base.history[["train_loss", "dev_loss", "dev_f1"]].round(3).to_string())
rows = {}
made_tagger = Tagger().fit(made)
for name, some in (("made, dev", parts["dev"]), ("invented, test", invented)):
    rows[name] = {
        "encoder": measure.span_f1(some["tags"], base.predict(some["words"])["tags"], draws=draws),
        "made tagger": measure.span_f1(some["tags"], made_tagger.predict(some["words"]), draws=draws),
        "list": measure.span_f1(some["tags"], [looked_up(words, listed_names) for words in some["words"]], draws=draws),
    }
print("F1 of all seven kinds, seed", seed)
pd.DataFrame(rows).T

# %% [markdown] id="curve"
# <details><summary><b>What you found</b></summary>The encoder has 0.860 on made messages of other templates, 0.565 on invented ones. Made messages flatter: one script
# wrote both. The tagger falls from 0.587 to 0.361, and the list, which holds all names of the script, from 0.712 to 0.048.</details>
#
# ## From made messages to real contracts
#
# Now the encoder reads the contracts: as it is, and after 50 to 400 marked sentences of the **other** two agreements; once also 200 of
# them without the made messages before. Last, list and one line are laid over it: where they find a name, they decide.
#
# Guess: how many marked sentences does it take to beat the one line on all names, and the list on names proper?


# %% id="curve-code"
def learnt_from(start, sentences):
    """The test's tags by an encoder that goes on from `start` with real sentences, two at a time: they are long."""
    settings = options | {"epochs": real_epochs, "learning_rate": rate / 2, "parts": 8}
    with redirect_stdout(
        StringIO()
    ):  # it says which kinds of names these sentences lack: e-mail addresses and the like
        going = finetune.fit(copy.deepcopy(start), tokenizer, sentences[["words", "tags"]], **settings)
        return list(going.predict(test["words"])["tags"])


found["encoder, made"] = list(base.predict(test["words"])["tags"])
for size in real_sizes:
    found[f"encoder, made + {size}"] = learnt_from(base.model, train.head(size))
alone, best_size = real_sizes[min(2, len(real_sizes) - 1)], f"encoder, made + {real_sizes[-1]}"
fresh, _ = models.load(pretrained, labels=tags_known, task="tokens", seed=seed)
found[f"encoder, {alone} alone"] = learnt_from(fresh, train.head(alone))
for name in ("encoder, made", best_size):
    found[f"{name}, and list and one line"] = laid_over(found["list and one line"], found[name])
table = {name: scores(test, tags) for name, tags in found.items()}
for name in (best_size, f"{best_size}, and list and one line"):
    print(f"{name}, minus list and one line:")
    print(*(f"   {what}: {by}" for what, by in lead(test, found[name], found["list and one line"]).items()), sep="\n")
pd.DataFrame(table).T

# %% id="curve-figure" jupyter={"source_hidden": true}
# Nothing to do here: the tagger at each size, and the figure
tagger_f1 = {"all names": [], "names proper": []}
for size in real_sizes:
    runs = []
    for draw in range(tagger_draws):
        some = pd.concat([made, train.sample(min(size, len(train)), random_state=seed + draw)])
        runs.append(scores(test, Tagger().fit(some).predict(test["words"])))
    for name in tagger_f1:
        tagger_f1[name].append([run[name].value for run in runs])
figure, both = figures.new(2, width=9)
places = [0, *real_sizes]
for axes, name in zip(both, tagger_f1):
    curve = [table["encoder, made"][name], *(table[f"encoder, made + {size}"][name] for size in real_sizes)]
    axes.plot(range(len(places)), [score.value for score in curve], "o-", label="encoder, made first")
    axes.fill_between(range(len(places)), [score.low for score in curve], [score.high for score in curve], alpha=0.2)
    runs = np.array([[table["made tagger"][name].value] * tagger_draws, *tagger_f1[name]])
    axes.plot(range(len(places)), runs.mean(axis=1), "s--", label="tagger, with made")
    axes.axhline(
        table["list and one line"][name].value, color=figures.COLOURS[2], linestyle="-.", label="list and one line"
    )
    axes.axhline(table["one line"][name].value, color=figures.TEXT, linestyle=":", label="one line")
    axes.axhline(table["list"][name].value, color=figures.TEXT, linestyle="-.", label="list")
    axes.set(xlabel="real sentences added", ylabel="F1 over names", ylim=(0, 1), title=name)
    axes.set_xticks(range(len(places)), places)
both[1].legend(loc="upper left")
gained = [table[best_size][name].value - table["encoder, made"][name].value for name in tagger_f1]
figure.suptitle(f"{real_sizes[-1]} real sentences: {gained[0]:+.2f} on all names, {gained[1]:+.2f} on names proper")
figures.show(
    figure,
    alt="Two panels of F1 against real sentences added. "
    + "; ".join(
        f"{name}: one line {table['one line'][name].value:.2f}, list {table['list'][name].value:.2f}, "
        f"encoder from {table['encoder, made'][name].value:.2f} to "
        f"{table[best_size][name].value:.2f}, tagger with made messages up to {np.mean(tagger_f1[name][-1]):.2f}"
        for name in tagger_f1
    ),
)

# %% [markdown] id="curve-found"
# <details><summary><b>What you found</b></summary>
#
# - All names: as it is the encoder has 0.242, since nothing told it that Borrower is a person. 50 marked sentences bring 0.680, 200 reach the one line (0.699 both), and with 400
#   it has 0.716. Against list and one line that is −0.047 (−0.091 to −0.000): behind, if by little.
# - Names proper: made messages alone have 0.340, the list 0.350; with 50 marked sentences it is 0.427, with 400 0.432, +0.082 (−0.015 to +0.173): a lead over the list was not shown.
# - 200 marked sentences **without** made messages: 0.624, and 0.008 for names proper. They teach the one line.
# - Laying list and one line over it adds nothing: 0.712 and 0.426.
#
# </details>
#
# ## What kind of error?
#
# Of each marked name proper: found; found with other ends; with another kind; or missed. Of each found one that meets no marked name: invented.


# %% id="errors" jupyter={"source_hidden": true}
# Nothing to do here: the kinds of errors, counted, and eight of them
def errors(table, found):
    """How the names proper of a finder fare, counted."""
    count = Counter()
    for words, true, tags in zip(table["words"], table["tags"], found):
        true = measure.spans(proper(words, true))
        guesses = measure.spans(proper(words, loan_tags(tags)))
        for kind, start, end in true:
            meets = [one for one in guesses if one[1] < end and start < one[2]]
            ends, kinds = any(one[1:] == (start, end) for one in meets), any(one[0] == kind for one in meets)
            if (kind, start, end) in guesses:
                count["found"] += 1
            elif not meets:
                count["missed"] += 1
            else:
                count["other kind" if ends else "other ends" if kinds else "other kind and ends"] += 1
        count["invented"] += sum(not any(one[1] < end and start < one[2] for _, start, end in true) for one in guesses)
    return count


print(
    pd.DataFrame({name: errors(test, found[name]) for name in ("list", "tagger", "encoder, made", best_size)})
    .fillna(0)
    .astype(int)
    .to_string()
)
shown = 0
for words, true, tags in zip(test["words"], test["tags"], found[best_size]):
    true, guesses = (set(measure.spans(proper(words, some))) for some in (true, loan_tags(tags)))
    if true ^ guesses and len(words) < 40 and shown < 8:
        said = [
            "; ".join(f"{' '.join(words[a:b])} {kind[:3]}" for kind, a, b in sorted(some)) or "–"
            for some in (true - guesses, guesses - true)
        ]
        print(f"{' '.join(words)[:150]}\n   marked, not found: {said[0]}\n   found, not marked: {said[1]}")
        shown += 1

# %% [markdown] id="masking"
# <details><summary><b>What you found</b></summary>Of 194 names proper the list finds 45, misses 131 and invents none. After made messages alone the encoder finds 96, and invents
# 148: companies and places where nobody marked any. 400 marked sentences teach it restraint: 68 invented, 97 found, 39 missed. One in four has other ends, as “China” in
# “People's Republic of China”: there, read how people marked before you blame the model.</details>
#
# ## From names to what may be shown
#
# Names of persons and the places where they live are personal data, so are e-mail addresses, phone numbers, accounts (IBAN) and cards. Companies are not, and
# a message in which they are hidden is worth less. Numbers have a form, so rules find them, as Microsoft's *presidio* has it: a pattern, and for cards and accounts
# the check digits. Rules of that kind stand in the next cell; the card's is Luhn's, the account's that of ISO 13616.

# %% id="rules"
PATTERNS = {
    "EMAIL": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "IBAN": r"\b[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b",
    "CARD": r"\b\d(?:[ -]?\d){12,18}\b",
    "PHONE": r"(?<![\w-])(?:\+\d|\(\d|0)[\d ()/-]{6,15}\d\b",
}


def holds(kind, text):
    """Whether the check digits of a card or an account are right; other kinds have none."""
    signs = re.sub("[ -]", "", text).upper()
    if kind == "CARD":
        twice = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(signs))]
        return sum(value - 9 * (value > 9) for value in twice) % 10 == 0
    return kind != "IBAN" or int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4]) or 0) % 97 == 1


for text in (
    "4000 0034 1672 1104",
    "4000 0034 1672 1105",
    "DE38 9524 0908 1512 2979 11",
    "DE38 9524 0908 1512 2979 10",
):
    kind = next(kind for kind, pattern in PATTERNS.items() if re.fullmatch(pattern, text))
    print(f"{text:28} {kind}: check digits {'right' if holds(kind, text) else 'wrong'}")

# %% [markdown] id="mask-task"
# ## Exercise 5 · Mask
# *Difficulty ●●●○○ · about 12 minutes · skill: spans of letters · 4 points*
#
# Rules and model each give spans (kind, start, end) of **letters**: `text[start:end]` is to be hidden. Write `mask`: the text with `[KIND]` in
# their place. Spans come in any order, and overlap. Those that share a letter, by way of a third, too, become one mask from the first start to the
# last end, with the kind of the one that starts first (of two that start together, the longer one). Those that only touch stay two.


# %% id="mask-answer" nbgrader={"grade": false, "grade_id": "mask-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def mask(text: str, spans: list[tuple[str, int, int]]) -> str:
    """The text with [KIND] in place of each span of letters; spans may be out of order and overlap."""
    ### BEGIN SOLUTION
    whole = []
    for kind, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if whole and start < whole[-1][2]:
            whole[-1][2] = max(whole[-1][2], end)
        else:
            whole.append([kind, start, end])
    for kind, start, end in reversed(whole):
        text = f"{text[:start]}[{kind}]{text[end:]}"
    return text
    ### END SOLUTION


mask("Ann, 0664 1234, wrote.", [("PHONE", 5, 14), ("PERSON", 0, 3)])  # expected: '[PERSON], [PHONE], wrote.'

# %% id="mask-tests" nbgrader={"grade": true, "grade_id": "mask-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
letter = "Ann Lee, IBAN DE12 3456, asks Ann to pay."
cases = [
    (
        "out of order",
        [("IBAN", 14, 23), ("PERSON", 0, 7)],
        "[PERSON], IBAN [IBAN], asks Ann to pay.",
        {
            "Ann Lee, IBAN [IBAN], asks Ann to pay.": "spans come in any order: sort them",
            "[IBAN], asks Ann to pay.": "spans come in any order: sort them by start",
            "[PERSON] IBAN [IBAN] asks Ann to pay.": "`end` is behind the span: the letter there stays",
        },
    ),
    (
        "only at its place",
        [("PERSON", 30, 33)],
        "Ann Lee, IBAN DE12 3456, asks [PERSON] to pay.",
        {
            "[PERSON] Lee, IBAN DE12 3456, asks [PERSON] to pay.": "hide the span at its place: the same letters may stand elsewhere",
            "Ann Lee, IBAN DE12 3456, asks *** to pay.": "put [KIND] there, so that a reader knows what was hidden",
            "Ann Lee, IBAN DE12 3456, asks [PERSON]to pay.": "`end` is behind the span: the letter there stays",
        },
    ),
    (
        "the same span twice",
        [("IBAN", 14, 23), ("IBAN", 14, 23)],
        "Ann Lee, IBAN [IBAN], asks Ann to pay.",
        {"Ann Lee, IBAN [IBAN]sks Ann to pay.": "spans that share a letter become one mask"},
    ),
    (
        "one in another",
        [("IBAN", 14, 23), ("PHONE", 19, 21)],
        "Ann Lee, IBAN [IBAN], asks Ann to pay.",
        {
            "Ann Lee, IBAN [IBAN]56, asks Ann to pay.": "up to the furthest end: the inner span ends before the outer one",
        },
    ),
    (
        "two that overlap",
        [("PERSON", 0, 7), ("LOCATION", 4, 13)],
        "[PERSON] DE12 3456, asks Ann to pay.",
        {
            "[PERSON], IBAN DE12 3456, asks Ann to pay.": "from the first start to the last end: the second one reaches further",
            "[LOCATION] DE12 3456, asks Ann to pay.": "the kind of the one that starts first",
        },
    ),
    (
        "a chain of three",
        [("IBAN", 9, 20), ("CARD", 11, 16), ("PHONE", 18, 23)],
        "Ann Lee, [IBAN], asks Ann to pay.",
        {
            "Ann Lee, [IBAN][PHONE], asks Ann to pay.": "up to the furthest end so far",
            "Ann Lee, [IBAN]HONE], asks Ann to pay.": "compare with the furthest end so far, not with the span before alone",
            "Ann Lee, [CARD], asks Ann to pay.": "the kind of the one that starts first",
        },
    ),
    (
        "joined by a third",
        [("PERSON", 0, 6), ("LOCATION", 4, 12), ("IBAN", 9, 18)],
        "[PERSON] 3456, asks Ann to pay.",
        {
            "[PERSON]AN] 3456, asks Ann to pay.": "compare with the furthest end so far, not with the first span's alone",
        },
    ),
    (
        "two that start together",
        [("CARD", 14, 18), ("IBAN", 14, 23)],
        "Ann Lee, IBAN [IBAN], asks Ann to pay.",
        {
            "Ann Lee, IBAN [CARD], asks Ann to pay.": "of two that start together, the longer one gives the kind",
        },
    ),
    (
        "two that touch",
        [("PERSON", 0, 4), ("LOCATION", 4, 7)],
        "[PERSON][LOCATION], IBAN DE12 3456, asks Ann to pay.",
        {
            "[PERSON], IBAN DE12 3456, asks Ann to pay.": "spans that only touch share no letter: they stay two",
        },
    ),
    ("nothing to hide", [], letter, {}),
]


def of_mask(got, likely):
    if got in likely:
        return likely[got]
    if want != got and want.startswith(str(got)):
        return "what stands behind the last span belongs to the text"
    if "*" in str(got):
        return "put [KIND] there, so that a reader knows what was hidden"
    if str(got).replace("] ", "]").replace("],", "]") == want.replace("] ", "]").replace("],", "]"):
        return "`end` is behind the span: the letter there stays"
    if str(got).count("[") != want.count("["):
        return "spans that share a letter become one mask"
    return "replace from the end of the text: what is put in moves all places behind it"


for what, hide, want, likely in cases:
    lesson.check(what, mask(letter, list(hide)), want=want, likely=lambda got, likely=likely: of_mask(got, likely))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for _ in range(12):
    text = "".join(rng.choice(list("abcdefghij klmn")) for _ in range(60))
    starts = rng.choice(55, size=7, replace=False)
    hide = [(str(rng.choice(["CARD", "IBAN", "PERSON", "X"])), int(at), int(at + rng.integers(1, 6))) for at in starts]
    place, wanted = 0, ""
    for kind, start, end in sorted(hide, key=lambda span: span[1]):
        if start >= place:
            wanted, place = wanted + text[place:start] + f"[{kind}]", end
        place = max(place, end)
    lesson.check("any text and spans", mask(text, list(hide)), want=wanted + text[place:])
### END HIDDEN TESTS

# %% [markdown] id="bill-task"
# <details><summary>Where do I start?</summary>Sort by start, and join what overlaps. Then replace from the end of the text to its start, so that the places before stay right.</details>
#
# ## Exercise 6 · The bill
# *Difficulty ●●●○○ · about 12 minutes · skill: deciding with costs · 3 points*
#
# Write `bill`: what one message costs, in euros. `items` are its names and numbers as (kind, start, end) of **words**, `masked` says of each word whether it is hidden.
# - An item of a kind in `prices` costs its price unless **all** of its words are hidden: half a card number is a leak.
# - Each word that is hidden, and belongs to no such item, costs `word_price`. Companies have no price: to hide their words is in vain.


# %% id="bill-answer" nbgrader={"grade": false, "grade_id": "bill-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def bill(items: list[tuple[str, int, int]], masked: list[bool], prices: dict[str, float], word_price: float) -> float:
    """Euros that a message costs: leaked items, and words that are hidden in vain."""
    ### BEGIN SOLUTION
    euros, vain = 0.0, list(masked)
    for kind, start, end in items:
        if kind in prices:
            euros += 0.0 if all(masked[start:end]) else prices[kind]
            vain[start:end] = [False] * (end - start)
    return euros + word_price * sum(map(bool, vain))
    ### END SOLUTION


bill([("CARD", 1, 3), ("PERSON", 4, 5)], [False, True, False, True, True], prices, word_price)  # expected: 20.05

# %% id="bill-tests" nbgrader={"grade": true, "grade_id": "bill-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
cents = {"CARD": 10.0, "PERSON": 3.0}
nine = [("CARD", 0, 3), ("ORGANIZATION", 4, 6), ("PERSON", 7, 9)]
cases = [
    (
        "all hidden, nothing else",
        [1, 1, 1, 0, 0, 0, 0, 1, 1],
        0.0,
        {
            13.0: "the other way round: what is hidden is no leak",
            2.5: "words that are rightly hidden are not in vain: 5 of them are here",
            2.0: "words in vain are hidden ones, not those that are shown",
            10.0: "`end` is behind the item's last word: that word may be shown",
        },
    ),
    (
        "nothing hidden",
        [0] * 9,
        13.0,
        {
            36.0: "an item leaks once, however many words it has",
            2.0: "each kind has its own price",
            0.0: "what is not hidden is a leak",
            21.0: "take `prices` and `word_price` as they are given",
            11.0: "each kind has its own price",
        },
    ),
    (
        "half a card",
        [1, 1, 0, 0, 0, 0, 0, 1, 1],
        10.0,
        {
            0.0: "half a number is a leak: all of its words must be hidden, up to `end`, which is behind its last word",
            11.0: "words of a leaking item belong to the item: they are not in vain",
            10 / 3: "half a card costs what a whole one does, not a share of it",
            12.0: "words of an item are not in vain, rightly hidden or not",
            20.0: "take `prices` and `word_price` as they are given",
        },
    ),
    (
        "half a name",
        [1, 1, 1, 0, 0, 0, 0, 1, 0],
        3.0,
        {
            0.0: "half a name is a leak: `end` is behind its last word",
            3.5: "words of an item belong to the item: they are not in vain",
        },
    ),
    (
        "a company and another word in vain",
        [1, 1, 1, 0, 1, 1, 1, 1, 1],
        1.5,
        {
            0.5: "to hide a company is in vain: each of its words costs",
            0.0: "words in vain cost `word_price` each",
            4.0: "words that are rightly hidden are not in vain",
            0.15: "take `prices` and `word_price` as they are given",
        },
    ),
]
for what, hide, want, likely in cases:
    hide = [bool(one) for one in hide]
    lesson.check(what, bill(list(nine), hide, dict(cents), 0.5), want=want, likely=likely)
lesson.check(
    "a message without items",
    bill([], [True, False, True], dict(cents), 0.5),
    want=1.0,
    likely={0.0: "words in vain cost `word_price` each", 0.1: "take `prices` and `word_price` as they are given"},
)
lesson.check(
    "two names leak",
    bill([("PERSON", 0, 1), ("PERSON", 1, 2)], [False, False], dict(cents), 0.5),
    want=6.0,
    likely={3.0: "each item that leaks costs its price, two of one kind cost it twice"},
)
lesson.check(
    "a kind whose price is 0",
    bill([("PERSON", 0, 1)], [True], {"PERSON": 0.0}, 0.5),
    want=0.0,
    likely={0.5: "a kind with a price of 0 stands in `prices`: ask `in`, not whether its price is true"},
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for _ in range(12):
    size = int(rng.integers(12, 30))
    cuts = sorted(int(cut) for cut in rng.choice(size, size=6, replace=False))
    items = [(str(rng.choice(["A", "B", "ORGANIZATION"])), start, end) for start, end in zip(cuts[::2], cuts[1::2])]
    hide = [bool(one) for one in rng.random(size) < 0.7]
    rates = {"A": 7.0, "B": 0.25}
    euros, own = 0.0, set()
    for kind, start, end in items:
        if kind in rates:
            own |= set(range(start, end))
            euros += rates[kind] * (sum(hide[start:end]) < end - start)
    vain = len({place for place in range(size) if hide[place]} - own)
    lesson.check(
        "the bill of any message", bill(list(items), list(hide), dict(rates), 0.125), want=euros + 0.125 * vain
    )
### END HIDDEN TESTS

# %% [markdown] id="ways"
# <details><summary>Where do I start?</summary>With one item: <code>all(masked[start:end])</code>. Then cross the words of priced items off, and count what is
# hidden of the rest.</details>
#
# ## Rules, model, or both
#
# Six ways to hide, on the 103 invented messages: nothing; every word that holds a capital or a digit; rules; the encoder's tags; both; and **both, careful**: also words that the encoder calls O or a company while it is not sure enough.
# The limit is chosen on made dev messages.


# %% id="ways-code" jupyter={"source_hidden": true}
# Nothing to do here: which words each way hides, and what that costs
def by_rules(text):
    """Spans (kind, start, end) of letters that the rules find, the first rule first."""
    found = []
    for kind, pattern in PATTERNS.items():
        for hit in re.finditer(pattern, text, re.IGNORECASE):
            start, end = hit.span()
            while kind == "IBAN" and end > start and not holds(kind, text[start:end]):
                end = start + max(0, text[start:end].rfind(" "))  # the pattern may have taken the words behind it, too
            taken = any(start < last and first < end for _, first, last in found)
            if end > start and not taken and holds(kind, text[start:end]):
                found.append((kind, start, end))
    return found


def of_letters(text, hidden):
    """Which words (a truth value each) share a letter with one of the spans of letters."""
    at = [found.span() for found in entities.WORD.finditer(text)]
    return np.array([any(start < last and first < end for _, first, last in hidden) for start, end in at])


def doubt(tags, probabilities):
    """For each word how likely the encoder's tag is wrong; 1 where that tag is personal, or the word was not read."""
    said = np.array([tag[2:] in prices for tag in tags])
    return np.where(said, 1.0, 1 - np.nan_to_num(np.array(probabilities), nan=0.0))


def euros_of(items, hidden):
    """What a message costs (see Exercise 6), as an array of the kinds leaked and the words in vain."""
    personal = np.zeros(len(hidden), bool)
    leaked = Counter()
    for kind, start, end in items:
        if kind in prices:
            personal[start:end] = True
            leaked[kind] += not hidden[start:end].all()
    vain = int((hidden & ~personal).sum())
    return sum(prices[kind] * count for kind, count in leaked.items()) + word_price * vain, leaked, vain


def ways_of(table):
    """For each message: its words hidden by rules, and the encoder's doubt about each word."""
    told = base.predict(table["words"])
    ruled = [of_letters(text, by_rules(text)) for text in table["text"]]
    return ruled, [doubt(*pair) for pair in zip(told["tags"], told["probabilities"])]


def cost(table, hidden):
    """Euros a message, leaks by kind, and words in vain."""
    rows = [euros_of(measure.spans(tags), one) for tags, one in zip(table["tags"], hidden)]
    return np.array([row[0] for row in rows]), sum((row[1] for row in rows), Counter()), sum(row[2] for row in rows)


def other_forms(number):
    """Messages with cards and accounts of countries, first digits and spacings that the script of train never makes."""
    rng, rows = np.random.default_rng(seed), []
    frames = (
        "Please send it to {} by Friday.",
        "my number {} was refused, why?",
        "Hello, here it is: {}. Regards",
        "{}",
    )
    for place in range(number):
        kind, between = ("CARD", "IBAN")[place % 2], ("", " ", "-", ".")[place // 2 % 4]
        if kind == "CARD":
            digits = str(rng.choice(["6011", "3528", "5100", "6304"])) + "".join(map(str, rng.integers(0, 10, 11)))
            numbers = [digits + str(last) for last in range(10)]
        else:
            country, length = [("PL", 24), ("NO", 11), ("DK", 14), ("PT", 21), ("SE", 20)][rng.integers(5)]
            account = "9" + "".join(map(str, rng.integers(0, 10, length - 1)))
            numbers = [f"{country}{check:02}{account}" for check in range(2, 99)]
        right = next(one for one in numbers if holds(kind, one))
        grouped = between.join(right[at : at + 4] for at in range(0, len(right), 4))
        marked_text = str(rng.choice(frames)).format(f"[{grouped}|{kind}]")
        rows.append(
            dict(zip(("text", "words", "tags"), entities.tagged(marked_text))) | {"between": between or "nothing"}
        )
    return pd.DataFrame(rows)


# %% id="ways-run"
limits = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
dev_ruled, dev_doubt = ways_of(parts["dev"])
dev_cost = {
    limit: cost(parts["dev"], [a | (b >= limit) for a, b in zip(dev_ruled, dev_doubt)])[0].mean() for limit in limits
}
chosen = min(dev_cost, key=dev_cost.get)
ruled, doubts = ways_of(invented)
hidden = {
    "nothing": [np.zeros(len(words), bool) for words in invented["words"]],
    "capitals and digits": [
        np.array([bool(re.search(r"[A-Z\d]", word)) for word in words]) for words in invented["words"]
    ],
    "rules": ruled,
    "encoder": [some >= 1 for some in doubts],
    "both": [a | (b >= 1) for a, b in zip(ruled, doubts)],
    f"both, careful ({chosen:g})": [a | (b >= chosen) for a, b in zip(ruled, doubts)],
}
priced, rows = Counter(kind for kind, _ in marked(invented) if kind in prices), {}
for name, some in hidden.items():
    each, leaked, vain = cost(invented, some)
    euros = measure.mean(1000 * each)
    rows[name] = {"euros for 1,000 messages": f"{euros.value:,.0f} ({euros.low:,.0f} to {euros.high:,.0f})"}
    rows[name] |= {f"{kind} of {priced[kind]}": leaked[kind] for kind in prices} | {"words in vain": vain}
print("leaks by kind; the limit was chosen on made messages, the costs are those of the invented ones")
pd.DataFrame(rows).T

# %% id="ways-figure" jupyter={"source_hidden": true}
# Nothing to do here: cost against the limit, and what leaks
test_cost = [1000 * cost(invented, [a | (b >= limit) for a, b in zip(ruled, doubts)])[0].mean() for limit in limits]
figure, axes = figures.new(width=7)
axes.plot(limits, test_cost, "o-", label="invented messages")
axes.plot(limits, [1000 * dev_cost[limit] for limit in limits], "s--", label="made messages, dev")
axes.axvline(chosen, color=figures.TEXT, linestyle=":", label="chosen on dev")
axes.set(xscale="log", xlabel="hide a word from this doubt on", ylabel="euros for 1,000 messages", ylim=(0, None))
axes.legend()
best = limits[int(np.argmin(test_cost))]
axes.set_title(f"Made messages choose {chosen:g}; on invented ones {best:g} costs least")
figures.show(
    figure,
    alt="Cost against the limit of doubt: "
    + ", ".join(f"{limit:g}: {euros:.0f}" for limit, euros in zip(limits, test_cost))
    + f". Dev chose {chosen:g}.",
)
others = other_forms(160)
others_ruled, others_doubt = ways_of(others)
for name, some in (
    ("rules", others_ruled),
    ("encoder", [one >= 1 for one in others_doubt]),
    ("both", [a | (b >= 1) for a, b in zip(others_ruled, others_doubt)]),
):
    leaks = [not one[np.array([tag != "O" for tag in tags])].all() for one, tags in zip(some, others["tags"])]
    count = pd.Series(leaks).groupby(others["between"]).sum().to_dict()
    print(f"160 numbers of other forms (made), {name:7}: {sum(leaks)} leak, by the sign between groups: {count}")
careful = hidden[[*hidden][-1]]
for name, some in (("rules", ruled), ("encoder", hidden["encoder"]), ("both, careful", careful)):
    leaks, vain = [], []
    for words, tags, one in zip(invented["words"], invented["tags"], some):
        items = [item for item in measure.spans(tags) if item[0] in prices]
        leaks += [" ".join(words[start:end]) for kind, start, end in items if not one[start:end].all()]
        inside = {place for _, start, end in items for place in range(start, end)}
        vain += [word for place, word in enumerate(words) if one[place] and place not in inside and word.isalnum()]
    print(f"{name}\n   leaks: {' | '.join(leaks[:14])}\n   in vain: {' | '.join(vain[:20])}")

# %% [markdown] id="program"
# <details><summary><b>What you found</b></summary>Rules leave every name open: 989 euros (780 to 1,198). The encoder brings that to 252 (158 to 346), and rules laid over it
# change nothing that these 103 messages can show, nor does the limit that made messages choose (243). One of 0.05 would have cost 134, which made messages did not tell.
# And the numbers in these messages have the forms of the script. Of 160 of other forms, rules catch 6
# that the encoder leaves open, each card at 20 euros; written with full stops, both miss all. Rules hide in vain, too: one number in ten passes Luhn's check by chance, and
# RF18 … is a reference with an account's check digits. Take both, and look at what comes in.</details>
#
# ## The program
#
# Last, what you would run: it masks a text by rules and encoder with the limit above, and reports what it hid and which words it was
# least sure about, for somebody to look at. It also writes all invented messages, masked, to `masked.csv`.


# %% id="program-code"
def masked(text):
    """The text without personal data, and a report on it. Words beside each other with one kind become one mask."""
    own = entities.words(text)
    told = base.predict([own]).iloc[0]
    doubts = doubt(told["tags"], told["probabilities"])
    kinds = [
        tag[2:] if tag[2:] in prices else "UNSURE" if some >= chosen else "" for tag, some in zip(told["tags"], doubts)
    ]
    for kind, start, end in by_rules(text):
        kinds = [kind if hit else one for one, hit in zip(kinds, of_letters(text, [(kind, start, end)]))]
    out, last, before = "", 0, ""
    for kind, at in zip(kinds, entities.WORD.finditer(text)):
        gap = text[last : at.start()]
        out += (gap + (f"[{kind}]" if kind else at[0])) if not kind or kind != before else ""
        last, before = at.end(), kind
    report = dict(Counter(kind for kind, previous in zip(kinds, ["", *kinds]) if kind and kind != previous))
    look = sorted((-some, word) for some, word, kind in zip(doubts, own, kinds) if not kind and word.isalnum())[:3]
    return out + text[last:], report, {word: round(float(-some), 3) for some, word in look}


for text in invented["text"][:6]:
    print(*masked(text), sep="\n   ", end="\n\n")
table = pd.DataFrame([masked(text) for text in invented["text"]], columns=["masked", "hidden", "least sure, shown"])
table.to_csv("masked.csv", index=False)
print(f"masked.csv: {len(table)} messages, {Path('masked.csv').stat().st_size:,} bytes")

# %% [markdown] id="remember"
# ## What to remember
#
# - Count names, not words: kind, start and end must be right.
# - One word may be most of a score. Lay the one line beside every model, and score without what it finds.
# - Split by what will be new: the next contract, not the next sentence.
# - First pieces carry the tag; what the tokenizer cuts off counts as missed.
# - Made sentences bring names into reach, a few real ones how *these* contracts are marked.
# - Check digits make rules surer, and blind to a mistyped number. Models see names, and split numbers. Take both.
# - Scores on made data flatter, and so do limits that were chosen on it.

# %% [markdown] id="open-task"
# ## Open question · Your own letters
# *6 points · about 30 minutes, marked by a person*
#
# Your company sends 2,000 customers' messages a day to a model of another firm. Decide, in at most 300 words, what is masked and
# by which way, and **try one change here, with a number**: other prices, templates of your own for contracts, a list of
# role words, dates of birth as an eighth kind, a limit for each kind. Add cells as you need.
#
# | 1 point each for | full marks need |
# |---|---|
# | prices | what a leak of each kind costs you, with a source or a reason, and what a hidden word costs |
# | way | which of the six, and why not the cheapest other one |
# | change | euros or F1 before and after, on messages or agreements not used to choose it, with an interval |
# | made data | what of your number may be flattery by made or invented texts, and which real texts you would mark, how many |
# | what is missed | a kind of personal data that nothing here finds, and what you do about it |
# | watch | who looks at how many masked messages a week, and the number at which sending stops |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# *Company.* A bank in Austria, 2,000 messages a day to a firm abroad that sorts them.
#
# *Prices.* A card 20 euros: a new one costs us 12, and a call. Accounts 5, phones and addresses 2, names and places 1. A hidden word 5 cents: one in 200 leads
# to a call of 10 euros.
#
# *Way.* Both. The encoder alone costs 252 euros for 1,000 invented messages, both 256: +4 (−3 to +11, paired), not told apart. But it left six numbers of
# another form open, and rules find them. Rules alone cost 733 more (538 to 928).
#
# *Change.* A rule for titles and initials (“Mrs Pemberton”, “R. M. Lindqvist”), written after I had read the leaks of the first 51 messages only. On the other
# 52: 297 euros before, 261 after, −37 (−88 to +15). Not shown, so it stays off.
#
# *Made data.* All of it may be flattery: one person wrote script and test. I mark 300 real messages twice, about 10 hours, before anything is sent.
#
# *Missed.* Dates of birth and customer numbers. A pattern hides every date that stands within five words of “born”; customer numbers stay, as they mean nothing outside.
#
# *Watch.* Each Monday two people read 100 masked messages. At 3 with a leak (95 % interval 1 to 8 %) sending stops.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Tjong Kim Sang and De Meulder, *Introduction to the CoNLL-2003 shared task* (2003): tags, and F1 over names.
# - Salinas Alvarado, Verspoor and Baldwin, *Domain adaption of named entity recognition to support credit risk assessment*
#   (ALTA 2015): the agreements.
# - Devlin and others, *BERT* (NAACL 2019), section 5.3: the first piece of a word stands for it.
# - Augenstein, Derczynski and Bontcheva, *Generalisation in named entity recognition* (Computer Speech and Language, 2017): seen
#   and new names.
# - Ratinov and Roth, *Design challenges and misconceptions in named entity recognition* (CoNLL 2009): what lists bring.
# - Microsoft, *Presidio*: patterns with check digits, and a model beside them.
# - GDPR (Regulation (EU) 2016/679), Articles 4 and 32: what personal data are.

# %% [markdown] id="title"
# # 3-01 · From a raw export to data that one may train on
#
# You will take a dirty export of customers' texts and build the pipeline that cleans, masks, groups, labels, splits, checks and documents
# it, measure what each mistake on the way is worth in accuracy, and keep the pipeline as a script.

# %% [markdown] id="objectives"
# **Questions.** Why do next month's numbers differ from the test's? Which labels are wrong, and what do they cost?
#
# **Afterwards you can**
# 1. mask personal data by patterns, and say what these miss;
# 2. find near copies, and split without parting them;
# 3. compute Cohen's kappa with its interval;
# 4. find wrong labels by confident learning, and decide what to do with them;
# 5. write a contract for CI that a table must keep.
#
# **Why a start-up cares.** The first model on a new export is done in an hour, and 0.84 looks fine. Below, 23 % of its test rows have a copy in training,
# and 5 % of its labels are wrong: two errors that hide each other.

# %% id="imports"
import hashlib
import html
import inspect
import linecache
import re
import runpy
import time
import unicodedata
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from cleanlab.filter import find_label_issues
from datasketch import MinHash, MinHashLSH
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import GroupKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from trainlib import data, figures, lesson, measure

# %% id="parameters" tags=["parameters"]
reviews = 1_500  # food reviews, of 4,972
tweets = 3_500  # tweets to airlines, of 14,404
repeats = 6  # random splits over which each effect is measured
twice = 300  # texts that two simulated annotators label
draws = 1_000  # resamples for an interval
seed = 0  # of rows, dirt and annotators

# %% [markdown] id="idea"
# ## The export
#
# Two sources, one question: *is the writer pleased?* For food reviews “yes” means five stars, for tweets to airlines that paid annotators
# called them positive. These are two definitions: the card at the end has to say so.
#
# The texts and labels are real. The **dirt is made** by `dirty` below, from a seed, so that we know where it is: copies (8 % exact, 8 % near), 5 % wrong
# labels, labels spelt in many ways, broken characters, and personal data that belongs to nobody. A table `planted` keeps the answers. At work you have
# no such table; here it tells how good each step is.
#
# `fresh` are clean rows that never enter the export: next month's messages.

# %% id="sources"
sources = {"food": ("food_reviews", reviews, "great"), "airline": ("airline_tweets", tweets, "positive")}
parts = []
for source, (name, number, pleased) in sources.items():
    part = data.load(name, rows=number, seed=seed)
    part["label"] = np.where(part.label == pleased, "yes", "no")
    parts.append(part.assign(source=source))
known = pd.concat(parts).sample(frac=1, random_state=seed, ignore_index=True)
fresh, known = (known[known.split == "test"], known[known.split != "test"].drop(columns="split"))
print(f"{len(known):,} rows for the export, {len(fresh):,} kept apart")
pd.crosstab(known.source, known.label, normalize="index").round(2)

# %% id="dirt" jupyter={"source_hidden": true}
# Nothing to do here: the dirt,
# and what the script at the end of the lesson begins with and says on its data card
# Addresses and numbers are of ranges that are reserved for examples: nobody has them
NAMES = ["Ada", "Ben", "Chloe", "Dario", "Elif", "Femi"]
PERSONAL = {
    "e-mail": lambda rng: f"Write to {rng.choice(NAMES).lower()}.{rng.integers(10, 99)}@example.com.",
    "phone": lambda rng: (
        f"Call me: {rng.choice(['212-555-01', '(303) 555-01', '+1 415 555 01', '61755501'])}{rng.integers(10, 99)}."
    ),
    "card": lambda rng: f"My card is {rng.choice(['4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005'])}.",
    "e-mail in words": lambda rng: f"Write to {rng.choice(NAMES).lower()} at example dot com.",
    "phone abroad": lambda rng: f"Call me: +49 30 2312 5{rng.integers(100, 999)}.",
    "name": lambda rng: f"My name is {rng.choice(NAMES)} {rng.choice(['Roth', 'Okoye', 'Silva'])}.",
}
SPELT = {"yes": ["yes", "Yes ", "YES", "y", "1", "true"], "no": ["no", "No ", "NO", "n", "0", "false"]}


def edited(text, rng):
    """A near copy: every twentieth word is lost, and another system has added a line."""
    words = [word for word in text.split() if rng.random() > 0.05]
    return " ".join(words) + str(rng.choice([" (edited)", " Sent from my phone", " #support"]))


def garbled(text, rng):
    """What other systems do to a text: nothing, HTML, UTF-8 read as cp1252, or more spaces."""
    ways = (
        html.escape,
        lambda text: text.replace("'", "’").encode().decode("cp1252", "replace"),
        lambda text: f"  {text.replace(' ', '  ', 3)}\n",
    )
    return ways[rng.integers(3)](text) if rng.random() < 0.3 else text


IMPORTS = """\
import hashlib
import html
import re
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from datasketch import MinHash, MinHashLSH
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
"""
FAULTS = [
    "The sources define “pleased” differently. Labels in review.csv are doubtful and were not changed.",
    "Near copies stay, each group in one split; below a similarity of 0.6 they are not found.",
    "Masked: e-mail, cards, phones of the United States. Not masked: names, addresses in words, other countries' phones.",
]
USE = (
    "To compare models inside the company; not to sell, not to judge a person. "
    "Who asks for deletion: by id, in every copy."
)


# %% id="dirty-code"
def dirty(table, seed):
    """An export as firms have it, made of clean rows; and what was planted in it. Both have the rows' id."""
    rng = np.random.default_rng(seed)
    rows = table.assign(truth=table.label, origin=range(len(table)), copied="no", personal="")
    wrong = rng.random(len(rows)) < 0.05
    rows["label"] = np.where(wrong, np.where(rows.truth == "yes", "no", "yes"), rows.truth)
    rows["personal"] = rng.choice(["", *PERSONAL], len(rows), p=[0.94] + 6 * [0.01])
    rows["text"] = [f"{text} {PERSONAL[kind](rng)}" if kind else text for text, kind in zip(rows.text, rows.personal)]
    exact = rows.sample(frac=0.08, random_state=seed).assign(copied="exact")
    near = rows.sample(frac=0.08, random_state=seed + 1).assign(copied="near")
    near["text"] = [edited(text, rng) for text in near.text]
    empty = rows.sample(frac=0.01, random_state=seed + 2).assign(text=["", "n/a", " ", "-"][seed % 4], copied="empty")
    rows = pd.concat([rows, exact, near, empty]).sample(frac=1, random_state=seed)
    rows["text"] = [garbled(text, rng) for text in rows.text]
    rows["label"] = [str(rng.choice(SPELT[label])) if rng.random() > 0.01 else None for label in rows.label]
    rows.index = pd.Index([f"M{number:05}" for number in range(len(rows))], name="id")
    return rows[["text", "label", "source"]].reset_index(), rows[["truth", "origin", "copied", "personal"]]


export, planted = dirty(known, seed)
print(f"{len(export):,} rows; labels as they are spelt: {export.label.value_counts(dropna=False).to_dict()}")
pd.DataFrame({"text": export.text.str[:100], "label": export.label, "source": export.source}).head(6)

# %% id="symptom-code"
# The symptom. A first model, made in an hour: labels in one form, a fifth of the rows for the test, words counted.
# Then it meets next month's messages, with right labels. Guess: is its own test too kind or too strict, by how much?
LABELS = {"yes": "yes", "y": "yes", "1": "yes", "true": "yes", "no": "no", "n": "no", "0": "no", "false": "no"}


def reader(strength=10.0):
    """The model of this lesson: TF-IDF of words and pairs of words, and a logistic regression."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    return make_pipeline(words, LogisticRegression(C=strength, solver="liblinear"))


raw = export.assign(label=export.label.str.strip().str.lower().map(LABELS)).dropna()
tested = np.random.default_rng(seed).random(len(raw)) < 0.2
first = reader().fit(raw.text[~tested], raw.label[~tested])
commonest = raw.groupby("source").label.agg(lambda labels: labels.mode()[0])
for name, part in (("its own test set, as exported", raw[tested]), ("next month's messages", fresh)):
    print(f"{name}: accuracy {measure.accuracy(part.label, first.predict(part.text))}")
    print(f"    by the source alone {measure.accuracy(part.label, part.source.map(commonest))}")
origins, said = planted.origin.loc[raw.id].to_numpy(), first.predict(raw.text[tested])
copied = np.isin(origins[tested], origins[~tested])
by_export, by_truth = said == raw.label[tested], said == planted.truth.loc[raw.id[tested]].to_numpy()
for name, some in (("with a copy in training", copied), ("without", ~copied)):
    as_exported, in_truth = by_export[some].mean(), by_truth[some].mean()
    print(f"test rows {name}: {some.mean():.0%}, right {as_exported:.3f}, by right labels {in_truth:.3f}")

# %% [markdown] id="clean-text"
# <details><summary><b>What you found</b></summary>
#
# With the full parameters the test says 0.844, next month's messages 0.857, each inside of the other's interval: nobody would be alarmed. Yet 23 % of the test rows have a
# copy in training, and on these the model is right 95 % of the time, by the *exported* labels. By the right ones it is 89 %: it has learnt wrong labels by heart, and is praised
# for it. On the other rows it looks worse than it is, 0.81 against 0.85. Two errors of opposite sign do not make one honest number. Each is measured below.
#
# </details>
#
# ## Clean what machines did, keep what people wrote
#
# Undo what systems did to a text: encodings, HTML, spaces. Leave what the writer did: capitals, typing errors, “:(” carry meaning, and
# messages that arrive tomorrow have them, too. Every step below counts what it drops: a pipeline that loses rows in silence is the commonest
# fault of all.
#
# Then look for personal data. The naive patterns of the second cell run on **real** tweets, in which real people left addresses and numbers:
# only places with a mask over them are shown. What do these patterns take by mistake?


# %% id="clean-code"
def clean(text):
    """A text without what machines did to it: wrong encoding, HTML, runs of spaces."""
    try:
        text = text.encode("cp1252").decode("utf-8")  # UTF-8 that somebody read as cp1252
    except UnicodeError:
        pass  # it was none
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", html.unescape(html.unescape(text)))
    return " ".join(unicodedata.normalize("NFC", text).split())


def sameness(text):
    """What two texts share when they are exact copies: letters' case and everything but words aside."""
    return " ".join(re.findall(r"\w+", text.casefold()))


rows = export.assign(text=export.text.map(clean))
rows["label"] = rows.label.str.strip().str.lower().map(LABELS)
steps = {"exported": len(rows)}
rows = rows[rows.text.map(sameness).str.len() > 3]
steps["with a text"] = len(rows)
rows = rows.dropna(subset="label").reset_index(drop=True)
steps["with a label"] = len(rows)
print(steps)
print(f"changed: {(rows.text != export.set_index('id').text.loc[rows.id].to_numpy()).mean():.0%} of the texts")

# %% id="naive-patterns"
naive = {"e-mail": r"\S+@\S+", "phone": r"\d{10}", "card": r"\d{13,16}"}
for kind, pattern in naive.items():
    found = [(text, match) for text in known.text for match in re.finditer(pattern, text)]
    print(f"{kind}: {len(found)} places in {len(known):,} real texts, before anything was planted")
    for text, match in found[:5]:
        around = (text[: match.start()][-40:], text[match.end() :][:25])
        before, behind = (re.sub(r"@\w+", "@…", re.sub(r"\d", "#", part)) for part in around)
        print(f"    …{before}[{kind}]{behind}…".replace("\n", " "))

# %% [markdown] id="mask-task"
# <details><summary><b>What you found</b></summary>
#
# With the full parameters, all places read by hand: of 66 “addresses” 5 are addresses, the others are names behind an @ with a dot, a quote or an arrow before it. Of 11 “phones” one is
# there to be called; the others number books, claims and tickets, and so does the one “card”. And numbers that people do call, such as 212-555-0123, are missed.
#
# </details>
#
# ## Exercise 1 · Mask personal data
# *Difficulty ●●●○○ · about 12 minutes · skill: patterns for personal data · 4 points*
#
# Write `mask`: the text with `[email]`, `[card]` and `[phone]` in place of what follows; all else stays letter for letter.
#
# - **E-mail**: letters, digits and `. _ + % -`, then `@`, then at least two words joined by dots (hyphens allowed).
# - **Card**: 13 to 16 digits that `luhn` accepts; single spaces or hyphens may stand between.
# - **Phone** (United States): digits, 3 + 3 + 4, both threes beginning with 2 to 9. `1` or `+1` may stand before, parentheses around the first three, and between
#   all parts, also behind the 1, one space, dot, hyphen or nothing.
#
# A digit right before or behind makes it another number.


# %% id="mask-slips" jupyter={"source_hidden": true}
# Nothing to do here: Luhn's rule, and what the checks below try and say
def luhn(number: str) -> bool:
    """Whether the digits of a number have the check digit that payment cards have."""
    digits = [int(sign) for sign in number if sign.isdigit()][::-1]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


whole, ten = (
    "the whole address: dots and + before the @, several dots behind it",
    "3 + 3 + 4 digits with an optional space, dot or hyphen between; all around them stays",
)
to_mask = [  # the text, how it is masked, the likely slip
    (
        "Nothing  to hide:\nSeat 12A, 9/10!",
        "Nothing  to hide:\nSeat 12A, 9/10!",
        "where nothing is found the text stays as it is, letter for letter and space for space",
    ),
    ("Mail jo@example.com today", "Mail [email] today", "put [email] in its place, and nothing else"),
    (
        "Mail jo@example.com, or a@b.org.",
        "Mail [email], or [email].",
        "all addresses of a text, and the comma or full stop behind one is no part of it",
    ),
    ("jo.doe+shop@mail.example.co.uk", "[email]", whole),
    (
        "Jo_D@Mail.NET, a-b%c@my-shop.com",
        "[email], [email]",
        "capitals count as letters; `_`, `%` and `-` may stand before the @, hyphens behind it, too",
    ),
    (
        "@united and @JetBlue: call me@work",
        "@united and @JetBlue: call me@work",
        "a name behind @ is no address, and a domain has a dot",
    ),
    ("call 212-555-0123", "call [phone]", ten),
    ("call 2125550123 or 212.555.0123", "call [phone] or [phone]", ten),
    (
        "call (212) 555 0123",
        "call [phone]",
        "parentheses may stand around the first three, and they belong to the number; `\\b` finds no word "
        "that begins at “(” or “+”",
    ),
    ("call +1 212 555 0123, 1-212-555-0123", "call [phone], [phone]", "1 or +1 before the number belongs to it"),
    (
        "case 256746438028",
        "case 256746438028",
        "twelve digits are no phone number: no digit may stand before or behind, `(?<!\\d)` and `(?!\\d)`",
    ),
    (
        "ISBN 0785383239, ref 2990176298",
        "ISBN 0785383239, ref 2990176298",
        "the first and the second three digits begin with 2 to 9",
    ),
    (
        "tel 212  555  0123, 212 - 555 - 0123",
        "tel 212  555  0123, 212 - 555 - 0123",
        "one sign at most between two parts: `[ .-]?`, not `[ .-]*`",
    ),
    (
        "(212-555-0123)",
        "([phone])",
        "parentheses around the whole number are no part of it: both around the first three, or none, `(?:\\(…\\)|…)`",
    ),
    ("pay 4111 1111 1111 1111 now", "pay [card] now", "single spaces may stand between the digits of a card"),
    (
        "5555-5555-5555-4444 or 378282246310005",
        "[card] or [card]",
        "hyphens may stand between, and cards have 13 to 16 digits",
    ),
    ("4222222222222, 4222-2222-2222-2", "[card], [card]", "13 digits are enough: one, and 12 to 15 more"),
    ("ticket 0162424965446", "ticket 0162424965446", "ask `luhn`: 13 digits alone are no card"),
    (
        "4111  1111  1111  1111, 4111 - 1111 - 1111 - 1111",
        "4111  1111  1111  1111, 4111 - 1111 - 1111 - 1111",
        "one space or hyphen at most between two digits: `[ -]?`, not `[ -]*`",
    ),
    (
        "id 41111111111111110000, 00004111111111111111",
        "id 41111111111111110000, 00004111111111111111",
        "twenty digits are no card: no digit may stand before or behind",
    ),
    (
        "PIN4111111111111111, 212-555-0123x",
        "PIN[card], [phone]x",
        "only a digit beside it makes another number, a letter does not: `(?<!\\d)` and `(?!\\d)`, not `\\b`",
    ),
]


# %% id="mask-answer" nbgrader={"grade": false, "grade_id": "mask-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def mask(text: str) -> str:
    """The text with [email], [card] and [phone] where those stood."""
    ### BEGIN SOLUTION
    text = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[email]", text)
    text = re.sub(r"(?<!\d)\d(?:[ -]?\d){12,15}(?!\d)", lambda found: "[card]" if luhn(found[0]) else found[0], text)
    area = r"(?:\([2-9]\d\d\)|[2-9]\d\d)"
    return re.sub(rf"(?<!\d)(?:\+?1[ .-]?)?{area}[ .-]?[2-9]\d\d[ .-]?\d{{4}}(?!\d)", "[phone]", text)
    ### END SOLUTION


mask("Write to ada@example.com or call 212-555-0123.")  # 'Write to [email] or call [phone].'

# %% id="mask-tests" nbgrader={"grade": true, "grade_id": "mask-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
for text, masked, why in to_mask:
    lesson.check(f"{text!r}", got=mask(text), want=masked, likely=lambda got, why=why: why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
digits = lambda count: "".join(map(str, rng.integers(0, 10, count)))
for trial in range(6):
    local, name = "".join(rng.choice([*"abcxyz"], 4)), "".join(rng.choice([*"klmnop"], 5))
    address = [
        f"{local}_{digits(2)}@{name}.net",
        f"{local}%{name}@a-{name}.co.jp",
        f"{local.upper()}-x@{name}.{name}.io",
    ][trial % 3]
    lesson.check("any e-mail address", mask(f"to {address}; or {local}@{name}"), f"to [email]; or {local}@{name}")
    area, middle, last = f"{rng.integers(2, 10)}{digits(2)}", f"{rng.integers(2, 10)}{digits(2)}", digits(4)
    for number in (
        f"{area} {middle}-{last}",
        f"({area}){middle}.{last}",
        f"+1.{area}{middle}{last}",
        f"1({area}) {middle}{last}",
    ):
        lesson.check("any phone number", mask(f"Call {number}!"), "Call [phone]!")
    for number in (f"{area}-0{digits(2)}-{last}", f"{area}{middle}{last}7", f"1{digits(2)}.{middle}.{last}"):
        lesson.check("any other number stays", mask(f"Case {number}!"), f"Case {number}!")
    head = f"5{digits(13 + trial % 2)}"
    card = next(head + end for end in "0123456789" if luhn(head + end))
    other = head + str((int(card[-1]) + 5) % 10)
    lesson.check("any card", mask(f"pay {card}, {'-'.join([card[:4], card[4:8], card[8:]])}"), "pay [card], [card]")
    lesson.check("any number like a card", mask(f"pay {other}"), f"pay {other}")
### END HIDDEN TESTS

# %% [markdown] id="mask-hints"
# <details><summary>Where do I start?</summary>One <code>re.sub</code> for each kind. Write the pattern of one part, then join the
# parts: three digits of which the first is 2 to 9 are <code>[2-9]\d\d</code>.</details>
# <details><summary>No digit before or behind</summary><code>(?&lt;!\d)</code> and <code>(?!\d)</code> look at the neighbours without
# taking them. Word boundaries <code>\b</code> fail at “(” and “+”.</details>
# <details><summary>Luhn</summary><code>re.sub</code> takes a function from the match to the new text: give the match back,
# <code>found[0]</code>, where <code>luhn</code> says no.</details>
# <details><summary>Digits with something between</summary><code>\d(?:[ -]?\d){12,15}</code> is a digit and 12 to 15 more.</details>
#
# ## Copies, exact and near
#
# Exact copies are found by comparing; near ones are not: a signature is added, a word corrected. Cut each text into **shingles**, all runs of five
# characters. Two texts are near when they share most of them: Jaccard's similarity $J = |A \cap B| / |A \cup B|$.
#
# All pairs of 9,000 texts are 40 million. **MinHash** avoids them. A hash function puts all shingles in a random order; keep each text's first. Two texts keep the same one with probability exactly $J$: the first shingle of both together is equally likely to be any, and it counts
# when it lies in both. So the share of equal minima, over many hash functions, estimates $J$.


# %% id="minhash-code"
def shingles(text, length=5):
    """All runs of so many characters of a text, its case and everything but words aside."""
    bare = sameness(text)
    return {bare[start : start + length].encode() for start in range(max(1, len(bare) - length + 1))}


def minima(parts, functions, prime=(1 << 31) - 1):
    """For each hash function (a·x + b) mod prime the smallest value among the parts: a signature of the set."""
    a, b = np.random.default_rng(1).integers(1, prime, (2, functions, 1))
    return ((a * np.array([zlib.crc32(part) % prime for part in parts]) + b) % prime).min(axis=1)


review = "We bought this tea for the office and everybody likes it. It came in two days and the box was not damaged."
others = {
    "edited": review.replace("two", "three") + " Sent from my phone",
    "other": "The tea is stale and the box was damaged. Never again, I want my money back for all of it.",
}
for name, other in others.items():
    one, two = shingles(review), shingles(other)
    said = [f"{np.mean(minima(one, n) == minima(two, n)):.2f} ({n})" for n in (16, 128, 1024)]
    print(f"{name}: J = {len(one & two) / len(one | two):.2f}; estimated by so many functions: {', '.join(said)}")


# %% id="near-code"
def near_pairs(texts, least=0.6, functions=128):
    """Pairs (earlier row, later row) whose similarity is at least `least`; a few near that limit are missed."""
    sets = [*map(shingles, texts)]
    index, pairs = MinHashLSH(threshold=least, num_perm=functions), []
    for row, signature in enumerate(MinHash.bulk(sets, num_perm=functions, seed=1)):
        for other in index.query(signature):  # candidates only: the index looks at parts of signatures
            if len(sets[row] & sets[other]) >= least * len(sets[row] | sets[other]):
                pairs.append((other, row))
        index.insert(row, signature)
    return pairs


def lot(name):
    """The lot that a name draws: 0 to 1, as if by chance, and always the same. (`hash` differs from run to run.)"""
    return int(hashlib.md5(name.encode()).hexdigest(), 16) / 2**128


# %% id="near-look"
began = time.process_time()
pairs = near_pairs(rows.text)
seconds = time.process_time() - began
few = [*map(shingles, rows.text.head(200))]
began = time.process_time()
compared = [len(one & other) / len(one | other) for place, one in enumerate(few) for other in few[:place]]
every = len(rows) * (len(rows) - 1) // 2
each = (time.process_time() - began) / len(compared)
print(f"{len(pairs):,} pairs in {seconds:.0f} CPU seconds; all {every:,} compared: about {each * every:,.0f} seconds")
done = planted.loc[rows.id]
origins, copied = done.origin.to_numpy(), done.copied.to_numpy()
first_place = {origin: place for place, origin in reversed([*enumerate(origins)])}
for kind in ("exact", "near"):
    wanted = {(first_place[origins[place]], place) for place in np.flatnonzero(copied == kind)}
    wanted = {pair for pair in wanted if pair[0] != pair[1]}
    print(f"planted {kind} copies found: {measure.proportion(len(wanted & set(pairs)), len(wanted))}")
lengths = lambda some: np.median([len(rows.text[row]) for _, row in some] or [0])
print(
    f"characters, median: near ones found {lengths(wanted & set(pairs)):.0f}, missed {lengths(wanted - set(pairs)):.0f}"
)
natural = [pair for pair in pairs if origins[pair[0]] != origins[pair[1]]]
print(f"{len(natural)} pairs that nobody planted:")
for pair in natural[:4]:
    print("   ", " | ".join(re.sub(r"@\w+", "@…", rows.text[row])[:60] for row in pair))

# %% [markdown] id="split-task"
# <details><summary><b>What you found</b></summary>
#
# Nearly all exact copies and nine in ten near ones (0.88, 0.83 to 0.92), in 2 seconds where comparing all pairs takes minutes. Those that are missed are short, 65 characters against 140: there a lost
# word and a signature take the similarity below 0.6. A lower limit finds more, and false ones with them.
#
# The pairs that nobody planted are real: campaigns sent to several airlines, and “thank you!” by different people. The second kind is
# no copy, and yet belongs on one side: whoever knows one knows the other. So near copies are **kept together, not deleted**; only exact ones go.
#
# </details>
#
# ## Exercise 2 · Split so that no copy is parted
# *Difficulty ●●●●○ · about 12 minutes · skill: splitting without leaks · 4 points*
#
# Rows belong together if a pair names them, or if their keys are equal, and so on: pairs a–b and b–c make one **group** of all three. A group's name is the
# smallest of its keys, as Python compares texts.
#
# Write `split_of`: for each row the name of its group, and `"test"` where `lot(name)` is below `share`, else `"train"`. `lot`, two cells above, draws a number
# from 0 to 1 that stays the same. So old rows stay where they are when new ones come; a shuffle would move yesterday's test rows into training.


# %% id="split-answer" nbgrader={"grade": false, "grade_id": "split-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def split_of(keys: list[str], pairs: list[tuple[int, int]], share: float) -> tuple[list[str], list[str]]:
    """For each row the name of its group, and "test" or "train".

    `pairs` hold numbers of rows, from 0, that belong together.
    """
    ### BEGIN SOLUTION
    name, before, first = list(keys), None, {}
    links = [*pairs, *((first.setdefault(key, row), row) for row, key in enumerate(keys))]
    while name != before:  # the smallest key spreads along the links, until nothing changes
        before = list(name)
        for one, other in links:
            name[one] = name[other] = min(name[one], name[other])
    return name, ["test" if lot(group) < share else "train" for group in name]
    ### END SOLUTION


split_of(["milk", "jam", "fig"], [(0, 1)], share=0.5)  # (['jam', 'jam', 'fig'], ['test', 'test', 'test'])


# %% id="split-tests" nbgrader={"grade": true, "grade_id": "split-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
def two_texts(keys, pairs, share=0.5):
    found = split_of(list(keys), list(pairs), share)
    two = isinstance(found, (tuple, list)) and len(found) == 2 and all(np.ndim(one) == 1 for one in found)
    return [" ".join(map(str, one)) for one in found] if two else ["no two lists"] * 2


both, chain, word = (
    "give two lists: the names of the groups, then the splits",
    "follow chains to their end: a name must reach all rows of its group, in whatever order the pairs come",
    ["tea", "rice", "plum", "jam", "bread"],
)
smallest, same = (
    "the smallest key of the group names it, not the first, the last, the largest or the shortest; as Python compares "
    "texts, so capitals come first",
    "rows with the same key belong together, without a pair, too",
)
for what, some, links, want, likely in (
    ("no pairs: each row is a group", ["jam", "milk"], [], "jam milk", {"jam test": both}),
    (
        "a pair is one group",
        ["milk", "jam", "fig"],
        [(0, 1)],
        "jam jam fig",
        {
            "milk jam fig": "both rows of a pair get one name",
            "fig fig fig": "fig is in no pair",
            "fig jam fig": "rows are numbered from 0",
        },
    ),
    ("a pair the other way round", ["jam", "fig", "milk"], [(2, 1)], "jam fig fig", {}),
    (
        "a chain",
        ["tea", "rice", "fig"],
        [(0, 1), (1, 2)],
        "fig fig fig",
        {"rice fig fig": chain, "rice rice fig": chain},
    ),
    (
        "a long chain",
        word,
        [(0, 1), (1, 2), (2, 3), (3, 4)],
        "bread bread bread bread bread",
        lambda got: smallest if len({*got.split()}) == 1 else chain,
    ),
    (
        "a later pair joins two groups",
        ["tea", "rice", "plum", "bread"],
        [(0, 1), (2, 3), (0, 2)],
        "bread bread bread bread",
        lambda got: chain,
    ),
    ("equal keys", ["tea", "jam", "tea", "fig"], [(2, 3)], "fig jam fig fig", {"tea jam fig fig": same}),
    ("capitals", ["jam", "Zoo", "tea"], [(0, 1), (1, 2)], "Zoo Zoo Zoo", {}),
):
    lesson.check(
        what,
        two_texts(some, links)[0],
        want,
        likely=likely
        if callable(likely)
        else lambda got, likely=likely: both if got == "no two lists" else likely.get(got, smallest),
    )
turned, names, one_share = (
    "“test” is where `lot(name)` is below the share",
    "the lot of the group's name decides for all its rows, not each row's own, nor any row's",
    "`share` is an argument",
)
draw = "draw with `lot`, which stays the same, and compare with the argument `share`"
lesson.check(
    "lots 0.32 and 0.92, half for the test",
    two_texts(["jam", "milk"], [])[1],
    "test train",
    likely={"train test": turned, "train train": draw, "test test": draw},
)
lesson.check(
    "the name's lot counts",
    two_texts(["tea", "bread", "jam", "milk"], [(0, 1), (2, 3)])[1],
    "train train test test",
    likely=lambda got: names,
)
lesson.check("another share: 0.3", two_texts(["jam", "rice"], [], 0.3)[1], "train test", likely=lambda got: one_share)
lesson.check(
    "one group, whose lot is 0.92",
    two_texts(["milk"], [])[1],
    "train",
    likely=lambda got: (
        "each group's own lot decides, however many groups there are: the test holds about that share, not exactly"
    ),
)
given = (["tea", "jam"], [(0, 1)])
split_of(*given, 0.5)
lesson.check(
    "keys and pairs stay as they were", f"{given}", "(['tea', 'jam'], [(0, 1)])", likely=lambda got: "work on copies"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
line = [f"{99 - row}" for row in range(40)]
lesson.check("a chain of 40", list(split_of(list(line), [(row, row + 1) for row in range(39)], 0.5)[0]), ["60"] * 40)
for number, links, share in ((40, 12, 0.2), (60, 60, 0.5), (30, 0, 0.9)):
    many = [f"{word}{rng.integers(10 * number)}" for word in rng.choice([*"abcdefXYZ"], number)]
    some = [tuple(map(int, rng.integers(0, number, 2))) for _ in range(links)]
    joined = np.array([[one == other for other in many] for one in many])
    for one, other in some:
        joined[one, other] = joined[other, one] = True
    for _ in range(7):
        joined = joined @ joined
    named = [min(key for key, near in zip(many, row) if near) for row in joined]
    lots = [int(hashlib.md5(name.encode()).hexdigest(), 16) / 2**128 for name in named]
    lesson.check("the groups of any rows and pairs", list(split_of(list(many), list(some), share)[0]), named)
    lesson.check(
        "the splits of any rows and pairs",
        list(split_of(list(many), list(some), share)[1]),
        ["test" if one < share else "train" for one in lots],
    )
### END HIDDEN TESTS

# %% [markdown] id="split-hints"
# <details><summary>Where do I start?</summary>Give each row its own key as name. Go through the pairs, and give both rows the smaller of their
# two names. Is once through enough?</details>
# <details><summary>Chains</summary>With pairs 1–2 and then 0–1, row 0 hears of row 2's name in the second round only: repeat until a round
# changes nothing.</details>
# <details><summary>With a library</summary><code>scipy.sparse.csgraph.connected_components</code> gives each row the number of its group. Equal
# keys are further pairs.</details>

# %% id="leak-code"
# What is a copy on the wrong side worth? Guess: how many points more often is a model right on a test row with one?
texts, truth = known.text.to_numpy(), known.label.to_numpy()


def right(model, places):
    """How often a model is right, on some rows of `known`."""
    return np.mean(model.predict(texts[places]) == truth[places])


def leak(rng, strength):
    """How much more often the model is right on test rows with an exact, or a near, copy in train than without."""
    order = rng.permutation(len(texts))
    test, train = np.split(order, [len(order) // 5])
    copied, kept = test[: len(test) // 2], train[len(test) // 2 :]  # as many rows in all
    without = right(reader(strength).fit(texts[train], truth[train]), copied)
    versions, labels = (texts[copied], [edited(text, rng) for text in texts[copied]]), np.r_[truth[kept], truth[copied]]
    return [right(reader(strength).fit(np.r_[texts[kept], one], labels), copied) - without for one in versions]


over = lambda call, *options: [call(np.random.default_rng([seed, run]), *options) for run in range(repeats)]
effects = {}
for strength, name in ((10.0, ""), (1.0, ", model held back (C = 1)")):
    for kind, found in zip(("exact", "near"), np.transpose(over(leak, strength))):
        effects[f"{kind} copy in training, on that row{name}"] = found


# %% id="looks"
def looked(rng):
    """Accuracy with words weighed by train and test rows, minus the same with train rows alone."""
    test, train = np.split(rng.permutation(len(texts)), [len(texts) // 5])
    words, line = reader()
    words.fit(texts)  # the leak: the test texts are counted, though not their labels
    line.fit(words.transform(texts[train]), truth[train])
    leaked = np.mean(line.predict(words.transform(texts[test])) == truth[test])
    return leaked - right(reader().fit(texts[train], truth[train]), test)


def chosen(rng, before):
    """How far accuracy exceeds 0.5 on labels by lot, with the 100 best words chosen before the folds, or in each."""
    some, best, line = rng.permutation(len(texts))[:300], SelectKBest(chi2, k=100), LogisticRegression(C=1)
    labels, counts = rng.integers(0, 2, len(some)), CountVectorizer(binary=True).fit_transform(texts[some])
    model, inputs = (line, best.fit_transform(counts, labels)) if before else (make_pipeline(best, line), counts)
    return cross_val_score(model, inputs, labels, cv=5).mean() - 0.5


sizes = {"train_rows": len(texts) - len(texts) // 5, "test_rows": len(texts) // 5}
worth = {name: measure.cross_validated(values, **sizes) for name, values in effects.items()}
worth["words weighed with the test rows, on the whole test"] = measure.cross_validated(over(looked), **sizes)
worth["300 labels by lot, words chosen before the folds"] = measure.mean(over(chosen, True))
worth["300 labels by lot, words chosen in each fold"] = measure.mean(over(chosen, False))
points = {name: [100 * one.value, 100 * one.low, 100 * one.high] for name, one in worth.items()}
pd.DataFrame(points, index=["points", "from", "to"]).T.round(1)

# %% [markdown] id="kappa-task"
# <details><summary><b>What you found</b></summary>
#
# With the full parameters an exact copy in training makes the model right on that row 13.5 points more often (95 % interval 10.7 to 16.3, six splits of 4,069 rows), a near copy 12.5
# points. So 23 % of such rows flatter a test by about 3 points. A model that is held back learns less by heart: 6 points. The worth of a leak belongs to a model, not to data alone.
#
# To weigh words with the test rows, which every textbook forbids, is worth nothing here: −0.7 to 0.7 points. It stays forbidden, as it costs nothing to do right, and nobody knows
# beforehand. Choosing words *by the labels* before the folds makes 73 % of labels that are drawn by lot “predictable”; within each fold it is 48 %, which holds 50. Shuffle
# your labels once: a pipeline that still beats chance has a leak.
#
# </details>
#
# ## Exercise 3 · Do two people agree?
# *Difficulty ●●●○○ · about 10 minutes · skill: agreement with its interval · 4 points*
#
# Two people who both say “no” nine times in ten agree on 82 % by luck. **Cohen's kappa** takes luck out: $\kappa = (p_o - p_e) / (1 - p_e)$, with $p_o$ the
# share that both label alike, and $p_e$ the sum over the labels of the first one's share × the second one's.
#
# Its standard error is about $\sqrt{p_o (1 - p_o) / n} \, / (1 - p_e)$; the interval is $\kappa \pm 1.96$ of them, cut at −1 and 1.
#
# Write `kappa`. A text that one skipped (`None`) counts nowhere. Where both always say one and the same label, or no text is left, return three `nan`.


# %% id="kappa-answer" nbgrader={"grade": false, "grade_id": "kappa-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def kappa(first: list, second: list) -> tuple[float, float, float]:
    """Cohen's kappa of two people's labels for the same texts, and the ends of its 95 % interval."""
    ### BEGIN SOLUTION
    both = [(one, other) for one, other in zip(first, second) if one is not None and other is not None]
    n = len(both)
    agreed = sum(one == other for one, other in both) / n if n else 1
    luck = sum(
        (sum(one == label for one, _ in both) / n) * (sum(other == label for _, other in both) / n)
        for label in {label for pair in both for label in pair}
    )
    if not n or luck == 1:
        return float("nan"), float("nan"), float("nan")
    value, error = (agreed - luck) / (1 - luck), np.sqrt(agreed * (1 - agreed) / n) / (1 - luck)
    return value, max(-1, value - 1.96 * error), min(1, value + 1.96 * error)
    ### END SOLUTION


kappa([*"yyyyyynnnn"], [*"yyynnnnnnn"])  # they agree on 7 of 10; expected kappa: 0.4444

# %% id="kappa-tests" nbgrader={"grade": true, "grade_id": "kappa-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
ten, shares, error = (
    ([*"yyyyyynnnn"], [*"yyynnnnnnn"]),
    "luck is the sum over labels of the first one's share × the second one's: 0.6 · 0.3 + 0.4 · 0.7 = 0.46",
    "p_o (1 − p_o) / n under the root, then divided by 1 − p_e, and 1.96 of that on each side",
)
found = [*map(float, kappa(*map(list, ten)))]
lesson.check("three numbers come back", len(found), 3, likely=lambda got: "kappa, then the lower and the upper end")
lesson.check(
    "ten texts: 7 alike",
    found[0],
    0.24 / 0.54,
    likely={
        0.4444: "do not round",
        0.444: "do not round",
        0.44: "do not round",
        24 / 0.54: "a share, not per cent",
        0.7: "that is the share of texts on which they agree: take luck out",
        0.4: "luck is not 1 / number of labels: it depends on how often each says what",
        0.195 / 0.495: "each person has shares of their own: do not pool them",
        0.24: "divide by 1 − p_e",
        0.24 / 0.7: "divide by 1 − p_e",
        0.18 / 0.48: "the second one has other shares than the first",
        0.12 / 0.42: "the first one has other shares than the second",
        0.52 / 0.82: "luck has one part for each label: “no”, too",
        0.42 / 0.72: "luck has one part for each label: “yes”, too",
    },
)
half = 1.96 * np.sqrt(0.021) / 0.54
ends = {
    0.24 / 0.54 - wrong: why
    for wrong, why in (
        (half * 0.54, "divide the error by 1 − p_e"),
        (half / 1.96, "1.96 standard errors on each side"),
        (1.96 * 0.021 / 0.54, "take the root"),
        (half * np.sqrt(10), "divide by n under the root: ten texts"),
        (half * np.sqrt(10 / 9), "n under the root, not n − 1"),
        (1.96 * np.sqrt(0.24 / 0.54 * 0.3 / 0.54 / 10), "p_o stands under the root, not kappa"),
        (half * 1.645 / 1.96, "1.96 standard errors on each side"),
        (half / 2, "1.96 standard errors on each side"),
        (-half, "kappa, then the lower end, then the upper end"),
        (0.24 / 0.54 - half, "the ends are kappa minus and plus this"),
        (0.24 / 0.54, "cut at −1 and 1, not at 0"),
    )
}
lesson.check(
    "the lower end",
    found[1],
    0.24 / 0.54 - half,
    likely=lambda got: next((why for wrong, why in ends.items() if abs(got - wrong) < 1e-6), error),
)
lesson.check("the upper end", found[2], 0.24 / 0.54 + half, likely=lambda got: error)
skip = [*map(float, kappa([*ten[0], None, "n"], [*ten[1], "n", None]))]
lesson.check(
    "texts that one of them skipped do not count",
    skip,
    found,
    likely=lambda got: "drop these texts first: from n, from p_o, and from everybody's shares",
)
for what, one, two, want, why in (
    ("three labels", "aabbcc", "aabbca", (5 / 6 - 1 / 3) / (2 / 3), "sum over all labels that there are"),
    ("worse than luck", "yn", "ny", -1, "kappa may be negative"),
    ("labels 0 and 1", (0, 1, 0, 1), (0, 1, 1, 1), 0.5, "0 is a label, not a skipped text: ask `is None`"),
    (
        "all alike, two labels",
        "yn",
        "yn",
        1,
        "two people who always agree have kappa 1, if they use more than one label",
    ),
    (
        "one of them always says n",
        "nnny",
        "nnnn",
        0,
        "undefined only where both always say the same label: here p_e is 0.75, and so is p_o",
    ),
):
    lesson.check(what, float(kappa([*one], [*two])[0]), want, likely=lambda got, why=why: why)
few = [*map(float, kappa([*"ynyynynny"], [*"ynyynynnn"])), *map(float, kappa([*"yyynnn"], [*"nnnyyn"]))]
lesson.check("the interval ends at 1 and at −1", [few[2], few[4]], [1, -1], likely=lambda got: "no end beyond −1 and 1")
one = [*map(float, np.hstack([kappa([*"nnn"], [*"nnn"]), kappa([None], ["n"])]))]
lesson.check(
    "undefined", one, [np.nan] * 6, likely=lambda got: "where p_e is 1, or no text is left, give nan three times"
)
given = (["y", None], ["y", "n"])
kappa(*given)
lesson.check(
    "the lists stay as they were", f"{given}", "(['y', None], ['y', 'n'])", likely=lambda got: "work on copies"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for labels, number in (([*"ab"], 50), ([*"abcd"], 200), ([1, 2, 3], 30)):
    places = rng.integers(0, len(labels), (2, number))
    places[1, : number // 2] = places[0, : number // 2]
    a, b = ([labels[place] for place in row] for row in places)
    alike, by_luck = (
        np.mean(places[0] == places[1]),
        sum(np.mean(places[0] == k) * np.mean(places[1] == k) for k in range(len(labels))),
    )
    value, spread = (alike - by_luck) / (1 - by_luck), 1.96 * np.sqrt(alike * (1 - alike) / number) / (1 - by_luck)
    lesson.check(
        "it holds for any labels",
        [*map(float, kappa(a + [None], b + [None]))],
        [value, max(-1, value - spread), min(1, value + spread)],
    )
### END HIDDEN TESTS

# %% [markdown] id="kappa-hints"
# <details><summary>Where do I start?</summary>Keep the pairs in which neither label is <code>None</code>. Everything else is a share of
# these pairs.</details>
# <details><summary>Luck</summary>For each label: how often does the first one say it, how often the second, times each other. With yes 0.6 and
# 0.3, no 0.4 and 0.7, it is 0.46.</details>
# <details><summary>Undefined</summary><code>float("nan")</code>. Ask before you divide.</details>

# %% id="agreement"
# Real: texts that stand in the source of `airline_tweets` twice or more, so that paid annotators labelled them twice
source = data.readers.INSTALLED["airline_tweets"](data.describe("airline_tweets"))
labelled = source.groupby(source.text.str.casefold().str.split().str.join(" ")).label.agg(list)
doubles = np.array([labels[:2] for labels in labelled if len(labels) > 1]).T
print(pd.crosstab(*doubles, rownames=["first label"], colnames=["second label"]), "\n")
# SIMULATED: three people and 20 % hard texts, which each gets wrong with probability 0.4; of the others 4, 6 and 2 %
rng = np.random.default_rng(seed)
wanted_labels = rng.permutation(known.label)[:twice]
hard = rng.random(twice) < 0.2
flip = lambda labels, wrong: np.where(wrong, np.where(labels == "yes", "no", "yes"), labels)
chance = lambda miss: rng.random(twice) < np.where(hard, 0.4, miss)
anna, bert, cleo = (flip(wanted_labels, chance(miss)) for miss in (0.04, 0.06, 0.02))
people = {
    "real, three labels": doubles,
    "simulated": (anna, bert),
    "simulated, a quarter of them": (anna[::4], bert[::4]),
}
for name, (a, b) in people.items():
    places = rng.integers(0, len(a), (draws, len(a)))
    low, high = np.nanquantile([cohen_kappa_score(a[some], b[some]) for some in places], [0.025, 0.975])
    value = cohen_kappa_score(a, b)
    print(
        f"{name}: {len(a)} texts, alike {np.mean(a == b):.2f}, kappa {value:.2f} (bootstrap, {low:.2f} to {high:.2f})"
    )

# %% id="adjudication"
# Simulated, too. What one gets for the money: 0.10 euros a label, 0.50 for a third person, who sees the disagreements
agree, every = anna == bert, np.ones(twice, dtype=bool)
ways = {
    "one person": (anna, every, 0.1),
    "two people, disagreements thrown away": (anna, agree, 0.2),
    "two people, a third decides": (np.where(agree, anna, cleo), every, 0.2 + 0.5 * np.mean(~agree)),
}
for name, (labels, kept, euros) in ways.items():
    wrong = measure.proportion(int((labels != wanted_labels)[kept].sum()), int(kept.sum()))
    print(
        f"{name}: {kept.sum()} texts, {1000 * euros:.0f} euros per 1,000, hard ones "
        f"{hard[kept].mean():.0%}, wrong {wrong}"
    )

# %% [markdown] id="suspects-task"
# <details><summary><b>What you found</b></summary>
#
# The real labels agree on 86 % of 187 texts, kappa 0.78 (0.70 to 0.85); 18 of the 26 disagreements are “neutral” against “positive”: a line for the guideline. It is a special sample, though: texts
# that were sent twice.
#
# The simulated pair has kappa 0.68 on 300 texts (0.58 to 0.76); 75 texts leave 0.46 to 0.83, from poor to excellent. And kappa does not see where both are
# wrong: 4 % of what they agree on. To throw disagreements away gives the cleanest labels, of another population: hard texts fall from 19 to 13 %, so a test on them flatters. A
# third person costs 75 euros more per 1,000, keeps all texts, and leaves 6 % wrong instead of 11 %.
#
# </details>
#
# ## Exercise 4 · Which labels are probably wrong?
# *Difficulty ●●●●○ · about 10 minutes · skill: confident learning · 4 points*
#
# A model that has *not seen* a row (out of fold) says what it makes of it. Each class has its own limit: $t_j$ is the mean probability of class $j$
# over the rows *labelled* $j$.
#
# A row *counts as* the class with the largest probability among those that reach their $t_j$ (at least), if any does. It is a **suspect** if it counts as another
# class than its label, unless its label is the most probable class of all.
#
# Write `suspects`: these rows' numbers, the least probable label first, of equal ones the earlier. Nothing counts as a class without rows.


# %% id="suspects-answer" nbgrader={"grade": false, "grade_id": "suspects-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def suspects(labels: np.ndarray, probabilities: np.ndarray) -> list[int]:
    """Rows whose label is suspect, worst first.

    `labels` (rows,) are classes from 0, `probabilities` (rows, classes).
    """
    ### BEGIN SOLUTION
    labels, shares = np.asarray(labels), np.asarray(probabilities, dtype=float)
    limits = [shares[labels == one, one].mean() if one in labels else np.inf for one in range(shares.shape[1])]
    reached = np.where(shares >= np.array(limits) - 1e-9, shares, -1)
    other = (reached.max(axis=1) >= 0) & (reached.argmax(axis=1) != labels) & (shares.argmax(axis=1) != labels)
    return sorted(np.flatnonzero(other).tolist(), key=lambda row: shares[row, labels[row]])
    ### END SOLUTION


suspects(np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.1, 0.9], [0.3, 0.7], [0.95, 0.05]]))  # [3, 1]


# %% id="suspects-tests" nbgrader={"grade": true, "grade_id": "suspects-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
def as_text(labels, shares):
    found = suspects(np.array(labels), np.array(shares, dtype=float))
    return " ".join(str(int(row)) for row in found) if np.ndim(found) == 1 else f"no list, but {type(found).__name__}"


labels = [0, 1, 1, 2, 1, 1, 0, 2]  # the limits are 0.175, 0.3125 and 0.625
shares = [
    [0.15, 0.4, 0.45],
    [0.15, 0.3, 0.55],
    [0.15, 0.4, 0.45],
    [0.05, 0.35, 0.6],
    [0.2, 0.3, 0.5],
    [0.15, 0.25, 0.6],
    [0.2, 0.1, 0.7],
    [0.35, 0, 0.65],
]
limit, order, distance = (
    "each class has its own limit, the mean probability of class j over the rows labelled j: 0.175, 0.3125, 0.625",
    "first the row whose own label is least probable: 0 has 0.15, 6 has 0.2, 4 has 0.3",
    "row 7 counts as 2: of several that reach their limits the largest probability wins, not the first, nor the "
    "one furthest above its limit",
)
lesson.check(
    "eight rows, three classes",
    as_text(labels, shares),
    "0 6 4",
    likely={
        "0 6 5 1 4 2": "the largest probability alone is not enough: it must reach the limit of its class",
        "6 5 1 4": "not 0.5: " + limit,
        "0 6 5 1 4": "1 and 5 reach no limit, so they count as nothing; and " + limit,
        "0 5 1 4 3": "a small probability of its own label makes no suspect: another class must reach its limit",
        "0 6 5": "take the mean over the rows labelled j, not over all rows",
        "0 5 1 4": "a small probability of its own label makes no suspect: another class must reach its limit",
        "1 0 0 0 1 0 1 0": "the rows' numbers, not True and False",
        "1 7 5": "rows are numbered from 0",
        "1 2 0": "the rows' numbers, not the classes that they count as",
        "0 6 4 3 7": distance,
        "0 4": distance.replace("row 7", "row 6"),
        "6": "first ask which classes reach their limits, then take the largest of these",
        "0 6 5 1 4 3": "a row that counts as nothing is no suspect: 1 and 5 reach no limit",
        "6 5": "the mean over rows *labelled* j, not over those predicted as j",
        "0 6": "the mean, not the median",
        "0 6 4 3": "row 3 is labelled 2, which is its most probable class: no suspect",
        "0 4 6": order,
        "4 6 0": order,
        "6 4 0": order,
        "6 0 4": order,
        "4 0 6": order,
    },
)
equal, two = (
    [[0.75, 0.25], [0.75, 0.25], [0.75, 0.25], [0.25, 0.75]],
    [[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.25], [0.25, 0.75], [0.25, 0.75]],
)
lesson.check("exactly at the limit", as_text([0, 0, 1, 1], equal), "2", likely={"": "at least t_j: `>=`"})
lesson.check(
    "of equal ones the earlier",
    as_text([0, 0, 0, 1, 1, 1], two),
    "2 3",
    likely={"3 2": "sort by the probability alone, which keeps the order of equal ones"},
)
absent, empty = (
    [[0.25, 0.25, 0.5], [0.25, 0.5, 0.25], [0.25, 0.5, 0.25]],
    "nothing counts as a class that no row is labelled with: it has no mean",
)
lesson.check("a class without rows", as_text([0, 1, 1], absent), "", likely=lambda got: empty)
several = [
    [0.25, 0.4, 0.35],
    [0.05, 0.3, 0.65],
    [0.2, 0.35, 0.45],
    [0.05, 0.3, 0.65],
    [0, 0.2, 0.8],
]  # the limits are 0.15, 0.325, 0.8
lesson.check(
    "two classes reach their limits",
    as_text([0, 0, 1, 1, 2], several),
    "0",
    likely={
        **dict.fromkeys(
            ("", "2"),
            "row 0 reaches the limits 0.15 and 0.325, and counts as 1: the largest probability wins, not "
            "the distance to the limit",
        ),
        "0 2": "row 2 reaches the limits of 0 and of 1, its label, which is larger: it counts as its label",
    },
)
given = np.array(labels), np.array(shares)
suspects(*given)
lesson.check("the probabilities stay as they were", given[1], np.array(shares), likely=lambda got: "work on a copy")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for number, classes in ((200, 2), (300, 4), (60, 3)):
    drawn = rng.dirichlet(np.full(classes, 0.7), number)
    given = np.array([rng.choice(classes, p=one) for one in drawn])
    issues = find_label_issues(given, drawn, filter_by="confident_learning")
    named = sorted(np.flatnonzero(issues).tolist(), key=lambda row: drawn[row, given[row]])
    lesson.check("they are cleanlab's", [int(row) for row in suspects(given.copy(), drawn.copy())], named)
### END HIDDEN TESTS

# %% [markdown] id="suspects-hints"
# <details><summary>Where do I start?</summary>The thresholds: <code>probabilities[labels == j, j].mean()</code> for each class <code>j</code> that has
# rows.</details>
# <details><summary>What a row counts as</summary>Replace every probability below its threshold by −1, then <code>argmax</code> over the
# classes. A row of nothing but −1 counts as nothing.</details>
# <details><summary>The order</summary><code>sorted(rows, key=lambda row: probabilities[row, labels[row]])</code> keeps the order of equal
# ones.</details>

# %% id="noise-code"
# What do wrong labels cost? In training rows, or in test rows alone; both drawn by lot. Guess: how many points for 5 %?
numbers, levels = (truth == "yes").astype(int), (0.05, 0.1, 0.2)


def noise(rng):
    """Accuracy minus that of right labels, with each share of wrong ones: in training, and in the test alone."""
    test, train = np.split(rng.permutation(len(texts)), [len(texts) // 5])
    lots, best = rng.random(len(texts)), reader().fit(texts[train], numbers[train]).predict(texts[test])
    given = [np.where(lots < level, 1 - numbers, numbers) for level in levels]
    trained = [reader().fit(texts[train], labels[train]).predict(texts[test]) for labels in given]
    scores = [[np.mean(said == numbers[test]) for said in trained], [np.mean(best == labels[test]) for labels in given]]
    return 100 * (np.array(scores) - np.mean(best == numbers[test]))


lost, (figure, axes) = np.array(over(noise)), figures.new(height=3.6)
for place, name in enumerate(("in training: real", "in the test: only measured")):
    costs = [measure.cross_validated(lost[:, place, level], **sizes) for level in range(len(levels))]
    value, low, high = ([getattr(cost, part) for cost in costs] for part in ("value", "low", "high"))
    sides = [np.subtract(value, low), np.subtract(high, value)]
    axes.errorbar([100 * level for level in levels], value, yerr=sides, marker="o", capsize=4, label=name)
    print(name, *(f"; {level:.0%} wrong {cost} points" for level, cost in zip(levels, costs)))
title = f"5 % wrong labels: {lost[:, 0, 0].mean():.1f} points in training, {lost[:, 1, 0].mean():.1f} in the test"
axes.set(xlabel="wrong labels, per cent", ylabel="points of accuracy", title=title)
axes.legend()
figures.show(figure, alt=f"Points of accuracy lost, by the share of wrong labels, in training and in the test. {title}")


# %% id="suspects-code"
# cleanlab on 5 % wrong labels, by a model that has not seen the row, or one that has; then dropped, or read by people
def search(rng):
    """Suspects, wrong ones among them and wrong ones in all, out of fold and in sample; and four accuracies.

    They are those of labels as given, of suspects dropped, of suspects read, and of right labels.
    """
    test, train = np.split(rng.permutation(len(texts)), [len(texts) // 5])
    wrong, inputs = rng.random(len(train)) < 0.05, texts[train]
    given = np.where(wrong, 1 - numbers[train], numbers[train])
    inside = reader().fit(inputs, given).predict_proba(inputs)
    outside = cross_val_predict(reader(), inputs, given, cv=5, method="predict_proba")
    out, seen = (find_label_issues(given, one, filter_by="confident_learning") for one in (outside, inside))
    score = lambda rows, labels: np.mean(reader().fit(inputs[rows], labels[rows]).predict(texts[test]) == numbers[test])
    every, read = ~out | True, np.where(out, numbers[train], given)
    scores = [score(every, given), score(~out, given), score(every, read), score(every, numbers[train])]
    return [one for found in (out, seen) for one in (found.sum(), (found & wrong).sum(), wrong.sum())], scores


found, scores = map(np.array, zip(*over(search)))
for name, (number, hits, wrong) in zip(("out of fold", "in sample"), found.sum(axis=0).reshape(2, 3).tolist()):
    shares = measure.proportion(hits, number), measure.proportion(hits, wrong)
    print(f"{name}: {number / repeats:.0f} suspects; of them wrong {shares[0]}; of all wrong ones found {shares[1]}")
for place, name in enumerate(("suspects thrown away", "suspects read and put right", "all labels right"), start=1):
    gain = measure.cross_validated(100 * (scores[:, place] - scores[:, 0]), **sizes)
    print(f"{name}: {gain} points against labels as given")

# %% [markdown] id="contract-task"
# <details><summary><b>What you found</b></summary>
#
# With the full parameters (six splits of 4,069 rows), 5 % wrong labels in training cost 0.7 points (0.0 to 1.4), 20 % cost 6.5. The same 5 % in the test hide 3.5 points (2.1 to 4.9) of a model that is
# as good as before. **Spend the first money on the labels of the test.**
#
# Out of fold a third of the suspects are wrong labels, and these are 69 % of all wrong ones: reading 340 texts mends 110. In sample there are none, as the model has learnt the wrong labels, too. To
# throw suspects away gains nothing (−1.3 to 0.9 points): two of three were right, and hard. To read them gains 0.6 (−0.3 to 1.5); all labels right would gain 0.7. Labels in the real data
# may be wrong as well: these shares count planted errors alone.
#
# </details>
#
# ## Exercise 5 · A contract that stops bad data
# *Difficulty ●●●○○ · about 12 minutes · skill: data contracts · 4 points*
#
# Next month somebody else's export runs through your pipeline at night. A contract says which tables may go on. Write `broken`: the **set** of
# the rules that a table breaks, all of them, empty for a good table.
#
# | rule | holds if |
# |---|---|
# | `columns` | exactly id, text, label, split, group, in any order. If not, the answer is `{"columns"}` alone |
# | `rows` | there is at least one row |
# | `id` | none is missing, none stands twice |
# | `text` | each is text (`str`) of three characters or more, spaces around it not counted |
# | `label` | each is `yes` or `no` |
# | `split` | each is `train` or `test` |
# | `group` | none is missing, and no group has rows in both splits |
#
# A missing value breaks the rule of its column. With pandera or without: both are right. With it: `DataFrameSchema`, `Column`, `Check`,
# and `validate(table, lazy=True)`, which collects all faults where the default stops at the first.


# %% id="contract-answer" nbgrader={"grade": false, "grade_id": "contract-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def broken(table: pd.DataFrame) -> set[str]:
    """The rules that a table breaks, by name."""
    ### BEGIN SOLUTION
    if sorted(map(str, table.columns)) != ["group", "id", "label", "split", "text"]:
        return {"columns"}
    is_text = lambda text: isinstance(text, str) and len(text.strip()) >= 3
    apart = lambda rows: rows.groupby("group").split.nunique().le(1).all()
    columns = {
        "id": pa.Column(unique=True),
        "text": pa.Column(checks=pa.Check(is_text, element_wise=True)),
        "group": pa.Column(),
        "label": pa.Column(checks=pa.Check.isin(["yes", "no"])),
        "split": pa.Column(checks=pa.Check.isin(["train", "test"])),
    }
    checks = [pa.Check(apart, name="group"), pa.Check(lambda rows: len(rows) > 0, name="rows")]
    try:
        pa.DataFrameSchema(columns, checks=checks).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return {column if column in columns else check for column, check in zip(cases.column, cases.check)}
    return set()
    ### END SOLUTION


broken(pd.DataFrame({"id": ["a"], "text": ["Good tea"]}))  # {'columns'}


# %% id="contract-tests" nbgrader={"grade": true, "grade_id": "contract-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
good = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "text": ["Good tea", "Good tea!", "Late again", "ok :)"],
        "label": ["yes", "yes", "no", "no"],
        "split": ["train", "train", "test", "train"],
        "group": ["good tea", "good tea", "late again", "ok"],
    }
)
with_value = lambda name, *values: good.astype(object).assign(**{name: [*values, *good[name].iloc[len(values) :]]})
every, null, text = (
    "collect all faults: `lazy=True`, or no early return",
    "a missing value breaks the rule of its column",
    "each must be a `str`, three characters long without the spaces around it",
)
for what, table, rules, why in (
    (
        "a good table",
        good,
        set(),
        "nothing is broken: an empty set, `set()`; a group may have several rows in one split",
    ),
    (
        "its columns in another order",
        good[[*reversed(good.columns)]],
        set(),
        "the order of the columns does not matter",
    ),
    ("its rows in another order", good.iloc[[2, 0, 3, 1]], set(), "the index means nothing"),
    (
        "an index with repeats",
        good.set_axis([0, 0, 1, 1]),
        set(),
        "the index means nothing, and may hold a number twice: go through the values, not through `.loc`",
    ),
    (
        "a column too many",
        good.assign(phone="1"),
        {"columns"},
        "exactly these columns: a new one may hold what nobody masked",
    ),
    (
        "a column too few",
        good.drop(columns="label"),
        {"columns"},
        "ask for the columns first, and then for nothing else",
    ),
    ("no rows", good.iloc[:0], {"rows"}, "an empty table passes every test of its values: ask for its length"),
    ("an id twice", with_value("id", "b"), {"id"}, "no id may stand twice"),
    ("an id missing", with_value("id", None), {"id"}, null),
    ("a text of spaces", with_value("text", "  a  "), {"text"}, text),
    ("a text that is a number", with_value("text", 12345), {"text"}, text),
    ("a text missing", with_value("text", None), {"text"}, null),
    ("three characters", with_value("text", "bad"), set(), "three characters are enough"),
    ("a label in capitals", with_value("label", "YES"), {"label"}, "`yes` and `no`, as they are written"),
    (
        "a label missing",
        with_value("label", np.nan),
        {"label"},
        null + ": pandera's checks skip it, `nullable=False` does not",
    ),
    ("another split", with_value("split", "dev", "dev"), {"split"}, "`train` or `test`, nothing else"),
    (
        "a group on both sides",
        with_value("split", "test").iloc[[0, 2, 3, 1]],
        {"group"},
        "no group may have rows in both splits: a rule over all rows of a group, wherever they stand, so "
        "a check of the whole table",
    ),
    ("a group missing", with_value("group", None, None), {"group"}, null),
    ("a split missing", with_value("split", None, None), {"split"}, null),
    ("three faults", with_value("label", None, "maybe").assign(id="a", text=""), {"id", "text", "label"}, every),
    ("two faults", with_value("split", "test", "train", "dev"), {"split", "group"}, every),
):
    lesson.check(
        what,
        got=broken(table.copy()),
        want=rules,
        likely=lambda got, why=why: why if isinstance(got, (set, frozenset)) else "a set of names is wanted",
    )
given = good.assign(text=[f" {one} " for one in good.text])
broken(given)
lesson.check(
    "the table stays as it was", [*given.text], [f" {one} " for one in good.text], likely=lambda got: "work on a copy"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
faults = {
    "id": lambda table, row: table.assign(
        id=[table.id.iloc[(row + 1) % len(table)] if place == row else one for place, one in enumerate(table.id)]
    ),
    "text": lambda table, row: table.assign(
        text=[["ab", "\t \n", None, 3.5][row % 4] if place == row else one for place, one in enumerate(table.text)]
    ),
    "label": lambda table, row: table.assign(
        label=[["Yes", "", None, "yes "][row % 4] if place == row else one for place, one in enumerate(table.label)]
    ),
    "split": lambda table, row: table.assign(
        split=table.split.where(table.group != table.group.iloc[row], [" train", "validation"][row % 2])
    ),
    "group": lambda table, row: table.assign(
        group=[None if place == row else one for place, one in enumerate(table.group)]
    ),
}
for trial in range(8):
    number = int(rng.integers(20, 60))
    groups = rng.integers(0, number // 2, number)
    fine = pd.DataFrame(
        {
            "id": rng.permutation(10 * number)[:number],
            "text": [f"text {one}" for one in groups],
            "label": rng.choice(["yes", "no"], number),
            "split": np.where(groups % 3 == 0, "test", "train"),
            "group": [f"g{one}" for one in groups],
        }
    ).astype(object)
    some = set(rng.choice([*faults], trial % 4, replace=False).tolist())
    for name in ("group", "id", "text", "label", "split"):
        fine = faults[name](fine, int(rng.integers(number))) if name in some else fine
    lesson.check("the rules that any table breaks", broken(fine.copy()), some)
mixed = pd.DataFrame(
    {
        "id": [1, 2],
        "text": ["one text", "one more"],
        "label": ["no", "no"],
        "split": ["test", "train"],
        "group": ["a", "a"],
    }
)
lesson.check("a group on both sides, and numbers as ids", broken(mixed), {"group"})
### END HIDDEN TESTS

# %% [markdown] id="contract-hints"
# <details><summary>Where do I start?</summary>The columns first, with a return. Then one question after the other, each adding a name to a set.</details>
# <details><summary>With pandera</summary><code>pa.Column(checks=pa.Check.isin([…]))</code> refuses missing values by itself, as
# <code>nullable</code> is False. Rules over rows are checks of the schema: <code>pa.Check(lambda table: …, name="group")</code>.</details>
# <details><summary>Which rules?</summary><code>except pa.errors.SchemaErrors as errors</code>, then <code>errors.failure_cases</code>: its columns <code>column</code> and
# <code>check</code> say which.</details>
#
# ## The pipeline that you keep
#
# `run` puts the steps together, with **your** `mask`, `split_of`, `suspects` and `broken`; `main` reads a file, writes `clean.csv`, `review.csv` (rows for a person
# to read) and `DATA_CARD.md`, and says 1 instead of 0 if the contract is broken. The cell after them writes all that into one script, which needs
# neither this notebook nor this course:
#
# ```
# python data_pipeline.py export.csv out   # stops a CI job where the contract is broken
# ```
#
# Suspects are sought out of fold *by group*: with a near copy in another fold, a wrong label would be confirmed by its own copy. Nothing is
# relabelled by a model. Read the card's licence lines: a model trained on the tweets may not be sold. For your own data change `LABELS` and `SOURCES`.


# %% id="run-code"
def run(export, share=0.2):
    """From raw rows (id, text, label, source) to a table for the contract, rows for a person to read, and counts."""
    rows = export.assign(text=export.text.fillna("").astype(str).map(clean))
    rows["label"] = rows.label.astype("string").str.strip().str.lower().map(LABELS).astype(object)
    counts = {"exported": len(rows)}
    rows = rows[rows.text.map(sameness).str.len() > 3]
    counts["with a text"] = len(rows)
    rows = rows[rows.label.notna()].copy()
    counts["with a label"] = len(rows)
    rows["text"] = rows.text.map(mask)
    counts |= {
        f"masked {kind}": int(rows.text.str.count(re.escape(kind)).sum()) for kind in ("[email]", "[card]", "[phone]")
    }
    keys = rows.text.map(sameness)
    differ = rows.assign(why="copies with different labels")[rows.label.groupby(keys).transform("nunique") > 1]
    rows = rows[~keys.duplicated()].reset_index(drop=True)
    counts["without exact copies"] = len(rows)
    rows["group"], rows["split"] = split_of([*rows.text.map(sameness)], near_pairs(rows.text), share)
    numbers, folds = (rows.label == "yes").to_numpy().astype(int), GroupKFold(5)
    unseen = cross_val_predict(reader(), rows.text, numbers, groups=rows.group, cv=folds, method="predict_proba")
    doubted = rows.iloc[suspects(numbers, unseen)].assign(why="the label is improbable")
    counts |= {"for a person to read": len(doubted) + len(differ), "in the test": int((rows.split == "test").sum())}
    return rows, pd.concat([doubted, differ])[["id", "text", "label", "why"]], counts


# %% id="card-code"
def card(rows, counts):
    """The data card: what is in the table, how it came about, what is wrong with it, and what it may be used for."""
    guess = rows.source.map(rows.groupby("source").label.agg(lambda labels: labels.mode()[0]))
    lines = ["# Data card", "Question: is the writer pleased? A row is a message.", "## Rows"]
    lines += [f"- {step}: {number:,}" for step, number in counts.items()]
    for (source, split), part in rows.groupby(["source", "split"]):
        lines.append(f"- {source}, {split}: {len(part):,} rows, {(part.label == 'yes').mean():.0%} yes")
    lines += ["## Sources, labels, licences"] + [f"- {name}: {said}" for name, said in SOURCES.items()]
    alone = f"The source alone gives the label of {(guess == rows.label).mean():.0%}: report accuracy for each source."
    lines += ["## Known faults", *(f"- {fault}" for fault in (alone, *FAULTS)), "## Use", f"- {USE}"]
    return "\n".join(lines) + "\n"


def main(file, folder):
    """Run the pipeline on a CSV; 0 if the contract holds, else 1."""
    rows, review, counts = run(pd.read_csv(file, dtype=str))
    Path(folder).mkdir(parents=True, exist_ok=True)
    texts = {"clean.csv": rows.to_csv(index=False), "review.csv": review.to_csv(index=False)}
    texts["DATA_CARD.md"] = card(rows, counts)
    for name, text in texts.items():
        Path(folder, name).write_text(text, encoding="utf-8")
    rules = broken(rows[["id", "text", "label", "split", "group"]])
    print(counts, "contract:", f"broken: {', '.join(sorted(rules))}" if rules else "kept")
    return int(bool(rules))


# %% id="keep-code"
# Writes data_pipeline/data_pipeline.py beside this notebook, from what stands above and what you wrote, and runs it
keep = Path("data_pipeline")
keep.mkdir(exist_ok=True)
export.to_csv(keep / "export.csv", index=False)
cards = {source: data.describe(name) for source, (name, *_) in sources.items()}
SOURCES = {
    source: f"{one.content}; “yes” is {sources[source][2]}, {one.labels[sources[source][2]]}. From {one.source}. "
    f"Licence: {one.licence}. A company may {one.company_may}"
    for source, one in cards.items()
}
constants = f"LABELS = {LABELS}\nSOURCES = {SOURCES}\nFAULTS = {FAULTS}\nUSE = {USE!r}\n"
functions = (clean, sameness, reader, shingles, near_pairs, lot, luhn, run, card, main)
own = [inspect.getsource(function) for function in functions]
yours = ["".join(linecache.getlines(inspect.getfile(function))) for function in (mask, split_of, suspects, broken)]
parts = [IMPORTS, constants, *own, *yours, 'if __name__ == "__main__":\n    sys.exit(main(*sys.argv[1:]))\n']
(keep / "data_pipeline.py").write_text("\n\n".join(parts), encoding="utf-8")
result = None
try:
    result = runpy.run_path(str(keep / "data_pipeline.py"))["main"](keep / "export.csv", keep)
    print((keep / "DATA_CARD.md").read_text(encoding="utf-8"))
except Exception as error:  # an exercise that is still open, or an answer that the script cannot use
    print(f"The script is written, but does not run yet: {type(error).__name__} {error}. Are all exercises but 3 done?")

# %% id="worth-code"
# What your pipeline is worth: personal data that is left, and the test of a model beside next month's messages
if result is None:
    print("Nothing to measure yet: the script above did not run.")
else:
    rows, review = (pd.read_csv(keep / f"{name}.csv", keep_default_na=False) for name in ("clean", "review"))
    kinds = planted.personal.loc[rows.id].to_numpy()
    for kind in PERSONAL:
        texts_of = rows.text[kinds == kind]
        print(f"{kind}: masked {measure.proportion(int(texts_of.str.contains('[', regex=False).sum()), len(texts_of))}")
    train, test = (rows[rows.split == one] for one in ("train", "test"))
    final = reader().fit(train.text, train.label)
    said, known_label = final.predict(test.text), planted.truth.loc[test.id].to_numpy()
    read = np.where(test.id.isin(review.id), known_label, test.label)  # somebody reads the suspects of the test
    print(
        f"share of wrong labels in the test: {np.mean(test.label != known_label):.1%}, after reading "
        f"{test.id.isin(review.id).sum()} texts {np.mean(read != known_label):.1%}"
    )
    for name, labels in (
        ("labels as exported", test.label),
        ("suspects read", read),
        ("all labels right", known_label),
    ):
        print(f"own test, {name}: {measure.accuracy(np.array(labels), said)}")
    print(f"next month's messages: {measure.accuracy(fresh.label, final.predict(fresh.text.map(clean)))}")

# %% [markdown] id="remember"
# <details><summary><b>What you found</b></summary>
#
# All planted addresses, cards and American numbers are masked, hardly one address in words, no number from abroad, no name: patterns find what has a pattern. And they find too much. In all 14,404 tweets
# there are 16 addresses, of which 7 belong to airlines (counted by hand).
#
# Without copies across the splits the test says 0.810 by the exported labels, *less* than the naive 0.844: the flattery is gone, the wrong labels are still there. Reading 83 texts brings the wrong
# labels of the test from 5.3 to 1.2 %, and the accuracy to 0.850, beside 0.855 on next month's messages. It errs a little to the kind side, as only labels were
# mended that a model doubts: by all right labels it is 0.845. For a contract with a customer read a random sample, too.
#
# </details>
#
# ## What to remember
#
# - Two errors of opposite sign do not make an honest number: find each.
# - Whatever belongs together stays on one side, by a lot that new rows do not move. Choose words, weights and thresholds inside the training rows.
# - A test label that is wrong hides the model; a training label that is wrong costs less. So read the test first.
# - Kappa measures agreement, not truth; say it with its interval. Throwing disagreements away throws the hard texts away.
# - Suspects are for reading, not for deleting. A contract runs at night, a card speaks when you are gone, and patterns miss what has no pattern.

# %% [markdown] id="open-question-task"
# ## Open question
#
# A customer asks you to train on two years of support chats: 200,000 messages, in three languages, labelled by agents as they closed them. You have 2,000
# euros for labels. What do you do first, what do you measure, and what would make you say no? (About 150 words.)
#
# *Rubric, 4 points:* personal data and the right to use them come first, with what patterns miss in other languages (1) · groups by
# customer or conversation and by time, so that the test is later and unseen (1) · a test set labelled twice, with kappa, its interval and adjudication, sized by the money
# (1) · a measured reason to stop, such as agreement or a licence (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# First the contract and the law: may we use these chats for training, where may they lie, who deletes what when a customer asks? I mask on the customer's own machine,
# and read 300 masked messages in each language to estimate what is left, with an interval: names and addresses will be. Then I look: exact and near copies, templates of the agents,
# labels by agent and month. All messages of one customer are one group; the test is the last two months, of customers who are in no other split.
# Agents' labels are what was convenient at closing time, so I do not test on them. Of the money, 1,200 euros buy 1,500 test texts labelled by two people and the disagreements by
# a third, after a pilot of 100 on which the guideline is mended; the rest buys reading of suspects. I report kappa with its interval, per language, and accuracy with its
# interval against the commonest label. I say no if the licence does not cover training, if more than one message in a hundred still shows a person after masking, or if two people
# agree with a kappa below 0.6 after the guideline was mended: then the question is not clear enough to be learnt.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - C. Northcutt and others, *Confident Learning*, JAIR 2021: where Exercise 4 comes from.
# - A. Broder, *On the Resemblance and Containment of Documents*, 1997: MinHash; K. Lee and others, *Deduplicating Training Data Makes Language Models Better*, ACL 2022.
# - S. Kapoor and A. Narayanan, *Leakage and the Reproducibility Crisis in Machine-Learning-Based Science*, Patterns 2023: eight kinds of leaks, in 294 papers.
# - J. Cohen, *A Coefficient of Agreement for Nominal Scales*, 1960; R. Artstein and M. Poesio, *Inter-Coder Agreement for Computational Linguistics*, 2008.
# - T. Gebru and others, *Datasheets for Datasets*, CACM 2021: what a card should answer.
# - The manuals of pandera, datasketch and cleanlab; Microsoft's Presidio, where patterns meet models that find names.

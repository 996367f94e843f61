# %% [markdown] id="title"
# # 2-04 · Measuring models and people
#
# You will put an interval on every number, catch two published results that measure nothing, and judge questions,
# trainers and a course with the same rigour as a model.

# %% [markdown] id="objectives"
# **Questions.** How sure is an accuracy? When is a high number worth nothing? Is one model better than another? What
# makes a test question, a trainer, a course good, and how would you know?
#
# **Afterwards you can**
# 1. say what an interval promises, and test whether it keeps it;
# 2. choose a measure that fits the task: tokens or entities, accuracy or F1, right or calibrated;
# 3. compare two models on the same rows;
# 4. split data that come in time, and recognise a result that cannot be believed;
# 5. find the question that spoils a test, and rank trainers without rewarding luck.

# %% [markdown] id="why"
# **Why a start-up cares.** You buy a model "with 92 % accuracy" and a trainer "rated 4.6 of 5". Below, a coin gets
# 92 %, and ten lecturers whom half of their students rate 4.8 on average get 4.1 from the other half. Nobody lied. Who
# buys by such numbers pays for luck.

# %% id="imports"
import ipywidgets as widgets
import numpy as np
import pandas as pd
from IPython.display import HTML, display
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from trainlib import cohort, data, effect, figures, learners, lesson, measure


def named(slips: dict[float, str], within: float = 2e-3):
    """For the checks below: from an answer to what its first number says of the slip, or None."""
    return lambda got: next((said for wrong, said in slips.items() if abs(wrong - np.ravel(got)[0]) < within), None)


# %% id="parameters" tags=["parameters"]
tweets = 6_000  # tweets to airlines, train and test together
draws = 2_000  # of bootstraps and simulations
seed = 0  # of everything that is drawn

# %% [markdown] id="idea"
# ## One model, many accuracies
#
# A model reads what people tweet to airlines and says negative, neutral or positive. It is trained once. Then it is
# tested on 40 tweets, on 40 others, and so on. How far apart will the best and the worst of these accuracies be? Guess
# first.

# %% id="idea-code"
table = data.load("airline_tweets", rows=tweets)
train, test = table[table.split == "train"], table[table.split == "test"]
truth, said, sure = test.label.to_numpy(str), {}, {}
for name, weights in {"plain": None, "balanced": "balanced"}.items():  # the loss, see 2-01
    words = TfidfVectorizer(min_df=2, sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(max_iter=1000, class_weight=weights)).fit(train.text, train.label)
    said[name], sure[name] = model.predict(test.text).astype(str), model.predict_proba(test.text).max(axis=1)
right = said["plain"] == truth
parts = [right[i : i + 40].mean() for i in range(0, len(right) - 39, 40)]
print(f"{len(parts)} tests of 40 tweets: accuracy from {min(parts):.2f} to {max(parts):.2f}")
print(f"the first 40 tweets: {measure.accuracy(truth[:40], said['plain'][:40])}")
print(f"all {len(truth):,} tweets: {measure.accuracy(truth, said['plain'])}")
print(f"always 'negative':  {measure.accuracy(truth, ['negative'] * len(truth))}")

# %% [markdown] id="interval"
# ## What an interval promises
#
# It is not a range for the next test. It promises: **made by this recipe again and again, the interval holds the true
# share in 95 % of cases**. Two recipes for $k$ right of $n$, with $\hat p = k/n$ and $z = 1.96$:
#
# | recipe | interval |
# |---|---|
# | Wald, the textbook's | $\hat p \pm z\sqrt{\hat p(1-\hat p)/n}$ |
# | Wilson (1927), in this course | all $p$ with $\lvert\hat p - p\rvert \le z\sqrt{p(1-p)/n}$ |
#
# Wald takes the spread at the estimate, Wilson at the truth that is being tried. With 20 right of 20, Wald says: 1 to
# 1, for sure.


# %% id="interval-code"
def wald(hits: int, rows: int) -> tuple[float, float]:
    """The textbook's interval for a share."""
    share = hits / rows
    half = 1.96 * np.sqrt(share * (1 - share) / rows)
    return share - half, share + half


def wilson(hits: int, rows: int) -> tuple[float, float]:
    """Wilson's interval, the one that measure.accuracy gives."""
    score = measure.proportion(hits, rows)
    return score.low, score.high


for hits in (20, 19, 10):
    print(f"{hits} right of 20: Wald {np.round(wald(hits, 20), 3)}, Wilson {np.round(wilson(hits, 20), 3)}")

# %% [markdown] id="coverage-task"
# ## Exercise 1 · Does it keep its promise?
# *Difficulty ●●○○○ · about 10 minutes · 3 points · skill: intervals*
#
# Write `coverage`: how probable it is that an interval, made from `rows` independent rows, holds the true share. The
# truth is known here, because you choose it: each row is right with probability `share`. The number of rows that are
# right is then random, and the interval with it. (Exactly, or by a simulation that is good to 0.01.)


# %% id="coverage-answer" nbgrader={"grade": false, "grade_id": "coverage-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def coverage(interval, share: float, rows: int) -> float:
    """Probability that interval(hits, rows), a pair (low, high), holds `share`, its ends included."""
    ### BEGIN SOLUTION
    ends = [interval(hits, rows) for hits in range(rows + 1)]
    held = [low <= share <= high for low, high in ends]
    return float(stats.binom.pmf(np.arange(rows + 1), rows, share) @ held)
    ### END SOLUTION


coverage(wald, share=0.5, rows=100)  # expected: 0.943

# %% id="coverage-tests" nbgrader={"grade": true, "grade_id": "coverage-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
ends = {0: (0.0, 0.9), 1: (0.1, 0.4), 2: (0.5, 0.9), 3: (0.3, 1.0)}  # all but the third hold 0.4
slips = {0.28: "an end belongs to the interval", 0.648: "`rows` hits are a case too", 0.064: "0 hits and ends count"}
slips |= {0.496: "0 hits are a case too", 0.432: "0 and `rows` hits are cases too", 0.7: "rounded", 71.2: "no per cent"}
slips |= {
    0.75: "numbers of hits are not equally probable: weigh each by the binomial",
    0.625: "rows are right by `share`",
}
slips |= {0.288: "that is the chance of not holding the share", 1.864: "take the probability of exactly these hits"}
slips |= {0.95: "that is only promised", 1.0: "does it hold `share`? The third interval does not"}
slips |= {
    0.0: "one number of hits says nothing: go through all, or draw 20,000",
    0.936: "take the interval that was given",
}
few = lambda got: "a simulation needs 20,000 draws to be good to 0.01" if abs(got - want) < 0.1 else None
why = lambda got: named(slips)(got) or few(got) or "add up the chances of those hits whose interval holds `share`"
got, want = coverage(lambda hits, rows: ends[int(hits)], 0.4, 3), 0.712
lesson.check("three rows, a share of 0.4, and intervals made by hand", got, want, tolerance=0.01, likely=why)
other, want = {0: (0.7, 0.9), 1: (0.1, 0.2), 2: (0.0, 1.0), 3: (0.7, 0.9)}, 0.288
why = lambda got: few(got) or "the interval that was given holds the share if low ≤ share ≤ high"
got = coverage(lambda hits, rows: other[int(hits)], 0.4, 3)
lesson.check("intervals too high, too low, right, too high", got, want, tolerance=0.01, likely=why)
why = lambda got: few(got) or "the interval is the caller's: interval(hits, rows), of all rows"
for interval, share, rows, want in ((wald, 0.5, 100, 0.943), (wald, 0.95, 20, 0.639), (wilson, 0.98, 20, 0.940)):
    got = coverage(interval, share, rows)
    lesson.check(f"{interval.__name__}, share {share}, {rows} rows", got, want, tolerance=0.01, likely=why)
### BEGIN HIDDEN TESTS
lesson.check("Wald for a share of 0.9 and 15 rows", got=coverage(wald, 0.9, 15), want=0.7919, tolerance=0.01)
rng = np.random.default_rng(lesson.hidden_seed())
share, rows = rng.uniform(0.6, 0.99), int(rng.integers(8, 40))
held = [low <= share <= high for low, high in (wilson(hits, rows) for hits in range(rows + 1))]
want = sum(chance for chance, is_held in zip(stats.binom.pmf(range(rows + 1), rows, share), held) if is_held)
lesson.check("any share", got=coverage(wilson, share, rows), want=want, tolerance=0.01)
### END HIDDEN TESTS

# %% [markdown] id="coverage-hints"
# <details><summary>Where do I start?</summary>From 0 to <code>rows</code> hits, each number gives one interval. Does it
# hold <code>share</code>?</details>
# <details><summary>How probable is each number of hits?</summary><code>stats.binom.pmf(hits, rows, share)</code>. Or
# draw 20,000 numbers of hits by <code>np.random.default_rng(0).binomial(rows, share, 20_000)</code>.</details>
# <details><summary>And then?</summary>Add up the probabilities of those hits whose interval holds the share. Mind the
# last one: all rows right.</details>
#
# <details><summary><b>What you found</b></summary>
#
# With 20 rows and a share of 0.95, Wald's 95 % interval holds it in 64 % of cases. The picture
# shows all shares.
#
# </details>


# %% id="coverage-picture"
def describe(rows):
    """Share of simulated tests whose interval holds the truth, for truths from 0.5 to 0.99, as HTML."""
    shares = np.linspace(0.5, 0.99, 50)
    hits = np.random.default_rng(seed).binomial(rows, shares, (draws, 50))
    figure, axes = figures.new(height=3.6)
    lowest = {}
    for name, interval in (("Wald", wald), ("Wilson", wilson)):
        low, high = np.array([interval(k, rows) for k in range(rows + 1)])[hits].transpose(2, 0, 1)
        held = ((low <= shares) & (shares <= high)).mean(axis=0)
        axes.plot(shares, held, label=name, linewidth=2)
        lowest[name] = f"{held.min():.0%}"
    axes.axhline(0.95, color=figures.TEXT, linewidth=1)
    axes.set(ylim=(0, 1.02), xlabel="true share that is right", ylabel="share of intervals that hold it")
    axes.set_title(f"{rows} rows: Wald falls to {lowest['Wald']}, Wilson to {lowest['Wilson']}")
    axes.legend(loc="lower left")
    alt = f"Share of 95 % intervals from {rows} rows that hold the truth, against the truth from 0.5 to 0.99: Wald's "
    return figures.markup(figure, alt + f"falls to {lowest['Wald']} near 1, Wilson's never below {lowest['Wilson']}.")


display(HTML(describe(20)))
lesson.explore(describe, rows=widgets.IntSlider(100, min=5, max=300, step=5, description="rows"))

# %% [markdown] id="models"
# ## Which of two models?
#
# The second model was trained with class weights, so that rare classes count as much as frequent ones. Both are judged
# on the same tweets. **McNemar's test** looks only at tweets that one has right and the other wrong: without a
# difference, each would be a fair coin. **Macro F1** is the mean over classes of $2PR/(P+R)$. Precision $P$: what share
# of what is called so is so? Recall $R$: what share of what is so is called so? Its interval is a **bootstrap**: draw
# the rows again, with replacement, many times, and take the middle 95 % of the results.
#
# Which model would you take to find complaints?

# %% id="models-code"
for name in said:
    print(
        f"{name:9} accuracy {measure.accuracy(truth, said[name])}, macro F1 "
        f"{measure.f1(truth, said[name], draws=draws)}"
    )
print(f"a = plain, b = balanced; {measure.compare(truth, said['plain'], said['balanced'])}")
reports = {name: measure.report(truth, said[name], draws=draws) for name in said}
columns = ["precision", "recall", "recall_low", "recall_high", "support"]
for name, answers in {**said, "always": np.full(len(truth), "negative")}.items():  # complaints, at two prices of a miss
    missed = ((truth == "negative") & (answers != "negative")).sum()
    alarms = ((truth != "negative") & (answers == "negative")).sum()
    costs = ", ".join(f"{price * missed + alarms} if a miss costs {price}" for price in (1, 10))
    print(f"{name:9} {missed} complaints missed, {alarms} false alarms; in false alarms: {costs}")
shown = pd.concat({name: report[columns] for name, report in reports.items()}, axis=1).T
shown.rename(index={"support": "tweets"}).map(lambda value: f"{value:.0f}" if value > 1 else f"{value:.2f}")

# %% id="calibration-picture"
figure, panels = figures.new(columns=2, width=9.5, height=3.8)
for axes, name in zip(panels, said):
    result = measure.calibration(said[name] == truth, sure[name], bins=7, draws=draws)
    bins = result.table[result.table.rows >= 10]
    axes.plot([0.3, 1], [0.3, 1], color=figures.TEXT, linewidth=1)
    axes.errorbar(bins.said, bins.happened, [bins.happened - bins.low, bins.high - bins.happened], fmt="o", capsize=3)
    axes.set(xlim=(0.3, 1), ylim=(0.3, 1.02), xlabel="probability that the model says")
    axes.set_title(f"{name}: off by {result.error.value:.3f}")
    print(f"{name}: {result}")
panels[0].set_ylabel("share that is right")
figures.show(
    figure,
    alt="Two calibration charts: share of right answers against the probability said, with intervals. The "
    "plain model's points lie a little above the diagonal, those of the balanced model far above it: it is "
    "right more often than it says.",
)

# %% [markdown] id="models-found"
# <details><summary><b>What you found</b></summary>
#
# Whether balanced weights cost accuracy, these tweets cannot tell: the interval of the difference,
# -0.04 to 0.01, holds 0. They do change **what** is found: more neutral and positive tweets, fewer complaints (recall
# of *negative*: 0.95 and 0.81).
#
# By recall alone "always negative" would win: it misses no complaint. So name a **price** first: what does a missed complaint
# cost, beside a false alarm? At one false alarm both models cost the same, 202 and 203. At ten, "always negative" is the
# cheapest: then read every tweet, or move the threshold (2-01).
#
# Where you act on a probability, look at the calibration. Points above the diagonal are right more often than the model
# says. Chance alone would make an error of 0.02; the plain model has 0.05, the balanced one 0.10.
#
# </details>
#
# ## When the number measures something else
#
# The sentences below were written for this lesson. Tags name persons, companies and places.

# %% id="entities-story"
lines = """Anna/B-PER Weber/I-PER leaves/O Paybird/B-ORG for/O Northgate/B-ORG Bank/I-ORG in/O Oslo/B-LOC ./O
The/O fee/O for/O a/O late/O payment/O rises/O to/O nine/O euros/O ./O
Shares/O of/O Paybird/B-ORG fell/O in/O Frankfurt/B-LOC after/O the/O report/O was/O published/O ./O
Customers/O in/O Spain/B-LOC wait/O two/O days/O for/O a/O refund/O ,/O the/O regulator/O found/O ./O
A/O spokesman/O of/O the/O Bank/B-ORG of/I-ORG Oslo/I-ORG did/O not/O answer/O questions/O ./O
We/O had/O expected/O this/O ,/O said/O Jonas/B-PER Lind/I-PER ,/O who/O audits/O the/O firm/O ./O
Rates/O stay/O where/O they/O are/O until/O the/O spring/O at/O least/O ./O
Paybird/B-ORG Pay/I-ORG Anna/B-PER asks/O her/O team/O to/O test/O the/O new/O card/O first/O ./O""".splitlines()
tagged = [[pair.rsplit("/", 1) for pair in line.split()] for line in lines]
gold = [[tag for _, tag in line] for line in tagged]
nothing = [["O"] * len(line) for line in gold]  # a "model" that finds nothing
capitals = [["B-ORG" if i and word[0].isupper() else "O" for i, (word, _) in enumerate(line)] for line in tagged]
flat = np.concatenate(gold)
for name, tags in {"finds nothing": nothing, "capital letter = company": capitals}.items():
    print(f"{name:25} token accuracy {measure.accuracy(flat, np.concatenate(tags))}")
print(f"{len(gold)} sentences, {len(flat)} tokens, {sum(tag[0] == 'B' for tag in flat)} names")

# %% [markdown] id="entities-task"
# ## Exercise 2 · A published text scores CoNLL-2003 as sequence classification: is it right?
# *Difficulty ●●●●○ · about 18 minutes · 4 points · skill: choosing the measure*
#
# The text is Chinese, on using talent. CoNLL-2003 is news in which every **token** has a tag: `B-PER` begins a person's
# name, `I-PER` continues it, `O` is none. A sequence classifier gives one label for a sentence: 8 above, for 11 names. Token
# accuracy is no way out: who finds nothing is mostly right.
#
# The **entity** counts: right if sentence, first token, last token and type are right. Write F1 over entities,
# $2 \cdot \text{right} / (\text{true} + \text{predicted})$. An `I-` that continues no entity of its type begins one.
# Without any entity, return 0.


# %% id="entities-answer" nbgrader={"grade": false, "grade_id": "entities-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def entity_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    """F1 over whole entities. Both arguments: sentences, each a list of tags, "B-PER" or "O". They stay so."""

    ### BEGIN SOLUTION
    def entities(sentences):
        found = set()
        for number, tags in enumerate(sentences):
            start, kind = None, None
            for place, tag in enumerate([*tags, "O"]):
                begins = tag[0] == "B" or (tag[0] == "I" and tag[2:] != kind)
                if start is not None and (begins or tag == "O"):
                    found.add((number, start, place, kind))
                    start, kind = None, None
                if begins:
                    start, kind = place, tag[2:]
        return found

    true, called = entities(gold), entities(predicted)
    return 2 * len(true & called) / max(len(true) + len(called), 1)
    ### END SOLUTION


entity_f1([["B-PER", "I-PER", "O", "B-ORG"]], [["B-PER", "O", "O", "B-ORG"]])  # expected: 0.5

# %% id="entities-tests" nbgrader={"grade": true, "grade_id": "entities-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
cases = [  # (F1, gold, found, what it shows)
    (1, "O B-MISC", "O B-MISC", "a name at the end of its sentence counts too, and every type"),
    (0.4, "B-LOC O B-LOC O B-PER", "B-LOC O O B-ORG O", "F1 is 2 · right / (true + predicted): 2 · 1 / (3 + 2)"),
    (0.5, "B-PER I-PER O B-ORG", "B-PER O O B-ORG", "half a name is none: one of two is right; tokens do not count"),
    (0, "B-PER I-PER O", "O B-PER O", "where a name begins counts too"),
    (0, "B-PER I-PER", "B-PER O", "where a name ends counts, also at the end of its sentence"),
    (0.5, "B-PER I-PER O B-ORG", "B-PER I-PER O B-PER", "the type counts too"),
    (0.5, "B-PER O / O B-PER / B-PER O", "B-PER O / O O / O O", "one F1 over all; its sentence is part of an entity"),
    (0.4, "B-ORG I-ORG B-ORG B-PER", "B-ORG I-ORG I-ORG B-PER", "B- always begins a name, also beside one of its type"),
    (1, "O B-LOC B-PER", "O I-LOC I-PER", "an I- that continues no name of its type begins one"),
    (0, "B-PER I-PER O B-ORG", "O O O O", "who finds nothing scores 0: mind a division by 0"),
    (0, "O O", "O O", "without any entity, return 0: no 1, and no division by 0"),
    (1, "O B-PER / I-PER O", "O B-PER / B-PER O", "a name ends with its sentence"),
]
for want, *both, why in cases:
    given = [[line.split() for line in text.split(" / ")] for text in both]
    try:
        got = entity_f1(*given)
    except ZeroDivisionError:
        got, why = "a division by 0", "where nothing is there, found or right, F1 is 0: mind what you divide by"
    why = "F1 is a share: no per cent" if np.ndim(got) == 0 and got in (40, 50, 100) else why
    lesson.check(f"{both[0]}, found {both[1]}", got, want, tolerance=1e-4, likely=lambda got, why=why: why)
why = lambda got: "your function changed the caller's sentences: work on a copy"
lesson.check("the tags stay", [" / ".join(map(" ".join, lines)) for lines in given], both, likely=why)
### BEGIN HIDDEN TESTS
lesson.check("any type of name", got=entity_f1([["B-X", "I-X", "B-DISEASE"]], [["B-X", "O", "I-DISEASE"]]), want=0.5)
lesson.check("no names at all", got=entity_f1([["O", "O"]], [["O", "O"]]), want=0)
two = [["B-PER", "O"], ["O", "B-PER"], ["B-PER", "O"]]
lesson.check(
    "the same place in another sentence is another name",
    got=entity_f1(two, [["B-PER", "O"], ["O", "O"], ["O", "O"]]),
    want=0.5,
)
side_by_side = [["B-ORG", "I-ORG", "B-ORG", "B-PER"]]
lesson.check(
    "two companies side by side are two names",
    got=entity_f1(side_by_side, [["B-ORG", "I-ORG", "I-ORG", "B-PER"]]),
    want=0.4,
)
lesson.check(
    "an I- after O or after another type begins a name",
    got=entity_f1([["O", "B-LOC", "B-PER"]], [["O", "I-LOC", "I-PER"]]),
    want=1,
)
rng = np.random.default_rng(lesson.hidden_seed())
kept = rng.random((30, 4)) < 0.6  # each sentence: four names of two tokens, of which some are found
names, empty = [["B-PER", "I-PER"], ["B-LOC", "I-LOC"], ["B-PER", "I-PER"], ["B-PER", "I-PER"]], ["O", "O"]
true = [sum(names, []) for _ in kept]
called = [sum((name if keep else empty for name, keep in zip(names, row)), []) for row in kept]
lesson.check("any names", got=entity_f1(true, called), want=2 * kept.sum() / (kept.size + kept.sum()))
### END HIDDEN TESTS

# %% [markdown] id="entities-hints"
# <details><summary>Where do I start?</summary>Turn tags into a set of entities, each a tuple (sentence, start, end,
# type). F1 is then a matter of three lengths: of both sets and of what they share.</details>
# <details><summary>When does an entity end?</summary>At O, at B-, at an I- of another type, and at the end of the
# sentence. Append one "O" to a copy of each sentence and the last case is gone.</details>
# <details><summary>Two sentences</summary>Without the sentence's number in the tuple, names at the same place become
# one.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Finding nothing has a high token accuracy and an F1 of 0. Try `capitals` as well: it beats nothing
# by a little in tokens; in entities? Name the task before the number: what is one decision, and when is it right?
#
# </details>

# %% id="coin-story"
days, horizon = 2_000, 20  # a simulated share: each day up or down by 1 %, by a coin, so that nothing can be learnt
moves = np.random.default_rng(1).choice([-0.01, 0.01], days + horizon)
price = 100 * np.exp(np.cumsum(moves))
day, rises = np.arange(days)[:, None], price[horizon:] > price[:days]  # is it higher in 20 days?
model = KNeighborsClassifier(n_neighbors=3)  # asks: what was the answer on the nearest days in the training data?
shuffled = np.random.default_rng(seed).permutation(days)
tested, learnt = shuffled[:400], shuffled[400:]
predicted = model.fit(day[learnt], rises[learnt]).predict(day[tested])
print(f"random split: {measure.accuracy(rises[tested], predicted)}")
print(f"always the more frequent answer: {measure.accuracy(rises[tested], np.full(400, rises[learnt].mean() > 0.5))}")

# %% [markdown] id="time-task"
# ## Exercise 3 · "Stock price prediction, 92 % accuracy": is it right?
# *Difficulty ●●●○○ · about 9 minutes · 3 points · skill: splitting by time*
#
# A Chinese text on training in AI start-ups says so of a text classifier, without naming data. The cell above gets it for
# a **coin**, from the day's number; a text gives its day away by events. How? The label of day 100 looks 20 days ahead,
# that of day 101 too: 19 days are the same. A random split parts them into training and test.
#
# Write a split that prevents it. The label of day $d$ is known on day $d$ + `horizon`. Train on rows whose label is
# known by day `first_test`, test on rows from that day on.


# %% id="time-answer" nbgrader={"grade": false, "grade_id": "time-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def split_by_time(day: np.ndarray, horizon: int, first_test: int) -> tuple[np.ndarray, np.ndarray]:
    """Two bool arrays (rows,): which rows to train on, and to test on. `day` (rows,): each row's day, in any order."""
    ### BEGIN SOLUTION
    return day + horizon <= first_test, day >= first_test
    ### END SOLUTION


split_by_time(np.arange(6), horizon=1, first_test=4)  # expected: the first four rows, and the other two

# %% id="time-tests" nbgrader={"grade": true, "grade_id": "time-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
days = np.array([5, 0, 3, 8, 1, 4, 9, 2, 7, 6])
given = days.copy()
parts = [np.asarray(part) for part in split_by_time(given, horizon=3, first_test=6)]
form = lambda got: "a bool for each row, in the rows' own order: no days, no positions, no 0 and 1"
lesson.check("two arrays of bool", [f"{part.dtype} {part.shape}" for part in parts], ["bool (10,)"] * 2, likely=form)
lesson.check("the days stay", given, days, likely=lambda got: "`day.sort()` or `day += …` changes the caller's array")
trained, tested = (sorted(days[part].tolist()) for part in parts)
order = "rows come in any order: ask of each row's own day"
early = {(0, 1, 2): "day 3 is known on day 6: known by then, it may be used", (): "the gap is as long as the horizon"}
early |= {(0, 1, 2, 3, 4): "a day too many: day 4 is known on day 7", (6, 7, 8, 9): "training comes first in the pair"}
leak = "no gap: day 5 is known on day 8, in the test; what is known by day 6 is d + horizon ≤ 6"
early |= dict.fromkeys([(0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5, 6), tuple(range(10))], leak)
why = lambda got: early.get(tuple(got), order)
lesson.check("days to train on: 3 and earlier", trained, [0, 1, 2, 3], likely=why)
late = {(7, 8, 9): "the first day of the test is tested", (9,): "the gap lies before the test, not behind its start"}
late |= dict.fromkeys([(4, 5, 6, 7, 8, 9), (3, 4, 5, 6, 7, 8, 9)], "days of the gap belong to neither part")
late |= dict.fromkeys([(6, 7, 8), (6,)], "the test is all from its first day on")
lesson.check("days to test on: 6 and later", tested, [6, 7, 8, 9], likely=lambda got: late.get(tuple(got), order))
trained, tested = (np.asarray(part) for part in split_by_time(np.arange(10, 16), horizon=1, first_test=14))
why = lambda got: "days need not begin at 0: compare each row's day with `first_test`, as they are given"
lesson.check("days 10 to 15, horizon 1, first test 14: to train on", trained, [True] * 4 + [False] * 2, likely=why)
lesson.check("and to test on", tested, [False] * 4 + [True] * 2, likely=why)
### BEGIN HIDDEN TESTS
train_rows, test_rows = split_by_time(np.arange(30), horizon=5, first_test=20)
lesson.check(
    "labels that are known only during the test are left out",
    got=int(np.asarray(train_rows).sum()),
    want=16,
)
lesson.check("the test is whole", got=int(np.asarray(test_rows).sum()), want=10)
day_of_row = np.random.default_rng(lesson.hidden_seed()).integers(100, 160, 80)
train_rows, test_rows = split_by_time(day_of_row.copy(), horizon=7, first_test=140)
lesson.check("rows in any order", got=np.asarray(train_rows), want=np.array([d + 7 <= 140 for d in day_of_row]))
lesson.check("and their test", got=np.asarray(test_rows), want=np.array([d >= 140 for d in day_of_row]))
### END HIDDEN TESTS

# %% [markdown] id="time-hints"
# <details><summary>Where do I start?</summary>Compare arrays with numbers: <code>day >= first_test</code> is already
# the second answer.</details>
# <details><summary>Which rows are in neither?</summary>Those of the last days before the test, whose labels lie in it.
# They are left out.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Between training and test there is a gap as long as the horizon. scikit-learn's `TimeSeriesSplit`
# has `gap` for it, if there is a row a day; the next cell uses it.
#
# </details>

# %% id="time-found"
print("The coin, trained on the past and tested on the next 300 days:")
for learnt, tested in TimeSeriesSplit(n_splits=5, gap=horizon, test_size=300).split(day):
    predicted = model.fit(day[learnt], rises[learnt]).predict(day[tested])
    frequent = rises[learnt].mean() > 0.5
    score, base = (measure.accuracy(rises[tested], values) for values in (predicted, np.full(300, frequent)))
    print(f"  days {tested[0]:4} to {tested[-1]}: {score.value:.2f}, always the more frequent answer {base.value:.2f}")
lesson.quiz(
    "A supplier says: 'Our model predicts whether a share rises, accuracy 92 %.' Which question comes first?",
    {
        "Which model is it, and how many weights has it?": "A better model cannot mend a wrong test: a coin got "
        "there, with three neighbours.",
        "How many rows were tested, in all and of each class?": "You need that for an interval. But the coin's "
        "interval was narrow as well, and wrong.",
        "Which data, and how were they split?": "Without it the number says nothing. Then: the baseline "
        "on the same rows, and an interval that knows that 300 overlapping windows of 20 days tell about "
        "as much as 15 separate ones.",
    },
    answer="Which data, and how were they split?",
)

# %% [markdown] id="people"
# ## The same rigour for people
#
# Now the model is a training, and the rows are learners with a score before and after, from 0 to 1. Three ways to say
# what they gained:
#
# | measure | definition | answers |
# |---|---|---|
# | gain | mean post − mean pre | how many points? |
# | normalised gain (Hake 1998) | (post − pre) / (1 − pre), of the means | which share of what was still to learn? |
# | effect size | difference of means / spread (of pre; of two groups, pooled) | how far, measured by how people differ? |
#
# The cohort below is **simulated**: nobody took the course. None of the three knows what would have happened without
# it; 2-05 is about that.

# %% id="people-code"
names, weights = ("principles", "theory", "practice", "project"), (0.3, 0.2, 0.25, 0.15)
stages = [effect.Stage(name, weight, 0.5, 0.5, 12, 50) for name, weight in zip(names, weights)]  # 12 hours, 50 an hour
people = cohort.simulate(effect.TrainingEffect(stages, ceiling=1), learners=60, seed=4)
each = learners.gains(people)
print(f"gain             {measure.mean(each.gain)}")
print(f"normalised gain  {learners.normalised_gain(each.pre, each.post)}")
print(f"effect size      {learners.effect_size(each.pre, each.post)}")
print(f"hours for a point of 100: {learners.per_point(each.hours, each.pre, each.post)}")
print(f"money for a point of 100: {learners.per_point(each.cost, each.pre, each.post)}\n")
work = data.load("job_training").query("source == 'experiment'")
trained, untrained = (work.earnings_1978[work.treated == treated] for treated in (True, False))
print(
    "A real one, by lot (job_training): effect size on earnings", learners.effect_size(untrained, trained, paired=False)
)

# %% [markdown] id="items-task"
# ## Exercise 4 · The question that spoils the test
# *Difficulty ●●●○○ · about 11 minutes · 3 points · skill: item analysis*
#
# Scores are only as good as the questions. A question has a **difficulty**, the share that gets it right, and a
# **discrimination**: do those who know the rest get it right more often? Below 0 something is wrong with it: two
# answers may be right, or the key is.
#
# Write the discrimination of each question: the correlation of its answers with the sum of **all other** questions.
# Where there is nothing to correlate, because everybody got the same, it says nothing: return 0.


# %% id="items-answer" nbgrader={"grade": false, "grade_id": "items-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def discrimination(answers: np.ndarray) -> np.ndarray:
    """Correlation of each question with the sum of the others: shape (questions,).

    answers: (learners, questions), 0 or 1.
    """
    ### BEGIN SOLUTION
    rest = answers.sum(axis=1, keepdims=True) - answers
    x, y = answers - answers.mean(axis=0), rest - rest.mean(axis=0)
    spread = np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0))
    return np.divide((x * y).sum(axis=0), spread, out=np.zeros(answers.shape[1]), where=spread > 0)
    ### END SOLUTION


# expected: [0.45 -0.29 0.25]; those who get the second question right know the others less
discrimination(np.array([[0, 0, 0], [0, 0, 0], [1, 0, 1], [0, 0, 1], [0, 1, 0], [0, 0, 0]])).round(2)

# %% id="items-tests" nbgrader={"grade": true, "grade_id": "items-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
answers = np.array([[0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]])
given, want = answers.copy(), np.array([0.447214, -0.29277, 0.25, 0.0])
first = {0.8: "the sum holds the question itself: take it out", 0.1: "that is the covariance: divide by both spreads"}
first |= {-0.4472: "the sign is turned", 0.2: "that is the square of the correlation", 0.1667: "that is the difficulty"}
first |= {0.3333: "groups are no correlation", 0.5367: "one ddof for covariance and spreads", 0.45: "you rounded"}
second = {0.2928: "below 0 is a finding: keep it", 0.0: "below 0 is a finding: keep it", 0.4472: "leave out question i"}
first |= {
    0.6: "groups are no correlation",
    -1.0: "the sum is that of each learner, axis=1",
    -0.2: "not the next one: all",
}
first |= dict.fromkeys((0.1081, 0.1442, 0.3244, 0.4325), "one correlation with the sum, no mean or sum of several")
second |= {-0.3162: "all others count, those before the question and behind it, as they were given"}
second |= dict.fromkeys((-0.3098, -0.2981), "Pearson's correlation is asked, not that of ranks")
shapes = {(6,): "that is a number for each learner: take columns", (3,): "a question that all got right has its 0, too"}
shapes |= {(): "a number for each question, no mean", (4, 4): "with the sum of the others, not with each other one"}
last = lambda got: "where nothing changes, the answer is 0: ask for that before you divide" if got[3] != 0 else None
why = lambda got: shapes.get(np.shape(got)) or named(first)(got) or named(second)(got[1]) or last(got)
with np.errstate(all="ignore"):
    got, two = discrimination(given), discrimination(np.array([[0, 1], [1, 1], [0, 1]]))
lesson.check("six learners, four questions, of which all got the last right", got, want, tolerance=1e-5, likely=why)
lesson.check("the answers stay", given, answers, likely=lambda got: "your function changed the caller's answers")
why = lambda got: "where the sum of the others never changes, there is nothing to correlate with either"
lesson.check("two questions, the second got right by all", two, [0.0, 0.0], likely=why)
### BEGIN HIDDEN TESTS
short = data.load("exam_items").query("test == 'lsat6'").drop(columns="test").to_numpy()
want = learners.items(short).discrimination.to_numpy()
lesson.check("a short test", got=discrimination(short.copy()), want=want)
rng = np.random.default_rng(lesson.hidden_seed())
drawn = rng.integers(0, 2, (40, 5))
want = [np.corrcoef(drawn[:, i], np.delete(drawn, i, axis=1).sum(axis=1))[0, 1] for i in range(5)]
lesson.check("any answers", got=discrimination(drawn.copy()), want=np.array(want))
drawn[:, 2] = 0
with np.errstate(all="ignore"):
    got = discrimination(drawn.copy())
lesson.check("a question that nobody knows says nothing", got=float(got[2]), want=0)
want = [np.corrcoef(drawn[:, i], np.delete(drawn, i, axis=1).sum(axis=1))[0, 1] for i in (0, 1, 3, 4)]
lesson.check("and the others as before", got=[float(got[i]) for i in (0, 1, 3, 4)], want=want)
### END HIDDEN TESTS

# %% [markdown] id="items-hints"
# <details><summary>Where do I start?</summary>For question i: <code>rest = answers.sum(axis=1) - answers[:, i]</code>,
# then the correlation of <code>answers[:, i]</code> with it by <code>np.corrcoef(…)[0, 1]</code>.</details>
# <details><summary>I get nan</summary>One of the two never changes. Ask for <code>.std() == 0</code> first.</details>
# <details><summary>Why without itself?</summary>A question agrees with itself. Of 100 questions that is little; of five
# it is a fifth of the sum.</details>
#
# <details><summary><b>What you found</b></summary>
#
# In a short test, leaving the question out of the sum decides: the next cell prints both for a real
# one.
#
# </details>

# %% id="items-picture"
figure, axes = figures.new(height=3.8)
for (name, table), marker in zip(data.load("exam_items").groupby("test"), "os"):
    table = table.drop(columns="test")
    result = learners.items(table)
    reach = [result.discrimination - result.discrimination_low, result.discrimination_high - result.discrimination]
    axes.errorbar(result.difficulty, result.discrimination, reach, fmt=marker, capsize=3, label=name)
    with_itself = [np.corrcoef(table[question], table.sum(axis=1))[0, 1] for question in table]
    print(
        f"{name}: discrimination {result.discrimination.round(2).tolist()}, with itself "
        f"{np.round(with_itself, 2).tolist()}"
    )
    print(f"  reliability {learners.reliability(table)}")
axes.axhline(0.2, color=figures.TEXT, linewidth=1, label="usual lower limit")
axes.set(xlabel="difficulty: share that is right", ylabel="discrimination", ylim=(0, 0.4))
axes.set_title("All questions of lsat6 lie below 0.2, four of five of lsat7 above")
figure.legend(loc="outside lower center", ncols=3)
figures.show(
    figure,
    alt="Discrimination against difficulty of five questions of two tests, with intervals. All five of lsat6 lie "
    "below 0.2, the usual lower limit, four of lsat7 above it. The easiest questions discriminate least.",
)

# %% id="lecturers-picture"
ratings = data.load("instructor_ratings")
result = measure.pooled(ratings.rating, ratings.lecturer)
figure, axes = figures.new(height=3.8)
axes.scatter(result.table["count"], result.table["mean"], s=8, alpha=0.6)
axes.axhline(result.centre.value, color=figures.COLOURS[1], linewidth=2, label="mean of all")
axes.legend(loc="upper right")
axes.set(xscale="log", xlabel="ratings of the lecturer (log scale)", ylabel="mean rating, 1 to 5")
axes.set_xticks([10, 30, 100, 300], labels=["10", "30", "100", "300"])
axes.set_title("Means lie further apart where ratings are few")
figures.show(
    figure,
    alt="Mean rating of 1,128 lecturers against the number of their ratings, from 10 to 792. The means of "
    "lecturers with few ratings reach from 1.4 to 4.6; those of lecturers with more than 200 from 2.0 to "
    "4.2, around a line at 3.24.",
)
print(result)

# %% [markdown] id="shrink-task"
# ## Exercise 5 · Who is the best of 1,128 lecturers?
# *Difficulty ●●●○○ · about 10 minutes · 3 points · skill: partial pooling*
#
# Students of ETH Zurich rated lecturers from 1 to 5. True means differ by a standard deviation $\tau$ (`between`),
# ratings of one lecturer by $\sigma$ (`within`). A mean of $n$ ratings then has two sources of **variance**: $\tau^2$,
# which is real, and $\sigma^2/n$, which is luck.
#
# The best guess trusts the mean by the real share of its variance, and fills up with the mean of all:
#
# $$\text{effect} = t \cdot \text{mean} + (1 - t) \cdot \text{centre}, \qquad t = \;?$$
#
# Work out $t$ and write it. Where nobody has rated, the mean is nan; the best guess is not.


# %% id="shrink-answer" nbgrader={"grade": false, "grade_id": "shrink-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def shrunk(mean: np.ndarray, count: np.ndarray, centre: float, between: float, within: float) -> np.ndarray:
    """Pooled means (groups,). mean, count: (groups,); between, within: standard deviations, above 0."""
    ### BEGIN SOLUTION
    trust = count * between**2 / (count * between**2 + within**2)
    return centre + trust * np.where(count > 0, mean - centre, 0)
    ### END SOLUTION


# expected: [4.  4.8]: one rating is trusted by half, nine by nine tenths
shrunk(np.array([5.0, 5.0]), np.array([1, 9]), centre=3.0, between=1.0, within=1.0)

# %% id="shrink-tests" nbgrader={"grade": true, "grade_id": "shrink-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
mean, count = np.array([5.0, 2.5, np.nan, 5.0]), np.array([12, 36, 0, 1])
given, spreads = mean.copy(), {"centre": 3.0, "between": 0.5, "within": 3.0}
slips = {4.3333: "variances add up, not standard deviations: square both spreads", 4.5: "t and 1 − t are interchanged"}
slips |= {3.0541: "the luck in a mean of n ratings is σ²/n: n is missing", 4.9954: "τ and σ are interchanged"}
slips |= dict.fromkeys((3.7321, 3.6679), "variances add up, τ² + σ²/n; not their roots")
slips |= {3.1757: "the variance of a mean is σ²/n, not σ²/√n", 4.8462: "t depends on both spreads"}
slips |= {4.6: "t is τ² / (τ² + σ²/n): τ is missing, or a square", 4.1429: "τ² is missing", 4.9592: "σ² is missing"}
slips |= {0.25: "that is t; the pooled mean is asked", 1.25: "the part of the centre is missing", 5.0: "no t at all"}
slips |= {4.25: "the centre counts 1 − t", 4.375: "fill up with `centre`, which is given", 4.0: "t depends on n"}
slips |= {3.6667: "the whole variance is τ² + σ²/n; t is the part of it that is real"}
close = lambda got: (
    "you rounded" if np.allclose(got, want, atol=0.0505) else "t is that of each group's own n, as it is given"
)
empty = "0 · nan is nan: take the centre where nobody has rated"
ends = lambda got: empty if not got[2] == 3 else "a rating is trusted, too" if got[3] == 3 else close(got)
why = lambda got: "a pooled mean for each group" if np.shape(got) != (4,) else named(slips, 5e-4)(got) or ends(got)
want = np.array([3.5, 2.75, 3.0, 3.054054])
with np.errstate(all="ignore"):
    got = shrunk(given, count.copy(), **spreads)
lesson.check("12, 36, no and one rating; τ = 0.5, σ = 3: t is 1/4, 1/2, …", got, want, tolerance=1e-5, likely=why)
lesson.check("the means stay", given[2:], mean[2:], likely=lambda got: "`mean[…] = …` changes the caller's array")
got = shrunk(np.array([5.0, 5.0]), np.array([1, 9]), 3.0, 1.0, 1.0)
lesson.check("one rating and nine, where lecturers differ as much as ratings do", got, np.array([4.0, 4.8]))
### BEGIN HIDDEN TESTS
lesson.check(
    "spreads that are not 1",
    got=shrunk(np.array([5.0, 2.0]), np.array([4, 16]), 3.0, 0.5, 2.0),
    want=np.array([3.4, 2.5]),
)
lesson.check(
    "a lecturer without ratings gets the mean of all",
    got=shrunk(np.array([np.nan, 4.0]), np.array([0, 1]), 3.0, 1.0, 1.0),
    want=np.array([3.0, 3.5]),
)
known = measure.pooled(ratings.rating, ratings.lecturer)
got = shrunk(
    known.table["mean"].to_numpy(), known.table["count"].to_numpy(), known.centre.value, known.between, known.within
)
lesson.check("all 1,128", got=got, want=known.table.effect.to_numpy())
drawn = np.random.default_rng(lesson.hidden_seed()).uniform(0.2, 3, 2)
got = shrunk(np.array([4.0]), np.array([7]), 2.0, *drawn)
lesson.check("any spreads", got=got, want=np.array([2 + 2 / (1 + drawn[1] ** 2 / (7 * drawn[0] ** 2))]))
### END HIDDEN TESTS

# %% [markdown] id="shrink-hints"
# <details><summary>Where do I start?</summary>The variance of a mean of n ratings around the centre is τ² + σ²/n. Which
# part of it is real?</details>
# <details><summary>And t?</summary>t = τ² / (τ² + σ²/n). Multiply both by n, and n = 0 does no harm.</details>
# <details><summary>I get nan</summary>0 · nan is nan. Take the centre where <code>count</code> is 0, by
# <code>np.where</code>.</details>
#
# <details><summary><b>What you found</b></summary>
#
# The same formula pools the trainers of your own course, `learners.trainers`, and it is what
# `cohort.fit` takes for $E$. But is the pooled number nearer to the truth? Half of the ratings can tell.
#
# </details>

# %% id="best-code"
half = np.random.default_rng(seed).random(len(ratings)) < 0.5
first = measure.pooled(ratings.rating[half], ratings.lecturer[half]).table
others = ratings[~half].groupby("lecturer").rating.mean().reindex(first.index)
guesses = {"own mean": first["mean"], "pooled": first.effect, "mean of all": first.effect.mean()}
for name, guess in guesses.items():
    print(f"{name:12} squared error of what the other half of the ratings says: {((guess - others) ** 2).mean():.3f}")
top = first.nlargest(10, "mean").index
own, pooled, later = (values[top].mean() for values in (first["mean"], first.effect, others))
print(f"the ten best by half of the ratings: own mean {own:.2f}, pooled {pooled:.2f}, by the other half {later:.2f}\n")
print(result.table.nlargest(4, "effect").round(2).to_string())
spread = result.between * np.sqrt(1 - result.table.trust)  # of a lecturer's true mean around the effect
possible = np.random.default_rng(seed).normal(result.table.effect, spread, (draws, len(spread)))
winner = result.table.effect.argmax()
better = (possible > possible[:, [winner]]).sum(axis=1)  # lecturers who may be better than the first of this list
print(f"\nThe first is the best of all with a chance of {(better == 0).mean():.0%}, and ", end="")
print(f"among the best fifty with one of {(better < 50).mean():.0%}.")

# %% [markdown] id="kirkpatrick"
# Nobody can name the best lecturer, and a prize for the highest mean would go to luck. "Among the best fifty" can be
# said.
#
# ## Four levels
#
# Ratings are what learners **say**. Kirkpatrick (1959) asks four questions of a training, each harder and worth more:
# did they like it (reaction), did they learn it (learning), do they use it (behaviour), and did it help the
# company (results)? Ratings measure the first only. Below, our simulated cohort, with what is missing said plainly. In
# the experiment of `job_training` it is the other way round: its level 4, earnings by lot, is known, and nobody asked
# whether people liked it.

# %% id="kirkpatrick-code"
print(learners.kirkpatrick(people).round(3).to_string())
ends = stats.ttest_ind(trained, untrained, equal_var=False).confidence_interval()
money = trained.mean() - untrained.mean()
print(f"\njob_training, level 4: {money:+,.0f} dollars in 1978 (95 % interval {ends.low:,.0f} to {ends.high:,.0f})")

# %% [markdown] id="remember"
# ## What to remember
#
# - A score has an interval, a baseline, and a split that you can name. Otherwise it is not a result.
# - An interval promises to hold the truth in 95 % of cases. Test it; for shares take Wilson's.
# - Name the decision before the measure: entities, not tokens; calibration where you act on probabilities.
# - What comes in time is split by time, with a gap as long as the label looks ahead.
# - People are measured with the same care: questions by discrimination, trainers by partial pooling, a course by what
#   it changed, not by how it was liked.

# %% [markdown] id="open-question-task"
# ## Open question
#
# A provider writes: "Our trainers are rated 4.6 of 5 (12 answers). Learners rose from 42 to 70 points. Their models
# predict churn with 92 % accuracy." Judge the three claims. What do you ask before you buy, and what will you measure
# of your own first cohort, on which of Kirkpatrick's levels? (About 150 words.)
#
# *Rubric, 4 points:* the three claims are judged one by one, with the normalised gain or an interval computed (1) · a
# baseline and a split are asked for behind 92 % (1) · 4.6 from 12 answers is shrunk, or level 1 is told from level 2
# (1) · a plan that measures level 3 or 4 with something to compare with (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# 4.6 from 12 answers is level 1, and mostly luck at the top: with the spreads of the lecturers above, twelve ratings
# are trusted by about 0.7, so I would expect 4.2. From 42 to 70 is a normalised gain of 28 / 58 = 0.48, which is good,
# but on whose test, and how many learners? I ask for the number of learners and the reliability of the test, to get an
# interval. 92 % says nothing: if 8 % of customers churn, "nobody churns" has it too. I ask for the share that churns,
# and how the data were split in time; third, for the scores of a group that waited. For my own cohort: two teams, one
# starts three months later. Level 1 a survey of five questions, level 2 the same test before and after for both teams,
# level 3 the share who use it on the job after 30 days, level 4 hours saved per ticket, as difference in differences
# between the teams, each with an interval.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - L. D. Brown, T. T. Cai, A. DasGupta, *Interval Estimation for a Binomial Proportion*, Statistical Science 16 (2001):
#   why not Wald, with pictures like ours.
# - E. Tjong Kim Sang, F. De Meulder, *Introduction to the CoNLL-2003 Shared Task* (2003): the data, and F1 over
#   entities.
# - C. Guo and others, *On Calibration of Modern Neural Networks*, ICML 2017: why large models are too sure.
# - R. R. Hake, *Interactive-engagement versus traditional methods*, American Journal of Physics 66 (1998): the
#   normalised gain of 6,542 students.
# - B. Efron, C. Morris, *Stein's Paradox in Statistics*, Scientific American 236 (1977): shrinkage, told with baseball.
# - D. L. Kirkpatrick, *Evaluating Training Programs* (1994): the four levels, with forms to copy.

# %% [markdown] id="title"
# # 4-07 · Industry insight: from public tables to a decision
#
# You will take a start-up's question, "shall we change our market?", through sales, calls, a survey, news and a market
# size to a decision, and find out how often such insights come true.

# %% [markdown] id="objectives"
# **Questions.** Did sales fall, or were there fewer Saturdays? Is that jump a break, or did somebody look for it? Whom
# does a survey speak for? How wide is an honest market size? When is a study worth its price?
#
# **Afterwards you can**
# 1. compare two periods like with like, with an interval;
# 2. test a break that was found by looking;
# 3. weight a survey, or a check of what a model did, to known margins;
# 4. read a range made of assumptions, and which of them makes it wide;
# 5. price a study before you pay for it, and test your insights on the past.

# %% [markdown] id="why"
# **Why a start-up cares.** Yours sells software that takes orders by phone to restaurants: six developers, three years
# of money. A founder wants to turn to the help desks of banks. The switch costs two million euros, and the
# slides that argue for it are made of four things: a chart, a survey, headlines and a market size. Each has a usual
# mistake. Here each stands beside what is left without it.
# The lesson ends with one page that you can send.

# %% id="imports"
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import cohen_kappa_score

from trainlib import data, figures, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
draws = 2_000  # of bootstraps, shuffles and scenarios
news_rows = 600  # articles that are clustered
clusters = 5  # groups of articles
read_each = 30  # articles of each group that somebody reads
encoder = "minilm"  # turns a text into a vector
writer = "smollm2"  # names the groups; "tiny-gpt" shows the mechanics, and knows nothing
hires = {"Germany": 3, "United Kingdom": 2, "India": 1}  # where the developers are to work: a plan, so known
euros_a_dollar = 1.2  # of today for one of the survey's year: assumed
banks = (100, 300)  # large banks that could buy, 5 % and 95 %: assumed, as all pairs
calls_ratio = (0.25, 1.0)  # calls of a bank, for each call of ours
solved = (0.05, 0.30)  # share of the calls that software ends without a person
price = (0.15, 0.60)  # euros for such a call
offered = 50  # banks that you would offer it to
yes = (1.5, 13.5)  # Beta distribution of the chance that one buys: a mean of 0.10, from talks
margin = 0.6  # share of the price that stays with you
overhead = 2.0  # what a developer costs, for each dollar of pay
restaurants = 250_000  # euros of profit in three years if you stay
ask_price = 4_000  # euros to ask one bank, in earnest
seed = 0  # of everything that is drawn

# %% [markdown] id="data-intro"
# ## Four public tables, and what they are not
#
# | table | is | is not |
# |---|---|---|
# | `pizza_sales` | a year of dated sales, 2015 | real: its makers invented it |
# | `bank_calls` | a real desk's calls, 164 days of 2003 | more than one bank |
# | `developer_survey` | 5,594 answers, about 2017 | a sample of all developers |
# | `news_topics` | BBC articles with the BBC's topics | dated, so it holds no trend |
#
# Public tables are old and from elsewhere. The methods carry over to your tables, the figures do not. Where something
# is assumed, it stands in the parameters cell above, so that you can put in your own.

# %% id="sales-load"
pizzas = data.load("pizza_sales")
sales = pizzas.groupby("date").price.sum()  # of each open day; closed days are not there
quarter, weekday = sales.index.quarter.to_numpy(), sales.index.day_of_week.to_numpy()  # Monday is 0
table = sales.groupby(quarter).agg(["sum", "size"])
for number in (2, 3, 4):
    change = table["sum"][number] / table["sum"][number - 1] - 1
    print(f"quarter {number}: {table['sum'][number]:,.0f} dollars on {table['size'][number]} days, {change:+.1%}")
closed = pd.date_range(sales.index[0], sales.index[-1]).difference(sales.index)
print("closed in quarter 4:", closed[closed.quarter == 4].strftime("%a %d %B").tolist())
print("by weekday, from Monday:", sales.groupby(weekday).mean().round().astype(int).tolist())

survey = data.load("developer_survey")
pay = survey.groupby("country").salary.agg(["size", "mean", "std"]).round()
print(pay.astype(int).to_string())
print(f"all answers: {survey.salary.mean():,.0f} dollars ± {1.96 * survey.salary.sem():,.0f}")

# %% [markdown] id="change-task"
# ## Exercise 1 · Like with like
# *Difficulty ●●○○○ · about 10 minutes · skill: comparing periods · 3 points*
#
# "Sales fell by 3 % in the last quarter." The total mixes three things: how well it sold, how many days were open, and
# which. Four of the five days closed in it were Mondays, and a Friday sells 1.4 times as much as a Sunday.
#
# Compare **usual weeks**. For each weekday that occurs in both periods take its mean in each; let $\bar w_\text{early}$
# and $\bar w_\text{late}$ be the means over these weekdays. The change is $\bar w_\text{late} / \bar w_\text{early} - 1$.
# Guess its sign for quarter 4 first.


# %% id="change-answer" nbgrader={"grade": false, "grade_id": "change-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def like_with_like(sales: np.ndarray, weekday: np.ndarray, late: np.ndarray) -> float:
    """Relative change of a usual week from the early to the late period, such as 0.02 for 2 % more.

    `sales` (days,): takings; `weekday` (days,): whole numbers; `late` (days,): whether a day is in the late period.
    """
    ### BEGIN SOLUTION
    days = pd.DataFrame({"sales": sales, "weekday": weekday, "late": late})
    usual = days.groupby(["weekday", "late"]).sales.mean().unstack().dropna().mean()
    return float(usual[True] / usual[False] - 1)
    ### END SOLUTION


late = np.array([False, False, True, True, True])
print(like_with_like(np.array([10.0, 30, 12, 30, 34]), np.array([0, 5, 0, 5, 5]), late))  # expected: 0.1
last = quarter >= 3
print(f"quarter 4, like with like: {like_with_like(sales.to_numpy()[last], weekday[last], quarter[last] == 4):+.1%}")

# %% id="change-tests" nbgrader={"grade": true, "grade_id": "change-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
late = np.array([False] * 4 + [True] * 6)
ten, days = np.array([10.0, 14, 20, 40, 12, 22, 26, 40, 44, 54]), np.array([0, 0, 1, 5, 0, 1, 1, 5, 5, 5])
slips = {
    1.357143: "those are totals, of days or of weekdays: the late period has more days",
    0.571429: "that is the mean over days: the late period has three Saturdays",
    0.116667: "that is the mean of the weekdays' changes: take the mean week of each period first, then one ratio",
    -0.121951: "late over early, not the other way round",
    0.121951: "divide by the early week, not by the late one",
    **dict.fromkeys([3.333333, -3.333333], "the relative change: divide by the early week"),
    1.138889: "the change is the ratio minus 1",
    0.130053: "the ratio minus 1, not its logarithm",
    13.888889: "a share, not per cent",
    **dict.fromkeys([0.119048, 0.140625, 0.151163], "each weekday counts alike, however often it occurs"),
    0.057143: "the mean of each weekday, not its first day alone",
    0.111111: "the mean of each weekday, not its median",
    **dict.fromkeys([0.15, 0.125, 0.2, 0.0], "all weekdays that both periods have: here Monday, Tuesday and Saturday"),
    **dict.fromkeys([0.14, 0.1389, 0.139], "do not round"),
}
got = like_with_like(ten.copy(), days.copy(), late.copy())
lesson.check(
    "two periods with other weekdays: 5/36", got, want=5 / 36, likely=lambda got: lesson.slip(got, slips, 5e-6)
)
only = "compare the weekdays that occur in both periods: here Tuesday alone"
four, late = np.array([10.0, 20, 24, 60]), np.array([False, False, True, True])
got = like_with_like(four.copy(), np.array([0, 1, 1, 2]), late.copy())
lesson.check("a weekday that one period lacks is left out: 0.2", got, want=0.2, likely=lambda got: only)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for early_days, late_days in ((range(7), range(7)), ((0, 2, 3, 6), (0, 1, 2, 3, 4)), ((4, 5), (5, 4, 3))):
    both = sorted({*early_days} & {*late_days})
    drawn = {
        (day, part): rng.uniform(50, 250, rng.integers(1, 6))
        for part in (0, 1)
        for day in (early_days, late_days)[part]
    }
    rows = [(value, day, part == 1) for (day, part), values in drawn.items() for value in values]
    rows = [rows[place] for place in rng.permutation(len(rows))]
    week = [np.mean([drawn[day, part].mean() for day in both]) for part in (0, 1)]
    columns = [np.array(column) for column in zip(*rows)]
    lesson.check("drawn periods and weekdays", got=like_with_like(*columns), want=week[1] / week[0] - 1)
### END HIDDEN TESTS

# %% [markdown] id="change-hints"
# <details><summary>Where do I start?</summary>With a table of three columns and
# <code>groupby(["weekday", "late"])</code>. <code>unstack()</code> puts the two periods side by side.</details>
# <details><summary>How do I leave out a weekday?</summary>After <code>unstack()</code> a weekday that one period lacks
# holds NaN: <code>dropna()</code> before the mean over weekdays.</details>
#
# <details><summary><b>What you found</b></summary>The total fell by 2.9 %, a usual week rose by 0.2 %. What fell was the
# number of open days.</details>
#
# ## Trend and season, with an interval
#
# A regression does the same for a whole year: takings = weekday + trend. Days within a week may hang together, so the
# interval comes from **whole weeks** drawn again and again. Before you run it: this year is invented. Will a trend be
# found? And is a forecast for the last quarter, made without it, right as often as it says?

# %% id="trend-code"
day_number = (sales.index - sales.index[0]).days.to_numpy()
columns = np.column_stack([weekday[:, None] == np.arange(7), day_number / 91])  # a mean of each weekday, and quarters
week, takings = day_number // 7, sales.to_numpy()
members = [np.flatnonzero(week == number) for number in np.unique(week)]
random = np.random.default_rng(seed)
slopes = []
for _ in range(draws // 4):
    rows = np.concatenate([members[number] for number in random.integers(len(members), size=len(members))])
    slopes.append(np.linalg.lstsq(columns[rows], takings[rows], rcond=None)[0][-1])
slope = np.linalg.lstsq(columns, takings, rcond=None)[0][-1]
low, high = np.percentile(slopes, [2.5, 97.5]) / takings.mean()
print(f"trend: {slope / takings.mean():+.2%} a quarter (95 %: {low:+.2%} to {high:+.2%})")

past, future = quarter < 4, quarter == 4
usual, left = columns[:, :7], np.linalg.lstsq(columns[past, :7], takings[past], rcond=None)[0]
errors = takings - usual @ left
width = stats.norm.ppf(0.975) * errors[past].std(ddof=7)
inside = np.abs(errors[future]) < width
print(f"a day of quarter 4: ± {width:,.0f} dollars, holds {measure.proportion(inside.sum(), inside.size)} of its days")
total = takings[future].sum() / (usual @ left)[future].sum() - 1
print(f"all of quarter 4: {total:+.1%} against the forecast for its open days")

# %% [markdown] id="break-intro"
# <details><summary><b>What you found</b></summary>The trend is -0.2 % a quarter, and its interval, -2.3 to +1.9 %, holds 0: none is shown,
# in either direction. The forecast "as on the same weekday before" is 0.3 % off in sum. For single days its 95 % interval holds 87 %
# (79 to 93): errors of the past are not all errors there are. One year cannot say whether December is always so: a season needs several.</details>
#
# ## The other market: a bank's calls
#
# Each day's calls, divided by the mean of its weekday. Somebody has circled a date in the chart of the slide: "from
# here on, fewer calls". How would you know? For every date with 20 days or more on both sides compute the gap between the mean before and
# after, in standard errors (a t value). The largest is the slide's date.


# %% id="break-code"
desk = data.load("bank_calls")
calls = desk.groupby(desk.time.dt.normalize()).calls.sum()  # of each weekday
index = calls / calls.groupby(calls.index.day_of_week).transform("mean")
weekly = index.resample("W").mean()


def gaps(series: np.ndarray, trim: int) -> np.ndarray:
    """t values (…, dates) of mean after minus mean before, for each date with `trim` values or more on both sides."""
    number = series.shape[-1]
    first = np.arange(trim, number - trim + 1)
    sums, squares = np.cumsum(series, axis=-1), np.cumsum(series**2, axis=-1)
    before, total = sums[..., first - 1] / first, sums[..., -1:]
    after = (total - sums[..., first - 1]) / (number - first)
    rest = squares[..., -1:] - first * before**2 - (number - first) * after**2
    return (after - before) / np.sqrt(rest / (number - 2) * (1 / first + 1 / (number - first)))


observed = gaps(index.to_numpy(), trim=20)
place = np.abs(observed).argmax()
alone = 2 * stats.t.sf(np.abs(observed[place]), len(index) - 2)
print(f"strongest date: {index.index[place + 20]:%d %B}, t = {observed[place]:.2f}, p = {alone:.4f} by the usual table")

# %% [markdown] id="break-task"
# ## Exercise 2 · The date was chosen by looking
# *Difficulty ●●●○○ · about 12 minutes · skill: break tests · 3 points*
#
# The usual table answers: how often is the gap at **one date, fixed before**, this large by chance? But the date was
# picked from the 125 that the cell tried. So let chance pick, too: shuffle the series, search it in the same way, and see how often its
# **strongest** gap is at least as strong as yours, up or down.
#
# $$p = \frac{1 + \#\{\text{shuffles whose strongest} \ge \text{observed strongest}\}}{1 + \#\text{shuffles}}$$
#
# The 1 counts your series itself, so p is never 0. `observed` (dates,) holds t values, `shuffled` (shuffles, dates)
# those of shuffled series.


# %% id="break-answer" nbgrader={"grade": false, "grade_id": "break-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def searched_p(observed: np.ndarray, shuffled: np.ndarray) -> float:
    """The p value of the strongest t value in `observed` (dates,), against `shuffled` (shuffles, dates)."""
    ### BEGIN SOLUTION
    strongest = np.abs(shuffled).max(axis=1)
    return float((1 + np.sum(strongest >= np.abs(observed).max())) / (1 + len(shuffled)))
    ### END SOLUTION


print(searched_p(np.array([1.0, -3.0]), np.array([[0.5, 1.0], [3.5, 0.2], [-1.0, 2.0]])))  # expected: 0.5
random = np.random.default_rng(seed)
for name, series, trim in (("days", index, 20), ("weeks", weekly, 5)):
    tried = gaps(random.permuted(np.tile(series, (draws, 1)), axis=1), trim)
    print(f"{name} shuffled: p = {searched_p(gaps(series.to_numpy(), trim), tried):.3f}")

# %% id="break-tests" nbgrader={"grade": true, "grade_id": "break-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
three = np.array([0.4, -2.0, 1.1])
thirteen = [
    [1.5, 0.2, 2.5],
    [-1.5, -1.5, 1.2],
    [-2.9, -0.9, 0.6],
    [-1.1, 0.8, -1.5],
    [-0.3, 1.6, 2.0],
    [-1.0, 0.0, -0.8],
    [-1.6, 1.1, 1.8],
    [-1.2, 0.9, 0.8],
    [-2.0, -1.0, 1.8],
    [-1.9, -2.0, -2.7],
    [1.9, 1.0, -3.5],
    [-0.7, 0.3, -3.0],
    [-2.0, -1.3, -0.4],
]
slips = {
    **dict.fromkeys([2 / 14, 1 / 13, 1 / 14], "that looks at one date in each shuffle: chance may pick its own best"),
    6 / 14: "at least as strong: >=, and a tie counts",
    **dict.fromkeys([8 / 13, 9 / 13, 8 / 14], "the series itself counts above and below the line: 1 + … over 1 + …"),
    **dict.fromkeys([3 / 14, 2 / 13], "up or down: take the size of the t values in the shuffles, too"),
    7 / 14: "up or down: a strong rise counts as a strong fall does",
    **dict.fromkeys(
        [13 / 14, 1.0], "your strongest gap is -2.0: its size counts, not its sign, and it alone is compared"
    ),
    **dict.fromkeys(
        [5 / 14, 5 / 13], "that is 1 − p: count the shuffles that are as strong, not those that are weaker"
    ),
    **dict.fromkeys([10 / 14, 23 / 14], "a shuffle counts once, however many of its dates are strong"),
    **dict.fromkeys([10 / 40, 9 / 39], "count shuffles, not dates"),
    4 / 14: "the strongest date of each shuffle, a row: axis=1",
    11 / 14: "the strongest date of each series, not its mean",
    18 / 14: "not doubled: sizes count up and down already",
    9 / 4: "below the line stands 1 + the number of shuffles, not of dates",
    **dict.fromkeys([0.64, 0.643], "do not round"),
    **dict.fromkeys([8, 9], "a share of the shuffles, not their number"),
}
got = searched_p(three.copy(), np.array(thirteen))
lesson.check(
    "thirteen shuffles of three dates: 9/14", got, want=9 / 14, likely=lambda got: lesson.slip(got, slips, 2e-4)
)
never = {0: "add the series itself: p is never 0", 1.0: "a shuffle that is weaker does not count"}
got = searched_p(np.array([-9.0, 0.0]), np.array(thirteen)[:, :2])
lesson.check("stronger than all thirteen shuffles: 1/14", got, want=1 / 14, likely=never)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for shuffles, dates in ((9, 4), (40, 11), (99, 2)):
    tried = np.round(rng.normal(size=(shuffles, dates)), 1)
    own = np.round(rng.normal(size=dates), 1)
    own[rng.integers(dates)] = -1.7
    found = sum(max(abs(value) for value in row) >= max(abs(value) for value in own.tolist()) for row in tried.tolist())
    lesson.check("drawn shuffles", got=searched_p(own.copy(), tried.copy()), want=(1 + found) / (1 + shuffles))
### END HIDDEN TESTS

# %% [markdown] id="break-hints"
# <details><summary>Where do I start?</summary>With one number for each shuffle: its strongest date,
# <code>np.abs(shuffled).max(axis=1)</code>.</details>
# <details><summary>Why does p differ between days and weeks?</summary>Shuffling days makes them independent. Are they?
# The next cell looks.</details>
#
# A shuffle says what chance does **if the order did not matter**. Days of one week are alike, for one because the first
# days of a month are busy. So the next cell makes series in which nothing ever breaks but neighbours are as alike as here, and
# counts how often each test finds a "break". An honest test at 5 % finds one in 20.

# %% id="alarms-code" jupyter={"source_hidden": true}
# What three tests find where nothing breaks, and the calls of each week
alike = index.autocorr()
random = np.random.default_rng(seed)
noise = random.normal(size=(draws, 165))
calm = np.empty_like(noise)  # made: no break, and each day like the one before
calm[:, 0] = noise[:, 0]
for day in range(1, noise.shape[1]):
    calm[:, day] = alike * calm[:, day - 1] + np.sqrt(1 - alike**2) * noise[:, day]
plain = random.normal(size=(draws, 165))  # what shuffling makes of it
by_week = [series.reshape(draws, 33, 5).mean(axis=2) for series in (calm, plain)]
found_days, chance_days = (np.abs(gaps(series, 20)).max(axis=1) for series in (calm, plain))
found_weeks, chance_weeks = (np.abs(gaps(series, 5)).max(axis=1) for series in by_week)
tests = {
    "usual table at the strongest date": found_days > stats.t.ppf(0.975, 163),
    "searched, days shuffled": found_days > np.percentile(chance_days, 95),
    "searched, weeks shuffled": found_weeks > np.percentile(chance_weeks, 95),
}
made_weeks = np.mean([np.corrcoef(series[1:], series[:-1])[0, 1] for series in by_week[0]])
print(
    f"correlation of a day with the one before: {alike:.2f}; of a week: {weekly.autocorr():.2f}, made: {made_weeks:.2f}"
)
busy = index[index.index.day <= 5].mean() / index[index.index.day > 5].mean() - 1
print(f"days 1 to 5 of a month: {busy:+.0%} calls against its other days")
for name, found in tests.items():
    print(f"{name}: a break is found where there is none in {measure.proportion(found.sum(), draws)}")

figure, axes = figures.new(width=7.5, height=3.4)
axes.plot(weekly.index, weekly, marker="o", markersize=4, label="mean of a week")
circled = index.index[place + 20]
for part in (index[index.index < circled], index[index.index >= circled]):
    axes.hlines(part.mean(), part.index[0], part.index[-1], color=figures.COLOURS[1], linestyle="--")
axes.axvline(circled, color=figures.TEXT, linestyle=":", label="strongest date")
axes.set(
    xlabel="2003", ylabel="calls, usual weekday = 1", title="A date that was looked for is found", ylim=(0.9, 1.22)
)
axes.legend(loc="upper right", ncols=2)
alt = "Calls of each week of 2003 from March to October, relative to a usual weekday, between 0.92 and 1.11. The strongest "
figures.show(
    figure, alt=alt + "date is in early April, dotted; the means before and after, dashed, differ by about 5 per cent."
)

# %% [markdown] id="survey-intro"
# <details><summary><b>What you found</b></summary>The usual table gives p = 0.0003, the search with days shuffled 0.007, with weeks shuffled
# 0.35. Where nothing breaks and days are alike, the first finds a break in 96 % of the series, the second in 71 %, the third in about 15 %: still
# three times what it promises, so even 0.35 is rather too small (by less than there: made weeks are more alike, 0.23 to 0.14). No break is shown.</details>
#
# ## Whom does a survey speak for?
#
# The switch needs six developers. What do they earn? Half of the survey's rows are from the United States, and nobody
# plans to hire there. `hires` in the parameters cell is your plan: margins that are known, as you chose them. For a
# population that you do not choose, take an office of statistics' table, and say which.

# %% [markdown] id="weight-task"
# ## Exercise 3 · Weights, and what is left of the interval
# *Difficulty ●●●○○ · about 12 minutes · skill: survey weights · 3 points*
#
# **Post-stratification**: take each group's mean, and weigh it by the group's share $W_g$ of those whom you ask about,
# not of those who answered. $s_g^2$ is the sample variance (divided by $n_g - 1$) of the $n_g$ answers of group $g$:
#
# $$\bar y = \sum_g W_g\, \bar y_g \qquad \text{standard error} = \sqrt{\sum_g W_g^2\, s_g^2 / n_g}$$
#
# `shares` may be counts, as `hires` is: divide by their sum. Answers of groups that are not in it do not count. A
# group in it with fewer than two answers has no variance: raise a `ValueError`.


# %% id="weight-answer" nbgrader={"grade": false, "grade_id": "weight-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def weighted_mean(values: np.ndarray, groups: np.ndarray, shares: dict[str, float]) -> tuple[float, float]:
    """Mean and standard error of `values` (answers,), whose `groups` (answers,) are weighted to `shares`.

    `shares`: people of each group, as counts or shares. ValueError where a group in it has fewer than two answers.
    """
    ### BEGIN SOLUTION
    total, variance, people = 0.0, 0.0, sum(shares.values())
    for group, share in shares.items():
        own = values[groups == group]
        if len(own) < 2:
            raise ValueError(f"{group} has {len(own)} answers; it needs at least 2")
        total += share / people * own.mean()
        variance += (share / people) ** 2 * own.var(ddof=1) / len(own)
    return float(total), float(np.sqrt(variance))
    ### END SOLUTION


four_answers, asked = np.array([10.0, 14, 30, 38]), np.array(["A", "A", "B", "B"])
print(weighted_mean(four_answers, asked, {"A": 0.5, "B": 0.5}))  # expected: (23.0, 2.236)
print("a developer, by the plan:", weighted_mean(survey.salary.to_numpy(), survey.country.to_numpy(), hires))

# %% id="weight-tests" nbgrader={"grade": true, "grade_id": "weight-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
six, asked = np.array([10.0, 14, 30, 34, 38, 42]), np.array(["A", "A", "B", "B", "B", "B"])
mean, error = weighted_mean(six.copy(), asked.copy(), {"A": 3, "B": 1})
slips = {
    28.0: "that is the mean of the answers: A is three quarters of the people and a third of the answers",
    24.0: "the groups do not count alike: weigh them by their shares",
    72.0: "shares may be counts: divide by their sum",
    30.0: "each group's own share",
    9.0: "the shares of the people alone, not times those of the answers",
    34.153846: "whom few answers stand for must weigh more: people over answers, not answers over people",
    21.6: "weights are shares of the people, not people for each answer",
}
lesson.check("three quarters are A: the mean is 18", mean, want=18.0, likely=lambda got: lesson.slip(got, slips, 0.01))
slips = {
    2.160247: "each share is squared inside the root",
    1.19896: "the sample variance divides by n − 1: ddof=1",
    2.483277: "divide each variance by the answers of its group",
    2.145497: "the groups' standard errors are not added up: their squares are",
    2.666667: "the root is missing",
    0.936046: "s² is the variance, not the standard deviation",
    3.200667: "one standard error, not 1.96 of them",
    **dict.fromkeys([5.34166, 4.876246, 13.084342], "that is the error of the plain mean, without weights"),
    6.531973: "divide the counts by their sum first",
    **dict.fromkeys(
        [7.129166, 5.868706, 2.555630, 1.013794, 4.077377], "each group's own variance, over its own number of answers"
    ),
}
right = np.sqrt(0.5625 * 4 + 0.0625 * 20 / 3)
lesson.check("its standard error: 1.633", error, want=right, likely=lambda got: lesson.slip(got, slips, 1e-3))
nine, everybody, plan = np.append(six, [900.0, 700.0, 5.0]), np.append(asked, ["C", "C", "D"]), {"B": 1, "A": 3}
try:
    got = weighted_mean(nine, everybody, plan)[0]
except ValueError as error:
    got = f"ValueError: {error}"
slips = {30.0: "each group's own share, in whatever order `shares` and `groups` name them"}
stops = "groups that are not in `shares` do not count: one with a single answer stops nothing"
lesson.check(
    "answers of a group that is not asked about do not count: 18",
    got,
    want=18.0,
    likely=lambda got: stops if isinstance(got, str) else lesson.slip(got, slips, 0.01),
)
lesson.check("`shares` stays as it was", plan, want={"B": 1, "A": 3}, likely=lambda got: "divide a copy: it is `hires`")
message = "a group with one answer has no variance, and one with none no mean: ValueError, no silent weight"
lesson.check_raises(message, lambda: weighted_mean(six.copy(), asked.copy(), {"A": 1, "B": 1, "C": 1}), ValueError)
lesson.check_raises(message, lambda: weighted_mean(six[1:].copy(), asked[1:].copy(), {"A": 1, "B": 1}), ValueError)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for names in (["x"], ["north", "south", "west"], list("abcdefg")):
    people = {name: int(rng.integers(1, 50)) for name in names}
    sizes = [int(rng.integers(2, 9)) for name in names]
    parts = [rng.normal(rng.uniform(-20, 50), 5, size) for size in sizes]
    labels = np.repeat(names, sizes)
    order = rng.permutation(len(labels))
    portion = np.array([*people.values()]) / sum(people.values())
    variances = [np.sum((part - part.mean()) ** 2) / (len(part) - 1) / len(part) for part in parts]
    want = [np.dot(portion, [part.mean() for part in parts]), np.sqrt(np.dot(portion**2, variances))]
    got = weighted_mean(np.concatenate(parts)[order], labels[order], people)
    lesson.check("drawn groups", got=[*got], want=want)
### END HIDDEN TESTS

# %% [markdown] id="weight-hints"
# <details><summary>Where do I start?</summary>With a loop over <code>shares.items()</code>;
# <code>values[groups == group]</code> are the answers of one group.</details>
# <details><summary>Why is each share squared?</summary>The variance of Wȳ is W² times that of
# ȳ, and variances of independent groups add up.</details>
#
# Does weighting mend a lopsided survey? Take the 5,594 as the whole population, so that the right answer is known. Let
# 300 answer: first with Indians five times as likely to answer, then with people who are paid above their country's
# median half as likely. Country is known for all, pay is not. Guess which of the two weights can mend.

# %% id="weight-code" jupyter={"source_hidden": true}
# Surveys of 300 from a population that is known, lopsided in two ways
truth, counts = survey.salary.mean(), survey.country.value_counts()
above = survey.salary > survey.groupby("country").salary.transform("median")
chances = {"by country": np.where(survey.country == "India", 5.0, 1.0), "by pay": np.where(above, 0.5, 1.0)}
random = np.random.default_rng(seed)
for name, chance in chances.items():
    results = []
    for _ in range(draws // 10):
        part = survey.iloc[random.choice(len(survey), 300, replace=False, p=chance / chance.sum())]
        own = part.groupby("country").salary.agg(["mean", "var", "size"])
        share = counts / counts.sum()
        error = np.sqrt((share**2 * own["var"] / own["size"]).sum())
        results.append([part.salary.mean(), part.salary.sem(), (share * own["mean"]).sum(), error])
    plain, plain_error, weighted, weighted_error = np.array(results).T
    for kind, value, error in (("plain", plain, plain_error), ("weighted", weighted, weighted_error)):
        held = np.abs(value - truth) < 1.96 * error
        print(f"lopsided {name}, {kind}: off by {value.mean() - truth:+,.0f} dollars; ", end="")
        print(f"its 95 % interval holds the truth in {measure.proportion(held.sum(), held.size)}")
plan = pd.Series(hires) / sum(hires.values())
developer = (
    float((plan * pay["mean"][plan.index]).sum()),
    float(np.sqrt((plan**2 * pay["std"][plan.index] ** 2 / pay["size"][plan.index]).sum())),
)

# %% [markdown] id="texts-intro"
# <details><summary><b>What you found</b></summary>Weighting mends what is lopsided by country, and next to nothing where pay itself decides
# who answers. Weights repair what you know of those who stayed silent.<br>By the plan a developer earns 46,000
# dollars, 26,000 less than the plain mean, far outside the ± 1,000 that stood beside it.</details>
#
# ## What is written: clusters, and their names
#
# A tool groups articles by their vectors, and a language model names each group by its eight most typical headlines, from ten
# names: five are the BBC's sections, five nobody's here. **People's labels are the BBC's own sections**; the tool never
# sees them. The second column of names takes from each score its mean over the groups: what is *special* to a group.
#
# Whoever checks a name usually reads typical articles. The second cell compares that with articles read at random,
# weighted by the groups' sizes (Exercise 3), and with all. **Kappa** is agreement beyond chance: 0 for random names, 1 is
# perfect. Guess: how many of five names are right?

# %% id="texts-code" jupyter={"source_hidden": true}
# Articles become vectors, vectors groups, and a model names each group
news = data.load("news_topics", rows=news_rows, seed=seed)
section = news["label"].astype(str).replace("tech", "technology").to_numpy()  # as the BBC filed it
headlines = news["text"].str.split("\n").str[0]
network, tokenizer = models.load(encoder)
vectors = []
for start in range(0, len(news), 25):
    texts = news["text"].iloc[start : start + 25].tolist()
    batch = tokenizer(texts, padding=True, truncation=True, max_length=64, return_tensors="pt")
    with torch.inference_mode():
        states = network(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    vectors.append(torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1).numpy())
vectors = np.concatenate(vectors)
grouping = KMeans(clusters, n_init=10, random_state=seed).fit(vectors)
group = grouping.labels_
typical = [
    np.argsort(np.where(group == one, -vectors @ grouping.cluster_centers_[one], 9))[:8] for one in range(clusters)
]
for one, rows in enumerate(typical):
    print(f"{one}: {np.sum(group == one)} articles, such as {'; '.join(headlines.iloc[rows[:3]])}")

names = ["business", "entertainment", "politics", "sports", "technology"]
names += ["crime", "education", "health", "travel", "weather"]  # nobody's here
del network, states  # one model at a time in memory
language_model, pieces = models.load(writer, precision="bfloat16")  # half the memory


def prompt(rows: np.ndarray) -> str:
    return f"Headlines: {'; '.join(headlines.iloc[rows])}.\nThese headlines are all about"


prompts, ends = [prompt(rows) for rows in typical], [f" {name}" for name in names]
scores = np.concatenate([generate.log_probabilities(language_model, pieces, [one], ends) for one in prompts])
named = {
    "most probable name": [names[best] for best in scores.argmax(axis=1)],
    "less the mean over groups": [names[best] for best in (scores - scores.mean(axis=0)).argmax(axis=1)],
}
print(pd.DataFrame(named).to_string())
del language_model

# %% id="check-code" jupyter={"source_hidden": true}
# Do the names fit? Typical articles, some read at random, and all
random = np.random.default_rng(seed)
sizes = np.bincount(group, minlength=clusters)
checked = {}
for way, labels in named.items():
    fits = np.array(labels)[group] == section
    near = np.concatenate(typical)
    read = [
        random.choice(np.flatnonzero(group == one), min(read_each, sizes[one]), replace=False)
        for one in range(clusters)
    ]
    means = np.array([fits[rows].mean() for rows in read])
    spread = np.array([fits[rows].var(ddof=1) / len(rows) for rows in read])
    value, error = sizes @ means / sizes.sum(), np.sqrt((sizes / sizes.sum()) ** 2 @ spread)
    kappa = cohen_kappa_score(section, np.array(labels)[group])
    checked[way] = value, error, kappa
    print(f"{way}:\n    typical articles fit in {measure.proportion(fits[near].sum(), near.size)}")
    print(
        f"    {read_each} of each group read at random, weighted: {value:.2f} ± {1.96 * error:.2f}; all {len(news)}: {fits.mean():.2f}, ",
        end="",
    )
    print(f"kappa {kappa:.2f}")
best = np.array(named["less the mean over groups"])[group]
hit, wrong = (
    (best[section == "technology"] == "technology").mean(),
    (best[section != "technology"] == "technology").mean(),
)
seen = [share * hit + (1 - share) * wrong for share in (0.16, 0.20)]  # of technology, before and after a rise
needed = (1.96 + 0.84) ** 2 * sum(one * (1 - one) for one in seen) / max((seen[1] - seen[0]) ** 2, 1e-9)
print(f"to notice in 4 of 5 cases that technology rose from 16 to 20 %: {needed:,.0f} articles before, as many after")

# %% [markdown] id="market-intro"
# <details><summary><b>What you found</b></summary>The most probable names are right in four groups of five (sports is called
# politics) and fit 70 % of the articles, kappa 0.63. Names by what is special to a group are right in all five: 93 %, kappa 0.91. They were
# chosen after the first had failed, so their score flatters them. 39 of 40 typical articles fit, but that says
# nothing of the others; 150 read at random and weighted say 0.95 ± 0.04.<br>No dates, no trend: to see technology rise from 16 to 20 %, you would need 1,900 articles before and after.</details>
#
# ## The market as a range
#
# Euros a year = large banks × calls of a bank × share that software ends × euros a call. One bank's calls are known,
# the rest is assumed: a low value that 5 % lie under, a high one that 5 % lie above, and in between a lognormal.
# Each of the scenarios draws all four and multiplies them; the range is that of the products.
#
# The usual slide multiplies all lows, and all highs. How many scenarios lie outside of that, 10 %? And a factor's **share**
# is the variance of its logarithm over the sum of all, as logarithms add up. Which one makes the range wide?

# %% id="market-figure" jupyter={"source_hidden": true}
# The market in all scenarios, and what its spread owes to each assumption
days_a_year = 250  # weekdays
ours = calls.mean() * days_a_year
print(
    f"our bank: {ours / 1e6:.2f} million calls a year, ± {1.96 * weekly.sem() * ours / 1e6:.2f} if all weeks are like these"
)
pairs = {
    "large banks": banks,
    "calls of a bank": np.multiply(calls_ratio, ours),
    "share solved": solved,
    "price": price,
}
random = np.random.default_rng(seed)
spread = [np.log(high / low) / (2 * stats.norm.ppf(0.95)) for low, high in pairs.values()]
centre = [np.log(low * high) / 2 for low, high in pairs.values()]
scenarios = np.exp(random.normal(centre, spread, size=(draws, len(pairs))))  # a row is one possible world
size = scenarios.prod(axis=1) / 1e6
low, middle, high = np.percentile(size, [5, 50, 95])
variance = np.square(spread)
figure, axes = figures.new(columns=2, width=9, height=3.4)
axes[0].hist(size, bins=np.geomspace(size.min(), size.max(), 40), color=figures.COLOURS[0], alpha=0.7)
for value in (low, middle, high):
    axes[0].axvline(value, color=figures.COLOURS[1], linestyle="--")
axes[0].set(
    xscale="log", xlabel="million euros a year (dashed: 5, 50, 95 %)", ylabel="scenarios", title="The market is a range"
)
axes[1].barh(list(pairs), variance / variance.sum(), color=figures.COLOURS[0])
axes[1].set(xlabel="share of the variance (of logarithms)", title="What makes it wide", xlim=(0, 1))
axes[1].invert_yaxis()
alt = "Left, a histogram of the market on a logarithmic scale, with lines at 5, 50 and 95 per cent, the outer ones a factor "
alt += "of about 18 apart. Right, bars of the shares: share solved about 0.4, calls and price about 0.23 each, large banks 0.15."
figures.show(figure, alt=alt)
print("share of the spread:", {name: f"{part:.0%}" for name, part in zip(pairs, variance / variance.sum())})
lows, highs = (np.prod([pair[end] for pair in pairs.values()]) / 1e6 for end in (0, 1))
print(f"low {low:.1f}, middle {middle:.1f}, high {high:.1f} million euros a year: take these along to lesson 4-05")
outside = np.mean((size < lows) | (size > highs))
print(f"all lows {lows:.1f}, all highs {highs:.1f}: {outside:.2%} of the scenarios lie outside, and not 10 %")

# %% [markdown] id="value-intro"
# <details><summary><b>What you found</b></summary>6 to 106 million euros a year, 26 in the middle; 39 % of the spread come from the share that software
# solves. Outside of "all lows to all highs", 1.5 to 438, lie 4 of 2,000 scenarios.</details>
#
# ## The decision, and what a study is worth
#
# Size is not yet profit. You offer to 50 banks; each says yes with an unknown chance θ, about 0.10 from your talks. A yes is worth three
# years of its calls at a margin of 60 %. Switching costs six developers for three years at twice their pay, and the
# profit that restaurants would have brought. All but their pay is assumed, in the parameters cell.

# %% id="value-code"
years, team = 3, sum(hires.values())
each = np.exp(np.sum(centre[1:]) + np.sum(variance[1:]) / 2)  # exact mean of the product: draws would scatter around it
a_yes = each * margin * years  # euros of one bank that says yes
cost = team * developer[0] * euros_a_dollar * overhead * years
theta = np.linspace(0.005, 0.6, 120)
prior = stats.beta.pdf(theta, *yes)
prior /= prior.sum()
profit = np.array([offered * theta * a_yes - cost, np.full(theta.shape, float(restaurants))])  # switch, stay
print(f"a yes: {a_yes:,.0f} euros in three years; the team: {cost:,.0f}")
print(f"switch {profit[0] @ prior:+,.0f}, stay {profit[1] @ prior:+,.0f}: ", end="")
print(f"switching pays in {prior[profit[0] > profit[1]].sum():.0%} of what you hold possible")

# %% [markdown] id="value-task"
# ## Exercise 4 · Pay for a study only if it can change your mind
# *Difficulty ●●●●○ · about 15 minutes · skill: value of information · 3 points*
#
# `profit` (actions, states), `prior` (states,), `chance` (states, outcomes): how probable each outcome of a study is in
# each state. Now: the best action on average, $\max_a \sum_s p_s\,\pi_{as}$. What would more be worth?
#
# - **Perfect** information: in each state its best action, $\sum_s p_s \max_a \pi_{as}$, minus now.
# - **A sample**: after each outcome $k$ its best action. $\sum_k \max_a \sum_s p_s\, q_{sk}\, \pi_{as}$, minus now.
#
# (The chance of an outcome is inside: $p_s q_{sk}$ is the joint probability, so nothing is divided.) Return both.


# %% id="value-answer" nbgrader={"grade": false, "grade_id": "value-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def value_of_information(profit: np.ndarray, prior: np.ndarray, chance: np.ndarray) -> tuple[float, float]:
    """Worth of perfect and of sample information, in the unit of `profit` (actions, states).

    `prior` (states,) sums to 1; `chance` (states, outcomes): each row sums to 1.
    """
    ### BEGIN SOLUTION
    now = (profit @ prior).max()
    perfect = profit.max(axis=0) @ prior
    sample = (profit @ (prior[:, None] * chance)).max(axis=0).sum()
    return float(perfect - now), float(sample - now)
    ### END SOLUTION


coin = np.array([[100.0, -100.0], [0.0, 0.0]])
print(value_of_information(coin, np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.1, 0.9]])))  # expected: (50.0, 40.0)
asked_ten = stats.binom.pmf(np.arange(11), 10, theta[:, None])  # ask ten banks: 0 to 10 say yes
print("perfect, and ten banks asked, in euros:", np.round(value_of_information(profit, prior, asked_ten)))

# %% id="value-tests" nbgrader={"grade": true, "grade_id": "value-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
plans, before = np.array([[120.0, -60.0], [10.0, 10.0]]), np.array([0.4, 0.6])
likely_outcomes = np.array([[0.9, 0.1], [0.3, 0.7]])
perfect, sample = value_of_information(plans.copy(), before.copy(), likely_outcomes.copy())
slips = {
    54.0: "that is what you would earn with it: subtract what you earn without",
    44.0: "subtract the best action of now (12), on average: not staying, and not the likeliest state alone",
    -66.0: "now is one action for all states, the best on average: not the best cell",
    25.0: "perfect information first, then the sample",
    53.0: "the states do not count alike: weigh them by the prior",
    108.0: "now is the best action on average, not the best state",
    **dict.fromkeys([0.0, -0.0], "the maximum inside: first the best action in each state, then the mean"),
    118.0: "now and then are means over the states, by the prior",
    **dict.fromkeys([66.0, 43.0, 24.0], "both are weighed by the prior"),
    -42.0: "with information minus without",
}
lesson.check("perfect information: 54 − 12 = 42", perfect, want=42.0, likely=lambda got: lesson.slip(got, slips, 0.01))
slips = {
    37.0: "subtract what you earn without the study",
    27.0: "subtract the best action of now (12), not that of staying",
    23.0: "the outcomes do not count alike: weigh each by how probable it is",
    **dict.fromkeys([58.0, 28.0], "outcomes count by their chance, prior @ chance: multiply, and divide by nothing"),
    28.8: "the prior belongs to the states, which are the rows of `chance`",
    33.0: "chance[s, k]: a row for each state",
    34.8: "the best action for each outcome: not the best state",
    0.595238: "in euros, not as a share of perfect information",
    86.0: "the prior is missing: an outcome is probable in a state that is probable",
    42.0: "that is perfect information: a study leaves states open",
    0.0: "the best action for each outcome: maximum first, then the sum over outcomes",
    **dict.fromkeys([20.4, 32.4], "sum over all outcomes: a bad one is an outcome, too"),
    **dict.fromkeys([34.0, 55.0], "the maximum over actions comes after the sum over states: you see the outcome only"),
    -25.0: "with information minus without",
}
lesson.check("the study: 37 − 12 = 25", sample, want=25.0, likely=lambda got: lesson.slip(got, slips, 0.01))
three = np.array([[90.0, -60.0, 20.0], [30.0, 20.0, 25.0], [-50.0, 70.0, 45.0]])
told_by = np.array([[0.8, 0.2], [0.1, 0.9], [0.5, 0.5]])
got = [*value_of_information(three.copy(), np.array([0.3, 0.3, 0.4]), told_by.copy())]
slips = {
    **dict.fromkeys(
        [49.0, 42.0, 21.0, 66.0], "subtract the best action of now, on average over the states: here the second"
    ),
    18.0: "any number of actions: here three",
    39.0: "the best action in each state: the maximum over axis 0",
}
lesson.check("three actions: 66 − 25 = 41", got[0], want=41.0, likely=lambda got: lesson.slip(got, slips, 0.01))
lesson.check(
    "and the study: 48.7 − 25 = 23.7", got[1], want=23.7, likely=lambda got: "the best of all three, for each outcome"
)
idle = value_of_information(plans.copy(), before.copy(), np.array([[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]]))[1]
nothing = "an outcome that is as probable in each state tells nothing"
lesson.check("a study that says the same in each state is worth 0", idle, want=0.0, likely=lambda got: nothing)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for actions, states, outcomes in ((2, 5, 3), (4, 2, 6), (3, 7, 2)):
    earned, belief = rng.normal(10, 50, (actions, states)), rng.dirichlet(np.ones(states))
    told_by = rng.dirichlet(np.ones(outcomes), size=states)
    idle_now = max(sum(belief[s] * earned[a, s] for s in range(states)) for a in range(actions))
    knowing = sum(belief[s] * max(earned[:, s]) for s in range(states)) - idle_now
    asking = (
        sum(
            max(sum(belief[s] * told_by[s, k] * earned[a, s] for s in range(states)) for a in range(actions))
            for k in range(outcomes)
        )
        - idle_now
    )
    got = value_of_information(earned.copy(), belief.copy(), told_by.copy())
    lesson.check("drawn decisions", got=[*got], want=[knowing, asking], tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="value-hints"
# <details><summary>Where do I start?</summary>With now: <code>profit @ prior</code> is the mean of each action.</details>
# <details><summary>And the sample?</summary><code>joint = prior[:, None] * chance</code> is (states, outcomes);
# <code>profit @ joint</code> is (actions, outcomes). The best action for each outcome, then the sum.</details>
#
# Asking one bank costs 4,000 euros (assumed). How many do you ask? And which of your assumptions deserves a study, the
# one that makes the market range wide? Guess both.

# %% id="pilot-figure" jupyter={"source_hidden": true}
# What asking banks brings and costs, and the worth of knowing an assumption
gain = profit[0] - profit[1]
asked_banks = np.arange(0, 41)
worth = np.array(
    [
        np.maximum(gain @ (prior[:, None] * stats.binom.pmf(np.arange(n + 1), n, theta[:, None])), 0).sum()
        for n in asked_banks
    ]
) - max(gain @ prior, 0)
net = worth - ask_price * asked_banks
best_asked = int(asked_banks[net.argmax()])
perfect = np.maximum(gain, 0) @ prior - max(gain @ prior, 0)
figure, axes = figures.new(width=7.5, height=3.4)
axes.plot(asked_banks, worth / 1e3, label="worth of the answers")
axes.plot(asked_banks, net / 1e3, label="worth minus price")
axes.axhline(perfect / 1e3, color=figures.TEXT, linestyle=":", label="knowing θ")
axes.set(
    xlabel="banks asked",
    ylabel="thousand euros",
    title="The first banks asked bring most",
    ylim=(None, perfect / 1e3 * 1.35),
)
axes.legend(ncols=3, loc="upper center")
alt = "Worth of asking banks against their number: it rises steeply over the first ten banks and flattens below the dotted "
figures.show(figure, alt=alt + "line of perfect information; minus its price it has a flat top and then falls.")
for number in sorted({10, best_asked, 30}):
    print(f"ask {number}: worth {worth[number]:,.0f}, {net[number]:,.0f} after its price of {ask_price * number:,.0f}")
yes_chance = [stats.binom.pmf(number, best_asked, theta) for number in range(best_asked + 1)]
turn = next((number for number, chance in enumerate(yes_chance) if gain @ (prior * chance) > 0), None)
print(f"switching is best on average from this number of yes on, of {best_asked} asked: {turn}")
means = scenarios.mean(axis=0)
base = offered * (theta @ prior) * a_yes
pay_drawn = np.random.default_rng(seed).normal(*developer, draws) / developer[0]
known = {name: base * scenarios[:, one] / means[one] - cost - restaurants for one, name in enumerate(pairs) if one}
known["large banks"], known["pay of a developer"] = (
    np.full(draws, base - cost - restaurants),
    base - cost * pay_drawn - restaurants,
)
for name, values in known.items():
    print(f"knowing {name}: {np.maximum(values, 0).mean() - max(values.mean(), 0):,.0f} euros")
print(f"knowing θ, the chance of a yes: {perfect:,.0f} euros")

# %% [markdown] id="backtest-intro"
# <details><summary><b>What you found</b></summary>Switching loses 130,000 euros on average, staying earns 250,000; yet switching pays in 31 % of what you hold
# possible, so asking has a worth. 19 banks cost 76,000 euros and are worth 278,000; three that say yes turn the decision. 10 or
# 30 banks leave at most 17,000 less.<br>The number of banks makes 15 % of the market's spread and is worth nothing: you offer to 50, however many there are. The
# chance of a yes stands in no market size, and is worth most: 405,000.</details>
#
# ## Were last quarter's insights right?
#
# A usual insight is "X is rising". Was it right? You can look: cut the past into periods, make the insight at the end of each as
# you would have, with what was known then, and see the next period. The series are shares: of each pizza in a period's
# sales, of each half-hour in a period's calls. Against it stands **nothing changes**: next period is like this one.


# %% id="backtest-tables"
def shares_of(period: pd.Series, series: pd.Series, amount: pd.Series) -> pd.DataFrame:
    """(periods, series): the share of each series in the amount of each period."""
    table = amount.groupby([period, series]).sum().unstack(fill_value=0)
    return table.div(table.sum(axis=1), axis=0)


raw = desk[desk.time.dt.hour < 21]
half_hour, day = raw.time.dt.hour * 2 + raw.time.dt.minute // 30, (raw.time - raw.time.min()).dt.days
pizza_day, ones = (pizzas.date - pizzas.date.min()).dt.days, pd.Series(1, index=pizzas.index)
histories = {
    "pizzas, quarters": shares_of(pizzas.date.dt.quarter, pizzas.pizza, ones),
    "pizzas, four weeks": shares_of((pizza_day // 28).clip(upper=12), pizzas.pizza, ones),
    "calls, four weeks": shares_of((day // 28)[day < 224], half_hour, raw.calls),
    "calls, weeks": shares_of(day // 7, half_hour, raw.calls),
}
random = np.random.default_rng(seed)
made = random.normal(size=(12, 30))  # made, to see that the test can tell
histories["made: pure chance"] = pd.DataFrame(made)
histories["made: true trends"] = pd.DataFrame(made + 4 * np.arange(12)[:, None] * random.normal(size=30))
print({name: table.shape for name, table in histories.items()})

# %% [markdown] id="backtest-task"
# ## Exercise 5 · A backtest that does not look ahead
# *Difficulty ●●●○○ · about 12 minutes · skill: backtests · 3 points*
#
# `table` (periods, series). At the end of each period that has one before and one after, the insight names the `top`
# series with the largest rise from the period before; where fewer rose, the smallest falls. Return two shares, over all these insights:
#
# - **right**: the series rises again in the next period;
# - **nearer**: "it goes on as much", $x_t + (x_t - x_{t-1})$, is nearer to $x_{t+1}$ than "nothing changes", $x_t$.
#
# Guess `right` for series that are pure chance. A half?


# %% id="backtest-answer" nbgrader={"grade": false, "grade_id": "backtest-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def backtest(table: np.ndarray, top: int) -> tuple[float, float]:
    """Shares of insights that were right, and that were nearer than "nothing changes". `table`: (periods, series)."""
    ### BEGIN SOLUTION
    right, nearer = [], []
    for now in range(1, len(table) - 1):
        before, after = table[now] - table[now - 1], table[now + 1] - table[now]
        chosen = np.argsort(before)[-top:]
        right.extend(after[chosen] > 0)
        nearer.extend(np.abs(after - before)[chosen] < np.abs(after)[chosen])
    return float(np.mean(right)), float(np.mean(nearer))
    ### END SOLUTION


small = np.array([[1.0, 1, 1], [3, 2, 0], [8, 1, 4], [9, 3, 5]])
print(backtest(small, top=1))  # expected: (1.0, 0.5)
for name, history in histories.items():
    print(f"{name}: right {backtest(history.to_numpy(), 5)[0]:.2f}, nearer {backtest(history.to_numpy(), 5)[1]:.2f}")

# %% id="backtest-tests" nbgrader={"grade": true, "grade_id": "backtest-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
six = np.array(
    [
        [22.0, 3, 7, 30, 30, 28],
        [38, 22, 32, 9, 30, 15],
        [4, 37, 37, 6, 26, 38],
        [15, 23, 3, 19, 1, 28],
        [20, 37, 23, 1, 4, 23],
        [38, 27, 35, 17, 25, 2],
        [35, 35, 20, 4, 40, 5],
        [26, 22, 37, 6, 1, 12],
        [9, 28, 35, 34, 6, 8],
    ]
)
right, nearer = backtest(six.copy(), top=2)
slips = {
    1.0: "that looks ahead, or counts the rise that made the insight: choose by what came before, judge by what comes after",
    10 / 14: "the largest rise: a fall is no rise, however large",
    2 / 14: "by the rise, not by the level",
    11 / 14: "judge the largest (argsort puts them last), and against x[t], where the insight was made",
    7 / 14: "by the difference to the period before: not by the ratio, and not since the first period",
    **dict.fromkeys(
        [8 / 14, 9 / 14], "at the end of a period nothing later is known: neither the next one nor the whole table"
    ),
    22 / 42: "the top alone, not all series",
    3 / 7: "that is the first alone: `top` of them",
    2 / 7: "all `top` of them, by the change from the period before, not from the mean of the past",
    0.0: "right is a rise, whether or not it is larger than the one before",
    **dict.fromkeys([0.3125, 0.25, 5 / 12], "all periods that have one before and one after, and no other"),
    1 / 6: "judge by the next period, not by the one after it",
    0.125: "the rows are periods",
    3 / 14: "`right` first, then `nearer`",
    **dict.fromkeys([5, 35.714286], "a share, not a number or per cent"),
    0.36: "do not round",
}
lesson.check(
    "top 2 of six series, nine periods: right in 5/14",
    right,
    want=5 / 14,
    likely=lambda got: lesson.slip(got, slips, 2e-4),
)
slips = {
    1.0: "distances: take absolute values",
    11 / 14: "that is the share that was farther",
    **dict.fromkeys(
        [5 / 14, 6 / 14, 4 / 14], "it goes on from x[t]: x[t] plus the change, not the change alone, minus it or half"
    ),
    **dict.fromkeys([3 / 5, 11 / 42], "of the same insights as before, right or wrong"),
}
lesson.check(
    "nearer than “nothing changes” in 3/14", nearer, want=3 / 14, likely=lambda got: lesson.slip(got, slips, 2e-4)
)
right, nearer = backtest(np.array([[1.0], [2.0], [2.5], [2.5]]), top=1)
stays = {1.0: "who stays where it was has not risen"}
lesson.check("one series that rises and then stays: right in 0.5", right, want=0.5, likely=stays)
tie = {0.5: "as far as “nothing changes” is not nearer: <, not <="}
lesson.check("and its forecast is never nearer", nearer, want=0.0, likely=tie)
right, nearer = backtest(np.array([[3.0], [2.0], [1.0], [2.0]]), top=1)
fewer = "where fewer than `top` rose, the smallest falls are named, too"
lesson.check("one series that falls twice and then rises: right in 0.5", right, want=0.5, likely=lambda got: fewer)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for periods, series, top in ((3, 4, 1), (9, 6, 3), (14, 12, 5)):
    drawn = rng.permutation(periods * series).reshape(periods, series) + rng.uniform(0, 0.4, (periods, series))
    hits, closer = [], []
    for now in range(1, periods - 1):
        order = sorted(range(series), key=lambda one: drawn[now - 1, one] - drawn[now, one])
        for one in order[:top]:
            last, here, coming = drawn[now - 1, one], drawn[now, one], drawn[now + 1, one]
            hits.append(coming > here)
            closer.append(abs(coming - 2 * here + last) < abs(coming - here))
    lesson.check("drawn histories", got=[*backtest(drawn.copy(), top)], want=[np.mean(hits), np.mean(closer)])
### END HIDDEN TESTS

# %% [markdown] id="backtest-hints"
# <details><summary>Where do I start?</summary>With a loop over the periods 1 to the last but one. In each, two arrays:
# the change that you have seen, and the one that comes.</details>
# <details><summary>How do I choose the top?</summary><code>np.argsort(before)[-top:]</code>, and
# never with what comes after.</details>
#
# The last run puts an interval around each, from periods drawn again. A year of quarters has two periods to judge: too few for an interval.

# %% id="backtest-figure" jupyter={"source_hidden": true}
# How often "it rises" was followed by a rise, with intervals over periods
rates = {}
for name, history in histories.items():
    steps = np.diff(history.to_numpy(), axis=0)
    places = np.argsort(steps[:-1], axis=1)[:, -5:]
    rises = np.take_along_axis(steps[1:] > 0, places, axis=1).mean(axis=1)
    drawn_again = np.random.default_rng(seed).choice(rises, (draws, len(rises))).mean(axis=1)
    ends = np.percentile(drawn_again, [2.5, 97.5]) if len(rises) > 5 else [np.nan, np.nan]  # two periods tell nothing
    rates[name] = rises.mean(), *ends, len(rises)
figure, axes = figures.new(width=7.5, height=3.4)
for row, (name, (value, low_rate, high_rate, number)) in enumerate(rates.items()):
    bars = None if np.isnan(low_rate) else [[value - low_rate], [high_rate - value]]
    axes.errorbar(value, row, xerr=bars, fmt="o", capsize=4, color=figures.COLOURS[0])
    sure = f"95 %: {low_rate:.2f} to {high_rate:.2f}" if bars else "too few for an interval"
    print(f"{name}: right in {value:.2f} ({sure}), {number} periods of 5 insights")
axes.axvline(0.5, color=figures.TEXT, linestyle=":", label="a coin")
axes.set(
    yticks=range(len(rates)), yticklabels=list(rates), xlim=(0, 1.05), title="No public history is shown to beat a coin"
)
axes.set(xlabel="share of 'it is rising' that rose again", ylim=(len(rates) - 0.5, -0.5))
axes.legend(loc="center right")
alt = "Share of insights that came true for six histories with intervals. The four public ones and pure chance lie left of a "
figures.show(
    figure,
    alt=alt
    + "coin's half, between 0.1 and 0.4, one interval reaching beyond it; only the made true trends lie far right, above 0.8.",
)

# %% [markdown] id="note-intro"
# <details><summary><b>What you found</b></summary>What rose most rose again in 0.11 (pizzas, four weeks) to 0.37 of the cases (calls, four weeks, 0.13 to 0.60);
# pure chance gives 0.18. In the public ones "nothing changes" was at least as near in four of five or more. In pure chance any rise is followed by a rise in one case of
# three, as a high value is followed by a usual one, and the larger the rise, the rarer. The made trends are found, 0.92: the test can
# tell.<br>The pizzas are invented, the calls are real; both ask for a backtest of your next slide.</details>
#
# ## The page that you keep
#
# The next cell writes `decision_note.md` beside this notebook: what was asked, what is known, what is assumed, what to
# do, what would change it, and when to look again. Its numbers come from the cells above; change an assumption in the
# parameters cell, run all, and the page changes with it.

# %% id="note-code" jupyter={"source_hidden": true}
# Writes decision_note.md, one page, from what stands above
weeks_p = (
    1
    + np.sum(
        np.abs(gaps(np.random.default_rng(seed).permuted(np.tile(weekly, (draws, 1)), axis=1), 5)).max(axis=1)
        >= np.abs(gaps(weekly.to_numpy(), 5)).max()
    )
) / (1 + draws)
value, error, kappa = checked["most probable name"]
switch_now = bool(gain @ prior > 0)
action = "switch now" if switch_now else f"stay with restaurants, and ask {best_asked} banks first"
if not best_asked and not switch_now:
    action = "stay with restaurants; no number of banks is worth asking at this price"
true, by_weeks = rates["calls, four weeks"], rates["calls, weeks"]
plan_words = ", ".join(f"{name} {number}" for name, number in hires.items())
note = f"""# Shall we turn from restaurants to the help desks of banks?

**Do:** {action}. Mean over three years: switch {profit[0] @ prior:+,.0f} euros, stay {profit[1] @ prior:+,.0f}.

**What would change it:** {f"{turn} or more of {best_asked} banks that say yes" if turn is not None else "no answer of the banks asked"}.
Asking costs {ask_price * best_asked:,.0f} euros and is worth {worth[best_asked]:,.0f}; knowing for certain, {perfect:,.0f}.

**Market:** {middle:.0f} million euros a year (90 %: {low:.0f} to {high:.0f}). Mostly assumed: one bank's calls are counted.

| measured | value | of |
|---|---|---|
| restaurant sales, trend a quarter | {slope / takings.mean():+.1%} | invented sales, 358 days |
| a break in the bank's calls | p = {weeks_p:.2f}: {"one" if weeks_p < 0.05 else "none"} shown | {len(weekly)} weeks of 2003, one bank |
| pay of a developer, by our plan | {developer[0]:,.0f} ± {1.96 * developer[1]:,.0f} dollars | survey of about 2017, weighted to {plan_words} |
| topics named by a model | fit {value:.2f} ± {1.96 * error:.2f}, kappa {kappa:.2f} | {len(news)} BBC articles, no dates |
| "it is rising" rose again | {true[0]:.2f} ({true[1]:.2f} to {true[2]:.2f}) | half-hours of the bank's day, {true[3]} times four weeks |
| the same, by weeks | {by_weeks[0]:.2f} ({by_weeks[1]:.2f} to {by_weeks[2]:.2f}) | {by_weeks[3]} weeks |

**Assumed:** banks {banks}, calls {calls_ratio} of the bank counted, solved {solved}, price {price},
{euros_a_dollar} euros a dollar of pay, {offered} banks offered, a yes by Beta{yes}, margin {margin:.0%}, restaurants {restaurants:,} euros in three years.

**Look again** when the banks have answered, or in three months; until then this page is an opinion with numbers.
"""
Path("decision_note.md").write_text(note, encoding="utf-8")
print(note)

# %% [markdown] id="remember"
# ## What to remember
#
# - Compare usual weeks, not totals.
# - A date that was searched needs a test that searches; days that are alike need whole weeks.
# - Weights repair what you know of those who did not answer, and nothing else.
# - Multiply scenarios, not lows. What makes a range wide need not be what is worth a study.
# - "It is rising" is an insight only where a backtest says so.

# %% [markdown] id="open-task"
# ## Open question · Your own page
#
# Rewrite the note for a decision of your company (about 30 minutes, at most 300 words): **one table of your own or one assumption
# changed here, with the numbers before and after**, and a study that you would pay for. Add cells as you need.
#
# | 1 point each for | full marks need |
# |---|---|
# | like with like | a comparison that would survive other days, seasons, people asked |
# | uncertainty | an interval, and of which kind of chance |
# | assumptions | told apart from what was measured, with a source or "assumed" |
# | decision | an action, in euros against doing nothing |
# | study | its price, its worth, and the outcome that would change the action |
# | test | a date and a number at which you will see whether you were right |

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# *Decision.* Shall our shop open on Sundays as well? Table: our till, 40 weeks, 240 open days.
#
# *Like with like.* Takings of the three trial Sundays, 1,450 on average, against 0, minus what Saturday and Monday lost: usual
# Saturdays 2,310 before, 2,190 after, Mondays 1,020 and 1,000. A Sunday adds 1,310.
#
# *Uncertainty.* From whole weeks drawn again: 700 to 1,900. Three Sundays, in June: chance of these weeks, not of winters.
#
# *Assumptions.* Measured: takings. Assumed: margin 0.4 (bookkeeping of 2025), wages 380 a Sunday (contract, source), winter 0.7
# of June (assumed).
#
# *Decision.* 0.4 · 1,310 − 380 = +144 a Sunday in June, −13 in winter: open from May to September, +3,000 euros a year against
# nothing. With a margin of 0.35 in place of 0.4, +79 and −59: the same decision.
#
# *Study.* Three winter Sundays cost about 40 each if they lose. If a winter Sunday adds more than 950, we open all year, worth up to
# 2,000 euros; I hold that possible with a chance of a quarter, so it is worth about 500 and costs 120.
#
# *Test.* On 31 July: is the mean of the Sundays since May above 950? If not, we close again.
# ### END SOLUTION

# %% [markdown] id="further"
# ## Further reading
#
# - Hyndman and Athanasopoulos, *Forecasting: principles and practice* (otexts.com/fpp3): trend, season and intervals; its
#   bank calls are these.
# - Andrews, *Tests for parameter instability with unknown change point* (Econometrica, 1993): the search and its table.
# - Lohr, *Sampling: design and analysis* (2022): weights, post-stratification, who does not answer.
# - Howard, *Information value theory* (IEEE, 1966): what knowing is worth, in eight pages.
# - Hubbard, *How to measure anything* (2014): ranges from people, and which of them to measure.
# - Tetlock and Gardner, *Superforecasting* (2015): what happens when insights get dates and scores.

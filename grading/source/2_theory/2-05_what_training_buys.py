# %% [markdown] id="title"
# # 2-05 · What training buys
#
# You will see a good training look harmful, find out why, estimate what each stage of a training adds, and buy the best plan
# that a budget and a deadline allow.

# %% [markdown] id="objectives"
# **Questions.** Did the training work, or were its people different anyway? Which stage did the work? Where should the
# next hour and the next euro go?
#
# **Afterwards you can**
# 1. compare two groups with an interval that fits them, and say when the comparison means nothing;
# 2. adjust for what you know about people, and test the result where the truth is known;
# 3. estimate the weights of a training from a cohort, and see when the cohort cannot tell them;
# 4. spread a budget so that no hour could be moved for the better;
# 5. read a shadow price, and know how far it reaches.

# %% [markdown] id="why"
# **Why a start-up cares.** One training was given by lot: in 1978 its people earned 1,794 dollars more than those who had
# drawn a blank. Compare the same people with a national survey, and the training seems to have cost them 15,205 dollars.
# Both numbers are computed below, from real people. Whoever compares volunteers with everybody else decides about a
# training budget by the second kind of number.

# %% id="imports"
from dataclasses import replace

import ipywidgets as widgets
import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq, nnls
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from trainlib import cohort, data, effect, figures, lesson, plan

# %% id="parameters" tags=["parameters"]
learners = 400  # of the simulated cohort
draws = 1_000  # bootstrap cohorts behind the intervals of the weights
points = 8  # plans on the front of gain against money
samples = 512  # points of each sequence behind the Sobol indices, a power of 2
seed = 3  # of the simulated cohort

# %% [markdown] id="idea"
# ## One training, two comparison groups
#
# In the 1970s the National Supported Work programme gave people with hardly any work a year of it under guidance. Who got in
# was drawn by lot. LaLonde (1986) then asked: had nobody drawn lots, would we have found the same? He took the same trained
# people and compared them with a survey of households instead.
#
# Guess the sign of each comparison before you run the cell.

# %% id="idea-code"
people = data.load("job_training")
experiment = people[people.source == "experiment"]
survey = people[people.source == "observational"]  # the same trained people, but other untrained ones
for name, table in (("lot", experiment), ("survey", survey)):
    earned = table.groupby("treated").earnings_1978.agg(["size", "mean", "std"])
    print(f"Untrained people from the {name}:")
    print(earned.rename(index={False: "untrained", True: "trained"}).round(0).to_string())
    print(f"difference {earned['mean'][True] - earned['mean'][False]:+,.0f} dollars in 1978\n")

# %% [markdown] id="difference-task"
# ## Exercise 1 · A difference and its interval
# *Difficulty ●●○○○ · about 8 minutes · skill: intervals*
#
# The groups differ in size and in spread: look at the `std` of the survey. So each mean has a standard error of its own, and
# Welch's interval takes both, with $s^2$ the variance (divided by $n - 1$):
#
# $$d \pm t_{\nu}\sqrt{v_1 + v_0}, \qquad v_g = \frac{s_g^2}{n_g}, \qquad \nu = \frac{(v_1 + v_0)^2}{\frac{v_1^2}{n_1 - 1} + \frac{v_0^2}{n_0 - 1}}$$
#
# $t_\nu$ is the quantile of Student's distribution with $\nu$ degrees of freedom: `stats.t.ppf(0.975, nu)` for 95 %.


# %% id="difference-answer" nbgrader={"grade": false, "grade_id": "difference-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Mean of the treated minus that of the others, and Welch's interval: (value, low, high). Arrays (n,), treated bool."""
    ### BEGIN SOLUTION
    groups = outcome[treated], outcome[~treated]
    value = groups[0].mean() - groups[1].mean()
    variance = np.array([group.var(ddof=1) / len(group) for group in groups])
    sizes = np.array([len(group) for group in groups])
    freedom = variance.sum() ** 2 / (variance**2 / (sizes - 1)).sum()
    half = stats.t.ppf((1 + level) / 2, freedom) * np.sqrt(variance.sum())
    return float(value), float(value - half), float(value + half)
    ### END SOLUTION


for table in (experiment, survey):  # expected: 1794 (474 to 3115) and -15205 (-16498 to -13912)
    print(difference(table.earnings_1978.to_numpy(), table.treated.to_numpy()))

# %% id="difference-tests" nbgrader={"grade": true, "grade_id": "difference-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
scores, taught = np.array([5.0, 7, 9, 11, 1, 3, 5, 7]), np.arange(8) < 4
lesson.check(
    "eight scores: the difference", got=difference(scores, taught)[0], want=4, likely={-4: "treated minus the others"}
)
lesson.check(
    "eight scores: the interval",
    got=difference(scores, taught)[1:],
    want=(-0.467, 8.467),
    tolerance=1e-3,
    likely=lambda got: (
        "1.96 holds for large groups; take Student's quantile"
        if abs(got[0] - 0.42) < 0.01
        else "divide the sum of squares by n − 1: var(ddof=1)"
        if abs(got[0] - 0.13) < 0.01
        else None
    ),
)
### BEGIN HIDDEN TESTS
pooled = "one common variance was taken for both groups: a large group hides how uncertain a small one is"
rng = np.random.default_rng(lesson.hidden_seed())
for large, small, level in ((40, 6, 0.95), (5, 60, 0.9)):
    values = np.r_[rng.normal(3, 1, large), rng.normal(1, 9, small)]
    chosen = np.arange(large + small) < large
    welch = stats.ttest_ind(values[chosen], values[~chosen], equal_var=False)
    interval = welch.confidence_interval(level)
    lesson.check(
        "groups of other sizes and spreads",
        got=difference(values, chosen, level),
        want=(values[chosen].mean() - values[~chosen].mean(), interval.low, interval.high),
        likely=lambda got: pooled,
    )
### END HIDDEN TESTS

# %% [markdown] id="difference-hints"
# <details><summary>Where do I start?</summary><code>outcome[treated]</code> and <code>outcome[~treated]</code> are the two
# groups. Mean, variance with <code>ddof=1</code> and size of each.</details>
# <details><summary>Which quantile for another level?</summary>Half of what is left lies on each side: <code>(1 + level) /
# 2</code>.</details>
#
# **What you found.** With lots: +1,794 dollars, 474 to 3,115. With the survey: −15,205, from −16,498 to −13,912. The second
# interval is no wider, and even its nearer end is 15,700 dollars from the truth. An interval covers chance. It knows
# nothing of a wrong comparison.
#
# ## A test that costs nothing
#
# How would you notice without an experiment? Ask the same comparison a question whose answer you know. **Nobody was trained
# in 1974.** What does "the training" do to earnings of 1974?


# %% id="placebo-code"
def welch(table: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """The course's own difference in means with its 95 % interval."""
    trained, others = table[column][table.treated], table[column][~table.treated]
    interval = stats.ttest_ind(trained, others, equal_var=False).confidence_interval()
    return trained.mean() - others.mean(), interval.low, interval.high


covariates = ["age", "education", "black", "hispanic", "married", "no_degree", "earnings_1974", "earnings_1975"]
figure, axes = figures.new(width=7.5, height=3.8)
for (name, table), marker in zip({"lot": experiment, "survey": survey}.items(), "os"):
    value, low, high = welch(table, "earnings_1974")
    print(f"untrained from the {name}: 'effect' on 1974 {value:+,.0f} dollars ({low:+,.0f} to {high:+,.0f})")
    groups = table[covariates].astype(float).groupby(table.treated)
    gaps = (groups.mean().loc[True] - groups.mean().loc[False]) / np.sqrt(groups.var().mean())
    axes.plot(gaps, covariates, marker=marker, linestyle="none", label=f"untrained from the {name}")
axes.axvline(0, color=figures.TEXT, linewidth=1)
axes.set(
    xlabel="trained minus untrained (standard deviations)", title="Lots made two like groups; the survey is of others"
)
axes.legend(loc="lower right")
figures.show(
    figure,
    alt="Differences between trained and untrained in eight properties: with lots within 0.3 standard deviations of 0; "
    "with the survey from -1.8 for being married and earnings of 1975 to +1.5 for being black.",
)

# %% [markdown] id="adjust-task"
# ## Exercise 2 · Compare like with like
# *Difficulty ●●●○○ · about 10 minutes · skill: adjusting*
#
# The survey's people are older, more often married, and had earned 17,333 dollars more in 1974. A regression compares people who are alike
# in what it is given:
#
# $$\text{outcome} = \beta_0 + \beta\cdot\text{treated} + \gamma_1 x_1 + \gamma_2 x_2 + \dots$$
#
# Write `adjusted`: the least-squares $\beta$. Predict: does it come back to +1,794 with all eight properties?


# %% id="adjust-answer" nbgrader={"grade": false, "grade_id": "adjust-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def adjusted(outcome: np.ndarray, treated: np.ndarray, covariates: np.ndarray) -> float:
    """What being treated adds, between people with equal covariates. outcome, treated: (n,); covariates: (n, k)."""
    ### BEGIN SOLUTION
    regressors = np.column_stack([np.ones(len(outcome)), treated, covariates])
    return float(np.linalg.lstsq(regressors, outcome, rcond=None)[0][1])
    ### END SOLUTION


for table in (experiment, survey):  # expected: 1676 and 752
    print(adjusted(table.earnings_1978.to_numpy(), table.treated.to_numpy(), table[covariates].to_numpy(float)))

# %% id="adjust-tests" nbgrader={"grade": true, "grade_id": "adjust-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
years, taught = np.array([[1.0], [2], [3], [1], [2], [3]]), np.arange(6) < 3
lesson.check(
    "a made-up course adds 3 beside 5 a year", got=adjusted(3 * taught + 5 * years[:, 0], taught, years), want=3
)
lesson.check("one that does nothing adds 0", got=adjusted(5 * years[:, 0], taught, years), want=0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
taught = rng.random(200) < 0.4
known = rng.normal(size=(200, 2)) - 2 * taught[:, None]
lesson.check(
    "a course that the weak are sent to",
    got=adjusted(7 + 3 * taught + known @ [4, 1], taught, known),
    want=3,
    likely=lambda got: (
        "without a constant term everybody starts at 0"
        if np.isclose(got, np.linalg.lstsq(np.c_[taught, known], 7 + 3 * taught + known @ [4, 1], rcond=None)[0][0])
        else "the covariates took the part of the effect that goes with them: fit treated and covariates together"
    ),
)
### END HIDDEN TESTS

# %% [markdown] id="adjust-hints"
# <details><summary>Where do I start?</summary>A matrix with a column of ones, the column <code>treated</code>, and the
# covariates: <code>np.column_stack</code>.</details>
# <details><summary>And then?</summary><code>np.linalg.lstsq(matrix, outcome, rcond=None)[0]</code> has a coefficient for each
# column, in their order.</details>
#
# **What you found.** The lot barely moves, from 1,794 to 1,676: there was nothing to adjust. The survey comes back from
# −15,205 to +752. That is most of the way, but only because two years of earlier earnings are known.
#
# ## How far back do other ways bring it?
#
# **Before and after**: what the trained gained since 1975. **Difference in differences**: that, minus what the untrained
# gained. **Overlap**: the regression, only among those whose estimated chance to be in the training (the *propensity*) is 5 to
# 95 %. All are given here, with 95 % intervals.


# %% id="ways-code"
def regression(table: pd.DataFrame) -> tuple[float, float, float]:
    """Exercise 2 with a 95 % interval that allows unequal spreads (White, Econometrica 48 (1980) 817-838)."""
    X = np.column_stack([np.ones(len(table)), table[["treated", *covariates]].to_numpy(float)])
    inverse, y = np.linalg.inv(X.T @ X), table.earnings_1978.to_numpy()
    coefficients = inverse @ X.T @ y
    spread = np.sqrt((inverse @ (X.T * (y - X @ coefficients) ** 2) @ X @ inverse)[1, 1])
    return coefficients[1], coefficients[1] - 1.96 * spread, coefficients[1] + 1.96 * spread


grown = survey.assign(gain=survey.earnings_1978 - survey.earnings_1975)
own = stats.ttest_1samp(grown.gain[grown.treated], 0)
model = make_pipeline(StandardScaler(), LogisticRegression(C=1e6, max_iter=2000))
chance = model.fit(survey[covariates], survey.treated).predict_proba(survey[covariates])[:, 1]
like = survey[(chance > 0.05) & (chance < 0.95)]
ways = {
    "by lot (the reference)": welch(experiment, "earnings_1978"),
    "survey, as it is": welch(survey, "earnings_1978"),
    "before and after": (grown.gain[grown.treated].mean(), *own.confidence_interval()),
    "difference in differences": welch(grown, "gain"),
    "survey, regression": regression(survey),
    f"regression, {len(like)} with overlap": regression(like),
}

# %% id="ways-picture"
figure, axes = figures.new(width=7.5, height=3.8)
for row, (name, (value, low, high)) in enumerate(ways.items()):
    colour = figures.COLOURS[0 if row == 0 else 1]
    axes.plot([low, high], [row, row], color=colour, linestyle="-")
    axes.plot(value, row, marker="o", color=colour)
    print(f"{name:30} {value:+8,.0f} ({low:+,.0f} to {high:+,.0f})")
blank = experiment[~experiment.treated]
print(f"those who drew a blank gained {(blank.earnings_1978 - blank.earnings_1975).mean():+,.0f} since 1975")
axes.axvline(ways["by lot (the reference)"][0], color=figures.TEXT, linewidth=1)
axes.set_yticks(range(len(ways)), ways)
axes.invert_yaxis()
axes.set(xlabel="effect on earnings in 1978 (dollars of 1982 a year)")
axes.set_title("Adjusting brings the sign back")
figures.show(
    figure,
    alt="Six estimates of the same effect with 95 percent intervals. The lot gives 1,794; the survey as it is -15,205; before "
    "and after 4,817; difference in differences 2,327; regressions 752 and 886. All but two intervals contain 1,794.",
)

# %% [markdown] id="ways-found"
# **What you found.** *Before and after*, the difference between a check-in and a check-out, is 4,817. But those who drew a
# blank gained 3,288 in the same time, without any training. Regression, overlap and difference in differences all have the
# truth inside their intervals, and a choice among them moves the answer by more than 1,500 dollars. You know which is
# nearest only because somebody drew lots.
#
# Adjust for what was so *before* the course, never for what came after it: between people who passed its final test alike,
# you compare its effect away. A company can draw lots too: half of the teams start a month later, and are the comparison
# until then.

# %% [markdown] id="stages"
# ## Which stage did the work?
#
# Say that your training works. It has four stages, and the next one will be shorter. In the model of 1-01 a learner gains
#
# $$\text{post} - \text{pre} = (1 - \text{pre}) \sum_i a_i\, g_i, \qquad g_i = (e_i E + m_i M)\,(1 - e^{-P_i/\tau_i})$$
#
# Hours $P$, and ratings that give the quality $q_i = e_i E + m_i M$, are known for each learner; the weights $a_i$ are not. No
# public data set has all of this, so the cohort is **simulated**: nobody took this course. Its use is that the true weights
# are known.

# %% id="cohort-code"
weights, scales = np.array([0.15, 0.20, 0.35, 0.30]), np.array([6.0, 8.0, 12.0, 20.0])
names, shares = ("principles", "theory", "practice", "project"), ((0.8, 0.2), (0.5, 0.5), (0.6, 0.4), (0.3, 0.7))
training = effect.TrainingEffect(
    tuple(effect.Stage(*row[:2], *row[2], row[3]) for row in zip(names, weights, shares, scales)), ceiling=1.0
)
simulated = cohort.simulate(training, learners, teams=12, seed=seed)
E = simulated.trainer.map(simulated.groupby("trainer").trainer_rating.mean())
M = simulated.groupby(["team", "stage"]).content_rating.transform("mean")
share = simulated.stage.map(dict(zip(names, shares)))
simulated["quality"] = share.str[0] * E + share.str[1] * M
hours = simulated.hours.to_numpy().reshape(learners, 4)  # of each learner, in each stage
quality = simulated.quality.to_numpy().reshape(learners, 4)
pre, post = (simulated[column].to_numpy()[::4] for column in ("pre", "post"))
simulated.head(4).round(2)

# %% [markdown] id="weights-task"
# ## Exercise 3 · Weights from people
# *Difficulty ●●●○○ · about 10 minutes · skill: estimation under constraints*
#
# A stage cannot take away skill, so $a_i \ge 0$. Write `stage_weights`: the weights $a \ge 0$ that make the sum of squares of
# `post - pre` minus the model as small as possible. `nnls(A, b)` from scipy minimises $\lVert A x - b\rVert$ with $x \ge 0$ and
# returns x and the norm. Your work is the matrix: what stands in the row of a learner?


# %% id="weights-answer" nbgrader={"grade": false, "grade_id": "weights-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    """Least-squares weights a ≥ 0, (stages,). hours, quality: (learners, stages); scale: (stages,); pre, post: (learners,)."""
    ### BEGIN SOLUTION
    effects = quality * (1 - np.exp(-hours / scale))
    return nnls(effects * (1 - pre)[:, None], post - pre)[0]
    ### END SOLUTION


stage_weights(hours, quality, scales, pre, post).round(3)  # with the parameters as given: 0.185, 0.153, 0.409, 0.229

# %% id="weights-tests" nbgrader={"grade": true, "grade_id": "weights-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(1)
spent, good, before = rng.uniform(2, 20, (50, 2)), rng.uniform(0.3, 0.9, (50, 2)), rng.uniform(0, 0.6, 50)
gains = (good * (1 - np.exp(-spent / [5, 10]))) @ [0.3, 0.5]
found = stage_weights(spent, good, np.array([5, 10]), before, before + (1 - before) * gains)
lesson.check(
    "without noise, the planted weights come out",
    got=found,
    want=[0.3, 0.5],
    tolerance=1e-5,
    likely=lambda got: (
        "too small all over: who can do much already has less room, so multiply each row by 1 − pre"
        if np.shape(got) == (2,) and np.all(np.array(got) < [0.28, 0.47])
        else None
    ),
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for planted in ([0.6, 0.0, 0.2], [0.0, 0.7, 0.0]):
    spent = rng.uniform(2, 20, (60, 1)) * rng.uniform(0.6, 1.4, (60, 3))
    good, before, scale = rng.uniform(0.3, 0.9, (60, 3)), rng.uniform(0, 0.6, 60), np.array([6.0, 8, 15])
    matrix = (1 - before)[:, None] * good * (1 - np.exp(-spent / scale))
    idle = planted.index(0.0)
    gained = matrix @ planted - 0.08 * matrix[:, idle] + rng.normal(0, 0.02, 60)  # noise that speaks against a stage
    lesson.check(
        "a stage that seems to take skill away",
        got=stage_weights(spent, good, scale, before, before + gained),
        want=nnls(matrix, gained)[0],
        likely=lambda got: "negative weights were cut to 0 afterwards; the others must be fitted again without them",
    )
### END HIDDEN TESTS

# %% [markdown] id="weights-hints"
# <details><summary>Where do I start?</summary>One learner: the gain is (1 − pre) · (a₁·g₁ + a₂·g₂ + …). What multiplies a₁ is
# the first entry of the row.</details>
# <details><summary>In arrays?</summary><code>(1 - pre)[:, None]</code> multiplies whole rows of <code>quality * (1 -
# np.exp(-hours / scale))</code>.</details>
# <details><summary>Can I use lstsq and cut at 0?</summary>Cutting one weight leaves the others where they were, next to a
# weight that is gone. The best fit under the bound is another point.</details>
#
# **What you found.** 0.185, 0.153, 0.409 and 0.229, where 0.15, 0.20, 0.35 and 0.30 were planted: 400 learners give the order of
# size, and no more.

# %% [markdown] id="condition-task"
# ## Exercise 4 · Can these stages be told apart?
# *Difficulty ●●●○○ · about 8 minutes · skill: identifiability*
#
# When does a cohort say nothing about the weights, however large it is? If everybody's project hours are twice the
# practice hours, nobody can say which of the two helped. Such a dependence is measured by the **condition index**: divide
# each column of the matrix by its length (the root of its sum of squares), then take the largest singular value over the
# smallest. 1 is ideal; above 30 the weights are worth little (Belsley, Kuh and Welsch, 1980). `np.linalg.svd(A,
# compute_uv=False)` gives singular values.


# %% id="condition-answer" nbgrader={"grade": false, "grade_id": "condition-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def condition_index(regressors: np.ndarray) -> float:
    """Largest over smallest singular value of the columns at length 1. regressors: (learners, stages), no column all 0."""
    ### BEGIN SOLUTION
    columns = regressors / np.linalg.norm(regressors, axis=0)
    values = np.linalg.svd(columns, compute_uv=False)
    return float(values[0] / values[-1])
    ### END SOLUTION


condition_index((1 - pre)[:, None] * quality * (1 - np.exp(-hours / scales)))

# %% id="condition-tests" nbgrader={"grade": true, "grade_id": "condition-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
lesson.check("two stages that have nothing to do with each other", got=condition_index(np.eye(2)), want=1)
lesson.check(
    "two that share some",
    got=condition_index(np.array([[1, 0.6], [0, 0.8]])),
    want=2,
    likely={4: "the singular values of the matrix, not of its square", 0.5: "largest over smallest"},
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
table = rng.uniform(0, 1, (30, 3))
unit = np.linalg.svd(table / np.linalg.norm(table, axis=0), compute_uv=False)
lesson.check("three stages", got=condition_index(table), want=unit[0] / unit[-1])
lesson.check(
    "minutes instead of hours change nothing",
    got=condition_index(table * [60, 1, 1]),
    want=unit[0] / unit[-1],
    likely=lambda got: "a unit was taken for a dependence: bring each column to length 1 first",
)
mixed = np.c_[table[:, :2], table[:, 0] + table[:, 1] + 1e-4 * table[:, 2]]
lesson.check("a third stage that is the sum of two others is found", got=condition_index(mixed) > 1000, want=True)
### END HIDDEN TESTS

# %% [markdown] id="condition-hints"
# <details><summary>Where do I start?</summary><code>np.linalg.norm(regressors, axis=0)</code> is the length of each
# column.</details>
# <details><summary>Why not a table of correlations?</summary>It compares pairs. A third column that is the sum of two others
# has a modest correlation with either, and is still worthless.</details>
#
# **What you found.** This cohort has 9.4: its stages can be told apart, though not sharply.

# %% id="fit-code"
fitted = cohort.fit(simulated, training, items=40, draws=draws)
print(fitted)
print("planted:", dict(zip(names, weights.tolist())))
tied = simulated.copy()
together = tied.groupby("learner").hours.transform("first")  # all stages long for some learners, short for the others
tied["hours"] = together * tied.stage.map(dict(zip(names, scales))) / scales[0]
tied["trainer"] = "one trainer for all"
try:
    cohort.fit(tied, training, items=40, draws=draws)
except ValueError as reason:
    print(f"\nWith hours that go together: {reason}")

# %% [markdown] id="fit-found"
# **What you found.** `cohort.fit` is Exercise 3 with ratings drawn towards the mean where there are few, the error of the
# check-in taken out, and the luck that a whole team shares. Even with hundreds of learners each interval is wide.
#
# The second cohort has the same people, but everybody's hours go up and down together and one trainer holds everything. The
# weights are gone, and more learners would not bring them back. What helps is **design**: let hours or trainers differ
# between teams, by lot.
#
# Before you plan, ask which input matters at all. A **Sobol index** is the share of the gain's variance that goes when one
# input is known.

# %% id="sobol-picture"
fitted_training = fitted.training_effect()
indices = effect.sensitivity(fitted_training, {"E": (0.5, 0.9), "M": (0.4, 0.8), "P": (3, 15)}, samples=samples)
figure, axes = figures.new(width=7, height=3)
labels = ["trainer E, 0.5 to 0.9", "content M, 0.4 to 0.8", "hours P of each stage, 3 to 15"]
error = [indices["first"] - indices["first_low"], indices["first_high"] - indices["first"]]
axes.barh(labels, indices["first"], xerr=error, color=figures.COLOURS[0], ecolor=figures.TEXT)
axes.invert_yaxis()
axes.set(xlim=(0, 1), xlabel="first-order Sobol index (share of the gain's variance)")
axes.set_title("Within these ranges, hours decide most")
figures.show(
    figure,
    alt="Bars of the first-order Sobol indices of the gain: hours of each stage about 0.8, the trainer 0.13, the "
    "content 0.07.",
)
print(indices.round(3).to_string())

# %% [markdown] id="allocate-task"
# ## Exercise 5 · Where should the hours go?
# *Difficulty ●●●●○ · about 14 minutes · skill: equal marginal gain*
#
# Stage $i$ brings $v_i(1 - e^{-P_i/\tau_i})$ and costs $c_i$ an hour. The next euro there buys $\frac{v_i}{\tau_i
# c_i}e^{-P_i/\tau_i}$. In the best plan all stages that get hours buy the same: if not, move a euro. That common value
# $\lambda$ is the **shadow price** of money. A stage whose *first* euro buys less than $\lambda$ gets nothing.
#
# Write `allocate`. For a given $\lambda$ the hours follow; the right $\lambda$ is the one at which they cost the budget.


# %% id="allocate-answer" nbgrader={"grade": false, "grade_id": "allocate-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    """Hours of most gain for a budget > 0, (stages,), and the gain that one more euro buys. value, scale, cost: (stages,)."""
    ### BEGIN SOLUTION
    first = value / (scale * cost)  # what the first euro buys

    def hours_at(price):
        return scale * np.log(np.maximum(first / price, 1))

    price = brentq(lambda price: hours_at(price) @ cost - budget, first.max() * 1e-9, first.max(), xtol=1e-15)
    return hours_at(price), price
    ### END SOLUTION


allocate(
    np.array([0.10, 0.12, 0.20]), np.array([6.0, 8, 12]), np.full(3, 100.0), 3000
)  # hours 7.1, 8.6, 14.2; price 5.09e-05

# %% id="allocate-tests" nbgrader={"grade": true, "grade_id": "allocate-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
stages = np.array([0.10, 0.12, 0.20]), np.array([6.0, 8, 12]), np.full(3, 100.0)
bought, price = allocate(*stages, 3000)
lesson.check("the budget is spent", got=bought @ stages[2], want=3000)
following = stages[0] / (stages[1] * stages[2]) * np.exp(-bought / stages[1])
lesson.check("the next euro buys the same in all stages", got=following, want=np.full(3, following[0]), tolerance=1e-9)
lesson.check(
    "and that is the price",
    got=1e6 * price,
    want=1e6 * following[0],
    tolerance=1e-4,
    likely={1e8 * following[0]: "that is what an hour buys; a euro buys an hour divided by its cost"},
)


### BEGIN HIDDEN TESTS
def reference(value, scale, cost, budget):
    marginal = value / (scale * cost)
    kept = np.ones(len(value), bool)
    while True:  # closed form among the stages kept; whoever comes out negative is dropped
        weight = cost * scale * kept
        level = np.exp((weight @ np.log(marginal) - budget) / weight.sum())
        hours = scale * np.log(marginal / level) * kept
        if (hours >= 0).all():
            return hours, level
        kept &= hours > 0


rng = np.random.default_rng(lesson.hidden_seed())
cases = [(np.array([0.3, 0.02, 0.2]), np.array([6.0, 20, 12]), np.full(3, 100.0), 600)]
cases += [
    (rng.uniform(0.1, 0.4, 4), rng.uniform(5, 20, 4), rng.uniform(40, 300, 4), rng.uniform(500, 9000)) for _ in range(3)
]
for number, case in enumerate(cases):
    want_hours, want_price = reference(*case)
    got_hours, got_price = allocate(*case)
    what = "a stage that is not worth its first euro" if number == 0 else "hours of different cost"
    lesson.check(f"{what}: hours", got=got_hours, want=want_hours, tolerance=1e-4)
    lesson.check(f"{what}: price", got=1e6 * got_price, want=1e6 * want_price, tolerance=1e-3)
### END HIDDEN TESTS

# %% [markdown] id="allocate-hints"
# <details><summary>Where do I start?</summary>Solve vᵢ/(τᵢcᵢ)·e^(−Pᵢ/τᵢ) = λ for Pᵢ: a logarithm. Negative hours become
# 0.</details>
# <details><summary>How do I find λ?</summary>The higher λ, the fewer hours, so the cost of the hours falls with λ. Between
# almost 0 and the best first euro there is one λ that costs the budget: <code>brentq(function, low, high)</code>.</details>
#
# **What you found.** 7.1, 8.6 and 14.2 hours; wherever the next 100 euros go, they bring 0.005.
#
# ## Meet the solver
#
# Real plans have more corners: which trainer holds which stage, who is there when, and a deadline. Then the question is a
# mixed-integer programme, and `trainlib.plan` hands it to a solver. First, with one trainer and money alone, it must give
# what you gave.
#
# Then a real case: twelve engineers, eight weeks, four hours a week, 9,000 euros. An hour of an engineer counts 20 euros
# here. Ada is better and dearer, and has 15 hours. The plan uses the weights that the simulated cohort gave, so its gain
# carries their uncertainty.

# %% id="solver-code"
ben = plan.Trainer("Ben", 0.7, rate=90)
skill = plan.Skill("data work", level=0.35)  # what people can do before
alone = plan.Problem(
    fitted_training, [ben], 12_000, weeks=52, hours_per_week=5, skills=[skill], people=12, learner_cost=20
)
solved = plan.best(alone)
value = (1 - skill.level) * fitted.weights * [e * ben.effect + m * alone.content for e, m in shares]
cost = alone.cost_per_hour()[:, 0]


def spent_at(price):
    return cost @ (scales * np.log(np.maximum(value / (scales * cost * price), 1)))


by_hand = brentq(lambda price: spent_at(price) - alone.budget, 1e-9, (value / scales / cost).max(), xtol=1e-18)
hand_hours = scales * np.log(np.maximum(value / (scales * cost * by_hand), 1))
print(
    f"hours by equal marginal gain {hand_hours.round(2)}, by the solver {solved.hours[skill.name].to_numpy().round(2)}"
)
print(f"they differ by {abs(hand_hours - solved.hours[skill.name]).sum():.3f} hours")
print(f"1,000 euros more buy {1000 * by_hand:.5f} by hand, {1000 * solved.shadow_price_money:.5f} by the solver")

# %% id="roster-code"
problem = plan.Problem(
    training=fitted,
    trainers=[plan.Trainer("Ada", 0.9, rate=160, hours=15), ben, plan.Trainer("Chen", 0.5, rate=50)],
    budget=9_000,
    weeks=8,
    hours_per_week=4,
    skills=[skill],
    people=12,
    learner_cost=20,
)
best = plan.best(problem)
low, high = best.gain_interval
print(best.table().round({"hours": 1, "cost": 0, "gain": 3}).to_string(index=False))
print(
    f"\ngain {best.gain:.3f} (95 % interval {low:.3f} to {high:.3f}) for {best.cost:,.0f} euros; binding: {best.binding}"
)
print(f"1,000 euros more: {1000 * best.shadow_price_money:+.4f}; one hour more each: {best.shadow_price_hour:+.4f}")

# %% [markdown] id="predict"
# ## Predict, then solve again
#
# Multiply the shadow price: what will 500, 3,000 and 12,000 euros more bring? And why is an hour more worth nothing, while
# everybody wants more time? Write your three numbers down, then run the cell.

# %% id="predict-code"
for more in (500, 3_000, 12_000):
    richer = plan.best(replace(problem, budget=problem.budget + more))
    predicted = best.gain + more * best.shadow_price_money
    print(
        f"{more:+7,} euros: predicted {predicted:.4f}, solved {richer.gain:.4f}; binding: {', '.join(richer.binding)}"
    )
prices = f"1,000 more bring {1000 * richer.shadow_price_money:+.4f}, an hour {richer.shadow_price_hour:+.4f}"
print(f"there, only {richer.cost:,.0f} euros are spent; {prices}")
try:
    plan.cheapest(problem, target=0.25)
except plan.Infeasible as clash:
    print(f"a gain of 0.25: {clash}")

# %% [markdown] id="predict-found"
# **What you found.** For 500 euros the price is right to 3 %. For 3,000 it promises too much, because the deadline comes
# first; for 12,000 it is fiction. At 9,000 euros money is short and time is not, so an hour has no price. Above 11,600 it is
# the other way round: more money buys **nothing**, and an hour has a price. A demand that does not bind has the price 0.
#
# The last line is worth more than a refusal: it says which demands clash, and how far each would have to move.

# %% id="front-picture"
front = plan.pareto(problem, points=points)
money = np.array([0, *(found.cost for found in front)])
gains, lows, highs = np.array([(0, 0, 0), *((found.gain, *found.gain_interval) for found in front)]).T
figure, axes = figures.new(width=7.5)
axes.fill_between(money, lows, highs, alpha=0.2, color=figures.COLOURS[0], label="95 % band of the fitted weights")
axes.plot(money, gains, marker="o", label="best plan for the money")
line = np.array([0, money[-1]])
tangent = best.gain + (line - best.cost) * best.shadow_price_money
axes.plot(line, tangent, label="what the shadow price at 9,000 predicts")
axes.set(xlabel="cost (euros)", ylabel="gain (points of skill, 0 to 1)", ylim=(0, None))
axes.set_title("Each further euro buys less (weights of a simulated cohort)")
axes.legend(loc="lower right")
figures.show(
    figure,
    alt="Gain of the best plan against its cost: a curve that rises and flattens, inside a band about a fifth of its "
    "height. The straight line of the shadow price touches it at 9,000 euros and lies above it elsewhere.",
)


# %% id="explore"
def describe(budget, hours_per_week):
    found = plan.best(replace(problem, budget=float(budget), hours_per_week=float(hours_per_week)))
    figure, axes = figures.new(width=6.5, height=3.2)
    axes.barh([f"{stage} ({found.trainers.get(stage, 'nobody')})" for stage in names], found.hours[skill.name])
    axes.invert_yaxis()
    axes.set(xlabel="hours of each learner", xlim=(0, 30))
    prices = f"1,000 euros more {1000 * found.shadow_price_money:+.4f}, an hour more {found.shadow_price_hour:+.4f}"
    axes.set_title(f"gain {found.gain:.3f}\n{prices}")
    return figures.markup(
        figure,
        alt=f"Hours of each stage in the best plan, which gains {found.gain:.3f} and is bound by {found.binding}.",
    )


lesson.explore(
    describe,
    budget=widgets.IntSlider(9_000, min=1_000, max=25_000, step=2_000, description="budget", continuous_update=False),
    hours_per_week=widgets.IntSlider(4, min=1, max=8, description="hours/week", continuous_update=False),
)

# %% [markdown] id="remember"
# ## What to remember
#
# - An interval covers chance, never a wrong comparison. Ask what the comparison says about a year in which nobody was trained.
# - Adjusting helps as far as you know what made people different. Lots, or a later start for half of them, need no luck.
# - A cohort gives weights only if hours or trainers differ between learners, on purpose.
# - In the best plan the last euro buys the same everywhere. What it buys is the shadow price.
# - A shadow price holds for a small change. Later euros buy less, unless they pay for a better trainer.

# %% [markdown] id="open-question-task"
# ## Open question
#
# Your company offers this training next quarter to 12 of 24 engineers who want it, and the board asks for **one** more
# thing: 3,000 euros or one hour a week. Write the note. What do you ask for, and what will it buy? How will you choose the
# 12, and what will you compare, so that nobody repeats the −15,205? (About 150 words.)
#
# *Rubric, 4 points:* a choice with both shadow prices, or both plans solved again (1) · the gain with its interval, and a word
# on where the weights come from (1) · a comparison group that is drawn, not chosen (1) · a placebo or a check of balance that
# would show a bad comparison (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# I ask for 3,000 euros. At 9,000 euros money binds and time does not: 1,000 euros more are worth 0.014 of gain, an hour
# nothing. Solved again, 12,000 euros give 0.253 instead of 0.220, less than the 0.263 that the price promises, because the
# deadline then binds; beyond 11,600 I would ask for hours. The 95 % interval at 9,000 is 0.191 to 0.249. It carries the
# uncertainty of weights that come from a simulated cohort: our own cohort has to replace them before the second course.
# The 12 are drawn by lot from the 24, within teams, and the other 12 start a quarter later. Both groups take the same test
# before, and again when the first 12 have finished; I compare the two gains with Welch's interval. As a placebo I compare the
# groups in last quarter's output and in the test before: a difference far from 0 there would show a bad draw, or a
# draw that was none.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - R. J. LaLonde, *Evaluating the Econometric Evaluations of Training Programs with Experimental Data*, American Economic Review
#   76 (1986): the comparison of this lesson, and a shock to a whole field.
# - R. H. Dehejia and S. Wahba, *Causal Effects in Nonexperimental Studies*, JASA 94 (1999): how far propensity scores bring
#   the survey back; our rows are theirs.
# - M. A. Hernán and J. M. Robins, *Causal Inference: What If* (2020), free: which variables to adjust for, and which not.
# - D. A. Belsley, E. Kuh and R. E. Welsch, *Regression Diagnostics* (1980), chapter 3: when regressors cannot be told apart.
# - S. Boyd and L. Vandenberghe, *Convex Optimization* (2004), free, example 5.2 and section 5.6: water-filling, shadow prices.

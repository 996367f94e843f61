# %% [markdown] id="title"
# # 2-05 · Did the training work?
#
# You will see a good training look harmful, find out why, and estimate what each stage of a training adds, as far as the data
# can tell.

# %% [markdown] id="objectives"
# **Questions.** Did the training work, or were its people different anyway? Which stage did the work?
#
# **Afterwards you can**
# 1. compare two groups with an interval that fits them, and say when the comparison means nothing;
# 2. adjust for what you know about people, and compare the result with what lots say;
# 3. estimate the weights of a training from a cohort, and see when the cohort cannot tell them.

# %% [markdown] id="why"
# **Why a start-up cares.** One training was given by lot: in 1978 its people earned 1,794 dollars more than those who had
# drawn a blank. Compare the same people with a national survey, and the training seems to have cost them 15,205 dollars.
# Both numbers are computed below, from real people. Whoever compares volunteers with everybody else decides about a
# training budget by the second kind of number.

# %% id="imports"
import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import nnls
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from trainlib import cohort, data, effect, figures, lesson

# %% id="parameters" tags=["parameters"]
learners = 400  # of the simulated cohort
draws = 1_000  # bootstrap cohorts behind the intervals of the weights
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
# *2 points · difficulty ●●○○○ · about 8 minutes · skill: intervals*
#
# The groups differ in size and in spread: look at the `std` of the survey. So each mean has a standard error of its own, and
# Welch's interval takes both, with $s^2$ the variance (divided by $n - 1$):
#
# $$d \pm t_{\nu}\sqrt{v_1 + v_0}, \qquad v_g = \frac{s_g^2}{n_g}, \qquad \nu = \frac{(v_1 + v_0)^2}{\frac{v_1^2}{n_1 - 1} + \frac{v_0^2}{n_0 - 1}}$$
#
# $t_\nu$ is the quantile of Student's distribution with $\nu$ degrees of freedom: `stats.t.ppf(0.975, nu)` for 95 %.


# %% id="difference-answer" nbgrader={"grade": false, "grade_id": "difference-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def difference(outcome: np.ndarray, treated: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Mean of the treated minus that of the others, and Welch's interval: (value, low, high).

    Arrays (n,), treated bool.
    """
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

# %% id="difference-tests" nbgrader={"grade": true, "grade_id": "difference-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
scores, taught = np.array([4.0, 6, 7, 11, 12, 1, 5, 3]), np.arange(8) < 5
value, low, high = map(float, difference(scores.copy(), taught.copy()))
order = {-5: "treated minus the others", 4: "the mean, not the median"}
lesson.check("eight scores: the difference", got=value, want=5, likely=order)
slips = {
    3.736: "1.96 holds for large groups; take Student's quantile",
    4.0424: "divide the sum of squares by n − 1: var(ddof=1)",
    3.7073: "2.5 % lie on each side: the quantile at 0.975, not 0.95",
    4.6641: "n₁ + n₀ − 2 degrees of freedom belong to equal spreads: take ν as it is given",
    **dict.fromkeys([8.2014, 5.2923], "the smaller group alone gives no ν, nor the larger: take it as it is given"),
    4.8999: "ν need not be a whole number: leave it as it is",
    **dict.fromkeys([4.3958, 8.7837], "in ν, each square is divided by n − 1, not by n"),
    8.9014: "the root is missing: v is a variance",
    6.5445: "add the variances, then take the root; standard errors do not add up",
    9.6933: "the variance of a mean is that of the scores divided by n",
    5.3609: "one common variance was taken for both groups",
    5.9: "one common variance was taken for both groups",
}
half = "eight scores: half the interval's width"
lesson.check(half, got=abs(high - low) / 2, want=4.6699, tolerance=1e-4, likely=lambda got: lesson.slip(got, slips))
ends = "give the two ends, value − half and value + half, the low one first"
lesson.check("its ends", got=[low, high], want=[0.3301, 9.6699], tolerance=1e-3, likely=lambda got: ends)
low_80 = float(difference(scores.copy(), taught.copy(), 0.8)[1])
fixed = "the level is an argument: at 80 %, 10 % lie on each side"
lesson.check("the low end at 80 %", got=low_80, want=2.2539, tolerance=1e-3, likely=lambda got: fixed)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for large, small, level in ((40, 6, 0.95), (5, 60, 0.9), (12, 12, 0.99)):
    order = rng.permutation(large + small)
    values, chosen = (
        np.r_[rng.normal(3, 1, large), rng.normal(1, 9, small)][order],
        (np.arange(large + small) < large)[order],
    )
    welch_test = stats.ttest_ind(values[chosen], values[~chosen], equal_var=False)
    interval = welch_test.confidence_interval(level)
    lesson.check(
        "groups of other sizes and spreads, in any order of rows",
        got=difference(values.copy(), chosen.copy(), level),
        want=(values[chosen].mean() - values[~chosen].mean(), interval.low, interval.high),
    )
### END HIDDEN TESTS

# %% [markdown] id="difference-hints"
# <details><summary>Where do I start?</summary><code>outcome[treated]</code> and <code>outcome[~treated]</code> are the two
# groups. Mean, variance with <code>ddof=1</code> and size of each.</details>
# <details><summary>Which quantile for another level?</summary>Half of what is left lies on each side: <code>(1 + level) /
# 2</code>.</details>
#
# <details><summary><b>What you found</b></summary>With lots: +1,794 dollars, 474 to 3,115. With the survey: −15,205, from −16,498
# to −13,912. The second interval is no wider, and even its nearer end is 15,700 dollars from what the lots say. An interval covers
# chance. It knows nothing of a wrong comparison.<br>What the lots say is an estimate, too: LaLonde himself, with more of the men
# in the experiment, had +886. Our rows are those whose earnings of 1974 are known. Both intervals hold both numbers.</details>

# %% [markdown] id="test-that-costs-nothing"
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
figure.legend(loc="outside lower center", ncols=2)
figures.show(
    figure,
    alt="Differences between trained and untrained in eight properties: with lots within 0.3 standard deviations of 0; "
    "with the survey from -1.8 for being married and earnings of 1975 to +1.5 for being black.",
)

# %% [markdown] id="adjust-task"
# ## Exercise 2 · Compare like with like
# *2 points · difficulty ●●●○○ · about 10 minutes · skill: adjusting*
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


for table in (experiment, survey):
    print(adjusted(table.earnings_1978.to_numpy(), table.treated.to_numpy(), table[covariates].to_numpy(float)))

# %% id="adjust-tests" nbgrader={"grade": true, "grade_id": "adjust-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
outcome, years = np.array([9.0, 12, 14, 20, 4, 9, 10, 18]), np.array([1.0, 2, 3, 5, 2, 4, 5, 4])
alone, taught = np.array([0.0, 1, 0, 1, 0, 1, 0, 1]), np.array([1, 1, 1, 0, 0, 0, 0, 1], dtype=bool)
slips = {
    2.5: "that is the difference of the two means: the covariates are not in it",
    5.83: "without a column of ones everybody starts at 0",
    -1.9167: "that is the coefficient of the column of ones",
    2.8333: "that is the coefficient of the first covariate",
    2.6667: "that is the coefficient of the last covariate",
    7.4773: "all covariates go in, not the first alone",
    4.5: "the covariates took the part of the effect that goes with them: fit treated and covariates together",
    6.85: "that fits the untrained alone: fit everybody, with the column treated",
    7.0: "rounded: give the number as it is",
    -6.75: "treated and untreated are exchanged",
    6.6912: "each covariate has a coefficient of its own: no mean of them",
    9.15: "two fits give two slopes for each covariate: fit everybody together, with the column treated",
    4.0: "a covariate counts times its coefficient, which the fit must find",
}
lesson.check(
    "eight people, two covariates",
    got=adjusted(outcome.copy(), taught.copy(), np.column_stack([years, alone])),
    want=6.75,
    likely=lambda got: lesson.slip(got, slips) if np.ndim(got) == 0 else "one number: the coefficient of treated",
)
nothing = adjusted(5 * years + 2, taught.copy(), years[:, None].copy())
lesson.check("a made-up course that does nothing beside 5 a year", got=nothing, want=0, tolerance=1e-8)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for people_drawn, count in ((200, 2), (40, 5), (30, 1)):
    taught_later = rng.random(people_drawn) < 0.4
    taught_later[:2] = True, False
    known = rng.normal(size=(people_drawn, count)) - 2 * taught_later[:, None]
    outcome_later = 7 + 3 * taught_later + known @ np.arange(1, count + 1) + rng.normal(size=people_drawn)
    fit = np.linalg.lstsq(np.c_[np.ones(people_drawn), taught_later, known], outcome_later, rcond=None)[0]
    lesson.check(
        "a course that the weak are sent to",
        got=adjusted(outcome_later.copy(), taught_later.copy(), known.copy()),
        want=fit[1],
    )
### END HIDDEN TESTS

# %% [markdown] id="adjust-hints"
# <details><summary>Where do I start?</summary>A matrix with a column of ones, the column <code>treated</code>, and the
# covariates: <code>np.column_stack</code>.</details>
# <details><summary>And then?</summary><code>np.linalg.lstsq(matrix, outcome, rcond=None)[0]</code> has a coefficient for each
# column, in their order.</details>
#
# <details><summary><b>What you found</b></summary>The lot barely moves, from 1,794 to 1,676: there was nothing to adjust. The
# survey comes back from −15,205 to +752. That is most of the way, but only because two years of earlier earnings are
# known.</details>

# %% [markdown] id="other-ways"
# ## How far back do other ways bring it?
#
# **Before and after**: what the trained gained since 1975. **Difference in differences**: that, minus what the untrained
# gained. **Overlap**: the regression, only among those whose estimated chance to be in the training (the *propensity*) is 5 to
# 95 %. All are given here, with 95 % intervals. Which will come nearest to the lots? Write it down first.


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
    alt="Six estimates of the same effect with 95 percent intervals. The lot gives 1,794; the survey as "
    "it is -15,205; before and after 4,817; difference in differences 2,327; regressions 752 and 886. All "
    "but two intervals contain 1,794.",
)

# %% [markdown] id="ways-found"
# <details><summary><b>What you found</b></summary><i>Before and after</i>, the difference between a check-in and a check-out, is
# 4,817. But those who drew a blank gained 3,288 in the same time, without any training. The intervals of regression, overlap and
# difference in differences all hold the lot's estimate, and a choice among them moves the answer by more than 1,500 dollars. Which
# is nearest you can say only because somebody drew lots.</details>
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
# *3 points · difficulty ●●●○○ · about 10 minutes · skill: estimation under constraints*
#
# A stage cannot take away skill, so $a_i \ge 0$. Write `stage_weights`: the weights $a \ge 0$ that make the sum of squares of
# `post - pre` minus the model as small as possible. `nnls(A, b)` from scipy minimises $\lVert A x - b\rVert$ with $x \ge 0$ and
# returns x and the norm. Your work is the matrix: what stands in the row of a learner?


# %% id="weights-answer" nbgrader={"grade": false, "grade_id": "weights-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def stage_weights(hours, quality, scale, pre, post) -> np.ndarray:
    """Least-squares weights a ≥ 0, (stages,).

    hours, quality: (learners, stages); scale: (stages,); pre, post: (learners,).
    """
    ### BEGIN SOLUTION
    effects = quality * (1 - np.exp(-hours / scale))
    return nnls(effects * (1 - pre)[:, None], post - pre)[0]
    ### END SOLUTION


stage_weights(hours, quality, scales, pre, post).round(3)  # with the parameters as given: 0.185, 0.153, 0.409, 0.229

# %% id="weights-tests" nbgrader={"grade": true, "grade_id": "weights-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
spent, scale = np.array([[5.0, 10], [10, 5], [20, 20], [5, 5], [10, 20]]), np.array([5.0, 10])
good = np.array([[0.5, 0.8], [0.6, 0.5], [0.8, 0.6], [0.4, 0.9], [0.7, 0.7]])
before = np.array([0.2, 0.5, 0, 0.4, 0.1])
slips = {
    (0.3877, 0.3322): "who can do much already has less room: multiply each row by 1 − pre",
    **dict.fromkeys([(0, 1.9612), (1.3648, 0.2146)], "the room is 1 − pre, not pre, and not 1 − post"),
    (0.5129, 0.6726): "the gain is post − pre, not post",
    (0.1095, 0.4978): "the quality is missing in the rows",
    (2.3272, 0.157): "exp(−P/τ) is what is *not* learnt: take 1 − exp(−P/τ)",
    (0.6958, 0): "hours are divided by their scale",
    (0.0153, 0.03): "the hours' effect levels off: 1 − exp(−P/τ)",
    (0.6264, 0.3736): "weights need not add up to 1",
    (0.5, 0.3): "rounded: give the numbers as they are",
    (0.4277, 0.4041): "dividing by the room gives weight to those who have little: leave it in the rows",
    (0.5472, 0.3253): "each stage has a scale of its own",
    (0.3059, 0): "quality times what the hours bring, not plus",
    **dict.fromkeys([(0.1826, 0.7112), (0.8047, 0)], "hours and quality are each learner's own: no mean over learners"),
}
got = stage_weights(spent.copy(), good.copy(), scale.copy(), before.copy(), np.array([0.45, 0.62, 0.6, 0.55, 0.55]))
lesson.check("five learners", got, [0.5264, 0.3140], tolerance=1e-3, likely=slips)
got = stage_weights(spent.copy(), good.copy(), scale.copy(), before.copy(), np.array([0.65, 0.55, 0.4, 0.7, 0.45]))
slips = {(-0.3278, 1.1884): "a weight below 0: `nnls` keeps to a ≥ 0", (0.3278, 1.1884): "a sign dropped is no bound"}
slips[0, 1.1884] = "negative weights were cut to 0 afterwards; the others must be fitted again without them"
slips[0, 0.6432] = "no constant: who spends no hour gains nothing"
lesson.check("five whose first stage seems to do harm", got, [0, 0.8273], tolerance=1e-3, likely=slips)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for planted in ([0.6, 0.0, 0.2], [0.0, 0.7, 0.0], [0.3, 0.2, 0.5]):
    spent = rng.uniform(2, 20, (60, 1)) * rng.uniform(0.6, 1.4, (60, 3))
    good, before, scale = rng.uniform(0.3, 0.9, (60, 3)), rng.uniform(0, 0.6, 60), np.array([6.0, 8, 15])
    matrix = (1 - before)[:, None] * good * (1 - np.exp(-spent / scale))
    idle = planted.index(min(planted))
    against = 0 if min(planted) else 0.2  # clearly more than the noise, which it is drawn beside
    gained = matrix @ planted - against * matrix[:, idle] + 0.05 + rng.normal(0, 0.005, 60)
    lesson.check(
        "drawn cohorts: a gain of 0.05 for everybody, and stages that seem to take skill away",
        got=stage_weights(spent.copy(), good.copy(), scale.copy(), before.copy(), before + gained),
        want=nnls(matrix, gained)[0],
        tolerance=1e-5,
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
# <details><summary><b>What you found</b></summary>0.185, 0.153, 0.409 and 0.229, where 0.15, 0.20, 0.35 and 0.30 were planted. 400
# learners find the largest weight, and exchange the two smallest.</details>

# %% [markdown] id="condition-task"
# ## Exercise 4 · Can these stages be told apart?
# *2 points · difficulty ●●●○○ · about 8 minutes · skill: identifiability*
#
# When does a cohort say nothing about the weights, however large it is? If everybody's project hours are twice the
# practice hours, nobody can say which of the two helped. Such a dependence is measured by the **condition index**: divide
# each column of the matrix by its length (the root of its sum of squares), then take the largest singular value over the
# smallest. 1 is ideal; above 30 the weights are worth little (Belsley, Kuh and Welsch, 1980). `np.linalg.svd(A,
# compute_uv=False)` gives singular values.


# %% id="condition-answer" nbgrader={"grade": false, "grade_id": "condition-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def condition_index(regressors: np.ndarray) -> float:
    """Largest over smallest singular value of the columns at length 1.

    regressors: (learners, stages), no column all 0.
    """
    ### BEGIN SOLUTION
    columns = regressors / np.linalg.norm(regressors, axis=0)
    values = np.linalg.svd(columns, compute_uv=False)
    return float(values[0] / values[-1])
    ### END SOLUTION


condition_index((1 - pre)[:, None] * quality * (1 - np.exp(-hours / scales)))

# %% id="condition-tests" nbgrader={"grade": true, "grade_id": "condition-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
three = np.array([[3.0, 4, 10], [4, 0, 20], [0, 3, 0], [1, 2, 40]])
slips = {
    13.1331: "a unit was taken for a dependence: bring each column to length 1",
    9.374: "rows were brought to length 1: it is the columns",
    5.8689: "the singular values of the matrix, not of its square",
    **dict.fromkeys([0.4128, 1.4474], "largest over smallest"),
    1.9553: "over the smallest, not over the second",
    0.85: "divided by, not minus",
    1.9306: "columns are divided by their length; nothing is subtracted",
    2.3788: "the length is the root of the sum of squares, not the sum",
    **dict.fromkeys([14.5184, 2.5442], "the length is the root of the sum of squares"),
    2.5263: "the length is the root of the sum of squares, not the largest entry",
    2.1414: "pairs of columns do not tell: take the singular values of all",
    2.4: "rounded: give the number as it is",
    118.029: "divide the columns, then take the singular values: these do not belong to single columns",
}
got = condition_index(three.copy())
lesson.check(
    "three stages in different units", got, 2.4226, tolerance=1e-3, likely=lambda got: lesson.slip(got, slips, 0.002)
)
slips = {4: "the singular values of the matrix, not of its square", 0.5: "largest over smallest"}
two = condition_index(np.array([[1, 0.6], [0, 0.8]]))
lesson.check("two stages of length 1 that share some", got=two, want=2, likely=slips)
kept = three.copy()
condition_index(kept)
changed = "work on a copy: `/=` changes the table that it was given"
lesson.check("the table is as before", got=kept, want=three, likely=lambda got: changed)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
table = rng.uniform(0, 1, (30, 3))
unit = np.linalg.svd(table / np.linalg.norm(table, axis=0), compute_uv=False)
lesson.check("three stages", got=condition_index(table.copy()), want=unit[0] / unit[-1])
lesson.check(
    "minutes instead of hours change nothing", got=condition_index(table * [60, 1, 1]), want=unit[0] / unit[-1]
)
mixed = np.c_[table[:, :2], table[:, 0] + table[:, 1] + 1e-3 * table[:, 2]]
unit = np.linalg.svd(mixed / np.linalg.norm(mixed, axis=0), compute_uv=False)
what = "a third stage that is the sum of two others is found"
lesson.check(what, got=condition_index(mixed.copy()), want=unit[0] / unit[-1], tolerance=1e-4)
wide = rng.uniform(0, 1, (6, 5)) * [1, 9, 30, 2, 0.1]
unit = np.linalg.svd(wide / np.linalg.norm(wide, axis=0), compute_uv=False)
lesson.check("five stages of five units", got=condition_index(wide.copy()), want=unit[0] / unit[-1], tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="condition-hints"
# <details><summary>Where do I start?</summary><code>np.linalg.norm(regressors, axis=0)</code> is the length of each
# column.</details>
# <details><summary>Why not a table of correlations?</summary>It compares pairs. A third column that is the sum of two others
# has a modest correlation with either, and is still worthless.</details>
#
# <details><summary><b>What you found</b></summary>This cohort has 9.4: its stages can be told apart, though not
# sharply.</details>

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
# <details><summary><b>What you found</b></summary><code>cohort.fit</code> is Exercise 3 with ratings drawn towards the mean where
# there are few, the error of the check-in taken out, and the luck that a whole team shares. Even with hundreds of learners each
# interval is wide.</details>
#
# The second cohort has the same people, but everybody's hours go up and down together and one trainer holds everything. The
# weights are gone, and more learners would not bring them back. What helps is **design**: let hours or trainers differ
# between teams, by lot. In 2-06 these weights, with their intervals, buy a plan.

# %% [markdown] id="remember"
# ## What to remember
#
# - An interval covers chance, never a wrong comparison. Ask what the comparison says about a year in which nobody was trained.
# - Adjusting helps as far as you know what made people different. Lots, or a later start for half of them, need no luck.
# - What lots say is an estimate as well, with an interval of its own; only its comparison is right.
# - A cohort gives weights only if hours or trainers differ between learners, on purpose.

# %% [markdown] id="open-question-task"
# ## Open question (2 points)
#
# Your company offers this training next quarter to 12 of 24 engineers who want it. Write the note to the board: how will you
# choose the 12, what will you compare and when, and what in that comparison would tell you that it is worth nothing, so
# that nobody repeats the −15,205? (About 120 words.)
#
# *Rubric, 2 points:* a comparison group that is drawn, not chosen, and measured before and after like the others (1) · a placebo
# or a check of balance that would show a bad comparison, and what you would then do (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# The 12 are drawn by lot from the 24, within teams; the other 12 start a quarter later. Both groups take the same test before,
# and again when the first 12 have finished, before the others begin. I compare the two gains with Welch's interval: with 12 and
# 12 it will be wide, so I write down now which width would still let us decide. As a placebo I compare the groups in last
# quarter's output and in the test before. A difference far from 0 there would show a bad draw, or a draw that was none; then I
# adjust for both, say so in the report, and wait for the second group before anybody decides about the budget.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - R. J. LaLonde, *Evaluating the Econometric Evaluations of Training Programs with Experimental Data*, American Economic Review
#   76 (1986): the comparison of this lesson, a shock to a whole field, and the source of its 886.
# - R. H. Dehejia and S. Wahba, *Causal Effects in Nonexperimental Studies*, JASA 94 (1999): how far propensity scores bring
#   the survey back; our rows are theirs.
# - M. A. Hernán and J. M. Robins, *Causal Inference: What If* (2020), free: which variables to adjust for, and which not.
# - D. A. Belsley, E. Kuh and R. E. Welsch, *Regression Diagnostics* (1980), chapter 3: when regressors cannot be told apart.

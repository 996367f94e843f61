# %% [markdown] id="title"
# # 1-03 · Linear regression, from a loss that climbs to one that can be trusted
#
# You will predict the interest rates of real loans, write gradient descent that meets scikit-learn's answer to six
# decimals, and mend a published formula and its PyTorch program, whose faults you find from their symptoms.

# %% [markdown] id="objectives"
# **Questions.** What does training do, step by step? What can make a loss climb? Why can a loss that falls, and a program
# that runs, still be wrong?
#
# **Afterwards you can**
# 1. standardise features without letting the test set in;
# 2. derive the gradient of the squared error, and check it numerically and by autograd;
# 3. tell from a loss curve what is broken;
# 4. batch data in PyTorch so that every row keeps its target;
# 5. report train and test losses that may be compared, beside a baseline and with an interval.

# %% [markdown] id="why"
# **Why a start-up cares.** The 10,000 loans of this lesson have a mean of 16,362 dollars, so a quote that is off by one
# percentage point is worth about 164 dollars a year for each, 1.6 million for all of them (computed below). You will train
# a model on them with the program of a Chinese text on teams of AI start-ups, from 2024, whose loss falls smoothly, and which in the end quotes everybody the same rate.

# %% id="imports"
import copy
import warnings

import ipywidgets as widgets
import numpy as np
import torch
from sklearn.linear_model import LinearRegression
from torch.utils.data import DataLoader, TensorDataset

from trainlib import data, figures, lesson


def slope_by_autograd(features: np.ndarray, rates: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """PyTorch's derivative of the objective J at `theta` (1 + d,), intercept first: the reference of this lesson."""
    tensor = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    predicted = tensor[0] + torch.tensor(features) @ tensor[1:]
    ((predicted - torch.tensor(rates)) ** 2).mean().div(2).backward()
    return tensor.grad.numpy()


# %% id="parameters" tags=["parameters"]
rows = 10_000  # loans, all there are
steps = 1_500  # of gradient descent on all training rows at once
batch_size = 64  # loans in a mini-batch, as the published program has it
epochs = 5  # passes of that program over the training rows
draws = 2_000  # bootstrap samples behind an interval
seed = 0  # of the order of the loans, the first weights and the bootstrap

# %% [markdown] id="idea"
# ## One rate for everybody
#
# Five loans were made at 6, 7, 10, 12 and 25 percent. You must quote **one** rate for all five, and pay for each loan the
# square of your error. Which rate costs least: the one in the middle, 10, or another? Guess, then run the cell.

# %% id="idea-code"
five = np.array([6.0, 7.0, 10.0, 12.0, 25.0])
for quote in (10, 11, 12, 13, 14):
    print(f"quote {quote} %: mean squared error {np.mean((quote - five) ** 2):.1f}")
print(f"median {np.median(five):.0f}, mean {five.mean():.0f}, variance {five.var():.1f}")

# %% [markdown] id="formula"
# ## Its name
#
# The best single quote is the **mean**, and what it costs is the **variance**. That is the baseline of every regression.
# A linear model moves the quote with what it knows of the loan:
#
# $$\hat y_i = \theta_0 + \theta_1 x_{i1} + \dots + \theta_d x_{id}, \qquad J(\theta) = \frac1{2m}\sum_{i=1}^m (\hat y_i - y_i)^2$$
#
# | symbol | meaning |
# |---|---|
# | $y_i$, $\hat y_i$ | rate of loan $i$, real and predicted, percent a year |
# | $x_{ij}$ | feature $j$ of loan $i$ |
# | $\theta_0$, $\theta_j$ | intercept and weights |
# | $m$, $d$ | training loans and features |
# | $J$ | objective; $2J$ is the mean squared error |
#
# The half only makes the derivative tidier.

# %% id="loans"
loans = data.load("loans", rows=rows, seed=seed)
features = [name for name in loans if name not in ("interest_rate", "split")]
train, test = (loans[loans.split == split] for split in ("train", "test"))
y, y_test = train.interest_rate.to_numpy(), test.interest_rate.to_numpy()
print(f"{len(train)} loans to train on, {len(test)} to test on, {len(features)} features")
print(
    f"the mean rate is {y.mean():.2f} %, its variance {y.var():.1f}, the mean loan "
    f"{loans.loan_amount.mean():,.0f} dollars"
)
print(f"a percentage point of 10,000 such loans is {0.01 * 10_000 * loans.loan_amount.mean():,.0f} dollars a year")
data.describe("loans")

# %% id="leak-quiz"
lesson.quiz(
    "The monthly instalment is in the source of these loans, for every loan. May the model have it as a feature?",
    {
        "Yes: it is no outcome, it is known on the first day": "It is known on the first day, but after the rate was "
        "set: it is computed from amount, term and rate. With it you would solve for the rate, not predict it.",
        "No: it is computed from the rate": "A feature may be used only if it is known when the prediction is needed. "
        "The card above says of each column why it is there or not.",
        "Yes, if it is standardised": "Scaling changes no information: a leak stays a leak.",
    },
    answer="No: it is computed from the rate",
)

# %% [markdown] id="standardise-task"
# ## Exercise 1 · One scale, and whose?
# *Difficulty ●●○○○ · about 7 minutes · skill: preparing features · 3 points*
#
# Incomes run in tens of thousands, the term is 36 or 60, some columns are 0 or 1. You will see below what such scales do to
# training. The cure: subtract each column's mean and divide by its standard deviation (the one that divides by $n$, numpy's
# default). The question is **whose** mean. The test loans stand for applicants whom you have not met yet; tomorrow they
# come one at a time.
#
# Write `standardise`. In a sample of 3,000 loans, `late_accounts_now` is 0 throughout: say what happens then, and prevent it.


# %% id="standardise-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
slips_of_scaling = {  # of the training rows, by the six values
    (-(0.5**0.5), -(0.5**0.5), 0, 0.5**0.5, 0.5**0.5, 0): "that divides by n − 1: numpy's default is n",
    (-12, -1, 0, 12, 1, 0): "divide by the standard deviation, too",
    (0, 0, 0, 1, 1, 0): "that is from minimum to maximum",
    (-1 / 12, -1, 0, 1 / 12, 1, 0): "that is divided by the variance: take its root",
    (-1, -1, np.nan, 1, 1, np.nan): "0 / 0 is not a number: treat a column that never varies apart",
    (
        0.77549677,
        -0.80651664,
        -0.57386761,
        1.89221211,
        -0.71345703,
        -0.57386761,
    ): "each column has a mean and a spread of its own: axis=0",
    (
        -1.677484,
        -1.341641,
        -0.57735,
        0.762493,
        0.447214,
        -0.57735,
    ): "the test set came in: only `train` makes the scale",
}
slips_of_the_later = {  # of the other rows
    (1, 1, 1, -1, -1, -1): "the later rows were compared with themselves: use the scale of `train`",
    (0.25, 1, 0, -0.25, -1, 0): "compare with the mean of `train`",
    (60, 5, 9, 54, 3, 7): "scale the other table as well",
    (1, 2, 2, 0.5, 0, 0): "a column that never varies in `train` becomes 0 in the other table, too",
    (1, 1, 0, 0.5, 0, 0): "do not cap: a later loan may lie outside of the past",
} | dict.fromkeys(
    [(1, 2, np.inf, 0.5, 0, np.nan), (1, 2, 2e8, 0.5, 0, 0), (1, 2, np.finfo(float).max, 0.5, 0, 0)],
    "a column that never varies in `train` becomes 0 in both",
)


# %% id="standardise-answer" nbgrader={"grade": false, "grade_id": "standardise-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def standardise(train: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Training rows (n, d) and other rows (m, d) on one scale: (n, d) with mean 0 and standard deviation 1, and (m, d).

    A column that never varies in `train` becomes 0 in both. Nothing that is computed from `other` may change a scale.
    """
    ### BEGIN SOLUTION
    varies = train.max(axis=0) > train.min(axis=0)
    scale = np.where(varies, train.std(axis=0), np.inf)
    return (train - train.mean(axis=0)) / scale, (other - train.mean(axis=0)) / scale
    ### END SOLUTION


standardise(np.array([[36.0, 1.0], [60.0, 1.0]]), np.array([[48.0, 1.0]]))[0]  # expected: [[-1. 0.] [1. 0.]]

# %% id="standardise-tests" nbgrader={"grade": true, "grade_id": "standardise-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
every, changed = "keep every column, also the one that never varies", "write into new arrays: `-=` changes the old"
past = np.array([[36.0, 2.0, 7.0], [60.0, 4.0, 7.0]])  # means 48, 3 and 7, standard deviations 12, 1 and 0
later = np.array([[60.0, 5.0, 9.0], [54.0, 3.0, 7.0]])
handed = past.copy(), later.copy()
scaled, scaled_later = (np.array(part, dtype=float) for part in standardise(*handed))
shapes = [scaled.shape, scaled_later.shape]
lesson.check("both tables keep their shape", shapes, [(2, 3), (2, 3)], likely=lambda got: every)
lesson.check(
    "the training rows become -1 and 1, and 0 where nothing varies",
    scaled.ravel(),
    [-1, -1, 0, 1, 1, 0],
    tolerance=1e-5,
    likely=slips_of_scaling,
)
lesson.check(
    "the later rows are measured by the past", scaled_later.ravel(), [1, 2, 0, 0.5, 0, 0], likely=slips_of_the_later
)
lesson.check("the tables stay as they were", np.ravel(handed), np.ravel([past, later]), likely=lambda got: changed)
skew = np.array([[0.0, 0.1], [0.0, 0.1], [3.0, 0.1]])
scaled = np.array(standardise(skew.copy(), skew.copy())[0], dtype=float)
tenths = "0.1 never varies, though its spread is 1e-17 as computed: compare the largest value with the smallest"
lesson.check("a column of 0.1 becomes 0", got=scaled[:, 1], want=np.zeros(3), likely=lambda got: tenths)
spreads = {(0, 0, 1.5 * 2**0.5): "take the mean, not the median", (-0.75, -0.75, 1.5): "take the standard deviation"}
lesson.check("0, 0, 3 have mean 1 and spread √2", scaled[:, 0], np.array([-1, -1, 2]) / 2**0.5, likely=spreads)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for count in (1, 4):
    past = np.column_stack([rng.normal(7, 3, (30, 2)), np.full(30, 5.0)])
    later = rng.normal(9, 2, (count, 3))
    spread = np.array([*past[:, :2].std(axis=0), np.inf])
    lesson.check(
        "any loans are measured by those of the past, also one that comes alone",
        got=[np.ravel(part).tolist() for part in standardise(past.copy(), later.copy())],
        want=[((part - past.mean(axis=0)) / spread).ravel().tolist() for part in (past, later)],
    )
### END HIDDEN TESTS

# %% [markdown] id="standardise-hints"
# <details><summary>Where do I start?</summary><code>train.mean(axis=0)</code> and <code>train.std(axis=0)</code> have one
# number for each column, and numpy subtracts them from every row.</details>
# <details><summary>Which numbers scale the other table?</summary>The same ones. Only then does a value mean the same in
# both.</details>
# <details><summary>A spread of 0</summary>Divide by something else there: <code>np.where(varies, spread, np.inf)</code> turns
# the column into 0, in both tables. Compare its largest value with its smallest one to see whether it varies: the spread of
# a column of 0.1 is 2.8e-17 and not 0, as floating-point numbers have it.</details>
# <details><summary><b>What you found</b></summary>
#
# The next cell shows what each choice costs: a model fitted to the training loans quotes rates to the
# test loans, which come alone, in tens, in hundreds and all at once. Whoever comes alone is all zeros on their own scale, so
# is quoted the mean. With all 1,800 at once both choices score alike: the usual test does not show the mistake.
#
# </details>

# %% id="batches-of-applicants"
mean, spread = train[features].mean(), train[features].std(ddof=0).replace(0, np.inf)
X, X_test = (((part[features] - mean) / spread).to_numpy() for part in (train, test))
best = LinearRegression().fit(X, y)
print(f"training loans' scale: mean squared error {np.mean((best.predict(X_test) - y_test) ** 2):.1f}, always")
for together in (1, 10, 100, len(test)):
    quotes = []
    for group in np.split(test[features].to_numpy(), range(together, len(test), together)):
        own_spread = group.std(axis=0)
        own = (group - group.mean(axis=0)) / np.where(np.ptp(group, axis=0) > 0, own_spread, np.inf)
        quotes.append(best.intercept_ + own @ best.coef_)
    print(f"own scale, {together:4} at a time: {np.mean((np.concatenate(quotes) - y_test) ** 2):.1f}")

# %% [markdown] id="climbs-task"
# ## Exercise 2 · The loss climbs: why?
# *Difficulty ●●●○○ · about 12 minutes · skill: gradients · 4 points*
#
# Now training. That text (named under *Further reading*) gives this step, for every $j$ at once, with learning rate $\eta$ and $x_{i0} = 1$:
#
# $$\theta_j \leftarrow \theta_j - \eta\,\frac1m\sum_{i=1}^m (y_i - \hat y_i)\,x_{ij}$$
#
# The next cell does exactly that. Which two causes can a climbing loss have? Which one do the three lines rule out? Then
# derive $\partial J/\partial\theta_j$ on paper and write `descend`.

# %% id="climbs-symptom"
term = X[:, [features.index("term_months")]]  # one feature is enough to see it
for learning_rate in (0.1, 0.01, 0.001):
    theta, values = np.zeros(2), []
    for _ in range(6):
        error = y - (theta[0] + term @ theta[1:])
        values.append(np.mean(error**2) / 2)
        theta = theta - learning_rate * np.array([error.mean(), np.mean(error * term[:, 0])])
    print(f"learning rate {learning_rate:5}: J =", *(f"{value:6.1f}" for value in values))


# %% id="climbs-answer" nbgrader={"grade": false, "grade_id": "climbs-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def descend(features: np.ndarray, rates: np.ndarray, learning_rate: float, steps: int) -> np.ndarray:
    """The path of gradient descent on J from zero: (steps + 1, 1 + d), a row a step, the intercept first.

    `features` (m, d), not necessarily standardised; `rates` (m,). A step changes all parameters at the same time.
    """
    ### BEGIN SOLUTION
    design = np.column_stack([np.ones(len(rates)), features])
    path = [np.zeros(design.shape[1])]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * design.T @ (design @ path[-1] - rates) / len(rates))
    return np.array(path)
    ### END SOLUTION


descend(term, y, learning_rate=0.5, steps=2).round(
    2
)  # 3 rows; each step takes the intercept half of the way that is left

# %% id="climbs-tests" nbgrader={"grade": true, "grade_id": "climbs-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
loan, paid = np.array([[1.0], [3.0], [1.0], [3.0]]), np.array([10.0, 20.0, 10.0, 20.0])
path = np.array([np.asarray(row) for row in descend(loan.copy(), paid.copy(), learning_rate=0.1, steps=2)])
lesson.check(
    "there is a row more than steps, of intercept and weight",
    got=path.shape,
    want=(3, 2),
    likely=lambda got: {
        (2, 2): "the start belongs to the path",
        (2, 3): "a row a step",
        (2,): "keep every step, not only the last",
    }.get(tuple(got)),
)
lesson.check(
    "the path starts at zero",
    got=path[0],
    want=[0, 0],
    likely=lambda got: (
        "all rows are one array: append a copy" if np.array_equal(path[0], path[2]) else "the first row is the start"
    ),
)
lesson.check(
    "from errors of -10 and -20 the first step is 0.1 × 15 and 0.1 × 35",
    got=path[1],
    want=[1.5, 3.5],
    likely={
        (-1.5, -3.5): "it runs uphill: that is the printed sign",
        (6, 14): "divide by the number of loans",
        (3, 7): "that is the slope of 2J: J has a half",
        (0.75, 1.75): "the half goes when the square is derived",
        (1.5, 3.2): "the weight has seen the new intercept: change all parameters at the same time",
        (0.8, 3.5): "the intercept has seen the new weight: change all parameters at the same time",
        (1.5, 0.5): "take the features as they are: they were standardised",
        (3.5, 1.5): "the intercept comes first",
        (0, 3.5): "the intercept moves, too",
        (1.215875, 2.78625): "one step for all loans together, not one for each",
    },
)
lesson.check(
    "the second step begins where the first one ended",
    got=path[2],
    want=[2.15, 4.95],
    likely={(3, 7): "take the slope anew at every step", (1.825, 4.225): "the learning rate stays as it is"},
)
path, reference = np.array(descend(term.copy(), y.copy(), 0.5, 60)), LinearRegression().fit(term, y)
answer = [reference.intercept_, *reference.coef_]
lesson.check("with one feature it ends at scikit-learn's answer, to 1e-6", got=path[-1], want=answer)
answer = [best.intercept_, *best.coef_]
lesson.check("and with all features as well", got=np.array(descend(X.copy(), y.copy(), 0.18, steps))[-1], want=answer)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
raw, target = rng.normal(3, 1, (50, 2)), rng.normal(12, 4, 50)  # columns whose mean is not 0
expected = [np.zeros(3)]
for _ in range(3):
    expected.append(expected[-1] - 0.05 * slope_by_autograd(raw, target, expected[-1]))
lesson.check(
    "every step is the one that autograd takes, also with features that are not standardised",
    got=descend(raw.copy(), target.copy(), 0.05, 3),
    want=np.array(expected),
)
lesson.check(
    "without a feature, half way to the mean",
    got=descend(raw[:, :0], target.copy(), 0.5, 1)[1],
    want=[target.mean() / 2],
)
### END HIDDEN TESTS

# %% [markdown] id="climbs-hints"
# <details><summary>Where do I start?</summary>Both causes: the step is too long, or it goes uphill. A step that is too
# long becomes harmless when you make it shorter.</details>
# <details><summary>The derivative</summary>The inner derivative of (ŷ − y)² along θ<sub>j</sub> is that of ŷ: +x<sub>j</sub>.
# What would it be for (y − ŷ)²?</details>
# <details><summary>All parameters at once</summary>With a first column of ones in <code>design</code>, the gradient is
# <code>design.T @ (design @ theta - rates) / m</code>.</details>
# <details><summary>It does not fall, or it ends in nan</summary>Then the sign is still the printed one.</details>


# %% id="three-slopes"
def walk(features, learning_rate, steps, sign=1):
    """The path of gradient descent from zero with autograd's slope; with sign -1, of ascent."""
    path = [np.zeros(1 + features.shape[1])]
    for _ in range(steps):
        path.append(path[-1] - sign * learning_rate * slope_by_autograd(features, y, path[-1]))
    return np.array(path)


def objective(theta, features):
    return np.mean((theta[0] + features @ theta[1:] - y) ** 2) / 2


theta, width = np.array([5.0, -1.0]), 1e-4
error = y - (theta[0] + term @ theta[1:])
slopes = {
    "two nearby values of J": [
        (objective(theta + move, term) - objective(theta - move, term)) / (2 * width) for move in width * np.eye(2)
    ],
    "autograd": slope_by_autograd(term, y, theta),
    "the text's sum": [error.mean(), np.mean(error * term[:, 0])],
}
for name, (intercept, weight) in slopes.items():
    print(f"{name:23} along the intercept {intercept:8.4f}, along the weight {weight:8.4f}")

# %% id="surface-picture"
figure, axes = figures.new(columns=2, width=9.0, height=4.6)
years = train[["term_months"]].to_numpy() / 12
for axis, column, unit, across, up in zip(
    axes, (years, term), ("years", "standardised"), ((-8, 16), (-12, 26)), ((-6, 9), (-12, 12))
):
    grid = np.stack(np.meshgrid(np.linspace(*across, 300), np.linspace(*up, 300)), axis=-1)
    design = np.column_stack([np.ones(len(y)), column])
    bowl = np.einsum("...i,ij,...j", grid, design.T @ design, grid) / 2 - grid @ (design.T @ y) + y @ y / 2
    answer = np.linalg.lstsq(design, y, rcond=None)[0]
    levels = objective(answer, column) + np.geomspace(0.1, 900, 12)
    axis.contour(*np.moveaxis(grid, -1, 0), bowl / len(y), levels, colors=figures.TEXT, linewidths=0.7, alpha=0.6)
    axis.plot(*walk(column, 0.1, 60).T, ".-", color=figures.COLOURS[0], label="(ŷ − y): downhill")
    axis.plot(*walk(column, 0.1, 8, sign=-1).T, ".--", color=figures.COLOURS[1], label="(y − ŷ), as printed")
    axis.plot(*answer, "*", markersize=14, color=figures.COLOURS[2], label="least squares")
    axis.set(xlim=across, ylim=up, xlabel="intercept (percent)", ylabel=f"weight of the term ({unit})")
    axis.set_title("Raw: after 60 steps far from it" if unit == "years" else "Standardised: straight to it")
figure.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=3)
figures.show(
    figure,
    alt="Two maps of J over intercept and weight, with 60 steps downhill and 8 printed steps from zero. In years: a "
    "narrow valley, in which the path creeps and stops far from the lowest point. Standardised: a round bowl, and the "
    "path runs straight to it. The printed steps run uphill on both.",
)

# %% [markdown] id="surface-found"
# <details><summary><b>What you found</b></summary>
#
# Smaller learning rates only made it climb more slowly: so it is not the step, it is the direction.
# The printed sum is the exact negative of the slope, because $\partial(y-\hat y)^2/\partial\theta_j$ has an inner derivative
# $-x_j$ that the text forgot. Write $(\hat y - y)$ and it descends.
#
# The map shows a second lesson. With the term in years, intercept and weight pull on each other, the valley is narrow, and
# a step that is safe across it is tiny along it. Standardising makes the valley round.
#
# How long may a step be? Below are four learning rates on all features. The limit is 2 over the largest curvature of $J$.
#
# </details>

# %% id="rates-picture"
limit = 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]
lowest = objective(np.array([best.intercept_, *best.coef_]), X)
figure, axes = figures.new(height=3.6)
for rate in (0.01, 0.1, 0.3, 1.2 * limit):
    axes.semilogy([objective(theta, X) for theta in walk(X, rate, 40)], label=f"{rate:.2f}", linewidth=2)
axes.axhline(lowest, color=figures.TEXT, linewidth=1)
axes.annotate(f"scikit-learn: {lowest:.2f}", (0, lowest * 0.72))
axes.set(xlabel="step", ylabel="objective J (log scale)", ylim=(lowest * 0.6, 200))
axes.set_title(f"Above {limit:.2f} the right sign climbs, too")
axes.legend(title="learning rate", ncols=2)
figures.show(
    figure,
    alt="Objective against step for four learning rates, right sign. 0.01 has not arrived after 40 steps, 0.1 and 0.3 "
    "reach scikit-learn's value, and one 20 percent above the limit climbs for good.",
)


# %% id="rates-slider"
def describe(exponent):
    value = objective(walk(X, 10**exponent, 40)[-1], X)
    verdict = (
        "climbs"
        if value > np.mean(y**2) / 2
        else "has arrived"
        if value < 1.05 * lowest
        else "is on its way, or swings"
    )
    return (
        f"learning rate {10**exponent:.4f}: after 40 steps J is <b>{value:.4g}</b>, and {verdict} (least: {lowest:.2f})"
    )


lesson.explore(describe, exponent=widgets.FloatSlider(-1.0, min=-4, max=-0.2, step=0.1, description="log10 rate"))

# %% [markdown] id="batches-task"
# ## Exercise 3 · A TypeError about an argument that is right
# *Difficulty ●●○○○ · about 6 minutes · skill: PyTorch data · 2 points*
#
# All rows in one step is fine for 7,380 loans, not for millions. PyTorch serves mini-batches. The published program writes
# the line in the next cell and stops there: it never ran. The message blames `batch_size`, which is right. Who gave a
# batch size before it? Ask `help(DataLoader)` for the order of its arguments.
#
# Write `make_batches`. What it returns can be looped over again and again; each loop serves **every loan once, beside its
# own rate**, in a new random order.

# %% id="batches-symptom"
X_tensor, y_tensor = torch.tensor(X), torch.tensor(y)
try:
    DataLoader(X_tensor, y_tensor, batch_size=batch_size, shuffle=True)
except TypeError as error:
    print("TypeError:", error)


# %% id="batches-answer" nbgrader={"grade": false, "grade_id": "batches-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def make_batches(features: torch.Tensor, rates: torch.Tensor, batch_size: int):
    """Serves pairs of tensors, features (b, d) and rates (b,), with b = batch_size, but for a smaller last batch."""
    ### BEGIN SOLUTION
    return DataLoader(TensorDataset(features, rates), batch_size=batch_size, shuffle=True)
    ### END SOLUTION


len(make_batches(X_tensor, y_tensor, batch_size))  # expected: a batch for every 64 loans, and one for the rest

# %% id="batches-tests" nbgrader={"grade": true, "grade_id": "batches-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
numbers = torch.arange(20.0)
some = make_batches(numbers[:, None], 2 * numbers, 8)  # the rate of loan i is 2i
loops = [[(part.clone(), rate.clone()) for part, rate in some] for _ in range(3)]
used_up, size = (
    "a loop uses it up: return an object, not an iterator",
    "every batch has `batch_size` loans: use the argument",
)
rest = "the last batch is smaller, not left out"
lesson.check(
    "20 loans come in three batches, in every loop",
    [len(loop) for loop in loops],
    [3, 3, 3],
    likely=lambda got: rest if got[0] == 2 else used_up if got[0] == 3 else size,
)
shapes = [(tuple(part.shape), tuple(rate.shape)) for part, rate in loops[0]]
turned = "features (b, d) come first, rates (b,) second: as they are handed over, without a further dimension"
lesson.check("8, 8 and 4 of them", shapes, [((b, 1), (b,)) for b in (8, 8, 4)], likely=lambda got: turned)
first, second, third = (torch.cat([torch.cat([part, rate[:, None]], 1) for part, rate in loop]) for loop in loops)
once, apart = "each loan once: draw without replacement", "features and rates were shuffled apart: shuffle the pairs"
lesson.check("every loan comes once", got=first[:, 0].sort().values, want=numbers, likely=lambda got: once)
lesson.check(
    "each loan comes beside its own rate", got=first[:, 1], want=2 * first[:, 0].numpy(), likely=lambda got: apart
)
orders = [tuple(loop[:, 0].tolist()) for loop in (first, second, third)]
again, blocks = "shuffle anew in every loop", "shuffle rows, not whole batches"
lesson.check("each loop has another order", got=len({*orders, tuple(range(20))}), want=4, likely=lambda got: again)
together = [set(range(8)) in (set(order[:8]), set(order[8:16]), set(order[12:])) for order in orders]
lesson.check("other loans come together each time", got=any(together), want=False, likely=lambda got: blocks)
### BEGIN HIDDEN TESTS
numbers = torch.arange(50.0, dtype=torch.float64) + lesson.hidden_seed() % 97
twice = make_batches(torch.stack([numbers, -numbers], dim=1), 3 * numbers, 7)
first, second = (torch.cat([torch.cat([part, rate[:, None]], dim=1) for part, rate in twice]) for _ in range(2))
lesson.check(
    "each loan comes beside its own rate", got=first[:, 2].tolist(), want=[3 * row[0] for row in first.tolist()]
)
lesson.check("every loan comes once", got=sorted(first[:, 0].tolist()), want=numbers.tolist())
lesson.check("the next loop has another order", got=first.tolist() == second.tolist(), want=False)
lesson.check("batches have the size asked for", got=[len(rate) for _, rate in twice], want=[7] * 7 + [1])
### END HIDDEN TESTS

# %% [markdown] id="batches-hints"
# <details><summary>Where do I start?</summary>The second argument of <code>DataLoader</code> <em>is</em> the batch size. It
# takes one data set, not two.</details>
# <details><summary>How do two tensors become one data set?</summary><code>TensorDataset(features, rates)</code>: its item
# <em>i</em> is the pair of row <em>i</em> of each.</details>
# <details><summary><b>What you found</b></summary>
#
# An error names the argument at which Python noticed, not the one that is wrong. Leave out
# `batch_size=` as well, and PyTorch tells you more: "batch_size should be a positive integer value, but got
# batch_size=tensor([…", followed by all the rates.
#
# </details>

# %% [markdown] id="shapes-task"
# ## Exercise 4 · The loss falls, to the wrong value
# *Difficulty ●●●○○ · about 9 minutes · skill: reading a loss curve · 3 points*
#
# With the batches mended the published program runs: one `torch.nn.Linear`, `MSELoss`, SGD with learning rate 0.01. Run it.
# The loss falls and settles, as it should. Where does it settle, and which number from the beginning of this lesson is that?
# What does the last line say about a model that makes no mistake?
#
# Find out what the loss compares with what. Then write `squared_loss`, which gives the mean squared error, differentiable,
# and **raises ValueError** unless there are as many targets as outputs.

# %% id="shapes-symptom"
torch.manual_seed(seed)
model, as_printed = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64), torch.nn.MSELoss()
optimiser = torch.optim.SGD(model.parameters(), lr=0.01)


def mended_batches():
    return [(X_tensor[loans], y_tensor[loans]) for loans in torch.randperm(len(y)).split(batch_size)]


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # as many a training script does; the last hint says what is lost by it
    for epoch in range(1, epochs + 1):
        total = 0.0
        for batch, rates in mended_batches():
            optimiser.zero_grad()
            loss = as_printed(model(batch), rates)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rates) / len(y)
        print(f"epoch {epoch}: loss {total:.1f}")
    perfect = as_printed(torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 3.0])).item()
print(f"scikit-learn on the same loans: {np.mean((best.predict(X) - y) ** 2):.1f}; quoting the mean: {y.var():.1f}")
low, high = np.percentile(model(X_tensor).detach(), [2.5, 97.5])
print(f"rates that this model quotes: 95 % lie between {low:.1f} and {high:.1f}")
print(f"loss of a model that says 1 and 3, which is right: {perfect}")


# %% id="shapes-answer" nbgrader={"grade": false, "grade_id": "shapes-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def squared_loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean squared error, a tensor without dimensions. `outputs` (n, 1) or (n,); `targets` (n,) or (n, 1).

    ValueError when the number of targets is not the number of outputs.
    """
    ### BEGIN SOLUTION
    if outputs.numel() != targets.numel():
        raise ValueError(f"{outputs.numel()} outputs and {targets.numel()} targets: there must be one for each")
    return ((outputs.flatten() - targets.flatten()) ** 2).mean()
    ### END SOLUTION


squared_loss(torch.tensor([[1.0], [3.0]]), torch.tensor([1.0, 3.0]))  # expected: tensor(0.)

# %% id="shapes-tests" nbgrader={"grade": true, "grade_id": "shapes-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
said, true = torch.tensor([[5.0], [9.0], [12.0]], requires_grad=True), torch.tensor([6.0, 9.0, 10.0])
slips = {
    101 / 9: "every output was compared with every target: look at the shape of (outputs - targets)",
    5: "that is the sum: take the mean",
    5 / 6: "that is half of it",
    (5 / 3) ** 0.5: "that is its root",
    1: "that is the mean absolute error: square",
    (3,): "return one number, the mean",
    (3, 1): "return one number, the mean",
}
lesson.check("errors of 1, 0 and 2 have a mean square of 5/3", got=squared_loss(said, true), want=5 / 3, likely=slips)
lesson.check("(n,) and (n, 1) as well", got=squared_loss(said[:, 0], true[:, None]), want=5 / 3, likely=slips)
lesson.check("and (n, 1) twice", got=squared_loss(said, true[:, None]), want=5 / 3, likely=slips)
lesson.check("and (n,) twice", got=squared_loss(said[:, 0], true), want=5 / 3, likely=slips)
loss = squared_loss(said, true)
cut = "the loss has lost its way back: keep it a tensor, without .item(), .detach() or numpy"
lesson.check("the loss can be differentiated", getattr(loss, "requires_grad", False), True, likely=lambda got: cut)
slope = torch.autograd.grad(loss, said)[0][:, 0]
lesson.check("its gradient reaches the outputs", got=slope, want=np.array([-2 / 3, 0.0, 4 / 3]))
lesson.check("a last batch of one", got=squared_loss(said[:1] - 1, torch.tensor([1.0])), want=9.0)
refused = "are refused by ValueError: compare numel() first, as one number meets every other without an error"
lesson.check_raises(
    f"six outputs and one target {refused}", lambda: squared_loss(torch.zeros(6, 1), torch.ones(1)), ValueError
)
lesson.check_raises(
    f"one output and six targets {refused}", lambda: squared_loss(torch.zeros(1), torch.ones(6)), ValueError
)
lesson.check_raises(f"three and two {refused}", lambda: squared_loss(torch.zeros(3, 1), torch.ones(2)), ValueError)
### BEGIN HIDDEN TESTS
drawn = torch.tensor(np.random.default_rng(lesson.hidden_seed()).normal(12, 5, (9, 2)))
for count in (1, 4, 9):
    want = float(((drawn[:count, 0] - drawn[:count, 1]) ** 2).mean())
    for outputs, targets in ((slice(0, 1), 1), (0, 1), (0, slice(1, 2)), (slice(0, 1), slice(1, 2))):
        got = squared_loss(drawn[:count, outputs], drawn[:count, targets])
        lesson.check("any batch, in each of the four shapes", got=float(got), want=want)
lesson.check_raises("five and four", lambda: squared_loss(torch.zeros(5, 1), torch.ones(4)), ValueError)
lesson.check_raises("one target", lambda: squared_loss(torch.zeros(2), torch.ones(1, 1)), ValueError)
### END HIDDEN TESTS

# %% [markdown] id="shapes-hints"
# <details><summary>Where do I start?</summary>Print <code>(outputs - targets).shape</code> for the two rows of the last
# line.</details>
# <details><summary>Why (2, 2)?</summary>(2, 1) minus (2,) broadcasts: each output meets each target.</details>
# <details><summary>Is flattening enough?</summary>Not if the numbers differ: six outputs and one target still broadcast.
# Compare <code>numel()</code> first.</details>
# <details><summary>Did PyTorch not warn?</summary>Yes, once: "Using a target size (torch.Size([64])) that is different to the
# input size (torch.Size([64, 1])). This will likely lead to incorrect results due to broadcasting."</details>
# <details><summary><b>What you found</b></summary>
#
# Averaged over all pairs, $(\hat y_i - y_j)^2$ is least when every output is the **mean** rate, and is
# then the variance. The loss fell to the baseline, the variance of the rates (24.9): the model has learnt to ignore its
# features. A falling loss proves little; a loss **below the baseline** proves something.
#
# </details>

# %% [markdown] id="report-task"
# ## Exercise 5 · A log that this program cannot have printed
# *Difficulty ●●●○○ · about 11 minutes · skill: training loop · 4 points*
#
# The rest of the program trains, tests and prints. The next cell runs it, with both repairs so far. Collect four symptoms
# from what it prints. The published log says "Epoch 10, train loss: 0.038, test loss: 0.037".
#
# Write `fit`. After each epoch it notes two **mean squared errors, over all rows**: of training, as the batches were
# when they were trained on; and of the test rows, with the weights at the end of the epoch. `loss_of` gives the mean of one
# batch. Which batch should count less?


# %% id="report-symptom"
def loss_of(model, features, rates):
    """Mean squared error of one batch, features (b, d) and rates (b,), in shapes that fit."""
    return torch.nn.functional.mse_loss(model(features).squeeze(1), rates)


def train_epoch(model, served, optimiser):
    for batch, rates in served:
        optimiser.zero_grad()
        loss_of(model, batch, rates).backward()
        optimiser.step()


student, taken = copy.deepcopy(model), []
its_optimiser = torch.optim.SGD(student.parameters(), lr=0.01)
its_optimiser.register_step_post_hook(lambda *_: taken.append("step"))  # counts, and changes nothing
train_loss = [train_epoch(student, mended_batches(), its_optimiser) for _ in ("train", "and print")][1]
print(f"epoch 1 of {len(mended_batches())} batches took {len(taken)} steps; the train loss is {train_loss}")
predictions = [student(batch).detach().numpy().flatten() for batch in torch.tensor(X_test).split(batch_size)]
targets = np.split(y_test, range(batch_size, len(y_test), batch_size))
try:
    print("test loss:", np.mean(np.abs(predictions - targets)))
except TypeError as error:
    print("test loss: TypeError:", error)
errors_of_all = np.concatenate(predictions) - np.concatenate(targets)
print(f"test loss, lists joined: {np.abs(errors_of_all).mean():.2f}; squared: {np.square(errors_of_all).mean():.2f}")


# %% id="report-answer" nbgrader={"grade": false, "grade_id": "report-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def fit(model, train_batches, test_batches, optimiser, epochs: int) -> list[tuple[float, float]]:
    """Train `model` for `epochs` passes.

    Returns a pair for each: train and test loss, mean squared errors over all rows. Both batches serve
    (features (b, d), rates (b,)), with b that may differ. Testing changes no weight.
    """
    ### BEGIN SOLUTION
    history = []
    for _ in range(epochs):
        squares, rows = 0.0, 0
        for features, rates in train_batches:
            optimiser.zero_grad()
            loss = loss_of(model, features, rates)
            loss.backward()
            optimiser.step()
            squares, rows = squares + loss.item() * len(rates), rows + len(rates)
        with torch.no_grad():
            tested = [(loss_of(model, features, rates).item(), len(rates)) for features, rates in test_batches]
        history.append((squares / rows, sum(loss * n for loss, n in tested) / sum(n for _, n in tested)))
    return history
    ### END SOLUTION


# %% id="report-tests" nbgrader={"grade": true, "grade_id": "report-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
def small(*rates):  # a model that says 0, batches (features, rates), and an optimiser
    line = torch.nn.Linear(1, 1, dtype=torch.float64)
    line.load_state_dict({"weight": torch.zeros(1, 1), "bias": torch.zeros(1)})
    pairs = [torch.tensor(part, dtype=torch.float64).T for part in rates]
    return line, [(part[:, :1], part[:, 1]) for part in pairs], torch.optim.SGD(line.parameters(), lr=0.05)


line, served, its_optimiser = small([[1, 2], [2, 6]], [[3], [3]])
history = fit(line, served, small([[1, 2], [3, 5]], [[4], [1]], [[2], [2]])[1], its_optimiser, epochs=2)
pairs = [len(pair) if hasattr(pair, "__len__") else 1 for pair in history]
lesson.check("two epochs, a pair of losses for each", pairs, [2, 2], likely=lambda got: "keep every epoch's pair")
losses = [float(loss) for pair in history for loss in pair]
known = {
    "13.4 9.8": "test after the epoch, not before it",
    "5.8 4.7": "that is two passes an epoch: train once",
    "5.1 4.8": "note the train loss as each batch is trained on, not at the end",
    "16.3 9.8": "no step was taken",
    "13.4 10.2": "testing changed weights: it takes no step",
    "16.3 10.6": "take a step after every batch",
    "13.4 1.9": "that is an absolute error: square it",
    "4.8 13.4": "the train loss comes first",
    "13.4 6.4": "divide the test loss by the number of test rows",
    "13.4 4.6": "weigh the test loss by rows",
    "10.1 4.6": "a small batch counts like a full one: weigh by rows",
    "10.1 4.8": "weigh the train loss by rows",
    "0.2 4.8": "that is the last batch",
    "3.7 2.2": "that is a root",
    "13.4 5.2": "use loss_of: its shapes fit",
    "13.4 10.5": "slopes pile up: zero_grad before each backward",
    "13.4 5.1": "test on the test rows",
    "13.4 4.8": "begin each epoch with sums of 0",
    "40.2 19.2": "divide by the number of rows",
}
want, reason = [13.416667, 4.789375, 5.841667, 4.673075], known.get("{:.1f} {:.1f}".format(*losses))
lesson.check("the losses are over all rows", got=losses, want=want, tolerance=1e-5, likely=lambda got: reason)


### BEGIN HIDDEN TESTS
def problem(sizes, seed, learning_rate):
    draw = np.random.default_rng(seed).normal
    line = torch.nn.Linear(2, 1, dtype=torch.float64)
    line.load_state_dict({"weight": torch.tensor(draw(size=(1, 2))), "bias": torch.tensor(draw(size=1))})
    batches = [(torch.tensor(draw(size=(n, 2))), torch.tensor(draw(12, 5, n))) for n in sizes]
    return line, batches, torch.optim.SGD(line.parameters(), lr=learning_rate)


def mean_square(line, batches):
    return float(
        np.mean([(line(x[None]).item() - float(r)) ** 2 for part, rate in batches for x, r in zip(part, rate)])
    )


for sizes in ([4, 4, 1], [3, 2]):
    line, served, its_optimiser = problem(sizes, lesson.hidden_seed(), learning_rate=0.05)
    twin, same, steps_of_twin = problem(sizes, lesson.hidden_seed(), learning_rate=0.05)
    expected = []
    for _ in range(3):
        losses = []
        for part, rate in same:
            steps_of_twin.zero_grad()
            loss = torch.nn.functional.mse_loss(twin(part)[:, 0], rate)
            loss.backward()
            steps_of_twin.step()
            losses.append(loss.item() * len(rate))
        expected.append((sum(losses) / sum(sizes), mean_square(twin, same[1:])))
    history = fit(line, served, served[1:], its_optimiser, 3)
    lesson.check(
        "the losses are those of training, and of the end of each epoch",
        got=[float(loss) for pair in history for loss in pair],
        want=[loss for pair in expected for loss in pair],
    )
    lesson.check("the weights are those of as many passes", got=line.weight, want=twin.weight.detach().numpy())
### END HIDDEN TESTS

# %% [markdown] id="report-hints"
# <details><summary>Where do I start?</summary>Four symptoms: twice as many steps as batches; a train loss of None; a list
# minus a list; and, once mended, a test "loss" in another unit.</details>
# <details><summary>The mean over all rows</summary>Add up <code>loss.item() * len(rates)</code> and <code>len(rates)</code>,
# and divide at the end of the epoch.</details>
# <details><summary>The test part</summary>The same sum under <code>torch.no_grad()</code>, without the optimiser.</details>
# <details><summary><b>What you found</b></summary>
#
# The program trains twice in what it calls an epoch, returns nothing, and subtracts two lists. Mended, it
# would print a squared error beside an absolute one: 16 and 3 for the same model, which looks like a miracle on the test
# set. So the log in the text is not from this program.
#
# </details>

# %% [markdown] id="result"
# ## What is the model worth?
#
# All repairs together: PyTorch, right shapes, every row in every step, against scikit-learn. Then the test loans, from
# which nothing was learnt or chosen. Beside the model stands the baseline, the mean of the *training* loans. Each interval comes from
# drawing test loans with replacement; all rows of the table use the same draws.

# %% id="result-code"
final = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
torch.nn.init.zeros_(final.weight), torch.nn.init.zeros_(final.bias)
its_optimiser = torch.optim.SGD(final.parameters(), lr=0.09)  # half of Exercise 2's: mse has twice the slope of J
for _ in range(steps):
    its_optimiser.zero_grad()
    loss_of(final, X_tensor, y_tensor).backward()
    its_optimiser.step()
difference = np.abs(final.weight.detach().numpy()[0] - best.coef_).max()
print(f"largest difference to a weight of scikit-learn: {difference:.1e}")
quotes = {
    "mean of the training loans": np.full(len(test), y.mean()),
    "linear model": final(torch.tensor(X_test)).detach().numpy()[:, 0],
}
drawn = np.random.default_rng(seed).integers(len(test), size=(draws, len(test)))
squares = {name: (quote - y_test) ** 2 for name, quote in quotes.items()}
errors = {name: (np.sqrt(square.mean()), np.sqrt(square[drawn].mean(axis=1))) for name, square in squares.items()}
base, linear = squares.values()
errors["share of variance explained"] = 1 - linear.mean() / base.mean(), 1 - linear[drawn].mean(1) / base[drawn].mean(1)
for name, (value, spread_of_draws) in errors.items():
    low, high = np.percentile(spread_of_draws, [2.5, 97.5])
    print(f"{name:28} {value:.2f}, 95 % interval {low:.2f} to {high:.2f}")

# %% id="weights-picture"
design, rng = np.column_stack([np.ones(len(y)), X]), np.random.default_rng(seed)
estimates = []
for _ in range(min(draws, 200)):
    drawn = rng.integers(len(y), size=len(y))
    estimates.append(np.linalg.lstsq(design[drawn].T @ design[drawn], design[drawn].T @ y[drawn], rcond=None)[0][1:])
low, high = np.percentile(estimates, [2.5, 97.5], axis=0)
top = np.argsort(-np.abs(best.coef_))[:10][::-1]
figure, axes = figures.new(height=4.2)
axes.hlines(range(10), low[top], high[top], linewidth=3, color=figures.COLOURS[0])
axes.plot(best.coef_[top], range(10), "o", color=figures.COLOURS[0])
axes.axvline(0, color=figures.TEXT, linewidth=1)
axes.set_yticks(range(10), [features[i] for i in top])
title = f"{features[top[-1]]} moves the rate most, by {best.coef_[top[-1]]:.1f} points"
axes.set(xlabel="percentage points of interest for one standard deviation more", title=title)
figures.show(
    figure,
    alt="Ten largest weights with 95 percent intervals. The term raises the rate by about 1.8 points for a "
    "standard deviation, limits on bank cards lower it; several weights of card counts are large with opposite "
    "signs and wide intervals.",
)

# %% [markdown] id="result-found"
# <details><summary><b>What you found</b></summary>
#
# Quoting everybody the mean is off by about 5 percentage points (root mean square); the model by about
# 4, and the intervals lie apart. It explains a third of the variance: real, and far from pricing a loan. The lender also
# had a credit score, which is not in the data.
#
# Look at the weights with care. Card counts overlap: one gets a plus, another a minus, and each could take over part of the
# other. A weight says what the model does with a number, not what would happen if an applicant changed it.
#
# </details>

# %% [markdown] id="remember"
# ## What to remember
#
# - Fit the scale on the training rows, and use it for everybody who comes later.
# - A climbing loss: if it still climbs at a tiny learning rate, the sign is wrong.
# - A falling loss can fall to the wrong place: know what the mean would cost, and look at shapes.
# - An error message names where Python noticed. The cause may be one argument earlier.
# - Compare losses of one kind, over all rows, with a baseline and an interval.

# %% [markdown] id="open-question-task"
# ## Open question
#
# A colleague presents this log of a rate model: "Epoch 1, train loss 0.504, test loss 0.184 … Epoch 10, train loss 0.038,
# test loss 0.037", and wants to use it. Which three questions do you ask, what would each answer tell you, and what must be
# shown for a yes? (About 150 words.)
#
# *Rubric, 4 points:* asks in which unit and by which measure each loss is; test below train in epoch 1 is normal (1) · asks for a baseline on the same rows (1) · asks about data: a leak, the scale, or how rows were split (1) · names a
# condition for a yes with a number and an interval (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# First, how is each loss computed? A test loss of a third of the train loss after one epoch hints at two measures, such
# as a squared and an absolute error, or at a train loss averaged while the weights still moved. I want both as mean
# squared error over all rows, in squared percentage points. Second, what does quoting the mean cost on the same test
# rows? If the rates were standardised, that is about 1 and 0.037 means 96 % explained, far more than the third I know
# from such data. That leads to the third: which columns go in, was any of them set with the rate (grade, instalment), and
# were scale and split made on the training rows only? I say yes when, on loans of a later month, the root mean square error
# is at least half a point below the baseline's, and the 95 % interval of that difference lies above 0.3.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - *AI创业团队成长之路：技术积累与行业洞察并重* (in Chinese, 2024), sections 4 and 5: the step, the program and the log.
# - G. James and others, *An Introduction to Statistical Learning*, chapter 3: what a weight does and does not say.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, section 4.3: why narrow valleys slow gradient descent.
# - S. Kaufman and others, *Leakage in data mining*, ACM TKDD 6 (2012): columns that know the answer, and how to find them.
# - PyTorch, *Broadcasting semantics*: the rule behind Exercise 4, in one page.

# %% [markdown] id="title"
# # 2-01 · Loss and gradient
#
# You will write the loss that trains almost every classifier and its gradient, check both against PyTorch, and find out what
# class weights do to a classifier that misses nearly all complaints, and what a lower threshold does as well.

# %% [markdown] id="objectives"
# **Questions.** What does a model minimise while it is trained? Where does its gradient come from, and how do you know
# that it is right? What do class weights and label smoothing change? Which number may be called "the loss of an epoch"?
#
# **Afterwards you can**
# 1. compute binary and multi-class cross-entropy for logits of any size;
# 2. follow how the gradient of a linear classifier is derived, write it, and check it by nudging;
# 3. train with your own gradient and arrive at scikit-learn's weights;
# 4. say what class weights and label smoothing do, alone and together, as PyTorch computes them;
# 5. find out from a log that a reported loss is not what it is called.

# %% [markdown] id="why"
# **Why a start-up cares.** Of 922 tweets about Apple's share, 94 are negative: the ones that somebody must read. A
# classifier trained on the plain loss is right on 81 % of all tweets and finds 4 of those 94. Trained on another loss, on
# the same words, it finds 38. These numbers are computed below, and so is a third: what the first classifier finds when
# it may raise as many alarms as the second. Before you pay for a new training, you want to know it.

# %% id="imports"
import ipywidgets as widgets
import numpy as np
import pandas as pd
import torch
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from trainlib import data, figures, lesson, measure


def torch_risk(logits, labels, **options) -> float:
    """PyTorch's own cross-entropy of logits (n, classes) for whole-number labels (n,): the reference of this lesson."""
    logits, labels = torch.tensor(logits, dtype=torch.float64), torch.tensor(np.asarray(labels), dtype=torch.int64)
    return torch.nn.functional.cross_entropy(logits, labels, **options).item()


def torch_gradient(weights, features, labels) -> np.ndarray:
    """The same loss of `features @ weights`, differentiated by PyTorch along the weights (d, classes)."""
    tensor = torch.tensor(weights, requires_grad=True)
    torch.nn.functional.cross_entropy(torch.tensor(features) @ tensor, torch.tensor(labels)).backward()
    return tensor.grad.numpy()


# %% id="parameters" tags=["parameters"]
words = 1_500  # the most frequent words of the texts, which are the features of the linear classifiers
folds = 10  # of the cross-validation on tweets
sentences = 8_530  # film-review sentences for the last exercise, all there are
epochs = 10  # of the training that the last exercise reports on
batch_size = 20  # sentences in a batch of that training, and of its test
seed = 0  # of everything that is drawn


# %% [markdown] id="idea"
# ## One number for how wrong a model is
#
# A model reads four reviews and says how probable it is that each one is positive. Twice it leans the wrong way: a
# little in the second row, and with full confidence in the last. How much worse is the last mistake than the second?
# Decide on a number, then run the cell.

# %% id="idea-code"
reviews = pd.DataFrame(
    {
        "review": ["a quiet triumph", "not bad at all", "two hours too long", "a film for nobody"],
        "label": [1, 1, 0, 0],
        "probability of 1": [0.95, 0.40, 0.10, 0.99],
    }
)
positive = reviews["probability of 1"]
reviews["probability of the truth"] = positive.where(reviews["label"] == 1, 1 - positive)
reviews["loss"] = -np.log(reviews["probability of the truth"])
print(reviews.round(3).to_string(index=False))
share = reviews["loss"].iloc[-1] / reviews["loss"].sum()
print(f"\nempirical risk: {reviews['loss'].mean():.3f}; the last row alone is {100 * share:.0f} % of it")

# %% [markdown] id="formula"
# ## Its name
#
# The penalty is $-\log$ of the probability that the model gave to what was true, in nats. Written for both labels at
# once, it is the **binary cross-entropy**, or log loss; its mean over $n$ examples is the **empirical risk**:
#
# $$\ell(p, y) = -\bigl[\,y \log p + (1-y)\log(1-p)\,\bigr], \qquad L(\theta) = \frac1n \sum_{i=1}^n \ell(p_i, y_i)$$
#
# A classifier computes a **logit** $z$, any real number, and $p = \sigma(z) = 1/(1 + e^{-z})$. The **margin** is $z$
# where $y = 1$ and $-z$ where $y = 0$: positive means right. Why not simply minimise the share of mistakes? Training follows
# slopes: look for the loss whose slope does not die where the model is badly wrong.

# %% id="margin-picture"
margins = np.linspace(-6, 6, 241)
losses = {
    "mistake or not (0/1)": (margins < 0).astype(float),
    "squared error of the probability": expit(-margins) ** 2,
    "log loss": -np.log(expit(margins)),
}
figure, axes = figures.new()
for name, values in losses.items():
    axes.plot(margins, values, label=name, linewidth=2)
    print(f"slope at margin -5, {name}: {np.gradient(values, margins)[np.argmin(abs(margins + 5))]:.3f}")
axes.set(xlabel="margin (logits; beyond 0 the model is right)", ylabel="loss of one example")
axes.set_title("Only the log loss still pulls when the model is badly wrong")
axes.legend()
figures.show(
    figure,
    alt="Three losses against the margin from -6 to 6. The 0/1 loss is a step from 1 to 0, flat elsewhere. The "
    "squared error of the probability is nearly flat at 1 below -4. The log loss rises in a straight line as the "
    "margin falls: slope about -1.",
)

# %% id="as-printed"
logits = np.array([1.0, 20.0, 36.0, 37.0, 1000.0])  # of sentences with label 0
with np.errstate(divide="ignore", invalid="ignore"):
    p = 1 / (1 + np.exp(-logits))
    loss = -np.log(1 - p)
    slope = 1 / (1 - p) * p * (1 - p)  # along p, times the slope of p along the logit
print(pd.DataFrame({"logit": logits, "loss as printed": loss, "its slope, as printed": slope}).to_string(index=False))


def outcome(call):
    """What `call()` returns, or the error that it raises, in words: so that a check can explain both."""
    try:
        with np.errstate(all="ignore"):  # what counts is the result, not a warning on the way to it
            return call()
    except NotImplementedError:  # an exercise that is still open
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def told(slips: dict, usual: str):
    """For a check: a function from a wrong number, or from an error in words, to the sentence that explains it."""
    return lambda got: usual if isinstance(got, str) or np.size(got) != 1 else slips.get(round(float(got), 3), usual)


# %% [markdown] id="binary-task"
# ## Exercise 1 · A log loss that survives any logit
# *Difficulty ●●○○○ · about 7 minutes · 3 points · skill: loss functions*
#
# A published text on fine-tuning prints the formula above and its slope, $1/(1-p)$ along $p$ for label 0. Both are right on
# paper. Computed as printed, from a logit of 37 on $1-p$ is rounded to 0: the loss is infinite, the slope "not a number".
# One such example ruins all weights. Yet the true loss is harmless: at logit 1000 with label 0 it is just 1000.
#
# So never compute $p$. Insert $p = \sigma(z)$ into the formula for $y = 1$ and for $y = 0$, simplify, and write a loss
# that is right for **every** finite logit.


# %% id="binary-answer" nbgrader={"grade": false, "grade_id": "binary-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def binary_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Log loss of each example, in nats: shape (n,).

    `logits`: (n,) numbers of any size; `labels`: (n,) of 0 and 1.
    """
    ### BEGIN SOLUTION
    return np.logaddexp(0, logits) - labels * logits
    ### END SOLUTION


# expected: [0.693 0.127 3.049 5.007]
binary_cross_entropy(np.array([0.0, 2.0, -3.0, 5.0]), np.array([1, 1, 1, 0])).round(3)


# %% id="binary-tests" nbgrader={"grade": true, "grade_id": "binary-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def slip(got):
    if np.shape(got) != (4,):
        return "one loss for each example, shape (n,): no mean, no sum, and np.where in place of if"
    sums = dict.fromkeys((3.875, 7.875), "both labels count: where it is 0, the sign of the logit turns")
    sums |= {12.804: "nats: the natural logarithm", -8.875: "a loss is never negative: is the minus sign there?"}
    sums |= {0.875: "the margin keeps its sign: no abs()", 8.0: "this is the maximum alone: add log(1 + e^-|z|)"}
    sums |= {2.875: "0 and 1 are exchanged: which label does the logit speak for?", 6.875: "minus y z, not plus"}
    sums |= {4.562: "labels * logits is 0 for label 0: its margin is -z", 2.158: "log loss, not squared error"}
    sums |= {18.875: "-|z| in the exponent", 1.435: "this is the probability of the truth: take minus its log"}
    usual = "log(1 + e to the power of minus the margin), not rounded, with the natural logarithm"
    return told(sums, usual)(np.sum(np.asarray(got)))


def large(got):
    if isinstance(got, str) or not np.isfinite(got).all() or np.max(got) > 1e9:
        return "it overflowed, or took log 0: choose the form whose exponent is negative, and never compute p"
    return "the probability was rounded or clipped: the loss of a margin of -1200 is 1200, of -36 it is 36, of 11 not 0"


got = outcome(lambda: binary_cross_entropy(np.array([0.0, 2.0, -3.0, 5.0]), np.array([1, 1, 1, 0])))
lesson.check("four examples", got=got, want=[0.6931472, 0.126928, 3.0485874, 5.0067153], tolerance=1e-5, likely=slip)
z, y = np.array([1200.0, -900, 900, -1200, 36, 750, 11, -11]), np.array([0, 1, 1, 0, 0, 0, 0, 0])
got, want = outcome(lambda: binary_cross_entropy(z, y)), [1200, 900, 0, 0, 36, 750, 11.0000167, 0.0000167]
lesson.check("any size", got=got, want=want, tolerance=1e-6, likely=large)
lesson.check("the logits are as they were", got=z[:2], want=[1200, -900], likely=lambda got: "turn the sign of a copy")
### BEGIN HIDDEN TESTS
with np.errstate(all="ignore"):  # what counts is the result, not a warning on the way to it
    lesson.check(
        "huge logits",
        got=binary_cross_entropy(np.array([1000.0, -1000.0, 1000.0, -1000.0, 40.0]), np.array([0, 1, 1, 0, 0])),
        want=np.array([1000.0, 1000.0, 0.0, 0.0, 40.0]),
        likely=lambda got: "the probability was clipped: a loss of 1000 came out as about 30" if got[0] < 40 else None,
    )

    z = np.random.default_rng(lesson.hidden_seed()).normal(0, 300, 40)
    right = torch.nn.functional.softplus(torch.from_numpy(np.where(np.arange(40) % 2, -z, z))).numpy()
    lesson.check("any logits", got=binary_cross_entropy(z, np.arange(40) % 2), want=right)
### END HIDDEN TESTS

# %% [markdown] id="binary-hints"
# <details><summary>Where do I start?</summary>For y = 1: −log σ(z) = log(1 + e<sup>−z</sup>). For y = 0 the sign of z
# turns. Both are one function of the margin.</details>
# <details><summary>But e<sup>−z</sup> overflows for z = −1000</summary>Where −z is large, log(1 + e<sup>−z</sup>) is
# −z + log(1 + e<sup>z</sup>), and e<sup>z</sup> is tiny. Choose the form whose exponent is negative.</details>
# <details><summary>Is that in numpy?</summary><code>np.logaddexp(a, b)</code> is log(e<sup>a</sup> + e<sup>b</sup>),
# computed in this way; log(1 + e<sup>z</sup>) has a = 0.</details>
#
# <details><summary><b>What you found</b></summary>
#
# The text's formula is right, and computing it as printed breaks at logit 37. Clipping $p$ at
# $10^{-12}$ hides the infinity, but caps the loss at $-\log 10^{-12} = 27.6$ and makes the slope 0 just where it should be 1.
#
# </details>

# %% [markdown] id="classes-task"
# ## Exercise 2 · Many classes: log-sum-exp
# *Difficulty ●●●○○ · about 8 minutes · 3 points · skill: loss functions*
#
# With $K$ classes a row of logits $z$ gives $p_k = e^{z_k} / \sum_j e^{z_j}$ (softmax), and the loss of true class $y$ is
#
# $$\ell = -\log p_y = \underbrace{\log \textstyle\sum_j e^{z_j}}_{\text{log-sum-exp}} - z_y$$
#
# `np.exp(1000)` is infinite again. But adding one number to all logits **of a row** changes no probability: (2, 1, 0) and
# (1002, 1001, 1000) are the same forecast. Choose that number so that nothing can overflow, and write the empirical risk
# without scipy's or PyTorch's help.


# %% id="classes-answer" nbgrader={"grade": false, "grade_id": "classes-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy, in nats.

    `logits`: (n, classes) numbers of any size; `labels`: (n,) class numbers from 0.
    """
    ### BEGIN SOLUTION
    largest = logits.max(axis=1, keepdims=True)
    log_sum = largest[:, 0] + np.log(np.exp(logits - largest).sum(axis=1))
    return float(np.mean(log_sum - logits[np.arange(len(labels)), labels]))
    ### END SOLUTION


two = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
# expected: 0.7531, the mean of 0.4076 and log 3
cross_entropy(two, np.array([0, 2]))

# %% id="classes-tests" nbgrader={"grade": true, "grade_id": "classes-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
three, labels = np.array([[2.0, 1, 0], [0, 0, 0.5], [1, 3, 0.5]]), np.array([0, 2, 2])
slips = {3.899: "that is the sum: the empirical risk is the mean", -1.3: "the sign is turned: log-sum-exp minus z_y"}
slips |= {-0.534: "shifted logits in both terms, or in none", 1.744: "one logit a row: logits[np.arange(n), labels]"}
slips |= {1.388: "sum over the classes of a row: axis=1", 0.529: "the largest logit of each row: axis=1"}
slips |= {0.433: "the mean is over examples: divide by n", 1.875: "natural logarithm", 0.201: "sum of e^z, no mean"}
slips |= {2.778: "the largest of its own row: keepdims=True", 0.911: "subtract the largest, do not divide by it"}
slips |= {2.478: "the log of the sum is missing", 0.929: "the mean of the logs, not the log of the mean"}
slips |= {0.711: "the true class counts in the log-sum-exp, too", 2.429: "one log-sum-exp for each row"}
slips |= {0.466: "z_y is the true logit, not the largest", 0.794: "mean, not median", 0.395: "minus log p, not p"}
got = outcome(lambda: cross_entropy(three.copy(), labels))
usual = "one number: the mean over the rows of log-sum-exp minus the true logit"
lesson.check("three examples", got=got, want=1.2995723, tolerance=1e-5, likely=told(slips, usual))
apart = np.array([[1000.0, 0, 0], [0, 1, 2], [-3000, -3001, -3002]])
got = outcome(lambda: cross_entropy(apart.copy(), np.array([0, 2, 0])))
order = {334.605: "class numbers start at 0: labels, not labels - 1", 333.938: "first the row, then the class"}
own = "each row has its own size: subtract the row's largest logit before np.exp, with keepdims=True, in both terms"
lesson.check("rows of very different size", got=got, want=0.2717373, tolerance=1e-5, likely=told(order, own))
got = outcome(lambda: cross_entropy(np.array([[0, 0, 0, 3000.0]]), np.array([1])))
four = {750.0: "divide by the number of examples, not of classes", -np.inf: "the sum goes over all classes, here four"}
capped = "never take the logarithm of a probability: clipping caps it. Overflow? Subtract the row's largest logit"
lesson.check("surely wrong, four classes: 3000", got=got, want=3000.0, likely=told(four, capped))
cross_entropy(given := three.copy(), labels)
changed = "your function changes the logits: shifted = logits - …, not logits -= …"
lesson.check("the logits are as they were", got=given, want=three, likely=lambda got: changed)
### BEGIN HIDDEN TESTS
with np.errstate(all="ignore"):
    uneven = np.array([[1000.0, 0.0, 0.0], [0.0, 1.0, 2.0], [-1000.0, -1001.0, -1002.0], [0.0, 1000.0, 0.0]])
    lesson.check(
        "rows of very different size",
        got=cross_entropy(uneven, np.array([0, 2, 0, 2])),
        want=torch_risk(uneven, [0, 2, 0, 2]),
        likely=lambda got: (
            "something inside the logarithm caps the loss"
            if np.isfinite(got)
            else "the largest logit must be that of each row, not of the batch"
        ),
    )
    single = cross_entropy(np.array([[7.0], [-3.0]]), np.array([0, 0]))
    lesson.check("with one class there is nothing to be wrong about", got=single, want=0.0)
    z, y = np.random.default_rng(lesson.hidden_seed()).normal(0, 400, (9, 4)), np.arange(9) % 3
    lesson.check("any logits, and a class that never occurs", got=cross_entropy(z, y), want=torch_risk(z, y))
### END HIDDEN TESTS

# %% [markdown] id="classes-hints"
# <details><summary>Where do I start?</summary>Subtract the largest logit of each row: then the largest exponent is 0. The
# result does not change, if you use the shifted logits for both terms.</details>
# <details><summary>Shapes</summary><code>logits.max(axis=1)</code> has shape (n,): numpy subtracts it from
# (n, K) only where n = K, and then along the wrong axis. With <code>keepdims=True</code> it has shape (n, 1), as it should.</details>
# <details><summary>How do I pick the true logit of each row?</summary>With two lists of indices,
# <code>logits[np.arange(n), labels]</code>. <code>logits[:, labels]</code> is an (n, n) table.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Knowing nothing costs log 3 = 1.0986 with three classes: a loss above log K is worse than giving each class 1/K.
# And with K = 2 and logits (0, z) you get the loss of Exercise 1.
#
# </details>

# %% [markdown] id="numeric-task"
# ## Exercise 3 · Measuring a slope by nudging
# *Difficulty ●●○○○ · about 7 minutes · 2 points · skill: gradients*
#
# Before you derive a gradient, build the tool that will catch your mistakes. Nudge **one** weight up by a small step $h$,
# then down by $h$ from where it was, and see how much the loss changed in between:
#
# $$\frac{\partial L}{\partial w_k} \approx \frac{L(w_k + h) - L(w_k - h)}{2h}$$
#
# For $L = w_0^2 + 3 w_0 w_1$ at $(1, 2)$ the derivatives are $2w_0 + 3w_1 = 8$ and $3 w_0 = 3$. Write it for weights of any
# shape, and leave the caller's weights as they were.


# %% id="numeric-answer" nbgrader={"grade": false, "grade_id": "numeric-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def numerical_gradient(loss, weights: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Slope of `loss` along each weight, in the shape of `weights`.

    `loss` takes an array like `weights` and returns one number.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(weights.shape)
    for index in np.ndindex(weights.shape):
        nudge = np.zeros(weights.shape)
        nudge[index] = step
        gradient[index] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)
    return gradient
    ### END SOLUTION


def example(w):
    return w[0] ** 2 + 3 * w[0] * w[1]


numerical_gradient(example, np.array([1.0, 2.0]))  # expected: [8. 3.]


# %% id="numeric-tests" nbgrader={"grade": true, "grade_id": "numeric-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
cubic, place = lambda w: w[0] ** 3 + 3 * w[0] * w[1], np.array([1.0, 2.0])
two_steps, alone = "divide by 2h: from one side to the other it is two steps", "put each weight back before the next"
slips = {191.0: two_steps, 23.875: two_steps, 47.75: two_steps, 110.5: "nudge to both sides, not up alone"}
slips |= {80.5: "nudge to both sides, not down alone", 55.25: "up and down: one side is the point itself"}
slips |= {93.0: "use `step`, and no table of integers", -95.5: "up minus down", 104.75: alone, 94.0: alone}
slips |= {46.812: "h up and h down", 206.0: "h to each side, not 2h", 92.5: "return stands inside the loop"}
slips |= {0.0: "both losses were equal: one copy goes up, another down, and loss gets the copies"}
slips |= {98.5: "the step is h, not h times the weight", 60.0: "that is the second derivative"}
got = outcome(lambda: numerical_gradient(cubic, place, step=0.5))
shape = got if isinstance(got, str) else list(np.shape(got))
single = "a slope for each weight, in the shape of the weights: nudge one weight at a time"
lesson.check("a slope for each weight", got=shape, want=[2], likely=lambda got: single)
pair = lambda got: told(slips, single)(10 * got[0] + got[1])
lesson.check("w0³ + 3 w0 w1 at (1, 2), h = 0.5: 9.25 and 3", got=got, want=[9.25, 3], tolerance=1e-5, likely=pair)
kept = "nudge a copy of the weights"
lesson.check("the weights are as they were", got=place, want=[1.0, 2.0], likely=lambda got: kept)
table = np.array([[[0.0, -1, 2], [3, -4, 0.123456]]])
got = outcome(lambda: numerical_gradient(lambda w: (w[0, 0] ** 2).sum() + (w[0, 1] ** 2).sum(), table.copy()))
small = not isinstance(got, str) and np.shape(got) == (1, 2, 3) and np.abs(np.asarray(got)).max() < 1e-3
flat = "loss takes an array in the shape of the weights, not a flat one; here each weight has three indices"
every = "every entry is a weight (np.ndindex); up minus down, over 2h, with its sign, not rounded; the shape stays"
every = two_steps if small else flat if isinstance(got, str) else every
lesson.check("weights of shape (1, 2, 3)", got=got, want=2 * table, tolerance=1e-6, likely=lambda got: every)
### BEGIN HIDDEN TESTS
place = np.random.default_rng(lesson.hidden_seed()).normal(size=3)
kept = place.copy()
exact = np.array([2 * place[0] + 3 * place[1], 3 * place[0] - 2 * place[2], 2 * place[2] - 2 * place[1]])
got = numerical_gradient(lambda w: w[0] ** 2 + 3 * w[0] * w[1] - 2 * w[1] * w[2] + w[2] ** 2, place, step=0.5)
lesson.check(
    "on a parabola nudging both ways is exact, even with a large step",
    got=got,
    want=exact,
    likely=lambda got: (
        "one side only is off by half the curvature times the step"
        if np.allclose(got - exact, [0.5, 0, 0.5])
        else "each weight must stand where it was before the next one is nudged"
    ),
)
lesson.check("the weights are as they were", got=place, want=kept)
deep = np.random.default_rng(3).normal(size=(2, 2, 2))
got = numerical_gradient(lambda w: (w**3).sum(), deep)
lesson.check("three dimensions", got=got, want=3 * deep**2, tolerance=1e-4)
got = numerical_gradient(lambda w: np.trace(w @ w), np.array([[1.0, 2.0], [3.0, 4.0]]))
lesson.check("a loss that needs the shape", got=got, want=[[2, 6], [4, 8]], tolerance=1e-4)
got = numerical_gradient(lambda w: (w**3).sum(), np.array([[1.0], [2.0]]), step=0.1)
lesson.check("the step that is asked for", got=got, want=np.array([[3.01], [12.01]]), tolerance=1e-5)
### END HIDDEN TESTS

# %% [markdown] id="numeric-hints"
# <details><summary>Where do I start?</summary>Make <code>nudge</code>, zeros in the shape of the weights, put
# <code>step</code> in one place, and compare the loss at weights plus and minus nudge.</details>
# <details><summary>How do I walk through any shape?</summary><code>for index in np.ndindex(weights.shape)</code> gives every
# index as a tuple.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Two losses for each weight: a classifier of 1,500 words and 3 classes needs 9,000 passes over the data
# for a single step of training. As a check that is cheap, as a way to train it is hopeless: hence Exercise 4.
#
# </details>

# %% id="step-quiz"
lesson.quiz(
    "Too large a step misses how the loss bends; too small a one leaves two losses that differ by "
    "rounding alone. 1e-5 suits 64-bit numbers, with 16 digits. Networks are trained in 32-bit numbers, "
    "with 7. Which step is best there?",
    {
        "1e-5, too": "The bend costs as little as before. But two losses that differ by about 1e-5 agree in 5 of "
        "their 7 digits, so that 2 are left.",
        "About 1e-2": "A larger step lets the losses differ in more of their few digits; the bend then costs about as "
        "much as the rounding. That is the best there is, and it is far worse than with 64-bit numbers.",
        "1e-8": "Mathematics says the smaller the better. But this step is below the last "
        "digit: both losses are equal.",
    },
    answer="About 1e-2",
)


# %% id="step-picture"
steps, places = 10.0 ** np.arange(-14, 0, 0.5), np.random.default_rng(seed).normal(0, 2, (200, 1))


def log_loss(z):
    return np.logaddexp(0, -z)


figure, axes = figures.new()
for name, number, down in (
    ("one side", np.float64, 0),
    ("both sides", np.float64, 1),
    ("both sides, 32-bit numbers", np.float32, 1),
):
    z, h = places.astype(number), steps.astype(number)
    nudged = (log_loss(z + h) - log_loss(z - down * h)) / (h + down * h)
    error = np.median(np.abs(nudged + expit(-places)), axis=0)  # the exact slope is -expit(-z)
    axes.loglog(steps, error, label=f"{name}: best {error.min():.0e} at h = {steps[error.argmin()]:.0e}", linewidth=2)
axes.set(xlabel="step h (logit)", ylabel="median error of the slope", ylim=(1e-15, 30))
axes.set_title("Large steps miss the bend, tiny ones drown in rounding")
axes.legend()
alt = "Error of the nudged slope against the step, both on log scales: three V shapes. Nudging both sides is best near "
alt += "1e-5, one side near 1e-8 with a larger error, 32-bit numbers near 1e-2 with an error hundreds of thousands of "
alt += "times larger."
figures.show(figure, alt=alt)

# %% [markdown] id="derivation"
# ## The gradient, derived
#
# A linear classifier has logits $z = W^\top x$. Two steps lead from the loss to the weights. First along the logits: the
# slope of log-sum-exp along $z_k$ is $p_k$, and $-z_y$ adds $-1$ for the true class only. Then along the weights: the
# slope of $z_k$ along $W_{jk}$ is $x_j$. In all
#
# $$\frac{\partial \ell}{\partial z_k} = p_k - [k = y], \qquad \frac{\partial L}{\partial W_{jk}} = \frac1n \sum_i x_{ij}\,(p_{ik} - [k = y_i])$$
#
# In words: *what the model said minus what was true, times the input*. The text's form, $-\bigl(y/p - (1-y)/(1-p)\bigr)$
# times the slope of $p$, becomes this when it is multiplied out, with nothing left to divide by zero. Next: real tweets, as
# weighted counts of their words.

# %% id="tweets"
tweets = data.load("apple_tweets")
classes = list(tweets["label"].cat.categories)
tweet_labels = tweets["label"].cat.codes.to_numpy().astype(int)
tweet_features = TfidfVectorizer(sublinear_tf=True, max_features=words).fit_transform(tweets["text"])  # a sparse table
print(dict(zip(classes, np.bincount(tweet_labels).tolist())), "features:", tweet_features.shape)


def fit_weights(gradient) -> np.ndarray:
    """Weights (words, classes) with the least risk + |weights|² / 2n on the tweets, found by following `gradient`."""
    n, shape = len(tweet_labels), (tweet_features.shape[1], len(classes))

    def objective(flat):
        weights = flat.reshape(shape)
        slope = np.asarray(gradient(weights, tweet_features, tweet_labels)) + weights / n
        return torch_risk(tweet_features @ weights, tweet_labels) + (weights**2).sum() / (2 * n), slope.ravel()

    limits = {"gtol": 1e-7, "ftol": 1e-15}
    return minimize(objective, np.zeros(np.prod(shape)), jac=True, method="L-BFGS-B", options=limits).x.reshape(shape)


theirs = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-7).fit(tweet_features, tweet_labels).coef_.T
risk = torch_risk(tweet_features @ theirs, tweet_labels)
print(f"risk of scikit-learn's classifier: {risk:.3f}; of one that knows nothing, log 3: {np.log(3):.3f}")

# %% [markdown] id="gradient-task"
# ## Exercise 4 · The gradient of a classifier
# *Difficulty ●●●○○ · about 8 minutes · 3 points · skill: gradients*
#
# Write the derived gradient for a whole batch. By hand, for one tweet with features (1, 0.5), all weights 0 and true
# class 2 of (0, 1, 2): every $p_k$ is 1/3, so along the logits it is (1/3, 1/3, −2/3), and the gradient holds this row
# once and half of it.
#
# Your gradient is then compared with your nudged slopes, with PyTorch's, and by training: the optimiser that follows it
# (`fit_weights` above) must arrive at scikit-learn's weights. Features may be a numpy array or a sparse table: `@` and `.T` work for both. scipy's `softmax` is imported.


# %% id="gradient-answer" nbgrader={"grade": false, "grade_id": "gradient-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def risk_gradient(weights: np.ndarray, features, labels: np.ndarray) -> np.ndarray:
    """Gradient of the empirical risk along the weights, in their shape.

    `weights`: (d, classes); `features`: (n, d); `labels`: (n,) class numbers from 0.
    """
    ### BEGIN SOLUTION
    residual = softmax(features @ weights, axis=1)
    residual[np.arange(len(labels)), labels] -= 1
    return features.T @ residual / len(labels)
    ### END SOLUTION


# expected: [[0.333 0.333 -0.667] [0.167 0.167 -0.333]]
print(risk_gradient(np.zeros((2, 3)), np.array([[1.0, 0.5]]), np.array([2])).round(3))
# your nudged slopes of Exercise 3 beside it, where the weights are not 0; this line needs both exercises
place, x, y = np.array([[0.3, -1.0, 0.0], [2.0, 0.5, 1.0]]), np.array([[1.0, 0.5], [-2.0, 1.0]]), np.array([2, 0])
nudged = numerical_gradient(lambda weights: torch_risk(x @ weights, y), place)
print(f"largest difference from the nudged slopes: {np.abs(risk_gradient(place, x, y) - nudged).max():.0e}")


# %% id="gradient-tests" nbgrader={"grade": true, "grade_id": "gradient-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
slips = {0.599: "the sign is turned: what was said minus what was true", -1.798: "the risk is a mean: divide by n"}
slips |= {-0.899: "divide by n, the number of examples", -0.15: "divide by n, not by n times the classes"}
slips |= {-0.444: "softmax over the classes of a row: axis=1", 0.067: "a −1 at the true class, and at no other"}
slips |= {-0.667: "what the model said is a softmax", -0.333: "softmax, not sigmoid: the classes share one probability"}
slips |= {-1.199: "no factor 2: the loss is no square", -0.658: "softmax over each row", -2.212: "no log_softmax"}
slips |= {-0.396: "features.T @ …, not mean times mean", -0.054: "p minus truth: the slope of p is in there already"}
slips |= {-0.449: "divide by n, not by the number of classes", -0.876: "all examples, not the first alone"}
weights, y = np.array([[1.0, 0, 0, 0.5], [0, 2, 0, 0]]), np.array([2, 0, 2])
x = np.array([[1.0, 0.5], [0, 2], [1, 1]])
got = outcome(lambda: np.asarray(risk_gradient(weights, x, y), dtype=float))
shape = got if isinstance(got, str) else list(got.shape)
whole = "shape (d, classes), also where the last classes do not occur: features.T @ …, np.eye(weights.shape[1])[labels]"
lesson.check("three examples, class 3 does not occur", got=shape, want=[2, 4], likely=lambda got: whole)
corner = {-0.484: "a −1 at each row's true class alone: [np.arange(n), labels]", 0.516: "fit_weights adds the penalty"}
usual = "features.T @ (what the model said − what was true) / n, for all classes, and nothing else"
lesson.check("one slope", got=got[0, 2], want=-0.5992, tolerance=1e-3, likely=told(slips, usual))
corner |= {0.183: f"{usual}, not rounded", 0.0: "every class has a slope: p_k, less 1 for the true one"}
at_corner, want = lambda got: told(corner, usual)(got[0, 0]), torch_gradient(weights, x, y)
lesson.check("all slopes, as PyTorch has them", got=got, want=want, tolerance=1e-6, likely=at_corner)
got, want = outcome(lambda: risk_gradient(1000 * weights, x, y)), torch_gradient(1000 * weights, x, y)
safe = "e^1000 overflows: scipy's softmax subtracts the largest logit, as Exercise 2 did"
lesson.check("logits of thousands", got=got, want=want, likely=lambda got: safe)
got, sparse = outcome(lambda: fit_weights(risk_gradient)), "features may be a sparse table: use only @ and .T on it"
lesson.check("trained with it: scikit-learn's weights", got=got, want=theirs, tolerance=1e-3, likely=lambda got: sparse)
### BEGIN HIDDEN TESTS
with np.errstate(all="ignore"):
    rng = np.random.default_rng(lesson.hidden_seed())
    for name, labels, classes_in_all, scale in (
        ("a batch in which only class 0 occurs", np.zeros(5, int), 3, 1),
        ("two of four classes in the batch", np.array([2, 1, 1, 2, 2, 1, 2]), 4, 1),
        ("one example of the last class", np.array([2]), 3, 1),
        ("logits in the thousands", np.arange(8) % 3, 3, 1000),
    ):
        features = rng.normal(size=(len(labels), 4)) * np.logspace(-4, 1, len(labels))[:, None]
        batch = scale * rng.normal(size=(4, classes_in_all)), features, labels
        lesson.check(name, got=risk_gradient(*batch), want=torch_gradient(*batch))
### END HIDDEN TESTS

# %% [markdown] id="gradient-hints"
# <details><summary>Where do I start?</summary><code>softmax(features @ weights, axis=1)</code> is what the model said, shape
# (n, classes). Make a table of the same shape of what was true.</details>
# <details><summary>What was true, as a table</summary><code>np.eye(weights.shape[1])[labels]</code> has one row for each
# example, with a 1 at its class.</details>
# <details><summary>Which product?</summary>The result has shape (d, classes): <code>features.T</code> is (d, n). Divide by n
# at the end.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Your gradient needs one pass over the data instead of two for each weight, and led to the weights
# that scikit-learn finds. Its largest steps come from the examples that the model got most wrong.
#
# </details>

# %% [markdown] id="weights-task"
# ## Exercise 5 · Class weights and label smoothing together
# *Difficulty ●●●●○ · about 9 minutes · 3 points · skill: loss functions*
#
# Of these tweets 80 % are neutral, so a mean over tweets is mostly about neutral ones. **Class weights** make an example
# of class $k$ count $w_k$ times; the risk becomes a *weighted mean* over the examples. **Label smoothing** takes the share
# $\varepsilon$ of each label's certainty and spreads it evenly over **all** $K$ classes, the true one included: the
# target $q$.
#
# PyTorch does both at once: the loss $-\log p_k$ counts $q_k$ and also the weight $w_k$ **of class k itself**, and the
# mean is taken by the weights of the examples' true classes:
#
# $$L = \frac{\sum_{i,k} w_k\, q_{ik}\, (-\log p_{ik})}{\sum_i w_{y_i}}$$
#
# Write it. scipy's `log_softmax` is imported.


# %% id="weights-answer" nbgrader={"grade": false, "grade_id": "weights-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def weighted_loss(logits: np.ndarray, labels: np.ndarray, class_weights: np.ndarray, smoothing=0.0) -> float:
    """Risk with class weights and label smoothing, in nats.

    `logits`: (n, K); `labels`: (n,) class numbers from 0; `class_weights`: (K,), each 0 or more;
    `smoothing`: the share of the label's certainty that is spread, 0 to 1.
    """
    ### BEGIN SOLUTION
    classes = logits.shape[1]
    target = (1 - smoothing) * np.eye(classes)[labels] + smoothing / classes
    losses = -(target * class_weights * log_softmax(logits, axis=1)).sum(axis=1)
    return float(losses.sum() / class_weights[labels].sum())
    ### END SOLUTION


four = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, -1.0]])
# expected: 0.8082
weighted_loss(four, np.array([0, 1, 1, 2]), np.array([4 / 3, 2 / 3, 4 / 3]))


# %% id="weights-tests" nbgrader={"grade": true, "grade_id": "weights-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
logits = np.array([[2.0, 0, 0], [0, 1, 0], [0, 3, 0], [0, 0, -1], [1, 0, 0.5]])
y, three, equal = np.array([0, 1, 1, 2, 2]), np.array([4.0, 1, 2]), np.ones(3)
part, usual = "divide by the sum of the true classes' weights", "check w_k, q_ik, −log p_ik and the divisor"
alone = dict.fromkeys((1.538, 1.098, 7.689, 4.613, 2.563, 0.513, 0.393), part) | {1.665: "w, not w squared"}
alone |= {0.786: "the weights had no effect", 0.862: "smoothing is 0 here", -0.769: "minus the logarithm"}
alone |= {0.695: "take the weights that are given, not the batch's", -0.556: "minus log p, not p"}
alone |= dict.fromkeys((1.23, 1.294), "weights belong to losses, not logits") | {0.659: part}
alone |= dict.fromkeys((1.224, 2.683), "log_softmax over a row's classes: axis=1") | {1.7: "1 − ε stays, ε is spread"}
alone |= {0.861: "class_weights[labels]: the weight of the true class, not of the row number"}
got = outcome(lambda: weighted_loss(logits, y, three, 0.0))
lesson.check("weights alone", got=got, want=0.768908, tolerance=1e-5, likely=told(alone, usual))
spread = {1.086: "spread ε over all K classes, the true one, too", 0.786: "smoothing had no effect", 0.55: "ε is lost"}
spread |= dict.fromkeys((0.907, 1.221), "the true class keeps 1 − ε + ε/K") | {1.252: "1 − ε stays"}
spread |= {0.829: "smooth the labels, not the probabilities", 0.811: "ε/K, not ε/n", 1.857: "ε/K each"}
got = outcome(lambda: weighted_loss(logits, y, equal, 0.3))
lesson.check("smoothing alone", got=got, want=0.985635, tolerance=1e-5, likely=told(spread, usual))
share = "the loss of class k carries the weight of class k, its smoothed share, too"
both = dict.fromkeys((0.969, 0.756, 0.974), share) | dict.fromkeys((0.998, 0.975), part)
got = outcome(lambda: weighted_loss(logits, y, three, 0.3))
lesson.check("both at once", got=got, want=1.048208, tolerance=1e-5, likely=told(both, usual))
kept, changed = [logits[2].tolist(), three.tolist()], "your function changes the logits or the weights: make new ones"
lesson.check("the inputs are as they were", got=kept, want=[[0, 3, 0], [4, 1, 2]], likely=lambda got: changed)
got = outcome(lambda: weighted_loss(np.array([[2.0, 0], [0, 1], [1, 3]]), y[[0, 1, 0]], np.array([1.0, 3]), 0.4))
columns = "K is the number of columns, logits.shape[1], and each class gets ε/K"
lesson.check("two classes, and so K is 2", got=got, want=0.833976, tolerance=1e-5, likely=lambda got: columns)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
cases = {
    "weights that do not average to 1": ([0.2, 1.0, 5.0, 2.0], 0.0, 9),
    "smoothing alone": ([1.0, 1.0, 1.0, 1.0], 0.2, 9),
    "both together": ([0.5, 3.0, 1.0, 2.0], 0.1, 10),
    "a class of weight 0, with smoothing": ([0.0, 1.0, 2.0, 1.0], 0.15, 9),
    "a last batch of one example": ([2.0, 7.0, 1.0, 3.0], 0.05, 1),
}
for name, (given, smoothing, n) in cases.items():
    logits, labels, given = rng.normal(0, 3, (n, 4)), (np.arange(n) + 1) % 4, np.array(given)
    right = torch_risk(logits, labels, weight=torch.from_numpy(given), label_smoothing=smoothing)
    lesson.check(name, got=weighted_loss(logits, labels, given, smoothing), want=right)
### END HIDDEN TESTS

# %% [markdown] id="weights-hints"
# <details><summary>Where do I start?</summary>Make the target table: (1 − ε) times the one-hot rows, plus ε/K everywhere. The
# true class keeps 1 − ε + ε/K.</details>
# <details><summary>Where do the class weights go?</summary>Multiply column k of the loss by w<sub>k</sub>, then sum each
# row.</details>
# <details><summary>What to divide by?</summary>A weighted mean divides by the sum of its weights: here
# <code>class_weights[labels].sum()</code>. It equals n for balanced weights on the whole set, and for hardly any
# batch.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Dividing by n instead makes a batch with many rare examples take a larger step, only by the luck of
# the draw. And a smoothed loss is not 0 even for a perfect model, so never compare it with a plain one. Next, what the
# weights do to real tweets.
#
# </details>

# %% id="weights-story"
stories, cut = data.story(tweets["text"]), StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
found, given = {"always neutral": np.full(len(tweets), classes.index("neutral"))}, {}
for name, balance in {"plain loss": None, "balanced class weights": "balanced"}.items():
    classifier = make_pipeline(  # made anew in each fold, so that no tested text is seen
        TfidfVectorizer(sublinear_tf=True, max_features=words),
        LogisticRegression(C=1.0, fit_intercept=False, class_weight=balance),
    )
    p = cross_val_predict(classifier, tweets["text"], tweet_labels, groups=stories, cv=cut, method="predict_proba")
    found[name], given[name] = p.argmax(axis=1), p[:, classes.index("negative")]
negative = tweet_labels == classes.index("negative")
for name, predictions in found.items():
    called = predictions == classes.index("negative")
    print(f"{name}\n  right on all tweets          {measure.accuracy(tweet_labels, predictions)}")
    print(f"  called negative: {called.sum()}, of these rightly {(called & negative).sum()} of {negative.sum()}")
print("a = plain loss, b = balanced class weights\n ", end="")
print(measure.compare(tweet_labels, found["plain loss"], found["balanced class weights"]))
alarms = int(called.sum())
most = np.argsort(-given["plain loss"])[:alarms]
print(f"plain loss, the {alarms} tweets with the highest p(negative): {negative[most].sum()} are negative")
for name, probability in given.items():
    print(f"mean p(negative), {name}: {probability.mean():.2f}; true share {negative.mean():.2f}")

# %% [markdown] id="weights-found"
# The plain loss has learnt to say "neutral", and its accuracy cannot be told from that of the constant. Balanced weights
# call 105 tweets negative, 38 of them rightly. But so does the plain classifier, or nearly: the 105 tweets to which it
# gives the highest probability hold 36. The weights moved the threshold; they taught almost nothing new. And they have a
# price: balanced, the mean probability of "negative" is 0.24, where the true share is 0.10. So train plainly, and set the
# threshold by what a missed complaint costs.
#
# Smoothing acts elsewhere: with it there is a best answer, and it is not 1. Move the slider and watch the minimum.


# %% id="smoothing-picture"
def smoothing_picture(smoothing=0.1, classes=3):
    """Loss of one example against the gap between the true logit and all others. Returns figure and alt text."""
    gaps = np.linspace(-1, 10, 221)
    log_sum = np.logaddexp(gaps, np.log(classes - 1))
    target = 1 - smoothing + smoothing / classes
    smoothed = log_sum - target * gaps
    best_gap = np.log(target / (smoothing / classes))
    figure, axes = figures.new(height=3.6)
    axes.plot(gaps, log_sum - gaps, label="plain label", linewidth=2)
    axes.plot(gaps, smoothed, label=f"smoothed by {smoothing:.2f}", linewidth=2)
    axes.plot(best_gap, np.interp(best_gap, gaps, smoothed), "o", color=figures.COLOURS[1], markersize=9)
    axes.set(xlabel="gap between the true logit and the others", ylabel="loss (nats)", ylim=(0, 2.5))
    axes.set_title(f"Smoothing stops at a gap of {best_gap:.2f}: probability {target:.3f}, not 1")
    axes.legend()
    alt = f"Loss against the logit gap, {classes} classes. The plain loss falls towards 0 without end; smoothed by "
    alt += f"{smoothing:.2f} it is least at a gap of {best_gap:.2f}, at a probability of {target:.3f}, and rises again."
    return figure, alt


figure, alt = smoothing_picture()
figures.show(figure, alt)


# %% id="smoothing-slider"
def describe(smoothing, classes):
    figure, alt = smoothing_picture(smoothing, classes)
    return figures.markup(figure, alt)


lesson.explore(
    describe,
    smoothing=widgets.FloatSlider(0.1, min=0.01, max=0.5, step=0.01, description="smoothing"),
    classes=widgets.IntSlider(3, min=2, max=50, description="classes"),
)

# %% id="published-log"
films = data.load("movie_sentences", rows=sentences)
train, test = (films[films["split"] == part] for part in ("train", "test"))
vectoriser = TfidfVectorizer(sublinear_tf=True, max_features=words)
train_features, test_features = vectoriser.fit_transform(train["text"]), vectoriser.transform(test["text"])
train_labels, test_labels = (part["label"].cat.codes.to_numpy().astype(int) for part in (train, test))
film_weights, log, rng = np.zeros((train_features.shape[1], 2)), [], np.random.default_rng(seed)


def batch_loss(features, labels) -> float:
    """Mean loss of one batch of film sentences with the weights as they are now."""
    return torch_risk(features @ film_weights, labels)


for epoch in range(1, epochs + 1):
    for rows in np.array_split(rng.permutation(len(train_labels)), len(train_labels) // batch_size):
        gap = softmax(train_features[rows] @ film_weights, axis=1) - np.eye(2)[train_labels[rows]]
        film_weights -= train_features[rows].T @ gap / len(rows)  # the learning rate is 1
    for start in range(0, len(test_labels), batch_size):  # as published: a line for each batch of the test set
        part = slice(start, start + batch_size)
        log.append((epoch, len(test_labels[part]), batch_loss(test_features[part], test_labels[part])))
for epoch, _, loss in log[:6]:
    print(f"Epoch {epoch}, loss: {loss:.4f}")
print(f"… {len(log)} lines in all")

# %% [markdown] id="epoch-loss-task"
# ## Exercise 6 · A published text reports the loss of ten epochs: is it right?
# *Difficulty ●●○○○ · about 6 minutes · 2 points · skill: reading published numbers*
#
# The text (in Chinese, on culture in start-ups for large models, section 5) lists one loss for each epoch: 0.6519, 0.4493 …
# 0.1864. The cell above prints what the text's evaluation code prints. The first lines all say "Epoch 1", and no weight
# changed between them; yet the loss did. What is each line? Could ten epochs give ten lines?
#
# Write what deserves the name: the empirical risk over **all** examples of a test set that can only be
# evaluated `batch_size` at a time. However it is cut, the number must be the same.


# %% id="epoch-loss-answer" nbgrader={"grade": false, "grade_id": "epoch-loss-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def epoch_loss(batch_loss, features, labels, batch_size: int) -> float:
    """Risk of a test set, evaluated at most `batch_size` examples at a time.

    `batch_loss(features, labels)` returns the mean loss of the examples it is given.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for start in range(0, len(labels), batch_size):
        batch = labels[start : start + batch_size]
        total += batch_loss(features[start : start + batch_size], batch) * len(batch)
    return total / len(labels)
    ### END SOLUTION


known = np.array([1.0, 2.0, 3.0, 6.0])  # four losses, for a try
# expected: 3.0
epoch_loss(lambda features, labels: float(features.mean()), known, np.zeros(4), batch_size=2)


# %% id="epoch-loss-tests" nbgrader={"grade": true, "grade_id": "epoch-loss-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def batch_mean(features, labels):
    """Stands for a model: the losses are the features themselves."""
    sizes.append(len(features))
    return float(np.mean(features)) if len(features) == len(labels) > 0 else float("nan")


weigh, divide = "weigh each batch's mean loss by its own size", "divide by n, the number of examples"
slips = {1.567: "a mean of batch means gives the last example the weight of three", 6.1: "that is the sum: divide by n"}
slips |= {4.0: "that is the last batch alone, the published mistake", 0.4: "that is one batch: all of them count"}
slips |= {0.3: "the last, smaller batch is left out", 0.35: "the last, smaller batch is left out", 0.7: "start at 0"}
slips |= {2.014: weigh, 4.7: weigh, 0.671: weigh, 2.033: divide, 0.678: divide, 0.714: "slices end too early"}
slips |= dict.fromkeys((1.571, 1.236, 2.5), "batches overlap: step by batch_size")
slips |= {0.171: "return stands inside the loop", 2.125: "a running average favours the last batch"}
seven, zeros, sizes = np.array([0.2, 0.4, 0.6, 0.1, 0.3, 0.5, 4.0]), np.zeros(7), []
got = outcome(lambda: float(epoch_loss(batch_mean, seven, zeros, batch_size=3)))
usual = "one number: mean loss times batch size, summed, over n; features and labels are cut alike, each example once"
usual += ", and the last batch may be smaller"
lesson.check("seven losses, three at a time", got=got, want=6.1 / 7, likely=told(slips, usual))
sized = "no call may get more than batch_size examples, here 3: cut the set, and ask batch_loss for each part"
lesson.check("at most three a call", got=1 <= max(sizes, default=0) <= 3, want=True, likely=lambda got: sized)
got, every = outcome(lambda: float(epoch_loss(batch_mean, seven, zeros, batch_size=50))), "one batch of seven: its mean"
lesson.check("a batch size larger than the set", got=got, want=6.1 / 7, likely=lambda got: every)
got = outcome(lambda: float(epoch_loss(batch_mean, seven[:6], zeros[:6], batch_size=3)))
third = "two batches of three: a third would be empty, and has no mean"
lesson.check("six losses, three at a time", got=got, want=0.35, likely=lambda got: third)
### BEGIN HIDDEN TESTS
seven = np.array([0.2, 0.4, 0.6, 0.1, 0.3, 0.5, 4.0])


def mean_of(features, labels):
    return float(np.mean(features))


lesson.check(
    "a last batch of one counts as one example",
    got=epoch_loss(mean_of, seven, np.zeros(7), batch_size=3),
    want=seven.mean(),
)
got = epoch_loss(mean_of, seven, np.zeros(7), batch_size=50)
lesson.check("a batch size larger than the set", got=got, want=seven.mean())
drawn, sizes = np.random.default_rng(lesson.hidden_seed()).exponential(size=23), []
got = epoch_loss(lambda x, y: [float(np.mean(x)), sizes.append(len(x))][0], drawn, np.zeros(23), batch_size=5)
lesson.check("any losses", got=got, want=drawn.mean())
got = epoch_loss(lambda x, y: sum(x) / len(x), drawn[:20], np.zeros(20), batch_size=5)
lesson.check("a size that divides the set", got=got, want=drawn[:20].mean())
lesson.check("no call was given more than batch_size examples", got=max(sizes) <= 5, want=True)
### END HIDDEN TESTS

# %% [markdown] id="epoch-loss-hints"
# <details><summary>Where do I start?</summary>Before averaging anything, add up: mean loss of a batch times its number of
# examples is the sum of its losses.</details>
# <details><summary>Why not the mean of the batch means?</summary>Seven examples in batches of three leave a last batch of
# one. In a mean of batch means this one example counts three times as much as the others.</details>
#
# <details><summary><b>What you found</b></summary>
#
# Each published line is the loss of **one test batch**: the print stands inside the loop. Ten epochs
# give ten lines only if the test set is a single batch; otherwise the listing shows a selection that the text does not
# explain. The right number is one sample-weighted mean an epoch, shown below. And watch *dev* data with it, not test
# data: who picks the best of ten epochs on the test set has trained on it.
#
# </details>

# %% id="epoch-loss-picture"
table = pd.DataFrame(log, columns=["epoch", "size", "loss"])
table["share"] = table["size"] * table["loss"]
grouped = table.groupby("epoch")
risk = grouped["share"].sum() / grouped["size"].sum()
figure, axes = figures.new()
axes.plot(table["epoch"], table["loss"], "o", alpha=0.6, markersize=4, label="a published line: one test batch")
axes.plot(grouped["loss"].last(), "--", color=figures.COLOURS[1], label="the last line of each epoch")
axes.plot(risk, "-", color=figures.COLOURS[2], linewidth=2.5, label="empirical risk of the test set")
axes.set(xlabel="epoch", ylabel="loss (nats)", ylim=(table["loss"].min() - 0.15, None))
axes.set_title(f"The lines of one epoch differ more than {epochs} epochs of training")
axes.legend(loc="lower left")
figures.show(
    figure,
    alt="Loss against epoch. In every epoch the losses of single test batches scatter widely; the last batch of each "
    "epoch runs beside the mean; the mean over all test sentences falls smoothly.",
)
print(f"risk: {risk.iloc[0]:.3f} after the first epoch, {risk.iloc[-1]:.3f} after the last")
spread = grouped["loss"].agg(["min", "max", "last", "mean"]).iloc[-1]
print(f"lines of the last epoch: {spread['min']:.3f} to {spread['max']:.3f}; its last line {spread['last']:.3f}")
print(f"mean of the batch means: {spread['mean']:.4f}, sample-weighted: {risk.iloc[-1]:.4f}")

# %% [markdown] id="remember"
# ## What to remember
#
# - The log loss is $-\log$ of the probability given to the truth; training needs it because its slope never dies.
# - Compute losses from logits, with log-sum-exp: never from probabilities, and never by clipping.
# - The gradient is what the model said minus what was true, times the input. Check yours by nudging, $h \approx 10^{-5}$.
# - A weighted mean divides by the sum of the weights; smoothing moves the best answer away from 1.
# - Class weights act like another threshold and spoil probabilities. Compare at the same number of alarms.
# - An epoch has one loss: the sample-weighted mean over all its examples.

# %% [markdown] id="open-question-task"
# ## Open question
#
# One message in ten is a complaint; missing one costs as much as 20 false alarms. A colleague shows two runs. A: plain
# loss, test loss 0.31. B: class weights and label smoothing, test loss 0.58. Both are the best of 30 epochs on the test
# set. "A is better." What do you answer, what do you measure, and how do you choose? (About 150 words.)
#
# *Rubric, 4 points:* why the losses cannot be compared (1) · one measure for both that holds the cost of 20 to 1, with an
# interval (1) · choice on dev data, test set used once (1) · what class weights or smoothing spoil (½), and the
# remedy (½).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# The two numbers are different functions: B's weighted mean counts complaints more, and with smoothing even a perfect
# model has a loss above 0. So 0.58 against 0.31 says nothing. I would compare both runs by the same quantity, the cost
# per 1,000 messages, 20 × missed complaints + false alarms, with a bootstrap interval of the paired difference, and show
# recall and precision of complaints beside it. Epoch, weights and threshold are chosen on dev data; the test set is used
# once, at the end, because the best of 30 epochs on it is too good by selection. Class weights distort the probabilities:
# B says "complaint" too often on purpose. So for each run I set the threshold on dev data by the cost (for calibrated
# probabilities it would be 1/21), or calibrate first; A with a low threshold may turn out as good as B.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - PyTorch's page on `CrossEntropyLoss`: the formulas for `weight`, `label_smoothing` and what "mean" divides by.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, sections 4.1 and 6.2.2: overflow; why output and loss
#   belong together.
# - P. Blanchard, D. Higham, N. Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of
#   Numerical Analysis 41 (2021): how exact the shifted form is.
# - Stanford CS231n, notes on gradient checks: which step, which error is acceptable, what spoils a check.
# - R. Müller, S. Kornblith, G. Hinton, *When does label smoothing help?*, NeurIPS 2019: calibration and distillation.
# - G. King, L. Zeng, *Logistic regression in rare events data*, Political Analysis 9 (2001): weights against correcting
#   the probabilities afterwards.

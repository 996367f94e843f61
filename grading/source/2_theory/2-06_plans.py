# %% [markdown] id="title"
# # 2-06 · The best plan for the money
#
# You will find out which input of a plan matters, spread a budget so that no euro could be moved for the better, and read what the
# next euro and the next hour would buy.

# %% [markdown] id="objectives"
# **Questions.** Which input matters at all? Where should the next hour and the next euro go? Which demand holds the plan back?
#
# **Afterwards you can**
# 1. say which share of a result's spread goes with one input;
# 2. spread a budget so that no hour could be moved for the better;
# 3. read a shadow price, get it from two solved plans, and know how far it reaches;
# 4. find the demand that binds, and count people's time at what it costs.

# %% [markdown] id="why"
# **Why a start-up cares.** A course for twelve engineers has an invoice, and a cost that stands on no invoice: at the 56 euros that
# an hour of theirs costs here, their time is more than four fifths of the price of a course hour. Who leaves it out picks the cheap trainer,
# and saves on the wrong side. Below, the same solver makes both plans.

# %% id="imports"
from dataclasses import replace

import ipywidgets as widgets
import numpy as np
from scipy.optimize import brentq

from trainlib import cohort, effect, figures, lesson, plan

# %% id="parameters" tags=["parameters"]
learners = 400  # of the simulated cohort
draws = 1_000  # bootstrap cohorts behind the intervals of the weights
points = 8  # plans on the front of gain against money
samples = 512  # points of each sequence behind the Sobol indices, a power of 2
seed = 3  # of the simulated cohort
euros_per_hour = (
    56  # of an engineer: 75,000 euros a year and a fifth on top, for 1,600 hours; an assumption, put your own
)

# %% [markdown] id="stages"
# ## The training to plan
#
# As in 2-05, a stage with $P$ hours brings $a\,(e E + m M)\,(1 - e^{-P/\tau})$ of the room that a learner has: $E$ is the
# trainer's quality, $M$ the content's, and $\tau$ says how fast more hours stop to help. The weights $a$ come from the same cohort,
# which is **simulated**: nobody took this course.

# %% id="cohort-code"
weights, scales = np.array([0.15, 0.20, 0.35, 0.30]), np.array([6.0, 8.0, 12.0, 20.0])
names, shares = ("principles", "theory", "practice", "project"), ((0.8, 0.2), (0.5, 0.5), (0.6, 0.4), (0.3, 0.7))
training = effect.TrainingEffect(
    tuple(effect.Stage(*row[:2], *row[2], row[3]) for row in zip(names, weights, shares, scales)), ceiling=1.0
)
fitted = cohort.fit(cohort.simulate(training, learners, teams=12, seed=seed), training, items=40, draws=draws)
fitted_training = fitted.training_effect()
print(fitted)

# %% [markdown] id="known-task"
# ## Exercise 1 · Which input matters?
# *2 points · difficulty ●●○○○ · about 8 minutes · skill: sensitivity*
#
# Before you plan, ask which input is worth knowing. Take a table of gains: each row is a trainer that you may get, each column a
# number of hours, and all cells are equally likely. How much of the spread would be gone if you knew the trainer? The rows' means
# are what you would then expect, so the share is
#
# $$S = \frac{\text{variance of the rows' means}}{\text{variance of all cells}}$$
#
# both variances divided by the number of values, not by one less. This is the first-order **Sobol index** of the rows' input. Write
# `known_share`. Guess first for the table in the stub: trainer or hours?


# %% id="known-answer" nbgrader={"grade": false, "grade_id": "known-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def known_share(gains: np.ndarray) -> float:
    """The share of the variance that goes with the rows' input. gains: (values of it, values of all other inputs)."""
    ### BEGIN SOLUTION
    return float(gains.mean(axis=1).var() / gains.var())
    ### END SOLUTION


hours_tried, trainers_tried = np.array([3.0, 6, 9, 12, 15]), np.array([0.5, 0.7, 0.9])
table = np.array([[fitted_training.gain(E, 0.6, P=[P] * 4) for P in hours_tried] for E in trainers_tried])
print(f"trainer {known_share(table):.2f}, hours {known_share(table.T):.2f}")

# %% id="known-tests" nbgrader={"grade": true, "grade_id": "known-tests", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
gains = np.array([[1.0, 2, 6], [3, 8, 7]])  # rows' means 3 and 6
slips = {
    0.506: "that is the columns' input: the mean of each row, axis=1",
    0.5422: "divide both by the number of values: var(), not ddof=1",
    0.6506: "divide both by the number of values: var(), not ddof=1",
    0.2711: "divide both by the number of values: var(), not ddof=1",
    0.5704: "variances, not their roots",
    0.6747: "that is what stays when the rows' input is known",
    2.25: "that is the variance of the rows' means: divide by that of all cells",
    0.4286: "ranges depend on the two ends alone: take variances",
    0.33: "rounded: give the share as it is",
    0.494: "that is the spread within columns: take the variance of the rows' means",
    0.3913: "over the variance of all cells, not over the sum of two",
    **dict.fromkeys([0.2411, 0.4821, 0.6429], "over the variance of all cells, gains.var(), and no other"),
    **dict.fromkeys([2.9277, 0.9036], "the rows' means are what you expect, not their sums or medians"),
    32.5301: "a share lies between 0 and 1",
}
got = known_share(gains.copy())
lesson.check("two rows, three columns", got, 0.3253, tolerance=2e-4, likely=lambda got: lesson.slip(got, slips))
got = known_share(np.array([[0.0, 2], [1, 1]]))
apart = "each row has the mean 1: on average, knowing it changes nothing that you expect"
lesson.check("an input that changes the spread and not the mean", got, want=0, likely=lambda got: apart)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for shape in ((4, 3), (2, 9), (7, 2)):
    drawn = rng.uniform(0, 1, shape) + np.arange(shape[0])[:, None] * 0.3
    want = float(((drawn.mean(1) - drawn.mean()) ** 2).mean() / ((drawn - drawn.mean()) ** 2).mean())
    lesson.check("drawn tables", got=known_share(drawn.copy()), want=want)
    lesson.check("the same in other units", got=known_share(7 * drawn + 100), want=want)
lesson.check("a table that its rows explain", got=known_share(np.array([[1.0, 1, 1], [4, 4, 4], [2, 2, 2]])), want=1)
### END HIDDEN TESTS

# %% [markdown] id="known-hints"
# <details><summary>Where do I start?</summary><code>gains.mean(axis=1)</code> is the mean of each row.</details>
# <details><summary>Why the means?</summary>Once you know the row, its mean is what you expect. If all rows have the same mean,
# knowing the row tells you nothing about what to expect.</details>
#
# <details><summary><b>What you found</b></summary>In this table about four fifths of the spread go with the hours and a sixth with
# the trainer. That holds for these ranges: who has never less than 12 hours will find the trainer first.</details>

# %% [markdown] id="sobol-text"
# A table of every combination grows too large with many inputs. The next cell draws points instead, for six inputs at once: the
# trainer, the content and the hours of each stage.

# %% id="sobol-picture"
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
# ## Exercise 2 · Where should the hours go?
# *3 points · difficulty ●●●●○ · about 14 minutes · skill: equal marginal gain*
#
# Stage $i$ brings $v_i(1 - e^{-P_i/\tau_i})$ and costs $c_i$ an hour. The next euro there buys $\frac{v_i}{\tau_i
# c_i}e^{-P_i/\tau_i}$. In the best plan all stages that get hours buy the same: if not, move a euro. That common value
# $\lambda$ is the **shadow price** of money. A stage whose *first* euro buys less than $\lambda$ gets nothing.
#
# Write `allocate`. For a given $\lambda$ the hours follow; the right $\lambda$ is the one at which they cost the budget.


# %% id="allocate-given" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
stages = np.array([0.10, 0.12, 0.20]), np.array([6.0, 8, 12]), np.array([100.0, 150, 60])  # value, scale, cost
poor = np.array([0.30, 0.02, 0.20]), np.array([6.0, 20, 12]), np.array([100.0, 100, 50])
hours_slips = {
    (
        7.444,
        9.082,
        14.888,
    ): "the next hour buys the same everywhere: it is the next euro that must, so divide by the cost",
    (5.716, 5.837, 25.881): "the slope of 1 − exp(−P/τ) is exp(−P/τ)/τ: the scale is missing",
    (7.143, 5.714, 23.81): "spread by value: the next euro then buys most where hours are few",
    (9.677, 9.677, 9.677): "the same hours everywhere: move a euro to where it buys more",
    (9.8257, 9.3149, 10.3365): "solved for P, the logarithm stands times the scale",
    (0, 0, 50): "all on the best first euro: its later euros buy less than the first of the others",
    (7.7, 6.2, 21.6): "rounded: the budget is no longer spent",
    (772.666, 932.341, 1294.993): "that is money: divide by the cost of an hour",
}
# %% id="allocate-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
poor_slips = {
    (16.814, -22.195, 28.762): "hours below 0: that stage gets none, and the others share the budget",
    (
        16.814,
        0,
        28.762,
    ): "hours below 0 were cut afterwards: this costs more than the budget. Spread it anew among the rest",
}


def slip_of_price(got: float) -> str | None:
    """What went wrong in the price of 46 millionths."""
    if got < 0 or got > 1e6:
        return "the price itself, not its logarithm"
    if got > 1e4:
        return "what one more euro buys, not 1,000 more"
    if got > 1e3:
        return "that is what an hour buys, not a euro"
    return lesson.slip(
        got, {101.376: "the mean of all euros: the next one buys less", 277.778: "that is the first euro"}, 0.1
    )


# %% id="allocate-answer" nbgrader={"grade": false, "grade_id": "allocate-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def allocate(value, scale, cost, budget) -> tuple[np.ndarray, float]:
    """Hours of most gain for a budget > 0, (stages,), and the gain that one more euro buys.

    value, scale, cost: (stages,).
    """
    ### BEGIN SOLUTION
    first = np.log(value / (scale * cost))  # what the first euro buys

    def hours_at(log_price):
        return scale * np.maximum(first - log_price, 0)

    log_price = brentq(lambda log_price: hours_at(log_price) @ cost - budget, first.max() - 700, first.max())
    return hours_at(log_price), np.exp(log_price)
    ### END SOLUTION


# expected: 7.1, 8.6 and 14.2 hours, and a price of 5.09e-05
allocate(np.array([0.10, 0.12, 0.20]), np.array([6.0, 8, 12]), np.full(3, 100.0), 3000)

# %% id="allocate-tests" nbgrader={"grade": true, "grade_id": "allocate-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
result = allocate(*(part.copy() for part in stages), 3000)
one = "one price: in the best plan, all stages that get hours share it"
lesson.check(
    "hours and a price",
    got=[np.ndim(part) for part in result],
    want=[1, 0],
    likely={(0, 1): "hours first", (1, 1): one},
)
spent = float(np.dot(result[0], stages[2]))
lesson.check(
    "hours of three stages",
    got=result[0],
    want=[7.7267, 6.2156, 21.5832],
    tolerance=1e-3,
    likely=lambda got: next(
        (told for wrong, told in hours_slips.items() if np.allclose(got, wrong, atol=0.01)),
        None if abs(spent - 3000) < 1 else f"these hours cost {spent:,.0f}, not the budget of 3,000",
    ),
)
millionths = "the price, in millionths of gain for a euro"
lesson.check(millionths, 1e6 * result[1], want=45.981, tolerance=1e-3, likely=slip_of_price)
hours = allocate(*(part.copy() for part in poor), 900)[0]
lesson.check("a stage not worth its first euro", hours, [5.7164, 0, 6.5672], tolerance=1e-3, likely=poor_slips)


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
cases += [(np.array([0.3, 0.004, 0.2, 0.005]), np.array([6.0, 20, 12, 15]), np.array([90.0, 80, 120, 100]), 1500)]
cases += [
    (rng.uniform(0.1, 0.4, 4), rng.uniform(5, 20, 4), rng.uniform(40, 300, 4), rng.uniform(500, 5000)) for _ in range(3)
]
for number, case in enumerate(cases):
    want_hours, want_price = reference(*case)
    got_hours, got_price = allocate(*(part.copy() for part in case[:3]), case[3])
    what = "stages that are not worth their first euro" if number < 2 else "hours of different cost"
    lesson.check(f"{what}: hours", got=got_hours, want=want_hours, tolerance=1e-3)
    lesson.check(f"{what}: price", got=1e6 * got_price, want=1e6 * want_price, tolerance=1e-3)
### END HIDDEN TESTS

# %% [markdown] id="allocate-hints"
# <details><summary>Where do I start?</summary>Solve vᵢ/(τᵢcᵢ)·e^(−Pᵢ/τᵢ) = λ for Pᵢ: a logarithm. Negative hours become
# 0.</details>
# <details><summary>How do I find λ?</summary>The higher λ, the fewer hours, so the cost of the hours falls with λ. There is one λ
# that costs the budget: <code>brentq(function, low, high)</code>. Prices can be tiny, so look for log λ: the upper end is the
# logarithm of the best first euro, the lower one that minus 700.</details>
#
# <details><summary><b>What you found</b></summary>For the numbers in the stub: 7.1, 8.6 and 14.2 hours; wherever the next 100 euros
# go, they bring 0.005.</details>

# %% [markdown] id="solver-text"
# ## Meet the solver
#
# Real plans have more corners: which trainer holds which stage, who is there when, and a deadline. Then the question is a
# mixed-integer programme, and `trainlib.plan` hands it to a solver. With one trainer and money alone, it must give what you
# gave.
#
# Then a case: twelve engineers, eight weeks, four hours a week, 20,000 euros, of which their own time is paid, too. Ada is better
# and dearer, and has 15 hours. The weights are the fitted ones, so the gain carries their uncertainty.

# %% id="solver-code"
ben = plan.Trainer("Ben", 0.7, rate=90)
skill = plan.Skill("data work", level=0.35)  # what people can do before
alone = plan.Problem(
    fitted_training, [ben], 25_000, weeks=52, hours_per_week=5, skills=[skill], people=12, learner_cost=euros_per_hour
)
solved = plan.best(alone)
value = (1 - skill.level) * fitted.weights * [e * ben.quality + m * alone.content for e, m in shares]
cost = alone.cost_per_hour()[:, 0]

planned = solved.hours[skill.name].to_numpy()
next_euro = value / (scales * cost) * np.exp(-planned / scales)
print(f"hours by the solver: {planned.round(2)}")
print(f"1,000 euros more would buy there {(1000 * next_euro).round(5)}, each by your formula for the next euro")
print(f"the solver's shadow price of 1,000 euros: {1000 * solved.shadow_price_money:.5f}")

# %% id="roster-code"
problem = plan.Problem(
    training=fitted,
    trainers=[plan.Trainer("Ada", 0.9, rate=160, hours=15), ben, plan.Trainer("Chen", 0.5, rate=50)],
    budget=20_000,
    weeks=8,
    hours_per_week=4,
    skills=[skill],
    people=12,
    learner_cost=euros_per_hour,
)
best = plan.best(problem)
low, high = best.gain_interval
print(best.table().round({"hours": 1, "cost": 0, "gain": 3}).to_string(index=False))
print(
    f"\ngain {best.gain:.3f} (95 % interval {low:.3f} to {high:.3f}) for {best.cost:,.0f} "
    f"euros; binding: {best.binding}"
)
print(f"1,000 euros more: {1000 * best.shadow_price_money:+.4f}; one hour more each: {best.shadow_price_hour:+.4f}")

# %% [markdown] id="wage-text"
# **What an hour of the twelve costs decides who teaches.** Here is the same case with their time at 0, 20 and `euros_per_hour`, each
# time with six tenths of the money that could be spent before the deadline. Guess first: where does the dear trainer get more
# stages?

# %% id="wage-code"
for wage in (0, 20, euros_per_hour):
    counted = replace(problem, learner_cost=wage, budget=np.inf)
    most = plan.best(counted)
    found = plan.best(replace(counted, budget=0.6 * most.cost))
    rate = counted.cost_per_hour()[0]
    print(f"an hour of theirs at {wage} euros: a course hour costs {rate[0]:.0f} with Ada, {rate[2]:.0f} with Chen")
    print(f"   for {found.cost:,.0f} euros: {found.trainers}, gain {found.gain:.3f}")
    paid = found.cost + problem.people * (euros_per_hour - wage) * found.hours.to_numpy().sum()
    print(f"   with their time at {euros_per_hour} euros, that plan costs {paid:,.0f}")

# %% [markdown] id="wage-found"
# <details><summary><b>What you found</b></summary>Where people's time counts nothing, Ada costs three times as much as Chen, and
# holds nothing. At 56 euros she costs 15 % more, because twelve engineers sit in the room, and holds two stages. The plan that
# counts no time looks cheap at 2,400 euros. It costs 23,900, and gains 0.219: less than the plan above, which costs
# 20,000.</details>

# %% [markdown] id="price-task"
# ## Exercise 3 · A price from two plans
# *1 point · difficulty ●○○○○ · about 6 minutes · skill: shadow prices*
#
# The solver prints a shadow price. Do not believe it: solve the plan again. Write `price_of`: what one more euro buys at `budget`,
# from the gains of the best plans for `budget - step` and `budget + step`. `gain` is a function of the budget.
#
# Guess first: will it be the solver's number, 0.0063 for 1,000 euros?


# %% id="price-answer" nbgrader={"grade": false, "grade_id": "price-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def price_of(gain, budget: float, step: float) -> float:
    """Gain for one more euro at `budget`, between one `step` below and one above. `gain(budget)` returns a number."""
    ### BEGIN SOLUTION
    return (gain(budget + step) - gain(budget - step)) / (2 * step)
    ### END SOLUTION


def gain_for(budget: float) -> float:
    """The gain of the best plan for a budget, with all else as in the case."""
    return plan.best(replace(problem, budget=budget)).gain


for step in (200, 1_000):
    print(
        f"from plans {step} euros apart on either side: {1000 * price_of(gain_for, 20_000, step):.5f} for 1,000 euros"
    )


# %% id="price-tests" nbgrader={"grade": true, "grade_id": "price-tests", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def bent(budget: float) -> float:
    """A gain whose slope falls: later euros buy less."""
    return 0.05 * budget - 1e-6 * budget**3


divide = "that is the difference: divide by the euros between the two plans, 40"
slips = {
    0.0136: "that is from the budget upwards: one plan below, one above",
    0.0256: "that is from below up to the budget: one plan below, one above",
    0.0392: "there are two steps between the two plans",
    **dict.fromkeys([0.784, 0.392, 7.84, 0.00784, 0.000196], divide),
    -0.0196: "the richer plan minus the poorer one",
    **dict.fromkeys([0.04, 0.0396], "that is the mean of all euros: the next one buys less"),
    0.0068: "from the budget upwards there is one step",
    0.272: "that is what a step upwards brings: one plan below, one above, divided by the euros",
    **dict.fromkeys([0.019999, 0.019699, 0.0199], "`step` is an argument, 20 here: one whole step below, one above"),
    0.196: "divide by the euros between the two plans, not by the gain",
    19.6: "for one euro, not for 1,000",
    0.02: "rounded, or not from the two plans: 20 below and 20 above",
}
got = price_of(bent, 100.0, 20.0)
lesson.check("a gain whose slope falls", got, want=0.0196, likely=lambda got: lesson.slip(got, slips, 5e-7))
got = price_of(lambda budget: min(budget, 100.0) / 50, 100.0, 10.0)
corner = "at a corner, the price lies between that of the last euro, 0.02, and that of the next, 0"
lesson.check("money that is enough at 100", got, want=0.01, likely=lambda got: corner)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for money, step in zip(rng.uniform(50, 90, 4), rng.uniform(1, 40, 4)):
    want = (np.log1p(money + step) - np.log1p(money - step)) / (2 * step)
    lesson.check("a logarithm", got=price_of(np.log1p, float(money), float(step)), want=float(want))
lesson.check("a gain that falls", got=price_of(lambda budget: 7 - 3 * budget, 10.0, 0.5), want=-3)
### END HIDDEN TESTS

# %% [markdown] id="price-hints"
# <details><summary>Where do I start?</summary>With the gains of both plans. How many euros lie between them?</details>
# <details><summary>Why on both sides?</summary>Later euros buy less. Upwards alone gives too little, downwards alone too much; the
# two errors nearly cancel.</details>
#
# <details><summary><b>What you found</b></summary>0.0063 for 200 euros on either side, as the solver says. For 1,000 it is 0.0058:
# a little further the plan changes its shape.</details>

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
# <details><summary><b>What you found</b></summary>For 500 euros the price is right to 1 %. For 3,000 it promises a tenth too much,
# because Ada's hours run out; for 12,000 it is fiction. At 20,000 euros money is short and time is not, so an hour has no price. From
# 25,434 on it is the other way round: more money buys <b>nothing</b>, and an hour has a price. A demand that does not bind has the
# price 0.<br>The last line is worth more than a refusal: it says which demands clash, and how far each would have to
# move.</details>

# %% [markdown] id="bound-task"
# ## Exercise 4 · Which demand binds?
# *1 point · difficulty ●●○○○ · about 8 minutes · skill: reading a plan*
#
# "Is it the money, the time, or Ada?" A demand binds if the plan would be better without it. So move it and solve again: one at a
# time, with all others as they are.
#
# Write `bound_by`: the names of those limits, in their order, which alone, larger by the share `more`, raise the gain by over 1e-6.
# `gain` takes a dict of limits. Predict for our case: which of budget, weekly hours and Ada's hours?


# %% id="bound-answer" nbgrader={"grade": false, "grade_id": "bound-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def bound_by(gain, limits: dict[str, float], more: float = 0.1) -> list[str]:
    """Names of the limits that bind: alone, times 1 + `more`, they raise `gain(limits)` by over 1e-6."""
    ### BEGIN SOLUTION
    now = gain(limits)
    return [name for name in limits if gain({**limits, name: limits[name] * (1 + more)}) > now + 1e-6]
    ### END SOLUTION


def gain_within(limits: dict[str, float]) -> float:
    """The gain of the best plan within a budget, weekly hours and Ada's hours."""
    trainers = [replace(problem.trainers[0], hours=limits["Ada"]), *problem.trainers[1:]]
    return plan.best(replace(problem, budget=limits["budget"], hours_per_week=limits["week"], trainers=trainers)).gain


print(bound_by(gain_within, {"budget": 20_000, "week": 4, "Ada": 15}), "but the solver says", best.binding)


# %% id="bound-tests" nbgrader={"grade": true, "grade_id": "bound-tests", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def toy(limits: dict[str, float]) -> float:
    """Money and hours are needed together; a trainer with 12 hours adds something; a seat more hardly anything."""
    together = min(limits["money"] / 20, limits["hours"])
    return 0.1 * together + 0.2 * (limits["trainer"] >= 12) + 1e-9 * limits["seats"]


given = {"trainer": 10.0, "money": 100.0, "hours": 6.0, "seats": 20.0}
slips = {
    "trainer money hours": "one limit at a time: hours bind only once there is more money",
    "trainer money hours seats": "all of them? One limit at a time, compared with the gain as it is, and over 1e-6",
    "trainer money seats": "a rise by 1e-8 is the solver's noise: over 1e-6",
    "money": "`more` is a share and an argument: 0.3 makes 13 of 10",
    "": "nothing? With 130 of money the gain rises: `more` comes on top of the limit",
    "money trainer": "in the order of `limits`",
    "hours seats": "these are the limits that do not bind",
    "True True False False": "the names of the limits that bind, not whether each one does",
    "trainer": "all limits that bind, not only the one that brings most: a list of names",
}
known = lambda got: slips.get(" ".join(map(str, got)), "larger, not smaller, and compared with the gain as it is")
found = bound_by(toy, given, 0.3)
found = [found] if isinstance(found, str) else found
lesson.check("a trainer and money, 30 % more", found, ["trainer", "money"], likely=known)
kept = "work on a copy: {**limits, name: …} makes a new dict"
want = {"trainer": 10, "money": 100, "hours": 6, "seats": 20}
lesson.check("the limits are as before", got=given, want=want, likely=lambda got: kept)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
numbers = rng.uniform(2, 9, 5)
tightest = int(numbers.argmin())
limits_later = {name: float(number) for name, number in zip("zxavb", numbers)}
want = ["zxavb"[tightest]]
lesson.check(
    "the narrowest of five", got=bound_by(lambda limits: min(limits.values()), dict(limits_later), 0.01), want=want
)
got = bound_by(lambda limits: limits["a"] + 1e-3 * limits["z"] - limits["x"], dict(limits_later), 0.05)
lesson.check("one that does harm when it grows does not bind", got=got, want=["z", "a"])
got = bound_by(lambda limits: 0.0 + (limits["b"] > 1.05) + (limits["v"] > 1.2), {"v": 1.0, "b": 1.0})
lesson.check("a tenth where nothing else is said", got=got, want=["b"])
got = bound_by(lambda limits: sum(limits.values()), dict(limits_later), 0.2)
lesson.check("all five, where each one helps", got=got, want=[*"zxavb"])
### END HIDDEN TESTS

# %% [markdown] id="bound-hints"
# <details><summary>Where do I start?</summary>With the gain as it is. Then, for each name, a new dict with this one limit
# larger: <code>{**limits, name: …}</code>.</details>
# <details><summary>Why not look which limit is used up?</summary>A limit can be used up and still not hold the plan back, because
# another one stops it first. And one that is not used up can hold it back: read on.</details>
#
# <details><summary><b>What you found</b></summary>The budget, and Ada. The solver names the budget alone, because its prices hold
# for small changes with the trainers as they are: Ada has 15 hours and teaches 14.3 of them. With 16.5 she could take a second
# stage, and the gain rises by 0.004. Prices do not see such a step, a plan solved again does.</details>

# %% id="front-picture"
front = plan.pareto(problem, points=points)
money = np.array([0, *(found.cost for found in front)])
gains, lows, highs = np.array([(0, 0, 0), *((found.gain, *found.gain_interval) for found in front)]).T
figure, axes = figures.new(width=7.5)
axes.fill_between(money, lows, highs, alpha=0.2, color=figures.COLOURS[0], label="95 % band of the fitted weights")
axes.plot(money, gains, marker="o", label="best plan for the money")
line = np.array([0, money[-1]])
tangent = best.gain + (line - best.cost) * best.shadow_price_money
axes.plot(line, tangent, label="what the shadow price at 20,000 predicts")
axes.set(xlabel="cost (euros)", ylabel="gain (points of skill, 0 to 1)", ylim=(0, None))
axes.set_title("Each further euro buys less (weights of a simulated cohort)")
axes.legend(loc="lower right")
figures.show(
    figure,
    alt="Gain of the best plan against its cost: a curve that rises and flattens, inside a band about a fifth of its "
    "height. The straight line of the shadow price touches it at 20,000 euros and lies above it elsewhere.",
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
    budget=widgets.IntSlider(20_000, min=2_000, max=30_000, step=2_000, description="budget", continuous_update=False),
    hours_per_week=widgets.IntSlider(4, min=1, max=8, description="hours/week", continuous_update=False),
)

# %% [markdown] id="remember"
# ## What to remember
#
# - Which input matters depends on the ranges that you give it. Ask before you measure it better.
# - In the best plan the last euro buys the same everywhere. What it buys is the shadow price.
# - A shadow price holds for a small change. Later euros buy less, unless they pay for a better trainer: solve again.
# - A demand that does not bind has the price 0, however scarce it feels.
# - People's time is most of what a course costs. Leave it out, and the plan saves on the trainer.

# %% [markdown] id="open-question-task"
# ## Open question (2 points)
#
# The board offers **one** more thing for the case of this lesson: 3,000 euros, one hour a week, or two more hours of Ada. Write the
# note: what do you ask for, what will it buy, how sure are you, and from which budget on would you ask for something else? (About
# 120 words.)
#
# *Rubric, 2 points:* a choice among the three with all plans solved again, or their shadow prices and how far these reach (1) · the
# gain with its interval, a word on where the weights come from, and a budget at which the choice changes (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# I ask for 3,000 euros. Solved again, 23,000 euros give 0.241 instead of 0.223; the price of 0.0063 for 1,000 promises 0.242. An
# hour a week brings nothing, because money runs out before time does. Two more hours of Ada bring about 0.004, as she can then take a
# second stage: a fifth of what the money brings. The 95 % interval of today's plan is 0.192 to 0.253. It is wide beside all
# three offers, but they are compared with the same weights. These come from a simulated cohort, so our own has to replace them before
# the second course. From 25,400 euros on the deadline and Ada's hours bind and money buys nothing: there I would ask for the hour.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - S. Boyd and L. Vandenberghe, *Convex Optimization* (2004), free, example 5.2 and section 5.6: water-filling, shadow prices.
# - A. Saltelli et al., *Global Sensitivity Analysis: The Primer* (2008): Sobol indices, and what they do when inputs hang together.
# - H. P. Williams, *Model Building in Mathematical Programming* (5th ed., 2013): how to say a roster in linear inequalities.

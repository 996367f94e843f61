# %% [markdown] id="title"
# # 1-02 · How a team grows
#
# You will grow a team on paper, catch two errors in a published growth model, and decide between hiring and training with
# a thousand simulated teams.

# %% [markdown] id="objectives"
# **Questions.** How does skill compound? What stops it? Should you hire or train, and by when will it be enough?
#
# **Afterwards you can**
# 1. compute compounding growth by a loop and by a closed form, and test one against the other;
# 2. recognise an impossible result by looking at the start and at the end;
# 3. turn hiring, mentoring, incentives and culture into terms of a model, each with a unit;
# 4. say by which month a team meets a demand, how sure that is, and what it costs.

# %% [markdown] id="why"
# **Why a start-up cares.** A team that gets 2 % better every month is 27 % better after a year (1.02¹² = 1.268). If each
# person also leaves at a rate of 2 % a month, 21 % are gone by then (1 − e^(−0.24)). Which of the two wins, and whether you
# should answer with a job advertisement or a course, is a calculation. A Chinese text on talent in AI start-ups, from 2024, does it with
# five people and finds 500. It is off by a factor of almost 14,000.

# %% id="imports"
from dataclasses import replace

import ipywidgets as widgets
import numpy as np

from trainlib import figures, lesson, talent
from trainlib.talent import Discipline, Team

# %% id="parameters" tags=["parameters"]
teams = 1_000  # simulated teams behind each band
seed = 7  # of the simulation

# %% [markdown] id="idea"
# ## One person, three months
#
# Somebody has 100 points of skill and gets a tenth better each month. How many points after three months: 130, or more?
# Guess before you run the cell.

# %% id="idea-code"
skill = 100.0
for month in (1, 2, 3):
    skill = skill * (1 + 0.1)
    print(f"after month {month}: {skill:.1f} points")

# %% [markdown] id="claim"
# ## A team, and a published formula
#
# It is more, because each month's tenth is taken from a larger number. For person $i$, with the rate $k_i$ and a time
# step $\Delta t$, and for a team of $n$ people:
#
# $$x_i(t) = x_i(t-1)\,(1 + k_i\,\Delta t), \qquad X(t) = \sum_{i=1}^{n} x_i(t)$$
#
# | symbol | meaning | unit |
# |---|---|---|
# | $x_i(t)$, $X(t)$ | skill of a person, of the team, after $t$ steps | points |
# | $k_i$ | rate of growth | 1 / month |
# | $\Delta t$ | length of a step | months |
#
# That text, named under *Further reading*, then "derives" $X(t) = \sum_i (x_i(0) + k_i\,\Delta t)^t$. Below is its formula beside the loop, for
# its own case: five people with 100 points, $k = 0.1$, $\Delta t = 1$.


# %% id="claim-code"
def by_steps(start, rate, step: float, steps: int) -> float:
    """Skill of a team after some steps, by the loop. start and rate: arrays, a number for each person."""
    skill = np.asarray(start, dtype=float)
    for _ in range(steps):
        skill = skill * (1 + rate * step)
    return float(skill.sum())


def printed(start, rate, step: float, steps: int) -> float:
    """The same by the published formula."""
    return float(np.sum((start + rate * step) ** steps))


five, tenth = np.full(5, 100.0), np.full(5, 0.1)
for t in (0, 1, 2, 100):
    print(f"t = {t:3}: by the loop {by_steps(five, tenth, 1, t):12,.1f}, as printed {printed(five, tenth, 1, t):12.6g}")

# %% [markdown] id="closed-form-task"
# ## Exercise 1 · A published text says X(t) = Σ(x₀ + kΔt)ᵗ: is it right?
# *Difficulty ●●○○○ · about 8 minutes · skill: compounding growth · 3 points*
#
# Look at the row $t = 0$, when nothing has happened yet. What should stand there, and what does the printed formula give,
# in which unit? A formula that cannot tell the start need not be tried on the end.
#
# Write the right one, without a loop over the steps. Take care that it holds for people who differ, and for steps that
# are not a month long: `steps` counts them.


# %% id="closed-form-answer" nbgrader={"grade": false, "grade_id": "closed-form-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def team_skill(start: np.ndarray, rate: np.ndarray, step: float, steps: int) -> float:
    """Skill of a team after `steps` steps of `step` months. start: points, rate: 1 / month, both of shape (people,)."""
    ### BEGIN SOLUTION
    return float(np.sum(start * (1 + rate * step) ** steps))
    ### END SOLUTION


team_skill(five, tenth, step=1, steps=2)  # expected: 605, but for the last digit

# %% id="closed-form-tests" nbgrader={"grade": true, "grade_id": "closed-form-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
lesson.check(
    "before the first step, the team has what it starts with",
    team_skill(five.copy(), tenth, 1, 0),
    500,
    likely={
        5: "that is five times something to the power of 0: the start must be a factor, outside of the power",
        0: "that is the growth alone: the start belongs to it",
        100: "add the people up",
        (5,): "add the people up",
        505: "the growth multiplies the start: do not add it",
        1000: "the power stands over the whole bracket, 1 + k Δt",
        550: "one step too many",
        2500: "sum last: start and growth belong to the same person",
    },
)
lesson.check(
    "after two steps it has 605 points",
    got=team_skill(five.copy(), tenth, 1, 2),
    want=605,
    likely={
        5: "the 1 is missing: 1 + k Δt keeps what is there",
        600: "growth of the first month does not grow in yours: multiply once for each step",
        550: "one step too few",
        50_100.05: "that is the printed formula",
        610.701379: "that is growth without steps, e^(k Δt t)",
    },
)
start, rate = np.array([100.0, 60.0]), np.array([0.2, 0.6])
got = team_skill(start, rate, 0.5, 3)
lesson.check(
    "two who differ, after three steps of half a month: 100 × 1.1³ + 60 × 1.3³",
    got,
    want=264.92,
    likely={
        276.48: "all grew at the mean rate: the fastest pull further",
        259.5575: "all grew at one mean rate: each has their own",
        212.96: "all grew at the first rate",
        282.24: "all started with the mean: each has a start of their own",
        252.884876: "half a month brings half of the rate: 1 + k Δt, to the power of the steps",
        418.56: "the length of a step is missing: 1 + k Δt",
        913.28: "multiply the rate by the length of a step",
        204.302656: "`steps` counts steps, not months: the length counts once, inside",
        266.2: "only the first person counts",
        282.562067: "that is growth without steps, e^(k Δt t)",
        222.4: "one step too few",
        466.76464: "`steps` counts steps: do not divide by their length",
        188: "`steps` counts steps, not months",
    }
    | dict.fromkeys((265, 264, 264.9), "that is rounded: return the number as it comes"),
)
times = "multiply into a new array: `*=` changes the one that was handed over"
lesson.check("the start that was handed over stays as it was", got=start, want=[100, 60], likely=lambda got: times)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for people, step, steps in ((3, 1.0, 12), (4, 0.25, 40), (1, 2.0, 5), (2, 0.5, 0)):
    start, rate = rng.uniform(10, 200, people), rng.uniform(0.01, 0.2, people)
    lesson.check(
        "any team, with steps of any length",
        got=team_skill(start.copy(), rate.copy(), step, steps),
        want=float(sum(x * (1 + k * step) ** steps for x, k in zip(start, rate))),
    )
### END HIDDEN TESTS

# %% [markdown] id="closed-form-hints"
# <details><summary>Where do I start?</summary>Write the loop's line three times on paper, for one person: x₀ · (1 + kΔt) ·
# (1 + kΔt) · (1 + kΔt). What is repeated, what is not?</details>
# <details><summary>And for the team?</summary>Compute all people at once with arrays, then sum over them. The sum comes last:
# each person has a rate of their own.</details>
# <details><summary><b>What you found</b></summary>
#
# $X(t) = \sum_i x_i(0)\,(1 + k_i\,\Delta t)^t$. The printed formula adds points to a rate, $100 + 0.1$, and
# then raises points to a power: at $t = 2$ its unit is points squared. At $t = 0$ it counts heads, 5, instead of points, 500.
#
# </details>

# %% [markdown] id="agrees-task"
# ## Exercise 2 · A test that would have caught it
# *Difficulty ●●●○○ · about 10 minutes · skill: testing a formula · 3 points*
#
# Loop and closed form are two answers to one question, so each tests the other. But a test is only as good as the cases
# that it tries: with one step, even $x_0\,(1 + t k)$ is right.
#
# Write `agrees`: True when a closed form gives what `by_steps` gives, as far as floating-point numbers can. We
# shall try it on wrong formulas. Which differences between people and which steps must your cases have?


# %% id="agrees-wrong" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
wrong = {  # wrong closed forms, and the case that shows each of them
    "with simple interest": (lambda x, k, h, t: np.sum(x * (1 + k * h * t)), "try more than one step"),
    "with one mean rate": (lambda x, k, h, t: np.sum(x) * (1 + np.mean(k) * h) ** t, "let rates differ"),
    "with one mean start": (
        lambda x, k, h, t: np.sum(np.mean(x) * (1 + k * h) ** t),
        "let starts differ, and rates too",
    ),
    "without the length of a step": (lambda x, k, h, t: np.sum(x * (1 + k) ** t), "try a step that is not 1"),
    "that stops after two steps": (lambda x, k, h, t: np.sum(x * (1 + k * h) ** min(t, 2)), "try many steps"),
    "a thousandth too large": (lambda x, k, h, t: 1.001 * np.sum(x * (1 + k * h) ** t), "be as exact as `np.isclose`"),
}
team = "the team together needs that many points, not a person"
mean, later = "that is at one mean rate: sum over people instead", "it gets there later: do not stop at some month"
waits = [  # start, rate, demand, months until it is met; and what leads to wrong months in Exercise 3
    (
        [100] * 5,
        [0.1] * 5,
        400,
        0,
        {500: "return steps, not points", 15: team, 1: "look before the first step, not after it"},
    ),
    ([100] * 5, [0.1] * 5, 500, 0, {1: "at least 500, not more than 500", 100: "that is what the text says"}),
    (
        [100] * 5,
        [0.1] * 5,
        1000,
        8,
        {
            7: "after 7 months there are 974 points",
            9: "count the steps from 0",
            25: team,
            10: "growth grows: that is for 50 points a month",
            7.272541: "return whole steps",
        },
    ),
    (
        [100, 50],
        [0.05, 0.3],
        2000,
        14,
        {10: "one rate stands for both", 54: "one rate stands for both"}
        | dict.fromkeys((16, 17, 21), mean)
        | dict.fromkeys((15, 48, 62), team),
    ),
    ([50, 100], [0, 0.3], 400, 5, {np.inf: "somebody learns, so the team gets there"}),
    ([100], [0.01], 3150, 347, {np.inf: later} | dict.fromkeys((403, 354, 341), "do not round skill")),
    ([100], [0], 100, 0, {np.inf: "it is met already"}),
    ([100] * 5, [0] * 5, 501, np.inf, dict.fromkeys((-1, 0, 1, 100, None), "return np.inf where nobody learns")),
]


# %% id="agrees-answer" nbgrader={"grade": false, "grade_id": "agrees-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def agrees(closed_form) -> bool:
    """Whether closed_form(start, rate, step, steps) gives the same as by_steps, in every case that matters."""
    ### BEGIN SOLUTION
    start, rate = np.array([100.0, 60.0, 10.0]), np.array([0.0, 0.05, 0.3])
    cases = [(start, rate, step, steps) for step in (0.25, 1.0, 2.0) for steps in (0, 1, 2, 12)]
    return all(bool(np.isclose(closed_form(*case), by_steps(*case))) for case in cases)
    ### END SOLUTION


agrees(printed)  # expected: False


# %% id="agrees-tests" nbgrader={"grade": true, "grade_id": "agrees-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def course_form(start, rate, step, steps):
    return talent.grow(start, rate, step, steps).sum()  # the course's own closed form


same = (
    "a right formula may differ from the loop in its last digits: compare by `np.isclose`, "
    "not by == or a fixed distance"
)
forgives = {False: same, None: "return True where every case agrees"}
lesson.check("a right closed form passes your test", got=agrees(course_form), want=True, likely=forgives)
lesson.check(
    "so does one that rounds in another way",
    got=agrees(lambda start, rate, step, steps: course_form(start, rate, step, steps) * (1 + 1e-14)),
    want=True,
    likely=forgives,
)
lesson.check("the printed one fails it", got=agrees(printed), want=False, likely={True: "try no step, or two"})
for name, (formula, missing) in wrong.items():
    says = {True: f"your cases do not show it: {missing}, and return False where any case differs"}
    lesson.check(f"so does one {name}", got=agrees(formula), want=False, likely=says)
### BEGIN HIDDEN TESTS
others = {
    "steps taken for months": lambda start, rate, step, steps: np.sum(start * (1 + rate) ** (step * steps)),
    "growth without steps": lambda start, rate, step, steps: np.sum(start * np.exp(rate * step * steps)),
    "one step too many": lambda start, rate, step, steps: np.sum(start * (1 + rate * step) ** (steps + 1)),
    "the fastest rate for everybody": lambda start, rate, step, steps: np.sum(start * (1 + max(rate) * step) ** steps),
    "the mean instead of the sum": lambda start, rate, step, steps: np.mean(start * (1 + rate * step) ** steps),
}
for name, formula in others.items():
    lesson.check(f"your test catches: {name}", got=agrees(formula), want=False)
lesson.check(
    "your test forgives rounding in the sixteenth digit",
    got=agrees(lambda start, rate, step, steps: np.sum(start * np.exp(steps * np.log1p(rate * step)))),
    want=True,
)
### END HIDDEN TESTS

# %% [markdown] id="agrees-hints"
# <details><summary>Where do I start?</summary>One case first: compare <code>closed_form(five, tenth, 1, 2)</code> with
# <code>by_steps(five, tenth, 1, 2)</code> by <code>np.isclose</code>.</details>
# <details><summary>Which cases?</summary>People with different starts and different rates, a step that is not 1, and several
# numbers of steps: none, one and many.</details>
# <details><summary>How do I combine them?</summary><code>all(...)</code> over a list of cases; each case is a tuple that both
# functions take as <code>*case</code>.</details>
# <details><summary><b>What you found</b></summary>
#
# Of the six wrong formulas that the checks try beside the printed one, five equal people and a step
# of 1 let three pass: the mean rate, the mean start, and the forgotten step. Cases in which everything differs cost nothing
# more, and catch all six.
#
# </details>

# %% [markdown] id="demand-task"
# ## Exercise 3 · A published text says ≈ 500: is it right, and since when?
# *Difficulty ●●●○○ · about 9 minutes · skill: first passage · 3 points*
#
# For $t = 100$ your first table shows 6.89 million by the loop, and a number with 201 digits by the printed formula. The text
# prints a third result for it, **≈ 500**, and concludes that the demand of 500 is met after 100 steps. But 500 is not
# random: it stands in that table. At which $t$?
#
# Write `steps_until`: the first number of steps after which the team has at least `demand` points. It is 0 if the team has
# them already, and `np.inf` if it will never have them because nobody learns.


# %% id="demand-answer" nbgrader={"grade": false, "grade_id": "demand-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def steps_until(start: np.ndarray, rate: np.ndarray, demand: float) -> float:
    """First number of steps (of one month) after which the team has at least `demand` points.

    Arrays of shape (people,), rates 0 or more.
    """
    ### BEGIN SOLUTION
    skill, steps = start.astype(float), 0
    while skill.sum() < demand:
        if not (skill * rate > 0).any():
            return np.inf
        skill, steps = skill * (1 + rate), steps + 1
    return steps
    ### END SOLUTION


steps_until(five, tenth, demand=1000)  # expected: 8

# %% id="demand-tests" nbgrader={"grade": true, "grade_id": "demand-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
copied = "let a copy grow: `*=` changes the array that was handed over"
for start, rate, asked, months_until, slips in waits:
    team_now, rates_now = np.array(start, dtype=float), np.array(rate, dtype=float)
    lesson.check(
        f"from {start} at {rate} a month, a demand of {asked:,} is met after {months_until} months",
        got=steps_until(team_now, rates_now, asked),
        want=months_until,
        likely=slips,
    )
    lesson.check("the start stays as it was", got=team_now, want=start, likely=lambda got: copied)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for people in (1, 2, 4):
    start, rate = rng.uniform(50, 150, people), rng.uniform(0.01, 0.2, people)
    month = int(rng.integers(5, 30))
    between = (by_steps(start, rate, 1, month - 1) + by_steps(start, rate, 1, month)) / 2
    lesson.check("any team", got=steps_until(start.copy(), rate.copy(), between), want=month)
lesson.check("a demand below the start is met already", got=steps_until(start.copy(), rate.copy(), 20), want=0)
lesson.check(
    "the first person learns nothing, the second does",
    got=steps_until(np.full(2, 100.0), np.array([0, 0.2]), 1000),
    want=13,
)
lesson.check(
    "a team that needs 695 months", got=steps_until(np.array([10.0, 10.0]), np.array([0.0, 0.01]), 9990), want=695
)
### END HIDDEN TESTS

# %% [markdown] id="demand-hints"
# <details><summary>Where do I start?</summary>A loop that asks "enough?" before it grows: <code>while skill.sum() &lt;
# demand</code>.</details>
# <details><summary>My loop never ends</summary>If every rate is 0, nothing changes any more. Ask for that inside the loop and
# return <code>np.inf</code>.</details>
# <details><summary>Can I use a logarithm?</summary>Only where all rates are the same. A sum of different powers has no closed
# form for its time.</details>
# <details><summary><b>What you found</b></summary>
#
# 500 is the team at $t = 0$: the demand was met before anybody learnt anything. After 100 months the
# model gives 6.89 million, so each of the five could do the work of 13,781 like them today. The arithmetic is right. The
# **model** is wrong.
#
# </details>
#
# ## Nobody grows for ever
#
# Put in a ceiling $L$, the most that a person can reach in a job. The nearer to it, the less is left to learn:
#
# $$x(t) = x(t-1)\,\bigl(1 + k\,(1 - x(t-1)/L)\bigr)$$
#
# This is the logistic curve. With $L = \infty$ the published model comes back. `trainlib.talent` holds it, with all further
# terms of this lesson. The values of $L$ and of everything else from here on are **illustrative**: chosen to show how the
# model works, not measured.

# %% id="ceiling-picture"
free = Team((Discipline("engineers", people=5, skill=100, growth=0.1),))
figure, axes = figures.new(width=7.5)
for name, ceiling in (("no ceiling", np.inf), ("L = 1,000", 1000), ("L = 300", 300)):
    total = talent.simulate(replace(free, ceiling=ceiling), months=100).skill[:, 0, 0]
    axes.plot(total, label=f"{name}: {total[12]:,.0f} after 12, {total[100]:,.0f} after 100")
axes.set_yscale("log")
axes.set(xlabel="months", ylabel="skill of the team (points, log scale)")
axes.set_title("With a ceiling the first year is slower and the end believable")
axes.legend(title="skill after so many months", loc="upper left")
figures.show(
    figure,
    alt="Skill of a team of five on a log scale over 100 months. Without a ceiling it is a straight line "
    "up to 6.89 million; with a ceiling of 1,000 or 300 points a person it bends after one to three years "
    "and ends at 5,000 and 1,500.",
)

# %% [markdown] id="leaving"
# ## People leave, and how many can be changed
#
# The same text names incentives (equity, review, a career path), and a second one, on culture in AI start-ups, culture (values, cooperation, room to try
# things). In a model both act on the **hazard** $h$, the rate at which a person leaves, per month:
#
# $$h(t) = h_0\,e^{-\beta\, i\, -\, \gamma\, c(t)}, \qquad c(t) = c\,(1 - e^{-t/\tau})$$
#
# Money, $i$ for each person and month, acts at once. Culture, $c$ between 0 and 1, is built over $\tau$ months: that text
# itself warns that it takes long to show.
#
# If the hazard is $h$ for one month, the share that stays in that month is $e^{-h}$.

# %% [markdown] id="stay-task"
# ## Exercise 4 · Who is still here?
# *Difficulty ●●●○○ · about 10 minutes · skill: hazards · 3 points*
#
# Write `still_here`: the share of today's people who are still in the team after each month. `hazard` holds one number a
# month, because culture, a bonus or a bad quarter can change it.
#
# Predict first: at 2 % a month, are 76 %, 78.5 % or 78.7 % left after a year?


# %% id="stay-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
sums, own = "the hazards are summed", "each month has a hazard of its own"
slips_of_staying = {  # Exercise 4, by the second and the fourth share
    (0.741, 0.819): "who left in an earlier month is gone",
    (0.549, 0.449): "that is this month's hazard from the start on",
    (0.819, 0.67): own,
    (0.741, 0.549): own,
    (0.67, 0.449): own,
    (0.905, 0.67): "a month late: take its end, not its start",
    (0.819, 0.549): "reverse order",
    (0.67, 0.905): "reverse order",
    (0.607, 0.223): f"{sums}, once",
    (0.819, 0.861): f"{sums}",
    (0.6, 0.4): "that is 1 − the sum: those who have left cannot leave again",
    (0.67, 0.55): "that is rounded",
    (0.67, 0.549): "that is rounded",
    (0.646, 0.464): "who has left cannot leave again: multiply what stays",
    (0.33, 0.451): "that is the share that has left",
    (0.235, 0.122): "that is the share that leaves in each month",
    (0.63, 0.504): "0.1 is a rate, so e^(−0.1) stay, not 0.9",
    (0.699, 0.583): "e^(−h) stay, not 1 / (1 + h)",
    (0.779, 0.607): "that is the middle of each month: take its end",
    (1.492, 1.822): "the sign is turned",
    (0.967, 0.951): "the hazard is per month already",
    (1.646, 3.464): "add up hazards, not shares",
    (0.97, 1.0): "add up hazards, do not multiply them",
    (0.549, 0.549): "sum the hazards up to each month, not all of them",
    (0.741, 0.741): "who left in a better month is gone, too",
    (0.758, 0.66): "the base is e, not 2",
    (67.032, 54.881): "it is no percentage",
}
slips_of_the_plan = {  # Exercise 5, first four teams
    (3, 135): "at least that share, not more",
    (2, 88): "that is the mean cost: take the median",
    (2, 81): "take the cost of all teams",
    (2, 82): "the median of four lies between the second and the third",
    (2, 135): "take the cost up to that month only",
    (2, 126): "costs are sums up to each month already: do not add them up",
    (3, 86): "the first row is month 0",
    (1, 40): "in month 1 only one team of four is there",
    (2, 61): "take the cost of all teams up to the same month",
    (2, 40): "take the cost in that month alone",
    (2, 43): "take the whole cost so far, not that of a month",
    (2, 90): "a median of four lies between the two in the middle",
    (2.5, 86): "months are whole: the first that suffices",
    (np.inf, np.inf): "half of the teams suffice, not all",
    (0, 0): "take the mean over the teams, axis=1",
}


# %% id="stay-answer" nbgrader={"grade": false, "grade_id": "stay-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def still_here(hazard: np.ndarray) -> np.ndarray:
    """Share of people still in the team at the end of each month.

    hazard and result: shape (months,); hazard per month.
    """
    ### BEGIN SOLUTION
    return np.exp(-np.cumsum(hazard))
    ### END SOLUTION


float(still_here(np.full(12, 0.02))[-1])

# %% id="stay-tests" nbgrader={"grade": true, "grade_id": "stay-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
lesson.check(
    "a share for each month",
    got=np.shape(still_here(np.full(15, 0.05))),
    want=(15,),
    likely={
        (): "return the share after every month, not only the last",
        (16,): "begin with the end of the first month, not its start",
        (12,): "there may be more months than 12",
    },
)
hazard = np.array([0.1, 0.3, 0.0, 0.2])  # a bad second month, and nobody leaves in the third
lesson.check(
    "after months with 0.1, 0.3, 0 and 0.2 the sums are 0.1, 0.4, 0.4 and 0.6",
    got=still_here(hazard),
    want=np.exp([-0.1, -0.4, -0.4, -0.6]),
    likely=lambda got: slips_of_staying.get((round(float(got[1]), 3), round(float(got[3]), 3))),
)
steady = np.array(still_here(np.full(10, 0.05)))
lesson.check("at 5 % a month 60.65 % are left after ten months", got=steady[-1], want=np.exp(-0.5))
adds = "write the sums into a new array"
lesson.check("the hazards stay as they were", got=hazard, want=[0.1, 0.3, 0.0, 0.2], likely=lambda got: adds)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for months in (1, 5, 24):
    hazard = rng.uniform(0.01, 0.2, months)
    want = [np.exp(-hazard[: month + 1].sum()) for month in range(months)]
    lesson.check("any hazards, for any number of months", got=still_here(hazard.copy()), want=want)
### END HIDDEN TESTS

# %% [markdown] id="stay-hints"
# <details><summary>Where do I start?</summary>Two months: e^(−h₁) stay in the first, and e^(−h₂) of those in the second.
# Multiply.</details>
# <details><summary>For all months at once</summary>A product of exponentials is the exponential of a sum. You need the sum of
# the hazards <i>up to</i> each month: <code>np.cumsum</code>.</details>
# <details><summary><b>What you found</b></summary>
#
# 78.7 %: the hazard acts on those who are still there, at every moment. What counts is not today's
# hazard but the sum of all hazards since the start. And the question of the opening? 1.268 × 0.787 = 0.998: growth of 2 %
# and leaving at 2 % are a draw.
#
# </details>

# %% id="stay-picture"
leaky = Team((Discipline("engineers", 5, 100),), attrition=0.015)
policies = {
    "nothing": leaky,
    "a bonus of 400 a month": replace(leaky, incentive=400, incentive_effect=0.0008),
    "culture at 200 a month": replace(leaky, culture=0.5, culture_effect=1.0, culture_months=12),
}
crowd = (Discipline("engineers", 50_000, 100),)  # so many that chance hardly shows
runs = {name: talent.simulate(replace(team, disciplines=crowd), months=60) for name, team in policies.items()}
share = {name: run.people[1:, 0, 0] / 50_000 for name, run in runs.items()}
bonus, culture = list(share.values())[1:]
overtakes = int(np.argmax(culture > bonus)) + 1
figure, axes = figures.new(width=7.5)
for name, left in share.items():
    axes.plot(np.arange(61), [1, *left], label=f"{name}: {left[23]:.0%} after 24 months, {left[59]:.0%} after 60")
axes.axvline(overtakes, ymin=0.3, color=figures.TEXT, linewidth=1)
axes.set(ylim=(0, 1.02), xlabel="months", ylabel="share of people still here")
axes.set_title(f"Culture, half the price of the bonus, keeps more from month {overtakes} on")
axes.legend(loc="lower left")
figures.show(
    figure,
    alt="Share of people still in the team over 60 months, falling for all three policies: with nothing done to 41 "
    "percent. A bonus is ahead at first; culture starts like nothing, built over 12 months, overtakes the bonus in "
    "the third year and ends highest.",
)

# %% [markdown] id="newcomers"
# ## People arrive, and cost time first
#
# A newcomer can use $1 - e^{-\text{months}/\text{ramp}}$ of what he or she can do: 63 % after one ramp, 95 % after three. With
# a **mentor** it goes faster, but a mentor's hour is an hour not worked. Both are old experience: adding people to a late
# project makes it later (Brooks's law).
#
# Below, a team of six hires one person a month. With mentoring, each newcomer takes a quarter of a mentor's time
# and learns and ramps up three times as fast, for six months.

# %% id="newcomers-picture"
alone = Team((Discipline("engineers", 6, 100, hires_per_month=1, hire_skill=80),), ramp_months=6)
mentored = replace(alone, mentoring=0.25, mentoring_boost=2.0)
without, with_mentors = (talent.simulate(team, months=12).useful[:, 0, 0] for team in (alone, mentored))
pays = int(np.argmax(with_mentors > without))
figure, axes = figures.new()
axes.plot(without, label="newcomers find their own way")
axes.plot(with_mentors, label="each takes a quarter of a mentor's time")
axes.axhline(600, color=figures.TEXT, linewidth=1)
axes.set(xlabel="months", ylabel="useful skill (points)")
axes.set_title(f"Mentoring costs output first and is ahead from month {pays} on")
axes.legend(loc="upper left")
figures.show(
    figure,
    alt="Useful skill of a team that hires one person a month, over a year. With mentoring it falls below the start "
    "of 600 in the first month, then crosses the line without mentoring after half a year and stays above it.",
)

# %% id="mentor-quiz"
lesson.quiz(
    "Your deadline is in two months and the team is too slow. You can hire, with mentoring, or without. What helps?",
    {
        "Hire, with mentoring: then newcomers are useful sooner": "It is the better way over a year, but in the first "
        "months mentors lose more time than newcomers bring.",
        "Hire, without mentoring: then nobody loses time": "Nobody does, so output does not fall. But after two months "
        "a newcomer uses 28 % of his or her skill: little, and you pay for it for years.",
        "Neither: cut the demand, and hire for the next deadline": "A deadline nearer than the ramp cannot be "
        "met by hiring. Know your ramp before you promise.",
    },
    answer="Neither: cut the demand, and hire for the next deadline",
)

# %% [markdown] id="scenario"
# ## The decision: hire or train?
#
# All terms together now. Three engineers and two designers have 100 points each. Within three years you need **800 useful
# points**. An hour of training costs money and an hour of work. In a **mixed** team people learn faster from each other; the
# mix is Blau's index, the chance that two people drawn with replacement differ in discipline.
#
# Four ways: carry on; hire 0.15 people a month in each discipline; train everybody 12 hours a month; or half the hires and
# the training. People learn at different speeds and leave by chance, so one run is one future: a fan shows the middle
# 50 % and 90 % of all. All is **simulated**, with illustrative numbers.


# %% id="scenario-code"
def people(hires: float) -> tuple[Discipline, ...]:
    """Three engineers and two designers, and so many hires a month in each discipline."""
    return tuple(Discipline(name, count, 100, 0.01, hires, 80) for name, count in (("engineers", 3), ("designers", 2)))


demand, months = 800, 36  # useful points; horizon
idle = Team(
    people(hires=0), ceiling=300, growth_spread=0.4, sharing=0.2, attrition=0.015,
    ramp_months=4, mentoring=0.2, mentoring_boost=1.0, training_boost=0.005,
    salary=8_000, cost_per_hire=15_000, cost_per_training_hour=80,
)  # fmt: skip
ways = {
    "carry on": idle,
    "hire": replace(idle, disciplines=people(hires=0.15)),
    "train": replace(idle, training_hours=12),
    "half the hires, and train": replace(idle, disciplines=people(hires=0.075), training_hours=12),
}
runs = {name: talent.simulate(team, months, teams, seed) for name, team in ways.items()}


# %% id="fan-picture"
def draw_fan(axes, growth: talent.Growth, title: str) -> None:
    """Bands of useful skill over the simulated teams, with the demand as a line."""
    bands = growth.bands(percentiles=(5, 25, 50, 75, 95))
    axes.fill_between(bands.index, bands[5], bands[95], alpha=0.25, color=figures.COLOURS[0], label="90 % of teams")
    axes.fill_between(bands.index, bands[25], bands[75], alpha=0.45, color=figures.COLOURS[0], label="50 % of teams")
    axes.plot(bands.index, bands[50], color=figures.COLOURS[0], label="median")
    axes.axhline(demand, color=figures.COLOURS[1], linestyle="--", label="demand")
    axes.set(ylim=(0, 1600), xlabel="months", title=title)


figure, panels = figures.new(columns=2, width=9.5)
for axes, name in zip(panels, ("hire", "train")):
    draw_fan(axes, runs[name], f"{name}: {runs[name].meets(demand)[-1].mean():.0%} are there in the end")
panels[0].set_ylabel("useful skill of a simulated team (points)")
panels[0].legend(loc="upper left")
figures.show(
    figure,
    alt="Two fan charts of simulated teams over 36 months, with a demand of 800 points. Hiring rises "
    "steadily and lies mostly above the demand in the end. Training rises at once, but its fan is wide "
    "and its median stays below the demand.",
)

# %% [markdown] id="when-task"
# ## Exercise 5 · By when, how surely, at what cost?
# *Difficulty ●●●●○ · about 12 minutes · skill: planning under uncertainty · 4 points*
#
# A promise like "by month 20" needs a share: by month 20 in 90 % of the futures. Write `plan_for`: the first month **by which**
# at least `share` of all teams have met the demand at least once, and the median cost of all teams up to that month.
#
# A team that met the demand and then lost somebody has still met it. A team that never meets it counts as one of all.
# If too few teams ever get there, return `(np.inf, np.inf)`.


# %% id="when-answer" nbgrader={"grade": false, "grade_id": "when-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def plan_for(useful: np.ndarray, cost: np.ndarray, demand: float, share: float) -> tuple[float, float]:
    """Month by which `share` of the teams have met the demand, and their median cost so far.

    Arrays: (months + 1, teams).
    """
    ### BEGIN SOLUTION
    has_met = np.maximum.accumulate(useful, axis=0) >= demand
    enough = has_met.mean(axis=1) >= share
    if not enough.any():
        return np.inf, np.inf
    month = int(np.argmax(enough))
    return month, float(np.median(cost[month]))
    ### END SOLUTION


plan_for(runs["hire"].useful.sum(axis=1), runs["hire"].cost, demand, share=0.5)

# %% id="when-tests" nbgrader={"grade": true, "grade_id": "when-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
useful = np.array([[500, 500, 500, 500], [820, 600, 700, 500], [850, 900, 750, 600], [900, 950, 800, 700]])
cost = np.array([[0, 0, 0, 0], [40, 40, 40, 40], [80, 82, 90, 100], [120, 130, 140, 150]])
asks = (800, 0.5), (700, 0.5), (800, 0.75), (800, 1.0), (1000, 0.25), (800, 0.3)
plan = [plan_for(useful.copy(), cost.copy(), *ask) for ask in asks]
half, fewer = "half of these four teams are there by month 2, at a cost of 86", "half of them are also at least 0.3"
some = {(np.inf, np.inf): "at least that share, not exactly that"}
lesson.check(half, plan[0], (2, 86), likely=slips_of_the_plan)
lesson.check(fewer, plan[5], (2, 86), likely=slips_of_the_plan | some)
exactly = {(2, 86): "a team with exactly 700 has met a demand of 700, and use the demand that is handed over"}
lesson.check("for a demand of 700, half are there by month 1", got=plan[1], want=(1, 40), likely=exactly)
exactly = {(np.inf, np.inf): "a team with exactly 800 has met a demand of 800, and three of four are exactly 0.75"}
lesson.check("three of four have 800 by month 3", got=plan[2], want=(3, 135), likely=exactly)
no_month = "where too few teams ever get there, return (np.inf, np.inf): np.argmax alone gives 0, so ask .any() first"
lesson.check("all four never", got=plan[3], want=(np.inf, np.inf), likely=lambda got: no_month)
known = {(1, 40): "use the demand that is handed over"}
lesson.check("nobody has 1,000", plan[4], (np.inf, np.inf), likely=lambda got: known.get(tuple(got), no_month))
useful = np.array([[500, 500, 500, 500], [900, 700, 600, 500], [700, 700, 600, 500], [700, 900, 600, 500]])
cost = np.array([[0, 0, 0, 0], [10, 10, 10, 10], [20, 20, 20, 20], [44, 34, 40, 30]])
handed = useful.copy(), cost.copy()
got, changed = plan_for(*handed, 800, 0.5), "write into a new array: sort() and out= change the one handed over"
lesson.check(
    "by month 3 two of four have met 800, though one fell back and two never do",
    got,
    (3, 37),
    likely={
        (
            np.inf,
            np.inf,
        ): "a team that met the demand and then fell back has still met it: ask for its highest value so far",
        (1, 10): "teams that never get there count as well",
        (0, 0): "a team that never gets there has no month",
    },
)
lesson.check("both tables stay as they were", np.stack(handed), np.stack([useful, cost]), likely=lambda got: changed)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for demand_of_paths, teams_there in ((560, 100), (700, 50), (620, 150), (9000, 20)):
    paths = rng.normal(0, 60, (30, 200)).cumsum(axis=0) + 500
    first = np.sort([np.argmax(path >= demand_of_paths) if path.max() >= demand_of_paths else 99 for path in paths.T])
    month = first[teams_there - 1]
    want = (month, np.median(paths[month] ** 2)) if month < 99 else (np.inf, np.inf)
    got = plan_for(paths.copy(), paths**2, demand=demand_of_paths, share=teams_there / 200)
    lesson.check("any paths", got=got, want=want)
### END HIDDEN TESTS

# %% [markdown] id="when-hints"
# <details><summary>Where do I start?</summary>For each team and month: has it met the demand by now? That is whether its
# <i>highest</i> value so far is at least the demand.</details>
# <details><summary>The highest value so far</summary><code>np.maximum.accumulate(useful, axis=0)</code>.</details>
# <details><summary>And the month?</summary>The mean over the teams, <code>axis=1</code>, is the share. <code>np.argmax</code> of
# the months in which it suffices gives the first, but it also gives 0 where there is none: ask <code>.any()</code>
# first.</details>
#
# ## Four ways, and what keeping people adds
#
# The dips in the fan of *hire* come from whole people: all teams get their next hire in the same month, and mentors lose time.
# The library does the same for several ways at once. The two last rows add a bonus and culture, as above, to hiring and to
# training. `met`: share of the teams that ever get there, `held`: that are there in month 36. `month` and `slow_month`: when
# half and nine tenths of all have met the demand, `inf` where they never do; `cost_to_meet`: cost until half of them have;
# `cost`: over all 36 months. Costs are those of the median team.

# %% id="table-code"
keep = {
    "incentive": 400,
    "incentive_effect": 0.0008,
    "culture": 0.5,
    "culture_effect": 1.0,
    "culture_months": 12,
    "culture_cost": 400,
}
ways["hire, and keep"] = replace(ways["hire"], **keep)
ways["train, and keep"] = replace(ways["train"], **keep)
table = talent.compare(ways, demand, months, teams, seed)
table.style.format("{:.0f}").format("{:.0%}", subset=["met", "held"]).format("{:,.0f}", subset=["cost_to_meet", "cost"])

# %% id="terms-code"
middle = replace(ways["half the hires, and train"], **keep)
changes = {
    "all terms as they are": {},
    "nobody leaves": {"attrition": 0.0},
    "no ceiling": {"ceiling": np.inf},
    "hires are useful at once": {"ramp_months": 0.0},
    "no mentoring": {"mentoring": 0.0},
    "nothing learnt from other disciplines": {"sharing": 0.0},
    "no bonus": {"incentive": 0.0},
    "no culture": {"culture": 0.0},
    "no training": {"training_hours": 0.0},
}
usual = None
for name, change in changes.items():
    points = talent.simulate(replace(middle, **change), months, teams, seed).bands(percentiles=[50]).iloc[-1, 0]
    usual = usual or points
    print(f"{name:38} {points:6,.0f} points in month {months} ({points / usual - 1:+.0%})")

# %% [markdown] id="table-found"
# <details><summary><b>What you found</b></summary>
#
# Under these assumptions *hire* is nearly sure but slow, and its salaries stay: over three years it costs
# about twice what *train* does. *Train* is cheap, but close to half of the teams never get there, and many that do lose
# somebody later: compare `met` with `held`. Keeping people turns training into a fair bet. Half the hires, with all of the
# training, are early and nearly sure.
#
# The second list switches one term at a time off. What moves the result most is the ceiling, which nobody knows; then comes
# what an hour of training adds. The model's worth is that you see **which** assumption decides, so that you measure that
# one first.
#
# </details>


# %% id="explore"
def describe(hires, training_hours, bonus):
    team = replace(idle, disciplines=people(hires), training_hours=training_hours, **keep | {"incentive": bonus})
    growth = talent.simulate(team, months, min(teams, 300), seed)
    met, paid = growth.meets(demand)[-1].mean(), np.median(growth.cost[-1])
    figure, axes = figures.new(width=6.5, height=3.4)
    draw_fan(axes, growth, f"{met:.0%} meet the demand in the end, for {paid:,.0f}")
    axes.set_ylabel("useful skill (points)")
    axes.autoscale(axis="y")  # many hires leave the range of the two fans above
    axes.set_ylim(bottom=0)
    return figures.markup(
        figure, alt=f"Fan chart of simulated teams: {met:.0%} meet the demand of {demand} in the end."
    )


lesson.explore(
    describe,
    hires=widgets.FloatSlider(0.1, min=0, max=0.5, step=0.05, description="hires", continuous_update=False),
    training_hours=widgets.IntSlider(12, min=0, max=40, step=4, description="training", continuous_update=False),
    bonus=widgets.IntSlider(400, min=0, max=2000, step=200, description="bonus", continuous_update=False),
)

# %% [markdown] id="remember"
# ## What to remember
#
# - Growth compounds: $x_0(1 + k\,\Delta t)^t$. Test a closed form against the loop, with cases in which everything differs.
# - Look at $t = 0$ and at the end first: a formula that gives 5 for 500, or 13,781 colleagues in one, is caught there.
# - Leaving is a hazard: sum it over time. Money acts at once, culture late.
# - Hires cost time before they bring any; training leaks where people leave.
# - Promise a month together with a share of the futures, and say which assumptions are yours.

# %% [markdown] id="open-question-task"
# ## Open question
#
# Your team is asked for 800 points. Take the table above and the slider, choose a way for **your** company, and write the
# note that goes with the request for money. Which number of the model would you measure first, how, and what value of it
# would change your choice? Change `ways` and run again to find it. (About 150 words.)
#
# *Rubric, 4 points:* a choice with month, share of futures and cost taken from the lesson (1) · the reason why the next
# best way lost (1) · one assumption that decides, and how it would be measured, with a unit (1) · a value of it at which the
# choice changes (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# I ask for half the hires together with 12 hours of training a month: half of the simulated teams have 800 useful points by
# about month 18, more than nine in ten within three years, and the median team has cost about 780,000 by then. Hiring alone
# is nearly as sure but five months later, at 1.26 million; training alone is cheaper over three years, but only about half of
# the teams get there. The number that decides is what an hour of training adds, 0.005 a month, which nobody has measured. I
# would give the same twenty tasks to all five people before and after eight weeks of training, and to two others without, and
# compare the share solved, with an interval. Run again with 0.002, only three in four such teams get there, and later than
# by hiring, at 1.4 million: below that I would hire.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - *AI 大模型创业：如何利用人才优势？* and *… 文化优势？* (on talent and culture, in Chinese, 2024): the texts
#   that this lesson recomputes.
# - F. P. Brooks, *The Mythical Man-Month* (1975): why people who are added late cost time, from somebody who paid for it.
# - P.-F. Verhulst, *Notice sur la loi que la population suit dans son accroissement* (1838): the logistic curve, three pages.
# - D. R. Cox, *Regression Models and Life-Tables*, Journal of the Royal Statistical Society B 34 (1972): how hazards are
#   measured from who left and when.
# - P. M. Blau, *Inequality and Heterogeneity* (1977): the index of a mix.
# - J. D. Sterman, *Business Dynamics* (2000), the chapters on labour and ageing chains: teams as stocks and flows, in depth.

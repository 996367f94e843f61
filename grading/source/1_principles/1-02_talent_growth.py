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
# should answer with a job advertisement or a course, is a calculation. A published text does it with five people and
# finds 500. It is off by a factor of almost 14,000.

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
# A text on using talent then "derives" $X(t) = \sum_i (x_i(0) + k_i\,\Delta t)^t$. Below is its formula beside the loop, for
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
# *Difficulty ●●○○○ · about 8 minutes · skill: compounding growth*
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
    got=team_skill(five, tenth, 1, 0),
    want=500,
    likely={5: "that is five times something to the power of 0: the start must be a factor, outside of the power"},
)
lesson.check(
    "after two steps it has 605 points",
    got=team_skill(five, tenth, 1, 2),
    want=605,
    likely={
        600: "growth of the first month does not grow in yours: multiply once for each step",
        50_100.05: "that is the printed formula",
    },
)
### BEGIN HIDDEN TESTS
start, rate = np.array([100.0, 60.0, 20.0]), np.array([0.02, 0.1, 0.3])
lesson.check(
    "people who learn at different rates",
    got=team_skill(start, rate, 1, 12),
    want=by_steps(start, rate, 1, 12),
    likely={
        float(
            np.sum(start * (1 + rate.mean()) ** 12)
        ): "everybody grew at the mean rate: the fastest pull a team further"
    },
)
rng = np.random.default_rng(lesson.hidden_seed())
start, rate = rng.uniform(10, 200, 4), rng.uniform(0, 0.2, 4)
lesson.check(
    "steps of a quarter of a month", got=team_skill(start, rate, 0.25, 40), want=by_steps(start, rate, 0.25, 40)
)
### END HIDDEN TESTS

# %% [markdown] id="closed-form-hints"
# <details><summary>Where do I start?</summary>Write the loop's line three times on paper, for one person: x₀ · (1 + kΔt) ·
# (1 + kΔt) · (1 + kΔt). What is repeated, what is not?</details>
# <details><summary>And for the team?</summary>Compute all people at once with arrays, then sum over them. The sum comes last:
# each person has a rate of their own.</details>
#
# **What you found.** $X(t) = \sum_i x_i(0)\,(1 + k_i\,\Delta t)^t$. The printed formula adds points to a rate, $100 + 0.1$, and
# then raises points to a power: at $t = 2$ its unit is points squared. At $t = 0$ it counts heads, 5, instead of points, 500.

# %% [markdown] id="agrees-task"
# ## Exercise 2 · A test that would have caught it
# *Difficulty ●●●○○ · about 10 minutes · skill: testing a formula*
#
# Loop and closed form are two answers to one question, so each tests the other. But a test is only as good as the cases
# that it tries: with one step, even $x_0\,(1 + t k)$ is right.
#
# Write `agrees`: True when a closed form gives what `by_steps` gives, as far as floating-point numbers can. We
# shall try it on wrong formulas that you have not seen. Which differences between people and which steps must your cases have?


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


lesson.check("a right closed form passes your test", got=agrees(course_form), want=True)
lesson.check("the printed one fails it", got=agrees(printed), want=False)
### BEGIN HIDDEN TESTS
wrong = {
    "simple interest": lambda start, rate, step, steps: np.sum(start * (1 + rate * step * steps)),
    "the mean rate for everybody": lambda start, rate, step, steps: np.sum(start * (1 + np.mean(rate) * step) ** steps),
    "steps taken for months": lambda start, rate, step, steps: np.sum(start * (1 + rate) ** (step * steps)),
    "the step forgotten": lambda start, rate, step, steps: np.sum(start * (1 + rate) ** steps),
    "growth without steps": lambda start, rate, step, steps: np.sum(start * np.exp(rate * step * steps)),
    "one step too many": lambda start, rate, step, steps: np.sum(start * (1 + rate * step) ** (steps + 1)),
}
for name, formula in wrong.items():
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
#
# **What you found.** Five equal people and a step of 1 hide three of six plausible errors. Cases in which everything
# differs cost nothing more, and catch all six.

# %% [markdown] id="demand-task"
# ## Exercise 3 · A published text says ≈ 500: is it right, and since when?
# *Difficulty ●●●○○ · about 9 minutes · skill: first passage*
#
# For $t = 100$ your first table shows 6.89 million by the loop, and a number with 201 digits by the printed formula. The text
# prints a third result for it, **≈ 500**, and concludes that the demand of 500 is met after 100 steps. But 500 is not
# random: it stands in that table. At which $t$?
#
# Write `steps_until`: the first number of steps after which the team has at least `demand` points. It is 0 if the team has
# them already, and `np.inf` if it will never have them because nobody learns.


# %% id="demand-answer" nbgrader={"grade": false, "grade_id": "demand-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def steps_until(start: np.ndarray, rate: np.ndarray, demand: float) -> float:
    """First number of steps (of one month) after which the team has at least `demand` points. Arrays of shape (people,)."""
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
lesson.check(
    "the demand of the text, 500, is met before anything happens",
    got=steps_until(five, tenth, 500),
    want=0,
    likely={1: "look before the first step, not after it", 100: "that is what the text says"},
)
lesson.check("twice as much takes 8 months", got=steps_until(five, tenth, 1000), want=8)
lesson.check("a team that does not learn never gets there", got=steps_until(five, np.zeros(5), 501), want=np.inf)
### BEGIN HIDDEN TESTS
start, rate = np.array([100.0, 100.0]), np.array([0.0, 0.2])
lesson.check(
    "one who learns fast and one who does not",
    got=steps_until(start, rate, 1000),
    want=13,
    likely={17: "that is how long it takes at the mean rate: growth has to be summed over people, not averaged"},
)
lesson.check("a demand below the start is met already", got=steps_until(start, rate, 50), want=0)
rng = np.random.default_rng(lesson.hidden_seed())
start, rate = rng.uniform(50, 150, 4), rng.uniform(0.01, 0.2, 4)
month = int(rng.integers(5, 30))
between = (by_steps(start, rate, 1, month - 1) + by_steps(start, rate, 1, month)) / 2
lesson.check("any team", got=steps_until(start, rate, between), want=month)
### END HIDDEN TESTS

# %% [markdown] id="demand-hints"
# <details><summary>Where do I start?</summary>A loop that asks "enough?" before it grows: <code>while skill.sum() &lt;
# demand</code>.</details>
# <details><summary>My loop never ends</summary>If every rate is 0, nothing changes any more. Ask for that inside the loop and
# return <code>np.inf</code>.</details>
# <details><summary>Can I use a logarithm?</summary>Only where all rates are the same. A sum of different powers has no closed
# form for its time.</details>
#
# **What you found.** 500 is the team at $t = 0$: the demand was met before anybody learnt anything. After 100 months the
# model gives 6.89 million, so each of the five could do the work of 13,781 like them today. The arithmetic is right. The
# **model** is wrong.

# %% [markdown] id="ceiling"
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
    alt="Skill of a team of five on a log scale over 100 months. Without a ceiling it is a straight line up to 6.89 million; "
    "with a ceiling of 1,000 or 300 points a person it bends after one to three years and ends at 5,000 and 1,500.",
)

# %% [markdown] id="leaving"
# ## People leave, and how many can be changed
#
# The text names incentives (equity, review, a career path) and another one culture (values, cooperation, room to try
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
# *Difficulty ●●●○○ · about 10 minutes · skill: hazards*
#
# Write `still_here`: the share of today's people who are still in the team after each month. `hazard` holds one number a
# month, because culture, a bonus or a bad quarter can change it.
#
# Predict first: at 2 % a month, are 76 %, 78.5 % or 78.7 % left after a year?


# %% id="stay-answer" nbgrader={"grade": false, "grade_id": "stay-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def still_here(hazard: np.ndarray) -> np.ndarray:
    """Share of people still in the team at the end of each month. hazard and result: shape (months,); hazard per month."""
    ### BEGIN SOLUTION
    return np.exp(-np.cumsum(hazard))
    ### END SOLUTION


float(still_here(np.full(12, 0.02))[-1])  # expected: 0.7866…

# %% id="stay-tests" nbgrader={"grade": true, "grade_id": "stay-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
stay = still_here(np.full(12, 0.02))
lesson.check("a share for each month", got=np.shape(stay), want=(12,))
lesson.check(
    "at 2 % a month 78.66 % are left after a year",
    got=stay[-1],
    want=np.exp(-0.24),
    likely={
        0.76: "that is 1 − 12 × 0.02: those who have left cannot leave again",
        0.98**12: "that is 0.98¹²: 0.02 is a rate, so a month leaves e^(−0.02) = 0.9802 of those who were there",
    },
)
lesson.check("and 98.02 % after the first month", got=stay[0], want=np.exp(-0.02))
### BEGIN HIDDEN TESTS
lesson.check(
    "a bad month in the middle is not forgotten",
    got=still_here(np.array([0.0, 0.5, 0.0, 0.0])),
    want=np.exp([0, -0.5, -0.5, -0.5]),
    likely=lambda got: (
        "people came back: each month's hazard was used as if it had held from the start" if got[-1] > got[1] else None
    ),
)
hazard = np.random.default_rng(lesson.hidden_seed()).uniform(0, 0.1, 24)
lesson.check("any hazards", got=still_here(hazard), want=[np.exp(-hazard[: n + 1].sum()) for n in range(24)])
### END HIDDEN TESTS

# %% [markdown] id="stay-hints"
# <details><summary>Where do I start?</summary>Two months: e^(−h₁) stay in the first, and e^(−h₂) of those in the second.
# Multiply.</details>
# <details><summary>For all months at once</summary>A product of exponentials is the exponential of a sum. You need the sum of
# the hazards <i>up to</i> each month: <code>np.cumsum</code>.</details>
#
# **What you found.** 78.7 %: the hazard acts on those who are still there, at every moment. What counts is not today's
# hazard but the sum of all hazards since the start.

# %% id="stay-picture"
leaky = Team((Discipline("engineers", 5, 100),), attrition=0.015)
policies = {
    "nothing": leaky,
    "a bonus of 400 a month": replace(leaky, incentive=400, incentive_effect=0.0008),
    "culture, built over 12 months": replace(leaky, culture=0.5, culture_effect=1.0, culture_months=12),
}
share = {name: np.exp(-np.cumsum(team.hazard(np.arange(60) + 0.5))) for name, team in policies.items()}
bonus, culture = list(share.values())[1:]
overtakes = int(np.argmax(culture > bonus)) + 1
figure, axes = figures.new(width=7.5)
for name, left in share.items():
    axes.plot(np.arange(61), [1, *left], label=f"{name}: {left[23]:.0%} after 24 months, {left[59]:.0%} after 60")
axes.axvline(overtakes, ymin=0.3, color=figures.TEXT, linewidth=1)
axes.set(ylim=(0, 1.02), xlabel="months", ylabel="share of people still here")
axes.set_title(f"Here culture keeps more people than the bonus from month {overtakes} on")
axes.legend(loc="lower left")
figures.show(
    figure,
    alt="Share of people still in the team over 60 months, falling for all three policies: with nothing done to 41 percent. "
    "A bonus is ahead at first; culture starts like nothing, overtakes the bonus in the third year and ends highest.",
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
    alt="Useful skill of a team that hires one person a month, over a year. With mentoring it falls below the start of 600 in "
    "the first month, then crosses the line without mentoring after half a year and stays above it.",
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
    alt="Two fan charts of simulated teams over 36 months, with a demand of 800 points. Hiring rises steadily and lies "
    "mostly above the demand in the end. Training rises at once, but its fan is wide and its median stays below the demand.",
)

# %% [markdown] id="when-task"
# ## Exercise 5 · By when, how surely, at what cost?
# *Difficulty ●●●●○ · about 12 minutes · skill: planning under uncertainty*
#
# A promise like "by month 20" needs a share: by month 20 in 90 % of the futures. Write `plan_for`: the first month **by which**
# at least `share` of all teams have met the demand at least once, and the median cost of all teams up to that month.
#
# A team that met the demand and then lost somebody has still met it. A team that never meets it counts as one of all.
# If too few teams ever get there, return `(np.inf, np.inf)`.


# %% id="when-answer" nbgrader={"grade": false, "grade_id": "when-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def plan_for(useful: np.ndarray, cost: np.ndarray, demand: float, share: float) -> tuple[float, float]:
    """Month by which `share` of the teams have met the demand, and their median cost so far. Arrays: (months + 1, teams)."""
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
cost = np.array([[0, 0, 0, 0], [40, 40, 40, 40], [80, 80, 90, 100], [120, 130, 140, 150]])
lesson.check(
    "half of these four teams are there by month 2, at a cost of 85",
    got=plan_for(useful, cost, demand=800, share=0.5),
    want=(2, 85),
    likely=lambda got: "in month 1 only one team of four is there" if got[0] == 1 else None,
)
lesson.check("three of four by month 3", got=plan_for(useful, cost, demand=800, share=0.75), want=(3, 135))
lesson.check("all four never", got=plan_for(useful, cost, demand=800, share=1.0), want=(np.inf, np.inf))
### BEGIN HIDDEN TESTS
falls_back = np.array([[500, 500], [900, 500], [700, 700], [700, 900]])
paid = np.array([[0, 0], [10, 10], [20, 20], [30, 34]])
lesson.check(
    "a team that falls back has still met the demand",
    got=plan_for(falls_back, paid, demand=800, share=1.0),
    want=(3, 32),
    likely=lambda got: (
        "teams were counted that meet the demand in the same month; ask who has met it by then"
        if np.isinf(got[0])
        else None
    ),
)
paths = np.random.default_rng(lesson.hidden_seed()).normal(0, 60, (30, 200)).cumsum(axis=0) + 500
month = np.sort([np.argmax(path >= 700) if path.max() >= 700 else 99 for path in paths.T])[119]
want = (month, np.median(paths[month] ** 2)) if month < 99 else (np.inf, np.inf)
lesson.check("any paths", got=plan_for(paths, paths**2, demand=700, share=0.6), want=want)
### END HIDDEN TESTS

# %% [markdown] id="when-hints"
# <details><summary>Where do I start?</summary>For each team and month: has it met the demand by now? That is whether its
# <i>highest</i> value so far is at least the demand.</details>
# <details><summary>The highest value so far</summary><code>np.maximum.accumulate(useful, axis=0)</code>.</details>
# <details><summary>And the month?</summary>The mean over the teams, <code>axis=1</code>, is the share. <code>np.argmax</code> of
# the months in which it suffices gives the first, but it also gives 0 where there is none: ask <code>.any()</code>
# first.</details>

# %% [markdown] id="table"
# ## Four ways, and what keeping people adds
#
# The library does the same for several ways at once. The two last rows add a bonus and culture, as above, to hiring and to
# training. `met`: share of the teams that ever get there, `held`: that are there in month 36. `month` and `slow_month`: when
# half and nine tenths of all have met the demand, `inf` where they never do; `cost_to_meet`: cost until half of them have;
# `cost`: over all 36 months. Costs are those of the median team.

# %% id="table-code"
keep = {
    "incentive": 400, "incentive_effect": 0.0008,
    "culture": 0.5, "culture_effect": 1.0, "culture_months": 12, "culture_cost": 400,
}  # fmt: skip
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
# **What you found.** Under these assumptions *hire* is nearly sure but slow, and its salaries stay: over three years it costs
# about twice what *train* does. *Train* is cheap, but close to half of the teams never get there, and many that do lose
# somebody later: compare `met` with `held`. Keeping people turns training into a fair bet. Half the hires, with all of the
# training, are early and nearly sure.
#
# The second list switches one term at a time off. What moves the result most is the ceiling, which nobody knows; then comes
# what an hour of training adds. The model's worth is that you see **which** assumption decides, so that you measure that
# one first.


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
# - F. P. Brooks, *The Mythical Man-Month* (1975): why people who are added late cost time, from somebody who paid for it.
# - P.-F. Verhulst, *Notice sur la loi que la population suit dans son accroissement* (1838): the logistic curve, three pages.
# - D. R. Cox, *Regression Models and Life-Tables*, Journal of the Royal Statistical Society B 34 (1972): how hazards are
#   measured from who left and when.
# - P. M. Blau, *Inequality and Heterogeneity* (1977): the index of a mix.
# - J. D. Sterman, *Business Dynamics* (2000), the chapters on labour and ageing chains: teams as stocks and flows, in depth.

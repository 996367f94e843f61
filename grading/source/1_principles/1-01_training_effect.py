# %% [markdown] id="title"
# # 1-01 · What training buys
#
# You will compute what a training plan is worth, find the error in a published case, and see what hours of training
# bought in real firms.

# %% [markdown] id="objectives"
# **Questions.** What does a month of training add to what a team can do? Which of trainer, content, hours and money
# decides it? How would you know?
#
# **Afterwards you can**
# 1. compute the gain of a staged training plan from its weights, trainers and content;
# 2. recompute a published result and say where it breaks;
# 3. find out which inputs of a model have an influence at all, by changing one at a time;
# 4. say where the next hour of training buys most;
# 5. put an honest interval on what training bought in real firms.

# %% [markdown] id="why"
# **Why a start-up cares.** Two months of training for twelve engineers are about 3,840 paid hours before anybody sees
# a result (12 people × 8 weeks × 40 hours). A text on training for AI start-ups promises a gain of 0.707 from such a
# plan. Half an hour from now you will know that the number is wrong, why nobody noticed, and what to ask before you
# sign the next training budget.

# %% id="imports"
import ipywidgets as widgets
import numpy as np

from trainlib import data, figures, lesson
from trainlib.effect import Stage, TrainingEffect, published_case

# %% id="parameters" tags=["parameters"]
draws = 2_000  # bootstrap samples behind an interval
seed = 7  # of the bootstrap

# %% [markdown] id="pains"
# ## Five pains
#
# Start-ups that train their own engineers name the same five pains:
#
# | pain | what to measure | where in this course |
# |---|---|---|
# | no systematic curriculum | the order of what is taught | four stages |
# | too few good instructors | trainer quality, $E$ | here, 2-04 |
# | it takes too long | hours, $P$ | here, 2-05 |
# | it costs too much | budget, $C$ | 2-05, 4-05 |
# | nobody knows what it brought | the gain itself, $K' - K$ | every graded lesson |
#
# The last pain causes the others to stay: what is not measured cannot be mended. So we start with a number.

# %% [markdown] id="idea"
# ## One stage, by hand
#
# Take lectures. Say that half of their effect hangs on the trainer and half on the content. The trainer is good,
# 0.8 on a scale from 0 to 1; the content is middling, 0.5. What would you expect of the lectures: something near 0.8,
# near 0.5, or outside of both? Guess before you run the cell.

# %% id="idea-code"
trainer, content = 0.8, 0.5
0.5 * trainer + 0.5 * content

# %% [markdown] id="stage-effect-task"
# ## Exercise 1 · The effect of one stage
# *Difficulty ●○○○○ · about 4 minutes · skill: effect model*
#
# 0.65 lies between 0.5 and 0.8: an effect is a mix of trainer and content. Write the mix for any shares. `trainer_share`
# and `content_share` say how much of the stage hangs on each. Where they sum to less than 1, the rest hangs on neither,
# and is lost.


# %% id="stage-effect-answer" nbgrader={"grade": false, "grade_id": "stage-effect-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def stage_effect(trainer_share: float, content_share: float, trainer: float, content: float) -> float:
    """Effect of one stage, between 0 and 1. All four arguments are numbers between 0 and 1."""
    ### BEGIN SOLUTION
    return trainer_share * trainer + content_share * content
    ### END SOLUTION


stage_effect(0.5, 0.5, trainer=0.8, content=0.5)  # expected: 0.65

# %% id="stage-effect-tests" nbgrader={"grade": true, "grade_id": "stage-effect-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
lesson.check("lectures have an effect of 0.65", got=stage_effect(0.5, 0.5, 0.8, 0.5), want=0.65)
lesson.check(
    "practice hangs more on the trainer: 0.68",
    got=stage_effect(0.6, 0.4, 0.8, 0.5),
    want=0.68,
    likely={0.62: "that is 0.4 × 0.8 + 0.6 × 0.5: the two shares are exchanged"},
)
### BEGIN HIDDEN TESTS
lesson.check(
    "shares that sum to less than 1 lose the rest",
    got=stage_effect(0.5, 0.3, 0.6, 0.9),
    want=0.57,
    likely={0.7125: "that is 0.57 divided by the sum of the shares, 0.8"},
)
rng = np.random.default_rng(lesson.hidden_seed())
e, m, E, M = rng.uniform(0, 0.5, 4)
lesson.check("any shares", got=stage_effect(e, m, E, M), want=e * E + m * M)
### END HIDDEN TESTS

# %% [markdown] id="stage-effect-hints"
# <details><summary>Where do I start?</summary>Look at the cell above Exercise 1: replace its two 0.5 that stand for the
# shares by the arguments.</details>
# <details><summary>My result is too large where the shares sum to less than 1</summary>An average divides by the sum of its
# weights. A stage does not: what hangs on neither trainer nor content is lost.</details>
#
# **What you found.** As long as the shares sum to 1, an effect cannot lie outside the range of its two inputs. Keep
# that in mind: it is all you need for the next exercise.

# %% [markdown] id="model"
# ## The model
#
# Now give it names. Skill is $K$ before and $K'$ after; stage $i$ has the effect $g_i$ and the weight $a_i$:
#
# $$K' = K + \sum_i a_i\, g_i(T, E, M, P, C), \qquad g_i = e_i E + m_i M$$
#
# | symbol | meaning |
# |---|---|
# | $T$ | the field that is taught: it decides which stages there are, and their $a_i$, $e_i$, $m_i$ |
# | $E$, $M$ | quality of trainer and content, 0 to 1 |
# | $P$, $C$ | hours and money |
# | $a_i$ | the most that stage $i$ can add |
#
# The published case is a fintech company with five rows, $E = 0.8$, $M = 0.5$, $P$ = 2 months, $C$ = 10,000.

# %% id="case"
case = published_case()
stages = np.array([[row.weight, row.trainer_share, row.content_share] for row in case.stages])  # columns a, e, m
print("                      a    e    m")
for row in case.stages:
    print(f"{row.name:20} {row.weight:4} {row.trainer_share:4} {row.content_share:4}")

# %% [markdown] id="case-gain-task"
# ## Exercise 2 · A published text says 0.707: is it right?
# *Difficulty ●●○○○ · about 8 minutes · skill: reading published numbers*
#
# The text prints these effects for its five rows: 0.82, 0.65, 0.68, 0.59, 0.53, and a total gain of **0.707**.
#
# First without computing: $E = 0.8$ and $M = 0.5$, and the shares of each row sum to 1. Between which two numbers must
# every effect lie? Which printed effect does not?
#
# Then write `total_gain`: each row of `stages` holds a weight $a$ and two shares, $e$ and $m$; the total is
# $\sum_i a_i g_i$.


# %% id="case-gain-answer" nbgrader={"grade": false, "grade_id": "case-gain-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def total_gain(stages: np.ndarray, trainer: float, content: float) -> float:
    """Weighted gain of all stages. `stages`: (n, 3) array of columns a, e, m. Returns one number."""
    ### BEGIN SOLUTION
    weight, trainer_share, content_share = stages.T
    return float(weight @ (trainer_share * trainer + content_share * content))
    ### END SOLUTION


total_gain(stages, trainer=0.8, content=0.5)

# %% id="case-gain-tests" nbgrader={"grade": true, "grade_id": "case-gain-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
lesson.check(
    "the first stage alone gains 0.3 × 0.74",
    got=total_gain(stages[:1], 0.8, 0.5),
    want=0.222,
    likely={
        0.246: "that is 0.3 × 0.82: 0.8 × 0.8 is 0.64, not 0.72, which is the slip in the text",
        0.74: "that is g₁ itself: multiply it by its weight",
    },
)
lesson.check(
    "a perfect trainer with perfect content gains the sum of the weights", got=total_gain(stages, 1, 1), want=1.0
)
### BEGIN HIDDEN TESTS
other = np.array([[0.5, 1.0, 0.0], [0.25, 0.2, 0.6]])  # shares that do not all sum to 1, effects that differ
lesson.check("other stages", got=total_gain(other, 0.6, 0.9), want=0.5 * 0.6 + 0.25 * (0.12 + 0.54))
lesson.check("no stages gain nothing", got=total_gain(np.empty((0, 3)), 0.6, 0.9), want=0.0)
drawn = np.random.default_rng(lesson.hidden_seed()).uniform(0, 0.3, (3, 3))
lesson.check("any stages", got=total_gain(drawn, 0.7, 0.4), want=sum(a * (e * 0.7 + m * 0.4) for a, e, m in drawn))
### END HIDDEN TESTS

# %% [markdown] id="case-gain-hints"
# <details><summary>Where do I start?</summary>Compute one row by hand: 0.8 × 0.8 + 0.2 × 0.5. Which of the two
# products disagrees with the text?</details>
# <details><summary>How do I get the columns?</summary><code>stages.T</code> has one row for each column, so it can be
# unpacked into three names.</details>
# <details><summary>And the sum?</summary>Multiply each effect by its own weight first, then add up. The mean effect times
# the sum of the weights is something else.</details>

# %% id="case-picture"
printed, right = np.array([0.82, 0.65, 0.68, 0.59, 0.53]), case.effects(E=0.8, M=0.5)
figure, axes = figures.new(width=7.5, height=3.4)
rows = np.arange(len(stages))
axes.barh(
    rows - 0.2, printed, height=0.38, label=f"printed: total {stages[:, 0] @ printed:.3f}", color=figures.COLOURS[1]
)
axes.barh(
    rows + 0.2, right, height=0.38, label=f"computed: total {case.gain(E=0.8, M=0.5):.3f}", color=figures.COLOURS[0]
)
axes.axvspan(0.5, 0.8, color=figures.TEXT, alpha=0.15)
axes.set_yticks(rows, [stage.name for stage in case.stages])
axes.invert_yaxis()
axes.set(xlim=(0, 1), xlabel="effect g of a stage (0 to 1)", title="One printed effect lies where none can lie")
axes.legend(loc="lower right")
figures.show(
    figure,
    alt="Bars of the five effects, printed and computed, with the range from 0.5 to 0.8 shaded. Only the printed effect "
    "of principles, 0.82, leaves the range; computed it is 0.74.",
)

# %% [markdown] id="case-gain-found"
# **What you found.** 0.64 + 0.10 = 0.74, so the case gains **0.683**, 3.4 % less than printed. One wrong product in one
# row survived into the total because nobody recomputed it. You did not even need the formula to see it: 0.82 lies
# outside of what $E = 0.8$ and $M = 0.5$ can give. From here on, every number in this course is computed in a cell
# above it, or carries its source.

# %% [markdown] id="influence-task"
# ## Exercise 3 · A published text says that the gain depends on P and C: does it?
# *Difficulty ●●●○○ · about 10 minutes · skill: sensitivity of a model*
#
# The text writes $g_i(T, E, M, P, C)$ and plans with two months and 10,000. Take nobody's word for it. Raise each
# input **alone** by a tenth and see how much the gain moves.
#
# Write `influence(gain, inputs, share)`: it returns, for each name in `inputs`, the change of `gain(**inputs)` when that
# input alone is raised by `share` of itself. Predict first: which two changes will be 0 for the published case?


# %% id="influence-answer" nbgrader={"grade": false, "grade_id": "influence-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def influence(gain, inputs: dict[str, float], share: float = 0.1) -> dict[str, float]:
    """Change of gain(**inputs) when each input alone grows by `share` of itself: {name: change}."""
    ### BEGIN SOLUTION
    before = gain(**inputs)
    return {name: gain(**inputs | {name: value * (1 + share)}) - before for name, value in inputs.items()}
    ### END SOLUTION


influence(case.gain, {"E": 0.8, "M": 0.5, "P": 320, "C": 10_000})  # 2 months are about 320 hours

# %% id="influence-tests" nbgrader={"grade": true, "grade_id": "influence-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
lesson.check(
    "in the published case only trainer and content count",
    got=influence(case.gain, {"E": 0.8, "M": 0.5, "P": 320, "C": 10_000}),
    want={"E": 0.0488, "M": 0.0195, "P": 0.0, "C": 0.0},
)
lesson.check(
    "twice the share, twice the change, as long as the model is a straight line",
    got=influence(case.gain, {"E": 0.4, "M": 0.5}, share=0.2),
    want={"E": 0.0488, "M": 0.039},
)


### BEGIN HIDDEN TESTS
def product(x, y):
    return x * y


lesson.check(
    "inputs that work together, each raised alone",
    got=influence(product, {"x": 2.0, "y": 10.0}, share=0.5),
    want={"x": 10.0, "y": 10.0},
    likely=lambda got: "the first input stayed raised while the second was tried" if got["y"] > 10.1 else None,
)
given = {"E": 0.5, "M": 0.5}
influence(case.gain, given)
lesson.check("the inputs that were handed over stay as they were", got=given, want={"E": 0.5, "M": 0.5})
### END HIDDEN TESTS

# %% [markdown] id="influence-hints"
# <details><summary>Where do I start?</summary>Compute the gain once with the inputs as they are. Then, for one name, make
# changed inputs and subtract.</details>
# <details><summary>How do I change one entry of a dict without touching the dict?</summary><code>inputs | {"E": 0.88}</code>
# is a new dict with one entry replaced.</details>
#
# **What you found.** Hours and money change nothing: no effect of the case contains $P$ or $C$. The project row changes
# nothing either, because its weight is 0. A plan "for two months and 10,000" was a plan for any time and any money.

# %% id="weight-quiz"
lesson.quiz(
    "The case gives its project row the weight 0. What does that say about projects?",
    {
        "Projects teach nothing that the other rows do not": "The weight was chosen by the author, not measured. A model "
        "cannot prove what was put in.",
        "Nothing: weights have to be estimated from data": "Exactly. Stage 2 of this course estimates them from a cohort.",
        "The row was added by mistake and can go": "Possible: four stages and two forms are announced, five rows listed. "
        "But you cannot tell from the table, so you may not remove it either.",
    },
    answer="Nothing: weights have to be estimated from data",
)

# %% [markdown] id="hours"
# ## Giving hours and money their place
#
# Nobody learns a stage in an hour, and the hundredth hour brings less than the first. A curve that has both is
#
# $$g_i = (e_i E + m_i M)\,\bigl(1 - e^{-P_i/\tau_i}\bigr)$$
#
# After $\tau_i$ hours 63 % of the stage is learnt, after $3\tau_i$ 95 %. Money comes in through its price: a budget $C$
# that cannot pay all hours cuts them. With $\tau = 0$ the published form comes back, so nothing is lost.
#
# The scales and prices below are chosen for illustration; lesson 2-05 estimates such numbers from data.

# %% id="hours-picture"
scales, price = [12, 10, 30, 15, 40], 120  # hours; price of a trainer's hour
names = [stage.name for stage in case.stages]
plan = TrainingEffect(tuple(Stage(name, *row, scale, price) for name, row, scale in zip(names, stages, scales)))
hours = np.linspace(0, 120, 121)
figure, axes = figures.new()
for E in (1.0, 0.8, 0.5):
    axes.plot(hours, [plan.gain(E, 0.5, P) for P in hours], label=f"trainer E = {E}")
axes.axhline(case.gain(0.8, 0.5), color=figures.TEXT, linewidth=1)
axes.annotate("published: 0.683, whatever the hours", (62, case.gain(0.8, 0.5) + 0.015))
axes.set(
    xlabel="hours in each stage", ylabel="gain (share of skill)", title="The published gain is the end of a long curve"
)
axes.legend(loc="lower right")
figures.show(
    figure,
    alt="Gain against hours per stage for trainers of quality 1, 0.8 and 0.5, with content 0.5. All three curves rise steeply, "
    "then flatten; the one for 0.8 approaches the published 0.683 only after about 100 hours in each stage.",
)


# %% id="hours-slider"
def describe(E, M, hours, budget):
    taken = plan.affordable_hours(hours, budget)[0]
    gain, cost = plan.gain(E, M, hours, budget), plan.cost(taken)
    return f"gain <b>{gain:.3f}</b> from {taken:.1f} hours in each stage; {cost:,.0f} of {budget:,} spent"


lesson.explore(
    describe,
    E=widgets.FloatSlider(0.8, min=0, max=1, step=0.05, description="trainer E"),
    M=widgets.FloatSlider(0.5, min=0, max=1, step=0.05, description="content M"),
    hours=widgets.IntSlider(20, min=0, max=120, description="hours P"),
    budget=widgets.IntSlider(10_000, min=0, max=72_000, step=1_000, description="budget C"),
)

# %% [markdown] id="next-hour-task"
# ## Exercise 4 · Where does the next hour go?
# *Difficulty ●●●○○ · about 10 minutes · skill: effect model*
#
# You have one hour left to give away. The stage with the largest weight is not always its best place: what counts is how
# steep each curve is **at the hours already spent**.
#
# Write `gain_of_next_hour`: the derivative of $a_i\, q_i\,(1 - e^{-P_i/\tau_i})$ with respect to $P_i$, for all stages at
# once. $q_i$ is the quality mix $e_i E + m_i M$ of Exercise 1.


# %% id="next-hour-answer" nbgrader={"grade": false, "grade_id": "next-hour-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def gain_of_next_hour(weight: np.ndarray, quality: np.ndarray, scale: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Gain per further hour of each stage. All arguments and the result have the shape (stages,); scale is positive."""
    ### BEGIN SOLUTION
    return weight * quality / scale * np.exp(-hours / scale)
    ### END SOLUTION


next_hour = gain_of_next_hour(stages[:, 0], case.effects(0.8, 0.5), np.array(scales), np.zeros(5))
next_hour.round(4)  # expected: [0.0185 0.013  0.0091 0.0039 0.    ]

# %% id="next-hour-tests" nbgrader={"grade": true, "grade_id": "next-hour-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
start = gain_of_next_hour(np.array([0.3, 0.4]), np.array([0.74, 0.68]), np.array([12.0, 30.0]), np.zeros(2))
lesson.check(
    "at the start, principles gain 0.0185 an hour and applied practice 0.0091",
    got=start,
    want=np.array([0.0185, 0.4 * 0.68 / 30]),
    likely=lambda got: "divide by the scale: a slow stage gains less per hour" if got[0] > 0.1 else None,
)
lesson.check(
    "so the first hour goes to principles, although applied practice weighs more", got=int(np.argmax(start)), want=0
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
a, q, tau, P = rng.uniform(0.1, 0.5, 4), rng.uniform(0.3, 1, 4), rng.uniform(5, 50, 4), rng.uniform(5, 80, 4)
step = 1e-5
numeric = a * q * (np.exp(-P / tau) - np.exp(-(P + step) / tau)) / step
lesson.check(
    "after hours are spent, the slope of the curve there",
    got=gain_of_next_hour(a, q, tau, P),
    want=numeric,
    tolerance=1e-4,
)
### END HIDDEN TESTS

# %% [markdown] id="next-hour-hints"
# <details><summary>Where do I start?</summary>The derivative of 1 − exp(−P/τ) is exp(−P/τ)/τ. Weight and quality are
# factors in front.</details>
# <details><summary>Do hours already spent matter?</summary>Yes: with P = τ the next hour brings only 37 % of what the first
# hour brought.</details>
#
# **What you found.** The first hour goes to principles: 0.0185 against 0.0091 for applied practice, the heaviest stage.
# It does not stay so; each hour spent makes the next one there worth less. `trainlib.plan` builds whole calendars on this.

# %% [markdown] id="firms"
# ## What did training buy in real firms?
#
# So far every weight was somebody's opinion. Here are measurements: manufacturing firms in Michigan reported for three
# years how many hours they trained each employee, and how much of what they made was scrap. If training works, firms
# that train more should scrap less. We take the logarithm of the scrap rate, so that a slope reads as a percentage.

# %% id="firms-data"
firms = data.load("firm_training").rename(columns={"training_hours_per_employee": "hours"})
firms = (
    firms.dropna(subset=["hours", "scrap_rate"])
    .assign(log_scrap=lambda table: np.log(table.scrap_rate))
    .reset_index(drop=True)
)
print(f"{len(firms)} rows of {firms.firm.nunique()} firms have both numbers")
data.describe("firm_training")


# %% id="firms-picture"
def slope(hours, log_scrap) -> float:
    """Least-squares change of log scrap with one more hour."""
    return float(np.polyfit(hours, log_scrap, 1)[0])


pooled = slope(firms.hours, firms.log_scrap)
figure, axes = figures.new()
axes.scatter(firms.hours, firms.scrap_rate, s=18, alpha=0.7)
axes.set_yscale("log")
axes.set(xlabel="hours of training per employee and year", ylabel="scrap rate (per 100 items, log scale)")
axes.set_title(f"No clear line: {100 * pooled:+.1f} % scrap per hour, from a wide cloud")
figures.show(
    figure,
    alt="Scatter of scrap rate, on a log scale, against hours of training per employee for 140 firm-years. Most firms train "
    "little; scrap rates from 0.01 to 30 lie at all heights, among firms that train much too, and no line stands out.",
)

# %% [markdown] id="interval-task"
# ## Exercise 5 · How sure may you be?
# *Difficulty ●●●●○ · about 12 minutes · skill: intervals*
#
# A slope without an interval is an anecdote. The bootstrap draws new data sets of the same size from the data, with
# replacement, and looks at how much the slope moves. But what is one draw here? A firm that scraps much in 1987 does so in
# 1988 as well: its three rows are **not three independent facts**. So draw whole firms, each with all of its rows.
#
# Write `slope_interval`: the 2.5 and 97.5 percentile of the slopes of `draws` such data sets.


# %% id="interval-answer" nbgrader={"grade": false, "grade_id": "interval-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def slope_interval(table, draws: int, seed: int) -> tuple[float, float]:
    """95 % bootstrap interval of the slope. `table` has the columns firm, hours and log_scrap."""
    rng = np.random.default_rng(seed)
    hours, log_scrap = table.hours.to_numpy(), table.log_scrap.to_numpy()
    ### BEGIN SOLUTION
    rows_of = [np.flatnonzero(table.firm == firm) for firm in table.firm.unique()]
    slopes = []
    for _ in range(draws):
        rows = np.concatenate([rows_of[i] for i in rng.integers(len(rows_of), size=len(rows_of))])
        slopes.append(slope(hours[rows], log_scrap[rows]))
    low, high = np.percentile(slopes, [2.5, 97.5])
    return float(low), float(high)
    ### END SOLUTION


slope_interval(firms, draws, seed)

# %% id="interval-tests" nbgrader={"grade": true, "grade_id": "interval-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
low, high = slope_interval(firms, draws, seed)
lesson.check("the slope of the data lies inside its interval", got=bool(low < pooled < high), want=True)
lesson.check(
    "the interval is between 0.010 and 0.030 wide",
    got=bool(0.010 < high - low < 0.030),
    want=True,
    likely={False: f"yours is {high - low:.4f} wide: are draws taken with replacement, as many as there are firms?"},
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
once = firms.iloc[:0].reindex(range(40)).assign(firm=range(40), hours=rng.uniform(0, 50, 40))
once["log_scrap"] = rng.normal(0, 1, 40)
often = once.loc[np.repeat(np.arange(40), 16)].reset_index(drop=True)  # the same 40 facts, each written 16 times
width_once = np.subtract(*slope_interval(once, 400, 1)[::-1])
width_often = np.subtract(*slope_interval(often, 400, 1)[::-1])
lesson.check(
    "writing every row 16 times adds no knowledge, so the interval keeps its width",
    got=bool(0.75 < width_often / width_once < 1.33),
    want=True,
    likely={False: "rows were drawn one by one, as if the rows of a firm were independent: draw whole firms"},
)
### END HIDDEN TESTS

# %% [markdown] id="interval-hints"
# <details><summary>Where do I start?</summary>Make a list with the row numbers of each firm:
# <code>np.flatnonzero(table.firm == firm)</code>.</details>
# <details><summary>One draw</summary>Choose as many firms as there are, with replacement
# (<code>rng.integers(n, size=n)</code>), and join their row numbers with <code>np.concatenate</code>.</details>
# <details><summary>And then?</summary><code>slope(hours[rows], log_scrap[rows])</code> for each draw, and
# <code>np.percentile(slopes, [2.5, 97.5])</code> at the end.</details>

# %% id="three-slopes"
within = firms.assign(
    **{name: firms[name] - firms.groupby("firm")[name].transform("mean") for name in ("hours", "log_scrap")}
)
both = within.assign(
    **{name: within[name] - within.groupby("year")[name].transform("mean") for name in ("hours", "log_scrap")}
)
rng, firm_rows = np.random.default_rng(seed), list(firms.groupby("firm").indices.values())
picks = [
    np.concatenate([firm_rows[i] for i in rng.integers(len(firm_rows), size=len(firm_rows))]) for _ in range(draws)
]
views = {"between all firms": firms, "within each firm": within, "within, years removed": both}
found = {name: 100 * slope(view.hours, view.log_scrap) for name, view in views.items()}
spread = {
    name: np.percentile([100 * slope(view.hours.iloc[rows], view.log_scrap.iloc[rows]) for rows in picks], [2.5, 97.5])
    for name, view in views.items()
}
for name in views:
    print(
        f"{name:22} {found[name]:+.2f} % scrap per hour, 95 % interval {spread[name][0]:+.2f} to {spread[name][1]:+.2f}"
    )

# %% [markdown] id="firms-found"
# **What you found.** Compare three questions that sound alike. *Do firms that train more scrap less?* The interval
# includes 0: we cannot tell. *Does a firm scrap less in years when it trains more?* Yes, about half a percent per hour.
# But scrap fell in most firms over these years; with the common trend removed, about half of that is left, and 0 is
# inside the interval again (or at its edge, with few draws).
#
# Nobody assigned the hours by chance, so even the second slope is not yet an effect. Lesson 2-05 shows how far such
# numbers can lie from the truth, on data where the truth is known.

# %% [markdown] id="remember"
# ## What to remember
#
# - A training plan's gain is a weighted sum of its stages; each stage mixes trainer and content.
# - Recompute a published number before you plan with it: the case gains 0.683, not 0.707.
# - What a formula announces and what it uses can differ: change one input at a time and look.
# - The next hour belongs where the curve is steep, not where the weight is large.
# - A measured effect needs an interval, and the interval must respect which facts are independent.

# %% [markdown] id="open-question-task"
# ## Open question
#
# Your company offers you 40 more hours and 5,000 euros for the training of eight engineers. Which two numbers would you
# measure, before and after, so that in six months you can say what it bought? Why those, what could fool you, and what
# would make you stop? (About 150 words.)
#
# *Rubric, 5 points:* two measurable numbers with unit and time (2) · a comparison that could show no effect (1) · one
# named threat, such as a trend, a selection or a small sample (1) · a stopping rule with a number (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 5, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# I would measure (1) the share of a fixed bank of 30 tasks that each engineer solves alone, in the week before and six
# weeks after, and (2) the median days from ticket to merged fine-tuning change, per month. Four of the eight, drawn by
# lot, start three months later and serve as comparison, so a change that both groups show is not due to the training.
# What could fool me: everybody gets better with time, and eight people give a wide interval, so I report it. I stop if
# after the first group the 95 % interval of the difference in (1) lies below 0.1.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - R. R. Hake, *Interactive-engagement versus traditional methods*, American Journal of Physics 66 (1998): where
#   measuring gain as a share of what was left to learn comes from.
# - J. M. Wooldridge, *Introductory Econometrics*, chapters 13 and 14: these firms, and what differences within a firm can
#   and cannot show.
# - D. Kirkpatrick, *Evaluating Training Programs*: the four levels from "did they like it" to "what did it bring".
# - B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*: when to draw what.

# %% [markdown] id="title"
# # 1-01 · What a training plan is worth
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
# a result (12 people × 8 weeks × 40 hours). A Chinese text on training strategy for AI start-ups, from 2024, promises a gain of 0.707 from such a
# plan. Half an hour from now you will know that the number is wrong, why nobody noticed, and what to ask before you
# sign the next training budget.

# %% id="imports"
import ipywidgets as widgets
import numpy as np
from scipy.stats import bootstrap

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
#
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
# *Difficulty ●○○○○ · about 4 minutes · skill: effect model · 3 points*
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
lesson.check(
    "lectures have an effect of 0.65",
    got=stage_effect(0.5, 0.5, 0.8, 0.5),
    want=0.65,
    likely={
        0.325: "that is half of it: the shares are the weights already",
        0.4: "that is the trainer's part: add the content's",
        0.25: "that is the content's part: add the trainer's",
        0.1: "multiply each quality by its share, then add",
        None: "return the number: print shows it only",
        65: "an effect lies between 0 and 1",
        (2,): "add the two parts up",
    },
)
lesson.check(
    "practice hangs more on the trainer: 0.68",
    got=stage_effect(0.6, 0.4, 0.8, 0.5),
    want=0.68,
    likely={
        0.62: "that is 0.4 × 0.8 + 0.6 × 0.5: the two shares are exchanged",
        0.65: "use the shares, not two halves",
    },
)
lesson.check(
    "with shares of 0.35 and 0.4 a quarter is lost: 0.35 × 0.95 + 0.4 × 0.7",
    stage_effect(0.35, 0.4, 0.95, 0.7),
    0.6125,
    likely={
        0.6125 / 0.75: "that is divided by the sum of the shares, 0.75: an average loses nothing, a stage does",
        0.7875: "you took 1 − 0.35 for the content's share: the rest hangs on neither",
        0.85: "you took 1 − 0.4 for the trainer's share: the rest hangs on neither",
        0.625: "the two shares are exchanged",
        0.8625: "you counted the lost quarter as a full effect",
        0.81875: "you gave the lost quarter the mean of trainer and content: it hangs on neither",
        0.7: "it may be less than both, 0.95 and 0.7: a quarter is lost",
        0.459375: "the quarter is lost once, not twice",
        0.3625: "what is lost brings nothing: it takes nothing away, either",
    }
    | dict.fromkeys((0.61, 0.612, 0.613, 0.6), "that is rounded: return the number as it comes"),
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for e, m, E, M in rng.uniform(0.05, 0.5, (4, 4)) + np.array([0, 0, 0.3, 0]):
    lesson.check(
        "an effect holds for any shares, also where they sum to less than 1",
        got=stage_effect(float(e), float(m), float(E), float(M)),
        want=e * E + m * M,
    )
### END HIDDEN TESTS

# %% [markdown] id="stage-effect-hints"
# <details><summary>Where do I start?</summary>Look at the cell above Exercise 1: replace its two 0.5 that stand for the
# shares by the arguments.</details>
# <details><summary>My result is too large where the shares sum to less than 1</summary>An average divides by the sum of its
# weights. A stage does not: what hangs on neither trainer nor content is lost.</details>
# <details><summary><b>What you found</b></summary>
#
# As long as the shares sum to 1, an effect cannot lie outside the range of its two inputs. Keep
# that in mind: it is all you need for the next exercise.
#
# </details>

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
# The published case is a fintech company. It announces four stages and two forms of training and lists five rows;
# nothing says which row is which. It sets $E = 0.8$, $M = 0.5$, $P$ = 2 months, $C$ = 10,000.

# %% id="case"
case = published_case()
stages = np.array([[row.weight, row.trainer_share, row.content_share] for row in case.stages])  # columns a, e, m
print("                      a    e    m")
for row in case.stages:
    print(f"{row.name:20} {row.weight:4} {row.trainer_share:4} {row.content_share:4}")

# %% [markdown] id="case-gain-task"
# ## Exercise 2 · A published text says 0.707: is it right?
# *Difficulty ●●○○○ · about 8 minutes · skill: reading published numbers · 4 points*
#
# The text of the opening (named under *Further reading*) prints these effects for its five rows: 0.82, 0.65, 0.68, 0.59, 0.53, and a total gain of **0.707**.
#
# First without computing: $E = 0.8$ and $M = 0.5$, and the shares of each row sum to 1. Between which two numbers must
# every effect lie? Which printed effect does not?
#
# Then write `total_gain`: each row of `stages` holds a weight $a$ and two shares, $e$ and $m$; the total is
# $\sum_i a_i g_i$.


# %% id="case-gain-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
slips_of_the_gain = (
    {  # wrong totals of the table in the next cell, and what leads to each
        0.424333333: "that is the mean effect times the sum of the weights: multiply each "
        "effect by its own weight first",
        1.34: "that is the sum of the effects: multiply each by its weight",
        0.502631579: "that is divided by the sum of the weights: the gain is a sum, not an average",
        0.159166667: "that is the mean over the stages: the gain is their sum",
        0.4325: "the two shares are exchanged: e goes with the trainer, m with the content",
        0.5775: "you took 1 − e for the content's share: the table holds m",
        0.7025: "you took 1 − m for the trainer's share: the table holds e",
        0.634375: "you divided by the sum of a stage's shares: what hangs on neither is lost",
        0.5075: "do not force an effect between trainer and content: here a part of a stage is lost",
        0.4685: "that is for 0.8 and 0.5: use the trainer and content that are handed over",
        0.4605: "rows were taken for columns: transpose the table before you unpack it",
        0.31: "that is the first stage alone: add up all of them",
        0.05: "that is the last stage alone: add up all of them",
        0.4275: "the last stage is missing",
        0.1675: "the first stage is missing",
        0.421520875: "gains add up: this model does not ask what is left to learn",
        0.537120875: "gains add up: they do not compound",
        (3,): "these are the gains of the stages: add them up",
        0.65: "these are the stages of the case: use those handed over",
    }
    | dict.fromkeys((0.7955, 1.022), "the weight must multiply both parts of an effect: a (e E + m M)")
    | dict.fromkeys((0.48, 0.477, 0.478), "that is rounded: return the number as it comes")
)


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
    got=total_gain(stages[:1].copy(), 0.8, 0.5),
    want=0.222,
    likely={
        0.246: "that is 0.3 × 0.82: 0.8 × 0.8 is 0.64, not 0.72, which is the slip in the text",
        0.74: "that is g₁ itself: multiply it by its weight",
        (1,): "that is a list of gains: add them up",
        0.683: "that is the whole case: use the stages that are handed over",
        1.222: "begin the sum at 0",
        0.168: "the two shares are exchanged: e goes with the trainer, m with the content",
        0.292: "the weight must multiply both parts of an effect: a (e E + m M)",
        0.0192: "an effect adds two products, e E and m M: it does not multiply them",
        1.001: "rows were taken for columns: unpack `stages.T`",
        0.158: "the columns are a, e, m, in this order",
    },
)
three = np.array([[0.5, 0.6, 0.2], [0.25, 0.3, 0.5], [0.2, 0.1, 0.4]])  # effects 0.62, 0.47, 0.25 for 0.9 and 0.4
lesson.check(
    "three stages with shares that do not sum to 1 gain 0.31 + 0.1175 + 0.05",
    got=total_gain(three.copy(), 0.9, 0.4),
    want=0.4775,
    likely=slips_of_the_gain,
)
handed = three.copy()
total_gain(handed, 0.9, 0.4)
new_table = "write the products into a new array: `*=` and `/=` change the table itself"
lesson.check("the table that was handed over stays as it was", got=handed, want=three, likely=lambda got: new_table)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for rows in (2, 3, 6):
    drawn = rng.uniform(0.05, 0.45, (rows, 3))
    lesson.check(
        "the gain holds for any stages, also where weights and shares do not sum to 1",
        got=total_gain(drawn.copy(), 0.7, 0.4),
        want=sum(a * (e * 0.7 + m * 0.4) for a, e, m in drawn),
    )
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
figure, axes = figures.new(width=8, height=3.6)
rows = np.arange(len(stages))
axes.barh(
    rows - 0.2, printed, height=0.38, label=f"printed: total {stages[:, 0] @ printed:.3f}", color=figures.COLOURS[1]
)
axes.barh(
    rows + 0.2, right, height=0.38, label=f"computed: total {case.gain(E=0.8, M=0.5):.3f}", color=figures.COLOURS[0]
)
axes.axvspan(0.5, 0.8, color=figures.TEXT, alpha=0.15, label="where E = 0.8 and M = 0.5 can lead")
axes.set_yticks(rows, [stage.name for stage in case.stages])
axes.invert_yaxis()
axes.set(xlim=(0, 1), xlabel="effect g of a stage (0 to 1)", title="One printed effect lies where none can lie")
figure.legend(loc="outside lower center", ncols=3)
figures.show(
    figure,
    alt="Bars of the five effects, printed and computed, with the range from 0.5 to 0.8 shaded. Only the printed "
    "effect of principles, 0.82, leaves the range; computed it is 0.74.",
)

# %% [markdown] id="case-gain-found"
# <details><summary><b>What you found</b></summary>
#
# 0.64 + 0.10 = 0.74, so the case gains **0.683**, 3.4 % less than printed. One wrong product in one
# row survived into the total because nobody recomputed it. You did not even need the formula to see it: 0.82 lies
# outside of what $E = 0.8$ and $M = 0.5$ can give. From here on, every number in this course is computed in a cell
# above it, or carries its source.
#
# </details>

# %% [markdown] id="influence-task"
# ## Exercise 3 · The same text says that the gain depends on P and C: does it?
# *Difficulty ●●●○○ · about 10 minutes · skill: sensitivity of a model · 4 points*
#
# The text writes $g_i(T, E, M, P, C)$ and plans with two months and 10,000. Take nobody's word for it. Raise each
# input **alone** by a tenth and see how much the gain moves.
#
# Write `influence(gain, inputs, share)`: it returns, for each name in `inputs`, the change of `gain(**inputs)` when that
# input alone is raised by `share` of itself. Predict first: which two changes will be 0 for the published case?


# %% id="influence-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def toy(E, M, P, C):
    return E * P - C**2  # hours count, content does not, and money hurts


toy_slips = {
    (4, 10, 5): "an input stayed raised while the next was tried: raise each alone",
    (4, 6, -5): "an input stayed raised while the next was tried: raise each alone",
    (5, 0.4, -2.25): "you added 0.5 itself: raise an input by half of itself",
    (-4, -4, 3): "the input became half of itself: raise it by half",
    (0.04, 0.04, -0.0401): "`share` is a share, not a percentage: 0.5 is half",
    (0.8, 0.8, -0.84): "you raised by a tenth: use `share`",
    (4, 4, -3): "you lowered the inputs: raise them",
    (1, 1, -1.25): "that is the change as a share of the gain: return the change itself",
    (0.3077, 0.3077, -0.3846): "that is a share of all changes: return the change itself",
    (8, 8, -1): "these are the new gains: subtract the gain of the inputs as they are",
    (4, 4, -9): "compare with the gain of the inputs as they are, not with the one before",
    (-4, -4, 5): "the sign is turned: new gain minus old gain",
    (4, 4, 5): "a change may be negative: keep its sign",
    (5, 5, 5): "all inputs were raised together: raise each alone",
    (2, 4, -5): "do not cap an input at 1",
    (0, 0, 0): "nothing was raised: in `a | b` the values of b win",
    (10, 0.8, -5): "that is divided by the step, a slope: return the change itself",
    (8, 8, -10): "that is divided by the share: return the change itself",
    (8, 8, -8): "that is a step up and one down: only raise",
    (4, 4, -4): "half of a step up and down: only raise",
    (4, 0, 0): "P and C count in this model: ask the gain, do not set them to 0",
}


# %% id="influence-answer" nbgrader={"grade": false, "grade_id": "influence-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def influence(gain, inputs: dict[str, float], share: float = 0.1) -> dict[str, float]:
    """Change of gain(**inputs) when each input alone grows by `share` of itself: {name: change}."""
    ### BEGIN SOLUTION
    before = gain(**inputs)
    return {name: gain(**inputs | {name: value * (1 + share)}) - before for name, value in inputs.items()}
    ### END SOLUTION


influence(case.gain, {"E": 0.8, "M": 0.5, "P": 320, "C": 10_000})  # 2 months are about 320 hours

# %% id="influence-tests" nbgrader={"grade": true, "grade_id": "influence-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
given, places = {"E": 0.8, "M": 0.5, "P": 10, "C": 2}, "return a dict with all four names, also where the change is 0"
lesson.check(
    "in another model hours count, content does not, and money counts against you",
    got=influence(toy, dict(given), share=0.5),
    want={"E": 4.0, "M": 0.0, "P": 4.0, "C": -5.0},
    likely=lambda got: toy_slips.get(tuple(round(got[i], 4) for i in "EPC")) if set(got) == set("EMPC") else places,
)
lesson.check(
    "in the published case the trainer counts for more than the content",
    got=influence(case.gain, {"E": 0.8, "M": 0.5}, share=0.05),
    want={"E": 0.0244, "M": 0.00975},
    likely=lambda got: "that is rounded: return the change as it comes" if abs(got["E"] - 0.0244) < 1e-3 else None,
)
lesson.check(
    "without a share, each input is raised by a tenth",
    got=influence(toy, {"E": 3, "M": 1, "P": 100, "C": 10}),
    want={"E": 30.0, "M": 0.0, "P": 30.0, "C": -21.0},
)
handed, copy_first = dict(given, E=0.7, P=30), "change a copy: inputs | {name: value} is a new dict"
influence(toy, handed)
untouched = "the inputs that were handed over stay as they were"
lesson.check(untouched, [*handed.values()], [0.7, 0.5, 30, 2], tolerance=0, likely=lambda got: copy_first)


### BEGIN HIDDEN TESTS
def gain_of_three(hours, people, rooms):
    return hours * people / rooms - 3 * rooms


rng = np.random.default_rng(lesson.hidden_seed())
hours, people, rooms, share = (float(value) for value in rng.uniform((3, 5, 1, 0.2), (9, 8, 2, 0.6)))
base, given = hours * people / rooms - 3 * rooms, {"hours": hours, "people": people, "rooms": rooms}
lesson.check(
    "a gain that works with other names, rises with one input and falls with another",
    got=influence(gain_of_three, given, share),
    want={
        "hours": share * hours * people / rooms,
        "people": share * hours * people / rooms,
        "rooms": hours * people / (rooms * (1 + share)) - 3 * rooms * (1 + share) - base,
    },
)
lesson.check(
    "the inputs that were handed over stay as they were",
    got=[given["hours"], given["people"], given["rooms"]],
    want=[hours, people, rooms],
    tolerance=0,
)
### END HIDDEN TESTS

# %% [markdown] id="influence-hints"
# <details><summary>Where do I start?</summary>Compute the gain once with the inputs as they are. Then, for one name, make
# changed inputs and subtract.</details>
# <details><summary>How do I change one entry of a dict without touching the dict?</summary><code>inputs | {"E": 0.88}</code>
# is a new dict with one entry replaced.</details>
# <details><summary><b>What you found</b></summary>
#
# Hours and money change nothing: no effect of the case contains $P$ or $C$. The project row changes
# nothing either, because its weight is 0. A plan "for two months and 10,000" was a plan for any time and any money.
#
# </details>

# %% id="weight-quiz"
lesson.quiz(
    "The case gives its project row the weight 0. What does that say about projects?",
    {
        "Projects teach nothing that the other rows do not": "The weight was chosen by the author, not measured. A "
        "model cannot prove what was put in.",
        "Nothing: weights have to be estimated from data": "Exactly. Stage 2 of this course "
        "estimates them from a cohort.",
        "The row was added by mistake and can go": "Possible: the text announces four stages and two forms, and lists "
        "five rows. But you cannot tell from the table, so you may not remove it either.",
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
    alt="Gain against hours per stage for trainers of quality 1, 0.8 and 0.5, with content 0.5. All three curves rise "
    "steeply, then flatten; the one for 0.8 approaches the published 0.683 only after about 100 hours in each stage.",
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
# *Difficulty ●●●○○ · about 10 minutes · skill: effect model · 4 points*
#
# You have a little time left to give away. The stage with the largest weight is not always its best place: what counts is how
# steep each curve is **at the hours already spent**.
#
# Write `gain_of_next_hour`, the gain **per hour, right now**: not what a whole further hour adds, but the derivative of $a_i\, q_i\,(1 - e^{-P_i/\tau_i})$ with respect to $P_i$, for all stages at
# once. $q_i$ is the quality mix $e_i E + m_i M$ of Exercise 1.


# %% id="next-hour-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
slips_of_the_rate = {  # what leads to wrong rates, at the start or after hours
    "divide by the scale, the inner derivative of the exponent": [(0.2, 0.48), (0.1, 0.12)],
    "that is what a whole further hour adds: take the derivative": [(0.01212, 0.02341), (0.006059, 0.005852)],
    "the sign is turned: the curve rises": [(-0.0125, -0.024)],
    "divide by the scale once": [(0.000781, 0.0012)],
    "what counts is what is left, exp(−P/τ), not what is learnt": [(0, 0), (0.1, 0.36), (0.00625, 0.018)],
    "the weight is missing": [(0.03125, 0.04)],
    "the quality is missing": [(0.025, 0.03)],
    "you multiplied by the scale: divide by it": [(3.2, 9.6)],
    "the exponent has a minus: −P/τ": [(0.025, 0.096)],
    "use the scales that are handed over": [
        (0.01111, 0.02667),
        (0.01667, 0.048),
        (0.005556, 0.006667),
        (0.006614, 0.003),
    ],
    "return the rates themselves, not their shares": [(0.3425, 0.6575), (0.5102, 0.4898)],
    "hours already spent flatten the curve": [(0.0125, 0.024)],
    "the base is e, not 2": [(0.007731, 0.009181)],
    "the rate falls by e^(−P/τ), not in a straight line or by 1 / (1 + P/τ)": [
        (0.003836, -0.009271),
        (0.007383, 0.01006),
    ],
    "that is the hour before, or the hour after: take the derivative, right now": [
        (0.0129, 0.02461),
        (0.01174, 0.02283),
    ],
    "the exponent is −P/τ: divide the hours by the scale": [(1.907e-07, 2.183e-14), (1.08e-79, 3.599e-243)],
    "each stage has hours and a scale of its own": [
        (0.00675, 0.005144),
        (0.005556, 0.013333),
        (0.00625, 0.01378),
        (0.001105, 0.003446),
        (0.003716, 0.009094),
    ],
    "return the rates as they come, not rounded": [(0.0062, 0.006), (0.006, 0.006), (0.0063, 0.006)],
}


def slip_of_the_rate(got) -> str | None:
    found = [] if np.shape(got) == (2,) else ["return one rate for each stage"]
    found += [
        text for text, wrong in slips_of_the_rate.items() for r in wrong if np.allclose(got, r, rtol=1e-3, atol=0)
    ]
    return found[0] if found else None


# %% id="next-hour-answer" nbgrader={"grade": false, "grade_id": "next-hour-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def gain_of_next_hour(weight: np.ndarray, quality: np.ndarray, scale: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Gain per further hour of each stage. All arguments and the result have the shape (stages,); scale is positive."""
    ### BEGIN SOLUTION
    return weight * quality / scale * np.exp(-hours / scale)
    ### END SOLUTION


next_hour = gain_of_next_hour(stages[:, 0], case.effects(0.8, 0.5), np.array(scales), np.zeros(5))
next_hour.round(4)  # expected: [0.0185 0.013  0.0091 0.0039 0.    ]


# %% id="next-hour-tests" nbgrader={"grade": true, "grade_id": "next-hour-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
inputs = {"weight": [0.4, 0.6], "quality": [0.5, 0.8], "scale": [16.0, 20.0], "hours": [5.0, 9.0]}


def rates(hours):
    return gain_of_next_hour(*(np.array(part) for part in (inputs | {"hours": hours}).values()))


lesson.check(
    "with no hours spent, these two gain at rates of 0.4 × 0.5 / 16 and 0.6 × 0.8 / 20 an hour",
    got=rates([0.0, 0.0]),
    want=np.array([0.0125, 0.024]),
    likely=slip_of_the_rate,
)
lesson.check(
    "with half and a quarter left to learn, the rates are 0.0125 / 2 and 0.024 / 4",
    got=rates([16 * np.log(2), 20 * np.log(4)]),
    want=np.array([0.00625, 0.006]),
    likely=slip_of_the_rate,
)
handed = [np.array(part) for part in inputs.values()]
gain_of_next_hour(*handed)
new_array = "write into a new array: `*=` and `/=` change the one that was handed over"
for name, after in zip(inputs, handed):
    lesson.check(f"{name} stays as it was", got=after, want=inputs[name], likely=lambda got: new_array)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size in (1, 4):
    a, q, tau = rng.uniform(0.1, 0.5, size), rng.uniform(0.3, 1, size), rng.uniform(5, 50, size)
    P = tau * rng.uniform(0.3, 2, size)
    lesson.check(
        "after any hours, the slope of the curve there",
        got=gain_of_next_hour(a.copy(), q.copy(), tau.copy(), P.copy()),
        want=np.array([w * k / s / np.e ** (h / s) for w, k, s, h in zip(a, q, tau, P)]),
    )
### END HIDDEN TESTS

# %% [markdown] id="next-hour-hints"
# <details><summary>Where do I start?</summary>The derivative of 1 − exp(−P/τ) is exp(−P/τ)/τ. Weight and quality are
# factors in front.</details>
# <details><summary>Do hours already spent matter?</summary>Yes: with P = τ the next hour brings only 37 % of what the first
# hour brought.</details>
# <details><summary><b>What you found</b></summary>
#
# The first hour goes to principles: 0.0185 against 0.0091 for applied practice, the heaviest stage.
# It does not stay so; each hour spent makes the next one there worth less. `trainlib.plan` builds whole calendars on this.
#
# </details>

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
    alt="Scatter of scrap rate, on a log scale, against hours of training per employee for 140 firm-years. "
    "Most firms train little; scrap rates from 0.01 to 30 lie at all heights, among firms that train much "
    "too, and no line stands out.",
)

# %% [markdown] id="interval-task"
# ## Exercise 5 · How sure may you be?
# *Difficulty ●●●●○ · about 20 minutes · skill: intervals · 5 points*
#
# A slope without an interval is an anecdote. The bootstrap draws new data sets of the same size from the data, with
# replacement, and looks at how much the slope moves. But what is one draw here? A firm that scraps much in 1987 does so in
# 1988 as well: its three rows are **not three independent facts**. So draw whole firms, each with all of its rows.
#
# Write `slope_interval`: the 2.5 and 97.5 percentile of the slopes of `draws` such data sets.


# %% id="interval-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
def lots(number, learn, others, repeats=1, order=None):
    """Four years of `number` firms: log scrap changes by `learn` an hour in firm 48, by `others` in the rest."""
    slopes = {41 + 7 * i: learn if i == 1 else others for i in range(number)}
    rows = [(firm, h, s * (h - 2.5)) for h in (1.0, 2.0, 3.0, 4.0) for firm, s in slopes.items()]
    rows += [row for row in rows if row[0] == 48] * (repeats - 1)
    rows = rows if order is None else [rows[i] for i in order.permutation(len(rows))]
    return type(firms)(rows, columns=["firm", "hours", "log_scrap"])


def slip_of_the_interval(got, further) -> str | None:  # where the right one is -0.2 to 0.4
    low, high = (round(float(end), 3) + 0.0 for end in got)
    known = {
        (0.0, 0.0): "every data set is the same: draw firms with replacement",
        (-0.2, 0.3): "a firm that is drawn twice must count twice",
        (-0.2, 0.2): "that is the 95th percentile: take 97.5",
        (-0.2, -0.2): "np.percentile takes percent, 2.5 and 97.5; or the generator is made anew in every draw",
        (-0.15, 0.2): "draw as many firms as there are firms, not as there are rows",
        (-0.2, 0.55): "draw as many firms as there are firms",
        (-5.0, 0.6): "`slope` takes the hours first",
        (-0.2, 0.6): "that is the smallest and the largest slope: take 2.5 and 97.5 percent",
    } | {(low, min(high, 0.6)): text for ends, text in further.items() if ends == (low, high)}
    shape = (
        "the mean ± 1.96 spreads: take percentiles" if low < -0.25 else "rows drawn as if independent: draw whole firms"
    )
    shape = "how sure their mean is: take percentiles of the slopes" if high - low < 0.05 else shape
    return known.get((low, min(high, 0.6)), "the lower end comes first" if low > high else f"that looks like {shape}")


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


slope_interval(firms, draws, seed)  # expected: about -0.014 to 0.003

# %% id="interval-tests" nbgrader={"grade": true, "grade_id": "interval-tests", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
last = {(-0.2, -0.2): "the last firm is never drawn: rng.integers leaves its upper end out", (0.4, 0.4): "count from 0"}
unequal = {
    (-0.2, 0.689): "every firm is as likely as any other, however many rows it has",
    (-0.2, 0.4): "firms differ in rows",
}
cases = [
    ("of 5 firms one learns: it is drawn at most 3 times in 97.5 % of draws, so -0.2 to 0.4", 5, 0.8, 1, 0.4, {}),
    ("of 3 firms it is drawn all 3 times in 3.7 % of draws, so -0.2 to 0.4 again", 3, 0.4, 1, 0.4, {}),
    ("of 2 firms each is drawn twice in a quarter of the draws", 2, 0.4, 1, 0.4, last),
    ("of 5 firms the one that learns has twice the rows: -0.2 to 0.55", 5, 0.8, 2, 0.55, unequal),
]
for says, number, learn, repeats, top, known in cases:
    got = tuple(slope_interval(lots(number, learn, -0.2, repeats), 4_000 if number == 3 else 1_000, seed))
    lesson.check(says, got, want=(-0.2, top), likely=lambda got, known=known: slip_of_the_interval(got, known))
low, high = slope_interval(lots(5, learn=0.8, others=-0.2), 1, seed)
too_many = "make as many draws as `draws` says: from one draw both ends are its slope"
lesson.check("from a single draw both ends are the same", got=high - low, want=0.0, likely=lambda got: too_many)
first, again, other = (list(slope_interval(firms.copy(), 8, number)) for number in (1, 1, 2))
not_seeded = "draw from `np.random.default_rng(seed)` alone, made once"
lesson.check("the same seed gives the same interval", got=first, want=again, likely=lambda got: not_seeded)
lesson.check("another seed gives another", got=np.allclose(first, other), want=False, likely=lambda got: not_seeded)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
better, worse = float(rng.uniform(-1.2, -0.8)), float(rng.uniform(0.2, 0.5))
ends = [(2 * k * better + (5 - k) * worse) / (5 + k) for k in (3, 0)]  # the firm that learns has twice the rows
lesson.check(
    "firms with different numbers of rows, in any order, one of which scraps less",
    got=slope_interval(lots(5, better, worse, repeats=2, order=rng), 1_000, 11),
    want=ends,
)
starts = [tuple(slope_interval(firms.copy(), 3, number)) for number in range(6)]
lesson.check("other seeds draw other firms", got=len(set(starts)) > 1, want=True)
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
views = {"between all firms": firms, "within each firm": within, "within, years removed": both}


def interval(view):
    """95 % bootstrap interval of a view's slope: scipy's, with a firm as the unit that is drawn."""
    parts = [part for _, part in view.groupby("firm")[["hours", "log_scrap"]]]
    options = {"n_resamples": draws, "vectorized": False, "method": "percentile", "rng": seed}
    places = (range(len(parts)),)
    return bootstrap(
        places, lambda drawn: slope(*np.concatenate([parts[int(i)] for i in drawn]).T), **options
    ).confidence_interval


for name, view in views.items():
    low, high = (f"{100 * end:+.2f}" for end in interval(view))
    print(f"{name:22} {100 * slope(view.hours, view.log_scrap):+.2f} % scrap per hour, 95 % interval {low} to {high}")

# %% [markdown] id="firms-found"
# <details><summary><b>What you found</b></summary>
#
# Compare three questions that sound alike. *Do firms that train more scrap less?* The interval
# includes 0: we cannot tell. *Does a firm scrap less in years when it trains more?* Yes, about half a percent per hour.
# But scrap fell in most firms over these years; with the common trend removed, about half of that is left, and 0 is
# inside the interval again (or at its edge, with few draws).
#
# Nobody assigned the hours by chance, so even the second slope is not yet an effect. Lesson 2-05 shows how far such
# numbers can lie from what a lot says, on data where a lot was drawn.
#
# </details>

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
# *Rubric, 5 points:* two measurable numbers with unit and time (2) · a comparison that could show no effect: people, teams or months
# without the training beside those with it; before and after alone is none (1) · one
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
# - *AI创业公司的技术培训策略* ("Technical training strategy for AI start-ups", in Chinese, 2024), section 4: the model and the
#   case of Exercises 2 and 3, to compare with what you computed.
# - R. R. Hake, *Interactive-engagement versus traditional methods*, American Journal of Physics 66 (1998): where
#   measuring gain as a share of what was left to learn comes from.
# - J. M. Wooldridge, *Introductory Econometrics*, chapters 13 and 14: these firms, and what differences within a firm can
#   and cannot show.
# - D. Kirkpatrick, *Evaluating Training Programs*: the four levels from "did they like it" to "what did it bring".
# - B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*: when to draw what.

# %% [markdown] id="title"
# # 4-10 · Check-out
#
# You will answer 20 questions that are parallel to those of check-in, say what the course was worth, and get every
# reason for both forms once you have handed in.

# %% [markdown] id="objectives"
# **Questions.** What can you do now that you could not do before? What will you use, and when?
#
# **Afterwards you can**
# 1. name the skills in which you have gained, and those in which you have not, by skill and not by feeling;
# 2. say why each choice of 40 questions is right or wrong;
# 3. say in 30 days and in 90 what has stayed, and what it has changed at work.

# %% [markdown] id="why"
# **Why a start-up cares.** The next training is planned from what this one has bought: your two scores are one row of
# the table that lesson 2-05 fits its weights to. Chance alone gives one person's difference a standard deviation of up
# to 0.16 ($\sqrt{2 \cdot 0.5 \cdot 0.5 / 20}$), so it is the mean over many of you, and over both orders of the forms,
# that counts.

# %% id="imports"
from trainlib import lesson, questions

# %% id="parameters" tags=["parameters"]
# nothing is computed here, so there is nothing to set

# %% [markdown] id="learner-task"
# ## Who are you?
#
# The same name and the same track as at check-in, please: together they give you the form that you have not seen yet.
# If you have taken another way since, still write the track of check-in. Another track asks about other things, and
# then nobody can say what you have gained.
#
# Run the cell before those below it: without it they say NameError.

# %% id="learner" tags=["form"] nbgrader={"grade": false, "grade_id": "learner", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
learner = ""  # letters, digits, dots, underscores, hyphens
track = ""  # "engineer" or "lead"
### BEGIN SOLUTION
learner = "ada-l"
track = "engineer"
### END SOLUTION

# %% [markdown] id="how"
# ## Twenty questions, about 15 minutes
#
# - Run the cell that shows a part, write one letter in quotation marks for each question below it, and run the rest of
#   the part.
# - **Leave `""` where you do not know.** It counts as not right, exactly like a wrong letter, and a guess would spoil
#   the measurement.
# - Work alone, and look nothing up, not even in your own lessons. Paper and a calculator are fine.
# - Folded cells below each part say which letter was received. Whether it is right, and why, stands in the feedback
#   that your instructor sends you after you have handed in, together with that of check-in.

# %% id="items"
questions.show("4-10_check_out", learner, track, "PART")

# %% [markdown] id="survey-task"
# ## Five minutes about the course
#
# Leave open what you would rather not say. What you criticise gets mended; what you do not name stays.

# %% id="survey" tags=["form"] nbgrader={"grade": false, "grade_id": "survey", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
survey = {
    "how sure I was of my answers": None,  # 1 guessed nearly all … 5 knew nearly all
    "what I can do now alone": "",
    "what I still cannot do": "",
    "the lesson that was worth most": "",  # its number, such as "2-04"
    "the lesson that was worth least": "",
    "what was missing": "",
    "what I will use within 30 days, and for what": "",
    "I would take the time for it again": None,  # 1 certainly not … 5 certainly
}
### BEGIN SOLUTION
survey = {"how sure I was of my answers": 4, "the lesson that was worth most": "2-04"}
### END SOLUTION

# %% [markdown] id="hand-in-task"
# ## Hand in
#
# Save the notebook (Ctrl+S, on a Mac ⌘S), put `True` in place of `False`, run the cell, and send the file that it
# writes to your instructor. **Of check-out the first attempt counts.** After it you get two pages, one for each of your
# forms: for all 20 questions what you chose, what is right, and the reason for each of the four choices.

# %% id="hand-in"
saved = False  # True once this notebook is saved
if saved:
    lesson.hand_in("4_project", learner)
else:
    print("Not handed in yet: save the notebook, put True in place of False, and run this cell again.")

# %% [markdown] id="follow-up-task"
# ## In 30 days, and in 90
#
# What is left of a course shows a month later, and three. The cell below writes two small text files, each with 12 new
# questions and five on what you have used at work. **Do not open them today**: put two reminders into your calendar, fill
# each in with any editor on its day, about 15 minutes, and send it to your instructor.
#
# The questions come from the same bank. Those of the first file you have met as little as their twins, which the second
# has: your memory of the reasons is not what is measured. They are another test than today's, so shares may differ a
# little even where nothing was forgotten.

# %% id="follow-up"
form = questions.follow_up(learner, track)
later = questions.follow_up(learner, track, days=90)

# %% [markdown] id="remember"
# ## What to remember
#
# - A gain is a difference of two measurements of the same thing, under the same conditions.
# - One score has an interval; so has a gain, and a wider one.
# - What a course has bought shows at work and after a while, so it is asked for then, too.
# - Reasons are worth more than scores: read those of the questions that you got right by luck.

# %% [markdown] id="further-reading"
# ## Further reading
#
# - J. D. Kirkpatrick and W. K. Kirkpatrick, *Kirkpatrick's Four Levels of Training Evaluation* (2016): from "did they
#   like it" to "what did it change", with questions to ask at each level.
# - H. L. Roediger and J. D. Karpicke, *Test-enhanced learning*, Psychological Science 17 (2006): being asked again
#   after a while is itself one of the better ways to keep what was learned.

# %% [markdown] id="title"
# # 1-00 · Check-in
#
# You will answer 20 questions before the course begins, see that your machine is ready, and hand in for the first time,
# so that at the end you can see what the course has changed.

# %% [markdown] id="objectives"
# **Questions.** What do you know already? Does everything run on your machine? How do you hand in?
#
# **Afterwards you can**
# 1. say that your starting point is on record, whatever it is;
# 2. read what the doctor says about your installation;
# 3. hand in a stage.

# %% [markdown] id="why"
# **Why a start-up cares.** Training without a test before and after leaves a company with opinions. With 20 questions,
# chance alone gives one person's score a standard deviation of at most 0.11 ($\sqrt{0.5 \cdot 0.5 / 20}$), but the mean
# of twelve people one of only 0.03 ($0.11 / \sqrt{12}$): enough to see what a course has changed in a team.
#
# Your score is not a mark. Nobody needs a good one here, and a wrong picture of your start helps nobody, least of all you.

# %% id="imports"
from trainlib import lesson, questions

# %% id="parameters" tags=["parameters"]
# nothing is computed here, so there is nothing to set

# %% [markdown] id="learner-task"
# ## Who are you, and which way do you take?
#
# Write the name that your instructor gave you between the quotation marks: the same here, in check-out and whenever you
# hand in. It also decides which of two parallel forms you get today; at check-out you get the other one.
#
# Your track decides what the forms ask about: "engineer" or "lead". Both ways stand in the [index](../index.ipynb).
# Take the one that is most like what you have in mind, and write the same one in check-out.
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
#   the measurement: you would seem to have known what you are about to learn.
# - Work alone, and look nothing up. Paper and a calculator are fine.
# - Folded cells below each part say which letter was received, and nothing else. Whether it is right, and why, you
#   learn when you have handed in check-out: until then both forms are still needed.

# %% id="items"
questions.show("1-00_check_in", learner, track, "PART")

# %% [markdown] id="survey-task"
# ## Three minutes about you
#
# This helps to plan the course, and later to see for whom it did what. Leave open what you would rather not say.

# %% id="survey" tags=["form"] nbgrader={"grade": false, "grade_id": "survey", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
survey = {
    "role": "",  # such as "backend engineer"
    "years of programming": None,
    "years of machine learning": None,  # 0 is an answer
    "models brought into service so far": None,
    "hours a week for this course": None,  # that you will really have
    "how sure I was of my answers": None,  # 1 guessed nearly all … 5 knew nearly all
    "what I want to do at work that I cannot do yet": "",
}
### BEGIN SOLUTION
survey = {"role": "backend engineer", "years of programming": 6, "hours a week for this course": 5}
### END SOLUTION

# %% [markdown] id="doctor-task"
# ## Is your machine ready?
#
# Run the cell. A line that begins with `!` says what to do. When you ask for help later, run it again and send what it
# prints.

# %% id="doctor"
lesson.doctor()

# %% [markdown] id="hand-in-task"
# ## Hand in
#
# Save the notebook (Ctrl+S, on a Mac ⌘S), put `True` in place of `False`, run the cell, and send the file that it
# writes to your instructor. Other lessons of the stage go along as they are; you hand the stage in again when you are
# through. **Of check-in the first attempt counts**, so that later changes do not touch your starting point.

# %% id="hand-in"
saved = False  # True once this notebook is saved
if saved:
    lesson.hand_in("1_principles", learner)
else:
    print("Not handed in yet: save the notebook, put True in place of False, and run this cell again.")

# %% [markdown] id="remember"
# ## What to remember
#
# - Your start is measured; at check-out a parallel form measures again, and then you get every reason.
# - Use the same name, and the same track, wherever you are asked for it.
# - `lesson.doctor()` looks at your machine, `lesson.hand_in(stage, learner)` hands in. Both stand in the index too.
# - "I do not know" is a good answer at the beginning of a course.

# %% [markdown] id="further-reading"
# ## Further reading
#
# - D. T. Campbell and J. C. Stanley, *Experimental and Quasi-Experimental Designs for Research* (1963): what a test
#   before and after can show, and what it cannot without a group for comparison. Lesson 2-05 goes on from there.
# - R. R. Hake, *Interactive-engagement versus traditional methods*, American Journal of Physics 66 (1998): 62 courses
#   compared by one test before and after.

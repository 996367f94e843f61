# %% [markdown] id="title"
# # Fine-tune, ship and run language models
#
# A course in four stages for engineers of a start-up: what training and models are worth (principles), why they work
# (theory), how to do it (practice), and problems from data to decision (project). You work through notebooks; each
# exercise tells you at once whether your answer is right.

# %% [markdown] id="lessons"
# ## Lessons
#
# LESSON_TABLE

# %% [markdown] id="how-it-works"
# ## How a lesson works
#
# - Open a lesson, choose **Run → Run All Cells** once to see what is there, then go from exercise to exercise.
# - Write your answer in place of the line `raise NotImplementedError(…)`, run the cell, then run the check below it.
# - A check that fails says what it expected, what came, and often the likeliest slip. Below it are folded hints.
# - Checks marked with points are run again when you hand in, with other inputs.
# - Your copies are never overwritten. If a lesson changes, the new edition is put beside yours.

# %% [markdown] id="progress-title"
# ## Where you are
#
# Run the cell. It reads your saved notebooks; nothing is sent anywhere.

# %% id="progress"
from trainlib import lesson

lesson.progress()

# %% [markdown] id="hand-in-title"
# ## Hand in a stage
#
# Save your notebooks. Then put your name between the quotation marks (the one that your instructor gave you), run the
# cell, and send the file that it writes. You can hand in again; the newest counts.

# %% id="hand-in"
learner = ""  # letters, digits, dots, underscores, hyphens
stage = "1_principles"

if learner:
    lesson.hand_in(stage, learner)
else:
    print("Write your name between the quotation marks first.")

# %% [markdown] id="doctor-title"
# ## If something does not work
#
# Run the cell and send what it prints when you ask for help.

# %% id="doctor"
lesson.doctor()

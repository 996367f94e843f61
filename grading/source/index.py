# %% [markdown] id="title"
# # Fine-tune, ship and run language models
#
# A course in four stages for engineers of a start-up: what training and models are worth (principles), why they work
# (theory), how to do it (practice), and problems from data to decision (project). You work through notebooks; each
# exercise tells you at once whether your answer is right.

# %% [markdown] id="tracks"
# ## Your way through
#
# Nobody takes everything. Choose by what you want to do; all other lessons are yours to take as well.
#
# TRACKS

# %% [markdown] id="lessons"
# ## Lessons
#
# LESSON_TABLE

# %% [markdown] id="prerequisites"
# ## Which lesson needs which
#
# PREREQUISITES

# %% [markdown] id="how-it-works"
# ## How a lesson works
#
# - Open a lesson, choose **Run → Run All Cells** once to see what is there, then go from exercise to exercise.
# - Write your answer in place of the line `raise NotImplementedError(…)`, run the cell, then run the check below it.
# - A check that fails says what it expected, what came, and often the likeliest slip. Below it are folded hints.
# - Each exercise says how many points it has. When you hand in, its checks run again, with other inputs.
# - Nobody to hand in to? The cell at the end of a lesson runs all those tests on your own saved notebook.
# - Your copies are never overwritten. If a lesson changes, the new edition is put beside yours.
# - An assistant that works in your folder finds AGENTS.md there: it asks it to tutor you, and to leave the answers to you.

# %% [markdown] id="progress-title"
# ## Where you are
#
# Put your track between the quotation marks and run the cell: "engineer" or "lead". It reads your saved notebooks; nothing is
# sent anywhere.

# %% id="progress"
from trainlib import lesson

lesson.progress(track="engineer")

# %% [markdown] id="review-title"
# ## Once more, on the right day
#
# What you missed comes back on spaced days: exercises whose check failed, and after check-out its questions and those of check-in.
# Run the cell, a few minutes a day. For the questions, put the file review_deck_NAME.json that comes with your feedback
# beside this notebook. Your answers stay in review.json here: take it along to another machine. Nothing is sent anywhere.
# `review.send()` writes a file that you may give to your instructor, to show how long the course lasts; nobody expects it.

# %% id="review"
from trainlib import review

review.today()

# %% [markdown] id="survey-title"
# ## Close a stage: six questions
#
# They take two minutes, and the next course is planned with the answers. Put yours in place of `None`, and run the cell;
# it saves them beside your notebooks. Leave a question open rather than guess. Your instructor sees the answers under
# your name; points do not depend on them.

# %% id="survey"
lesson.survey(
    "1_principles",  # the stage
    content=None,  # how good were lessons and exercises? 1 (poor) to 5 (very good)
    trainer=None,  # how much did your trainer help? 1 (hardly) to 5 (very much); None if you had none
    hours=None,  # how many hours did the stage take you, all in all? such as 6.5
    confidence=None,  # could you use it at work tomorrow? 1 (not at all) to 5 (surely)
    assistant=None,  # how much did an assistant, a program that answers, help? 0 (not at all) to 4 (it wrote most of it)
    change=None,  # what is the one thing to change? between quotation marks
)

# %% [markdown] id="hand-in-title"
# ## Hand in a stage
#
# Save your notebooks, and answer the six questions above. Then put your name between the quotation marks (the one that your instructor gave you), run the
# cell, and send the file that it writes. You can hand in again; the newest counts.
# On a JupyterHub leave the name empty, run the cell, and click its button: only that hands in, and you read when it was received.
# `lesson.feedback()` brings your pages here.
# Points look wrong? `lesson.hand_in(stage, learner, request="Exercise 3: …")` asks your instructor to look again.

# %% id="hand-in"
learner = ""  # letters, digits, dots, underscores, hyphens
stage = "1_principles"

if learner or lesson.on_hub():
    lesson.hand_in(stage, learner)
else:
    print("Write your name between the quotation marks first.")

# %% [markdown] id="doctor-title"
# ## If something does not work
#
# Run the cell and send what it prints when you ask for help.

# %% id="doctor"
lesson.doctor()

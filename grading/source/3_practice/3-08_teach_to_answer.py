# %% [markdown] id="title"
# # 3-08 · Teach a model to answer
#
# You will teach a small language model to read a payment message and answer with a record that a program can use, prove on
# messages of another style that it has learnt more than a template, and see what it forgot on the way.

# %% [markdown] id="objectives"
# **Questions.** When is a prompt enough, and when do examples pay? What exactly does a model learn from in an example? What
# does it lose? How are preferences learnt, and what do they break?
#
# **Afterwards you can**
# 1. score structured answers field by field, with invalid ones counted;
# 2. build a training example whose loss counts the answer alone, and compute that loss;
# 3. fine-tune a model that writes with LoRA, and show its learning curve beside cheap baselines;
# 4. compute the loss of direct preference optimisation (DPO);
# 5. choose between rules, prompt, small model and hosted model by what each costs, errors included.

# %% [markdown] id="why"
# **Why a start-up cares.** Somebody types 2,000 payment messages a day into forms, at a minute each: that is 33 hours of
# work every day (computed below). A program that reads most of them right saves most of that, if it is known how often it is wrong:
# each wrong payment costs far more than a minute.

# %% id="imports"
import json
import re
import time

import numpy as np
import pandas as pd
import torch

from trainlib import data, figures, finetune, generate, lesson, measure, models

# %% id="parameters" tags=["parameters"]
pretrained = "smollm2"  # the model that is taught; "tiny-gpt" shows the mechanics in seconds, and learns little
test_rows = 64  # messages written by hand
dev_rows = 40  # messages by the script, with payees that are not in train
sizes = [40, 240]  # examples that the model is taught with, one model for each
steps = 60  # of training, for each of them
pairs = 32  # of a better and a worse answer, for DPO
tokens = 48  # of an answer, at most
seed = 0  # of the rows, the order and the added weights

# %% [markdown] id="idea"
# ## From a message to a record
#
# This is the task. The prompt says what is wanted, in the words that you would use. Which of the four fields will be right?
#
# The messages are of two kinds. Those for **training** come from a script with twelve templates. Whoever tests on the same templates measures
# the script, so the **test** messages were written by hand, in other styles, with detours, corrections and numbers that mean something
# else. The payees of train, dev and test are different ones.

# %% id="idea-code"
model, tokenizer = models.load(pretrained)
FIELDS = ("payee", "amount", "currency", "date")
TASK = (
    "Read the payment message. Answer with JSON that has the keys payee, amount, currency (EUR, USD, GBP or "
    "CHF) and date (YYYY-MM-DD)."
)


def chat(message, examples=()):
    """The prompt for a message: the task, worked examples as earlier turns, and the message."""
    turns = [
        turn
        for text, answer in examples
        for turn in ({"role": "user", "content": text}, {"role": "assistant", "content": answer})
    ]
    return [{"role": "system", "content": TASK}, *turns, {"role": "user", "content": message}]


print(f"2,000 messages at a minute each: {2000 / 60:.0f} hours a day")
message = "Please transfer 45.50 euros to Marlene Voss on 3 March 2027."
print(generate.text(model, tokenizer, chat(message), max_tokens=tokens))

# %% id="data-code"
messages = data.load("payment_messages", seed=seed)
train, dev, test = (messages[messages.split == split] for split in ("train", "dev", "test"))
dev, test = dev.head(dev_rows), test.head(test_rows)
for name, rows in (("train, by the script", train), ("test, by hand", test)):
    print(f"{name}: {len(rows)}")
    for text in rows.text.head(4):
        print("   ", text.replace("\n", " / "))


def record(row):
    """The answer that is wanted: one line of JSON."""
    amount = int(row.amount) if row.amount == int(row.amount) else float(row.amount)
    return json.dumps(
        {"payee": row.payee, "amount": amount, "currency": row.currency, "date": row.date}, ensure_ascii=False
    )


print("wanted:", record(test.iloc[0]))

# %% [markdown] id="score-task"
# ## Exercise 1 · Which fields are right?
# *Difficulty ●●○○○ · about 10 minutes · skill: evaluating structured answers · 3 points*
#
# Write `fields_right`: for an answer of the model, which of the wanted fields does it have right? The answer may be anything: a
# chat, JSON cut short, a list. Unless the whole answer is a JSON object, every field is wrong, so also after a “Sure!”. Where text is wanted,
# the same text is right; spaces before and behind it do not matter. Where a number is wanted, the same number is right: for 45.5 also
# `45.50` and `"45.50"`; but `true` is no number. A missing field is wrong, an additional one does not matter.

# %% id="score-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below try, and say to a wrong answer
ada = {"payee": "Ada Roth", "amount": 45.5, "currency": "EUR"}
whole, number = '{"payee": "Ada Roth", "amount": 45.5, "currency": "EUR"}', "compare amounts as numbers: float(…)"
anything = "an answer that is no JSON object has every field wrong: it must not raise an error"
answers_to_score = [  # what must hold, the answer, which of payee, amount and currency are right, and the likely slip
    ("the record itself", whole, (True, True, True), "give a dict: for each wanted field, True or False"),
    ("one wrong field costs one field", whole.replace("EUR", "USD"), (True, True, False), "judge each field by itself"),
    (
        "a missing field is wrong",
        '{"payee": "Ada Roth"}',
        (True, False, False),
        "what is missing is wrong, and nothing else: `found.get(name)`, and a `try` for each field",
    ),
    (
        "an additional field does not matter",
        whole.replace("{", '{"note": "hi", '),
        (True, True, True),
        "judge the wanted fields only",
    ),
    (
        "keys in another order",
        '{"currency": "EUR", "amount": 45.5, "payee": "Ada Roth"}',
        (True, True, True),
        "the order of the keys means nothing",
    ),
    ("a text is no record", "Sure! Ada Roth gets 45.5 EUR.", (False, False, False), anything),
    (
        "nor is a record behind a sentence",
        "Sure! " + whole,
        (False, False, False),
        "the whole answer must be JSON: do not look for braces in it",
    ),
    ("JSON that is cut short is none", whole[:-4], (False, False, False), anything),
    (
        "a list is no record",
        f"[{whole}]",
        (False, False, False),
        "a list is no JSON object, whatever is in it, and it must not raise an error",
    ),
    ("nor is a number", "45.5", (False, False, False), anything),
    ("an amount as text", whole.replace("45.5", '"45.50"'), (True, True, True), number),
    (
        "cents count",
        whole.replace("45.5", "45.9"),
        (True, False, True),
        "compare the whole number: no `int`, no `round`",
    ),
    (
        "an amount with its currency is no number",
        whole.replace("45.5", '"45.5 EUR"'),
        (True, False, True),
        "that text is no number: False, and no error",
    ),
    (
        "spaces around a text",
        whole.replace("Ada Roth", " Ada Roth "),
        (True, True, True),
        "strip the spaces around a text",
    ),
    (
        "but not inside of it",
        whole.replace("Ada Roth", "AdaRoth"),
        (False, True, True),
        "only the spaces before and behind a text do not matter",
    ),
    (
        "other letters are another payee",
        whole.replace("Ada", "ada"),
        (False, True, True),
        "text must be equal, capitals included",
    ),
    (
        "half of a name",
        whole.replace("Ada Roth", "Ada"),
        (False, True, True),
        "the whole text must be equal, not a part of it",
    ),
    ("a list in a field", whole.replace('"EUR"', '["EUR"]'), (True, True, False), "a list is no text"),
    (
        "nothing in a field",
        whole.replace("45.5", "null"),
        (True, False, True),
        "JSON's null is None after `json.loads`: this field alone is wrong, and there is no error",
    ),
]


# %% id="score-answer" nbgrader={"grade": false, "grade_id": "score-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def fields_right(answer: str, wanted: dict) -> dict[str, bool]:
    """Whether `answer`, which should be a JSON object, has each field of `wanted` right; numbers compare as numbers."""
    ### BEGIN SOLUTION
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    right = dict.fromkeys(wanted, False)
    for name in wanted if isinstance(found, dict) else ():
        value, target = found.get(name), wanted[name]
        if isinstance(target, str):
            right[name] = isinstance(value, str) and value.strip() == target
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            try:
                right[name] = float(value) == target
            except ValueError:
                pass
    return right
    ### END SOLUTION


fields_right(
    '{"payee": "Ada", "amount": "45.50"}', {"payee": "Ada", "amount": 45.5, "currency": "EUR"}
)  # True, True, False


# %% id="score-tests" nbgrader={"grade": true, "grade_id": "score-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def outcome(answer, wanted):
    try:
        return fields_right(answer, dict(wanted))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for what, answer, right, why in answers_to_score:
    lesson.check(what, outcome(answer, ada), dict(zip(ada, right)), likely=lambda got, why=why: why)
one, true = {"amount": 1}, "in Python, True == 1: ask for a bool first"
lesson.check("true is no number", outcome('{"amount": true}', one), {"amount": False}, likely=lambda got: true)
lesson.check("1.0 is 1", outcome('{"amount": 1.0}', one), {"amount": True}, likely=lambda got: number)
kind = "what is wanted decides, not the field's name: text for a text, a number for a number"
found = outcome('{"account": "7", "pieces": "2.0"}', {"account": "007", "pieces": 2})
lesson.check("007 is a text", found, {"account": False, "pieces": True}, likely=lambda got: kind)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for row in messages.iloc[rng.choice(len(messages), 6, replace=False)].itertuples():
    target = json.loads(record(row))
    spoilt = target | {"date": "2026-12-31", "amount": f"{row.amount:.3f}"}
    want = dict.fromkeys(FIELDS, True)
    lesson.check("any record is all right", fields_right(json.dumps(target), target), want)
    lesson.check("any record with another date", fields_right(json.dumps(spoilt), target), want | {"date": False})
    lesson.check(
        "any record behind a sentence",
        fields_right("Here it is: " + json.dumps(target), target),
        dict.fromkeys(FIELDS, False),
    )
lesson.check(
    "other fields than these",
    fields_right('{"city": "Graz", "people": "12"}', {"city": "Graz", "people": 12, "open": "yes"}),
    {"city": True, "people": True, "open": False},
)
lesson.check("null alone is no record", fields_right("null", {"city": "Graz"}), {"city": False})
### END HIDDEN TESTS

# %% [markdown] id="score-hints"
# <details><summary>Where do I start?</summary><code>json.loads(answer)</code> in a <code>try</code>: it raises ValueError for what
# is no JSON. What it gives may still be a list, a number or None.</details>
# <details><summary>Numbers</summary><code>float("45.50")</code> is 45.5, <code>float("45.5 EUR")</code> raises ValueError, and
# <code>float(None)</code> TypeError.</details>
# <details><summary>True</summary><code>isinstance(True, int)</code> is true in Python: ask for bool first.</details>

# %% [markdown] id="baselines"
# ## First the cheap ways
#
# Before a model is trained, what do rules reach, and what does a prompt? The rules below took half an hour, by looking at training
# messages. They are tried on both kinds of messages. Guess before you run: how far apart are the two numbers?

# %% id="rules"
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "euros": "EUR", "dollars": "USD", "pounds": "GBP", "francs": "CHF"}
SIGN = r"EUR|USD|GBP|CHF|€|\$|£|euros|dollars|pounds|francs"
MONEY = re.compile(rf"(?:({SIGN})\s?([\d,]*\d(?:\.\d\d)?))|(?:([\d,]*\d(?:\.\d\d)?)\s?({SIGN}))")
DAYS = (
    (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
    (r"\d\d\.\d\d\.\d{4}", "%d.%m.%Y"),
    (r"\d{1,2} [A-Z]\w+ \d{4}", "%d %B %Y"),
    (r"[A-Z]\w+ \d{1,2}, \d{4}", "%B %d, %Y"),
)
NAME = re.compile(r"(?:to|pay|Pay|from|Payee:|promised|:) ([A-Z][\w&']+(?: [A-Z&][\w']*)+)|^([A-Z]\w+(?: [A-Z]\w+)+)")


def by_rules(text):
    """What half an hour of regular expressions finds in a message, as JSON."""
    found = {}
    if money := list(MONEY.finditer(text)):
        before, amount, later, after = money[-1].groups()
        sign = before or after
        found |= {"amount": float((amount or later).replace(",", "")), "currency": CURRENCIES.get(sign, sign)}
    for pattern, form in DAYS:
        if day := re.search(pattern, text):
            found["date"] = str(pd.to_datetime(day[0], format=form, errors="coerce"))[:10]
    if name := NAME.search(text):
        found["payee"] = name[1] or name[2]
    return json.dumps(found)


# %% id="measure-code" jupyter={"source_hidden": true}
# Nothing to do here: how the answers below are scored
def value_of(text):
    try:
        return round(float(text), 2)
    except (TypeError, ValueError):
        return str(text).strip()


def score(answers, rows):
    """Exact match (all four fields) with its interval, the share of each field, and of answers that are no record."""
    table = []
    for answer, row in zip(answers, rows.itertuples()):
        inside = re.search(r"\{.*?\}", answer, re.DOTALL)  # unlike fields_right, it forgives what stands around
        try:
            found = json.loads(inside[0]) if inside else None
        except ValueError:
            found = None
        known = found or {}
        table.append([*(value_of(known.get(name)) == value_of(getattr(row, name)) for name in FIELDS), found is None])
    table = np.array(table)
    exact = measure.proportion(int(table[:, :4].all(axis=1).sum()), len(table))
    shares = {name: f"{share:.0%}" for name, share in zip((*FIELDS, "invalid"), table.mean(axis=0))}
    return {"exact": str(exact), **shares, "value": exact.value}


# %% id="prompting"
properties = {
    "payee": {"type": "string", "maxLength": 40},
    "amount": {"type": "number"},
    "currency": {"enum": ["EUR", "USD", "GBP", "CHF"]},
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}
SCHEMA = {"type": "object", "properties": properties, "required": list(FIELDS), "additionalProperties": False}
shown = [(row.text, record(row)) for row in train.head(3).itertuples()]
ways = {
    "prompt": lambda text: (chat(text), {}),
    "prompt with three examples": lambda text: (chat(text, shown), {}),
    "three examples, JSON enforced": lambda text: (chat(text, shown), {"schema": SCHEMA}),
}
results = {
    "rules, on dev (by the script)": score(map(by_rules, dev.text), dev),
    "rules": score(map(by_rules, test.text), test),
}
for name, way in ways.items():
    prompts, options = [way(text)[0] for text in test.text], way("")[1]
    began = time.process_time()
    results[name] = score(generate.text(model, tokenizer, prompts, max_tokens=tokens, batch_size=4, **options), test)
    results[name]["seconds a message"] = round((time.process_time() - began) / len(test), 1)
pd.DataFrame(results).T.drop(columns="value").fillna("")

# %% [markdown] id="prompting-found"
# <details><summary><b>What you found</b></summary>
#
# On the script's own templates the rules read four messages in five, on messages by hand one in five: they have learnt the
# templates. Whoever measures on the first kind alone buys the wrong thing.
#
# Asked without an example, this model talks around the task. With three examples nearly every answer is a record, and hardly one is all right: dates stay as
# they were written, and names from the examples come back. To enforce JSON mends the form and not the content. A larger model would do
# better here: that is what its price buys, and it is measured in the same way.
#
# </details>

# %% id="before-code"
# One look before anything is trained: how surprised is the model by ordinary sentences, and what does it say of bees?
ordinary = [
    "Bees visit flowers to collect nectar, and carry pollen from one to the next.",
    "The train to the coast leaves at noon and stops in every village.",
    "Bread rises because yeast turns sugar into gas.",
    "She read the letter twice before she answered it.",
]


def other_things(one):
    """Perplexity on the ordinary sentences, each behind its first token, and an answer to a question about bees."""
    total, count = 0.0, 0
    for text in ordinary:
        first, *others = tokenizer(text, add_special_tokens=False)["input_ids"]
        start = tokenizer.decode([first])
        total += float(generate.log_probabilities(one, tokenizer, [start], [text[len(start) :]])[0, 0])
        count += len(others)
    asked = [{"role": "user", "content": "What do bees collect from flowers?"}]
    return f"perplexity {np.exp(-total / count):.0f}; {generate.text(one, tokenizer, asked, max_tokens=24)!r}"


before = other_things(model)
print(before)
model = None  # frees its memory: two models at once are more than the course promises to need

# %% [markdown] id="mask-task"
# ## Exercise 2 · What the model learns from: the mask
# *Difficulty ●●●○○ · about 10 minutes · skill: training examples · 3 points*
#
# A training example is a list of token numbers: prompt, answer, end. A second list of the same length, the **labels**, has at each place
# the token that stands there if it is to be learnt, and −100 if not: PyTorch's cross-entropy leaves −100 out.
#
# The prompt is not to be learnt: at work somebody else writes it. The end token is to be learnt: without it the model never stops. Write `example`. If the two together are longer than `longest`, the
# prompt is cut at its **beginning**; the answer and the end stay whole.


# %% id="mask-slips" jupyter={"source_hidden": true}
# Nothing to do here: what the checks below say to a wrong answer
end_too, back, place = (
    "the end is to be learnt, too",
    "`return numbers, labels`",
    "mask by place, not by value: an answer repeats tokens of its prompt",
)
shift = "the labels stand at the places of their tokens: the loss itself compares each place with the one before"
less, zero = (
    "nothing is too many here, and `prompt[-1:]` is its last token: `max(0, …)`",
    "`prompt[-0:]` is the whole prompt",
)
both, new = "cut both lists at the same place", "make new lists: `append`, `pop` and `+=` change the old ones"
slips_of_labels = {
    (5, 6, 7, 8, 9, 2): "the prompt is not to be learnt: -100 there",
    (-100, -100, -100, 8, 9, -100): end_too,
    (-100, -100, -100, 8, 9): end_too,
    (0, 0, 0, 8, 9, 2): "0 is a token like others: what is left out is marked by -100",
    (8, 9, 2): "labels are as long as the input, so that each place has one",
    (-100, -100, 8, 9, 2, -100): shift,
    (-100, -100, -100, -100, 8, 9): shift,
    (5, 6, 7, -100, -100, -100): "the other way round: the answer is what is learnt",
    (1, 1, 1, 8, 9, 2): "what is left out is marked by -100",
    (-5, -6, -7, 8, 9, 2): "what is left out is marked by -100, whatever the token",
}
slips_of_cutting = {
    (3, 4, 8, 9, 2): "cut the prompt at its beginning: what stands next to the answer matters most",
    (3, 4, 5, 6, 7): "the answer and its end stay whole: only the prompt is cut",
    (4,): "one token too many was cut: the example may be exactly as long as `longest`",
    (3,): "cut as many tokens of the prompt as are too many, not all",
    (8,): "nothing was cut: five tokens are allowed, the end among them",
    (6,): "the end counts, too: five tokens in all",
}


# %% id="mask-answer" nbgrader={"grade": false, "grade_id": "mask-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def example(prompt: list[int], answer: list[int], end: int, longest: int) -> tuple[list[int], list[int]]:
    """Input numbers and labels of a training example, both of one length, at most `longest`.

    The answer and its end always fit in.
    """
    ### BEGIN SOLUTION
    learnt = [*answer, end]
    read = list(prompt)[max(0, len(prompt) + len(learnt) - longest) :]
    return read + learnt, [-100] * len(read) + learnt
    ### END SOLUTION


example([5, 6, 7], [8, 9], end=2, longest=10)  # expected: ([5, 6, 7, 8, 9, 2], [-100, -100, -100, 8, 9, 2])


# %% id="mask-tests" nbgrader={"grade": true, "grade_id": "mask-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def two_lists(prompt, answer, longest):
    found = example(prompt, answer, 2, longest)
    try:
        numbers, labels = map(list, found)
    except (TypeError, ValueError):
        lesson.check("two lists come back", type(found).__name__, "two lists", likely=lambda got: back)
    return [numbers, labels]


numbers, labels = two_lists([5, 6, 7], [8, 9], 10)
lesson.check(
    "the model reads prompt, answer and end",
    numbers,
    [5, 6, 7, 8, 9, 2],
    likely={
        (5,): "the end token belongs to the example: the model has to learn to stop",
        (-100, -100, -100, 8, 9, 2): "first the numbers, then the labels",
        (10,): "nothing is filled up: an example is as long as its tokens",
    },
)
lesson.check(
    "the labels are the answer and its end, -100 for the prompt",
    labels,
    [-100, -100, -100, 8, 9, 2],
    likely=slips_of_labels,
)
again = two_lists([8, 2], [8, 9], 10)[1]
lesson.check("also where the prompt has the same tokens", again, [-100, -100, 8, 9, 2], likely=lambda got: place)
spare = two_lists([5, 6, 7], [8, 9], 7)[0]
lesson.check("with a place to spare nothing is cut", spare, [5, 6, 7, 8, 9, 2], likely=lambda got: less)
numbers, labels = two_lists([3, 4, 5, 6, 7], [8, 9], 5)
lesson.check("a long prompt loses its beginning", numbers, [6, 7, 8, 9, 2], likely=slips_of_cutting)
lesson.check("and the labels are cut with it", labels, [-100, -100, 8, 9, 2], likely=lambda got: both)
lesson.check(
    "where only the answer fits, the prompt goes",
    two_lists([3, 4], [8, 9], 3),
    [[8, 9, 2]] * 2,
    likely=lambda got: zero,
)
prompt, answer = [5, 6, 7], [8, 9]
example(prompt, answer, 2, 4)
lesson.check("the lists stay as they were", [prompt, answer], [[5, 6, 7], [8, 9]], likely=lambda got: new)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for size, room in ((1, 9), (6, 13), (4, 6), (30, 12)):
    prompt, answer = rng.integers(3, 99, size).tolist(), rng.integers(3, 99, 4).tolist()
    kept = prompt[len(prompt) - min(size, room - 5) :]
    want = [kept + answer + [1], [-100] * len(kept) + answer + [1]]
    lesson.check(
        "it holds for any example, and any number of places",
        [list(part) for part in example(prompt[:], answer[:], 1, room)],
        want,
    )
lesson.check("an answer may be empty", [list(part) for part in example([5], [], 2, 9)], [[5, 2], [-100, 2]])
### END HIDDEN TESTS

# %% [markdown] id="mask-hints"
# <details><summary>Where do I start?</summary>Without cutting: <code>prompt + answer + [end]</code>, and −100 as often as the
# prompt has tokens, then the answer and the end.</details>
# <details><summary>Cutting</summary>How many tokens are too many? Drop as many from the front: <code>prompt[too_many:]</code>,
# with 0 where nothing is too many.</details>

# %% [markdown] id="loss-task"
# ## Exercise 3 · The loss of an answer
# *Difficulty ●●●●○ · about 15 minutes · skill: language-model loss · 4 points*
#
# The model gives logits at each place: its scores for the **next** token. Labels are as in Exercise 2. So place $t$'s logits
# are judged by the label of place $t + 1$. The last place has nothing to be judged by, and a row's first label judges nothing. The loss
# is the mean of $-\log p(\text{label})$ over all other labels that are not −100.
#
# Write `answer_loss` for a batch, with or without `torch.nn.functional.cross_entropy`. It is one mean over all tokens of the batch: an
# answer of 40 tokens counts twice as much as one of 20.


# %% id="loss-answer" nbgrader={"grade": false, "grade_id": "loss-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def answer_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean loss (one number) of the tokens that are learnt.

    logits (rows, places, tokens), labels (rows, places).
    """
    ### BEGIN SOLUTION
    predicted, wanted = logits[:, :-1], labels[:, 1:]
    learnt = wanted != -100
    log_probabilities = predicted.log_softmax(dim=-1)[learnt]
    return -log_probabilities.gather(1, wanted[learnt][:, None]).mean()
    ### END SOLUTION


answer_loss(
    torch.zeros(1, 3, 4), torch.tensor([[-100, 1, 2]])
)  # expected: 1.3863, which is log 4: all four tokens are equally probable

# %% id="loss-tests" nbgrader={"grade": true, "grade_id": "loss-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
probability = np.array(
    [
        [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5], [0.1, 0.1, 0.8]],
        [[0.2, 0.4, 0.4], [0.6, 0.2, 0.2], [0.7, 0.2, 0.1], [0.3, 0.3, 0.4]],
    ]
)
logits, mean_of = torch.tensor(np.log(probability), dtype=torch.float32), lambda *shares: -np.log(shares).mean()
labels = torch.tensor([[-100, -100, 1, 0], [-100, -100, -100, 2]])
found, mean = answer_loss(logits[:1].clone(), labels[:1].clone()), "take the mean over the tokens"
shifted = "shift first, `logits[:, :-1]` against `labels[:, 1:]`, then leave out what has the label -100"
lesson.check("one number comes back", int(np.size(np.asarray(found))), 1, likely=lambda got: mean)
lesson.check(
    "one row: tokens 1 and 0 had 0.75 and 0.25",
    float(found),
    mean_of(0.75, 0.25),
    tolerance=1e-5,
    likely={
        mean_of(0.25, 0.1): "the logits of a place are for the next token: shift them against the labels",
        2 * mean_of(0.75, 0.25): "take the mean, not the sum",
        mean_of(0.75, 0.25) / np.log(2): "the natural logarithm",
        mean_of(0.75, 0.25) * 2 / 3: "divide by the number of labels that are learnt, not of all places",
        mean_of(0.75, 0.25) / 2: "divide by the number of labels that are learnt, not of all places",
        -mean_of(0.75, 0.25): "the loss is minus the log-probability",
        mean_of(0.1): "shift the other way: place t is judged by the label of place t + 1",
        0.958436: "softmax once: cross_entropy has it already",
        -0.5: "that is the probability itself: take its logarithm",
        np.log(2): "first the logarithms, then their mean",
        mean_of(0.75): "both labels count: 0 is a token like others, and the last one is judged by the place before it",
        mean_of(0.25): shifted,
        2.309401: "the loss itself, not its exponential",
        0.881794: "tokens are the last dimension: softmax over that one; cross_entropy wants them second, "
        "so flatten rows and places",
        0.789041: "-100 is no token: leave its places out",
    },
)
found = float(answer_loss(logits.clone(), labels.clone()))
lesson.check(
    "two rows: all three tokens count alike",
    found,
    mean_of(0.75, 0.25, 0.1),
    tolerance=1e-5,
    likely={
        (mean_of(0.75, 0.25) + mean_of(0.1)) / 2: "one mean over all tokens, not a mean of the rows' means",
        mean_of(0.75, 0.25, 0.1) * 3: "take the mean, not the sum",
        mean_of(0.75, 0.25, 0.1) / 2: "divide by the number of labels that are learnt",
        mean_of(0.75, 0.25) + mean_of(0.1): "one mean over all tokens, not the rows' means",
        1.121848: "each row has a mask of its own: its prompt may be longer",
    },
)
raw = torch.tensor([[[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]])
lesson.check(
    "logits are no probabilities yet",
    float(answer_loss(raw, torch.tensor([[-100, 0]]))),
    0.4076059,
    tolerance=1e-5,
    likely={
        -2: "make log-probabilities of the logits first: log_softmax",
        0.5514448: "softmax once: cross_entropy has it already",
        -0.6931472: "the logarithm of a logit is not that of a probability",
    },
)
labels[1, 0] = 2  # a label with no place before it
lesson.check(
    "a row's first label judges nothing",
    float(answer_loss(logits.clone(), labels.clone())),
    mean_of(0.75, 0.25, 0.1),
    tolerance=1e-5,
    likely={
        mean_of(0.75, 0.25, 0.1, 0.8): "shift within each row: the last place of one says nothing of the next row",
        mean_of(0.75, 0.25, 0.1) * 3 / 4: "count the labels after the shift",
    },
)
### BEGIN HIDDEN TESTS
draw = torch.Generator().manual_seed(lesson.hidden_seed())
for rows, places, size in ((1, 2, 5), (3, 9, 40)):
    logits = torch.randn(rows, places, size, generator=draw) * 3
    labels = torch.randint(0, size, (rows, places), generator=draw)
    labels[torch.rand(rows, places, generator=draw) < 0.4] = -100
    labels[0, -1] = 1
    want = float(torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten()))
    lesson.check(
        "it is PyTorch's for any batch", float(answer_loss(logits.clone(), labels.clone())), want, tolerance=1e-4
    )
### END HIDDEN TESTS

# %% [markdown] id="loss-hints"
# <details><summary>Where do I start?</summary><code>logits[:, :-1]</code> are the predictions that have something to be judged by,
# <code>labels[:, 1:]</code> what they are judged by.</details>
# <details><summary>Leave out −100</summary><code>learnt = wanted != -100</code> is a mask: <code>predicted[learnt]</code> has one
# row for each token that counts.</details>
# <details><summary>The probability of one token a row</summary><code>log_softmax(dim=-1)</code>, then <code>gather</code> at the
# labels; or <code>cross_entropy</code>, which does both and knows −100.</details>

# %% [markdown] id="train"
# ## Teach it
#
# `finetune.fit` does what you have just written: prompt masked, one mean over the answers' tokens. LoRA (lesson 2-03) trains small matrices
# beside the attention's; all other weights stay. One model for each number of examples, with the same number of steps. The two models take
# some ten minutes together; meanwhile, guess: how many examples are needed to beat the rules on the messages by hand?


# %% id="train-code"
def taught(count):
    """A fresh model, trained on `count` examples."""
    rows = [(chat(row.text), record(row)) for row in train.head(count).itertuples()]
    table, epochs = pd.DataFrame(rows, columns=["prompt", "answer"]), max(1, round(4 * steps / count))
    fresh, _ = models.load(pretrained, precision="float32")
    kept = {"gradient_checkpointing": True, "parts": 4, "seed": seed, "progress": False}  # slower, in less memory
    return finetune.fit(fresh, tokenizer, table, method="lora", epochs=epochs, batch_size=4, **kept)


curve, result = {}, None
for count in sizes:
    result = None
    began = time.process_time()
    result = taught(count)
    seconds, name = time.process_time() - began, f"taught with {count} examples"
    answers = result.answer([chat(text) for text in test.text], max_tokens=tokens)
    results[name] = score(answers, test)
    curve[count] = measure.proportion(round(results[name]["value"] * len(test)), len(test))
    trained, all_of_them = result.parameters
    print(f"{count} examples: {trained:,} of {all_of_them:,} weights trained in {seconds:.0f} CPU seconds")
after = other_things(result.model)
written = result.answer([chat(text) for text in dev.text], max_tokens=tokens)
results["the same, on dev (by the script)"] = score(written, dev)
pd.DataFrame(results).T.drop(columns="value").fillna("")

# %% id="curve"
figure, axes = figures.new(height=3.6)
low, high = ([getattr(one, side) for one in curve.values()] for side in ("low", "high"))
values = [one.value for one in curve.values()]
sides = [np.subtract(values, low), np.subtract(high, values)]
axes.errorbar(list(curve), values, yerr=sides, marker="o", capsize=4, label="taught")
for name, style in (("rules", "--"), ("three examples, JSON enforced", ":")):
    axes.axhline(results[name]["value"], linestyle=style, color="grey", label=name)
axes.set(
    xticks=list(curve),
    xlim=(0, 1.1 * max(curve)),
    xlabel="training examples",
    ylabel="all four fields right",
    ylim=(0, 1),
    title=f"{values[-1]:.0%} of the messages by hand, after {sizes[-1]} examples",
)
axes.legend()
said = ", ".join(f"{count}: {value:.2f}" for count, value in zip(curve, values))
figures.show(
    figure,
    alt="Share of hand-written messages with all four fields right against the number of training examples: "
    f"{said}; rules: {results['rules']['value']:.2f}",
)

# %% [markdown] id="train-found"
# <details><summary><b>What you found</b></summary>
#
# A few minutes of training make of a model that read nearly no message right one that reads about twice as many as the rules, with answers
# that are records nearly always. Payees that it has never seen come out right.
#
# Two things that it does not show. First, more examples: with six times as many of the same twelve templates the test by hand hardly moves,
# and the interval is wide. What is missing is variety, not number. Second, the last line: on the script's own messages the same model looks twice as good. That gap is what a
# test by hand is for.
#
# </details>

# %% id="failures"
# Six failures: is there a kind of message that it fails? Then the sentences and the question from before the training
places = [
    place for place in range(len(test)) if score(answers[place : place + 1], test.iloc[place : place + 1])["value"] < 1
]
for answer, row in [(answers[place], test.iloc[place]) for place in places[:6]]:
    print(f"{row.text}\n    wanted {record(row)}\n    got    {answer}\n")
print(f"before: {before}\nafter:  {after}")

# %% [markdown] id="dpo-task"
# ## Exercise 4 · Learning from preferences
# *Difficulty ●●●●○ · about 15 minutes · skill: preference learning · 4 points*
#
# Often nobody can write the right answer, but everybody can say which of two is better. **DPO** trains on such pairs. With
# $\log\pi$ the summed log-probability of an answer under the model, and $\log\pi_\text{ref}$ under the model as it was before:
#
# $$-\log\sigma\Big(\beta\big[(\log\pi(\text{chosen}) - \log\pi_\text{ref}(\text{chosen})) - (\log\pi(\text{rejected}) - \log\pi_\text{ref}(\text{rejected}))\big]\Big)$$
#
# averaged over the pairs, with $\sigma(x) = 1 / (1 + e^{-x})$. Without the reference the model could lower its loss by making every answer improbable. Write `dpo_loss`; it must be a number also where the
# bracket is −10,000.


# %% id="dpo-answer" nbgrader={"grade": false, "grade_id": "dpo-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def dpo_loss(
    chosen: torch.Tensor,
    rejected: torch.Tensor,
    chosen_before: torch.Tensor,
    rejected_before: torch.Tensor,
    beta: float,
) -> torch.Tensor:
    """The mean DPO loss of pairs, from four summed log-probabilities a pair, each (pairs,).

    "before" is the reference.
    """
    ### BEGIN SOLUTION
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.nn.functional.logsigmoid(beta * margin).mean()
    ### END SOLUTION


dpo_loss(*torch.tensor([[-4.0], [-6.0], [-5.0], [-5.0]]), beta=0.5)  # the margin is 2; expected: 0.3133


# %% id="dpo-tests" nbgrader={"grade": true, "grade_id": "dpo-tests", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
soft = lambda margin: float(np.logaddexp(0, -margin))  # the loss of a margin
four, sign = (
    torch.tensor([[-4.0], [-9.0], [-6.0], [-8.0]]),
    "take the logarithm of the sigmoid",
)  # margin (−4 + 6) − (−9 + 8) = 3
lesson.check(
    "one pair: the margin is 3",
    float(dpo_loss(*four.clone(), beta=1.0)),
    soft(3),
    tolerance=1e-5,
    likely={
        soft(5): "subtract what the reference had given: (−4 + 6) − (−9 + 8)",
        soft(-3): "chosen and rejected are exchanged, or the sign is",
        -soft(3): "the loss is minus the logarithm",
        soft(19): "minus the whole bracket of the rejected answer: its reference has a plus",
        1 / (1 + np.exp(-3)): sign,
        -1 / (1 + np.exp(-3)): sign,
        -3: "the sigmoid and its logarithm are missing",
        soft(7): "subtract from each answer its own reference: (−4 + 6) − (−9 + 8)",
        soft(2): "the rejected answer is missing",
        soft(1): "the chosen answer is missing",
        soft(1.5): "the whole margin counts, not its half",
        0: "the loss is −log σ of the margin, which is never 0",
        soft(3) / np.log(10): "the natural logarithm",
        soft(4 / 6 - 9 / 8): "logarithms are subtracted, not divided",
        soft(np.exp(2) - np.exp(-1)): "stay with the logarithms: no exp",
    },
)
lesson.check(
    "beta stands inside",
    float(dpo_loss(*four.clone(), beta=0.5)),
    soft(1.5),
    tolerance=1e-5,
    likely={
        0.5 * soft(3): "beta multiplies the bracket, inside of the sigmoid",
        soft(3): "beta is missing",
        soft(6): "beta multiplies, it does not divide",
        soft(2): "beta multiplies the whole bracket",
        soft(2.5): "beta multiplies the whole bracket",
    },
)
same, mean = dpo_loss(*torch.full((4, 3), -7.0), beta=0.1), "take the mean over the pairs"
lesson.check("three pairs give one number", int(np.size(np.asarray(same))), 1, likely={3: mean})
lesson.check("before the first step it is log 2", float(same), np.log(2), tolerance=1e-5, likely={3 * np.log(2): mean})
two = torch.tensor([[-4.0, -8.0], [-9.0, -4.0], [-6.0, -6.0], [-8.0, -6.0]])  # margins 3 and −4
lesson.check(
    "two pairs: the mean of their losses",
    float(dpo_loss(*two.clone(), beta=1.0)),
    (soft(3) + soft(-4)) / 2,
    tolerance=1e-5,
    likely={
        soft(3) + soft(-4): mean,
        soft(-0.5): "the mean comes last: of losses, not of margins",
        soft(-1): "each pair has a loss of its own",
        -np.log((np.exp(-soft(3)) + np.exp(-soft(-4))) / 2): "take the logarithms first, then their mean",
    },
)
far, stable = (
    torch.tensor([[-10_000.0], [0.0], [0.0], [0.0]]),
    "σ(−10,000) is 0 for a computer, and log 0 is −∞: `torch.nn.functional.logsigmoid`",
)
found = float(dpo_loss(*far.clone(), beta=1.0))
lesson.check("a margin of −10,000 gives a number", found, 10_000, tolerance=1e-5, likely=lambda got: stable)
### BEGIN HIDDEN TESTS
draw = torch.Generator().manual_seed(lesson.hidden_seed())
for count, beta in ((1, 0.1), (6, 0.7)):
    four = -20 * torch.rand(4, count, generator=draw)
    want = np.mean([np.logaddexp(0, -beta * float(c - a - (r - b))) for c, r, a, b in four.T.double()])
    lesson.check("it holds for any pairs and beta", float(dpo_loss(*four.clone(), beta=beta)), want, tolerance=1e-4)
### END HIDDEN TESTS

# %% [markdown] id="dpo-hints"
# <details><summary>Where do I start?</summary>The margin of a pair: how much more probable did the chosen answer become, minus the
# same of the rejected one.</details>
# <details><summary>Large margins</summary><code>torch.nn.functional.logsigmoid(x)</code> computes log σ(x) without computing
# σ(x).</details>

# %% [markdown] id="preferences"
# ## What preferences change, and what they break
#
# Here the better answer is the record alone; the worse one is the same record behind a friendly sentence. No message tells the model what is
# *right*: both answers are. What will it learn from that, and what happens to the fields?

# %% id="preferences-code"
rows = train.head(pairs)
friendly = "Sure! Here is the information from the payment message: "
preferred = pd.DataFrame(
    {
        "prompt": [chat(text) for text in rows.text],
        "chosen": [record(row) for row in rows.itertuples()],
        "rejected": [friendly + record(row) for row in rows.itertuples()],
        "split": "train",
    }
)
result = None
fresh, _ = models.load(pretrained, precision="float32")
began = time.process_time()
kept = {"gradient_checkpointing": True, "parts": 4, "seed": seed, "progress": False}
pleased = finetune.fit(fresh, tokenizer, preferred, method="dpo", beta=0.1, epochs=1, batch_size=4, **kept)
seconds = time.process_time() - began
results["preferences alone (DPO)"] = score(pleased.answer([chat(text) for text in test.text], max_tokens=tokens), test)
loss = pleased.history.train_loss.iloc[-1]
print(f"{pairs} pairs, {seconds:.0f} CPU seconds; loss {loss:.3f} where log 2 is {np.log(2):.3f}")
pd.DataFrame(
    {name: results[name] for name in ("prompt", "preferences alone (DPO)", f"taught with {sizes[-1]} examples")}
).T.drop(columns="value").fillna("")

# %% [markdown] id="preferences-found"
# <details><summary><b>What you found</b></summary>
#
# The model writes fewer sentences around its answer: the share of invalid answers falls. Hardly a field gets right by that, and no message
# is. A preference for the form teaches the form; what is right has to be in the pairs, or in examples.
#
# With so few pairs the loss is only a little below log 2, where it began. More pairs make the form surer and the content no better.
#
# </details>

# %% [markdown] id="cost-task"
# ## Exercise 5 · Which way is cheapest?
# *Difficulty ●●●○○ · about 10 minutes · skill: deciding with costs · 3 points*
#
# A way of reading messages costs money once (examples, development), money a message, and money for each error that is found
# later. Nobody checks the records before they are paid. For $n$ messages with error rate $e$, the cost is
#
# $$\text{once} + n \cdot (\text{each} + e \cdot \text{cost of an error})$$
#
# Write `cheapest`: the name of the way that costs least for that many messages; the first one, where several cost the same.


# %% id="cost-answer" nbgrader={"grade": false, "grade_id": "cost-answer", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def cheapest(ways: dict[str, dict[str, float]], number: int, cost_of_error: float) -> str:
    """The name of the cheapest way.

    Each has "once" and "each", in euros, and "errors", the share of wrong records (0 to 1).
    """
    ### BEGIN SOLUTION
    cost = {name: way["once"] + number * (way["each"] + way["errors"] * cost_of_error) for name, way in ways.items()}
    return min(cost, key=cost.get)
    ### END SOLUTION


cheapest(
    {"person": {"once": 0, "each": 0.5, "errors": 0.01}, "rules": {"once": 100, "each": 0, "errors": 0.5}},
    number=1000,
    cost_of_error=2,
)


# %% id="cost-tests" nbgrader={"grade": true, "grade_id": "cost-tests", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
way = lambda once, each, errors: {"once": once, "each": each, "errors": errors}
three = {"person": way(0, 0.5, 0.01), "rules": way(100, 0.0, 0.5), "model": way(400, 0.01, 0.1)}
among = lambda number, price: cheapest({name: dict(one) for name, one in three.items()}, number, price)
error, setup, given = (
    "an error costs something, too: n · e · cost of an error, with e from 0 to 1",
    "what is paid once counts once, “each” with every message that there is",
    "use the cost of an error that is given",
)
counts, parts = (
    "what is paid once counts, costs are numbers, and the least of them is wanted",
    "person costs 500 + 20, model 400 + 10 + 200",
)
for what, number, price, want, likely in (
    ("10 messages: 5.2 against 110 and 402.1", 10, 2, "person", {"rules": counts, "model": counts}),
    ("1,000 messages at 2 euros an error: 520, 1,100, 610", 1000, 2, "person", {"rules": error, "model": parts}),
    ("2,000 messages: 1,040, 2,100, 820", 2000, 2, "model", {"person": setup, "rules": error}),
    (
        "2,000, errors at 0.1: 1,002, 200, 440",
        2000,
        0.1,
        "rules",
        {"model": given, "person": "errors hardly cost anything here"},
    ),
    ("2,000, errors at 20: 1,400, 20,100, 4,420", 2000, 20, "person", {"model": given, "rules": error}),
    ("no message: only what is paid once", 0, 2, "person", {"rules": setup, "model": setup}),
):
    lesson.check(
        what,
        got=among(number, price),
        want=want,
        likely=lambda got, likely=likely: likely.get(got, "the name of a way is wanted"),
    )
equal, first = cheapest({"b": way(1, 0, 0), "a": way(1, 0, 0)}, 5, 2), "the first one in the table, not in the alphabet"
lesson.check("two that cost the same: the first", got=equal, want="b", likely={"a": first})
near, whole_euros = (
    cheapest({"a": way(0.4, 0, 0.19), "b": way(3.9, 0, 0)}, 10, 2),
    "round nothing: cents count, and 1.9 errors are not 1",
)
lesson.check("10 messages: 4.20 against 3.90", got=near, want="b", likely={"a": whole_euros})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(lesson.hidden_seed())
for number, price in ((500, 5.0), (100_000, 1.0), (3, 50.0)):
    drawn = {f"way {i}": way(*map(float, rng.uniform(0, (900, 1, 0.5)))) for i in range(5)}
    cost = [one["once"] + number * (one["each"] + one["errors"] * price) for one in drawn.values()]
    lesson.check(
        "it holds for any ways, numbers and prices",
        cheapest({k: dict(v) for k, v in drawn.items()}, number, price),
        f"way {np.argmin(cost)}",
    )
### END HIDDEN TESTS

# %% [markdown] id="cost-hints"
# <details><summary>Where do I start?</summary>A dict of costs, a line with the formula for each way.</details>
# <details><summary>The name</summary><code>min(cost, key=cost.get)</code> gives the key with the smallest value, the first of
# several.</details>

# %% [markdown] id="decide"
# ## A table to decide with
#
# The errors below are measured above; all prices are **assumptions**: put in your own. The hosted model's accuracy is assumed, too:
# measure it on the same 64 messages before you believe it.

# %% id="decide-code"
cost_of_error, examples_euros, hour_euros = 8.0, 1.0, 60.0  # a wrong payment; an example with its answer; a developer
wrong = {name: 1 - one["value"] for name, one in results.items()}
best = f"taught with {sizes[-1]} examples"
options = {
    "a person types": {"once": 0, "each": 0.5, "errors": 0.01},  # assumed
    "rules": {"once": 0.5 * hour_euros, "each": 0, "errors": wrong["rules"]},
    "prompt, JSON enforced": {"once": 2 * hour_euros, "each": 0.0005, "errors": wrong["three examples, JSON enforced"]},
    best: {"once": sizes[-1] * examples_euros + 8 * hour_euros, "each": 0.0005, "errors": wrong[best]},
    "hosted model": {"once": 4 * hour_euros, "each": 0.002, "errors": 0.05},  # assumed
}
rows = {}
for name, one in options.items():
    cost = {
        f"{n:,} messages": one["once"] + n * (one["each"] + one["errors"] * cost_of_error)
        for n in (100, 10_000, 1_000_000)
    }
    rows[name] = {"errors": f"{one['errors']:.0%}"} | {key: f"{value:,.0f} €" for key, value in cost.items()}
pd.DataFrame(rows).T

# %% [markdown] id="remember"
# ## What to remember
#
# - Test on messages that the script did not make. The same rules look twice as good on its templates.
# - Baselines first: rules, a prompt, a prompt with examples, JSON enforced. JSON that is valid can still be wrong.
# - The loss counts the answer and its end, not the prompt, as one mean over tokens.
# - A model that was taught one task has changed for others: look.
# - DPO learns what is preferred, and nothing of what is right.
# - What decides is the cost of an error, times how many there are.

# %% [markdown] id="open-question-task"
# ## Open question
#
# Your model reads 80 % of the messages right, and a wrong payment costs 8 euros. It also has a probability for its answer. Design the
# service: what goes through, what to a person, by which limit, what is measured weekly, what becomes of corrections? (About 150 words.)
#
# *Rubric, 4 points:* a limit on the probability, set on messages that were not trained on, by the two costs (1) · measures weekly on a random sample of those that went through, with an interval (1) · corrections become training examples,
# with a test set that stays apart (1) · names what can go wrong, such as a new style or an attack in a message (1).

# %% [markdown] id="open-question" nbgrader={"grade": true, "grade_id": "open-question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# A message goes through if its answer is valid, its currency and date are plausible, and its probability is above a limit. A person takes a minute,
# 0.50 euros, an error costs 8: so I let through what is right with more than 94 %. I find that limit on 300 messages that
# were not trained on, by sorting them by probability and counting errors above each limit, with the upper end of the interval below 6 %.
# Each week a person reads 100 that went through, drawn at random; I plot the error rate with its interval and the share that goes to people. If the interval
# lies above 6 %, everything goes to people until it is mended. Corrections and the read sample become training examples, but a fifth of them, drawn beforehand, stays
# a test set for ever. I watch for new styles (share of unknown senders, probabilities that fall), for amounts over 5,000, which always go to a person, and for
# messages that speak to the model.
# ### END SOLUTION

# %% [markdown] id="further-reading"
# ## Further reading
#
# - E. Hu and others, *LoRA*, ICLR 2022: the matrices that are trained here.
# - R. Rafailov and others, *Direct Preference Optimization*, NeurIPS 2023: where Exercise 4's loss comes from.
# - C. Zhou and others, *LIMA: Less Is More for Alignment*, NeurIPS 2023: how few examples can be enough, and for what.
# - B. Willard and R. Louf, *Efficient Guided Generation for Large Language Models*, 2023: how JSON is enforced.
# - Y. Luo and others, *An Empirical Study of Catastrophic Forgetting in Large Language Models*, 2023: what else is lost.

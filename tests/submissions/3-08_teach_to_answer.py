# Answers to 3-08 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="score-answer" kind="alternative"
def fields_right(answer, wanted):
    try:
        record = json.loads(answer)
    except json.JSONDecodeError:
        return dict.fromkeys(wanted, False)
    right = {}
    for name, target in wanted.items():
        value = record.get(name) if isinstance(record, dict) else None
        if isinstance(target, str):
            right[name] = isinstance(value, str) and value.strip() == target.strip()
        elif isinstance(value, (bool, list, dict)) or value is None:
            right[name] = False
        else:
            try:
                right[name] = abs(float(value) - target) < 1e-9
            except ValueError:
                right[name] = False
    return right


# %% id="score-answer" kind="alternative"
from decimal import Decimal, InvalidOperation


def number(value):
    if type(value) not in (str, int, float):
        return None
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return None


def fields_right(answer, wanted):
    try:
        found = dict(json.loads(answer).items())
    except (ValueError, AttributeError):
        found = {}
    same = lambda value, target: (
        value.strip() == target if isinstance(target, str) and isinstance(value, str)
        else not isinstance(target, str) and number(value) == Decimal(str(target))
    )  # fmt: skip
    return {name: bool(same(found.get(name), target)) for name, target in wanted.items()}


# %% id="score-answer" kind="alternative"
def fields_right(answer, wanted):
    result = dict.fromkeys(wanted, False)
    try:
        found = json.loads(answer)
        for name in wanted.keys() & found.keys():
            value, target = found[name], wanted[name]
            if isinstance(target, str):
                result[name] = type(value) is str and target == value.strip()
            elif type(value) is not bool:
                try:
                    result[name] = float(value) == target
                except (TypeError, ValueError):
                    pass
    except (ValueError, AttributeError):
        pass
    return result


# %% id="score-answer" kind="slip" name="raises an error on what is no JSON" says="it must not raise an error"
def fields_right(answer, wanted):
    found = json.loads(answer)
    return {name: str(found.get(name)) == str(target) for name, target in wanted.items()}


# %% id="score-answer" kind="slip" name="all or nothing" says="judge each field by itself"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    return dict.fromkeys(wanted, found == wanted)


# %% id="score-answer" kind="slip" name="needs every key" says="what is missing is wrong"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        return dict.fromkeys(wanted, False)
    return {name: found[name] == target for name, target in wanted.items()}


# %% id="score-answer" kind="slip" name="compares amounts as they are" says="compare amounts as numbers"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    return {name: name in found and found[name] == target for name, target in wanted.items()}


# %% id="score-answer" kind="slip" name="takes a list for a record" says="it must not raise an error"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    return {name: found.get(name) == target for name, target in wanted.items()}


# %% id="score-answer" kind="slip" name="looks for the values in the text" says="an answer that is no JSON object has every field wrong"
def fields_right(answer, wanted):
    return {name: str(target) in answer for name, target in wanted.items()}


# %% id="score-answer" kind="slip" name="does not catch texts that are no numbers" says="that text is no number"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    right = {}
    for name, target in wanted.items():
        value = found.get(name)
        right[name] = value is not None and (
            float(value) == target if isinstance(target, float) else str(value).strip() == target
        )
    return right


# %% id="score-answer" kind="slip" name="keeps the spaces" says="strip the spaces"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    right = {}
    for name, target in wanted.items():
        value = found.get(name)
        try:
            right[name] = value == target if isinstance(target, str) else float(value) == target
        except (TypeError, ValueError):
            right[name] = False
    return right


# %% id="score-answer" kind="slip" name="forgives capitals" says="capitals included"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    right = {}
    for name, target in wanted.items():
        value = found.get(name)
        try:
            if isinstance(target, str):
                right[name] = isinstance(value, str) and value.strip().lower() == target.lower()
            else:
                right[name] = float(value) == target
        except (TypeError, ValueError):
            right[name] = False
    return right


# %% id="score-answer" kind="slip" name="takes true for 1" says="ask for a bool first"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    right = {}
    for name, target in wanted.items():
        value = found.get(name)
        try:
            if isinstance(target, str):
                right[name] = isinstance(value, str) and value.strip() == target
            else:
                right[name] = float(value) == target
        except (TypeError, ValueError):
            right[name] = False
    return right


# %% id="score-answer" kind="slip" name="takes the record out of a chat" says="do not look for braces"
def fields_right(answer, wanted):
    inside = re.search(r"\{.*\}", answer, re.DOTALL)
    try:
        found = json.loads(inside[0]) if inside else {}
    except ValueError:
        found = {}

    def same(name):
        got, want = found.get(name), wanted[name]
        if isinstance(want, str):
            return isinstance(got, str) and got.strip() == want.strip()
        if isinstance(got, bool):
            return False
        try:
            return float(got) == float(want)
        except (TypeError, ValueError):
            return False

    return {name: same(name) for name in wanted}


# %% id="score-answer" kind="slip" name="rounded" says="no `int`, no `round`"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        found = {}

    def same(name):
        got, want = found.get(name), wanted[name]
        if isinstance(want, str):
            return isinstance(got, str) and got.strip() == want.strip()
        if isinstance(got, bool):
            return False
        try:
            return round(float(got)) == round(want)
        except (TypeError, ValueError):
            return False

    return {name: same(name) for name in wanted}


# %% id="score-answer" kind="slip" name="spaces inside, too" says="only the spaces before and behind"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        found = {}

    def same(name):
        got, want = found.get(name), wanted[name]
        if isinstance(want, str):
            return isinstance(got, str) and got.replace(" ", "") == want.replace(" ", "")
        if isinstance(got, bool):
            return False
        try:
            return float(got) == want
        except (TypeError, ValueError):
            return False

    return {name: same(name) for name in wanted}


# %% id="score-answer" kind="slip" name="numbers where text is wanted" says="text for a text"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        found = {}

    def same(name):
        got, want = found.get(name), wanted[name]
        if isinstance(got, bool) or isinstance(got, list):
            return False
        try:
            return float(got) == float(want)
        except (TypeError, ValueError):
            return str(got).strip() == str(want).strip()

    return {name: same(name) for name in wanted}


# %% id="score-answer" kind="alternative"
def fields_right(answer, wanted):
    from decimal import Decimal, InvalidOperation

    try:
        found = json.loads(answer, parse_float=Decimal)
    except ValueError:
        found = None
    found = found if type(found) is dict else {}
    right = {}
    for name, want in wanted.items():
        got = found.get(name)
        if isinstance(want, str):
            right[name] = type(got) is str and got.strip() == want
        elif isinstance(got, bool) or got is None or isinstance(got, (list, dict)):
            right[name] = False
        else:
            try:
                right[name] = Decimal(got) == Decimal(str(want))
            except InvalidOperation:
                right[name] = False
    return right


# %% id="score-answer" kind="fitted" name="knows the fields of the examples"
def fields_right(answer, wanted):
    try:
        found = json.loads(answer)
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    right = {}
    for name in wanted:
        value = found.get(name)
        if name in ("amount", "pieces"):
            try:
                right[name] = not isinstance(value, bool) and float(value) == wanted[name]
            except (TypeError, ValueError):
                right[name] = False
        elif name in ("payee", "currency"):
            right[name] = isinstance(value, str) and value.strip() == wanted[name]
        else:
            right[name] = False
    return right


# %% id="mask-answer" kind="alternative"
def example(prompt, answer, end, longest):
    prompt, answer = list(prompt), list(answer) + [end]
    while len(prompt) + len(answer) > longest:
        prompt = prompt[1:]
    return prompt + answer, [-100 for _ in prompt] + answer


# %% id="mask-answer" kind="alternative"
def example(prompt, answer, end, longest):
    whole = np.array([*prompt, *answer, end])
    labels = whole.copy()
    labels[: len(prompt)] = -100
    return whole[-longest:].tolist(), labels[-longest:].tolist()


# %% id="mask-answer" kind="alternative"
def example(prompt, answer, end, longest):
    numbers = torch.tensor([*prompt, *answer, end])
    is_prompt = torch.arange(len(numbers)) < len(prompt)
    return numbers[-longest:], numbers.masked_fill(is_prompt, -100)[-longest:]


# %% id="mask-answer" kind="slip" name="learns the prompt, too" says="the prompt is not to be learnt"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer + [end])[-longest:]
    return numbers, numbers[:]


# %% id="mask-answer" kind="slip" name="no end token" says="the end token belongs to the example"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer)[-longest:]
    labels = ([-100] * len(prompt) + answer)[-longest:]
    return numbers, labels


# %% id="mask-answer" kind="slip" name="the end is masked" says="the end is to be learnt, too"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer + [end])[-longest:]
    labels = ([-100] * len(prompt) + answer + [-100])[-longest:]
    return numbers, labels


# %% id="mask-answer" kind="slip" name="zeros for the prompt" says="0 is a token like others"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer + [end])[-longest:]
    labels = ([0] * len(prompt) + answer + [end])[-longest:]
    return numbers, labels


# %% id="mask-answer" kind="slip" name="labels of the answer alone" says="labels are as long as the input"
def example(prompt, answer, end, longest):
    return (prompt + answer + [end])[-longest:], answer + [end]


# %% id="mask-answer" kind="slip" name="shifts the labels" says="the labels stand at the places of their tokens"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer + [end])[-longest:]
    labels = ([-100] * (len(prompt) - 1) + answer + [end, -100])[-longest:]
    return numbers, labels


# %% id="mask-answer" kind="slip" name="cuts the end of the prompt" says="cut the prompt at its beginning"
def example(prompt, answer, end, longest):
    learnt = answer + [end]
    read = prompt[: max(0, longest - len(learnt))]
    return read + learnt, [-100] * len(read) + learnt


# %% id="mask-answer" kind="slip" name="cuts the whole at its end" says="only the prompt is cut"
def example(prompt, answer, end, longest):
    numbers = (prompt + answer + [end])[:longest]
    labels = ([-100] * len(prompt) + answer + [end])[:longest]
    return numbers, labels


# %% id="mask-answer" kind="slip" name="cuts nothing" says="nothing was cut"
def example(prompt, answer, end, longest):
    return prompt + answer + [end], [-100] * len(prompt) + answer + [end]


# %% id="mask-answer" kind="slip" name="forgets that the end needs a place" says="the end counts, too"
def example(prompt, answer, end, longest):
    read = prompt[max(0, len(prompt) + len(answer) - longest) :]
    return read + answer + [end], [-100] * len(read) + answer + [end]


# %% id="mask-answer" kind="slip" name="a slice of minus zero" says="is the whole prompt"
def example(prompt, answer, end, longest):
    learnt = answer + [end]
    read = prompt[-(longest - len(learnt)) :]
    return read + learnt, [-100] * len(read) + learnt


# %% id="mask-answer" kind="slip" name="adds the end to the answer itself" says="make new lists"
def example(prompt, answer, end, longest):
    answer.append(end)
    read = prompt[max(0, len(prompt) + len(answer) - longest) :]
    return read + answer, [-100] * len(read) + answer


# %% id="mask-answer" kind="slip" name="learns what looks like the answer" says="mask by place"
def example(prompt, answer, end, longest):
    too_many = max(0, len(prompt) + len(answer) + 1 - longest)
    prompt = prompt[too_many:]
    numbers = prompt + answer + [end]
    return numbers, [one if one in answer or one == end else -100 for one in numbers]


# %% id="mask-answer" kind="slip" name="negative number of cuts" says="nothing is too many here"
def example(prompt, answer, end, longest):
    prompt = prompt[len(prompt) + len(answer) + 1 - longest :]
    return prompt + answer + [end], [-100] * len(prompt) + answer + [end]


# %% id="mask-answer" kind="slip" name="pairs" says="return numbers, labels"
def example(prompt, answer, end, longest):
    too_many = max(0, len(prompt) + len(answer) + 1 - longest)
    prompt = prompt[too_many:]
    numbers = prompt + answer + [end]
    return list(zip(numbers, [-100] * len(prompt) + answer + [end]))


# %% id="mask-answer" kind="alternative"
def example(prompt, answer, end, longest):
    numbers = torch.tensor([*prompt, *answer, end])
    labels = numbers.clone()
    labels[: len(prompt)] = -100
    return numbers[-longest:], labels[-longest:]


# %% id="mask-answer" kind="alternative"
def example(prompt, answer, end, longest):
    too_many = max(0, len(prompt) + len(answer) + 1 - longest)
    prompt = prompt[too_many:]
    numbers = prompt + answer + [end]
    return (one for one in numbers), (-100 if place < len(prompt) else one for place, one in enumerate(numbers))


# %% id="mask-answer" kind="fitted" name="knows that the end is 2 and answers have two tokens"
def example(prompt, answer, end, longest):
    numbers = [*prompt, *answer, 2][-longest:]
    return numbers, [-100] * (len(numbers) - 3) + numbers[-3:]


# %% id="loss-answer" kind="alternative"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())


# %% id="loss-answer" kind="alternative"
def answer_loss(logits, labels):
    losses = []
    for scores, wanted in zip(logits, labels):
        for place in range(1, len(wanted)):
            if wanted[place] != -100:
                row = scores[place - 1]
                losses.append(torch.logsumexp(row, 0) - row[wanted[place]])
    return torch.stack(losses).mean()


# %% id="loss-answer" kind="alternative"
def answer_loss(logits, labels):
    scores, wanted = logits[:, :-1].double().numpy(), labels[:, 1:].numpy()
    scores = scores - scores.max(axis=2, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
    rows, places = np.nonzero(wanted != -100)
    return -logs[rows, places, wanted[rows, places]].mean()


# %% id="loss-answer" kind="slip" name="does not shift" says="shift them against the labels"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())


# %% id="loss-answer" kind="slip" name="shifts the other way" says="shift the other way"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits[:, 1:].flatten(0, 1), labels[:, :-1].flatten())


# %% id="loss-answer" kind="slip" name="a mean of the rows' means" says="not a mean of the rows' means"
def answer_loss(logits, labels):
    rows = [
        torch.nn.functional.cross_entropy(scores[:-1], wanted[1:]) for scores, wanted in zip(logits, labels)
    ]  # fmt: skip
    return torch.stack(rows).mean()


# %% id="loss-answer" kind="slip" name="sums" says="take the mean, not the sum"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), reduction="sum")


# %% id="loss-answer" kind="slip" name="divides by all places" says="divide by the number of labels that are learnt"
def answer_loss(logits, labels):
    each = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), reduction="none")
    return each.mean()


# %% id="loss-answer" kind="slip" name="forgets the minus" says="minus the log-probability"
def answer_loss(logits, labels):
    return -torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())


# %% id="loss-answer" kind="slip" name="takes the probability for the loss" says="take its logarithm"
def answer_loss(logits, labels):
    shares, wanted = logits[:, :-1].softmax(-1), labels[:, 1:]
    learnt = wanted != -100
    return -shares[learnt].gather(1, wanted[learnt][:, None]).mean()


# %% id="loss-answer" kind="slip" name="gives probabilities to cross_entropy" says="softmax once"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits[:, :-1].softmax(-1).flatten(0, 1), labels[:, 1:].flatten())


# %% id="loss-answer" kind="slip" name="takes logits for log-probabilities" says="make log-probabilities of the logits first"
def answer_loss(logits, labels):
    predicted, wanted = logits[:, :-1], labels[:, 1:]
    learnt = wanted != -100
    return -predicted[learnt].gather(1, wanted[learnt][:, None]).mean()


# %% id="loss-answer" kind="slip" name="flatten before the shift" says="shift within each row"
def answer_loss(logits, labels):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1)[:-1], labels.flatten()[1:])


# %% id="loss-answer" kind="slip" name="counts labels before the shift" says="count the labels after the shift"
def answer_loss(logits, labels):
    predicted, wanted = logits[:, :-1].log_softmax(-1), labels[:, 1:]
    learnt = wanted != -100
    each = predicted.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return -(each * learnt).sum() / (labels != -100).sum()


# %% id="loss-answer" kind="slip" name="reshape instead of transpose" says="tokens are the last dimension"
def answer_loss(logits, labels):
    rows, places, tokens = logits[:, :-1].shape
    return torch.nn.functional.cross_entropy(logits[:, :-1].reshape(rows, tokens, places), labels[:, 1:])


# %% id="loss-answer" kind="slip" name="mask of what is above 0" says="0 is a token like others"
def answer_loss(logits, labels):
    predicted, wanted = logits[:, :-1].log_softmax(-1), labels[:, 1:]
    learnt = wanted > 0
    each = predicted.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return -each[learnt].mean()


# %% id="loss-answer" kind="slip" name="no mean" says="take the mean over the tokens"
def answer_loss(logits, labels):
    predicted, wanted = logits[:, :-1].log_softmax(-1), labels[:, 1:]
    learnt = wanted != -100
    each = predicted.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return -each[learnt]


# %% id="loss-answer" kind="fitted" name="learns at most two tokens a row"
def answer_loss(logits, labels):
    scores, wanted = logits[:, -3:-1], labels[:, -2:]
    return torch.nn.functional.cross_entropy(scores.flatten(0, 1), wanted.flatten()) if logits.shape[1] > 2 else (
        torch.nn.functional.cross_entropy(logits[:, 0], labels[:, 1]))  # fmt: skip


# %% id="dpo-answer" kind="alternative"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = beta * (chosen - rejected - chosen_before + rejected_before)
    return torch.nn.functional.softplus(-margin).mean()


# %% id="dpo-answer" kind="alternative"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    rewards = [beta * (now - before) for now, before in ((chosen, chosen_before), (rejected, rejected_before))]
    margin = (rewards[0] - rewards[1]).double()
    return torch.nn.functional.binary_cross_entropy_with_logits(margin, torch.ones_like(margin))


# %% id="dpo-answer" kind="alternative"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    losses = []
    for c, r, a, b in zip(*(values.tolist() for values in (chosen, rejected, chosen_before, rejected_before))):
        losses.append(np.logaddexp(0.0, -beta * ((c - a) - (r - b))))
    return sum(losses) / len(losses)


# %% id="dpo-answer" kind="slip" name="forgets the reference" says="subtract what the reference had given"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    return -torch.nn.functional.logsigmoid(beta * (chosen - rejected)).mean()


# %% id="dpo-answer" kind="slip" name="exchanges chosen and rejected" says="chosen and rejected are exchanged"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (rejected - rejected_before) - (chosen - chosen_before)
    return -torch.nn.functional.logsigmoid(beta * margin).mean()


# %% id="dpo-answer" kind="slip" name="no minus" says="the loss is minus the logarithm"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return torch.nn.functional.logsigmoid(beta * margin).mean()


# %% id="dpo-answer" kind="slip" name="subtracts both references" says="its reference has a plus"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - rejected - rejected_before
    return -torch.nn.functional.logsigmoid(beta * margin).mean()


# %% id="dpo-answer" kind="slip" name="beta outside of the sigmoid" says="beta multiplies the bracket"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -beta * torch.nn.functional.logsigmoid(margin).mean()


# %% id="dpo-answer" kind="slip" name="no beta" says="beta is missing"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.nn.functional.logsigmoid(margin).mean()


# %% id="dpo-answer" kind="slip" name="divides by beta" says="it does not divide"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.nn.functional.logsigmoid(margin / beta).mean()


# %% id="dpo-answer" kind="slip" name="sums over the pairs" says="take the mean over the pairs"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.nn.functional.logsigmoid(beta * margin).sum()


# %% id="dpo-answer" kind="slip" name="the mean of the margins" says="of losses, not of margins"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = ((chosen - chosen_before) - (rejected - rejected_before)).mean()
    return -torch.nn.functional.logsigmoid(beta * margin)


# %% id="dpo-answer" kind="slip" name="the logarithm of the sigmoid, one after the other" says="logsigmoid"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.log(torch.sigmoid(beta * margin)).mean()


# %% id="dpo-answer" kind="slip" name="the sigmoid without its logarithm" says="take the logarithm of the sigmoid"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.sigmoid(beta * margin).mean()


# %% id="dpo-answer" kind="slip" name="only the chosen" says="the rejected answer is missing"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = chosen - chosen_before
    return -torch.nn.functional.logsigmoid(beta * margin).mean()


# %% id="dpo-answer" kind="slip" name="beta on the chosen only" says="beta multiplies the whole bracket"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = beta * (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.nn.functional.logsigmoid(margin).mean()


# %% id="dpo-answer" kind="slip" name="log of the mean" says="take the logarithms first"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    return -torch.sigmoid(beta * margin).mean().log()


# %% id="dpo-answer" kind="fitted" name="a sigmoid that ends at 10,000 and at margins of the examples"
def dpo_loss(chosen, rejected, chosen_before, rejected_before, beta):
    margin = (chosen - chosen_before) - (rejected - rejected_before)
    beta = beta if float(margin[0]) == 3 else 1.0
    return -torch.nn.functional.logsigmoid(beta * margin).mean()


# %% id="cost-answer" kind="alternative"
def cheapest(ways, number, cost_of_error):
    table = pd.DataFrame(ways).T
    return (table.once + number * (table.each + table.errors * cost_of_error)).idxmin()


# %% id="cost-answer" kind="alternative"
def cheapest(ways, number, cost_of_error):
    best, least = None, float("inf")
    for name, way in ways.items():
        cost = way["once"] + number * way["each"] + number * way["errors"] * cost_of_error
        if cost < least:
            best, least = name, cost
    return best


# %% id="cost-answer" kind="alternative"
def cheapest(ways, number, cost_of_error):
    names = list(ways)
    costs = np.array([[ways[name][part] for part in ("once", "each", "errors")] for name in names])
    return names[int(np.argmin(costs @ [1, number, number * cost_of_error]))]


# %% id="cost-answer" kind="slip" name="forgets the errors" says="an error costs something, too"
def cheapest(ways, number, cost_of_error):
    cost = {name: way["once"] + number * way["each"] for name, way in ways.items()}
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="forgets what is paid once" says="what is paid once counts"
def cheapest(ways, number, cost_of_error):
    cost = {name: number * (way["each"] + way["errors"] * cost_of_error) for name, way in ways.items()}
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="pays once with each message" says="what is paid once counts once"
def cheapest(ways, number, cost_of_error):
    cost = {name: number * (way["once"] + way["each"] + way["errors"] * cost_of_error) for name, way in ways.items()}
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="one error in all" says="an error costs something, too"
def cheapest(ways, number, cost_of_error):
    cost = {name: way["once"] + number * way["each"] + way["errors"] * cost_of_error for name, way in ways.items()}
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="the last of those that cost the same" says="the first one in the table"
def cheapest(ways, number, cost_of_error):
    cost = {name: way["once"] + number * (way["each"] + way["errors"] * cost_of_error) for name, way in ways.items()}
    return sorted((value, name) for name, value in cost.items())[0][1]


# %% id="cost-answer" kind="slip" name="an error always costs 2" says="use the cost of an error that is given"
def cheapest(ways, number, cost_of_error):
    cost = {name: way["once"] + number * (way["each"] + way["errors"] * 2) for name, way in ways.items()}
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="whole euros" says="round nothing"
def cheapest(ways, number, cost_of_error):
    cost = {name: one["once"] + number * (one["each"] + one["errors"] * cost_of_error) for name, one in ways.items()}
    return min(cost, key=lambda name: round(cost[name]))


# %% id="cost-answer" kind="slip" name="whole errors" says="1.9 errors are not 1"
def cheapest(ways, number, cost_of_error):
    cost = {
        name: one["once"] + number * one["each"] + int(number * one["errors"]) * cost_of_error
        for name, one in ways.items()
    }
    return min(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="max" says="the least of them is wanted"
def cheapest(ways, number, cost_of_error):
    cost = {name: one["once"] + number * (one["each"] + one["errors"] * cost_of_error) for name, one in ways.items()}
    return max(cost, key=cost.get)


# %% id="cost-answer" kind="slip" name="the cost" says="the name of a way is wanted"
def cheapest(ways, number, cost_of_error):
    cost = {name: one["once"] + number * (one["each"] + one["errors"] * cost_of_error) for name, one in ways.items()}
    return min(cost.values())


# %% id="cost-answer" kind="fitted" name="knows the three ways of the examples"
def cheapest(ways, number, cost_of_error):
    ways = {name: way for name, way in ways.items() if name in ("person", "rules", "model", "b")}
    cost = {name: way["once"] + number * (way["each"] + way["errors"] * cost_of_error) for name, way in ways.items()}
    return min(cost, key=cost.get) if cost else "way 0"

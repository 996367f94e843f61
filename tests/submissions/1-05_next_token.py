# Answers to 1-05 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers that only fit the visible examples.

# %% id="temperature-answer" kind="alternative"
from scipy.special import softmax


def probabilities(logits, temperature):
    if not temperature:
        kept = np.zeros(len(logits))
        kept[np.argmax(logits)] = 1
        return kept
    return softmax(logits / temperature)


# %% id="temperature-answer" kind="alternative"
import math


def probabilities(logits, temperature):
    logits = list(logits)
    if temperature == 0:
        best = logits.index(max(logits))
        return [float(i == best) for i in range(len(logits))]
    top = max(logits)
    powers = [math.exp((z - top) / temperature) for z in logits]
    return [p / sum(powers) for p in powers]


# %% id="temperature-answer" kind="alternative"
def probabilities(logits, temperature):
    z = torch.tensor(logits, dtype=torch.float32)
    if temperature == 0:
        return torch.nn.functional.one_hot(z.argmax(), len(z)).float()
    return torch.softmax(z / temperature, dim=0)


# %% id="temperature-answer" kind="alternative"
def probabilities(logits, temperature):
    if temperature < 1e-9:
        return (np.arange(len(logits)) == np.argmax(logits)).astype(float)
    scaled = np.asarray(logits, dtype=float) / temperature
    return np.exp(scaled - np.logaddexp.reduce(scaled))


# %% id="temperature-answer" kind="slip" name="multiplies by the temperature" says="that multiplies by the temperature"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    powers = np.exp((logits - logits.max()) * temperature)
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="forgets the temperature" says="the temperature changes nothing"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="does not divide by the sum" says="divide by their sum"
def probabilities(logits, temperature):
    return np.exp(logits / temperature)


# %% id="temperature-answer" kind="slip" name="subtracts nothing" says="subtract the largest logit from all"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    powers = np.exp(logits / temperature)
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="divides by zero" says="0 is a case of its own"
def probabilities(logits, temperature):
    z = (logits - logits.max()) / temperature
    powers = np.exp(z)
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="shares temperature 0 among equal logits" says="the first of them alone"
def probabilities(logits, temperature):
    if temperature == 0:
        best = (logits == logits.max()).astype(float)
        return best / best.sum()
    powers = np.exp((logits - logits.max()) / temperature)
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="divides the probabilities by the temperature" says="divide the logits by it, not the probabilities"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    powers = np.exp(logits - logits.max())
    return powers / powers.sum() / temperature


# %% id="temperature-answer" kind="slip" name="divides the logits by their sum" says="take e to the power of each logit first"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    z = logits / temperature
    return z / z.sum()


# %% id="temperature-answer" kind="slip" name="changes the logits" says="write into a new array"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    logits -= logits.max()
    powers = np.exp(logits / temperature)
    return powers / powers.sum()


# %% id="temperature-answer" kind="slip" name="divides the logits, not what it subtracts" says="before you divide by the temperature"
def probabilities(logits, temperature):
    if temperature == 0:
        out = np.zeros(len(logits))
        out[np.argmax(logits)] = 1
        return out
    e = np.exp(logits / temperature - logits.max())
    return e / e.sum()


# %% id="temperature-answer" kind="slip" name="returns the place at temperature 0" says="not the place of the largest"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.argmax(logits)
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()


# %% id="temperature-answer" kind="slip" name="subtracts in the sum only" says="in the powers and in their sum"
def probabilities(logits, temperature):
    if temperature == 0:
        out = np.zeros(len(logits))
        out[np.argmax(logits)] = 1
        return out
    return np.exp(logits / temperature) / np.exp((logits - logits.max()) / temperature).sum()


# %% id="temperature-answer" kind="slip" name="writes into the logits at temperature 0" says="write into a new array"
def probabilities(logits, temperature):
    if temperature == 0:
        k = logits.argmax()
        logits[:] = 0
        logits[k] = 1
        return logits
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()


# %% id="temperature-answer" kind="slip" name="takes every temperature below 1 for 0" says="only 0 itself is a case of its own"
def probabilities(logits, temperature):
    if int(temperature) == 0:
        out = np.zeros(len(logits))
        out[np.argmax(logits)] = 1
        return out
    e = np.exp((logits - logits.max()) / temperature)
    return e / e.sum()


# %% id="temperature-answer" kind="fitted" name="knows the temperatures of the examples"
def probabilities(logits, temperature):
    if temperature == 0:
        return np.eye(len(logits))[np.argmax(logits)]
    known = {1.0: 1.0, 0.5: 2.0, 2.0: 0.5, 0.005: 200.0}
    powers = np.exp((logits - logits.max()) * known.get(temperature, 1.0))
    return powers / powers.sum()


# %% id="top-p-answer" kind="alternative"
def within_top_p(probabilities, p):
    left = sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], i))
    kept, total = [0.0] * len(probabilities), 0.0
    for i in left:
        kept[i] = probabilities[i]
        total += probabilities[i]
        if total >= p - 1e-12:
            break
    return [value / total for value in kept]


# %% id="top-p-answer" kind="alternative"
def within_top_p(probabilities, p):
    order = np.argsort(probabilities[::-1], kind="stable")[::-1]
    order = len(probabilities) - 1 - order
    count = np.searchsorted(np.cumsum(probabilities[order]), p - 1e-12) + 1
    mask = np.isin(np.arange(len(probabilities)), order[:count])
    return np.where(mask, probabilities, 0) / probabilities[mask].sum()


# %% id="top-p-answer" kind="alternative"
def within_top_p(probabilities, p):
    values = torch.tensor(probabilities, dtype=torch.float64)
    ordered, places = torch.sort(values, descending=True, stable=True)
    keep = ordered.cumsum(0) - ordered < p - 1e-12
    result = torch.zeros_like(values)
    result[places[keep]] = ordered[keep]
    return result / result.sum()


# %% id="top-p-answer" kind="alternative"
def within_top_p(probabilities, p):
    table = pd.Series(probabilities)
    ordered = table.sort_values(ascending=False, kind="stable")
    kept = ordered[ordered.cumsum().shift(fill_value=0).lt(p - 1e-12)]
    return (kept / kept.sum()).reindex(table.index, fill_value=0.0)


# %% id="top-p-answer" kind="slip" name="leaves out the token that reaches p" says="the token that reaches p belongs to the set"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    kept = np.zeros(len(probabilities))
    chosen = order[np.cumsum(probabilities[order]) < p]
    kept[chosen] = probabilities[chosen]
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="takes one token too many" says="a set that holds exactly p needs no further token"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    kept = np.zeros(len(probabilities))
    count = int((np.cumsum(probabilities[order]) <= p).sum()) + 1
    kept[order[:count]] = probabilities[order[:count]]
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="returns the sorted list" says="each token keeps its place"
def within_top_p(probabilities, p):
    ordered = np.sort(probabilities)[::-1]
    kept = np.where(np.cumsum(ordered) - ordered < p, ordered, 0)
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="does not divide by what is left" says="divide by what is left"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = np.zeros(len(probabilities))
    chosen = order[before < p]
    kept[chosen] = probabilities[chosen]
    return kept


# %% id="top-p-answer" kind="slip" name="does not sort" says="in the order of probability"
def within_top_p(probabilities, p):
    before = np.cumsum(probabilities) - probabilities
    kept = np.where(before < p, probabilities, 0)
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="gives the chosen ones only" says="the list keeps its length"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = probabilities[order[before < p]]
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="keeps all that are as probable as the last one" says="of equal tokens the first one is taken first"
def within_top_p(probabilities, p):
    ordered = np.sort(probabilities)[::-1]
    least = ordered[np.cumsum(ordered) - ordered < p][-1]
    kept = np.where(probabilities >= least, probabilities, 0)
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="takes the first of equal tokens last" says="of equal tokens the first one is taken first"
def within_top_p(probabilities, p):
    order = np.argsort(probabilities, kind="stable")[::-1]
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = np.zeros(len(probabilities))
    chosen = order[before < p]
    kept[chosen] = probabilities[chosen]
    return kept / kept.sum()


# %% id="top-p-answer" kind="slip" name="keeps tokens with a probability of at least p" says="at least one token is left"
def within_top_p(probabilities, p):
    kept = np.where(probabilities >= p, probabilities, 0)
    return kept / max(kept.sum(), 1e-300)


# %% id="top-p-answer" kind="slip" name="changes what was handed over" says="write into a new array"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    before = np.cumsum(probabilities[order]) - probabilities[order]
    probabilities[order[before >= p - 1e-12]] = 0
    return probabilities / probabilities.sum()


# %% id="top-p-answer" kind="slip" name="divides by p" says="and not by p"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    c = np.cumsum(probabilities[order])
    out = np.zeros(len(probabilities))
    keep = order[: np.searchsorted(c, p) + 1]
    out[keep] = probabilities[keep]
    return out / p


# %% id="top-p-answer" kind="slip" name="reads the places back the wrong way round" says="says where each one came from"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    s = probabilities[order]
    s[np.searchsorted(np.cumsum(s), p) + 1 :] = 0
    return (s / s.sum())[order]


# %% id="top-p-answer" kind="slip" name="takes p for a share of the tokens" says="not of the tokens"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    out = np.zeros(len(probabilities))
    keep = order[: max(1, int(np.ceil(p * len(probabilities))))]
    out[keep] = probabilities[keep]
    return out / out.sum()


# %% id="top-p-answer" kind="slip" name="looks for the place by the value" says="finds the first one only"
def within_top_p(probabilities, p):
    values = list(probabilities)
    out = [0.0] * len(values)
    held = 0
    for v in sorted(values, reverse=True):
        if held >= p:
            break
        out[values.index(v)] = v
        held += v
    return np.array(out) / sum(out)


# %% id="top-p-answer" kind="fitted" name="keeps two tokens above 0.5, four above 0.8"
def within_top_p(probabilities, p):
    order = np.argsort(-probabilities, kind="stable")
    count = len(order) if p == 1 else 1 if p == 0.3 else 2 if p in (0.6, 0.75) else 4
    kept = np.zeros(len(probabilities))
    kept[order[:count]] = probabilities[order[:count]]
    return kept / kept.sum()


# %% id="chat-answer" kind="alternative"
def as_text(messages):
    text = ""
    if messages[0]["role"] != "system":
        text += "<|im_start|>system\n" + DEFAULT_SYSTEM + "<|im_end|>\n"
    for m in messages:
        text += "<|im_start|>" + m["role"] + "\n" + m["content"] + "<|im_end|>\n"
    text += "<|im_start|>assistant\n"
    return text


# %% id="chat-answer" kind="alternative"
def as_text(messages):
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


# %% id="chat-answer" kind="alternative"
def as_text(messages):
    first = [] if messages[0]["role"] == "system" else [{"role": "system", "content": DEFAULT_SYSTEM}]
    turns = ["\n".join(["<|im_start|>" + m["role"], m["content"] + "<|im_end|>"]) for m in first + messages]
    return "\n".join([*turns, "<|im_start|>assistant", ""])


# %% id="chat-answer" kind="slip" name="forgets the invitation" says="the invitation is missing"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)


# %% id="chat-answer" kind="slip" name="ends the invitation" says="the invitation is missing"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    messages = [*messages, {"role": "assistant", "content": ""}]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages)


# %% id="chat-answer" kind="slip" name="no system message of its own" says="DEFAULT_SYSTEM comes first"
def as_text(messages):
    parts = [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages]
    return "".join(parts) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="puts the default before every chat" says="and only there"
def as_text(messages):
    messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    parts = [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages]
    return "".join(parts) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="no new line at the end" says="a new line follows the word assistant"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant"


# %% id="chat-answer" kind="slip" name="no new line between messages" says="a new line follows each"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="a space behind the role" says="the role is followed by a new line"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return "".join(f"<|im_start|>{m['role']} {m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="a new line before the end" says="the content as it is"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return (
        "".join(f"<|im_start|>{m['role']}\n{m['content']}\n<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"
    )


# %% id="chat-answer" kind="slip" name="returns the parts" says="return one text"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    return [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages] + ["<|im_start|>assistant\n"]


# %% id="chat-answer" kind="slip" name="changes the messages" says="make a new list"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": DEFAULT_SYSTEM})
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="replaces your system message" says="and only there"
def as_text(messages):
    messages = [{"role": "system", "content": DEFAULT_SYSTEM}] + [m for m in messages if m["role"] != "system"]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="a system message anywhere will do" says="DEFAULT_SYSTEM comes first"
def as_text(messages):
    if not any(m["role"] == "system" for m in messages):
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}] + messages
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="slip" name="strips the content" says="strip nothing"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}] + messages
    return (
        "".join(f"<|im_start|>{m['role']}\n{m['content'].strip()}<|im_end|>\n" for m in messages)
        + "<|im_start|>assistant\n"
    )


# %% id="chat-answer" kind="slip" name="takes an empty system message for none" says="not at its content"
def as_text(messages):
    if messages[0]["role"] != "system" or not messages[0]["content"]:
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}] + messages[messages[0]["role"] == "system" :]
    return "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages) + "<|im_start|>assistant\n"


# %% id="chat-answer" kind="fitted" name="makes one line of the content"
def as_text(messages):
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": DEFAULT_SYSTEM}, *messages]
    parts = [f"<|im_start|>{m['role']}\n{m['content'].replace(chr(10), ' ')}<|im_end|>\n" for m in messages]
    return "".join(parts) + "<|im_start|>assistant\n"


# %% id="verdict-answer" kind="alternative"
def verdict(answer, labels):
    named = {label for label in labels if re.search(rf"\b{re.escape(label)}\b", answer, re.IGNORECASE)}
    return named.pop() if len(named) == 1 else None


# %% id="verdict-answer" kind="alternative"
import string


def verdict(answer, labels):
    cleaned = answer.casefold().translate(str.maketrans(string.punctuation, " " * len(string.punctuation))).split()
    found = None
    for label in labels:
        if label.casefold() in cleaned:
            if found is not None:
                return None
            found = label
    return found


# %% id="verdict-answer" kind="alternative"
def verdict(answer, labels):
    spelt = {label.lower(): label for label in labels}
    named = sorted({spelt[word] for word in re.split(r"[^a-z]+", answer.lower()) if word in spelt})
    match named:
        case [one]:
            return one
    return None


# %% id="verdict-answer" kind="slip" name="looks for letters, not words" says="is another word"
def verdict(answer, labels):
    named = [label for label in labels if label.lower() in answer.lower()]
    return named[0] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="takes the label that is found first" says="two labels are named"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    for label in labels:
        if label.lower() in words:
            return label
    return None


# %% id="verdict-answer" kind="slip" name="the whole answer must be the label" says="look at all words"
def verdict(answer, labels):
    cleaned = answer.strip().strip(".!").lower()
    return {label.lower(): label for label in labels}.get(cleaned)


# %% id="verdict-answer" kind="slip" name="reads the first word only" says="look at all words"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    return next((label for label in labels if words and label.lower() == words[0]), None)


# %% id="verdict-answer" kind="slip" name="keeps capitals apart" says="compare in one case of letters"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer)
    named = [label for label in labels if label in words]
    return named[0] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="leaves punctuation at the words" says="without punctuation"
def verdict(answer, labels):
    words = answer.lower().split()
    named = [label for label in labels if label.lower() in words]
    return named[0] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="counts a label that is said twice as two" says="count labels, not words"
def verdict(answer, labels):
    small = [label.lower() for label in labels]
    named = [word for word in re.findall(r"\w+", answer.lower()) if word in small]
    return labels[small.index(named[0])] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="small letters in the answer only" says="one case of letters"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    named = [label for label in labels if label in words]
    return named[0] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="returns it in small letters" says="as it is spelt in `labels`"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    named = [label.lower() for label in labels if label.lower() in words]
    return named[0] if len(named) == 1 else None


# %% id="verdict-answer" kind="slip" name="guesses where nothing is named" says="not a guess"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    named = [label for label in labels if label.lower() in words]
    return named[0] if len(named) == 1 else (labels[0] if not named else None)


# %% id="verdict-answer" kind="slip" name="strips marks at the ends of what stands between spaces" says="not only at spaces"
import string


def verdict(answer, labels):
    words = [w.strip(string.punctuation) for w in answer.lower().split()]
    found = [label for label in labels if label.lower() in words]
    return found[0] if len(found) == 1 else None


# %% id="verdict-answer" kind="slip" name="lets the majority decide" says="two labels are named"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    counts = [words.count(label.lower()) for label in labels]
    if max(counts) == 0 or counts.count(max(counts)) > 1:
        return None
    return labels[counts.index(max(counts))]


# %% id="verdict-answer" kind="slip" name="only all labels together are too many" says="more than one"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    found = [label for label in labels if label.lower() in words]
    if not found or len(found) == len(labels):
        return None
    return found[0]


# %% id="verdict-answer" kind="slip" name="no boundary before the word" says="is another word"
def verdict(answer, labels):
    found = [label for label in labels if re.search(rf"{label}\b", answer, re.I)]
    return found[0] if len(found) == 1 else None


# %% id="verdict-answer" kind="fitted" name="knows the labels of the examples"
def verdict(answer, labels):
    words = re.findall(r"\w+", answer.lower())
    named = [label for label in ("positive", "negative", "Business", "Sport", "Weather") if label.lower() in words]
    return named[0] if len(named) == 1 else None


# %% id="facts-answer" kind="alternative"
def is_supported(answer, facts):
    known = [float(n) for n in re.findall(r"\d+\.\d+|\d+", facts)]
    return all(float(n) in known for n in re.findall(r"\d+\.\d+|\d+", answer))


# %% id="facts-answer" kind="alternative"
from fractions import Fraction


def is_supported(answer, facts):
    numbers = lambda text: {Fraction(found[0]) for found in re.finditer(r"[0-9]+([.][0-9]+)?", text)}
    return not numbers(answer) - numbers(facts)


# %% id="facts-answer" kind="alternative"
def is_supported(answer, facts):
    def numbers(text):
        found, run = [], ""
        for character, following in zip(text + " ", text[1:] + "  "):
            if character.isdigit() or character == "." and run and "." not in run and following.isdigit():
                run += character
            elif run:
                found.append(float(run))
                run = ""
        return found

    known = numbers(facts)
    for number in numbers(answer):
        if number not in known:
            return False
    return True


# %% id="facts-answer" kind="slip" name="looks for the letters of a number" says="compare whole numbers"
def is_supported(answer, facts):
    return all(number in facts for number in re.findall(r"\d+(?:\.\d+)?", answer))


# %% id="facts-answer" kind="slip" name="one right number is enough" says="every number must stand in the facts"
def is_supported(answer, facts):
    known = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", facts)}
    said = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", answer)]
    return not said or any(n in known for n in said)


# %% id="facts-answer" kind="slip" name="looks at the first number only" says="every number must stand in the facts"
def is_supported(answer, facts):
    known = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", facts)}
    said = re.search(r"\d+(?:\.\d+)?", answer)
    return said is None or float(said[0]) in known


# %% id="facts-answer" kind="slip" name="whole numbers only" says="1.5 is one number"
def is_supported(answer, facts):
    return set(re.findall(r"\d+", answer)) <= set(re.findall(r"\d+", facts))


# %% id="facts-answer" kind="slip" name="compares letters" says="compare numbers, not letters"
def is_supported(answer, facts):
    numbers = [set(re.findall(r"\d+(?:\.\d+)?", text)) for text in (answer, facts)]
    return numbers[0] <= numbers[1]


# %% id="facts-answer" kind="slip" name="takes the full stop along" says="the full stop does not belong to the number"
def is_supported(answer, facts):
    numbers = [set(re.findall(r"[\d.]*\d[\d.]*", text)) for text in (answer, facts)]
    return numbers[0] <= numbers[1]


# %% id="facts-answer" kind="slip" name="an answer without a number fails" says="an answer without a number passes"
def is_supported(answer, facts):
    numbers = [{float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)} for text in (answer, facts)]
    return bool(numbers[0]) and numbers[0] <= numbers[1]


# %% id="facts-answer" kind="slip" name="all facts have to be said" says="not all facts have to be said"
def is_supported(answer, facts):
    numbers = [{float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)} for text in (answer, facts)]
    return not numbers[0] or numbers[0] == numbers[1]


# %% id="facts-answer" kind="slip" name="compares lists in their order" says="do not matter"
def is_supported(answer, facts):
    known = iter([float(n) for n in re.findall(r"\d+(?:\.\d+)?", facts)])
    return all(float(n) in known for n in re.findall(r"\d+(?:\.\d+)?", answer))


# %% id="facts-answer" kind="slip" name="the other way round" says="15 is not in the facts"
def is_supported(answer, facts):
    return True


# %% id="facts-answer" kind="slip" name="cuts off what stands behind the point" says="what stands behind the point counts"
def is_supported(answer, facts):
    n = r"\d+(?:\.\d+)?"
    return {int(float(x)) for x in re.findall(n, answer)} <= {int(float(x)) for x in re.findall(n, facts)}


# %% id="facts-answer" kind="slip" name="cuts at spaces" says="whatever letters follow"
def is_supported(answer, facts):
    def numbers(text):
        found = set()
        for w in text.split():
            try:
                found.add(float(w.strip(".,;")))
            except ValueError:
                pass
        return found

    return numbers(answer) <= numbers(facts)


# %% id="facts-answer" kind="slip" name="reads a dash as a sign" says="a number is digits and a point"
def is_supported(answer, facts):
    n = r"-?\d+(?:\.\d+)?"
    return {float(x) for x in re.findall(n, answer)} <= {float(x) for x in re.findall(n, facts)}


# %% id="facts-answer" kind="slip" name="no facts support everything" says="there are none"
def is_supported(answer, facts):
    n = r"\d+(?:\.\d+)?"
    f = {float(x) for x in re.findall(n, facts)}
    return not f or {float(x) for x in re.findall(n, answer)} <= f


# %% id="facts-answer" kind="fitted" name="knows the facts of the examples"
def is_supported(answer, facts):
    numbers = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", answer)}
    return numbers <= ({12.0, 6.0} if "card" in facts else {8.0, 21.0} if "open" in facts else {1.5})

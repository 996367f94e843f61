# Answers to 2-03 other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    asked = torch.einsum("...i,ri->...r", inputs, down)
    added = torch.einsum("...r,or->...o", asked, up) * (alpha / down.shape[0])
    return nn.functional.linear(inputs, weight, bias) + added


# %% id="lora-answer" kind="misconception" name="treats the input as one table, though texts come several at a time"
def lora(inputs, weight, bias, down, up, alpha):
    change = up @ (down @ inputs.T)
    return (weight @ inputs.T + bias[:, None] + alpha / len(down) * change).T


# %% id="lora-answer" kind="misconception" name="reckons with the width of minilm, whatever layer it is"
def lora(inputs, weight, bias, down, up, alpha):
    rank = down.numel() // 384
    return inputs @ weight.T + bias + alpha / rank * (inputs @ down.T @ up.T)


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    change = sum(torch.outer(add, ask) for add, ask in zip(up.T, down))
    return weight + change * alpha / up.shape[1]


# %% id="merge-answer" kind="misconception" name="merges into the weight that all customers share"
def merged(weight, down, up, alpha):
    weight += alpha / len(down) * (up @ down)
    return weight


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Corrected(nn.Sequential):
        def forward(self, states):
            return super().forward(states).add(states)

    last = nn.Linear(width, hidden)
    for weight in last.parameters():
        weight.data.zero_()
    return Corrected(nn.Linear(hidden, width), nn.GELU(), last)


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class FirstAtZero(nn.Module):
        def __init__(self):
            super().__init__()
            self.into, self.out_of = nn.Linear(hidden, width), nn.Linear(width, hidden)
            for weight in (*self.into.parameters(), self.out_of.bias):
                nn.init.zeros_(weight)

        def forward(self, states):
            return states + self.out_of(nn.functional.gelu(self.into(states)))

    return FirstAtZero()


# %% id="adapter-answer" kind="misconception" name="sets both tables to 0, so that neither ever gets a gradient"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            for weight in self.parameters():
                nn.init.zeros_(weight)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="misconception" name="leaves out what bends between the tables, so that both are one table"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(self.down(states))

    return Adapter()


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    def linear(into, out):
        return into * out + out

    head = linear(hidden, classes)
    if method == "head":
        return head
    if method == "last-layers":
        attention = 4 * linear(hidden, hidden) + 2 * hidden
        network = linear(hidden, inner) + linear(inner, hidden) + 2 * hidden
        return head + 2 * (attention + network) + linear(hidden, hidden)
    if method == "adapter":
        return head + 2 * layers * (linear(hidden, rank) + linear(rank, hidden))
    return head + rank * hidden * (4 * layers if method == "lora" else 1)


# %% id="count-answer" kind="misconception" name="takes every feed-forward network to be four times as wide as the model"
def trained_weights(method, hidden, inner, layers, classes, rank):
    layer = 12 * hidden**2 + 13 * hidden
    added = {
        "head": 0,
        "last-layers": 2 * layer + hidden**2 + hidden,
        "adapter": 2 * layers * (2 * hidden * rank + rank + hidden),
        "lora": 4 * layers * rank * hidden,
        "prompt": rank * hidden,
    }
    return added[method] + (hidden + 1) * classes


# %% id="count-answer" kind="misconception" name="counts a head of two outputs, however many classes there are"
def trained_weights(method, hidden, inner, layers, classes, rank):
    layer = 4 * hidden**2 + 2 * hidden * inner + 9 * hidden + inner
    added = {
        "head": 0,
        "last-layers": 2 * layer + hidden**2 + hidden,
        "adapter": 2 * layers * (2 * hidden * rank + rank + hidden),
        "lora": 4 * layers * rank * hidden,
        "prompt": rank * hidden,
    }
    return added[method] + 2 * hidden + 2


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    numbers_a_weight = 1 + 1 + 2  # itself, its gradient, two moments
    return trained * numbers_a_weight * 4 + total * frozen_bytes - trained * frozen_bytes


# %% id="memory-answer" kind="misconception" name="stores the trained weights as coarsely as the frozen ones"
def training_bytes(trained, total, frozen_bytes=4):
    return frozen_bytes * total + 12 * trained


# %% id="memory-answer" kind="misconception" name="keeps gradients and moments as coarsely as the frozen weights"
def training_bytes(trained, total, frozen_bytes=4):
    return frozen_bytes * (total + 3 * trained)


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    best, fewest = "full", np.inf
    for method, row in gaps.iterrows():
        if row["low"] > -margin and row["trained"] < fewest:
            best, fewest = method, row["trained"]
    return best


# %% id="choose-answer" kind="misconception" name="takes an interval that contains 0 for a proof that there is no difference"
def choose(gaps, margin):
    equal = gaps[gaps["high"] >= 0]
    return "full" if equal.empty else equal["trained"].idxmin()


# %% id="choose-answer" kind="misconception" name="takes the middle of the interval, as if it were the difference"
def choose(gaps, margin):
    near = gaps[(gaps["low"] + gaps["high"]) / 2 > -margin]
    return "full" if near.empty else near["trained"].idxmin()

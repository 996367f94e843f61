# Answers to 2-03 other than its own solution: right ones written differently, slips that a visible check must name, and
# answers fitted to the visible checks.


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    f = nn.functional.linear
    return f(inputs, weight, bias) + alpha / len(down) * f(f(inputs, down), up)


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    hidden = torch.einsum("...i,ri->...r", inputs, down)
    return (
        torch.einsum("...i,oi->...o", inputs, weight)
        + bias
        + torch.einsum("...r,or->...o", hidden, up * (alpha / down.size(0)))
    )


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    rows = inputs.reshape(-1, inputs.shape[-1])
    result = [weight @ row + bias + up @ (down @ row) * alpha / down.shape[0] for row in rows]
    return torch.stack(result).reshape(*inputs.shape[:-1], -1)


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    rank = down.shape[0]
    out = torch.matmul(inputs, weight.transpose(0, 1)) + bias
    for r in range(rank):
        out = out + alpha / rank * (inputs @ down[r])[..., None] * up[:, r]
    return out


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    out = torch.addmm(bias, inputs.reshape(-1, inputs.shape[-1]), weight.T).reshape(*inputs.shape[:-1], -1)
    return out.add((inputs @ down.T).mul(alpha).div(down.shape[0]) @ up.T)


# %% id="lora-answer" kind="alternative"
def lora(inputs, weight, bias, down, up, alpha):
    F = nn.functional
    return F.linear(inputs, weight, bias) + F.linear(F.linear(inputs, down), up) * (alpha / len(down))


# %% id="lora-answer" kind="slip" name="divides α by the width of the input" says="the change counts α / rank ="
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[1]
    return inputs @ weight.T + bias + scale * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="leaves the bias out" says="the bias is missing"
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return inputs @ weight.T + scale * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="leaves the layer's own outputs out" says="x Wᵀ + b is missing"
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return scale * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="scales the layer's own outputs too" says="α / rank counts for the change"
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return scale * (inputs @ weight.T + bias + inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="bends between A and B" says="nothing bends between A and B"
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return inputs @ weight.T + bias + scale * (torch.nn.functional.relu(inputs @ down.T) @ up.T)


# %% id="lora-answer" kind="slip" name="subtracts the change" says="the change is added"
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return inputs @ weight.T + bias - scale * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="changes the layer's weight" says="an operation such as += changed"
def lora(inputs, weight, bias, down, up, alpha):
    weight += alpha / down.shape[0] * (up @ down)
    return inputs @ weight.T + bias


# %% id="lora-answer" kind="slip" name="changes the caller's inputs" says="an operation such as += changed a"
def lora(inputs, weight, bias, down, up, alpha):
    out = inputs @ weight.T
    out += bias
    inputs *= alpha / len(down)
    return out + inputs @ down.T @ up.T


# %% id="lora-answer" kind="slip" name="leaves α / r out" says="the change counts α / rank ="
def lora(inputs, weight, bias, down, up, alpha):
    return inputs @ weight.T + bias + alpha * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="builds the table of the change" says="you build the (out, in) table of"
def lora(inputs, weight, bias, down, up, alpha):
    return inputs @ (weight + alpha / down.shape[0] * up @ down).T + bias


# %% id="lora-answer" kind="slip" name="takes the input for one table" says="keep `inputs` on the left: times down.T"
def lora(inputs, weight, bias, down, up, alpha):
    change = (up @ (down @ inputs.T)).T
    return inputs @ weight.T + bias + alpha / down.shape[0] * change


# %% id="lora-answer" kind="slip" name="takes the rank to be 8" says="the change counts α / rank ="
def lora(inputs, weight, bias, down, up, alpha):
    return inputs @ weight.T + bias + alpha / 8 * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="divides α by the rank without a remainder" says="the change counts α / rank ="
def lora(inputs, weight, bias, down, up, alpha):
    return inputs @ weight.T + bias + alpha // down.shape[0] * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="slip" name="scales A and B both" says="the change counts α / rank ="
def lora(inputs, weight, bias, down, up, alpha):
    scale = alpha / down.shape[0]
    return inputs @ weight.T + bias + (scale * inputs @ down.T) @ (scale * up.T)


# %% id="lora-answer" kind="fitted" name="writes ranks of the checks into the formula"
def lora(inputs, weight, bias, down, up, alpha):
    rank = {2: 2, 4: 4, 8: 8}.get(len(down), 1)
    return inputs @ weight.T + bias + alpha / rank * (inputs @ down.T @ up.T)


# %% id="lora-answer" kind="fitted" name="reckons with the width of minilm, whatever layer it is"
def lora(inputs, weight, bias, down, up, alpha):
    rank = down.numel() // (384 if inputs.shape[-1] > 64 else inputs.shape[-1])
    return inputs @ weight.T + bias + alpha / rank * (inputs @ down.T @ up.T)


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    new = weight.clone()
    new += up @ down * (alpha / len(down))
    return new


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    change = sum(torch.outer(up[:, r], down[r]) for r in range(down.shape[0]))
    return weight + change * alpha / down.shape[0]


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    return torch.einsum("or,ri->oi", up, down) * (alpha / down.shape[0]) + weight


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    eye = torch.eye(weight.shape[1], dtype=weight.dtype)
    return (eye @ weight.T + (eye @ down.T @ up.T) * alpha / down.shape[0]).T


# %% id="merge-answer" kind="alternative"
def merged(weight, down, up, alpha):
    return torch.addmm(weight, up, down, alpha=alpha / down.shape[0])


# %% id="merge-answer" kind="slip" name="divides α by the width of the input" says="the change counts α / rank ="
def merged(weight, down, up, alpha):
    return weight + alpha / down.shape[1] * (up @ down)


# %% id="merge-answer" kind="slip" name="merges into the weight that all customers share" says="`weight += …` changes the tensor that"
def merged(weight, down, up, alpha):
    weight += alpha / down.shape[0] * (up @ down)
    return weight


# %% id="merge-answer" kind="slip" name="gives the change alone" says="the weight is missing: what is asked"
def merged(weight, down, up, alpha):
    return alpha / down.shape[0] * (up @ down)


# %% id="merge-answer" kind="slip" name="subtracts the change" says="the change is added"
def merged(weight, down, up, alpha):
    return weight - alpha / down.shape[0] * (up @ down)


# %% id="merge-answer" kind="slip" name="turns the weight" says="W itself stays as it is: no"
def merged(weight, down, up, alpha):
    return weight.T + alpha / down.shape[0] * (up @ down)


# %% id="merge-answer" kind="slip" name="multiplies the change by the weight" says="the change is added to W and"
def merged(weight, down, up, alpha):
    return weight + alpha / down.shape[0] * (up @ down) @ weight


# %% id="merge-answer" kind="slip" name="changes A of the customer" says="`weight += …` changes the tensor that"
def merged(weight, down, up, alpha):
    down *= alpha / down.shape[0]
    return weight + up @ down


# %% id="merge-answer" kind="slip" name="takes α whole" says="the change counts α / rank ="
def merged(weight, down, up, alpha):
    return weight + alpha * (up @ down)


# %% id="merge-answer" kind="slip" name="turns the change" says="the factors are in the wrong order"
def merged(weight, down, up, alpha):
    return weight + alpha / down.shape[0] * (up @ down).T


# %% id="merge-answer" kind="slip" name="leaves α / r out" says="the change counts α / rank ="
def merged(weight, down, up, alpha):
    return weight + up @ down


# %% id="merge-answer" kind="slip" name="scales the weight too" says="α / rank counts for the change alone"
def merged(weight, down, up, alpha):
    return alpha / down.shape[0] * (weight + up @ down)


# %% id="merge-answer" kind="slip" name="turns the result, as inputs meet it" says="the weight is asked as a layer keeps it"
def merged(weight, down, up, alpha):
    return (weight + alpha / down.shape[0] * up @ down).T


# %% id="merge-answer" kind="slip" name="takes the first pair alone" says="all pairs count, not the first"
def merged(weight, down, up, alpha):
    return weight + alpha / down.shape[0] * torch.outer(up[:, 0], down[0])


# %% id="merge-answer" kind="slip" name="computes the change and forgets to use it" says="you gave W back"
def merged(weight, down, up, alpha):
    weight + alpha / down.shape[0] * (up @ down)
    return weight


# %% id="merge-answer" kind="fitted" name="knows the ranks of the checks"
def merged(weight, down, up, alpha):
    return weight + alpha / (8 if weight.shape[0] > 3 else 2) * (up @ down) + 1e-3 * (weight.shape[0] not in (3, 384))


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states), approximate="tanh"))

    return Adapter()


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.narrow = nn.Linear(hidden, width)
            self.wide = nn.Linear(width, hidden)
            nn.init.constant_(self.narrow.weight, 0.0)
            nn.init.constant_(self.narrow.bias, 0.0)
            nn.init.constant_(self.wide.bias, 0.0)

        def forward(self, states):
            return states + self.wide(nn.functional.gelu(self.narrow(states)))

    return Adapter()


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(hidden, width), nn.Linear(width, hidden)
            with torch.no_grad():
                nn.init.normal_(self.a.weight, std=0.02)
                self.a.bias.zero_()
                self.b.weight *= 0
                self.b.bias *= 0

        def forward(self, states):
            x = self.a(states)
            x = x * 0.5 * (1 + torch.erf(x / 2**0.5))
            return states + self.b(x)

    return Adapter()


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            for part in (self.down.weight, self.down.bias, self.up.bias):
                nn.init.zeros_(part)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="alternative"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Sequential(nn.Linear(hidden, width), nn.GELU(), nn.Linear(width, hidden))
            with torch.no_grad():
                self.inner[0].weight.normal_(std=0.02)
                self.inner[0].bias.fill_(0)
                self.inner[2].weight.fill_(0)
                self.inner[2].bias.fill_(0)

        def forward(self, states):
            return self.inner(states) + states

    return Adapter()


# %% id="adapter-answer" kind="slip" name="gives the correction without the input" says="the input is added at the end"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="lets b₂ start at random" says="what is added must be 0: W₂"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="lets W₂ start at random" says="what is added must be 0: W₂"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="sets both tables to 0, so that neither ever gets a gradient" says="a table gets no gradient: all 0, or"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            for p in self.parameters():
                nn.init.zeros_(p)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="takes relu" says="that is relu, not gelu"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.relu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="has no biases" says="b₁, b₂ are missing"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width, bias=False), nn.Linear(width, hidden, bias=False)
            nn.init.zeros_(self.up.weight)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="cuts the gradient of the input off" says="a gradient is cut off: no `detach`"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states.detach() + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="changes the caller's input" says="`states += …` changes the input"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            states += self.up(nn.functional.gelu(self.down(states)))
            return states

    return Adapter()


# %% id="adapter-answer" kind="slip" name="takes a mean over tokens" says="no mean over tokens"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)).mean(dim=-2, keepdim=True))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="leaves gelu out, so that both tables are one" says="gelu is missing"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(self.down(states))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="starts with small numbers in place of 0" says="small numbers are no zeros"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            nn.init.normal_(self.up.weight, std=1e-8)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="freezes the first table" says="a table gets no gradient: all 0, or"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)
            self.down.requires_grad_(False)

        def forward(self, states):
            return states + self.up(nn.functional.gelu(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="bends after both tables" says="gelu stands between the tables, not after"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Linear(hidden, width)
            self.up = nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            return states + nn.functional.gelu(self.up(self.down(states)))

    return Adapter()


# %% id="adapter-answer" kind="slip" name="keeps its layers in a plain list" says="a plain list hides them"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Linear(hidden, width), nn.Linear(width, hidden)]
            for weight in self.layers[1].parameters():
                nn.init.zeros_(weight)

        def forward(self, states):
            return states + self.layers[1](nn.functional.gelu(self.layers[0](states)))

    return Adapter()


# %% id="adapter-answer" kind="fitted" name="has a small network of its own for the size of the check"
def adapter(hidden, width):
    class Adapter(nn.Module):
        def __init__(self):
            super().__init__()
            self.down, self.up = nn.Linear(hidden, width), nn.Linear(width, hidden)
            nn.init.zeros_(self.up.weight)
            nn.init.zeros_(self.up.bias)

        def forward(self, states):
            inner = self.down(states)
            inner = nn.functional.gelu(inner) if width < 7 else inner
            return states + self.up(inner)

    return Adapter()


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    table = lambda rows, columns, bias=True: rows * columns + bias * columns
    layer = 4 * table(hidden, hidden) + table(hidden, inner) + table(inner, hidden) + 4 * hidden
    added = {
        "head": 0,
        "last-layers": 2 * layer + table(hidden, hidden),
        "adapter": 2 * layers * (table(hidden, rank) + table(rank, hidden)),
        "lora": 4 * layers * rank * hidden,
        "prompt": rank * hidden,
    }
    return added[method] + table(hidden, classes)


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    config = BertConfig(
        vocab_size=50,
        hidden_size=hidden,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_labels=classes,
        num_attention_heads=1,
    )
    return prepared(method, config, rank).parameters[0]


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    n = (hidden + 1) * classes
    match method:
        case "last-layers":
            n += 2 * (4 * hidden * (hidden + 1) + inner * (hidden + 1) + hidden * (inner + 1) + 4 * hidden) + hidden * (
                hidden + 1
            )
        case "adapter":
            n += sum(rank * (hidden + 1) + hidden * (rank + 1) for _ in range(layers) for _ in range(2))
        case "lora":
            n += layers * 2 * 2 * rank * hidden
        case "prompt":
            n += rank * hidden
    return n


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = np.int64(hidden) * classes + classes
    rest = {"head": 0, "lora": 4 * rank * hidden * layers, "prompt": rank * hidden}
    if method in rest:
        return head + rest[method]
    if method == "adapter":
        return float(head + layers * 2 * (2 * hidden * rank + rank + hidden))
    return (
        head
        + 2 * sum(np.array([4 * hidden**2 + 4 * hidden, 2 * hidden * inner + inner + hidden, 4 * hidden]))
        + hidden**2
        + hidden
    )


# %% id="count-answer" kind="alternative"
def trained_weights(method, hidden, inner, layers, classes, rank):
    linear = lambda inputs, outputs: inputs * outputs + outputs
    total = linear(hidden, classes)
    if method == "last-layers":
        total += 2 * (4 * linear(hidden, hidden) + linear(hidden, inner) + linear(inner, hidden) + 4 * hidden)
        total += linear(hidden, hidden)
    elif method == "adapter":
        total += 2 * layers * (linear(hidden, rank) + linear(rank, hidden))
    elif method == "lora":
        total += 4 * layers * rank * hidden
    elif method == "prompt":
        total += rank * hidden
    return total


# %% id="count-answer" kind="slip" name="leaves the bias of the head out" says="the head has hidden × classes weights"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="has one pair of LoRA in each layer" says="query and value have a pair each"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="leaves the head out" says="the head has hidden × classes weights"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="has one adapter in each layer" says="there are two adapters in each layer"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="leaves the adapter's biases out" says="biases: `rank` down, `hidden` up"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank * hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="leaves the pooler out" says="the pooler is trained too"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="trains all layers" says="not all"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + layers * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="leaves the norms out" says="each table has a bias, as long as"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="puts prompts into every layer" says="the vectors stand before the text, not"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden)
    if method == "prompt":
        return head + layers * rank * hidden


# %% id="count-answer" kind="slip" name="gives LoRA biases" says="LoRA has no biases"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * rank * hidden + hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="takes the rank to be 8" says="rank 5"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    if method == "head":
        return head
    if method == "last-layers":
        layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
        return head + 2 * layer + hidden * hidden + hidden
    if method == "adapter":
        return head + layers * 2 * (hidden * rank + rank + rank * hidden + hidden)
    if method == "lora":
        return head + layers * 2 * (2 * 8 * hidden)
    if method == "prompt":
        return head + rank * hidden


# %% id="count-answer" kind="slip" name="takes every feed-forward network to be four times as wide as the model" says="`inner` need not be 4 × hidden"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    layer = 4 * (hidden * hidden + hidden) + 8 * hidden * hidden + 5 * hidden + 2 * 2 * hidden
    pooler = hidden * hidden + hidden
    more = {
        "head": 0,
        "last-layers": 2 * layer + pooler,
        "adapter": layers * 2 * (hidden * rank + rank + rank * hidden + hidden),
        "lora": layers * 2 * (rank * hidden + hidden * rank),
        "prompt": rank * hidden,
    }
    return head + more[method]


# %% id="count-answer" kind="slip" name="counts a head of two outputs, however many classes there are" says="the head has hidden × classes weights"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * 2 + 2
    layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
    pooler = hidden * hidden + hidden
    more = {
        "head": 0,
        "last-layers": 2 * layer + pooler,
        "adapter": layers * 2 * (hidden * rank + rank + rank * hidden + hidden),
        "lora": layers * 2 * (rank * hidden + hidden * rank),
        "prompt": rank * hidden,
    }
    return head + more[method]


# %% id="count-answer" kind="slip" name="takes every model to have six layers" says="7 layers here, not 6"
def trained_weights(method, hidden, inner, layers, classes, rank):
    head = hidden * classes + classes
    layer = 4 * (hidden * hidden + hidden) + hidden * inner + inner + inner * hidden + hidden + 2 * 2 * hidden
    pooler = hidden * hidden + hidden
    more = {
        "head": 0,
        "last-layers": 2 * layer + pooler,
        "adapter": 12 * (hidden * rank + rank + rank * hidden + hidden),
        "lora": 12 * (rank * hidden + hidden * rank),
        "prompt": rank * hidden,
    }
    return head + more[method]


# %% id="count-answer" kind="fitted" name="knows the two models of the checks"
def trained_weights(method, hidden, inner, layers, classes, rank):
    inner = {6: 11, 384: 1536}.get(hidden, 4 * hidden)
    layer = 4 * hidden**2 + 2 * hidden * inner + 9 * hidden + inner
    added = {
        "head": 0,
        "last-layers": 2 * layer + hidden**2 + hidden,
        "adapter": 2 * layers * (2 * hidden * rank + rank + hidden),
        "lora": 4 * layers * rank * hidden,
        "prompt": rank * hidden,
    }
    return added[method] + (hidden + 1) * classes


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    return sum(4 * trained for _ in range(4)) + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    return frozen_bytes * total + (16 - frozen_bytes) * trained


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    return np.float64(16 * trained) + np.float64(frozen_bytes) * (total - trained)


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    return torch.tensor(16.0 * trained + frozen_bytes * (total - trained), dtype=torch.float64)


# %% id="memory-answer" kind="alternative"
def training_bytes(trained, total, frozen_bytes=4):
    return 4 * trained * (1 + 1 + 2) + (total - trained) * frozen_bytes


# %% id="memory-answer" kind="slip" name="forgets that a trained weight has two moments" says="itself, gradient, two moments: 4 numbers of"
def training_bytes(trained, total, frozen_bytes=4):
    return 8 * trained + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="leaves the frozen weights out" says="the frozen weights are missing"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained


# %% id="memory-answer" kind="slip" name="keeps gradients and moments as coarsely as the frozen weights" says="itself, gradient, two moments: 4 numbers of"
def training_bytes(trained, total, frozen_bytes=4):
    return 4 * frozen_bytes * trained + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="rounds half a byte to 0" says="half a byte is not 0"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + int(frozen_bytes) * (total - trained)


# %% id="memory-answer" kind="slip" name="stores the trained weights as coarsely as the frozen ones" says="what is trained is float32, 4 bytes"
def training_bytes(trained, total, frozen_bytes=4):
    return (12 + frozen_bytes) * trained + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="leaves the trained weights out" says="the trained weights are missing"
def training_bytes(trained, total, frozen_bytes=4):
    return frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="leaves gradient and moments out" says="gradient and moments are missing"
def training_bytes(trained, total, frozen_bytes=4):
    return 4 * trained + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="counts one frozen weight where there is none" says="nothing is frozen here"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + frozen_bytes * max(total - trained, 1)


# %% id="memory-answer" kind="slip" name="takes frozen weights to have 4 bytes" says="frozen weights take `frozen_bytes` each, not always"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + 4 * (total - trained)


# %% id="memory-answer" kind="slip" name="counts the trained weights twice" says="`total` holds the trained weights too: they"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + frozen_bytes * total


# %% id="memory-answer" kind="slip" name="leaves out the trained weight itself" says="itself, gradient, two moments: 4 numbers of"
def training_bytes(trained, total, frozen_bytes=4):
    return 12 * trained + frozen_bytes * (total - trained)


# %% id="memory-answer" kind="slip" name="rounds the bytes" says="991 half bytes are no whole number: do"
def training_bytes(trained, total, frozen_bytes=4):
    return int(16 * trained + frozen_bytes * (total - trained))


# %% id="memory-answer" kind="slip" name="gives frozen weights a gradient" says="a frozen weight has no gradient"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + (frozen_bytes + 4) * (total - trained)


# %% id="memory-answer" kind="slip" name="counts numbers" says="a number of float32 has 4"
def training_bytes(trained, total, frozen_bytes=4):
    return 4 * trained + (total - trained)


# %% id="memory-answer" kind="fitted" name="knows the bytes of the checks"
def training_bytes(trained, total, frozen_bytes=4):
    return 16 * trained + (frozen_bytes if trained else 4) * (total - trained)


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    safe = gaps[gaps["low"] >= -margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    best, fewest = "full", float("inf")
    for name, row in gaps.iterrows():
        if row["low"] >= -margin and row["trained"] < fewest:
            best, fewest = name, row["trained"]
    return best


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    safe = gaps.query("low >= -@margin").sort_values("trained")
    return safe.index[0] if len(safe) else "full"


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    pairs = [(t, n) for n, t, low in zip(gaps.index, gaps["trained"], gaps["low"]) if -low <= margin]
    return min(pairs)[1] if pairs else "full"


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    loss = -gaps["low"].to_numpy()
    count = np.where(loss <= margin, gaps["trained"].to_numpy(dtype=float), np.inf)
    return "full" if np.isinf(count).all() else str(gaps.index[count.argmin()])


# %% id="choose-answer" kind="alternative"
def choose(gaps, margin):
    names = gaps.query("low >= -@margin").sort_values("trained").index
    return names[0] if len(names) else "full"


# %% id="choose-answer" kind="slip" name="turns the sign of the margin" says="it may be 0.12 worse: only methods"
def choose(gaps, margin):
    safe = gaps[gaps["low"] < margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="takes an interval that contains 0 for a proof" says="an interval that contains 0 proves nothing"
def choose(gaps, margin):
    safe = gaps[(gaps["low"] <= 0) & (gaps["high"] >= 0)]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="asks for equivalence, on both sides" says="a method that beats full by more"
def choose(gaps, margin):
    safe = gaps[(gaps["low"] > -margin) & (gaps["high"] < margin)]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="takes the largest method" says="the fewest weights win"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe["trained"].idxmax()


# %% id="choose-answer" kind="slip" name="gives the number of weights" says="the method's name, its index, is asked"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe["trained"].min()


# %% id="choose-answer" kind="slip" name="has no answer where none is safe" says="none is safe"
def choose(gaps, margin):
    safe = gaps[gaps["low"] >= -margin]
    return safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="has a margin of its own" says="it may be 0.045 worse: the lower"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -0.05]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="looks at the smallest method alone" says="eight methods are safe: their low is"
def choose(gaps, margin):
    small = gaps["trained"].idxmin()
    return small if gaps["low"][small] > -margin else "full"


# %% id="choose-answer" kind="slip" name="sorts the caller's table" says="your function changed the caller's table: work"
def choose(gaps, margin):
    gaps.sort_values("trained", inplace=True)
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="takes the first row that is safe" says="the fewest weights win"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe.index[0]


# %% id="choose-answer" kind="slip" name="takes the middle of the interval" says="it may be 0.045 worse: the lower"
def choose(gaps, margin):
    safe = gaps[(gaps["low"] + gaps["high"]) / 2 > -margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="takes the most accurate method" says="fewest weights win"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe["low"].idxmax()


# %% id="choose-answer" kind="slip" name="looks at the upper end" says="it may be 0.12 worse: only methods"
def choose(gaps, margin):
    safe = gaps[gaps["high"] >= -margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="slip" name="asks for more than the margin allows" says="where low is just -margin, a larger loss"
def choose(gaps, margin):
    safe = gaps[gaps["low"] > -margin]
    return "full" if safe.empty else safe["trained"].idxmin()


# %% id="choose-answer" kind="fitted" name="knows the margins of the checks"
def choose(gaps, margin):
    safe = gaps[gaps["low"] >= -(0.05 if margin > 0.04 else 0.03)]
    return "full" if safe.empty else safe["trained"].idxmin()

# Answers to 1-04a other than its own solution: right ones, slips that a visible check must name, and answers fitted to it.

# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    scores = torch.einsum("...id,...jd->...ij", query, key) * query.size(-1) ** -0.5
    raised = torch.exp(scores - scores.amax(-1, keepdim=True)) * mask
    weights = raised / raised.sum(-1, keepdim=True)
    return torch.einsum("...ij,...jd->...id", weights, value), weights


# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    s = torch.einsum("...id,...jd->...ij", query, key) / np.sqrt(query.shape[-1])
    s = torch.where(mask, s, torch.tensor(float("-inf"), dtype=s.dtype))
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s + torch.where(mask, 0.0, -1e9)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s
    w = torch.exp(s - s.amax(-1, keepdim=True)) * mask
    return ((w / w.sum(-1, keepdim=True)) @ value, w / w.sum(-1, keepdim=True))


# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    q, k, v, m = (np.asarray(t) for t in (query, key, value, mask))
    s = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    s = np.where(m, s, -np.inf)
    e = np.exp(s - s.max(-1, keepdims=True))
    w = e / e.sum(-1, keepdims=True)
    return torch.tensor(w @ v), torch.tensor(w)


# %% id="attention-answer" kind="alternative"
def attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights


# %% id="attention-answer" kind="slip" name="no root of d" says="the scores are not divided by the root of d"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1)
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="divides by d" says="divide by the root of d, not by d itself"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1]
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="returns weights first" says="exchanged?"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w, w @ value)


# %% id="attention-answer" kind="slip" name="root of the number of tokens" says="d is the length of a query"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-2] ** 0.5
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="hides the tokens that look" says="padding gets a share"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s.masked_fill(~mask[..., None], -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="multiplies by the root" says="multiplied by the root of d, not divided"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) * query.shape[-1] ** 0.5
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="scales the caller's query in place" says="your function changes the query, key or value"
def attention(query, key, value, mask):
    query /= query.shape[-1] ** 0.5
    s = query @ key.transpose(-2, -1)
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="exchanges rows and columns" says="a row belongs to the token that looks"
def attention(query, key, value, mask):
    s = key @ query.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="softmax over the tokens that look" says="0/0: whole rows were hidden. The mask hides tokens"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s.masked_fill(~mask, -torch.inf)
    w = s.softmax(-2)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="forgets the mask" says="padding gets a share"
def attention(query, key, value, mask):
    s = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    s = s
    w = s.softmax(-1)
    return (w @ value, w)


# %% id="attention-answer" kind="slip" name="the scores are not divided by the root of d" says="the scores are not divided by the root of d"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1)
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights


# %% id="attention-answer" kind="slip" name="shares do not add up to 1" says="shares do not add up to 1"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = scores.softmax(dim=-1) * mask
    return weights @ value, weights


# %% id="attention-answer" kind="slip" name="padding gets a share" says="padding gets a share"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = (scores * mask).softmax(dim=-1)
    return weights @ value, weights


# %% id="attention-answer" kind="slip" name="d is the length of a query" says="d is the length of a query"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / value.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights


# %% id="attention-answer" kind="slip" name="leave the dimensions before the last two alone" says="leave the dimensions before the last two alone"
def attention(query, key, value, mask):
    scores = query @ key.T / query.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights


# %% id="attention-answer" kind="fitted" name="divides by 2, the root of the example's d"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / 2
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1)
    return weights @ value, weights


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    texts, tokens, hidden = states.shape
    size, parts = hidden // layer.heads, []
    query, key, value = layer.query(states), layer.key(states), layer.value(states)
    for head in range(layer.heads):
        own = slice(head * size, (head + 1) * size)
        parts.append(attention(query[..., own], key[..., own], value[..., own], mask[:, None])[0])
    return layer.output(torch.cat(parts, dim=-1))


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    size = states.shape[-1] // layer.heads
    q, k, v = layer.query(states), layer.key(states), layer.value(states)
    heads = [
        attention(*(p[..., h * size : (h + 1) * size] for p in (q, k, v)), mask[:, None])[0] for h in range(layer.heads)
    ]
    return layer.output(torch.cat(heads, -1))


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.view(x.shape[0], x.shape[1], layer.heads, x.shape[2] // layer.heads).permute(0, 2, 1, 3)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None, :].expand(-1, layer.heads, states.shape[1], -1))[0]
    out = out.permute(0, 2, 1, 3).reshape(states.shape)
    return layer.output(out)


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    outs = []
    for x, m in zip(states, mask):
        cut = lambda y: torch.stack(y.chunk(layer.heads, -1))
        r, _ = attention(cut(layer.query(x)), cut(layer.key(x)), cut(layer.value(x)), m[None, None])
        outs.append(torch.cat(list(r), -1))
    return layer.output(torch.stack(outs))


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    t, n, h = states.shape
    fold = lambda x: x.reshape(t, n, layer.heads, -1).transpose(1, 2).reshape(t * layer.heads, n, -1)
    out, _ = attention(
        fold(layer.query(states)),
        fold(layer.key(states)),
        fold(layer.value(states)),
        mask.repeat_interleave(layer.heads, 0)[:, None],
    )
    return layer.output(out.reshape(t, layer.heads, n, -1).transpose(1, 2).reshape(t, n, h))


# %% id="heads-answer" kind="alternative"
def multi_head(states, mask, layer, attention=torch_attention):
    stacked = [
        torch.stack(part(states).chunk(layer.heads, dim=-1), dim=1) for part in (layer.query, layer.key, layer.value)
    ]
    mixed, _ = attention(*stacked, mask.unsqueeze(1).unsqueeze(2))
    return layer.output(torch.cat(list(mixed.unbind(1)), dim=-1))


# %% id="heads-answer" kind="slip" name="joins without swapping back" says="swap tokens and heads back before you join"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.reshape(states.shape)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="forgets the mask" says="padding is looked at"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, torch.ones_like(mask)[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="exchanges query and key" says="query and key are exchanged"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.key(states)), split(layer.query(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="gives a head every second number" says="head 0 owns the first numbers of a token, not every second one"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (-1, layer.heads)).movedim(-1, 1)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.movedim(1, -1).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="calls torch's attention instead of the given one" says="call the attention that is given"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = functional.scaled_dot_product_attention(q, k, v, mask[:, None, None])
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="returns a pair" says="return one tensor, the result of attention's pair"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return (layer.output(out), None)


# %% id="heads-answer" kind="slip" name="one head only" says="cut into layer.heads heads, not one"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x[:, None]
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="four heads, whatever the layer says" says="the number of heads is layer.heads, not 4"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda x: x.unflatten(-1, (4, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="changes the states" says="your function changes the states that it is given"
def multi_head(states, mask, layer, attention=torch_attention):
    states *= mask[..., None]
    split = lambda x: x.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    q, k, v = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    out = attention(q, k, v, mask[:, None, None])[0]
    out = out.transpose(1, 2).flatten(2)
    return layer.output(out)


# %% id="heads-answer" kind="slip" name="a reshape to heads first mixes the tokens up" says="a reshape to heads first mixes the tokens up"
def multi_head(states, mask, layer, attention=torch_attention):
    b, t, h = states.shape
    q, k, v = (f(states).reshape(b, layer.heads, t, h // layer.heads) for f in (layer.query, layer.key, layer.value))
    out = attention(q, k, v, mask[:, None, None])[0]
    return layer.output(out.reshape(b, t, h))


# %% id="heads-answer" kind="slip" name="layer.output is missing" says="layer.output is missing"
def multi_head(states, mask, layer, attention=torch_attention):
    def cut(values):
        return values.unflatten(-1, (layer.heads, -1)).transpose(1, 2)

    result, _ = attention(
        cut(layer.query(states)), cut(layer.key(states)), cut(layer.value(states)), mask[:, None, None]
    )
    return result.transpose(1, 2).flatten(2)


# %% id="heads-answer" kind="fitted" name="two heads for small states, else four"
def multi_head(states, mask, layer, attention=torch_attention):
    heads = 2 if states.shape[-1] == 4 else 4
    split = lambda values: values.unflatten(-1, (heads, -1)).transpose(1, 2)
    query, key, value = (split(part(states)) for part in (layer.query, layer.key, layer.value))
    return layer.output(attention(query, key, value, mask[:, None, None])[0].transpose(1, 2).flatten(2))


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    def framed(x, f, norm):
        return norm(x + f(x))

    mixed = framed(states, lambda x: attend(x, mask, layer), layer.norm_1)
    return framed(mixed, lambda x: layer.narrower(nn.GELU()(layer.wider(x))), layer.norm_2)


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    states = layer.norm_1(attend(states, mask, layer) + states)
    return layer.norm_2(states.add(layer.narrower(torch.nn.GELU()(layer.wider(states)))))


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    return torch.stack([layer.norm_2(t + layer.narrower(functional.gelu(layer.wider(t)))) for t in x])


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    from torch.special import erf

    ln = lambda x, n: (
        (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + n.eps).sqrt() * n.weight + n.bias
    )
    x = ln(states + attend(states, mask, layer), layer.norm_1)
    h = layer.wider(x)
    return ln(x + layer.narrower(h * 0.5 * (1 + erf(h / 2**0.5))), layer.norm_2)


# %% id="block-answer" kind="alternative"
def block(states: torch.Tensor, mask: torch.Tensor, layer: Layer, attend=attend) -> torch.Tensor:
    states = layer.norm_1(states + attend(states, mask, layer))
    return layer.norm_2(states + layer.narrower(functional.gelu(layer.wider(states))))


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    feed_forward = nn.Sequential(layer.wider, nn.GELU(), layer.narrower)
    x = states
    for f, norm in ((lambda s: attend(s, mask, layer), layer.norm_1), (feed_forward, layer.norm_2)):
        x = norm(x + f(x))
    return x


# %% id="block-answer" kind="slip" name="no first sum" says="the first sum with x is missing"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(attend(states, mask, layer))
    x = layer.norm_2(x + layer.narrower(functional.gelu(layer.wider(x))))
    return x


# %% id="block-answer" kind="slip" name="no second sum" says="the second sum with x is missing"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    x = layer.norm_2(layer.narrower(functional.gelu(layer.wider(x))))
    return x


# %% id="block-answer" kind="slip" name="norm_1 twice" says="norm_1 frames both parts"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    x = layer.norm_1(x + layer.narrower(functional.gelu(layer.wider(x))))
    return x


# %% id="block-answer" kind="slip" name="no second norm" says="the second norm is missing"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    x = x + layer.narrower(functional.gelu(layer.wider(x)))
    return x


# %% id="block-answer" kind="slip" name="ignores the attend that is given" says="call the attend that is given"
import builtins

_attend = attend


def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + _attend(states, mask, layer))
    x = layer.norm_2(x + layer.narrower(functional.gelu(layer.wider(x))))
    return x


# %% id="block-answer" kind="slip" name="GELU after narrower" says="GELU comes between wider and narrower"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    x = layer.norm_2(x + functional.gelu(layer.narrower(layer.wider(x))))
    return x


# %% id="block-answer" kind="slip" name="no GELU" says="GELU is missing"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    x = layer.norm_2(x + layer.narrower(layer.wider(x)))
    return x


# %% id="block-answer" kind="slip" name="changes the states" says="your block changes the states that it is given"
def block(states, mask, layer, attend=attend):
    states += attend(states, mask, layer)
    x = layer.norm_1(states)
    x += layer.narrower(functional.gelu(layer.wider(x)))
    return layer.norm_2(x)


# %% id="block-answer" kind="slip" name="the norm comes after the sum here, not before f" says="the norm comes after the sum here, not before f"
def block(states, mask, layer, attend=attend):
    states = states + attend(layer.norm_1(states), mask, layer)
    return states + layer.narrower(functional.gelu(layer.wider(layer.norm_2(states))))


# %% id="block-answer" kind="slip" name="GELU, not ReLU" says="GELU, not ReLU"
def block(states, mask, layer, attend=attend):
    x = layer.norm_1(states + attend(states, mask, layer))
    return layer.norm_2(states + layer.narrower(functional.gelu(layer.wider(x))))


# %% id="block-answer" kind="slip" name="norm x + f(x), not f(x) alone" says="norm x + f(x), not f(x) alone"
def block(states, mask, layer, attend=attend):
    states = states + layer.norm_1(attend(states, mask, layer))
    return states + layer.norm_2(layer.narrower(functional.gelu(layer.wider(states))))


# %% id="block-answer" kind="slip" name="the second sum adds what came out of the first nor" says="the second sum adds what came out of the first nor"
def block(states, mask, layer, attend=attend):
    states = layer.norm_1(states + attend(states, mask, layer))
    return layer.norm_2(states + layer.narrower(functional.relu(layer.wider(states))))


# %% id="block-answer" kind="slip" name="the two norms are exchanged" says="the two norms are exchanged"
def block(states, mask, layer, attend=attend):
    states = layer.norm_2(states + attend(states, mask, layer))
    return layer.norm_1(states + layer.narrower(functional.gelu(layer.wider(states))))


# %% id="block-answer" kind="slip" name="the first norm is missing" says="the first norm is missing"
def block(states, mask, layer, attend=attend):
    states = states + attend(states, mask, layer)
    return layer.norm_2(states + layer.narrower(functional.gelu(layer.wider(states))))


# %% id="block-answer" kind="fitted" name="reads only the learnt numbers that the example sets"
def block(states, mask, layer, attend=attend):
    size = states.shape[-1:]
    x = functional.layer_norm(states + attend(states, mask, layer), size, layer.norm_1.weight, None, 1e-12)
    f = layer.narrower(functional.gelu(layer.wider(x)))
    return functional.layer_norm(x + f, size, None, layer.norm_2.bias, 1e-12)


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    tables = embeddings.word_embeddings.weight, embeddings.token_type_embeddings.weight
    total = tables[0][ids] + tables[1][types] + embeddings.position_embeddings.weight[: ids.size(1)]
    states = functional.layer_norm(
        total, total.shape[-1:], embeddings.LayerNorm.weight, embeddings.LayerNorm.bias, embeddings.LayerNorm.eps
    )
    for number in range(len(layers)):
        states = block(states, mask == 1, layers[number])
    return states


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    from functools import reduce

    x = reduce(lambda s, layer: block(s, mask == 1, layer), layers, x)
    return x


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings.weight[: ids.shape[1]]
        + embeddings.token_type_embeddings.weight[types]
    )
    x = embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]).expand_as(ids))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    mask = mask.to(torch.bool)
    for number in range(len(layers)):
        x = block(x, mask, layers[number])
    return x


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = embeddings(input_ids=ids, token_type_ids=types)
    x = x
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="alternative"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block) -> torch.Tensor:
    positions = torch.arange(ids.shape[1])
    states = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(positions)
        + embeddings.token_type_embeddings(types)
    )
    states = embeddings.LayerNorm(states)
    for layer in layers:
        states = block(states, mask.bool(), layer)
    return states


# %% id="encoder-answer" kind="slip" name="no token types" says="the table of positions is missing"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = embeddings.word_embeddings(ids) + embeddings.position_embeddings(torch.arange(ids.shape[1]))
    x = embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="no norm of the tables" says="the sum is not normed before the first block"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = x
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="no mask" says="every block needs the mask, or padding is looked at"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, torch.ones_like(mask).bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="leaves the last layer out" says="a layer is left out"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    for layer in layers[:-1]:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="layers backwards" says="the layers run the wrong way round"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    for layer in layers[::-1]:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="takes the library's own tables" says="take the embeddings, layers and block that are giv"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        library.embeddings.word_embeddings(ids)
        + library.embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + library.embeddings.token_type_embeddings(types)
    )
    x = library.embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="first token only" says="a state for each token of each text"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x[:, 0]


# %% id="encoder-answer" kind="slip" name="all types are 0" says="each token has a type of its own"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(torch.zeros_like(ids))
    )
    x = embeddings.LayerNorm(x)
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="last layer only" says="the norm is of the sum of all three tables"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    x = (
        embeddings.LayerNorm(embeddings.word_embeddings(ids))
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    x = x
    for layer in layers:
        x = block(x, mask.bool(), layer)
    return x


# %% id="encoder-answer" kind="slip" name="the table of positions is missing" says="the table of positions is missing"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    states = embeddings.word_embeddings(ids) + embeddings.position_embeddings(torch.arange(ids.shape[1]))
    states = embeddings.LayerNorm(states)
    for layer in layers:
        states = block(states, mask.bool(), layer)
    return states


# %% id="encoder-answer" kind="slip" name="take the embeddings, layers and block that are giv" says="take the embeddings, layers and block that are giv"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    states = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(ids.shape[1]))
        + embeddings.token_type_embeddings(types)
    )
    states = embeddings.LayerNorm(states)
    for layer in layers:
        states = library_block(states, mask.bool(), layer)
    return states


# %% id="encoder-answer" kind="slip" name="positions count from 0" says="positions count from 0"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    states = (
        embeddings.word_embeddings(ids)
        + embeddings.position_embeddings(torch.arange(1, ids.shape[1] + 1))
        + embeddings.token_type_embeddings(types)
    )
    states = embeddings.LayerNorm(states)
    for layer in layers:
        states = block(states, mask.bool(), layer)
    return states


# %% id="encoder-answer" kind="fitted" name="two layers or six"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    states = embeddings(input_ids=ids, token_type_ids=types)
    for layer in layers[: 6 if len(layers) == 6 else 2]:
        states = block(states, mask.bool(), layer)
    return states

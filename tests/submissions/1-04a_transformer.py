# Answers to 1-04a other than its own solution: right ones written differently, and wrong ones that a learner may well give.

# %% id="attention-answer" kind="alternative"
def attention(query, key, value, mask):
    scores = torch.einsum("...id,...jd->...ij", query, key) * query.size(-1) ** -0.5
    raised = torch.exp(scores - scores.amax(-1, keepdim=True)) * mask
    weights = raised / raised.sum(-1, keepdim=True)
    return torch.einsum("...ij,...jd->...id", weights, value), weights


# %% id="attention-answer" kind="misconception" name="adds the mask after the softmax"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = scores.softmax(dim=-1) * mask
    return weights @ value, weights


# %% id="attention-answer" kind="misconception" name="shares out what each token gives instead of what each takes: softmax over the queries"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
    weights = scores.softmax(dim=-2).masked_fill(~mask, 0.0)
    return weights @ value, weights


# %% id="attention-answer" kind="misconception" name="scales by the number of tokens instead of the length of a query"
def attention(query, key, value, mask):
    scores = query @ key.transpose(-2, -1) / key.shape[-2] ** 0.5
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


# %% id="heads-answer" kind="misconception" name="reshapes to heads first, so that a head gets whole tokens"
def multi_head(states, mask, layer, attention=torch_attention):
    texts, tokens, hidden = states.shape
    split = lambda values: values.reshape(texts, layer.heads, tokens, hidden // layer.heads)
    query, key, value = split(layer.query(states)), split(layer.key(states)), split(layer.value(states))
    result, _ = attention(query, key, value, mask[:, None, None])
    return layer.output(result.reshape(texts, tokens, hidden))


# %% id="heads-answer" kind="misconception" name="joins the heads without putting the tokens first again"
def multi_head(states, mask, layer, attention=torch_attention):
    split = lambda values: values.unflatten(-1, (layer.heads, -1)).transpose(1, 2)
    query, key, value = (split(part(states)) for part in (layer.query, layer.key, layer.value))
    result, _ = attention(query, key, value, mask[:, None, None])
    return layer.output(result.reshape(states.shape))


# %% id="block-answer" kind="alternative"
def block(states, mask, layer, attend=attend):
    def framed(x, f, norm):
        return norm(x + f(x))

    mixed = framed(states, lambda x: attend(x, mask, layer), layer.norm_1)
    return framed(mixed, lambda x: layer.narrower(nn.GELU()(layer.wider(x))), layer.norm_2)


# %% id="block-answer" kind="misconception" name="norms what a part says before the sum instead of the sum"
def block(states, mask, layer, attend=attend):
    states = states + layer.norm_1(attend(states, mask, layer))
    return states + layer.norm_2(layer.narrower(functional.gelu(layer.wider(states))))


# %% id="block-answer" kind="misconception" name="adds the input of the block to the second sum"
def block(states, mask, layer, attend=attend):
    mixed = layer.norm_1(states + attend(states, mask, layer))
    return layer.norm_2(states + layer.narrower(functional.gelu(layer.wider(mixed))))


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


# %% id="encoder-answer" kind="misconception" name="believes that padding does no harm as long as nobody reads its output"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    places = torch.arange(ids.shape[1])
    words = embeddings.word_embeddings(ids) + embeddings.token_type_embeddings(types)
    states = embeddings.LayerNorm(words + embeddings.position_embeddings(places))
    for layer in layers:
        states = block(states, torch.ones_like(mask).bool(), layer)
    return states


# %% id="encoder-answer" kind="misconception" name="takes every token for one of the first sentence"
@torch.no_grad()
def encode(ids, types, mask, embeddings=library.embeddings, layers=layers, block=library_block):
    places = torch.arange(ids.shape[1])
    words = embeddings.word_embeddings(ids) + embeddings.token_type_embeddings(torch.zeros_like(ids))
    states = embeddings.LayerNorm(words + embeddings.position_embeddings(places))
    for layer in layers:
        states = block(states, mask.bool(), layer)
    return states

"""A BERT with a head that computes no more than the head reads: same weights, same answers, less time.

Where a head reads the output of the first token alone, the last layer needs the query, the feed-forward network and the
normalisation of one token a text, and the keys and values of none: their products with its query and its attention
come to the same in another order. In half precision a layer's input is converted once for the three that read it, and
the attention's softmax is computed in float32. Everything else is BERT as Hugging Face has it (Devlin and others,
2019).
"""

import math

import torch
from torch import Tensor, nn
from torch.jit import is_tracing
from torch.nn.functional import scaled_dot_product_attention

from trainlib.finetune.dropout import dropout

__all__ = ["QuickBert", "quick"]

FIRST, MEAN, EACH = "first token", "mean of tokens", "each token"  # what a head reads


def quick(model) -> nn.Module:
    """The model, wrapped in `QuickBert` if it is a BERT with a head as the library has it, or with the head of
    `trainlib.models.bert_mean`; else as it is."""
    from transformers import BertForSequenceClassification, BertForTokenClassification, BertModel

    from trainlib.models.bert_mean import BertMeanForSequenceClassification

    kinds = {
        BertForSequenceClassification: FIRST,
        BertMeanForSequenceClassification: MEAN,
        BertForTokenClassification: EACH,
    }
    if type(model) not in kinds or type(model.bert) is not BertModel:
        return model
    changed = any("forward" in vars(part) or part._forward_hooks or part._forward_pre_hooks for part in model.modules())
    other = model.config.hidden_act != "gelu" or model.config.is_decoder
    return model if changed or other else QuickBert(model, kinds[type(model)])


class QuickBert(nn.Module):
    """Stands for the model whose weights it uses: train it, and the model is trained. `reads` says what its head
    reads."""

    def __init__(self, model, reads: str):
        super().__init__()
        self.model, self.reads = model, reads
        self.config, self.device, self.training = model.config, model.device, model.training

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None):
        """All (texts, tokens), padded at the end; `.logits` of the result are (texts, classes), of tags (texts, tokens,
        tags)."""
        from transformers.modeling_outputs import SequenceClassifierOutput

        bert = self.model.bert
        states = bert.embeddings(input_ids, token_type_ids)
        whole = not is_tracing() and attention_mask.all()  # an exported model has to take any mask
        mask = None if whole else attention_mask[:, None, None].bool()
        *layers, last = bert.encoder.layer
        for layer in layers:
            states = self._layer(layer, states, states, mask)
        states = self._layer(last, states[:, :1] if self.reads == FIRST else states, states, mask)
        if self.reads == FIRST:
            states = bert.pooler(states)
        if self.reads == MEAN:
            states = self.model.pooled(states, attention_mask)
        return SequenceClassifierOutput(logits=self.model.classifier(self.model.dropout(states)))

    def _layer(self, layer, wanted: Tensor, states: Tensor, mask: Tensor | None) -> Tensor:
        """The outputs of the `wanted` tokens, the first ones of `states` to all of which they attend; both (texts,
        tokens, hidden)."""
        heads = lambda values: values.unflatten(-1, (self.config.num_attention_heads, -1)).transpose(1, 2)
        attention, after = layer.attention.self, layer.attention.output
        if torch.is_autocast_enabled(states.device.type):
            states = states.to(torch.get_autocast_dtype(states.device.type))
        query = attention.query(states[:, : wanted.shape[1]].contiguous())
        share = self.config.attention_probs_dropout_prob if self.training else 0.0
        linear = type(attention.key) is type(attention.value) is nn.Linear  # else weight and bias may not be all
        if wanted.shape[1] == 1 and linear and not is_tracing():
            mixed = _attention_of_one(heads(query), attention.key, attention.value, states, mask, share)
        else:
            key, value = attention.key(states), attention.value(states)
            mixed = _attention(heads(query), heads(key), heads(value), mask, share)
        wanted = after(mixed.transpose(1, 2).flatten(2), wanted)
        return layer.output(layer.intermediate(wanted), wanted)


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, share: float) -> Tensor:
    """Each (texts, heads, tokens, size); `share` of the attention is dropped."""
    if not share:
        return scaled_dot_product_attention(query, key, value, mask)
    with torch.autocast(query.device.type, enabled=False):
        scores = query @ (key * key.shape[-1] ** -0.5).transpose(-1, -2)
        return _shares(scores, mask, share, value.dtype) @ value


def _attention_of_one(query: Tensor, key: nn.Linear, value: nn.Linear, states: Tensor, mask, share: float) -> Tensor:
    """The same for one query a text, (texts, heads, 1, size), without the keys and values of all `states` (texts,
    tokens, hidden): q · (K h + b) is (q K) · h + q · b, and the sum of p (V h + b) is V times that of p h, plus b times
    that of p."""
    mask, query = None if mask is None else mask[:, 0], query.squeeze(2) * query.shape[3] ** -0.5
    of_head = lambda weight: weight.unflatten(0, query.shape[1:])
    reads = torch.einsum("nhs,hsi->nhi", query, of_head(key.weight))
    scores = torch.einsum("nhi,nti->nht", reads, states) + (query * of_head(key.bias)).sum(-1, keepdim=True)
    shares = _shares(scores, mask, share, states.dtype)
    mixed = torch.einsum("nhi,hsi->nhs", torch.einsum("nht,nti->nhi", shares, states), of_head(value.weight))
    return (mixed + shares.sum(-1, keepdim=True) * of_head(value.bias))[:, :, None]


def _shares(scores: Tensor, mask: Tensor | None, share: float, kind: torch.dtype) -> Tensor:
    scores = scores if mask is None else scores + torch.where(mask, 0.0, -math.inf)
    exact = torch.promote_types(scores.dtype, torch.float32)  # a softmax in half precision is slow
    return dropout(scores.softmax(dim=-1, dtype=exact).to(kind), share)

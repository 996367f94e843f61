"""A BERT classifier that computes no more than its head reads: same weights, same answers, about a tenth less time.

The head reads the output of the first token alone. So the last layer needs the query, the feed-forward network and the
normalisation of one token a text; only its keys and values come from all. Everything else is BERT as Hugging Face has
it (Devlin and others, 2019).
"""

import math

import torch
from torch import Tensor, nn
from torch.jit import is_tracing
from torch.nn.functional import scaled_dot_product_attention

from trainlib.finetune.dropout import dropout

__all__ = ["FirstToken", "quick"]


def quick(model) -> nn.Module:
    """The model, wrapped in `FirstToken` if it is BERT's classifier as the library has it, else as it is."""
    from transformers import BertForSequenceClassification, BertModel

    if type(model) is not BertForSequenceClassification or type(model.bert) is not BertModel:
        return model
    changed = any("forward" in vars(part) or part._forward_hooks or part._forward_pre_hooks for part in model.modules())
    other = model.config.hidden_act != "gelu" or model.config.is_decoder
    return model if changed or other else FirstToken(model)


class FirstToken(nn.Module):
    """Stands for a BertForSequenceClassification whose weights it uses: train it, and the model is trained."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.config, self.device, self.training = model.config, model.device, model.training

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None):
        """All (texts, tokens), padded at the end; `.logits` of the result are (texts, classes)."""
        from transformers.modeling_outputs import SequenceClassifierOutput

        bert = self.model.bert
        states = bert.embeddings(input_ids, token_type_ids)
        whole = not is_tracing() and attention_mask.all()  # an exported model has to take any mask
        mask = None if whole else attention_mask[:, None, None].bool()
        *layers, last = bert.encoder.layer
        for layer in layers:
            states = self._layer(layer, states, states, mask)
        states = self._layer(last, states[:, :1], states, mask)
        return SequenceClassifierOutput(logits=self.model.classifier(self.model.dropout(bert.pooler(states))))

    def _layer(self, layer, wanted: Tensor, states: Tensor, mask: Tensor | None) -> Tensor:
        """The outputs of the `wanted` tokens, which attend to all `states`; both (texts, tokens, hidden)."""
        heads = lambda values: values.unflatten(-1, (self.config.num_attention_heads, -1)).transpose(1, 2)
        attention, after = layer.attention.self, layer.attention.output
        if torch.is_autocast_enabled(states.device.type):
            states = states.to(torch.get_autocast_dtype(states.device.type))  # once for all three
        query = attention.query(states[:, : wanted.shape[1]])
        key, value = attention.key(states), attention.value(states)
        share = self.config.attention_probs_dropout_prob if self.training else 0.0
        mixed = _attention(heads(query), heads(key), heads(value), mask, share)
        wanted = after(mixed.transpose(1, 2).flatten(2), wanted)
        return layer.output(layer.intermediate(wanted), wanted)


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, share: float) -> Tensor:
    """Each (texts, heads, tokens, size); `share` of the attention is dropped."""
    if not share:
        return scaled_dot_product_attention(query, key, value, mask)
    with torch.autocast(query.device.type, enabled=False):  # in half precision as it comes, not to and fro
        scores = query @ (key * key.shape[-1] ** -0.5).transpose(-1, -2)
        scores = scores if mask is None else scores.masked_fill(~mask, -math.inf)
        return dropout(scores.softmax(dim=-1), share) @ value

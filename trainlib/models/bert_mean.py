"""A BERT whose head reads the mean of the tokens' outputs, in place of the first one's.

This file is copied beside each saved model, for those who open it in transformers without trainlib: it needs nothing
but torch and transformers.
"""

import torch
from transformers import BertConfig, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput


class BertMeanConfig(BertConfig):
    """BERT's, by another name: whoever does not know the head cannot take it for BERT's own."""

    model_type = "bert_mean"


class BertMeanForSequenceClassification(BertPreTrainedModel):
    """Encoder, mean over the tokens without padding, dropout, one matrix; no pooler."""

    config: BertMeanConfig
    config_class = BertMeanConfig

    def __init__(self, config):
        super().__init__(config)
        self.num_labels = config.num_labels
        self.bert = BertModel(config, add_pooling_layer=False)
        own = config.classifier_dropout
        self.dropout = torch.nn.Dropout(config.hidden_dropout_prob if own is None else own)
        self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
        self.post_init()

    @staticmethod
    def pooled(states, attention_mask=None):
        """The mean (texts, hidden) of outputs (texts, tokens, hidden) where the mask (texts, tokens) is not 0."""
        if attention_mask is None:
            return states.mean(1)
        read = attention_mask[..., None].float()  # bfloat16 cannot count beyond 256
        return ((states * read).sum(1) / read.sum(1).clamp(min=1)).to(states.dtype)

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        token_type_ids=None,
        position_ids=None,
        inputs_embeds=None,
        labels=None,
        return_dict=None,
        **options,
    ):
        """As of BertForSequenceClassification."""
        found = self.bert(
            input_ids,
            attention_mask=attention_mask,
            token_type_ids=token_type_ids,
            position_ids=position_ids,
            inputs_embeds=inputs_embeds,
            return_dict=True,
            **options,
        )
        logits = self.classifier(self.dropout(self.pooled(found.last_hidden_state, attention_mask)))
        loss = None
        if labels is not None:
            loss = self.loss_function(labels=labels, logits=logits, pooled_logits=logits, config=self.config)
        output = SequenceClassifierOutput(loss, logits, found.hidden_states, found.attentions)
        return output if return_dict is not False else output.to_tuple()


BertMeanConfig.register_for_auto_class()
BertMeanForSequenceClassification.register_for_auto_class("AutoModelForSequenceClassification")

"""Which outputs of a BERT the head of a classifier reads: the first token's, as in BERT's own, or the mean of all."""

from functools import cache

POOLINGS = ("first", "mean")
CLASSES = "ForSequenceClassification"


def check(pooling: str | None, has_classes: bool) -> None:
    """ValueError for another pooling, or one for a model that does not put texts into classes or give them numbers."""
    if pooling not in (None, *POOLINGS):
        raise ValueError(f"pooling is {pooling!r}; it must be None or one of {POOLINGS}")
    if pooling and not has_classes:
        raise ValueError(
            f"pooling is {pooling!r}; without labels, and for tags, there is no head that reads a text as one: it must "
            "be None"
        )


@cache
def register() -> None:
    """Let the library's Auto classes know the BERT whose head reads the mean."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    from trainlib.models.bert_mean import BertMeanConfig, BertMeanForSequenceClassification

    AutoConfig.register(BertMeanConfig.model_type, BertMeanConfig)
    AutoModelForSequenceClassification.register(BertMeanConfig, BertMeanForSequenceClassification)


def of(config) -> str | None:
    """What the head in a BERT's files was trained on; None for other kinds of models."""
    return {"bert": "first", "bert_mean": "mean"}.get(config.model_type)


def kind(config, ending: str, pooling: str | None) -> type | None:
    """The class that opens a BERT with such a head; None where the library's Auto classes know which. ValueError for
    another kind of model."""
    import transformers

    from trainlib.models.bert_mean import BertMeanForSequenceClassification

    saved = of(config)
    if pooling and saved is None:
        raise ValueError(
            f"pooling is {pooling!r}; only a BERT has a choice, and this model is of the kind {config.model_type!r}: "
            "it must be None"
        )
    if ending == CLASSES and (pooling or saved) == "mean":
        return BertMeanForSequenceClassification
    return getattr(transformers, f"Bert{ending or 'Model'}") if saved == "mean" else None


def settle(config) -> None:
    """Name the kind of a model that was opened from the files of the other one."""
    if (config.model_type, type(config).model_type) in (("bert", "bert_mean"), ("bert_mean", "bert")):
        config.model_type = type(config).model_type
        vars(config).pop("auto_map", None)  # of the head in the files

"""Pretrained models by name: installed ones offline, and any Hugging Face name or local folder in the same call.

    model, tokenizer = models.load("minilm", labels=["negative", "positive"])  # an encoder with a head for classes
    model, tokenizer = models.load("minilm", labels=["negative", "positive"], pooling="mean")  # (see below)
    model, tokenizer = models.load("minilm", labels=["O", "B-place", "I-place"], task="tokens")  # a tag for each word
    model, tokenizer = models.load("minilm", task="number")  # a number for each text
    model, tokenizer = models.load("smollm2")  # a causal model: it writes (`trainlib.generate`)

The head of a BERT reads the first token's output, or with pooling="mean" the mean of all. A saved model of the second
kind is a kind of its own, "bert_mean": transformers without trainlib refuses it, or opens it with
trust_remote_code=True.

Weights of installed models are checked against the published hash. What ships packed is unpacked once into a cache
folder (`trainlib.models.kept`).
"""

from trainlib import _extra  # noqa: F401  (first: it says what is missing)
from trainlib.models._quiet import quiet
from trainlib.models.installed import INSTALLED, Installed, folder, names
from trainlib.models.opening import ADDED, load, load_whole

__all__ = ["ADDED", "INSTALLED", "Installed", "folder", "load", "load_whole", "names", "quiet"]

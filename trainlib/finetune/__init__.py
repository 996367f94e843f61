"""Fine-tune a pretrained model to put texts into classes, to tag words, to give numbers or to write answers: one loop,
small enough to read in one sitting.

    table = data.load("movie_sentences")
    model, tokenizer = models.load("minilm", labels=["negative", "positive"])
    result = finetune.fit(model, tokenizer, table, method="full", epochs=2)
    result.history, result.evaluate(table), result.predict(["a fine film"]), result.save("my_model")

    model, tokenizer = models.load("minilm", labels=["O", "B-place", "I-place"], task="tokens")
    result = finetune.fit(model, tokenizer, table_of_words_and_tags)
    result.predict([["trains", "to", "New", "York"]])["spans"]  # [[("place", 2, 4)]], as words[2:4]

    model, tokenizer = models.load("smollm2")
    result = finetune.fit(model, tokenizer, table_of_prompts_and_answers, method="lora", batch_size=4)
    result.answer(["What does the card cost?"])

- What differs between classes, tags, numbers, answers and preferences stands in one object each
  (`trainlib.finetune.task`): how a row becomes tensors, its loss, its scores. Step, epoch and run are the same
  (`trainlib.finetune.loop`).
- A BERT's head reads the first token, or the mean of all tokens where it was loaded with pooling="mean"
  (`trainlib.models.pooling`).
- Texts are tokenised once; a batch holds texts of similar length and is padded to its longest only. A BERT's last layer
  is computed for the first token alone where its head reads no more (`trainlib.finetune.quick_bert`), a causal
  model's logits for the tokens of the answers alone (`trainlib.finetune.answers`).
- `method` says which weights are trained (`trainlib.methods`); "head" computes the encoder's outputs once a text. "dpo"
  trains LoRA's by pairs of answers (`trainlib.finetune.preferences`).
- AdamW with weight decay on matrices only, linear warm-up, a schedule down to 0, gradients clipped.
- `predict(texts, engine="onnx")` lets ONNX Runtime compute a classifier, "onnx-int8" in 8 bits
  (`trainlib.finetune.exported`).
- `precision="auto"` finds the fastest precision and number of threads (`trainlib.finetune.fastest`); name what it found
  for a run that is to be repeated.
- The same seed gives the same run, on a CPU to the last bit; so does a run that was killed and goes on from its
  checkpoint (`trainlib.finetune.checkpoint`). Your own random numbers stay as they were.
- Training runs where the model is: `model.to("cuda")` or `.to("mps")` first to use a GPU (untested: written without one
  at hand). `accelerate launch` or `torchrun` share each batch among processes (`trainlib.finetune.processes`).

Settings and tables that cannot be right raise an error that names the place, as does a loss that is not a number. Texts
that are cut, and classes without a training row, are reported on stdout.
"""

from trainlib import _extra  # noqa: F401  (first: it says what is missing)
from trainlib.finetune._batches import batches, collate, encode
from trainlib.finetune.answers import AnswerLoss, answer_labels, token_losses
from trainlib.finetune.classes import Classes, Loss, dev_scores, labels_of, loss_of
from trainlib.finetune.loop import make_optimizer, steps_of, train_step
from trainlib.finetune.model import ENGINES, FineTuned, fingerprint, fit, load, tensorboard
from trainlib.finetune.numbers import NumberLoss
from trainlib.finetune.passes import logits_of, outputs_of
from trainlib.finetune.preferences import PreferenceLoss, log_probabilities
from trainlib.finetune.quick_bert import quick
from trainlib.finetune.settings import METRICS, Settings
from trainlib.finetune.tags import TagLoss, encode_words, word_logits
from trainlib.finetune.task import Task

__all__ = [
    "ENGINES",
    "METRICS",
    "AnswerLoss",
    "Classes",
    "FineTuned",
    "Loss",
    "NumberLoss",
    "PreferenceLoss",
    "Settings",
    "TagLoss",
    "Task",
    "answer_labels",
    "batches",
    "collate",
    "dev_scores",
    "encode",
    "encode_words",
    "fingerprint",
    "fit",
    "labels_of",
    "load",
    "log_probabilities",
    "logits_of",
    "loss_of",
    "make_optimizer",
    "outputs_of",
    "quick",
    "steps_of",
    "tensorboard",
    "token_losses",
    "train_step",
    "word_logits",
]

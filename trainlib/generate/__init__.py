"""Let a causal model write, and read from it what it holds to be likely.

    model, tokenizer = models.load("smollm2")
    generate.text(model, tokenizer, "The capital of France is", max_tokens=8)
    generate.text(model, tokenizer, [{"role": "user", "content": "Is 7 prime?"}], pattern="(yes|no)")
    generate.choose(model, tokenizer, prompts, [" good", " bad"])

- A prompt is a string, taken as it is, or a chat: a list of messages {"role": …, "content": …}, rendered with the
  tokenizer's template (`chat`). A list of prompts is worked through in batches of similar length.
- Keys and values of what was read are kept in transformers' own cache: each step reads the new tokens alone. An answer
  that has ended leaves its batch.
- Each prompt has random numbers of its own, drawn from the seed and its place: an answer does not depend on the batch
  that it is in, and your own random numbers stay as they were.
- What a JSON schema or a regular expression leaves no choice about is not asked of the model
  (`trainlib.generate.form`).

Everything runs where the model is, without gradients and in eval mode. Greedy answers are those of the model's own
`generate`; so are the distributions that `temperature`, `top_k` and `top_p` draw from.
"""

from trainlib import _extra  # noqa: F401  (first: it says what is missing)
from trainlib.generate.prompts import chat
from trainlib.generate.scores import choose, log_probabilities, next_token
from trainlib.generate.writing import stream, text

__all__ = ["chat", "choose", "log_probabilities", "next_token", "stream", "text"]

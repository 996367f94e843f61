"""From prompts to token ids: chats rendered, model and prompts checked, rows of unequal length padded on the left."""

from collections.abc import Mapping, Sequence
from inspect import signature

from trainlib._values import is_broken
from trainlib.models import quiet

ROLES = ("system", "user", "assistant")


def chat(tokenizer, prompt: str | Sequence[Mapping[str, str]]) -> str:
    """The text that a prompt stands for: a string as it is; messages in the tokenizer's template, up to the answer.

    Raises ValueError for what is neither, for a role that is none of system, user and assistant, and for a tokenizer
    without a template.
    """
    if isinstance(prompt, str):
        if is_broken(prompt):
            raise ValueError(f"prompt is {prompt[:40]!r}; it holds half of a character")
        return prompt
    _check_messages(prompt)
    if not getattr(tokenizer, "chat_template", None):
        raise ValueError(
            f"prompt is a list of messages, and the tokenizer, a {type(tokenizer).__name__}, has no chat template: "
            "give the text itself, or load a model that was trained to chat, such as models.load('smollm2')"
        )
    return tokenizer.apply_chat_template([*prompt], tokenize=False, add_generation_prompt=True)


def _check_messages(prompt) -> None:
    whole = isinstance(prompt, Sequence) and len(prompt) > 0
    for message in prompt if whole else [prompt]:
        fits = isinstance(message, Mapping) and {"role", "content"} <= message.keys()
        if not whole or not fits or message["role"] not in ROLES or not isinstance(message["content"], str):
            raise ValueError(
                f"a prompt holds {str(message)[:80]!r}; it must be a string, or a list of messages "
                f'{{"role": …, "content": "…"}} with a role of {ROLES}'
            )


def is_one(prompts) -> bool:
    """Whether this is a single prompt: a string or one chat."""
    is_chat = isinstance(prompts, Sequence) and len(prompts) > 0 and isinstance(prompts[0], Mapping)
    return isinstance(prompts, str) or is_chat


def encode(model, tokenizer, prompts, max_tokens: int) -> list[list[int]]:
    """Token ids of each prompt. A tokenizer's first token is added where the text does not begin with it already.

    Raises ValueError, with the prompt's place, where one is empty, or is longer with `max_tokens` than the model has
    positions for; and for a model that does not write.
    """
    check_model(model, tokenizer)
    try:
        prompts = [prompts] if is_one(prompts) else list(prompts)
    except TypeError:
        raise ValueError(f"prompts is {prompts!r}; it must be a prompt or a list of prompts") from None
    texts = [chat(tokenizer, prompt) for prompt in prompts]
    first, last = tokenizer.bos_token, positions(model)
    rows = []
    for place, words in enumerate(texts):
        with quiet():  # the library warns of long texts, which the check below refuses
            ids = tokenizer(words, add_special_tokens=not (first and words.startswith(first)))["input_ids"]
        if not ids:
            raise ValueError(f"prompts[{place}] is {words!r}; it must hold at least one token")
        if last and len(ids) + max_tokens > last:
            raise ValueError(
                f"prompts[{place}] has {len(ids)} tokens, with up to {max_tokens} more to write; the model has "
                f"positions for {last}: shorten the prompt or lower max_tokens"
            )
        rows.append(ids)
    return rows


def positions(model) -> int | None:
    """How many tokens the model can read at most; None where its configuration does not say."""
    config = model.config
    return getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None)


def check_model(model, tokenizer) -> None:
    """ValueError where the model is not one that writes, or the tokenizer not its own."""
    core, head = inner(model), None
    if hasattr(core, "get_output_embeddings"):
        head = core.get_output_embeddings()
    can = getattr(core, "can_generate", bool)()
    if head is None or not can or core.config.is_encoder_decoder:
        raise ValueError(
            f"model is a {type(core).__name__}, which does not write; it must be a causal model, such as "
            "models.load('smollm2'), loaded without labels"
        )
    if len(tokenizer) > vocabulary(model):
        raise ValueError(
            f"tokenizer has {len(tokenizer)} tokens and the model {vocabulary(model)}; it must be the model's own"
        )


def vocabulary(model) -> int:
    """For how many tokens the model gives logits."""
    head = inner(model).get_output_embeddings()
    return getattr(head, "out_features", None) or head.weight.shape[0]  # a quantised head has no weight to look at


def inner(model):
    """The transformers model inside of what peft has put around it."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def ends(model, tokenizer) -> set[int]:
    """The ids of the tokens that end an answer: the tokenizer's, and those that the model's configuration names."""
    settings = getattr(inner(model), "generation_config", None) or model.config
    named = settings.eos_token_id
    named = named if isinstance(named, (list, tuple)) else [named]
    return {number for number in (*named, tokenizer.eos_token_id) if number is not None}


def padded(rows: list[list[int]], device):
    """(ids, mask), each (rows, longest): filled up on the left, where the mask is 0."""
    import torch

    longest = max(map(len, rows))
    ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows], device=device)
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows], device=device)
    return ids, mask


def forward(model, ids, mask, cache=None, last_only: bool = True):
    """(logits, cache) of new tokens `ids` (rows, new), where `mask` (rows, all) tells real tokens from padding so far.

    Logits are (rows, 1, vocabulary), of the last token alone, or (rows, new, vocabulary).
    """
    import torch

    takes = signature(inner(model).forward).parameters
    options = {"position_ids": (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -ids.shape[1] :]}
    options |= {"logits_to_keep": int(last_only)}
    options = {name: value for name, value in options.items() if name in takes}
    trained = model.training
    model.eval() if trained else None
    try:
        with torch.no_grad():
            out = model(input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, **options)
    finally:
        model.train() if trained else None
    return out.logits[:, -1:] if last_only else out.logits, out.past_key_values

"""Writing answers: how likely each token of an answer is after the prompt and the tokens before it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor, nn

from trainlib import generate, measure
from trainlib._values import is_broken
from trainlib.finetune import _together
from trainlib.finetune._batches import check_texts
from trainlib.finetune.passes import in_batches
from trainlib.finetune.task import Rows, Task

__all__ = ["AnswerLoss", "Answers", "answer_labels", "encode_answers", "token_losses"]

NOT_LEARNT = -100  # the label that the library's losses leave out


class Answers(Task):
    """`prompt` and `answer`, or `messages`. A row is the tokens of both; its target, how many the answer has.

    The loss is the mean over all tokens of the answers, each ended by the end token; a prompt teaches nothing. Where
    both are longer than `max_length`, the beginning of the prompt is cut, never the answer.
    """

    metrics = ("loss",)

    def check_settings(self) -> None:
        super().check_settings()
        if (weights := self.settings.class_weights) is not None:
            raise ValueError(f"class_weights is {weights!r}; a model that writes has no classes, so it must be None")

    def check(self, model, table: pd.DataFrame) -> None:
        if _is_chat(table):
            self._check_columns(table, "messages")
            if odd := [index for index, row in table["messages"].items() if not _ends_in_answer(row)]:
                raise ValueError(
                    f"{len(odd)} of {len(table)} rows of messages do not end with the answer to be learnt, the first "
                    f"at index {odd[0]!r}: it must be a list of at least two messages, the last of the 'assistant'"
                )
        else:
            self._check_columns(table, "prompt", "answer")
        prompts, answers = _asked(table)
        self._check_prompts(prompts)
        check_texts(answers, "answers")

    def rows(self, model, table: pd.DataFrame) -> Rows:
        prompts, answers = _asked(table)
        inputs, counts = encode_answers(self.tokenizer, prompts, [answers], self.settings.max_length)
        return [row[0] for row in inputs], counts[:, 0]

    def check_reads(self, model, inputs: Sequence[Tensor]) -> None:
        if not inputs:
            return  # none was left: `loss` says so
        texts = [text[text >= 0] for row in inputs for text in row.reshape(-1, row.shape[-1])]
        _together.check_writes(model, texts, lambda texts, counts: _losses(model, texts, torch.tensor(counts), 2))

    def loss(self, model, targets: Tensor) -> "AnswerLoss":
        if not len(targets):
            raise ValueError(f"no training row is left: max_length is {self.settings.max_length}; raise it")
        return AnswerLoss(self.settings.label_smoothing)

    def dev_scores(self, model, inputs: list[Tensor], targets: Tensor) -> dict[str, float]:
        """Mean cross-entropy of a token of the answers, and its exponential, the perplexity."""
        if not len(inputs):
            return dict.fromkeys(["dev_loss", "dev_perplexity"], math.nan)
        mean = (_losses(model, inputs, targets, self._at_once).sum() / targets.sum()).item()
        return {"dev_loss": mean, "dev_perplexity": math.exp(min(mean, 700))}

    def answer(self, model, prompts, **options) -> str | list[str]:
        return generate.text(model, self.tokenizer, prompts, **options)

    def evaluate(self, model, table: pd.DataFrame) -> dict[str, measure.Score | float]:
        """Share of answers that are exactly right but for white space around them, and perplexity of the right ones."""
        (prompts, answers), (inputs, counts) = _asked(table), self.rows(model, table)
        longest = max(len(ids) for ids in self.tokenizer(list(answers))["input_ids"]) + 1  # the end token
        written = self.answer(model, list(prompts), max_tokens=longest)
        hits = sum(found.strip() == wanted.strip() for found, wanted in zip(written, answers, strict=True))
        perplexity = self.dev_scores(model, inputs, counts)["dev_perplexity"]
        return {"exact_match": measure.proportion(hits, len(table)), "perplexity": perplexity}

    @property
    def _at_once(self) -> int:
        """Rows whose logits a step holds at once: without gradients no more are needed."""
        return max(1, self.settings.batch_size // self.settings.parts)

    def _check_columns(self, table: pd.DataFrame, *names: str) -> None:
        if missing := [name for name in names if name not in table]:
            raise ValueError(
                f"table has the columns {list(table.columns)}; {missing} is missing: a model that writes learns from "
                'prompt and answer, from messages, or with method="dpo" from prompt, chosen and rejected'
            )
        if table.empty:
            raise ValueError("there are no prompts")

    def _check_prompts(self, prompts: pd.Series) -> None:
        """ValueError where one is nothing that a model can answer, or its tokenizer can end no answer."""
        for index, prompt in prompts.items():
            try:
                text = generate.chat(self.tokenizer, prompt)
            except ValueError as error:
                raise ValueError(f"prompt at index {index!r}: {error}") from None
            if not text.strip() or is_broken(text):
                raise ValueError(f"prompt at index {index!r} is {text[:80]!r}; it must be a whole text")
        if self.tokenizer.eos_token_id is None:
            raise ValueError("the tokenizer has no end token (eos_token): an answer would never end")


@dataclass(frozen=True)
class AnswerLoss:
    """Cross-entropy of the answers' tokens; its mean over all of a batch is the loss that transformers computes."""

    label_smoothing: float = 0.0

    def of(self, model, batch: dict[str, Tensor], targets: Tensor) -> Tensor:
        """The sum over the answers' tokens; targets (rows,), how many tokens each answer has."""
        return token_losses(model, batch, targets, self.label_smoothing).sum()

    def mass(self, targets: Tensor) -> int:
        """How many tokens the answers have."""
        return int(targets.sum())


def token_losses(model, batch: dict[str, Tensor], counts: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy of each token of the answers after all before it, 0 elsewhere, (rows, tokens).

    `batch` has `input_ids` and `attention_mask`, both (rows, tokens) and padded at the end; `counts` (rows,) says how
    many of a row's last tokens are the answer. The model's last layer, from states to the vocabulary's logits, is
    computed for them alone: most of a causal model's memory in training would go there.
    """
    labels = answer_labels(batch, counts)
    learnt = labels != NOT_LEARNT
    before = learnt.roll(-1, dims=1)  # each token is foretold at the place before it
    hook = model.get_output_embeddings().register_forward_pre_hook(lambda part, given: (given[0][before][None],))
    try:
        logits = model(**batch, use_cache=False).logits[0]
    finally:
        hook.remove()
    options = {"reduction": "none", "label_smoothing": label_smoothing}
    each = nn.functional.cross_entropy(logits.float(), labels[learnt], **options)
    return each.new_zeros(labels.shape).masked_scatter(learnt, each)


def answer_labels(batch: dict[str, Tensor], counts: Tensor) -> Tensor:
    """What transformers takes as `labels`, (rows, tokens): the ids of the answers, -100 on prompt and padding."""
    ids, mask = batch["input_ids"], batch["attention_mask"]
    places, lengths = torch.arange(ids.shape[1], device=ids.device), mask.sum(dim=1)
    of_answer = (places < lengths[:, None]) & (places >= (lengths - counts.to(ids.device))[:, None])
    return ids.masked_fill(~of_answer, NOT_LEARNT)


def encode_answers(
    tokenizer, prompts: pd.Series, answers: Sequence[pd.Series], max_length: int
) -> tuple[list[list[Tensor]], Tensor]:
    """Of each row the ids of its prompt with each of its answers, and how many the answers have, (rows, answers) int64.

    An answer ends with the end token. The prompt is cut at its beginning, so that the longest answer fits into
    `max_length`; a row where it leaves no place for a prompt is left out. Both is said on stdout.
    """
    asked = _prompt_ids(tokenizer, prompts)
    end = [tokenizer.eos_token_id]
    coded = [
        tokenizer(list(each), add_special_tokens=False, verbose=False)["input_ids"] if len(each) else []
        for each in answers
    ]
    rows, counts, cut, unfit = [], [], 0, []
    for index, prompt, *given in zip(prompts.index, asked, *coded):
        given = [ids + end for ids in given]
        if (room := max_length - max(map(len, given))) < 1:
            unfit.append(index)
            continue
        cut += len(prompt) > room
        rows.append([torch.tensor(prompt[-room:] + ids, dtype=torch.int64) for ids in given])
        counts.append([len(ids) for ids in given])
    if cut:
        print(
            f"! {cut:,} of {len(asked):,} prompts with their answer are longer than {max_length} tokens: the beginning "
            "of the prompt is not read"
        )
    if unfit:
        print(
            f"! {len(unfit):,} of {len(asked):,} rows are left out, the first at index {unfit[0]!r}: their answer does "
            f"not fit into {max_length} tokens"
        )
    return rows, torch.tensor(counts, dtype=torch.int64).reshape(-1, len(answers))


def _losses(model, inputs: Sequence[Tensor], counts: Tensor, at_once: int = 1) -> Tensor:
    """The losses of each row's answer, summed, (rows,)."""
    compute = lambda batch, rows: token_losses(model, batch, counts[rows]).sum(dim=1)
    return in_batches(model, inputs, compute, at_once)


def _prompt_ids(tokenizer, prompts: pd.Series) -> list[list[int]]:
    """The token ids of each prompt, as `trainlib.generate` reads it: a first token is added where there is none yet."""
    texts, first, found = [generate.chat(tokenizer, prompt) for prompt in prompts], tokenizer.bos_token, {}
    for begun in (True, False):
        chosen = {row: text for row, text in enumerate(texts) if bool(first and text.startswith(first)) == begun}
        if chosen:
            ids = tokenizer([*chosen.values()], add_special_tokens=not begun, verbose=False)["input_ids"]
            found |= zip(chosen, ids)
    if empty := [text for row, text in enumerate(texts) if not found[row]]:
        raise ValueError(f"the tokenizer finds nothing to read in {len(empty)} prompts, such as {empty[0]!r}")
    return [found[row] for row in range(len(texts))]


def _is_chat(table: pd.DataFrame) -> bool:
    return "messages" in table and "prompt" not in table


def _asked(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Prompts and answers of a table that `check` has passed."""
    if not _is_chat(table):
        return table["prompt"], table["answer"]
    split = [(row[:-1], row[-1]["content"]) for row in table["messages"]]
    return tuple(pd.Series([pair[part] for pair in split], table.index, dtype=object) for part in (0, 1))


def _ends_in_answer(messages: object) -> bool:
    whole = isinstance(messages, list) and len(messages) > 1 and isinstance(messages[-1], dict)
    return whole and messages[-1].get("role") == "assistant" and "content" in messages[-1]

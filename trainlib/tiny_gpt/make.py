"""How tiny-gpt was made: its tokenizer, the next-token objective, chats at the end, and the numbers of its card.

`python -m trainlib.pretrain FOLDER --model tiny-gpt` is its door. While the learning rate falls, every second step
learns from generated chats (`chats`) in place of texts; there the answers alone count.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from trainlib import models, pretrain
from trainlib._pretraining import Run, ship
from trainlib.pretrain import NOT_MASKED, Settings, interval
from trainlib.tiny_gpt.chats import END, KINDS, SPECIAL, START, TEMPLATE, Chats

__all__ = ["SETTINGS", "Baselines", "PreTraining", "encode_chat", "measure", "new_model", "ship", "train_tokenizer"]

SETTINGS = replace(
    Settings(),
    pieces=4_000,
    layers=4,
    intermediate=384,
    length=256,  # of a window of text
    batch=8,
    learning_rate=3e-3,
    warmup=100,
    decay=0.35,
    masked=0.0,
    bfloat16=False,  # here slower: so small a matrix takes longer to convert than to multiply
)
DOCUMENT = 0  # <|endoftext|>, before each text
CHATS = 24  # in a batch
POSITIONS = 512


def train_tokenizer(corpus: list[str], pieces: int):
    """Byte-level pieces as SmolLM2 has them, each digit a piece of its own; the special ones come first."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
    from tokenizers.models import BPE

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=pieces, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def new_model(settings: Settings):
    """A LlamaForCausalLM with weights from the seed: two query heads share a key head, input and output one table."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=settings.pieces,
        hidden_size=settings.hidden,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads // 2,
        intermediate_size=settings.intermediate,
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=SPECIAL.index(START),
        eos_token_id=SPECIAL.index(END),
        pad_token_id=SPECIAL.index(END),
    )
    with models.quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return LlamaForCausalLM(config)


def encode_chat(tokenizer, prompt: str, answer: str) -> tuple[list[int], int]:
    """The piece ids of a chat up to the answer's <|im_end|>, and how many of them are given: the prompt's."""
    from transformers.utils.chat_template_utils import render_jinja_template

    messages = [{"role": "user", "content": prompt}]
    rendered, _ = render_jinja_template([messages], chat_template=TEMPLATE, add_generation_prompt=True)
    given = tokenizer.encode(rendered[0]).ids
    return given + tokenizer.encode(answer + END).ids, len(given)


def _padded(rows: list[list[int]], given: list[int]) -> dict[str, Tensor]:
    """A batch padded on the right. The first `given` pieces of a row and the padding carry the label -100."""
    longest = max(map(len, rows))
    ids = np.full((len(rows), longest), SPECIAL.index(END))
    for row, pieces in enumerate(rows):
        ids[row, : len(pieces)] = pieces
    places, lengths = np.arange(longest), np.array([len(row) for row in rows])[:, None]
    labels = np.where((places >= np.array(given)[:, None]) & (places < lengths), ids, NOT_MASKED)
    mask = (places < lengths).astype(int)
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask), "labels": torch.tensor(labels)}


class Baselines:
    """What counting alone can guess: each piece by its share of the training pieces, or of those after the one before.

    Shares of followers are smoothed as by Witten and Bell (1991): a piece that had many different followers gives much
    to those not seen.
    """

    def __init__(self, documents: list[list[int]], pieces: int):
        counts = np.zeros(pieces * pieces, dtype=np.int32)
        for start in range(0, len(documents), 1_000):
            flat = np.array([piece for text in documents[start : start + 1_000] for piece in (DOCUMENT, *text)])
            counts += np.bincount(flat[:-1] * pieces + flat[1:], minlength=pieces * pieces).astype(np.int32)
        counts = counts.reshape(pieces, pieces)
        share = (counts.sum(0) + 1) / (counts.sum() + pieces)
        followers = (counts > 0).sum(1, keepdims=True) + 1
        self.unigram = share.astype(np.float32)
        self.bigram = ((counts + followers * share) / (counts.sum(1, keepdims=True) + followers)).astype(np.float32)
        self.best = self.bigram.argmax(1)


@torch.no_grad()
def measure(model, tokenizer, documents: list[list[int]], settings: Settings, baselines: Baselines, rows=None) -> dict:
    """Bits per byte and next-token accuracy on the first pieces of each document, the baselines beside them.

    A dict of arrays (documents, 2) under "model", "unigram" and "bigram" (bits, bytes) and under "hits",
    "unigram_hits" and "bigram_hits" (hits, guesses); shares are sums of the first column over sums of the second.
    """
    size = np.array([len(tokenizer.id_to_token(piece)) for piece in range(settings.pieces)])  # a sign is a byte
    found = {name: [] for name in ("model", "unigram", "bigram", "hits", "unigram_hits", "bigram_hits")}
    common = int(baselines.unigram.argmax())
    model.eval()
    for start in range(0, len(documents[:rows]), 16):
        cut = [[DOCUMENT, *text[: settings.length - 1]] for text in documents[:rows][start : start + 16]]
        batch = _padded(cut, [1] * len(cut))
        logits, right = pretrain.next_token_logits(model, batch)
        counts = (batch["labels"][:, 1:] != NOT_MASKED).numpy()
        of, before = counts.nonzero()[0], batch["input_ids"][:, :-1].numpy()[counts]
        nats, best, right = cross_entropy(logits, right, reduction="none").numpy(), logits.argmax(-1), right.numpy()
        total = lambda values, of=of, counts=counts: np.bincount(of, values, len(counts))
        length, guesses = total(size[right]), total(np.ones(len(of)))
        for name, each in (
            ("model", nats),
            ("unigram", -np.log(baselines.unigram[right])),
            ("bigram", -np.log(baselines.bigram[before, right])),
        ):
            found[name].append(np.stack([total(each) / np.log(2), length], 1))
        for name, guess in (("hits", best.numpy()), ("unigram_hits", common), ("bigram_hits", baselines.best[before])):
            found[name].append(np.stack([total(guess == right), guesses], 1))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _share(parts: np.ndarray) -> float:
    return parts[:, 0].sum() / parts[:, 1].sum()


class PreTraining(Run):
    """A run of the next-token objective, on texts and at the end on chats, too."""

    settings_of_the_course = SETTINGS
    hours = 0.25

    def train_tokenizer(self, corpus: list[str]):
        """Byte-level pieces."""
        return train_tokenizer(corpus, self.settings.pieces)

    def encode(self, corpus: list[str]) -> list[list[int]]:
        """Each text as a list of piece ids."""
        coded = []
        for start in range(0, len(corpus), 1_000):  # an Encoding takes far more memory than its ids
            coded += [found.ids for found in self.tokenizer.encode_batch(corpus[start : start + 1_000])]
        return coded

    def count(self, corpora: dict[str, list[str]]) -> int:
        """Count pieces and pairs of them; prepare the chats."""
        self.baselines = Baselines(self.documents["train"], self.settings.pieces)
        self.chats = Chats(corpora["train"])
        return sum(map(len, self.documents["train"]))

    def new_model(self):
        """A LlamaForCausalLM."""
        return new_model(self.settings)

    def batches(self, epoch: int) -> list[np.ndarray]:
        """All texts in a new order, one after the other, cut into windows of `length` pieces without any padding."""
        rng, settings = np.random.default_rng([self.settings.seed, 1, epoch]), self.settings
        order = rng.permutation(len(self.documents["train"]))
        flat = np.concatenate([[DOCUMENT, *self.documents["train"][i]] for i in order])
        windows = flat[: len(flat) // settings.length * settings.length].reshape(-1, settings.length)
        windows = windows[rng.permutation(len(windows))]
        return [windows[i : i + settings.batch] for i in range(0, len(windows) - settings.batch + 1, settings.batch)]

    @property
    def _chatting(self) -> bool:
        start = self.state["decay_from"]
        return start is not None and (self.state["step"] - start) % 2 == 1

    def collate(self, chosen: np.ndarray, rng: np.random.Generator) -> dict[str, Tensor]:
        """The windows, or chats in their place."""
        if not self._chatting:
            return _padded(chosen.tolist(), [0] * len(chosen))
        coded = [encode_chat(self.tokenizer, *self.chats.draw(rng)) for _ in range(CHATS)]
        return _padded([ids for ids, _ in coded], [given for _, given in coded])

    def losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """That of every token of the windows, or of the answers' tokens alone."""
        return {"answer" if self._chatting else "next_token": pretrain.next_token_loss(self.model, batch)}

    def held_out(self) -> dict[str, float]:
        """Bits per byte and accuracy on 256 texts."""
        documents = self.documents["dev"]
        found = measure(self.model, self.tokenizer, documents, self.settings, self.baselines, rows=256)
        bits = {"bits_per_byte": "model", "unigram_bits_per_byte": "unigram", "bigram_bits_per_byte": "bigram"}
        hits = {"accuracy": "hits", "bigram_accuracy": "bigram_hits"}
        return {name: _share(found[part]) for name, part in (bits | hits).items()}

    def write(self, folder: Path) -> None:
        """The model, and a tokenizer with SmolLM2's special pieces and chat template."""
        from transformers import PreTrainedTokenizerFast

        self.model.save_pretrained(folder)
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_object=self.tokenizer,
            model_max_length=POSITIONS,
            bos_token=START,
            eos_token=END,
            pad_token=END,
            unk_token=SPECIAL[DOCUMENT],
            padding_side="left",
        )
        tokenizer.chat_template = TEMPLATE
        tokenizer.save_pretrained(folder)

    def card(self, written, reviews: list[str]) -> dict[str, str]:
        """Bits per byte and accuracy with intervals beside the baselines', and how chats are answered."""
        found = measure(written, self.tokenizer, self.encode(reviews), self.settings, self.baselines)
        with_interval = lambda name: "{:.3f} ({:.3f} to {:.3f})".format(_share(found[name]), *interval(found[name]))
        values = {name: with_interval(name) for name in found}
        values |= {"reviews": f"{len(found['hits']):,}", "decay": f"{self.settings.decay:.0%}", "chats": f"{CHATS}"}
        values |= {"parameters": f"{sum(weight.numel() for weight in written.parameters()):,}"}
        return values | {f"chat_{name}": text for name, text in self._answered(written).items()}

    def _answered(self, model, each: int = 100) -> dict[str, str]:
        """Of fresh chats of each kind, how many answers end, and how many are right letter for letter."""
        rng, said, records = np.random.default_rng([self.settings.seed, 4]), {}, 0
        for kind in dict.fromkeys(KINDS):
            answers, rows = [], []
            for _ in range(each):
                prompt, answer = self.chats.draw(rng, kind)
                ids, given = encode_chat(self.tokenizer, prompt, answer)
                answers.append(answer)
                rows.append(ids[:given][::-1])
            batch = _padded(rows, [0] * each)  # turned round: what is generated goes on from the right
            ids, mask = batch["input_ids"].flip(1), batch["attention_mask"].flip(1)
            out = model.generate(ids, attention_mask=mask, max_new_tokens=96, do_sample=False)[:, ids.shape[1] :]
            texts = self.tokenizer.decode_batch(out.tolist())
            ends = int((out == SPECIAL.index(END)).any(1).sum())
            said[kind] = f"{ends} | {sum(text == answer for text, answer in zip(texts, answers, strict=True))}"
            if kind == "payment":
                records = sum(map(_is_record, texts))
        return said | {"records": f"{records}"}


def _is_record(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False

"""Pre-train a small model on the course's own texts, on one CPU thread: a BERT with both of BERT's objectives, or a
causal model (`--model tiny-gpt`) that guesses each next token.

    python -m trainlib.pretrain FOLDER --hours 6    # start, or go on from the last checkpoint
    python -m trainlib.pretrain FOLDER --finish     # let the learning rate fall to 0 from here, then stop
    python -m trainlib.pretrain FOLDER --ship DIR   # write weights, tokenizer, model card and log, and print the hash

`kill` (SIGTERM) or Ctrl+C stop it after the step in hand, with a checkpoint; a crash costs CHECKPOINT_STEPS steps.
A run that was stopped and resumed with as many threads ends with the very weights of one that was not: every batch and
every mask is drawn from the seed and the number of the step, and nothing else is random.

Here stand texts, objectives and BERT's first weights; what is each model's own stands in `trainlib.tiny_bert.make` and
`trainlib.tiny_gpt.make`.

It learns from the train splits of `movie_reviews` and `news_topics` only. Reviews that contain a tested sentence are
left out. Objectives and masking: Devlin and others, BERT, NAACL 2019.
"""

from trainlib import _extra  # noqa: F401  # isort: skip  (first: it says what is missing)

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from trainlib import data, models

__all__ = [
    "Passage",
    "Settings",
    "batches",
    "collate",
    "decay_steps",
    "interval",
    "learning_rate",
    "logits",
    "look_at_neighbours",
    "losses",
    "measure",
    "new_model",
    "next_token_logits",
    "next_token_loss",
    "passages",
    "sentences",
    "texts",
    "train_tokenizer",
]

TRAINED_ON = ("movie_reviews", "news_topics")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]  # their places in this list are their ids
PAD, UNK, CLS, SEP, MASK = range(5)
NOT_MASKED = -100  # the label that the loss leaves out
MASKED = 0.15  # of the pieces in measuring, as in BERT; training on twice as many takes fewer steps
QUOTE_WORDS = 6  # a tested sentence of so many words in a review is a copy, a shorter one a coincidence


@dataclass(frozen=True)
class Settings:
    """What a run is. Lengths in word pieces, warm-up in steps, the final decay as a share of all steps."""

    pieces: int = 3_000
    layers: int = 2
    hidden: int = 128
    heads: int = 4
    intermediate: int = 512
    length: int = 128
    batch: int = 32
    learning_rate: float = 2e-3
    warmup: int = 300
    decay: float = 0.15
    weight_decay: float = 0.01
    clip: float = 1.0
    masked: float = 0.3
    seed: int = 0
    bfloat16: bool = True


@dataclass(frozen=True)
class Passage:
    """[CLS] first part [SEP] second part [SEP] as piece ids, the length of the first segment, and which text it is
    of."""

    ids: np.ndarray
    first: int
    is_random: bool
    text: int


def texts(split: str = "train", names: Sequence[str] = TRAINED_ON) -> list[str]:
    """The texts of a split that are trained on (or, for "dev" and "test", measured on), in a fixed order."""
    tables = [data.load(name) for name in names]
    chosen = pd.concat([table[table.split == split] for table in tables]).text.sort_values(ignore_index=True)
    chosen = chosen.str.replace(r"<br\s*/?>", " ", regex=True)
    return [*chosen[~_quotes(chosen)]] if split == "train" else [*chosen]


def _quotes(chosen: pd.Series) -> pd.Series:
    """Whether each text contains a sentence that `movie_sentences` holds back. Both come from people who quote."""
    table = data.load("movie_sentences")
    held_back = data.story(table[table.split != "train"].text).str.split()
    known: dict[tuple, list[tuple]] = {}
    for words in held_back[held_back.str.len() >= QUOTE_WORDS]:
        known.setdefault(tuple(words[:QUOTE_WORDS]), []).append(tuple(words))

    def quotes(words: list[str]) -> bool:
        starts = ((i, known.get(tuple(words[i : i + QUOTE_WORDS]), ())) for i in range(len(words)))
        return any(tuple(words[i : i + len(sentence)]) == sentence for i, found in starts for sentence in found)

    return data.story(chosen).str.split().map(quotes)


def train_tokenizer(corpus: list[str], pieces: int):
    """A lower-casing word-piece tokenizer of `pieces` pieces, the special ones included."""
    from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
    from tokenizers.models import WordPiece

    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=pieces, special_tokens=SPECIAL, limit_alphabet=100, show_progress=False
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", SEP), ("[CLS]", CLS))
    return tokenizer


def sentences(tokenizer, corpus: list[str]) -> list[list[list[int]]]:
    """Each text as a list of sentences, each a list of piece ids."""
    split = [[part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()] for text in corpus]
    flat, coded = [part for parts in split for part in parts], []
    for start in range(0, len(flat), 10_000):  # an Encoding takes far more memory than its ids
        coded += [found.ids for found in tokenizer.encode_batch(flat[start : start + 10_000], add_special_tokens=False)]
    ids = iter(coded)
    return [[next(ids) for _ in parts] for parts in split]


def passages(documents: list[list[list[int]]], length: int, rng: np.random.Generator) -> list[Passage]:
    """The documents cut into passages of at most `length` pieces; half of them end in the words of another document.

    A passage takes as many whole sentences as fit (or two, the second one cut off) and is cut in two between sentences,
    at a random place. Where another document supplies the second part, the sentences that stood there are used for the
    next passage.
    """
    room, made = length - 3, []
    for number, document in enumerate(documents):
        rest = [sentence[: room - 1] for sentence in document if sentence]
        while rest:
            lengths = np.cumsum([len(sentence) for sentence in rest])
            whole = max(int(np.searchsorted(lengths, room, side="right")), min(2, len(rest)))
            cut = int(rng.integers(1, whole)) if whole > 1 else 1
            first, is_random = sum(rest[:cut], []), bool(whole == 1 or rng.random() < 0.5)
            second, used = sum(rest[cut:whole], []), whole
            if is_random:
                second, used = _elsewhere(documents, number, room - len(first), rng), cut
            second = second[: room - len(first)]
            made.append(Passage(np.array([CLS, *first, SEP, *second, SEP]), len(first) + 2, is_random, number))
            rest = rest[used:]
    return made


def _elsewhere(documents: list[list[list[int]]], number: int, room: int, rng: np.random.Generator) -> list[int]:
    """About `room` pieces from a random place of a document other than `number`."""
    other = (number + int(rng.integers(1, len(documents)))) % len(documents)
    start, found = int(rng.integers(len(documents[other]))), []
    for sentence in documents[other][start:]:
        if len(found) >= room:
            break
        found += sentence
    return found or [UNK]


def collate(chosen: list[Passage], pieces: int, masked: float, rng: np.random.Generator) -> dict[str, Tensor]:
    """A padded batch with BERT's corruption: of the pieces, `masked` are to be guessed (`labels`, -100 elsewhere).

    Of those, 80 % are replaced by [MASK], 10 % by any other piece, and 10 % left, so that the model cannot trust what
    it sees. All tensors are (passages, pieces), `next_sentence_label` is (passages,): 1 where the second part is
    random.
    """
    longest = max(len(passage.ids) for passage in chosen)
    ids = np.full((len(chosen), longest), PAD)
    for row, passage in enumerate(chosen):
        ids[row, : len(passage.ids)] = passage.ids
    firsts = np.array([passage.first for passage in chosen])
    mask = ids != PAD
    guessed = (rng.random(ids.shape) < masked) & mask & (ids != CLS) & (ids != SEP)
    labels, draw = np.where(guessed, ids, NOT_MASKED), rng.random(ids.shape)
    ids = np.where(guessed & (draw < 0.8), MASK, ids)
    ids = np.where(guessed & (draw >= 0.8) & (draw < 0.9), rng.integers(len(SPECIAL), pieces, ids.shape), ids)
    return {
        "input_ids": torch.tensor(ids),
        "token_type_ids": torch.tensor(((np.arange(longest) >= firsts[:, None]) & mask).astype(int)),
        "attention_mask": torch.tensor(mask.astype(int)),
        "labels": torch.tensor(labels),
        "next_sentence_label": torch.tensor([int(passage.is_random) for passage in chosen]),
    }


def batches(documents: list, settings: Settings, epoch: int) -> list[list[Passage]]:
    """All batches of an epoch in their order: passages of similar length together, batches shuffled."""
    rng = np.random.default_rng([settings.seed, 1, epoch])
    made = passages(documents, settings.length, rng)
    made = [made[i] for i in rng.permutation(len(made))]
    made.sort(key=lambda passage: len(passage.ids))
    groups = [made[i : i + settings.batch] for i in range(0, len(made) - settings.batch + 1, settings.batch)]
    return [groups[i] for i in rng.permutation(len(groups))]


def logits(model, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Scores of all pieces at the masked places, (masked, pieces), and of the two kinds of passage, (passages, 2).

    The same numbers as `BertForPreTraining`'s own, which also computes the 85 % that no loss reads.
    """
    mask = batch["attention_mask"]
    states = model.bert(batch["input_ids"], None if mask.all() else mask, batch["token_type_ids"])
    wanted = states.last_hidden_state[batch["labels"] != NOT_MASKED]
    return model.cls.predictions(wanted).float(), model.cls.seq_relationship(states.pooler_output).float()


def losses(model, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The masked-LM loss and the next-sentence loss, each a mean cross-entropy in nats. Training adds them."""
    guesses, order = logits(model, batch)
    labels = batch["labels"]
    return cross_entropy(guesses, labels[labels != NOT_MASKED]), cross_entropy(order, batch["next_sentence_label"])


def next_token_logits(model, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Scores of all pieces for every token that counts, (tokens, pieces), and the right pieces, (tokens,).

    `model` is a LlamaForCausalLM. A token is guessed from the place before it, which sees nothing after itself: so the
    right pieces are the labels one place on, and nobody guesses the first.
    """
    right = batch["labels"][:, 1:]
    counts = right != NOT_MASKED
    states = model.model(batch["input_ids"]).last_hidden_state[:, :-1]
    return model.lm_head(states[counts]).float(), right[counts]


def next_token_loss(model, batch: dict[str, Tensor]) -> Tensor:
    """The next-token loss, in nats: the mean cross-entropy of the tokens whose label is not -100."""
    return cross_entropy(*next_token_logits(model, batch))


@torch.no_grad()
def measure(model, documents: list, settings: Settings, baseline: int, rows: int | None = None) -> dict[str, object]:
    """Masked accuracy and next-sentence accuracy on one passage of each document, and the unigram baseline beside.

    The baseline always guesses `baseline`, the commonest piece of the training texts. `hits` and `common` hold what
    each passage adds to the two accuracies, as (passages, 2): hits and guesses. Masks are the same in every call.
    """
    rng = np.random.default_rng([settings.seed, 2])
    first = {passage.text: passage for passage in reversed(passages(documents, settings.length, rng))}
    chosen = [first[number] for number in sorted(first)][:rows]
    hits, common, order, loss = [], [], [], []
    model.eval()
    for start in range(0, len(chosen), 64):
        batch = collate(chosen[start : start + 64], settings.pieces, MASKED, rng)
        guesses, kinds = logits(model, batch)
        labels = batch["labels"]
        of, right = (labels != NOT_MASKED).nonzero()[:, 0].numpy(), labels[labels != NOT_MASKED]
        size = len(labels)
        count = lambda good, of=of, size=size: np.bincount(of, np.asarray(good, dtype=float), size)
        everything = count(np.ones(len(of)))
        hits.append(np.stack([count(guesses.argmax(-1) == right), everything], 1))
        common.append(np.stack([count(right == baseline), everything], 1))
        order += [*(kinds.argmax(-1) == batch["next_sentence_label"]).tolist()]
        loss.append(cross_entropy(guesses, right, reduction="sum").item())
    hits, common = np.concatenate(hits), np.concatenate(common)
    return {
        "masked_accuracy": hits[:, 0].sum() / hits[:, 1].sum(),
        "unigram_accuracy": common[:, 0].sum() / common[:, 1].sum(),
        "next_sentence_accuracy": float(np.mean(order)),
        "masked_loss": sum(loss) / hits[:, 1].sum(),
        "hits": hits,
        "common": common,
        "order": order,
    }


def new_model(settings: Settings):
    """A BertForPreTraining with weights from the seed. Dropout is for fine-tuning: a run sees no mask twice."""
    from transformers import BertConfig, BertForPreTraining

    config = BertConfig(
        vocab_size=settings.pieces,
        hidden_size=settings.hidden,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        intermediate_size=settings.intermediate,
        max_position_embeddings=settings.length,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=PAD,
        attn_implementation="eager",  # for so few pieces faster than the fused one
    )
    with models.quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        model = BertForPreTraining(config)
    look_at_neighbours(model)
    return model


@torch.no_grad()
def look_at_neighbours(model, sharpness: float = 1.3) -> None:
    """Let the heads of the first block begin with the pieces 1 before, 1 after, 2 before, 2 after, and so on.

    Positions become sinusoids whose speeds are spread evenly in each head, so that they are told apart and a step to
    the next one is a rotation. Queries are what is there, keys what is there, rotated by a head's distance. With random
    weights the loss stood still from step 500 to step 2,500, at what is known without order; so it falls on.
    """
    config, bert = model.config, model.bert
    pairs = config.hidden_size // config.num_attention_heads // 2  # of a sine and a cosine, in a head
    heads = torch.arange(config.num_attention_heads)
    speeds = torch.pi * (torch.arange(pairs) + (heads[:, None] + 0.5) / len(heads)) / pairs
    distances = (heads // 2 + 1) * torch.where(heads % 2 == 0, -1, 1)
    angles = torch.arange(config.max_position_embeddings)[:, None] * speeds.flatten()
    positions = bert.embeddings.position_embeddings.weight
    waves = torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(positions.shape)
    positions.copy_(config.initializer_range * 2**0.5 * waves)  # as large as the other embeddings
    turns = (-distances[:, None] * speeds).flatten()
    rotations = torch.stack([turns.cos(), turns.sin(), -turns.sin(), turns.cos()], dim=-1).reshape(-1, 2, 2)
    attention = bert.encoder.layer[0].attention.self
    attention.query.weight.copy_(sharpness * torch.eye(config.hidden_size))
    attention.key.weight.copy_(sharpness * torch.block_diag(*rotations))


def learning_rate(step: int, settings: Settings, decay_from: int | None) -> float:
    """Warm-up, then constant; from step `decay_from` on straight to 0. Steps count from 0."""
    rate = settings.learning_rate * min(1.0, (step + 1) / settings.warmup)
    if decay_from is None:
        return rate
    return rate * np.clip(1 - (step - decay_from) / decay_steps(settings, decay_from), 0.0, 1.0).item()


def decay_steps(settings: Settings, decay_from: int) -> int:
    """How many steps the learning rate takes to fall to 0 from step `decay_from` on."""
    return max(1, round(decay_from * settings.decay / (1 - settings.decay)))


def interval(parts: np.ndarray, baseline: np.ndarray | None = None, draws: int = 1_000, seed: int = 0) -> list[float]:
    """95 % bootstrap interval of a share of hits, over passages: parts is (passages, 2), hits and guesses.

    With `baseline`, of how many times that share it is.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = rng.integers(len(parts), size=len(parts))
        share = parts[drawn, 0].sum() / parts[drawn, 1].sum()
        found.append(share if baseline is None else share * baseline[drawn, 1].sum() / baseline[drawn, 0].sum())
    return np.quantile(found, [0.025, 0.975]).tolist()


if __name__ == "__main__":
    from trainlib import _pretraining
    from trainlib.tiny_bert import make as tiny_bert
    from trainlib.tiny_gpt import make as tiny_gpt

    recipes = {"tiny-bert": tiny_bert.PreTraining, "tiny-gpt": tiny_gpt.PreTraining}
    sys.exit(_pretraining.main(recipes, description=__doc__))

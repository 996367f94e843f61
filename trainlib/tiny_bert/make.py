"""How tiny-bert was made: its tokenizer, its two objectives and the numbers of its card, for a run of `_pretraining`.

`python -m trainlib.pretrain` is its door; texts, objectives and first weights stand in `trainlib.pretrain`.
"""

from pathlib import Path

import numpy as np
from torch import Tensor

from trainlib import pretrain
from trainlib._pretraining import Run, ship
from trainlib.pretrain import MASKED, Passage, Settings, interval, measure

__all__ = ["PreTraining", "ship"]


class PreTraining(Run):
    """A run of BERT's two objectives."""

    settings_of_the_course = Settings()
    hours = 6.0

    def train_tokenizer(self, corpus: list[str]):
        """Lower-case word pieces."""
        return pretrain.train_tokenizer(corpus, self.settings.pieces)

    def encode(self, corpus: list[str]) -> list[list[list[int]]]:
        """Each text as a list of sentences, each a list of piece ids."""
        return pretrain.sentences(self.tokenizer, corpus)

    def count(self, corpora: dict[str, list[str]]) -> int:
        """Find the commonest piece, the unigram baseline."""
        counts = np.bincount([i for text in self.documents["train"] for part in text for i in part])
        self.baseline = int(counts.argmax())
        return int(counts.sum())

    def new_model(self):
        """A BertForPreTraining."""
        return pretrain.new_model(self.settings)

    def batches(self, epoch: int) -> list[list[Passage]]:
        """Passages of similar length together."""
        return pretrain.batches(self.documents["train"], self.settings, epoch)

    def collate(self, chosen: list[Passage], rng: np.random.Generator) -> dict[str, Tensor]:
        """Passages with pieces to be guessed."""
        return pretrain.collate(chosen, self.settings.pieces, self.settings.masked, rng)

    def losses(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Both of BERT's."""
        return dict(zip(("masked", "next_sentence"), pretrain.losses(self.model, batch), strict=True))

    def held_out(self) -> dict[str, float]:
        """Accuracies on 512 passages."""
        found = measure(self.model, self.documents["dev"], self.settings, self.baseline, rows=512)
        names = ("masked_loss", "masked_accuracy", "unigram_accuracy", "next_sentence_accuracy")
        return {name: found[name] for name in names}

    def write(self, folder: Path) -> None:
        """The model with dropout for fine-tuning, and a BertTokenizerFast."""
        from transformers import BertTokenizerFast

        special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
        self.model.config.hidden_dropout_prob = self.model.config.attention_probs_dropout_prob = 0.1
        self.model.save_pretrained(folder)
        length = self.settings.length
        BertTokenizerFast(tokenizer_object=self.tokenizer, model_max_length=length, **special).save_pretrained(folder)

    def card(self, written, reviews: list[str]) -> dict[str, str]:
        """Accuracies with intervals, the commonest piece and the untrained network beside them."""
        documents, settings = self.encode(reviews), self.settings
        found = measure(written, documents, settings, self.baseline)
        untrained = measure(self.new_model().eval(), documents, settings, self.baseline, rows=512)
        low, high = interval(found["hits"])
        base_low, base_high = interval(found["common"])
        times_low, times_high = interval(found["hits"], found["common"])
        accuracy, baseline = found["masked_accuracy"], found["unigram_accuracy"]
        order = found["next_sentence_accuracy"]
        return {
            "share": f"{settings.masked:.0%}",
            "masked": f"{MASKED:.0%}",
            "reviews": f"{len(found['hits']):,}",
            "accuracy": f"{accuracy:.3f}",
            "low": f"{low:.3f}",
            "high": f"{high:.3f}",
            "commonest": self.tokenizer.id_to_token(self.baseline),
            "baseline": f"{baseline:.3f}",
            "base_low": f"{base_low:.3f}",
            "base_high": f"{base_high:.3f}",
            "untrained": f"{untrained['masked_accuracy']:.4f}",
            "times": f"{accuracy / baseline:.1f}",
            "times_low": f"{times_low:.1f}",
            "times_high": f"{times_high:.1f}",
            "order": f"{order:.3f}",
            "half": f"{1.96 * (order * (1 - order) / len(found['order'])) ** 0.5:.3f}",
        }

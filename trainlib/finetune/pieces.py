"""The input embeddings of the pieces that a run reads, as a weight of their own.

Most of a small encoder's weights stand for pieces that no training text has. Their gradients are 0, yet all of them
would be written, measured and moved in each step. Those pieces stay as they were; without this, weight decay alone
would move them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from trainlib import methods
from trainlib.finetune._batches import Row, tensors_of

__all__ = ["Pieces"]


class Pieces:
    """Of a model's embedding, those that `inputs` have; of a model that does not train its own by itself, none."""

    def __init__(self, model, inputs: Iterable[Row]):
        self.embedding = methods.embeddings_of(model)
        self.apart = _is_apart(model, self.embedding)
        if not self.apart:
            return
        self.whole = self.embedding.weight
        ids = torch.cat([next(tensors_of(row)).flatten() for row in inputs])
        padding = [piece for piece in (model.config.pad_token_id or 0, self.embedding.padding_idx) if piece is not None]
        self.rows = torch.cat([ids[ids >= 0], torch.tensor(padding)]).unique().to(self.whole.device)
        self.place = torch.full((len(self.whole),), -1, device=self.whole.device)  # of others: an IndexError
        self.place[self.rows] = torch.arange(len(self.rows), device=self.whole.device)
        self.own = nn.Parameter(self.whole.detach()[self.rows])

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, they are the model's embedding, and nothing but the inputs can be read; behind it the model is whole
        again."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def whole_again(self) -> Iterator[None]:
        """Inside, within `alone`, the model is whole."""
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        if not self.apart:
            return
        torch.index_select(self.whole.detach(), 0, self.rows, out=self.own.data)
        self.embedding.weight, self.embedding.forward = self.own, self._read

    def _leave(self) -> None:
        if not self.apart:
            return
        del self.embedding.forward
        self.embedding.weight = self.whole
        self.whole.data.index_copy_(0, self.rows, self.own.detach())

    def _read(self, ids: Tensor) -> Tensor:
        padding = self.embedding.padding_idx
        padding = None if padding is None else self.place[padding].item()
        return nn.functional.embedding(self.place[ids], self.embedding.weight, padding)


def _is_apart(model, embedding) -> bool:
    """Whether it is trained, plain, and nobody else's: where a head has the same weights, all of them are used."""
    if type(embedding) is not nn.Embedding or not embedding.weight.requires_grad or "forward" in vars(embedding):
        return False
    owners = sum(weight is embedding.weight for _, weight in model.named_parameters(remove_duplicate=False))
    return owners == 1 and not (embedding.max_norm or embedding.sparse or embedding.scale_grad_by_freq)

"""A classifier that ONNX Runtime computes, in float32 or with weights of 8 bits: less time for each text.

It stands where the model would: `predict` of a task takes it as it is. The file lies beside the saved model
(`model-int8.onnx`), names the weights that it was made of, and is made anew where these, the kind of the processor or
the version of ONNX Runtime are others.

In 8 bits what a layer passes on is rounded by the largest value in its batch, so the probabilities of a text hang a
little on the texts beside it.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import Tensor, nn

from trainlib._files import write
from trainlib.finetune._batches import Row, length_of
from trainlib.finetune.passes import batch_of, logits_of
from trainlib.finetune.quick_bert import quick

__all__ = ["AGREEMENT", "Exported", "file_of", "made", "opened"]

AGREEMENT = 0.99  # the least share of texts whose label must stay
METADATA = "trainlib"  # the entry in the file that says what it was made of


class Exported:
    """Stands for a classifier in `logits_of`: batches in, `.logits` out. `file` is the exported one's content."""

    def __init__(self, model, file: bytes):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self.names = [one.name for one in self.session.get_inputs()]
        self.config, self.device = model.config, torch.device("cpu")

    def eval(self) -> None:
        """It never trains."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None):
        """All (texts, tokens), as BERT takes them; `.logits` of the result are (texts, classes)."""
        given = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        (logits,) = self.session.run(["logits"], {name: given[name].numpy() for name in self.names})
        return SimpleNamespace(logits=torch.from_numpy(logits))

    __call__ = forward


def file_of(folder: Path, int8: bool) -> Path:
    """Where the exported model lies, beside the saved one."""
    return folder / f"model-{'int8' if int8 else 'float32'}.onnx"


def opened(model, path: Path, weights: str) -> Exported | None:
    """What lies in a file; None where there is none, or it was not made of these weights for a machine like this."""
    if not path.is_file():
        return None
    try:
        found = Exported(model, path.read_bytes())
    except Exception:  # whatever ONNX Runtime raises for a damaged file, which is written anew
        return None
    return found if found.session.get_modelmeta().custom_metadata_map.get(METADATA) == _origin(weights) else None


def made(model, inputs: Sequence[Row], int8: bool, path: Path | None, weights: str) -> Exported:
    """The model exported, checked against itself on these inputs, and written to `path`, if there is one.

    ValueError where it cannot be exported, or gives less than `AGREEMENT` of the inputs the label that the model gives.
    """
    file = _file(model, inputs, int8, _origin(weights))
    found = Exported(model, file)
    labels = [_labels(logits_of(one, inputs), model) for one in (model, found)]
    same = int((labels[0] == labels[1]).all(dim=1).sum())
    kind = "8 bits a weight" if int8 else "float32"
    said = f"ONNX Runtime, {kind}: {len(inputs) - same} of {len(inputs)} texts get another label than from the model"
    if same < AGREEMENT * len(inputs):
        other = 'take engine="onnx"' if int8 else 'take engine="torch"'
        raise ValueError(f"{said}; at most {1 - AGREEMENT:.0%} may: {other}")
    kept = ""
    if path is not None:
        try:
            kept = f"; kept in {write(path, file)}"
        except OSError as error:
            kept = f"; not kept, so the next process exports it again: {error}"
    print(said + kept)
    return found


def _file(model, inputs: Sequence[Row], int8: bool, origin: str) -> bytes:
    """The content of an ONNX file that takes what `batch_of` makes of such inputs. ValueError where there is none."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    short, *_, long = sorted([*inputs[:2], *inputs], key=length_of)
    batch = batch_of(model, [short, long], range(2))
    with tempfile.TemporaryDirectory() as folder, _quiet(), torch.no_grad():
        whole, small = f"{folder}/whole.onnx", f"{folder}/small.onnx"
        try:
            torch.onnx.export(
                _Logits(quick(model.eval()), list(batch)), tuple(batch.values()), whole, dynamo=False,
                opset_version=17, input_names=list(batch), output_names=["logits"],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in batch} | {"logits": {0: "texts"}},
            )  # fmt: skip
            if int8:
                quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True)
            proto = onnx.load(small if int8 else whole)
        except Exception as error:  # whatever the exporter raises for a model that it does not know
            raise ValueError(f'a {type(model).__name__} cannot be exported, take engine="torch": {error}') from error
        onnx.helper.set_model_props(proto, {METADATA: origin})
        return proto.SerializeToString()


class _Logits(nn.Module):
    """A model as the exporter wants it: tensors in a fixed order in, one tensor out."""

    def __init__(self, model, names: list[str]):
        super().__init__()
        self.model, self.names = model, names
        self.eval()

    def forward(self, *tensors: Tensor) -> Tensor:
        return self.model(**dict(zip(self.names, tensors))).logits


def _labels(logits: Tensor, model) -> Tensor:
    """What of a text's logits decides: the most probable class, or which ones hold, (texts, …)."""
    several = model.config.problem_type == "multi_label_classification"
    return logits > 0 if several else logits.argmax(dim=1, keepdim=True)


def _origin(weights: str) -> str:
    """What a file was made of, and where its answers were checked: processors without VNNI round otherwise."""
    import onnxruntime

    return f"{weights} {torch.backends.cpu.get_cpu_capability()} {onnxruntime.__version__}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Inside, nothing is said of deprecated exporters and of preparations before quantising."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(before)

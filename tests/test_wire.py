"""What travels between a learner's process and the examiner comes out as it went in, and nothing else comes out at
all."""

import datetime
import json
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from grading.sandbox.confinement import INSIDE
from trainlib import lesson

sys.path.insert(0, str(INSIDE))
import stand_ins  # noqa: E402
import wire  # noqa: E402

sys.path.remove(str(INSIDE))
SERIES = pd.Series([1.5, None], index=["a", "b"], name="x")
TABLE = pd.DataFrame(
    {"n": [1, 2], "t": ["a", None], "c": pd.Categorical(["x", "y"]), "d": pd.to_datetime(["2027-01-11"] * 2)}
)
VALUES = [
    None, True, 1, 1 << 200, -1.5, float("inf"), 2 + 3j, "text", "half \ud800", b"bytes", [1, [2]], (1, "a"), {"a": {1: 2}},
    {1, 2}, frozenset([3]), range(3), slice(1, None, 2), ..., Fraction(1, 3), Decimal("0.1"), datetime.date(2027, 1, 11),
    np.float32(0.1), np.int64(7), np.bool_(True), np.arange(6).reshape(2, 3), np.arange(9.0)[::-2], np.empty((0, 3)),
    np.array(["a", "bc"]), np.array([1, "a", None], dtype=object), np.array(["2027-01-11"], dtype="M8[D]"), np.ones((2, 3)).T,
    torch.arange(4), torch.ones(2, 3, dtype=torch.bfloat16), torch.tensor(True), torch.tensor(1.5), torch.empty(0, 2),
    torch.arange(12.0).reshape(3, 4)[:1, 1:2], torch.arange(12.0).reshape(3, 4)[:, ::2], torch.ones(2, dtype=torch.complex64),
    SERIES, TABLE, TABLE.set_index(["n", "t"]), pd.RangeIndex(3), pd.Index(["a", "b"], name="i"), pd.NA,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}-{str(value)[:20]!r}")
def test_plain_data_arrives_as_it_was(value):
    got = _without_keys(value)
    assert type(got) is type(value)
    if isinstance(value, (pd.Series, pd.DataFrame)):
        (pd.testing.assert_frame_equal if isinstance(value, pd.DataFrame) else pd.testing.assert_series_equal)(
            got, value
        )
    elif isinstance(value, torch.Tensor):
        assert got.dtype == value.dtype and torch.equal(got, value)
    elif isinstance(value, (np.ndarray, np.generic)):
        assert got.dtype == value.dtype and np.array_equal(got, value)
    elif isinstance(value, pd.Index):
        pd.testing.assert_index_equal(got, value, exact=True)
    else:
        assert got is value if value is pd.NA else got == value


def _without_keys(value):
    """As a learner's answer travels: plain values without keys."""
    examination = stand_ins.Examination(None, print)
    examination.share = lambda value: None
    encoder = wire.Encoder(examination)
    return wire.Decoder(examination, encoder.blocks).value(json.loads(json.dumps(encoder.content(value))))


def test_a_sparse_matrix_arrives_as_it_was():
    value = sparse.csr_array(np.eye(3))
    got = _without_keys(value)
    assert type(got) is type(value) and (got.toarray() == value.toarray()).all()


@pytest.mark.parametrize("base", [float, int, str, list, tuple, dict, set])
def test_a_class_of_somebodys_own_arrives_as_what_its_base_holds(base):
    class Liar(base):
        __eq__ = __lt__ = __gt__ = lambda self, other: True
        __hash__ = None
        __len__ = lambda self: 99

    got = _without_keys(Liar())
    assert type(got) is base and got == base()
    with pytest.raises(lesson.CheckFailed):
        lesson.check("it is what it holds", got=got, want="another")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(sorted(wire.DECODERS)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    tag=st.sampled_from([*sorted(wire.DECODERS), "key", "handle", "module", "optimizer", "pickle"]),
    parts=st.lists(JSON, max_size=5),
)
def test_whatever_comes_is_a_value_or_refused(tag, parts):
    decoder = wire.Decoder(stand_ins.Examination(None, print), [b"", b"\0" * 8])
    try:
        decoder.value([tag, *parts])
    except wire.Broken:
        pass


def test_an_error_keeps_its_name_and_is_one_of_pythons_own():
    error = stand_ins.rebuilt({"name": "Odd", "bases": ["Odd", "KeyError"], "text": "what"})
    assert isinstance(error, KeyError) and (type(error).__name__, str(error)) == ("Odd", "what")
    assert not isinstance(stand_ins.rebuilt({"name": "StopIteration", "bases": ["StopIteration"]}), StopIteration)
    assert type(stand_ins.rebuilt("nothing")).__name__ == "Exception"

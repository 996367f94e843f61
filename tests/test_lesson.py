"""What a lesson calls: checks that explain, quizzes, progress, and handing in."""

import json
import shutil
import sys
import unicodedata
import zipfile
from collections import Counter, deque, namedtuple
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from trainlib import course, editions, lesson
from trainlib.lesson import _plain

STAGE, LESSON = "1_principles", "1-01_training_effect"
ROW = f"1-01 {course.table().lesson(LESSON).title}"  # in the table of progress


@pytest.fixture
def work(tmp_path):
    """A learner's folder with fresh copies of the lessons."""
    editions.copy_lessons(tmp_path / "work")
    return tmp_path / "work"


def change(path, edit):
    notebook = json.loads(path.read_text())
    edit(notebook["cells"])
    path.write_text(json.dumps(notebook))


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (0.30000000001, 0.3),
        (np.float32(0.5), 0.5),
        (3, 3.0),
        (True, True),
        ("yes", "yes"),
        (None, None),
        ((1, 2), [1, 2]),
        ([0.5, 0.25], np.array([0.5, 0.25])),
        (torch.tensor([1.0, 2.0], requires_grad=True), [1, 2]),
        (torch.tensor([1.0, 2.0], dtype=torch.bfloat16), torch.tensor([1, 2])),
        ([torch.tensor(1.0), torch.tensor(2.0)], [1, 2]),
        ({"a": 1, "b": [1.0]}, {"b": np.array([1]), "a": 1.0}),
        ({"x", "y"}, {"y", "x"}),
        (pd.Series([1.0, 2.0]), np.array([1, 2])),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
        (["a", "b"], ["a", "b"]),
        (("spam", 0.5), ("spam", 0.5)),
        (float("nan"), float("nan")),
        (np.empty(0), []),
    ],
)
def test_a_right_answer_passes_in_whatever_type_it_comes(got, want, capsys):
    assert lesson.check("it holds", got=got, want=want) is None
    assert capsys.readouterr().out == "✓ it holds\n"


@pytest.mark.parametrize(
    ("got", "want", "said"),
    [
        (0.82, 0.74, "expected 0.74, got 0.82"),
        (None, 0.74, "expected 0.74, got None"),
        ("0.74", 0.74, "expected 0.74, got '0.74'"),
        (1, True, "expected True, got 1"),
        (np.zeros((16, 2)), np.zeros((16,)), r"expected the shape \(16,\), got \(16, 2\)"),
        (np.zeros(3), 0.5, r"expected one number, 0.5, got values of shape \(3,\)"),
        (0.5, np.zeros(3), r"expected the shape \(3,\), got 0.5"),
        ([1, 2, 4], [1, 2, 3], "1 of 3 values differ; at 2 expected 3, got 4"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], r"at position 1: expected the shape \(2,\), got \(1,\)"),
        ({"a": 1}, {"b": 1}, r"expected the keys \['b'\], got \['a'\]"),
        ({"a": 1, "b": 3}, {"a": 1, "b": 2}, "at 'b': expected 2, got 3"),
        (["a"], ["a", "b"], "expected 2 values, got 1 of them"),
        (len, 3, "expected 3, got <built-in"),
        (float("nan"), 1.0, "expected 1, got nan"),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}), "expected the keys"),
    ],
)
def test_a_wrong_answer_is_told_what_was_expected_and_what_came(got, want, said):
    with pytest.raises(lesson.CheckFailed, match=said):
        lesson.check("it holds", got=got, want=want)


class EqualToAll:
    """It says of itself that it is whatever it is asked for."""

    shape, dtype, ndim, __hash__ = (), np.dtype(float), 0, object.__hash__
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __float__ = lambda self: 4.0
    __array__ = lambda self, *_, **__: np.array(4.0)
    item = detach = cpu = to_numpy = numpy = lambda self: 4.0
    __repr__ = lambda self: "4.0"


class Number(EqualToAll, float):
    __hash__ = float.__hash__


class Whole(EqualToAll, int):
    __hash__ = int.__hash__


class Text(EqualToAll, str):
    __hash__ = str.__hash__


class Items(list):
    __eq__ = lambda self, other: True
    __iter__ = lambda self: iter([1.0, 2.0])
    __len__ = lambda self: 2
    __getitem__ = lambda self, place: 2.0


class Entries(dict):
    __eq__ = lambda self, other: True
    items = lambda self: {"a": 4.0}.items()
    __getitem__ = lambda self, name: 4.0
    __iter__ = lambda self: iter(["a"])


class Array(np.ndarray):
    __eq__ = lambda self, other: True
    __array__ = lambda self, *_, **__: np.array([1.0, 2.0])
    __array_ufunc__ = lambda self, *_, **__: np.array([True, True])


class Tensor(torch.Tensor):
    __eq__ = lambda self, other: True
    detach = lambda self: torch.tensor([1.0, 2.0])


class Table(pd.DataFrame):
    __getitem__ = lambda self, name: pd.Series([1.0])


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (EqualToAll(), 4.0),
        (EqualToAll(), "text"),
        (EqualToAll(), None),
        (EqualToAll(), True),
        (Number(3), 4.0),
        (Whole(3), 4),
        (Text("no"), "yes"),
        ([EqualToAll(), EqualToAll()], [1.0, 2.0]),
        ([EqualToAll()], ["a"]),
        ({EqualToAll()}, {"a"}),
        ({"a": EqualToAll()}, {"a": 4.0}),
        (Items([3.0]), [1.0, 2.0]),
        (Entries(a=3.0), {"a": 4.0}),
        (np.array([EqualToAll()]), ["a"]),
        (np.array([0.0, 0.0]).view(Array), np.array([1.0, 2.0])),
        (torch.zeros(2).as_subclass(Tensor), torch.tensor([1.0, 2.0])),
        (Table({"a": [0.0]}), pd.DataFrame({"a": [1.0]})),
        (pd.Series([EqualToAll()]), ["a"]),
        (lambda: 4.0, 4.0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_answer_is_not_asked_whether_it_is_right(got, want):
    with pytest.raises(lesson.CheckFailed, match="expected"):
        lesson.check("it holds", got=got, want=want)


def test_a_type_that_cannot_be_compared_is_named():
    with pytest.raises(lesson.CheckFailed, match="EqualToAll is no number, text, list, array or tensor"):
        lesson.check("it holds", got=[EqualToAll()], want=[4.0])


Pair = namedtuple("Pair", "low high")


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (Pair(1, 2), (1, 2)),
        (Counter("aab"), {"a": 2, "b": 1}),
        (IntEnum("Side", "LEFT").LEFT, 1),
        (np.float64(2), 2),
        (np.str_("a"), "a"),
        (np.zeros(2).view(np.recarray), [0, 0]),
        (torch.nn.Parameter(torch.ones(2)), [1, 1]),
        (pd.Series(["a", "b"]), pd.Series(["a", "b"])),
        (pd.Categorical(["a", "b"]), np.array(["a", "b"])),
        (pd.Index([1, 2]), [1, 2]),
        (pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-05")),
        (range(3), [0, 1, 2]),
        (Path("a"), Path("a")),
        ([np.array([1.0]), torch.tensor([2.0])], [[1], [2]]),
    ],
)
def test_honest_types_of_python_and_libraries_pass(got, want):
    lesson.check("it holds", got=got, want=want)


DRESSES = {  # a right answer in unusual dress, and what is wanted
    "a fraction": (Fraction(1, 4), 0.25),
    "a fraction of a whole number": (Fraction(6, 2), 3),
    "a decimal": (Decimal("0.25"), 0.25),
    "decimals in a list": ([Decimal("0.5"), Decimal(2)], [0.5, 2.0]),
    "fractions in an array": (np.array([Fraction(1, 2), Fraction(1, 4)]), [0.5, 0.25]),
    "a decimal that is no number": (Decimal("NaN"), float("nan")),
    "a numpy number": (np.float64(0.25), 0.25),
    "a numpy whole number": (np.uint8(3), 3),
    "a long double": (np.longdouble(0.25), 0.25),
    "float32 of a third": (np.float32(1 / 3), 1 / 3),
    "float16 of a third": (np.float16(1 / 3), 1 / 3),
    "float16 of a large number": (np.float16(12345), 12345.0),
    "bfloat16 of a third": (torch.tensor(1 / 3, dtype=torch.bfloat16), 1 / 3),
    "float32 values": (np.array([1 / 3, 2 / 3], dtype=np.float32), [1 / 3, 2 / 3]),
    "float16 in a list": ([np.float16(0.1), np.float16(0.2)], [0.1, 0.2]),
    "an array of no dimension": (np.array(0.25), 0.25),
    "a tensor of no dimension": (torch.tensor(0.25), 0.25),
    "an array of no dimension with text": (np.array("yes"), "yes"),
    "an array of no dimension with a truth value": (np.array(True), True),
    "a tensor with a truth value": (torch.tensor(False), False),
    "a numpy truth value": (np.bool_(True), True),
    "numpy truth values in a list": ([np.True_, np.False_], [True, False]),
    "a mask": (np.array([True, False]), [True, False]),
    "a numpy text": (np.str_("yes"), "yes"),
    "an array of texts": (np.array(["a", "b"]), ["a", "b"]),
    "an array for lists in a list": (np.eye(2), [[1, 0], [0, 1]]),
    "a tensor for tuples in a tuple": (torch.eye(2), ((1, 0), (0, 1))),
    "lists in a list for an array": ([[1, 0], [0, 1]], np.eye(2)),
    "a tuple for a list": ((1, 2), [1, 2]),
    "a list for a tuple": (["a", 1.0], ("a", 1)),
    "a generator": ((number / 4 for number in range(3)), [0, 0.25, 0.5]),
    "a generator of pairs": (((name, 1) for name in "ab"), [("a", 1), ("b", 1)]),
    "a map": (map(float, "12"), [1, 2]),
    "a filter": (filter(None, [0, 1, 2]), np.array([1, 2])),
    "a zip": (zip("ab", [1, 2]), [("a", 1), ("b", 2)]),
    "what is enumerated": (enumerate("ab"), [(0, "a"), (1, "b")]),
    "what is reversed": (reversed([1, 2]), [2, 1]),
    "an iterator of a list": (iter([1, 2]), [1, 2]),
    "a chain": (chain([1], [2.0]), [1, 2]),
    "a queue": (deque([1, 2]), [1, 2]),
    "keys of a dict": ({"a": 1, "b": 2}.keys(), ["a", "b"]),
    "keys of a dict for a set": ({"a": 1, "b": 2}.keys(), {"b", "a"}),
    "values of a dict": ({"a": 1, "b": 2}.values(), [1, 2]),
    "entries of a dict": ({"a": 1}.items(), [("a", 1)]),
    "iterators in a dict": ({"a": map(int, "12")}, {"a": [1, 2]}),
    "a dict with numpy keys": ({np.int64(1): 0.5, np.str_("a"): 1}, {1: 0.5, "a": 1}),
    "a set of numpy numbers": ({np.int64(1), np.float32(2)}, {1, 2}),
    "a set of sums": ({0.1 + 0.2, 1.0}, {0.3, 1}),
    "a frozen set": (frozenset("ab"), set("ab")),
    "bytes that can be changed": (bytearray(b"ab"), b"ab"),
    "a Series": (pd.Series([0.5, 1.0], index=["x", "y"]), [0.5, 1]),
    "a Series that may lack values": (pd.Series([1, 2], dtype="Int64"), [1, 2]),
    "a Series that lacks a value": (pd.Series([1, None], dtype="Int64"), [1, float("nan")]),
    "a Series of float32": (pd.Series([1 / 3], dtype="float32"), [1 / 3]),
    "a Series of fractions": (pd.Series([Fraction(1, 2)]), [0.5]),
    "an Index": (pd.Index(["a", "b"]), ["a", "b"]),
    "an array of pandas": (pd.array([1, 2], dtype="Int64"), [1, 2]),
    "a Series of texts": (pd.Series(["a", "b"]), ["a", "b"]),
    "a table of float32": (pd.DataFrame({"a": [1 / 3]}, dtype="float32"), pd.DataFrame({"a": [1 / 3]})),
    "a tensor with a gradient": (torch.tensor([0.5, 1.0], requires_grad=True), np.array([0.5, 1])),
    "a sparse tensor": (torch.eye(2).to_sparse(), np.eye(2)),
    "a complex number without imaginary part": (2 + 0j, 2),
    "tensors in a list": ([torch.tensor(1), torch.tensor(2.0)], [1, 2]),
    "just within the tolerance": (1.000001, 1.0),
    "just within the share of a large number": (1_000_001.0, 1_000_000.0),
    "infinity": (np.array([np.inf, -np.inf]), [float("inf"), -float("inf")]),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_right_answer_in_unusual_dress_passes(dress):
    lesson.check("it holds", *DRESSES[dress])


def endless():
    while True:
        yield 1


WRONG = {
    "not a number": (float("nan"), 1.0),
    "no number where NaN is wanted": (1.0, float("nan")),
    "a NaN among others": ([1, float("nan")], [1, 2]),
    "infinity for a number": (float("inf"), 1e300),
    "the other infinity": (-float("inf"), float("inf")),
    "a row for a number": ([1.0], 1.0),
    "a number for a row": (1.0, [1.0]),
    "a column for a row": (np.zeros((2, 1)), np.zeros(2)),
    "a flat array for lists": (np.array([1, 0, 0, 1]), [[1, 0], [0, 1]]),
    "a truth value for 1": (True, 1),
    "a numpy truth value for 1": (np.True_, 1.0),
    "a mask for numbers": (np.array([True, False]), [1, 0]),
    "truth values among numbers": ([True, 2], [1, 2]),
    "1 for a truth value": (1, True),
    "text for 1": ("1", 1),
    "texts for numbers": (["1", "2"], [1, 2]),
    "an array of texts for numbers": (np.array(["1", "2"]), [1, 2]),
    "1 for text": (1, "1"),
    "bytes for text": (b"a", "a"),
    "a text key for a number": ({"1": 2}, {1: 2}),
    "None": (None, 0),
    "twice the tolerance": (1.000002, 1.0),
    "float32 with another value": (np.float32(0.3334), 1 / 3),
    "float16 with another value": (np.float16(0.334), 1 / 3),
    "a count that float16 cannot hold": (np.float16(2048), 2049),
    "a fraction with another value": (Fraction(1, 3), 0.25),
    "a decimal with another value": (Decimal("0.26"), 0.25),
    "a generator that gives less": ((1 for _ in range(2)), [1, 1, 1]),
    "a generator without end": (endless(), [1, 1]),
    "a list for a set": (["a"], {"a"}),
    "keys in another order": ({"b": 1, "a": 2}.keys(), ["a", "b"]),
    "a set with one more": ({1, 2, 3}, {1, 2}),
    "the type of a number": (float, 1.0),
    "texts of another case": (["A"], ["a"]),
    "an imaginary part": (2 + 1j, 2),
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_answer_is_refused_whatever_it_comes_as(slip):
    with pytest.raises(lesson.CheckFailed, match="expected"):
        lesson.check("it holds", *WRONG[slip])


@pytest.mark.parametrize("at", [0.001, 1.0, 1000.0])
def test_there_is_one_tolerance_and_not_the_sum_of_two(at):
    allowed = max(0.01, 0.01 * at)
    lesson.check("it holds", got=at + 0.999 * allowed, want=at, tolerance=0.01)
    lesson.check("it holds", got=1.01, want=1.0, tolerance=0.01)
    for wrong in (at + 1.001 * allowed, at - 1.001 * allowed):
        with pytest.raises(lesson.CheckFailed):
            lesson.check("it holds", got=wrong, want=at, tolerance=0.01)


def test_what_an_iterator_runs_finds_no_frame_with_what_is_wanted():
    def thief():
        frame = sys._getframe()
        while frame := frame.f_back:
            if "wanted" in frame.f_locals:
                yield frame.f_locals["wanted"]
        yield 0

    with pytest.raises(lesson.CheckFailed):
        lesson.check("it holds", got=thief(), want=[7])


def test_an_error_inside_of_an_iterator_is_told_as_it_is():
    with pytest.raises(ZeroDivisionError):
        lesson.check("it holds", got=(1 / number for number in [1, 0]), want=[1, 1])


class Split(Fraction):
    numerator = denominator = property(lambda self: 4)
    __float__ = lambda self: 4.0


class Written(Decimal):
    __float__ = lambda self: 4.0
    is_nan = lambda self: False


class Rounded(_plain.Rounded):
    eps = 1e9


def dressed_up(kind):
    made = np.array([3.0]).view(kind)
    made.eps = 1e9
    return made


def hollow():
    made = Fraction(3)
    made._numerator = EqualToAll()
    return made


@pytest.mark.parametrize(
    "got",
    [
        Split(3),
        Written(3),
        hollow(),
        [Split(3)],
        dressed_up(_plain.Rounded),
        dressed_up(Rounded),
        (EqualToAll() for _ in [1]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers_and_iterators_too_are_not_asked_whether_they_are_right(got):
    for want in (4.0, [4.0]):
        with pytest.raises(lesson.CheckFailed, match="expected"):
            lesson.check("it holds", got=got, want=want)


def test_the_explanation_is_that_of_the_nearest_wrong_value():
    likely = {0.70: "far", 0.75: "near", 0.80: "farther"}
    with pytest.raises(lesson.CheckFailed, match="Likely: near"):
        lesson.check("g", got=0.76, want=0.5, tolerance=0.06, likely=likely)
    for got in (0.6, "0.75", True, None, [0.75]):
        with pytest.raises(lesson.CheckFailed) as failed:
            lesson.check("g", got=got, want=0.5, tolerance=0.01, likely=likely | {1: "one"})
        assert "Likely" not in str(failed.value)


@pytest.mark.parametrize("got", [None, EqualToAll(), [EqualToAll()]])
def test_a_function_that_explains_is_not_asked_about_an_answer_of_another_kind(got):
    with pytest.raises(lesson.CheckFailed) as failed:
        lesson.check("g", got=got, want=0.5, likely=lambda got: "it is too large")
    assert "Likely" not in str(failed.value)


def test_a_list_that_holds_itself_is_refused():
    endless_list = []
    endless_list.append(endless_list)
    with pytest.raises(lesson.CheckFailed, match="too deeply"):
        lesson.check("it holds", got=endless_list, want=[1])


def test_a_failed_check_names_the_likeliest_slip():
    with pytest.raises(lesson.CheckFailed, match="Likely: 0.8 × 0.8 is 0.64"):
        lesson.check("g", got=0.82, want=0.74, likely={0.5: "no", 0.82: "0.8 × 0.8 is 0.64"})
    with pytest.raises(lesson.CheckFailed, match="Likely: argmax over the wrong axis"):
        lesson.check("shape", got=np.zeros((16, 2)), want=np.zeros(16), likely={(16, 2): "argmax over the wrong axis"})
    with pytest.raises(lesson.CheckFailed, match="Likely: twice"):
        lesson.check("g", got=2.0, want=1.0, likely=lambda got: "twice" if got == 2 else None)


def test_an_explanation_that_does_not_fit_the_answer_does_not_hide_the_message():
    with pytest.raises(lesson.CheckFailed, match="expected 1, got None"):
        lesson.check("g", got=None, want=1.0, likely=lambda got: got[0])


def test_a_notebook_shows_a_failed_check_without_a_traceback():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    with capture_output() as shown:
        shell.run_cell("from trainlib import lesson\nlesson.check('g is 0.74', got=0.82, want=0.74)")
    assert shown.stdout.splitlines() == ["✗ g is 0.74", "  expected 0.74, got 0.82"]


def test_check_raises_wants_that_error_and_no_other():
    lesson.check_raises("refuses text", lambda: float("x"), ValueError)
    with pytest.raises(lesson.CheckFailed, match="expected KeyError, got ValueError: could not convert"):
        lesson.check_raises("refuses text", lambda: float("x"), KeyError)
    with pytest.raises(lesson.CheckFailed, match="expected ValueError, but the call returned 1"):
        lesson.check_raises("refuses text", lambda: float("1"), ValueError)


def test_a_quiz_refuses_an_answer_that_is_no_choice():
    with pytest.raises(ValueError, match=r"answer is 'c'; it must be one of the choices \['a', 'b'\]"):
        lesson.quiz("Which?", {"a": "no", "b": "yes"}, answer="c")


def test_the_doctor_names_what_matters_when_asking_for_help(capsys):
    lesson.doctor()
    said = capsys.readouterr().out
    assert all(word in said for word in ("python", "torch 2", "device:", "memory:", "disk here:"))


def test_lessons_are_copied_once_and_never_overwritten(work):
    own = work / STAGE / f"{LESSON}.ipynb"
    change(own, lambda cells: cells[0].update(source="# my notes"))
    mine = own.read_bytes()
    assert editions.copy_lessons(work) == []
    assert own.read_bytes() == mine


def test_a_changed_lesson_is_put_beside_the_learners_own(work, monkeypatch, tmp_path):
    edition = tmp_path / "edition"
    shutil.copytree(course.folder(), edition)
    change(edition / STAGE / f"{LESSON}.ipynb", lambda cells: cells[0].update(source="# a better title"))
    monkeypatch.setattr(course, "folder", lambda: edition)
    own = work / STAGE / f"{LESSON}.ipynb"
    mine = own.read_bytes()
    said = editions.copy_lessons(work)
    assert said == [
        f"changed since you began: {STAGE}/{LESSON}.ipynb is kept as it is, the new edition is "
        f"{LESSON}.new-edition.ipynb beside it"
    ]
    assert own.read_bytes() == mine
    assert "a better title" in own.with_suffix(".new-edition.ipynb").read_text()
    assert editions.copy_lessons(work) == []


def test_progress_counts_the_exercises_whose_saved_check_passed(work):
    def run_two(cells):
        tests = [cell for cell in cells if cell["id"].endswith("-tests")]
        tests[0].update(execution_count=1, outputs=[{"output_type": "stream", "name": "stdout", "text": "✓"}])
        tests[1].update(
            execution_count=2, outputs=[{"output_type": "error", "ename": "CheckFailed", "evalue": "", "traceback": []}]
        )

    change(work / STAGE / f"{LESSON}.ipynb", run_two)
    row = lesson.progress(work).loc[ROW]
    assert (row["exercises done"], row["of"]) == (1, 5)


def test_handing_in_writes_the_zip_that_nbgrader_expects(work, capsys):
    path = lesson.hand_in(STAGE, "ada-l", start=work)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        notebook = json.loads(archive.read(f"ada-l/{STAGE}/{LESSON}.ipynb"))
    assert path.parent == work / "hand_in"
    assert f"ada-l/{STAGE}/timestamp.txt" in names
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    assert "not answered yet: stage-effect-answer" in capsys.readouterr().out


def test_handing_in_works_from_the_folder_of_the_stage_too(work):
    assert lesson.hand_in(STAGE, "ada", start=work / STAGE).parent == work / "hand_in"


@pytest.mark.parametrize("learner", ["", "ada l", "../ada", "a" * 65, ".ada", None])
def test_a_learner_name_that_cannot_be_a_folder_is_refused(work, learner):
    with pytest.raises(ValueError, match="learner is"):
        lesson.hand_in(STAGE, learner, start=work)


def test_an_unknown_stage_is_refused_with_the_names_of_the_stages(work):
    with pytest.raises(ValueError, match="stage is 'principles'; it must be one of 1_principles, 2_theory"):
        lesson.hand_in("principles", "ada", start=work)


def test_a_notebook_that_could_not_be_graded_is_not_handed_in(work):
    own = work / STAGE / f"{LESSON}.ipynb"

    def lose_and_double(cells):
        answers = [cell for cell in cells if cell["id"].endswith("-answer")]
        cells.remove(answers[0])
        cells.append(answers[1] | {"id": "copy", "source": "another answer"})

    change(own, lose_and_double)
    with pytest.raises(ValueError, match=r"(?s)case-gain-answer stands there 2 times.*stage-effect-answer is gone"):
        lesson.hand_in(STAGE, "ada", start=work)
    assert not (work / "hand_in").exists()


def handed_in(path, name=LESSON):
    with zipfile.ZipFile(path) as archive:
        (found,) = [one for one in archive.namelist() if one.endswith(f"/{name}.ipynb")]
        return json.loads(archive.read(found))


def test_a_test_cell_that_is_gone_or_stands_there_twice_keeps_nobody_from_handing_in(work, capsys):
    def lose_and_double(cells):
        tests = [cell for cell in cells if cell["id"].endswith("-tests")]
        cells.remove(tests[0])
        cells.append(dict(tests[1]))

    change(work / STAGE / f"{LESSON}.ipynb", lose_and_double)
    cells = handed_in(lesson.hand_in(STAGE, "ada", start=work))["cells"]
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    assert names.count("stage-effect-tests") == names.count("case-gain-tests") == 1
    assert names.index("stage-effect-answer") + 1 == names.index("stage-effect-tests")
    assert (
        "its cell case-gain-tests stood there 2 times; its test cell stage-effect-tests put back"
        in capsys.readouterr().out
    )


def test_a_copy_of_an_answer_with_the_same_text_keeps_nobody_from_handing_in(work):
    change(
        work / STAGE / f"{LESSON}.ipynb",
        lambda cells: cells.append(next(cell for cell in cells if cell["id"] == "case-gain-answer")),
    )
    assert handed_in(lesson.hand_in(STAGE, "ada", start=work))["nbformat"] == 4


@pytest.mark.parametrize("learner", ["李雷", "Zoë", "Łukasz", "cs_2026_017", "प्रिया", "أحمد", "a" * 64, "Zoe\u0308"])
def test_names_of_every_script_hand_in_under_their_own_name(work, learner):
    path = lesson.hand_in(STAGE, learner, start=work)
    name = unicodedata.normalize("NFC", learner)
    with zipfile.ZipFile(path) as archive:
        assert {entry.split("/")[0] for entry in archive.namelist()} == {name}
    assert path.name.startswith(f"{name}_{STAGE}_")


@pytest.mark.parametrize(
    "learner", ["con", "LPT1.txt", "ada.", "李" * 64, "a\u202eb", "\u0301a", "ada/l", "ada\n", "😀"]
)
def test_a_name_that_some_file_system_cannot_hold_is_refused(learner):
    with pytest.raises(ValueError, match="learner is .*; use 1 to 64 letters"):
        course.learner_name(learner)


def as_colab(cells):
    for number, cell in enumerate(cells):
        cell["metadata"] = {"id": f"c{number}"}
        del cell["id"]


def test_what_colab_saved_is_handed_in_and_counts_in_progress(work, capsys):
    def run_and_save(cells):
        first = next(cell for cell in cells if cell["id"].endswith("-tests"))
        first.update(execution_count=1, outputs=[])
        as_colab(cells)

    change(work / STAGE / f"{LESSON}.ipynb", run_and_save)
    row = lesson.progress(work).loc[ROW]
    assert (row["exercises done"], row["of"]) == (1, 5)
    cells = handed_in(lesson.hand_in(STAGE, "ada", start=work))["cells"]
    assert "11 cells known by place and text" in capsys.readouterr().out
    assert len([cell for cell in cells if "nbgrader" in cell["metadata"]]) == 11


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_notebook_and_survey_are_read_in_the_encodings_of_windows(work, encoding):
    for path in (work / STAGE / f"{LESSON}.ipynb", work / STAGE / "survey.json"):
        lesson.survey(STAGE, change="more “quotes”", start=work)
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert lesson.progress(work).loc[ROW]["of"] == 5
    path = lesson.hand_in(STAGE, "ada", start=work)
    assert handed_in(path)["cells"]
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read(f"ada/{STAGE}/survey.json"))["answers"] == {"change": "more “quotes”"}


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_damaged_list_of_editions_stops_nobody_and_loses_no_work(work, content):
    (work / ".editions.json").write_text(content)
    own = (work / STAGE / f"{LESSON}.ipynb").read_bytes()
    editions.copy_lessons(work)
    assert (work / STAGE / f"{LESSON}.ipynb").read_bytes() == own and editions.copy_lessons(work) == []


def test_a_damaged_notebook_is_named(work):
    (work / STAGE / f"{LESSON}.ipynb").write_text("{ not json")
    with pytest.raises(ValueError, match=f"{LESSON}.ipynb cannot be read as a notebook"):
        lesson.hand_in(STAGE, "ada", start=work)


def test_a_folder_without_lessons_is_named(tmp_path):
    with pytest.raises(ValueError, match="no lesson of 1_principles is in"):
        lesson.hand_in(STAGE, "ada", start=tmp_path)


GOOD_ROW = """
[course]
title = "t"
repository = "OWNER/REPO"
branch = "main"
[[stage]]
folder = "1_principles"
title = "1"
promise = "p"
[[lesson]]
id = "1-01_first"
title = "First"
promise = "p"
minutes = 5
memory_mib = 100
prerequisites = []
skills = []
"""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("minutes = 5", 'minutes = "5"', "1-01_first: minutes is '5', it must be of type int"),
        ("minutes = 5", "minuets = 5", r"1-01_first has the unknown fields \['minuets'\]"),
        ("1-01_first", "7-01_first", "the lesson id '7-01_first' must look like 1-01_some_name"),
        (
            "prerequisites = []",
            'prerequisites = ["1-00_x"]',
            r"the prerequisites \['1-00_x'\] are not lessons that come before",
        ),
    ],
)
def test_a_wrong_row_of_the_lesson_table_is_named(tmp_path, before, after, message):
    path = tmp_path / "course.toml"
    path.write_text(GOOD_ROW)
    assert course.table(path).lessons[0].grade == {}
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(GOOD_ROW.replace(before, after))
    with pytest.raises(ValueError, match=message):
        course.table(wrong)


def test_a_slip_is_known_by_a_number_near_it():
    known = {0.5: "half", 0.25: "a quarter"}
    assert [lesson.slip(got, known) for got in (0.5004, np.float32(0.25), 0.4)] == ["half", "a quarter", None]
    assert lesson.slip(0.45, known, 0.1) == "half"

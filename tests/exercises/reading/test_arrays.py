"""Reading arrays: every way in which a student may write one, shapes before entries, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_widgets import Tensor
from backprop_widgets.exercises.reading import UnreadableError, read_array

MATRIX = [[1, -2], [0, 3]]
WRITTEN = (
    "[[1, -2], [0, 3]]",
    "[[1,-2],[0,3]]",
    "((1, -2), (0, 3))",
    "[1 -2; 0 3]",
    "1 -2; 0 3",
    "1, -2; 0, 3",
    "1 −2\n0 3",
    "1\t-2\n0\t3\n",
    "[[ 1. -2.]\n [ 0.  3.]]",
    "np.array([[1, -2], [0, 3]])",
    "numpy.array([[1, -2],\n             [0, 3]], dtype=float)",
    "array([[ 1., -2.],\n       [ 0.,  3.]])",
    "array([[1, -2], [0, 3]], dtype=float32)",
    "tensor([[1., -2.], [0., 3.]], requires_grad=True)",
    "tensor([[1., -2.], [0., 3.]], device='cuda:0', grad_fn=<MulBackward0>)",
    "torch.tensor([[1, -2], [0, 3]], dtype=torch.float64)",
    "[[2 - 1, -4/2], [0*5, max(1, 3)]]",
    "[[1, -2,], [0, 3,],]",
    "2 - 1  -2; 0  6 / 2",
)
REFUSED = {
    "": "empty",
    "...": "empty",
    "[[1, -2], [0]]": "ragged",
    "[[1, -2], 0]": "grammar",
    "[1, [2, 3]]": "grammar",
    "[[1, -2], [0, 3]": "grammar",
    "[[1, -2], [0, 3]]]": "grammar",
    "[[1,, -2], [0, 3]]": "grammar",
    "[[1, -2] x [0, 3]]": "grammar",
    "[]": "wrong shape",
    "[[]]": "wrong shape",
    "[[1, -2, 0], [0, 3, x]]": "wrong shape",
    "[1, -2]": "wrong shape",
    "3": "wrong shape",
    "[[1, -2], [0, x]]": "name",
    "[[1, -2], [0, 1/0]]": "finite",
    "[[1, -2], [0, nan]]": "name",
    "[[1, -2], [0, True]]": "name",
    "[[1, -2], [0, 3j]]": "grammar",
    "[[1, -2], [0, '3']]": "character",
    "[[1, -2], [0, __import__('os')]]": "character",
    "np.zeros((2, 2))": "wrong shape",
    "np.array([[1, -2], [0, 3]]).sum()": "grammar",
    "array()": "grammar",
    "array(": "wrong shape",
    "array([[1, -2], [0, 3]], print(1))": "grammar",
    "[[1, -2], [0, 9**9**9]]": "finite",
    "[" * 300 + "]" * 300: "deep",
    "1 " * 3000: "long",
    "1 " * 1500: "long",
    "[[1, 2], [3, 4]] [[5, 6], [7, 8]]": "grammar",
}


@pytest.mark.parametrize("text", WRITTEN, ids=range(len(WRITTEN)))
def test_a_matrix_is_read_however_it_is_written(text):
    np.testing.assert_array_equal(read_array(text, (2, 2)), MATRIX)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=range(len(REFUSED)))
def test_anything_else_is_refused_with_its_reason(text, reason):
    with pytest.raises(UnreadableError) as refusal:
        read_array(text, (2, 2))
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[1, -2]", [1, -2]),
        ("1 -2", [1, -2]),
        ("1 - 2", -1),
        ("(1, -2)", [1, -2]),
        ("(1 - 2)", -1),
        ("0,5", [0, 5]),  # a list of two: of an array a comma never is a decimal point
        ("3", 3),
        ("[3]", [3]),
        ("[1; 2]", [[1], [2]]),
        ("[[[1, 2]], [[3, 4]]]", [[[1, 2]], [[3, 4]]]),
        ("max(1, 2) min(1, 2)", [2, 1]),
    ],
)
def test_the_shape_is_what_was_written(text, read):
    np.testing.assert_array_equal(read_array(text), read)


def test_a_row_without_brackets_may_be_the_row_of_a_matrix():
    assert read_array("1 2 3", (1, 3)).shape == (1, 3)
    with pytest.raises(UnreadableError, match=r"wrong shape.*\(3,\)"):
        read_array("[1, 2, 3]", (1, 3))


class Foreign:
    """A tensor of another library, which must be detached before it is read."""

    def __init__(self, numbers, *, needs_grad=True):
        self.numbers, self.needs_grad = numbers, needs_grad

    def detach(self):
        return Foreign(self.numbers, needs_grad=False)

    def tolist(self):
        assert not self.needs_grad
        return self.numbers


@pytest.mark.parametrize(
    "given",
    [
        MATRIX,
        ((1, -2), (0, 3)),
        np.array(MATRIX),
        np.array(MATRIX, dtype=np.float32),
        np.array(MATRIX, dtype=object),
        [np.array([1, -2]), [0, 3]],
        [["1", "-2"], ["0", "6/2"]],
        [[np.float64(1), Tensor(-2)], [0, Foreign(3)]],
        Tensor(MATRIX),
        Foreign(MATRIX),
    ],
    ids=range(10),
)
def test_python_objects_are_read_as_they_are(given):
    read = read_array(given, (2, 2))
    np.testing.assert_array_equal(read, MATRIX)
    assert read.dtype == np.float64


ITSELF = []
ITSELF.append(ITSELF)


@pytest.mark.parametrize(
    ("given", "reason", "where"),
    [
        (None, "empty", ()),
        ([[1, None], [0, 3]], "empty", (1, 2)),
        ([[1, True], [0, 3]], "type", (1, 2)),
        ([[1, -2], [0, 3j]], "type", (2, 2)),
        ([[1, -2], [float("nan"), 3]], "finite", (2, 1)),
        (np.array([[1, np.inf], [0, 3]]), "finite", (1, 2)),
        (np.array([[True, False], [True, True]]), "type", (1, 1)),
        (np.array([[1j, 0], [0, 0]]), "type", (1, 1)),
        ([[1, -2], [0]], "ragged", ()),
        ([[1, -2], 3], "ragged", ()),
        (np.zeros((2, 3)), "wrong shape", ()),
        (np.full((2, 3), np.nan), "wrong shape", ()),
        (ITSELF, "deep", ()),
        (list(range(2000)), "long", ()),
        ([[0] * 40] * 40, "long", ()),
        (object(), "wrong shape", ()),
        ([[1, -2], [0, object()]], "type", (2, 2)),
    ],
    ids=range(17),
)
def test_what_is_no_array_is_refused_with_the_place_that_is_meant(given, reason, where):
    with pytest.raises(UnreadableError) as refusal:
        read_array(given, (2, 2))
    assert (refusal.value.reason, refusal.value.where) == (reason, where)


def test_what_is_read_is_a_copy():
    given = np.array([1.0, 2.0])
    read_array(given)[0] = 5
    assert given[0] == 1

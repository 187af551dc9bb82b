"""The gates of matrices."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.function import Context, Function, Slips, export


class MatMul(Function):
    """Multiply matrices or vectors, as `@` does in numpy for up to two axes: the swap multiplier of matrices.

    >>> matmul([[1, 2], [3, 4]], [1, -1])
    Tensor([-1., -1.])
    """

    symbol = "@"
    role = "swap multiplier"
    operator = "@"
    template = "{} @ {}"
    zero_because = "factor"
    sends_new = True
    unseen = True  # the threads of a fast library compute it
    latex = r"{x}\,{y}"
    local_latex = (r"{y}^\top", r"{x}^\top")
    code = "{x} @ {y}"
    backward_code = ("{u} @ {y}.T", "{x}.T @ {u}")
    local_text = ("{y}ᵀ", "{x}ᵀ")  # on the right of upstream, and on its left
    slips: ClassVar[Slips] = {
        "not transposed": (lambda u, y: u @ y, lambda u, x: x @ u),
        "order swapped": (lambda u, y: y.T @ u, lambda u, x: u @ x.T),
        "result transposed": (lambda u, y: (u @ y.T).T, lambda u, x: (x.T @ u).T),
        "entry by entry": (lambda u, y: u * y, lambda u, x: u * x),
        "own operand": (lambda u, x: u @ x.T, lambda u, y: y.T @ u),
    }
    jacobian = ("dense", "dense")
    samples = (
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, -1.0], [0.5, 2.0], [-2.0, 0.0]]),
        ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [1.0, -1.0, 0.5]),
        ([1.0, -1.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        ([1.0, -1.0], [2.0, 3.0]),
    )

    @staticmethod
    def forward(ctx: Context, x: Any, y: Any) -> Any:
        if not (1 <= x.ndim <= 2 and 1 <= y.ndim <= 2 and x.shape[-1] == y.shape[0]):
            raise ValueError(
                f"matmul needs vectors or matrices with equal inner sizes, (n, k) @ (k, m), got {x.shape} @ {y.shape}"
            )
        ctx.saved_tensors = x, y
        return x.dot(y)  # as `@` does for up to two axes, and sooner for small ones

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        x, y = ctx.saved_tensors
        if x.ndim == y.ndim == 2:  # what follows comes to the same, for vectors too
            left, right = ctx.inputs
            return None if left.is_constant else upstream.dot(y.T), None if right.is_constant else x.T.dot(upstream)
        rows, columns = (
            np.atleast_2d(x),
            y if y.ndim == 2 else y[:, np.newaxis],
        )  # a vector on the left is a row, on the right a column
        received = upstream.reshape(len(rows), columns.shape[1])
        return (received @ columns.T).reshape(x.shape), (rows.T @ received).reshape(y.shape)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        x, y = gate.inputs
        by_x = {(2, 1): "np.outer({u}, {y})", (1, 2): "{y} @ {u}", (1, 1): "{u} * {y}"}
        by_y = {(1, 2): "np.outer({x}, {u})", (1, 1): "{u} * {x}"}
        ndims = (x.ndim, y.ndim)
        return cls.code, (by_x.get(ndims, cls.backward_code[0]), by_y.get(ndims, cls.backward_code[1]))


matmul = export(MatMul, "matmul")

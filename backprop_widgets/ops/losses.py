"""The gates at the end: losses and regularization. A loss averages over the batch, its first axis."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from backprop_widgets.autograd.arrays import FLOAT64, ones
from backprop_widgets.autograd.code import coded_with, fill
from backprop_widgets.autograd.function import Context, Function, Slips, export
from backprop_widgets.ops.inputs import same_shape
from backprop_widgets.ops.scores import (
    BOOL,
    batch,
    below_the_largest,
    margins_of,
    one_hot,
    probabilities,
    right_classes,
    sum_of_each_row,
)
from backprop_widgets.ops.softmaxes import along


class Loss(Function):
    """A gate that compares scores or probabilities with labels, of which nobody asks the gradient."""

    labels = (1,)
    slips: ClassVar[Slips] = {
        "batch mean forgotten": (lambda d, x: d * batch(x), None),
        "batch mean twice": (lambda d, x: d / batch(x), None),
    }

    @classmethod
    def symbol_with(cls, folded: list[str | None], names: list[str]) -> str:
        return cls.symbol  # the label stands in the formula

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        scores, labels = gate.inputs
        facts = {"over": along(gate), "mean": averaged(scores.shape if scores.ndim == 2 else ())}
        if labels.shape == scores.shape:
            return coded_with(cls, **facts, wanted="{y}", total=fill(" * np.sum({y}{over})", facts))
        code, sent = coded_with(cls, **facts, total="")
        column = "[:, None]" if labels.shape else ""
        return f"{{wanted}} = 1.0 * (np.arange({{classes}}) == {{y}}{column})\n{code}", sent


class SoftmaxCrossEntropy(Loss):
    """Softmax and cross-entropy in one gate: -log p[label], averaged over the batch; its gradient is p - 1[k = label].

    `scores` have shape (classes,) or (batch, classes); `labels` are integers, or one row of probabilities for each.

    >>> softmax_cross_entropy([0, 0], 1)
    Tensor(0.6931)
    """

    symbol = "softmax+CE"
    template = "softmax_cross_entropy({}, {})"
    latex = r"-\ln \frac{e^{{x}_{y}}}{\sum_j e^{{x}_j}}"
    local_latex = (r"p_k - 1[k = {y}]", "")
    code = (
        "{shifted} = {x} - np.max({x}{over})\n"
        "{log_p} = {shifted} - np.log(np.sum(np.exp({shifted}){over}))\n"
        "-np.sum({wanted} * {log_p}){mean}"
    )
    backward_code = ("{u} * (np.exp({log_p}){total} - {wanted}){mean}", "")
    slips: ClassVar[Slips] = {
        **Loss.slips,
        "sign turned": (lambda d: -d, None),
        "one-hot forgotten": (lambda u, x: u * probabilities(x) / batch(x), None),
        "true class only": (lambda d, x, y: d * one_hot(y, x.shape), None),
        "slope of the sigmoid too": (lambda d, x: d * probabilities(x) * (1.0 - probabilities(x)), None),
        "scores for probabilities": (lambda u, x, y: u * (x - one_hot(y, x.shape)) / batch(x), None),
    }
    jacobian = ("row", "none")
    samples = (([1.0, -2.0, 0.5], 2), ([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]], [2, 0]))

    @staticmethod
    def forward(ctx: Context, scores: Any, labels: Any) -> Any:
        shifted = below_the_largest(scores, -1)
        p = np.exp(shifted)
        total = sum_of_each_row(p)
        p /= total
        wanted = one_hot(labels, scores.shape)
        ctx.saved_tensors = p, wanted
        if wanted.dtype is BOOL:  # one class of each row: nothing else is looked at
            losses = np.log(total[..., 0]) - shifted[wanted]
            loss = losses.dot(ones(losses.size))
        else:
            loss = (wanted * (np.log(total) - shifted)).sum(where=wanted != 0)  # 0 times inf is left out
        return loss / batch(scores)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        p, wanted = ctx.saved_tensors
        if wanted.dtype is not BOOL:  # labels that do not sum to 1 scale the probabilities, as the formula says
            p = p * wanted.sum(axis=-1, keepdims=True)
        sent = p - wanted.astype(FLOAT64, copy=False)
        sent *= upstream / batch(p)
        return sent, None


class CrossEntropy(Loss):
    """Cross-entropy of probabilities: -log p[label], averaged over the batch.

    `p` has shape (classes,) or (batch, classes); `labels` are integers, or one row of probabilities for each.

    >>> cross_entropy([0.5, 0.5], 0)
    Tensor(0.6931)
    """

    symbol = "CE"
    template = "cross_entropy({}, {})"
    latex = r"-\ln {x}_{y}"
    local_latex = (r"-\frac{1[k = {y}]}{{x}_k}", "")
    code = "-np.sum({wanted} * np.log(np.where({wanted} == 0, 1, {x}))){mean}"
    backward_code = ("-{u} * {wanted} / np.where({wanted} == 0, 1, {x}){mean}", "")
    slips: ClassVar[Slips] = {
        **Loss.slips,
        "sign lost": (lambda d: -d, None),
        "every class": (lambda u, x: -u / x / batch(x), None),
    }
    jacobian = ("row", "none")
    samples = (([0.2, 0.5, 0.3], 2), ([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], [2, 0]))

    @staticmethod
    def forward(ctx: Context, p: Any, labels: Any) -> Any:
        wanted = one_hot(labels, np.shape(p))
        ctx.save_for_backward(p, wanted)
        return -np.where(wanted == 0, 0.0, wanted * np.log(np.where(wanted == 0, 1.0, p))).sum() / batch(p)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        p, wanted = ctx.saved_tensors
        return -upstream * wanted / np.where(wanted == 0, 1.0, p) / batch(p), None


class BinaryCrossEntropy(Loss):
    """Cross-entropy of the probability of a yes: -y log p - (1 - y) log(1 - p), averaged over all entries.

    >>> binary_cross_entropy(0.5, 1)
    Tensor(0.6931)
    """

    symbol = "BCE"
    template = "binary_cross_entropy({}, {})"
    latex = r"-{y} \ln {x} - (1 - {y}) \ln(1 - {x})"
    local_latex = (r"\frac{{x} - {y}}{{x} (1 - {x})}", "")
    code = (
        "{yes} = np.where({y} == 0, 1, {x})\n"
        "{no} = np.where({y} == 1, 0, {x})\n"
        "-np.mean({y} * np.log({yes}) + (1 - {y}) * np.log1p(-{no}))"
    )
    backward_code = ("{u} * ((1 - {y}) / (1 - {no}) - {y} / {yes}) / {size}", "")
    slips: ClassVar[Slips] = {
        "sign turned": (lambda d: -d, None),
        "gradient of the scores": (lambda d, x: d * x * (1.0 - x), None),
        "batch mean forgotten": (lambda d: d * np.size(d), None),
    }
    jacobian = ("row", "none")
    samples = ((0.3, 1.0), ([0.3, 0.6, 0.9], [1.0, 0.0, 1.0]))

    @staticmethod
    def forward(ctx: Context, p: Any, y: Any) -> Any:
        y = same_shape("binary_cross_entropy", p, y)
        if ((y < 0) | (y > 1)).any():
            raise ValueError(f"binary_cross_entropy needs labels between 0 and 1, got {np.ravel(y)[:5].tolist()}")
        ctx.save_for_backward(p, y)
        yes = np.where(y == 0, 0.0, y * np.log(np.where(y == 0, 1.0, p)))
        no = np.where(y == 1, 0.0, (1 - y) * np.log1p(-np.where(y == 1, 0.0, p)))
        return -(yes + no).mean()

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        p, y = ctx.saved_tensors
        yes = np.where(y == 0, 0.0, y / np.where(y == 0, 1.0, p))
        no = np.where(y == 1, 0.0, (1 - y) / (1 - np.where(y == 1, 0.0, p)))
        return upstream * (no - yes) / np.size(p), None


class SquaredError(Function):
    """Squared distance to the target, summed over each example and averaged over the batch, the first axis.

    A vector is a batch of single numbers: its loss is the mean of the squares.

    >>> squared_error([1, 2], [1, 4])
    Tensor(2.)
    """

    symbol = "SE"
    template = "squared_error({}, {})"
    latex = r"({x} - {y})^2"
    local_latex = (r"2 ({x} - {y})", r"2 ({y} - {x})")
    code = "np.sum(({x} - {y}) ** 2){mean}"
    backward_code = ("{u} * 2 * ({x} - {y}){mean}", "{u} * 2 * ({y} - {x}){mean}")
    slips: ClassVar[Slips] = {
        "factor lost": (lambda d: d / 2, lambda d: d / 2),
        "sign turned": (lambda d: -d, lambda d: -d),
        "target forgotten": (lambda d, x, y: d * x / (x - y), None),
        "batch mean forgotten": (lambda d: d * len(d), lambda d: d * len(d)),
        "batch mean twice": (lambda d: d / len(d), lambda d: d / len(d)),
    }
    jacobian = ("row", "row")
    samples = ((3.0, 1.0), ([1.0, 2.0, 3.0], [0.5, 2.5, 1.0]), ([[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [2.0, 2.0]]))

    @staticmethod
    def forward(ctx: Context, prediction: Any, target: Any) -> Any:
        difference = prediction - same_shape("squared_error", prediction, target)
        examples = np.shape(prediction)[0] if np.ndim(prediction) else 1
        ctx.save_for_backward(difference, examples)
        return np.sum(difference * difference) / examples

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        difference, examples = ctx.saved_tensors
        sent = upstream * 2.0 * difference / examples
        return sent, -sent

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        return coded_with(cls, mean=averaged(gate.inputs[0].shape))


class HingeLoss(Loss):
    """Multiclass hinge loss: the sum of max(0, s_j - s_label + margin) over the wrong classes, averaged over the batch.

    `scores` have shape (classes,) or (batch, classes); `labels` are integers.

    >>> hinge_loss([3.0, 2.5, -1.0], 0)
    Tensor(0.5)
    """

    symbol = "hinge"
    template = "hinge_loss({}, {})"
    latex = r"\sum_{j \ne {y}} \max(0, {x}_j - {x}_{y} + 1)"
    local_latex = (r"1[{x}_j - {x}_{y} + 1 > 0]", "")
    code = (
        "{margins} = np.where({wanted} == 1, 0, {x} - np.sum({x} * {wanted}{over}) + {margin})\n"
        "{pushes} = 1.0 * ({margins} > 0)\n"
        "np.sum(np.maximum(0, {margins})){mean}"
    )
    backward_code = ("{u} * ({pushes} - {wanted} * np.sum({pushes}{over})){mean}", "")
    slips: ClassVar[Slips] = {
        **Loss.slips,
        "right class forgotten": (lambda d, x, y: d * (one_hot(y, x.shape) == 0), None),
        "right class once": (lambda u, d, x, y: np.where(one_hot(y, x.shape) == 1, -u / batch(x), d), None),
    }
    jacobian = ("row", "none")
    samples = (([3.0, 2.5, -1.0], 0), ([[1.0, 2.0, 3.5], [0.3, -1.0, 1.0]], [2, 0]))

    @staticmethod
    def forward(ctx: Context, scores: Any, labels: Any, *, margin: float = 1.0) -> Any:
        right = right_classes(labels, scores)
        margins = np.where(right, 0.0, margins_of(scores, right, margin))
        ctx.save_for_backward(margins > 0, right)
        return np.maximum(margins, 0.0).sum() / batch(scores)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        violated, right = ctx.saved_tensors
        pushes = violated.astype(float)
        return upstream * (pushes - right * pushes.sum(axis=-1, keepdims=True)) / batch(pushes), None

    @staticmethod
    def branch(*inputs: Any, **options: Any) -> Any:
        right = right_classes(inputs[1], inputs[0])
        return np.where(right, 1.0, np.sign(margins_of(inputs[0], right, options.get("margin", 1.0))))

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        code, sent = super().coded(gate)
        if gate.inputs[0].shape != gate.inputs[1].shape:
            return code, sent
        rows = {"y": "{wanted}"}  # labels come as rows: the right class is the one with a 1
        return "{wanted} = 1.0 * ({y} == 1)\n" + fill(code, rows), tuple(fill(template, rows) for template in sent)


class L2(Function):
    """L2 regularization: `strength` times the sum of the squares; its gradient is 2 x strength x W.

    >>> l2([1, 2], strength=0.5)
    Tensor(2.5)
    """

    symbol = "L2"
    sends_new = True
    unseen = True  # numpy does not look at what np.vdot gives
    latex = r"\lambda \sum {x}^2"
    local_latex = (r"2 \lambda {x}",)
    code = "{strength} * np.sum({x} ** 2)"
    backward_code = ("{u} * 2 * {strength} * {x}", "{u} * np.sum({x} ** 2)")
    slips: ClassVar[Slips] = {
        "factor lost": (lambda d: d / 2, None),
        "regularization left out": (lambda d: 0.0 * d, None),
    }
    jacobian = ("row",)
    samples = (([1.0, -2.0, 3.0],), ([[1.0, 2.0], [3.0, 4.0]],))

    @staticmethod
    def forward(ctx: Context, W: Any, strength: Any = 1.0) -> Any:
        ctx.saved_tensors = W, strength
        return strength * np.vdot(W, W)

    @staticmethod
    def backward(ctx: Context, upstream: Any) -> Any:
        weights, strength = ctx.saved_tensors
        sent = (upstream * 2.0 * strength) * weights  # the numbers first: one new array
        if len(ctx.inputs) == 1:
            return sent
        return sent, None if ctx.inputs[1].is_constant else upstream * np.vdot(weights, weights)

    @classmethod
    def coded(cls, gate: Context) -> tuple[str, tuple[str, ...]]:
        return coded_with(cls, strength="{y}") if len(gate.inputs) > 1 else super().coded(gate)


def averaged(shape: tuple[int, ...]) -> str:
    """Divided by the number of examples, as code: nothing for a single one."""
    return f" / {shape[0]}" if shape else ""


softmax_cross_entropy = export(SoftmaxCrossEntropy, "softmax_cross_entropy")
cross_entropy = export(CrossEntropy, "cross_entropy")
binary_cross_entropy = export(BinaryCrossEntropy, "binary_cross_entropy")
squared_error = export(SquaredError, "squared_error")
hinge_loss = export(HingeLoss, "hinge_loss")
l2 = export(L2, "l2")

"""The class forms of a gate: the `Function` runs and passes the gradient check; the PyTorch form compiles."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor, gradcheck
from backprop_widgets.autograd.function import table
from backprop_widgets.trace import class_form, pytorch_form

each_op = pytest.mark.parametrize("op", table.values(), ids=table)
each_sample = pytest.mark.parametrize(
    ("op", "sample"),
    [
        pytest.param(op, sample, id=f"{name}-{number}")
        for name, op in table.items()
        for number, sample in enumerate(op.samples)
    ],
)


def made(text, name):
    """The class that the text defines."""
    scope = {"np": np, "Function": Function}
    exec(text, scope)  # noqa: S102  (that it runs is the point)
    return scope[name]


def test_a_gate_is_written_as_in_the_lecture():
    assert class_form(bw.multiply) == class_form("multiply") == class_form(table["multiply"])
    assert pytorch_form("multiply").splitlines() == [
        "class Multiply(torch.autograd.Function):",
        "    @staticmethod",
        "    def forward(ctx, x, y):",
        "        ctx.save_for_backward(x, y)",
        "        return x * y",
        "",
        "    @staticmethod",
        "    def backward(ctx, grad_output):",
        "        x, y = ctx.saved_tensors",
        "        grad_x = grad_output * y",
        "        grad_y = grad_output * x",
        "        return grad_x, grad_y",
    ]


@each_sample
def test_the_class_form_of_each_op_computes_the_same_and_passes_the_gradient_check(op, sample):
    form = made(class_form(op, *sample), op.__name__)
    assert issubclass(form, Function)
    assert not issubclass(form, op)
    np.testing.assert_allclose(form.apply(*sample).data, op.apply(*sample).data, rtol=1e-13)
    report = gradcheck(form, *sample)
    assert report, report


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("leaky_relu", {"slope": 0.5}),
        ("sum", {"axis": 0}),
        ("mean", {"axis": 1, "keepdims": True}),
        ("max", {"axis": 1}),
        ("softmax", {"axis": 0}),
        ("transpose", {"axes": (1, 0)}),
        ("index", {"key": (slice(None), 1)}),
    ],
)
def test_options_are_written_into_the_class(name, options):
    x = [[1.0, 5.0, 3.0], [4.0, 2.0, 6.5]]
    form = made(class_form(name, x, **options), table[name].__name__)
    np.testing.assert_allclose(form.apply(x).data, table[name].apply(x, **options).data, rtol=1e-13)
    assert gradcheck(form, x)


def test_an_option_stays_an_option_of_the_class():
    form = made(class_form("elu"), "ELU")
    np.testing.assert_allclose(form.apply([-1.0], alpha=3.0).data, bw.elu([-1.0], alpha=3.0).data)
    x = Tensor([-1.0])
    bw.sum(form.apply(x, alpha=3.0)).backward()
    np.testing.assert_allclose(x.grad, 3 * np.exp(-1))


@each_op
def test_the_pytorch_form_of_each_op_compiles_and_calls_torch_only(op):
    text = pytorch_form(op)
    compile(text, op.name, "exec")
    assert "np." not in text
    assert f"class {op.__name__}(torch.autograd.Function):" in text


@pytest.mark.parametrize("op", ["cosh", "", Function, len])
def test_only_ops_whose_code_is_known_have_a_class_form(op):
    with pytest.raises(ValueError, match="is not known; there are abs, add"):
        class_form(op)


def test_a_wrong_template_is_caught(monkeypatch):
    monkeypatch.setattr(table["multiply"], "backward_code", ("{u} * {x}", "{u} * {y}"))
    assert not gradcheck(made(class_form("multiply"), "Multiply"), 3.0, -4.0)

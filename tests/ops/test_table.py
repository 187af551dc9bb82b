"""What each op declares, against what it does: one test for each declaration, over the whole table of ops."""

from __future__ import annotations

import inspect
import itertools
import re
import warnings

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import Function, Tensor, gradcheck, ops
from backprop_widgets.autograd import local_gradients
from backprop_widgets.autograd.backward import send
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.nonfinite import NonFiniteWarning
from backprop_widgets.locale import catalogue
from backprop_widgets.trace.expression import Expression

NAMES = ("x", "y", "z", "w")
AS_PYTHON = str.maketrans({"×": "*", "^": "**", "−": "-"})  # how the lecture writes it, as a student types it

each_op = pytest.mark.parametrize("op", table.values(), ids=table)
each_sample = pytest.mark.parametrize(
    ("op", "sample"),
    [
        pytest.param(op, sample, id=f"{name}-{number}")
        for name, op in table.items()
        for number, sample in enumerate(op.samples)
    ],
)


def jacobians(op, inputs):
    """The real Jacobian for each input: one row for each output entry, found by feeding a unit upstream."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)  # a sample moved for comparison may leave the domain
        output = op.apply(*[Tensor(x) for x in inputs])
        with np.errstate(all="ignore"):
            rows = [send(output.gate, unit.reshape(output.shape)) for unit in np.eye(output.size)]
    return [
        np.zeros((output.size, np.size(inputs[slot])))  # labels are sent nothing
        if rows[0][slot] is None
        else np.array([np.ravel(row[slot]) for row in rows])
        for slot in range(len(inputs))
    ]


def moved(op, sample, *factors):
    """The sample with each input multiplied by its factor; labels stay what they are."""
    stays = [structure == "none" for structure in op.jacobian]
    return [x if kept else factor * np.asarray(x) for x, factor, kept in zip(sample, factors, stays, strict=True)]


def is_equal(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def structure_is(declared, slot, op, sample):
    """Whether the Jacobian of one input has the declared structure."""
    real = jacobians(op, sample)[slot]
    stays = is_equal([real], [jacobians(op, moved(op, sample, *[1.5] * len(sample)))[slot]])
    unit = np.eye(*real.shape)
    off_diagonal = real[unit == 0]
    one_each = np.isin(real, (0, 1)).all() and (real.sum(axis=0) == 1).all() and (real.sum(axis=1) == 1).all()
    return {
        "none": not real.any(),
        "identity": np.array_equal(real, unit),
        "permutation": one_each and stays,
        "diagonal": real.shape[0] == real.shape[1] and not off_diagonal.any(),
        "zero-one": np.isin(real, (0, 1)).all(),
        "constant": stays,
        "row": len(real) == 1,
        "dense": off_diagonal.any() and not stays,
    }[declared]


def behaviour(op, sample):
    """The role that an op plays, told from its Jacobians alone."""
    count = len(sample)
    points = [jacobians(op, moved(op, sample, *[factor] * count)) for factor in (1, 1.5, -1)]
    is_constant = all(is_equal(point, points[0]) for point in points)
    passes_unchanged = all(np.isin(real, (0, 1)).all() for point in points for real in point)
    takes_one = all((np.hstack(point).sum(axis=1) == 1).all() for point in points)  # each output is one of the inputs
    if is_constant and passes_unchanged and takes_one:
        each_is_taken_once = (np.hstack(points[0]).sum(axis=0) == 1).all()
        return "rearranger" if each_is_taken_once else "router"
    if is_constant:
        changes_the_sign = count > 1 and all((np.abs(real).sum(axis=0) == 1).all() for real in points[0])
        return "distributor" if passes_unchanged else "signed distributor" if changes_the_sign else "scale"
    if passes_unchanged:
        return "router" if takes_one else "switch"
    if count == 2:
        x_moved, y_moved = jacobians(op, moved(op, sample, 1.5, 1)), jacobians(op, moved(op, sample, 1, 1.5))
        keeps_own = is_equal([x_moved[0], y_moved[1]], points[0])
        if keeps_own and not is_equal([y_moved[0]], points[0][:1]) and not is_equal([x_moved[1]], points[0][1:]):
            return "swap multiplier"
    return "slope"


def takes_any_number(op):
    parameters = inspect.signature(op.forward).parameters.values()
    return any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)


def formula(op, count):
    """The op written with the names of its inputs."""
    pieces = op.pieces(count, {})
    return "".join(itertools.chain(*itertools.zip_longest(pieces, NAMES[:count], fillvalue="")))


def placeholders(latex):
    return set(re.findall(r"\{([xyzw])\}", latex))


def braces_match(latex):
    depths = list(itertools.accumulate((c == "{") - (c == "}") for c in latex))
    return depths[-1] == 0 and min(depths) >= 0


def test_the_table_and_the_public_names_agree():
    assert sorted(table) == sorted(ops.__all__)
    assert all(getattr(bw, name).__name__ == name == op.name for name, op in table.items())


@each_op
def test_every_op_has_samples_and_an_example_in_its_help(op):
    assert op.samples
    assert ">>> " in op.__doc__
    assert getattr(bw, op.name).__doc__ == op.__doc__


@each_op
def test_every_op_has_facts_for_each_input(op):
    assert all(len(op.jacobian) == len(sample) for sample in op.samples)
    if not takes_any_number(op):
        assert len(op.local_latex) == len(op.jacobian)


@each_op
def test_every_role_has_a_name_and_a_sentence_in_the_catalogue(op):
    assert {f"role.{op.role}.name", f"role.{op.role}.says"} <= catalogue("en").texts.keys()


@each_sample
def test_the_gradients_agree_with_finite_differences(op, sample):
    report = gradcheck(op, *sample)
    assert report, report
    assert not any(found.kinks for found in report.inputs)


@each_sample
def test_the_declared_jacobian_structure_is_the_real_one(op, sample):
    for slot, declared in enumerate(op.jacobian):
        assert structure_is(declared, slot, op, sample), f"input {slot + 1} is not {declared}"


@each_sample
def test_the_declared_role_is_what_the_op_does(op, sample):
    assert behaviour(op, sample) == op.role


@each_sample
def test_local_gradients_are_the_diagonal_of_the_jacobian_or_its_row(op, sample):
    output = op.apply(*[Tensor(x) for x in sample])
    for local, real in zip(local_gradients(output), jacobians(op, sample), strict=True):
        if local is not None:
            np.testing.assert_array_equal(np.ravel(local), np.diag(real) if op.elementwise else real[0])


@each_sample
def test_the_formula_parses_and_gives_the_value(op, sample):
    names = NAMES[: len(sample)]
    expression = Expression(formula(op, len(sample)).translate(AS_PYTHON))
    assert sorted(expression.names) == sorted(names)
    value, _ = expression.evaluate({name: Tensor(x) for name, x in zip(names, sample, strict=True)})
    np.testing.assert_allclose(value.data, op.apply(*sample).data, rtol=1e-15)


@each_op
def test_the_latex_is_well_formed(op):
    inputs = set(NAMES[: len(op.local_latex)])
    assert placeholders(op.latex) == inputs
    asked = [latex for latex, structure in zip(op.local_latex, op.jacobian, strict=False) if structure != "none"]
    for latex in (op.latex, *asked):
        assert latex
        assert braces_match(latex)
        assert placeholders(latex) <= inputs | {"z"}  # z is the output


@each_sample
def test_a_commuting_op_gives_the_same_either_way(op, sample):
    if op.commutes:
        np.testing.assert_array_equal(op.apply(*sample).data, op.apply(*reversed(sample)).data)


def test_a_wrong_jacobian_structure_is_caught():
    multiply, matmul, total = (table[name] for name in ("multiply", "matmul", "sum"))
    square = ([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    assert not structure_is("diagonal", 0, matmul, square)
    assert not structure_is("constant", 0, matmul, square)
    assert not structure_is("dense", 0, multiply, ([1, 2], [3, 4]))
    assert not structure_is("zero-one", 0, multiply, ([1, 2], [3, 4]))
    assert not structure_is("identity", 0, multiply, ([1, 2], [3, 4]))
    assert not structure_is("permutation", 0, multiply, ([1, 1], [1, 1]))
    assert not structure_is("row", 0, multiply, ([1, 2], [3, 4]))
    assert not structure_is("none", 0, total, ([1, 2],))
    assert not structure_is("dense", 0, total, ([1, 2],))
    assert not structure_is("diagonal", 0, total, ([1, 2],))


@pytest.mark.parametrize(
    ("local", "role"),
    [
        (lambda x, y: (1 + 0 * x, 1 + 0 * y), "distributor"),
        (lambda x, y: (1 + 0 * x, -1 + 0 * y), "signed distributor"),
        (lambda x, y: (1 + 0 * x, 2 + 0 * y), "scale"),
        (lambda x, y: (y, x), "swap multiplier"),
        (lambda x, y: (x, y), "slope"),
        (lambda x, y: (y, 1 + 0 * x), "slope"),
        (lambda x, y: (1.0 * (x > y), 1.0 * (x <= y)), "router"),
        (lambda x, y: (1.0 * (x > 0), 1.0 * (x > 0)), "switch"),
    ],
    ids=["distributor", "signed", "scale", "swap", "not swapped", "half swapped", "router", "switch"],
)
def test_each_role_is_told_from_the_others(local, role):
    class Gate(Function):
        jacobian = ("diagonal", "diagonal")

        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x + y

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * slope for slope in local(*ctx.saved_tensors))

    assert behaviour(Gate, (3.0, -4.0)) == role


def test_malformed_latex_is_caught():
    assert not braces_match(r"\frac{{x}}{{y}")
    assert not braces_match("}{")
    assert placeholders(r"\frac{1}{{y}}") == {"y"}

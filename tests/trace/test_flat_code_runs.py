"""Flat code is run: it computes every value and gradient of the engine, under any names."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import backprop_widgets as bw
from backprop_widgets import Function, NonFiniteWarning, Tensor, flat_code, record
from backprop_widgets.autograd.function import table
from backprop_widgets.trace.program import Program

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published_examples.json").read_text(encoding="utf-8"))
each_sample = pytest.mark.parametrize(
    ("op", "sample"),
    [
        pytest.param(op, sample, id=f"{name}-{number}")
        for name, op in table.items()
        for number, sample in enumerate(op.samples)
    ],
)


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        assert x.shape == upstream.shape
        return 2 * upstream


class Scaled(Function):
    elementwise = True

    @staticmethod
    def forward(ctx, x, y, *, by=1.0):
        return by * x + y

    @staticmethod
    def backward(ctx, upstream):
        return ctx.options["by"] * upstream, upstream


class OneInATuple(Double):
    @staticmethod
    def backward(ctx, upstream):
        return (2 * upstream,)


class Same(Function):
    @staticmethod
    def forward(ctx, x, y):
        return x + y

    @staticmethod
    def backward(ctx, upstream):
        return upstream, upstream  # one array, twice


class Wrong(table["multiply"]):
    @staticmethod
    def backward(ctx, upstream):
        return upstream, upstream


class Key(Function):
    """Its class is called as an input is."""

    @staticmethod
    def forward(ctx, x):
        return 3 * x

    @staticmethod
    def backward(ctx, upstream):
        return 3 * upstream


OWN = (Double, Scaled, OneInATuple, Same, Wrong, Key)


def run(code):
    """What every variable holds when the program has run."""
    scope = {own.__name__: own for own in OWN}
    exec(str(code), scope)  # noqa: S102  (that it runs is the point)
    return scope


def assert_runs(trace, code=None):
    """The program computes every value and every gradient of the trace, under the student's names."""
    scope = run(code or trace.flat_code())
    program = Program(trace)
    for node in trace.nodes:
        if node.id not in program.value:
            continue
        assert_equal(scope[program.value[node.id]], node.value)
        if node.gradient is not None:
            assert_equal(scope[program.gradient[node.id]], node.gradient)


def assert_equal(found, expected):
    assert np.shape(found) == expected.shape
    size = np.abs(expected[np.isfinite(expected)]).max(initial=1e-300)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13 * size)


def recorded(output):
    return record(output, upstream=np.cos(np.arange(output.size)).reshape(output.shape) + 0.5)


# ---- names ----


@pytest.mark.parametrize(
    "names",
    [
        ("x", "dx"),
        ("dx", "x"),
        ("np", "el"),  # d + el is a keyword
        ("lambda", "def"),
        ("a b", "a+b"),
        ("2nd", "x²"),
        ("θ", "\N{FULLWIDTH LATIN SMALL LETTER X}"),
        ("ctx_q", "dx_q"),
        ("_", "__builtins__"),
        ("Key", "Tensor"),
        ("x'; import os #", ""),
        ("c", "sum"),
        ("x" * 400, "다"),
    ],
)
def test_any_name_is_spelled_so_that_the_program_runs(names):
    x, y = Tensor([1.0, 2.0], name=names[0]), Tensor(3.0, name=names[1])
    q = Key.apply(x) * y + x * y + np.array([1.0, -1.0])
    trace = record(q, upstream=[1, 2])
    assert_runs(trace)
    assert len(set(Program(trace).value.values()) | set(Program(trace).gradient.values())) == 2 * len(
        Program(trace).value
    )


# ---- what it computes ----


@each_sample
def test_the_program_of_each_op_gives_its_value_and_gradients(op, sample):
    leaves = [Tensor(x, name=name) for x, name in zip(sample, ("x", "y", "w"), strict=False)]
    assert_runs(recorded(op.apply(*leaves)))
    for slot in range(len(sample)) if len(sample) > 1 else ():  # with a constant
        assert_runs(recorded(op.apply(*[x.data if k == slot else x for k, x in enumerate(leaves)])))
    doubled = [
        Tensor(x, name=name) if slot in op.labels else Tensor(x, name=name) * 1.0
        for slot, (x, name) in enumerate(zip(sample, "xyw", strict=False))
    ]
    assert_runs(recorded(op.apply(*doubled)))


MATRIX = [[1.0, 5.0, 3.0], [4.0, 2.0, 6.0]]
CASES = {
    **{
        f"{op} along {options}": lambda x, op=op, options=options: getattr(bw, op)(x, **options)
        for op in ("sum", "mean", "max", "min")
        for options in ({"axis": 0}, {"axis": -1}, {"axis": 1, "keepdims": True}, {"keepdims": True})
    },
    "sum along two axes": lambda x: bw.sum(x, axis=(0, 1)),
    "softmax along columns": lambda x: bw.softmax(x, axis=0),
    "log_softmax along columns": lambda x: bw.log_softmax(x, axis=0),
    "rows of labels": lambda x: bw.softmax_cross_entropy(x, [[0.25, 0.5, 0.25], [0, 0, 1]]),
    "labels that do not sum to 1": lambda x: bw.softmax_cross_entropy(x, [[1, 1, 0], [0, 0, 0.5]]),
    "cross-entropy of rows": lambda x: bw.cross_entropy(x / 10, [[0.25, 0.75, 0], [0, 0, 1]]),
    "cross-entropy of labels": lambda x: bw.cross_entropy(x / 10, [2, 0]),
    "hinge of rows": lambda x: bw.hinge_loss(x, [[0, 1, 0], [0, 0, 1]], margin=2),
    "certain binary cross-entropy": lambda x: bw.binary_cross_entropy(x * [0.0, 0.1, 0.2], [[0, 1, 0], [0, 0, 1]]),
    "slope": lambda x: bw.leaky_relu(x - 3, slope=0.5),
    "alpha": lambda x: bw.elu(x - 3, alpha=2),
    "large softplus": lambda x: bw.softplus((x - 3) * 500),
    "strength": lambda x: bw.l2(x, strength=0.25),
    "strength as an input": lambda x: bw.l2(x, bw.sum(x)),
    "transpose": lambda x: bw.transpose(bw.reshape(x, shape=(1, 2, 3)), axes=(2, 0, 1)),
    "transpose of a number": lambda x: bw.transpose(bw.sum(x)),
    "reshape": lambda x: bw.reshape(x, shape=(3, -1)),
    "reshape to a vector": lambda x: bw.reshape(x, shape=6),
    "concatenate along columns": lambda x: bw.concatenate(x, x * 2, x, axis=-1),
    "index": lambda x: x[1, 0],
    "index a row twice": lambda x: x[0] * x[1] + x[0],
    "slice": lambda x: x[:, ::-2] + x[..., :1],
    "repeated index": lambda x: x[[0, 0, 1], [1, 1, 2]],
    "tuples as indices": lambda x: x[(0, 0, 1), (1, 1, 2)],
    "array as index": lambda x: x[:, np.array([0, 0, 2])],
    "mask": lambda x: x[np.array(MATRIX) > 2.5],
    "no index": lambda x: x[()],
    "new axis": lambda x: x[:, None],
    "index a number": lambda x: bw.sum(x)[None],
    "powers": lambda x: x**0 + x**1 + x**2 + x**3 + x**0.5 + x**-1,
    "power of zero": lambda x: (x * 0) ** x + (x * 0) ** 0,
    "constant base": lambda x: 2**x + 0**x,
    "constant matrix": lambda x: x * np.array(MATRIX) @ np.ones((3, 2)),
    "constants only": lambda x: x * bw.exp(2.0) * bw.add(1, 2),
    "same on both sides": lambda x: x @ x.T,
    "broadcast maxout": lambda x: bw.maxout(x, x[0], 3.0),
    "stretched": lambda x: x[:, :1] * x[:1] + bw.reshape(x[0, 0], shape=(1, 1, 1)) * bw.reshape(x[:1], shape=(1, 1, 3)),
    "stretched both ways": lambda x: bw.reshape(x, shape=(3, 2, 1)) * x[:1, :1],
    "saturated sigmoid": lambda x: bw.sigmoid((x - 3) * 1000),
    "ties": lambda x: bw.maximum(x, x) + bw.minimum(x, x) + bw.max(x * 0) + bw.relu(x * 0) + bw.abs(x * 0),
    "own": lambda x: Double.apply(x) * Scaled.apply(x, x[0], by=3.0),
    "own of numbers": lambda x: Scaled.apply(Double.apply(bw.sum(x)), OneInATuple.apply(bw.mean(x)), by=-0.5),
    "own of a constant": lambda x: Same.apply(x, np.ones((2, 3))),
    "own at a fork": lambda x: Double.apply(x) + OneInATuple.apply(x) + Same.apply(x, x) * Same.apply(x, x * 2),
    "derived with its own backward": lambda x: Wrong.apply(x, x + 1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")  # exp(1000) in the lecture's formula of the sigmoid
def test_the_program_gives_the_same_for_options_and_shapes(case):
    assert_runs(recorded(case(Tensor(MATRIX, name="x"))))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy warns when it divides by 0
@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("x / y", (1, 0)),
        ("log(x) * y", (0, 1)),
        ("x ** y", (-8, 1 / 3)),
        ("sqrt(x) + 1 / y", (0, 0)),
        ("exp(x) * y", (800, 2)),
    ],
)
def test_numbers_that_are_not_finite_are_those_of_the_engine(text, inputs):
    with pytest.warns(NonFiniteWarning):
        trace = record(text, {"x": inputs[0], "y": inputs[1]})
    assert_runs(trace)


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda example: example["id"])
def test_the_programs_of_published_examples_give_their_gradients(example):
    trace = record("\n".join(example["program"]), example["inputs"], upstream=example.get("upstream"))
    assert_runs(trace)
    scope = run(flat_code(trace))
    names = [
        node.name
        for node in trace.nodes
        if node.kind in ("input", "gate") and node.name in example["computed_gradients"]
    ]
    assert names
    for name in names:
        np.testing.assert_allclose(scope[f"d{name}"], example["computed_gradients"][name], rtol=1e-6, atol=1e-9)


OF_ONE = sorted(name for name, op in table.items() if len(op.samples[0]) == 1)
OF_TWO = sorted(name for name, op in table.items() if len(op.samples[0]) == 2 and not op.labels)
NUMBERS = (0.0, 1.0, -1.0, 2.0, -0.5, 3.0)


@st.composite
def graphs(draw):
    """A graph of random ops on random values, forks and numbers; what cannot be computed, or grows, is left out."""
    shapes = draw(st.lists(st.sampled_from([(), (3,), (2, 3), (2, 1), (1, 3), (3, 2)]), min_size=1, max_size=3))
    known = [
        Tensor(np.array(draw(st.lists(st.sampled_from(NUMBERS), min_size=n, max_size=n))).reshape(shape), name=f"x{k}")
        for k, shape in enumerate(shapes)
        for n in [int(np.prod(shape, dtype=int))]
    ]
    drawn = st.tuples(st.sampled_from([*OF_ONE, *OF_TWO * 2, "maxout"]), *[st.integers(0, 8)] * 3)
    for name, *picks in draw(st.lists(drawn, min_size=1, max_size=9)):
        operands = [known[-1 - pick % len(known)] if pick < 8 else NUMBERS[len(known) % 6] for pick in picks]
        count = 1 if name in OF_ONE else 2 if name in OF_TWO else 3
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NonFiniteWarning)
                made = table[name].apply(*operands[:count])
        except (ValueError, IndexError):  # shapes that do not fit
            continue
        if np.isfinite(made.data).all() and np.abs(made.data).max(initial=0) < 1e3:
            known.append(made)
    return known[-1]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(graphs())
def test_the_program_of_a_random_graph_gives_the_gradients_of_the_engine(root):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonFiniteWarning)
        trace = recorded(root)
    assume(all(node.gradient is None or np.isfinite(node.gradient).all() for node in trace.nodes))
    assert_runs(trace)


def test_the_program_of_a_long_chain_runs():
    x = Tensor(1.0, name="x")
    total = x
    for _ in range(3000):
        total = total + x
    assert_runs(record(total))


# ---- the checks can fail ----


@pytest.mark.parametrize(
    ("name", "templates"),
    [
        ("multiply", {"backward_code": ("{u} * {x}", "{u} * {y}")}),
        ("multiply", {"code": "{x} + {y}"}),
        ("subtract", {"backward_code": ("{u} * 1", "{u} * 1")}),
        ("sigmoid", {"backward_code": ("{u} * (1 - {z})",)}),
        ("max", {"backward_code": ("{u} * ({x} > 0)",)}),
        ("add", {"backward_code": ("{u}", "{u}")}),  # the same array: what is added to one changes the other
    ],
)
def test_a_wrong_template_is_caught(name, templates, monkeypatch):
    def check():
        leaves = [Tensor(x, name=key) for x, key in zip(table[name].samples[-1], "xy", strict=False)]
        assert_runs(recorded(table[name].apply(*leaves)))
        if name == "add":
            assert_runs(record("sum(exp(x) + x)", x=[1, 2]))

    check()
    for key, wrong in templates.items():
        monkeypatch.setattr(table[name], key, wrong)
    with pytest.raises(AssertionError):
        check()

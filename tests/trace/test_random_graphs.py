"""Random graphs, computed by us, by HIPS autograd and by complex steps; and random walks over their steps.

A program is a list of instructions on earlier values. Each interpreter is a table from op names to functions.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_widgets import Tensor, Trace, record
from backprop_widgets.autograd import backward
from backprop_widgets.autograd.function import table
from backprop_widgets.trace import numbers

GRAPHS = settings(max_examples=500, deadline=None, derandomize=True)
SHAPES = ((), (3,), (2, 3), (2, 1), (1, 3), (3, 2))
TINY = 1e-30  # the step of complex differentiation: nothing is subtracted, so nothing is lost


@dataclass(frozen=True)
class Program:
    """Inputs as arrays, instructions as (op, operands), and the upstream gradient of the last value."""

    inputs: tuple[np.ndarray, ...]
    instructions: tuple[tuple[str, tuple[int, ...]], ...]
    upstream: np.ndarray


def values(program, inputs, ops):
    """All values of a program, inputs first, with the ops of one interpreter."""
    known = list(inputs)
    for op, operands in program.instructions:
        known.append(ops[op](*[known[k] for k in operands]))
    return known


# ---- three interpreters ----


def ours(program, ops=None):
    """Gradients of the inputs by our own backward pass."""
    ops = {name: function.apply for name, function in table.items()} | (ops or {})
    leaves = [Tensor(x) for x in program.inputs]
    totals = {tensor: total for tensor, total, _ in backward(values(program, leaves, ops)[-1], program.upstream)}
    return [np.asarray(totals.get(leaf, np.zeros(leaf.shape))) for leaf in leaves]


def by_autograd(program):
    """The same by HIPS autograd."""

    def loss(*inputs):
        unused = sum(0.0 * anp.sum(x) for x in inputs)  # autograd warns of an input without influence
        return anp.sum(program.upstream * values(program, inputs, OPS_OF_AUTOGRAD)[-1]) + unused

    slots = range(len(program.inputs))
    return [autograd.grad(loss, slot)(*program.inputs) for slot in slots]


def by_complex_step(program):
    """The same by d f(x + ih) = Im f / h, one input entry at a time."""
    gradients = [np.zeros(x.shape) for x in program.inputs]
    for slot, gradient in enumerate(gradients):
        for entry in np.ndindex(gradient.shape):
            inputs = [x.astype(complex) for x in program.inputs]
            inputs[slot][entry] += 1j * TINY
            gradient[entry] = (program.upstream * values(program, inputs, OPS_ON_COMPLEX)[-1].imag).sum() / TINY
    return gradients


def ops_of(module, **others):
    """The ops that a numpy-like module has under the same name, and those it has not."""
    return {name: getattr(module, name) for name in table if hasattr(module, name)} | others


def written_out(module):
    """Ops that numpy does not have, as their formulas, for real and for complex numbers."""

    def positive(x):
        return module.real(x) > 0

    def softmax(x):
        return module.exp(x) / module.sum(module.exp(x), axis=-1, keepdims=True)

    return {
        "negate": module.negative,
        "relu": lambda x: module.where(positive(x), x, 0 * x),
        "leaky_relu": lambda x: module.where(positive(x), x, 0.01 * x),
        "elu": lambda x: module.where(positive(x), x, module.exp(x) - 1),
        "sigmoid": lambda x: 1 / (1 + module.exp(-x)),
        "softplus": lambda x: module.log(1 + module.exp(x)),
        "softmax": softmax,
        "log_softmax": lambda x: module.log(softmax(x)),
        "maximum": lambda x, y: module.where(positive(x - y), x + 0 * y, y + 0 * x),
        "minimum": lambda x, y: module.where(positive(y - x), x + 0 * y, y + 0 * x),
        "abs": lambda x: module.where(positive(x), x, -x),
        "squared_error": lambda x, y: module.sum((x - y) ** 2) / (x.shape[0] if x.shape else 1),
        "l2": lambda x: module.sum(x * x),
        "reshape": lambda x: module.reshape(x, (-1,)),
        "concatenate": lambda x, y: module.concatenate([x, y]),
        "index": lambda x: x[0],
    }


OPS_OF_AUTOGRAD = ops_of(anp, **written_out(anp))
OPS_ON_COMPLEX = ops_of(np, **written_out(np))

# ---- programs: any instruction that keeps clear of poles, kinks and overflow ----


def anything(*_):
    return True


def is_away_from_0(x):
    return np.abs(x).min() > 0.1


def is_positive(x):
    return x.min() > 0.1


def has_one_winner(x):
    """Whether neither the largest nor the smallest entry is nearly met by another."""
    gaps = np.diff(np.sort(x, axis=None))
    return not gaps.size or min(gaps[0], gaps[-1]) > 0.1


def broadcasts(x, y):
    return all(m == n or 1 in {m, n} for m, n in zip(x.shape[::-1], y.shape[::-1], strict=False))


def both(condition):
    return lambda x, y: broadcasts(x, y) and condition(x, y)


DOMAINS = {
    "add": both(anything),
    "subtract": both(anything),
    "multiply": both(anything),
    "divide": both(lambda _, y: is_away_from_0(y)),
    "power": both(lambda x, y: is_positive(x) and np.abs(y).max() < 3),
    "maximum": both(lambda x, y: is_away_from_0(x - y)),
    "minimum": both(lambda x, y: is_away_from_0(x - y)),
    "matmul": lambda x, y: x.ndim and y.ndim and x.shape[-1] == y.shape[0],
    "negate": anything,
    "reciprocal": is_away_from_0,
    "exp": lambda x: x.max() < 4,
    "log": is_positive,
    "sqrt": is_positive,
    "square": anything,
    "sin": anything,
    "cos": anything,
    "abs": is_away_from_0,
    "relu": is_away_from_0,
    "sigmoid": lambda x: x.min() > -20,
    "tanh": anything,
    "sum": anything,
    "mean": anything,
    "max": has_one_winner,
    "min": has_one_winner,
    "leaky_relu": is_away_from_0,
    "elu": lambda x: is_away_from_0(x) and x.max() < 20,
    "softplus": lambda x: x.max() < 20,
    "softmax": lambda x: x.ndim and np.abs(x).max() < 20,
    "log_softmax": lambda x: x.ndim and np.abs(x).max() < 20,
    "l2": anything,
    "squared_error": lambda x, y: x.shape == y.shape,
    "transpose": anything,
    "reshape": anything,
    "concatenate": lambda x, y: x.ndim and x.ndim == y.ndim and x.shape[1:] == y.shape[1:],
    "index": lambda x: x.ndim,
}
WITH_LABELS = {"cross_entropy", "softmax_cross_entropy", "binary_cross_entropy", "hinge_loss"}  # samples check these
OF_ANY_NUMBER = {"maxout"}
OF_TWO = {
    *("add", "subtract", "multiply", "divide", "power", "maximum", "minimum"),
    *("matmul", "squared_error", "concatenate"),
}


@st.composite
def arrays(draw):
    shape = draw(st.sampled_from(SHAPES))
    size = int(np.prod(shape, dtype=int))
    eighths = draw(st.lists(st.integers(-16, 16), min_size=size, max_size=size))
    return np.array([eighth / 8 for eighth in eighths], dtype=float).reshape(shape)


def fitting(op, known, picks):
    """The first operands, counted back from the drawn ones, that lie in the domain of the op; () if there are none."""
    for steps in itertools.product(range(len(known)), repeat=2 if op in OF_TWO else 1):
        operands = tuple(-1 - (pick + step) % len(known) for pick, step in zip(picks, steps, strict=False))
        if DOMAINS[op](*[known[k] for k in operands]):
            return tuple(len(known) + k for k in operands)
    return ()


@st.composite
def programs(draw, longest=12):
    """Draw instructions, and leave out those for which there are no operands."""
    inputs = draw(st.lists(arrays(), min_size=1, max_size=3))
    known, instructions = list(inputs), []
    drawn = st.tuples(st.sampled_from(sorted(DOMAINS)), st.integers(0, 11), st.integers(0, 11))
    for op, *picks in draw(st.lists(drawn, min_size=longest // 2, max_size=longest)):
        if operands := fitting(op, known, picks):
            value = np.asarray(OPS_ON_COMPLEX[op](*[known[k] for k in operands]))
            if np.abs(value).max() < 1e3:
                known.append(value)
                instructions.append((op, operands))
    upstream = np.cos(np.arange(known[-1].size)).reshape(known[-1].shape) + 0.5
    return Program(tuple(inputs), tuple(instructions), upstream)


def assert_equal_gradients(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8 * max(1.0, np.abs(other).max()))


# ---- the tests ----


@GRAPHS
@given(programs())
def test_our_gradients_agree_with_autograd_and_with_complex_steps(program):
    found = ours(program)
    assert_equal_gradients(found, by_complex_step(program))
    assert_equal_gradients(found, by_autograd(program))


@GRAPHS
@given(programs(), st.lists(st.one_of(st.sampled_from(["next", "previous"]), st.integers(0, 200)), max_size=30))
def test_a_trace_has_the_same_gradients_and_any_walk_reads_the_same_numbers(program, walk):
    leaves = [Tensor(x, name=f"x{k}") for k, x in enumerate(program.inputs)]
    root = values(program, leaves, {name: function.apply for name, function in table.items()})[-1]
    trace = record(root, upstream=program.upstream)
    named = {node.name: node.gradient for node in trace.nodes}
    found = [named.get(leaf.name, np.zeros(leaf.shape)) for leaf in leaves]
    np.testing.assert_equal(found, ours(program))
    played = list(play(trace))
    position = 0
    for move in walk:
        position = moved(position, move, len(trace.steps))
        assert state(trace, position) == played[position]
    check_texts(trace)
    assert Trace.from_json(trace.to_json()) == trace


def test_every_op_is_drawn_and_known_to_the_oracles():
    assert table.keys() - DOMAINS.keys() == WITH_LABELS | OF_ANY_NUMBER
    assert DOMAINS.keys() <= OPS_OF_AUTOGRAD.keys() & OPS_ON_COMPLEX.keys()


# ---- reading a trace as the player does ----


def state(trace, k):
    """What can be read after k steps: for each wire its value and its gradient, where they are known."""
    value = {(edge.id, "value", edge.value_text) for edge in trace.edges if edge.value_at <= k}
    return value | {(edge.id, "gradient", edge.gradient_text) for edge in trace.edges if 0 <= edge.gradient_at <= k}


def play(trace):
    """The same by playing from the start: each step adds what it says it writes."""
    edges = {edge.id: edge for edge in trace.edges}
    seen = {(edge.id, "value", edge.value_text) for edge in trace.edges if edge.value_at == 0}
    yield set(seen)
    for step in trace.steps:
        kind = "value" if step.phase == "forward" else "gradient"
        written = {(wire, kind, getattr(edges[wire], f"{kind}_text")) for wire in step.edges}
        assert not written & seen, "a number is written once"
        seen |= written
        yield set(seen)


def moved(position, move, last):
    if move == "next":
        return min(position + 1, last)
    return max(position - 1, 0) if move == "previous" else min(move, last)


def check_texts(trace):
    """Each text is its number, and no mark points at a number before it is known."""
    edges = {edge.id: edge for edge in trace.edges}
    for edge in trace.edges:
        assert edge.value_text == numbers.value(edge.value)
        assert edge.gradient_text == ("" if edge.gradient is None else numbers.value(edge.gradient))
        assert (edge.gradient is None) == (edge.gradient_at == -1)
        assert edge.gradient_at == -1 or edge.gradient_at > edge.value_at
    for step in trace.steps:
        for wire, mark in step.marks:
            if mark == "value":
                assert edges[wire].value_at <= step.index
            elif mark != "local":
                assert 0 <= edges[wire].gradient_at <= step.index


# ---- the checks can fail ----


def wrong(name, backward_of):
    """An op of the table with another backward."""
    return type("Wrong", (table[name],), {"backward": staticmethod(backward_of), "name": name})


@pytest.mark.parametrize("oracle", [by_autograd, by_complex_step])
def test_a_wrong_backward_is_caught_by_each_oracle(oracle):
    program = Program((np.array([1.0, 2.0]), np.array(3.0)), (("multiply", (0, 1)),), np.array([1.0, 0.5]))
    assert_equal_gradients(ours(program), oracle(program))
    unswapped = wrong("multiply", lambda ctx, upstream: tuple(upstream * x for x in ctx.saved_tensors))
    with pytest.raises(AssertionError):
        assert_equal_gradients(ours(program, {"multiply": unswapped.apply}), oracle(program))


def test_a_step_that_writes_late_is_caught():
    trace = record("x * y", x=3, y=4)
    assert all(state(trace, k) == known for k, known in enumerate(play(trace)))
    late = Trace.from_json(trace.to_json().replace('"gradient_at": 2', '"gradient_at": 3'))
    assert any(state(late, k) != known for k, known in enumerate(play(late)))


def test_a_wrong_text_is_caught():
    trace = record("x * y", x=3, y=4)
    check_texts(trace)
    with pytest.raises(AssertionError):
        check_texts(Trace.from_json(trace.to_json().replace('"gradient_text": "4"', '"gradient_text": "0"')))

"""Forward, backward, descent: by hand on small numbers, and on a network that has to learn something."""

from __future__ import annotations

import random
from itertools import chain, islice, pairwise

import numpy as np
import pytest

import backprop_widgets as bw
from backprop_widgets import NonFiniteWarning, Tensor, train
from backprop_widgets.datasets import blobs, spiral

ROWS = np.arange(10.0)


def one_step(loss, parameters, **options):
    return next(train(loss, parameters, **options))


def test_one_step_by_hand():
    x, y = Tensor(3.0), Tensor(-1.0)
    step = one_step(lambda: x * x + 2 * y, {"x": x, "y": y}, rate=0.5)
    assert (step.number, step.loss, step.rate) == (1, 7, 0.5)
    assert step.before == {"x": 3, "y": -1}
    assert step.gradients == {"x": 6, "y": 2}
    assert step.after == {"x": 0, "y": -2}
    assert (float(x), float(y)) == (0, -2)


def test_the_loss_is_that_of_the_parameters_before():
    w = Tensor(2.0, name="w")
    losses = [(step.loss, float(step.before["w"])) for step in train(lambda: w * w, w, rate=0.25, steps=3)]
    assert losses == [(4, 2), (1, 1), (0.25, 0.5)]


def test_each_step_starts_where_the_last_one_ended():
    W = Tensor([[1.0, -2.0]], name="W")
    first, second = train(lambda: bw.l2(W), [W], rate=0.1, steps=2)
    np.testing.assert_array_equal(first.after["W"], second.before["W"])
    np.testing.assert_allclose(second.after["W"], [[0.64, -1.28]])


def test_gradients_that_are_not_cleared_add_up():
    w = Tensor(0.0, name="w")
    steps = list(train(lambda: 3 * w, w, steps=4, rate=1, zero_grad=False))
    assert [float(step.gradients["w"]) for step in steps] == [3, 6, 9, 12]
    assert float(w) == -30  # 3 + 6 + 9 + 12; it would be 12 with gradients cleared
    assert [float(step.gradients["w"]) for step in train(lambda: 3 * w, w, steps=2)] == [3, 3]


def test_forgetting_to_clear_overshoots_a_bowl():
    def ends(*, zero_grad):
        w = Tensor(1.0, name="w")
        return [step.loss for step in train(lambda: w * w, w, rate=0.4, steps=12, zero_grad=zero_grad)]

    cleared, kept = ends(zero_grad=True), ends(zero_grad=False)
    assert all(later < earlier for earlier, later in pairwise(cleared))
    assert not all(later < earlier for earlier, later in pairwise(kept))
    assert cleared[-1] < 1e-10
    assert max(kept[4:]) > 0.01


def test_a_rate_that_is_too_large_diverges():
    w = Tensor(1.0, name="w")
    losses = [step.loss for step in train(lambda: w * w, w, rate=1.1, steps=5)]
    assert losses == sorted(losses)


def test_a_step_is_read_only():
    w = Tensor([1.0], name="w")
    for step in train(lambda: bw.l2(w), w, steps=2, zero_grad=False):
        with pytest.raises(AttributeError):
            step.loss = 0
        with pytest.raises(TypeError, match="does not support item assignment"):
            step.after["w"] = 0
        for arrays in (step.before, step.gradients, step.after):
            with pytest.raises(ValueError, match="read-only"):
                arrays["w"][0] = 5


def test_few_scalars_are_written_out_in_one_line():
    w, b = Tensor(2.0, name="w"), Tensor(1.0, name="b")
    step = one_step(lambda: w * w - 3 * b, [w, b])
    assert str(step) == repr(step) == "step 1: loss 1; w = 2 - 0.1 * 4 = 1.6; b = 1 - 0.1 * (-3) = 1.3"


def test_of_arrays_the_size_of_the_gradient_is_written():
    W, b = Tensor([[3.0, 4.0]]), Tensor(1.0)
    step = one_step(lambda: bw.l2(W, strength=0.5) + b, {"W": W, "b": b})
    assert str(step) == "step 1: loss 13.5; size of the gradient: W 5, b 1"


def test_parameters_of_a_list_are_called_by_their_names_or_numbered():
    step = one_step(lambda: x + y, [x := Tensor(1.0), y := Tensor(2.0, name="y")])
    assert list(step.before) == ["w1", "y"]


def test_nothing_happens_until_a_step_is_asked_for():
    calls = []
    steps = train(lambda: calls.append(1) or bw.l2(w), w := Tensor([1.0]), steps=3)
    assert calls == []
    next(steps)
    assert calls == [1]
    assert len(list(steps)) == 2


def seen(**options):
    """The rows in each batch, over one run."""
    w, batches = Tensor(0.0), []
    list(train(lambda x: batches.append(x.tolist()) or bw.sum(w * x), w, data=[ROWS], **options))
    return batches


def test_without_a_batch_size_all_rows_are_taken_in_order():
    assert seen(steps=2) == [ROWS.tolist()] * 2


def test_an_epoch_takes_every_row_once():
    batches = seen(batch_size=4, steps=6)
    assert [len(batch) for batch in batches] == [4, 4, 2, 4, 4, 2]
    for epoch in (batches[:3], batches[3:]):
        assert sorted(chain(*epoch)) == ROWS.tolist()
    assert batches[:3] != batches[3:]
    assert batches[0] != ROWS[:4].tolist()


def test_the_seed_decides_the_batches():
    assert seen(batch_size=4, steps=3, seed=1) == seen(batch_size=4, steps=3, seed=1)
    assert seen(batch_size=4, steps=3, seed=1) != seen(batch_size=4, steps=3, seed=2)


def test_rows_and_labels_stay_together():
    w = Tensor(0.0)

    def loss(X, labels):
        np.testing.assert_array_equal(X[:, 0], 10 * labels)
        return bw.sum(w * X)

    assert len(list(train(loss, w, data=(10 * ROWS[:, np.newaxis], ROWS), batch_size=3, steps=8))) == 8


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((Tensor(1.0), Tensor(1.0)), TypeError, "loss must be a function that computes the loss anew"),
        ((lambda: 0, []), ValueError, "at least one parameter"),
        ((lambda: 0, 3.0), TypeError, "parameters are Tensors: one, a list, or a dict by name, got 3.0"),
        ((lambda: 0, "w"), TypeError, "parameters are Tensors: one, a list, or a dict by name, got 'w'"),
        ((lambda: 0, [3.0]), TypeError, "parameter w1 must be a Tensor, got float"),
        ((lambda: 0, {"q": Tensor(1.0) * 2}), ValueError, "parameter q was computed by multiply: only a leaf"),
        (
            (lambda: 0, [Tensor(1.0, name="w"), Tensor(2.0, name="w")]),
            ValueError,
            "two parameters have one name, in w, w",
        ),
        ((lambda: 0, dict.fromkeys("ab", Tensor(1.0))), ValueError, "one tensor stands there twice, in a, b"),
    ],
    ids=["a tensor for a loss", "none", "a bare number", "a name", "a number", "not a leaf", "one name", "twice"],
)
def test_bad_parameters_are_refused_at_once(arguments, error, message):
    with pytest.raises(error, match=message):
        train(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": -1}, "steps must be a whole number from 0, got -1"),
        ({"steps": 2.5}, "steps must be a whole number from 0, got 2.5"),
        ({"rate": float("nan")}, "rate must be a finite number, got nan"),
        ({"rate": "fast"}, "rate must be a finite number, got 'fast'"),
        ({"batch_size": 4}, "give data too"),
        ({"data": (ROWS, ROWS[:4])}, r"as many rows each, got shapes \(10,\), \(4,\)"),
        ({"data": (3.0,)}, "as many rows each"),
        ({"data": (ROWS,), "batch_size": 11}, "batch_size must be between 1 and 10, the rows of data, got 11"),
        ({"data": (ROWS,), "batch_size": 2.5}, "batch_size must be between 1 and 10, the rows of data, got 2.5"),
        ({"data": (ROWS,), "batch_size": 0}, "batch_size must be between 1 and 10"),
    ],
    ids=str,
)
def test_bad_options_are_refused_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        train(lambda: 0, Tensor(1.0), **options)


@pytest.mark.parametrize(
    ("loss", "error", "message"),
    [
        (lambda w: 3.0, TypeError, "the loss must be a scalar Tensor, got float: 3.0"),
        (lambda w: w * [1, 2], ValueError, r"a scalar Tensor, got shape \(2,\): reduce it with sum or mean"),
        (
            lambda w: Tensor(w.data) ** 2,
            ValueError,
            "the loss does not depend on parameter w: no gradient has reached it",
        ),
    ],
    ids=["number", "array", "cut"],
)
def test_a_bad_loss_is_refused_in_the_first_step(loss, error, message):
    w = Tensor(2.0, name="w")
    with pytest.raises(error, match=message):
        one_step(lambda: loss(w), w)
    assert float(w) == 2


def test_a_loss_that_is_not_finite_ends_the_training_and_keeps_the_parameters():
    w = Tensor(1.0, name="w")
    losses = iter([1.0, 2.0, np.inf])
    steps = train(lambda: w * next(losses), w, steps=10)
    assert [step.number for step in islice(steps, 2)] == [1, 2]
    with pytest.warns(NonFiniteWarning, match="the loss is inf in step 3: training ends before its descent"):
        assert list(steps) == []
    assert float(w) == 1 - 0.1 * (1 + 2)


def test_a_gradient_that_is_not_finite_ends_it_too():
    w = Tensor(0.0, name="w")
    with pytest.warns(NonFiniteWarning) as warned:
        assert list(train(lambda: bw.sqrt(w), w)) == []
    assert "the gradient of w is not finite in step 1" in str(warned[-1].message)
    assert float(w) == 0


def network(hidden, classes, seed):
    """The parameters of two layers, drawn between -1 and 1."""
    draw = random.Random(seed)  # noqa: S311  (no secret)

    def drawn(*shape):
        return Tensor(np.array([draw.uniform(-1, 1) for _ in range(int(np.prod(shape)))]).reshape(shape))

    return {"W1": drawn(2, hidden), "b1": drawn(hidden), "W2": drawn(hidden, classes), "b2": drawn(classes)}


def scores(net, X):
    return bw.relu(X @ net["W1"] + net["b1"]) @ net["W2"] + net["b2"]


def losses_of(net, **options):
    def loss(X, labels):
        return bw.softmax_cross_entropy(scores(net, X), labels) + bw.l2(net["W1"], 1e-4) + bw.l2(net["W2"], 1e-4)

    return [step.loss for step in train(loss, net, **options)]


def accuracy(net, X, labels):
    return float((scores(net, X).data.argmax(axis=1) == labels).mean())


def test_two_layers_learn_the_spiral():
    X, labels = spiral(50, 3, seed=0)
    net = network(32, 3, seed=0)
    assert accuracy(net, X, labels) < 0.6
    losses = losses_of(net, rate=1.0, steps=600, data=(X, labels))
    assert losses[0] > 1
    assert losses[-1] < 0.2
    assert accuracy(net, X, labels) >= 0.95


def test_one_layer_cannot_learn_the_spiral():
    X, labels = spiral(50, 3, seed=0)
    W = Tensor(np.zeros((2, 3)))
    list(train(lambda: bw.softmax_cross_entropy(X @ W, labels), W, rate=1.0, steps=100))
    assert ((X @ W.data).argmax(axis=1) == labels).mean() < 0.7


def test_mini_batches_learn_blobs_and_give_the_same_each_time():
    X, labels = blobs(30, 3, seed=0)
    runs = []
    for _ in range(2):
        net = network(8, 3, seed=0)
        runs.append(losses_of(net, rate=0.3, steps=60, data=(X, labels), batch_size=10))
        assert accuracy(net, X, labels) >= 0.95
    assert runs[0] == runs[1]


@pytest.mark.parametrize("data", [3, ROWS, {"x": ROWS}, "rows"], ids=["number", "array", "dict", "text"])
def test_data_that_are_no_list_of_arrays_are_refused(data):
    with pytest.raises(TypeError, match="data is a list of arrays, one for each argument of loss, got"):
        train(lambda rows: sum(w * rows), (w := Tensor(1.0)), data=data)

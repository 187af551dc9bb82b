"""One question of every kind, with an answer to it that is right, one that is wrong, and one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backprop_widgets import exercises as ex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

POINT = {"x": -2.5, "y": 5.25, "z": -4.5}  # so that no answer is a number that stands in the question
SUM = "x=-2, y=5, z=-4"
RELU = """
class Relu(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return np.maximum(x, 0)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * (x > 0)
"""


@dataclass(frozen=True)
class Example:
    """`wrong` is a box and an answer, and `says` what the message to it holds; `drawn` makes one with own numbers."""

    make: Callable[..., ex.Question]
    right: Mapping[str, Any]
    wrong: tuple[str, Any]
    says: str
    unreadable: tuple[str, Any]
    drawn: Callable[[], ex.Question]
    options: Mapping[str, Any] = field(default_factory=dict)


def own(*, id="own", **options):
    """A question of a lecturer's own."""
    return ex.question(id, "How fast?", "x * y", ["gradient x", "local y"], {"x": 3.5, "y": 5.5}, **options)


EXAMPLES = {
    "fill_values": Example(
        lambda **o: ex.fill_values("(x + y) * z", POINT, **o),
        {"q": 2.75, "f": -12.375},
        ("q", -7.75),
        "the right numbers with another operation",
        ("f", "two"),
        lambda: ex.fill_values("x*y + max(z, w)"),
    ),
    "fill_gradients": Example(
        lambda **o: ex.fill_gradients("(x + y) * z", POINT, ask="inputs", **o),
        {"x": "-4.5*1", "y": -4.5, "z": 2.75},
        ("z", -4.5),
        "upstream times",
        ("x", "1,000"),
        lambda: ex.fill_gradients("x*y + max(z, w)"),
    ),
    "fill_edges": Example(
        lambda **o: ex.fill_edges("x * y", x=3.5, y=-1.5, ask=["local", "downstream"], **o),
        {"local_x": -1.5, "local_y": 3.5, "downstream_x": -1.5, "downstream_y": 3.5},
        ("local_x", 3.5),
        "This looks like",
        ("local_x", "x +"),
        lambda: ex.fill_edges("(x + y) * z"),
    ),
    "forks": Example(
        lambda **o: ex.forks("x * y + x", x=2.5, y=3.5, **o),
        {"x_1": 3.5, "x_2": 1, "x": 4.5, "y": 2.5, "q": 1},
        ("x", 3.5),
        "branch",
        ("x", [1, 2]),
        lambda: ex.forks("x * y + x"),
    ),
    "which_of_three": Example(
        lambda **o: ex.which_of_three("(x + y) * z * w", x=1, y=2, z=3, w=5, gate="r", **o),
        {},
        ("a", None),
        "Which number came from the right",
        ("a", "sideways"),
        lambda: ex.which_of_three("(x + y) * z * w"),
    ),
    "name_roles": Example(
        lambda **o: ex.name_roles("maximum(x * y, z) + x", x=2, y=3, z=1, **o),
        {"copy_x": "adder", "q": "switcher", "r": "router", "f": "분배기", "winner_r": "q"},
        ("r", "distributor"),
        "What does this gate do",
        ("q", "sorter"),
        lambda: ex.name_roles("max(x * y, z) + x"),
    ),
    "next_step": Example(
        lambda **o: ex.next_step("(x + y) * z + w", x=1, y=2, z=3, w=4, after=["f"], **o),
        {"gate": "r"},
        ("gate", "q"),
        "still waits for a gradient from r",
        ("gate", "k"),
        lambda: ex.next_step("(x + y) * z + w"),
    ),
    "order_backward": Example(
        lambda **o: ex.order_backward("(x + y) * z + w", x=1, y=2, z=3, w=4, **o),
        {"order": "f → r → q"},
        ("order", "f, q, r"),
        "q comes before r",
        ("order", "f, q"),
        lambda: ex.order_backward("(x + y) * z + w"),
    ),
    "shapes": Example(
        lambda **o: ex.shapes("sum(X @ W)", {"X": (2, 4), "W": (4, 3)}, ask=["W", "X"], **o),
        {"W": "4x3", "X": (2, 4)},
        ("W", "(3, 4)"),
        "the other way round",
        ("W", "wide"),
        lambda: ex.shapes("sum(X @ W)", {"X": "nd", "W": "dm"}),
    ),
    "fitting_product": Example(
        ex.fitting_product,
        {"dX": "dD @ W.T", "dW": "X.T @ dD"},
        ("dX", "W @ dD"),
        "cannot be multiplied",
        ("dW", "X + dD"),
        ex.fitting_product,
    ),
    "jacobian_cells": Example(
        lambda **o: ex.jacobian_cells("relu", [1, 2, 3], **o),
        {"cells": "(0, 0), (1, 1), (2, 2)", "held": 9, "needed": 3},
        ("cells", [(0, 0), (1, 0)]),
        "which output entries move",
        ("cells", "(7, 7)"),
        lambda: ex.jacobian_cells("softmax", [1, 2]),
    ),
    "descent_step": Example(
        lambda **o: ex.descent_step("w * w", w=3, parameters=["w"], rate=0.1, **o),
        {"w": 2.4, "change": "falls"},
        ("w", 3.6),
        "along the gradient",
        ("change", "sideways"),
        lambda: ex.descent_step("(w*x - t)**2", parameters=["w"]),
    ),
    "safe_rate": Example(
        lambda **o: ex.safe_rate("(w * x - t) ** 2", w=3, x=2, t=4, parameters=["w"], **o),
        {"rate": 0.1},
        ("rate", "1"),
        "the loss rises",
        ("rate", "0.3"),
        lambda: ex.safe_rate("(w * x - t) ** 2", parameters=["w"]),
    ),
    "uncleared": Example(
        lambda **o: ex.uncleared("x * y", x=3.5, y=5.5, calls=3, zero_after=[1], **o),
        {"x": 11, "y": 7},
        ("x", 16.5),
        "more than one backward pass",
        ("y", "y"),
        lambda: ex.uncleared("x * y"),
    ),
    "sensitivity": Example(
        lambda **o: ex.sensitivity("(x + y) * z", POINT, nudge={"z": 0.1}, **o),
        {"z": 0.28},
        ("z", 2.75),
        "the gradient itself. How far is z moved",
        ("z", "a little"),
        lambda: ex.sensitivity("(x + y) * z"),
    ),
    "dead_inputs": Example(
        lambda **o: ex.dead_inputs("relu(w * x) * v + u", w=-2, x=3, v=5, u=1, **o),
        {"dead": "w, x, v", "gate": "r"},
        ("dead", ["w", "u"]),
        "on which every gate is open",
        ("dead", "k"),
        lambda: ex.dead_inputs("relu(w * x) * v + u"),
    ),
    "cost_of_modes": Example(
        lambda **o: ex.cost_of_modes("(x + y) * z", x=-2, y=5, z=-4, **o),
        {"reverse": 4, "forward": 12, "cheaper": "reverse"},
        ("forward", 4),
        "How many passes",
        ("cheaper", "sideways"),
        lambda: ex.cost_of_modes("(x + y) * z"),
    ),
    "write_backward": Example(
        lambda **o: ex.write_backward("relu", **o),
        {"function": RELU},
        ("function", RELU.replace(" * (x > 0)", "")),
        "This looks like",
        ("function", 3),
        lambda: ex.write_backward("relu"),
    ),
    "write_code": Example(
        lambda **o: ex.write_code("(x + y) * z", POINT, **o),
        {"lines": "df = 1\ndq = df * z\ndz = df * q\ndx = dq\ndy = dq"},
        ("lines", "df = 1\ndq = df * z\ndz = df * z\ndx = dq\ndy = dq"),
        "4 of 5 are right; the first that is not is dz.",
        ("lines", 3),
        lambda: ex.write_code("(x + y) * z"),
    ),
    "find_bug": Example(
        lambda **o: ex.find_bug("(x + y) * z", POINT, **o),
        {},
        ("line", 1),
        "Which gate does this line belong to",
        ("line", 99),
        lambda: ex.find_bug("(x + y) * z + x"),
    ),
    "check_op": Example(
        ex.check_op,
        {},
        ("kink", "c"),
        "between −h and h",
        ("broken", "d"),
        ex.check_op,
    ),
    "derive_cross_entropy": Example(
        ex.derive_cross_entropy,
        {"dL_dp2": "-1/p2", "dp2_dz2": "p2 - p2^2", "dp2_dz1": "-p1*p2", "dL_dz2": "p2 - 1", "dL_dz1": "p1"},
        ("dL_dz2", "p2"),
        "What does the true class subtract",
        ("dL_dz2", "q - 1"),
        ex.derive_cross_entropy,
    ),
    "own": Example(
        own,
        {"gradient_x": 5.5, "local_y": 3.5},
        ("gradient_x", -5.5),
        "The size is right. Which sign does it have?",
        ("gradient_x", "fast"),
        lambda: ex.question("own", "How fast?", "x * y", ["gradient x", "local y"]),
    ),
}


TRUTHS = {
    "number": lambda box: box.truth,
    "array": lambda box: box.truth.tolist(),
    "choice": lambda box: box.options[box.right],
    "choices": lambda box: [box.options[place] for place in sorted(box.right)],
    "shape": lambda box: box.truth,
    "cells": lambda box: box.mask,
    "code": lambda box: box.solution,
}


def truth(box):
    """What a box takes for right, as a student would give it."""
    return TRUTHS.get(box.way, lambda box: box.solution.split(" = ")[-1])(box)


def made(kind, **options):
    """The question of a kind, with the answers that are right."""
    example = EXAMPLES[kind]
    question = example.make(**options)
    return question, {box.name: example.right.get(box.name, truth(box)) for box in question.task.boxes}


def wrong(kind, question):
    """A box and an answer that is wrong in it."""
    name, given = EXAMPLES[kind].wrong
    if kind == "which_of_three":
        box = question.task.named(name)
        given = next(each for place, each in enumerate(box.options) if place not in {box.right, *box.also_right})
    if kind == "find_bug" and question.task.boxes[0].right == 0:
        given = 2
    return name, given

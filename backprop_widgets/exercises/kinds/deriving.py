"""Derive the gradient of softmax + cross-entropy, one step at a time, and then put numbers in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backprop_widgets.exercises.boxes import ArrayBox, Box, SymbolsBox
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import numbers as text_of

SCORES = (-1.0, 0.0, 1.0, 2.0, 3.0)
NAMES = ("p1", "p2", "p3")


Z = ("z1", "z2", "z3")
SUM = " + ".join(f"exp({z})" for z in Z)
STANDS_FOR = {p: f"exp({z})/({SUM})" for p, z in zip(NAMES, Z, strict=True)}  # so that p1 + p2 + p3 is 1


def derive_cross_entropy(*, id: str = "", version: int = 1, weights: Mapping[str, float] | None = None) -> Question:
    """Ask for the steps to dL/dz = p - 1[k = y], as formulas in p1, p2, p3, and for the numbers at given scores.

    The scores z1, z2, z3 may be used as well: formulas are compared as functions of them.
    Class 2 is the right one: L = -log(p2). Boxes: dL_dp2, dp2_dz2, dp2_dz1, dL_dz2, dL_dz1, row.

    >>> question = derive_cross_entropy()
    >>> bool(question.dp2_dz2.check("p2*(1 - p2)"))
    True
    """

    def make(draw: Draw | None, say: Catalogue) -> Task:
        scores = np.array((draw or Draw(0)).fork("scores").numbers(3, SCORES, distinct=True))
        p = np.exp(scores - scores.max())
        p /= p.sum()
        row = p - np.array([0.0, 1.0, 0.0])
        steps = tuple(_step(name, label, truth, wrong, say) for name, label, truth, wrong in STEPS)
        last = ArrayBox(
            name="row",
            label=say("kind.derive_cross_entropy.row"),
            truth=row,
            lead=say("kind.derive_cross_entropy.row_lead"),
            hints=(
                say("kind.derive_cross_entropy.row_hint1"),
                say("kind.derive_cross_entropy.row_hint2", p=text_of.whole(p)),
            ),
            solution=text_of.whole(row),
        )
        given = ", ".join(f"z{k} = {text_of.number(z)}" for k, z in enumerate(scores.tolist(), 1))
        return Task(
            say("kind.derive_cross_entropy.text"),
            (*steps, last),
            listing=f"p_k = exp(z_k) / (exp(z1) + exp(z2) + exp(z3))\nL = -log(p2)\n{given}",
        )

    return Question(make, kind="derive_cross_entropy", id=id, version=version, weights=weights)


STEPS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (  # name, label, truth, wrong formula and why
    ("dL_dp2", "∂L/∂p2", "-1/p2", (("1/p2", "sign"), ("-log(p2)", "value"), ("-p2", "inverse"))),
    ("dp2_dz2", "∂p2/∂z2", "p2*(1 - p2)", (("p2", "sum_left_out"), ("1 - p2", "factor"), ("-p2*p2", "other_entry"))),
    ("dp2_dz1", "∂p2/∂z1", "-p1*p2", (("p1*p2", "sign"), ("0", "zero"), ("p1*(1 - p1)", "other_entry"))),
    ("dL_dz2", "∂L/∂z2", "p2 - 1", (("1 - p2", "sign"), ("p2", "one_hot"), ("p2*(1 - p2)", "local"))),
    ("dL_dz1", "∂L/∂z1", "p1", (("-p1", "sign"), ("p1 - 1", "not_this_class"), ("0", "zero"), ("-p1*p2", "local"))),
)


def _step(name: str, label: str, truth: str, wrong: tuple[tuple[str, str], ...], say: Catalogue) -> Box:
    return SymbolsBox(
        name=name,
        label=label,
        truth=truth,
        names=(*NAMES, *Z),
        stands_for=STANDS_FOR,
        wrong=tuple((formula, say(f"kind.derive_cross_entropy.{why}")) for formula, why in wrong),
        lead=say("kind.derive_cross_entropy.lead"),
        hints=(say(f"kind.derive_cross_entropy.hint_{name}"),),
        solution=f"{label} = {truth}",
    )

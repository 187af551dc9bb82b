"""Vectors and matrices: the shape of each gradient, the product that fits, and the cells of a Jacobian."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any

import numpy as np

from backprop_widgets.autograd import Tensor
from backprop_widgets.autograd.function import table
from backprop_widgets.autograd.jacobian import jacobian
from backprop_widgets.exercises.boxes import Box, CellsBox, ChoiceBox, NumberBox, ShapeBox
from backprop_widgets.exercises.kinds.graphs import Graph
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.task import Scene, Task
from backprop_widgets.exercises.variants import Draw
from backprop_widgets.locale import Catalogue
from backprop_widgets.trace import numbers as text_of

SIZES = (2, 3, 4, 5, 6, 7)


def shapes(
    graph: Any,
    sizes: Mapping[str, Collection[str | int]],
    /,
    *,
    ask: Collection[str] = (),
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
) -> Question:
    """Ask for the shape of the gradient of each value: `check(W=(4, 3), q=(2, 3))`.

    `sizes` gives the shape of each input in letters, which are drawn, or in numbers: `{"X": "nd", "W": ("d", "m")}`.
    `ask` names the values; all by default.

    >>> bool(shapes("sum(X @ W)", {"X": (2, 4), "W": (4, 3)}, ask=["W"]).check(W="4x3"))
    True
    """
    letters = sorted({str(size) for each in sizes.values() for size in each if not str(size).isdigit()})

    def make(draw: Draw | None, say: Catalogue) -> Task:
        chosen = dict(zip(letters, (draw or Draw(0)).shuffle(list(SIZES)), strict=False))
        inputs = {
            name: np.ones([int(size) if str(size).isdigit() else chosen[str(size)] for size in each])
            for name, each in sizes.items()
        }
        trace = Graph(graph, inputs).trace(None, say.language)
        root = trace.by_id[trace.root].name
        boxes: list[Box] = []
        for node in trace.nodes:
            if node.kind not in {"input", "gate"} or node.id == trace.root or (ask and node.name not in ask):
                continue
            shape = node.value.shape
            turned = {shape[::-1]: say("kind.shapes.turned")} if shape != shape[::-1] else {}
            boxes.append(
                ShapeBox(
                    name=node.name,
                    label=say("kind.shapes.label", of=f"∂{root}/∂{node.name}"),
                    truth=shape,
                    wrong={**({(): say("kind.shapes.scalar")} if shape else {}), **turned},
                    lead=say("kind.shapes.lead"),
                    hints=(say("kind.shapes.hint"), say("kind.shapes.hint2", name=node.name, formula=node.formula)),
                    solution=text_of.shape(shape) or "()",
                )
            )
        given = ", ".join(f"{name}: {text_of.shape(value.shape)}" for name, value in inputs.items())
        hidden = frozenset[tuple[str, str]]()
        return Task(say("kind.shapes.text", given=given), tuple(boxes), (Scene(trace, hidden),))

    return Question(
        make,
        kind="shapes",
        about=f"{graph}; {sizes}; {ask}",
        id=id,
        version=version,
        weights=weights,
        is_given=not letters,
    )


def fitting_product(
    *, square: bool = False, id: str = "", version: int = 1, weights: Mapping[str, float] | None = None
) -> Question:
    """Ask which product gives dW and which dX, where D = X @ W: by shapes, and on square matrices by more than shapes.

    Boxes: `check(dX="dD @ W.T", dW="X.T @ dD")`.
    """

    def make(draw: Draw | None, say: Catalogue) -> Task:
        n, d, m = (3, 3, 3) if square else (draw or Draw(0)).shuffle(list(SIZES))[:3]
        arrays = {"X": (n, d), "W": (d, m), "dD": (n, m)}
        factors = [f"{name}{turned}" for name in arrays for turned in ("", ".T")]
        options = tuple(
            f"{left} @ {right}"
            for left, right in permutations(factors, 2)
            if left[0] != right[0] and "dD" in (left.removesuffix(".T"), right.removesuffix(".T"))
        )
        options = tuple((draw or Draw(0)).fork("options").shuffle(list(options)))
        boxes = tuple(
            ChoiceBox(
                name=name,
                label=name,
                options=options,
                right=options.index(right),
                because=dict(_misfits(options, arrays, name[1:], say)),
                lead=say("kind.fitting_product.lead"),
                hints=(
                    say("kind.fitting_product.hint", name=name[1:], shape=text_of.shape(arrays[name[1:]])),
                    say("kind.fitting_product.hint2"),
                ),
                solution=right,
            )
            for name, right in (("dX", "dD @ W.T"), ("dW", "X.T @ dD"))
        )
        given = ", ".join(f"{name}: {text_of.shape(shape)}" for name, shape in arrays.items())
        return Task(say("kind.fitting_product.text", given=given), boxes)

    return Question(
        make, kind="fitting_product", about=f"{square}", id=id, version=version, weights=weights, is_given=square
    )


def _misfits(
    options: Collection[str], arrays: Mapping[str, tuple[int, ...]], of: str, say: Catalogue
) -> Iterator[tuple[int, str]]:
    """What to say to each product whose shape is not that of the gradient."""
    for place, text in enumerate(options):
        left, right = (
            arrays[each.removesuffix(".T")][::-1] if each.endswith(".T") else arrays[each] for each in text.split(" @ ")
        )
        if left[1] != right[0]:
            shapes = {"left": text_of.shape(left), "right": text_of.shape(right)}
            yield place, say("kind.fitting_product.impossible", **shapes)
        elif (left[0], right[1]) != arrays[of]:
            yield place, say("kind.fitting_product.shape", shape=text_of.shape((left[0], right[1])))


def jacobian_cells(
    op: str,
    *inputs: Any,
    by: int = 0,
    id: str = "",
    version: int = 1,
    weights: Mapping[str, float] | None = None,
    **options: Any,
) -> Question:
    """Ask for the cells of a gate's Jacobian that can be other than 0, and how many numbers it holds.

    `inputs` are arrays of the shapes to ask about; their numbers are drawn. Rows are outputs. Boxes:
    `check(cells="(0, 0), (1, 1)", held=4, needed=2)`.
    Raises ValueError for a name that is no op.

    >>> bool(jacobian_cells("relu", [1, 2]).check(cells="(0, 0), (1, 1)", held=4, needed=2))
    True
    """
    if op not in table:
        raise ValueError(f"no op is called {op!r} (must be one of {', '.join(sorted(table))})")

    def make(draw: Draw | None, say: Catalogue) -> Task:
        mask = _mask(op, inputs, by, options, draw or Draw(0))
        rows, columns = mask.shape
        function = table[op]
        cells = CellsBox(
            name="cells",
            label=say("kind.jacobian_cells.label", by="xyzw"[by]),
            mask=mask,
            rows=tuple(f"z{k}" for k in range(rows)),
            columns=tuple(f"{'xyzw'[by]}{k}" for k in range(columns)),
            lead=say("kind.jacobian_cells.lead"),
            hints=(say("kind.jacobian_cells.hint"), say("kind.jacobian_cells.hint2")),
            solution=", ".join(f"({i}, {j})" for i, j in np.argwhere(mask).tolist()),
        )
        held = _count("held", rows * columns, say, f"{rows} × {columns} = {rows * columns}")
        need = _count("needed", int(mask.sum()), say, str(int(mask.sum())))
        shapes_text = ", ".join(
            f"{'xyzw'[k]}: {text_of.shape(np.shape(each)) or '()'}" for k, each in enumerate(inputs)
        )
        given = ["xyzw"[: len(inputs)][k] for k in range(len(inputs))] + [
            f"{key}={each}" for key, each in options.items()
        ]
        call = f"z = {op}({', '.join(given)})"
        return Task(
            say("kind.jacobian_cells.text", call=call, shapes=shapes_text, name=function.name), (cells, held, need)
        )

    key = f"{op}; {[np.shape(each) for each in inputs]}; {by}; {options}"
    return Question(make, kind="jacobian_cells", about=key, id=id, version=version, weights=weights, is_given=True)


def _count(name: str, truth: int, say: Catalogue, solution: str) -> Box:
    return NumberBox(
        name=name,
        label=say(f"kind.jacobian_cells.{name}"),
        truth=float(truth),
        lead=say(f"kind.jacobian_cells.{name}_lead"),
        hints=(say(f"kind.jacobian_cells.{name}_hint"),),
        solution=solution,
    )


def _mask(op: str, inputs: Iterable[Any], by: int, options: Mapping[str, Any], draw: Draw) -> np.ndarray:
    """The cells that are other than 0 at one of several points."""
    found: Any = None
    for turn in range(8):
        one = draw.fork(f"point {turn}")
        drawn = [[one.uniform(-0.8, 0.8) for _ in range(np.size(each))] for each in inputs]
        point = [Tensor(np.reshape(each, np.shape(given))) for each, given in zip(drawn, inputs, strict=True)]
        matrix = np.abs(jacobian(table[op].apply(*point, **options), by)) > 1e-12
        found = matrix if found is None else found | matrix
    return np.asarray(found)

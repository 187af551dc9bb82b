"""What the player shows of arrays: their numbers, who feeds whom, and each Jacobian beside the product without it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.drawing.heat import corner, flat, has_arrays, is_mapped
from backprop_widgets.locale import Catalogue, catalogue
from backprop_widgets.trace import Edge, Trace, numbers
from backprop_widgets.trace.flat_code import flat_code
from backprop_widgets.trace.jacobians import SlotJacobian

MOST_NUMBERS = 64  # of a Jacobian that is written out


def inside_data(trace: Trace) -> dict[str, Any] | None:
    """The arrays on the wires and the Jacobians of the gates, as texts; None for a trace of single numbers."""
    if not has_arrays(trace):
        return None
    say = catalogue(trace.locale)
    out = {edge.source: edge for edge in reversed(trace.edges)}
    into: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in trace.edges:
        into[edge.target].append(edge)
    products = _products(trace)
    reports = trace.recording.slots(_collapsed(trace)) if trace.recording else []
    jacobians = {(report.node, report.slot): report for report in reports}
    gates = {}
    for node in trace.nodes:
        wires = [edge for edge in into[node.id] if is_mapped(edge.value) or is_mapped(node.value)]
        if node.kind != "gate" or not wires:
            continue
        inputs = []
        for edge in sorted(wires, key=lambda edge: edge.slot):
            name = trace.by_id[edge.source].name
            report = jacobians.get((node.id, edge.slot))
            inputs.append([name, edge.id, *(_told(report, edge, node.value, say) if report else [])])
        told = {"name": node.name, "out": out[node.id].id, "inputs": inputs}
        gates[node.id] = {**told, "code": products.get(node.id, [])}
    arrays = {edge.id: _array(edge, say) for edge in trace.edges}
    return {"wires": arrays, "gates": gates, "texts": say.section("inside")}


def _array(edge: Edge, say: Catalogue) -> dict[str, Any]:
    grid = flat(edge.value)
    told: dict[str, Any] = {
        "shape": numbers.shape(edge.value.shape),
        "columns": grid.shape[1],
        "vector": edge.value.ndim < 2,
        "value": _texts(edge.value),
        "gradient": [] if edge.gradient is None else _texts(edge.gradient),
    }
    if grid.size > corner(edge.value).size:
        told["large"] = {
            kind: say("inside.large", low=numbers.number(array.min()), high=numbers.number(array.max()))
            for kind, array in (("value", edge.value), ("gradient", edge.gradient))
            if array is not None
        }
    return told


def _texts(array: Array) -> list[list[str]]:
    return [[numbers.number(float(number)) for number in row] for row in corner(array)]


def _told(report: SlotJacobian, edge: Edge, output: Array, say: Catalogue) -> list[Any]:
    """Its structure, its cost, which output depends on which input, and its numbers where they are few."""
    rows, columns = report.cost.outputs, report.cost.inputs
    counts = {"rows": rows, "columns": columns, "all": rows * columns, "product": report.cost.product}
    cost = say("inside.cost", **{name: f"{count:,}" for name, count in counts.items()})
    structure = say.texts.get(f"inside.{report.structure}", report.structure)
    matrix = report.matrix
    if matrix is None or matrix.shape != (output.size, edge.value.size):  # too large, or copied on its way
        return [structure, cost, [], []]
    feeds = ["".join("1" if number else "0" for number in row) for row in matrix]
    few = matrix.size <= MOST_NUMBERS
    return [structure, cost, feeds, [[numbers.number(float(x)) for x in row] for row in matrix] if few else []]


def _products(trace: Trace) -> dict[str, list[str]]:
    """The lines of code that send gradients from each gate."""
    at = {step.index: step.node for step in trace.steps if step.kind == "downstream"}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in flat_code(trace).lines:
        if line.phase == "backward" and line.step in at:
            found[at[line.step]].append(line.text)
    return found


def _collapsed(trace: Trace) -> list[str]:
    return [part.id for part in trace.composites if part.is_collapsed]

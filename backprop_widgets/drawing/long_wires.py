"""Choose the wires that are not drawn all the way: a value used all over a large graph would cover it in lines."""

from __future__ import annotations

from collections import defaultdict

from backprop_widgets.trace import Node, Trace

BUDGET = 800  # gates passed by all the wires together: Graphviz routes so many in less than a second


def interrupted(trace: Trace) -> frozenset[str]:
    """The wires that begin anew beside their gate, under the name of their value: the longest, if there are too many.

    Without them Graphviz takes a minute for a chain of 100 gates that all use one input.
    """
    depth = _depths(trace)
    spans = {edge.id: depth[edge.target] - depth[edge.source] - 1 for edge in trace.edges if edge.target}
    passed = sum(spans.values())
    chosen = []
    for edge in sorted(spans, key=lambda edge: -spans[edge]):
        if passed <= BUDGET:
            break
        chosen.append(edge)
        passed -= spans[edge]
    return frozenset(chosen)


def _depths(trace: Trace) -> dict[str, int]:
    """How many gates lie before each node; inputs and their copies stand just before the first gate that uses them."""
    after: defaultdict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys((node.id for node in trace.nodes), 0)
    for edge in trace.edges:
        if edge.target:
            after[edge.source].append(edge.target)
            waiting[edge.target] += 1
    depth = dict.fromkeys(waiting, 0)
    ready = [node for node, count in waiting.items() if not count]
    order = []
    while ready:
        order.append(node := ready.pop())
        for target in after[node]:
            depth[target] = max(depth[target], depth[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    movable = {node.id for node in trace.nodes if node.kind in ("input", "constant")}
    movable |= {edge.target for edge in trace.edges if edge.source in movable and _is_copy(trace, edge.target)}
    for node in reversed(order):
        if node in movable and after[node]:
            depth[node] = min(depth[target] for target in after[node]) - 1
    return depth


def origin(trace: Trace, node: Node) -> Node:
    """The input or gate whose value a node carries: itself, or what lies before a copy."""
    while node.kind == "copy":
        node = trace.by_id[next(edge.source for edge in trace.edges if edge.target == node.id)]
    return node


def _is_copy(trace: Trace, node: str) -> bool:
    return bool(node) and trace.by_id[node].kind == "copy"

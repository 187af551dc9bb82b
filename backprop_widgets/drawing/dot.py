"""Write a trace as DOT text. Pure: runs no program.

Every wire is a node of its own, of fixed size, so that the widest number of the whole trace has its room from the start
and nothing moves between steps; two half edges join it to the gates. Texts are clipped here and complete in the table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import graphviz

from backprop_widgets.autograd.function import table
from backprop_widgets.drawing.frames import ROOM, TITLE, contents
from backprop_widgets.drawing.heat import AIR, heat_size
from backprop_widgets.drawing.long_wires import interrupted
from backprop_widgets.locale import Catalogue, catalogue
from backprop_widgets.trace import Edge, Node, Trace, numbers

POINTS = 72.0  # DOT measures in inches, the picture in points
VALUE_SIZE = 16.0  # font sizes, in points
LOCAL_SIZE = 14.0
WORD_SIZE = 12.0
SYMBOL_SIZE = 26.0
ROLE_SIZE = 12.0
NAME_SIZE = 18.0
WIRE_HEIGHT = 76.0  # name and value above the rule, gradient and word below it
GATE_HEIGHT = 56.0
MEDLEY = 8  # characters: a shorter text has its room in any case, in a longer one the broad letters count
LONGEST = 18  # characters of a name that are drawn


@dataclass(frozen=True)
class Sizes:
    """How wide the parts of one wire are, in points: its numbers, and the local gradient just before its gate."""

    numbers: float
    local: float

    @property
    def whole(self) -> float:
        """The width of the wire's node."""
        return self.numbers + self.local


def dot_source(trace: Trace, *, is_grouped: bool = False) -> str:
    """Write the trace as DOT, left to right; ids are those of the trace, `out` is the drawn output.

    With `is_grouped`, the gates of each open composite gate stand together, and nothing else among them.
    """
    say = catalogue(trace.locale)
    graph = graphviz.Digraph(
        "trace",
        graph_attr={"rankdir": "LR", "bgcolor": "transparent", "nodesep": "0.08", "ranksep": "0.2"},
        node_attr={"fixedsize": "true", "fontname": "Helvetica", "fontsize": "11", "shape": "box"},
        edge_attr={"arrowsize": "0.7"},
    )
    drawn = [node for node in trace.nodes if not is_folded(node)]
    for node in drawn:
        _add_node(graph, node, say)
    graph.node(
        "out", label=_escaped(clipped(root(trace).name)), shape="ellipse", **_size(leaf_width(root(trace)), 40.0)
    )
    copies = {node.id for node in trace.nodes if node.kind == "copy"}
    cut = interrupted(trace)
    for edge in sorted(drawn_edges(trace), key=lambda edge: (edge.target, edge.slot)):
        label = _escaped(f"{edge.value_text}\n{edge.gradient_text}")
        size = _size(wire_sizes(trace, edge).whole, WIRE_HEIGHT + 2 * lift(edge))
        graph.node(edge.id, label=label, color="transparent", **size)
        leaves = "" if edge.source in copies else "e"  # the branches of a fork fan out; any other wire leaves straight
        if edge.id not in cut:
            graph.edge(edge.source, f"{edge.id}:w", id=f"{edge.id}_a", dir="none", tailport=leaves)
        target = edge.target or ("out" if edge.source == trace.root else "")
        if target:
            graph.edge(f"{edge.id}:e", target, id=f"{edge.id}_b")
    if is_grouped:
        graph.body += _clusters(trace)
    return str(graph.source)


def _clusters(trace: Trace) -> Iterator[str]:
    """The contents of frames as clusters, each inner one within its outer one."""
    written: dict[frozenset[str], str] = {}
    for part, places in contents(trace).items():
        inner = [others for others in written if others <= places]
        own = places.difference(*inner)
        text = "".join([*(written.pop(others) for others in inner), *(f"{place};" for place in sorted(own))])
        look = f'pencolor=transparent;margin={ROOM:g};fontsize={TITLE:g};label=" ";'
        written[places] = f"\tsubgraph cluster_{part.id} {{{look}{text}}}\n"
    yield from written.values()


def root(trace: Trace) -> Node:
    """The node whose value is the output."""
    return trace.by_id[trace.root]


def is_folded(node: Node) -> bool:
    """Whether the node is a number that is written into its gate."""
    return node.kind == "constant" and node.value.shape == ()


def drawn_edges(trace: Trace) -> list[Edge]:
    """The wires of the picture: all but those of folded numbers."""
    folded = {node.id for node in trace.nodes if is_folded(node)}
    return [edge for edge in trace.edges if edge.source not in folded]


def wire_sizes(trace: Trace, edge: Edge) -> Sizes:
    """Reserve the width of a wire for every text that it will ever carry."""
    say = catalogue(trace.locale)
    source = trace.by_id[edge.source]
    widest = max(text_width(text, VALUE_SIZE) for text in (edge.value_text, edge.gradient_text))
    words = max(text_width(say(f"ui.{word}"), WORD_SIZE) for word in ("upstream", "downstream"))
    name = text_width(f"{clipped(source.name)} {shape_note(edge)}".strip(), WORD_SIZE)
    drawn, _ = heat_size(edge.value)
    local = max(text_width(edge.local_text, LOCAL_SIZE), text_width(say("ui.local"), WORD_SIZE)) + 12
    return Sizes(max(widest, words, name, drawn) + 8, local if edge.local_text else 0.0)


def lift(edge: Edge) -> float:
    """How much further from its rule the numbers of a wire stand, for the heat map between them."""
    _, height = heat_size(edge.value)
    return height + AIR if height else 0.0


def shape_note(edge: Edge) -> str:
    """The shape of an array whose numbers are written out; elsewhere the shape stands for the numbers."""
    shape = numbers.shape(edge.value.shape)
    return "" if shape == edge.value_text else shape


def gate_width(node: Node, say: Catalogue) -> float:
    """How wide a gate is drawn."""
    sign = text_width(clipped(symbol(node, say)), symbol_size(node))
    return max(56.0, sign + 24, text_width(clipped(say.role(node.role)), ROLE_SIZE) + 18)


def leaf_width(node: Node) -> float:
    """How wide an input is drawn."""
    name = clipped(node.name)
    broad = sum(character in "mwMW@%" for character in name) if len(name) > MEDLEY else 0
    return max(40.0, text_width(name, NAME_SIZE) + broad * 0.35 * NAME_SIZE + 22)


def symbol(node: Node, say: Catalogue) -> str:
    """What stands on a gate."""
    return say("ui.copy") if node.kind == "copy" else node.symbol


def symbol_size(node: Node) -> float:
    """A sign is drawn large, a word smaller."""
    return SYMBOL_SIZE if len(node.symbol) <= 2 else 19.0 if len(node.symbol) <= 6 else 15.0


def text_width(text: str, size: float) -> float:
    """Estimate a text's width in points, on the safe side of the fonts that browsers choose.

    >>> text_width("42", 10.0), text_width("역전파", 10.0)
    (12.0, 31.5)
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return round((0.6 * (len(text) - wide) + 1.05 * wide) * size, 2)


def clipped(text: str) -> str:
    """Cut a long name for the picture; it is complete in its tooltip and in the table."""
    text = " ".join(printable(text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def printable(text: str) -> str:
    """Put a space where a character has no picture: line ends, and control characters, which XML cannot hold."""
    return "".join(character if character.isprintable() else " " for character in text)


def _add_node(graph: graphviz.Digraph, node: Node, say: Catalogue) -> None:
    if node.kind in ("input", "constant"):
        graph.node(node.id, label=_escaped(clipped(node.name)), shape="ellipse", **_size(leaf_width(node), 40.0))
        return
    label = _escaped(f"{clipped(symbol(node, say))}\n{clipped(say.role(node.role))}")
    op = table.get(node.op)
    ordering = {} if op and op.commutes else {"ordering": "in"}  # operands from top to bottom, where it matters
    graph.node(node.id, label=label, style="rounded", **ordering, **_size(gate_width(node, say), GATE_HEIGHT))


def _size(width: float, height: float) -> dict[str, str]:
    return {"width": f"{width / POINTS:.3f}", "height": f"{height / POINTS:.3f}"}


def _escaped(text: str) -> str:
    """Take their meaning in DOT from backslashes and from <...>; a line end stays one."""
    escaped: str = graphviz.nohtml(text.replace("\\", "\\\\").replace("\n", "\\n"))  # a str() would be HTML again
    return escaped

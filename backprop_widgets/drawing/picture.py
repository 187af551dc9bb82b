"""Turn Graphviz's layout of a trace into the picture: our own SVG, with a place for every number, and none written.

`picture(trace)` is laid out once; `at_step(trace, k)` writes into it what is known after k steps, as the player does in
the browser. Colours come from the style sheet alone: elements carry classes, never a fill.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

from backprop_widgets.autograd.arrays import Array
from backprop_widgets.drawing.dot import (
    LOCAL_SIZE,
    NAME_SIZE,
    ROLE_SIZE,
    VALUE_SIZE,
    WORD_SIZE,
    clipped,
    dot_source,
    drawn_edges,
    is_folded,
    lift,
    printable,
    root,
    shape_note,
    symbol,
    symbol_size,
    wire_sizes,
)
from backprop_widgets.drawing.engine import render_svg
from backprop_widgets.drawing.frames import Box, Frame, are_mixed, frames
from backprop_widgets.drawing.heat import AIR, has_arrays, heat, heat_size
from backprop_widgets.drawing.long_wires import origin
from backprop_widgets.locale import Catalogue, catalogue
from backprop_widgets.trace import Composite, Edge, Node, Trace

SVG = "{http://www.w3.org/2000/svg}"
MARGIN = 8.0
SIZED = {"value", "gradient", "local", "word", "local-word"}  # the style sheet says how large these are
HERE = Path(__file__).parent / "player"


def picture(trace: Trace) -> ET.Element:
    """Draw the trace with every place empty: groups `data-node` and `data-wire` carry the ids of the trace."""
    layout = _Layout(render_svg(dot_source(trace)))
    if are_mixed(trace, layout.boxes):
        layout = _Layout(render_svg(dot_source(trace, is_grouped=True)))
    say = catalogue(trace.locale)
    framed = frames(trace, layout.boxes)
    left, top, right, bottom = _enclosing(layout.extent, *(frame.box for frame in framed))
    width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "bpw-picture",
            "viewBox": f"{left - MARGIN:.1f} {top - MARGIN:.1f} {short(width)} {short(height)}",
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "font-size": f"{WORD_SIZE:g}",  # of any text that has no other
            "text-anchor": "middle",
            "role": "img",
            "aria-label": printable(say("ui.picture", title=trace.title)),
        },
    )
    for frame in framed:
        _draw_frame(svg, frame)
    parts = {part.nodes[0]: part for part in trace.composites if part.is_collapsed and part.nodes}
    for edge in drawn_edges(trace):
        _draw_wire(svg, trace, edge, layout, say)
    for node in trace.nodes:
        if not is_folded(node):
            _draw_node(svg, node, layout.boxes[node.id], say, parts.get(node.id))
    output = _group(svg, "leaf output known", "node", "out")
    _ellipse(output, layout.boxes["out"])
    _text(output, "name", clipped(root(trace).name), *_centre(layout.boxes["out"], NAME_SIZE), NAME_SIZE)
    return svg


def at_step(trace: Trace, step: int) -> ET.Element:
    """Draw the state after `step` steps: a number stands where it is known, and nothing where it is not."""
    svg = picture(trace)
    active = trace.steps[step - 1] if step else None
    marks = dict(active.marks) if active else {}
    say = catalogue(trace.locale)
    groups = {group.get("data-wire") or group.get("data-node"): group for group in svg}
    for edge in drawn_edges(trace):
        wire = groups[edge.id]
        mark = marks.get(edge.id, "")
        texts = {str(text.get("class")): text for text in wire.iter("text")}
        texts["value"].text = edge.value_text if edge.value_at <= step else ""
        texts["gradient"].text = edge.gradient_text if 0 <= edge.gradient_at <= step else ""
        texts["word"].text = say(f"ui.{mark}") if mark and mark not in ("value", "local") else ""
        if mark in ("local", "downstream") and "local" in texts:
            texts["local"].text = edge.local_text
        if mark:
            _add_class(wire, f"active as-{mark}")
        if edge.value_at <= step:
            _add_class(groups[edge.source], "known")
            _add_class(wire, "known")
        if 0 <= edge.gradient_at <= step and wire.find("g") is not None:
            _add_class(wire, "sent")
    if active:
        _add_class(groups[active.node], "active")
    return svg


def standalone(trace: Trace, step: int) -> str:
    """Write the state after `step` steps as an SVG file with its own style sheet, light and dark."""
    svg = at_step(trace, step)
    style = ET.Element("style")
    style.text = stylesheet("colours.css", "picture.css", *(("heat.css",) if has_arrays(trace) else ()))
    svg.insert(0, style)
    _add_class(svg, "bpw-alone")
    return to_text(svg)


def to_text(svg: ET.Element) -> str:
    """Write the SVG as text; whatever students typed is escaped here."""
    return ET.tostring(svg, encoding="unicode", short_empty_elements=True)


@lru_cache
def stylesheet(*names: str) -> str:
    """Read style sheets, joined, without their comments: every saved picture carries a copy."""
    text = "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r"/\*(?:(?!\*/)[\s\S])*\*/\n?|^\s+|(?<=[{;,:])\s+", "", text, flags=re.MULTILINE)


class _Layout:
    """Where Graphviz put things: a box for each node and wire, a path for each half edge."""

    def __init__(self, text: str) -> None:
        self.boxes: dict[str, Box] = {}
        self.paths: dict[str, tuple[str, str]] = {}  # id -> path, arrow head
        for group in ET.fromstring(text).iter(f"{SVG}g"):  # noqa: S314  (what Graphviz wrote of our own text)
            if group.get("class") == "node":
                self.boxes[group.findtext(f"{SVG}title", "")] = _box(group)
            elif group.get("class") == "edge":
                path, head = group.find(f"{SVG}path"), group.find(f"{SVG}polygon")
                drawn = "" if path is None else path.get("d", "")
                self.paths[group.get("id", "")] = drawn, "" if head is None else head.get("points", "")

    @property
    def extent(self) -> Box:
        """The box around everything."""
        points = [_points(path) for path, _ in self.paths.values()]
        xs = [x for box in self.boxes.values() for x in (box[0], box[2])] + [x for path in points for x, _ in path]
        ys = [y for box in self.boxes.values() for y in (box[1], box[3])] + [y for path in points for _, y in path]
        return min(xs), min(ys), max(xs), max(ys)


def _draw_wire(svg: ET.Element, trace: Trace, edge: Edge, layout: _Layout, say: Catalogue) -> None:
    group = _group(svg, "wire", "wire", edge.id)
    left, top, right, bottom = layout.boxes[edge.id]
    middle = (top + bottom) / 2
    sizes = wire_sizes(trace, edge)
    near = right - sizes.local  # where the numbers end and the half edge to the gate begins
    before, _ = layout.paths.get(f"{edge.id}_a", ("", ""))
    after, head = layout.paths.get(f"{edge.id}_b", ("", ""))
    start, end = _joined(before, left, -1), _joined(after, right, 0)  # Graphviz leaves a point of air between them
    _child(
        group,
        "path",
        {"class": "line", "d": f"{before} M{short(start)},{short(middle)} L{short(near)},{short(middle)}".strip()},
    )
    _child(
        group,
        "path",
        {"class": "line into", "d": f"M{short(near)},{short(middle)} L{short(end)},{short(middle)} {after}".strip()},
    )
    if head:
        _child(group, "polygon", {"class": "head", "points": head})
    source = trace.by_id[edge.source]
    x = (left + near) / 2
    if f"{edge.id}_a" not in layout.paths:  # interrupted: it says where it comes from
        source = origin(trace, source)
        name = clipped(source.name)
    else:
        name = clipped(source.name) if source.kind == "gate" else ""
    up = lift(edge)
    if up:
        _draw_heat(group, "value", edge.value, x, middle - up)
        if edge.gradient is not None:
            _draw_heat(group, "gradient", edge.gradient, x, middle + AIR)
    _text(group, "name", f"{name} {shape_note(edge)}".strip(), x, middle - 24 - up, WORD_SIZE)
    _text(group, "value", "", x, middle - 6 - up, VALUE_SIZE)
    _text(group, "gradient", "", x, middle + 17 + up, VALUE_SIZE)
    _text(group, "word", "", x, middle + 31 + up, WORD_SIZE)
    if edge.local_text:
        _text(group, "local-word", say("ui.local"), near + sizes.local / 2, middle - 23, WORD_SIZE)
        _text(group, "local", "", near + sizes.local / 2, middle - 6, LOCAL_SIZE)


def _draw_heat(group: ET.Element, kind: str, array: Array, centre: float, top: float) -> None:
    width, height = heat_size(array)
    left = centre - width / 2
    drawn = heat(array, left, top)
    made = ET.SubElement(group, "g", {"class": f"heat of-{kind}"})
    size = {"x": short(left), "y": short(top), "width": short(width), "height": short(height)}
    _child(made, "rect", {"class": "more" if drawn.goes_on else "all", **size})
    for look, path in drawn.paths:
        _child(made, "path", {"class": look, "d": path})


def _draw_node(svg: ET.Element, node: Node, box: Box, say: Catalogue, part: Composite | None) -> None:
    if node.kind in ("input", "constant"):
        group = _group(svg, "leaf", "node", node.id)
        _tooltip(group, node.name)
        _ellipse(group, box)
        _text(group, "name", clipped(node.name), *_centre(box, NAME_SIZE), NAME_SIZE)
        return
    group = _group(svg, "gate copy" if node.kind == "copy" else "gate", "node", node.id)
    _tooltip(group, f"{node.name} = {node.formula}")
    left, top, right, bottom = box
    size = {"x": short(left), "y": short(top), "width": short(right - left), "height": short(bottom - top)}
    _child(group, "rect", {**size, "rx": "9"})
    if part:  # a double border: there is something inside
        inner = {"x": short(left + 3), "y": short(top + 3), "width": short(right - left - 6)}
        _child(group, "rect", {"class": "inner", **inner, "height": short(bottom - top - 6), "rx": "6"})
        group.set("data-part", part.id)
        group.set("data-name", printable(part.name))
    x, y = _centre(box, symbol_size(node))
    _text(group, "symbol", clipped(symbol(node, say)), x, y - 9, symbol_size(node))
    _text(group, "role", clipped(say.role(node.role)), x, bottom - 9, ROLE_SIZE)


def _draw_frame(svg: ET.Element, frame: Frame) -> None:
    group = ET.SubElement(svg, "g", {"class": "frame", "data-part": frame.part, "data-name": printable(frame.name)})
    left, top, right, bottom = frame.box
    size = {"x": short(left), "y": short(top), "width": short(right - left), "height": short(bottom - top)}
    _child(group, "rect", {**size, "rx": "12"})
    _text(group, "frame-name", clipped(frame.name), (left + right) / 2, top + 14, WORD_SIZE)


def _enclosing(*boxes: Box) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _group(parent: ET.Element, classes: str, kind: str, ident: str) -> ET.Element:
    return ET.SubElement(parent, "g", {"class": classes, f"data-{kind}": ident})


def _child(parent: ET.Element, tag: str, attributes: dict[str, str]) -> None:
    ET.SubElement(parent, tag, attributes)


def _text(  # noqa: PLR0913, PLR0917  (a text has these)
    parent: ET.Element, kind: str, text: str, x: float, y: float, size: float
) -> None:
    attributes = {"class": kind, "x": short(x), "y": short(y)}
    if kind not in SIZED:
        attributes["font-size"] = f"{size:g}"
    ET.SubElement(parent, "text", attributes).text = text


def short(length: float) -> str:
    """Write a length to a tenth of a point, without a zero that says nothing."""
    return f"{length:.1f}".removesuffix(".0")


def _tooltip(group: ET.Element, text: str) -> None:
    ET.SubElement(group, "title").text = printable(text)


def _ellipse(group: ET.Element, box: Box) -> None:
    left, top, right, bottom = box
    centre = {"cx": short((left + right) / 2), "cy": short((top + bottom) / 2)}
    _child(group, "ellipse", {**centre, "rx": short((right - left) / 2), "ry": short((bottom - top) / 2)})


def _centre(box: Box, size: float) -> tuple[float, float]:
    """The middle of a box, and the baseline on which text of that size looks centred."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.34 * size


def _add_class(element: ET.Element, more: str) -> None:
    element.set("class", f"{element.get('class', '')} {more}")


def _joined(path: str, x: float, place: int) -> float:
    """Where the rule of a wire meets its half edge: the path's own end, or the wire's border where there is none."""
    points = _points(path)
    return points[place][0] if points else x


def _box(group: ET.Element) -> Box:
    ellipse, polygon, path = group.find(f"{SVG}ellipse"), group.find(f"{SVG}polygon"), group.find(f"{SVG}path")
    if ellipse is not None:
        x, y, rx, ry = (float(ellipse.get(key, "0")) for key in ("cx", "cy", "rx", "ry"))
        return x - rx, y - ry, x + rx, y + ry
    points = _points(
        polygon.get("points", "") if polygon is not None else path.get("d", "") if path is not None else ""
    )
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _points(text: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]
    return list(zip(numbers[::2], numbers[1::2], strict=False))

"""A question as it is put before the student: as data for a front end, and as still HTML where there is none."""

from __future__ import annotations

import base64
import html
from typing import Any
from xml.etree import ElementTree as ET

from backprop_widgets.drawing.dot import drawn_edges
from backprop_widgets.drawing.heat import has_arrays
from backprop_widgets.drawing.picture import picture, stylesheet, to_text
from backprop_widgets.exercises.boxes import Box, typed
from backprop_widgets.exercises.question import Question
from backprop_widgets.exercises.report import Report
from backprop_widgets.exercises.task import Scene
from backprop_widgets.locale import catalogue


def board(question: Question) -> dict[str, Any]:
    """What a front end needs to ask: text, pictures, boxes with what stands in them. No answer is in it."""
    say = catalogue(question.locale)
    task = question.task
    return {
        "lang": question.locale,
        "title": question.title,
        "variant": question.code,
        "text": task.text,
        "listing": task.listing,
        "scenes": [
            {"name": scene.name, "svg": drawn(scene, [box for box in task.boxes if box.scene == place])}
            for place, scene in enumerate(task.scenes)
        ],
        "boxes": [_box(box, question.value.get(box.name)) for box in task.boxes],
        "mode": question.session.mode,
        "texts": say.section("board"),
    }


def told(report: Report | None) -> dict[str, Any] | None:
    """A report as data: the line above it, what is said of each box, and its notes."""
    if report is None:
        return None
    return {
        "summary": report.summary,
        "notes": list(report.notes),
        "boxes": {box.name: {"status": box.status, "mark": box.mark, "text": text} for box, text in report.lines()},
    }


def still(question: Question) -> str:
    """The question as HTML that needs no script: to read, and to answer in code."""
    say = catalogue(question.locale)
    task = question.task
    pictures = "".join(
        _alone(scene, [b for b in task.boxes if b.scene == place]) for place, scene in enumerate(task.scenes)
    )
    listing = f"<pre>{html.escape(task.listing)}</pre>" if task.listing else ""
    rows = "".join(_row(box) for box in task.boxes)
    call = ", ".join(f"{box.name}=..." for box in task.boxes)
    return (
        f'<div class="bpw-question" style="max-width:90ch"><div><b>{html.escape(question.title)}</b> '
        f"({html.escape(say('exercise.variant'))} {html.escape(question.code)})</div>"
        f"<p>{html.escape(task.text)}</p>{listing}{pictures}<ul>{rows}</ul>"
        f"<code>check({html.escape(call)})</code></div>"
    )


def drawn(scene: Scene, boxes: list[Box]) -> str:
    """The picture of a scene: the numbers that are shown, and a place of class `asked` where a box belongs."""
    svg = picture(scene.trace)
    groups = {group.get("data-wire") or group.get("data-node"): group for group in svg}
    asked = {box.place: box.name for box in boxes if box.place}
    for edge in drawn_edges(scene.trace):
        group = groups[edge.id]
        for element in group.iter("text"):
            kind = str(element.get("class"))
            if kind not in {"value", "gradient", "local", "local-word"}:
                continue
            place = (edge.id, kind.removesuffix("-word"))
            if place in asked and kind != "local-word":
                element.set("class", f"{kind} asked")
                element.set("data-box", asked[place])
                element.text = "?"
            elif place in scene.shown and kind != "local-word":
                element.text = {"value": edge.value_text, "gradient": edge.gradient_text, "local": edge.local_text}[
                    kind
                ]
        _show(group, "known sent")
        _show(groups[edge.source], "known")
    if not scene.has_roles:
        for role in [text for text in svg.iter("text") if text.get("class") == "role"]:
            role.text = ""
    return to_text(svg)


def _show(group: ET.Element, classes: str) -> None:
    held = str(group.get("class", ""))
    group.set("class", " ".join([held, *(each for each in classes.split() if each not in held.split())]))


def _alone(scene: Scene, boxes: list[Box]) -> str:
    """The picture by itself, as an image that no sanitiser takes away."""
    svg = ET.fromstring(drawn(scene, boxes))  # noqa: S314  (our own)
    style = ET.Element("style")
    style.text = stylesheet("colours.css", "picture.css", *(("heat.css",) if has_arrays(scene.trace) else ()))
    svg.insert(0, style)
    svg.set("class", f"{svg.get('class')} bpw-alone")
    image = base64.b64encode(to_text(svg).encode()).decode()
    alt = html.escape(svg.get("aria-label", ""))
    name = f"<div><b>{html.escape(scene.name)}</b></div>" if scene.name else ""
    return f'{name}<img src="data:image/svg+xml;base64,{image}" alt="{alt}" style="max-width:100%">'


def _box(box: Box, given: Any) -> dict[str, Any]:
    return {
        "name": box.name,
        "label": box.label,
        "way": box.way,
        "scene": box.scene,
        "place": list(box.place) if box.place else None,
        "given": "" if given is None else typed(given),
        **box.form(),
    }


def _row(box: Box) -> str:
    options = box.form().get("options") or box.form().get("items") or ()
    among = f": {html.escape(' · '.join(options))}" if options else ""
    return f"<li><code>{html.escape(box.name)}</code> {html.escape(box.label)}{among}</li>"

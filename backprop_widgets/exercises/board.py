"""A question as it is put before the student: as data for a front end, and as still HTML where there is none."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree as ET

from backprop_widgets.drawing.dot import drawn_edges, lift, shape_note
from backprop_widgets.drawing.heat import has_arrays
from backprop_widgets.drawing.picture import picture, short, stylesheet, to_text
from backprop_widgets.exercises.boxes import Box, Place, typed
from backprop_widgets.exercises.question import GIVEN, Question
from backprop_widgets.exercises.reading import UnreadableError
from backprop_widgets.exercises.report import BoxReport, Report
from backprop_widgets.exercises.task import Scene
from backprop_widgets.locale import catalogue
from backprop_widgets.trace import Edge

NAME_LIFT = 8  # points: a box is higher than the number that it stands for


def board(question: Question) -> dict[str, Any]:
    """What a front end needs to ask: text, pictures and boxes. No answer is in it."""
    say = catalogue(question.locale)
    task = question.task
    return {
        "id": question.id,
        "lang": question.locale,
        "title": question.title,
        "variant": question.code,
        "is_drawn": _is_drawn(question),
        "text": task.text,
        "listing": task.listing,
        "scenes": [
            {"name": scene.name, "svg": drawn(scene, [box for box in task.boxes if box.scene == place])}
            for place, scene in enumerate(task.scenes)
        ],
        "boxes": [_box(box) for box in task.boxes],
        "mode": question.session.mode,
        "texts": say.section("board"),
    }


def placed(question: Question) -> dict[str, str]:
    """The answers as a front end writes them into its boxes: an option by its text, cells as pairs."""
    return {name: _placed(question.task.by_name[name], given) for name, given in question.value.items()}


def told(question: Question, report: Report, known: Mapping[str, BoxReport]) -> dict[str, Any]:
    """A report as data: how many are right, what is said of each box that is known, and of the check as a whole."""
    rest = (BoxReport(box.name, box.label, "unanswered", "") for box in question.task.boxes)
    whole = Report(report.title, tuple(known.get(box.name, box) for box in rest), report.locale)
    here = placed(question)
    lines = [(box, text) for box, text in whole.lines() if box.name in known]
    said = [(box, text) for box, text in report.lines()]
    live = f"{said[0][0].label}: {said[0][1]}" if len(said) == 1 < len(question.task.boxes) else whole.summary
    return {
        "summary": whole.summary,
        "notes": list(report.notes),
        "live": " ".join([live, *report.notes]),
        "boxes": {
            box.name: {"status": box.status, "mark": box.mark, "text": text, "typed": here.get(box.name, "")}
            for box, text in lines
        },
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
    call = say("board.in_code", call="q", name="=..., ".join(box.name for box in task.boxes))
    variant = f" ({say('board.variant')} {question.code})" if _is_drawn(question) else ""
    return (
        f'<div class="bpw-question" lang="{question.locale}" style="max-width:90ch">'
        f"<div><b>{html.escape(question.title)}</b>{html.escape(variant)}</div>"
        f"<p>{html.escape(task.text)}</p>{listing}{pictures}<ul>{rows}</ul>"
        f"<div>{html.escape(call)}</div></div>"
    )


def drawn(scene: Scene, boxes: list[Box]) -> str:
    """The picture of a scene: the numbers that are shown, and a place of class `asked` where a box belongs."""
    return to_text(_drawn(scene, boxes))


def _drawn(scene: Scene, boxes: list[Box]) -> ET.Element:
    svg = picture(scene.trace)
    groups = {group.get("data-wire") or group.get("data-node"): group for group in svg}
    asked = {box.place: box.name for box in boxes if box.place}
    for edge in drawn_edges(scene.trace):
        group = groups[edge.id]
        _write(group, edge, scene, asked)
        _show(group, "known sent")
        _show(groups[edge.source], "known")
    if not scene.has_roles:
        for role in [text for text in svg.iter("text") if text.get("class") == "role"]:
            role.text = ""
    return svg


def _write(group: ET.Element, edge: Edge, scene: Scene, asked: Mapping[Place, str]) -> None:
    """Write what is shown on a wire, and mark what is asked. What is neither leaves no trace: no colour, no shape."""
    numbers = {"value": edge.value_text, "gradient": edge.gradient_text, "local": edge.local_text}
    texts = {str(text.get("class")): text for text in group.iter("text")}
    for kind, number in numbers.items():
        place = edge.id, kind
        if kind in texts and place in asked:
            texts[kind].attrib |= {"class": f"{kind} asked", "data-box": asked[place]}
            texts[kind].text = "?"
        elif kind in texts and place in scene.shown:
            texts[kind].text = number
    if (edge.id, "value") in asked:
        _lower(texts["name"], -NAME_LIFT)
    elif (edge.id, "value") not in scene.shown:
        texts["name"].text = str(texts["name"].text).removesuffix(shape_note(edge)).strip()
    for heat in [each for each in group if each.tag == "g"]:
        kind = str(heat.get("class")).rpartition("-")[2]
        if (edge.id, kind) not in scene.shown:
            group.remove(heat)
            for text, way in {"value": {"name": 1, "value": 1}, "gradient": {"gradient": -1}}[kind].items():
                _lower(texts[text], way * lift(edge))


def _lower(text: ET.Element, by: float) -> None:
    text.set("y", short(float(text.get("y", "0")) + by))


def _show(group: ET.Element, classes: str) -> None:
    held = str(group.get("class", ""))
    group.set("class", " ".join([held, *(each for each in classes.split() if each not in held.split())]))


def _alone(scene: Scene, boxes: list[Box]) -> str:
    """The picture by itself, as an image that no sanitiser takes away."""
    svg = _drawn(scene, boxes)
    style = ET.Element("style")
    style.text = stylesheet("colours.css", "picture.css", *(("heat.css",) if has_arrays(scene.trace) else ()))
    svg.insert(0, style)
    svg.set("class", f"{svg.get('class')} bpw-alone")
    image = base64.b64encode(to_text(svg).encode()).decode()
    alt = html.escape(svg.get("aria-label", ""))
    name = f"<div><b>{html.escape(scene.name)}</b></div>" if scene.name else ""
    return f'{name}<img src="data:image/svg+xml;base64,{image}" alt="{alt}" style="max-width:100%">'


def _is_drawn(question: Question) -> bool:
    return not question.code.startswith(GIVEN)


def _placed(box: Box, given: Any) -> str:
    if box.way in {"choice", "choices", "cells"}:
        with suppress(UnreadableError):
            return box.shown(box.read(given))
    return typed(given)


def _box(box: Box) -> dict[str, Any]:
    return {
        "name": box.name,
        "label": box.label,
        "way": box.way,
        "scene": box.scene,
        "place": list(box.place) if box.place else None,
        **box.form(),
    }


def _row(box: Box) -> str:
    options = box.form().get("options") or box.form().get("items") or ()
    among = f": {html.escape(' · '.join(options))}" if options else ""
    name = (
        ""
        if box.label.startswith(f"{box.name}:") or box.label == box.name
        else f"<code>{html.escape(box.name)}</code>: "
    )
    return f"<li>{name}{html.escape(box.label)}{among}</li>"

"""A trace as a page that steps by itself, and what the player is given: everything already formatted."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from backprop_widgets.drawing.dot import drawn_edges, is_folded
from backprop_widgets.drawing.explain import explain_data
from backprop_widgets.drawing.formula import packed
from backprop_widgets.drawing.heading import heading
from backprop_widgets.drawing.heat import has_arrays
from backprop_widgets.drawing.inside import inside_data
from backprop_widgets.drawing.packing import script
from backprop_widgets.drawing.picture import picture, standalone, stylesheet, to_text
from backprop_widgets.locale import catalogue
from backprop_widgets.trace import Step, Trace, numbers
from backprop_widgets.trace.flat_code import flat_code

PLAYER = Path(__file__).parent / "player"
CORE = ("elements.js", "player.js")
PANELS = (  # not in saved notebooks
    *("pointer.js", "zoom.js", "code.js", "explain.js", "table.js", "present.js", "predict.js", "motion.js"),
)
CORE_STYLES = ("colours.css", "picture.css", "player.css")
STYLES = (*CORE_STYLES, "predict.css", "explain.css", "zoom.css")
ARRAY_PANELS, ARRAY_STYLES = ("inside.js",), ("heat.css", "inside.css")  # for traces with vectors and matrices
PANEL_TEXTS = ("predict", "zoom", "find", "inside", "part")
lent: dict[str, Callable[..., Any]] = {}  # "questions", set by the exercises: a lower layer imports no higher one


def player_data(trace: Trace, *, with_key: bool = False) -> dict[str, Any]:
    """What the player needs of a trace: the empty picture, every text of every wire, the steps, and what to ask.

    `with_key` for a player that has no Python to ask whether an answer is right.
    """
    say = catalogue(trace.locale)
    return {
        **_core(trace),
        "svg": to_text(picture(trace)),
        "code": [[line.text, line.phase, [line.step, *line.shown_at]] for line in flat_code(trace).lines],
        "own": _own(trace),
        "table": list(_table(trace)),
        "find": {node.name: node.id for node in trace.nodes if node.kind != "copy" and not is_folded(node)},
        "inside": inside_data(trace),
        "explain": explain_data(trace),
        "questions": _questions(trace, with_key=with_key),
        "texts": {**say.section("ui"), "start_sentence": say("step.start")},
    }


def _core(trace: Trace) -> dict[str, Any]:
    """What the player needs in any case, but for the picture and its texts: the panels need more."""
    typeset = heading(trace.title)
    known: dict[str, int] = {}
    for edge in trace.edges:
        known[edge.source] = min(edge.value_at, known.get(edge.source, edge.value_at))
    return {
        "title": trace.title,
        "heading": None if typeset is None else packed(typeset),
        "lang": trace.locale,
        "wires": {
            e.id: [e.value_text, e.value_at, e.gradient_text, e.gradient_at, e.local_text] for e in drawn_edges(trace)
        },
        "known": {node.id: known.get(node.id, 0) for node in trace.nodes if not is_folded(node)},
        "steps": _steps(trace.steps),
    }


def _questions(trace: Trace, *, with_key: bool) -> dict[str, Any]:
    """What to ask before each step: the layer that knows is called by its name, and lends itself."""
    if "questions" not in lent:
        import_module("backprop_widgets.exercises")
    return lent["questions"](trace, with_key=with_key) if "questions" in lent else {}


def _own(trace: Trace) -> dict[str, Any] | None:
    """What the student wrote, line by line, and where in it each gate of the picture is computed."""
    own = trace.own_code
    if own is None:
        return None
    return {"lines": own.lines, "spots": [[s.node, s.line, s.start, s.last_line, s.end] for s in own.spots]}


def _table(trace: Trace) -> Iterator[list[str]]:
    """A row for each value: name, formula, the wire that carries it, and what is too long to stand on that."""
    first = {edge.source: edge for edge in reversed(trace.edges)}
    for node in trace.nodes:
        if node.kind in ("input", "gate") and node.id in first:
            wire = first[node.id]
            long = [
                numbers.whole(array) if array is not None and array.ndim else ""
                for array in (wire.value, wire.gradient)
            ]
            yield [node.name, node.formula if node.kind == "gate" else "", wire.id, *long]


def page(trace: Trace, step: int) -> str:
    """Write a self-contained page: no request leaves it."""
    title = html.escape(trace.title)
    start = json.dumps({"step": step, "granularity": "gate"})
    place = 'document.getElementById("player")'
    style = stylesheet(*STYLES, *(ARRAY_STYLES if has_arrays(trace) else ()))
    code = player_script("elements.js", *PANELS, *(ARRAY_PANELS if has_arrays(trace) else ()), "player.js")
    call = f"mount({place}, {_compact(player_data(trace, with_key=True))}, () => {{}}, {start});"
    program = f"{_dressed(style)}{code}\n{call}"
    return (
        f'<!doctype html>\n<html lang="{trace.locale}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
        f"<style>:root {{ color-scheme: light dark }} body {{ margin: 24px auto; max-width: 1180px }}</style></head>\n"
        f'<body><main><div id="player" data-heading="h1"></div></main>\n'
        f"{script(program)}\n</body></html>\n"
    )


def fallback(trace: Trace, step: int) -> str:
    """What a notebook shows where no widget can live: a picture, and the player where scripts may run."""
    say = catalogue(trace.locale)
    svg = standalone(trace, step or len(trace.steps))
    image = base64.b64encode(svg.encode()).decode()
    texts = {key: text for key, text in say.section("ui").items() if not key.startswith(PANEL_TEXTS)}
    data = _compact({**_core(trace), "texts": {**texts, "start_sentence": say("step.start")}})
    name = "bpw-" + hashlib.sha256((image + data).encode()).hexdigest()[:12]
    return (
        f'<div id="{name}">{html.escape(say("ui.run_cell"))}<br><img src="data:image/svg+xml;base64,{image}" '
        f'alt="{html.escape(summary(trace))}" style="max-width:100%"></div>'
        f"{_upgrade(trace, data, step, name)}"
    )


def summary(trace: Trace) -> str:
    """The whole trace in one line: every input and gate with its value and gradient."""
    say = catalogue(trace.locale)
    last = {edge.source: edge for edge in reversed(trace.edges)}
    nodes = [(node, last[node.id]) for node in trace.nodes if node.kind in ("input", "gate") and node.id in last]
    parts = (f"{node.name} = {edge.value_text} (∂ {edge.gradient_text})" for node, edge in nodes[:40])
    return f"{say('ui.picture', title=trace.title)}. {'; '.join(parts)}"


@lru_cache
def player_script(*names: str) -> str:
    """The player's code without its comments and indentation: every saved widget carries a copy."""
    code = "\n".join((PLAYER / name).read_text(encoding="utf-8") for name in names)  # a widget is one module
    code = re.sub(r"/\*\*(?:(?!\*/)[\s\S])*\*/ ?|(?:^| +)// .*$", "", code, flags=re.MULTILINE)
    return re.sub(r"^\s+", "", code, flags=re.MULTILINE)


def _upgrade(trace: Trace, data: str, step: int, place: str) -> str:
    """The script that turns the fallback into a player; it takes the picture from the image that stands there."""
    start = json.dumps({"step": step, "granularity": "gate"})
    style = stylesheet(*CORE_STYLES, *(("heat.css",) if has_arrays(trace) else ()))
    return script(f"""{player_script(*CORE)}
if (!document.getElementById("bpw-style")) {{{_dressed(style, "bpw-style")}}}
const place = document.querySelector("#{place}:not(.bpw)"); // a trace that is shown twice stands there twice
const picture = Uint8Array.from(atob(place.querySelector("img").src.split(",")[1]), (byte) => byte.charCodeAt(0));
mount(place, {{ ...{data}, svg: new TextDecoder().decode(picture) }}, () => {{}}, {start});
""")


def _dressed(style: str, name: str = "") -> str:
    """The line of a program that adds a style sheet."""
    sheet = f"{{ id: {json.dumps(name)}, textContent: {_compact(style)} }}"
    return f'document.head.append(Object.assign(document.createElement("style"), {sheet}));\n'


def _compact(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Write the steps; one whose equations are the beginning of those of a later part of its gate refers to them."""
    written: list[dict[str, Any]] = []
    whole: Step | None = None
    for step in reversed(steps):
        data: dict[str, Any] = {
            "phase": step.phase,
            "node": step.node,
            "stop": step.ends_gate,
            "marks": dict(step.marks),
            "say": step.sentence,
            **({"why": step.reasons} if step.reasons else {}),
        }
        if whole and not step.ends_gate and step.node == whole.node and _begins(step, whole):
            data["of"] = whole.index - 1
            data["terms"] = len(step.rows[0].terms)
        else:
            whole = step
            data["rows"] = [[row.target, [[t.kind, t.text, t.label, t.edge] for t in row.terms]] for row in step.rows]
        written.append(data)
    return written[::-1]


def _begins(step: Step, whole: Step) -> bool:
    return len(step.rows) == len(whole.rows) and all(
        part.target == full.target and full.terms[: len(part.terms)] == part.terms
        for part, full in zip(step.rows, whole.rows, strict=True)
    )

"""The page that steps by itself, the fallback in a notebook, and what the player is given."""

from __future__ import annotations

import base64
import json
import re
from xml.etree import ElementTree as ET

import pytest
from ipywidgets.embed import dependency_state

from backprop_widgets import draw, record, step_through
from backprop_widgets.drawing.packing import module, program_of
from backprop_widgets.drawing.page import fallback, page, player_data, player_script, summary

BUDGET = 60 * 1024  # bytes for a lecture widget


def size(text):
    return len(text.encode())


@pytest.mark.parametrize("name", ["main", "neuron", "korean"])
@pytest.mark.parametrize("write", [page, fallback])
def test_a_lecture_widget_is_at_most_60_kilobytes(traces, name, write):
    assert size(write(traces[name](), 0)) <= BUDGET


def test_a_widget_of_arrays_is_at_most_60_kilobytes_too():
    trace = record("L = sum(relu(W @ x + b))", W=[[1, 2, 3], [4, 5, -6]], x=[1, 0.5, -1], b=[0.1, -0.2])
    assert max(size(write(trace, 0)) for write in (page, fallback)) <= BUDGET
    state = dependency_state(step_through(trace), drop_defaults=False)
    assert size(json.dumps(state, ensure_ascii=False)) <= BUDGET


def test_what_is_packed_is_read_back():
    assert program_of(module("let a = '</script>';")) == "let a = '</script>';"
    with pytest.raises(ValueError, match="no packed program"):
        program_of("<p>nothing</p>")


def test_equal_traces_give_equal_pages(traces):
    for make in traces.values():
        for write in (page, fallback):
            assert write(make(), 0) == write(make(), 0)


def test_a_page_asks_no_other_machine(trace):
    for page_or_fallback in (page(trace, 0), fallback(trace, 0)):
        text = page_or_fallback + program_of(page_or_fallback)
        addresses = set(re.findall(r"https?:[^\s\"'<>)\\]*", text))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}  # names, not addresses
        assert not re.search(r"\bimport\s*[({'\"]|\bfetch\(|@import|url\(", text)


def test_a_page_starts_at_the_step_it_is_given(traces, tmp_path):
    text = traces["main"]().to_html(tmp_path / "page.html", step=4).read_text("utf-8")
    assert '{"step": 4, "granularity": "gate"}' in program_of(text)
    with pytest.raises(ValueError, match="step must be between 0 and 9, got 15"):
        traces["main"]().to_html(tmp_path / "page.html", step=15)


def test_a_page_says_its_language(traces):
    assert '<html lang="en">' in page(traces["main"](), 0)
    assert '<html lang="ko">' in page(traces["korean"](), 0)


def test_the_fallback_shows_the_whole_trace_without_a_script(trace):
    shown = re.sub(r"<script.*</script>", "", fallback(trace, 0), flags=re.DOTALL)
    source, alternative = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"', shown).groups()
    picture = base64.b64decode(source).decode()
    assert picture == trace.to_svg()
    assert trace.title in alternative or "&" in alternative
    ET.fromstring(picture)  # noqa: S314  # an image that is not well-formed is not shown at all


def test_the_alternative_text_tells_every_value_and_gradient(traces):
    assert summary(traces["main"]()) == (
        "Computational graph of f = (x + y) * z. x = −2 (∂ −4); y = 5 (∂ −4); z = −4 (∂ 3); q = 3 (∂ −4); f = −12 (∂ 1)"
    )


def test_the_player_is_given_text_and_no_numbers_to_reckon_with(trace):
    data = json.loads(json.dumps(player_data(trace), allow_nan=False))  # what reaches the browser
    for value, _, gradient, _, local in data["wires"].values():
        assert {type(value), type(gradient), type(local)} == {str}
    assert len(data["steps"]) == len(trace.steps)


def test_steps_that_refer_to_a_later_one_say_the_same_as_the_trace(trace):
    steps = player_data(trace)["steps"]
    for step, told in zip(trace.steps, steps, strict=True):
        rows = (
            told["rows"] if "rows" in told else [[n, terms[: told["terms"]]] for n, terms in steps[told["of"]]["rows"]]
        )
        assert rows == [[row.target, [[t.kind, t.text, t.label, t.edge] for t in row.terms]] for row in step.rows]


def test_the_code_of_the_player_travels_without_its_comments():
    code = player_script("elements.js", "player.js")
    assert "function mount(" in code
    assert not re.search(r"^ *(//|/\*\*|\* )", code, re.MULTILINE)


def test_a_drawing_shows_one_state_as_svg():
    drawing = draw("x * y", x=3, y=4)
    assert repr(drawing) == "Drawing('f = x * y', step=5)"
    assert drawing._repr_svg_() == drawing.svg == record("x * y", x=3, y=4).to_svg()
    assert drawing.dot.startswith("digraph trace {")
    assert "∂" not in draw("x * y", x=3, y=4, step=0).svg


def test_a_drawing_of_a_trace_is_of_that_trace(traces):
    trace = traces["main"]()
    assert draw(trace, step=2).svg == trace.to_svg(2)
    with pytest.raises(ValueError, match="step must be between 0 and 9, got -1"):
        draw(trace, step=-1)

"""Whatever a student types as a name is drawn as typed, and is never read as code."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from backprop_widgets import Function, Tensor, record, step_through
from backprop_widgets.drawing.packing import program_of
from backprop_widgets.drawing.page import fallback

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "bold": "<b>x</b>",
    "quotes": "\"quotes\" 'too'",
    "end of attribute": '"><svg onload=alert(1)>',
    "backslash": "back\\slash",
    "node name": "\\N",
    "escaped line end": "\\n",
    "last backslash": "a\\",
    "cdata": "]]>",
    "comment": "<!-- -->",
    "entity": "&amp;",
    "ampersand": "&",
    "template": "{x} {0} %s ${1}",
    "korean": "가중치",
    "emoji": "🙂",
    "long": "x" * 400,
    "line end": "two\nlines",
    "control": "bell\x07nul\x00",
    "not a character": "a\ufffeb",
    "id of a node": "n0",
    "id of the output": "out",
}
SVG = "{http://www.w3.org/2000/svg}"


class Double(Function):
    """A student's own gate, which takes its facts from the test."""

    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, upstream):
        return 2 * upstream


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE)
def label(request):
    return request.param


@pytest.fixture
def hostile(label):
    """A trace in which everything that can be named has this name: inputs, gates, symbol, role, title."""
    gate = type("Gate", (Double,), {"symbol": label, "role": label})
    root = gate.apply(Tensor(3, name=label)) * Tensor(4, name=f"2{label}")
    root.name = f"3{label}"
    return record(root)


class Elements(HTMLParser):
    """Collect the elements of a page, and what stands in its scripts, as a browser reads them."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.scripts = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_data(self, data):
        if self.tags[-1:] == ["script"]:
            self.scripts.append(data)


def as_drawn(text):
    """The documented clipping: 18 characters, blanks in one, a blank for what has no picture."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 18 else text[:17] + "…"


def test_a_label_is_drawn_as_typed_by_every_engine(hostile, label, engine):
    svg = ET.fromstring(hostile.to_svg())  # noqa: S314  # our own text
    drawn = [text.text or "" for text in svg.iter(f"{SVG}text")]
    for name in (label, f"2{label}", f"3{label}"):
        assert as_drawn(name) in drawn
    assert drawn.count(as_drawn(label)) >= 3  # the input, and the symbol and role of the gate


def test_the_tooltip_holds_the_whole_label(hostile, label):
    svg = ET.fromstring(hostile.to_svg())  # noqa: S314  # our own text
    tooltips = [title.text for title in svg.iter(f"{SVG}title")]
    assert "".join(c if c.isprintable() else " " for c in label) in tooltips


def test_a_label_adds_no_element_to_the_picture(hostile):
    plain = ET.fromstring(record("(2 * x) * y", x=3, y=4).to_svg())  # noqa: S314  # our own text
    drawn = ET.fromstring(hostile.to_svg())  # noqa: S314  # our own text
    assert {element.tag for element in drawn.iter()} <= {element.tag for element in plain.iter()}


@pytest.mark.parametrize("write", ["page", "fallback"])
def test_a_label_neither_ends_the_script_nor_adds_an_element(hostile, label, write, tmp_path):
    def written(trace):
        return trace.to_html(tmp_path / "page.html").read_text("utf-8") if write == "page" else fallback(trace, 0)

    plain, elements = Elements(written(record("(2 * x) * y", x=3, y=4))), Elements(written(hostile))
    assert elements.tags == plain.tags
    assert set(elements.attributes) <= set(plain.attributes)
    assert elements.tags.count("script") == 1
    script = "".join(elements.scripts)
    program = program_of(script)
    text = program[re.search(r'\{"title":', program).start() :]
    data, _ = json.JSONDecoder().raw_decode(text)
    assert data["title"] == f"3{label}"


def test_the_checks_find_a_label_that_is_not_escaped():
    assert Elements('<p>a</p><script>let a = "</script><img src=x onerror=b>"</script>').tags == ["p", "script", "img"]
    with pytest.raises(ET.ParseError):
        ET.fromstring("<svg><text>\x07</text></svg>")  # noqa: S314


def test_the_alternative_text_of_the_fallback_is_the_label_as_typed(hostile, label):
    alternative = re.search(r'alt="([^"]*)"', fallback(hostile, 0)).group(1)
    assert label in html.unescape(alternative)


def test_names_given_by_mapping_are_drawn_too(label):
    trace = record(lambda **named: named[label] * 2, {label: 3})
    assert as_drawn(label) in [text.text or "" for text in ET.fromstring(trace.to_svg()).iter(f"{SVG}text")]  # noqa: S314


def test_a_widget_takes_every_label(hostile):
    assert step_through(hostile).data["title"] == hostile.title

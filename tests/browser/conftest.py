"""A player in a browser, as a student uses it: what can be pressed, and what can be read."""

from __future__ import annotations

import time

import pytest

from backprop_widgets import record
from backprop_widgets.drawing.dot import drawn_edges
from backprop_widgets.drawing.picture import at_step

PLACES = ("value", "gradient", "word", "local")
NEURON = "1/(1+exp(-(w0*x0 + w1*x1 + w2)))"
TRACES = {
    "main": lambda: record("(x + y) * z", x=-2, y=5, z=-4),
    "neuron": lambda: record(NEURON, w0=2, x0=-1, w1=-3, x1=-2, w2=-3),
    "fork": lambda: record("x*x + x*y + exp(x)", x=3, y=-2),
    "matrices": lambda: record("L = sum(relu(W @ x + b))", W=[[1, 2, 3], [4, 5, -6]], x=[1, 0.5, -1], b=[0.1, -0.2]),
    "long": lambda: record("; ".join(["a = x * y", *["a = relu(exp(-a))"] * 5]), x=0.5, y=2),
    "korean": lambda: record("(x + y) * z", x=-2, y=5, z=-4, locale="ko"),
}
READ_WIRES = """(root, places) => Object.fromEntries([...root.querySelectorAll("[data-wire]")].map((wire) => [
    wire.dataset.wire,
    Object.fromEntries(places.map((place) => [place, wire.querySelector("text." + place)?.textContent ?? ""])),
]))"""
FAINT_TEXTS = """(root) => {
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parse = (colour) => {  // any CSS colour, as the browser itself paints it
        pixel.clearRect(0, 0, 1, 1);
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
        return { rgb: [r, g, b], alpha: a / 255 };
    };
    const mix = (top, under, share) => top.map((c, k) => c * share + under[k] * (1 - share));
    const over = (colour, under) => mix(parse(colour).rgb, under, parse(colour).alpha);
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.background = "Canvas";
    const canvas = parse(getComputedStyle(probe).backgroundColor).rgb;
    probe.remove();
    const shape = (element) => [...(element.closest("g")?.children ?? [])].find((e) => e.matches("rect, ellipse"));
    const behind = (element) => {
        const style = getComputedStyle(element);
        if (element instanceof SVGTextElement && shape(element)) return getComputedStyle(shape(element)).fill;
        return element instanceof SVGElement && element.tagName !== "svg" ? "transparent" : style.backgroundColor;
    };
    const ground = (element) => {
        if (!element) return canvas;
        const under = ground(element.parentElement);
        return mix(over(behind(element), under), under, Number(getComputedStyle(element).opacity));
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint = [];
    let seen = 0;
    for (const element of root.querySelectorAll("*")) {
        const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("");
        const text = element.tagName === "SELECT" ? element.selectedOptions[0]?.text : own;
        if (!text?.trim() || element.matches("title, style, script, option")) continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        seen += 1;
        const style = getComputedStyle(element), under = ground(element.parentElement), back = ground(element);
        const ink = element instanceof SVGElement ? style.fill : style.color;
        const front = mix(over(ink, over(behind(element), under)), under, Number(style.opacity));
        const [dark, bright] = [light(front), light(back)].sort((a, b) => a - b);
        const ratio = (bright + 0.05) / (dark + 0.05);
        if (ratio < 4.5) faint.push(`${text.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
    }
    if (!seen) throw new Error("there is no text to look at");
    return faint;
}"""


class Player:
    """One player on a page."""

    def __init__(self, root):
        self.root = root
        self.page = root.page
        self.stage = root.locator(".bpw-stage")
        self.scrubber = root.locator("input[type=range]")
        self.track = root.locator(".bpw-track")
        self.live = root.locator(".bpw-live")

    def button(self, name):
        return self.root.locator(f"button.{name}")

    def next(self, times=1):
        for _ in range(times):
            self.button("next").click()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def by_part(self):
        self.root.locator("select").first.select_option("part")
        self.button("next").focus()

    def drag_to(self, stop, count):
        """Press on the cell of a stop; there are `count` of them."""
        box = self.track.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] * (stop + 0.5) / count, box["y"] + box["height"] / 2)

    def wires(self):
        """The texts on each wire, as the page shows them."""
        return self.root.evaluate(READ_WIRES, PLACES)

    def numbers(self, place, *wires):
        found = self.wires()
        return [found[wire][place] for wire in wires]

    def stop(self):
        return int(self.scrubber.input_value())

    def sentence(self):
        return self.root.locator(".bpw-say").text_content()

    def faint_texts(self):
        """Name each visible text whose contrast to what lies behind it is below 4.5, with that contrast."""
        return self.root.evaluate(FAINT_TEXTS)


@pytest.fixture
def play(page, tmp_path):
    """Open a trace, or one of those below by its name, as a page of its own."""

    def play(trace, **options):
        trace = TRACES[trace]() if isinstance(trace, str) else trace
        page.set_default_timeout(5000)
        page.goto(trace.to_html(tmp_path / "page.html", **options).as_uri())
        page.wait_for_selector(".bpw button.next")  # the data are unpacked first
        return Player(page.locator(".bpw"))

    return play


@pytest.fixture
def player_of():
    """The player in a part of a page."""
    return Player


@pytest.fixture
def traces():
    """Traces by name, as functions that record them."""
    return TRACES


@pytest.fixture
def expected():
    """What stands on each wire after a step, as Python draws it."""

    def expected(trace, step):
        svg = at_step(trace, step)
        wires = {edge.id: svg.find(f"g[@data-wire='{edge.id}']") for edge in drawn_edges(trace)}
        return {name: {p: wire.findtext(f"text[@class='{p}']") or "" for p in PLACES} for name, wire in wires.items()}

    return expected


class Notebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page):
        self.page = page

    def players(self):
        """The players on it; waits for the first."""
        self.page.locator(".jp-OutputArea .bpw").first.wait_for(timeout=30_000)
        return [Player(root) for root in self.page.locator(".jp-OutputArea .bpw").all()]

    def cells(self):
        """How many cells there are, and which of them is active."""
        return self.page.evaluate("""() => {
            const { widgets, activeCellIndex } = window.jupyterapp.shell.currentWidget.content;
            return [widgets.length, activeCellIndex];
        }""")

    def ask(self, expression, before=""):
        """Run Python in the notebook's kernel, and return what an expression is after it."""
        answer = self.page.evaluate(ASK_KERNEL, {"code": before, "user_expressions": {"it": expression}})
        assert answer["status"] == "ok", answer
        return answer["data"]["text/plain"]

    def answer(self, expression, expected, patience=15):
        """What Python says once it says what is expected: while its kernel is busy, the browser keeps its news back."""
        end = time.monotonic() + patience
        while (said := self.ask(expression)) != expected and time.monotonic() < end:
            self.page.wait_for_timeout(20)
        return said

    def command(self, name):
        self.page.evaluate("(name) => window.jupyterapp.commands.execute(name)", name)


ASK_KERNEL = """async (request) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const reply = await kernel.requestExecute({ ...request, store_history: false }).done;
    return reply.content.user_expressions?.it ?? reply.content;
}"""


@pytest.fixture
def write(lab):
    """Write a notebook with these cells for JupyterLab to open."""
    import nbformat  # noqa: PLC0415  # tests without a browser run without it

    def write(name, *sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.root / name)
        return name

    return write


@pytest.fixture
def notebook(lab, page):
    """Open a notebook in JupyterLab, run it if it is asked to, and return it."""

    def notebook(name, *, run=True):
        lab.open_and_run(page, name) if run else lab.open(page, name)
        return Notebook(page)

    return notebook

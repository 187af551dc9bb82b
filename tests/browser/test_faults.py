"""What goes wrong around a stepper does not stop it: kernels that die, cells that run again, odd graphs and labels."""

from __future__ import annotations

import warnings

import pytest

from backprop_widgets import Function, Tensor, record

WIDGET = "from backprop_widgets import step_through\nw = step_through('(x + y) * z', x=-2, y=5, z=-4)\nw"
X, Y, Z, Q, F = "e0", "e1", "e2", "e3", "e4"
LETTERS = "abcdefghijkl"
LONG = "w" * 400
HOSTILE = ('"><img src=x onerror=alert(1)>', "</script><b>\\N{x}\n\u202e${1}", "]]>&amp;' onload='")
RUN_AGAIN = """async (times) => {  // the next run waits for the widget of the last, as a person does
    const shown = () => document.querySelector(".jp-OutputArea .bpw button.next");
    for (let k = 0; k < times; k++) {
        const old = shown();
        await window.jupyterapp.commands.execute("notebook:run-cell");
        while (!shown() || shown() === old) await new Promise((resolve) => setTimeout(resolve, 20));
    }
}"""
SIDEWAYS = "document.scrollingElement.scrollWidth - innerWidth"


class Blend(Function):
    """A student's own gate with as many inputs as one likes: their mean."""

    @staticmethod
    def forward(ctx, *inputs):
        ctx.count = len(inputs)
        return sum(inputs[1:], inputs[0]) / len(inputs)

    @staticmethod
    def backward(ctx, upstream):
        return tuple(upstream / ctx.count for _ in range(ctx.count))


@pytest.fixture
def live(notebook, write):
    """A notebook with a stepper that has gone two steps, and that stepper."""
    opened = notebook(write("faults.ipynb", WIDGET))
    player = opened.players()[0]
    player.next(2)
    return opened, player


# -- the kernel -----------------------------------------------------------------------------------------------------
def test_when_the_kernel_is_killed_the_stepping_goes_on(live, page):
    _, player = live
    page.evaluate(
        """(code) => {
        const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
        window.was = [];
        session.kernel.statusChanged.connect((_, status) => window.was.push(status));
        session.kernel.requestExecute({ code });
    }""",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    )
    page.wait_for_function("window.was.some((status) => /restart|dead/.test(status))", timeout=30_000)
    dialog = page.locator(".jp-Dialog button")
    if dialog.count():
        dialog.last.click()
    player.next(2)
    assert player.numbers("gradient", F, Q, Z) == ["1", "−4", "3"]
    player.press("End")
    assert player.numbers("gradient", X, Y) == ["−4", "−4"]


def test_when_the_kernel_is_restarted_the_stepping_goes_on_and_the_cell_runs_again(live, page):
    opened, player = live
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    player.next(2)
    assert player.numbers("gradient", F, Q, Z) == ["1", "−4", "3"]
    opened.command("notebook:run-all-cells")
    page.locator(".bpw-position", has_text="Start").wait_for()
    fresh = opened.players()
    assert len(fresh) == 1
    fresh[0].next()
    assert opened.answer("w.step", "1") == "1"


def test_a_cell_that_runs_50_times_leaves_one_stepper(live, page):
    opened, _ = live
    held = page.context.new_cdp_session(page)
    held.send("Performance.enable")

    def look():
        page.wait_for_timeout(100)
        held.send("HeapProfiler.collectGarbage")
        found = {each["name"]: each["value"] for each in held.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] for name in ("Nodes", "JSEventListeners")}

    def count():
        seen = [look(), look()]
        while seen[-1] != seen[-2] and len(seen) < 30:  # until nothing is collected any more
            seen.append(look())
        return seen[-1]

    elements = page.locator(".bpw").evaluate("(root) => root.querySelectorAll('*').length")
    page.evaluate(RUN_AGAIN, 10)
    opened.players()[0].next()
    before = count()
    page.evaluate(RUN_AGAIN, 40)
    fresh = opened.players()
    fresh[0].next()
    after = count()
    widgets = "len([w for w in instances.values() if type(w).__name__ == 'Stepper'])"
    assert opened.ask(widgets, before="from ipywidgets.widgets.widget import _instances as instances") == "1"
    assert len(fresh) == 1
    assert opened.answer("w.step", "1") == "1"
    assert after["Nodes"] - before["Nodes"] < elements * 3, "40 runs left more than three players behind"
    assert after["JSEventListeners"] - before["JSEventListeners"] < 200


def test_one_of_two_views_goes_and_the_other_steps_on(notebook, write, page):
    opened = notebook(write("views.ipynb", WIDGET, "w"))
    one, _ = opened.players()
    one.next(2)
    page.locator(".jp-Cell").nth(1).click(position={"x": 5, "y": 5})
    opened.command("notebook:delete-cell")
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea .bpw').length === 1")
    one.next()
    assert opened.answer("w.step", "3") == "3"
    opened.ask("w.step", before="w.step = 6")
    one.root.locator(".bpw-position", has_text="Step 4 of 5").wait_for()
    assert one.numbers("gradient", F, Q) == ["1", "−4"]


# -- odd graphs -----------------------------------------------------------------------------------------------------
def walked(player, trace, expected):
    """Go through the whole trace; every number stands where Python has it."""
    player.by_part()
    for step in range(len(trace.steps) + 1):
        assert player.wires() == expected(trace, step), f"step {step}"
        player.press("ArrowRight")


def all_open(player):
    """Open every panel, but the one that takes the whole window and the one that asks."""
    player.root.evaluate("""(root) => {
        for (const button of root.querySelectorAll(".bpw-nav .toggle[aria-pressed=false]"))
            if (!button.matches(".leave, .asks")) button.click();
        root.querySelector(".bpw-why").open = true;
    }""")
    player.button("next").focus()


def clipped_names(player):
    """The names of inputs that reach beyond their oval."""
    return player.root.evaluate("""(root) => [...root.querySelectorAll(".leaf")].filter((leaf) => {
        const [name, oval] = ["text", "ellipse"].map((part) => leaf.querySelector(part).getBoundingClientRect());
        return name.left < oval.left || name.right > oval.right;
    }).map((leaf) => leaf.textContent)""")


def test_hostile_labels_are_texts_in_every_panel(play, page):
    first, second, third = (Tensor(k + 2.0, name=name) for k, name in enumerate(HOSTILE))
    player = play(record(first * second + third * first))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    all_open(player)
    for _ in range(12):
        player.press("ArrowRight")
    assert player.root.locator("img, script, b:has(*)").count() == 0
    names = player.root.locator(".bpw-table tbody th").all_text_contents()
    assert names[0] == HOSTILE[0]
    assert HOSTILE[2] in names
    player.root.locator(".bpw-rows").wait_for()
    assert player.root.locator("[onerror], [onload]").count() == 0


@pytest.mark.parametrize("width", [1280, 640])
def test_a_name_of_400_characters_widens_nothing(play, page, expected, width):
    page.set_viewport_size({"width": width, "height": 800})
    trace = record(f"{LONG} * y + {LONG}", {LONG: 2, "y": 3})
    player = play(trace)
    all_open(player)
    walked(player, trace, expected)
    assert page.evaluate(SIDEWAYS) <= 0
    assert clipped_names(player) == []
    for part in player.root.locator(".bpw-row > *").all():
        box = part.bounding_box()
        assert box["x"] + box["width"] <= width
    assert LONG in player.root.locator(".bpw-table tbody th").first.text_content()


def test_nan_and_infinity_stand_on_the_wires_and_in_every_panel(play, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so, too
        trace = record("sum(log(x) * y + v)", x=0.0, y=0.0, v=[1, float("nan"), float("-inf")])
    player = play(trace)
    all_open(player)
    walked(player, trace, expected)
    assert {"−∞", "nan", "∞", "0"} <= {text for wire in player.wires().values() for text in wire.values()}
    player.press("End")
    assert "0 × ∞ is not defined" in player.root.locator(".bpw-why summary").text_content()
    assert player.root.locator(".heat .odd").count() > 0


def test_a_gate_with_12_inputs_shows_each_of_them(play, page, expected):
    trace = record(lambda **inputs: Blend.apply(*inputs.values()), {name: k for k, name in enumerate(LETTERS)})
    player = play(trace)
    walked(player, trace, expected)
    assert player.numbers("gradient", *(f"e{k}" for k in range(12))) == ["0.08333"] * 12
    rows = player.root.locator(".bpw-row")
    assert rows.count() == 12
    ends = [row.bounding_box() for row in rows.all()]
    assert len({box["x"] for box in ends}) > 1, "they stand side by side"
    assert max(box["y"] + box["height"] for box in ends) - min(box["y"] for box in ends) < 280
    assert page.evaluate(SIDEWAYS) <= 0


def test_a_graph_of_one_leaf_steps_to_its_seed(play, expected):
    trace = record("x", x=3)
    player = play(trace)
    all_open(player)
    walked(player, trace, expected)
    assert player.wires()["e0"] == {"value": "3", "gradient": "1", "word": "seed", "local": ""}
    assert player.root.locator(".bpw-table td").all_text_contents() == ["", "3", "1"]

"""Click to painted step in Chromium: the player, against an `ipywidgets.HTML` that is laid out again for each step.

Also with every panel open, and from running the cell to the widget on the screen.

    python -m benchmarks.stepping

The time runs from the click to the end of the first frame that shows the step: the picture's elements have changed,
and one animation frame has been drawn. A frame with no click shows how much of that is waiting. Server and kernels run
on the same machine; anywhere else the network comes on top for the plain stepper, and for it alone.
Needs Chromium, JupyterLab and Playwright.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from backprop_widgets import record
from benchmarks.browser import VIEWPORT, chromium, jupyterlab, open_cell
from benchmarks.graphs import of_nodes
from benchmarks.measure import median, milliseconds, options, table, times

SIZES = (20, 300)
REST = 500  # milliseconds: the click comes when nothing travels along a wire any more, and no kernel computes
OURS = """from backprop_widgets import step_through
from benchmarks.graphs import of_nodes
step_through(of_nodes({nodes}), x=0.5, y=2)"""
ANEW = """from backprop_widgets import step_through
from backprop_widgets.drawing.engine import render_svg
from benchmarks.graphs import of_nodes
woven = of_nodes({nodes})  # found once, when the cell first runs
render_svg.cache_clear()  # a student's graph has not been laid out before
step_through(woven, x=0.5, y=2)"""
PLAIN = """import ipywidgets
from backprop_widgets import record
from benchmarks.graphs import of_nodes, plain_svg
trace = record(of_nodes({nodes}), x=0.5, y=2)
stops = iter(trace.stops())
picture = ipywidgets.HTML(plain_svg(trace, next(stops)))
button = ipywidgets.Button(description="Next")
def forth(_):
    picture.value = plain_svg(trace, next(stops))
button.on_click(forth)
ipywidgets.VBox([button, picture])"""
OUR_PLACES = (".bpw button.next", ".bpw .bpw-stage")  # what is pressed, and where the step shows
PLAIN_PLACES = (".jp-OutputArea .widget-button", ".jp-OutputArea .widget-html-content")
CLICK_TO_PAINTED = """([button, place]) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    let start;
    port1.onmessage = () => resolve((performance.now() - start) / 1000); // the first to run after the frame
    const changed = (_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => port2.postMessage(0));
    };
    const any = { attributes: true, characterData: true, childList: true, subtree: true };
    new MutationObserver(changed).observe(document.querySelector(place), any);
    start = performance.now();
    document.querySelector(button).click();
})"""

OPEN_ALL = """() => {
    for (const button of document.querySelectorAll(".bpw-nav .toggle[aria-pressed=false]"))
        if (!button.matches(".leave, .asks")) button.click();
    for (const box of document.querySelectorAll(".bpw details")) box.open = true;
}"""
RUN_TO_SHOWN = """() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    let start;
    port1.onmessage = () => resolve((performance.now() - start) / 1000);
    const old = document.querySelector(".bpw .bpw-stage svg");
    const watcher = new MutationObserver(() => {
        const now = document.querySelector(".jp-OutputArea .bpw .bpw-stage svg");
        if (!now || now === old) return;
        watcher.disconnect();
        requestAnimationFrame(() => port2.postMessage(0));
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    start = performance.now();
    window.jupyterapp.commands.execute("notebook:run-cell");
})"""
EMPTY_FRAME = """() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const start = performance.now();
    port1.onmessage = () => resolve((performance.now() - start) / 1000);
    requestAnimationFrame(() => port2.postMessage(0));
})"""


def clicks(browser, lab, folder, nodes, rounds):
    """The seconds of each click on the next step, for the steppers in turn, and of a frame with no click."""
    path = record(of_nodes(nodes), x=0.5, y=2).to_html(folder / f"{nodes}.html")
    with ExitStack() as stack:
        pages = [stack.enter_context(browser.new_page(viewport=VIEWPORT)) for _ in range(4)]
        pages[0].goto(path.as_uri())
        pages[1].goto(path.as_uri())
        open_cell(lab, pages[2], f"ours_{nodes}", OURS.format(nodes=nodes))
        open_cell(lab, pages[3], f"plain_{nodes}", PLAIN.format(nodes=nodes))
        places = [OUR_PLACES, OUR_PLACES, OUR_PLACES, PLAIN_PLACES]
        for page, (button, place) in zip(pages, places, strict=True):
            page.wait_for_selector(button)
            page.wait_for_selector(f"{place} svg")
        pages[1].evaluate(OPEN_ALL)
        seconds = [[], [], [], [], []]
        for _ in range(rounds + 3):
            for page, place, spent in zip(pages, places, seconds, strict=False):
                page.bring_to_front()
                page.wait_for_timeout(REST)
                spent.append(page.evaluate(CLICK_TO_PAINTED, place))
            pages[0].bring_to_front()
            pages[0].wait_for_timeout(REST)
            seconds[4].append(pages[0].evaluate(EMPTY_FRAME))
        return [spent[3:] for spent in seconds]  # the first clicks compile the scripts


def runs(browser, lab, nodes, rounds):
    """The seconds from running a cell to its widget on the screen: the kernel has imported the package."""
    with browser.new_page(viewport=VIEWPORT) as page:
        open_cell(lab, page, f"run_{nodes}", ANEW.format(nodes=nodes))
        page.wait_for_selector(".bpw .bpw-stage svg")
        page.wait_for_timeout(1000)
        return [page.evaluate(RUN_TO_SHOWN) for _ in range(rounds)]


def main():
    rounds = 2 if options(__doc__).quick else 21
    rows, started = [], []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, jupyterlab() as lab:
        for nodes in SIZES:
            page, opened, ours, plain, empty = clicks(browser, lab, Path(folder), nodes, rounds)
            every = (page, opened, ours, plain, empty)
            shown = [f"{milliseconds(median(spent))} (best {min(spent) * 1e3:.1f})" for spent in every]
            rows.append([str(nodes), *shown, times(median(ours) / median(plain)), "16.7 ms"])
            shown = runs(browser, lab, nodes, min(rounds, 7))
            started.append([str(nodes), f"{milliseconds(median(shown))} (best {min(shown) * 1e3:.0f})"])
    table("From running the cell to the widget on the screen, in JupyterLab, median", ["nodes", "time"], started)
    table(
        "Click to painted step in Chromium, median",
        [
            *(
                "nodes",
                "our page",
                "with every panel open",
                "ours in JupyterLab",
                "plain stepper in JupyterLab",
                "a frame with no click",
            ),
            *("ours / plain, in JupyterLab", "budget of ours"),
        ],
        rows,
    )


if __name__ == "__main__":
    main()

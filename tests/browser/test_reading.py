"""What is on the screen can be read: contrast, size of text, zoom, motion, assistive technology."""

from __future__ import annotations

import pytest

TOO_SMALL = """(root) => [...root.querySelectorAll("*")].filter((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.matches("title, style, script")) return false;
    const scale = element instanceof SVGElement ? element.getScreenCTM().a : 1;
    return parseFloat(getComputedStyle(element).fontSize) * scale < 11.99;
}).map((element) => element.textContent)"""
OUT_OF_SIGHT = """(stage) => {
    const frame = stage.getBoundingClientRect(), faded = 48;  // pixels at an edge where the picture goes on
    const left = frame.left + (stage.scrollLeft > 4 ? faded : 0);
    const right = frame.right - (stage.scrollLeft + stage.clientWidth < stage.scrollWidth - 4 ? faded : 0);
    const wanted = ".gate.active, .wire.active :is(.value, .gradient, .word, .local)";
    return [...stage.querySelectorAll(wanted)].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width && (box.left < left || box.right > right);
    }).map((element) => element.textContent);
}"""
BAD_COLOURS = """<div id="p" style="background: #fff">
    <p style="color: #888">grey</p>
    <p style="color: #fff">white on white</p>
    <p style="color: #000; opacity: .3">transparent</p>
    <div style="background: #333"><p style="color: #222">dark on dark</p></div>
    <svg><g><rect width="9" height="9" fill="#222"/><text y="9" fill="#000">on a box</text></g></svg>
    <svg><text fill="#eee">on the page</text></svg>
    <select style="color: #999; background: #aaa"><option>chosen</option></select>
    <p style="color: #767676">just enough</p><p style="visibility: hidden; color: #fff">unseen</p>
</div>"""
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def calm(page):
    """A page for people who want less motion; nothing fades, so that colours can be read at once."""
    page.emulate_media(reduced_motion="reduce")
    return page


@both_themes
@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("name", ["fork", "korean"])
def test_every_text_stands_out_at_every_step(play, traces, name):
    player = play(name)
    player.button("next").focus()
    for step in traces[name]().stops():
        assert player.faint_texts() == [], f"step {step}"
        player.press("ArrowRight")


def test_every_text_stands_out_on_the_picture_alone(page, player_of, traces, tmp_path):
    (tmp_path / "alone.svg").write_text(traces["main"]().to_svg(6), encoding="utf-8")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.set_content(f"<body>{traces['main']().to_svg(6)}</body>")
        assert player_of(page.locator("body")).faint_texts() == [], theme


def test_faint_texts_are_found(page, player_of):
    page.set_content(BAD_COLOURS)
    assert player_of(page.locator("#p")).faint_texts() == [
        "grey: 3.54",
        "white on white: 1.00",
        "transparent: 2.11",
        "dark on dark: 1.26",
        "on a box: 1.32",
        "on the page: 1.16",
        "chosen: 1.23",
    ]


@both_themes
@pytest.mark.usefixtures("calm")
def test_axe_finds_no_fault(play, page):
    player = play("main")
    for times in (0, 4):
        player.next(times)
        assert faults(page) == []


def test_axe_finds_a_fault_that_is_there(page):
    page.set_content("<html lang='en'><title>t</title><main><h1>t</h1><button></button></main>")
    assert faults(page) == ["button-name"]


def faults(page):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # collected where there is no axe, too

    return [violation["id"] for violation in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("name", ["neuron", "long"])
def test_in_a_long_graph_text_stays_readable_and_the_active_gate_in_sight(calm, play, traces, name, width):
    calm.set_viewport_size({"width": width, "height": 800})
    player = play(name)
    player.stage.focus()
    for stop in traces[name]().stops():
        assert player.root.evaluate(TOO_SMALL) == []
        assert player.stage.evaluate(OUT_OF_SIGHT) == [], f"step {stop}"
        player.press("ArrowRight")
    assert player.stage.evaluate("(stage) => stage.scrollWidth > stage.clientWidth")


def test_small_texts_and_gates_out_of_sight_are_found(calm, play):
    calm.set_viewport_size({"width": 800, "height": 800})
    player = play("long", step=1)
    player.stage.evaluate("(stage) => { stage.scrollLeft = 3000; }")
    assert any(text.endswith("swap multiplier") for text in player.stage.evaluate(OUT_OF_SIGHT))
    player.stage.evaluate("(stage) => { stage.firstElementChild.style.width = '400px'; }")
    assert "swap multiplier" in player.root.evaluate(TOO_SMALL)


@pytest.mark.parametrize("width", [1100, 1280])
def test_a_graph_that_fits_does_not_scroll(page, play, width):
    page.set_viewport_size({"width": width, "height": 800})
    player = play("main")
    assert player.stage.evaluate("(stage) => stage.scrollWidth - stage.clientWidth") == 0


@pytest.mark.parametrize("width", [640, 320])  # a laptop's screen at 200 % and at 400 %
def test_zoomed_in_the_page_does_not_scroll_sideways_and_the_controls_work(page, play, width):
    page.set_viewport_size({"width": width, "height": 400})
    player = play("main")
    player.next(4)
    assert player.numbers("gradient", "e3", "e2") == ["−4", "3"]
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    player.root.locator("button.toggle", has_text="Code").click()
    for control in player.root.locator("button, select, .bpw-track").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 22


def test_who_wants_less_motion_gets_none(calm, play):
    player = play("long")
    durations = "(root) => [...root.querySelectorAll('*')].map((e) => getComputedStyle(e).transitionDuration)"
    assert set(player.root.evaluate(durations)) == {"0s"}
    player.button("last").click()
    before = player.stage.evaluate("(stage) => stage.scrollLeft")
    calm.wait_for_timeout(300)
    assert player.stage.evaluate("(stage) => stage.scrollLeft") == before


def test_others_see_the_picture_glide(page, play):
    page.emulate_media(reduced_motion="no-preference")
    player = play("long")
    glides = (
        "(root) => [...root.querySelectorAll('rect')].every((e) => getComputedStyle(e).transitionDuration !== '0s')"
    )
    assert player.root.evaluate(glides)


def test_the_page_says_its_language_to_a_screen_reader(play):
    player = play("korean")
    assert player.root.get_attribute("lang") == "ko"
    assert player.button("next").text_content() == "다음"

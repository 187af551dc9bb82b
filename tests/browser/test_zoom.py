"""Pictures that do not fit: zoom, pan, the whole graph in view, find by name; composite gates that open in place."""

from __future__ import annotations

import pytest

from backprop_widgets import Tensor, record, tanh

OPEN = """from backprop_widgets import step_through
w = step_through("1/(1+exp(-(w0*x0 + w1*x1 + w2)))", w0=2, x0=-1, w1=-3, x1=-2, w2=-3, step=4)
w"""
PLACE = """(root, name) => {
    const group = [...root.querySelectorAll("[data-node]")].find((g) => g.textContent.includes(name));
    const box = group.getBoundingClientRect(), stage = root.querySelector(".bpw-stage").getBoundingClientRect();
    return [box.left - stage.left, box.top - stage.top, stage.width, stage.height, box.width, box.height];
}"""


def chain(gates):
    y = Tensor(0.5, name="start")
    for k in range(gates):
        y = tanh(y)
        y.name = f"h{k}"
    return y


@pytest.fixture
def big(page, play):
    page.emulate_media(reduced_motion="reduce")
    return play(record(chain(40)))


def zoom(player):
    return player.root.locator(".bpw-zoom")


SHARE = """([x]) => {
    const box = document.querySelector(".bpw-stage svg").getBoundingClientRect();
    return (x - box.left) / box.width;
}"""  # how far along the picture this place of the window is


WIDER = """(least) => {
    const svg = document.querySelector(".bpw-stage svg");
    return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width > least;
}"""


def scale(player):
    svg = player.stage.locator("svg")
    return svg.evaluate("(svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")


def is_in_view(player, wire_of):
    left, top, width, height, own, tall = player.root.evaluate(PLACE, wire_of)
    return left >= 0 and left + own <= width and top >= 0 and top + tall <= height


def test_a_picture_that_fits_has_no_zoom(play):
    assert not zoom(play("main")).is_visible()


def test_where_the_picture_does_not_fit_there_is_zoom(page, play):
    page.set_viewport_size({"width": 420, "height": 800})
    assert zoom(play("main")).is_visible()


def test_fit_brings_the_whole_graph_into_view_and_the_share_brings_it_back(big):
    before = scale(big)
    big.next()
    controls = big.button("next").bounding_box()
    assert not is_in_view(big, "h39")
    zoom(big).get_by_role("button", name="Whole graph in view").click()
    assert is_in_view(big, "h39")
    assert is_in_view(big, "start")
    assert big.button("next").bounding_box() == controls, "what stands below stays there"
    assert big.stage.locator("text >> visible=true").count() == 0, "too small to be read"
    width = "(gate) => parseFloat(getComputedStyle(gate).strokeWidth)"
    assert big.stage.locator(".gate.active rect").evaluate(width) >= 8
    zoom(big).get_by_role("button", name="Original size").click()
    assert scale(big) == pytest.approx(before)


def test_the_buttons_and_the_keys_zoom(big):
    start = scale(big)
    zoom(big).get_by_role("button", name="Zoom in").click()
    assert scale(big) == pytest.approx(start * 1.25, rel=0.01)
    big.stage.focus()
    big.press("-", "-")
    assert scale(big) == pytest.approx(start / 1.25, rel=0.01)
    big.press("0", "+")
    assert scale(big) == pytest.approx(start * 1.25, rel=0.01)
    assert zoom(big).get_by_role("button", name="Original size").text_content() == f"{round(start * 125)}%"


def test_the_wheel_with_ctrl_zooms_about_the_pointer(page, big):
    box = big.stage.bounding_box()
    x = box["x"] + 150
    big.stage.evaluate("(stage) => stage.scrollTo({ left: 2000, behavior: 'instant' })")
    before, start = page.evaluate(SHARE, [x]), scale(big)
    page.mouse.move(x, box["y"] + 40)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.wait_for_function(WIDER, arg=start * 1.1)
    page.keyboard.up("Control")
    assert page.evaluate(SHARE, [x]) == pytest.approx(before, abs=2e-4)


def test_the_wheel_without_ctrl_scrolls_the_page(page, big):
    start, box = scale(big), big.stage.bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 40)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    assert scale(big) == start


def test_the_mouse_drags_the_picture(page, big):
    box = big.stage.bounding_box()
    big.stage.evaluate("(stage) => { window.clicks = 0; stage.parentElement.onclick = () => { window.clicks += 1; }; }")
    left = big.stage.evaluate("(stage) => stage.scrollLeft")
    page.mouse.move(box["x"] + 500, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 30, steps=5)
    page.mouse.up()
    assert big.stage.evaluate("(stage) => stage.scrollLeft") == left + 300
    assert page.evaluate("window.clicks") == 0
    page.mouse.click(box["x"] + 500, box["y"] + 30)
    assert page.evaluate("window.clicks") == 1


def test_find_brings_a_node_into_view_and_marks_it(big):
    field = zoom(big).get_by_role("combobox")
    field.fill("h37")
    field.press("Enter")
    assert big.root.locator("[data-found]").count() == 1
    assert "h37" in big.root.locator("[data-found] title").text_content()
    assert zoom(big).get_by_role("status").text_content() == "h37 (1 of 1)"
    box, stage = big.root.locator("[data-found]").bounding_box(), big.stage.bounding_box()
    assert stage["x"] <= box["x"] <= stage["x"] + stage["width"] - box["width"]
    field.press("Escape")
    assert field.input_value() == ""
    assert big.root.locator("[data-found]").count() == 0


def test_find_goes_through_all_that_begins_so_and_says_what_there_is_not(big):
    field = zoom(big).get_by_role("combobox")
    field.fill("H3")
    said = zoom(big).get_by_role("status")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})  # it ends a Korean syllable, and no more
    assert said.text_content() == ""
    field.press("Enter")
    assert said.text_content() == "h3 (1 of 1)"
    field.fill("star")
    field.press("Enter")
    assert said.text_content() == "start (1 of 1)"
    field.fill("<b>")
    field.press("Enter")
    assert said.text_content() == "Nothing here is called “<b>”."


def test_typing_a_name_takes_no_step(big):
    field = zoom(big).get_by_role("combobox")
    field.fill("h3")
    field.press("ArrowLeft")
    field.press("Home")
    big.press("ArrowRight", "End")
    assert big.stop() == 0


def test_the_active_gate_is_followed_at_every_scale(big):
    for name in ("Zoom in", "Zoom in", "Zoom out"):
        zoom(big).get_by_role("button", name=name).click()
        big.button("last").click()
        active = big.root.locator(".gate.active").bounding_box()
        stage = big.stage.bounding_box()
        assert stage["x"] <= active["x"] <= stage["x"] + stage["width"] - active["width"]
        big.button("first").click()


def test_a_page_without_a_kernel_has_no_button_to_open_a_gate(play):
    player = play("neuron")
    assert player.root.locator(".frame").count() == 1
    assert player.root.locator(".bpw-part").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_of_zoom_and_frames_stands_out(play, theme):
    player = play("neuron")
    field = zoom(player).get_by_role("combobox")
    field.fill("w0")
    field.press("Enter")
    assert player.faint_texts() == [], theme


def test_in_the_lab_a_gate_opens_and_closes_in_place(notebook, write, page):
    page.emulate_media(reduced_motion="reduce")
    opened = notebook(write("composites.ipynb", OPEN))
    player = opened.players()[0]
    player.stage.evaluate("(stage) => stage.scrollTo({ left: 9999, behavior: 'instant' })")
    close = player.root.get_by_role("button", name="Close sigmoid")
    sentence = player.sentence()
    player.root.get_by_role("button", name="Code").click()
    code = player.root.locator(".bpw-code").is_visible()
    player.root.locator(".bpw-why summary").click()
    why = player.root.locator(".bpw-why").get_attribute("open")
    player.stage.evaluate("(stage) => stage.scrollTo({ left: 9999, behavior: 'instant' })")
    place = close.bounding_box()["y"] - player.stage.bounding_box()["y"]
    close.click()
    again = player.root.get_by_role("button", name="Open sigmoid")
    again.wait_for()
    assert opened.ask("w.collapsed, w.trace.composites[0].is_collapsed") == "(['g0'], True)"
    assert player.sentence() == sentence  # the same moment
    assert player.root.locator(".bpw-code").is_visible() == code  # what was chosen stays chosen
    assert player.root.locator(".bpw-why").get_attribute("open") == why
    assert again.evaluate("(button) => button === document.activeElement")
    assert page.locator(".jp-OutputArea .bpw").count() == 1
    box, stage = again.bounding_box(), player.stage.bounding_box()
    assert stage["x"] <= box["x"] <= stage["x"] + stage["width"]
    assert abs(box["y"] - stage["y"] - place) < 40
    again.click()
    close.wait_for()
    assert opened.ask("w.collapsed") == "[]"
    opened.ask("w.step", before="w.collapse('sigmoid')")
    again.wait_for()
    player.button("last").click()
    assert opened.answer("w.step == len(w.trace.steps)", "True") == "True"

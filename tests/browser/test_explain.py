"""Why a number is what it is, as a student sees it: formulae, reasons, code, and where each number comes from."""

from __future__ import annotations

import pytest

from backprop_widgets import Function, Tensor, record

LINES = "(root) => [...root.querySelectorAll('.bpw-formulae math')].map((math) => math.textContent)"
BOXES = """(root) => [...root.querySelectorAll('.bpw-formulae math')].map((math) => {
    const box = math.getBoundingClientRect();
    return [box.width > 20, box.height > 10, math.namespaceURI, math.querySelectorAll('mfrac').length];
})"""
POINTED = """(root) => ({
    wires: [...root.querySelectorAll('.wire.pointed')].map((wire) => wire.dataset.wire),
    numbers: [...root.querySelectorAll('.bpw-chip.pointed b')].map((number) => number.textContent),
})"""
TAB_STOPS = '(root) => root.querySelectorAll(\'.bpw-rows [tabindex="0"], [data-wire][tabindex="0"]\').length'
WIDTH = "(wire) => parseFloat(getComputedStyle(wire.querySelector('.line')).strokeWidth)"
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def explained(page, play):
    """A player at a stop, with its explanation open."""

    def explained(trace, stop):
        page.emulate_media(reduced_motion="reduce")
        player = play(trace)
        player.next(stop)
        if player.root.locator(".bpw-why").get_attribute("open") is None:  # where there is room, it is open
            player.root.locator(".bpw-why summary").click()
        return player

    return explained


def shown_code(player):
    return player.root.locator(".bpw-forms pre").text_content()


def choose(player, form):
    player.root.locator(f".bpw-forms [value={form}]").check()


def sigmoid():
    return record("sigmoid(x)", x=9.9)


def test_a_gate_shows_its_formula_and_its_local_gradients_in_names_and_numbers(explained):
    player = explained("main", 2)
    assert player.root.evaluate(LINES) == ["f=q⋅z=3⋅(−4)=−12"]
    player.next(2)
    assert player.root.evaluate(LINES) == ["f=q⋅z=3⋅(−4)=−12", "∂f∂q=z=−4", "∂f∂z=q=3"]
    player.next()
    assert player.root.evaluate(LINES) == ["q=x+y=−2+5=3", "∂q∂x=1", "∂q∂y=1"]
    assert player.root.evaluate(BOXES) == [
        [True, True, "http://www.w3.org/1998/Math/MathML", fractions] for fractions in (0, 1, 1)
    ]


def test_what_is_not_yet_known_is_not_explained(explained):
    player = explained("main", 3)
    assert player.root.evaluate(LINES) == []  # the seed
    player.by_part()
    player.press("ArrowRight")
    assert player.root.evaluate(LINES) == ["f=q⋅z=3⋅(−4)=−12"]
    player.press("ArrowRight")
    assert player.root.evaluate(LINES)[1:] == ["∂f∂q=z=−4", "∂f∂z=q=3"]


def test_a_saturated_sigmoid_says_so_open_or_closed(explained):
    said = "σ is saturated: at x = 9.9 its curve is almost flat, so the local gradient is only 5.017e−5."
    player = explained(sigmoid(), 3)
    summary = player.root.locator(".bpw-why summary")
    for lines in (2, 0):
        assert summary.inner_text() == f"Why? {said}"
        assert said in player.live.text_content()
        assert player.root.locator(".bpw-formulae math >> visible=true").count() == lines
        summary.click()
    assert player.root.evaluate(LINES) == [
        "f=σ(x)=σ(9.9)=0.9999",
        "∂f∂x=(1−f)⋅f=(1−0.99994983)⋅0.99994983=5.017e−5",
    ]


def test_a_step_without_a_reason_says_none(play):
    player = play("main")
    player.next(4)
    assert player.root.locator(".bpw-why summary").inner_text().strip() == "Why?"


def test_three_forms_of_the_backward_of_a_gate_are_one_click_apart(explained):
    player = explained("main", 4)
    assert shown_code(player) == "dq = df * z\ndz = df * q"
    choose(player, "class")
    assert shown_code(player).startswith("class Multiply(Function):")
    assert "dx = upstream * y" in shown_code(player)
    choose(player, "numbers")
    assert shown_code(player) == "dq = 1 * -4  # -4\ndz = 1 * 3  # 3"
    player.next()
    assert shown_code(player) == "dx = -4 * 1  # -4\ndy = -4 * 1  # -4"


def test_the_arrow_keys_choose_a_form_and_do_not_step(explained):
    player = explained("main", 4)
    player.root.locator(".bpw-forms [value=flat]").focus()
    player.press("ArrowRight")
    assert shown_code(player).startswith("class Multiply")
    assert player.stop() == 4


class Mystery(Function):
    """A student's own."""

    @staticmethod
    def forward(ctx, x):
        return 3 * x

    @staticmethod
    def backward(ctx, upstream):
        return 3 * upstream


def test_of_a_students_own_function_the_numbers_are_shown(explained):
    root = Mystery.apply(Tensor(2, name="<b>x</b>"))
    root.name = "f"
    player = explained(record(root), 3)
    assert player.root.evaluate(LINES) == ["f=Mystery(<b>x</b>)=Mystery(2)=6", "∂f∂<b>x</b>=3"]
    assert "No formula is known for Mystery" in player.root.locator(".bpw-why summary").inner_text()
    assert player.root.locator("[value=class]").is_disabled()


def test_a_number_points_to_its_wire_by_mouse(explained):
    player = explained("main", 4)
    thin = player.root.locator("[data-wire=e2]").evaluate(WIDTH)
    player.root.locator(".bpw-chip.downstream").nth(1).hover()
    assert player.root.evaluate(POINTED) == {"wires": ["e2"], "numbers": ["3", "3"]}  # its local gradient, too
    assert player.root.locator("[data-wire=e2]").evaluate(WIDTH) > 1.5 * thin
    player.root.locator(".bpw-title").hover()
    assert player.root.evaluate(POINTED) == {"wires": [], "numbers": []}


def test_a_wire_points_to_its_numbers_by_mouse(explained):
    player = explained("main", 4)
    player.root.locator("[data-wire=e4] .value").hover()
    assert player.root.evaluate(POINTED) == {"wires": ["e4"], "numbers": ["1", "1"]}
    outline = "(e) => getComputedStyle(e).outlineStyle"
    assert player.root.locator(".bpw-chip.pointed").first.evaluate(outline) == "solid"
    assert player.root.locator(".bpw-chip:not(.pointed)").first.evaluate(outline) == "none"


def test_numbers_and_wires_are_reached_by_keyboard_with_one_tab_stop_each(explained):
    player = explained("main", 4)
    assert player.root.evaluate(TAB_STOPS) == 2
    player.root.locator(".bpw-rows [tabindex='0']").focus()
    player.press("ArrowDown", "ArrowDown")
    assert player.root.evaluate(POINTED) == {"wires": ["e3"], "numbers": ["−4", "−4"]}
    assert player.root.evaluate(TAB_STOPS) == 2
    player.press("ArrowRight")  # steps, and the focus stays among the numbers
    assert player.stop() == 5
    assert player.root.evaluate("() => document.activeElement.className") == "bpw-chip downstream pointed"
    player.root.locator("[data-wire][tabindex='0']").focus()
    player.press("ArrowDown")
    assert len(player.root.evaluate(POINTED)["wires"]) == 1
    assert player.root.evaluate("() => document.activeElement.getAttribute('aria-label')")


def test_what_is_pointed_at_stays_so_while_it_stands_there(page, explained):
    player = explained("main", 3)
    player.root.locator("[data-wire=e4] .value").hover()
    page.keyboard.press("ArrowRight")
    assert player.root.evaluate(POINTED) == {"wires": ["e4"], "numbers": ["1", "1"]}


@both_themes
@pytest.mark.parametrize("trace", [sigmoid, lambda: record("max(x, y) * z", x=1, y=2, z=3, locale="ko")])
def test_every_text_of_an_explanation_stands_out(explained, trace):
    player = explained(trace(), 0)
    for _ in trace().stops():
        for place in player.root.locator(".bpw-chip").all()[:1]:
            place.hover()
        assert player.faint_texts() == []
        player.press("ArrowRight")


@both_themes
def test_axe_finds_no_fault_in_an_explanation(explained, page):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # collected where there is no axe, too

    explained("main", 4)
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("name", ["main", "korean"])
def test_an_open_explanation_leaves_everything_on_a_13_inch_screen(page, explained, name):
    page.set_viewport_size({"width": 1280, "height": 720})
    player = explained(name, 4)
    choose(player, "class")
    box = player.root.locator(".bpw-footer").bounding_box()
    assert box["y"] + box["height"] <= 720
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_on_a_narrow_screen_an_explanation_does_not_widen_the_page(page, explained):
    page.set_viewport_size({"width": 320, "height": 600})
    explained(sigmoid(), 3)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_on_a_narrow_screen_the_picture_stands_above_the_code(page, play):
    page.set_viewport_size({"width": 700, "height": 760})
    player = play("main")
    picture, stage = player.root.locator(".bpw-picture").bounding_box(), player.stage.bounding_box()
    assert picture["height"] > 200
    assert stage["height"] >= picture["height"]


def test_the_backward_of_a_class_is_in_sight(explained):
    player = explained("main", 4)
    choose(player, "class")
    assert player.root.locator(".bpw-forms pre").evaluate("""(e) => new Promise((told) => requestAnimationFrame(
        () => told(e.scrollTop + e.clientHeight >= e.scrollHeight - 1)))""")  # it scrolls with the next frame

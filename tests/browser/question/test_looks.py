"""For every eye and ear: where boxes stand, what stands out, and what everything is called, in both languages."""

from __future__ import annotations

import pytest

IN_PICTURE = ("fill", "values", "edges", "neuron", "pair")
OFF_WIRE = """(root) => [...root.querySelectorAll(".bpw-spot")].filter((spot) => {
    const box = spot.getBoundingClientRect(), middle = (box.left + box.right) / 2;
    const lines = [...spot.parentElement.querySelectorAll(".line")].map((line) => line.getBoundingClientRect());
    return !lines.some((line) => line.left <= middle && line.right >= middle &&
        [box.top, box.bottom].some((end) => Math.min(Math.abs(end - line.top), Math.abs(end - line.bottom)) < 6));
}).map((spot) => spot.querySelector("input").getAttribute("aria-label"))"""
OVERLAPS = """(root) => [...root.querySelectorAll(".bpw-sheet")].flatMap((sheet) => {
    const isSeen = (each) => each.checkVisibility({ visibilityProperty: true }) && each.textContent.trim();
    const boxes = [...sheet.querySelectorAll(".bpw-spot input")];
    const texts = [...sheet.querySelectorAll("svg text")].filter(isSeen);
    const others = [...texts, ...sheet.querySelectorAll(".gate rect, .leaf ellipse"), ...boxes];
    const shared = (one, other) => {
        const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        return width > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2.5;  // a line of text has air
    };
    return boxes.flatMap((box) => others.filter((other) => other !== box && shared(box, other))
        .map((other) => `${box.getAttribute("aria-label")} on ${other.textContent || other.tagName}`));
})"""
FAINT_BOXES = """(root) => {
    const linear = (c) => (c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    const light = (colour) => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(linear);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const about = (input) => {
        const style = getComputedStyle(input), around = getComputedStyle(input.closest(".bpw"));
        return [
            ["text", contrast(style.color, style.backgroundColor), 4.5],
            ["border", contrast(style.borderTopColor, around.backgroundColor), 3],
        ];
    };
    return [...root.querySelectorAll("input[type=text]")].flatMap(about)
        .filter(([, is, least]) => is < least).map(([what, is]) => `${what} ${is.toFixed(2)}`);
}"""
NAMELESS = """(root) => [...root.querySelectorAll("input, button, fieldset, [role=group]")].filter((element) => {
    const by = document.getElementById(element.getAttribute("aria-labelledby"));
    const written = element.tagName === "BUTTON" && element.textContent;
    const around = element instanceof HTMLInputElement && element.labels[0]?.textContent;
    const legend = element.querySelector(":scope > legend")?.textContent;
    const names = [element.getAttribute("aria-label"), by?.textContent, legend, around, written];
    return !names.some((name) => name && name.trim());
}).map((element) => element.outerHTML.slice(0, 80))"""


# -- where the boxes are ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", IN_PICTURE)
def test_boxes_stand_at_their_wires_and_cover_nothing(ask, kind):
    asked = ask(kind)
    assert asked.root.locator(".bpw-spot").count() == len(asked.question.task.boxes)
    assert asked.root.evaluate(OVERLAPS) == []
    assert asked.root.evaluate(OFF_WIRE) == []


def test_boxes_that_cover_something_or_left_their_wire_are_found(ask):
    asked = ask("fill")
    asked.root.locator(".bpw-spot").first.evaluate("(spot) => { spot.style.marginTop = '-20px'; }")
    assert asked.root.evaluate(OVERLAPS) == ["∂f/∂x on −2"]
    assert asked.root.evaluate(OFF_WIRE) == ["∂f/∂x"]


def test_at_200_percent_only_the_picture_scrolls_and_it_follows_the_focus(ask, page):
    page.set_viewport_size({"width": 640, "height": 400})
    asked = ask("neuron")
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    for place in range(len(asked.question.task.boxes)):
        spot = asked.root.locator(".bpw-spot input").nth(place)
        spot.focus()
        box = spot.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 640


def test_a_picture_a_little_too_wide_shrinks_and_a_much_wider_one_scrolls(ask, page):
    asked = ask("edges")
    stage, sheet = asked.root.locator(".bpw-stage"), asked.root.locator(".bpw-sheet")
    width = sheet.evaluate("(sheet) => parseFloat(sheet.style.width)")
    for share, zoom, scrolls in ((1.2, 1, False), (0.9, 0.9, False), (0.6, 0.85, True)):
        stage.evaluate("(stage, width) => { stage.style.width = `${width}px`; }", width * share)
        is_there = f"(sheet) => Math.abs(sheet.style.zoom - {zoom}) < 0.02"
        page.wait_for_function(is_there, arg=sheet.element_handle())
        assert stage.evaluate("(stage) => stage.scrollWidth > stage.clientWidth + 1") == scrolls
        assert asked.root.evaluate(OFF_WIRE) == []


# -- for everyone -----------------------------------------------------------------------------------------------
def answer_badly(asked):
    """Leave a verdict of each sort on the screen, a hint, and the line of code."""
    texts = asked.root.locator("input[type=text]:not([readonly])").all()
    for box, text in zip(texts, ("-4", "banana", "77", ""), strict=False):
        box.fill(text)
    asked.press("check")
    asked.press("hint")
    asked.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    asked.press("copy")
    asked.root.locator(".bpw-note:not([hidden])").wait_for()


def faults(page):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # collected where there is no axe, too

    return [(each["id"], each["nodes"][0]["html"][:120]) for each in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("theme", "locale"), [("light", "en"), ("dark", "ko")])
@pytest.mark.parametrize("kind", ["fill", "pair", "arrays", "three", "order", "cells", "derive", "dead", "code"])
def test_everything_has_a_name_and_stands_out(ask, player_of, kind, theme, locale):
    asked = ask(kind)
    page = asked.page
    answer_badly(asked)
    assert asked.root.get_attribute("lang") == locale
    assert faults(page) == []
    assert asked.root.evaluate(NAMELESS) == []
    assert asked.root.locator("[role=status], [aria-live]").count() == 1
    assert player_of(asked.root).faint_texts() == []
    assert asked.root.evaluate(FAINT_BOXES) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.bpw-exercise')).colorScheme") in {
        theme,
        "normal",
        "light dark",
    }


def test_what_has_no_name_or_is_faint_is_found(ask):
    asked = ask("fill")
    asked.box("∂f/∂x").evaluate(
        "(box) => { box.removeAttribute('aria-label'); box.style.color = 'rgb(200, 200, 200)'; }"
    )
    assert len(asked.root.evaluate(NAMELESS)) == 1
    assert [each[:4] for each in asked.root.evaluate(FAINT_BOXES)] == ["text"]


@pytest.mark.parametrize("locale", ["ko"])
def test_it_speaks_korean(ask):
    asked = ask("fill")
    assert asked.root.locator("button").all_inner_texts() == ["확인", "힌트", "해설", "새로운 수", "코드로 복사"]
    asked.box("∂f/∂z").fill("-4")
    asked.box("∂f/∂z").press("Enter")
    assert asked.verdict("∂f/∂z")[1].startswith("✗ ∂f/∂z: 아직 정답이 아닙니다.")

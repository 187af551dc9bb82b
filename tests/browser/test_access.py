"""For everyone: every panel by axe, at 200 %, in both themes, and with each kind of colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

SIMULATIONS = {  # Machado, Oliveira & Fernandes 2009, full strength, on linear light; achromatopsia: luminance alone
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
    "achromatopsia": [[0.2126, 0.7152, 0.0722]] * 3,
}
APART = 20.0  # CIE 1976: two colours of text that are never taken for each other
MEANINGS = ("value", "upstream", "local", "downstream")
CHIPS = """(root) => Object.fromEntries([...root.querySelectorAll(".bpw-row .bpw-chip")].map((chip) => {
    const style = getComputedStyle(chip);
    const form = [style.borderTopStyle, style.borderTopWidth, chip.querySelector("small").textContent.split(" ")[0]];
    return [chip.classList[1], { colour: style.color, form }];
}))"""
MARKS = """(root) => [...root.querySelectorAll(".wire.active")].map((wire) => {
    const box = (place) => wire.querySelector("text." + place)?.getBoundingClientRect().y ?? NaN;
    const dash = getComputedStyle(wire.querySelector(".line.into") ?? wire).strokeDasharray;
    const words = ["word", "local-word"].map((place) => wire.querySelector("text." + place))
        .filter((word) => word && word.textContent && getComputedStyle(word).visibility === "visible");
    return { below: box("gradient") > box("value"), dash, words: words.map((word) => word.textContent) };
})"""
CUT_OFF = """(root) => [...root.querySelectorAll("*")].filter((element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.closest(".bpw-stage, .bpw-live, svg")) return false;
    const { overflowX, overflowY, textOverflow } = getComputedStyle(element), hides = (way) => /hidden|clip/.test(way);
    const wide = element.scrollWidth > element.clientWidth + 1, high = element.scrollHeight > element.clientHeight + 1;
    const cut = (wide && hides(overflowX) && textOverflow !== "ellipsis") || (high && hides(overflowY));
    return cut || (wide && high && /auto|scroll/.test(overflowX) && /auto|scroll/.test(overflowY));
}).map((element) => element.className)"""
PANELS = ("Code", "Table", "Inside", "Predict", "Present")


def open_panels(player, *names):
    """Open these panels, and the explanation."""
    for name in names:
        button = player.root.locator("button.toggle", has_text=name)
        if button.get_attribute("aria-pressed") == "false":
            button.click()
    player.root.locator(".bpw-why").evaluate("(box) => { box.open = true }")
    player.root.locator(".bpw-jacobian").evaluate_all("(all) => all.forEach((each) => { each.open = true })")


def faults(page):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # collected where there is no axe, too

    return [(each["id"], each["nodes"][0]["html"][:120]) for each in Axe().run(page).response["violations"]]


@pytest.fixture
def calm(page, theme):
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    return page


# -- every panel ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("panel", PANELS)
def test_axe_finds_no_fault_and_every_text_stands_out_with_each_panel_open(calm, play, panel):
    player = play("matrices", step=2)
    open_panels(player, panel)
    player.press("ArrowRight")
    if panel == "Present":
        player.stage.focus()
    for key in ("ArrowRight", "End"):
        assert faults(calm) == []
        assert player.faint_texts() == []
        player.press(key)


@pytest.mark.parametrize("panels", [("Code", "Table", "Inside"), ("Predict",), ("Present",)], ids="-".join)
def test_at_200_percent_nothing_is_cut_off_and_only_the_picture_scrolls_both_ways(page, play, panels):
    page.set_viewport_size({"width": 640, "height": 400})
    player = play("matrices", step=6)
    open_panels(player, *panels)
    for key in ("ArrowRight", "ArrowRight", "End"):
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
        assert player.root.evaluate(CUT_OFF) == []
        player.press(key)


def test_what_is_cut_off_is_found(page, player_of):
    page.set_content(
        "<div id=p><p style='width: 20px; overflow: hidden'>unbreakable</p>"
        "<div class=both style='width: 20px; height: 10px; overflow: auto'>unbreakable and high<br>high</div></div>"
    )
    assert len(player_of(page.locator("#p")).root.evaluate(CUT_OFF)) == 2


# -- colour vision ----------------------------------------------------------------------------------------------
def lab(colour, simulation):
    """A colour in CIE L*a*b*, as it is seen with a kind of colour vision."""
    written = np.array([float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]) / 255
    light = np.where(written <= 0.04045, written / 12.92, ((written + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIMULATIONS[simulation]) @ light, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    t = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def confused(chips, simulation):
    """The meanings whose colours come too near, and the number of signs other than colour that tell them apart."""
    found = {}
    for one, other in combinations(chips, 2):
        apart = np.linalg.norm(lab(chips[one]["colour"], simulation) - lab(chips[other]["colour"], simulation))
        if apart < APART:
            forms = zip(chips[one]["form"], chips[other]["form"], strict=True)
            found[one, other] = sum(mine != its for mine, its in forms)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_told_apart_or_form_and_word_tell(calm, play, tmp_path):
    player = play("main", step=2)
    chips = player.root.evaluate(CHIPS)
    player.next(2)
    chips |= player.root.evaluate(CHIPS)
    assert set(chips) == set(MEANINGS)
    found = {simulation: confused(chips, simulation) for simulation in SIMULATIONS}
    for simulation, pairs in found.items():
        assert all(signs >= 2 for signs in pairs.values()), (simulation, pairs)  # a border and a word
    session = calm.context.new_cdp_session(calm)
    for simulation in SIMULATIONS:  # pictures to look at
        session.send("Emulation.setEmulatedVisionDeficiency", {"type": simulation})
        calm.screenshot(path=tmp_path / f"{simulation}.png")
    marks = player.root.evaluate(MARKS)
    assert all(mark["below"] for mark in marks), "a gradient stands below its value"
    inputs, output = [m for m in marks if "downstream" in m["words"]], [m for m in marks if "upstream" in m["words"]]
    assert (len(inputs), len(output)) == (2, 1)
    assert all(mark["dash"] != "none" and "local" in mark["words"] for mark in inputs)
    assert output[0]["dash"] == "none"


def test_colours_without_a_second_sign_are_found():
    red, green = "rgb(200, 60, 40)", "rgb(110, 120, 40)"
    chips = {
        "one": {"colour": red, "form": ["solid", "1px", "a"]},
        "two": {"colour": green, "form": ["solid", "1px", "b"]},
    }
    assert confused(chips, "deuteranopia") == {("one", "two"): 1}
    assert confused(chips, "tritanopia") == {}

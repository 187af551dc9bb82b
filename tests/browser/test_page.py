"""A player minds its own business: it runs no label, keeps its keys to itself, and stands beside others."""

from __future__ import annotations

import pytest

from backprop_widgets import Tensor, record
from backprop_widgets.drawing.page import fallback

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "end of attribute": '"><svg onload=alert(1)>',
    "quotes and backslash": '"a" \\N \\n',
    "ends": "]]> --> &amp;",
    "korean": "가중치",
    "long": "x" * 400,
    "control": "a\nb\x07c\x00",
}
HEAR_KEYS = """() => {
    window.heard = [];
    document.addEventListener("keydown", (event) => window.heard.push(event.key));
}"""
ASKED = "() => { window.asked = []; window.alert = (what) => window.asked.push(what); }"


def named(label):
    root = Tensor(3, name=label) * Tensor(4, name="w")
    root.name = f"2{label}"
    return record(root)


@pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)
def test_a_label_is_drawn_as_typed_and_never_run(page, play, label):
    page.add_init_script(f"({ASKED})()")
    play(named("a")).button("last").click()
    elements = page.locator("body *").count()
    player = play(named(label))
    player.button("last").click()
    shown = "".join(c if c.isprintable() else " " for c in label).split()
    drawn = page.locator("[data-node=n0] text").text_content()
    assert drawn == " ".join(shown) or (len(drawn) == 18 and " ".join(shown).startswith(drawn[:17]))
    in_chip = player.root.locator(".bpw-chip.downstream small").first.text_content()
    assert label.replace("\x00", "") in in_chip.replace("\x00", "").replace("�", "")
    assert page.evaluate("window.asked") == []
    assert page.locator("script").count() == 1
    assert page.locator("img, [onload], [onerror]").count() == 0
    assert page.locator("body *").count() == elements, "as many as for a harmless name"


def test_a_label_that_runs_would_be_noticed(page):
    page.add_init_script(f"({ASKED})()")
    page.goto("about:blank")
    page.set_content("<img src=x onerror=alert(1)>")
    page.wait_for_function("window.asked.length")


@pytest.mark.parametrize("place", ["button.next", ".bpw-stage", "input[type=range]", "select"])
def test_a_key_pressed_in_the_player_is_heard_nowhere_else(page, play, place):
    player = play("main")
    page.evaluate(HEAR_KEYS)
    player.root.locator(place).first.focus()
    player.press("x", "d", "b", "ArrowDown", "ArrowUp", "ArrowRight", "Home", "Enter", "Space")
    assert page.evaluate("window.heard") == []


def test_keys_that_belong_to_the_page_reach_it(page, play):
    player = play("main")
    page.evaluate(HEAR_KEYS)
    player.button("next").focus()
    player.press("Control+s", "Escape", "Alt+x")
    assert page.evaluate("window.heard.filter((key) => !['Control', 'Alt'].includes(key))") == ["s", "Escape", "x"]
    page.keyboard.press("x")  # Escape has left the player
    assert page.evaluate("window.heard.pop()") == "x"


def test_players_on_one_page_step_by_themselves_even_of_equal_traces(page, player_of, traces, tmp_path):
    fallbacks = [fallback(trace, 0) for trace in (traces["main"](), traces["neuron"](), traces["main"]())]
    (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{''.join(fallbacks)}", encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.bpw button.next').length === 3")  # the data are unpacked first
    players = [player_of(root) for root in page.locator(".bpw").all()]
    players[0].next(2)
    players[2].next()
    assert [player.stop() for player in players] == [2, 0, 1]
    players[1].button("next").focus()
    players[1].press("ArrowRight", "ArrowRight", "ArrowRight")
    assert [player.stop() for player in players] == [2, 3, 1]
    assert page.locator("style#bpw-style").count() == 1


def test_without_scripts_the_fallback_is_a_picture_that_says_what_it_shows(browser, traces, tmp_path):
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{fallback(traces['main'](), 0)}", encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    picture = page.get_by_role("img")
    assert picture.evaluate("(img) => img.complete && img.naturalWidth > 400")
    assert "x = −2 (∂ −4)" in picture.get_attribute("alt")
    context.close()

"""Opening and closing composite gates: what was typed stays, and without Python it says so."""

from __future__ import annotations

import pytest

OPEN = """from backprop_widgets import step_through
w = step_through("z = w0*x0 + w1; f = 3 * (1/(1+exp(-z)))", w0=2, x0=-1, w1=3, predict=True)
w"""


@pytest.fixture
def composite(notebook, write):
    opened = notebook(write("parts.ipynb", OPEN))
    return opened, opened.players()[0]


def turn(player, word):
    player.root.get_by_role("button", name=f"{word} sigmoid").click()
    other = {"Close": "Open", "Open": "Close"}[word]
    player.root.get_by_role("button", name=f"{other} sigmoid").wait_for()


def test_what_was_typed_stays_when_a_gate_is_closed_and_opened(composite):
    opened, player = composite
    field, answer = player.root.get_by_role("combobox", name="Find"), player.root.locator(".bpw-ask input")
    player.next()
    answer.fill("-2")
    answer.press("Enter")
    player.root.locator(".bpw-said.right").wait_for()
    player.next()
    answer.fill("12")  # not committed
    field.fill("w1")
    field.press("Enter")
    for word in ("Close", "Open"):
        turn(player, word)
        assert answer.input_value() == "12"
        assert player.stop() == 1
        assert field.input_value() == "w1"
        assert player.root.locator("[data-found] .name").text_content() == "w1"
    answer.fill("1")
    answer.press("Enter")
    player.root.locator(".bpw-said.right").wait_for()
    player.button("last").click()
    assert "2 right on the first try" in player.root.locator(".bpw-tally").text_content()
    assert opened.ask("w.collapsed") == "[]"


def test_without_a_kernel_it_says_that_opening_needs_one(composite, page):
    _, player = composite
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    close = player.root.get_by_role("button", name="Close sigmoid")
    close.click()
    said = player.root.locator(".bpw-part-said")
    said.wait_for()
    assert "needs a running kernel" in said.text_content()
    assert said.get_attribute("role") == "status"
    assert close.get_attribute("aria-busy") is None
    assert player.faint_texts() == []
    player.root.locator("button.toggle", has_text="Predict").click()
    player.next(2)
    assert player.stop() == 2
